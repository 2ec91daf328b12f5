//! Which records make up one person, when pairs contradict one another?
//!
//! Agglomerative clustering with average linkage on log-odds: two groups are joined while the mean log-odds over all pairs
//! between them, relative to the threshold, is positive. The mean is taken field by field, each over the pairs of which both
//! records say it: a record that leaves out what the others say speaks neither for nor against them. One pair cannot chain two
//! groups that otherwise disagree, and a person on a list without duplicates holds at most one of its records.

use crate::Field;
use crate::blocking::by_code;
use crate::compare::Memory;
use crate::field::MISSING;
use crate::linkage::ScoredPair;
use crate::records::RecordSet;
use crate::request::{Judgement, Options};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BinaryHeap;

/// The persons, as a number for each record, and what clustering overruled.
pub(crate) struct Persons {
    /// By record, counted from 0 in the order of first records.
    pub of_record: Vec<u32>,
    /// Pairs above the threshold that ended in different persons.
    pub overruled: u64,
    /// Joins that only a list without duplicates forbade.
    pub forbidden: u64,
    /// Judgements that could not be kept.
    pub contradictory: u64,
    /// Pairs of records of one person that are not among the pairs.
    pub implied: u64,
}

/// Groups records into persons. `pairs` hold every pair of at least [`Options::KEEP`]; a pair that is less likely, or not
/// there, counts as one at that floor. What people judged binds: the same before all else, different against all else.
pub(crate) fn cluster(
    set: &RecordSet,
    pairs: &[ScoredPair],
    threshold: f64,
    judgements: &[Judgement],
    votes: impl Votes,
) -> Persons {
    Components::new(set, pairs, judgements, votes).cluster(threshold)
}

/// So many fields there are.
const FIELDS: usize = Field::ALL.len();

/// What each field adds to the weight of a pair, in bits, by its index; nothing where a record does not say.
pub(crate) type Bits = [f32; FIELDS];

/// Tells of a pair what its fields add.
pub(crate) trait Votes: Fn(&ScoredPair, &mut Memory) -> Bits + Send + Sync {}

impl<V: Fn(&ScoredPair, &mut Memory) -> Bits + Send + Sync> Votes for V {}

/// What a judgement weighs: no sum of other pairs reaches it.
const BOUND: f64 = 1e9;

/// Components are worked off so many together, so that threads ask for work and memory rarely.
const TOGETHER: usize = 4096;

/// Fields are told apart in components of at most so many pairs, which then hold a hundred megabytes. Where more hang together,
/// the fields tell hardly anybody apart.
const MOST_APART: usize = 1 << 18;

/// The pairs that bring records together, component by component; the same whatever the threshold.
pub(crate) struct Components<'p, V> {
    set: &'p RecordSet,
    pairs: &'p [ScoredPair],
    judgements: &'p [Judgement],
    judged: FxHashMap<(u32, u32), bool>,
    votes: V,
    /// Positions of pairs, in the order of the first records of their components and of the pairs.
    order: Vec<u32>,
    /// Where each component ends in that order.
    ends: Vec<u32>,
}

impl<'p, V: Votes> Components<'p, V> {
    pub(crate) fn new(set: &'p RecordSet, pairs: &'p [ScoredPair], judgements: &'p [Judgement], votes: V) -> Self {
        let judged: FxHashMap<(u32, u32), bool> =
            judgements.iter().map(|j| ((j.a.min(j.b), j.a.max(j.b)), j.same)).collect();
        let counts = |p: &ScoredPair| p.probability >= Options::KEEP || judged.contains_key(&(p.a, p.b));
        let mut order: Vec<u32> = (0..pairs.len() as u32).filter(|&at| counts(&pairs[at as usize])).collect();
        let mut parent = joined(set.len(), order.iter().map(|&at| (pairs[at as usize].a, pairs[at as usize].b)));
        flatten(&mut parent);
        let leaders: Vec<u32> = pairs.par_iter().map(|p| parent[p.a as usize]).collect();
        drop(parent);
        by_code(&mut order, &leaders);
        let ends = order.chunk_by(|&x, &y| leaders[x as usize] == leaders[y as usize]).scan(0, |end, component| {
            *end += component.len() as u32;
            Some(*end)
        });
        let ends = ends.collect();
        Self { set, pairs, judgements, judged, votes, order, ends }
    }

