//! How does a point reach a constellation of classes that no small step leads to?
//!
//! Four kinds of jump, all by Metropolis–Hastings on the shares of the classes. *Exchange*: two classes swap places, which
//! the likelihood does not see but the prior of the sticks does (O. Papaspiliopoulos and G. Roberts 2008). *Transplant*: a
//! class is taken away from one place and a new one split off another, near the history of some cell. *Resplit*: two classes are
//! divided anew, with what they are together held. *Dilation*: a class becomes larger and harder to find, with those of it who
//! are recorded held, which is the direction in which the counts say least about the number missing.

use super::augment::open_unit;
use super::lanes;
use super::moves::Point;
use super::target::{Target, Work};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// Proposals per sweep. An exchange costs a tenth of a trajectory's step, a transplant about one step.
const EXCHANGES: usize = 2;
const TRANSPLANTS: usize = 1;
const RESPLITS: usize = 2;
/// On Kosovo 1999 at 4,000 exchanges of three chains one dilation a sweep left log N with 863 effective draws, none with 528.
const DILATIONS: usize = 3;

/// The logarithm of the factor of a dilation is normal with a spread drawn log-uniformly between these.
const DILATION_SPREADS: (f64, f64) = (0.03, 3.0);

/// How near a transplanted class lies to the history of a cell: list probabilities are Beta(1 + this, 1) where the history has
/// a record and Beta(1, 1 + this) where not.
const NEARNESS: i32 = 3;

/// The logit of the part split off is logistic with this centre and spread: a twentieth, give or take a factor of ten.
const PART_CENTRE: f64 = -3.0;
const PART_SPREAD: f64 = 1.5;

/// The logit of a part that is to be next to nothing is logistic with this centre and spread.
const SMALL_CENTRE: f64 = -5.0;
const SMALL_SPREAD: f64 = 2.5;

/// Logarithms of sums below this are not taken from the sums.
const LEAST_SUM: f64 = -500.0;

/// Room for jumps.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    /// By class: log share, and log of what is left from it on.
    shares: Vec<f64>,
    old_shares: Vec<f64>,
    rests: Vec<f64>,
    proposed_rests: Vec<f64>,
    logits: Vec<f64>,
    old: Vec<f64>,
    old_logits: Vec<f64>,
    old_a: Vec<f64>,
    new: Vec<f64>,
}

impl Room {
    pub fn new(target: &Target) -> Self {
        let k = target.classes;
        Self {
            shares: vec![0.0; k],
            old_shares: vec![0.0; k],
            rests: vec![0.0; k],
            proposed_rests: vec![0.0; k],
            logits: vec![0.0; k * target.lists],
            old: vec![0.0; target.lists],
            old_logits: vec![0.0; target.lists],
            old_a: vec![0.0; target.lists],
            new: vec![0.0; target.lists],
        }
    }

    /// A round of exchanges and transplants.
    pub fn jump(&mut self, target: &Target, work: &mut Work, point: &mut Point, beta: f64, random: &mut ChaCha8Rng) {
        let k = target.classes;
        if k < 2 {
            return;
        }
        self.read(point, k);
        let alpha = point.x[0].exp();
        let mut density = log_density(&self.shares, &self.rests, alpha);
        let mut changed = false;
        for _ in 0..EXCHANGES {
            let (a, b) = two(k, random);
            self.shares.swap(a, b);
            rests_of(&self.shares, &mut self.proposed_rests);
            let proposed = log_density(&self.shares, &self.proposed_rests, alpha);
            if random.random::<f64>().ln() < proposed - density {
                std::mem::swap(&mut self.rests, &mut self.proposed_rests);
                (density, changed) = (proposed, true);
                for j in 0..target.lists {
                    self.logits.swap(j * k + a, j * k + b);
                }
            } else {
                self.shares.swap(a, b);
            }
        }
        type Jump = fn(&mut Room, &Target, &mut Work, &mut Point, f64, f64, f64, &mut ChaCha8Rng) -> Option<f64>;
        let jumps: [(usize, Jump); 3] =
            [(DILATIONS, Self::dilate), (RESPLITS, Self::resplit), (TRANSPLANTS, Self::transplant)];
        for (times, jump) in jumps {
            for _ in 0..times {
                if let Some(proposed) = jump(self, target, work, point, beta, density, alpha, random) {
                    (density, changed) = (proposed, true);
                }
            }
        }
        if changed {
            self.write(point, k);
        }
    }

