//! Where do drafts lie while people write, and what becomes of them?
//!
//! A draft must be plain for an editor to open it, so it lies in a folder outside the case that only its owner can enter. The log knows of
//! the folder before it exists; when it is closed, its files are sealed as items, and removed only after each was seen to be sealed as it
//! is. The folder's place stands in the log as a digest with its last name: a whole path tells whose machine it is.

use super::collect::{CollectError, key_of, permit};
use super::evidence::Evidence;
use super::export::{self, ExportError};
use super::folder::Case;
use super::governance::Role;
use super::ids::{Digest, MemberId, RecordId};
use super::runs::{Given, new_item, seal_item};
use super::view;
use super::writer::{Change, WriteError};
use factum_vault::index::IndexError;
use factum_vault::object::Batch;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file of a work folder may have so many bytes: it is sealed from memory, and drafts are small.
const LARGEST: u64 = 64 << 20;

/// Why a work folder is not opened or closed.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// The folder is in a case, or cannot be one of the actor's own.
    #[error(transparent)]
    Outside(#[from] ExportError),
    /// It is there and holds something.
    #[error("{} is there already and holds something: name a folder that is new or empty", .0.display())]
    Taken(PathBuf),
    /// The log knows it as open.
    #[error("{} is open as a work folder already", .0.display())]
    Open(PathBuf),
    /// The log does not know it.
    #[error("the log knows of no open work folder {}: factum work list shows those there are", .0.display())]
    Unknown(PathBuf),
    /// Something in it is no file that can be sealed.
    #[error("{} is {what}; move it away or remove it, then close again. Nothing was sealed or removed", path.display())]
    Unfit {
        /// What.
        path: PathBuf,
        /// Why not.
        what: &'static str,
    },
    /// A file changed after it was sealed.
    #[error("{} changed while the folder was being closed; it was left where it is: close again", .0.display())]
    Changed(PathBuf),
    /// The disk.
    #[error("{}: {source}", path.display())]
    Disk {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The role does not suffice, or it could not be logged.
    #[error(transparent)]
    Log(#[from] CollectError),
}

impl From<WriteError> for WorkError {
    fn from(error: WriteError) -> Self {
        Self::Log(error.into())
    }
}

impl From<IndexError> for WorkError {
    fn from(error: IndexError) -> Self {
        Self::Log(error.into())
    }
}

/// A work folder that the log knows as open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Its number.
    pub work: RecordId,
    /// The last name of its path.
    pub name: String,
    /// A digest of the whole path.
    pub place: Digest,
    /// In which compartment its files will be sealed.
    pub compartment: String,
    /// What for.
    pub purpose: String,
    /// Who opened it.
    pub author: Option<MemberId>,
    /// When, by the author's clock.
    pub time: String,
}

/// What closing a work folder did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Files that were sealed, with their items.
    pub sealed: Vec<(String, RecordId)>,
    /// Files that were in the case already, byte for byte.
    pub known: Vec<String>,
}

/// A file of a work folder.
struct Lying {
    path: PathBuf,
    name: String,
    bytes: Vec<u8>,
}

impl Lying {
    fn digest(&self) -> Digest {
        Digest(Sha256::digest(&self.bytes).into())
    }
}

/// A digest of a folder's path within this case: without the path nobody finds it, with the path everybody who may read it does.
fn place(case: &Case, folder: &Path) -> Digest {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    // The folder itself may be gone; the one above it tells where it was, links on the way followed.
    let above = absolute.parent().and_then(|above| above.canonicalize().ok());
    let absolute = match (above, absolute.file_name()) {
        (Some(above), Some(name)) => above.join(name),
        _ => absolute,
    };
    let mut hash = Sha256::new();
    hash.update(format!("factum work folder 1\n{}\n", case.ledger().origin()));
    hash.update(absolute.to_string_lossy().as_bytes());
    Digest(hash.finalize().into())
}

/// The work folders that the log knows as open, in its order, of the compartments that the actor can open.
pub fn list(case: &Case) -> Result<Vec<Work>, IndexError> {
    let heads: HashMap<u64, (MemberId, String)> =
        view::headers(case.index())?.into_iter().map(|(row, h)| (row.entry, (h.author, h.time))).collect();
    let mut open: Vec<Work> = Vec::new();
    view::each_evidence(case.index(), "work-opened", case.until(), |row, said| {
        if let Evidence::WorkOpened { work, name, place, purpose } = said {
            let (author, time) = heads.get(&row.entry).cloned().map_or((None, String::new()), |(a, t)| (Some(a), t));
            open.push(Work { work, name, place, compartment: row.compartment.clone(), purpose, author, time });
        }
    })?;
    view::each_evidence(case.index(), "work-closed", case.until(), |row, said| {
        if let Evidence::WorkClosed { work, .. } = said {
            // Only where it was opened can it be closed.
            open.retain(|known| known.work != work || known.compartment != row.compartment);
        }
    })?;
    Ok(open)
}

/// Is a folder, or one above it, an open work folder?
pub fn covers(case: &Case, folder: &Path) -> Result<bool, IndexError> {
    let open = list(case)?;
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    let known = |above: &Path| open.iter().any(|work| work.place == place(case, above));
    Ok(absolute.ancestors().any(known))
}

