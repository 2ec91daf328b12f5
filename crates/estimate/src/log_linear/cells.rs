//! What of a table does a log-linear fit need?
//!
//! The counts by history, and for every set of lists how many people are on all of them: these sums over supersets are the
//! sufficient statistics of every hierarchical model at once. The same sum over fitted means gives every entry of the
//! information matrix, because the product of two columns of the model matrix is the column of the two terms together.

use factum_model::{CaptureTable, History};
use statrs::function::gamma::ln_gamma;

/// The cells of a table, by history. The empty history comes first; its count is zero and it is not observed.
#[derive(Clone, Debug)]
pub(crate) struct Cells {
    pub lists: usize,
    pub counts: Vec<f64>,
    /// For every set of lists, how many people are on all of them.
    pub marginals: Vec<f64>,
    pub observed: f64,
    /// What the Poisson log-likelihood has beside the part that depends on the model.
    pub log_factorials: f64,
    /// The log-likelihood's model-dependent part where every mean is its count.
    pub saturated: f64,
}

impl Cells {
    pub(crate) fn new(table: &CaptureTable) -> Self {
        let lists = table.lists().len();
        let counts = (0..1u32 << lists).map(|h| if h == 0 { 0.0 } else { table.count(History(h)) as f64 });
        Self::from_counts(lists, counts.collect())
    }

    /// From counts by history, that of the empty history being zero.
    pub(crate) fn from_counts(lists: usize, counts: Vec<f64>) -> Self {
        let mut marginals = counts.clone();
        sum_over_supersets(&mut marginals);
        let occupied = || counts.iter().filter(|y| **y > 0.0);
        Self {
            lists,
            observed: marginals[0],
            log_factorials: occupied().map(|y| ln_gamma(y + 1.0)).sum(),
            saturated: occupied().map(|y| y * y.ln() - y).sum(),
            marginals,
            counts,
        }
    }

    /// How many cells can be observed.
    pub(crate) fn len(&self) -> usize {
        self.counts.len() - 1
    }

    /// Which histories somebody has.
    pub(crate) fn pattern(&self) -> Pattern {
        let mut bits = vec![0u64; self.counts.len().div_ceil(64)];
        for (history, _) in self.counts.iter().enumerate().filter(|(_, y)| **y > 0.0) {
            bits[history / 64] |= 1 << (history % 64);
        }
        Pattern { lists: self.lists, bits }
    }
}

/// Which histories somebody has. Whether a model has an estimate depends on nothing else of the table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Pattern {
    pub lists: usize,
    bits: Vec<u64>,
}

impl Pattern {
    /// Whether every history that can be observed is had by somebody.
    pub(crate) fn is_full(&self) -> bool {
        self.bits.iter().map(|word| word.count_ones() as usize).sum::<usize>() + 1 == 1 << self.lists
    }

    /// Whether somebody has this history.
    pub(crate) fn occupied(&self, history: u32) -> bool {
        self.bits[history as usize / 64] >> (history % 64) & 1 == 1
    }
}

/// Replaces each value by the sum over the sets that contain its own.
pub(crate) fn sum_over_supersets(values: &mut [f64]) {
    let mut half = 1;
    while half < values.len() {
        for block in values.chunks_exact_mut(2 * half) {
            let (without, with) = block.split_at_mut(half);
            without.iter_mut().zip(with).for_each(|(a, b)| *a += *b);
        }
        half *= 2;
    }
}

/// Replaces each value by the sum over the sets inside its own.
pub(crate) fn sum_over_subsets(values: &mut [f64]) {
    let mut half = 1;
    while half < values.len() {
        for block in values.chunks_exact_mut(2 * half) {
            let (without, with) = block.split_at_mut(half);
            with.iter_mut().zip(without).for_each(|(a, b)| *a += *b);
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_over_sets_are_those_added_one_by_one() {
        let values: Vec<f64> = (0..32).map(|i| f64::from(i * i % 17)).collect();
        let (mut supersets, mut subsets) = (values.clone(), values.clone());
        sum_over_supersets(&mut supersets);
        sum_over_subsets(&mut subsets);
        for set in 0..32usize {
            let over: f64 = (0..32).filter(|h| h & set == set).map(|h| values[h]).sum();
            let under: f64 = (0..32).filter(|h| h & set == *h).map(|h| values[h]).sum();
            assert_eq!((supersets[set], subsets[set]), (over, under), "{set}");
        }
    }
}
