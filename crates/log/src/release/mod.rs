//! What does a sealed publication consist of, and what binds its parts together?
//!
//! A release is outputs, a manifest that names them, and one record in the log, the *seal*: it holds the manifest's digest, a
//! commitment to everything cited, and approvals by public roles. Whoever has the outputs, the manifest and the seal with its proof
//! checks all of it with the log's key alone. Nothing here says who approved, nor what was cited: approvals are made with keys that
//! are used once, citations are salted anew, padded and ordered by their own hashes.
//!
//! The layout is specified in `spec/release.md`.

pub mod citation;
pub mod manifest;
pub mod revocations;
pub mod shown;

use crate::author::{self, AuthorKey};
use crate::hash::{Digest, Hash, hex, unhex};
use crate::proof;
use crate::record::RecordId;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;

/// The file of a bundle that names its outputs.
pub const MANIFEST: &str = "release.manifest";

/// The file of a bundle that proves that the release was sealed.
pub const PROOF: &str = "release.tlog-proof";

/// The folder of a bundle in which the outputs lie.
pub const OUTPUTS: &str = "outputs";

/// The kind of the record that seals a release.
pub const SEALED: &str = "release-sealed";

/// The kind of the record that promises a release.
pub const PROMISED: &str = "release-promised";

/// The first line of what is hashed for one citation.
const CITATION: &str = "factum release citation 1\n";

/// The first line of what an approval signs.
const APPROVAL: &str = "factum release approval 1";

/// The fewest leaves under which citations stand: how many things a short text cites is nobody's business.
pub const FEWEST_LEAVES: usize = 16;

/// The most approvals of a release: as many people as an office can name roles for.
pub const MOST_APPROVALS: usize = 16;

/// What binds a release to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// The release.
    pub release: RecordId,
    /// SHA-256 of the manifest's text.
    pub manifest: Digest,
    /// The root over the citations and what pads them.
    pub cited: Hash,
    /// How many approvals the inquiry's rules asked for when it was sealed.
    pub needed: usize,
    /// The approvals.
    pub approvals: Vec<Approval>,
}

/// Somebody's agreement to a release, under a public role and with a key that was made for it and is used once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The role, in the office's words: `editor`, `legal-review`.
    pub role: String,
    /// The public key, Ed25519.
    pub key: [u8; 32],
    /// The signature over [`to_approve`].
    pub signature: [u8; 64],
}

/// Why a seal does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// A role is misspelt.
    #[error("approval {0} is under no role: a role is 1 to 40 of a-z, 0-9 and hyphens")]
    Role(usize),
    /// A key is unusable.
    #[error("approval {0} has a key that cannot be used: it was altered")]
    Key(usize),
    /// Two approvals with one key.
    #[error("approval {0} was made with the key of an earlier one, so it counts for nothing")]
    Twice(usize),
    /// The signature is another's.
    #[error(
        "approval {0} was not made with its key over this release: the approval, the manifest or the citations were altered"
    )]
    Signature(usize),
    /// Too few.
    #[error("{have} of the {need} approvals asked for hold")]
    TooFew {
        /// How many hold.
        have: usize,
        /// How many were needed.
        need: usize,
    },
}

/// The bytes that an approval signs.
pub fn to_approve(origin: &str, release: RecordId, manifest: Digest, cited: Hash, role: &str) -> Vec<u8> {
    format!("{APPROVAL}\n{origin}\n{release}\n{manifest}\n{cited}\n{role}\n").into_bytes()
}

/// Is this the name of a public role: 1 to 40 small letters, digits and hyphens?
pub fn is_role(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

impl Seal {
    /// Does every approval hold, and are there enough? All faults at once.
    pub fn check(&self, origin: &str) -> Result<(), Vec<SealError>> {
        let mut faults = Vec::new();
        let mut keys = BTreeSet::new();
        for (place, approval) in (1..).zip(&self.approvals) {
            if let Err(fault) = self.check_one(origin, place, approval, &mut keys) {
                faults.push(fault);
            }
        }
        let have = self.approvals.len() - faults.len();
        if have < self.needed {
            faults.push(SealError::TooFew { have, need: self.needed });
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn check_one(
        &self,
        origin: &str,
        place: usize,
        approval: &Approval,
        keys: &mut BTreeSet<[u8; 32]>,
    ) -> Result<(), SealError> {
        if !is_role(&approval.role) {
            return Err(SealError::Role(place));
        }
        let key = AuthorKey::from_bytes(&approval.key).map_err(|_| SealError::Key(place))?;
        if !keys.insert(approval.key) {
            return Err(SealError::Twice(place));
        }
        let message = to_approve(origin, self.release, self.manifest, self.cited, &approval.role);
        if author::verify(&message, &approval.signature, &key) { Ok(()) } else { Err(SealError::Signature(place)) }
    }
}

impl Approval {
    /// Reads an approval from its role and the base64 of key and signature.
    pub fn parse(role: &str, key: &str, signature: &str) -> Option<Approval> {
        let key = STANDARD.decode(key).ok()?.try_into().ok()?;
        let signature = STANDARD.decode(signature).ok()?.try_into().ok()?;
        Some(Approval { role: role.to_owned(), key, signature })
    }
}

/// The leaf of one citation: a fresh salt over the leaf by which the record is committed to in its own entry.
///
/// Without the salt the leaf tells nothing, not even to somebody who knows the record and its commitment.
pub fn citation(origin: &str, release: RecordId, salt: &[u8; 32], record: Hash) -> Hash {
    let mut data = Vec::with_capacity(CITATION.len() + origin.len() + 98);
    data.extend_from_slice(CITATION.as_bytes());
    data.extend_from_slice(origin.as_bytes());
    data.push(b'\n');
    data.extend_from_slice(release.to_string().as_bytes());
    data.push(b'\n');
    data.extend_from_slice(salt);
    data.extend_from_slice(&record.0);
    Hash::leaf(&data)
}

/// How many leaves `citations` are padded to: the next power of two, and at least [`FEWEST_LEAVES`].
pub fn leaves_for(citations: usize) -> usize {
    citations.next_power_of_two().max(FEWEST_LEAVES)
}

/// The root over leaves in the order of their bytes. Salts make that order random, so it tells nothing of how they were cited.
pub fn cited_root(leaves: &mut [Hash]) -> Hash {
    leaves.sort_unstable();
    proof::root(leaves)
}

/// A digest, a release or a salt as the texts of a release write them.
fn read_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    unhex(text)
}

/// Bytes in lowercase hexadecimal digits.
fn write_hex(bytes: &[u8]) -> String {
    hex(bytes)
}
