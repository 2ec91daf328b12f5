//! Can an inquiry be written with a text editor?
//!
//! A folder of plain files: Markdown with front matter for what has words of its own, TOML for the rest. `docs/authoring.md`
//! describes it. [`authored`] has the records, [`record`] makes them of tables and tables of them, [`read`] reads all files
//! and tells all faults at once, `check` looks whether they fit together, `sheet` reads statements from a table,
//! [`signed`] has what is said of law and by clinicians, and the
//! acts that people signed, [`write`](mod@write) gives the one spelling (`spell`), [`exposure`] finds sealed names in open files. Who is behind a
//! code stands in `identities.toml` and nowhere else: reading keeps it apart, and it is written only when asked.

pub mod authored;
mod check;
pub mod exposure;
pub mod read;
pub mod record;
mod sheet;
pub mod signed;
mod spell;
pub mod write;

pub use authored::{Identity, Inquiry, Page};
pub use read::Reading;
pub use write::Files;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A file of an authored folder is no larger: four times what is read of a text.
const LARGEST: u64 = 16 << 20;
/// A folder holds no more files; beyond, it is the wrong folder.
const MOST: usize = 200_000;
/// `statements/I-007.toml` is one folder deep; another level is looked at so that what lies there is named.
const DEEPEST: usize = 3;

/// Why a folder could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The disk refused.
    #[error("{path} could not be read or written: {why}")]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// A file beyond the bound.
    #[error("{0} is larger than 16 MiB; an authored folder holds words and tables only")]
    TooLarge(PathBuf),
    /// Too many files.
    #[error("{0} holds more than 200,000 files; name the folder of the inquiry itself")]
    TooMany(PathBuf),
    /// Something is there already.
    #[error("{0} is not empty; name a new folder, so that nothing old stays between the files")]
    NotEmpty(PathBuf),
}

impl Reading {
    /// Reads files in memory.
    pub fn of(files: &Files) -> Reading {
        read::read(files)
    }

    /// Reads a folder. Hidden files, links, and a README are passed over.
    pub fn of_folder(folder: &Path) -> Result<Reading, FolderError> {
        Ok(read::read(&gather(folder)?))
    }
}

/// The files of a folder, as they lie.
pub fn gather(folder: &Path) -> Result<Files, FolderError> {
    let mut files = Files::new();
    gather_below(folder, folder, "", 0, &mut files)?;
    Ok(files)
}

fn gather_below(root: &Path, folder: &Path, above: &str, depth: usize, files: &mut Files) -> Result<(), FolderError> {
    let disk = |path: &Path| {
        let path = path.to_path_buf();
        move |why| FolderError::Disk { path, why }
    };
    for entry in fs::read_dir(folder).map_err(disk(folder))? {
        let entry = entry.map_err(disk(folder))?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().map_err(disk(&path))?;
        let readme = above.is_empty() && name.to_ascii_lowercase().starts_with("readme");
        if name.starts_with('.') || kind.is_symlink() || readme {
            continue;
        }
        let shown = if above.is_empty() { name } else { format!("{above}/{name}") };
        if kind.is_dir() && depth < DEEPEST {
            gather_below(root, &path, &shown, depth + 1, files)?;
        } else if kind.is_file() {
            if files.len() >= MOST {
                return Err(FolderError::TooMany(root.to_path_buf()));
            }
            let mut bytes = Vec::new();
            let file = fs::File::open(&path).map_err(disk(&path))?;
            file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(disk(&path))?;
            if bytes.len() as u64 > LARGEST {
                return Err(FolderError::TooLarge(path));
            }
            files.insert(shown, bytes);
        }
    }
    Ok(())
}

/// Writes files into a folder that is new or empty.
pub fn put(folder: &Path, files: &Files) -> Result<(), FolderError> {
    let disk = |path: &Path| {
        let path = path.to_path_buf();
        move |why| FolderError::Disk { path, why }
    };
    fs::create_dir_all(folder).map_err(disk(folder))?;
    if fs::read_dir(folder).map_err(disk(folder))?.next().is_some() {
        return Err(FolderError::NotEmpty(folder.to_path_buf()));
    }
    for (name, bytes) in files {
        let path = folder.join(name);
        if let Some(above) = path.parent() {
            fs::create_dir_all(above).map_err(disk(above))?;
        }
        fs::write(&path, bytes).map_err(disk(&path))?;
    }
    Ok(())
}
