//! How finely may a date or a place that a source gave be printed?
//!
//! No finer than the source agreed to; and where a person was not asked, no finer than the month, because a day can tell who was there.

use crate::facts::SourceFile;
use crate::facts::words::Sort;
use crate::tongue::Tongue;
use factum_model::Edtf;
use factum_model::edtf::{Date, End, Precision};

/// The name of the limit in what a source agreed to.
const DATE: &str = "date";

/// How the names of limits on places begin.
const PLACE: &str = "place";

/// The finest precision in which dates from a source may be printed.
pub fn finest(file: &SourceFile) -> Precision {
    let consent = file.consent.as_ref().map(|said| &said.what);
    let limit = consent.and_then(|said| said.no_finer_than.iter().find(|detail| detail.name == DATE));
    match limit.map(|detail| detail.value.as_str()) {
        Some("day") => Precision::Day,
        Some("month") => Precision::Month,
        // A limit that nobody can read is the narrowest.
        Some(_) => Precision::Year,
        None if matches!(file.source.what.sort, Sort::Person | Sort::Expert) => Precision::Month,
        None => Precision::Day,
    }
}

/// The region beyond which a source's places may not be told, where it set one, in its own word: `valley`.
pub fn region(file: &SourceFile) -> Option<&str> {
    let consent = file.consent.as_ref().map(|said| &said.what);
    let limit = consent.and_then(|said| said.no_finer_than.iter().find(|detail| detail.name.starts_with(PLACE)));
    limit.map(|detail| detail.value.as_str())
}

/// A date made as coarse as this. What is coarser already stays as it is, with its source's own reservation.
pub fn coarse(date: Edtf, finest: Precision) -> Edtf {
    let end = |end: End| match end {
        End::At(date) => End::At(coarse_date(date, finest)),
        other => other,
    };
    match date {
        Edtf::Date(date) => Edtf::Date(coarse_date(date, finest)),
        Edtf::Interval(from, to) => Edtf::Interval(end(from), end(to)),
    }
}

fn coarse_date(date: Date, finest: Precision) -> Date {
    if date.precision() >= finest {
        return date;
    }
    let (year, month, _) = date.earliest().ymd();
    let month = u8::try_from(month).ok().filter(|_| finest == Precision::Month);
    let coarser = u16::try_from(year).ok().and_then(|year| Date::new(year, month, None));
    coarser.map_or(date, |mut coarser| {
        coarser.qualifier = date.qualifier;
        coarser
    })
}

/// A date as its text gives it, made as coarse as this, in words of the language. A text that is no date is none.
pub fn words(text: &str, finest: Precision, tongue: Option<Tongue>) -> Option<String> {
    let date = coarse(text.parse().ok()?, finest);
    match (tongue.and_then(|tongue| tongue.edtf(&date)), tongue) {
        (Some(words), _) => Some(words),
        // What has no words stands in signs, which a line from right to left must not turn round.
        (None, Some(tongue)) => Some(tongue.apart(&date.to_string())),
        (None, None) => Some(factum_report::apart(date.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_never_printed_finer_than_allowed() {
        let check = |text: &str, finest: Precision, expected: &str| {
            assert_eq!(coarse(text.parse().unwrap(), finest).to_string(), expected, "{text}");
        };
        check("2025-05-12", Precision::Day, "2025-05-12");
        check("2025-05-12", Precision::Month, "2025-05");
        check("2025-05-12~", Precision::Month, "2025-05~");
        check("2025-05-12", Precision::Year, "2025");
        check("2025-05", Precision::Year, "2025");
        check("2025", Precision::Month, "2025");
        check("2025-05-12/2025-06-01", Precision::Month, "2025-05/2025-06");
        check("2025-05-12/..", Precision::Year, "2025/..");
    }

    #[test]
    fn dates_are_written_in_words() {
        let check = |text: &str, tongue: Option<Tongue>, expected: Option<&str>| {
            assert_eq!(words(text, Precision::Day, tongue).as_deref(), expected, "{text}");
        };
        check("2025-05-12", Some(Tongue::En), Some("12 May 2025"));
        check("2025-05", Some(Tongue::Fr), Some("mai 2025"));
        check("2025-05-12", None, Some("\u{2066}2025-05-12\u{2069}"));
        check("2025-05~", Some(Tongue::Ar), Some("\u{2066}2025-05~\u{2069}"));
        check("2025-05~", Some(Tongue::En), Some("2025-05~"));
        check("2025/2026", Some(Tongue::En), Some("2025/2026"));
        check("soon", Some(Tongue::En), None);
    }
}
