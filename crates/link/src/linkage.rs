//! From records to persons: the steps in their order.

use crate::blocking::{ALL_PAIRS, Blocking, Blocks, MOST_RULES, Rule, Teaching};
use crate::cluster::{self, Bits, Components, Votes};
use crate::compare::Memory;
use crate::counts::{self, Counted, Counter, Kept, Key};
use crate::glance::Bounds;
use crate::model::{Model, Scorer, log_odds, probability};
use crate::pairs::{Source, picks};
use crate::recall::{self, Recall};
use crate::records::RecordSet;
use crate::renderings::{self, Learned, Renderings};
use crate::request::{Judgement, LinkError, MOST_LISTS, Options, Progress};
use crate::rows::{FETCHED, Rows, Sides};
use crate::strangers;
use crate::threshold::{self, Falling, Threshold};
use crate::train::{Em, Groups, Learning, TEACHES_ALL};
use crate::warning::{Warning, warnings};
use crate::{Field, Pattern};
use rayon::prelude::*;
use serde::Serialize;

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
    /// What blocking is estimated to have found; absent where every pair was compared.
    pub recall: Option<Recall>,
    /// The threshold.
    pub threshold: Threshold,
    /// The person of each record, counted from 0 in the order of first records.
    pub persons: Vec<u32>,
    /// What was learned of lists that write the same names in different ways, and compared with; by pair of lists.
    pub renderings: Vec<Learned>,
    /// What to know before using it.
    pub warnings: Vec<Warning>,
    pub(crate) rows: Rows<'a>,
    pub(crate) scorer: Scorer,
    pub(crate) judgements: Vec<Judgement>,
    /// Expected matches that were never compared, or are below the floor.
    pub(crate) left_out: f64,
}

/// How far below the floor a pattern is still kept under a preliminary model, in natural log-odds: a factor of 3,000, by
/// which training rarely moves a pattern. Where it does, the pairs are visited again.
const SLACK: f64 = 8.0;

/// The same under a model that was trained on a share of the same pairs: it hardly moves.
const LEARNED_SLACK: f64 = 1.5;

/// Pairs of rules visited to train a preliminary model: with one match in a hundred pairs, ten thousand matches.
const SAMPLED: u64 = 1 << 20;

/// Links the records of all lists, within and between them.
///
/// # Errors
/// When there is nothing to compare, or more pairs than `options.max_pairs`.
pub fn link<'a>(set: &'a RecordSet, options: &Options, progress: &dyn Progress) -> Result<Linkage<'a>, LinkError> {
    check(set, options)?;
    progress.step("laying records out");
    let mut rows = Rows::new(set);
    progress.step("choosing pairs");
    let rules = rules(&rows, options);
    let step = |rows: &Rows<'_>| {
        let source = match &rules {
            None => Source::All(set.len()),
            Some(rules) => Source::Rules(Blocks::new(set, rules)),
        };
        limit(rules.as_deref(), &source, options)?;
        compare(rows, source, rules.as_deref(), options, progress)
    };
    let mut found = step(&rows)?;
    let mut learned = Vec::new();
    for _ in 0..renderings::ROUNDS {
        let Some((known, told)) = found.renderings.take() else { break };
        rows.know(known);
        learned = told;
        let before = std::mem::replace(&mut found, step(&rows)?);
        if renderings::settled(
            (&before.pairs, before.threshold.probability),
            (&found.pairs, found.threshold.probability),
        ) {
            break;
        }
    }
    let Found { model, scorer, pairs, compared, rules, recall, threshold, persons, left_out, identical, .. } = found;
    let warnings = warnings(set, &model, &threshold, &persons, (rows.heaps, identical), &learned);
    Ok(Linkage {
        compared,
        rules,
        model,
        pairs,
        recall,
        threshold,
        persons: persons.of_record,
        renderings: learned,
        warnings,
        rows,
        scorer,
        judgements: options.judgements.clone(),
        left_out,
    })
}

