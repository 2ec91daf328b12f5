//! What do matches look like, when nobody has said which pairs match?
//!
//! Expectation-maximisation on counts of patterns (Jaro 1989; Enamorado, Fifield & Imai 2019): the cost is that of a few
//! thousand patterns, whatever the number of pairs. Where every pair is compared, `m`, `u` and the share of matches are
//! learned together. Where rules choose the pairs, `u` comes from randomly drawn pairs, and each rule is a session of its
//! own that teaches nothing about the fields it holds equal.

use crate::blocking::{Blocks, Rule, stretches};
use crate::field::MISSING;
use crate::model::{FieldModel, LevelModel, Model, Prior};
use crate::records::RecordSet;
use crate::{Field, Pattern};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Pairs drawn at random to learn `u` where rules choose the pairs. At four million a level that one pair in ten thousand
/// reaches is known to five per cent.
const DRAWN: usize = 4_000_000;

/// EM stops when no probability moves by more than this.
const SETTLED: f64 = 1e-7;

/// EM creeps where fields tell little: ten thousand German names with births settle after 1,128 rounds. A round runs
/// over patterns, not over pairs.
const MAX_ITERATIONS: usize = 5000;

/// How many matches the starting values of `m` count for, once and for all: enough that a level no match shows keeps a
/// chance, too little to matter where there is evidence.
const PRIOR_MATCHES: f64 = 2.0;

/// A field in which fewer expected matches than this were seen is called untrained.
const TRAINED: f64 = 10.0;

/// Between two lists there is at least half a match: zero would forbid what was only not seen.
const LEAST_MATCHES: f64 = 0.5;

/// Two lists have at most this many matches for each record of the shorter: one if neither repeats anybody, and room for
/// lists that do. Without the limit EM can take pairs of people with similar names for matches, of which there are far more.
const MOST_BETWEEN: f64 = 1.5;

/// A list has at most this many matches within itself for each record: everyone recorded seven times.
const MOST_WITHIN: f64 = 3.0;

/// Pairs with one pattern between two lists.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    /// All of them: they teach what matches look like, without regard to which rule came first.
    pub all: u64,
    /// Those that no earlier rule made: they count each pair once.
    pub new: u64,
}

/// Patterns by pair of lists.
pub(crate) type Counts = BTreeMap<(u16, Pattern), Seen>;

type Counting = FxHashMap<(u16, Pattern), Seen>;

fn count(counts: &mut Counting, set: &RecordSet, a: u32, b: u32, new: bool) {
    if !set.may_match(a, b) {
        return;
    }
    let seen = counts.entry((list_pair(set, a, b), set.pattern(a, b))).or_default();
    seen.all += 1;
    seen.new += u64::from(new);
}

/// The pairs of one rule, or all pairs.
pub(crate) struct Session<'a> {
    pub rule: Option<&'a Rule>,
    pub counts: Counts,
}

/// The position of a pair of lists among all pairs of lists, the same list twice included.
pub(crate) fn list_pair(set: &RecordSet, a: u32, b: u32) -> u16 {
    let (x, y) = (set.list[a as usize], set.list[b as usize]);
    let (low, high) = (x.min(y), x.max(y));
    high * (high + 1) / 2 + low
}

/// Counts the patterns of every pair.
pub(crate) fn count_all(set: &RecordSet, advance: &(dyn Fn(u64) + Sync)) -> Counts {
    let pieces: Vec<_> = stretches(set.len()).collect();
    let count_rows = |rows: std::ops::Range<usize>| {
        let mut counts = Counting::default();
        let mut pairs = 0;
        for i in rows {
            (0..i).for_each(|j| count(&mut counts, set, j as u32, i as u32, true));
            pairs += i as u64;
        }
        advance(pairs);
        counts
    };
    merged(pieces.into_par_iter().map(count_rows).collect())
}

/// Counts the patterns of the pairs that a rule makes.
pub(crate) fn count_rule(set: &RecordSet, blocks: &Blocks, rule: usize) -> Counts {
    merged(blocks.fold_pairs(rule, Counting::default, |counts, a, b, new| count(counts, set, a, b, new)))
}

fn merged(parts: Vec<Counting>) -> Counts {
    let mut all = Counting::default();
    for (key, seen) in parts.into_iter().flatten() {
        let sum = all.entry(key).or_default();
        sum.all += seen.all;
        sum.new += seen.new;
    }
    all.into_iter().collect()
}

