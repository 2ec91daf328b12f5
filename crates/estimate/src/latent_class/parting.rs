//! How do two classes divide those of them whom the lists recorded, otherwise than now?
//!
//! Two classes of like size can explain the same records as a large one that every list finds a little beside a small one that
//! some find well. No small step leads from the one to the other, as every list probability and both sizes change at once. A
//! parting holds what each list records of both classes together, and draws the rest afresh.

use super::augment::open_unit;
use super::jumps::{Pair, Room, log_add, log_logistic, softplus};
use super::lanes;
use super::target::{Target, Work};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// The log odds by which recorded people are parted are logistic with this spread, wider than that of even chances, as lists
/// often find one of two classes only.
const PARTING_SPREAD: f64 = 2.5;

/// Where one class is to get next to nobody, its log odds are logistic with this centre and spread.
const NOBODY_CENTRE: f64 = -8.0;
const NOBODY_SPREAD: f64 = 2.0;

/// The mean of -log of the largest list probability of a class proposed, exponential: a half and a few hundredths are both likely.
const FINDING: f64 = 2.0;

/// Log weights of two classes beside the sum of the others' shares, whose logarithm `others` is.
pub(super) struct Sizes {
    pub others: f64,
    pub before: [f64; 2],
    pub after: [f64; 2],
}

impl Room {
    /// Parts those recorded of two classes anew, list by list, and gives both sizes of their own.
    ///
    /// With the weights w of the two beside the others' sum of 1, what a list records of both, R = w_a p_a + w_b p_b, is held;
    /// the odds of its parting and the largest list probability of each class are drawn afresh. In these coordinates the
    /// measure is S^-K (S the sum of all weights) times w_a w_b for the sizes, and for each list R / (w_a w_b) times the
    /// derivative of the parting.
    pub(super) fn part(
        &mut self,
        target: &Target,
        work: &mut Work,
        [a, b]: Pair,
        random: &mut ChaCha8Rng,
    ) -> Option<f64> {
        let (k, lists) = (target.classes, target.lists);
        let (others, before) = self.beside([a, b])?;
        let kind = random.random_range(0..4);
        let (mut largest, mut largest_then) = ([f64::NEG_INFINITY; 2], [f64::NEG_INFINITY; 2]);
        let mut log_ratio = 0.0;
        for j in 0..lists {
            // Logarithms of list probabilities, and of what the list records of each class.
            let [p, q] = [0, 1].map(|i| {
                let odds = self.old[i].odds[j];
                lanes::ln(odds / (1.0 + odds))
            });
            largest = [largest[0].max(p), largest[1].max(q)];
            let recorded = [before[0] + p, before[1] + q];
            let u = open_unit(random);
            let noise = u.ln() - (-u).ln_1p();
            let then = match kind {
                0 | 1 => PARTING_SPREAD * noise,
                2 => NOBODY_CENTRE + NOBODY_SPREAD * noise,
                _ => -(NOBODY_CENTRE + NOBODY_SPREAD * noise),
            };
            self.partings[j] = recorded[1] - recorded[0];
            self.new_partings[j] = then;
            let both = log_add(recorded[0], recorded[1]);
            let parts = [both - softplus(then), both - softplus(-then)];
            self.logits[j * k + a] = parts[0];
            self.logits[j * k + b] = parts[1];
            largest_then = [largest_then[0].max(parts[0]), largest_then[1].max(parts[1])];
            log_ratio += log_logistic(then) - log_logistic(self.partings[j]);
        }
        log_ratio += log_parting_density(&self.partings) - log_parting_density(&self.new_partings);
        let finding = [-open_unit(random).ln() * FINDING, -open_unit(random).ln() * FINDING];
        let after = [largest_then[0] + finding[0], largest_then[1] + finding[1]];
        // The exponential density of each largest probability, there and back.
        log_ratio += (finding[0] + finding[1] + largest[0] + largest[1]) / FINDING;
        let sizes = Sizes { others, before, after };
        Some(log_ratio + self.settle(target, work, [a, b], &sizes)?)
    }

    /// The log share of all other classes than these two, and the log weights of the two beside it.
    pub(super) fn beside(&self, [a, b]: Pair) -> Option<(f64, [f64; 2])> {
        let others = self.shares.iter().enumerate().filter(|(i, _)| ![a, b].contains(i));
        let others = others.map(|(_, s)| *s).reduce(log_add)?;
        Some((others, [self.shares[a] - others, self.shares[b] - others]))
    }

    /// Gives two classes, whose logits hold what each list records of them, the sizes after, and all shares their sum of one. Returns
    /// the log of the measure's change.
    pub(super) fn settle(&mut self, target: &Target, work: &mut Work, [a, b]: Pair, sizes: &Sizes) -> Option<f64> {
        let (k, Sizes { others, before, after }) = (target.classes, sizes);
        for j in 0..target.lists {
            for (class, weight) in [(a, after[0]), (b, after[1])] {
                let p = (self.logits[j * k + class] - weight).exp();
                self.put(target, work, j, class, p / (1.0 - p))?;
            }
        }
        let sum = |w: &[f64; 2]| log_add(0.0, log_add(w[0], w[1]));
        let (sum_before, sum_then) = (sum(before), sum(after));
        for share in &mut self.shares {
            *share -= others + sum_then;
        }
        self.shares[a] = after[0] - sum_then;
        self.shares[b] = after[1] - sum_then;
        let by_lists = (target.lists as f64 - 1.0) * (after[0] + after[1] - before[0] - before[1]);
        Some(-(k as f64 * (sum_then - sum_before)) - by_lists)
    }
}

/// The log density of log odds of parting, over all lists: half of all proposals part in earnest, a quarter each leaves one of the
/// classes next to nobody.
fn log_parting_density(odds: &[f64]) -> f64 {
    let under = |centre: f64, spread: f64| -> f64 {
        odds.iter().map(|v| log_logistic((v - centre) / spread) - spread.ln()).sum()
    };
    let earnest = under(0.0, PARTING_SPREAD) - std::f64::consts::LN_2;
    let one = log_add(under(NOBODY_CENTRE, NOBODY_SPREAD), under(-NOBODY_CENTRE, NOBODY_SPREAD));
    log_add(earnest, one - 2.0 * std::f64::consts::LN_2)
}