    /// The persons at a threshold.
    pub(crate) fn cluster(&self, threshold: f64) -> Persons {
        let (set, pairs) = (self.set, self.pairs);
        let cut = log_odds(threshold);
        let absent = (log_odds(Options::KEEP) - cut).min(-1e-9);
        let affinity = |pair: &ScoredPair| match self.judged.get(&(pair.a, pair.b)) {
            Some(true) => BOUND,
            Some(false) => -BOUND,
            None => log_odds(pair.probability) - cut,
        };
        let vote = |pair: &ScoredPair, apart: bool, memory: &mut Memory| {
            let mut vote = Vote { base: affinity(pair), kept: 1, fields: None };
            if apart && vote.base.abs() < BOUND {
                let bits = (self.votes)(pair, memory);
                let says = |at: usize| f32::from(u8::from(pair.pattern.level(Field::ALL[at]) != MISSING));
                vote.base -= f64::from(bits.iter().sum::<f32>());
                vote.fields = Some(Box::new(Fields { bits, says: std::array::from_fn(says) }));
            }
            vote
        };
        let work = |(some, ends): (usize, &[u32])| {
            let mut from = if some == 0 { 0 } else { self.ends[some * TOGETHER - 1] };
            let mut joiner = Joiner { set, absent, leaders: Vec::new(), forbidden: 0 };
            let mut edges: Vec<Edge> = Vec::new();
            let mut memory = Memory::new();
            for &end in ends {
                let component = &self.order[from as usize..end as usize];
                let pair = |at: &u32| &pairs[*at as usize];
                if let [at] = component {
                    joiner.join_two(pair(at).a, pair(at).b, affinity(pair(at)));
                } else {
                    // Where all pairs say the same fields, the mean over pairs is the mean field by field.
                    let said = pair(&component[0]).pattern.said();
                    let apart =
                        component.len() <= MOST_APART && component.iter().any(|at| pair(at).pattern.said() != said);
                    let edge = |pair: &ScoredPair| Edge { a: pair.a, b: pair.b, vote: vote(pair, apart, &mut memory) };
                    edges.clear();
                    edges.extend(component.iter().map(pair).map(edge));
                    joiner.join(&edges);
                }
                from = end;
            }
            (joiner.leaders, joiner.forbidden)
        };
        let joined: Vec<(Vec<(u32, u32)>, u64)> = self.ends.par_chunks(TOGETHER).enumerate().map(work).collect();
        let mut of_record: Vec<u32> = (0..set.len() as u32).collect();
        let mut forbidden = 0;
        for (leaders, refused) in joined {
            forbidden += refused;
            leaders.into_iter().for_each(|(record, leader)| of_record[record as usize] = leader);
        }
        number(&mut of_record);
        self.told(of_record, threshold, forbidden)
    }

    fn told(&self, of_record: Vec<u32>, threshold: f64, forbidden: u64) -> Persons {
        let mut sizes: Vec<u32> = vec![0; of_record.len()];
        of_record.iter().for_each(|p| sizes[*p as usize] += 1);
        let joined: u64 = sizes.iter().map(|&n| u64::from(n) * u64::from(n.saturating_sub(1)) / 2).sum();
        let apart = |a: u32, b: u32| of_record[a as usize] != of_record[b as usize];
        let of_pair = |pair: &ScoredPair| {
            let parted = apart(pair.a, pair.b);
            let is_link = pair.probability >= threshold && !self.judged.contains_key(&(pair.a, pair.b));
            (u64::from(!parted), u64::from(parted && is_link))
        };
        let add = |x: (u64, u64), y: (u64, u64)| (x.0 + y.0, x.1 + y.1);
        let (kept, overruled) = self.pairs.par_iter().with_min_len(TOGETHER).map(of_pair).reduce(|| (0, 0), add);
        Persons {
            overruled,
            contradictory: self.judgements.iter().filter(|j| apart(j.a, j.b) == j.same).count() as u64,
            implied: joined.saturating_sub(kept),
            forbidden,
            of_record,
        }
    }
}

/// What the kept pairs between two groups say, summed up.
#[derive(Clone, Default)]
struct Vote {
    /// Log-odds relative to the threshold; where fields are told apart, before any of them is looked at.
    base: f64,
    /// Pairs.
    kept: u32,
    /// Apart, because a component may hold millions of pairs.
    fields: Option<Box<Fields>>,
}

