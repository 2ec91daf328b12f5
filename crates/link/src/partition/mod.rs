//! Into which persons may the records fall, and how sure is that?
//!
//! A linkage that keeps the likely pairs gives one answer. Here the answer is a distribution over *partitions* of the
//! records into persons, so that whatever is computed from persons (counts, overlaps, estimates) can be computed again for
//! each draw and carries the doubt of the linkage. Draws of partitions, not of pairs: two pairs that share a record are
//! not independent, a record of a list without duplicates has one partner at most, and "a is b" and "b is c" say
//! "a is c".
//!
//! # The model
//! The probability of a partition `C` is, up to a constant,
//!
//! ```text
//! P(C) = product over persons c of  w(c) * product over pairs (a, b) within c of  LR(a, b)
//! ```
//!
//! - `LR(a, b)` = P(comparison | same person) / P(comparison | different persons), the weight of Fellegi and Sunter as a
//!   ratio. With comparisons independent given the partition, a partition's likelihood is the product of the first over the
//!   pairs within persons and of the second over all others; divided by the second over all pairs, this is what is left
//!   (Sadinle 2014, section 3).
//! - `w(c)` is the prior of a person with records on certain lists; see [`Prior`], where it is derived.
//!
//! A person's records must hang together by compared pairs. Then records in different connected components of the graph
//! of compared pairs are never one person, the distribution is a product over components, and each is worked on alone:
//! exactly while it has at most [`Sampling::exact_up_to`] records, by a Markov chain beyond.
//!
//! Judgements of people are certain: records judged the same are one record from here on, records judged different are
//! never joined. A judgement outranks the statement that a list has no duplicates.
//!
//! Random numbers are drawn from one stream per component, keyed by the seed and the component's first record, so that
//! neither the number of threads nor records elsewhere change a draw.
//!
//! # Sources
//! - M. Sadinle, "Detecting duplicates in a homicide registry using a Bayesian partitioning approach", Annals of Applied
//!   Statistics 8 (2014).
//! - M. Sadinle, "Bayesian estimation of bipartite matchings for record linkage", JASA 112 (2017).
//! - S. Aleshin-Guendel & M. Sadinle, "Multifile partitioning for record linkage and duplicate detection", JASA 118 (2023).
//! - N. G. Marchant, A. Kaplan, D. N. Elazar, B. I. P. Rubinstein & R. C. Steorts, "d-blink: distributed end-to-end
//!   Bayesian entity resolution", JCGS 30 (2021).
//! - S. Jain & R. M. Neal, "A split-merge Markov chain Monte Carlo procedure for the Dirichlet process mixture model",
//!   JCGS 13 (2004), and D. B. Dahl, "Sequentially-allocated merge-split sampler for conjugate and nonconjugate Dirichlet
//!   process mixture models" (2005).

mod chain;
mod draws;
mod exact;
mod graph;
mod missed;
mod prior;
#[cfg(test)]
mod tests;

pub use draws::{Draws, SizeRow};
pub use missed::Missed;
pub use prior::Prior;

use crate::Judgement;
use graph::Graph;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// More lists than this are refused: sets of lists are kept in as many bits.
pub const MOST_LISTS: usize = 256;

/// Two records that were compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// The earlier record.
    pub a: u32,
    /// The later record.
    pub b: u32,
    /// Log likelihood ratio of the comparison in bits: how much it speaks for one person, the prior left out.
    pub ratio: f64,
}

/// What is known of the records.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The list of each record.
    pub lists: &'a [u16],
    /// By list: whether it holds a person at most once.
    pub deduplicated: &'a [bool],
    /// The pairs that may be one person, each once with `a < b`, in ascending order.
    pub pairs: &'a [Compared],
    /// What any other pair says, in bits, when a chain of pairs brings both records together. As nothing is known of it but
    /// that it is not among `pairs`, this is the logarithm of the share of matches that are left out over the share of
    /// non-matches that are, the latter near 1. `None` forbids it, so that each two records of a person must be among `pairs`.
    pub absent: Option<f64>,
    /// What people judged.
    pub judgements: &'a [Judgement],
}

