//! What holds this log to its past when nobody trusts the office that keeps it?
//!
//! Anchors: checkpoints that others have countersigned (C2SP tlog-witness), and time stamps over them (RFC 3161). Both travel as
//! files, so that the machine with the case needs no network. They lie in `log/anchors/<size>/`, as `spec/log.md` says, and nothing
//! of the case depends on them.

pub mod proof;
pub mod stamp;
pub mod witness;

#[cfg(test)]
mod tests;

use super::folder::Case;
use super::ledger::{self, LedgerError, LogFiles};
use super::register::Register;
use factum_log::checkpoint::{CheckpointError, SignedCheckpoint};
use factum_log::key::{Algorithm, KeyError, VerifierKey};
use factum_log::note;
use factum_log::policy::Policy;
use factum_log::reader::Reader;
use factum_log::source::ReadError;
use factum_log::witness::Request;
use factum_vault::store::{self, Store, StoreError};
use std::fmt::Write as _;

/// The folder of anchors.
pub const ANCHORS: &str = "log/anchors";

/// Why nothing was asked, or nothing was taken in.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The log's tiles.
    #[error(transparent)]
    Read(#[from] ReadError<StoreError>),
    /// A key is misspelt.
    #[error("the verifier key cannot be used: {0}")]
    Key(#[from] KeyError),
    /// The key is no witness's.
    #[error("{0} is no witness's key: a witness has a key of type 0x04 or 0x06")]
    NoWitness(String),
    /// The size asked for is larger than the log.
    #[error("the log has {size} entries, so nobody can have signed it at {old}")]
    Size {
        /// The size given.
        old: u64,
        /// The size of the log.
        size: u64,
    },
    /// The file is neither a checkpoint nor lines of signatures.
    #[error("the file is neither a cosigned checkpoint nor lines of cosignatures: {0}")]
    Answer(#[from] CheckpointError),
    /// No cosignature in the file verifies.
    #[error(
        "no cosignature in the file is by {0} over a checkpoint of this log. Was the key copied whole, and is this the answer to a request of this case?"
    )]
    Unsigned(String),
    /// The checkpoint is of another log.
    #[error("the checkpoint is of another log, {0}")]
    Elsewhere(String),
    /// The checkpoint is larger than the log.
    #[error(
        "the checkpoint speaks of {seen} entries and this log has {found}: this copy of the case is older, or the log was rolled back. Keep the file"
    )]
    RolledBack {
        /// Entries in the checkpoint.
        seen: u64,
        /// Entries in the log.
        found: u64,
    },
    /// The checkpoint contradicts the log.
    #[error(
        "the checkpoint contradicts this log at {size} entries: the log was forked. Keep the file, it is the proof"
    )]
    Forked {
        /// How many entries it speaks of.
        size: u64,
    },
    /// A policy cannot be written with what was given.
    #[error("these keys and this quorum make no policy: {0}")]
    Policy(String),
}

/// What was taken in from a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchored {
    /// The size of the log that was countersigned.
    pub size: u64,
    /// The witness's name.
    pub witness: String,
    /// When it signed, by its clock, in seconds since 1970.
    pub time: u64,
    /// Was it here already?
    pub known: bool,
}

/// The folder of the anchors of one size.
fn folder_at(size: u64) -> String {
    format!("{ANCHORS}/{size}")
}

/// Where the checkpoint of an anchor lies.
fn checkpoint_at(size: u64) -> String {
    format!("{}/checkpoint", folder_at(size))
}

/// Reads a witness's public key.
pub fn witness_key(text: &str) -> Result<VerifierKey, AnchorError> {
    let key: VerifierKey = text.trim().parse()?;
    match key.algorithm() {
        Algorithm::CosignatureEd25519 | Algorithm::CosignatureMlDsa44 => Ok(key),
        Algorithm::Ed25519 => Err(AnchorError::NoWitness(key.name().to_string())),
    }
}

/// The keys of the log as the register names them.
fn log_keys(register: &Register) -> Vec<VerifierKey> {
    register.log_keys.iter().filter_map(|key| key.parse().ok()).collect()
}

