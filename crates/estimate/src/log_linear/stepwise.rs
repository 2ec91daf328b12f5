//! Which pairs of lists are on more, or fewer, common people than the model so far expects?
//!
//! L. Chan, B. W. Silverman & K. Vincent, "Multiple systems estimation for sparse capture data", JASA 116 (2021), as their
//! package SparseMSE 2.0.1 documents it. From independence, one pair at a time: for each pair not yet in the model the
//! number of people on both lists is held against its Poisson distribution under the fitted model, and the pair with the
//! smallest one-sided probability enters, if that is below a threshold and the model with it passes the check of existence.
//! A pair whose lists share nobody may enter, with its coefficient at minus infinity; a model in which anything else
//! vanishes may not.

use super::cells::{Cells, Pattern};
use super::existence::Face;
use super::fit::{self, ModelFit};
use super::models::Terms;
use super::newton::Newton;
use statrs::function::gamma::{gamma_lr, gamma_ur};
use std::collections::HashMap;

/// The default of SparseMSE, chosen by its authors on simulated tables.
pub(crate) const THRESHOLD: f64 = 0.02;

/// Faces already found, by model and by the cells that are empty: the replicates of one table meet the same few again and
/// again.
#[derive(Default)]
pub(crate) struct Faces(HashMap<Pattern, HashMap<Terms, Option<Face>>>);

impl Faces {
    /// The face of a model, found with the help of that of the model without its last term, and so on down to independence.
    pub(crate) fn by_lineage(&mut self, terms: &Terms, pattern: &Pattern) -> Option<&Face> {
        let known = self.0.get(pattern).is_some_and(|faces| faces.contains_key(terms));
        if known || pattern.is_full() {
            return self.of(terms, pattern, None);
        }
        if let Some(parent) = terms.parent() {
            let smaller = self.by_lineage(&parent, pattern).cloned();
            if smaller.is_none() {
                self.0.entry(pattern.clone()).or_default().insert(terms.clone(), None);
            }
            return self.of(terms, pattern, smaller.as_ref());
        }
        self.of(terms, pattern, None)
    }

    /// The face of a model, found (with the help of that of a smaller model) or remembered.
    pub(crate) fn of(&mut self, terms: &Terms, pattern: &Pattern, smaller: Option<&Face>) -> Option<&Face> {
        if !self.0.contains_key(pattern) {
            self.0.insert(pattern.clone(), HashMap::new());
        }
        let known = self.0.get_mut(pattern)?;
        if !known.contains_key(terms) {
            known.insert(terms.clone(), Face::of(terms, pattern, smaller));
        }
        known.get(terms)?.as_ref()
    }
}

/// The models gone through, independence first; empty when independence itself has no estimate.
pub(crate) fn select(newton: &mut Newton, cells: &Cells, pattern: &Pattern, faces: &mut Faces) -> Vec<ModelFit> {
    let mut path: Vec<ModelFit> = Vec::new();
    let mut at = Terms::independence(cells.lists);
    loop {
        // Independence has no term that could be left out by choice, so it is only asked whether it has an estimate at all.
        let face = faces.of(&at, pattern, None).filter(|f| path.is_empty() || f.only_unshared_vanish);
        let start = path.last().map(ModelFit::start);
        let Some(fit) = face.and_then(|face| fit::fit_on(newton, cells, &at, face.clone(), start)) else { return path };
        let candidates = candidates(newton, cells, &at);
        let next = candidates
            .into_iter()
            .map(|(_, pair)| at.with(pair))
            .find(|larger| faces.of(larger, pattern, Some(&fit.face)).is_some_and(|f| f.only_unshared_vanish));
        path.push(fit);
        match next {
            Some(larger) => at = larger,
            None => return path,
        }
    }
}

/// Pairs that may enter, likeliest to be missing first, with their probabilities under the model last fitted.
fn candidates(newton: &Newton, cells: &Cells, at: &Terms) -> Vec<(f64, u32)> {
    let lists = cells.lists;
    let pairs = (0..lists).flat_map(|i| (i + 1..lists).map(move |j| 1u32 << i | 1 << j));
    let mut found: Vec<(f64, u32)> = pairs
        .filter(|&pair| pair != (1 << lists) - 1 && !at.has(pair))
        .map(|pair| (tail(cells.marginals[pair as usize], newton.sums[pair as usize]), pair))
        .filter(|(p, _)| *p < THRESHOLD)
        .collect();
    // Equal probabilities, such as two that underflow, keep the order of the lists.
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found
}

/// The smaller tail of the Poisson distribution with this mean, the count included.
fn tail(count: f64, mean: f64) -> f64 {
    if mean <= 0.0 {
        return 1.0;
    }
    let at_most = gamma_ur(count + 1.0, mean);
    let at_least = if count > 0.0 { gamma_lr(count, mean) } else { 1.0 };
    at_most.min(at_least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_sums_of_probabilities() {
        let mass =
            |k: u32, mean: f64| (-mean).exp() * mean.powi(k as i32) / (1..=k).map(f64::from).product::<f64>().max(1.0);
        let below: f64 = (0..=3).map(|k| mass(k, 8.5)).sum();
        assert!((tail(3.0, 8.5) - below).abs() < 1e-12);
        let above: f64 = 1.0 - (0..=14).map(|k| mass(k, 8.5)).sum::<f64>();
        assert!((tail(15.0, 8.5) - above).abs() < 1e-12);
        assert!((tail(0.0, 2.5) - (-2.5f64).exp()).abs() < 1e-12);
    }
}
