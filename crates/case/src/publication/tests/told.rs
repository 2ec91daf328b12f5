//! Is all that a publication prints of a source held against its profile, and no more printed than the source allows?

use super::built::{ANONYMOUS, Inquiry, inquiry, words};
use crate::clearance::{Clearance, profile};
use crate::custody::evidence::Detail;
use crate::custody::founding::WORKING;
use crate::facts::tests::{consent, statement};
use crate::facts::words::{Bears, Extent, Fact, Purpose, SourceTold, Stance, Withdrawal};
use crate::facts::{Book, Sort, judge};
use crate::publication::build::Built;
use crate::publication::counted::{ForTheInquiryItself, Unit};
use crate::publication::draft;
use crate::publication::gate::{self, Cited, Grounds};
use crate::publication::material::Material;
use crate::publication::{places, spoken};
use factum_model::edtf::Day;
use factum_report::plot::Whereabouts;
use std::collections::{BTreeMap, BTreeSet};

fn told(inquiry: &Inquiry, built: &Built) -> Vec<SourceTold> {
    let today = Day::from_ymd(2026, 11, 27).unwrap();
    profile::told_by(&inquiry.book(), &built.rests, Purpose::ReportAnonymised, "this", today)
}

fn of(book: &Book, told: &[SourceTold], code: &str) -> Vec<String> {
    let id = book.find(code, Sort::Source).unwrap();
    let facts = told.iter().filter(|told| told.source == id).flat_map(|told| &told.facts);
    facts.map(|fact| format!("{}: {}", fact.name, fact.value)).collect()
}

#[test]
fn whoever_stands_in_an_annex_has_a_profile() {
    let inquiry = inquiry();
    let book = inquiry.book();
    for body in ["\nOn this, {{F-1}}. [@F-1]\n", "\nShe said so [@T-0001].\n", "\nShe said so [@I-002].\n"] {
        let built = inquiry.build(ANONYMOUS, body, &ForTheInquiryItself).unwrap();
        let lines = words(&built);
        let printed = ["S-001", "S-002", "S-003"].into_iter().filter(|code| lines.iter().any(|l| l.contains(code)));
        let printed: BTreeSet<&str> = printed.collect();
        let told = told(&inquiry, &built);
        let known: BTreeSet<&str> =
            told.iter().map(|told| book.sources[&told.source].source.what.code.as_str()).collect();
        assert_eq!(printed, known, "{body}");
        assert!(!known.is_empty());
    }
    // The finding is cited alone; its statements, their interviews and dates are printed all the same.
    let built = inquiry.build(ANONYMOUS, "\nOn this, {{F-1}}. [@F-1]\n", &ForTheInquiryItself).unwrap();
    let facts = of(&book, &told(&inquiry, &built), "S-002");
    let expected = [
        "interviewed month: 2025-05",
        "interviewed year: 2025",
        "is: person",
        "knows: first-hand",
        "place: the brickyard",
        "speaks of month: 2024-01",
        "speaks of year: 2024",
        "speaks to: F-1",
    ];
    assert_eq!(facts, expected);
}

#[test]
fn what_a_picture_ties_a_source_to_is_in_its_profile() {
    let inquiry = inquiry();
    let book = inquiry.book();
    let check = |body: &str, expected: &[&str]| {
        let built = inquiry.build(ANONYMOUS, body, &ForTheInquiryItself).unwrap();
        let facts = of(&book, &told(&inquiry, &built), "S-001");
        let tied: Vec<&String> = facts.iter().filter(|fact| fact.contains("tied") || fact.contains("bears")).collect();
        assert_eq!(tied, expected, "{body}");
    };
    check("\nShe said so [@T-0001].\n", &[]);
    let picture = "\nOn this, {{F-1}}. [@F-1]\n\n![Ties](figure:ties-F-1)\n";
    check(picture, &["bears on: F-1", "is tied: was found independent of S-002"]);
}

