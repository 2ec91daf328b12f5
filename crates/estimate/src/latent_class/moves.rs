//! How does a point move without changing its distribution?
//!
//! Every move leaves prior × likelihood^β in place, for any β between 0 and 1. None of them needs the labels of the
//! classes to stay apart.

use super::augment;
use super::jumps;
use super::lanes;
use super::reference;
use super::target::{Target, Work};
use fearless_simd::dispatch;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp1, StandardNormal};

/// The spread, in logarithms, of the noise on the scales by which a Hamiltonian trajectory is shaped. Less noise fits the
/// scales better, but ties a trajectory to places of like scale. On Kosovo 1999 at β = .3 a spread of 2 gave nearly three
/// times as many effective draws a second as 1.
const SCALE_NOISE: f64 = 2.0;

/// The information a scale starts from, so that classes of a few persons do not rule where a trajectory may go. There 10 gave
/// twice as many effective draws a second as 3.
const SCALE_FLOOR: f64 = 10.0;

/// The prior precision of a logit under a uniform probability is 3 / pi^2.
const LOGIT_PRECISION: f64 = 0.304;

/// Spread of a proposed change of log alpha with everything else of the prior held.
const ALPHA_STEP: f64 = 1.0;

/// A point with its log-likelihood.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub x: Vec<f64>,
    pub log_likelihood: f64,
    /// Chance of being recorded at all.
    pub seen: f64,
    /// The log density of the lowest rung beside that of the prior: nothing where it is the prior.
    pub log_reference: f64,
}

impl Point {
    /// What the point gains in log density for each unit of the exponent.
    pub fn gain(&self) -> f64 {
        self.log_likelihood - self.log_reference
    }
}

/// How well trajectories did.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub proposed: u64,
    pub acceptance: f64,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        self.proposed += other.proposed;
        self.acceptance += other.acceptance;
    }

    /// Mean probability of acceptance.
    pub fn rate(&self) -> f64 {
        if self.proposed == 0 { 0.0 } else { self.acceptance / self.proposed as f64 }
    }
}

/// How far a sweep goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    /// Exponent of the likelihood.
    pub beta: f64,
    /// Step of trajectories, in units of the local scales.
    pub step: f64,
    /// Most steps of a trajectory.
    pub steps: usize,
}

/// Moves points of one target, with room of its own.
pub(crate) struct Mover<'a> {
    pub target: &'a Target,
    pub work: Work,
    augment: augment::Room,
    jumps: jumps::Room,
    reference: reference::Room,
    scale: Vec<f64>,
    momentum: Vec<f64>,
    proposal: Vec<f64>,
    before: Vec<f64>,
    after: Vec<f64>,
    noisy: Vec<f64>,
    information: Vec<f64>,
}

impl<'a> Mover<'a> {
    pub fn new(target: &'a Target) -> Self {
        let d = target.dimension();
        let scales = 2 * target.classes - 1;
        Self {
            target,
            work: Work::new(target),
            augment: augment::Room::new(target),
            jumps: jumps::Room::new(target),
            reference: reference::Room::default(),
            scale: vec![0.0; d - 1],
            momentum: vec![0.0; d - 1],
            proposal: vec![0.0; d],
            before: vec![0.0; scales],
            after: vec![0.0; scales],
            noisy: vec![0.0; scales],
            information: vec![0.0; scales],
        }
    }

    /// A point of the prior.
    pub fn prior_point(&mut self, random: &mut ChaCha8Rng) -> Point {
        let target = self.target;
        let k = target.classes;
        let log_alpha = augment::log_gamma_draw(target.prior.shape, random) - target.prior.rate.ln();
        let mut x = vec![log_alpha];
        x.extend((1..k).map(|_| {
            let e: f64 = Exp1.sample(random);
            e.ln() - log_alpha
        }));
        x.extend((0..k * target.lists).map(|_| {
            let u = augment::open_unit(random);
            u.ln() - (-u).ln_1p()
        }));
        self.point_at(x)
    }

