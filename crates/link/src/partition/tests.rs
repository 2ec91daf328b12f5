//! The posterior against brute force, against itself, and against truths that were simulated.

use super::prior::ListSet;
use super::*;
use rand::RngExt;
use std::collections::BTreeMap;

/// Evidence that owns what it is made of.
#[derive(Clone, Debug)]
struct Case {
    lists: Vec<u16>,
    deduplicated: Vec<bool>,
    pairs: Vec<Compared>,
    absent: Option<f64>,
    judgements: Vec<Judgement>,
}

impl Case {
    fn evidence(&self) -> Evidence<'_> {
        Evidence {
            lists: &self.lists,
            deduplicated: &self.deduplicated,
            pairs: &self.pairs,
            absent: self.absent,
            judgements: &self.judgements,
        }
    }

    fn prior(&self, share: impl Fn(usize, usize) -> f64) -> Prior {
        let mut sizes = vec![0; self.deduplicated.len()];
        self.lists.iter().for_each(|&l| sizes[usize::from(l)] += 1);
        Prior::new(&sizes, &self.deduplicated, share).unwrap()
    }

    fn once(&self, a: usize, b: usize) -> bool {
        self.lists[a] == self.lists[b] && self.deduplicated[usize::from(self.lists[a])]
    }
}

/// One component of `n` records on three lists, the first without duplicates: a ring of pairs, some chords, one
/// judgement of either kind.
fn random_case(n: u32, seed: u64) -> Case {
    let mut rng = stream(seed, Purpose::Draws, 0);
    let lists: Vec<u16> = (0..n).map(|_| rng.random_range(0..3)).collect();
    let mut pairs = Vec::new();
    for a in 0..n {
        for b in a + 1..n {
            if b == a + 1 || rng.random::<f64>() < 0.5 {
                pairs.push(Compared { a, b, ratio: rng.random_range(-3.0..9.0) });
            }
        }
    }
    let absent = rng.random::<bool>().then_some(-1.5);
    let mut judgements = Vec::new();
    if n > 3 && rng.random::<bool>() {
        judgements.push(Judgement { a: 0, b: 2, same: true });
        judgements.push(Judgement { a: 3, b: 1, same: false });
    }
    Case { lists, deduplicated: vec![true, false, false], pairs, absent, judgements }
}

/// Every partition of `n` records, by the first record of each record's person.
fn partitions(n: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for record in 0..n {
        let extend = |p: Vec<usize>| {
            let mut firsts: Vec<usize> = p.iter().copied().chain([record]).collect();
            firsts.sort_unstable();
            firsts.dedup();
            firsts.into_iter().map(move |f| p.iter().copied().chain([f]).collect::<Vec<_>>())
        };
        all = all.into_iter().flat_map(extend).collect();
    }
    all
}

/// Weight of one person, straight from the definition; 0 where it cannot be.
fn weight(case: &Case, prior: &Prior, person: &[usize]) -> f64 {
    let judged = |a: usize, b: usize| {
        let is = |j: &&Judgement| (j.a as usize, j.b as usize) == (a, b) || (j.b as usize, j.a as usize) == (a, b);
        case.judgements.iter().find(is).map(|j| j.same)
    };
    let pair = |a: usize, b: usize| case.pairs.iter().find(|p| (p.a as usize, p.b as usize) == (a.min(b), a.max(b)));
    let same = |a: usize, b: usize| judged(a, b) == Some(true);
    let mut log = 0.0;
    let mut lists = ListSet::default();
    for (at, &a) in person.iter().enumerate() {
        lists.insert(case.lists[a]);
        for &b in &person[..at] {
            if judged(a, b) == Some(false) || (case.once(a, b) && !same(a, b)) {
                return 0.0;
            }
            if !same(a, b) {
                match (pair(a, b), case.absent) {
                    (Some(p), _) => log += p.ratio,
                    (None, Some(ratio)) => log += ratio,
                    (None, None) => return 0.0,
                }
            }
        }
    }
    // Connected, or not a person.
    let mut reached = vec![person[0]];
    while let Some(&next) = person.iter().find(|&&x| {
        let linked = |&y: &usize| same(x, y) || (pair(x, y).is_some() && !case.once(x, y));
        !reached.contains(&x) && reached.iter().any(linked)
    }) {
        reached.push(next);
    }
    if reached.len() < person.len() { 0.0 } else { log.exp2() * prior.log_weight(lists).exp() }
}

