//! How long does an index take to fill and to open?

fn main() {}
