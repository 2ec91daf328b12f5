//! Where does a number stand on an axis?
//!
//! An axis is even or logarithmic, ends at round numbers and has as many ticks as there is room for their labels.

use crate::fonts;
use crate::svg::{Anchor, Drawing, GREY, LIGHT, fitted, round_step};
use crate::wording::grouped;

/// Numbers beyond this are drawn as if they were this: no population comes near, and sums of them stay exact.
const LARGEST: f64 = 1e15;

/// From this ratio of the largest to the smallest number on, an even axis would crowd the small ones into a corner.
const CROWDED: f64 = 30.0;

/// Below this ratio a logarithmic axis has its ticks at even steps; above, at 1, 2 and 5 times powers of ten.
const FEW_DOUBLINGS: f64 = 8.0;

/// The size of tick labels.
pub(crate) const TICK: f64 = 8.5;

/// An axis between two places of a drawing.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    places: (f64, f64),
    ends: (f64, f64),
    log: bool,
    ticks: Vec<(f64, String)>,
}

impl Scale {
    /// An even axis over some numbers, with steps of at least `least_step`. Numbers that are none are passed over.
    pub(crate) fn even(places: (f64, f64), values: &[f64], least_step: f64) -> Self {
        let (low, high) = ends(values.iter().copied()).unwrap_or((0.0, 1.0));
        let high = if high - low > 1e-9 * high.abs() { high } else { low + (low.abs() * 0.1).max(least_step).max(0.1) };
        let step = round_step(high - low, 6.0).max(least_step);
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        let ticks = (0..=(last - first) as usize).map(|i| (first + i as f64) * step);
        let ticks = ticks.map(|tick| (tick, label(tick, step))).collect();
        Self { places, ends: (first * step, last * step), log: false, ticks }
    }

    /// An even axis that begins at zero, as columns and bars must.
    pub(crate) fn from_zero(places: (f64, f64), most: f64, least_step: f64) -> Self {
        Self::even(places, &[0.0, most], least_step)
    }

    /// A logarithmic axis over some numbers. Those that are not positive are passed over.
    pub(crate) fn logarithmic(places: (f64, f64), values: &[f64]) -> Self {
        let positive = values.iter().copied().filter(|v| *v >= 1.0 / LARGEST);
        let (low, high) = ends(positive).unwrap_or((1.0, 10.0));
        let (low, high) = if high / low < 1.05 { (low / 1.05, high * 1.05) } else { (low, high) };
        if high / low < FEW_DOUBLINGS {
            let even = Self::even(places, &[low, high], 0.0);
            // The tick below the smallest number can be zero, which has no logarithm.
            let ticks: Vec<_> = even.ticks.into_iter().filter(|t| t.0 > 0.0).collect();
            let first = ticks.first().map_or(low, |t| t.0.min(low));
            return Self { places, ends: (first, even.ends.1), log: true, ticks };
        }
        let (from, to) = (low.log10().floor() as i32, high.log10().ceil() as i32);
        let stride = (to - from) / 8 + 1;
        let factors: &[f64] = if high / low < 100.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let decades = (from..=to).filter(|decade| stride == 1 || decade % stride == 0);
        let ticks = decades.flat_map(|decade| factors.iter().map(move |f| f * 10f64.powi(decade)));
        let (low, high) = (low / 1.1, high * 1.1);
        let ticks = ticks.filter(|t| (low..=high).contains(t)).map(|t| (t, label(t, t))).collect();
        Self { places, ends: (low, high), log: true, ticks }
    }

    /// A logarithmic axis where the numbers would crowd on an even one, else an even one of whole steps.
    pub(crate) fn fitting(places: (f64, f64), values: &[f64]) -> Self {
        match ends(values.iter().copied()) {
            Some((low, high)) if low > 0.0 && high / low > CROWDED => Self::logarithmic(places, values),
            _ => Self::even(places, values, 1.0),
        }
    }

    /// An axis with ticks of its own.
    pub(crate) fn with_ticks(places: (f64, f64), ends: (f64, f64), ticks: Vec<(f64, String)>) -> Self {
        Self { places, ends, log: false, ticks }
    }

    pub(crate) fn is_logarithmic(&self) -> bool {
        self.log
    }

    /// The name of what it measures, which says where it is logarithmic.
    pub(crate) fn named(&self, name: &str) -> String {
        if self.log { format!("{name} (logarithmic)") } else { name.to_string() }
    }

    /// The numbers at both ends.
    pub(crate) fn ends(&self) -> (f64, f64) {
        self.ends
    }

    /// The place of a number; beyond an end, that end.
    pub(crate) fn at(&self, value: f64) -> f64 {
        let (low, high) = self.ends;
        let along =
            if self.log { (value.max(low) / low).ln() / (high / low).ln() } else { (value - low) / (high - low) };
        let along = if along.is_finite() { along.clamp(0.0, 1.0) } else { 0.0 };
        self.places.0 + (self.places.1 - self.places.0) * along
    }

