//! Do files from elsewhere come into a case whole and once, and out of it again by the word of their sources?

use super::{found, identity, open, source, statement};
use crate::custody::folder::Case;
use crate::custody::founding::WORKING;
use crate::custody::ids::RecordId;
use crate::facts::accounts::{Accounts, Settled};
use crate::facts::entities::{Files, Format, TakenIn};
use crate::facts::leaving::{self, Form, LeaveError};
use crate::facts::words::{self, Conditions, Extent, Purpose, Withdrawal};
use crate::facts::{Book, Fact, Sort, dependants};
use crate::fault::Severity;
use crate::schema::{Schema, export, import};
use std::path::Path;

const MAPPING: &str = r#"
version = 1
[[table]]
file = "held.csv"
[[table.entity]]
kind = "person"
key = "No"
[table.entity.columns]
Name = "name"
Born = "birth_date"
[[table.entity]]
kind = "detention"
key = "No"
[table.entity.columns]
From = "start"
Site = { property = "facility", to = "place" }
[table.entity.links]
detainee = "person"
[[table]]
file = "sites.csv"
[[table.entity]]
kind = "place"
key = "Code"
[table.entity.columns]
Site = "name"
"#;

const HELD: &str = "No,Name,Born,From,Site\n1,Ana Mirel,1970,2024-01,M\n2,Ивo Сарн,1981-05,2024-02-03,M\n";
const SITES: &str = "Code,Site\nM,the old mill\n";

pub fn files(held: &str) -> Files {
    let table = |name: &str, text: &str| (name.to_string(), text.as_bytes().to_vec());
    Files {
        files: vec![table("held.csv", held), table("sites.csv", SITES)],
        mapping: Some(("mapping.toml".into(), MAPPING.into())),
        format: Format::Table,
    }
}

/// A source that is a list, with conditions for these purposes.
pub fn list(case: &mut Case, code: &str, purposes: &[Purpose]) -> RecordId {
    let mut said = source(case, WORKING, code);
    said.sort = words::Sort::List;
    let number = said.source;
    let conditions = Conditions { source: number, purposes: purposes.to_vec(), words: "given".into(), until: None };
    case.say_facts("source", "a list", &[Fact::Source(said), Fact::Conditions(conditions)]).unwrap();
    number
}

pub fn take(case: &mut Case, files: &Files, source: RecordId) -> TakenIn {
    let (schema, _) = Book::read(case).unwrap().schema();
    let read = files.read(&schema);
    assert!(!read.faults.has_errors());
    case.take_entities(files, &read, &schema, source, WORKING).unwrap()
}

fn code_of(book: &Book, label: &str) -> String {
    book.entities.values().find(|said| said.what.label == label).unwrap().what.code.clone()
}

#[test]
fn files_are_taken_in_once_and_their_changes_again() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = found(folder.path(), &ada);
    let list = list(&mut case, "S-001", &[Purpose::Internal]);
    let first = take(&mut case, &files(HELD), list);
    assert_eq!((first.new, first.changed, first.same), (5, 0, 0));
    assert!(first.faults.is_empty() && first.receipt.is_some());
    let case_again = open(folder.path(), &ada);
    let book = Book::read(&case_again).unwrap();
    assert_eq!((book.entities.len(), book.imports.len(), book.items.len()), (5, 1, 3));
    assert!(book.voids.is_empty() && book.doubled().is_empty());
    let schema = Schema::standard();
    let accounts = Accounts::read(&case_again, &book, &schema).unwrap();
    let ana = book.find(&code_of(&book, "Ana Mirel"), Sort::Entity).unwrap();
    let born = accounts.settled(&book, &ana, "birth_date");
    assert!(matches!(born, Settled::One(account) if account.value == "1970" && account.source == list));
    let detained = accounts.all.iter().find(|a| a.property == "detainee" && a.to == Some(ana)).unwrap();
    assert_eq!(accounts.place(&book, detained), "held.csv row 2 (S-001)");

    assert!(take(&mut case, &files(HELD), list).receipt.is_none(), "what was there is not written again");
    let changed = take(&mut case, &files(&HELD.replace("1970", "1971")), list);
    assert_eq!((changed.new, changed.changed, changed.same), (0, 1, 4));
    let book = Book::read(&case).unwrap();
    let accounts = Accounts::read(&case, &book, &schema).unwrap();
    let born = accounts.settled(&book, &ana, "birth_date");
    assert!(matches!(born, Settled::One(account) if account.value == "1971"), "the last word counts");
}

