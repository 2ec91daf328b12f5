//! Does a file become an interview whose passages can be cited, in its own language and in another?

use super::{found, identity};
use crate::custody::evidence::Making;
use crate::custody::founding::WORKING;
use crate::custody::items;
use crate::extract;
use crate::facts::papers::incoming::{self, Options, Original};
use crate::facts::papers::{Papers, Place, PlaceError};
use crate::facts::{Book, DeskError, Sort};
use crate::testimony::folder::authored::{Document, Inquiry, Interview};
use crate::testimony::folder::{Page, Reading, gather};
use crate::testimony::front::Value;
use std::collections::BTreeMap;
use std::path::Path;

fn option(key: &'static str, value: &str) -> (&'static str, Value) {
    (key, Value::Text(value.into()))
}

/// What is known of a conversation, as options tell it.
fn about() -> Options {
    let all = [("code", "I-009"), ("source", "S-001"), ("date", "2025-05"), ("language", "Tarvi")];
    all.into_iter().map(|(key, value)| option(key, value)).collect()
}

/// Reads a file as an interview; what comes of it, and every fault in a line.
fn read(book: &Book, name: &str, bytes: &[u8], options: &Options) -> (Option<Page<Interview>>, Vec<String>) {
    let found = extract::look(bytes, name, true);
    let (parted, faults) = incoming::part(name, bytes, &found);
    let mut lines: Vec<String> = faults.iter().map(|fault| fault.line(true)).collect();
    let Some(parted) = parted.filter(|_| lines.is_empty()) else { return (None, lines) };
    let (page, faults) = incoming::page::<Interview>(name, parted, options, book);
    lines.extend(faults.iter().map(|fault| fault.line(true)));
    (page, lines)
}

/// A case that holds the small example.
fn case(folder: &Path) -> crate::custody::folder::Case {
    let mut case = found(folder, &identity("Ada"));
    let files = gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/testimony/example")).unwrap();
    case.take_in(&Reading::of(&files).inquiry, &[], WORKING).unwrap();
    case
}

const WORDS: &str = "Q: Where were you?\n\nA: In the mill, with others.\n";

#[test]
fn files_of_every_kind_become_interviews() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let book = Book::read(&case).unwrap();
    let check = |name: &str, bytes: &[u8]| {
        let (page, faults) = read(&book, name, bytes, &about());
        assert_eq!(faults, [""; 0], "{name}");
        let page = page.unwrap();
        assert_eq!(page.about.code.0, "I-009", "{name}");
        let words: Vec<&str> = page.text.paragraphs.iter().map(|paragraph| paragraph.words.as_str()).collect();
        assert_eq!(words, ["Where were you?", "In the mill, with others."], "{name}");
        page.about
    };
    check("talk.md", WORDS.as_bytes());
    check("talk.txt", WORDS.as_bytes());
    let docx = docx(
        "<w:p><w:r><w:t>Q: Where were you?</w:t></w:r></w:p><w:p><w:r><w:t>A: In the mill, with others.</w:t></w:r></w:p>",
    );
    check("talk.docx", &docx);
    // What the file itself says comes before the options.
    let whole = format!("+++\ncode = \"I-009\"\ndate = \"2025-06-07\"\nplace = \"a barn\"\n+++\n\n{WORDS}");
    let about = check("talk.md", whole.as_bytes());
    assert_eq!((about.date.to_string().as_str(), about.place.as_deref()), ("2025-06-07", Some("a barn")));
}

/// A file of Word with this body.
fn docx(body: &str) -> Vec<u8> {
    use std::io::Write;
    let space = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    let parts = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".into(),
        ),
        ("word/document.xml", format!("<w:document {space}><w:body>{body}</w:body></w:document>")),
    ];
    let mut file = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        file.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }
    file.finish().unwrap().into_inner()
}

#[test]
fn everything_that_is_wrong_with_a_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let book = Book::read(&case).unwrap();
    let check = |name: &str, bytes: &[u8], options: &Options, expected: &[&str]| {
        let (page, faults) = read(&book, name, bytes, options);
        assert!(page.is_none(), "{name}");
        assert_eq!(faults.len(), expected.len(), "{faults:?}");
        faults.iter().zip(expected).for_each(|(line, part)| assert!(line.contains(part), "{line} does not say {part}"));
    };
    let with = |key: &'static str, value: &str| -> Options {
        about().into_iter().map(|(k, v)| if k == key { option(k, value) } else { (k, v) }).collect()
    };
    let words = WORDS.as_bytes();
    check("a.md", words, &with("source", "S-999"), &["S-999 is not a source that you can open"]);
    check("a.md", words, &with("source", "I-001"), &["I-001 is not a source"]);
    check("a.md", words, &with("date", "April"), &["not an EDTF date"]);
    check("a.md", words, &Options::new(), &["`code`: it is missing", "`source`", "`date`", "`language`"]);
    check("a.md", b"+++\ncode = 3\n", &about(), &["never ends"]);
    check("a.md", b"+++\nplaice = \"x\"\n+++\n\nA: Yes.\n", &about(), &["a key is not known here"]);
    check("a.md", &[0xff, 0xfe, 0x41], &about(), &["UTF-8"]);
    check("a.md", b"", &about(), &["no text can be taken out"]);
    check("a.md", b"+++\ncode = \"I-009\"\n+++\n", &about(), &["no words"]);
    check("a.png", b"\x89PNG\r\n\x1a\n", &about(), &["no text can be taken out"]);
}

