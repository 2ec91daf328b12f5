//! Is a text read into the paragraphs it has, and written so that it reads back the same?

use crate::extract::look;
use crate::testimony::front::{self, Spelling, Value};
use crate::testimony::text::Text;
use factum_testkit::samples::{docx, line, pdf, zip};
use proptest::prelude::*;

/// A text in one line a paragraph: page, moment, heading, marks, speaker, words.
fn shown(text: &Text) -> Vec<String> {
    let shown = text.paragraphs.iter().map(|p| {
        let page = p.page.map(|n| format!("p{n} ")).unwrap_or_default();
        let begins = p.begins.map(|m| format!("@{m} ")).unwrap_or_default();
        let marks: String = p.marks.iter().map(|m| format!("<{} {}> ", m.at, m.name)).collect();
        let speaker = p.speaker.as_ref().map(|s| format!("({s}) ")).unwrap_or_default();
        format!("{page}{begins}{}{marks}{speaker}{}", "#".repeat(p.heading.into()), p.words)
    });
    shown.collect()
}

#[track_caller]
fn check(source: &str, expected: &[&str]) {
    let (text, misread) = Text::markdown(source, 1);
    assert_eq!(shown(&text), expected, "{source}");
    assert!(misread.is_empty(), "{misread:?}");
}

#[test]
fn markdown_has_paragraphs_speakers_moments_pages_and_marks() {
    check("One\nline.\n\nTwo.", &["One line.", "Two."]);
    check("# Title\nText\n- a\n- b\n  c", &["#Title", "Text", "- a", "- b c"]);
    check("Q: When?\nA: In spring.\nIt was cold.", &["(Q) When?", "(A) In spring. It was cold."]);
    check("INTERPRETER: He nods.\n\nS-014: Yes.", &["(INTERPRETER) He nods.", "(S-014) Yes."]);
    // A word and a colon are no speaker, nor is a clock; one letter of any script is.
    check("Later: nothing.\n\n12:30 came.\n\nس: متى؟", &["Later: nothing.", "12:30 came.", "(س) متى؟"]);
    check("[00:12:03] A: Here.\n[00:12:09.5] no", &["@00:12:03 (A) Here. [00:12:09.5] no"]);
    check("[p.2]\nOne.\n[p.4]\n\nTwo.", &["p2 One.", "p4 Two."]);
    check("{12} A: In spring. {12.2} It was cold.", &["<0 12> <11 12.2> (A) In spring. It was cold."]);
    check(r"\{12} \# \[p.1] a\b Q\: x", &[r"{12} # [p.1] a\b Q: x"]);
    check(r"NOTE\: kept as words", &["NOTE: kept as words"]);
    check("\u{feff}One\r\ntwo\u{0}\r\rThree", &["One two", "Three"]);
    check("", &[]);
}

#[test]
fn a_page_that_goes_back_is_told_and_kept() {
    let (text, misread) = Text::markdown("[p.2]\n\nOne.\n\n[p.2]\n\nTwo.", 10);
    assert_eq!(shown(&text), ["p2 One.", "p2 [p.2]", "p2 Two."]);
    assert_eq!(misread.iter().map(|m| m.line).collect::<Vec<_>>(), [14]);
}

#[test]
fn plain_text_has_paragraphs_by_blank_lines_or_by_lines() {
    let check = |source: &str, expected: &[&str]| assert_eq!(shown(&Text::plain(source).0), expected, "{source}");
    check("One\nline.\n\nTwo {1} \\#.", &["One line.", "Two {1} \\#."]);
    check("One.\nTwo.\n", &["One.", "Two."]);
    check("\n\nOne.\nTwo.\n\n", &["One.", "Two."]);
    check("Q: a\nA: b\n\nc\nd", &["(Q) a", "(A) b", "c d"]);
    check("One.\u{c}Two.\u{c}\u{c}Four.", &["p1 One.", "p2 Two.", "p4 Four."]);
}

#[test]
fn a_word_document_has_its_paragraphs() {
    let body = br#"<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>Q: Where &amp; when?</w:t></w:r></w:p><w:p/>
        <w:p><w:r><w:t xml:space="preserve">A: There, </w:t></w:r><w:r><w:t>in spring.</w:t></w:r></w:p></w:body></w:document>"#;
    let found = look(&docx(body), "interview.docx", true);
    let text = Text::extracted(found.text.as_ref().unwrap(), &found.media_type);
    assert_eq!(shown(&text), ["(Q) Where & when?", "(A) There, in spring."]);
    assert!(!text.cut);
}

