//! Which published counts give a withheld one away, and which only look as if they did?
//!
//! Tables with totals in which a small count is withheld, alone or with too few others; a second table or an earlier release that tells
//! the rest; and the same tables with enough withheld. Places and numbers are drawn, so that no two plants share a table.

use super::people::family;
use super::{Corner, Plant};
use crate::keyed::Stream;
use std::collections::BTreeSet;

/// Every so many plants are of counts.
pub(super) const EVERY: usize = 5;

/// The least count that may leave, as the plants are made: the usual one.
const THRESHOLD: u64 = 5;

/// A table: rows are places, columns whatever else is counted by; the last of each are totals.
struct Drawn {
    places: Vec<String>,
    columns: [&'static str; 2],
    counts: Vec<[u64; 2]>,
}

/// What people are told apart by.
const COLUMNS: &[[&str; 2]] =
    &[["women", "men"], ["adults", "children"], ["held", "released"], ["2019", "2020"], ["seen", "heard of"]];

impl Drawn {
    /// Counts that may all leave, but one.
    fn new(draws: &mut Stream) -> Self {
        let mut places = BTreeSet::new();
        let rows = 4 + draws.below(3);
        while places.len() < rows {
            places.insert(family(draws));
        }
        let large = |draws: &mut Stream| THRESHOLD + 8 + draws.below(60) as u64;
        let mut counts: Vec<[u64; 2]> = (0..rows).map(|_| [large(draws), large(draws)]).collect();
        counts[0][0] = 1 + draws.below(THRESHOLD as usize - 1) as u64;
        Self { places: places.into_iter().collect(), columns: COLUMNS[draws.below(COLUMNS.len())], counts }
    }

    fn of(&self, place: usize) -> u64 {
        self.counts[place].iter().sum()
    }

    /// With both columns and all totals; those of these rows and columns are withheld, the totals being the last.
    fn both(&self, withheld: &[(usize, usize)]) -> String {
        let mut rows = vec![format!("place|{}|{}|all", self.columns[0], self.columns[1])];
        let column = |at: usize| self.counts.iter().map(|row| row[at]).sum::<u64>();
        let all = [column(0), column(1)];
        let named = self.places.iter().map(String::as_str).chain(["all"]);
        for (at, (name, counts)) in named.zip(self.counts.iter().chain([&all])).enumerate() {
            let cells = [counts[0], counts[1], counts[0] + counts[1]].into_iter().enumerate().map(|(column, count)| {
                if withheld.contains(&(at, column)) { "withheld".to_string() } else { count.to_string() }
            });
            rows.push(format!("{name}|{}", cells.collect::<Vec<_>>().join("|")));
        }
        rows.join("\n")
    }

    /// By place alone: counts and the places withheld.
    fn single(&self, counts: &[u64], withheld: &[usize]) -> String {
        let mut rows = vec!["place|persons".to_string()];
        for (at, (name, count)) in self.places.iter().zip(counts).enumerate() {
            let cell = if withheld.contains(&at) { "withheld".to_string() } else { count.to_string() };
            rows.push(format!("{name}|{cell}"));
        }
        rows.push(format!("all|{}", counts.iter().sum::<u64>()));
        rows.join("\n")
    }

    /// The same places, of which each count is told in two halves.
    fn halved(&self, counts: &[u64]) -> Self {
        let counts = counts.iter().map(|n| [n / 2, n - n / 2]).collect();
        Self { places: self.places.clone(), columns: self.columns, counts }
    }

