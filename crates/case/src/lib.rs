//! The inquiry: the one place where reading, linking, estimating and reporting meet.
//!
//! Orchestration, not algorithms. Disk, clock and the user's choices enter here and nowhere below.

pub mod alert;
pub mod answers;
pub mod audit;
pub mod clearance;
pub mod copying;
pub mod counting;
pub mod custody;
pub mod demo;
pub mod digest;
pub mod drawn;
pub mod estimating;
pub mod explain;
pub mod facts;
pub mod fault;
pub mod groups;
pub mod identity;
pub mod inquiry;
pub mod judgement;
pub mod law;
pub mod leak;
pub mod linking;
pub mod lists;
pub mod minimum;
pub mod output;
pub mod persons;
pub mod plots;
pub mod posterior;
pub mod publication;
pub mod release;
pub mod report;
pub mod review;
pub mod schema;
pub mod scope;
mod sections;
pub mod sensitivity;
pub mod settings;
pub mod spreadsheet;
pub mod state;
pub mod testimony;
pub mod tongue;
pub mod truth;
pub mod units;
mod words;

pub use factum_estimate as estimate;
pub use factum_extract as extract;
pub use factum_link as link;
pub use factum_log as log;
pub use factum_model as model;
pub use factum_report::plot::Outlines;
pub use factum_report::{Cell, Figure, Table, grouped};
pub use factum_vault as vault;
pub use factum_weigh as weigh;

use factum_model::Edtf;
use factum_model::edtf::Day;
use std::time::{SystemTime, UNIX_EPOCH};

/// The program and version that a run names.
pub fn version() -> String {
    format!("factum {}", env!("CARGO_PKG_VERSION"))
}

/// Today, by the clock of this machine, in UTC.
pub fn today() -> Edtf {
    let (year, month, day) = this_day().ymd();
    Edtf::date(year as u16, Some(month as u8), Some(day as u8)).expect("the clock shows a day of this era")
}

/// Today as a day, by the clock of this machine, in UTC.
pub fn this_day() -> Day {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Day((since.as_secs() / 86_400) as i32)
}

/// A day written as `2026-05-03`, without reservation.
pub fn day(text: &str) -> Option<Day> {
    sections::day(text)
}

/// Now, by the clock of this machine, in UTC: RFC 3339, to the second.
pub fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    custody::time::text(since)
}

/// A value as indented JSON, ending in a line break.
pub fn json(value: &impl serde::Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("results hold no map with keys that are not text");
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests;
