//! What does one hierarchical model say of this table?

use super::models::Terms;
use crate::poisson::{Fit, Problem};
use factum_model::{CaptureTable, History};
use microlp::{ComparisonOp, OptimizationDirection, Problem as LinearProgramme, SolveOutcome};
use nalgebra::{DMatrix, DVector};

/// The observable cells of a table: every non-empty history with its count, zeros included.
pub(crate) struct Cells {
    pub lists: usize,
    pub counts: Vec<f64>,
    pub observed: f64,
}

impl Cells {
    pub(crate) fn new(table: &CaptureTable) -> Self {
        let lists = table.lists().len();
        let counts: Vec<f64> = (1..1u32 << lists).map(|h| table.count(History(h)) as f64).collect();
        Self { lists, observed: counts.iter().sum(), counts }
    }
}

/// A fitted hierarchical model.
#[derive(Clone, Debug)]
pub(crate) struct ModelFit {
    pub terms: Terms,
    pub fit: Fit,
    pub observed: f64,
    /// The histories whose means do not vanish, and the terms they determine.
    pub face: Face,
    cells: usize,
}

/// The part of a table and of a model on which the estimate exists.
#[derive(Clone, Debug)]
pub(crate) struct Face {
    pub histories: Vec<u32>,
    pub terms: Vec<u32>,
}

impl ModelFit {
    /// Estimated population: the observed and the fitted mean of the empty history.
    pub(crate) fn abundance(&self) -> f64 {
        self.observed + self.fit.coefficients[0].exp()
    }

    /// Standard error of the abundance (Rivest & Lévesque 2001, as in Rcapture).
    pub(crate) fn standard_error(&self) -> f64 {
        let missing = self.fit.coefficients[0].exp();
        (missing + missing.powi(2) * self.fit.intercept_variance).sqrt()
    }

    pub(crate) fn degrees_of_freedom(&self) -> usize {
        self.cells - self.terms.parameters()
    }

    pub(crate) fn aic(&self) -> f64 {
        -2.0 * self.fit.log_likelihood + 2.0 * self.terms.parameters() as f64
    }

    /// BIC with the number of observed persons as the sample size, as Rcapture has it.
    pub(crate) fn bic(&self) -> f64 {
        -2.0 * self.fit.log_likelihood + self.observed.ln() * self.terms.parameters() as f64
    }
}

/// Fits a model; `None` when the data do not determine the number of the unrecorded under it.
///
/// Where empty cells push an interaction to minus infinity the extended maximum-likelihood estimate is taken (Fienberg &
/// Rinaldo 2012; Chan, Silverman & Vincent 2021): those cells have a fitted mean of zero, and the rest of the model is
/// fitted to the others. All parameters count in the criteria, as in R's `glm`.
pub(crate) fn fit(cells: &Cells, terms: &Terms) -> Option<ModelFit> {
    let all = terms.all();
    let shared = |term: &u32| -> f64 {
        (1u32..).zip(&cells.counts).filter(|(h, _)| h & term == *term).map(|(_, count)| count).sum()
    };
    // A term whose lists share nobody takes all its cells to zero; that needs no linear programme to see.
    let unshared: Vec<u32> = all.iter().copied().filter(|t| shared(t) == 0.0).collect();
    let histories = (1..1 << cells.lists).filter(|h| unshared.iter().all(|t| h & t != *t)).collect();
    let face = Face::new(histories, &all)?;
    let attempt = face.problem(cells);
    // Where no further cell vanishes the fit settles well inside; only otherwise does it take a linear programme to know.
    let settled = attempt.fit(None).filter(|fit| fit.means.iter().all(|mean| *mean > SURELY_POSITIVE));
    let (fit, face) = match settled {
        Some(fit) => (fit, face),
        None => {
            let vanishing = vanishing_cells(&attempt.x, &attempt.y)?;
            let kept = face.histories.iter().enumerate().filter(|(r, _)| !vanishing.contains(r)).map(|(_, &h)| h);
            let face = Face::new(kept.collect(), &all)?;
            (face.problem(cells).fit(None)?, face)
        }
    };
    Some(ModelFit { terms: terms.clone(), fit, observed: cells.observed, face, cells: cells.counts.len() })
}

