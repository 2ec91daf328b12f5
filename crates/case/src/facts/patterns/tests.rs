//! Are acts, transfers and knowers of a case counted as they were told, and what could not be placed noted?

use super::*;
use crate::custody::founding::WORKING;
use crate::facts::Fact;
use crate::facts::entities::{Files, Format};
use crate::facts::tests::entities::{list, take};
use crate::facts::tests::{found, identity, source};
use crate::facts::words::{self, Purpose};
use crate::facts::{Book, Sort as Coded};
use crate::schema::Schema;
use factum_weigh::pattern::{Axis, Grain};

const MAPPING: &str = r#"
version = 1
[[table]]
file = "acts.csv"
[[table.entity]]
kind = "person"
key = "Who"
merge = true
[table.entity.columns]
Who = "name"
[[table.entity]]
kind = "act"
[table.entity.columns]
What = "type"
When = "start"
Site = { property = "site", to = "place" }
[table.entity.links]
victim = "person"
[[table]]
file = "held.csv"
[[table.entity]]
kind = "person"
key = "Who"
merge = true
[table.entity.columns]
Who = "name"
[[table.entity]]
kind = "detention"
[table.entity.columns]
From = "start"
Until = "end"
Site = { property = "facility", to = "place" }
[table.entity.links]
detainee = "person"
[[table]]
file = "sites.csv"
[[table.entity]]
kind = "place"
key = "Code"
[table.entity.columns]
Name = "name"
Position = "position"
Within = { property = "within", to = "place" }
"#;

fn files() -> Files {
    let table = |name: &str, text: &str| (name.to_string(), text.as_bytes().to_vec());
    Files {
        files: vec![
            table(
                "acts.csv",
                "Who,What,When,Site\nAna,torture,2024-02,M\nIvo,torture,2024,C\nAna,arrest,2023/2024,M\n",
            ),
            table(
                "held.csv",
                "Who,From,Until,Site\nAna,2024-01-02,2024-02-03,M\nAna,2024-02-04,2024-05,Q\nIvo,2024,,M\nIvo,2025-03,,Q\n",
            ),
            table(
                "sites.csv",
                "Code,Name,Position,Within\nM,the mill,\"-10.5, -25.25 ± 2 km\",\nQ,the quarry,,\nC,a cell of the mill,,M\n",
            ),
        ],
        mapping: Some(("mapping.toml".into(), MAPPING.into())),
        format: Format::Table,
    }
}

fn counted(depth: Depth) -> (Book, Accounts, Counted) {
    let folder = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    let number = list(&mut case, "S-001", &[Purpose::Internal]);
    take(&mut case, &files(), number);
    let book = Book::read(&case).unwrap();
    let mill = book.entities.values().find(|said| said.what.label == "the mill").unwrap().what.entity;
    let witness = source(&case, WORKING, "S-002");
    let presence = |source, period: &str| {
        Fact::Presence(words::Presence { source, place: mill, period: period.into(), role: "held there".into() })
    };
    let facts = [presence(witness.source, "2024"), presence(number, "2023-05/2024-03"), Fact::Source(witness)];
    case.say_facts("source", "a", &facts).unwrap();
    let book = Book::read(&case).unwrap();
    assert!(book.find("S-002", Coded::Source).is_ok());
    let accounts = Accounts::read(&case, &book, &Schema::standard()).unwrap();
    let counted = gather(&book, &accounts, crate::this_day(), depth);
    (book, accounts, counted)
}

fn texts(shown: &Shown) -> Vec<Vec<String>> {
    shown.table.rows.iter().map(|row| row.iter().map(|cell| cell.text.clone()).collect()).collect()
}

