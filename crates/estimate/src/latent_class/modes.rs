//! On which heights does the posterior stand, and what lies between them?
//!
//! A mode is a peak of the smoothed density of log N that a clear valley parts from its neighbours.

use serde::Serialize;

/// Points of the grid on which the density is smoothed.
const GRID: usize = 1024;

/// A valley parts two peaks if it is lower than this part of the lower peak. Smoothed densities of a few thousand draws from
/// one peak show dips of a tenth.
const VALLEY: f64 = 0.7;

/// Peaks that hold less than this share of the draws are not told apart: too few draws lie on them.
const LEAST: f64 = 0.01;

/// One mode of the posterior of the population size.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mode {
    /// Where its density of log N is highest.
    pub location: f64,
    /// From here.
    pub from: f64,
    /// To here: the valleys on either side, or the ends of the draws.
    pub to: f64,
    /// Its share of the posterior.
    pub weight: f64,
}

/// The modes of weighted draws of log N, in ascending order. `worth` is the effective number of draws.
pub(crate) fn modes(draws: &[(f64, f64)], worth: f64) -> Vec<Mode> {
    let mut sorted = draws.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (Some(&(low, _)), Some(&(high, _))) = (sorted.first(), sorted.last()) else { return Vec::new() };
    let total: f64 = sorted.iter().map(|d| d.1).sum();
    let whole = |from: f64, to: f64| Mode { location: from, from, to, weight: 1.0 };
    if high - low < 1e-9 {
        return vec![whole(low.exp(), high.exp())];
    }
    let mean = sorted.iter().map(|d| d.0 * d.1).sum::<f64>() / total;
    let deviation = (sorted.iter().map(|d| d.1 * (d.0 - mean).powi(2)).sum::<f64>() / total).sqrt();
    let quartiles = [0.25, 0.75].map(|p| weighted_quantile(&sorted, p));
    // Silverman's rule of thumb, on the smaller of two measures of spread so that several peaks do not smear into one.
    let spread = deviation.min((quartiles[1] - quartiles[0]) / 1.349).max((high - low) / GRID as f64);
    let bandwidth = 0.9 * spread * worth.max(2.0).powf(-0.2);
    let step = (high - low) / (GRID - 1) as f64;
    let mut mass = vec![0.0; GRID];
    for (value, weight) in &sorted {
        mass[(((value - low) / step).round() as usize).min(GRID - 1)] += weight / total;
    }
    let reach = ((4.0 * bandwidth / step).ceil() as usize).min(GRID);
    let kernel: Vec<f64> = (0..=reach).map(|i| (-(i as f64 * step / bandwidth).powi(2) / 2.0).exp()).collect();
    let density: Vec<f64> = (0..GRID)
        .map(|at| {
            (at.saturating_sub(reach)..(at + reach + 1).min(GRID)).map(|i| mass[i] * kernel[i.abs_diff(at)]).sum()
        })
        .collect();
    let at = |i: usize| (low + i as f64 * step).exp();
    let borders = valleys(&density, &mass);
    let mut found = Vec::new();
    for (i, pair) in borders.windows(2).enumerate() {
        let range = pair[0]..pair[1] + usize::from(i + 2 == borders.len());
        let peak = range.clone().max_by(|&a, &b| density[a].total_cmp(&density[b])).unwrap_or(pair[0]);
        found.push(Mode { location: at(peak), from: at(pair[0]), to: at(pair[1]), weight: mass[range].iter().sum() });
    }
    found
}

/// Grid points at which the density is parted, both ends included.
fn valleys(density: &[f64], mass: &[f64]) -> Vec<usize> {
    let last = density.len() - 1;
    // Every local minimum is a border at first; the shallowest goes until all that remain are deep.
    let mut borders = vec![0];
    borders.extend((1..last).filter(|&i| density[i] < density[i - 1] && density[i] <= density[i + 1]));
    borders.push(last);
    loop {
        let peak = |a: usize, b: usize| density[a..=b].iter().copied().fold(0.0, f64::max);
        let held = |a: usize, b: usize| mass[a..b].iter().sum::<f64>();
        let shallowness = |i: usize| {
            let (a, v, b) = (borders[i - 1], borders[i], borders[i + 1]);
            let lower = peak(a, v).min(peak(v, b));
            if held(a, v).min(held(v, b + usize::from(b == last))) < LEAST { f64::INFINITY } else { density[v] / lower }
        };
        let shallowest = (1..borders.len() - 1).max_by(|&a, &b| shallowness(a).total_cmp(&shallowness(b)));
        match shallowest {
            Some(i) if shallowness(i) > VALLEY => borders.remove(i),
            _ => return borders,
        };
    }
}

/// A quantile of sorted weighted draws: the first at or below which this share lies.
pub(crate) fn weighted_quantile(sorted: &[(f64, f64)], probability: f64) -> f64 {
    let wanted = probability * sorted.iter().map(|d| d.1).sum::<f64>();
    let mut reached = 0.0;
    for &(value, weight) in sorted {
        reached += weight;
        if reached >= wanted {
            return value;
        }
    }
    sorted.last().map_or(f64::NAN, |d| d.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ContinuousCDF, Normal};

    fn normal(mean: f64, deviation: f64, count: usize) -> impl Iterator<Item = (f64, f64)> {
        let d = Normal::new(mean, deviation).unwrap();
        (0..count).map(move |i| (d.inverse_cdf((i as f64 + 0.5) / count as f64), 1.0))
    }

    #[test]
    fn parts_two_peaks_and_not_one() {
        assert_eq!(modes(&normal(9.0, 0.1, 2000).collect::<Vec<_>>(), 2000.0).len(), 1);
        let two: Vec<_> = normal(10.0, 0.05, 3000).chain(normal(10.5, 0.1, 1000)).collect();
        let found = modes(&two, 4000.0);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!((found[0].weight - 0.75).abs() < 0.01 && (found[0].location.ln() - 10.0).abs() < 0.02, "{found:?}");
    }
}
