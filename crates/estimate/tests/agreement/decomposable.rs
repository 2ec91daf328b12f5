//! Decomposable graphs against sums that take every graph and every population size one by one.

use crate::reference::{assert_close, table};
use factum_estimate::{Detail, Estimate, Model, Options, Prior, Support, estimate, posterior};
use factum_model::{CaptureTable, ListId};
use rayon::prelude::*;
use statrs::function::gamma::ln_gamma;

/// The factors of a graph: sets of lists whose terms stand above and below the line.
type Graph = Vec<(usize, usize)>;

/// For each decomposable graph the sets of lists in numerator and denominator, by taking away one list after another whose
/// neighbours are all joined.
fn all_graphs(lists: usize) -> Vec<Graph> {
    let pairs: Vec<(usize, usize)> = (0..lists).flat_map(|i| (0..i).map(move |j| (j, i))).collect();
    let factors = |edges: u32| {
        let joined = |i: usize, j: usize| {
            pairs.iter().position(|&p| p == (i.min(j), i.max(j))).is_some_and(|bit| edges >> bit & 1 == 1)
        };
        let mut left: Vec<usize> = (0..lists).collect();
        let mut factors = Vec::new();
        while !left.is_empty() {
            let simplicial = left.iter().position(|&v| {
                let around: Vec<usize> = left.iter().copied().filter(|&u| u != v && joined(u, v)).collect();
                around.iter().all(|&a| around.iter().all(|&b| a == b || joined(a, b)))
            })?;
            let v = left.remove(simplicial);
            let around = left.iter().filter(|&&u| joined(u, v)).map(|&u| 1 << u).sum();
            factors.push((around | 1 << v, around));
        }
        Some(factors)
    };
    (0..1u32 << pairs.len()).filter_map(factors).collect()
}

/// The log posterior of each number missing, up to a constant, with nothing shared, interpolated or rearranged.
fn one_by_one(table: &CaptureTable, delta: f64, missing: &[u64], graphs: &[Graph]) -> Vec<f64> {
    let lists = table.lists().len();
    let total = delta * f64::from(1u32 << lists);
    let observed = table.observed() as f64;
    let mut constant = vec![0.0; 1 << lists];
    let mut absent = vec![0.0; 1 << lists];
    for set in 1..1u32 << lists {
        let alpha = delta * f64::from(1u32 << (lists as u32 - set.count_ones()));
        let cell = |wanted: u32| -> u64 { table.iter().filter(|(h, _)| h.0 & set == wanted).map(|(_, c)| c).sum() };
        let occupied = (1..=set).filter(|cell| cell & set == *cell);
        constant[set as usize] = ln_gamma(total) - ln_gamma(alpha)
            + occupied.map(|c| ln_gamma(alpha + cell(c) as f64) - ln_gamma(alpha)).sum::<f64>();
        absent[set as usize] = alpha + cell(0) as f64;
    }
    let at = |&m: &u64| {
        let m = m as f64;
        let n = observed + m;
        let everyone = ln_gamma(total + n);
        let term = |set: usize| {
            if set == 0 { 0.0 } else { constant[set] + ln_gamma(absent[set] + m) - everyone }
        };
        let terms: Vec<f64> = (0..1 << lists).map(term).collect();
        let weights: Vec<f64> =
            graphs.iter().map(|g| g.iter().map(|&(over, under)| terms[over] - terms[under]).sum()).collect();
        let top = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = weights.iter().map(|w| (w - top).exp()).sum();
        ln_gamma(n + 1.0) - ln_gamma(m + 1.0) - n.ln() + top + sum.ln()
    };
    missing.par_iter().map(at).collect()
}

fn agrees_with_the_full_sum(name: &str, deltas: &[f64]) {
    let table = table(name);
    for &delta in deltas {
        let support = Support { delta, ..Support::default_for(&table) };
        let all: Vec<u64> = (1..=support.max_missing).collect();
        let logs = one_by_one(&table, delta, &all, &all_graphs(table.lists().len()));
        let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logs.iter().map(|l| (l - top).exp()).sum();
        let ours = posterior(&table, support).unwrap();
        assert_eq!(ours.len(), all.len());
        for ((m, ours), log) in all.iter().zip(&ours).zip(&logs) {
            // e^-60 of the mass is nothing anybody could see; above it every value is held to.
            if log - top > -60.0 {
                assert_close(&format!("{name} delta {delta} missing {m}"), *ours, (log - top).exp() / sum, 1e-6);
            }
        }
    }
}

