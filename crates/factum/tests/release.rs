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
    assert!(refused(at, "ada", &["release", "role", "bo", "bo"]).contains("a member's name"));
    assert!(refused(at, "ada", &["release", "role", "bo", "The Editor"]).contains("small letters"));
    assert!(refused(at, "ada", &["release", "approve", "The old", "--outputs", "out"]).contains("no public role"));
    let early = refused(at, "ada", &["release", "seal", "The old", "--out", "bundle"]);
    assert!(early.contains("0 of 1 approvals stand"), "{early}");
    let promised = ["release", "commit", "The old", "--publish-on", "2127-01-01", "--out", "promise"];
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
    let past = refused(at, "ada", &[&seal[..], &["--publish-on", "2026-01-01"]].concat());
    assert!(past.contains("this one is past"), "{past}");
    let now = factum_case::now();
    factum(at, "ada", &[&seal[..], &["--publish-on", &now[..10]]].concat());
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

const DRAFT: &str = "+++\ntitle = \"The old mill\"\ndate = \"2026-11-27\"\npurpose = \"report-anonymised\"\n+++\n\n\
                     This is how we worked. {narrative}\n\nWe asked the ministry [@Q-001].\n";

/// The lines of a release's manifest that say what was checked.
fn checks(folder: &Path, release: &str) -> Vec<String> {
    let shown = factum(folder, "ada", &["release", "show", release]);
    shown.lines().filter_map(|line| line.strip_prefix("  checked   ")).map(str::to_string).collect()
}

