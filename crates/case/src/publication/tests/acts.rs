//! Is a small count of acts or of movements withheld wherever it would stand: in tables, on the map, in words and on the page?

use super::built::{ANONYMOUS, Inquiry, inquiry, words};
use crate::clearance::Clearance;
use crate::custody::evidence::Detail;
use crate::custody::founding::WORKING;
use crate::facts::patterns::Counted as Gathered;
use crate::facts::tests::{consent, statement};
use crate::facts::words::{Entity, Fact, Purpose, Statement};
use crate::facts::{Book, Sort};
use crate::publication::acts::{Acts, Respects};
use crate::publication::counted::{Clearing, Counted, ForTheInquiryItself, Sheet, Told, Unit};
use crate::publication::moves::Moves;
use crate::publication::places::OnMap;
use crate::publication::{Form, rendered, spoken};
use crate::schema::Schema;
use factum_report::plot::{MappedPlace, Whereabouts};
use factum_report::{Block, Dossier};
use factum_weigh::pattern::{Act, Presence, Told as Said, Transfer};
use std::collections::BTreeSet;

/// Acts at three places in two years; each by sources of its own, so that only how many there are decides.
const ACTS: [(&str, &str, usize); 6] = [
    ("E-mill", "2017", 40),
    ("E-mill", "2018", 33),
    ("E-quay", "2017", 3),
    ("E-quay", "2018", 61),
    ("E-fort", "2017", 27),
    ("E-fort", "2018", 52),
];

fn gathered() -> Gathered {
    let mut gathered = Gathered::default();
    let mut number = 0;
    for (place, year, count) in ACTS {
        for _ in 0..count {
            number += 1;
            let source = format!("S-{number}");
            let told =
                Said { statement: format!("T-{number}"), source: source.clone(), origins: Vec::new(), denies: false };
            gathered.acts.push(Act {
                act: format!("A-{number}"),
                kind: None,
                place: Some(place.into()),
                date: year.parse().ok(),
                units: Vec::new(),
                groups: Vec::new(),
                told: vec![told],
            });
            gathered.presences.push(Presence { source, place: place.into(), period: year.parse().unwrap() });
        }
    }
    for (code, label) in [("E-mill", "The Mill"), ("E-quay", "The Quay"), ("E-fort", "The Fort")] {
        gathered.labels.insert(code.into(), label.into());
    }
    gathered
}

fn acts(allowed: impl Fn(&str) -> bool) -> Acts {
    let gathered = gathered();
    let all: BTreeSet<&str> = gathered.presences.iter().map(|presence| presence.source.as_str()).collect();
    let allowed = all.iter().copied().filter(|source| allowed(source)).collect();
    Acts::of(&gathered, &Schema::standard(), &allowed, &all)
}

fn on_map() -> OnMap {
    let place = |(code, label, longitude): (&str, &str, f64)| {
        let at = Whereabouts::Point { longitude, latitude: -11.5, precision: Some(2.0) };
        (code.to_string(), MappedPlace { label: label.into(), number: None, at })
    };
    let all = [("E-mill", "The Mill", 20.5), ("E-quay", "The Quay", 21.5), ("E-fort", "The Fort", 22.5)];
    OnMap { places: all.map(place).to_vec(), note: None }
}

/// What the rules of a case without settings of its own tell.
fn cleared(inquiry: &Inquiry, counted: &[Counted]) -> Sheet {
    let book = Book::read(&inquiry.case).unwrap();
    Sheet::cleared(counted, &Clearance::of(&inquiry.case, &book, None).unwrap()).unwrap()
}

fn page(blocks: &[Block]) -> String {
    let dossier = Dossier {
        title: "T".into(),
        subtitle: String::new(),
        author: None,
        date: "2026-11-27".into(),
        reference: None,
        lang: "en".into(),
        description: "d".into(),
        cover: Vec::new(),
        alerts: Vec::new(),
        summary: Vec::new(),
        blocks: blocks.to_vec(),
    };
    String::from_utf8(rendered(&dossier, Form::Html).unwrap().bytes).unwrap()
}

fn rows(blocks: &[Block]) -> Vec<Vec<String>> {
    let Some(Block::Table(table)) = blocks.first() else { panic!("no table") };
    table.rows.iter().map(|row| row.iter().map(|cell| cell.text.clone()).collect()).collect()
}

