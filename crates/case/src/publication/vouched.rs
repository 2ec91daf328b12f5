//! Who vouches for which words of a draft, and have they said so?
//!
//! A mark in a draft is anybody's to write. It counts once the member whom it names has said the same in the log, under their own signature
//! and of these very words: with another word in the sentence, or another thing cited, it has to be said anew.

use super::draft::{Content, Draft, Erratum};
use super::sentence::{Piece, Sentence};
use crate::custody::folder::Case;
use crate::facts::words::Vouched;
use crate::facts::{Book, Said};
use std::collections::BTreeSet;

/// On what ground somebody answers for an erratum.
const ERRATUM: &str = "an erratum";

/// Words of an author's own for which somebody is named, as the draft has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The line on which their block begins.
    pub line: u32,
    /// Who is named.
    pub name: String,
    /// What is to be said in the log.
    pub vouched: Vouched,
    /// The first count in the author's own words: no disclosure control sees it.
    pub count: Option<String>,
}

/// By the name of a member, what they vouched for: the words and the reason.
pub type Signed = BTreeSet<(String, String, String)>;

/// What members vouched for in the log.
pub fn signed(case: &Case, book: &Book) -> Signed {
    let said = |said: &Said<Vouched>| {
        (case.register().name_of(said.author), said.what.words.clone(), said.what.reason.clone())
    };
    book.vouched.iter().map(said).collect()
}

impl Mark {
    /// What a sentence's mark says; nothing where it has none.
    pub fn of(sentence: &Sentence, line: u32) -> Option<Self> {
        let by = sentence.reviewed.as_deref()?;
        let (name, reason) = by.split_once(',').unwrap_or((by, ""));
        let vouched = Vouched { words: as_marked(sentence), reason: reason.trim().into() };
        Some(Self { line, name: name.trim().into(), vouched, count: sentence.any_count() })
    }

    /// What somebody answers for in an erratum.
    pub fn of_erratum(erratum: &Erratum) -> Self {
        let vouched = Vouched { words: plain(&erratum.text), reason: ERRATUM.into() };
        let sentence = Sentence::plain(&erratum.text);
        Self { line: 1, name: erratum.by.clone(), vouched, count: sentence.any_count() }
    }

    /// Whether whoever is named has said so.
    pub fn is_signed(&self, signed: &Signed) -> bool {
        signed.contains(&(self.name.clone(), self.vouched.words.clone(), self.vouched.reason.clone()))
    }
}

/// Every mark of a draft, in its order, and what members answer for in its errata.
pub fn marks(draft: &Draft) -> Vec<Mark> {
    let mut found = Vec::new();
    for block in &draft.blocks {
        let mut take = |sentences: &[Sentence]| found.extend(sentences.iter().filter_map(|s| Mark::of(s, block.line)));
        match &block.content {
            Content::Paragraph { sentences, .. } | Content::Quote(sentences) => take(sentences),
            Content::Points(points) => points.iter().for_each(|point| take(point)),
            Content::Heading(..) | Content::Figure { .. } | Content::Table { .. } => {}
        }
    }
    found.extend(draft.head.errata.iter().map(Mark::of_erratum));
    found
}

/// For what of a draft a member is named and has not vouched yet, each once.
pub fn waiting(draft: &Draft, name: &str, signed: &Signed) -> Vec<Mark> {
    let mut seen = BTreeSet::new();
    let mut mine = marks(draft);
    mine.retain(|mark| mark.name == name && !mark.is_signed(signed));
    mine.retain(|mark| seen.insert((mark.vouched.words.clone(), mark.vouched.reason.clone())));
    mine
}

/// A sentence as its author wrote it, with what it cites, takes and notes, without the mark itself; blanks run together.
fn as_marked(sentence: &Sentence) -> String {
    let mut text = String::new();
    for piece in &sentence.pieces {
        match piece {
            Piece::Words(_, words) => text.push_str(words),
            Piece::Cites(codes) => text.push_str(&format!("[@{}]", codes.join("; @"))),
            Piece::Takes(code, None) => text.push_str(&format!("{{{{{code}}}}}")),
            Piece::Takes(code, Some(part)) => text.push_str(&format!("{{{{{code}.{part}}}}}")),
            Piece::Note(words) => text.push_str(&format!("{{note: {words}}}")),
        }
    }
    plain(&text)
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publication::draft;

    #[test]
    fn what_is_vouched_for_is_the_whole_sentence() {
        let check = |paragraph: &str, expected: &[(&str, &str, &str)]| {
            let text = format!("+++\ntitle = \"A\"\ndate = \"2026\"\npurpose = \"courts\"\n+++\n\n{paragraph}\n");
            let read = draft::read(&text).0.unwrap();
            let found = marks(&read);
            let found: Vec<(&str, &str, &str)> =
                found.iter().map(|m| (m.name.as_str(), m.vouched.words.as_str(), m.vouched.reason.as_str())).collect();
            assert_eq!(found, expected, "{paragraph}");
        };
        check(
            "There  were *twelve*\nof them. {reviewed: Bo, counted on the photograph} [@T-1; @T-2] Others fled. [@T-3]",
            &[("Bo", "There were twelve of them. [@T-1; @T-2]", "counted on the photograph")],
        );
        check(
            "So {{R-1.estimate}} it was{note: Seen.}. {reviewed: Bo}",
            &[("Bo", "So {{R-1.estimate}} it was{note: Seen.}.", "")],
        );
        check(
            "- Ten. {reviewed: Bo, seen} [@T-1]\n- Nine. {reviewed: Cy, told} [@T-2]",
            &[("Bo", "Ten. [@T-1]", "seen"), ("Cy", "Nine. [@T-2]", "told")],
        );
        check("> Ten. {reviewed: Bo, as it is printed} [@T-1]", &[("Bo", "Ten. [@T-1]", "as it is printed")]);
        check("They fled. [@T-1]", &[]);
    }

    #[test]
    fn another_word_another_reason_or_another_name_is_not_signed() {
        let said = |name: &str, words: &str, reason: &str| Mark {
            line: 1,
            name: name.into(),
            vouched: Vouched { words: words.into(), reason: reason.into() },
            count: None,
        };
        let signed: Signed = [("Bo".into(), "There were ten.".into(), "seen".into())].into();
        assert!(said("Bo", "There were ten.", "seen").is_signed(&signed));
        assert!(!said("Bo", "There were eleven.", "seen").is_signed(&signed));
        assert!(!said("Bo", "There were ten.", "told").is_signed(&signed));
        assert!(!said("Cy", "There were ten.", "seen").is_signed(&signed));
    }
}
