//! Where in this case do these words stand, as far as the actor may know?

use super::canonical;
use super::evidence::Evidence;
use super::folder::Case;
use super::ids::{RecordId, TransactionId};
use super::view;
use factum_vault::index::{IndexError, RecordRow};

/// Letters shown on either side of the first word that is found as it was typed.
const AROUND: usize = 60;

/// How many times as many records are looked at as are wanted, because some no longer stand.
const SPARE: usize = 4;

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

/// At most `most` records that hold all the words, the best fitting first. What was undone is left out, and so is what came after
/// the state that the actor looks at.
pub fn search(case: &Case, words: &str, compartment: Option<&str>, most: usize) -> Result<Vec<Found>, IndexError> {
    let until = case.until();
    let undone = view::undone(&case.index, until)?;
    let rows = case.index.search(words, compartment, most.saturating_mul(SPARE))?;
    let stands = |row: &RecordRow| {
        row.entry < until && !undone.contains(&(TransactionId(row.transaction), row.compartment.clone()))
    };
    Ok(rows.into_iter().filter(stands).take(most).map(|row| found(row, words)).collect())
}

fn found(row: RecordRow, words: &str) -> Found {
    let body = canonical::parse(&row.body).unwrap_or_default();
    let said: Option<Evidence> = canonical::read(&body).ok();
    let field = |name: &str| body.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_string();
    let (item, title, text) = match &said {
        Some(Evidence::Item(item)) => (Some(item.item), item.name.clone(), item.text.clone()),
        _ => {
            let item = body.get("item").and_then(|v| v.as_str()).and_then(|v| v.parse().ok());
            let title =
                ["summary", "name", "what", "title", "purpose"].iter().map(|n| field(n)).find(|t| !t.is_empty());
            (item, title.unwrap_or_default(), None)
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
        let word: Vec<char> = word.trim_matches('*').chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect();
        let fits = |w: &[char]| w == word.as_slice();
        (!word.is_empty()).then(|| folded.windows(word.len()).position(fits)).flatten()
    })?;
    let shown = letters.get(at.saturating_sub(AROUND)..letters.len().min(at.saturating_add(AROUND)))?;
    Some(shown.iter().map(|c| if c.is_control() { ' ' } else { *c }).collect::<String>().trim().to_string())
}