#[test]
fn a_portable_document_keeps_its_pages() {
    let found = look(&pdf(&[line("Page one"), line("Page two")]), "a.pdf", true);
    let text = Text::extracted(found.text.as_ref().unwrap(), &found.media_type);
    assert_eq!(shown(&text), ["p1 Page one", "p1 next", "p2 Page two", "p2 next"]);
    assert_eq!(text.pages, Some(2));
    // Lines that stand further apart than the others begin a paragraph.
    let set =
        b"BT /F 12 Tf 72 700 Td (Q: When was) Tj 0 -14 Td (that?) Tj 0 -28 Td (A: In) Tj 0 -14 Td (spring.) Tj ET";
    let found = look(&pdf(&[set.to_vec()]), "a.pdf", true);
    let text = Text::extracted(found.text.as_ref().unwrap(), &found.media_type);
    assert_eq!(shown(&text), ["p1 (Q) When was that?", "p1 (A) In spring."]);
}

#[test]
fn a_word_document_says_nothing_twice() {
    let body = br#"<w:document xmlns:w="w"><w:p><w:moveFrom><w:r><w:t>Moved.</w:t></w:r></w:moveFrom><w:r><w:t>First.</w:t></w:r></w:p>
        <w:p><w:moveTo><w:r><w:t>Moved.</w:t></w:r></w:moveTo></w:p><w:p><mc:AlternateContent><mc:Choice><w:t>Box.</w:t></mc:Choice>
        <mc:Fallback><w:t>Box.</w:t></mc:Fallback></mc:AlternateContent></w:p></w:document>"#;
    let found = look(&docx(body), "a.docx", true);
    let text = Text::extracted(found.text.as_ref().unwrap(), &found.media_type);
    assert_eq!(shown(&text), ["First.", "Moved.", "Box."]);
}

#[test]
fn markdown_and_plain_files_come_without_front_matter() {
    let found = look(b"---\ncode: I-1\n---\n{1} Q: Who?\n", "a.md", true);
    let text = Text::extracted(found.text.as_ref().unwrap(), &found.media_type);
    assert_eq!(shown(&text), ["<0 1> (Q) Who?"]);
    let found = look(b"One.\nTwo.", "a.txt", true);
    let text = Text::extracted(found.text.as_ref().unwrap(), &found.media_type);
    assert_eq!(shown(&text), ["One.", "Two."]);
    let found = look(b"One.\nTwo.\x0cThree.", "a.txt", true);
    let text = Text::extracted(found.text.as_ref().unwrap(), &found.media_type);
    assert_eq!(shown(&text), ["p1 One.", "p1 Two.", "p2 Three."]);
}

/// A document that unpacks to more than is ever unpacked, and one that nests deeper than any stack, end within the budget.
#[test]
fn a_bomb_and_a_deep_document_are_cut() {
    let word = |body: String| zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", body.as_bytes())]);
    let long = format!("<w:document><w:p><w:t>{}", "a ".repeat(3 << 20));
    let found = look(&word(long), "bomb.docx", true);
    let text = Text::extracted(found.text.as_ref().unwrap(), &found.media_type);
    assert!(text.cut);
    assert!(text.paragraphs.iter().map(|p| p.words.len()).sum::<usize>() <= super::super::text::MOST);
    let deep = format!("<w:document>{}<w:p><w:t>under</w:t></w:p>", "<w:x>".repeat(200_000));
    let found = look(&word(deep), "deep.docx", true);
    let text = Text::extracted(found.text.as_ref().unwrap(), &found.media_type);
    assert_eq!(shown(&text), ["under"]);
}

#[test]
fn long_texts_are_cut_and_say_so() {
    let (text, misread) = Text::markdown(&"a".repeat(super::super::text::MOST + 1), 1);
    assert!(text.cut && misread.len() == 1);
    // Braces that never close cost no more than other letters.
    assert_eq!(Text::markdown(&"{".repeat(50_000), 1).0.len(), 1);
}

#[track_caller]
fn check_front(source: &str, expected: &[(&str, Value)]) {
    let (table, wrongs) = front::read(Spelling::Plain, source, 2);
    assert!(wrongs.is_empty(), "{wrongs:?}");
    let read: Vec<(&str, Value)> = table.entries.iter().map(|e| (e.key.as_str(), e.value.clone())).collect();
    assert_eq!(read, expected, "{source}");
}

#[test]
fn front_matter_is_scalars_and_lists() {
    let text = |t: &str| Value::Text(t.into());
    check_front("code: I-007 # a remark\n\n# another\n", &[("code", text("I-007"))]);
    check_front("a: 'it''s: no'\nb: \"x\\n\\\"\"", &[("a", text("it's: no")), ("b", text("x\n\""))]);
    check_front(
        "n: 12\nz: 007\nm: -3\nd: 2025-04",
        &[("n", Value::Whole(12)), ("z", text("007")), ("m", Value::Whole(-3)), ("d", text("2025-04"))],
    );
    check_front("t: true", &[("t", Value::Truth(true))]);
    check_front(
        "l: [a b, 'c, d', 2]",
        &[("l", Value::List(vec![(0, text("a b")), (0, text("c, d")), (0, Value::Whole(2))]))],
    );
    check_front("l:\n  - a\n- b\n", &[("l", Value::List(vec![(3, text("a")), (4, text("b"))]))]);
}

