//! What is the one spelling of a table as TOML?
//!
//! Keys in the order of the record: first values and lists of values, then tables, then lists of tables. Text stands in
//! basic strings in one line; a list longer than a line has a line for each item.

use crate::testimony::front::{Table, Value};
use std::fmt::Write as _;

/// A list in one line is no longer than this, so that a page shows it.
const WIDE: usize = 100;

/// A table as TOML, ending in a line break unless it is empty.
pub fn print(table: &Table) -> String {
    let mut out = String::new();
    table_below(table, "", &mut out);
    out
}

/// Many records of one name: `[[statement]]` before each.
pub fn print_each(name: &str, tables: impl Iterator<Item = Table>) -> String {
    let mut out = String::new();
    for table in tables {
        head("[[", name, "]]", &mut out);
        table_below(&table, name, &mut out);
    }
    out
}

fn head(open: &str, path: &str, close: &str, out: &mut String) {
    if !out.is_empty() {
        out.push('\n');
    }
    let _ = writeln!(out, "{open}{path}{close}");
}

fn table_below(table: &Table, path: &str, out: &mut String) {
    let inner = |key: &str| if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
    for entry in &table.entries {
        if !is_table(&entry.value) {
            let _ = write!(out, "{} = ", entry.key);
            value(&entry.value, out);
            out.push('\n');
        }
    }
    for entry in &table.entries {
        match &entry.value {
            Value::Table(below) => {
                head("[", &inner(&entry.key), "]", out);
                table_below(below, &inner(&entry.key), out);
            }
            Value::List(items) if is_table(&entry.value) => {
                for (_, item) in items {
                    let Value::Table(below) = item else { continue };
                    head("[[", &inner(&entry.key), "]]", out);
                    table_below(below, &inner(&entry.key), out);
                }
            }
            _ => {}
        }
    }
}

fn is_table(value: &Value) -> bool {
    match value {
        Value::Table(_) => true,
        Value::List(items) => matches!(items.first(), Some((_, Value::Table(_)))),
        _ => false,
    }
}

fn value(of: &Value, out: &mut String) {
    match of {
        Value::Text(words) => text(words, out),
        Value::Whole(number) => {
            let _ = write!(out, "{number}");
        }
        Value::Truth(truth) => {
            let _ = write!(out, "{truth}");
        }
        Value::List(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|(_, item)| {
                    let mut shown = String::new();
                    value(item, &mut shown);
                    shown
                })
                .collect();
            let line = format!("[{}]", items.join(", "));
            if line.chars().count() <= WIDE {
                out.push_str(&line);
            } else {
                let _ = write!(out, "[\n    {},\n]", items.join(",\n    "));
            }
        }
        // A table stands below its key, never in its line.
        Value::Table(_) => {}
    }
}

/// A basic string of TOML 1.0.
fn text(words: &str, out: &mut String) {
    out.push('"');
    for letter in words.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            letter if letter.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
}