/// What each field adds, and how many pairs say it.
#[derive(Clone, Default)]
struct Fields {
    bits: Bits,
    says: Bits,
}

impl Vote {
    fn add(&mut self, other: &Vote) {
        self.base += other.base;
        self.kept += other.kept;
        match (&mut self.fields, &other.fields) {
            (Some(own), Some(others)) => {
                own.bits.iter_mut().zip(&others.bits).for_each(|(x, y)| *x += y);
                own.says.iter_mut().zip(&others.says).for_each(|(x, y)| *x += y);
            }
            (own @ None, Some(others)) => *own = Some(others.clone()),
            (_, None) => {}
        }
    }

    /// Mean field by field.
    fn mean(&self) -> f64 {
        let fields = self.fields.as_ref().map_or(0.0, |fields| {
            let said = fields.bits.iter().zip(&fields.says).filter(|(_, n)| **n > 0.0);
            said.map(|(bits, n)| f64::from(bits / n)).sum()
        });
        self.base / f64::from(self.kept) + fields
    }
}

struct Edge {
    a: u32,
    b: u32,
    vote: Vote,
}

/// A forest in which records that pairs bring together have one root, the first of them, so that it does not depend on the
/// order of the pairs.
fn joined(records: usize, pairs: impl Iterator<Item = (u32, u32)>) -> Vec<u32> {
    let mut parent: Vec<u32> = (0..records as u32).collect();
    for (a, b) in pairs {
        let (x, y) = (root(&mut parent, a), root(&mut parent, b));
        parent[x.max(y) as usize] = x.min(y);
    }
    parent
}

/// For each record the first of those that pairs bring together with it.
pub(crate) fn leaders(records: usize, pairs: &[ScoredPair]) -> Vec<u32> {
    let mut parent = joined(records, pairs.iter().map(|p| (p.a, p.b)));
    flatten(&mut parent);
    parent
}

/// Lets each record of a forest point at its root, which comes before it.
fn flatten(parent: &mut [u32]) {
    for record in 0..parent.len() {
        parent[record] = parent[parent[record] as usize];
    }
}

fn root(parent: &mut [u32], record: u32) -> u32 {
    let mut at = record;
    while parent[at as usize] != at {
        let next = parent[at as usize];
        parent[at as usize] = parent[next as usize];
        at = next;
    }
    at
}

/// Joins the records of components into persons.
struct Joiner<'s> {
    set: &'s RecordSet,
    absent: f64,
    /// Records with the first record of each one's person.
    leaders: Vec<(u32, u32)>,
    forbidden: u64,
}

impl Joiner<'_> {
    /// Joins one component, whose edges come in the order of their records.
    fn join(&mut self, edges: &[Edge]) {
        let mut records: Vec<u32> = edges.iter().flat_map(|e| [e.a, e.b]).collect();
        records.sort_unstable();
        records.dedup();
        let at = |record: u32| records.binary_search(&record).unwrap_or_default() as u32;
        let lists: Vec<u16> = records.iter().map(|&r| self.set.list[r as usize]).collect();
        let mut groups = Groups::new(self.set, &lists, self.absent);
        for edge in edges {
            groups.connect(at(edge.a), at(edge.b), &edge.vote);
        }
        groups.join_all();
        self.forbidden += groups.forbidden;
        let mut first = vec![u32::MAX; records.len()];
        for (i, &record) in records.iter().enumerate() {
            let first = &mut first[root(&mut groups.parent, i as u32) as usize];
            *first = (*first).min(record);
            self.leaders.push((record, *first));
        }
    }

    /// Two records that nothing else touches, as most are.
    fn join_two(&mut self, a: u32, b: u32, affinity: f64) {
        let list = self.set.list[a as usize];
        let taken = list == self.set.list[b as usize] && self.set.lists[usize::from(list)].deduplicated;
        let forbidden = affinity >= 0.0 && taken && affinity < BOUND / 2.0;
        self.forbidden += u64::from(forbidden);
        if affinity >= 0.0 && !forbidden {
            self.leaders.push((b, a));
        }
    }
}

