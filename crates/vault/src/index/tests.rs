//! Does a view find what it holds, forget what it must, and say what is wrong with it?

use super::*;
use crate::keys::SecretKey;
use proptest::prelude::*;

const ORIGIN: &str = "factum-case.invalid/00112233445566778899aabbccddeeff";

fn key() -> IndexKey {
    let member =
        SecretKey::parse("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX").unwrap();
    IndexKey::derive(&member, ORIGIN).unwrap()
}

fn at(size: u64) -> Position {
    Position { size, root: [size as u8; 32] }
}

fn record(number: u8, kind: &str, compartment: &str, body: &str) -> RecordRow {
    RecordRow {
        id: [number; 16],
        object: [number / 10; 32],
        compartment: compartment.to_owned(),
        epoch: 1,
        kind: kind.to_owned(),
        body: body.to_owned(),
        transaction: [number / 10; 16],
        entry: u64::from(number / 10),
    }
}

fn part(entry: u8, summary: &str) -> PartRow {
    PartRow {
        entry: entry.into(),
        object: [entry; 32],
        transaction: [entry; 16],
        author: [9; 16],
        compartment: "working".to_owned(),
        time: "2026-11-27T01:00:00Z".to_owned(),
        act: "note".to_owned(),
        summary: summary.to_owned(),
        state: "present".to_owned(),
    }
}

/// A folder with a new view in it, holding these records with these texts.
fn filled(records: &[(RecordRow, &str)]) -> (tempfile::TempDir, PathBuf, Index) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("view");
    let mut index = Index::open(&path, &key()).unwrap();
    let records = records.iter().map(|(row, text)| (row.clone(), (*text).to_owned())).collect();
    index
        .advance(None, at(4), &Batch { records, parts: vec![part(1, "first"), part(2, "second")], ..Batch::default() })
        .unwrap();
    (folder, path, index)
}

fn ids(rows: &[RecordRow]) -> Vec<u8> {
    rows.iter().map(|row| row.id[0]).collect()
}

#[test]
fn what_was_put_in_is_found_by_id_kind_compartment_transaction_and_object() {
    let rows = [
        record(10, "source", "identities", "{\"a\":1}"),
        record(11, "statement", "working", "{}"),
        record(20, "statement", "identities", "{}"),
    ];
    let (_folder, _, index) = filled(&rows.clone().map(|row| (row, "")));
    let check = |asked: Records<'_>, expected: &[u8]| assert_eq!(ids(&index.records(asked).unwrap()), expected);
    check(Records::All, &[10, 11, 20]);
    check(Records::Id(&[11; 16]), &[11]);
    check(Records::Id(&[12; 16]), &[]);
    check(Records::Kind("statement"), &[11, 20]);
    check(Records::Compartment("identities"), &[10, 20]);
    check(Records::KindIn("statement", "identities"), &[20]);
    check(Records::Transaction(&[1; 16]), &[10, 11]);
    check(Records::Object(&[2; 32]), &[20]);
    assert_eq!(index.records(Records::Id(&[10; 16])).unwrap(), rows[..1]);
    assert_eq!(index.parts(Parts::All).unwrap(), [part(1, "first"), part(2, "second")]);
    for asked in [Parts::Entry(2), Parts::Transaction(&[2; 16]), Parts::Object(&[2; 32])] {
        assert_eq!(index.parts(asked).unwrap(), [part(2, "second")]);
    }
    assert_eq!(index.parts(Parts::Compartment("working")).unwrap().len(), 2);
    assert_eq!(index.parts(Parts::Entry(u64::MAX)).unwrap(), []);
    let mut seen = 0;
    index
        .each_record(Records::All, |_| {
            seen += 1;
            ControlFlow::Break(())
        })
        .unwrap();
    assert_eq!(seen, 1);
}

#[test]
fn a_view_moves_only_from_where_it_stands() {
    let (_folder, path, mut index) = filled(&[]);
    assert_eq!(index.position().unwrap(), Some(at(4)));
    let fault = index.advance(Some(at(3)), at(5), &Batch::default()).unwrap_err();
    assert!(matches!(fault, IndexError::Position { stands: 4, from: 3 }));
    let fault = index.advance(None, at(5), &Batch::default()).unwrap_err();
    assert!(matches!(fault, IndexError::Position { stands: 4, from: 0 }));
    // One size with another root is another log.
    let forked = Position { root: [99; 32], ..at(4) };
    assert!(matches!(index.advance(Some(forked), at(5), &Batch::default()), Err(IndexError::Position { .. })));
    let batch = Batch {
        states: vec![(1, "shredded".to_owned())],
        voids: vec![VoidRow { entry: 3, reason: "no right".to_owned() }],
        ..Batch::default()
    };
    index.advance(Some(at(4)), at(6), &batch).unwrap();
    drop(index);
    let index = Index::open(&path, &key()).unwrap();
    assert_eq!(index.position().unwrap(), Some(at(6)));
    assert_eq!(index.voids().unwrap(), batch.voids);
    assert_eq!(index.parts(Parts::Entry(1)).unwrap()[0].state, "shredded");
}

