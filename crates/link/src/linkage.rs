//! From records to persons: the steps in their order.

use crate::blocking::{ALL_PAIRS, Blocking, Blocks, Rule, stretches};
use crate::cluster;
use crate::field::MISSING;
use crate::model::{Frequencies, Model};
use crate::records::RecordSet;
use crate::threshold::{self, Threshold};
use crate::train::{self, Session, list_pair};
use crate::{Field, Pattern};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Pairs of lists are numbered in 16 bits.
const MOST_LISTS: usize = 255;

/// Agreement must speak against a match by this many bits to be announced: a field that is the same everywhere comes out a
/// hair below zero.
const CONTRADICTION: f64 = 0.1;

/// At 48 bytes a pair this is 2.4 GB; real lists keep a few pairs a record.
const MOST_KEPT: u64 = 50_000_000;

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
    /// An option outside its range.
    #[error("{0}")]
    Option(&'static str),
}

/// What the reader of a linkage must know.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// EM did not settle.
    NotSettled,
    /// A field with too few matches to learn from.
    Untrained(Field),
    /// A field whose full agreement speaks against a match.
    Contradicts(Field),
    /// A field in which likely matches mostly differ: the sign of a training that went astray.
    MatchesDiffer(Field),
    /// Records whose name says that no name is known.
    Unnamed(u64),
    /// Links that clustering overruled.
    Overruled(u64),
    /// Joins that a list without duplicates forbade.
    Forbidden(u64),
    /// The model expects no match.
    NoMatches,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::NotSettled => f.write_str("Training did not settle; weights and probabilities are not reliable."),
            Warning::Untrained(field) => {
                write!(
                    f,
                    "Too few likely matches have a {} on both sides: its weights are a guess, not learned.",
                    field.name()
                )
            }
            Warning::Contradicts(field) => write!(
                f,
                "Full agreement in {} speaks against a match under the trained model: check the mapping of that column.",
                field.name()
            ),
            Warning::MatchesDiffer(field) => write!(
                f,
                "Likely matches often differ in {} although both records say it: training may have taken people with similar \
                 names for one person. Do not rely on this linkage; map columns that tell people apart.",
                field.name()
            ),
            Warning::Unnamed(n) => {
                write!(f, "{n} records say that no name is known; they are linked by their other fields only.")
            }
            Warning::Overruled(n) => {
                write!(
                    f,
                    "{n} pairs above the threshold ended in different persons because other pairs contradict them."
                )
            }
            Warning::Forbidden(n) => write!(
                f,
                "{n} joins were refused because a list said to be without duplicates would have had one person twice."
            ),
            Warning::NoMatches => f.write_str("No pair is likely enough to be a match: every record stands alone."),
        }
    }
}

/// Two records that may be one person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoredPair {
    /// The earlier record.
    pub a: u32,
    /// The later record.
    pub b: u32,
    /// How they agree.
    pub pattern: Pattern,
    /// Match weight in bits, without the prior: the sum of the contributions of the fields.
    pub weight: f64,
    /// Probability that they are one person.
    pub probability: f64,
    /// Position of the rule that made the pair.
    pub rule: u16,
}

/// What a rule made.
#[derive(Clone, Debug, Serialize)]
pub struct RuleCount {
    /// The rule as written; `all pairs` where no rule chose.
    pub rule: String,
    /// Pairs it makes.
    pub pairs: u64,
    /// Pairs it is the first to make.
    pub new: u64,
}

/// The outcome of a linkage.
pub struct Linkage<'a> {
    /// The trained model.
    pub model: Model,
    /// Pairs at or above [`Options::keep_above`], by record.
    pub pairs: Vec<ScoredPair>,
    /// Distinct pairs compared.
    pub compared: u64,
    /// By rule.
    pub rules: Vec<RuleCount>,
    /// The threshold.
    pub threshold: Threshold,
    /// The person of each record, counted from 0 in the order of first records.
    pub persons: Vec<u32>,
    /// What to know before using it.
    pub warnings: Vec<Warning>,
    set: &'a RecordSet,
    frequencies: Frequencies,
}