/// Numbers persons from 0 in the order of first records; each record holds the first record of its person.
fn number(of_record: &mut [u32]) {
    let mut next = 0;
    for record in 0..of_record.len() {
        let leader = of_record[record] as usize;
        if leader == record {
            of_record[record] = next;
            next += 1;
        } else {
            of_record[record] = of_record[leader];
        }
    }
}

/// Log-odds in bits; certainty, which rounding can reach, counts as one in a million million, so that no pair outvotes more than
/// five or six that are not there.
fn log_odds(p: f64) -> f64 {
    let p = p.clamp(1e-12, 1.0 - 1e-12);
    (p / (1.0 - p)).log2()
}

/// A candidate join; ordered by mean affinity, then by the smaller records, so that ties fall the same way every time.
#[derive(PartialEq)]
struct Join {
    mean: f64,
    a: u32,
    b: u32,
}

impl Eq for Join {}

impl Ord for Join {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.mean.total_cmp(&other.mean).then_with(|| (other.a, other.b).cmp(&(self.a, self.b)))
    }
}

impl PartialOrd for Join {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

struct Groups {
    /// The group each record or former group went into; itself while it stands.
    parent: Vec<u32>,
    size: Vec<u32>,
    /// Sum of affinities and number of kept pairs towards each neighbouring group.
    towards: Vec<FxHashMap<u32, Vote>>,
    /// The lists without duplicates that a group already has a record of.
    taken: Vec<Vec<u16>>,
    absent: f64,
    queue: BinaryHeap<Join>,
    forbidden: u64,
}

impl Groups {
    fn new(set: &RecordSet, lists: &[u16], absent: f64) -> Self {
        let n = lists.len();
        let taken = |&list: &u16| if set.lists[list as usize].deduplicated { vec![list] } else { Vec::new() };
        Self {
            parent: (0..n as u32).collect(),
            size: vec![1; n],
            towards: vec![FxHashMap::default(); n],
            taken: lists.iter().map(taken).collect(),
            absent,
            queue: BinaryHeap::new(),
            forbidden: 0,
        }
    }

    fn connect(&mut self, a: u32, b: u32, vote: &Vote) {
        self.towards[a as usize].insert(b, vote.clone());
        self.towards[b as usize].insert(a, vote.clone());
        self.propose(a, b);
    }

    /// Mean affinity over all pairs of records between two groups.
    fn mean(&self, a: u32, b: u32) -> Option<f64> {
        let vote = self.towards[a as usize].get(&b)?;
        let pairs = f64::from(self.size[a as usize]) * f64::from(self.size[b as usize]);
        let kept = f64::from(vote.kept);
        Some((vote.mean() * kept + self.absent * (pairs - kept)) / pairs)
    }

    fn propose(&mut self, a: u32, b: u32) {
        if let Some(mean) = self.mean(a, b)
            && mean >= 0.0
        {
            self.queue.push(Join { mean, a: a.min(b), b: a.max(b) });
        }
    }

    fn join_all(&mut self) {
        while let Some(Join { mean, a, b }) = self.queue.pop() {
            // Proposals whose groups have changed since are stale; the change proposed anew.
            if self.parent[a as usize] != a || self.parent[b as usize] != b || self.mean(a, b) != Some(mean) {
                continue;
            }
            let taken = self.taken[a as usize].iter().any(|list| self.taken[b as usize].contains(list));
            if taken && mean < BOUND / f64::from(self.size[a as usize] * self.size[b as usize]) / 2.0 {
                self.forbidden += 1;
                continue;
            }
            self.join(a, b);
        }
    }

