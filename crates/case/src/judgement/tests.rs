//! The file of judgements: what survives, what is named, what is set aside.

use super::*;
use crate::lists::{ListInfo, Reading};
use factum_link::Judgement;
use factum_model::Record;
use proptest::prelude::*;

const WHEN: &str = "2026-11-24T09:30:00Z";

fn key(text: &str) -> RecordKey {
    let (list, record) = text.split_once(':').unwrap();
    RecordKey { list: ListId::new(list), record: RecordId::new(record) }
}

fn entry(a: &str, b: &str, verdict: Verdict, who: &str) -> Entry {
    Entry::new((key(a), key(b)), verdict, who, WHEN, None)
}

fn bytes(entries: &[Entry]) -> Vec<u8> {
    entries.iter().flat_map(|e| serde_json::to_string(e).unwrap().into_bytes().into_iter().chain([b'\n'])).collect()
}

/// Lists `a` (nobody twice) and `b`, with the records 1 to 4 each.
fn reading() -> Reading {
    let mut reading = Reading::default();
    for (list, deduplicated) in [("a", true), ("b", false)] {
        let at = reading.records.add_list(ListId::new(list), deduplicated);
        (1..=4).for_each(|id| reading.records.push(at, &Record::new(RecordId::new(id.to_string()), id)));
        reading.lists.push(ListInfo {
            id: ListId::new(list),
            label: list.into(),
            kind: None,
            deduplicated,
            file: format!("{list}.csv"),
            copies: None,
            records: 4,
            scope: None,
            unnamed: 0,
            known: Default::default(),
        });
    }
    reading
}

/// Checks which judgements hold, as `row-row` with `=` or `≠`, and which faults are told.
fn check(entries: &[Entry], expected: &[&str], faults: &[&str]) {
    let reading = reading();
    let resolved = resolve(&Book::parse(&bytes(entries), "j.jsonl"), &reading.records, &reading.lists);
    let shown = |j: &Judgement| format!("{}{}{}", j.a, if j.same { '=' } else { '≠' }, j.b);
    assert_eq!(resolved.judgements.iter().map(shown).collect::<Vec<_>>(), expected);
    let told: Vec<String> = resolved.faults.iter().map(|f| f.line(false)).collect();
    assert_eq!(told.len(), faults.len(), "{told:?}");
    told.iter().zip(faults).for_each(|(told, part)| assert!(told.contains(part), "{told} lacks {part}"));
}

use Verdict::{Different, Same, Unsure, Withdrawn};

#[test]
fn the_last_word_of_a_person_holds() {
    check(&[entry("a:1", "b:1", Same, "M"), entry("b:1", "a:1", Different, "M")], &["0≠4"], &[]);
    check(&[entry("a:1", "b:1", Same, "M"), entry("b:1", "a:1", Withdrawn, "M")], &[], &[]);
    check(&[entry("a:1", "b:1", Same, "M"), entry("a:1", "b:1", Withdrawn, "K")], &["0=4"], &[]);
    check(&[entry("a:1", "b:1", Unsure, "M")], &[], &[]);
    check(&[entry("a:1", "b:1", Unsure, "M"), entry("a:1", "b:1", Same, "K")], &["0=4"], &[]);
}

#[test]
fn people_who_disagree_bind_nobody() {
    let disagree =
        [entry("a:1", "b:1", Same, "M"), entry("a:1", "b:1", Different, "K"), entry("a:2", "b:2", Same, "K")];
    check(&disagree, &["1=5"], &["row 2: people disagree on a:1 and b:1"]);
}

#[test]
fn records_that_are_gone_are_told() {
    check(
        &[entry("a:1", "b:1", Same, "M"), entry("a:9", "c:1", Same, "M")],
        &["0=4"],
        &["note: j.jsonl, row 2: it judges a record that is on no list now: a:9 and c:1"],
    );
}

