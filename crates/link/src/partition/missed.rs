//! Which persons would be one, had every pair been compared?
//!
//! Blocking leaves pairs out, and some of those are matches. Which ones is unknown, how many can be estimated (from pairs
//! that only one rule makes, say). A draw that ignored them would count too many persons. So each draw takes a number of
//! missed matches from its distribution and joins as many persons as give it, chosen at random: a pair of lists in proportion
//! to what it misses, and on each list one of its persons, all alike.
//!
//! Matches are counted in pairs of records, as linkage counts them. Joining a person of two records with one of three
//! makes six, and uses up six.

use super::graph::Graph;
use super::prior::ListSet;
use super::{Evidence, Fault, Purpose, Unusable, stream};
use rand::{Rng, RngExt};
use rustc_hash::{FxHashMap, FxHashSet};
use std::f64::consts::TAU;

/// After so many vain attempts in a row the persons that could be joined are taken to be used up.
const ATTEMPTS: u32 = 10_000;

/// Above this mean a Poisson number is drawn as a rounded normal one, which differs in skewness only, by a sixth.
const NORMAL_FROM: f64 = 36.0;

/// An estimate of the matches that are not among the compared pairs: never compared, or left out as too unlikely.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Missed {
    /// Expected missed matches, in pairs of records, by two lists (twice the same within one).
    pub by_lists: Vec<(u16, u16, f64)>,
    /// Standard deviation of the estimate of their sum; the number itself varies around the sum as a Poisson number
    /// besides.
    pub deviation: f64,
}

impl Missed {
    fn expected(&self) -> f64 {
        self.by_lists.iter().map(|l| l.2).sum()
    }

    /// Whether nothing was missed, for certain.
    pub(super) fn is_none(&self) -> bool {
        self.expected() == 0.0
    }

    pub(super) fn check(&self, evidence: &Evidence) -> Result<(), Unusable> {
        let known = |list: u16| usize::from(list) < evidence.deduplicated.len();
        let possible = |&&(a, b, expected): &&(u16, u16, f64)| {
            let once = a == b && known(a) && evidence.deduplicated[usize::from(a)] && expected > 0.0;
            known(a) && known(b) && !once && expected >= 0.0 && expected.is_finite()
        };
        let impossible = self.by_lists.iter().filter(|l| !possible(l));
        let mut faults: Vec<Fault> = impossible.map(|l| Fault::Missed(l.0, l.1)).collect();
        if !(self.deviation >= 0.0 && self.deviation.is_finite()) {
            faults.push(Fault::MissedDeviation);
        }
        if faults.is_empty() { Ok(()) } else { Err(Unusable(faults)) }
    }

    /// Draws how many matches were missed.
    fn number(&self, rng: &mut impl Rng) -> u64 {
        poisson((self.expected() + self.deviation * normal(rng)).max(0.0), rng)
    }

    /// Draws two lists.
    fn lists(&self, rng: &mut impl Rng) -> Option<(u16, u16)> {
        let mut left = rng.random::<f64>() * self.expected();
        let mut drawn = None;
        for &(a, b, expected) in self.by_lists.iter().filter(|l| l.2 > 0.0) {
            drawn = Some((a, b));
            left -= expected;
            if left < 0.0 {
                break;
            }
        }
        drawn
    }
}

/// Decides which persons of a draw are joined.
pub(super) struct Judge<'g> {
    graph: &'g Graph<'g>,
    missed: &'g Missed,
    /// Records by list.
    of_list: Vec<Vec<u32>>,
    /// Component by record, counted from 1; 0 for a record alone.
    component: Vec<u32>,
    different: FxHashSet<(u32, u32)>,
}

impl<'g> Judge<'g> {
    pub(super) fn new(graph: &'g Graph<'g>, missed: &'g Missed) -> Self {
        let evidence = graph.evidence();
        let mut of_list = vec![Vec::new(); evidence.deduplicated.len()];
        (0..).zip(evidence.lists).for_each(|(record, &list)| of_list[usize::from(list)].push(record));
        let mut component = vec![0; evidence.lists.len()];
        for at in 0..graph.components() {
            graph.records(at).iter().for_each(|&r| component[r as usize] = at as u32 + 1);
        }
        let different = evidence.judgements.iter().filter(|j| !j.same).map(|j| (j.a.min(j.b), j.a.max(j.b))).collect();
        Self { graph, missed, of_list, component, different }
    }

    /// The persons that disappear, by their first record, and the first record of the person each goes into. `first` gives
    /// by record the first record of its person.
    pub(super) fn joins(&self, first: &[u32], seed: u64, draw: u16) -> FxHashMap<u32, u32> {
        let mut rng = stream(seed, Purpose::Missed, u32::from(draw));
        let mut persons = Persons::new(first);
        let mut left = self.missed.number(&mut rng);
        let mut vain = 0;
        while left > 0 && vain < ATTEMPTS {
            let Some((a, b)) = self.propose(&persons, &mut rng) else {
                vain += 1;
                continue;
            };
            vain = 0;
            let pairs = (persons.members(a).count() * persons.members(b).count()) as u64;
            // What is left may not suffice: then by chance, so that the mean is met.
            if pairs > left && rng.random::<f64>() * pairs as f64 >= left as f64 {
                break;
            }
            left = left.saturating_sub(pairs);
            persons.join(a, b);
        }
        persons.joined()
    }

