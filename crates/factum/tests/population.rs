//! What is counted, as a user states and sees it: scope, people without a name, units, copies, names that last.

use assert_cmd::Command;
use std::path::Path;

/// What a command prints: exit code, standard output, error output.
fn shown(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::cargo_bin("factum").unwrap().current_dir(folder).args(arguments).output().unwrap();
    format!(
        "exit {}\n--- out\n{}--- err\n{}",
        output.status.code().unwrap(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap()
}

fn json(folder: &Path) -> serde_json::Value {
    serde_json::from_str(&read(folder, "out/linkage.json")).unwrap()
}

const COLUMNS: &str =
    "[columns]\nid = 'record'\nname = 'name'\nborn = 'birth'\nday = 'event.date'\nregion = 'event.region'\n";
const ONE: &str = "id,name,born,day,region\n\
    1,Ana Mirel,1970-02-03,2019-03-05,Upper Valley\n\
    2,Doru Vass,1951-04-11,2018-12-30,Upper Valley\n\
    3,Petra Ilin,1962-05-30,2019,Upper Valley\n\
    4,Jon Esk and two others,1981-09-09,2019-04-11,Upper Valley\n\
    5,three unknown men,,2019-04-11,Upper Valley\n\
    6,Mara Tolv,1990-01-04,2019-05-02,Far Valley\n\
    7,Iven Sorl,1977-07-15,,Upper Valley\n";
const OTHER: &str = "id,name,born,day,region\n\
    a,Anna Mirel,1970-02-03,2019-03-05,Upper Valley\n\
    b,Esk Jon,1981-09-09,2019-04-11,Upper Valley\n\
    c,неизвестный мужчина,,2019-04-11,Upper Valley\n\
    d,Ana Mirel,1970-02-03,2019-09-20,Upper Valley\n\
    e,Sela Brun,1968-10-21,2019-06-17,Upper Valley\n";

fn settings(more: &str) -> String {
    format!("title = 'Two lists'\n{more}\n{COLUMNS}")
}

const SCOPE: &str =
    "[scope]\nevent = 'enforced disappearance'\nregions = ['Upper Valley']\nfrom = '2019-03'\nto = '2019-11'";
const LINK: [&str; 7] = ["link", "one.csv", "other.csv", "--settings", "s.toml", "--out", "out"];

#[test]
fn a_scope_is_applied_to_every_list_and_told() {
    let folder = folder(&[("s.toml", &settings(SCOPE)), ("one.csv", ONE), ("other.csv", OTHER)]);
    insta::assert_snapshot!(
        "scope_checked",
        shown(folder.path(), &["list", "check", "one.csv", "other.csv", "--settings", "s.toml"])
    );
    insta::assert_snapshot!("scope_linked", shown(folder.path(), &LINK));
    insta::assert_snapshot!("groups", read(folder.path(), "out/groups.csv"));
    let linkage = json(folder.path());
    assert_eq!(linkage["lists"][0]["scope"]["outside"], serde_json::json!({ "place": 1, "date": 1 }));
    assert_eq!(linkage["scope"]["event"], "enforced disappearance");
    assert_eq!(linkage["minimum"]["at_most"], linkage["persons"].as_u64().unwrap() + 6);
}

#[test]
fn a_scope_may_leave_out_what_cannot_be_judged() {
    let scope = format!("{SCOPE}\nunknown = 'leave'");
    let folder = folder(&[("s.toml", &settings(&scope)), ("one.csv", ONE), ("other.csv", OTHER)]);
    shown(folder.path(), &LINK);
    assert!(!read(folder.path(), "out/persons.csv").contains("one,7,"));
}

#[test]
fn events_of_one_person_can_be_counted_apart() {
    let unit = "[population]\nabout = 'arrests'\nunit = 'event'";
    let folder = folder(&[("s.toml", &settings(unit)), ("one.csv", ONE), ("other.csv", OTHER)]);
    shown(folder.path(), &LINK);
    insta::assert_snapshot!("units", read(folder.path(), "out/persons.csv"));
    let units = &json(folder.path())["units"];
    assert_eq!((units["unit"].as_str(), units["persons_with_several"].as_u64()), (Some("event"), Some(1)));
    assert_eq!(units["person_events"].as_u64().unwrap(), units["persons"].as_u64().unwrap() + 1);
    // The table of persons counts the same events when it is estimated from.
    let counted: u64 = read(folder.path(), "out/counts.csv")
        .lines()
        .skip(1)
        .map(|row| row.rsplit(',').next().unwrap().parse::<u64>().unwrap())
        .sum();
    assert_eq!(Some(counted), units["person_events"].as_u64());
}

#[test]
fn a_copy_counts_as_the_list_it_copies() {
    let copies = "[lists.third]\ncopies = 'other'";
    let files = [
        ("s.toml", settings(copies)),
        ("one.csv", ONE.into()),
        ("other.csv", OTHER.into()),
        ("third.csv", OTHER.into()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let folder = folder(&files);
    let arguments = ["link", "one.csv", "other.csv", "third.csv", "--settings", "s.toml", "--out", "out"];
    shown(folder.path(), &arguments);
    assert!(read(folder.path(), "out/counts.csv").starts_with("one,other,count\n"));
    let missing = shown(folder.path(), &["link", "one.csv", "third.csv", "--settings", "s.toml", "--out", "out"]);
    assert!(missing.contains("list `third` is said to copy `other`, but no list read is called `other`"), "{missing}");
}

#[test]
fn names_of_persons_last_when_a_list_is_added() {
    let folder = folder(&[("s.toml", &settings("")), ("one.csv", ONE), ("other.csv", OTHER)]);
    shown(folder.path(), &["link", "one.csv", "--settings", "s.toml", "--out", "before"]);
    let arguments = [&LINK[..], &["--previous", "before/persons.csv"]].concat();
    insta::assert_snapshot!("names_carried_over", shown(folder.path(), &arguments));
    insta::assert_snapshot!("changes", read(folder.path(), "out/changes.csv"));
    assert_eq!(json(folder.path())["changes"]["gone"], serde_json::Value::Null);
    // The earlier table is an input and stays.
    let over = ["link", "one.csv", "--settings", "s.toml", "--out", "before", "--previous", "before/persons.csv"];
    assert!(shown(folder.path(), &over).contains("would be overwritten, and it is an input"));
    let none = [&LINK[..], &["--previous", "one.csv"]].concat();
    insta::assert_snapshot!("previous_that_is_none", shown(folder.path(), &none));
}

#[test]
fn the_report_says_what_is_counted() {
    let folder = folder(&[("s.toml", &settings(SCOPE)), ("one.csv", ONE), ("other.csv", OTHER)]);
    let arguments =
        ["run", "one.csv", "other.csv", "--settings", "s.toml", "--out", "out", "--report-date", "2026-11-24"];
    shown(folder.path(), &arguments);
    let html = read(folder.path(), "out/report.html");
    for words in
        ["What is counted", "enforced disappearance; in Upper Valley", "records speak of people without a name"]
    {
        assert!(html.contains(words), "{words}");
    }
}
