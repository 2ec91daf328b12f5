//! How far would the estimate move, its choice of model included, if the same people had been recorded anew?
//!
//! Bias-corrected and accelerated bootstrap (Efron 1987; DiCiccio & Efron 1996) as L. Chan, B. W. Silverman & K. Vincent
//! (JASA 116, 2021) use it for multiple systems: replicates of the table are multinomial with as many people as were
//! observed, each is given its own choice of model, and the acceleration comes from a jackknife that takes one person out
//! of each occupied cell, weighted by the people in it.

use super::Criterion;
use super::cells::{Cells, Pattern};
use super::fit::ModelFit;
use super::newton::Newton;
use super::stepwise::{self, Faces};
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use rand_distr::{Binomial, Distribution};
use rayon::prelude::*;
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Normal};

/// How many of the best models of the table compete again in every replicate: all 113 of four lists. B. W. Silverman,
/// L. Chan & K. Vincent, "Bootstrapping multiple systems estimates to account for model selection", Statistics and
/// Computing 34 (2024), find that the few best on the table itself are enough; they go up to 60.
const COMPETING: usize = 113;

/// Replicates worked on with the same room and the same memory of what exists. Only speed depends on it.
const CHUNK: usize = 32;

/// Interval by the bootstrap, the choice of model included.
#[derive(Clone, Debug, Serialize)]
pub struct BootstrapDetail {
    /// Lower limit; absent where it is not determined.
    pub lower: Option<f64>,
    /// Upper limit; absent where it falls among replicates without a finite estimate, or beyond the largest of them.
    pub upper: Option<f64>,
    /// The normal quantile of the share of replicates below the estimate; absent when that share is none or all.
    pub bias_correction: Option<f64>,
    /// How the spread of the estimate changes with its size; absent when the estimate hangs on one person, without whom
    /// there is none.
    pub acceleration: Option<f64>,
    /// How many replicates were drawn.
    pub replicates: u32,
    /// How many of them have no finite estimate. They count as larger than every other.
    pub infinite: u32,
    /// How many models competed in each replicate; absent when they were chosen stepwise.
    pub competing: Option<usize>,
}

/// How the model of a replicate is chosen.
pub(crate) enum Choice<'a> {
    /// Among these models, the one with the lowest criterion.
    Among(&'a [ModelFit], Criterion),
    /// Stepwise by p-values.
    Stepwise,
}

/// Room and memory of one worker.
struct Worker<'a> {
    newton: Newton,
    faces: Faces,
    choice: &'a Choice<'a>,
}

impl Worker<'_> {
    /// The estimate of a table; `None` when no model has one.
    fn estimate(&mut self, cells: &Cells) -> Option<f64> {
        let pattern = cells.pattern();
        let missing = match self.choice {
            Choice::Stepwise => {
                stepwise::select(&mut self.newton, cells, &pattern, &mut self.faces).last().map(ModelFit::missing)
            }
            Choice::Among(models, criterion) => self.best(cells, &pattern, models, *criterion),
        };
        missing.map(|missing| cells.observed + missing)
    }

    fn best(&mut self, cells: &Cells, pattern: &Pattern, models: &[ModelFit], criterion: Criterion) -> Option<f64> {
        let penalty = match criterion {
            Criterion::Bic => cells.observed.ln(),
            Criterion::Aic => 2.0,
        };
        let mut best: Option<(f64, f64)> = None;
        for model in models {
            let Some(face) = self.faces.by_lineage(&model.terms, pattern) else { continue };
            let mut fit = |start| self.newton.fit(&cells.counts, &cells.marginals, face, start);
            let Some(maximum) = fit(Some(model.start())).or_else(|| fit(None)) else { continue };
            let value = penalty * model.terms.parameters() as f64 - 2.0 * maximum.kernel;
            if best.is_none_or(|(least, _)| value < least) {
                best = Some((value, maximum.intercept().exp()));
            }
        }
        best.map(|(_, missing)| missing)
    }
}

/// The interval around an estimate, from so many replicates; the same for any number of threads.
pub(crate) fn bootstrap(
    cells: &Cells,
    estimate: f64,
    choice: &Choice<'_>,
    replicates: u32,
    seed: u64,
    level: f64,
) -> BootstrapDetail {
    let limited = match choice {
        Choice::Among(models, criterion) => Choice::Among(&models[..models.len().min(COMPETING)], *criterion),
        Choice::Stepwise => Choice::Stepwise,
    };
    let numbers: Vec<u32> = (0..replicates).collect();
    let chunks: Vec<Vec<Option<f64>>> = numbers
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut worker = Worker { newton: Newton::new(cells.lists), faces: Faces::default(), choice: &limited };
            chunk.iter().map(|&number| worker.estimate(&replicate(cells, seed, number))).collect()
        })
        .collect();
    let mut finite: Vec<f64> = chunks.into_iter().flatten().flatten().filter(|n| n.is_finite()).collect();
    finite.sort_by(f64::total_cmp);

    let share_below = finite.partition_point(|n| *n < estimate) as f64 / f64::from(replicates);
    let normal = Normal::standard();
    let bias_correction = (share_below > 0.0 && share_below < 1.0).then(|| normal.inverse_cdf(share_below));
    let acceleration = acceleration(cells, &limited);
    let limit = |probability: f64| {
        let (bias, acceleration) = (bias_correction?, acceleration?);
        let shifted = bias + normal.inverse_cdf(probability);
        // Beyond this the transformation behind the method turns back on itself.
        let stretch = 1.0 - acceleration * shifted;
        (stretch > 0.0).then(|| normal.cdf(bias + shifted / stretch)).and_then(|p| quantile(&finite, replicates, p))
    };
    BootstrapDetail {
        lower: limit(0.5 - level / 2.0),
        upper: limit(0.5 + level / 2.0),
        bias_correction,
        acceleration,
        replicates,
        infinite: replicates - finite.len() as u32,
        competing: match limited {
            Choice::Among(models, _) => Some(models.len()),
            Choice::Stepwise => None,
        },
    }
}

