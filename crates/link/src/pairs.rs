//! In which order, and on which thread, is each pair of records visited?
//!
//! All pairs are one block; the pairs of a rule are its blocks. Small blocks are taken together, large ones cut into tiles, so
//! that every piece of work costs about the same. What a piece finds depends on the piece alone, never on the thread.

use crate::blocking::Blocks;
use crate::glance::{Bounds, LANES, Lanes, Probe};
use crate::rows::{Laid, Rows};
use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, mask32x8, u32x8};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU64, AtomicUsize};

/// Where pairs come from.
pub(crate) enum Source {
    /// Every pair of so many records.
    All(usize),
    /// The pairs of blocking rules.
    Rules(Blocks),
}

/// A pair as it is visited.
#[derive(Clone, Copy)]
pub(crate) struct Visit<'v> {
    pub a: &'v Laid,
    pub b: &'v Laid,
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

    /// Visits the pairs of the blocks that `pick` picks by rule and number, each once, by the first rule that makes it, if its
    /// lists allow it to be one person and, by the bounds, it may reach the floor. `new` makes the state of a run of pieces.
    /// The states come back in no fixed order, so that whatever is made of them must not depend on it; with them the
    /// comparable pairs by rule.
    pub(crate) fn visit<'v, S: Send>(
        &self,
        advance: &(dyn Fn(u64) + Sync),
        pick: impl Fn(usize, usize) -> bool + Sync + Send,
        rows: &'v Rows<'v>,
        bounds: Option<&'v Bounds>,
        new: impl Fn() -> S + Sync + Send,
        visit: impl Fn(&mut S, Visit<'_>) + Sync + Send,
    ) -> (Vec<S>, Vec<u64>) {
        let rules = match self {
            Source::All(_) => 1,
            Source::Rules(blocks) => blocks.rules.len(),
        };
        let by_rule: Vec<AtomicU64> = (0..rules).map(|_| AtomicU64::new(0)).collect();
        let pieces = self.pieces(&pick);
        let next = AtomicUsize::new(0);
        // Each thread has one state for all its pieces, and takes the next piece when it is done with one.
        let work = |_| {
            let (mut state, mut bench) = (new(), Bench::new(rows, bounds));
            while let Some(piece) = pieces.get(next.fetch_add(1, Relaxed)) {
                let (rule, visited, comparable) = self.work(piece, &pick, &mut bench, |pair| visit(&mut state, pair));
                by_rule[rule].fetch_add(comparable, Relaxed);
                advance(visited);
            }
            state
        };
        let states = (0..rayon::current_num_threads()).into_par_iter().with_max_len(1).map(work);
        (states.collect(), by_rule.into_iter().map(AtomicU64::into_inner).collect())
    }

    /// Works a piece off; returns its rule, and how many pairs were visited and how many of them are comparable.
    fn work(
        &self,
        piece: &Piece,
        pick: &(impl Fn(usize, usize) -> bool + Sync),
        bench: &mut Bench<'_>,
        mut visit: impl FnMut(Visit<'_>),
    ) -> (usize, u64, u64) {
        let (mut visited, mut comparable) = (0, 0);
        let mut run = |bench: &mut Bench<'_>, rule: usize, left: usize, right: usize| {
            visited += if right == 0 { left * left.saturating_sub(1) / 2 } else { left * right } as u64;
            comparable += bench.visit_new(rule, &mut visit);
        };
        let rule = match (self, piece) {
            (Source::Rules(blocks), Piece::Tile(rule, left, right)) => {
                let order = &blocks.rules[*rule].order;
                let right = if left == right { &[] } else { &order[right.clone()] };
                bench.lay(Some(blocks), *rule, &order[left.clone()], right);
                run(bench, *rule, left.len(), right.len());
                *rule
            }
            (Source::Rules(blocks), Piece::Blocks(rule, range)) => {
                let made = &blocks.rules[*rule];
                for at in range.clone().filter(|&at| pick(*rule, at)) {
                    let (from, to) = made.blocks[at];
                    bench.lay(Some(blocks), *rule, &made.order[from as usize..to as usize], &[]);
                    run(bench, *rule, (to - from) as usize, 0);
                }
                *rule
            }
            (Source::All(_), Piece::Tile(_, left, right)) => {
                let records = |range: &Range<usize>| range.clone().map(|r| r as u32).collect::<Vec<u32>>();
                let right = if left == right { Vec::new() } else { records(right) };
                bench.lay(None, 0, &records(left), &right);
                run(bench, 0, left.len(), right.len());
                0
            }
            // All pairs are cut into tiles only.
            (Source::All(_), Piece::Blocks(..)) => 0,
        };
        (rule, visited, comparable)
    }
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
struct Bench<'r> {
    rows: &'r Rows<'r>,
    bounds: Option<&'r Bounds>,
    vectors: Level,
    left: Vec<Laid>,
    right: Vec<Laid>,
    /// By record on the left, its block numbers by earlier rules, 0 for none.
    left_keys: Vec<u32>,
    /// What is seen of the records that those on the left are looked at beside: those on the right, or their own like.
    lanes: Vec<Lanes>,
    /// Their block numbers by earlier rules, as many rows for each of the lanes; what is missing equals nothing.
    keys: Vec<[u32; LANES]>,
    /// Positions of the pairs of one row that are worth a visit.
    worth: Vec<u32>,
}

