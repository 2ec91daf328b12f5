//! How many records say too little to be found again?

use super::odds::{Odds, bits};
use crate::svg::{Anchor, BLUE, Drawing, INK, LIGHT, round_step};

const LEFT: f64 = 52.0;
const PLOT: f64 = 430.0;
const HEIGHT: f64 = 140.0;

/// The share of records that, compared with themselves, would not reach a threshold, against the threshold. `chosen` is the
/// threshold in use; `words` say the same for those who cannot see it.
pub fn unlinkables(curve: &[(f64, f64)], chosen: f64, words: &str) -> String {
    let ends = curve.iter().map(|c| c.0).chain([chosen]).map(bits);
    let (least, most) = ends.fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(x), b.max(x)));
    let (least, most) = if least < most { (least, most) } else { (-1.0, 1.0) };
    let axis = Odds { left: (LEFT, least - 0.2), right: (LEFT + PLOT, most + 0.2) };
    let top = 30.0;
    let bottom = top + HEIGHT;
    let mut drawing = Drawing::new(LEFT + PLOT + 30.0, bottom + 40.0);

    let highest = curve.iter().map(|c| c.1).fold(0.01, f64::max);
    let step = round_step(highest, 4.0);
    let ceiling = (highest / step).ceil() * step;
    let y = |share: f64| bottom - HEIGHT * share / ceiling;
    axis.draw(&mut drawing, top, bottom);
    let digits = usize::from(step < 0.01);
    let mut tick = 0.0;
    while tick <= ceiling + step / 2.0 {
        drawing.line((LEFT, y(tick)), (LEFT + PLOT, y(tick)), LIGHT, 0.8, "");
        drawing.text(LEFT - 6.0, y(tick) + 3.0, 8.5, Anchor::End, &format!("{:.digits$} %", tick * 100.0));
        tick += step;
    }
    let points: Vec<(f64, f64)> =
        curve.iter().map(|&(threshold, share)| (axis.at(bits(threshold)), y(share))).collect();
    drawing.curve(&points, BLUE, 2.0, "");
    let x = axis.at(bits(chosen));
    drawing.line((x, top - 4.0), (x, bottom), INK, 1.4, "5 3");
    let name = format!("threshold in use: {chosen:.3}");
    drawing.text(x.clamp(LEFT + 50.0, LEFT + PLOT - 50.0), top - 9.0, 8.5, Anchor::Middle, &name);
    drawing.text(LEFT + PLOT / 2.0, bottom + 31.0, 9.0, Anchor::Middle, "threshold, as the probability of a match");
    drawing.described("Records that say too little to be found again", words)
}
