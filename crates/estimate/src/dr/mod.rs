//! How many, when people's chances of being recorded depend on what is known of them?
//!
//! Doubly robust estimation with person-level covariates: M. Das, E. H. Kennedy & N. P. Jewell, "Doubly robust
//! capture-recapture methods for estimating population size", JASA 119 (2024; arXiv 2104.14091), for two lists that are
//! independent given the covariates; M. Dulce Rubio & E. H. Kennedy, "Population size estimation with many lists and
//! heterogeneity: a conditional log-linear model among the unobserved" (2024; arXiv 2407.03539), for several.
//!
//! Lists that both reach the capital and both miss the villages depend on each other, though within the capital and within a
//! village they may not. Strata undo this for a few regions; here the covariates may be many and numeric. The chance
//! of every capture history given the covariates is learned by a cross-fitted stack (`nuisance`), and the estimator corrects
//! its own first-order error by the efficient influence function (`target`): it is root-n consistent although what
//! it is made of is learned more slowly than that.
//!
//! Without covariates it is the estimator of Lincoln and Petersen with the variance of Sekar and Deming, to the last digit.
//!
//! ```
//! use factum_estimate::dr::{Assumption, DrOptions, Persons, estimate};
//! use factum_model::{History, ListId};
//!
//! let lists: Vec<ListId> = ["registry", "ngo"].map(ListId::new).to_vec();
//! let counts = [(0b01, 120), (0b10, 80), (0b11, 40)];
//! let histories = counts.iter().flat_map(|&(h, n)| std::iter::repeat_n(History(h), n)).collect();
//! let persons = Persons { lists: lists.clone(), histories, covariates: Vec::new() };
//! let assumption = Assumption::Independent(lists[0].clone(), lists[1].clone());
//! let answer = estimate(&persons, &DrOptions::new(assumption)).unwrap();
//! assert!((answer.estimate - 160.0 * 120.0 / 40.0).abs() < 1e-9);
//! ```

mod answer;
mod boosting;
mod covariates;
mod logistic;
mod nuisance;
mod target;

pub use answer::{DrEstimate, DrRefusal, DrWarning, Shifted};
pub use covariates::{Covariate, Used, Values};
pub use nuisance::Stack;

use crate::interval;
use covariates::Design;
use factum_model::{History, ListId};
use nuisance::{Fitted, Sample, cross_fit};
use serde::Serialize;
use target::Target;

/// Persons on the lists, with what is known of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Persons {
    /// The lists, in the order of the bits of a history.
    pub lists: Vec<ListId>,
    /// Which lists recorded each person.
    pub histories: Vec<History>,
    /// What is known, each with a value for every person.
    pub covariates: Vec<Covariate>,
}

/// Through what the number of the unrecorded is identified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assumption {
    /// Two lists record independently of each other among people with the same covariates, whatever other lists do.
    Independent(ListId, ListId),
    /// Among people with the same covariates whom none of the other lists recorded, these lists (two to four) may depend on each
    /// other in any way but through an interaction of all of them at once.
    NoHighestOrder(Vec<ListId>),
}

impl Assumption {
    /// In words.
    pub fn words(&self) -> String {
        match self {
            Assumption::Independent(a, b) => format!(
                "Among people alike in the covariates, lists {a} and {b} record independently of each other, and everybody \
                 has some chance of being on both."
            ),
            Assumption::NoHighestOrder(lists) => format!(
                "Among people alike in the covariates whom no other list recorded, the lists {} show no interaction of all of \
                 them at once, and every overlap of an even number of them has some chance.",
                lists.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            ),
        }
    }
}

/// How to estimate.
#[derive(Clone, Debug)]
pub struct DrOptions {
    /// What identifies the number.
    pub assumption: Assumption,
    /// Probability of the interval, between 0.5 and 0.9999.
    pub level: f64,
    /// Folds of cross-fitting, 2 to 20.
    pub folds: usize,
    /// Ways of parting the persons into folds, 1 to 100; the answer is the median over them, so that it does not hang on one
    /// way (Chernozhukov and others 2018).
    pub splits: usize,
    /// The smallest probability of an overlap that is believed, between 0 and 0.1. Below it the estimate hangs on a handful of
    /// people with enormous weights. The default .005 is that of drpop.
    pub floor: f64,
    /// Seed of the folds.
    pub seed: u64,
}