#[test]
fn a_batch_goes_in_whole_or_not_at_all() {
    let (_folder, _, mut index) = filled(&[]);
    let batch = Batch {
        records: vec![(record(30, "k", "c", "{}"), String::new())],
        parts: vec![PartRow { entry: u64::MAX, ..part(1, "") }],
        ..Batch::default()
    };
    assert!(matches!(index.advance(Some(at(4)), at(5), &batch), Err(IndexError::Number)));
    assert_eq!(index.records(Records::All).unwrap(), []);
    assert_eq!(index.position().unwrap(), Some(at(4)));
}

#[test]
fn a_record_that_comes_again_replaces_the_first() {
    let (_folder, _, mut index) = filled(&[(record(10, "k", "c", "old"), "before")]);
    let resealed = RecordRow { object: [7; 32], epoch: 2, entry: 7, ..record(10, "k", "c", "new") };
    let batch =
        Batch { removed: vec![[1; 32]], records: vec![(resealed.clone(), "after".to_owned())], ..Batch::default() };
    index.advance(Some(at(4)), at(8), &batch).unwrap();
    assert_eq!(index.records(Records::All).unwrap(), std::slice::from_ref(&resealed));
    assert_eq!(index.search("before", None, 9).unwrap(), []);
    assert_eq!(index.search("after", None, 9).unwrap(), [resealed]);
}

#[test]
fn names_are_found_in_every_script() {
    let texts = [
        "2017年5月，张伟和李娜被带走。",
        "证人王小明说他看见了。",
        "الشاهد مُحَمَّد بْن أحمد رأى ذلك",
        "إبراهيم وآدم وفاطمة",
        "Свидетель Алексей Ёлкин видел",
        "گۇۋاھچى ئابدۇللا ئۆمەر كۆردى",
        "Tanık Ayşe Öztürk Şırnak'ta",
        "José Müller saw Björn",
        "阿卜杜拉·买买提",
        "Abdulla Ömer al-Uyghuri",
    ];
    let rows: Vec<(RecordRow, &str)> =
        (0u8..).zip(texts).map(|(at, text)| (record(at, "statement", "working", ""), text)).collect();
    let (_folder, _, index) = filled(&rows);
    let check = |query: &str, expected: &[u8]| {
        let mut found = ids(&index.search(query, None, 100).unwrap());
        found.sort_unstable();
        assert_eq!(found, expected, "{query}");
    };
    check("张伟", &[0]);
    check("李娜", &[0]);
    check("小明", &[1]);
    check("王小明", &[1]);
    check("明小", &[]);
    check("王", &[1]);
    check("买买提", &[8]);
    check("阿卜杜拉 买买提", &[8]);
    check("محمد", &[2]);
    check("مُحمّد", &[2]);
    check("احمد", &[2]);
    check("أحمد محمد", &[2]);
    check("ابراهيم", &[3]);
    check("إبراهيم", &[3]);
    // The conjunction و is written to the word that follows it.
    check("آدم", &[3]);
    check("وادم", &[3]);
    check("فاطمة", &[3]);
    check("شاهد", &[2]);
    check("алексей", &[4]);
    check("ЕЛКИН", &[4]);
    check("Ёлкин", &[4]);
    check("ئابدۇللا", &[5]);
    check("ئۆمەر", &[5]);
    check("ئۆمه\u{200c}ر", &[5]);
    check("ئۇمەر", &[]);
    check("ayse ozturk", &[6]);
    check("AYŞE", &[6]);
    check("sirnak*", &[6]);
    check("jose", &[7]);
    check("MULLER bjorn", &[7]);
    check("uyghuri", &[9]);
    check("abdul*", &[9]);
    check("abdul", &[]);
    check("", &[]);
    check("\"", &[]);
}

#[test]
fn a_search_stays_in_its_compartment_and_limit() {
    let rows = [
        (record(10, "k", "a", ""), "one word"),
        (record(20, "k", "b", ""), "one word"),
        (record(30, "k", "a", ""), "one"),
    ];
    let (_folder, _, index) = filled(&rows);
    assert_eq!(ids(&index.search("word", Some("a"), 9).unwrap()), [10]);
    assert_eq!(ids(&index.search("word", Some("c"), 9).unwrap()), []);
    assert_eq!(index.search("one", None, 2).unwrap().len(), 2);
}

