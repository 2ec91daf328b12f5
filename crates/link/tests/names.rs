//! Do whole names agree as a person who knows the traditions would say?
//!
//! The table is written by hand from the traditions, not from what the code answers: pairs of names, whether they can be
//! read as one name, and why. A pair on which such a person would hesitate does not belong in it.

use factum_link::{NameVerdict, names_agree};
use factum_model::Name;

const TABLE: &str = include_str!("data/names.tsv");

fn rows() -> impl Iterator<Item = (&'static str, &'static str, NameVerdict, &'static str)> {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    rows.map(|row| {
        let columns: Vec<&str> = row.split('\t').collect();
        let [a, b, expected, reason] = columns[..] else { panic!("a row of four columns: {row}") };
        let expected = match expected {
            "same" => NameVerdict::Same,
            "different" => NameVerdict::Different,
            other => panic!("same or different: {other}"),
        };
        (a, b, expected, reason)
    })
}

#[test]
fn every_pair_of_the_table_is_judged_as_by_hand() {
    let name = |full: &str| Name { full: Some(full.into()), ..Name::default() };
    let mut wrong = Vec::new();
    for (a, b, expected, reason) in rows() {
        let (forth, back) = (names_agree(&name(a), &name(b)), names_agree(&name(b), &name(a)));
        if forth.verdict != expected || back != forth {
            wrong.push(format!("{a} | {b}: {:?}, {}; by hand {expected:?}, {reason}", forth.verdict, forth.reason));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_table_is_large_balanced_and_repeats_nothing() {
    let all: Vec<_> = rows().collect();
    let different = all.iter().filter(|row| row.2 == NameVerdict::Different).count();
    let mut pairs: Vec<_> = all.iter().map(|row| (row.0.min(row.1), row.0.max(row.1))).collect();
    pairs.sort();
    pairs.dedup();
    assert_eq!(pairs.len(), all.len(), "a pair stands twice");
    assert!(all.len() >= 320 && different * 10 >= all.len() * 4, "{} rows, {different} different", all.len());
}
