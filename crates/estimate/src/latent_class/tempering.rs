//! Does a sampler of another kind say the same?
//!
//! Parallel tempering with deterministic even and odd exchanges and a ladder respaced by its own rejections (S. Syed, A.
//! Bouchard-Côté, G. Deligiannidis and A. Doucet 2022), the lowest rung being the prior itself, so that every round trip
//! starts anew. It shares the target and the moves with sequential Monte Carlo, but not the way by which modes get their
//! weights: here one chain visits them in time, there a population fills them at once.

use super::augment;
use super::moves::{Mover, Point, Reach};
use super::smc::stream;
use super::target::Target;
use super::{CAP, LatentClassOptions, check};
use crate::diagnostics;
use crate::{Options, Refusal};
use factum_model::CaptureTable;
use rand::RngExt;
use rayon::prelude::*;

/// The first ladder rises by this factor from the smallest exponent; it is respaced after each round but the last.
const SMALLEST: f64 = 1e-5;

/// Sweeps between exchanges: enough work for a thread to be worth waking.
const SWEEPS: usize = 4;

/// The step of trajectories follows their acceptance at this pace while the ladder is being found.
const PACE: f64 = 0.1;
const ACCEPTANCE: f64 = 0.7;

/// What parallel tempering found.
#[derive(Clone, Debug)]
pub struct Tempered {
    /// Log evidence by stepping stones, without the multinomial coefficient.
    pub log_evidence: f64,
    /// Posterior mean of N.
    pub mean: f64,
    /// Posterior median.
    pub median: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// Effective number of draws of log N in its centre, where it can be told.
    pub bulk_ess: Option<f64>,
    /// Journeys from the prior to the posterior in the last round.
    pub journeys: usize,
    /// Rejections summed over the ladder; as many rungs at least are needed.
    pub barrier: f64,
    /// Draws of N in the order of the chain.
    pub draws: Vec<u64>,
}

/// One replica on its rung.
struct Rung {
    beta: f64,
    step: f64,
    point: Point,
    /// Whether its point came from the prior and has not been at the posterior since.
    fresh: bool,
}

/// Runs parallel tempering over this many rungs, in rounds of doubling length of which the last, of `exchanges`
/// exchanges, counts.
///
/// # Errors
/// As [`crate::estimate`], for options out of range. A chain without any likelihood is [`Refusal::NoPosterior`].
pub fn latent_class_tempering(
    table: &CaptureTable,
    options: &Options,
    rungs: usize,
    exchanges: usize,
) -> Result<Tempered, Refusal> {
    crate::table::check(table, options)?;
    let LatentClassOptions { classes, .. } = check(options)?;
    let cap = options.max_missing.unwrap_or(CAP * table.observed());
    let target = Target::new(table, classes, options.latent_class.prior(), cap);
    run(&target, options, rungs.max(3), exchanges.max(16)).ok_or(Refusal::NoPosterior)
}

fn run(target: &Target, options: &Options, rungs: usize, exchanges: usize) -> Option<Tempered> {
    let seed = options.seed;
    let mut start = Mover::new(target);
    let mut random = stream(seed, u64::MAX, 0, usize::MAX);
    let mut ladder: Vec<Rung> = (0..rungs)
        .map(|i| {
            let beta = if i == 0 { 0.0 } else { SMALLEST.powf(1.0 - i as f64 / (rungs - 1) as f64) };
            Rung { beta, step: 0.5, point: start.prior_point(&mut random), fresh: i == 0 }
        })
        .collect();
    let mut length = exchanges / 16;
    let mut done = 0;
    loop {
        let last = length * 2 > exchanges;
        let round = Round::run(target, &mut ladder, seed, done, length, !last);
        if last {
            return round.summary(&ladder, options);
        }
        respace(&mut ladder, &round.rejections());
        done += length;
        length *= 2;
    }
}

/// What one round collected.
struct Round {
    /// By rung: log-likelihoods met.
    met: Vec<Vec<f64>>,
    /// By pair of neighbours: sum of rejection probabilities, and tries.
    rejected: Vec<(f64, f64)>,
    draws: Vec<u64>,
    journeys: usize,
}