    /// A point of the lowest rung.
    pub fn lowest_point(&mut self, random: &mut ChaCha8Rng) -> Point {
        let mut point = self.prior_point(random);
        let target = self.target;
        let Some(reference) = &target.reference else { return point };
        let Some(leading) = reference.draw(&mut point.x, random) else { return point };
        let k = target.classes;
        let log_alpha = point.x[0];
        for tau in &mut point.x[1 + leading..k] {
            let e: f64 = Exp1.sample(random);
            *tau = e.ln() - log_alpha;
        }
        self.point_at(point.x)
    }

    /// The point with these coordinates.
    pub fn point_at(&mut self, x: Vec<f64>) -> Point {
        let log_likelihood = self.target.log_likelihood(&x, &mut self.work);
        let reference = self.target.reference.as_ref();
        let log_reference = reference.map_or(0.0, |r| r.log_ratio(&x, &mut self.reference));
        Point { x, log_likelihood, seen: self.work.seen, log_reference }
    }

    /// One sweep of all moves.
    pub fn sweep(&mut self, point: &mut Point, reach: Reach, random: &mut ChaCha8Rng) -> Tally {
        let tally = self.hamiltonian(point, reach, random);
        self.redraw_alpha(point, random);
        self.shift_alpha(point, reach.beta, random);
        self.jumps.jump(self.target, &mut self.work, point, reach.beta, random);
        self.augmented(point, reach.beta, random);
        if reach.beta >= 1.0
            && let Some(reference) = &self.target.reference
        {
            // There it weighs nothing, and is known only for the exchange with the rung below.
            point.log_reference = reference.log_ratio(&point.x, &mut self.reference);
        }
        tally
    }

    /// Gibbs sampling through the classes of persons (Manrique-Vallier 2016), for a likelihood raised to β.
    pub fn augmented(&mut self, point: &mut Point, beta: f64, random: &mut ChaCha8Rng) {
        self.augment.redraw(self.target, &mut self.work, point, beta, random);
    }

    /// Hamiltonian Monte Carlo on sticks and logits, alpha held.
    ///
    /// Classes differ in size by orders of magnitude and carry no fixed labels, so no scale fits a coordinate
    /// everywhere. The scales of a trajectory are therefore drawn around those of its starting point, as auxiliary
    /// variables; their density at either end enters the acceptance, which keeps the move exact.
    fn hamiltonian(&mut self, point: &mut Point, reach: Reach, random: &mut ChaCha8Rng) -> Tally {
        dispatch!(self.target.vectors, _ => self.trajectory(point, reach, random))
    }

    #[inline(always)]
    fn trajectory(&mut self, point: &mut Point, reach: Reach, random: &mut ChaCha8Rng) -> Tally {
        let target = self.target;
        let d = target.dimension();
        let alpha = point.x[0].exp();
        target.gradient_only(&point.x, &mut self.work);
        let beta = self.stiffness(reach.beta, point.log_reference);
        target.log_information(beta, SCALE_FLOOR, &self.work, &mut self.before);
        for (noisy, scale) in self.noisy.iter_mut().zip(&self.before) {
            let z: f64 = StandardNormal.sample(random);
            *noisy = scale + SCALE_NOISE * z;
        }
        self.scales_of_trajectory();
        let mut kinetic = 0.0;
        for p in &mut self.momentum {
            *p = StandardNormal.sample(random);
            kinetic += *p * *p / 2.0;
        }
        let under = 1.0 - reach.beta;
        let start =
            reach.beta * point.log_likelihood + under * point.log_reference + target.log_prior(&point.x, &self.work)
                - kinetic;
        let step = reach.step * random.random_range(0.6..1.1);
        let steps = random.random_range(reach.steps.div_ceil(2)..=reach.steps);
        self.proposal.copy_from_slice(&point.x);
        self.kick(reach.beta, alpha, step / 2.0);
        let (mut log_likelihood, mut log_reference) = (f64::NEG_INFINITY, 0.0);
        for s in 1..=steps {
            for i in 0..d - 1 {
                self.proposal[i + 1] += step * self.scale[i] * self.momentum[i];
            }
            if s < steps {
                target.gradient_only(&self.proposal, &mut self.work);
                self.kick(reach.beta, alpha, step);
            } else {
                log_likelihood = target.with_gradient(&self.proposal, &mut self.work);
                log_reference = self.kick(reach.beta, alpha, step / 2.0);
            }
        }
        let kinetic: f64 = self.momentum.iter().map(|p| p * p / 2.0).sum();
        if !(log_likelihood > f64::NEG_INFINITY && kinetic.is_finite()) {
            return Tally { proposed: 1, acceptance: 0.0 };
        }
        let beta = self.stiffness(reach.beta, log_reference);
        target.log_information(beta, SCALE_FLOOR, &self.work, &mut self.after);
        let noise: f64 = (self.noisy.iter().zip(&self.before).zip(&self.after))
            .map(|((s, b), a)| (s - b).powi(2) - (s - a).powi(2))
            .sum::<f64>()
            / (2.0 * SCALE_NOISE * SCALE_NOISE);
        let end = reach.beta * log_likelihood + under * log_reference + target.log_prior(&self.proposal, &self.work)
            - kinetic;
        let acceptance = (end - start + noise).exp().min(1.0);
        if !acceptance.is_finite() {
            return Tally { proposed: 1, acceptance: 0.0 };
        }
        if random.random::<f64>() < acceptance {
            point.x.copy_from_slice(&self.proposal);
            point.log_likelihood = log_likelihood;
            point.log_reference = log_reference;
            point.seen = self.work.seen;
        }
        Tally { proposed: 1, acceptance }
    }