/// Learns the model.
pub(crate) fn train(set: &RecordSet, sessions: &[Session], seed: u64) -> Model {
    let all_pairs = sessions.iter().any(|s| s.rule.is_none());
    let fields: Vec<Field> =
        Field::ALL.into_iter().filter(|&f| sessions.iter().any(|s| is_seen(f, &s.counts))).collect();
    let drawn;
    let background = if all_pairs {
        &sessions[0].counts
    } else {
        drawn = draw(set, seed);
        &drawn
    };
    let mut em = Em::new(&fields, background, pairs_by_lists(set));
    for iteration in 1..=MAX_ITERATIONS {
        if em.step(sessions, all_pairs) < SETTLED {
            return em.into_model(set, sessions, iteration, true);
        }
    }
    em.into_model(set, sessions, MAX_ITERATIONS, false)
}

fn is_seen(field: Field, counts: &Counts) -> bool {
    counts.keys().any(|(_, pattern)| pattern.level(field) != MISSING)
}

/// Patterns of pairs drawn at random, with replacement.
fn draw(set: &RecordSet, seed: u64) -> Counts {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let n = set.len() as u32;
    let mut counts = Counting::default();
    let pairs = set.len() * set.len().saturating_sub(1) / 2;
    for _ in 0..DRAWN.min(pairs) {
        let (a, b) = (rng.random_range(0..n), rng.random_range(0..n));
        if a != b {
            count(&mut counts, set, a.min(b), a.max(b), true);
        }
    }
    counts.into_iter().collect()
}

/// For each pair of lists, how many pairs of records there are and how many of them can match at the most.
fn pairs_by_lists(set: &RecordSet) -> Vec<(u64, f64)> {
    let mut sizes = vec![0u64; set.lists.len()];
    set.list.iter().for_each(|&l| sizes[l as usize] += 1);
    let mut pairs = Vec::new();
    for high in 0..sizes.len() {
        for low in 0..=high {
            let (few, many) = (sizes[low].min(sizes[high]), sizes[low].max(sizes[high]));
            pairs.push(if low == high {
                (few * few.saturating_sub(1) / 2, MOST_WITHIN * few as f64)
            } else {
                (few * many, MOST_BETWEEN * few as f64)
            });
        }
    }
    pairs
}

/// The state of EM. Probabilities are by field and level, level 0 unused.
struct Em {
    fields: Vec<Field>,
    start: Vec<Vec<f64>>,
    m: Vec<Vec<f64>>,
    u: Vec<Vec<f64>>,
    /// Expected matches seen by field.
    seen: Vec<f64>,
    /// By pair of lists: pairs of records, and the most matches.
    pairs: Vec<(u64, f64)>,
    lambda: Vec<f64>,
}

impl Em {
    fn new(fields: &[Field], background: &Counts, pairs: Vec<(u64, f64)>) -> Self {
        let start: Vec<Vec<f64>> = fields.iter().map(|f| starting_m(*f)).collect();
        let u = fields.iter().map(|&field| {
            let mut totals = vec![0.0; field.levels().len()];
            for ((_, pattern), seen) in background {
                totals[pattern.level(field) as usize] += seen.all as f64;
            }
            smoothed(totals, 1.0)
        });
        // One record in ten on the shorter list is a fair first guess for an overlap; EM moves it at once.
        let lambda =
            pairs.iter().map(|&(p, _)| if p == 0 { 0.0 } else { (0.1 / (p as f64).sqrt()).min(0.5) }).collect();
        Self {
            m: start.clone(),
            u: u.collect(),
            start,
            seen: vec![0.0; fields.len()],
            fields: fields.to_vec(),
            pairs,
            lambda,
        }
    }

    /// One round of expectation and maximisation; returns the largest move.
    fn step(&mut self, sessions: &[Session], learn_u: bool) -> f64 {
        let shape = |f: &Field| vec![0.0; f.levels().len()];
        let mut matches: Vec<Vec<f64>> = self.fields.iter().map(shape).collect();
        let mut others: Vec<Vec<f64>> = self.fields.iter().map(shape).collect();
        let mut expected = vec![0.0; self.pairs.len()];
        let ratios = self.log_ratios();
        for session in sessions {
            for (&(lists, pattern), seen) in &session.counts {
                let p = self.posterior(&ratios, lists, pattern);
                let (matching, rest) = (p * seen.all as f64, (1.0 - p) * seen.all as f64);
                expected[lists as usize] += p * seen.new as f64;
                for (k, &field) in self.fields.iter().enumerate() {
                    let level = pattern.level(field) as usize;
                    if !session.rule.is_some_and(|r| r.touches(field)) {
                        matches[k][level] += matching;
                    }
                    others[k][level] += rest;
                }
            }
        }
        let mut moved = 0.0f64;
        for k in 0..self.fields.len() {
            self.seen[k] = matches[k][1..].iter().sum();
            for (total, start) in matches[k].iter_mut().zip(&self.start[k]) {
                *total += PRIOR_MATCHES * start;
            }
            let learned = held_together(smoothed(std::mem::take(&mut matches[k]), 0.0));
            moved = moved.max(replace(&mut self.m[k], learned));
            if learn_u {
                moved = moved.max(replace(&mut self.u[k], smoothed(std::mem::take(&mut others[k]), 1.0)));
            }
        }
        for ((lambda, expected), &(pairs, most)) in self.lambda.iter_mut().zip(expected).zip(&self.pairs) {
            if pairs > 0 {
                let new = (expected.min(most).max(LEAST_MATCHES) / pairs as f64).min(0.99);
                moved = moved.max(((new - *lambda) / new).abs() * 1e-3);
                *lambda = new;
            }
        }
        moved
    }

