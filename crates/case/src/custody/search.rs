//! Where in this case do these words stand, as far as the actor may know?

use super::canonical;
use super::evidence::Evidence;
use super::folder::Case;
use super::ids::{RecordId, TransactionId};
use super::view;
use factum_vault::index::{IndexError, RecordRow};
use std::ops::ControlFlow;

/// Letters shown on either side of the first word that is found as it was typed.
const AROUND: usize = 60;

/// The fields that can tell what a record is, the best first; what has none of a title has a code.
const TITLES: [&str; 8] = ["summary", "name", "what", "title", "purpose", "label", "proposition", "code"];

/// The fields that hold a record's own words.
const TEXTS: [&str; 5] = ["text", "words", "description", "reason", "wording"];

/// A record that holds the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What kind of record.
    pub kind: String,
    /// The item that it speaks of, if it speaks of one.
    pub item: Option<RecordId>,
    /// What it is called, or what was done.
    pub title: String,
    /// The text around the words, where they stand as they were typed.
    pub excerpt: Option<String>,
    /// In which compartment.
    pub compartment: String,
    /// Which transaction said it.
    pub transaction: TransactionId,
    /// Where that stands in the log.
    pub entry: u64,
}

/// At most `most` records that hold all the words, in the order of [`Index::search`](factum_vault::index::Index::search). What was undone
/// is left out, and so is what came after the state that the actor looks at.
pub fn search(case: &Case, words: &str, compartment: Option<&str>, most: usize) -> Result<Vec<Found>, IndexError> {
    let until = case.until();
    let undone = view::undone(&case.index, until)?;
    let stands = |row: &RecordRow| {
        row.entry < until && !undone.contains(&(TransactionId(row.transaction), row.compartment.clone()))
    };
    let mut all = Vec::new();
    if most == 0 {
        return Ok(all);
    }
    case.index.each_match(words, compartment, |row| {
        if stands(&row) {
            all.push(found(row, words));
        }
        if all.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(all)
}

fn found(row: RecordRow, words: &str) -> Found {
    let body = canonical::parse(&row.body).unwrap_or_default();
    let said: Option<Evidence> = canonical::read(&body).ok();
    let field = |name: &str| body.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_string();
    let first = |names: &[&str]| names.iter().map(|n| field(n)).find(|t| !t.is_empty());
    let (item, title, text) = match &said {
        Some(Evidence::Item(item)) => (Some(item.item), item.name.clone(), item.text.clone()),
        _ => {
            let item = body.get("item").and_then(|v| v.as_str()).and_then(|v| v.parse().ok());
            (item, first(&TITLES).unwrap_or_default(), first(&TEXTS))
        }
    };
    Found {
        excerpt: text.and_then(|t| excerpt(&t, words)),
        kind: row.kind,
        item,
        title,
        compartment: row.compartment,
        transaction: TransactionId(row.transaction),
        entry: row.entry,
    }
}

/// The line of text around the first of the words that stands in it as it was typed, but for upper and lower case.
fn excerpt(text: &str, words: &str) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    let folded: Vec<char> = letters.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect();
    let at = words.split_whitespace().find_map(|word| {
        let word: Vec<char> =
            word.trim_matches(['*', '"']).chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect();
        let fits = |w: &[char]| w == word.as_slice();
        (!word.is_empty()).then(|| folded.windows(word.len()).position(fits)).flatten()
    })?;
    let shown = letters.get(at.saturating_sub(AROUND)..letters.len().min(at.saturating_add(AROUND)))?;
    Some(shown.iter().map(|c| if c.is_control() { ' ' } else { *c }).collect::<String>().trim().to_string())
}
