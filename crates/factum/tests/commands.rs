//! The commands as a user types them: output by snapshot, exit codes, files.

use assert_cmd::Command;
use std::path::Path;

const COUNTS: &str = "EXH,ABA,OSCE,HRW,count\n1,1,1,1,27\n1,1,1,0,181\n1,1,0,1,18\n1,1,0,0,177\n1,0,1,1,42\n1,0,1,0,228\n\
                      1,0,0,1,106\n1,0,0,0,1131\n0,1,1,1,32\n0,1,1,0,217\n0,1,0,1,31\n0,1,0,0,845\n0,0,1,1,123\n0,0,1,0,936\n\
                      0,0,0,1,306\n";

fn factum(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("factum").unwrap();
    command.current_dir(folder).args(arguments);
    command
}

/// What a command prints: exit code, standard output, error output.
fn shown(folder: &Path, arguments: &[&str]) -> String {
    let output = factum(folder, arguments).output().unwrap();
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

const SETTINGS: &str = "title = 'Two lists'\n[columns]\nid = 'record'\nname = 'name'\nborn = 'birth'\n";
const ONE: &str = "id,name,born\n1,Ana Mirel,1970-02-03\n2,Doru Vass,1951-04\n3,Petra Ilin,soon\n";
const OTHER: &str = "id,name,born\n7,Anna Mirel,1970-02-03\n8,Vass Doru,1951\n9,Jon Esk,1991-01-09\n";

#[test]
fn help_names_every_command() {
    insta::assert_snapshot!(shown(Path::new("."), &["--help"]));
}

#[test]
fn features_are_explained() {
    insta::assert_snapshot!(shown(Path::new("."), &["list", "features"]));
}

#[test]
fn lists_are_checked() {
    let folder = folder(&[("s.toml", SETTINGS), ("one.csv", ONE), ("other.csv", OTHER)]);
    insta::assert_snapshot!(shown(folder.path(), &["list", "check", "one.csv", "other.csv", "--settings", "s.toml"]));
}

#[test]
fn faults_of_settings_and_lists_come_together() {
    let folder = folder(&[("s.toml", "[columns]\nid = 'number of record'\nnom = 'name'\n"), ("one.csv", ONE)]);
    insta::assert_snapshot!(shown(folder.path(), &["list", "check", "one.csv", "gone.csv", "--settings", "s.toml"]));
}

#[test]
fn lists_are_linked() {
    let folder = folder(&[("s.toml", SETTINGS), ("one.csv", ONE), ("other.csv", OTHER)]);
    let arguments = ["link", "one.csv", "other.csv", "--settings", "s.toml", "--out", "out"];
    insta::assert_snapshot!(shown(folder.path(), &arguments));
    for file in ["persons.csv", "counts.csv", "pairs.parquet", "model.json", "linkage.json"] {
        assert!(folder.path().join("out").join(file).is_file(), "{file}");
    }
    insta::assert_snapshot!(std::fs::read_to_string(folder.path().join("out/persons.csv")).unwrap());
}

#[test]
fn what_rules_miss_is_told() {
    let settings = format!("blocking = ['name.family', 'birth:year']\n{SETTINGS}");
    let folder = folder(&[("s.toml", &settings), ("one.csv", ONE), ("other.csv", OTHER)]);
    let lists = ["one.csv", "other.csv", "--settings", "s.toml", "--out", "out"];
    let told = shown(folder.path(), &[&["run"], &lists[..]].concat());
    assert!(
        told.contains("the rules let an estimated 1") && told.contains(" of the matches meet, and miss about "),
        "{told}"
    );
    let read = |file: &str| std::fs::read_to_string(folder.path().join("out").join(file)).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&read("linkage.json")).unwrap();
    assert!(summary["recall"]["share"].as_f64().unwrap() > 0.0);
    assert!(read("report.html").contains("Pairs that meet no rule were not compared."));
    // Without rules every pair is compared, and nothing is missed.
    std::fs::write(folder.path().join("s.toml"), SETTINGS).unwrap();
    assert!(!shown(folder.path(), &[&["link"], &lists[..]].concat()).contains("the rules let"));
    let summary: serde_json::Value = serde_json::from_str(&read("linkage.json")).unwrap();
    assert!(summary["recall"].is_null());
}

#[test]
fn populations_are_estimated() {
    let folder = folder(&[("counts.csv", COUNTS)]);
    for model in ["log-linear", "decomposable", "chao"] {
        insta::assert_snapshot!(model, shown(folder.path(), &["estimate", "counts.csv", "--model", model]));
    }
}

#[test]
fn estimates_come_as_json() {
    let folder = folder(&[("counts.csv", COUNTS)]);
    let arguments = ["estimate", "counts.csv", "--model", "log-linear", "--seed", "7", "--format", "json"];
    let output = factum(folder.path(), &arguments).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for key in [
        "model",
        "lists",
        "observed",
        "estimate",
        "lower",
        "upper",
        "level",
        "converged",
        "seed",
        "warnings",
        "version",
    ] {
        assert!(json.get(key).is_some(), "{key}");
    }
    assert_eq!((json["observed"].as_u64(), json["seed"].as_u64()), (Some(4400), Some(7)));
    assert_eq!(json["best"]["name"], "[123+14+34]");
}

