//! How is an estimate with its limits drawn in a row of its own?

use super::scale::{Scale, count, drawn};
use super::spoken::{ENGLISH, Words, fill};
use crate::fonts;
use crate::svg::{Anchor, Drawing, INK, fitted};

/// An estimate with its limits; what is undefined is absent.
pub(crate) struct Limits {
    pub estimate: Option<f64>,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
}

/// The size of the title of a plot.
const TITLE: f64 = 10.5;

/// Writes the title over a plot, as much as there is room for. Bold letters are about a tenth wider.
pub(crate) fn heading(drawing: &mut Drawing, width: f64, title: &str) {
    let title = fitted(title, TITLE * 1.1, width - 12.0);
    if fonts::is_right_to_left(&title) {
        drawing.bold(width - 6.0, 16.0, TITLE, Anchor::End, &title);
    } else {
        drawing.bold(6.0, 16.0, TITLE, Anchor::Start, &title);
    }
}

/// A drawing for when there is nothing to draw, in English.
pub(crate) fn nothing(width: f64, title: &str, alt: &str) -> String {
    nothing_in(ENGLISH, width, title, alt)
}

/// A drawing for when there is nothing to draw.
pub(crate) fn nothing_in(words: &Words, width: f64, title: &str, alt: &str) -> String {
    let mut drawing = Drawing::new(width, 48.0);
    heading(&mut drawing, width, title);
    drawing.note(36.0, 9.5, words.rtl(), words.nothing);
    drawing.described(title, alt)
}

/// A line for the interval, a dot for the estimate, hollow where it is a bound, and an arrow where a limit is missing.
pub(crate) fn interval(drawing: &mut Drawing, scale: &Scale, of: &Limits, y: f64, colour: &str, bound: bool) {
    let (estimate, lower, upper) = (drawn(of.estimate), drawn(of.lower), drawn(of.upper));
    let inner = estimate.or(lower).or(upper);
    let Some(inner) = inner else { return };
    // A lower end without a limit is an arrow only where there is an upper one: of a lone estimate no limit is known.
    if lower.is_some() || upper.is_some() {
        let (low, high) = scale.ends();
        let (from, to) = (scale.at(lower.unwrap_or(low)), scale.at(upper.unwrap_or(high)));
        drawing.line((from, y), (to, y), colour, 2.6, "");
        for (missing, x, back) in [(lower.is_none(), from, 6.0), (upper.is_none(), to, -6.0)] {
            if missing {
                drawing.line((x, y), (x + back, y - 4.5), colour, 1.8, "");
                drawing.line((x, y), (x + back, y + 4.5), colour, 1.8, "");
            } else {
                drawing.line((x, y - 4.0), (x, y + 4.0), colour, 1.4, "");
            }
        }
    }
    if estimate.is_some() {
        if bound {
            drawing.ring(scale.at(inner), y, 3.6, colour);
        } else {
            drawing.dot(scale.at(inner), y, 4.2, colour);
        }
    }
}

/// The same in figures.
pub(crate) fn said(of: &Limits, bound: bool) -> String {
    said_in(ENGLISH, of, bound)
}

/// The same in figures, in a language.
pub(crate) fn said_in(words: &Words, of: &Limits, bound: bool) -> String {
    let least = if bound { words.at_least } else { "{n}" };
    let estimate = drawn(of.estimate).map_or(words.no_estimate.into(), |n| fill(least, &[("n", &count(n))]));
    let (low, high) = (drawn(of.lower), drawn(of.upper));
    let sentence = match (low, high) {
        (Some(_), Some(_)) => words.between,
        (Some(_), None) => words.from_low,
        (None, Some(_)) => words.up_to,
        (None, None) => "{n}",
    };
    let [low, high] = [low, high].map(|limit| limit.map_or_else(String::new, count));
    fill(sentence, &[("n", &estimate), ("low", &low), ("high", &high)])
}

/// A line down at a number that is known, with its name at a height and inside the plot.
pub(crate) fn reference(
    drawing: &mut Drawing,
    scale: &Scale,
    (value, name, dashes): (f64, &str, &str),
    between: (f64, f64),
    within: (f64, f64),
) {
    reference_in(ENGLISH, drawing, scale, (value, name, dashes), between, within);
}

/// The same in a language.
pub(crate) fn reference_in(
    words: &Words,
    drawing: &mut Drawing,
    scale: &Scale,
    (value, name, dashes): (f64, &str, &str),
    (at, bottom): (f64, f64),
    (left, right): (f64, f64),
) {
    let x = scale.at(value);
    drawing.line((x, at + 2.0), (x, bottom), INK, 1.2, dashes);
    let label = fill(words.named_number, &[("name", name), ("n", &count(value))]);
    let width = fonts::width(&label) * 8.5;
    if x + 4.0 + width <= right || x - left < width {
        drawing.text(x + 4.0, at + 4.0, 8.5, Anchor::Start, &label);
    } else {
        drawing.text(x - 4.0, at + 4.0, 8.5, Anchor::End, &label);
    }
}
