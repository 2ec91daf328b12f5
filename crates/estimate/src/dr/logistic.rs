//! Which class has a person with these covariates, by regression?
//!
//! Multinomial logistic regression with a ridge penalty, by Newton's method with halved steps. The first class is the one that
//! the others are compared with.

use nalgebra::{DMatrix, DVector};

/// Penalty on half the squared coefficients of standardised columns: a normal prior with standard deviation 1, which
/// hardly moves a coefficient that a few hundred people speak for, and keeps separated classes finite.
const RIDGE: f64 = 1.0;

/// The same for intercepts, only so that a class without anybody stays finite.
const RIDGE_OF_INTERCEPT: f64 = 1e-3;

/// Newton's method is done when a step gains less log-likelihood than this a person; or after so many steps.
const GAIN: f64 = 1e-9;
const STEPS: usize = 40;

/// A fitted regression.
pub(super) struct Logistic {
    /// By class after the first, then column.
    coefficients: DVector<f64>,
    classes: usize,
}

impl Logistic {
    /// Fits to the persons of `train`. The design holds a person as a column.
    pub(super) fn fit(design: &DMatrix<f64>, class: &[u8], classes: usize, train: &[u32]) -> Self {
        let width = design.nrows();
        let mut fit = Self { coefficients: DVector::zeros((classes - 1) * width), classes };
        let mut counts = vec![0.5; classes];
        train.iter().for_each(|&i| counts[usize::from(class[i as usize])] += 1.0);
        for k in 1..classes {
            fit.coefficients[(k - 1) * width] = (counts[k] / counts[0] as f64).ln();
        }
        let enough = GAIN * train.len().max(1) as f64;
        let mut value = fit.value(design, class, train);
        for _ in 0..STEPS {
            let (gradient, hessian) = fit.derivatives(design, class, train);
            let Some(cholesky) = hessian.cholesky() else {
                break;
            };
            let mut step = cholesky.solve(&gradient);
            let start = fit.coefficients.clone();
            let mut gain = f64::NEG_INFINITY;
            // Thirty halvings make a step of a billionth; a step that still does not climb is rounding.
            for _ in 0..30 {
                fit.coefficients = &start + &step;
                gain = fit.value(design, class, train) - value;
                if gain >= 0.0 {
                    break;
                }
                step *= 0.5;
            }
            if gain.is_nan() || gain < 0.0 {
                fit.coefficients = start;
                break;
            }
            value += gain;
            if gain < enough {
                break;
            }
        }
        fit
    }

    /// The probabilities of the classes for a person.
    pub(super) fn probabilities(&self, person: &[f64], into: &mut [f64]) {
        into[0] = 0.0;
        for (k, of_class) in self.coefficients.as_slice().chunks(person.len()).enumerate() {
            into[k + 1] = person.iter().zip(of_class).map(|(x, b)| x * b).sum();
        }
        softmax(into);
    }

    fn value(&self, design: &DMatrix<f64>, class: &[u8], train: &[u32]) -> f64 {
        let width = design.nrows();
        let mut p = vec![0.0; self.classes];
        let mut sum = 0.0;
        for &i in train {
            self.probabilities(person(design, i), &mut p);
            sum += p[usize::from(class[i as usize])].max(f64::MIN_POSITIVE).ln();
        }
        let penalty: f64 = self.coefficients.iter().enumerate().map(|(at, b)| ridge(at % width) * b * b).sum();
        sum - penalty / 2.0
    }

