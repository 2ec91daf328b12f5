//! How is it shown, in one file, that something is in the log?
//!
//! C2SP tlog-proof: the index, the inclusion proof and the signed checkpoint, and perhaps data of the application's own, which
//! nothing vouches for. Factum puts there what is needed to make the leaf: the proof of a record under R.

use crate::checkpoint::{CheckpointError, SignedCheckpoint, decimal};
use crate::hash::Hash;
use crate::policy::{Policy, Verdict};
use crate::proof::{self, ProofError};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

const FIRST: &str = "c2sp.org/tlog-proof@v1";

/// The most hashes in a proof: one for each doubling of a log below 2^63 entries.
const MOST: usize = 63;

/// Why a file is no proof, or proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// The first line is another.
    #[error("the file does not begin with {FIRST}: it is no proof, or of a later form")]
    First,
    /// The lines before the checkpoint are not as they should be.
    #[error("line {0} of the proof is not as it should be: it was cut or changed")]
    Line(usize),
    /// No empty line before the checkpoint.
    #[error("the proof has no checkpoint after an empty line: it was cut")]
    Cut,
    /// The checkpoint cannot be read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The proof does not lead to the checkpoint's root.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The policy does not accept the checkpoint.
    #[error("the checkpoint is not signed as the policy demands: see which signatures it carries")]
    Policy(Box<Verdict>),
}

/// A proof that a leaf is in a log. Its text is the file, by convention with the ending `.tlog-proof`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Data of the application's own, which nothing vouches for.
    pub extra: Option<Vec<u8>>,
    /// The leaf's place in the log, from 0.
    pub index: u64,
    /// The siblings from the leaf up.
    pub path: Vec<Hash>,
    /// The head of the log.
    pub checkpoint: SignedCheckpoint,
}

impl TlogProof {
    /// Reads a proof.
    pub fn parse(bytes: &[u8]) -> Result<TlogProof, TlogProofError> {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").ok_or(TlogProofError::Cut)?;
        let (head, checkpoint) = bytes.split_at(end);
        let head = std::str::from_utf8(head).map_err(|_| TlogProofError::First)?;
        let mut lines = head.split('\n').enumerate().map(|(number, line)| (number + 1, line)).peekable();
        if lines.next().is_none_or(|(_, line)| line != FIRST) {
            return Err(TlogProofError::First);
        }
        let extra = match lines.next_if(|(_, line)| line.starts_with("extra ")) {
            Some((number, line)) => Some(STANDARD.decode(&line[6..]).map_err(|_| TlogProofError::Line(number))?),
            None => None,
        };
        let (number, index) = lines.next().ok_or(TlogProofError::Cut)?;
        let index = index.strip_prefix("index ").and_then(decimal).ok_or(TlogProofError::Line(number))?;
        let mut path = Vec::new();
        for (number, line) in lines {
            if path.len() >= MOST {
                return Err(TlogProofError::Line(number));
            }
            path.push(Hash::from_base64(line).map_err(|_| TlogProofError::Line(number))?);
        }
        let checkpoint = SignedCheckpoint::parse(checkpoint.get(2..).unwrap_or_default())?;
        Ok(TlogProof { extra, index, path, checkpoint })
    }

    /// Is the leaf with this hash in the log, at [`Self::index`], under a checkpoint that the policy accepts?
    pub fn verify(&self, leaf: Hash, policy: &Policy) -> Result<Verdict, TlogProofError> {
        let verdict = policy.judge(&self.checkpoint);
        if !verdict.accepted() {
            return Err(TlogProofError::Policy(Box::new(verdict)));
        }
        let head = self.checkpoint.unverified();
        proof::verify_inclusion(leaf, self.index, head.size, &self.path, head.root)?;
        Ok(verdict)
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.path {
            writeln!(f, "{}", hash.to_base64())?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}
