//! What stands in a view, row by row?

use std::ops::ControlFlow;

use rusqlite::types::ToSql;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use rayon::prelude::*;

use super::{IndexError, number, words};

/// Texts cut into words together: enough to keep the cores busy, few enough that long ones do not fill the memory.
const CUT_TOGETHER: usize = 256;
/// Fewer texts, such as those of one transaction, are cut sooner than other threads wake up.
const WORTH_SHARING: usize = 16;

/// A place in the log: how many entries, and the root of the tree over them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The number of entries.
    pub size: u64,
    /// The root hash (RFC 9162).
    pub root: [u8; 32],
}

/// One record of an object that the member may open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// The record's id.
    pub id: [u8; 16],
    /// SHA-256 of the object that holds it.
    pub object: [u8; 32],
    /// The compartment's id.
    pub compartment: String,
    /// Which of the compartment's keys sealed it.
    pub epoch: u64,
    /// The kind of record.
    pub kind: String,
    /// The record's canonical JSON.
    pub body: String,
    /// The transaction it belongs to.
    pub transaction: [u8; 16],
    /// The number of its object's entry in the log, from 0.
    pub entry: u64,
}

/// One compartment's part of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRow {
    /// The number of the entry in the log, from 0.
    pub entry: u64,
    /// SHA-256 of the object.
    pub object: [u8; 32],
    /// The transaction it belongs to.
    pub transaction: [u8; 16],
    /// The member who signed it.
    pub author: [u8; 16],
    /// The compartment's id.
    pub compartment: String,
    /// The author's clock, RFC 3339.
    pub time: String,
    /// The act, as the header names it.
    pub act: String,
    /// The summary, as the header gives it.
    pub summary: String,
    /// Whether the object is there, as the caller words it.
    pub state: String,
}

/// An entry that replay voided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoidRow {
    /// The number of the entry in the log, from 0.
    pub entry: u64,
    /// Why, in the caller's words.
    pub reason: String,
}

/// What moves a view from one position to the next. Removals go first, so a resealed object can go and come in one batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Objects whose records, search terms and summaries go.
    pub removed: Vec<[u8; 32]>,
    /// Parts of transactions; one with an entry that is there replaces it.
    pub parts: Vec<PartRow>,
    /// Records, each with the text by which it is found (empty for none); one with an id that is there replaces it.
    pub records: Vec<(RecordRow, String)>,
    /// New states of parts, by entry.
    pub states: Vec<(u64, String)>,
    /// Entries found void; a second reason replaces the first.
    pub voids: Vec<VoidRow>,
}

impl Batch {
    /// Whether the database can hold every number of the batch; the statements below rely on it.
    pub(super) fn check(&self) -> Result<(), IndexError> {
        let parts = self.parts.iter().map(|part| part.entry);
        let records = self.records.iter().flat_map(|(record, _)| [record.entry, record.epoch]);
        let states = self.states.iter().map(|(entry, _)| *entry);
        let voids = self.voids.iter().map(|void| void.entry);
        parts.chain(records).chain(states).chain(voids).try_for_each(|value| number(value).map(drop))
    }
}