/// The lines in which something was refused.
#[track_caller]
fn check_refused(source: &str, lines: &[u32]) {
    let (_, wrongs) = front::read(Spelling::Plain, source, 2);
    assert_eq!(wrongs.iter().map(|w| w.line).collect::<Vec<_>>(), lines, "{source}: {wrongs:?}");
}

#[test]
fn what_is_outside_the_subset_is_refused_with_its_line() {
    check_refused("a: yes\nb: no\nc: ok", &[2, 3]);
    check_refused("a:\n  b: c", &[2, 3]);
    check_refused("a: |\n  text", &[2, 3]);
    check_refused("a: {b: c}\nc: &x d\nd: *x\ne: !!str f", &[2, 3, 4, 5]);
    check_refused("a: 1\na: 2", &[3]);
    check_refused("- a", &[2]);
    check_refused("no colon\na:b\n: c", &[2, 3, 4]);
    check_refused("a: [b\nc: d]", &[2]);
    check_refused("a: 'b\nc: \"d\\q\"", &[2, 3]);
    check_refused("a: b: c", &[2]);
    check_refused("a:\nb: 1", &[2]);
}

#[test]
fn toml_front_matter_tells_all_its_faults() {
    let parts = front::split("+++\ncode = \"I-7\"\nn = 1.5\ndate = 2025-04-02\n+++\n\nText").unwrap();
    assert_eq!((parts.body, parts.line), ("\nText", 6));
    let (spelling, source) = parts.front.unwrap();
    let (table, wrongs) = front::read(spelling, source, 2);
    assert_eq!(table.entries.iter().map(|e| e.key.as_str()).collect::<Vec<_>>(), ["code", "date"]);
    assert_eq!(wrongs.iter().map(|w| w.line).collect::<Vec<_>>(), [3]);
    let (_, wrongs) = front::toml("a = \nb = 1\nc = 'x\n", 2);
    assert_eq!(wrongs.iter().map(|w| w.line).collect::<Vec<_>>(), [2, 4]);
    assert_eq!(front::split("---\na: 1\n").unwrap_err().line, 1);
    assert_eq!(front::split("Text\n---\n").unwrap().front, None);
}

/// Nesting deeper than any stack is refused, in brackets, in tables and in dotted keys.
#[test]
fn deep_front_matter_is_refused() {
    let deep = 100_000;
    let sources = [
        format!("a = {}", "[".repeat(deep)),
        format!("a = {}1{}", "[".repeat(deep), "]".repeat(deep)),
        format!("a = {}", "{a=".repeat(deep)),
        format!("{}a = 1", "a.".repeat(deep)),
        format!("[{}a]\nb = 1", "a.".repeat(deep)),
        format!("a: {}", "[".repeat(deep)),
    ];
    for source in sources {
        for spelling in [Spelling::Toml, Spelling::Plain] {
            assert!(!front::read(spelling, &source, 2).1.is_empty());
        }
    }
}

/// Pieces out of which signs of Markdown come about.
const PIECES: &str =
    r"([a-zQA ]|\n|\n\n|\\|\{1\}|\{|\}|\[p\.[1-9]\]|\[00:00:0[1-9]\]|#|:|- |\+\+\+|---|\[|ß|م|\t|\u{2003}){0,40}";

proptest! {
    #[test]
    fn what_was_read_is_written_and_read_the_same(source in prop_oneof![any::<String>(), PIECES]) {
        for text in [Text::markdown(&source, 1).0, Text::plain(&source).0] {
            let printed = text.print();
            let (again, misread) = Text::markdown(&printed, 1);
            prop_assert_eq!(&again, &text, "{:?}", printed);
            prop_assert!(misread.is_empty());
            prop_assert_eq!(again.print(), printed.clone());
            prop_assert_eq!(front::split(&printed).map(|p| p.front.is_none()), Ok(true));
        }
    }

    #[test]
    fn any_front_matter_is_read_or_refused(source in prop_oneof![any::<String>(), r"([a-z:\-\[\],'#\\ ]|\x22|\n){0,60}"]) {
        for spelling in [Spelling::Toml, Spelling::Plain] {
            let (table, wrongs) = front::read(spelling, &source, 2);
            let lines = 2 + u32::try_from(source.matches('\n').count()).unwrap();
            prop_assert!(wrongs.iter().all(|w| (2..=lines).contains(&w.line)));
            prop_assert!(table.entries.iter().all(|e| (2..=lines).contains(&e.line)));
        }
        let _ = front::split(&source);
    }
}
