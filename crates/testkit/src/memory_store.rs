//! How does a case folder look that lies in memory only?
//!
//! The store of tests that want no disk, and what is left of a [`FaultStore`](crate::fault_store::FaultStore) after the power
//! has failed. Everything written is durable at once.

use factum_vault::store::{Lock, Store, StoreError, Writing, check_path, folder_of};
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a file holds, whatever it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Were its times set to those of all objects?
    pub times_cleared: bool,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Folder,
    File(Arc<Mutex<Content>>),
}

/// Names and what they stand for; the case folder itself has no name.
pub(crate) type Names = BTreeMap<String, Node>;

/// A lock whose holder's panic is somebody else's failed test.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A case folder in memory. Clones share one folder.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    names: Arc<Mutex<Names>>,
    locked: Arc<AtomicBool>,
}

impl MemoryStore {
    /// An empty folder.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn with(names: Names) -> Self {
        Self { names: Arc::new(Mutex::new(names)), locked: Arc::default() }
    }

    pub(crate) fn names(&self) -> MutexGuard<'_, Names> {
        held(&self.names)
    }

    /// Another folder that holds the same now.
    pub fn copy(&self) -> Self {
        let copied = |node: &Node| match node {
            Node::Folder => Node::Folder,
            Node::File(content) => Node::File(Arc::new(Mutex::new(held(content).clone()))),
        };
        Self::with(self.names().iter().map(|(name, node)| (name.clone(), copied(node))).collect())
    }

    /// Every file with what it holds, by path.
    pub fn contents(&self) -> BTreeMap<String, Content> {
        let names = self.names();
        let files = names.iter().filter_map(|(name, node)| match node {
            Node::Folder => None,
            Node::File(content) => Some((name.clone(), held(content).clone())),
        });
        files.collect()
    }

    pub(crate) fn file(&self, path: &str) -> Result<Option<Arc<Mutex<Content>>>, StoreError> {
        check_path(path)?;
        match self.names().get(path) {
            Some(Node::File(content)) => Ok(Some(content.clone())),
            Some(Node::Folder) => Err(refused(path, io::ErrorKind::IsADirectory)),
            None => Ok(None),
        }
    }

    /// Is the folder there that a new name would lie in?
    fn room_for(&self, path: &str) -> Result<(), StoreError> {
        check_path(path)?;
        if self.has_folder(folder_of(path))? { Ok(()) } else { Err(refused(path, io::ErrorKind::NotFound)) }
    }

    pub(crate) fn create_file(&self, path: &str) -> Result<Arc<Mutex<Content>>, StoreError> {
        self.room_for(path)?;
        let mut names = self.names();
        if names.contains_key(path) {
            return Err(refused(path, io::ErrorKind::AlreadyExists));
        }
        let content = Arc::default();
        names.insert(path.to_string(), Node::File(Arc::clone(&content)));
        Ok(content)
    }

    /// Gives two files each the other's name.
    pub(crate) fn swap(&self, one: &str, other: &str) {
        let mut names = self.names();
        if let (Some(first), Some(second)) = (names.get(one).cloned(), names.get(other).cloned()) {
            names.insert(one.to_string(), second);
            names.insert(other.to_string(), first);
        }
    }

    fn children(&self, path: &str, folders: bool) -> Result<Vec<String>, StoreError> {
        if !path.is_empty() {
            check_path(path)?;
        }
        let names = self.names();
        let within =
            names.iter().filter(|(name, node)| folder_of(name) == path && matches!(node, Node::Folder) == folders);
        Ok(within.filter_map(|(name, _)| name.rsplit('/').next()).map(str::to_string).collect())
    }
}

/// The error a disk would give.
pub(crate) fn refused(path: &str, kind: io::ErrorKind) -> StoreError {
    StoreError::at(path, kind.into())
}

struct Handle(Arc<Mutex<Content>>);

impl Write for Handle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        held(&self.0).bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Writing for Handle {
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Held(Arc<AtomicBool>);

impl Lock for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

impl Store for MemoryStore {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.file(path)?.map(|content| held(&content).bytes.clone()))
    }

    fn open(&self, path: &str) -> Result<Option<Box<dyn Read + Send>>, StoreError> {
        Ok(self.read(path)?.map(|bytes| Box::new(Cursor::new(bytes)) as Box<dyn Read + Send>))
    }

    fn create(&self, path: &str) -> Result<Box<dyn Writing>, StoreError> {
        Ok(Box::new(Handle(self.create_file(path)?)))
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.room_for(to)?;
        let content = self.file(from)?.ok_or_else(|| refused(from, io::ErrorKind::NotFound))?;
        self.file(to)?;
        let mut names = self.names();
        names.remove(from);
        names.insert(to.to_string(), Node::File(content));
        Ok(())
    }

    fn remove(&self, path: &str) -> Result<(), StoreError> {
        if self.file(path)?.is_some() {
            self.names().remove(path);
        }
        Ok(())
    }

    fn create_folder(&self, path: &str) -> Result<(), StoreError> {
        check_path(path)?;
        let mut names = self.names();
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for folder in ends.filter_map(|end| path.get(..end)) {
            if let Node::File(_) = names.entry(folder.to_string()).or_insert(Node::Folder) {
                return Err(refused(folder, io::ErrorKind::NotADirectory));
            }
        }
        Ok(())
    }

    fn has_folder(&self, path: &str) -> Result<bool, StoreError> {
        if path.is_empty() {
            return Ok(true);
        }
        check_path(path)?;
        Ok(matches!(self.names().get(path), Some(Node::Folder)))
    }

    fn sync_folder(&self, path: &str) -> Result<(), StoreError> {
        if self.has_folder(path)? { Ok(()) } else { Err(refused(path, io::ErrorKind::NotFound)) }
    }

    fn files(&self, path: &str) -> Result<Vec<String>, StoreError> {
        self.children(path, false)
    }

    fn folders(&self, path: &str) -> Result<Vec<String>, StoreError> {
        self.children(path, true)
    }

    fn length(&self, path: &str) -> Result<Option<u64>, StoreError> {
        Ok(self.file(path)?.map(|content| held(&content).bytes.len() as u64))
    }

    fn clear_times(&self, path: &str) -> Result<(), StoreError> {
        let content = self.file(path)?.ok_or_else(|| refused(path, io::ErrorKind::NotFound))?;
        held(&content).times_cleared = true;
        Ok(())
    }

    fn lock(&self) -> Result<Box<dyn Lock>, StoreError> {
        if self.locked.swap(true, Ordering::SeqCst) {
            return Err(StoreError::Locked);
        }
        Ok(Box::new(Held(self.locked.clone())))
    }
}
