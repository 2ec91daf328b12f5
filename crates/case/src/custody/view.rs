//! How does the actor's index follow the log?
//!
//! The view is a copy: what is in it was judged in `replay`, and deleting it loses nothing. It holds what the actor may open and
//! nothing else, under a key made of the actor's secret and the log's name.

use super::ids::{Digest, MemberId, TransactionId};
use super::part::{Header, Part, REGISTER, Record};
use super::register::Register;
use super::replay::Past;
use super::{canonical, evidence::Evidence};
use factum_vault::index::{Index, IndexError, PartRow, Parts, RecordRow, Records};
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::ops::ControlFlow;

/// The state of a part that counts.
pub const COUNTS: &str = "counts";

/// The state of a part whose object was destroyed.
pub const SHREDDED: &str = "shredded";

/// The kind under which a part's header is kept.
pub const HEADER: &str = "header";

/// What stands earlier in the log, as needed to judge what comes next.
#[derive(Clone, Default)]
pub struct Memory {
    /// Where each object was entered.
    pub entries: HashMap<Digest, u64>,
    /// After which of its own objects each author has already written.
    followed: HashSet<(MemberId, Option<Digest>)>,
    /// Who wrote each part, and after which of the author's own.
    places: HashMap<Digest, (MemberId, Option<Digest>)>,
    /// How many parts of each author there are.
    written: HashMap<MemberId, u64>,
    /// The newest part of each author.
    pub last: HashMap<MemberId, Digest>,
    /// The latest time seen.
    pub latest: String,
}

impl Memory {
    /// Remembers a part that counts.
    pub fn remember(&mut self, object: Digest, header: &Header) {
        self.followed.insert((header.author, None));
        self.followed.insert((header.author, header.previous));
        self.last.insert(header.author, object);
        self.places.insert(object, (header.author, header.previous));
        *self.written.entry(header.author).or_default() += 1;
        if header.time > self.latest {
            self.latest.clone_from(&header.time);
        }
    }
}

impl Memory {
    /// Forgets a part whose object was destroyed. Whoever comes later cannot open it, so that the place it had in its author's history
    /// must be as free to those who saw it as to those who did not: what counts is the same for all.
    pub fn forget(&mut self, object: &Digest) {
        let Some((author, previous)) = self.places.remove(object) else { return };
        let left = self.written.entry(author).or_default();
        *left = left.saturating_sub(1);
        if previous.is_some() || *left == 0 {
            self.followed.remove(&(author, previous));
        }
        if *left == 0 {
            self.followed.remove(&(author, None));
        }
    }
}

impl Past for Memory {
    type Error = Infallible;

    fn entry_of(&self, object: &Digest) -> Result<Option<u64>, Infallible> {
        Ok(self.entries.get(object).copied())
    }

    fn has_followed(&self, author: MemberId, previous: Option<Digest>) -> Result<bool, Infallible> {
        Ok(self.followed.contains(&(author, previous)))
    }
}

/// Headers of the parts in a view, in the order of the log.
pub fn headers(index: &Index) -> Result<Vec<(RecordRow, Header)>, IndexError> {
    let rows = index.records(Records::Kind(HEADER))?;
    Ok(rows.into_iter().filter_map(|row| header_of(&row.body).map(|header| (row, header))).collect())
}

fn header_of(body: &str) -> Option<Header> {
    canonical::read(&canonical::parse(body).ok()?).ok()
}

/// The register as the parts in a view make it. They were judged when they came in, so they are applied and not judged again.
pub fn register(index: &Index) -> Result<Register, IndexError> {
    let mut register = Register::default();
    for row in index.records(Records::KindIn(HEADER, REGISTER))? {
        let Some(header) = header_of(&row.body) else { continue };
        let said = index.records(Records::Object(&row.object))?.into_iter().filter(|r| r.kind != HEADER);
        let records: Vec<Record> = said.filter_map(|r| record_of(&r)).collect();
        let header_id = super::ids::RecordId(row.id);
        register.restore(&Part::judged(header, header_id, records));
    }
    Ok(register)
}

/// A record as a view keeps it. Its salt is not in the view: it leaves the object only with a proof.
pub fn record_of(row: &RecordRow) -> Option<Record> {
    Some(Record { id: super::ids::RecordId(row.id), salt: [0; 32], body: canonical::parse(&row.body).ok()? })
}

/// The row of a part, and those of its records with the words by which they are found.
pub type PartRows = (PartRow, Vec<(RecordRow, String)>);

