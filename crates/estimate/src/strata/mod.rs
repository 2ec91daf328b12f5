//! How many were never recorded in each stratum, and in all of them?
//!
//! A stratum is a part of the population within which people are more alike than across it: a region, a month, a
//! perpetrator. Estimating each apart drops the assumption that everyone in the country had the same chances of being
//! recorded (C. C. Sekar & W. E. Deming, "On a method of estimating birth and death rates and the extent of registration",
//! JASA 44, 1949). The price is thin tables; three things are done about what makes them thin or odd, each said in the
//! answer:
//!
//! - A stratum with too few overlaps, or one the model refuses, is merged with its nearest neighbour (`merge`).
//! - A list that could not see a stratum is left out there: its silence is no evidence.
//! - Persons of unknown stratum are carried by multiple imputation (`unplaced`), never dropped.
//!
//! Any model serves: strata are estimated by a function from a table to an answer.

mod merge;
mod unplaced;

pub use merge::{Merge, Merging, Why};
pub use unplaced::{GroupOfReplicates, Imputation, ImputedEstimate, Unplaced, estimate_imputed};

use crate::combine::{self, Part, Sum};
use crate::{Estimate, Refusal};
use factum_model::capture::CaptureError;
use factum_model::{CaptureTable, History, ListId};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A part of the population.
#[derive(Clone, Debug, PartialEq)]
pub struct Stratum {
    /// What it is called. No two share a name.
    pub name: String,
    /// Where it stands in a hierarchy, from the widest to the narrowest ("Lima", "1990"). Strata that share more of it from
    /// the front are nearer. May be empty.
    pub path: Vec<String>,
    /// The persons of the stratum by capture history, over the same lists in every stratum.
    pub table: CaptureTable,
    /// Lists that could not see this stratum: they do not cover the region, or had ended before the year.
    pub blind: Vec<ListId>,
}

/// How strata are estimated.
#[derive(Clone, Debug)]
pub struct StrataOptions {
    /// When and how thin strata are merged; `None` leaves them as they are.
    pub merging: Option<Merging>,
    /// Probability of the interval of the total, between 0.5 and 0.9999.
    pub level: f64,
    /// Seed of the draws from which the interval of the total is made.
    pub seed: u64,
}

impl Default for StrataOptions {
    fn default() -> Self {
        Self { merging: Some(Merging::default()), level: 0.95, seed: 1 }
    }
}

/// Why strata cannot be estimated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StrataFault {
    /// No stratum at all.
    #[error("there are no strata")]
    None,
    /// A stratum over other lists.
    #[error("stratum {0} is over other lists than the first; every stratum needs the same lists in the same order")]
    OtherLists(String),
    /// Two strata of one name.
    #[error("two strata are called {0}; give each its own name")]
    SameName(String),
    /// A list that could not see a stratum, but is no list.
    #[error("stratum {stratum} names {list} as a list that could not see it, but there is no such list")]
    NoSuchList {
        /// The stratum.
        stratum: String,
        /// What it names.
        list: ListId,
    },
    /// An option outside its range.
    #[error("{0}")]
    Option(&'static str),
    /// A person of unknown stratum whose row cannot be used.
    #[error("row {row} of the persons of unknown stratum {what}")]
    Unplaced {
        /// The row, from 1.
        row: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// Strata whose persons make no table together.
    #[error(transparent)]
    Capture(#[from] CaptureError),
}

/// Why a list is left out of a group of strata.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Absence {
    /// It could not see these strata.
    Blind,
    /// It recorded nobody here. Whether it could have is not known; if it could, its silence is evidence left unused.
    Silent,
}

/// What must be known of a group of strata.
#[derive(Clone, Debug, PartialEq)]
pub enum StrataWarning {
    /// A list was left out.
    LeftOut(ListId, Absence),
    /// A list that is said to see nothing recorded somebody; it was kept.
    SawAllTheSame(ListId, u64),
    /// Nobody was recorded.
    Empty,
    /// Still thin, but there is no neighbour to merge with.
    StillThin(u64),
}

impl fmt::Display for StrataWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StrataWarning::LeftOut(list, Absence::Blind) => {
                write!(f, "List {list} could not see these people and is left out here; the others carry the estimate.")
            }
            StrataWarning::LeftOut(list, Absence::Silent) => write!(
                f,
                "List {list} recorded nobody here and is left out. If it could have seen these people, its silence says \
                 that the estimate is rather too low than too high."
            ),
            StrataWarning::SawAllTheSame(list, count) => write!(
                f,
                "List {list} is said to see none of these people, but recorded {count} of them: it is kept. Check the \
                 strata of these persons, or what the list covers."
            ),
            StrataWarning::Empty => f.write_str(
                "No list recorded anybody here: the stratum adds nothing to the total, which is not evidence that nobody \
                 was there.",
            ),
            StrataWarning::StillThin(overlaps) => write!(
                f,
                "Only {overlaps} people are on two or more lists, and no neighbour sees with the same lists: the estimate \
                 rests on very few overlaps."
            ),
        }
    }
}

