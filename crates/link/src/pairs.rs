//! In which order, and on which thread, is each pair of records visited?
//!
//! All pairs are one block; the pairs of a rule are its blocks. Small blocks are taken together, large ones cut into tiles, so
//! that every piece of work costs about the same. What a piece finds depends on the piece alone, never on the thread.

use crate::blocking::{Blocks, MOST_RULES};
use crate::glance::Look;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// Where pairs come from.
pub(crate) enum Source {
    /// Every pair of so many records.
    All(usize),
    /// The pairs of blocking rules.
    Rules(Blocks),
}

/// A pair as it is visited.
#[derive(Clone, Copy)]
pub(crate) struct Visit {
    pub a: u32,
    pub b: u32,
    /// The rule that makes it first; 0 where every pair is compared.
    pub rule: u16,
}

/// A piece of work.
#[derive(Clone, Debug)]
enum Piece {
    /// Whole blocks of a rule.
    Blocks(usize, Range<usize>),
    /// Two stretches of one block, by position in its order; the same stretch twice for a tile on the diagonal.
    Tile(usize, Range<usize>, Range<usize>),
}

/// A piece holds about this many pairs: enough to pay for its overhead, few enough to balance the threads.
const PAIRS_PER_PIECE: usize = 1 << 17;

/// Rows of a tile: with two stretches of them, half a megabyte, which the second-level cache holds.
const TILE: usize = 512;

impl Source {
    /// How many pairs there are, those made by several rules counted for each.
    pub(crate) fn pairs(&self) -> u64 {
        match self {
            Source::All(n) => *n as u64 * (*n as u64).saturating_sub(1) / 2,
            Source::Rules(blocks) => blocks.pairs_made().iter().sum(),
        }
    }

    fn pieces(&self, pick: impl Fn(usize, usize) -> bool) -> Vec<Piece> {
        let mut pieces = Vec::new();
        match self {
            Source::All(n) => tiles(0, 0..*n, &mut pieces),
            Source::Rules(blocks) => {
                for (rule, made) in blocks.rules.iter().enumerate() {
                    let (mut from, mut pairs) = (0, 0);
                    for (at, &(start, end)) in made.blocks.iter().enumerate() {
                        let n = (end - start) as usize;
                        let large = n > TILE;
                        if !large && pick(rule, at) {
                            pairs += n * (n - 1) / 2;
                        }
                        if large || pairs >= PAIRS_PER_PIECE || at + 1 == made.blocks.len() {
                            let until = if large { at } else { at + 1 };
                            if from < until {
                                pieces.push(Piece::Blocks(rule, from..until));
                            }
                            (from, pairs) = (at + 1, 0);
                        }
                        if large && pick(rule, at) {
                            tiles(rule, start as usize..end as usize, &mut pieces);
                        }
                    }
                }
            }
        }
        pieces
    }

    /// Visits the pairs of the blocks that `pick` picks by rule and number, each once, by the first rule that makes it. `lay`
    /// makes of a record what is laid out side by side, `look` tells from two of these whether the pair is comparable and
    /// whether it is worth a visit, `new` makes the state of a run of pieces, and `visit` is called with each pair worth it.
    /// The states come back in no fixed order, so that whatever is made of them must not depend on it; with them the
    /// comparable pairs by rule.
    pub(crate) fn visit<T: Send, S: Send>(
        &self,
        advance: &(dyn Fn(u64) + Sync),
        pick: impl Fn(usize, usize) -> bool + Sync + Send,
        lay: impl Fn(u32) -> T + Sync + Send,
        look: &impl Look<T>,
        new: impl Fn() -> S + Sync + Send,
        visit: impl Fn(&mut S, Visit) + Sync + Send,
    ) -> (Vec<S>, Vec<u64>) {
        let rules = match self {
            Source::All(_) => 1,
            Source::Rules(blocks) => blocks.rules.len(),
        };
        let by_rule: Vec<AtomicU64> = (0..rules).map(|_| AtomicU64::new(0)).collect();
        let work = |(mut state, mut bench): (S, Bench<T>), piece: Piece| {
            let (rule, visited, comparable) =
                self.work(&piece, &pick, &lay, &mut bench, look, |pair| visit(&mut state, pair));
            by_rule[rule].fetch_add(comparable, Relaxed);
            advance(visited);
            (state, bench)
        };
        let states = self.pieces(&pick).into_par_iter().fold(|| (new(), Bench::default()), work).map(|(s, _)| s);
        (states.collect(), by_rule.into_iter().map(AtomicU64::into_inner).collect())
    }

