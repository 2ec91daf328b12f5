//! How is a folder made that the tests can do things to?
//!
//! Its log is always the same: entry `n` names the object with the bytes `object n`, four of which lie in the folder.

// Each test program uses its own part of this.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use ed25519_dalek::{Signer as _, SigningKey};
use factum_log::checkpoint::{Checkpoint, SignedCheckpoint, case_origin};
use factum_log::entry::Kind;
use factum_log::key::{Algorithm, VerifierKey};
use factum_log::note::Signature;
use factum_log::tree::Tree;
use factum_log::{Digest, Entry, Hash, cosignature};

/// The first byte of each secret key of the tests.
pub const LOG: u8 = 1;
pub const OTHER_LOG: u8 = 2;
pub const WITNESS: u8 = 3;
pub const WITNESS_TWO: u8 = 4;

/// The origin of every log in the tests.
pub fn origin() -> String {
    case_origin([7; 16])
}

fn key(secret: u8) -> (SigningKey, VerifierKey) {
    let signing = SigningKey::from_bytes(&[secret; 32]);
    let (name, algorithm) = match secret {
        WITNESS => ("witness.example/one".to_owned(), Algorithm::CosignatureEd25519),
        WITNESS_TWO => ("witness.example/two".to_owned(), Algorithm::CosignatureEd25519),
        _ => (origin(), Algorithm::Ed25519),
    };
    let verifying = VerifierKey::new(name.parse().unwrap(), algorithm, signing.verifying_key().as_bytes()).unwrap();
    (signing, verifying)
}

/// A signed checkpoint with cosignatures.
pub fn sign(size: u64, root: Hash, log: u8, witnesses: &[u8]) -> Vec<u8> {
    let checkpoint = Checkpoint::new(origin(), size, root);
    let text = checkpoint.to_string();
    let signature = |secret: &u8| {
        let (signing, verifying) = key(*secret);
        let time = 1_800_000_000;
        let made = signing.sign(&verifying.to_sign(&text, time).unwrap()).to_bytes();
        let plain = verifying.algorithm() == Algorithm::Ed25519;
        Signature::new(&verifying, if plain { made.to_vec() } else { cosignature::encode(time, &made) })
    };
    let signatures = std::iter::once(&log).chain(witnesses).map(signature).collect();
    SignedCheckpoint::new(checkpoint, signatures).unwrap().to_string().into_bytes()
}

/// The digest of an object, as in its name.
pub fn digest(bytes: &[u8]) -> String {
    Digest::of(bytes).to_string()
}

fn object(number: u64) -> Vec<u8> {
    format!("object {number}").into_bytes()
}

/// The entries of a log; one with another `branch` differs in its entry 100.
fn entries(size: u64, branch: u8) -> Vec<[u8; 66]> {
    let entry = |number: u64| {
        let records = Hash::leaf(&[if number == 100 { branch } else { 0 }]);
        Entry { kind: Kind::Item, object: Digest::of(&object(number)), records }.to_bytes()
    };
    (0..size).map(entry).collect()
}

/// A folder with `case/`, `policy` and `root.pem`.
pub struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    /// A case with a log of `size` entries, and a policy that trusts it and asks for the first witness.
    pub fn new(size: u64) -> Case {
        let case = Case { folder: tempfile::tempdir().unwrap() };
        case.build(size, LOG, 0);
        for number in 0..4 {
            let name = digest(&object(number));
            case.write(&format!("case/objects/{}/{name}", &name[..2]), &object(number));
        }
        case.write("root.pem", &vector("root.pem"));
        case.write("policy", case.policy(LOG, "quorum w1\n").as_bytes());
        case
    }

    /// Puts another log in place of the present one; anchors stay.
    pub fn build(&self, size: u64, log: u8, branch: u8) {
        let _ = std::fs::remove_dir_all(self.path("case/log/tile"));
        let mut tree = Tree::new();
        let growth = tree.append(&entries(size, branch)).unwrap();
        for file in growth.bundles.iter().chain(&growth.tiles) {
            self.write(&format!("case/log/{}", file.place), &file.bytes);
        }
        self.write("case/log/checkpoint", &self.checkpoint(size, log, branch, &[]));
    }

    /// The signed checkpoint of a log.
    pub fn checkpoint(&self, size: u64, log: u8, branch: u8, witnesses: &[u8]) -> Vec<u8> {
        let mut tree = Tree::new();
        tree.append(&entries(size, branch)).unwrap();
        sign(size, tree.root(), log, witnesses)
    }

    /// Anchors the log's first `size` entries.
    pub fn anchor(&self, size: u64, witnesses: &[u8]) {
        self.write(&format!("case/log/anchors/{size}/checkpoint"), &self.checkpoint(size, LOG, 0, witnesses));
    }

    /// Adds the time stamp of the vectors, which is over the checkpoint of 200 entries.
    pub fn stamp(&self, size: u64) {
        for ending in ["tsq", "tsr"] {
            self.write(&format!("case/log/anchors/{size}/1.{ending}"), &vector(&format!("checkpoint.{ending}")));
        }
    }

    /// A policy.
    pub fn policy(&self, log: u8, quorum: &str) -> String {
        let witnesses = format!("witness w1 {}\nwitness w2 {}\n", key(WITNESS).1, key(WITNESS_TWO).1);
        format!("log {}\n{witnesses}{quorum}timestamp-root root.pem\n", key(log).1)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|fault| panic!("{name}: {fault}"))
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(name)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    }

    /// All files below a folder, sorted.
    pub fn files(&self, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(self.path(name)).unwrap() {
            let entry = entry.unwrap();
            let below = format!("{name}/{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() { found.extend(self.files(&below)) } else { found.push(below) }
        }
        found.sort();
        found
    }

    /// Exit code and all output of the program over the case.
    pub fn verify(&self, arguments: &[&str]) -> (i32, String) {
        self.verify_at("case", arguments)
    }

    pub fn verify_at(&self, name: &str, arguments: &[&str]) -> (i32, String) {
        let program = assert_cmd::cargo::cargo_bin!("factum-verify");
        let output = Command::new(program).current_dir(self.folder.path()).arg(name).args(arguments).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(text).unwrap())
    }
}

fn vector(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors/stamp").join(name)).unwrap()
}
