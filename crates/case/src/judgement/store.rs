//! How does a judgement get onto the disk and stay there?
//!
//! A line is written whole, then the disk is told to keep it, and only then does it count. A kill can tear at most the line
//! being written; the next line starts on a new one, so the torn piece stays what it is and spoils nothing else.

use super::{Book, Entry, LineFault};
use crate::lists::file_name;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Why judgements could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened or made.
    #[error("{} cannot be opened: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody else is writing.
    #[error("{} is in use: somebody else is judging into it", .0.display())]
    InUse(PathBuf),
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line cannot be written and kept.
    #[error("the judgement could not be kept in {}: {source}", path.display())]
    Append {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What was to be kept is no judgement.
    #[error("the judgement cannot be kept: {0}")]
    Entry(LineFault),
}

/// A file of judgements, open for adding to it, by one writer at a time.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    file: File,
    book: Book,
    lines: u32,
    /// Whether the file ends in the middle of a line.
    unfinished: bool,
}

impl Store {
    /// Opens a file of judgements, or makes an empty one.
    ///
    /// # Errors
    /// When the file cannot be opened or read, or another process holds it open for judging.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        let failed = |source| StoreError::Open { path: path.to_path_buf(), source };
        let new = !path.exists();
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(failed)?;
        // Some file systems cannot lock; there the writer must take care.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(StoreError::InUse(path.to_path_buf()));
        }
        if new {
            keep_name(path).map_err(failed)?;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|source| StoreError::Read { path: path.to_path_buf(), source })?;
        let lines = bytes.split_inclusive(|b| *b == b'\n').count() as u32;
        let unfinished = bytes.last().is_some_and(|last| *last != b'\n');
        Ok(Store { path: path.to_path_buf(), file, book: Book::parse(&bytes, &file_name(path)), lines, unfinished })
    }

    /// Adds a line and returns when the disk has it.
    ///
    /// # Errors
    /// When the entry is no judgement, or the disk refuses; then the judgement does not count.
    pub fn append(&mut self, entry: Entry) -> Result<(), StoreError> {
        entry.check().map_err(StoreError::Entry)?;
        let failed = |source| StoreError::Append { path: self.path.clone(), source };
        let mut line = if self.unfinished { b"\n".to_vec() } else { Vec::new() };
        serde_json::to_writer(&mut line, &entry).map_err(|e| failed(e.into()))?;
        line.push(b'\n');
        // Until the disk has all of it, nobody knows how much of the line it has.
        self.unfinished = true;
        self.file.write_all(&line).and_then(|()| self.file.sync_data()).map_err(failed)?;
        self.unfinished = false;
        self.lines += 1;
        self.book.entries.push((self.lines, entry));
        Ok(())
    }

    /// What the file says, added lines included.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Where the judgements lie.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Makes the name of a new file last, where folders can be synced.
#[cfg(unix)]
fn keep_name(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Elsewhere the system keeps the name by itself.
#[cfg(not(unix))]
fn keep_name(_: &Path) -> io::Result<()> {
    Ok(())
}
