//! When does a list say it was, in whatever way it writes dates?
//!
//! EDTF is read as it stands. Other ways of writing are read where they leave no doubt; `03/05/2015` leaves one, which the
//! rest of the column settles (a 25 can only be a day), or the settings, or else only the year is kept. Unknown days and
//! months stay unknown.

use crate::settings::DateOrder;
use factum_model::Edtf;
use factum_model::edtf::EdtfError;

/// Why a date was not read, or not wholly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DateFault {
    #[error("{0}")]
    Edtf(#[from] EdtfError),
    #[error("the calendar has no such day")]
    NoSuchDay,
    #[error("the year has two digits, so the century is unknown; write four")]
    TwoDigitYear,
}

/// A date as far as it could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadDate {
    /// Read in full.
    Known(Edtf),
    /// Day and month cannot be told apart: the year only.
    YearOnly(Edtf),
}

/// What a column shows of the order of its dates.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OrderEvidence {
    pub day_first: u64,
    pub month_first: u64,
}

impl OrderEvidence {
    /// Takes in one value of the column.
    pub(crate) fn see(&mut self, text: &str) {
        if let Some((a, b, _)) = numeric(&ascii_digits(text)) {
            self.day_first += u64::from(a > 12 && b <= 12);
            self.month_first += u64::from(b > 12 && a <= 12);
        }
    }

    /// The order, if all that is seen agrees.
    pub(crate) fn order(self) -> Option<DateOrder> {
        match (self.day_first, self.month_first) {
            (1.., 0) => Some(DateOrder::DayFirst),
            (0, 1..) => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }
}

/// Reads one date.
pub(crate) fn read(text: &str, order: Option<DateOrder>) -> Result<ReadDate, DateFault> {
    let text = ascii_digits(text.trim());
    let (text, approximate) = without_about(&text);
    let date = read_plain(text, order)?;
    if !approximate {
        return Ok(date);
    }
    let qualified = |date: Edtf| format!("{date}~").parse::<Edtf>().unwrap_or(date);
    Ok(match date {
        ReadDate::Known(date) => ReadDate::Known(qualified(date)),
        ReadDate::YearOnly(date) => ReadDate::YearOnly(qualified(date)),
    })
}

fn read_plain(text: &str, order: Option<DateOrder>) -> Result<ReadDate, DateFault> {
    let fault = match text.parse::<Edtf>() {
        Ok(date) => return Ok(ReadDate::Known(date)),
        Err(EdtfError::Form) => EdtfError::Form,
        Err(fault) => return Err(fault.into()),
    };
    if let Some(date) = with_time(text).or_else(|| whole_float(text)) {
        return Ok(ReadDate::Known(date));
    }
    if let Some(date) = open_interval(text, order) {
        return date.map(ReadDate::Known);
    }
    if let Some((a, b, year)) = numeric(text) {
        return day_and_month(a, b, year, order);
    }
    if let Some(found) = year_first(text).or_else(|| month_and_year(text)).or_else(|| with_month_name(text)) {
        return found.map(ReadDate::Known);
    }
    let last = text.rsplit(['/', '.', '-', ' ']).next().unwrap_or("");
    let numbers = text.split(['/', '.', '-']).filter(|p| p.trim().parse::<u16>().is_ok()).count();
    if numbers == 3 && last.len() == 2 { Err(DateFault::TwoDigitYear) } else { Err(fault.into()) }
}

/// Arabic-Indic, Persian and Devanagari digits as ASCII ones.
pub(crate) fn ascii_digits(text: &str) -> String {
    let digit = |c: char| match c as u32 {
        n @ 0x0660..=0x0669 => char::from_digit(n - 0x0660, 10),
        n @ 0x06F0..=0x06F9 => char::from_digit(n - 0x06F0, 10),
        n @ 0x0966..=0x096F => char::from_digit(n - 0x0966, 10),
        _ => None,
    };
    text.chars().map(|c| digit(c).unwrap_or(c)).collect()
}

/// Takes "about" off the front.
fn without_about(text: &str) -> (&str, bool) {
    for about in ["about ", "circa ", "approx. ", "approx ", "ca. ", "ca ", "c. ", "environ ", "hacia ", "~"] {
        if let Some(head) = text.get(..about.len())
            && head.eq_ignore_ascii_case(about)
        {
            return (text[about.len()..].trim_start(), true);
        }
    }
    (text, false)
}

/// `before 1990` and `after May 2015`.
fn open_interval(text: &str, order: Option<DateOrder>) -> Option<Result<Edtf, DateFault>> {
    let (word, rest) = text.split_once(' ')?;
    let written = match word.to_lowercase().as_str() {
        "before" | "until" => |date: Edtf| format!("../{date}"),
        "after" | "since" | "from" => |date: Edtf| format!("{date}/.."),
        _ => return None,
    };
    let inner = match read_plain(rest.trim(), order) {
        Ok(ReadDate::Known(date) | ReadDate::YearOnly(date)) => date,
        Err(fault) => return Some(Err(fault)),
    };
    Some(written(inner).parse().map_err(DateFault::from))
}

/// A date followed by a time of day, which is dropped: `2015-01-02T10:00:00Z`, `2015-01-02 00:00`.
fn with_time(text: &str) -> Option<Edtf> {
    let (date, time) = (text.get(..10)?, text.get(10..)?);
    let is_time = time.starts_with(['T', ' ']) && time.contains(':');
    is_time.then(|| date.parse().ok()).flatten()
}

/// A year that a spreadsheet turned into `1967.0`, and `20150102`.
fn whole_float(text: &str) -> Option<Edtf> {
    let digits = text.strip_suffix(".0").unwrap_or(text);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match digits.len() {
        4 => digits.parse().ok(),
        8 => format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]).parse().ok(),
        _ => None,
    }
}

