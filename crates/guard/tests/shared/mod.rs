//! What do the tests of disclosure control have in common?
#![allow(dead_code, reason = "each test file uses some of it")]

use factum_guard::space::{Category, Dimension, Space};
use factum_guard::table::{Count, Publication, Table, Value};

/// A dimension `d0`, `d1`, ... with categories `0`, `1`, ....
pub fn space(sizes: &[usize]) -> Space {
    let dimension =
        |(place, size): (usize, &usize)| Dimension::new(format!("d{place}"), (0..*size).map(|n| n.to_string()));
    Space::new(sizes.iter().enumerate().map(dimension).collect()).expect("a space")
}

/// A table with margins over all dimensions; counts of finest categories with the last dimension fastest.
pub fn table(space: &Space, release: u32, counts: &[u64]) -> Table {
    let sizes: Vec<usize> = space.dimensions().iter().map(|d| d.finest.len()).collect();
    let names: Vec<&str> = space.dimensions().iter().map(|d| d.name.as_str()).collect();
    let row = |(mut place, count): (usize, &u64)| {
        let mut values = Vec::new();
        for (dimension, size) in space.dimensions().iter().zip(&sizes).rev() {
            values.push(dimension.finest[place % size].as_str());
            place /= size;
        }
        values.reverse();
        (values, *count)
    };
    let rows: Vec<_> = counts.iter().enumerate().map(row).collect();
    Table::tabulate(space, &format!("table of release {release}"), release, &names, &rows).expect("a table")
}

/// A count named by `dimension = value`.
pub fn count(of: &[(&str, &str)], value: Value) -> Count {
    Count { of: of.iter().map(|(d, v)| Category::new(*d, *v)).collect(), value }
}

/// A publication of these counts.
pub fn publication(what: &str, release: u32, counts: Vec<Count>) -> Publication {
    Publication { what: what.into(), release, counts }
}
