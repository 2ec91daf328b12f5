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
mod places;
mod reference;
mod smc;
mod target;
mod tempering;
#[cfg(test)]
mod tests;
mod verdict;

use crate::{Detail, Estimate, Model, Options, Refusal, Warning};
pub use calibration::{Calibration, latent_class_calibration};
use factum_model::CaptureTable;
pub use modes::Mode;
use rayon::prelude::*;
use serde::Serialize;
use smc::Effort;
use target::{Prior, Target, Work};
use tempering::Tempering;
pub use verdict::{Convergence, Ensemble, Mixing};
use verdict::{Drawn, Verdict, judge};

/// LCMCR's defaults.
const CLASSES: usize = 10;
const ALPHA: f64 = 0.25;
/// LCMCR redraws whenever more than this many times the observed are missing.
const CAP: u64 = 20;

/// More than ever lived, and far from where whole numbers lose their digits.
const MOST_MISSING: u64 = 1_000_000_000_000;

/// Classes beyond this cost time and change nothing: LCMCR's results at 5, 10 and 20 agree wherever its chains do.
const MOST_CLASSES: usize = 100;

/// Ensembles, each from the prior on its own.
const ENSEMBLES: u64 = 3;

/// Work of descents from the prior. The first are the first round; the others follow, one at a round, where the chains agree on
/// another evidence, as a small mode far from a large one needs many points to be found.
const DESCENTS: [Effort; 3] = [
    Effort { chains: 120, length: 12, steps: 12 },
    Effort { chains: 300, length: 25, steps: 12 },
    Effort { chains: 900, length: 25, steps: 12 },
];

/// Exchanges of each tempered chain by the end of each later round, until the verdict or the end. Easy tables need the first;
/// those with modes far apart need the last. Steps of a third or a half leave little work beyond what the verdict needs, and
/// as every look is at three quarters of all draws so far, one look and the next are nearly the same look: there are few
/// chances for all criteria to be met by luck at once.
const EXCHANGES: [usize; 10] = [1_500, 2_000, 3_000, 4_000, 6_000, 8_000, 12_000, 16_000, 24_000, 32_000];

/// Exchanges of the chains that are kept below half the cap. On `netherlands5` three of them differed by 1.5 in log evidence by
/// then, and by 4.1 at half as many.
const EXCHANGES_BELOW: usize = 16_000;

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

/// What the ensembles of the last round came to.
struct Outcome {
    verdict: Verdict,
    occupied: f64,
    /// What each earlier round lacked.
    unmet: Vec<String>,
    points: usize,
}

