//! What may leave?
//!
//! Counts that would tell of single people are held back, together with those from which they could be worked out; outputs are
//! searched for names that must not be in them.

pub mod bounds;
pub mod complementary;
mod differencing;
pub mod leak;
pub mod primary;
pub mod profile;
pub mod rounding;
pub mod rules;
pub mod space;
pub mod table;