#[test]
fn contradictions_are_named_by_their_records_and_set_aside() {
    check(
        &[
            entry("a:1", "b:1", Same, "M"),
            entry("b:1", "b:2", Same, "M"),
            entry("a:1", "b:2", Different, "M"),
            entry("a:3", "b:3", Same, "M"),
            entry("a:3", "b:4", Different, "M"),
        ],
        &["2=6", "2≠7"],
        &["row 3: judged the same one after the other: a:1, b:1, b:2; yet a:1 and b:2 are judged different"],
    );
}

#[test]
fn a_list_without_duplicates_outweighs_a_judgement() {
    check(&[entry("a:1", "a:2", Same, "M")], &[], &["nobody is twice on that list"]);
    check(&[entry("a:1", "a:2", Different, "M")], &["0≠1"], &[]);
}

#[test]
fn an_audit_never_trains() {
    let sample = Some(Sampled { stratum: "s".into(), weight: 2.0 });
    let audit = Entry::new((key("a:1"), key("b:1")), Same, "M", WHEN, sample);
    check(std::slice::from_ref(&audit), &[], &[]);
    assert_eq!(Book::parse(&bytes(&[audit]), "j").standing(Purpose::Audit).len(), 1);
}

#[test]
fn every_bad_line_is_named_with_its_number_and_without_its_words() {
    let good = String::from_utf8(bytes(&[entry("a:1", "b:1", Same, "Ana Mirel")])).unwrap();
    let line = good.trim_end();
    let lines = [
        line.to_string(),
        "Ana Mirel".into(),
        "{\"name\":\"Ana Mirel\"}".into(),
        line.replace("\"version\":1", "\"version\":2"),
        line.replace("\"b\",\"record\"", "\"a\",\"record\""),
        line.replace("Ana Mirel", " "),
        line.replace("T09:30", " 09:30"),
        line.replace("training", "audit"),
        line.replace("\"training\"", "\"audit\",\"sample\":{\"stratum\":\"s\",\"weight\":0.5}"),
        line.replace("\"same\"", "\"Ana Mirel\""),
    ];
    let book = Book::parse(lines.join("\n").as_bytes(), "j.jsonl");
    let told: Vec<String> = book.faults.iter().map(|f| f.line(false)).collect();
    let expected = [
        "row 2: the line is not JSON",
        "row 3: the line is JSON but no judgement",
        "row 4: the line was written by a version",
        "row 5: the line judges a record against itself",
        "row 6: the line does not say who",
        "row 7: the time of the judgement",
        "row 8: an audit needs",
        "row 9: the weight",
        "row 10: the line is JSON but no judgement",
    ];
    assert_eq!((told.len(), book.entries.len()), (expected.len(), 1), "{told:?}");
    told.iter().zip(expected).for_each(|(t, e)| assert!(t.contains(e) && !t.contains("Ana"), "{t} lacks {e}"));
}

#[test]
fn times_are_those_of_rfc_3339() {
    for good in [WHEN, "2026-11-24T09:30:00.25+05:30", "2024-02-29T23:59:60Z", "2026-11-24T00:00:00-00:00"] {
        assert!(is_time(good), "{good}");
    }
    for bad in [
        "",
        "2026-11-24",
        "2026-02-30T09:30:00Z",
        "2026-11-24T24:00:00Z",
        "2026-11-24T09:30:00",
        "2026-11-24T09:30:00.Z",
        "2026-11-24T09:30:00+5:30",
        "2026-11-24T09:30:00+05:60",
        "２026-11-24T09:30:00Z",
        "+026-11-24T09:30:00Z",
    ] {
        assert!(!is_time(bad), "{bad}");
    }
}

#[test]
fn one_writer_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("j.jsonl");
    let first = Store::open(&path).unwrap();
    assert!(matches!(Store::open(&path), Err(StoreError::InUse(_))));
    drop(first);
    assert!(Store::open(&path).is_ok());
}

#[test]
fn what_is_no_judgement_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("j.jsonl")).unwrap();
    assert!(matches!(store.append(entry("a:1", "a:1", Same, "M")), Err(StoreError::Entry(LineFault::Itself))));
    assert_eq!(std::fs::read(store.path()).unwrap(), b"");
}

