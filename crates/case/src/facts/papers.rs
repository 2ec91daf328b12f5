//! Where in an interview or document does something stand, what are the words, and where do they stand in its translation?
//!
//! A paper is an interview or a document with its text, as far as the actor can open it. A place in one is written as its code, a number
//! sign and a passage: `I-007#¶12`, or `I-007#p12`, which a keyboard can write. [`incoming`] makes papers of files.

pub mod incoming;

use super::book::Book;
use super::desk::{DeskError, Sort};
use super::words;
use super::written_out;
use crate::custody::folder::Case;
use crate::custody::ids::RecordId;
use crate::testimony::passage::{Extent, Finder, Locator, LocatorError, PassageError, holds_quote};
use crate::testimony::text::Text;
use crate::testimony::translation::{Mapped, Side, Unaligned, Unmapped, align};
use factum_vault::index::IndexError;
use std::collections::BTreeMap;
use std::str::FromStr;

/// Words that are quoted on their own: no longer than a paragraph that somebody would quote whole.
const QUOTED: usize = 600;

/// An interview or document with its text.
#[derive(Clone, Debug)]
pub struct Paper {
    /// Its number.
    pub paper: RecordId,
    /// Its code.
    pub code: String,
    /// What it is.
    pub sort: Sort,
    /// Who speaks, or where it comes from.
    pub source: RecordId,
    /// What it translates.
    pub translation_of: Option<RecordId>,
    /// The item with its text.
    pub item: Option<RecordId>,
    /// Its text; empty where there is none, or none that can be opened.
    pub text: Text,
    /// How far it reaches beside its text.
    pub extent: Extent,
}

/// A place as people write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The code of the interview or document.
    pub code: String,
    /// Where in it; absent if all of it is meant, or if quoted words tell.
    pub at: Option<Locator>,
}

impl FromStr for Place {
    type Err = LocatorError;

    fn from_str(text: &str) -> Result<Self, LocatorError> {
        let Some((code, at)) = text.split_once('#') else { return Ok(Self { code: text.trim().into(), at: None }) };
        let at = at.trim();
        // `p12` is paragraph 12, and `p.12` the page.
        let typed = at.strip_prefix('p').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let at = typed.map_or_else(|| at.parse(), |rest| format!("¶{rest}").parse())?;
        Ok(Self { code: code.trim().into(), at: Some(at) })
    }
}

/// Why a place is none.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The code is nobody's, or that of something else.
    #[error(transparent)]
    Code(#[from] DeskError),
    /// The passage lies outside.
    #[error("{code}: {why}")]
    Outside {
        /// The interview or document.
        code: String,
        /// Where it ends.
        why: PassageError,
    },
    /// The words are elsewhere.
    #[error("the quoted words do not stand there; in {code} they stand {}", places(.stand))]
    Elsewhere {
        /// The interview or document.
        code: String,
        /// Where they stand.
        stand: Vec<Locator>,
    },
    /// The words stand in several places.
    #[error("the quoted words stand in {code} {}; say which is meant", places(.stand))]
    Several {
        /// The interview or document.
        code: String,
        /// Where.
        stand: Vec<Locator>,
    },
    /// The words stand nowhere.
    #[error("the quoted words do not stand in {0}; write them as they stand there, or write where they stand")]
    Nowhere(String),
}

fn places(stand: &[Locator]) -> String {
    let shown: Vec<String> = stand.iter().map(|at| format!("at {at}")).collect();
    if shown.is_empty() { "nowhere".into() } else { shown.join(" and ") }
}

/// Where a passage stands in a text that translates, or is translated by, the one it lies in.
#[derive(Clone, Debug)]
pub struct Counterpart {
    /// The other interview or document.
    pub code: String,
    /// Is it the original?
    pub is_original: bool,
    /// Where, with the words there; or why that is not known.
    pub there: Result<(Mapped, String), Unknown>,
}

