//! Which counts would tell of single people?
//!
//! Few people; few sources, of whom each knows what the others told; and a count that holds all of a larger one, so that whoever
//! is known to be in the larger is known to be in the smaller. That nobody is somewhere may be told: it singles nobody out,
//! unless it leaves one category for all, which the last rule catches.

use crate::rules::Rules;
use crate::space::Category;
use crate::table::Table;
use std::collections::{BTreeMap, BTreeSet};

/// Why a count is withheld for its own sake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Fewer people than the threshold.
    FewPeople,
    /// Fewer different sources than the rules ask.
    FewSources,
    /// All people of the entry at this place, which has one category less, are here, though they could be elsewhere.
    HoldsAllOf(usize),
}

/// The entries of a table that must not be told, by place, each with the first reason that applies.
pub fn primary(table: &Table, rules: &Rules) -> BTreeMap<usize, Reason> {
    let lines = Lines::of(table);
    let mut found = BTreeMap::new();
    for (place, entry) in table.entries.iter().enumerate().filter(|(_, e)| e.count > 0) {
        let reason = if entry.count < rules.threshold {
            Some(Reason::FewPeople)
        } else if entry.sources.is_some_and(|s| s < rules.sources) {
            Some(Reason::FewSources)
        } else {
            lines.held_whole(table, place).map(Reason::HoldsAllOf)
        };
        found.extend(reason.map(|r| (place, r)));
    }
    found
}

/// Entries by their categories.
struct Lines<'a> {
    by_category: BTreeMap<BTreeSet<&'a Category>, usize>,
    /// Larger entries and dimensions along which somebody could be in a part that is empty.
    avoided: BTreeSet<(usize, &'a str)>,
}

impl<'a> Lines<'a> {
    fn of(table: &'a Table) -> Self {
        let by_category: BTreeMap<_, _> =
            table.entries.iter().enumerate().map(|(place, e)| (e.of.iter().collect(), place)).collect();
        let mut lines = Lines { by_category, avoided: BTreeSet::new() };
        let empty = table.entries.iter().filter(|e| e.count == 0 && !e.impossible);
        lines.avoided = empty.flat_map(|e| lines.larger(&e.of)).collect();
        lines
    }

    /// The entries that name one dimension less, with that dimension.
    fn larger(&self, of: &'a [Category]) -> Vec<(usize, &'a str)> {
        let dimensions: BTreeSet<&str> = of.iter().map(|c| c.dimension.as_str()).collect();
        let without = |dimension| of.iter().filter(|c| c.dimension != dimension).collect::<BTreeSet<_>>();
        dimensions.into_iter().filter_map(|d| Some((*self.by_category.get(&without(d))?, d))).collect()
    }

    fn held_whole(&self, table: &'a Table, place: usize) -> Option<usize> {
        let entry = table.entries.get(place)?;
        let whole = |larger: &usize| table.entries.get(*larger).is_some_and(|l| l.count == entry.count);
        let larger = self.larger(&entry.of).into_iter().filter(|at| self.avoided.contains(at));
        larger.map(|(larger, _)| larger).find(whole)
    }
}
