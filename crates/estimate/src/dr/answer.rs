//! What does the doubly robust estimator answer, and when does it refuse?

use super::covariates::Used;
use super::nuisance::Stack;
use super::target::Target;
use super::{Assumption, DrOptions, MOST_AT_FLOOR, MOST_LISTS, Persons, SMALL};
use factum_model::ListId;
use factum_model::capture::MAX_LISTS;
use serde::Serialize;
use std::fmt;

/// A doubly robust answer.
#[derive(Clone, Debug, Serialize)]
pub struct DrEstimate {
    /// What identifies the number.
    pub assumption: Assumption,
    /// The same in words.
    pub assumption_in_words: String,
    /// Distinct persons on the lists.
    pub observed: u64,
    /// Estimated size of the whole population: the one-step estimator, or the recorded where it falls below them.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Lower limit, the missing taken as log-normal. Absent where nobody is estimated to be missing.
    pub lower: Option<f64>,
    /// Upper limit; absent with the lower one.
    pub upper: Option<f64>,
    /// The normal interval of Das, Kennedy & Jewell, cut at the recorded.
    pub wald: (f64, f64),
    /// Probability of the intervals.
    pub level: f64,
    /// The targeted estimator, as robust as the one-step; absent where it did not settle.
    pub targeted: Option<f64>,
    /// The learned chances plugged in, without correction. For comparison; it has no interval.
    pub plug_in: f64,
    /// The same assumption without covariates: how much they matter.
    pub without_covariates: f64,
    /// What if the odds of being missed differ from what the assumption says?
    pub sensitivity: Vec<Shifted>,
    /// Persons whose chance of an overlap was raised to the floor, in the split with most.
    pub at_floor: u64,
    /// The floor.
    pub floor: f64,
    /// How each covariate was used.
    pub covariates: Vec<Used>,
    /// Which learners were believed; absent when no covariate tells anything.
    pub stack: Option<Stack>,
    /// Folds of cross-fitting.
    pub folds: usize,
    /// Ways of parting the persons that the answer is the median of.
    pub splits: usize,
    /// The most that a single person moves the estimate, in people.
    pub heaviest: f64,
    /// Standard deviation of the estimate between them; absent for one.
    pub split_deviation: Option<f64>,
    /// What must be known before using the number.
    pub warnings: Vec<DrWarning>,
}

/// The answer when the odds of being missed are `factor` times what the assumption says: for two lists, `factor` is their odds
/// ratio among people alike (Dulce Rubio & Kennedy 2024).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shifted {
    /// The factor; 1 is the assumption.
    pub factor: f64,
    /// N under it.
    pub estimate: f64,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DrRefusal {
    /// A list that is not there.
    #[error("there is no list {0}")]
    NoSuchList(ListId),
    /// Not the lists the assumption takes.
    #[error("the assumption takes two to {MOST_LISTS} different lists of at most {MAX_LISTS}")]
    Lists,
    /// A covariate that has not one value for every person.
    #[error("covariate {name} has {values} values for {persons} persons")]
    Length {
        /// The covariate.
        name: String,
        /// Its values.
        values: usize,
        /// The persons.
        persons: usize,
    },
    /// A person on no list, or on one that is not there.
    #[error(
        "person {0} is on no list, or on a list that is not there; people whom no list recorded are what is estimated"
    )]
    History(usize),
    /// No persons.
    #[error("no list recorded anybody")]
    Empty,
    /// Too few people in an overlap.
    #[error(
        "an overlap that the estimate divides by has {people} people, and at least {least} are needed: merge lists, take \
         other lists, or a model of counts"
    )]
    TooFewOverlaps {
        /// People in it.
        people: usize,
        /// The fewest that serve.
        least: usize,
    },
    /// Too many people at the floor.
    #[error(
        "for {people} people ({:.0} % of the recorded, more than {:.0} %) the chance of an overlap is below {floor}: people like them \
         are hardly ever on both lists, and the data do not say how many of them were missed. Leave out the covariate that \
         sets them apart, or estimate them as a stratum of their own",
        share * 100.0,
        MOST_AT_FLOOR * 100.0
    )]
    AtFloor {
        /// How many.
        people: usize,
        /// Their share.
        share: f64,
        /// The floor.
        floor: f64,
    },
    /// An option outside its range.
    #[error("{0}")]
    Option(&'static str),
}

/// What the reader of a doubly robust answer must know.
#[derive(Clone, Debug, PartialEq)]
pub enum DrWarning {
    /// Few people.
    Small(u64),
    /// So many people at the floor.
    AtFloor(u64, f64),
    /// A covariate that tells nothing.
    Constant(String),
    /// A covariate unknown of a share of the people.
    Unknown(String, f64),
    /// The one-step estimate fell below the recorded.
    BelowRecorded,
    /// A history that nobody has makes the odds of being missed zero.
    NobodyMissed,
    /// The targeted estimate lies outside of the interval, or did not settle.
    TargetedDisagrees(Option<f64>),
    /// The answer hangs on how the persons were parted.
    SplitsDisagree(f64),
    /// No covariate tells persons apart.
    NoCovariates,
    /// A single person moves the estimate by so many.
    OnePersonCarries(f64),
}

