//! Between which limits, when only a standard error is known?

use statrs::distribution::{ContinuousCDF, Normal};

/// The quantile of the standard normal distribution that leaves `(1 - level) / 2` above it.
pub(crate) fn normal_quantile(level: f64) -> f64 {
    Normal::standard().inverse_cdf(0.5 + level / 2.0)
}

/// The log-normal interval of Burnham et al. (1987), as used by Chao (1987): the number missed, `estimate - observed`,
/// is taken as log-normal, so the lower limit never falls under what was observed.
///
/// Absent when nothing is estimated to be missing.
pub(crate) fn log_normal(observed: f64, estimate: f64, standard_error: f64, level: f64) -> Option<(f64, f64)> {
    let missing = estimate - observed;
    if missing <= 0.0 || !standard_error.is_finite() {
        return None;
    }
    let spread = (normal_quantile(level) * (1.0 + (standard_error / missing).powi(2)).ln().sqrt()).exp();
    Some((observed + missing / spread, observed + missing * spread))
}
