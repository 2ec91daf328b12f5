//! From which probability on do two records count as one person?
//!
//! Where the expected F1 of the decisions is largest (Lipton, Elkan & Naryanaswamy 2014): accepting the k likeliest pairs
//! expects `F1 = 2 Σp / (k + M)`, with `M` the expected number of matches.

use rayon::slice::ParallelSliceMut;
use serde::Serialize;

/// The engine never links a pair less likely than this. The best cut for F1 lies at half the F1 reached, so it falls below
/// only where the fields tell people apart so badly that most links would be wrong.
const LEAST: f64 = 0.4;

/// The threshold with what it is expected to bring.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Threshold {
    /// Pairs of at least this probability are links.
    pub probability: f64,
    /// Whether it was chosen by the engine, or given.
    pub chosen: bool,
    /// Links.
    pub links: u64,
    /// Expected matches among all pairs, those that were never compared included.
    pub expected_matches: f64,
    /// Expected matches among the pairs that were never compared, or are too unlike to be kept.
    pub missed: f64,
    /// Expected share of links that are matches.
    pub expected_precision: Option<f64>,
    /// Expected share of all matches that are links.
    pub expected_recall: Option<f64>,
}

/// Probabilities from the largest to the smallest.
pub(crate) struct Falling(Vec<f64>);

impl Falling {
    pub(crate) fn new(mut probabilities: Vec<f64>) -> Self {
        probabilities.par_sort_unstable_by(|a, b| b.total_cmp(a));
        Self(probabilities)
    }
}

/// Chooses the threshold from the probabilities of the kept pairs, or describes a given one. `missed` is the expected number
/// of matches among all other pairs.
pub(crate) fn choose(Falling(sorted): &Falling, missed: f64, given: Option<f64>) -> Threshold {
    // An empty sum is a negative zero; adding zero makes it a plain one.
    let expected_matches = sorted.iter().sum::<f64>() + missed + 0.0;
    let links = match given {
        Some(threshold) => sorted.partition_point(|&p| p >= threshold),
        None => {
            let (mut sum, mut best) = (0.0, (0.0, 0));
            for (k, p) in sorted.iter().take_while(|p| **p >= LEAST).enumerate() {
                sum += p;
                let f1 = 2.0 * sum / ((k + 1) as f64 + expected_matches);
                // Equal probabilities cannot be told apart: the cut lies between different ones only.
                if f1 > best.0 && sorted.get(k + 1) != Some(p) {
                    best = (f1, k + 1);
                }
            }
            best.1
        }
    };
    let sum = sorted[..links].iter().sum::<f64>() + 0.0;
    Threshold {
        probability: given.or_else(|| links.checked_sub(1).map(|last| sorted[last])).unwrap_or(0.5),
        chosen: given.is_none(),
        links: links as u64,
        expected_matches,
        missed,
        expected_precision: (links > 0).then(|| sum / links as f64),
        expected_recall: (expected_matches > 0.0).then(|| sum / expected_matches),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn falling(probabilities: &[f64]) -> Falling {
        Falling::new(probabilities.to_vec())
    }

    #[test]
    fn cuts_where_expected_f1_is_largest() {
        // Accepting k of these expects 2 Σp / (k + 2.5): .54, .83, .97 for the sure three, then .90, .83.
        let chosen = choose(&falling(&[0.95, 0.1, 0.9, 0.95, 0.1]), 0.0, None);
        assert_eq!((chosen.links, chosen.probability), (3, 0.9));
        assert!((chosen.expected_precision.unwrap() - 2.8 / 3.0).abs() < 1e-12);
        assert!((chosen.expected_recall.unwrap() - 2.8 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn takes_what_is_given() {
        let given = choose(&falling(&[0.95, 0.6, 0.4]), 0.0, Some(0.5));
        assert_eq!((given.links, given.probability, given.chosen), (2, 0.5, false));
    }

    #[test]
    fn unlikely_pairs_are_never_linked() {
        assert_eq!(choose(&falling(&[0.1, 0.05, 0.02]), 0.0, None).links, 0);
    }

    #[test]
    fn without_pairs_nothing_is_claimed() {
        let none = choose(&falling(&[]), 0.0, None);
        assert_eq!((none.links, none.expected_precision, none.expected_recall), (0, None, None));
    }
}