    /// Counts by place of which the first is small.
    fn by_place(&self) -> Vec<u64> {
        std::iter::once(self.counts[0][0]).chain((1..self.places.len()).map(|place| self.of(place))).collect()
    }
}

/// A leak of this number, if it is one of counts.
pub(super) fn leak(number: usize, draws: &mut Stream) -> Option<Plant> {
    let kind = of_counts(number)?;
    let mut table = Drawn::new(draws);
    let counts = table.by_place();
    let last = counts.len() - 1;
    let (corner, text, way) = match kind % 6 {
        0 => (Corner::Tables, table.single(&counts, &[0]), "a total and all but one"),
        1 => (Corner::Tables, table.both(&[(0, 0), (0, 1)]), "a row withheld whose columns have totals"),
        2 => {
            // Each count is one of two in its row and its column, but the two of a column are few together.
            table.counts[0][0] = 1 + draws.below(2) as u64;
            table.counts[1][0] = 1 + draws.below(2) as u64;
            (Corner::Tables, table.both(&[(0, 0), (0, 1), (1, 0), (1, 1)]), "a square of too few people")
        }
        3 => {
            // What one table withholds of two places, another tells of one of them.
            let one = table.single(&counts, &[0, last]);
            let held = [(0, 0), (0, 1), (0, 2), (last, 0), (last, 1), (last + 1, 0), (last + 1, 1)];
            (
                Corner::Tables,
                format!("{one}\n\n{}", table.halved(&counts).both(&held)),
                "another table tells the partner",
            )
        }
        4 => {
            let before: Vec<u64> = (0..=last).map(|place| table.of(place)).collect();
            let mut now = before.clone();
            now[draws.below(last)] += 1 + draws.below(THRESHOLD as usize - 1) as u64;
            let text = format!("{}\n\n{}", table.single(&before, &[]), table.single(&now, &[]));
            (Corner::Releases, text, "few people more than an earlier release told")
        }
        _ => {
            // The table itself is well withheld; what left before tells the partner, who has not changed.
            let before: Vec<u64> = (0..=last).map(|place| table.of(place)).collect();
            let mut now = before.clone();
            now[0] += 1 + draws.below(THRESHOLD as usize - 1) as u64;
            let text = format!("{}\n\n{}", table.single(&before, &[]), table.single(&now, &[0]));
            (Corner::Releases, text, "a withheld count less what an earlier release told of it")
        }
    };
    Some(Plant { corner, text, way })
}

/// A near-miss of this number, if it is one of counts.
pub(super) fn near_miss(number: usize, draws: &mut Stream) -> Option<Plant> {
    let kind = of_counts(number)?;
    let table = Drawn::new(draws);
    let counts = table.by_place();
    let last = counts.len() - 1;
    let (corner, text, way) = match kind % 6 {
        0 => (Corner::Tables, table.single(&counts, &[0, last]), "a total, and two withheld"),
        1 => (Corner::Tables, table.both(&[(0, 0), (0, 1), (1, 0), (1, 1)]), "a square withheld"),
        2 => {
            // Documents and other things that are nobody: nothing of them is withheld, and small numbers stand.
            let few: Vec<u64> = counts.iter().map(|n| n % 7).collect();
            (Corner::Tables, table.single(&few, &[]), "small numbers that nothing hides")
        }
        3 => {
            let one = table.single(&counts, &[0, last]);
            let held: Vec<(usize, usize)> =
                [0, last].iter().flat_map(|row| (0..3).map(|column| (*row, column))).collect();
            (
                Corner::Tables,
                format!("{one}\n\n{}", table.halved(&counts).both(&held)),
                "two tables that withhold the same",
            )
        }
        4 => {
            let before: Vec<u64> = (0..=last).map(|place| table.of(place)).collect();
            let mut now = before.clone();
            now[draws.below(last)] += THRESHOLD + draws.below(40) as u64;
            let text = format!("{}\n\n{}", table.single(&before, &[]), table.single(&now, &[]));
            (Corner::Releases, text, "many people more than an earlier release told")
        }
        _ => {
            let before: Vec<u64> = (0..=last).map(|place| table.of(place)).collect();
            let text = format!("{}\n\n{}", table.single(&before, &[]), table.single(&before, &[]));
            (Corner::Releases, text, "what an earlier release told")
        }
    };
    Some(Plant { corner, text, way })
}

/// Which plant of counts this is, if it is one.
fn of_counts(number: usize) -> Option<usize> {
    (number % EVERY == EVERY - 1).then_some(number / EVERY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyed::Key;

    #[test]
    fn totals_are_sums_and_one_count_is_small() {
        for number in 0..60 {
            let mut draws = Key::new(3, 102).stream(number);
            let table = Drawn::new(&mut draws);
            let small = table.counts.iter().flatten().filter(|n| **n < THRESHOLD).count();
            assert_eq!((small, table.counts[0][0] >= 1), (1, true));
            let last = table.both(&[]).lines().last().unwrap().to_string();
            let all: u64 = table.counts.iter().flatten().sum();
            assert!(last.ends_with(&format!("|{all}")), "{last}");
            assert!(table.single(&table.by_place(), &[0]).contains("|withheld"));
        }
    }
}
