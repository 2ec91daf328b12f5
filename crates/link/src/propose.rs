//! Which rules bring matches together at a price that can be paid?
//!
//! A disjunction of conjunctions, chosen greedily by the likely matches each further rule covers for each pair it makes
//! (Michelson & Knoblock 2006). What matches look like is learned without labels: general rules are tried on a sample of the
//! records, a model is trained on their pairs, and from its likely matches follows, for each field by itself, how often
//! which of its keys agree; a match of any kind is then a draw of each field. What a rule costs is counted on a sample of
//! records.

use crate::blocking::{Blocks, Key, KeyCodes, Part, Rule, Teaching, grouped};
use crate::compare::Memory;
use crate::counts::{self, Counter, Kept};
use crate::field::Field;
use crate::model::probability;
use crate::pairs::{Source, picks};
use crate::rows::Rows;
use crate::strangers::{self, DRAWN_TO_START};
use crate::train::{Em, Groups, Learning};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Pairs a record that rules may make in all. At fifty a million records cost seconds, and what more would find is found
/// at ever higher prices.
const PAIRS_A_RECORD: f64 = 50.0;

/// Records tried: enough for thousands of matches where lists overlap, few enough to cost a second.
const TRIED: usize = 100_000;

/// Pairs of general rules looked at in full.
const LOOKED_AT: f64 = (1 << 20) as f64;

/// Matches drawn to measure what rules cover: a share is then known to a third of a per cent.
const DRAWN: usize = 20_000;

/// A rule that covers less than this share of the matches that others leave is not worth its pairs.
const LEAST_GAIN: f64 = 0.0002;

/// More rules than this would cost more to look up than they find.
const MOST: usize = 16;

/// What rules may be made of.
const KEYS: [Key; 13] = [
    Key::Number,
    Key::Given(Part::Whole),
    Key::Given(Part::Sound),
    Key::Family(Part::Whole),
    Key::Family(Part::Sound),
    Key::Family(Part::Prefix(4)),
    Key::Birth,
    Key::BirthYear,
    Key::EventDate,
    Key::EventMonth,
    Key::EventPlace,
    Key::EventRegion,
    Key::Residence,
];

/// Rules for these records; the general ones where nothing can be learned.
pub(crate) fn rules(rows: &Rows<'_>, seed: u64) -> Vec<Rule> {
    let codes: Vec<Vec<u32>> = KEYS.par_iter().map(|&key| KeyCodes::new(rows.set, key).all(rows.set)).collect();
    let share = (TRIED as f64 / rows.set.len() as f64).min(1.0);
    let tried: Vec<u32> = (0..rows.set.len() as u32).filter(|&r| picks(usize::MAX, r as usize, seed, share)).collect();
    let Some(ways) = learn(rows, &codes, share, seed) else { return Rule::defaults() };
    let matches = draw(&ways, seed);
    let candidates = candidates(&codes, &tried, share);
    let chosen = choose(candidates, &matches, PAIRS_A_RECORD * rows.set.len() as f64);
    if chosen.is_empty() { Rule::defaults() } else { chosen }
}

/// By field, the ways in which its keys agree among matches (one bit a key) with their weight.
type Ways = BTreeMap<Field, BTreeMap<u32, f64>>;

/// How the keys of each field agree among likely matches that other fields brought together; `None` where too few are found.
fn learn(rows: &Rows<'_>, codes: &[Vec<u32>], share: f64, seed: u64) -> Option<Ways> {
    let rules = Rule::defaults();
    let picked = |record: u32| picks(usize::MAX, record as usize, seed, share);
    let source = Source::Rules(Blocks::of(rows.set, &rules, picked));
    let looked_at = (LOOKED_AT / source.pairs().max(1) as f64).min(1.0);
    let pick = |rule: usize, block: usize| looked_at >= 1.0 || picks(rule, block, seed, looked_at);
    let sample = Counter::new(&source, rows, &|_| {}).in_full(pick, |_| true)?;
    let teaching = Teaching::new(&rules);
    let pair = |k: &Kept| (k.key, teaching.of(k.rules));
    let groups = Groups::new(counts::by_teaching(sample.kept.par_iter().map(pair)));
    let drawn = strangers::draw(rows, DRAWN_TO_START, seed);
    let mut em = Em::new(rows, &rows.fields(), &drawn);
    // Of two records both are tried with the square of the share.
    em.run(&groups, Learning::Chosen, 1.0 / (looked_at * share * share));
    let scorer = em.scorer();
    let likely = |memory: &mut Memory, k: &Kept| {
        let p = probability(scorer.score(rows, &rows.sides(k.a, k.b), k.key, memory));
        (p > 0.5).then(|| (p, teaching.of(k.rules), agreeing(codes, k.a, k.b)))
    };
    let likely: Vec<(f64, u16, u32)> = sample.kept.par_iter().map_init(Memory::new, likely).flatten().collect();
    (likely.len() >= 50).then(|| {
        let mut ways: Ways = BTreeMap::new();
        for (p, teaches, keys) in likely {
            for field in Field::ALL.iter().filter(|f| teaches >> f.index() & 1 == 1) {
                let of_field = keys & mask(*field);
                *ways.entry(*field).or_default().entry(of_field).or_default() += p;
            }
        }
        ways
    })
}

