//! What does the posterior look like to one chain that keeps coming back from where it can be drawn from?
//!
//! Parallel tempering with deterministic even and odd exchanges (S. Syed, A. Bouchard-Côté, G. Deligiannidis and A. Doucet
//! 2022), first the even and then the odd between one sweep and the next. The lowest rung is the prior, or a reference in its
//! place, and is drawn anew each time, so that every journey to the posterior starts afresh. It shares the target and the moves
//! with sequential Monte Carlo, but not the way by which modes get their weights: here one chain visits them in time, there a
//! population fills them at once. The evidence follows by stepping stones.

use super::augment;
use super::moves::{Mover, Point, Reach};
use super::smc::{Rung, stream};
use super::target::{Target, Work};
use super::verdict::Drawn;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Fewest rungs that are worth waking a thread for: a sweep takes some twenty microseconds.
const FEWEST_RUNGS: usize = 8;

/// Most steps of a trajectory, as in the descent that found the ladder.
const STEPS: usize = 12;

/// The first part of a chain that does not count: one in so many exchanges. The chain starts from points of the descent,
/// which are near their distributions already.
const UNCOUNTED: usize = 4;

/// Sweeps on the rung of the posterior between two exchanges, each of which leaves a draw. A chain pays for some twenty rungs
/// and draws from one, so that a few more sweeps there cost little: on Kosovo 1999 four cost a sixth more than one, and leave
/// log N and the number of occupied classes with twice as many effective draws.
const DRAWS_PER_EXCHANGE: usize = 4;

/// Exchanges after which rungs are spaced anew where that is needed.
const SPACED_AFTER: [usize; 2] = [250, 750];

/// The difference of the exponents of two neighbours times that of their mean log-likelihoods, above which rungs are put between
/// them: a descent leaves about 1. And how much is to be left, with at most so many new gaps for one.
const WIDEST: f64 = 2.5;
const WANTED: f64 = 1.0;
const MOST_PARTS: f64 = 24.0;

/// One chain on all its rungs.
pub(crate) struct Tempering<'a> {
    replicas: Vec<Replica<'a>>,
    record: Record<'a>,
    seed: u64,
    ensemble: u64,
    /// Exchanges so far, those before the rungs were last spaced included.
    exchanges: usize,
    /// By exchange since then: the log-likelihood on each rung.
    met: Vec<Vec<f64>>,
}

/// What the rung of the posterior drew.
struct Record<'a> {
    target: &'a Target,
    room: augment::Room,
    work: Work,
    log_n: Vec<f64>,
    deviance: Vec<f64>,
    occupied: Vec<f64>,
    /// The draws themselves, where they are asked for.
    points: Option<Vec<Point>>,
}

/// What stands on one rung.
struct Replica<'a> {
    rung: Rung,
    mover: Mover<'a>,
}

impl<'a> Tempering<'a> {
    /// A chain on the ladder that a descent of its own found, started from the points it left there. A descent rises so
    /// that half of its points stay effective, at which neighbours exchange about half of the time: as much travel for
    /// the work as a ladder gives.
    pub fn new(target: &'a Target, ladder: Vec<Rung>, seed: u64, ensemble: u64) -> Self {
        let replicas = ladder.into_iter().map(|rung| Replica { rung, mover: Mover::new(target) }).collect();
        let record = Record {
            target,
            room: augment::Room::new(target),
            work: Work::new(target),
            log_n: Vec::new(),
            deviance: Vec::new(),
            occupied: Vec::new(),
            points: None,
        };
        Self { replicas, record, seed, ensemble, exchanges: 0, met: Vec::new() }
    }

    /// Goes on until so many exchanges are done in all.
    pub fn advance(&mut self, exchanges: usize) {
        for at in self.exchanges..exchanges {
            if SPACED_AFTER.contains(&at) {
                self.space();
            }
            let (seed, ensemble) = (self.seed, self.ensemble);
            let Some((top, lower)) = self.replicas.split_last_mut() else { return };
            let highest = lower.len();
            rayon::join(
                || {
                    let mut random = stream(seed, ensemble, at, highest);
                    for _ in 0..DRAWS_PER_EXCHANGE {
                        top.sweep(&mut random);
                        self.record.take(&top.rung.point, &mut random);
                    }
                },
                || {
                    lower.par_iter_mut().with_min_len(FEWEST_RUNGS).enumerate().for_each(|(i, replica)| {
                        let mut random = stream(seed, ensemble, at, i);
                        if i == 0 {
                            replica.rung.point = replica.mover.lowest_point(&mut random);
                        } else {
                            replica.sweep(&mut random);
                        }
                    });
                },
            );
            self.met.push(self.replicas.iter().map(|r| r.rung.point.gain()).collect());
            self.exchanges = at + 1;
            let mut random = stream(seed, ensemble, at, usize::MAX);
            for first in 0..2 {
                for pair in self.replicas[first..].chunks_exact_mut(2) {
                    let [Replica { rung: low, .. }, Replica { rung: high, .. }] = pair else { continue };
                    // The lower rung may hold a point of the prior that has no likelihood at all.
                    let gain = (high.beta - low.beta) * (low.point.gain() - high.point.gain());
                    if random.random::<f64>() < gain.exp() {
                        std::mem::swap(&mut low.point, &mut high.point);
                    }
                }
            }
        }
    }

