//! What does a file say of itself?
//!
//! A flat record, text to text, sorted by key. What it says is a claim of the file's maker, not a finding: times are written
//! as the file has them, without a time zone where it names none.

pub mod capture;
mod office;
mod picture;

use super::portable;
use super::sniff::{self, Kind};
use std::collections::BTreeMap;

/// A record has at most so many entries. A photo has some 80; what has thousands was made to be a burden.
pub const MOST_ENTRIES: usize = 500;
/// A value has at most so many characters; longer ones end in `…`.
pub const LONGEST_VALUE: usize = 2_000;
/// A key has at most so many characters.
pub const LONGEST_KEY: usize = 100;

/// The record of a file with these bytes, which are of this kind.
pub fn metadata(bytes: &[u8], kind: &Kind, notes: &mut Vec<String>) -> BTreeMap<String, String> {
    let mut record = Record::default();
    match kind.media_type.as_str() {
        sniff::PDF => portable::metadata(bytes, &mut record, notes),
        sniff::DOCX | sniff::XLSX | sniff::PPTX => office::open_xml(bytes, &mut record, notes),
        sniff::WARC => capture::warc(bytes, &mut record, notes),
        sniff::WACZ => capture::wacz(bytes, &mut record, notes),
        kind if kind.starts_with(sniff::ODF) => office::open_document(bytes, &mut record, notes),
        kind if kind.starts_with("image/") => picture::picture(bytes, &mut record, notes),
        "application/zip" => office::archive(bytes, &mut record),
        _ => {}
    }
    if record.left_out > 0 {
        notes.push(format!("{} entries of the metadata were left out beyond {MOST_ENTRIES}", record.left_out));
    }
    record.entries
}

/// A record that is being filled.
#[derive(Debug, Default)]
pub struct Record {
    entries: BTreeMap<String, String>,
    left_out: usize,
}

impl Record {
    /// Adds an entry, shortened to the bounds. Empty values are no entries; a key that is taken gets a number.
    pub fn put(&mut self, key: &str, value: &str) {
        let (key, value) = (tidy(key, LONGEST_KEY), tidy(value, LONGEST_VALUE));
        if key.is_empty() || value.is_empty() || self.entries.get(&key) == Some(&value) {
            return;
        }
        if self.entries.len() >= MOST_ENTRIES {
            self.left_out = self.left_out.saturating_add(1);
            return;
        }
        let mut name = key.clone();
        let mut number = 2;
        while self.entries.contains_key(&name) {
            name = format!("{key}.{number}");
            number += 1;
        }
        self.entries.insert(name, value);
    }

    /// The value of a key.
    #[cfg(test)]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries.get(key).map(String::as_str)
    }
}

/// One line without control characters, at most so long.
fn tidy(text: &str, longest: usize) -> String {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    let mut out: String = text.chars().take(longest).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(longest).is_some() {
        out.push('…');
    }
    out
}

/// A name written in words of lower case joined by hyphens: `DateTimeOriginal` becomes `date-time-original`, `GPSLatitude`
/// `gps-latitude`.
pub fn hyphened(name: &str) -> String {
    let mut out = String::new();
    let letters: Vec<char> = name.chars().take(LONGEST_KEY).collect();
    for (i, letter) in letters.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|b| letters.get(b));
        let begins = letter.is_uppercase()
            && before.is_some_and(|b| b.is_alphanumeric())
            && (before.is_some_and(|b| !b.is_uppercase()) || letters.get(i + 1).is_some_and(|n| n.is_lowercase()));
        if begins {
            out.push('-');
        }
        match letter.is_alphanumeric() {
            true => out.extend(letter.to_lowercase()),
            false if out.ends_with('-') => {}
            false => out.push('-'),
        }
    }
    out
}
