//! In which year or month was it, if its date tells?

use factum_model::edtf::Day;
use factum_model::{Edtf, Span};
use std::fmt;

/// How long the periods of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// Years.
    Year,
    /// Months.
    Month,
}

/// One year or one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    year: i32,
    /// 1 to 12; absent for a year.
    month: Option<u32>,
}

/// When an act was, as a key of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// In this year or month, whichever reading of the date is right.
    In(Slot),
    /// On a day from the first to the last of these, nobody can say in which. An absent end is no limit; both are absent if
    /// there is no date.
    Within(Option<Slot>, Option<Slot>),
}

impl Slot {
    /// A year.
    pub fn year(year: i32) -> Slot {
        Slot { year, month: None }
    }

    /// A month, from 1 to 12; `None` for any other number.
    pub fn month(year: i32, month: u32) -> Option<Slot> {
        (1..=12).contains(&month).then_some(Slot { year, month: Some(month) })
    }

    /// The year or month that a day lies in.
    pub fn of(day: Day, grain: Grain) -> Slot {
        let (year, month, _) = day.ymd();
        Slot { year, month: (grain == Grain::Month).then_some(month) }
    }

    /// Its first and its last day.
    pub fn days(self) -> (Day, Day) {
        let from = |slot: Slot| Day::from_ymd(slot.year, slot.month.unwrap_or(1), 1).unwrap_or(Day(0));
        (from(self), Day(from(self.next()).0 - 1))
    }

    /// The year or month after it.
    pub fn next(self) -> Slot {
        match self.month {
            None => Slot { year: self.year + 1, month: None },
            Some(12) => Slot { year: self.year + 1, month: Some(1) },
            Some(month) => Slot { year: self.year, month: Some(month + 1) },
        }
    }

    /// How many years or months there are from it to another of the same length, both included; 0 if that one is earlier.
    pub(super) fn count_to(self, last: Slot) -> usize {
        let number = |s: Slot| i64::from(s.year) * 12 + i64::from(s.month.unwrap_or(1));
        let step = if self.month.is_some() { 1 } else { 12 };
        usize::try_from((number(last) - number(self)) / step + 1).unwrap_or(0)
    }

    /// Every year or month from it to another of the same length.
    pub(super) fn up_to(self, last: Slot) -> impl Iterator<Item = Slot> {
        std::iter::successors(Some(self), |slot| Some(slot.next())).take(self.count_to(last))
    }
}

impl When {
    /// When something of this date was.
    pub fn of(date: Option<&Edtf>, grain: Grain) -> When {
        let Span { earliest, latest } = date.map_or(Span::ANY, Edtf::span);
        let (first, last) = (earliest.map(|d| Slot::of(d, grain)), latest.map(|d| Slot::of(d, grain)));
        match first {
            Some(slot) if first == last => When::In(slot),
            _ => When::Within(first, last),
        }
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.month {
            None => write!(f, "{:04}", self.year),
            Some(month) => write!(f, "{:04}-{month:02}", self.year),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |f: &mut fmt::Formatter<'_>, slot: &Option<Slot>| match slot {
            Some(slot) => slot.fmt(f),
            None => f.write_str(".."),
        };
        match self {
            When::In(slot) => slot.fmt(f),
            When::Within(None, None) => f.write_str("undated"),
            When::Within(first, last) => {
                f.write_str("undated within ")?;
                end(f, first)?;
                f.write_str("/")?;
                end(f, last)
            }
        }
    }
}
