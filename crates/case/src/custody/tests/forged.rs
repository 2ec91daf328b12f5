//! Does an entry written past the program, by somebody who has keys and breaks the rules, count for nothing and get named, to every
//! reader alike, and does the case go on?

use super::{checked, copy, identity, reopened, run, say};
use crate::custody::canonical;
use crate::custody::evidence::Evidence;
use crate::custody::folder::{Case, Opening};
use crate::custody::founding::WORKING;
use crate::custody::governance::{Act, Planned, Role, Setting};
use crate::custody::ids::{Digest, MemberId, TransactionId};
use crate::custody::part::{Draft, Header, HeaderKind, REGISTER};
use crate::custody::writer::entry;
use factum_log::entry::{Entry, Kind};
use factum_vault::identity::Identity;
use factum_vault::object::Batch;
use serde::Serialize;

/// A part as a rule-breaker writes it: whatever its author likes, with the keys its author has.
pub struct Forgery<'a> {
    signer: &'a Identity,
    author: MemberId,
    time: String,
    compartment: String,
    sealed_to: Option<String>,
    transaction: TransactionId,
    previous: Option<Option<Digest>>,
    bodies: Vec<serde_json::Value>,
    root: Option<Digest>,
    twice: bool,
}

fn id(of: &Identity) -> MemberId {
    MemberId(*of.member().as_bytes())
}

impl<'a> Forgery<'a> {
    pub fn by(signer: &'a Identity) -> Self {
        let mut transaction = [0; 16];
        getrandom::fill(&mut transaction).unwrap();
        Self {
            signer,
            author: id(signer),
            time: "2026-11-27T00:00:00Z".into(),
            compartment: REGISTER.into(),
            sealed_to: None,
            transaction: TransactionId(transaction),
            previous: None,
            bodies: Vec::new(),
            root: None,
            twice: false,
        }
    }

    pub fn at(mut self, time: &str) -> Self {
        self.time = time.into();
        self
    }

    pub fn says(mut self, compartment: &str, what: &impl Serialize) -> Self {
        self.compartment = compartment.into();
        self.bodies.push(canonical::value_of(what).unwrap());
        self
    }

    /// Writes it with the keys of whoever has the case open: with stock tools that would be age, a signature and an append.
    pub fn into_log(self, case: &mut Case) -> (Entry, TransactionId) {
        let memory = case.remembered().unwrap();
        let previous = self.previous.unwrap_or(memory.last.get(&self.author).copied());
        case.memory = Some(memory);
        let place = &case.register().compartments[&self.compartment];
        let header = Header {
            kind: HeaderKind::Header,
            origin: case.ledger().origin().into(),
            transaction: self.transaction,
            part: 0,
            parts: 1,
            compartment: self.compartment.clone(),
            epoch: place.epoch(),
            author: self.author,
            previous,
            time: self.time,
            clock_behind: None,
            program: "by hand".into(),
            act: "forged".into(),
            summary: "forged".into(),
        };
        let draft = Draft::new(header, self.bodies).unwrap();
        let (text, part) = draft.sign(|message| self.signer.signing().sign(message)).unwrap();
        let sealed_to = self.sealed_to.unwrap_or(self.compartment);
        let recipient = case.register().compartments[&sealed_to].recipient().unwrap().clone();
        let store = case.store.clone();
        let mut batch = Batch::new(&*store);
        let object = batch.text(&text, &recipient).unwrap();
        let forged = entry(Kind::Part, object, self.root.unwrap_or(part.root));
        let key = case.log_key().unwrap();
        let all = if self.twice { vec![forged, forged] } else { vec![forged] };
        case.ledger.append(batch, &all, &key, &mut case.newest).unwrap();
        (forged, self.transaction)
    }
}

/// A case with a lead, Ada; a second lead, Bo; an investigator, Cy.
struct Office {
    folder: tempfile::TempDir,
    ada: Identity,
    bo: Identity,
    cy: Identity,
}

fn office() -> Office {
    let folder = tempfile::tempdir().unwrap();
    let (ada, bo, cy) = (identity("Ada"), identity("Bo"), identity("Cy"));
    let mut case = Case::found(folder.path(), "T", copy(&ada), Opening::default()).unwrap();
    case.add_member("Bo", &bo.card(), Role::Lead, &[WORKING.into()]).unwrap();
    case.add_member("Cy", &cy.card(), Role::Investigator, &[WORKING.into()]).unwrap();
    Office { folder, ada, bo, cy }
}

