//! In which categories can tables be compared that were made at different times?
//!
//! One release counts by year, a later one by month; one knows eight places, a later one nine. The categories of all of them are brought into
//! one space: what is finest here and a group there is a group, with a remainder for what is told no further. A table says by leaving a category
//! out that nobody is in it, and a reader takes it at its word.

use crate::facts::words::CountedBy;
use factum_guard::space::{Category, Dimension};
use std::collections::{BTreeMap, BTreeSet};

/// Tables in one space.
pub(super) struct United {
    /// The dimensions of all of them.
    pub dimensions: Vec<Dimension>,
    /// For each table, the finest categories in which by its own account nobody is.
    pub empty: Vec<Vec<Category>>,
}

/// Brings the dimensions of tables together. Dimensions of one name are the same respect.
pub(super) fn united(tables: &[&[CountedBy]]) -> United {
    let mut names: Vec<&str> = Vec::new();
    for dimension in tables.iter().flat_map(|table| table.iter()) {
        if !names.contains(&dimension.name.as_str()) {
            names.push(&dimension.name);
        }
    }
    let mut united = United { dimensions: Vec::new(), empty: vec![Vec::new(); tables.len()] };
    for name in names {
        let of: Vec<Option<&CountedBy>> = tables.iter().map(|table| table.iter().find(|d| d.name == name)).collect();
        let merged = Merged::of(of.iter().flatten().copied());
        for (table, empty) in of.iter().zip(&mut united.empty) {
            let Some(table) = table else { continue };
            let covered: BTreeSet<&str> = table.finest.iter().flat_map(|value| merged.leaves(value)).collect();
            let left_out = merged.finest.iter().filter(|value| !covered.contains(value.as_str()));
            empty.extend(left_out.map(|value| Category::new(name, value)));
        }
        let mut dimension = Dimension::new(name, merged.finest.iter());
        for group in merged.groups.keys() {
            dimension = dimension.with_group(group, merged.leaves(group));
        }
        united.dimensions.push(dimension);
    }
    united
}

/// One dimension of several tables.
struct Merged {
    finest: Vec<String>,
    /// Members of each group, which can be groups.
    groups: BTreeMap<String, BTreeSet<String>>,
}

impl Merged {
    fn of<'a>(tables: impl Iterator<Item = &'a CountedBy> + Clone) -> Self {
        let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (name, members) in tables.clone().flat_map(|table| &table.groups) {
            groups.entry(name.clone()).or_default().extend(members.iter().cloned());
        }
        let named: BTreeSet<&String> = tables.clone().flat_map(|table| &table.finest).collect();
        let in_groups: Vec<String> = groups.values().flatten().cloned().collect();
        let mut finest: Vec<String> = Vec::new();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for value in tables.flat_map(|table| &table.finest).chain(&in_groups) {
            if !groups.contains_key(value) && seen.insert(value.clone()) {
                finest.push(value.clone());
            }
        }
        let mut merged = Merged { finest, groups };
        // Whoever is counted in a group without being counted in a part of it must be somewhere, and so must a group of nothing.
        let names: Vec<String> = merged.groups.keys().cloned().collect();
        for name in names {
            if named.contains(&name) || merged.leaves(&name).is_empty() {
                let mut rest = format!("{name}, not told further");
                while seen.contains(&rest) || merged.groups.contains_key(&rest) {
                    rest.push('\u{2032}');
                }
                seen.insert(rest.clone());
                merged.finest.push(rest.clone());
                merged.groups.entry(name).or_default().insert(rest);
            }
        }
        merged
    }

    /// The finest categories that a category holds.
    fn leaves<'a>(&'a self, value: &'a str) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let mut visited = BTreeSet::new();
        let mut waiting = vec![value];
        while let Some(value) = waiting.pop() {
            match self.groups.get(value) {
                None => drop(found.insert(value)),
                // A group that holds itself, by a mistake in a record, is opened once.
                Some(members) if visited.insert(value) => waiting.extend(members.iter().map(String::as_str)),
                Some(_) => {}
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use factum_guard::space::Space;

    fn by(name: &str, finest: &[&str], groups: &[(&str, &[&str])]) -> CountedBy {
        let owned = |all: &[&str]| all.iter().map(|one| one.to_string()).collect::<Vec<_>>();
        let groups = groups.iter().map(|(name, members)| (name.to_string(), owned(members))).collect();
        CountedBy { name: name.into(), finest: owned(finest), groups }
    }

    fn check(tables: &[&[CountedBy]], finest: &[&str], empty: &[&[&str]]) {
        let united = united(tables);
        assert_eq!(united.dimensions[0].finest, finest);
        let values: Vec<Vec<&str>> =
            united.empty.iter().map(|of| of.iter().map(|category| category.value.as_str()).collect()).collect();
        assert_eq!(values, empty);
        Space::new(united.dimensions).unwrap();
    }

    #[test]
    fn a_table_says_that_nobody_is_where_it_has_no_category() {
        let (first, second) = ([by("place", &["mill", "fort"], &[])], [by("place", &["mill", "fort", "quay"], &[])]);
        check(&[&first, &second], &["mill", "fort", "quay"], &[&["quay"], &[]]);
        check(&[&first, &[]], &["mill", "fort"], &[&[], &[]]);
    }

    #[test]
    fn years_hold_the_months_of_another_table() {
        let years = [by("when", &["2017", "2018"], &[])];
        let months = [by("when", &["2017-03", "2018-01"], &[("2017", &["2017-03"]), ("2018", &["2018-01"])])];
        let finest = ["2017-03", "2018-01", "2017, not told further", "2018, not told further"];
        check(&[&years, &months], &finest, &[&[], &["2017, not told further", "2018, not told further"]]);
    }

    #[test]
    fn groups_that_hold_each_other_end_somewhere() {
        let odd = [by("x", &["a"], &[("b", &["c"]), ("c", &["b"]), ("d", &[])])];
        let united = united(&[&odd]);
        assert_eq!(
            united.dimensions[0].finest.len(),
            3,
            "a, and what is told no further of b (which c holds) and of d"
        );
        Space::new(united.dimensions).unwrap();
    }
}
