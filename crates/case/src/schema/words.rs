//! What does a TOML file of a schema or a mapping say, and on which line is what it says wrongly?
//!
//! Every fault is noted with its line and reading goes on, so that a file is mended once, not fault by fault.

use crate::fault::{Fault, Faults, Severity};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value with its place in the text.
pub(super) type Placed<'t> = Spanned<DeValue<'t>>;

/// A file that is being read.
pub(super) struct Words<'t> {
    text: &'t str,
    /// The file's name.
    pub file: &'t str,
    /// What is wrong in it.
    pub faults: Faults,
}

impl<'t> Words<'t> {
    /// Parses the text; `None` if it is no TOML, which is then a fault.
    pub(super) fn open(text: &'t str, file: &'t str) -> (Self, Option<Spanned<DeTable<'t>>>) {
        let mut words = Words { text, file, faults: Faults::default() };
        let table = match DeTable::parse(text) {
            Ok(table) => Some(table),
            Err(error) => {
                let fault = Fault::new(Severity::Error, file, format!("not readable as TOML: {}", error.message()));
                let line = error.span().map(|span| words.line(span.start));
                words.faults.push(match line {
                    Some(line) => fault.at_row(line),
                    None => fault,
                });
                None
            }
        };
        (words, table)
    }

    /// The line of a place in the text.
    pub(super) fn line(&self, offset: usize) -> u32 {
        self.text.as_bytes().iter().take(offset).filter(|b| **b == b'\n').count() as u32 + 1
    }

    /// Notes what is wrong at a place.
    pub(super) fn fault(&mut self, offset: usize, what: impl Into<String>, hint: impl Into<String>) {
        let line = self.line(offset);
        self.faults.push(Fault::new(Severity::Error, self.file, what).at_row(line).hint(hint));
    }

    /// Notes a key that means nothing here.
    pub(super) fn unknown(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, of: &str, known: &str) {
        self.fault(key.span().start, format!("there is no key `{}` in {of}", key.get_ref()), format!("write {known}"));
    }

    /// Text.
    pub(super) fn string(&mut self, key: &str, value: &Placed<'_>) -> Option<String> {
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                self.fault(value.span().start, format!("`{key}` must be text"), "put it in quotation marks");
                None
            }
        }
    }

    /// Text that is a name of this schema: small letters, digits and low lines, beginning with a letter.
    pub(super) fn name(&mut self, key: &str, value: &Placed<'_>) -> Option<String> {
        let text = self.string(key, value)?;
        if is_name(&text) {
            return Some(text);
        }
        let hint = "use small letters a to z, digits and `_`, and begin with a letter; at most 60 characters";
        self.fault(value.span().start, format!("`{key}` is no name"), hint);
        None
    }

    /// True or false.
    pub(super) fn flag(&mut self, key: &str, value: &Placed<'_>) -> Option<bool> {
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => {
                self.fault(value.span().start, format!("`{key}` must be true or false"), "write true or false");
                None
            }
        }
    }

    /// A version: a whole number from 1 on.
    pub(super) fn version(&mut self, value: &Placed<'_>) -> Option<u32> {
        let number = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse::<u32>().ok().filter(|n| *n > 0),
            _ => None,
        };
        if number.is_none() {
            self.fault(value.span().start, "`version` must be a whole number from 1 on", "write version = 1");
        }
        number
    }

    /// One text or a list of texts.
    pub(super) fn strings(&mut self, key: &str, value: &Placed<'_>) -> Vec<String> {
        match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|item| self.string(key, item)).collect(),
            _ => self.string(key, value).into_iter().collect(),
        }
    }

    /// A section.
    pub(super) fn table<'v>(&mut self, key: &str, value: &'v Placed<'t>) -> Option<&'v DeTable<'t>> {
        match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => {
                self.fault(value.span().start, format!("`{key}` must be a section"), format!("write [{key}]"));
                None
            }
        }
    }

    /// The sections of a list of sections, each with its place.
    pub(super) fn tables<'v>(&mut self, key: &str, value: &'v Placed<'t>) -> Vec<(usize, &'v DeTable<'t>)> {
        let DeValue::Array(items) = value.get_ref() else {
            self.fault(value.span().start, format!("`{key}` must be a list of sections"), format!("write [[{key}]]"));
            return Vec::new();
        };
        items.iter().filter_map(|item| Some((item.span().start, self.table(key, item)?))).collect()
    }
}

/// Whether a text can name a kind, a property or a vocabulary: it must do as a header of a table, a key of JSON and a
/// name of XLSForm alike.
pub(super) fn is_name(text: &str) -> bool {
    text.len() <= 60
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
