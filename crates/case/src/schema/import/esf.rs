//! What do tables of the HURIDOCS Events Standard Formats say?
//!
//! One table a format, as OpenEvSys and its kin export them; the header has the numbers of the fields or their names. Terms are
//! read by code. Unknown days and months are padded with 01 there, and a field beside the date says so: the padding is taken
//! off, and the date is as precise as its source was.

use super::build::{Again, Builder};
use super::mapping::Terms;
use super::{File, Imported};
use crate::fault::{Fault, Faults, Severity};
use crate::lists;
use crate::schema::entity::{Where, Word};
use crate::schema::parse::unpadded;
use crate::schema::standard::ESF_FIELDS;
use crate::schema::{Kind, Property, Schema, Type, Value};
use std::collections::BTreeMap;

/// The field that says what a record of a person counts: one person, or more.
const COUNTING_UNIT: &str = "0902";
/// The code of one person in that field.
const ONE_PERSON: &str = "010000000000";
/// The vocabulary of what is wanting in a date.
const DATE_TYPE: &str = "date_type";

/// A field of the formats.
struct Field {
    number: &'static str,
    format: &'static str,
    name: &'static str,
}

fn fields() -> Vec<Field> {
    let lines = ESF_FIELDS.lines().filter(|l| !l.starts_with('#'));
    lines
        .filter_map(|line| {
            let mut parts = line.split('\t');
            Some(Field { number: parts.next()?, format: parts.next()?, name: parts.next()? })
        })
        .collect()
}

/// Reads tables of the formats. Links lead across all files given.
pub fn esf(files: &[File<'_>], schema: &Schema) -> Imported {
    let terms = Terms::default();
    let fields = fields();
    let mut builder = Builder::new(schema, &terms);
    for file in files {
        let mut faults = Faults::default();
        let (header, rows) = lists::read_table(file.bytes, file.name, &mut faults);
        builder.faults.extend(faults);
        if header.is_empty() {
            continue;
        }
        let Some(format) = format_of(file.name, &header, &fields, schema) else {
            let fault = Fault::new(Severity::Error, file.name, "this is no table of the Events Standard Formats");
            let hint =
                "its header must have the numbers or names of the fields of one format, with that of the record number";
            builder.faults.push(fault.hint(hint));
            continue;
        };
        let mut table = Table::new(file.name, format, &header, &fields, schema);
        for (number, row) in &rows {
            table.row(*number, row, &mut builder);
        }
        table.finish(&mut builder);
    }
    builder.finish()
}

/// Whether a header's cell names a field: by its name, or by its number, with or without its leading zeros.
fn names(cell: &str, field: &Field) -> bool {
    let cell = cell.trim_start_matches('\u{feff}').trim();
    let digits = cell.chars().take_while(char::is_ascii_digit).count();
    let zeroed = format!("{}{cell}", "0".repeat(4usize.saturating_sub(digits)));
    cell.eq_ignore_ascii_case(field.name) || (digits > 0 && zeroed == field.number)
}

fn kinds_of<'s>(schema: &'s Schema, format: &str) -> Vec<&'s Kind> {
    schema.kinds().iter().filter(|k| k.esf.as_ref().is_some_and(|(f, _)| f == format)).collect()
}

/// The format of a table: the one its file is called after, if the header has its record number, or else the one with the
/// record number and most of the other fields.
fn format_of(file: &str, header: &[String], fields: &[Field], schema: &Schema) -> Option<&'static str> {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_lowercase();
    let mut formats: Vec<&'static str> = fields.iter().map(|f| f.format).collect();
    formats.dedup();
    formats.sort_unstable();
    formats.dedup();
    let mut best: Option<(usize, &'static str)> = None;
    for format in formats {
        let Some(key) = kinds_of(schema, format).first().and_then(|k| k.esf.as_ref()).map(|(_, key)| key.clone())
        else {
            continue;
        };
        let of_format = || fields.iter().filter(|f| f.format == format);
        let has = |field: &Field| header.iter().any(|cell| names(cell, field));
        if !of_format().any(|f| f.number == key && has(f)) {
            continue;
        }
        if format == stem {
            return Some(format);
        }
        let score = of_format().filter(|f| has(f)).count();
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, format));
        }
    }
    best.map(|(_, format)| format)
}

/// A column with the field it holds.
struct Column {
    at: usize,
    name: Word,
    number: &'static str,
    /// The column that says what is wanting in a date.
    wanting: Option<usize>,
}

struct Table<'s> {
    file: Word,
    kinds: Vec<&'s Kind>,
    key: Option<usize>,
    counting: Option<usize>,
    columns: Vec<Column>,
    /// Columns whose values were not carried, with how many and the first row.
    lost: BTreeMap<usize, (u64, u32)>,
    header: Vec<String>,
}

impl<'s> Table<'s> {
    fn new(file: &str, format: &str, header: &[String], fields: &[Field], schema: &'s Schema) -> Self {
        let kinds = kinds_of(schema, format);
        let key_number = kinds.first().and_then(|k| k.esf.as_ref()).map_or("", |(_, key)| key.as_str());
        let of_format = || fields.iter().filter(|f| f.format == format);
        let place = |number: &str| {
            let field = of_format().find(|f| f.number == number)?;
            header.iter().position(|cell| names(cell, field))
        };
        let columns = header.iter().enumerate().filter_map(|(at, cell)| {
            let field = of_format().find(|f| names(cell, f))?;
            let wanting = place(&format!("{}_1", field.number));
            Some(Column { at, name: cell.trim().into(), number: field.number, wanting })
        });
        Table {
            file: file.into(),
            key: place(key_number),
            counting: place(COUNTING_UNIT),
            columns: columns.collect(),
            kinds,
            lost: BTreeMap::new(),
            header: header.to_vec(),
        }
    }