    /// Draws it along the lower side, with a line up at each tick and what it measures in words.
    pub(crate) fn draw_below(&self, drawing: &mut Drawing, (top, bottom): (f64, f64), name: &str) {
        self.draw_lines_down(drawing, (top, bottom));
        let mut free = f64::NEG_INFINITY;
        for (tick, label) in &self.ticks {
            let (x, half) = (self.at(*tick), fonts::width(label) * TICK / 2.0);
            if x - half >= free {
                drawing.text(x, bottom + 13.0, TICK, Anchor::Middle, label);
                free = x + half + 6.0;
            }
        }
        let name = fitted(name, 9.0, self.places.1 - self.places.0 + 40.0);
        drawing.text((self.places.0 + self.places.1) / 2.0, bottom + 29.0, 9.0, Anchor::Middle, &name);
    }

    /// The lines of the ticks without their labels.
    pub(crate) fn draw_lines_down(&self, drawing: &mut Drawing, (top, bottom): (f64, f64)) {
        for (tick, _) in &self.ticks {
            drawing.line((self.at(*tick), top), (self.at(*tick), bottom), LIGHT, 0.8, "");
        }
        drawing.line((self.places.0, bottom), (self.places.1, bottom), GREY, 0.8, "");
    }

    /// The lines of the ticks across, without their labels.
    pub(crate) fn draw_lines_across(&self, drawing: &mut Drawing, (left, right): (f64, f64)) {
        for (tick, _) in &self.ticks {
            drawing.line((left, self.at(*tick)), (right, self.at(*tick)), LIGHT, 0.8, "");
        }
    }

    /// Draws it along the left side, with a line across at each tick.
    pub(crate) fn draw_left(&self, drawing: &mut Drawing, (left, right): (f64, f64)) {
        self.draw_lines_across(drawing, (left, right));
        let mut free = f64::INFINITY;
        for (tick, label) in &self.ticks {
            let y = self.at(*tick);
            if y <= free {
                drawing.text(left - 5.0, y + 3.0, TICK, Anchor::End, label);
                free = y - 11.0;
            }
        }
    }
}

/// The smallest and the largest number.
pub(crate) fn ends(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.filter(|v| v.is_finite()).map(|v| v.clamp(-LARGEST, LARGEST));
    finite.fold(None, |ends: Option<(f64, f64)>, v| Some(ends.map_or((v, v), |(low, high)| (low.min(v), high.max(v)))))
}

/// A tick in figures, as exact as its step.
fn label(tick: f64, step: f64) -> String {
    let tick = if tick.abs() < step * 1e-6 { 0.0 } else { tick };
    if step >= 1.0 || step <= 0.0 {
        return count(tick);
    }
    let digits = (-step.log10() - 1e-9).ceil().max(0.0);
    if digits > 6.0 { format!("{tick:.0e}") } else { format!("{tick:.0$}", digits as usize) }
}

/// A count in figures; one that is too large to be read is a power of ten.
pub(crate) fn count(n: f64) -> String {
    if n.abs() >= 1e13 { format!("{n:.0e}") } else { grouped(n) }
}

/// A number if it can be drawn.
pub(crate) fn drawn(value: Option<f64>) -> Option<f64> {
    value.filter(|v| v.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: &Scale) -> Vec<&str> {
        scale.ticks.iter().map(|t| t.1.as_str()).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(
            labels(&Scale::even((0.0, 1.0), &[10_120.0, 10_480.0], 1.0)),
            ["10,100", "10,200", "10,300", "10,400", "10,500"]
        );
        assert_eq!(labels(&Scale::logarithmic((0.0, 1.0), &[0.5, 30.0])), ["0.5", "1", "2", "5", "10", "20"]);
        assert_eq!(labels(&Scale::logarithmic((0.0, 1.0), &[900.0, 2_100.0]))[0], "800");
    }

    #[test]
    fn no_number_breaks_an_axis() {
        let hostile = [f64::NAN, f64::INFINITY, -1e300, 0.0, 1e-300, 1e300, f64::MAX];
        for scale in [Scale::even((0.0, 9.0), &hostile, 1.0), Scale::logarithmic((0.0, 9.0), &hostile)] {
            assert!(scale.ticks.len() < 40);
            assert!(hostile.iter().all(|v| (0.0..=9.0).contains(&scale.at(*v))));
        }
        for none in [Scale::even((0.0, 9.0), &[], 1.0), Scale::logarithmic((0.0, 9.0), &[-1.0])] {
            assert!(none.at(0.5).is_finite());
        }
    }

    #[test]
    fn a_logarithmic_axis_keeps_ratios() {
        let scale = Scale::logarithmic((0.0, 100.0), &[1.0, 10_000.0]);
        assert!((scale.at(10.0) - scale.at(1.0) - scale.at(1000.0) + scale.at(100.0)).abs() < 1e-9);
    }
}
