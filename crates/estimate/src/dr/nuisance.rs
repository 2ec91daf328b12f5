//! With what probability is a recorded person on these lists and not on those, given the covariates?
//!
//! The nuisance functions of the estimator, cross-fitted: persons are parted into folds, and the probabilities of each fold
//! come from a fit to the others, so that no person's own capture history speaks in their weights. Folds are drawn within classes,
//! that each has its share of the overlaps.
//!
//! The fit is a stack (D. H. Wolpert 1992; M. J. van der Laan, E. C. Polley & A. E. Hubbard, "Super learner", 2007): shares without
//! covariates, regressions straight and bent, and boosted trees of several sizes on top of the bent one. What they say is
//! pooled on the scale of logarithms, with the weights from 0 on that predict best people whom the learners have not seen. On that
//! scale small probabilities stay small when a flat learner joins in, and it is the small ones that stand in
//! denominators; and weights that add up to more than 1 undo what each learner was held back by.

use super::boosting::{STAGES, fit_and_predict};
use super::covariates::Design;
use super::logistic::{Logistic, person, softmax};
use nalgebra::DMatrix;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::Serialize;

/// Folds within a training set, over which the weights of the stack are found.
const INNER: usize = 4;

/// Rounds over the weights, one Newton step each. They settle to the third digit before; more digits predict nothing.
const ROUNDS: usize = 60;

/// A learner that weighs less than this is left out of the final fit.
const LEAST_WEIGHT: f64 = 0.01;

/// No probability counts as smaller in a pool: a learner that was sure and wrong would rule alone.
const LEAST: f64 = 1e-6;

/// Learners of the stack, in order.
const LEARNERS: usize = 3 + STAGES.len();

/// What the stack consists of, with the weight of each on average over all fits. The weights need not add up to 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stack {
    /// Shares of all persons alike, whatever their covariates.
    pub constant: f64,
    /// Logistic regression on straight columns.
    pub straight: f64,
    /// Logistic regression on columns with hinges.
    pub bent: f64,
    /// Boosted trees on top of it, all sizes together.
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
    // What each learner says of persons it has not seen, and what they turned out to be.
    let mut said: [Vec<f64>; LEARNERS] = Default::default();
    let mut came: Vec<u8> = Vec::with_capacity(train.len());
    for fold in 0..INNER {
        let held: Vec<u32> = order.iter().copied().skip(fold).step_by(INNER).collect();
        let rest: Vec<u32> = order.iter().enumerate().filter(|(at, _)| at % INNER != fold).map(|(_, &i)| i).collect();
        let given = learned(sample, &rest, &held, &[1.0; LEARNERS]);
        said.iter_mut().zip(given).for_each(|(all, new)| all.extend(new));
        came.extend(held.iter().map(|&i| sample.class[i as usize]));
    }
    let weights = best_weights(&said, &came, sample.classes);
    (pooled(&learned(sample, train, test, &weights), &weights, sample.classes), weights)
}

/// What each learner with a weight says of the persons of `test`, as logarithms of probabilities; nothing of the others.
fn learned(sample: &Sample, train: &[u32], test: &[u32], weights: &[f64; LEARNERS]) -> [Vec<f64>; LEARNERS] {
    let mut given: [Vec<f64>; LEARNERS] = Default::default();
    let mut counts = vec![0.5; sample.classes];
    train.iter().for_each(|&i| counts[usize::from(sample.class[i as usize])] += 1.0);
    let all: f64 = counts.iter().sum();
    let shares: Vec<f64> = counts.iter().map(|c| (c / all).ln()).collect();
    if weights[0] > 0.0 {
        given[0] = test.iter().flat_map(|_| shares.iter().copied()).collect();
    }
    if weights[1] > 0.0 {
        let design = &sample.design.linear;
        let fit = Logistic::fit(design, sample.class, sample.classes, train);
        given[1] = logarithms(sample, &fit, design, test);
    }
    let stages = (0..STAGES.len()).rev().find(|s| weights[3 + s] > 0.0).map_or(0, |s| s + 1);
    if weights[2] > 0.0 || stages > 0 {
        let design = &sample.design.hinged;
        let fit = Logistic::fit(design, sample.class, sample.classes, train);
        given[2] = logarithms(sample, &fit, design, test);
        if stages > 0 {
            let start = logarithms(sample, &fit, design, train);
            let (class, classes) = (sample.class, sample.classes);
            let unseen = (test, given[2].clone());
            let by_stage = fit_and_predict(&sample.design.bins, class, classes, (train, start), unseen, stages);
            for (into, p) in given[3..].iter_mut().zip(by_stage) {
                *into = p.into_iter().map(|p| p.max(LEAST).ln()).collect();
            }
        }
    }
    given
}

fn logarithms(sample: &Sample, fit: &Logistic, design: &DMatrix<f64>, persons: &[u32]) -> Vec<f64> {
    let mut p = vec![0.0; persons.len() * sample.classes];
    for (&i, p) in persons.iter().zip(p.chunks_mut(sample.classes)) {
        fit.probabilities(person(design, i), p);
    }
    p.iter_mut().for_each(|p| *p = p.max(LEAST).ln());
    p
}

/// Probabilities from weighted logarithms.
fn pooled(said: &[Vec<f64>; LEARNERS], weights: &[f64; LEARNERS], classes: usize) -> Vec<f64> {
    let mut scores = vec![0.0; said.iter().map(Vec::len).max().unwrap_or(0)];
    for (logs, weight) in said.iter().zip(weights).filter(|(_, w)| **w > 0.0) {
        scores.iter_mut().zip(logs).for_each(|(s, l)| *s += weight * l);
    }
    scores.chunks_mut(classes).for_each(softmax);
    scores
}

/// The weights from 0 on under which what came is likeliest. The likelihood has one maximum; it is climbed one weight at a time.
fn best_weights(said: &[Vec<f64>; LEARNERS], came: &[u8], classes: usize) -> [f64; LEARNERS] {
    let mut weights = [0.0; LEARNERS];
    // From the bent regression alone.
    weights[2] = 1.0;
    for _ in 0..ROUNDS {
        let mut moved = 0.0f64;
        for learner in 0..LEARNERS {
            let p = pooled(said, &weights, classes);
            let (mut slope, mut curvature) = (0.0, 0.0);
            for ((p, logs), &c) in p.chunks(classes).zip(said[learner].chunks(classes)).zip(came) {
                let mean: f64 = p.iter().zip(logs).map(|(p, l)| p * l).sum();
                slope += logs[usize::from(c)] - mean;
                curvature += p.iter().zip(logs).map(|(p, l)| p * (l - mean).powi(2)).sum::<f64>();
            }
            if curvature > 0.0 {
                let to = (weights[learner] + slope / curvature).clamp(0.0, MOST_WEIGHT);
                moved = moved.max((to - weights[learner]).abs());
                weights[learner] = to;
            }
        }
        if moved < 1e-3 {
            break;
        }
    }
    weights.map(|w| if w < LEAST_WEIGHT { 0.0 } else { w })
}

/// A learner that is to be believed more than this was held back beyond use.
const MOST_WEIGHT: f64 = 2.0;

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
        assert!(stack.trees > 0.3, "{stack:?}");
        let (nothing, _) = error_of(|_| 0.3);
        assert!(nothing < 0.03, "{nothing}");
    }
}
