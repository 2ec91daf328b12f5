//! How large was the log, and what was its root?
//!
//! C2SP tlog-checkpoint: the text of a signed note whose lines are the log's origin, its size, its root in base64, and perhaps
//! extension lines.

use crate::hash::{Hash, hex};
use crate::key::VerifierKey;
use crate::note::{Note, NoteError, Signature, Signed};
use crate::tile::LARGEST;
use std::fmt;

/// What the origin of a case's log begins with. `.invalid` names no host, now and for ever (RFC 2606).
pub const ORIGIN_PREFIX: &str = "factum-case.invalid/";

/// Why a text is not a checkpoint, or not one that counts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not a signed note, or not signed as it should be.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Fewer than three lines, or an empty one.
    #[error("a checkpoint has at least three lines (origin, size, root), none of them empty: this text has not")]
    Lines,
    /// A size that is not written as a number below 2^63, without leading zeroes.
    #[error("the second line of a checkpoint is the log's size in decimal, below 2^63: this line is not")]
    Size,
    /// A root that is not 32 bytes in base64.
    #[error("the third line of a checkpoint is the log's root, 32 bytes in base64: this line is not")]
    Root,
    /// A log without entries with another root than the empty tree's.
    #[error("a log of no entries has one root only, and this is another: the checkpoint was not made by a log")]
    Empty,
    /// Another log's.
    #[error("the checkpoint is of the log {found}, wanted was one of {expected}")]
    Origin {
        /// The origin in the checkpoint.
        found: String,
        /// The origin wanted.
        expected: String,
    },
}

/// The head of a log. Its text is what is signed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Checkpoint {
    /// Names the log.
    pub origin: String,
    /// Entries in the log.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// Lines after the third. Factum writes none: ML-DSA cosignatures do not cover them.
    pub extensions: Vec<String>,
}

/// The origin of a case's log from 16 random bytes.
pub fn case_origin(random: [u8; 16]) -> String {
    format!("{ORIGIN_PREFIX}{}", hex(&random))
}

impl Checkpoint {
    /// The checkpoint of a log, without extension lines.
    pub fn new(origin: impl Into<String>, size: u64, root: Hash) -> Checkpoint {
        Checkpoint { origin: origin.into(), size, root, extensions: Vec::new() }
    }

    /// Reads the text of a checkpoint, with its final line end and without signatures.
    pub fn parse(text: &str) -> Result<Checkpoint, CheckpointError> {
        let text = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::Lines);
        };
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if origin.is_empty() || extensions.iter().any(String::is_empty) {
            return Err(CheckpointError::Lines);
        }
        let size = decimal(size).ok_or(CheckpointError::Size)?;
        let root = Hash::from_base64(root).map_err(|_| CheckpointError::Root)?;
        if size == 0 && root != Hash::empty() {
            return Err(CheckpointError::Empty);
        }
        Ok(Checkpoint { origin: origin.to_owned(), size, root, extensions })
    }
}

/// A number below 2^63 in decimal, without sign and leading zeroes.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number <= LARGEST && number.to_string() == text).then_some(number)
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// A checkpoint with signatures, none of them checked yet. Its text is the file `checkpoint` of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Note,
}

impl SignedCheckpoint {
    /// A checkpoint with the signatures made over it.
    pub fn new(checkpoint: Checkpoint, signatures: Vec<Signature>) -> Result<SignedCheckpoint, CheckpointError> {
        let mut note = Note::new(checkpoint.to_string())?;
        note.signatures = signatures;
        // Read again what will be read by others: an origin with a line end in it must not become two lines.
        if Checkpoint::parse(note.text())? != checkpoint {
            return Err(CheckpointError::Lines);
        }
        Ok(SignedCheckpoint { checkpoint, note })
    }

    /// Reads a signed checkpoint.
    pub fn parse(bytes: &[u8]) -> Result<SignedCheckpoint, CheckpointError> {
        let note = Note::parse(bytes)?;
        Ok(SignedCheckpoint { checkpoint: Checkpoint::parse(note.text())?, note })
    }

    /// What the checkpoint says, whoever signed it.
    pub fn unverified(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note.
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// Adds signature lines, such as a witness answered with; a line that is there already is not added again.
    pub fn add(&mut self, signatures: impl IntoIterator<Item = Signature>) {
        for signature in signatures {
            if !self.note.signatures.contains(&signature) {
                self.note.signatures.push(signature);
            }
        }
    }

    /// What the checkpoint says, if `log` signed it and its origin is the key's name.
    pub fn verify(&self, log: &VerifierKey) -> Result<&Checkpoint, CheckpointError> {
        self.verify_with(std::slice::from_ref(log)).map(|(checkpoint, _)| checkpoint)
    }

    /// What the checkpoint says, if one of `logs` signed it whose name is its origin, and who of them signed.
    pub fn verify_with<'k>(&self, logs: &'k [VerifierKey]) -> Result<(&Checkpoint, Vec<Signed<'k>>), CheckpointError> {
        let mut signed = self.note.verify(logs)?;
        let found = &self.checkpoint.origin;
        let expected = signed.first().map(|by| by.key.name().to_string()).unwrap_or_default();
        signed.retain(|by| by.key.name().as_str() == found);
        if signed.is_empty() {
            return Err(CheckpointError::Origin { found: found.clone(), expected });
        }
        Ok((&self.checkpoint, signed))
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(f)
    }
}
