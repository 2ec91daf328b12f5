//! Do contradicting values stay side by side until a person accepts one, and what cannot be true stand out?

use super::entities::{files, list, take};
use super::{found, identity, source, statement};
use crate::custody::founding::WORKING;
use crate::facts::accounts::Accounts;
use crate::facts::claims::{ruled, side_by_side};
use crate::facts::contradictions;
use crate::facts::desk::DeskError;
use crate::facts::words::{ClaimStatus, Purpose};
use crate::facts::{Book, Fact, Sort};
use crate::schema::Schema;

const HELD: &str = "No,Name,Born,From,Site\n1,Ana Mirel,1970,2024-01,M\n2,Ana Mirel,1970-05,1969-03-02,M\n";

#[test]
fn values_stay_side_by_side_until_one_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    let number = list(&mut case, "S-001", &[Purpose::Internal]);
    take(&mut case, &files(HELD), number);
    let schema = Schema::standard();
    let book = Book::read(&case).unwrap();
    let detention =
        book.entities.values().find(|said| said.what.label == "Arrest or detention 1").unwrap().what.clone();
    let witness = source(&case, WORKING, "S-002");
    let mut said = statement(&case, WORKING, "T-001", witness.source);
    (said.entity, said.property, said.value) =
        (Some(detention.entity), Some("start".into()), Some("2024-02-03".into()));
    let id = said.statement;
    case.say_facts("source", "a", &[Fact::Source(witness), Fact::Statement(Box::new(said))]).unwrap();
    let rows = |case: &crate::custody::folder::Case| {
        let book = Book::read(case).unwrap();
        let accounts = Accounts::read(case, &book, &schema).unwrap();
        let rows = side_by_side(&book, &accounts, &schema, &|_| "Ada".into());
        (rows.into_iter().find(|r| r.entity == detention.code && r.property == "start").unwrap(), accounts)
    };
    let (row, accounts) = rows(&case);
    assert!(row.contradicts() && row.waits() && row.status == "open");
    let given: Vec<(&str, &[String])> = row.values.iter().map(|g| (g.value.as_str(), g.by.as_slice())).collect();
    let (file, witness) = (["held.csv row 2 (S-001)".to_string()], ["T-001 (S-002)".to_string()]);
    assert_eq!(given, [("2024-01", &file[..]), ("2024-02-03", &witness[..])]);

    let accept = |value: Option<&str>, statement| {
        ruled(&accounts, (detention.entity, "start"), (ClaimStatus::Accepted, value), statement, "saw it")
    };
    assert!(matches!(accept(Some("2025"), None), Err(DeskError::NoValue(_))));
    assert!(matches!(accept(None, None), Err(DeskError::NoValue(_))));
    assert!(accept(None, Some(id)).is_ok());
    case.say_facts("claim", "a", &[Fact::Claim(accept(Some("2024-01"), None).unwrap())]).unwrap();
    let (row, _) = rows(&case);
    assert_eq!((row.status.as_str(), row.by.as_deref(), row.waits()), ("accepted", Some("Ada"), false));
    assert_eq!(row.values.iter().map(|given| given.accepted).collect::<Vec<_>>(), [true, false]);

    // What was accepted is gone: somebody has to look again.
    take(&mut case, &files(&HELD.replace("2024-01", "2023-12")), number);
    let (row, _) = rows(&case);
    assert_eq!(row.status, "open");
    assert!(row.fault.is_some() && row.waits());
}

#[test]
fn what_cannot_be_true_is_found_with_who_says_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    let number = list(&mut case, "S-001", &[Purpose::Internal]);
    take(&mut case, &files(HELD), number);
    let book = Book::read(&case).unwrap();
    let accounts = Accounts::read(&case, &book, &Schema::standard()).unwrap();
    let found = contradictions::find(&book, &accounts);
    let told: Vec<_> =
        found.found.iter().map(|c| (c.impossible, c.what.as_str(), c.one.clone(), c.other.clone())).collect();
    let rows = (vec!["held.csv row 3 (S-001)".to_string()], vec!["held.csv row 3 (S-001)".to_string()]);
    assert_eq!(told, [(true, "does or suffers something before being born", rows.0, rows.1)]);
    assert!(found.unread.is_empty() && found.compared > 4);
    assert!(book.find(&found.found[0].entity, Sort::Entity).is_ok());
}
