//! Are notes, checkpoints, cosignatures, policies, witnesses and authors judged rightly, and never deceived by altered bytes?

use ed25519_dalek::{Signer, SigningKey};
use factum_log::author::{self, AuthorError, AuthorKey};
use factum_log::checkpoint::{Checkpoint, SignedCheckpoint};
use factum_log::entry::{Entry, Kind};
use factum_log::hash::{Digest, Hash};
use factum_log::key::{Algorithm, VerifierKey};
use factum_log::note::{Note, NoteError, Signature};
use factum_log::policy::Policy;
use factum_log::record::{self, RecordId, RecordProof, Salt};
use factum_log::tlogproof::TlogProof;
use factum_log::witness::{self, Decision, Known, Refusal, Request};
use factum_log::{cosignature, proof};
use ml_dsa::signature::Keypair;
use proptest::prelude::*;

const LOG: &str = "factum-case.invalid/000102030405060708090a0b0c0d0e0f";
const TIME: u64 = 1_764_208_800;

enum Secret {
    Ed25519(Box<SigningKey>),
    MlDsa44(Box<ml_dsa::SigningKey<ml_dsa::MlDsa44>>),
}

struct Party {
    secret: Secret,
    key: VerifierKey,
}

impl Party {
    fn new(name: &str, algorithm: Algorithm, seed: u8) -> Party {
        let (secret, public) = if algorithm == Algorithm::CosignatureMlDsa44 {
            let secret = ml_dsa::SigningKey::from_seed(&[seed; 32].into());
            let public = secret.verifying_key().encode().to_vec();
            (Secret::MlDsa44(Box::new(secret)), public)
        } else {
            let secret = SigningKey::from_bytes(&[seed; 32]);
            let public = secret.verifying_key().as_bytes().to_vec();
            (Secret::Ed25519(Box::new(secret)), public)
        };
        let key = VerifierKey::new(name.parse().expect("a name"), algorithm, &public).expect("a key");
        Party { secret, key }
    }

    fn sign(&self, text: &str) -> Signature {
        let message = self.key.to_sign(text, TIME).expect("a checkpoint");
        let bytes = match &self.secret {
            Secret::Ed25519(secret) => secret.sign(&message).to_bytes().to_vec(),
            Secret::MlDsa44(secret) => ml_dsa::signature::Signer::sign(secret.as_ref(), &message).encode().to_vec(),
        };
        let plain = self.key.algorithm() == Algorithm::Ed25519;
        Signature::new(&self.key, if plain { bytes } else { cosignature::encode(TIME, &bytes) })
    }
}

fn parties() -> [Party; 3] {
    [
        Party::new(LOG, Algorithm::Ed25519, 1),
        Party::new("witness.example/one", Algorithm::CosignatureEd25519, 2),
        Party::new("witness.example/two", Algorithm::CosignatureMlDsa44, 3),
    ]
}

fn leaves() -> Vec<Hash> {
    (0..5_u8)
        .map(|number| Entry { kind: Kind::Part, object: Digest::of(&[number]), records: Hash::leaf(&[number]) }.leaf())
        .collect()
}

fn head(size: usize) -> Checkpoint {
    Checkpoint::new(LOG, size as u64, proof::root(&leaves()[..size]))
}

fn signed(checkpoint: &Checkpoint, parties: &[Party]) -> SignedCheckpoint {
    let signatures = parties.iter().map(|party| party.sign(&checkpoint.to_string())).collect();
    SignedCheckpoint::new(checkpoint.clone(), signatures).expect("a checkpoint")
}

fn policy(parties: &[Party; 3], rule: &str) -> Policy {
    let [log, one, two] = parties;
    let text = format!("# who is trusted\nlog {}\nwitness one {}\nwitness two {}\n{rule}", log.key, one.key, two.key);
    Policy::parse(text.as_bytes()).expect("a policy")
}

fn tlog_proof() -> TlogProof {
    let path = RecordProof::new(&leaves(), 3).expect("a leaf").path;
    TlogProof { extra: Some(b"beside".to_vec()), index: 3, path, checkpoint: signed(&head(5), &parties()) }
}

