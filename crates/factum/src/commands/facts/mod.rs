//! The commands about the inquiry's substance: sources, what they say, what is found.

pub mod claim;
pub mod comment;
pub mod document;
pub mod entity;
pub mod finding;
pub mod guard;
pub mod inquiry;
pub mod interview;
pub mod law;
pub mod leak;
mod paper;
pub mod pattern;
pub mod picture;
pub mod position;
pub mod recommendation;
pub mod redact;
pub mod report;
pub mod report_build;
pub mod request;
pub mod schema;
mod shown;
pub mod source;
pub mod statement;

use crate::failure::Failure;
use factum_case::custody::folder::Case;
use factum_case::facts::Book;
use factum_case::state::{self, Register};
use factum_case::tongue::Tongue;

/// Reads what the case says of its substance, and says aloud what of it counts for nothing or is ambiguous.
pub fn book(case: &Case) -> Result<Book, Failure> {
    let book = Book::read(case)?;
    for void in &book.voids {
        eprintln!("warning: a record of entry {} counts for nothing: {}", void.entry, void.why);
    }
    for (code, count) in book.doubled() {
        eprintln!("warning: {count} things have the code {code}: give one of them another code");
    }
    Ok(book)
}

/// A reader of the languages of sentences.
fn tongue(code: &str) -> Result<Tongue, String> {
    Tongue::of(code).ok_or_else(|| format!("one of {}", Tongue::ALL.map(Tongue::code).join(", ")))
}

/// What the case holds of States and bodies; says aloud what of it could not be put into the register.
fn register(case: &Case, book: &Book) -> Result<Register, Failure> {
    let held = state::of_case(case, book)?;
    held.left_out.iter().for_each(|line| eprintln!("warning: {line}"));
    Ok(held.register)
}