impl Serialize for StrataWarning {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The answer of a group of strata: one, or several that were merged.
#[derive(Clone, Debug, Serialize)]
pub struct GroupEstimate {
    /// The strata in it, in their order.
    pub strata: Vec<String>,
    /// Distinct persons recorded.
    pub observed: u64,
    /// The answer, over the lists that could see; absent where it was refused or nobody was recorded.
    pub estimate: Option<Estimate>,
    /// Why there is no answer.
    pub refusal: Option<String>,
    /// What must be known.
    pub warnings: Vec<StrataWarning>,
}

/// All strata together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Total {
    /// The sum over groups with an answer, and the documented persons of those without.
    #[serde(flatten)]
    pub sum: Sum,
    /// Persons in groups without an answer, who are counted as they are documented.
    pub only_counted: u64,
    /// Groups without an answer, by the names of their strata. Where there are some, the total is no estimate of the
    /// whole: it lacks the missing of these groups.
    pub without_answer: Vec<Vec<String>>,
    /// Groups whose answer has no upper limit, so that the total has none.
    pub without_limit: Vec<Vec<String>>,
    /// What the interval of the total assumes.
    pub assumption: &'static str,
}

/// What the interval of a total assumes, besides what the model assumes within strata.
pub const INDEPENDENT: &str = "The errors of the strata are independent of one another. If lists depend on each other in \
                               the same way everywhere, the errors add up and the interval of the total is too narrow.";

/// Estimates by stratum, and their total.
#[derive(Clone, Debug, Serialize)]
pub struct StrataEstimate {
    /// Groups of strata, in the order of their first stratum.
    pub groups: Vec<GroupEstimate>,
    /// Which strata were merged, in the order in which it was done.
    pub merges: Vec<Merge>,
    /// The total.
    pub total: Total,
}

/// How far the work has come: groups estimated, and how many there are so far. Merging what a model refused brings new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Groups done.
    pub done: usize,
    /// Groups known.
    pub total: usize,
}

/// From a table to an answer: any model. Called from several threads.
pub type Estimator<'a> = &'a (dyn Fn(&CaptureTable) -> Result<Estimate, Refusal> + Sync);

/// Hears of progress. Called from several threads, once a group.
pub type Listener<'a> = &'a (dyn Fn(Progress) + Sync);

/// Estimates every stratum and their total, on all threads of the pool; the answer does not depend on their number.
///
/// # Errors
/// All faults of the strata and options at once.
pub fn estimate_strata(
    strata: &[Stratum],
    options: &StrataOptions,
    estimator: Estimator,
    listener: Listener,
) -> Result<StrataEstimate, Vec<StrataFault>> {
    check(strata, options)?;
    let plan = merge::plan(strata, options, estimator, listener).map_err(|fault| vec![fault])?;
    let total = total(&plan.answers, options);
    Ok(StrataEstimate { groups: plan.answers, merges: plan.merges, total })
}

