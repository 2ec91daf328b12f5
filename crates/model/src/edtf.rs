//! When was it, as precisely as the source says and no more?
//!
//! Extended Date/Time Format (ISO 8601-2:2019, Library of Congress EDTF): calendar dates of day, month or year
//! precision, unspecified digits (`201X`, `2017-XX`, `2017-05-XX`), qualifiers for the whole date (`?` uncertain, `~`
//! approximate, `%` both), seasons (`2017-21`), and intervals with known, open (`..`) or unknown ends.
//! Nothing is padded: `2017-05` never becomes a first of May.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A day of the proleptic Gregorian calendar, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The day of this date, if the calendar has it.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Day> {
        if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        // Howard Hinnant's days_from_civil: years start in March so that the leap day comes last.
        let y = year - (month <= 2) as i32;
        let era = y.div_euclid(400);
        let yoe = y.rem_euclid(400);
        let doy = (153 * ((month as i32 + 9) % 12) + 2) / 5 + day as i32 - 1;
        let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
        Some(Day(era * 146_097 + doe - 719_468))
    }

    /// Year, month and day.
    pub fn ymd(self) -> (i32, u32, u32) {
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = (doy - (153 * mp + 2) / 5 + 1) as u32;
        let month = if mp < 10 { mp + 3 } else { mp - 9 } as u32;
        (yoe + era * 400 + (month <= 2) as i32, month, day)
    }
}

/// How many days this month has.
fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// What a source says of its own certainty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Qualifier {
    /// `?`: the source doubts the date.
    pub uncertain: bool,
    /// `~`: the date is about right.
    pub approximate: bool,
}

/// A month of a year, a season, or unspecified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Month {
    /// `XX`.
    Unspecified,
    /// 1 to 12.
    Calendar(u8),
    /// 21 to 24: spring, summer, autumn, winter, wherever the source was.
    Season(u8),
}

/// A single date: day, month, season, year, decade or century.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    /// The year with unspecified digits as zero.
    year: u16,
    /// How many of the last digits of the year are unspecified: 0 to 2.
    year_unspecified: u8,
    month: Option<Month>,
    /// `Some(None)` is `XX`.
    day: Option<Option<u8>>,
    /// The source's own reservation.
    pub qualifier: Qualifier,
}

/// How finely a date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Precision {
    /// One day.
    Day,
    /// One month of one year.
    Month,
    /// One year, or a season of it.
    Year,
    /// Wider than a year, or an interval.
    Span,
}

/// One end of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum End {
    /// A date.
    At(Date),
    /// `..`: without limit.
    Open,
    /// Nothing: there is a limit, but it is unknown.
    Unknown,
}

/// A date or an interval, as precise as its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Edtf {
    /// A single date.
    Date(Date),
    /// From one end to the other.
    Interval(End, End),
}

/// Why a text is no date. No variant repeats the text: it may be evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EdtfError {
    /// Nothing of the form of a date.
    #[error("not an EDTF date; write 2017-05-03, 2017-05, 2017, 201X, 2017-05~ or 2016/2018")]
    Form,
    /// A month above 12 that is no season.
    #[error("month {0} does not exist")]
    Month(u8),
    /// A day the month does not have.
    #[error("that month has no day {0}")]
    Day(u8),
    /// A qualifier on a part of the date.
    #[error("`?`, `~` and `%` are read at the end of a date only, for the whole of it")]
    PartQualifier,
    /// A set of dates.
    #[error("sets of dates ([..] or {{..}}) are not read; write an interval")]
    Set,
    /// The end lies before the beginning.
    #[error("the interval ends before it begins")]
    Backwards,
}

