//! Where do the signs of a legend and their words stand, in either direction of writing?
//!
//! One after another as wide as the words of a language need, and on further lines where one does not hold them all.

use super::spoken::Words;
use crate::svg::{Anchor, Drawing, fitted};

/// The size of the words.
const SIZE: f64 = 8.0;
/// Between a sign and its words, and between words and the next sign.
const BESIDE: f64 = 4.0;
const APART: f64 = 14.0;
/// From line to line.
const LINE: f64 = 15.0;
const MARGIN: f64 = 8.0;

/// A sign of a legend: how wide it is, and what it stands for.
pub(super) type Sign<'a> = (f64, &'a str);

/// What draws the sign of a number with its left end at a place and its middle at a height.
type Draws<'a> = dyn Fn(&mut Drawing, usize, (f64, f64)) + 'a;

/// The left end of each sign as if it were read from the left, its words as far as there is room, and its line.
fn places(signs: &[Sign<'_>], width: f64) -> Vec<(f64, String, usize)> {
    let (mut x, mut line) = (MARGIN, 0);
    let place = |(wide, said): &Sign<'_>| {
        let said = fitted(said, SIZE, width - 2.0 * MARGIN - wide - BESIDE);
        let needs = wide + BESIDE + crate::fonts::width(&said) * SIZE;
        if x > MARGIN && x + needs > width - MARGIN {
            (x, line) = (MARGIN, line + 1);
        }
        let at = x;
        x += needs + APART;
        (at, said, line)
    };
    signs.iter().map(place).collect()
}

/// How much higher a legend is than one of a single line.
pub(super) fn beyond_one_line(signs: &[Sign<'_>], width: f64) -> f64 {
    places(signs, width).last().map_or(0.0, |(_, _, line)| LINE * *line as f64)
}

/// Draws a legend, each sign by what draws it.
pub(super) fn legend(drawing: &mut Drawing, (y, width): (f64, f64), words: &Words, signs: &[Sign<'_>], sign: &Draws) {
    for (i, ((wide, _), (x, said, line))) in signs.iter().zip(places(signs, width)).enumerate() {
        let top = y + LINE * line as f64;
        if words.rtl() {
            let left = width - x - wide;
            sign(drawing, i, (left, top + 6.0));
            drawing.text(left - BESIDE, top + 9.0, SIZE, Anchor::End, &said);
        } else {
            sign(drawing, i, (x, top + 6.0));
            drawing.text(x + wide + BESIDE, top + 9.0, SIZE, Anchor::Start, &said);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legend_stays_on_its_paper() {
        let check = |signs: &[Sign<'_>], width: f64, lines: usize| {
            let placed = places(signs, width);
            for ((wide, _), (x, said, _)) in signs.iter().zip(&placed) {
                assert!(x + wide + BESIDE + crate::fonts::width(said) * SIZE <= width - MARGIN + 1e-6, "{said}");
            }
            assert_eq!(placed.last().map_or(0, |p| p.2) + 1, lines, "{placed:?}");
        };
        check(&[(18.0, "certainly"), (18.0, "about")], 560.0, 1);
        check(&[(18.0, "точка; место внутри круга"), (18.0, "где-то в этом районе")], 200.0, 2);
        check(&[(18.0, "a sign with more words than there is room for on any line of this paper")], 120.0, 1);
        check(&[], 120.0, 1);
    }
}
