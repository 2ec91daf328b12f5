//! How much of the doubt about N comes from who is one person with whom?
//!
//! A linkage gives one table of capture histories; its posterior gives many. Two records of one person that were not linked
//! make two people of one and an overlap less, and both raise N: what the threshold decides moves the estimate as much as
//! the model does. Here the same model is asked about the point linkage, about draws of the partition, and about draws that
//! also restore the matches no blocking rule compared (false negatives that no posterior over compared pairs can know of),
//! and the three stand side by side.
//!
//! The answer over draws is the mixture of the answers to each: the posterior of N is the average over partitions of the
//! posterior given the partition, with the linkage taken as a separate stage that N does not feed back into (multiple
//! imputation in the sense of Rubin 1987; for linkage followed by population size: M. Sadinle, "Bayesian propagation of record
//! linkage uncertainty into population size estimation of human rights violations", Annals of Applied Statistics 12, 2018).
//! By the law of total variance the variance of log N is what the model leaves open given a partition, on average, and what
//! differs between partitions: the second is the share of the linkage.

use crate::combine::{Mixture, Part, mixture};
use crate::strata::{Estimator, Listener, Progress};
use crate::{Estimate, Refusal};
use factum_model::CaptureTable;
use rayon::prelude::*;
use serde::Serialize;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Tables of capture histories from one linkage.
#[derive(Clone, Copy, Debug)]
pub struct Linkages<'a> {
    /// The table of the point linkage.
    pub point: &'a CaptureTable,
    /// Tables of draws of the partition of the records, from compared pairs alone. May be empty.
    pub compared: &'a [CaptureTable],
    /// Tables of draws that also restore matches which were never compared. May be empty.
    pub restored: &'a [CaptureTable],
}

/// N under draws of the linkage.
#[derive(Clone, Debug, Serialize)]
pub struct OverDraws {
    /// The mixture over draws with an answer; absent where none has one.
    pub answer: Option<Mixture>,
    /// The share of the variance of log N that comes from the linkage, between 0 and 1.
    pub share_of_linkage: Option<f64>,
    /// The estimate of each draw; absent where the model refused, or did not converge.
    pub estimates: Vec<Option<f64>>,
    /// Fewest and most distinct persons recorded among the draws.
    pub recorded: Option<(u64, u64)>,
    /// Draws without an answer.
    pub without_answer: usize,
    /// Why there was none, in the first that had none.
    pub refusal: Option<String>,
}

/// N under the point linkage, over draws, and with false negatives restored.
#[derive(Clone, Debug, Serialize)]
pub struct LinkageUncertainty {
    /// The answer to the point linkage; absent where it was refused.
    pub point: Option<Estimate>,
    /// Why there is none.
    pub refusal: Option<String>,
    /// Over draws from compared pairs; absent when there are no such draws.
    pub compared: Option<OverDraws>,
    /// Over draws that restore matches never compared; absent when there are no such draws.
    pub restored: Option<OverDraws>,
    /// Probability of the intervals.
    pub level: f64,
    /// What must be known before using the numbers.
    pub warnings: Vec<LinkageWarning>,
}

/// What must be known of N under a linkage in doubt.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkageWarning {
    /// So many draws out of all have no answer.
    WithoutAnswer(usize, usize),
    /// Too few draws for the limits of an interval.
    FewDraws(usize),
    /// The answer to the point linkage lies outside the interval over draws.
    PointOutside {
        /// The answer.
        point: f64,
        /// Lower limit over draws.
        lower: f64,
        /// Upper limit over draws.
        upper: f64,
    },
    /// More than half of the variance comes from the linkage.
    LinkageGoverns(f64),
}

impl fmt::Display for LinkageWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkageWarning::WithoutAnswer(without, all) => write!(
                f,
                "{without} of {all} draws of the linkage have no answer; the rest speak only for partitions on which the \
                 model can be estimated."
            ),
            LinkageWarning::FewDraws(draws) => write!(
                f,
                "Only {draws} draws of the linkage have an answer: too few to tell how far they spread. Twenty are the least, \
                 a hundred are better."
            ),
            LinkageWarning::PointOutside { point, lower, upper } => write!(
                f,
                "The point linkage gives {point:.0}, outside {lower:.0} to {upper:.0} over the draws: it is no fair summary of \
                 what the records say. Use the answer over the draws."
            ),
            LinkageWarning::LinkageGoverns(share) => write!(
                f,
                "{:.0} % of the variance comes from the linkage: judging doubtful pairs would narrow the interval more than \
                 another list.",
                share * 100.0
            ),
        }
    }
}

