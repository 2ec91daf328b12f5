//! What is asked of a model, and what does it answer?

use crate::chao::ChaoDetail;
use crate::decomposable::{DecomposableDetail, Prior};
use crate::identification::Identification;
use crate::latent_class::{LatentClassDetail, LatentClassOptions};
use crate::log_linear::{Criterion, LogLinearDetail, Selection};
use factum_model::ListId;
use serde::Serialize;
use std::fmt;

/// A model of multiple systems estimation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// Hierarchical log-linear models, chosen by an information criterion (Fienberg 1972; Cormack 1989).
    LogLinear,
    /// Bayesian averaging over decomposable graphs (Madigan & York 1997).
    Decomposable,
    /// A Dirichlet process mixture of latent classes (Manrique-Vallier 2016).
    LatentClass,
    /// Two lists, independent (Chapman 1951) or dependent as stated (Lum & Ball 2015).
    Chapman,
    /// Lower bound under heterogeneity (Chao 1987).
    Chao,
}

impl Model {
    /// Every model.
    pub const ALL: [Model; 5] =
        [Model::LogLinear, Model::Decomposable, Model::LatentClass, Model::Chapman, Model::Chao];

    /// The name used on the command line and in results.
    pub fn name(self) -> &'static str {
        match self {
            Model::LogLinear => "log-linear",
            Model::Decomposable => "decomposable",
            Model::LatentClass => "latent-class",
            Model::Chapman => "chapman",
            Model::Chao => "chao",
        }
    }

    /// The fewest and the most lists the model takes.
    pub fn lists(self) -> (usize, usize) {
        match self {
            Model::LogLinear => (2, 12),
            Model::Decomposable => (3, 8),
            // Cost grows with the histories somebody has, not with all that could be; twenty lists of a thousand people
            // are within reach.
            Model::LatentClass => (2, 20),
            Model::Chapman => (2, 2),
            Model::Chao => (2, 12),
        }
    }

    /// The assumption through which the number of the unrecorded is identified. No data can confirm it.
    pub fn assumption(self) -> &'static str {
        match self {
            Model::LogLinear => {
                "The interaction of the highest order among all lists is zero, the interactions that the chosen model \
                 leaves out are zero, and within the population everyone has the same chances of being recorded."
            }
            Model::Decomposable => {
                "Dependence between the lists follows some graph whose absent edges are conditional independences, with \
                 no term beyond it, and within the population everyone has the same chances of being recorded."
            }
            Model::LatentClass => {
                "The population falls into classes; within a class everyone has the same chances of being recorded and the \
                 lists record independently of one another. No class is out of the reach of every list."
            }
            Model::Chapman => {
                "The two lists are independent: being recorded by one makes being recorded by the other neither likelier \
                 nor rarer, and on at least one of them everyone has the same chance of being recorded."
            }
            Model::Chao => {
                "A lower bound: people differ in how likely they are to be recorded, but for each person the lists \
                 record independently of one another. Lists that copy from or avoid one another break it."
            }
        }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What to estimate with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The model.
    pub model: Model,
    /// Probability the interval is made for, between 0 and 1.
    pub level: f64,
    /// Information criterion by which log-linear models are chosen.
    pub criterion: Criterion,
    /// How log-linear models are chosen.
    pub selection: Selection,
    /// The one log-linear model to fit, by its name, such as `[12+13]`; `None` chooses.
    pub fixed_model: Option<String>,
    /// Replicates of the bootstrap that gives a log-linear model its interval; `None` takes the profile likelihood.
    pub bootstrap: Option<u32>,
    /// Log odds ratio between two lists, as stated by the user (Lum & Ball 2015); `None` takes them as independent.
    pub dependence: Option<f64>,
    /// Seed of whatever is random.
    pub seed: u64,
    /// Prior weight of each cell in decomposable models; `None` is 2^-lists, the default of `dga`.
    pub delta: Option<f64>,
    /// Largest number of unrecorded people considered; `None` is `max(20 n, 20000)` for decomposable models and `20 n` for
    /// latent classes.
    pub max_missing: Option<u64>,
    /// Largest population, recorded or not, a decomposable model considers; with `max_missing`, the lesser counts.
    pub max_n: Option<u64>,
    /// Prior of the population size in decomposable models.
    pub prior: Prior,
    /// Settings of latent classes.
    pub latent_class: LatentClassOptions,
}

