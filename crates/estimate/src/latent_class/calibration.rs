//! Do posteriors of latent classes hold the truth as often as they say?
//!
//! Simulation-based calibration (S. Talts and others 2018): parameters from the prior, counts from the parameters, the
//! posterior from the counts. Over many such populations the rank of each true value among draws of its posterior is
//! uniform if, and only if, the sampler is right. Ranks of the likelihood catch what those of parameters do not (M. Modrák
//! and others 2023).

use super::augment;
use super::moves::{Mover, Point};
use super::rounds;
use super::smc::{self, Effort, stream};
use super::target::{Prior, Target, Work};
use super::{ALPHA, CAP, CLASSES};
use factum_model::{CaptureTable, History, ListId};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// The populations: three lists, as few as carry classes, and so few people that the prior matters.
const LISTS: usize = 3;
const OBSERVED: u64 = 80;

/// Draws of each posterior a truth is ranked among, one from each chain.
const RANKED_AMONG: usize = 99;
const EFFORT: Effort = Effort { chains: RANKED_AMONG, length: 8, steps: 10 };

/// Exchanges of a chain from a reference, a quarter of which does not count: eight from one ranked draw to the next.
const EXCHANGES: usize = 1_056;

/// Bins into which ranks are counted; 100 possible ranks divide evenly.
const BINS: usize = 20;

/// Which sampler is calibrated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampler {
    /// Descents from the prior.
    Descents,
    /// Tempered chains from a reference fitted to what such a descent and short searches found.
    ChainsFromReferences,
}

/// The ranks of true values among posterior draws, from 0 to 99.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// What was ranked.
    pub quantity: &'static str,
    /// One rank for each population.
    pub ranks: Vec<usize>,
}

impl Calibration {
    /// Ranks by bin of five.
    pub fn histogram(&self) -> Vec<usize> {
        let mut bins = vec![0; BINS];
        for rank in &self.ranks {
            bins[rank * BINS / (RANKED_AMONG + 1)] += 1;
        }
        bins
    }

    /// Pearson's statistic of the histogram against uniform ranks, and the chance of a larger one.
    pub fn chi_squared(&self) -> Option<(f64, f64)> {
        let expected = self.ranks.len() as f64 / BINS as f64;
        let statistic = self.histogram().iter().map(|&n| (n as f64 - expected).powi(2) / expected).sum();
        let distribution = ChiSquared::new((BINS - 1) as f64).ok()?;
        (expected > 0.0).then(|| (statistic, distribution.sf(statistic)))
    }
}

/// Simulation-based calibration of latent classes over so many populations: ranks of the population size, the
/// concentration, the share of the largest class, and the likelihood. Populations whose sampler gave up are left out, so
/// that fewer ranks than populations say that something is wrong.
pub fn latent_class_calibration(sampler: Sampler, populations: usize, seed: u64) -> Vec<Calibration> {
    let ranks: Vec<[usize; 4]> =
        (0..populations).into_par_iter().filter_map(|population| ranks_of(sampler, population as u64, seed)).collect();
    ["population size", "concentration", "share of the largest class", "likelihood"]
        .into_iter()
        .enumerate()
        .map(|(i, quantity)| Calibration { quantity, ranks: ranks.iter().map(|r| r[i]).collect() })
        .collect()
}

/// Draws of the posterior, as many as a truth is ranked among.
fn draws(sampler: Sampler, target: &Target, population: u64, seed: u64) -> Option<Vec<Point>> {
    let cloud = smc::run(target, EFFORT, seed, population)?;
    if sampler == Sampler::Descents {
        return Some(cloud.points.chunks(EFFORT.length).filter_map(|chain| chain.last().cloned()).collect());
    }
    // A seed of its own, as the streams of references are named by their purpose.
    let points = rounds::points_from_reference(target, &cloud, EXCHANGES, seed ^ ((population + 1) << 32))?;
    Some(
        points.chunks(points.len() / RANKED_AMONG).take(RANKED_AMONG).filter_map(|part| part.last().cloned()).collect(),
    )
}

