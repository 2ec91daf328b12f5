//! On which days can it have been, and what follows for certain?
//!
//! An imprecise date has many readings: every day that fits. A comparison of two dates can hold in all readings, in some or in
//! none ([`Holds`]), and only the first and the last are knowledge. A [`Span`] is a day that is one of many, a [`Period`] lasts
//! from one such day to another. Bounds are the first and the last day that fit (`Edtf::earliest`, `Edtf::latest`), so a
//! date with a hole, such as `2017-XX-14`, has more readings here than its source allows: that can turn *all* into *some*,
//! never the reverse.

use crate::edtf::{Day, Edtf, End};

/// In how many of the readings of imprecise dates something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holds {
    /// In none: it is impossible.
    Never,
    /// In some: the dates do not tell.
    Sometimes,
    /// In all: it is certain.
    Always,
}

impl Holds {
    fn of(always: bool, sometimes: bool) -> Holds {
        match (always, sometimes) {
            (true, _) => Holds::Always,
            (false, true) => Holds::Sometimes,
            (false, false) => Holds::Never,
        }
    }
}

/// One day, of which only bounds are known. An absent bound is no bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first day that fits.
    pub earliest: Option<Day>,
    /// The last day that fits.
    pub latest: Option<Day>,
}

impl Span {
    /// One day, known.
    pub fn day(day: Day) -> Span {
        Span { earliest: Some(day), latest: Some(day) }
    }

    /// Any day whatever.
    pub const ANY: Span = Span { earliest: None, latest: None };

    fn low(self) -> i64 {
        self.earliest.map_or(i64::MIN, |d| i64::from(d.0))
    }

    fn high(self) -> i64 {
        self.latest.map_or(i64::MAX, |d| i64::from(d.0))
    }

    /// Whether no day fits: the last lies before the first.
    pub fn is_empty(self) -> bool {
        self.high() < self.low()
    }

    /// The day, if only one fits.
    pub fn known(self) -> Option<Day> {
        self.earliest.filter(|_| self.earliest == self.latest)
    }

    /// Whether this day is earlier than the other.
    pub fn before(self, other: Span) -> Holds {
        Holds::of(self.high() < other.low(), self.low() < other.high())
    }

    /// Whether this day is one of those from `first` to `last`, both included.
    pub fn within(self, first: Day, last: Day) -> Holds {
        let (first, last) = (i64::from(first.0), i64::from(last.0));
        Holds::of(
            first <= self.low() && self.high() <= last,
            self.low() <= last && first <= self.high() && first <= last,
        )
    }

    /// The days that fit both, if there are any.
    pub fn common(self, other: Span) -> Option<Span> {
        let both = Span {
            earliest: self.earliest.max(other.earliest),
            latest: match (self.latest, other.latest) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
        };
        (!both.is_empty()).then_some(both)
    }
}

/// Something that lasts: it starts on a day of one span and ends on a day of another, not before it starts.
///
/// A single date, such as `2017-05`, is a time within that date: it may have lasted the whole month or one day of it. An end
/// that is open or unknown bounds nothing: who says "since May" knows no more than that it lasted until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The day it starts.
    pub start: Span,
    /// The day it ends, itself included.
    pub end: Span,
}

impl Period {
    /// Whether no reading is left: it would end before it starts.
    pub fn is_empty(self) -> bool {
        self.start.is_empty() || self.end.is_empty() || self.end.high() < self.start.low()
    }

    /// The first and the last day it can have touched.
    pub fn outer(self) -> Span {
        Span { earliest: self.start.earliest, latest: self.end.latest }
    }

    /// The same period without the days on which it cannot have started, as that would be after its end, nor ended.
    pub fn narrowed(self) -> Period {
        Period {
            start: Span { latest: day(self.last_start()), ..self.start },
            end: Span { earliest: day(self.first_end()), ..self.end },
        }
    }

    /// The first and the last day on which it was under way in every reading, if there is such a day.
    pub fn inner(self) -> Option<(Day, Day)> {
        let (first, last) = (self.last_start(), self.first_end());
        (first <= last).then(|| Some((day(first)?, day(last)?))).flatten()
    }

    /// The latest day on which it can have started.
    fn last_start(self) -> i64 {
        self.start.high().min(self.end.high())
    }