    fn read(&mut self, point: &Point, k: usize) {
        let mut spent = 0.0;
        for (share, tau) in self.shares.iter_mut().zip(&point.x[1..k]) {
            let t = lanes::exp_less_one_and_exp(*tau).1;
            let taken = -lanes::exp_less_one_and_exp(-t.min(lanes::FARTHEST)).0;
            *share = lanes::ln(taken.max(f64::MIN_POSITIVE)) - spent;
            spent += t;
        }
        self.shares[k - 1] = -spent;
        rests_of(&self.shares, &mut self.rests);
        self.logits.copy_from_slice(&point.x[k..]);
    }

    fn write(&self, point: &mut Point, k: usize) {
        for i in 0..k - 1 {
            point.x[i + 1] = log_softplus(self.shares[i] - self.rests[i + 1]);
        }
        point.x[k..].copy_from_slice(&self.logits);
    }

    /// Divides the odds of a class to be on each list by one factor, and gives it the share with which, beside the others,
    /// as many of it are recorded as before.
    ///
    /// In the log odds of its share, the shares of the others beside one another, and logits, the proposal is a shift that
    /// the opposite factor undoes, so that its ease both ways is the same; the changes of variables make up the ratio.
    #[expect(clippy::too_many_arguments, reason = "one step of the loop above")]
    fn dilate(
        &mut self,
        target: &Target,
        work: &mut Work,
        point: &mut Point,
        beta: f64,
        density: f64,
        alpha: f64,
        random: &mut ChaCha8Rng,
    ) -> Option<f64> {
        let k = target.classes;
        let class = random.random_range(0..k);
        let (narrow, wide) = DILATION_SPREADS;
        let spread = narrow * (wide / narrow).powf(random.random());
        let noise: f64 = StandardNormal.sample(random);
        let shift = spread * noise;
        let (mut log_missed, mut log_missed_then, mut log_logistic_ratio) = (0.0, 0.0, 0.0);
        for j in 0..target.lists {
            let logit = &mut self.logits[j * k + class];
            self.old_logits[j] = *logit;
            log_missed += log_rest(*logit);
            log_logistic_ratio -= log_logistic(*logit);
            *logit -= shift;
            log_missed_then += log_rest(*logit);
            log_logistic_ratio += log_logistic(*logit);
        }
        // Log of the chance to be recorded at all, before and after.
        let gain = log_one_less_exp(log_missed) - log_one_less_exp(log_missed_then);
        self.old_shares.copy_from_slice(&self.shares);
        let share = self.shares[class];
        let others = log_one_less_exp(share);
        let odds_then = share - others + gain;
        let (share_then, others_then) = (-softplus(-odds_then), -softplus(odds_then));
        for other in &mut self.shares {
            *other += others_then - others;
        }
        self.shares[class] = share_then;
        let log_ratio = log_logistic_ratio + share_then - share + (k - 1) as f64 * (others_then - others);
        let proposed = if log_ratio.is_finite() {
            self.accepted(target, work, point, beta, density, alpha, log_ratio, random)
        } else {
            None
        };
        if proposed.is_none() {
            self.shares.copy_from_slice(&self.old_shares);
            for j in 0..target.lists {
                self.logits[j * k + class] = self.old_logits[j];
            }
        }
        proposed
    }

