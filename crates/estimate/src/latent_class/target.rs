//! How probable are classes, given the counts?
//!
//! The posterior of D. Manrique-Vallier, "Bayesian population size estimation using Dirichlet process mixtures",
//! Biometrics 72 (2016), with the size of the population and the class of every person integrated out: with
//! p(N) ∝ 1/N the counts given their total are multinomial over the recorded cells, and the number missing is negative
//! binomial. What remains are `K (J + 1)` numbers and one product over the occupied cells.

use super::cap::Cap;
use factum_model::CaptureTable;

/// Coordinates beyond this are refused. A standard logistic or a log-gamma coordinate of the prior has less than 1e-17
/// of its mass there, and products of odds stay within the range of a double on up to seventeen lists at once;
/// beyond that such a point has no value and is refused too.
const FARTHEST_LOGIT: f64 = 40.0;
const FARTHEST_LOG: f64 = 600.0;

/// The prior of the concentration: Gamma with this shape and rate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prior {
    pub shape: f64,
    pub rate: f64,
}

/// Where the coordinates of a point stand: `[log alpha, log sticks (K - 1), logits of list probabilities (J × K)]`.
///
/// A stick `k` is `t = -log(1 - V)`, exponential with mean 1 / alpha under the prior; the logit of list `j` in class
/// `k` stands at `j K + k` of its block.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub classes: usize,
    pub lists: usize,
    pub observed: u64,
    pub prior: Prior,
    pub cap: Cap,
    pub cells: Vec<Cell>,
    /// Share of each list among all recordings, for scaling moves.
    pub shares: Vec<f64>,
}

/// A capture history somebody has.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub lists: Vec<usize>,
    pub count: f64,
}

/// What an evaluation leaves behind, and room to work in.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    /// By class: share of the population, chance of being on no list times share.
    pub share: Vec<f64>,
    pub unseen: Vec<f64>,
    /// By list and class: probability and odds.
    pub reach: Vec<f64>,
    pub odds: Vec<f64>,
    /// Chance of being recorded at all.
    pub seen: f64,
    pub log_cap: f64,
    /// By cell: log probability.
    pub log_cell: Vec<f64>,
    /// Gradient of the log-likelihood in sticks and logits, for fixed alpha.
    pub gradient: Vec<f64>,
    sticks: Vec<f64>,
    joint: Vec<f64>,
    /// By class: chance of being recorded at all.
    seen_in: Vec<f64>,
    /// By class: expected persons, recorded or not.
    persons: Vec<f64>,
}

impl Work {
    pub fn new(target: &Target) -> Self {
        let (k, j) = (target.classes, target.lists);
        Self {
            share: vec![0.0; k],
            unseen: vec![0.0; k],
            reach: vec![0.0; j * k],
            odds: vec![0.0; j * k],
            seen: 0.0,
            log_cap: 0.0,
            log_cell: vec![0.0; target.cells.len()],
            gradient: vec![0.0; k - 1 + j * k],
            sticks: vec![0.0; k - 1],
            joint: vec![0.0; k],
            seen_in: vec![0.0; k],
            persons: vec![0.0; k],
        }
    }
}

impl Target {
    pub fn new(table: &CaptureTable, classes: usize, prior: Prior, cap: u64) -> Self {
        let lists = table.lists().len();
        let cells = table
            .iter()
            .map(|(history, count)| Cell {
                lists: (0..lists).filter(|&j| history.contains(j)).collect(),
                count: count as f64,
            })
            .collect();
        let recordings: u64 = (0..lists).map(|j| table.on_list(j)).sum();
        let shares = (0..lists).map(|j| table.on_list(j) as f64 / recordings.max(1) as f64).collect();
        let observed = table.observed();
        Self { classes, lists, observed, prior, cap: Cap::new(observed, cap), cells, shares }
    }

    /// How many coordinates a point has.
    pub fn dimension(&self) -> usize {
        self.classes * (self.lists + 1)
    }

