//! Which partitions does a small component have, each with its probability?
//!
//! A set of `k` atoms has 2^k subsets, each of which might be a person with a weight of its own. The sum over all partitions
//! of a set is a sum over the persons its first atom may belong to, times the sum over all partitions of the rest: so the
//! sums for all sets follow from one another in 3^k / 2 steps, without visiting the far more numerous partitions
//! one by one. With them a draw is exact (choose the first atom's person, then go on with the rest), and so is the
//! probability that a set is a person: its weight, times the sum for all others, over the sum for all.

use super::draws::Book;
use super::graph::Local;
use super::prior::{ListSet, Prior};
use super::{choose, log_sum};
use rand::{Rng, RngExt};

/// Larger components are not worked exactly: 3^12 / 2 steps take milliseconds.
pub(super) const MOST_EXACT: usize = 12;

/// Up to so many atoms, which have at most 203 partitions, partitions are listed, so that a draw is one look-up.
const LISTED: usize = 6;

/// The first atom of each atom's person.
type Leaders = [u32; MOST_EXACT];

/// The sums of a component.
pub(super) struct Exact {
    atoms: usize,
    /// Logarithm of the weight of each set of atoms (a bit each) as a person; minus infinity where it cannot be one.
    person: Vec<f64>,
    /// Logarithm of the sum over all partitions of each set.
    all: Vec<f64>,
}

impl Exact {
    pub(super) fn new(local: &Local, prior: &Prior) -> Self {
        let atoms = local.atoms();
        let person = weights(local, prior);
        let mut all = vec![0.0; 1 << atoms];
        let mut terms = Vec::with_capacity(1 << (atoms - 1));
        for set in 1..1usize << atoms {
            terms.clear();
            terms.extend(first_persons(set).map(|p| person[p] + all[set ^ p]).filter(|w| *w > f64::NEG_INFINITY));
            all[set] = log_sum(&terms);
        }
        Self { atoms, person, all }
    }

    /// Probability that each two atoms are one person, as a square, and the expected number of persons.
    pub(super) fn marginals(&self) -> (Vec<f64>, f64) {
        let everyone = self.all.len() - 1;
        let mut together = vec![0.0; self.atoms * self.atoms];
        let mut persons = 0.0;
        for set in 1..=everyone {
            let probability = (self.person[set] + self.all[everyone ^ set] - self.all[everyone]).exp();
            if probability == 0.0 {
                continue;
            }
            persons += probability;
            for a in members(set) {
                members(set).for_each(|b| together[a * self.atoms + b] += probability);
            }
        }
        // Sums of hundreds of probabilities may pass 1 by a hair.
        together.iter_mut().for_each(|p| *p = p.min(1.0));
        (together, persons)
    }

    /// Draws partitions into a book.
    pub(super) fn draw(&self, draws: u16, rng: &mut impl Rng, book: &mut Book) {
        let everyone = self.all.len() - 1;
        let mut leaders = Leaders::default();
        if self.atoms > LISTED {
            for _ in 0..draws {
                self.walk(everyone, &mut leaders, rng);
                book.note(&leaders[..self.atoms]);
            }
            return;
        }
        let mut listed = Vec::new();
        self.list(everyone, 0.0, leaders, &mut listed);
        let mut sum = 0.0;
        let add = |(_, weight): &(Leaders, f64)| {
            sum += (weight - self.all[everyone]).exp();
            sum
        };
        let up_to: Vec<f64> = listed.iter().map(add).collect();
        let mut numbers = vec![None; listed.len()];
        for _ in 0..draws {
            let at = rng.random::<f64>() * sum;
            let chosen = up_to.partition_point(|s| *s <= at).min(listed.len() - 1);
            let number = *numbers[chosen].get_or_insert_with(|| book.add(&listed[chosen].0[..self.atoms]));
            book.choose(number);
        }
    }

    /// Draws a partition of a set.
    fn walk(&self, mut set: usize, leaders: &mut Leaders, rng: &mut impl Rng) {
        let (mut persons, mut logs) = (Vec::new(), Vec::new());
        while set != 0 {
            persons.clear();
            persons.extend(first_persons(set).filter(|&p| self.person[p] > f64::NEG_INFINITY));
            logs.clear();
            logs.extend(persons.iter().map(|&p| self.person[p] + self.all[set ^ p]));
            let person = persons[choose(&logs, self.all[set], rng.random())];
            lead(person, leaders);
            set ^= person;
        }
    }

    /// Lists the partitions of a set, with the logarithms of their weights.
    fn list(&self, set: usize, weight: f64, leaders: Leaders, listed: &mut Vec<(Leaders, f64)>) {
        if set == 0 {
            listed.push((leaders, weight));
            return;
        }
        for person in first_persons(set).filter(|&p| self.person[p] > f64::NEG_INFINITY) {
            let mut next = leaders;
            lead(person, &mut next);
            self.list(set ^ person, weight + self.person[person], next, listed);
        }
    }
}

/// The subsets with the first atom of a set.
fn first_persons(set: usize) -> impl Iterator<Item = usize> {
    let first = set & set.wrapping_neg();
    let rest = set ^ first;
    let next = move |sub: &usize| (*sub != rest).then(|| (*sub).wrapping_sub(rest) & rest);
    std::iter::successors(Some(0), next).map(move |sub| first | sub)
}

fn members(set: usize) -> impl Iterator<Item = usize> {
    let left = move |set: &usize| Some(set & (set - 1)).filter(|s| *s != 0);
    std::iter::successors(Some(set).filter(|s| *s != 0), left).map(|set| set.trailing_zeros() as usize)
}

fn lead(person: usize, leaders: &mut Leaders) {
    let first = person.trailing_zeros();
    members(person).for_each(|atom| leaders[atom] = first);
}

/// Logarithm of the weight of each set of atoms as a person.
fn weights(local: &Local, prior: &Prior) -> Vec<f64> {
    let atoms = local.atoms();
    let between: Vec<f64> = (0..atoms * atoms)
        .map(|at| (at / atoms, at % atoms))
        .map(|(a, b)| if a == b { 0.0 } else { local.between(a as u32, b as u32) })
        .collect();
    let adjacent: Vec<usize> = (0..atoms as u32)
        .map(|a| local.neighbours(a).iter().filter(|n| n.1 > f64::NEG_INFINITY).map(|n| 1 << n.0).sum())
        .collect();
    let mut evidence = vec![0.0; 1 << atoms];
    let mut lists = vec![ListSet::default(); 1 << atoms];
    let mut weights = vec![f64::NEG_INFINITY; 1 << atoms];
    for set in 1..1usize << atoms {
        let first = set.trailing_zeros() as usize;
        let rest = set & (set - 1);
        evidence[set] = evidence[rest] + members(rest).map(|b| between[first * atoms + b]).sum::<f64>();
        lists[set] = lists[rest].union(local.lists[first]);
        if evidence[set] > f64::NEG_INFINITY && connected(set, &adjacent) {
            weights[set] = evidence[set] + prior.log_weight(lists[set]);
        }
    }
    weights
}

fn connected(set: usize, adjacent: &[usize]) -> bool {
    let mut reached = set & set.wrapping_neg();
    loop {
        let next = reached | members(reached).map(|a| adjacent[a]).fold(0, |x, y| x | y) & set;
        if next == reached {
            return reached == set;
        }
        reached = next;
    }
}
