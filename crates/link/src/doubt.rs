//! How sure is the number of persons, and what follows from it?
//!
//! Draws of the partition of the records into persons ([`crate::partition`]), with everything that is uncertain drawn along:
//! which pairs are matches, given all the others; the chances `m` of the levels and the priors, which were learned from as
//! many matches as there are and no more; and how many matches blocking never let meet. Whatever is computed from persons can
//! be computed again for each draw.

use crate::cluster;
use crate::compare::Memory;
use crate::counts::{self, Key};
use crate::field::MISSING;
use crate::linkage::Linkage;
use crate::model::{MATCH, Scorer, log_odds};
use crate::partition::{Compared, Draws, Evidence, Missed, Posterior, Prior, Sampling, Unusable};
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use rand_distr::{Distribution, Gamma, StandardNormal};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// The number of distinct persons, as draws have it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct PersonsDrawn {
    /// Mean of the draws.
    pub mean: f64,
    /// Median.
    pub median: u32,
    /// Lower end of the central 95 % of the draws.
    pub lower: u32,
    /// Upper end.
    pub upper: u32,
    /// Distinct persons by draw, in the order of the draws.
    pub counts: Vec<u32>,
}

impl PersonsDrawn {
    /// Describes the distinct persons of some draws.
    pub fn of(counts: Vec<u32>) -> Self {
        let mut sorted = counts.clone();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1) as f64;
        let at = |share: f64| sorted.get((share * last).round() as usize).copied().unwrap_or(0);
        Self {
            mean: counts.iter().map(|&n| f64::from(n)).sum::<f64>() / counts.len().max(1) as f64,
            median: at(0.5),
            lower: at(0.025),
            upper: at(0.975),
            counts,
        }
    }
}

/// Draws of the partition share a draw of the model in groups of this many: redrawing it means scoring all pairs anew.
const DRAWS_A_MODEL: u16 = 5;

/// How far the log-odds of all pairs may be off together, natural, because fields are not independent as the model has it:
/// on lists whose truth is known the odds of pairs in doubt were right within a factor of two.
const MISFIT: f64 = 0.7;

/// An estimate of what blocking missed is about this sure of itself, as a share of it: half, because errors in different
/// fields depend on each other more than the estimate grants.
const DOUBT_OF_MISSED: f64 = 0.5;

/// Groups of records that kept pairs bring together are compared in full up to this size.
const COMPARED_WITHIN: usize = 64;

/// Pairs that are not among the compared ones are at most this likely, in bits, whatever is expected below the floor: one in a
/// hundred matches.
const LEAST_LEFT_OUT: f64 = 0.01;

/// Records put together from this probability on are taken as one when what they say of others is weighed.
const SURE: f64 = 0.9;

/// A pair of records that other pairs bring together.
#[derive(Clone, Copy)]
struct Within {
    a: u32,
    b: u32,
    key: Key,
    /// What share of its evidence counts. Two people who share a name share it on every record: six pairs of their records
    /// are one coincidence, not six. So the pairs between two groups that are sure to be one person each count together as
    /// one pair of their mean, which is also what clustering does.
    share: f64,
}

