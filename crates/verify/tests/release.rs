//! Does a sealed release verify, and does every broken one fail with its reason?

mod common;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{Case, LOG, OTHER_LOG, WITNESS, origin, sign};
use ed25519_dalek::{Signer as _, SigningKey};
use factum_log::checkpoint::{Checkpoint, SignedCheckpoint};
use factum_log::entry::Kind;
use factum_log::note::{Note, Signature};
use factum_log::record::{RecordId, RecordProof, Salt, leaf, root};
use factum_log::release::citation::Citation;
use factum_log::release::manifest::{Follows, Manifest, Output};
use factum_log::release::revocations::{Class, Revocations, Revoked};
use factum_log::release::shown::Shown;
use factum_log::release::{citation, cited_root, leaves_for, to_approve};
use factum_log::tlogproof::TlogProof;
use factum_log::{Digest, Entry, Hash, proof};
use std::path::{Path, PathBuf};

const REPORT: &[u8] = b"People were held at the old mill.\n";
const PAGE: &[u8] = b"<p>People were held at the old mill.\n";

fn release() -> RecordId {
    RecordId([5; 16])
}

fn manifest() -> Manifest {
    let output =
        |name: &str, bytes: &[u8]| Output { name: name.into(), digest: Digest::of(bytes), length: bytes.len() as u64 };
    Manifest {
        origin: origin(),
        release: release(),
        salt: [8; 32],
        date: "2026-11-27".into(),
        title: "The old mill".into(),
        follows: None,
        changes: Vec::new(),
        checks: vec!["leak check: no alarm".into()],
        outputs: vec![output("report.html", PAGE), output("report.txt", REPORT)],
    }
}

/// Three citations, padded.
fn cited() -> Hash {
    let mut leaves: Vec<Hash> = (0..3u8).map(|n| citation(&origin(), release(), &[n; 32], Hash::leaf(&[n]))).collect();
    leaves.extend((3..leaves_for(3) as u8).map(|n| Hash::leaf(&[n, 1])));
    cited_root(&mut leaves)
}

fn approval(seed: u8, role: &str, digest: Digest) -> serde_json::Value {
    let key = SigningKey::from_bytes(&[seed; 32]);
    let signature = key.sign(&to_approve(&origin(), release(), digest, cited(), role));
    serde_json::json!({
        "role": role,
        "key": STANDARD.encode(key.verifying_key().as_bytes()),
        "signature": STANDARD.encode(signature.to_bytes()),
    })
}

fn seal(manifest: &Manifest, approvals: &[serde_json::Value]) -> String {
    let digest = manifest.digest().to_string();
    let (release, cited) = (release().to_string(), cited().to_string());
    let body = serde_json::json!({
        "approvals": approvals, "cited": cited, "kind": "release-sealed", "manifest": digest, "needed": 2, "release": release,
    });
    body.to_string()
}

fn approvals() -> Vec<serde_json::Value> {
    let digest = manifest().digest();
    vec![approval(21, "editor", digest), approval(22, "legal-review", digest)]
}

/// A record as the second of three in entry 3 of 5, shown under a checkpoint.
fn show(canonical: &str, log: u8, witnesses: &[u8]) -> Shown {
    let (id, salt) = (RecordId([3; 16]), Salt([4; 32]));
    let records = [Hash::leaf(b"a"), leaf(&origin(), id, &salt, canonical.as_bytes()), Hash::leaf(b"b")];
    let entry = Entry { kind: Kind::Part, object: Digest::of(b"sealed"), records: root(&records) };
    let mut leaves: Vec<Hash> = (0..5u8).map(|n| Hash::leaf(&[n])).collect();
    leaves[3] = entry.leaf();
    let path = proof::inclusion(3, 5).unwrap().into_iter();
    let path = path.map(|range| proof::root(&leaves[range.start as usize..range.end as usize])).collect();
    let checkpoint = SignedCheckpoint::parse(&sign(5, proof::root(&leaves), log, witnesses)).unwrap();
    let place = RecordProof::new(&records, 1).unwrap();
    let log = TlogProof { extra: None, index: 3, path, checkpoint };
    Shown { entry, id, salt, canonical: canonical.into(), place, log }
}