/// The anchors of a case, the smallest log first. A file that cannot be read as a checkpoint is left out: `factum-verify` names it.
pub fn anchors(store: &dyn Store) -> Result<Vec<SignedCheckpoint>, StoreError> {
    let mut sizes: Vec<u64> = store.folders(ANCHORS)?.iter().filter_map(|name| name.parse().ok()).collect();
    sizes.sort_unstable();
    let mut found = Vec::new();
    for size in sizes {
        let signed = store.read(&checkpoint_at(size))?.and_then(|bytes| SignedCheckpoint::parse(&bytes).ok());
        found.extend(signed.filter(|s| s.unverified().size == size));
    }
    Ok(found)
}

/// Puts a checkpoint among the anchors, durably.
fn keep(store: &dyn Store, signed: &SignedCheckpoint) -> Result<(), StoreError> {
    let size = signed.unverified().size;
    make_folder(store, size)?;
    store::put(store, &checkpoint_at(size), signed.to_string().as_bytes())
}

fn make_folder(store: &dyn Store, size: u64) -> Result<(), StoreError> {
    store.create_folder(&folder_at(size))?;
    store.sync_folder(ledger::FOLDER)?;
    store.sync_folder(ANCHORS)
}

impl Case {
    /// What to ask a witness: to countersign the newest checkpoint. `old` is the size it is known to have signed last; without
    /// it, the newest that lies here with a cosignature by `witness`.
    ///
    /// The checkpoint is put among the anchors, so that an answer of signature lines alone finds what it is over.
    pub fn ask_witness(&self, witness: &VerifierKey, old: Option<u64>) -> Result<Request, AnchorError> {
        let head = SignedCheckpoint::parse(self.ledger().note().as_bytes())?;
        let size = head.unverified().size;
        let old = match old {
            Some(old) => old,
            None => self.last_signed_by(witness)?,
        };
        if old > size {
            return Err(AnchorError::Size { old, size });
        }
        let proof = self.ledger().reader(self.store())?.consistency(old)?;
        let _lock = self.store().lock()?;
        if self.store().read(&checkpoint_at(size))?.is_none() {
            keep(self.store(), &head)?;
        }
        Ok(Request { old, proof, checkpoint: head })
    }

    /// At which size a witness has signed last, as far as the anchors here tell; 0 for never.
    pub fn last_signed_by(&self, witness: &VerifierKey) -> Result<u64, AnchorError> {
        let keys = std::slice::from_ref(witness);
        let signed = anchors(self.store())?.into_iter().rev().find(|a| !a.note().check(keys).good.is_empty());
        Ok(signed.map_or(0, |a| a.unverified().size))
    }

    /// Takes in a witness's answer: a cosigned checkpoint, or the lines of cosignatures alone. Only what verifies with one of
    /// `witnesses` is kept, and only over what this log was.
    pub fn add_cosignatures(&self, file: &[u8], witnesses: &[VerifierKey]) -> Result<Vec<Anchored>, AnchorError> {
        let _lock = self.store().lock()?;
        let mut kept = match SignedCheckpoint::parse(file) {
            Ok(answer) => self.own_checkpoint(answer)?,
            Err(fault) => self.checkpoint_under(file, witnesses, fault)?,
        };
        let size = kept.unverified().size;
        let stored = store_checkpoint(self.store(), size)?;
        let mut taken = Vec::new();
        let checked = kept.note().check(witnesses);
        let mut lines = Vec::new();
        for good in &checked.good {
            let of_key = |s: &&note::Signature| s.name == *good.key.name() && s.id == good.key.id();
            let known =
                stored.as_ref().is_some_and(|s| !s.note().check(std::slice::from_ref(good.key)).good.is_empty());
            if !known {
                lines.extend(kept.note().signatures.iter().find(of_key).cloned());
            }
            let (witness, time) = (good.key.name().to_string(), good.timestamp.unwrap_or_default());
            taken.push(Anchored { size, witness, time, known });
        }
        if taken.is_empty() {
            return Err(AnchorError::Unsigned(names(witnesses)));
        }
        // What somebody else added to the file is not kept: only the log's own signature and cosignatures that were verified.
        let own = log_keys(self.register());
        kept = match stored {
            Some(stored) => stored,
            None => {
                let is_own = |s: &&note::Signature| own.iter().any(|key| s.name == *key.name() && s.id == key.id());
                let signatures = kept.note().signatures.iter().filter(is_own).cloned().collect();
                SignedCheckpoint::new(kept.unverified().clone(), signatures)?
            }
        };
        if !lines.is_empty() {
            kept.add(lines);
            keep(self.store(), &kept)?;
        }
        Ok(taken)
    }

