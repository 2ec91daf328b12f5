//! Which bytes were read?

use factum_model::Input;
use sha2::{Digest, Sha256};

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// A file as the input of a run.
pub fn input(name: &str, bytes: &[u8]) -> Input {
    Input { name: name.to_string(), sha256: sha256(bytes), bytes: bytes.len() as u64 }
}