/// Three numbers of which the last is a year of four digits.
fn numeric(text: &str) -> Option<(u8, u8, u16)> {
    let mut parts = text.split(['/', '.', '-']).map(str::trim);
    let (a, b, year) = (parts.next()?, parts.next()?, parts.next()?);
    // A time of day may follow the year.
    let year = year.split(' ').next().filter(|y| y.len() == 4)?;
    if parts.next().is_some() || a.len() > 2 || b.len() > 2 {
        return None;
    }
    Some((a.parse().ok()?, b.parse().ok()?, year.parse().ok()?))
}

fn day_and_month(a: u8, b: u8, year: u16, order: Option<DateOrder>) -> Result<ReadDate, DateFault> {
    let date = |month, day| Edtf::date(year, Some(month), Some(day)).ok_or(DateFault::NoSuchDay).map(ReadDate::Known);
    match order {
        _ if a > 12 => date(b, a),
        _ if b > 12 => date(a, b),
        _ if a == b => date(a, b),
        Some(DateOrder::DayFirst) => date(b, a),
        Some(DateOrder::MonthFirst) => date(a, b),
        None => Edtf::date(year, None, None).ok_or(DateFault::NoSuchDay).map(ReadDate::YearOnly),
    }
}

/// `2015/5/3`, `2015.05`, `2015-5-3`.
fn year_first(text: &str) -> Option<Result<Edtf, DateFault>> {
    let mut parts = text.split(['/', '.', '-', '年', '月']).map(str::trim);
    let year: u16 = parts.next().filter(|y| y.len() == 4)?.parse().ok()?;
    let month: u8 = parts.next()?.parse().ok()?;
    let day = match parts.next().map(|d| d.trim_end_matches('日')) {
        None | Some("") => None,
        Some(day) => Some(day.parse().ok()?),
    };
    parts.next().is_none_or(str::is_empty).then(|| Edtf::date(year, Some(month), day).ok_or(DateFault::NoSuchDay))
}

/// `05/2015`.
fn month_and_year(text: &str) -> Option<Result<Edtf, DateFault>> {
    let (month, year) = text.split_once(['/', '.', '-'])?;
    if year.len() != 4 || month.len() > 2 {
        return None;
    }
    let (month, year) = (month.trim().parse().ok()?, year.parse().ok()?);
    Some(Edtf::date(year, Some(month), None).ok_or(DateFault::NoSuchDay))
}

