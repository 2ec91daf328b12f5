//! How do words become runs, footnotes and links?

use super::direction::stretches;
use super::escape;
use crate::laid::Run;
use crate::tongue::Tongue;
use std::fmt::Write;

/// Where a run stands: what it inherits.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The language of the words.
    pub tongue: &'a Tongue,
    /// The language of the report, which need not be named again.
    pub report: &'a Tongue,
    /// The character style of all words here: that of a link.
    pub style: &'static str,
}

/// Links out of one part of the document, and their addresses.
#[derive(Default)]
pub(super) struct Links {
    addresses: Vec<String>,
}

impl Links {
    fn id(&mut self, to: &str) -> String {
        let at = self.addresses.iter().position(|a| a == to).unwrap_or_else(|| {
            self.addresses.push(to.to_string());
            self.addresses.len() - 1
        });
        format!("rIdLink{}", at + 1)
    }

    /// The part that says where the links lead, after other relations.
    pub fn finish(&self, others: &str) -> String {
        const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink";
        let link = |(i, to): (usize, &String)| {
            let (n, to) = (i + 1, escape(to));
            format!("<Relationship Id=\"rIdLink{n}\" Type=\"{KIND}\" Target=\"{to}\" TargetMode=\"External\"/>")
        };
        let links: String = self.addresses.iter().enumerate().map(link).collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships \
             xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{others}{links}</Relationships>"
        )
    }
}

/// A footnote that a run refers to.
pub(super) struct Note<'a> {
    pub number: usize,
    pub tongue: &'a Tongue,
    pub runs: &'a [Run],
}

/// Writes words; the footnotes they have are put by.
pub(super) fn write_runs<'a>(
    out: &mut String,
    runs: &'a [Run],
    place: Place<'a>,
    links: &mut Links,
    notes: &mut Vec<Note<'a>>,
) {
    for run in runs {
        match run {
            Run::Text { text } => words(out, text, place, ""),
            Run::Strong { text } => words(out, text, place, "<w:b/><w:bCs/>"),
            Run::Emph { text } => words(out, text, place, "<w:i/><w:iCs/>"),
            Run::Note { number, tongue, runs } => {
                notes.push(Note { number: *number, tongue, runs });
                let rtl = if place.tongue.rtl { "<w:rtl/>" } else { "" };
                put(
                    out,
                    format_args!(
                        "<w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/>{rtl}</w:rPr><w:footnoteReference w:id=\"{number}\"/></w:r>"
                    ),
                );
            }
            Run::Span { tongue, runs } => write_runs(out, runs, Place { tongue, ..place }, links, notes),
            Run::Here { id, runs } => {
                put(out, format_args!("<w:hyperlink w:anchor=\"{id}\" w:history=\"1\">"));
                write_runs(out, runs, Place { style: "Hyperlink", ..place }, links, notes);
                out.push_str("</w:hyperlink>");
            }
            Run::Web { to, runs } => {
                put(out, format_args!("<w:hyperlink r:id=\"{}\" w:history=\"1\">", links.id(to)));
                write_runs(out, runs, Place { style: "Hyperlink", ..place }, links, notes);
                out.push_str("</w:hyperlink>");
            }
        }
    }
}

/// Plain words as runs, one for each stretch in one direction. `form` is bold or italics.
pub(super) fn words(out: &mut String, text: &str, place: Place<'_>, form: &str) {
    for (rtl, part) in stretches(text, place.tongue.rtl) {
        let style =
            if place.style.is_empty() { String::new() } else { format!("<w:rStyle w:val=\"{}\"/>", place.style) };
        let direction = if rtl { "<w:rtl/>" } else { "" };
        let language = language(place, rtl);
        let properties = format!("{style}{form}{direction}{language}");
        let properties = if properties.is_empty() { properties } else { format!("<w:rPr>{properties}</w:rPr>") };
        put(out, format_args!("<w:r>{properties}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(part)));
    }
}

/// The language of a run, where it is known and not the report's.
fn language(place: Place<'_>, rtl: bool) -> String {
    let Place { tongue, report, .. } = place;
    if tongue == report || rtl != tongue.rtl {
        return String::new();
    }
    let of = if rtl {
        "bidi"
    } else if is_eastern(tongue) {
        "eastAsia"
    } else {
        "val"
    };
    format!("<w:lang w:{of}=\"{}\"/>", tongue.tag())
}

/// Whether Word takes a language for East Asian.
pub(super) fn is_eastern(tongue: &Tongue) -> bool {
    matches!(tongue.lang.as_str(), "zh" | "ja" | "ko" | "yue")
}

/// Writes into a text, which cannot fail.
pub(super) fn put(out: &mut String, what: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(what);
}
