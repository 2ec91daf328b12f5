//! In which order are the samplers asked, and when is their answer final?
//!
//! Descents from the prior come first, then tempered chains from the prior. Where those do not agree early, each ensemble looks
//! for the places of the posterior by itself, fits a reference to them and goes on from there; an ensemble that missed a place
//! disagrees with the others, and with the descents from the prior, which never hear of any reference.

use super::moves::Point;
use super::smc::{self, Effort, Rung};
use super::target::{Target, Work};
use super::tempering::Tempering;
use super::verdict::{Drawn, Verdict, judge};
use super::{TOLERATED_AT_END, augment, places, share_at_end};
use rayon::prelude::*;

/// Ensembles, each from the prior on its own.
const ENSEMBLES: u64 = 3;

/// Work of descents from the prior. The first are the first round; the others follow, one at a round, where the chains agree on
/// another evidence, as a small mode far from a large one needs many points to be found.
const DESCENTS: [Effort; 3] = [
    Effort { chains: 120, length: 12, steps: 12 },
    Effort { chains: 300, length: 25, steps: 12 },
    Effort { chains: 900, length: 25, steps: 12 },
];

/// Exchanges of a chain from the first reference, to whose draws the reference is fitted anew.
const TUNING: usize = 1_000;

/// Work of the descent from a reference that sets the ladder to it.
const SET: Effort = Effort { chains: 100, length: 10, steps: 12 };

/// Exchanges of each tempered chain by the end of each later round, until the verdict or the end. Easy tables need the first;
/// those with modes far apart need the last. Steps of a third or a half leave little work beyond what the verdict needs, and
/// as every look is at three quarters of all draws so far, one look and the next are nearly the same look: there are few
/// chances for all criteria to be met by luck at once.
const EXCHANGES: [usize; 12] =
    [1_500, 2_000, 3_000, 4_000, 6_000, 8_000, 12_000, 16_000, 24_000, 32_000, 40_000, 48_000];

/// Exchanges before which agreement does not count where the cap binds.
const EXCHANGES_AT_CAP: usize = 32_000;

/// Looks at chains from the prior before those from references begin. What the former settle by then, they settle sooner than
/// places are found.
const LOOKS_FROM_PRIOR: usize = 3;

/// Exchanges of the chains that are kept below half the cap.
const EXCHANGES_BELOW: usize = 16_000;

/// A difference from the largest descents that chains which agree with one another cannot make up.
const HOPELESS: f64 = 2.0;

/// What the streams of an ensemble are for. Descents of more work come after those of the least.
#[derive(Clone, Copy)]
enum Purpose {
    Chains = 0,
    Descents = 1,
    DescentsBelow = 4,
    References = 5,
    ReferencesBelow = 10,
}

impl Purpose {
    /// The key of an ensemble's streams, `step` steps on.
    fn key(self, step: u64, ensemble: u64) -> u64 {
        (self as u64 + step) * ENSEMBLES + ensemble
    }
}

/// What the ensembles of the last round came to.
pub(super) struct Outcome {
    pub verdict: Verdict,
    pub occupied: f64,
    /// What each earlier round lacked.
    pub unmet: Vec<String>,
    pub points: usize,
}

impl Outcome {
    pub fn converged(&self) -> bool {
        self.verdict.convergence.unmet.is_empty()
    }
}

/// What one descent left, and the draws it came to.
struct Descent {
    drawn: Drawn,
    cloud: smc::Cloud,
}

/// The rounds so far.
struct Rounds<'a> {
    target: &'a Target,
    seed: u64,
    level: f64,
    last: Outcome,
    /// What the largest descents from the prior so far came to, and how many sizes of them there were.
    descended: Verdict,
    efforts: usize,
}

