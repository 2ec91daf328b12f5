//! How does a class come out of another whom one list finds and the others hardly know?
//!
//! Such classes part modes of the posterior: whoever only one list can find makes the others look as if they found half of
//! the population. A random parting would have to draw what every list records of either class and both their sizes right at
//! once. Here the counts say about where they lie: from those of one list, or from nobody, a few rounds of sharing out the
//! records and of sizes by their overlaps lead to two classes, around which the proposal is drawn. The rounds start from what
//! the jump holds, and so are the same from either end.

use super::augment::open_unit;
use super::jumps::{Pair, Room, log_logistic, softplus};
use super::lanes;
use super::parting::Sizes;
use super::target::{Cell, Target, Work};
use factum_model::capture::MAX_LISTS;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// The log weight of a class of nobody beside the other is logistic with this centre and spread.
const NOBODY_CENTRE: f64 = -9.0;
const NOBODY_SPREAD: f64 = 3.0;

/// Rounds of sharing out between two classes, and of finding the size of one.
const ROUNDS: usize = 5;
const ROUNDS_OF_ONE: usize = 2;

/// Log odds at which the rounds start.
const START: f64 = 4.0;

/// Two classes of whom fewer persons than this are recorded together are left alone.
const FEWEST: f64 = 10.0;

/// Where two classes are looked for.
#[derive(Clone, Debug)]
struct Launch {
    /// Whether nobody is left to the second class.
    nobody: bool,
    /// By list: log odds of the second class among those recorded of both, and how far proposals go from there.
    odds: [f64; MAX_LISTS],
    spreads: [f64; MAX_LISTS],
    /// Log weights beside the others' sum of one, and how far proposals go from there.
    weights: [f64; 2],
    weight_spreads: [f64; 2],
}

/// What the jump holds.
#[derive(Clone, Debug)]
struct Held {
    /// By list: weight of those recorded of both classes.
    both: Vec<f64>,
    /// By cell: weight of the other classes there.
    cells: Vec<f64>,
    /// Weight of those of the other classes who are recorded.
    seen: f64,
    /// Pairs of lists that share somebody, over all persons.
    overlaps: f64,
}

impl Room {
    /// Parts a class from another, or makes one of both.
    pub(super) fn carve(
        &mut self,
        target: &Target,
        work: &mut Work,
        [a, b]: Pair,
        random: &mut ChaCha8Rng,
    ) -> Option<f64> {
        let (k, lists) = (target.classes, target.lists);
        // Those of one list, or of two.
        let own = [random.random_range(0..lists), random.random_range(0..lists)];
        let own = if random.random::<bool>() { own } else { [own[0]; 2] };
        let parts = random.random::<bool>();
        let (others, before) = self.beside([a, b])?;
        let held = self.hold(target, work, [a, b], others)?;
        let (parted, whole) = (held.launch(target, Some(own)), held.launch(target, None));
        let [from, to] = if parts { [whole, parted] } else { [parted, whole] };
        let mut logistic = |centre: f64, spread: f64| {
            let u = open_unit(random);
            centre + spread * (u.ln() - (-u).ln_1p())
        };
        let after = [0, 1].map(|i| logistic(to.weights[i], to.weight_spreads[i]));
        let mut log_ratio = 0.0;
        let (mut records, mut records_then) = (0.0, 0.0);
        for j in 0..lists {
            let both = held.both[j].ln();
            let [p, q] = [0, 1].map(|i| {
                let odds = self.old[i].odds[j];
                lanes::ln(odds / (1.0 + odds))
            });
            let parting = before[1] + q - before[0] - p;
            let then = if to.nobody {
                // A class of nobody has chances as in the prior.
                let records = after[1] - softplus(logistic(0.0, 1.0)) - both;
                if records >= 0.0 {
                    return None;
                }
                records - (-records.exp()).ln_1p()
            } else {
                logistic(to.odds[j], to.spreads[j])
            };
            let parts = [both - softplus(then), both - softplus(-then)];
            self.logits[j * k + a] = parts[0];
            self.logits[j * k + b] = parts[1];
            log_ratio += log_logistic(then) - log_logistic(parting);
            log_ratio += from.log_density(j, parting, q) - to.log_density(j, then, parts[1] - after[1]);
            records += lanes::exp_less_one_and_exp((before[0] + p).max(-lanes::FARTHEST)).1;
            records_then += lanes::exp_less_one_and_exp(parts[0].max(-lanes::FARTHEST)).1;
        }
        log_ratio += lanes::ln(records_then) - lanes::ln(records);
        log_ratio += from.log_density_of_weights(before) - to.log_density_of_weights(after);
        let sizes = Sizes { others, before, after };
        Some(log_ratio + self.settle(target, work, [a, b], &sizes)?)
    }

