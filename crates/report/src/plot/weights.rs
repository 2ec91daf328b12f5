//! What did each kind of agreement count for?

use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, LIGHT, ORANGE, fitted};

/// A level of agreement, how often it occurs and what it counted for.
#[derive(Clone, Debug)]
pub struct LevelWeight {
    /// The level in words.
    pub level: String,
    /// Share of matches that agree so.
    pub m: f64,
    /// Share of non-matches that agree so.
    pub u: f64,
    /// Its weight in bits.
    pub weight: f64,
}

/// The levels of one field.
#[derive(Clone, Debug)]
pub struct FieldWeights {
    /// The field.
    pub field: String,
    /// Its levels, those that occurred.
    pub levels: Vec<LevelWeight>,
}

const NAMES: f64 = 196.0;
const SHARES: f64 = 110.0;
const HALF: f64 = 96.0;
/// Room for both shares in figures.
const READ: f64 = 64.0;
const ROW: f64 = 15.0;
const BETWEEN: f64 = 8.0;

/// The columns of the drawing: where the shares begin, and where a weight of zero stands.
const SHARE: f64 = NAMES + 10.0;
const ZERO: f64 = SHARE + SHARES + READ + 36.0 + HALF;

/// For each level of each field, its share among matches (m, filled) and among non-matches (u, hollow), and its weight to
/// either side of zero. `words` say the same for those who cannot see it.
pub fn weights(fields: &[FieldWeights], words: &str) -> String {
    let most =
        fields.iter().flat_map(|f| &f.levels).map(|l| l.weight.abs()).filter(|w| w.is_finite()).fold(4.0, f64::max);
    let rows: usize = fields.iter().map(|f| f.levels.len()).sum();
    let top = 40.0;
    let width = ZERO + HALF + 36.0;
    let mut drawing = Drawing::new(width, top + ROW * rows as f64 + BETWEEN * fields.len() as f64 + 4.0);
    legend(&mut drawing);
    let mut y = top;
    for field in fields {
        let band = ROW * field.levels.len() as f64;
        drawing.bold(4.0, y + 11.0, 9.0, Anchor::Start, &fitted(&field.field, 9.6, 96.0));
        for level in &field.levels {
            drawing.text(NAMES, y + 11.0, 8.5, Anchor::End, &fitted(&level.level, 8.5, 92.0));
            shares(&mut drawing, y, level);
            weight(&mut drawing, y, level.weight, most);
            y += ROW;
        }
        drawing.line((ZERO, y - band), (ZERO, y), INK, 0.8, "");
        drawing.line((SHARE, y - band), (SHARE, y), GREY, 0.8, "");
        drawing.line((4.0, y + 3.5), (width - 4.0, y + 3.5), LIGHT, 0.6, "");
        y += BETWEEN;
    }
    drawing.described("How often each kind of agreement occurs, and its weight in bits", words)
}

fn legend(drawing: &mut Drawing) {
    drawing.rect(SHARE, 6.0, 12.0, 5.0, BLUE);
    drawing.text(SHARE + 17.0, 12.0, 8.5, Anchor::Start, "m: share of matches");
    drawing.outline(SHARE + 0.5, 20.5, 11.0, 4.0, ORANGE);
    drawing.text(SHARE + 17.0, 26.0, 8.5, Anchor::Start, "u: share of non-matches");
    drawing.text(ZERO - 8.0, 12.0, 8.5, Anchor::End, "against one person");
    drawing.text(ZERO + 8.0, 12.0, 8.5, Anchor::Start, "for one person");
    drawing.text(ZERO, 26.0, 8.5, Anchor::Middle, "weight, bits");
}

fn shares(drawing: &mut Drawing, y: f64, level: &LevelWeight) {
    drawing.rect(SHARE, y + 2.5, SHARES * level.m.clamp(0.0, 1.0), 4.5, BLUE);
    drawing.outline(SHARE, y + 8.5, SHARES * level.u.clamp(0.0, 1.0), 3.5, ORANGE);
    let label = format!("{} | {}", share(level.m), share(level.u));
    drawing.text(SHARE + SHARES + READ, y + 11.0, 7.5, Anchor::End, &label);
}

fn weight(drawing: &mut Drawing, y: f64, weight: f64, most: f64) {
    let length = HALF * (weight.abs() / most).min(1.0);
    let label = format!("{weight:+.1}");
    if weight >= 0.0 {
        drawing.rect(ZERO, y + 3.0, length, ROW - 6.0, BLUE);
        drawing.text(ZERO + length + 4.0, y + 11.0, 8.0, Anchor::Start, &label);
    } else {
        drawing.outline(ZERO - length, y + 3.0, length, ROW - 6.0, ORANGE);
        drawing.text(ZERO - length - 4.0, y + 11.0, 8.0, Anchor::End, &label);
    }
}

/// A share for people: a very small one is not zero.
fn share(share: f64) -> String {
    match share * 100.0 {
        p if p >= 99.95 => "100 %".into(),
        p if p >= 10.0 => format!("{p:.0} %"),
        p if p >= 0.1 => format!("{p:.1} %"),
        p if p > 0.0 => "<0.1 %".into(),
        _ => "0 %".into(),
    }
}
