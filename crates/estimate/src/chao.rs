//! At least how many, if people differ in how likely they are to be recorded?
//!
//! A. Chao, "Estimating the population size for capture-recapture data with unequal catchability", Biometrics 43 (1987);
//! as log-linear models by L.-P. Rivest & S. Baillargeon, "Applications and extensions of Chao's moment estimator for the
//! size of a closed population", Biometrics 63 (2007). `M_h` takes all lists as equally thorough; `M_th` lets each list
//! have its own reach. Lists of victims never reach equally far, so the answer is that of `M_th`: where lists differ in
//! size, `M_h` can lie above the truth and is then no bound.

use crate::interval;
use crate::log_linear::model_matrix;
use crate::poisson::{Fit, Problem};
use crate::{Detail, Estimate, Model, Options, Refusal, Warning};
use factum_model::{CaptureTable, History};
use nalgebra::DMatrix;
use serde::Serialize;

/// One form of the bound.
#[derive(Clone, Debug, Serialize)]
pub struct Bound {
    /// Lower bound for the population.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// What is particular to Chao's bound.
#[derive(Clone, Debug, Serialize)]
pub struct ChaoDetail {
    /// What the estimate is.
    pub kind: &'static str,
    /// Every list with its own reach; the answer.
    pub m_th: Bound,
    /// All lists equally thorough; for comparison.
    pub m_h: Option<Bound>,
}

/// The lower bound of `M_th`, with `M_h` beside it.
pub(crate) fn estimate(table: &CaptureTable, options: &Options) -> Result<Estimate, Refusal> {
    let (m_th, dropped) = bound(table, true).ok_or(Refusal::NoModelFits(1))?;
    let observed = table.observed() as f64;
    let limits = interval::log_normal(observed, m_th.estimate, m_th.standard_error, options.level);
    Ok(Estimate {
        model: Model::Chao,
        lists: table.lists().to_vec(),
        observed: table.observed(),
        estimate: Some(m_th.estimate),
        lower: limits.map(|l| l.0),
        upper: limits.map(|l| l.1),
        level: options.level,
        converged: true,
        assumption: Model::Chao.assumption(),
        warnings: if dropped > 0 { vec![Warning::ChaoTermsDropped(dropped)] } else { Vec::new() },
        identification: None,
        detail: Detail::Chao(ChaoDetail {
            kind: "lower bound",
            m_th,
            m_h: bound(table, false).map(|(bound, _)| bound),
        }),
    })
}

fn bound(table: &CaptureTable, by_list: bool) -> Option<(Bound, usize)> {
    let lists = table.lists().len();
    let y: Vec<f64> = (1..1u32 << lists).map(|h| table.count(History(h)) as f64).collect();
    let (fit, dropped) = fit(lists, &y, by_list)?;
    Some((describe(&fit, table.observed() as f64), dropped))
}

/// The fitted mean of the empty history under `M_th` for these counts, one for each history from 1 on, which may be
/// fractional; and how many parameters the fit has.
pub(crate) fn missing(lists: usize, counts: &[f64]) -> Option<(f64, usize)> {
    fit(lists, counts, true).map(|(fit, _)| (fit.coefficients[0].exp(), fit.coefficients.len()))
}

/// Fits the bound; the second number counts the terms dropped because they came out negative, which heterogeneity
/// cannot cause (Rivest & Baillargeon 2007, section 3).
fn fit(lists: usize, y: &[f64], by_list: bool) -> Option<(Fit, usize)> {
    // The term for k excuses people on more than k lists from the fit: only those on one or two lists shape the bound.
    // Where nobody is on more than k lists the term would run to minus infinity, which is a negative term too.
    let all = lists.saturating_sub(2);
    let most = (1u32..).zip(y).filter(|(_, count)| **count > 0.0).map(|(history, _)| history.count_ones()).max()?;
    let mut excused: Vec<u32> = (2..most).collect();
    loop {
        let fit = Problem { x: design(lists, by_list, &excused), y: y.to_vec() }.fit(None)?;
        let terms = &fit.coefficients[fit.coefficients.len() - excused.len()..];
        let kept: Vec<u32> = excused.iter().zip(terms).filter(|(_, t)| **t > 0.0).map(|(k, _)| *k).collect();
        if kept.len() == excused.len() {
            return Some((fit, all - excused.len()));
        }
        excused = kept;
    }
}

fn describe(fit: &Fit, observed: f64) -> Bound {
    let missing = fit.coefficients[0].exp();
    Bound { estimate: observed + missing, standard_error: (missing + missing.powi(2) * fit.intercept_variance).sqrt() }
}

/// Intercept, reach (of each list, or of all alike), then one column a term: `max(captures - k, 0)`.
fn design(lists: usize, by_list: bool, excused: &[u32]) -> DMatrix<f64> {
    let reach: Vec<u32> = std::iter::once(0).chain((0..lists).map(|i| 1 << i)).collect();
    let histories: Vec<u32> = (1..1 << lists).collect();
    let main = model_matrix(&histories, &reach);
    let first = if by_list { lists + 1 } else { 2 };
    DMatrix::from_fn(main.nrows(), first + excused.len(), |row, column| {
        let captures = (row as u32 + 1).count_ones();
        match column {
            0 => 1.0,
            c if c >= first => captures.saturating_sub(excused[c - first]) as f64,
            c if by_list => main[(row, c)],
            _ => captures as f64,
        }
    })
}
