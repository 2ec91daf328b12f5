//! How probable are classes, given the counts?
//!
//! The posterior of D. Manrique-Vallier, "Bayesian population size estimation using Dirichlet process mixtures",
//! Biometrics 72 (2016), with the size of the population and the class of every person integrated out: with
//! p(N) ∝ 1/N the counts given their total are multinomial over the recorded cells, and the number missing is negative
//! binomial. What remains are `K (J + 1)` numbers and one product over the occupied cells.

use super::cap::Cap;
use super::lanes;
use super::reference::Reference;
use factum_model::CaptureTable;
use fearless_simd::{Level, dispatch};

/// Coordinates beyond this are refused. A standard logistic or a log-gamma coordinate of the prior has less than 1e-17
/// of its mass there, and products of odds stay within the range of a double on up to seventeen lists at once;
/// beyond that such a point has no value and is refused too.
const FARTHEST_LOGIT: f64 = 40.0;
const FARTHEST_LOG: f64 = 600.0;

/// Numbers of classes for which there is code of its own, so that loops over classes have a length known beforehand. Ten is the
/// default, a hundred the most.
const WIDTHS: [usize; 5] = [4, 6, 10, 20, 100];

/// Factors of logistic densities whose product is still a number of full precision: each is at least exp(-40).
const FACTORS: usize = 16;

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
    /// Classes a row of numbers has room for: the least of [`WIDTHS`] that holds all.
    pub width: usize,
    pub lists: usize,
    pub observed: u64,
    pub prior: Prior,
    pub cap: Cap,
    pub cells: Vec<Cell>,
    /// Share of each list among all recordings, for scaling moves.
    pub shares: Vec<f64>,
    /// How wide the processor's registers are. Wider ones give the same digits sooner.
    pub vectors: Level,
    /// The lowest rung of the ladder, where it is not the prior.
    pub reference: Option<Reference>,
}

/// A capture history somebody has.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub lists: Vec<usize>,
    pub count: f64,
}

/// What an evaluation leaves behind, and room to work in. Rows of a list hold [`Target::width`] classes each, of which those
/// beyond the last have no share.
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
    /// By class: expected persons, recorded or not, from the last evaluation with a gradient.
    persons: Vec<f64>,
    /// By list and class: expected recordings.
    recorded: Vec<f64>,
    /// By stick: the stick, what it leaves and what it takes.
    sticks: Vec<f64>,
    leaves: Vec<f64>,
    takes: Vec<f64>,
    logits: Vec<f64>,
}