impl Serialize for LinkageWarning {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// With fewer draws than this the 2.5 % limits are no better than the extremes.
const FEW_DRAWS: usize = 20;

/// Asks one model about the point linkage and about every draw, on all threads of the pool; the answer does not depend on
/// their number. `level` is the probability of the intervals over draws, between 0.5 and 0.9999; the estimator should be set to the
/// same.
///
/// # Errors
/// When the level is out of range.
pub fn over_draws(
    linkages: Linkages,
    level: f64,
    estimator: Estimator,
    listener: Listener,
) -> Result<LinkageUncertainty, Refusal> {
    if !(0.5..=0.9999).contains(&level) {
        return Err(Refusal::Option("the level must lie between 0.5 and 0.9999, such as 0.95"));
    }
    let total = 1 + linkages.compared.len() + linkages.restored.len();
    let done = AtomicUsize::new(0);
    let told = |table: &CaptureTable| {
        let answer = estimator(table);
        listener(Progress { done: done.fetch_add(1, Ordering::Relaxed) + 1, total });
        answer
    };
    let (point, refusal) = match told(linkages.point) {
        Ok(estimate) => (Some(estimate), None),
        Err(refusal) => (None, Some(refusal.to_string())),
    };
    let over = |tables: &[CaptureTable]| (!tables.is_empty()).then(|| of_draws(tables, level, &told));
    let (compared, restored) = (over(linkages.compared), over(linkages.restored));
    let mut answer = LinkageUncertainty { point, refusal, compared, restored, level, warnings: Vec::new() };
    answer.warnings = warnings(&answer);
    Ok(answer)
}

fn of_draws(
    tables: &[CaptureTable],
    level: f64,
    estimator: &(dyn Fn(&CaptureTable) -> Result<Estimate, Refusal> + Sync),
) -> OverDraws {
    let answers: Vec<Result<Estimate, Refusal>> = tables.par_iter().with_max_len(1).map(estimator).collect();
    let parts: Vec<Option<Part>> = answers.iter().map(|a| a.as_ref().ok().and_then(Part::of)).collect();
    let answered: Vec<Part> = parts.iter().flatten().cloned().collect();
    let answer = mixture(&answered, level);
    let recorded = tables.iter().map(CaptureTable::observed);
    OverDraws {
        share_of_linkage: answer.as_ref().and_then(Mixture::share_between),
        answer,
        estimates: parts.iter().map(|part| part.as_ref().map(|p| p.observed + p.missing)).collect(),
        recorded: recorded.clone().min().zip(recorded.max()),
        without_answer: parts.len() - answered.len(),
        refusal: answers.iter().find_map(|a| a.as_ref().err().map(Refusal::to_string)),
    }
}

impl LinkageUncertainty {
    /// The answer to use: over the draws that restore matches never compared, where there are such, else over the others.
    pub fn best(&self) -> Option<&OverDraws> {
        self.restored.as_ref().or(self.compared.as_ref())
    }
}

fn warnings(answer: &LinkageUncertainty) -> Vec<LinkageWarning> {
    let mut warnings = Vec::new();
    let Some(over) = answer.best() else {
        return warnings;
    };
    let answered = over.estimates.len() - over.without_answer;
    if over.without_answer > 0 {
        warnings.push(LinkageWarning::WithoutAnswer(over.without_answer, over.estimates.len()));
    }
    if answered < FEW_DRAWS {
        warnings.push(LinkageWarning::FewDraws(answered));
    }
    let point = answer.point.as_ref().and_then(Part::of).map(|p| p.observed + p.missing);
    if let (Some(point), Some(mixture)) = (point, &over.answer)
        && let Some(upper) = mixture.upper
        && !(mixture.lower..=upper).contains(&point)
    {
        warnings.push(LinkageWarning::PointOutside { point, lower: mixture.lower, upper });
    }
    if let Some(share) = over.share_of_linkage.filter(|s| *s > 0.5) {
        warnings.push(LinkageWarning::LinkageGoverns(share));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Model, Options, estimate};
    use factum_model::ListId;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn table(counts: &[(u32, u64)]) -> CaptureTable {
        CaptureTable::from_counts(["a", "b"].map(ListId::new).to_vec(), counts).unwrap()
    }

    fn chapman(table: &CaptureTable) -> Result<Estimate, Refusal> {
        estimate(table, &Options::new(Model::Chapman))
    }

    fn ask(point: &CaptureTable, compared: &[CaptureTable], restored: &[CaptureTable]) -> LinkageUncertainty {
        over_draws(Linkages { point, compared, restored }, 0.95, &chapman, &|_| {}).unwrap()
    }

    #[test]
    fn draws_that_agree_add_no_doubt() {
        let point = table(&[(1, 700), (2, 1200), (3, 300)]);
        let answer = ask(&point, &vec![point.clone(); 30], &[]);
        let (alone, over) = (answer.point.as_ref().unwrap(), answer.compared.as_ref().unwrap());
        let mixed = over.answer.as_ref().unwrap();
        assert!((mixed.lower - alone.lower.unwrap()).abs() < 1e-6);
        assert!((mixed.upper.unwrap() - alone.upper.unwrap()).abs() < 1e-6);
        assert!(over.share_of_linkage.unwrap() < 1e-9);
        assert!(answer.warnings.is_empty() && answer.restored.is_none());
    }

    /// 1,000 people on two independent lists; a fifth of the true matches is in doubt, each right with probability one half
    /// by the posterior, and the point linkage leaves all of them out. The truth lies in the mixture, outside the point
    /// interval.
    #[test]
    fn what_the_point_linkage_loses_the_draws_bring_back() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let (on_a, on_b, both, doubtful) = (600, 500, 300, 60);
        let of = |kept: u64| table(&[(1, on_a - kept), (2, on_b - kept), (3, kept)]);
        let point = of(both - doubtful);
        let draws: Vec<CaptureTable> = (0..100)
            .map(|_| of(both - doubtful + (0..doubtful).filter(|_| rng.random::<f64>() < 0.5).count() as u64))
            .collect();
        // Blocking lost a third of what is doubtful; restored draws know of it.
        let restored: Vec<CaptureTable> = (0..100)
            .map(|_| of(both - doubtful / 2 + (0..doubtful).filter(|_| rng.random::<f64>() < 0.5).count() as u64))
            .collect();
        let answer = ask(&point, &draws, &restored);
        let number = |o: &OverDraws| o.answer.as_ref().unwrap().estimate;
        let (compared, restored) = (answer.compared.as_ref().unwrap(), answer.restored.as_ref().unwrap());
        let point = answer.point.as_ref().unwrap();
        assert!(point.lower.unwrap() > 1_000.0);
        assert!(number(compared) < point.estimate.unwrap() && number(restored) < number(compared));
        let mixed = restored.answer.as_ref().unwrap();
        assert!(mixed.lower < 1_000.0 && 1_000.0 < mixed.upper.unwrap(), "{mixed:?}");
        assert!(restored.share_of_linkage.unwrap() > 0.05);
        assert!(answer.warnings.iter().any(|w| matches!(w, LinkageWarning::PointOutside { .. })));
    }

