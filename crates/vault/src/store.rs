//! How are the files of a case read and written, so that what was acknowledged survives a loss of power?
//!
//! A [`Store`] has few, primitive operations, because each is a place where power can fail: a test's store drops, keeps or tears
//! whatever was not synced, operation by operation. [`put`] puts them in the only order that is safe.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Files whose names begin so were being written when the program stopped; nothing refers to them.
pub const UNFINISHED: &str = "unfinished-";

/// The file that the one writer holds locked.
pub const LOCK: &str = "writing.lock";
/// The file that everybody holds who seals objects, together, and whoever sweeps, alone.
pub const SEALING: &str = "sealing.lock";

/// From so many files on, one sync of the whole file system is cheaper than one for each: it costs as much as a few, and other
/// programs' writes are seldom more than that.
#[cfg(target_os = "linux")]
const WORTH_ONE_SYNC_OF_ALL: usize = 16;

/// So many threads wait for the disk at once.
const AT_ONCE: usize = 4;

/// All objects have this time on disk, 1980-01-01: the earliest that every file system can write.
const CLEARED: Duration = Duration::from_secs(315_532_800);

/// What could not be done, and where.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A path that leads out of the folder, or is not written plainly.
    #[error("{0:?} is no path within a case")]
    Path(String),
    /// The disk is full.
    #[error(
        "the disk is full: {path} could not be written; nothing was acknowledged. Make room and repeat the command"
    )]
    Full {
        /// Where.
        path: String,
    },
    /// The disk or the folder is for reading only.
    #[error("{path} cannot be written: the disk or the folder is read-only. Nothing was changed")]
    ReadOnly {
        /// Where.
        path: String,
    },
    /// Another process writes.
    #[error("another command is writing to this case; wait until it has ended, then repeat this one")]
    Locked,
    /// Something else.
    #[error("{path}: {source}")]
    Io {
        /// Where.
        path: String,
        /// What the system says.
        source: io::Error,
    },
}

impl StoreError {
    /// What the system says of a path, as far as it can be said better.
    pub fn at(path: &str, source: io::Error) -> Self {
        let path = path.to_string();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Self::ReadOnly { path },
            _ => Self::Io { path, source },
        }
    }
}

/// A file being written.
pub trait Writing: Write + Send {
    /// Returns when the bytes are on the disk. The file's name is durable only when its folder is synced too.
    fn sync(&mut self) -> io::Result<()>;
}

/// Held by the one writer; whoever drops it, or dies, lets the next one in.
pub trait Lock: Send {}

