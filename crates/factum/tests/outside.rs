//! From the command line: what comes from outside or goes there, checked by other programs than this one; and earlier states.

use assert_cmd::Command;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{self, Output};

fn attempt(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("factum").unwrap();
    command.current_dir(folder).env("FACTUM_IDENTITY", folder.join("ada")).env("FACTUM_CASE", folder.join("case"));
    command.args(arguments).args(["--passphrase-file", "pass"]).output().unwrap()
}

/// Runs the program with the passphrase, which must succeed, and returns what it prints.
fn factum(folder: &Path, arguments: &[&str]) -> String {
    let output = attempt(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    serde_json::from_str(&factum(folder, &[arguments, &["--format", "json"]].concat())).unwrap()
}

fn office() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pass"), "correct horse battery\n").unwrap();
    factum(folder.path(), &["identity", "new", "ada", "--name", "Ada"]);
    factum(folder.path(), &["init", "case", "--title", "Valleys"]);
    folder
}

/// The number of the item of this name.
fn item(folder: &Path, name: &str) -> String {
    let items = json(folder, &["items"]);
    let held = items.as_array().unwrap().iter().find(|held| held["item"]["name"] == name).unwrap();
    held["item"]["item"].as_str().unwrap().to_string()
}

/// An authority of one certificate.
const AUTHORITY: &str = "[req]\ndistinguished_name=dn\nprompt=no\n[dn]\nCN=Stamps\n[tsa]\nbasicConstraints=critical,CA:false\n\
                         extendedKeyUsage=critical,timeStamping\nsubjectKeyIdentifier=hash\n[root]\n\
                         basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n[service]\n\
                         serial=serial\ndefault_policy=1.2.3.4.5\ndigests=sha256\ness_cert_id_alg=sha256\n";

#[test]
fn a_log_is_stamped_as_openssl_sees_it() {
    if process::Command::new("openssl").arg("version").output().is_err() {
        eprintln!("test skipped: there is no openssl here");
        return;
    }
    let folder = office();
    let at = folder.path();
    let openssl = |command: &str| {
        let output = process::Command::new("openssl").current_dir(at).args(command.split(' ')).output().unwrap();
        assert!(output.status.success(), "openssl {command}\n{}", String::from_utf8_lossy(&output.stderr));
    };
    fs::write(at.join("conf"), AUTHORITY).unwrap();
    fs::write(at.join("serial"), "01\n").unwrap();
    let ec = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config conf";
    openssl(&format!("req -x509 {ec} -keyout root.key -out root.pem -subj /CN=Root -extensions root -days 9"));
    openssl(&format!("req -x509 {ec} -keyout x.key -out other.pem -subj /CN=Other -extensions root -days 9"));
    openssl(&format!("req {ec} -keyout tsa.key -out tsa.csr -subj /CN=Stamps"));
    let signed = "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -set_serial 5 -out tsa.pem -days 9";
    openssl(&format!("{signed} -extfile conf -extensions tsa"));

    factum(at, &["stamp", "request", "--out", "query.tsq"]);
    openssl(
        "ts -reply -config conf -section service -queryfile query.tsq -signer tsa.pem -inkey tsa.key -out answer.tsr",
    );
    openssl("ts -verify -queryfile query.tsq -in answer.tsr -CAfile root.pem");
    let strange = attempt(at, &["stamp", "add", "answer.tsr", "--roots", "other.pem"]);
    assert!(!strange.status.success(), "{strange:?}");
    let taken = factum(at, &["stamp", "add", "answer.tsr", "--roots", "root.pem"]);
    assert!(taken.contains("by the word of CN=Stamps") && !taken.contains("here already"), "{taken}");
    assert!(factum(at, &["stamp", "add", "answer.tsr", "--roots", "root.pem"]).contains("here already"));
    // What lies among the anchors is what openssl verifies over the checkpoint's own text, as spec/log.md says it is made.
    let anchors: Vec<_> = fs::read_dir(at.join("case/log/anchors")).unwrap().map(|f| f.unwrap().path()).collect();
    let checkpoint = fs::read_to_string(anchors[0].join("checkpoint")).unwrap();
    let (text, _) = checkpoint.split_once("\n\n").unwrap();
    fs::write(at.join("text"), format!("{text}\n")).unwrap();
    fs::copy(anchors[0].join("1.tsr"), at.join("kept.tsr")).unwrap();
    openssl("ts -verify -data text -in kept.tsr -CAfile root.pem");
    // An answer to another request is not taken for this one.
    factum(at, &["set", "anchor-every-days", "7"]);
    fs::remove_dir_all(at.join("case/log/anchors")).unwrap();
    factum(at, &["stamp", "request", "--out", "later.tsq"]);
    let late = attempt(at, &["stamp", "add", "answer.tsr", "--roots", "root.pem"]);
    assert!(String::from_utf8_lossy(&late.stderr).contains("fits none of the requests"), "{late:?}");
}

