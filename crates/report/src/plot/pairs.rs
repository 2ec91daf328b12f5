//! How do two lists depend on each other?
//!
//! Odds ratios between pairs of lists on a logarithmic axis, and the probabilities that a pair depends directly.

use super::modes::percent;
use super::row::{Limits, heading, interval, nothing};
use super::scale::{Scale, drawn};
use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, PALE, fitted};
use crate::wording::grouped;

/// How often people on one list are on another, beside those who are not.
#[derive(Clone, Debug)]
pub struct OddsRatio {
    /// The two lists, by their place.
    pub lists: (usize, usize),
    /// The odds ratio; absent where it is undefined.
    pub estimate: Option<f64>,
    /// Lower limit; absent where there is none above zero.
    pub lower: Option<f64>,
    /// Upper limit; absent where there is none.
    pub upper: Option<f64>,
}

/// The odds ratios between lists.
#[derive(Clone, Debug)]
pub struct OddsRatios {
    /// What is shown.
    pub title: String,
    /// The names of the lists.
    pub lists: Vec<String>,
    /// Pair by pair.
    pub pairs: Vec<OddsRatio>,
    /// The same in words, for those who cannot see it.
    pub words: String,
}

const NAMES: f64 = 210.0;
const PLOT: f64 = 270.0;
const SAID: f64 = 130.0;
const ROW: f64 = 17.0;

/// Odds ratios beyond this to either side are drawn at the end of the axis.
const FAR: f64 = 1e4;

/// Each pair with its limits; a pair without an odds ratio is hatched.
pub fn odds_ratios(of: &OddsRatios) -> String {
    let width = NAMES + PLOT + SAID;
    if of.pairs.is_empty() {
        return nothing(width, &of.title, &of.words);
    }
    let positive = |value: Option<f64>| drawn(value).filter(|v| *v > 0.0);
    let all = of.pairs.iter().flat_map(|p| [p.estimate, p.lower, p.upper]).filter_map(positive);
    let values: Vec<f64> = all.map(|v| v.clamp(1.0 / FAR, FAR)).chain([0.5, 2.0]).collect();
    let low = values.iter().copied().fold(1.0, f64::min);
    let high = values.iter().copied().fold(1.0, f64::max);
    // An arrow past a missing limit needs room to be one.
    let open = |limit: fn(&OddsRatio) -> Option<f64>| {
        let missing = |p: &OddsRatio| positive(p.estimate).is_some() && positive(limit(p)).is_none();
        if of.pairs.iter().any(missing) { 4.0 } else { 1.3 }
    };
    let reach = [low / open(|p| p.lower), high * open(|p| p.upper)];
    let scale = Scale::logarithmic((NAMES, NAMES + PLOT), &reach);
    let top = 50.0;
    let bottom = top + ROW * of.pairs.len() as f64;
    let mut drawing = Drawing::new(width, bottom + 38.0);
    heading(&mut drawing, width, &of.title);
    let one = scale.at(1.0);
    drawing.text(NAMES, top - 18.0, 8.0, Anchor::Start, "less often together than by chance");
    drawing.text(NAMES + PLOT, top - 18.0, 8.0, Anchor::End, "more often");
    scale.draw_below(&mut drawing, (top, bottom), "odds ratio (1: independent), with 95 % limits");
    drawing.line((one, top - 6.0), (one, bottom), INK, 1.2, "4 3");
    for (i, pair) in of.pairs.iter().enumerate() {
        let y = top + ROW * (i as f64 + 0.5);
        let name = |list: usize| of.lists.get(list).map_or("?", String::as_str);
        // Each in a text of its own, so that neither turns the other's direction of writing round.
        let half = NAMES / 2.0 - 12.0;
        drawing.text(half, y + 3.0, 8.5, Anchor::End, &fitted(name(pair.lists.0), 8.5, half - 6.0));
        drawing.text(half + 6.0, y + 3.0, 8.5, Anchor::Middle, "·");
        drawing.text(half + 12.0, y + 3.0, 8.5, Anchor::Start, &fitted(name(pair.lists.1), 8.5, half));
        let limits =
            Limits { estimate: positive(pair.estimate), lower: positive(pair.lower), upper: positive(pair.upper) };
        if limits.estimate.is_none() {
            drawing.hatched(NAMES, y - ROW / 2.0 + 2.0, PLOT, ROW - 4.0);
        }
        interval(&mut drawing, &scale, &limits, y, if limits.estimate.is_some() { BLUE } else { GREY }, false);
        let words = fitted(&in_words(&limits), 8.0, SAID - 14.0);
        drawing.text(NAMES + PLOT + 10.0, y + 3.0, 8.0, Anchor::Start, &words);
    }
    drawing.described(&of.title, &of.words)
}

fn in_words(limits: &Limits) -> String {
    let estimate = limits.estimate.map_or("undefined".into(), ratio);
    match (limits.lower, limits.upper) {
        (Some(lower), Some(upper)) => format!("{estimate} ({} to {})", ratio(lower), ratio(upper)),
        (Some(lower), None) => format!("{estimate} (from {})", ratio(lower)),
        (None, Some(upper)) => format!("{estimate} (up to {})", ratio(upper)),
        (None, None) => estimate,
    }
}

/// An odds ratio in about two figures.
fn ratio(value: f64) -> String {
    match value {
        v if v >= 1e7 => format!("{v:.0e}"),
        v if v >= 9.95 => grouped(v),
        v if v >= 0.995 => format!("{v:.1}"),
        v if v >= 0.0995 => format!("{v:.2}"),
        v if v >= 0.0005 => format!("{v:.3}"),
        _ => "<0.001".into(),
    }
}

