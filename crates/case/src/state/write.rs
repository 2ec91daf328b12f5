//! How is the register written as a file that a person can read and change, and that reads back as it was?

use super::Register;
use crate::sections::iso;
use factum_model::edtf::Day;
use serde::Serializer;

/// A day as `2026-05-03`.
pub(super) fn as_day<S: Serializer>(day: &Day, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&iso(*day))
}

/// Days as `2026-05-03`.
pub(super) fn as_days<S: Serializer>(days: &[Day], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(days.iter().map(|day| iso(*day)))
}

impl Register {
    /// The register as TOML. What [`Register::check`] finds no fault with reads back as it was.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("the register holds texts, numbers, flags and lists of them")
    }
}
