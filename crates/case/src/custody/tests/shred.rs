//! Is what was planned destroyed, with all that speaks of it alone, and nothing else; and only when the rules allow it?

use super::forged::Forgery;
use super::{checked, collect, collect_all, copy, identity, reopened, say, tell};
use crate::custody::evidence::{Evidence, Leaving, Making, Release};
use crate::custody::folder::{Case, Opening};
use crate::custody::founding::WORKING;
use crate::custody::governance::{Act, Planned, Role, Setting};
use crate::custody::history::HistoryError;
use crate::custody::ids::{Digest, RecordId};
use crate::custody::part::REGISTER;
use crate::custody::shred::ShredError;
use crate::custody::view;
use factum_vault::object;
use std::path::Path;

fn here(folder: &Path, object: Digest) -> bool {
    folder.join(object::path(&object.0)).exists()
}

fn hits(case: &Case, word: &str) -> usize {
    case.index().search(word, None, 9).unwrap().len()
}

fn derive(case: &mut Case, item: RecordId, parent: RecordId) {
    let making = Making::Transcript;
    let said =
        Evidence::Derived { item, parent, making, maker: None, tool: "t".into(), language: None, reviewer: None };
    tell(case, "derive", &said);
}

#[test]
fn an_item_goes_with_what_was_made_of_it_and_nothing_else_goes() {
    let folder = tempfile::tempdir().unwrap();
    let (ada, bo) = (identity("Ada"), identity("Bo"));
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    case.add_member("Bo", &bo.card(), Role::Investigator, &[WORKING.into()]).unwrap();
    let (letter, letter_object) = collect(&mut case, b"the letter", "wordofletter");
    let (spoken, spoken_object) = collect(&mut case, b"its transcript", "wordoftranscript");
    let (other, other_object) = collect(&mut case, b"another", "wordofother");
    derive(&mut case, spoken, letter);
    let (recipient, purpose) = ("the court".into(), "trial".into());
    let leaving = Leaving::Transfer;
    tell(&mut case, "transfer", &Evidence::Release(Release { item: letter, leaving, recipient, purpose }));
    drop(case);
    assert_eq!(hits(&reopened(folder.path(), &bo), "wordofletter"), 1);

    let mut case = reopened(folder.path(), &ada);
    let (receipt, takes) = case.plan_shred(&[letter], &[], "consent withdrawn").unwrap();
    assert_eq!(takes.len(), 1);
    let mut items = vec![letter, spoken];
    items.sort();
    assert_eq!(takes[0].items, items);
    // Two items, the two parts that describe them, and the part that says how one came of the other.
    assert_eq!(takes[0].objects.len(), 5);
    assert!(takes[0].stays.iter().any(|s| s.contains("transferred to the court")), "{takes:?}");
    assert!(here(folder.path(), letter_object));
    let (_, removed) = case.execute_shred(receipt.transaction).unwrap();
    assert_eq!(removed, 5);
    let check = |case: &Case| {
        assert_eq!([hits(case, "wordofletter"), hits(case, "wordoftranscript"), hits(case, "wordofother")], [0, 0, 1]);
        let all = case.index().records(factum_vault::index::Records::All).unwrap();
        assert!(!all.iter().any(|r| r.body.contains("wordofletter")));
    };
    check(&case);
    assert_eq!([letter_object, spoken_object, other_object].map(|o| here(folder.path(), o)), [false, false, true]);
    assert!(matches!(case.execute_shred(receipt.transaction), Err(ShredError::NoPlan(_))));
    assert!(matches!(case.plan_shred(&[letter], &[], "again"), Err(ShredError::NoItem(_))));
    say(&mut case, "life goes on");
    drop(case);
    // Who had seen it and who comes later see the same, and both can go on writing.
    for who in [&bo, &ada] {
        check(&reopened(folder.path(), who));
        let report = checked(folder.path(), who);
        assert!(report.is_clean() && report.shredded == 5 && report.voids.is_empty(), "{report:#?}");
    }
    let mut bo_sees = reopened(folder.path(), &bo);
    bo_sees.rebuild_view().unwrap();
    check(&bo_sees);
    say(&mut bo_sees, "by Bo");
    let case = reopened(folder.path(), &ada);
    assert!(case.index().voids().unwrap().is_empty());
    assert_eq!(view::evidence(case.index(), "item", u64::MAX).unwrap().len(), 1);
    assert!(case.history(Some(other)).unwrap().deeds.iter().all(|d| d.act == "collect"));
}

