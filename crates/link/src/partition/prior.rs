//! How likely is a person to stand on these lists, so many times, before any record is compared?
//!
//! # Derivation
//! Known are, for each two lists `i` and `j`, how many records `N` they have and which share `lambda(i, j)` of their pairs
//! are matches. Wanted is a weight `w(c)` for a person's set of records such that the partition prior
//! `P(C) = product of w(c)` expects exactly these matches. Coins with odds `lambda` for each pair will not do: a person of
//! `k` records would weigh `lambda` to the power `k(k-1)/2`, so that persons of three and more practically never occur,
//! although a third record needs one coincidence more, not two.
//!
//! Instead let persons come first, as in the multifile prior of Aleshin-Guendel and Sadinle (2023). Persons with
//! the inclusion pattern `S` (the set of lists they stand on) arise as a Poisson number with mean `nu(S)`; a person on list
//! `i` has there a number of records `n >= 1` that is Poisson with parameter `b(i)`, zero left out (one, if the list has no
//! duplicates). Given which records there are, the labels are exchangeable, and a partition has probability proportional to
//!
//! ```text
//! product over persons of  nu(S) * product over i in S of  n(i)! * b(i)^n(i) / (n(i)! * (exp(b(i)) - 1))
//! ```
//!
//! The factors `b(i)^n(i)` multiply over all records whatever the partition, and cancel. What is left depends on the pattern
//! alone: `w = nu(S) / product over i in S of (exp(b(i)) - 1)`, and `w = nu(S)` for lists without duplicates. A further
//! record of the same person on the same list thus adds no factor but saves a person, whose weight is in the thousands.
//!
//! The parameters follow from the moments. For a zero-truncated Poisson number `E n(n-1) = b E n`; the records of list `i`
//! have `lambda(i, i) N (N-1) / 2` pairs that match, hence `b(i) = lambda(i, i) (N - 1)`. Its mean is
//! `m = b / (1 - exp(-b))`, hence `P(i) = N / m` persons on list `i`. Two lists share `O(i, j) = lambda(i, j) P(i) P(j)`
//! persons, because each brings `m(i) m(j)` matching pairs.
//!
//! It remains to find `nu` with these `P` and `O`. Up to [`MOST_FITTED`] lists it is the one closest, in Kullback and
//! Leibler's sense, to lists that catch persons independently of one another from a population of the size that all
//! overlaps together imply: `M = sum P(i) P(j) / sum O(i, j)`. It has main effects and pairwise interactions, and is found by
//! iterative proportional fitting. Where `lambda` is the same for all lists this is independence itself, and a
//! person of `k` records weighs as `lambda^(k-1)`. With more lists there are too many patterns to fit; then Kirkwood's
//! superposition stands in: `nu(S) = M product of p(i) * product over pairs of lambda(i, j) M`, times the chance to be on no
//! other list. It is exact for two lists, errs in the second order of the overlap beyond, and is held to at most the
//! smallest overlap of two lists in `S`.
//!
//! Matches that were never compared, or fell below the floor, are not in the graph, so that their records look alone there:
//! told of them, [`Prior::with_missed`] adds these records to the persons expected on one list only. Else each pair in the
//! graph would get a little of the weight of pairs that cannot be linked.
//!
//! Overlaps that no population could have (each of three lists shared by two others, which share nothing) are
//! met as nearly as the fit can.

use super::{Fault, MOST_LISTS, Missed, Unusable};
use rustc_hash::FxHashMap;

/// Lists up to which all patterns, 4,096 then, are fitted.
pub const MOST_FITTED: usize = 12;

/// No prior forbids what evidence may show: of two lists at least so many matches are expected.
const FEWEST_MATCHES: f64 = 1e-3;

/// No list lies wholly within another, for the same reason.
const LARGEST_SHARE: f64 = 0.999;

/// The population is larger than any list by so much, so that patterns without that list have some weight to start from.
const LEAST_UNSEEN: f64 = 1.01;

/// Rounds of fitting; feasible overlaps settle in a few dozen.
const ROUNDS: usize = 500;

/// Fitted well enough.
const SETTLED: f64 = 1e-7;

/// A set of lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct ListSet([u64; MOST_LISTS / 64]);

impl ListSet {
    pub(super) fn insert(&mut self, list: u16) {
        self.0[usize::from(list) / 64] |= 1 << (list % 64);
    }

    pub(super) fn union(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.0.iter().zip(other.0).any(|(a, b)| a & b != 0)
    }

