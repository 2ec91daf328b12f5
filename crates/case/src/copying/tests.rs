//! Lists made apart, and lists that copy.

use super::*;
use crate::lists::read_bytes;
use crate::settings::Settings;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use std::path::Path;

#[test]
fn the_tail_is_fishers() {
    // The lady tasting tea: four of four right has the chance 1/70, three or more 17/70.
    let factorials = log_factorials(8);
    assert!((tail(4, 4, 4, 8, &factorials) - 1.0 / 70.0).abs() < 1e-12);
    assert!((tail(3, 4, 4, 8, &factorials) - 17.0 / 70.0).abs() < 1e-12);
    assert!((tail(0, 4, 4, 8, &factorials) - 1.0).abs() < 1e-12);
}

#[test]
fn holm_multiplies_and_never_falls() {
    let mut shares = [0.01, 0.04, 0.03].map(|p| Share { p: Some(p), ..Share::default() });
    holm(&mut shares);
    for (share, expected) in shares.iter().zip([0.03, 0.06, 0.06]) {
        assert!((share.p.unwrap() - expected).abs() < 1e-12);
    }
}

#[test]
fn two_lists_have_nothing_to_be_compared_with() {
    let shares = against_others(&[(5, 9)]);
    assert_eq!(shares, [Share { shared: 5, of: 9, z: None, p: None }]);
}

#[test]
fn variants_are_one_letter_away() {
    let texts = ["", "mirel", "mirell", "vass", "doru", "droua", "mriel"].map(String::from);
    let mut found: Vec<Code> = with_variants(&texts, &(1..7).collect(), &|_| true).into_iter().collect();
    found.sort_unstable();
    assert_eq!(found, [1, 2, 6]);
}

const SYLLABLES: &[&str] = &[
    "mi", "rel", "do", "ru", "vas", "sen", "pet", "ra", "ilin", "jon", "esk", "tol", "va", "khor", "bel", "an", "gri",
    "sha",
];

fn word(rng: &mut ChaCha12Rng) -> String {
    let length = rng.random_range(2..=4);
    (0..length).filter_map(|_| SYLLABLES.choose(rng)).copied().collect()
}

/// A letter changed, lost or doubled.
fn slip(word: &str, rng: &mut ChaCha12Rng) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = rng.random_range(0..letters.len());
    match rng.random_range(0..3) {
        0 => letters[at] = rng.random_range('a'..='z'),
        1 => drop(letters.remove(at)),
        _ => letters.insert(at, letters[at]),
    }
    letters.into_iter().collect()
}

/// Four lists of 1,500 people, each made apart with slips of its own; the last then copies a share of the rows of the first.
/// Returns what was read, and the true person of each record.
fn lists(seed: u64, copied: f64) -> (Reading, Vec<u32>) {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let names: Vec<String> = (0..400).map(|_| word(&mut rng)).collect();
    let people: Vec<[String; 4]> = (0..1_500)
        .map(|_| {
            let name = |rng: &mut ChaCha12Rng| names.choose(rng).cloned().unwrap_or_default();
            let birth = format!("{}-{:02}-11", rng.random_range(1940..2000), rng.random_range(1..=12));
            [name(&mut rng), name(&mut rng), birth, format!("2019-{:02}", rng.random_range(1..=12))]
        })
        .collect();
    let (settings, _) = Settings::parse(
        "[columns]\ngiven = 'name.given'\nfamily = 'name.family'\nborn = 'birth'\nday = 'event.date'\n",
        "s",
    );
    let mut reading = Reading::new(&settings);
    let mut persons = Vec::new();
    let mut first: Vec<(u32, String)> = Vec::new();
    for (file, slips) in [("a.csv", 0.06), ("b.csv", 0.03), ("c.csv", 0.1), ("d.csv", 0.05)] {
        let mut rows: Vec<(u32, String)> = Vec::new();
        for (person, [given, family, born, day]) in
            people.iter().enumerate().filter(|_| rng.random_bool(0.3)).collect::<Vec<_>>()
        {
            let mut written = |word: &str| if rng.random_bool(slips) { slip(word, &mut rng) } else { word.to_string() };
            let (given, family) = (written(given), written(family));
            let born = if rng.random_bool(0.1) { &born[..4] } else { born };
            rows.push((person as u32, format!("{given},{family},{born},{day}\n")));
        }
        if file == "d.csv" {
            rows.extend(first.iter().filter(|_| rng.random_bool(copied)).cloned());
        } else if file == "a.csv" {
            first.clone_from(&rows);
        }
        let text: String = rows.iter().map(|(_, row)| row.as_str()).collect();
        let list = settings.for_file(Path::new(file)).unwrap();
        read_bytes(format!("given,family,born,day\n{text}").as_bytes(), file, &list, &mut reading);
        persons.extend(rows.iter().map(|(person, _)| *person));
    }
    assert_eq!(persons.len(), reading.records.len());
    (reading, persons)
}

/// The pairs of lists of which one seems to copy the other.
fn found(seed: u64, copied: f64) -> Vec<String> {
    let (reading, persons) = lists(seed, copied);
    let copying = |l: &Likeness| (l.finding == Finding::Copying).then(|| format!("{} {}", l.lists.0, l.lists.1));
    likenesses(&reading, &persons).iter().filter_map(copying).collect()
}

#[test]
fn a_list_that_copies_a_quarter_of_another_is_found() {
    for seed in 0..10 {
        assert_eq!(found(seed, 0.25), ["a d"], "seed {seed}");
    }
}

#[test]
fn lists_made_apart_are_not_accused() {
    let accused: Vec<String> = (0..20).flat_map(|seed| found(seed, 0.0)).collect();
    assert!(accused.is_empty(), "{accused:?}");
}

#[test]
fn a_copy_that_the_settings_name_is_no_finding() {
    let (mut reading, persons) = lists(1, 0.25);
    reading.counting.copies.insert(ListId::new("d"), ListId::new("a"));
    let declared: Vec<Likeness> =
        likenesses(&reading, &persons).into_iter().filter(|l| l.finding == Finding::Declared).collect();
    assert!(declared.len() == 1 && declared[0].warning().is_none(), "{declared:?}");
}
