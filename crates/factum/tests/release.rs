//! From the command line: does a publication go the whole way with two members, and do its parts come out as the pages say?

use assert_cmd::Command;
use std::fs;
use std::path::Path;
use std::process::Output;

fn attempt(folder: &Path, who: &str, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("factum").unwrap();
    command.current_dir(folder).env("FACTUM_IDENTITY", folder.join(who)).env("FACTUM_CASE", folder.join("case"));
    command.args(arguments).args(["--passphrase-file", "pass"]).output().unwrap()
}

/// Runs the program as somebody, which must succeed, and returns what it prints.
fn factum(folder: &Path, who: &str, arguments: &[&str]) -> String {
    let output = attempt(folder, who, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs the program, which must fail, and returns what it says.
fn refused(folder: &Path, who: &str, arguments: &[&str]) -> String {
    let output = attempt(folder, who, arguments);
    assert!(!output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

/// A case of Ada's; Bo investigates and approves as editor; one request that a report may cite.
fn office() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("pass"), "correct horse battery\n").unwrap();
    for who in ["ada", "bo"] {
        factum(at, who, &["identity", "new", who, "--name", who]);
    }
    factum(at, "ada", &["init", "case", "--title", "Valleys"]);
    let shown = factum(at, "bo", &["identity", "show", "bo"]);
    let fingerprint = shown.lines().find_map(|l| l.strip_prefix("fingerprint: ")).unwrap().to_string();
    let add =
        ["member", "add", "bo.card", "--role", "investigator", "--into", "working", "--fingerprint", &fingerprint];
    factum(at, "ada", &add);
    factum(at, "ada", &["release", "role", "bo", "editor"]);
    let asked =
        ["request", "new", "Q-001", "--addressee", "the ministry", "--sent", "2026-01-01", "--deadline", "2026-02-01"];
    factum(at, "ada", &[&asked[..], &["--channel", "letter", "--question", "Who?"]].concat());
    fs::create_dir(at.join("out")).unwrap();
    fs::write(at.join("out/report.txt"), "The ministry did not answer.\n").unwrap();
    fs::write(at.join("leak.txt"), "no alarm\nin one file\n").unwrap();
    folder
}

const PREPARE: &[&str] = &[
    "release",
    "prepare",
    "out/report.txt",
    "--cites",
    "Q-001",
    "--title",
    "The old mill",
    "--purpose",
    "report-anonymised",
    "--check",
    "leak.txt",
];

#[test]
fn a_release_goes_the_whole_way() {
    let folder = office();
    let at = folder.path();
    let none = ["release", "prepare", "out/report.txt", "--title", "T", "--purpose", "report-anonymised"];
    assert!(refused(at, "ada", &none).contains("cites nothing"));
    assert!(refused(at, "ada", &[&none[..], &["--cites", "Q-9"]].concat()).contains("Q-9"));
    factum(at, "ada", PREPARE);
    assert!(refused(at, "ada", &["release", "role", "ada", "editor"]).contains("their own role"));
    assert!(refused(at, "ada", &["release", "approve", "The old", "--outputs", "out"]).contains("no public role"));
    let early = refused(at, "ada", &["release", "seal", "The old", "--out", "bundle"]);
    assert!(early.contains("0 of 1 approvals stand"), "{early}");
    let promised = ["release", "commit", "The old", "--publish-on", "2027-01-01", "--out", "promise"];
    factum(at, "ada", &promised);
    factum(at, "bo", &["release", "approve", "The old", "--outputs", "out"]);
    let shown = factum(at, "bo", &["release", "show", "The old"]);
    assert!(shown.contains("approvals 1 of 1") && shown.contains("rests on  Q-001"), "{shown}");
    factum(at, "ada", &["release", "seal", "The old", "--out", "bundle"]);
    let inside = refused(at, "ada", &["release", "bundle", "The old", "--out", "case/bundle"]);
    assert!(inside.contains("inside a case"), "{inside}");
    for file in ["release.manifest", "release.tlog-proof", "outputs/report.txt"] {
        assert!(at.join("bundle").join(file).is_file(), "{file}");
    }
    let manifest = fs::read_to_string(at.join("bundle/release.manifest")).unwrap();
    assert!(manifest.contains("check leak.txt: no alarm"), "{manifest}");
    // An erratum names the release that it corrects.
    fs::write(at.join("out/report.txt"), "The ministry did not answer in time.\n").unwrap();
    let corrects = ["--corrects", "The old mill", "--change", "first sentence: in time"];
    let next: Vec<&str> = PREPARE.iter().map(|w| if *w == "The old mill" { "Corrected" } else { w }).collect();
    factum(at, "ada", &[&next[..], &corrects].concat());
    factum(at, "bo", &["release", "approve", "Corrected", "--outputs", "out"]);
    factum(at, "ada", &["release", "seal", "Corrected", "--out", "next"]);
    let list = factum(at, "bo", &["release", "list"]);
    assert!(list.contains("corrected by") && list.contains("2 releases"), "{list}");
    assert!(factum(at, "ada", &["check"]).contains("Nothing is wrong."));
    assert!(factum(at, "ada", &["release", "list", "--format", "json"]).contains(r#""stage": "sealed""#));
}

#[test]
fn custodians_and_a_court_get_what_is_theirs() {
    let folder = office();
    let at = folder.path();
    factum(at, "ada", PREPARE);
    factum(at, "bo", &["release", "approve", "The old", "--outputs", "out"]);
    let seal = ["release", "seal", "The old", "--out", "custody", "--escrow", "2/3"];
    assert!(!attempt(at, "ada", &seal).status.success());
    factum(at, "ada", &[&seal[..], &["--publish-on", "2026-01-01"]].concat());
    factum(at, "ada", &["policy", "write", "--out", "policy"]);
    factum(at, "ada", &["release", "revocations", "--out", "list"]);
    let open = ["release", "open", "custody", "--share", "custody/share-1-of-3.txt", "--policy", "policy"];
    let one = [&open[..], &["--revocations", "list", "--out", "one"]].concat();
    assert!(refused(at, "ada", &one).contains("2 are needed"));
    let both = [&open[..], &["--share", "custody/share-3-of-3.txt", "--revocations"]].concat();
    factum(at, "ada", &[&both[..], &["list", "--out", "opened"]].concat());
    assert_eq!(fs::read(at.join("opened/outputs/report.txt")).unwrap(), fs::read(at.join("out/report.txt")).unwrap());
    factum(at, "ada", &["release", "revoke", "The old", "--class", "consent"]);
    factum(at, "ada", &["release", "revocations", "--out", "newer"]);
    assert!(refused(at, "ada", &[&both[..], &["newer", "--out", "again"]].concat()).contains("(class: consent)"));
    // A court's key is an age key; a member's card has one.
    let card = fs::read_to_string(at.join("bo.card")).unwrap();
    let key = card.split_whitespace().find(|word| word.starts_with("age1")).unwrap().to_string();
    let disclose = ["disclose", "Q-001", "--to", &key, "--reader", "The Court", "--about", "case 12", "--out", "q.age"];
    assert!(refused(at, "ada", &disclose).contains("no terminal to ask at"));
    let told = factum(at, "ada", &[&disclose[..], &["--yes"]].concat());
    assert!(told.contains("Q-001/record.tlog-proof") && told.contains("Q-001/cited-"), "{told}");
    assert!(fs::read(at.join("q.age")).unwrap().starts_with(b"age-encryption.org/v1"));
    assert!(factum(at, "ada", &["log"]).contains("Disclosure of 1 record"));
}

#[test]
fn what_cannot_be_given_to_custodians_is_not_sealed_for_them() {
    let folder = office();
    let at = folder.path();
    factum(at, "ada", PREPARE);
    factum(at, "bo", &["release", "approve", "The old", "--outputs", "out"]);
    let seal = |shares: &'static str, day: &'static str, out: &'static str| {
        ["release", "seal", "The old", "--escrow", shares, "--publish-on", day, "--out", out]
    };
    for shares in ["6/5", "1/3", "2/17"] {
        assert!(refused(at, "ada", &seal(shares, "2026-01-01", "custody")).contains("at most 16 shares"), "{shares}");
    }
    assert!(refused(at, "ada", &seal("2/3", "soon", "custody")).contains("YYYY-MM-DD"));
    assert!(!at.join("custody").exists());
    fs::create_dir(at.join("held")).unwrap();
    fs::write(at.join("held/share-2-of-3.txt"), "another's").unwrap();
    assert!(refused(at, "ada", &seal("2/3", "2026-01-01", "held")).contains("exists already"));
    assert!(factum(at, "ada", &["release", "list"]).contains("[prepared;"));
    factum(at, "ada", &seal("2/3", "2026-01-01", "custody"));
    factum(at, "ada", &["release", "revoke", "The old", "--class", "danger"]);
    let told = refused(at, "ada", &["release", "bundle", "The old", "--out", "late"]);
    assert!(told.contains("was revoked on") && told.contains("(class: danger)"), "{told}");
    assert!(refused(at, "ada", &seal("2/3", "2030-01-01", "again")).contains("was revoked on"));
    assert!(!at.join("late").exists() && !at.join("again").exists());
}