/// Links the records of all lists, within and between them.
///
/// # Errors
/// When there is nothing to compare, or more pairs than `options.max_pairs`.
pub fn link<'a>(set: &'a RecordSet, options: &Options, progress: &dyn Progress) -> Result<Linkage<'a>, LinkError> {
    check(set, options)?;
    let rules = rules(set, options);
    let blocks = rules.as_ref().map(|rules| Blocks::new(set, rules));
    let pairs = limit(set, rules.as_deref(), blocks.as_ref(), options)?;

    progress.begin("comparing pairs", pairs);
    let sessions = sessions(set, rules.as_deref(), blocks.as_ref(), progress);
    if sessions.iter().all(|s| s.counts.is_empty()) {
        return Err(LinkError::NoPairs);
    }
    if sessions.iter().all(|s| s.counts.keys().all(|(_, p)| *p == Pattern::default())) {
        return Err(LinkError::NothingToCompare);
    }
    let model = train::train(set, &sessions, options.seed);

    progress.begin("scoring pairs", pairs);
    let frequencies = Frequencies::new(set);
    let scorer = Scorer::new(set, &model, &frequencies, options.keep_above);
    let (pairs, below) = scorer.score_all(blocks.as_ref(), progress);
    if scorer.kept.into_inner() > MOST_KEPT {
        return Err(LinkError::TooManyLikelyPairs);
    }

    let probabilities: Vec<f64> = pairs.iter().map(|p| p.probability).collect();
    let threshold = threshold::choose(&probabilities, below, options.threshold);
    let persons = cluster::cluster(set, &pairs, threshold.probability);
    let counts = rule_counts(rules.as_deref(), blocks.as_ref(), &sessions);
    let warnings = warnings(set, &model, &threshold, &persons);
    Ok(Linkage {
        model,
        compared: counts.iter().map(|r| r.new).sum(),
        rules: counts,
        pairs,
        threshold,
        persons: persons.of_record,
        warnings,
        set,
        frequencies,
    })
}

fn check(set: &RecordSet, options: &Options) -> Result<(), LinkError> {
    let probability = |p: f64| p > 0.0 && p < 1.0;
    if set.lists.len() > MOST_LISTS {
        return Err(LinkError::TooManyLists(set.lists.len()));
    }
    if set.len() < 2 {
        return Err(LinkError::TooFewRecords(set.len()));
    }
    if options.threshold.is_some_and(|t| !probability(t)) {
        return Err(LinkError::Option("the threshold must lie between 0 and 1, such as 0.9"));
    }
    if !(options.keep_above > 0.0 && options.keep_above <= Options::KEEP) {
        return Err(LinkError::Option("pairs must be kept from a probability above 0 and at most 0.01 on"));
    }
    if options.threshold.is_some_and(|t| t < Options::KEEP) {
        return Err(LinkError::Option(
            "the threshold must be at least 0.01: less likely pairs are not looked at again",
        ));
    }
    Ok(())
}

/// The rules that choose the pairs; `None` where every pair is compared.
fn rules(set: &RecordSet, options: &Options) -> Option<Vec<Rule>> {
    match &options.blocking {
        Blocking::AllPairs => None,
        Blocking::Rules(rules) => Some(rules.clone()),
        Blocking::Auto => (set.len() > ALL_PAIRS).then(Rule::defaults),
    }
}