fn check(strata: &[Stratum], options: &StrataOptions) -> Result<(), Vec<StrataFault>> {
    let mut faults = Vec::new();
    let Some(first) = strata.first() else {
        return Err(vec![StrataFault::None]);
    };
    if !(0.5..=0.9999).contains(&options.level) {
        faults.push(StrataFault::Option("the level must lie between 0.5 and 0.9999, such as 0.95"));
    }
    let mut names = BTreeSet::new();
    for stratum in strata {
        if stratum.table.lists() != first.table.lists() {
            faults.push(StrataFault::OtherLists(stratum.name.clone()));
        }
        if !names.insert(&stratum.name) {
            faults.push(StrataFault::SameName(stratum.name.clone()));
        }
        for list in stratum.blind.iter().filter(|l| !first.table.lists().contains(l)) {
            faults.push(StrataFault::NoSuchList { stratum: stratum.name.clone(), list: list.clone() });
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// Strata estimated as one.
#[derive(Clone, Debug, PartialEq)]
struct Group {
    /// Positions of the strata, ascending.
    members: Vec<usize>,
    table: CaptureTable,
    /// Lists that could not see any of them, by their bits.
    blind: u32,
    /// Persons on two or more lists.
    overlaps: u64,
}

impl Group {
    fn of(strata: &[Stratum], members: &[usize]) -> Result<Self, CaptureError> {
        let lists = strata[members[0]].table.lists();
        let mut table = CaptureTable::new(lists.to_vec())?;
        for (history, count) in members.iter().flat_map(|&m| strata[m].table.iter()) {
            table.add(history, count)?;
        }
        let overlaps = table.observed() - table.on_exactly(1);
        Ok(Self { members: members.to_vec(), table, blind: blind(&strata[members[0]]), overlaps })
    }

    fn answer(&self, strata: &[Stratum], estimator: Estimator) -> Result<GroupEstimate, CaptureError> {
        let observed = self.table.observed();
        let mut warnings = Vec::new();
        let mut keep = Vec::new();
        for (at, list) in self.table.lists().iter().enumerate() {
            let declared = self.blind >> at & 1 == 1;
            match self.table.on_list(at) {
                _ if observed == 0 => {}
                0 if declared => warnings.push(StrataWarning::LeftOut(list.clone(), Absence::Blind)),
                0 => warnings.push(StrataWarning::LeftOut(list.clone(), Absence::Silent)),
                seen => {
                    keep.push(at);
                    if declared {
                        warnings.push(StrataWarning::SawAllTheSame(list.clone(), seen));
                    }
                }
            }
        }
        let (estimate, refusal) = if observed == 0 {
            warnings.push(StrataWarning::Empty);
            (None, None)
        } else {
            match estimator(&over(&self.table, &keep)?) {
                Ok(estimate) => (Some(estimate), None),
                Err(refusal) => (None, Some(refusal.to_string())),
            }
        };
        let strata = self.members.iter().map(|&m| strata[m].name.clone()).collect();
        Ok(GroupEstimate { strata, observed, estimate, refusal, warnings })
    }
}

fn blind(stratum: &Stratum) -> u32 {
    let lists = stratum.table.lists();
    lists.iter().enumerate().filter(|(_, l)| stratum.blind.contains(l)).map(|(at, _)| 1 << at).sum()
}

/// The table over some of its lists. The lists left out recorded nobody in it.
fn over(table: &CaptureTable, keep: &[usize]) -> Result<CaptureTable, CaptureError> {
    let mut kept = CaptureTable::new(keep.iter().map(|&at| table.lists()[at].clone()).collect())?;
    for (history, count) in table.iter() {
        let bits = keep.iter().enumerate().filter(|(_, at)| history.contains(**at)).map(|(bit, _)| 1 << bit).sum();
        kept.add(History(bits), count)?;
    }
    Ok(kept)
}

/// Estimates groups in parallel, in their order.
fn answers(
    groups: &[&Group],
    strata: &[Stratum],
    estimator: Estimator,
    done: &AtomicUsize,
    total: usize,
    listener: Listener,
) -> Result<Vec<GroupEstimate>, CaptureError> {
    groups
        .par_iter()
        .with_max_len(1)
        .map(|group| {
            let answer = group.answer(strata, estimator);
            listener(Progress { done: done.fetch_add(1, Ordering::Relaxed) + 1, total });
            answer
        })
        .collect()
}

fn total(groups: &[GroupEstimate], options: &StrataOptions) -> Total {
    let names = |with: &dyn Fn(&&GroupEstimate) -> bool| -> Vec<Vec<String>> {
        groups.iter().filter(with).map(|g| g.strata.clone()).collect()
    };
    let part = |group: &GroupEstimate| group.estimate.as_ref().and_then(Part::of);
    let only_counted: u64 = groups.iter().filter(|g| part(g).is_none()).map(|g| g.observed).sum();
    let parts: Vec<Part> = groups.iter().filter_map(part).collect();
    let mut sum = combine::side_by_side(&parts, options.level, options.seed);
    let counted = only_counted as f64;
    sum = Sum {
        observed: sum.observed + counted,
        estimate: sum.estimate + counted,
        lower: sum.lower + counted,
        upper: sum.upper.map(|u| u + counted),
    };
    Total {
        sum,
        only_counted,
        without_answer: names(&|g| g.observed > 0 && part(g).is_none()),
        without_limit: names(&|g| part(g).is_some() && g.estimate.as_ref().is_some_and(|e| e.upper.is_none())),
        assumption: INDEPENDENT,
    }
}

#[cfg(test)]
mod tests;
