//! How are entities and links written for others?
//!
//! JSON carries everything and can be read again without loss. Tables, FollowTheMoney and forms carry what their formats can;
//! what they cannot is told in the faults, never dropped in silence. Exports are plain: whoever calls decides who may have them.

pub(super) mod cells;
mod csv;
mod ftm;
mod json;
mod xlsform;

pub use self::csv::{MAPPING as CSV_MAPPING, csv};
pub use ftm::{FILE as FTM_FILE, ftm};
pub(super) use json::VERSION as JSON_VERSION;
pub use json::json;
pub use xlsform::{FILE as XLSFORM_FILE, xlsform};

use crate::fault::Faults;

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Files that were written, and what they do not carry.
#[derive(Clone, Debug, Default)]
pub struct Exported {
    /// The files.
    pub files: Vec<Written>,
    /// What the format cannot carry.
    pub faults: Faults,
}