/// How many pairs there will be, or which rule makes too many.
fn limit(
    set: &RecordSet,
    rules: Option<&[Rule]>,
    blocks: Option<&Blocks>,
    options: &Options,
) -> Result<u64, LinkError> {
    let too_many = |what: String, pairs: u64| LinkError::TooManyPairs { what, pairs, limit: options.max_pairs };
    let (Some(rules), Some(blocks)) = (rules, blocks) else {
        let pairs = set.len() as u64 * (set.len() as u64 - 1) / 2;
        return if pairs > options.max_pairs { Err(too_many("comparing every pair".into(), pairs)) } else { Ok(pairs) };
    };
    let made = blocks.pairs_made();
    let total: u64 = made.iter().sum();
    if total <= options.max_pairs {
        return Ok(total);
    }
    let (rule, pairs) = rules.iter().zip(&made).max_by_key(|(_, pairs)| **pairs).ok_or(LinkError::NothingToCompare)?;
    Err(too_many(format!("the rules make {total} pairs in all; the rule `{rule}` alone"), *pairs))
}

fn sessions<'r>(
    set: &RecordSet,
    rules: Option<&'r [Rule]>,
    blocks: Option<&Blocks>,
    progress: &dyn Progress,
) -> Vec<Session<'r>> {
    let (Some(rules), Some(blocks)) = (rules, blocks) else {
        return vec![Session { rule: None, counts: train::count_all(set, &|n| progress.advance(n)) }];
    };
    let session = |(at, rule): (usize, &'r Rule)| {
        let counts = train::count_rule(set, blocks, at);
        progress.advance(counts.values().map(|seen| seen.all).sum());
        Session { rule: Some(rule), counts }
    };
    rules.iter().enumerate().map(session).collect()
}

fn rule_counts(rules: Option<&[Rule]>, blocks: Option<&Blocks>, sessions: &[Session]) -> Vec<RuleCount> {
    let new = |s: &Session| s.counts.values().map(|seen| seen.new).sum::<u64>();
    match (rules, blocks) {
        (Some(rules), Some(blocks)) => {
            let made = blocks.pairs_made();
            let counts = rules.iter().zip(made).zip(sessions);
            counts.map(|((rule, pairs), s)| RuleCount { rule: rule.to_string(), pairs, new: new(s) }).collect()
        }
        _ => sessions.iter().map(|s| RuleCount { rule: "all pairs".into(), pairs: new(s), new: new(s) }).collect(),
    }
}

fn warnings(set: &RecordSet, model: &Model, threshold: &Threshold, persons: &cluster::Persons) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if !model.converged {
        warnings.push(Warning::NotSettled);
    }
    for field in &model.fields {
        if !field.trained {
            warnings.push(Warning::Untrained(field.field));
        } else if field.levels[0].weight < -CONTRADICTION {
            warnings.push(Warning::Contradicts(field.field));
        } else if field.levels.last().is_some_and(|l| l.m > train::MOST_CONTRADICTIONS - 1e-6) {
            warnings.push(Warning::MatchesDiffer(field.field));
        }
    }
    let some = |n: u64| (n > 0).then_some(n);
    warnings.extend(some(set.unnamed()).map(Warning::Unnamed));
    warnings.extend(some(persons.overruled).map(Warning::Overruled));
    warnings.extend(some(persons.forbidden).map(Warning::Forbidden));
    if threshold.links == 0 {
        warnings.push(Warning::NoMatches);
    }
    warnings
}

/// Turns pairs into weights and probabilities.
struct Scorer<'a> {
    set: &'a RecordSet,
    model: &'a Model,
    frequencies: &'a Frequencies,
    keep_above: f64,
    /// Prior log-odds by pair of lists, in bits.
    prior: Vec<f64>,
    /// The most that rare values can add, by field.
    most: Vec<(Field, f64)>,
    /// Pairs kept so far, by all threads.
    kept: AtomicU64,
}

/// What one piece of scoring work found.
#[derive(Default)]
struct Scored {
    kept: Vec<ScoredPair>,
    /// What is known of a pattern between two lists before rare values are looked at.
    seen: FxHashMap<(u16, Pattern), Base>,
    /// Expected matches among the pairs not kept.
    below: f64,
}