/// Every byte that stands in the rows of the view, those of the search's own tables among them.
fn all_bytes(index: &Index) -> Vec<u8> {
    let mut bytes = Vec::new();
    for query in [
        "SELECT block FROM search_data",
        "SELECT CAST(c0 || ' ' || c1 || ' ' || c2 AS BLOB) FROM search_content",
        "SELECT term FROM search_idx",
        "SELECT CAST(body AS BLOB) FROM record",
        "SELECT CAST(summary AS BLOB) FROM part",
    ] {
        let mut statement = index.database.prepare(query).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        rows.for_each(|row| bytes.extend(row.unwrap()));
    }
    bytes
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn removing_an_object_takes_its_rows_and_its_terms() {
    let rows = [
        (record(10, "k", "c", "canarybody"), "zzyzxcanary common"),
        (record(20, "k", "c", "other"), "keptword common"),
    ];
    let (folder, _, mut index) = filled(&rows);
    index.advance(Some(at(4)), at(5), &Batch { parts: vec![part(1, "canarysummary")], ..Batch::default() }).unwrap();
    for text in ["zzyzxcanary", "canarybody", "canarysummary", "keptword"] {
        assert!(holds(&all_bytes(&index), text), "{text}");
    }
    index.advance(Some(at(5)), at(6), &Batch { removed: vec![[1; 32]], ..Batch::default() }).unwrap();
    let left = all_bytes(&index);
    for text in ["zyzxcanary", "canarybody", "canarysummary"] {
        assert!(!holds(&left, text), "{text}");
    }
    assert!(holds(&left, "keptword"));
    assert_eq!(ids(&index.search("common", None, 9).unwrap()), [20]);
    assert_eq!(index.search("zzyzxcanary", None, 9).unwrap(), []);
    // Freed pages are overwritten, and the journal holds no page any more.
    let overwritten: i64 = index.database.query_row("PRAGMA secure_delete", [], |row| row.get(0)).unwrap();
    assert_eq!(overwritten, 1);
    assert_eq!(fs::metadata(folder.path().join("view-wal")).unwrap().len(), 0);
}

#[test]
fn nothing_readable_lies_on_the_disk() {
    let rows = [(record(10, "canarykind", "canaryroom", "canarybody"), "canarytext")];
    let (folder, _, index) = filled(&rows);
    let mut files = 0;
    let mut check = || {
        for file in fs::read_dir(folder.path()).unwrap() {
            let bytes = fs::read(file.unwrap().path()).unwrap();
            for text in ["canary", "SQLite format", "CREATE TABLE"] {
                assert!(!holds(&bytes, text), "{text}");
            }
            files += 1;
        }
    };
    check();
    drop(index);
    check();
    // The view with its journal and the journal's table of pages while open, the view alone when closed.
    assert_eq!(files, 4);
}

#[test]
fn another_key_is_named_as_the_fault() {
    let (_folder, path, index) = filled(&[]);
    drop(index);
    let member = SecretKey::generate().unwrap();
    for key in [IndexKey::derive(&member, ORIGIN).unwrap(), IndexKey::derive(&member, "another").unwrap()] {
        assert!(matches!(Index::open(&path, &key), Err(IndexError::WrongKey { .. })));
    }
    assert!(Index::open(&path, &key()).is_ok());
}

#[test]
fn another_version_is_named_as_the_fault() {
    let (_folder, path, index) = filled(&[]);
    index.database.pragma_update(None, "user_version", 2).unwrap();
    drop(index);
    assert!(matches!(Index::open(&path, &key()), Err(IndexError::Version { found: 2, .. })));
    delete(&path).unwrap();
    delete(&path).unwrap();
    assert_eq!(Index::open(&path, &key()).unwrap().position().unwrap(), None);
}

/// Opens and reads everything.
fn read_all(path: &Path) -> Result<usize, IndexError> {
    let index = Index::open(path, &key())?;
    index.position()?;
    let found = index.records(Records::All)?.len() + index.parts(Parts::All)?.len() + index.voids()?.len();
    Ok(found + index.search("common", None, 1000)?.len())
}

#[test]
fn a_cut_file_is_damaged() {
    let rows: Vec<(RecordRow, &str)> =
        (0..200).map(|at| (record(at, "k", "c", "some body of some length"), "common")).collect();
    let (_folder, path, index) = filled(&rows);
    drop(index);
    let whole = fs::read(&path).unwrap();
    for length in [17, 100, 1024, 4096, 4097, whole.len() / 2, whole.len() - 4096] {
        fs::write(&path, &whole[..length]).unwrap();
        let fault = read_all(&path).unwrap_err();
        assert!(matches!(fault, IndexError::Damaged { .. }), "{length}: {fault:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_flipped_bit_is_found_or_touches_nothing_read(at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let rows: Vec<(RecordRow, &str)> = (0..60).map(|at| (record(at, "k", "c", "body"), "common")).collect();
        let (_folder, path, index) = filled(&rows);
        drop(index);
        let expected = read_all(&path).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        fs::write(&path, &bytes).unwrap();
        match read_all(&path) {
            Ok(found) => prop_assert_eq!(found, expected),
            Err(fault) => prop_assert!(matches!(fault, IndexError::Damaged { .. } | IndexError::WrongKey { .. }), "{:?}", fault),
        }
    }

    #[test]
    fn arbitrary_bytes_are_no_view(bytes in prop::collection::vec(any::<u8>(), 1..5000), ours in any::<bool>()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("view");
        let bytes = if ours { [key().salt().as_slice(), &bytes].concat() } else { bytes };
        fs::write(&path, bytes).unwrap();
        prop_assert!(read_all(&path).is_err());
    }

    #[test]
    fn any_query_is_answered(query in any::<String>()) {
        let (_folder, _, index) = filled(&[(record(1, "k", "c", ""), "word")]);
        prop_assert!(index.search(&query, None, 9).is_ok());
    }
}
