//! How does the case's log lie on the disk, and how does it grow so that what was acknowledged stays?
//!
//! The log's own crate knows trees and proofs and no disk; the vault knows the disk and no trees. Here they meet. The order of
//! writing is the promise: bundles of entries are durable before the checkpoint that counts them, and everything else of the log
//! (tiles of hashes) can be made again from the bundles, so it costs no sync. Opening a log after a crash runs the same code as opening
//! it on any other day.

use super::ids::Digest;
use factum_log::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use factum_log::entry::{Entry, EntryError};
use factum_log::key::VerifierKey;
use factum_log::reader::Reader;
use factum_log::source::ReadError;
use factum_log::tree::{File, Growth, Tree};
use factum_log::{Hash, Source};
use factum_vault::note::LogKey;
use factum_vault::object::Batch;
use factum_vault::replaced::Replaced;
use factum_vault::store::{self, Store, StoreError};
use std::sync::atomic::{AtomicBool, Ordering};

/// The folder of the log.
pub const FOLDER: &str = "log";

/// Where the newest checkpoint lies.
pub const CHECKPOINT: &str = "log/checkpoint";

/// Where the log lies in a store.
#[derive(Clone, Copy)]
pub struct LogFiles<'a>(pub &'a dyn Store);

impl Source for LogFiles<'_> {
    type Error = StoreError;

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.read(&store::join(FOLDER, path))
    }
}

