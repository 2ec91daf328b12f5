//! When is a second record of a person a second event, and no repetition?
//!
//! Somebody may be arrested in 2016 and again in 2018. Linkage makes one person of the records; where events are counted, the
//! records are then parted by the dates of the event: complete linkage, so that any two dates of one unit lie within the
//! tolerance. Records that state no date, or no end of it, do not part anything and go with the unit of most records.

use crate::counting::Unit;
use crate::grouped;
use crate::lists::Reading;
use crate::persons::Members;
use crate::scope::Days;
use serde::Serialize;

/// Persons and the events they were in.
#[derive(Clone, Debug, Serialize)]
pub struct Units {
    /// What is counted.
    pub unit: Unit,
    /// Distances up to this many days are one event.
    pub tolerance_days: u32,
    /// Persons.
    pub persons: u64,
    /// Persons in their events.
    pub person_events: u64,
    /// Persons with more than one event.
    pub persons_with_several: u64,
    /// Records of those persons that state no date and went with the largest unit.
    pub undated: u64,
    /// The unit of each record, counted from 0 in the order of first records.
    #[serde(skip)]
    pub of_record: Vec<u32>,
}

impl Units {
    /// How many units are counted.
    pub fn counted(&self) -> u64 {
        match self.unit {
            Unit::Person => self.persons,
            Unit::Event => self.person_events,
        }
    }

    /// What the unit does to the count, in words; `None` where every person was in one event.
    pub fn in_words(&self) -> Option<String> {
        let days = self.tolerance_days;
        let persons = match self.persons_with_several {
            0 => return None,
            1 => "1 person has records".to_string(),
            n => format!("{} persons have records", grouped(n as f64)),
        };
        Some(match self.unit {
            Unit::Person => format!("{persons} of events more than {days} days apart; counted are persons, each once"),
            Unit::Event => format!(
                "{persons} of events more than {days} days apart: the {} persons count as {} persons in an event",
                grouped(self.persons as f64),
                grouped(self.person_events as f64)
            ),
        })
    }
    /// Parts persons by the dates of their events.
    pub fn new(reading: &Reading, persons: &[u32]) -> Self {
        let tolerance = reading.counting.tolerance.0;
        let members = Members::new(persons);
        let mut first_of = vec![0u32; persons.len()];
        let (mut several, mut undated, mut person_events) = (0, 0, 0);
        for records in members.iter() {
            if let [record] = *records {
                first_of[record as usize] = record;
                person_events += 1;
                continue;
            }
            let dates: Vec<Option<Days>> = records.iter().map(|r| known(&reading.traces.events, *r)).collect();
            let parts = parts(&dates, tolerance);
            let number = parts.iter().max().map_or(1, |most| most + 1);
            person_events += number as u64;
            if number > 1 {
                several += 1;
                undated += dates.iter().filter(|d| d.is_none()).count() as u64;
            }
            for (record, part) in records.iter().zip(&parts) {
                let first = parts.iter().position(|p| p == part).unwrap_or(0);
                first_of[*record as usize] = records[first];
            }
        }
        // A unit is numbered where its first record stands.
        let mut numbers = vec![0u32; persons.len()];
        let mut next = 0;
        for record in 0..persons.len() {
            if first_of[record] as usize == record {
                numbers[record] = next;
                next += 1;
            }
        }
        Self {
            unit: reading.counting.unit,
            tolerance_days: tolerance,
            persons: members.len() as u64,
            person_events,
            persons_with_several: several,
            undated,
            of_record: first_of.iter().map(|first| numbers[*first as usize]).collect(),
        }
    }
}

/// The days of an event, if both ends are known.
fn known(events: &[Option<Days>], record: u32) -> Option<Days> {
    events.get(record as usize).copied().flatten().filter(|(first, last)| *first > i32::MIN && *last < i32::MAX)
}

/// Days between two spans; 0 where they overlap.
fn gap(a: Days, b: Days) -> i64 {
    let between = |end: i32, begin: i32| i64::from(begin) - i64::from(end);
    between(a.1, b.0).max(between(b.1, a.0)).max(0)
}