/// The quantile at a probability among so many replicates, of which the finite ones are given in order and the others count
/// as larger. Absent where it would lie among those, or beyond the outermost replicate.
fn quantile(finite: &[f64], replicates: u32, probability: f64) -> Option<f64> {
    // The k-th of B values stands for the probability k / (B + 1), so that those outside are told from those inside.
    let rank = probability * (f64::from(replicates) + 1.0) - 1.0;
    let below = rank.floor();
    if below < 0.0 {
        return None;
    }
    let share = rank - below;
    let low = *finite.get(below as usize)?;
    if share == 0.0 {
        return Some(low);
    }
    let high = *finite.get(below as usize + 1)?;
    Some(low + share * (high - low))
}

/// As many people as were observed, each drawn from the occupied cells in proportion to their counts.
fn replicate(cells: &Cells, seed: u64, number: u32) -> Cells {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    rng.set_stream(u64::from(number));
    let mut people = cells.observed as u64;
    let mut rest = cells.observed;
    let mut counts = vec![0.0; cells.counts.len()];
    for (drawn, &count) in counts.iter_mut().zip(&cells.counts).filter(|(_, y)| **y > 0.0) {
        // The last occupied cell takes everyone left: there the share is one.
        let share = (count / rest).min(1.0);
        let here = Binomial::new(people, share).map_or(0, |b| b.sample(&mut rng));
        *drawn = here as f64;
        people -= here;
        rest -= count;
    }
    Cells::from_counts(cells.lists, counts)
}

/// The skewness of what each person contributes, over six (Efron 1987); absent where somebody's absence leaves no estimate, or
/// where nobody's changes it.
fn acceleration(cells: &Cells, choice: &Choice<'_>) -> Option<f64> {
    let occupied: Vec<usize> = (0..cells.counts.len()).filter(|&h| cells.counts[h] > 0.0).collect();
    let without: Vec<Option<f64>> = occupied
        .par_iter()
        .map_init(
            || Worker { newton: Newton::new(cells.lists), faces: Faces::default(), choice },
            |worker, &history| {
                let mut counts = cells.counts.clone();
                counts[history] -= 1.0;
                worker.estimate(&Cells::from_counts(cells.lists, counts)).filter(|n| n.is_finite())
            },
        )
        .collect();
    let without: Vec<f64> = without.into_iter().collect::<Option<_>>()?;
    let people = || occupied.iter().map(|&h| cells.counts[h]);
    let mean = people().zip(&without).map(|(y, n)| y * n).sum::<f64>() / cells.observed;
    let moment = |power: i32| people().zip(&without).map(|(y, n)| y * (mean - n).powi(power)).sum::<f64>();
    let spread = moment(2);
    (spread > 0.0).then(|| moment(3) / (6.0 * spread.powf(1.5)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells() -> Cells {
        Cells::from_counts(3, [0, 60, 49, 4, 247, 112, 142, 12].map(f64::from).to_vec())
    }

    #[test]
    fn replicates_have_the_people_of_the_table_and_its_means() {
        let cells = cells();
        let mut sums = [0.0; 8];
        for number in 0..2000 {
            let drawn = replicate(&cells, 5, number);
            assert_eq!(drawn.observed, cells.observed);
            sums.iter_mut().zip(&drawn.counts).for_each(|(s, y)| *s += y);
        }
        for (sum, &count) in sums.iter().zip(&cells.counts) {
            // Five standard errors of a mean of 2,000 binomial counts.
            let error = 5.0 * (count * (1.0 - count / cells.observed) / 2000.0).sqrt();
            assert!((sum / 2000.0 - count).abs() <= error, "{sum} {count}");
        }
    }

    #[test]
    fn quantiles_stop_at_the_infinite_and_the_outermost() {
        let finite: Vec<f64> = (1..=9).map(f64::from).collect();
        assert_eq!(quantile(&finite, 9, 0.5), Some(5.0));
        assert_eq!(quantile(&finite, 9, 0.55), Some(5.5));
        assert_eq!(quantile(&finite, 9, 0.05), None);
        assert_eq!(quantile(&finite, 9, 0.95), None);
        assert_eq!(quantile(&finite, 19, 0.45), Some(9.0));
        assert_eq!(quantile(&finite, 19, 0.5), None);
    }
}
