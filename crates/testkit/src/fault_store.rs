//! What is left on a disk when the power fails at just this operation?
//!
//! A disk promises only what was synced. A [`FaultStore`] remembers for every write, new name, rename, removal, new folder and
//! cleared time whether a sync has followed. At the crash each that was not synced is, independently of all others, kept or
//! dropped; a write can also be torn at any byte. A rename is kept or dropped whole; of an exchange each name goes its own way, so that
//! both may stand for one file. Syncing a file does not sync its name;
//! syncing a folder syncs the names in it and not what they stand for. This is weaker than what common file systems do, so what
//! survives here survives there (compare Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014, whose model of
//! an abstract persistence this follows).
//!
//! One sync can be left out, to see whether a test would notice; one operation can be refused as a full disk refuses it.

use crate::memory_store::{Content, MemoryStore, Names, Node, held, refused};
use factum_vault::store::{Lock, Store, StoreError, Writing, folder_of};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex};

/// The seed under which nothing survives that was not synced.
pub const ALL_DROPPED: u64 = 0;

/// The seed under which everything survives that had reached the system.
pub const ALL_KEPT: u64 = 1;

/// A change of names that no sync has followed.
#[derive(Clone, Debug)]
enum Change {
    Set(String, Node),
    Unset(String),
    Rename(String, String, Node),
}

impl Change {
    /// Does syncing this folder make the change durable? Of a rename across folders, syncing the new folder does.
    fn is_of(&self, folder: &str) -> bool {
        match self {
            Self::Set(path, _) | Self::Unset(path) | Self::Rename(_, path, _) => folder_of(path) == folder,
        }
    }

    fn make(&self, names: &mut Names) {
        match self {
            Self::Set(path, node) => drop(names.insert(path.clone(), node.clone())),
            Self::Unset(path) => drop(names.remove(path)),
            Self::Rename(from, to, node) => {
                names.remove(from);
                names.insert(to.clone(), node.clone());
            }
        }
    }
}

/// A change of a file's content that no sync has followed.
#[derive(Clone, Debug)]
enum Edit {
    Write {
        at: usize,
        bytes: Vec<u8>,
    },
    /// The file ends here.
    End(usize),
    ClearTimes,
}

/// What of one file is durable, and what is on its way.
#[derive(Debug)]
struct File {
    current: Arc<Mutex<Content>>,
    durable: Content,
    edits: Vec<Edit>,
}

#[derive(Debug, Default)]
struct Disk {
    durable: Names,
    changes: Vec<Change>,
    files: Vec<File>,
    operations: usize,
    syncs: usize,
    crash_at: Option<usize>,
    refuse_at: Option<(usize, io::ErrorKind)>,
    ignored_sync: Option<usize>,
    dead: bool,
}

/// What becomes of an operation.
enum Fate {
    /// It is done.
    Done,
    /// It had begun when the power failed.
    Begun,
}

impl Disk {
    fn begin(&mut self) -> io::Result<Fate> {
        if self.dead {
            return Err(io::Error::other("the power has failed"));
        }
        let this = self.operations;
        self.operations += 1;
        if let Some((at, kind)) = self.refuse_at
            && at == this
        {
            return Err(kind.into());
        }
        if self.crash_at == Some(this) {
            self.dead = true;
            return Ok(Fate::Begun);
        }
        Ok(Fate::Done)
    }

    /// Is the sync that is due now to be carried out?
    fn counts(&mut self) -> bool {
        let this = self.syncs;
        self.syncs += 1;
        self.ignored_sync != Some(this)
    }

    fn file(&mut self, current: &Arc<Mutex<Content>>) -> Option<&mut File> {
        self.files.iter_mut().find(|file| Arc::ptr_eq(&file.current, current))
    }

    fn edit(&mut self, current: &Arc<Mutex<Content>>, edit: Edit) {
        if let Some(file) = self.file(current) {
            file.edits.push(edit);
        }
    }
}

fn outcome(fate: &Fate) -> io::Result<()> {
    match fate {
        Fate::Done => Ok(()),
        Fate::Begun => Err(io::Error::other("the power fails")),
    }
}

