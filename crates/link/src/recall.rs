//! How many matches did blocking never let meet?
//!
//! A match is missed when it meets no rule. Rules are conjunctions of keys, keys belong to fields, and among matches errors in
//! different fields hardly depend on each other; so the chance that a match meets no rule follows from the chance, for each
//! field, of each way in which its keys can agree. That is learned from likely matches, each field from those that a rule
//! made which does not touch it. The parts of a name count as one field where rules leave all of them free: who exchanges
//! given and family name errs in both. Lists differ in how well they were kept, so each pair of lists is counted for itself where
//! it has likely matches enough.

use crate::Field;
use crate::blocking::{Blocks, KeyCodes};
use crate::compare::Memory;
use crate::counts::{Kept, list_pair};
use crate::records::RecordSet;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// What blocking is estimated to have found.
#[derive(Clone, Debug, Serialize)]
pub struct Recall {
    /// Share of the matches that meet a rule.
    pub share: f64,
    /// Expected matches that meet none.
    pub missed: f64,
    /// Likely matches it was learned from.
    pub learned_from: u64,
    /// Share of the matches of each pair of lists that meet a rule, in the order of the model's priors.
    pub by_lists: Vec<f64>,
}

/// Pairs at least this likely teach what matches look like, as much as they are likely. If only those counted that are more
/// likely than not, matches that disagree would be too few among them.
const LIKELY: f64 = 0.01;

/// A pair of lists is counted for itself from this many likely matches on: a share of .9 is then known to .02.
const ENOUGH: f64 = 200.0;

/// Likely matches looked at: a share of .9 is then known to .0013, and more would only cost time.
const LOOKED_AT: usize = 50_000;

/// By field, the ways in which its keys agree (one bit a key) with their weight.
type Ways = Vec<BTreeMap<u32, f64>>;

/// One likely match: its pair of lists, probability, the rules that make it, and which keys agree.
struct Match {
    lists: usize,
    p: f64,
    rules: u32,
    keys: u32,
}

/// Estimates what the rules find.
pub(crate) fn estimate(
    blocks: &Blocks,
    set: &RecordSet,
    kept: &[Kept],
    likely: impl Fn(&Kept, &mut Memory) -> f64 + Sync + Send,
) -> Recall {
    let step = kept.len().div_ceil(LOOKED_AT).max(1);
    let look = |memory: &mut Memory, k: &Kept| {
        let p = likely(k, memory);
        (p >= LIKELY).then(|| Match {
            lists: usize::from(list_pair(set.list[k.a as usize], set.list[k.b as usize])),
            p,
            rules: k.rules,
            keys: keys_that_agree(blocks, set, k.a, k.b),
        })
    };
    let matches: Vec<Match> = kept.par_iter().step_by(step).map_init(Memory::new, look).flatten().collect();
    let (as_one, apart) = (Fields::new(blocks, true), Fields::new(blocks, false));
    let share = |of: &dyn Fn(&&Match) -> bool| {
        let ways = as_one.ways(matches.iter().filter(of));
        let taught = ways.iter().map(|ways| ways.values().sum()).fold(f64::INFINITY, f64::min);
        match taught >= ENOUGH {
            true => as_one.share(&ways),
            false => apart.share(&apart.ways(matches.iter().filter(of))),
        }
    };
    let pairs = set.lists.len() * (set.lists.len() + 1) / 2;
    let pooled = share(&|_| true);
    let mut by_lists = vec![pooled; pairs];
    let mut found = vec![0.0; pairs];
    matches.iter().for_each(|m| found[m.lists] += m.p * step as f64);
    by_lists
        .par_iter_mut()
        .enumerate()
        .filter(|(lists, _)| found[*lists] / step as f64 >= ENOUGH)
        .for_each(|(lists, by)| *by = share(&|m| m.lists == lists));
    let all: f64 = found.iter().sum();
    let missed: f64 = found.iter().zip(&by_lists).map(|(n, share)| n * (1.0 / share - 1.0)).sum();
    let share = if all > 0.0 { all / (all + missed) } else { pooled };
    Recall { share, missed, learned_from: matches.len() as u64, by_lists }
}

fn keys_that_agree(blocks: &Blocks, set: &RecordSet, a: u32, b: u32) -> u32 {
    let agree = |key: &KeyCodes| matches!(key.of(set, a), code if code != 0 && code == key.of(set, b));
    blocks.codes.iter().enumerate().fold(0, |mask, (at, key)| mask | u32::from(agree(key)) << (at & 31))
}

/// The fields that rules touch, with their keys as masks.
struct Fields<'b> {
    blocks: &'b Blocks,
    fields: Vec<(Field, u32)>,
    /// By rule, its keys.
    rules: Vec<u32>,
    /// By rule, the fields it touches, one bit each in the order of `fields`.
    touched: Vec<u32>,
}

impl<'b> Fields<'b> {
    /// With the parts of a name as one field, or each by itself.
    fn new(blocks: &'b Blocks, names_as_one: bool) -> Self {
        let mut fields: Vec<(Field, u32)> = Vec::new();
        for (at, key) in blocks.codes.iter().enumerate() {
            let of = match key.field() {
                Field::Given | Field::Middle | Field::Family if names_as_one => Field::Given,
                field => field,
            };
            match fields.iter_mut().find(|f| f.0 == of) {
                Some(field) => field.1 |= 1 << (at & 31),
                None => fields.push((of, 1 << (at & 31))),
            }
        }
        let rules: Vec<u32> =
            blocks.parts.iter().map(|keys| keys.iter().fold(0, |mask, at| mask | 1 << (at & 31))).collect();
        let touched =
            |keys: &u32| fields.iter().enumerate().fold(0, |mask, (at, f)| mask | u32::from(f.1 & keys != 0) << at);
        let touched = rules.iter().map(touched).collect();
        Self { blocks, fields, rules, touched }
    }

    /// How the keys of each field agree among likely matches that another field brought together.
    fn ways<'m>(&self, matches: impl Iterator<Item = &'m Match>) -> Ways {
        let mut ways: Ways = vec![BTreeMap::new(); self.fields.len()];
        for m in matches {
            for (at, (_, keys)) in self.fields.iter().enumerate() {
                let free =
                    (0..self.blocks.rules.len()).any(|r| m.rules >> r & 1 == 1 && self.touched[r] >> at & 1 == 0);
                if free {
                    *ways[at].entry(m.keys & keys).or_default() += m.p;
                }
            }
        }
        ways
    }

    /// The chance that a match meets a rule.
    fn share(&self, ways: &Ways) -> f64 {
        let totals: Vec<f64> = ways.iter().map(|w| w.values().sum()).collect();
        let met = self.met(ways, &totals, 0, 0, 1.0);
        met.clamp(0.05, 1.0)
    }

    /// Runs over the ways of all fields from `at` on, with the keys that agree so far.
    fn met(&self, ways: &Ways, totals: &[f64], at: usize, keys: u32, chance: f64) -> f64 {
        let meets = |rule: &u32| rule & keys == *rule;
        if self.rules.iter().any(meets) {
            return chance;
        }
        if at == ways.len() || chance < 1e-9 {
            return 0.0;
        }
        if totals[at] <= 0.0 {
            return self.met(ways, totals, at + 1, keys, chance);
        }
        ways[at].iter().map(|(way, n)| self.met(ways, totals, at + 1, keys | way, chance * n / totals[at])).sum()
    }
}
