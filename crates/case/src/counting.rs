//! What is counted, and as how many lists?
//!
//! What the settings say of the population and of lists that copy, handed from reading to linking.

use crate::scope::Scope;
use factum_link::RecordSet;
use factum_model::ListId;
use serde::Serialize;
use std::collections::BTreeMap;

/// What is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counting {
    /// The population.
    pub scope: Scope,
    /// Persons, or what happened to them.
    pub unit: Unit,
    /// Dates of one person that lie further apart than this many days are different events.
    pub tolerance: Tolerance,
    /// What becomes of records of one person without a name.
    pub unnamed: Unnamed,
    /// Lists that copy another one, and which.
    pub copies: BTreeMap<ListId, ListId>,
}

/// The unit that is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A person, however often something happened to them.
    #[default]
    Person,
    /// A person in an event: who was arrested twice counts twice.
    Event,
}

/// A number of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Tolerance(pub u32);

impl Default for Tolerance {
    /// A month: lists that know the month only, or the day of a report, still speak of one event.
    fn default() -> Self {
        Self(31)
    }
}

/// What becomes of records of one person without a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unnamed {
    /// They are counted apart and linked with nobody.
    #[default]
    Apart,
    /// They are linked by what else they say. Records of several people are counted apart all the same.
    Link,
}

/// The lists of a table of capture histories: those of a record set, a copy counting as the list it copies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The lists that count.
    pub lists: Vec<ListId>,
    /// By position in the record set, the position among those that count.
    pub of: Vec<usize>,
}

impl Columns {
    /// The columns for these records.
    pub fn new(set: &RecordSet, counting: &Counting) -> Self {
        let all: Vec<&ListId> = set.lists().collect();
        let original = |list: usize| {
            // A chain of copies is no longer than the lists; a circle, which the settings refuse, ends all the same.
            let mut at = list;
            for _ in 0..all.len() {
                let next = counting.copies.get(all[at]).and_then(|of| all.iter().position(|l| *l == of));
                let Some(next) = next else { break };
                at = next;
            }
            at
        };
        let originals: Vec<usize> = (0..all.len()).map(original).collect();
        let counted: Vec<usize> = (0..all.len()).filter(|i| originals.contains(i)).collect();
        let column = |list: &usize| counted.iter().position(|c| c == list).unwrap_or(0);
        Self { lists: counted.iter().map(|i| all[*i].clone()).collect(), of: originals.iter().map(column).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_count_as_the_list_they_copy() {
        let mut set = RecordSet::default();
        for list in ["a", "b", "c", "d"] {
            set.add_list(ListId::new(list), false);
        }
        let copies = [("c", "b"), ("b", "a")].map(|(copy, of)| (ListId::new(copy), ListId::new(of))).into();
        let columns = Columns::new(&set, &Counting { copies, ..Counting::default() });
        assert_eq!(columns.lists, ["a", "d"].map(ListId::new));
        assert_eq!(columns.of, [0, 0, 0, 1]);
    }
}
