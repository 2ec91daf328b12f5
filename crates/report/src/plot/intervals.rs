//! How do estimates of one number compare?

use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, LIGHT, round_step, shortened};
use crate::wording::grouped;

/// An estimate to be drawn.
#[derive(Clone, Debug)]
pub struct Interval {
    /// What it is called.
    pub label: String,
    /// The estimate.
    pub estimate: f64,
    /// Lower limit, if there is one.
    pub lower: Option<f64>,
    /// Upper limit; without one an arrow points on.
    pub upper: Option<f64>,
    /// Whether it is only a lower bound.
    pub bound: bool,
}

const NAMES: f64 = 170.0;
const PLOT: f64 = 330.0;
const ROW: f64 = 28.0;

/// Estimates with their intervals on one axis, and the number of people recorded as a line.
pub fn intervals(rows: &[Interval], observed: f64, axis: &str) -> String {
    let ends = rows.iter().flat_map(|r| [Some(r.estimate), r.lower, r.upper]).flatten();
    let highest = ends.fold(observed, f64::max);
    let step = round_step(highest - observed * 0.9, 6.0);
    let first = (observed * 0.9 / step).floor() * step;
    let last = (highest * 1.02 / step).ceil() * step;
    let x = |value: f64| NAMES + PLOT * (value - first) / (last - first);
    let top = 28.0;
    let bottom = top + ROW * rows.len() as f64;
    let mut drawing = Drawing::new(NAMES + PLOT + 30.0, bottom + 44.0);

    let mut tick = first;
    while tick <= last + step / 2.0 {
        drawing.line((x(tick), top), (x(tick), bottom), LIGHT, 0.8, "");
        drawing.text(x(tick), bottom + 14.0, 9.0, Anchor::Middle, &grouped(tick));
        tick += step;
    }
    drawing.text(NAMES + PLOT / 2.0, bottom + 32.0, 9.0, Anchor::Middle, axis);
    drawing.line((x(observed), top - 6.0), (x(observed), bottom), INK, 1.2, "4 3");
    drawing.text(x(observed), top - 10.0, 9.0, Anchor::Middle, &format!("recorded: {}", grouped(observed)));

    for (i, row) in rows.iter().enumerate() {
        let y = top + ROW * i as f64 + ROW / 2.0;
        let colour = if row.bound { GREY } else { BLUE };
        drawing.text(NAMES - 12.0, y + 3.0, 9.5, Anchor::End, &shortened(&row.label, 32));
        if let Some(lower) = row.lower {
            let to = row.upper.map_or(NAMES + PLOT, x);
            drawing.line((x(lower), y), (to, y), colour, 3.0, "");
            if row.upper.is_none() {
                drawing.line((to, y), (to - 7.0, y - 5.0), colour, 2.0, "");
                drawing.line((to, y), (to - 7.0, y + 5.0), colour, 2.0, "");
            }
        }
        drawing.dot(x(row.estimate), y, 5.0, colour);
        drawing.text(x(row.estimate), y - 8.0, 8.5, Anchor::Middle, &grouped(row.estimate));
    }
    drawing.finish(axis)
}
