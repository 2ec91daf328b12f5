//! Can a case folder of format version 1 be opened for ever?
//!
//! `golden/v1` was written once. Its member's identity is published beside it; it protects nothing.

use crate::common::{note, notes, same, views};
use factum_case::custody::folder::{Case, Opening};
use factum_case::custody::governance::Setting;
use factum_vault::card::Name;
use factum_vault::identity::Identity;
use factum_vault::index::Parts;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// What the case says, as text.
fn told(case: &Case) -> String {
    let mut text = String::new();
    let register = case.register();
    let ledger = case.ledger();
    writeln!(text, "log {} {} {}", ledger.origin(), ledger.size(), ledger.root()).unwrap();
    writeln!(text, "title {}", register.title.as_deref().unwrap_or_default()).unwrap();
    register.log_keys.iter().for_each(|key| writeln!(text, "log key {key}").unwrap());
    for (id, member) in &register.members {
        writeln!(text, "member {id} {} {}", member.name, member.role.name()).unwrap();
    }
    for (name, place) in &register.compartments {
        let keys: Vec<String> = place.keys.iter().map(ToString::to_string).collect();
        writeln!(text, "compartment {name}: {}; {}", place.purpose, keys.join(" ")).unwrap();
    }
    for (name, value) in &register.settings {
        writeln!(text, "setting {} {value}", name.name()).unwrap();
    }
    for part in case.index().parts(Parts::All).unwrap() {
        writeln!(text, "entry {} {} {} {} {}", part.entry, part.compartment, part.time, part.act, part.summary)
            .unwrap();
    }
    notes(case).iter().for_each(|said| writeln!(text, "said {said}").unwrap());
    text
}

pub fn a_folder_of_version_1_opens() {
    let me = Identity::parse(&fs::read_to_string(golden().join("identity.txt")).unwrap()).unwrap();
    let expected = fs::read_to_string(golden().join("expected.txt")).unwrap();
    let folder = views().unwrap();
    let case = folder.path().join("case");
    copy(&golden().join("case"), &case);
    let opened = Case::open(&case, same(&me), Opening::default()).unwrap();
    assert_eq!(opened.warnings(), <[String; 0]>::default());
    assert_eq!(told(&opened), expected);
    drop(opened);
    // It can also be written to, though folders of objects that were empty are not there any more.
    let store: std::sync::Arc<dyn factum_vault::store::Store> =
        std::sync::Arc::new(factum_vault::store::DiskStore::new(&case));
    let mut opened = Case::open(&case, me, Opening::default()).unwrap();
    note(&mut opened, &store, "years later").unwrap();
    assert!(told(&opened).starts_with("log factum-case.invalid/"));
    assert_eq!(notes(&opened).last().map(String::as_str), Some("years later"));
}

/// Writes the folder anew: only ever for a new version of the format, beside the older ones.
pub fn write(to: &Path) {
    let me = Identity::generate(Name::new("Golden Member").unwrap(), "2026-01-01T00:00:00Z").unwrap();
    let folder = to.join("case");
    let mut case = Case::found(&folder, "The golden inquiry", same(&me), Opening::default()).unwrap();
    let store: std::sync::Arc<dyn factum_vault::store::Store> =
        std::sync::Arc::new(factum_vault::store::DiskStore::new(&folder));
    note(&mut case, &store, "one").unwrap();
    case.set(Setting::AnchorEveryDays, "7").unwrap();
    note(&mut case, &store, "two, in 中文, العربية and Ελληνικά").unwrap();
    fs::write(to.join("expected.txt"), told(&case)).unwrap();
    fs::write(to.join("identity.txt"), me.expose().as_bytes()).unwrap();
    drop(case);
    fs::remove_dir_all(folder.join("view")).unwrap();
    fs::remove_file(folder.join(factum_vault::store::LOCK)).unwrap();
    fs::remove_file(folder.join(factum_vault::store::SEALING)).unwrap();
}
