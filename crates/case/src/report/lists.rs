//! The lists: what they hold, and who is on which together.

use super::summary::cite;
use super::{figure, heading, number, paragraph, table};
use crate::inquiry::Results;
use crate::linking::Linked;
use crate::lists::Reading;
use factum_report::{Block, Cell, grouped, plot};
use std::collections::HashSet;

pub(super) fn section(results: &Results, linked: &Linked<'_>, reading: &Reading) -> Vec<Block> {
    let mut blocks = vec![heading(1, "The lists")];
    let persons = persons_by_list(linked, reading);
    let rows = results.lists.iter().zip(persons).map(|(list, persons)| {
        let label = match &list.copies {
            Some(original) => format!("{} (counts as one list with {original})", list.label),
            None => list.label.clone(),
        };
        vec![
            Cell::words(label),
            Cell::words(list.kind.as_deref().unwrap_or("not stated")),
            Cell::words(&list.file),
            number(list.records as f64),
            number(persons as u32),
            number(results.linkage.duplicates.get(&list.id).copied().unwrap_or(0) as f64),
        ]
    });
    let head = ["List", "Kind of source", "File", "Records", "Distinct people", "Repeated records"];
    blocks.push(table(
        "The lists, the people they name, and records that repeat a person on the same list [R-1].",
        &head,
        rows.collect(),
    ));
    blocks.push(paragraph(left_out(results)));
    blocks.push(heading(2, "What each list says"));
    blocks.push(paragraph(
        "Share of the rows of each file in which a column says something that could be read. What a list does not say counts \
         neither for nor against a match.",
    ));
    blocks.push(features(reading));
    blocks.push(heading(2, "Who is on which lists together"));
    let counted = results.lists.iter().filter(|l| linked.table.lists().contains(&l.id));
    let labels: Vec<String> = counted.map(|l| l.label.clone()).collect();
    let alt = format!(
        "Plot of how many people are on each combination of lists. The largest groups: {}.",
        largest_combinations(results, 4)
    );
    blocks.push(figure(plot::overlaps(&linked.table, &labels), 1.0, alt, "People by combination of lists [R-1]."));
    blocks.push(overlaps(linked));
    blocks
}

fn left_out(results: &Results) -> String {
    let left = &results.left_out;
    if left.rows + left.values + left.notes == 0 {
        return format!("Every row could be read{}.", cite("R-1"));
    }
    format!(
        "In reading, {} rows were left out, {} values were left out of rows that entered, and {} notes were made; `factum list \
         check` names each by file, row and column.",
        grouped(left.rows as f64),
        grouped(left.values as f64),
        grouped(left.notes as f64)
    )
}

fn features(reading: &Reading) -> Block {
    let rows = reading.files.iter().flat_map(|file| {
        file.columns.iter().map(|column| {
            let share = if file.rows == 0 { 0.0 } else { column.filled as f64 / file.rows as f64 };
            vec![
                Cell::words(&file.input.name),
                Cell::words(&column.column),
                Cell::words(column.feature.key()),
                Cell::number(super::percent(share)),
            ]
        })
    });
    table("How columns were read.", &["File", "Column", "Read as", "Filled"], rows.collect())
}

fn largest_combinations(results: &Results, n: usize) -> String {
    let mut counts = results.capture_histories.clone();
    counts.sort_by_key(|c| std::cmp::Reverse(c.persons));
    let say = |c: &crate::inquiry::HistoryCount| format!("{} on {}", grouped(c.persons as f64), c.lists.join(" and "));
    counts.iter().take(n).map(say).collect::<Vec<_>>().join("; ")
}

/// Distinct persons on each list.
fn persons_by_list(linked: &Linked<'_>, reading: &Reading) -> Vec<usize> {
    let mut persons = vec![HashSet::new(); reading.lists.len()];
    for (record, person) in linked.linkage.persons.iter().enumerate() {
        persons[reading.records.list_of(record as u32)].insert(*person);
    }
    persons.iter().map(HashSet::len).collect()
}

fn overlaps(linked: &Linked<'_>) -> Block {
    let names: Vec<&str> = linked.table.lists().iter().map(|l| l.as_str()).collect();
    let rows = names.iter().enumerate().map(|(i, name)| {
        let cells = (0..names.len()).map(|j| number(linked.table.on_both(i, j) as f64));
        std::iter::once(Cell::words(*name)).chain(cells).collect()
    });
    let head: Vec<&str> = std::iter::once("List").chain(names.iter().copied()).collect();
    table("People on both of two lists; on the diagonal, people on the list [R-1].", &head, rows.collect())
}