#[test]
fn a_picture_of_sources_is_refused_where_their_citation_is() {
    let mut inquiry = inquiry();
    let book = inquiry.book();
    let [one, other, third] = ["S-001", "S-002", "S-003"].map(|code| book.find(code, Sort::Source).unwrap());
    let finding = book.find("F-1", Sort::Finding).unwrap();
    let picture = "\n![Ties](figure:ties-F-1)\n";
    let built = inquiry.build(ANONYMOUS, picture, &ForTheInquiryItself).unwrap();
    assert!(built.rests.cited.contains(&Cited::Thing(Sort::Finding, finding)), "{:?}", built.rests.cited);
    let refused = |inquiry: &Inquiry, expected: &str| {
        let problems = inquiry.build(ANONYMOUS, picture, &ForTheInquiryItself).unwrap_err();
        assert!(problems.iter().any(|problem| problem.contains(expected)), "{expected}\n{problems:?}");
        let kinds: BTreeSet<&String> = problems.iter().collect();
        assert_eq!(kinds.len(), problems.len(), "each is told once");
    };
    // A statement that passes on the words of somebody who did not agree to the report.
    let mut said = statement(&inquiry.case, WORKING, "T-0009", one);
    said.relays = vec![third];
    let bears = Bears { finding, statement: said.statement, stance: Some(Stance::Supports), reason: None };
    let facts = [Fact::Statement(Box::new(said)), Fact::Bears(bears)];
    inquiry.case.say_facts("statement", "hearsay", &facts).unwrap();
    refused(&inquiry, "F-1 may not be used here: the source S-003: the source said no to its use");
    refused(&inquiry, "the finding F-1 has fallen back");
    // What is written down of the release names whose words are passed on, so that a withdrawal finds it.
    let (draft, _) = draft::read(&format!("+++\ntitle = \"T\"\ndate = \"2026-11-27\"\n{ANONYMOUS}+++\n{picture}"));
    let book = inquiry.book();
    let today = Day::from_ymd(2026, 11, 27).unwrap();
    let judged = judge::all(&book, today, &|_| String::new());
    let (rests, _) = gate::judge(&draft.unwrap(), &Grounds::of(&inquiry.case, &book, &judged, today));
    assert!(rests.cited.contains(&Cited::Thing(Sort::Source, third)), "{:?}", rests.cited);
    let gone =
        Withdrawal { source: other, date: "2026-05-01".into(), extent: Extent::NoFurtherUse, reason: "fear".into() };
    inquiry.case.say_facts("source", "taken back", &[Fact::ConsentWithdrawn(gone)]).unwrap();
    refused(&inquiry, "F-1 may not be used here: the source S-002");
}

#[test]
fn the_sources_of_a_picture_are_counted_and_cleared() {
    let inquiry = inquiry();
    let picture = "\n![Ties](figure:ties-F-1)\n";
    let built = inquiry.build(ANONYMOUS, picture, &ForTheInquiryItself).unwrap();
    let counted = built.counted.iter().find(|counted| counted.place == "figure:ties-F-1").unwrap();
    assert_eq!((counted.unit, counted.cells[0].count), (Unit::Sources, 2));
    let drawn = |built: &Built| {
        let title = "Sources that bear on F-1, and what ties them";
        let lines = words(built);
        let line = lines.iter().find(|line| line.contains(title)).unwrap();
        (line.contains("Sources: 2") && line.contains("S-002"), line.ends_with(&format!("{title}: withheld")))
    };
    assert_eq!(drawn(&built), (true, false));
    // The inquiry's own rules withhold a count of two; its codes would tell it.
    let cleared = Clearance::of(&inquiry.case, &inquiry.book(), None).unwrap();
    assert_eq!(drawn(&inquiry.build(ANONYMOUS, picture, &cleared).unwrap()), (false, true));
}

#[test]
fn a_place_is_told_no_finer_than_its_source_allows() {
    let mut inquiry = inquiry();
    let book = inquiry.book();
    let (place, today) = (book.find("E-001", Sort::Entity).unwrap(), Day::from_ymd(2026, 11, 27).unwrap());
    let body = "\nShe said so [@T-0001; @T-0002].\n\n![When](figure:timeline)\n\n![Who](table:coverage)\n";
    let check = |inquiry: &Inquiry, lanes: &[&str], on_map: usize| {
        let built = inquiry.build(ANONYMOUS, body, &ForTheInquiryItself).unwrap();
        // S-001 alone was there.
        let knew = if lanes.contains(&"the brickyard") { "the brickyard" } else { "valley" };
        let knowers: Vec<&String> = built
            .counted
            .iter()
            .filter(|c| c.place.starts_with("coverage"))
            .flat_map(|c| &c.axes[0].categories)
            .collect();
        assert!(!knowers.is_empty() && knowers.iter().all(|name| *name == knew), "{knowers:?}");
        let counted = built.counted.iter().find(|counted| counted.place == "figure:timeline").unwrap();
        assert_eq!(counted.axes[0].categories, lanes);
        let lines = words(&built);
        let drawn = lines.iter().find(|line| line.contains("<svg")).unwrap();
        for name in ["the brickyard", "valley"] {
            assert_eq!(drawn.contains(name), lanes.contains(&name), "{name}, in the words or the picture: {drawn}");
        }
        // On the map stands what somebody tells freely.
        let at = Whereabouts::Point { longitude: 1.0, latitude: 2.0, precision: None };
        let material = Material { positions: [(place, at)].into(), ..Material::default() };
        let (book, judged) = (inquiry.book(), BTreeMap::new());
        let grounds = Grounds::of(&inquiry.case, &book, &judged, today);
        assert_eq!(places::on_map(&grounds, &built.rests, &material, spoken::words("en")).places.len(), on_map);
    };
    check(&inquiry, &["the brickyard"], 1);
    let limit = |inquiry: &mut Inquiry, code: &str| {
        let source = book.find(code, Sort::Source).unwrap();
        let mut agreed = consent(source, &[Purpose::Internal, Purpose::ReportAnonymised]);
        if let Fact::Consent(consent) = &mut agreed {
            consent.no_finer_than = vec![Detail::new("place", "valley")];
        }
        inquiry.case.say_facts("consent", "no finer", &[agreed]).unwrap();
    };
    limit(&mut inquiry, "S-002");
    check(&inquiry, &["the brickyard", "valley"], 1);
    limit(&mut inquiry, "S-001");
    check(&inquiry, &["valley"], 0);
}
