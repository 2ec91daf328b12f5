//! Do the files that are to leave tell what must not be told?
//!
//! [`names`] gathers what the case holds, [`read`] takes files apart behind a fence ([`apart`]), `guard` searches. Whoever edits the publication gets places and
//! numbers of this one check, never a name; whoever may open the identities can ask who is meant. A check that could not search for
//! everything, or not in everything, never says that nothing is there. Tables are solved as well: [`margins`].

pub mod apart;
pub mod margins;
pub mod names;
pub mod redact;

use apart::Apart;
pub use factum_extract::read;
use factum_guard::leak::{Found, Rank, Searcher, Stretch, Wanted, Way};
use margins::Published;
use rayon::prelude::*;
use read::grid::Grid;
use read::{Reading, Words};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Whom something that was found concerns. Only for those who may open what holds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A source, by its code.
    Source(String),
    /// A row of a list, by the item's number.
    Record {
        /// The item.
        list: String,
        /// The row.
        row: u32,
    },
    /// A person that statements are about, by its code.
    Person(String),
    /// Somebody who works here.
    Member(String),
}

impl Subject {
    /// Where in the case the holder of it looks.
    pub fn words(&self) -> String {
        match self {
            Self::Source(code) => format!("the source {code}"),
            Self::Record { list, row } => format!("row {row} of the list {list}"),
            Self::Person(code) => format!("the person {code}"),
            Self::Member(name) => format!("the member {name}"),
        }
    }
}

/// All that is searched for.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// What must not be told, and what may.
    pub wanted: Wanted,
    /// Whom the numbers of its subjects mean.
    pub subjects: Vec<Subject>,
    /// How many names are searched for.
    pub names: usize,
    /// What was not searched for, and why.
    pub closed: Vec<String>,
    /// What counts left before, and from what number on a count may leave.
    pub published: Published,
}

/// A file that is to leave.
#[derive(Clone, Debug)]
pub struct Output {
    /// What it is called.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Something found, as editors are told it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Alarm {
    /// The file, unless its name is what was found: then its number.
    pub file: String,
    /// Where in it.
    pub place: String,
    /// As what it was found.
    pub what: &'static str,
    /// Whom it concerns, by a number that means nothing outside this check: the same number (`N-1`), the same names. A count has a number of
    /// its own (`C-1`).
    pub handle: String,
    /// Whether it is an alarm, or something that somebody should look at.
    pub alarm: bool,
    /// Whom it concerns; not for editors.
    #[serde(skip)]
    pub subjects: Vec<u32>,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// What was found, in the order of the files.
    pub found: Vec<Alarm>,
    /// What could not be searched for.
    pub closed: Vec<String>,
    /// What could not be searched in.
    pub unread: Vec<String>,
    /// How many names were searched for.
    pub names: usize,
    /// How many names may stand, by consent to this use.
    pub allowed: usize,
    /// What no search of words finds.
    pub out_of_reach: &'static [&'static str],
}

/// What a check means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Something was found that must not leave.
    Alarm,
    /// Nothing was found, but not everything could be searched for, or in.
    Incomplete,
    /// Nothing was found.
    Clean,
}

/// What no search of words finds.
pub const OUT_OF_REACH: &[&str] = &[
    "who can be told from what is said of them, without a name",
    "faces, voices, handwriting, and words within pictures and sound",
    "names in spellings that no rule here leads to, and names that this case does not hold",
    "words that are only read when a program runs what is in a file",
];

impl Report {
    /// What it means.
    pub fn outcome(&self) -> Outcome {
        match () {
            () if self.found.iter().any(|found| found.alarm) => Outcome::Alarm,
            () if self.closed.is_empty() && self.unread.is_empty() => Outcome::Clean,
            () => Outcome::Incomplete,
        }
    }
}

/// Searches the files of one publication.
pub fn check(gathered: &Gathered, outputs: &[Output], reader: &dyn Apart) -> Report {
    // A reader waits for its child, and names are made ready meanwhile.
    let read = || outputs.par_iter().map(|output| reader.words(&output.name, &output.bytes)).collect();
    let (readings, searcher): (Vec<Reading>, Searcher) = rayon::join(read, || Searcher::new(&gathered.wanted));
    let words: Vec<(usize, &Words)> =
        readings.iter().enumerate().flat_map(|(file, reading)| reading.words.iter().map(move |w| (file, w))).collect();
    let stretches: Vec<Stretch<'_>> =
        words.iter().map(|(_, w)| Stretch { text: &w.text, prose: w.prose, visual: w.visual }).collect();
    let found = searcher.search(&stretches);
    let exposed: BTreeSet<usize> = found
        .iter()
        .filter_map(|f| words.get(f.stretch))
        .filter(|(_, w)| w.part == read::NAME)
        .map(|(file, _)| *file)
        .collect();
    let called = |file: usize| match outputs.get(file) {
        Some(output) if !exposed.contains(&file) => output.name.clone(),
        _ => format!("file {}", file + 1),
    };
    let mut handles: BTreeMap<Vec<u32>, usize> = BTreeMap::new();
    let mut seen: BTreeSet<(usize, String, Way, Vec<u32>)> = BTreeSet::new();
    let mut report = Report {
        closed: gathered.closed.clone(),
        names: gathered.names,
        allowed: gathered.wanted.allowed.len(),
        out_of_reach: OUT_OF_REACH,
        ..Report::default()
    };
    for Found { stretch, from, rank, way, subjects, .. } in found {
        let Some((file, words)) = words.get(stretch) else { continue };
        let place = words.place(from);
        let fresh = handles.len() + 1;
        let handle = *handles.entry(subjects.clone()).or_insert(fresh);
        if seen.insert((*file, place.clone(), way, subjects.clone())) {
            let alarm = rank < Rank::Possible;
            let handle = format!("N-{handle}");
            report.found.push(Alarm { file: called(*file), place, what: way.words(), handle, alarm, subjects });
        }
    }
    let tables: Vec<(usize, &Grid)> =
        readings.iter().enumerate().flat_map(|(file, reading)| reading.tables.iter().map(move |t| (file, t))).collect();
    let grids: Vec<&Grid> = tables.iter().map(|(_, grid)| *grid).collect();
    for (number, exposed) in (1..).zip(margins::exposed(&grids, &gathered.published)) {
        let Some((file, grid)) = tables.get(exposed.table) else { continue };
        report.found.push(Alarm {
            file: called(*file),
            place: format!("{}, row {}, column {}", grid.part, exposed.row, exposed.column),
            what: exposed.words(),
            handle: format!("C-{number}"),
            alarm: exposed.few,
            subjects: Vec::new(),
        });
    }
    for (file, reading) in readings.iter().enumerate() {
        let why = reading.unread.iter().map(|why| format!("{}: {why}", called(file)));
        report.unread.extend(why.collect::<BTreeSet<_>>());
    }
    report
}

#[cfg(test)]
mod tests;
