//! What can this member look up, without opening every object again?
//!
//! A view of the log for one member on one device: a SQLCipher file that holds what this member may open, with full-text search
//! in the same transaction. It is a cache: what it says is the log's at one position, and it may be deleted at any time. Its key
//! comes from the member's secret and the log's origin, so no other member's view of no other case opens with it.
//!
//! What is left on the disk: pages and their journal (WAL) are encrypted and authenticated page by page, temporary tables stay in
//! memory, deleted rows are overwritten, and after a removal the journal is emptied. WAL with `synchronous = NORMAL` was chosen
//! because it needs no sync of its own and is never torn: after a power cut the view stands at an earlier position and is
//! advanced again from the log.

mod key;
mod rows;
mod search;
mod words;

use std::fs;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, params};
use thiserror::Error;
use zeroize::Zeroizing;

pub use key::IndexKey;
pub use rows::{Batch, PartRow, Parts, Position, RecordRow, Records, VoidRow};

/// The version of the tables below; a view of another version is made anew.
const VERSION: i64 = 1;

/// Rows are found by number; the ids are random, so they stand in an index of their own. `search` holds folded words and is
/// told to take terms out of its segments at once when a row goes (FTS5 `secure-delete`).
const SCHEMA: &str = "
    CREATE TABLE position(one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, root BLOB NOT NULL);
    CREATE TABLE part(
        entry INTEGER PRIMARY KEY, object BLOB NOT NULL, deed BLOB NOT NULL, author BLOB NOT NULL, compartment TEXT NOT NULL,
        time TEXT NOT NULL, act TEXT NOT NULL, summary TEXT NOT NULL, state TEXT NOT NULL);
    CREATE INDEX part_deed ON part(deed);
    CREATE INDEX part_object ON part(object);
    CREATE TABLE record(
        row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, object BLOB NOT NULL, compartment TEXT NOT NULL, epoch INTEGER NOT NULL,
        kind TEXT NOT NULL, body TEXT NOT NULL, deed BLOB NOT NULL, entry INTEGER NOT NULL);
    CREATE INDEX record_kind ON record(kind, compartment);
    CREATE INDEX record_compartment ON record(compartment);
    CREATE INDEX record_deed ON record(deed);
    CREATE INDEX record_object ON record(object);
    CREATE TABLE void(entry INTEGER PRIMARY KEY, reason TEXT NOT NULL);
    CREATE VIRTUAL TABLE search USING fts5(words, signs, stems, tokenize = 'ascii');
    INSERT INTO search(search, rank) VALUES ('secure-delete', 1);
";

/// Why an index could not be opened, read or written. No variant carries a value of the index.
#[derive(Debug, Error)]
pub enum IndexError {
    /// The file was made with another key.
    #[error(
        "the view {path} belongs to another member or another case, or its beginning is damaged: delete it and rebuild it"
    )]
    WrongKey {
        /// The file.
        path: PathBuf,
    },
    /// The file was altered, torn or cut off.
    #[error("the view {path} is damaged: delete it and rebuild it from the log; nothing is lost")]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The file was made by another version of the program.
    #[error(
        "the view {path} has version {found}, this program reads version {VERSION}: delete it and rebuild it from the log"
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// The version found.
        found: i64,
    },
    /// Rows were offered for another position than the view stands at.
    #[error("the view stands at log size {stands}, the rows begin at {from}: rebuild the view from the log")]
    Position {
        /// Where the view stands.
        stands: u64,
        /// Where the rows begin.
        from: u64,
    },
    /// Another process holds the file.
    #[error("the view {path} is in use by another process: wait until it has ended and try again")]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The disk did not do what was asked.
    #[error(
        "the view {path} could not be read or written ({what}): see that the disk is not full, not read-only and connected"
    )]
    Disk {
        /// The file.
        path: PathBuf,
        /// The kind of fault as the operating system or the database names it.
        what: String,
    },
    /// A number is beyond what a database holds.
    #[error("a log position or epoch beyond 2^63 cannot be kept in a view")]
    Number,
    /// The key could not be derived.
    #[error("the key of the view could not be derived from the member's secret")]
    Key,
}

/// An open view.
pub struct Index {
    database: Connection,
    path: PathBuf,
}

impl Index {
    /// Opens the view at `path`, or makes an empty one there.
    ///
    /// # Errors
    /// [`IndexError::WrongKey`], [`IndexError::Damaged`] and [`IndexError::Version`], after which [`delete`] and a rebuild help;
    /// [`IndexError::Busy`] and [`IndexError::Disk`].
    pub fn open(path: &Path, key: &IndexKey) -> Result<Self, IndexError> {
        // The file's first 16 bytes are the salt, which is derived with the key: a stranger's file is known before it is tried.
        match beginning(path) {
            Ok(Some(salt)) if salt != *key.salt() => return Err(IndexError::WrongKey { path: path.to_owned() }),
            Ok(_) => {}
            Err(fault) => return Err(IndexError::Disk { path: path.to_owned(), what: fault.kind().to_string() }),
        }
        let database = Connection::open(path).map_err(|fault| failure(path, &fault))?;
        let mut index = Self { database, path: path.to_owned() };
        index.prepare(key).map_err(|fault| failure(path, &fault))?;
        index.make_tables()?;
        Ok(index)
    }