/// Marginals by visiting every partition.
fn brute_force(case: &Case, prior: &Prior) -> Marginals {
    let (mut total, mut persons, mut pairs) = (0.0, 0.0, vec![0.0; case.pairs.len()]);
    for partition in partitions(case.lists.len()) {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        partition.iter().enumerate().for_each(|(r, &f)| groups.entry(f).or_default().push(r));
        let apart = |j: &Judgement| j.same && partition[j.a as usize] != partition[j.b as usize];
        if case.judgements.iter().any(apart) {
            continue;
        }
        let w: f64 = groups.values().map(|g| weight(case, prior, g)).product();
        total += w;
        persons += w * groups.len() as f64;
        for (sum, p) in pairs.iter_mut().zip(&case.pairs) {
            *sum += if partition[p.a as usize] == partition[p.b as usize] { w } else { 0.0 };
        }
    }
    Marginals { pairs: pairs.into_iter().map(|p| p / total).collect(), persons: persons / total }
}

fn share(i: usize, j: usize) -> f64 {
    [[0.1, 0.12, 0.2], [0.0, 0.08, 0.15], [0.0, 0.0, 0.05]][i][j]
}

fn near(a: &Marginals, b: &Marginals, tolerance: f64, what: &str) {
    assert_eq!(a.pairs.len(), b.pairs.len());
    assert!((a.persons - b.persons).abs() <= tolerance * 3.0, "{what}: persons {} and {}", a.persons, b.persons);
    for (at, (x, y)) in a.pairs.iter().zip(&b.pairs).enumerate() {
        assert!((x - y).abs() <= tolerance, "{what}: pair {at}, {x} and {y}");
    }
}

/// How often pairs are together in draws.
fn frequencies(case: &Case, draws: &Draws) -> Marginals {
    let n = f64::from(draws.count());
    let mut pairs = vec![0.0; case.pairs.len()];
    for draw in 0..draws.count() {
        let persons = draws.persons(draw);
        for (sum, p) in pairs.iter_mut().zip(&case.pairs) {
            *sum += f64::from(persons[p.a as usize] == persons[p.b as usize]) / n;
        }
    }
    Marginals { pairs, persons: draws.counts().iter().map(|&c| f64::from(c)).sum::<f64>() / n }
}

#[test]
fn exact_marginals_are_those_of_all_partitions() {
    for seed in 0..60 {
        let case = random_case(2 + seed as u32 % 6, seed);
        let prior = case.prior(share);
        let posterior = Posterior::new(&case.evidence(), &prior).unwrap();
        near(&posterior.marginals(&Sampling::default()), &brute_force(&case, &prior), 1e-9, &format!("seed {seed}"));
    }
}

#[test]
fn exact_draws_come_as_often_as_they_are_likely() {
    // Up to six records partitions are listed, beyond they are drawn person by person.
    for (n, seed) in [(2, 1), (4, 2), (6, 3), (8, 4), (8, 5)] {
        let case = random_case(n, seed);
        let prior = case.prior(share);
        let posterior = Posterior::new(&case.evidence(), &prior).unwrap();
        let sampling = Sampling { draws: 20_000, ..Sampling::default() };
        let draws = posterior.draw(&sampling, &Missed::default()).unwrap();
        // Four standard errors of a frequency of one half.
        near(&frequencies(&case, &draws), &posterior.marginals(&sampling), 0.0142, &format!("{n} records"));
    }
}

#[test]
fn the_chain_agrees_with_what_is_exact() {
    for seed in 0..12 {
        let case = random_case(6 + seed as u32 % 3, 100 + seed);
        let prior = case.prior(share);
        let posterior = Posterior::new(&case.evidence(), &prior).unwrap();
        let exact = posterior.marginals(&Sampling::default());
        let sampling = Sampling { draws: 6000, exact_up_to: 0, thin: 3, ..Sampling::default() };
        near(&posterior.marginals(&sampling), &exact, 0.015, &format!("marginals, seed {seed}"));
        let draws = posterior.draw(&sampling, &Missed::default()).unwrap();
        near(&frequencies(&case, &draws), &exact, 0.03, &format!("draws, seed {seed}"));
    }
}

