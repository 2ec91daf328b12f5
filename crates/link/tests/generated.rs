//! Lists whose truth is known: what the engine makes of brothers and sisters, and whether its doubt is honest.

use factum_link::{Field, Linkage, Options, RecordSet, Warning, link};
use factum_model::{ListId, Name, Record, RecordId};
use factum_testkit::population::{Options as Wanted, Population};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use std::collections::HashSet;
use std::io::Write;

/// Generated records, and the person of each.
fn lists(wanted: Wanted) -> (RecordSet, Vec<u64>) {
    let (lists, deduplicated) = (wanted.lists, wanted.deduplicated);
    let population = Population::new(wanted).unwrap();
    let mut set = RecordSet::default();
    (0..lists).for_each(|list| {
        set.add_list(ListId::new(format!("list {list}")), deduplicated == Some(list));
    });
    let mut truth = Vec::new();
    for (list, record, person) in population.records() {
        set.push(list, &record);
        truth.push(person);
    }
    (set, truth)
}

/// Precision and recall of the pairs from a probability on.
fn scores(linkage: &Linkage<'_>, truth: &[u64], from: f64) -> (f64, f64) {
    let same = |a: u32, b: u32| truth[a as usize] == truth[b as usize];
    let links: Vec<bool> = linkage.pairs.iter().filter(|p| p.probability >= from).map(|p| same(p.a, p.b)).collect();
    let hits = links.iter().filter(|hit| **hit).count() as f64;
    let mut sizes = std::collections::HashMap::new();
    truth.iter().for_each(|p| *sizes.entry(p).or_insert(0u64) += 1);
    let all: u64 = sizes.values().map(|n| n * (n - 1) / 2).sum();
    (hits / links.len().max(1) as f64, hits / all as f64)
}

/// Said past the test runner's capture, so that the figures are seen.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[test]
fn brothers_and_sisters_are_not_taken_for_one_person() {
    for seed in [1, 2] {
        let (set, truth) = lists(Wanted { records: 4000, seed, siblings: 0.33, ..Wanted::default() });
        let linkage = link(&set, &Options::default(), &()).unwrap();
        let (precision, recall) = scores(&linkage, &truth, 0.5);
        say(&format!(
            "a third with siblings, seed {seed}: precision {precision:.4}, recall {recall:.4}, {:.0} pairs of kin expected",
            linkage.model.kin * (set.len() * (set.len() - 1) / 2) as f64
        ));
        assert!(precision >= 0.95 && recall >= 0.9, "precision {precision}, recall {recall}");
    }
}

/// A thousand people, a third of them on two lists, with so many given names and ten times as many family names. Of every
/// second one the second list has another date of birth.
fn every_second_birth_wrong(names: usize) -> RecordSet {
    let mut rng = ChaCha12Rng::seed_from_u64(5);
    let mut set = RecordSet::default();
    for list in ["a", "b"] {
        set.add_list(ListId::new(list), true);
    }
    let syllables = ["ba", "ko", "mi", "ru", "te", "sal", "dor", "vin", "zem", "lu"];
    let name = |n: usize| [n / 100, n / 10 % 10, n % 10].map(|at| syllables[at]).concat();
    let born = |rng: &mut ChaCha12Rng| {
        let (year, month, day) = (rng.random_range(1930..1990), rng.random_range(1..13), rng.random_range(1..29));
        format!("{year}-{month:02}-{day:02}").parse().ok()
    };
    for person in 0..1000 {
        let (given, family) = (name(rng.random_range(0..names)), name(rng.random_range(0..10 * names)));
        let birth = born(&mut rng);
        for list in 0..if person % 3 == 0 { 2 } else { 1 } {
            let mut record = Record::new(RecordId::new(format!("{person}")), 2);
            let (given, family) = (Some(given.clone()), Some(family.clone()));
            record.names.push(Name { given, family, ..Name::default() });
            record.birth = if list == 1 && rng.random_bool(0.5) { born(&mut rng) } else { birth };
            set.push(if person % 3 == 0 { list } else { person % 2 }, &record);
        }
    }
    set
}

#[test]
fn many_contradictions_are_believed_where_other_fields_prove_them() {
    for (names, proved) in [(40, true), (4, false)] {
        let set = every_second_birth_wrong(names);
        let linkage = link(&set, &Options::default(), &()).unwrap();
        let birth = linkage.model.field(Field::Birth).unwrap();
        say(&format!("{names} given names: matches contradict each other in {:.3}", birth.contradictions));
        assert_eq!(birth.contradictions_proved, proved);
        assert_eq!(linkage.warnings.contains(&Warning::MatchesDiffer(Field::Birth)), !proved);
        // Of two dates of birth that have nothing to do with each other hardly any agree.
        assert!(!proved || (birth.contradictions - 0.49).abs() < 0.06, "{}", birth.contradictions);
    }
}

#[test]
fn the_interval_for_distinct_persons_holds_the_truth() {
    let mut held = 0;
    for seed in 1..=20 {
        let (set, truth) = lists(Wanted { records: 1500, seed, siblings: 0.1, ..Wanted::default() });
        let linkage = link(&set, &Options::default(), &()).unwrap();
        let persons = linkage.persons_drawn(200, seed).unwrap();
        let listed = truth.iter().collect::<HashSet<_>>().len() as u32;
        let holds = persons.lower <= listed && listed <= persons.upper;
        held += u32::from(holds);
        say(&format!(
            "seed {seed}: {listed} persons listed, {} found, drawn {:.1} [{}, {}]{}",
            linkage.persons.iter().max().map_or(0, |p| p + 1),
            persons.mean,
            persons.lower,
            persons.upper,
            if holds { "" } else { " MISSED" }
        ));
    }
    assert!(held >= 17, "{held} of 20 intervals hold the truth");
}

#[test]
fn proposed_rules_find_what_they_say_they_find() {
    let (set, truth) = lists(Wanted { records: 22_000, seed: 3, siblings: 0.2, ..Wanted::default() });
    // Everything compared is kept, so that what rules brought together can be counted.
    let options = Options { keep_above: 1e-12, ..Options::default() };
    let linkage = link(&set, &options, &()).unwrap();
    let (_, found) = scores(&linkage, &truth, 0.0);
    let recall = linkage.recall.as_ref().unwrap();
    let pairs_a_record = linkage.compared as f64 / set.len() as f64;
    say(&format!(
        "proposed rules: {} rules, {pairs_a_record:.1} pairs a record, recall {found:.4}, estimated {:.4}",
        linkage.rules.len(),
        recall.share
    ));
    assert!(pairs_a_record <= 50.0 && found >= 0.975, "{pairs_a_record} pairs a record find {found}");
    assert!((recall.share - found).abs() <= 0.02, "estimated {}, true {found}", recall.share);
}

#[test]
fn any_number_of_threads_gives_the_same_persons_and_draws() {
    let (set, _) = lists(Wanted { records: 22_000, seed: 4, ..Wanted::default() });
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let linkage = link(&set, &Options::default(), &()).unwrap();
            let drawn = linkage.persons_drawn(10, 1).unwrap();
            (linkage.pairs, linkage.persons, linkage.threshold.probability, drawn)
        })
    };
    let runs = [1, 2, 8].map(run);
    assert!(runs[0] == runs[1] && runs[1] == runs[2]);
}
