//! Does a passage of a translation lead to its original and back, and only where this is known?

use crate::testimony::passage::Locator;
use crate::testimony::text::Text;
use crate::testimony::translation::{By, Side, Unaligned, Unmapped, align};
use proptest::prelude::*;

fn text(source: &str) -> Text {
    Text::markdown(source, 1).0
}

const ORIGINAL: &str =
    "# Vel\n\n{1} Q: Kada?\n\n{2} A: U rano doba. {2.1} Bilo je hladno. {2.2} Onda.\n\n{3} A: Ne znam.";
const TRANSLATION: &str =
    "# Record\n\n{1} Q: When?\n\n{2.1} A: It was cold. {2} In the early time.\n\n{2.2} Then.\n\nNext.\n\n{4} Added.";

#[track_caller]
fn check(at: &str, side: Side, expected: Result<(&[&str], bool, bool), Unmapped>) {
    let alignment = align(&text(ORIGINAL), &text(TRANSLATION)).unwrap();
    let mapped = alignment.map(&at.parse().unwrap(), side);
    let shown = mapped.map(|m| {
        let places: Vec<String> = m.places.iter().map(Locator::to_string).collect();
        (places, m.wider, m.partly_unknown)
    });
    let expected = expected.map(|(places, w, u)| (places.iter().map(|p| p.to_string()).collect::<Vec<_>>(), w, u));
    assert_eq!(shown, expected, "{at}");
}

#[test]
fn marks_lead_from_one_text_to_the_other() {
    use Side::*;
    check("¶2", Original, Ok((&["¶2"], false, false)));
    // `Bilo je hladno.`, then a part of it.
    check("¶3:13-28", Original, Ok((&["¶3:0-12"], false, false)));
    check("¶3:16-20", Original, Ok((&["¶3:0-12"], true, false)));
    check("¶3:0-12", Translation, Ok((&["¶3:13-28"], false, false)));
    // Both sentences in the other order, and the last with its second paragraph.
    check("¶3", Original, Ok((&["¶3-5"], false, false)));
    check("¶4", Translation, Ok((&["¶3:29-34"], true, false)));
    check("¶3:29-34", Original, Ok((&["¶4-5"], false, false)));
}

#[test]
fn what_is_not_aligned_says_so() {
    use Side::*;
    check("¶1", Original, Err(Unmapped::Unknown(Original)));
    check("¶4", Original, Err(Unmapped::Unknown(Original)));
    check("¶6", Translation, Err(Unmapped::Unknown(Translation)));
    check("¶5-6", Translation, Ok((&["¶3:29-34"], true, true)));
    check("S!A1", Original, Err(Unmapped::Outside(crate::testimony::passage::PassageError::Without("table"))));
    let alignment = align(&text(ORIGINAL), &text(TRANSLATION)).unwrap();
    assert_eq!((alignment.by, alignment.unaligned(Original), alignment.unaligned(Translation)), (By::Marks, 2, 2));
    let message = Unmapped::Unknown(Original).to_string();
    assert_eq!(
        message,
        "it is not known where this stands in the translation: the mark before it stands in the original only"
    );
}

#[track_caller]
fn check_unaligned(original: &str, translation: &str, expected: Unaligned) {
    assert_eq!(align(&text(original), &text(translation)), Err(expected));
}

#[test]
fn texts_that_do_not_correspond_are_not_aligned() {
    check_unaligned("a\n\nb", "a", Unaligned::Counts { original: 2, translation: 1 });
    check_unaligned("a\n\nQ: b", "a\n\nb", Unaligned::Form { paragraph: 2 });
    check_unaligned("{1} a\n\n{1} b", "{1} a", Unaligned::Twice { side: Side::Original, paragraph: 2 });
    check_unaligned("{1} a", "{2} a", Unaligned::NoneShared);
}

#[test]
fn paragraphs_of_one_form_correspond_by_their_numbers() {
    let alignment = align(&text("# a\n\nQ: b\n\nA: c"), &text("[p.2]\n\n# x\n\n{1} В: y\n\n[p.3]\n\nО: zz")).unwrap();
    assert_eq!(alignment.by, By::Numbers);
    let mapped = alignment.map(&"¶2-3".parse().unwrap(), Side::Original).unwrap();
    assert_eq!((mapped.places[0].to_string().as_str(), mapped.wider), ("p.2 ¶2-3", false));
    let mapped = alignment.map(&"p.3 ¶3:0-1".parse().unwrap(), Side::Translation).unwrap();
    assert_eq!((mapped.places[0].to_string().as_str(), mapped.wider), ("¶3", true));
    let mapped = alignment.map(&"p.3".parse().unwrap(), Side::Translation).unwrap();
    assert_eq!((mapped.places[0].to_string().as_str(), mapped.wider), ("¶3", false));
}

proptest! {
    /// From a passage to its counterparts and back comes everything that the passage held, and each place lies in its text.
    #[test]
    fn there_and_back_holds_the_passage(
        one in r"((\{[1-6]\} )?[a-c]{1,3}( |\n\n)){1,8}",
        other in r"((\{[1-6]\} )?[a-c]{1,3}( |\n\n)){1,8}",
        number in 1..6_u32,
    ) {
        let (one, other) = (text(&one), text(&other));
        let Ok(alignment) = align(&one, &other) else { return Ok(()) };
        let at = Locator::Paragraphs { page: None, first: number, last: number };
        let Ok(mapped) = alignment.map(&at, Side::Original) else { return Ok(()) };
        prop_assert!(!mapped.places.is_empty());
        let mut back = Vec::new();
        for place in &mapped.places {
            prop_assert!(place.resolve(Some(&other), &Default::default()).unwrap().is_some());
            back.extend(alignment.map(place, Side::Translation).unwrap().places);
        }
        let words: Vec<String> = back.iter().map(|p| p.resolve(Some(&one), &Default::default()).unwrap().unwrap()).collect();
        let held = one.paragraph(number).unwrap();
        if !mapped.partly_unknown {
            prop_assert!(held.words.split_whitespace().all(|w| words.iter().any(|found| found.contains(w))));
        }
    }
}