/// The outsider's program, built with this one.
fn factum_verify(folder: &Path, arguments: &[&str]) -> Output {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
    let mut command = process::Command::new(cargo);
    command.args(["run", "--quiet", "--offline", "--package", "factum-verify", "--manifest-path"]).arg(manifest);
    command.arg("--").args(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn one_item_is_proven_to_an_outsider_and_a_bent_proof_is_not() {
    let folder = office();
    let at = folder.path();
    fs::write(at.join("talk.txt"), "what was said").unwrap();
    fs::write(at.join("other.txt"), "what another said").unwrap();
    factum(at, &["collect", "talk.txt", "other.txt", "--into", "working"]);
    let made = factum(at, &["witness", "key", "new", "north", "--name", "north.example"]);
    let key = made.lines().last().unwrap();
    let policy = factum(at, &["policy", "write", "--witness", key, "--out", "policy"]);
    factum(at, &["witness", "watch", policy.lines().last().unwrap(), "--state", "state"]);
    factum(at, &["witness", "request", "--key", key, "--out", "request"]);
    let files = ["--witness-key", "north", "--state", "state", "--out", "answer"];
    factum(at, &[&["witness", "cosign", "request"], &files[..]].concat());
    factum(at, &["witness", "add", "answer", "--key", key]);
    factum(at, &["prove", &item(at, "talk.txt"), "--out", "proof"]);

    let record = fs::read_to_string(at.join("proof.record")).unwrap();
    assert!(record.contains("\"length\":13,") && !record.contains("17"), "{record}");
    let check = |record: &str, expected: i32| {
        let of = ["proof", "--entry", "proof.entry", "--record", record, "--policy", "policy"];
        let judged = factum_verify(at, &of);
        assert_eq!(judged.status.code(), Some(expected), "{judged:?}");
    };
    check("proof.record", 0);
    fs::write(at.join("bent.record"), record.replacen("\"length\":13", "\"length\":14", 1)).unwrap();
    check("bent.record", 1);
    // The whole case, by the same policy.
    let judged = factum_verify(at, &["case", "--policy", "policy"]);
    assert_eq!(judged.status.code(), Some(0), "{judged:?}");
}

#[test]
fn a_case_goes_on_after_another_that_had_to_be_left() {
    let folder = office();
    let at = folder.path();
    let policy = factum(at, &["policy", "write", "--out", "old.policy"]);
    let old = policy.lines().last().unwrap();
    fs::copy(at.join("case/log/checkpoint"), at.join("last")).unwrap();
    fs::rename(at.join("case"), at.join("left")).unwrap();
    factum(at, &["init", "case", "--title", "Valleys"]);
    let own = factum(at, &["policy", "write", "--out", "new.policy"]);
    let say = |key: &str| attempt(at, &["case", "continue", "last", "--key", key, "--reason", "the disk was seized"]);
    assert!(!say(own.lines().last().unwrap()).status.success(), "the new log's key has not signed the old checkpoint");
    let said = say(old);
    assert!(said.status.success(), "{said:?}");
    assert!(!say(old).status.success(), "a log continues one other");
    let log = json(at, &["log"]);
    assert_eq!(log["deeds"][0]["act"], "case continue", "{log:#}");
    assert!(factum(at, &["check"]).contains("Nothing is wrong."));
}

#[test]
fn an_earlier_state_shows_what_was_known_then() {
    let folder = office();
    let at = folder.path();
    fs::write(at.join("one.txt"), "a lorry at dawn").unwrap();
    fs::write(at.join("two.txt"), "another lorry").unwrap();
    factum(at, &["collect", "one.txt", "--into", "working"]);
    fs::copy(at.join("case/log/checkpoint"), at.join("then")).unwrap();
    let one = item(at, "one.txt");
    factum(at, &["collect", "two.txt", "--into", "working"]);
    factum(at, &["export", &one, "--out", "out", "--as", "disclosure", "--to", "The Court", "--purpose", "case 12"]);
    let count = |arguments: &[&str]| json(at, arguments).as_array().unwrap().len();
    assert_eq!((count(&["items"]), count(&["items", "--at", "then"])), (2, 1));
    assert_eq!((count(&["search", "lorry"]), count(&["search", "lorry", "--at", "then"])), (2, 1));
    let acts = |arguments: &[&str]| json(at, &[&["custody", &one], arguments].concat()).to_string();
    assert!(acts(&[]).contains("disclos") && !acts(&["--at", "then"]).contains("disclos"));
    let two = item(at, "two.txt");
    let refused = attempt(at, &["custody", &two, "--at", "then"]);
    assert!(!refused.status.success(), "what came later is not there yet");
    assert!(!attempt(at, &["items", "--at", "1000000"]).status.success());
}

#[test]
fn a_web_archive_tells_what_was_captured_and_when() {
    let folder = office();
    let at = folder.path();
    let package =
        r#"{"profile":"data-package","wacz_version":"1.1.1","created":"2025-07-08T09:10:11Z","software":"Archiver 2"}"#;
    let index = "com,example)/ 20250708091011 {\"url\":\"http://example.com/seized\",\"status\":\"200\"}\n";
    let warc =
        "WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Date: 2025-07-08T09:10:11Z\r\nContent-Length: 0\r\n\r\n\r\n\r\n";
    let mut archive = zip::ZipWriter::new(fs::File::create(at.join("site.wacz")).unwrap());
    for (name, text) in [("datapackage.json", package), ("indexes/index.cdx", index), ("archive/data.warc", warc)] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
    factum(at, &["collect", "site.wacz", "--into", "working"]);
    let told = factum(at, &["items", &item(at, "site.wacz")]);
    for expected in ["application/wacz", "http://example.com/seized", "2025-07-08T09:10:11Z", "Archiver 2"] {
        assert!(told.contains(expected), "{expected} is not in\n{told}");
    }
    factum(at, &["export", &item(at, "site.wacz"), "--out", "out", "--purpose", "to look at"]);
    let written = fs::read_dir(at.join("out")).unwrap().map(|f| f.unwrap().path()).next().unwrap();
    assert_eq!(fs::read(written).unwrap(), fs::read(at.join("site.wacz")).unwrap());
}