    fn prepare(&mut self, key: &IndexKey) -> rusqlite::Result<()> {
        self.database.busy_timeout(std::time::Duration::from_secs(5))?;
        // SQLCipher writes its complaints to stderr unless told not to; the faults are told by the errors of this module.
        self.database.execute_batch("PRAGMA cipher_log_level = NONE;")?;
        let key: Zeroizing<String> = key.pragma();
        self.database.execute_batch(&key)?;
        self.database.execute_batch(
            "PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
             PRAGMA trusted_schema = OFF; PRAGMA cache_size = -16000; PRAGMA foreign_keys = OFF;",
        )
    }

    fn make_tables(&mut self) -> Result<(), IndexError> {
        let path = self.path.clone();
        let version: i64 = self
            .database
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .map_err(|fault| failure(&path, &fault))?;
        match version {
            VERSION => Ok(()),
            0 => {
                let make = |database: &mut Connection| {
                    let transaction = database.transaction()?;
                    transaction.execute_batch(SCHEMA)?;
                    transaction.pragma_update(None, "user_version", VERSION)?;
                    transaction.commit()
                };
                make(&mut self.database).map_err(|fault| failure(&path, &fault))
            }
            found => Err(IndexError::Version { path, found }),
        }
    }

    /// The position of the log the view shows, or `None` while nothing was put into it.
    ///
    /// # Errors
    /// [`IndexError::Damaged`], [`IndexError::Busy`] or [`IndexError::Disk`].
    pub fn position(&self) -> Result<Option<Position>, IndexError> {
        position(&self.database).map_err(|fault| self.failed(&fault))
    }

    /// Puts `batch` into the view and moves it from one position of the log to another, all or nothing.
    ///
    /// # Errors
    /// [`IndexError::Position`] when the view does not stand at `from`, or a fault of the file.
    pub fn advance(&mut self, from: Option<Position>, to: Position, batch: &Batch) -> Result<(), IndexError> {
        let path = self.path.clone();
        let told = |fault: &rusqlite::Error| failure(&path, fault);
        let size = number(to.size)?;
        let transaction = self.database.transaction().map_err(|fault| told(&fault))?;
        let stands = position(&transaction).map_err(|fault| told(&fault))?;
        if stands != from {
            let size = |position: Option<Position>| position.map_or(0, |position| position.size);
            return Err(IndexError::Position { stands: size(stands), from: size(from) });
        }
        batch.check()?;
        put(&transaction, batch).map_err(|fault| told(&fault))?;
        transaction
            .execute("INSERT OR REPLACE INTO position(one, size, root) VALUES (1, ?, ?)", params![size, to.root])
            .and_then(|_| transaction.commit())
            .map_err(|fault| told(&fault))?;
        if !batch.removed.is_empty() {
            self.empty_journal()?;
        }
        Ok(())
    }

    /// Empties the view: it shows nothing and stands nowhere.
    ///
    /// # Errors
    /// [`IndexError::Damaged`], [`IndexError::Busy`] or [`IndexError::Disk`].
    pub fn clear(&mut self) -> Result<(), IndexError> {
        let clear = |database: &mut Connection| {
            let transaction = database.transaction()?;
            // Whole tables go at once; deleting their rows would take every term out of the search by itself.
            transaction.execute_batch(
                "DROP TABLE part; DROP TABLE record; DROP TABLE void; DROP TABLE search; DROP TABLE position;",
            )?;
            transaction.execute_batch(SCHEMA)?;
            transaction.commit()
        };
        clear(&mut self.database).map_err(|fault| self.failed(&fault))?;
        self.empty_journal()
    }

    /// Writes the journal into the file and cuts it to nothing, so that no earlier page of a removed row stays in it.
    fn empty_journal(&self) -> Result<(), IndexError> {
        self.database
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
            .map_err(|fault| self.failed(&fault))
            .and_then(|busy| if busy == 0 { Ok(()) } else { Err(IndexError::Busy { path: self.path.clone() }) })
    }

    /// Shows each record that is asked for, in the order of the log, until `visit` breaks off.
    ///
    /// # Errors
    /// [`IndexError::Damaged`], [`IndexError::Busy`] or [`IndexError::Disk`].
    pub fn each_record(
        &self,
        asked: Records<'_>,
        visit: impl FnMut(RecordRow) -> ControlFlow<()>,
    ) -> Result<(), IndexError> {
        rows::each_record(&self.database, asked, visit).map_err(|fault| self.failed(&fault))
    }

