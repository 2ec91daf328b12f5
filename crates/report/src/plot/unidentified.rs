//! What if the part that no data can show were otherwise?
//!
//! The number of people against the interaction of the highest order, and against a class of people that the lists hardly
//! reach.

use super::row::{heading, nothing};
use super::scale::{Scale, count, drawn, ends};
use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, PALE, fitted};

/// The number under one odds ratio.
#[derive(Clone, Copy, Debug)]
pub struct AtInteraction {
    /// Natural logarithm of the odds ratio of the highest order, relative to the model's.
    pub log_odds_ratio: f64,
    /// The number of people.
    pub estimate: f64,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
}

/// The number as a curve in what the model assumes.
#[derive(Clone, Debug)]
pub struct Interaction {
    /// What is shown.
    pub title: String,
    /// The curve.
    pub points: Vec<AtInteraction>,
    /// Distinct people recorded.
    pub observed: Option<f64>,
    /// What the upright axis measures, with its unit.
    pub axis: String,
    /// The same in words, for those who cannot see it.
    pub words: String,
}

const LEFT: f64 = 66.0;
const PLOT: f64 = 400.0;
const HEIGHT: f64 = 190.0;

/// Odds ratios that get a tick.
const RATIOS: [(f64, &str); 9] = [
    (1.0 / 16.0, "1/16"),
    (0.125, "1/8"),
    (0.25, "1/4"),
    (0.5, "1/2"),
    (1.0, "1 (the model)"),
    (2.0, "2"),
    (4.0, "4"),
    (8.0, "8"),
    (16.0, "16"),
];

/// The curve with the band between its limits.
pub fn interaction(of: &Interaction) -> String {
    let width = LEFT + PLOT + 100.0;
    let mut points: Vec<&AtInteraction> =
        of.points.iter().filter(|p| p.log_odds_ratio.is_finite() && p.estimate.is_finite()).collect();
    points.sort_by(|a, b| a.log_odds_ratio.total_cmp(&b.log_odds_ratio));
    let Some((low, high)) = ends(points.iter().map(|p| p.log_odds_ratio)) else {
        return nothing(width, &of.title, &of.words);
    };
    let (low, high) = if high - low > 1e-6 { (low, high) } else { (low - 1.0, high + 1.0) };
    let ticks = RATIOS.iter().map(|(ratio, name)| (ratio.ln(), (*name).to_string()));
    let slack = 1e-9;
    let ticks = ticks.filter(|t| (low - slack..=high + slack).contains(&t.0)).collect();
    let across = Scale::with_ticks((LEFT, LEFT + PLOT), (low, high), ticks);
    let values = points.iter().flat_map(|p| [Some(p.estimate), p.lower, p.upper]).chain([of.observed]).flatten();
    let top = 46.0;
    let bottom = top + HEIGHT;
    let up = Scale::fitting((bottom, top), &values.collect::<Vec<f64>>());
    let mut drawing = Drawing::new(width, bottom + 40.0);
    heading(&mut drawing, width, &of.title);
    let kind = if up.is_logarithmic() { " (logarithmic)" } else { "" };
    let axis = format!("{}{kind}", of.axis);
    drawing.text(6.0, top - 12.0, 8.5, Anchor::Start, &fitted(&axis, 8.5, LEFT + PLOT));

    let at = |p: &AtInteraction, n: f64| (across.at(p.log_odds_ratio), up.at(n));
    let limits = |p: &&&AtInteraction| drawn(p.lower).zip(drawn(p.upper));
    for band in points.chunk_by(|a, b| limits(&a).is_some() == limits(&b).is_some()) {
        let lower = band.iter().filter_map(|p| Some(at(p, drawn(p.lower)?)));
        let upper = band.iter().rev().filter_map(|p| Some(at(p, drawn(p.upper)?)));
        if band.iter().all(|p| limits(&p).is_some()) {
            drawing.area(&lower.chain(upper).collect::<Vec<_>>(), PALE);
        }
    }
    up.draw_left(&mut drawing, (LEFT, LEFT + PLOT));
    across.draw_below(
        &mut drawing,
        (top, bottom),
        "odds ratio of the highest order, as a multiple of the model's (log scale)",
    );
    let mut names: Vec<(f64, &str)> = Vec::new();
    for (limit, name) in [(Limit::Lower, "lower limit"), (Limit::Upper, "upper limit")] {
        let line: Vec<(f64, f64)> = points.iter().filter_map(|p| Some(at(p, limit.of(p)?))).collect();
        drawing.curve(&line, GREY, 1.2, "4 3");
        match line.last() {
            Some(&(x, y)) if x > LEFT + PLOT - 1.0 => names.push((y, name)),
            Some(&end) => early_end(&mut drawing, end, name),
            None => {}
        }
    }
    let curve: Vec<(f64, f64)> = points.iter().map(|p| at(p, p.estimate)).collect();
    drawing.curve(&curve, BLUE, 2.2, "");
    names.extend(curve.last().map(|end| (end.1, "estimate")));
    let rising = curve.first().zip(curve.last()).is_some_and(|(first, last)| last.1 <= first.1);
    for (p, place) in points.iter().zip(&curve) {
        if RATIOS.iter().any(|r| (r.0.ln() - p.log_odds_ratio).abs() < 1e-6) {
            drawing.dot(place.0, place.1, 3.2, INK);
            // On the side that the curve leaves free.
            let (anchor, aside) = if place.0 < LEFT + PLOT - 40.0 { (Anchor::Start, 5.0) } else { (Anchor::End, -5.0) };
            let under = rising == (aside > 0.0);
            drawing.text(place.0 + aside, place.1 + if under { 12.0 } else { -5.0 }, 8.0, anchor, &count(p.estimate));
        }
    }
    if let Some(observed) = drawn(of.observed) {
        let y = up.at(observed);
        drawing.line((LEFT, y), (LEFT + PLOT, y), INK, 1.0, "1.5 2.5");
        names.push((y, "recorded"));
    }
    end_labels(&mut drawing, names);
    drawing.described(&of.title, &of.words)
}

