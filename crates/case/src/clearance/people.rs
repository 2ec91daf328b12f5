//! Which counts are of the same people?
//!
//! Only counts of the same people can be set against each other. Tables of one unit with one total are taken for the same people, and their
//! counts are cleared together: what one withholds must not follow from another. A table in which somebody is counted in several categories
//! has no sums; its finest counts are of appearances, and each of its margins stands alone.

use crate::facts::words::CountedBy;
use crate::publication::counted::{Counted, Unit};
use factum_guard::space::Category;
use factum_guard::table::Entry;
use std::collections::BTreeMap;

/// Combinations of categories that are gone through for those that are not shown: as many as an audit can hold.
const MOST_COMBINATIONS: usize = 1 << 18;

/// Counts of the same people, whatever shows them.
pub(super) struct Joint {
    /// Who they are.
    pub population: String,
    /// Where the counts stand.
    pub places: Vec<String>,
    /// In which respects they are told apart, table by table.
    pub tables: Vec<Vec<CountedBy>>,
    /// Every different count, once.
    pub entries: Vec<Entry>,
    /// Combinations of which a reader sees that nobody is in them: a table that accounts for everybody does not show them.
    pub nobody: Vec<Vec<Category>>,
    /// Of each count of a table, by table and place in it, the entry.
    pub at: BTreeMap<(usize, usize), usize>,
    /// Entries by their categories.
    known: BTreeMap<Vec<Category>, usize>,
}

/// Counts that cannot be read as they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// A count names a category that its table does not have.
    Category {
        /// Where it stands.
        place: String,
        /// Which count, from 1.
        count: usize,
    },
    /// One count has two values.
    TwoValues {
        /// Who is counted.
        population: String,
        /// Where the later one stands.
        place: String,
        /// Which count of it, from 1.
        count: usize,
    },
}

/// Counts by the people they are of. The second part names what could not be read; the rest goes on.
pub(super) fn joined(counted: &[Counted]) -> (Vec<Joint>, Vec<Misfit>) {
    let mut misfits = Vec::new();
    let mut joints: BTreeMap<String, Joint> = BTreeMap::new();
    let usual = usual_totals(counted);
    for (table, one) in counted.iter().enumerate().filter(|(_, one)| one.unit.singles_out()) {
        for (place, cell) in one.cells.iter().enumerate() {
            let of: Option<Vec<Category>> = (cell.of.len() == one.axes.len())
                .then(|| {
                    let named = one.axes.iter().zip(&cell.of).filter_map(|(axis, value)| Some((axis, (*value)?)));
                    named.map(|(axis, value)| Some(Category::new(&axis.name, axis.categories.get(value)?))).collect()
                })
                .flatten();
            let Some(mut of) = of else {
                misfits.push(Misfit::Category { place: one.place.clone(), count: place + 1 });
                continue;
            };
            of.sort();
            let population = population(one, &of, &usual);
            let joint = joints.entry(population.clone()).or_insert_with(|| Joint::new(population));
            joint.show(one, &of);
            let entry = Entry { of, count: cell.count, sources: cell.sources, impossible: cell.impossible };
            if joint.add(entry, (table, place)) {
                continue;
            }
            let population = joint.population.clone();
            misfits.push(Misfit::TwoValues { population, place: one.place.clone(), count: place + 1 });
        }
        if let Some(joint) = joints.get_mut(&population(one, &[], &usual)).filter(|_| one.adds_up) {
            let not_shown = not_shown(one);
            joint.nobody.extend(not_shown.into_iter().filter(|of| !joint.known.contains_key(of)));
        }
    }
    (joints.into_values().collect(), misfits)
}

/// The name of the people of a count.
fn population(table: &Counted, of: &[Category], usual: &BTreeMap<Unit, u64>) -> String {
    let unit = table.unit.name();
    let respects = |all: &mut dyn Iterator<Item = &str>| all.collect::<Vec<_>>().join(" and ");
    if !table.adds_up && !of.is_empty() {
        return format!("{unit} in each {}", respects(&mut of.iter().map(|category| category.dimension.as_str())));
    }
    match (total(table), usual.get(&table.unit)) {
        (Some(total), Some(usual)) if total != *usual => match table.axes.as_slice() {
            axes @ [_, ..] if table.adds_up => {
                format!("{unit} by {}", respects(&mut axes.iter().map(|axis| axis.name.as_str())))
            }
            _ => format!("{unit} of {}", table.place),
        },
        _ => unit.into(),
    }
}

/// The finest combinations that a table does not show, if those it shows hold everybody.
fn not_shown(table: &Counted) -> Vec<Vec<Category>> {
    let shown: BTreeMap<Vec<usize>, u64> = table
        .cells
        .iter()
        .filter_map(|cell| Some((cell.of.iter().copied().collect::<Option<Vec<usize>>>()?, cell.count)))
        .collect();
    let sum = shown.values().fold(0u64, |sum, count| sum.saturating_add(*count));
    let all = table.axes.iter().fold(1usize, |all, axis| all.saturating_mul(axis.categories.len()));
    if table.axes.is_empty() || shown.is_empty() || total(table) != Some(sum) || all > MOST_COMBINATIONS {
        return Vec::new();
    }
    let place = |mut n: usize| {
        let mut of: Vec<usize> = Vec::with_capacity(table.axes.len());
        for axis in table.axes.iter().rev() {
            of.push(n % axis.categories.len().max(1));
            n /= axis.categories.len().max(1);
        }
        of.reverse();
        of
    };
    let named = |of: Vec<usize>| {
        let pairs = table.axes.iter().zip(of);
        let mut of: Vec<Category> =
            pairs.filter_map(|(axis, at)| Some(Category::new(&axis.name, axis.categories.get(at)?))).collect();
        of.sort();
        of
    };
    (0..all).map(place).filter(|of| !shown.contains_key(of)).map(named).collect()
}