/// Chooses the threshold and makes persons. Pairs that two others join into a person although they look unlike are matches
/// that no single comparison shows: once persons are made they count among the matches that are missed, and the threshold
/// is chosen again.
fn decide(
    set: &RecordSet,
    pairs: &[ScoredPair],
    votes: impl Votes,
    missed: f64,
    options: &Options,
) -> (Threshold, cluster::Persons) {
    let (probabilities, components) = rayon::join(
        || Falling::new(pairs.iter().map(|p| p.probability).collect()),
        || Components::new(set, pairs, &options.judgements, votes),
    );
    let first = threshold::choose(&probabilities, missed, options.threshold);
    let persons = components.cluster(first.probability);
    let implied = persons.implied as f64 * first.expected_precision.unwrap_or(0.0);
    let threshold = threshold::choose(&probabilities, missed.max(implied), options.threshold);
    if threshold.probability == first.probability {
        return (threshold, persons);
    }
    let persons = components.cluster(threshold.probability);
    (threshold, persons)
}

/// What comparing all pairs once leaves.
struct Found {
    model: Model,
    scorer: Scorer,
    pairs: Vec<ScoredPair>,
    compared: u64,
    rules: Vec<RuleCount>,
    recall: Option<Recall>,
    threshold: Threshold,
    persons: cluster::Persons,
    left_out: f64,
    /// What the pairs teach of lists that write the same names in different ways.
    renderings: Option<(Renderings, Vec<Learned>)>,
    /// Records that say the same as many others.
    identical: u64,
}

/// Counts, learns and scores. The blocks are gone before what is kept takes their room.
fn compare(
    rows: &Rows<'_>,
    source: Source,
    rules: Option<&[Rule]>,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Found, LinkError> {
    let trained = Trainer { rows, source: &source, rules, options, progress }.train()?;
    let Trained { em, counted, seen, share, recall } = trained;

    let Counted { kept, by_rule, .. } = counted;
    let compared = by_rule.iter().sum();
    let rules = rule_counts(rules, &source, &by_rule);
    drop(source);
    progress.begin("scoring pairs", kept.len() as u64);
    let scorer = em.scorer();
    let model = em.model(&seen);
    drop(em);
    let below = below(&scorer, &seen, options.keep_above) / share;
    let pairs = score(rows, &scorer, &kept, options);
    drop(kept);
    progress.step("making persons");
    let left_out = recall.as_ref().map_or(0.0, |r| r.missed) + below;
    let learn = || (renderings::learn(rows, &pairs), rows.identical());
    let ((threshold, persons), (renderings, identical)) =
        rayon::join(|| decide(rows.set, &pairs, votes(rows, &scorer), left_out, options), learn);

    let found =
        Found { model, scorer, pairs, compared, rules, recall, threshold, persons, left_out, renderings, identical };
    Ok(found)
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
    if matches!(&options.blocking, Blocking::Rules(rules) if rules.len() > MOST_RULES) {
        return Err(LinkError::TooManyRules);
    }
    let known = |j: &Judgement| j.a != j.b && (j.a.max(j.b) as usize) < set.len();
    if !options.judgements.iter().all(known) {
        return Err(LinkError::Option("a judgement must name two different records of the lists"));
    }
    Ok(())
}

/// The rules that choose the pairs; `None` where every pair is compared.
fn rules(rows: &Rows<'_>, options: &Options) -> Option<Vec<Rule>> {
    match &options.blocking {
        Blocking::AllPairs => None,
        Blocking::Rules(rules) => Some(rules.clone()),
        Blocking::Auto => (rows.set.len() > ALL_PAIRS).then(|| crate::propose::rules(rows, options.seed)),
    }
}

/// Whether there are more pairs than allowed, and which rule makes most of them.
fn limit(rules: Option<&[Rule]>, source: &Source, options: &Options) -> Result<(), LinkError> {
    let total = source.pairs();
    let too_many = |what: String, pairs: u64| LinkError::TooManyPairs { what, pairs, limit: options.max_pairs };
    match (rules, source) {
        _ if total <= options.max_pairs => Ok(()),
        (Some(rules), Source::Rules(blocks)) => {
            let made = blocks.pairs_made();
            let most = made.iter().enumerate().max_by_key(|(_, pairs)| **pairs).map_or(0, |(at, _)| at);
            let block = blocks.largest(most);
            let what = format!(
                "the rules make {total} pairs in all; the rule `{}`, whose largest block has {block} records, alone",
                rules[most]
            );
            Err(too_many(what, made[most]))
        }
        _ => Err(too_many("comparing every pair".into(), total)),
    }
}

/// What training leaves.
struct Trained<'r> {
    em: Em<'r>,
    counted: Counted,
    /// Patterns of the pairs that were looked at in full to learn what all pairs look like, and what share of all pairs they
    /// are.
    seen: Vec<(Key, u64)>,
    share: f64,
    recall: Option<Recall>,
}

