//! What does a population look like in which the truth is known?

use factum_estimate::{Model, Options};
use factum_model::{CaptureTable, ListId};
use rand::Rng;
use rand_distr::{Binomial, Distribution};

/// A way in which lists record people.
#[derive(Clone, Debug)]
pub struct Population {
    pub name: &'static str,
    pub lists: usize,
    /// Probability of each history, that of nobody first.
    pub histories: Vec<f64>,
    /// The terms of the log-linear model that holds, where there is one.
    pub correct: Option<Vec<u32>>,
}

/// Reaches of five lists; fewer lists are the first of them. Unequal, as those of real lists are, and each short of half.
const REACHES: [f64; 5] = [0.35, 0.25, 0.3, 0.2, 0.15];

/// An odds ratio of three between two lists: strong, and short of copying.
const DEPENDENCE: f64 = 3.0;

impl Population {
    /// Every population over this many lists, from 3 to 5.
    pub fn all(lists: usize) -> Vec<Population> {
        let reaches = &REACHES[..lists];
        let scaled = |factors: &[f64]| -> Vec<f64> { reaches.iter().zip(factors).map(|(p, f)| p * f).collect() };
        let of = |name, histories, correct| Population { name, lists, histories, correct };
        let mixed = |classes: &[(f64, Vec<f64>)]| {
            let parts: Vec<(f64, Vec<f64>)> = classes.iter().map(|(share, p)| (*share, independent(p))).collect();
            (0..1usize << lists).map(|h| parts.iter().map(|(share, p)| share * p[h]).sum()).collect()
        };
        // Pairs of lists that feed on each other: the first two, and from four lists on the next two.
        let pairs: Vec<u32> = if lists < 4 { vec![0b11] } else { vec![0b11, 0b1100] };
        vec![
            of("independent", independent(reaches), Some(Vec::new())),
            of("dependent pairs", log_linear(reaches, &pairs), Some(pairs.clone())),
            of("two classes", mixed(&[(0.6, scaled(&[1.5; 5])), (0.4, scaled(&[0.3; 5]))]), None),
            // The third class is known to one kind of list and hardly to the other.
            of(
                "three classes",
                mixed(&[
                    (0.4, scaled(&[1.6; 5])),
                    (0.35, scaled(&[0.4; 5])),
                    (0.25, scaled(&[0.2, 1.8, 0.2, 1.8, 0.2])),
                ]),
                None,
            ),
            of("list nearly inside", nearly_inside(reaches), Some(vec![0b11])),
        ]
    }

    /// Everybody, so that about `recorded` are on some list.
    pub fn size(&self, recorded: f64) -> u64 {
        (recorded / (1.0 - self.histories[0])).round() as u64
    }

    /// Counts of a population of this size.
    pub fn draw(&self, size: u64, rng: &mut impl Rng) -> CaptureTable {
        // One history after the other, each among the people left: the multinomial as a chain of binomials.
        let (mut left, mut mass) = (size, 1.0);
        let mut counts = Vec::new();
        for (history, &p) in self.histories.iter().enumerate().skip(1).chain(self.histories.iter().enumerate().take(1))
        {
            let chance = (p / mass).clamp(0.0, 1.0);
            let drawn = Binomial::new(left, chance).expect("the chance was put between 0 and 1").sample(rng);
            if history > 0 {
                counts.push((history as u32, drawn));
            }
            left -= drawn;
            mass -= p;
        }
        let names = (1..=self.lists).map(|i| ListId::new(format!("L{i}"))).collect();
        CaptureTable::from_counts(names, &counts).expect("histories of these lists")
    }
}

fn independent(reaches: &[f64]) -> Vec<f64> {
    let of = |h: usize| reaches.iter().enumerate().map(|(i, p)| if h >> i & 1 == 1 { *p } else { 1.0 - p }).product();
    (0..1 << reaches.len()).map(of).collect()
}

/// Independent but for an odds ratio between the two lists of each pair, whatever the others say.
fn log_linear(reaches: &[f64], pairs: &[u32]) -> Vec<f64> {
    let weight = |(h, p): (usize, f64)| {
        let together = pairs.iter().filter(|pair| h as u32 & **pair == **pair).count() as i32;
        p * DEPENDENCE.powi(together)
    };
    let weights: Vec<f64> = independent(reaches).into_iter().enumerate().map(weight).collect();
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|w| w / total).collect()
}

/// The second list takes nineteen in twenty of its people from the first; the others are independent.
fn nearly_inside(reaches: &[f64]) -> Vec<f64> {
    const INSIDE: f64 = 0.95;
    let (first, second) = (reaches[0], reaches[1]);
    let together =
        [1.0 - first - second * (1.0 - INSIDE), first - second * INSIDE, second * (1.0 - INSIDE), second * INSIDE];
    let others = independent(&reaches[2..]);
    (0..1usize << reaches.len()).map(|h| together[h & 0b11] * others[h >> 2]).collect()
}

