//! Do anchors hold a log to its past, and does an outsider find what they hold?

use super::super::folder::{Case, Opening};
use super::super::founding::WORKING;
use super::super::ids::RecordId;
use super::super::tests::{identity, run, say};
use super::super::writer::Change;
use super::stamp::StampFault;
use super::witness::{Cosigner, State, Witness, WitnessFault};
use super::*;
use factum_log::record::{RecordProof, Salt};
use factum_log::timestamp::{Request as StampRequest, Roots};
use factum_log::tlogproof::TlogProof;
use factum_log::witness::{Decision, Known, Refusal};
use factum_vault::index::Records;
use factum_vault::note::LogKey;
use factum_vault::passphrase::{Passphrase, Work};
use proptest::prelude::*;
use std::path::Path;

fn case(folder: &Path) -> Case {
    let mut case = Case::found(&folder.join("case"), "Valleys", identity("Ada"), Opening::default()).unwrap();
    say(&mut case, "first");
    case
}

fn witness(folder: &Path, name: &str, kind: Algorithm, case: &Case) -> (Witness, VerifierKey) {
    let key = Cosigner::generate(name, kind).unwrap();
    let vkey = witness_key(&key.vkey()).unwrap();
    let witness = Witness { keys: vec![key], state: folder.join(format!("{name}.state")) };
    case.register().log_keys.iter().for_each(|key| witness.watch(key).unwrap());
    (witness, vkey)
}

const BOTH: [(&str, Algorithm); 2] =
    [("north.example", Algorithm::CosignatureEd25519), ("south.example", Algorithm::CosignatureMlDsa44)];

#[test]
fn two_witnesses_of_both_types_countersign_what_only_grew() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = case(folder.path());
    let witnesses: Vec<_> = BOTH.iter().map(|(name, kind)| witness(folder.path(), name, *kind, &case)).collect();
    for round in 0..2 {
        for (witness, key) in &witnesses {
            let request = case.ask_witness(key, None).unwrap();
            assert_eq!(request.old == 0, round == 0, "the second request begins where the first ended");
            let answer = witness.cosign(request.to_string().as_bytes(), 1_800_000_000 + round).unwrap();
            assert_eq!(answer.status, 200, "{}", answer.body);
            let taken = case.add_cosignatures(answer.body.as_bytes(), std::slice::from_ref(key)).unwrap();
            let expected = Anchored {
                size: case.ledger().size(),
                witness: key.name().to_string(),
                time: 1_800_000_000 + round,
                known: false,
            };
            assert_eq!(taken, std::slice::from_ref(&expected));
            // Twice is once.
            let again = case.add_cosignatures(answer.body.as_bytes(), std::slice::from_ref(key)).unwrap();
            assert_eq!(again, [Anchored { known: true, ..expected }]);
        }
        say(&mut case, "more");
    }
    let keys: Vec<VerifierKey> = witnesses.iter().map(|(_, key)| key.clone()).collect();
    let anchors = anchors(case.store()).unwrap();
    assert_eq!(anchors.len(), 2);
    let policy = Policy::parse(case.policy(&keys, 2, &[]).unwrap().as_bytes()).unwrap();
    assert!(anchors.iter().all(|a| a.note().signatures.len() == 3 && policy.judge(a).accepted()));
    // A whole cosigned checkpoint is an answer too; what is not asked for is not kept.
    let last = anchors[1].to_string();
    std::fs::remove_dir_all(folder.path().join("case/log/anchors")).unwrap();
    assert_eq!(case.add_cosignatures(last.as_bytes(), &keys[..1]).unwrap().len(), 1);
    assert_eq!(super::anchors(case.store()).unwrap()[0].note().signatures.len(), 2);
    assert_eq!(case.last_signed_by(&keys[1]).unwrap(), 0);
}

#[test]
fn a_policy_says_which_witnesses_count() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let (_, key) = witness(folder.path(), BOTH[0].0, BOTH[0].1, &case);
    let text = case.policy(std::slice::from_ref(&key), 1, &["roots.pem".into()]).unwrap();
    let policy = Policy::parse(text.as_bytes()).unwrap();
    assert_eq!((policy.logs().len(), policy.witnesses(), policy.timestamp_roots().len()), (1, &[key.clone()][..], 1));
    let plain = SignedCheckpoint::parse(case.ledger().note().as_bytes()).unwrap();
    assert!(!policy.judge(&plain).accepted());
    assert!(Policy::parse(case.policy(&[], 0, &[]).unwrap().as_bytes()).unwrap().judge(&plain).accepted());
    assert!(matches!(case.policy(std::slice::from_ref(&key), 2, &[]), Err(AnchorError::Policy(_))));
    assert!(matches!(case.policy(&[key.clone(), key], 1, &[]), Err(AnchorError::Policy(_))));
    assert!(matches!(witness_key(&case.register().log_keys[0]), Err(AnchorError::NoWitness(_))));
}

