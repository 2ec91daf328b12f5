//! Which coefficients make these counts likeliest under a log-linear Poisson model?
//!
//! Maximum likelihood by iteratively reweighted least squares (Nelder & Wedderburn 1972), the algorithm of R's `glm`,
//! carried to the limit of double precision rather than to a relative deviance of 1e-8. For models whose columns are no sets
//! of lists; hierarchical ones have a faster way (`log_linear`).

use nalgebra::{DMatrix, DVector};

/// Counts with the model matrix that explains them. One row a cell; the first column is the intercept.
pub(crate) struct Problem {
    pub x: DMatrix<f64>,
    pub y: Vec<f64>,
}

/// A fitted model.
#[derive(Clone, Debug)]
pub(crate) struct Fit {
    pub coefficients: Vec<f64>,
    /// Variance of the intercept.
    pub intercept_variance: f64,
}

const MAX_ITERATIONS: usize = 200;

/// A linear predictor beyond this means a fitted mean of zero or infinity: the estimate does not exist.
const MAX_PREDICTOR: f64 = 60.0;

impl Problem {
    /// Fits by maximum likelihood.
    ///
    /// `None` when the model matrix is singular, when the iterations do not settle, or when a fitted mean runs to zero.
    pub(crate) fn fit(&self) -> Option<Fit> {
        let mut means: Vec<f64> = self.y.iter().map(|y| y + 0.1).collect();
        let mut beta = self.step(&means)?;
        let mut deviance = f64::INFINITY;
        for _ in 0..MAX_ITERATIONS {
            let predictor = &self.x * &beta;
            if predictor.iter().any(|e| e.is_nan() || e.abs() >= MAX_PREDICTOR) {
                return None;
            }
            means = predictor.iter().map(|e| e.exp()).collect();
            let new_deviance = self.deviance(&means);
            let next = self.step(&means)?;
            let moved = (&next - &beta).amax();
            beta = next;
            // The deviance is flat at its minimum, so the coefficients decide.
            let settled = moved < 1e-11 * (1.0 + beta.amax());
            let flat = moved < 1e-8 && (new_deviance - deviance).abs() <= 1e-15 * (1.0 + new_deviance);
            if settled || flat {
                return self.finish(beta);
            }
            deviance = new_deviance;
        }
        None
    }

    /// One weighted least-squares step from these means: the coefficients it leads to.
    fn step(&self, means: &[f64]) -> Option<DVector<f64>> {
        let working = means.iter().zip(&self.y).map(|(mean, y)| mean * mean.ln() + y - mean);
        let score = self.x.tr_mul(&DVector::from_iterator(means.len(), working));
        self.information(means).cholesky().map(|chol| chol.solve(&score))
    }

    fn information(&self, means: &[f64]) -> DMatrix<f64> {
        let mut weighted = self.x.clone();
        for (mut row, mean) in weighted.row_iter_mut().zip(means) {
            row *= *mean;
        }
        self.x.transpose() * weighted
    }

    fn deviance(&self, means: &[f64]) -> f64 {
        let terms = self.y.iter().zip(means).map(|(&y, &m)| if y > 0.0 { y * (y / m).ln() - (y - m) } else { m });
        2.0 * terms.sum::<f64>()
    }

    fn finish(&self, beta: DVector<f64>) -> Option<Fit> {
        let means: Vec<f64> = (&self.x * &beta).iter().map(|e| e.exp()).collect();
        let covariance = self.information(&means).cholesky()?.inverse();
        Some(Fit { intercept_variance: covariance[(0, 0)], coefficients: beta.as_slice().to_vec() })
    }
}
