//! What would another threshold bring?

use super::odds::{Odds, bits};
use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, LIGHT, ORANGE, round_step};
use crate::wording::grouped;

/// What a threshold is expected to bring.
#[derive(Clone, Copy, Debug)]
pub struct AtThreshold {
    /// The threshold, a probability.
    pub threshold: f64,
    /// Expected share of links that are matches; absent where nothing is linked.
    pub precision: Option<f64>,
    /// Expected share of matches that are links; absent where no match is expected.
    pub recall: Option<f64>,
    /// Their harmonic mean; absent where one of them is.
    pub f1: Option<f64>,
}

const LEFT: f64 = 52.0;
const PLOT: f64 = 430.0;
const RIGHT: f64 = 92.0;
const CURVES: f64 = 150.0;
const PERSONS: f64 = 90.0;

/// A share of [`AtThreshold`] as a curve: told apart by its dashes as well as by its colour.
struct Kind {
    name: &'static str,
    share: fn(&AtThreshold) -> Option<f64>,
    colour: &'static str,
    dashes: &'static str,
}

const KINDS: [Kind; 3] = [
    Kind { name: "precision", share: |c| c.precision, colour: BLUE, dashes: "" },
    Kind { name: "recall", share: |c| c.recall, colour: ORANGE, dashes: "7 3" },
    Kind { name: "F1", share: |c| c.f1, colour: INK, dashes: "2 3" },
];

/// Expected precision, recall and F1 against the threshold, and under them the persons at some thresholds. `chosen` is the
/// threshold in use; `words` say the same for those who cannot see it.
pub fn thresholds(curve: &[AtThreshold], persons: &[(f64, u64)], chosen: f64, words: &str) -> String {
    let ends = curve.iter().map(|c| c.threshold).chain(persons.iter().map(|p| p.0)).chain([chosen]).map(bits);
    let (least, most) = ends.fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(x), b.max(x)));
    let (least, most) = if least < most { (least, most) } else { (-1.0, 1.0) };
    let axis = Odds { left: (LEFT, least - 0.2), right: (LEFT + PLOT, most + 0.2) };
    let top = 30.0;
    let floor = top + CURVES;
    let below = floor + 34.0;
    let bottom = below + PERSONS;
    let mut drawing = Drawing::new(LEFT + PLOT + RIGHT, bottom + 40.0);

    curves_panel(&mut drawing, &axis, curve, (top, floor));
    persons_panel(&mut drawing, &axis, persons, (below, bottom));
    let x = axis.at(bits(chosen));
    for (from, to) in [(top - 4.0, floor), (below, bottom)] {
        drawing.line((x, from), (x, to), INK, 1.4, "5 3");
    }
    let name = format!("threshold in use: {chosen:.3}");
    drawing.text(x.clamp(LEFT + 50.0, LEFT + PLOT - 50.0), top - 9.0, 8.5, Anchor::Middle, &name);
    drawing.text(LEFT + PLOT / 2.0, bottom + 31.0, 9.0, Anchor::Middle, "threshold, as the probability of a match");
    drawing.described("What each threshold is expected to bring", words)
}

/// The three shares as curves, each with its name at its end.
fn curves_panel(drawing: &mut Drawing, axis: &Odds, curve: &[AtThreshold], (top, floor): (f64, f64)) {
    let lowest = curve.iter().flat_map(|c| [c.precision, c.recall, c.f1]).flatten().fold(1.0, f64::min);
    let base = ((lowest * 10.0).floor() / 10.0).min(0.9);
    let y = |share: f64| floor - CURVES * (share - base) / (1.0 - base);
    axis.draw(drawing, top, floor);
    let step = round_step(1.0 - base, 4.0);
    let mut tick = base;
    while tick <= 1.0 + 1e-9 {
        drawing.line((LEFT, y(tick)), (LEFT + PLOT, y(tick)), LIGHT, 0.8, "");
        drawing.text(LEFT - 6.0, y(tick) + 3.0, 8.5, Anchor::End, &format!("{:.0} %", tick * 100.0));
        tick += step;
    }
    let mut ends: Vec<(f64, f64, Kind)> = Vec::new();
    for kind in KINDS {
        let place = |c: &AtThreshold| Some((axis.at(bits(c.threshold)), y((kind.share)(c)?)));
        let points: Vec<(f64, f64)> = curve.iter().filter_map(place).collect();
        drawing.curve(&points, kind.colour, 1.8, kind.dashes);
        ends.extend(points.last().map(|&(x, end)| (x, end, kind)));
    }
    // From the highest down, so that names of curves that end close together stand in their order.
    ends.sort_by(|one, other| one.1.total_cmp(&other.1));
    let mut free = f64::NEG_INFINITY;
    for (x, end, kind) in ends {
        let at = end.max(free);
        free = at + 11.0;
        drawing.line((x + 4.0, end), (x + 14.0, at), kind.colour, 0.8, "");
        drawing.line((x + 16.0, at), (x + 36.0, at), kind.colour, 1.8, kind.dashes);
        drawing.text(x + 40.0, at + 3.0, 9.0, Anchor::Start, kind.name);
    }
}

/// Persons as dots at their thresholds, on an axis of their own.
fn persons_panel(drawing: &mut Drawing, axis: &Odds, persons: &[(f64, u64)], (top, bottom): (f64, f64)) {
    axis.draw(drawing, top, bottom);
    drawing.text(LEFT - 6.0, (top + bottom) / 2.0 + 3.0, 9.0, Anchor::End, "persons");
    let counts = || persons.iter().map(|p| p.1 as f64);
    let (least, most) = (counts().fold(f64::MAX, f64::min), counts().fold(0.0, f64::max));
    let y = |n: f64| {
        let share = if most > least { (n - least) / (most - least) } else { 0.5 };
        bottom - 14.0 - (bottom - top - 40.0) * share
    };
    let points: Vec<(f64, f64)> = persons.iter().map(|p| (axis.at(bits(p.0)), y(p.1 as f64))).collect();
    drawing.curve(&points, GREY, 1.2, "");
    let mut last = f64::NEG_INFINITY;
    for (&(x, at), (_, count)) in points.iter().zip(persons) {
        drawing.dot(x, at, 3.5, INK);
        if x - last >= 40.0 {
            // Persons rise with the threshold, so under the dot there is room.
            drawing.text(x + 5.0, at + 11.0, 8.5, Anchor::Start, &grouped(*count as f64));
            last = x;
        }
    }
}
