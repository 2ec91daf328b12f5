//! Which public key is this, and did it sign?
//!
//! Verifier keys as C2SP signed-note writes them, `<name>+<id in hex>+<base64 of type and key>`, of the three types used here:
//! Ed25519 signatures (0x01), Ed25519 cosignatures (0x04) and ML-DSA-44 cosignatures (0x06).

use crate::checkpoint::Checkpoint;
use crate::cosignature::{self, CosignatureError};
use crate::hash::{hex, unhex};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use ml_dsa::{EncodedSignature, EncodedVerifyingKey, MlDsa44};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// Bytes of an ML-DSA-44 public key (FIPS 204, table 2).
pub const ML_DSA_44_KEY: usize = 1312;

/// Bytes of an ML-DSA-44 signature (FIPS 204, table 2).
pub const ML_DSA_44_SIGNATURE: usize = 2420;

/// Why a text is not a key that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A name that signed notes cannot carry.
    #[error("a key's name is not empty and has no space, plus sign or control character")]
    Name,
    /// Not of the form of a verifier key.
    #[error("a verifier key has the form name+8 hexadecimal digits+base64; this one was cut or changed")]
    Form,
    /// A type of signature that is not read here.
    #[error("verifier keys of type 0x{0:02x} are not used here; 0x01, 0x04 and 0x06 are")]
    Algorithm(u8),
    /// Not a public key of its type, or one for which anybody can sign.
    #[error("these bytes are no usable public key of their type: copy the key again from its owner")]
    Public,
    /// The id does not fit name and key.
    #[error("the key's id is {found}, name and key make {expected}: one of the three was changed")]
    Id {
        /// The id in the text.
        found: KeyId,
        /// The id that belongs to name and key.
        expected: KeyId,
    },
}

/// Why a signature of a known key does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A signature of another length than its type has.
    #[error("the signature has {0} bytes, which is not what its type has")]
    Length(usize),
    /// What was to be signed cannot be stated.
    #[error(transparent)]
    Message(#[from] CosignatureError),
    /// The signature is not one of this key over this text.
    #[error("the signature is not of this key over this text")]
    Wrong,
}

/// The name of a key in signed notes: not empty, without spaces, plus signs and control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyName(String);

impl KeyName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<KeyName, KeyError> {
        let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if text.is_empty() || text.contains(bad) { Err(KeyError::Name) } else { Ok(KeyName(text.to_owned())) }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The first four bytes of a hash over a key's name, type and bytes. It finds a key among known ones and proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub [u8; 4]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// What kind of signature a key makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Algorithm {
    /// Ed25519 over the note's text (C2SP signed-note).
    Ed25519 = 0x01,
    /// Ed25519 over the text and a time (C2SP tlog-cosignature).
    CosignatureEd25519 = 0x04,
    /// ML-DSA-44 over the checkpoint and a time (C2SP tlog-cosignature).
    CosignatureMlDsa44 = 0x06,
}

#[derive(Clone, PartialEq)]
enum Public {
    Ed25519(VerifyingKey),
    MlDsa44(Box<(ml_dsa::VerifyingKey<MlDsa44>, EncodedVerifyingKey<MlDsa44>)>),
}

/// A public key under a name, for one kind of signature. Its text is the C2SP verifier key.
#[derive(Clone, PartialEq)]
pub struct VerifierKey {
    name: KeyName,
    algorithm: Algorithm,
    public: Public,
}

impl Eq for VerifierKey {}

