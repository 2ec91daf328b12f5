//! How far does an estimate move when something about it is changed?

use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, LIGHT, fitted, round_step};
use crate::wording::grouped;

/// An estimate made otherwise.
#[derive(Clone, Debug)]
pub struct Otherwise {
    /// What it is called.
    pub label: String,
    /// The estimate; without one the row says so.
    pub estimate: Option<f64>,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit; without one an arrow points on.
    pub upper: Option<f64>,
    /// Whether it is only a lower bound.
    pub bound: bool,
    /// Whether it lies outside the interval of the headline.
    pub outside: bool,
}

/// Estimates in which the same was changed.
#[derive(Clone, Debug)]
pub struct Group {
    /// What was changed.
    pub heading: String,
    /// The estimates.
    pub rows: Vec<Otherwise>,
}

const NAMES: f64 = 150.0;
const PLOT: f64 = 270.0;
const NUMBERS: f64 = 175.0;
const ROW: f64 = 17.0;
const HEADING: f64 = 22.0;
const TOP: f64 = 34.0;

/// An estimate this many times the headline's is drawn at the edge: the number beside it says how far it is, and the others
/// stay apart.
const FARTHEST: f64 = 2.5;

struct Axis {
    first: f64,
    last: f64,
}

impl Axis {
    /// From the least that is shown to the greatest, but not beyond a few times the headline.
    fn new(headline: &Otherwise, groups: &[Group], observed: f64) -> Axis {
        let rows = || groups.iter().flat_map(|g| &g.rows).chain([headline]);
        let ends = || rows().flat_map(|r| [r.estimate, r.lower, r.upper]).flatten().chain([observed]);
        let middle = headline.estimate.unwrap_or(observed);
        let farthest = headline.upper.unwrap_or(middle).max(middle * FARTHEST);
        let highest = ends().fold(observed, f64::max).min(farthest).max(observed);
        let lowest = ends().fold(observed, f64::min);
        let step = round_step((highest - lowest).max(1.0), 6.0);
        Axis { first: (lowest * 0.98 / step).floor() * step, last: (highest * 1.02 / step).ceil() * step }
    }

    fn at(&self, value: f64) -> f64 {
        NAMES + PLOT * ((value - self.first) / (self.last - self.first)).clamp(0.0, 1.0)
    }

    fn draw(&self, drawing: &mut Drawing, bottom: f64, words: &str) {
        let step = round_step(self.last - self.first, 6.0);
        let mut tick = (self.first / step).ceil() * step;
        while tick <= self.last + step * 1e-6 {
            drawing.line((self.at(tick), TOP), (self.at(tick), bottom), LIGHT, 0.8, "");
            drawing.text(self.at(tick), bottom + 13.0, 8.5, Anchor::Middle, &grouped(tick));
            tick += step;
        }
        drawing.text(NAMES + PLOT / 2.0, bottom + 28.0, 9.0, Anchor::Middle, words);
    }
}

/// The headline, its interval as a band down the page, and under it the same question asked otherwise. `observed` is the
/// number of people recorded; `words` say the same for those who cannot see it.
pub fn sensitivity(headline: &Otherwise, groups: &[Group], observed: f64, words: &str) -> String {
    let axis = Axis::new(headline, groups, observed);
    let rows: f64 = groups.iter().map(|g| HEADING + ROW * g.rows.len() as f64).sum();
    let bottom = TOP + ROW + 4.0 + rows + 4.0;
    let mut drawing = Drawing::new(NAMES + PLOT + NUMBERS, bottom + 38.0);
    if let Some(lower) = headline.lower {
        let (from, to) = (axis.at(lower), headline.upper.map_or(NAMES + PLOT, |upper| axis.at(upper)));
        drawing.rect(from, TOP, to - from, bottom - TOP, BAND);
    }
    axis.draw(&mut drawing, bottom, "people in all, recorded or not");
    if let Some(estimate) = headline.estimate {
        drawing.line((axis.at(estimate), TOP), (axis.at(estimate), bottom), BLUE, 1.0, "");
    }
    drawing.line((axis.at(observed), TOP - 6.0), (axis.at(observed), bottom), INK, 1.2, "4 3");
    drawing.text(axis.at(observed), TOP - 10.0, 8.5, Anchor::Middle, &format!("recorded: {}", grouped(observed)));
    let mut y = TOP + ROW / 2.0 + 2.0;
    drawing.bold(NAMES - 10.0, y + 3.0, 9.5, Anchor::End, &fitted(&headline.label, 9.5, NAMES - 14.0));
    row(&mut drawing, &axis, headline, y, 4.5);
    y += ROW + 2.0;
    for group in groups {
        drawing.bold(4.0, y + 6.0, 8.5, Anchor::Start, &fitted(&group.heading, 8.5, NAMES + PLOT));
        y += HEADING;
        for other in &group.rows {
            drawing.text(NAMES - 10.0, y + 3.0, 8.5, Anchor::End, &fitted(&other.label, 8.5, NAMES - 14.0));
            row(&mut drawing, &axis, other, y, 3.5);
            y += ROW;
        }
    }
    drawing.described("The estimate among others", words)
}

