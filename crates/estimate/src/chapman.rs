//! How many, from two independent lists?
//!
//! D. G. Chapman, "Some properties of the hypergeometric distribution with applications to zoological sample censuses",
//! University of California Publications in Statistics 1 (1951); variance after G. A. F. Seber, *The Estimation of
//! Animal Abundance* (1982), section 3.1.

use crate::{Detail, Estimate, Model, Options, interval};
use factum_model::CaptureTable;

/// The estimate from how many stand on each list and on both.
pub(crate) fn size(n1: f64, n2: f64, both: f64) -> f64 {
    (n1 + 1.0) * (n2 + 1.0) / (both + 1.0) - 1.0
}

/// Chapman's nearly unbiased form of the two-list estimator, for a table that has passed the common checks.
pub(crate) fn estimate(table: &CaptureTable, options: &Options) -> Estimate {
    let [n1, n2] = [0, 1].map(|i| table.on_list(i) as f64);
    let both = table.on_both(0, 1) as f64;
    let observed = table.observed();
    let estimate = size(n1, n2, both);
    let variance = (n1 + 1.0) * (n2 + 1.0) * (n1 - both) * (n2 - both) / ((both + 1.0).powi(2) * (both + 2.0));
    let limits = interval::log_normal(observed as f64, estimate, variance.sqrt(), options.level);
    Estimate {
        model: Model::Chapman,
        lists: table.lists().to_vec(),
        observed,
        estimate: Some(estimate),
        lower: limits.map(|l| l.0),
        upper: limits.map(|l| l.1),
        level: options.level,
        converged: true,
        assumption: Model::Chapman.assumption(),
        warnings: Vec::new(),
        identification: None,
        detail: Detail::Chapman { standard_error: variance.sqrt() },
    }
}

#[cfg(test)]
mod tests {
    use crate::{Model, Options, estimate};
    use factum_model::{CaptureTable, ListId};

    /// Seber (1982) gives the formula; worked here for 1,000 marked, 1,500 caught, 300 of them marked: (1001)(1501)/301 - 1.
    #[test]
    fn agrees_with_the_formula_worked_by_hand() {
        let lists = vec![ListId::new("a"), ListId::new("b")];
        let table = CaptureTable::from_counts(lists, &[(1, 700), (2, 1200), (3, 300)]).unwrap();
        let answer = estimate(&table, &Options::new(Model::Chapman)).unwrap();
        let by_hand: f64 = 1_502_501.0 / 301.0 - 1.0;
        assert!((answer.estimate.unwrap() - by_hand).abs() < 1e-9);
        assert!(answer.lower.unwrap() > 2200.0 && answer.lower.unwrap() < by_hand && answer.upper.unwrap() > by_hand);
    }

    #[test]
    fn two_identical_lists_leave_no_interval() {
        let lists = vec![ListId::new("a"), ListId::new("b")];
        let table = CaptureTable::from_counts(lists, &[(3, 30)]).unwrap();
        let answer = estimate(&table, &Options::new(Model::Chapman)).unwrap();
        assert_eq!((answer.estimate, answer.lower, answer.upper), (Some(30.0), None, None));
    }
}
