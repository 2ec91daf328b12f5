//! What did each kind of agreement count for?

use crate::svg::{Anchor, BLUE, Drawing, GREY, INK, LIGHT, ORANGE};

/// A level of agreement and what it counted for.
#[derive(Clone, Debug)]
pub struct LevelWeight {
    /// The level in words.
    pub level: String,
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

const NAMES: f64 = 190.0;
const HALF: f64 = 150.0;
const ROW: f64 = 13.0;

/// Weights as bars to either side of zero, field by field.
pub fn weights(fields: &[FieldWeights]) -> String {
    let most = fields.iter().flat_map(|f| &f.levels).map(|l| l.weight.abs()).fold(4.0, f64::max);
    let zero = NAMES + HALF + 24.0;
    let rows: usize = fields.iter().map(|f| f.levels.len()).sum();
    let top = 26.0;
    let height = top + ROW * rows as f64 + 9.0 * fields.len() as f64 + 10.0;
    let mut drawing = Drawing::new(zero + HALF + 34.0, height);
    drawing.text(zero - 8.0, 14.0, 9.0, Anchor::End, "against one person");
    drawing.text(zero + 8.0, 14.0, 9.0, Anchor::Start, "for one person");
    let mut y = top;
    for field in fields {
        let band = ROW * field.levels.len() as f64;
        drawing.bold(4.0, y + ROW - 3.0, 9.0, Anchor::Start, &field.field);
        for level in &field.levels {
            let length = HALF * level.weight.abs() / most;
            drawing.text(NAMES, y + ROW - 3.0, 8.5, Anchor::End, &level.level);
            let (x, colour) = if level.weight >= 0.0 { (zero, BLUE) } else { (zero - length, ORANGE) };
            drawing.rect(x, y + 2.0, length, ROW - 4.0, colour);
            let label = format!("{:+.1}", level.weight);
            let (at, anchor) = if level.weight >= 0.0 {
                (zero + length + 4.0, Anchor::Start)
            } else {
                (zero - length - 4.0, Anchor::End)
            };
            drawing.text(at, y + ROW - 3.0, 8.0, anchor, &label);
            y += ROW;
        }
        drawing.line((zero, y - band), (zero, y), INK, 0.8, "");
        drawing.line((4.0, y + 4.5), (zero + HALF + 30.0, y + 4.5), LIGHT, 0.6, "");
        y += 9.0;
    }
    drawing.line((zero, top - 8.0), (zero, top), GREY, 0.8, "");
    drawing.finish("Weight of each kind of agreement, in bits")
}
