//! Is a sealed name in an open field told to those who hold it, refused before it is written, and nothing said to others?

use super::{found, identity, open, source, statement};
use crate::custody::founding::WORKING;
use crate::custody::governance::Role;
use crate::facts::desk::DeskError;
use crate::facts::names::{Looked, look};
use crate::facts::words::Identity;
use crate::facts::{Book, Fact};

#[test]
fn a_sealed_name_is_refused_where_many_read_and_told_as_a_place() {
    let folder = tempfile::tempdir().unwrap();
    let (ada, bo) = (identity("Ada"), identity("Bo"));
    let mut case = found(folder.path(), &ada);
    case.add_member("Bo", &bo.card(), Role::Analyst, &[WORKING.into()]).unwrap();
    let first = source(&case, WORKING, "S-001");
    let who = Identity { source: first.source, names: vec!["Ševket Mirel".into()], details: Vec::new() };
    let mut said = statement(&case, WORKING, "T-001", first.source);
    said.text = "I, Ševket  Mirel, was there.".into();
    case.say_facts("source", "a", &[Fact::Source(first), Fact::SourceIdentity(who)]).unwrap();
    let size = case.ledger().size();
    let refused = case.say_facts("statement", "a", &[Fact::Statement(Box::new(said.clone()))]).unwrap_err();
    assert!(matches!(&refused, DeskError::SealedName(places) if places == "statement T-001: `text`"), "{refused}");
    assert!(!refused.to_string().contains("Mirel"), "a place, never the name");
    assert_eq!(case.ledger().size(), size, "nothing was written");

    // Whoever does not hold the identities is not told, neither when writing nor when looking.
    let mut bos = open(folder.path(), &bo);
    bos.say_facts("statement", "a", &[Fact::Statement(Box::new(said.clone()))]).unwrap();
    let book = Book::read(&bos).unwrap();
    assert_eq!(look(&bos, &book).unwrap(), Looked::NotChecked);
    let mut case = open(folder.path(), &ada);
    let book = Book::read(&case).unwrap();
    let Looked::Checked { sources, places } = look(&case, &book).unwrap() else { panic!("Ada holds the identities") };
    assert_eq!((sources, places.len()), (1, 1));
    assert_eq!((places[0].what.as_str(), places[0].field.as_str()), ("statement T-001", "text"));

    // It can be meant.
    case.mean_names();
    said.code = "T-002".into();
    said.statement = case.new_thing(WORKING).unwrap();
    case.say_facts("statement", "a", &[Fact::Statement(Box::new(said))]).unwrap();
}
