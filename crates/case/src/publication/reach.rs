//! Of what else does a publication tell when it cites a thing?
//!
//! A footnote of a finding names its statements, that of a statement its interview and its source, and the annex has an entry for each of them.
//! What the annexes print, and what is held against the profile of a source before it leaves, are both taken from here: neither can know of
//! less than the other.

use super::gate::Cited;
use crate::facts::{Book, Sort};
use std::collections::BTreeSet;

/// What is cited with everything that is printed because of it: a finding brings its statements, runs and positions, a statement its interview and
/// its source, an interview its source.
pub(crate) fn reached(book: &Book, cited: &BTreeSet<Cited>) -> BTreeSet<Cited> {
    let mut all = cited.clone();
    for thing in cited {
        if let Cited::Thing(Sort::Finding, id) = thing
            && let Some(file) = book.findings.get(id)
        {
            all.extend(file.bears.keys().map(|statement| Cited::Thing(Sort::Statement, *statement)));
            all.extend(file.finding.what.runs.iter().map(|run| Cited::Run(run.clone())));
            let positions = book.positions.iter().filter(|(_, said)| said.what.findings.contains(id));
            all.extend(positions.map(|(position, _)| Cited::Thing(Sort::Position, *position)));
        }
    }
    let mut told = BTreeSet::new();
    for thing in &all {
        match thing {
            Cited::Thing(Sort::Statement, id) => {
                let Some(said) = book.statements.get(id).map(|file| &file.statement.what) else { continue };
                told.insert(Cited::Thing(Sort::Source, said.source));
                told.extend(said.interview.map(|interview| Cited::Thing(Sort::Interview, interview)));
            }
            Cited::Thing(Sort::Interview, id) => {
                told.extend(book.interviews.get(id).map(|said| Cited::Thing(Sort::Source, said.what.source)));
            }
            _ => {}
        }
    }
    all.extend(told);
    all
}
