//! How long do a whole log's verification, a proof and author signatures take?

use ed25519_dalek::{Signer, SigningKey};
use factum_log::audit;
use factum_log::author::{self, AuthorKey};
use factum_log::checkpoint::{Checkpoint, SignedCheckpoint};
use factum_log::entry::{Entry, Kind};
use factum_log::hash::{Digest, Hash};
use factum_log::key::{Algorithm, VerifierKey};
use factum_log::note::Signature;
use factum_log::policy::Policy;
use factum_log::proof;
use factum_log::reader::Reader;
use factum_log::tree::Tree;
use std::collections::BTreeMap;
use std::time::Instant;

const ENTRIES: u64 = 1_000_000;
const SIGNATURES: usize = 50_000;

fn main() {
    let mut tree = Tree::new();
    let entry = |n: u64| {
        Entry { kind: Kind::Part, object: Digest::of(&n.to_be_bytes()), records: Hash::leaf(&n.to_le_bytes()) }
            .to_bytes()
    };
    let entries: Vec<[u8; 66]> = (0..ENTRIES).map(entry).collect();
    let start = Instant::now();
    let growth = tree.append(&entries).expect("short entries");
    println!("append 1,000,000 entries at once: {:.2} s", start.elapsed().as_secs_f64());
    let files: BTreeMap<String, Vec<u8>> =
        growth.bundles.into_iter().chain(growth.tiles).map(|file| (file.place.to_string(), file.bytes)).collect();

    let secret = SigningKey::from_bytes(&[1; 32]);
    let origin = "factum-case.invalid/00";
    let key = |name: &str, algorithm| {
        VerifierKey::new(name.parse().expect("a name"), algorithm, secret.verifying_key().as_bytes()).expect("a key")
    };
    let (log, witness) = (key(origin, Algorithm::Ed25519), key("w", Algorithm::CosignatureEd25519));
    let head = Checkpoint::new(origin, ENTRIES, tree.root());
    let text = head.to_string();
    let cosigned = secret.sign(&witness.to_sign(&text, 1).expect("a checkpoint"));
    let signatures = vec![
        Signature::new(&log, secret.sign(text.as_bytes()).to_bytes().to_vec()),
        Signature::new(&witness, factum_log::cosignature::encode(1, &cosigned.to_bytes())),
    ];
    let note = SignedCheckpoint::new(head, signatures).expect("a checkpoint").to_string();
    let policy = Policy::parse(format!("log {log}\nwitness w {witness}\nquorum w\n").as_bytes()).expect("a policy");

    let start = Instant::now();
    let checkpoint = SignedCheckpoint::parse(note.as_bytes()).expect("a checkpoint");
    assert!(policy.judge(&checkpoint).accepted());
    let audit = audit::run(&files, ENTRIES, checkpoint.unverified().root, |_, _| ());
    assert!(audit.entries_hold && audit.faults.is_empty());
    println!("verify a log of 1,000,000 entries whole: {:.2} s", start.elapsed().as_secs_f64());

    let start = Instant::now();
    let count = 1000;
    for number in 0..count {
        let index = number * 7_919 % ENTRIES;
        let mut reader = Reader::new(&files, ENTRIES, tree.root()).expect("a whole log");
        let path = reader.inclusion(index).expect("a leaf");
        proof::verify_inclusion(Hash::leaf(&entry(index)), index, ENTRIES, &path, tree.root()).expect("holds");
    }
    println!(
        "inclusion proof, reader opened anew, made and verified: {:.3} ms",
        start.elapsed().as_secs_f64() * 1e3 / count as f64
    );

    let secrets: Vec<SigningKey> = (0..16).map(|n| SigningKey::from_bytes(&[n + 1; 32])).collect();
    let messages: Vec<Vec<u8>> =
        (0..SIGNATURES).map(|n| author::to_sign(origin, "c", None, Hash::leaf(&n.to_be_bytes()))).collect();
    let signatures: Vec<[u8; 64]> =
        messages.iter().enumerate().map(|(n, m)| secrets[n % 16].sign(m).to_bytes()).collect();
    let keys: Vec<AuthorKey> = (0..SIGNATURES)
        .map(|n| AuthorKey::from_bytes(secrets[n % 16].verifying_key().as_bytes()).expect("a key"))
        .collect();
    let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
    let start = Instant::now();
    author::verify_batch(&messages, &signatures, &keys).expect("good signatures");
    println!("author signatures: {:.0} a second on one core", SIGNATURES as f64 / start.elapsed().as_secs_f64());
}