/// How many a table counts in all: as it says, or by its finest counts.
fn total(table: &Counted) -> Option<u64> {
    if let Some(said) = table.cells.iter().find(|cell| cell.of.iter().all(Option::is_none)) {
        return Some(said.count);
    }
    let finest = table.cells.iter().filter(|cell| cell.of.iter().all(Option::is_some));
    table.adds_up.then(|| finest.fold(0u64, |sum, cell| sum.saturating_add(cell.count)))
}

/// Of each unit the total that most tables have; of several, the greatest.
fn usual_totals(counted: &[Counted]) -> BTreeMap<Unit, u64> {
    let mut tables: BTreeMap<Unit, BTreeMap<u64, usize>> = BTreeMap::new();
    for one in counted {
        if let Some(total) = total(one) {
            *tables.entry(one.unit).or_default().entry(total).or_default() += 1;
        }
    }
    let usual = |totals: &BTreeMap<u64, usize>| totals.iter().max_by_key(|(n, t)| (**t, **n)).map(|(total, _)| *total);
    tables.iter().filter_map(|(unit, totals)| Some((*unit, usual(totals)?))).collect()
}

impl Joint {
    fn new(population: String) -> Self {
        let (places, tables, entries, nobody) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Joint { population, places, tables, entries, nobody, at: BTreeMap::new(), known: BTreeMap::new() }
    }

    /// Takes note of where counts stand and in which respects.
    fn show(&mut self, table: &Counted, of: &[Category]) {
        if !self.places.contains(&table.place) {
            self.places.push(table.place.clone());
        }
        let named = |name: &str| table.adds_up || of.iter().any(|category| category.dimension == name);
        let axes = table.axes.iter().filter(|axis| named(&axis.name));
        let dimensions: Vec<CountedBy> = axes
            .map(|axis| CountedBy { name: axis.name.clone(), finest: axis.categories.clone(), groups: BTreeMap::new() })
            .collect();
        if !self.tables.contains(&dimensions) {
            self.tables.push(dimensions);
        }
    }

    /// Adds a count, or finds that it is there; false if it has another value there.
    fn add(&mut self, entry: Entry, at: (usize, usize)) -> bool {
        let place = *self.known.entry(entry.of.clone()).or_insert(self.entries.len());
        let Some(known) = self.entries.get_mut(place) else {
            self.at.insert(at, place);
            self.entries.push(entry);
            return true;
        };
        if known.count != entry.count {
            return false;
        }
        // Of two accounts of how many sources a count rests on, the smaller protects.
        known.sources = match (known.sources, entry.sources) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        known.impossible &= entry.impossible;
        self.at.insert(at, place);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publication::counted::{Axis, Cell};

    fn table(place: &str, axes: &[(&str, &[&str])], cells: &[(&[Option<usize>], u64)], adds_up: bool) -> Counted {
        let axis = |(name, categories): &(&str, &[&str])| Axis {
            name: name.to_string(),
            categories: categories.iter().map(ToString::to_string).collect(),
        };
        let cell = |(of, count): &(&[Option<usize>], u64)| Cell {
            of: of.to_vec(),
            count: *count,
            sources: None,
            impossible: false,
        };
        Counted {
            place: place.into(),
            line: None,
            unit: Unit::Sources,
            axes: axes.iter().map(axis).collect(),
            cells: cells.iter().map(cell).collect(),
            adds_up,
        }
    }

    #[test]
    fn counts_of_the_same_people_stand_together() {
        let check = |counted: &[Counted], expected: &[(&str, usize)], faults: &[Misfit]| {
            let (joints, misfits) = joined(counted);
            let found: Vec<_> = joints.iter().map(|joint| (joint.population.as_str(), joint.entries.len())).collect();
            assert_eq!((found.as_slice(), misfits.as_slice()), (expected, faults));
        };
        let sorts = table("a", &[("sort", &["x", "y"])], &[(&[Some(0)], 3), (&[Some(1)], 9), (&[None], 12)], true);
        let years = table("b", &[("year", &["1", "2"])], &[(&[Some(0)], 5), (&[Some(1)], 7)], true);
        let total = Counted::single("c", None, Unit::Sources, 12);
        let others = Counted::single("d", None, Unit::Sources, 8);
        check(&[sorts.clone(), years, total, others], &[("sources", 5), ("sources of d", 1)], &[]);
        // Somebody who was there in both years is counted in both.
        let both: [(&[Option<usize>], u64); 3] = [(&[Some(0)], 9), (&[Some(1)], 8), (&[None], 12)];
        let there = table("e", &[("year", &["1", "2"])], &both, false);
        check(&[sorts.clone(), there], &[("sources", 3), ("sources in each year", 2)], &[]);
        let wrong = table("f", &[("sort", &["x", "y"])], &[(&[Some(0)], 4), (&[Some(2)], 9), (&[None], 12)], true);
        let misfits = [
            Misfit::TwoValues { population: "sources".into(), place: "f".into(), count: 1 },
            Misfit::Category { place: "f".into(), count: 2 },
        ];
        check(&[sorts, wrong], &[("sources", 3)], &misfits);
    }
}
