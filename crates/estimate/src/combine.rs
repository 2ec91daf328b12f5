//! How do several answers become one?
//!
//! Three ways, for three relations between the answers:
//!
//! - [`side_by_side`]: answers on different people (strata). Their sum, taking them as independent.
//! - [`replicates`]: answers on imputations of one and the same set of people, by the laws of total expectation and total
//!   variance on the logarithm of the missing (D. B. Rubin, *Multiple Imputation for Nonresponse in Surveys*, 1987,
//!   section 3.3; in this form for multiple systems estimation in the R package verdata of HRDAG and JEP-CEV-HRDAG).
//! - [`mixture`]: answers on draws from a posterior, among which the number of the recorded differs too. The mixture of what
//!   they say of N, each with the same weight.
//!
//! An answer enters as a [`Part`]: so many recorded, and a distribution of the missing. Where a model gives only a number
//! and limits, the distribution is log-normal to either side of the number, so that it returns both limits. Taking the
//! missing as log-normal is what Burnham and others (1987) do for intervals of capture-recapture.

use crate::Estimate;
use crate::interval::normal_quantile;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// Missing below this count as this on the scale of logarithms: a tenth of a person, as verdata has it.
const LEAST_MISSING: f64 = 0.1;

/// Draws of a sum. The Monte Carlo error of a 97.5 % limit is then under 2 % of the standard deviation of the sum.
const DRAWS_OF_SUM: usize = 20_000;

/// Draws that share a stream of randomness. Streams belong to blocks, never to threads.
const BLOCK: usize = 500;

/// What one answer says of one set of people.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Distinct persons recorded.
    pub observed: f64,
    /// The estimated number of persons missing.
    pub missing: f64,
    /// How uncertain the missing are.
    pub spread: Spread,
}

/// How uncertain a number of missing persons is.
#[derive(Clone, Debug, PartialEq)]
pub enum Spread {
    /// Log-normal to either side of the estimate: the standard deviations of the logarithm below and above it. Absent
    /// where the data set no limit on that side.
    LogNormal {
        /// Below the estimate.
        below: Option<f64>,
        /// Above the estimate.
        above: Option<f64>,
    },
    /// Draws from a posterior of the missing, all of the same weight.
    Draws(Vec<f64>),
}

impl Part {
    /// What an estimate says. Absent where there is none, or the computation did not converge.
    pub fn of(estimate: &Estimate) -> Option<Self> {
        let n = estimate.estimate.filter(|_| estimate.converged)?;
        Some(Self::from_limits(estimate.observed as f64, n, estimate.lower, estimate.upper, estimate.level))
    }

    /// From an estimate of N and the limits of its interval, made for the probability `level`.
    pub fn from_limits(observed: f64, estimate: f64, lower: Option<f64>, upper: Option<f64>, level: f64) -> Self {
        let z = normal_quantile(level);
        let log = |n: f64| (n - observed).max(LEAST_MISSING).ln();
        let centre = log(estimate);
        let side = |limit: Option<f64>, sign: f64| {
            limit.filter(|l| l.is_finite()).map(|l| (sign * (log(l) - centre) / z).max(0.0))
        };
        Self {
            observed,
            missing: (estimate - observed).max(0.0),
            spread: Spread::LogNormal { below: side(lower, -1.0), above: side(upper, 1.0) },
        }
    }

    /// From draws of N. Draws that are no numbers are left out; absent when none is left.
    pub fn from_draws(observed: f64, draws: &[f64]) -> Option<Self> {
        let mut missing: Vec<f64> = draws.iter().filter(|d| d.is_finite()).map(|d| (d - observed).max(0.0)).collect();
        missing.sort_by(f64::total_cmp);
        let mean = missing.iter().sum::<f64>() / missing.len() as f64;
        mean.is_finite().then_some(Self { observed, missing: mean, spread: Spread::Draws(missing) })
    }

