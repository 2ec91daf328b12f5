//! How many pairs agree in which way, and which of them are worth keeping?
//!
//! One visit to every pair both counts its pattern and keeps the pair if, under a preliminary model, its pattern may come
//! near the floor of probability. Whether that was generous enough is known once the final model is: a pattern that was
//! not kept and should have been sends the work round again.

use crate::Pattern;
use crate::compare::Memory;
use crate::glance::Bounds;
use crate::pairs::{Source, Visit};
use crate::records::RecordSet;
use crate::rows::{Laid, Rows};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

/// Pattern and pair of lists in one integer: twelve fields of four bits, sixteen bits for the lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key(pub u64);

impl Key {
    pub(crate) fn new(lists: u16, pattern: Pattern) -> Key {
        Key(u64::from(lists) << 48 | pattern.0)
    }

    pub(crate) fn lists(self) -> u16 {
        (self.0 >> 48) as u16
    }

    pub(crate) fn pattern(self) -> Pattern {
        Pattern(self.0 & ((1 << 48) - 1))
    }
}

/// The position of a pair of lists among all pairs of lists, the same list twice included.
#[inline]
pub(crate) fn list_pair(x: u16, y: u16) -> u16 {
    let (low, high) = (x.min(y), x.max(y));
    high * (high + 1) / 2 + low
}

/// A pair that may be a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Kept {
    pub a: u32,
    pub b: u32,
    pub key: Key,
    /// The rules that make it, one bit each; the first bit where every pair is compared, none where nothing made it.
    pub rules: u32,
}

impl Kept {
    /// The first rule that makes it; a number that no rule has where none does.
    pub(crate) fn rule(&self) -> u16 {
        if self.rules == 0 { u16::MAX } else { self.rules.trailing_zeros() as u16 }
    }
}

/// Counts by key: open addressing with linear probing, a power of two in size, at most half full.
#[derive(Clone)]
pub(crate) struct Table {
    slots: Vec<Slot>,
    filled: usize,
}

#[derive(Clone, Copy)]
struct Slot {
    key: u64,
    count: u64,
    keep: bool,
}

/// No pattern has this key: level 15 is never used.
const EMPTY: u64 = u64::MAX;

impl Table {
    pub(crate) fn new() -> Self {
        Self { slots: vec![Slot { key: EMPTY, count: 0, keep: false }; 1 << 12], filled: 0 }
    }

    #[inline]
    fn slot(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize & mask;
        while self.slots[at].key != key && self.slots[at].key != EMPTY {
            at = (at + 1) & mask;
        }
        at
    }

    /// Counts a pair and says whether its like is kept.
    #[inline]
    pub(crate) fn count(&mut self, key: Key, keep: &impl Fn(Key) -> bool) -> bool {
        let at = self.slot(key.0);
        let slot = &mut self.slots[at];
        if slot.key == key.0 {
            slot.count += 1;
            return slot.keep;
        }
        *slot = Slot { key: key.0, count: 1, keep: keep(key) };
        let kept = slot.keep;
        self.filled += 1;
        if self.filled * 2 > self.slots.len() {
            self.grow();
        }
        kept
    }

    fn grow(&mut self) {
        let larger = vec![Slot { key: EMPTY, count: 0, keep: false }; self.slots.len() * 2];
        for slot in std::mem::replace(&mut self.slots, larger) {
            if slot.key != EMPTY {
                let at = self.slot(slot.key);
                self.slots[at] = slot;
            }
        }
    }

    pub(crate) fn entries(self) -> impl Iterator<Item = (Key, u64)> {
        self.slots.into_iter().filter(|s| s.key != EMPTY).map(|s| (Key(s.key), s.count))
    }
}

/// Which keys are kept, as far as it was asked lately: direct-mapped, so that memory stays fixed.
struct Verdicts(Vec<(u64, bool)>);

/// 16 bytes each: what the second-level cache holds beside the records at work.
const REMEMBERED: usize = 1 << 13;

impl Verdicts {
    #[inline]
    fn of(&mut self, key: Key, keep: &impl Fn(Key) -> bool) -> bool {
        if self.0.is_empty() {
            self.0.resize(REMEMBERED, (EMPTY, false));
        }
        let slot = &mut self.0[(key.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 51) as usize];
        if slot.0 != key.0 {
            *slot = (key.0, keep(key));
        }
        slot.1
    }
}

/// What a visit to the pairs found.
pub(crate) struct Counted {
    /// Pairs by key, in order; none where pairs were only glanced at.
    pub counts: Vec<(Key, u64)>,
    /// Pairs worth keeping, by record.
    pub kept: Vec<Kept>,
    /// Pairs compared, by the rule that made them first.
    pub by_rule: Vec<u64>,
}

struct State {
    table: Table,
    verdicts: Verdicts,
    kept: Vec<Kept>,
    memory: Memory,
}

impl State {
    fn new() -> Self {
        Self { table: Table::new(), verdicts: Verdicts(Vec::new()), kept: Vec::new(), memory: Memory::new() }
    }
}

/// More pairs than this may be matches only where the fields tell nobody apart: at 24 bytes a pair this is 1.2 GB.
pub(crate) const MOST_KEPT: usize = 50_000_000;

/// Counts pairs and keeps those worth keeping.
pub(crate) struct Counter<'c> {
    pub source: &'c Source,
    pub rows: &'c Rows<'c>,
    pub advance: &'c (dyn Fn(u64) + Sync),
    held: AtomicUsize,
}

impl<'c> Counter<'c> {
    pub(crate) fn new(source: &'c Source, rows: &'c Rows<'c>, advance: &'c (dyn Fn(u64) + Sync)) -> Self {
        Self { source, rows, advance, held: AtomicUsize::new(0) }
    }

