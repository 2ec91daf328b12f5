//! May a framework of law be cited in a publication?
//!
//! Only if a person compared every element with the official text that the office has loaded, and neither changed since.

use crate::facts::Book;
use crate::law::held::held;

/// What to try where a framework may not be cited.
pub const HINT: &str = "compare every element with the official text: factum law verify";

/// Refuses a framework that was not compared with the official text.
///
/// # Errors
/// Why it may not be cited.
pub fn may_be_cited(book: &Book, framework: &str) -> Result<(), String> {
    let held = held(book, framework, &|member| member.to_string()).map_err(|error| error.to_string())?;
    if held.mark.may_be_cited() { Ok(()) } else { Err(format!("the framework {framework} is {}", held.mark)) }
}

/// How a framework is cited: what it is about, with the instrument and its date.
pub fn title(book: &Book, framework: &str) -> Option<String> {
    let head = held(book, framework, &|member| member.to_string()).ok()?.framework.head;
    Some(format!("{}, {}, {}", head.title, head.instrument, head.date))
}

/// What was last concluded on an article of a framework, in that person's words.
pub fn concluded(book: &Book, framework: &str, article: &str) -> Option<String> {
    let said = book.conclusions.get(&(framework.to_string(), article.to_string()))?;
    said.last().map(|said| said.what.wording.clone())
}
