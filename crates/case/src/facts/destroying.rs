//! What is to be destroyed when somebody names a source, an interview or a document, and what rests on it and stays?
//!
//! Of a source it is what tells who it is: its code stands in what others said, and what it said goes with the interviews and documents in
//! which it said it. An interview or a document goes with its text, its recording and every translation. Statements made from it are the
//! inquiry's own words; they stay until somebody retracts them, and the plan names them.

use super::book::Book;
use super::desk::{DeskError, Sort};
use crate::custody::ids::RecordId;
use std::collections::BTreeSet;

/// What somebody named, as a plan to destroy it takes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doomed {
    /// By number.
    pub things: Vec<RecordId>,
    /// What rests on each and stays, in words.
    pub rests: Vec<(RecordId, String)>,
}

/// What these words mean: numbers of items, codes of sources, interviews and documents.
///
/// # Errors
/// A code that nothing has, or several things, or a thing that is not destroyed by itself.
pub fn meant(book: &Book, words: &[String]) -> Result<Doomed, DeskError> {
    let codes = book.codes();
    let mut doomed = Doomed::default();
    for word in words {
        let by_number = word.parse::<RecordId>().ok();
        let sort = codes.values().flatten().find(|(_, id)| Some(*id) == by_number).map(|(sort, _)| *sort);
        let sort = sort.or_else(|| Some(codes.get(word.as_str())?.first()?.0));
        match (sort, by_number) {
            (Some(Sort::Source), _) => source(book, book.find(word, Sort::Source)?, &mut doomed),
            (Some(sort @ (Sort::Interview | Sort::Document)), _) => paper(book, book.find(word, sort)?, &mut doomed),
            (Some(sort), _) => {
                let wanted = "a source, an interview, a document or an item";
                return Err(DeskError::Sort { code: word.clone(), found: sort.name(), wanted });
            }
            // Whether there is such an item is for the log to say.
            (None, Some(item)) => doomed.things.push(item),
            (None, None) => return Err(DeskError::Unknown(word.clone())),
        }
    }
    let mut seen = BTreeSet::new();
    doomed.things.retain(|thing| seen.insert(*thing));
    Ok(doomed)
}

fn source(book: &Book, source: RecordId, doomed: &mut Doomed) {
    doomed.things.push(source);
    let of_it = |of: &RecordId| *of == source;
    let interviews = book.interviews.values().filter(|said| of_it(&said.what.source)).map(|said| &said.what.code);
    let documents = book.documents.values().filter(|said| of_it(&said.what.source)).map(|said| &said.what.code);
    let mut papers: Vec<&str> = interviews.chain(documents).map(String::as_str).collect();
    papers.sort();
    if !papers.is_empty() {
        doomed.rests.push((source, format!("what it said, which may tell who it is: {}", papers.join(", "))));
    }
}

fn paper(book: &Book, paper: RecordId, doomed: &mut Doomed) {
    let mut papers = vec![paper];
    let mut next = 0;
    while let Some(of) = papers.get(next).copied() {
        let translations = book.documents.iter().filter(|(_, said)| said.what.translation_of == Some(of));
        let fresh: Vec<RecordId> = translations.map(|(id, _)| *id).filter(|id| !papers.contains(id)).collect();
        papers.extend(fresh);
        next += 1;
    }
    for id in papers {
        let interview = book.interviews.get(&id).map(|said| [said.what.text, said.what.recording]);
        let document = book.documents.get(&id).map(|said| [said.what.text, None]);
        let items: Vec<RecordId> = interview.or(document).into_iter().flatten().flatten().collect();
        let made_from = book.statements.values().filter(|file| {
            let said = file.statement.what.passage.as_ref();
            said.is_some_and(|passage| passage.item == id || items.contains(&passage.item))
        });
        let mut codes: Vec<&str> = made_from.map(|file| file.statement.what.code.as_str()).collect();
        codes.sort();
        if !codes.is_empty() {
            doomed.rests.push((id, format!("the statements made from it, with their quotes: {}", codes.join(", "))));
        }
        doomed.things.push(id);
        doomed.things.extend(items);
    }
}
