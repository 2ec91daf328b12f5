//! Does the doubly robust estimator cover where the lists depend on each other through covariates, and how fast is it?
//!
//! `cargo bench -p factum-estimate --bench covariates [-- REPLICATES [PEOPLE [FOLDS [POPULATION]]]]`. People of invented populations are recorded
//! by two lists, or three, independently given covariates; N is known. For each population: bias and coverage of the
//! estimator, of its targeted form, of plugging in, and of the same assumption without covariates.

use factum_estimate::dr::{Assumption, Covariate, DrOptions, Persons, Values, estimate};
use factum_model::{History, ListId};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::Instant;

/// How likely each list records a person at `x`, of a region.
type Chances = fn(x: &[f64; 3], region: usize) -> Vec<f64>;

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Chances that a straight regression can learn.
fn straight(x: &[f64; 3], region: usize) -> Vec<f64> {
    let far = [0.5, 0.0, -0.7][region];
    vec![logistic(-0.2 + 0.8 * x[0] + 0.3 * x[1] + far), logistic(-0.5 + 0.9 * x[0] - 0.2 * x[2] + far)]
}

/// Chances with a bend and an interaction.
fn crooked(x: &[f64; 3], region: usize) -> Vec<f64> {
    let bend = 0.8 - x[0] * x[0] * 0.6;
    let apart = if region == 2 && x[1] > 0.0 { -0.5 } else { 0.5 };
    vec![logistic(-0.1 + bend + apart), logistic(-0.4 + bend + 0.8 * apart)]
}

/// The same with more of both: a list's smallest chance is 1 %, against 8 %.
fn very_crooked(x: &[f64; 3], region: usize) -> Vec<f64> {
    let bend = 0.8 - x[0] * x[0];
    let apart = if region == 2 && x[1] > 0.0 { -1.0 } else { 0.5 };
    vec![logistic(-0.1 + bend + apart), logistic(-0.4 + bend + 0.8 * apart)]
}

/// Chances that do not depend on what is known.
fn none(_: &[f64; 3], _: usize) -> Vec<f64> {
    vec![0.45, 0.35]
}

/// Three lists of chances that differ less.
fn three(x: &[f64; 3], region: usize) -> Vec<f64> {
    let far = [0.2, 0.0, -0.2][region];
    let at = |start: f64, slope: f64| logistic(start + slope * x[0] + far);
    vec![at(-0.1, 0.4), at(-0.3, 0.4), at(0.0, 0.3)]
}

/// People recorded by lists; `copied` is what being on the first list adds to the log-odds of being on the second.
fn population(people: usize, chances: Chances, copied: f64, seed: u64) -> Persons {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut histories = Vec::new();
    let mut numbers: [Vec<Option<f64>>; 3] = Default::default();
    let mut regions = Vec::new();
    let mut lists = 0;
    for _ in 0..people {
        let x: [f64; 3] = std::array::from_fn(|_| rng.random::<f64>() * 4.0 - 2.0);
        let region = (rng.random::<f64>() * 3.0) as usize;
        let chances = chances(&x, region);
        lists = chances.len();
        let mut history = 0;
        for (l, p) in chances.iter().enumerate() {
            let odds = p / (1.0 - p) * if l == 1 && history == 1 { copied.exp() } else { 1.0 };
            history |= u32::from(rng.random::<f64>() < odds / (1.0 + odds)) << l;
        }
        if history > 0 {
            histories.push(History(history));
            numbers.iter_mut().zip(x).for_each(|(n, x)| n.push(Some(x)));
            regions.push(Some(["city", "coast", "hills"][region].to_string()));
        }
    }
    let mut covariates = vec![Covariate { name: "region".into(), values: Values::Categorical(regions) }];
    for (at, values) in numbers.into_iter().enumerate() {
        covariates.push(Covariate { name: format!("x{at}"), values: Values::Numeric(values) });
    }
    Persons { lists: (0..lists).map(|l| ListId::new(format!("L{l}"))).collect(), histories, covariates }
}

