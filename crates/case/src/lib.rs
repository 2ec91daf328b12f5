//! The inquiry: the one place where reading, linking, estimating and reporting meet.
//!
//! Orchestration, not algorithms. Disk, clock and the user's choices enter here and nowhere below.

pub mod digest;
pub mod estimating;
pub mod fault;
pub mod linking;
pub mod lists;
pub mod output;
pub mod persons;
pub mod settings;
pub mod wording;

pub use factum_estimate as estimate;
pub use factum_link as link;
pub use factum_model as model;

/// The program and version that a run names.
pub fn version() -> String {
    format!("factum {}", env!("CARGO_PKG_VERSION"))
}

/// A value as indented JSON, ending in a line break.
pub fn json(value: &impl serde::Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("results hold no map with keys that are not text");
    bytes.push(b'\n');
    bytes
}