    pub(super) fn intersection(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] & other.0[i]))
    }

    fn contains(self, list: usize) -> bool {
        self.0[list / 64] >> (list % 64) & 1 == 1
    }

    fn iter(self) -> impl Iterator<Item = usize> {
        let bits = |word: u64| {
            let left = |word: &u64| Some(word & (word - 1)).filter(|w| *w != 0);
            std::iter::successors(Some(word).filter(|w| *w != 0), left).map(|w| w.trailing_zeros() as usize)
        };
        self.0.into_iter().enumerate().flat_map(move |(at, word)| bits(word).map(move |bit| 64 * at + bit))
    }
}

/// What is expected of the lists before comparing.
#[derive(Clone, Debug)]
pub struct Prior {
    /// Persons on each list.
    persons: Vec<f64>,
    /// Persons on each two lists, row by row.
    shared: Vec<f64>,
    /// `ln(exp(b) - 1)` by list; 0 for lists without duplicates.
    repeats: Vec<f64>,
    /// Size of the population.
    population: f64,
    /// Persons by list that look alone because their matches were missed.
    parted: Vec<f64>,
    /// Logarithm of the weight by pattern, the first list the lowest bit; empty if there are too many.
    fitted: Vec<f64>,
}

impl Prior {
    /// The prior of lists with so many records (`sizes`), of which some have no duplicates. `share(i, j)` is the share of the
    /// pairs between lists `i <= j` that are matches; asked for `i == j` only where a list may have duplicates.
    ///
    /// # Errors
    /// When there are too many lists, or a share is not between 0 and 1.
    pub fn new(sizes: &[u64], deduplicated: &[bool], share: impl Fn(usize, usize) -> f64) -> Result<Self, Unusable> {
        let lists = sizes.len();
        let unique = |i: usize| deduplicated.get(i).copied().unwrap_or(false);
        let valid = |i: usize, j: usize| (0.0..=1.0).contains(&share(i, j));
        let mut faults: Vec<Fault> = (lists > MOST_LISTS).then_some(Fault::TooManyLists(lists)).into_iter().collect();
        let asked = (0..lists).flat_map(|i| (i..lists).map(move |j| (i, j))).filter(|&(i, j)| i != j || !unique(i));
        faults.extend(asked.filter(|&(i, j)| !valid(i, j)).map(|(i, j)| Fault::Share(i, j)));
        if !faults.is_empty() {
            return Err(Unusable(faults));
        }

        let records: Vec<f64> = sizes.iter().map(|&n| (n as f64).max(1.0)).collect();
        let mut repeats = vec![0.0; lists];
        let mut persons = records.clone();
        for i in (0..lists).filter(|&i| !unique(i)) {
            let b = (share(i, i) * (records[i] - 1.0)).max(2.0 * FEWEST_MATCHES / records[i]);
            let listed = -(-b).exp_m1();
            // ln(exp(b) - 1), without the exponential that a list of nothing but repeats would let overflow.
            repeats[i] = b + listed.ln();
            persons[i] *= listed / b;
        }
        let mut shared = vec![0.0; lists * lists];
        for i in 0..lists {
            for j in i + 1..lists {
                let most = LARGEST_SHARE * persons[i].min(persons[j]);
                let expected = (share(i, j) * persons[i] * persons[j]).max(FEWEST_MATCHES).min(most);
                shared[i * lists + j] = expected;
                shared[j * lists + i] = expected;
            }
        }
        let population = population(&persons, &shared);
        let mut prior = Self { persons, shared, repeats, population, parted: vec![0.0; lists], fitted: Vec::new() };
        if lists <= MOST_FITTED {
            prior.fitted = prior.fit();
        }
        Ok(prior)
    }

    /// The same prior, aware of matches that are not among the compared pairs. What [`super::Posterior::draw`] would refuse
    /// is ignored.
    pub fn with_missed(mut self, missed: &Missed) -> Self {
        let lists = self.lists();
        let known = |l: &&(u16, u16, f64)| usize::from(l.0.max(l.1)) < lists && l.2 >= 0.0 && l.2.is_finite();
        for &(a, b, expected) in missed.by_lists.iter().filter(known) {
            self.parted[usize::from(a)] += expected;
            self.parted[usize::from(b)] += expected;
        }
        if !self.fitted.is_empty() {
            self.fitted = self.fit();
        }
        self
    }

    /// Logarithm of the weight of a person on these lists.
    pub(super) fn log_weight(&self, lists: ListSet) -> f64 {
        if self.fitted.is_empty() { self.superposed(lists) } else { self.fitted[lists.0[0] as usize] }
    }