#[test]
fn few_sizes_stand_for_all_of_three_and_four_lists() {
    agrees_with_the_full_sum("spina3", &[0.125, 0.5, 1.0]);
    for name in ["kosovo", "hiv", "scotpwid4"] {
        agrees_with_the_full_sum(name, &[0.0625, 0.5, 1.0]);
    }
}

#[test]
fn few_sizes_stand_for_all_of_madigan_and_yorks_five_lists() {
    agrees_with_the_full_sum("madiganyork5", &[0.03125, 0.5, 1.0]);
}

#[test]
fn few_sizes_stand_for_all_of_five_british_lists() {
    agrees_with_the_full_sum("uk5", &[0.03125, 0.5, 1.0]);
}

#[test]
fn few_sizes_stand_for_all_of_five_dutch_lists() {
    agrees_with_the_full_sum("netherlands5", &[0.03125, 0.5]);
}

/// All 18,154 graphs at some sizes: too many to take at all sizes.
#[test]
fn six_lists_agree_with_all_graphs_at_some_sizes() {
    let table = table("uk6");
    let support = Support::default_for(&table);
    let ours = posterior(&table, support).unwrap();
    let some = [1, 2, 3, 10, 17, 100, 1_000, 4_321, 7_000, 9_999, 12_345, 20_000, 30_000, 54_880];
    let logs = one_by_one(&table, support.delta, &some, &all_graphs(6));
    for (m, log) in some.iter().zip(&logs) {
        let ratio = ours[*m as usize - 1] / ours[9_998];
        assert_close(&format!("uk6 missing {m}"), ratio, (log - logs[9]).exp(), 1e-6);
    }
}

/// 29,785 people on five lists, where logarithms of gamma functions reach six millions. Reference: all 822 graphs with 40
/// digits (mpmath), the log posterior at some sizes less that at 700 missing.
#[test]
fn large_counts_keep_their_precision() {
    let counts: Vec<(u32, u64)> = (1..32u32).map(|h| (h, u64::from(7200 / (1 + 3 * h.count_ones()) + h % 7))).collect();
    let lists = (0..5).map(|i| ListId::new(format!("L{i}"))).collect();
    let table = CaptureTable::from_counts(lists, &counts).unwrap();
    assert_eq!(table.observed(), 29_785);
    let known = [
        (50, 2.577857295393265),
        (300, 0.8339989996427007),
        (1_000, -0.35531516131736207),
        (1_500, -0.7642156289974856),
        (2_500, 67.29343168072386),
        (5_000, -2.0364918161247947),
        (20_000, -3.7381025945577298),
        (100_000, -6.255410468102233),
        (500_000, -9.221145353356727),
    ];
    for most in [595_700, 20_000_000] {
        let ours = posterior(&table, Support { max_missing: most, ..Support::default_for(&table) }).unwrap();
        for (m, expected) in known {
            assert_close(&format!("missing {m}"), ours[m - 1] / ours[699], f64::exp(expected), 1e-6);
        }
    }
}

fn detail(answer: &Estimate) -> &factum_estimate::DecomposableDetail {
    let Detail::Decomposable(detail) = &answer.detail else { panic!("wrong detail") };
    detail
}

/// Madigan & York (1997), their three lists with their prior: the likeliest model has probability .37, N is 731 [682, 797].
#[test]
fn the_papers_three_lists_are_reproduced() {
    let lists = ["a", "b", "c"].map(ListId::new).to_vec();
    let counts = [(4, 60), (2, 49), (6, 4), (1, 247), (5, 112), (3, 142), (7, 12)];
    let table = CaptureTable::from_counts(lists, &counts).unwrap();
    let options = Options {
        delta: Some(1.0),
        max_missing: Some(300),
        prior: Prior::GammaPoisson { shape: 13.14, scale: 55.17 },
        ..Options::new(Model::Decomposable)
    };
    let answer = estimate(&table, &options).unwrap();
    assert_eq!((answer.estimate, answer.lower, answer.upper), (Some(731.0), Some(682.0), Some(797.0)));
    assert!((detail(&answer).graphs[0].weight - 0.37).abs() < 0.005, "{:?}", detail(&answer).graphs);
}

