//! Which records hold these words, and which of them is told first?
//!
//! To rank everything that holds a frequent word would mean to read half the view for one question. The newest records that hold all
//! words are therefore ranked among themselves, then those before them, for as long as whoever asks wants more: an answer costs the
//! same in a small case and in a large one.
//!
//! Ranked is by BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", equation 3.15) without its weights of
//! terms: they tell records apart that hold different words of a question, and here each holds all.

use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension, params};

use super::rows::{self, RecordRow};
use super::words::{self, Cut, Term};

/// So many records are ranked among themselves: several times what is shown at once, few enough to be read in some milliseconds.
const TOGETHER: usize = 250;

/// Of those, texts of so many bytes in all are looked at; what comes after is told last, the newest first. A text is seldom longer
/// than some ten thousand bytes, and decrypting is what takes the time.
const LOOKED_AT: usize = 2 << 20;

/// How soon more of the same word stops to count: the customary value.
const K1: f64 = 1.2;

/// How much a long text counts against what it holds: the customary value.
const B: f64 = 0.75;

/// A record that holds the words, and how well it fits.
struct Fit {
    row: i64,
    /// How often it holds each term, with its number of words; absent where it was not looked at.
    counts: Option<(Vec<usize>, usize)>,
}

/// Shows the records that hold all terms, in the order told above, until `visit` breaks off.
pub(super) fn each_match(
    database: &Connection,
    terms: &[Term],
    compartment: Option<&str>,
    mut visit: impl FnMut(RecordRow) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    let Some(expression) = words::expression(terms) else { return Ok(()) };
    let mut before = i64::MAX;
    loop {
        let newest = holding(database, &expression, compartment, before)?;
        let Some(last) = newest.last().copied() else { return Ok(()) };
        let is_all = newest.len() < TOGETHER;
        for row in ranked(database, newest, terms)? {
            if rows::by_row(database, row)?.is_some_and(|record| visit(record).is_break()) {
                return Ok(());
            }
        }
        if is_all {
            return Ok(());
        }
        before = last;
    }
}

/// The rows before one that hold what is asked for, the newest first.
fn holding(
    database: &Connection,
    expression: &str,
    compartment: Option<&str>,
    before: i64,
) -> rusqlite::Result<Vec<i64>> {
    let most = TOGETHER as i64;
    match compartment {
        None => database
            .prepare_cached("SELECT rowid FROM search WHERE search MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?")?
            .query_map(params![expression, before, most], |row| row.get(0))?
            .collect(),
        // The index of compartments answers by itself; the records lie pages apart.
        Some(compartment) => database
            .prepare_cached(
                "SELECT search.rowid FROM search CROSS JOIN record INDEXED BY record_compartment
                 ON record.compartment = ? AND record.row = search.rowid
                 WHERE search MATCH ? AND search.rowid < ? ORDER BY search.rowid DESC LIMIT ?",
            )?
            .query_map(params![compartment, expression, before, most], |row| row.get(0))?
            .collect(),
    }
}

/// Rows in the order in which they are told.
fn ranked(database: &Connection, rows: Vec<i64>, terms: &[Term]) -> rusqlite::Result<Vec<i64>> {
    let mut statement = database.prepare_cached("SELECT words, signs, stems FROM search WHERE rowid = ?")?;
    let mut left = LOOKED_AT;
    let mut fits = Vec::with_capacity(rows.len());
    for row in rows {
        let read = |row: &rusqlite::Row<'_>| Ok(Cut { words: row.get(0)?, signs: row.get(1)?, stems: row.get(2)? });
        let cut = if left == 0 { None } else { statement.query_row([row], read).optional()? };
        if let Some(cut) = &cut {
            left = left.saturating_sub(cut.words.len() + cut.signs.len() + cut.stems.len());
        }
        let counts = cut.map(|cut| (terms.iter().map(|term| term.count(&cut)).collect(), cut.length()));
        fits.push(Fit { row, counts });
    }
    let lengths = fits.iter().filter_map(|fit| fit.counts.as_ref()).map(|(_, length)| *length as f64);
    let (sum, looked_at) = lengths.fold((0.0, 0.0), |(sum, n), length| (sum + length, n + 1.0));
    let mean = sum / f64::max(looked_at, 1.0);
    let mut scored: Vec<(f64, i64)> = fits.iter().map(|fit| (fit.score(mean), fit.row)).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| if a.0 > 0.0 { a.1.cmp(&b.1) } else { b.1.cmp(&a.1) }));
    Ok(scored.into_iter().map(|(_, row)| row).collect())
}

impl Fit {
    /// How well it fits, where texts have so many words on average; nothing where it was not looked at.
    fn score(&self, mean: f64) -> f64 {
        let Some((counts, length)) = &self.counts else { return 0.0 };
        let long = K1 * (1.0 - B + B * *length as f64 / mean.max(1.0));
        counts.iter().map(|count| *count as f64).map(|count| count * (K1 + 1.0) / (count + long)).sum()
    }
}
