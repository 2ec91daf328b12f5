//! What if the interaction that no data identify is not what the model makes it?
//!
//! In the saturated log-linear model of all 2^J histories the interaction of the highest order is
//! `sum over h of (-1)^(J - |h|) log m_h`, which holds the mean of the empty history with the sign (-1)^J. With the
//! observable means as they are, an interaction greater by gamma therefore multiplies the number of the unrecorded by
//! exp(gamma) for an even number of lists and by exp(-gamma) for an odd one (Bishop, Fienberg & Holland 1975, chapter 6; as
//! a sensitivity analysis Aleshin-Guendel, Sadinle & Wakefield 2024). No table can tell one gamma from another.

use crate::Estimate;
use serde::Serialize;

/// The population if the odds ratio of the highest order were so many times what the model implies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AtOddsRatio {
    /// Its logarithm, gamma.
    pub log_odds_ratio: f64,
    /// The odds ratio relative to the model's.
    pub odds_ratio: f64,
    /// Estimated population.
    pub estimate: f64,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit; absent where the model has none.
    pub upper: Option<f64>,
}

/// Points of the curve to either side of the model's answer. With eight the quarter, the half, the double and the fourfold
/// are among them.
const TO_EITHER_SIDE: i32 = 8;

pub(super) fn curve(answer: &Estimate, estimate: f64) -> Vec<AtOddsRatio> {
    let observed = answer.observed as f64;
    let sign = if answer.lists.len().is_multiple_of(2) { 1.0 } else { -1.0 };
    let at = |step: i32| {
        let log_odds_ratio = f64::from(step) / f64::from(TO_EITHER_SIDE) * 4f64.ln();
        // Estimate and limits all are the recorded and a number missing, and each number missing is multiplied. For a
        // posterior of the missing this is exact up to the rounding of people; a profile likelihood moves a little more.
        let moved = |n: f64| observed + (n - observed) * (sign * log_odds_ratio).exp();
        AtOddsRatio {
            log_odds_ratio,
            odds_ratio: log_odds_ratio.exp(),
            estimate: moved(estimate),
            lower: answer.lower.map(moved),
            upper: answer.upper.map(moved),
        }
    };
    (-TO_EITHER_SIDE..=TO_EITHER_SIDE).map(at).collect()
}

#[cfg(test)]
mod tests {
    use crate::{Model, Options, estimate};
    use factum_model::{CaptureTable, ListId};

    /// Expected counts of a saturated model whose interaction of the highest order is `gamma`, with every other interaction
    /// strong enough to be chosen, and the number of people no list recorded.
    fn saturated(lists: usize, gamma: f64) -> (CaptureTable, f64) {
        let full = (1u32 << lists) - 1;
        let mean = |h: u32| {
            let term = |t: u32| match t.count_ones() {
                0 => 15.0,
                1 => -0.7,
                _ if t == full => gamma,
                2 => 0.5,
                _ => -0.4,
            };
            (0..=full).filter(|t| h & t == *t).map(term).sum::<f64>().exp()
        };
        let names = (0..lists).map(|i| ListId::new(format!("L{i}"))).collect();
        let counts: Vec<(u32, u64)> = (1..=full).map(|h| (h, mean(h).round() as u64)).collect();
        (CaptureTable::from_counts(names, &counts).unwrap(), mean(0))
    }

    #[test]
    fn the_curve_meets_the_truth_at_the_true_interaction() {
        for lists in [2, 3, 4] {
            for gamma in [-2f64.ln(), 2f64.ln(), 4f64.ln()] {
                let (table, missing) = saturated(lists, gamma);
                let truth = table.observed() as f64 + missing;
                let answer = estimate(&table, &Options::new(Model::LogLinear)).unwrap();
                let off = (answer.estimate.unwrap() - table.observed() as f64) / missing;
                assert!((off - 1.0).abs() > 0.4, "{lists} lists, {gamma}: the model alone is at {off}");
                let curve = answer.identification.unwrap().curve;
                let at = curve.iter().find(|at| (at.log_odds_ratio - gamma).abs() < 1e-9).unwrap();
                assert!((at.estimate / truth - 1.0).abs() < 1e-4, "{lists} lists, {gamma}: {} of {truth}", at.estimate);
                assert!(at.lower.unwrap() < at.estimate && at.upper.unwrap() > at.estimate);
            }
        }
    }

    #[test]
    fn the_curve_goes_through_the_answer_and_keeps_what_is_absent_absent() {
        let lists = ["a", "b"].map(ListId::new).to_vec();
        let table = CaptureTable::from_counts(lists, &[(1, 40), (3, 60)]).unwrap();
        let answer = estimate(&table, &Options::new(Model::Chapman)).unwrap();
        let curve = answer.identification.unwrap().curve;
        assert_eq!(curve.len(), 17);
        assert_eq!((curve[8].odds_ratio, Some(curve[8].estimate)), (1.0, answer.estimate));
        assert!(curve.iter().all(|at| at.lower.is_none() && at.upper.is_none()));
    }
}