/// Lists of so many records, each pair compared in vain.
fn without_evidence(sizes: &[u64], deduplicated: &[bool]) -> Case {
    let lists: Vec<u16> = (0..).zip(sizes).flat_map(|(l, &n)| vec![l; n as usize]).collect();
    let mut case = Case { lists, deduplicated: deduplicated.to_vec(), pairs: vec![], absent: None, judgements: vec![] };
    for a in 0..case.lists.len() {
        for b in a + 1..case.lists.len() {
            if !case.once(a, b) {
                case.pairs.push(Compared { a: a as u32, b: b as u32, ratio: 0.0 });
            }
        }
    }
    case
}

/// Without evidence the matches drawn must be those the prior was told, between each two lists.
fn prior_expects(
    sizes: &[u64],
    deduplicated: &[bool],
    share: impl Fn(usize, usize) -> f64,
    draws: u16,
    tolerance: f64,
) {
    let case = without_evidence(sizes, deduplicated);
    let prior = case.prior(&share);
    let posterior = Posterior::new(&case.evidence(), &prior).unwrap();
    let sampling = Sampling { draws, thin: 1, ..Sampling::default() };
    let drawn = posterior.marginals(&sampling);
    let mut found: BTreeMap<(u16, u16), (f64, f64)> = BTreeMap::new();
    for (pair, p) in case.pairs.iter().zip(&drawn.pairs) {
        let sum = found.entry((case.lists[pair.a as usize], case.lists[pair.b as usize])).or_default();
        sum.0 += p;
        sum.1 += share(usize::from(case.lists[pair.a as usize]), usize::from(case.lists[pair.b as usize]));
    }
    for (lists, (matches, wanted)) in found {
        assert!((matches / wanted - 1.0).abs() < tolerance, "{lists:?}: {matches} matches, {wanted} wanted");
    }
}

#[test]
fn the_prior_expects_the_matches_it_was_told() {
    // Half of a list on the other; three lists that share alike; unlike shares with duplicates on one list.
    prior_expects(&[80, 60], &[true, true], |_, _| 0.5 / 80.0, 1000, 0.02);
    prior_expects(&[60, 60, 60], &[true; 3], |_, _| 1.0 / 150.0, 1000, 0.02);
    let unlike = |i: usize, j: usize| [[0.0, 0.004, 0.008], [0.0, 0.0, 0.006], [0.0, 0.0, 0.005]][i][j];
    prior_expects(&[70, 60, 80], &[true, true, false], unlike, 1000, 0.02);
}

#[test]
fn more_lists_than_can_be_fitted_still_expect_their_matches() {
    prior_expects(&[8; 13], &[true; 13], |i, j| if (i + j) % 2 == 0 { 0.006 } else { 0.004 }, 1000, 0.05);
}

#[test]
fn judgements_and_lists_without_duplicates_bind_every_draw() {
    let mut case = random_case(8, 9);
    case.lists = vec![0, 0, 1, 1, 0, 2, 2, 1];
    case.absent = Some(0.0);
    case.pairs.iter_mut().for_each(|p| p.ratio = 12.0);
    case.judgements = vec![Judgement { a: 7, b: 2, same: true }, Judgement { a: 5, b: 2, same: false }];
    let prior = case.prior(share);
    let posterior = Posterior::new(&case.evidence(), &prior).unwrap();
    for exact_up_to in [0, 10] {
        let sampling = Sampling { exact_up_to, draws: 100, ..Sampling::default() };
        let draws = posterior.draw(&sampling, &Missed::default()).unwrap();
        for p in (0..100).map(|draw| draws.persons(draw)) {
            assert_eq!(p[2], p[7]);
            assert_ne!(p[5], p[2]);
            assert!(p[0] != p[1] && p[0] != p[4] && p[1] != p[4]);
        }
    }
}

#[test]
fn a_judgement_outranks_a_list_without_duplicates() {
    let mut case = without_evidence(&[2, 1], &[true, true]);
    case.judgements = vec![Judgement { a: 0, b: 1, same: true }];
    let prior = case.prior(share);
    let draws = Posterior::new(&case.evidence(), &prior).unwrap();
    let draws = draws.draw(&Sampling::default(), &Missed::default()).unwrap();
    assert!((0..200).all(|draw| draws.persons(draw)[..2] == [0, 0]));
}

