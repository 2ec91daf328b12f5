//! How does a point reach a constellation of classes that no small step leads to?
//!
//! Six kinds of jump, two of which have files of their own (`carve` and `parting`), all by Metropolis–Hastings on the shares of
//! the classes. *Exchange*: two classes swap places, which the likelihood does not see but the prior of the sticks does
//! (O. Papaspiliopoulos and G. Roberts 2008). *Transplant*: a class is taken away from one place and a new one split off
//! another, near the history of some cell. *Resplit*: two classes are divided anew, with what they are together held.
//! *Dilation*: a class becomes larger and harder to find, with those of it who are recorded held, which is the direction in
//! which the counts say least about the number missing.

use super::augment::open_unit;
use super::lanes;
use super::moves::Point;
use super::reference;
use super::target::{Target, Work};
use fearless_simd::dispatch;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// Exchanges of classes that have records, on the way to a reference: its components know their classes by their places, and a point
/// comes down to one only with every class in the right one. Of 45 pairs in all two proposals seldom hit the one that it takes.
/// On `netherlands5`, seed 1, log N had 364 effective draws after 8,000 exchanges of three chains, and 101 without.
const PLACINGS: usize = 4;

/// What a class without records counts when such are chosen, beside all records.
const LEAST_PLACED: f64 = 0.02;

/// Proposals per sweep. An exchange costs a tenth of a trajectory's step, a transplant about one step.
const EXCHANGES: usize = 2;
const TRANSPLANTS: usize = 1;
const RESPLITS: usize = 2;
/// On Kosovo 1999 at 4,000 exchanges of three chains one dilation a sweep left log N with 863 effective draws, none with 528.
const DILATIONS: usize = 2;
/// Where modes differ by how those recorded are parted, little else leads from one to the other: on a table of injecting drug users
/// (`scotpwid4`) at 8,000 exchanges of three chains log N was left with 1,021 effective draws, without partings with 385.
const PARTINGS: usize = 2;
/// Where modes differ by a class that one list alone finds, only carvings lead there: kept below a quarter of the cap, the first
/// descents of `netherlands5` found a log evidence 20 to 30 lower without them than with four.
const CARVINGS: usize = 1;

/// The logarithm of the factor of a dilation is normal with a spread drawn log-uniformly between these.
const DILATION_SPREADS: (f64, f64) = (0.03, 3.0);

/// How near a transplanted class lies to the history of a cell: list probabilities are Beta(1 + this, 1) where the history has
/// a record and Beta(1, 1 + this) where not. The fourth root of a uniform draw is such a draw.
const NEARNESS: i32 = 3;

/// The logit of the part split off is logistic with this centre and spread: a twentieth, give or take a factor of ten.
const PART_CENTRE: f64 = -3.0;
const PART_SPREAD: f64 = 1.5;

/// The logit of a part that is to be next to nothing is logistic with this centre and spread.
const SMALL_CENTRE: f64 = -5.0;
const SMALL_SPREAD: f64 = 2.5;

/// Logarithms of sums below this are not taken from the sums.
const LEAST_SUM: f64 = -500.0;

/// A product smaller than this goes no further, so that one more factor of [`LEAST_SUM`] leaves it a number of full precision.
const LEAST_PRODUCT: f64 = 1e-80;

/// Odds beyond this, either way, are refused as the target refuses their logits.
const MOST_ODDS: f64 = 1e18;

/// Room for jumps.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    /// By class: log share, share, and log of what is left from it on.
    pub(super) shares: Vec<f64>,
    plain_shares: Vec<f64>,
    rests: Vec<f64>,
    /// The odds of these stand in the work area of the target all the while.
    pub(super) logits: Vec<f64>,
    old_shares: Vec<f64>,
    pub(super) old: [Column; 2],
    /// By list.
    pub(super) partings: Vec<f64>,
    pub(super) new_partings: Vec<f64>,
    /// Coordinates of a proposal, for the reference.
    proposal: Vec<f64>,
    reference: reference::Room,
}

/// One class before a jump, by list.
#[derive(Clone, Debug)]
pub(super) struct Column {
    logits: Vec<f64>,
    pub(super) odds: Vec<f64>,
}

/// Two classes.
pub(super) type Pair = [usize; 2];

