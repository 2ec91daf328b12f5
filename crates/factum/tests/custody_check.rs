//! A case looked after from the command line: checked, its history read, its keys turned, its caches made anew.

use assert_cmd::Command;
use std::path::{Path, PathBuf};
use std::process;

fn attempt(folder: &Path, arguments: &[&str]) -> process::Output {
    let mut command = Command::cargo_bin("factum").unwrap();
    command.current_dir(folder).env("FACTUM_IDENTITY", folder.join("ada")).env("FACTUM_CASE", folder.join("case"));
    command.args(arguments).args(["--passphrase-file", "pass"]).output().unwrap()
}

/// Runs the program and returns what it prints; it must succeed.
fn factum(folder: &Path, arguments: &[&str]) -> String {
    let output = attempt(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs the program, which must refuse, and returns why.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = attempt(folder, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn objects(folder: &Path) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(folder.join("case/objects")).unwrap().map(|f| f.unwrap().path());
    folders.flat_map(|f| std::fs::read_dir(f).unwrap().map(|f| f.unwrap().path())).collect()
}

#[test]
fn a_case_is_looked_after() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(path.join("pass"), "correct horse battery\n").unwrap();
    factum(path, &["identity", "new", "ada", "--name", "Ada"]);
    factum(path, &["init", "case", "--title", "Valleys"]);
    assert!(factum(path, &["check"]).contains("Nothing is wrong."));

    let then = std::fs::read(path.join("case/log/checkpoint")).unwrap();
    std::fs::write(path.join("then"), then).unwrap();
    let turned = factum(path, &["rotate", "writers", "--reseal"]);
    assert!(turned.contains("1 object of writers sealed to its newest key"), "{turned}");
    assert!(factum(path, &["check"]).contains("1 resealed"));

    let log = factum(path, &["log"]);
    let order = ["  Ada  reseal  ", "  Ada  rotate  ", "  Ada  init  "].map(|act| log.find(act));
    assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{log}");
    let earlier: serde_json::Value =
        serde_json::from_str(&factum(path, &["log", "--at", "then", "--format", "json"])).unwrap();
    let deeds = earlier["deeds"].as_array().unwrap();
    assert_eq!((deeds.len(), deeds[0]["act"].as_str()), (1, Some("init")));
    let first = deeds[0]["transaction"].as_str().unwrap();
    assert!(refused(path, &["undo", first, "--reason", "x"]).contains("not undone but followed"));
    assert!(refused(path, &["log", "--at", "1000"]).contains("entries"));

    let nothing = "00".repeat(16);
    assert!(refused(path, &["shred", "--preview", &nothing]).contains("there is nothing with the number"));
    assert!(refused(path, &["shred", "--execute", &nothing]).contains("there is no plan"));
    assert!(refused(path, &["approve", &nothing]).contains("there is no plan"));
    assert_eq!(factum(path, &["shred", "--list"]), "");

    // What is wrong is named with its file, and the program says so to other programs too.
    std::fs::remove_file(path.join("case/factum.toml")).unwrap();
    assert!(refused(path, &["check"]).contains("1 fault"));
    factum(path, &["view", "rebuild"]);
    factum(path, &["check"]);
    let lost = objects(path).remove(0);
    let name = lost.file_name().unwrap().to_string_lossy().into_owned();
    std::fs::remove_file(lost).unwrap();
    let found = attempt(path, &["check", "--format", "json"]);
    assert_eq!(found.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    let faults = report["faults"].as_array().unwrap();
    assert!(faults.iter().any(|f| f["place"].as_str().unwrap().ends_with(&name)), "{report:#}");
}
