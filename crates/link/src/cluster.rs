//! Which records make up one person, when pairs contradict one another?
//!
//! Agglomerative clustering with average linkage on log-odds: two groups are joined while the mean log-odds over all pairs
//! between them, relative to the threshold, is positive. One strong pair cannot chain two groups that otherwise disagree,
//! and a person on a list without duplicates holds at most one of its records.

use crate::linkage::{Options, ScoredPair};
use crate::records::RecordSet;
use rustc_hash::FxHashMap;
use std::collections::BinaryHeap;

/// Log-odds, in bits, are held within this of the threshold, so that no single pair outvotes many.
const CLAMP: f64 = 12.0;

/// The persons, as a number for each record, and the links that clustering overruled.
pub(crate) struct Persons {
    /// By record, counted from 0 in the order of first records.
    pub of_record: Vec<u32>,
    /// Pairs above the threshold that ended in different persons.
    pub overruled: u64,
    /// Joins that only a list without duplicates forbade.
    pub forbidden: u64,
}

/// Groups records into persons. `pairs` hold every pair of at least [`Options::KEEP`]; a pair that is less likely, or not
/// there, counts as one at that floor.
pub(crate) fn cluster(set: &RecordSet, pairs: &[ScoredPair], threshold: f64) -> Persons {
    let cut = log_odds(threshold);
    let absent = log_odds(Options::KEEP);
    let affinity = |p: f64| (log_odds(p) - cut).clamp(-CLAMP, CLAMP);
    let mut groups = Groups::new(set, (absent - cut).clamp(-CLAMP, -1e-9));
    for pair in pairs.iter().filter(|p| p.probability >= Options::KEEP) {
        groups.connect(pair.a, pair.b, affinity(pair.probability));
    }
    groups.join_all();
    let of_record = groups.numbered();
    let is_link = |p: &&ScoredPair| p.probability >= threshold;
    let overruled = pairs.iter().filter(is_link).filter(|p| of_record[p.a as usize] != of_record[p.b as usize]).count();
    Persons { of_record, overruled: overruled as u64, forbidden: groups.forbidden }
}

/// Log-odds in bits; certainty, which rounding can reach, counts as one in a million million.
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
    towards: Vec<FxHashMap<u32, (f64, u32)>>,
    /// The lists without duplicates that a group already has a record of.
    taken: Vec<Vec<u16>>,
    absent: f64,
    queue: BinaryHeap<Join>,
    forbidden: u64,
}

impl Groups {
    fn new(set: &RecordSet, absent: f64) -> Self {
        let n = set.len();
        let taken = |&list: &u16| if set.lists[list as usize].deduplicated { vec![list] } else { Vec::new() };
        Self {
            parent: (0..n as u32).collect(),
            size: vec![1; n],
            towards: vec![FxHashMap::default(); n],
            taken: set.list.iter().map(taken).collect(),
            absent,
            queue: BinaryHeap::new(),
            forbidden: 0,
        }
    }

    fn connect(&mut self, a: u32, b: u32, affinity: f64) {
        self.towards[a as usize].insert(b, (affinity, 1));
        self.towards[b as usize].insert(a, (affinity, 1));
        self.propose(a, b);
    }

    /// Mean affinity over all pairs of records between two groups.
    fn mean(&self, a: u32, b: u32) -> Option<f64> {
        let (sum, kept) = *self.towards[a as usize].get(&b)?;
        let pairs = f64::from(self.size[a as usize]) * f64::from(self.size[b as usize]);
        Some((sum + self.absent * (pairs - f64::from(kept))) / pairs)
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
            if self.taken[a as usize].iter().any(|list| self.taken[b as usize].contains(list)) {
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
        for (neighbour, (sum, kept)) in neighbours {
            self.towards[neighbour as usize].remove(&from);
            if neighbour != into {
                for (x, y) in [(into, neighbour), (neighbour, into)] {
                    let joint = self.towards[x as usize].entry(y).or_insert((0.0, 0));
                    joint.0 += sum;
                    joint.1 += kept;
                }
            }
        }
        let mut changed: Vec<u32> = self.towards[into as usize].keys().copied().collect();
        changed.sort_unstable();
        changed.into_iter().for_each(|neighbour| self.propose(into, neighbour));
    }

    fn root(&mut self, record: u32) -> u32 {
        let mut at = record;
        while self.parent[at as usize] != at {
            let next = self.parent[at as usize];
            self.parent[at as usize] = self.parent[next as usize];
            at = next;
        }
        at
    }

    fn numbered(&mut self) -> Vec<u32> {
        let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
        (0..self.parent.len() as u32)
            .map(|record| {
                let next = numbers.len() as u32;
                *numbers.entry(self.root(record)).or_insert(next)
            })
            .collect()
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
        assert_eq!(cluster(&set, &pairs, 0.5).of_record, expected);
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
        assert_eq!(cluster(&set, &[pair], 1.0).of_record, [0, 0]);
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
    fn a_list_without_duplicates_gives_a_person_one_record() {
        check(&[0, 0, 1], &[(0, 2, 0.99), (1, 2, 0.95), (0, 1, 0.9)], &[0, 1, 0]);
    }
}