    /// The scales of coordinates from the noisy information.
    #[inline(always)]
    fn scales_of_trajectory(&mut self) {
        let target = self.target;
        let k = target.classes;
        for (information, noisy) in self.information.iter_mut().zip(&self.noisy) {
            let exp = lanes::exp_less_one_and_exp(noisy.clamp(-lanes::FARTHEST, lanes::FARTHEST)).1;
            *information = (exp - SCALE_FLOOR).max(0.0);
        }
        let (classes, sticks) = self.information.split_at(k);
        let (of_sticks, of_logits) = self.scale.split_at_mut(k - 1);
        for (scale, information) in of_sticks.iter_mut().zip(sticks) {
            *scale = 1.0 / (1.0 + information).sqrt();
        }
        for (row, share) in of_logits.chunks_exact_mut(k).zip(&target.shares) {
            for (scale, information) in row.iter_mut().zip(classes) {
                *scale = 1.0 / (LOGIT_PRECISION + information * share).sqrt();
            }
        }
    }

    /// A push by the slope of the tempered posterior at the proposal. Returns what the reference is there.
    #[inline(always)]
    fn kick(&mut self, beta: f64, alpha: f64, step: f64) -> f64 {
        let (momentum, scale) = (&mut self.momentum, &self.scale);
        self.target.slopes(beta, alpha, &self.work, |i, slope| momentum[i] += step * scale[i] * slope);
        match &self.target.reference {
            Some(reference) if beta < 1.0 => {
                let step = step * (1.0 - beta);
                let give = |i: usize, slope: f64| momentum[i] += step * scale[i] * slope;
                reference.slopes(&self.proposal, &mut self.reference, give)
            }
            _ => 0.0,
        }
    }

    /// The exponent of the likelihood whose information is that of the tempered posterior: a component of the reference is about as
    /// narrow as the posterior itself.
    fn stiffness(&self, beta: f64, log_reference: f64) -> f64 {
        let reference = self.target.reference.as_ref();
        beta + (1.0 - beta) * reference.map_or(0.0, |r| r.share_of_components(log_reference))
    }

    /// Alpha given the sticks: Gamma, as each stick is exponential with mean 1 / alpha.
    fn redraw_alpha(&mut self, point: &mut Point, random: &mut ChaCha8Rng) {
        let target = self.target;
        let k = target.classes;
        let sticks: f64 = point.x[1..k].iter().map(|tau| lanes::exp_less_one_and_exp(*tau).1).sum();
        let shape = target.prior.shape + (k - 1) as f64;
        let drawn = augment::log_gamma_draw(shape, random) - (target.prior.rate + sticks).ln();
        if drawn.is_finite() {
            point.x[0] = drawn;
        }
    }