    /// What the jump holds. Absent where next to nobody is recorded of both classes.
    fn hold(&self, target: &Target, work: &Work, pair: Pair, others: f64) -> Option<Held> {
        let width = target.width;
        let mut held =
            Held { both: vec![0.0; target.lists], cells: vec![0.0; target.cells.len()], seen: 0.0, overlaps: 0.0 };
        for class in 0..target.classes {
            let weight = (self.shares[class] - others).exp();
            let odds = |j: usize| work.odds[j * width + class];
            if pair.contains(&class) {
                for (j, both) in held.both.iter_mut().enumerate() {
                    *both += weight * odds(j) / (1.0 + odds(j));
                }
                continue;
            }
            let (mut unseen, mut seen) = (1.0, 0.0);
            for j in 0..target.lists {
                unseen /= 1.0 + odds(j);
                seen += (1.0 - seen) * odds(j) / (1.0 + odds(j));
            }
            held.seen += weight * seen;
            for (cell, sum) in target.cells.iter().zip(&mut held.cells) {
                *sum += cell.lists.iter().fold(weight * unseen, |p, &j| p * odds(j));
            }
        }
        held.overlaps = target.cells.iter().map(|cell| cell.count * pairs(cell)).sum();
        // What is held may decide whether the jump is tried.
        let (mut of_others, mut of_all) = (0.0, 0.0);
        for (cell, others) in target.cells.iter().zip(&held.cells) {
            of_others += others * cell.lists.len() as f64;
            of_all += cell.count * cell.lists.len() as f64;
        }
        let of_both: f64 = held.both.iter().sum();
        (of_all * of_both > FEWEST * (of_both + of_others)).then_some(held)
    }
}

/// Pairs of lists on which a person of this cell is.
fn pairs(cell: &Cell) -> f64 {
    let lists = cell.lists.len() as f64;
    lists * (lists - 1.0) / 2.0
}

impl Held {
    /// Shares the records of two classes out, those of some lists apart at first, or all to the first class.
    fn launch(&self, target: &Target, own: Option<Pair>) -> Launch {
        let lists = target.lists;
        let n = target.observed as f64;
        let single = own.is_none();
        let (classes, rounds) = if single { (1, ROUNDS_OF_ONE) } else { (2, ROUNDS) };
        let mut odds = [0.0; MAX_LISTS];
        for (j, odds) in odds[..lists].iter_mut().enumerate() {
            *odds = if own.is_some_and(|own| own.contains(&j)) { START.exp() } else { (-START).exp() };
        }
        let mut shared = [[0.0; MAX_LISTS]; 2];
        // Before anything is shared out, all overlaps are the first class's.
        let mut overlaps = [self.overlaps, 0.0];
        let mut weights = [0.0; 2];
        // The weight of one person, as if nobody were on two lists.
        let mut unit = (self.seen + self.both.iter().sum::<f64>()) / n;
        for _ in 0..rounds {
            let mut recorded = [[0.0; MAX_LISTS]; 2];
            for j in 0..lists {
                recorded[1][j] = if single { 0.0 } else { self.both[j] * odds[j] / (1.0 + odds[j]) };
                recorded[0][j] = self.both[j] - recorded[1][j];
            }
            let mut ratios = [[0.0; MAX_LISTS]; 2];
            let mut unseen = [0.0; 2];
            let mut seen = self.seen;
            for i in 0..classes {
                let recorded = &recorded[i][..lists];
                let largest = recorded.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
                let (sum, squares) = recorded.iter().fold((0.0, 0.0), |(s, q), r| (s + r, q + r * r));
                let by_overlap = (sum * sum - squares) / 2.0 / ((overlaps[i] + 0.5) * unit);
                weights[i] = by_overlap.clamp(1.05 * largest, 1e6 * largest);
                unseen[i] = weights[i];
                for (ratio, r) in ratios[i].iter_mut().zip(recorded) {
                    *ratio = r / (weights[i] - r);
                    unseen[i] /= 1.0 + *ratio;
                }
                seen += weights[i] - unseen[i];
            }
            unit = seen / n;
            overlaps = [0.0; 2];
            shared = [[0.0; MAX_LISTS]; 2];
            for (cell, others) in target.cells.iter().zip(&self.cells) {
                let mut both = [0.0; 2];
                for i in 0..classes {
                    both[i] = cell.lists.iter().fold(unseen[i], |p, &j| p * ratios[i][j]);
                }
                let all = others + both[0] + both[1];
                let persons = if all > 0.0 { cell.count / all } else { 0.0 };
                for i in 0..classes {
                    let persons = persons * both[i];
                    overlaps[i] += pairs(cell) * persons;
                    for &j in &cell.lists {
                        shared[i][j] += persons;
                    }
                }
            }
            for j in 0..lists {
                odds[j] = (shared[1][j] + 0.5) / (shared[0][j] + 0.5);
            }
        }
        let mut spreads = [1.0; MAX_LISTS];
        for j in 0..lists {
            spreads[j] = 0.25 + 1.0 / (1.0 + shared[0][j].min(shared[1][j])).sqrt();
        }
        let [of_first, of_second] = [0, 1].map(|i| 0.08 + 0.8 / (1.0 + overlaps[i]).sqrt());
        let first = lanes::ln(weights[0]);
        let (weights, weight_spreads) = if single {
            ([first, first + NOBODY_CENTRE], [of_first, NOBODY_SPREAD])
        } else {
            ([first, lanes::ln(weights[1])], [of_first, of_second])
        };
        Launch { nobody: single, odds: odds.map(lanes::ln), spreads, weights, weight_spreads }
    }
}

impl Launch {
    /// The density of log odds on a list drawn around here. In a class of nobody they follow from a uniform chance, given by
    /// its logarithm.
    fn log_density(&self, list: usize, odds: f64, log_chance: f64) -> f64 {
        if self.nobody {
            return log_chance - softplus(odds);
        }
        let spread = self.spreads[list];
        log_logistic((odds - self.odds[list]) / spread) - spread.ln()
    }

    /// The density of log weights drawn around here.
    fn log_density_of_weights(&self, weights: [f64; 2]) -> f64 {
        (weights.iter().zip(&self.weights).zip(&self.weight_spreads))
            .map(|((v, centre), spread)| log_logistic((v - centre) / spread) - spread.ln())
            .sum()
    }
}
