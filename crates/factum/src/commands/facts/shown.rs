//! How are tables of a report shown at a terminal, for people and for programs?

use crate::commands::Format;
use crate::failure::Failure;
use crate::say;
use factum_case::{Cell, Table};
use serde_json::json;

/// Spaces between columns.
const GAP: usize = 2;

/// Prints tables, for people or as JSON.
pub fn tables(tables: &[Table], format: Format) -> Result<(), Failure> {
    if format == Format::Json {
        let all: Vec<_> =
            tables.iter().map(|t| json!({"caption": t.caption, "head": t.head, "rows": rows(t)})).collect();
        say!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    for (i, table) in tables.iter().enumerate() {
        if i > 0 {
            say!("");
        }
        text(table).iter().for_each(|line| say!("{line}"));
    }
    Ok(())
}

fn rows(table: &Table) -> Vec<Vec<&str>> {
    table.rows.iter().map(|row| row.iter().map(|cell| cell.text.as_str()).collect()).collect()
}

/// A table line by line: its caption, its head, its rows, each column as wide as its widest cell. Columns that say nothing are left out.
fn text(table: &Table) -> Vec<String> {
    let mut lines = vec![table.caption.clone()];
    if table.rows.is_empty() {
        return lines;
    }
    let says = |at: usize| table.rows.iter().any(|row| row.get(at).is_some_and(|cell| !cell.text.is_empty()));
    let columns: Vec<usize> = (0..table.head.len()).filter(|at| says(*at)).collect();
    let head: Vec<Cell> = table.head.iter().map(Cell::words).collect();
    let all: Vec<&Vec<Cell>> = std::iter::once(&head).chain(&table.rows).collect();
    let long = |text: &str| text.chars().count();
    let wide = |at: usize| all.iter().filter_map(|row| row.get(at)).map(|cell| long(&one_line(&cell.text))).max();
    let widths: Vec<usize> = columns.iter().map(|at| wide(*at).unwrap_or(0)).collect();
    for row in all {
        let mut line = String::new();
        for (at, width) in columns.iter().zip(&widths) {
            let Some(cell) = row.get(*at) else { continue };
            let words = one_line(&cell.text);
            let blank = " ".repeat(width.saturating_sub(long(&words)));
            let (before, after) = if cell.number { (blank.as_str(), "") } else { ("", blank.as_str()) };
            line.push_str(&format!("{before}{words}{after}{}", " ".repeat(GAP)));
        }
        lines.push(format!("  {}", line.trim_end()));
    }
    lines
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let table = Table {
            caption: "Things".into(),
            head: ["name", "nothing", "count"].map(String::from).to_vec(),
            rows: vec![
                vec![Cell::words("one"), Cell::words(""), Cell::number("7")],
                vec![Cell::words("a\nsecond"), Cell::words(""), Cell::number("12345")],
            ],
        };
        assert_eq!(text(&table), ["Things", "  name      count", "  one           7", "  a second  12345"]);
        let empty = Table { rows: Vec::new(), ..table };
        assert_eq!(text(&empty), ["Things"]);
    }
}