/// Medians, limits, means and the likeliest model of `bma.cr` (see `peers.csv`).
#[test]
fn five_lists_have_the_summaries_of_dga() {
    for (name, delta, [median, lower, upper, mean], best) in [
        ("uk5", 0.03125, [22_990.0, 10_387.0, 33_508.0, 21_282.0], 0.443),
        ("uk5", 0.5, [2_793.0, 2_745.0, 3_294.0, 2_856.0], 0.995),
        ("netherlands5", 0.03125, [49_385.0, 41_405.0, 168_992.0, 73_973.0], 0.634),
        ("netherlands5", 1.0, [8_421.0, 8_241.0, 9_277.0, 8_510.0], 1.0),
    ] {
        let answer =
            estimate(&table(name), &Options { delta: Some(delta), ..Options::new(Model::Decomposable) }).unwrap();
        let ours = [answer.estimate.unwrap(), answer.lower.unwrap(), answer.upper.unwrap(), detail(&answer).mean];
        for (ours, theirs) in ours.into_iter().zip([median, lower, upper, mean]) {
            assert!((ours - theirs).abs() <= 1.0, "{name} {delta}: {ours} against {theirs}");
        }
        assert!((detail(&answer).graphs[0].weight - best).abs() < 0.0006, "{:?}", detail(&answer).graphs);
        assert!(detail(&answer).graphs_proven);
    }
}

/// Weights of single graphs and edges against the sum over all sizes of each graph's own weight.
#[test]
fn likeliest_graphs_and_edges_are_those_of_all_graphs() {
    let table = table("madiganyork5");
    let options = Options { max_missing: Some(400), ..Options::new(Model::Decomposable) };
    let answer = estimate(&table, &options).unwrap();
    let delta = detail(&answer).delta;
    let graphs = all_graphs(5);
    assert_eq!(graphs.len(), detail(&answer).graphs_averaged);
    let missing: Vec<u64> = (1..=400).collect();
    let all = one_by_one(&table, delta, &missing, &graphs);
    let top = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum = |logs: &[f64]| logs.iter().map(|l| (l - top).exp()).sum::<f64>();
    let share = |some: &[Graph]| sum(&one_by_one(&table, delta, &missing, some)) / sum(&all);
    let mut weights: Vec<f64> = graphs.iter().map(|graph| share(std::slice::from_ref(graph))).collect();
    let mut pairs = detail(&answer).edges.iter();
    for i in 0..5 {
        for j in 0..i {
            let joined: Vec<Graph> = graphs
                .iter()
                .filter(|graph| graph.iter().any(|&(over, _)| over >> i & over >> j & 1 == 1))
                .cloned()
                .collect();
            let ours = pairs.next().unwrap();
            assert_eq!(ours.lists, (table.lists()[j].clone(), table.lists()[i].clone()));
            assert!((ours.probability - share(&joined)).abs() < 1e-8, "{ours:?}");
        }
    }
    weights.sort_by(|a, b| b.total_cmp(a));
    assert_eq!(detail(&answer).graphs.len(), 10);
    for (ours, expected) in detail(&answer).graphs.iter().zip(&weights) {
        assert!((ours.weight - expected).abs() < 1e-8, "{ours:?} {expected}");
    }
}

#[test]
fn the_same_bytes_with_any_number_of_threads() {
    for (name, max_missing) in [("kosovo", None), ("uk5", None), ("uk6", Some(5_000))] {
        let table = table(name);
        let options = Options { max_missing, ..Options::new(Model::Decomposable) };
        let answer = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| format!("{:?}", estimate(&table, &options)))
        };
        let one = answer(1);
        assert_eq!(one, answer(2), "{name}");
        assert_eq!(one, answer(8), "{name}");
    }
}

/// Beyond what the data can mean nothing changes; a thousand million sizes cost as little as a hundred thousand.
#[test]
fn a_wide_support_changes_little() {
    let kosovo = table("kosovo");
    let answer =
        |most| estimate(&kosovo, &Options { max_missing: Some(most), ..Options::new(Model::Decomposable) }).unwrap();
    let usual = answer(88_000);
    for most in [2_000_000, 1_000_000_000] {
        let wide = answer(most);
        assert!((wide.estimate.unwrap() - usual.estimate.unwrap()).abs() <= 1.0);
        assert!((wide.upper.unwrap() - usual.upper.unwrap()).abs() <= 5.0);
        assert!(detail(&wide).sizes_summed < 1_000, "{}", detail(&wide).sizes_summed);
    }
    let refused = estimate(&kosovo, &Options { max_missing: Some(2_000_000_000), ..Options::new(Model::Decomposable) });
    assert!(refused.is_err());
}