#[test]
fn one_undoing_takes_all_of_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    let list = list(&mut case, "S-001", &[Purpose::Internal]);
    let taken = take(&mut case, &files(HELD), list);
    case.undo(taken.receipt.unwrap().transaction, "the wrong file").unwrap();
    let book = Book::read(&case).unwrap();
    assert!(book.entities.is_empty() && book.imports.is_empty());
    assert!(Accounts::read(&case, &book, &Schema::standard()).unwrap().all.is_empty());
}

#[test]
fn a_link_to_nothing_is_told_and_one_to_a_code_of_the_case_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    let list = list(&mut case, "S-001", &[Purpose::Internal]);
    let mill = words::Entity {
        entity: case.new_thing(WORKING).unwrap(),
        code: "E-900".into(),
        sort: "place".into(),
        label: "the quarry".into(),
    };
    case.say_facts("entity", "a place", &[Fact::Entity(mill.clone())]).unwrap();
    let mut some = files("No,Name,Born,From,Site\n1,Ana Mirel,,2024-01,E-900\n2,Ivo Sarn,,2024-02,X9\n");
    some.files.truncate(1);
    let taken = take(&mut case, &some, list);
    let told: Vec<String> = taken.faults.iter().map(|fault| fault.line(false)).collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("held.csv, row 3, column `Site`") && !told[0].contains("X9"), "{told:?}");
    let book = Book::read(&case).unwrap();
    let accounts = Accounts::read(&case, &book, &Schema::standard()).unwrap();
    assert_eq!(accounts.all.iter().filter(|a| a.to == Some(mill.entity)).count(), 1);
}

#[test]
fn what_comes_as_json_leaves_as_the_same_json() {
    let folder = tempfile::tempdir().unwrap();
    let out = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    let list_number = list(&mut case, "S-001", &[Purpose::Internal]);
    take(&mut case, &files(HELD), list_number);
    let written = |case: &mut Case, to: &Path| {
        let book = Book::read(case).unwrap();
        let (schema, _) = book.schema();
        let form = (Form::Json, &[] as &[String]);
        let ready = leaving::ready(case, &book, &schema, form, Purpose::Internal, crate::this_day()).unwrap();
        assert_eq!(ready.entities.values().sum::<u64>(), 5);
        let (_, paths) = case.let_out(&ready, Form::Json, ("Ada", "a test"), to).unwrap();
        std::fs::read(&paths[0]).unwrap()
    };
    let first = written(&mut case, &out.path().join("one"));
    let book = Book::read(&case).unwrap();
    assert_eq!((book.left.len(), book.left[0].what.count), (1, 5), "the log knew it");
    let rests = dependants::of(&case, &book, list_number).unwrap();
    assert_eq!(rests.gone, ["what is said of it was exported to Ada"], "what left cannot be called back, and is told");
    let other = tempfile::tempdir().unwrap();
    let mut second = found(other.path(), &identity("Bo"));
    let list_number = list(&mut second, "S-001", &[Purpose::Internal]);
    let files = Files { files: vec![("e.json".into(), first.clone())], mapping: None, format: Format::Json };
    take(&mut second, &files, list_number);
    assert_eq!(written(&mut second, &out.path().join("two")), first);
}

