//! How likely is it that no more people are missing than the cap allows?
//!
//! Given the chance `q` of being recorded at all, the number missing beside `n` observed people is negative binomial
//! under p(N) ∝ 1/N. Its distribution function is the regularised incomplete beta function I_q(n, cap + 1).

use statrs::function::gamma::ln_gamma;

/// Terms after which the continued fraction is given up. It needs a few times the square root of the larger argument,
/// and counts are below 2e11 by the limits of a table.
const MOST_TERMS: usize = 5_000_000;

/// The distribution function of the number missing at a fixed cap.
#[derive(Clone, Debug)]
pub(crate) struct Cap {
    n: f64,
    cap: f64,
    ln_beta: f64,
}

impl Cap {
    pub fn new(observed: u64, cap: u64) -> Self {
        let (n, cap) = (observed as f64, cap as f64);
        Self { n, cap, ln_beta: ln_gamma(n) + ln_gamma(cap + 1.0) - ln_gamma(n + cap + 1.0) }
    }

    /// Largest number missing.
    pub fn most(&self) -> f64 {
        self.cap
    }

    /// The number missing below which this share of the distribution under the cap lies.
    pub fn quantile(&self, q: f64, share: f64) -> u64 {
        let below = |m: f64| Cap::new(self.n as u64, m as u64).log_probability(q).0;
        let wanted = below(self.cap) + share.ln();
        let (mut low, mut high) = (0.0, self.cap);
        while high - low >= 1.0 {
            let middle = ((low + high) / 2.0f64).floor();
            if below(middle) < wanted { low = middle + 1.0 } else { high = middle }
        }
        high as u64
    }

    /// The logarithm of P(missing ≤ cap | q) and its derivative in `q`.
    pub fn log_probability(&self, q: f64) -> (f64, f64) {
        if q >= 1.0 {
            return (0.0, 0.0);
        }
        if q.is_nan() || q <= 0.0 {
            return (f64::NEG_INFINITY, f64::INFINITY);
        }
        // Beyond this many standard deviations the gamma-like tail is below e^-50 for every n, and one to the last bit.
        let mean = self.n * (1.0 - q) / q;
        let deviation = (self.n * (1.0 - q)).sqrt() / q;
        if mean + (10.0 + 40.0 / self.n.sqrt()) * deviation < self.cap {
            return (0.0, 0.0);
        }
        let (a, b) = (self.n, self.cap + 1.0);
        let log_kernel = a * q.ln() + b * (-q).ln_1p() - self.ln_beta;
        let log_value = if q < (a + 1.0) / (a + b + 2.0) {
            log_kernel - a.ln() + continued_fraction(a, b, q).ln()
        } else {
            let upper = (log_kernel - b.ln()).exp() * continued_fraction(b, a, 1.0 - q);
            (-upper.min(1.0)).ln_1p()
        };
        (log_value, (log_kernel - q.ln() - (-q).ln_1p() - log_value).exp())
    }
}

/// The continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method.
fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for m in 1..MOST_TERMS {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        let step = d * c;
        value *= step;
        if (step - 1.0).abs() < 1e-14 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums the probabilities one by one.
    fn by_sum(n: u64, cap: u64, q: f64) -> f64 {
        let n = n as f64;
        let mut term = n * q.ln();
        let mut sum = term.exp();
        for m in 1..=cap {
            term += ((n + m as f64 - 1.0) / m as f64).ln() + (-q).ln_1p();
            sum += term.exp();
        }
        sum.ln()
    }

    #[test]
    fn agrees_with_the_sum() {
        for (n, cap) in [(1, 20), (6, 10), (88, 1760), (300, 2000)] {
            for q in [0.02, 0.05, 0.1, 0.3, 0.6, 0.9] {
                let (ours, slope) = Cap::new(n, cap).log_probability(q);
                let sum = by_sum(n, cap, q);
                assert!((ours - sum).abs() < 1e-9 * sum.abs().max(1.0), "{n} {cap} {q}: {ours} {sum}");
                let h = 1e-6 * q;
                let difference = (by_sum(n, cap, q + h) - by_sum(n, cap, q - h)) / (2.0 * h);
                assert!((slope - difference).abs() < 1e-4 * difference.abs().max(1.0), "{n} {cap} {q}");
            }
        }
    }
}
