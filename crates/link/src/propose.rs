//! Which rules bring matches together at a price that can be paid?

use crate::blocking::Rule;
use crate::records::RecordSet;

/// Rules for these records.
pub(crate) fn rules(_set: &RecordSet, _seed: u64) -> Vec<Rule> {
    Rule::defaults()
}
