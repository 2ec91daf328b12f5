//! What does one hierarchical model say of this table?

use super::Criterion;
use super::cells::{Cells, Pattern};
use super::existence::Face;
use super::models::Terms;
use super::newton::{Maximum, Newton, Start};

/// A fitted hierarchical model.
#[derive(Clone, Debug)]
pub(crate) struct ModelFit {
    pub terms: Terms,
    /// The histories whose means do not vanish, and the terms they determine.
    pub face: Face,
    pub maximum: Maximum,
}

/// Fits a model; `None` when the data do not determine the number of the unrecorded under it, or the fit does not settle.
///
/// The fit of a model with one term less or more gives the start, and the smaller one's face a start for the face.
///
/// Where empty cells push an interaction to minus infinity the extended estimate is taken. All parameters count in the
/// criteria, as in R's `glm`.
pub(crate) fn fit(
    newton: &mut Newton,
    cells: &Cells,
    pattern: &Pattern,
    terms: &Terms,
    similar: Option<&ModelFit>,
) -> Option<ModelFit> {
    let smaller = similar.filter(|fit| fit.terms.parameters() < terms.parameters()).map(|fit| &fit.face);
    let face = Face::of(terms, pattern, smaller)?;
    fit_on(newton, cells, terms, face, similar.map(ModelFit::start))
}

/// Fits a model whose face is known. A start that leads nowhere is dropped for the counts themselves.
pub(crate) fn fit_on(
    newton: &mut Newton,
    cells: &Cells,
    terms: &Terms,
    face: Face,
    start: Option<Start<'_>>,
) -> Option<ModelFit> {
    let warm = start.and_then(|s| newton.fit(&cells.counts, &cells.marginals, &face, Some(s)));
    let maximum = warm.or_else(|| newton.fit(&cells.counts, &cells.marginals, &face, None))?;
    Some(ModelFit { terms: terms.clone(), face, maximum })
}

impl ModelFit {
    /// Where a similar fit may start.
    pub(crate) fn start(&self) -> Start<'_> {
        Start { terms: &self.face.terms, coefficients: &self.maximum.coefficients }
    }

    /// Estimated number of the unrecorded: the fitted mean of the empty history.
    pub(crate) fn missing(&self) -> f64 {
        self.maximum.intercept().exp()
    }

    /// Standard error of the abundance (Rivest & Lévesque 2001, as in Rcapture).
    pub(crate) fn standard_error(&self) -> f64 {
        let missing = self.missing();
        (missing + missing.powi(2) * self.maximum.intercept_variance).sqrt()
    }

    /// Against the saturated model; rounding does not make it negative.
    pub(crate) fn deviance(&self, cells: &Cells) -> f64 {
        (2.0 * (cells.saturated - self.maximum.kernel)).max(0.0)
    }

    pub(crate) fn degrees_of_freedom(&self, cells: &Cells) -> usize {
        cells.len() - self.terms.parameters()
    }

    pub(crate) fn aic(&self, cells: &Cells) -> f64 {
        -2.0 * (self.maximum.kernel - cells.log_factorials) + 2.0 * self.terms.parameters() as f64
    }

    /// BIC with the number of observed persons as the sample size, as Rcapture has it.
    pub(crate) fn bic(&self, cells: &Cells) -> f64 {
        -2.0 * (self.maximum.kernel - cells.log_factorials) + cells.observed.ln() * self.terms.parameters() as f64
    }

    pub(crate) fn value(&self, cells: &Cells, criterion: Criterion) -> f64 {
        match criterion {
            Criterion::Bic => self.bic(cells),
            Criterion::Aic => self.aic(cells),
        }
    }
}