    /// Whether a point lies where it can be evaluated.
    pub fn holds(&self, x: &[f64]) -> bool {
        x[..self.classes].iter().all(|v| v.abs() < FARTHEST_LOG)
            && x[self.classes..].iter().all(|v| v.abs() < FARTHEST_LOGIT)
    }

    /// The log-likelihood: Σ n_c log(p_c / (1 - p_0)) + log P(missing ≤ cap). `work` holds its parts afterwards.
    pub fn log_likelihood(&self, x: &[f64], work: &mut Work) -> f64 {
        self.evaluate::<true, false>(x, work)
    }

    /// The log-likelihood and its gradient.
    pub fn with_gradient(&self, x: &[f64], work: &mut Work) -> f64 {
        self.evaluate::<true, true>(x, work)
    }

    /// The gradient alone, which spares the logarithms.
    pub fn gradient_only(&self, x: &[f64], work: &mut Work) {
        self.evaluate::<false, true>(x, work);
    }

    fn evaluate<const VALUE: bool, const GRADIENT: bool>(&self, x: &[f64], work: &mut Work) -> f64 {
        if !self.holds(x) {
            work.gradient.fill(f64::NAN);
            return f64::NEG_INFINITY;
        }
        self.shares_of(&x[1..self.classes], work);
        self.by_cell::<VALUE, GRADIENT>(&x[self.classes..], work)
    }

    /// The log-likelihood of classes given by log shares and logits.
    pub fn log_likelihood_of(&self, log_shares: &[f64], logits: &[f64], work: &mut Work) -> f64 {
        for (share, log) in work.share.iter_mut().zip(log_shares) {
            *share = log.exp();
        }
        if !logits.iter().all(|v| v.abs() < FARTHEST_LOGIT) {
            return f64::NEG_INFINITY;
        }
        self.by_cell::<true, false>(logits, work)
    }

    /// What follows from shares, already in `work`, and logits.
    fn by_cell<const VALUE: bool, const GRADIENT: bool>(&self, logits: &[f64], work: &mut Work) -> f64 {
        self.reaches_of(logits, work);
        let n = self.observed as f64;
        let (log_cap, slope) = self.cap.log_probability(work.seen);
        work.log_cap = log_cap;
        let mut value = log_cap - n * work.seen.ln();
        let k = self.classes;
        if GRADIENT {
            for (person, unseen) in work.persons.iter_mut().zip(&work.unseen) {
                *person = unseen * (n / work.seen - slope);
            }
            work.gradient.fill(0.0);
        }
        for (c, cell) in self.cells.iter().enumerate() {
            let joint = &mut work.joint[..k];
            joint.copy_from_slice(&work.unseen);
            for &j in &cell.lists {
                for (p, odds) in joint.iter_mut().zip(&work.odds[j * k..(j + 1) * k]) {
                    *p *= odds;
                }
            }
            let p: f64 = joint.iter().sum();
            if VALUE {
                let log_p = p.ln();
                work.log_cell[c] = log_p;
                value += cell.count * log_p;
            }
            if GRADIENT {
                let weight = cell.count / p;
                for (person, p) in work.persons.iter_mut().zip(joint.iter_mut()) {
                    *p *= weight;
                    *person += *p;
                }
                for &j in &cell.lists {
                    let start = k - 1 + j * k;
                    for (g, p) in work.gradient[start..start + k].iter_mut().zip(joint.iter()) {
                        *g += p;
                    }
                }
            }
        }
        if GRADIENT {
            self.finish_gradient(work);
        }
        if value.is_nan() { f64::NEG_INFINITY } else { value }
    }

    /// From expected persons by class to the slopes of sticks and logits.
    fn finish_gradient(&self, work: &mut Work) {
        let k = self.classes;
        for j in 0..self.lists {
            let start = k - 1 + j * k;
            for i in 0..k {
                work.gradient[start + i] -= work.reach[j * k + i] * work.persons[i];
            }
        }
        let mut later = work.persons[k - 1];
        for i in (0..k - 1).rev() {
            let t = work.sticks[i];
            work.gradient[i] = t * (work.persons[i] / t.exp_m1() - later);
            later += work.persons[i];
        }
    }

