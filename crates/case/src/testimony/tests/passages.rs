//! Has every part of an item one written form, and does it quote what stands there?

use crate::testimony::passage::{Extent, Locator, LocatorError, Moment, Passage, PassageError, find_quote};
use crate::testimony::text::Text;
use proptest::prelude::*;

#[track_caller]
fn check(written: &str) {
    assert_eq!(written.parse::<Locator>().map(|l| l.to_string()), Ok(written.to_string()));
}

#[test]
fn each_kind_has_one_written_form() {
    check("p.3");
    check("¶12");
    check("p.3 ¶12");
    check("¶12-14");
    check("p.3 ¶12:40-88");
    check("¶12:40-13:7");
    check("t=00:12:03-00:12:40");
    check("t=00:12:03.250-101:00:00");
    check("Sheet1!B4");
    check("'Sheet 1'!B4:XFD1048576");
    check("'It''s!'!A1");
    check("p.2 [100,200,300,80]");
}

#[track_caller]
fn check_refused(written: &str, expected: LocatorError) {
    assert_eq!(written.parse::<Locator>(), Err(expected), "{written}");
}

#[test]
fn what_is_no_passage_is_refused() {
    use LocatorError::*;
    for written in [
        "",
        "p.",
        "12",
        "¶",
        "¶1:2",
        "¶1:2-1:3",
        "¶01",
        "p.+1",
        "t=",
        "!A1",
        "a b!A1",
        "'a'b'!A1",
        "A!4",
        "p.1 [1,2,3]",
    ] {
        check_refused(written, Form);
    }
    check_refused("p.0", Zero);
    check_refused("¶0:1-2", Zero);
    check_refused("S!A0", Zero);
    check_refused("¶5-4", Backwards);
    check_refused("¶5-5", Backwards);
    check_refused("¶5:9-9", Backwards);
    check_refused("t=00:00:05-00:00:05", Backwards);
    check_refused("S!B2:A3", Backwards);
    check_refused("t=00:60:00-01:00:00", Moment);
    check_refused("t=0:00:01-00:00:02", Moment);
    check_refused("p.1 [900,0,101,5]", OffPage);
    check_refused("p.1 [0,0,0,5]", OffPage);
    check_refused("S!XFE1", Cell);
    check_refused("S!A1048577", Cell);
}

fn text() -> Text {
    Text::markdown("[p.1]\n\n[00:00:05] Q: When was it?\n\nA: In the “cold” spring.\n\n[p.3]\n\n[00:01:00] A: Then — later — again spring.", 1).0
}

#[track_caller]
fn check_words(written: &str, expected: Result<Option<&str>, PassageError>) {
    let extent = Extent { pages: None, duration: Some(Moment(90_000)), sheets: vec![("S".into(), 3, 10)] };
    let found = written.parse::<Locator>().unwrap().resolve(Some(&text()), &extent);
    assert_eq!(found, expected.map(|words| words.map(String::from)), "{written}");
}

#[test]
fn a_passage_quotes_its_words() {
    check_words("¶2", Ok(Some("In the “cold” spring.")));
    check_words("p.1 ¶2:7-13", Ok(Some("“cold”")));
    check_words("¶1-2", Ok(Some("When was it?\nIn the “cold” spring.")));
    check_words("¶1:5-2:2", Ok(Some("was it?\nIn")));
    check_words("p.3", Ok(Some("Then — later — again spring.")));
    check_words("p.2", Ok(None));
    check_words("t=00:00:00-00:00:06", Ok(Some("When was it?\nIn the “cold” spring.")));
    check_words("t=00:01:01-00:01:10", Ok(Some("Then — later — again spring.")));
    check_words("t=00:00:01-00:00:05", Ok(None));
    check_words("S!C10", Ok(None));
    check_words("p.2 [0,0,1000,1000]", Ok(None));
}

#[test]
fn a_passage_outside_its_item_says_how_long_the_item_is() {
    check_words("¶4", Err(PassageError::Paragraph { asked: 4, paragraphs: 3 }));
    check_words("¶1-9", Err(PassageError::Paragraph { asked: 9, paragraphs: 3 }));
    check_words("¶1:0-13", Err(PassageError::Character { asked: 13, paragraph: 1, characters: 12 }));
    check_words("¶1:13-2:1", Err(PassageError::Character { asked: 13, paragraph: 1, characters: 12 }));
    check_words("p.4", Err(PassageError::Page { asked: 4, pages: 3 }));
    check_words("p.3 ¶1", Err(PassageError::OtherPage { paragraph: 1, asked: 3, found: Some(1) }));
    check_words("t=00:00:01-00:01:31", Err(PassageError::Time { asked: Moment(91_000), duration: Moment(90_000) }));
    check_words("S!D1", Err(PassageError::Cell { to: (3, 10) }));
    check_words("T!A1", Err(PassageError::Sheet { sheets: 1 }));
    let no_text = "¶1".parse::<Locator>().unwrap().resolve(None, &Extent::default());
    assert_eq!(no_text, Err(PassageError::Without("text")));
    let message = PassageError::Cell { to: (3, 10) }.to_string();
    assert_eq!(message, "the cell is outside its sheet, which reaches to C10");
}