fn promise(digest: Digest) -> String {
    let body = serde_json::json!({
        "kind": "release-promised", "manifest": digest.to_string(), "publish-on": "2027-01-01", "release": release().to_string(),
    });
    show(&body.to_string(), LOG, &[WITNESS]).to_string()
}

fn revocations(revoked: Vec<Revoked>, log: u8) -> Vec<u8> {
    let list =
        Revocations { origin: origin(), size: 5, root: Hash::empty(), made: "2026-12-01T00:00:00Z".into(), revoked };
    let text = list.to_string();
    let key = SigningKey::from_bytes(&[log; 32]);
    let name = origin().parse().unwrap();
    let verifying =
        factum_log::key::VerifierKey::new(name, factum_log::key::Algorithm::Ed25519, key.verifying_key().as_bytes());
    let verifying = verifying.unwrap();
    let mut note = Note::new(text.clone()).unwrap();
    note.signatures = vec![Signature::new(&verifying, key.sign(text.as_bytes()).to_bytes().to_vec())];
    note.to_string().into_bytes()
}

fn revoked() -> Vec<Revoked> {
    vec![Revoked {
        release: release(),
        class: Class::Consent,
        time: "2026-11-30T10:00:00Z".into(),
        replacement: Some(RecordId([6; 16])),
    }]
}

/// The files of the bundle and what goes with it, by path: what `spec/vectors/release` holds.
fn files() -> Vec<(String, Vec<u8>)> {
    let case = Case::new(0);
    let text = |name: &str, text: String| (name.to_owned(), text.into_bytes());
    vec![
        text("bundle/release.manifest", manifest().to_string()),
        text("bundle/release.tlog-proof", show(&seal(&manifest(), &approvals()), LOG, &[WITNESS]).to_string()),
        ("bundle/outputs/report.txt".into(), REPORT.to_vec()),
        ("bundle/outputs/report.html".into(), PAGE.to_vec()),
        text("policy.txt", case.policy(LOG, "quorum w1\n").replace("timestamp-root root.pem\n", "")),
        text("promise.tlog-proof", promise(manifest().digest())),
        ("revocations.txt".into(), revocations(Vec::new(), LOG)),
    ]
}

fn make() -> Case {
    let case = Case::new(0);
    files().iter().for_each(|(name, bytes)| case.write(name, bytes));
    case
}

const ALL: &[&str] = &["--policy", "policy.txt"];

fn check(alter: impl FnOnce(&Case), arguments: &[&str], code: i32, expected: &str) {
    let case = make();
    alter(&case);
    let (found, text) = case.verify_at("bundle", arguments);
    assert_eq!(found, code, "{text}");
    assert!(text.contains(expected), "{expected:?} is not in\n{text}");
}

fn put_seal(case: &Case, canonical: &str) {
    case.write("bundle/release.tlog-proof", show(canonical, LOG, &[WITNESS]).to_string().as_bytes());
}