#[test]
fn a_witness_refuses_a_fork_and_remembers_over_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = case(folder.path());
    let (witness, key) = witness(folder.path(), BOTH[0].0, BOTH[0].1, &case);
    let early = case.ask_witness(&key, None).unwrap();
    say(&mut case, "second");
    let request = case.ask_witness(&key, None).unwrap();
    assert_eq!(witness.cosign(request.to_string().as_bytes(), 1).unwrap().status, 200);
    let size = case.ledger().size();
    let log_key = case.log_key().unwrap();
    let signed = |size: u64, root: [u8; 32]| {
        let checkpoint = factum_log::checkpoint::Checkpoint::new(case.ledger().origin(), size, factum_log::Hash(root));
        let text = checkpoint.to_string();
        SignedCheckpoint::parse(format!("{text}\n{}", log_key.sign(text.as_bytes()).line()).as_bytes()).unwrap()
    };
    let check = |request: Request, status: u16, body: &str| {
        let answer = witness.cosign(request.to_string().as_bytes(), 2).unwrap();
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(answer.body.starts_with(body), "{}", answer.body);
        assert!(!matches!(answer.decision, Decision::Cosign(_)));
    };
    let fork = Request { old: size, proof: Vec::new(), checkpoint: signed(size, [7; 32]) };
    assert_eq!(witness.cosign(fork.to_string().as_bytes(), 2).unwrap().decision, Decision::Refused(Refusal::Fork));
    check(fork, 409, &format!("{size}\n"));
    check(
        Request { old: size, proof: vec![factum_log::Hash([1; 32])], checkpoint: signed(size + 1, [7; 32]) },
        422,
        "the consistency proof",
    );
    // Whoever lost the answer asks from too early, and is told from where.
    check(early, 409, &format!("{size}\n"));
    check(Request { old: 0, proof: Vec::new(), checkpoint: request.checkpoint.clone() }, 409, &format!("{size}\n"));
    check(Request { old: size + 1, proof: Vec::new(), checkpoint: request.checkpoint.clone() }, 400, "");
    let stranger = LogKey::generate(case.ledger().origin()).unwrap();
    let text = request.checkpoint.note().text();
    let forged = format!("{text}\n{}", stranger.sign(text.as_bytes()).line());
    let forged = SignedCheckpoint::parse(forged.as_bytes()).unwrap();
    check(Request { old: size, proof: Vec::new(), checkpoint: forged }, 403, "");
    let unknown = Witness { keys: Vec::new(), state: folder.path().join("other.state") };
    assert_eq!(unknown.cosign(request.to_string().as_bytes(), 2).unwrap().status, 404);
    // The same head again, from where the witness stands, is signed again.
    assert_eq!(
        witness.cosign(case.ask_witness(&key, Some(size)).unwrap().to_string().as_bytes(), 3).unwrap().status,
        200
    );
    std::fs::write(&witness.state, "factum witness 1\nsigned 3").unwrap();
    assert!(matches!(witness.cosign(request.to_string().as_bytes(), 4), Err(WitnessFault::State(_))));
}

#[test]
fn what_contradicts_the_log_is_not_taken_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let (witness, key) = witness(folder.path(), BOTH[0].0, BOTH[0].1, &case);
    let keys = std::slice::from_ref(&key);
    let log_key = case.log_key().unwrap();
    let cosigned = |origin: &str, size: u64, root: [u8; 32]| {
        let text = factum_log::checkpoint::Checkpoint::new(origin, size, factum_log::Hash(root)).to_string();
        let line = witness.keys[0].sign(&text, 1).unwrap();
        format!("{text}\n{}{line}", log_key.sign(text.as_bytes()).line())
    };
    let (origin, size, root) = (case.ledger().origin().to_string(), case.ledger().size(), case.ledger().root().0);
    let check = |file: String, expected: &dyn Fn(&AnchorError) -> bool| {
        let error = case.add_cosignatures(file.as_bytes(), keys).unwrap_err();
        assert!(expected(&error), "{error}");
        assert_eq!(anchors(case.store()).unwrap().len(), 0);
    };
    check(cosigned(&origin, size, [7; 32]), &|e| matches!(e, AnchorError::Forked { .. }));
    check(cosigned(&origin, size + 1, root), &|e| matches!(e, AnchorError::RolledBack { .. }));
    check(cosigned("example.org/other", size, root), &|e| matches!(e, AnchorError::Elsewhere(_)));
    check(case.ledger().note().to_string(), &|e| matches!(e, AnchorError::Unsigned(_)));
    check("nonsense".into(), &|e| matches!(e, AnchorError::Answer(_)));
    let mut bent = cosigned(&origin, size, root);
    let at = bent.len() - 9;
    let other = if bent.as_bytes()[at] == b'A' { "B" } else { "A" };
    bent.replace_range(at..=at, other);
    check(bent, &|e| matches!(e, AnchorError::Unsigned(_)));
    assert_eq!(case.add_cosignatures(cosigned(&origin, size, root).as_bytes(), keys).unwrap().len(), 1);
}

