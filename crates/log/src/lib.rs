//! What was said, in what order, unaltered?

pub mod timestamp;
