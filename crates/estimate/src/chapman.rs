//! How many, from two lists that are independent, or dependent as stated?
//!
//! D. G. Chapman, "Some properties of the hypergeometric distribution with applications to zoological sample censuses",
//! University of California Publications in Statistics 1 (1951); variance after G. A. F. Seber, *The Estimation of
//! Animal Abundance* (1982), section 3.1.
//!
//! Two lists cannot tell how much they depend on one another. K. Lum & P. Ball, "Estimating undocumented homicides with two
//! lists and list dependence" (HRDAG, 2015), therefore take the dependence from outside. Here it is the log odds ratio of
//! the two lists in the whole population: the number missing is that of independent lists times its exponential. It is an
//! input, never estimated, and the interval holds only under it.

use crate::{Detail, Estimate, Model, Options, Warning, interval};
use factum_model::CaptureTable;

/// How many are missing, from how many stand on the first list only, on the second only, and on both.
pub(crate) fn missing(first: f64, second: f64, both: f64) -> f64 {
    first * second / (both + 1.0)
}

/// The assumption where a dependence is stated.
const STATED: &str = "The odds of being on the second list are higher for people on the first list by the stated ratio, no more \
                      and no less. The ratio is an input: nothing in the two lists can confirm it, and the interval does not \
                      cover doubt about it.";

/// Chapman's nearly unbiased form of the two-list estimator, for a table that has passed the common checks.
pub(crate) fn estimate(table: &CaptureTable, options: &Options) -> Estimate {
    let [n1, n2] = [0, 1].map(|i| table.on_list(i) as f64);
    let both = table.on_both(0, 1) as f64;
    let observed = table.observed();
    let odds = options.dependence.unwrap_or(0.0).exp();

    // Under independence the estimate is the observed and this many more.
    let independent = missing(n1 - both, n2 - both, both);
    let unseen = odds * independent;
    let estimate = observed as f64 + unseen;
    // Of Seber's variance one part is that of the number missing about its mean, which grows as the mean, and the rest that of
    // the mean's estimate, which the stated ratio multiplies.
    let seber = (n1 + 1.0) * (n2 + 1.0) * independent / ((both + 1.0) * (both + 2.0));
    let variance = unseen + odds.powi(2) * (seber - independent);
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
        assumption: if options.dependence.is_some() { STATED } else { Model::Chapman.assumption() },
        warnings: options.dependence.map(Warning::StatedDependence).into_iter().collect(),
        identification: None,
        detail: Detail::Chapman { standard_error: variance.sqrt(), log_odds_ratio: options.dependence },
    }
}

#[cfg(test)]
mod tests {
    use crate::{Detail, Model, Options, estimate};
    use factum_model::{CaptureTable, ListId};
    use rand::SeedableRng;
    use rand_chacha::ChaCha12Rng;
    use rand_distr::{Binomial, Distribution};

    fn table(first: u64, second: u64, both: u64) -> CaptureTable {
        let lists = vec![ListId::new("a"), ListId::new("b")];
        CaptureTable::from_counts(lists, &[(1, first), (2, second), (3, both)]).unwrap()
    }

    fn stated(log_odds_ratio: f64) -> Options {
        Options { dependence: Some(log_odds_ratio), ..Options::new(Model::Chapman) }
    }

    /// Seber (1982) gives the formula; worked here for 1,000 marked, 1,500 caught, 300 of them marked: (1001)(1501)/301 - 1,
    /// with the variance 1001 · 1501 · 700 · 1200 / (301² · 302).
    #[test]
    fn agrees_with_the_formula_worked_by_hand() {
        let answer = estimate(&table(700, 1200, 300), &Options::new(Model::Chapman)).unwrap();
        let by_hand: f64 = 1_502_501.0 / 301.0 - 1.0;
        assert!((answer.estimate.unwrap() - by_hand).abs() < 1e-9);
        assert!(answer.lower.unwrap() > 2200.0 && answer.lower.unwrap() < by_hand && answer.upper.unwrap() > by_hand);
        let Detail::Chapman { standard_error, .. } = answer.detail else { panic!("wrong detail") };
        let variance: f64 = 1001.0 * 1501.0 * 700.0 * 1200.0 / (301.0 * 301.0 * 302.0);
        assert!((standard_error - variance.sqrt()).abs() < 1e-9, "{standard_error}");
    }

    #[test]
    fn two_identical_lists_leave_no_interval() {
        let answer = estimate(&table(0, 0, 30), &Options::new(Model::Chapman)).unwrap();
        assert_eq!((answer.estimate, answer.lower, answer.upper), (Some(30.0), None, None));
    }

    #[test]
    fn no_stated_dependence_is_a_ratio_of_one() {
        let table = table(700, 1200, 300);
        let free = estimate(&table, &Options::new(Model::Chapman)).unwrap();
        let one = estimate(&table, &stated(0.0)).unwrap();
        assert_eq!((free.estimate, free.lower, free.upper), (one.estimate, one.lower, one.upper));
        assert_ne!(free.assumption, one.assumption);
        assert!(one.warnings.iter().any(|w| w.to_string().contains("stated")), "{:?}", one.warnings);
    }

    /// In a population of 10,000 whose lists have an odds ratio of 3: intervals under the true ratio hold it as often as they
    /// say, intervals under independence hardly ever.
    #[test]
    fn the_interval_holds_the_truth_under_the_true_ratio() {
        let (people, ratio) = (10_000u64, 3.0f64);
        // Cells 11, 10, 01, 00 with odds ratio 0.06 · 0.6 / (0.12 · 0.1) = 3, of a total of 0.88.
        let shares = [0.06, 0.12, 0.1, 0.6].map(|p| p / 0.88);
        assert!((shares[0] * shares[3] / (shares[1] * shares[2]) - ratio).abs() < 1e-12);
        let mut rng = ChaCha12Rng::seed_from_u64(11);
        let (mut under_truth, mut under_independence) = (0, 0);
        for _ in 0..1000 {
            let (mut left, mut rest) = (people, 1.0);
            let [both, first, second] = [0, 1, 2].map(|cell| {
                let drawn = Binomial::new(left, shares[cell] / rest).unwrap().sample(&mut rng);
                (left, rest) = (left - drawn, rest - shares[cell]);
                drawn
            });
            let table = table(first, second, both);
            let holds = |options: &Options| {
                let answer = estimate(&table, options).unwrap();
                answer.lower.unwrap() <= people as f64 && people as f64 <= answer.upper.unwrap()
            };
            under_truth += usize::from(holds(&stated(ratio.ln())));
            under_independence += usize::from(holds(&Options::new(Model::Chapman)));
        }
        // Four binomial standard errors about 950 of 1,000.
        assert!((922..=978).contains(&under_truth), "{under_truth}");
        assert!(under_independence < 10, "{under_independence}");
    }
}
