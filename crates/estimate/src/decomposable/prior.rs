//! How likely is a population of each size before the lists are looked at?

use super::rising::ln_rising;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// The prior of the population size N, up to a constant and within the support.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prior {
    /// Proportional to 1/N, as in the code of `dga`: each order of magnitude is as likely as the next.
    #[default]
    Jeffreys,
    /// Each N as likely as any other. Large numbers weigh more: the end of the support matters.
    Uniform,
    /// Rissanen's universal prior for whole numbers, 2^-(log2 N + log2 log2 N + ...) over the terms above zero
    /// (J. Rissanen, *A universal prior for integers and estimation by minimum description length*, 1983).
    Rissanen,
    /// A Poisson number whose mean has a gamma distribution (Madigan & York 1997): N has mean `shape * scale` and variance
    /// `shape * scale * (1 + scale)`.
    GammaPoisson {
        /// Shape of the gamma distribution.
        shape: f64,
        /// Scale of the gamma distribution.
        scale: f64,
    },
}

/// Shapes and scales that are taken: beyond, rounding would speak rather than the prior.
const PARAMETERS: std::ops::RangeInclusive<f64> = 1e-9..=1e9;

/// The words that `--prior` takes.
const FORMS: &str = "the prior is jeffreys, uniform, rissanen, or gamma-poisson:SHAPE,SCALE with two positive numbers, such as \
     gamma-poisson:13.14,55.17";

impl Prior {
    /// The logarithm of the prior at N, up to a constant.
    pub(crate) fn ln_at(self, n: f64) -> f64 {
        match self {
            Prior::Jeffreys => -n.ln(),
            Prior::Uniform => 0.0,
            Prior::Rissanen => {
                let (mut sum, mut term) = (0.0, n.log2());
                while term > 0.0 {
                    sum += term;
                    term = term.log2();
                }
                -sum * std::f64::consts::LN_2
            }
            // ln Γ(N + a) - ln Γ(N + 1), taken upwards whichever is larger.
            Prior::GammaPoisson { shape, scale } => {
                let ratio =
                    if shape >= 1.0 { ln_rising(n + 1.0, shape - 1.0) } else { -ln_rising(n + shape, 1.0 - shape) };
                ratio - n * (1.0 / scale).ln_1p() - shape * scale.ln_1p()
            }
        }
    }

    /// Where the logarithm of the prior bends: Rissanen's gains a term.
    pub(crate) fn bends(self) -> &'static [u64] {
        match self {
            Prior::Rissanen => &[2, 4, 16, 65_536],
            _ => &[],
        }
    }

    /// The largest second derivative of its logarithm by that of N. A gamma distribution bends as its shape.
    pub(crate) fn bend(self) -> f64 {
        match self {
            Prior::GammaPoisson { shape, .. } => shape,
            _ => 0.0,
        }
    }

    /// Whether its parameters are positive numbers of a size that can mean something.
    pub(crate) fn is_proper(self) -> bool {
        match self {
            Prior::GammaPoisson { shape, scale } => [shape, scale].iter().all(|v| PARAMETERS.contains(v)),
            _ => true,
        }
    }
}

impl fmt::Display for Prior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Prior::Jeffreys => f.write_str("jeffreys"),
            Prior::Uniform => f.write_str("uniform"),
            Prior::Rissanen => f.write_str("rissanen"),
            Prior::GammaPoisson { shape, scale } => write!(f, "gamma-poisson:{shape},{scale}"),
        }
    }
}

/// Text that names no prior.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{FORMS}")]
pub struct NoSuchPrior;

impl FromStr for Prior {
    type Err = NoSuchPrior;

    fn from_str(text: &str) -> Result<Self, NoSuchPrior> {
        let prior = match text {
            "jeffreys" => Prior::Jeffreys,
            "uniform" => Prior::Uniform,
            "rissanen" => Prior::Rissanen,
            _ => {
                let numbers = text.strip_prefix("gamma-poisson:").ok_or(NoSuchPrior)?;
                let (shape, scale) = numbers.split_once(',').ok_or(NoSuchPrior)?;
                let number = |text: &str| text.trim().parse::<f64>().map_err(|_| NoSuchPrior);
                Prior::GammaPoisson { shape: number(shape)?, scale: number(scale)? }
            }
        };
        if prior.is_proper() { Ok(prior) } else { Err(NoSuchPrior) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_can_be_read() {
        for prior in
            [Prior::Jeffreys, Prior::Uniform, Prior::Rissanen, Prior::GammaPoisson { shape: 13.14, scale: 55.17 }]
        {
            assert_eq!(prior.to_string().parse(), Ok(prior));
        }
        for text in [
            "",
            "flat",
            "gamma-poisson:1",
            "gamma-poisson:0,1",
            "gamma-poisson:1,-2",
            "gamma-poisson:1,inf",
            "gamma-poisson:1e10,1",
            "gamma-poisson:1,nan",
        ] {
            assert_eq!(text.parse::<Prior>(), Err(NoSuchPrior), "{text}");
        }
    }

    /// A geometric distribution is the case of shape one: scale^N / (1 + scale)^(N + 1).
    #[test]
    fn a_gamma_of_shape_one_makes_a_geometric_number() {
        let prior = Prior::GammaPoisson { shape: 1.0, scale: 4.0 };
        assert!((prior.ln_at(10.0) - (10.0 * 0.8f64.ln() - 5f64.ln())).abs() < 1e-13);
        // Of shape one half: Γ(N + 1/2) / Γ(N + 1) is 35/128 sqrt(pi) at 4.
        let half = Prior::GammaPoisson { shape: 0.5, scale: 1.0 };
        let expected = (35.0 / 128.0 * std::f64::consts::PI.sqrt()).ln() - 4.5 * 2f64.ln();
        let ours = half.ln_at(4.0);
        assert!((ours - expected).abs() < 1e-13, "{ours} {expected}");
    }

    #[test]
    fn rissanens_prior_is_two_to_the_code_length() {
        // log2* of 16 is 4 + 2 + 1.
        assert!((Prior::Rissanen.ln_at(16.0) + 7.0 * std::f64::consts::LN_2).abs() < 1e-14);
        assert_eq!(Prior::Rissanen.ln_at(1.0), 0.0);
    }
}