/// Counts pairs and learns from them.
struct Trainer<'r, 's> {
    rows: &'r Rows<'r>,
    source: &'s Source,
    rules: Option<&'s [Rule]>,
    options: &'s Options,
    progress: &'s dyn Progress,
}

impl<'r> Trainer<'r, '_> {
    fn train(&self) -> Result<Trained<'r>, LinkError> {
        let fields = self.rows.fields();
        if fields.is_empty() {
            return Err(LinkError::NothingToCompare);
        }
        let pairs = match self.source {
            Source::All(_) => strangers::DRAWN_TO_START.min(strangers::draws(self.rows.set.len())),
            Source::Rules(_) => strangers::draws(self.rows.set.len()),
        };
        self.progress.step("drawing pairs");
        let drawn = strangers::draw(self.rows, pairs, self.options.seed);
        let em = Em::new(self.rows, &fields, &drawn);
        match self.source {
            Source::All(_) => self.learn_from_all(em),
            Source::Rules(blocks) => self.learn_from_rules(em, blocks),
        }
    }

    /// Counts every pair once, keeping what may be a match; again if the model that this teaches wants others.
    fn learn_from_all(&self, start: Em<'r>) -> Result<Trained<'r>, LinkError> {
        let mut keeping = start.scorer();
        let mut slack = SLACK;
        loop {
            let counted = self.count(&keeping, slack)?;
            self.says_something(&counted.counts)?;
            let mut em = start.clone();
            let pairs = counted.counts.iter().map(|&(key, n)| (key, TEACHES_ALL, n)).collect();
            self.progress.begin("training", 0);
            em.run(&self.judged(Groups::new(pairs), |_, _| TEACHES_ALL), Learning::All, 1.0);
            let scorer = em.scorer();
            if !self.misses(&counted.counts, &keeping, slack, &scorer) {
                let seen = counted.counts.clone();
                return Ok(Trained { em, counted, seen, share: 1.0, recall: None });
            }
            (keeping, slack) = (scorer, 1.0);
        }
    }

    /// Learns from a share of the blocks, then visits all of them once.
    fn learn_from_rules(&self, mut em: Em<'r>, blocks: &Blocks) -> Result<Trained<'r>, LinkError> {
        let total = self.source.pairs();
        self.progress.begin("training", 0);
        let share = (SAMPLED as f64 / total.max(1) as f64).min(1.0);
        let picked = |rule: usize, block: usize| share >= 1.0 || picks(rule, block, self.options.seed, share);
        let teaching = Teaching::new(self.rules.unwrap_or_default());
        let teaches = |a: u32, b: u32| teaching.of(blocks.made_by(a, b));
        let sample = Counter::new(self.source, self.rows, &|_| {}).by_teaching(picked, teaches);
        let seen = counts::merged(sample.iter().map(|&(key, _, n)| (key, n)).collect());

        let groups = self.judged(Groups::new(sample), teaches);
        em.run(&groups, Learning::Chosen, 1.0 / share);

        self.says_something(&seen)?;
        drop(groups);

        let (mut keeping, mut slack) = (em.scorer(), LEARNED_SLACK);
        loop {
            let counted = self.count(&keeping, slack)?;
            self.progress.step("training again");
            let kept = counted.kept.par_iter().map(|k| (k.key, teaching.of(k.rules)));
            let groups = self.judged(Groups::new(counts::by_teaching(kept)), teaches);
            em.run(&groups, Learning::Matches, 1.0);

            let scorer = em.scorer();
            if !self.misses(&seen, &keeping, slack, &scorer) {
                let likely = |k: &Kept, memory: &mut Memory| {
                    probability(scorer.score(self.rows, &self.rows.sides(k.a, k.b), k.key, memory))
                };
                let recall = recall::estimate(blocks, self.rows.set, &counted.kept, likely);
                em.restore_missed(recall.share);
                return Ok(Trained { em, counted, seen, share, recall: Some(recall) });
            }
            (keeping, slack) = (scorer, 1.0);
        }
    }

    fn count(&self, keeping: &Scorer, slack: f64) -> Result<Counted, LinkError> {
        self.progress.begin("comparing pairs", self.source.pairs());
        let floor = log_odds(self.options.keep_above) - slack;
        let keep = |key: Key| keeping.upper(key) >= floor;
        let advance = |n| self.progress.advance(n);
        let counter = Counter::new(self.source, self.rows, &advance);
        let counted = match self.source {
            Source::All(_) => counter.in_full(|_, _| true, keep),
            Source::Rules(_) => counter.at_a_glance(&Bounds::new(keeping, floor, self.rows), keep),
        };
        counted.ok_or(LinkError::TooManyLikelyPairs)
    }

    /// Whether there is anything to learn from.
    fn says_something(&self, counts: &[(Key, u64)]) -> Result<(), LinkError> {
        if counts.is_empty() {
            return Err(LinkError::NoPairs);
        }
        if counts.iter().all(|(key, _)| key.pattern() == Pattern::default()) {
            return Err(LinkError::NothingToCompare);
        }
        Ok(())
    }

    /// Whether patterns that the model wants were not kept. What only the rarest values could lift to the floor is left to the
    /// slack.
    fn misses(&self, seen: &[(Key, u64)], kept_by: &Scorer, slack: f64, wanted_by: &Scorer) -> bool {
        let floor = log_odds(self.options.keep_above);
        let wanted = |key: Key| wanted_by.odds(key.lists(), wanted_by.classes(key.pattern())) >= floor;
        seen.iter().any(|(key, _)| wanted(*key) && kept_by.upper(*key) < floor - slack)
    }

    fn judged(&self, mut groups: Groups, teaches: impl Fn(u32, u32) -> u16) -> Groups {
        let mut memory = Memory::new();
        for judgement in &self.options.judgements {
            let (a, b) = (judgement.a.min(judgement.b), judgement.a.max(judgement.b));
            groups.judge(counts::key_between(self.rows, a, b, &mut memory), teaches(a, b), judgement.same);
        }
        groups
    }
}

/// Expected matches among the pairs below the floor, rarity left aside.
fn below(scorer: &Scorer, seen: &[(Key, u64)], floor: f64) -> f64 {
    let expected = |(key, n): &(Key, u64)| {
        let p = probability(scorer.odds(key.lists(), scorer.classes(key.pattern())));
        if p < floor { *n as f64 * p } else { 0.0 }
    };
    seen.iter().map(expected).sum()
}

fn score(rows: &Rows<'_>, scorer: &Scorer, kept: &[Kept], options: &Options) -> Vec<ScoredPair> {
    let mut odds = vec![0.0; kept.len()];
    let some = odds.par_chunks_mut(FETCHED).zip(kept.par_chunks(FETCHED)).with_min_len(16);
    some.for_each_init(
        || (Memory::new(), Vec::new()),
        |(memory, sides), (odds, kept)| {
            rows.all_sides(kept.iter().map(|k| (k.a, k.b)), sides);
            for ((odds, of), k) in odds.iter_mut().zip(sides.iter()).zip(kept) {
                *odds = scorer.score(rows, of, k.key, memory);
            }
        },
    );
    let stays = |odds: f64| probability(odds) >= options.keep_above;
    let mut pairs = Vec::with_capacity(odds.iter().filter(|odds| stays(**odds)).count() + options.judgements.len());
    let stayed = kept.iter().zip(&odds).filter(|(_, odds)| stays(**odds));
    pairs.extend(stayed.map(|(k, odds)| scored_pair(scorer, k, *odds)));
    judge(rows, scorer, &mut pairs, &options.judgements);
    pairs
}

/// What each field adds to the weight of a pair.
fn votes<'v>(rows: &'v Rows<'_>, scorer: &'v Scorer) -> impl Votes + 'v {
    |pair: &ScoredPair, memory: &mut Memory| {
        let mut bits = Bits::default();
        scorer.contribute(rows, &rows.sides(pair.a, pair.b), pair.pattern, memory, |field, adds| {
            bits[field.index()] = adds.unwrap_or(0.0) as f32;
        });
        bits
    }
}

