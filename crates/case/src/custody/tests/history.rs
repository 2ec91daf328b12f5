//! Does the history say who did what, and can what was said be taken back, and only that?

use super::{checked, collect, copy, identity, reopened, run, say, tell};
use crate::custody::evidence::{Evidence, Leaving, Release};
use crate::custody::folder::{Case, Opening};
use crate::custody::founding::{STAFF, WORKING};
use crate::custody::governance::Role;
use crate::custody::history::HistoryError;
use crate::custody::ids::TransactionId;
use crate::custody::view;
use crate::custody::writer::{Change, WriteError};

fn runs(case: &Case) -> usize {
    view::evidence(case.index(), "run", case.until()).unwrap().len()
}

#[test]
fn history_is_read_newest_first_and_what_was_undone_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    let first = say(&mut case, "first").transaction;
    let mut change = Change::new("note", "in two compartments");
    change.say(WORKING, &run("a")).unwrap();
    change.say(STAFF, &run("b")).unwrap();
    let both = case.tell(change).unwrap().transaction;
    let before = case.ledger().size();
    assert_eq!(runs(&case), 3);
    let undo = case.undo(both, "a mistake").unwrap().transaction;
    assert_eq!(runs(&case), 1);
    let deeds = case.history(None).unwrap().deeds;
    let said: Vec<(&str, &str)> = deeds.iter().map(|d| (d.act.as_str(), d.summary.as_str())).collect();
    let expected = [
        ("undo", "Undone: in two compartments"),
        ("note", "in two compartments"),
        ("note", "first"),
        ("init", "The inquiry \"T\" begins"),
    ];
    assert_eq!(said, expected);
    assert_eq!((deeds[1].undone_by, deeds[2].undone_by), (Some(undo), None));
    assert_eq!((deeds[1].compartments.len(), deeds[0].compartments.len()), (2, 2));
    assert!(deeds.iter().all(|d| d.name == "Ada" && d.clock_behind.is_none()));
    // As it was before that.
    case.look_at_size(before).unwrap();
    assert_eq!((runs(&case), case.history(None).unwrap().deeds.len()), (3, 3));
    assert!(matches!(case.undo(first, "x"), Err(HistoryError::Write(WriteError::Earlier))));
    assert!(matches!(case.look_at_size(1000), Err(HistoryError::Beyond { .. })));
    drop(case);
    assert!(checked(folder.path(), &ada).is_clean());
}

#[test]
fn what_cannot_be_undone_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let (ada, bo) = (identity("Ada"), identity("Bo"));
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    let (item, _) = collect(&mut case, b"x", "words");
    let (recipient, purpose) = ("the court".into(), "trial".into());
    let leaving = Leaving::Disclosure;
    let release = Evidence::Release(Release { item, leaving, recipient, purpose });
    let told = tell(&mut case, "disclose", &release).transaction;
    let noted = say(&mut case, "x").transaction;
    let undo = case.undo(noted, "r").unwrap().transaction;
    let (plan, _) = case.plan_shred(&[item], &[], "r").unwrap();
    let add = case.add_member("Bo", &bo.card(), Role::Analyst, &[WORKING.into()]).unwrap().transaction;
    let mut change = Change::new("note", "half hidden from Bo");
    change.say(WORKING, &run("a")).unwrap();
    change.say(STAFF, &run("b")).unwrap();
    let both = case.tell(change).unwrap().transaction;
    let size = case.ledger().size();
    assert!(matches!(case.undo(told, "r"), Err(HistoryError::Irrevocable(why)) if why.contains("left the case")));
    assert!(matches!(case.undo(undo, "r"), Err(HistoryError::Irrevocable(_))));
    assert!(matches!(case.undo(noted, "r"), Err(HistoryError::Undone(by)) if by == undo));
    assert!(matches!(case.undo(plan.transaction, "r"), Err(HistoryError::Register)));
    assert!(matches!(case.undo(add, "r"), Err(HistoryError::Register)));
    assert!(matches!(case.undo(TransactionId([9; 16]), "r"), Err(HistoryError::NoTransaction(_))));
    assert!(matches!(reopened(folder.path(), &bo).undo(both, "r"), Err(HistoryError::Hidden)));
    assert_eq!(reopened(folder.path(), &ada).ledger().size(), size);
}

#[test]
fn an_earlier_state_is_opened_by_a_checkpoint_of_this_log_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    say(&mut case, "first");
    let (note, size) = (case.ledger().note().to_string(), case.ledger().size());
    say(&mut case, "second");
    assert_eq!(case.look_at_checkpoint(note.as_bytes()).unwrap(), size);
    assert_eq!(runs(&case), 1);
    assert!(case.is_earlier());
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Case::found(elsewhere.path(), "T", copy(&ada), Opening::default()).unwrap();
    let foreign = other.ledger().note().to_string();
    assert!(matches!(case.look_at_checkpoint(foreign.as_bytes()), Err(HistoryError::Foreign)));
    assert!(matches!(case.look_at_checkpoint(b"x"), Err(HistoryError::Checkpoint(_))));
}

#[test]
fn a_clock_that_runs_backwards_is_recorded_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    super::forged::Forgery::by(&ada).at("2099-01-01T00:00:00Z").says(WORKING, &run("late")).into_log(&mut case);
    drop(case);
    let mut case = reopened(folder.path(), &ada);
    let receipt = say(&mut case, "now");
    assert!(receipt.clock_behind.is_some_and(|s| s > 86_400));
    let deeds = case.history(None).unwrap().deeds;
    assert_eq!(deeds[0].clock_behind, receipt.clock_behind);
    // The order is the log's, not the clocks'.
    assert_eq!(deeds[0].summary, "now");
    assert!(deeds[1].time > deeds[0].time);
}
