//! What did people judge of pairs of records, who, and when?
//!
//! A judgement is a line of a plain file, one JSON object each. Lines are only ever added: taking a judgement back, or
//! changing one's mind, is a later line. So the file says at any time what was believed when, and by whom.
//!
//! ```json
//! {"version":1,"a":{"list":"registry","record":"17"},"b":{"list":"press","record":"4"},"verdict":"same",
//!  "who":"M. K.","when":"2026-11-24T09:30:00Z","purpose":"training"}
//! ```

mod resolve;
mod store;

pub(crate) use resolve::summary;
pub use resolve::{Resolved, resolve, rows_of};
pub use store::{Store, StoreError};

use crate::digest;
use crate::fault::{Fault, Faults, Severity};
use crate::lists::file_name;
use factum_link::RecordSet;
use factum_model::edtf::Day;
use factum_model::{Input, ListId, RecordId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

/// The version of the lines that this program writes and reads.
const VERSION: u32 = 1;

/// A record wherever it lies: its list and its identifier there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordKey {
    /// The list.
    pub list: ListId,
    /// The record within it.
    pub record: RecordId,
}

impl RecordKey {
    /// The key of a record that was read.
    pub fn of(set: &RecordSet, record: u32) -> RecordKey {
        let list = set.lists().nth(set.list_of(record)).cloned();
        RecordKey { list: list.unwrap_or_else(|| ListId::new("")), record: set.id_of(record).into() }
    }
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.list, self.record)
    }
}

/// Two records in a fixed order, so that a pair is one pair whichever is named first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PairKey {
    first: RecordKey,
    second: RecordKey,
}

impl PairKey {
    /// The pair of two records.
    pub fn new(a: &RecordKey, b: &RecordKey) -> PairKey {
        PairKey { first: a.min(b).clone(), second: a.max(b).clone() }
    }

    /// Both records, in the order of their keys.
    pub fn records(&self) -> [&RecordKey; 2] {
        [&self.first, &self.second]
    }
}

impl fmt::Display for PairKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} and {}", self.first, self.second)
    }
}

/// What was judged of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Both records speak of one person.
    Same,
    /// They speak of two.
    Different,
    /// What they say does not settle it.
    Unsure,
    /// The same person's earlier judgement of this pair no longer holds, and no other takes its place.
    Withdrawn,
}

/// What a judgement is for. An audit measures what training made, so neither may serve as the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// It binds the persons and teaches the model.
    Training,
    /// It measures the linkage and is never shown to it.
    Audit,
}

/// From where in an audit's sample a pair came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sampled {
    /// The stratum's name.
    pub stratum: String,
    /// How many pairs of the stratum it stands for: one over the chance of being drawn.
    pub weight: f64,
}

/// One line: a judgement, or its withdrawal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    version: u32,
    /// One record.
    pub a: RecordKey,
    /// The other.
    pub b: RecordKey,
    /// What was judged.
    pub verdict: Verdict,
    /// Who judged.
    pub who: String,
    /// When: RFC 3339.
    pub when: String,
    /// What it is for.
    pub purpose: Purpose,
    /// For an audit, the place in the sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<Sampled>,
}

/// Why a line is no judgement. The value at fault is never part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// The last line has no end and no sense.
    #[error("the last line was cut off while it was written; it was set aside")]
    Torn,
    /// Not JSON, or not in UTF-8.
    #[error("the line is not JSON")]
    NotJson,
    /// JSON of another shape.
    #[error("the line is JSON but no judgement")]
    NotAJudgement,
    /// Written by another version.
    #[error("the line was written by a version of the program that this one does not know")]
    OtherVersion,
    /// Both records are one.
    #[error("the line judges a record against itself")]
    Itself,
    /// Nobody judged.
    #[error("the line does not say who judged")]
    Nobody,
    /// The time is none.
    #[error("the time of the judgement is not written as 2026-11-24T09:30:00Z")]
    NoTime,
    /// An audit without, or training with, a place in a sample.
    #[error("an audit needs the place in its sample, and training has none")]
    Sample,
    /// A weight that no sample gives.
    #[error("the weight in the sample is no number of at least 1")]
    Weight,
}

impl Entry {
    /// A judgement by a person at a time (RFC 3339); with a place in the sample it is an audit's, without it training.
    pub fn new(pair: (RecordKey, RecordKey), verdict: Verdict, who: &str, when: &str, sample: Option<Sampled>) -> Self {
        let purpose = if sample.is_some() { Purpose::Audit } else { Purpose::Training };
        let (a, b) = pair;
        Self { version: VERSION, a, b, verdict, who: who.into(), when: when.into(), purpose, sample }
    }

    /// The pair judged.
    pub fn pair(&self) -> PairKey {
        PairKey::new(&self.a, &self.b)
    }

    fn check(&self) -> Result<(), LineFault> {
        if self.version != VERSION {
            return Err(LineFault::OtherVersion);
        }
        if self.a == self.b {
            return Err(LineFault::Itself);
        }
        if self.who.trim().is_empty() {
            return Err(LineFault::Nobody);
        }
        if !is_time(&self.when) {
            return Err(LineFault::NoTime);
        }
        match (&self.sample, self.purpose) {
            (None, Purpose::Training) => Ok(()),
            (Some(sample), Purpose::Audit) if sample.weight.is_finite() && sample.weight >= 1.0 - 1e-9 => Ok(()),
            (Some(_), Purpose::Audit) => Err(LineFault::Weight),
            _ => Err(LineFault::Sample),
        }
    }

