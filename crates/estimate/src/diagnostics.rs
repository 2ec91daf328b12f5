//! Have the chains of a simulation mixed, and what are their draws worth?
//!
//! A. Vehtari, A. Gelman, D. Simpson, B. Carpenter and P.-C. Bürkner, "Rank-normalization, folding, and localization: an
//! improved R-hat for assessing convergence of MCMC", Bayesian Analysis 16 (2021). Every function takes chains of one
//! quantity, all of one length, and is absent where nothing can be said: too few draws, or a value that is not a number.
//! Draws that are all alike have no R-hat.
//!
//! What draws are worth follows from the sums of their correlations over so many neighbouring lags as the chain's moves take to
//! come round, its *cycle*. Two are enough for moves that could as well run backwards (C. J. Geyer 1992). Exchanges between
//! rungs that even and odd ones take in turn cannot: their correlations go down and up again within each turn, and sums
//! over two lags fall too soon.

use statrs::distribution::{Beta, ContinuousCDF, Normal};

/// Fewer draws in half a chain carry no autocorrelation.
const FEWEST: usize = 4;

/// Stretches of a chain whose means tell what its draws are worth.
const STRETCHES: usize = 20;

/// The larger of the rank-normalised split R-hat of the draws and of their distances from the median.
pub fn rhat(chains: &[&[f64]]) -> Option<f64> {
    let halves = split(chains)?;
    let bulk = plain_rhat(&rank_normalised(&halves))?;
    let median = quantile_of(&halves.concat(), 0.5)?;
    let folded: Vec<Vec<f64>> = halves.iter().map(|c| c.iter().map(|v| (v - median).abs()).collect()).collect();
    // Distances can be all alike where draws are not, such as of two values half each.
    Some(plain_rhat(&rank_normalised(&folded)).map_or(bulk, |tail| tail.max(bulk)))
}

/// The effective number of draws for the centre of the distribution.
pub fn bulk_ess(chains: &[&[f64]], cycle: usize) -> Option<f64> {
    plain_ess(&rank_normalised(&split(chains)?), cycle)
}

