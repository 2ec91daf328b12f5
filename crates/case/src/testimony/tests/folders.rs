//! Is a folder read whole, are all its faults told with their places, and is it written in one spelling?

use crate::fault::Severity;
use crate::testimony::folder::write::{files, identities};
use crate::testimony::folder::{Files, FolderError, Reading, gather, put};
use std::path::Path;

fn example() -> Files {
    gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/testimony/example")).unwrap()
}

fn lines(reading: &Reading) -> Vec<String> {
    reading.faults.iter().map(|fault| fault.line(true)).collect()
}

#[test]
fn the_example_is_whole() {
    let reading = Reading::of(&example());
    assert_eq!(lines(&reading), [""; 0]);
    let inquiry = &reading.inquiry;
    let counts = [inquiry.sources.len(), inquiry.interviews.len(), inquiry.documents.len(), inquiry.statements.len()];
    assert_eq!(counts, [5, 3, 2, 12]);
    let counts = [inquiry.entities.len(), inquiry.findings.len(), inquiry.requests.len(), inquiry.consents.len()];
    assert_eq!(counts, [3, 2, 1, 3]);
    // Words that were quoted have their place.
    let places: Vec<String> = inquiry.statements.iter().filter_map(|s| Some(s.at.as_ref()?.to_string())).collect();
    assert_eq!(places[0], "¶3:17-29");
    assert!(inquiry.statements.iter().all(|s| s.made_in.is_some() == s.at.is_some()));
    assert_eq!(reading.places.len(), 5 + 3 + 2 + 12 + 3 + 2 + 1 + 1);
}

#[test]
fn what_is_written_reads_back_the_same_and_is_written_the_same() {
    let reading = Reading::of(&example());
    let written = files(&reading.inquiry);
    let again = Reading::of(&written);
    assert_eq!(lines(&again), [""; 0]);
    assert_eq!(again.inquiry, reading.inquiry);
    assert_eq!(files(&again.inquiry), written);
}

#[test]
fn identities_are_read_apart_and_written_only_when_asked() {
    let reading = Reading::of(&example());
    let sealed = reading.identities.unwrap();
    assert_eq!(sealed.len(), 2);
    let written = files(&reading.inquiry);
    assert!(!written.contains_key("identities.toml"));
    let all: String = written.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    let names = || sealed.iter().flat_map(|i| &i.names);
    assert!(names().all(|name| !all.contains(name.as_str())));
    let apart = String::from_utf8(identities(&sealed)).unwrap();
    assert!(names().all(|name| apart.contains(name.as_str())));
    let again = Reading::of(&Files::from([("identities.toml".into(), apart.into_bytes())]));
    assert_eq!(again.identities, Some(sealed));
    assert_eq!(Reading::of(&written).identities, None);
}

#[test]
fn a_folder_is_written_only_where_nothing_is() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("new");
    let written = files(&Reading::of(&example()).inquiry);
    put(&place, &written).unwrap();
    assert_eq!(gather(&place).unwrap(), written);
    assert!(matches!(put(&place, &written), Err(FolderError::NotEmpty(_))));
    std::fs::write(place.join(".hidden"), "x").unwrap();
    std::fs::write(place.join("README.md"), "x").unwrap();
    assert_eq!(gather(&place).unwrap(), written);
    assert!(matches!(gather(&folder.path().join("none")), Err(FolderError::Disk { .. })));
}

/// The faults of the example after one change: file, line, and a part of what is said.
#[track_caller]
fn check(path: &str, old: &str, new: &str, expected: &[(&str, u32, &str)]) {
    let mut files = example();
    let text = String::from_utf8(files.get(path).cloned().unwrap_or_default()).unwrap();
    assert!(text.contains(old), "{path} does not hold {old:?}");
    files.insert(path.into(), text.replacen(old, new, 1).into_bytes());
    let reading = Reading::of(&files);
    let found: Vec<(&str, u32, &str)> =
        reading.faults.iter().map(|f| (f.file.as_str(), f.row.unwrap_or(0), f.what.as_str())).collect();
    assert_eq!(found.len(), expected.len(), "{:#?}", lines(&reading));
    for ((file, line, what), (in_file, in_line, part)) in found.iter().zip(expected) {
        assert_eq!((file, line), (in_file, in_line), "{what}");
        assert!(what.contains(part), "{what} does not say {part}");
    }
    assert!(reading.faults.iter().all(|f| f.hint.is_some()));
}

