//! Is the truth of the lists true?

use super::*;
use std::collections::{HashMap, HashSet};

fn population(options: Options) -> Population {
    Population::new(options).unwrap()
}

#[test]
fn same_seed_same_rows_and_another_seed_others() {
    let make = |seed| {
        population(Options { records: 600, seed, siblings: 0.3, ..Options::default() }).rows().collect::<Vec<_>>()
    };
    assert_eq!(make(4), make(4));
    assert_ne!(make(4), make(5));
}

#[test]
fn the_first_rows_are_the_same_for_ever() {
    let rows = population(Options { records: 2_000, seed: 1, siblings: 0.2, ..Options::default() });
    let text: Vec<String> = rows
        .rows()
        .take(12)
        .map(|r| {
            let Row { list, number, person, given, father, family, sex, birth, event_date, place, region } = r;
            format!("{list},{number},{given},{father},{family},{sex},{birth},{event_date},{place},{region},{person}")
        })
        .collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn the_truth_is_what_the_rows_say() {
    let population =
        population(Options { records: 4_000, seed: 2, siblings: 0.3, deduplicated: Some(2), ..Options::default() });
    let truth = population.truth();
    let mut records = vec![0; 5];
    let mut copies: HashMap<(u64, usize), u64> = HashMap::new();
    for row in population.rows() {
        records[row.list] += 1;
        assert_eq!(u64::from(row.number), records[row.list]);
        *copies.entry((row.person, row.list)).or_default() += 1;
    }
    assert_eq!(records, truth.records);
    assert!(copies.values().all(|&n| n <= 2));
    assert!(copies.iter().all(|((_, list), &n)| *list != 2 || n == 1));
    assert!((0..5).filter(|&list| copies.iter().any(|((_, on), &n)| *on == list && n == 2)).eq([0, 1, 3, 4]));
    let mut histories: HashMap<u64, usize> = HashMap::new();
    let mut of_person: HashMap<u64, u64> = HashMap::new();
    for ((person, list), n) in &copies {
        *histories.entry(*person).or_default() |= 1 << list;
        *of_person.entry(*person).or_default() += n;
    }
    let mut counted = vec![0; 32];
    histories.values().for_each(|&history| counted[history] += 1);
    counted[0] = truth.people - histories.len() as u64;
    assert_eq!(counted, truth.histories);
    assert_eq!(truth.listed, histories.len() as u64);
    assert_eq!(truth.pairs, of_person.values().map(|n| n * (n - 1) / 2).sum::<u64>());
}

#[test]
fn about_as_many_records_and_siblings_as_wanted() {
    let check = |lists: usize, siblings: f64, duplicates: f64| {
        let truth =
            population(Options { records: 20_000, seed: 3, lists, siblings, duplicates, ..Options::default() }).truth();
        let records: u64 = truth.records.iter().sum();
        assert!((19_000..21_000).contains(&records), "{lists} lists: {records}");
        let share = truth.with_sibling as f64 / truth.listed as f64;
        assert!((share - siblings).abs() < 0.03, "{lists} lists: {share}, not {siblings}");
    };
    check(5, 0.0, 1.0);
    check(5, 0.35, 1.0);
    check(2, 0.2, 0.0);
    check(8, 0.6, 3.0);
}

#[test]
fn the_order_tells_neither_list_nor_family() {
    let rows: Vec<Row> =
        population(Options { records: 3_000, seed: 8, siblings: 0.5, ..Options::default() }).rows().collect();
    let near = rows.windows(2).filter(|pair| pair[0].person.abs_diff(pair[1].person) < 4).count();
    assert!(near < 30, "{near}");
    let first: HashSet<usize> = rows[..60].iter().map(|row| row.list).collect();
    assert_eq!(first.len(), 5);
}

#[test]
fn without_errors_the_records_of_a_person_agree() {
    let population = population(Options { records: 1_500, seed: 5, errors: 0.0, ..Options::default() });
    let mut seen: HashMap<u64, Row> = HashMap::new();
    for row in population.rows() {
        let first = seen.entry(row.person).or_insert_with(|| row.clone());
        let of = |r: &Row| {
            (r.given.clone(), r.family.clone(), r.sex, r.birth.clone(), r.event_date.clone(), r.place.clone())
        };
        assert_eq!(of(first), of(&row));
        assert!(row.father.is_empty() || first.father.is_empty() || row.father == first.father);
    }
}

#[test]
fn with_errors_many_records_of_a_person_disagree() {
    let share = |errors: f64| {
        let population = population(Options { records: 4_000, seed: 5, errors, ..Options::default() });
        let mut seen: HashMap<u64, String> = HashMap::new();
        let (mut same, mut pairs) = (0.0, 0.0);
        for row in population.rows() {
            let name = format!("{} {}", row.given, row.family);
            match seen.get(&row.person) {
                Some(first) => (same, pairs) = (same + f64::from(u8::from(*first == name)), pairs + 1.0),
                None => drop(seen.insert(row.person, name)),
            }
        }
        1.0 - same / pairs
    };
    let (usual, worst) = (share(1.0), share(2.0));
    assert!((0.3..0.65).contains(&usual) && worst > usual + 0.1, "{usual} {worst}");
}

#[test]
fn a_row_becomes_the_record_it_says() {
    let population = population(Options { records: 800, seed: 6, ..Options::default() });
    for (row, (list, record, person)) in population.rows().zip(population.records()) {
        assert_eq!((row.list, row.person), (list, person));
        assert_eq!(record.names[0].given.clone().unwrap_or_default(), row.given);
        assert_eq!(record.names[0].middle.clone().unwrap_or_default(), row.father);
        assert_eq!(record.birth.map(|date| date.to_string()).unwrap_or_default(), row.birth);
        assert_eq!(record.event_date.map(|date| date.to_string()).unwrap_or_default(), row.event_date);
        assert_eq!(record.sex.is_some(), !row.sex.is_empty());
        assert_eq!(record.event_place.region.unwrap_or_default(), row.region);
    }
}

#[test]
fn all_that_is_wrong_with_the_options_is_said_at_once() {
    let wrong = Options {
        records: 0,
        siblings: 0.99,
        deduplicated: Some(5),
        duplicates: f64::NAN,
        errors: -1.0,
        ..Options::default()
    };
    let faults = Population::new(wrong).unwrap_err();
    assert_eq!(faults.len(), 5);
    assert!(matches!(faults[1], OptionsError::Siblings { most, .. } if (0.6..0.9).contains(&most)));
    let check = |lists: usize| Population::new(Options { lists, ..Options::default() }).unwrap_err();
    assert_eq!(check(0), [OptionsError::Lists(0)]);
    assert_eq!(check(9), [OptionsError::Lists(9)]);
}

#[test]
fn a_population_of_one_is_no_trouble() {
    let population = population(Options { records: 1, lists: 1, ..Options::default() });
    assert_eq!(population.rows().count() as u64, population.truth().records[0]);
}