impl Room {
    pub fn new(target: &Target) -> Self {
        let (k, lists) = (target.classes, target.lists);
        let column = Column { logits: vec![0.0; lists], odds: vec![0.0; lists] };
        Self {
            shares: vec![0.0; k],
            plain_shares: vec![0.0; k],
            rests: vec![0.0; k],
            logits: vec![0.0; k * lists],
            old_shares: vec![0.0; k],
            old: [column.clone(), column],
            partings: vec![0.0; lists],
            new_partings: vec![0.0; lists],
            proposal: vec![0.0; target.dimension()],
            reference: reference::Room::default(),
        }
    }

    /// A round of jumps.
    pub fn jump(&mut self, target: &Target, work: &mut Work, point: &mut Point, beta: f64, random: &mut ChaCha8Rng) {
        let k = target.classes;
        if k < 2 {
            return;
        }
        self.read(point, k);
        dispatch!(target.vectors, _ => target.odds_of(&self.logits, work));
        let alpha = point.x[0].exp();
        let mut density = self.log_density(alpha);
        let mut changed = false;
        let placings = if target.reference.is_some() && beta < 1.0 { PLACINGS } else { 0 };
        for exchange in 0..EXCHANGES + placings {
            let [a, b] = if exchange < EXCHANGES { two(k, random) } else { self.recorded_two(target, work, random) };
            if a == b {
                continue;
            }
            self.shares.swap(a, b);
            for j in 0..target.lists {
                self.logits.swap(j * k + a, j * k + b);
            }
            let proposed = self.log_density(alpha);
            let log_reference = self.log_reference(target, beta, point);
            let of_reference = (1.0 - beta) * (log_reference - point.log_reference);
            if random.random::<f64>().ln() < proposed - density + of_reference {
                (density, changed) = (proposed, true);
                point.log_reference = log_reference;
                for j in 0..target.lists {
                    work.odds.swap(j * target.width + a, j * target.width + b);
                }
            } else {
                self.shares.swap(a, b);
                for j in 0..target.lists {
                    self.logits.swap(j * k + a, j * k + b);
                }
            }
        }
        // Each changes no more than two classes and the shares, and gives the log ratio of the ease of the way back and there.
        type Choice = fn(&Room, &Target, &Work, &mut ChaCha8Rng) -> Pair;
        type Jump = fn(&mut Room, &Target, &mut Work, Pair, &mut ChaCha8Rng) -> Option<f64>;
        let jumps: [(Choice, usize, Jump); 5] = [
            (Self::recorded_pair, CARVINGS, Self::carve),
            (Self::any_pair, DILATIONS, Self::dilate),
            (Self::any_pair, PARTINGS, Self::part),
            (Self::any_pair, RESPLITS, Self::resplit),
            (Self::any_pair, TRANSPLANTS, Self::transplant),
        ];
        for (choice, times, jump) in jumps {
            for _ in 0..times {
                let pair = choice(self, target, work, random);
                self.keep(target, work, pair);
                let accepted =
                    jump(self, target, work, pair, random).filter(|ratio| ratio.is_finite()).and_then(|ratio| {
                        let proposed = self.log_density(alpha);
                        work.share[..k].copy_from_slice(&self.plain_shares);
                        let log_likelihood = target.log_likelihood_as_set(&self.logits, work);
                        if log_likelihood == f64::NEG_INFINITY {
                            return None;
                        }
                        let log_reference = self.log_reference(target, beta, point);
                        let of_reference = (1.0 - beta) * (log_reference - point.log_reference);
                        let ratio =
                            ratio + proposed - density + beta * (log_likelihood - point.log_likelihood) + of_reference;
                        let accepted = random.random::<f64>().ln() < ratio;
                        accepted.then_some((proposed, log_likelihood, log_reference))
                    });
                match accepted {
                    Some((proposed, log_likelihood, log_reference)) => {
                        (density, changed) = (proposed, true);
                        point.log_likelihood = log_likelihood;
                        point.log_reference = log_reference;
                        point.seen = work.seen;
                    }
                    None => self.restore(target, work, pair),
                }
            }
        }
        if changed {
            rests_of(&self.shares, &mut self.rests);
            write(&self.shares, &self.rests, &self.logits, k - 1, &mut point.x);
        }
    }