#[test]
fn a_file_is_kept_beside_its_text_and_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = case(folder.path());
    let book = Book::read(&case).unwrap();
    let before = items::list(&case).unwrap().len();
    let (page, _) = read(&book, "talk.txt", b"Q: Where?\n\nA: There.", &about());
    let inquiry = Inquiry { interviews: page.into_iter().collect(), ..Inquiry::default() };
    let original = Original {
        name: "talk.txt".into(),
        bytes: b"Q: Where?\n\nA: There.".to_vec(),
        media_type: "text/plain".into(),
        embedded: Vec::new(),
    };
    let originals = BTreeMap::from([("I-009".to_string(), original)]);
    for times in 0..2 {
        let taken = case.take_in_with(&inquiry, &[], WORKING, &originals).unwrap();
        assert_eq!(taken.receipt.is_some(), times == 0);
        let all = items::list(&case).unwrap();
        assert_eq!(all.len(), before + 2);
        let text = all.iter().find(|held| held.item.name == "I-009.md").unwrap();
        let made = text.made.as_ref().unwrap();
        let parent = all.iter().find(|held| held.item.item == made.parent).unwrap();
        assert_eq!((parent.item.name.as_str(), made.making), ("talk.txt", Making::Transcript));
        let mut bytes = Vec::new();
        items::read(&case, &parent.item, &mut bytes).unwrap();
        assert_eq!(bytes, b"Q: Where?\n\nA: There.");
    }
}

#[test]
fn a_place_is_written_in_several_ways() {
    let check = |text: &str, code: &str, at: Option<&str>| {
        let place: Place = text.parse().unwrap();
        assert_eq!((place.code.as_str(), place.at.map(|at| at.to_string()).as_deref()), (code, at), "{text}");
    };
    check("I-007", "I-007", None);
    check("I-007#p12", "I-007", Some("¶12"));
    check("I-007#p12-14", "I-007", Some("¶12-14"));
    check("I-007#p12:4-9", "I-007", Some("¶12:4-9"));
    check("D-003#p.2", "D-003", Some("p.2"));
    check("D-003#p.2 ¶4", "D-003", Some("p.2 ¶4"));
    check("I-001#t=00:01:00-00:02:00", "I-001", Some("t=00:01:00-00:02:00"));
    check("D-004#Sheet1!B4", "D-004", Some("Sheet1!B4"));
    for bad in ["I-007#", "I-007#p", "I-007#p0", "I-007#twelve", "I-007#p12-3"] {
        assert!(bad.parse::<Place>().is_err(), "{bad}");
    }
}