#[test]
fn a_witness_key_is_closed_with_a_passphrase() {
    let right = Passphrase::new("one two three".into()).unwrap();
    for (name, kind) in BOTH {
        let key = Cosigner::generate(name, kind).unwrap();
        let file = key.close(&right, Work::Random).unwrap();
        assert_eq!(Cosigner::open(&file, &right).unwrap().vkey(), key.vkey());
        let wrong = Passphrase::new("one two four".into()).unwrap();
        assert!(matches!(Cosigner::open(&file, &wrong), Err(WitnessFault::Passphrase(_))));
    }
}

#[test]
fn a_record_is_proven_without_its_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = case(folder.path());
    let mut change = Change::new("note", "two");
    change.say(WORKING, &run("shown")).unwrap();
    change.say(WORKING, &run("neighbour")).unwrap();
    case.tell(change).unwrap();
    let rows = case.index().records(Records::Kind("run")).unwrap();
    let row = rows.iter().find(|r| r.body.contains("shown")).unwrap();
    let (witness, key) = witness(folder.path(), BOTH[0].0, BOTH[0].1, &case);
    let request = case.ask_witness(&key, None).unwrap();
    let answer = witness.cosign(request.to_string().as_bytes(), 5).unwrap();
    case.add_cosignatures(answer.body.as_bytes(), std::slice::from_ref(&key)).unwrap();
    say(&mut case, "later");

    let proof = case.prove(RecordId(row.id)).unwrap();
    assert!(proof.record.contains("shown") && !proof.record.contains("neighbour"));
    let policy = Policy::parse(case.policy(&[key], 1, &[]).unwrap().as_bytes()).unwrap();
    let parsed = TlogProof::parse(proof.proof.as_bytes()).unwrap();
    let entry = factum_log::Entry::from_bytes(&proof.entry).unwrap();
    assert!(parsed.verify(entry.leaf(), &policy).unwrap().accepted());
    let mut fields = proof.record.trim_end().splitn(3, ' ');
    let (id, salt, body) = (fields.next().unwrap(), fields.next().unwrap(), fields.next().unwrap());
    let salt: Salt = salt.parse().unwrap();
    let leaf = factum_log::record::leaf(case.ledger().origin(), id.parse().unwrap(), &salt, body.as_bytes());
    let inner = RecordProof::parse(std::str::from_utf8(parsed.extra.as_deref().unwrap()).unwrap()).unwrap();
    assert_eq!((inner.count, inner.verify(leaf, entry.records)), (3, Ok(())));
    assert!(matches!(case.prove(RecordId([0; 16])), Err(super::proof::ProveError::Unknown(_))));
}

#[test]
fn a_stamp_is_taken_only_for_what_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let response = include_bytes!("../../../../../spec/vectors/stamp/checkpoint.tsr");
    assert!(matches!(case.add_stamp(response, &Roots::new()), Err(StampFault::NoRequest)));
    let request = StampRequest::from_der(&case.ask_stamp().unwrap()).unwrap();
    let head = SignedCheckpoint::parse(case.ledger().note().as_bytes()).unwrap();
    assert_eq!(request.digest(), StampRequest::any_answer(head.note().text().as_bytes()).digest());
    assert_ne!(case.ask_stamp().unwrap(), request.to_der(), "no old answer fits a new request");
    assert_eq!(case.store().files(&folder_at(case.ledger().size())).unwrap(), ["1.tsq", "2.tsq", "checkpoint"]);
    // An authority's answer over another checkpoint.
    assert!(matches!(case.add_stamp(response, &Roots::new()), Err(StampFault::Unfit(_))));
}

proptest! {
    #[test]
    fn any_text_is_a_state_or_none(text: String, size: u64, root: [u8; 32], cut in 0_usize..200) {
        let _ = State::parse(&text);
        let key: VerifierKey = LogKey::generate("a").unwrap().vkey().parse().unwrap();
        let known = [("b c".to_string(), Known { size, root: factum_log::Hash(root) })].into();
        let state = State { logs: vec![key], known };
        let written = state.text();
        prop_assert_eq!(State::parse(&written), Some(state));
        if let Some(start) = written.get(..cut.min(written.len() - 1)) {
            prop_assert_eq!(State::parse(start), None);
        }
    }
}
