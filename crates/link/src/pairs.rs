//! In which order, and on which thread, is each pair of records visited?
//!
//! All pairs are one block; the pairs of a rule are its blocks. Small blocks are taken together, large ones cut into tiles, so
//! that every piece of work costs about the same. What a piece finds depends on the piece alone, never on the thread.

use crate::blocking::Blocks;
use crate::glance::{Bounds, Probe};
use crate::lanes::{LANES, Lanes};
use crate::rows::{Core, Laid, Rows};
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

/// Small blocks are laid out so many records together: what is fetched for one does not wait for what is fetched for another.
const TOGETHER: usize = 256;

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
        let within = |records: usize| (records * records.saturating_sub(1) / 2) as u64;
        let rule = match (self, piece) {
            (Source::Rules(blocks), Piece::Tile(rule, left, right)) => {
                let order = &blocks.rules[*rule].order;
                let right = if left == right { &[] } else { &order[right.clone()] };
                bench.lay_tile(Some(blocks), *rule, &order[left.clone()], right);
                visited += if right.is_empty() { within(left.len()) } else { (left.len() * right.len()) as u64 };
                comparable += bench.visit_tile(*rule, &mut visit);
                *rule
            }
            (Source::Rules(blocks), Piece::Blocks(rule, range)) => {
                let made = &blocks.rules[*rule];
                let mut together: Vec<&[u32]> = Vec::new();
                let mut records = 0;
                for at in range.clone().filter(|&at| pick(*rule, at)) {
                    let (from, to) = made.blocks[at];
                    together.push(&made.order[from as usize..to as usize]);
                    records += (to - from) as usize;
                    visited += within((to - from) as usize);
                    if records >= TOGETHER {
                        comparable += bench.visit_blocks(blocks, *rule, &together, &mut visit);
                        together.clear();
                        records = 0;
                    }
                }
                comparable += bench.visit_blocks(blocks, *rule, &together, &mut visit);
                *rule
            }
            (Source::All(_), Piece::Tile(_, left, right)) => {
                let records = |range: &Range<usize>| range.clone().map(|r| r as u32).collect::<Vec<u32>>();
                let right = if left == right { Vec::new() } else { records(right) };
                bench.lay_tile(None, 0, &records(left), &right);
                visited += if right.is_empty() { within(left.len()) } else { (left.len() * right.len()) as u64 };
                comparable += bench.visit_tile(0, &mut visit);
                0
            }
            // All pairs are cut into tiles only.
            (Source::All(_), Piece::Blocks(..)) => 0,
        };
        (rule, visited, comparable)
    }
}

/// Whether a block belongs to a sample of this share; the same for one seed.
pub(crate) fn picks(rule: usize, block: usize, seed: u64, share: f64) -> bool {
    let mut z = (seed ^ (rule as u64) << 40 ^ block as u64).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ z >> 31) as f64) < share * u64::MAX as f64
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

/// Records at work side by side, eight by eight; what stands between two blocks is nobody.
#[derive(Default)]
struct Side {
    records: Vec<u32>,
    cores: Vec<Core>,
    /// What is seen of them at a glance.
    lanes: Vec<Lanes>,
    /// Their block numbers by earlier rules, as many rows for each of the lanes; what is missing equals nothing.
    keys: Vec<[u32; LANES]>,
    /// Those that were compared in full, so many of them, and by record where it stands among them, counted from 1.
    laid: Vec<Laid>,
    compared: usize,
    at: Vec<u32>,
}

impl Side {
    fn clear(&mut self) {
        self.records.clear();
    }

    /// Takes the records of a block and returns where they stand: within eight if they are no more, else from the next eight
    /// on, so that what stands beside a record begins with lanes of its own.
    fn take(&mut self, block: &[u32]) -> Range<usize> {
        let from = self.records.len();
        let fits = from % LANES + block.len() <= LANES;
        let from = if fits { from } else { from.next_multiple_of(LANES) };
        self.records.resize(from, NOBODY);
        self.records.extend_from_slice(block);
        from..self.records.len()
    }

    /// Lays out what is seen of the records that were taken.
    fn lay(&mut self, rows: &Rows<'_>, blocks: Option<&Blocks>, rule: usize) {
        self.cores.clear();
        let core = |&record: &u32| if record == NOBODY { Core::default() } else { *rows.core(record) };
        self.cores.extend(self.records.iter().map(core));
        Lanes::fill(rows, &self.cores, &mut self.lanes);
        self.keys.clear();
        self.keys.resize(self.lanes.len() * rule, [u32::MAX; LANES]);
        if let Some(blocks) = blocks.filter(|_| rule > 0) {
            for (some, records) in self.keys.chunks_mut(rule).zip(self.records.chunks(LANES)) {
                for (l, &record) in records.iter().enumerate().filter(|(_, record)| **record != NOBODY) {
                    let keys = some.iter_mut().zip(blocks.keys(record));
                    keys.for_each(|(row, &key)| row[l] = if key == 0 { u32::MAX } else { key });
                }
            }
        }
        self.compared = 0;
        self.at.clear();
        self.at.resize(self.records.len(), 0);
    }