/// A part for each record, counted from 0 in the order of first records.
fn parts(dates: &[Option<Days>], tolerance: u32) -> Vec<usize> {
    let mut groups: Vec<Vec<usize>> = (0..dates.len()).filter(|i| dates[*i].is_some()).map(|i| vec![i]).collect();
    let width = |a: &[usize], b: &[usize]| {
        let gaps = a.iter().flat_map(|x| b.iter().filter_map(move |y| Some(gap(dates[*x]?, dates[*y]?))));
        gaps.max().unwrap_or(0)
    };
    // The common case: one event.
    if width(&groups.concat(), &groups.concat()) <= i64::from(tolerance) {
        return vec![0; dates.len()];
    }
    loop {
        let pairs = (0..groups.len()).flat_map(|i| (0..i).map(move |j| (j, i)));
        let nearest = pairs.map(|(j, i)| (width(&groups[j], &groups[i]), j, i)).min();
        match nearest {
            Some((gap, j, i)) if gap <= i64::from(tolerance) => {
                let joined = groups.remove(i);
                groups[j].extend(joined);
            }
            _ => break,
        }
    }
    // Groups are in the order of their first records, so the first of the largest is the same every time.
    let largest = (0..groups.len()).rev().max_by_key(|g| groups[*g].len()).unwrap_or(0);
    let part_of = |record: usize| groups.iter().position(|g| g.contains(&record)).unwrap_or(largest);
    let of: Vec<usize> = (0..dates.len()).map(part_of).collect();
    let mut order: Vec<usize> = Vec::new();
    of.iter()
        .map(|part| {
            order.iter().position(|o| o == part).unwrap_or_else(|| {
                order.push(*part);
                order.len() - 1
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::days;
    use factum_model::Edtf;
    use proptest::prelude::*;

    fn check(dates: &[&str], tolerance: u32, expected: &[usize]) {
        let dates: Vec<Option<Days>> = dates.iter().map(|d| d.parse::<Edtf>().ok().map(|d| days(&d))).collect();
        assert_eq!(parts(&dates, tolerance), expected, "{dates:?}");
    }

    #[test]
    fn far_dates_are_other_events() {
        check(&["2016-05-03", "2018-02-01", "2016-05-20"], 31, &[0, 1, 0]);
        check(&["2016-05-03", "2016-06-03"], 31, &[0, 0]);
        check(&["2016-05-03", "2016-06-04"], 31, &[0, 1]);
        check(&["2016-05-03", "2016-05-04"], 0, &[0, 1]);
    }

    #[test]
    fn a_chain_of_near_dates_breaks() {
        check(&["2016-05-01", "2016-05-25", "2016-06-20"], 31, &[0, 0, 1]);
    }

    #[test]
    fn spans_are_as_near_as_they_can_be() {
        check(&["2016", "2016-05-03", "2016-07"], 31, &[0, 0, 1]);
        check(&["2016", "2017-01-15"], 31, &[0, 0]);
    }

    #[test]
    fn what_is_not_dated_parts_nothing() {
        check(&["", "2016-05-03", "2018-02-01", "2018-02-02", "2018/.."], 31, &[0, 1, 0, 0, 0]);
        check(&["", ""], 31, &[0, 0]);
    }

    proptest! {
        #[test]
        fn dates_of_one_part_lie_within_the_tolerance(starts in proptest::collection::vec(0i32..400, 1..9), tolerance in 0u32..90) {
            let dates: Vec<Option<Days>> = starts.iter().map(|s| Some((*s, s + 5))).collect();
            let parts = parts(&dates, tolerance);
            for (i, a) in dates.iter().enumerate() {
                for (j, b) in dates.iter().enumerate() {
                    let within = gap(a.unwrap(), b.unwrap()) <= i64::from(tolerance);
                    prop_assert!(parts[i] != parts[j] || within);
                }
            }
        }
    }
}
