//! Which statements stand in `statements.csv`?
//!
//! One row a statement, the first row naming the columns by the keys of a statement; `relays` holds codes parted by `;`,
//! `credibility.grade` and `credibility.reason` hold what TOML has in a table of its own. An empty cell is an absent key.

use super::authored::Statement;
use super::record::{Context, Record};
use crate::testimony::front::{Entry, Table, Value};

/// Reads the rows; each with its line, or as the table that is no statement.
pub fn statements(bytes: &[u8], context: &mut Context) -> Vec<Result<(u32, Statement), Table>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let Ok(header) = reader.headers().cloned() else {
        context.fault(1, None, "the header cannot be read", "save the table as CSV in UTF-8");
        return Vec::new();
    };
    let names: Vec<&str> = header.iter().map(|name| name.trim().trim_start_matches('\u{feff}')).collect();
    let mut read = Vec::new();
    for row in reader.records() {
        match row {
            Ok(row) => {
                let line = row.position().and_then(|p| u32::try_from(p.line()).ok()).unwrap_or(0);
                if row.len() > names.len() {
                    let hint = "put a cell with commas between quotation marks";
                    context.fault(line, None, "the row has more cells than the header names", hint);
                    read.push(Err(table(&names, &row, line)));
                    continue;
                }
                let table = table(&names, &row, line);
                read.push(Statement::read(&table, context).map(|statement| (line, statement)).ok_or(table));
            }
            Err(why) => {
                let line = why.position().and_then(|p| u32::try_from(p.line()).ok()).unwrap_or(0);
                context.fault(line, None, "the row cannot be read", "save the table as CSV in UTF-8");
            }
        }
    }
    read
}

fn table(names: &[&str], row: &csv::StringRecord, line: u32) -> Table {
    let mut table = Table { line, entries: Vec::new() };
    for (name, cell) in names.iter().zip(row.iter().map(str::trim)) {
        if cell.is_empty() {
            continue;
        }
        let value = match *name {
            "relays" => {
                let codes = cell.split(';').map(str::trim).filter(|code| !code.is_empty());
                Value::List(codes.map(|code| (line, Value::Text(code.into()))).collect())
            }
            "credibility.grade" => cell.parse().map_or_else(|_| Value::Text(cell.into()), Value::Whole),
            _ => Value::Text(cell.into()),
        };
        match name.split_once('.') {
            Some((outer, inner)) => {
                let entry = Entry { key: inner.into(), line, value };
                match table.entries.iter_mut().find(|e| e.key == outer) {
                    Some(Entry { value: Value::Table(below), .. }) => below.entries.push(entry),
                    _ => {
                        let value = Value::Table(Table { line, entries: vec![entry] });
                        table.entries.push(Entry { key: outer.into(), line, value });
                    }
                }
            }
            None => table.entries.push(Entry { key: (*name).into(), line, value }),
        }
    }
    table
}
