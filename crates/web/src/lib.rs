//! Where does anything leave this machine, or enter it, over a network?
//!
//! Here and nowhere else, and only at an address that somebody typed. What travels is C2SP tlog-witness: a log's checkpoint with
//! a proof that it only grew, and a witness's cosignatures. No evidence, no name and no key of a case is in either, and nothing
//! that arrives is believed: `factum_case::custody::anchor` verifies it as it does what comes in a file.

pub mod ask;
mod http;
pub mod serve;

#[cfg(test)]
mod tests;
