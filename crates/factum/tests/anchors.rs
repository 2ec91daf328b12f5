//! From the command line: does a log leave the office to be countersigned, and does work from outside come in?

use assert_cmd::Command;
use std::fs;
use std::path::Path;
use std::process::Output;

fn attempt(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("factum").unwrap();
    command.current_dir(folder).env("FACTUM_IDENTITY", folder.join("ada")).env("FACTUM_CASE", folder.join("case"));
    command.args(arguments).output().unwrap()
}

/// Runs the program, which must succeed, and returns what it prints.
fn factum(folder: &Path, arguments: &[&str]) -> String {
    let output = attempt(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

const PASS: [&str; 2] = ["--passphrase-file", "pass"];

fn with<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [arguments, &PASS].concat()
}

fn office() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pass"), "correct horse battery\n").unwrap();
    factum(folder.path(), &with(&["identity", "new", "ada", "--name", "ada"]));
    factum(folder.path(), &with(&["init", "case", "--title", "Valleys"]));
    folder
}

#[test]
fn a_log_is_countersigned_by_file_and_a_policy_tells_outsiders() {
    let folder = office();
    let at = folder.path();
    let mut keys = Vec::new();
    for kind in ["ed25519", "ml-dsa-44"] {
        let made = factum(at, &with(&["witness", "key", "new", kind, "--name", kind, "--type", kind]));
        keys.push(made.lines().last().unwrap().to_string());
    }
    let policy = factum(at, &[&["policy"], &PASS[..], &["write", "--out", "plain.policy"]].concat());
    let log = policy.lines().last().unwrap();
    for (kind, key) in ["ed25519", "ml-dsa-44"].into_iter().zip(&keys) {
        let (request, answer, state) = (format!("{kind}.request"), format!("{kind}.answer"), format!("{kind}.state"));
        factum(at, &with(&["witness", "request", "--key", key, "--out", &request]));
        let cosign = with(&["witness", "cosign", &request, "--witness-key", kind, "--state", &state, "--out", &answer]);
        let unknown = attempt(at, &cosign);
        assert!(String::from_utf8_lossy(&unknown.stderr).contains("does not know the log"), "{unknown:?}");
        factum(at, &["witness", "watch", log, "--state", &state]);
        factum(at, &cosign);
        let taken = factum(at, &with(&["witness", "add", &answer, "--key", key, "--format", "json"]));
        let taken: serde_json::Value = serde_json::from_str(&taken).unwrap();
        assert_eq!((&taken[0]["witness"], &taken[0]["known"]), (&kind.into(), &false.into()));
    }
    factum(
        at,
        &[&["policy"], &PASS[..], &["write", "--witness", &keys[0], "--witness", &keys[1], "--out", "policy"]].concat(),
    );
    let text = fs::read_to_string(at.join("policy")).unwrap();
    assert!(
        text.contains(&format!("log {log}\n")) && text.contains("group witnesses 2 witness-1 witness-2\n"),
        "{text}"
    );
    factum(at, &[&["stamp"], &PASS[..], &["request", "--out", "query.tsq"]].concat());
    assert!(fs::read(at.join("query.tsq")).unwrap().len() > 50);
}

#[test]
fn a_kit_seals_a_bundle_that_the_office_takes_once() {
    let folder = office();
    let at = folder.path();
    fs::write(at.join("talk.txt"), "what was said").unwrap();
    let make = ["kit", "make", "North", "--compartment", "working", "--out", "kit", "--until", "2999-01-01"];
    factum(at, &with(&[&make[..], &["--kit-passphrase-file", "pass"]].concat()));
    factum(at, &with(&["kit", "seal", "kit", "talk.txt", "--out", "b1"]));
    let take = |name: &str| {
        let taken = factum(at, &[&["bundle"], &PASS[..], &["take", name, "--format", "json"]].concat());
        serde_json::from_str::<serde_json::Value>(&taken).unwrap()
    };
    let first = take("b1");
    assert_eq!((&first["entries"][0]["fate"], &first["entries"][1]["fate"]), (&"taken".into(), &"taken".into()));
    assert!(first["log-size"].is_u64());
    let again = take("b1");
    assert_eq!((&again["entries"][0]["fate"], &again["log-size"]), (&"known".into(), &serde_json::Value::Null));
    // A member's own bundle, with one byte changed: named, and the exit code says so.
    factum(at, &[&["bundle"], &PASS[..], &["make", "talk.txt", "--out", "b2"]].concat());
    let mut bytes = fs::read(at.join("b2")).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(at.join("b3"), bytes).unwrap();
    let damaged = attempt(at, &[&["bundle"], &PASS[..], &["take", "b3"]].concat());
    assert!(!damaged.status.success());
    assert!(String::from_utf8_lossy(&damaged.stdout).contains("LEFT OUT"), "{damaged:?}");
}
