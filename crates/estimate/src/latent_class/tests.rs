//! The sampler against sums that need no simulation, and against itself on other numbers of threads.

use super::rounds::{complete, evidence_below};
use super::smc::Effort;
use super::target::{Prior, Target};
use super::tempering::Tempering;
use super::verdict::Drawn;
use super::verdict::judge;
use super::{places, smc};
use crate::diagnostics;
use factum_model::{CaptureTable, ListId};
use statrs::function::beta::ln_beta;
use statrs::function::factorial::ln_binomial;
use statrs::function::gamma::ln_gamma;

const COUNTS: [(u32, u64); 3] = [(0b01, 4), (0b10, 3), (0b11, 2)];
const N: u64 = 9;
const PRIOR: Prior = Prior { shape: 0.25, rate: 0.25 };

fn draw(target: &Target, effort: Effort, seed: u64, ensemble: u64) -> Option<Drawn> {
    let cloud = smc::run(target, effort, seed, ensemble)?;
    Some(complete(target, &cloud, effort, seed, ensemble))
}

/// A target whose ladder starts from a reference fitted to the points of a small descent.
fn referred(target: &Target, seed: u64) -> Option<Target> {
    let effort = Effort { chains: 40, length: 10, steps: 10 };
    let points = smc::run(target, effort, seed, 2)?.points;
    let found = target.above(places::find(target, &points, 0.5, seed, 3));
    let points = smc::run(&found, effort, seed, 4)?.points;
    Some(target.above(found.reference.map(|r| places::refit(target, &r, &points))))
}

/// A tempered chain on the ladder of a small descent.
fn tempered(target: &Target, exchanges: usize, seed: u64) -> Option<Drawn> {
    let cloud = smc::run(target, Effort { chains: 100, length: 10, steps: 10 }, seed, 0)?;
    let mut chain = Tempering::new(target, cloud.ladder, seed, 1);
    chain.advance(exchanges / 2);
    chain.advance(exchanges);
    chain.drawn(chain.counted())
}

fn table() -> CaptureTable {
    CaptureTable::from_counts(["a", "b"].map(ListId::new).to_vec(), &COUNTS).unwrap()
}

/// E[V^a (1 - V)^b] over the stick and the concentration, by the trapezoidal rule in log alpha.
fn stick_moment(a: f64, b: f64) -> f64 {
    let step = 0.02;
    let norm = PRIOR.shape * PRIOR.rate.ln() - ln_gamma(PRIOR.shape);
    (-5000..400)
        .map(|i| {
            let x = f64::from(i) * step;
            let alpha = x.exp();
            let beta = ln_beta(1.0 + a, alpha + b) - ln_beta(1.0, alpha);
            (norm + PRIOR.shape * x - PRIOR.rate * alpha + beta).exp() * step
        })
        .sum()
}

/// The evidence by number missing, 0 to `cap`, under one or two classes: every way to part the persons of each cell
/// between the classes has a closed form.
fn exact(classes: u64, cap: u64) -> Vec<f64> {
    let most = if classes == 1 { 0 } else { u64::MAX };
    let mut moments = std::collections::HashMap::new();
    (0..=cap)
        .map(|missing| {
            let cells = [(0, missing), COUNTS[0], COUNTS[1], COUNTS[2]];
            let mut sum = 0.0;
            let ranges = cells.map(|(_, count)| 0..=count.min(most));
            for a in ranges[0].clone() {
                for b in ranges[1].clone() {
                    for c in ranges[2].clone() {
                        for d in ranges[3].clone() {
                            let second = [a, b, c, d];
                            let ways: f64 = cells.iter().zip(second).map(|((_, n), s)| ln_binomial(*n, s)).sum();
                            let mut persons = [0.0; 2];
                            let mut hits = [[0.0; 2]; 2];
                            for ((history, count), s) in cells.iter().zip(second) {
                                for (class, n) in [(0, count - s), (1, s)] {
                                    persons[class] += n as f64;
                                    for (list, hit) in hits[class].iter_mut().enumerate() {
                                        *hit += if history >> list & 1 == 1 { n as f64 } else { 0.0 };
                                    }
                                }
                            }
                            let lists: f64 = (0..2)
                                .flat_map(|class| hits[class].map(|h| ln_beta(1.0 + h, 1.0 + persons[class] - h)))
                                .sum();
                            let moment = *moments.entry((persons[0] as u64, persons[1] as u64)).or_insert_with(|| {
                                if classes == 1 { 1.0 } else { stick_moment(persons[0], persons[1]) }
                            });
                            sum += (ways + lists).exp() * moment;
                        }
                    }
                }
            }
            sum * ln_binomial(N + missing - 1, missing).exp()
        })
        .collect()
}