/// Opens a work folder: written into the log, then made, so that nobody but its owner can enter.
pub fn open(case: &mut Case, folder: &Path, compartment: &str, purpose: &str) -> Result<RecordId, WorkError> {
    permit(case, Role::Analyst)?;
    key_of(case, compartment)?;
    export::outside(folder)?;
    let disk = |source| WorkError::Disk { path: folder.to_path_buf(), source };
    match fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(true) => return Err(WorkError::Taken(folder.to_path_buf())),
        Ok(false) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(disk(error)),
    }
    // Made first and empty, so that its real path is known; nothing is in it before the log knows.
    fs::create_dir_all(folder).map_err(disk)?;
    alone(folder).map_err(disk)?;
    let place = place(case, folder);
    if list(case)?.iter().any(|known| known.place == place) {
        return Err(WorkError::Open(folder.to_path_buf()));
    }
    let name = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    let name = name.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let work = new_item().map_err(WriteError::from)?;
    let mut change = Change::new("open work", "A work folder outside the case is opened");
    let said = Evidence::WorkOpened { work, name, place, purpose: purpose.into() };
    change.say(compartment, &said).map_err(WriteError::from)?;
    case.tell(change)?;
    Ok(work)
}

/// Lets nobody but its owner into a folder.
#[cfg(unix)]
fn alone(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

/// Where the system has no such permissions, the folder has those of the one above it.
#[cfg(not(unix))]
fn alone(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Closes a work folder: everything in it is sealed and acknowledged, then removed, and the folder with it.
pub fn close(case: &mut Case, folder: &Path) -> Result<Closed, WorkError> {
    permit(case, Role::Analyst)?;
    let here = place(case, folder);
    let work = list(case)?.into_iter().find(|known| known.place == here);
    let work = work.ok_or_else(|| WorkError::Unknown(folder.to_path_buf()))?;
    let files = if folder.exists() { lying(folder, &work.name)? } else { Vec::new() };
    let closed = seal(case, &work, &files)?;
    for file in &files {
        let disk = |source| WorkError::Disk { path: file.path.clone(), source };
        let now = fs::read(&file.path).map_err(disk)?;
        if now != file.bytes {
            return Err(WorkError::Changed(file.path.clone()));
        }
        fs::remove_file(&file.path).map_err(disk)?;
    }
    remove_empty(folder).map_err(|source| WorkError::Disk { path: folder.to_path_buf(), source })?;
    // Only now: while anything lies there the log says so.
    let mut change = Change::new("close work", "A work folder is closed: what lay there is sealed, and removed");
    let items = closed.sealed.iter().map(|(_, item)| *item).collect();
    let said = Evidence::WorkClosed { work: work.work, items };
    change.say(&work.compartment, &said).map_err(WriteError::from)?;
    case.tell(change)?;
    Ok(closed)
}

/// Seals what is not in the case yet, in one transaction.
fn seal(case: &mut Case, work: &Work, files: &[Lying]) -> Result<Closed, WorkError> {
    let mut known: BTreeSet<(String, Digest)> = BTreeSet::new();
    view::each_evidence(case.index(), "item", case.until(), |row, said| {
        if let Evidence::Item(item) = said
            && row.compartment == work.compartment
        {
            known.insert((item.name.clone(), item.sha256));
        }
    })?;
    let key = key_of(case, &work.compartment)?;
    let store = case.store_shared();
    let mut batch = Batch::new(&*store);
    let mut change = Change::new("close work", "Files of a work folder are sealed");
    let origin = case.ledger().origin().to_string();
    let mut closed = Closed { sealed: Vec::new(), known: Vec::new() };
    for file in files {
        if known.contains(&(file.name.clone(), file.digest())) {
            closed.known.push(file.name.clone());
            continue;
        }
        let given = Given { name: &file.name, bytes: &file.bytes, media_type: media_type(&file.name) };
        let number = new_item().map_err(WriteError::from)?;
        let (item, entry) = seal_item(&mut batch, &origin, &key, number, &given)?;
        change.entries.push(entry);
        change.say_apart(&work.compartment, &Evidence::Item(Box::new(item))).map_err(WriteError::from)?;
        closed.sealed.push((file.name.clone(), number));
    }
    if !closed.sealed.is_empty() {
        case.transact(change, batch)?;
    }
    Ok(closed)
}

/// Every file in a folder and below, in the order of names. Links and special files stop it: what they lead to would stay behind.
fn lying(folder: &Path, name: &str) -> Result<Vec<Lying>, WorkError> {
    let mut files = Vec::new();
    let mut left = vec![(folder.to_path_buf(), name.to_string())];
    while let Some((path, name)) = left.pop() {
        let disk = |source| WorkError::Disk { path: path.clone(), source };
        let about = path.symlink_metadata().map_err(disk)?;
        let unfit = |what| Err(WorkError::Unfit { path: path.clone(), what });
        if about.is_symlink() {
            return unfit("a link");
        } else if about.is_dir() {
            for entry in fs::read_dir(&path).map_err(disk)? {
                let entry = entry.map_err(disk)?;
                left.push((entry.path(), format!("{name}/{}", entry.file_name().to_string_lossy())));
            }
        } else if !about.is_file() {
            return unfit("neither a file nor a folder");
        } else if about.len() > LARGEST {
            return unfit("larger than a draft; collect it as evidence if it is some");
        } else {
            let bytes = fs::read(&path).map_err(disk)?;
            files.push(Lying { path, name, bytes });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// Removes a folder whose files are gone, with the folders in it. One that holds something stays, and is an error.
fn remove_empty(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut folders = vec![folder.to_path_buf()];
    let mut left: Vec<PathBuf> = entries.map(|entry| entry.map(|e| e.path())).collect::<io::Result<_>>()?;
    while let Some(path) = left.pop() {
        for entry in fs::read_dir(&path)? {
            left.push(entry?.path());
        }
        folders.push(path);
    }
    folders.iter().rev().try_for_each(fs::remove_dir)
}

/// The media type of a draft or of what was built from one, by its name.
fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("md") => "text/markdown",
        Some("html") => "text/html",
        Some("pdf") => "application/pdf",
        Some("docx") => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain",
        _ => "application/octet-stream",
    }
}
