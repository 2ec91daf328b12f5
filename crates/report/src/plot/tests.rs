//! The plots of a linkage: what they show, by snapshot, and that no number breaks them.

use super::*;
use proptest::prelude::*;

fn step(label: &str, level: &str, bits: Option<f64>) -> Step {
    Step { label: label.into(), level: level.into(), bits, values: None }
}

fn comparison() -> Waterfall {
    let mut given = step("given name", "close", Some(4.25));
    given.values = Some(("Мерик".into(), "محمد حسن".into()));
    Waterfall {
        title: "registry:17 and families:88".into(),
        prior: Some(-11.0),
        steps: vec![
            given,
            step("family name", "same", Some(9.5)),
            step("sex", "different", Some(-3.0)),
            step("birth or age", "missing", None),
        ],
        threshold: 0.5,
        words: "Four fields, of which one is not said.".into(),
    }
}

#[test]
fn a_waterfall_shows_every_step_and_the_total() {
    let svg = waterfall(&comparison());
    for shown in ["-11.0", "+4.2", "+9.5", "-3.0", "not said", "threshold", "in all<", "-0.2<"] {
        assert!(svg.contains(shown), "{shown}");
    }
    assert!(svg.contains("<desc>Four fields, of which one is not said.</desc>"));
    insta::assert_snapshot!(svg);
}

#[test]
fn what_speaks_against_is_hollow() {
    let svg = waterfall(&comparison());
    assert_eq!(svg.matches("fill=\"none\" stroke=\"#D55E00\"").count(), 1);
}

#[test]
fn two_records_that_cannot_match_have_no_total() {
    let svg = waterfall(&Waterfall { prior: None, ..comparison() });
    assert!(svg.contains("no match possible") && !svg.contains("in all<"));
}

#[test]
fn values_are_shown_only_where_they_are_given() {
    let mut silent = comparison();
    silent.steps.iter_mut().for_each(|s| s.values = None);
    assert!(waterfall(&comparison()).contains("Мерик") && !waterfall(&silent).contains("Мерик"));
}

#[test]
fn weights_go_to_either_side() {
    let level = |weight: f64, m, u| LevelWeight { level: "same".into(), m, u, weight };
    let field = FieldWeights { field: "sex".into(), levels: vec![level(2.0, 0.98, 0.0004), level(-3.0, 0.02, 0.5)] };
    let svg = weights(&[field], "words");
    assert!(svg.contains("+2.0") && svg.contains("-3.0") && svg.contains("98 % | &lt;0.1 %"));
    insta::assert_snapshot!(svg);
}

fn curve() -> Vec<AtThreshold> {
    let at = |threshold: f64, precision: f64, recall: f64| AtThreshold {
        threshold,
        precision: Some(precision),
        recall: Some(recall),
        f1: Some(2.0 * precision * recall / (precision + recall)),
    };
    vec![at(0.01, 0.8, 0.99), at(0.5, 0.95, 0.97), at(0.99, 0.999, 0.85)]
}

#[test]
fn curves_differ_in_their_dashes() {
    let svg = thresholds(&curve(), &[(0.5, 1200), (0.99, 1300)], 0.5, "words");
    for shown in ["precision", "recall", "F1<", "1,200", "1,300", "threshold in use: 0.500"] {
        assert!(svg.contains(shown), "{shown}");
    }
    let polyline = |s: &&str| s.contains("points=") && s.contains("stroke-dasharray");
    assert_eq!(svg.split("<polyline ").skip(1).filter(|s| polyline(&s.split("/>").next().unwrap_or(""))).count(), 2);
    insta::assert_snapshot!(svg);
}

#[test]
fn linked_pairs_are_filled_and_others_hollow() {
    let bins = [(-4.0, 30), (-1.0, 4), (2.0, 9), (5.0, 0)].map(|(from, pairs)| Bin { from, to: from + 3.0, pairs });
    let svg = histogram(&bins, 0.75, "words");
    assert_eq!((svg.matches("fill=\"#0072B2\"").count(), svg.matches("fill=\"none\"").count()), (1, 2));
    insta::assert_snapshot!(svg);
}

#[test]
fn unlinkable_records_rise_with_the_threshold() {
    insta::assert_snapshot!(unlinkables(&[(0.01, 0.0), (0.5, 0.012), (0.99, 0.09)], 0.5, "words"));
}

proptest! {
    // Each case draws five plots.
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_numbers_are_drawn(
        bits in prop::collection::vec(-400.0f64..400.0, 0..14),
        prior in prop::option::of(-60.0f64..1.0),
        threshold in 0.0f64..=1.0,
        share in 0.0f64..=1.0,
        pairs in 0u64..1_000_000_000_000,
        label in "\\PC{0,40}",
    ) {
        let steps = bits.iter().map(|&b| Step { values: Some((label.clone(), label.clone())), ..step(&label, &label, Some(b)) });
        let one = Waterfall { title: label.clone(), prior, steps: steps.collect(), threshold, words: label.clone() };
        let at = AtThreshold { threshold, precision: Some(share), recall: Some(share), f1: None };
        let level = LevelWeight { level: label.clone(), m: share, u: share, weight: bits.first().copied().unwrap_or(0.0) };
        let drawn = [
            waterfall(&one),
            thresholds(&[at], &[(threshold, pairs)], threshold, &label),
            unlinkables(&[(threshold, share)], threshold, &label),
            histogram(&[Bin { from: -1.0, to: 0.0, pairs }], threshold, &label),
            weights(&[FieldWeights { field: label.clone(), levels: vec![level] }], &label),
        ];
        for svg in drawn {
            prop_assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
            // Coordinates, not labels, would hold these.
            prop_assert!(!svg.contains("\"NaN") && !svg.contains("\"inf") && !svg.contains("\"-inf"));
        }
    }
}
