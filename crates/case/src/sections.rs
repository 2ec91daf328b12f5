//! What does a TOML file say, section by section, and which of it does not fit?
//!
//! A reader takes what it knows from a section and ends with `done`, which names the keys that nobody took. Whatever is at
//! fault is collected with its line, and the rest is read on. No fault repeats a text of the file: it may be evidence.

use crate::fault::{Fault, Faults, Severity};
use factum_model::Edtf;
use factum_model::edtf::{Day, Precision};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file while it is read.
pub(crate) struct File<'t> {
    text: &'t str,
    name: &'t str,
    /// What did not fit so far.
    pub faults: Faults,
}

/// One section: a table of the file with its name and place.
pub(crate) struct Section<'t> {
    /// What the section is called in messages.
    pub name: String,
    /// Where it begins, in bytes.
    pub at: usize,
    /// Its keys, each with whether it was taken.
    entries: Vec<(String, usize, Option<Spanned<DeValue<'t>>>)>,
}

impl<'t> File<'t> {
    /// Opens a file. No section if it is no TOML.
    pub fn open(text: &'t str, name: &'t str) -> (File<'t>, Option<Section<'t>>) {
        let mut file = File { text, name, faults: Faults::default() };
        match DeTable::parse(text) {
            Ok(table) => {
                let root = Section::new("the file".into(), 0, table.into_inner());
                (file, Some(root))
            }
            Err(error) => {
                let fault = Fault::new(Severity::Error, name, format!("not readable as TOML: {}", error.message()));
                let line = error.span().map(|span| file.line(span.start));
                file.faults.push(match line {
                    Some(line) => fault.at_row(line),
                    None => fault,
                });
                (file, None)
            }
        }
    }

    /// The line of a place.
    fn line(&self, at: usize) -> u32 {
        self.text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() as u32 + 1
    }

    /// Notes an error at a place.
    pub fn fault(&mut self, at: usize, what: impl Into<String>, hint: impl Into<String>) {
        let fault = Fault::new(Severity::Error, self.name, what).at_row(self.line(at)).hint(hint);
        self.faults.push(fault);
    }

    /// Notes an error at a place whose message says what to try.
    pub fn error(&mut self, at: usize, error: &impl std::error::Error) {
        let fault = Fault::new(Severity::Error, self.name, error.to_string()).at_row(self.line(at));
        self.faults.push(fault);
    }

    /// Names every key of a section that nobody took.
    pub fn done(&mut self, section: Section<'_>, known: &str) {
        for (key, at, _) in section.entries.iter().filter(|(_, _, value)| value.is_some()) {
            self.fault(*at, format!("{} has no `{key}`", section.name), format!("it has {known}"));
        }
    }

    /// A text that must be there and say something.
    pub fn text(&mut self, section: &mut Section<'_>, key: &str) -> Option<String> {
        match section.take(key) {
            Some(value) => self.as_text(&section.name, key, value),
            None => self.missing(section, key),
        }
    }

    /// A text that may be absent.
    pub fn optional_text(&mut self, section: &mut Section<'_>, key: &str) -> Option<String> {
        let value = section.take(key)?;
        self.as_text(&section.name, key, value)
    }

    /// A text of one line that must be there.
    pub fn one_line(&mut self, section: &mut Section<'_>, key: &str) -> Option<String> {
        let at = section.place(key);
        let text = self.text(section, key)?;
        if text.chars().any(char::is_control) {
            self.fault(
                at,
                format!("`{key}` of {} has a line break or a control character", section.name),
                "write one line",
            );
            return None;
        }
        Some(text)
    }

    fn as_text(&mut self, of: &str, key: &str, value: Spanned<DeValue<'_>>) -> Option<String> {
        let at = value.span().start;
        match value.into_inner() {
            DeValue::String(text) if !text.trim().is_empty() => Some(text.into_owned()),
            DeValue::String(_) => {
                self.fault(at, format!("`{key}` of {of} is empty"), "write what it is, or leave the key out");
                None
            }
            _ => {
                self.fault(at, format!("`{key}` of {of} must be text"), "put it in quotation marks");
                None
            }
        }
    }

    fn missing<T>(&mut self, section: &Section<'_>, key: &str) -> Option<T> {
        self.fault(section.at, format!("{} lacks `{key}`", section.name), format!("add a line `{key} = …`"));
        None
    }

