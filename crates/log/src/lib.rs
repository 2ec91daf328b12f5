//! What was said, in what order, unaltered?
//!
//! A transparency log over opaque entries: a Merkle tree (RFC 9162) kept in tiles (C2SP tlog-tiles), whose head is a signed
//! checkpoint, countersigned by witnesses. Nothing here reads a disk, a clock or randomness, and nothing holds a secret: what
//! is read comes through [`Source`], what is to be written is handed back as paths and bytes, what is to be signed as bytes.
//!
//! The layout is specified in `spec/log.md`.

pub mod audit;
pub mod author;
pub mod bundle;
pub mod checkpoint;
pub mod cosignature;
pub mod entry;
pub mod hash;
pub mod key;
pub mod note;
pub mod policy;
pub mod proof;
pub mod reader;
pub mod record;
pub mod release;
pub mod source;
pub mod tile;
pub mod timestamp;
pub mod tlogproof;
pub mod tree;
pub mod witness;

pub use entry::Entry;
pub use hash::{Digest, Hash};
pub use source::Source;
