//! Does a file that many may read name somebody whose identity is sealed?
//!
//! Only who holds the identities can ask this. The answer is places, never a name: names of the sealed file are sought in the
//! lines of all others, letter for letter but for capitals and white space, at the bounds of words.

use super::authored::Identity;
use super::read::IDENTITIES;
use super::write::Files;
use crate::fault::{Fault, Faults, Severity};

/// Names shorter than this are words of ordinary sentences more often than names.
const SHORTEST: usize = 4;

/// Every line of a file other than `identities.toml` that holds a sealed name.
pub fn exposed(files: &Files, identities: &[Identity]) -> Faults {
    let mut sought: Vec<String> = identities.iter().flat_map(|i| &i.names).map(|name| plain(name)).collect();
    sought.retain(|name| name.chars().count() >= SHORTEST);
    sought.sort_unstable();
    sought.dedup();
    let mut faults = Faults::default();
    for (path, bytes) in files.iter().filter(|(path, _)| path.as_str() != IDENTITIES) {
        let text = String::from_utf8_lossy(bytes);
        let mut before = String::new();
        for (line, words) in (1_u32..).zip(text.lines()) {
            let here = plain(words);
            // A name can be parted by the end of a line.
            let joined = format!("{before} {here}");
            let found = sought.iter().any(|name| holds(&here, name) || !holds(&before, name) && holds(&joined, name));
            if found {
                let what = "the name of a source whose identity is sealed stands here";
                let hint = "write the source's code, or describe the person without telling who it is";
                faults.push(Fault::new(Severity::Error, path, what).at_row(line).hint(hint));
            }
            before = here;
        }
    }
    faults
}

/// Lower case, white space as single blanks.
fn plain(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Whether a text holds these words, not as a part of longer ones.
fn holds(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, found)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at.saturating_add(found.len())..).and_then(|t| t.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