    /// Mean and variance of the logarithm of the missing; the variance is absent where a limit is.
    fn log_moments(&self) -> (f64, Option<f64>) {
        match &self.spread {
            Spread::LogNormal { below, above } => {
                // Half of a two-piece normal lies on either side: its second moment about the centre.
                let variance = below.zip(*above).map(|(b, a)| (b * b + a * a) / 2.0);
                (self.missing.max(LEAST_MISSING).ln(), variance)
            }
            Spread::Draws(draws) => {
                let logs: Vec<f64> = draws.iter().map(|d| d.max(LEAST_MISSING).ln()).collect();
                let (mean, variance) = mean_and_variance(&logs);
                (mean, Some(variance.unwrap_or(0.0)))
            }
        }
    }

    /// The probability that N is at most `n`.
    fn cumulative(&self, n: f64) -> f64 {
        let missing = n - self.observed;
        match &self.spread {
            Spread::Draws(draws) => draws.partition_point(|d| *d <= missing) as f64 / draws.len() as f64,
            Spread::LogNormal { below, above } => {
                // The log-normal number never goes under 0.
                if missing < 0.0 {
                    return 0.0;
                }
                let distance = missing.max(LEAST_MISSING).ln() - self.missing.max(LEAST_MISSING).ln();
                let side = if distance < 0.0 { *below } else { *above };
                match side {
                    // Without a limit above, half of the probability lies beyond every number; without one below, at the
                    // observed.
                    None => 0.5,
                    Some(sd) if sd > 0.0 => Normal::standard().cdf(distance / sd),
                    Some(_) if distance < 0.0 => 0.0,
                    Some(_) => 1.0,
                }
            }
        }
    }

    /// The missing at `z` standard normal deviates from the estimate, as a lower and as an upper bound: they differ where a
    /// limit is absent.
    fn at(&self, z: f64) -> (f64, f64) {
        let missing = self.missing;
        let scaled = |sd: f64| {
            let scaled = if sd > 0.0 { missing.max(LEAST_MISSING) * (sd * z).exp() } else { missing };
            (scaled, scaled)
        };
        match &self.spread {
            Spread::LogNormal { below, .. } if z < 0.0 => below.map_or((0.0, missing), scaled),
            Spread::LogNormal { above, .. } => above.map_or((missing, f64::INFINITY), scaled),
            Spread::Draws(draws) => {
                let p = Normal::standard().cdf(z);
                let drawn = draws[((p * draws.len() as f64) as usize).min(draws.len() - 1)];
                (drawn, drawn)
            }
        }
    }
}

/// Several answers as one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sum {
    /// Distinct persons recorded.
    pub observed: f64,
    /// Estimated size of the whole population: the sum of the estimates.
    pub estimate: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit; absent where one of the answers has none.
    pub upper: Option<f64>,
}

/// The sum of answers on different people, independent of one another: given what the models assume, an error in one stratum
/// says nothing of the error in another. Errors that strata share (a common dependence of the lists) make the true
/// interval wider.
///
/// The limits are quantiles of sums of draws, one stream of randomness a block of draws.
pub fn side_by_side(parts: &[Part], level: f64, seed: u64) -> Sum {
    let observed: f64 = parts.iter().map(|p| p.observed).sum();
    let blocks: Vec<Vec<(f64, f64)>> = (0..DRAWS_OF_SUM / BLOCK)
        .into_par_iter()
        .map(|block| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(block as u64);
            let mut sums = vec![(0.0, 0.0); BLOCK];
            for part in parts {
                for sum in &mut sums {
                    let (low, high) = part.at(StandardNormal.sample(&mut rng));
                    sum.0 += low;
                    sum.1 += high;
                }
            }
            sums
        })
        .collect();
    let quantile = |of: fn(&(f64, f64)) -> f64, p: f64| {
        let mut sums: Vec<f64> = blocks.iter().flatten().map(of).collect();
        sums.sort_by(f64::total_cmp);
        sums[((p * sums.len() as f64) as usize).min(sums.len() - 1)]
    };
    let tail = (1.0 - level) / 2.0;
    let upper = observed + quantile(|s| s.1, 1.0 - tail);
    Sum {
        observed,
        estimate: observed + parts.iter().map(|p| p.missing).sum::<f64>(),
        lower: observed + quantile(|s| s.0, tail),
        upper: upper.is_finite().then_some(upper),
    }
}

impl Sum {
    /// The sum as a part of something larger.
    pub fn part(&self, level: f64) -> Part {
        Part::from_limits(self.observed, self.estimate, Some(self.lower), self.upper, level)
    }
}