/// The folder of a case.
pub trait Store: Send + Sync {
    /// A file's bytes; absent if there is no such file.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError>;
    /// A file to be read bit by bit; absent if there is no such file.
    fn open(&self, path: &str) -> Result<Option<Box<dyn Read + Send>>, StoreError>;
    /// A new file. There must be none of this name.
    fn create(&self, path: &str) -> Result<Box<dyn Writing>, StoreError>;
    /// Returns when the bytes of all these files, which lie in one folder, are on the disk.
    ///
    /// # Errors
    /// What the system says of the first that could not be synced; none of them is to be relied on then.
    fn sync_files(&self, folder: &str, files: &mut [Box<dyn Writing>]) -> Result<(), StoreError> {
        files.iter_mut().try_for_each(|file| file.sync()).map_err(|e| StoreError::at(folder, e))
    }
    /// Writes bytes over those of a file, which ends with them; absent if there is no such file, or if the store cannot do this. Until
    /// what is returned is synced, a loss of power may leave any mixture of both.
    ///
    /// # Errors
    /// What the system says.
    fn overwrite(&self, _path: &str, _bytes: &[u8]) -> Result<Option<Box<dyn Writing>>, StoreError> {
        Ok(None)
    }
    /// Gives a file another name, in place of whatever had it.
    fn rename(&self, from: &str, to: &str) -> Result<(), StoreError>;
    /// As [`Store::rename`], but what had the name gets the other's, where the store can do this. Returns whether it has: then there
    /// is still a file `from`.
    ///
    /// # Errors
    /// What the system says; both names are as they were.
    fn exchange(&self, from: &str, to: &str) -> Result<bool, StoreError> {
        self.rename(from, to).map(|()| false)
    }
    /// Removes a file. One that is not there is removed already.
    fn remove(&self, path: &str) -> Result<(), StoreError>;
    /// Removes a file so that its bytes are gone from where they lay, as far as a program can bring that about: disks that move
    /// blocks, and copies of the disk, may keep them. When it returns, no loss of power brings the name back. One that is not there is
    /// removed already.
    ///
    /// # Errors
    /// What the system says; the file may be there still, whole or overwritten.
    fn erase(&self, path: &str) -> Result<(), StoreError> {
        self.remove(path)?;
        self.sync_folder(folder_of(path))
    }
    /// Makes a folder, with those it lies in. One that is there stays.
    fn create_folder(&self, path: &str) -> Result<(), StoreError>;
    /// Is there such a folder?
    fn has_folder(&self, path: &str) -> Result<bool, StoreError>;
    /// Returns when the names in a folder are on the disk.
    fn sync_folder(&self, path: &str) -> Result<(), StoreError>;
    /// The same of several folders, in whatever order.
    ///
    /// # Errors
    /// What the system says of one that could not be synced; none of them is to be relied on then.
    fn sync_folders(&self, paths: &[String]) -> Result<(), StoreError> {
        paths.iter().try_for_each(|path| self.sync_folder(path))
    }
    /// The names of the files in a folder, sorted; none if there is no such folder.
    fn files(&self, path: &str) -> Result<Vec<String>, StoreError>;
    /// The names of the folders in a folder, sorted; none if there is no such folder.
    fn folders(&self, path: &str) -> Result<Vec<String>, StoreError>;
    /// How long a file is; absent if there is no such file.
    fn length(&self, path: &str) -> Result<Option<u64>, StoreError>;
    /// Sets a file's times to what all objects have.
    fn clear_times(&self, path: &str) -> Result<(), StoreError>;
    /// Lets this process write and no other.
    fn lock(&self) -> Result<Box<dyn Lock>, StoreError>;
    /// Says that objects are being sealed, for as long as what is returned lives: nobody sweeps them away meanwhile. Several may
    /// seal at once. A store that one command alone uses has nobody to tell.
    fn sealing(&self) -> Result<Box<dyn Lock>, StoreError> {
        Ok(Box::new(Alone))
    }
    /// Keeps others from beginning to seal; absent if somebody does.
    fn sweeping(&self) -> Result<Option<Box<dyn Lock>>, StoreError> {
        Ok(Some(Box::new(Alone)))
    }
}

/// What is held where there is nobody else.
struct Alone;

impl Lock for Alone {}

/// The folder a path lies in; empty for the case folder itself.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Writes a file so that after any loss of power it is there whole, or as it was before.
///
/// The bytes are synced before they get their name, so that the name never leads to half a file; the folder is synced last, so
/// that the name itself stays.
pub fn put(store: &dyn Store, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
    put_unnamed(store, path, bytes)?;
    store.sync_folder(folder_of(path))
}

/// As [`put`], but whoever calls it syncs the folder, once for all the files put there.
pub fn put_unnamed(store: &dyn Store, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let temporary = temporary_beside(path);
    let written = write_synced(store, &temporary, bytes).and_then(|()| store.rename(&temporary, path));
    if let Err(error) = written {
        // What is left is swept away later if it cannot be removed now; the first error is the one to tell.
        let _ = store.remove(&temporary);
        return Err(error);
    }
    Ok(())
}

/// Writes a file that can be made again from others: never half under its own name while the system runs, and without waiting
/// for the disk. After a loss of power it may be missing or torn.
pub fn put_loosely(store: &dyn Store, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let temporary = temporary_beside(path);
    drop(write_anew(store, &temporary, bytes)?);
    store.rename(&temporary, path)
}

/// Makes a folder whose own name survives a loss of power, with those it lies in. One that is there stays.
pub fn create_folder_durably(store: &dyn Store, folder: &str) -> Result<(), StoreError> {
    let mut missing = Vec::new();
    let mut at = folder;
    while !at.is_empty() && !store.has_folder(at)? {
        missing.push(at);
        at = folder_of(at);
    }
    for made in missing.into_iter().rev() {
        store.create_folder(made)?;
        store.sync_folder(folder_of(made))?;
    }
    Ok(())
}

