//! Does a folder written by hand come into a case whole, once, and with its passages?

use super::{found, identity, open};
use crate::custody::founding::WORKING;
use crate::facts::{Book, Sort, judge, pictures};
use crate::testimony::folder::Reading;
use std::path::Path;

fn example() -> Reading {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/testimony/example");
    Reading::of_folder(&folder).unwrap()
}

#[test]
fn a_folder_is_taken_in_once_and_its_changes_again() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = found(folder.path(), &ada);
    let mut reading = example();
    let identities = reading.identities.clone().unwrap_or_default();
    let first = case.take_in(&reading.inquiry, &identities, WORKING).unwrap();
    assert!(first.receipt.is_some() && first.records > 0 && first.texts > 0);
    let book = Book::read(&open(folder.path(), &ada)).unwrap();
    assert_eq!(book.sources.len(), reading.inquiry.sources.len());
    assert_eq!(book.interviews.len(), reading.inquiry.interviews.len());
    assert_eq!(book.statements.len(), reading.inquiry.statements.len());
    assert_eq!(book.findings.len(), reading.inquiry.findings.len());
    assert_eq!(book.requests.len(), reading.inquiry.requests.len());
    assert_eq!(book.sources.values().filter(|file| file.identity.is_some()).count(), identities.len());
    assert!(book.voids.is_empty() && book.doubled().is_empty());
    let cited = book.statements.keys().filter_map(|id| book.passage(id)).collect::<Vec<_>>();
    assert!(!cited.is_empty() && cited.iter().all(|(_, is_there)| *is_there));
    assert_eq!(judge::all(&book, crate::this_day(), &|_| String::new()).len(), book.findings.len());

    let again = case.take_in(&reading.inquiry, &identities, WORKING).unwrap();
    assert!(again.receipt.is_none(), "what was there is not written again");
    reading.inquiry.statements[0].text.push_str(" Corrected.");
    let code = reading.inquiry.statements[0].code.0.clone();
    let before = example();
    let third = case.take_in(&reading.inquiry, &identities, WORKING).unwrap();
    assert_eq!((third.records, third.texts), (1, 0));
    let book = Book::read(&case).unwrap();
    let statement = book.find(&code, Sort::Statement).unwrap();
    assert!(book.statements[&statement].statement.what.text.ends_with(" Corrected."));
    assert_eq!(book.statements.len(), reading.inquiry.statements.len());
    // What was said before the last word is said again if it is meant again.
    let back = case.take_in(&before.inquiry, &identities, WORKING).unwrap();
    assert_eq!(back.records, 1);
}

#[test]
fn nothing_is_wrong_with_the_testimony_of_the_example() {
    let reading = crate::demo::testimony();
    let faults: Vec<String> = reading.faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults, <[String; 0]>::default());
    let of = &reading.inquiry;
    let detained = of.sources.iter().filter(|page| page.about.presence.iter().any(|p| p.role == "detained there"));
    assert_eq!((of.interviews.len(), detained.count()), (40, 26));
    let places: std::collections::BTreeSet<_> = of
        .sources
        .iter()
        .flat_map(|page| &page.about.presence)
        .filter(|p| p.role == "detained there")
        .collect::<Vec<_>>()
        .into_iter()
        .map(|p| p.place.clone())
        .collect();
    assert_eq!(places.len(), 8);
}

#[test]
fn what_is_known_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    case.take_in(&example().inquiry, &[], WORKING).unwrap();
    let book = Book::read(&case).unwrap();
    let ties = pictures::ties(&book, crate::this_day());
    assert!(ties.contains("S-004") && ties.contains("cousins"), "codes and reasons are on it");
    let timeline = pictures::timeline(&book);
    assert!(timeline.contains("T-0001"));
    let coverage = pictures::coverage(&book);
    assert!(coverage.contains("2024"));
    let empty = Book::default();
    for svg in [pictures::ties(&empty, crate::this_day()), pictures::timeline(&empty), pictures::coverage(&empty)] {
        assert!(svg.starts_with("<svg"));
    }
}
