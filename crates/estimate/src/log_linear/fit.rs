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
    cells: usize,
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
    let x = model_matrix(1..1 << cells.lists, &terms.all());
    let problem = match vanishing_cells(&x, &cells.counts)? {
        none if none.is_empty() => Problem { x, y: cells.counts.clone() },
        vanishing => face(&x, &cells.counts, &vanishing)?,
    };
    let fit = problem.fit(None)?;
    Some(ModelFit { terms: terms.clone(), fit, observed: cells.observed, cells: cells.counts.len() })
}

/// One row a history, one column a term: 1 where the history has all lists of the term.
pub(crate) fn model_matrix(histories: std::ops::Range<u32>, terms: &[u32]) -> DMatrix<f64> {
    let first = histories.start;
    DMatrix::from_fn(histories.len(), terms.len(), |row, column| {
        let history = first + row as u32;
        (history & terms[column] == terms[column]) as u8 as f64
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

/// The problem without the vanishing cells and without the coefficients they alone determined; `None` when the intercept,
/// and with it the number of the unrecorded, is among those.
fn face(x: &DMatrix<f64>, y: &[f64], vanishing: &[usize]) -> Option<Problem> {
    let rows: Vec<usize> = (0..y.len()).filter(|r| !vanishing.contains(r)).collect();
    let kept = x.select_rows(&rows);
    // The intercept comes last: it must not be a combination of the others.
    let mut basis: Vec<DVector<f64>> = Vec::new();
    let mut independent = |column: usize| {
        let mut rest: DVector<f64> = kept.column(column).into_owned();
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
    let mut columns: Vec<usize> = (1..kept.ncols()).filter(|&c| independent(c)).collect();
    if !independent(0) {
        return None;
    }
    columns.insert(0, 0);
    Some(Problem { x: kept.select_columns(&columns), y: rows.iter().map(|&r| y[r]).collect() })
}
