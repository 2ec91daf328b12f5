//! Which forms of a name can be compared across spellings and scripts?
//!
//! The source's words stay as they are; what is made here serves comparison only and is never stored in their place.
//! [`words`] writes any script in Latin letters, [`tokens`] leaves out what names nobody, [`Parts`] tells given from family
//! name, [`skeleton`] is the key spellings share, [`agreement`] compares two parts and [`names_agree`] two whole names.
//! [`Equivalences`] are learned from the lists at hand instead of known beforehand.

mod agree;
mod equivalences;
mod key;
mod letters;
mod lex;
mod parts;
mod script;
mod search;
mod verdict;
mod vocabulary;

pub(crate) use agree::agreement;
pub use equivalences::Equivalences;
pub(crate) use key::skeleton;
pub(crate) use lex::tokens;
use lex::{joined, lex};
pub(crate) use parts::{Parts, plain_part};
pub(crate) use script::words;
pub use verdict::{NameAgreement, NameReason, NameVerdict, names_agree};

/// Whether a normalised part is a name on file.
pub(crate) fn is_on_file(part: &str) -> bool {
    vocabulary::Vocabulary::get().is_on_file(part)
}