    /// The earliest day on which it can have ended.
    fn first_end(self) -> i64 {
        self.end.low().max(self.start.low())
    }

    /// Whether it and the other are under way at one time. That one ends on the day the other starts is no overlap, since
    /// somebody can move within a day. Something without a reading overlaps nothing.
    pub fn overlaps(self, other: Period) -> Holds {
        if self.is_empty() || other.is_empty() {
            return Holds::Never;
        }
        // Both conditions must hold in every reading, and the two periods vary freely of each other: so each condition is
        // tried in its own worst case. For *some* reading the widest one of each serves both conditions.
        Holds::of(
            self.last_start() < other.first_end() && other.last_start() < self.first_end(),
            self.start.low() < other.end.high() && other.start.low() < self.end.high(),
        )
    }

    /// Whether a day lies inside, later than the start and earlier than the end: who is seen elsewhere on the first or the last
    /// day may have been on the way.
    pub fn encloses(self, day: Span) -> Holds {
        if self.is_empty() || day.is_empty() {
            return Holds::Never;
        }
        let first = day.low().max(self.start.low().saturating_add(1));
        let last = day.high().min(self.end.high().saturating_sub(1));
        Holds::of(self.last_start() < day.low() && day.high() < self.first_end(), first <= last)
    }

    /// Whether it was under way on at least one day from `first` to `last`, both included.
    pub fn touches(self, first: Day, last: Day) -> Holds {
        if self.is_empty() || last < first {
            return Holds::Never;
        }
        let (first, last) = (i64::from(first.0), i64::from(last.0));
        Holds::of(
            self.last_start() <= last && first <= self.first_end(),
            self.start.low() <= last && first <= self.end.high(),
        )
    }
}

/// A bound as a day again: what is finite came from a day, what is not is absent.
fn day(bound: i64) -> Option<Day> {
    i32::try_from(bound).ok().map(Day)
}

impl Edtf {
    /// The date read as one day within its bounds: `2017/2019` is some day from 2017 to 2019.
    pub fn span(&self) -> Span {
        Span { earliest: self.earliest(), latest: self.latest() }
    }

