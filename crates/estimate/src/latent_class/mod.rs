//! How many, if the population falls into classes within which the lists are independent?
//!
//! D. Manrique-Vallier, "Bayesian population size estimation using Dirichlet process mixtures", Biometrics 72 (2016): a
//! truncated stick-breaking mixture of classes, in each of which every list has its own chance of recording a person.
//! The target is the posterior of the R package LCMCR, its cap on the number missing included; the way there is not its
//! chain, which on some tables stays in one mode for millions of iterations, but ensembles that start from the prior,
//! several times and independently, and are believed only where they agree.

mod augment;
mod calibration;
mod cap;
mod carve;
mod jumps;
mod lanes;
mod modes;
mod moves;
mod parting;
mod places;
mod reference;
mod rounds;
mod second;
mod smc;
mod target;
mod tempering;
#[cfg(test)]
mod tests;
mod verdict;

use crate::{Detail, Estimate, Model, Options, Refusal, Warning};
pub use calibration::{Calibration, Sampler, latent_class_calibration};
use factum_model::CaptureTable;
pub use modes::Mode;
use rounds::rounds;
use serde::Serialize;
use target::{Prior, Target};
use verdict::Verdict;
pub use verdict::{Convergence, Ensemble, Mixing};

/// LCMCR's defaults.
const CLASSES: usize = 10;
const ALPHA: f64 = 0.25;
/// LCMCR redraws whenever more than this many times the observed are missing.
const CAP: u64 = 20;

/// More than ever lived, and far from where whole numbers lose their digits.
const MOST_MISSING: u64 = 1_000_000_000_000;

/// Classes beyond this cost time and change nothing: LCMCR's results at 5, 10 and 20 agree wherever its chains do.
const MOST_CLASSES: usize = 100;

/// Share of the posterior in the last tenth of the support above which the cap, not the data, governs.
const TOLERATED_AT_END: f64 = 0.01;

/// Draws handed out.
const DRAWS: usize = 4_000;

/// The settings of latent classes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatentClassOptions {
    /// Number of classes at which the mixture is cut off; LCMCR's default is 10.
    pub classes: usize,
    /// Shape of the gamma prior of the concentration; 0.25 in LCMCR.
    pub alpha_shape: f64,
    /// Rate of the gamma prior of the concentration; 0.25 in LCMCR.
    pub alpha_rate: f64,
}

impl Default for LatentClassOptions {
    fn default() -> Self {
        Self { classes: CLASSES, alpha_shape: ALPHA, alpha_rate: ALPHA }
    }
}

impl LatentClassOptions {
    fn prior(&self) -> Prior {
        Prior { shape: self.alpha_shape, rate: self.alpha_rate }
    }
}

/// The answer at twice the cap, when the cap binds.
#[derive(Clone, Debug, Serialize)]
pub struct AtTwiceTheCap {
    /// Largest number of unrecorded people considered.
    pub max_missing: u64,
    /// Whether this answer converged; if not, it has no numbers.
    pub converged: bool,
    /// Posterior median.
    pub estimate: Option<f64>,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
}

/// What is particular to latent classes.
#[derive(Clone, Debug, Serialize)]
pub struct LatentClassDetail {
    /// Number of classes at which the mixture is cut off.
    pub classes: usize,
    /// Shape and rate of the gamma prior of the concentration.
    pub alpha: (f64, f64),
    /// Seed of the random streams.
    pub seed: u64,
    /// Largest number of unrecorded people considered.
    pub max_missing: u64,
    /// Share of the posterior in the last tenth below it.
    pub share_at_end: f64,
    /// Posterior mean of N; absent unless converged.
    pub mean: Option<f64>,
    /// Posterior mean of the number of classes somebody is of.
    pub occupied: f64,
    /// Parameters of the model, against `free_cells` counts.
    pub parameters: usize,
    /// Capture histories that can be observed.
    pub free_cells: usize,
    /// Modes of the posterior of N, ascending.
    pub modes: Vec<Mode>,
    /// Log evidence over all ensembles, without the multinomial coefficient.
    pub log_evidence: f64,
    /// Each ensemble by itself.
    pub ensembles: Vec<Ensemble>,
    /// What speaks for and against convergence.
    pub convergence: Convergence,
    /// What each round before the last lacked, in words.
    pub earlier_rounds: Vec<String>,
    /// Points of each ensemble in the last round.
    pub points: usize,
    /// The answer at twice the cap, when the cap binds.
    pub at_twice_the_cap: Option<AtTwiceTheCap>,
    /// Draws of N from the posterior, ascending; empty unless converged.
    #[serde(skip)]
    pub draws: Vec<u64>,
}

