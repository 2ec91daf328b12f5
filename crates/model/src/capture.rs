//! Who was recorded by which lists?
//!
//! A *capture history* says, for one person, which lists recorded them. Counting persons by history gives the table
//! from which multiple systems estimation works.

use crate::ListId;
use std::collections::BTreeMap;

/// Which lists recorded a person: bit `i` stands for the list at position `i`.
///
/// The empty history belongs to people no list recorded; it is what an estimate is about and never stands in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct History(pub u32);

impl History {
    /// Whether the list at this position recorded the person.
    pub fn contains(self, list: usize) -> bool {
        self.0 >> list & 1 == 1
    }

    /// How many lists recorded the person.
    pub fn lists(self) -> u32 {
        self.0.count_ones()
    }
}

/// The most lists a table can hold. Models have lower limits of their own.
pub const MAX_LISTS: usize = 24;

/// No history has more people than this: some 117 billion people ever lived. Sums of such counts cannot overflow.
const MAX_COUNT: u64 = 200_000_000_000;

/// Why a table of capture histories cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaptureError {
    /// A history names no list.
    #[error("a row stands for people whom no list recorded; leave it out, it is what is to be estimated")]
    EmptyHistory,
    /// A history names a list beyond the last.
    #[error("a history names list {list}, but there are only {lists}")]
    UnknownList {
        /// Position of the list, from 1.
        list: usize,
        /// How many lists there are.
        lists: usize,
    },
    /// More lists than a table can hold.
    #[error("{0} lists are more than the {MAX_LISTS} a table can hold; merge lists of the same kind")]
    TooManyLists(usize),
    /// More people than there are.
    #[error("a row counts {0} people, more than ever lived")]
    TooManyPeople(u64),
    /// Two lists share a name.
    #[error("two lists are called {0}; give each its own name")]
    SameName(String),
}

/// Persons counted by capture history. Histories that nobody has are absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureTable {
    lists: Vec<ListId>,
    counts: BTreeMap<History, u64>,
}

impl CaptureTable {
    /// A table over these lists with nobody in it.
    pub fn new(lists: Vec<ListId>) -> Result<Self, CaptureError> {
        if lists.len() > MAX_LISTS {
            return Err(CaptureError::TooManyLists(lists.len()));
        }
        for (i, list) in lists.iter().enumerate() {
            if lists[..i].contains(list) {
                return Err(CaptureError::SameName(list.to_string()));
            }
        }
        Ok(Self { lists, counts: BTreeMap::new() })
    }

    /// A table from counts in the order of `histories`, for callers that hold both as arrays.
    pub fn from_counts(lists: Vec<ListId>, counts: &[(u32, u64)]) -> Result<Self, CaptureError> {
        let mut table = Self::new(lists)?;
        for &(history, count) in counts {
            table.add(History(history), count)?;
        }
        Ok(table)
    }

    /// Counts `count` more persons with this history.
    pub fn add(&mut self, history: History, count: u64) -> Result<(), CaptureError> {
        if history.0 == 0 {
            return Err(CaptureError::EmptyHistory);
        }
        let highest = 32 - history.0.leading_zeros() as usize;
        if highest > self.lists.len() {
            return Err(CaptureError::UnknownList { list: highest, lists: self.lists.len() });
        }
        let sum = count.saturating_add(self.count(history));
        if sum > MAX_COUNT {
            return Err(CaptureError::TooManyPeople(sum));
        }
        if count > 0 {
            self.counts.insert(history, sum);
        }
        Ok(())
    }

    /// The lists, in the order of the bits of a history.
    pub fn lists(&self) -> &[ListId] {
        &self.lists
    }

    /// Persons with this history.
    pub fn count(&self, history: History) -> u64 {
        self.counts.get(&history).copied().unwrap_or(0)
    }

    /// The histories somebody has, with their counts, in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = (History, u64)> + '_ {
        self.counts.iter().map(|(&h, &c)| (h, c))
    }

    /// Distinct persons recorded by at least one list.
    pub fn observed(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Persons recorded by the list at this position.
    pub fn on_list(&self, list: usize) -> u64 {
        self.iter().filter(|(h, _)| h.contains(list)).map(|(_, c)| c).sum()
    }

    /// Persons recorded by both lists.
    pub fn on_both(&self, a: usize, b: usize) -> u64 {
        self.iter().filter(|(h, _)| h.contains(a) && h.contains(b)).map(|(_, c)| c).sum()
    }

    /// Persons recorded by exactly `k` lists.
    pub fn on_exactly(&self, k: u32) -> u64 {
        self.iter().filter(|(h, _)| h.lists() == k).map(|(_, c)| c).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(n: usize) -> Vec<ListId> {
        (0..n).map(|i| ListId::new(format!("L{i}"))).collect()
    }

    #[test]
    fn counts_by_list_and_overlap() {
        let table = CaptureTable::from_counts(lists(3), &[(0b001, 5), (0b011, 2), (0b111, 1), (0b100, 4)]).unwrap();
        assert_eq!(table.observed(), 12);
        assert_eq!(table.on_list(0), 8);
        assert_eq!(table.on_both(0, 1), 3);
        assert_eq!((table.on_exactly(1), table.on_exactly(2), table.on_exactly(3)), (9, 2, 1));
    }

    #[test]
    fn refuses_what_is_no_history() {
        let mut table = CaptureTable::new(lists(2)).unwrap();
        assert_eq!(table.add(History(0), 3), Err(CaptureError::EmptyHistory));
        assert_eq!(table.add(History(0b100), 3), Err(CaptureError::UnknownList { list: 3, lists: 2 }));
        assert!(table.add(History(1), 5).is_ok());
        assert_eq!(table.add(History(1), u64::MAX), Err(CaptureError::TooManyPeople(u64::MAX)));
        assert!(matches!(CaptureTable::new(lists(25)), Err(CaptureError::TooManyLists(25))));
        assert!(matches!(CaptureTable::new(vec![ListId::new("A"), ListId::new("A")]), Err(CaptureError::SameName(_))));
    }
}
