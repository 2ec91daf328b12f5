//! How far do links stand from the other pairs?

use super::odds::{Odds, bits};
use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, LIGHT, round_step};
use crate::wording::grouped;

/// Pairs whose log-odds lie in a stretch.
#[derive(Clone, Copy, Debug)]
pub struct Bin {
    /// From so many bits on.
    pub from: f64,
    /// To less than so many bits.
    pub to: f64,
    /// Pairs.
    pub pairs: u64,
}

const LEFT: f64 = 58.0;
const PLOT: f64 = 430.0;
const HEIGHT: f64 = 140.0;

/// Pairs by the log-odds that they are one person; those beyond `threshold`, a probability, are filled. `words` say the
/// same for those who cannot see it.
pub fn histogram(bins: &[Bin], threshold: f64, words: &str) -> String {
    let cut = bits(threshold);
    let least = bins.iter().map(|b| b.from).fold(cut, f64::min);
    let most = bins.iter().map(|b| b.to).fold(cut + 1.0, f64::max);
    let axis = Odds { left: (LEFT, least), right: (LEFT + PLOT, most) };
    let top = 42.0;
    let bottom = top + HEIGHT;
    let mut drawing = Drawing::new(LEFT + PLOT + 30.0, bottom + 50.0);

    let highest = bins.iter().map(|b| b.pairs).max().unwrap_or(1).max(1) as f64;
    let step = round_step(highest, 4.0).max(1.0);
    let ceiling = (highest / step).ceil() * step;
    let y = |pairs: f64| bottom - HEIGHT * pairs / ceiling;
    let mut tick = 0.0;
    while tick <= ceiling + step / 2.0 {
        drawing.line((LEFT, y(tick)), (LEFT + PLOT, y(tick)), LIGHT, 0.8, "");
        drawing.text(LEFT - 6.0, y(tick) + 3.0, 8.5, Anchor::End, &grouped(tick));
        tick += step;
    }
    axis.draw(&mut drawing, top, bottom);
    axis.draw_bits(&mut drawing, bottom);
    for bin in bins.iter().filter(|b| b.pairs > 0) {
        let (x, to, at) = (axis.at(bin.from) + 0.6, axis.at(bin.to) - 0.6, y(bin.pairs as f64));
        if bin.from >= cut {
            drawing.rect(x, at, to - x, bottom - at, BLUE);
        } else {
            drawing.outline(x, at, to - x, bottom - at, GREY);
        }
    }
    let x = axis.at(cut);
    drawing.line((x, top - 4.0), (x, bottom), INK, 1.4, "5 3");
    drawing.text(x - 6.0, top - 9.0, 8.5, Anchor::End, "not linked (hollow)");
    drawing.text(x + 6.0, top - 9.0, 8.5, Anchor::Start, "linked (filled)");
    drawing.text(
        LEFT + PLOT / 2.0,
        bottom + 39.0,
        9.0,
        Anchor::Middle,
        "probability that both records speak of one person",
    );
    drawing.described("Pairs by how likely they are to be one person", words)
}