#[test]
fn broken_front_matter_is_told_with_its_line() {
    check(
        "interviews/I-003.md",
        "language: Tarvi",
        "language: no",
        &[("interviews/I-003.md", 6, "several things in YAML")],
    );
    check("interviews/I-001.md", "\"country\"", "\"country", &[("interviews/I-001.md", 6, "this is not TOML")]);
    let path = "interviews/I-002.md";
    check(
        path,
        "language = \"Tarvi\"\npresent",
        "presant",
        &[(path, 5, "a key is not known here"), (path, 2, "it is missing")],
    );
    check(path, "2025-04-09", "April", &[(path, 4, "not an EDTF date")]);
    check(path, "+++\n\nQ:", "\n\nQ:", &[(path, 1, "never ends")]);
    check("sources/S-003.md", "person", "persons", &[("sources/S-003.md", 3, "the word is not of the list")]);
    check(
        "sources/S-001.md",
        "reliability = 2",
        "reliability = 300",
        &[("sources/S-001.md", 4, "no number that can stand here")],
    );
    check("requests/Q-1.toml", "2025-05-20", "2025-05", &[("requests/Q-1.toml", 10, "no single day")]);
    check("consents.toml", "purposes = []", "purposes = \"\"", &[("consents.toml", 25, "it is no list")]);
}

#[test]
fn codes_are_unique_and_known() {
    check(
        "entities/things.toml",
        "E-003",
        "E-001",
        &[
            ("entities/things.toml", 12, "the code is taken"),
            ("statements/I-001.toml", 8, "there is no entity E-003"),
            ("statements/I-001.toml", 20, "there is no entity E-003"),
        ],
    );
    check(
        "entities/things.toml",
        "E-002",
        "e-002",
        &[
            ("entities/things.toml", 7, "it is no code"),
            ("statements.csv", 4, "there is no entity E-002"),
            ("statements/D-002.toml", 8, "there is no entity E-002"),
        ],
    );
    check("findings/F-1.md", "\"T-0010\"", "\"T-010\"", &[("findings/F-1.md", 21, "there is no statement T-010")]);
    check(
        "positions.toml",
        "[\"F-1\"]",
        "[\"Q-1\"]",
        &[("positions.toml", 8, "Q-1 is a request, and a finding is meant")],
    );
    check(
        "documents/D-002.md",
        "\"D-002\"",
        "\"D-004\"",
        &[
            ("documents/D-002.md", 2, "the code is not the file's name"),
            ("statements/D-002.toml", 4, "there is no interview or document D-002"),
            ("statements/D-002.toml", 16, "there is no interview or document D-002"),
        ],
    );
}

#[test]
fn similar_codes_are_offered() {
    let mut files = example();
    let text = String::from_utf8(files["findings/F-1.md"].clone()).unwrap().replace("T-0010", "T-010");
    files.insert("findings/F-1.md".into(), text.into_bytes());
    let hints: Vec<String> = Reading::of(&files).faults.iter().filter_map(|f| f.hint.clone()).collect();
    assert_eq!(hints, ["is T-0010 meant?"]);
}