/// Works in rounds until the ensembles agree or the rounds are over. Absent when no ensemble reached the posterior.
///
/// The first round descends from the prior; it settles nothing, but gives the evidence against which every later round is
/// held. Each later round goes on with tempered chains, each started from a descent of its own.
pub(super) fn rounds(target: &Target, seed: u64, level: f64) -> Option<Outcome> {
    let descents = descend(target, DESCENTS[0], seed, Purpose::Descents, 0)?;
    let (drawn, clouds): (Vec<Drawn>, Vec<smc::Cloud>) = descents.into_iter().map(|d| (d.drawn, d.cloud)).unzip();
    let last = outcome(&drawn, level, None, Vec::new())?;
    let descended = last.verdict.clone();
    let mut rounds = Rounds { target, seed, level, last, descended, efforts: 1 };
    let ladders = clouds.iter().map(|cloud| cloud.ladder.clone());
    let mut chains: Vec<Tempering<'_>> =
        (0..).zip(ladders).map(|(e, ladder)| Tempering::new(target, ladder, seed, Purpose::Chains.key(0, e))).collect();
    if rounds.go_on(&mut chains, &EXCHANGES[..LOOKS_FROM_PRIOR])? {
        return Some(rounds.last);
    }
    let fitted = fit(target, &clouds, seed, Purpose::References)?;
    let mut chains = chains_on(&fitted, seed, Purpose::References);
    rounds.go_on(&mut chains, &EXCHANGES)?;
    if rounds.last.converged() && !held(target, &rounds.last.verdict) {
        let half = target.cap.most() as u64 / 2;
        let border = ((target.observed + half) as f64 + 0.5).ln();
        rounds.last.verdict.compare_below(border, evidence_below(&target.under(half), seed));
    }
    Some(rounds.last)
}

impl Rounds<'_> {
    /// Goes on with these chains, looking at them after so many exchanges each, and says whether their answer is final.
    fn go_on(&mut self, chains: &mut [Tempering<'_>], looks: &[usize]) -> Option<bool> {
        for exchanges in looks {
            let mut lacking = std::mem::take(&mut self.last.unmet);
            lacking.push(self.last.verdict.convergence.unmet.join("; "));
            chains.par_iter_mut().for_each(|chain| chain.advance(*exchanges));
            // Chains whose rungs were spaced anew count from there; all count for as long as the shortest.
            let counted = chains.iter().map(Tempering::counted).min()?;
            let drawn = chains.iter().map(|chain| chain.drawn(counted)).collect::<Option<Vec<_>>>()?;
            self.last = outcome(&drawn, self.level, Some(&self.descended), lacking)?;
            let counts = *exchanges >= EXCHANGES_AT_CAP || held(self.target, &self.last.verdict);
            // Larger descents are worth their work once nothing else is in the way.
            if counts && self.last.verdict.only_at_odds() {
                if let Some(effort) = DESCENTS.get(self.efforts) {
                    let step = self.efforts as u64;
                    let descents = descend(self.target, *effort, self.seed, Purpose::Descents, step)?;
                    let drawn_then: Vec<Drawn> = descents.into_iter().map(|d| d.drawn).collect();
                    self.descended = judge(&drawn_then, self.level)?;
                    self.efforts += 1;
                    let lacking = std::mem::take(&mut self.last.unmet);
                    self.last = outcome(&drawn, self.level, Some(&self.descended), lacking)?;
                } else if self.last.verdict.convergence.round_difference.is_some_and(|d| d > HOPELESS) {
                    return Some(false);
                }
            }
            if counts && self.last.converged() {
                return Some(true);
            }
        }
        Some(false)
    }
}

/// Whether the data hold the posterior below its cap. One that reaches it can have places that chains find once in tens of
/// thousands of exchanges, or never: there agreement counts only at the end, and only if chains that are kept below half the
/// cap, where such a place has less beside it, find as much there as those that are free to go anywhere.
fn held(target: &Target, verdict: &Verdict) -> bool {
    share_at_end(verdict, target.observed, target.cap.most()) <= TOLERATED_AT_END
}

