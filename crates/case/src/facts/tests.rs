//! Is what is said of sources and findings read back, in its home and nowhere else?

use super::book::Book;
use super::desk::{DeskError, Sort};
use super::thing;
use super::words::{self, Basis, Consent, Extent, Fact, KINDS, Purpose, Source, Statement, Withdrawal};
use crate::custody::evidence::Evidence;
use crate::custody::folder::{Case, Opening};
use crate::custody::founding::{IDENTITIES, WORKING};
use crate::custody::governance::{LEAST, Role};
use crate::custody::ids::RecordId;
use crate::custody::writer::Change;
use factum_vault::card::Name;
use factum_vault::identity::Identity;
use std::path::Path;

mod acts;
mod claims;
mod destroying;
pub(super) mod entities;
mod judged;
mod law;
mod names;
mod papers;
mod round;
mod states;
mod taken;

pub fn identity(name: &str) -> Identity {
    Identity::generate(Name::new(name).unwrap(), "2026-01-01T00:00:00Z").unwrap()
}

pub fn open(folder: &Path, who: &Identity) -> Case {
    Case::open(folder, Identity::parse(&who.expose()).unwrap(), Opening::default()).unwrap()
}

pub fn found(folder: &Path, who: &Identity) -> Case {
    Case::found(folder, "Valleys", Identity::parse(&who.expose()).unwrap(), Opening::default()).unwrap()
}

pub fn source(case: &Case, compartment: &str, code: &str) -> Source {
    Source {
        source: case.new_thing(compartment).unwrap(),
        code: code.into(),
        sort: words::Sort::Person,
        description: "former detainee".into(),
        organization: None,
        reliability: Some("B".into()),
        child: false,
    }
}

pub fn statement(case: &Case, compartment: &str, code: &str, source: RecordId) -> Statement {
    Statement {
        statement: case.new_thing(compartment).unwrap(),
        code: code.into(),
        source,
        interview: None,
        document: None,
        passage: None,
        basis: Basis::FirstHand,
        relays: Vec::new(),
        text: "There were forty people in one cell.".into(),
        entity: None,
        property: None,
        value: None,
        date: None,
        place: None,
        sensitivity: None,
    }
}

pub fn consent(source: RecordId, purposes: &[Purpose]) -> Fact {
    Fact::Consent(Box::new(Consent {
        source,
        date: "2026-03-01".into(),
        purposes: purposes.to_vec(),
        explained: vec!["purpose".into(), "risks".into(), "withdrawal".into()],
        language: "en".into(),
        interpreter: None,
        present: Vec::new(),
        guardian: None,
        earlier_interviews: Some("none".into()),
        no_finer_than: Vec::new(),
    }))
}

#[test]
fn what_is_said_is_read_back_and_the_last_word_counts() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = found(folder.path(), &ada);
    let first = source(&case, WORKING, "S-001");
    let said = statement(&case, WORKING, "T-001", first.source);
    case.say_facts("source", "a source", &[Fact::Source(first.clone()), Fact::Statement(Box::new(said.clone()))])
        .unwrap();
    let later = Source { description: "former guard".into(), ..first.clone() };
    case.say_facts("source", "a source", &[Fact::Source(later.clone())]).unwrap();

    let book = Book::read(&open(folder.path(), &ada)).unwrap();
    assert_eq!(book.sources[&first.source].source.what, later);
    assert_eq!(book.statements[&said.statement].statement.what, said);
    assert_eq!(book.find("T-001", Sort::Statement).unwrap(), said.statement);
    assert_eq!(book.next_code(Sort::Source), "S-002");
    assert!(book.voids.is_empty());
    let wrong = book.find("T-001", Sort::Source).unwrap_err().to_string();
    assert_eq!(wrong, "T-001 is a statement, and a source is meant");
    assert!(matches!(book.find("S-9", Sort::Source), Err(DeskError::Unknown(_))));
}

#[test]
fn a_code_is_given_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    let first = source(&case, WORKING, "S-001");
    case.say_facts("source", "a source", &[Fact::Source(first)]).unwrap();
    let again = source(&case, WORKING, "S-001");
    let refused = case.say_facts("source", "a source", &[Fact::Source(again)]).unwrap_err();
    assert!(matches!(refused, DeskError::Taken(code) if code == "S-001"));
    let (one, two) = (source(&case, WORKING, "S-002"), source(&case, WORKING, "S-002"));
    let refused = case.say_facts("source", "sources", &[Fact::Source(one), Fact::Source(two)]).unwrap_err();
    assert!(matches!(refused, DeskError::Taken(_)));
    let bad = source(&case, WORKING, "anna");
    assert!(matches!(case.say_facts("source", "a", &[Fact::Source(bad)]), Err(DeskError::Code(_))));
}

#[test]
fn a_date_that_nobody_can_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    let first = source(&case, WORKING, "S-001");
    let mut agreed = consent(first.source, &[Purpose::Internal]);
    case.say_facts("source", "a", &[Fact::Source(first), agreed.clone()]).unwrap();
    if let Fact::Consent(said) = &mut agreed {
        said.date = "yesterday".into();
    }
    let size = case.ledger().size();
    assert!(matches!(case.say_facts("consent", "a", &[agreed]), Err(DeskError::Date { what: "consent", .. })));
    assert_eq!(case.ledger().size(), size, "nothing was written");
}

