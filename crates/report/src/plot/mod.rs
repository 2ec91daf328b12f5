//! What does a table of numbers look like?
//!
//! Each plot is a function from numbers to SVG.

mod bars;
mod chains;
mod coverage;
#[cfg(test)]
mod estimation_tests;
#[cfg(test)]
mod evidence_tests;
mod flows;
mod histogram;
mod legend;
mod map;
mod matrix;
mod modes;
mod odds;
mod overlaps;
mod pairs;
mod posteriors;
mod row;
mod scale;
mod sensitivity;
mod spoken;
#[cfg(test)]
mod tests;
mod thresholds;
mod ties;
mod timeline;
mod unidentified;
mod unlinkables;
mod upset;
mod waterfall;
mod weights;

pub use bars::bars;
pub use chains::{Chain, Chains, ranks, traces};
pub use coverage::{Coverage, SiteYear, coverage};
pub use flows::{Flow, Flows, flows};
pub use histogram::{Bin, histogram};
pub use map::{Map, MappedPlace, Outlines, Whereabouts, map};
pub use matrix::{Bearing, ElementRow, Matrix, matrix};
pub use modes::{Mode, Modes, modes};
pub use overlaps::overlaps;
pub use pairs::{Edge, Edges, OddsRatio, OddsRatios, edges, odds_ratios};
pub use posteriors::{ByModel, Posteriors, Shape, posteriors};
pub use sensitivity::{Group, Otherwise, sensitivity};
pub use spoken::{ENGLISH, Words, words};
pub use thresholds::{AtThreshold, thresholds};
pub use ties::{Tie, TieKind, TiedSource, Ties, ties};
pub use timeline::{Happening, Lane, Timeline, timeline};
pub use unidentified::{AtInteraction, Hidden, HiddenShare, IfHidden, Interaction, hidden, interaction};
pub use unlinkables::unlinkables;
pub use upset::{Intersection, Upset, upset};
pub use waterfall::{Step, Waterfall, waterfall};
pub use weights::{FieldWeights, LevelWeight, weights};
