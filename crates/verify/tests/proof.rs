//! Does one proof lead from a record over its object's entry to the checkpoint?

mod common;

use common::{Case, LOG, OTHER_LOG};
use factum_log::checkpoint::SignedCheckpoint;
use factum_log::entry::Kind;
use factum_log::record::{RecordId, RecordProof, Salt, leaf, root};
use factum_log::tlogproof::TlogProof;
use factum_log::{Digest, Entry, Hash, proof};

const RECORD: &str = r#"{"kind":"note"}"#;

/// A log of five entries, the fourth of which holds three records; writes proof, entry, object and record.
fn make() -> Case {
    let case = Case::new(0);
    let (id, salt) = (RecordId([3; 16]), Salt([4; 32]));
    let records = [Hash::leaf(b"a"), leaf(&common::origin(), id, &salt, RECORD.as_bytes()), Hash::leaf(b"b")];
    let entry = Entry { kind: Kind::Part, object: Digest::of(b"sealed"), records: root(&records) };
    let mut leaves: Vec<Hash> = (0..5u8).map(|n| Hash::leaf(&[n])).collect();
    leaves[3] = entry.leaf();
    let path = proof::inclusion(3, 5).unwrap().into_iter();
    let path = path.map(|range| proof::root(&leaves[range.start as usize..range.end as usize])).collect();
    let signed = common::sign(5, proof::root(&leaves), LOG, &[]);
    let checkpoint = SignedCheckpoint::parse(&signed).unwrap();
    let extra = Some(RecordProof::new(&records, 1).unwrap().to_string().into_bytes());
    case.write("p.tlog-proof", TlogProof { extra, index: 3, path, checkpoint }.to_string().as_bytes());
    case.write("entry", &entry.to_bytes());
    case.write("object", b"sealed");
    case.write("record", format!("{id} {} {RECORD}\n", salt.to_hex()).as_bytes());
    case.write("policy", case.policy(LOG, "quorum none\n").as_bytes());
    case
}

const ALL: &[&str] = &["--policy", "policy", "--entry", "entry", "--object", "object", "--record", "record"];

fn check(alter: impl FnOnce(&Case), arguments: &[&str], code: i32, expected: &str) {
    let case = make();
    alter(&case);
    let (found, text) = case.verify_at("p.tlog-proof", arguments);
    assert_eq!(found, code, "{text}");
    assert!(text.contains(expected), "{expected:?} is not in\n{text}");
}

#[test]
fn a_proof_in_full() {
    insta::assert_snapshot!(make().verify_at("p.tlog-proof", ALL).1);
}

#[test]
fn a_proof_holds_only_for_what_it_is_about() {
    check(|_| {}, ALL, 0, "it is record 1 of the 3 in the entry's object");
    check(|_| {}, &ALL[..4], 0, "none was given (--record)");
    check(|_| {}, &ALL[2..], 3, "SELF-CONSISTENT ONLY");
    check(|_| {}, &[], 2, "--entry FILE");
    check(|case| case.write("object", b"sealef"), ALL, 1, "object: its bytes have another digest");
    let record = |case: &Case| String::from_utf8(case.read("record")).unwrap();
    check(
        |case| case.write("record", record(case).replace("note", "nose").as_bytes()),
        ALL,
        1,
        "record: the proof leads",
    );
    check(|case| case.write("record", b"x"), ALL, 1, "record: a record is one line");
    check(|case| case.write("entry", &[1; 66]), ALL, 1, "entry: the proof leads to another root");
    check(|case| case.write("entry", b"short"), ALL, 1, "entry: an entry has 66 bytes");
    check(|case| case.write("p.tlog-proof", b"x"), ALL, 1, "proof: ");
    let other = |case: &Case| case.write("policy", case.policy(OTHER_LOG, "quorum none\n").as_bytes());
    check(other, ALL, 1, "no log of the policy");
    let witness = |case: &Case| case.write("policy", case.policy(LOG, "quorum w1\n").as_bytes());
    check(witness, ALL, 1, "quorum of witnesses is MISSED");
}
