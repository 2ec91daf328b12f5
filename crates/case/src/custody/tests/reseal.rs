//! Does everything say the same after it was sealed again, and open with the new key only?

use super::{checked, collect, copy, identity, reopened, say};
use crate::custody::folder::{Case, Opening};
use crate::custody::founding::WORKING;
use crate::custody::governance::{Act, Role};
use crate::custody::ids::MemberId;
use crate::custody::part::REGISTER;
use crate::custody::reseal::ResealError;
use crate::custody::view;
use crate::custody::writer::{Change, entry};
use factum_log::entry::Kind;
use factum_vault::object::{self, Batch};

#[test]
fn after_a_rotation_everything_is_sealed_again() {
    let folder = tempfile::tempdir().unwrap();
    let (ada, bo, cy) = (identity("Ada"), identity("Bo"), identity("Cy"));
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    case.add_member("Bo", &bo.card(), Role::Investigator, &[WORKING.into()]).unwrap();
    let (_, first) = collect(&mut case, b"a letter", "words");
    say(&mut case, "before");
    assert!(matches!(case.reseal(WORKING, |_| ()), Err(ResealError::OneKey(_))));
    assert!(matches!(case.reseal("nowhere", |_| ()), Err(ResealError::WhichCompartment(_))));
    case.remove_member(MemberId(*bo.member().as_bytes()), "left").unwrap();
    let mut told = 0;
    assert_eq!(case.reseal(WORKING, |done| told = done).unwrap(), 3);
    assert_eq!(told, 3);
    assert_eq!(case.reseal(WORKING, |_| ()).unwrap(), 0);
    // The register too: its older parts open with its newest key alone.
    assert!(case.reseal(REGISTER, |_| ()).unwrap() > 0);
    let now = case.object_now(first);
    assert_ne!(now, first);
    assert!(object::open_text(case.store(), &first.0, &[]).is_err());
    let key = case.keyring().get(WORKING, 2).unwrap();
    let mut bytes = Vec::new();
    object::open_item(case.store(), &now.0, &[key], &mut bytes).unwrap();
    assert_eq!(bytes, b"a letter");
    say(&mut case, "after");
    drop(case);
    let report = checked(folder.path(), &ada);
    assert!(report.is_clean() && report.resealed >= 6 && report.voids.is_empty(), "{report:#?}");
    // A second turn, and somebody new: what was sealed twice is read like the rest.
    let mut case = reopened(folder.path(), &ada);
    case.rotate(WORKING, "a year").unwrap();
    assert_eq!(case.reseal(WORKING, |_| ()).unwrap(), 4);
    case.add_member("Cy", &cy.card(), Role::Analyst, &[WORKING.into()]).unwrap();
    case.rebuild_view().unwrap();
    for who in [&ada, &cy] {
        let case = reopened(folder.path(), who);
        assert_eq!(view::evidence(case.index(), "run", u64::MAX).unwrap().len(), 2);
        assert_eq!(case.index().voids().unwrap(), []);
        drop(case);
        assert!(checked(folder.path(), who).is_clean());
    }
    say(&mut reopened(folder.path(), &cy), "by Cy");
}

#[test]
fn an_interruption_is_made_good_and_a_false_word_destroys_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    let (_, first) = collect(&mut case, b"a letter", "words");
    let (_, other) = collect(&mut case, b"another", "words");
    case.rotate(WORKING, "r").unwrap();
    // Acknowledged, and then the power went: the old object is still there. And a lie: one object in place of another.
    let store = case.store.clone();
    let mut batch = Batch::new(&*store);
    let key = case.keyring().get(WORKING, 1).unwrap();
    let recipient = case.register().compartments[WORKING].recipient().unwrap();
    let new = batch.again(&first.0, &[key], recipient).unwrap();
    let entries = case.ledger().entries(&*store, 0, case.ledger().size()).unwrap();
    let root = entries.iter().find(|e| e.object.0 == first.0).unwrap().records.0;
    let mut change = Change::new("reseal", "x");
    change.entries.push(entry(Kind::Resealed, new, crate::custody::ids::Digest(root)));
    let new = crate::custody::ids::Digest(new);
    change.say(REGISTER, &Act::Reseal { old: first, new }).unwrap();
    change.say(REGISTER, &Act::Reseal { old: other, new }).unwrap();
    case.transact(change, batch).unwrap();
    let here = |o: crate::custody::ids::Digest| folder.path().join(object::path(&o.0)).exists();
    assert!(here(first) && here(other));
    case.reseal(WORKING, |_| ()).unwrap();
    assert!(!here(first) && here(other) && here(new));
    drop(case);
    assert!(checked(folder.path(), &ada).is_clean());
}