#[test]
fn a_kill_at_any_byte_loses_at_most_the_last_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("j.jsonl");
    let all =
        [entry("a:1", "b:1", Same, "М. К."), entry("a:2", "b:2", Unsure, "M"), entry("a:3", "b:3", Different, "K")];
    let whole = bytes(&all);
    for cut in 0..=whole.len() {
        let book = Book::parse(&whole[..cut], "j.jsonl");
        let finished = whole[..cut].iter().filter(|b| **b == b'\n').count();
        let kept = book.entries.len();
        assert!(kept >= finished && book.entries.iter().map(|(_, e)| e).eq(&all[..kept]), "cut at {cut}");
        let torn = kept == finished && cut > 0 && whole[cut - 1] != b'\n';
        let told = book.faults.iter().filter(|f| f.what == LineFault::Torn.to_string()).count();
        assert_eq!(told, usize::from(torn), "cut at {cut}");
        // Every line that goes to the disk waits for it: every seventh cut shows the same.
        if cut % 7 > 0 && cut != whole.len() {
            continue;
        }
        // Judging goes on, and nothing that was written before changes.
        std::fs::write(&path, &whole[..cut]).unwrap();
        let mut store = Store::open(&path).unwrap();
        store.append(entry("a:4", "b:4", Same, "M")).unwrap();
        let after = std::fs::read(&path).unwrap();
        assert!(after.starts_with(&whole[..cut]));
        let book = Book::parse(&after, "j.jsonl");
        assert_eq!(book.entries, store.book().entries, "cut at {cut}");
        assert_eq!(book.entries.len(), kept + 1);
    }
}

/// Lines of this version stay readable for ever.
#[test]
fn the_lines_of_the_first_version_are_what_they_were() {
    let lines = concat!(
        r#"{"version":1,"a":{"list":"registry","record":"17"},"b":{"list":"press","record":"4"},"verdict":"same","#,
        r#""who":"M. K.","when":"2026-11-24T09:30:00Z","purpose":"training"}"#,
        "\n",
        r#"{"version":1,"a":{"list":"registry","record":"18"},"b":{"list":"press","record":"4"},"verdict":"withdrawn","#,
        r#""who":"M. K.","when":"2026-11-24T09:30:00Z","purpose":"audit","sample":{"stratum":"0.5 to 0.8","weight":12.5}}"#,
        "\n",
    );
    let book = Book::parse(lines.as_bytes(), "j.jsonl");
    assert!(book.faults.is_empty());
    let sample = Some(Sampled { stratum: "0.5 to 0.8".into(), weight: 12.5 });
    let audit = Entry::new((key("registry:18"), key("press:4")), Withdrawn, "M. K.", WHEN, sample);
    let expected = [entry("registry:17", "press:4", Same, "M. K."), audit];
    assert!(book.entries.iter().map(|(_, e)| e).eq(&expected));
    assert_eq!(bytes(&expected), lines.as_bytes());
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let reading = reading();
        let book = Book::parse(&bytes, "j.jsonl");
        resolve(&book, &reading.records, &reading.lists);
    }

    /// Whatever was judged, what is handed over can all be true at once.
    #[test]
    fn what_holds_is_consistent(judged in proptest::collection::vec((0u8..8, 0u8..8, 0u8..4, any::<bool>()), 0..30)) {
        let reading = reading();
        let name = |n: u8| format!("{}:{}", if n < 4 { 'a' } else { 'b' }, n % 4 + 1);
        let verdicts = [Same, Different, Unsure, Withdrawn];
        let entries: Vec<Entry> = judged
            .iter()
            .filter(|(a, b, ..)| a != b)
            .map(|(a, b, v, who)| entry(&name(*a), &name(*b), verdicts[*v as usize], if *who { "M" } else { "K" }))
            .collect();
        let resolved = resolve(&Book::parse(&bytes(&entries), "j"), &reading.records, &reading.lists);
        let mut group: Vec<u32> = (0..8).collect();
        for j in resolved.judgements.iter().filter(|j| j.same) {
            let (from, to) = (group[j.a as usize], group[j.b as usize]);
            group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
        }
        for j in resolved.judgements.iter().filter(|j| !j.same) {
            prop_assert!(group[j.a as usize] != group[j.b as usize]);
        }
    }
}
