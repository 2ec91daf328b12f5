//! What of persons whose stratum is unknown?
//!
//! Dropping them would lower every number; putting all of them into one stratum would be an invention. They are carried by
//! multiple imputation (Rubin 1987): in each replicate every such person is put into a stratum drawn from the posterior, the
//! strata are estimated, and the replicates are combined by the laws of total expectation and variance
//! ([`crate::combine::replicates`]).
//!
//! The posterior of the stratum given the capture history is a Dirichlet-multinomial: for each history, the persons of known
//! stratum with this history are the counts, and the prior is one person, spread over the strata by their sizes. It is
//! multiplied by what else is known of the person (a date that speaks for some months only), and is zero where a list that
//! recorded the person could not have. Drawing the shares before drawing the strata makes the imputation proper in Rubin's
//! sense. Assumed is that, among people of one history, whether the stratum is known does not depend on the stratum.
//!
//! Which strata are merged is decided once, from the persons of known stratum, so that all replicates speak of the same
//! groups.

use super::{
    Estimator, Group, Listener, Merge, StrataFault, StrataOptions, Stratum, Total, answers, blind, check, merge, total,
};
use crate::combine::{self, Combined, Part};
use factum_model::{CaptureTable, History};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Binomial, Distribution, Gamma};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicUsize;

/// Persons of unknown stratum who are alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Unplaced {
    /// Which lists recorded them.
    pub history: History,
    /// How likely what else is known of them is in each stratum, in the order of the strata, up to a factor; 0 excludes a
    /// stratum. `None` when nothing else is known.
    pub likelihood: Option<Vec<f64>>,
    /// How many they are.
    pub count: u64,
}

/// How persons of unknown stratum are carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imputation {
    /// How many replicates, at least 2. Twenty by default: the standard errors are then within some 3 % of those of
    /// infinitely many as long as less than half of the information is missing (Rubin 1987, section 4.2).
    pub replicates: u32,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for Imputation {
    fn default() -> Self {
        Self { replicates: 20, seed: 1 }
    }
}

/// The answer of a group over the replicates.
#[derive(Clone, Debug, Serialize)]
pub struct GroupOfReplicates {
    /// The strata in it.
    pub strata: Vec<String>,
    /// Distinct persons recorded whose stratum is known.
    pub placed: u64,
    /// The replicates combined; absent where none has an answer.
    pub combined: Option<Combined>,
    /// Replicates without an answer.
    pub without_answer: usize,
    /// Why there was none, in the first that had none.
    pub refusal: Option<String>,
}

/// Estimates with persons of unknown stratum.
#[derive(Clone, Debug, Serialize)]
pub struct ImputedEstimate {
    /// Groups of strata.
    pub groups: Vec<GroupOfReplicates>,
    /// Which strata were merged.
    pub merges: Vec<Merge>,
    /// The total over the replicates. Absent without any replicate.
    pub total: Option<Combined>,
    /// The total of every replicate, as far as its groups have answers.
    pub totals: Vec<Total>,
    /// Persons of unknown stratum who were carried.
    pub carried: u64,
    /// Persons of these whom no stratum can hold by what is said of them: they were spread by the sizes of the strata.
    pub contradicted: u64,
}

/// Estimates strata with persons of unknown stratum. Groups are combined over the replicates that have an answer.
///
/// # Errors
/// All faults of the strata, the persons and the options at once.
pub fn estimate_imputed(
    strata: &[Stratum],
    unplaced: &[Unplaced],
    imputation: &Imputation,
    options: &StrataOptions,
    estimator: Estimator,
    listener: Listener,
) -> Result<ImputedEstimate, Vec<StrataFault>> {
    let mut faults = check(strata, options).err().unwrap_or_default();
    faults.extend(faults_of(strata, unplaced, imputation));
    if !faults.is_empty() {
        return Err(faults);
    }
    let one = |fault: StrataFault| vec![fault];
    let plan = merge::plan(strata, options, estimator, listener).map_err(one)?;
    let odds = Odds::new(strata, unplaced);
    let mut replicates: Vec<Group> = Vec::new();
    for replicate in 0..imputation.replicates {
        let filled = odds.fill(strata, unplaced, replicate, imputation.seed).map_err(one)?;
        for group in &plan.groups {
            replicates.push(Group::of(&filled, &group.members).map_err(|e| one(e.into()))?);
        }
    }
    let all: Vec<&Group> = replicates.iter().collect();
    let done = AtomicUsize::new(0);
    let answers = answers(&all, strata, estimator, &done, all.len(), listener).map_err(|e| one(e.into()))?;
    let by_replicate: Vec<_> = answers.chunks(plan.groups.len()).collect();
    let totals: Vec<Total> = by_replicate.iter().map(|groups| total(groups, options)).collect();
    let parts: Vec<Part> = totals.iter().map(|t| t.sum.part(options.level)).collect();
    let groups = plan.groups.iter().enumerate().map(|(at, group)| {
        let of_group: Vec<_> = by_replicate.iter().map(|groups| &groups[at]).collect();
        let parts: Vec<Part> = of_group.iter().filter_map(|g| g.estimate.as_ref().and_then(Part::of)).collect();
        GroupOfReplicates {
            strata: of_group[0].strata.clone(),
            placed: group.table.observed(),
            combined: combine::replicates(&parts, options.level),
            without_answer: of_group.len() - parts.len(),
            refusal: of_group.iter().find_map(|g| g.refusal.clone()),
        }
    });
    Ok(ImputedEstimate {
        groups: groups.collect(),
        merges: plan.merges,
        total: combine::replicates(&parts, options.level),
        totals,
        carried: unplaced.iter().map(|u| u.count).sum(),
        contradicted: unplaced.iter().zip(&odds.contradicted).filter(|(_, c)| **c).map(|(u, _)| u.count).sum(),
    })
}

