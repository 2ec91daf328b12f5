//! What do files from elsewhere say, in the words of this schema?
//!
//! Whatever the format, the result is the same: entities, links, all faults at once with file, row and column, and the terms
//! that no vocabulary has. Good rows go on; nothing is invented.

mod build;
mod esf;
mod ftm;
mod json;
pub mod mapping;
mod odk;
mod table;

pub use esf::esf;
pub use ftm::ftm;
pub use json::json;
pub use mapping::Mapping;
pub use odk::odk;
pub use table::table;

use super::entity::{Entity, Link, Where, Word};
use crate::fault::Faults;

/// A file that is read.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Its name without its folder.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// The entities, in the order in which they were met.
    pub entities: Vec<Entity>,
    /// The links, in the order in which they were met. An end that is not among the entities is named in a note: it may be
    /// in the case already.
    pub links: Vec<Link>,
    /// What was wrong.
    pub faults: Faults,
    /// Texts that stand where a term belongs and are none, by vocabulary and text. The values were left out.
    pub unknown_terms: Vec<UnknownTerm>,
}

/// A text that stands where a term of a vocabulary belongs and is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTerm {
    /// The vocabulary.
    pub vocabulary: Word,
    /// The text. It is a value of evidence: show it to those who may see the file.
    pub text: String,
    /// How often it was met.
    pub count: u64,
    /// The first places, at most twenty.
    pub places: Vec<Where>,
}

/// So many places of an unknown term are kept: enough to look at, few enough to print.
const PLACES: usize = 20;

#[cfg(test)]
mod form_tests;
#[cfg(test)]
mod formats_tests;
#[cfg(test)]
mod tests;