    /// Puts the group with fewer neighbours into the other.
    fn join(&mut self, a: u32, b: u32) {
        let (into, from) =
            if self.towards[a as usize].len() >= self.towards[b as usize].len() { (a, b) } else { (b, a) };
        self.parent[from as usize] = into;
        self.size[into as usize] += self.size[from as usize];
        let taken = std::mem::take(&mut self.taken[from as usize]);
        self.taken[into as usize].extend(taken);
        let neighbours = std::mem::take(&mut self.towards[from as usize]);
        self.towards[into as usize].remove(&from);
        for (neighbour, vote) in neighbours {
            self.towards[neighbour as usize].remove(&from);
            if neighbour != into {
                for (x, y) in [(into, neighbour), (neighbour, into)] {
                    self.towards[x as usize].entry(y).or_default().add(&vote);
                }
            }
        }
        let mut changed: Vec<u32> = self.towards[into as usize].keys().copied().collect();
        changed.sort_unstable();
        changed.into_iter().for_each(|neighbour| self.propose(into, neighbour));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pattern;
    use factum_model::{ListId, Record, RecordId};

    /// Persons of `n` records, the first list of which has no duplicates, from pairs with probabilities.
    fn check(lists: &[usize], pairs: &[(u32, u32, f64)], expected: &[u32]) {
        let mut set = RecordSet::default();
        set.add_list(ListId::new("a"), true);
        set.add_list(ListId::new("b"), false);
        lists.iter().for_each(|&l| set.push(l, &Record::new(RecordId::new("x"), 2)));
        let pair = |&(a, b, probability): &(u32, u32, f64)| ScoredPair {
            a,
            b,
            pattern: Pattern::default(),
            weight: 0.0,
            probability,
            rule: 0,
        };
        let pairs: Vec<ScoredPair> = pairs.iter().map(pair).collect();
        assert_eq!(
            cluster(&set, &pairs, 0.5, &[], |_: &ScoredPair, _: &mut Memory| Bits::default()).of_record,
            expected
        );
    }

    #[test]
    fn likely_pairs_become_persons() {
        check(&[1, 1, 1], &[(0, 1, 0.99)], &[0, 0, 1]);
        check(&[1, 1, 1], &[(0, 1, 0.4)], &[0, 1, 2]);
    }

    #[test]
    fn certain_pairs_become_persons() {
        let mut set = RecordSet::default();
        set.add_list(ListId::new("a"), false);
        (0..2).for_each(|_| set.push(0, &Record::new(RecordId::new("x"), 2)));
        let pair = ScoredPair { a: 0, b: 1, pattern: Pattern::default(), weight: 90.0, probability: 1.0, rule: 0 };
        assert_eq!(
            cluster(&set, &[pair], 1.0, &[], |_: &ScoredPair, _: &mut Memory| Bits::default()).of_record,
            [0, 0]
        );
    }

    #[test]
    fn a_chain_of_weak_links_breaks() {
        // Four in a row: each linked to the next only, so the ends disagree.
        check(&[1; 4], &[(0, 1, 0.95), (1, 2, 0.6), (2, 3, 0.95)], &[0, 0, 1, 1]);
    }

    #[test]
    fn a_triangle_outvotes_one_doubtful_side() {
        check(&[1; 3], &[(0, 1, 0.99), (1, 2, 0.99), (0, 2, 0.3)], &[0, 0, 0]);
    }

    #[test]
    fn what_a_record_leaves_out_is_no_vote_against_it() {
        let mut set = RecordSet::default();
        set.add_list(ListId::new("a"), false);
        (0..3).for_each(|_| set.push(0, &Record::new(RecordId::new("x"), 2)));
        let name = Pattern::default().with(Field::Given, 12);
        let both = name.with(Field::Birth, 1);
        let persons = |patterns: [Pattern; 3]| {
            let of = [(0, 1, 0.99), (0, 2, 0.89), (1, 2, 0.015)];
            let pair = |((a, b, probability), pattern)| ScoredPair { a, b, pattern, weight: 0.0, probability, rule: 0 };
            let pairs: Vec<ScoredPair> = of.into_iter().zip(patterns).map(pair).collect();
            // The same birth adds nine bits, another name takes two away.
            let votes = |pair: &ScoredPair, _: &mut Memory| {
                let mut bits = Bits::default();
                bits[Field::Given.index()] = -2.0;
                bits[Field::Birth.index()] = if pair.pattern.level(Field::Birth) == MISSING { 0.0 } else { 9.0 };
                bits
            };
            cluster(&set, &pairs, 0.5, &[], votes).of_record
        };
        // Pairs of 6.6, 3 and -6 bits: the second record does not say when it was born.
        assert_eq!(persons([name, both, name]), [0, 0, 0]);
        // It does, and disagrees.
        assert_eq!(persons([both; 3]), [0, 0, 1]);
    }

    #[test]
    fn a_list_without_duplicates_gives_a_person_one_record() {
        check(&[0, 0, 1], &[(0, 2, 0.99), (1, 2, 0.95), (0, 1, 0.9)], &[0, 1, 0]);
    }
}
