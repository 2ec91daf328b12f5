//! What stands in a Parquet file?

use super::table::{Cell, Sink};
use crate::fault::{Fault, Faults, Severity};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_cast::cast;
use arrow_schema::DataType;
use factum_model::Edtf;
use factum_model::edtf::Day;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) fn read(bytes: &[u8], file: &str, sink: &mut dyn Sink, faults: &mut Faults) {
    // The reader is other people's code on other people's bytes: a panic in it is a broken file.
    let batches = catch_unwind(AssertUnwindSafe(|| batches(bytes::Bytes::copy_from_slice(bytes))));
    match batches {
        Ok(Ok((names, batches))) => {
            if !sink.header(&names, faults) {
                return;
            }
            if batches.iter().all(|b| b.num_rows() == 0) {
                faults.push(Fault::new(Severity::Error, file, "the file has no rows"));
            }
            let mut number = 2;
            for batch in batches {
                number = rows(&batch, number, sink, faults);
            }
        }
        Ok(Err(error)) => {
            let fault = Fault::new(Severity::Error, file, format!("cannot be read as Parquet: {error}"));
            faults.push(fault.hint("check that it was copied whole"));
        }
        Err(_) => {
            faults.push(
                Fault::new(Severity::Error, file, "the Parquet file is broken").hint("check that it was copied whole"),
            );
        }
    }
}

fn batches(bytes: bytes::Bytes) -> Result<(Vec<String>, Vec<RecordBatch>), ParquetError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes)?;
    let names = builder.schema().fields().iter().map(|f| f.name().trim().to_string()).collect();
    let batches = builder.build()?.collect::<Result<Vec<_>, _>>()?;
    Ok((names, batches))
}

/// A column in the one form its cells are read from.
enum Column {
    Text(ArrayRef),
    Number(ArrayRef),
    Date(ArrayRef),
    /// Lists, structures and the like: nothing a list of people needs.
    Unread(ArrayRef),
}

impl Column {
    fn new(array: &ArrayRef) -> Column {
        let unread = || Column::Unread(array.clone());
        let read =
            |target: &DataType, form: fn(ArrayRef) -> Column| cast(array, target).map_or_else(|_| unread(), form);
        match array.data_type() {
            // Whole numbers as text: identifiers of eighteen digits do not survive as floating-point numbers.
            t if t.is_integer() || t.is_decimal() => read(&DataType::Utf8, Column::Text),
            t if t.is_floating() => read(&DataType::Float64, Column::Number),
            DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, None) => read(&DataType::Date32, Column::Date),
            // The day in UTC: the file says the moment, not where it was.
            DataType::Timestamp(unit, Some(_)) => match cast(array, &DataType::Timestamp(*unit, None)) {
                Ok(moment) => cast(&moment, &DataType::Date32).map_or_else(|_| unread(), Column::Date),
                Err(_) => unread(),
            },
            DataType::List(_)
            | DataType::LargeList(_)
            | DataType::FixedSizeList(..)
            | DataType::Struct(_)
            | DataType::Map(..) => unread(),
            _ => match cast(array, &DataType::Utf8) {
                // Bytes that are no text become null; then the column is unread as a whole.
                Ok(text) if text.null_count() == array.logical_null_count() => Column::Text(text),
                _ => unread(),
            },
        }
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        match self {
            Column::Text(a) if a.is_valid(row) => Cell::Text(Cow::Borrowed(a.as_string::<i32>().value(row))),
            Column::Number(a) if a.is_valid(row) => match a.as_primitive::<Float64Type>().value(row) {
                n if n.is_finite() => Cell::Number(n),
                _ => Cell::Empty,
            },
            Column::Date(a) if a.is_valid(row) => {
                // Exports write "infinity" as the last day there is; such days are none.
                let day = a.as_primitive::<Date32Type>().value(row).clamp(-1_000_000, 3_000_000);
                let (year, month, day) = Day(day).ymd();
                let date = u16::try_from(year).ok().and_then(|y| Edtf::date(y, Some(month as u8), Some(day as u8)));
                date.map_or(Cell::Empty, Cell::Date)
            }
            Column::Unread(a) if a.is_valid(row) => {
                Cell::Unread("the type of the column is none that lists of people use")
            }
            _ => Cell::Empty,
        }
    }
}

fn rows(batch: &RecordBatch, first: u32, sink: &mut dyn Sink, faults: &mut Faults) -> u32 {
    let columns: Vec<Column> = batch.columns().iter().map(Column::new).collect();
    for row in 0..batch.num_rows() {
        let cells: Vec<Cell<'_>> = columns.iter().map(|c| c.cell(row)).collect();
        sink.row(first + row as u32, &cells, faults);
    }
    first + batch.num_rows() as u32
}
