//! Which words are longer than a line, and where may they be broken?
//!
//! The typesetter breaks a word only where its script or language allows; one that is wider than its line would run off the page. Such a
//! word, and no other, may be broken after each of its letters.

use super::{Field, Laid, Line, Run, What};
use crate::fonts::width_in;
use unicode_normalization::char::is_combining_mark;

/// Where a word may be broken without a mark.
const BREAK: char = '\u{200b}';
/// Lines in sizes of their letters: what the narrowest line of that kind holds. A title is set in 22 points, a heading in 14.
const TITLE: f64 = 20.0;
const HEADING: f64 = 28.0;
const TEXT: f64 = 32.0;
/// The names of entries stand in a column of 22 mm.
const LABEL: f64 = 6.0;

/// Lets every word break that is longer than its line.
pub(super) fn break_long_words(laid: &mut Laid) {
    broken(&mut laid.title, TITLE, true);
    broken(&mut laid.subtitle, TEXT, false);
    let front = laid.author.iter_mut().chain(&mut laid.reference).chain(&mut laid.alerts);
    front.for_each(|line| broken(line, TEXT, false));
    laid.cover.iter_mut().for_each(|(_, tells)| broken(tells, TEXT / 2.0, false));
    for part in laid.summary.iter_mut().chain(&mut laid.body) {
        match &mut part.what {
            What::Heading { line, .. } => broken(line, HEADING, true),
            What::Paragraph { runs }
            | What::Numbered { runs, .. }
            | What::Quote { runs }
            | What::Warning { runs }
            | What::Under { runs } => break_runs(runs),
            What::Entry { label, runs } => {
                broken(label, LABEL, true);
                break_runs(runs);
            }
            What::List { items, .. } => items.iter_mut().for_each(|item| break_runs(&mut item.runs)),
            What::Table { caption, head, rows, form, .. } => {
                broken(caption, TEXT, false);
                let rooms: Vec<f64> = form.widths.iter().map(|width| (width - 2.0 * form.inset) / form.size).collect();
                let each = |cells: &mut Vec<Field>, bold: bool| {
                    cells.iter_mut().zip(&rooms).for_each(|(cell, room)| replace(&mut cell.text, *room, bold));
                };
                if !form.turned {
                    each(head, true);
                }
                rows.iter_mut().for_each(|row| each(row, false));
            }
            What::Figure { caption, .. } => broken(caption, TEXT, false),
        }
    }
}

fn broken(line: &mut Line, room: f64, bold: bool) {
    replace(&mut line.text, room, bold);
}

fn break_runs(runs: &mut [Run]) {
    for run in runs {
        match run {
            Run::Text { text } | Run::Emph { text } => replace(text, TEXT, false),
            Run::Strong { text } => replace(text, TEXT, true),
            Run::Note { runs, .. } | Run::Span { runs, .. } | Run::Here { runs, .. } | Run::Web { runs, .. } => {
                break_runs(runs);
            }
        }
    }
}

fn replace(text: &mut String, room: f64, bold: bool) {
    // No letter is wider than its size, or nearly none. The typesetter breaks addresses itself, and other words after strokes and hyphens.
    let may_be_long = |piece: &str| piece.chars().count() as f64 > room * 0.9;
    let is_long = |piece: &str| may_be_long(piece) && width_in(piece.trim_end(), bold) > room;
    let pieces = |word: &str| word.split_inclusive(['/', '-']).any(is_long);
    if !text.split_whitespace().any(|word| may_be_long(word) && !word.contains("://") && pieces(word)) {
        return;
    }
    let mut out = String::with_capacity(text.len() * 2);
    for word in text.split_inclusive(char::is_whitespace) {
        for piece in word.split_inclusive(['/', '-']) {
            let long = !word.contains("://") && is_long(piece);
            let mut before: Option<char> = None;
            for c in piece.chars() {
                // Not before a mark that sits on the letter before it, and not between letters and their stop.
                let may_break =
                    before.is_some_and(char::is_alphanumeric) && c.is_alphanumeric() && !is_combining_mark(c);
                if long && may_break {
                    out.push(BREAK);
                }
                out.push(c);
                before = Some(c);
            }
        }
    }
    *text = out;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_longer_than_their_line_may_be_broken() {
        let check = |text: &str, room: f64, expected: &str| {
            let mut shown = text.to_string();
            replace(&mut shown, room, false);
            assert_eq!(shown.replace(BREAK, "|"), expected);
        };
        check("a house of words", 8.0, "a house of words");
        check("https://www.example.org/a", 4.0, "https://www.example.org/a");
        check("house-of-words", 4.0, "house-of-words");
        check("a householder.", 4.0, "a h|o|u|s|e|h|o|l|d|e|r.");
        check("e\u{301}e\u{301}e\u{301}e\u{301}", 1.0, "e\u{301}e\u{301}e\u{301}e\u{301}");
    }
}
