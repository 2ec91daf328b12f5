//! What was said, in what order, unaltered?