    /// The date read as something that lasts: `2017/2019` starts on a day of 2017 and ends on a day of 2019.
    pub fn period(&self) -> Period {
        let at = |end: &End| match end {
            End::At(date) => Span { earliest: Some(date.earliest()), latest: Some(date.latest()) },
            End::Open | End::Unknown => Span::ANY,
        };
        match self {
            Edtf::Date(_) => Period { start: self.span(), end: self.span() },
            Edtf::Interval(from, to) => Period { start: at(from), end: at(to) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> Edtf {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_can_be_before_another_certainly_perhaps_or_never() {
        let check = |a: &str, b: &str, expected| assert_eq!(date(a).span().before(date(b).span()), expected, "{a} {b}");
        check("2016", "2017-05", Holds::Always);
        check("2017", "2017-05", Holds::Sometimes);
        check("2017-06", "2017-05", Holds::Never);
        check("2017-05-03", "2017-05-03", Holds::Never);
        check("/2016", "2017", Holds::Always);
        check("2016/..", "2017", Holds::Sometimes);
    }

    #[test]
    fn periods_overlap_certainly_perhaps_or_never() {
        let check = |a: &str, b: &str, expected| {
            assert_eq!(date(a).period().overlaps(date(b).period()), expected, "{a} {b}");
            assert_eq!(date(b).period().overlaps(date(a).period()), expected, "{b} {a}");
        };
        check("2017-01/2017-06", "2017-03/2017-09", Holds::Always);
        check("2017-01/2017-03", "2017-03/2017-09", Holds::Sometimes);
        check("2017-01-01/2017-03-05", "2017-03-05/2017-09", Holds::Never);
        check("2017-05", "2017-05", Holds::Sometimes);
        check("2017-05", "2017-03/2017-08", Holds::Always);
        check("2017-03/..", "2018/2019", Holds::Sometimes);
        check("2017/2017-02", "2018", Holds::Never);
    }

    #[test]
    fn what_is_certain_of_a_period_is_inside_it() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let day = |t: &str| date(t).earliest().unwrap();
            let expected = expected.map(|(a, b)| (day(a), day(b)));
            assert_eq!(date(text).period().inner(), expected, "{text}");
        };
        check("2017-03/2017-06", Some(("2017-03-31", "2017-06-01")));
        check("2017-05", None);
        check("2017-05-03", Some(("2017-05-03", "2017-05-03")));
        check("2017-05-03/..", Some(("2017-05-03", "2017-05-03")));
        check("/2017", None);
    }

    /// The days of the small calendar in which everything is tried out. What is given or asked lies from `LOW` to `HIGH`; the
    /// days outside are there so that an absent bound is tried as well.
    const FIRST: i32 = 0;
    const LOW: i32 = 2;
    const HIGH: i32 = 7;
    const LAST: i32 = 9;

    fn spans() -> impl Strategy<Value = Span> {
        let bound = || proptest::option::weighted(0.8, LOW..=HIGH);
        (bound(), bound()).prop_map(|(a, b)| match (a, b) {
            (Some(a), Some(b)) => Span { earliest: Some(Day(a.min(b))), latest: Some(Day(a.max(b))) },
            (a, b) => Span { earliest: a.map(Day), latest: b.map(Day) },
        })
    }

    fn days(span: Span) -> Vec<i32> {
        (span.earliest.map_or(FIRST, |d| d.0)..=span.latest.map_or(LAST, |d| d.0)).collect()
    }

    fn readings(period: Period) -> Vec<(i32, i32)> {
        let ends = days(period.end);
        days(period.start)
            .into_iter()
            .flat_map(|s| ends.iter().filter(move |e| s <= **e).map(move |e| (s, *e)))
            .collect()
    }

    fn in_readings<T>(readings: &[T], holds: impl Fn(&T) -> bool) -> Holds {
        let count = readings.iter().filter(|r| holds(r)).count();
        match count {
            0 => Holds::Never,
            n if n == readings.len() => Holds::Always,
            _ => Holds::Sometimes,
        }
    }

    fn pairs<A: Copy, B: Copy>(a: &[A], b: &[B]) -> Vec<(A, B)> {
        a.iter().flat_map(|a| b.iter().map(move |b| (*a, *b))).collect()
    }

    proptest! {
        #[test]
        fn spans_agree_with_every_pair_of_days(a in spans(), b in spans(), first in LOW..=HIGH, length in 0..4i32) {
            let all = pairs(&days(a), &days(b));
            prop_assert_eq!(a.before(b), in_readings(&all, |(a, b)| a < b));
            let last = (first + length).min(HIGH);
            prop_assert_eq!(a.within(Day(first), Day(last)), in_readings(&days(a), |d| (first..=last).contains(d)));
            let common: Vec<i32> = days(a).into_iter().filter(|d| days(b).contains(d)).collect();
            prop_assert_eq!(a.common(b).map(days).unwrap_or_default(), common);
        }

        #[test]
        fn periods_agree_with_every_reading(
            a in (spans(), spans()),
            b in (spans(), spans()),
            first in LOW..=HIGH,
            length in 0..4i32,
        ) {
            let (a, b) = (Period { start: a.0, end: a.1 }, Period { start: b.0, end: b.1 });
            let (of_a, of_b) = (readings(a), readings(b));
            prop_assert_eq!(a.is_empty(), of_a.is_empty());
            let all = pairs(&of_a, &of_b);
            prop_assert_eq!(a.overlaps(b), in_readings(&all, |((s, e), (t, f))| s < f && t < e));
            let last = (first + length).min(HIGH);
            prop_assert_eq!(a.touches(Day(first), Day(last)), in_readings(&of_a, |(s, e)| *s <= last && first <= *e));
            let points = pairs(&of_a, &days(b.start));
            prop_assert_eq!(a.encloses(b.start), in_readings(&points, |((s, e), d)| s < d && d < e));
            prop_assert_eq!(readings(a.narrowed()), of_a.clone());
            let starts: std::collections::BTreeSet<i32> = of_a.iter().map(|r| r.0).collect();
            if !a.is_empty() {
                prop_assert_eq!(starts.into_iter().collect::<Vec<_>>(), days(a.narrowed().start));
            }
            if let Some((from, to)) = a.inner() {
                prop_assert!(of_a.iter().all(|(s, e)| *s <= from.0 && to.0 <= *e));
            }
        }
    }
}