impl Date {
    /// A date of year, month or day precision; `None` if the calendar does not have it.
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>) -> Option<Date> {
        if year > 9999 || (month.is_none() && day.is_some()) {
            return None;
        }
        Day::from_ymd(year as i32, month.unwrap_or(1) as u32, day.unwrap_or(1) as u32)?;
        Some(Date {
            year,
            year_unspecified: 0,
            month: month.map(Month::Calendar),
            day: day.map(Some),
            qualifier: Qualifier::default(),
        })
    }

    /// How finely the date is known.
    pub fn precision(&self) -> Precision {
        match (self.year_unspecified, self.month, self.day) {
            (1.., _, _) => Precision::Span,
            (0, Some(Month::Calendar(_)), Some(Some(_))) => Precision::Day,
            (0, Some(Month::Calendar(_)), _) => Precision::Month,
            _ => Precision::Year,
        }
    }

    /// The first day that fits.
    pub fn earliest(&self) -> Day {
        let month = if let Some(Month::Calendar(m)) = self.month { m } else { 1 };
        let day = match (self.month, self.day) {
            (Some(Month::Calendar(_)), Some(Some(d))) => d,
            _ => 1,
        };
        Day::from_ymd(self.year as i32, month as u32, day as u32).unwrap_or(Day(0))
    }

    /// The last day that fits.
    pub fn latest(&self) -> Day {
        let year = self.year as i32 + 10i32.pow(self.year_unspecified as u32) - 1;
        let month = if let Some(Month::Calendar(m)) = self.month { m as u32 } else { 12 };
        let day = match (self.month, self.day) {
            (Some(Month::Calendar(_)), Some(Some(d))) => d as u32,
            _ => days_in_month(year, month),
        };
        Day::from_ymd(year, month, day).unwrap_or(Day(0))
    }

    fn parse(text: &str) -> Result<Date, EdtfError> {
        let (body, qualifier) = match text.as_bytes().last() {
            Some(b'?') => (&text[..text.len() - 1], Qualifier { uncertain: true, approximate: false }),
            Some(b'~') => (&text[..text.len() - 1], Qualifier { uncertain: false, approximate: true }),
            Some(b'%') => (&text[..text.len() - 1], Qualifier { uncertain: true, approximate: true }),
            _ => (text, Qualifier::default()),
        };
        if body.contains(['?', '~', '%']) {
            return Err(EdtfError::PartQualifier);
        }
        let mut parts = body.split('-');
        let (year, year_unspecified) = parse_year(parts.next().unwrap_or(""))?;
        let month = parts.next().map(parse_month).transpose()?;
        let day = parts.next().map(parse_day).transpose()?;
        if parts.next().is_some() || (year_unspecified > 0 && month.is_some()) {
            return Err(EdtfError::Form);
        }
        match (month, day) {
            (Some(Month::Season(_)), Some(_)) => return Err(EdtfError::Form),
            (Some(Month::Calendar(m)), Some(Some(d))) if d as u32 > days_in_month(year as i32, m as u32) => {
                return Err(EdtfError::Day(d));
            }
            _ => {}
        }
        Ok(Date { year, year_unspecified, month, day, qualifier })
    }
}

fn parse_year(text: &str) -> Result<(u16, u8), EdtfError> {
    let digits = text.trim_end_matches('X');
    let unspecified = text.len() - digits.len();
    if text.len() != 4 || unspecified > 2 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(EdtfError::Form);
    }
    let year: u16 = digits.parse().map_err(|_| EdtfError::Form)?;
    Ok((year * 10u16.pow(unspecified as u32), unspecified as u8))
}

fn two_digits(text: &str) -> Result<Option<u8>, EdtfError> {
    match text.as_bytes() {
        b"XX" => Ok(None),
        [a, b] if a.is_ascii_digit() && b.is_ascii_digit() => Ok(Some((a - b'0') * 10 + (b - b'0'))),
        _ => Err(EdtfError::Form),
    }
}

fn parse_month(text: &str) -> Result<Month, EdtfError> {
    match two_digits(text)? {
        None => Ok(Month::Unspecified),
        Some(m @ 1..=12) => Ok(Month::Calendar(m)),
        Some(s @ 21..=24) => Ok(Month::Season(s)),
        Some(m) => Err(EdtfError::Month(m)),
    }
}

