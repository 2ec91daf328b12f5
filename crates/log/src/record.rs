//! How is one record committed to, so that it can be shown without its neighbours?
//!
//! R, in an object's entry, is the root of a Merkle tree over the object's records. A record's leaf binds the log's origin,
//! the record's id and a salt of its own: who knows R and one record learns nothing about the others, not even by trying
//! likely values, for their salts are unknown.

use crate::checkpoint::decimal;
use crate::hash::{Hash, hex, unhex};
use crate::proof::{self, ProofError};
use std::fmt;
use std::str::FromStr;

/// The first line of every leaf's data: another purpose or a later form has another line.
const DOMAIN: &str = "factum record 1\n";

/// Why a text is not a record id or a salt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} has {digits} digits 0-9 and a-f; this text has not: look for a cut or changed line")]
pub struct HexError {
    what: &'static str,
    digits: usize,
}

/// Names a record within its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId(pub [u8; 16]);

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl FromStr for RecordId {
    type Err = HexError;

    /// Reads 32 lowercase hexadecimal digits.
    fn from_str(text: &str) -> Result<RecordId, HexError> {
        unhex(text).map(RecordId).ok_or(HexError { what: "a record id", digits: 32 })
    }
}

/// Keeps a record's value from being guessed. It lies in the sealed object and is shown only together with its record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

impl Salt {
    /// 64 lowercase hexadecimal digits.
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }
}

impl fmt::Debug for Salt {
    /// Tells nothing: with a salt in a log file the records beside it could be guessed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt")
    }
}

impl FromStr for Salt {
    type Err = HexError;

    /// Reads 64 lowercase hexadecimal digits.
    fn from_str(text: &str) -> Result<Salt, HexError> {
        unhex(text).map(Salt).ok_or(HexError { what: "a salt", digits: 64 })
    }
}

/// The leaf of a record: `canonical` are its bytes in canonical JSON, which the caller has checked to be canonical.
pub fn leaf(origin: &str, id: RecordId, salt: &Salt, canonical: &[u8]) -> Hash {
    let mut data = Vec::with_capacity(DOMAIN.len() + origin.len() + canonical.len() + 66);
    data.extend_from_slice(DOMAIN.as_bytes());
    data.extend_from_slice(origin.as_bytes());
    data.push(b'\n');
    data.extend_from_slice(id.to_string().as_bytes());
    data.push(b'\n');
    data.extend_from_slice(&salt.0);
    data.extend_from_slice(canonical);
    Hash::leaf(&data)
}

/// R over the leaves of an object's records, in their order.
pub fn root(leaves: &[Hash]) -> Hash {
    proof::root(leaves)
}

/// The first line of the text of a [`RecordProof`].
const PROOF: &str = "factum record proof 1";

/// Why a text is not the proof of a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordProofError {
    /// The first line is another.
    #[error("the text does not begin with {PROOF}: it is no proof of a record, or of a later form")]
    First,
    /// The second line is not the record's place.
    #[error("the second line should read `index <number> of <number>`; this one was cut or changed")]
    Place,
    /// A line that is not a hash, or one too many.
    #[error("line {0} is not a hash of the proof, or is one too many: it was cut or changed")]
    Line(usize),
}

/// Where a record's leaf stands under R. Its text is what Factum puts into the extra data of a C2SP tlog-proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordProof {
    /// The record's place among the object's records, from 0.
    pub index: u64,
    /// How many records the object has.
    pub count: u64,
    /// The siblings from the leaf up (RFC 9162, section 2.1.3).
    pub path: Vec<Hash>,
}

impl RecordProof {
    /// The proof for the `index`th of an object's `leaves`.
    pub fn new(leaves: &[Hash], index: u64) -> Result<RecordProof, ProofError> {
        let count = leaves.len() as u64;
        let subtree = |range: std::ops::Range<u64>| {
            proof::root(leaves.get(range.start as usize..range.end as usize).unwrap_or_default())
        };
        let path = proof::inclusion(index, count)?.into_iter().map(subtree).collect();
        Ok(RecordProof { index, count, path })
    }

    /// Does this record's `leaf` stand under the root `records` of an entry?
    pub fn verify(&self, leaf: Hash, records: Hash) -> Result<(), ProofError> {
        proof::verify_inclusion(leaf, self.index, self.count, &self.path, records)
    }

    /// Reads the text of a proof.
    pub fn parse(text: &str) -> Result<RecordProof, RecordProofError> {
        let mut lines = text.strip_suffix('\n').ok_or(RecordProofError::First)?.split('\n');
        if lines.next() != Some(PROOF) {
            return Err(RecordProofError::First);
        }
        let place = lines.next().and_then(|line| line.strip_prefix("index ")?.split_once(" of "));
        let numbers = place.and_then(|(index, count)| Some((decimal(index)?, decimal(count)?)));
        let (index, count) = numbers.ok_or(RecordProofError::Place)?;
        let mut path = Vec::new();
        for line in lines {
            let number = path.len() + 3;
            let hash = Hash::from_base64(line).map_err(|_| RecordProofError::Line(number))?;
            if path.len() >= 63 {
                return Err(RecordProofError::Line(number));
            }
            path.push(hash);
        }
        Ok(RecordProof { index, count, path })
    }
}

impl fmt::Display for RecordProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{PROOF}\nindex {} of {}", self.index, self.count)?;
        self.path.iter().try_for_each(|hash| writeln!(f, "{}", hash.to_base64()))
    }
}