/// What a pattern between two lists comes to without rare values.
#[derive(Clone, Copy)]
struct Base {
    weight: f64,
    probability: f64,
    /// Whether rare values could lift it to where pairs are kept.
    within_reach: bool,
}

impl<'a> Scorer<'a> {
    fn new(set: &'a RecordSet, model: &'a Model, frequencies: &'a Frequencies, keep_above: f64) -> Self {
        let odds = |p: f64| if p > 0.0 { (p / (1.0 - p)).log2() } else { f64::NEG_INFINITY };
        Self {
            set,
            model,
            frequencies,
            keep_above,
            prior: model.priors.iter().map(|p| odds(p.probability)).collect(),
            most: model.fields.iter().map(|f| (f.field, frequencies.most(f.field))).collect(),
            kept: AtomicU64::new(0),
        }
    }

    /// The pairs worth keeping, by record, and the expected matches among the others.
    fn score_all(&self, blocks: Option<&Blocks>, progress: &dyn Progress) -> (Vec<ScoredPair>, f64) {
        let parts: Vec<Scored> = match blocks {
            None => stretches(self.set.len())
                .collect::<Vec<_>>()
                .into_par_iter()
                .map(|rows| {
                    let mut scored = Scored::default();
                    let pairs = rows.clone().map(|i| i as u64).sum();
                    rows.for_each(|i| (0..i as u32).for_each(|j| self.score(&mut scored, j, i as u32, 0)));
                    progress.advance(pairs);
                    scored
                })
                .collect(),
            Some(blocks) => blocks
                .pairs_made()
                .into_iter()
                .enumerate()
                .flat_map(|(rule, pairs)| {
                    let visit = |scored: &mut Scored, a, b, new| {
                        if new {
                            self.score(scored, a, b, rule as u16);
                        }
                    };
                    let parts = blocks.fold_pairs(rule, Scored::default, visit);
                    progress.advance(pairs);
                    parts
                })
                .collect(),
        };
        let below = parts.iter().map(|p| p.below).sum();
        let mut kept: Vec<ScoredPair> = parts.into_iter().flat_map(|p| p.kept).collect();
        kept.sort_by_key(|p| (p.a, p.b));
        (kept, below)
    }

    fn score(&self, scored: &mut Scored, a: u32, b: u32, rule: u16) {
        if !self.set.may_match(a, b) {
            return;
        }
        let pattern = self.set.pattern(a, b);
        let lists = list_pair(self.set, a, b);
        let base = *scored.seen.entry((lists, pattern)).or_insert_with(|| self.base(lists, pattern));
        if !base.within_reach {
            // Rare values would add to it, but such a pair is far below the floor either way.
            scored.below += base.probability;
            return;
        }
        let rare: f64 =
            self.most.iter().map(|&(f, _)| self.frequencies.adjustment(self.set, f, pattern.level(f), a, b)).sum();
        let weight = base.weight + rare;
        let probability = probability(self.prior[lists as usize] + weight);
        if probability < self.keep_above {
            scored.below += probability;
        } else if self.kept.fetch_add(1, Ordering::Relaxed) < MOST_KEPT {
            scored.kept.push(ScoredPair { a, b, pattern, weight, probability, rule });
        }
    }

    fn base(&self, lists: u16, pattern: Pattern) -> Base {
        let mut weight = 0.0;
        let mut most = 0.0;
        for &(field, rarest) in &self.most {
            weight += self.model.weight(field, pattern);
            if pattern.level(field) == crate::field::SAME {
                most += rarest;
            }
        }
        let prior = self.prior[lists as usize];
        Base {
            weight,
            probability: probability(prior + weight),
            within_reach: probability(prior + weight + most) >= self.keep_above,
        }
    }
}

fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp2())
}

