//! Between which answers does a posterior waver?

use super::row::{Limits, heading, interval, nothing, reference, said};
use super::scale::{Scale, drawn};
use crate::svg::{Anchor, BLUE, Drawing, GREY, LIGHT, fitted};

/// A mode of a posterior.
#[derive(Clone, Debug)]
pub struct Mode {
    /// Where it is.
    pub location: f64,
    /// Lower limit within it.
    pub lower: Option<f64>,
    /// Upper limit within it.
    pub upper: Option<f64>,
    /// Its share of the posterior.
    pub weight: Option<f64>,
}

/// The modes of a posterior.
#[derive(Clone, Debug)]
pub struct Modes {
    /// What is shown.
    pub title: String,
    /// The modes.
    pub modes: Vec<Mode>,
    /// Distinct people recorded.
    pub observed: Option<f64>,
    /// What the axis measures, with its unit.
    pub axis: String,
    /// The same in words, for those who cannot see it.
    pub words: String,
}

/// Modes that are drawn, heaviest first; of those beyond only the weight is said.
const SHOWN: usize = 12;

const NAMES: f64 = 70.0;
const PLOT: f64 = 270.0;
const SAID: f64 = 164.0;
const WEIGHT: f64 = 80.0;
const READ: f64 = 44.0;
const ROW: f64 = 24.0;

/// Location, limits and weight of each mode, the heaviest first.
pub fn modes(of: &Modes) -> String {
    let width = NAMES + PLOT + SAID + WEIGHT + READ;
    let mut modes: Vec<&Mode> = of.modes.iter().filter(|m| m.location.is_finite()).collect();
    modes.sort_by(|a, b| share(b).unwrap_or(-1.0).total_cmp(&share(a).unwrap_or(-1.0)));
    if modes.is_empty() {
        return nothing(width, &of.title, &of.words);
    }
    let (shown, beyond) = modes.split_at(modes.len().min(SHOWN));
    let values = shown.iter().flat_map(|m| [Some(m.location), m.lower, m.upper]).chain([of.observed]).flatten();
    let scale = Scale::fitting((NAMES, NAMES + PLOT), &values.collect::<Vec<f64>>());
    let top = 54.0;
    let bottom = top + ROW * shown.len() as f64;
    let mut drawing = Drawing::new(width, bottom + 40.0 + if beyond.is_empty() { 0.0 } else { 14.0 });
    heading(&mut drawing, width, &of.title);
    scale.draw_below(&mut drawing, (top, bottom), &scale.named(&of.axis));
    let bars = NAMES + PLOT + SAID;
    drawing.text(bars, top - 6.0, 8.5, Anchor::Start, "weight, % of the posterior");
    drawing.line((bars, top), (bars, bottom), GREY, 0.8, "");
    for (i, mode) in shown.iter().enumerate() {
        let y = top + ROW * (i as f64 + 0.5);
        drawing.text(NAMES - 10.0, y + 3.0, 9.5, Anchor::End, &format!("mode {}", i + 1));
        let limits = Limits { estimate: Some(mode.location), lower: mode.lower, upper: mode.upper };
        interval(&mut drawing, &scale, &limits, y, BLUE, false);
        let words = fitted(&said(&limits, false), 8.5, SAID - 18.0);
        drawing.text(NAMES + PLOT + 10.0, y + 3.0, 8.5, Anchor::Start, &words);
        let weight = share(mode);
        drawing.outline(bars, y - 5.0, WEIGHT, 10.0, LIGHT);
        drawing.rect(bars, y - 5.0, WEIGHT * weight.unwrap_or(0.0), 10.0, GREY);
        let label = weight.map_or("unknown".into(), percent);
        drawing.text(bars + WEIGHT + 5.0, y + 3.0, 8.5, Anchor::Start, &label);
    }
    if let Some(observed) = drawn(of.observed) {
        let line = (observed, "recorded", "4 3");
        reference(&mut drawing, &scale, line, (top - 12.0, bottom), (NAMES, NAMES + PLOT));
    }
    if !beyond.is_empty() {
        let weight: f64 = beyond.iter().filter_map(|m| share(m)).sum();
        let words = format!("and {} smaller modes with {} of the weight", beyond.len(), percent(weight));
        drawing.text(6.0, bottom + 46.0, 8.5, Anchor::Start, &words);
    }
    drawing.described(&of.title, &of.words)
}

fn share(mode: &Mode) -> Option<f64> {
    drawn(mode.weight).map(|w| w.clamp(0.0, 1.0))
}

/// A share for people: a very small one is not zero, and nearly all is not all.
pub(super) fn percent(share: f64) -> String {
    match share * 100.0 {
        p if p >= 100.0 => "100 %".into(),
        p if p > 99.0 => ">99 %".into(),
        p if p >= 1.0 => format!("{p:.0} %"),
        p if p > 0.0 => "<1 %".into(),
        _ => "0 %".into(),
    }
}