#[test]
fn a_small_count_is_withheld_in_table_map_words_and_page() {
    let inquiry = inquiry();
    let acts = acts(|_| true);
    let by = Respects::named("place-year").unwrap();
    let mut counted = acts.counted(by, None).unwrap();
    counted.push(acts.counted_on_map(None));
    let sheet = cleared(&inquiry, &counted);
    let table = acts.blocks(by, &sheet, "Acts", spoken::words("en")).unwrap();
    let rows = rows(&table);
    let row = |name: &str| rows.iter().find(|row| row[0] == name).unwrap().clone();
    assert_eq!(row("The Quay")[1], "withheld", "three acts");
    assert!(row("The Fort")[3].starts_with("79"), "a sum that gives nothing away stays: {rows:?}");
    // The three must not be the difference of what is told in its row, nor in its column.
    let open = |cells: &[String]| cells.iter().all(|cell| !cell.starts_with("withheld"));
    assert!(!open(&row("The Quay")[2..]), "{rows:?}");
    let column: Vec<String> = rows.iter().filter(|row| row[0] != "The Quay").map(|row| row[1].clone()).collect();
    assert!(!open(&column), "{rows:?}");
    let page_of_table = page(&table);
    assert!(page_of_table.contains("withheld to protect people") && !page_of_table.contains("3 (3 of 3)"));

    // The map tells of a place what the table tells of its row, and what it withholds stands nowhere on it.
    let map = acts.map(on_map(), &sheet, "Where", spoken::words("en"));
    let Some(Block::Figure(figure)) = map.first() else { panic!("no map") };
    let page_of_map = page(&map);
    for (name, sum) in [("The Mill", 73), ("The Quay", 64), ("The Fort", 79)] {
        let is_told = row(name)[3].starts_with(&sum.to_string());
        assert_eq!(figure.alt.contains(&format!("{name}: {sum}")), is_told, "{name} {}", figure.alt);
        assert_eq!(figure.alt.contains(&format!("{name}: withheld")), !is_told, "{name} {}", figure.alt);
        assert_eq!(figure.svg.contains(&format!("{name} ({sum})")), is_told, "{name}");
        assert_eq!(page_of_map.contains(&format!("{name} ({sum})")), is_told, "{name}");
    }
}

#[test]
fn a_place_of_few_acts_has_no_number_on_the_map() {
    let inquiry = inquiry();
    // Of the Mill and the Fort everything is told, of the Quay three acts.
    let of_quay = |source: &str| source[2..].parse::<usize>().is_ok_and(|n| (77..=137).contains(&n));
    let acts = acts(|source| !of_quay(source));
    let sheet = cleared(&inquiry, &[acts.counted_on_map(None)]);
    let map = acts.map(on_map(), &sheet, "Where", spoken::words("en"));
    let Some(Block::Figure(figure)) = map.first() else { panic!("no map") };
    let page = page(&map);
    for text in [&figure.alt, &figure.svg, &page] {
        assert!(!text.contains("The Quay: 3") && !text.contains("The Quay (3)"), "{text}");
    }
    assert!(figure.alt.contains("The Quay: withheld") && figure.svg.contains("The Quay (withheld)"));
    assert!(page.contains("withheld to protect people"), "the note under it");
}

#[test]
fn only_what_allows_the_publication_is_counted_and_everybody_could_have_known() {
    let acts = acts(|source| source != "S-1");
    let by = Respects::named("place-year").unwrap();
    let counted = acts.counted(by, None).unwrap();
    let sheet = Sheet::cleared(&counted, &ForTheInquiryItself).unwrap();
    let rows = rows(&acts.blocks(by, &sheet, "Acts", spoken::words("en")).unwrap());
    let mill = rows.iter().find(|row| row[0] == "The Mill").unwrap();
    assert_eq!(mill[1], "39 (39 of 40)", "{rows:?}");
    assert_eq!(counted.iter().map(|one| one.unit).collect::<Vec<_>>(), [Unit::Acts, Unit::Sources]);
}

#[test]
fn respects_are_two_different_ones() {
    let check = |name: &str, expected: &str| assert_eq!(Respects::named(name).unwrap_err(), expected, "{name}");
    check("year-month", "acts are told apart by two different respects: the name gives one twice");
    check("place", "acts are told apart by two of type, place, year, month, unit, group, as in acts-type-year");
    check("place-person", "acts are told apart by two of type, place, year, month, unit, group, as in acts-type-year");
    assert!(Respects::named("unit-group").is_ok());
}

