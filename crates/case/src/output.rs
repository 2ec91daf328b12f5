//! Where do results go?
//!
//! A file is written beside its place and then renamed into it, so that a reader never meets half of one.

use std::io;
use std::path::{Path, PathBuf};

/// Why results could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be written: {source}", path.display())]
pub struct OutputError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Writes files into a folder, which is made if need be.
pub fn write_all<N: AsRef<str>>(folder: &Path, files: &[(N, Vec<u8>)]) -> Result<(), OutputError> {
    for (name, bytes) in files {
        let path = folder.join(name.as_ref());
        write(&path, bytes).map_err(|source| OutputError { path, source })?;
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    std::fs::write(&beside, bytes)?;
    std::fs::rename(&beside, path)
}