fn parse_day(text: &str) -> Result<Option<u8>, EdtfError> {
    match two_digits(text)? {
        Some(d) if !(1..=31).contains(&d) => Err(EdtfError::Day(d)),
        day => Ok(day),
    }
}

impl Edtf {
    /// A date of year, month or day precision; `None` if the calendar does not have it.
    pub fn date(year: u16, month: Option<u8>, day: Option<u8>) -> Option<Edtf> {
        Date::new(year, month, day).map(Edtf::Date)
    }

    /// The first day that fits; absent when the beginning is open or unknown.
    pub fn earliest(&self) -> Option<Day> {
        match self {
            Edtf::Date(date) => Some(date.earliest()),
            Edtf::Interval(End::At(date), _) => Some(date.earliest()),
            Edtf::Interval(..) => None,
        }
    }

    /// The last day that fits; absent when the end is open or unknown.
    pub fn latest(&self) -> Option<Day> {
        match self {
            Edtf::Date(date) => Some(date.latest()),
            Edtf::Interval(_, End::At(date)) => Some(date.latest()),
            Edtf::Interval(..) => None,
        }
    }

    /// How finely it is known.
    pub fn precision(&self) -> Precision {
        match self {
            Edtf::Date(date) => date.precision(),
            Edtf::Interval(..) => Precision::Span,
        }
    }

    /// Whether the source itself says that the date is approximate or uncertain.
    pub fn is_qualified(&self) -> bool {
        let qualified = |d: &Date| d.qualifier != Qualifier::default();
        let end = |e: &End| matches!(e, End::At(d) if qualified(d));
        match self {
            Edtf::Date(d) => qualified(d),
            Edtf::Interval(a, b) => end(a) || end(b),
        }
    }
}

impl FromStr for End {
    type Err = EdtfError;

    fn from_str(text: &str) -> Result<Self, EdtfError> {
        match text {
            "" => Ok(End::Unknown),
            ".." => Ok(End::Open),
            date => Date::parse(date).map(End::At),
        }
    }
}

impl FromStr for Edtf {
    type Err = EdtfError;

    fn from_str(text: &str) -> Result<Self, EdtfError> {
        let text = text.trim();
        if !text.is_ascii() {
            return Err(EdtfError::Form);
        }
        if text.starts_with(['[', '{']) {
            return Err(EdtfError::Set);
        }
        let Some((from, to)) = text.split_once('/') else {
            return Date::parse(text).map(Edtf::Date);
        };
        let (from, to): (End, End) = (from.parse()?, to.parse()?);
        match (from, to) {
            (End::At(a), End::At(b)) if b.latest() < a.earliest() => Err(EdtfError::Backwards),
            (End::At(_), _) | (_, End::At(_)) => Ok(Edtf::Interval(from, to)),
            _ => Err(EdtfError::Form),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year_unspecified {
            0 => write!(f, "{:04}", self.year)?,
            1 => write!(f, "{:03}X", self.year / 10)?,
            _ => write!(f, "{:02}XX", self.year / 100)?,
        }
        match self.month {
            None => {}
            Some(Month::Unspecified) => f.write_str("-XX")?,
            Some(Month::Calendar(m) | Month::Season(m)) => write!(f, "-{m:02}")?,
        }
        match self.day {
            None => {}
            Some(None) => f.write_str("-XX")?,
            Some(Some(d)) => write!(f, "-{d:02}")?,
        }
        f.write_str(match (self.qualifier.uncertain, self.qualifier.approximate) {
            (false, false) => "",
            (true, false) => "?",
            (false, true) => "~",
            (true, true) => "%",
        })
    }
}

impl fmt::Display for Edtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |f: &mut fmt::Formatter<'_>, e: &End| match e {
            End::At(date) => date.fmt(f),
            End::Open => f.write_str(".."),
            End::Unknown => Ok(()),
        };
        match self {
            Edtf::Date(date) => date.fmt(f),
            Edtf::Interval(from, to) => {
                end(f, from)?;
                f.write_str("/")?;
                end(f, to)
            }
        }
    }
}