impl Office {
    /// Every reader names the void entries with this reason and whom they name as author; the next honest transaction of each works.
    fn all_void(&self, count: usize, reason: &str, author: &str) {
        for who in [&self.ada, &self.bo, &self.cy] {
            for fresh in [false, true] {
                let mut case = reopened(self.folder.path(), who);
                if fresh {
                    case.rebuild_view().unwrap();
                }
                if case.role().is_none() {
                    continue;
                }
                let voids = case.index().voids().unwrap();
                assert_eq!(voids.len(), count, "{voids:?}");
                assert!(voids.iter().all(|v| v.reason.contains(reason) && v.reason.contains(author)), "{voids:?}");
                say(&mut case, "honest");
                assert_eq!(case.index().voids().unwrap().len(), count);
                assert_eq!(case.history(None).unwrap().voids.len(), count);
            }
        }
        let report = checked(self.folder.path(), &self.ada);
        assert_eq!(report.voids.len(), count, "{report:#?}");
    }
}

#[test]
fn nobody_promotes_themselves() {
    let office = office();
    let mut case = reopened(office.folder.path(), &office.cy);
    Forgery::by(&office.cy).says(REGISTER, &Act::Role { member: id(&office.cy), role: Role::Lead }).into_log(&mut case);
    office.all_void(1, "only a lead", "Cy");
    let mut case = reopened(office.folder.path(), &office.bo);
    Forgery::by(&office.bo).says(REGISTER, &Act::Role { member: id(&office.bo), role: Role::Lead }).into_log(&mut case);
    let case = reopened(office.folder.path(), &office.ada);
    assert!(case.index().voids().unwrap().iter().any(|v| v.reason.contains("their own role")));
    assert_eq!(case.register().members[&id(&office.cy)].role, Role::Investigator);
}

#[test]
fn a_public_key_is_not_swapped() {
    let office = office();
    let eve = identity("Eve");
    let mut case = reopened(office.folder.path(), &office.bo);
    // Eve's key under Cy's signature line.
    let recipient = eve.card().recipient().to_string();
    let card = office.cy.card().text().replace(&office.cy.card().recipient().to_string(), &recipient);
    let said = Act::Member { name: "Dee".into(), card, role: Role::Reader };
    Forgery::by(&office.bo).says(REGISTER, &said).into_log(&mut case);
    office.all_void(1, "not signed by the keys on it", "Bo");
    // A whole card of Eve's under Cy's name.
    let mut case = reopened(office.folder.path(), &office.bo);
    let said = Act::Member { name: "Cy".into(), card: eve.card().text(), role: Role::Reader };
    Forgery::by(&office.bo).says(REGISTER, &said).into_log(&mut case);
    let case = reopened(office.folder.path(), &office.ada);
    assert_eq!(case.index().voids().unwrap().len(), 2);
    assert_eq!(case.register().members.len(), 3);
}

#[test]
fn nobody_approves_their_own_plan() {
    let office = office();
    reopened(office.folder.path(), &office.ada).set(Setting::FourEyes, "yes").unwrap();
    let mut case = reopened(office.folder.path(), &office.bo);
    let plan = Act::Plan { act: Planned::Shred, objects: vec![Digest([1; 32])] };
    let (_, plan) = Forgery::by(&office.bo).says(REGISTER, &plan).into_log(&mut case);
    let mut case = reopened(office.folder.path(), &office.bo);
    Forgery::by(&office.bo).says(REGISTER, &Act::Approval { plan }).into_log(&mut case);
    office.all_void(1, "their own plan", "Bo");
    let mut case = reopened(office.folder.path(), &office.bo);
    Forgery::by(&office.bo).says(REGISTER, &Act::Done { plan }).into_log(&mut case);
    let case = reopened(office.folder.path(), &office.ada);
    assert!(case.index().voids().unwrap().iter().any(|v| v.reason.contains("not approved by a second lead")));
    assert!(!case.register().plans[&plan].done);
}

#[test]
fn who_is_no_member_says_nothing() {
    let office = office();
    // Eve has got hold of Bo's keys to the compartment, and signs with her own.
    let eve = identity("Eve");
    let mut case = reopened(office.folder.path(), &office.bo);
    Forgery::by(&eve).says(WORKING, &run("x")).into_log(&mut case);
    office.all_void(1, "not a member", &id(&eve).to_string());
    // In the name of Cy, without Cy's key.
    let mut case = reopened(office.folder.path(), &office.bo);
    let mut forgery = Forgery::by(&eve).says(WORKING, &run("x"));
    forgery.author = id(&office.cy);
    forgery.into_log(&mut case);
    let case = reopened(office.folder.path(), &office.ada);
    assert!(case.index().voids().unwrap()[1].reason.contains("not signed with the key of the member"));
    // What was forged in Cy's name does not use up Cy's place.
    say(&mut reopened(office.folder.path(), &office.cy), "by Cy");
    assert_eq!(reopened(office.folder.path(), &office.ada).index().voids().unwrap().len(), 2);
}

