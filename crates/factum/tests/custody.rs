//! A case as people use it: letting somebody in, shares, and getting everything back without this program.

use assert_cmd::Command;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process;

/// Runs the program in a folder as the owner of an identity, and returns what it prints; it must succeed.
fn factum(folder: &Path, who: &str, arguments: &[&str]) -> String {
    let output = attempt(folder, who, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn attempt(folder: &Path, who: &str, arguments: &[&str]) -> process::Output {
    let mut command = Command::cargo_bin("factum").unwrap();
    command.current_dir(folder).env("FACTUM_IDENTITY", folder.join(who)).env("FACTUM_CASE", folder.join("case"));
    command.args(arguments).output().unwrap()
}

/// A folder with a passphrase, two identities and a case of the first.
fn office() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pass"), "correct horse battery\n").unwrap();
    for who in ["ada", "bo"] {
        factum(folder.path(), who, &["identity", "new", who, "--name", who, "--passphrase-file", "pass"]);
    }
    factum(folder.path(), "ada", &["init", "case", "--title", "Valleys", "--passphrase-file", "pass"]);
    folder
}

fn fingerprint(folder: &Path, who: &str) -> String {
    let shown = factum(folder, who, &["identity", "show", who, "--passphrase-file", "pass"]);
    shown.lines().find_map(|l| l.strip_prefix("fingerprint: ")).unwrap().to_string()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn a_card_is_taken_only_with_the_fingerprint_that_was_read_aloud() {
    let folder = office();
    let add = |fingerprint: &str| {
        let arguments = ["--passphrase-file", "pass", "add", "bo.card", "--role", "analyst", "--into", "working"];
        attempt(folder.path(), "ada", &[&["member"], &arguments[..], &["--fingerprint", fingerprint]].concat())
    };
    let refused = add("00000 00000 00000 00000 00000 00000 00000 00000");
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("the fingerprints differ"));
    assert!(add(&fingerprint(folder.path(), "bo")).status.success());
    let list = factum(folder.path(), "bo", &["member", "--passphrase-file", "pass", "list"]);
    assert!(list.contains("bo (analyst)") && list.contains("opens register, working, writers"), "{list}");
    // A member who is no lead is told so, and nothing is written.
    let refused = attempt(folder.path(), "bo", &["member", "--passphrase-file", "pass", "role", "bo", "lead"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("only a lead may do this"));
    let wrong = attempt(folder.path(), "ada", &["member", "--passphrase-file", "ada.card", "list"]);
    assert!(!wrong.status.success());
}

#[test]
fn a_rehearsal_tells_what_would_be_written_and_writes_nothing() {
    let folder = office();
    let path = folder.path();
    std::fs::write(path.join("letter.txt"), "To whom it may concern").unwrap();
    let state = || -> Vec<(PathBuf, Vec<u8>)> {
        // What the view holds is a copy for this device, and files of locks are empty.
        let kept = files(&path.join("case")).into_iter().filter(|file| !file.starts_with(path.join("case/view")));
        let read = kept.map(|file| (file.clone(), std::fs::read(file).unwrap()));
        let mut state: Vec<_> = read.filter(|(_, bytes)| !bytes.is_empty()).collect();
        state.sort();
        state
    };
    let before = state();
    let check = |who: &str, arguments: &[&str], expected: &[&str]| {
        let told = attempt(path, who, &[arguments, &["--passphrase-file", "pass", "--rehearse"]].concat());
        let said = String::from_utf8_lossy(&told.stdout).into_owned();
        assert!(told.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&told.stderr));
        for words in expected {
            assert!(said.contains(words), "{said}");
        }
        assert!(before == state(), "{arguments:?} changed the case");
    };
    let add = ["member", "add", "bo.card", "--role", "analyst", "--fingerprint", &fingerprint(path, "bo")];
    check("ada", &add, &["nothing was written; it would be `member add`", "register: ", "1 member"]);
    check("ada", &["collect", "letter.txt", "--into", "working"], &["`collect`: Collected 1 file", "working: 1 item"]);
    check("ada", &["set", "four-eyes", "yes"], &["register: "]);
    // What the rules forbid is refused as ever.
    factum(path, "ada", &[&add[..], &["--passphrase-file", "pass"]].concat());
    let role = ["member", "role", "bo", "lead", "--passphrase-file", "pass", "--rehearse"];
    let refused = attempt(path, "bo", &role);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("only a lead may do this"));
}