impl Work {
    pub fn new(target: &Target) -> Self {
        let (k, j, w) = (target.classes, target.lists, target.width);
        Self {
            share: vec![0.0; w],
            unseen: vec![0.0; w],
            reach: vec![0.0; j * w],
            odds: vec![0.0; j * w],
            seen: 0.0,
            log_cap: 0.0,
            log_cell: vec![0.0; target.cells.len()],
            persons: vec![0.0; w],
            recorded: vec![0.0; j * w],
            sticks: vec![0.0; k - 1],
            leaves: vec![0.0; k - 1],
            takes: vec![0.0; k - 1],
            logits: vec![0.0; j * w],
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
        let width = WIDTHS.into_iter().find(|w| *w >= classes).unwrap_or(classes);
        let (cap, vectors) = (Cap::new(observed, cap), Level::new());
        Self { classes, width, lists, observed, prior, cap, cells, shares, vectors, reference: None }
    }

    /// The same with another cap on the number missing.
    pub fn under(&self, cap: u64) -> Self {
        Self { cap: Cap::new(self.observed, cap), ..self.clone() }
    }

    /// The same with another lowest rung.
    pub fn above(&self, reference: Option<Reference>) -> Self {
        Self { reference, ..self.clone() }
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
        dispatch!(self.vectors, _ => self.evaluate::<true, false>(x, work))
    }

    /// The log-likelihood and its gradient.
    pub fn with_gradient(&self, x: &[f64], work: &mut Work) -> f64 {
        dispatch!(self.vectors, _ => self.evaluate::<true, true>(x, work))
    }

    /// The gradient alone, which spares the logarithms.
    pub fn gradient_only(&self, x: &[f64], work: &mut Work) {
        dispatch!(self.vectors, _ => self.evaluate::<false, true>(x, work));
    }

    #[inline(always)]
    fn evaluate<const VALUE: bool, const GRADIENT: bool>(&self, x: &[f64], work: &mut Work) -> f64 {
        if !self.holds(x) {
            work.persons.fill(f64::NAN);
            return f64::NEG_INFINITY;
        }
        self.shares_of(&x[1..self.classes], work);
        self.odds_of(&x[self.classes..], work);
        self.by_cell::<VALUE, GRADIENT>(work)
    }

    /// The log-likelihood of the shares and odds that stand in `work`, whose logits are `logits`.
    pub fn log_likelihood_as_set(&self, logits: &[f64], work: &mut Work) -> f64 {
        if !logits.iter().all(|v| v.abs() < FARTHEST_LOGIT) {
            return f64::NEG_INFINITY;
        }
        dispatch!(self.vectors, _ => self.by_cell::<true, false>(work))
    }

    /// What follows from shares and odds, already in `work`.
    #[inline(always)]
    fn by_cell<const VALUE: bool, const GRADIENT: bool>(&self, work: &mut Work) -> f64 {
        match self.width {
            4 => self.by_cell_of::<4, VALUE, GRADIENT>(work),
            6 => self.by_cell_of::<6, VALUE, GRADIENT>(work),
            10 => self.by_cell_of::<10, VALUE, GRADIENT>(work),
            20 => self.by_cell_of::<20, VALUE, GRADIENT>(work),
            _ => self.by_cell_of::<100, VALUE, GRADIENT>(work),
        }
    }

    /// The same over rows of `W` classes.
    #[inline(always)]
    fn by_cell_of<const W: usize, const VALUE: bool, const GRADIENT: bool>(&self, work: &mut Work) -> f64 {
        self.reaches_of::<W>(work);
        let n = self.observed as f64;
        let (log_cap, slope) = self.cap.log_probability(work.seen);
        work.log_cap = log_cap;
        let ([unseen], _) = work.unseen.as_chunks::<W>() else { return f64::NEG_INFINITY };
        let odds = work.odds.as_chunks::<W>().0;
        let recorded = work.recorded.as_chunks_mut::<W>().0;
        let mut persons = [0.0; W];
        if GRADIENT {
            for (person, unseen) in persons.iter_mut().zip(unseen) {
                *person = unseen * (n / work.seen - slope);
            }
            recorded.as_flattened_mut().fill(0.0);
        }
        for (cell, log_cell) in self.cells.iter().zip(&mut work.log_cell) {
            let mut joint = *unseen;
            for &j in &cell.lists {
                for (p, odds) in joint.iter_mut().zip(&odds[j]) {
                    *p *= odds;
                }
            }
            let p = sum(&joint);
            if VALUE {
                *log_cell = p;
            }
            if GRADIENT {
                let weight = cell.count / p;
                for (person, p) in persons.iter_mut().zip(&mut joint) {
                    *p *= weight;
                    *person += *p;
                }
                for &j in &cell.lists {
                    for (sum, p) in recorded[j].iter_mut().zip(&joint) {
                        *sum += p;
                    }
                }
            }
        }
        work.persons.copy_from_slice(&persons);
        if !VALUE {
            return f64::NAN;
        }
        let possible = work.log_cell.iter().all(|p| *p >= f64::MIN_POSITIVE);
        // Apart from the sum, so that logarithms are taken several at a time.
        for log in &mut work.log_cell {
            *log = lanes::ln(*log);
        }
        let mut value = log_cap - n * work.seen.ln();
        for (cell, log) in self.cells.iter().zip(&work.log_cell) {
            value += cell.count * log;
        }
        // Cells next to impossible have no logarithm here.
        if possible && !value.is_nan() { value } else { f64::NEG_INFINITY }
    }

    #[inline(always)]
    fn shares_of(&self, log_sticks: &[f64], work: &mut Work) {
        for (((tau, t), leaves), takes) in
            log_sticks.iter().zip(&mut work.sticks).zip(&mut work.leaves).zip(&mut work.takes)
        {
            *t = lanes::exp_less_one_and_exp(*tau).1;
            let (less_one, left) = lanes::exp_less_one_and_exp(-t.min(lanes::FARTHEST));
            (*leaves, *takes) = (left, -less_one);
        }
        let mut rest = 1.0;
        for ((share, leaves), takes) in work.share.iter_mut().zip(&work.leaves).zip(&work.takes) {
            *share = rest * takes;
            rest *= leaves;
        }
        work.share[self.classes - 1] = rest;
    }

    /// The odds of list probabilities, into `work`.
    #[inline(always)]
    pub fn odds_of(&self, logits: &[f64], work: &mut Work) {
        for (row, logits) in work.logits.chunks_exact_mut(self.width).zip(logits.chunks_exact(self.classes)) {
            row[..self.classes].copy_from_slice(logits);
        }
        for (logit, odds) in work.logits.iter().zip(&mut work.odds) {
            *odds = lanes::exp_less_one_and_exp(*logit).1;
        }
    }

    #[inline(always)]
    fn reaches_of<const W: usize>(&self, work: &mut Work) {
        for (odds, reach) in work.odds.iter().zip(&mut work.reach) {
            *reach = odds / (1.0 + odds);
        }
        // The chance of being seen is summed upwards, so that it keeps its digits where it is tiny.
        let mut seen = [0.0; W];
        let mut unseen = [1.0; W];
        for (odds, reach) in work.odds.as_chunks::<W>().0.iter().zip(work.reach.as_chunks::<W>().0) {
            for i in 0..W {
                unseen[i] *= 1.0 + odds[i];
                seen[i] += (1.0 - seen[i]) * reach[i];
            }
        }
        let mut all = [0.0; W];
        for i in 0..W {
            work.unseen[i] = work.share[i] / unseen[i];
            all[i] = work.share[i] * seen[i];
        }
        work.seen = sum(&all);
    }

    /// The log prior density of sticks and logits for fixed alpha, up to a constant, at the point `x` that the last evaluation
    /// left in `work`.
    #[inline(always)]
    pub fn log_prior(&self, x: &[f64], work: &Work) -> f64 {
        let k = self.classes;
        let alpha = x[0].exp();
        let sticks: f64 = x[1..k].iter().zip(&work.sticks).map(|(tau, t)| x[0] + tau - alpha * t).sum();
        // One logarithm for several factors.
        let logistic: f64 = (work.odds.chunks(FACTORS).zip(work.reach.chunks(FACTORS)))
            .map(|(odds, reach)| odds.iter().zip(reach).fold(1.0, |product, (e, p)| product * (p / (1.0 + e))).ln())
            .sum();
        sticks + logistic
    }

    /// The slopes of the log-likelihood raised to `beta` and of [`Self::log_prior`] in sticks and logits, as the last
    /// evaluation with a gradient left them, each handed out with its place.
    #[inline(always)]
    pub fn slopes(&self, beta: f64, alpha: f64, work: &Work, mut give: impl FnMut(usize, f64)) {
        let k = self.classes;
        let mut later = work.persons[k - 1];
        for i in (0..k - 1).rev() {
            let t = work.sticks[i];
            let slope = t * (work.persons[i] * work.leaves[i] / work.takes[i] - later);
            give(i, beta * slope + 1.0 - alpha * t);
            later += work.persons[i];
        }
        for j in 0..self.lists {
            let row = j * self.width..j * self.width + k;
            let (recorded, reach) = (&work.recorded[row.clone()], &work.reach[row]);
            for (i, ((recorded, reach), persons)) in recorded.iter().zip(reach).zip(&work.persons).enumerate() {
                give(k - 1 + j * k + i, beta * (recorded - reach * persons) + 1.0 - 2.0 * reach);
            }
        }
    }

    /// The logarithm of the expected persons by class, and of the information on each stick, of a likelihood raised to
    /// `beta`, each beside `floor`, as the last evaluation left them.
    #[inline(always)]
    pub fn log_information(&self, beta: f64, floor: f64, work: &Work, out: &mut [f64]) {
        let k = self.classes;
        let population = beta * self.observed as f64 / work.seen;
        let (classes, sticks) = out.split_at_mut(k);
        classes.fill(0.0);
        for row in work.reach.chunks_exact(self.width) {
            for (information, p) in classes.iter_mut().zip(row) {
                *information += p * (1.0 - p);
            }
        }
        for (information, share) in classes.iter_mut().zip(&work.share) {
            *information = lanes::ln(floor + population * share * *information);
        }
        let mut later = population;
        for (i, information) in sticks.iter_mut().enumerate() {
            let t = work.sticks[i].min(lanes::FARTHEST);
            let of_stick = t * t * work.leaves[i] / work.takes[i].max(f64::MIN_POSITIVE);
            *information = floor + later * of_stick;
            later *= work.leaves[i];
        }
        for information in sticks {
            *information = lanes::ln(*information);
        }
    }
}

/// The sum, over four numbers at a time.
#[inline(always)]
fn sum<const W: usize>(values: &[f64; W]) -> f64 {
    let (fours, rest) = values.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for four in fours {
        for (sum, v) in sums.iter_mut().zip(four) {
            *sum += v;
        }
    }
    (sums[0] + sums[2]) + (sums[1] + sums[3]) + rest.iter().sum::<f64>()
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
        // Three and eleven classes leave room in their rows.
        for (classes, cap) in [(1, 12_520), (4, 12_520), (4, 700), (3, 12_520), (11, 700)] {
            let target = Target::new(&kosovo_like(), classes, Prior { shape: 0.25, rate: 0.25 }, cap);
            let mut work = Work::new(&target);
            let x: Vec<f64> = (0..target.dimension()).map(|i| ((i * 37 % 11) as f64 - 6.0) / 4.0).collect();
            target.with_gradient(&x, &mut work);
            let mut slopes = vec![0.0; target.dimension() - 1];
            target.slopes(1.0, x[0].exp(), &work, |i, slope| slopes[i] = slope);
            for (i, slope) in slopes.iter().enumerate() {
                let mut at = |h: f64| {
                    let mut y = x.clone();
                    y[i + 1] += h;
                    target.log_likelihood(&y, &mut work) + target.log_prior(&y, &work)
                };
                let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
                assert!((slope - difference).abs() < 1e-5 * (1.0 + difference.abs()), "{i}: {slope} {difference}");
            }
        }
    }
}