#[test]
fn evidence_and_posterior_are_those_of_the_exact_sum() {
    for (classes, cap) in [(1, 40), (2, 20)] {
        let exact = exact(classes, cap);
        let total: f64 = exact.iter().sum();
        let mean = exact.iter().enumerate().map(|(m, p)| m as f64 * p).sum::<f64>() / total;
        let target = Target::new(&table(), classes as usize, PRIOR, cap);
        let descended = draw(&target, Effort { chains: 500, length: 20, steps: 10 }, 3, 0).unwrap();
        let tempered = tempered(&target, 10_000, 3).unwrap();
        let referred = referred(&target, 3).unwrap();
        assert_eq!(referred.reference.is_some(), classes > 1);
        let from_reference = self::tempered(&referred, 10_000, 3).unwrap();
        for (way, drawn) in
            [("descent", descended), ("tempered", tempered), ("tempered from a reference", from_reference)]
        {
            let (ours, truth) = (drawn.log_evidence, total.ln());
            assert!((ours - truth).abs() < 0.06, "{way}, {classes}: {ours} {truth}");
            let missing: Vec<f64> = drawn.log_n.iter().map(|v| v.exp() - N as f64).collect();
            let ess = diagnostics::bulk_ess(&[&missing], drawn.cycle).unwrap();
            let ours = missing.iter().sum::<f64>() / missing.len() as f64;
            let variance = missing.iter().map(|m| (m - ours).powi(2)).sum::<f64>() / missing.len() as f64;
            let errors = (ours - mean) / (variance / ess).sqrt();
            assert!(errors.abs() < 4.0, "{way}, {classes}: {ours} against {mean}, {ess} draws");
            assert!(missing.iter().all(|m| *m < cap as f64 + 0.5));
        }
    }
}

/// What a mode that no chain has entered would hold shows where the chains are kept below half the cap.
#[test]
fn what_lies_below_half_the_cap_is_that_of_the_exact_sum() {
    let below: f64 = exact(2, 20)[..=10].iter().sum();
    let target = Target::new(&table(), 2, PRIOR, 20);
    let kept = evidence_below(&target.under(10), 3).unwrap();
    assert!((kept - below.ln()).abs() < 0.06, "{kept} {}", below.ln());
    let free = tempered(&target, 10_000, 3).unwrap();
    let mut verdict = judge(&[free.clone(), free], 0.95).unwrap();
    let border = ((N + 10) as f64 + 0.5).ln();
    let unmet = verdict.convergence.unmet.len();
    verdict.compare_below(border, Some(kept));
    assert_eq!(verdict.convergence.unmet.len(), unmet, "{:?}", verdict.convergence);
    for missed in [Some(kept + 3.0), Some(f64::NAN), None] {
        verdict.compare_below(border, missed);
        assert!(verdict.convergence.unmet.pop().is_some_and(|words| words.contains("half the cap")));
    }
}

#[test]
fn threads_change_nothing() {
    let target = Target::new(&table(), 10, PRIOR, 180);
    let results: Vec<_> = [1, 2, 8]
        .map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let effort = Effort { chains: 40, length: 5, steps: 6 };
                let referred = referred(&target, 1).unwrap();
                [&target, &referred].map(|t| [draw(t, effort, 1, 0).unwrap(), tempered(t, 100, 1).unwrap()]).concat()
            })
        })
        .into_iter()
        .collect();
    for other in &results[1..] {
        for (one, other) in results[0].iter().zip(other) {
            assert_eq!(one.log_evidence.to_bits(), other.log_evidence.to_bits());
            assert_eq!(one.log_n, other.log_n);
            assert_eq!(one.deviance, other.deviance);
        }
    }
}

/// Ensembles in different modes do not pass, whatever each says of itself.
#[test]
fn disagreement_is_no_convergence() {
    let target = Target::new(&table(), 2, PRIOR, 180);
    let drawn = draw(&target, Effort { chains: 300, length: 10, steps: 6 }, 1, 0).unwrap();
    let mut other = drawn.clone();
    other.log_n.iter_mut().for_each(|v| *v += 1.0);
    other.log_evidence += 3.0;
    let alone = judge(&[drawn.clone(), drawn.clone()], 0.95).unwrap();
    assert_eq!((alone.convergence.evidence_difference, alone.convergence.limit_errors), (0.0, 0.0));
    let both = judge(&[drawn, other], 0.95).unwrap();
    let unmet = both.convergence.unmet.join("; ");
    assert!(
        unmet.contains("log evidence") && unmet.contains("Monte Carlo errors") && unmet.contains("R-hat"),
        "{unmet}"
    );
}