#[test]
fn a_release_in_full() {
    let case = make();
    let (code, text) = case.verify_at("bundle", &[ALL, &["--promise", "promise.tlog-proof"]].concat());
    assert_eq!(code, 0, "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn the_vectors_are_what_this_program_makes() {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors/release");
    for (name, bytes) in files() {
        let found = std::fs::read(folder.join(&name)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!(String::from_utf8_lossy(&found), String::from_utf8_lossy(&bytes), "{name}");
    }
}

#[test]
fn outputs_that_are_not_the_sealed_ones_are_named() {
    let swapped = |case: &Case| case.write("bundle/outputs/report.txt", b"Nobody was held at the old mill.\n");
    check(swapped, ALL, 1, "outputs/report.txt: its 33 bytes are not those that the manifest names");
    check(|case| case.remove("bundle/outputs/report.txt"), ALL, 1, "outputs/report.txt: it is missing");
    let added = |case: &Case| case.write("bundle/outputs/annex.txt", b"x");
    check(added, ALL, 1, "outputs/annex.txt: the manifest does not name it");
    check(|case| case.write("bundle/README", b"x"), ALL, 1, "README: it is no part of this release");
}

#[test]
fn a_manifest_that_was_edited_is_named() {
    let edit = |from: &'static str, to: &'static str| {
        move |case: &Case| {
            let text = String::from_utf8(case.read("bundle/release.manifest")).unwrap();
            assert!(text.contains(from));
            case.write("bundle/release.manifest", text.replace(from, to).as_bytes());
        }
    };
    check(edit("The old mill", "The old mill?"), ALL, 1, "it was edited");
    check(edit("no alarm", "no alarms"), ALL, 1, "it was edited");
    check(edit("factum release 1", "factum release 2"), ALL, 1, "release.manifest: the manifest does not begin");
    check(edit("release 0505", "release 0605"), ALL, 1, "of another release");
    check(edit("report.txt", "../report.txt"), ALL, 1, "the output cannot stand in a manifest");
    // Edited together with the output it names.
    let both = |case: &Case| {
        let mut other = manifest();
        other.outputs[1] = Output { name: "report.txt".into(), digest: Digest::of(b"x"), length: 1 };
        case.write("bundle/outputs/report.txt", b"x");
        case.write("bundle/release.manifest", other.to_string().as_bytes());
    };
    check(both, ALL, 1, "seal: the manifest is not the one that was sealed");
    check(|case| case.remove("bundle/release.manifest"), ALL, 1, "release.manifest: cannot read");
}

#[test]
fn a_proof_that_is_missing_or_of_something_else_is_named() {
    check(|case| case.remove("bundle/release.tlog-proof"), ALL, 1, "the proof is MISSING");
    check(|case| case.write("bundle/release.tlog-proof", b"x"), ALL, 1, "MISSING or unreadable");
    let altered = |case: &Case| {
        let mut shown = show(&seal(&manifest(), &approvals()), LOG, &[WITNESS]);
        shown.canonical = shown.canonical.replace("\"needed\":2", "\"needed\":1");
        case.write("bundle/release.tlog-proof", shown.to_string().as_bytes());
    };
    check(altered, ALL, 1, "the record is not one that its entry committed to");
    // Under a checkpoint of before it was sealed.
    let older = |case: &Case| {
        let mut shown = show(&seal(&manifest(), &approvals()), LOG, &[WITNESS]);
        let leaves: Vec<Hash> = (0..3u8).map(|n| Hash::leaf(&[n])).collect();
        let checkpoint = sign(3, proof::root(&leaves), LOG, &[WITNESS]);
        shown.log.checkpoint = SignedCheckpoint::parse(&checkpoint).unwrap();
        case.write("bundle/release.tlog-proof", shown.to_string().as_bytes());
    };
    check(older, ALL, 1, "the checkpoint is older than the record");
    let elsewhere = |case: &Case| {
        let mut shown = show(&seal(&manifest(), &approvals()), LOG, &[WITNESS]);
        shown.log.path[0] = Hash::leaf(b"x");
        case.write("bundle/release.tlog-proof", shown.to_string().as_bytes());
    };
    check(elsewhere, ALL, 1, "the entry is not in the log at its place");
    check(|case| put_seal(case, r#"{"kind":"note"}"#), ALL, 1, "seals no release");
}

#[test]
fn keys_and_policies_that_do_not_fit_are_named() {
    let forged = |case: &Case| {
        let shown = show(&seal(&manifest(), &approvals()), OTHER_LOG, &[WITNESS]);
        case.write("bundle/release.tlog-proof", shown.to_string().as_bytes());
    };
    check(forged, ALL, 1, "no log of the policy that has this origin signed it");
    let other = |case: &Case| case.write("policy.txt", case.policy(OTHER_LOG, "quorum none\n").as_bytes());
    check(other, ALL, 1, "no log of the policy");
    let more = |case: &Case| {
        case.write("policy.txt", case.policy(LOG, "group g all w1 w2\nquorum g\n").as_bytes());
    };
    check(more, ALL, 1, "quorum of witnesses is MISSED");
    check(|_| {}, &[], 3, "SELF-CONSISTENT ONLY");
}

#[test]
fn approvals_are_counted_by_key_and_must_be_of_this_release() {
    let digest = manifest().digest();
    let put = |approvals: Vec<serde_json::Value>| move |case: &Case| put_seal(case, &seal(&manifest(), &approvals));
    check(put(vec![approval(21, "editor", digest)]), ALL, 1, "1 of the 2 approvals asked for hold");
    let twice = vec![approval(21, "editor", digest), approval(21, "director", digest)];
    check(put(twice), ALL, 1, "was made with the key of an earlier one");
    let other = vec![approval(21, "editor", digest), approval(22, "director", Digest::of(b"another"))];
    check(put(other), ALL, 1, "approval 2 was not made with its key over this release");
    let mut renamed = approvals();
    renamed[0]["role"] = "director".into();
    check(put(renamed), ALL, 1, "approval 1 was not made with its key");
    let mut misspelt = approvals();
    misspelt[0]["role"] = "The Editor".into();
    check(put(misspelt), ALL, 1, "approval 1 is under no role");
    check(|_| {}, &[ALL, &["--approvals", "3"]].concat(), 1, "you ask for 3, and there are 2");
    check(|_| {}, &[ALL, &["--approvals", "2"]].concat(), 0, "2 hold, 2 asked for: editor, legal-review");
}

#[test]
fn a_promise_shows_what_was_edited_or_openly_corrected() {
    let arguments = [ALL, &["--promise", "promise.tlog-proof"]].concat();
    check(|_| {}, &arguments, 0, "this is, unaltered, what was promised for 2027-01-01");
    let other = |case: &Case| case.write("promise.tlog-proof", promise(Digest::of(b"x")).as_bytes());
    check(other, &arguments, 1, "it was EDITED since");
    let forged = |case: &Case| {
        let shown = Shown::parse(promise(manifest().digest()).as_bytes()).unwrap();
        let shown = Shown { canonical: shown.canonical.replace("2027", "2028"), ..shown };
        case.write("promise.tlog-proof", shown.to_string().as_bytes());
    };
    check(forged, &arguments, 1, "promise: the record is not one that its entry committed to");
    check(|case| case.write("promise.tlog-proof", b"x"), &arguments, 1, "promise: ");
    // An erratum names what was promised.
    let corrected = |case: &Case| {
        let mut next = manifest();
        next.follows = Some((Follows::Corrects, RecordId([9; 16]), Digest::of(b"promised")));
        next.changes = vec!["paragraph 3: the month".into()];
        case.write("bundle/release.manifest", next.to_string().as_bytes());
        let digest = next.digest();
        put_seal(case, &seal(&next, &[approval(1, "editor", digest), approval(2, "director", digest)]));
        case.write("promise.tlog-proof", promise(Digest::of(b"promised")).as_bytes());
    };
    check(corrected, &arguments, 0, "is the earlier release that this one follows");
    check(corrected, &arguments, 0, "changed: paragraph 3: the month");
}

#[test]
fn a_revocation_counts_if_the_log_signed_it() {
    let arguments = [ALL, &["--revocations", "revocations.txt"]].concat();
    check(|_| {}, &arguments, 0, "not revoked, by the list of 2026-12-01T00:00:00Z");
    let put = |list: Vec<u8>| move |case: &Case| case.write("revocations.txt", &list);
    check(put(revocations(revoked(), LOG)), &arguments, 1, "REVOKED on 2026-11-30T10:00:00Z (class: consent); 0606");
    check(put(revocations(Vec::new(), OTHER_LOG)), &arguments, 1, "revocations: ");
    let unsigned = [ALL, &["--revocations", "bundle/outputs/report.txt"]].concat();
    check(|_| {}, &unsigned, 1, "revocations: ");
}

#[test]
fn one_record_is_shown_in_one_file() {
    let case = make();
    let (code, text) = case.verify_at("promise.tlog-proof", ALL);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains(r#"it says: {"kind":"release-promised""#), "{text}");
    let (code, text) = case.verify_at("promise.tlog-proof", &["--approvals", "1"]);
    assert!(code == 2 && text.contains("belong to a release"), "{text}");
}

#[test]
fn a_release_is_shown_to_rest_on_a_record() {
    let case = make();
    let body = r#"{"kind":"note"}"#;
    let shown = show(body, LOG, &[WITNESS]);
    let mut leaves: Vec<Hash> = (0..15u8).map(|n| Hash::leaf(&[n, 1])).collect();
    let own = citation(&origin(), release(), &[7; 32], shown.leaf());
    leaves.push(own);
    let root = cited_root(&mut leaves);
    let place = RecordProof::new(&leaves, leaves.iter().position(|leaf| *leaf == own).unwrap() as u64).unwrap();
    let cited = Citation { release: release(), salt: [7; 32], place };
    assert_eq!(Citation::parse(&cited.to_string()), Ok(cited.clone()));
    let sealed = serde_json::json!({
        "kind": "release-sealed", "release": release().to_string(), "manifest": manifest().digest().to_string(),
        "cited": root.to_string(), "needed": 0, "approvals": [],
    });
    put_seal(&case, &sealed.to_string());
    case.write("record", shown.to_string().as_bytes());
    case.write("cited", cited.to_string().as_bytes());
    let arguments = [ALL, &["--cited", "cited", "--bundle", "bundle"]].concat();
    let (code, text) = case.verify_at("record", &arguments);
    assert!(code == 0 && text.contains("0505050505 rests on this record"), "{text}");
    let wrong = |bytes: String, expected: &str| {
        case.write("cited", bytes.as_bytes());
        let (code, text) = case.verify_at("record", &arguments);
        assert!(code == 1 && text.contains(expected), "{expected}: {text}");
    };
    wrong(Citation { salt: [8; 32], ..cited.clone() }.to_string(), "does not rest on this record");
    wrong(Citation { release: RecordId([9; 16]), ..cited.clone() }.to_string(), "of another release");
    wrong("x".into(), "shows no citation");
}

#[test]
fn no_file_of_a_bundle_takes_the_program_down() {
    let mut random = 7u64;
    let case = make();
    let names = ["bundle/release.manifest", "bundle/release.tlog-proof"];
    for round in 0..24 {
        let name = names[round % 2];
        let good = case.read(name);
        let mut bad = good.clone();
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let at = (random >> 33) as usize % bad.len();
        bad[at] ^= 1 << (round % 7);
        case.write(name, &bad);
        let (code, text) = case.verify_at("bundle", ALL);
        assert_eq!(code, 1, "{name} at {at}: {text}");
        case.write(name, &good);
    }
    // A checkpoint of nothing is older than everything.
    let mut shown = show(&seal(&manifest(), &approvals()), LOG, &[]);
    shown.log.checkpoint =
        SignedCheckpoint::new(Checkpoint::new(origin(), 0, Hash::empty()), Vec::new()).unwrap_or(shown.log.checkpoint);
    case.write("bundle/release.tlog-proof", shown.to_string().as_bytes());
    assert_eq!(case.verify_at("bundle", ALL).0, 1);
}
