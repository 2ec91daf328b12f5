//! How is one record of the log shown in one file?
//!
//! A C2SP tlog-proof whose extra data hold the entry, the record with its salt, and the record's place under R. The file needs nothing
//! beside it: from the record to the checkpoint everything can be computed.

use crate::entry::{Entry, EntryError, LENGTH};
use crate::hash::Hash;
use crate::proof::{self, ProofError};
use crate::record::{self, RecordId, RecordProof, RecordProofError, Salt};
use crate::tlogproof::{TlogProof, TlogProofError};
use std::fmt;

/// The first line of the extra data.
const FIRST: &str = "factum shown record 1";

/// Why a file shows no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShownError {
    /// The proof.
    #[error(transparent)]
    Proof(#[from] TlogProofError),
    /// It has no extra data, or others.
    #[error("the proof shows no record: its line `extra` is missing or of another form")]
    Extra,
    /// The entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The record's line.
    #[error("the record in the proof cannot be read: it was cut or changed")]
    Record,
    /// The record's place.
    #[error(transparent)]
    Place(#[from] RecordProofError),
}

/// Why a record that is shown is not what the log holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// The checkpoint is of a smaller log.
    #[error(
        "the checkpoint is older than the record: it counts {size} entries, and the record is in entry {index}. Ask for the proof under a later one"
    )]
    Older {
        /// Entries that the checkpoint counts.
        size: u64,
        /// The entry, from 0.
        index: u64,
    },
    /// The record is not the entry's.
    #[error("the record is not one that its entry committed to, it was altered: {0}")]
    Record(ProofError),
    /// The entry is not the log's.
    #[error("the entry is not in the log at its place: {0}")]
    Entry(ProofError),
}

/// A record and the way from it to a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The entry.
    pub entry: Entry,
    /// The record's name.
    pub id: RecordId,
    /// Its salt.
    pub salt: Salt,
    /// What it says, in canonical JSON.
    pub canonical: String,
    /// Its place under R.
    pub place: RecordProof,
    /// The entry's place in the log, and the log's head.
    pub log: TlogProof,
}

impl Shown {
    /// Reads the file.
    pub fn parse(bytes: &[u8]) -> Result<Shown, ShownError> {
        let mut log = TlogProof::parse(bytes)?;
        let extra = log.extra.take().and_then(|extra| String::from_utf8(extra).ok()).ok_or(ShownError::Extra)?;
        let mut parts = extra.splitn(4, '\n');
        let mut next = || parts.next().ok_or(ShownError::Extra);
        let (first, entry, record, place) = (next()?, next()?, next()?, next()?);
        if first != FIRST {
            return Err(ShownError::Extra);
        }
        let entry = entry.strip_prefix("entry ").and_then(super::read_hex::<LENGTH>).ok_or(ShownError::Extra)?;
        let mut fields = record.strip_prefix("record ").ok_or(ShownError::Extra)?.splitn(3, ' ');
        let mut field = || fields.next().ok_or(ShownError::Record);
        let (id, salt, canonical) = (field()?, field()?, field()?.to_owned());
        let id = id.parse().map_err(|_| ShownError::Record)?;
        let salt = salt.parse().map_err(|_| ShownError::Record)?;
        Ok(Shown { entry: Entry::from_bytes(&entry)?, id, salt, canonical, place: RecordProof::parse(place)?, log })
    }

    /// The leaf by which the record is committed to.
    pub fn leaf(&self) -> Hash {
        record::leaf(&self.log.checkpoint.unverified().origin, self.id, &self.salt, self.canonical.as_bytes())
    }

    /// Does the record lead to the checkpoint? Who signed that is another question.
    pub fn verify(&self) -> Result<(), Unproven> {
        let head = self.log.checkpoint.unverified();
        self.place.verify(self.leaf(), self.entry.records).map_err(Unproven::Record)?;
        if self.log.index >= head.size {
            return Err(Unproven::Older { size: head.size, index: self.log.index });
        }
        proof::verify_inclusion(self.entry.leaf(), self.log.index, head.size, &self.log.path, head.root)
            .map_err(Unproven::Entry)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = super::write_hex(&self.entry.to_bytes());
        let record = format!("{} {} {}", self.id, self.salt.to_hex(), self.canonical);
        let extra = format!("{FIRST}\nentry {entry}\nrecord {record}\n{}", self.place);
        TlogProof { extra: Some(extra.into_bytes()), ..self.log.clone() }.fmt(f)
    }
}