/// A new file's bytes, on the disk but under a name nothing refers to.
fn write_synced(store: &dyn Store, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
    write_anew(store, path, bytes)?.sync().map_err(|e| StoreError::at(path, e))
}

/// A new file's bytes, not yet on the disk, in place of whatever had its name.
pub(crate) fn write_anew(store: &dyn Store, path: &str, bytes: &[u8]) -> Result<Box<dyn Writing>, StoreError> {
    store.remove(path)?;
    let mut file = store.create(path)?;
    file.write_all(bytes).and_then(|()| file.flush()).map_err(|e| StoreError::at(path, e))?;
    Ok(file)
}

/// The name a file has until it is whole. One name for each final name: the one writer writes one at a time.
pub(crate) fn temporary_beside(path: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/{UNFINISHED}{name}"),
        None => format!("{UNFINISHED}{path}"),
    }
}

/// Removes what was being written in a folder when the program stopped. Only the one writer may do this.
pub fn sweep(store: &dyn Store, folder: &str) -> Result<usize, StoreError> {
    let unfinished: Vec<String> = store.files(folder)?.into_iter().filter(|n| n.starts_with(UNFINISHED)).collect();
    for name in &unfinished {
        store.remove(&join(folder, name))?;
    }
    Ok(unfinished.len())
}

/// A name within a folder.
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_string() } else { format!("{folder}/{name}") }
}

/// Is this a plain path within a case: names of ordinary letters, no way up and none from the root?
pub fn check_path(path: &str) -> Result<(), StoreError> {
    let plain = |name: &str| {
        !name.is_empty()
            && name != "."
            && name != ".."
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    };
    if path.split('/').all(plain) { Ok(()) } else { Err(StoreError::Path(path.to_string())) }
}

/// A case folder on a disk.
pub struct DiskStore {
    root: PathBuf,
}

impl DiskStore {
    /// The folder at `root`, which need not be there yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where the folder lies.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn at(&self, path: &str) -> Result<PathBuf, StoreError> {
        if path.is_empty() {
            return Ok(self.root.clone());
        }
        check_path(path)?;
        Ok(self.root.join(path))
    }

    fn names(&self, path: &str, folders: bool) -> Result<Vec<String>, StoreError> {
        let entries = match fs::read_dir(self.at(path)?) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(StoreError::at(path, e)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|e| StoreError::at(path, e))?;
            let kind = entry.file_type().map_err(|e| StoreError::at(path, e))?;
            let wanted = if folders { kind.is_dir() } else { !kind.is_dir() };
            if wanted {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    fn sealing_file(&self) -> Result<File, StoreError> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(self.at(SEALING)?);
        file.map_err(|e| StoreError::at(SEALING, e))
    }
}

fn unless_missing<T>(path: &str, result: io::Result<T>) -> Result<Option<T>, StoreError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(StoreError::at(path, e)),
    }
}

/// Waits for the disk on behalf of many at the same time: what arrives together is written by a file system, and by a disk, with
/// little more waiting than one.
fn side_by_side<T: Send, E: Send>(all: &mut [T], wait: &(dyn Fn(&mut T) -> Result<(), E> + Sync)) -> Result<(), E> {
    let share = all.len().div_ceil(AT_ONCE).max(1);
    let in_turn = |some: &mut [T]| some.iter_mut().try_for_each(wait);
    std::thread::scope(|scope| {
        let mut shares = all.chunks_mut(share);
        let own = shares.next();
        let others: Vec<_> = shares.map(|some| scope.spawn(move || in_turn(some))).collect();
        let first = own.map_or(Ok(()), in_turn);
        let join = |other: std::thread::ScopedJoinHandle<'_, _>| {
            other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        others.into_iter().map(join).fold(first, Result::and)
    })
}

impl Writing for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

/// A file that is locked. It is let go of by name: a program that was started meanwhile has a copy of the open file until it runs,
/// and closing ours alone would leave the lock with the copy.
struct Held(File);

impl Lock for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        // What cannot be unlocked is closed in any case.
        let _ = self.0.unlock();
    }
}