fn faults_of(strata: &[Stratum], unplaced: &[Unplaced], imputation: &Imputation) -> Vec<StrataFault> {
    let mut faults = Vec::new();
    if imputation.replicates < 2 {
        faults.push(StrataFault::Option("there must be at least 2 replicates, or nothing is known of how they differ"));
    }
    for (at, row) in unplaced.iter().enumerate() {
        let mut fault = |what| faults.push(StrataFault::Unplaced { row: at + 1, what });
        if row.likelihood.as_ref().is_some_and(|l| l.len() != strata.len()) {
            fault("has not one likelihood for each stratum");
        }
        if row.likelihood.iter().flatten().any(|l| !(*l >= 0.0 && l.is_finite())) {
            fault("has a likelihood that is no number from 0 on");
        }
        // Checked here, before any replicate is made: whether the table takes the row does not depend on the stratum.
        let lists = strata.first().map(|s| s.table.lists().to_vec()).unwrap_or_default();
        if CaptureTable::new(lists).and_then(|mut table| table.add(row.history, row.count)).is_err() {
            fault("has a capture history or count that no table takes");
        }
    }
    faults
}

/// What speaks for each stratum, by row of the persons of unknown stratum.
struct Odds {
    /// Persons of known stratum by history, with the prior added.
    pseudo_counts: BTreeMap<History, Vec<f64>>,
    /// What else is known, with what is impossible at zero.
    likelihood: Vec<Vec<f64>>,
    contradicted: Vec<bool>,
}

impl Odds {
    fn new(strata: &[Stratum], unplaced: &[Unplaced]) -> Self {
        let sizes: Vec<f64> = strata.iter().map(|s| s.table.observed() as f64).collect();
        let all: f64 = sizes.iter().sum();
        // Where no stratum has anybody, all are alike.
        let share = |size: f64| if all > 0.0 { size / all } else { 1.0 / strata.len() as f64 };
        let counts = |history: History| -> Vec<f64> {
            strata.iter().zip(&sizes).map(|(s, &size)| s.table.count(history) as f64 + share(size)).collect()
        };
        let pseudo_counts = unplaced.iter().map(|u| (u.history, counts(u.history))).collect();
        let mut odds = Self { pseudo_counts, likelihood: Vec::new(), contradicted: Vec::new() };
        for row in unplaced {
            let told = |at: usize| row.likelihood.as_ref().map_or(1.0, |l| l[at]);
            let counts = &odds.pseudo_counts[&row.history];
            let seen = |at: usize| if row.history.0 & blind(&strata[at]) == 0 { told(at) } else { 0.0 };
            let possible: Vec<f64> = (0..strata.len()).map(seen).collect();
            let contradicted = possible.iter().zip(counts).all(|(p, c)| p * c == 0.0);
            odds.likelihood.push(if contradicted { vec![1.0; strata.len()] } else { possible });
            odds.contradicted.push(contradicted);
        }
        odds
    }

    /// The strata with everybody in one: a replicate.
    fn fill(
        &self,
        strata: &[Stratum],
        unplaced: &[Unplaced],
        replicate: u32,
        seed: u64,
    ) -> Result<Vec<Stratum>, StrataFault> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(u64::from(replicate));
        let shares: BTreeMap<History, Vec<f64>> = self
            .pseudo_counts
            .iter()
            .map(|(history, counts)| (*history, counts.iter().map(|c| gamma(*c, &mut rng)).collect()))
            .collect();
        let mut filled = strata.to_vec();
        for (row, likelihood) in unplaced.iter().zip(&self.likelihood) {
            let mut weights: Vec<f64> = shares[&row.history].iter().zip(likelihood).map(|(s, l)| s * l).collect();
            if !weights.iter().any(|w| *w > 0.0) {
                // Every share that is possible came out as nothing, as gamma numbers of small shape can.
                weights.clone_from(likelihood);
            }
            for (stratum, count) in multinomial(row.count, &weights, &mut rng).into_iter().enumerate() {
                filled[stratum].table.add(row.history, count)?;
            }
        }
        Ok(filled)
    }
}

fn gamma(shape: f64, rng: &mut ChaCha8Rng) -> f64 {
    Gamma::new(shape, 1.0).map_or(0.0, |gamma| gamma.sample(rng))
}

/// Spreads people over strata in proportion to weights, one stratum after the other by a binomial number of those left.
fn multinomial(count: u64, weights: &[f64], rng: &mut ChaCha8Rng) -> Vec<u64> {
    let last = weights.iter().rposition(|w| *w > 0.0).unwrap_or(0);
    let mut counts = vec![0; weights.len()];
    let (mut people, mut weight) = (count, weights.iter().sum::<f64>());
    for (at, w) in weights.iter().enumerate().take(last) {
        let share = (w / weight).clamp(0.0, 1.0);
        counts[at] = Binomial::new(people, share).map_or(0, |binomial| binomial.sample(rng));
        people -= counts[at];
        weight -= w;
    }
    counts[last] += people;
    counts
}