    pub(super) fn lists(&self) -> usize {
        self.persons.len()
    }

    /// Expected persons by pattern, by iterative proportional fitting, turned into logarithms of weights.
    fn fit(&self) -> Vec<f64> {
        let lists = self.lists();
        let caught: Vec<f64> = self.persons.iter().map(|p| p / self.population).collect();
        let has = |pattern: usize, list: usize| pattern >> list & 1 == 1;
        let independent = |pattern: usize| {
            let chance = |i: usize| if has(pattern, i) { caught[i] } else { 1.0 - caught[i] };
            self.population * (0..lists).map(chance).product::<f64>()
        };
        let mut expected: Vec<f64> = (0..1 << lists).map(independent).collect();
        let constraints: Vec<(usize, f64)> = (0..lists)
            .flat_map(|i| (i + 1..lists).map(move |j| (i, j)))
            .map(|(i, j)| (1 << i | 1 << j, self.shared[i * lists + j]))
            .chain(self.persons.iter().enumerate().map(|(i, &p)| (1 << i, p)))
            .collect();
        for _ in 0..ROUNDS {
            let mut moved: f64 = 0.0;
            for &(bits, wanted) in &constraints {
                let holds = |pattern: usize| pattern & bits == bits;
                let sum: f64 = expected.iter().enumerate().filter(|(p, _)| holds(*p)).map(|(_, e)| e).sum();
                let factor = wanted / sum.max(f64::MIN_POSITIVE);
                moved = moved.max((factor - 1.0).abs());
                expected.iter_mut().enumerate().filter(|(p, _)| holds(*p)).for_each(|(_, e)| *e *= factor);
            }
            if moved < SETTLED {
                break;
            }
        }
        for (list, parted) in self.parted.iter().enumerate() {
            expected[1 << list] += parted;
        }
        let weight = |(pattern, expected): (usize, &f64)| {
            let repeats: f64 = (0..lists).filter(|&i| has(pattern, i)).map(|i| self.repeats[i]).sum();
            expected.max(f64::MIN_POSITIVE).ln() - repeats
        };
        expected.iter().enumerate().map(weight).collect()
    }

    /// Kirkwood's superposition.
    fn superposed(&self, lists: ListSet) -> f64 {
        let n = self.lists();
        let on: Vec<usize> = lists.iter().collect();
        let caught = |i: usize| self.persons[i] / self.population;
        let tie =
            |i: usize, j: usize| (self.shared[i * n + j] * self.population / self.persons[i] / self.persons[j]).ln();
        let mut expected = self.population.ln();
        let mut most = f64::INFINITY;
        for (at, &i) in on.iter().enumerate() {
            expected += caught(i).ln();
            for &j in &on[..at] {
                expected += tie(i, j);
                most = most.min(self.shared[i * n + j].ln());
            }
        }
        let mut weight = expected.min(most);
        for j in (0..n).filter(|j| !lists.contains(*j)) {
            let chance = (caught(j).ln() + on.iter().map(|&i| tie(i, j)).sum::<f64>()).exp();
            weight += (1.0 - chance.min(LARGEST_SHARE)).ln();
        }
        if let [only] = on[..] {
            weight = (weight.exp() + self.parted[only]).ln();
        }
        weight - on.iter().map(|&i| self.repeats[i]).sum::<f64>()
    }
}

/// Weights that are asked for over and over: each is computed once.
pub(super) struct Weights<'a> {
    prior: &'a Prior,
    known: FxHashMap<ListSet, f64>,
}

impl<'a> Weights<'a> {
    pub(super) fn new(prior: &'a Prior) -> Self {
        Self { prior, known: FxHashMap::default() }
    }

    /// [`Prior::log_weight`].
    pub(super) fn log(&mut self, lists: ListSet) -> f64 {
        if self.prior.fitted.is_empty() {
            *self.known.entry(lists).or_insert_with(|| self.prior.superposed(lists))
        } else {
            self.prior.log_weight(lists)
        }
    }
}