impl Options {
    /// The defaults for a model: 95 % intervals, BIC, seed 1.
    pub fn new(model: Model) -> Self {
        Self {
            model,
            level: 0.95,
            criterion: Criterion::Bic,
            selection: Selection::All,
            fixed_model: None,
            bootstrap: None,
            dependence: None,
            seed: 1,
            delta: None,
            max_missing: None,
            max_n: None,
            prior: Prior::default(),
            latent_class: LatentClassOptions::default(),
        }
    }
}

/// An answer. Its parts that are undefined are absent.
#[derive(Clone, Debug, Serialize)]
pub struct Estimate {
    /// The model that answered.
    pub model: Model,
    /// The lists, in the order of the table.
    pub lists: Vec<ListId>,
    /// Distinct persons on the lists.
    pub observed: u64,
    /// Estimated size of the whole population, recorded or not.
    pub estimate: Option<f64>,
    /// Lower limit of the interval.
    pub lower: Option<f64>,
    /// Upper limit of the interval; absent where the data set none.
    pub upper: Option<f64>,
    /// Probability the interval was made for.
    pub level: f64,
    /// Whether the computation reached its own standard. An estimate that did not converge is not an estimate.
    pub converged: bool,
    /// The assumption that identifies the number, in words.
    pub assumption: &'static str,
    /// What the reader must know before using the number.
    pub warnings: Vec<Warning>,
    /// What no data can say; absent only where [`crate::estimate_only`] was asked.
    pub identification: Option<Identification>,
    /// What is particular to the model.
    #[serde(flatten)]
    pub detail: Detail,
}

impl Estimate {
    /// Whether the estimate is only a lower bound, under its assumption.
    pub fn is_lower_bound(&self) -> bool {
        self.model == Model::Chao
    }
}

/// What is particular to one model.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Detail {
    /// Of log-linear models.
    LogLinear(Box<LogLinearDetail>),
    /// Of decomposable graphs.
    Decomposable(DecomposableDetail),
    /// Of latent classes.
    LatentClass(LatentClassDetail),
    /// Of Chao's bound.
    Chao(ChaoDetail),
    /// Of Chapman's estimator.
    Chapman {
        /// Standard error.
        standard_error: f64,
        /// Log odds ratio between the lists, where one was stated.
        log_odds_ratio: Option<f64>,
    },
}

/// Why no estimate is made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// Fewer than two lists.
    #[error(
        "one list cannot say how many people it missed: an estimate needs at least two lists that overlap; report the \
         number of people on it as a documented minimum"
    )]
    OneList,
    /// Too few lists for the model.
    #[error("{model} needs at least {least} lists, the table has {lists}")]
    TooFewLists {
        /// The model.
        model: Model,
        /// The fewest it takes.
        least: usize,
        /// How many there are.
        lists: usize,
    },
    /// Too many lists for the model.
    #[error(
        "{model} takes at most {most} lists, the table has {lists}; merge lists of the same kind or take another model"
    )]
    TooManyLists {
        /// The model.
        model: Model,
        /// The most it takes.
        most: usize,
        /// How many there are.
        lists: usize,
    },
    /// Nobody was recorded at all.
    #[error("the table is empty: no list recorded anybody")]
    Empty,
    /// A list that recorded nobody.
    #[error("list {0} recorded nobody; leave its column out")]
    EmptyList(ListId),
    /// No person on two lists.
    #[error(
        "no person is on two lists: without overlap the data cannot say how many were missed; check the linkage, or \
         report the {observed} distinct people as a documented minimum"
    )]
    NoOverlap {
        /// Distinct persons.
        observed: u64,
    },
    /// A list shares nobody with any other.
    #[error(
        "list {0} shares nobody with any other list: it tells nothing about the others; check the linkage or leave it out"
    )]
    DisjointList(ListId),
    /// Lists that overlap among themselves but share nobody with the rest.
    #[error(
        "lists {} share nobody with the other lists: the two groups tell nothing of one another; check the linkage or \
         estimate them apart",
        .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    )]
    DisjointGroup(Vec<ListId>),
    /// An option outside its range.
    #[error("{0}")]
    Option(&'static str),
    /// More unrecorded people than a decomposable model considers.
    #[error(
        "up to {asked} unrecorded people would have to be considered, more than {most}; set --max-missing to the most \
         that can be true"
    )]
    SupportTooLarge {
        /// How many were asked for.
        asked: u64,
        /// How many it considers.
        most: u64,
    },
    /// None of the models considered has an estimate.
    #[error(
        "no model considered ({0}) has a maximum-likelihood estimate on this table: too many overlaps are empty; merge lists, \
         or take another model"
    )]
    NoModelFits(usize),
    /// The model asked for has no estimate.
    #[error(
        "model {0} has no maximum-likelihood estimate on this table: its empty overlaps leave the number of the unrecorded \
         undetermined; take a model with fewer terms, or merge lists"
    )]
    ModelWithoutEstimate(String),
    /// A name that names no model of these lists.
    #[error("{name} names no model: {reason}; write its terms as [12+13], lists counted from 1")]
    ModelName {
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// No point of the prior can produce the counts, or the way from prior to posterior did not end.
    #[error("latent classes found no way from the prior to the posterior of this table; take another model")]
    NoPosterior,
}