impl DrOptions {
    /// The defaults for an assumption: 95 %, 5 folds, 5 splits, a floor of .005.
    pub fn new(assumption: Assumption) -> Self {
        Self { assumption, level: 0.95, folds: 5, splits: 5, floor: 0.005, seed: 1 }
    }
}

/// Fewer people than this in an overlap are refused: folds would have one or none of them.
const FEWEST: usize = 10;

/// Under this many people the learned chances are rough, and what is left of their error is not small against the standard
/// error; drpop does not use covariates below it.
const SMALL: usize = 500;

/// The estimate is refused when more of the people than this have an overlap at the floor.
const MOST_AT_FLOOR: f64 = 0.05;

/// Factors by which the odds of being missed may differ from what the assumption says, for the table of sensitivity.
const SHIFTS: [f64; 7] = [0.25, 0.5, 2.0 / 3.0, 1.0, 1.5, 2.0, 4.0];

/// The most lists of [`Assumption::NoHighestOrder`]: fifteen histories to learn.
const MOST_LISTS: usize = 4;

/// Estimates N from persons with covariates.
///
/// # Errors
/// A [`DrRefusal`] when the input does not fit together, overlaps are too few, or too many people sit at the floor.
pub fn estimate(persons: &Persons, options: &DrOptions) -> Result<DrEstimate, DrRefusal> {
    let target = answer::check(persons, options)?;
    let class: Vec<u8> = persons.histories.iter().map(|h| target.class(*h)).collect();
    let mut counts = vec![0usize; target.classes];
    class.iter().for_each(|&c| counts[usize::from(c)] += 1);
    if let Some(few) = (0..target.classes).filter(|&c| target.in_denominator(c)).map(|c| counts[c]).min()
        && few < FEWEST
    {
        return Err(DrRefusal::TooFewOverlaps { people: few, least: FEWEST });
    }
    let design = Design::new(&persons.covariates, class.len());
    let shares: Vec<f64> = counts.iter().map(|c| *c as f64 / class.len() as f64).collect();
    let alike: Vec<f64> = class.iter().flat_map(|_| shares.iter().copied()).collect();
    let no_covariates = vec![Fitted { probabilities: alike, weights: Default::default() }];
    let (fits, stack) = if design.is_empty() {
        (no_covariates, None)
    } else {
        let sample = Sample { design: &design, class: &class, classes: target.classes };
        let fits = cross_fit(&sample, options.folds, options.splits, options.seed);
        let stack = Stack::of(&fits);
        (fits, Some(stack))
    };
    let plain = pooled(&target, &class, &shares);
    let answer = Answer { target: &target, class: &class, options, design: &design, counts: &counts };
    answer.over(fits, stack, plain, persons)
}

/// The number under the assumption without covariates.
fn pooled(target: &Target, class: &[u8], shares: &[f64]) -> f64 {
    // A class in a denominator has people, as was checked; the others may be empty, and then nobody is missed.
    let mut h = vec![0.0; shares.len()];
    class.len() as f64 * target.value(shares, &mut h)
}

/// An estimate and its variance.
#[derive(Clone, Copy)]
struct Moments {
    estimate: f64,
    variance: f64,
}

struct Answer<'a> {
    target: &'a Target,
    class: &'a [u8],
    options: &'a DrOptions,
    design: &'a Design,
    counts: &'a [usize],
}

