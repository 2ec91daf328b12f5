//! How close did the numbers come, where the truth is known?
//!
//! Only lists made by a generator have a truth. It never reaches the engine; it is compared with the outcome afterwards.

use crate::estimating::Estimated;
use crate::lists::Reading;
use serde::Serialize;
use std::collections::HashMap;
use std::hash::Hash;

/// The truth behind generated lists.
pub struct Truth {
    /// Everyone, recorded or not.
    pub population: u64,
    /// The person of each record, by list and record identifier.
    pub persons: HashMap<(String, String), String>,
}

/// Outcome against truth.
#[derive(Clone, Debug, Serialize)]
pub struct TruthCheck {
    /// Everyone, recorded or not.
    pub population: u64,
    /// Distinct people on the lists.
    pub persons: u64,
    /// Share of the pairs put together that belong together.
    pub precision: f64,
    /// Share of the pairs that belong together that were put together.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// Models whose interval holds the true population.
    pub intervals_that_hold: Vec<String>,
    /// Models whose interval does not.
    pub intervals_that_miss: Vec<String>,
}

impl Truth {
    /// Reads a truth table with the columns list, record, person.
    pub fn read(bytes: &[u8], population: u64) -> Result<Truth, csv::Error> {
        let mut reader = csv::Reader::from_reader(bytes);
        let rows = reader.deserialize::<(String, String, String)>();
        let persons = rows.map(|row| row.map(|(list, record, person)| ((list, record), person)));
        Ok(Truth { population, persons: persons.collect::<Result<_, _>>()? })
    }

    /// Compares persons and estimates with the truth.
    pub fn check(&self, reading: &Reading, persons: &[u32], estimates: &[Estimated]) -> TruthCheck {
        let set = &reading.records;
        let lists: Vec<&str> = set.lists().map(|l| l.as_str()).collect();
        let truth: Vec<Option<&String>> = (0..set.len() as u32)
            .map(|r| self.persons.get(&(lists[set.list_of(r)].to_string(), set.id_of(r).as_str().to_string())))
            .collect();
        let score = pair_scores(persons, &truth);
        let (hold, miss): (Vec<_>, Vec<_>) = estimates.iter().filter(|e| e.estimate.lower.is_some()).partition(|e| {
            let n = self.population as f64;
            e.estimate.lower.is_some_and(|l| l <= n) && e.estimate.upper.is_none_or(|u| n <= u)
        });
        let names = |estimates: Vec<&Estimated>| estimates.iter().map(|e| e.estimate.model.to_string()).collect();
        TruthCheck {
            population: self.population,
            persons: self.persons.values().collect::<std::collections::HashSet<_>>().len() as u64,
            precision: score.0,
            recall: score.1,
            f1: score.2,
            intervals_that_hold: names(hold),
            intervals_that_miss: names(miss),
        }
    }
}

/// Pairwise precision, recall and F1 of persons over the records whose truth is known.
pub fn pair_scores<T: Eq + Hash + Copy>(persons: &[u32], truth: &[Option<T>]) -> (f64, f64, f64) {
    let known = || persons.iter().zip(truth).filter_map(|(p, t)| t.map(|t| (*p, t)));
    let put_together = pairs(known().map(|(p, _)| p));
    let belong_together = pairs(known().map(|(_, t)| t));
    let both = pairs(known());
    let share = |of: u64| if of == 0 { 1.0 } else { both as f64 / of as f64 };
    (
        share(put_together),
        share(belong_together),
        if both == 0 { 0.0 } else { 2.0 * both as f64 / (put_together + belong_together) as f64 },
    )
}

fn pairs<K: Eq + Hash>(keys: impl Iterator<Item = K>) -> u64 {
    let mut sizes: HashMap<K, u64> = HashMap::new();
    keys.for_each(|k| *sizes.entry(k).or_default() += 1);
    sizes.values().map(|n| n * (n - 1) / 2).sum()
}

#[cfg(test)]
mod tests {
    use super::pair_scores;

    #[test]
    fn scores_count_pairs() {
        // Put together: {0,1,2}, {3}; belong together: {0,1}, {2,3}.
        let (precision, recall, f1) = pair_scores(&[0, 0, 0, 1], &[Some("a"), Some("a"), Some("b"), Some("b")]);
        assert!((precision - 1.0 / 3.0).abs() < 1e-12 && (recall - 0.5).abs() < 1e-12 && (f1 - 0.4).abs() < 1e-12);
        assert_eq!(pair_scores(&[0, 1], &[Some(1), None]), (1.0, 1.0, 0.0));
    }
}
