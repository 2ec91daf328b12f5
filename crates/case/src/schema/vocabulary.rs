//! Which terms may be said, under which codes?
//!
//! A vocabulary is a file: codes with labels. Codes of the HURIDOCS Events Standard Formats are facts and are kept with
//! attribution; the labels are this project's own. An inquiry adds terms and vocabularies; none is ever invented by an import.

use super::entity::Word;
use super::words::{Placed, Words};
use std::collections::HashMap;
use toml::de::{DeTable, DeValue};

/// One term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Its code.
    pub code: Word,
    /// Its label.
    pub label: String,
    /// The code of the wider term, if there is one.
    pub parent: Option<Word>,
}

/// A vocabulary.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// Its name.
    pub name: Word,
    /// Its label.
    pub label: String,
    /// The version of its file, and after `+` those of files that add to it.
    pub version: String,
    /// The number of the list in the Events Standard Formats, if it is one.
    pub esf: Option<String>,
    /// The terms, in the order of the files.
    terms: Vec<Term>,
    codes: HashMap<Word, usize>,
    /// Labels without letter case; `None` where several terms share one.
    labels: HashMap<String, Option<usize>>,
}

/// What a file of terms says.
pub(super) struct TermsFile {
    pub name: String,
    pub at: usize,
    pub label: Option<String>,
    pub version: u32,
    pub esf: Option<String>,
    pub hierarchical: bool,
    /// Code, label, wider term, and the place in the file.
    pub terms: Vec<(String, String, Option<String>, usize)>,
}

/// Codes of the Events Standard Formats have twelve digits, two a level.
const ESF_DIGITS: usize = 12;

impl Vocabulary {
    pub(super) fn new(file: &TermsFile) -> Self {
        Vocabulary {
            name: file.name.as_str().into(),
            label: file.label.clone().unwrap_or_else(|| file.name.clone()),
            version: file.version.to_string(),
            esf: file.esf.clone(),
            terms: Vec::new(),
            codes: HashMap::new(),
            labels: HashMap::new(),
        }
    }

    /// Adds the terms of a file; a code that is there already is a fault.
    pub(super) fn add(&mut self, file: &TermsFile, words: &mut Words<'_>) {
        for (code, label, parent, at) in &file.terms {
            if self.codes.contains_key(code.as_str()) {
                let what = format!("the vocabulary `{}` has a term `{code}` already", self.name);
                words.fault(*at, what, "a term is never changed or removed; give the new one its own code");
                continue;
            }
            let wider = match parent {
                Some(parent) => Some(parent.clone()),
                None if file.hierarchical => wider(code, |c| file.terms.iter().any(|t| t.0 == c)),
                None => None,
            };
            let place = self.terms.len();
            self.codes.insert(code.as_str().into(), place);
            let label_key = folded(label);
            self.labels.entry(label_key).and_modify(|known| *known = None).or_insert(Some(place));
            let parent = wider.map(|w| Word::from(w.as_str()));
            self.terms.push(Term { code: code.as_str().into(), label: label.clone(), parent });
        }
        for (code, _, parent, at) in &file.terms {
            if let Some(parent) = parent.as_ref().filter(|p| !self.codes.contains_key(p.as_str()) || *p == code) {
                words.fault(*at, format!("there is no wider term `{parent}`"), "name a code of this vocabulary");
            }
        }
    }

    /// The terms, in their order.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The term of a code.
    pub fn term(&self, code: &str) -> Option<&Term> {
        self.codes.get(code).and_then(|at| self.terms.get(*at))
    }