    /// The variance of log N between two answers that are sure of themselves is all of it.
    #[test]
    fn the_share_of_the_linkage_is_that_of_the_variance() {
        let sure = |n: u64| table(&[(1, n), (2, n), (3, 100 * n)]);
        let draws: Vec<CaptureTable> = (0..40).map(|i| sure(1_000 + 500 * (i % 2))).collect();
        let answer = ask(&draws[0], &draws, &[]);
        let over = answer.compared.as_ref().unwrap();
        assert!(over.share_of_linkage.unwrap() > 0.999);
        assert_eq!(over.recorded, Some((102_000, 153_000)));
        assert!(answer.warnings.iter().any(|w| matches!(w, LinkageWarning::LinkageGoverns(_))));
    }

    #[test]
    fn draws_without_an_answer_are_counted() {
        let good = table(&[(1, 70), (2, 120), (3, 30)]);
        let answer = ask(&table(&[(1, 5), (2, 5)]), &[good.clone(), table(&[(1, 5), (2, 5)]), table(&[])], &[]);
        assert!(answer.point.is_none() && answer.refusal.is_some());
        let over = answer.compared.as_ref().unwrap();
        assert_eq!((over.without_answer, over.estimates.len()), (2, 3));
        assert_eq!(answer.warnings, [LinkageWarning::WithoutAnswer(2, 3), LinkageWarning::FewDraws(1)]);
        let none = ask(&good, &[table(&[])], &[]);
        assert_eq!(none.compared.unwrap().answer, None);
        assert!(over_draws(Linkages { point: &good, compared: &[], restored: &[] }, 1.5, &chapman, &|_| {}).is_err());
    }

    #[test]
    fn same_bytes_with_any_number_of_threads() {
        let draws: Vec<CaptureTable> = (0..50).map(|i| table(&[(1, 70 + i), (2, 120), (3, 30 + i / 3)])).collect();
        let once = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| format!("{:?}", ask(&draws[0], &draws, &draws)))
        };
        assert_eq!(once(1), once(2));
        assert_eq!(once(1), once(8));
    }
}