    /// Works a piece off; returns its rule, and how many pairs were visited and how many of them are comparable.
    fn work<T>(
        &self,
        piece: &Piece,
        pick: &(impl Fn(usize, usize) -> bool + Sync),
        lay: &impl Fn(u32) -> T,
        bench: &mut Bench<T>,
        look: &impl Look<T>,
        mut visit: impl FnMut(Visit),
    ) -> (usize, u64, u64) {
        let (mut visited, mut comparable) = (0, 0);
        let mut run = |bench: &mut Bench<T>, rule: usize| {
            let counts = bench.visit_new(rule, look, &mut visit);
            visited += counts.0;
            comparable += counts.1;
        };
        let rule = match (self, piece) {
            (Source::Rules(blocks), Piece::Tile(rule, left, right)) => {
                let order = &blocks.rules[*rule].order;
                let right = if left == right { &[] } else { &order[right.clone()] };
                bench.lay(lay, Some(blocks), *rule, &order[left.clone()], right);
                run(bench, *rule);
                *rule
            }
            (Source::Rules(blocks), Piece::Blocks(rule, range)) => {
                let made = &blocks.rules[*rule];
                for at in range.clone().filter(|&at| pick(*rule, at)) {
                    let (from, to) = made.blocks[at];
                    bench.lay(lay, Some(blocks), *rule, &made.order[from as usize..to as usize], &[]);
                    run(bench, *rule);
                }
                *rule
            }
            (Source::All(_), Piece::Tile(_, left, right)) => {
                let records = |range: &Range<usize>| range.clone().map(|r| r as u32).collect::<Vec<u32>>();
                let right = if left == right { Vec::new() } else { records(right) };
                bench.lay(lay, None, 0, &records(left), &right);
                run(bench, 0);
                0
            }
            // All pairs are cut into tiles only.
            (Source::All(_), Piece::Blocks(..)) => 0,
        };
        (rule, visited, comparable)
    }
}

/// How many keys are laid out to tell whether an earlier rule makes a pair.
fn keys_used(rule: usize) -> usize {
    if rule <= 16 { rule.next_multiple_of(4) } else { MOST_RULES }
}

/// Cuts a block into tiles.
fn tiles(rule: usize, block: Range<usize>, pieces: &mut Vec<Piece>) {
    let stretch = |from: usize| from..(from + TILE).min(block.end);
    for left in block.clone().step_by(TILE) {
        for right in (block.start..=left).step_by(TILE) {
            pieces.push(Piece::Tile(rule, stretch(left), stretch(right)));
        }
    }
}

/// The records at work, kept from piece to piece: those on the left, and those on the right where they are others.
struct Bench<T> {
    left: Side<T>,
    right: Side<T>,
    /// How many of the keys belong to earlier rules, up to whole fours.
    used: usize,
    /// Positions of the pairs of one row that are worth a visit.
    worth: Vec<u32>,
}

struct Side<T> {
    records: Vec<u32>,
    rows: Vec<T>,
    /// Block numbers by earlier rules: missing ones 0 on the left.
    keys: Vec<u32>,
    /// The same as seen from the other side: what is missing, or not of an earlier rule, equals nothing.
    other_keys: Vec<u32>,
}

impl<T> Default for Bench<T> {
    fn default() -> Self {
        Self { left: Side::default(), right: Side::default(), used: 0, worth: Vec::new() }
    }
}

