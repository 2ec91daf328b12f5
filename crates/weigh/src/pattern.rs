//! What happened where, when, by whom and to whom, again and again, and who could have known?
//!
//! A table of acts counts what was *told*, not what happened. So every count stands beside its denominator: how many sources were at
//! that place in that time, and how many of them spoke of it. An empty cell of which nobody could have known is no
//! coverage; it is never zero acts. Counts of acts, sources, statements and independent origins are kept apart, since a hundred
//! statements can come from one origin.
//!
//! Imprecise dates are not spread: an act of `2017/2019` is one act, *undated within* these years. It is in no year's count,
//! and in the count of acts that each of these years *may* have besides.

mod coverage;
mod cross;
mod flow;
#[cfg(test)]
mod tests;
mod timeline;
mod when;

pub use coverage::{Bounds, Covered, Document, Talk, coverage};
pub use cross::{Cell, Key, Knowers, Reading, Table, cross};
pub use flow::{Flow, Transfer, flows};
pub use timeline::{Entry, Row, Timeline, timeline};
pub use when::{Grain, Slot, When};

use factum_model::Edtf;
use std::collections::BTreeSet;

/// No table has more cells than this: nobody reads a larger one, and the caller can ask for fewer places or years.
pub const MOST_CELLS: usize = 250_000;

/// A statement about an act or a transfer. `I` is how the caller names things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<I> {
    /// The statement.
    pub statement: I,
    /// Who makes it.
    pub source: I,
    /// The independent origins it goes back to, as found by `independence`; none if nobody has examined it.
    pub origins: Vec<I>,
    /// Whether it says that this did not happen. Such a statement is counted beside the others, never among them.
    pub denies: bool,
}

/// One act: something done to somebody, as the inquiry has put it together from statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act<I> {
    /// The act.
    pub act: I,
    /// Its type.
    pub kind: Option<I>,
    /// Where, at the depth at which places are to be counted: the caller names the prison for what happened in a cell.
    pub place: Option<I>,
    /// When.
    pub date: Option<Edtf>,
    /// The units that did it; several if they did it together.
    pub units: Vec<I>,
    /// The groups that its victims belong to.
    pub groups: Vec<I>,
    /// What is said of it.
    pub told: Vec<Told<I>>,
}

/// A source was in a position to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence<I> {
    /// The source.
    pub source: I,
    /// Where, at the same depth as the places of acts.
    pub place: I,
    /// How long.
    pub period: Edtf,
}

/// By what acts are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Axis {
    /// By type.
    Kind,
    /// By place.
    Place,
    /// By period.
    When(Grain),
    /// By the unit that did it. An act of two units stands under both, so a total can be less than the sum.
    Unit,
    /// By the group of its victims; like units.
    Group,
}

/// Counts that must not be taken for each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Counts {
    /// Acts, or transfers.
    pub acts: usize,
    /// Sources that speak of them.
    pub sources: usize,
    /// Statements in which they do.
    pub statements: usize,
    /// Independent origins of these statements. Statements that nobody examined add none.
    pub origins: usize,
    /// Statements of which nobody has examined where they come from.
    pub unexamined: usize,
    /// Sources that say of one of these acts that it did not happen.
    pub deny: usize,
}

/// Why there is no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Both axes are the same.
    #[error("both axes of the table are the same; choose two different ones")]
    SameAxis,
    /// More cells than anybody reads.
    #[error(
        "the table would have {rows} rows and {columns} columns; choose fewer places, fewer years, or years for months"
    )]
    TooLarge {
        /// Rows.
        rows: usize,
        /// Columns.
        columns: usize,
    },
    /// Two acts, or two transfers, under one name.
    #[error("{count} acts or transfers are given more than once; give each one once, with all statements about it")]
    Repeated {
        /// How many names come more than once.
        count: usize,
    },
}

/// Fails if a table would be too large.
fn fits(rows: usize, columns: usize) -> Result<(), PatternError> {
    match rows.checked_mul(columns) {
        Some(cells) if cells <= MOST_CELLS => Ok(()),
        _ => Err(PatternError::TooLarge { rows, columns }),
    }
}

/// Fails if a name comes twice.
fn once<'a, I: Ord + 'a>(names: impl Iterator<Item = &'a I>) -> Result<(), PatternError> {
    let (mut seen, mut again) = (BTreeSet::new(), BTreeSet::new());
    for name in names {
        if !seen.insert(name) {
            again.insert(name);
        }
    }
    if again.is_empty() { Ok(()) } else { Err(PatternError::Repeated { count: again.len() }) }
}

/// Whether anybody whose statement is open here says that it happened.
fn is_told<I>(told: &[Told<I>]) -> bool {
    told.iter().any(|t| !t.denies)
}

/// Who says it and who denies it, gathered over several acts.
struct Voices<'a, I> {
    sources: BTreeSet<&'a I>,
    deny: BTreeSet<&'a I>,
    statements: BTreeSet<&'a I>,
    origins: BTreeSet<&'a I>,
    unexamined: BTreeSet<&'a I>,
}

impl<'a, I: Ord> Voices<'a, I> {
    fn of(told: impl Iterator<Item = &'a Told<I>>) -> Self {
        let mut voices = Voices {
            sources: BTreeSet::new(),
            deny: BTreeSet::new(),
            statements: BTreeSet::new(),
            origins: BTreeSet::new(),
            unexamined: BTreeSet::new(),
        };
        for t in told {
            if t.denies {
                voices.deny.insert(&t.source);
                continue;
            }
            voices.sources.insert(&t.source);
            voices.statements.insert(&t.statement);
            voices.origins.extend(&t.origins);
            if t.origins.is_empty() {
                voices.unexamined.insert(&t.statement);
            }
        }
        voices
    }

    fn counts(&self, acts: usize) -> Counts {
        Counts {
            acts,
            sources: self.sources.len(),
            statements: self.statements.len(),
            origins: self.origins.len(),
            unexamined: self.unexamined.len(),
            deny: self.deny.len(),
        }
    }
}
