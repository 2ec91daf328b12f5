//! Was this record altered? The outsider asks, with no key and no trust in the office.

fn main() {}
