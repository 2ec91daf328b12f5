//! Decomposable graphs against `dga`, and against the paper.

use crate::reference::{assert_close, numbers, table};
use factum_estimate::{Detail, Model, Options, Support, estimate, posterior};
use factum_model::{CaptureTable, ListId};

fn check(name: &str, delta: f64) {
    let table = table(name);
    let support = Support { delta, ..Support::default_for(&table) };
    let ours = posterior(&table, support).unwrap();
    for row in numbers(&format!("dga_{name}_delta{delta}.csv")) {
        let missing = row["N"] as u64 - table.observed();
        let what = format!("{name} delta {delta} N {}", row["N"]);
        assert_close(&what, ours[missing as usize - 1], row["posterior"], 1e-6);
        assert_close(&what, ours[..missing as usize].iter().sum(), row["cumulative"], 1e-6);
    }
}

#[test]
fn kosovo_reproduces_dga() {
    [0.0625, 0.5, 1.0].into_iter().for_each(|delta| check("kosovo", delta));
}

#[test]
fn other_tables_reproduce_dga() {
    for (name, deltas) in [
        ("spina3", [0.125, 0.5, 1.0]),
        ("hiv", [0.0625, 0.5, 1.0]),
        ("scotpwid4", [0.0625, 0.5, 1.0]),
        ("madiganyork5", [0.03125, 0.5, 1.0]),
        ("uk5", [0.03125, 0.5, 1.0]),
        ("netherlands5", [0.03125, 0.5, 1.0]),
    ] {
        deltas.into_iter().for_each(|delta| check(name, delta));
    }
}

/// Medians and limits of `bma.cr` on kosovo: 12,595 [9,827, 16,544] at 2^-4, 4,617 [4,408, 6,860] at delta 1.
#[test]
fn kosovo_summaries_are_those_of_dga() {
    for (delta, expected) in [(None, [12595.0, 9827.0, 16544.0]), (Some(1.0), [4617.0, 4408.0, 6860.0])] {
        let answer = estimate(&table("kosovo"), &Options { delta, ..Options::new(Model::Decomposable) }).unwrap();
        let ours = [answer.estimate, answer.lower, answer.upper].map(Option::unwrap);
        for (ours, theirs) in ours.into_iter().zip(expected) {
            assert!((ours - theirs).abs() <= 1.0, "{ours} against {theirs}");
        }
    }
}

/// Five lists of Madigan & York (1997), 537 observed, delta .5, up to 300 missing: mean 617.8, limits 588 and 655.
#[test]
fn the_papers_five_lists_are_reproduced() {
    let options = Options { delta: Some(0.5), max_missing: Some(300), ..Options::new(Model::Decomposable) };
    let answer = estimate(&table("madiganyork5"), &options).unwrap();
    let Detail::Decomposable(detail) = answer.detail else { panic!("wrong detail") };
    assert!((detail.mean - 617.8).abs() < 0.1, "{}", detail.mean);
    assert_eq!((answer.lower, answer.upper), (Some(588.0), Some(655.0)));
}

#[test]
fn graph_and_edge_weights_are_probabilities() {
    let answer = estimate(&table("madiganyork5"), &Options::new(Model::Decomposable)).unwrap();
    let Detail::Decomposable(detail) = answer.detail else { panic!("wrong detail") };
    assert_eq!(detail.graphs_averaged, 822);
    assert!(detail.graphs.iter().map(|g| g.weight).sum::<f64>() <= 1.0 + 1e-12);
    assert!(detail.graphs.is_sorted_by(|a, b| a.weight >= b.weight));
    assert_eq!(detail.edges.len(), 10);
    assert!(detail.edges.iter().all(|e| (0.0..=1.0 + 1e-12).contains(&e.probability)));
}

#[test]
fn a_support_that_binds_is_announced() {
    let options = Options { max_missing: Some(3000), ..Options::new(Model::Decomposable) };
    let answer = estimate(&table("kosovo"), &options).unwrap();
    assert!(
        answer.warnings.iter().any(|w| w.to_string().contains("the limit set beforehand")),
        "{:?}",
        answer.warnings
    );
}

#[test]
fn a_collapse_onto_the_observed_count_is_announced() {
    let lists = ["a", "b", "c"].map(ListId::new).to_vec();
    let sparse = CaptureTable::from_counts(lists, &[(1, 100), (2, 2), (4, 1), (3, 40), (5, 30), (7, 12)]).unwrap();
    let answer = estimate(&sparse, &Options { delta: Some(1.0), ..Options::new(Model::Decomposable) }).unwrap();
    assert!(answer.warnings.iter().any(|w| w.to_string().contains("almost wholly")), "{:?}", answer.estimate);
}