/// A case folder on a disk whose power can fail. Clones share one disk.
#[derive(Clone, Debug)]
pub struct FaultStore {
    current: MemoryStore,
    disk: Arc<Mutex<Disk>>,
}

impl FaultStore {
    /// A disk on which all of `start` is durable.
    pub fn new(start: &MemoryStore) -> Self {
        let current = start.copy();
        let durable = current.names().clone();
        let files = durable.values().filter_map(|node| match node {
            Node::Folder => None,
            Node::File(content) => {
                Some(File { current: content.clone(), durable: held(content).clone(), edits: Vec::new() })
            }
        });
        let disk = Disk { files: files.collect(), durable, ..Disk::default() };
        Self { current, disk: Arc::new(Mutex::new(disk)) }
    }

    /// Lets the power fail during operation `number`, counted from 0. That operation may be kept in part or whole.
    #[must_use]
    pub fn crashing_at(self, number: usize) -> Self {
        held(&self.disk).crash_at = Some(number);
        self
    }

    /// Refuses operation `number`, and only that, with an error such as `StorageFull`.
    #[must_use]
    pub fn refusing_at(self, number: usize, kind: io::ErrorKind) -> Self {
        held(&self.disk).refuse_at = Some((number, kind));
        self
    }

    /// Does nothing at sync `number` (of files and folders, counted from 0), and says it was done.
    #[must_use]
    pub fn without_sync(self, number: usize) -> Self {
        held(&self.disk).ignored_sync = Some(number);
        self
    }

    /// How many operations have been asked for that change something.
    pub fn operations(&self) -> usize {
        held(&self.disk).operations
    }

    /// How many of them were syncs.
    pub fn syncs(&self) -> usize {
        held(&self.disk).syncs
    }

    /// What a machine finds that starts again. Every seed is one way in which things can have gone.
    pub fn survivors(&self, seed: u64) -> MemoryStore {
        let disk = held(&self.disk);
        let mut fate = Draws::new(seed);
        let contents: Vec<Content> = disk.files.iter().map(|file| survivor(file, &mut fate)).collect();
        let mut names = disk.durable.clone();
        for change in &disk.changes {
            if fate.kept() {
                change.make(&mut names);
            }
        }
        let mut left = Names::new();
        for (path, node) in &names {
            // Names come in order, so a folder comes before what lies in it; what lies in a lost folder is lost.
            let folder = folder_of(path);
            if !folder.is_empty() && !matches!(left.get(folder), Some(Node::Folder)) {
                continue;
            }
            let node = match node {
                Node::Folder => Node::Folder,
                Node::File(current) => {
                    let file = disk.files.iter().position(|file| Arc::ptr_eq(&file.current, current));
                    let content = file.and_then(|at| contents.get(at)).cloned().unwrap_or_default();
                    Node::File(Arc::new(Mutex::new(content)))
                }
            };
            left.insert(path.clone(), node);
        }
        MemoryStore::with(left)
    }

    /// An operation on names: as it is seen at once, and as it may be lost.
    fn change(
        &self,
        path: &str,
        now: impl FnOnce(&MemoryStore) -> Result<(), StoreError>,
        changes: Vec<Change>,
    ) -> Result<(), StoreError> {
        let mut disk = held(&self.disk);
        let fate = disk.begin().map_err(|e| StoreError::at(path, e))?;
        now(&self.current)?;
        disk.changes.extend(changes);
        outcome(&fate).map_err(|e| StoreError::at(path, e))
    }
}

/// What becomes of one file's content.
fn survivor(file: &File, fate: &mut Draws) -> Content {
    let mut content = file.durable.clone();
    for edit in &file.edits {
        match edit {
            Edit::End(at) if fate.kept() => content.bytes.resize(*at, 0),
            Edit::End(_) => {}
            Edit::Write { at, bytes } => {
                let kept = bytes.get(..fate.kept_of(bytes.len())).unwrap_or(bytes);
                let end = at + kept.len();
                if kept.is_empty() {
                    continue;
                }
                // An earlier write that was dropped leaves a hole of zeros.
                content.bytes.resize(content.bytes.len().max(end), 0);
                content.bytes.splice(*at..end, kept.iter().copied());
            }
            Edit::ClearTimes => content.times_cleared |= fate.kept(),
        }
    }
    content
}

