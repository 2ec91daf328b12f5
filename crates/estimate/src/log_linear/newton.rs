//! Which coefficients make these counts likeliest under a hierarchical model?
//!
//! Newton's method on the Poisson log-likelihood, which is iteratively reweighted least squares (Nelder & Wedderburn 1972).
//! A hierarchical model needs no model matrix for it: linear predictors are sums of coefficients over the sets inside a
//! history, and score and information are sums of means over the histories that contain a term or a pair of terms. Both are
//! made for all sets at once, in `J 2^(J-1)` additions for `J` lists. Room is made once and used for every fit.

use super::cells::{sum_over_subsets, sum_over_supersets};
use super::existence::Face;

/// Newton's method doubles the right digits in each step, so after a step of this size relative to the largest coefficient
/// what remains is below the rounding error.
const SETTLED: f64 = 1e-8;

/// A fit from the counts themselves takes 5 to 10 steps. One that runs to the edge of the parameters moves by about one in
/// each step and never settles.
const MAX_STEPS: usize = 60;

/// A linear predictor beyond this is a fitted mean of zero or infinity.
const MAX_PREDICTOR: f64 = 60.0;

/// How often a step that lowers the likelihood is halved before the fit is given up.
const MAX_HALVINGS: usize = 40;

/// A pivot of the information matrix below this share of its diagonal is rounding error: about 100 times the precision of a
/// double, times the number of terms added up.
const SINGULAR: f64 = 1e-13;

/// A maximum of the likelihood.
#[derive(Clone, Debug)]
pub(crate) struct Maximum {
    /// One coefficient for each term of the face.
    pub coefficients: Vec<f64>,
    /// Variance of the intercept.
    pub intercept_variance: f64,
    /// The log-likelihood less the part that does not depend on the model.
    pub kernel: f64,
}

impl Maximum {
    /// The coefficient of the empty history: the logarithm of how many are missing.
    pub(crate) fn intercept(&self) -> f64 {
        self.coefficients.last().copied().unwrap_or(f64::NAN)
    }
}

/// Coefficients of a similar fit, by term.
#[derive(Clone, Copy)]
pub(crate) struct Start<'a> {
    pub terms: &'a [u32],
    pub coefficients: &'a [f64],
}

/// Room for the fits of one worker.
pub(crate) struct Newton {
    /// Linear predictors by history.
    predictors: Vec<f64>,
    /// Fitted means by history, zero outside the face.
    pub means: Vec<f64>,
    /// Sums of means over the histories that contain a set.
    pub sums: Vec<f64>,
    working: Vec<f64>,
    beta: Vec<f64>,
    last: Vec<f64>,
    step: Vec<f64>,
    factor: Vec<f64>,
}

impl Newton {
    /// Room for tables of this many lists.
    pub(crate) fn new(lists: usize) -> Self {
        let by_set = || vec![0.0; 1 << lists];
        Self {
            predictors: by_set(),
            means: by_set(),
            sums: by_set(),
            working: by_set(),
            beta: Vec::new(),
            last: Vec::new(),
            step: Vec::new(),
            factor: Vec::new(),
        }
    }

    /// Fits the counts (with their sums over supersets) on a face, from `start` if given or else from the counts.
    ///
    /// `None` when the information is singular, a predictor runs away, or the steps do not settle.
    pub(crate) fn fit(
        &mut self,
        counts: &[f64],
        marginals: &[f64],
        face: &Face,
        start: Option<Start<'_>>,
    ) -> Option<Maximum> {
        let parameters = face.terms.len();
        self.beta.clear();
        self.beta.resize(parameters, 0.0);
        self.step.resize(parameters, 0.0);
        self.factor.resize(parameters * parameters, 0.0);
        match start {
            Some(start) => self.start_at(start, face),
            None => self.start_from(counts, face)?,
        }
        let mut kernel = self.evaluate(marginals, face);
        for _ in 0..MAX_STEPS {
            if !kernel.is_finite() {
                return None;
            }
            for (step, &term) in self.step.iter_mut().zip(&face.terms) {
                *step = marginals[term as usize] - self.sums[term as usize];
            }
            self.factorise(face)?;
            self.solve();
            self.last.clone_from(&self.beta);
            let mut size = 1.0;
            let mut halvings = 0;
            let next = loop {
                for ((beta, last), step) in self.beta.iter_mut().zip(&self.last).zip(&self.step) {
                    *beta = last + size * step;
                }
                let next = self.evaluate(marginals, face);
                // The likelihood is concave, so a full step goes wrong only by going too far. Close to the maximum it is flat
                // and its rounding error decides nothing.
                if next >= kernel - 1e-12 * (1.0 + kernel.abs()) {
                    break next;
                }
                halvings += 1;
                if halvings > MAX_HALVINGS {
                    return None;
                }
                size /= 2.0;
            };
            kernel = next;
            let largest = self.beta.iter().fold(0.0f64, |a, b| a.max(b.abs()));
            let moved = self.step.iter().fold(0.0f64, |a, s| a.max(s.abs()));
            if moved <= SETTLED * (1.0 + largest) {
                // The intercept comes last, so its variance is the last pivot of the factor alone.
                let pivot = self.factor[parameters * parameters - 1];
                return Some(Maximum {
                    coefficients: self.beta.clone(),
                    intercept_variance: 1.0 / (pivot * pivot),
                    kernel,
                });
            }
        }
        None
    }

