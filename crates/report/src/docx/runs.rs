//! How do words become runs, footnotes and links?

use super::direction::stretches;
use super::escape;
use crate::laid::{CLOSES, OPENS, Run};
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
    for (rtl, part) in marked(text, place.tongue.rtl) {
        let style =
            if place.style.is_empty() { String::new() } else { format!("<w:rStyle w:val=\"{}\"/>", place.style) };
        let direction = if rtl { "<w:rtl/>" } else { "" };
        let language = language(place, rtl);
        let properties = format!("{style}{form}{direction}{language}");
        let properties = if properties.is_empty() { properties } else { format!("<w:rPr>{properties}</w:rPr>") };
        put(out, format_args!("<w:r>{properties}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(&part)));
    }
}

/// Marks of direction: what stands between two of one kind runs that way.
const LEFT: char = '\u{200e}';
const RIGHT: char = '\u{200f}';

/// The stretches of a text with marks in the place of isolates: Word goes by the direction of runs and LibreOffice by that of letters, and
/// marks have both, where isolates change the font of one and may be boxes in the other.
fn marked(text: &str, base_rtl: bool) -> Vec<(bool, String)> {
    let mut out: Vec<(bool, String)> = Vec::new();
    let mut add = |rtl: bool, part: &str| match out.last_mut() {
        _ if part.is_empty() => {}
        Some((last, words)) if *last == rtl => words.push_str(part),
        _ => out.push((rtl, part.to_string())),
    };
    let (left, right) = (LEFT.to_string(), RIGHT.to_string());
    for (rtl, part) in stretches(text, base_rtl) {
        for piece in part.split_inclusive([OPENS, CLOSES]) {
            let inner = piece.trim_end_matches([OPENS, CLOSES]);
            add(rtl, inner);
            if piece.ends_with(OPENS) {
                add(true, &right);
                add(false, &left);
            } else if piece.ends_with(CLOSES) && !rtl {
                add(false, &left);
                add(true, &right);
            }
        }
    }
    out
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn isolates_become_marks() {
        let check = |text: &str, expected: &[(bool, &str)]| {
            let found = marked(text, true);
            let found: Vec<(bool, &str)> = found.iter().map(|(rtl, part)| (*rtl, part.as_str())).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("باب", &[(true, "باب")]);
        check(
            "في \u{2066}2025-04\u{2069}، \u{2066}¶8\u{2069}.",
            &[
                (true, "في \u{200f}"),
                (false, "\u{200e}2025-04\u{200e}"),
                (true, "\u{200f}، \u{200f}"),
                (false, "\u{200e}¶8\u{200e}"),
                (true, "\u{200f}."),
            ],
        );
        check("\u{2066}F-5\u{2069}", &[(true, "\u{200f}"), (false, "\u{200e}F-5\u{200e}"), (true, "\u{200f}")]);
    }
}
