//! How is a matrix of elements and findings shown, as tables, as a picture, and as a list of conclusions?
//!
//! An unverified framework says so on every one of them.

use super::held::{Held, obstacle_words};
use super::spoken;
use crate::facts::book::Book;
use crate::tongue::{Tongue, fill};
use factum_report::{Cell, Figure, Table, plot};
use factum_weigh::law::{Assessment, Mark, Matrix, Obstacle, Panel, Row};
use std::collections::BTreeSet;

/// The panels that are asked for: of the named articles, or with none named of those on which somebody said something; and with each
/// what it shares, once, before all others.
fn chosen<'m>(matrix: &'m Matrix<String>, articles: &[String]) -> Vec<&'m Panel<String>> {
    let touched = |panel: &Panel<String>| !panel.conclusions.is_empty() || panel.rows.iter().any(is_touched);
    let any = matrix.provisions.iter().any(touched);
    let wanted = |panel: &&Panel<String>| match articles {
        [] => !any || touched(panel),
        named => named.contains(&panel.article),
    };
    let provisions: Vec<&Panel<String>> = matrix.provisions.iter().filter(wanted).collect();
    let keys: BTreeSet<&str> =
        provisions.iter().flat_map(|panel| &panel.rows).filter_map(|row| row.shared.as_deref()).collect();
    let shared = matrix.shared.iter().filter(|panel| keys.contains(panel.article.as_str()));
    shared.chain(provisions).collect()
}

fn is_touched(row: &Row<String>) -> bool {
    !row.assessed_by.is_empty() || row.closed > 0
}

/// Element by element, a table for each provision: which findings support it, which speak against, what is missing, who assessed. Names
/// of articles choose; with none named, those on which somebody said something.
pub fn matrix_tables(held: &Held, matrix: &Matrix<String>, articles: &[String], tongue: Tongue) -> Vec<Table> {
    chosen(matrix, articles).into_iter().map(|panel| table(held, matrix.mark, panel, tongue)).collect()
}

fn table(held: &Held, mark: Mark, panel: &Panel<String>, tongue: Tongue) -> Table {
    let words = spoken::words(tongue);
    let codes = |all: &[Assessment<String>]| {
        let codes: BTreeSet<&str> = all.iter().filter_map(|a| a.finding.as_deref()).collect();
        Cell::words(codes.into_iter().collect::<Vec<_>>().join(", "))
    };
    let rows = panel.rows.iter().map(|row| {
        let missing: Vec<&str> = row.missing.iter().map(|(words, _)| words.as_str()).collect();
        let by = match (row.assessed_by.as_slice(), row.closed) {
            ([], 0) => words.not_assessed.to_string(),
            (by, 0) => by.join(", "),
            (by, closed) => {
                let closed = fill(words.closed, &[("n", &closed.to_string())]);
                by.iter().cloned().chain([closed]).collect::<Vec<_>>().join(", ")
            }
        };
        let label = match &row.shared {
            Some(key) => format!("{} ({key})", row.label),
            None => row.label.clone(),
        };
        vec![
            Cell::words(row.element.to_string()),
            Cell::words(label),
            codes(&row.supporting),
            codes(&row.contrary),
            codes(&row.neither),
            Cell::words(missing.join("; ")),
            Cell::words(by),
        ]
    });
    let is_shared = held.framework.shared.iter().any(|shared| shared.key == panel.article);
    let of = if is_shared { panel.label.clone() } else { format!("{} {}", panel.article, panel.label) };
    let caption = format!("{}: {of}. {}", title(held, tongue), marked(mark, tongue));
    Table { caption, head: words.matrix.map(String::from).to_vec(), rows: rows.collect() }
}

fn title(held: &Held, tongue: Tongue) -> String {
    let head = &held.framework.head;
    let version = fill(spoken::words(tongue).version, &[("n", &head.version.to_string())]);
    format!("{} ({}, {version})", head.title, head.id)
}

/// The mark in the language of a report.
fn marked(mark: Mark, tongue: Tongue) -> String {
    let words = spoken::words(tongue);
    match mark {
        Mark::Verified => words.verified.into(),
        Mark::Unverified { open, all } => {
            fill(words.unverified, &[("open", &open.to_string()), ("all", &all.to_string())])
        }
    }
}

/// The same as a picture: elements down, findings across. Choosing as in [`matrix_tables`].
pub fn matrix_figure(held: &Held, matrix: &Matrix<String>, articles: &[String], tongue: Tongue) -> Figure {
    let rows: Vec<&Row<String>> = chosen(matrix, articles).into_iter().flat_map(|panel| &panel.rows).collect();
    let all = |row: &&Row<String>| {
        let all = row.supporting.iter().chain(&row.contrary).chain(&row.neither);
        all.filter_map(|a| a.finding.clone()).collect::<Vec<_>>()
    };
    let findings: BTreeSet<String> = rows.iter().flat_map(all).collect();
    let findings: Vec<String> = findings.into_iter().collect();
    let mut bearings = Vec::new();
    for (element, row) in rows.iter().enumerate() {
        let counted = [(&row.supporting, 1, 0), (&row.contrary, 0, 1), (&row.neither, 0, 0)];
        for (assessments, supporting, contrary) in counted {
            for a in assessments {
                let at = a.finding.as_ref().and_then(|finding| findings.binary_search(finding).ok());
                let Some(finding) = at else { continue };
                bearings.push(plot::Bearing { element, finding, supporting, contrary, assessed_by: a.by.clone() });
            }
        }
    }
    let elements =
        rows.iter().map(|row| plot::ElementRow { number: row.element.to_string(), label: row.label.clone() });
    let drawn = plot::Matrix {
        title: title(held, tongue),
        elements: elements.collect(),
        findings,
        bearings,
        unverified: !matrix.mark.may_be_cited(),
    };
    let words = plot::words(tongue.code());
    let (svg, alt) = (plot::matrix(&drawn, words), drawn.alt(words));
    Figure { svg, alt, caption: format!("{}. {}", title(held, tongue), marked(matrix.mark, tongue)), width: 1.0 }
}

/// Conclusions on the provisions of a framework, in the order of the instrument, each with what stands against citing it in a release.
pub fn conclusions_table(book: &Book, held: &Held, matrix: &Matrix<String>, tongue: Tongue) -> Table {
    let code = |article: &str, words: &str| {
        let all = book.conclusions.get(&(held.framework.head.id.clone(), article.to_string()));
        let same = all.into_iter().flatten().find(|said| said.what.wording == words);
        same.and_then(|said| said.what.code.clone()).unwrap_or_default()
    };
    let mut rows = Vec::new();
    for panel in &matrix.provisions {
        for conclusion in &panel.conclusions {
            let own = |o: &&Obstacle<String>| !matches!(o, Obstacle::Wording(by) if *by != conclusion.by);
            let against: Vec<String> =
                panel.obstacles.iter().filter(own).map(|o| obstacle_words(o, matrix.mark)).collect();
            rows.push(vec![
                Cell::words(code(&panel.article, &conclusion.words)),
                Cell::words(format!("{} {}", panel.article, panel.label)),
                Cell::words(&conclusion.words),
                Cell::words(&conclusion.standard),
                Cell::words(&conclusion.by),
                Cell::words(against.join("; ")),
            ]);
        }
    }
    let head = spoken::words(tongue).conclusions;
    let caption = format!("{}. {}", title(held, tongue), marked(matrix.mark, tongue));
    Table { caption, head: head.map(String::from).to_vec(), rows }
}
