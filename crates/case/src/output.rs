//! Where do results go?
//!
//! A file is written beside its place and then renamed into it, so that a reader never meets half of one.

use std::io;
use std::path::{Path, PathBuf};

/// Why results could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The system refused.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A result would take the place of an input.
    #[error("{} would be overwritten, and it is an input; take another folder for the results", .0.display())]
    Input(PathBuf),
}

/// Makes sure, before anything is computed, that a folder can take these files and that none of them is an input.
pub fn prepare(folder: &Path, names: &[&str], inputs: &[PathBuf]) -> Result<(), OutputError> {
    let inputs: Vec<PathBuf> = inputs.iter().filter_map(|i| i.canonicalize().ok()).collect();
    let taken = |path: &PathBuf| path.canonicalize().is_ok_and(|p| inputs.contains(&p));
    if let Some(input) = names.iter().map(|n| folder.join(n)).find(taken) {
        return Err(OutputError::Input(input));
    }
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        move |source| OutputError::Write { path, source }
    };
    std::fs::create_dir_all(folder).map_err(failed(folder))?;
    if let Some(blocked) = names.iter().map(|n| folder.join(n)).find(|p| p.is_dir()) {
        return Err(failed(&blocked)(io::Error::other("a folder has that name")));
    }
    let trial = folder.join("factum.part");
    std::fs::write(&trial, b"").and_then(|()| std::fs::remove_file(&trial)).map_err(failed(folder))
}

/// Writes files into a folder, which is made if need be.
pub fn write_all<N: AsRef<str>>(folder: &Path, files: &[(N, Vec<u8>)]) -> Result<(), OutputError> {
    for (name, bytes) in files {
        let path = folder.join(name.as_ref());
        write(&path, bytes).map_err(|source| OutputError::Write { path, source })?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("persons.csv");
        std::fs::write(&input, "list").unwrap();
        let refused = prepare(&folder.path().join("."), &["counts.csv", "persons.csv"], std::slice::from_ref(&input));
        assert!(matches!(refused, Err(OutputError::Input(_))), "{refused:?}");
        assert!(prepare(folder.path(), &["counts.csv"], &[input]).is_ok());
    }

    #[test]
    fn a_folder_that_is_a_file_is_told_at_once() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(matches!(prepare(file.path(), &["counts.csv"], &[]), Err(OutputError::Write { .. })));
    }
}