/// Says something wherever one likes, as a rule-breaker would.
pub fn say_at(case: &mut Case, compartment: &str, fact: &Fact) {
    let mut change = Change::new("forged", "forged");
    change.say(compartment, fact).unwrap();
    case.tell(change).unwrap();
}

#[test]
fn what_is_said_away_from_home_counts_for_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = found(folder.path(), &ada);
    let first = source(&case, WORKING, "S-001");
    case.say_facts("source", "a source", &[Fact::Source(first.clone())]).unwrap();
    // The whole of a person's name in the open, a consent nobody can see, a standard of somebody's own.
    let name = words::Identity { source: first.source, names: vec!["Bo".into()], details: Vec::new() };
    say_at(&mut case, WORKING, &Fact::SourceIdentity(name.clone()));
    say_at(&mut case, IDENTITIES, &consent(first.source, &[Purpose::ReportNamed]));
    say_at(&mut case, IDENTITIES, &Fact::Standard { standard: "mine".into(), text: String::new() });
    let book = Book::read(&case).unwrap();
    assert_eq!(book.voids.len(), 3);
    let file = &book.sources[&first.source];
    assert!(file.identity.is_none() && file.consent.is_none() && book.standards.is_empty());
    case.say_facts("identity", "an identity", &[Fact::SourceIdentity(name.clone())]).unwrap();
    assert_eq!(Book::read(&case).unwrap().sources[&first.source].identity.as_ref().unwrap().what, name);
}

#[test]
fn a_withdrawal_stands_whatever_is_said_later_and_cannot_be_undone() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    let first = source(&case, WORKING, "S-001");
    let number = first.source;
    case.say_facts("source", "a", &[Fact::Source(first), consent(number, &[Purpose::Internal])]).unwrap();
    let earlier = case.ledger().size();
    let withdrawal = |extent| {
        Fact::ConsentWithdrawn(Withdrawal { source: number, date: "2026-05".into(), extent, reason: "danger".into() })
    };
    let receipt = case.say_facts("withdraw", "a", &[withdrawal(Extent::Erase)]).unwrap();
    assert!(case.undo(receipt.transaction, "a mistake").is_err());
    case.say_facts("consent", "a", &[consent(number, &[Purpose::ReportNamed])]).unwrap();
    case.say_facts("withdraw", "a", &[withdrawal(Extent::NoFurtherUse)]).unwrap();
    // Past the program, an undoing is a record like another.
    let undo = Evidence::Undo { transaction: receipt.transaction, reason: "forged".into() };
    let mut change = Change::new("undo", "forged");
    change.say(WORKING, &undo).unwrap();
    case.tell(change).unwrap();
    let extent = |case: &Case| Book::read(case).unwrap().sources[&number].withdrawn.clone().map(|w| w.what.extent);
    assert_eq!(extent(&case), Some(Extent::Erase));
    case.look_at_size(earlier).unwrap();
    assert_eq!(extent(&case), Some(Extent::Erase), "the state of then, the consent of today");
}

#[test]
fn every_kind_is_known_and_every_rule_names_a_kind() {
    for (kind, _) in LEAST {
        // What leaves as an item is no record of the inquiry's substance, and has a rule all the same.
        assert!(KINDS.contains(&kind) || kind == "release", "{kind}");
    }
    let sample = Fact::Standard { standard: "s".into(), text: "t".into() };
    assert_eq!(serde_json::to_value(&sample).unwrap()["kind"], sample.kind());
    assert!(LEAST.iter().all(|(_, role)| *role > Role::Analyst));
}

#[test]
fn a_thing_of_a_closed_compartment_is_known_as_closed() {
    let folder = tempfile::tempdir().unwrap();
    let (ada, bo) = (identity("Ada"), identity("Bo"));
    let mut case = found(folder.path(), &ada);
    case.make_compartment("north", "the north").unwrap();
    case.add_member("Bo", &bo.card(), Role::Analyst, &[WORKING.into()]).unwrap();
    let hidden = source(&case, "north", "S-001");
    let said = statement(&case, WORKING, "T-001", hidden.source);
    case.say_facts("source", "a", &[Fact::Source(hidden.clone()), Fact::Statement(Box::new(said))]).unwrap();
    let book = Book::read(&open(folder.path(), &bo)).unwrap();
    assert!(book.sources.is_empty() && book.statements.len() == 1);
    assert!(book.is_closed(&hidden.source));
    assert!(!book.is_closed(&thing::number(WORKING).unwrap()), "what is absent and not closed is gone");
    let mut bos = open(folder.path(), &bo);
    let refused = bos.say_facts("source", "a", &[Fact::Source(Source { code: "S-2".into(), ..hidden })]).unwrap_err();
    assert!(matches!(refused, DeskError::Role { .. }));
}