impl fmt::Display for DrWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DrWarning::Small(n) => write!(
                f,
                "Only {n} people: chances learned from fewer than {SMALL} are rough, and the interval may be too narrow."
            ),
            DrWarning::AtFloor(people, floor) => write!(
                f,
                "For {people} people the chance of an overlap was raised to {floor}: people like them are rarely on both \
                 lists, and more of them may be missing than estimated."
            ),
            DrWarning::Constant(name) => write!(f, "Covariate {name} has one value only and tells nothing."),
            DrWarning::Unknown(name, share) => write!(
                f,
                "Covariate {name} is not known of {:.0} % of the people. Not being known is taken as a value of its own; if it is \
                 not known because a list did not ask, it stands for the list and hides dependence.",
                share * 100.0
            ),
            DrWarning::BelowRecorded => f.write_str(
                "The estimate fell below the number recorded, which cannot be: the lists avoid each other among people \
                 alike. The number recorded is given, without an interval.",
            ),
            DrWarning::NobodyMissed => f.write_str(
                "A capture history that the odds of being missed are a product of has nobody: the estimate is that hardly anybody was \
                 missed, which says more about the lists than about the people.",
            ),
            DrWarning::TargetedDisagrees(Some(n)) => write!(
                f,
                "The targeted estimate, which should be close, is {n:.0} and outside of the interval: the learned chances are \
                 not good enough for either."
            ),
            DrWarning::TargetedDisagrees(None) => f.write_str("The targeted estimate did not settle and is left out."),
            DrWarning::SplitsDisagree(deviation) => write!(
                f,
                "How the persons are parted into folds moves the estimate by {deviation:.0} (standard deviation), more than half \
                 of the standard error: the interval includes it, but take more splits."
            ),
            DrWarning::OnePersonCarries(people) => write!(
                f,
                "A single person moves the estimate by {people:.0}, more than half of the standard error: it hangs on very few \
                 people whose overlap was hardly to be expected, and neither it nor its interval can be relied on."
            ),
            DrWarning::NoCovariates => {
                f.write_str("No covariate tells persons apart: this is the answer of the lists alone.")
            }
        }
    }
}

impl Serialize for DrWarning {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Below this share of people not knowing a covariate is nothing to speak of.
const UNKNOWN_WORTH_TELLING: f64 = 0.05;

/// Whether the input fits together; the classes of histories when it does.
pub(super) fn check(persons: &Persons, options: &DrOptions) -> Result<Target, DrRefusal> {
    if !(0.5..=0.9999).contains(&options.level) {
        return Err(DrRefusal::Option("the level must lie between 0.5 and 0.9999, such as 0.95"));
    }
    if !(2..=20).contains(&options.folds) || !(1..=100).contains(&options.splits) {
        return Err(DrRefusal::Option("there must be 2 to 20 folds and 1 to 100 splits"));
    }
    if !(options.floor > 0.0 && options.floor <= 0.1) {
        return Err(DrRefusal::Option("the floor must lie between 0 and 0.1, such as 0.005"));
    }
    let chosen = match &options.assumption {
        Assumption::Independent(a, b) => vec![a, b],
        Assumption::NoHighestOrder(lists) => lists.iter().collect(),
    };
    let twice = chosen.iter().enumerate().any(|(at, list)| chosen[..at].contains(list));
    if twice || !(2..=MOST_LISTS).contains(&chosen.len()) || persons.lists.len() > MAX_LISTS {
        return Err(DrRefusal::Lists);
    }
    if let Some(list) = chosen.iter().find(|l| !persons.lists.contains(l)) {
        return Err(DrRefusal::NoSuchList((*list).clone()));
    }
    let count = persons.histories.len();
    if count == 0 {
        return Err(DrRefusal::Empty);
    }
    if let Some(at) = persons.histories.iter().position(|h| h.0 == 0 || h.0 >> persons.lists.len() != 0) {
        return Err(DrRefusal::History(at + 1));
    }
    if let Some(covariate) = persons.covariates.iter().find(|c| c.values.len() != count) {
        let (name, values) = (covariate.name.clone(), covariate.values.len());
        return Err(DrRefusal::Length { name, values, persons: count });
    }
    Target::new(&options.assumption, &persons.lists).ok_or(DrRefusal::Lists)
}

pub(super) fn warnings(answer: &DrEstimate, one_step: f64, counts: &[usize], persons: &Persons) -> Vec<DrWarning> {
    let mut warnings = Vec::new();
    let observed = answer.observed as f64;
    if answer.stack.is_none() {
        warnings.push(DrWarning::NoCovariates);
    } else if persons.histories.len() < SMALL {
        warnings.push(DrWarning::Small(answer.observed));
    }
    for used in &answer.covariates {
        let share = used.unknown as f64 / observed;
        if !used.varies {
            warnings.push(DrWarning::Constant(used.name.clone()));
        } else if share > UNKNOWN_WORTH_TELLING {
            warnings.push(DrWarning::Unknown(used.name.clone(), share));
        }
    }
    if answer.at_floor > 0 {
        warnings.push(DrWarning::AtFloor(answer.at_floor, answer.floor));
    }
    if counts.contains(&0) {
        warnings.push(DrWarning::NobodyMissed);
    } else if one_step <= observed {
        warnings.push(DrWarning::BelowRecorded);
    }
    match (answer.targeted, answer.lower.zip(answer.upper)) {
        (None, _) => warnings.push(DrWarning::TargetedDisagrees(None)),
        (Some(n), Some((lower, upper))) if !(lower..=upper).contains(&n) => {
            warnings.push(DrWarning::TargetedDisagrees(Some(n)));
        }
        _ => {}
    }
    if answer.heaviest > answer.standard_error / 2.0 {
        warnings.push(DrWarning::OnePersonCarries(answer.heaviest));
    }
    if let Some(deviation) = answer.split_deviation.filter(|d| *d > answer.standard_error / 2.0) {
        warnings.push(DrWarning::SplitsDisagree(deviation));
    }
    warnings
}