#[test]
fn shares_and_common_tools_bring_everything_back() {
    if process::Command::new("age").arg("--version").output().is_err() {
        eprintln!("test skipped: there is no age program");
        return;
    }
    let folder = office();
    let path = folder.path();
    std::fs::create_dir(path.join("shares")).unwrap();
    factum(path, "ada", &["recovery", "new", "--out", "shares", "--passphrase-file", "pass"]);
    let shares = ["shares/share-2-of-5.txt", "shares/share-3-of-5.txt", "shares/share-5-of-5.txt"];
    let too_few = attempt(path, "ada", &[&["recovery", "join"], &shares[..2], &["--out", "key"]].concat());
    assert!(!too_few.status.success());
    factum(path, "ada", &[&["recovery", "join"], &shares[..], &["--out", "key"]].concat());

    // The page is the script: what is printed is what is run.
    let page = include_str!("../../../docs/recovery.md");
    let script = page.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    std::fs::write(path.join("recover.sh"), script).unwrap();
    let run =
        process::Command::new("sh").current_dir(path).args(["recover.sh", "case", "key", "out"]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let texts: Vec<String> =
        files(&path.join("out/transactions")).iter().map(|f| std::fs::read_to_string(f).unwrap()).collect();
    assert!(texts.iter().any(|t| t.contains(r#""kind":"case","title":"Valleys""#)), "{}", texts.len());
    // An altered object is named and not used.
    let object = files(&path.join("case/objects")).remove(0);
    let mut bytes = std::fs::read(&object).unwrap();
    bytes[300] ^= 1;
    std::fs::write(&object, bytes).unwrap();
    let run =
        process::Command::new("sh").current_dir(path).args(["recover.sh", "case", "key", "out"]).output().unwrap();
    assert!(String::from_utf8_lossy(&run.stderr).contains("ALTERED"));
}

#[test]
fn two_examples_share_no_object_and_their_items_come_back_with_common_tools() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let objects = folders.each_ref().map(|folder| {
        factum(folder.path(), "none", &["demo", ".", "--report-date", "2026-11-24"]);
        let found = files(&folder.path().join("case/objects"));
        found.iter().map(|f| f.file_name().unwrap().to_owned()).collect::<BTreeSet<_>>()
    });
    assert!(objects[0].len() > 20);
    assert!(objects[0].is_disjoint(&objects[1]));
    // Nothing of the lists stands in the case in plain.
    let list = std::fs::read_to_string(folders[0].path().join("lists/legal-aid.csv")).unwrap();
    let names: Vec<&str> =
        list.lines().skip(1).take(200).filter_map(|l| l.split(';').nth(1)).filter(|n| n.len() > 5).collect();
    assert!(names.len() > 50);
    for file in files(&folders[0].path().join("case")) {
        let bytes = std::fs::read(&file).unwrap();
        for name in &names {
            assert!(!bytes.windows(name.len()).any(|w| w == name.as_bytes()), "{name} stands in {}", file.display());
        }
    }
}

#[test]
fn what_is_collected_is_found_exported_and_accounted_for() {
    let folder = office();
    let path = folder.path();
    std::fs::create_dir(path.join("in")).unwrap();
    let words = "A shopkeeper from 喀什 saw the lorry. Кашгар, ئۈرۈمچى.\n";
    std::fs::write(path.join("in/note.txt"), words).unwrap();
    std::fs::write(path.join("in/sheet.csv"), "name,age\nMesor,31\n").unwrap();
    let pass = ["--passphrase-file", "pass"];
    let run = |arguments: &[&str]| factum(path, "ada", &[arguments, &pass].concat());
    let told = run(&["collect", "in", "--into", "working", "--address", "box 4", "--staff", "machine=one"]);
    assert!(told.contains("2 files collected"), "{told}");
    // Once more is nothing more.
    let told = run(&["collect", "in", "--into", "working"]);
    assert!(!told.contains("2 files collected"), "{told}");

    for word in ["喀什", "кашгар", "shopkeeper"] {
        assert!(run(&["search", word]).contains("in/note.txt"), "{word}");
    }
    let items = run(&["items"]);
    let line = items.lines().find(|l| l.contains("in/note.txt")).unwrap();
    assert!(line.contains("text/plain"), "{line}");
    let item = line.split_whitespace().next().unwrap();
    run(&["export", item, "--out", "out", "--as", "disclosure", "--to", "The Court", "--purpose", "case 12"]);
    let written = files(&path.join("out")).remove(0);
    assert_eq!(std::fs::read_to_string(written).unwrap(), words);

    // Who looks at an item is in its record after the next transaction.
    run(&["items", item]);
    assert!(!run(&["custody", item]).contains("opened"));
    run(&["set", "anchor-every-days", "7"]);
    assert_eq!(run(&["custody", item]).matches("opened").count(), 1);
    run(&["set", "anchor-every-days", "8"]);
    assert_eq!(run(&["custody", item]).matches("opened").count(), 1);
    let custody = run(&["custody", item]);
    assert!(
        custody.contains("collected") && custody.contains("disclosed") && !custody.contains("The Court"),
        "{custody}"
    );
    let log = run(&["log"]);
    assert!(log.contains("Collected 2 files") && log.contains("Release of 1 item"), "{log}");
    assert!(run(&["check"]).contains("Nothing is wrong."));
    // Nothing of it stands in the case in plain.
    for file in files(&path.join("case")) {
        let bytes = std::fs::read(&file).unwrap();
        let holds = |word: &str| bytes.windows(word.len()).any(|w| w == word.as_bytes());
        assert!(
            !["shopkeeper", "喀什", "Mesor", "The Court", "note.txt"].iter().any(|w| holds(w)),
            "{}",
            file.display()
        );
    }
}

#[test]
fn a_schema_is_added_to_once_and_never_taken_from() {
    let folder = office();
    let path = folder.path();
    let cell = "extends = \"detention\"\nversion = 1\n[property.cell]\nlabel = \"Cell\"\ntype = \"text\"\n";
    std::fs::write(path.join("cell.toml"), cell).unwrap();
    let add = || attempt(path, "ada", &["schema", "add", "cell.toml", "--passphrase-file", "pass"]);
    let told = |output: &process::Output| String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told(&add()).starts_with("The schema is added to: 1 file (transaction "));
    let transactions = || factum(path, "ada", &["log", "--passphrase-file", "pass"]).matches("\ntransaction ").count();
    let before = transactions();
    assert!(told(&add()).starts_with("the case says all of this already, so nothing is written"));
    assert_eq!(transactions(), before);
    let shown = factum(path, "ada", &["schema", "show", "detention", "--passphrase-file", "pass"]);
    assert!(shown.contains("\n  cell                   Cell: text\n"), "{shown}");
    // What the file said before may be used by then.
    std::fs::write(path.join("cell.toml"), cell.replace("cell]", "room]").replace("Cell", "Room")).unwrap();
    let refused = add();
    assert!(!refused.status.success());
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(why.contains("`cell` of a `detention` is gone or of another type"), "{why}");
    assert_eq!(transactions(), before);
}