    fn parse(line: &[u8]) -> Result<Entry, LineFault> {
        let entry: Entry = serde_json::from_slice(line).map_err(|e| match e.classify() {
            serde_json::error::Category::Data => LineFault::NotAJudgement,
            _ => LineFault::NotJson,
        })?;
        entry.check().map(|()| entry)
    }
}

/// Whether a text is a time by RFC 3339: date, `T`, time with or without parts of a second, `Z` or an offset.
fn is_time(text: &str) -> bool {
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u32>().ok()).flatten()
    };
    let marks = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")];
    if marks.iter().any(|(at, mark)| text.get(*at..at + 1) != Some(mark)) {
        return false;
    }
    let (Some(year), Some(month), Some(day)) = (number(0, 4), number(5, 7), number(8, 10)) else { return false };
    // A minute may have a leap second.
    let clock = [(11, 23), (14, 59), (17, 60)].iter().all(|&(at, most)| number(at, at + 2).is_some_and(|n| n <= most));
    let rest = &text[19..];
    let zone = rest.strip_prefix('.').map_or(rest, |parts| parts.trim_start_matches(|c: char| c.is_ascii_digit()));
    let parts = !rest.starts_with('.') || rest.len() > zone.len() + 1;
    clock && parts && is_zone(zone) && Day::from_ymd(year as i32, month, day).is_some()
}

fn is_zone(zone: &str) -> bool {
    match zone.as_bytes() {
        [b'Z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] if [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()) => {
            (h1 - b'0') * 10 + (h2 - b'0') <= 23 && *m1 <= b'5'
        }
        _ => false,
    }
}

/// Everything a file of judgements says.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Good lines with their numbers, counted from 1.
    entries: Vec<(u32, Entry)>,
    /// What was wrong with the others.
    pub faults: Faults,
    /// The file as the input of a run.
    pub input: Option<Input>,
}

impl Book {
    /// Reads the lines of a file. Each bad line is named by its number and left out; the others count.
    pub fn parse(bytes: &[u8], file: &str) -> Book {
        let mut book = Book { input: Some(digest::input(file, bytes)), ..Book::default() };
        for (at, line) in bytes.split_inclusive(|b| *b == b'\n').enumerate() {
            let (whole, line) =
                line.split_last().filter(|(end, _)| **end == b'\n').map_or((false, line), |l| (true, l.1));
            if line.trim_ascii().is_empty() {
                continue;
            }
            let number = at as u32 + 1;
            match Entry::parse(line) {
                Ok(entry) => book.entries.push((number, entry)),
                Err(fault) => {
                    let torn = !whole && fault == LineFault::NotJson;
                    let fault = if torn { LineFault::Torn } else { fault };
                    let fault = Fault::new(Severity::RowLeftOut, file, fault.to_string()).at_row(number);
                    book.faults.push(fault.value(String::from_utf8_lossy(line)));
                }
            }
        }
        book
    }

    /// Reads a file of judgements.
    pub fn read(path: &Path) -> Result<Book, StoreError> {
        let bytes = std::fs::read(path).map_err(|source| StoreError::Read { path: path.to_path_buf(), source })?;
        Ok(Book::parse(&bytes, &file_name(path)))
    }

    /// What stands: for each pair the last word of each person who judged it, withdrawn ones left out, with line numbers.
    pub fn standing(&self, purpose: Purpose) -> BTreeMap<PairKey, Vec<(u32, &Entry)>> {
        let mut last: BTreeMap<(PairKey, &str), (u32, &Entry)> = BTreeMap::new();
        for (number, entry) in self.entries.iter().filter(|(_, e)| e.purpose == purpose) {
            last.insert((entry.pair(), entry.who.trim()), (*number, entry));
        }
        let mut standing: BTreeMap<PairKey, Vec<(u32, &Entry)>> = BTreeMap::new();
        for ((pair, _), (number, entry)) in last {
            if entry.verdict != Verdict::Withdrawn {
                standing.entry(pair).or_default().push((number, entry));
            }
        }
        standing
    }

    /// Every record that is judged somewhere.
    pub fn records(&self, purpose: Purpose) -> BTreeSet<&RecordKey> {
        self.entries.iter().filter(|(_, e)| e.purpose == purpose).flat_map(|(_, e)| [&e.a, &e.b]).collect()
    }

    /// The standing judgements of one person, the latest last.
    pub fn of_person(&self, who: &str, purpose: Purpose) -> Vec<&Entry> {
        let standing = self.standing(purpose);
        let mut own: Vec<(u32, &Entry)> =
            standing.into_values().flatten().filter(|(_, e)| e.who.trim() == who.trim()).collect();
        own.sort_unstable_by_key(|(number, _)| *number);
        own.into_iter().map(|(_, entry)| entry).collect()
    }
}

/// What several people together say of a pair: the same or different where nobody says the opposite, unsure where nobody
/// says either; nothing where they disagree.
pub fn common_verdict<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Option<Verdict> {
    let verdicts: Vec<Verdict> = entries.into_iter().map(|e| e.verdict).collect();
    match (verdicts.contains(&Verdict::Same), verdicts.contains(&Verdict::Different)) {
        (true, true) => None,
        (true, false) => Some(Verdict::Same),
        (false, true) => Some(Verdict::Different),
        (false, false) => verdicts.contains(&Verdict::Unsure).then_some(Verdict::Unsure),
    }
}

#[cfg(test)]
mod tests;