    /// Two persons that may be one, or nothing if the first two looked at may not.
    fn propose(&self, persons: &Persons, rng: &mut impl Rng) -> Option<(u32, u32)> {
        let (x, y) = self.missed.lists(rng)?;
        let a = self.person_on(x, persons, rng)?;
        let b = self.person_on(y, persons, rng)?;
        (a != b && self.may_join(persons, a, b)).then_some((a, b))
    }

    /// A person on a list, each as likely as another: a random record counts only if it is its person's first there.
    fn person_on(&self, list: u16, persons: &Persons, rng: &mut impl Rng) -> Option<u32> {
        let records = &self.of_list[usize::from(list)];
        if records.is_empty() {
            return None;
        }
        let record = records[rng.random_range(0..records.len())];
        let person = persons.of(record);
        let on_list = |r: &u32| self.graph.evidence().lists[*r as usize] == list;
        (persons.members(person).find(on_list) == Some(record)).then_some(person)
    }

    /// Records of one component were judged by the evidence, and are not joined against it.
    fn may_join(&self, persons: &Persons, a: u32, b: u32) -> bool {
        let evidence = self.graph.evidence();
        let lists = |person: u32| {
            let mut lists = ListSet::default();
            persons.members(person).for_each(|r| lists.insert(evidence.lists[r as usize]));
            lists
        };
        let apart = |x: u32, y: u32| {
            let (p, q) = (self.component[x as usize], self.component[y as usize]);
            (p != 0 && p == q) || self.different.contains(&(x.min(y), x.max(y)))
        };
        !self.graph.conflict(lists(a), lists(b)) && !persons.members(a).any(|x| persons.members(b).any(|y| apart(x, y)))
    }
}

/// Persons that can be joined: chains of records that begin with the first.
struct Persons<'f> {
    first: &'f [u32],
    next: Vec<u32>,
    last: Vec<u32>,
    into: FxHashMap<u32, u32>,
}

impl<'f> Persons<'f> {
    fn new(first: &'f [u32]) -> Self {
        let mut last: Vec<u32> = (0..first.len() as u32).collect();
        let mut next = vec![u32::MAX; first.len()];
        for (record, &f) in (0..).zip(first).filter(|(record, f)| record != *f) {
            next[last[f as usize] as usize] = record;
            last[f as usize] = record;
        }
        Self { first, next, last, into: FxHashMap::default() }
    }

    /// The person of a record.
    fn of(&self, record: u32) -> u32 {
        let mut person = self.first[record as usize];
        while let Some(&into) = self.into.get(&person) {
            person = into;
        }
        person
    }

    fn members(&self, person: u32) -> impl Iterator<Item = u32> {
        let next = |&record: &u32| Some(self.next[record as usize]).filter(|n| *n != u32::MAX);
        std::iter::successors(Some(person), next)
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (a.min(b), a.max(b));
        self.next[self.last[a as usize] as usize] = b;
        self.last[a as usize] = self.last[b as usize];
        self.into.insert(b, a);
    }

    /// By person joined, the person that stands in the end.
    fn joined(&self) -> FxHashMap<u32, u32> {
        self.into.keys().map(|&person| (person, self.of(person))).collect()
    }
}

/// Box and Muller.
fn normal(rng: &mut impl Rng) -> f64 {
    let (u, v): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (TAU * v).cos()
}

fn poisson(mean: f64, rng: &mut impl Rng) -> u64 {
    if mean >= NORMAL_FROM {
        return (mean + mean.sqrt() * normal(rng)).round().max(0.0) as u64;
    }
    // Knuth: as many uniform numbers as keep the product above exp(-mean).
    let least = (-mean).exp();
    let mut product: f64 = rng.random();
    let mut number = 0;
    while product > least {
        product *= rng.random::<f64>();
        number += 1;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poisson_numbers_have_the_mean_as_variance() {
        for mean in [0.3, 5.0, 80.0] {
            let mut rng = stream(7, Purpose::Missed, 0);
            let numbers: Vec<f64> = (0..20_000).map(|_| poisson(mean, &mut rng) as f64).collect();
            let average = numbers.iter().sum::<f64>() / 20_000.0;
            let variance = numbers.iter().map(|n| (n - average).powi(2)).sum::<f64>() / 20_000.0;
            assert!(
                (average / mean - 1.0).abs() < 0.03 && (variance / mean - 1.0).abs() < 0.06,
                "{average} {variance}"
            );
        }
    }
}