#[test]
fn only_what_sources_allow_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let out = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    let number = list(&mut case, "S-001", &[Purpose::Internal]);
    take(&mut case, &files(HELD), number);
    let witness = source(&case, WORKING, "S-002");
    let mut said = statement(&case, WORKING, "T-001", witness.source);
    let book = Book::read(&case).unwrap();
    let mill = book.find(&code_of(&book, "the old mill"), Sort::Entity).unwrap();
    (said.entity, said.property, said.value) = (Some(mill), Some("capacity".into()), Some("40".into()));
    case.say_facts("source", "a", &[Fact::Source(witness), Fact::Statement(Box::new(said))]).unwrap();
    let check = |case: &Case, purpose: Purpose, entities: u64, refused: &[&str]| {
        let book = Book::read(case).unwrap();
        let (schema, _) = book.schema();
        let form = (Form::Json, &[] as &[String]);
        let ready = leaving::ready(case, &book, &schema, form, purpose, crate::this_day()).unwrap();
        assert_eq!(ready.entities.values().sum::<u64>(), entities);
        assert_eq!(ready.refused.keys().collect::<Vec<_>>(), refused);
        let text = String::from_utf8(ready.files[0].bytes.clone()).unwrap();
        assert_eq!(text.contains("Ana Mirel"), entities > 0);
        assert!(!text.contains("\"40\""), "nobody asked the witness");
    };
    check(&case, Purpose::Internal, 5, &["S-002"]);
    check(&case, Purpose::Partners, 0, &["S-001", "S-002"]);
    let extent = Extent::NoFurtherUse;
    let withdrawal = Withdrawal { source: number, date: "2026-05".into(), extent, reason: "danger".into() };
    case.say_facts("withdraw", "a", &[Fact::ConsentWithdrawn(withdrawal)]).unwrap();
    check(&case, Purpose::Internal, 0, &["S-002"]);
    let nothing = leaving::Ready::default();
    let inside = case.let_out(&nothing, Form::Json, ("me", "x"), folder.path()).unwrap_err();
    assert!(matches!(inside, LeaveError::Place(_)));
    let files = vec![export::Written { name: "a".into(), bytes: vec![1] }];
    let file = leaving::Ready { files, ..leaving::Ready::default() };
    std::fs::write(out.path().join("a"), "kept").unwrap();
    let there = case.let_out(&file, Form::Json, ("me", "x"), out.path()).unwrap_err();
    assert!(matches!(there, LeaveError::Exists(_)));
    assert_eq!(std::fs::read(out.path().join("a")).unwrap(), b"kept");
    assert!(Book::read(&case).unwrap().left.is_empty(), "what cannot be written is not logged");
}

#[test]
fn a_table_without_a_mapping_is_refused() {
    let files = Files { mapping: None, ..files(HELD) };
    let read = files.read(&Schema::standard());
    assert_eq!(read.faults.count(Severity::Error), 1);
    assert!(read.entities.is_empty() && read.links.is_empty());
    let _: &import::Imported = &read;
}

#[test]
fn what_the_case_wrote_out_comes_back_as_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let out = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    let first = list(&mut case, "S-001", &[Purpose::Internal]);
    // One has no name: it goes out with what the case calls it.
    take(&mut case, &files(&HELD.replace("Ивo Сарн", "")), first);
    let other = list(&mut case, "S-002", &[Purpose::Internal]);
    for (form, format, name) in
        [(Form::Csv, Format::Table, "csv"), (Form::Json, Format::Json, "json"), (Form::Ftm, Format::Ftm, "ftm")]
    {
        let book = Book::read(&case).unwrap();
        let (schema, _) = book.schema();
        let asked = (form, &[] as &[String]);
        let ready = leaving::ready(&case, &book, &schema, asked, Purpose::Internal, crate::this_day()).unwrap();
        let (_, paths) = case.let_out(&ready, form, ("Ada", "a test"), &out.path().join(name)).unwrap();
        let mut written: Vec<(String, String)> = paths
            .iter()
            .map(|path| {
                (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap())
            })
            .collect();
        let mapping = written.iter().position(|(name, _)| name == "mapping.toml").map(|at| written.remove(at));
        let handed = |edit: &dyn Fn(&str) -> String| Files {
            files: written.iter().map(|(name, text)| (name.clone(), edit(text).into_bytes())).collect(),
            mapping: mapping.clone(),
            format,
        };
        let taken = take(&mut case, &handed(&|text| text.to_string()), other);
        assert_eq!((taken.new, taken.changed, taken.receipt.is_none()), (0, 0, true), "{name}: {}", taken.same);
        // Whoever has the code by chance and says something else is somebody else, and it is told.
        let taken = take(&mut case, &handed(&|text| text.replace("Ana Mirel", "Tarn Ovel")), other);
        let told = taken
            .faults
            .iter()
            .filter(|fault| fault.line(false).contains("are codes of entities of this case"))
            .count();
        assert_eq!((taken.new, told), (1, 1), "{name}");
        case.undo(taken.receipt.unwrap().transaction, "a test").unwrap();
    }
}