/// How likely it is that two lists depend on each other directly.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The two lists, by their place.
    pub lists: (usize, usize),
    /// The probability; absent where the model leaves it open.
    pub probability: Option<f64>,
}

/// The edges between lists.
#[derive(Clone, Debug)]
pub struct Edges {
    /// What is shown.
    pub title: String,
    /// The names of the lists.
    pub lists: Vec<String>,
    /// Pair by pair.
    pub edges: Vec<Edge>,
    /// The same in words, for those who cannot see it.
    pub words: String,
}

/// A circle of lists beyond this many is a tangle, and the matrix stands alone.
const ON_CIRCLE: usize = 8;

const CIRCLE: f64 = 78.0;
const LISTED: f64 = 170.0;
const CELL: f64 = 38.0;
const LINE: f64 = 22.0;

/// A matrix with each probability in figures, and beside it, for few lists, a circle with lines as thick as they are
/// likely.
pub fn edges(of: &Edges) -> String {
    let lists = of.lists.len();
    let circle = (2..=ON_CIRCLE).contains(&lists);
    let matrix = LISTED + CELL * lists.saturating_sub(1) as f64;
    let width = (matrix + if circle { 2.0 * CIRCLE + 80.0 } else { 24.0 }).max(420.0);
    if lists < 2 {
        return nothing(width, &of.title, &of.words);
    }
    let top = 52.0;
    let bottom = top + LINE * lists as f64;
    let height = if circle { bottom.max(top + 2.0 * CIRCLE + 20.0) } else { bottom };
    let mut drawing = Drawing::new(width, height + 22.0);
    heading(&mut drawing, width, &of.title);
    drawing.text(6.0, 33.0, 8.5, Anchor::Start, "probability that two lists depend on each other directly, %");
    matrix_of(&mut drawing, of, top);
    if circle {
        circle_of(&mut drawing, of, (matrix + CIRCLE + 40.0, top + CIRCLE + 10.0));
        let words = "the thicker, the likelier; below 5 % no line";
        drawing.text(matrix + CIRCLE + 40.0, top + 2.0 * CIRCLE + 20.0, 7.5, Anchor::Middle, words);
    }
    drawing.described(&of.title, &of.words)
}

fn probability(of: &Edges, one: usize, other: usize) -> Option<f64> {
    let joins = |e: &&Edge| e.lists == (one, other) || e.lists == (other, one);
    drawn(of.edges.iter().find(joins).and_then(|e| e.probability)).map(|p| p.clamp(0.0, 1.0))
}

fn matrix_of(drawing: &mut Drawing, of: &Edges, top: f64) {
    for (row, name) in of.lists.iter().enumerate() {
        let y = top + LINE * row as f64;
        let key = key(row);
        drawing.bold(16.0, y + 15.0, 9.0, Anchor::Middle, &key);
        drawing.text(28.0, y + 15.0, 9.0, Anchor::Start, &fitted(name, 9.0, LISTED - 36.0));
        for column in 0..row {
            let x = LISTED + CELL * column as f64;
            match probability(of, row, column) {
                Some(p) => {
                    drawing.rect(x + 1.0, y + 1.0, (CELL - 2.0) * p, LINE - 2.0, PALE);
                    drawing.outline(x + 1.0, y + 1.0, CELL - 2.0, LINE - 2.0, GREY);
                    let label = percent(p).replace(" %", "");
                    drawing.text(x + CELL / 2.0, y + 14.5, 8.5, Anchor::Middle, &label);
                }
                None => drawing.hatched(x + 1.0, y + 1.0, CELL - 2.0, LINE - 2.0),
            }
        }
    }
    for column in 0..of.lists.len().saturating_sub(1) {
        // Over the first cell of its column.
        let y = top + LINE * (column + 1) as f64;
        drawing.bold(LISTED + CELL * (column as f64 + 0.5), y - 5.0, 9.0, Anchor::Middle, &key(column));
    }
}

fn circle_of(drawing: &mut Drawing, of: &Edges, (x, y): (f64, f64)) {
    let lists = of.lists.len();
    let place = |list: usize, radius: f64| {
        let turn = std::f64::consts::TAU * (list as f64 / lists as f64 - 0.25);
        (x + radius * turn.cos(), y + radius * turn.sin())
    };
    for one in 0..lists {
        for other in one + 1..lists {
            if let Some(p) = probability(of, one, other).filter(|p| *p >= 0.05) {
                drawing.line(
                    place(one, CIRCLE - 10.0),
                    place(other, CIRCLE - 10.0),
                    BLUE,
                    (p * 70.0).round() / 10.0,
                    "",
                );
            }
        }
    }
    for list in 0..lists {
        let (x, y) = place(list, CIRCLE - 10.0);
        drawing.ring(x, y, 9.0, INK);
        drawing.bold(x, y + 3.2, 9.0, Anchor::Middle, &key(list));
    }
}

/// A letter for each list, and for those beyond the alphabet a number.
fn key(list: usize) -> String {
    match u8::try_from(list) {
        Ok(n) if n < 26 => char::from(b'A' + n).to_string(),
        _ => (list + 1).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_have_about_two_figures() {
        let shown: Vec<String> = [12_345.0, 42.4, 3.24, 0.271, 0.05, 1e9].into_iter().map(ratio).collect();
        assert_eq!(shown, ["12,345", "42", "3.2", "0.27", "0.050", "1e9"]);
    }

    #[test]
    fn every_list_has_a_key_of_its_own() {
        let keys: std::collections::BTreeSet<String> = (0..40).map(key).collect();
        assert_eq!(keys.len(), 40);
    }
}
