//! How does a log likelihood run over all numbers missing, when it is computed at a few hundred?
//!
//! The support is cut into panels; on each, the log likelihood is a polynomial of the logarithm of the number missing
//! through its values at Chebyshev points. A panel whose last coefficients are not negligible is cut in two (as in
//! L. N. Trefethen, *Approximation Theory and Approximation Practice*, 2013). A panel of few numbers holds their values.

use std::f64::consts::PI;

/// Points of a panel.
const POINTS: usize = 16;

/// Coefficients looked at to judge a panel: three, since every other one may vanish by symmetry.
const JUDGED: usize = 3;

/// The last coefficients of a settled panel are not above this. It becomes the relative error of a probability, and is
/// a hundredth of the precision the model is held to.
const SETTLED: f64 = 1e-8;

/// Rounding errors of a log likelihood, relative to it; what lies below cannot be settled.
const ROUNDING: f64 = 4e-15;

/// Panels that lie this far below the top of the log posterior are not refined: e^-80 of the mass is none.
const NEGLIGIBLE: f64 = 80.0;

/// A panel spans at most this many standard deviations of the sharpest posterior a graph can have, so that a graph that
/// leads for a short stretch only is met by a point.
const DEVIATIONS: f64 = 24.0;

/// And at most this much in the logarithm, a factor of 4.5.
const WIDEST: f64 = 1.5;

/// The log likelihood on a stretch of whole numbers.
pub(crate) struct Panel {
    /// First number of the stretch.
    pub(crate) low: u64,
    /// Last number of the stretch.
    pub(crate) high: u64,
    /// Where it was computed.
    pub(crate) points: Vec<f64>,
    /// What it is there.
    pub(crate) values: Vec<f64>,
    /// Chebyshev coefficients; none where every number of the stretch is a point.
    coefficients: Vec<f64>,
}

/// How the support is first cut.
pub(crate) struct Outline {
    /// Largest number missing.
    pub(crate) most: u64,
    /// People observed.
    pub(crate) observed: f64,
    /// How sharply the prior bends at most, as a second derivative by the logarithm.
    pub(crate) prior_bend: f64,
    /// Numbers at which a panel must end.
    pub(crate) ends: Vec<u64>,
}

impl Outline {
    fn stretches(&self) -> Vec<(u64, u64)> {
        let mut stretches = Vec::new();
        let mut low = 1;
        while low <= self.most {
            let m = low as f64;
            // The second derivative of ln Γ(m + n) - ln Γ(m) by ln m: no list tells more of the missing than this.
            let bend = m * ((self.observed / m).ln_1p() - self.observed / (m + self.observed));
            let width = (DEVIATIONS / (bend + self.prior_bend.min(m) + 1.0).sqrt()).min(WIDEST);
            let reach = ((m * width.exp()) as u64).max(low + POINTS as u64 - 1).min(self.most);
            let high = self.ends.iter().copied().filter(|end| (low..reach).contains(end)).min().unwrap_or(reach);
            stretches.push((low, high));
            low = high + 1;
        }
        stretches
    }
}

/// Panels over the whole support in ascending order. `evaluate` gives log likelihoods at numbers missing, `ln_prior` the
/// log prior at one.
pub(crate) fn fit(
    outline: &Outline,
    evaluate: impl Fn(&[f64]) -> Vec<f64>,
    ln_prior: impl Fn(f64) -> f64,
) -> Vec<Panel> {
    let mut pending = outline.stretches();
    let mut done = Vec::new();
    let mut top = f64::NEG_INFINITY;
    while !pending.is_empty() {
        let points: Vec<Vec<f64>> = pending.iter().map(|&(low, high)| points(low, high)).collect();
        let values = evaluate(&points.concat());
        let mut rest = values.as_slice();
        let panels: Vec<Panel> = pending
            .iter()
            .zip(points)
            .map(|(&(low, high), points)| {
                let (own, others) = rest.split_at(points.len());
                rest = others;
                Panel::new(low, high, points, own.to_vec())
            })
            .collect();
        pending.clear();
        let heights: Vec<f64> = panels.iter().map(|panel| panel.height(&ln_prior)).collect();
        top = heights.iter().copied().fold(top, f64::max);
        for (panel, height) in panels.into_iter().zip(heights) {
            if panel.is_settled(height - top) {
                done.push(panel);
            } else {
                let middle = (panel.low as f64 * panel.high as f64).sqrt() as u64;
                pending.extend([(panel.low, middle), (middle + 1, panel.high)]);
            }
        }
    }
    done.sort_by_key(|panel| panel.low);
    done
}

/// Where to compute the log likelihood of a stretch: everywhere if it is short, else at the Chebyshev points of its logarithm.
fn points(low: u64, high: u64) -> Vec<f64> {
    if high - low < POINTS as u64 {
        return (low..=high).map(|m| m as f64).collect();
    }
    let (from, to) = ((low as f64).ln(), (high as f64).ln());
    (0..POINTS).map(|j| ((from + to) / 2.0 + (to - from) / 2.0 * angle(j).cos()).exp()).collect()
}

fn angle(j: usize) -> f64 {
    PI * (j as f64 + 0.5) / POINTS as f64
}