fn scored_pair(scorer: &Scorer, k: &Kept, odds: f64) -> ScoredPair {
    let weight = (odds - scorer.prior[usize::from(k.key.lists())]) / std::f64::consts::LN_2;
    ScoredPair { a: k.a, b: k.b, pattern: k.key.pattern(), weight, probability: probability(odds), rule: k.rule() }
}

/// A judged pair is as sure as a person can be.
const JUDGED: f64 = 1e-6;

/// Gives judged pairs the probability that people gave them, and adds those that were not compared.
fn judge(rows: &Rows<'_>, scorer: &Scorer, pairs: &mut Vec<ScoredPair>, judgements: &[Judgement]) {
    let mut memory = Memory::new();
    for judgement in judgements {
        let (a, b) = (judgement.a.min(judgement.b), judgement.a.max(judgement.b));
        let probability = if judgement.same { 1.0 - JUDGED } else { JUDGED };
        match pairs.binary_search_by_key(&(a, b), |p| (p.a, p.b)) {
            Ok(at) => pairs[at].probability = probability,
            Err(at) => {
                let key = counts::key_between(rows, a, b, &mut memory);
                let odds = scorer.score(rows, &rows.sides(a, b), key, &mut memory);
                let pair = scored_pair(scorer, &Kept { a, b, key, rules: 0 }, odds);
                pairs.insert(at, ScoredPair { probability, ..pair });
            }
        }
    }
}

