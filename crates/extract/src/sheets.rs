//! What stands in the cells of this workbook, as text?
//!
//! SpreadsheetML (ECMA-376 part 1 §18) by crate `calamine`, cell by cell: no table is laid out, because a sheet with two cells in far
//! corners would be one of billions. What a formula gave when the file was last saved is read; nothing is computed.

use super::Text;
use super::packed::Archive;
use super::text::{Gathering, MOST, clean};
use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};
use std::io::Cursor;

/// The text of a workbook: a part for each sheet, which begins with the sheet's name; a line for each row that is not empty, with a
/// tab between its cells.
pub(super) fn text(bytes: &[u8], notes: &mut Vec<String>) -> Option<Text> {
    // The reader keeps what it unpacks, so what would not fit is found before.
    if !Archive::open(bytes)?.fits() {
        notes.push("the workbook is damaged or larger than Factum unpacks: its cells were not read".into());
        return None;
    }
    let Ok(mut book) = Xlsx::new(Cursor::new(bytes)) else {
        notes.push("the workbook is damaged: its cells were not read".into());
        return None;
    };
    let mut gathering = Gathering::default();
    for (number, name) in (1..).zip(book.sheet_names()) {
        let (lines, whole) = sheet(&mut book, &name);
        gathering.short |= !whole;
        if !gathering.add(Some(number), &clean(&format!("{name}\n{lines}"))) {
            break;
        }
    }
    Some(gathering.done())
}

/// The rows of a sheet, and whether it was read to its end.
fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> (String, bool) {
    let mut lines = String::new();
    // A sheet that is a chart has no cells; so has one whose file is missing.
    let Ok(mut cells) = book.worksheet_cells_reader(name) else { return (lines, false) };
    let mut row = None;
    while lines.len() <= MOST {
        let cell = match cells.next_cell() {
            Ok(Some(cell)) => cell,
            Ok(None) => return (lines, true),
            Err(_) => return (lines, false),
        };
        let Some(words) = words(cell.get_value()) else { continue };
        let at = cell.get_position().0;
        match row.replace(at) {
            None => {}
            Some(before) if before == at => lines.push('\t'),
            Some(_) => lines.push('\n'),
        }
        // A line break within a cell would look like another row.
        lines.push_str(&words.replace(['\r', '\n', '\t'], " "));
    }
    (lines, false)
}

/// A cell as it would be typed.
fn words(value: &DataRef<'_>) -> Option<String> {
    let words = match value {
        DataRef::Empty => return None,
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_string(),
        DataRef::DateTime(moment) => time(moment),
        DataRef::Error(error) => error.to_string(),
    };
    (!words.trim().is_empty()).then_some(words)
}

/// A date, a time of the day, both, or a span in hours.
fn time(moment: &ExcelDateTime) -> String {
    let days = moment.as_f64();
    if !moment.is_datetime() {
        let seconds = (days * 86_400.0).round();
        return format!(
            "{}:{:02}:{:02}",
            (seconds / 3600.0).trunc(),
            (seconds / 60.0).rem_euclid(60.0).trunc(),
            seconds.rem_euclid(60.0)
        );
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    match () {
        () if (0.0..1.0).contains(&days) => clock,
        () if days.fract() == 0.0 => format!("{year:04}-{month:02}-{day:02}"),
        () => format!("{year:04}-{month:02}-{day:02} {clock}"),
    }
}
