//! What is asked of the engine, and why may it refuse?

use crate::blocking::{Blocking, MOST_RULES};
use crate::counts::MOST_KEPT;

/// Pairs of lists are numbered in 16 bits.
pub(crate) const MOST_LISTS: usize = 255;

/// How to link.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which pairs are compared.
    pub blocking: Blocking,
    /// Probability from which a pair is a link; `None` lets the engine choose where expected F1 is largest.
    pub threshold: Option<f64>,
    /// Pairs less likely than this are compared, counted, and then forgotten; at most [`Options::KEEP`], because persons are
    /// made from the pairs above it.
    pub keep_above: f64,
    /// More pairs than this are refused before any is compared.
    pub max_pairs: u64,
    /// Seed of the random pairs from which `u` is learned when rules choose the pairs.
    pub seed: u64,
    /// What people have judged of pairs of records: it binds the persons and teaches the model.
    pub judgements: Vec<Judgement>,
}

/// What people judged of a pair of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// One record.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// Whether both speak of one person.
    pub same: bool,
}

impl Options {
    /// Pairs that matter for making persons are at least this likely.
    pub const KEEP: f64 = 0.01;
}

impl Default for Options {
    fn default() -> Self {
        Self {
            blocking: Blocking::Auto,
            threshold: None,
            keep_above: Self::KEEP,
            max_pairs: 20_000_000_000,
            seed: 1,
            judgements: Vec::new(),
        }
    }
}

/// Hears how far the work has come. `()` does not listen.
pub trait Progress: Sync {
    /// A stage of `total` units begins.
    fn begin(&self, stage: &'static str, total: u64);
    /// A step begins that takes no time on short lists: worth knowing where the work is timed, and nowhere else.
    fn step(&self, _step: &'static str) {}
    /// So many more units are done.
    fn advance(&self, units: u64);
}

impl Progress for () {
    fn begin(&self, _: &'static str, _: u64) {}
    fn advance(&self, _: u64) {}
}

/// Why nothing was linked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LinkError {
    /// No record at all, or only one.
    #[error("there are {0} records; linking needs at least two")]
    TooFewRecords(usize),
    /// More lists than pairs of lists can be counted for.
    #[error("there are {0} lists, more than {MOST_LISTS}; check the column that names the list")]
    TooManyLists(usize),
    /// More likely matches than fit into memory.
    #[error(
        "more than {MOST_KEPT} pairs may be matches, so that most records look alike; map columns that tell people apart, or \
         keep pairs from a higher probability"
    )]
    TooManyLikelyPairs,
    /// Nothing brings two records together.
    #[error(
        "no two records may be compared: they meet no blocking rule, or all stand on one list said to be without duplicates; \
         take rules with fewer keys, or none to compare every pair"
    )]
    NoPairs,
    /// No field can be compared.
    #[error(
        "no two records can be compared in any field: map at least a name, a date or a place that several records have"
    )]
    NothingToCompare,
    /// A rule makes more pairs than allowed.
    #[error("{what} makes {pairs} pairs, more than the {limit} allowed; add a key to the rule, or allow more")]
    TooManyPairs {
        /// The rule, or all pairs.
        what: String,
        /// How many it makes.
        pairs: u64,
        /// How many are allowed.
        limit: u64,
    },
    /// More rules than a pair can remember.
    #[error("there are more than {MOST_RULES} blocking rules; take fewer, wider ones")]
    TooManyRules,
    /// An option outside its range.
    #[error("{0}")]
    Option(&'static str),
}
