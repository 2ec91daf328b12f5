//! How long does a view of 100,000 parts take to fill, to open, to search and to lose one object?

use std::time::Instant;

use factum_vault::index::{Batch, Index, IndexKey, PartRow, Parts, Position, RecordRow, Records};
use factum_vault::keys::SecretKey;

/// What an inquiry of some years holds: opening and rebuilding are to be quick at this size.
const PARTS: u64 = 100_000;

/// As many entries as one batch of a rebuild takes.
const STEP: u64 = 5_000;

/// Words that a summary or a statement is made of here, in the scripts that are searched.
const WORDS: [&str; 12] = [
    "witness",
    "تحدث",
    "الشاهد",
    "张伟",
    "李娜说",
    "Свидетель",
    "видел",
    "ئابدۇللا",
    "Öztürk",
    "detention",
    "village",
    "2017",
];

fn bytes<const N: usize>(number: u64, salt: u64) -> [u8; N] {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(salt);
    std::array::from_fn(|_| {
        // One step of splitmix64, so that ids fall all over their index as random ones do.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed >> 56) as u8
    })
}

fn text(entry: u64, words: usize) -> String {
    bytes::<40>(entry, 7)
        .iter()
        .take(words)
        .map(|byte| WORDS[usize::from(*byte) % WORDS.len()])
        .collect::<Vec<_>>()
        .join(" ")
}

fn batch(from: u64) -> Batch {
    let mut batch = Batch::default();
    for entry in from..from + STEP {
        let (object, transaction) = (bytes(entry, 1), bytes(entry, 2));
        batch.parts.push(PartRow {
            entry,
            object,
            transaction,
            author: bytes(entry % 12, 3),
            compartment: format!("{:02}", entry % 4),
            time: "2026-11-27T01:00:00Z".to_owned(),
            act: "statement".to_owned(),
            summary: text(entry, 6),
            state: "present".to_owned(),
        });
        let record = RecordRow {
            id: bytes(entry, 4),
            object,
            compartment: format!("{:02}", entry % 4),
            epoch: 1,
            kind: "statement".to_owned(),
            body: format!("{{\"says\":\"{}\"}}", text(entry, 30)),
            transaction,
            entry,
        };
        batch.records.push((record, text(entry, 30)));
    }
    batch
}

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("view");
    let key = IndexKey::derive(&SecretKey::generate().expect("a key"), "factum-case.invalid/bench").expect("a key");
    let mut index = Index::open(&path, &key).expect("a new view");
    let (mut at, mut seconds) = (None, 0.0);
    for from in (0..PARTS).step_by(STEP as usize) {
        let batch = batch(from);
        let to = Position { size: from + STEP, root: bytes(from, 5) };
        let start = Instant::now();
        index.advance(at, to, &batch).expect("an advance");
        seconds += start.elapsed().as_secs_f64();
        at = Some(to);
    }
    println!("advance {PARTS} parts with a record each: {seconds:.2} s");
    drop(index);

    let start = Instant::now();
    let mut index = Index::open(&path, &key).expect("the view");
    assert_eq!(index.position().expect("a position"), at);
    println!("open: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);

    let start = Instant::now();
    let found = index.search("张伟 öztürk", None, 50).expect("an answer").len();
    println!("search of two words, {found} shown: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);

    let start = Instant::now();
    let found = index.parts(Parts::All).expect("parts").len();
    println!("read all {found} parts: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);

    let start = Instant::now();
    let found = index.records(Records::Id(&bytes(PARTS / 2, 4))).expect("a record").len();
    println!("read {found} record by id: {:.2} ms", start.elapsed().as_secs_f64() * 1e3);

    let start = Instant::now();
    let to = Position { size: PARTS + 1, root: [0; 32] };
    index.advance(at, to, &Batch { removed: vec![bytes(3, 1)], ..Batch::default() }).expect("a removal");
    println!("remove one object with its terms: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    println!("file: {:.1} MB", std::fs::metadata(&path).expect("the file").len() as f64 / 1e6);
}
