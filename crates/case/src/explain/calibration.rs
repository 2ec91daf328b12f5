//! Do the probabilities hold where people have judged?

use factum_link::{Judgement, Linkage};
use serde::Serialize;

/// Judged pairs are sorted by probability into stretches between these.
const EDGES: [f64; 7] = [0.0, 0.01, 0.1, 0.5, 0.9, 0.99, 1.0];

/// The normal quantile of a 95 % interval.
const Z: f64 = 1.959_963_985;

/// Judged pairs in a stretch of probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Calibrated {
    /// From this probability on.
    pub from: f64,
    /// To less than this one; to one itself in the last stretch.
    pub to: f64,
    /// Pairs judged.
    pub judged: u64,
    /// Of them, judged to be one person.
    pub same: u64,
    /// Mean probability under the model: where it holds, about this share is judged to be one person.
    pub expected: f64,
    /// Limits of the share judged to be one person, 95 % (Wilson 1927).
    pub interval: (f64, f64),
}

/// What people judged beside what the model expects, stretch by stretch; stretches without judgements are left out. Within a
/// stretch it does not matter how pairs were chosen for judging, as long as they were chosen by their probability or pattern;
/// judgements from which the model learned make it look better than it is.
pub fn calibration(linkage: &Linkage<'_>, judgements: &[Judgement]) -> Vec<Calibrated> {
    let judged = judgements.iter().filter(|j| j.a != j.b);
    table(&judged.map(|j| (linkage.explain(j.a, j.b).probability, j.same)).collect::<Vec<_>>())
}

fn table(judged: &[(f64, bool)]) -> Vec<Calibrated> {
    let of = |edges: &[f64]| {
        let (from, to) = (edges[0], edges[1]);
        let within: Vec<&(f64, bool)> = judged.iter().filter(|(p, _)| *p >= from && (*p < to || to == 1.0)).collect();
        let (judged, same) = (within.len() as u64, within.iter().filter(|(_, same)| *same).count() as u64);
        let expected = within.iter().map(|(p, _)| p).sum::<f64>() / judged as f64;
        (judged > 0).then(|| Calibrated { from, to, judged, same, expected, interval: wilson(same, judged) })
    };
    EDGES.windows(2).filter_map(of).collect()
}

/// Limits of a share, 95 %.
fn wilson(part: u64, whole: u64) -> (f64, f64) {
    let (n, share) = (whole as f64, part as f64 / whole as f64);
    let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let middle = share + Z * Z / (2.0 * n);
    let scale = 1.0 + Z * Z / n;
    (((middle - spread) / scale).max(0.0), ((middle + spread) / scale).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_those_of_the_formula() {
        // By the formula on paper: 10 of 100 give .0552 to .1744, none of 10 gives 0 to z²/(n + z²) = .2775.
        let (low, high) = wilson(10, 100);
        assert!((low - 0.0552).abs() < 5e-5 && (high - 0.1744).abs() < 5e-5, "{low} {high}");
        let (low, high) = wilson(0, 10);
        assert!(low == 0.0 && (high - 0.2775).abs() < 5e-5, "{high}");
    }

    #[test]
    fn judgements_are_counted_where_their_probability_lies() {
        let table = table(&[(0.95, true), (0.91, false), (0.5, true), (1.0, true), (0.001, false)]);
        let found: Vec<(f64, u64, u64)> = table.iter().map(|c| (c.from, c.judged, c.same)).collect();
        assert_eq!(found, [(0.0, 1, 0), (0.5, 1, 1), (0.9, 2, 1), (0.99, 1, 1)]);
        assert!((table[2].expected - 0.93).abs() < 1e-12);
    }
}
