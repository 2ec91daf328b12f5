//! What has been published, and what is to be?
//!
//! Everything that leaves and shows a number of people (a table, a bar, a point of a timeline, a label of a map, an alt text,
//! a field of JSON) is the same to a hostile reader: an equation over unknown counts of the finest categories. A [`Publication`]
//! therefore is a list of counts, each named by its categories, published, given roughly, or withheld. A [`Table`] holds the true
//! counts from which a publication is made.

use crate::space::{Category, Space};
use std::collections::BTreeMap;

/// What a reader is told of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// This number of people.
    Published(u64),
    /// At least the first and at most the second: what a rounded number says.
    Between(u64, u64),
    /// Nothing, but the reader sees that the count was made.
    Withheld,
}

/// One count: how many people fall into all of these categories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The categories; several of one dimension mean any of them, none of a dimension means everybody. The order is of no account.
    pub of: Vec<Category>,
    /// What is told.
    pub value: Value,
}

/// Counts that leave together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// What it is, for messages: `table 3`, `map 1, alt text`.
    pub what: String,
    /// Which release it belongs to, in the order of their dates. Counts of one release are of the same people.
    pub release: u32,
    /// The counts.
    pub counts: Vec<Count>,
}

/// How those counted change from one release to the next, as far as a reader knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// People are only added: whoever was counted is counted again, in the same categories. The assumption that tells a reader
    /// most, hence the default.
    #[default]
    Adds,
    /// People are only taken out (a withdrawn statement): whoever is counted was counted before, in the same categories.
    Removes,
    /// People are added and taken out, and nobody comes back.
    AddsAndRemoves,
}

/// The same for each release and the next, in the order of the releases. Of a step that is not given, the default is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Movement(pub Vec<Step>);

impl Movement {
    /// Whether somebody may be counted for the first time in the release of this position.
    pub(crate) fn adds(&self, release: usize) -> bool {
        release.checked_sub(1).is_none_or(|before| self.step(before) != Step::Removes)
    }

    /// Whether somebody may be counted for the last time in the release of this position, though others follow.
    pub(crate) fn removes(&self, release: usize) -> bool {
        self.step(release) != Step::Adds
    }

    fn step(&self, from: usize) -> Step {
        self.0.get(from).copied().unwrap_or_default()
    }
}

/// One true count of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its categories, as in [`Count::of`].
    pub of: Vec<Category>,
    /// How many people.
    pub count: u64,
    /// How many different sources the count rests on, where that is known.
    pub sources: Option<u64>,
    /// Everybody knows that nobody can be here (a boy of nine among the officers). Withholding it would hide nothing.
    pub impossible: bool,
}

/// True counts, margins among them, that are to be published together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it is, for messages.
    pub what: String,
    /// The release it is meant for.
    pub release: u32,
    /// The counts.
    pub entries: Vec<Entry>,
}

/// The most dimensions a table can be laid out in; more are more than a reader can read.
pub const MOST_DIMENSIONS: usize = 4;

/// The most counts a table can have, margins included: as many as micro-cells the audit can hold.
const MOST_ENTRIES: usize = 1 << 20;

/// No count is larger: some 117 billion people ever lived. Sums of such counts cannot overflow.
pub(crate) const LARGEST: u64 = 200_000_000_000;

/// Why a table cannot be laid out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// No dimension, or too many.
    #[error("{what} has {dimensions} dimensions; a table has 1 to {MOST_DIMENSIONS}, split it")]
    Dimensions {
        /// The table.
        what: String,
        /// How many it has.
        dimensions: usize,
    },
    /// The space has no such dimension, or the table names it twice.
    #[error("{what} names dimension {dimension}, which its space lacks or which it names twice; correct the name")]
    Dimension {
        /// The table.
        what: String,
        /// The dimension as named.
        dimension: String,
    },
    /// A person's categories are not finest categories of the table's dimensions.
    #[error(
        "row {row} of {what} does not name one finest category for each dimension in the order of the dimensions; correct it"
    )]
    Row {
        /// The table.
        what: String,
        /// The row, from 1.
        row: usize,
    },
    /// More counts than can be audited.
    #[error("{what} has {entries} counts, margins included; {MOST_ENTRIES} can be handled: use coarser categories")]
    TooManyEntries {
        /// The table.
        what: String,
        /// How many.
        entries: usize,
    },
    /// More people than there are.
    #[error("row {row} of {what} counts more people than ever lived; correct it")]
    TooLarge {
        /// The table.
        what: String,
        /// The row, from 1.
        row: usize,
    },
}