/// The rows of a part, should it count.
pub fn rows(part: &Part, object: Digest, entry: u64) -> PartRows {
    let header = &part.header;
    let row = PartRow {
        entry,
        object: object.0,
        transaction: header.transaction.0,
        author: header.author.0,
        compartment: header.compartment.clone(),
        time: header.time.clone(),
        act: header.act.clone(),
        summary: header.summary.clone(),
        state: COUNTS.into(),
    };
    let record = |id: [u8; 16], kind: &str, body: String| RecordRow {
        id,
        object: object.0,
        compartment: header.compartment.clone(),
        epoch: u64::from(header.epoch),
        kind: kind.into(),
        body,
        transaction: header.transaction.0,
        entry,
    };
    let text = |value: &serde_json::Value| canonical::write(value).unwrap_or_default();
    let head = canonical::value_of(header).map(|v| text(&v)).unwrap_or_default();
    let mut records = vec![(record(part.header_id.0, HEADER, head), header.summary.clone())];
    for said in &part.records {
        records.push((record(said.id.0, said.kind(), text(&said.body)), words(said)));
    }
    (row, records)
}

/// The words by which a record is found: all its texts but those that are digits of names and digests.
fn words(record: &Record) -> String {
    fn collect(value: &serde_json::Value, words: &mut String) {
        match value {
            serde_json::Value::String(text) => {
                let is_name = text.len() >= 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
                let is_key = text.starts_with("AGE-SECRET-KEY") || text.starts_with("PRIVATE+KEY");
                if !is_name && !is_key {
                    words.push_str(text);
                    words.push('\n');
                }
            }
            serde_json::Value::Array(values) => values.iter().for_each(|v| collect(v, words)),
            serde_json::Value::Object(fields) => {
                fields.iter().filter(|(key, _)| *key != "kind").for_each(|(_, v)| collect(v, words));
            }
            _ => {}
        }
    }
    let mut words = String::new();
    collect(&record.body, &mut words);
    words
}

/// What is said of one kind in the compartments other than the register, with its row, in the order of the log, as things stood when the log
/// had `until` entries. What an undone transaction said is left out, and so is what this version does not know.
pub fn evidence(index: &Index, kind: &str, until: u64) -> Result<Vec<(RecordRow, Evidence)>, IndexError> {
    let undone = undone(index, until)?;
    let counts = |row: &RecordRow| {
        row.entry < until && !undone.contains(&(TransactionId(row.transaction), row.compartment.clone()))
    };
    Ok(known(index, kind)?.into_iter().filter(|(row, _)| counts(row)).collect())
}

/// As [`evidence`], one after the other: items carry long texts, and not all of them fit into memory at once.
pub fn each_evidence(
    index: &Index,
    kind: &str,
    until: u64,
    mut visit: impl FnMut(&RecordRow, Evidence),
) -> Result<(), IndexError> {
    let undone = undone(index, until)?;
    index.each_record(Records::Kind(kind), |row| {
        let counts = row.entry < until && !undone.contains(&(TransactionId(row.transaction), row.compartment.clone()));
        let said = canonical::parse(&row.body).ok().filter(|_| counts).and_then(|body| canonical::read(&body).ok());
        if let Some(said) = said {
            visit(&row, said);
        }
        ControlFlow::Continue(())
    })
}

pub(crate) fn known(index: &Index, kind: &str) -> Result<Vec<(RecordRow, Evidence)>, IndexError> {
    let rows = index.records(Records::Kind(kind))?;
    let read = |row: &RecordRow| canonical::read(&canonical::parse(&row.body).ok()?).ok();
    Ok(rows.into_iter().filter_map(|row| read(&row).map(|said| (row, said))).collect())
}

/// The transactions that were undone, each with the compartment in which that was said.
pub fn undone(index: &Index, until: u64) -> Result<HashSet<(TransactionId, String)>, IndexError> {
    let said = known(index, "undo")?.into_iter().filter(|(row, _)| row.entry < until);
    Ok(said
        .filter_map(|(row, said)| match said {
            Evidence::Undo { transaction, .. } => Some((transaction, row.compartment)),
            _ => None,
        })
        .collect())
}

/// The entries of the parts of a transaction.
pub fn entries_of(index: &Index, transaction: TransactionId) -> Result<Vec<PartRow>, IndexError> {
    index.parts(Parts::Transaction(&transaction.0))
}