#[derive(Clone, Copy)]
enum Limit {
    Lower,
    Upper,
}

impl Limit {
    fn of(self, p: &AtInteraction) -> Option<f64> {
        drawn(match self {
            Limit::Lower => p.lower,
            Limit::Upper => p.upper,
        })
    }
}

/// The name of a line that ends before the others, over its end.
fn early_end(drawing: &mut Drawing, (x, y): (f64, f64), name: &str) {
    let anchor = if x > LEFT + 120.0 { Anchor::End } else { Anchor::Start };
    drawing.text(x, y - 6.0, 8.0, anchor, &format!("{name}, none beyond"));
}

/// The names of lines at the right end, far enough apart to be read, in the order of the lines.
fn end_labels(drawing: &mut Drawing, mut ends: Vec<(f64, &str)>) {
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = f64::NEG_INFINITY;
    for (y, name) in ends {
        let at = y.max(free);
        free = at + 10.0;
        drawing.line((LEFT + PLOT + 2.0, y), (LEFT + PLOT + 8.0, at), GREY, 0.6, "");
        drawing.text(LEFT + PLOT + 10.0, at + 3.0, 8.0, Anchor::Start, name);
    }
}

/// What the number would be with a class of people hardly reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum IfHidden {
    /// The number of people.
    People(f64),
    /// The data rule such a class out.
    RuledOut,
    /// The model has no answer for what remains.
    NoAnswer,
}

/// A class of people hardly reached.
#[derive(Clone, Copy, Debug)]
pub struct HiddenShare {
    /// Its share of all people.
    pub share: f64,
    /// The probability with which each list reaches them.
    pub reach: f64,
    /// What follows.
    pub then: IfHidden,
}