    fn start_at(&mut self, start: Start<'_>, face: &Face) {
        self.working.fill(0.0);
        for (&term, &coefficient) in start.terms.iter().zip(start.coefficients) {
            self.working[term as usize] = coefficient;
        }
        for (beta, &term) in self.beta.iter_mut().zip(&face.terms) {
            *beta = self.working[term as usize];
        }
    }

    /// One weighted least-squares step from means a tenth above the counts, as R's `glm` begins.
    fn start_from(&mut self, counts: &[f64], face: &Face) -> Option<()> {
        self.means.fill(0.0);
        self.working.fill(0.0);
        for &history in &face.histories {
            let (h, y) = (history as usize, counts[history as usize]);
            let mean = y + 0.1;
            self.means[h] = mean;
            self.working[h] = mean * mean.ln() + y - mean;
        }
        self.sums.clone_from(&self.means);
        sum_over_supersets(&mut self.sums);
        sum_over_supersets(&mut self.working);
        for (step, &term) in self.step.iter_mut().zip(&face.terms) {
            *step = self.working[term as usize];
        }
        self.factorise(face)?;
        self.solve();
        self.beta.clone_from(&self.step);
        Some(())
    }

    /// Means and their sums at the current coefficients; returns the log-likelihood's part that depends on them, minus
    /// infinity where a predictor has run away.
    fn evaluate(&mut self, marginals: &[f64], face: &Face) -> f64 {
        self.predictors.fill(0.0);
        let mut kernel = 0.0;
        for (&beta, &term) in self.beta.iter().zip(&face.terms) {
            self.predictors[term as usize] = beta;
            kernel += beta * marginals[term as usize];
        }
        sum_over_subsets(&mut self.predictors);
        self.means.fill(0.0);
        for &history in &face.histories {
            let predictor = self.predictors[history as usize];
            if predictor.is_nan() || predictor.abs() >= MAX_PREDICTOR {
                return f64::NEG_INFINITY;
            }
            self.means[history as usize] = predictor.exp();
        }
        self.sums.clone_from(&self.means);
        sum_over_supersets(&mut self.sums);
        kernel - self.sums[0]
    }

    /// The lower Cholesky factor of the information at the current means.
    fn factorise(&mut self, face: &Face) -> Option<()> {
        let terms = &face.terms;
        let p = terms.len();
        for row in 0..p {
            let (above, this) = self.factor.split_at_mut(row * p);
            let this = &mut this[..p];
            for column in 0..row {
                let other = &above[column * p..column * p + column + 1];
                let dot: f64 = this[..column].iter().zip(other).map(|(a, b)| a * b).sum();
                this[column] = (self.sums[(terms[row] | terms[column]) as usize] - dot) / other[column];
            }
            let diagonal = self.sums[terms[row] as usize];
            let pivot = diagonal - this[..row].iter().map(|a| a * a).sum::<f64>();
            if pivot.is_nan() || pivot <= SINGULAR * diagonal {
                return None;
            }
            this[row] = pivot.sqrt();
        }
        Some(())
    }

    /// Replaces `step`, which holds the right-hand side, by the solution.
    fn solve(&mut self) {
        let p = self.step.len();
        for row in 0..p {
            let line = &self.factor[row * p..row * p + row + 1];
            let dot: f64 = line[..row].iter().zip(&self.step).map(|(a, b)| a * b).sum();
            self.step[row] = (self.step[row] - dot) / line[row];
        }
        for row in (0..p).rev() {
            let line = &self.factor[row * p..row * p + row + 1];
            let solved = self.step[row] / line[row];
            self.step[row] = solved;
            self.step[..row].iter_mut().zip(line).for_each(|(s, a)| *s -= a * solved);
        }
    }
}
