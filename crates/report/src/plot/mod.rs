//! What does a table of numbers look like?
//!
//! Each plot is a function from numbers to SVG.

mod bars;
mod chains;
#[cfg(test)]
mod estimation_tests;
mod histogram;
mod modes;
mod odds;
mod overlaps;
mod pairs;
mod posteriors;
mod row;
mod scale;
mod sensitivity;
#[cfg(test)]
mod tests;
mod thresholds;
mod unidentified;
mod unlinkables;
mod upset;
mod waterfall;
mod weights;

pub use bars::bars;
pub use chains::{Chain, Chains, ranks, traces};
pub use histogram::{Bin, histogram};
pub use modes::{Mode, Modes, modes};
pub use overlaps::overlaps;
pub use pairs::{Edge, Edges, OddsRatio, OddsRatios, edges, odds_ratios};
pub use posteriors::{ByModel, Posteriors, Shape, posteriors};
pub use sensitivity::{Group, Otherwise, sensitivity};
pub use thresholds::{AtThreshold, thresholds};
pub use unidentified::{AtInteraction, Hidden, HiddenShare, IfHidden, Interaction, hidden, interaction};
pub use unlinkables::unlinkables;
pub use upset::{Intersection, Upset, upset};
pub use waterfall::{Step, Waterfall, waterfall};
pub use weights::{FieldWeights, LevelWeight, weights};
