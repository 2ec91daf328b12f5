//! How do columns become records, and a linkage columns again?
//!
//! In: [`RecordSet::push_batch`] takes an Arrow record batch. A column says the same few values over and over, so each distinct
//! value is read once, whatever the number of rows. Out: [`Linkage::pairs_batch`](crate::Linkage::pairs_batch) and
//! [`Linkage::persons_batch`](crate::Linkage::persons_batch).
//!
//! ```
//! use arrow_array::{RecordBatch, StringArray};
//! use factum_link::{Options, RecordSet, link};
//! use factum_model::Feature;
//! use std::sync::Arc;
//!
//! let text = |values: [&str; 3]| Arc::new(StringArray::from_iter_values(values)) as _;
//! let batch = RecordBatch::try_from_iter([
//!     ("who", text(["Ana Mirel", "Anna Mirel", "Doru Vass"])),
//!     ("born", text(["1970-03-02", "1970-03-02", "1951"])),
//!     ("source", text(["registry", "families", "families"])),
//! ])?;
//! let mut set = RecordSet::default();
//! let entered = set.push_batch("source", &batch, &[("who", Feature::FullName), ("born", Feature::Birth)])?;
//! assert_eq!((entered.records, entered.left_out.len()), (3, 0));
//!
//! let linkage = link(&set, &Options::default(), &())?;
//! let persons = linkage.persons_batch()?;
//! assert_eq!((persons.num_rows(), persons.num_columns()), (3, 3));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod columns;
mod enter;
mod leave;
mod names;
#[cfg(test)]
mod tests;
mod values;

use crate::request::MOST_LISTS;
use arrow_schema::DataType;
use factum_model::Feature;
use std::fmt;

/// The list that the rows of a batch stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnList<'a> {
    /// All on the list at this position of the set.
    At(usize),
    /// Each on the list that this column names. Lists that the set does not know are added in the order of their first rows,
    /// and may hold a person more than once.
    Column(&'a str),
}

impl From<usize> for OnList<'_> {
    fn from(list: usize) -> Self {
        Self::At(list)
    }
}

impl<'a> From<&'a str> for OnList<'a> {
    fn from(column: &'a str) -> Self {
        Self::Column(column)
    }
}

/// What entered from a batch.
#[must_use]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entered {
    /// Rows that became records.
    pub records: u64,
    /// What could not be read, by column in the order of the mapping; the rest of those rows entered all the same, unless a
    /// row could not say its list or its identifier.
    pub left_out: Vec<LeftOut>,
}

/// Values of one column that could not be read. It shows rows, never values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The column.
    pub column: String,
    /// What it was to hold; [`Feature::List`] for the column that names the list.
    pub feature: Feature,
    /// How many rows.
    pub rows: u64,
    /// The first of them, at most [`LeftOut::SHOWN`], counted from 0 in the batch.
    pub first: Vec<u32>,
}

impl LeftOut {
    /// So many rows are named; the others are counted.
    pub const SHOWN: usize = 5;
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<String> = self.first.iter().map(u32::to_string).collect();
        let what = match self.feature {
            Feature::List | Feature::Record => "rows left out, because they do not say",
            _ => "values left out, because they cannot be read as",
        };
        let more = if self.rows as usize > self.first.len() { ", …" } else { "" };
        write!(
            f,
            "{} {what} `{}`: column `{}`, rows {}{more}",
            self.rows,
            self.feature.key(),
            self.column,
            rows.join(", ")
        )
    }
}

/// Why no row of a batch entered: everything that is wrong with its columns, at once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct BatchError(pub Vec<ColumnFault>);

/// What is wrong with a column or with the list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ColumnFault {
    /// A mapped column that the batch does not have.
    #[error("there is no column `{0}`")]
    Missing(String),
    /// A column of a type that cannot hold what it is to hold.
    #[error("column `{column}` is of type {found}, which does not hold `{}`; texts do, whole numbers, and days for dates", .feature.key())]
    Type {
        /// The column.
        column: String,
        /// What it was to hold.
        feature: Feature,
        /// Its type.
        found: DataType,
    },
    /// Two columns for a feature that a record has once.
    #[error("column `{column}` is the second for `{}`, of which a record has one", .feature.key())]
    Twice {
        /// The later column.
        column: String,
        /// What both were to hold.
        feature: Feature,
    },
    /// A column mapped to the list among the properties.
    #[error("column `{0}` names the list: say so where the list is asked for, not among the properties of a person")]
    ListAmongProperties(String),
    /// A list that the set does not have.
    #[error("there is no list {0}; add it first")]
    NoSuchList(usize),
    /// A column that names more lists than can be linked.
    #[error("column `{column}` makes {lists} lists, more than {MOST_LISTS}; check that it names the list")]
    TooManyLists {
        /// The column.
        column: String,
        /// How many lists there would be.
        lists: usize,
    },
    /// More records than can be numbered.
    #[error("{0} records are more than can be numbered")]
    TooManyRecords(usize),
}
