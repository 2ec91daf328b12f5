//! Which class was each person of, and how many persons are missing?
//!
//! Data augmentation as in Manrique-Vallier (2016), counted by cell and never by person: the persons of a cell are split
//! among the classes, those missing are drawn and split, and sticks and list probabilities follow from the counts.

use super::jumps::log_softplus;
use super::lanes;
use super::moves::Point;
use super::reference;
use super::target::{Target, Work};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Binomial, Distribution, Gamma, Poisson};

/// More missing persons than this are not split one class after the other; such a draw is refused.
const MOST_SPLIT: f64 = 1e15;

/// Times a number missing above the cap is redrawn before the distribution function is inverted instead.
const REDRAWS: usize = 100;

/// Binomial numbers of at most this mean are found by adding up probabilities, at a few nanoseconds each.
const MOST_COUNTED_UP: f64 = 5.0;

/// Room for counts.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    /// By class: all persons; by list and class: those recorded.
    persons: Vec<u64>,
    recorded: Vec<u64>,
    weights: Vec<f64>,
    order: Vec<usize>,
    log_cell: Vec<f64>,
    proposal: Vec<f64>,
    reference: reference::Room,
}

impl Room {
    pub fn new(target: &Target) -> Self {
        let k = target.classes;
        Self {
            persons: vec![0; k],
            recorded: vec![0; k * target.lists],
            weights: vec![0.0; k],
            order: (0..k).collect(),
            log_cell: vec![0.0; target.cells.len()],
            proposal: vec![0.0; target.dimension()],
            reference: reference::Room::default(),
        }
    }

    /// Draws the classes of persons and from them sticks and list probabilities.
    ///
    /// A likelihood raised to β speaks of β n_c persons in a cell. Their whole part is augmented; the remaining factors
    /// p_c^(fraction), and the cap, decide on acceptance. Given alpha, drawing classes and then parameters is
    /// reversible, so the acceptance makes the move exact.
    pub fn redraw(&mut self, target: &Target, work: &mut Work, point: &mut Point, beta: f64, random: &mut ChaCha8Rng) {
        let k = target.classes;
        target.log_likelihood(&point.x, work);
        let Some(missing) = missing(beta * target.observed as f64, work.seen, random) else { return };
        self.split(target, work, |count| (beta * count).floor(), missing, random);
        self.log_cell.copy_from_slice(&work.log_cell);
        let log_cap = work.log_cap;
        self.proposal[0] = point.x[0];
        let mut later: u64 = self.persons.iter().sum();
        for i in 0..k - 1 {
            later -= self.persons[i];
            let of = log_gamma_draw(1.0 + self.persons[i] as f64, random);
            let after = log_gamma_draw(point.x[0].exp() + later as f64, random);
            // -log(1 - V) for V = of / (of + after), without losing either end.
            self.proposal[i + 1] = log_softplus(of - after);
        }
        for j in 0..target.lists {
            for i in 0..k {
                let hits = self.recorded[j * k + i];
                let odds = if self.persons[i] == 0 {
                    // Of an empty class the prior, which is uniform.
                    let u = open_unit(random);
                    u / (1.0 - u)
                } else {
                    gamma_draw(1.0 + hits as f64, random) / gamma_draw(1.0 + (self.persons[i] - hits) as f64, random)
                };
                if odds.is_nan() {
                    return;
                }
                // What lies outside is refused below.
                self.proposal[k + j * k + i] = odds.clamp(f64::MIN_POSITIVE, f64::MAX);
            }
        }
        for logit in &mut self.proposal[k..] {
            *logit = lanes::ln(*logit);
        }
        let log_likelihood = target.log_likelihood(&self.proposal, work);
        if log_likelihood == f64::NEG_INFINITY {
            return;
        }
        let mut log_ratio = beta * (work.log_cap - log_cap);
        for ((cell, before), after) in target.cells.iter().zip(&self.log_cell).zip(&work.log_cell) {
            log_ratio += (beta * cell.count).fract() * (after - before);
        }
        let mut log_reference = 0.0;
        if beta < 1.0
            && let Some(reference) = &target.reference
        {
            log_reference = reference.log_ratio(&self.proposal, &mut self.reference);
            log_ratio += (1.0 - beta) * (log_reference - point.log_reference);
        }
        if log_ratio >= 0.0 || random.random::<f64>().ln() < log_ratio {
            point.x.copy_from_slice(&self.proposal);
            point.log_likelihood = log_likelihood;
            point.log_reference = log_reference;
            point.seen = work.seen;
        }
    }

    /// Draws the number missing under the cap and the number of classes somebody is of.
    pub fn complete(
        &mut self,
        target: &Target,
        work: &mut Work,
        point: &Point,
        random: &mut ChaCha8Rng,
    ) -> (u64, usize) {
        target.log_likelihood(&point.x, work);
        let missing = missing_under_cap(target, work.seen, random);
        self.split(target, work, |count| count, missing, random);
        (missing, self.persons.iter().filter(|&&n| n > 0).count())
    }

