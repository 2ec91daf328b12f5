//! Which numbered copy of a draft does a State get for comment?
//!
//! The draft passes the same gate as a publication, with the State concerned as its reader. The copy holds the words and no citation: which
//! code a source has is nobody's business outside. What is taken from the case stands in the words adopted, numbers as their runs gave them.

use super::draft::{Content, Draft, Problem};
use super::gate::{self, Cited, Grounds, Rests};
use super::sentence::{Piece, Sentence};
use crate::custody::ids::RecordId;
use crate::facts::Sort;
use crate::facts::words::Purpose;
use std::collections::BTreeSet;

/// A copy for comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The paragraphs; the first is number 1. What a paragraph of the draft quotes or lists is part of it.
    pub paragraphs: Vec<String>,
    /// Everything it rests on.
    pub rests: Vec<RecordId>,
    /// The runs it takes numbers from, by code.
    pub runs: Vec<String>,
    /// What the gate found.
    pub gate: Rests,
}

/// The copy, or every problem that stands against it. Whatever purpose the draft names, its sources are asked about the State concerned.
pub fn prepare(draft: &Draft, grounds: &Grounds<'_>) -> Result<Copy, Vec<Problem>> {
    let mut draft = draft.clone();
    draft.head.purpose = Purpose::StateConcerned.name().into();
    let (rests, mut problems) = gate::judge(&draft, grounds);
    let mut paragraphs: Vec<String> = Vec::new();
    for block in &draft.blocks {
        let mut told = |sentences: &[Sentence]| {
            let (text, faults) = words(sentences, &draft.head.language, grounds);
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
    Ok(Copy { paragraphs, rests: numbers, runs, gate: rests })
}

const HINT: &str = "adopt the finding in the draft's language too, or take another value";
const LOOSE: &str = "put a paragraph before the quotation or the list";

/// Sentences without citations and marks, with what they take from the case in place; and what could not be put in place.
fn words(sentences: &[Sentence], language: &str, grounds: &Grounds<'_>) -> (String, Vec<String>) {
    let (mut text, mut faults) = (String::new(), Vec::new());
    for piece in sentences.iter().flat_map(|sentence| &sentence.pieces) {
        match piece {
            Piece::Words(_, words) => text.push_str(words),
            Piece::Cites(_) => {}
            Piece::Takes(code, part) => match taken(code, part.as_deref(), language, grounds) {
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
fn taken(code: &str, part: Option<&str>, language: &str, grounds: &Grounds<'_>) -> Result<String, String> {
    match (grounds.cited(code), part) {
        (Ok(Cited::Thing(Sort::Finding, id)), None) => {
            let adopted = grounds.book.findings.get(&id).and_then(|file| file.adopted.as_ref());
            let Some(adopted) = adopted else { return Ok(String::new()) };
            let wording = adopted.what.wording.iter().find(|wording| wording.name == language);
            wording
                .map(|wording| wording.value.trim().trim_end_matches('.').to_string())
                .ok_or_else(|| format!("{code} is not adopted in the language of the draft ({language})"))
        }
        (Ok(Cited::Run(run)), Some(part)) => {
            let outcome = grounds.book.runs.get(&run).and_then(|said| said.what.outcome.as_ref());
            let value = |name: &str| Some(outcome?.values.iter().find(|value| value.name == name)?.value.clone());
            match (part, value(part)) {
                (_, Some(value)) => Ok(value),
                ("share", None) => share(value("observed"), value("estimate"))
                    .ok_or_else(|| format!("no share can be made of {code}: its numbers are none")),
                (_, None) => Ok(String::new()),
            }
        }
        _ => Ok(String::new()),
    }
}

/// Documented of all, with the denominator: a share alone would hide of how many.
fn share(observed: Option<String>, estimate: Option<String>) -> Option<String> {
    let (observed, estimate) = (observed?, estimate?);
    let (seen, all): (f64, f64) = (observed.parse().ok()?, estimate.parse().ok()?);
    (all > 0.0).then(|| format!("{:.0} % ({observed} of {estimate})", seen / all * 100.0))
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

    #[test]
    fn a_share_says_of_how_many() {
        let check = |seen: &str, all: &str, expected: Option<&str>| {
            assert_eq!(share(Some(seen.into()), Some(all.into())).as_deref(), expected);
        };
        check("30", "120", Some("25 % (30 of 120)"));
        check("30", "0", None);
        check("many", "120", None);
    }
}