#[test]
fn a_passage_outside_its_item_is_told_with_its_length() {
    let path = "statements/I-001.toml";
    check(path, "\"¶3\"", "\"¶13\"", &[(path, 14, "paragraph 13 is outside the item, which has 6 paragraphs")]);
    check(path, "00:04:30", "00:57:30", &[(path, 30, "is outside the recording, which is 00:47:10 long")]);
    check(path, "¶6:39-54", "¶6:39-550", &[(path, 41, "which has 54 characters")]);
    check(path, "Spali na zemla.", "Spali na krovat.", &[(path, 41, "the quoted words do not stand there")]);
    check(path, "noyabra 2023", "dekabra 2023", &[(path, 2, "the quoted words do not stand in the item")]);
    check(path, "noyabra 2023", "v", &[(path, 2, "stand in")]);
    check("statements/D-002.toml", "p.2 [", "p.3 [", &[("statements/D-002.toml", 14, "the item, which has 2 pages")]);
}

#[test]
fn a_changed_text_is_noticed_where_it_matters() {
    let mut written = files(&Reading::of(&example()).inquiry);
    let text = String::from_utf8(written["interviews/I-001.md"].clone()).unwrap();
    // A paragraph before moves the quoted one; those that quote nothing must be read again.
    let moved = text.replace("# The arrest", "# Preliminaries\n\n# The arrest");
    written.insert("interviews/I-001.md".into(), moved.into_bytes());
    let reading = Reading::of(&written);
    let found: Vec<(&str, &str)> =
        reading.faults.iter().map(|f| (f.what.as_str(), f.hint.as_deref().unwrap_or(""))).collect();
    assert_eq!(found.len(), 4, "{:#?}", lines(&reading));
    assert!(found[0].0.starts_with("the text has changed since the passage was made: character 29 is outside"));
    assert!(found[0].1.contains("the words stand at ¶4:17-29; write `at` so, and leave `made-in` out"));
    assert!(found[1].0.ends_with("no words are quoted"));
    // A text that changes elsewhere leaves the passages that quote their words where they are.
    let text = text.replace("nasha dvor", "nash dvor").replace("[00:04:02] {3}", "[00:04:02] {3} Then");
    let mut written = files(&Reading::of(&example()).inquiry);
    written.insert("interviews/I-001.md".into(), text.into_bytes());
    let reading = Reading::of(&written);
    let found: Vec<(u32, bool)> =
        reading.faults.iter().map(|f| (f.row.unwrap_or(0), f.what.contains("no words are quoted"))).collect();
    assert_eq!(found, [(16, true), (33, true), (45, false)], "{:#?}", lines(&reading));
}

#[test]
fn relays_in_a_circle_are_refused() {
    let back = "reliability = 2\n\n[[relays]]\nsource = \"S-004\"\nreason = \"said so\"\n";
    let circle = "sources relay each other in a circle: S-001 → S-004 → S-001";
    check("sources/S-001.md", "reliability = 2\n", back, &[("sources/S-001.md", 2, circle)]);
    check("statements.csv", ",S-001,forty", ",S-001;S-004,forty", &[("statements.csv", 7, "come back to a source")]);
    let way = [("ties.toml", 0, "that S-001 relays S-002 stands in the wrong file")];
    check("ties.toml", "\"declared\"", "\"relays\"", &way);
    check("ties.toml", "\"S-003\"", "\"S-001\"", &[("ties.toml", 0, "S-001 is tied to itself")]);
}

#[test]
fn missing_consent_and_conditions_are_told() {
    check("consents.toml", "\"S-002\"", "\"S-001\"", &[("sources/S-002.md", 2, "the consent of S-002 is missing")]);
    let path = "sources/S-005.md";
    let mut files = example();
    files.insert(path.into(), b"+++\ncode = \"S-005\"\nsort = \"state\"\n+++\n\nA ministry.\n".to_vec());
    let reading = Reading::of(&files);
    let found: Vec<_> = reading.faults.iter().map(|f| (f.severity, f.file.as_str(), f.row)).collect();
    assert_eq!(found, [(Severity::Note, path, Some(2))]);
}

