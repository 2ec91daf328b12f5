//! How does a dossier become a page?
//!
//! One file with everything in it: no script, nothing fetched from anywhere, readable on paper and in the dark.

use crate::Dossier;
use crate::laid::{Field, Laid, Part, Run, What, lay};
use crate::svg::escape;
use crate::tongue::{Tongue, dir};
pub use askama::Error;
use askama::Template;
use std::fmt::Write;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    laid: &'a Laid,
    headings: Vec<Heading<'a>>,
    notes: Vec<Note<'a>>,
}

/// A line of the contents.
struct Heading<'a> {
    level: u8,
    id: &'a str,
    number: &'a str,
    text: &'a str,
    rtl: bool,
}

/// A footnote.
struct Note<'a> {
    number: usize,
    tongue: &'a Tongue,
    runs: &'a [Run],
}

/// A dossier as one self-contained HTML page.
///
/// # Errors
/// When the page's template fails.
pub fn render(dossier: &Dossier) -> Result<String, askama::Error> {
    let laid = lay(dossier, &str::to_string);
    let headings = laid.body.iter().filter_map(|part| match &part.what {
        What::Heading { level, number, line, .. } => {
            let id = part.ids.first()?;
            Some(Heading { level: *level, id, number, text: &line.text, rtl: line.rtl })
        }
        _ => None,
    });
    let mut notes = Vec::new();
    for part in laid.summary.iter().chain(&laid.body) {
        part.what.each_line(&mut |runs| notes_of(runs, &mut notes));
    }
    Page { laid: &laid, headings: headings.collect(), notes }.render()
}

fn notes_of<'a>(runs: &'a [Run], notes: &mut Vec<Note<'a>>) {
    for run in runs {
        match run {
            Run::Note { number, tongue, runs } => notes.push(Note { number: *number, tongue, runs }),
            Run::Span { runs, .. } | Run::Here { runs, .. } | Run::Web { runs, .. } => notes_of(runs, notes),
            Run::Text { .. } | Run::Strong { .. } | Run::Emph { .. } => {}
        }
    }
}

impl Page<'_> {
    /// Language and direction as attributes, where they are not the report's.
    fn spoken(&self, tongue: &Tongue) -> String {
        if *tongue == self.laid.tongue { String::new() } else { attributes(tongue) }
    }

    /// Direction as an attribute, where it is not the report's.
    fn turned(&self, rtl: &bool) -> String {
        if *rtl == self.laid.tongue.rtl { String::new() } else { format!(" dir=\"{}\"", dir(*rtl)) }
    }
}

fn attributes(tongue: &Tongue) -> String {
    format!(" lang=\"{}\" dir=\"{}\"", tongue.tag(), tongue.dir())
}

/// The first name of a block as an attribute, and empty places with its further names.
fn names(part: &Part) -> (String, String) {
    let first = part.ids.first().map(|id| format!(" id=\"{id}\"")).unwrap_or_default();
    let further = part.ids.iter().skip(1).map(|id| format!("<a id=\"{id}\"></a>")).collect();
    (first, further)
}

/// Words as HTML.
fn inline(runs: &[Run]) -> String {
    let mut out = String::new();
    write_runs(runs, &mut out);
    out
}

fn write_runs(runs: &[Run], out: &mut String) {
    for run in runs {
        // Writing into a text cannot fail.
        let _ = match run {
            Run::Text { text } => write!(out, "{}", escape(text)),
            Run::Strong { text } => write!(out, "<strong>{}</strong>", escape(text)),
            Run::Emph { text } => write!(out, "<em>{}</em>", escape(text)),
            Run::Note { number, .. } => write!(
                out,
                "<sup><a id=\"mark_{number}\" href=\"#note_{number}\" role=\"doc-noteref\">{number}</a></sup>"
            ),
            Run::Span { tongue, runs } => enclosed(out, &format!("<span{}>", attributes(tongue)), runs, "</span>"),
            Run::Here { id, runs } => enclosed(out, &format!("<a href=\"#{id}\">"), runs, "</a>"),
            Run::Web { to, runs } => {
                enclosed(out, &format!("<a href=\"{}\" rel=\"noreferrer\">", escape(to)), runs, "</a>")
            }
        };
    }
}

fn enclosed(out: &mut String, before: &str, runs: &[Run], after: &str) -> std::fmt::Result {
    out.push_str(before);
    write_runs(runs, out);
    out.push_str(after);
    Ok(())
}

fn class(cell: &Field) -> &'static str {
    if cell.number { " class=\"n\"" } else { "" }
}