    /// Sees to it that a record can be compared in full.
    #[inline]
    fn lay_out(&mut self, rows: &Rows<'_>, at: usize) {
        if self.at[at] == 0 {
            if self.compared == self.laid.len() {
                self.laid.push(Laid::default());
            }
            rows.lay_out(self.records[at], &self.cores[at], &mut self.laid[self.compared]);
            self.compared += 1;
            self.at[at] = self.compared as u32;
        }
    }

    /// A record that was laid out.
    #[inline]
    fn laid(&self, at: usize) -> &Laid {
        &self.laid[self.at[at] as usize - 1]
    }
}

/// Stands where no record does.
const NOBODY: u32 = u32::MAX;

/// The records at work, kept from piece to piece: those on the left, and those on the right where they are others.
struct Bench<'r> {
    rows: &'r Rows<'r>,
    bounds: Option<&'r Bounds>,
    vectors: Level,
    left: Side,
    right: Side,
    /// Positions of the pairs of one row that are worth a visit.
    worth: Vec<u32>,
    /// The block numbers, by earlier rules, of the record that others are looked at beside.
    mine: Vec<u32>,
    /// Those of the records of some small blocks, one record after the other.
    numbers: Vec<u32>,
}

impl<'r> Bench<'r> {
    fn new(rows: &'r Rows<'r>, bounds: Option<&'r Bounds>) -> Self {
        let (left, right, worth, mine, numbers) = Default::default();
        Self { rows, bounds, vectors: Level::new(), left, right, worth, mine, numbers }
    }

    /// Gathers the records of a tile; without right ones the left ones serve as both.
    fn lay_tile(&mut self, blocks: Option<&Blocks>, rule: usize, left: &[u32], right: &[u32]) {
        for (side, records) in [(&mut self.left, left), (&mut self.right, right)] {
            side.clear();
            side.take(records);
            side.lay(self.rows, blocks, rule);
        }
    }