/// Estimates over the replicates: how far off on average, how far in the squared mean, how often covered.
#[derive(Default)]
struct Score {
    errors: Vec<f64>,
    covered: usize,
    with_interval: usize,
}

impl Score {
    fn add(&mut self, estimate: f64, interval: Option<(f64, f64)>, truth: f64) {
        self.errors.push(estimate / truth - 1.0);
        if let Some((lower, upper)) = interval {
            self.with_interval += 1;
            self.covered += usize::from(lower <= truth && truth <= upper);
        }
    }

    fn print(&self, name: &str) {
        let n = self.errors.len().max(1) as f64;
        let bias = self.errors.iter().sum::<f64>() / n;
        let rmse = (self.errors.iter().map(|e| e * e).sum::<f64>() / n).sqrt();
        let coverage = match self.with_interval {
            0 => "-".into(),
            all => format!("{:.1} % of {all}", 100.0 * self.covered as f64 / all as f64),
        };
        println!("  {name:<20} bias {:>6.2} %  rmse {:>5.2} %  covers {coverage}", 100.0 * bias, 100.0 * rmse);
    }
}

fn study(
    name: &str,
    (chances, copied): (Chances, f64),
    (replicates, people, folds): (u64, usize, usize),
    assumption: fn(&[ListId]) -> Assumption,
) {
    let start = Instant::now();
    let [mut one_step, mut targeted, mut plug_in, mut blind]: [Score; 4] = Default::default();
    let (mut refused, mut unsettled) = (0, 0);
    for seed in 0..replicates {
        let persons = population(people, chances, copied, seed);
        let options = DrOptions { splits: 1, seed, folds, ..DrOptions::new(assumption(&persons.lists)) };
        match estimate(&persons, &options) {
            Ok(answer) => {
                let truth = people as f64;
                let interval = answer.lower.zip(answer.upper);
                one_step.add(answer.estimate, interval, truth);
                plug_in.add(answer.plug_in, None, truth);
                match answer.targeted {
                    Some(n) => targeted.add(n, None, truth),
                    None => unsettled += 1,
                }
            }
            Err(_) => refused += 1,
        }
        let without = Persons { covariates: Vec::new(), ..persons };
        if let Ok(answer) = estimate(&without, &options) {
            blind.add(answer.estimate, answer.lower.zip(answer.upper), people as f64);
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{name}: {people} people, {replicates} populations, {seconds:.1} s, {refused} refused, {unsettled} untargeted"
    );
    one_step.print("doubly robust");
    targeted.print("targeted");
    plug_in.print("plug-in");
    blind.print("without covariates");
}

/// A name, the chances with the share of a third list, and what is assumed.
type Scenario = (&'static str, (Chances, f64), fn(&[ListId]) -> Assumption);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let number = |at: usize, otherwise: usize| arguments.get(at).and_then(|a| a.parse().ok()).unwrap_or(otherwise);
    let size = (number(0, 200) as u64, number(1, 3_000), number(2, 5));
    let only = arguments.get(3);
    let two = |lists: &[ListId]| Assumption::Independent(lists[0].clone(), lists[1].clone());
    let all = |lists: &[ListId]| Assumption::NoHighestOrder(lists.to_vec());
    let populations: [Scenario; 5] = [
        ("straight", (straight, 0.0), two),
        ("crooked", (crooked, 0.0), two),
        ("very-crooked", (very_crooked, 0.0), two),
        ("no-dependence", (none, 0.0), two),
        ("three-lists", (three, 0.8), all),
    ];
    for (name, chances, assumption) in populations.into_iter().filter(|p| only.is_none_or(|o| o == p.0)) {
        study(name, chances, size, assumption);
    }
    if only.is_none() {
        let persons = population(20_000, crooked, 0.0, 1);
        let start = Instant::now();
        let options = DrOptions::new(two(&persons.lists));
        let answer = estimate(&persons, &options).map(|a| a.estimate);
        println!("20,000 people, five splits: {answer:?} in {:.1} s", start.elapsed().as_secs_f64());
    }
}