    /// A number from 1 that must be there.
    pub fn number(&mut self, section: &mut Section<'_>, key: &str) -> Option<u32> {
        match section.take(key) {
            Some(value) => self.as_number(&section.name, key, &value),
            None => self.missing(section, key),
        }
    }

    fn as_number(&mut self, of: &str, key: &str, value: &Spanned<DeValue<'_>>) -> Option<u32> {
        let number = match value.get_ref() {
            DeValue::Integer(digits) => u32::from_str_radix(digits.as_str(), digits.radix()).ok().filter(|n| *n > 0),
            _ => None,
        };
        if number.is_none() {
            self.fault(
                value.span().start,
                format!("`{key}` of {of} must be a whole number from 1"),
                "write 1, 2, 3, …",
            );
        }
        number
    }

    /// Yes or no; no if absent.
    pub fn flag(&mut self, section: &mut Section<'_>, key: &str) -> bool {
        match section.take(key) {
            None => false,
            Some(value) => self.as_flag(&section.name, key, &value).unwrap_or_default(),
        }
    }

    /// Yes or no that must be there.
    pub fn needed_flag(&mut self, section: &mut Section<'_>, key: &str) -> Option<bool> {
        match section.take(key) {
            Some(value) => self.as_flag(&section.name, key, &value),
            None => self.missing(section, key),
        }
    }

    fn as_flag(&mut self, of: &str, key: &str, value: &Spanned<DeValue<'_>>) -> Option<bool> {
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.fault(value.span().start, format!("`{key}` of {of} must be true or false"), "write true or false");
        }
        flag
    }

    /// A date that must be there: EDTF, as precise as it is known.
    pub fn date(&mut self, section: &mut Section<'_>, key: &str) -> Option<Edtf> {
        let at = section.place(key);
        let text = self.text(section, key)?;
        match text.parse::<Edtf>() {
            Ok(date) => Some(date),
            Err(error) => {
                self.fault(at, format!("`{key}` of {} is no date", section.name), error.to_string());
                None
            }
        }
    }

    /// A day that must be there.
    pub fn day(&mut self, section: &mut Section<'_>, key: &str) -> Option<Day> {
        let at = section.place(key);
        let text = self.text(section, key)?;
        self.as_day(&section.name, key, at, &text)
    }

    fn as_day(&mut self, of: &str, key: &str, at: usize, text: &str) -> Option<Day> {
        let day = day(text);
        if day.is_none() {
            self.fault(
                at,
                format!("`{key}` of {of} is no day of the calendar"),
                "write year, month and day: \"2026-05-03\"",
            );
        }
        day
    }

    /// A list that may be absent, with the place of each of its values.
    fn list<'s>(&mut self, section: &mut Section<'s>, key: &str) -> Vec<Spanned<DeValue<'s>>> {
        let Some(value) = section.take(key) else { return Vec::new() };
        let at = value.span().start;
        match value.into_inner() {
            DeValue::Array(values) => values.into_iter().collect(),
            _ => {
                self.fault(at, format!("`{key}` of {} must be a list", section.name), format!("write {key} = [ … ]"));
                Vec::new()
            }
        }
    }

    /// The texts of a list that may be absent.
    pub fn texts(&mut self, section: &mut Section<'_>, key: &str) -> Vec<String> {
        let values = self.list(section, key);
        values.into_iter().filter_map(|value| self.as_text(&section.name, key, value)).collect()
    }

    /// The days of a list that may be absent.
    pub fn days(&mut self, section: &mut Section<'_>, key: &str) -> Vec<Day> {
        let mut days = Vec::new();
        for value in self.list(section, key) {
            let at = value.span().start;
            if let Some(text) = self.as_text(&section.name, key, value) {
                days.extend(self.as_day(&section.name, key, at, &text));
            }
        }
        days
    }

    /// The sections of a list that may be absent: `[[key]]`. Each is called `noun` with its number.
    pub fn sections<'s>(&mut self, section: &mut Section<'s>, key: &str, noun: &str) -> Vec<Section<'s>> {
        let mut sections = Vec::new();
        for (index, value) in self.list(section, key).into_iter().enumerate() {
            let at = value.span().start;
            let name = if section.at == 0 && section.name == "the file" {
                format!("{noun} {}", index + 1)
            } else {
                format!("{noun} {} of {}", index + 1, section.name)
            };
            match value.into_inner() {
                DeValue::Table(table) => sections.push(Section::new(name, at, table)),
                _ => self.fault(at, format!("{name} must be a section"), format!("write [[{key}]] or {{ … }}")),
            }
        }
        sections
    }

    /// A section that may be absent, under the name `noun`.
    pub fn section<'s>(&mut self, section: &mut Section<'s>, key: &str, noun: &str) -> Option<Section<'s>> {
        let value = section.take(key)?;
        let at = value.span().start;
        match value.into_inner() {
            DeValue::Table(table) => Some(Section::new(noun.into(), at, table)),
            _ => {
                self.fault(at, format!("`{key}` of {} must be a section", section.name), format!("write [{key}]"));
                None
            }
        }
    }

    /// Every key of a section with its text and the place of the key: for sections whose keys are data.
    pub fn all_texts(&mut self, section: Section<'_>) -> Vec<(String, usize, String)> {
        let mut texts = Vec::new();
        for (key, at, value) in section.entries {
            let Some(value) = value else { continue };
            if let Some(text) = self.as_text(&section.name, &key, value) {
                texts.push((key, at, text));
            }
        }
        texts
    }
}

