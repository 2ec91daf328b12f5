//! Which distinct values does a column hold, and which row says which?

use crate::interned::{Ids, Interned};
use crate::records::Code;
use arrow_array::cast::AsArray;
use arrow_array::types::Date32Type;
use arrow_array::{AnyDictionaryArray, Array, ArrayAccessor, downcast_integer_array};
use arrow_schema::DataType;
use factum_model::edtf::Day;
use rayon::prelude::*;

/// A column by its distinct values. A column that is not there says nothing in any row.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    /// By row, the position of its value, counted from 1; 0 where the row says nothing.
    rows: Vec<u32>,
    /// The values as text, trimmed, in their order.
    texts: Ids,
}

impl Column {
    /// The value a row says, counted from 1; 0 where it says nothing.
    #[inline]
    pub(super) fn at(&self, row: u32) -> usize {
        self.rows.get(row as usize).map_or(0, |&at| at as usize)
    }

    /// The text of a value.
    pub(super) fn text(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |at| self.texts.get(at))
    }

    /// How many values there are.
    pub(super) fn values(&self) -> usize {
        self.texts.len()
    }

    /// What something makes of each value, in their order; on all threads.
    pub(super) fn each<'c, T: Send>(
        &'c self,
        make: impl Fn(&'c str) -> T + Sync + Send,
    ) -> impl IndexedParallelIterator<Item = T> {
        (0..self.values()).into_par_iter().with_min_len(64).map(move |at| make(self.text(at + 1)))
    }

    /// Reads a column of a type that [`holds`] says can be read.
    pub(super) fn read(array: &dyn Array) -> Self {
        let mut texts = Interned::default();
        let rows = match array.as_any_dictionary_opt() {
            Some(dictionary) => picked(dictionary, &mut texts),
            None => {
                let mut rows = Vec::with_capacity(array.len());
                visit(array, |text| rows.push(texts.code(text.unwrap_or_default())));
                rows
            }
        };
        Self { rows, texts: texts.into_texts() }
    }
}

/// The codes of rows that point into a dictionary, which may hold values that no row has, and one value several times.
fn picked(dictionary: &dyn AnyDictionaryArray, texts: &mut Interned) -> Vec<Code> {
    let mut values = Ids::default();
    visit(dictionary.values().as_ref(), |text| values.push(text.unwrap_or_default()));
    if values.len() == 0 {
        return vec![0; dictionary.len()];
    }
    // By value of the dictionary; values that no row has get no code.
    let mut codes: Vec<Option<Code>> = vec![None; values.len()];
    let mut code = |key: usize| *codes[key].get_or_insert_with(|| texts.code(values.get(key)));
    let keys = dictionary.normalized_keys();
    match dictionary.logical_nulls() {
        None => keys.into_iter().map(code).collect(),
        Some(nulls) => {
            let row = |(row, key)| if nulls.is_null(row) { 0 } else { code(key) };
            keys.into_iter().enumerate().map(row).collect()
        }
    }
}

/// Whether a column of this type can be read: text, whole numbers, and days where dates are wanted.
pub(super) fn holds(found: &DataType, dates: bool) -> bool {
    match found {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Date32 => dates,
        DataType::Dictionary(_, values) => !matches!(**values, DataType::Dictionary(..)) && holds(values, dates),
        found => found.is_integer(),
    }
}

/// Shows each row of a column as text, trimmed; a row that is null or blank says nothing.
pub(super) fn visit(array: &dyn Array, mut see: impl FnMut(Option<&str>)) {
    let mut digits = String::new();
    downcast_integer_array!(
        array => {
            for row in array.iter() {
                see(row.map(|number| written(i128::from(number), &mut digits)));
            }
        }
        DataType::Utf8 => texts(array.as_string::<i32>(), see),
        DataType::LargeUtf8 => texts(array.as_string::<i64>(), see),
        DataType::Utf8View => texts(array.as_string_view(), see),
        DataType::Date32 => {
            for row in array.as_primitive::<Date32Type>() {
                see(row.map(date).as_deref());
            }
        }
        _ => (0..array.len()).for_each(|_| see(None))
    );
}

/// A number in digits, in a text that is used again and again.
fn written(number: i128, digits: &mut String) -> &str {
    digits.clear();
    let Ok(mut rest) = u64::try_from(number.unsigned_abs()) else { return digits };
    // The digits come from the last to the first.
    let (mut backwards, mut from) = ([b'0'; 20], 20);
    while rest > 0 || from == 20 {
        from -= 1;
        backwards[from] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    if number < 0 {
        digits.push('-');
    }
    digits.extend(backwards[from..].iter().map(|&digit| char::from(digit)));
    digits
}

fn texts<'a>(array: impl ArrayAccessor<Item = &'a str>, mut see: impl FnMut(Option<&str>)) {
    for row in 0..array.len() {
        let text = if array.is_valid(row) { array.value(row).trim() } else { "" };
        see((!text.is_empty()).then_some(text));
    }
}

/// A day as EDTF writes it; of a year beyond four digits, a text that is no date.
fn date(days: i32) -> String {
    // Five million days are more than thirteen thousand years either way.
    let (year, month, day) = if days.abs_diff(0) < 5_000_000 { Day(days).ymd() } else { (-1, 1, 1) };
    format!("{year:04}-{month:02}-{day:02}")
}
