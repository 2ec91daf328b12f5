//! With what probability is a recorded person on these lists and not on those, given the covariates?
//!
//! The nuisance functions of the estimator, cross-fitted: persons are parted into folds, and the probabilities of each fold
//! come from a fit to the others, so that no person's own capture history speaks in their weights. Folds are drawn within classes,
//! that each has its share of the overlaps.
//!
//! The fit is a stack (D. H. Wolpert 1992; M. J. van der Laan, E. C. Polley & A. E. Hubbard, "Super learner", 2007): shares without
//! covariates, regressions straight and bent, and boosted trees of several sizes, mixed with the weights that predict best
//! people whom the learners have not seen. A mixture of probabilities is itself one, and its likelihood has a single
//! maximum, found by EM.

use super::boosting::{STAGES, fit_and_predict};
use super::covariates::Design;
use super::logistic::{Logistic, person};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::Serialize;

/// Folds within a training set, over which the weights of the stack are found.
const INNER: usize = 4;

/// EM steps for the weights. They settle to the third digit well before, and more digits predict nothing.
const EM_STEPS: usize = 200;

/// A learner that weighs less than this is left out of the final fit.
const LEAST_WEIGHT: f64 = 0.01;

/// Learners of the stack, in order.
const LEARNERS: usize = 3 + STAGES.len();

/// What the stack consists of, with the weight of each on average over all fits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stack {
    /// Shares of all persons alike, whatever their covariates.
    pub constant: f64,
    /// Logistic regression on straight columns.
    pub straight: f64,
    /// Logistic regression on columns with hinges.
    pub bent: f64,
    /// Boosted trees, all sizes together.
    pub trees: f64,
}

/// The persons as learners see them.
pub(super) struct Sample<'a> {
    pub(super) design: &'a Design,
    /// The class of each person.
    pub(super) class: &'a [u8],
    pub(super) classes: usize,
}

/// Probabilities of the classes by person, from fits to the other folds; and the weights of the stack.
pub(super) struct Fitted {
    pub(super) probabilities: Vec<f64>,
    pub(super) weights: [f64; LEARNERS],
}

impl Stack {
    pub(super) fn of(fits: &[Fitted]) -> Self {
        let mean = |learners: std::ops::Range<usize>| {
            fits.iter().map(|f| f.weights[learners.clone()].iter().sum::<f64>()).sum::<f64>() / fits.len().max(1) as f64
        };
        Self { constant: mean(0..1), straight: mean(1..2), bent: mean(2..3), trees: mean(3..LEARNERS) }
    }
}

/// Cross-fits several ways of parting the persons, each way a stream of randomness of its own.
pub(super) fn cross_fit(sample: &Sample, folds: usize, splits: usize, seed: u64) -> Vec<Fitted> {
    let ways: Vec<Vec<u8>> = (0..splits).map(|split| parted(sample, folds, seed, split as u64)).collect();
    let jobs: Vec<(usize, u8)> = (0..splits).flat_map(|s| (0..folds as u8).map(move |f| (s, f))).collect();
    let fits: Vec<(Vec<f64>, [f64; LEARNERS])> = jobs
        .par_iter()
        .with_max_len(1)
        .map(|&(split, fold)| {
            let (test, train) = apart(&ways[split], fold);
            stacked(sample, &train, &test, seed, ((split * folds) as u64 + u64::from(fold) + 1) << 32)
        })
        .collect();
    fits.chunks(folds)
        .zip(&ways)
        .map(|(of_split, way)| {
            let mut probabilities = vec![0.0; way.len() * sample.classes];
            let mut weights = [0.0; LEARNERS];
            for (fold, (p, w)) in of_split.iter().enumerate() {
                let members = way.iter().enumerate().filter(|(_, f)| usize::from(**f) == fold);
                for ((i, _), p) in members.zip(p.chunks(sample.classes)) {
                    probabilities[i * sample.classes..][..sample.classes].copy_from_slice(p);
                }
                weights.iter_mut().zip(w).for_each(|(sum, w)| *sum += w / folds as f64);
            }
            Fitted { probabilities, weights }
        })
        .collect()
}

/// The fold of every person. Persons of one class are dealt out in turn after a shuffle.
fn parted(sample: &Sample, folds: usize, seed: u64, stream: u64) -> Vec<u8> {
    let mut order: Vec<u32> = (0..sample.class.len() as u32).collect();
    shuffle(&mut order, seed, stream);
    order.sort_by_key(|&i| sample.class[i as usize]);
    let mut fold_of = vec![0; order.len()];
    order.iter().enumerate().for_each(|(at, &i)| fold_of[i as usize] = (at % folds) as u8);
    fold_of
}

fn shuffle(order: &mut [u32], seed: u64, stream: u64) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    order.shuffle(&mut rng);
}

fn apart(fold_of: &[u8], fold: u8) -> (Vec<u32>, Vec<u32>) {
    (0..fold_of.len() as u32).partition(|&i| fold_of[i as usize] == fold)
}

