//! Which findings must be looked at again when something changes?
//!
//! An inquiry has many findings over many statements. All are checked at once when the evidence is read; afterwards a change of one
//! statement, source or run touches only the findings that rest on it. A change of who relays whom or of what was examined makes the
//! network anew, and with it every check.

#[cfg(test)]
mod tests;

use crate::finding::{Check, Conclusion, Evidence, Finding, Saying, check};
use crate::id::{RunNumber, SourceId, StatementId, Thing};
use crate::standard::Standard;
use std::collections::{BTreeMap, BTreeSet};

/// Findings by what they rest on. Positions are those of the slice it was made from.
#[derive(Clone, Debug, Default)]
pub struct Index {
    statements: BTreeMap<StatementId, Vec<u32>>,
    sources: BTreeMap<SourceId, Vec<u32>>,
    runs: BTreeMap<RunNumber, Vec<u32>>,
}

impl Index {
    /// The index of these findings over this evidence.
    pub fn new(findings: &[Finding], evidence: &Evidence) -> Index {
        let mut index = Index::default();
        for (at, finding) in findings.iter().enumerate() {
            let at = at as u32;
            let mut statements: BTreeSet<StatementId> = finding.links.iter().map(|l| l.statement).collect();
            let mut sources = BTreeSet::new();
            let mut runs: BTreeSet<RunNumber> = finding.runs.iter().copied().collect();
            if let Conclusion::Qualitative { source: Some(saying), .. } = &finding.conclusion {
                match *saying {
                    Saying::Source(source) => drop(sources.insert(source)),
                    Saying::Statement(statement) => drop(statements.insert(statement)),
                    Saying::Run(run) => drop(runs.insert(run)),
                }
            }
            sources.extend(statements.iter().filter_map(|&s| evidence.open(s)).map(|s| s.source));
            statements.into_iter().for_each(|s| index.statements.entry(s).or_default().push(at));
            sources.into_iter().for_each(|s| index.sources.entry(s).or_default().push(at));
            runs.into_iter().for_each(|r| index.runs.entry(r).or_default().push(at));
        }
        index
    }

    /// Positions of the findings to check again after something was said of this thing, in order. If a statement changed hands, its
    /// new source is found by an index that is made anew.
    pub fn touched(&self, changed: Thing) -> &[u32] {
        let found = match changed {
            Thing::Statement(statement) => self.statements.get(&statement),
            Thing::Source(source) => self.sources.get(&source),
            Thing::Run(run) => self.runs.get(&run),
            Thing::Person(_) | Thing::Finding(_) => None,
        };
        found.map_or(&[], Vec::as_slice)
    }
}

/// Checks every finding, each by its own standard, in their order.
pub fn check_all<'a>(
    findings: impl IntoIterator<Item = (&'a Finding, &'a Standard)>,
    evidence: &Evidence,
) -> Vec<Check> {
    findings.into_iter().map(|(finding, standard)| check(finding, standard, evidence)).collect()
}
