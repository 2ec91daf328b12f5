//! From the command line: is law held against findings by persons alone, and does a State get its copy only after the log knows it?

use assert_cmd::Command;
use std::path::Path;
use std::process::Output;

/// A folder with a passphrase and a case of Ada's.
fn office() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pass"), "correct horse battery\n").unwrap();
    done(folder.path(), &["identity", "new", "ada", "--name", "Ada"]);
    done(folder.path(), &["init", "case", "--title", "Valleys"]);
    folder
}

fn attempt(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("factum").unwrap();
    command.current_dir(folder).env("FACTUM_IDENTITY", folder.join("ada")).env("FACTUM_CASE", folder.join("case"));
    command.args(arguments).args(["--passphrase-file", "pass"]).output().unwrap()
}

fn done(folder: &Path, arguments: &[&str]) -> String {
    let output = attempt(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What it says when it refuses.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = attempt(folder, arguments);
    assert!(!output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn law_is_compared_assessed_and_concluded_by_persons() {
    let office = office();
    let at = office.path();
    assert!(refused(at, &["law", "matrix", "cat-1"]).contains("law load"));
    done(at, &["law", "load", "cat-1"]);
    let template = done(at, &["law", "official", "cat-1", "--template"]);
    std::fs::write(at.join("texts.toml"), &template).unwrap();
    assert!(refused(at, &["law", "official", "cat-1", "texts.toml"]).contains("is empty"));
    let lines: Vec<&str> = template.lines().filter_map(|line| line.strip_suffix(" = \"\"")).collect();
    let keys: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix('"')?.strip_suffix('"')).collect();
    assert!(!keys.is_empty());
    std::fs::write(at.join("texts.toml"), template.replace("= \"\"", "= \"Words of an office.\"")).unwrap();
    done(at, &["law", "official", "cat-1", "texts.toml"]);
    assert!(done(at, &["law", "verify", "cat-1"]).contains("Words of an office."));
    assert!(refused(at, &["law", "verify", "cat-1", "9/9", "--agree"]).contains("no line 9/9"));
    done(at, &[&["law", "verify", "cat-1", "--agree"], &keys[1..]].concat());
    assert!(done(at, &["law", "list"]).contains("UNVERIFIED: 1 of"));
    done(at, &["finding", "new", "F-1", "--proposition", "It happened.", "--standard", "reasonable-grounds"]);
    done(at, &["law", "assess", "cat-1", keys[0], "--finding", "F-1", "--as", "supports", "--reason", "as read"]);
    let matrix = done(at, &["law", "matrix", "cat-1", "--out", "matrix.svg"]);
    assert!(matrix.contains("UNVERIFIED") && matrix.contains("F-1") && matrix.contains("not assessed"), "{matrix}");
    assert!(std::fs::read_to_string(at.join("matrix.svg")).unwrap().contains("UNVERIFIED"));
    let conclude =
        |wording| ["law", "conclude", "cat-1", "1(1)", "--standard", "reasonable-grounds", "--wording", wording];
    assert!(refused(at, &conclude("It is torture.")).contains("may constitute"));
    let told = done(at, &conclude("It may constitute torture."));
    assert!(
        told.contains("L-001") && told.contains("F-1, which is not adopted") && told.contains("UNVERIFIED"),
        "{told}"
    );
    let alone = ["law", "clinician", "Ada", "--reason", "a licence"];
    assert!(refused(at, &alone).contains("nobody says of themselves"));
}

const DRAFT: &str = "+++\ntitle = \"T\"\ndate = \"2026-11-27\"\npurpose = \"report-anonymised\"\n+++\n\n\
                     This is how we worked. {narrative}\n\nWe asked the ministry [@Q-001].\n";

#[test]
fn a_state_is_asked_reminded_shown_a_copy_and_annexed() {
    let office = office();
    let at = office.path();
    let asked = ["request", "new", "--addressee", "the ministry", "--sent", "2026-03-01", "--deadline", "2026-03-31"];
    done(at, &[&asked[..], &["--channel", "letter", "--question", "Who?", "--question", "Why?"]].concat());
    done(at, &["request", "remind", "Q-001", "--on", "2026-04-10"]);
    assert!(done(at, &["request", "list", "Q-001"]).contains("did not receive a formal response"));
    assert!(done(at, &["request", "overdue"]).contains("10 April 2026"));
    let extend =
        |until| ["request", "extend", "Q-001", "--until", until, "--granted", "2026-04-11", "--reason", "asked for"];
    assert!(refused(at, &extend("2026-01-01")).contains("nothing was written"));
    done(at, &extend("2026-04-30"));
    let answer =
        |answers| ["request", "response", "Q-001", "--date", "2026-04-20", "--answers", answers, "--text", "t"];
    assert!(refused(at, &answer("3")).contains("2 were asked"));
    done(at, &answer("1"));
    assert!(done(at, &["request", "list"]).contains("answered in part"));

    std::fs::write(at.join("draft.md"), DRAFT.replace("[@Q-001]", "[@Q-002]")).unwrap();
    let prepare =
        ["comment", "prepare", "draft.md", "--to", "the ministry", "--deadline", "2999-01-01", "--out", "copy.md"];
    assert!(refused(at, &prepare).contains("nothing left"));
    assert!(!at.join("copy.md").exists());
    std::fs::write(at.join("draft.md"), DRAFT).unwrap();
    done(at, &prepare);
    let copy = std::fs::read_to_string(at.join("copy.md")).unwrap();
    assert_eq!(copy, "1. This is how we worked.\n2. We asked the ministry.\n");
    let correct = |paragraph| ["comment", "correct", "D-001", "--paragraph", paragraph, "--asked", "No."];
    assert!(refused(at, &correct("3")).contains("which has 2"));
    done(at, &correct("2"));
    assert!(refused(at, &["comment", "answer", "C-001", "--refuse", " "]).contains("without a reason"));
    done(at, &["comment", "answer", "C-001", "--refuse", "it is on record"]);
    std::fs::write(at.join("reply.txt"), "We reject all of it.\n").unwrap();
    done(at, &["collect", "reply.txt", "--into", "working"]);
    done(at, &["comment", "annex", "D-001", "--item", "reply.txt"]);
    let told = done(at, &["comment", "list", "D-001"]);
    assert!(told.contains("0 accepted, 1 refused, 0 open") && told.contains("We reject all of it."), "{told}");

    done(at, &["finding", "new", "F-1", "--proposition", "It happened.", "--standard", "reasonable-grounds"]);
    let position = |code| ["position", "new", "--holder", "the ministry", "--date", "2026-05", "--attribution", code];
    let words = ["--words", "It did not.", "--where", "on the news", "--finding", "F-1"];
    assert!(refused(at, &[&position("77")[..], &words[..]].concat()).contains("position codes"));
    done(at, &[&position("0102")[..], &words[..]].concat());
    assert!(done(at, &["position", "list", "--finding", "F-1"]).contains("officials: said it did not happen"));
    let asked =
        ["recommendation", "new", "--addressee", "the ministry", "--date", "2026-06-01", "--text", "Open the files."];
    done(at, &asked);
    let follow =
        ["recommendation", "follow", "N-001", "--date", "2026-11", "--progress", "refused", "--text", "a letter"];
    done(at, &follow);
    assert!(done(at, &["recommendation", "list"]).contains("declined"));
}