impl Linkage<'_> {
    /// What each field of the model adds to the weight of a pair, in bits; absent where a record does not say. The sum is
    /// the pair's weight.
    pub fn contributions(&self, pair: &ScoredPair) -> Vec<(Field, Option<f64>)> {
        let of = |field: Field| {
            let level = pair.pattern.level(field);
            let rare = self.frequencies.adjustment(self.set, field, level, pair.a, pair.b);
            (level != MISSING).then(|| self.model.weight(field, pair.pattern) + rare)
        };
        self.model.fields.iter().map(|f| (f.field, of(f.field))).collect()
    }

    /// How two records compare, whether or not they were compared before.
    pub fn explain(&self, a: u32, b: u32) -> ScoredPair {
        let (a, b) = (a.min(b), a.max(b));
        let pattern = self.set.pattern(a, b);
        let weight: f64 = self
            .model
            .fields
            .iter()
            .map(|f| {
                let rare = self.frequencies.adjustment(self.set, f.field, pattern.level(f.field), a, b);
                self.model.weight(f.field, pattern) + rare
            })
            .sum();
        let prior = self.model.priors[usize::from(list_pair(self.set, a, b))].probability;
        let probability = probability((prior / (1.0 - prior)).log2() + weight);
        ScoredPair { a, b, pattern, weight, probability, rule: u16::MAX }
    }

    /// The persons that another threshold would give; not below the floor at which pairs were kept.
    pub fn persons_at(&self, threshold: f64) -> Vec<u32> {
        cluster::cluster(self.set, &self.pairs, threshold).of_record
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use factum_model::{ListId, Name, Record, RecordId};

    /// Records by list and whole name; the first list has no duplicates.
    fn set(records: &[(usize, &str)]) -> RecordSet {
        let mut set = RecordSet::default();
        set.add_list(ListId::new("a"), true);
        set.add_list(ListId::new("b"), false);
        for (list, name) in records {
            let mut record = Record::new(RecordId::new(*name), 2);
            record.names.push(Name { full: Some((*name).into()), ..Name::default() });
            set.push(*list, &record);
        }
        set
    }

    fn refused(records: &[(usize, &str)], options: Options) -> LinkError {
        link(&set(records), &options, &()).err().unwrap()
    }

    #[test]
    fn a_list_without_duplicates_is_not_compared_with_itself() {
        let set = set(&[(0, "Ana Mirel"), (0, "Ana Mirel"), (1, "Doru Vass"), (1, "Jon Esk")]);
        assert_eq!(link(&set, &Options::default(), &()).unwrap().compared, 5);
    }

    #[test]
    fn work_that_makes_no_sense_is_refused_before_it_begins() {
        let two = [(1, "Ana Mirel"), (1, "Doru Vass")];
        assert_eq!(refused(&two[..1], Options::default()), LinkError::TooFewRecords(1));
        assert_eq!(refused(&[(1, ""), (1, "")], Options::default()), LinkError::NothingToCompare);
        let number = Blocking::Rules(vec!["number".parse().unwrap()]);
        assert_eq!(refused(&two, Options { blocking: number, ..Options::default() }), LinkError::NoPairs);
        assert!(matches!(
            refused(&two, Options { max_pairs: 0, ..Options::default() }),
            LinkError::TooManyPairs { .. }
        ));
        assert!(matches!(
            refused(&two, Options { threshold: Some(0.001), ..Options::default() }),
            LinkError::Option(_)
        ));
    }

    #[test]
    fn contributions_add_up_to_the_weight() {
        let names = ["Ana Mirel", "Anna Mirel", "Doru Vass", "Doru Vass", "Jon Esk", "Petra Ilin"];
        let set = set(&names.map(|n| (1, n)));
        let linkage = link(&set, &Options::default(), &()).unwrap();
        assert!(!linkage.pairs.is_empty());
        for pair in &linkage.pairs {
            let sum: f64 = linkage.contributions(pair).iter().filter_map(|c| c.1).sum();
            assert!((sum - pair.weight).abs() < 1e-9);
        }
    }
}