impl VerifierKey {
    /// The key of this kind under this name, from its bytes: 32 for Ed25519, 1312 for ML-DSA-44.
    pub fn new(name: KeyName, algorithm: Algorithm, public: &[u8]) -> Result<VerifierKey, KeyError> {
        let public = match algorithm {
            Algorithm::Ed25519 | Algorithm::CosignatureEd25519 => {
                let bytes = public.try_into().map_err(|_| KeyError::Public)?;
                let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::Public)?;
                // For a point of small order signatures can be made without any secret.
                if key.is_weak() {
                    return Err(KeyError::Public);
                }
                Public::Ed25519(key)
            }
            Algorithm::CosignatureMlDsa44 => {
                let bytes = EncodedVerifyingKey::<MlDsa44>::try_from(public).map_err(|_| KeyError::Public)?;
                Public::MlDsa44(Box::new((ml_dsa::VerifyingKey::decode(&bytes), bytes)))
            }
        };
        Ok(VerifierKey { name, algorithm, public })
    }

    /// The key's name.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The kind of its signatures.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The bytes of the public key.
    pub fn public(&self) -> &[u8] {
        match &self.public {
            Public::Ed25519(key) => key.as_bytes(),
            Public::MlDsa44(key) => key.1.as_slice(),
        }
    }

    /// The key's id in signature lines.
    pub fn id(&self) -> KeyId {
        let hash = Sha256::new()
            .chain_update(self.name.as_str())
            .chain_update([b'\n', self.algorithm as u8])
            .chain_update(self.public())
            .finalize();
        KeyId([hash[0], hash[1], hash[2], hash[3]])
    }

    /// The bytes that the secret half of this key signs for a note with this text. `timestamp`, in seconds since 1970, counts
    /// for cosignatures only.
    pub fn to_sign(&self, text: &str, timestamp: u64) -> Result<Vec<u8>, CosignatureError> {
        match self.algorithm {
            Algorithm::Ed25519 => Ok(text.as_bytes().to_vec()),
            Algorithm::CosignatureEd25519 => cosignature::ed25519_message(text, timestamp),
            Algorithm::CosignatureMlDsa44 => {
                let checkpoint = Checkpoint::parse(text).map_err(|_| CosignatureError::Checkpoint)?;
                cosignature::ml_dsa_44_message(&self.name, timestamp, &checkpoint)
            }
        }
    }

    /// Did this key sign the text? For a cosignature the answer is the time that it names, in seconds since 1970.
    ///
    /// Ed25519 is verified strictly (RFC 8032 without cofactor, no points of small order): what is accepted here is accepted
    /// by every other verifier.
    pub fn verify(&self, text: &str, signature: &[u8]) -> Result<Option<u64>, SignatureError> {
        if self.algorithm == Algorithm::Ed25519 {
            self.verify_raw(text.as_bytes(), signature)?;
            return Ok(None);
        }
        let (timestamp, signature) = cosignature::decode(signature).ok_or(SignatureError::Length(signature.len()))?;
        self.verify_raw(&self.to_sign(text, timestamp)?, signature)?;
        Ok(Some(timestamp))
    }

    fn verify_raw(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        let length = SignatureError::Length(signature.len());
        let holds = match &self.public {
            Public::Ed25519(key) => {
                let signature = signature.try_into().map_err(|_| length)?;
                key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
            }
            Public::MlDsa44(key) => {
                let bytes = EncodedSignature::<MlDsa44>::try_from(signature).map_err(|_| length)?;
                // Pure ML-DSA with an empty context (FIPS 204, algorithm 3).
                ml_dsa::Signature::decode(&bytes)
                    .is_some_and(|signature| key.0.verify_with_context(message, &[], &signature))
            }
        };
        if holds { Ok(()) } else { Err(SignatureError::Wrong) }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![self.algorithm as u8];
        bytes.extend_from_slice(self.public());
        write!(f, "{}+{}+{}", self.name, self.id(), STANDARD.encode(bytes))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({}+{})", self.name, self.id())
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<VerifierKey, KeyError> {
        let mut parts = text.splitn(3, '+');
        let (name, id, bytes) = (parts.next(), parts.next(), parts.next());
        let (Some(name), Some(id), Some(bytes)) = (name, id, bytes) else { return Err(KeyError::Form) };
        let found = KeyId(unhex(id).ok_or(KeyError::Form)?);
        let bytes = STANDARD.decode(bytes).map_err(|_| KeyError::Form)?;
        let algorithm = match bytes.first() {
            Some(0x01) => Algorithm::Ed25519,
            Some(0x04) => Algorithm::CosignatureEd25519,
            Some(0x06) => Algorithm::CosignatureMlDsa44,
            Some(other) => return Err(KeyError::Algorithm(*other)),
            None => return Err(KeyError::Form),
        };
        let key = VerifierKey::new(name.parse()?, algorithm, bytes.get(1..).unwrap_or_default())?;
        let expected = key.id();
        if found == expected { Ok(key) } else { Err(KeyError::Id { found, expected }) }
    }
}
