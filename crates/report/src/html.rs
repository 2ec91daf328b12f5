//! How does a dossier become a page?
//!
//! One file with everything in it: no script, no link to anywhere else, readable on paper and in the dark.

use crate::fonts::is_right_to_left;
use crate::{Block, Cell, Dossier, Inline};
pub use askama::Error;
use askama::Template;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    dossier: &'a Dossier,
    headings: Vec<(&'a str, String, u8)>,
    notes: Vec<&'a str>,
}

/// A dossier as one self-contained HTML page.
pub fn render(dossier: &Dossier) -> Result<String, askama::Error> {
    let headings = dossier.blocks.iter().enumerate().filter_map(|(i, block)| match block {
        Block::Heading { level, text } => Some((text.as_str(), format!("s{i}"), *level)),
        _ => None,
    });
    Page { dossier, headings: headings.collect(), notes: notes(dossier) }.render()
}

/// All footnotes, in the order of their marks.
fn notes(dossier: &Dossier) -> Vec<&str> {
    let runs = dossier.blocks.iter().flat_map(|block| match block {
        Block::Paragraph { runs, .. } | Block::Warning { runs } => runs.iter().collect::<Vec<_>>(),
        Block::List { items } => items.iter().flatten().collect(),
        _ => Vec::new(),
    });
    runs.filter_map(|run| if let Inline::Note(text) = run { Some(text.as_str()) } else { None }).collect()
}

impl Page<'_> {
    /// The number of a footnote. Two notes with the same words share a number.
    fn note_number(&self, text: &str) -> usize {
        self.notes.iter().position(|n| *n == text).map_or(0, |i| i + 1)
    }

    /// The number of a table or figure among its kind.
    fn number(&self, at: &usize) -> usize {
        let kind = std::mem::discriminant(&self.dossier.blocks[*at]);
        self.dossier.blocks[..=*at].iter().filter(|b| std::mem::discriminant(*b) == kind).count()
    }
}

fn direction(text: &str) -> &'static str {
    if is_right_to_left(text) { "rtl" } else { "ltr" }
}

fn class(cell: &Cell) -> &'static str {
    if cell.number { "n" } else { "" }
}
