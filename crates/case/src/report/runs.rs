//! The annex: the runs behind the numbers.

use super::{heading, paragraph, table};
use crate::inquiry::Results;
use factum_model::Run;
use factum_report::{Block, Cell, grouped};

pub(super) fn section(results: &Results) -> Vec<Block> {
    let mut blocks = vec![heading(1, "Annex: the runs")];
    blocks.push(paragraph(
        "Same inputs, parameters, seed and version give the same numbers. A file can be compared with its digest by `sha256sum`.",
    ));
    let runs = std::iter::once(&results.linkage.run).chain(results.estimates.iter().map(|e| &e.run));
    for run in runs {
        blocks.extend(of(run));
    }
    blocks
}

/// One run.
pub(super) fn of(run: &Run) -> [Block; 2] {
    [
        heading(2, &format!("{}: {}", run.id, run.what)),
        table(&format!("Run {}.", run.id), &["What", "Value"], rows(run)),
    ]
}

fn rows(run: &Run) -> Vec<Vec<Cell>> {
    let mut rows = vec![pair("version", &run.version)];
    rows.extend(run.seed.map(|seed| pair("seed", &seed.to_string())));
    rows.extend(run.parameters.iter().map(|(name, value)| pair(name, value)));
    rows.extend(run.inputs.iter().map(|input| {
        let value = format!("{} bytes, SHA-256 {}", grouped(input.bytes as f64), halved(&input.sha256));
        pair(&format!("input {}", input.name), &value)
    }));
    rows
}

fn pair(name: &str, value: &str) -> Vec<Cell> {
    vec![Cell::words(name), Cell::words(value)]
}

/// A digest in two halves, so that it can break over two lines.
fn halved(digest: &str) -> String {
    let (first, second) = digest.split_at(digest.len() / 2);
    format!("{first} {second}")
}