impl Serialize for Edtf {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Edtf {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, bounds: &str, precision: Precision) {
        let date: Edtf = text.parse().unwrap();
        let show = |d: Option<Day>| {
            d.map_or("..".into(), |d| {
                let (y, m, d) = d.ymd();
                format!("{y:04}-{m:02}-{d:02}")
            })
        };
        assert_eq!(format!("{} {}", show(date.earliest()), show(date.latest())), bounds, "{text}");
        assert_eq!(date.precision(), precision, "{text}");
        assert_eq!(date.to_string(), text);
    }

    #[test]
    fn reads_dates_without_padding() {
        check("2017-05-03", "2017-05-03 2017-05-03", Precision::Day);
        check("2017-05", "2017-05-01 2017-05-31", Precision::Month);
        check("2016-02", "2016-02-01 2016-02-29", Precision::Month);
        check("2017", "2017-01-01 2017-12-31", Precision::Year);
        check("201X", "2010-01-01 2019-12-31", Precision::Span);
        check("19XX", "1900-01-01 1999-12-31", Precision::Span);
        check("2017-XX", "2017-01-01 2017-12-31", Precision::Year);
        check("2017-05-XX", "2017-05-01 2017-05-31", Precision::Month);
        check("2017-XX-14", "2017-01-01 2017-12-31", Precision::Year);
        check("2017-21", "2017-01-01 2017-12-31", Precision::Year);
        check("2017-05~", "2017-05-01 2017-05-31", Precision::Month);
        check("2017%", "2017-01-01 2017-12-31", Precision::Year);
    }

    #[test]
    fn reads_intervals() {
        check("2017/2019-02", "2017-01-01 2019-02-28", Precision::Span);
        check("2017-05-03/..", "2017-05-03 ..", Precision::Span);
        check("/2019", ".. 2019-12-31", Precision::Span);
        check("2016?/2018~", "2016-01-01 2018-12-31", Precision::Span);
    }

    #[test]
    fn refuses_what_is_no_date() {
        let fault = |text: &str| text.parse::<Edtf>().unwrap_err();
        assert_eq!(fault(""), EdtfError::Form);
        assert_eq!(fault("03/05/2015"), EdtfError::Form);
        assert_eq!(fault("2015-13"), EdtfError::Month(13));
        assert_eq!(fault("2015-02-29"), EdtfError::Day(29));
        assert_eq!(fault("2015-00-10"), EdtfError::Month(0));
        assert_eq!(fault("2015-01-00"), EdtfError::Day(0));
        assert_eq!(fault("2015~-02"), EdtfError::PartQualifier);
        assert_eq!(fault("[2015, 2016]"), EdtfError::Set);
        assert_eq!(fault("2018/2016"), EdtfError::Backwards);
        assert_eq!(fault("../.."), EdtfError::Form);
        assert_eq!(fault("20１5"), EdtfError::Form);
    }

    proptest! {
        #[test]
        fn any_text_parses_or_fails(text in "\\PC*") {
            let _ = text.parse::<Edtf>();
        }

        #[test]
        fn near_dates_parse_or_fail(text in "[0-9X./~?%-]{0,24}") {
            if let Ok(date) = text.parse::<Edtf>() {
                prop_assert_eq!(date.to_string().parse::<Edtf>().unwrap(), date);
                if let (Some(a), Some(b)) = (date.earliest(), date.latest()) {
                    prop_assert!(a <= b);
                }
            }
        }

        #[test]
        fn days_and_dates_agree(n in -800_000i32..2_900_000) {
            let (y, m, d) = Day(n).ymd();
            prop_assert_eq!(Day::from_ymd(y, m, d), Some(Day(n)));
        }
    }
}