/// Replicates combined.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Combined {
    /// How many replicates have an answer.
    pub replicates: usize,
    /// Distinct persons recorded, on the average of the replicates.
    pub observed: f64,
    /// Estimated size of the whole population, by the law of total expectation.
    pub estimate: f64,
    /// Lower limit. Absent for a single replicate, and where a replicate has no limits of its own.
    pub lower: Option<f64>,
    /// Upper limit; absent with the lower one.
    pub upper: Option<f64>,
    /// Variance of the logarithm of the missing within replicates; absent where a replicate has no limits.
    pub within: Option<f64>,
    /// Variance of the logarithm of the missing between replicates, widened by 1 + 1/replicates; absent for one replicate.
    pub between: Option<f64>,
    /// Degrees of freedom of the t distribution of the interval; absent where it is normal.
    pub degrees: Option<f64>,
}

impl Combined {
    /// The share of the variance that lies between replicates.
    pub fn share_between(&self) -> Option<f64> {
        share(self.within?, self.between?)
    }
}

fn share(within: f64, between: f64) -> Option<f64> {
    Some(between / (within + between)).filter(|s| s.is_finite())
}

/// Combines answers on imputations of one set of people. Absent without any.
///
/// The degrees of freedom are Rubin's (1987, equation 3.1.6), `(m - 1) (1 + W / ((1 + 1/m) B))²`.
pub fn replicates(parts: &[Part], level: f64) -> Option<Combined> {
    if parts.is_empty() {
        return None;
    }
    let count = parts.len() as f64;
    let observed = parts.iter().map(|p| p.observed).sum::<f64>() / count;
    let missing = parts.iter().map(|p| p.missing).sum::<f64>() / count;
    let moments: Vec<(f64, Option<f64>)> = parts.iter().map(Part::log_moments).collect();
    let means: Vec<f64> = moments.iter().map(|m| m.0).collect();
    let variances: Option<Vec<f64>> = moments.iter().map(|m| m.1).collect();
    let within = variances.map(|v| v.iter().sum::<f64>() / count);
    let (centre, between) = mean_and_variance(&means);
    let between = between.map(|b| b * (1.0 + 1.0 / count));
    let degrees = within
        .zip(between)
        .map(|(w, b)| (count - 1.0) * (1.0 + w / b).powi(2))
        .filter(|d| d.is_finite() && *d < NORMAL_FROM);
    let limits = within.zip(between).map(|(w, b)| {
        let reach = (t_quantile(level, degrees) * (w + b).sqrt()).exp();
        (observed + centre.exp() / reach, observed + centre.exp() * reach)
    });
    Some(Combined {
        replicates: parts.len(),
        observed,
        estimate: observed + missing,
        lower: limits.map(|l| l.0),
        upper: limits.map(|l| l.1),
        within,
        between,
        degrees,
    })
}

/// From so many degrees of freedom on the t distribution is taken as normal: its quantiles differ by less than one in 10⁵.
const NORMAL_FROM: f64 = 1e5;

fn t_quantile(level: f64, degrees: Option<f64>) -> f64 {
    match degrees.and_then(|d| StudentsT::new(0.0, 1.0, d).ok()) {
        Some(t) => t.inverse_cdf(0.5 + level / 2.0),
        None => normal_quantile(level),
    }
}

/// A mixture of answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mixture {
    /// How many answers it is made of.
    pub answers: usize,
    /// Distinct persons recorded, on average.
    pub observed: f64,
    /// Estimated size of the whole population, on average.
    pub estimate: f64,
    /// Median of the mixture; absent where it lies beyond every number.
    pub median: Option<f64>,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit; absent where too many of the answers have none.
    pub upper: Option<f64>,
    /// Variance of log N within answers; absent where an answer has no limits.
    pub within: Option<f64>,
    /// Variance of log N between answers, widened by 1 + 1/answers; absent for a single answer.
    pub between: Option<f64>,
}

impl Mixture {
    /// The share of the variance of log N that lies between the answers.
    pub fn share_between(&self) -> Option<f64> {
        share(self.within?, self.between?)
    }
}