    /// Alpha with the sticks in units of their prior mean held, so that a small alpha need not be reached stick by stick.
    fn shift_alpha(&mut self, point: &mut Point, beta: f64, random: &mut ChaCha8Rng) {
        let target = self.target;
        let z: f64 = StandardNormal.sample(random);
        let shift = ALPHA_STEP * z;
        self.proposal.copy_from_slice(&point.x);
        self.proposal[0] += shift;
        for tau in &mut self.proposal[1..target.classes] {
            *tau -= shift;
        }
        let log_likelihood = target.log_likelihood(&self.proposal, &mut self.work);
        if log_likelihood == f64::NEG_INFINITY {
            return;
        }
        let log_reference = match &target.reference {
            Some(reference) if beta < 1.0 => reference.log_ratio(&self.proposal, &mut self.reference),
            _ => 0.0,
        };
        let of_reference = if beta < 1.0 { (1.0 - beta) * (log_reference - point.log_reference) } else { 0.0 };
        let prior = target.prior.shape * shift - target.prior.rate * (self.proposal[0].exp() - point.x[0].exp());
        if random.random::<f64>().ln() < prior + of_reference + beta * (log_likelihood - point.log_likelihood) {
            point.x.copy_from_slice(&self.proposal);
            point.log_likelihood = log_likelihood;
            point.log_reference = log_reference;
            point.seen = self.work.seen;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::reference::tests::made_up;
    use super::super::smc::stream;
    use super::super::target::Prior;
    use super::*;
    use factum_model::{CaptureTable, ListId};

    fn statistics(mover: &mut Mover<'_>, point: &Point) -> [f64; 6] {
        mover.target.log_likelihood(&point.x, &mut mover.work);
        let w = &mover.work;
        [point.x[0], w.share[0], w.share[1], w.share[3].max(1e-9).ln(), w.reach[0], w.reach[7]]
    }

    /// With next to no weight on the data, moves must return what they were given: points of the prior or of the reference.
    #[test]
    fn moves_leave_the_lowest_rung_in_place() {
        let lists = (0..2).map(|i| ListId::new(format!("L{i}"))).collect();
        let table = CaptureTable::from_counts(lists, &[(1, 30), (2, 20), (3, 40)]).unwrap();
        let target = Target::new(&table, 4, Prior { shape: 2.0, rate: 1.0 }, 180);
        let reference = made_up(&target);
        returns_what_it_was_given(&target.above(Some(reference)));
        returns_what_it_was_given(&target);
    }

    fn returns_what_it_was_given(target: &Target) {
        let mut mover = Mover::new(target);
        let reach = Reach { beta: 1e-12, step: 0.5, steps: 6 };
        type Move = fn(&mut Mover<'_>, &mut Point, Reach, &mut ChaCha8Rng);
        let moves: [(&str, Move); 4] = [
            ("sweep", |m, p, r, g| {
                m.sweep(p, r, g);
            }),
            ("hamiltonian", |m, p, r, g| {
                m.hamiltonian(p, r, g);
            }),
            ("jumps", |m, p, r, g| m.jumps.jump(m.target, &mut m.work, p, r.beta, g)),
            ("augmented", |m, p, r, g| m.augmented(p, r.beta, g)),
        ];
        for (name, step) in moves {
            let mut draws = [vec![], vec![]];
            for i in 0..10_000 {
                let mut random = stream(7, 0, 0, i);
                let mut point = mover.lowest_point(&mut random);
                draws[0].push(statistics(&mut mover, &point));
                for _ in 0..3 {
                    step(&mut mover, &mut point, reach, &mut random);
                }
                draws[1].push(statistics(&mut mover, &point));
            }
            for at in 0..6 {
                for power in [1, 2] {
                    let values = |i: usize| draws[i].iter().map(|d| d[at].powi(power)).collect::<Vec<_>>();
                    let (a, b) = (values(0), values(1));
                    let differences: Vec<f64> = a.iter().zip(&b).map(|(a, b)| b - a).collect();
                    let mean = differences.iter().sum::<f64>() / differences.len() as f64;
                    let spread = differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>().sqrt();
                    let error = spread / differences.len() as f64;
                    let z = if mean == 0.0 { 0.0 } else { mean / error };
                    assert!(z.abs() < 4.0, "{name}, statistic {at}, power {power}: {z} standard errors off");
                }
            }
        }
    }
}