impl<T> Default for Side<T> {
    fn default() -> Self {
        Self { records: Vec::new(), rows: Vec::new(), keys: Vec::new(), other_keys: Vec::new() }
    }
}

impl<T> Side<T> {
    fn lay(&mut self, lay: &impl Fn(u32) -> T, blocks: Option<&Blocks>, rule: usize, used: usize, records: &[u32]) {
        self.records.clear();
        self.records.extend_from_slice(records);
        self.rows.clear();
        self.rows.extend(records.iter().map(|&r| lay(r)));
        self.keys.clear();
        self.other_keys.clear();
        if let Some(blocks) = blocks.filter(|_| used > 0) {
            let none = |(at, &key): (usize, &u32)| if key == 0 || at >= rule { u32::MAX } else { key };
            for &record in records {
                let keys = &blocks.keys(record)[..used];
                self.keys.extend_from_slice(keys);
                self.other_keys.extend(keys.iter().enumerate().map(none));
            }
        }
    }
}

impl<T> Bench<T> {
    /// Gathers records; without right ones the left ones serve as both.
    fn lay(&mut self, lay: &impl Fn(u32) -> T, blocks: Option<&Blocks>, rule: usize, left: &[u32], right: &[u32]) {
        self.used = blocks.map_or(0, |b| keys_used(rule).min(b.stride));
        self.left.lay(lay, blocks, rule, self.used, left);
        self.right.lay(lay, blocks, rule, self.used, right);
    }

    /// Visits the pairs that no earlier rule makes and that are worth it; returns how many pairs there are and how many of
    /// them are new and comparable.
    fn visit_new(&mut self, rule: usize, look: &impl Look<T>, visit: &mut impl FnMut(Visit)) -> (u64, u64) {
        // The number of keys is fixed when the program is built, so that they are compared several at a time.
        match self.used / 4 {
            0 => self.visit_by::<0>(rule, look, visit),
            1 => self.visit_by::<4>(rule, look, visit),
            2 => self.visit_by::<8>(rule, look, visit),
            3 => self.visit_by::<12>(rule, look, visit),
            4 => self.visit_by::<16>(rule, look, visit),
            _ => self.visit_by::<MOST_RULES>(rule, look, visit),
        }
    }

    fn visit_by<const KEYS: usize>(
        &mut self,
        rule: usize,
        look: &impl Look<T>,
        visit: &mut impl FnMut(Visit),
    ) -> (u64, u64) {
        let diagonal = self.right.records.is_empty();
        let right = if diagonal { &self.left } else { &self.right };
        let none = [0; KEYS];
        let keys = |of: &'_ [u32], at: usize| -> [u32; KEYS] { of[at * KEYS..].first_chunk().copied().unwrap_or(none) };
        let (mut visited, mut comparable) = (0, 0);
        self.worth.resize(right.rows.len() + 1, 0);
        for (i, x) in self.left.rows.iter().enumerate() {
            let columns = if diagonal { i } else { right.rows.len() };
            let (a, mine) = (self.left.records[i], keys(&self.left.keys, i));
            // First all looks, without branches; then the visits, which are few.
            let mut found = 0;
            for (j, y) in right.rows[..columns].iter().enumerate() {
                let new = KEYS == 0 || !meets(&mine, &keys(&right.other_keys, j));
                let seen = look.look(x, y);
                comparable += u64::from(new & seen.comparable);
                self.worth[found] = j as u32;
                found += usize::from(new & seen.comparable & seen.may_match);
            }
            for &j in &self.worth[..found] {
                let b = right.records[j as usize];
                visit(Visit { a: a.min(b), b: a.max(b), rule: rule as u16 });
            }
            visited += columns as u64;
        }
        (visited, comparable)
    }
}

/// Whether two rows of keys agree anywhere.
#[inline]
fn meets<const KEYS: usize>(x: &[u32; KEYS], y: &[u32; KEYS]) -> bool {
    let mut any = 0u32;
    for k in 0..KEYS {
        any |= u32::from(x[k] == y[k]);
    }
    any != 0
}
