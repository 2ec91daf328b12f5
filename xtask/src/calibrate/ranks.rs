//! Does the posterior over graphs put true numbers where it should?
//!
//! Given n, the joint law of parameters, counts and the number missing is that of the model itself: parameters from their
//! prior (under the prior 1/N the number recorded says nothing of them), counts of the n recorded multinomial over the
//! observable histories, and the number missing negative binomial; draws outside the support are drawn again together.
//! The graphs are found here by trying all orders of the lists, not by the search of the crate.

use factum_estimate::{Prior, Support, posterior};
use factum_model::{CaptureTable, ListId};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Binomial, Distribution, Gamma, Poisson};
use rayon::prelude::*;
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// People recorded in each table.
const RECORDED: u64 = 200;
/// The most missing.
const MAX_MISSING: u64 = 4000;
/// Prior weight of a cell: Jeffreys'. The default is far smaller and puts nearly all its tables on a handful of histories,
/// which would test little.
const DELTA: f64 = 0.5;
/// Bins of the chi-squared test.
const BINS: usize = 20;

/// The ranks of the true numbers.
pub struct Ranks {
    lists: usize,
    ranks: Vec<f64>,
}

pub fn decomposable(lists: usize, draws: usize, seed: u64) -> Ranks {
    let orders = perfect_orders(lists);
    let one = |draw: u64| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ (lists as u64) << 32);
        rng.set_stream(draw);
        let (weights, missing) = loop {
            let graph = &orders[rng.random_range(0..orders.len())];
            let cells = hyper_dirichlet(graph, &mut rng);
            let missing = missing(cells[0], &mut rng);
            if !(1..=MAX_MISSING).contains(&missing) {
                continue;
            }
            // No table of so many people is refused.
            let support = Support { delta: DELTA, max_missing: MAX_MISSING, prior: Prior::Jeffreys };
            if let Ok(weights) = posterior(&counts(&cells, lists, &mut rng), support) {
                break (weights, missing);
            }
        };
        let below: f64 = weights[..missing as usize - 1].iter().sum();
        below + rng.random::<f64>() * weights[missing as usize - 1]
    };
    Ranks { lists, ranks: (0..draws as u64).into_par_iter().map(one).collect() }
}

/// For each decomposable graph, the lists in an order in which the earlier neighbours of each are joined to one another:
/// by list, in that order, with those neighbours.
fn perfect_orders(lists: usize) -> Vec<Vec<(usize, u32)>> {
    let pairs: Vec<(usize, usize)> = (0..lists).flat_map(|j| (0..j).map(move |i| (i, j))).collect();
    let orders = permutations(lists);
    let graph = |edges: u32| {
        let joined = |a: usize, b: usize| {
            pairs.iter().position(|&(i, j)| (i, j) == (a.min(b), a.max(b))).is_some_and(|bit| edges >> bit & 1 == 1)
        };
        let perfect = |order: &Vec<usize>| -> Option<Vec<(usize, u32)>> {
            let of = |at: usize| {
                let earlier: Vec<usize> = order[..at].iter().copied().filter(|&e| joined(e, order[at])).collect();
                let clique = earlier.iter().all(|&a| earlier.iter().all(|&b| a == b || joined(a, b)));
                clique.then(|| (order[at], earlier.iter().map(|e| 1u32 << e).sum()))
            };
            (0..lists).map(of).collect()
        };
        orders.iter().find_map(perfect)
    };
    (0..1u32 << pairs.len()).filter_map(graph).collect()
}

fn permutations(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let insert = |rest: Vec<usize>| {
        (0..n).map(move |at| {
            let mut order = rest.clone();
            order.insert(at, n - 1);
            order
        })
    };
    permutations(n - 1).into_iter().flat_map(insert).collect()
}

/// Probabilities of all histories: list by list, the chance of being on it given the earlier neighbours is beta, apart for
/// each of their combinations, with the prior weight of the cells that it sums over (Dawid & Lauritzen 1993).
fn hyper_dirichlet(graph: &[(usize, u32)], rng: &mut impl Rng) -> Vec<f64> {
    let lists = graph.len();
    let mut cells = vec![1.0; 1 << lists];
    for &(list, earlier) in graph {
        let weight = DELTA * f64::from(1u32 << (lists as u32 - earlier.count_ones() - 1));
        let gamma = Gamma::new(weight, 1.0).expect("a positive weight");
        let mut given = std::collections::BTreeMap::new();
        for (h, cell) in cells.iter_mut().enumerate() {
            let chance = *given.entry(h as u32 & earlier).or_insert_with(|| {
                let (on, off) = (gamma.sample(rng), gamma.sample(rng));
                if on + off > 0.0 { on / (on + off) } else { 0.5 }
            });
            *cell *= if h >> list & 1 == 1 { chance } else { 1.0 - chance };
        }
    }
    cells
}