#[test]
fn whose_last_word_was_destroyed_is_believed_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let (ada, bo, cy) = (identity("Ada"), identity("Bo"), identity("Cy"));
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    for who in [&bo, &cy] {
        case.add_member(who.name().as_str(), &who.card(), Role::Investigator, &[WORKING.into()]).unwrap();
    }
    drop(case);
    let (item, _) = collect(&mut reopened(folder.path(), &bo), b"by Bo", "words");
    // Cy has seen it, and will not look again before Bo has written anew.
    drop(reopened(folder.path(), &cy));
    let mut case = reopened(folder.path(), &ada);
    let (receipt, _) = case.plan_shred(&[item], &[], "r").unwrap();
    case.execute_shred(receipt.transaction).unwrap();
    let mut bo_sees = reopened(folder.path(), &bo);
    bo_sees.rebuild_view().unwrap();
    say(&mut bo_sees, "first again");
    say(&mut bo_sees, "and more");
    for who in [&ada, &bo, &cy] {
        let case = reopened(folder.path(), who);
        assert_eq!(case.index().voids().unwrap(), []);
        assert_eq!(view::evidence(case.index(), "run", u64::MAX).unwrap().len(), 2);
        drop(case);
        assert!(checked(folder.path(), who).is_clean());
    }
}

#[test]
fn what_stands_with_others_leaves_the_views_and_is_named_as_staying() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    let made = collect_all(&mut case, false, &[(b"one", "wordofone"), (b"two", "wordoftwo")]);
    let (receipt, takes) = case.plan_shred(&[made[0].0], &[], "r").unwrap();
    assert_eq!(takes[0].objects, [made[0].1]);
    assert!(takes[0].stays[0].contains("together with others"));
    case.execute_shred(receipt.transaction).unwrap();
    let check = |case: &Case| {
        assert_eq!([hits(case, "wordofone"), hits(case, "wordoftwo")], [0, 1]);
        assert_eq!(view::evidence(case.index(), "item", u64::MAX).unwrap().len(), 1);
    };
    check(&case);
    drop(case);
    assert!(checked(folder.path(), &ada).is_clean());
    let mut case = reopened(folder.path(), &ada);
    case.rebuild_view().unwrap();
    check(&case);
}

#[test]
fn four_eyes_are_two_people() {
    let folder = tempfile::tempdir().unwrap();
    let (ada, bo) = (identity("Ada"), identity("Bo"));
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    case.add_member("Bo", &bo.card(), Role::Lead, &[WORKING.into()]).unwrap();
    case.set(Setting::FourEyes, "yes").unwrap();
    let (item, object) = collect(&mut case, b"x", "words");
    let (receipt, _) = case.plan_shred(&[item], &[], "r").unwrap();
    let plan = receipt.transaction;
    let size = case.ledger().size();
    assert!(matches!(case.execute_shred(plan), Err(ShredError::NotApproved(_))));
    assert!(case.approve(plan).is_err());
    assert!(case.say_shred_is_done(plan).is_err());
    assert_eq!(case.ledger().size(), size);
    assert!(here(folder.path(), object));
    // A plan that takes another object than it names finds no second.
    let (_, other) = collect(&mut case, b"y", "words");
    let forged = Forgery::by(&ada).says(REGISTER, &Act::Plan { act: Planned::Shred, objects: vec![other] });
    let (_, forged) = forged.into_log(&mut case);
    assert!(matches!(reopened(folder.path(), &bo).approve(forged), Err(ShredError::Unaccounted(1))));
    let mut case = reopened(folder.path(), &ada);
    let says = reopened(folder.path(), &bo).plan_says(plan).unwrap();
    assert_eq!((says[0].0.items.clone(), says[0].1.as_str()), (vec![item], "r"));
    reopened(folder.path(), &bo).approve(plan).unwrap();
    case.execute_shred(plan).unwrap();
    assert!(!here(folder.path(), object));
}

#[test]
fn what_a_crash_left_undone_is_done_at_the_next_opening() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    let (item, object) = collect(&mut case, b"x", "words");
    let (receipt, _) = case.plan_shred(&[item], &[], "r").unwrap();
    case.say_shred_is_done(receipt.transaction).unwrap();
    drop(case);
    assert!(here(folder.path(), object));
    let case = reopened(folder.path(), &ada);
    assert!(case.warnings().iter().any(|w| w.contains("interrupted")), "{:?}", case.warnings());
    assert!(!here(folder.path(), object));
    assert_eq!(reopened(folder.path(), &ada).warnings(), <[String; 0]>::default());
}

#[test]
fn what_is_described_apart_goes_without_its_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    let made = collect_all(&mut case, true, &[(b"one", "wordofone"), (b"two", "wordoftwo"), (b"three", "wordofthree")]);
    let (receipt, takes) = case.plan_shred(&[made[1].0], &[], "r").unwrap();
    assert_eq!(takes[0].objects.len(), 2);
    assert!(!takes[0].stays.iter().any(|s| s.contains("together with others")));
    case.execute_shred(receipt.transaction).unwrap();
    say(&mut case, "and on");
    case.rebuild_view().unwrap();
    assert_eq!([hits(&case, "wordofone"), hits(&case, "wordoftwo"), hits(&case, "wordofthree")], [1, 0, 1]);
    assert_eq!(case.index().voids().unwrap(), []);
    // What was done together is not undone by half.
    let collected = case.history(Some(made[0].0)).unwrap().deeds[0].transaction;
    assert!(matches!(case.undo(collected, "r"), Err(HistoryError::Hidden)));
    drop(case);
    assert!(checked(folder.path(), &ada).is_clean());
}
