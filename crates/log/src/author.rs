//! Did this author sign this part of a transaction?
//!
//! An author's Ed25519 signature is over the log's origin, the compartment, the author's previous part and R. Signatures are
//! many, so they are verified in batches. A batch cannot see a component of small order that single verification without
//! cofactor sees, therefore **one rule holds for both**: a signature (A, R, S) over M is good when A and R are points written
//! with y below the field's prime, A is not of small order, S is below the group's order, and 8·S·B = 8·R + 8·k·A with
//! k = SHA-512(R, A, M). (RFC 8032, section 5.1.7, in its form with the cofactor; why it is the form that agrees with batches:
//! Chalkias, Garillot and Nikolaenko, *Taming the many EdDSAs*, 2020.) Whatever an honest signer makes passes every rule; what
//! this one accepts beyond strict verification can be made by nobody but the key's holder.

use crate::hash::{Digest, Hash};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha512};
use std::fmt;

/// Signatures verified together. The multiplication gains little beyond that, and a bad one costs a search within its batch.
const BATCH: usize = 1024;

/// Below this many a search for bad signatures tries each.
const SINGLY: usize = 8;

/// Why author signatures do not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorError {
    /// Not a public key, or one for which anybody can sign.
    #[error("these bytes are no usable Ed25519 public key: the member's card was changed")]
    Key,
    /// Not as many messages as signatures and keys.
    #[error("{messages} messages, {signatures} signatures and {keys} keys do not go together")]
    Lengths {
        /// Messages given.
        messages: usize,
        /// Signatures given.
        signatures: usize,
        /// Keys given.
        keys: usize,
    },
    /// These signatures are not good; every other one is.
    #[error("{} of the signatures are not of their authors: these parts were altered", .0.len())]
    Bad(
        /// Their places among those given, ascending.
        Vec<usize>,
    ),
}

/// The public key of an author.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AuthorKey(VerifyingKey);

impl AuthorKey {
    /// The key with these bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<AuthorKey, AuthorError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| AuthorError::Key)?;
        if canonical(bytes) && !key.is_weak() { Ok(AuthorKey(key)) } else { Err(AuthorError::Key) }
    }

    /// The key's bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for AuthorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthorKey({})", crate::hash::hex(self.as_bytes()))
    }
}

/// The bytes an author signs for one part of a transaction: `previous` is the object of the author's part before, `records`
/// is R of this one. Neither origin nor compartment may hold a line end.
pub fn to_sign(origin: &str, compartment: &str, previous: Option<Digest>, records: Hash) -> Vec<u8> {
    let previous = previous.map_or_else(|| "-".to_owned(), |digest| digest.to_string());
    format!("factum author 1\n{origin}\n{compartment}\n{previous}\n{records}\n").into_bytes()
}

/// Is this a good signature of `key` over `message`?
pub fn verify(message: &[u8], signature: &[u8; 64], key: &AuthorKey) -> bool {
    holds(message, signature, key).unwrap_or(false)
}

fn holds(message: &[u8], signature: &[u8; 64], key: &AuthorKey) -> Option<bool> {
    let (r, s) = signature.split_first_chunk::<32>()?;
    let s = Option::<Scalar>::from(Scalar::from_canonical_bytes(s.try_into().ok()?))?;
    let point = CompressedEdwardsY(*r).decompress().filter(|_| canonical(r))?;
    let hash = Sha512::new().chain_update(r).chain_update(key.as_bytes()).chain_update(message).finalize();
    let k = Scalar::from_bytes_mod_order_wide(&hash.into());
    let difference = EdwardsPoint::vartime_double_scalar_mul_basepoint(&k, &-key.0.to_edwards(), &s) - point;
    Some(difference.is_small_order())
}

/// Are all these signatures good? Otherwise which are not, exactly as [`verify`] would say.
pub fn verify_batch(messages: &[&[u8]], signatures: &[[u8; 64]], keys: &[AuthorKey]) -> Result<(), AuthorError> {
    if messages.len() != signatures.len() || signatures.len() != keys.len() {
        let (messages, signatures, keys) = (messages.len(), signatures.len(), keys.len());
        return Err(AuthorError::Lengths { messages, signatures, keys });
    }
    let mut bad = Vec::new();
    let parsed: Vec<Signature> = signatures.iter().map(Signature::from_bytes).collect();
    let inner: Vec<VerifyingKey> = keys.iter().map(|key| key.0).collect();
    let batches = messages.chunks(BATCH).zip(parsed.chunks(BATCH)).zip(inner.chunks(BATCH));
    for (number, ((messages, signatures), keys)) in batches.enumerate() {
        search(messages, signatures, keys, number * BATCH, &mut bad);
    }
    if bad.is_empty() { Ok(()) } else { Err(AuthorError::Bad(bad)) }
}

/// Adds the places of bad signatures, halving until few are left. The three slices are of one length.
fn search(messages: &[&[u8]], signatures: &[Signature], keys: &[VerifyingKey], first: usize, bad: &mut Vec<usize>) {
    let written_well = signatures.iter().all(|signature| canonical(signature.r_bytes()));
    if written_well && ed25519_dalek::verify_batch(messages, signatures, keys).is_ok() {
        return;
    }
    if messages.len() <= SINGLY {
        let each = messages.iter().zip(signatures).zip(keys).enumerate();
        bad.extend(each.filter_map(|(place, ((message, signature), key))| {
            (!verify(message, &signature.to_bytes(), &AuthorKey(*key))).then_some(first + place)
        }));
        return;
    }
    let half = messages.len() / 2;
    search(&messages[..half], &signatures[..half], &keys[..half], first, bad);
    search(&messages[half..], &signatures[half..], &keys[half..], first + half, bad);
}

/// Is y, the number in all but the highest bit, below the prime 2^255 - 19?
fn canonical(point: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = point;
    *low < 0xed || high & 0x7f != 0x7f || middle.iter().any(|byte| *byte != 0xff)
}