/// The example of golang.org/x/mod/sumdb/note, signed by its authors' implementation.
#[test]
fn a_note_signed_elsewhere_verifies() {
    let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().expect("a key");
    let note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let keys = [key];
    assert_eq!(Note::parse(note.as_bytes()).expect("a note").verify(&keys).expect("signed").len(), 1);
    let altered = Note::parse(note.replace("answer", "anser").as_bytes()).expect("a note");
    assert!(matches!(altered.verify(&keys), Err(NoteError::Forged(_))));
    let unknown = [parties()[0].key.clone()];
    assert_eq!(altered.verify(&unknown), Err(NoteError::Unsigned));
}

/// A checkpoint signed with ML-DSA-44 by another implementation: `cmd/litewitness/testdata/mldsa.txt` of filippo.io/torchwood.
#[test]
fn an_ml_dsa_signature_made_elsewhere_verifies() {
    let key: VerifierKey =
        include_str!("../../../spec/vectors/log/torchwood-mldsa.vkey").trim_end().parse().expect("a key");
    let note = include_str!("../../../spec/vectors/log/torchwood-mldsa.checkpoint");
    let head = SignedCheckpoint::parse(note.as_bytes()).expect("a checkpoint");
    assert_eq!(head.verify(&key).expect("signed").size, 1);
    let altered = note.replacen("\n1\n", "\n2\n", 1);
    assert!(SignedCheckpoint::parse(altered.as_bytes()).expect("a checkpoint").verify(&key).is_err());
}

#[test]
fn quorums_are_counted() {
    let parties = parties();
    let check = |rule: &str, signers: &[usize], accepted: bool| {
        let text = head(5).to_string();
        let signatures = signers.iter().map(|place| parties[*place].sign(&text)).collect();
        let checkpoint = SignedCheckpoint::new(head(5), signatures).expect("a checkpoint");
        let verdict = policy(&parties, rule).judge(&checkpoint);
        assert_eq!(verdict.accepted(), accepted, "{rule} {signers:?} {verdict:?}");
    };
    check("quorum none\n", &[0], true);
    check("quorum none\n", &[1, 2], false);
    check("quorum one\n", &[0], false);
    check("quorum one\n", &[0, 1], true);
    check("group both all one two\nquorum both\n", &[0, 1], false);
    check("group both all one two\nquorum both\n", &[0, 1, 2], true);
    check("group some any one two\nquorum some\n", &[0, 2], true);
    check("group inner 1 one\ngroup outer 2 inner two\nquorum outer\n", &[0, 2], false);
    check("group inner 1 one\ngroup outer 2 inner two\nquorum outer\n", &[0, 1, 2], true);
}

#[test]
fn every_fault_of_a_policy_is_named_with_its_line() {
    let parties = parties();
    let (log, one) = (&parties[0].key, &parties[1].key);
    let text = format!(
        "log {one}\nwitness a {log}\nwitness none {one}\nwitness a {one}\nwitness b {one}\ngroup g 3 a\ngroup g any a a\ngroup g any z\nfrobnicate\nquorum g\nlog\n"
    );
    let faults = Policy::parse(text.as_bytes()).expect_err("nearly every line is wrong");
    assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [1, 2, 3, 5, 6, 7, 8, 9, 10, 11]);
    assert_eq!(Policy::parse(b"\n").expect_err("no quorum")[0].line, 0);
    let read = Policy::parse(b"timestamp-root roots/one.pem\nquorum none\n").expect("a policy");
    assert_eq!(read.timestamp_roots(), ["roots/one.pem"]);
}