    /// What the reference is at the shares and logits that stand here, where it weighs anything.
    fn log_reference(&mut self, target: &Target, beta: f64, point: &Point) -> f64 {
        match &target.reference {
            Some(reference) if beta < 1.0 => {
                self.proposal[0] = point.x[0];
                rests_of(&self.shares, &mut self.rests);
                write(&self.shares, &self.rests, &self.logits, reference.leading(), &mut self.proposal);
                reference.log_ratio(&self.proposal, &mut self.reference)
            }
            _ => point.log_reference,
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
        self.logits.copy_from_slice(&point.x[k..]);
    }

    fn keep(&mut self, target: &Target, work: &Work, pair: Pair) {
        self.old_shares.copy_from_slice(&self.shares);
        for (column, class) in self.old.iter_mut().zip(pair) {
            for j in 0..target.lists {
                column.logits[j] = self.logits[j * target.classes + class];
                column.odds[j] = work.odds[j * target.width + class];
            }
        }
    }

    fn restore(&mut self, target: &Target, work: &mut Work, pair: Pair) {
        self.shares.copy_from_slice(&self.old_shares);
        for (column, class) in self.old.iter().zip(pair) {
            for j in 0..target.lists {
                self.logits[j * target.classes + class] = column.logits[j];
                work.odds[j * target.width + class] = column.odds[j];
            }
        }
    }

    /// Gives a class these odds to be on a list. Absent where they lie too far out.
    pub(super) fn put(&mut self, target: &Target, work: &mut Work, list: usize, class: usize, odds: f64) -> Option<()> {
        if !(1.0 / MOST_ODDS..MOST_ODDS).contains(&odds) {
            return None;
        }
        work.odds[list * target.width + class] = odds;
        self.logits[list * target.classes + class] = lanes::ln(odds);
        Some(())
    }

    fn any_pair(&self, target: &Target, _: &Work, random: &mut ChaCha8Rng) -> Pair {
        two(target.classes, random)
    }

    /// Two classes, each in proportion to its records, which may be the same one. Where they have exchanged places, they are as
    /// probable as before.
    fn recorded_two(&self, target: &Target, work: &Work, random: &mut ChaCha8Rng) -> Pair {
        let all: Vec<f64> = (0..target.classes).map(|class| self.records(target, work, class)).collect();
        let least = LEAST_PLACED * all.iter().sum::<f64>();
        let sum: f64 = all.iter().map(|records| records + least).sum();
        [0, 1].map(|_| {
            let mut left = random.random::<f64>() * sum;
            let chosen = all.iter().position(|records| {
                left -= records + least;
                left < 0.0
            });
            chosen.unwrap_or(0)
        })
    }

    /// A class in proportion to its records, and another.
    fn recorded_pair(&self, target: &Target, work: &Work, random: &mut ChaCha8Rng) -> Pair {
        let k = target.classes;
        let [b, other] = two(k, random);
        let all: f64 = (0..k).map(|class| self.records(target, work, class)).sum();
        let mut left = random.random::<f64>() * all;
        let mut a = 0;
        while a + 1 < k && left >= self.records(target, work, a) {
            left -= self.records(target, work, a);
            a += 1;
        }
        [a, if b == a { other } else { b }]
    }

    /// What all lists record of a class.
    fn records(&self, target: &Target, work: &Work, class: usize) -> f64 {
        let chances = work.odds.chunks_exact(target.width).map(|row| row[class] / (1.0 + row[class]));
        lanes::exp_less_one_and_exp(self.shares[class].max(-lanes::FARTHEST)).1 * chances.sum::<f64>()
    }

    /// The density of the shares under truncated stick-breaking, up to what only alpha and the number of classes decide. Leaves
    /// the shares themselves behind.
    fn log_density(&mut self, alpha: f64) -> f64 {
        for (plain, share) in self.plain_shares.iter_mut().zip(&self.shares) {
            *plain = lanes::exp_less_one_and_exp(share.max(-lanes::FARTHEST)).1;
        }
        let last = self.shares.len() - 1;
        let of_rests = if self.shares[last] < LEAST_SUM {
            rests_of(&self.shares, &mut self.rests);
            self.rests[..last].iter().sum()
        } else {
            // One logarithm for several factors.
            let (mut sum, mut product, mut rest) = (0.0, 1.0, self.plain_shares[last]);
            for share in self.plain_shares[..last].iter().rev() {
                rest += share;
                product *= rest;
                if product < LEAST_PRODUCT {
                    sum += lanes::ln(product);
                    product = 1.0;
                }
            }
            sum + lanes::ln(product)
        };
        (alpha - 1.0) * self.shares[last] - of_rests
    }

    /// Divides the odds of a class to be on each list by one factor, and gives it the share with which, beside the others,
    /// as many of it are recorded as before.
    ///
    /// In the log odds of its share, the shares of the others beside one another, and logits, the proposal is a shift that
    /// the opposite factor undoes, so that its ease both ways is the same; the changes of variables make up the ratio.
    fn dilate(&mut self, target: &Target, work: &mut Work, [class, _]: Pair, random: &mut ChaCha8Rng) -> Option<f64> {
        let (k, lists) = (target.classes, target.lists);
        let (narrow, wide) = DILATION_SPREADS;
        let spread = narrow * lanes::exp_less_one_and_exp((wide / narrow).ln() * random.random::<f64>()).1;
        let noise: f64 = StandardNormal.sample(random);
        let shift = spread * noise;
        let factor = lanes::exp_less_one_and_exp(-shift).1;
        // Chances to be recorded at all, summed upwards so that they keep their digits.
        let (mut seen, mut seen_then, mut missed_ratio) = (0.0, 0.0, 1.0);
        for j in 0..lists {
            let odds = &mut work.odds[j * target.width + class];
            let then = *odds * factor;
            seen += (1.0 - seen) * *odds / (1.0 + *odds);
            seen_then += (1.0 - seen_then) * then / (1.0 + then);
            missed_ratio *= (1.0 + *odds) / (1.0 + then);
            *odds = then;
            self.logits[j * k + class] -= shift;
        }
        let gain = (seen / seen_then).ln();
        let share = self.shares[class];
        let others = log_one_less_exp(share);
        let odds_then = share - others + gain;
        let (share_then, others_then) = (-softplus(-odds_then), -softplus(odds_then));
        for other in &mut self.shares {
            *other += others_then - others;
        }
        self.shares[class] = share_then;
        // The logistic densities of the logits, after and before.
        let logistic = 2.0 * missed_ratio.ln() - lists as f64 * shift;
        Some(logistic + share_then - share + (k - 1) as f64 * (others_then - others))
    }

    /// Divides what classes `a` and `b` are together anew, between two new classes that have, taken together, the same
    /// share and the same chance of being on each list.
    fn resplit(&mut self, target: &Target, work: &mut Work, [a, b]: Pair, random: &mut ChaCha8Rng) -> Option<f64> {
        let (share_a, share_b) = (self.shares[a], self.shares[b]);
        let both = log_add(share_a, share_b);
        let u = open_unit(random);
        let noise = u.ln() - (-u).ln_1p();
        let new_part = if random.random::<bool>() { noise } else { SMALL_CENTRE + SMALL_SPREAD * noise };
        let (old, new) = (Part::new(share_b - share_a), Part::new(new_part));
        let mut lengths_ratio = 1.0;
        for j in 0..target.lists {
            let [p, q] = [a, b].map(|class| {
                let odds = work.odds[j * target.width + class];
                odds / (1.0 + odds)
            });
            let (new_a, new_b, length) = new.divide(old.first * p + old.second * q, open_unit(random));
            lengths_ratio *= length / old.length_of(p, q);
            self.put(target, work, j, a, new_a / (1.0 - new_a))?;
            self.put(target, work, j, b, new_b / (1.0 - new_b))?;
        }
        self.shares[b] = both - softplus(-new_part);
        self.shares[a] = both - softplus(new_part);
        // The range of the second class's probability is that of the drawn one's times a factor, the same for every list.
        let by_list = log_rest(old.logit) - log_rest(new.logit) + old.log_factor() - new.log_factor();
        let of_parts = log_part_density(old.logit) - log_part_density(new.logit);
        Some(of_parts + lengths_ratio.ln() + target.lists as f64 * by_list)
    }

    /// Gives class `b` a new place and a new part of the share it has together with `a`.
    fn transplant(&mut self, target: &Target, work: &mut Work, [a, b]: Pair, random: &mut ChaCha8Rng) -> Option<f64> {
        let both = log_add(self.shares[a], self.shares[b]);
        // Logit of the old part, and of the new; the change of variables from part to logit is p (1 - p).
        let old_part = self.shares[b] - self.shares[a];
        let u = open_unit(random);
        let new_part = PART_CENTRE + PART_SPREAD * (u.ln() - (-u).ln_1p());
        let part_density = |part: f64| log_logistic((part - PART_CENTRE) / PART_SPREAD) - log_logistic(part);
        let cell = target.cells.get(random.random_range(0..2 * target.cells.len()));
        for j in 0..target.lists {
            let odds = self.old[1].odds[j];
            self.partings[j] = odds / (1.0 + odds);
            let u = open_unit(random);
            let place = match cell {
                None => u,
                Some(cell) => {
                    let near = u.sqrt().sqrt();
                    if cell.lists.contains(&j) { near } else { 1.0 - near }
                }
            };
            self.new_partings[j] = place;
            self.put(target, work, j, b, place / (1.0 - place))?;
        }
        let place_ratio = (place_density(target, &self.partings) / place_density(target, &self.new_partings)).ln();
        self.shares[b] = both - softplus(-new_part);
        self.shares[a] = both - softplus(new_part);
        Some(place_ratio + part_density(old_part) - part_density(new_part))
    }
}

/// So many sticks and all other coordinates from log shares, what is left from each class on, and logits.
fn write(shares: &[f64], rests: &[f64], logits: &[f64], sticks: usize, x: &mut [f64]) {
    let k = shares.len();
    for i in 0..sticks {
        x[i + 1] = log_softplus(shares[i] - rests[i + 1]);
    }
    x[k..].copy_from_slice(logits);
}

/// Two weights that sum to 1, by the logit of the second.
struct Part {
    logit: f64,
    first: f64,
    second: f64,
}

impl Part {
    fn new(logit: f64) -> Self {
        Self { logit, first: sigmoid(-logit), second: sigmoid(logit) }
    }