/// Why it is not known where a passage stands in another language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// The texts are not aligned.
    #[error(transparent)]
    Unaligned(#[from] Unaligned),
    /// The passage has no counterpart.
    #[error(transparent)]
    Unmapped(#[from] Unmapped),
}

/// Every interview and document that the actor can open.
#[derive(Clone, Debug, Default)]
pub struct Papers {
    all: BTreeMap<RecordId, Paper>,
}

impl Papers {
    /// Those of a book, with their texts.
    pub fn read(case: &Case, book: &Book) -> Result<Self, IndexError> {
        let mut texts = written_out::texts(case, book)?;
        let mut text = |item: Option<RecordId>| item.and_then(|item| texts.remove(&item)).unwrap_or_default();
        let mut all = BTreeMap::new();
        for (id, said) in &book.interviews {
            let said = &said.what;
            let extent = Extent { duration: moment(said.duration.as_deref()), ..Extent::default() };
            let paper = Paper {
                paper: *id,
                code: said.code.clone(),
                sort: Sort::Interview,
                source: said.source,
                translation_of: None,
                item: said.text,
                text: text(said.text),
                extent,
            };
            all.insert(*id, paper);
        }
        for (id, said) in &book.documents {
            let said = &said.what;
            let sheets = said.sheets.iter().map(|s| (s.name.clone(), s.columns, s.rows)).collect();
            let extent = Extent { pages: said.pages, duration: moment(said.duration.as_deref()), sheets };
            let paper = Paper {
                paper: *id,
                code: said.code.clone(),
                sort: Sort::Document,
                source: said.source,
                translation_of: said.translation_of,
                item: said.text,
                text: text(said.text),
                extent,
            };
            all.insert(*id, paper);
        }
        Ok(Self { all })
    }

    /// All of them, in the order of their codes.
    pub fn each(&self) -> impl Iterator<Item = &Paper> {
        let mut all: Vec<&Paper> = self.all.values().collect();
        all.sort_by(|a, b| a.code.cmp(&b.code));
        all.into_iter()
    }

    /// The interview or document of a code.
    ///
    /// # Errors
    /// [`DeskError`] if nothing or something else has the code.
    pub fn find(&self, book: &Book, code: &str) -> Result<&Paper, DeskError> {
        let id = match book.find(code, Sort::Interview) {
            Err(DeskError::Sort { found, .. }) if found == Sort::Document.name() => book.find(code, Sort::Document)?,
            Err(DeskError::Sort { code, found, .. }) => {
                return Err(DeskError::Sort { code, found, wanted: "an interview or a document" });
            }
            other => other?,
        };
        self.all.get(&id).ok_or_else(|| DeskError::Unknown(code.into()))
    }

    /// Where a passage stands in the paper's original and in its translations.
    pub fn counterparts(&self, paper: &Paper, at: &Locator) -> Vec<Counterpart> {
        let original = paper.translation_of.and_then(|id| self.all.get(&id)).map(|other| (other, true));
        let translations = self.each().filter(|other| other.translation_of == Some(paper.paper));
        let others = original.into_iter().chain(translations.map(|other| (other, false)));
        others
            .map(|(other, is_original)| {
                let there = if is_original {
                    across(&other.text, &paper.text, at, Side::Translation, other)
                } else {
                    across(&paper.text, &other.text, at, Side::Original, other)
                };
                Counterpart { code: other.code.clone(), is_original, there }
            })
            .collect()
    }
}

/// A place of one text in the other, with the words there.
fn across(
    original: &Text,
    translation: &Text,
    at: &Locator,
    side: Side,
    other: &Paper,
) -> Result<(Mapped, String), Unknown> {
    let mapped = align(original, translation)?.map(at, side)?;
    let words = mapped.places.iter().filter_map(|place| place.resolve(Some(&other.text), &other.extent).ok().flatten());
    let words: Vec<String> = words.collect();
    Ok((mapped, words.join("\n")))
}

fn moment(text: Option<&str>) -> Option<crate::testimony::passage::Moment> {
    text.and_then(|text| text.parse().ok())
}

impl Paper {
    /// The words at a place, where there are any.
    ///
    /// # Errors
    /// [`PlaceError::Outside`].
    pub fn words(&self, at: &Locator) -> Result<Option<String>, PlaceError> {
        let text = (!self.text.is_empty()).then_some(&self.text);
        at.resolve(text, &self.extent).map_err(|why| PlaceError::Outside { code: self.code.clone(), why })
    }

    /// A passage to be cited: where it is said to be, or where the quoted words stand. Words that are short enough are quoted with it, so
    /// that the passage is found again when the text changes elsewhere. Nothing if neither is given.
    ///
    /// # Errors
    /// [`PlaceError`] if there is no such place, or not one.
    pub fn cite(&self, at: Option<&Locator>, quote: Option<&str>) -> Result<Option<words::Passage>, PlaceError> {
        let at = match (at, quote) {
            (None, None) => return Ok(None),
            (Some(at), _) => at.clone(),
            (None, Some(quote)) => match Finder::new(&self.text).find(quote).as_slice() {
                [] => return Err(PlaceError::Nowhere(self.code.clone())),
                [at] => at.clone(),
                several => return Err(PlaceError::Several { code: self.code.clone(), stand: several.to_vec() }),
            },
        };
        let there = self.words(&at)?;
        if let (Some(there), Some(quote)) = (&there, quote)
            && !holds_quote(there, quote)
        {
            let stand = Finder::new(&self.text).find(quote);
            return Err(PlaceError::Elsewhere { code: self.code.clone(), stand });
        }
        let short = there.filter(|words| words.chars().count() <= QUOTED);
        Ok(Some(words::Passage {
            item: self.item.unwrap_or(self.paper),
            at: at.to_string(),
            quote: quote.map(String::from).or(short),
            made_in: (!self.text.is_empty()).then(|| self.text.digest()),
        }))
    }
}