/// Components of all sizes, far more than a thread takes at once.
fn many_components(seed: u64) -> Case {
    let mut rng = stream(seed, Purpose::Draws, 0);
    let mut case = Case {
        lists: vec![],
        deduplicated: vec![true, false, false],
        pairs: vec![],
        absent: Some(-2.0),
        judgements: vec![],
    };
    for at in 0..400u32 {
        let first = case.lists.len() as u32;
        let n = if at % 100 == 0 { 14 } else { 1 + at % 7 };
        (0..n).for_each(|_| case.lists.push(rng.random_range(0..3)));
        for a in first..first + n {
            for b in a + 1..first + n {
                case.pairs.push(Compared { a, b, ratio: rng.random_range(-2.0..14.0) });
            }
        }
    }
    case
}

fn everything_drawn(case: &Case, seed: u64) -> (Vec<Vec<u32>>, Marginals) {
    let prior = case.prior(|_, _| 3e-4);
    let posterior = Posterior::new(&case.evidence(), &prior).unwrap();
    let sampling = Sampling { seed, draws: 20, ..Sampling::default() };
    let missed = Missed { by_lists: vec![(0, 1, 20.0), (1, 1, 5.0)], deviation: 4.0 };
    let draws = posterior.draw(&sampling, &missed).unwrap();
    ((0..20).map(|draw| draws.persons(draw)).collect(), posterior.marginals(&sampling))
}

#[test]
fn threads_change_nothing_and_seeds_do() {
    let case = many_components(5);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| everything_drawn(&case, 1))
    };
    let one = with(1);
    assert!(one == with(2) && one == with(8));
    assert_ne!(one.0, everything_drawn(&case, 2).0);
}

#[test]
fn records_elsewhere_leave_a_component_as_it_is() {
    let case = many_components(6);
    let mut fewer = case.clone();
    fewer.pairs.retain(|p| p.a < 300 || p.a > 400);
    let prior = case.prior(|_, _| 3e-4);
    let drawn = |case: &Case| {
        let posterior = Posterior::new(&case.evidence(), &prior).unwrap();
        let draws = posterior.draw(&Sampling::default(), &Missed::default()).unwrap();
        (0..200).map(|draw| draws.persons(draw)[..280].to_vec()).collect::<Vec<_>>()
    };
    assert_eq!(drawn(&case), drawn(&fewer));
}

#[test]
fn persons_are_numbered_by_first_records_and_counted() {
    let case = many_components(7);
    let prior = case.prior(|_, _| 3e-4);
    let posterior = Posterior::new(&case.evidence(), &prior).unwrap();
    for expected in [0.0, 30.0] {
        let missed = Missed { by_lists: vec![(1, 2, expected)], deviation: 0.0 };
        let draws = posterior.draw(&Sampling::default(), &missed).unwrap();
        for (draw, count) in (0..).zip(draws.counts()) {
            let mut next = 0;
            for person in draws.persons(draw) {
                assert!(person <= next);
                next = next.max(person + 1);
            }
            assert_eq!(next, count);
        }
        let sizes = draws.sizes();
        assert_eq!(sizes.iter().map(|s| s.records * s.components).sum::<u32>() as usize, case.lists.len());
        if expected == 0.0 {
            let mean = draws.counts().iter().map(|&c| f64::from(c)).sum::<f64>() / 200.0;
            assert!((sizes.iter().map(|s| s.persons).sum::<f64>() - mean).abs() < 1e-6);
        }
    }
}

#[test]
fn missed_matches_make_as_many_persons_fewer() {
    // Records alone: each missed match joins two of them.
    let mut case = without_evidence(&[3000, 2000, 500], &[true, true, false]);
    case.pairs.clear();
    case.judgements = vec![Judgement { a: 0, b: 3000, same: false }];
    let prior = case.prior(|_, _| 1e-5);
    let posterior = Posterior::new(&case.evidence(), &prior).unwrap();
    let missed = Missed { by_lists: vec![(0, 1, 90.0), (1, 2, 30.0)], deviation: 10.0 };
    let draws = posterior.draw(&Sampling { draws: 1000, ..Sampling::default() }, &missed).unwrap();
    let lost: Vec<f64> = draws.counts().iter().map(|&c| 5500.0 - f64::from(c)).collect();
    let mean = lost.iter().sum::<f64>() / 1000.0;
    let variance = lost.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / 1000.0;
    // A Poisson number of 120 around an estimate with variance 100. Joins of persons joined before use up more, now and then.
    assert!((mean - 120.0).abs() < 3.0, "{mean}");
    assert!((variance / 220.0 - 1.0).abs() < 0.2, "{variance}");
    let mut between = [0, 0, 0];
    for persons in (0..100).map(|draw| draws.persons(draw)) {
        let mut lists: BTreeMap<u32, Vec<u16>> = BTreeMap::new();
        persons.iter().zip(&case.lists).for_each(|(&p, &l)| lists.entry(p).or_default().push(l));
        for on in lists.values().filter(|on| on.len() > 1) {
            let twice = |list| on.iter().filter(|l| **l == list).count() > 1;
            assert!(!twice(0) && !twice(1), "{on:?}");
            match on[..] {
                [0, 1] => between[0] += 1,
                [1, 2] => between[1] += 1,
                _ => between[2] += 1,
            }
        }
        assert_ne!(persons[0], persons[3000]);
    }
    assert!((f64::from(between[0]) / f64::from(between[1]) - 3.0).abs() < 0.4, "{between:?}");
}

