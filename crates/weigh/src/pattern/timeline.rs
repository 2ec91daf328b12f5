//! In what order did things happen, as far as their dates tell?

use factum_model::edtf::Day;
use factum_model::{Edtf, Period, Span};

/// Something with a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<I> {
    /// The act, event, detention or statement.
    pub id: I,
    /// Its date.
    pub date: Option<Edtf>,
    /// Whether it lasted, so that an interval is from a start to an end. Otherwise an interval is one day that nobody can fix.
    pub lasts: bool,
}

/// One row, to be drawn as a bar over `outer` with a full part over `certain`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<I> {
    /// What it is.
    pub id: I,
    /// Its date as the source gives it.
    pub date: Edtf,
    /// Whether it lasted.
    pub lasts: bool,
    /// The first and the last day it can have touched; an absent end is not known.
    pub outer: Span,
    /// The first and the last day on which it was under way in every reading, if there is such a day.
    pub certain: Option<(Day, Day)>,
    /// Whether the source itself qualifies the date, so that even `outer` is not firm.
    pub qualified: bool,
}

/// Rows in order, and what has no date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline<I> {
    /// By the first day that fits, then by the last, then by id; without a first day before all others. The order of rows whose
    /// days overlap is no order of events.
    pub rows: Vec<Row<I>>,
    /// What has no date, in order.
    pub undated: Vec<I>,
}

/// Puts entries in order.
pub fn timeline<I: Ord + Clone>(entries: &[Entry<I>]) -> Timeline<I> {
    let mut line = Timeline { rows: Vec::new(), undated: Vec::new() };
    for Entry { id, date, lasts } in entries {
        let Some(date) = date else {
            line.undated.push(id.clone());
            continue;
        };
        let period = if *lasts { date.period() } else { Period { start: date.span(), end: date.span() } };
        line.rows.push(Row {
            id: id.clone(),
            date: *date,
            lasts: *lasts,
            outer: period.outer(),
            certain: period.inner().filter(|_| !date.is_qualified()),
            qualified: date.is_qualified(),
        });
    }
    let end = |row: &Row<I>| row.outer.latest.map_or(i64::MAX, |d| i64::from(d.0));
    line.rows.sort_by(|a, b| (a.outer.earliest, end(a), &a.id, a.date).cmp(&(b.outer.earliest, end(b), &b.id, b.date)));
    line.undated.sort();
    line
}