impl Linkage<'_> {
    /// Draws the number of distinct persons.
    ///
    /// # Errors
    /// When judgements contradict one another.
    pub fn persons_drawn(&self, draws: u16, seed: u64) -> Result<PersonsDrawn, Unusable> {
        let mut counts = Vec::new();
        self.draw(draws, seed, |drawn| counts.extend(drawn.counts()))?;
        Ok(PersonsDrawn::of(counts))
    }

    /// Draws partitions of the records into persons and hands them to `see` in groups that share a draw of the model. In each
    /// draw persons are numbered from 0 in the order of first records, as in [`Linkage::persons`]. The same seed gives the
    /// same draws, whatever the number of threads.
    ///
    /// # Errors
    /// When judgements contradict one another.
    pub fn draw(&self, draws: u16, seed: u64, mut see: impl FnMut(&Draws<'_>)) -> Result<(), Unusable> {
        let set = self.rows.set;
        let deduplicated: Vec<bool> = set.lists.iter().map(|l| l.deduplicated).collect();
        let mut sizes = vec![0u64; set.lists.len()];
        set.list.iter().for_each(|&l| sizes[l as usize] += 1);
        let missed = self.missed();
        let compared = self.compared_within();
        let left_out = (self.left_out / self.threshold.expected_matches.max(1.0)).max(LEAST_LEFT_OUT);
        let mut left = draws;
        while left > 0 {
            let group = left.min(DRAWS_A_MODEL);
            left -= group;
            let mut rng = ChaCha12Rng::seed_from_u64(seed);
            rng.set_stream(u64::from(left) | 1 << 40);
            let scorer = self.redrawn(&mut rng);
            let misfit: f64 = StandardNormal.sample(&mut rng);
            let pairs = self.ratios(&compared, &scorer, MISFIT * misfit);
            let evidence = Evidence {
                lists: &set.list,
                deduplicated: &deduplicated,
                pairs: &pairs,
                absent: Some(left_out.log2()),
                judgements: &self.judgements,
            };
            let share = |i: usize, j: usize| {
                let odds = scorer.prior[usize::from(counts::list_pair(i as u16, j as u16))];
                crate::model::probability(odds)
            };
            let prior = Prior::new(&sizes, &deduplicated, share)?.with_missed(&missed);
            let sampling = Sampling { seed: seed ^ u64::from(left) << 32, draws: group, ..Sampling::default() };
            let posterior = Posterior::new(&evidence, &prior)?;
            see(&posterior.draw(&sampling, &missed)?);
        }
        Ok(())
    }

    /// What share of the matches it takes to join all persons: a person of three records has three matches, and two of them
    /// join it. The rest can be missed without harm.
    fn joins_a_match(&self) -> f64 {
        let mut sizes = vec![0u64; self.persons.len()];
        self.persons.iter().for_each(|p| sizes[*p as usize] += 1);
        let (joins, matches) =
            sizes.iter().fold((0, 0), |(j, m), n| (j + n.saturating_sub(1), m + n * n.saturating_sub(1) / 2));
        if matches == 0 { 1.0 } else { joins as f64 / matches as f64 }
    }

    /// What is missed between each two lists: never compared, or below the floor.
    fn missed(&self) -> Missed {
        let lists = self.rows.set.lists.len() as u16;
        let all = self.left_out.max(0.0) * self.joins_a_match();
        let mut expected = Vec::new();
        for high in 0..lists {
            for low in 0..=high {
                let prior = &self.model.priors[usize::from(counts::list_pair(low, high))];
                expected.push((low, high, prior.pairs as f64 * prior.probability));
            }
        }
        let sum: f64 = expected.iter().map(|e| e.2).sum();
        let by_lists =
            expected.into_iter().map(|(a, b, n)| (a, b, if sum > 0.0 { all * n / sum } else { 0.0 })).collect();
        Missed { by_lists, deviation: all * DOUBT_OF_MISSED }
    }

    /// The kept pairs, and the unlikely ones between records that kept pairs bring together: that two records contradict
    /// each other is evidence too, once a third one is like both.
    fn compared_within(&self) -> Vec<Within> {
        let set = self.rows.set;
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (record, leader) in cluster::leaders(set.len(), &self.pairs).into_iter().enumerate() {
            members.entry(leader).or_default().push(record as u32);
        }
        let within = |records: &Vec<u32>| {
            let mut memory = Memory::new();
            let mut pairs = Vec::new();
            for (k, &b) in records.iter().enumerate() {
                for &a in &records[..k] {
                    pairs.push((a, b, counts::key_between(&self.rows, a, b, &mut memory)));
                }
            }
            pairs
        };
        let (small, large): (Vec<&Vec<u32>>, Vec<&Vec<u32>>) =
            members.values().filter(|r| r.len() > 1).partition(|r| r.len() <= COMPARED_WITHIN);
        let large: FxHashSet<u32> = large.into_iter().flatten().copied().collect();
        let mut memory = Memory::new();
        let of_large = self.pairs.iter().filter(|p| large.contains(&p.a));
        let kept = of_large.map(|p| (p.a, p.b, counts::key_between(&self.rows, p.a, p.b, &mut memory)));
        let mut pairs: Vec<(u32, u32, Key)> = kept.collect();
        pairs.extend(small.into_iter().flat_map(within));
        pairs.par_sort_unstable_by_key(|p| (p.0, p.1));
        let sure = self.persons_at(SURE);
        let mut sizes = vec![0u32; set.len()];
        sure.iter().for_each(|p| sizes[*p as usize] += 1);
        let share = |a: u32, b: u32| match (sure[a as usize], sure[b as usize]) {
            (x, y) if x == y => 1.0,
            (x, y) => 1.0 / f64::from(sizes[x as usize] * sizes[y as usize]),
        };
        pairs.into_iter().map(|(a, b, key)| Within { a, b, key, share: share(a, b) }).collect()
    }

    /// What each pair says, in bits, under a model that is off by so much.
    fn ratios(&self, compared: &[Within], scorer: &Scorer, misfit: f64) -> Vec<Compared> {
        let ratio = |memory: &mut Memory, &Within { a, b, key, share }: &Within| {
            let odds = scorer.score(&self.rows, &self.rows.sides(a, b), key, memory);
            let bits = (odds - scorer.prior[usize::from(key.lists())] + misfit) / std::f64::consts::LN_2;
            // Within a list without duplicates there is no prior; the partition forbids the pair.
            Compared { a, b, ratio: if bits.is_finite() { share * bits.clamp(-60.0, 60.0) } else { 0.0 } }
        };
        compared.par_iter().map_init(Memory::new, ratio).collect()
    }

    /// The model with what was learned of matches drawn anew: the chances of the levels from a Dirichlet distribution around
    /// the learned ones, as sharp as the expected matches that taught them; the priors from a gamma distribution around the
    /// expected matches.
    fn redrawn(&self, rng: &mut ChaCha12Rng) -> Scorer {
        let mut scorer = self.scorer.clone();
        let mut gamma = |shape: f64| Gamma::new(shape.max(1e-3), 1.0).map_or(shape, |g| g.sample(rng).max(1e-9));
        for (k, field) in self.model.fields.iter().enumerate() {
            let levels = field.field.levels().len();
            let apart = field.field.apart();
            let is_apart = |l: usize| apart.is_some_and(|(a, b)| (usize::from(a)..=usize::from(b)).contains(&l));
            let mut drawn: Vec<f64> = (0..levels)
                .map(|l| match l == usize::from(MISSING) {
                    true => 0.0,
                    false => gamma(self.scorer.ln[MATCH][k][l].exp() * field.taught_by),
                })
                .collect();
            for group in [false, true] {
                let sum: f64 = drawn.iter().enumerate().filter(|(l, _)| is_apart(*l) == group).map(|(_, d)| d).sum();
                drawn
                    .iter_mut()
                    .enumerate()
                    .filter(|(l, _)| is_apart(*l) == group)
                    .for_each(|(_, d)| *d /= sum.max(1e-300));
            }
            for (l, chance) in drawn.iter().enumerate().skip(1) {
                scorer.ln[MATCH][k][l] = chance.max(1e-12).ln();
            }
        }
        for (at, prior) in self.model.priors.iter().enumerate().filter(|(_, p)| p.pairs > 0) {
            let expected = prior.probability * prior.pairs as f64;
            let share = (gamma(expected) / prior.pairs as f64).clamp(1e-15, 0.99);
            scorer.prior[at] = log_odds(share);
        }
        scorer
    }
}
