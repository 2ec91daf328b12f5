//! How does work travel to the log from where the log is not?
//!
//! A bundle: one file with entries and their sealed objects, as `spec/bundles.md` lays it out. It is appended by whoever keeps the log;
//! before that, every object's digest is compared and every part that the taker can open is judged as replay will judge it. The
//! bytes of a bundle are as closed as those of the case: its head names the log and the sizes, nothing else.

mod make;
mod take;

pub use make::{Chain, MakeError, write};
pub use take::{Fate, TakeError, Taken};

#[cfg(test)]
mod tests;

use super::ids::Digest;
use factum_log::entry::Entry;
use std::fmt::Write as _;
use std::io::{self, BufRead, Read};

/// The first line of a bundle.
const TITLE: &str = "factum bundle 1";

/// Entries that one bundle holds at most.
pub const MOST: usize = 100_000;

/// The longest line of a head.
const LONGEST_LINE: u64 = 512;

/// What stands before the objects of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The log it is for.
    pub origin: String,
    /// When it was made, by its maker's clock: RFC 3339, in UTC, to the second.
    pub made: String,
    /// Its entries in order, each with the length of its object's file.
    pub entries: Vec<(Entry, u64)>,
}

/// Why bytes are no head of a bundle.
#[derive(Debug, thiserror::Error)]
pub enum HeadError {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Another first line.
    #[error("it does not begin with the line `{TITLE}`")]
    Title,
    /// A line is not what it should be.
    #[error("line {0} of its head is not what it should be: the file was cut or changed")]
    Line(usize),
    /// Too many entries.
    #[error("it claims more than {MOST} entries")]
    TooMany,
    /// An object twice.
    #[error("line {0} of its head names an object that an earlier line names")]
    Twice(usize),
}

impl Head {
    /// Its text, with the empty line at the end.
    pub fn text(&self) -> String {
        let mut text = format!("{TITLE}\norigin {}\nmade {}\nobjects {}\n", self.origin, self.made, self.entries.len());
        for (entry, length) in &self.entries {
            entry.to_bytes().iter().for_each(|byte| {
                let _ = write!(text, "{byte:02x}");
            });
            let _ = writeln!(text, " {length}");
        }
        text.push('\n');
        text
    }

    /// Reads a head and leaves the reader at the first object.
    pub fn read(from: &mut impl BufRead) -> Result<Self, HeadError> {
        let mut number = 0;
        let mut line = |from: &mut dyn BufRead| {
            number += 1;
            let mut bytes = Vec::new();
            from.take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
            let text = String::from_utf8(bytes).ok().and_then(|t| t.strip_suffix('\n').map(str::to_owned));
            text.map(|text| (number, text)).ok_or(if number == 1 { HeadError::Title } else { HeadError::Line(number) })
        };
        if line(from)?.1 != TITLE {
            return Err(HeadError::Title);
        }
        let mut field = |from: &mut dyn BufRead, name: &str| {
            let (number, text) = line(from)?;
            let value = text.strip_prefix(name).and_then(|t| t.strip_prefix(' ')).map(str::to_owned);
            value.map(|value| (number, value)).ok_or(HeadError::Line(number))
        };
        let (_, origin) = field(from, "origin")?;
        let (number, made) = field(from, "made")?;
        if super::time::seconds(&made).is_none() {
            return Err(HeadError::Line(number));
        }
        let (number, count) = field(from, "objects")?;
        let count: usize = plain(&count).ok_or(HeadError::Line(number))? as usize;
        if count > MOST {
            return Err(HeadError::TooMany);
        }
        let mut entries = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for _ in 0..count {
            let (number, text) = line(from)?;
            let wrong = HeadError::Line(number);
            let Some((entry, length)) = text.split_once(' ') else { return Err(wrong) };
            let bytes = factum_vault::object::unhex::<66>(entry);
            let entry = bytes.and_then(|bytes| Entry::from_bytes(&bytes).ok());
            let (Some(entry), Some(length)) = (entry, plain(length)) else { return Err(wrong) };
            if !seen.insert(entry.object) {
                return Err(HeadError::Twice(number));
            }
            entries.push((entry, length));
        }
        match line(from)? {
            (_, text) if text.is_empty() => Ok(Self { origin, made, entries }),
            (number, _) => Err(HeadError::Line(number)),
        }
    }
}

/// A number in decimal, without sign and leading zeroes.
fn plain(text: &str) -> Option<u64> {
    text.parse::<u64>().ok().filter(|n| n.to_string() == text)
}

/// The name of an entry's object.
fn object_of(entry: &Entry) -> Digest {
    Digest(entry.object.0)
}
