//! Lists that no engine can link: they are refused or told, and memory holds.

use factum_link::{LinkError, Linkage, Options, RecordSet, Warning, link};
use factum_model::{ListId, Name, Record, RecordId};

/// Records with these names on one list.
fn named(names: impl Iterator<Item = String>) -> RecordSet {
    let mut set = RecordSet::default();
    set.add_list(ListId::new("a"), false);
    for (at, name) in names.enumerate() {
        let mut record = Record::new(RecordId::new(at.to_string()), at as u32 + 2);
        if !name.is_empty() {
            record.names.push(Name { full: Some(name), ..Name::default() });
        }
        set.push(0, &record);
    }
    set
}

fn outcome(set: &RecordSet, options: &Options) -> Result<Linkage<'static>, LinkError> {
    // The linkage borrows the set; what is looked at here does not.
    let set: &'static RecordSet = Box::leak(Box::new(set.clone()));
    link(set, options, &())
}

#[test]
fn ten_thousand_identical_records_are_told() {
    let set = named((0..10_000).map(|_| "Ana Mirel".to_string()));
    let linkage = outcome(&set, &Options::default()).unwrap();
    assert!(linkage.warnings.contains(&Warning::Identical(10_000)), "{:?}", linkage.warnings);
}

#[test]
fn values_that_are_all_missing_are_refused() {
    let set = named((0..50).map(|_| String::new()));
    assert_eq!(outcome(&set, &Options::default()).err(), Some(LinkError::NothingToCompare));
}

#[test]
fn one_giant_block_is_refused_with_its_rule() {
    let set = named((0..3000).map(|at| format!("Ana Mirel{}", at % 7)));
    let rules = vec!["name.given".parse().unwrap()];
    let options = Options { blocking: factum_link::Blocking::Rules(rules), max_pairs: 1_000_000, ..Options::default() };
    let error = outcome(&set, &options).err().unwrap().to_string();
    assert!(error.contains("`name.given`") && error.contains("3000 records"), "{error}");
}

#[test]
fn names_that_tell_nobody_apart_are_told() {
    let set = named((0..2000).map(|at| ["Ana Mirel", "Doru Vass"][at % 2].to_string()));
    let linkage = outcome(&set, &Options::default()).unwrap();
    let told = |w: &Warning| !matches!(w, Warning::Overruled(_) | Warning::Unnamed(_));
    assert!(linkage.warnings.iter().any(told), "{:?}", linkage.warnings);
}