#[track_caller]
fn check_quote(words: &str, expected: &[&str]) {
    let places: Vec<String> = find_quote(&text(), words).iter().map(Locator::to_string).collect();
    assert_eq!(places, expected, "{words}");
}

#[test]
fn a_quotation_is_found_by_its_words() {
    check_quote("In the “cold” spring", &["p.1 ¶2:0-20"]);
    check_quote("the \"cold\"\n spring", &["p.1 ¶2:3-20"]);
    check_quote("spring", &["p.1 ¶2:14-20", "p.3 ¶3:21-27"]);
    check_quote("was it? In the", &["p.1 ¶1:5-2:6"]);
    check_quote("- later -", &["p.3 ¶3:5-14"]);
    check_quote("winter", &[]);
    check_quote(" ", &[]);
    check_quote("\u{ad}", &[]);
}

#[test]
fn a_passage_knows_the_version_of_its_text() {
    let made = Passage::new("¶2:7-13".parse().unwrap(), &text());
    assert!(made.is_of(&text()));
    let (other, _) = Text::markdown("[p.1]\n\nAnother.", 1);
    assert!(!made.is_of(&other));
}

fn locators() -> impl Strategy<Value = Locator> {
    let page = proptest::option::of(1..=u32::MAX);
    let paragraphs = (page.clone(), 1..=u32::MAX, 0..9_u32).prop_map(|(page, first, more)| Locator::Paragraphs {
        page,
        first,
        last: first.saturating_add(more),
    });
    let within = (page.clone(), 1..=u32::MAX, 0..u32::MAX, 1..9_u32).prop_map(|(page, first, from, more)| {
        Locator::Characters { page, first, from, last: first, to: from.saturating_add(more) }
    });
    let across = (page, 1..u32::MAX, any::<u32>(), 1..=u32::MAX)
        .prop_map(|(page, first, from, to)| Locator::Characters { page, first, from, last: first + 1, to });
    let time = (0..9_999 * 3_600_000_u64, 1..9_999_u64)
        .prop_map(|(from, more)| Locator::Time { from: Moment(from), to: Moment(from + more) });
    let cells =
        ("[^\\p{C}]{1,9}", 1..=16_384_u32, 1..=1_048_576_u32, 0..3_u32, 0..3_u32).prop_map(|(sheet, c, r, w, h)| {
            Locator::Cells { sheet, from: (c, r), to: ((c + w).min(16_384), (r + h).min(1_048_576)) }
        });
    let rectangle = (1..=u32::MAX, 0..1_000_u32, 0..1_000_u32, 1..=1_000_u32, 1..=1_000_u32)
        .prop_map(|(page, x, y, w, h)| Locator::Rectangle { page, x, y, w: w.min(1_000 - x), h: h.min(1_000 - y) });
    prop_oneof![(1..=u32::MAX).prop_map(Locator::Page), paragraphs, within, across, time, cells, rectangle]
}

proptest! {
    #[test]
    fn what_is_written_reads_back(locator in locators()) {
        prop_assert_eq!(locator.to_string().parse::<Locator>(), Ok(locator));
    }

    #[test]
    fn any_text_is_one_locator_or_none(written in prop_oneof![any::<String>(), r"[pt¶=.:!'A-C0-9 \[\],-]{0,24}"]) {
        if let Ok(locator) = written.parse::<Locator>() {
            prop_assert_eq!(locator.to_string().parse::<Locator>(), Ok(locator.clone()));
            let _ = locator.resolve(Some(&text()), &Extent::default());
        }
    }

    /// Every stretch of a text is found by its words, among the places given, and each place quotes them.
    #[test]
    fn a_stretch_is_found_where_it_stands(source in "([a-c “—]|\n\n){1,40}", from in 0..20_u32, long in 1..20_u32) {
        let (text, _) = Text::markdown(&source, 1);
        let Some(paragraph) = text.paragraphs.first() else { return Ok(()) };
        let to = from.saturating_add(long).min(paragraph.characters());
        let Some(words) = paragraph.stretch(from, to).map(str::trim).filter(|w| !w.is_empty()) else { return Ok(()) };
        let places = find_quote(&text, words);
        prop_assert!(!places.is_empty());
        for place in places {
            prop_assert_eq!(place.resolve(Some(&text), &Extent::default()), Ok(Some(words.to_string())));
        }
    }
}