    /// Puts rungs between neighbours whose likelihoods lie too far apart for either to tell how much of the other there is.
    ///
    /// A descent sets its rungs by the points it has, which can all lie in one phase while another is about to take over; on
    /// the next rung they lie in that other one. What was drawn before does not count then.
    fn space(&mut self) {
        let late = &self.met[self.met.len() / 2..];
        let mean = |rung: usize| late.iter().map(|met| met[rung]).sum::<f64>() / late.len() as f64;
        let gaps: Vec<f64> = (self.replicas.windows(2).enumerate())
            .map(|(i, pair)| (pair[1].rung.beta - pair[0].rung.beta) * (mean(i + 1) - mean(i)))
            .collect();
        if !gaps[1..].iter().any(|gap| *gap > WIDEST) {
            return;
        }
        let mut spaced = Vec::new();
        for (i, replica) in std::mem::take(&mut self.replicas).into_iter().enumerate() {
            let above = replica.rung.clone();
            if i > 1 && gaps[i - 1] > WIDEST {
                let Some(Replica { rung: below, .. }) = spaced.last() else { continue };
                let below: Rung = Rung::clone(below);
                let parts = (gaps[i - 1] / WANTED).ceil().min(MOST_PARTS);
                for part in 1..parts as usize {
                    let share = part as f64 / parts;
                    let near = if share < 0.5 { &below } else { &above };
                    let beta = below.beta + share * (above.beta - below.beta);
                    let rung = Rung { beta, step: near.step, point: near.point.clone() };
                    spaced.push(Replica { rung, mover: Mover::new(self.record.target) });
                }
            }
            spaced.push(replica);
        }
        self.replicas = spaced;
        self.met.clear();
        self.record.log_n.clear();
        self.record.deviance.clear();
        self.record.occupied.clear();
    }

    /// What the rung of the posterior draws in the later three quarters of so many exchanges.
    pub fn points(mut self, exchanges: usize) -> Vec<Point> {
        self.advance(exchanges / UNCOUNTED);
        self.record.points = Some(Vec::new());
        self.advance(exchanges);
        self.record.points.unwrap_or_default()
    }

    /// Exchanges that count by now.
    pub fn counted(&self) -> usize {
        self.met.len() - self.met.len() / UNCOUNTED
    }

    /// What the chain drew in so many of its last exchanges. Absent where some rung met no likelihood at all.
    pub fn drawn(&self, counted: usize) -> Option<Drawn> {
        let from = self.met.len() - counted;
        let log_evidence: f64 = (self.replicas.windows(2).enumerate())
            .map(|(i, pair)| {
                let rise = pair[1].rung.beta - pair[0].rung.beta;
                let met = || self.met[from..].iter().map(|rungs| rungs[i]);
                let most = met().fold(f64::NEG_INFINITY, f64::max);
                let mean = met().map(|v| (rise * (v - most)).exp()).sum::<f64>() / counted as f64;
                rise * most + mean.ln()
            })
            .sum();
        let late = |drawn: &[f64]| drawn[from * DRAWS_PER_EXCHANGE..].to_vec();
        log_evidence.is_finite().then(|| Drawn {
            log_evidence,
            log_n: late(&self.record.log_n),
            deviance: late(&self.record.deviance),
            occupied: late(&self.record.occupied),
            cycle: DRAWS_PER_EXCHANGE,
        })
    }
}

impl Replica<'_> {
    fn sweep(&mut self, random: &mut ChaCha8Rng) {
        let reach = Reach { beta: self.rung.beta, step: self.rung.step, steps: STEPS };
        self.mover.sweep(&mut self.rung.point, reach, random);
    }
}

impl Record<'_> {
    fn take(&mut self, point: &Point, random: &mut ChaCha8Rng) {
        let (missing, occupied) = self.room.complete(self.target, &mut self.work, point, random);
        self.log_n.push(((self.target.observed + missing) as f64).ln());
        self.deviance.push(-2.0 * point.log_likelihood);
        self.occupied.push(occupied as f64);
        if let Some(points) = &mut self.points {
            points.push(point.clone());
        }
    }
}