/// The headline's interval behind the rows.
const BAND: &str = "#E6F0F7";

fn row(drawing: &mut Drawing, axis: &Axis, of: &Otherwise, y: f64, radius: f64) {
    let right = NAMES + PLOT + 8.0;
    let Some(estimate) = of.estimate else {
        drawing.text(right, y + 3.0, 8.5, Anchor::Start, "no estimate");
        return;
    };
    let colour = if of.bound { GREY } else { BLUE };
    if let Some(lower) = of.lower {
        let to = of.upper.map_or(NAMES + PLOT, |upper| axis.at(upper));
        drawing.line((axis.at(lower), y), (to, y), colour, 2.0, "");
        if of.upper.is_none_or(|upper| upper > axis.last) {
            drawing.line((to, y), (to - 5.0, y - 4.0), colour, 1.5, "");
            drawing.line((to, y), (to - 5.0, y + 4.0), colour, 1.5, "");
        }
    }
    drawing.dot(axis.at(estimate), y, radius, colour);
    if of.outside {
        // Hollow: told from a filled one without any colour.
        drawing.dot(axis.at(estimate), y, radius - 1.5, "#FFFFFF");
    }
    let bound = if of.bound { "at least " } else { "" };
    let limits = match (of.lower, of.upper) {
        (Some(lower), Some(upper)) => format!(" ({} to {})", grouped(lower), grouped(upper)),
        (Some(lower), None) => format!(" (from {})", grouped(lower)),
        _ => String::new(),
    };
    drawing.text(right, y + 3.0, 8.5, Anchor::Start, &format!("{bound}{}{limits}", grouped(estimate)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn other(label: &str, numbers: Option<(f64, f64, Option<f64>)>) -> Otherwise {
        Otherwise {
            label: label.into(),
            estimate: numbers.map(|n| n.0),
            lower: numbers.map(|n| n.1),
            upper: numbers.and_then(|n| n.2),
            bound: false,
            outside: numbers.is_some_and(|n| n.0 > 12_000.0),
        }
    }

    #[test]
    fn every_answer_is_shown_with_its_number_and_none_leaves_the_plot() {
        let headline = other("log-linear", Some((10_357.0, 8_994.0, Some(12_110.0))));
        let rows = vec![
            other("registry", Some((9_000.0, 8_000.0, Some(9_900.0)))),
            other("families", Some((480_000.0, 90_000.0, None))),
            other("press", None),
        ];
        let groups = [Group { heading: "without one list".into(), rows }];
        let svg = sensitivity(&headline, &groups, 4_400.0, "In words.");
        for shown in
            ["recorded: 4,400", "480,000 (from 90,000)", "no estimate", "10,357 (8,994 to 12,110)", "In words."]
        {
            assert!(svg.contains(shown), "{shown}");
        }
        // The far one is drawn at the edge and hollow.
        assert!(svg.contains(&format!("<circle cx=\"{:.2}\"", NAMES + PLOT)));
        assert_eq!(svg.matches("fill=\"#FFFFFF\"").count(), 2);
    }

    #[test]
    fn no_numbers_break_it() {
        for numbers in [None, Some((0.0, 0.0, None)), Some((1e12, 1.0, Some(1e15)))] {
            let svg = sensitivity(&other("x", numbers), &[], 1.0, "");
            assert!(svg.starts_with("<svg") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}