#[test]
fn who_was_removed_says_nothing_more() {
    let office = office();
    // Cy keeps a copy of the case as it was, with all its keys, and appends to it after the removal.
    let mut kept = reopened(office.folder.path(), &office.cy);
    reopened(office.folder.path(), &office.ada).remove_member(id(&office.cy), "left").unwrap();
    kept.refresh().unwrap();
    Forgery::by(&office.cy).says(WORKING, &run("x")).into_log(&mut kept);
    drop(kept);
    for who in [&office.ada, &office.bo] {
        let mut case = reopened(office.folder.path(), who);
        let voids = case.index().voids().unwrap();
        // Cy seals to the key in use, which the register tells everybody who can open it; whoever opens it voids it.
        assert_eq!(voids.len(), 1, "{voids:?}");
        assert!(voids[0].reason.contains("no longer a member") && voids[0].reason.contains("Cy"), "{voids:?}");
        say(&mut case, "honest");
    }
}

#[test]
fn an_object_counts_once() {
    let office = office();
    let mut case = reopened(office.folder.path(), &office.cy);
    let mut forgery = Forgery::by(&office.cy).says(WORKING, &run("x"));
    forgery.twice = true;
    forgery.into_log(&mut case);
    office.all_void(1, "stands earlier in the log", "Cy");
}

#[test]
fn an_author_has_one_history() {
    let office = office();
    let mut case = reopened(office.folder.path(), &office.cy);
    let before = case.remembered().unwrap().last.get(&id(&office.cy)).copied();
    say(&mut case, "one");
    let mut forgery = Forgery::by(&office.cy).says(WORKING, &run("another in its place"));
    forgery.previous = Some(before);
    forgery.into_log(&mut case);
    office.all_void(1, "another entry in the same place", "Cy");
    let mut case = reopened(office.folder.path(), &office.cy);
    let mut forgery = Forgery::by(&office.cy).says(WORKING, &run("after nothing"));
    forgery.previous = Some(Some(Digest([7; 32])));
    forgery.into_log(&mut case);
    let case = reopened(office.folder.path(), &office.ada);
    assert!(case.index().voids().unwrap()[1].reason.contains("not in the log before it"));
}

#[test]
fn what_was_written_for_one_compartment_is_not_moved_to_another() {
    let office = office();
    let mut case = reopened(office.folder.path(), &office.bo);
    let mut forgery = Forgery::by(&office.bo).says(WORKING, &run("x"));
    forgery.sealed_to = Some(REGISTER.into());
    forgery.into_log(&mut case);
    office.all_void(1, "another case, compartment or key", "Bo");
}

#[test]
fn what_the_log_did_not_commit_to_counts_for_nothing() {
    let office = office();
    let mut case = reopened(office.folder.path(), &office.cy);
    let mut forgery = Forgery::by(&office.cy).says(WORKING, &run("x"));
    forgery.root = Some(Digest([3; 32]));
    let (forged, _) = forgery.into_log(&mut case);
    office.all_void(1, "the log committed to", "Cy");
    let report = checked(office.folder.path(), &office.ada);
    let object = factum_vault::object::path(&forged.object.0);
    assert_eq!(report.faults.iter().map(|f| f.place.as_str()).collect::<Vec<_>>(), [object.as_str()]);
}

#[test]
fn a_member_speaks_only_where_it_has_access() {
    let office = office();
    // Cy has been handed the key of a compartment by somebody, past the register.
    let mut case = reopened(office.folder.path(), &office.ada);
    Forgery::by(&office.cy).says(crate::custody::founding::STAFF, &run("x")).into_log(&mut case);
    let mut case = reopened(office.folder.path(), &office.ada);
    let voids = case.index().voids().unwrap();
    assert!(voids.len() == 1 && voids[0].reason.contains("no access"), "{voids:?}");
    say(&mut case, "honest");
    // An undo of what stands in a compartment one cannot open is no different.
    let undo = Evidence::Undo { transaction: TransactionId([1; 16]), reason: "r".into() };
    Forgery::by(&office.cy).says(crate::custody::founding::STAFF, &undo).into_log(&mut case);
    assert_eq!(reopened(office.folder.path(), &office.ada).index().voids().unwrap().len(), 2);
}
