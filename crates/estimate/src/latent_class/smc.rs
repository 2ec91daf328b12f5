//! What does the posterior look like when one starts from the prior and lets the data in little by little?
//!
//! Adaptively tempered sequential Monte Carlo (P. Del Moral, A. Doucet and A. Jasra 2006), keeping every state that a
//! move visits (waste-free: H.-D. Dau and N. Chopin 2022). Modes fill in proportion to their mass while the likelihood is
//! still weak enough to pass between them, and the normalising constant, the evidence, comes along.

use super::moves::{Mover, Point, Reach, Tally};
use super::target::Target;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// The effective share of the points that each rise of the exponent leaves.
const KEPT: f64 = 0.5;

/// What a rise may gain when points move afterwards: the rise times the difference of the mean log-likelihood.
const MOST_FALL: f64 = 2.0;

/// Acceptance of trajectories aimed at; for Hamiltonian moves the optimum is broad between .6 and .9.
const ACCEPTANCE: f64 = 0.7;

/// Rises after which the sampler gives up. The tables it was measured on take 15 to 50.
const MOST_RUNGS: usize = 1_000;

/// How much work an ensemble does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Chains kept at each rise, and states of each.
    pub chains: usize,
    pub length: usize,
    /// Most steps of a trajectory.
    pub steps: usize,
}

/// The posterior as points of equal weight, in the order of their descent: neighbours share ancestors.
pub(crate) struct Cloud {
    pub points: Vec<Point>,
    pub log_evidence: f64,
    /// The exponents it rose by, from the prior to the posterior.
    pub ladder: Vec<Rung>,
}

/// One exponent, with a point drawn there.
#[derive(Clone, Debug)]
pub(crate) struct Rung {
    pub beta: f64,
    /// Step of trajectories that fits this exponent.
    pub step: f64,
    pub point: Point,
}

/// The random stream of one chain on one rung.
pub(crate) fn stream(seed: u64, ensemble: u64, rung: usize, chain: usize) -> ChaCha8Rng {
    let mut key = [0u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&ensemble.to_le_bytes());
    key[16..24].copy_from_slice(&(rung as u64).to_le_bytes());
    let mut random = ChaCha8Rng::from_seed(key);
    random.set_stream(chain as u64);
    random
}

/// Runs one ensemble from the prior to the posterior. Absent when it gave up.
pub(crate) fn run(target: &Target, effort: Effort, seed: u64, ensemble: u64) -> Option<Cloud> {
    let mut points: Vec<Point> = (0..effort.chains)
        .into_par_iter()
        .map_init(
            || Mover::new(target),
            |mover, chain| {
                let mut random = stream(seed, ensemble, 0, chain);
                (0..effort.length).map(|_| mover.lowest_point(&mut random)).collect::<Vec<_>>()
            },
        )
        .flatten_iter()
        .collect();
    let (mut beta, mut step, mut log_evidence) = (0.0, 0.5, 0.0);
    let mut ladder = vec![Rung { beta, step, point: points.first()?.clone() }];
    let mut most_rise = 1.0f64;
    for rung in 1..MOST_RUNGS {
        let rise = rise(&points, (1.0 - beta).min(most_rise))?;
        let (weights, log_mean) = weights(&points, rise);
        let before = beta;
        beta = if rise >= 1.0 - beta { 1.0 } else { beta + rise };
        let mut random = stream(seed, ensemble, rung, usize::MAX);
        let ancestors = systematic(&weights, effort.chains, random.random());
        let reach = Reach { beta, step, steps: effort.steps };
        let moved: Vec<(Vec<Point>, Tally)> = ancestors
            .into_par_iter()
            .enumerate()
            .map_init(
                || Mover::new(target),
                |mover, (chain, ancestor)| {
                    let mut random = stream(seed, ensemble, rung, chain);
                    let (mut point, mut tally) = (points[ancestor].clone(), Tally::default());
                    let states = (0..effort.length)
                        .map(|_| {
                            tally.add(mover.sweep(&mut point, reach, &mut random));
                            point.clone()
                        })
                        .collect();
                    (states, tally)
                },
            )
            .collect();
        // Where points fall into another phase as soon as they may move, the step was too long: from before, half of it.
        let held: f64 = points.iter().zip(&weights).filter(|(_, w)| **w > 0.0).map(|(p, w)| w * p.gain()).sum();
        let states = || moved.iter().flat_map(|(states, _)| states);
        let found = states().map(Point::gain).sum::<f64>() / states().count() as f64;
        if rise * (found - held) > MOST_FALL && rung > 1 {
            (beta, most_rise) = (before, rise / 2.0);
            continue;
        }
        log_evidence += log_mean;
        most_rise = 2.0 * rise;
        let mut tally = Tally::default();
        moved.iter().for_each(|(_, t)| tally.add(*t));
        points = moved.into_iter().flat_map(|(states, _)| states).collect();
        step = (step * (tally.rate() - ACCEPTANCE).exp()).clamp(0.01, 2.0);
        ladder.push(Rung { beta, step, point: points[random.random_range(0..points.len())].clone() });
        if beta >= 1.0 {
            return Some(Cloud { points, log_evidence, ladder });
        }
    }
    None
}

/// The rise of the exponent that leaves the wanted effective share, or all that is left. Absent when no point has any
/// likelihood.
fn rise(points: &[Point], left: f64) -> Option<f64> {
    let share = |rise: f64| {
        let (weights, _) = weights(points, rise);
        1.0 / weights.iter().map(|w| w * w).sum::<f64>() / points.len() as f64
    };
    if points.iter().all(|p| p.gain() == f64::NEG_INFINITY) {
        return None;
    }
    if share(left) >= KEPT {
        return Some(left);
    }
    let (mut low, mut high) = (0.0f64, left);
    // Rises span many orders of magnitude; a few bisections of the exponent, then of the value, fix three digits.
    for _ in 0..60 {
        let middle = if low == 0.0 { high / 16.0 } else { (low * high).sqrt() };
        if share(middle) >= KEPT {
            low = middle
        } else {
            high = middle
        }
        if low > 0.0 && high / low < 1.001 {
            break;
        }
    }
    (low > 0.0).then_some(low)
}

/// Normalised weights after a rise, and the log of their mean before.
fn weights(points: &[Point], rise: f64) -> (Vec<f64>, f64) {
    let most = points.iter().map(Point::gain).fold(f64::NEG_INFINITY, f64::max);
    let mut weights: Vec<f64> = points.iter().map(|p| (rise * (p.gain() - most)).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|w| *w /= sum);
    (weights, rise * most + (sum / points.len() as f64).ln())
}

/// Systematic resampling: positions in ascending order.
fn systematic(weights: &[f64], wanted: usize, offset: f64) -> Vec<usize> {
    let (mut at, mut reached) = (0, weights[0]);
    (0..wanted)
        .map(|i| {
            let target = (i as f64 + offset) / wanted as f64;
            while reached < target && at + 1 < weights.len() {
                at += 1;
                reached += weights[at];
            }
            at
        })
        .collect()
}
