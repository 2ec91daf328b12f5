//! Has somebody compared every line of a framework with the official text, and does that still hold?

use super::line::{Line, lines};
use crate::sections::iso;
use factum_model::edtf::Day;
use factum_weigh::law::{Checked, Framework, Mark};
use std::collections::BTreeMap;

/// How one line stands. In the order of how little was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody compared it.
    Unchecked,
    /// Somebody did, but the office has not loaded its official text, so nobody can repeat it.
    NoText,
    /// The official text that is loaded is not the one it was compared with.
    TextChanged,
    /// Our label, or what else the file says of the line, is not what was compared.
    WordingChanged,
    /// It was compared as it stands with the text that is loaded.
    Holds {
        /// Who did so last.
        by: String,
        /// When.
        on: Day,
    },
}

impl Standing {
    /// In words, for a cell of a table.
    pub fn words(&self) -> String {
        match self {
            Standing::Unchecked => "nobody compared it with the official text".into(),
            Standing::NoText => "its official text is not loaded".into(),
            Standing::TextChanged => "compared with another official text than the one loaded".into(),
            Standing::WordingChanged => "changed after it was compared".into(),
            Standing::Holds { by, on } => format!("compared by {by} on {}", iso(*on)),
        }
    }
}

/// A line with how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stood {
    /// The line: `article/number`.
    pub line: String,
    /// How it stands.
    pub standing: Standing,
}

/// How each line stands: the parts of what is shared, then the elements. `official` are the digests of the official texts
/// that the office loaded, by line; `also` are comparisons recorded elsewhere than in the file itself.
pub fn standing(framework: &Framework, official: &BTreeMap<String, String>, also: &[Checked]) -> Vec<Stood> {
    let mut by_line: BTreeMap<&str, Vec<&Checked>> = BTreeMap::new();
    for checked in framework.head.verified.iter().chain(also) {
        by_line.entry(&checked.line).or_default().push(checked);
    }
    let stand = |line: Line<'_>| {
        let checks = by_line.get(line.key.as_str()).map_or(&[][..], Vec::as_slice);
        let standing = of_line(checks, &line.digest, official.get(&line.key));
        Stood { line: line.key, standing }
    };
    lines(framework).into_iter().map(stand).collect()
}

/// What is printed on everything that is made with a framework whose lines stand like this. Without a line, nothing was compared.
pub fn mark(lines: &[Stood]) -> Mark {
    let open = lines.iter().filter(|stood| !matches!(stood.standing, Standing::Holds { .. })).count();
    if open == 0 && !lines.is_empty() { Mark::Verified } else { Mark::Unverified { open, all: lines.len() } }
}

fn of_line(checks: &[&Checked], wording: &str, official: Option<&String>) -> Standing {
    if checks.is_empty() {
        return Standing::Unchecked;
    }
    let Some(official) = official else { return Standing::NoText };
    let same_wording: Vec<&&Checked> = checks.iter().filter(|checked| checked.wording == wording).collect();
    if same_wording.is_empty() {
        return Standing::WordingChanged;
    }
    let holding = same_wording.into_iter().filter(|checked| checked.official == *official);
    match holding.max_by(|a, b| (a.on, &a.by).cmp(&(b.on, &b.by))) {
        Some(last) => Standing::Holds { by: last.by.clone(), on: last.on },
        None => Standing::TextChanged,
    }
}