    fn shares_of(&self, log_sticks: &[f64], work: &mut Work) {
        let mut rest = 1.0;
        for (i, tau) in log_sticks.iter().enumerate() {
            let t = tau.exp();
            work.sticks[i] = t;
            work.share[i] = rest * -(-t).exp_m1();
            rest *= (-t).exp();
        }
        work.share[self.classes - 1] = rest;
    }

    fn reaches_of(&self, logits: &[f64], work: &mut Work) {
        let k = self.classes;
        work.unseen.copy_from_slice(&work.share);
        // The chance of being seen is summed upwards, so that it keeps its digits where it is tiny.
        let seen = &mut work.seen_in[..k];
        seen.fill(0.0);
        for j in 0..self.lists {
            let row = j * k..(j + 1) * k;
            let (reach, odds) = (&mut work.reach[row.clone()], &mut work.odds[row.clone()]);
            for (i, logit) in logits[row].iter().enumerate() {
                let e = logit.exp();
                let miss = 1.0 / (1.0 + e);
                let hit = e * miss;
                odds[i] = e;
                reach[i] = hit;
                work.unseen[i] *= miss;
                seen[i] += (1.0 - seen[i]) * hit;
            }
        }
        work.seen = work.share.iter().zip(seen.iter()).map(|(s, p)| s * p).sum();
    }

    /// The log prior density of sticks and logits for fixed alpha, up to a constant.
    pub fn log_prior(&self, x: &[f64]) -> f64 {
        let k = self.classes;
        let alpha = x[0].exp();
        let sticks: f64 = x[1..k].iter().map(|tau| x[0] + tau - alpha * tau.exp()).sum();
        let logits = &x[k..];
        // One logarithm for several factors: eight of them stay far below the largest double.
        let logistic: f64 = logits
            .chunks(8)
            .map(|part| {
                let (sum, product) = part.iter().fold((0.0, 1.0), |(s, p), v| (s + v, p * (1.0 + v.exp())));
                sum - 2.0 * f64::ln(product)
            })
            .sum();
        sticks + logistic
    }

    /// The slope of [`Self::log_prior`] in coordinate `i` of sticks and logits, given what the last evaluation left.
    pub fn prior_slope(&self, i: usize, alpha: f64, work: &Work) -> f64 {
        let sticks = self.classes - 1;
        if i < sticks { 1.0 - alpha * work.sticks[i] } else { 1.0 - 2.0 * work.reach[i - sticks] }
    }

    /// Sticks as the last evaluation left them.
    pub fn sticks<'a>(&self, work: &'a Work) -> &'a [f64] {
        &work.sticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use factum_model::ListId;

    pub fn kosovo_like() -> CaptureTable {
        let lists = (0..3).map(|i| ListId::new(format!("L{i}"))).collect();
        CaptureTable::from_counts(lists, &[(1, 60), (2, 49), (3, 4), (4, 247), (5, 112), (6, 142), (7, 12)]).unwrap()
    }

    #[test]
    fn gradient_is_that_of_finite_differences() {
        // The small cap makes the slope of its probability matter.
        for (classes, cap) in [(1, 12_520), (4, 12_520), (4, 700)] {
            let target = Target::new(&kosovo_like(), classes, Prior { shape: 0.25, rate: 0.25 }, cap);
            let mut work = Work::new(&target);
            let x: Vec<f64> = (0..target.dimension()).map(|i| ((i * 37 % 11) as f64 - 6.0) / 4.0).collect();
            target.with_gradient(&x, &mut work);
            let slopes: Vec<f64> = (0..target.dimension() - 1)
                .map(|i| work.gradient[i] + target.prior_slope(i, x[0].exp(), &work))
                .collect();
            for (i, slope) in slopes.iter().enumerate() {
                let mut at = |h: f64| {
                    let mut y = x.clone();
                    y[i + 1] += h;
                    target.log_likelihood(&y, &mut work) + target.log_prior(&y)
                };
                let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
                assert!((slope - difference).abs() < 1e-5 * (1.0 + difference.abs()), "{i}: {slope} {difference}");
            }
        }
    }
}