/// The effective number of draws for its tails: the smaller of those of the 5 % and the 95 % quantile.
pub fn tail_ess(chains: &[&[f64]], cycle: usize) -> Option<f64> {
    let low = quantile_ess(chains, 0.05, cycle);
    let high = quantile_ess(chains, 0.95, cycle);
    match (low, high) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// The effective number of draws for one quantile: that of being at most as large.
pub fn quantile_ess(chains: &[&[f64]], probability: f64, cycle: usize) -> Option<f64> {
    let halves = split(chains)?;
    let at = quantile_of(&halves.concat(), probability)?;
    let below: Vec<Vec<f64>> =
        halves.iter().map(|c| c.iter().map(|v| f64::from(u8::from(*v <= at))).collect()).collect();
    plain_ess(&below, cycle)
}

/// The Monte Carlo standard error of a quantile: half the width of the central 68 % of the order statistics that as many
/// effective draws would leave around it.
pub fn quantile_error(chains: &[&[f64]], probability: f64, cycle: usize) -> Option<f64> {
    error_with(chains, probability, quantile_ess(chains, probability, cycle)?)
}

/// The same for a quantile of each single chain. What its draws are worth is estimated from all chains, which one alone is too
/// short for: it seldom meets what is rare more than a few times, and never where it has yet to go.
///
/// They are worth no more than their means over long stretches show. Where a chain goes slowly between modes that both reach
/// beyond a limit, four hundredths of the variance there can be slower than all else and make up half of the error, and their
/// correlations are lost in the noise that ends the sums.
pub fn quantile_error_of_each(chains: &[&[f64]], probability: f64, cycle: usize) -> Option<Vec<f64>> {
    let ess = quantile_ess(chains, probability, cycle)? / chains.len() as f64;
    let at = quantile_of(&chains.concat(), probability)?;
    let below: Vec<Vec<f64>> =
        chains.iter().map(|c| c.iter().map(|v| f64::from(u8::from(*v <= at))).collect()).collect();
    let ess = worth_by_stretches(&below).map_or(ess, |by_stretches| ess.min(by_stretches));
    chains.iter().map(|chain| error_with(&[chain], probability, ess)).collect()
}

/// Effective draws of a chain by the variance of means over stretches of it, taken over all chains. What chains differ by is left
/// out, as it is what an error is to be held against.
fn worth_by_stretches(chains: &[Vec<f64>]) -> Option<f64> {
    let length = chains.first()?.len() / STRETCHES;
    if length < FEWEST {
        return None;
    }
    let of_means = chains.iter().map(|chain| {
        let means: Vec<f64> = chain.chunks_exact(length).take(STRETCHES).map(mean).collect();
        variance(&means) / STRETCHES as f64
    });
    let of_means = of_means.sum::<f64>();
    (of_means > 0.0).then(|| chains.iter().map(|chain| variance(chain)).sum::<f64>() / of_means)
}

fn error_with(chains: &[&[f64]], probability: f64, ess: f64) -> Option<f64> {
    let order = Beta::new(ess * probability + 1.0, ess * (1.0 - probability) + 1.0).ok()?;
    let draws = sorted(&chains.concat())?;
    let unit = Normal::standard();
    let [low, high] = [-1.0, 1.0].map(|z| at_share(&draws, order.inverse_cdf(unit.cdf(z))));
    Some((high - low) / 2.0)
}

/// A quantile, interpolated between order statistics.
pub fn quantile_of(draws: &[f64], probability: f64) -> Option<f64> {
    Some(at_share(&sorted(draws)?, probability))
}

fn at_share(sorted: &[f64], share: f64) -> f64 {
    let at = share.clamp(0.0, 1.0) * (sorted.len() - 1) as f64;
    let (low, part) = (at.floor() as usize, at.fract());
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + part * (sorted[high] - sorted[low])
}

fn sorted(draws: &[f64]) -> Option<Vec<f64>> {
    if draws.is_empty() || draws.iter().any(|v| v.is_nan()) {
        return None;
    }
    let mut sorted = draws.to_vec();
    sorted.sort_by(f64::total_cmp);
    Some(sorted)
}

/// Halves of equal length; the middle draw of an odd chain is left out.
fn split(chains: &[&[f64]]) -> Option<Vec<Vec<f64>>> {
    let length = chains.first()?.len();
    let half = length / 2;
    if half < FEWEST || chains.iter().any(|c| c.len() != length || c.iter().any(|v| !v.is_finite())) {
        return None;
    }
    Some(chains.iter().flat_map(|c| [c[..half].to_vec(), c[length - half..].to_vec()]).collect())
}

/// Normal scores of the ranks over all chains; ties share their mean rank (Blom's formula).
fn rank_normalised(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let length = chains.first().map_or(0, Vec::len);
    let all = chains.concat();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|&a, &b| all[a].total_cmp(&all[b]));
    let unit = Normal::standard();
    let mut scores = vec![0.0; all.len()];
    let mut start = 0;
    while start < order.len() {
        let mut end = start + 1;
        while end < order.len() && all[order[end]] == all[order[start]] {
            end += 1;
        }
        let rank = (start + end + 1) as f64 / 2.0;
        let score = unit.inverse_cdf((rank - 0.375) / (all.len() as f64 + 0.25));
        for &at in &order[start..end] {
            scores[at] = score;
        }
        start = end;
    }
    scores.chunks(length.max(1)).map(<[f64]>::to_vec).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Variance within chains, and of the chains' means.
fn variances(chains: &[Vec<f64>]) -> (f64, f64) {
    let means: Vec<f64> = chains.iter().map(|c| mean(c)).collect();
    let within: Vec<f64> = chains.iter().map(|c| variance(c)).collect();
    let between = if means.len() < 2 { 0.0 } else { variance(&means) };
    (mean(&within), between)
}

fn variance(values: &[f64]) -> f64 {
    let m = mean(values);
    values.iter().map(|v| (v - m).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}

fn plain_rhat(chains: &[Vec<f64>]) -> Option<f64> {
    let n = chains.first()?.len() as f64;
    let (within, between) = variances(chains);
    (within > 0.0).then(|| (((n - 1.0) / n * within + between) / within).sqrt())
}

/// Effective draws by the initial monotone sequence of C. J. Geyer (1992) of sums over a cycle, over all chains.
fn plain_ess(chains: &[Vec<f64>], cycle: usize) -> Option<f64> {
    let (m, n) = (chains.len(), chains.first()?.len());
    let (within, between) = variances(chains);
    let variance = (n - 1) as f64 / n as f64 * within + between;
    if variance <= 0.0 {
        return None;
    }
    let centred: Vec<Vec<f64>> = (chains.iter())
        .map(|c| {
            let m = mean(c);
            c.iter().map(|v| v - m).collect()
        })
        .collect();
    let sums = autocovariances(&centred);
    let covariance = |lag: usize| sums[lag] / (n * m) as f64;
    // The covariance at lag 0 has divisor n, the variance within has n - 1; the correlation accounts for it.
    let correlation = |lag: usize| 1.0 - (within - covariance(lag) * n as f64 / (n - 1) as f64) / variance;
    let (mut sum, mut last) = (0.0, f64::INFINITY);
    for from in (0..).step_by(cycle).take_while(|from| from + cycle <= n) {
        let turn = (from..from + cycle).map(|lag| if lag == 0 { 1.0 } else { correlation(lag) }).sum::<f64>();
        if turn < 0.0 {
            break;
        }
        last = turn.min(last);
        sum += last;
    }
    let total = (m * n) as f64;
    // Negative correlation can make draws worth more than their number; the usual bound keeps it from running away.
    let time = (2.0 * sum - 1.0).max(1.0 / total.log10());
    Some(total / time)
}

/// By lag: the sum of the products of values so far apart, over all chains. Slow chains need thousands of lags, so that the way
/// there is by Fourier transforms.
fn autocovariances(chains: &[Vec<f64>]) -> Vec<f64> {
    let length = chains.first().map_or(0, Vec::len);
    let size = (2 * length).next_power_of_two();
    let mut power = vec![0.0; size];
    for pair in chains.chunks(2) {
        // Two chains as one of complex numbers, whose autocovariance has the sum of theirs as its real part.
        let padded = |chain: Option<&Vec<f64>>| {
            let mut values = chain.cloned().unwrap_or_default();
            values.resize(size, 0.0);
            values
        };
        let (mut real, mut imaginary) = (padded(pair.first()), padded(pair.get(1)));
        fourier(&mut real, &mut imaginary);
        for ((power, re), im) in power.iter_mut().zip(&real).zip(&imaginary) {
            *power += re * re + im * im;
        }
    }
    fourier(&mut power, &mut vec![0.0; size]);
    power.truncate(length);
    power.iter_mut().for_each(|sum| *sum /= size as f64);
    power
}

/// The discrete Fourier transform of complex numbers, in place; their number is a power of two (J. W. Cooley and J. W. Tukey
/// 1965).
fn fourier(real: &mut [f64], imaginary: &mut [f64]) {
    let size = real.len();
    for at in 1..size {
        let reversed = at.reverse_bits() >> (usize::BITS - size.trailing_zeros());
        if at < reversed {
            real.swap(at, reversed);
            imaginary.swap(at, reversed);
        }
    }
    let turns: Vec<(f64, f64)> = (0..size / 2)
        .map(|at| {
            let (sine, cosine) = (-std::f64::consts::TAU * at as f64 / size as f64).sin_cos();
            (cosine, sine)
        })
        .collect();
    let mut half = 1;
    while half < size {
        let stride = size / (2 * half);
        for (real, imaginary) in real.chunks_exact_mut(2 * half).zip(imaginary.chunks_exact_mut(2 * half)) {
            let (low_real, high_real) = real.split_at_mut(half);
            let (low_imaginary, high_imaginary) = imaginary.split_at_mut(half);
            for at in 0..half {
                let (cosine, sine) = turns[at * stride];
                let re = high_real[at] * cosine - high_imaginary[at] * sine;
                let im = high_real[at] * sine + high_imaginary[at] * cosine;
                (high_real[at], high_imaginary[at]) = (low_real[at] - re, low_imaginary[at] - im);
                (low_real[at], low_imaginary[at]) = (low_real[at] + re, low_imaginary[at] + im);
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, StandardNormal};

    /// Chains of the autoregression x' = r x + noise, started in its own distribution with variance 1.
    fn chains(count: usize, length: usize, r: f64) -> Vec<Vec<f64>> {
        let mut random = ChaCha8Rng::seed_from_u64(4);
        let mut normal = || -> f64 { StandardNormal.sample(&mut random) };
        (0..count)
            .map(|_| {
                let mut x = normal();
                (0..length)
                    .map(|_| {
                        x = r * x + (1.0 - r * r).sqrt() * normal();
                        x
                    })
                    .collect()
            })
            .collect()
    }

    fn slices(chains: &[Vec<f64>]) -> Vec<&[f64]> {
        chains.iter().map(Vec::as_slice).collect()
    }

    #[test]
    fn effective_draws_are_those_of_theory() {
        for r in [0.0, 0.5, 0.9] {
            let chains = chains(4, 5_000, r);
            let theory = 20_000.0 * (1.0 - r) / (1.0 + r);
            let bulk = bulk_ess(&slices(&chains), 2).unwrap();
            assert!((bulk / theory - 1.0).abs() < 0.15, "{r}: {bulk} against {theory}");
            // Exceedances of extremes forget faster than the values themselves.
            assert!(tail_ess(&slices(&chains), 2).unwrap() > 0.8 * theory);
            assert!(rhat(&slices(&chains)).unwrap() < 1.01);
        }
    }

    #[test]
    fn autocovariances_are_those_of_the_sum() {
        for (count, length) in [(1, 7), (3, 50), (6, 64)] {
            let chains = chains(count, length, 0.5);
            for (lag, sum) in autocovariances(&chains).into_iter().enumerate() {
                let known: f64 = chains.iter().map(|c| c[lag..].iter().zip(c).map(|(a, b)| a * b).sum::<f64>()).sum();
                assert!((sum - known).abs() < 1e-12 * (1.0 + known.abs()), "{count}, {length}, {lag}: {sum} {known}");
            }
        }
    }

    #[test]
    fn error_of_a_quantile_is_that_of_theory() {
        let chains = chains(1, 10_000, 0.0);
        let theory = 0.5 / 100.0 / 0.398_94;
        let median = quantile_error(&slices(&chains), 0.5, 2).unwrap();
        assert!((median / theory - 1.0).abs() < 0.25, "{median} against {theory}");
    }

    /// Draws that stay for four and then go to the one farthest from it: their correlation rises again after every turn.
    #[test]
    fn what_comes_round_is_summed_over_a_cycle() {
        let slow = chains(6, 6_000, 0.98);
        let turning: Vec<Vec<f64>> = (slow.chunks(2))
            .map(|pair| (0..12_000).map(|at| pair[at / 4 % 2][at / 8 * 4 + at % 4]).collect())
            .collect();
        // The mean over a turn is that of two chains, each of which is worth so much.
        let theory = 3.0 * 12_000.0 * 0.02 / 1.98;
        let ess = |cycle| bulk_ess(&slices(&turning), cycle).unwrap();
        assert!((ess(8) / theory - 1.0).abs() < 0.3, "{} against {theory}", ess(8));
        assert!(ess(2) > 1.5 * theory, "{} against {theory}", ess(2));
    }

    #[test]
    fn error_of_each_chain_is_that_of_theory() {
        let chains = chains(4, 5_000, 0.9);
        let each = quantile_error_of_each(&slices(&chains), 0.5, 2).unwrap();
        let theory = 0.5 / (5_000.0f64 * 0.1 / 1.9).sqrt() / 0.398_94;
        // Being below the median forgets faster than the value itself.
        assert!(each.iter().all(|e| (0.6..1.1).contains(&(e / theory))), "{each:?} against {theory}");
    }

    /// A switch that is turned once in hundreds of draws moves a limit a little, beside noise that is new with each: it counts.
    #[test]
    fn what_is_slow_and_small_counts_for_the_error_of_a_limit() {
        let (slow, fast) = (chains(60, 20_000, 0.995), chains(60, 20_000, 0.0));
        let both: Vec<Vec<f64>> =
            slow.iter().zip(&fast).map(|(s, f)| s.iter().zip(f).map(|(s, f)| 0.25 * s + f).collect()).collect();
        let limits: Vec<f64> = both.iter().map(|c| quantile_of(c, 0.025).unwrap()).collect();
        let true_error = variance(&limits).sqrt();
        let said: Vec<f64> =
            both.chunks(3).flat_map(|three| quantile_error_of_each(&slices(three), 0.025, 2).unwrap()).collect();
        let ratio = mean(&said) / true_error;
        assert!((0.8..1.2).contains(&ratio), "{ratio}");
    }

    #[test]
    fn chains_apart_in_place_or_width_are_seen() {
        let mut moved = chains(4, 1_000, 0.0);
        moved[0].iter_mut().for_each(|v| *v += 0.5);
        assert!(rhat(&slices(&moved)).unwrap() > 1.02);
        let mut wide = chains(4, 1_000, 0.0);
        wide[0].iter_mut().for_each(|v| *v *= 2.0);
        assert!(rhat(&slices(&wide)).unwrap() > 1.02);
    }

    #[test]
    fn what_cannot_be_said_is_absent() {
        let constant = vec![vec![3.0; 100]; 4];
        assert_eq!((rhat(&slices(&constant)), bulk_ess(&slices(&constant), 2)), (None, None));
        assert_eq!(rhat(&[&[1.0, 2.0, 3.0]]), None);
        let broken = vec![vec![f64::NAN; 100]; 2];
        assert_eq!((rhat(&slices(&broken)), tail_ess(&slices(&broken), 2)), (None, None));
        assert_eq!(quantile_of(&[], 0.5), None);
    }
}
