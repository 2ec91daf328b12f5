//! How is it shown that a sealed release rests on one record, without showing any other?
//!
//! By the salt under which the release committed to the record, and the path from that commitment to the root in the release's seal.

use super::{citation, read_hex, write_hex};
use crate::hash::Hash;
use crate::proof::ProofError;
use crate::record::{RecordId, RecordProof, RecordProofError};
use std::fmt;

/// The first line.
const FIRST: &str = "factum cited record 1";

/// Why a text shows no citation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CitationError {
    /// The first line is another.
    #[error("the file does not begin with {FIRST}: it shows no citation, or is of a later form")]
    First,
    /// A line is not what belongs there.
    #[error("line {0} of the citation is not as it should be: it was cut or changed")]
    Line(usize),
    /// The path.
    #[error(transparent)]
    Place(#[from] RecordProofError),
}

/// The way from one record to what a release cites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// The release.
    pub release: RecordId,
    /// The salt.
    pub salt: [u8; 32],
    /// The place among what the release cites, with what pads it.
    pub place: RecordProof,
}

impl Citation {
    /// Reads what is written.
    pub fn parse(text: &str) -> Result<Citation, CitationError> {
        let mut parts = text.splitn(4, '\n');
        if parts.next() != Some(FIRST) {
            return Err(CitationError::First);
        }
        let release = parts.next().and_then(|line| line.strip_prefix("release ")?.parse().ok());
        let salt = parts.next().and_then(|line| read_hex(line.strip_prefix("salt ")?));
        let (release, salt) = (release.ok_or(CitationError::Line(2))?, salt.ok_or(CitationError::Line(3))?);
        Ok(Citation { release, salt, place: RecordProof::parse(parts.next().unwrap_or_default())? })
    }

    /// Does the release of this root in this log rest on the record with this leaf?
    pub fn verify(&self, origin: &str, record: Hash, cited: Hash) -> Result<(), ProofError> {
        self.place.verify(citation(origin, self.release, &self.salt, record), cited)
    }
}

impl fmt::Display for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{FIRST}\nrelease {}\nsalt {}\n{}", self.release, write_hex(&self.salt), self.place)
    }
}