pub(crate) fn estimate(table: &CaptureTable, options: &Options) -> Result<Estimate, Refusal> {
    let settings = check(options)?;
    let prior = settings.prior();
    let observed = table.observed();
    let lists = table.lists().len();
    let at_cap = |cap: u64| {
        let target = Target::new(table, settings.classes, prior, cap);
        rounds(&target, options.seed, options.level)
    };
    let max_missing = options.max_missing.unwrap_or(CAP * observed);
    let outcome = at_cap(max_missing).ok_or(Refusal::NoPosterior)?;
    let converged = outcome.converged();
    let verdict = &outcome.verdict;
    let share_at_end = share_at_end(verdict, observed, max_missing as f64);

    let mut warnings = Vec::new();
    if !converged {
        warnings.push(Warning::NotConverged(verdict.convergence.unmet.join("; ")));
    }
    let mut at_twice_the_cap = None;
    if converged && share_at_end > TOLERATED_AT_END {
        warnings.push(Warning::MassAtSupportEnd { share: share_at_end, max_missing });
        let twice = at_cap(2 * max_missing);
        let numbers = twice.as_ref().filter(|t| t.converged()).map(|t| &t.verdict);
        let answer = AtTwiceTheCap {
            max_missing: 2 * max_missing,
            converged: numbers.is_some(),
            estimate: numbers.map(|v| v.median.round()),
            lower: numbers.map(|v| v.lower.round()),
            upper: numbers.map(|v| v.upper.round()),
        };
        warnings.push(Warning::AtTwiceTheCap {
            max_missing: answer.max_missing,
            answer: answer.estimate.zip(answer.lower).zip(answer.upper).map(|((e, l), u)| (e, l, u)),
        });
        at_twice_the_cap = Some(answer);
    }
    if verdict.modes.len() > 1 {
        warnings.push(Warning::SeveralModes(verdict.modes.iter().map(|m| (m.location, m.weight)).collect()));
    }
    let (parameters, free_cells) = (settings.classes * (lists + 1), (1 << lists) - 1);
    if lists == 2 {
        // Even two classes have five parameters for three counts.
        warnings.push(Warning::GovernedByPrior { parameters, cells: free_cells });
    }
    let number = |v: f64| converged.then_some(v);
    Ok(Estimate {
        model: Model::LatentClass,
        lists: table.lists().to_vec(),
        observed,
        estimate: number(verdict.median.round()),
        lower: number(verdict.lower.round()),
        upper: number(verdict.upper.round()),
        level: options.level,
        converged,
        assumption: Model::LatentClass.assumption(),
        warnings,
        identification: None,
        detail: Detail::LatentClass(LatentClassDetail {
            classes: settings.classes,
            alpha: (settings.alpha_shape, settings.alpha_rate),
            seed: options.seed,
            max_missing,
            share_at_end,
            mean: number(verdict.mean),
            occupied: outcome.occupied,
            parameters,
            free_cells,
            modes: verdict.modes.clone(),
            log_evidence: verdict.log_evidence,
            ensembles: verdict.ensembles.clone(),
            convergence: verdict.convergence.clone(),
            earlier_rounds: outcome.unmet.clone(),
            points: outcome.points,
            at_twice_the_cap,
            draws: if converged { thinned(&verdict.pooled) } else { Vec::new() },
        }),
    })
}

fn check(options: &Options) -> Result<LatentClassOptions, Refusal> {
    let settings = options.latent_class;
    if !(1..=MOST_CLASSES).contains(&settings.classes) {
        return Err(Refusal::Option("the number of classes must lie between 1 and 100, such as 10"));
    }
    if ![settings.alpha_shape, settings.alpha_rate].iter().all(|v| (1e-3..=1e3).contains(v)) {
        return Err(Refusal::Option("shape and rate of the prior of alpha must lie between 0.001 and 1000"));
    }
    if options.max_missing.is_some_and(|m| m > MOST_MISSING) {
        return Err(Refusal::Option("the largest number of unrecorded people must be at most a million million"));
    }
    Ok(settings)
}

/// Share of the posterior in the last tenth of the support.
fn share_at_end(verdict: &Verdict, observed: u64, most_missing: f64) -> f64 {
    let border = (observed as f64 + 0.9 * most_missing).ln();
    verdict.pooled.iter().filter(|(v, _)| *v > border).fold(0.0, |sum, d| sum + d.1)
}

/// Draws of N at even steps through the weights, ascending.
fn thinned(pooled: &[(f64, f64)]) -> Vec<u64> {
    let (mut at, mut reached) = (0, 0.0);
    (0..DRAWS)
        .map_while(|i| {
            let wanted = (i as f64 + 0.5) / DRAWS as f64;
            while at + 1 < pooled.len() && reached + pooled[at].1 < wanted {
                reached += pooled[at].1;
                at += 1;
            }
            pooled.get(at).map(|d| d.0.exp().round() as u64)
        })
        .collect()
}