#[test]
fn passages_are_cited_and_lead_from_a_translation_to_its_original() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let book = Book::read(&case).unwrap();
    let papers = Papers::read(&case, &book).unwrap();
    let english = papers.find(&book, "D-001").unwrap();
    assert_eq!((english.sort, book.sources[&english.source].source.what.code.as_str()), (Sort::Document, "S-001"));
    let passage = english.cite(None, Some("three soldiers, without  badges.")).unwrap_err();
    assert!(matches!(passage, PlaceError::Nowhere(_)), "letters are not guessed");
    let passage = english.cite(None, Some("Three soldiers, without badges.")).unwrap().unwrap();
    let at = passage.at.parse().unwrap();
    assert!(passage.made_in.is_some() && Some(passage.item) == english.item);
    let [original] = &papers.counterparts(english, &at)[..] else { panic!("one original") };
    let (mapped, words) = original.there.as_ref().unwrap();
    assert_eq!(
        (original.code.as_str(), original.is_original, words.as_str()),
        ("I-001", true, "Trei soldat, bez znak.")
    );
    let back = papers.counterparts(papers.find(&book, "I-001").unwrap(), &mapped.places[0]);
    assert!(!back[0].is_original && back[0].there.as_ref().unwrap().1.starts_with("Three soldiers"));
    // A paragraph is quoted whole, so that it is found again.
    let whole = english.cite(Some(&"¶3".parse().unwrap()), None).unwrap().unwrap();
    assert!(whole.quote.unwrap().starts_with("I was asleep"));

    let fails = |at: Option<&str>, quote: Option<&str>| {
        let at = at.map(|at| at.parse().unwrap());
        english.cite(at.as_ref(), quote).unwrap_err().to_string()
    };
    assert_eq!(fails(Some("¶99"), None), "D-001: paragraph 99 is outside the item, which has 6 paragraphs");
    assert!(fails(Some("¶1"), Some("at night")).contains("in D-001 they stand at ¶3:"));
    assert!(fails(None, Some("e")).contains(" and at "), "words that stand in several places");
    assert!(fails(Some("Sheet1!B4"), None).contains("no table"));
    assert!(matches!(papers.find(&book, "D-999"), Err(DeskError::Unknown(_))));
    assert!(matches!(papers.find(&book, "S-001"), Err(DeskError::Sort { .. })));
    let of = |page: Option<Page<Document>>| page.map(|page| page.about.code.0);
    let options = vec![option("code", "D-9"), option("source", "S-001"), option("translation-of", "S-001")];
    let parted = incoming::part("t.md", b"Yes.", &extract::look(b"Yes.", "t.md", true)).0.unwrap();
    let (page, faults) = incoming::page::<Document>("t.md", parted, &options, &book);
    assert_eq!((of(page), faults.iter().count()), (None, 1), "a source is nothing that can be translated");
}

#[test]
fn a_pdf_becomes_an_interview_that_is_cited_by_its_pages() {
    let page = |words: &str| format!("BT /F 12 Tf 72 700 Td ({words}) Tj ET").into_bytes();
    let bytes = factum_testkit::samples::pdf(&[
        page("Q: Where were you?"),
        page("A: In the mill, with others."),
        page("We slept on the ground."),
    ]);
    let folder = tempfile::tempdir().unwrap();
    let mut case = case(folder.path());
    let (page, faults) = read(&Book::read(&case).unwrap(), "talk.pdf", &bytes, &about());
    assert_eq!(faults, [""; 0]);
    let page = page.unwrap();
    let found: Vec<(Option<u32>, &str)> = page.text.paragraphs.iter().map(|p| (p.page, p.words.as_str())).collect();
    let expected =
        [(Some(1), "Where were you?"), (Some(2), "In the mill, with others."), (Some(3), "We slept on the ground.")];
    assert_eq!(found, expected);
    let inquiry = Inquiry { interviews: vec![page], ..Inquiry::default() };
    let (name, media_type) = ("talk.pdf".to_string(), "application/pdf".to_string());
    let original = Original { name, bytes: bytes.clone(), media_type, embedded: Vec::new() };
    case.take_in_with(&inquiry, &[], WORKING, &BTreeMap::from([("I-009".to_string(), original)])).unwrap();

    let book = Book::read(&case).unwrap();
    let papers = Papers::read(&case, &book).unwrap();
    let talk = papers.find(&book, "I-009").unwrap();
    let place = |text: &str| text.parse::<Place>().unwrap().at.unwrap();
    let cited = |text: &str| talk.cite(Some(&place(text)), None).map(|passage| passage.unwrap());
    assert_eq!(cited("I-009#p.2 ¶2").unwrap().quote.as_deref(), Some("In the mill, with others."));
    assert_eq!(talk.words(&place("I-009#p.3")).unwrap().as_deref(), Some("We slept on the ground."));
    let looked_up = talk.cite(None, Some("on the ground")).unwrap().unwrap();
    assert!(looked_up.at.ends_with("¶3:9-22"), "{}", looked_up.at);
    for wrong in ["I-009#p.2 ¶3", "I-009#p.4", "I-009#p.4 ¶1"] {
        assert!(matches!(cited(wrong), Err(PlaceError::Outside { .. })), "{wrong}");
    }
    // Written out and taken in again, the pages stand where they stood.
    let written = crate::facts::written_out::Outgoing::of(&case, &book, false).unwrap().files();
    let text = String::from_utf8(written["interviews/I-009.md"].clone()).unwrap();
    assert!(text.contains("[p.2]\n") && text.contains("[p.3]\n"), "{text}");
    let again = Reading::of(&written).inquiry;
    let talk = again.interviews.iter().find(|page| page.about.code.0 == "I-009").unwrap();
    assert_eq!(talk.text.paragraphs.iter().map(|p| p.page).collect::<Vec<_>>(), [Some(1), Some(2), Some(3)]);
}