#[test]
fn a_bound_on_the_population_is_one_on_the_missing() {
    let kosovo = table("kosovo");
    let by = |options: Options| {
        let answer = estimate(&kosovo, &options).unwrap();
        (answer.estimate, detail(&answer).max_missing)
    };
    let new = || Options::new(Model::Decomposable);
    assert_eq!(by(Options { max_n: Some(14_400), ..new() }), by(Options { max_missing: Some(10_000), ..new() }));
    assert_eq!(by(Options { max_n: Some(14_400), max_missing: Some(9_000), ..new() }).1, 9_000);
    for max_n in [0, 4_400] {
        assert!(estimate(&kosovo, &Options { max_n: Some(max_n), ..new() }).is_err());
    }
}

#[test]
fn settings_that_mean_nothing_are_refused() {
    let kosovo = table("kosovo");
    let usual = Support::default_for(&kosovo);
    for support in [
        Support { delta: f64::MAX, ..usual },
        Support { delta: f64::NAN, ..usual },
        Support { delta: 0.0, ..usual },
        Support { max_missing: 0, ..usual },
        Support { max_missing: 50_000_001, ..usual },
        Support { prior: Prior::GammaPoisson { shape: f64::INFINITY, scale: 1.0 }, ..usual },
    ] {
        assert!(posterior(&kosovo, support).is_err(), "{support:?}");
    }
    // At the ends of what is taken every probability is a number, and they add up to one.
    for support in [
        Support { delta: 1e-9, ..usual },
        Support { delta: 1e6, ..usual },
        Support { max_missing: 1, ..usual },
        Support { max_missing: 17, ..usual },
        Support { prior: Prior::GammaPoisson { shape: 1e9, scale: 1e9 }, ..usual },
        Support { prior: Prior::GammaPoisson { shape: 1e-9, scale: 1e-9 }, ..usual },
        Support { prior: Prior::GammaPoisson { shape: 1e5, scale: 0.3 }, ..usual },
        Support { prior: Prior::Rissanen, ..usual },
    ] {
        let all = posterior(&kosovo, support).unwrap();
        let sum: f64 = all.iter().sum();
        assert!((sum - 1.0).abs() < 1e-6 && all.iter().all(|p| *p >= 0.0), "{support:?}: {sum}");
    }
}

/// What the prior says alone, against sums of the prior itself, and the plotted sizes.
#[test]
fn the_prior_stands_beside_the_posterior() {
    let kosovo = table("kosovo");
    for prior in [Prior::Jeffreys, Prior::Uniform, Prior::Rissanen, Prior::GammaPoisson { shape: 4.0, scale: 3000.0 }] {
        let answer = estimate(&kosovo, &Options { prior, ..Options::new(Model::Decomposable) }).unwrap();
        let detail = detail(&answer);
        let (alone, sizes) = (detail.prior_alone, &detail.sizes);
        assert!(alone.lower < alone.estimate && alone.estimate < alone.upper, "{prior} {alone:?}");
        assert!((100..=202).contains(&sizes.len()), "{}", sizes.len());
        assert!(sizes.iter().all(|s| s.prior > 0.0 && s.posterior > 0.0));
        let step = (sizes[1].n - sizes[0].n) as f64;
        let covered: f64 = sizes.iter().map(|s| s.posterior * step).sum();
        assert!((covered - 0.999).abs() < 0.005, "{prior} {covered}");
        if prior == Prior::Uniform {
            assert!((alone.estimate - 48_400.0).abs() <= 1.0, "{alone:?}");
            assert_close("uniform", sizes[0].prior, 1.0 / 88_000.0, 1e-7);
        }
        if prior == Prior::Jeffreys {
            // Half of the sum of 1/N over 4,401 to 92,400 is reached near the geometric mean.
            assert!((alone.estimate - (4_400.5f64 * 92_400.5).sqrt()).abs() <= 1.5, "{alone:?}");
        }
    }
}

/// Eight lists: the answer holds together, and the number of graphs averaged is that of the literature.
#[test]
fn eight_lists_are_averaged() {
    let table = table("ph_manila_police");
    let options = Options { max_missing: Some(200), ..Options::new(Model::Decomposable) };
    let answer = estimate(&table, &options).unwrap();
    assert_eq!(detail(&answer).graphs_averaged, 30_888_596);
    assert_eq!(detail(&answer).edges.len(), 28);
    assert!(answer.lower <= answer.estimate && answer.estimate <= answer.upper);
}