impl Round {
    fn run(target: &Target, ladder: &mut [Rung], seed: u64, done: usize, length: usize, adapt: bool) -> Self {
        let rungs = ladder.len();
        let mut round = Self {
            met: vec![Vec::new(); rungs],
            rejected: vec![(0.0, 0.0); rungs - 1],
            draws: Vec::new(),
            journeys: 0,
        };
        let mut room = augment::Room::new(target);
        let mut work = super::Work::new(target);
        for at in done..done + length {
            ladder.par_iter_mut().enumerate().for_each_init(
                || Mover::new(target),
                |mover, (i, rung)| {
                    let mut random = stream(seed, u64::MAX, at + 1, i);
                    if i == 0 {
                        rung.point = mover.prior_point(&mut random);
                        return;
                    }
                    for _ in 0..SWEEPS {
                        let reach = Reach { beta: rung.beta, step: rung.step, steps: 12 };
                        let rate = mover.sweep(&mut rung.point, reach, &mut random).rate();
                        if adapt {
                            rung.step = (rung.step * (PACE * (rate - ACCEPTANCE)).exp()).clamp(0.01, 2.0);
                        }
                    }
                },
            );
            ladder[0].fresh = true;
            let mut random = stream(seed, u64::MAX, at + 1, usize::MAX);
            for (met, rung) in round.met.iter_mut().zip(ladder.iter()) {
                met.push(rung.point.log_likelihood);
            }
            for i in (at % 2..rungs - 1).step_by(2) {
                let (low, high) = (&ladder[i], &ladder[i + 1]);
                // The lower rung may hold a point of the prior that has no likelihood at all.
                let gain = (high.beta - low.beta) * (low.point.log_likelihood - high.point.log_likelihood);
                let acceptance = gain.exp().min(1.0);
                round.rejected[i].0 += 1.0 - acceptance;
                round.rejected[i].1 += 1.0;
                if random.random::<f64>() < acceptance {
                    let (low, high) = ladder.split_at_mut(i + 1);
                    std::mem::swap(&mut low[i].point, &mut high[0].point);
                    std::mem::swap(&mut low[i].fresh, &mut high[0].fresh);
                }
            }
            let top = &mut ladder[rungs - 1];
            round.journeys += usize::from(std::mem::take(&mut top.fresh));
            round.draws.push(target.observed + room.complete(target, &mut work, &top.point, &mut random).0);
        }
        round
    }

    fn rejections(&self) -> Vec<f64> {
        self.rejected.iter().map(|(sum, tries)| sum / tries.max(1.0)).collect()
    }

    fn summary(self, ladder: &[Rung], options: &Options) -> Option<Tempered> {
        let log_evidence = (ladder.windows(2).zip(&self.met))
            .map(|(pair, met)| {
                let rise = pair[1].beta - pair[0].beta;
                let most = met.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let mean = met.iter().map(|v| (rise * (v - most)).exp()).sum::<f64>() / met.len() as f64;
                rise * most + mean.ln()
            })
            .sum::<f64>();
        if !log_evidence.is_finite() {
            return None;
        }
        let n: Vec<f64> = self.draws.iter().map(|&n| n as f64).collect();
        let log_n: Vec<f64> = n.iter().map(|v| v.ln()).collect();
        Some(Tempered {
            log_evidence,
            mean: n.iter().sum::<f64>() / n.len() as f64,
            median: diagnostics::quantile_of(&n, 0.5)?,
            lower: diagnostics::quantile_of(&n, (1.0 - options.level) / 2.0)?,
            upper: diagnostics::quantile_of(&n, (1.0 + options.level) / 2.0)?,
            bulk_ess: diagnostics::bulk_ess(&[&log_n]),
            journeys: self.journeys,
            barrier: self.rejections().iter().sum(),
            draws: self.draws,
        })
    }
}

/// Moves the rungs so that each pair of neighbours would have been rejected as often, by linear interpolation of the
/// rejections summed along the ladder.
fn respace(ladder: &mut [Rung], rejections: &[f64]) {
    let betas: Vec<f64> = ladder.iter().map(|r| r.beta).collect();
    let mut summed = vec![0.0];
    for r in rejections {
        summed.push(summed[summed.len() - 1] + r.max(1e-3));
    }
    let (rungs, all) = (ladder.len(), summed[rejections.len()]);
    let mut at = 0;
    for (i, rung) in ladder.iter_mut().enumerate().take(rungs - 1).skip(1) {
        let wanted = all * i as f64 / (rungs - 1) as f64;
        while summed[at + 1] < wanted {
            at += 1;
        }
        let part = (wanted - summed[at]) / (summed[at + 1] - summed[at]);
        rung.beta = betas[at] + part * (betas[at + 1] - betas[at]);
    }
}