fn ranks_of(sampler: Sampler, population: u64, seed: u64) -> Option<[usize; 4]> {
    let mut random = stream(seed, population, usize::MAX, 0);
    let (target, truth, missing) = simulate(&mut random)?;
    let draws = draws(sampler, &target, population, seed)?;
    let (mut work, mut room) = (Work::new(&target), augment::Room::new(&target));
    let mut values = |point: &Point, missing: Option<u64>, random: &mut ChaCha8Rng| {
        let log_likelihood = target.log_likelihood(&point.x, &mut work);
        let largest = work.share.iter().copied().fold(0.0, f64::max);
        let missing = missing.unwrap_or_else(|| room.complete(&target, &mut work, point, random).0);
        [missing as f64, point.x[0], largest, log_likelihood]
    };
    let truth = values(&truth, Some(missing), &mut random);
    let (mut below, mut equal) = ([0; 4], [0; 4]);
    for point in &draws {
        let drawn = values(point, None, &mut random);
        for i in 0..4 {
            below[i] += usize::from(drawn[i] < truth[i]);
            equal[i] += usize::from(drawn[i] == truth[i]);
        }
    }
    // Ties are broken at random, as counts of people repeat.
    Some(std::array::from_fn(|i| below[i] + random.random_range(0..=equal[i])))
}

/// Parameters of the prior under which no more are missing than the cap allows, and counts from them.
fn simulate(random: &mut ChaCha8Rng) -> Option<(Target, Point, u64)> {
    let lists: Vec<ListId> = (1..=LISTS).map(|i| ListId::new(format!("L{i}"))).collect();
    let everyone = (1..1u32 << LISTS).map(|h| (h, OBSERVED / ((1 << LISTS) - 1) + 1)).collect::<Vec<_>>();
    let prior = Prior { shape: ALPHA, rate: ALPHA };
    let blank = CaptureTable::from_counts(lists.clone(), &everyone).ok()?;
    let blank = Target::new(&blank, CLASSES, prior, CAP * OBSERVED);
    let mut mover = Mover::new(&blank);
    loop {
        let point = mover.prior_point(random);
        if point.log_likelihood == f64::NEG_INFINITY {
            continue;
        }
        let missing = augment::missing(OBSERVED as f64, point.seen, random);
        let Some(missing) = missing.filter(|m| *m <= CAP * OBSERVED) else { continue };
        let weights: Vec<f64> = mover.work.log_cell.iter().map(|v| v.exp()).collect();
        let mut table = CaptureTable::new(lists).ok()?;
        let order: Vec<usize> = (0..weights.len()).collect();
        let mut counts = vec![0; weights.len()];
        augment::multinomial(OBSERVED, &weights, &order, random, |i, n| counts[i] += n);
        for (cell, count) in blank.cells.iter().zip(counts) {
            table.add(History(cell.lists.iter().map(|j| 1 << j).sum()), count).ok()?;
        }
        return Some((Target::new(&table, CLASSES, prior, CAP * OBSERVED), point, missing));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small run, which a wrong acceptance in any move fails; the figures of a large one are in the documentation.
    #[test]
    fn ranks_are_uniform() {
        for calibration in latent_class_calibration(Sampler::Descents, 60, 5) {
            assert_eq!(calibration.ranks.len(), 60);
            // Sixty ranks: halves and quarters within four standard errors.
            for (from, to) in [(0, 50), (0, 25), (75, 100)] {
                let share = (to - from) as f64 / 100.0;
                let inside = calibration.ranks.iter().filter(|r| (from..to).contains(*r)).count() as f64;
                let error = (60.0 * share * (1.0 - share)).sqrt();
                assert!((inside - 60.0 * share).abs() < 4.0 * error, "{}: {inside}", calibration.quantity);
            }
        }
    }

    /// A chain from a reference leaves as many draws as a truth is ranked among, whatever the population.
    #[test]
    fn chains_from_references_are_ranked() {
        for calibration in latent_class_calibration(Sampler::ChainsFromReferences, 2, 5) {
            assert_eq!(calibration.ranks.len(), 2, "{}", calibration.quantity);
            assert!(calibration.ranks.iter().all(|rank| *rank <= RANKED_AMONG), "{:?}", calibration.ranks);
        }
        let (target, _, _) = simulate(&mut stream(5, 0, usize::MAX, 0)).unwrap();
        assert_eq!(draws(Sampler::ChainsFromReferences, &target, 0, 5).unwrap().len(), RANKED_AMONG);
    }
}
