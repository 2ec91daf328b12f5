//! May a framework of law be cited in a publication?
//!
//! Only if a person compared every element with the official text that the office has loaded, and neither changed since.

use crate::facts::Book;
use crate::law::Framework;
use std::collections::BTreeMap;

/// What to try where a framework may not be cited.
pub const HINT: &str = "compare every element with the official text, and write down who did";

/// Refuses a framework that was not compared with the official text.
///
/// # Errors
/// Why it may not be cited.
pub fn may_be_cited(book: &Book, framework: &str) -> Result<(), String> {
    let said = book.frameworks.get(framework).ok_or_else(|| format!("the framework {framework} is not loaded"))?;
    let (read, _) = Framework::parse(&said.what, framework);
    let read = read.ok_or_else(|| format!("the framework {framework} cannot be read"))?;
    let mark = read.mark(&BTreeMap::new(), &[]);
    if mark.may_be_cited() { Ok(()) } else { Err(format!("the framework {framework} is {mark}")) }
}

/// How a framework is cited: what it is about, with the instrument and its date.
pub fn title(book: &Book, framework: &str) -> Option<String> {
    let said = book.frameworks.get(framework)?;
    let head = Framework::parse(&said.what, framework).0?.head;
    Some(format!("{}, {}, {}", head.title, head.instrument, head.date))
}

/// What a person concluded on an article of a framework, in that person's words.
pub fn concluded(book: &Book, framework: &str, article: &str) -> Option<String> {
    book.conclusions.get(&(framework.to_string(), article.to_string())).map(|said| said.what.clone())
}