/// The number against how many people are hardly reached, and how hardly.
#[derive(Clone, Debug)]
pub struct Hidden {
    /// What is shown.
    pub title: String,
    /// Class by class.
    pub classes: Vec<HiddenShare>,
    /// The estimate without such a class.
    pub estimate: Option<f64>,
    /// The same in words, for those who cannot see it.
    pub words: String,
}

const SHARES: f64 = 120.0;
const CELL: f64 = 88.0;
const LINE: f64 = 30.0;

/// A table of the numbers; how far each is above the estimate is the bar beneath it.
pub fn hidden(of: &Hidden) -> String {
    let classes: Vec<&HiddenShare> = of.classes.iter().filter(|c| c.share.is_finite() && c.reach.is_finite()).collect();
    let shares = distinct(classes.iter().map(|c| c.share));
    let reaches = distinct(classes.iter().map(|c| c.reach));
    let width = (SHARES + CELL * reaches.len() as f64 + 20.0).max(420.0);
    if classes.is_empty() {
        return nothing(width, &of.title, &of.words);
    }
    let top = 66.0;
    let bottom = top + LINE * shares.len() as f64;
    let mut drawing = Drawing::new(width, bottom + 36.0);
    heading(&mut drawing, width, &of.title);
    let middle = SHARES + CELL * reaches.len() as f64 / 2.0;
    drawing.text(middle, top - 24.0, 9.0, Anchor::Middle, "probability q that a list reaches one of them");
    drawing.text(6.0, top - 8.0, 9.0, Anchor::Start, "their share s of all");
    let people = |c: &&HiddenShare| match c.then {
        IfHidden::People(n) => drawn(Some(n)),
        _ => None,
    };
    let most = classes.iter().filter_map(people).fold(0.0, f64::max);
    for (column, reach) in reaches.iter().enumerate() {
        drawing.text(SHARES + CELL * (column as f64 + 0.5), top - 8.0, 9.0, Anchor::Middle, &exact(*reach));
    }
    for (row, share) in shares.iter().enumerate() {
        let y = top + LINE * row as f64;
        drawing.text(SHARES - 12.0, y + 18.0, 9.0, Anchor::End, &exact(*share));
        for (column, reach) in reaches.iter().enumerate() {
            let x = SHARES + CELL * column as f64;
            let class = classes.iter().find(|c| c.share == *share && c.reach == *reach);
            cell(&mut drawing, (x + 1.0, y + 1.0), class.map(|c| c.then), most);
        }
    }
    let without = drawn(of.estimate).map_or(String::new(), |n| format!("; the model alone says {}", count(n)));
    let legend = format!("people in all, with a bar from zero{without}");
    drawing.text(6.0, bottom + 15.0, 8.5, Anchor::Start, &legend);
    drawing.text(6.0, bottom + 28.0, 8.0, Anchor::Start, "hatched: ruled out by the data, or no answer");
    drawing.described(&of.title, &of.words)
}

fn cell(drawing: &mut Drawing, (x, y): (f64, f64), then: Option<IfHidden>, most: f64) {
    let (width, height) = (CELL - 2.0, LINE - 2.0);
    let words = match then {
        Some(IfHidden::People(n)) if n.is_finite() => {
            let part = if most > 0.0 { (n / most).clamp(0.0, 1.0) } else { 0.0 };
            drawing.rect(x, y + height - 8.0, width * part, 8.0, PALE);
            drawing.line((x + width * part, y + height - 8.0), (x + width * part, y + height), BLUE, 1.4, "");
            drawing.outline(x, y, width, height, GREY);
            drawing.bold(x + width / 2.0, y + 14.0, 9.0, Anchor::Middle, &count(n));
            return;
        }
        Some(IfHidden::RuledOut) => "ruled out",
        _ => "no answer",
    };
    drawing.hatched(x, y, width, height);
    drawing.text(x + width / 2.0, y + 17.5, 8.5, Anchor::Middle, words);
}

fn distinct(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

/// A probability in per cent, with as many places as it has.
fn exact(probability: f64) -> String {
    let percent = (probability * 1e6).round() / 1e4;
    format!("{percent} %")
}