impl<'r> Bench<'r> {
    fn new(rows: &'r Rows<'r>, bounds: Option<&'r Bounds>) -> Self {
        let (left, right, left_keys, lanes, keys, worth) = Default::default();
        Self { rows, bounds, vectors: Level::new(), left, right, left_keys, lanes, keys, worth }
    }

    /// Gathers records; without right ones the left ones serve as both. Gathers none if earlier rules make all their pairs.
    fn lay(&mut self, blocks: Option<&Blocks>, rule: usize, left: &[u32], right: &[u32]) {
        self.lay_keys(blocks, rule, left, if right.is_empty() { left } else { right });
        // Most small blocks hold what earlier rules have found, and their keys lie nearer than all they say.
        let known = right.is_empty() && left.len() <= LANES && self.all_met(rule, left.len());
        let (left, right) = if known { (&[][..], &[][..]) } else { (left, right) };
        let lay = |rows: &mut Vec<Laid>, records: &[u32]| {
            rows.clear();
            rows.extend(records.iter().map(|&record| self.rows.lay(record)));
        };
        lay(&mut self.left, left);
        lay(&mut self.right, right);
        Lanes::fill(if right.is_empty() { &self.left } else { &self.right }, &mut self.lanes);
    }

    fn lay_keys(&mut self, blocks: Option<&Blocks>, rule: usize, left: &[u32], records: &[u32]) {
        self.left_keys.clear();
        self.keys.clear();
        let Some(blocks) = blocks else { return };
        left.iter().for_each(|&record| self.left_keys.extend_from_slice(&blocks.keys(record)[..rule]));
        for some in records.chunks(LANES) {
            let from = self.keys.len();
            self.keys.resize(from + rule, [u32::MAX; LANES]);
            for (l, &record) in some.iter().enumerate() {
                let keys = self.keys[from..].iter_mut().zip(blocks.keys(record));
                keys.filter(|(_, key)| **key != 0).for_each(|(row, &key)| row[l] = key);
            }
        }
    }

    /// Whether earlier rules make all pairs of so few records.
    fn all_met(&self, rule: usize, records: usize) -> bool {
        let row = |i: usize| &self.left_keys[i * rule..(i + 1) * rule];
        let met = |i: usize, j: usize| row(i).iter().zip(row(j)).any(|(x, y)| x == y && *x != 0);
        rule > 0 && (0..records).all(|i| (0..i).all(|j| met(i, j)))
    }

    /// Visits the pairs that no earlier rule makes and that are worth it; returns how many are new and comparable.
    fn visit_new(&mut self, rule: usize, visit: &mut impl FnMut(Visit<'_>)) -> u64 {
        let diagonal = self.right.is_empty();
        let right = if diagonal { &self.left } else { &self.right };
        let mut comparable = 0;
        for (i, a) in self.left.iter().enumerate() {
            let columns = if diagonal { i } else { right.len() };
            let row = Row {
                probe: self.bounds.map(|bounds| Probe::new(bounds, a)),
                list: if self.rows.set.is_deduplicated(a.list) { u32::from(a.list) } else { u32::MAX },
                mine: self.left_keys.get(i * rule..(i + 1) * rule).unwrap_or_default(),
                lanes: &self.lanes[..columns.div_ceil(LANES)],
                keys: &self.keys,
                columns,
                worth: &mut self.worth,
            };
            comparable += dispatch!(self.vectors, simd => row.look(simd));
            self.worth.iter().for_each(|&j| visit(Visit { a, b: &right[j as usize], rule: rule as u16 }));
        }
        comparable
    }
}

/// One record beside many others.
struct Row<'b> {
    /// Tells which of the others may match; without it all may.
    probe: Option<Probe<'b>>,
    /// Its list if that repeats nobody; a number that is no list otherwise.
    list: u32,
    mine: &'b [u32],
    lanes: &'b [Lanes],
    keys: &'b [[u32; LANES]],
    columns: usize,
    worth: &'b mut Vec<u32>,
}

impl Row<'_> {
    /// Finds the others worth a visit, and counts the comparable ones; built once for each width of registers there is.
    #[inline(always)]
    fn look<S: Simd>(self, simd: S) -> u64 {
        let mut comparable = 0;
        self.worth.clear();
        for (at, lanes) in self.lanes.iter().enumerate() {
            let from = at * LANES;
            let within = if self.columns - from >= LANES { u32::MAX } else { (1 << (self.columns - from)) - 1 };
            let keys = &self.keys[at * self.mine.len()..][..self.mine.len()];
            let new = within & lanes.beyond(simd, self.list) & !met(simd, self.mine, keys);
            if new == 0 {
                continue;
            }
            comparable += u64::from(new.count_ones());
            let mut worth = match &self.probe {
                Some(probe) => new & probe.may_match(simd, lanes),
                None => new,
            };
            while worth != 0 {
                self.worth.push(from as u32 + worth.trailing_zeros());
                worth &= worth - 1;
            }
        }
        comparable
    }
}

/// Which of some records an earlier rule joins with the one whose keys these are; one bit a lane.
#[inline(always)]
fn met<S: Simd>(simd: S, mine: &[u32], keys: &[[u32; LANES]]) -> u32 {
    let mut any = mask32x8::splat(simd, false);
    for (key, others) in mine.iter().zip(keys) {
        any |= u32x8::simd_from(simd, *others).simd_eq(*key);
    }
    any.to_bitmask() as u32
}
