//! How many of each?

use crate::svg::{Anchor, BLUE, Drawing, GREY};
use crate::wording::grouped;

const HEIGHT: f64 = 120.0;
const COLUMN: f64 = 52.0;

/// Counts as columns.
pub fn bars(counts: &[(String, u64)], axis: &str) -> String {
    let most = counts.iter().map(|c| c.1).max().unwrap_or(1).max(1) as f64;
    let width = (COLUMN * counts.len() as f64 + 40.0).max(360.0);
    let left = (width - COLUMN * counts.len() as f64) / 2.0;
    let top = 20.0;
    let mut drawing = Drawing::new(width, top + HEIGHT + 44.0);
    for (i, (label, count)) in counts.iter().enumerate() {
        let x = left + COLUMN * (i as f64 + 0.5);
        let height = HEIGHT * *count as f64 / most;
        drawing.rect(x - 16.0, top + HEIGHT - height, 32.0, height, BLUE);
        drawing.text(x, top + HEIGHT - height - 4.0, 9.0, Anchor::Middle, &grouped(*count as f64));
        drawing.text(x, top + HEIGHT + 14.0, 9.0, Anchor::Middle, label);
    }
    drawing.line((left, top + HEIGHT), (width - left, top + HEIGHT), GREY, 0.8, "");
    drawing.text(width / 2.0, top + HEIGHT + 34.0, 9.0, Anchor::Middle, axis);
    drawing.finish(axis)
}
