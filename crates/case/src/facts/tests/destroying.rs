//! Does destroying a source's identity or an interview take just that, for everybody, and name what stays?

use super::{found, identity, open, source};
use crate::custody::folder::Case;
use crate::custody::founding::{IDENTITIES, WORKING};
use crate::custody::ids::Digest;
use crate::custody::shred::ShredError;
use crate::facts::destroying::{Doomed, meant};
use crate::facts::words::{Fact, Identity};
use crate::facts::{Book, DeskError};
use crate::testimony::folder::{Reading, gather};
use factum_vault::object;
use std::path::Path;

const NAME: &str = "Oruvel Tansik";

fn doomed(book: &Book, word: &str) -> Doomed {
    meant(book, &[word.to_string()]).unwrap()
}

#[test]
fn who_a_source_is_goes_and_what_it_said_stays_until_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = found(folder.path(), &ada);
    let files = gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/testimony/example")).unwrap();
    case.take_in(&Reading::of(&files).inquiry, &[], WORKING).unwrap();
    let book = Book::read(&case).unwrap();
    let (interview, said) = book.interviews.iter().next().unwrap();
    let (source, code, interview) = (said.what.source, said.what.code.clone(), *interview);
    let before = usize::from(book.sources[&source].identity.is_some());
    let name = Identity { source, names: vec![NAME.into()], details: Vec::new() };
    // Names come one at a time: each part that tells one goes.
    for _ in 0..2 {
        case.say_facts("source", "who it is", &[Fact::SourceIdentity(name.clone())]).unwrap();
    }
    let sources_code = book.sources[&source].source.what.code.clone();
    let plan = doomed(&Book::read(&case).unwrap(), &sources_code);
    assert_eq!(plan.things, [source]);
    assert!(plan.rests[0].1.contains(&code), "{plan:?}");
    let takes = case.what_a_shred_takes(&plan.things).unwrap();
    let [identities] = takes.as_slice() else { panic!("{takes:?}") };
    assert_eq!((identities.compartment.as_str(), identities.objects.len()), (IDENTITIES, 2 + before));
    let objects = identities.objects.clone();
    let here = |object: &Digest| folder.path().join(object::path(&object.0)).exists();
    assert!(objects.iter().all(here));
    let (receipt, takes) = case.plan_shred(&plan.things, &plan.rests, "erased at its wish").unwrap();
    assert!(takes[0].stays.iter().any(|stays| stays.contains(&code)));
    case.execute_shred(receipt.transaction).unwrap();
    assert!(!objects.iter().any(here));
    for case in [&case, &open(folder.path(), &ada)] {
        let book = Book::read(case).unwrap();
        assert!(book.sources[&source].identity.is_none());
        assert_eq!(case.index().search(NAME, None, 9).unwrap(), []);
        assert!(book.interviews.contains_key(&interview));
    }
    assert!(matches!(case.what_a_shred_takes(&[source]), Err(ShredError::NoItem(_))));

    // The interview goes with its text and with what was made of it.
    let book = Book::read(&case).unwrap();
    let plan = doomed(&book, &code);
    let texts: Vec<_> = book.interviews[&interview].what.text.into_iter().collect();
    assert!(texts.iter().all(|text| plan.things.contains(text)) && !texts.is_empty());
    let (receipt, _) = case.plan_shred(&plan.things, &plan.rests, "erased at its wish").unwrap();
    case.execute_shred(receipt.transaction).unwrap();
    let mut again = open(folder.path(), &ada);
    again.rebuild_view().unwrap();
    let book = Book::read(&again).unwrap();
    assert!(!book.interviews.contains_key(&interview) && book.sources.contains_key(&source));
    assert!(!plan.things.iter().any(|thing| book.documents.contains_key(thing)));
    assert!(again.index().voids().unwrap().is_empty());
}

/// What is said later is somebody's word anew: a view that follows and one that is made anew show the same.
#[test]
fn who_a_source_is_can_be_told_again() {
    let folder = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = found(folder.path(), &ada);
    let told = source(&case, WORKING, "S-001");
    let name =
        |name: &str| Fact::SourceIdentity(Identity { source: told.source, names: vec![name.into()], details: vec![] });
    case.say_facts("source", "a source", &[Fact::Source(told.clone()), name(NAME)]).unwrap();
    let (receipt, _) = case.plan_shred(&[told.source], &[], "r").unwrap();
    case.execute_shred(receipt.transaction).unwrap();
    case.say_facts("source", "who it is", &[name("Mirel Ovat")]).unwrap();
    let known = |case: &Case| {
        let book = Book::read(case).unwrap();
        book.sources[&told.source].identity.as_ref().map(|said| said.what.names.clone())
    };
    assert_eq!(known(&case), Some(vec!["Mirel Ovat".to_string()]));
    case.rebuild_view().unwrap();
    assert_eq!(known(&case), Some(vec!["Mirel Ovat".to_string()]));
    assert_eq!(case.index().search(NAME, None, 9).unwrap(), []);
}

#[test]
fn what_is_not_destroyed_by_itself_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    let files = gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/testimony/example")).unwrap();
    case.take_in(&Reading::of(&files).inquiry, &[], WORKING).unwrap();
    let book = Book::read(&case).unwrap();
    let statement = book.statements.values().next().unwrap().statement.what.code.clone();
    let refused = meant(&book, std::slice::from_ref(&statement)).unwrap_err().to_string();
    assert_eq!(
        refused,
        format!("{statement} is a statement, and a source, an interview, a document or an item is meant")
    );
    assert!(matches!(meant(&book, &["S-999".into()]), Err(DeskError::Unknown(_))));
    // Nobody has told who it is, so there is nothing to destroy.
    let (unknown, _) = book.sources.iter().find(|(_, file)| file.identity.is_none()).unwrap();
    assert!(matches!(case.what_a_shred_takes(&[*unknown]), Err(ShredError::NoItem(thing)) if thing == *unknown));
}
