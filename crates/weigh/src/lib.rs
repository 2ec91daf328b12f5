//! Does the evidence carry it?
//!
//! The reasoning of a fact-finder, apart from files, keys and clocks: which sources are independent of each other, what a standard
//! of proof asks for and whether it is there, what a source's consent covers, what law requires and what is shown of it. Persons
//! judge; what is here counts, compares and reminds.

pub mod claims;
pub mod consent;
pub mod consistency;
pub mod corroboration;
pub mod finding;
mod id;
pub mod independence;
pub mod standard;

pub use id::{FindingId, Names, PersonId, RunNumber, SourceId, StatementId, Thing};
