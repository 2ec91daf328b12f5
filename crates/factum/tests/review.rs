//! Reviewing and auditing as a person does it: answers through a pipe, files, what linking makes of them.

use assert_cmd::Command;
use std::path::Path;

const SETTINGS: &str = "title = 'Two lists'\n[columns]\nid = 'record'\nname = 'name'\nborn = 'birth'\ntown = 'event.place'\n\
                        [lists.one]\nfile = 'one.csv'\nlabel = 'Registry'\n[lists.other]\nfile = 'other.csv'\nlabel = 'Families'\n";
const ONE: &str =
    "id,name,born,town\n1,Ana Mirel,1970-02-03,Katkhod\n2,Doru Vass,1951-04,Byalrelug\n3,Petra Ilin,,Katkhod\n";
const OTHER: &str =
    "id,name,born,town\n7,Anna Mirel,1970-03-02,Katkhod\n8,Vass Doru,1951,Byalrelug\n9,Петра Илин,1991-01-09,\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("s.toml", SETTINGS), ("one.csv", ONE), ("other.csv", OTHER)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// What a command prints when these answers are typed: exit code, standard output, error output.
fn shown(folder: &Path, arguments: &[&str], answers: &str) -> String {
    let mut command = Command::cargo_bin("factum").unwrap();
    let output = command.current_dir(folder).args(arguments).write_stdin(answers).output().unwrap();
    format!(
        "exit {}\n--- out\n{}--- err\n{}",
        output.status.code().unwrap(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

const REVIEW: &[&str] = &["review", "--settings", "s.toml", "--who", "M. K.", "--count", "3", "--show-values"];

/// Who judged what, as it lies in the file; the times are those of the day.
fn judged(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("judgements.jsonl")).unwrap();
    let line = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let record = |key: &str| format!("{}:{}", line[key]["list"], line[key]["record"]).replace('"', "");
        format!("{} {} {} {} {}", record("a"), record("b"), line["verdict"], line["who"], line["purpose"])
            .replace('"', "")
    };
    text.lines().map(line).collect()
}

#[test]
fn pairs_are_judged_taken_back_and_taken_up_again() {
    let folder = folder();
    let first = shown(folder.path(), REVIEW, "what\ns\nd\nb\nu\nq\n");
    insta::assert_snapshot!("review_first", first);
    let after_first = judged(folder.path());
    let second = shown(folder.path(), REVIEW, "b\nd\n");
    insta::assert_snapshot!("review_second", second);
    let after_second = judged(folder.path());
    assert_eq!(after_second[..after_first.len()], after_first);
    insta::assert_snapshot!("review_judgements", after_second.join("\n"));
    let link = ["link", "--settings", "s.toml", "--judgements", "judgements.jsonl", "--out", "out"];
    assert!(shown(folder.path(), &link, "").starts_with("exit 0"));
    let summary = std::fs::read_to_string(folder.path().join("out/linkage.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary["run"]["parameters"]["judgements"], "1 same, 1 different");
    let inputs = summary["run"]["inputs"].as_array().unwrap();
    let file = inputs.iter().find(|i| i["name"] == "judgements.jsonl").unwrap();
    assert_eq!(file["bytes"], std::fs::metadata(folder.path().join("judgements.jsonl")).unwrap().len());
}

/// Judged together they are one person, judged apart they are two, whatever the model believes.
#[test]
fn judgements_are_obeyed() {
    let folder = folder();
    let line = |a: &str, b: &str, verdict: &str| {
        format!(
            "{{\"version\":1,\"a\":{{\"list\":\"one\",\"record\":\"{a}\"}},\"b\":{{\"list\":\"other\",\"record\":\"{b}\"}},\
             \"verdict\":\"{verdict}\",\"who\":\"M. K.\",\"when\":\"2026-11-24T09:30:00Z\",\"purpose\":\"training\"}}\n"
        )
    };
    let linked = |more: &[&str]| {
        let link = [&["link", "--settings", "s.toml", "--out", "out"], more].concat();
        assert!(shown(folder.path(), &link, "").starts_with("exit 0"));
        std::fs::read_to_string(folder.path().join("out/persons.csv")).unwrap()
    };
    let together = |persons: &str, a: &str, b: &str| {
        let person = |record: &str| {
            let row = persons.lines().find(|row| row.starts_with(record));
            row.and_then(|row| row.split(',').nth(2)).unwrap().to_string()
        };
        person(a) == person(b)
    };
    let alone = linked(&[]);
    assert!(together(&alone, "one,1,", "other,7,") && !together(&alone, "one,1,", "other,9,"), "{alone}");
    let judged = line("1", "7", "different") + &line("1", "9", "same");
    std::fs::write(folder.path().join("judgements.jsonl"), judged).unwrap();
    let obeyed = linked(&["--judgements", "judgements.jsonl"]);
    assert!(!together(&obeyed, "one,1,", "other,7,") && together(&obeyed, "one,1,", "other,9,"), "{obeyed}");
}

#[test]
fn values_go_to_a_person_and_not_into_a_file() {
    let folder = folder();
    let refused = shown(folder.path(), &["review", "--settings", "s.toml", "--who", "M. K."], "s\n");
    insta::assert_snapshot!(refused);
    assert!(!folder.path().join("judgements.jsonl").exists());
}

#[test]
fn judgements_that_cannot_hold_are_named() {
    let folder = folder();
    let line = |a: &str, b: &str, verdict: &str| {
        format!(
            "{{\"version\":1,\"a\":{{\"list\":\"one\",\"record\":\"{a}\"}},\"b\":{{\"list\":\"other\",\"record\":\"{b}\"}},\
             \"verdict\":\"{verdict}\",\"who\":\"M. K.\",\"when\":\"2026-11-24T09:30:00Z\",\"purpose\":\"training\"}}\n"
        )
    };
    let judged = [line("1", "7", "same"), line("2", "7", "same"), line("2", "8", "same"), line("1", "8", "different")];
    let lines = judged.concat() + &line("3", "77", "same") + "Ana Mirel\n{\"version\":1,\"a\":{\"li";
    std::fs::write(folder.path().join("judgements.jsonl"), lines).unwrap();
    let link = ["link", "--settings", "s.toml", "--judgements", "judgements.jsonl", "--out", "out"];
    let told = shown(folder.path(), &link, "");
    insta::assert_snapshot!(told.split_once("--- err\n").unwrap().1);
    assert!(told.starts_with("exit 0") && !told.contains("Ana"), "{told}");
}

#[test]
fn a_linkage_is_audited_blind() {
    let folder = folder();
    let draw = ["audit", "draw", "--settings", "s.toml", "--count", "15", "--out", "audit.jsonl"];
    insta::assert_snapshot!("audit_draw", shown(folder.path(), &draw, ""));
    insta::assert_snapshot!("audit_drawn_twice", shown(folder.path(), &draw, ""));
    let review = ["audit", "review", "--audit", "audit.jsonl", "--settings", "s.toml", "--who", "K", "--show-values"];
    let screen = shown(folder.path(), &review, "d\nb\nr\nd\nq\n");
    insta::assert_snapshot!("audit_review", screen);
    assert!(!screen.contains("bits") && !screen.contains("probability"));
    let report = ["audit", "report", "--audit", "audit.jsonl", "--judgements", "judgements.jsonl"];
    insta::assert_snapshot!("audit_report_of_one", shown(folder.path(), &report, ""));
    shown(folder.path(), &review, &"s\nd\nu\nd\n".repeat(4));
    insta::assert_snapshot!("audit_report", shown(folder.path(), &report, ""));
    // An audit measures and does not teach.
    let link = ["link", "--settings", "s.toml", "--judgements", "judgements.jsonl", "--out", "out"];
    shown(folder.path(), &link, "");
    let summary = std::fs::read_to_string(folder.path().join("out/linkage.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert!(summary["run"]["parameters"]["judgements"].is_null());
}

#[test]
fn an_audit_is_of_the_lists_it_was_drawn_from() {
    let folder = folder();
    let draw = ["audit", "draw", "--settings", "s.toml", "--count", "15", "--out", "audit.jsonl"];
    shown(folder.path(), &draw, "");
    std::fs::write(folder.path().join("other.csv"), OTHER.replace("Anna", "Ann")).unwrap();
    let review = ["audit", "review", "--audit", "audit.jsonl", "--settings", "s.toml", "--who", "K", "--show-values"];
    insta::assert_snapshot!(shown(folder.path(), &review, "d\n"));
}
