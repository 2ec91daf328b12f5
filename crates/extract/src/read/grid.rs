//! Which tables stand in a file, cell by cell?
//!
//! Names are searched in the words of a file, whatever holds them. Numbers say something only by where they stand, so tables are also
//! kept as rows and cells.

use super::Reading;
use serde::{Deserialize, Serialize};

/// Cells of one table that are kept; larger ones are read by programs and hold no sums that somebody typed.
const MOST: usize = 50_000;

/// A table as it stands, its head among the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grid {
    /// Where in the file: `table 2`.
    pub part: String,
    /// The cells, row by row.
    pub rows: Vec<Vec<String>>,
}

/// Tables of a file while they are read.
#[derive(Debug, Default)]
pub(super) struct Laying {
    rows: Option<Vec<Vec<String>>>,
    /// Whether words belong to the last cell.
    in_cell: bool,
    cells: usize,
    number: u32,
}

impl Laying {
    /// A table begins. One within another takes its place: what stands around it is no table of numbers.
    pub(super) fn table(&mut self) {
        (self.rows, self.in_cell, self.cells) = (Some(Vec::new()), false, 0);
        self.number = self.number.saturating_add(1);
    }

    /// A row begins.
    pub(super) fn row(&mut self) {
        self.in_cell = false;
        self.rows.iter_mut().for_each(|rows| rows.push(Vec::new()));
    }

    /// A cell begins.
    pub(super) fn cell(&mut self) {
        self.cells = self.cells.saturating_add(1);
        if self.cells > MOST {
            self.rows = None;
        }
        if let Some(row) = self.rows.as_mut().and_then(|rows| rows.last_mut()) {
            row.push(String::new());
            self.in_cell = true;
        }
    }

    /// Words: of a cell, or of none.
    pub(super) fn words(&mut self, words: &str) {
        if !self.in_cell {
            return;
        }
        let cell = self.rows.as_mut().and_then(|rows| rows.last_mut()).and_then(|row| row.last_mut());
        cell.into_iter().for_each(|cell| cell.push_str(words));
    }

    /// A cell ends: what follows before the next one belongs to none.
    pub(super) fn leave(&mut self) {
        self.in_cell = false;
    }

    /// A table ends.
    pub(super) fn end(&mut self, reading: &mut Reading) {
        self.in_cell = false;
        let Some(mut rows) = self.rows.take() else { return };
        rows.retain(|row| !row.is_empty());
        rows.iter_mut().flatten().for_each(|cell| *cell = cell.split_whitespace().collect::<Vec<_>>().join(" "));
        reading.tables.push(Grid { part: format!("table {}", self.number), rows });
    }
}

/// A table of lines, its cells parted by one character.
pub(super) fn lines(reading: &mut Reading, part: &str, text: &str, delimiter: u8) {
    let reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let records = reader.into_records().map_while(Result::ok);
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut cells = 0_usize;
    for record in records {
        cells = cells.saturating_add(record.len());
        if cells > MOST {
            return;
        }
        rows.push(record.iter().map(|cell| cell.trim().to_string()).collect());
    }
    reading.tables.push(Grid { part: part.into(), rows });
}

/// Which character parts the cells of a table in lines: the one that most of the first lines have.
pub(super) fn delimiter(text: &str) -> u8 {
    let count = |c: char| text.lines().take(10).map(|line| line.matches(c).count()).sum::<usize>();
    [('\t', b'\t'), (';', b';'), (',', b',')].into_iter().max_by_key(|(c, _)| count(*c)).map_or(b',', |(_, byte)| byte)
}
