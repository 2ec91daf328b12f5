//! Which sizes of the population are compatible with the data under one model?
//!
//! Multinomial profile likelihood (Cormack 1992; Rcapture's `closedpCI.t`): for each size N the empty history is given
//! the count `N - n`, the model is fitted to all cells, and N is kept while twice the fall of the log-likelihood stays
//! under the chi-squared quantile with one degree of freedom.

use super::cells::Cells;
use super::existence::Face;
use super::fit::ModelFit;
use super::newton::{Newton, Start};
use crate::interval::normal_quantile;
use serde::Serialize;
use statrs::function::gamma::ln_gamma;

/// The profile likelihood of a chosen model: where it is highest, and its limits.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ProfileInterval {
    /// The size of the population where the likelihood is highest.
    pub maximum: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit; absent when the likelihood never falls far enough.
    pub upper: Option<f64>,
}

/// Above this multiple of the observed count the search for an upper limit gives up.
const FARTHEST: f64 = 1e7;

/// Where the likelihood at nobody missing is reached only in the limit, because other empty cells vanish with the empty
/// history, it is read off at this fraction of a person.
const HARDLY_ANYBODY: f64 = 1e-6;

/// The interval at one level; `None` when a fit on the way fails.
pub(crate) fn profile(cells: &Cells, model: &ModelFit, level: f64) -> Option<ProfileInterval> {
    let mut curve = Curve::new(cells, model);
    let n = cells.observed;
    let maximum = maximise(&mut curve, model.missing(), FARTHEST * n)?;
    let top = curve.at(maximum)?;
    let fewest = if curve.at(0.0).is_some() { 0.0 } else { HARDLY_ANYBODY.min(maximum) };
    let threshold = normal_quantile(level).powi(2) / 2.0;
    // A fit that fails says nothing about where the limit lies: then there is no interval.
    let mut inside = |missing: f64| curve.at(missing).map(|value| top - value <= threshold);
    let lower = if inside(fewest)? { 0.0 } else { bisect(&mut inside, maximum, fewest)? };
    let mut outside = (maximum + 1.0) * 2.0;
    while outside < FARTHEST * n && inside(outside)? {
        outside *= 2.0;
    }
    let upper = match outside < FARTHEST * n {
        true => Some(n + bisect(&mut inside, maximum, outside)?),
        false => None,
    };
    Some(ProfileInterval { maximum: n + maximum, lower: n + lower, upper })
}

/// The profile log-likelihood as a function of the number missing, each fit starting from the one before.
struct Curve<'a> {
    newton: Newton,
    face: Face,
    cells: &'a Cells,
    counts: Vec<f64>,
    marginals: Vec<f64>,
    start: Vec<f64>,
}

impl<'a> Curve<'a> {
    fn new(cells: &'a Cells, model: &ModelFit) -> Self {
        Self {
            newton: Newton::new(cells.lists),
            face: model.face.with_empty_history(),
            cells,
            counts: cells.counts.clone(),
            marginals: cells.marginals.clone(),
            start: model.maximum.coefficients.clone(),
        }
    }

    fn at(&mut self, missing: f64) -> Option<f64> {
        let total = self.cells.observed + missing;
        self.counts[0] = missing;
        self.marginals[0] = total;
        let start = Start { terms: &self.face.terms, coefficients: &self.start };
        let mut fit = |start| self.newton.fit(&self.counts, &self.marginals, &self.face, start);
        let maximum = fit(Some(start)).or_else(|| fit(None))?;
        self.start = maximum.coefficients;
        // At the maximum the means add up to the total, so the kernel exceeds the multinomial's by the total alone.
        Some(ln_gamma(total + 1.0) - ln_gamma(missing + 1.0) + maximum.kernel + total - total * total.ln())
    }
}

/// Where the likelihood is highest: close to the Poisson estimate `near`, so a bracket around that is narrowed by golden
/// sections, and widened when the maximum lies at its edge.
fn maximise(curve: &mut Curve<'_>, near: f64, farthest: f64) -> Option<f64> {
    let (mut low, mut high) = ((near * 0.2).min((near - 20.0).max(0.0)), near * 3.0 + 20.0);
    loop {
        let best = golden_section(curve, low, high);
        let edge = 1e-4 * (1.0 + high);
        if best - low < edge && low > 0.0 {
            (low, high) = (0.0, low * 2.0);
        } else if high - best < edge && high < farthest {
            (low, high) = (high / 2.0, high * 4.0);
        } else {
            return curve.at(best).map(|_| best);
        }
    }
}

fn golden_section(curve: &mut Curve<'_>, mut low: f64, mut high: f64) -> f64 {
    let ratio = (5f64.sqrt() - 1.0) / 2.0;
    let mut value = |m: f64| curve.at(m).unwrap_or(f64::NEG_INFINITY);
    let (mut a, mut b) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut at_a, mut at_b) = (value(a), value(b));
    while high - low > 1e-6 * (1.0 + high) {
        if at_a >= at_b {
            (high, b, at_b) = (b, a, at_a);
            a = high - ratio * (high - low);
            at_a = value(a);
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = low + ratio * (high - low);
            at_b = value(b);
        }
    }
    (low + high) / 2.0
}

/// The edge between a value inside and one outside, to a ten-millionth; `None` when a value between cannot be judged.
fn bisect(inside: &mut impl FnMut(f64) -> Option<bool>, mut within: f64, mut without: f64) -> Option<f64> {
    while (within - without).abs() > 1e-7 * (1.0 + within.abs()) {
        let middle = (within + without) / 2.0;
        match inside(middle)? {
            true => within = middle,
            false => without = middle,
        }
    }
    Some((within + without) / 2.0)
}
