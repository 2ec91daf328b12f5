//! How likely are the counts over each set of lists, given how many people are missing?
//!
//! Under a hyper-Dirichlet prior (A. P. Dawid & S. L. Lauritzen 1993) the table collapsed onto a set of lists is
//! Dirichlet-multinomial, and the likelihood of a decomposable graph is the product of these terms over its cliques over
//! the product over its separators (Madigan & York 1997, section 3).

use super::rising::ln_rising;
use factum_model::CaptureTable;

/// The terms of every set of lists as functions of the number missing.
pub(crate) struct Marginal {
    observed: f64,
    /// By set.
    sets: Vec<Term>,
}

struct Term {
    /// What does not change with the number missing.
    constant: f64,
    /// Prior weight and count of the cell of those on none of the lists, the missing not yet counted.
    absent: f64,
    /// By how much prior weight and count of the whole table exceed that cell.
    beyond: f64,
}

impl Marginal {
    /// With `delta` as the prior weight of each cell of the full table.
    pub(crate) fn new(table: &CaptureTable, delta: f64) -> Self {
        let lists = table.lists().len();
        let sets = 1u32 << lists;
        let observed = table.observed() as f64;
        let total = delta * f64::from(sets);
        let term = |set: u32| {
            let alpha = delta * f64::from(sets >> set.count_ones());
            let mut cells = std::collections::BTreeMap::new();
            for (history, count) in table.iter() {
                *cells.entry(history.0 & set).or_insert(0u64) += count;
            }
            let on_none = cells.remove(&0).unwrap_or(0) as f64;
            let occupied: f64 = cells.values().map(|&count| ln_rising(alpha, count as f64)).sum();
            Term {
                constant: ln_rising(alpha, total - alpha) + occupied,
                absent: alpha + on_none,
                beyond: (total - alpha) + (observed - on_none),
            }
        };
        Self { observed, sets: (0..sets).map(term).collect() }
    }

    /// The logarithm of each set's term, that of the empty set, zero, first.
    pub(crate) fn at(&self, missing: f64) -> Vec<f64> {
        let term = |t: &Term| t.constant - ln_rising(t.absent + missing, t.beyond);
        std::iter::once(0.0).chain(self.sets.iter().skip(1).map(term)).collect()
    }

    /// What every graph shares: the logarithm of the number of ways to choose who is missing, less a constant.
    pub(crate) fn ways(&self, missing: f64) -> f64 {
        ln_rising(missing + 1.0, self.observed)
    }
}