#[test]
fn an_estimate_stands_among_its_alternatives() {
    let folder = folder(&[("counts.csv", COUNTS), ("draw-1.csv", COUNTS)]);
    let asked = ["estimate", "counts.csv", "--model", "log-linear", "--sensitivity", "--beside", "draw-1.csv"];
    let told = shown(folder.path(), &[&asked[..], &["--plot", "alternatives.svg"]].concat());
    for heading in ["without one list", "two lists alone", "two lists counted as one", "another model", "another table"]
    {
        assert!(told.contains(&format!("\n{heading}\n")), "{heading}: {told}");
    }
    assert!(told.contains("\n  draw-1.csv  10,357 (8,994 to 12,110)\n"), "{told}");
    let plot = std::fs::read_to_string(folder.path().join("alternatives.svg")).unwrap();
    assert!(plot.starts_with("<svg") && plot.contains("EXH and HRW"), "{plot}");

    let output = factum(folder.path(), &[&asked[..], &["--format", "json"]].concat()).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["sensitivity"]["headline"]["estimate"], json["estimate"]);
    assert_eq!(json["sensitivity"]["changes"][0]["alternatives"].as_array().unwrap().len(), 4);
    assert_eq!(json["identification"]["curve"].as_array().unwrap().len(), 17);
    // Without the flag that asks for them the other two are no options.
    let refused =
        factum(folder.path(), &["estimate", "counts.csv", "--model", "chao", "--plot", "x.svg"]).output().unwrap();
    assert!(!refused.status.success() && !folder.path().join("x.svg").exists());
}

#[test]
fn tables_that_carry_no_estimate_are_refused() {
    let tables = [
        ("one.csv", "a,count\n1,5\n"),
        ("disjoint.csv", "a,b,count\n1,0,5\n0,1,7\n"),
        ("negative.csv", "a,b,count\n1,0,-5\n1,1,2.5\n"),
        ("empty-list.csv", "a,b,c,count\n1,0,0,5\n1,1,0,7\n"),
        ("nobody.csv", "a,b,count\n0,0,5\n1,1,7\n"),
    ];
    let folder = folder(&tables);
    let refusals: Vec<String> = tables
        .iter()
        .map(|(name, _)| format!("$ {name}\n{}", shown(folder.path(), &["estimate", name, "--model", "log-linear"])))
        .collect();
    insta::assert_snapshot!(refusals.join("\n"));
    insta::assert_snapshot!(
        "too_many_lists_for_chapman",
        shown(folder.path(), &["estimate", "empty-list.csv", "--model", "chapman"])
    );
}

#[test]
fn the_demo_leaves_everything_behind() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(shown(folder.path(), &["demo", "example", "--report-date", "2026-11-24"]));
    let example = folder.path().join("example");
    for file in [
        "report.pdf",
        "report.html",
        "results.json",
        "truth.csv",
        "lists/settings.toml",
        "lists/press.xlsx",
        "pairs.parquet",
    ] {
        assert!(example.join(file).is_file(), "{file}");
    }
    // The lists the demo leaves can be run again and give the same numbers.
    std::fs::write(folder.path().join("pass"), "example\n").unwrap();
    let actor = ["--case", "example/case", "--identity", "example/identity", "--passphrase-file", "pass"];
    let arguments =
        ["run", "--settings", "example/lists/settings.toml", "--out", "again", "--report-date", "2026-11-24", "--keep"];
    factum(folder.path(), &[&arguments[..], &actor].concat()).assert().success();
    // And what is kept of them in the case can be cited beside the runs of the example.
    let draft = "+++\ntitle = \"Kept\"\ndate = \"2026-11-28\"\npurpose = \"report-anonymised\"\n+++\n\n\
        There are {{R-6.estimate}}. [@R-6]\n\n![Lists](figure:overlap-R-6)\n";
    std::fs::write(folder.path().join("kept.md"), draft).unwrap();
    factum(folder.path(), &[&["report", "check", "kept.md"], &actor[..]].concat()).assert().success();
    for file in ["persons.csv", "counts.csv", "model.json", "pairs.parquet"] {
        let [one, other] = ["example", "again"].map(|f| std::fs::read(folder.path().join(f).join(file)).unwrap());
        assert!(one == other, "{file}");
    }
}

#[test]
fn a_report_needs_a_day() {
    insta::assert_snapshot!(shown(Path::new("."), &["demo", "nowhere", "--report-date", "2026-11"]));
    assert!(!Path::new("nowhere").exists());
}