#[test]
fn acts_stand_beside_who_could_have_known() {
    let (_, _, counted) = counted(Depth::Outermost);
    let shown = cross(&counted, &Schema::standard(), (Axis::Kind, Axis::When(Grain::Year))).unwrap();
    assert_eq!(shown.table.head, ["type / year", "2024", "undated within 2023/2024", "all"]);
    let rows = texts(&shown);
    let torture = rows.iter().find(|row| row[0] == "torture").unwrap();
    assert_eq!(torture[1..], ["2; 1 of 2", "-", "2"]);
    let arrest = rows.iter().find(|row| row[0] == "arrest").unwrap();
    assert_eq!(arrest[1], "0; 0 of 2 +1", "an act of 2023/2024 is of no year, and may be of this one");
    let places = texts(&cross(&counted, &Schema::standard(), (Axis::Place, Axis::Kind)).unwrap());
    assert_eq!(places.len(), 2, "the cell lies in the mill: one place, and all");
    assert!(cross(&counted, &Schema::standard(), (Axis::Kind, Axis::Kind)).is_err());
}

#[test]
fn a_place_counts_for_itself_unless_asked() {
    let (_, _, counted) = counted(Depth::Each);
    let places = texts(&cross(&counted, &Schema::standard(), (Axis::Place, Axis::Kind)).unwrap());
    assert_eq!(places.len(), 3);
    assert!(counted.labels.values().all(|label| label != "Ana"), "a person is no row of a table");
}

#[test]
fn what_begins_when_another_ends_is_a_transfer() {
    let (_, _, counted) = counted(Depth::Each);
    let rows = texts(&flows(&counted, Grain::Month).unwrap());
    assert_eq!(rows.len(), 1);
    assert!(rows[0][0].starts_with("the mill") && rows[0][1].starts_with("the quarry"));
    assert_eq!(rows[0][2..], ["2024-02", "1", "1", "1"]);
    let notes = flows(&counted, Grain::Month).unwrap().notes;
    assert!(notes.iter().any(|note| note.starts_with("1 pairs of detentions")), "Ivo's end is not known: {notes:?}");
}

#[test]
fn coverage_says_where_nothing_could_be_learned() {
    let (_, _, counted) = counted(Depth::Each);
    let shown = coverage(&counted).unwrap();
    assert_eq!(shown.table.head, ["place / year", "2023", "2024"]);
    let rows = texts(&shown);
    let mill = rows.iter().find(|row| row[0].starts_with("the mill")).unwrap();
    assert_eq!(mill[1..], ["1 / 0 / 0", "2 / 0 / 0"]);
    let cell = rows.iter().find(|row| row[0].starts_with("a cell")).unwrap();
    assert_eq!(cell[1..], ["nothing", "nothing"]);
}

#[test]
fn the_narrowest_date_counts_if_all_can_be_right() {
    let check = |dates: &[&str], expected: Option<&str>| {
        let dates: Vec<Edtf> = dates.iter().map(|date| date.parse().unwrap()).collect();
        assert_eq!(narrowest(&dates).map(|date| date.to_string()).as_deref(), expected, "{dates:?}");
    };
    check(&["2024", "2024-03", "2024-03-05"], Some("2024-03-05"));
    check(&["2024-03", "2024-04"], None);
    check(&[], None);
    let adjoins = |end: &str, start: &str| adjoin(&end.parse().unwrap(), &start.parse().unwrap());
    assert!(adjoins("2024-02-03", "2024-02-04") && adjoins("2024-02-03", "2024-02-03") && adjoins("2024", "2024-06"));
    assert!(!adjoins("2024-02-03", "2024-02-05") && !adjoins("2024-02-03", "2024-02-01"));
}

#[test]
fn flows_and_places_are_drawn_and_what_has_no_position_is_named() {
    let (book, accounts, counted) = counted(Depth::Each);
    let flows = flows_drawn(&counted).unwrap();
    assert!(flows.starts_with("<svg") && flows.contains("the quarry") && !flows.contains("Ana"));
    let mapped = map_drawn(&book, &accounts, &counted, crate::Outlines::None);
    assert!(mapped.svg.starts_with("<svg") && mapped.svg.contains("the mill"));
    assert_eq!((mapped.shown, mapped.missing.len()), (1, 2));
    let nothing = Counted::default();
    assert!(flows_drawn(&nothing).unwrap().starts_with("<svg"));
    assert!(cross(&nothing, &Schema::standard(), (Axis::Kind, Axis::Place)).is_ok() && coverage(&nothing).is_ok());
}