/// The population that the overlaps of all lists together imply.
fn population(persons: &[f64], shared: &[f64]) -> f64 {
    let lists = persons.len();
    let largest = LEAST_UNSEEN * persons.iter().copied().fold(1.0, f64::max);
    let pairs = (0..lists).flat_map(|i| (i + 1..lists).map(move |j| (i, j)));
    let (products, overlap) = pairs.fold((0.0, 0.0), |(products, overlap), (i, j)| {
        (products + persons[i] * persons[j], overlap + shared[i * lists + j])
    });
    if overlap > 0.0 { (products / overlap).max(largest) } else { 2.0 * largest }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(lists: &[u16]) -> ListSet {
        let mut set = ListSet::default();
        lists.iter().for_each(|&l| set.insert(l));
        set
    }

    /// Expected persons on all of `on`, from the fitted weights of lists without duplicates.
    fn expected(prior: &Prior, on: &[u16]) -> f64 {
        let bits = on.iter().fold(0, |bits, l| bits | 1 << l);
        prior.fitted.iter().enumerate().filter(|(p, _)| p & bits == bits).map(|(_, w)| w.exp()).sum()
    }

    #[test]
    fn lists_that_share_alike_are_independent() {
        let prior = Prior::new(&[100, 200, 300], &[true; 3], |_, _| 1.0 / 1000.0).unwrap();
        let all = 1000.0 * 0.1 * 0.2 * 0.3;
        assert!((prior.log_weight(set(&[0, 1, 2])) - f64::ln(all)).abs() < 1e-6);
        assert!((prior.log_weight(set(&[0])) - f64::ln(1000.0 * 0.1 * 0.8 * 0.7)).abs() < 1e-6);
    }

    #[test]
    fn the_fit_meets_every_overlap() {
        let share = |i: usize, j: usize| [[0.0, 2e-3, 5e-4], [0.0, 0.0, 1e-3]][i][j];
        let prior = Prior::new(&[100, 200, 300], &[true; 3], share).unwrap();
        for (on, wanted) in [(&[0, 1][..], 40.0), (&[0, 2], 15.0), (&[1, 2], 60.0), (&[0], 100.0), (&[2], 300.0)] {
            assert!((expected(&prior, on) / wanted - 1.0).abs() < 1e-5, "{on:?}");
        }
    }

    #[test]
    fn superposition_is_near_the_fit() {
        let share = |i: usize, j: usize| [[0.0, 4e-4, 2e-4], [0.0, 0.0, 3e-4]][i][j];
        let fitted = Prior::new(&[300, 400, 500], &[true; 3], share).unwrap();
        let superposed = Prior { fitted: Vec::new(), ..fitted.clone() };
        for on in [&[0][..], &[1], &[0, 1], &[1, 2], &[0, 1, 2]] {
            let ratio = (superposed.log_weight(set(on)) - fitted.log_weight(set(on))).exp();
            assert!((ratio - 1.0).abs() < 0.05, "{on:?}: {ratio}");
        }
    }

    #[test]
    fn persons_parted_by_missed_matches_look_alone() {
        let share = |i: usize, j: usize| [[0.0, 4e-4, 2e-4], [0.0, 0.0, 3e-4]][i][j];
        let whole = Prior::new(&[300, 400, 500], &[true, true, false], |i, j| if i == j { 1e-4 } else { share(i, j) });
        let whole = whole.unwrap();
        let missed = Missed { by_lists: vec![(0, 1, 7.0), (1, 2, 2.0), (2, 2, 5.0), (0, 9, 1.0)], deviation: 0.0 };
        for prior in [whole.clone(), Prior { fitted: Vec::new(), ..whole }] {
            let parted = prior.clone().with_missed(&missed);
            for (list, more) in [(0, 7.0), (1, 9.0), (2, 12.0)] {
                let persons = |p: &Prior| (p.log_weight(set(&[list])) + p.repeats[usize::from(list)]).exp();
                assert!((persons(&parted) - persons(&prior) - more).abs() < 1e-6, "{list}");
            }
            assert_eq!(parted.log_weight(set(&[0, 1])), prior.log_weight(set(&[0, 1])));
        }
    }

    #[test]
    fn shares_that_are_none_are_all_named() {
        let share = |i: usize, _: usize| if i == 0 { f64::NAN } else { 1.5 };
        let faults = Prior::new(&[10, 10], &[true, false], share).unwrap_err().0;
        assert_eq!(faults, [Fault::Share(0, 1), Fault::Share(1, 1)]);
    }

    #[test]
    fn a_list_of_one_person_gives_finite_weights() {
        let prior = Prior::new(&[5000, 20], &[false, true], |_, _| 1.0).unwrap();
        assert!(prior.fitted[1..].iter().all(|w| w.is_finite()));
    }

    #[test]
    fn overlaps_that_cannot_be_give_finite_weights() {
        let share = |i: usize, j: usize| if (i, j) == (1, 2) { 0.0 } else { 0.02 };
        let prior = Prior::new(&[50, 50, 50], &[true; 3], share).unwrap();
        assert!(prior.fitted[1..].iter().all(|w| w.is_finite()));
    }
}
