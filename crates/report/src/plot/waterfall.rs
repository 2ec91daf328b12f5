//! What brought two records together, or kept them apart?
//!
//! A waterfall: it starts at what was expected before anything was compared, each field adds or takes away its bits, and
//! ends at the total, beside the threshold.

use super::odds::{Odds, bits};
use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, LIGHT, ORANGE, fitted};

/// One field of the comparison.
#[derive(Clone, Debug)]
pub struct Step {
    /// The field.
    pub label: String,
    /// How the two records agree in it, in words.
    pub level: String,
    /// What that counts for, in bits; absent where a record does not say.
    pub bits: Option<f64>,
    /// What the two records say, where the reader asked for it; empty where one says nothing.
    pub values: Option<(String, String)>,
}

/// A comparison of two records.
#[derive(Clone, Debug)]
pub struct Waterfall {
    /// Which two records.
    pub title: String,
    /// Where it starts: log-odds before anything was compared, in bits; absent where the two can be no match at all.
    pub prior: Option<f64>,
    /// Field by field.
    pub steps: Vec<Step>,
    /// Probability from which pairs count as links.
    pub threshold: f64,
    /// The same comparison in a sentence.
    pub words: String,
}

const NAMES: f64 = 250.0;
const PLOT: f64 = 330.0;
const ROW: f64 = 20.0;
const VALUES: f64 = 13.0;
const MARGIN: f64 = 46.0;

/// The comparison as a drawing.
pub fn waterfall(of: &Waterfall) -> String {
    let start = of.prior.unwrap_or(0.0);
    let mut reached = vec![0.0, start];
    let mut running = start;
    for step in &of.steps {
        running += step.bits.unwrap_or(0.0);
        reached.push(running);
    }
    let cut = bits(of.threshold);
    let least = reached.iter().copied().fold(cut, f64::min) - 1.0;
    let most = reached.iter().copied().fold(cut, f64::max) + 1.0;
    let axis = Odds { left: (NAMES + MARGIN, least), right: (NAMES + MARGIN + PLOT, most) };

    let height = |step: &Step| ROW + if step.values.is_some() { VALUES } else { 0.0 };
    let top = 52.0;
    let bottom = top + ROW * 2.0 + of.steps.iter().map(height).sum::<f64>() + 6.0;
    let width = NAMES + PLOT + 2.0 * MARGIN;
    let mut drawing = Drawing::new(width, bottom + 50.0);
    drawing.bold(6.0, 16.0, 10.5, Anchor::Start, &fitted(&of.title, 11.3, width - 20.0));
    if of.prior.is_some() {
        axis.draw(&mut drawing, top - 4.0, bottom);
        axis.draw_bits(&mut drawing, bottom);
        let middle = NAMES + MARGIN + PLOT / 2.0;
        drawing.text(middle, bottom + 39.0, 9.0, Anchor::Middle, "probability that both speak of one person");
    }
    let zero = axis.at(0.0);
    drawing.line((axis.at(cut), top - 6.0), (axis.at(cut), bottom), INK, 1.4, "5 3");
    drawing.text(axis.at(cut), top - 10.0, 8.5, Anchor::Middle, "threshold");

    let mut y = top;
    if let Some(prior) = of.prior {
        row(&mut drawing, y, "before comparing", "the two lists", true);
        bar(&mut drawing, y, (zero, axis.at(prior)), prior, true);
    } else {
        row(&mut drawing, y, "before comparing", "no match possible", true);
    }
    let mut running = start;
    let mut left_at = y + ROW - 3.0;
    y += ROW;
    for step in &of.steps {
        // A thin line leads from bar to bar, past fields that are not said.
        let from = axis.at(running);
        drawing.line((from, left_at), (from, y + 3.0), GREY, 0.8, "");
        left_at = y + if step.bits.is_some() { ROW - 3.0 } else { 3.0 };
        row(&mut drawing, y, &step.label, if step.bits.is_some() { &step.level } else { "" }, false);
        match step.bits {
            Some(bits) => {
                running += bits;
                bar(&mut drawing, y, (from, axis.at(running)), bits, false);
            }
            None => drawing.text(from + 6.0, y + 13.0, 8.0, Anchor::Start, "not said"),
        }
        if let Some((one, other)) = &step.values {
            // Each in a text of its own, so that neither turns the other's direction of writing round.
            drawing.text(14.0, y + ROW + 6.0, 8.0, Anchor::Start, &fitted(one, 8.0, 116.0));
            drawing.text(136.0, y + ROW + 6.0, 8.0, Anchor::Start, &fitted(other, 8.0, 116.0));
        }
        y += height(step);
    }
    drawing.line((6.0, y + 1.0), (width - 6.0, y + 1.0), LIGHT, 0.8, "");
    if of.prior.is_some() {
        drawing.bold(6.0, y + 15.0, 9.5, Anchor::Start, "in all");
        drawing.line((axis.at(running), left_at), (axis.at(running), y + 5.0), GREY, 0.8, "");
        bar(&mut drawing, y + 2.0, (zero, axis.at(running)), running, true);
    }
    drawing.described(&of.title, &of.words)
}

fn row(drawing: &mut Drawing, y: f64, label: &str, level: &str, strong: bool) {
    let put = if strong { Drawing::bold } else { Drawing::text };
    put(drawing, 6.0, y + 13.0, 9.5, Anchor::Start, &fitted(label, 9.5, 110.0));
    drawing.text(NAMES, y + 13.0, 8.5, Anchor::End, &fitted(level, 8.5, 124.0));
}

/// A bar between two places with its bits at the end it leads to. What is a state is grey, what adds blue, what takes away
/// orange and hollow.
fn bar(drawing: &mut Drawing, y: f64, (from, to): (f64, f64), bits: f64, state: bool) {
    let (left, width) = (from.min(to), (to - from).abs());
    let (at, height) = (y + 3.0, ROW - 6.0);
    match (state, bits < 0.0) {
        (true, _) => drawing.rect(left, at, width.max(0.8), height, GREY),
        (false, false) => drawing.rect(left, at, width.max(0.8), height, BLUE),
        (false, true) => drawing.outline(left, at, width.max(0.8), height, ORANGE),
    }
    let label = signed(bits);
    if to >= from {
        drawing.text(to + 4.0, y + 13.0, 8.5, Anchor::Start, &label);
    } else {
        drawing.text(to - 4.0, y + 13.0, 8.5, Anchor::End, &label);
    }
}

/// Bits with their sign; what rounds to nothing has none.
fn signed(bits: f64) -> String {
    if bits.abs() < 0.05 { "0.0".into() } else { format!("{bits:+.1}") }
}