#[test]
fn a_witness_signs_only_what_continues() {
    let parties = parties();
    let logs = [parties[0].key.clone()];
    let known = Known { size: 3, root: head(3).root };
    let path: Vec<Hash> = proof::consistency(3, 5)
        .expect("sizes in order")
        .iter()
        .map(|range| proof::root(&leaves()[range.start as usize..range.end as usize]))
        .collect();
    let check = |known: &Known, old: u64, proof: &[Hash], head: &Checkpoint, logs: &[VerifierKey], status: u16| {
        let request = Request { old, proof: proof.to_vec(), checkpoint: signed(head, &parties[..1]) };
        let again = Request::parse(request.to_string().as_bytes()).expect("as written");
        assert_eq!(again, request);
        let decision = witness::decide(known, logs, &again);
        assert_eq!(decision.status(), status, "{decision:?}");
        decision
    };
    assert_eq!(check(&known, 3, &path, &head(5), &logs, 200), Decision::Cosign(head(5)));
    assert_eq!(check(&Known::default(), 0, &[], &head(5), &logs, 200), Decision::Cosign(head(5)));
    assert_eq!(check(&known, 0, &[], &head(5), &logs, 409), Decision::Conflict { size: 3 });
    assert_eq!(witness::read_size(&witness::size_body(3)), Ok(3));
    check(&known, 3, &path[1..], &head(5), &logs, 422);
    check(&known, 3, &[], &head(2), &logs, 400);
    check(&known, 3, &path, &head(5), &[], 404);
    let impostor = [Party::new(LOG, Algorithm::Ed25519, 9).key];
    check(&known, 3, &path, &head(5), &impostor, 403);
    let fork = Checkpoint::new(LOG, 3, Hash::leaf(b"another history"));
    assert_eq!(check(&known, 3, &[], &fork, &logs, 409), Decision::Refused(Refusal::Fork));
}

#[test]
fn one_record_is_shown_without_its_neighbours() {
    let salt = |n: u8| Salt([n; 32]);
    let leaf = |n: u8| record::leaf(LOG, RecordId([n; 16]), &salt(n), format!("{{\"n\":{n}}}").as_bytes());
    let leaves: Vec<Hash> = (0..7).map(leaf).collect();
    let root = record::root(&leaves);
    for n in 0..7_u8 {
        let proof = RecordProof::new(&leaves, n.into()).expect("a record");
        assert_eq!(RecordProof::parse(&proof.to_string()), Ok(proof.clone()));
        assert_eq!(proof.verify(leaf(n), root), Ok(()));
        assert!(proof.verify(leaf(n + 1), root).is_err());
    }
    assert!(RecordProof::new(&leaves, 7).is_err());
}

#[test]
fn a_batch_names_the_bad_signatures_and_agrees_with_single_verification() {
    let secrets: Vec<SigningKey> = (0..4_u8).map(|n| SigningKey::from_bytes(&[n + 1; 32])).collect();
    let messages: Vec<Vec<u8>> = (0..40_u8).map(|n| author::to_sign(LOG, "c", None, Hash::leaf(&[n]))).collect();
    let key = |n: usize| AuthorKey::from_bytes(secrets[n % 4].verifying_key().as_bytes()).expect("a key");
    let keys: Vec<AuthorKey> = (0..40).map(key).collect();
    let mut signatures: Vec<[u8; 64]> = (0..40).map(|n| secrets[n % 4].sign(&messages[n]).to_bytes()).collect();
    let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
    assert_eq!(author::verify_batch(&messages, &signatures, &keys), Ok(()));
    signatures[7][3] ^= 1;
    signatures[31][63] |= 0xe0;
    assert_eq!(author::verify_batch(&messages, &signatures, &keys), Err(AuthorError::Bad(vec![7, 31])));
    assert!(matches!(author::verify_batch(&messages, &signatures[1..], &keys), Err(AuthorError::Lengths { .. })));
    for weak in [
        [0; 32],
        {
            let mut one = [0; 32];
            one[0] = 1;
            one
        },
        [0xff; 32],
    ] {
        assert_eq!(AuthorKey::from_bytes(&weak), Err(AuthorError::Key));
    }
}

/// Signatures with a component of small order, which only the key's holder can make: the verdict must not depend on the batch.
#[test]
fn small_order_components_get_one_verdict() {
    use curve25519_dalek::constants::EIGHT_TORSION;
    use curve25519_dalek::{edwards::EdwardsPoint, scalar::Scalar};
    use sha2::{Digest as _, Sha512};
    let (a, r) = (Scalar::from(77_u64), Scalar::from(12_345_u64));
    let public = EdwardsPoint::mul_base(&a).compress();
    let key = AuthorKey::from_bytes(public.as_bytes()).expect("a key");
    for torsion in EIGHT_TORSION {
        for number in 0..16_u8 {
            let point = (EdwardsPoint::mul_base(&r) + torsion).compress();
            let hash = Sha512::new()
                .chain_update(point.as_bytes())
                .chain_update(public.as_bytes())
                .chain_update([number])
                .finalize();
            let s = r + Scalar::from_bytes_mod_order_wide(&hash.into()) * a;
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(point.as_bytes());
            signature[32..].copy_from_slice(s.as_bytes());
            assert!(author::verify(&[number], &signature, &key));
            assert_eq!(author::verify_batch(&[&[number]], &[signature], &[key]), Ok(()));
        }
    }
}