impl Answer<'_> {
    fn over(
        &self,
        mut fits: Vec<Fitted>,
        stack: Option<Stack>,
        plain: f64,
        persons: &Persons,
    ) -> Result<DrEstimate, DrRefusal> {
        let (observed, options) = (self.class.len(), self.options);
        let mut at_floor = 0;
        for fit in &mut fits {
            let raised = |q: &mut [f64]| self.target.floor(q, options.floor);
            let here =
                fit.probabilities.chunks_mut(self.target.classes).filter_map(|q| raised(q).then_some(())).count();
            at_floor = at_floor.max(here);
        }
        let share = at_floor as f64 / observed as f64;
        if share > MOST_AT_FLOOR {
            return Err(DrRefusal::AtFloor { people: at_floor, share, floor: options.floor });
        }
        let influenced: Vec<Vec<f64>> =
            fits.iter().map(|f| self.target.influenced(&f.probabilities, self.class)).collect();
        let moments: Vec<Moments> = influenced.iter().map(|phi| moments_of(phi)).collect();
        let one_step = median_of(&moments);
        let mean = |numbers: Vec<f64>| numbers.iter().sum::<f64>() / numbers.len() as f64 * observed as f64;
        let plug_ins = fits.iter().map(|f| mean(self.target.plugged_in(&f.probabilities)));
        let targeted: Option<Vec<f64>> = fits
            .iter()
            .map(|f| self.target.targeted(&f.probabilities, self.class, options.floor))
            .map(|g| g.map(mean))
            .collect();
        // What is left of nobody missing after rounding is nobody.
        let somebody = |m: &Moments| m.estimate - observed as f64 > 1e-9 * observed as f64;
        let limits = |m: Moments| {
            interval::log_normal(observed as f64, m.estimate, m.variance.sqrt(), options.level).filter(|_| somebody(&m))
        };
        let shifted = SHIFTS.map(|factor| {
            let m = median_of(&influenced.iter().map(|phi| moments_of(&self.shifted(phi, factor))).collect::<Vec<_>>());
            let within = limits(m);
            Shifted {
                factor,
                estimate: m.estimate.max(observed as f64),
                lower: within.map(|l| l.0),
                upper: within.map(|l| l.1),
            }
        });
        let z = interval::normal_quantile(options.level) * one_step.variance.sqrt();
        let within = limits(one_step);
        let mut answer = DrEstimate {
            assumption: options.assumption.clone(),
            assumption_in_words: options.assumption.words(),
            observed: observed as u64,
            estimate: one_step.estimate.max(observed as f64),
            standard_error: one_step.variance.sqrt(),
            lower: within.map(|l| l.0),
            upper: within.map(|l| l.1),
            wald: ((one_step.estimate - z).max(observed as f64), one_step.estimate + z),
            level: options.level,
            targeted: targeted.map(|t| median(t.into_iter())),
            plug_in: median(plug_ins),
            without_covariates: plain,
            sensitivity: shifted.to_vec(),
            at_floor: at_floor as u64,
            floor: options.floor,
            covariates: self.design.used.clone(),
            stack,
            folds: if self.design.is_empty() { 1 } else { options.folds },
            splits: fits.len(),
            heaviest: influenced.iter().map(|phi| heaviest(phi)).fold(0.0, f64::max),
            split_deviation: (moments.len() > 1).then(|| deviation(&moments)),
            warnings: Vec::new(),
        };
        answer.warnings = answer::warnings(&answer, one_step.estimate, &self.counts[..self.target.cells], persons);
        Ok(answer)
    }

    /// The numbers whose mean is estimated when the odds of being missed are so many times what the assumption says.
    fn shifted(&self, influenced: &[f64], factor: f64) -> Vec<f64> {
        let within = |c: &u8| f64::from(u8::from(!(self.target.is_pair() && self.target.is_outside(*c))));
        influenced.iter().zip(self.class).map(|(phi, c)| within(c) + factor * (phi - within(c))).collect()
    }
}

/// N and its variance: that of the mean, and that of the number recorded given N (Das, Kennedy & Jewell 2023).
fn moments_of(influenced: &[f64]) -> Moments {
    let n = influenced.len() as f64;
    let mean = influenced.iter().sum::<f64>() / n;
    let variance = influenced.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
    Moments { estimate: n * mean, variance: n * variance + (n * mean * (mean - 1.0)).max(0.0) }
}

/// The median estimate, and the median of the variances with the distance from it added (Chernozhukov and others
/// 2018).
fn median_of(moments: &[Moments]) -> Moments {
    let estimate = median(moments.iter().map(|m| m.estimate));
    let variance = median(moments.iter().map(|m| m.variance + (m.estimate - estimate).powi(2)));
    Moments { estimate, variance }
}

/// The most by which leaving one person's influence at the mean would move the estimate.
fn heaviest(influenced: &[f64]) -> f64 {
    let mean = influenced.iter().sum::<f64>() / influenced.len() as f64;
    influenced.iter().fold(0.0, |most: f64, x| most.max((x - mean).abs()))
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    if numbers.len() % 2 == 1 { numbers[middle] } else { (numbers[middle - 1] + numbers[middle]) / 2.0 }
}

fn deviation(moments: &[Moments]) -> f64 {
    let n = moments.len() as f64;
    let mean = moments.iter().map(|m| m.estimate).sum::<f64>() / n;
    (moments.iter().map(|m| (m.estimate - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
}

#[cfg(test)]
mod tests;
