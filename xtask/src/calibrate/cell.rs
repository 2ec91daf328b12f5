//! How does one estimator do on one kind of population?

use super::population::{Estimator, Population};
use factum_estimate::Model;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use statrs::distribution::{Beta, ContinuousCDF};

/// How many tables are drawn, from which seed.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub replicates: usize,
    /// For estimators that take long.
    pub slow: usize,
    pub seed: u64,
}

impl Plan {
    fn replicates(&self, estimator: &Estimator, lists: usize) -> usize {
        // Thousands of log-linear models, or hundreds of graphs for each of tens of thousands of sizes; and simulations that
        // go on until independent ones agree.
        let many = matches!(estimator, Estimator::Model(Model::LogLinear | Model::Decomposable)) && lists >= 5;
        if many || *estimator == Estimator::Model(Model::LatentClass) { self.slow } else { self.replicates }
    }
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Cell {
    population: &'static str,
    pub lists: usize,
    recorded: f64,
    size: u64,
    estimator: Estimator,
    replicates: usize,
    answered: usize,
    covered: usize,
    bias: Option<f64>,
    width: Option<f64>,
}

pub const HEAD: &str = "\
| population | people | recorded | estimator | tables | answered | coverage | limits | bias | width |
|---|---|---|---|---|---|---|---|---|---|";

/// Every estimator on the same tables.
pub fn measure(population: &Population, recorded: f64, estimators: &[Estimator], plan: &Plan) -> Vec<Cell> {
    let size = population.size(recorded);
    let one = |estimator: &Estimator| {
        let replicates = plan.replicates(estimator, population.lists);
        let answers: Vec<_> = (0..replicates as u64)
            .into_par_iter()
            .map(|replicate| {
                let mut rng = stream(plan.seed, population, recorded, replicate);
                estimator.estimate(&population.draw(size, &mut rng))
            })
            .collect();
        summary(population, recorded, estimator, &answers)
    };
    estimators.iter().filter(|e| plan.replicates(e, population.lists) > 0).map(one).collect()
}

/// One stream of random numbers for each table: by seed, population, lists and size, and by replicate.
fn stream(seed: u64, population: &Population, recorded: f64, replicate: u64) -> ChaCha8Rng {
    // FNV-1a over the words that name the cell, so that a cell draws the same whatever else is asked for.
    let named = format!("{seed}/{}/{}/{recorded}", population.name, population.lists);
    let hash = named.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    let mut rng = ChaCha8Rng::seed_from_u64(hash);
    rng.set_stream(replicate);
    rng
}

type Answer = Option<(f64, Option<f64>, Option<f64>)>;

fn summary(population: &Population, recorded: f64, estimator: &Estimator, answers: &[Answer]) -> Cell {
    let size = population.size(recorded);
    let truth = size as f64;
    let given: Vec<(f64, f64, Option<f64>)> =
        answers.iter().flatten().filter_map(|(n, lower, upper)| Some((*n, (*lower)?, *upper))).collect();
    let holds = |(_, lower, upper): &&(f64, f64, Option<f64>)| {
        *lower <= truth && (estimator.is_bound() || upper.is_none_or(|upper| truth <= upper))
    };
    Cell {
        population: population.name,
        lists: population.lists,
        recorded,
        size,
        estimator: estimator.clone(),
        replicates: answers.len(),
        answered: given.len(),
        covered: given.iter().filter(holds).count(),
        bias: median(given.iter().map(|(n, ..)| n / truth - 1.0).collect()),
        width: median(given.iter().filter_map(|(_, lower, upper)| Some((((*upper)?) - lower) / truth)).collect()),
    }
}

pub fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 { upper } else { (values[middle - 1] + upper) / 2.0 })
}

impl Cell {
    fn coverage(&self) -> Option<f64> {
        (self.answered > 0).then(|| self.covered as f64 / self.answered as f64)
    }

    /// Whether coverage is required of it and lies outside.
    pub fn fails(&self, required: (f64, f64)) -> bool {
        let inside = |coverage: f64| (required.0..=required.1).contains(&coverage);
        matches!(self.estimator, Estimator::Correct(_)) && !self.coverage().is_some_and(inside)
    }

