//! The commands about the inquiry's substance: sources, what they say, what is found.

pub mod entity;
pub mod finding;
pub mod guard;
pub mod inquiry;
pub mod leak;
pub mod picture;
pub mod redact;
pub mod report;
pub mod request;
pub mod source;
pub mod statement;

use crate::failure::Failure;
use factum_case::custody::folder::Case;
use factum_case::facts::Book;

/// Reads what the case says of its substance, and says aloud what of it counts for nothing or is ambiguous.
fn book(case: &Case) -> Result<Book, Failure> {
    let book = Book::read(case)?;
    for void in &book.voids {
        eprintln!("warning: a record of entry {} counts for nothing: {}", void.entry, void.why);
    }
    for (code, count) in book.doubled() {
        eprintln!("warning: {count} things have the code {code}: give one of them another code");
    }
    Ok(book)
}
