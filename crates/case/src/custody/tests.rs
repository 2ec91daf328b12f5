//! Does a case hold what it promises?

use super::evidence::{Detail, Evidence, Run};
use super::folder::{Case, Opening};
use super::founding::WORKING;
use super::governance::Role;
use super::view;
use super::writer::Change;
use factum_vault::card::Name;
use factum_vault::identity::Identity;
use factum_vault::index::Parts;
use factum_vault::object::Batch;
use std::path::Path;

mod members;

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
    }))
}

/// Says something and returns when it is acknowledged.
pub(super) fn say(case: &mut Case, what: &str) -> super::writer::Receipt {
    let mut change = Change::new("note", what);
    change.say(WORKING, &run(what)).unwrap();
    let store = case.store.clone();
    case.transact(change, Batch::new(&*store)).unwrap()
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
