//! Is a sound case found sound, and everything that is wrong with another one named, at once and in its place?

use super::{checked, collect, copy, identity, reopened, say};
use crate::custody::folder::{Case, Opening};
use crate::custody::founding::WORKING;
use crate::custody::governance::Role;
use factum_vault::object::{self, Batch};
use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn a_sound_case_is_clean_to_all_who_may_look() {
    let folder = tempfile::tempdir().unwrap();
    let (ada, bo) = (identity("Ada"), identity("Bo"));
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    case.add_member("Bo", &bo.card(), Role::Reader, &[]).unwrap();
    collect(&mut case, b"a letter", "words");
    say(&mut case, "one");
    drop(case);
    let report = checked(folder.path(), &ada);
    assert_eq!(
        (report.faults.clone(), report.notes.clone(), report.voids.clone()),
        (vec![], vec![], vec![]),
        "{report:#?}"
    );
    assert_eq!(report.present as u64, reopened(folder.path(), &ada).ledger().size());
    // Bo's copy of a key is closed to Ada; everything else was computed again.
    assert_eq!(report.opened + 1, report.present);
    let report = checked(folder.path(), &bo);
    assert!(report.is_clean() && report.opened < report.present);
    assert!(report.unchecked.iter().any(|u| u.contains("sealed to keys you do not have")), "{report:#?}");
    assert!(!folder.path().join("view/check").exists());
}

#[test]
fn everything_that_is_wrong_is_named_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    let (_, lost) = collect(&mut case, b"lost", "words");
    let (_, bent) = collect(&mut case, b"bent", "words");
    drop(case);
    let at = |path: &str| folder.path().join(path);
    fs::remove_file(at(&object::path(&lost.0))).unwrap();
    let mut bytes = fs::read(at(&object::path(&bent.0))).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(at(&object::path(&bent.0)), bytes).unwrap();
    fs::write(at("objects/00/stranger"), "x").unwrap();
    fs::write(at("log/stranger"), "x").unwrap();
    fs::write(at("keys/stranger"), "x").unwrap();
    fs::write(at("objects/unfinished-00"), "x").unwrap();
    fs::write(at("factum.toml"), "format = 1\n").unwrap();
    let report = checked(folder.path(), &ada);
    let mut places: Vec<&str> = report.faults.iter().map(|f| f.place.as_str()).collect();
    places.sort_unstable();
    let (lost, bent) = (object::path(&lost.0), object::path(&bent.0));
    let mut expected =
        vec![bent.as_str(), lost.as_str(), "objects/00/stranger", "log/stranger", "keys/stranger", "factum.toml"];
    expected.sort_unstable();
    assert_eq!(places, expected, "{report:#?}");
    assert!(report.notes.iter().any(|n| n.place == "objects/unfinished-00"));
    assert!(!at("objects/unfinished-00").exists(), "told, and removed");
}

#[test]
fn what_an_interruption_left_is_removed_only_when_nobody_seals() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    let left = folder.path().join("objects/unfinished-00");
    fs::write(&left, "x").unwrap();
    let store = case.store.clone();
    let mut batch = Batch::new(&*store);
    batch.text("words", &ada.encryption().recipient()).unwrap();
    let unfinished = || {
        let files = fs::read_dir(folder.path().join("objects")).unwrap().filter_map(Result::ok);
        files.filter(|f| f.file_name().to_string_lossy().starts_with("unfinished-")).count()
    };
    assert_eq!((case.sweep().unwrap(), unfinished()), (0, 2));
    assert!(checked(folder.path(), &ada).is_clean());
    assert_eq!(unfinished(), 2);
    batch.finish().unwrap();
    assert_eq!((case.sweep().unwrap(), unfinished()), (1, 0));
    // While somebody writes, a check looks and changes nothing.
    fs::write(&left, "x").unwrap();
    let writing = store.lock().unwrap();
    assert!(checked(folder.path(), &ada).is_clean());
    drop(writing);
    assert!(left.exists());
}

#[test]
fn a_changed_bit_of_any_file_is_found_or_lies_in_what_can_be_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    collect(&mut case, b"a letter", "words");
    drop(case);
    let all = files(folder.path());
    let mut found = 0;
    for (i, path) in all.iter().enumerate() {
        let name = path.strip_prefix(folder.path()).unwrap().to_string_lossy().into_owned();
        let whole = fs::read(path).unwrap();
        if name.starts_with("view/") || whole.is_empty() {
            continue;
        }
        let mut bytes = whole.clone();
        let at = (i * 7919) % bytes.len();
        bytes[at] ^= 1 << (i % 8);
        fs::write(path, &bytes).unwrap();
        let report = checked(folder.path(), &ada);
        let told = report.faults.iter().chain(&report.notes);
        let located = told.clone().any(|f| name.starts_with(&f.place) || f.what.contains(&name[4..]));
        // A remark in factum.toml says nothing.
        assert!(located || (name == "factum.toml" && report.is_clean()), "{name}, byte {at}: {report:#?}");
        if report.is_clean() && name != "factum.toml" {
            // Nothing is lost with a tile of the whole log: it is made of the entries.
            assert!(name.starts_with("log/tile/0/"), "{name}: {report:#?}");
            reopened(folder.path(), &ada).rebuild_caches().unwrap();
            assert_eq!(fs::read(path).unwrap(), whole, "{name}");
        }
        fs::write(path, whole).unwrap();
        found += 1;
    }
    assert!(found > 15, "{found}");
    reopened(folder.path(), &ada).rebuild_caches().unwrap();
    assert!(checked(folder.path(), &ada).is_clean());
}

#[test]
fn caches_are_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    say(&mut case, "one");
    drop(case);
    fs::remove_file(folder.path().join("factum.toml")).unwrap();
    for file in files(&folder.path().join("keys")) {
        fs::write(file, "x").unwrap();
    }
    assert_eq!(checked(folder.path(), &ada).faults.len(), 6);
    let mut case = reopened(folder.path(), &ada);
    assert_eq!(case.rebuild_caches().unwrap(), 5);
    drop(case);
    let report = checked(folder.path(), &ada);
    assert_eq!((report.faults, report.notes), (vec![], vec![]));
}

#[test]
fn a_view_that_says_something_else_than_the_log_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    say(&mut case, "one");
    let stands = case.index().position().unwrap();
    let mut row = case.index().records(factum_vault::index::Records::Compartment(WORKING)).unwrap().remove(0);
    row.body = row.body.replace("one", "two");
    let rows = factum_vault::index::Batch { records: vec![(row, String::new())], ..Default::default() };
    case.index.advance(stands, stands.unwrap(), &rows).unwrap();
    drop(case);
    let places: Vec<String> = checked(folder.path(), &ada).faults.into_iter().map(|f| f.place).collect();
    assert_eq!(places, ["view"]);
    reopened(folder.path(), &ada).rebuild_view().unwrap();
    assert!(checked(folder.path(), &ada).is_clean());
}