/// How many are missing beside those recorded: negative binomial, as a Poisson number whose mean is gamma.
fn missing(p: f64, rng: &mut impl Rng) -> u64 {
    if p >= 1.0 {
        return u64::MAX;
    }
    let mean = Gamma::new(RECORDED as f64, p / (1.0 - p)).map_or(0.0, |gamma| gamma.sample(rng));
    // Far beyond the support the number itself does not matter.
    if mean > 1e9 { u64::MAX } else { Poisson::new(mean).map_or(0, |poisson| poisson.sample(rng) as u64) }
}

fn counts(cells: &[f64], lists: usize, rng: &mut impl Rng) -> CaptureTable {
    let (mut left, mut mass) = (RECORDED, cells[1..].iter().sum::<f64>());
    let mut counts = Vec::new();
    for (history, &p) in cells.iter().enumerate().skip(1) {
        let last = history + 1 == cells.len();
        let chance = if last { 1.0 } else { (p / mass).clamp(0.0, 1.0) };
        let drawn = Binomial::new(left, chance).expect("the chance was put between 0 and 1").sample(rng);
        counts.push((history as u32, drawn));
        left -= drawn;
        mass -= p;
    }
    let names = (1..=lists).map(|i| ListId::new(format!("L{i}"))).collect();
    CaptureTable::from_counts(names, &counts).expect("histories of these lists")
}

impl Ranks {
    /// The greatest distance of the ranks from uniform, and the chance of one as large (Kolmogorov's series, with the
    /// correction for finite samples of Stephens 1970).
    fn kolmogorov(&self) -> (f64, f64) {
        let mut sorted = self.ranks.clone();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len() as f64;
        let off = |(i, r): (usize, &f64)| (r - i as f64 / n).max((i + 1) as f64 / n - r);
        let distance = sorted.iter().enumerate().map(off).fold(0.0, f64::max);
        let scaled = (n.sqrt() + 0.12 + 0.11 / n.sqrt()) * distance;
        let term = |k: i32| (-1f64).powi(k - 1) * (-2.0 * f64::from(k * k) * scaled * scaled).exp();
        (distance, (2.0 * (1..=100).map(term).sum::<f64>()).clamp(0.0, 1.0))
    }

    fn bins(&self) -> (f64, f64) {
        let mut bins = [0.0; BINS];
        self.ranks.iter().for_each(|r| bins[((r * BINS as f64) as usize).min(BINS - 1)] += 1.0);
        let expected = self.ranks.len() as f64 / BINS as f64;
        let statistic: f64 = bins.iter().map(|b| (b - expected).powi(2) / expected).sum();
        (statistic, ChiSquared::new((BINS - 1) as f64).map_or(f64::NAN, |chi| chi.sf(statistic)))
    }

    pub fn row(&self) -> String {
        let ((distance, p), (bins, p_bins)) = (self.kolmogorov(), self.bins());
        let mean = self.ranks.iter().sum::<f64>() / self.ranks.len() as f64;
        format!(
            "| {} | {RECORDED} | {DELTA} | {MAX_MISSING} | {} | {mean:.3} | {distance:.4} | {p:.3} | {bins:.1} | {p_bins:.3} |",
            self.lists,
            self.ranks.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_graphs_as_the_literature_counts() {
        assert_eq!((perfect_orders(3).len(), perfect_orders(4).len()), (8, 61));
    }

    #[test]
    fn the_posterior_of_three_lists_is_calibrated_and_a_wrong_one_is_found_out() {
        let mut ranks = decomposable(3, 500, 5);
        let (distance, p) = ranks.kolmogorov();
        assert!(p > 0.01, "distance {distance}");
        assert!(ranks.bins().1 > 0.01);
        // A posterior a little too narrow puts the truth too often at its ends.
        ranks.ranks.iter_mut().for_each(|r| *r = (0.5 + (*r - 0.5) * 1.2).clamp(0.0, 1.0));
        assert!(ranks.bins().1 < 1e-4);
    }

    #[test]
    fn the_law_of_kolmogorov_is_known() {
        // The 5 % point of the scaled distance is 1.358.
        let n = 10_000;
        let shift = 1.358 / 100.12;
        let ranks = (0..n).map(|i| ((i as f64 + 0.5) / n as f64 * (1.0 - shift) + shift).min(1.0)).collect();
        let (_, p) = Ranks { lists: 3, ranks }.kolmogorov();
        assert!((p - 0.05).abs() < 0.005, "{p}");
    }
}