    /// The records that are asked for, in the order of the log.
    ///
    /// # Errors
    /// [`IndexError::Damaged`], [`IndexError::Busy`] or [`IndexError::Disk`].
    pub fn records(&self, asked: Records<'_>) -> Result<Vec<RecordRow>, IndexError> {
        let mut found = Vec::new();
        self.each_record(asked, |row| {
            found.push(row);
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }

    /// The parts of transactions that are asked for, in the order of the log.
    ///
    /// # Errors
    /// [`IndexError::Damaged`], [`IndexError::Busy`] or [`IndexError::Disk`].
    pub fn parts(&self, asked: Parts<'_>) -> Result<Vec<PartRow>, IndexError> {
        rows::parts(&self.database, asked).map_err(|fault| self.failed(&fault))
    }

    /// The entries that replay voided, in the order of the log.
    ///
    /// # Errors
    /// [`IndexError::Damaged`], [`IndexError::Busy`] or [`IndexError::Disk`].
    pub fn voids(&self) -> Result<Vec<VoidRow>, IndexError> {
        rows::voids(&self.database).map_err(|fault| self.failed(&fault))
    }

    /// At most `limit` records whose text holds all words of `query`: `word*` for a beginning, `"several words"` for words one after the
    /// other; of one compartment when one is given. Of the newest 250 that do, the best fitting stands first, then those before
    /// them in the same way. A query without words finds nothing.
    ///
    /// # Errors
    /// [`IndexError::Damaged`], [`IndexError::Busy`] or [`IndexError::Disk`].
    pub fn search(&self, query: &str, compartment: Option<&str>, limit: usize) -> Result<Vec<RecordRow>, IndexError> {
        let mut found = Vec::new();
        if limit == 0 {
            return Ok(found);
        }
        self.each_match(query, compartment, |row| {
            found.push(row);
            if found.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(found)
    }

    /// Shows each record that [`Index::search`] would find, in that order, until `visit` breaks off.
    ///
    /// # Errors
    /// [`IndexError::Damaged`], [`IndexError::Busy`] or [`IndexError::Disk`].
    pub fn each_match(
        &self,
        query: &str,
        compartment: Option<&str>,
        visit: impl FnMut(RecordRow) -> ControlFlow<()>,
    ) -> Result<(), IndexError> {
        search::each_match(&self.database, &words::terms(query), compartment, visit)
            .map_err(|fault| self.failed(&fault))
    }

    fn failed(&self, fault: &rusqlite::Error) -> IndexError {
        failure(&self.path, fault)
    }
}

/// Deletes a view with its journal. Deleting one that is not there is no fault.
///
/// # Errors
/// [`IndexError::Disk`].
pub fn delete(path: &Path) -> Result<(), IndexError> {
    for suffix in ["-wal", "-shm", ""] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(&name) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => {
                return Err(IndexError::Disk { path: path.to_owned(), what: fault.kind().to_string() });
            }
            _ => {}
        }
    }
    Ok(())
}

/// The first 16 bytes of a file, zeros where it is shorter; `None` when it is absent or empty.
fn beginning(path: &Path) -> io::Result<Option<[u8; 16]>> {
    let mut file = match fs::File::open(path) {
        Ok(file) => file,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(fault) => return Err(fault),
    };
    let mut read = Vec::with_capacity(16);
    file.by_ref().take(16).read_to_end(&mut read)?;
    if read.is_empty() {
        return Ok(None);
    }
    read.resize(16, 0);
    Ok(read.try_into().ok())
}

fn position(database: &Connection) -> rusqlite::Result<Option<Position>> {
    database
        .query_row("SELECT size, root FROM position", [], |row| {
            let size: i64 = row.get(0)?;
            Ok(Position { size: size.unsigned_abs(), root: row.get(1)? })
        })
        .optional()
}

fn put(transaction: &Transaction<'_>, batch: &Batch) -> rusqlite::Result<()> {
    rows::remove(transaction, &batch.removed)?;
    rows::put_parts(transaction, &batch.parts)?;
    rows::put_records(transaction, &batch.records)?;
    rows::put_states(transaction, &batch.states)?;
    rows::put_voids(transaction, &batch.voids)
}

/// A number as the database keeps it.
fn number(number: u64) -> Result<i64, IndexError> {
    i64::try_from(number).map_err(|_| IndexError::Number)
}

/// What a fault of the database means for the one who asked. The message of the database is not passed on.
fn failure(path: &Path, fault: &rusqlite::Error) -> IndexError {
    let path = path.to_owned();
    match fault.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => IndexError::Busy { path },
        Some(
            code @ (ErrorCode::DiskFull
            | ErrorCode::ReadOnly
            | ErrorCode::CannotOpen
            | ErrorCode::PermissionDenied
            | ErrorCode::OutOfMemory
            | ErrorCode::SystemIoFailure),
        ) => IndexError::Disk { path, what: format!("{code:?}") },
        // Everything else can only come from a file that is not what this module wrote: the statements are its own.
        _ => IndexError::Damaged { path },
    }
}

#[cfg(test)]
mod tests;