    fn derivatives(&self, design: &DMatrix<f64>, class: &[u8], train: &[u32]) -> (DVector<f64>, DMatrix<f64>) {
        let width = design.nrows();
        let others = self.classes - 1;
        let triangle = width * (width + 1) / 2;
        let mut gradient = DVector::zeros(others * width);
        // One triangle of products of columns for each pair of classes.
        let mut blocks = vec![vec![0.0; triangle]; others * (others + 1) / 2];
        let mut products = vec![0.0; triangle];
        let mut p = vec![0.0; self.classes];
        for &i in train {
            let x = person(design, i);
            self.probabilities(x, &mut p);
            let mut at = 0;
            for (a, xa) in x.iter().enumerate() {
                for xb in &x[..=a] {
                    products[at] = xa * xb;
                    at += 1;
                }
            }
            let mut block = 0;
            for k in 1..self.classes {
                let hit = f64::from(u8::from(usize::from(class[i as usize]) == k));
                for (a, xa) in x.iter().enumerate() {
                    gradient[(k - 1) * width + a] += (hit - p[k]) * xa;
                }
                for l in 1..=k {
                    let weight = if k == l { p[k] * (1.0 - p[k]) } else { -p[k] * p[l] };
                    blocks[block].iter_mut().zip(&products).for_each(|(b, x)| *b += weight * x);
                    block += 1;
                }
            }
        }
        let mut hessian = DMatrix::zeros(others * width, others * width);
        let mut block = 0;
        for k in 0..others {
            for l in 0..=k {
                let mut at = 0;
                for a in 0..width {
                    for b in 0..=a {
                        for (row, column) in [(k * width + a, l * width + b), (k * width + b, l * width + a)] {
                            hessian[(row, column)] = blocks[block][at];
                            hessian[(column, row)] = blocks[block][at];
                        }
                        at += 1;
                    }
                }
                block += 1;
            }
        }
        for at in 0..others * width {
            gradient[at] -= ridge(at % width) * self.coefficients[at];
            hessian[(at, at)] += ridge(at % width);
        }
        (gradient, hessian)
    }
}

fn ridge(column: usize) -> f64 {
    if column == 0 { RIDGE_OF_INTERCEPT } else { RIDGE }
}

/// The columns of a person.
pub(super) fn person(design: &DMatrix<f64>, i: u32) -> &[f64] {
    let width = design.nrows();
    &design.as_slice()[i as usize * width..(i as usize + 1) * width]
}

/// From scores to probabilities.
pub(super) fn softmax(scores: &mut [f64]) {
    let most = scores.iter().fold(f64::NEG_INFINITY, |m, s| m.max(*s));
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - most).exp();
        sum += *score;
    }
    scores.iter_mut().for_each(|s| *s /= sum);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With one two-valued column the regression is saturated: up to the penalty it gives back the shares.
    #[test]
    fn a_saturated_regression_gives_back_the_shares() {
        let shares = [[500.0, 300.0, 200.0], [100.0, 600.0, 300.0]];
        let (mut class, mut x) = (Vec::new(), Vec::new());
        for (group, counts) in shares.iter().enumerate() {
            for (k, count) in counts.iter().enumerate() {
                for _ in 0..*count as usize {
                    class.push(k as u8);
                    x.extend([1.0, if group == 0 { -1.0 } else { 1.0 }]);
                }
            }
        }
        let design = DMatrix::from_vec(2, class.len(), x);
        let train: Vec<u32> = (0..class.len() as u32).collect();
        let fit = Logistic::fit(&design, &class, 3, &train);
        let mut p = [0.0; 3];
        for (group, counts) in shares.iter().enumerate() {
            fit.probabilities(&[1.0, if group == 0 { -1.0 } else { 1.0 }], &mut p);
            for (p, count) in p.iter().zip(counts) {
                assert!((p - count / 1_000.0).abs() < 0.004, "{p} for {count}");
            }
        }
    }

    #[test]
    fn separated_and_absent_classes_stay_finite() {
        let design = DMatrix::from_fn(2, 100, |r, i| if r == 0 { 1.0 } else { i as f64 / 50.0 - 1.0 });
        let class: Vec<u8> = (0..100).map(|i| u8::from(i >= 50)).collect();
        let fit = Logistic::fit(&design, &class, 3, &(0..100).collect::<Vec<_>>());
        let mut p = [0.0; 3];
        fit.probabilities(&[1.0, 0.9], &mut p);
        assert!(p[1] > 0.9 && p[2] < 0.01 && p.iter().all(|x| x.is_finite()));
        let fit = Logistic::fit(&design, &class, 3, &[]);
        fit.probabilities(&[1.0, 0.0], &mut p);
        assert!(p.iter().all(|x| (x - 1.0 / 3.0).abs() < 1e-6));
    }
}
