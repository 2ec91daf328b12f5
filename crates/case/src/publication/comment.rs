//! Which numbered copy of a draft does a State get for comment?
//!
//! The draft passes the same gate as a publication, with the State concerned as its reader. The copy holds the words and no citation: which
//! code a source has is nobody's business outside. What is taken from the case stands in the words adopted, numbers as their runs gave them.

use super::counted::{Clearing, Counted, Sheet};
use super::draft::{Content, Draft, Problem};
use super::gate::{self, Cited, Grounds, Rests};
use super::sentence::{Piece, Sentence};
use super::{build, law, phrases, values};
use crate::custody::ids::RecordId;
use crate::facts::Sort;
use crate::facts::words::Purpose;
use std::collections::BTreeSet;

/// A copy for comment.
#[derive(Clone, Debug)]
pub struct Copy {
    /// The paragraphs; the first is number 1. What a paragraph of the draft quotes or lists is part of it.
    pub paragraphs: Vec<String>,
    /// Everything it rests on.
    pub rests: Vec<RecordId>,
    /// The runs it takes numbers from, by code.
    pub runs: Vec<String>,
    /// Every count of people in it, before anything was withheld: what leaves must be said in the case.
    pub counted: Vec<Counted>,
    /// What the gate found.
    pub gate: Rests,
}

/// The copy, or every problem that stands against it. Whatever purpose the draft names, its sources are asked about the State concerned;
/// counts of people are told as `clearing` allows.
pub fn prepare(draft: &Draft, grounds: &Grounds<'_>, clearing: &dyn Clearing) -> Result<Copy, Vec<Problem>> {
    let mut draft = draft.clone();
    draft.head.purpose = Purpose::StateConcerned.name().into();
    let (rests, mut problems) = gate::judge(&draft, grounds);
    let counted = build::taken(&draft, grounds);
    let sheet = Sheet::cleared(&counted, clearing).unwrap_or_else(|why| {
        problems.extend(why.into_iter().map(|why| Problem::new(1, why, "leave the number out")));
        Sheet::default()
    });
    let mut paragraphs: Vec<String> = Vec::new();
    for block in &draft.blocks {
        let language = block.language.as_deref().unwrap_or(&draft.head.language);
        let mut told = |sentences: &[Sentence]| {
            let (text, faults) = words(sentences, language, grounds, &sheet);
            problems.extend(faults.into_iter().map(|what| Problem::new(block.line, what, HINT)));
            text
        };
        let (text, mark) = match &block.content {
            Content::Paragraph { sentences, .. } => {
                let text = told(sentences);
                paragraphs.push(text);
                continue;
            }
            Content::Quote(sentences) => (told(sentences), "\n> "),
            Content::Points(points) => {
                (points.iter().map(|point| told(point)).collect::<Vec<_>>().join("\n- "), "\n- ")
            }
            Content::Heading(..) | Content::Figure { .. } | Content::Table { .. } => continue,
        };
        match paragraphs.last_mut() {
            Some(last) => {
                last.push_str(mark);
                last.push_str(&text);
            }
            None => problems.push(Problem::new(block.line, "words stand before the first paragraph", LOOSE)),
        }
    }
    if paragraphs.is_empty() {
        problems.push(Problem::new(1, "the draft has no paragraph to comment on", "write one below the head"));
    }
    if !problems.is_empty() {
        // A finding that is cited and taken in one sentence is refused once.
        let mut told = BTreeSet::new();
        problems.retain(|problem| told.insert((problem.line, problem.what.clone())));
        problems.sort_by_key(|problem| problem.line);
        return Err(problems);
    }
    let (mut numbers, mut runs) = (Vec::new(), Vec::new());
    for cited in &rests.cited {
        match cited {
            Cited::Thing(_, id) | Cited::Item(id) => numbers.push(*id),
            Cited::Run(code) => runs.push(code.clone()),
        }
    }
    Ok(Copy { paragraphs, rests: numbers, runs, counted, gate: rests })
}

const HINT: &str = "take something else from the case, or say it in words that cite";
const LOOSE: &str = "put a paragraph before the quotation or the list";

/// Sentences without citations and marks, with what they take from the case in place; and what has no place in a copy.
fn words(sentences: &[Sentence], language: &str, grounds: &Grounds<'_>, sheet: &Sheet) -> (String, Vec<String>) {
    let (mut text, mut faults) = (String::new(), Vec::new());
    for piece in sentences.iter().flat_map(|sentence| &sentence.pieces) {
        match piece {
            Piece::Words(_, words) => text.push_str(words),
            Piece::Cites(_) => {}
            Piece::Takes(code, part) => match taken(code, part.as_deref(), language, grounds, sheet) {
                Ok(words) => text.push_str(&words),
                Err(what) => faults.push(what),
            },
            Piece::Note(words) => {
                text.push_str(" (");
                text.push_str(words);
                text.push(')');
            }
        }
    }
    (tidied(&text), faults)
}

/// What stands for a reference. What the gate refuses anyway is left empty here, so that nothing is told twice.
fn taken(
    code: &str,
    part: Option<&str>,
    language: &str,
    grounds: &Grounds<'_>,
    sheet: &Sheet,
) -> Result<String, String> {
    let book = grounds.book;
    if let (Some(article), true) = (part, book.frameworks.contains_key(code)) {
        return Ok(law::concluded(book, code, article).unwrap_or_default());
    }
    let printed = match (grounds.cited(code), part) {
        (Ok(Cited::Thing(Sort::Source, _)), Some(_)) => {
            return Err(format!("{code}: a copy for comment names nobody"));
        }
        (Ok(Cited::Thing(Sort::Finding, id)), None) => {
            book.findings.get(&id).and_then(|file| phrases::adopted(book, file, language).ok())
        }
        (Ok(Cited::Run(run)), Some(part)) => {
            let place = build::place(code, part);
            let told = sheet.get(&place).map(|_| sheet.single(&place));
            book.runs.get(&run).and_then(|said| values::words(&said.what, part, told, language))
        }
        _ => None,
    };
    // The author's own stop follows.
    Ok(printed.unwrap_or_default().trim_end_matches('.').to_string())
}

/// Without the gaps that citations leave.
fn tidied(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        let is_stop = word.chars().next().is_some_and(|c| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\u{60c}'));
        if !out.is_empty() && !is_stop {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_leave_no_gap() {
        let check = |text: &str, expected: &str| assert_eq!(tidied(text), expected);
        check("People were held  .", "People were held.");
        check(" One ,  two.\n Three ", "One, two. Three");
        check("", "");
    }
}