#[test]
fn only_what_the_draft_builds_with_its_counts_cleared_is_released_with_it() {
    let folder = office();
    let at = folder.path();
    fs::write(at.join("draft.md"), DRAFT).unwrap();
    factum(at, "ada", &["report", "build", "draft.md", "--out", "built", "--as", "html,docx"]);
    factum(at, "ada", &["report", "build", "draft.md", "--out", "inside", "--as", "html,docx", "--internal"]);
    let prepare = |files: &[&'static str]| [&["release", "prepare", "--draft", "draft.md"], files].concat();
    let told = refused(at, "ada", &prepare(&["inside/draft.html", "built/draft.docx"]));
    assert!(
        told.contains("draft.html: it is not what the draft builds") && told.contains("without --internal"),
        "{told}"
    );
    assert!(!told.contains("draft.docx:") && told.contains("1 file is not built from the draft"), "{told}");
    assert!(refused(at, "ada", &prepare(&["inside/draft.docx"])).contains("draft.docx: it is not what"));
    // Nor without its draft, whatever reason is given.
    let rest = ["--cites", "Q-001", "--title", "T", "--purpose", "report-anonymised", "--uncleared", "ok"];
    let told =
        refused(at, "ada", &[&["release", "prepare", "inside/draft.html", "inside/draft.docx"], &rest[..]].concat());
    assert!(told.contains("draft.html, draft.docx built for the inquiry itself"), "{told}");
    let told = refused(at, "ada", &prepare(&["built/draft.html", "out/report.txt"]));
    assert!(told.contains("report.txt: a draft builds no such file") && told.contains("--annex"), "{told}");
    // A draft that was changed since builds something else.
    fs::write(at.join("draft.md"), DRAFT.replace("asked", "wrote to")).unwrap();
    assert!(refused(at, "ada", &prepare(&["built/draft.html"])).contains("draft.html: it is not what"));
    fs::write(at.join("draft.md"), DRAFT).unwrap();
    // A report is no annex, and what can hold counts is one with a reason alone.
    fs::write(at.join("table.csv"), "place,held\nthe mill,2\n").unwrap();
    let built = ["built/draft.html", "built/draft.docx"];
    let beside = |more: &[&'static str]| prepare(&[&built[..], more].concat());
    assert!(refused(at, "ada", &beside(&["--annex", "inside/draft.html", "--uncleared", "x"])).contains("is no annex"));
    assert!(refused(at, "ada", &beside(&["--annex", "table.csv"])).contains("table.csv: people may be counted"));
    assert!(refused(at, "ada", &beside(&["--uncleared", "x"])).contains("built from the draft and cleared"));
    assert!(factum(at, "ada", &["release", "list"]).contains("0 releases"));

    let annexes = ["--annex", "out/report.txt", "--annex", "table.csv", "--uncleared", "the ministry's own figures"];
    factum(at, "ada", &beside(&annexes));
    let expected = [
        "purpose report-anonymised: everything cited may be used for it",
        "search for names, days and places: nothing found",
        "disclosure control: counts cleared, and profiles shared or decided, in draft.html, draft.docx",
        "counts not cleared: the ministry's own figures (report.txt)",
        "counts not cleared: the ministry's own figures (table.csv)",
    ];
    assert_eq!(checks(at, "The old"), expected);
}

#[test]
fn without_a_draft_counts_are_not_cleared_and_the_manifest_says_so() {
    let folder = office();
    let at = folder.path();
    fs::write(at.join("table.csv"), "place,held\nthe mill,2\n").unwrap();
    fs::write(at.join("page.txt"), "<!DOCTYPE html><p>Two were held.</p>").unwrap();
    fs::write(at.join("data.txt"), "{\"held\": 2}").unwrap();
    fs::write(at.join("report.pdf"), "%PDF-1.7\n").unwrap();
    let rest = ["--cites", "Q-001", "--title", "Figures", "--purpose", "report-anonymised"];
    let prepare = |file: &'static str| [&["release", "prepare", file], &rest[..]].concat();
    for file in ["table.csv", "page.txt", "data.txt", "report.pdf"] {
        let told = refused(at, "ada", &prepare(file));
        assert!(told.contains(&format!("{file}: people may be counted")) && told.contains("--uncleared"), "{told}");
    }
    assert!(
        refused(at, "ada", &[&prepare("table.csv")[..], &["--uncleared", " "]].concat()).contains("without a reason")
    );
    factum(at, "ada", &[&prepare("table.csv")[..], &["--uncleared", "counts of buildings"]].concat());
    let said = "counts not cleared: counts of buildings (table.csv)";
    assert!(checks(at, "Figures").contains(&said.to_string()));
    let output = attempt(at, "ada", PREPARE);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.contains("counts of people in report.txt are not cleared"), "{told}");
    assert!(checks(at, "The old").contains(&"counts not cleared: no draft was given (report.txt)".to_string()));
}

#[test]
fn what_is_written_for_the_inquiry_itself_or_for_others_is_not_released() {
    let folder = office();
    let at = folder.path();
    fs::write(at.join("draft.md"), DRAFT.replace("report-anonymised", "internal")).unwrap();
    factum(at, "ada", &["report", "build", "draft.md", "--out", "built", "--as", "html"]);
    let prepare = ["release", "prepare", "built/draft.html", "--draft", "draft.md"];
    assert!(refused(at, "ada", &prepare).contains("its purpose is internal"));
    let told = refused(at, "ada", &[&prepare[..], &["--purpose", "courts"]].concat());
    assert!(told.contains("the draft is written for internal, and not for courts"), "{told}");
    let plain: Vec<&str> = PREPARE.iter().map(|w| if *w == "report-anonymised" { "internal" } else { w }).collect();
    assert!(refused(at, "ada", &plain).contains("its purpose is internal"));
    assert!(factum(at, "ada", &["release", "list"]).contains("0 releases"));
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
        assert!(refused(at, "ada", &seal(shares, "2126-01-01", "custody")).contains("at most 16 shares"), "{shares}");
    }
    assert!(refused(at, "ada", &seal("2/3", "soon", "custody")).contains("YYYY-MM-DD"));
    assert!(!at.join("custody").exists());
    fs::create_dir(at.join("held")).unwrap();
    fs::write(at.join("held/share-2-of-3.txt"), "another's").unwrap();
    assert!(refused(at, "ada", &seal("2/3", "2126-01-01", "held")).contains("exists already"));
    assert!(factum(at, "ada", &["release", "list"]).contains("[prepared;"));
    factum(at, "ada", &seal("2/3", "2126-01-01", "custody"));
    factum(at, "ada", &["release", "revoke", "The old", "--class", "danger"]);
    let told = refused(at, "ada", &["release", "bundle", "The old", "--out", "late"]);
    assert!(told.contains("was revoked on") && told.contains("(class: danger)"), "{told}");
    assert!(refused(at, "ada", &seal("2/3", "2130-01-01", "again")).contains("was revoked on"));
    assert!(!at.join("late").exists() && !at.join("again").exists());
}

#[test]
fn check_build_and_release_name_the_same_problems_once_each() {
    let folder = office();
    let at = folder.path();
    let twice = "We saw 40 people [@Q-001]. They saw 40 others [@Q-001].\n\nNobody says this.\n";
    fs::write(at.join("draft.md"), format!("{DRAFT}\n{twice}\n![Where](figure:nowhere)\n")).unwrap();
    let problems = |arguments: &[&str]| -> Vec<String> {
        let told = refused(at, "ada", arguments);
        told.lines().filter(|line| line.starts_with("draft.md:")).map(str::to_string).collect()
    };
    let built = problems(&["report", "build", "draft.md", "--out", "built"]);
    assert_eq!(built.iter().filter(|line| line.ends_with("a number stands in the author's own words: 40")).count(), 1);
    assert!(built.iter().any(|line| line.contains("cites nothing")) && built.len() == 3, "{built:?}");
    assert_eq!(problems(&["report", "check", "draft.md"]), built);
    assert_eq!(problems(&["release", "prepare", "out/report.txt", "--draft", "draft.md"]), built);
}
