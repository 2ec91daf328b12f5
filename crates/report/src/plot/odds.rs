//! Where does a probability stand on an axis of bits?
//!
//! Evidence adds up in bits, and people read probabilities: an axis of log-odds shows both, and keeps 99 % apart from
//! 99.9 %.

use crate::svg::{Anchor, Drawing, GREY, LIGHT, round_step};

/// Probabilities that get a tick, those that must not be missed first.
const TICKS: [(f64, &str); 13] = [
    (0.5, "50 %"),
    (0.01, "1 %"),
    (0.99, "99 %"),
    (0.1, "10 %"),
    (0.9, "90 %"),
    (0.0001, "0.01 %"),
    (0.9999, "99.99 %"),
    (0.001, "0.1 %"),
    (0.999, "99.9 %"),
    (0.00001, "0.001 %"),
    (0.99999, "99.999 %"),
    (0.000001, "0.0001 %"),
    (0.999999, "99.9999 %"),
];

/// Ticks nearer to each other than this, in points, would run into one another.
const APART: f64 = 40.0;

/// Log-odds of a probability, in bits. Certainty, which rounding can reach, counts as one in a million million.
pub(crate) fn bits(probability: f64) -> f64 {
    let probability = probability.clamp(1e-12, 1.0 - 1e-12);
    (probability / (1.0 - probability)).log2()
}

/// An axis of log-odds between two places of a drawing.
#[derive(Clone, Copy)]
pub(crate) struct Odds {
    /// Place and bits of the left end.
    pub left: (f64, f64),
    /// Place and bits of the right end.
    pub right: (f64, f64),
}

impl Odds {
    /// The place of a number of bits; beyond an end, that end.
    pub(crate) fn at(&self, bits: f64) -> f64 {
        let ((x0, b0), (x1, b1)) = (self.left, self.right);
        let share = if b1 > b0 { (bits - b0) / (b1 - b0) } else { 0.5 };
        x0 + (x1 - x0) * share.clamp(0.0, 1.0)
    }

    /// Draws a line down at each probability that has a tick, with its label under `bottom`.
    pub(crate) fn draw(&self, drawing: &mut Drawing, top: f64, bottom: f64) {
        let mut drawn: Vec<f64> = Vec::new();
        for (probability, label) in TICKS {
            let (bits, x) = (bits(probability), self.at(bits(probability)));
            if bits < self.left.1 || bits > self.right.1 || drawn.iter().any(|d| (d - x).abs() < APART) {
                continue;
            }
            drawing.line((x, top), (x, bottom), LIGHT, 0.8, "");
            drawing.text(x, bottom + 13.0, 8.5, Anchor::Middle, label);
            drawn.push(x);
        }
        drawing.line((self.left.0, bottom), (self.right.0, bottom), GREY, 0.8, "");
    }

    /// Writes the bits under the probabilities, for what lies beyond the last of them.
    pub(crate) fn draw_bits(&self, drawing: &mut Drawing, bottom: f64) {
        let (least, most) = (self.left.1, self.right.1);
        let step = round_step(most - least, 6.0).max(1.0);
        let mut tick = (least / step).ceil() * step;
        while tick <= most {
            let tick_or_zero = if tick.abs() < step / 2.0 { 0.0 } else { tick };
            let sign = if tick_or_zero > 0.0 { "+" } else { "" };
            let (x, label) = (self.at(tick), format!("{sign}{tick_or_zero:.0} bits"));
            drawing.line((x, bottom), (x, bottom + 4.0), GREY, 0.8, "");
            drawing.text(x, bottom + 24.0, 7.5, Anchor::Middle, &label);
            tick += step;
        }
    }
}