impl Panel {
    fn new(low: u64, high: u64, points: Vec<f64>, values: Vec<f64>) -> Self {
        let coefficient = |k: usize| {
            let sum: f64 = values.iter().enumerate().map(|(j, v)| v * (k as f64 * angle(j)).cos()).sum();
            sum * if k == 0 { 1.0 } else { 2.0 } / POINTS as f64
        };
        let coefficients = if high - low < POINTS as u64 { Vec::new() } else { (0..POINTS).map(coefficient).collect() };
        Self { low, high, points, values, coefficients }
    }

    /// Whether every number of the stretch was computed.
    pub(crate) fn is_listed(&self) -> bool {
        self.coefficients.is_empty()
    }

    /// The top of the log posterior on the points.
    fn height(&self, ln_prior: impl Fn(f64) -> f64) -> f64 {
        self.points.iter().zip(&self.values).map(|(&m, v)| v + ln_prior(m)).fold(f64::NEG_INFINITY, f64::max)
    }

    fn is_settled(&self, below_top: f64) -> bool {
        if self.is_listed() {
            return true;
        }
        let last = self.coefficients[POINTS - JUDGED..].iter().fold(0.0, |most: f64, c| most.max(c.abs()));
        let scale = self.values.iter().fold(0.0, |most: f64, v| most.max(v.abs()));
        // What is not a number is not above anything, and so is never refined for ever.
        let is_rough = last > SETTLED.max(ROUNDING * scale);
        !is_rough || below_top + POINTS as f64 * last < -NEGLIGIBLE
    }

    /// The log likelihood at a number of the stretch, by Clenshaw's recurrence.
    pub(crate) fn at(&self, missing: f64) -> f64 {
        if self.is_listed() {
            return self.values[(missing - self.low as f64) as usize];
        }
        let (from, to) = ((self.low as f64).ln(), (self.high as f64).ln());
        let t = (2.0 * missing.ln() - from - to) / (to - from);
        let (mut one, mut two) = (0.0, 0.0);
        for c in self.coefficients[1..].iter().rev() {
            (one, two) = (c + 2.0 * t * one - two, one);
        }
        self.coefficients[0] + t * one - two
    }

    /// Spreads a weight at a number of the stretch over the points, so that what is a polynomial on the panel keeps its
    /// weighted sum (barycentric form of Lagrange's interpolation).
    pub(crate) fn spread(&self, missing: f64, weight: f64, onto: &mut [f64]) {
        if self.is_listed() {
            onto[(missing - self.low as f64) as usize] += weight;
            return;
        }
        let x = missing.ln();
        let pull = |j: usize| {
            let sign = if j.is_multiple_of(2) { 1.0 } else { -1.0 };
            sign * angle(j).sin() / (x - self.points[j].ln())
        };
        let pulls: [f64; POINTS] = std::array::from_fn(pull);
        if let Some(exact) = pulls.iter().position(|p| p.is_infinite()) {
            onto[exact] += weight;
            return;
        }
        let all: f64 = pulls.iter().sum();
        onto.iter_mut().zip(pulls).for_each(|(sum, pull)| *sum += weight * pull / all);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(most: u64) -> Outline {
        Outline { most, observed: 1000.0, prior_bend: 0.0, ends: vec![100] }
    }

    #[test]
    fn stretches_cover_the_support_and_end_where_they_must() {
        for most in [1, 15, 16, 17, 100, 101, 1_000_000_000] {
            let stretches = outline(most).stretches();
            assert_eq!(stretches[0].0, 1);
            assert_eq!(stretches.last().unwrap().1, most);
            assert!(stretches.windows(2).all(|w| w[0].1 + 1 == w[1].0));
            assert!(most < 100 || stretches.iter().any(|s| s.1 == 100));
        }
    }

    /// Two peaks of which each leads where the other has fallen: a bend no smooth curve could follow without refinement.
    #[test]
    fn a_sharp_bend_is_followed() {
        let peak = |m: f64, at: f64| -2000.0 * (m.ln() - f64::ln(at)).powi(2);
        let f = |m: f64| {
            let (a, b) = (peak(m, 300.0), peak(m, 2000.0) + 4.0);
            a.max(b) + (-(a - b).abs()).exp().ln_1p()
        };
        let panels = fit(&outline(20_000), |points| points.iter().map(|&m| f(m)).collect(), |_| 0.0);
        for panel in &panels {
            for m in panel.low..=panel.high {
                let exact = f(m as f64);
                assert!(exact < -80.0 || (panel.at(m as f64) - exact).abs() < 5e-8, "{m}");
            }
        }
    }

    #[test]
    fn spread_weights_keep_sums_of_smooth_functions() {
        let panels = fit(&outline(20_000), |points| vec![0.0; points.len()], |_| 0.0);
        for panel in &panels {
            let mut onto = vec![0.0; panel.points.len()];
            for m in [panel.low, (panel.low + panel.high) / 2, panel.high] {
                panel.spread(m as f64, 0.5, &mut onto);
            }
            let g = |m: f64| (m.ln() / 3.0).sin();
            let spread: f64 = panel.points.iter().zip(&onto).map(|(&m, w)| w * g(m)).sum();
            let exact: f64 =
                [panel.low, (panel.low + panel.high) / 2, panel.high].map(|m| 0.5 * g(m as f64)).iter().sum();
            assert!((spread - exact).abs() < 1e-11, "{spread} {exact}");
        }
    }
}
