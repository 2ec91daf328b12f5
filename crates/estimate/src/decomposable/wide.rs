//! How are weights added and multiplied whose logarithms differ by tens of thousands?
//!
//! Double precision ends near e^709. A [`Wide`] keeps its power of two apart, so that products cost one multiplication
//! and sums need no logarithm.

use std::f64::consts::LN_2;

/// Exponent of zero: far below that of any weight, and three of them added still fit.
const LOWEST: i32 = -(1 << 28);

/// `mantissa * 2^exponent`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wide {
    mantissa: f64,
    exponent: i32,
}

impl Wide {
    pub(crate) const ZERO: Wide = Wide { mantissa: 0.0, exponent: LOWEST };
    pub(crate) const ONE: Wide = Wide { mantissa: 1.0, exponent: 0 };

    /// `e^ln`.
    pub(crate) fn from_ln(ln: f64) -> Self {
        let exponent = (ln / LN_2).floor();
        Wide { mantissa: (ln - exponent * LN_2).exp(), exponent: exponent as i32 }
    }

    /// The natural logarithm; minus infinity for zero.
    pub(crate) fn ln(self) -> f64 {
        self.mantissa.ln() + f64::from(self.exponent) * LN_2
    }

    /// As a number of double precision: for what is near one.
    pub(crate) fn value(self) -> f64 {
        self.mantissa * f64::from(self.exponent.clamp(-2000, 1000)).exp2()
    }

    /// `self + other`, its mantissa not yet brought back to between 1 and 2.
    #[inline(always)]
    pub(crate) fn plus(self, other: Wide) -> Wide {
        let exponent = self.exponent.max(other.exponent);
        let mantissa = self.mantissa * power_of_two(self.exponent - exponent)
            + other.mantissa * power_of_two(other.exponent - exponent);
        Wide { mantissa, exponent }
    }

    /// `self * other`, its mantissa not yet brought back.
    #[inline(always)]
    pub(crate) fn times(self, other: Wide) -> Wide {
        Wide { mantissa: self.mantissa * other.mantissa, exponent: self.exponent + other.exponent }
    }

    /// `1 / self`, for what is not zero.
    pub(crate) fn inverse(self) -> Wide {
        Wide { mantissa: 1.0 / self.mantissa, exponent: -self.exponent }.settled()
    }

    /// `-self`.
    pub(crate) fn negative(self) -> Wide {
        Wide { mantissa: -self.mantissa, exponent: self.exponent }
    }

    /// The same number with a mantissa between 1 and 2, in absolute value.
    #[inline(always)]
    pub(crate) fn settled(self) -> Wide {
        let bits = self.mantissa.to_bits();
        let power = (bits >> 52 & 0x7ff) as i32;
        if power == 0 {
            // Zero, or so small beside what it was added to that nothing is lost.
            return Wide::ZERO;
        }
        let mantissa = f64::from_bits(bits & !(0x7ff << 52) | 1023 << 52);
        Wide { mantissa, exponent: self.exponent + power - 1023 }
    }
}

/// `2^power` for a power not above zero; zero where double precision has none.
#[inline(always)]
fn power_of_two(power: i32) -> f64 {
    f64::from_bits(((power.max(-1023) + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_products_are_those_of_real_numbers() {
        let (a, b) = (Wide::from_ln(20_000.0), Wide::from_ln(19_999.0));
        let sum = a.plus(b).settled().ln();
        assert!((sum - (20_000.0 + (-1.0f64).exp().ln_1p())).abs() < 1e-11, "{sum}");
        assert!((a.times(b.inverse()).ln() - 1.0).abs() < 1e-11);
        assert!((a.plus(b.negative()).settled().ln() - (20_000.0 + (-(-1.0f64).exp()).ln_1p())).abs() < 1e-11);
        assert_eq!(a.plus(Wide::ZERO).settled().ln(), a.ln());
        assert_eq!(a.plus(a.negative()).settled().value(), 0.0);
        assert_eq!(Wide::ZERO.plus(Wide::ZERO).settled().value(), 0.0);
        assert_eq!(a.times(Wide::ZERO).settled().value(), 0.0);
        assert_eq!(Wide::from_ln(0.0).value(), 1.0);
    }
}