/// Fits the stack to some persons and gives the probabilities of others.
fn stacked(sample: &Sample, train: &[u32], test: &[u32], seed: u64, stream: u64) -> (Vec<f64>, [f64; LEARNERS]) {
    let mut order = train.to_vec();
    shuffle(&mut order, seed, stream);
    order.sort_by_key(|&i| sample.class[i as usize]);
    // For each learner, the probability it gave to the class that each unseen person turned out to have.
    let mut hit: Vec<[f64; LEARNERS]> = Vec::with_capacity(train.len());
    for fold in 0..INNER {
        let held: Vec<u32> = order.iter().copied().skip(fold).step_by(INNER).collect();
        let rest: Vec<u32> = order.iter().enumerate().filter(|(at, _)| at % INNER != fold).map(|(_, &i)| i).collect();
        let given = learned(sample, &rest, &held, &[1.0; LEARNERS]);
        hit.extend(held.iter().enumerate().map(|(at, &i)| {
            let class = usize::from(sample.class[i as usize]);
            std::array::from_fn(|l| given[l].as_ref().map_or(0.0, |p| p[at * sample.classes + class]))
        }));
    }
    let mut weights = best_weights(&hit);
    weights.iter_mut().for_each(|w| *w = if *w < LEAST_WEIGHT { 0.0 } else { *w });
    let kept: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|w| *w /= kept);
    let given = learned(sample, train, test, &weights);
    let mut mixed = vec![0.0; test.len() * sample.classes];
    for (p, weight) in given.iter().zip(&weights) {
        for (sum, p) in mixed.iter_mut().zip(p.iter().flatten()) {
            *sum += weight * p;
        }
    }
    (mixed, weights)
}

/// What each learner with a weight says of the persons of `test`.
fn learned(sample: &Sample, train: &[u32], test: &[u32], weights: &[f64; LEARNERS]) -> [Option<Vec<f64>>; LEARNERS] {
    let mut given: [Option<Vec<f64>>; LEARNERS] = std::array::from_fn(|_| None);
    let mut counts = vec![0.5; sample.classes];
    train.iter().for_each(|&i| counts[usize::from(sample.class[i as usize])] += 1.0);
    let all: f64 = counts.iter().sum();
    let shares: Vec<f64> = counts.iter().map(|c| c / all).collect();
    given[0] = Some(test.iter().flat_map(|_| shares.iter().copied()).collect());
    for (learner, design) in [(1, &sample.design.linear), (2, &sample.design.hinged)] {
        // Without a column that bends, the second regression would be the first over again.
        let same = learner == 2 && design.nrows() == sample.design.linear.nrows();
        if weights[learner] > 0.0 && !same {
            let fit = Logistic::fit(design, sample.class, sample.classes, train);
            let mut p = vec![0.0; test.len() * sample.classes];
            for (&i, p) in test.iter().zip(p.chunks_mut(sample.classes)) {
                fit.probabilities(person(design, i), p);
            }
            given[learner] = Some(p);
        }
    }
    let stages = (0..STAGES.len()).rev().find(|s| weights[3 + s] > 0.0).map_or(0, |s| s + 1);
    if stages > 0 {
        let by_stage = fit_and_predict(&sample.design.bins, sample.class, sample.classes, train, test, stages);
        by_stage.into_iter().enumerate().for_each(|(stage, p)| given[3 + stage] = Some(p));
    }
    given
}

/// The weights under which the mixture makes what was seen likeliest.
fn best_weights(hit: &[[f64; LEARNERS]]) -> [f64; LEARNERS] {
    let mut weights = [1.0 / LEARNERS as f64; LEARNERS];
    for _ in 0..EM_STEPS {
        let mut next = [0.0; LEARNERS];
        for p in hit {
            let sum: f64 = p.iter().zip(&weights).map(|(p, w)| p * w).sum();
            if sum > 0.0 {
                next.iter_mut().zip(p).zip(&weights).for_each(|((n, p), w)| *n += p * w / sum);
            }
        }
        let all: f64 = next.iter().sum();
        if all <= 0.0 {
            break;
        }
        weights = next.map(|n| n / all);
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::super::covariates::{Covariate, Values};
    use super::*;
    use rand::RngExt;

    /// The probability of class 1 is a known function of one number; the stack finds it out, for people it has not seen.
    fn error_of(truth: impl Fn(f64) -> f64) -> (f64, Stack) {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let x: Vec<f64> = (0..3_000).map(|_| rng.random::<f64>() * 4.0 - 2.0).collect();
        let class: Vec<u8> = x.iter().map(|x| u8::from(rng.random::<f64>() < truth(*x))).collect();
        let values = Values::Numeric(x.iter().map(|x| Some(*x)).collect());
        let design = Design::new(&[Covariate { name: "x".into(), values }], x.len());
        let fits = cross_fit(&Sample { design: &design, class: &class, classes: 2 }, 5, 1, 9);
        let squares = x.iter().zip(fits[0].probabilities.chunks(2)).map(|(x, p)| (p[1] - truth(*x)).powi(2));
        ((squares.sum::<f64>() / x.len() as f64).sqrt(), Stack::of(&fits))
    }

    #[test]
    fn the_stack_finds_straight_and_crooked_truths() {
        let (straight, _) = error_of(|x| 1.0 / (1.0 + (-x).exp()));
        assert!(straight < 0.03, "{straight}");
        let (step, stack) = error_of(|x| if (-0.7..0.9).contains(&x) { 0.8 } else { 0.2 });
        assert!(step < 0.09, "{step}");
        assert!(stack.trees > 0.5, "{stack:?}");
        let (nothing, stack) = error_of(|_| 0.3);
        assert!(nothing < 0.03 && stack.constant > 0.3, "{nothing} {stack:?}");
    }
}