/// Mixes answers with equal weights. Absent without any.
pub fn mixture(parts: &[Part], level: f64) -> Option<Mixture> {
    if parts.is_empty() {
        return None;
    }
    let count = parts.len() as f64;
    let mean = |of: fn(&Part) -> f64| parts.iter().map(of).sum::<f64>() / count;
    let cumulative = |n: f64| parts.iter().map(|p| p.cumulative(n)).sum::<f64>() / count;
    let tail = (1.0 - level) / 2.0;
    let logs: Vec<f64> = parts.iter().map(|p| (p.observed + p.missing).max(1.0).ln()).collect();
    let variances: Option<Vec<f64>> = parts.iter().map(Part::log_size_variance).collect();
    Some(Mixture {
        answers: parts.len(),
        observed: mean(|p| p.observed),
        estimate: mean(|p| p.observed + p.missing),
        median: quantile(&cumulative, 0.5),
        // The distribution begins at the fewest recorded, so a lower limit always exists.
        lower: quantile(&cumulative, tail).unwrap_or_else(|| mean(|p| p.observed)),
        upper: quantile(&cumulative, 1.0 - tail),
        within: variances.map(|v| v.iter().sum::<f64>() / count),
        between: mean_and_variance(&logs).1.map(|b| b * (1.0 + 1.0 / count)),
    })
}

impl Part {
    /// Variance of the logarithm of N, by the same two-piece form as the missing.
    fn log_size_variance(&self) -> Option<f64> {
        let size = |missing: f64| (self.observed + missing).max(1.0).ln();
        match &self.spread {
            Spread::Draws(draws) => {
                let logs: Vec<f64> = draws.iter().map(|d| size(*d)).collect();
                Some(mean_and_variance(&logs).1.unwrap_or(0.0))
            }
            Spread::LogNormal { below, above } => {
                let (below, above) = (*below).zip(*above)?;
                let missing = self.missing.max(LEAST_MISSING);
                let step = |sd: f64| size(missing * sd.exp()) - size(missing);
                Some((step(-below).powi(2) + step(above).powi(2)) / 2.0)
            }
        }
    }
}

/// Beyond this no number of people is looked for: more than ever lived.
const MOST_PEOPLE: f64 = 1e12;

/// The smallest N at which a rising function reaches `p`, to one part in 10¹². Absent where it never does.
fn quantile(cumulative: &impl Fn(f64) -> f64, p: f64) -> Option<f64> {
    let (mut low, mut high) = (0.0, 1.0);
    while cumulative(high) < p {
        (low, high) = (high, high * 2.0);
        if high > MOST_PEOPLE {
            return None;
        }
    }
    while high - low > 1e-12 * high {
        let middle = (low + high) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if cumulative(middle) < p { low = middle } else { high = middle }
    }
    Some(high)
}