/// An estimator under calibration.
#[derive(Clone, Debug, PartialEq)]
pub enum Estimator {
    /// A model of the crate, on all lists.
    Model(Model),
    /// Chapman's estimator on two of the lists.
    Pair(usize, usize),
    /// The log-linear model that holds, known beforehand.
    Correct(Vec<u32>),
}

impl Estimator {
    /// Those that a population can be put to.
    pub fn all(population: &Population) -> Vec<Estimator> {
        let lists = population.lists;
        let takes = |model: &Model| {
            let (least, most) = model.lists();
            (least..=most).contains(&lists)
        };
        let mut all: Vec<Estimator> = population.correct.iter().cloned().map(Estimator::Correct).collect();
        all.extend(Model::ALL.into_iter().filter(takes).map(Estimator::Model));
        // A pair that depends where lists depend, and one that never does directly.
        all.extend([Estimator::Pair(0, 1), Estimator::Pair(0, 2)]);
        all
    }

    pub fn name(&self) -> String {
        match self {
            Estimator::Model(Model::LogLinear) => "log-linear, best BIC".into(),
            Estimator::Model(model) => model.to_string(),
            Estimator::Pair(i, j) => format!("chapman, lists {} and {}", i + 1, j + 1),
            Estimator::Correct(_) => "log-linear, correct".into(),
        }
    }

    /// The word by which it is asked for.
    pub fn word(&self) -> &'static str {
        match self {
            Estimator::Model(model) => model.name(),
            Estimator::Pair(..) => "chapman",
            Estimator::Correct(_) => "correct",
        }
    }

    /// Estimate and limits; `None` where it refuses or does not converge.
    pub fn estimate(&self, table: &CaptureTable) -> Option<(f64, Option<f64>, Option<f64>)> {
        let by_model = |table: &CaptureTable, model| {
            let answer = factum_estimate::estimate_only(table, &Options::new(model)).ok().filter(|a| a.converged)?;
            Some((answer.estimate?, answer.lower, answer.upper))
        };
        match self {
            Estimator::Model(model) => by_model(table, *model),
            Estimator::Pair(i, j) => {
                let pair = |h: u32| (h >> i & 1) | (h >> j & 1) << 1;
                let counts: Vec<(u32, u64)> =
                    table.iter().map(|(h, count)| (pair(h.0), count)).filter(|(h, _)| *h > 0).collect();
                let names = [i, j].map(|k| table.lists()[*k].clone()).to_vec();
                by_model(&CaptureTable::from_counts(names, &counts).ok()?, Model::Chapman)
            }
            Estimator::Correct(terms) => {
                let lists = |term: &u32| {
                    (0..32).filter(|i| term >> i & 1 == 1).map(|i| (i + 1).to_string()).collect::<String>()
                };
                // A list that no term names is independent of the others.
                let first = 1 << 0;
                let names: Vec<String> = terms.iter().chain([&first]).map(lists).collect();
                let fixed_model = Some(format!("[{}]", names.join("+")));
                let options = Options { fixed_model, ..Options::new(Model::LogLinear) };
                let answer = factum_estimate::estimate_only(table, &options).ok().filter(|a| a.converged)?;
                Some((answer.estimate?, answer.lower, answer.upper))
            }
        }
    }

    /// Whether the answer is a bound: then what is asked of its interval is that the truth lies above the lower limit.
    pub fn is_bound(&self) -> bool {
        *self == Estimator::Model(Model::Chao)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn histories_are_probabilities_with_the_reaches_they_are_made_for() {
        for lists in 3..=5 {
            for population in Population::all(lists) {
                let sum: f64 = population.histories.iter().sum();
                assert!(
                    (sum - 1.0).abs() < 1e-12 && population.histories.iter().all(|p| *p > 0.0),
                    "{}",
                    population.name
                );
            }
            let inside = &Population::all(lists)[4];
            let on = |mask: usize| -> f64 {
                inside.histories.iter().enumerate().filter(|(h, _)| h & mask == mask).map(|(_, p)| p).sum()
            };
            assert!((on(0b10) - REACHES[1]).abs() < 1e-12 && (on(0b11) / on(0b10) - 0.95).abs() < 1e-12);
        }
    }

    #[test]
    fn a_drawn_table_has_about_the_people_asked_for_and_the_correct_model_finds_the_rest() {
        for population in Population::all(4) {
            let size = population.size(200_000.0);
            let table = population.draw(size, &mut ChaCha8Rng::seed_from_u64(7));
            assert!((table.observed() as f64 - 200_000.0).abs() < 2_000.0);
            if let Some(terms) = &population.correct {
                let (estimate, ..) = Estimator::Correct(terms.clone()).estimate(&table).unwrap();
                assert!((estimate / size as f64 - 1.0).abs() < 0.02, "{}: {estimate} of {size}", population.name);
            }
        }
    }
}
