//! Who can read what when people come and go, and does recovery bring everything back?

use super::{identity, reopened, say};
use crate::custody::evidence::Evidence;
use crate::custody::folder::{Case, CaseError, Opening};
use crate::custody::founding::{IDENTITIES, WORKING};
use crate::custody::governance::{Role, Setting};
use crate::custody::ids::MemberId;
use crate::custody::membership::MembershipError;
use crate::custody::register::{Rule, Void};
use crate::custody::writer::WriteError;
use crate::custody::{keyring, ledger, view};
use factum_log::entry::Kind;
use factum_vault::identity::Identity;
use factum_vault::object;
use factum_vault::sharing;

fn said(case: &Case) -> Vec<String> {
    let runs = view::evidence(case.index(), "run", u64::MAX).unwrap();
    runs.into_iter()
        .filter_map(|(_, said)| match said {
            Evidence::Run(run) => Some(run.what),
            _ => None,
        })
        .collect()
}

fn copy(of: &Identity) -> Identity {
    Identity::parse(&of.expose()).unwrap()
}

fn id(of: &Identity) -> MemberId {
    MemberId(*of.member().as_bytes())
}

#[test]
fn who_comes_later_reads_what_was_there_and_who_goes_reads_nothing_new() {
    let folder = tempfile::tempdir().unwrap();
    let (ada, bo) = (identity("Ada"), identity("Bo"));
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    say(&mut case, "before");
    case.add_member("Bo", &bo.card(), Role::Analyst, &[WORKING.into()]).unwrap();
    assert_eq!(said(&reopened(folder.path(), &bo)), ["before"]);

    say(&mut reopened(folder.path(), &bo), "by Bo");
    let mut case = reopened(folder.path(), &ada);
    let (_, others) = case.remove_member(id(&bo), "left").unwrap();
    assert_eq!(others, [""; 0]);
    assert!(case.to_be_turned().is_empty());
    say(&mut case, "after");
    assert_eq!(said(&case), ["before", "by Bo", "after"]);

    // Bo still has the older keys, and nothing that was written since.
    let bo_sees = reopened(folder.path(), &bo);
    assert_eq!(said(&bo_sees), ["before", "by Bo"]);
    assert_eq!(bo_sees.role(), None);
}

#[test]
fn a_stranger_is_told_so_as_often_as_they_try() {
    let folder = tempfile::tempdir().unwrap();
    Case::found(folder.path(), "T", identity("Ada"), Opening::default()).unwrap();
    let eve = identity("Eve");
    for _ in 0..3 {
        let refused = Case::open(folder.path(), copy(&eve), Opening::default()).map(drop).unwrap_err();
        assert!(matches!(refused, CaseError::Stranger), "{refused}");
    }
}

#[test]
fn a_view_gains_what_is_opened_to_it_later() {
    let folder = tempfile::tempdir().unwrap();
    let (ada, bo) = (identity("Ada"), identity("Bo"));
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    say(&mut case, "before");
    case.add_member("Bo", &bo.card(), Role::Reader, &[]).unwrap();
    assert_eq!(said(&reopened(folder.path(), &bo)), [""; 0]);
    let mut case = reopened(folder.path(), &ada);
    case.open_to(WORKING, id(&bo)).unwrap();
    assert_eq!(said(&reopened(folder.path(), &bo)), ["before"]);
    let mut case = reopened(folder.path(), &ada);
    case.close_to(WORKING, id(&bo), "enough").unwrap();
    say(&mut case, "after");
    assert_eq!(said(&reopened(folder.path(), &bo)), ["before"]);
    // The register stays open to Bo, who is still a member.
    assert_eq!(reopened(folder.path(), &bo).role(), Some(Role::Reader));
}

#[test]
fn what_the_rules_forbid_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (ada, bo, cy) = (identity("Ada"), identity("Bo"), identity("Cy"));
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    case.add_member("Bo", &bo.card(), Role::Investigator, &[WORKING.into()]).unwrap();
    let size = case.ledger().size();
    let check = |outcome: Result<(), MembershipError>, expected: Rule| match outcome {
        Err(MembershipError::Write(WriteError::Forbidden(Void::Rule { rule, .. }))) => assert_eq!(rule, expected),
        other => panic!("{expected:?} expected: {other:?}"),
    };
    check(case.set_role(id(&ada), Role::Reader).map(drop), Rule::OwnRole);
    check(case.remove_member(id(&ada), "x").map(drop), Rule::LastLead);
    check(case.add_member("Bo", &cy.card(), Role::Reader, &[]).map(drop), Rule::Taken);
    check(case.make_compartment("Not A Name", "x").map(drop), Rule::CompartmentName);
    let mut bo_sees = reopened(folder.path(), &bo);
    check(bo_sees.set_role(id(&bo), Role::Lead).map(drop), Rule::NotLead);
    check(bo_sees.add_member("Cy", &cy.card(), Role::Lead, &[]).map(drop), Rule::NotLead);
    check(bo_sees.set(Setting::FourEyes, "no").map(drop), Rule::NotLead);
    let no_key = bo_sees.open_to(IDENTITIES, id(&bo));
    assert!(matches!(no_key, Err(MembershipError::NoKey { .. })));
    assert_eq!(reopened(folder.path(), &ada).ledger().size(), size);
}

#[test]
fn shares_bring_every_key_back_after_two_rotations() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    let (_, shares) = case.make_recovery(3, 5).unwrap();
    say(&mut case, "first key");
    for _ in 0..2 {
        case.rotate(WORKING, "a year has passed").unwrap();
        say(&mut case, "next key");
    }
    case.make_compartment("courts", "what courts asked for").unwrap();
    let keys = case.register().compartments.values().map(|c| c.keys.len()).sum::<usize>();

    let joined = sharing::join(&shares[1..4]).unwrap();
    let store = factum_vault::store::DiskStore::new(folder.path());
    let log = ledger::Ledger::open(&store, ledger::read_head(&store).unwrap()).unwrap();
    let entries = log.entries(&store, 0, log.size()).unwrap();
    let opened: Vec<keyring::Copied> = entries
        .iter()
        .filter(|e| e.kind == Kind::Wrap)
        .filter_map(|e| object::open_text(&store, &e.object.0, &[&joined.key]).ok())
        .map(|(text, _)| keyring::read_wrap(log.origin(), &text).unwrap().0)
        .collect();
    assert_eq!(opened.len(), keys);
    assert!(opened.iter().any(|c| c.compartment == WORKING && c.epoch == 3));
    for copied in &opened {
        let known = &case.register().compartments[&copied.compartment].keys[copied.epoch as usize - 1];
        assert_eq!(*known, copied.secret.recipient());
    }
}