#[test]
fn a_movement_of_few_is_withheld_in_table_picture_words_and_page() {
    let inquiry = inquiry();
    let mut transfers = Vec::new();
    for (to, count) in [("E-mill", 31), ("E-quay", 4)] {
        for at in 0..count {
            let who = format!("{to}{at}");
            let told =
                Said { statement: format!("T-{who}"), source: format!("S-{who}"), origins: Vec::new(), denies: false };
            transfers.push(Transfer {
                transfer: who.clone(),
                persons: vec![who],
                from: Some("E-fort".into()),
                to: Some(to.into()),
                date: "2017".parse().ok(),
                told: vec![told],
            });
        }
    }
    let moves = Moves::of(&transfers, &|code| code.into()).unwrap();
    let sheet = cleared(&inquiry, &[moves.counted(None)]);
    for table in [true, false] {
        let blocks = moves.blocks(&sheet, table, "Moved", spoken::words("en"));
        let rows = rows(&blocks);
        assert_eq!(rows[0], ["E-fort", "E-mill", "2017", "31"]);
        assert_eq!(rows[1], ["E-fort", "E-quay", "2017", "withheld"], "asked for as a table: {table}");
        let page = page(&blocks);
        assert!(page.contains("withheld to protect people") && !page.contains("<svg"), "no band can tell its width");
    }
    let all = Sheet::cleared(&[moves.counted(None)], &ForTheInquiryItself).unwrap();
    assert!(
        matches!(moves.blocks(&all, false, "Moved", spoken::words("en")).first(), Some(Block::Figure(_))),
        "drawn where all is told"
    );
}

/// Withholds everything.
struct Nothing;

impl Clearing for Nothing {
    fn clear(&self, counted: &[Counted]) -> Result<Vec<Vec<Told>>, Vec<String>> {
        Ok(counted.iter().map(|one| vec![Told::Withheld; one.cells.len()]).collect())
    }
}

#[test]
fn a_draft_calls_for_acts_by_name() {
    let mut inquiry = inquiry();
    // An act of which one source speaks that allows the report, and one that does not.
    let book = Book::read(&inquiry.case).unwrap();
    let place = book.find("E-001", Sort::Entity).unwrap();
    let act = inquiry.case.new_thing(WORKING).unwrap();
    let entity = Entity { entity: act, code: "E-009".into(), sort: "act".into(), label: "a beating".into() };
    let mut facts = vec![Fact::Entity(entity)];
    for (code, source) in [("T-0101", "S-001"), ("T-0103", "S-003")] {
        let source = book.find(source, Sort::Source).unwrap();
        let number = inquiry.case.new_thing(WORKING).unwrap();
        let said = Statement { statement: number, ..statement(&inquiry.case, WORKING, code, source) };
        let (entity, place, date) = (Some(act), Some(place), Some("2024".into()));
        facts.push(Fact::Statement(Box::new(Statement { entity, place, date, ..said })));
    }
    inquiry.case.say_facts("acts", "acts", &facts).unwrap();
    let body = "\n![By place and year](table:acts-place-year)\n\n![Where](figure:map-acts)\n";
    let built = inquiry.build(ANONYMOUS, body, &ForTheInquiryItself).unwrap();
    let places: Vec<&str> = built.counted.iter().map(|counted| counted.place.as_str()).collect();
    for place in ["table:acts-place-year", "table:acts-place-year: who could have known", "figure:map-acts"] {
        assert!(places.contains(&place), "{place} {places:?}");
    }
    let sources = |counted: &Counted| counted.cells.iter().map(|cell| cell.sources).max();
    let table = built.counted.iter().find(|counted| counted.place == "table:acts-place-year").unwrap();
    assert_eq!(sources(table), Some(Some(1)), "whoever does not allow the report is not counted");
    let all = words(&built).join("\n");
    assert!(all.contains("the brickyard | 1 (1 of 1) | 1"), "{all}");
    let all = words(&inquiry.build(ANONYMOUS, body, &Nothing).unwrap()).join("\n");
    assert!(all.contains("the brickyard | withheld | withheld"), "{all}");
    // Whoever agreed to no finer place than a region is told of there, with where it was, and nowhere else.
    let limit = |inquiry: &mut Inquiry, code: &str, word: &str| {
        let mut agreed =
            consent(book.find(code, Sort::Source).unwrap(), &[Purpose::Internal, Purpose::ReportAnonymised]);
        if let Fact::Consent(consent) = &mut agreed {
            consent.no_finer_than = vec![Detail::new("place", word)];
        }
        inquiry.case.say_facts("consent", "no finer", &[agreed]).unwrap();
    };
    limit(&mut inquiry, "S-001", "valley");
    let all = words(&inquiry.build(ANONYMOUS, body, &ForTheInquiryItself).unwrap()).join("\n");
    assert!(all.contains("valley | 1 (1 of 1) | 1"), "{all}");
    assert!(!all.contains("the brickyard | 1"), "{all}");
    let problems = inquiry.build(ANONYMOUS, "\n![x](table:acts-year)\n", &Nothing).unwrap_err().join("\n");
    assert!(problems.contains("acts are told apart by two of type, place"), "{problems}");
}