/// The keys of a field, as bits.
fn mask(field: Field) -> u32 {
    KEYS.iter().enumerate().filter(|(_, k)| k.field() == field).fold(0, |mask, (at, _)| mask | 1 << at)
}

/// The keys in which two records agree.
fn agreeing(codes: &[Vec<u32>], a: u32, b: u32) -> u32 {
    let agree = |of: &Vec<u32>| of[a as usize] != 0 && of[a as usize] == of[b as usize];
    codes.iter().enumerate().fold(0, |mask, (at, of)| mask | u32::from(agree(of)) << at)
}

/// Matches, each as the keys in which it agrees.
fn draw(ways: &Ways, seed: u64) -> Vec<u32> {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let totals: Vec<f64> = ways.values().map(|w| w.values().sum()).collect();
    (0..DRAWN)
        .map(|_| {
            let mut keys = 0;
            for (of_field, total) in ways.values().zip(&totals) {
                let mut left = rng.random::<f64>() * total;
                let way = of_field.iter().find(|(_, n)| {
                    left -= *n;
                    left < 0.0
                });
                keys |= way.map_or(0, |(keys, _)| *keys);
            }
            keys
        })
        .collect()
}

/// A rule that might be taken: its keys as bits, and the pairs it would make.
struct Candidate {
    keys: u32,
    pairs: f64,
}

/// Every conjunction of up to three keys of different fields, and numbers and births by themselves.
fn candidates(codes: &[Vec<u32>], tried: &[u32], share: f64) -> Vec<Candidate> {
    let known: Vec<usize> = (0..KEYS.len()).filter(|&k| codes[k].iter().any(|&c| c != 0)).collect();
    let mut sets: Vec<Vec<usize>> = Vec::new();
    for (i, &a) in known.iter().enumerate() {
        if matches!(KEYS[a], Key::Number | Key::Birth) {
            sets.push(vec![a]);
        }
        for (j, &b) in known.iter().enumerate().skip(i + 1) {
            sets.push(vec![a, b]);
            sets.extend(known[j + 1..].iter().map(|&c| vec![a, b, c]));
        }
    }
    let one_a_field = |keys: &Vec<usize>| {
        let fields: std::collections::BTreeSet<Field> = keys.iter().map(|&k| KEYS[k].field()).collect();
        fields.len() == keys.len()
    };
    let candidate = |keys: &Vec<usize>| {
        let of: Vec<&[u32]> = keys.iter().map(|&k| &*codes[k]).collect();
        let (_, joined) = grouped(tried, &of);
        let (mut made, mut before) = (0.0, 0.0);
        for joined in joined {
            before = if joined { before + 1.0 } else { 0.0 };
            made += before;
        }
        Candidate { keys: keys.iter().fold(0, |mask, k| mask | 1 << k), pairs: made / (share * share) }
    };
    sets.par_iter().filter(|keys| one_a_field(keys)).map(candidate).collect()
}

/// Takes rule after rule, always the one that covers most new matches for its price, while pairs are left. A rule's price is
/// its pairs and its place among the few there are.
fn choose(candidates: Vec<Candidate>, matches: &[u32], mut pairs_left: f64) -> Vec<Rule> {
    let place = pairs_left / MOST as f64;
    let mut uncovered: Vec<u32> = matches.to_vec();
    let mut chosen = Vec::new();
    while chosen.len() < MOST {
        let gain = |c: &Candidate| uncovered.iter().filter(|keys| *keys & c.keys == c.keys).count() as f64;
        let worth = |c: &Candidate| {
            let gain = gain(c) / matches.len() as f64;
            (gain >= LEAST_GAIN && c.pairs <= pairs_left).then(|| gain / (c.pairs + place))
        };
        let best = candidates
            .par_iter()
            .enumerate()
            .filter_map(|(at, c)| Some((worth(c)?, at)))
            .max_by(|x, y| x.0.total_cmp(&y.0).then(y.1.cmp(&x.1)));
        let Some((_, best)) = best else { break };
        let best = &candidates[best];
        uncovered.retain(|keys| keys & best.keys != best.keys);
        pairs_left -= best.pairs;
        chosen.push(Rule::of((0..KEYS.len()).filter(|k| best.keys >> k & 1 == 1).map(|k| KEYS[k]).collect()));
    }
    chosen
}