/// How things go, by seed.
struct Draws {
    seed: u64,
    rng: ChaCha8Rng,
}

impl Draws {
    fn new(seed: u64) -> Self {
        Self { seed, rng: ChaCha8Rng::seed_from_u64(seed) }
    }

    fn kept(&mut self) -> bool {
        match self.seed {
            ALL_DROPPED => false,
            ALL_KEPT => true,
            _ => self.rng.next_u64() & 1 == 1,
        }
    }

    /// How many bytes of a write are kept: a third of the writes whole, a third not at all, a third torn.
    fn kept_of(&mut self, length: usize) -> usize {
        match self.seed {
            ALL_DROPPED => 0,
            ALL_KEPT => length,
            _ => match self.rng.next_u64() % 3 {
                0 => 0,
                1 => length,
                _ => (self.rng.next_u64() % (length as u64 + 1)) as usize,
            },
        }
    }
}

struct Handle {
    store: FaultStore,
    content: Arc<Mutex<Content>>,
}

impl Write for Handle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut disk = held(&self.store.disk);
        let fate = disk.begin()?;
        let mut content = held(&self.content);
        let at = content.bytes.len();
        content.bytes.extend_from_slice(bytes);
        disk.edit(&self.content, Edit::Write { at, bytes: bytes.to_vec() });
        outcome(&fate).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Writing for Handle {
    fn sync(&mut self) -> io::Result<()> {
        let mut disk = held(&self.store.disk);
        let fate = disk.begin()?;
        // A sync during which the power fails has made nothing sure: what it was writing is kept, dropped or torn.
        outcome(&fate)?;
        if disk.counts()
            && let Some(file) = disk.file(&self.content)
        {
            file.durable = held(&file.current).clone();
            file.edits.clear();
        }
        Ok(())
    }
}