/// Why the log cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no checkpoint.
    #[error(
        "there is no log here: {CHECKPOINT} is missing. Is this the case folder? If so, restore the file from a copy"
    )]
    NoLog,
    /// The checkpoint is no signed note, or says nothing that can be understood.
    #[error("{CHECKPOINT} is damaged: {0}. Restore it from a copy")]
    Checkpoint(#[from] CheckpointError),
    /// A file of the log is wrong.
    #[error(transparent)]
    Read(#[from] ReadError<StoreError>),
    /// An entry is wrong.
    #[error("entry {position} of the log cannot be understood: {source}")]
    Entry {
        /// Which entry, from 0.
        position: u64,
        /// What is wrong.
        source: EntryError,
    },
    /// An entry cannot be appended.
    #[error("the log cannot take the entry: {0}")]
    Bundle(#[from] factum_log::bundle::BundleError),
}

/// The log of a case at its newest checkpoint.
pub struct Ledger {
    origin: String,
    tree: Tree,
    note: String,
    /// Tiles were found missing or torn, be it at opening or when something was looked up.
    mended: AtomicBool,
}

/// What a checkpoint file says, before its signature is checked.
pub struct Head {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The whole note.
    pub note: String,
}

/// Reads the newest checkpoint.
pub fn read_head(store: &dyn Store) -> Result<Head, LedgerError> {
    let bytes = store.read(CHECKPOINT)?.ok_or(LedgerError::NoLog)?;
    let checkpoint = SignedCheckpoint::parse(&bytes)?.unverified().clone();
    Ok(Head { checkpoint, note: String::from_utf8_lossy(&bytes).into_owned() })
}

impl Ledger {
    /// A log that has no entry yet. Nothing is written before the first entry is.
    pub fn new(origin: &str) -> Self {
        Self { origin: origin.into(), tree: Tree::new(), note: String::new(), mended: AtomicBool::new(false) }
    }

    /// Opens the log at its newest checkpoint. Tiles that are missing or torn are made again from the entries; it is the
    /// checkpoint's root that decides whether they are right.
    pub fn open(store: &dyn Store, head: Head) -> Result<Self, LedgerError> {
        let Checkpoint { origin, size, root, .. } = head.checkpoint;
        let files = LogFiles(store);
        let (tree, mended) = match Tree::open(&files, size, root) {
            Ok(tree) => (tree, false),
            Err(first) => {
                let (tree, _) = Tree::rebuild(&files, size)?;
                if tree.root() != root {
                    return Err(first.into());
                }
                (tree, true)
            }
        };
        Ok(Self { origin, tree, note: head.note, mended: AtomicBool::new(mended) })
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries there are.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The root over them.
    pub fn root(&self) -> Digest {
        Digest(self.tree.root().0)
    }

    /// The newest checkpoint, as a signed note.
    pub fn note(&self) -> &str {
        &self.note
    }

    /// Were tiles found missing or torn, so that they had to be made again?
    pub fn was_mended(&self) -> bool {
        self.mended.load(Ordering::Relaxed)
    }

    /// Is the newest checkpoint signed with this key?
    pub fn is_signed_by(&self, verifier: &str) -> bool {
        let Ok(key) = verifier.parse::<VerifierKey>() else { return false };
        SignedCheckpoint::parse(self.note.as_bytes()).is_ok_and(|signed| signed.verify(&key).is_ok())
    }

    /// Reads the log as its checkpoint vouches for it.
    pub fn reader<'a>(&self, store: &'a dyn Store) -> Result<Reader<LogFiles<'a>>, LedgerError> {
        Ok(Reader::new(LogFiles(store), self.size(), Hash(self.root().0))?)
    }

    /// The entries from one position up to another, each checked against the root.
    ///
    /// A tile in the middle of the log can be torn as well as the last ones; then the entries themselves are asked whether they make the
    /// root.
    pub fn entries(&self, store: &dyn Store, from: u64, to: u64) -> Result<Vec<Entry>, LedgerError> {
        let read = |position: u64, bytes: &[u8]| {
            Entry::from_bytes(bytes).map_err(|source| LedgerError::Entry { position, source })
        };
        match self.checked(store, from, to) {
            Ok(found) => found.iter().map(|(position, bytes)| read(*position, bytes)).collect(),
            Err(first) => {
                let all = self.recomputed(store, first)?;
                let wanted = (0..).zip(&all).filter(|(position, _)| (from..to).contains(position));
                wanted.map(|(position, bytes)| read(position, bytes)).collect()
            }
        }
    }

    /// The root that the log had when it had so many entries.
    pub fn root_at(&self, store: &dyn Store, size: u64) -> Result<Digest, LedgerError> {
        match self.reader(store).and_then(|mut reader| Ok(reader.root_at(size)?)) {
            Ok(root) => Ok(Digest(root.0)),
            Err(first) => {
                let all = self.recomputed(store, first)?;
                let mut tree = Tree::new();
                tree.append(all.get(..size as usize).unwrap_or(&all))?;
                Ok(Digest(tree.root().0))
            }
        }
    }

    /// The bytes of entries, each bundle checked against the tiles above it.
    fn checked(&self, store: &dyn Store, from: u64, to: u64) -> Result<Vec<(u64, Vec<u8>)>, LedgerError> {
        let mut found = Vec::new();
        if from >= to {
            return Ok(found);
        }
        let mut reader = self.reader(store)?;
        for bundle in from / 256..=(to - 1) / 256 {
            let entries = (bundle * 256..).zip(reader.bundle(bundle)?);
            found.extend(entries.filter(|(position, _)| (from..to).contains(position)));
        }
        Ok(found)
    }

    /// The bytes of all entries, checked by making the whole tree anew. What kept the tiles from doing it is told if the entries do
    /// not make the root either.
    fn recomputed(&self, store: &dyn Store, first: LedgerError) -> Result<Vec<Vec<u8>>, LedgerError> {
        let mut all = Vec::new();
        let root = Hash(self.root().0);
        let audit = factum_log::audit::run(&LogFiles(store), self.size(), root, |_, bytes| all.push(bytes.to_vec()));
        if !audit.entries_hold {
            return Err(first);
        }
        self.mended.store(true, Ordering::Relaxed);
        Ok(all)
    }

    /// Makes the tiles anew if any was found missing or torn.
    pub fn mend(&mut self, store: &dyn Store) -> Result<(), LedgerError> {
        if self.was_mended() { self.rebuild_tiles(store) } else { Ok(()) }
    }

    /// Makes every tile anew from the entries. Where these do not make the root nothing is written: `factum check` tells what is wrong.
    pub fn rebuild_tiles(&mut self, store: &dyn Store) -> Result<(), LedgerError> {
        let (tree, tiles) = Tree::rebuild(&LogFiles(store), self.size())?;
        if tree.root() == Hash(self.root().0) {
            write_loosely(store, &tiles)?;
            self.mended.store(false, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Appends entries, and returns when they are acknowledged: when the checkpoint that counts them is signed, in place, and its
    /// folder synced. The batch holds their objects, which are durable before it is in place.
    ///
    /// Whoever holds the writer's lock calls this, after [`Ledger::mend`]. `newest` is the file at [`CHECKPOINT`].
    pub fn append(
        &mut self,
        mut batch: Batch<'_>,
        entries: &[Entry],
        key: &LogKey,
        newest: &mut Replaced,
    ) -> Result<(), LedgerError> {
        let store = batch.store();
        let bytes: Vec<_> = entries.iter().map(Entry::to_bytes).collect();
        let mut tree = self.tree.clone();
        let Growth { bundles, tiles, obsolete } = tree.append(&bytes)?;
        // Objects, entries and the bytes of the checkpoint are waited for together. Nothing counts the entries yet, and from them
        // everything else can be made again.
        for file in &bundles {
            let path = store::join(FOLDER, &file.place.to_string());
            store::create_folder_durably(store, store::folder_of(&path))?;
            batch.file(&path, &file.bytes)?;
        }
        let text = Checkpoint::new(&self.origin, tree.size(), tree.root()).to_string();
        let note = format!("{text}\n{}", key.sign(text.as_bytes()).line());
        batch.wait_for(newest.write(note.as_bytes())?);
        batch.finish()?;
        // Tiles are for readers; after a crash they are made again from the entries, so they need no sync.
        write_loosely(store, &tiles)?;
        // From here on the entries are log.
        newest.name()?;
        self.tree = tree;
        self.note = note;
        for folder in obsolete {
            remove_partials(store, &store::join(FOLDER, &folder));
        }
        Ok(())
    }
}

/// Writes files that can be made again from others: whole or not at all as far as a running system goes, and without waiting for
/// the disk.
fn write_loosely(store: &dyn Store, files: &[File]) -> Result<(), StoreError> {
    for file in files {
        let path = store::join(FOLDER, &file.place.to_string());
        store.create_folder(store::folder_of(&path))?;
        store::put_loosely(store, &path, &file.bytes)?;
    }
    Ok(())
}

/// Removes the partial forms of a tile that is full. The entries are acknowledged by now, and what cannot be removed does no harm.
fn remove_partials(store: &dyn Store, folder: &str) {
    for name in store.files(folder).unwrap_or_default() {
        let _ = store.remove(&store::join(folder, &name));
    }
}