impl Store for DiskStore {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        unless_missing(path, fs::read(self.at(path)?))
    }

    fn open(&self, path: &str) -> Result<Option<Box<dyn Read + Send>>, StoreError> {
        let file = unless_missing(path, File::open(self.at(path)?))?;
        Ok(file.map(|f| Box::new(f) as Box<dyn Read + Send>))
    }

    fn create(&self, path: &str) -> Result<Box<dyn Writing>, StoreError> {
        let file = OpenOptions::new().write(true).create_new(true).open(self.at(path)?);
        Ok(Box::new(file.map_err(|e| StoreError::at(path, e))?))
    }

    fn sync_files(&self, folder: &str, files: &mut [Box<dyn Writing>]) -> Result<(), StoreError> {
        #[cfg(target_os = "linux")]
        if files.len() >= WORTH_ONE_SYNC_OF_ALL {
            // One call of syncfs(2) waits for every file of the file system; since Linux 5.8 it also tells of failed writes.
            let opened = File::open(self.at(folder)?).map_err(|e| StoreError::at(folder, e))?;
            return rustix::fs::syncfs(&opened).map_err(|e| StoreError::at(folder, e.into()));
        }
        side_by_side(files, &|file| file.sync()).map_err(|e| StoreError::at(folder, e))
    }

    fn overwrite(&self, path: &str, bytes: &[u8]) -> Result<Option<Box<dyn Writing>>, StoreError> {
        let Some(mut file) = unless_missing(path, OpenOptions::new().write(true).open(self.at(path)?))? else {
            return Ok(None);
        };
        let written = file.write_all(bytes).and_then(|()| file.set_len(bytes.len() as u64));
        written.map(|()| Some(Box::new(file) as Box<dyn Writing>)).map_err(|e| StoreError::at(path, e))
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), StoreError> {
        fs::rename(self.at(from)?, self.at(to)?).map_err(|e| StoreError::at(to, e))
    }

    #[cfg(target_os = "linux")]
    fn exchange(&self, from: &str, to: &str) -> Result<bool, StoreError> {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, self.at(from)?, CWD, self.at(to)?, RenameFlags::EXCHANGE) {
            Ok(()) => Ok(true),
            // There may be nothing to exchange it with, and not every file system or kernel can; whatever else is wrong is told by
            // renaming.
            Err(_) => self.rename(from, to).map(|()| false),
        }
    }

    fn remove(&self, path: &str) -> Result<(), StoreError> {
        unless_missing(path, fs::remove_file(self.at(path)?)).map(|_| ())
    }

    fn erase(&self, path: &str) -> Result<(), StoreError> {
        let overwrite = || -> io::Result<()> {
            let mut file = OpenOptions::new().write(true).open(self.root.join(path))?;
            let length = file.metadata()?.len();
            io::copy(&mut io::repeat(0).take(length), &mut file)?;
            // On the disk before the name goes, or the zeros might never be written.
            file.sync_all()
        };
        check_path(path)?;
        unless_missing(path, overwrite())?;
        self.remove(path)?;
        self.sync_folder(folder_of(path))
    }

    fn create_folder(&self, path: &str) -> Result<(), StoreError> {
        fs::create_dir_all(self.at(path)?).map_err(|e| StoreError::at(path, e))
    }

    fn has_folder(&self, path: &str) -> Result<bool, StoreError> {
        Ok(unless_missing(path, fs::metadata(self.at(path)?))?.is_some_and(|m| m.is_dir()))
    }

    fn sync_folder(&self, path: &str) -> Result<(), StoreError> {
        // Folders cannot be opened for syncing on Windows, where names are journalled with the file.
        if cfg!(windows) {
            return Ok(());
        }
        File::open(self.at(path)?).and_then(|folder| folder.sync_all()).map_err(|e| StoreError::at(path, e))
    }

    fn sync_folders(&self, paths: &[String]) -> Result<(), StoreError> {
        side_by_side(&mut paths.to_vec(), &|path| self.sync_folder(path))
    }

    fn files(&self, path: &str) -> Result<Vec<String>, StoreError> {
        self.names(path, false)
    }

    fn folders(&self, path: &str) -> Result<Vec<String>, StoreError> {
        self.names(path, true)
    }

    fn length(&self, path: &str) -> Result<Option<u64>, StoreError> {
        Ok(unless_missing(path, fs::metadata(self.at(path)?))?.map(|m| m.len()))
    }

    fn clear_times(&self, path: &str) -> Result<(), StoreError> {
        let cleared = SystemTime::UNIX_EPOCH + CLEARED;
        let times = fs::FileTimes::new().set_accessed(cleared).set_modified(cleared);
        let file = OpenOptions::new().write(true).open(self.at(path)?);
        file.and_then(|file| file.set_times(times)).map_err(|e| StoreError::at(path, e))
    }

    fn lock(&self) -> Result<Box<dyn Lock>, StoreError> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(self.at(LOCK)?);
        let file = file.map_err(|e| StoreError::at(LOCK, e))?;
        match file.try_lock() {
            Ok(()) => Ok(Box::new(Held(file))),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked),
            Err(TryLockError::Error(e)) => Err(StoreError::at(LOCK, e)),
        }
    }

    fn sealing(&self) -> Result<Box<dyn Lock>, StoreError> {
        let file = self.sealing_file()?;
        // Whoever sweeps is done in a moment.
        file.lock_shared().map_err(|e| StoreError::at(SEALING, e))?;
        Ok(Box::new(Held(file)))
    }

    fn sweeping(&self) -> Result<Option<Box<dyn Lock>>, StoreError> {
        let file = self.sealing_file()?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Box::new(Held(file)))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(StoreError::at(SEALING, e)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_within_the_case() {
        let check = |path: &str, expected: bool| assert_eq!(check_path(path).is_ok(), expected, "{path}");
        check("objects/ab/abcd", true);
        check("factum.toml", true);
        check("log/tile/0/x001/234.p/5", true);
        check("../x", false);
        check("a/../../x", false);
        check("/etc/passwd", false);
        check("a//b", false);
        check("", false);
        check("a/\u{202e}b", false);
        check("a\\b", false);
    }

    #[test]
    fn a_file_is_put_whole_and_in_place_of_the_older() {
        let folder = tempfile::tempdir().unwrap();
        let store = DiskStore::new(folder.path());
        for bytes in [b"one".as_slice(), b"two"] {
            put(&store, "a", bytes).unwrap();
            assert_eq!(store.read("a").unwrap().unwrap(), bytes);
        }
        assert_eq!(store.files("").unwrap(), ["a"]);
        assert_eq!(store.read("b").unwrap(), None);
    }

    #[test]
    fn what_is_erased_is_overwritten_before_it_goes() {
        let folder = tempfile::tempdir().unwrap();
        let store = DiskStore::new(folder.path());
        put(&store, "a", b"ciphertext").unwrap();
        // A second name of the same file shows what is left of its bytes.
        fs::hard_link(folder.path().join("a"), folder.path().join("b")).unwrap();
        store.erase("a").unwrap();
        assert_eq!(store.read("a").unwrap(), None);
        assert_eq!(store.read("b").unwrap(), Some(vec![0; 10]));
        store.erase("a").unwrap();
        assert!(store.erase("../a").is_err());
    }

    #[test]
    fn one_writes_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let store = DiskStore::new(folder.path());
        let first = store.lock().unwrap();
        assert!(matches!(DiskStore::new(folder.path()).lock(), Err(StoreError::Locked)));
        drop(first);
        assert!(store.lock().is_ok());
    }

    #[test]
    fn a_copy_of_the_open_file_keeps_no_lock() {
        let folder = tempfile::tempdir().unwrap();
        let store = DiskStore::new(folder.path());
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(folder.path().join(LOCK)).unwrap();
        file.try_lock().unwrap();
        // As a program has it that is being started while this one writes.
        let copy = file.try_clone().unwrap();
        drop(Held(file));
        assert!(store.lock().is_ok());
        drop(copy);
    }

    #[test]
    fn nobody_sweeps_while_somebody_seals() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (DiskStore::new(folder.path()), DiskStore::new(folder.path()));
        let first = one.sealing().unwrap();
        let second = other.sealing().unwrap();
        drop(first);
        assert!(one.sweeping().unwrap().is_none());
        drop(second);
        assert!(one.sweeping().unwrap().is_some());
    }

    #[test]
    fn what_was_left_unfinished_is_swept_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let store = DiskStore::new(folder.path());
        put(&store, "kept", b"x").unwrap();
        store.create(&temporary_beside("half")).unwrap().write_all(b"ha").unwrap();
        assert_eq!(sweep(&store, "").unwrap(), 1);
        assert_eq!(store.files("").unwrap(), ["kept"]);
    }
}
