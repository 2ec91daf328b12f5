//! What does a table of numbers look like?
//!
//! Each plot is a function from numbers to SVG.

mod bars;
mod histogram;
mod intervals;
mod odds;
mod overlaps;
mod sensitivity;
#[cfg(test)]
mod tests;
mod thresholds;
mod unlinkables;
mod waterfall;
mod weights;

pub use bars::bars;
pub use histogram::{Bin, histogram};
pub use intervals::{Interval, intervals};
pub use overlaps::overlaps;
pub use sensitivity::{Group, Otherwise, sensitivity};
pub use thresholds::{AtThreshold, thresholds};
pub use unlinkables::unlinkables;
pub use waterfall::{Step, Waterfall, waterfall};
pub use weights::{FieldWeights, LevelWeight, weights};
