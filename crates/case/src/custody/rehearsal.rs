//! What would a command write into the log, if it were allowed to?
//!
//! A case that is opened for rehearsing judges the first transaction of a command by all rules, tells what it would hold, and writes
//! nothing. Whatever a command does after telling the log (bytes that leave, folders that are removed) does not happen then either,
//! because the log is told first.

use super::writer::Change;
use std::collections::BTreeMap;
use std::fmt;

/// How every account of a rehearsal begins, by which it is told from a failure.
pub const BEGINS: &str = "nothing was written; it would be";

/// A transaction that was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// In a word or two.
    pub act: String,
    /// For people.
    pub summary: String,
    /// How many records of each kind each compartment would get.
    pub records: BTreeMap<String, BTreeMap<String, usize>>,
    /// Entries besides: items, copies of keys, objects sealed again.
    pub entries: usize,
}

impl Rehearsal {
    /// Of a change that is allowed.
    pub fn of(change: &Change) -> Self {
        let mut records: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        for part in &change.parts {
            let kinds = records.entry(part.compartment.clone()).or_default();
            for body in &part.bodies {
                let kind = body.get("kind").and_then(serde_json::Value::as_str).unwrap_or_default();
                *kinds.entry(kind.to_string()).or_default() += 1;
            }
        }
        Self { act: change.act.clone(), summary: change.summary.clone(), records, entries: change.entries.len() }
    }
}

impl fmt::Display for Rehearsal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{BEGINS} `{}`: {}", self.act, self.summary)?;
        for (compartment, kinds) in &self.records {
            let told: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            write!(f, "\n  {compartment}: {}", told.join(", "))?;
        }
        match self.entries {
            0 => Ok(()),
            count => write!(f, "\n  sealed objects besides: {count}"),
        }
    }
}