impl Store for FaultStore {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.current.read(path)
    }

    fn open(&self, path: &str) -> Result<Option<Box<dyn Read + Send>>, StoreError> {
        self.current.open(path)
    }

    fn create(&self, path: &str) -> Result<Box<dyn Writing>, StoreError> {
        let mut disk = held(&self.disk);
        let fate = disk.begin().map_err(|e| StoreError::at(path, e))?;
        let content = self.current.create_file(path)?;
        disk.files.push(File { current: content.clone(), durable: Content::default(), edits: Vec::new() });
        disk.changes.push(Change::Set(path.to_string(), Node::File(content.clone())));
        outcome(&fate).map_err(|e| StoreError::at(path, e))?;
        Ok(Box::new(Handle { store: self.clone(), content }))
    }

    fn overwrite(&self, path: &str, bytes: &[u8]) -> Result<Option<Box<dyn Writing>>, StoreError> {
        let Some(content) = self.current.file(path)? else { return Ok(None) };
        let mut disk = held(&self.disk);
        let fate = disk.begin().map_err(|e| StoreError::at(path, e))?;
        held(&content).bytes = bytes.to_vec();
        disk.edit(&content, Edit::Write { at: 0, bytes: bytes.to_vec() });
        disk.edit(&content, Edit::End(bytes.len()));
        outcome(&fate).map_err(|e| StoreError::at(path, e))?;
        Ok(Some(Box::new(Handle { store: self.clone(), content })))
    }

    fn exchange(&self, from: &str, to: &str) -> Result<bool, StoreError> {
        let content = self.current.file(from)?.ok_or_else(|| refused(from, io::ErrorKind::NotFound))?;
        let Some(other) = self.current.file(to)? else { return self.rename(from, to).map(|()| false) };
        let changes =
            vec![Change::Set(to.to_string(), Node::File(content)), Change::Set(from.to_string(), Node::File(other))];
        let swap = |current: &MemoryStore| {
            current.swap(from, to);
            Ok(())
        };
        self.change(to, swap, changes).map(|()| true)
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), StoreError> {
        let content = self.current.file(from)?.ok_or_else(|| refused(from, io::ErrorKind::NotFound))?;
        let change = Change::Rename(from.to_string(), to.to_string(), Node::File(content));
        self.change(to, |current| current.rename(from, to), vec![change])
    }

    fn remove(&self, path: &str) -> Result<(), StoreError> {
        let there = self.current.file(path)?.is_some();
        let changes = there.then(|| Change::Unset(path.to_string())).into_iter().collect();
        self.change(path, |current| current.remove(path), changes)
    }

    fn create_folder(&self, path: &str) -> Result<(), StoreError> {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let missing =
            ends.filter_map(|end| path.get(..end)).filter(|folder| !self.current.names().contains_key(*folder));
        let changes = missing.map(|folder| Change::Set(folder.to_string(), Node::Folder)).collect();
        self.change(path, |current| current.create_folder(path), changes)
    }

    fn has_folder(&self, path: &str) -> Result<bool, StoreError> {
        self.current.has_folder(path)
    }

    fn sync_folder(&self, path: &str) -> Result<(), StoreError> {
        self.current.sync_folder(path)?;
        let mut disk = held(&self.disk);
        let fate = disk.begin().map_err(|e| StoreError::at(path, e))?;
        outcome(&fate).map_err(|e| StoreError::at(path, e))?;
        if disk.counts() {
            let (made, left) = std::mem::take(&mut disk.changes).into_iter().partition(|change| change.is_of(path));
            let made: Vec<Change> = made;
            made.iter().for_each(|change| change.make(&mut disk.durable));
            disk.changes = left;
        }
        Ok(())
    }

    fn files(&self, path: &str) -> Result<Vec<String>, StoreError> {
        self.current.files(path)
    }

    fn folders(&self, path: &str) -> Result<Vec<String>, StoreError> {
        self.current.folders(path)
    }

    fn length(&self, path: &str) -> Result<Option<u64>, StoreError> {
        self.current.length(path)
    }

    fn clear_times(&self, path: &str) -> Result<(), StoreError> {
        self.change(path, |current| current.clear_times(path), Vec::new())?;
        if let Some(content) = self.current.file(path)? {
            held(&self.disk).edit(&content, Edit::ClearTimes);
        }
        Ok(())
    }

    fn lock(&self) -> Result<Box<dyn Lock>, StoreError> {
        self.current.lock()
    }
}

/// One way in which a scenario went.
pub struct Run {
    /// What the machine finds when it starts again.
    pub left: MemoryStore,
    /// The operation during which the power failed; at their number it failed after the last.
    pub crash: usize,
    /// How what was not synced went.
    pub seed: u64,
}

/// Runs `scenario` once with a crash at every operation, and once with one after the last, and has `check` judge what is left
/// in `seeds` ways each, the two extremes among them. Returns how many it judged.
///
/// `scenario` gets a fresh disk holding `start` and says what was acknowledged until then; its errors are the crash itself and no
/// concern of its own.
///
/// # Errors
/// The first that `check` returns.
pub fn every_crash<A>(
    start: &MemoryStore,
    seeds: u64,
    without_sync: Option<usize>,
    scenario: impl Fn(&FaultStore) -> A,
    check: impl Fn(&Run, &A) -> Result<(), String>,
) -> Result<usize, String> {
    let (mut judged, mut crash) = (0, 0);
    loop {
        let mut store = FaultStore::new(start).crashing_at(crash);
        if let Some(number) = without_sync {
            store = store.without_sync(number);
        }
        let acknowledged = scenario(&store);
        for seed in 0..seeds.max(2) {
            check(&Run { left: store.survivors(seed), crash, seed }, &acknowledged)?;
            judged += 1;
        }
        if store.operations() <= crash {
            return Ok(judged);
        }
        crash += 1;
    }
}
