//! What does the report say?
//!
//! Turns results into a dossier, section by section. This is the working report of an inquiry: it names the digests of its
//! inputs, and small counts are shown as they are. It holds no name of any person.

mod charts;
mod counted;
mod estimates;
mod explanation;
mod limits;
mod linkage;
mod lists;
mod open;
mod runs;
mod summary;

pub use explanation::{Head, PAGE, files as explanation};

use crate::inquiry::Results;
use crate::linking::Linked;
use crate::lists::Reading;
use crate::settings::Settings;
use factum_report::{Block, Cell, Dossier, Figure, Inline, Table, text};

/// The dossier of a finished run.
pub(crate) fn dossier(results: &Results, linked: &Linked<'_>, settings: &Settings, reading: &Reading) -> Dossier {
    let mut blocks = summary::section(results);
    blocks.extend(counted::section(results));
    blocks.extend(lists::section(results, linked, reading));
    blocks.extend(linkage::section(results, linked, reading));
    blocks.extend(estimates::section(results, linked));
    blocks.extend(limits::section(results));
    blocks.extend(runs::section(results));
    Dossier {
        title: results.title.clone(),
        subtitle: "How many people the lists name, and how many no list named".into(),
        author: settings.author.clone(),
        date: results.report_date.to_string(),
        lang: "en".into(),
        description:
            "Working report: record linkage of several lists and estimates of how many people none of them recorded."
                .into(),
        alerts: results.linkage.alerts.iter().map(ToString::to_string).collect(),
        blocks,
        ..Dossier::default()
    }
}

fn heading(level: u8, words: &str) -> Block {
    Block::Heading { level, text: words.into() }
}

fn paragraph(words: impl Into<String>) -> Block {
    Block::Paragraph { runs: vec![text(words)], lang: None }
}

fn paragraph_of(runs: Vec<Inline>) -> Block {
    Block::Paragraph { runs, lang: None }
}

fn warning(words: impl Into<String>) -> Block {
    Block::Warning { runs: vec![text(words)] }
}

fn list(items: Vec<Vec<Inline>>) -> Block {
    Block::List { items }
}

fn strong(words: impl Into<String>) -> Inline {
    Inline::Strong(words.into())
}

fn note(words: impl Into<String>) -> Inline {
    factum_report::note(words)
}

fn table(caption: &str, head: &[&str], rows: Vec<Vec<Cell>>) -> Block {
    Block::Table(Table { caption: caption.into(), head: head.iter().map(|h| h.to_string()).collect(), rows })
}

fn figure(svg: String, width: f64, alt: impl Into<String>, caption: &str) -> Block {
    Block::Figure(Figure { svg, alt: alt.into(), caption: caption.into(), width })
}

fn number(n: impl Into<f64>) -> Cell {
    Cell::number(factum_report::grouped(n.into()))
}

/// A number that may be undefined; then the cell says so instead of showing a zero.
fn number_or_none(n: Option<f64>) -> Cell {
    Cell::number(n.map_or("none".into(), factum_report::grouped))
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