#[test]
fn a_pair_is_explained() {
    let folder = folder(&[("s.toml", SETTINGS), ("one.csv", ONE), ("other.csv", OTHER)]);
    let lists = ["--settings", "s.toml", "--list", "one.csv", "--list", "other.csv", "--report-date", "2026-11-24"];
    let explain = |more: &[&str]| shown(folder.path(), &[&["explain"], &lists[..], more].concat());
    let pair = ["--out", "out", "one:1", "other:7"];
    insta::assert_snapshot!(explain(&pair));
    let read = |file: &str| std::fs::read_to_string(folder.path().join("out").join(file)).unwrap();
    for file in ["weights.svg", "thresholds.svg", "pairs.svg", "unlinkables.svg", "pair-1.svg"] {
        assert!(read(file).ends_with("</svg>"), "{file}");
    }
    assert!(!read("explain.html").contains("Mirel") && !read("pair-1.svg").contains("Mirel"));
    insta::assert_snapshot!("the_page_of_explanations", read("explain.html"));
    // What the records say comes only when asked for.
    let said = explain(&[&pair[..], &["--show-values"]].concat());
    assert!(said.contains("“Ana Mirel” and “Anna Mirel”") && read("explain.html").contains("Mirel"));
}

#[test]
fn explanations_come_as_json_that_adds_up() {
    let folder = folder(&[("s.toml", SETTINGS), ("one.csv", ONE), ("other.csv", OTHER)]);
    let arguments = ["explain", "--settings", "s.toml", "--list", "one.csv", "--list", "other.csv", "--out", "out"];
    let arguments = [&arguments[..], &["one:2", "other:8", "--format", "json"]].concat();
    let output = factum(folder.path(), &arguments).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let pair = &json["pairs"][0];
    let bits: f64 = pair["steps"].as_array().unwrap().iter().filter_map(|s| s["bits"].as_f64()).sum();
    let end = pair["prior"].as_f64().unwrap() + bits;
    assert!((end - pair["total"].as_f64().unwrap()).abs() < 1e-9);
    assert!(pair["steps"].as_array().unwrap().iter().all(|s| s.get("values").is_none()));
    for key in ["linkage", "thresholds", "findability"] {
        assert!(json.get(key).is_some(), "{key}");
    }
}

#[test]
fn records_that_are_not_there_are_told_together() {
    let folder = folder(&[("s.toml", SETTINGS), ("one.csv", ONE), ("other.csv", OTHER)]);
    let lists = ["--list", "one.csv", "--list", "other.csv", "--settings", "s.toml", "--out", "out"];
    insta::assert_snapshot!(shown(folder.path(), &[&["explain"], &lists[..], &["one:9", "third:1", "one:1"]].concat()));
}

#[test]
fn a_column_that_was_not_read_is_shouted_about() {
    let born = "id,name,born\n1,Ana Mirel,spring\n2,Doru Vass,1951-04\n3,Petra Ilin,soon\n";
    let folder = folder(&[("s.toml", SETTINGS), ("one.csv", born), ("other.csv", OTHER)]);
    let arguments = ["link", "one.csv", "other.csv", "--settings", "s.toml", "--out", "out"];
    let told = shown(folder.path(), &arguments);
    let first = told.lines().nth(2).unwrap();
    assert_eq!(
        first,
        "ALERT: Column `born` of one.csv: 2 of the 3 values could not be read as `birth` and were left out."
    );
    let summary = std::fs::read_to_string(folder.path().join("out/linkage.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert!(summary["alerts"][0]["what"].as_str().unwrap().contains("`born`"));
}

/// Forks of a program that waits say what a program begun for one file says, many at once, and also after one was given up.
#[cfg(target_os = "linux")]
#[test]
fn a_program_that_waits_forks_for_each_file() {
    use factum_case::extract::{Examiner, Limits};
    let files: Vec<(String, String)> =
        (0..20).map(|i| (format!("{i}.html"), format!("<html><p>the words of page {i}"))).collect();
    for program in ["factum-extract", "factum"] {
        let arguments = if program == "factum" { vec!["extract-child".into()] } else { vec![] };
        let alone = Examiner::new(assert_cmd::cargo::cargo_bin(program), arguments, Limits::default());
        let forking = alone.clone().forking();
        let mut begun: Vec<_> = files.iter().map(|(name, _)| forking.begin(name)).collect();
        for (examination, (_, page)) in begun.iter_mut().zip(&files) {
            examination.give(page.as_bytes());
        }
        let last = begun.pop().unwrap();
        drop(last);
        let all = begun.into_iter().map(|examination| examination.finish()).collect::<Vec<_>>();
        for (found, (name, page)) in all.into_iter().zip(&files) {
            assert_eq!(found, alone.examine(page.as_bytes(), name), "{program}, {name}");
            assert_eq!(found, forking.examine(page.as_bytes(), name), "{program}, {name}, again");
        }
    }
}

/// The program is its own child when it looks into a file, and says so in no list of commands.
#[test]
fn the_program_looks_into_a_file_without_rights() {
    use factum_case::extract::{Examiner, Limits, Outcome};
    let program = assert_cmd::cargo::cargo_bin("factum");
    let examiner = Examiner::new(program, vec!["extract-child".into()], Limits::default());
    let Outcome::Known(found) = examiner.examine(&b"<html><p>words"[..], "page.txt") else { panic!("unknown") };
    assert_eq!((found.media_type.as_str(), found.disagreement), ("text/html", None));
    assert_eq!(found.text.unwrap().parts[0].text, "words\n");
    assert!(found.fences.processor);
    assert!(!shown(Path::new("."), &["--help"]).contains("extract-child"));
}