/// All that is wrong with a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct TableErrors(pub Vec<TableError>);

impl Table {
    /// A table with all its margins and groups from counts of finest categories.
    ///
    /// `rows` name one finest category for each of `dimensions`, in their order, and count people; combinations that
    /// are absent count nobody, rows that repeat one are added up. Entries come in the order of the space: a dimension's
    /// finest categories, its groups by name, then everybody, the last dimension fastest.
    pub fn tabulate(
        space: &Space,
        what: &str,
        release: u32,
        dimensions: &[&str],
        rows: &[(Vec<&str>, u64)],
    ) -> Result<Table, TableErrors> {
        let places = places(space, what, dimensions).map_err(TableErrors)?;
        let mut faults = Vec::new();
        let mut finest: BTreeMap<Vec<u32>, u64> = BTreeMap::new();
        for (row, (values, count)) in rows.iter().enumerate() {
            let key: Option<Vec<u32>> = (values.len() == places.len())
                .then(|| places.iter().zip(values).map(|(&p, v)| only(space.members(p, v)?)).collect())
                .flatten();
            let row = row + 1;
            match key {
                None => faults.push(TableError::Row { what: what.into(), row }),
                Some(key) => {
                    let sum = finest.entry(key).or_default();
                    *sum = sum.saturating_add(*count);
                    if *sum > LARGEST {
                        faults.push(TableError::TooLarge { what: what.into(), row });
                    }
                }
            }
        }
        if !faults.is_empty() {
            return Err(TableErrors(faults));
        }
        let axes: Vec<Vec<AxisValue>> = places.iter().map(|&p| axis(space, p)).collect();
        let size = axes.iter().fold(1usize, |size, axis| size.saturating_mul(axis.len()));
        if size > MOST_ENTRIES {
            return Err(TableErrors(vec![TableError::TooManyEntries { what: what.into(), entries: size }]));
        }
        let mut counts = vec![0u64; size];
        for (key, count) in &finest {
            add(&axes, key, 0, *count, &mut counts);
        }
        let entry = |(place, count): (usize, u64)| Entry {
            of: named(space, &places, &axes, place),
            count,
            sources: None,
            impossible: false,
        };
        Ok(Table { what: what.into(), release, entries: counts.into_iter().enumerate().map(entry).collect() })
    }

    /// What a reader sees when the entries at these places are withheld.
    pub fn publication(&self, withheld: impl Fn(usize) -> bool) -> Publication {
        let told = |(place, entry): (usize, &Entry)| Count {
            of: entry.of.clone(),
            value: if withheld(place) { Value::Withheld } else { Value::Published(entry.count) },
        };
        Publication {
            what: self.what.clone(),
            release: self.release,
            counts: self.entries.iter().enumerate().map(told).collect(),
        }
    }
}

/// The one element of a slice that has one.
fn only(members: &[u32]) -> Option<u32> {
    match members {
        [one] => Some(*one),
        _ => None,
    }
}

