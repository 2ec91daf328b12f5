//! Are sources found of whom all that is said fits few?

use factum_guard::profile::{Decision, DecisionFault, Rare, Said, below, profiles, settles};
use factum_guard::space::Category;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn said(all: &[(&str, &str, &str, &str)]) -> Vec<Said> {
    let one = |(source, release, dimension, value): &(&str, &str, &str, &str)| Said {
        source: (*source).into(),
        release: (*release).into(),
        fact: Category::new(*dimension, *value),
    };
    all.iter().map(one).collect()
}

/// Four sources: each fact fits two or more, place and trade together fit one of S-1 only.
fn four() -> Vec<Said> {
    said(&[
        ("S-1", "first", "place", "Arva"),
        ("S-1", "second", "trade", "nurse"),
        ("S-2", "first", "place", "Arva"),
        ("S-2", "first", "trade", "driver"),
        ("S-3", "first", "place", "Belm"),
        ("S-3", "first", "trade", "nurse"),
        ("S-4", "first", "place", "Belm"),
        ("S-4", "first", "trade", "nurse"),
    ])
}

#[test]
fn releases_add_up() {
    let profiles = profiles(&four());
    assert_eq!(profiles.len(), 4);
    let releases: Vec<Vec<&str>> = profiles[0].facts.values().map(|r| r.iter().map(String::as_str).collect()).collect();
    assert_eq!(releases, [["first"], ["second"]]);
}

#[test]
fn what_fits_few_is_found_with_its_smallest_parts() {
    type Parts<'a> = &'a [(&'a [&'a str], usize)];
    let check = |k, expected: &[(&str, usize, Parts)]| {
        let found: Vec<_> = below(&four(), k).into_iter().map(|b| (b.source, b.shares, b.rare)).collect();
        let values = |r: &Rare| (r.facts.iter().map(|f| f.value.clone()).collect::<Vec<_>>(), r.shares);
        let found: Vec<_> =
            found.iter().map(|(s, n, r)| (s.as_str(), *n, r.iter().map(values).collect::<Vec<_>>())).collect();
        let owned = |(facts, n): &(&[&str], usize)| (facts.iter().map(ToString::to_string).collect::<Vec<_>>(), *n);
        let expected: Vec<_> =
            expected.iter().map(|(s, n, r)| (*s, *n, r.iter().map(owned).collect::<Vec<_>>())).collect();
        assert_eq!(found, expected);
    };
    check(1, &[]);
    check(2, &[("S-1", 1, &[(&["Arva", "nurse"], 1)]), ("S-2", 1, &[(&["driver"], 1)])]);
    let both: Parts = &[(&["Arva"], 2), (&["driver"], 1)];
    let belm: Parts = &[(&["Belm"], 2)];
    check(3, &[("S-1", 1, &[(&["Arva"], 2)]), ("S-2", 1, both), ("S-3", 2, belm), ("S-4", 2, belm)]);
}

#[test]
fn a_decision_holds_for_what_was_decided_about() {
    let below = &below(&four(), 2)[0];
    let decision = Decision {
        source: "S-1".into(),
        facts: below.facts.iter().cloned().collect(),
        by: "protection officer".into(),
        reason: "left the country, asked to be named so".into(),
    };
    let check = |change: fn(&mut Decision), expected: Result<(), DecisionFault>| {
        let mut decision = decision.clone();
        change(&mut decision);
        assert_eq!(settles(&decision, below), expected);
    };
    let source_code = || "S-1".to_string();
    check(|_| {}, Ok(()));
    check(|d| _ = d.facts.insert(Category::new("sex", "f")), Ok(()));
    check(|d| _ = d.facts.pop_first(), Err(DecisionFault::MoreIsSaid { source_code: source_code(), added: 1 }));
    check(|d| d.reason = " ".into(), Err(DecisionFault::Unsigned { source_code: source_code() }));
    let other = DecisionFault::OtherSource { decided: "S-2".into(), source_code: source_code() };
    check(|d| d.source = "S-2".into(), Err(other));
}

#[test]
fn long_profiles_are_searched_as_far_as_it_goes() {
    let mut all = Vec::new();
    for source in ["S-1", "S-2"] {
        for fact in 0..24 {
            all.push(Said {
                source: source.into(),
                release: "first".into(),
                fact: Category::new(format!("{fact:02}"), "yes"),
            });
        }
    }
    all.push(Said { source: "S-3".into(), release: "first".into(), fact: Category::new("00", "yes") });
    let found = below(&all, 2);
    assert_eq!(found.len(), 1, "the third is alone with so little said");
    assert_eq!((found[0].source.as_str(), found[0].rare.len(), found[0].searched), ("S-3", 0, 1));
    let found = below(&all, 3);
    assert_eq!(found[0].rare.len(), 23, "every fact but the first fits two");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Against counting every set of facts of every source.
    #[test]
    fn rare_parts_are_those_of_counting_all(values in prop::collection::vec(0u8..3, 32), k in 1usize..4) {
        let mut all = Vec::new();
        for (source, values) in values.chunks(4).enumerate() {
            for (dimension, value) in values.iter().enumerate() {
                let fact = Category::new(format!("d{dimension}"), value.to_string());
                all.push(Said { source: format!("S-{source}"), release: "r".into(), fact });
            }
        }
        let profiles = profiles(&all);
        let fitting = |facts: &BTreeSet<&Category>| {
            profiles.iter().filter(|p| facts.iter().all(|f| p.facts.contains_key(*f))).count()
        };
        let found = below(&all, k);
        for profile in &profiles {
            let facts: Vec<&Category> = profile.facts.keys().collect();
            let mut expected = BTreeSet::new();
            for bits in 1u32..16 {
                let set: BTreeSet<&Category> = (0..4).filter(|n| bits >> n & 1 == 1).map(|n| facts[n]).collect();
                let smallest = set.iter().all(|f| {
                    let part: BTreeSet<&Category> = set.iter().copied().filter(|g| g != f).collect();
                    part.is_empty() || fitting(&part) >= k
                });
                if smallest && fitting(&set) < k {
                    expected.insert((set.into_iter().cloned().collect::<Vec<_>>(), ));
                }
            }
            let rare = found.iter().find(|b| b.source == profile.source).map(|b| b.rare.clone()).unwrap_or_default();
            let rare: BTreeSet<_> = rare.into_iter().map(|r| (r.facts, )).collect();
            prop_assert_eq!(rare, expected);
        }
    }
}