fn rule_counts(rules: Option<&[Rule]>, source: &Source, by_rule: &[u64]) -> Vec<RuleCount> {
    match (rules, source) {
        (Some(rules), Source::Rules(blocks)) => {
            let made = blocks.pairs_made();
            let counts = rules.iter().zip(made).zip(by_rule);
            counts.map(|((rule, pairs), &new)| RuleCount { rule: rule.to_string(), pairs, new }).collect()
        }
        _ => {
            let pairs = by_rule.iter().sum();
            vec![RuleCount { rule: "all pairs".into(), pairs, new: pairs }]
        }
    }
}

impl Linkage<'_> {
    /// What each field of the model adds to the weight of a pair, in bits, given the fields before it; absent where a record
    /// does not say. The sum is the pair's weight.
    pub fn contributions(&self, pair: &ScoredPair) -> Vec<(Field, Option<f64>)> {
        let mut all = Vec::with_capacity(self.scorer.fields.len());
        self.contribute(pair, &self.rows.sides(pair.a, pair.b), &mut Memory::new(), |field, bits| {
            all.push((field, bits))
        });
        all
    }

    /// Calls with what [`Linkage::contributions`] says, field by field; many pairs share one memory.
    pub(crate) fn contribute(
        &self,
        pair: &ScoredPair,
        of: &Sides,
        memory: &mut Memory,
        call: impl FnMut(Field, Option<f64>),
    ) {
        self.scorer.contribute(&self.rows, of, pair.pattern, memory, call);
    }

    /// How two records compare, whether or not they were compared before. What people judged of them is left aside.
    pub fn explain(&self, a: u32, b: u32) -> ScoredPair {
        let (a, b) = (a.min(b), a.max(b));
        let mut memory = Memory::new();
        let key = counts::key_between(&self.rows, a, b, &mut memory);
        let odds = self.scorer.score(&self.rows, &self.rows.sides(a, b), key, &mut memory);
        scored_pair(&self.scorer, &Kept { a, b, key, rules: 0 }, odds)
    }

    /// The persons that another threshold would give; not below the floor at which pairs were kept.
    pub fn persons_at(&self, threshold: f64) -> Vec<u32> {
        let votes = votes(&self.rows, &self.scorer);
        cluster::cluster(self.rows.set, &self.pairs, threshold, &self.judgements, votes).of_record
    }

    /// As [`Linkage::persons_at`], at one threshold after the other: which records pairs bring together is found once.
    pub fn persons_at_each<'t>(&'t self, thresholds: &'t [f64]) -> impl Iterator<Item = Vec<u32>> + 't {
        let votes = votes(&self.rows, &self.scorer);
        let components = Components::new(self.rows.set, &self.pairs, &self.judgements, votes);
        thresholds.iter().map(move |threshold| components.cluster(*threshold).of_record)
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
