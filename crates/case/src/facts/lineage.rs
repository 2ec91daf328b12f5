//! Is what a run was computed from still what it was?
//!
//! An estimate reads what a linkage made, and the linkage read lists. If a list comes in anew and says something else, the estimate is out of
//! date though the file that it read itself never changed. So inputs are followed to the runs that made them, and to what those read.

use super::book::Book;
use crate::custody::ids::RecordId;
use std::collections::{BTreeMap, BTreeSet};

/// What became of an input since it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Became {
    /// It came in anew and says something else.
    Another,
    /// It is no more.
    Gone,
    /// It lies where the actor cannot open it, so that nothing is known of it.
    Closed,
}

/// An input that is not known to be what it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lost<'a> {
    /// The run that read it.
    pub run: &'a str,
    /// The input.
    pub input: RecordId,
    /// What became of it.
    pub became: Became,
}

/// Which run made which item.
pub struct Lineage<'a> {
    book: &'a Book,
    made: BTreeMap<RecordId, Vec<&'a str>>,
}

impl<'a> Lineage<'a> {
    /// Of all runs that the actor can open.
    pub fn of(book: &'a Book) -> Self {
        let mut made: BTreeMap<RecordId, Vec<&str>> = BTreeMap::new();
        for (code, said) in &book.runs {
            said.what.outputs.iter().for_each(|output| made.entry(*output).or_default().push(code));
        }
        Self { book, made }
    }

    /// Every input of a run, and of the runs whose results it read, that is not known to be what it was; those of the run itself first. Of a
    /// file that several runs made alike, one run that stands is enough.
    pub fn lost(&self, run: &str) -> Vec<Lost<'a>> {
        self.below(run, &mut BTreeMap::new())
    }

    /// `known` holds what was found of each run; of one that is being looked through, nothing yet: it vouches for no result of its own.
    fn below(&self, run: &str, known: &mut BTreeMap<&'a str, Option<Vec<Lost<'a>>>>) -> Vec<Lost<'a>> {
        let Some((run, said)) = self.book.runs.get_key_value(run) else { return Vec::new() };
        known.insert(run, None);
        let (mut lost, mut deeper) = (BTreeSet::new(), BTreeSet::new());
        for input in &said.what.inputs {
            if let Some(became) = self.became(input) {
                lost.insert(Lost { run, input: *input, became });
                continue;
            }
            let (mut stands, mut lacks) = (false, Vec::new());
            for maker in self.made.get(input).into_iter().flatten() {
                let found = match known.get(maker) {
                    Some(Some(found)) => found.clone(),
                    Some(None) => continue,
                    None => self.below(maker, known),
                };
                stands |= found.is_empty();
                lacks = found;
            }
            deeper.extend(lacks.into_iter().filter(|_| !stands));
        }
        let all: Vec<Lost<'a>> = lost.iter().chain(deeper.difference(&lost)).cloned().collect();
        known.insert(run, Some(all.clone()));
        all
    }

    fn became(&self, input: &RecordId) -> Option<Became> {
        match self.book.items.contains_key(input) {
            true => self.book.is_superseded(input).then_some(Became::Another),
            false if self.book.is_closed(input) => Some(Became::Closed),
            false => Some(Became::Gone),
        }
    }

    /// The name of an input, for whoever works in the case; of one that is gone or closed, the beginning of its number.
    pub fn name(&self, input: &RecordId) -> String {
        let number = || input.to_string().chars().take(8).collect();
        self.book.items.get(input).cloned().unwrap_or_else(number)
    }
}
