//! What lies in this file, if it is one that a log could have?

use std::fs::File;
use std::io::{Error, Read as _};
use std::path::{Path, PathBuf};

use factum_log::source::Source;

/// No file of a log is longer: 256 entries of 65,535 bytes, each with its length.
const LONGEST: u64 = 256 * 65_537;

/// A file that was wanted and could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}: {source}; see that it is there and may be read")]
pub struct ReadFault {
    path: String,
    source: Error,
}

/// The fault of reading `path`.
pub fn fault(path: &Path, source: Error) -> ReadFault {
    ReadFault { path: path.display().to_string(), source }
}

/// All bytes of a regular file no longer than a log's longest.
pub fn read_file(path: &Path) -> Result<Vec<u8>, ReadFault> {
    read(path).map_err(|source| fault(path, source))
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    // Opening a pipe or a device could wait for ever.
    if !std::fs::metadata(path)?.is_file() {
        return Err(Error::other("this is not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(Error::other("the file is longer than any that belongs here"));
    }
    Ok(bytes)
}

/// A log's folder on a disk.
pub struct Folder(pub PathBuf);

impl Source for Folder {
    type Error = Error;

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        match read(&self.0.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(fault) if matches!(fault.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
                Ok(None)
            }
            Err(fault) => Err(fault),
        }
    }
}

/// The names in a folder, sorted; none where there is no such folder.
pub fn names(path: &Path) -> Result<Vec<String>, Error> {
    let list = match std::fs::read_dir(path) {
        Ok(list) => list,
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(fault) => return Err(fault),
    };
    let mut names = Vec::new();
    for entry in list {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// How many regular files lie below a folder, whatever their names; counting ends at `enough`.
pub fn count(path: &Path, enough: u64) -> Result<u64, Error> {
    let (mut waiting, mut found) = (vec![path.to_path_buf()], 0u64);
    while let Some(folder) = waiting.pop() {
        let list = match std::fs::read_dir(&folder) {
            Ok(list) => list,
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => continue,
            Err(fault) => return Err(fault),
        };
        for entry in list {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                waiting.push(entry.path());
            } else {
                found = found.saturating_add(1);
            }
        }
        if found >= enough {
            break;
        }
    }
    Ok(found)
}
