//! What do the rows of a file say, whatever its format?
//!
//! Every format is read into the same calls: the header once, then each row with its number. A row that cannot be read is
//! named and skipped; the rest goes on.

use crate::fault::{Fault, Faults, Severity};
use crate::settings::ListSettings;
use factum_model::Edtf;
use std::borrow::Cow;

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    Empty,
    Text(Cow<'a, str>),
    Number(f64),
    Date(Edtf),
    /// Something that is there but cannot be read, and what kind of thing it is.
    Unread(&'static str),
}

impl Cell<'_> {
    /// The cell as text; whole numbers without a point.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Cell::Empty | Cell::Unread(_) => Cow::Borrowed(""),
            Cell::Text(text) => Cow::Borrowed(text.trim()),
            Cell::Number(n) if n.fract() == 0.0 && n.abs() < 1e15 => Cow::Owned(format!("{n:.0}")),
            Cell::Number(n) => Cow::Owned(n.to_string()),
            Cell::Date(date) => Cow::Owned(date.to_string()),
        }
    }
}

/// Takes in a table.
pub(crate) trait Sink {
    /// The names of the columns. Returns whether the rows are wanted.
    fn header(&mut self, names: &[String], faults: &mut Faults) -> bool;
    /// Whether the cells of a column are looked at; formats that lie column by column need not read others, whose cells are then
    /// empty.
    fn wants(&self, _column: usize) -> bool {
        true
    }
    /// One row, with as many cells as the header has names.
    fn row(&mut self, number: u32, cells: &[Cell<'_>], faults: &mut Faults);
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// CSV, TSV and their like.
    Delimited,
    /// A workbook.
    Workbook,
    /// Parquet.
    Parquet,
}

impl Format {
    /// Told from the first bytes, not from the file's name: names lie.
    pub(crate) fn of(bytes: &[u8]) -> Format {
        match bytes {
            [b'P', b'A', b'R', b'1', ..] => Format::Parquet,
            [b'P', b'K', 3, 4, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..] => Format::Workbook,
            _ => Format::Delimited,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Format::Delimited => "delimited text",
            Format::Workbook => "workbook",
            Format::Parquet => "Parquet",
        }
    }
}

/// Reads a table of any format. Returns what was found out about its encoding, for text.
pub(crate) fn read(
    bytes: &[u8],
    file: &str,
    settings: &ListSettings,
    sink: &mut dyn Sink,
    faults: &mut Faults,
) -> Option<String> {
    if bytes.is_empty() {
        faults.push(
            Fault::new(Severity::Error, file, "the file is empty").hint("check that it was saved or copied whole"),
        );
        return None;
    }
    match Format::of(bytes) {
        Format::Delimited if settings.sheet.is_some() => {
            let fault = Fault::new(Severity::Error, file, "the settings name a sheet, but this is no workbook");
            faults.push(fault.hint("remove `sheet` from this list's section"));
            None
        }
        Format::Delimited => super::delimited::read(bytes, file, settings, sink, faults),
        Format::Workbook => {
            super::workbook::read(bytes, file, settings, sink, faults);
            None
        }
        Format::Parquet => {
            super::parquet::read(bytes, file, sink, faults);
            None
        }
    }
}