    /// Two probabilities whose mean with these weights is given, and the length of the range of the one that is drawn, uniform
    /// over all it can be. That is the one of the smaller weight and the other follows, as the other way round would cancel
    /// digits.
    fn divide(&self, mean: f64, u: f64) -> (f64, f64, f64) {
        let (drawn_weight, other_weight) = (self.first.min(self.second), self.first.max(self.second));
        let low = ((mean - other_weight) / drawn_weight).max(0.0);
        let high = (mean / drawn_weight).min(1.0);
        let drawn = low + (high - low) * u;
        let other = (mean - drawn_weight * drawn) / other_weight;
        if self.logit <= 0.0 { (other, drawn, high - low) } else { (drawn, other, high - low) }
    }

    /// The length of the range from which [`Self::divide`] would have drawn one of these, their mean held.
    fn length_of(&self, first: f64, second: f64) -> f64 {
        let (drawn, other) = if self.logit <= 0.0 { (second, first) } else { (first, second) };
        let odds = self.first.max(self.second) / self.first.min(self.second);
        (drawn + odds * other).min(1.0) - (drawn - odds * (1.0 - other)).max(0.0)
    }

    /// The logarithm of the ratio of the range of the drawn probability to that of the second.
    fn log_factor(&self) -> f64 {
        self.logit.max(0.0)
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

fn two(k: usize, random: &mut ChaCha8Rng) -> Pair {
    let a = random.random_range(0..k);
    let b = random.random_range(0..k - 1);
    [a, if b >= a { b + 1 } else { b }]
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
pub(super) fn log_logistic(v: f64) -> f64 {
    let v = v.abs();
    -v - 2.0 * lanes::ln(1.0 + lanes::exp_less_one_and_exp(-v.min(lanes::FARTHEST)).1)
}

pub(super) fn log_add(a: f64, b: f64) -> f64 {
    let apart = (a.min(b) - a.max(b)).max(-lanes::FARTHEST);
    a.max(b) + lanes::ln(1.0 + lanes::exp_less_one_and_exp(apart).1)
}

/// The logarithm of 1 - exp(v), for v below 0.
fn log_one_less_exp(v: f64) -> f64 {
    if v > -std::f64::consts::LN_2 { (-v.exp_m1()).ln() } else { (-v.exp()).ln_1p() }
}

/// log(1 + exp(v)), without overflow.
pub(super) fn softplus(v: f64) -> f64 {
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
