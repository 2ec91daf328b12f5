//! Which sizes of the population are compatible with the data under one model?
//!
//! Multinomial profile likelihood (Cormack 1992; Rcapture's `closedpCI.t`): for each size N the empty history is given
//! the count `N - n`, the model is fitted to all cells, and N is kept while twice the fall of the log-likelihood stays
//! under the chi-squared quantile with one degree of freedom.

use super::fit::{Cells, ModelFit, model_matrix};
use crate::interval::normal_quantile;
use crate::poisson::Problem;
use statrs::function::gamma::ln_gamma;
use std::cell::{Cell, RefCell};

/// The maximum of the profile likelihood and the limits at one level.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Profile {
    pub maximum: f64,
    pub lower: f64,
    /// Absent when the likelihood never falls far enough.
    pub upper: Option<f64>,
}

/// Above this multiple of the observed count the search for an upper limit gives up.
const FARTHEST: f64 = 1e7;

pub(crate) fn profile(cells: &Cells, model: &ModelFit, level: f64) -> Option<Profile> {
    let curve = Curve::new(cells, model);
    let n = cells.observed;
    let missing = model.abundance() - n;
    // The maximum lies close to the Poisson estimate: bracket it and narrow by golden sections.
    let maximum = maximise(&curve, (missing * 0.2).min((missing - 20.0).max(0.0)), missing * 3.0 + 20.0)?;
    let top = curve.at(maximum)?;
    let threshold = normal_quantile(level).powi(2) / 2.0;
    // A fit that fails says nothing about where the limit lies: then there is no interval.
    let failed = Cell::new(false);
    let inside = |missing: f64| match curve.at(missing) {
        Some(value) => top - value <= threshold,
        None => {
            failed.set(true);
            false
        }
    };
    let lower = if inside(0.0) { 0.0 } else { bisect(&inside, maximum, 0.0) };
    let mut outside = (maximum + 1.0) * 2.0;
    while inside(outside) && outside < FARTHEST * n {
        outside *= 2.0;
    }
    let upper = (outside < FARTHEST * n).then(|| n + bisect(&inside, maximum, outside));
    (!failed.get()).then_some(Profile { maximum: n + maximum, lower: n + lower, upper })
}

/// The profile log-likelihood as a function of the number missing, each fit starting from the one before.
struct Curve {
    x: nalgebra::DMatrix<f64>,
    counts: Vec<f64>,
    observed: f64,
    start: RefCell<Vec<f64>>,
}

impl Curve {
    fn new(cells: &Cells, model: &ModelFit) -> Self {
        let histories: Vec<u32> = std::iter::once(0).chain(model.face.histories.iter().copied()).collect();
        Self {
            x: model_matrix(&histories, &model.face.terms),
            counts: histories.iter().map(|&h| if h == 0 { 0.0 } else { cells.counts[h as usize - 1] }).collect(),
            observed: cells.observed,
            start: RefCell::new(model.fit.coefficients.clone()),
        }
    }

    fn at(&self, missing: f64) -> Option<f64> {
        let mut y = self.counts.clone();
        y[0] = missing;
        let problem = Problem { x: self.x.clone(), y };
        let fit = problem.fit(Some(&self.start.borrow())).or_else(|| problem.fit(None))?;
        let total = self.observed + missing;
        let cells = problem.y.iter().zip(&fit.means).map(|(y, m)| if *y > 0.0 { y * (m / total).ln() } else { 0.0 });
        let value = ln_gamma(total + 1.0) - ln_gamma(missing + 1.0) + cells.sum::<f64>();
        *self.start.borrow_mut() = fit.coefficients;
        Some(value)
    }
}

fn maximise(curve: &Curve, mut low: f64, mut high: f64) -> Option<f64> {
    let ratio = (5f64.sqrt() - 1.0) / 2.0;
    let value = |m: f64| curve.at(m).unwrap_or(f64::NEG_INFINITY);
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
    let best = (low + high) / 2.0;
    curve.at(best).map(|_| best)
}

fn bisect(inside: &impl Fn(f64) -> bool, mut within: f64, mut without: f64) -> f64 {
    while (within - without).abs() > 1e-5 * (1.0 + within.abs()) * 0.01 {
        let middle = (within + without) / 2.0;
        if inside(middle) {
            within = middle;
        } else {
            without = middle;
        }
    }
    (within + without) / 2.0
}
