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
use lex::joined;
pub(crate) use lex::tokens;
pub(crate) use parts::{Parts, plain_part};
pub(crate) use script::words;
pub use verdict::{NameAgreement, NameReason, NameVerdict, names_agree};
pub(crate) use vocabulary::Vocabulary;

/// The lines of the file of names on which a part of a name stands, folded into bits; no bit where it is not on file. Of two
/// parts on file the file decides: without a common bit they are different.
pub(crate) fn on_file(part: &str) -> u32 {
    // An initial may stand for any name.
    if part.len() > 1 { Vocabulary::get().on_file(part) } else { 0 }
}
