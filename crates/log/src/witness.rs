//! Should a witness countersign this checkpoint?
//!
//! C2SP tlog-witness, `add-checkpoint`: the request names the size the witness last signed, proves that the log only grew since,
//! and brings the new checkpoint. The decision is a function of what the witness knows and what it is asked; keeping what it
//! knows, in one step with the decision, and signing are its caller's.

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint, decimal};
use crate::hash::Hash;
use crate::key::VerifierKey;
use crate::note::NoteError;
use crate::proof::{self, ProofError};
use std::fmt;

/// The most hashes in a request.
const MOST: usize = 63;

/// Why bytes are not a request or an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WitnessError {
    /// The first line is not `old <size>`.
    #[error("a request begins with `old` and the size last signed, in decimal; this one does not")]
    Old,
    /// A line of the proof is not a hash, or there are too many.
    #[error("line {0} is not a hash of the consistency proof, or is one too many")]
    Line(usize),
    /// No empty line before the checkpoint.
    #[error("the request has no checkpoint after an empty line: it was cut")]
    Cut,
    /// The checkpoint cannot be read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The answer is not a size and a line end.
    #[error("a witness that knows another size answers with that size and a line end; this answer is another")]
    Size,
}

/// A request to countersign. Its text is the body that is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The size the witness is believed to have signed last; 0 for never.
    pub old: u64,
    /// The proof that the log continues what it was then.
    pub proof: Vec<Hash>,
    /// The checkpoint to countersign.
    pub checkpoint: SignedCheckpoint,
}

/// What a witness knows of one log: the head it signed last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Entries; 0 if it never signed.
    pub size: u64,
    /// The root; that of the empty tree if it never signed.
    pub root: Hash,
}

impl Default for Known {
    /// A witness that never signed for the log.
    fn default() -> Known {
        Known { size: 0, root: Hash::empty() }
    }
}

/// What a witness answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Keep this head as known, then sign it.
    Cosign(Checkpoint),
    /// The witness last signed at another size (409); a request from there may succeed.
    Conflict {
        /// The size it signed last.
        size: u64,
    },
    /// Not signed.
    Refused(Refusal),
}

/// Why a witness does not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It knows no log of this origin (404).
    #[error("this witness does not know the log: give the log's key to its operator first")]
    Origin,
    /// No known key of the log signed (403).
    #[error("no key of the log that this witness knows has signed the checkpoint")]
    Signature(#[source] NoteError),
    /// The old size is larger than the checkpoint's (400).
    #[error("the old size is larger than the checkpoint's: old and new were exchanged")]
    Order,
    /// The same size with another root (409): proof that the log signed two histories.
    #[error("the log signed another root for the same size before: keep both checkpoints, they prove that it forked")]
    Fork,
    /// The proof does not hold (422).
    #[error("the consistency proof does not hold: the log does not continue what this witness signed")]
    Proof(#[source] ProofError),
}

impl Decision {
    /// The HTTP status that the specification demands.
    pub fn status(&self) -> u16 {
        match self {
            Decision::Cosign(_) => 200,
            Decision::Conflict { .. } => 409,
            Decision::Refused(Refusal::Order) => 400,
            Decision::Refused(Refusal::Signature(_)) => 403,
            Decision::Refused(Refusal::Origin) => 404,
            Decision::Refused(Refusal::Fork) => 409,
            Decision::Refused(Refusal::Proof(_)) => 422,
        }
    }
}

/// What a witness that knows `known` of the log of this origin, whose keys are those of `logs` named like it, answers.
pub fn decide(known: &Known, logs: &[VerifierKey], request: &Request) -> Decision {
    let head = request.checkpoint.unverified();
    let keys: Vec<VerifierKey> = logs.iter().filter(|key| key.name().as_str() == head.origin).cloned().collect();
    if keys.is_empty() {
        return Decision::Refused(Refusal::Origin);
    }
    // One good signature of a known key suffices here, as the specification has it.
    if request.checkpoint.note().check(&keys).good.is_empty() {
        return Decision::Refused(Refusal::Signature(NoteError::Unsigned));
    }
    if request.old > head.size {
        return Decision::Refused(Refusal::Order);
    }
    if request.old != known.size {
        return Decision::Conflict { size: known.size };
    }
    if head.size == known.size && head.root != known.root {
        return Decision::Refused(Refusal::Fork);
    }
    match proof::verify_consistency(known.size, known.root, head.size, head.root, &request.proof) {
        Ok(()) => Decision::Cosign(head.clone()),
        Err(error) => Decision::Refused(Refusal::Proof(error)),
    }
}

impl Request {
    /// Reads the body of a request.
    pub fn parse(bytes: &[u8]) -> Result<Request, WitnessError> {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").ok_or(WitnessError::Cut)?;
        let (head, checkpoint) = bytes.split_at(end);
        let head = std::str::from_utf8(head).map_err(|_| WitnessError::Old)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(decimal).ok_or(WitnessError::Old)?;
        let mut proof = Vec::new();
        for line in lines {
            let number = proof.len() + 2;
            let hash = Hash::from_base64(line).map_err(|_| WitnessError::Line(number))?;
            if proof.len() >= MOST {
                return Err(WitnessError::Line(number));
            }
            proof.push(hash);
        }
        let checkpoint = SignedCheckpoint::parse(checkpoint.get(2..).unwrap_or_default())?;
        Ok(Request { old, proof, checkpoint })
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        for hash in &self.proof {
            writeln!(f, "{}", hash.to_base64())?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

/// The body of an answer of 409: the size last signed.
pub fn size_body(size: u64) -> String {
    format!("{size}\n")
}

/// Reads the body of an answer of 409. (The body of an answer of 200 is read by [`note::signatures`](crate::note::signatures).)
pub fn read_size(body: &str) -> Result<u64, WitnessError> {
    body.strip_suffix('\n').and_then(decimal).ok_or(WitnessError::Size)
}