    /// A checkpoint that comes from outside, if it is this log's and this log continues it.
    fn own_checkpoint(&self, signed: SignedCheckpoint) -> Result<SignedCheckpoint, AnchorError> {
        let said = signed.unverified();
        if said.origin != self.ledger().origin() {
            return Err(AnchorError::Elsewhere(said.origin.clone()));
        }
        signed.verify_with(&log_keys(self.register()))?;
        let (seen, found) = (said.size, self.ledger().size());
        if seen > found {
            return Err(AnchorError::RolledBack { seen, found });
        }
        if self.ledger().reader(self.store())?.root_at(seen)? != said.root {
            return Err(AnchorError::Forked { size: seen });
        }
        Ok(signed)
    }

    /// The anchor, or the newest checkpoint, over which these lines of signatures are.
    fn checkpoint_under(
        &self,
        file: &[u8],
        witnesses: &[VerifierKey],
        fault: CheckpointError,
    ) -> Result<SignedCheckpoint, AnchorError> {
        let Some(lines) = std::str::from_utf8(file).ok().and_then(|text| note::signatures(text).ok()) else {
            return Err(fault.into());
        };
        let head = SignedCheckpoint::parse(self.ledger().note().as_bytes())?;
        let candidates = std::iter::once(head).chain(anchors(self.store())?.into_iter().rev());
        for candidate in candidates {
            // Only the lines given count here, not those that lie beside the checkpoint already.
            let given = SignedCheckpoint::new(candidate.unverified().clone(), lines.clone())?;
            if !given.note().check(witnesses).good.is_empty() {
                let mut signed = self.own_checkpoint(candidate)?;
                signed.add(lines);
                return Ok(signed);
            }
        }
        Err(AnchorError::Unsigned(names(witnesses)))
    }

    /// A policy for outsiders (C2SP tlog-policy): this log's keys, witnesses of whom `quorum` must have signed, and files with
    /// certificates of time-stamp authorities.
    pub fn policy(&self, witnesses: &[VerifierKey], quorum: usize, roots: &[String]) -> Result<String, AnchorError> {
        let mut text = String::from("# Compare the log's key by another way than the one this file came by.\n");
        for key in &self.register().log_keys {
            let _ = writeln!(text, "log {key}");
        }
        let mut names = Vec::new();
        for (i, key) in witnesses.iter().enumerate() {
            let name = format!("witness-{}", i + 1);
            let _ = writeln!(text, "witness {name} {key}");
            names.push(name);
        }
        if quorum == 0 {
            text.push_str("quorum none\n");
        } else {
            let _ = writeln!(text, "group witnesses {quorum} {}\nquorum witnesses", names.join(" "));
        }
        roots.iter().for_each(|root| {
            let _ = writeln!(text, "timestamp-root {root}");
        });
        Policy::parse(text.as_bytes()).map_err(|faults| {
            let all: Vec<String> =
                faults.iter().map(|fault| format!("line {}: {}", fault.line, fault.source)).collect();
            AnchorError::Policy(all.join("; "))
        })?;
        Ok(text)
    }

    /// A reader of the log as it was under a checkpoint that it continues.
    fn reader_under(&self, signed: &SignedCheckpoint) -> Result<Reader<LogFiles<'_>>, AnchorError> {
        let head = signed.unverified();
        Ok(Reader::new(LogFiles(self.store()), head.size, head.root)?)
    }
}

fn store_checkpoint(store: &dyn Store, size: u64) -> Result<Option<SignedCheckpoint>, StoreError> {
    let bytes = store.read(&checkpoint_at(size))?;
    Ok(bytes.and_then(|bytes| SignedCheckpoint::parse(&bytes).ok()).filter(|s| s.unverified().size == size))
}

fn names(keys: &[VerifierKey]) -> String {
    let names: Vec<&str> = keys.iter().map(|key| key.name().as_str()).collect();
    names.join(" or ")
}