impl Outcome {
    fn converged(&self) -> bool {
        self.verdict.convergence.unmet.is_empty()
    }
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

/// Works in rounds until the ensembles agree or the rounds are over. Absent when no ensemble reached the posterior.
///
/// The first round descends from the prior; it settles nothing, but gives the evidence against which every later round is
/// held. Each later round goes on with tempered chains, each started from a descent of its own.
fn rounds(target: &Target, seed: u64, level: f64) -> Option<Outcome> {
    let mut efforts = DESCENTS.into_iter().enumerate();
    let (descents, ladders, clouds) = descend(target, efforts.next()?, seed)?;
    let show = std::env::var("SHOW").is_ok();
    let start = std::time::Instant::now();
    let mut targets: Vec<Target> = (0..).zip(&ladders).zip(clouds)
        .map(|((e, ladder), cloud)| {
            let step = ladder.last().map_or(0.5, |r| r.step);
            target.above(places::fit(target, &cloud, step, seed, e))
        })
        .collect();
    if show { eprintln!("fit {:.2}", start.elapsed().as_secs_f64()); }
    let ladders: Vec<_> = targets.par_iter_mut().enumerate().map(|(e, t)| {
        let cloud = smc::run(t, Effort { chains: 240, ..DESCENTS[0] }, seed, 100 + e as u64)?;
        eprintln!("first: {:.2} {}", cloud.log_evidence, cloud.ladder.len());
        t.reference = t.reference.take().map(|r| places::refit(target, r, &cloud.points));
        let cloud = smc::run(t, DESCENTS[0], seed, 200 + e as u64)?;
        if show { eprintln!("descent from reference {e}: {:.2}, rungs {}, components {}; from prior rungs {}", cloud.log_evidence, cloud.ladder.len(), t.reference.as_ref().map_or(0, |r| r.components().len()), ladders[e].len()); }
        Some(cloud.ladder)
    }).collect::<Option<Vec<_>>>()?;
    if show { eprintln!("descents {:.2}: {:?}", start.elapsed().as_secs_f64(), descents.iter().map(|d| d.log_evidence).collect::<Vec<_>>()); }
    let mut chains: Vec<Tempering<'_>> =
        (0..).zip(targets.iter().zip(ladders)).map(|(e, (target, ladder))| Tempering::new(target, ladder, seed, e)).collect();
    let mut last = outcome(&descents, level, None, Vec::new())?;
    let mut descended = last.verdict.log_evidence;
    for exchanges in EXCHANGES {
        let mut lacking = last.unmet;
        lacking.push(last.verdict.convergence.unmet.join("; "));
        chains.par_iter_mut().for_each(|chain| chain.advance(exchanges));
        // Chains whose rungs were spaced anew count from there; all count for as long as the shortest.
        let counted = chains.iter().map(Tempering::counted).min()?;
        if show && exchanges == 1500 { chains[0].dump(); }
        let drawn = chains.iter().map(|chain| chain.drawn(counted)).collect::<Option<Vec<_>>>()?;
        last = outcome(&drawn, level, Some(descended), lacking)?;
        if show {
            let v = &last.verdict;
            eprintln!("{exchanges} {:.1}s: {:?} | {} | {:?} {}", start.elapsed().as_secs_f64(), v.ensembles.iter().map(|e| (e.log_evidence * 100.0).round() / 100.0).collect::<Vec<_>>(), v.convergence.unmet.join("; "), v.ensembles.iter().map(|e| e.mode_weights.clone()).collect::<Vec<_>>(), descended);
        }
        // Larger descents are worth their work once nothing else is in the way.
        if last.verdict.only_at_odds()
            && let Some(effort) = efforts.next()
        {
            let (descents, _, _) = descend(target, effort, seed)?;
            descended = judge(&descents, level)?.log_evidence;
            last = outcome(&drawn, level, Some(descended), last.unmet)?;
        }
        if last.converged() && held(target, &last.verdict) {
            break;
        }
    }
    if last.converged() && !held(target, &last.verdict) {
        let half = target.cap.most() as u64 / 2;
        let border = ((target.observed + half) as f64 + 0.5).ln();
        last.verdict.compare_below(border, evidence_below(&target.under(half), seed));
    }
    Some(last)
}

/// Whether the data hold the posterior below its cap. One that reaches it can have places that chains find once in tens of
/// thousands of exchanges, or never: there agreement counts only at the end, and only if chains that are kept below half the
/// cap, where such a place has less beside it, find as much there as those that are free to go anywhere.
fn held(target: &Target, verdict: &Verdict) -> bool {
    share_at_end(verdict, target.observed, target.cap.most()) <= TOLERATED_AT_END
}

/// The log evidence of a posterior by chains of its own.
fn evidence_below(target: &Target, seed: u64) -> Option<f64> {
    let (at, first) = (DESCENTS.len(), (2 + DESCENTS.len() as u64) * ENSEMBLES);
    let (_, ladders, _) = descend(target, (at, DESCENTS[0]), seed)?;
    let evidences: Vec<f64> = (ladders.into_par_iter().enumerate())
        .map(|(e, ladder)| {
            let mut chain = Tempering::new(target, ladder, seed, first + e as u64);
            chain.advance(EXCHANGES_BELOW);
            chain.drawn(chain.counted()).map(|drawn| drawn.log_evidence)
        })
        .collect::<Option<_>>()?;
    let most = evidences.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mean = evidences.iter().map(|e| (e - most).exp()).sum::<f64>() / evidences.len() as f64;
    Some(most + mean.ln())
}

/// Share of the posterior in the last tenth of the support.
fn share_at_end(verdict: &Verdict, observed: u64, most_missing: f64) -> f64 {
    let border = (observed as f64 + 0.9 * most_missing).ln();
    verdict.pooled.iter().filter(|(v, _)| *v > border).fold(0.0, |sum, d| sum + d.1)
}

/// Descents from the prior, each on its own, and the ladders they found.
fn descend(target: &Target, (at, effort): (usize, Effort), seed: u64) -> Option<(Vec<Drawn>, Vec<Vec<smc::Rung>>, Vec<Vec<moves::Point>>)> {
    let ensembles = 0..ENSEMBLES;
    let descended = ensembles.into_par_iter().map(|e| {
        // The first streams are those of the chains.
        let ensemble = (1 + at as u64) * ENSEMBLES + e;
        let cloud = smc::run(target, effort, seed, ensemble)?;
        Some((complete(target, &cloud, effort, seed, ensemble), (cloud.ladder, cloud.points)))
    });
    let (drawn, rest): (Vec<_>, Vec<_>) = descended.collect::<Option<Vec<_>>>()?.into_iter().unzip();
    let (ladders, clouds) = rest.into_iter().unzip();
    Some((drawn, ladders, clouds))
}

fn outcome(drawn: &[Drawn], level: f64, descended: Option<f64>, unmet: Vec<String>) -> Option<Outcome> {
    let all: Vec<f64> = drawn.iter().flat_map(|d| d.occupied.iter().copied()).collect();
    let occupied = all.iter().sum::<f64>() / all.len() as f64;
    let mut verdict = judge(drawn, level)?;
    verdict.compare(descended);
    Some(Outcome { verdict, occupied, unmet, points: all.len() / drawn.len() })
}

/// What the points of a descent say of quantities that do not depend on labels.
fn complete(target: &Target, cloud: &smc::Cloud, effort: Effort, seed: u64, ensemble: u64) -> Drawn {
    let completed: Vec<(f64, f64)> = (cloud.points.par_chunks(effort.length).enumerate())
        .map_init(
            || (augment::Room::new(target), Work::new(target)),
            |(room, work), (chain, points)| {
                let mut random = smc::stream(seed, ensemble, usize::MAX, chain);
                let complete = |point| {
                    let (missing, occupied) = room.complete(target, work, point, &mut random);
                    (((target.observed + missing) as f64).ln(), occupied as f64)
                };
                points.iter().map(complete).collect::<Vec<_>>()
            },
        )
        .flatten_iter()
        .collect();
    Drawn {
        log_evidence: cloud.log_evidence,
        log_n: completed.iter().map(|c| c.0).collect(),
        deviance: cloud.points.iter().map(|p| -2.0 * p.log_likelihood).collect(),
        occupied: completed.iter().map(|c| c.1).collect(),
        cycle: 2,
    }
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