/// Mean, and variance with one degree of freedom spent; absent for a single number.
fn mean_and_variance(numbers: &[f64]) -> (f64, Option<f64>) {
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares = numbers.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
    (mean, (numbers.len() > 1).then(|| squares / (count - 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(observed: f64, missing: f64, sd: f64) -> Part {
        Part { observed, missing, spread: Spread::LogNormal { below: Some(sd), above: Some(sd) } }
    }

    fn near(a: f64, b: f64, within: f64) {
        assert!((a - b).abs() <= within, "{a} is not within {within} of {b}");
    }

    #[test]
    fn a_part_gives_back_the_limits_it_was_made_of() {
        let part = Part::from_limits(100.0, 150.0, Some(120.0), Some(230.0), 0.95);
        let sum = side_by_side(std::slice::from_ref(&part), 0.95, 1);
        near(sum.estimate, 150.0, 1e-9);
        near(sum.lower, 120.0, 0.5);
        near(sum.upper.unwrap(), 230.0, 4.0);
        let mixed = mixture(&[part], 0.95).unwrap();
        near(mixed.lower, 120.0, 1e-6);
        near(mixed.upper.unwrap(), 230.0, 1e-6);
        near(mixed.median.unwrap(), 150.0, 1e-6);
    }

    /// The mean of a log-normal number is exp(s²/2) times its median, its variance (exp(s²) - 1) exp(s²) times the square:
    /// for a hundred alike, the sum is close to normal with a hundred times either.
    #[test]
    fn many_strata_add_up_as_the_central_limit_theorem_says() {
        let sd: f64 = 0.2;
        let sum = side_by_side(&vec![part(50.0, 100.0, sd); 100], 0.95, 7);
        let mean = 10_000.0 * (sd * sd / 2.0).exp();
        let deviation = (100.0 * (sd * sd).exp() * ((sd * sd).exp() - 1.0)).sqrt() * 100.0;
        near(sum.lower, 5_000.0 + mean - 1.96 * deviation, 0.12 * deviation);
        near(sum.upper.unwrap(), 5_000.0 + mean + 1.96 * deviation, 0.12 * deviation);
        assert_eq!((sum.observed, sum.estimate), (5_000.0, 15_000.0));
    }

    #[test]
    fn a_stratum_without_an_upper_limit_leaves_the_total_without_one() {
        let open = Part::from_limits(10.0, 20.0, Some(12.0), None, 0.95);
        let sum = side_by_side(&[part(50.0, 100.0, 0.1), open.clone()], 0.95, 1);
        assert_eq!(sum.upper, None);
        assert!(sum.lower > 60.0 + 70.0 && sum.lower < sum.estimate);
        assert_eq!(mixture(std::slice::from_ref(&open), 0.95).unwrap().upper, None);
        assert!(replicates(&[open.clone(), open], 0.95).unwrap().upper.is_none());
    }

    /// Worked by hand: two replicates of 100 and 121 missing, variance .04 each on the log scale. Their logs differ by
    /// 2 ln 1.1, so between = 2 (ln 1.1)² · 3/2; (W, B) give the degrees of freedom and the limits.
    #[test]
    fn replicates_combine_by_total_expectation_and_variance() {
        let combined = replicates(&[part(200.0, 100.0, 0.2), part(210.0, 121.0, 0.2)], 0.95).unwrap();
        near(combined.estimate, 205.0 + 110.5, 1e-9);
        near(combined.within.unwrap(), 0.04, 1e-12);
        let between = 3.0 * 1.1f64.ln().powi(2);
        near(combined.between.unwrap(), between, 1e-12);
        let degrees = (1.0 + 0.04 / between).powi(2);
        near(combined.degrees.unwrap(), degrees, 1e-9);
        let t = StudentsT::new(0.0, 1.0, degrees).unwrap().inverse_cdf(0.975);
        near(combined.upper.unwrap(), 205.0 + (110f64.ln() + t * (0.04 + between).sqrt()).exp(), 1e-6);
        assert!(combined.share_between().unwrap() > 0.4);
    }

    #[test]
    fn alike_replicates_add_nothing_and_one_has_no_interval() {
        let combined = replicates(&vec![part(200.0, 100.0, 0.2); 20], 0.95).unwrap();
        near(combined.upper.unwrap(), 200.0 + 100.0 * (0.2 * normal_quantile(0.95)).exp(), 1e-6);
        near(combined.between.unwrap(), 0.0, 1e-20);
        let one = replicates(&[part(200.0, 100.0, 0.2)], 0.95).unwrap();
        assert_eq!((one.lower, one.upper, one.between), (None, None, None));
        assert_eq!(replicates(&[], 0.95), None);
        assert_eq!(mixture(&[], 0.95), None);
    }

    #[test]
    fn a_mixture_spans_answers_that_differ() {
        let mixed = mixture(&[part(100.0, 50.0, 0.05), part(140.0, 90.0, 0.05)], 0.95).unwrap();
        assert!(mixed.lower < 150.0 && mixed.upper.unwrap() > 230.0);
        assert!(mixed.share_between().unwrap() > 0.9);
        near(mixed.estimate, 190.0, 1e-9);
    }

    #[test]
    fn draws_are_used_as_they_are() {
        let draws: Vec<f64> = (0..1001).map(|i| 100.0 + f64::from(i)).collect();
        let part = Part::from_draws(100.0, &draws).unwrap();
        let mixed = mixture(std::slice::from_ref(&part), 0.95).unwrap();
        near(mixed.lower, 125.0, 1.5);
        near(mixed.upper.unwrap(), 1075.0, 1.5);
        near(side_by_side(&[part], 0.95, 3).upper.unwrap(), 1075.0, 10.0);
        assert_eq!(Part::from_draws(100.0, &[f64::NAN]), None);
    }
}