/// The log evidence of a posterior by chains of its own, from references of their own.
pub(super) fn evidence_below(target: &Target, seed: u64) -> Option<f64> {
    let descents = descend(target, DESCENTS[0], seed, Purpose::DescentsBelow, 0)?;
    let clouds: Vec<smc::Cloud> = descents.into_iter().map(|d| d.cloud).collect();
    let fitted = fit(target, &clouds, seed, Purpose::ReferencesBelow)?;
    let mut chains = chains_on(&fitted, seed, Purpose::ReferencesBelow);
    chains.par_iter_mut().for_each(|chain| chain.advance(EXCHANGES_BELOW));
    let evidences: Vec<f64> =
        (chains.iter()).map(|c| c.drawn(c.counted()).map(|drawn| drawn.log_evidence)).collect::<Option<_>>()?;
    let most = evidences.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mean = evidences.iter().map(|e| (e - most).exp()).sum::<f64>() / evidences.len() as f64;
    Some(most + mean.ln())
}

/// Descents from the prior, each on its own.
fn descend(target: &Target, effort: Effort, seed: u64, purpose: Purpose, step: u64) -> Option<Vec<Descent>> {
    let ensembles = (0..ENSEMBLES).into_par_iter().map(|e| {
        let ensemble = purpose.key(step, e);
        let cloud = smc::run(target, effort, seed, ensemble)?;
        Some(Descent { drawn: complete(target, &cloud, effort, seed, ensemble), cloud })
    });
    ensembles.collect()
}

/// A target for each ensemble with a reference of its own, and the ladder to it.
fn fit(target: &Target, clouds: &[smc::Cloud], seed: u64, purpose: Purpose) -> Option<Vec<(Target, Vec<Rung>)>> {
    clouds.par_iter().enumerate().map(|(e, cloud)| fit_one(target, cloud, seed, purpose, e as u64)).collect()
}

fn fit_one(target: &Target, cloud: &smc::Cloud, seed: u64, purpose: Purpose, e: u64) -> Option<(Target, Vec<Rung>)> {
    let step = cloud.ladder.last()?.step;
    let mut fitted = target.above(places::find(target, &cloud.points, step, seed, purpose.key(0, e)));
    if let Some(reference) = &fitted.reference {
        let ladder = smc::run(&fitted, SET, seed, purpose.key(1, e))?.ladder;
        let points = Tempering::new(&fitted, ladder, seed, purpose.key(4, e)).points(TUNING);
        fitted.reference = Some(places::refit(target, reference, &points));
    }
    let ladder = smc::run(&fitted, SET, seed, purpose.key(2, e))?.ladder;
    Some((fitted, ladder))
}

/// A tempered chain from a reference of its own, for one who calibrates it.
pub(super) fn points_from_reference(
    target: &Target,
    cloud: &smc::Cloud,
    exchanges: usize,
    seed: u64,
) -> Option<Vec<Point>> {
    let (fitted, ladder) = fit_one(target, cloud, seed, Purpose::References, 0)?;
    Some(Tempering::new(&fitted, ladder, seed, Purpose::References.key(3, 0)).points(exchanges))
}

/// Tempered chains, each from its own reference.
fn chains_on(fitted: &[(Target, Vec<Rung>)], seed: u64, purpose: Purpose) -> Vec<Tempering<'_>> {
    (0..)
        .zip(fitted)
        .map(|(e, (target, ladder))| Tempering::new(target, ladder.clone(), seed, purpose.key(3, e)))
        .collect()
}

fn outcome(drawn: &[Drawn], level: f64, descended: Option<&Verdict>, unmet: Vec<String>) -> Option<Outcome> {
    let all: Vec<f64> = drawn.iter().flat_map(|d| d.occupied.iter().copied()).collect();
    let occupied = all.iter().sum::<f64>() / all.len() as f64;
    let mut verdict = judge(drawn, level)?;
    verdict.compare(descended);
    Some(Outcome { verdict, occupied, unmet, points: all.len() / drawn.len() })
}

/// What the points of a descent say of quantities that do not depend on labels.
pub(super) fn complete(target: &Target, cloud: &smc::Cloud, effort: Effort, seed: u64, ensemble: u64) -> Drawn {
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