    /// Divides what classes `a` and `b` are together anew, between two new classes that have, taken together, the same
    /// share and the same chance of being on each list.
    #[expect(clippy::too_many_arguments, reason = "one step of the loop above")]
    fn resplit(
        &mut self,
        target: &Target,
        work: &mut Work,
        point: &mut Point,
        beta: f64,
        density: f64,
        alpha: f64,
        random: &mut ChaCha8Rng,
    ) -> Option<f64> {
        let k = target.classes;
        let (a, b) = two(k, random);
        let (share_a, share_b) = (self.shares[a], self.shares[b]);
        let both = log_add(share_a, share_b);
        let old_part = share_b - share_a;
        let u = open_unit(random);
        let noise = u.ln() - (-u).ln_1p();
        let new_part = if random.random::<bool>() { noise } else { SMALL_CENTRE + SMALL_SPREAD * noise };
        let w = sigmoid(old_part);
        let mut log_ratio = log_part_density(old_part) - log_part_density(new_part)
            + target.lists as f64 * (log_rest(old_part) - log_rest(new_part));
        for j in 0..target.lists {
            let (at_a, at_b) = (j * k + a, j * k + b);
            self.old_a[j] = self.logits[at_a];
            self.old_logits[j] = self.logits[at_b];
            let (p, q) = (sigmoid(self.logits[at_a]), sigmoid(self.logits[at_b]));
            let mean = (1.0 - w) * p + w * q;
            let (new_a, new_b, log_room) = divide(mean, new_part, open_unit(random));
            log_ratio += log_room - log_room_of(p, q, old_part);
            self.logits[at_a] = (new_a / (1.0 - new_a)).ln();
            self.logits[at_b] = (new_b / (1.0 - new_b)).ln();
        }
        self.shares[b] = both - (-new_part).exp().ln_1p();
        self.shares[a] = both - new_part.exp().ln_1p();
        let proposed = self.accepted(target, work, point, beta, density, alpha, log_ratio, random);
        if proposed.is_some() {
            return proposed;
        }
        (self.shares[a], self.shares[b]) = (share_a, share_b);
        for j in 0..target.lists {
            self.logits[j * k + a] = self.old_a[j];
            self.logits[j * k + b] = self.old_logits[j];
        }
        None
    }

    /// Accepts or rejects the shares and chances proposed, which the jump proposes with `log_ratio` less ease than the way
    /// back; the log density of the shares if they are accepted.
    #[expect(clippy::too_many_arguments, reason = "one step of the loop above")]
    fn accepted(
        &mut self,
        target: &Target,
        work: &mut Work,
        point: &mut Point,
        beta: f64,
        density: f64,
        alpha: f64,
        log_ratio: f64,
        random: &mut ChaCha8Rng,
    ) -> Option<f64> {
        rests_of(&self.shares, &mut self.proposed_rests);
        let proposed = log_density(&self.shares, &self.proposed_rests, alpha);
        let log_likelihood = target.log_likelihood_of(&self.shares, &self.logits, work);
        let log_ratio = log_ratio + proposed - density + beta * (log_likelihood - point.log_likelihood);
        if log_likelihood > f64::NEG_INFINITY && random.random::<f64>().ln() < log_ratio {
            std::mem::swap(&mut self.rests, &mut self.proposed_rests);
            point.log_likelihood = log_likelihood;
            point.seen = work.seen;
            return Some(proposed);
        }
        None
    }

