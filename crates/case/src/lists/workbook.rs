//! What stands in a sheet of a workbook?
//!
//! XLSX, XLS, XLSB and ODS. The first sheet is read unless the settings name another; the first row that is not empty is the
//! header.

use super::table::{Cell, Sink};
use crate::fault::{Fault, Faults, Severity};
use crate::settings::ListSettings;
use calamine::{Data, Reader, Sheets, Xlsx, open_workbook_auto_from_rs};
use factum_model::Edtf;
use factum_model::edtf::Day;
use std::borrow::Cow;
use std::io::{Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) fn read(bytes: &[u8], file: &str, settings: &ListSettings, sink: &mut dyn Sink, faults: &mut Faults) {
    // The reader is other people's code on other people's bytes: a panic in it is a broken file, not the end of the work.
    let opened = catch_unwind(AssertUnwindSafe(|| sheet(bytes, settings)));
    let range = match opened {
        Ok(Ok((range, others))) => {
            if !others.is_empty() {
                let what = format!("only the first sheet was read; there are also {}", others.join(", "));
                faults.push(Fault::new(Severity::Note, file, what).hint("name the sheet that is meant: sheet = \"…\""));
            }
            range
        }
        Ok(Err(fault)) => {
            faults.push(Fault { file: file.into(), ..*fault });
            return;
        }
        Err(_) => {
            let hint = "open it in a spreadsheet program and save it anew, or export CSV";
            faults.push(Fault::new(Severity::Error, file, "the workbook is broken").hint(hint));
            return;
        }
    };
    let first_row = range.start().map_or(0, |(row, _)| row);
    let mut rows = range.rows().zip(first_row + 1..).filter(|(row, _)| row.iter().any(|c| !matches!(c, Data::Empty)));
    let Some((header, _)) = rows.next() else {
        faults.push(Fault::new(Severity::Error, file, "the sheet is empty").hint("name the sheet: sheet = \"…\""));
        return;
    };
    let names: Vec<String> = header.iter().map(|c| cell(c).text().into_owned()).collect();
    if !sink.header(&names, faults) {
        return;
    }
    let mut any = false;
    for (row, number) in rows {
        any = true;
        if let Some((at, error)) = row.iter().enumerate().find_map(|(i, c)| match c {
            Data::Error(error) => Some((i, error)),
            _ => None,
        }) {
            let fault =
                Fault::new(Severity::Note, file, format!("a formula failed ({error}); the cell counts as empty"));
            faults.push(fault.at_row(number).in_column(names.get(at).map_or("", String::as_str)));
        }
        let cells: Vec<Cell<'_>> = row.iter().map(cell).collect();
        sink.row(number, &cells, faults);
    }
    if !any {
        faults.push(Fault::new(Severity::Error, file, "the sheet has no row below its header"));
    }
}

fn sheet(bytes: &[u8], settings: &ListSettings) -> Result<(calamine::Range<Data>, Vec<String>), Box<Fault>> {
    let broken = |error: calamine::Error| {
        let hint = "open it in a spreadsheet program and save it anew without a password, or export CSV";
        Box::new(Fault::new(Severity::Error, "", format!("cannot be read as a workbook: {error}")).hint(hint))
    };
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(broken)?;
    let names = workbook.sheet_names();
    let name = match &settings.sheet {
        Some(name) if !names.contains(name) => {
            let hint = format!("it has {}", names.join(", "));
            return Err(Box::new(Fault::new(Severity::Error, "", format!("there is no sheet `{name}`")).hint(hint)));
        }
        Some(name) => name.clone(),
        None => names
            .first()
            .cloned()
            .ok_or_else(|| Box::new(Fault::new(Severity::Error, "", "the workbook has no sheet")))?,
    };
    if let Sheets::Xlsx(xlsx) = &mut workbook {
        check_extent(xlsx, &name)?;
    }
    let others = if settings.sheet.is_some() { Vec::new() } else { names.into_iter().filter(|n| *n != name).collect() };
    Ok((workbook.worksheet_range(&name).map_err(broken)?, others))
}

/// The most cells between the first and the last corner of a sheet; four bytes of file can claim billions.
const MOST_CELLS: u64 = 50_000_000;

/// Refuses a sheet whose corners lie so far apart that its cells would not fit into memory.
fn check_extent<RS: Read + Seek>(workbook: &mut Xlsx<RS>, sheet: &str) -> Result<(), Box<Fault>> {
    let Ok(mut cells) = workbook.worksheet_cells_reader(sheet) else { return Ok(()) };
    let (mut low, mut high) = ((u32::MAX, u32::MAX), (0, 0));
    while let Ok(Some(cell)) = cells.next_cell() {
        let (row, column) = cell.get_position();
        low = (low.0.min(row), low.1.min(column));
        high = (high.0.max(row), high.1.max(column));
    }
    let side = |from: u32, to: u32| u64::from(to.saturating_sub(from)) + 1;
    if side(low.0, high.0) * side(low.1, high.1) > MOST_CELLS {
        let what = "single cells lie so far out that the sheet would not fit into memory";
        let hint = "delete what stands far below or right of the list, or export CSV";
        return Err(Box::new(Fault::new(Severity::Error, "", what).hint(hint)));
    }
    Ok(())
}

fn cell(data: &Data) -> Cell<'static> {
    match data {
        Data::Empty | Data::Error(_) => Cell::Empty,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::Text(Cow::Owned(text.clone())),
        Data::Float(n) => Cell::Number(*n),
        Data::Int(n) => Cell::Number(*n as f64),
        Data::Bool(b) => Cell::Text(Cow::Borrowed(if *b { "true" } else { "false" })),
        Data::DateTime(moment) => date(moment).map_or(Cell::Empty, Cell::Date),
    }
}

/// The day of a spreadsheet's date.
fn date(moment: &calamine::ExcelDateTime) -> Option<Edtf> {
    if !moment.is_datetime() {
        return None;
    }
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    Day::from_ymd(i32::from(year), u32::from(month), u32::from(day))?;
    Edtf::date(year, Some(month), Some(day))
}
