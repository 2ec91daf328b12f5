//! What does a table of numbers look like?
//!
//! Each plot is a function from numbers to SVG.

mod bars;
mod intervals;
mod overlaps;
mod weights;

pub use bars::bars;
pub use intervals::{Interval, intervals};
pub use overlaps::overlaps;
pub use weights::{FieldWeights, LevelWeight, weights};
