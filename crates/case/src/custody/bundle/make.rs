//! How is a bundle written, and how does an author's history go on over several of them?

use super::{Head, object_of};
use crate::custody::folder::{Case, CaseError};
use crate::custody::ids::Digest;
use crate::custody::writer::{Change, SealedChange, WriteError};
use factum_log::entry::{Entry, Kind};
use factum_vault::object::{self, Batch};
use factum_vault::store::{Store, StoreError};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The first line of a chain's file.
const TITLE: &str = "factum chain 1";

/// Why no bundle was made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// The change cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The case.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An object is missing.
    #[error("the object {0} is missing: was the disk full?")]
    Missing(Digest),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is there already.
    #[error("{0} exists already: a bundle is never written over another file")]
    Exists(PathBuf),
    /// The chain's file is damaged.
    #[error("{0} is damaged. Take the bundles made so far into the log, then delete it")]
    Chain(PathBuf),
}

/// What an author has written into bundles last, log by log: kept beside the author's identity or kit, because the log does not know
/// it yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    path: PathBuf,
    last: Vec<(String, Digest)>,
}

impl Chain {
    /// Reads a chain's file; without one nothing was written yet.
    pub fn read(path: &Path) -> Result<Self, MakeError> {
        let damaged = || MakeError::Chain(path.to_owned());
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { path: path.to_owned(), last: Vec::new() });
            }
            Err(source) => return Err(MakeError::Io { path: path.to_owned(), source }),
        };
        let lines = text.strip_prefix(TITLE).and_then(|t| t.strip_prefix('\n')).ok_or_else(damaged)?;
        let read = |line: &str| {
            let (origin, object) = line.split_once(' ')?;
            Some((origin.to_string(), object.parse().ok()?))
        };
        let last = lines.lines().map(|line| read(line).ok_or_else(damaged)).collect::<Result<_, _>>()?;
        Ok(Self { path: path.to_owned(), last })
    }

    /// The object of the author's newest part for a log, if it is in a bundle.
    pub fn last(&self, origin: &str) -> Option<Digest> {
        self.last.iter().find(|(name, _)| name == origin).map(|(_, object)| *object)
    }

    /// Goes on with an object, durably.
    pub fn follow(&mut self, origin: &str, object: Digest) -> Result<(), MakeError> {
        self.last.retain(|(name, _)| name != origin);
        self.last.push((origin.to_string(), object));
        let mut text = format!("{TITLE}\n");
        self.last.iter().for_each(|(name, object)| text.push_str(&format!("{name} {object}\n")));
        let written = crate::custody::anchor::witness::write_whole(&self.path, text.as_bytes());
        written.map_err(|source| MakeError::Io { path: self.path.clone(), source })
    }
}

/// Writes entries and their objects, which are in `store`, as a bundle, durably. Returns the digest of the file.
pub fn write(store: &dyn Store, origin: &str, made: &str, entries: &[Entry], out: &Path) -> Result<Digest, MakeError> {
    if out.exists() {
        return Err(MakeError::Exists(out.to_owned()));
    }
    let lengths = entries.iter().map(|entry| {
        let length = store.length(&object::path(&entry.object.0))?;
        length.map(|length| (*entry, length)).ok_or(MakeError::Missing(object_of(entry)))
    });
    let head = Head { origin: origin.into(), made: made.into(), entries: lengths.collect::<Result<_, _>>()? };
    let mut beside = out.as_os_str().to_owned();
    beside.push(".unfinished");
    let beside = PathBuf::from(beside);
    let failed = |source| MakeError::Io { path: out.to_owned(), source };
    let mut file = Digesting { to: BufWriter::new(File::create(&beside).map_err(failed)?), digest: Default::default() };
    file.write_all(head.text().as_bytes()).map_err(failed)?;
    for (entry, _) in &head.entries {
        let mut from = store.open(&object::path(&entry.object.0))?.ok_or(MakeError::Missing(object_of(entry)))?;
        io::copy(&mut from, &mut file).map_err(failed)?;
    }
    let Digesting { to, digest } = file;
    let to = to.into_inner().map_err(|e| failed(e.into_error()))?;
    to.sync_all().and_then(|()| fs::rename(&beside, out)).map_err(failed)?;
    let folder = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).map_or(Ok(()), |folder| folder.sync_all()).map_err(failed)?;
    Ok(Digest(sha2::Digest::finalize(digest).into()))
}

struct Digesting<W> {
    to: W,
    digest: sha2::Sha256,
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        sha2::Digest::update(&mut self.digest, bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl Case {
    /// Seals a change into a bundle instead of the log: for a member with a copy of the case, away from it. The objects are in the
    /// bundle and no longer in the copy. `chain` is kept beside the member's identity.
    ///
    /// Until the bundle is taken in, the same member must not write into the log itself: the log takes one of the two.
    pub fn bundle(&mut self, change: Change, batch: Batch<'_>, out: &Path, chain: &Path) -> Result<Digest, MakeError> {
        if out.exists() {
            return Err(MakeError::Exists(out.to_owned()));
        }
        let store = self.store.clone();
        let _lock = store.lock().map_err(WriteError::from)?;
        self.refresh()?;
        let origin = self.ledger().origin().to_string();
        let mut chain = Chain::read(chain)?;
        let author = self.actor();
        let mut memory = self.remembered()?;
        let in_log = memory.last.get(&author).copied();
        // What is in the log by now is remembered from there.
        if let Some(away) = chain.last(&origin).filter(|object| !memory.entries.contains_key(object)) {
            memory.last.insert(author, away);
        }
        self.memory = Some(memory);
        let sealed = self.seal(change, batch);
        let mut memory = self.remembered()?;
        match in_log {
            Some(object) => memory.last.insert(author, object),
            None => memory.last.remove(&author),
        };
        self.memory = Some(memory);
        let SealedChange { batch, entries, .. } = sealed?;
        batch.finish().map_err(WriteError::from)?;
        let written = write(&*store, &origin, &crate::now(), &entries, out);
        if let (Ok(_), Some(part)) = (&written, entries.iter().rev().find(|entry| entry.kind == Kind::Part)) {
            chain.follow(&origin, object_of(part))?;
        }
        for entry in &entries {
            store.remove(&object::path(&entry.object.0))?;
        }
        written
    }
}
