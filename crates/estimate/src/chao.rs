//! At least how many, if people differ in how likely they are to be recorded?
//!
//! A. Chao, "Estimating the population size for capture-recapture data with unequal catchability", Biometrics 43 (1987);
//! as log-linear models by L.-P. Rivest & S. Baillargeon, "Applications and extensions of Chao's moment estimator for the
//! size of a closed population", Biometrics 63 (2007). `M_h` takes all lists as equally thorough; `M_th` lets each list
//! have its own reach. Lists of victims never reach equally far, so the answer is that of `M_th`: where lists differ in
//! size, `M_h` can lie above the truth and is then no bound.

use crate::interval;
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
    /// What must hold for it to be a bound; if it does not, the number says nothing about the least there can be.
    pub condition: &'static str,
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

const M_TH_CONDITION: &str = "It is a lower bound if each person's lists record independently of one another, and the more recordable people are more \
     recordable by every list: the odds of being on a list are the list's own reach times something of the person's.";

const M_H_CONDITION: &str = "It is a lower bound if, besides, every list reaches equally far; where lists differ in size it can lie above the truth.";

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
    Some((describe(&fit, table.observed() as f64, by_list), dropped))
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
        let fit = Problem { x: design(lists, by_list, &excused), y: y.to_vec() }.fit()?;
        let terms = &fit.coefficients[fit.coefficients.len() - excused.len()..];
        let kept: Vec<u32> = excused.iter().zip(terms).filter(|(_, t)| **t > 0.0).map(|(k, _)| *k).collect();
        if kept.len() == excused.len() {
            return Some((fit, all - excused.len()));
        }
        excused = kept;
    }
}

fn describe(fit: &Fit, observed: f64, by_list: bool) -> Bound {
    let missing = fit.coefficients[0].exp();
    Bound {
        estimate: observed + missing,
        standard_error: (missing + missing.powi(2) * fit.intercept_variance).sqrt(),
        condition: if by_list { M_TH_CONDITION } else { M_H_CONDITION },
    }
}

/// Intercept, reach (of each list, or of all alike), then one column a term: `max(captures - k, 0)`.
fn design(lists: usize, by_list: bool, excused: &[u32]) -> DMatrix<f64> {
    let first = if by_list { lists + 1 } else { 2 };
    DMatrix::from_fn((1 << lists) - 1, first + excused.len(), |row, column| {
        let history = row as u32 + 1;
        let captures = history.count_ones();
        match column {
            0 => 1.0,
            c if c >= first => f64::from(captures.saturating_sub(excused[c - first])),
            c if by_list => f64::from(history >> (c - 1) & 1),
            _ => f64::from(captures),
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::{Detail, Model, Options, estimate};
    use factum_model::{CaptureTable, ListId};

    /// Two kinds of people, equally many: `reach` gives each kind's chance of being on each list. Expected counts.
    fn mixed(people: f64, reach: &[[f64; 2]]) -> CaptureTable {
        let chance = |history: u32, kind: usize| -> f64 {
            let on = |(i, p): (usize, &[f64; 2])| if history >> i & 1 == 1 { p[kind] } else { 1.0 - p[kind] };
            reach.iter().enumerate().map(on).product()
        };
        let count = |h: u32| (people * (chance(h, 0) + chance(h, 1)) / 2.0).round() as u64;
        let counts: Vec<(u32, u64)> = (1..1u32 << reach.len()).map(|h| (h, count(h))).collect();
        CaptureTable::from_counts((0..reach.len()).map(|i| ListId::new(format!("L{i}"))).collect(), &counts).unwrap()
    }

    fn bounds(table: &CaptureTable) -> (f64, f64) {
        let Detail::Chao(detail) = estimate(table, &Options::new(Model::Chao)).unwrap().detail else {
            panic!("wrong detail")
        };
        assert_ne!(detail.m_th.condition, detail.m_h.as_ref().unwrap().condition);
        (detail.m_th.estimate, detail.m_h.unwrap().estimate)
    }

    /// People differ and lists differ, each by its own factor on the odds: the bound lies below the truth, and above what
    /// independence says.
    #[test]
    fn the_bound_lies_below_the_truth_where_people_differ() {
        let logistic = |x: f64| 1.0 / (1.0 + (-x).exp());
        let reach: Vec<[f64; 2]> =
            [-1.5, -1.0, -0.5, -2.0].map(|list| [logistic(list - 0.8), logistic(list + 0.8)]).to_vec();
        let table = mixed(100_000.0, &reach);
        let (m_th, _) = bounds(&table);
        let independent = Options { fixed_model: Some("[1+2+3+4]".into()), ..Options::new(Model::LogLinear) };
        let under_independence = estimate(&table, &independent).unwrap().estimate.unwrap();
        assert!(under_independence < m_th && m_th < 100_000.0, "{under_independence} {m_th}");
    }

    /// People alike and lists that differ much: `M_th` finds the truth, `M_h` lies above it and is no bound.
    #[test]
    fn equal_reach_is_no_bound_where_lists_differ() {
        let reach = [[0.05; 2], [0.1; 2], [0.6; 2], [0.3; 2]];
        let (m_th, m_h) = bounds(&mixed(100_000.0, &reach));
        assert!((m_th - 100_000.0).abs() < 100.0 && m_h > 102_000.0, "{m_th} {m_h}");
    }
}
