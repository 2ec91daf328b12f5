//! Which people are in one published count and not in another?
//!
//! The usual leak is not in a table but between two: a release and the next, everybody and the adults, a district and a district
//! without one village. Each difference that may tell of few people becomes a number of its own in the audit.

use crate::bounds::{Place, Source};
use crate::space::Category;
use crate::table::{Publication, Value};
use std::collections::{BTreeMap, BTreeSet};

/// People who are in one count and not in another.
pub(crate) enum Difference {
    /// Of counts, by place, of which the first takes in the second: the number is that of the one less that of the other.
    Nested(usize, usize),
    /// Of counts of which neither takes in the other: the atoms.
    Apart(Vec<u32>),
}

/// The differences worth auditing: between counts of which one takes in the other and is larger by less than the threshold,
/// and between one count in one release and the next where one of them was not told exactly.
///
/// How many people were added to everybody, with no category, tells nothing of them and is left out.
pub(crate) fn differences(
    publications: &[Publication],
    places: &[Place],
    sets: &[Vec<u32>],
    threshold: u64,
) -> Vec<(Source, Difference)> {
    let mut found: BTreeMap<Vec<u32>, (usize, usize)> = BTreeMap::new();
    let mut add = |larger: usize, smaller: usize| {
        let (Some(a), Some(b)) = (sets.get(larger), sets.get(smaller)) else { return };
        let rest: Vec<u32> = a.iter().filter(|atom| b.binary_search(atom).is_err()).copied().collect();
        if !rest.is_empty() {
            found.entry(rest).or_insert((larger, smaller));
        }
    };
    let counts: Vec<(&[Category], u32, Value)> =
        publications.iter().flat_map(|p| p.counts.iter().map(|c| (c.of.as_slice(), p.release, c.value))).collect();
    let told = |place: &usize| match counts.get(*place) {
        Some((_, _, Value::Published(n))) => Some(*n),
        _ => None,
    };
    let mut by_size: Vec<(u64, usize)> = (0..counts.len()).filter_map(|c| Some((told(&c)?, c))).collect();
    by_size.sort_unstable();
    for (place, (size, larger)) in by_size.iter().enumerate() {
        let near = by_size[..place].iter().rev().take_while(|(n, _)| size - n < threshold);
        for (_, smaller) in near.filter(|(n, _)| n < size) {
            let nameless = counts[*larger].0.is_empty() && counts[*smaller].0.is_empty();
            if !nameless && takes_in(&sets[*larger], &sets[*smaller]) {
                add(*larger, *smaller);
            }
        }
    }
    let mut series: BTreeMap<BTreeSet<&Category>, BTreeMap<u32, usize>> = BTreeMap::new();
    for (place, (of, release, _)) in counts.iter().enumerate().filter(|(_, c)| !c.0.is_empty()) {
        series.entry(of.iter().collect()).or_default().entry(*release).or_insert(place);
    }
    for releases in series.values() {
        for (earlier, later) in releases.values().zip(releases.values().skip(1)) {
            if told(earlier).is_none() || told(later).is_none() {
                add(*later, *earlier);
                add(*earlier, *later);
            }
        }
    }
    let difference = |(rest, (larger, smaller)): (Vec<u32>, (usize, usize))| {
        let source = Source::Difference(places[larger], places[smaller]);
        let whole = takes_in(&sets[larger], &sets[smaller]);
        (source, if whole { Difference::Nested(larger, smaller) } else { Difference::Apart(rest) })
    };
    found.into_iter().map(difference).collect()
}

/// Whether the first set, ascending, holds all of the second.
fn takes_in(larger: &[u32], smaller: &[u32]) -> bool {
    smaller.len() < larger.len() && smaller.iter().all(|a| larger.binary_search(a).is_ok())
}