#[test]
fn every_fault_is_named() {
    let pair = |a, b, ratio| Compared { a, b, ratio };
    let case = Case {
        lists: vec![0, 0, 3],
        deduplicated: vec![false],
        pairs: vec![pair(1, 2, 1.0), pair(0, 1, f64::NAN), pair(0, 9, 1.0)],
        absent: Some(f64::INFINITY),
        judgements: vec![Judgement { a: 7, b: 0, same: true }, Judgement { a: 1, b: 1, same: false }],
    };
    let prior = Prior::new(&[2], &[false], |_, _| 0.1).unwrap();
    let faults = Posterior::new(&case.evidence(), &prior).err().unwrap().0;
    assert_eq!(
        faults[..3],
        [Fault::AbsentNotFinite, Fault::NoSuchList { record: 2, list: 3 }, Fault::Unordered { a: 0, b: 1 }]
    );
    assert_eq!(
        faults[3..],
        [
            Fault::NotFinite { a: 0, b: 1 },
            Fault::NoSuchRecord { a: 0, b: 9 },
            Fault::NoSuchRecord { a: 7, b: 0 },
            Fault::Contradiction { a: 1, b: 1 },
        ]
    );
}

#[test]
fn judgements_that_contradict_each_other_are_refused() {
    let mut case = without_evidence(&[3], &[false]);
    let judge = |a, b, same| Judgement { a, b, same };
    case.judgements = vec![judge(0, 1, true), judge(2, 1, true), judge(0, 2, false)];
    let prior = case.prior(|_, _| 0.1);
    let faults = Posterior::new(&case.evidence(), &prior).err().unwrap().0;
    assert_eq!(faults, [Fault::Contradiction { a: 0, b: 2 }]);
    let other = Prior::new(&[1, 1], &[false; 2], |_, _| 0.1).unwrap();
    let faults = Posterior::new(&Case { judgements: vec![], ..case }.evidence(), &other).err().unwrap().0;
    assert_eq!(faults, [Fault::OtherLists { prior: 2, evidence: 1 }]);
}

#[test]
fn missed_matches_that_cannot_be_are_refused() {
    let case = without_evidence(&[3, 3], &[true, false]);
    let prior = case.prior(|_, _| 0.1);
    let posterior = Posterior::new(&case.evidence(), &prior).unwrap();
    let missed = Missed { by_lists: vec![(0, 0, 1.0), (0, 1, f64::NAN), (1, 5, 1.0), (1, 1, 2.0)], deviation: -1.0 };
    let faults = posterior.draw(&Sampling::default(), &missed).err().unwrap().0;
    assert_eq!(faults, [Fault::Missed(0, 0), Fault::Missed(0, 1), Fault::Missed(1, 5), Fault::MissedDeviation]);
}