    /// `ln(m / u)` by field and level.
    fn log_ratios(&self) -> Vec<Vec<f64>> {
        let ratio = |(m, u): (&Vec<f64>, &Vec<f64>)| m.iter().zip(u).map(|(m, u)| (m / u).ln()).collect();
        self.m.iter().zip(&self.u).map(ratio).collect()
    }

    fn posterior(&self, ratios: &[Vec<f64>], lists: u16, pattern: Pattern) -> f64 {
        let lambda = self.lambda[lists as usize];
        let mut log_odds = (lambda / (1.0 - lambda)).ln();
        for (field, ratio) in self.fields.iter().zip(ratios) {
            match pattern.level(*field) {
                MISSING => {}
                level => log_odds += ratio[level as usize],
            }
        }
        1.0 / (1.0 + (-log_odds).exp())
    }

    fn into_model(self, set: &RecordSet, sessions: &[Session], iterations: usize, converged: bool) -> Model {
        let pairs_at = |field: Field, level: usize| {
            let of = |s: &Session| {
                s.counts
                    .iter()
                    .filter(|((_, p), _)| p.level(field) as usize == level)
                    .map(|(_, seen)| seen.new)
                    .sum::<u64>()
            };
            sessions.iter().map(of).sum()
        };
        let fields = self.fields.iter().enumerate().map(|(k, &field)| FieldModel {
            field,
            levels: (1..field.levels().len())
                .map(|l| LevelModel {
                    level: field.levels()[l],
                    m: self.m[k][l],
                    u: self.u[k][l],
                    weight: (self.m[k][l] / self.u[k][l]).log2(),
                    pairs: pairs_at(field, l),
                })
                .collect(),
            term_frequencies: field.has_frequencies(),
            trained: self.seen[k] >= TRAINED,
        });
        let mut priors = Vec::new();
        for high in 0..set.lists.len() {
            for low in 0..=high {
                let at = priors.len();
                priors.push(Prior {
                    lists: (set.lists[low].id.clone(), set.lists[high].id.clone()),
                    pairs: self.pairs[at].0,
                    probability: self.lambda[at],
                });
            }
        }
        Model { fields: fields.collect(), priors, iterations, converged }
    }
}

/// Where EM starts: matches mostly agree fully, the rest is spread evenly and full disagreement is as rare as any other
/// level. Nothing about a particular list is in it.
fn starting_m(field: Field) -> Vec<f64> {
    let levels = field.levels().len() - 1;
    let mut m = vec![0.2 / (levels - 1) as f64; levels + 1];
    m[MISSING as usize] = 0.0;
    m[1] = 0.8;
    m
}

/// Matches contradict each other in at most this share of what both say. A class in which most pairs differ in a field is
/// not one of records of one person, however well they agree elsewhere: it is people with similar names.
pub(crate) const MOST_CONTRADICTIONS: f64 = 0.3;

/// The chances of the levels among matches, with full disagreement (the last level) held to what matches can have.
fn held_together(mut m: Vec<f64>) -> Vec<f64> {
    if let Some((different, others)) = m.split_last_mut()
        && *different > MOST_CONTRADICTIONS
    {
        let rest: f64 = others.iter().sum();
        others.iter_mut().for_each(|p| *p *= (1.0 - MOST_CONTRADICTIONS) / rest);
        *different = MOST_CONTRADICTIONS;
    }
    m
}

/// Totals by level as probabilities of the levels other than missing; each level first gets `extra`.
fn smoothed(mut totals: Vec<f64>, extra: f64) -> Vec<f64> {
    totals[MISSING as usize] = 0.0;
    totals[1..].iter_mut().for_each(|t| *t += extra);
    let sum: f64 = totals.iter().sum();
    totals.iter().map(|t| t / sum).collect()
}

fn replace(old: &mut Vec<f64>, new: Vec<f64>) -> f64 {
    let moved = old.iter().zip(&new).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    *old = new;
    moved
}
