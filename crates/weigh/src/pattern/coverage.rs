//! Of which places and years could the inquiry learn anything at all?
//!
//! The map of what is not known: for each place and year, who was there, how many conversations were had with them and how many
//! documents speak of it. A zero is zero coverage. Acts are not in this table, so that nobody reads a zero as calm.

use super::{PatternError, Presence, Slot, fits};
use factum_model::{Edtf, Holds};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// A conversation with a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Talk<I> {
    /// The interview.
    pub interview: I,
    /// Who was interviewed.
    pub source: I,
}

/// A document that speaks of a place in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document<I> {
    /// The document.
    pub document: I,
    /// Of which place.
    pub place: I,
    /// Of which period, which is not the one it was written in.
    pub period: Edtf,
}

/// How many there are for certain, and how many in some reading of the dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bounds {
    /// In every reading.
    pub certain: usize,
    /// In some reading; the certain ones are among them.
    pub possible: usize,
}

/// What there is of one place in one year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered<I> {
    /// The place.
    pub place: I,
    /// The year.
    pub year: i32,
    /// Sources that were there.
    pub sources: Bounds,
    /// Interviews with these sources.
    pub interviews: Bounds,
    /// Documents that speak of it.
    pub documents: Bounds,
}

impl<I> Covered<I> {
    /// Whether nothing could be learned of this place in this year.
    pub fn is_empty(&self) -> bool {
        self.sources.possible == 0 && self.documents.possible == 0
    }
}

/// Who or what covers which year of which place, and whether that is certain.
type Cover<'a, I> = BTreeMap<(&'a I, i32), BTreeMap<&'a I, Holds>>;

/// Shows each of `places` in each of `years`, in order; a place or year of which there is nothing has zeros.
pub fn coverage<I: Ord + Clone>(
    places: &[I],
    years: RangeInclusive<i32>,
    presences: &[Presence<I>],
    talks: &[Talk<I>],
    documents: &[Document<I>],
) -> Result<Vec<Covered<I>>, PatternError> {
    let places: BTreeSet<&I> = places.iter().collect();
    let length = i64::from(*years.end()) - i64::from(*years.start()) + 1;
    fits(places.len(), usize::try_from(length).unwrap_or(0))?;

    let (mut sources, mut papers): (Cover<'_, I>, Cover<'_, I>) = (BTreeMap::new(), BTreeMap::new());
    for presence in presences {
        cover(&mut sources, &presence.place, &presence.source, &presence.period, &years);
    }
    for document in documents {
        cover(&mut papers, &document.place, &document.document, &document.period, &years);
    }
    let mut interviews: BTreeMap<&I, BTreeSet<&I>> = BTreeMap::new();
    for talk in talks {
        interviews.entry(&talk.source).or_default().insert(&talk.interview);
    }
    let mut all = Vec::new();
    for place in places {
        for year in years.clone() {
            let there = sources.get(&(place, year));
            // One interview with two sources is one interview.
            let mut talks: BTreeMap<&I, Holds> = BTreeMap::new();
            for (source, holds) in there.into_iter().flatten() {
                for interview in interviews.get(source).into_iter().flatten() {
                    let known = talks.entry(interview).or_insert(*holds);
                    *known = (*known).max(*holds);
                }
            }
            all.push(Covered {
                place: place.clone(),
                year,
                sources: there.map(bounds).unwrap_or_default(),
                interviews: bounds(&talks),
                documents: papers.get(&(place, year)).map(bounds).unwrap_or_default(),
            });
        }
    }
    Ok(all)
}

fn bounds<I>(what: &BTreeMap<&I, Holds>) -> Bounds {
    Bounds { certain: what.values().filter(|h| **h == Holds::Always).count(), possible: what.len() }
}

/// Enters one period, year by year, as far as it can reach.
fn cover<'a, I: Ord>(all: &mut Cover<'a, I>, place: &'a I, who: &'a I, date: &Edtf, years: &RangeInclusive<i32>) {
    let period = date.period();
    let outer = period.outer();
    let first = outer.earliest.map_or(*years.start(), |d| d.ymd().0).max(*years.start());
    let last = outer.latest.map_or(*years.end(), |d| d.ymd().0).min(*years.end());
    for year in first..=last {
        let (from, to) = Slot::year(year).days();
        let holds = period.touches(from, to);
        let holds = if date.is_qualified() { holds.min(Holds::Sometimes) } else { holds };
        if holds > Holds::Never {
            let known = all.entry((place, year)).or_default().entry(who).or_insert(holds);
            *known = (*known).max(holds);
        }
    }
}