    /// The kind of a row: where one format holds people and groups, what is counted decides.
    fn kind(&self, row: &[String], schema: &Schema) -> Option<&'s Kind> {
        let holds = |kind: &&&Kind| kind.properties().iter().any(|p| p.esf.iter().any(|n| n == COUNTING_UNIT));
        let unit = self.counting.and_then(|at| row.get(at)).map(|t| t.trim()).filter(|t| !t.is_empty());
        let meant = unit.and_then(|t| schema.vocabulary("counting_unit").and_then(|v| v.meant(t)));
        let many = meant.is_some_and(|term| &*term.code != ONE_PERSON);
        let chosen = self.kinds.iter().find(|kind| holds(kind) == many);
        chosen.or(self.kinds.first()).copied()
    }

    fn row(&mut self, number: u32, row: &[String], builder: &mut Builder<'_>) {
        let from = Where::row(&self.file, number);
        let key = self.key.and_then(|at| row.get(at)).map(|t| t.trim()).filter(|t| !t.is_empty());
        let Some(key) = key else {
            builder.fault(Severity::RowLeftOut, &from, "the record has no number", "fill in its record number");
            return;
        };
        let Some(kind) = self.kind(row, builder.schema) else { return };
        let Some(entity) = builder.entity(kind, key, Again::Merge, &from) else { return };
        for column in &self.columns {
            let Some(text) = row.get(column.at).map(|t| t.trim()).filter(|t| !t.is_empty()) else { continue };
            let Some(property) = kind.properties().iter().find(|p| p.esf.iter().any(|n| n == column.number)) else {
                let means_something = Some(column.at) != self.key
                    && Some(column.at) != self.counting
                    && !self.columns.iter().any(|c| c.wanting == Some(column.at));
                if means_something {
                    self.lost.entry(column.at).or_insert((0, number)).0 += 1;
                }
                continue;
            };
            let at = from.column(&column.name);
            match &property.of {
                Type::Date => date(entity, property, text, column.wanting.and_then(|w| row.get(w)), at, builder),
                Type::Link { .. } => {
                    for key in text.split([';', '|', ',']).map(str::trim).filter(|k| !k.is_empty()) {
                        builder.link(entity, property, key, None, None, at.clone());
                    }
                }
                Type::Term(_) if property.repeatable => {
                    for term in text.split([';', '|', ',', '\n']).map(str::trim).filter(|t| !t.is_empty()) {
                        say(entity, property, term, &at, builder);
                    }
                }
                _ => say(entity, property, text, &at, builder),
            }
        }
    }

    fn finish(self, builder: &mut Builder<'_>) {
        for (column, (count, row)) in self.lost {
            let name = self.header.get(column).map_or("", String::as_str);
            let at = Where { file: self.file.clone(), row, column: Some(name.into()) };
            let what = format!("no property holds this field: {count} values not carried; the first is here");
            builder.fault(Severity::Note, &at, what, "add a property with its `esf` number in a file");
        }
        let unknown = self.header.iter().enumerate().filter(|(at, _)| !self.columns.iter().any(|c| c.at == *at));
        for (_, name) in unknown.filter(|(_, name)| !name.is_empty()) {
            let at = Where { file: self.file.clone(), row: 1, column: Some(name.as_str().into()) };
            builder.fault(Severity::Note, &at, "the format has no such field", "map the table with a mapping instead");
        }
    }
}

fn say(entity: usize, property: &Property, text: &str, at: &Where, builder: &mut Builder<'_>) {
    if let Some(value) = builder.value(property, text, None, at) {
        builder.say(entity, property, value, None, at.clone());
    }
}

fn date(
    entity: usize,
    property: &Property,
    text: &str,
    wanting: Option<&String>,
    at: Where,
    builder: &mut Builder<'_>,
) {
    let wanting = wanting.map(|w| w.trim()).filter(|w| !w.is_empty());
    let term = wanting.map(|w| builder.schema.vocabulary(DATE_TYPE).and_then(|v| v.meant(w)));
    let code = match term {
        Some(None) => {
            // Without its type the date may be padded: keeping it might make it more precise than its source.
            let what = "the type of the date is not known, so what is padding cannot be told";
            builder.fault(
                Severity::ValueLeftOut,
                &at,
                what,
                "write 01 estimated, 02 day unknown or 03 month unknown, as 12 digits",
            );
            return;
        }
        Some(Some(term)) => Some(term.code.clone()),
        None => None,
    };
    match unpadded(text, code.as_deref()) {
        Ok((date, note)) => {
            if let Some(note) = note {
                builder.fault(Severity::Note, &at, note, "it was taken off; check the record");
            }
            let original = (date != text).then(|| text.to_string());
            builder.say(entity, property, (Value::Date(date), original), None, at);
        }
        Err(what) => builder.fault(Severity::ValueLeftOut, &at, what, "write year-month-day"),
    }
}
