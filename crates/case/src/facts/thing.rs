//! How is a source, a statement or a finding named, and where does everything said of it live?
//!
//! A thing's number begins with a digest of its compartment's name: its *home*. What is said of it anywhere else is void, whoever
//! reads it. So a member either sees all that decides about a thing, or sees by the number alone that it is closed; two members
//! never judge from different halves of one record.

use crate::custody::ids::RecordId;
use sha2::{Digest, Sha256};

/// Leading bytes of a number that tell its home: enough that compartments of one case do not meet, few enough that twelve random
/// bytes are left.
const TAG: usize = 4;

/// A new number for a thing that lives in this compartment, from the operating system's randomness.
pub fn number(compartment: &str) -> Result<RecordId, getrandom::Error> {
    let mut id = [0; 16];
    getrandom::fill(&mut id)?;
    id[..TAG].copy_from_slice(&tag(compartment));
    Ok(RecordId(id))
}

/// Does a thing live in this compartment?
pub fn lives_in(thing: &RecordId, compartment: &str) -> bool {
    thing.0[..TAG] == tag(compartment)
}

fn tag(compartment: &str) -> [u8; TAG] {
    let digest = Sha256::digest(format!("factum home 1\n{compartment}"));
    std::array::from_fn(|i| digest[i])
}

/// What a code must look like: one to four capital letters, a hyphen, and up to 24 letters, digits, dots or hyphens.
pub fn is_code(code: &str) -> bool {
    let Some((letters, rest)) = code.split_once('-') else { return false };
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
    (1..=4).contains(&letters.len())
        && letters.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=24).contains(&rest.len())
        && rest.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_lives_in_one_compartment() {
        let thing = number("working").unwrap();
        assert!(lives_in(&thing, "working"));
        assert!(!lives_in(&thing, "identities") && !lives_in(&thing, "working "));
        assert_ne!(thing, number("working").unwrap());
    }

    #[test]
    fn codes_are_short_and_plain() {
        let check = |code: &str, expected: bool| assert_eq!(is_code(code), expected, "{code}");
        check("S-014", true);
        check("F-3", true);
        check("T-0031.b", true);
        check("s-014", false);
        check("S014", false);
        check("S-", false);
        check("SOURCE-1", false);
        check("S-1 2", false);
        check("S-é", false);
    }
}
