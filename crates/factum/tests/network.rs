//! From the command line: is a witness asked and does it answer, and does everything else run without a network?

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{self, Child, Output, Stdio};

/// A folder in which the program runs, and what it is run with.
struct Office {
    folder: tempfile::TempDir,
    before: Vec<&'static str>,
    done: RefCell<BTreeSet<String>>,
}

impl Office {
    fn new(before: &[&'static str]) -> Self {
        let office = Self { folder: tempfile::tempdir().unwrap(), before: before.to_vec(), done: RefCell::default() };
        fs::write(office.at().join("pass"), "correct horse battery\n").unwrap();
        office.run(&["identity", "new", "ada", "--name", "Ada", "--passphrase-file", "pass"]);
        office.run(&["init", "case", "--title", "Valleys", "--passphrase-file", "pass"]);
        office
    }

    fn at(&self) -> &Path {
        self.folder.path()
    }

    fn attempt_as(&self, who: &str, arguments: &[&str], input: &str) -> Output {
        let program = cargo_bin("factum");
        let mut command = match self.before.split_first() {
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.current_dir(self.at()).env("FACTUM_IDENTITY", self.at().join(who));
        command.env("FACTUM_CASE", self.at().join("case"));
        self.done.borrow_mut().insert(arguments[0].to_string());
        command.args(arguments).write_stdin(input).output().unwrap()
    }

    fn attempt(&self, arguments: &[&str]) -> Output {
        self.attempt_as("ada", arguments, "")
    }

    /// Runs the program, which must succeed, and returns what it prints.
    fn run(&self, arguments: &[&str]) -> String {
        let output = self.attempt(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same, with the passphrase.
    fn act(&self, arguments: &[&str]) -> String {
        self.run(&[arguments, &["--passphrase-file", "pass"]].concat())
    }

    /// Makes a witness that watches the case, and returns its key.
    fn witness(&self, name: &str) -> String {
        let made = self.act(&["witness", "key", "new", name, "--name", &format!("{name}.example")]);
        let policy = self.act(&["policy", "write", "--out", &format!("{name}.policy")]);
        let log = policy.lines().last().unwrap();
        self.run(&["witness", "watch", log, "--state", &format!("{name}.state")]);
        made.lines().last().unwrap().to_string()
    }

    /// Starts a witness's server, and returns it with its address.
    fn serve(&self, name: &str) -> (Child, String) {
        let state = format!("{name}.state");
        let mut child = process::Command::new(cargo_bin("factum"))
            .current_dir(self.at())
            .args(["witness", "serve", "127.0.0.1:0", "--witness-key", name, "--state", &state])
            .args(["--passphrase-file", "pass", "--proofs", "."])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines: Vec<String> =
            BufReader::new(child.stdout.take().unwrap()).lines().take(2).map(Result::unwrap).collect();
        let address = lines[1].split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_string();
        (child, address)
    }
}

/// Ends a server as Ctrl-C does, and returns what it told its operator.
#[cfg(unix)]
fn interrupt(mut child: Child) -> String {
    let sent = process::Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap();
    assert!(sent.success());
    assert!(child.wait().unwrap().success());
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    told
}

#[cfg(unix)]
#[test]
fn a_witness_is_asked_at_an_address_and_ends_in_order() {
    let office = Office::new(&[]);
    let key = office.witness("north");
    let (server, address) = office.serve("north");
    let ask = |format: &str| office.act(&["witness", "ask", &address, "--key", &key, "--format", format]);
    let taken: serde_json::Value = serde_json::from_str(&ask("json")).unwrap();
    assert_eq!((&taken[0]["witness"], &taken[0]["known"]), (&"north.example".into(), &false.into()));
    office.act(&["set", "anchor-every-days", "7"]);
    assert!(ask("text").starts_with("north.example countersigned "));
    // Another log under the same name: the request that proves it stays with the witness.
    let known = fs::read_to_string(office.at().join("north.state")).unwrap();
    let forked: Vec<String> = known
        .lines()
        .map(|line| match line.strip_prefix("signed ") {
            Some(rest) => {
                let mut words: Vec<&str> = rest.split(' ').collect();
                words[1] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
                format!("signed {}", words.join(" "))
            }
            None => line.to_string(),
        })
        .collect();
    fs::write(office.at().join("north.state"), forked.join("\n") + "\n").unwrap();
    let refused = office.attempt(&["witness", "ask", &address, "--key", &key, "--passphrase-file", "pass"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("the log was forked"), "{said}");
    let told = interrupt(server);
    assert!(told.matches("countersigned: ").count() == 2 && told.ends_with("stopped\n"), "{told}");
    assert!(!told.contains("warning"), "{told}");
    let names = fs::read_dir(office.at()).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.ends_with("-0.request")).count(), 1);
}

#[test]
fn a_witness_without_its_memory_does_not_begin() {
    let office = Office::new(&[]);
    office.witness("north");
    let serve = ["witness", "serve", "127.0.0.1:0", "--witness-key", "north", "--passphrase-file", "pass", "--state"];
    let check = |state: &str, expected: &str| {
        let refused = office.attempt(&[&serve[..], &[state]].concat());
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains(expected), "{said}");
    };
    check("lost.state", "names no log to watch");
    fs::write(office.at().join("cut.state"), "factum witness 1\n").unwrap();
    check("cut.state", "is damaged");
}

const SETTINGS: &str = "title = 'Two lists'\n[columns]\nid = 'record'\nname = 'name'\nborn = 'birth'\n\
                        [lists.one]\nfile = 'one.csv'\nlabel = 'Registry'\n[lists.other]\nfile = 'other.csv'\nlabel = 'Families'\n";
const ONE: &str = "id,name,born\n1,Ana Mirel,1970-02-03\n2,Doru Vass,1951-04\n3,Petra Ilin,1980\n";
const OTHER: &str = "id,name,born\n7,Anna Mirel,1970-02-03\n8,Vass Doru,1951\n9,Jon Esk,1991-01-09\n";

/// What the program can do, by its own account.
fn commands(office: &Office) -> BTreeSet<String> {
    let help = office.run(&["help"]);
    let listed = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.map(|line| line.split_whitespace().next().unwrap().to_string()).filter(|name| name != "help").collect()
}

const DRAFT: &str =
    "+++\ntitle = \"T\"\ndate = \"2026-11-27\"\npurpose = \"internal\"\n+++\n\nThis is how we worked. {narrative}\n";

#[test]
fn every_other_command_runs_without_a_network() {
    const ALONE: [&str; 2] = ["unshare", "-rn"];
    let can = process::Command::new("unshare").args(["-rn", "true"]).output();
    if !can.is_ok_and(|output| output.status.success()) {
        eprintln!("test skipped: this system lets nobody take the network away from a program");
        return;
    }
    let office = Office::new(&ALONE);
    let (at, pass) = (office.at(), ["--passphrase-file", "pass"]);
    for (name, text) in [("s.toml", SETTINGS), ("one.csv", ONE), ("other.csv", OTHER), ("talk.txt", "what was said")] {
        fs::write(at.join(name), text).unwrap();
    }
    // People, compartments, keys.
    office.act(&["identity", "new", "bo", "--name", "Bo"]);
    let card = office.act(&["identity", "show", "bo"]);
    let fingerprint = card.lines().find_map(|l| l.strip_prefix("fingerprint: ")).unwrap().to_string();
    let add = [
        "member",
        "add",
        "bo.card",
        "--role",
        "lead",
        "--into",
        "working",
        "--into",
        "staff",
        "--fingerprint",
        &fingerprint,
    ];
    office.act(&add);
    office.act(&["compartment", "new", "sources", "--purpose", "who spoke"]);
    office.act(&["set", "four-eyes", "yes"]);
    fs::create_dir(at.join("shares")).unwrap();
    office.act(&["recovery", "new", "--out", "shares"]);
    // Evidence.
    office.act(&["collect", "talk.txt", "one.csv", "--into", "working"]);
    let items: serde_json::Value = serde_json::from_str(&office.act(&["items", "--format", "json"])).unwrap();
    let item = |name: &str| {
        let held = items.as_array().unwrap().iter().find(|held| held["item"]["name"] == name).unwrap();
        held["item"]["item"].as_str().unwrap().to_string()
    };
    let (talk, list) = (item("talk.txt"), item("one.csv"));
    office.act(&["derive", &talk, "other.csv", "--as", "transcript", "--tool", "by hand", "--language", "en"]);
    office.act(&["export", &talk, "--out", "out", "--as", "disclosure", "--to", "The Court", "--purpose", "case 12"]);
    assert!(office.act(&["custody", &talk]).contains("disclosed"));
    assert!(office.act(&["search", "said"]).contains("talk.txt"));
    office.act(&["prove", &talk, "--out", "one.proof"]);
    // Something is destroyed by two.
    office.act(&["shred", "--plan", &list, "--reason", "not ours"]);
    let plans = office.act(&["shred", "--list"]);
    let plan = plans.split_whitespace().next().unwrap();
    let agreed = office.attempt_as("bo", &[&["approve", plan], &pass[..]].concat(), "");
    assert!(agreed.status.success(), "{}", String::from_utf8_lossy(&agreed.stderr));
    office.act(&["shred", "--execute", plan]);
    office.act(&["rotate", "working", "--reseal"]);
    let log: serde_json::Value = serde_json::from_str(&office.act(&["log", "--format", "json"])).unwrap();
    let derived = log["deeds"].as_array().unwrap().iter().find(|d| d["act"] == "derive").unwrap();
    office.act(&["undo", derived["transaction"].as_str().unwrap(), "--reason", "the wrong file"]);
    // Anchors by file, work away from the log, a log after a log.
    let key = office.witness("north");
    office.act(&["witness", "request", "--key", &key, "--out", "north.request"]);
    office.act(&[
        "witness",
        "cosign",
        "north.request",
        "--witness-key",
        "north",
        "--state",
        "north.state",
        "--out",
        "north.answer",
    ]);
    office.act(&["witness", "add", "north.answer", "--key", &key]);
    office.act(&["stamp", "request", "--out", "query.tsq"]);
    office.act(&["bundle", "make", "talk.txt", "--out", "bundle"]);
    let kit = ["kit", "make", "North", "--compartment", "working", "--out", "kit", "--kit-passphrase-file", "pass"];
    office.act(&[&kit[..], &["--until", "2999-01-01"]].concat());
    office.act(&["kit", "seal", "kit", "talk.txt", "--out", "sealed"]);
    office.act(&["bundle", "take", "sealed"]);
    let nothing = office.attempt(&[&["case", "continue", "talk.txt", "--reason", "a test"], &pass[..]].concat());
    assert!(String::from_utf8_lossy(&nothing.stderr).contains("checkpoint"), "{nothing:?}");
    office.act(&["view", "rebuild"]);
    assert!(office.act(&["check"]).contains("Nothing is wrong."));
    // Testimony.
    let source = ["source", "new", "S-1", "--sort", "person", "--description", "a farmer"];
    office.act(&source);
    office.act(&["entity", "new", "E-1", "--kind", "place", "--label", "the mill"]);
    fs::write(at.join("i.md"), "Q: Where were you?\n\nA: In the mill, with others.\n").unwrap();
    let heard =
        ["interview", "import", "i.md", "--code", "I-1", "--source", "S-1", "--date", "2026-01", "--language", "en"];
    office.act(&heard);
    let english = ["document", "import", "i.md", "--code", "D-1", "--source", "S-1", "--translation-of", "I-1"];
    office.act(&english);
    assert!(office.act(&["interview", "show", "I-1#p2"]).contains("D-1#¶2 (a translation): In the mill, with others."));
    office.act(&["statement", "new", "T-2", "--from", "I-1#p2", "--basis", "first-hand", "--text", "was in the mill"]);
    office.act(&["schema", "show", "act"]);
    office.act(&["claim", "list"]);
    office.act(&["pattern", "coverage"]);
    office.run(&["access"]);
    let form = ["entity", "export", "form", "--format", "xlsform", "--for", "internal", "--purpose", "to ask with"];
    office.act(&form);
    let said = ["statement", "new", "T-1", "--source", "S-1", "--basis", "first-hand", "--text", "people were held"];
    office.act(&said);
    let preview = office.act(&["shred", "--preview", "I-1"]);
    assert!(
        preview.contains("takes 4 things") && preview.contains("made from it, with their quotes: T-2"),
        "{preview}"
    );
    office.act(&["finding", "new", "F-1", "--proposition", "People were held.", "--standard", "reasonable-grounds"]);
    let asked = ["request", "new", "--addressee", "the ministry", "--sent", "2026-01-01", "--deadline", "2026-02-01"];
    office.act(&[&asked[..], &["--channel", "letter", "--question", "Who?"]].concat());
    office.act(&["position", "codes"]);
    office.act(&["recommendation", "list"]);
    office.act(&["law", "load", "cat-1"]);
    office.act(&["picture", "ties", "--out", "ties.svg"]);
    fs::create_dir(at.join("folder")).unwrap();
    office.act(&["inquiry", "import", "folder"]);
    office.act(&["inquiry", "export", "written", "--purpose", "to write at home"]);
    assert!(at.join("written/interviews/I-1.md").exists());
    fs::write(at.join("draft.md"), DRAFT).unwrap();
    office.act(&["report", "check", "draft.md"]);
    let copy =
        ["comment", "prepare", "draft.md", "--to", "the ministry", "--deadline", "2999-01-01", "--out", "copy.md"];
    office.act(&copy);
    office.act(&["work", "open", "drafts"]);
    office.act(&["report", "build", "draft.md", "--out", "drafts/built", "--as", "html"]);
    assert!(office.act(&["work", "list"]).contains("1 work folder open"));
    assert!(office.act(&["work", "close", "drafts"]).contains("1 file sealed"));
    // Some compartments are closed or lists without settings: not everything can be searched, and that is no success.
    let searched = ["leak", "check", "draft.md", "--purpose", "report-anonymised", "--passphrase-file", "pass"];
    let searched = office.attempt(&searched);
    assert!(matches!(searched.status.code(), Some(0 | 4)), "{}", String::from_utf8_lossy(&searched.stderr));
    let covered = ["redact", talk.as_str(), "--purpose", "report-anonymised", "--lines", "1"];
    office.act(&covered);
    fs::write(at.join("farmer.md"), DRAFT.replace("{narrative}", "{narrative} [@S-1]")).unwrap();
    let decide = ["guard", "decide", "S-1", "--draft", "farmer.md", "--may-leave", "--reason", "everybody is a farmer"];
    office.act(&decide);
    office.act(&["guard", "profile", "S-1", "--draft", "farmer.md"]);
    office.act(&["guard", "check", "farmer.md"]);
    office.act(&["guard", "record", "draft.md", "--release", "first"]);
    assert!(office.act(&["guard", "list"]).contains("first"));
    // A publication.
    office.act(&["set", "release-approvals", "0"]);
    let prepare = ["release", "prepare", "talk.txt", "--cites", "Q-001", "--title", "T", "--purpose", "courts"];
    office.act(&prepare);
    office.act(&["release", "seal", "T", "--out", "bundled"]);
    let card = fs::read_to_string(at.join("ada.card")).unwrap();
    let reader = card.split_whitespace().find(|word| word.starts_with("age1")).unwrap().to_string();
    let disclose = ["disclose", "Q-001", "--to", &reader, "--reader", "The Court", "--about", "case 12", "--yes"];
    office.act(&[&disclose[..], &["--out", "q.age"]].concat());
    // Lists.
    office.run(&["demo", "demo", "--report-date", "2026-11-24"]);
    office.run(&["list", "check", "--settings", "s.toml"]);
    office.run(&["link", "--settings", "s.toml", "--out", "linked"]);
    office.run(&["run", "--settings", "s.toml", "--out", "results", "--report-date", "2026-11-24"]);
    office.run(&["explain", "--settings", "s.toml", "--out", "why", "one:1", "other:7"]);
    office.run(&["audit", "draw", "--settings", "s.toml", "--out", "audit.jsonl"]);
    office.run(&["estimate", "linked/counts.csv", "--model", "chapman"]);
    let review = ["review", "--settings", "s.toml", "--who", "M. K.", "--count", "1", "--show-values"];
    assert!(office.attempt_as("ada", &review, "q\n").status.success());

    let missing: Vec<String> = commands(&office).difference(&office.done.borrow()).cloned().collect();
    assert_eq!(missing, Vec::<String>::new(), "commands that this test has to run");
    // The network is really gone: who needs it is told so.
    let alone = office.attempt(&[&["witness", "ask", "http://127.0.0.1:9", "--key", &key], &pass[..]].concat());
    assert!(String::from_utf8_lossy(&alone.stderr).contains("Network is unreachable"), "{alone:?}");
}

#[test]
fn options_of_the_actor_stand_before_and_after_what_follows_the_command() {
    let office = Office::new(&[]);
    let options = ["--case", "case", "--identity", "ada", "--passphrase-file", "pass"];
    let commands: [&[&str]; 9] = [
        &["member", "list"],
        &["compartment", "list"],
        &["policy", "write", "--out", "FILE"],
        &["stamp", "request", "--out", "FILE"],
        &["view", "rebuild"],
        &["witness", "key", "new", "FILE", "--name", "w.example"],
        &["bundle", "make", "pass", "--out", "FILE"],
        &["recovery", "new", "--out", "DIR"],
        &["kit", "make", "North", "--compartment", "working", "--kit-passphrase-file", "pass", "--out", "FILE"],
    ];
    for command in commands {
        for place in 1..=2 {
            let name = format!("{}-{place}", command[0]);
            fs::create_dir_all(office.at().join(format!("{name}.d"))).unwrap();
            let place = if place == 1 { 1 } else { command.len() };
            let mut words: Vec<String> = command
                .iter()
                .map(|word| match *word {
                    "FILE" => name.clone(),
                    "DIR" => format!("{name}.d"),
                    // Nothing of one name can be made twice.
                    "North" => name.clone(),
                    word => word.to_string(),
                })
                .collect();
            words.splice(place..place, options.iter().map(ToString::to_string));
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let mut program = Command::cargo_bin("factum").unwrap();
            program.current_dir(office.at()).env_remove("FACTUM_CASE").env_remove("FACTUM_IDENTITY");
            let output = program.args(&words).output().unwrap();
            assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}
