//! How far does a sum go in whole numbers, where the vertex is not whole?
//!
//! Branch and bound (A. H. Land & A. G. Doig, "An automatic method of solving discrete programming problems", Econometrica 28 (1960), 497-520): a
//! variable between two whole numbers is at most the lower or at least the upper, and each half goes on from the tableau at hand. The
//! search ends after a number of steps, not after a time, so that the same question has the same answer; what is left open then bounds the answer.

use super::simplex::Simplex;
use super::system::Component;

/// Halves that are looked at, at most. More seldom tell more: bounds of tables are whole after a few, or not after many.
const HALVES: usize = 60;

/// Halves times variables, at most: each half copies a tableau, and in a large table there are many bounds to find.
const WORK: usize = 6000;

/// Nearer to a whole number than this a value is whole but for rounding errors.
const NEAR: f64 = 1e-5;

/// What a search found.
pub(super) struct Found {
    /// No solution in whole numbers goes further.
    pub bound: f64,
    /// The solution in whole numbers that goes furthest of those found.
    pub whole: Option<Vec<i64>>,
}

/// Searches from a tableau at which the sum is as great as it can be in fractions, `most`. Absent if rounding errors are in the way.
pub(super) fn raise(component: &Component, from: &Simplex, sum: &[(usize, f64)], most: f64) -> Option<Found> {
    let mut open: Vec<(f64, Simplex)> = vec![(most, from.clone())];
    let mut best: Option<(f64, Vec<i64>)> = None;
    let worth = |best: &Option<(f64, Vec<i64>)>| best.as_ref().map_or(f64::NEG_INFINITY, |(worth, _)| *worth);
    let mut looked = 0;
    let halves = (WORK / component.variables.len().max(1)).min(HALVES);
    while let Some((bound, simplex)) = open.pop() {
        // What cannot be better by one is no better in whole numbers.
        if bound < worth(&best) + 1.0 - NEAR {
            continue;
        }
        if looked >= halves {
            open.push((bound, simplex));
            break;
        }
        let Some(variable) = furthest_from_whole(simplex.values()) else {
            let values: Vec<i64> = simplex.values().iter().map(|value| value.round() as i64).collect();
            if !component.holds(&values) {
                return None;
            }
            let reached = sum.iter().map(|(variable, sign)| sign * values[*variable] as f64).sum();
            if reached > worth(&best) {
                best = Some((reached, values));
            }
            continue;
        };
        let value = simplex.values()[variable];
        let mut halves = [(f64::NEG_INFINITY, value.floor()), (value.ceil(), f64::INFINITY)];
        // The nearer half is looked at first, that is, pushed last.
        if value - value.floor() < 0.5 {
            halves.reverse();
        }
        for (least, greatest) in halves {
            looked += 1;
            let mut half = simplex.clone();
            match half.narrow(variable, least, greatest) {
                // Nothing is in this half.
                Err(_) => {}
                Ok(false) => return None,
                Ok(true) => match half.raise(sum) {
                    Ok(reached) => open.push((reached.min(bound), half)),
                    Err(_) => return None,
                },
            }
        }
    }
    let left = open.iter().map(|(bound, _)| *bound).fold(worth(&best), f64::max);
    Some(Found { bound: left, whole: best.map(|(_, values)| values) })
}

fn furthest_from_whole(values: &[f64]) -> Option<usize> {
    let far = |value: f64| (value - value.round()).abs();
    let candidates = values.iter().enumerate().filter(|(_, value)| far(**value) > NEAR);
    candidates.max_by(|a, b| far(*a.1).total_cmp(&far(*b.1)).then(b.0.cmp(&a.0))).map(|(variable, _)| variable)
}