/// How to draw.
#[derive(Clone, Debug)]
pub struct Sampling {
    /// Seed of all random numbers.
    pub seed: u64,
    /// Partitions to draw.
    pub draws: u16,
    /// Components of at most so many records (those judged the same counted once) are drawn exactly; at most 12, as work
    /// grows threefold with each record. Larger ones are drawn by a Markov chain.
    pub exact_up_to: usize,
    /// Sweeps of the chain before the first draw.
    pub burn_in: u32,
    /// Sweeps of the chain from one draw to the next.
    pub thin: u32,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { seed: 1, draws: 200, exact_up_to: 10, burn_in: 100, thin: 5 }
    }
}

/// One fault in the evidence.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// Too many lists.
    #[error("there are {0} lists, more than {MOST_LISTS}")]
    TooManyLists(usize),
    /// A list that is not there.
    #[error("record {record} stands on list {list}, which does not exist")]
    NoSuchList {
        /// Position of the record.
        record: u32,
        /// The list it names.
        list: u16,
    },
    /// A pair or judgement of a record that is not there.
    #[error("records {a} and {b} are paired, of which at least one does not exist")]
    NoSuchRecord {
        /// One record.
        a: u32,
        /// The other.
        b: u32,
    },
    /// Pairs must ascend, so that none comes twice.
    #[error("the pair of records {a} and {b} is out of order")]
    Unordered {
        /// First record.
        a: u32,
        /// Second record.
        b: u32,
    },
    /// A ratio that is no number, or infinite.
    #[error("the pair of records {a} and {b} has no finite ratio")]
    NotFinite {
        /// First record.
        a: u32,
        /// Second record.
        b: u32,
    },
    /// The ratio of absent pairs is no number, or infinite.
    #[error("the ratio of absent pairs is not finite")]
    AbsentNotFinite,
    /// Judged different, though other judgements make them the same.
    #[error("records {a} and {b} are judged different, but judged the same by way of other judgements")]
    Contradiction {
        /// One record.
        a: u32,
        /// The other.
        b: u32,
    },
    /// The prior is of other lists than the evidence.
    #[error("the prior is of {prior} lists, the evidence of {evidence}")]
    OtherLists {
        /// Lists of the prior.
        prior: usize,
        /// Lists of the evidence.
        evidence: usize,
    },
    /// A share of matches that is none.
    #[error("between lists {0} and {1} the share of pairs that match is not between 0 and 1")]
    Share(usize, usize),
    /// Missed matches that cannot be: of a list that is not there, or within one without duplicates, or not a number.
    #[error("matches missed between lists {0} and {1} are impossible")]
    Missed(u16, u16),
    /// The standard deviation of missed matches is no number, or below zero.
    #[error("the standard deviation of missed matches is not a number from 0 on")]
    MissedDeviation,
}

/// Evidence that cannot be used, with all its faults.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the evidence for persons cannot be used: {}", .0.iter().map(Fault::to_string).collect::<Vec<_>>().join("; "))]
pub struct Unusable(pub Vec<Fault>);

/// How likely each pair is one person, given all pairs.
#[derive(Clone, Debug, PartialEq)]
pub struct Marginals {
    /// Probability by pair of [`Evidence::pairs`]: exact in components worked exactly, elsewhere the mean of conditional
    /// probabilities over the chain.
    pub pairs: Vec<f64>,
    /// Expected number of persons.
    pub persons: f64,
}

/// The distribution over partitions.
pub struct Posterior<'a> {
    graph: Graph<'a>,
    prior: &'a Prior,
}

/// What a stream of random numbers is for: no two purposes may share one.
#[derive(Clone, Copy)]
enum Purpose {
    Draws,
    Marginals,
    Missed,
}

fn stream(seed: u64, purpose: Purpose, key: u32) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(u64::from(key) << 2 | purpose as u64);
    rng
}

