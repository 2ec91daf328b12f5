//! How are many exponentials and logarithms taken at once?
//!
//! The library's functions take one number at a time, and a gradient needs dozens. These have no branches, so that the
//! compiler takes as many numbers at a time as the processor can; and they consist of additions, multiplications and
//! divisions alone, so that every processor gives the same digits.

use std::f64::consts::{LN_2, LOG2_E};

/// Exponents up to this stay within the numbers of full precision.
pub(crate) const FARTHEST: f64 = 700.0;

/// LN_2 in two parts, the first with so few digits that its multiples up to 1,024 are exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// Added and taken away again, it rounds to a whole number, which then stands in the last digits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// The exponential of `v`, between -700 and 700, less one and as it is, both to about two units in the last place.
#[inline(always)]
pub(crate) fn exp_less_one_and_exp(v: f64) -> (f64, f64) {
    let shifted = v * LOG2_E + ROUNDER;
    let whole = shifted - ROUNDER;
    let rest = (v - whole * LN_2_HIGH) - whole * LN_2_LOW;
    let scale = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1.0f64.to_bits()));
    // Taylor's series: within ±LN_2 / 2 the fourteenth term is below the last digit.
    let mut sum = 1.0 / 6_227_020_800.0;
    for term in [
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
    ] {
        sum = sum * rest + term;
    }
    let less_one = rest + rest * rest * sum;
    (scale * less_one + (scale - 1.0), scale * less_one + scale)
}

/// The natural logarithm of a positive number of full precision, to about two units in the last place.
#[inline(always)]
pub(crate) fn ln(v: f64) -> f64 {
    // The mantissa between about .707 and 1.414, so that its logarithm and that of the power of two do not cancel.
    const HALF_ROOT: u64 = 0x3fe6_a09e_667f_3bcd;
    const DIGITS: u32 = 52;
    const BIAS: u64 = 1_023;
    let bits = v.to_bits().wrapping_sub(HALF_ROOT);
    // The exponent as a number, without a conversion that takes one number at a time.
    let biased = bits.wrapping_add(BIAS << DIGITS) >> DIGITS;
    let power = f64::from_bits(biased.wrapping_add(ROUNDER.to_bits())) - (ROUNDER + BIAS as f64);
    let mantissa = f64::from_bits((bits & ((1 << DIGITS) - 1)).wrapping_add(HALF_ROOT));
    let less_one = mantissa - 1.0;
    let s = less_one / (2.0 + less_one);
    let square = s * s;
    let mut sum = 1.0 / 21.0;
    for term in [1.0 / 19.0, 1.0 / 17.0, 1.0 / 15.0, 1.0 / 13.0, 1.0 / 11.0, 1.0 / 9.0, 1.0 / 7.0, 1.0 / 5.0, 1.0 / 3.0]
    {
        sum = sum * square + term;
    }
    power * LN_2 + (2.0 * s + 2.0 * s * square * sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn exponentials_are_those_of_the_library(v in -FARTHEST..FARTHEST, small in -1e-3..1e-3f64) {
            for v in [v, v / 100.0, small] {
                let (less_one, exp) = exp_less_one_and_exp(v);
                prop_assert!((exp / v.exp() - 1.0).abs() < 1e-15, "{v}: {exp}");
                prop_assert!((less_one - v.exp_m1()).abs() <= 1e-15 * v.exp_m1().abs(), "{v}: {less_one}");
            }
        }

        #[test]
        fn logarithms_are_those_of_the_library(power in -700.0..700.0f64, near in 0.5..2.0f64) {
            for v in [power.exp(), near] {
                prop_assert!((ln(v) - v.ln()).abs() <= 5e-16 * v.ln().abs().max(0.1), "{v}: {}", ln(v));
            }
        }
    }

    #[test]
    fn zero_is_where_it_belongs() {
        assert_eq!(exp_less_one_and_exp(0.0), (0.0, 1.0));
        assert_eq!(ln(1.0), 0.0);
    }
}