    /// The term that a text means: by its code, by its label in any letter case if no other has it, or, for the Events
    /// Standard Formats, by the number of the term in their lists and by a code that lost its leading zeros in a spreadsheet.
    pub fn meant(&self, text: &str) -> Option<&Term> {
        let text = text.trim();
        if let Some(term) = self.term(text) {
            return Some(term);
        }
        if let Some(Some(at)) = self.labels.get(&folded(text)) {
            return self.terms.get(*at);
        }
        let list = self.esf.as_deref()?;
        if !text.bytes().all(|b| b.is_ascii_digit()) || text.is_empty() {
            return None;
        }
        let zeroed = |digits: usize| format!("{text:0>digits$}");
        match text.len() {
            11 => self.term(&zeroed(ESF_DIGITS)),
            13 | 14 => zeroed(ESF_DIGITS + 2).strip_suffix(list).and_then(|code| self.term(code)),
            _ => None,
        }
    }

    /// Whether the label means this term alone.
    pub fn is_label(&self, label: &str) -> bool {
        matches!(self.labels.get(&folded(label)), Some(Some(_))) && self.term(label).is_none()
    }
}

fn folded(label: &str) -> String {
    label.trim().to_lowercase()
}

/// The code with its last level taken off, if that is a term.
fn wider(code: &str, is_term: impl Fn(&str) -> bool) -> Option<String> {
    if code.len() != ESF_DIGITS || !code.is_ascii() {
        return None;
    }
    (1..ESF_DIGITS / 2).rev().find_map(|level| {
        let (head, tail) = code.split_at_checked(2 * level)?;
        let cut = format!("{head:0<ESF_DIGITS$}");
        (tail.bytes().any(|b| b != b'0') && is_term(&cut)).then_some(cut)
    })
}

/// Reads a file that defines a vocabulary or adds to one.
pub(super) fn read<'t>(table: &DeTable<'t>, words: &mut Words<'t>, extends: bool) -> Option<TermsFile> {
    let mut file = TermsFile {
        name: String::new(),
        at: 0,
        label: None,
        version: 0,
        esf: None,
        hierarchical: false,
        terms: Vec::new(),
    };
    for (key, value) in table {
        match key.get_ref().as_ref() {
            name @ ("vocabulary" | "extends_vocabulary") => {
                file.at = value.span().start;
                file.name = words.name(name, value).unwrap_or_default();
            }
            "label" if !extends => file.label = words.string("label", value),
            "version" => file.version = words.version(value).unwrap_or(0),
            "esf" if !extends => file.esf = words.string("esf", value),
            "hierarchical" if !extends => file.hierarchical = words.flag("hierarchical", value).unwrap_or(false),
            "terms" => terms(value, words, &mut file),
            _ => words.unknown(key, "a vocabulary", "vocabulary, label, version and [terms], or extends_vocabulary"),
        }
    }
    if file.version == 0 && !table.iter().any(|(k, _)| k.get_ref() == "version") {
        words.fault(0, "the file has no version", "write version = 1, and count on whenever the file changes");
    }
    (!file.name.is_empty()).then_some(file)
}

fn terms<'t>(value: &Placed<'t>, words: &mut Words<'t>, file: &mut TermsFile) {
    let Some(table) = words.table("terms", value) else { return };
    for (code, value) in table {
        let at = code.span().start;
        let code = code.get_ref().to_string();
        if code.is_empty() || code.len() > 60 || !code.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
        {
            words.fault(at, "this is no code of a term", "use letters a to z, digits, `_`, `-` and `.`; at most 60");
            continue;
        }
        let (label, parent) = match value.get_ref() {
            DeValue::Table(table) => {
                let (mut label, mut parent) = (None, None);
                for (key, value) in table {
                    match key.get_ref().as_ref() {
                        "label" => label = words.string("label", value),
                        "parent" => parent = words.string("parent", value),
                        _ => words.unknown(key, "a term", "label and parent"),
                    }
                }
                (label, parent)
            }
            _ => (words.string(&code, value), None),
        };
        match label.filter(|l| !l.trim().is_empty()) {
            Some(label) => file.terms.push((code, label, parent, at)),
            None => words.fault(at, format!("the term `{code}` has no label"), "write code = \"label\""),
        }
    }
}
