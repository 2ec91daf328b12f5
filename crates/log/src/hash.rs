//! How are a leaf, a node and a file hashed, and how is a hash written?
//!
//! RFC 9162, section 2.1.1: a leaf is SHA-256 over `0x00` and its data, a node is SHA-256 over `0x01` and its two children.
//! The prefixes keep a node from being passed off as a leaf.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// Why a text is not a hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Not 64 lowercase hexadecimal digits.
    #[error("a hash in hexadecimal has 64 digits 0-9 and a-f; this text has not: look for a cut or changed line")]
    Hex,
    /// Not the canonical base64 of 32 bytes.
    #[error(
        "a hash in base64 has 44 characters that stand for 32 bytes; this text has not: look for a cut or changed line"
    )]
    Base64,
}

macro_rules! hash_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// The 32 bytes.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// Standard base64 with padding (RFC 4648, section 4), as in checkpoints and proofs.
            pub fn to_base64(&self) -> String {
                STANDARD.encode(self.0)
            }

            /// Reads what [`Self::to_base64`] writes and nothing else: no other alphabet, no missing padding, no loose bits.
            pub fn from_base64(text: &str) -> Result<Self, HashError> {
                let bytes = STANDARD.decode(text).map_err(|_| HashError::Base64)?;
                bytes.try_into().map(Self).map_err(|_| HashError::Base64)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), hex(&self.0))
            }
        }

        impl FromStr for $name {
            type Err = HashError;

            /// Reads 64 lowercase hexadecimal digits.
            fn from_str(text: &str) -> Result<Self, HashError> {
                unhex(text).map(Self).ok_or(HashError::Hex)
            }
        }
    };
}

hash_type! {
    /// A Merkle tree hash: of a leaf, a node or a root.
    Hash
}

hash_type! {
    /// SHA-256 of the bytes of a file. Its hexadecimal form names an object.
    Digest
}

impl Hash {
    /// The root of a tree without leaves: SHA-256 of nothing.
    pub fn empty() -> Hash {
        Hash(Sha256::digest([]).into())
    }

    /// The hash of a leaf with this data.
    pub fn leaf(data: &[u8]) -> Hash {
        Hash(Sha256::new().chain_update([0]).chain_update(data).finalize().into())
    }

    /// The hash of the node over `left` and `right`.
    pub fn node(left: &Hash, right: &Hash) -> Hash {
        let mut bytes = [1; 65];
        bytes[1..33].copy_from_slice(&left.0);
        bytes[33..].copy_from_slice(&right.0);
        Hash(Sha256::digest(bytes).into())
    }
}

impl Digest {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }
}

/// Lowercase hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes of exactly `2 * N` lowercase hexadecimal digits.
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |c: u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}
