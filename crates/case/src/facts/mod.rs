//! What does the inquiry know, from whom, and does it carry what the report will say?
//!
//! Sources under codes, what they agreed to, what they say, what is found from it, what law makes of it and what a State answers: each
//! a record in the case's log, signed by whoever said it. The machine counts, compares and reminds; persons judge.

pub mod accounts;
mod acts;
pub mod book;
pub mod claims;
pub mod consent;
pub mod contradictions;
pub mod dependants;
pub mod desk;
pub mod destroying;
pub mod entities;
pub mod judge;
pub mod leaving;
pub mod lineage;
pub mod names;
pub mod network;
pub mod papers;
pub mod patterns;
pub mod pictures;
pub mod taken_in;
pub mod thing;
pub mod words;
pub mod written_out;

#[cfg(test)]
pub(crate) mod tests;

pub use book::{Book, FindingFile, Said, SourceFile, StatementFile};
pub use desk::{DeskError, Sort};
pub use words::Fact;