/// What the reader of an estimate must know.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// Two lists share nobody.
    DisjointPair(ListId, ListId),
    /// Everyone on one list is on another.
    ListInside {
        /// The list inside.
        inner: ListId,
        /// The list around it.
        outer: ListId,
    },
    /// Fewer than ten people on two or more lists.
    FewOverlaps(u64),
    /// Models that were considered but have no estimate.
    ModelsWithoutEstimate(usize, usize),
    /// Models about as good as the best disagree by more than the interval.
    CloseModelDisagrees {
        /// Its name.
        model: String,
        /// Its estimate.
        estimate: f64,
        /// How far its criterion is from the best.
        delta: f64,
    },
    /// The profile likelihood has no upper limit.
    NoUpperLimit,
    /// Bootstrap replicates in which no model has a finite estimate.
    InfiniteReplicates {
        /// How many.
        infinite: u32,
        /// Of how many.
        replicates: u32,
    },
    /// The bootstrap determines no interval at all.
    NoBootstrapInterval,
    /// A limit lies where the bootstrap has no replicates.
    BootstrapLimitOutOfReach,
    /// Posterior mass at the end of the support.
    MassAtSupportEnd {
        /// Share of the mass in the last tenth.
        share: f64,
        /// Largest number of unrecorded people considered.
        max_missing: u64,
    },
    /// The posterior says that hardly anybody was missed.
    CollapsedOntoObserved,
    /// The estimate rests on a dependence between two lists that the user stated: their log odds ratio.
    StatedDependence(f64),
    /// A simulation did not reach its own standard; what it lacks.
    NotConverged(String),
    /// What the answer becomes when twice as many may be missing.
    AtTwiceTheCap {
        /// Largest number of unrecorded people considered.
        max_missing: u64,
        /// Estimate, lower and upper limit; absent when it did not converge.
        answer: Option<(f64, f64, f64)>,
    },
    /// The posterior has several modes, at these numbers with these weights.
    SeveralModes(Vec<(f64, f64)>),
    /// More parameters than counts to learn them from.
    GovernedByPrior {
        /// Parameters of the model.
        parameters: usize,
        /// Capture histories that can be observed.
        cells: usize,
    },
    /// Terms of Chao's bound set to zero because the data contradict them.
    ChaoTermsDropped(usize),
    /// Histories to which the chosen log-linear model gives nobody, its interactions running to minus infinity.
    BoundaryFit(usize),
    /// The estimate is the recorded number itself.
    NothingMissing,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::DisjointPair(a, b) => {
                write!(
                    f,
                    "Lists {a} and {b} share nobody: either they cover different people or the linkage missed them."
                )
            }
            Warning::ListInside { inner, outer } => write!(
                f,
                "Everyone on list {inner} is also on list {outer}: if one copied from the other they count as one source."
            ),
            Warning::FewOverlaps(n) => {
                write!(f, "Only {n} people are on two or more lists: the estimate rests on very few overlaps.")
            }
            Warning::ModelsWithoutEstimate(refused, all) => write!(
                f,
                "{refused} of {all} models have no maximum-likelihood estimate on this table and are left out."
            ),
            Warning::CloseModelDisagrees { model, estimate, delta } => write!(
                f,
                "Model {model} is almost as good ({delta:.2} behind by the criterion) and gives {estimate:.0}, outside the \
                 interval of the chosen model: the interval understates what is uncertain."
            ),
            Warning::NoUpperLimit => f.write_str(
                "The data set no upper limit: the profile likelihood does not fall off. No upper limit is given.",
            ),
            Warning::InfiniteReplicates { infinite, replicates } => write!(
                f,
                "{infinite} of {replicates} bootstrap replicates have no finite estimate; they count as larger than every other."
            ),
            Warning::NoBootstrapInterval => f.write_str(
                "The bootstrap gives no interval: the estimate hangs on single people, or lies outside all its replicates.",
            ),
            Warning::BootstrapLimitOutOfReach => f.write_str(
                "A limit of the bootstrap lies among replicates without a finite estimate or beyond the outermost one; it is \
                 not given. More replicates may settle it.",
            ),
            Warning::MassAtSupportEnd { share, max_missing } => write!(
                f,
                "{:.1} % of the posterior lies in the last tenth of the support (up to {max_missing} unrecorded people): \
                 the limit set beforehand, not the data, bounds the estimate.",
                share * 100.0
            ),
            Warning::CollapsedOntoObserved => f.write_str(
                "The posterior lies almost wholly on the observed count. On small sparse tables this model can do so \
                 whatever the truth is; do not read it as evidence that nobody was missed.",
            ),
            Warning::StatedDependence(log_odds_ratio) => write!(
                f,
                "The dependence between the lists is stated, not estimated: an odds ratio of {:.3} (logarithm {log_odds_ratio}). \
                 The number missing is that of independent lists times this ratio; say where the ratio comes from.",
                log_odds_ratio.exp()
            ),
            Warning::NotConverged(why) => write!(
                f,
                "The simulation did not converge: {why}. There is no estimate; the numbers it shows are its state, not an \
                 answer."
            ),
            Warning::AtTwiceTheCap { max_missing, answer: Some((estimate, lower, upper)) } => write!(
                f,
                "With up to {max_missing} unrecorded people the estimate is {estimate:.0} ({lower:.0} to {upper:.0})."
            ),
            Warning::AtTwiceTheCap { max_missing, answer: None } => {
                write!(f, "With up to {max_missing} unrecorded people the simulation does not converge.")
            }
            Warning::SeveralModes(modes) => {
                let parts = modes.iter().map(|(at, weight)| format!("near {at:.0} ({:.0} %)", weight * 100.0));
                write!(
                    f,
                    "The posterior has several modes: {}. The interval spans them; the estimate may lie where hardly any of \
                     the posterior does.",
                    parts.collect::<Vec<_>>().join(", ")
                )
            }
            Warning::GovernedByPrior { parameters, cells } => write!(
                f,
                "The model has {parameters} parameters for {cells} counts: the answer is governed by the prior, not by the \
                 data."
            ),
            Warning::ChaoTermsDropped(n) => write!(
                f,
                "{n} term(s) of the bound were set to zero because the counts of people on many lists contradict them."
            ),
            Warning::BoundaryFit(n) => write!(
                f,
                "The fit lies at its boundary: {n} empty capture histor{} taken as impossible rather than rare, because \
                 nobody has {}.",
                if *n == 1 { "y is" } else { "ies are" },
                if *n == 1 { "it" } else { "them" }
            ),
            Warning::NothingMissing => f.write_str(
                "The estimate is the number recorded: it lies at its boundary, where it says nothing of how many more there \
                 may be.",
            ),
        }
    }
}

impl Serialize for Warning {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