#[test]
fn findings_requests_and_translations_are_looked_at() {
    check(
        "findings/F-2.md",
        "The Third Column guarded the brickyard.",
        "",
        &[("findings/F-2.md", 2, "no proposition")],
    );
    check("findings/F-1.md", "\"T-0005\"", "\"T-0002\"", &[("findings/F-1.md", 2, "bears on the finding twice")]);
    let wrong = "[conclusion]\nsort = \"qualitative\"\nwords = \"most\"\n\n[[answer]]";
    check("findings/F-1.md", "[[answer]]", wrong, &[("findings/F-1.md", 2, "not of one sort")]);
    check("requests/Q-1.toml", "text =", "answers = [3]\ntext =", &[("requests/Q-1.toml", 1, "there are 2")]);
    check("requests/Q-1.toml", "2025-06-02", "2025-04-02", &[("requests/Q-1.toml", 1, "the deadline lies before")]);
    check("documents/D-001.md", "\"I-001\"", "\"D-001\"", &[("documents/D-001.md", 2, "a translation of itself")]);
    check("documents/D-001.md", "{4.1}", "{4}", &[("documents/D-001.md", 2, "do not lead to its original")]);
}

#[test]
fn tables_are_read_row_by_row() {
    let path = "statements.csv";
    check(
        path,
        "S-003,I-003,,\"thirty",
        "S-003,I-009,,\"thirty",
        &[(path, 5, "there is no interview or document I-009")],
    );
    check(path, "first-hand,,was held", "rumour,,was held", &[(path, 2, "the word is not of the list")]);
    check(path, "knows details of the yard", "a,b,c", &[(path, 2, "more cells than the header")]);
    check(path, ",2,knows", ",good,knows", &[(path, 2, "no number that can stand here")]);
    check(path, "relays,text", "relay,text", &[(path, 7, "a key is not known here")]);
}

#[test]
fn all_faults_come_at_once_and_strangers_are_named() {
    let mut files = example();
    files.insert("notes/ideas.txt".into(), b"x".to_vec());
    files.insert("ties.toml".into(), vec![0xff, 0xfe]);
    files.insert("judgements.toml".into(), b"claim = 3\nother = 4\n".to_vec());
    files.insert("sources/S-003.md".into(), b"no front matter".to_vec());
    let reading = Reading::of(&files);
    let found: Vec<(&str, u32)> = reading.faults.iter().map(|f| (f.file.as_str(), f.row.unwrap_or(0))).collect();
    let expected = [
        ("judgements.toml", 2),
        ("judgements.toml", 1),
        ("notes/ideas.txt", 0),
        ("sources/S-003.md", 1),
        ("ties.toml", 0),
    ];
    assert_eq!(found, expected);
    assert_eq!(reading.inquiry.statements.len(), 12);
}

#[test]
fn a_sealed_name_in_an_open_file_is_told_as_a_place() {
    let what = "the name of a source whose identity is sealed stands here";
    let path = "interviews/I-002.md";
    check(path, "Men of the Third Column.", "Ask jolan  DEREVI.", &[(path, 15, what)]);
    check(path, "Men of the Third", "Said Йолан\nДереви, of the Third", &[(path, 16, what)]);
    check(path, "Men of the Third Column.", "Jolan Derevich.", &[]);
    let mut files = example();
    let text = String::from_utf8(files[path].clone()).unwrap().replace("Men of", "Jolan Derevi, men of");
    files.insert(path.into(), text.into_bytes());
    let shown = lines(&Reading::of(&files)).join("\n");
    assert!(!shown.contains("Derevi") && !shown.contains("S-001"));
    // Who does not hold the identities is told nothing, and cannot ask.
    files.remove("identities.toml");
    assert_eq!(lines(&Reading::of(&files)), [""; 0]);
}

#[test]
fn no_fault_repeats_a_value() {
    let secret = "Zyxwvut";
    for (path, bytes) in example() {
        let text = String::from_utf8(bytes).unwrap();
        for (at, _) in text.match_indices(['"', ':', '=', ',']).step_by(9) {
            let mut files = example();
            let (before, after) = text.split_at(at + 1);
            files.insert(path.clone(), format!("{before}{secret}{after}").into_bytes());
            let shown = lines(&Reading::of(&files)).join("\n");
            assert!(!shown.contains(secret), "{path} at {at}: {shown}");
        }
    }
}
