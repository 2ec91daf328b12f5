//! To which length is something padded, so that its length tells little?
//!
//! Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PoPETs 2019, §4): a
//! length keeps only as many significant bits as its size needs bits to be written, so that at most 12 % are added and what
//! is told of a length of L is of the order of log log L bits.

/// The padded length of `length` bytes, at least `least`. Lengths near 2^64 that cannot be padded stay as they are.
pub fn padded(length: u64, least: u64) -> u64 {
    let length = length.max(least).max(2);
    let exponent = u64::from(length.ilog2());
    let kept_bits = u64::from(exponent.ilog2()) + 1;
    let mask = (1_u64 << exponent.saturating_sub(kept_bits)) - 1;
    length.checked_add(mask).map_or(length, |sum| sum & !mask)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_are_rounded_up() {
        let check = |length, least, expected| assert_eq!(padded(length, least), expected, "{length}");
        check(0, 1024, 1024);
        check(1024, 0, 1024);
        check(1025, 0, 1088);
        check(9, 0, 10);
        check(1_000_000, 0, 1_015_808);
        check(u64::MAX, 0, u64::MAX);
    }

    proptest! {
        #[test]
        fn little_is_added_and_order_is_kept(a in 1_u64..1 << 62, b in 1_u64..1 << 62) {
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(padded(low, 1) >= low);
            prop_assert!(padded(low, 1) <= padded(high, 1));
            prop_assert_eq!(padded(padded(low, 1), 1), padded(low, 1));
            prop_assert!((padded(low, 1) - low) as f64 <= 0.12 * low as f64 + 2.0);
        }
    }
}
