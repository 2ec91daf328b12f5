//! Was somebody at two places at one time?
//!
//! A sweep over the days on which stays can have started: only what can be under way at one time is ever compared.

use super::{Found, Kind, Told};
use factum_model::{Holds, Period, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Which places lie in which. Who is in a place is in all that it lies in.
#[derive(Clone, Debug)]
pub struct Places<I> {
    outer: BTreeMap<I, BTreeSet<I>>,
}

impl<I> Default for Places<I> {
    /// Every place for itself.
    fn default() -> Self {
        Self { outer: BTreeMap::new() }
    }
}

impl<I: Ord + Clone> Places<I> {
    /// Takes pairs of a place and the place it lies in, in any order. What lies in itself, by whatever detour, is taken as one
    /// place.
    pub fn new(lies_in: impl IntoIterator<Item = (I, I)>) -> Self {
        let mut direct: BTreeMap<I, BTreeSet<I>> = BTreeMap::new();
        for (inner, outer) in lies_in {
            direct.entry(inner).or_default().insert(outer);
        }
        let reach = |from: &I| {
            let mut reached = BTreeSet::new();
            let mut next: Vec<&I> = direct.get(from).into_iter().flatten().collect();
            while let Some(place) = next.pop() {
                if reached.insert(place.clone()) {
                    next.extend(direct.get(place).into_iter().flatten());
                }
            }
            reached
        };
        Self { outer: direct.keys().map(|place| (place.clone(), reach(place))).collect() }
    }

    /// Whether nobody can be at both at once: they differ, and neither lies in the other.
    pub fn apart(&self, a: &I, b: &I) -> bool {
        let inside = |a, b| self.outer.get(a).is_some_and(|outer| outer.contains(b));
        a != b && !inside(a, b) && !inside(b, a)
    }
}

/// A time at a place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stay<I> {
    pub place: I,
    pub period: Period,
    pub held: bool,
}

/// A day at a place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sighting<I> {
    pub place: I,
    pub on: Span,
}

/// What is under way, by place, so that what was at the same place is passed over at once.
struct UnderWay<'a, I, K>(BTreeMap<&'a I, Vec<&'a Told<I, K>>>);

impl<'a, I: Ord + Clone, K> UnderWay<'a, I, K> {
    /// Shows everything at places apart from `place`, and forgets what ended before `now`.
    fn visit(
        &mut self,
        place: &I,
        now: i64,
        places: &Places<I>,
        ends: impl Fn(&K) -> Span,
        mut show: impl FnMut(&'a Told<I, K>),
    ) {
        for (_, there) in self.0.iter_mut().filter(|(other, _)| places.apart(other, place)) {
            there.retain(|told| high(ends(&told.what)) >= now);
            there.iter().for_each(|told| show(told));
        }
    }
}

fn low(span: Span) -> i64 {
    span.earliest.map_or(i64::MIN, |d| i64::from(d.0))
}

fn high(span: Span) -> i64 {
    span.latest.map_or(i64::MAX, |d| i64::from(d.0))
}

/// What the sweep meets next.
enum Next<'a, I> {
    Stay(&'a Told<I, Stay<I>>),
    Sighting(&'a Told<I, Sighting<I>>),
}

/// Adds the conflicts of one person's stays and sightings.
pub(super) fn sweep<I: Ord + Clone>(
    stays: Vec<Told<I, Stay<I>>>,
    sightings: Vec<Told<I, Sighting<I>>>,
    places: &Places<I>,
    found: &mut Found<'_, I>,
) {
    let mut line: Vec<(i64, Next<'_, I>)> = Vec::with_capacity(stays.len() + sightings.len());
    line.extend(stays.iter().map(|t| (low(t.what.period.start), Next::Stay(t))));
    line.extend(sightings.iter().map(|t| (low(t.what.on), Next::Sighting(t))));
    // Stable, so equal days keep the order of places.
    line.sort_by_key(|(day, _)| *day);
    let mut there = UnderWay(BTreeMap::new());
    let mut seen = UnderWay(BTreeMap::new());
    for (now, next) in line {
        match next {
            Next::Stay(stay) => {
                let Stay { place, period, held } = &stay.what;
                there.visit(
                    place,
                    now,
                    places,
                    |s: &Stay<I>| s.period.end,
                    |other| {
                        let kind = if *held && other.what.held { Kind::HeldAtTwoPlaces } else { Kind::AtTwoPlaces };
                        found.add(kind, period.overlaps(other.what.period), other, stay);
                    },
                );
                seen.visit(
                    place,
                    now,
                    places,
                    |s: &Sighting<I>| s.on,
                    |other| {
                        found.add(Kind::AtTwoPlaces, period.encloses(other.what.on), other, stay);
                    },
                );
                there.0.entry(place).or_default().push(stay);
            }
            Next::Sighting(sighting) => {
                let Sighting { place, on } = &sighting.what;
                there.visit(
                    place,
                    now,
                    places,
                    |s: &Stay<I>| s.period.end,
                    |other| {
                        found.add(Kind::AtTwoPlaces, other.what.period.encloses(*on), other, sighting);
                    },
                );
                seen.0.entry(place).or_default().push(sighting);
            }
        }
    }
    same_day(&sightings, places, found);
}

/// Two sightings on one known day at two places: possible for who travels, so never more than doubtful. Of wider dates nothing is
/// said, as they would put everybody at two places.
fn same_day<I: Ord + Clone>(sightings: &[Told<I, Sighting<I>>], places: &Places<I>, found: &mut Found<'_, I>) {
    let mut days: BTreeMap<i32, Vec<&Told<I, Sighting<I>>>> = BTreeMap::new();
    for sighting in sightings {
        if let Some(day) = sighting.what.on.known() {
            days.entry(day.0).or_default().push(sighting);
        }
    }
    for day in days.into_values() {
        for (at, one) in day.iter().enumerate() {
            for other in day.iter().skip(at + 1).filter(|o| places.apart(&o.what.place, &one.what.place)) {
                found.add(Kind::AtTwoPlaces, Holds::Sometimes, one, other);
            }
        }
    }
}
