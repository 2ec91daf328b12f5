//! What do the tests of survival have in common: a case, something to say in it, and a look at what became of it?

use factum_case::custody::evidence::{Detail, Evidence, Run};
use factum_case::custody::folder::{Case, CaseError, Opening};
use factum_case::custody::founding::WORKING;
use factum_case::custody::ledger::{CHECKPOINT, LogFiles, read_head};
use factum_case::custody::view;
use factum_case::custody::writer::{Change, Receipt, WriteError};
use factum_log::checkpoint::SignedCheckpoint;
use factum_log::entry::{Entry, Kind};
use factum_vault::card::Name;
use factum_vault::identity::Identity;
use factum_vault::object::{self, Batch};
use factum_vault::store::Store;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// Is the long form wanted?
pub fn is_long() -> bool {
    std::env::var_os("FACTUM_TORTURE").is_some()
}

/// A new member-to-be.
pub fn somebody() -> Identity {
    Identity::generate(Name::new("Ada").unwrap(), "2026-01-01T00:00:00Z").unwrap()
}

/// The same person once more: a case takes an identity.
pub fn same(me: &Identity) -> Identity {
    Identity::parse(&me.expose()).unwrap()
}

/// A folder for a view. It is a copy, so where the system has a disk in memory that is the place.
pub fn views() -> std::io::Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }
}

/// Opens a case with a view of its own.
pub fn open(store: &Arc<dyn Store>, views: &Path, me: &Identity) -> Result<Case, CaseError> {
    Case::open_in(store.clone(), views, same(me), Opening::default())
}

/// What is said to have been run.
pub fn run(what: &str) -> Evidence {
    Evidence::Run(Box::new(Run {
        run: "R-1".into(),
        what: what.into(),
        program: "test".into(),
        seed: None,
        parameters: vec![Detail::new("a", "b")],
        inputs: Vec::new(),
        outputs: Vec::new(),
        outcome: None,
    }))
}

/// Says something, and returns when it is acknowledged.
pub fn note(case: &mut Case, store: &Arc<dyn Store>, what: &str) -> Result<Receipt, WriteError> {
    let mut change = Change::new("note", what);
    change.say(WORKING, &run(what))?;
    case.transact(change, Batch::new(&**store))
}

/// Everything that was said, in the order of the log.
pub fn notes(case: &Case) -> Vec<String> {
    let said = view::evidence(case.index(), "run", u64::MAX).unwrap();
    let texts = said.into_iter().filter_map(|(_, said)| match said {
        Evidence::Run(run) => Some(run.what),
        _ => None,
    });
    texts.collect()
}

/// Adds entries to the log, all of one object, until it has `size` and one more.
pub fn fill(case: &mut Case, store: &Arc<dyn Store>, size: u64) {
    let first = case.ledger().entries(&**store, 0, 1).unwrap()[0];
    let mut change = Change::new("fill", "fill");
    change.say(WORKING, &run("fill")).unwrap();
    change.entries = (case.ledger().size()..size).map(|_| Entry { kind: Kind::Item, ..first }).collect();
    case.transact(change, Batch::new(&**store)).unwrap();
}

/// Something wrong with a file of the case.
#[derive(Debug)]
pub struct Finding {
    /// What is said of it; it names the file.
    pub what: String,
    /// Does all that was recorded hold all the same, because the file can be made again?
    pub is_cache: bool,
}

/// Everything that is wrong with the log and the objects, as its public parts tell it. It takes no key but the log's.
pub fn examine(store: &dyn Store, log_key: &str) -> Vec<Finding> {
    let damaged = |what: String| Finding { what, is_cache: false };
    let head = match read_head(store) {
        Ok(head) => head,
        Err(error) => return vec![damaged(error.to_string())],
    };
    let signed = SignedCheckpoint::parse(head.note.as_bytes()).unwrap();
    if let Err(error) = signed.verify(&log_key.parse().unwrap()) {
        return vec![damaged(format!("{CHECKPOINT}: {error}"))];
    }
    let mut objects = BTreeSet::new();
    let mut findings = Vec::new();
    let files = LogFiles(store);
    let checkpoint = &head.checkpoint;
    let audit =
        factum_log::audit::run(&files, checkpoint.size, checkpoint.root, |index, bytes| {
            match Entry::from_bytes(bytes) {
                Ok(entry) => drop(objects.insert(entry.object.0)),
                Err(error) => findings.push(damaged(format!("entry {index}: {error}"))),
            }
        });
    let holds = audit.entries_hold;
    findings.extend(audit.faults.iter().map(|fault| Finding { what: format!("log/{fault}"), is_cache: holds }));
    for object in objects {
        if let Err(error) = object::check(store, &object) {
            findings.push(damaged(format!("{}: {error}", object::path(&object))));
        }
    }
    findings
}

/// What is left of a case must hold all that was acknowledged, and work.
///
/// `tried` is everything that was to be said, `acknowledged` how much of it was.
pub fn judge(store: &Arc<dyn Store>, me: &Identity, tried: &[&str], acknowledged: usize) -> Result<(), String> {
    let folder = views().map_err(|e| e.to_string())?;
    let mut case = open(store, folder.path(), me).map_err(|e| format!("it does not open: {e}"))?;
    let log_key = case.register().log_keys[0].clone();
    if let Some(finding) = examine(&**store, &log_key).iter().find(|finding| !finding.is_cache) {
        return Err(format!("it is damaged: {}", finding.what));
    }
    let found = notes(&case);
    let expected = |n: usize| found == tried[..n.min(tried.len())];
    // The last one may be in the log although nobody was told so.
    if !expected(acknowledged) && !expected(acknowledged + 1) {
        return Err(format!("{acknowledged} were acknowledged, found are {found:?}"));
    }
    if !case.index().voids().map_err(|e| e.to_string())?.is_empty() {
        return Err("something is void".into());
    }
    note(&mut case, store, "after").map_err(|e| format!("the next command fails: {e}"))?;
    drop(case);
    let case = open(store, folder.path(), me).map_err(|e| format!("it does not open again: {e}"))?;
    if notes(&case).len() != found.len() + 1 {
        return Err("what was said after is not there".into());
    }
    match examine(&**store, &log_key).first() {
        None => Ok(()),
        Some(finding) => Err(format!("it is not whole afterwards: {}", finding.what)),
    }
}