    /// Gives class `b` a new place and a new part of the share it has together with `a`.
    #[expect(clippy::too_many_arguments, reason = "one step of the loop above")]
    fn transplant(
        &mut self,
        target: &Target,
        work: &mut Work,
        point: &mut Point,
        beta: f64,
        density: f64,
        alpha: f64,
        random: &mut ChaCha8Rng,
    ) -> Option<f64> {
        let k = target.classes;
        let (a, b) = two(k, random);
        let (share_a, share_b) = (self.shares[a], self.shares[b]);
        let both = log_add(share_a, share_b);
        // Logit of the old part, and of the new; the change of variables from part to logit is p (1 - p).
        let old_part = share_b - share_a;
        let u = open_unit(random);
        let new_part = PART_CENTRE + PART_SPREAD * (u.ln() - (-u).ln_1p());
        let part_density = |part: f64| log_logistic((part - PART_CENTRE) / PART_SPREAD) - log_logistic(part);
        for j in 0..target.lists {
            self.old_logits[j] = self.logits[j * k + b];
            self.old[j] = sigmoid(self.old_logits[j]);
        }
        let cell = random.random_range(0..2 * target.cells.len());
        for (j, place) in self.new.iter_mut().enumerate() {
            let u = open_unit(random);
            *place = match target.cells.get(cell) {
                None => u,
                Some(cell) => {
                    let near = u.powf(1.0 / f64::from(1 + NEARNESS));
                    if cell.lists.contains(&j) { near } else { 1.0 - near }
                }
            };
        }
        let place_ratio = place_density(target, &self.old).ln() - place_density(target, &self.new).ln();
        self.shares[b] = both - (-new_part).exp().ln_1p();
        self.shares[a] = both - new_part.exp().ln_1p();
        for j in 0..target.lists {
            self.logits[j * k + b] = (self.new[j] / (1.0 - self.new[j])).ln();
        }
        let log_ratio = place_ratio + part_density(old_part) - part_density(new_part);
        let proposed = self.accepted(target, work, point, beta, density, alpha, log_ratio, random);
        if proposed.is_some() {
            return proposed;
        }
        (self.shares[a], self.shares[b]) = (share_a, share_b);
        for j in 0..target.lists {
            self.logits[j * k + b] = self.old_logits[j];
        }
        None
    }
}

/// The density from which the place of a transplanted class is drawn: half uniform, half near some cell.
fn place_density(target: &Target, place: &[f64]) -> f64 {
    let near: f64 = (target.cells.iter())
        .map(|cell| {
            let mut lists = cell.lists.iter().peekable();
            place.iter().enumerate().fold(1.0, |density, (j, &p)| {
                let towards = if lists.next_if_eq(&&j).is_some() { p } else { 1.0 - p };
                density * f64::from(1 + NEARNESS) * towards.powi(NEARNESS)
            })
        })
        .sum();
    0.5 + 0.5 * near / target.cells.len() as f64
}

fn two(k: usize, random: &mut ChaCha8Rng) -> (usize, usize) {
    let a = random.random_range(0..k);
    let b = random.random_range(0..k - 1);
    (a, if b >= a { b + 1 } else { b })
}

/// Two probabilities whose mean, with the weight of this logit on the second, is given: the second uniform over all it
/// can be, and the log length of that range. Whichever class is smaller is drawn and the other follows, as the other
/// way round would cancel digits.
fn divide(mean: f64, logit: f64, u: f64) -> (f64, f64, f64) {
    let (second, first) = (sigmoid(logit), sigmoid(-logit));
    let (drawn_weight, other_weight) = if logit <= 0.0 { (second, first) } else { (first, second) };
    let low = ((mean - other_weight) / drawn_weight).max(0.0);
    let high = (mean / drawn_weight).min(1.0);
    let drawn = low + (high - low) * u;
    let other = (mean - drawn_weight * drawn) / other_weight;
    let log_length = (high - low).ln();
    if logit <= 0.0 { (other, drawn, log_length) } else { (drawn, other, log_length - logit) }
}

/// The log length of the range of the second of two probabilities, their mean held, as in [`divide`].
fn log_room_of(first: f64, second: f64, logit: f64) -> f64 {
    let (drawn, other) = if logit <= 0.0 { (second, first) } else { (first, second) };
    let odds = logit.abs().exp();
    let length = (drawn + odds * other).min(1.0) - (drawn - odds * (1.0 - other)).max(0.0);
    length.ln() - logit.max(0.0)
}

/// The density of the part, a probability, whose logit is drawn for a new division: half uniform, half small.
fn log_part_density(logit: f64) -> f64 {
    let small = log_logistic((logit - SMALL_CENTRE) / SMALL_SPREAD) - SMALL_SPREAD.ln() - log_logistic(logit);
    log_add(0.0, small) - std::f64::consts::LN_2
}