/// Which records are asked for.
#[derive(Debug, Clone, Copy)]
pub enum Records<'a> {
    /// All.
    All,
    /// The one with this id.
    Id(&'a [u8; 16]),
    /// Those of a kind, in all compartments.
    Kind(&'a str),
    /// Those of a compartment.
    Compartment(&'a str),
    /// Those of a kind in a compartment.
    KindIn(&'a str, &'a str),
    /// Those of a transaction.
    Transaction(&'a [u8; 16]),
    /// Those of an object.
    Object(&'a [u8; 32]),
}

/// Which parts of transactions are asked for.
#[derive(Debug, Clone, Copy)]
pub enum Parts<'a> {
    /// All.
    All,
    /// The one with this entry.
    Entry(u64),
    /// Those of a compartment.
    Compartment(&'a str),
    /// Those of a transaction.
    Transaction(&'a [u8; 16]),
    /// Those of an object.
    Object(&'a [u8; 32]),
}

const RECORD: &str = "SELECT record.id, record.object, record.compartment, record.epoch, record.kind, record.body, record.deed, record.entry FROM record";
const PART: &str = "SELECT entry, object, deed, author, compartment, time, act, summary, state FROM part";

/// A number as the log counts it; the tables hold none below zero, for [`Batch::check`] let none in.
fn count(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(at).map(i64::unsigned_abs)
}

fn record(row: &Row<'_>) -> rusqlite::Result<RecordRow> {
    Ok(RecordRow {
        id: row.get(0)?,
        object: row.get(1)?,
        compartment: row.get(2)?,
        epoch: count(row, 3)?,
        kind: row.get(4)?,
        body: row.get(5)?,
        transaction: row.get(6)?,
        entry: count(row, 7)?,
    })
}

fn part(row: &Row<'_>) -> rusqlite::Result<PartRow> {
    Ok(PartRow {
        entry: count(row, 0)?,
        object: row.get(1)?,
        transaction: row.get(2)?,
        author: row.get(3)?,
        compartment: row.get(4)?,
        time: row.get(5)?,
        act: row.get(6)?,
        summary: row.get(7)?,
        state: row.get(8)?,
    })
}

pub(super) fn each_record(
    database: &Connection,
    asked: Records<'_>,
    mut visit: impl FnMut(RecordRow) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    let (filter, values): (&str, Vec<&dyn ToSql>) = match &asked {
        Records::All => ("", vec![]),
        Records::Id(id) => ("WHERE id = ?", vec![*id]),
        Records::Kind(kind) => ("WHERE kind = ?", vec![kind]),
        Records::Compartment(compartment) => ("WHERE compartment = ?", vec![compartment]),
        Records::KindIn(kind, compartment) => ("WHERE kind = ? AND compartment = ?", vec![kind, compartment]),
        Records::Transaction(transaction) => ("WHERE deed = ?", vec![*transaction]),
        Records::Object(object) => ("WHERE object = ?", vec![*object]),
    };
    let mut statement = database.prepare_cached(&format!("{RECORD} {filter} ORDER BY entry, row"))?;
    let mut rows = statement.query(values.as_slice())?;
    while let Some(row) = rows.next()? {
        if visit(record(row)?).is_break() {
            break;
        }
    }
    Ok(())
}

pub(super) fn parts(database: &Connection, asked: Parts<'_>) -> rusqlite::Result<Vec<PartRow>> {
    // An entry beyond what the tables hold is none of theirs.
    let entry;
    let (filter, values): (&str, Vec<&dyn ToSql>) = match &asked {
        Parts::All => ("", vec![]),
        Parts::Entry(at) => {
            entry = i64::try_from(*at).unwrap_or(-1);
            ("WHERE entry = ?", vec![&entry])
        }
        Parts::Compartment(compartment) => ("WHERE compartment = ?", vec![compartment]),
        Parts::Transaction(transaction) => ("WHERE deed = ?", vec![*transaction]),
        Parts::Object(object) => ("WHERE object = ?", vec![*object]),
    };
    database.prepare_cached(&format!("{PART} {filter} ORDER BY entry"))?.query_map(values.as_slice(), part)?.collect()
}

pub(super) fn voids(database: &Connection) -> rusqlite::Result<Vec<VoidRow>> {
    database
        .prepare_cached("SELECT entry, reason FROM void ORDER BY entry")?
        .query_map([], |row| Ok(VoidRow { entry: count(row, 0)?, reason: row.get(1)? }))?
        .collect()
}

/// The record in one row.
pub(super) fn by_row(database: &Connection, row: i64) -> rusqlite::Result<Option<RecordRow>> {
    database.prepare_cached(&format!("{RECORD} WHERE row = ?"))?.query_row([row], record).optional()
}

pub(super) fn remove(transaction: &Transaction<'_>, objects: &[[u8; 32]]) -> rusqlite::Result<()> {
    let mut terms =
        transaction.prepare_cached("DELETE FROM search WHERE rowid IN (SELECT row FROM record WHERE object = ?)")?;
    let mut records = transaction.prepare_cached("DELETE FROM record WHERE object = ?")?;
    let mut parts = transaction.prepare_cached("UPDATE part SET summary = '' WHERE object = ?")?;
    for object in objects {
        terms.execute([object])?;
        records.execute([object])?;
        parts.execute([object])?;
    }
    Ok(())
}

pub(super) fn put_parts(transaction: &Transaction<'_>, parts: &[PartRow]) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(
        "INSERT OR REPLACE INTO part(entry, object, deed, author, compartment, time, act, summary, state)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for part in parts {
        statement.execute(params![
            part.entry.cast_signed(),
            part.object,
            part.transaction,
            part.author,
            part.compartment,
            part.time,
            part.act,
            part.summary,
            part.state
        ])?;
    }
    Ok(())
}

pub(super) fn put_records(transaction: &Transaction<'_>, records: &[(RecordRow, String)]) -> rusqlite::Result<()> {
    let mut old_terms =
        transaction.prepare_cached("DELETE FROM search WHERE rowid IN (SELECT row FROM record WHERE id = ?)")?;
    let mut old = transaction.prepare_cached("DELETE FROM record WHERE id = ?")?;
    let mut new = transaction.prepare_cached(
        "INSERT OR IGNORE INTO record(id, object, compartment, epoch, kind, body, deed, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    let mut terms = transaction.prepare_cached("INSERT INTO search(rowid, words, signs, stems) VALUES (?, ?, ?, ?)")?;
    let mut put_chunk = |records: &[(RecordRow, String)], cuts: Vec<words::Cut>| -> rusqlite::Result<()> {
        for ((record, _), cut) in records.iter().zip(cuts) {
            let mut put = || {
                new.execute(params![
                    record.id,
                    record.object,
                    record.compartment,
                    record.epoch.cast_signed(),
                    record.kind,
                    record.body,
                    record.transaction,
                    record.entry.cast_signed()
                ])
            };
            if put()? == 0 {
                old_terms.execute([record.id])?;
                old.execute([record.id])?;
                put()?;
            }
            let row = transaction.last_insert_rowid();
            if cut != words::Cut::default() {
                terms.execute(params![row, cut.words, cut.signs, cut.stems])?;
            }
        }
        Ok(())
    };
    let cut = |(_, text): &(RecordRow, String)| words::cut(text);
    if records.len() < WORTH_SHARING {
        return put_chunk(records, records.iter().map(cut).collect());
    }
    // While the rows of one chunk are put, the other cores cut the texts of the next.
    let cut_all = |records: &[(RecordRow, String)]| records.par_iter().map(cut).collect::<Vec<words::Cut>>();
    let mut chunks = records.chunks(CUT_TOGETHER);
    let mut now = chunks.next().map(|chunk| (chunk, cut_all(chunk)));
    while let Some((chunk, cuts)) = now.take() {
        rayon::in_place_scope(|scope| {
            let next = chunks.next();
            let ahead = &mut now;
            scope.spawn(move |_| *ahead = next.map(|chunk| (chunk, cut_all(chunk))));
            put_chunk(chunk, cuts)
        })?;
    }
    Ok(())
}

pub(super) fn put_states(transaction: &Transaction<'_>, states: &[(u64, String)]) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached("UPDATE part SET state = ? WHERE entry = ?")?;
    states.iter().try_for_each(|(entry, state)| statement.execute(params![state, entry.cast_signed()]).map(drop))
}

pub(super) fn put_voids(transaction: &Transaction<'_>, voids: &[VoidRow]) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached("INSERT OR REPLACE INTO void(entry, reason) VALUES (?, ?)")?;
    voids.iter().try_for_each(|void| statement.execute(params![void.entry.cast_signed(), void.reason]).map(drop))
}