    /// Visits the new pairs of a tile that are worth it; returns how many are new and comparable.
    fn visit_tile(&mut self, rule: usize, visit: &mut impl FnMut(Visit<'_>)) -> u64 {
        self.visit_new(rule, 0..self.left.records.len(), visit)
    }

    /// The same of whole blocks. Most small ones hold what earlier rules have found, which their keys tell; they are not laid out.
    fn visit_blocks(
        &mut self,
        blocks: &Blocks,
        rule: usize,
        together: &[&[u32]],
        visit: &mut impl FnMut(Visit<'_>),
    ) -> u64 {
        self.left.clear();
        self.right.clear();
        // Fetched for all of them before any is looked at.
        self.numbers.clear();
        for &record in together.iter().filter(|records| records.len() <= LANES).copied().flatten() {
            self.numbers.extend_from_slice(&blocks.keys(record)[..rule]);
        }
        let mut numbers = self.numbers.as_slice();
        let new = together.iter().filter(|records| {
            records.len() > LANES || {
                let (own, rest) = numbers.split_at(records.len() * rule);
                numbers = rest;
                !all_met(own, rule)
            }
        });
        let taken: Vec<Range<usize>> = new.map(|records| self.left.take(records)).collect();
        self.left.lay(self.rows, Some(blocks), rule);
        taken.into_iter().map(|block| self.visit_new(rule, block, visit)).sum()
    }

    /// Visits the pairs that no earlier rule makes and that are worth it, of the left records in this range with those on the
    /// right, or with their own like; returns how many are new and comparable.
    fn visit_new(&mut self, rule: usize, within: Range<usize>, visit: &mut impl FnMut(Visit<'_>)) -> u64 {
        let diagonal = self.right.records.is_empty();
        let mut comparable = 0;
        // Beside the first of a block stands nobody before it.
        for i in within.clone().skip(usize::from(diagonal)) {
            let left = &self.left;
            let (core, seen) = (&left.cores[i], &left.lanes[i / LANES]);
            let own = left.keys[i / LANES * rule..][..rule].iter().map(|row| row[i % LANES]);
            self.mine.clear();
            // What is missing has one number where it is looked at and another where it is looked from.
            self.mine.extend(own.map(|key| if key == u32::MAX { u32::MAX - 1 } else { key }));
            let beside = if diagonal { left } else { &self.right };
            let row = Row {
                probe: || self.bounds.map(|bounds| Probe::new(bounds, self.rows, core, (seen, i % LANES))),
                list: if self.rows.set.is_deduplicated(u16::from(core.list)) { u32::from(core.list) } else { u32::MAX },
                mine: &self.mine,
                lanes: &beside.lanes,
                keys: &beside.keys,
                columns: if diagonal { within.start..i } else { 0..beside.records.len() },
                worth: &mut self.worth,
            };
            comparable += dispatch!(self.vectors, simd => row.look(simd));
            if self.worth.is_empty() {
                continue;
            }
            self.left.lay_out(self.rows, i);
            for &j in &self.worth {
                let j = j as usize;
                if diagonal { &mut self.left } else { &mut self.right }.lay_out(self.rows, j);
                let b = if diagonal { self.left.laid(j) } else { self.right.laid(j) };
                visit(Visit { a: self.left.laid(i), b });
            }
        }
        comparable
    }
}

/// Whether earlier rules, of which there are so many, make all pairs of few records, whose block numbers these are.
fn all_met(numbers: &[u32], rules: usize) -> bool {
    if rules == 0 {
        return false;
    }
    let met = |x: &[u32], y: &[u32]| x.iter().zip(y).fold(false, |met, (x, y)| met | ((x == y) & (*x != 0)));
    let mut rows = numbers.chunks(rules);
    while let Some(row) = rows.next() {
        if !rows.clone().all(|other| met(row, other)) {
            return false;
        }
    }
    true
}

/// One record beside many others.
struct Row<'b, P> {
    /// Makes what tells which of the others may match; without it all may.
    probe: P,
    /// Its list if that repeats nobody; a number that is no list otherwise.
    list: u32,
    mine: &'b [u32],
    lanes: &'b [Lanes],
    keys: &'b [[u32; LANES]],
    /// Where the others stand.
    columns: Range<usize>,
    worth: &'b mut Vec<u32>,
}

impl<'b, P: Fn() -> Option<Probe<'b>>> Row<'b, P> {
    /// Finds the others worth a visit, and counts the comparable ones; built once for each width of registers there is.
    #[inline(always)]
    fn look<S: Simd>(self, simd: S) -> u64 {
        let mut comparable = 0;
        self.worth.clear();
        let Range { start, end } = self.columns;
        // Made when the first pair is new: of most small blocks earlier rules have found every pair.
        let mut probe: Option<Option<Probe<'b>>> = None;
        for (at, lanes) in self.lanes.iter().enumerate().take(end.div_ceil(LANES)).skip(start / LANES) {
            let from = at * LANES;
            let until = if end - from >= LANES { u32::MAX } else { (1 << (end - from)) - 1 };
            let within = until & u32::MAX << start.saturating_sub(from);
            let keys = &self.keys[at * self.mine.len()..][..self.mine.len()];
            let new = within & lanes.beyond(simd, self.list) & !met(simd, self.mine, keys);
            if new == 0 {
                continue;
            }
            comparable += u64::from(new.count_ones());
            let mut worth = match probe.get_or_insert_with(&self.probe) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RecordSet;
    use factum_model::{ListId, Name, Record, RecordId};

    /// By record, its given and family name as numbers, 0 for none; the second list repeats nobody.
    fn check(records: &[(u8, u8, bool)]) {
        let mut set = RecordSet::default();
        set.add_list(ListId::new("a"), false);
        set.add_list(ListId::new("b"), true);
        for (given, family, on_b) in records {
            let mut record = Record::new(RecordId::new("x"), 2);
            let part = |number: &u8| (*number > 0).then(|| format!("n{number}"));
            record.names.push(Name { given: part(given), family: part(family), ..Name::default() });
            set.push(usize::from(*on_b), &record);
        }
        let rules = ["name.given:written + name.family:written", "name.family:written", "name.given:written"];
        let blocks = Blocks::new(&set, &rules.map(|rule| rule.parse().unwrap()));
        let (mut expected, mut first) = (Vec::new(), vec![0; 3]);
        for b in 0..set.len() as u32 {
            for a in (0..b).filter(|&a| blocks.made_by(a, b) != 0) {
                if !(set.list[a as usize] == 1 && set.list[b as usize] == 1) {
                    expected.push((a, b));
                    first[blocks.made_by(a, b).trailing_zeros() as usize] += 1;
                }
            }
        }
        let rows = Rows::new(&set);
        let source = Source::Rules(blocks);
        let see = |seen: &mut Vec<(u32, u32)>, pair: Visit<'_>| {
            let (x, y) = (pair.a.record, pair.b.record);
            seen.push((x.min(y), x.max(y)));
        };
        let (seen, by_rule) = source.visit(&|_| {}, |_, _| true, &rows, None, Vec::new, see);
        let mut seen = seen.concat();
        seen.sort_unstable();
        expected.sort_unstable();
        assert_eq!(seen, expected);
        assert_eq!(by_rule, first);
    }

    #[test]
    fn blocks_beyond_a_tile_are_visited_whole_and_once() {
        let records: Vec<(u8, u8, bool)> =
            (0..1500u32).map(|r| ((r % 3) as u8, (r * r % 97) as u8, r % 5 == 0)).collect();
        check(&records);
    }

    proptest::proptest! {
        #[test]
        fn every_pair_is_visited_once_by_the_first_rule_that_makes_it(
            records in proptest::collection::vec((0u8..12, 0u8..30, proptest::bool::ANY), 0..400),
        ) {
            check(&records);
        }
    }
}