/// A standard normal number.
fn normal(rng: &mut impl rand::Rng) -> f64 {
    let (u, v): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// A population of 300, of which each list catches each person with a chance of its own; on the last list a caught person
/// has a zero-truncated Poisson number of records.
struct Truth {
    case: Case,
    person: Vec<u32>,
    /// Matches among the pairs that were left out, by what their comparisons say.
    missed: Missed,
}

const POPULATION: f64 = 300.0;
const REPEATS: f64 = 0.3;

/// Comparisons that say `d * d / 2` nats on average, for and against, with standard deviation `d`: two normal distributions
/// of one measurement that lie `d` standard deviations apart.
fn simulate(seed: u64, d: f64) -> Truth {
    let mut rng = stream(seed, Purpose::Draws, 0);
    let (mut lists, mut person) = (Vec::new(), Vec::new());
    for (list, caught) in [(0, 0.3), (1, 0.25), (2, 0.2)] {
        for who in (0..POPULATION as u32).filter(|_| rng.random::<f64>() < caught).collect::<Vec<_>>() {
            let mut records = 1;
            if list == 2 {
                // Poisson by inversion, from 1 on.
                let mut chance = REPEATS / REPEATS.exp_m1();
                let mut u = rng.random::<f64>() - chance;
                while u > 0.0 {
                    records += 1;
                    chance *= REPEATS / f64::from(records);
                    u -= chance;
                }
            }
            (0..records).for_each(|_| lists.push(list));
            (0..records).for_each(|_| person.push(who));
        }
    }
    let mut case =
        Case { lists, deduplicated: vec![true, true, false], pairs: vec![], absent: Some(-4.0), judgements: vec![] };
    let mut below: BTreeMap<(u16, u16), f64> = BTreeMap::new();
    for a in 0..case.lists.len() {
        for b in a + 1..case.lists.len() {
            if case.once(a, b) {
                continue;
            }
            let mean = if person[a] == person[b] { d * d / 2.0 } else { -d * d / 2.0 };
            let nats = mean + d * normal(&mut rng);
            let odds = nats.exp() / (POPULATION - 1.0);
            if odds >= 0.01 {
                case.pairs.push(Compared { a: a as u32, b: b as u32, ratio: nats / std::f64::consts::LN_2 });
            } else {
                *below.entry((case.lists[a], case.lists[b])).or_default() += odds / (1.0 + odds);
            }
        }
    }
    let by_lists = below.into_iter().map(|((x, y), expected)| (x, y, expected)).collect();
    Truth { case, person, missed: Missed { by_lists, deviation: 0.0 } }
}

impl Truth {
    /// The prior that the population implies: across lists two records are one person once in as many as there are.
    fn prior(&self) -> Prior {
        let last = self.case.lists.iter().filter(|&&l| l == 2).count() as f64;
        let share = |i, j| if i == j { REPEATS / (last - 1.0) } else { 1.0 / POPULATION };
        self.case.prior(share).with_missed(&self.missed)
    }

    fn persons(&self) -> u32 {
        let mut persons = self.person.clone();
        persons.sort_unstable();
        persons.dedup();
        persons.len() as u32
    }
}

#[test]
fn intervals_cover_the_true_number_of_persons() {
    let (mut covered, mut width, mut error) = (0, 0.0, 0.0);
    for seed in 0..100 {
        let truth = simulate(seed, 3.8);
        let prior = truth.prior();
        let posterior = Posterior::new(&truth.case.evidence(), &prior).unwrap();
        let mut counts =
            posterior.draw(&Sampling { thin: 1, burn_in: 50, ..Sampling::default() }, &truth.missed).unwrap().counts();
        counts.sort_unstable();
        let (low, high) = (counts[5], counts[194]);
        covered += u32::from((low..=high).contains(&truth.persons()));
        width += f64::from(high - low) / 100.0;
        error += (counts.iter().map(|&c| f64::from(c)).sum::<f64>() / 200.0 - f64::from(truth.persons())) / 100.0;
    }
    assert!(covered >= 90, "{covered} of 100 covered, {width} wide");
    // Of some 170 persons; nor may covering come from intervals that are wide, or lean to one side.
    assert!(width < 25.0 && error.abs() < 1.0, "{width} wide, off by {error}");
}

#[test]
fn probabilities_of_pairs_come_true_as_often_as_they_say() {
    let mut bins = [(0.0, 0.0, 0.0); 10];
    for seed in 200..240 {
        let truth = simulate(seed, 3.8);
        let prior = truth.prior();
        let posterior = Posterior::new(&truth.case.evidence(), &prior).unwrap();
        for (pair, p) in truth
            .case
            .pairs
            .iter()
            .zip(posterior.marginals(&Sampling { thin: 1, burn_in: 50, ..Sampling::default() }).pairs)
        {
            let bin = &mut bins[((p * 10.0) as usize).min(9)];
            bin.0 += p;
            bin.1 += p * (1.0 - p);
            bin.2 += f64::from(truth.person[pair.a as usize] == truth.person[pair.b as usize]);
        }
    }
    for (expected, variance, found) in bins {
        assert!((found - expected).abs() < 4.0 * f64::sqrt(variance) + 0.03 * expected, "{found} of {expected}");
    }
}
