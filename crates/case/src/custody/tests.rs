//! Does a case hold what it promises?

use super::check::Report;
use super::evidence::{Capture, Detail, Evidence, Item, Run};
use super::folder::{Case, Opening};
use super::founding::WORKING;
use super::governance::Role;
use super::ids::{Digest, RecordId};
use super::part::Record;
use super::writer::{Change, entry};
use super::{canonical, keyring, view};
use factum_log::entry::Kind;
use factum_vault::card::Name;
use factum_vault::identity::Identity;
use factum_vault::index::Parts;
use factum_vault::object::Batch;
use std::path::Path;

mod access;
mod check;
mod forged;
mod history;
mod members;
mod publishing;
mod rehearsing;
mod reseal;
mod shred;
mod work;

/// A member-to-be.
pub(super) fn identity(name: &str) -> Identity {
    Identity::generate(Name::new(name).unwrap(), "2026-01-01T00:00:00Z").unwrap()
}

/// Something to say in the working compartment.
pub(super) fn run(what: &str) -> Evidence {
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

/// Says something and returns when it is acknowledged.
pub(super) fn say(case: &mut Case, what: &str) -> super::writer::Receipt {
    let mut change = Change::new("note", what);
    change.say(WORKING, &run(what)).unwrap();
    case.tell(change).unwrap()
}

/// Collects something under a name of its own, in a part of its own, as collecting does.
fn collect(case: &mut Case, bytes: &'static [u8], text: &str) -> (RecordId, Digest) {
    let all = collect_all(case, true, &[(bytes, text)]);
    all[0]
}

/// Collects several things at once, described in one part, or each in one of its own.
fn collect_all(case: &mut Case, apart: bool, things: &[(&'static [u8], &str)]) -> Vec<(RecordId, Digest)> {
    let store = case.store.clone();
    let mut batch = Batch::new(&*store);
    let recipient = case.register().compartments[WORKING].recipient().unwrap().clone();
    let mut change = Change::new("collect", format!("{} files", things.len()));
    let mut made = Vec::new();
    for (bytes, text) in things {
        let id = Record::new(serde_json::json!({"kind": "x"})).unwrap().id;
        let (sealed, trailer) = batch.item(*bytes, id.0, &recipient, |_| ()).unwrap();
        let said = serde_json::json!({"length": sealed.length, "sha256": Digest(sealed.sha256)});
        let body = canonical::write(&said).unwrap();
        let root = keyring::root_of(case.ledger().origin(), id, *trailer.salt, &body);
        change.entries.push(entry(Kind::Item, sealed.object, root));
        let item = Item {
            item: id,
            object: Digest(sealed.object),
            name: "letter.txt".into(),
            length: sealed.length,
            sha256: Digest(sealed.sha256),
            media_type: "text/plain".into(),
            capture: Capture::default(),
            embedded: Vec::new(),
            not_examined: None,
            text: Some((*text).into()),
        };
        let item = Evidence::Item(Box::new(item));
        if apart {
            change.say_apart(WORKING, &item).unwrap()
        } else {
            change.say(WORKING, &item).unwrap()
        }
        made.push((id, Digest(sealed.object)));
    }
    case.transact(change, batch).unwrap();
    made
}

/// Says one thing in the working compartment.
fn tell(case: &mut Case, act: &str, what: &Evidence) -> super::writer::Receipt {
    let mut change = Change::new(act, act);
    change.say(WORKING, what).unwrap();
    case.tell(change).unwrap()
}

fn copy(of: &Identity) -> Identity {
    Identity::parse(&of.expose()).unwrap()
}

/// What a check of the folder finds.
fn checked(folder: &Path, who: &Identity) -> Report {
    let store: std::sync::Arc<dyn factum_vault::store::Store> =
        std::sync::Arc::new(factum_vault::store::DiskStore::new(folder));
    super::check::run(&store, &folder.join("view"), who, Opening::default())
}

fn reopened(folder: &Path, who: &Identity) -> Case {
    Case::open(folder, Identity::parse(&who.expose()).unwrap(), Opening::default()).unwrap()
}

#[test]
fn what_was_said_is_there_when_the_case_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let me = identity("Ada");
    let mut case =
        Case::found(folder.path(), "Valleys", Identity::parse(&me.expose()).unwrap(), Opening::default()).unwrap();
    say(&mut case, "first");
    say(&mut case, "second");
    let (size, root) = (case.ledger().size(), case.ledger().root());
    drop(case);

    let check = |case: &Case| {
        assert_eq!((case.ledger().size(), case.ledger().root()), (size, root));
        assert_eq!(case.warnings(), <[String; 0]>::default());
        assert_eq!(case.register().title.as_deref(), Some("Valleys"));
        assert_eq!(case.role(), Some(Role::Lead));
        let said = view::evidence(case.index(), "run", u64::MAX).unwrap();
        let texts: Vec<_> = said
            .iter()
            .map(|(_, e)| match e {
                Evidence::Run(run) => run.what.clone(),
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(texts, ["first", "second"]);
        assert_eq!(case.index().parts(Parts::All).unwrap().len(), 4);
        assert!(case.index().voids().unwrap().is_empty());
    };
    check(&reopened(folder.path(), &me));
    // The view and the copies of keys are caches: without them it is the same case.
    std::fs::remove_dir_all(folder.path().join("view")).unwrap();
    check(&reopened(folder.path(), &me));
    std::fs::remove_dir_all(folder.path().join("view")).unwrap();
    std::fs::remove_dir_all(folder.path().join("keys")).unwrap();
    check(&reopened(folder.path(), &me));
}
