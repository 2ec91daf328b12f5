//! Does the doubly robust estimator hold the truth where what is known of people makes the lists depend on each other?
//!
//! Two lists record people independently given three numbers and a region. Over all people the lists then depend on each
//! other, and an estimator that knows nothing of them is wrong; one that learns how the chances follow from them is right in so
//! far as it learns them.

use super::cell::{figures, median};
use factum_estimate::dr::{Assumption, Covariate, DrOptions, Persons, Values, estimate};
use factum_model::{History, ListId};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// People of each population.
const PEOPLE: usize = 3_000;

/// Numbers known of each person, uniform from -2 to 2.
const NUMBERS: usize = 3;
const REGIONS: [&str; 3] = ["city", "coast", "hills"];

/// How likely each of two lists records a person with these numbers, of this region.
type Chances = fn(&[f64; NUMBERS], usize) -> [f64; 2];

/// What is known of the chances, in words, and they themselves.
const POPULATIONS: [(&str, Chances); 3] = [("straight", straight), ("crooked", crooked), ("even", even)];

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// As a straight regression can learn them.
fn straight(x: &[f64; NUMBERS], region: usize) -> [f64; 2] {
    let far = [0.5, 0.0, -0.7][region];
    [logistic(-0.2 + 0.8 * x[0] + 0.3 * x[1] + far), logistic(-0.5 + 0.9 * x[0] - 0.2 * x[2] + far)]
}

/// With a bend and an interaction that no straight regression learns.
fn crooked(x: &[f64; NUMBERS], region: usize) -> [f64; 2] {
    let bend = 0.8 - x[0] * x[0] * 0.6;
    let apart = if region == 2 && x[1] > 0.0 { -0.5 } else { 0.5 };
    [logistic(-0.1 + bend + apart), logistic(-0.4 + bend + 0.8 * apart)]
}

/// The same for all.
fn even(_: &[f64; NUMBERS], _: usize) -> [f64; 2] {
    [0.45, 0.35]
}

fn population(chances: Chances, rng: &mut ChaCha8Rng) -> Persons {
    let (mut histories, mut regions) = (Vec::new(), Vec::new());
    let mut numbers: [Vec<Option<f64>>; NUMBERS] = Default::default();
    for _ in 0..PEOPLE {
        let x: [f64; NUMBERS] = std::array::from_fn(|_| rng.random::<f64>() * 4.0 - 2.0);
        let region = rng.random_range(0..REGIONS.len());
        let seen = chances(&x, region).map(|p| u32::from(rng.random::<f64>() < p));
        let history = seen[0] | seen[1] << 1;
        if history > 0 {
            histories.push(History(history));
            numbers.iter_mut().zip(x).for_each(|(column, x)| column.push(Some(x)));
            regions.push(Some(REGIONS[region].to_string()));
        }
    }
    let mut covariates = vec![Covariate { name: "region".into(), values: Values::Categorical(regions) }];
    for (at, column) in numbers.into_iter().enumerate() {
        covariates.push(Covariate { name: format!("x{at}"), values: Values::Numeric(column) });
    }
    Persons { lists: ["L1", "L2"].map(ListId::new).to_vec(), histories, covariates }
}

/// Estimate and limits of one table; `None` where it is refused or has no interval.
type Answer = Option<(f64, f64, f64)>;

/// The answers with the covariates and without them.
fn answers(chances: Chances, seed: u64, replicate: u64) -> [Answer; 2] {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(replicate);
    let persons = population(chances, &mut rng);
    let assumption = Assumption::Independent(persons.lists[0].clone(), persons.lists[1].clone());
    // One way of parting the persons: five change the answer little and take five times as long.
    let options = DrOptions { splits: 1, seed: replicate, ..DrOptions::new(assumption) };
    let blind = Persons { covariates: Vec::new(), ..persons.clone() };
    [persons, blind].map(|persons| {
        let answer = estimate(&persons, &options).ok()?;
        Some((answer.estimate, answer.lower?, answer.upper?))
    })
}

/// A row for each population with the covariates and without.
pub fn rows(replicates: usize, seed: u64) -> Vec<String> {
    let mut rows = Vec::new();
    for (name, chances) in POPULATIONS {
        let all: Vec<[Answer; 2]> =
            (0..replicates as u64).into_par_iter().map(|replicate| answers(chances, seed, replicate)).collect();
        for (at, estimator) in ["dr", "dr without covariates"].into_iter().enumerate() {
            let row = format!("| {name} | {PEOPLE} | {estimator} | {} |", summary(all.iter().map(|both| both[at])));
            eprintln!("{row}");
            rows.push(row);
        }
    }
    rows
}

fn summary(answers: impl ExactSizeIterator<Item = Answer>) -> String {
    let (replicates, truth) = (answers.len(), PEOPLE as f64);
    let given: Vec<(f64, f64, f64)> = answers.flatten().collect();
    let covered = given.iter().filter(|(_, lower, upper)| (*lower..=*upper).contains(&truth)).count();
    let bias = median(given.iter().map(|(n, ..)| n / truth - 1.0).collect());
    let width = median(given.iter().map(|(_, lower, upper)| (upper - lower) / truth).collect());
    figures([replicates, given.len(), covered], bias, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_make_the_lists_depend_and_even_ones_do_not() {
        for (name, chances) in POPULATIONS {
            let persons = population(chances, &mut ChaCha8Rng::seed_from_u64(2));
            let count = |h: u32| persons.histories.iter().filter(|x| x.0 == h).count() as f64;
            let missing = PEOPLE as f64 - persons.histories.len() as f64;
            let odds = (count(3) * missing / (count(1) * count(2))).ln();
            // The standard error of the logarithm is near .08.
            assert_eq!(odds > 0.3, name != "even", "{name}: {odds}");
        }
    }

    #[test]
    fn what_is_refused_is_not_covered() {
        let answers = [Some((3_000.0, 2_900.0, 3_100.0)), Some((2_800.0, 2_700.0, 2_900.0)), None];
        assert!(summary(answers.into_iter()).starts_with("3 | 66.7 % | 50.0 % |"));
    }
}