    /// Splits the persons of every cell, and those missing, among the classes. Needs a fresh evaluation in `work`.
    fn split(
        &mut self,
        target: &Target,
        work: &Work,
        taken: impl Fn(f64) -> f64,
        missing: u64,
        random: &mut ChaCha8Rng,
    ) {
        let k = target.classes;
        self.persons.fill(0);
        self.recorded.fill(0);
        // Large classes first: most splits are over after a few of them.
        self.order.sort_by(|&a, &b| work.share[b].total_cmp(&work.share[a]).then(a.cmp(&b)));
        for cell in &target.cells {
            let count = taken(cell.count) as u64;
            if count == 0 {
                continue;
            }
            self.weights.copy_from_slice(&work.unseen[..k]);
            for &j in &cell.lists {
                for (w, odds) in self.weights.iter_mut().zip(&work.odds[j * target.width..]) {
                    *w *= odds;
                }
            }
            let (persons, recorded) = (&mut self.persons, &mut self.recorded);
            multinomial(count, &self.weights, &self.order, random, |i, n| {
                persons[i] += n;
                for &j in &cell.lists {
                    recorded[j * k + i] += n;
                }
            });
        }
        let persons = &mut self.persons;
        multinomial(missing, &work.unseen[..k], &self.order, random, |i, n| persons[i] += n);
    }
}

/// Splits `count` by weights, class after class in this order.
pub(crate) fn multinomial(
    count: u64,
    weights: &[f64],
    order: &[usize],
    random: &mut ChaCha8Rng,
    mut give: impl FnMut(usize, u64),
) {
    let mut left = count;
    let mut rest: f64 = weights.iter().sum();
    for (at, &i) in order.iter().enumerate() {
        if left == 0 {
            return;
        }
        let last = at + 1 == order.len();
        let p = if last { 1.0 } else { (weights[i] / rest).clamp(0.0, 1.0) };
        let n = binomial(left, p, random);
        give(i, n);
        left -= n;
        rest -= weights[i];
        if rest <= 0.0 && left > 0 {
            // Rounding ate the rest: it belongs to the class just served.
            give(i, left);
            return;
        }
    }
}

fn binomial(n: u64, p: f64, random: &mut ChaCha8Rng) -> u64 {
    if n == 1 {
        return u64::from(random.random::<f64>() < p);
    }
    let mean = n as f64 * p;
    if mean < MOST_COUNTED_UP && p < 0.5 {
        return counted_up(n, p, mean, random.random());
    }
    Binomial::new(n, p).map_or(0, |d| d.sample(random)).min(n)
}

/// A Gamma draw of this shape, at least 1, and scale 1.
fn gamma_draw(shape: f64, random: &mut ChaCha8Rng) -> f64 {
    Gamma::new(shape, 1.0).map_or(f64::NAN, |d| d.sample(random))
}

/// The least number with a chance of at least `u` not to be exceeded: probabilities are added up from none.
fn counted_up(n: u64, p: f64, mean: f64, mut u: f64) -> u64 {
    // None has a chance of at least this, by Bernoulli's inequality, which spares the power.
    if u <= 1.0 - mean {
        return 0;
    }
    let mut chance = (n as f64 * (-p).ln_1p()).exp();
    let odds = p / (1.0 - p);
    for drawn in 0..n {
        if u <= chance {
            return drawn;
        }
        u -= chance;
        chance *= odds * (n - drawn) as f64 / (drawn + 1) as f64;
        if chance < f64::MIN_POSITIVE {
            // What is left of `u` is rounding.
            return drawn;
        }
    }
    n
}

/// The logarithm of a Gamma draw of this shape and scale 1, without underflow at small shapes.
pub(crate) fn log_gamma_draw(shape: f64, random: &mut ChaCha8Rng) -> f64 {
    let boosted = if shape < 1.0 { shape + 1.0 } else { shape };
    let drawn = gamma_draw(boosted, random).ln();
    if shape < 1.0 {
        let u = open_unit(random);
        drawn + u.ln() / shape
    } else {
        drawn
    }
}

/// A negative binomial number missing beside `size` persons seen with this chance, if it can be counted.
pub(crate) fn missing(size: f64, seen: f64, random: &mut ChaCha8Rng) -> Option<u64> {
    if size <= 0.0 || seen >= 1.0 {
        return Some(0);
    }
    let mean = log_gamma_draw(size, random).exp() * (1.0 - seen) / seen;
    if mean.is_nan() || mean >= MOST_SPLIT {
        return None;
    }
    Some(if mean > 0.0 { Poisson::new(mean).map_or(0.0, |d| d.sample(random)) as u64 } else { 0 })
}

/// The number missing, given that it is at most the cap.
fn missing_under_cap(target: &Target, seen: f64, random: &mut ChaCha8Rng) -> u64 {
    let most = target.cap.most();
    for _ in 0..REDRAWS {
        if let Some(m) = missing(target.observed as f64, seen, random)
            && m as f64 <= most
        {
            return m;
        }
    }
    target.cap.quantile(seen, random.random())
}

/// A uniform draw that is neither 0 nor 1.
pub(crate) fn open_unit(random: &mut ChaCha8Rng) -> f64 {
    random.random_range(f64::MIN_POSITIVE..1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{Binomial as Known, Discrete};

    /// Every number comes up over as long a part of the unit interval as it is probable.
    #[test]
    fn numbers_counted_up_are_binomial() {
        const STEPS: u32 = 200_000;
        for (n, p) in [(2, 0.4), (9, 0.49), (40, 0.1), (1_000, 0.004), (1_000_000, 1e-7)] {
            let known = Known::new(p, n).unwrap();
            let mut met = [0u32; 64];
            for step in 0..STEPS {
                let u = (f64::from(step) + 0.5) / f64::from(STEPS);
                met[counted_up(n, p, n as f64 * p, u) as usize] += 1;
            }
            for (number, met) in (0..).zip(met) {
                let apart = f64::from(met) / f64::from(STEPS) - known.pmf(number);
                assert!(apart.abs() < 1e-5, "{n}, {p}: {number} is off by {apart}");
            }
        }
    }
}
