//! Are the romanised lists as unlike each other as they should be, and their originals as like?

use super::*;
use std::collections::{HashMap, HashSet};

type Lists = fn(&Options) -> Romanised;
const BOTH: [Lists; 2] = [arabic_lists, uyghur_lists];

fn options() -> Options {
    Options { people: 2_000, seed: 1, births: true }
}

/// The entries of the people on both lists, side by side.
fn shared(lists: &[Vec<Entry>; 2]) -> Vec<(&Entry, &Entry)> {
    let first: HashMap<u32, &Entry> = lists[0].iter().map(|entry| (entry.person, entry)).collect();
    lists[1].iter().filter_map(|entry| first.get(&entry.person).map(|other| (*other, entry))).collect()
}

fn shown(entries: &[Entry], count: usize) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    let name = |record: &Record| {
        let name = &record.names[0];
        format!("{} | {} | {}", text(&name.given), text(&name.middle), text(&name.family))
    };
    let line = |entry: &Entry| {
        format!(
            "{:>4}  {}  {}  {}",
            entry.person,
            name(&entry.original),
            name(&entry.romanised),
            text(&entry.romanised.event_place.place)
        )
    };
    entries.iter().take(count).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn same_seed_same_lists_and_another_seed_others() {
    for make in BOTH {
        assert_eq!(make(&options()), make(&options()));
        assert_ne!(make(&options()), make(&Options { seed: 2, ..options() }));
    }
}

#[test]
fn the_first_entries_are_the_same_for_ever() {
    let lists = BOTH.map(|make| make(&options()).lists.map(|list| shown(&list, 12)).join("\n\n"));
    insta::assert_snapshot!(lists.join("\n\n"));
}

#[test]
fn people_stand_once_on_a_list_and_some_on_both() {
    for make in BOTH {
        let lists = make(&options()).lists;
        for list in &lists {
            assert!((1_400..1_600).contains(&list.len()), "{}", list.len());
            assert_eq!(list.iter().map(|entry| entry.person).collect::<HashSet<_>>().len(), list.len());
            let rows = list.iter().map(|entry| (entry.original.row, entry.romanised.row));
            assert!(rows.eq((2..list.len() as u32 + 2).map(|row| (row, row))));
        }
        assert!((1_030..1_220).contains(&shared(&lists).len()), "{}", shared(&lists).len());
    }
}

#[test]
fn originals_agree_and_most_romanised_names_do_not() {
    for make in BOTH {
        let lists = make(&options()).lists;
        let pairs = shared(&lists);
        let mut same = 0.0;
        for (library, press) in &pairs {
            let (a, b) = (&library.original.names[0], &press.original.names[0]);
            assert_eq!((&a.given, &a.family), (&b.given, &b.family));
            assert!(a.middle.is_none() || b.middle.is_none() || a.middle == b.middle);
            let last = |record: &Record| record.names[0].family.clone().or(record.names[0].middle.clone());
            let agree = library.romanised.names[0].given == press.romanised.names[0].given
                && last(&library.romanised) == last(&press.romanised);
            same += f64::from(u8::from(agree));
        }
        let share = same / pairs.len() as f64;
        assert!((0.02..0.3).contains(&share), "{share}");
    }
}

#[test]
fn romanised_names_are_latin_and_originals_are_not() {
    for make in BOTH {
        for entry in make(&options()).lists.iter().flatten() {
            let texts = |record: &Record| {
                let (name, place) = (record.names[0].clone(), record.event_place.clone());
                [name.given, name.middle, name.family, place.place, place.region]
                    .into_iter()
                    .flatten()
                    .collect::<String>()
            };
            assert!(!texts(&entry.original).contains(|c: char| c.is_ascii_alphabetic()));
            assert!(!texts(&entry.romanised).contains(|c: char| c.is_alphabetic() && c as u32 >= 0x250));
        }
    }
}

#[test]
fn people_share_names_as_people_do() {
    let distinct = |make: Lists| {
        let lists = make(&options()).lists;
        let names: HashSet<_> = lists[0]
            .iter()
            .map(|entry| {
                let name = &entry.original.names[0];
                (name.given.clone(), name.family.clone().or(name.middle.clone()))
            })
            .collect();
        names.len() as f64 / lists[0].len() as f64
    };
    let (arabic, uyghur) = (distinct(arabic_lists), distinct(uyghur_lists));
    assert!((0.8..0.97).contains(&arabic), "{arabic}");
    assert!((0.7..0.95).contains(&uyghur), "{uyghur}");
}

#[test]
fn dates_of_birth_are_known_only_when_wanted() {
    for make in BOTH {
        let known = |births| {
            let lists = make(&Options { births, ..options() }).lists;
            lists.iter().flatten().filter(|entry| entry.romanised.birth.is_some()).count()
        };
        assert_eq!(known(false), 0);
        assert!(known(true) > 2_000);
    }
}

#[test]
fn nobody_makes_empty_lists() {
    for make in BOTH {
        assert!(make(&Options { people: 0, ..options() }).lists.iter().all(Vec::is_empty));
    }
}