impl<'a> Posterior<'a> {
    /// Finds the components of the evidence.
    ///
    /// # Errors
    /// With every fault of the evidence.
    pub fn new(evidence: &Evidence<'a>, prior: &'a Prior) -> Result<Self, Unusable> {
        let graph = Graph::new(evidence)?;
        let (prior_lists, lists) = (prior.lists(), evidence.deduplicated.len());
        if prior_lists != lists {
            return Err(Unusable(vec![Fault::OtherLists { prior: prior_lists, evidence: lists }]));
        }
        Ok(Self { graph, prior })
    }

    /// The probability of each pair, and the expected number of persons, without a draw. In components worked exactly, which
    /// most are, this costs a few microseconds a component and has no error.
    pub fn marginals(&self, sampling: &Sampling) -> Marginals {
        let of_component = |at: usize| {
            let local = self.graph.local(at);
            let rows = self.graph.pairs_of(at);
            if local.atoms() <= sampling.exact_limit() {
                let (together, persons) = exact::Exact::new(&local, self.prior).marginals();
                let value = |&(pair, a, b): &(u32, u32, u32)| (pair, together[a as usize * local.atoms() + b as usize]);
                (rows(&local).iter().map(value).collect::<Vec<_>>(), persons)
            } else {
                let rng = stream(sampling.seed, Purpose::Marginals, self.graph.first(at));
                let (together, persons) = chain::marginals(&local, self.prior, sampling, rng);
                let value = |&(pair, a, b): &(u32, u32, u32)| (pair, together.get(&(a, b)).copied().unwrap_or(0.0));
                (rows(&local).iter().map(value).collect::<Vec<_>>(), persons)
            }
        };
        let parts: Vec<(Vec<(u32, f64)>, f64)> =
            (0..self.graph.components()).into_par_iter().with_min_len(64).map(of_component).collect();
        let mut pairs = self.graph.judged();
        let mut persons = f64::from(self.graph.alone());
        for (values, expected) in parts {
            values.into_iter().for_each(|(pair, p)| pairs[pair as usize] = p);
            persons += expected;
        }
        Marginals { pairs, persons }
    }

    /// Draws partitions, with matches that blocking missed.
    ///
    /// # Errors
    /// When what is said to be missed cannot be.
    pub fn draw(&self, sampling: &Sampling, missed: &Missed) -> Result<Draws<'_>, Unusable> {
        missed.check(self.graph.evidence())?;
        let of_component = |at: usize| {
            let local = self.graph.local(at);
            let mut rng = stream(sampling.seed, Purpose::Draws, self.graph.first(at));
            let mut book = draws::Book::default();
            if local.atoms() <= sampling.exact_limit() {
                exact::Exact::new(&local, self.prior).draw(sampling.draws, &mut rng, &mut book);
            } else {
                chain::draw(&local, self.prior, sampling, rng, &mut book);
            }
            book.close(&local)
        };
        let books = (0..self.graph.components()).into_par_iter().with_min_len(64).map(of_component).collect();
        let mut draws = Draws::new(&self.graph, sampling.draws, books);
        draws.join_missed(missed, sampling.seed);
        Ok(draws)
    }
}

impl Sampling {
    fn exact_limit(&self) -> usize {
        self.exact_up_to.min(exact::MOST_EXACT)
    }
}

/// Draws a position in proportion to weights given as logarithms, as is `total`, their sum; `uniform` lies in [0, 1).
fn choose(logs: &[f64], total: f64, uniform: f64) -> usize {
    let mut left = uniform;
    for (at, log) in logs.iter().enumerate() {
        left -= (log - total).exp();
        if left < 0.0 {
            return at;
        }
    }
    // Rounding may leave a hair; the largest is the safest, for it is possible.
    logs.iter().enumerate().max_by(|x, y| x.1.total_cmp(y.1)).map_or(0, |(at, _)| at)
}

/// Logarithm of the sum of numbers given as logarithms.
fn log_sum(logs: &[f64]) -> f64 {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return most;
    }
    most + logs.iter().map(|log| (log - most).exp()).sum::<f64>().ln()
}

/// Pairs of atoms and how often, or how likely, they are together.
type Together = FxHashMap<(u32, u32), f64>;
