//! What does the log hold of an object?
//!
//! 66 bytes: version `0x01`, kind, SHA-256 of the object's file, and R, the root over the object's records (see
//! [`record`](crate::record)). Every entry has the same length, so that it tells nothing about the object.

use crate::hash::{Digest, Hash};

/// Bytes in an entry.
pub const LENGTH: usize = 66;

/// The first byte of an entry in this format.
pub const VERSION: u8 = 1;

/// What an entry's object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// One compartment's part of a transaction.
    Part = 1,
    /// Bytes as collected.
    Item = 2,
    /// A compartment's key, wrapped for one member.
    Wrap = 3,
    /// An object encrypted anew after a key was rotated.
    Resealed = 4,
}

/// Why bytes are not an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Not 66 bytes.
    #[error("an entry has {LENGTH} bytes, this one has {0}: the bundle is damaged or of another log")]
    Length(usize),
    /// A version that this program does not know.
    #[error("the entry has version {0}, this program reads version {VERSION}: use a newer Factum")]
    Version(u8),
    /// A kind that this program does not know.
    #[error("the entry is of kind {0}, this program knows kinds 1 to 4: use a newer Factum")]
    Kind(u8),
}

/// What the log holds of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Entry {
    /// What the object is.
    pub kind: Kind,
    /// SHA-256 of the object's file.
    pub object: Digest,
    /// The root over the object's records.
    pub records: Hash,
}

impl Entry {
    /// The entry as the log holds it.
    pub fn to_bytes(&self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        bytes[0] = VERSION;
        bytes[1] = self.kind as u8;
        bytes[2..34].copy_from_slice(&self.object.0);
        bytes[34..].copy_from_slice(&self.records.0);
        bytes
    }

    /// Reads an entry.
    pub fn from_bytes(bytes: &[u8]) -> Result<Entry, EntryError> {
        let bytes: &[u8; LENGTH] = bytes.try_into().map_err(|_| EntryError::Length(bytes.len()))?;
        if bytes[0] != VERSION {
            return Err(EntryError::Version(bytes[0]));
        }
        let kind = match bytes[1] {
            1 => Kind::Part,
            2 => Kind::Item,
            3 => Kind::Wrap,
            4 => Kind::Resealed,
            other => return Err(EntryError::Kind(other)),
        };
        let (mut object, mut records) = ([0; 32], [0; 32]);
        object.copy_from_slice(&bytes[2..34]);
        records.copy_from_slice(&bytes[34..]);
        Ok(Entry { kind, object: Digest(object), records: Hash(records) })
    }

    /// The hash of this entry as a leaf of the log.
    pub fn leaf(&self) -> Hash {
        Hash::leaf(&self.to_bytes())
    }
}
