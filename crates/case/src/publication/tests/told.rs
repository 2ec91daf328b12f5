//! Is all that a publication prints of a source held against its profile, and no more printed than the source allows?

use super::built::{ANONYMOUS, Inquiry, inquiry, words};
use crate::clearance::profile;
use crate::facts::words::{Purpose, SourceTold};
use crate::facts::{Book, Sort};
use crate::publication::build::Built;
use crate::publication::counted::ForTheInquiryItself;
use factum_model::edtf::Day;
use std::collections::BTreeSet;

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