/// `3 May 2015`, `May 3, 2015`, `Dec-2016`, `15 août 2017`.
fn with_month_name(text: &str) -> Option<Result<Edtf, DateFault>> {
    let words: Vec<String> = text
        .split([' ', '-', ',', '/', '.'])
        .filter(|w| !w.is_empty() && !matches!(w.to_lowercase().as_str(), "de" | "of" | "del" | "г"))
        .map(str::to_lowercase)
        .collect();
    if !(2..=3).contains(&words.len()) {
        return None;
    }
    let month = words.iter().find_map(|w| month_named(w))?;
    let year: u16 = words.iter().find(|w| w.len() == 4 && w.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
    let ordinal = |w: &String| w.trim_end_matches(char::is_alphabetic).parse::<u8>().ok();
    let day = words.iter().filter(|w| w.len() <= 4 && month_named(w).is_none()).find_map(ordinal);
    if words.len() == 3 && day.is_none() {
        return None;
    }
    Some(Edtf::date(year, Some(month), day).ok_or(DateFault::NoSuchDay))
}

/// Months in English, French, Spanish, Portuguese and Russian: the names, any beginning of which of three letters or more
/// is read as well.
const MONTHS: [&[&str]; 12] = [
    &["january", "janvier", "enero", "janeiro", "января", "январь"],
    &["february", "février", "fevrier", "febrero", "fevereiro", "февраля", "февраль"],
    &["march", "mars", "marzo", "março", "marco", "марта", "март"],
    &["april", "avril", "abril", "апреля", "апрель"],
    &["may", "mai", "mayo", "maio", "мая", "май"],
    &["june", "juin", "junio", "junho", "июня", "июнь"],
    &["july", "juillet", "julio", "julho", "июля", "июль"],
    &["august", "août", "aout", "agosto", "августа", "август"],
    &["september", "septembre", "septiembre", "setembro", "сентября", "сентябрь"],
    &["october", "octobre", "octubre", "outubro", "октября", "октябрь"],
    &["november", "novembre", "noviembre", "novembro", "ноября", "ноябрь"],
    &["december", "décembre", "decembre", "diciembre", "dezembro", "декабря", "декабрь"],
];

fn month_named(word: &str) -> Option<u8> {
    let begins = |name: &&str| word.chars().count() >= 3 && name.starts_with(word);
    MONTHS.iter().position(|names| names.iter().any(begins)).map(|m| m as u8 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, order: Option<DateOrder>, expected: &str) {
        let shown = match read(text, order) {
            Ok(ReadDate::Known(date)) => date.to_string(),
            Ok(ReadDate::YearOnly(date)) => format!("{date} only"),
            Err(fault) => fault.to_string(),
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn reads_dates_as_lists_write_them() {
        use DateOrder::*;
        check("2015-05-03", None, "2015-05-03");
        check("2015-05", None, "2015-05");
        check("2015-05~", None, "2015-05~");
        check("2016/2018", None, "2016/2018");
        check("2015-05-03T10:00:00Z", None, "2015-05-03");
        check("2015-05-03 00:00:00", None, "2015-05-03");
        check("20150503", None, "2015-05-03");
        check("1967.0", None, "1967");
        check("25/12/2015", None, "2015-12-25");
        check("12/25/2015", None, "2015-12-25");
        check("03/05/2015", Some(DayFirst), "2015-05-03");
        check("03/05/2015", Some(MonthFirst), "2015-03-05");
        check("03/05/2015", None, "2015 only");
        check("5.5.2015", None, "2015-05-05");
        check("2015/5/3", None, "2015-05-03");
        check("2015.05", None, "2015-05");
        check("05/2015", None, "2015-05");
        check("Dec-2016", None, "2016-12");
        check("3 May 2015", None, "2015-05-03");
        check("May 3rd, 2015", None, "2015-05-03");
        check("15 août 2017", None, "2017-08-15");
        check("3 de mayo de 2015", None, "2015-05-03");
        check("٢٥/١٢/٢٠١٥", None, "2015-12-25");
        check("2015年5月3日", None, "2015-05-03");
        check("about 2015", None, "2015~");
        check("c. 05/2015", None, "2015-05~");
        check("before 1990", None, "../1990");
        check("after May 2015", None, "2015-05/..");
    }

    #[test]
    fn refuses_what_leaves_a_doubt() {
        check("31/02/2015", None, "the calendar has no such day");
        check("03/05/15", None, "the year has two digits, so the century is unknown; write four");
        check("2015-13", None, "month 13 does not exist");
        check("maybe 2015", None, &EdtfError::Form.to_string());
        check("decade 1990", None, &EdtfError::Form.to_string());
        check("soon", None, &EdtfError::Form.to_string());
    }

    #[test]
    fn a_column_shows_its_order() {
        let order = |texts: &[&str]| {
            let mut evidence = OrderEvidence::default();
            texts.iter().for_each(|t| evidence.see(t));
            evidence.order()
        };
        assert_eq!(order(&["03/05/2015", "25/05/2015"]), Some(DateOrder::DayFirst));
        assert_eq!(order(&["03/05/2015", "05/25/2015"]), Some(DateOrder::MonthFirst));
        assert_eq!(order(&["25/05/2015", "05/25/2015"]), None);
        assert_eq!(order(&["03/05/2015"]), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
            let _ = read(&text, Some(DateOrder::DayFirst));
        }

        #[test]
        fn near_dates_are_read_or_refused(text in "[0-9a-z/. -]{0,14}") {
            let _ = read(&text, None);
        }
    }
}