/// Byte formats stay as they are for ever: the files in `spec/vectors/log` are read, never written again.
#[test]
fn golden_vectors() {
    let entry = Entry { kind: Kind::Item, object: Digest::of(b"object"), records: Hash::leaf(b"record") };
    let bytes = include_bytes!("../../../spec/vectors/log/entry.bin");
    assert_eq!(Entry::from_bytes(bytes), Ok(entry));
    assert_eq!(entry.to_bytes(), *bytes);
    let proof = include_str!("../../../spec/vectors/log/record.tlog-proof");
    assert_eq!(TlogProof::parse(proof.as_bytes()), Ok(tlog_proof()));
    assert_eq!(tlog_proof().to_string(), proof);
    let policy = include_str!("../../../spec/vectors/log/policy.txt");
    let policy = Policy::parse(policy.as_bytes()).expect("a policy");
    assert!(tlog_proof().verify(leaves()[3], &policy).is_ok());
    assert!(tlog_proof().verify(leaves()[2], &policy).is_err());
    let leaf = record::leaf(LOG, RecordId([7; 16]), &Salt([9; 32]), b"{\"a\":1}");
    assert_eq!(format!("{leaf}\n"), include_str!("../../../spec/vectors/log/record-leaf.txt"));
}

#[test]
#[ignore = "writes the golden vectors, which happens once for a version of a format"]
fn write_vectors() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors/log");
    let entry = Entry { kind: Kind::Item, object: Digest::of(b"object"), records: Hash::leaf(b"record") };
    let leaf = record::leaf(LOG, RecordId([7; 16]), &Salt([9; 32]), b"{\"a\":1}");
    let [log, one, two] = parties();
    let policy = format!(
        "log {}\nwitness one {}\nwitness two {}\ngroup both all one two\nquorum both\n",
        log.key, one.key, two.key
    );
    std::fs::write(folder.join("entry.bin"), entry.to_bytes()).expect("written");
    std::fs::write(folder.join("record-leaf.txt"), format!("{leaf}\n")).expect("written");
    std::fs::write(folder.join("policy.txt"), policy).expect("written");
    std::fs::write(folder.join("record.tlog-proof"), tlog_proof().to_string()).expect("written");
}

fn parse_all(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(Note::parse(note.to_string().as_bytes()), Ok(note));
    }
    if let Ok(proof) = TlogProof::parse(bytes) {
        assert_eq!(TlogProof::parse(proof.to_string().as_bytes()), Ok(proof));
    }
    if let Ok(request) = Request::parse(bytes) {
        assert_eq!(Request::parse(request.to_string().as_bytes()), Ok(request));
    }
    if let Ok(entry) = Entry::from_bytes(bytes) {
        assert_eq!(entry.to_bytes(), bytes);
    }
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(checkpoint) = Checkpoint::parse(&text) {
        assert_eq!(checkpoint.to_string(), text);
    }
    if let Ok(proof) = RecordProof::parse(&text) {
        assert_eq!(proof.to_string(), text);
    }
    let _ = (Policy::parse(bytes), SignedCheckpoint::parse(bytes), witness::read_size(&text));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes_do_no_harm(bytes: Vec<u8>, text in "(old |index |log |— |[a-z0-9+/=\n ]){0,60}") {
        parse_all(&bytes);
        parse_all(text.as_bytes());
    }

    #[test]
    fn a_mutated_proof_never_proves_another_leaf(at in any::<prop::sample::Index>(), with: u8) {
        let good = tlog_proof();
        let mut bytes = good.to_string().into_bytes();
        let place = at.index(bytes.len());
        bytes[place] = with;
        parse_all(&bytes);
        if let Ok(altered) = TlogProof::parse(&bytes) {
            let rule = "group both all one two\nquorum both\n";
            if altered.verify(leaves()[3], &policy(&parties(), rule)).is_ok() {
                prop_assert_eq!(altered.index, good.index);
                prop_assert_eq!(altered.path, good.path);
                prop_assert_eq!(altered.checkpoint, good.checkpoint);
            }
        }
    }
}
