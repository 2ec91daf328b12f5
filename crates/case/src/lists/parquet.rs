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
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) fn read(bytes: &[u8], file: &str, sink: &mut dyn Sink, faults: &mut Faults) {
    // The reader is other people's code on other people's bytes: a panic in it is a broken file.
    let opened = catch_unwind(AssertUnwindSafe(|| open(bytes::Bytes::copy_from_slice(bytes))));
    let (names, builder) = match opened {
        Ok(Ok(opened)) => opened,
        Ok(Err(error)) => return broken(Some(error), file, faults),
        Err(_) => return broken(None, file, faults),
    };
    if !sink.header(&names, faults) {
        return;
    }
    let wanted: Vec<usize> = (0..names.len()).filter(|column| sink.wants(*column)).collect();
    match catch_unwind(AssertUnwindSafe(|| batches(builder, &wanted))) {
        Ok(Ok(batches)) => {
            if batches.iter().all(|b| b.num_rows() == 0) {
                faults.push(Fault::new(Severity::Error, file, "the file has no rows"));
            }
            let mut number = 2;
            for batch in batches {
                number = rows(&batch, &wanted, names.len(), number, sink, faults);
            }
        }
        Ok(Err(error)) => broken(Some(error), file, faults),
        Err(_) => broken(None, file, faults),
    }
}

fn broken(error: Option<ParquetError>, file: &str, faults: &mut Faults) {
    let what = match error {
        Some(error) => format!("cannot be read as Parquet: {error}"),
        None => "the Parquet file is broken".to_string(),
    };
    faults.push(Fault::new(Severity::Error, file, what).hint("check that it was copied whole"));
}

type Builder = ParquetRecordBatchReaderBuilder<bytes::Bytes>;

fn open(bytes: bytes::Bytes) -> Result<(Vec<String>, Builder), ParquetError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes)?;
    let names = builder.schema().fields().iter().map(|f| f.name().trim().to_string()).collect();
    Ok((names, builder))
}

fn batches(builder: Builder, wanted: &[usize]) -> Result<Vec<RecordBatch>, ParquetError> {
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted.iter().copied());
    Ok(builder.with_projection(mask).build()?.collect::<Result<Vec<_>, _>>()?)
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

/// Hands the rows on; `wanted` says at which of so many positions the columns of the batch stand.
fn rows(
    batch: &RecordBatch,
    wanted: &[usize],
    width: usize,
    first: u32,
    sink: &mut dyn Sink,
    faults: &mut Faults,
) -> u32 {
    let columns: Vec<Column> = batch.columns().iter().map(Column::new).collect();
    for row in 0..batch.num_rows() {
        let mut cells = vec![Cell::Empty; width];
        wanted.iter().zip(&columns).for_each(|(at, column)| cells[*at] = column.cell(row));
        sink.row(first + row as u32, &cells, faults);
    }
    first + batch.num_rows() as u32
}
