//! What does a witness sign, and how does its signature carry the time?
//!
//! C2SP tlog-cosignature. With Ed25519 a witness signs two header lines and the whole text of the checkpoint; with ML-DSA-44 a
//! binary message that also names the witness and leaves extension lines out. Both signatures are preceded by the time in
//! seconds since 1970 as a big-endian 64-bit number.

use crate::checkpoint::Checkpoint;
use crate::key::KeyName;
use crate::tile::LARGEST;

/// The first bytes of the message signed with ML-DSA-44.
const LABEL: &[u8; 12] = b"subtree/v1\n\0";

/// Why something cannot be cosigned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CosignatureError {
    /// A time beyond 2^63 - 1 seconds.
    #[error("a cosignature's time is below 2^63 seconds; this one was altered or its clock is wrong")]
    Time,
    /// A name or origin that does not fit its length byte.
    #[error("{0} has more than 255 bytes, which an ML-DSA-44 cosignature cannot name")]
    Long(&'static str),
    /// The text is no checkpoint.
    #[error("only checkpoints can be cosigned with ML-DSA-44, and this text is none")]
    Checkpoint,
}

/// The message of an Ed25519 cosignature over a checkpoint's text (with its final line end).
pub fn ed25519_message(text: &str, timestamp: u64) -> Result<Vec<u8>, CosignatureError> {
    check_time(timestamp)?;
    Ok(format!("cosignature/v1\ntime {timestamp}\n{text}").into_bytes())
}

/// The message of an ML-DSA-44 cosignature by the cosigner of this name over a checkpoint.
///
/// A timestamp of 0 says nothing about time, nor that the cosigner saw no larger tree.
pub fn ml_dsa_44_message(name: &KeyName, timestamp: u64, checkpoint: &Checkpoint) -> Result<Vec<u8>, CosignatureError> {
    check_time(timestamp)?;
    let name_length = length(name.as_str(), "the cosigner's name")?;
    let origin_length = length(&checkpoint.origin, "the log's origin")?;
    let mut message = LABEL.to_vec();
    message.push(name_length);
    message.extend_from_slice(name.as_str().as_bytes());
    message.extend_from_slice(&timestamp.to_be_bytes());
    message.push(origin_length);
    message.extend_from_slice(checkpoint.origin.as_bytes());
    message.extend_from_slice(&0_u64.to_be_bytes());
    message.extend_from_slice(&checkpoint.size.to_be_bytes());
    message.extend_from_slice(&checkpoint.root.0);
    Ok(message)
}

/// Time and signature as a note's signature line carries them.
pub fn encode(timestamp: u64, signature: &[u8]) -> Vec<u8> {
    let mut bytes = timestamp.to_be_bytes().to_vec();
    bytes.extend_from_slice(signature);
    bytes
}

/// The time and the signature in what a signature line carries.
pub fn decode(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (timestamp, signature) = bytes.split_first_chunk::<8>()?;
    Some((u64::from_be_bytes(*timestamp), signature))
}

fn check_time(timestamp: u64) -> Result<(), CosignatureError> {
    if timestamp > LARGEST { Err(CosignatureError::Time) } else { Ok(()) }
}

fn length(text: &str, what: &'static str) -> Result<u8, CosignatureError> {
    u8::try_from(text.len()).map_err(|_| CosignatureError::Long(what))
}