fn places(space: &Space, what: &str, dimensions: &[&str]) -> Result<Vec<usize>, Vec<TableError>> {
    if dimensions.is_empty() || dimensions.len() > MOST_DIMENSIONS {
        return Err(vec![TableError::Dimensions { what: what.into(), dimensions: dimensions.len() }]);
    }
    let mut found = Vec::new();
    let mut faults = Vec::new();
    for name in dimensions {
        match space.place(name) {
            Some(place) if !found.contains(&place) => found.push(place),
            _ => faults.push(TableError::Dimension { what: what.into(), dimension: (*name).into() }),
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}

/// One thing a dimension is counted by: its name and the finest categories it holds; everybody has no name.
type AxisValue<'a> = (Option<&'a str>, &'a [u32]);

/// What a dimension is counted by: its finest categories, its groups, everybody.
fn axis(space: &Space, place: usize) -> Vec<AxisValue<'_>> {
    let Some(dimension) = space.dimensions().get(place) else { return Vec::new() };
    let names = dimension.finest.iter().chain(dimension.groups.keys());
    let named = names.filter_map(|n| Some((Some(n.as_str()), space.members(place, n)?)));
    named.chain([(None, &[] as &[u32])]).collect()
}

/// Adds the people of a finest combination to every count they belong to. Counts lie with the last dimension fastest.
fn add(axes: &[Vec<AxisValue>], key: &[u32], before: usize, count: u64, counts: &mut [u64]) {
    let (Some((axis, axes)), Some((at, key))) = (axes.split_first(), key.split_first()) else {
        if let Some(sum) = counts.get_mut(before) {
            *sum = sum.saturating_add(count);
        }
        return;
    };
    for (place, (name, members)) in axis.iter().enumerate() {
        if name.is_none() || members.binary_search(at).is_ok() {
            add(axes, key, before * axis.len() + place, count, counts);
        }
    }
}

/// The categories of the count at this place.
fn named(space: &Space, places: &[usize], axes: &[Vec<AxisValue>], mut at: usize) -> Vec<Category> {
    let mut of = Vec::new();
    for (place, axis) in places.iter().zip(axes).rev() {
        let value = axis.get(at % axis.len().max(1)).and_then(|(name, _)| *name);
        at /= axis.len().max(1);
        if let (Some(dimension), Some(value)) = (space.dimensions().get(*place), value) {
            of.push(Category::new(dimension.name.clone(), value));
        }
    }
    of.reverse();
    of
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::Dimension;

    fn space() -> Space {
        let region = Dimension::new("district", ["a", "b", "c"]).with_group("ab", ["a", "b"]);
        Space::new(vec![Dimension::new("sex", ["f", "m"]), region]).expect("a space")
    }

    #[test]
    fn a_table_has_its_margins_and_groups() {
        let rows = [(vec!["f", "a"], 1), (vec!["m", "b"], 4), (vec!["f", "c"], 7), (vec!["f", "a"], 2)];
        let table = Table::tabulate(&space(), "table 1", 0, &["sex", "district"], &rows).expect("a table");
        let counts: Vec<u64> = table.entries.iter().map(|e| e.count).collect();
        assert_eq!(counts, [3, 0, 7, 3, 10, 0, 4, 0, 4, 4, 3, 4, 7, 7, 14]);
        let sizes: Vec<usize> = table.entries.iter().map(|e| e.of.len()).collect();
        assert_eq!(sizes, [2, 2, 2, 2, 1, 2, 2, 2, 2, 1, 1, 1, 1, 1, 0]);
        assert_eq!(table.entries[8].of, [Category::new("sex", "m"), Category::new("district", "ab")]);
    }

    #[test]
    fn a_faulty_table_says_everything_that_is_wrong() {
        let check = |dimensions: &[&str], rows: &[(Vec<&str>, u64)], expected: &[TableError]| {
            let faults = Table::tabulate(&space(), "t", 0, dimensions, rows).map_or_else(|e| e.0, |_| Vec::new());
            assert_eq!(faults, expected);
        };
        let what = || "t".to_string();
        check(&[], &[], &[TableError::Dimensions { what: what(), dimensions: 0 }]);
        check(
            &["age", "sex", "sex"],
            &[],
            &["age", "sex"].map(|d| TableError::Dimension { what: what(), dimension: d.into() }),
        );
        let rows = [(vec!["ab"], 1), (vec!["a", "f"], 1), (vec!["c"], LARGEST), (vec!["c"], 1)];
        let row = |row| TableError::Row { what: what(), row };
        check(&["district"], &rows, &[row(1), row(2), TableError::TooLarge { what: what(), row: 4 }]);
    }
}