    pub fn row(&self) -> String {
        let counts = [self.replicates, self.answered, self.covered];
        let figures = figures(counts, self.bias, self.width);
        format!("| {} | {} | {} | {} | {figures} |", self.population, self.size, self.recorded, self.estimator.name())
    }
}

/// The figures of a row: tables, those answered and those that cover; bias and width where there are any.
pub fn figures([replicates, answered, covered]: [usize; 3], bias: Option<f64>, width: Option<f64>) -> String {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let or_none = |value: Option<f64>, shown: &dyn Fn(f64) -> String| value.map_or("none".into(), shown);
    let (low, high) = clopper_pearson(covered, answered);
    format!(
        "{replicates} | {} | {} | {} to {} | {} | {}",
        percent(answered as f64 / replicates as f64),
        or_none((answered > 0).then(|| covered as f64 / answered as f64), &percent),
        percent(low),
        percent(high),
        or_none(bias, &|b| format!("{:+.1} %", b * 100.0)),
        or_none(width, &|w| format!("{w:.2}"))
    )
}

/// Exact 95 % limits of a proportion (Clopper & Pearson 1934).
fn clopper_pearson(successes: usize, trials: usize) -> (f64, f64) {
    let (k, n) = (successes as f64, trials as f64);
    let quantile = |a, b, p| Beta::new(a, b).map_or(f64::NAN, |beta| beta.inverse_cdf(p));
    let low = if successes == 0 { 0.0 } else { quantile(k, n - k + 1.0, 0.025) };
    let high = if successes == trials { 1.0 } else { quantile(k + 1.0, n - k, 0.975) };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0 of 20 and 19 of 20 by the closed forms at the ends; 380 of 400 as R's `binom.test` prints it.
    #[test]
    fn binomial_limits_are_exact() {
        let close = |(a, b): (f64, f64), (c, d): (f64, f64)| (a - c).abs() < 5e-5 && (b - d).abs() < 5e-5;
        assert!(close(clopper_pearson(0, 20), (0.0, 1.0 - 0.025f64.powf(1.0 / 20.0))));
        assert!(close(clopper_pearson(20, 20), (0.025f64.powf(1.0 / 20.0), 1.0)));
        let (low, high) = clopper_pearson(380, 400);
        assert!(low < 0.95 && high > 0.95 && (high - low - 0.0445).abs() < 2e-3, "{low} {high}");
    }

    #[test]
    fn replicates_have_streams_of_their_own_whatever_else_is_asked() {
        let population = &Population::all(3)[0];
        let plan = Plan { replicates: 6, slow: 6, seed: 3 };
        let both = [Estimator::Model(Model::Chao), Estimator::Correct(Vec::new())];
        let rows = |estimators: &[Estimator], threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let cells = pool.install(|| measure(population, 500.0, estimators, &plan));
            cells.iter().map(Cell::row).collect::<Vec<_>>()
        };
        assert_eq!(rows(&both, 1), rows(&both, 4));
        assert_eq!(rows(&both, 1)[1..], rows(&both[1..], 2));
    }

    #[test]
    fn a_bound_covers_from_below_and_an_absent_limit_from_above() {
        let population = &Population::all(3)[0];
        let truth = population.size(500.0) as f64;
        let answers = [
            Some((truth * 0.8, Some(truth * 0.7), Some(truth * 0.9))),
            Some((truth * 1.3, Some(truth * 1.1), None)),
            Some((truth * 1.2, Some(truth * 0.9), None)),
            None,
        ];
        let bound = summary(population, 500.0, &Estimator::Model(Model::Chao), &answers);
        assert_eq!((bound.answered, bound.covered), (3, 2));
        let model = summary(population, 500.0, &Estimator::Correct(Vec::new()), &answers);
        assert_eq!((model.answered, model.covered), (3, 1));
        assert!(model.fails((0.9, 0.98)) && !bound.fails((0.9, 0.98)));
    }
}