/// The logarithm of one minus the probability with this logit.
fn log_rest(logit: f64) -> f64 {
    -softplus(logit)
}

fn sigmoid(v: f64) -> f64 {
    1.0 / (1.0 + lanes::exp_less_one_and_exp((-v).clamp(-lanes::FARTHEST, lanes::FARTHEST)).1)
}

/// The log density of the standard logistic distribution.
fn log_logistic(v: f64) -> f64 {
    let v = v.abs();
    -v - 2.0 * lanes::ln(1.0 + lanes::exp_less_one_and_exp(-v.min(lanes::FARTHEST)).1)
}

fn log_add(a: f64, b: f64) -> f64 {
    let apart = (a.min(b) - a.max(b)).max(-lanes::FARTHEST);
    a.max(b) + lanes::ln(1.0 + lanes::exp_less_one_and_exp(apart).1)
}

/// The logarithm of 1 - exp(v), for v below 0.
fn log_one_less_exp(v: f64) -> f64 {
    if v > -std::f64::consts::LN_2 { (-v.exp_m1()).ln() } else { (-v.exp()).ln_1p() }
}

/// log(1 + exp(v)), without overflow.
fn softplus(v: f64) -> f64 {
    v.max(0.0) + lanes::ln(1.0 + lanes::exp_less_one_and_exp(-v.abs().min(lanes::FARTHEST)).1)
}

/// The logarithm of log(1 + exp(v)): a log stick from the log odds of its class against all later ones.
pub(crate) fn log_softplus(v: f64) -> f64 {
    if v > 30.0 {
        v.ln()
    } else if v < -30.0 {
        v
    } else {
        v.exp().ln_1p().ln()
    }
}

/// Log of what is left of the population from each class on.
fn rests_of(shares: &[f64], rests: &mut [f64]) {
    let mut at = shares.len() - 1;
    rests[at] = shares[at];
    // Where next to nothing is left, only logarithms have room for it; before that, sums do and cost less.
    while at > 0 && rests[at] < LEAST_SUM {
        at -= 1;
        rests[at] = log_add(shares[at], rests[at + 1]);
    }
    let mut sum = lanes::exp_less_one_and_exp(rests[at].max(-lanes::FARTHEST)).1;
    let (rests, shares) = (&mut rests[..at], &shares[..at]);
    for (rest, share) in rests.iter_mut().zip(shares) {
        *rest = lanes::exp_less_one_and_exp(share.max(-lanes::FARTHEST)).1;
    }
    for rest in rests.iter_mut().rev() {
        sum += *rest;
        *rest = sum;
    }
    for rest in rests {
        *rest = lanes::ln(*rest);
    }
}

/// The density of the shares under truncated stick-breaking, up to what only alpha and the number of classes decide.
fn log_density(shares: &[f64], rests: &[f64], alpha: f64) -> f64 {
    let last = shares.len() - 1;
    (alpha - 1.0) * shares[last] - rests[..last].iter().sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left keeps its digits where sums have no room for it.
    #[test]
    fn what_is_left_is_that_of_the_logarithms() {
        let cases: [&[f64]; 3] =
            [&[-0.7, -1.2, -3.0, -2.0], &[-0.1, -40.0, -900.0, -2e5], &[-0.0, -600.0, -600.0, -650.0]];
        for shares in cases {
            let mut rests = vec![0.0; shares.len()];
            rests_of(shares, &mut rests);
            let mut rest = shares[shares.len() - 1];
            for at in (0..shares.len() - 1).rev() {
                rest = rest.max(shares[at]) + (-(rest - shares[at]).abs()).exp().ln_1p();
                assert!(
                    (rests[at] - rest).abs() < 1e-13 * rest.abs().max(1.0),
                    "{shares:?}, {at}: {} {rest}",
                    rests[at]
                );
            }
        }
    }
}