    /// Compares in full all pairs of the blocks that `pick` picks, and keeps those that `keep` wants. `None` when they are
    /// too many to hold.
    pub(crate) fn in_full(
        self,
        pick: impl Fn(usize, usize) -> bool + Sync + Send,
        keep: impl Fn(Key) -> bool + Sync + Send,
    ) -> Option<Counted> {
        let visit = |state: &mut State, pair: Visit<'_>| {
            let key = key_of(self.rows, pair.a, pair.b, &mut state.memory);
            if state.table.count(key, &keep) {
                self.take(state, pair, key);
            }
        };
        let found = self.source.visit(self.advance, pick, self.rows, None, State::new, visit);
        self.gather(found)
    }

    /// Compares in full all pairs of the blocks that `pick` picks, and counts them by key and by what they teach, which `of` tells.
    pub(crate) fn by_teaching(
        self,
        pick: impl Fn(usize, usize) -> bool + Sync + Send,
        of: impl Fn(u32, u32) -> u16 + Sync + Send,
    ) -> Vec<(Key, u16, u64)> {
        let visit = |state: &mut (Taught, Memory), pair: Visit<'_>| {
            let key = key_of(self.rows, pair.a, pair.b, &mut state.1);
            *state.0.entry((key, of(pair.a.record, pair.b.record))).or_default() += 1;
        };
        let new = || (Taught::default(), Memory::new());
        let (states, _) = self.source.visit(self.advance, pick, self.rows, None, new, visit);
        in_order(states.into_iter().map(|state| state.0).reduce(together).unwrap_or_default())
    }

    /// Glances at all pairs, compares in full those that may match, and keeps those that `keep` wants. `None` when they are
    /// too many to hold.
    pub(crate) fn at_a_glance(self, bounds: &Bounds, keep: impl Fn(Key) -> bool + Sync + Send) -> Option<Counted> {
        let visit = |state: &mut State, pair: Visit<'_>| {
            let key = key_of(self.rows, pair.a, pair.b, &mut state.memory);
            if state.verdicts.of(key, &keep) {
                self.take(state, pair, key);
            }
        };
        let found = self.source.visit(self.advance, |_, _| true, self.rows, Some(bounds), State::new, visit);
        self.gather(found)
    }

    #[inline]
    fn take(&self, state: &mut State, pair: Visit<'_>, key: Key) {
        if self.held.load(Relaxed) < MOST_KEPT {
            let (a, b) = (pair.a.record, pair.b.record);
            // Asked while the block numbers of both are at hand.
            let rules = match self.source {
                Source::All(_) => 1,
                Source::Rules(blocks) => blocks.made_by(a, b),
            };
            state.kept.push(Kept { a: a.min(b), b: a.max(b), key, rules });
            if state.kept.len().is_multiple_of(4096) {
                self.held.fetch_add(4096, Relaxed);
            }
        }
    }

    fn gather(self, (states, by_rule): (Vec<State>, Vec<u64>)) -> Option<Counted> {
        if self.held.into_inner() >= MOST_KEPT {
            return None;
        }
        let mut kept = Vec::with_capacity(states.iter().map(|s| s.kept.len()).sum());
        let mut all: Vec<(Key, u64)> = Vec::new();
        for state in states {
            kept.extend(state.kept);
            all.extend(state.table.entries());
        }
        kept.par_sort_unstable();
        Some(Counted { counts: merged(all), kept, by_rule })
    }
}

/// The key of any two records.
pub(crate) fn key_between(rows: &Rows<'_>, a: u32, b: u32, memory: &mut Memory) -> Key {
    key_of(rows, &rows.lay(a), &rows.lay(b), memory)
}

/// The key of two records that are laid out.
#[inline]
fn key_of(rows: &Rows<'_>, a: &Laid, b: &Laid, memory: &mut Memory) -> Key {
    Key::new(list_pair(a.list, b.list), rows.pattern(a, b, memory))
}

/// Pairs by key and by what they teach.
type Taught = FxHashMap<(Key, u16), u64>;

/// Counts pairs by key and by what they teach; in order.
pub(crate) fn by_teaching(pairs: impl ParallelIterator<Item = (Key, u16)>) -> Vec<(Key, u16, u64)> {
    let count = |mut counts: Taught, pair: (Key, u16)| {
        *counts.entry(pair).or_default() += 1;
        counts
    };
    in_order(pairs.fold(Taught::default, count).reduce(Taught::default, together))
}

fn together(x: Taught, y: Taught) -> Taught {
    let (mut more, fewer) = if x.len() < y.len() { (y, x) } else { (x, y) };
    fewer.into_iter().for_each(|(pair, n)| *more.entry(pair).or_default() += n);
    more
}

fn in_order(counts: Taught) -> Vec<(Key, u16, u64)> {
    let mut counts: Vec<(Key, u16, u64)> = counts.into_iter().map(|((key, teaches), n)| (key, teaches, n)).collect();
    counts.par_sort_unstable();
    counts
}

/// Counts by key in order, one entry a key.
pub(crate) fn merged(mut all: Vec<(Key, u64)>) -> Vec<(Key, u64)> {
    all.sort_unstable();
    all.dedup_by(|from, into| {
        let same = from.0 == into.0;
        if same {
            into.1 += from.1;
        }
        same
    });
    all
}

impl RecordSet {
    /// Whether every person stands at most once on the list at this position.
    #[inline]
    pub(crate) fn is_deduplicated(&self, list: u16) -> bool {
        self.lists[list as usize].deduplicated
    }
}