impl Face {
    /// These histories with the terms they determine; `None` when the intercept, and with it the number of the unrecorded,
    /// is not among those.
    fn new(histories: Vec<u32>, terms: &[u32]) -> Option<Face> {
        let columns = independent_columns(&model_matrix(&histories, terms))?;
        Some(Face { histories, terms: columns.into_iter().map(|c| terms[c]).collect() })
    }

    fn problem(&self, cells: &Cells) -> Problem {
        let y = self.histories.iter().map(|&h| cells.counts[h as usize - 1]).collect();
        Problem { x: model_matrix(&self.histories, &self.terms), y }
    }
}

/// A fitted mean above this after the iterations have settled does not vanish: one that does falls by a factor of e with
/// every iteration and never settles.
const SURELY_POSITIVE: f64 = 1e-9;

/// One row a history, one column a term: 1 where the history has all lists of the term.
pub(crate) fn model_matrix(histories: &[u32], terms: &[u32]) -> DMatrix<f64> {
    DMatrix::from_fn(histories.len(), terms.len(), |row, column| {
        (histories[row] & terms[column] == terms[column]) as u8 as f64
    })
}

/// The empty cells whose fitted mean runs to zero; `None` if the solver fails.
///
/// The likelihood has no maximum at finite coefficients exactly when some direction lowers the means of empty cells
/// without changing those of occupied ones. A linear programme finds the direction that lowers the most cells: each empty
/// cell earns what it is lowered by, one at the most, so that every cell that can be lowered is.
fn vanishing_cells(x: &DMatrix<f64>, y: &[f64]) -> Option<Vec<usize>> {
    let empty: Vec<usize> = (0..y.len()).filter(|&r| y[r] == 0.0).collect();
    if empty.is_empty() {
        return Some(empty);
    }
    let mut programme = LinearProgramme::new(OptimizationDirection::Maximize);
    let free = (f64::NEG_INFINITY, f64::INFINITY);
    let direction: Vec<_> = (0..x.ncols()).map(|_| programme.add_var(0.0, free)).collect();
    let row = |r: usize| direction.iter().enumerate().map(move |(c, &v)| (v, x[(r, c)])).filter(|(_, w)| *w != 0.0);
    for r in (0..y.len()).filter(|&r| y[r] > 0.0) {
        programme.add_constraint(row(r), ComparisonOp::Eq, 0.0);
    }
    let lowered: Vec<_> = empty
        .iter()
        .map(|&r| {
            let earned = programme.add_var(1.0, (0.0, 1.0));
            programme.add_constraint(row(r).chain([(earned, 1.0)]), ComparisonOp::Le, 0.0);
            earned
        })
        .collect();
    match programme.solve() {
        Ok(SolveOutcome::Solution(solution)) => {
            let vanishes = lowered.iter().map(|&v| solution.var_value(v) > 0.5);
            Some(empty.into_iter().zip(vanishes).filter(|(_, v)| *v).map(|(r, _)| r).collect())
        }
        _ => None,
    }
}

/// Columns of full rank, the intercept first; `None` when the intercept is a combination of the others.
fn independent_columns(x: &DMatrix<f64>) -> Option<Vec<usize>> {
    let mut basis: Vec<DVector<f64>> = Vec::new();
    let mut independent = |column: usize| {
        let mut rest: DVector<f64> = x.column(column).into_owned();
        // Twice is enough: one pass leaves rounding errors that a second removes.
        for _ in 0..2 {
            basis.iter().for_each(|b| rest -= b * b.dot(&rest));
        }
        let length = rest.norm();
        if length > 1e-9 {
            basis.push(rest / length);
        }
        length > 1e-9
    };
    // The intercept is tried last.
    let others: Vec<usize> = (1..x.ncols()).filter(|&c| independent(c)).collect();
    independent(0).then(|| std::iter::once(0).chain(others).collect())
}