impl<'t> Section<'t> {
    fn new(name: String, at: usize, table: DeTable<'t>) -> Self {
        let entries =
            table.into_iter().map(|(key, value)| (key.get_ref().to_string(), key.span().start, Some(value))).collect();
        Section { name, at, entries }
    }

    fn take(&mut self, key: &str) -> Option<Spanned<DeValue<'t>>> {
        self.entries.iter_mut().find(|(name, _, _)| name == key)?.2.take()
    }

    /// Is there such a key that nobody has taken?
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(name, _, value)| name == key && value.is_some())
    }

    /// Where a key stands, or where the section begins if it has no such key.
    pub fn place(&self, key: &str) -> usize {
        self.entries.iter().find(|(name, _, _)| name == key).map_or(self.at, |(_, at, _)| *at)
    }
}

/// A day written as `2026-05-03`, without reservation.
pub(crate) fn day(text: &str) -> Option<Day> {
    match text.parse::<Edtf>() {
        Ok(date @ Edtf::Date(_)) if date.precision() == Precision::Day && !date.is_qualified() => date.earliest(),
        _ => None,
    }
}

/// A day as `2026-05-03`.
pub(crate) fn iso(day: Day) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_day_and_no_less() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(day(text).map(iso).as_deref(), expected, "{text}");
        check("2026-05-03", Some("2026-05-03"));
        check("2026-05", None);
        check("2026-05-03?", None);
        check("2026-02-30", None);
        check("2026-05-03/2026-05-04", None);
        check("", None);
    }

    #[test]
    fn every_fault_has_its_line() {
        let text = "a = 1\nb = ''\nn = 0\nflag = 'yes'\nwhen = '2026-13'\nlist = 3\n[[parts]]\nx = 'x'\ny = 2\n";
        let (mut file, root) = File::open(text, "f.toml");
        let mut root = root.unwrap();
        assert_eq!(file.text(&mut root, "a"), None);
        assert_eq!(file.text(&mut root, "b"), None);
        assert_eq!(file.text(&mut root, "c"), None);
        assert_eq!(file.number(&mut root, "n"), None);
        assert!(!file.flag(&mut root, "flag"));
        assert_eq!(file.date(&mut root, "when"), None);
        assert!(file.sections(&mut root, "list", "part").is_empty());
        for mut part in file.sections(&mut root, "parts", "part") {
            assert_eq!(file.text(&mut part, "x").as_deref(), Some("x"));
            file.done(part, "x");
        }
        file.done(root, "a");
        let lines: Vec<String> =
            file.faults.iter().map(|f| format!("{}: {}", f.row.unwrap_or_default(), f.what)).collect();
        assert_eq!(
            lines,
            [
                "1: `a` of the file must be text",
                "2: `b` of the file is empty",
                "1: the file lacks `c`",
                "3: `n` of the file must be a whole number from 1",
                "4: `flag` of the file must be true or false",
                "5: `when` of the file is no date",
                "6: `list` of the file must be a list",
                "9: part 1 has no `y`",
            ]
        );
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_line() {
        let (file, root) = File::open("a = 1\n[b\n", "f.toml");
        assert!(root.is_none());
        let lines: Vec<String> = file.faults.iter().map(|f| f.line(false)).collect();
        assert!(lines[0].starts_with("error: f.toml, row 2: not readable as TOML"), "{lines:?}");
    }
}
