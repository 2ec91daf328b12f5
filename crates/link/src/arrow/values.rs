//! How is one value of a column read, in the one form that columns write it?

use factum_model::{Age, Edtf, Feature, Sex};
use std::ops::RangeInclusive;

/// No age is higher; the oldest person known died at 122.
const OLDEST: u16 = 125;

/// `f` or `female`, `m` or `male`, `o` or `other`, in any case.
pub(super) fn sex(text: &str) -> Option<Sex> {
    match text.to_ascii_lowercase().as_str() {
        "f" | "female" => Some(Sex::Female),
        "m" | "male" => Some(Sex::Male),
        "o" | "other" => Some(Sex::Other),
        _ => None,
    }
}

/// `34` or `30-40`, in years.
pub(super) fn age(text: &str) -> Option<Age> {
    let years = |text: &str| text.trim().parse::<u16>().ok().filter(|years| *years <= OLDEST);
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    let age = Age { low: years(low)?, high: years(high)? };
    (age.low <= age.high).then_some(age)
}

/// A date in EDTF.
pub(super) fn date(text: &str) -> Option<Edtf> {
    text.parse().ok()
}

/// A year, month or day in digits; `Some(0)` is a way of writing that it is not known.
pub(super) fn part(feature: Feature, text: &str) -> Option<u16> {
    let range: RangeInclusive<u16> = match feature {
        Feature::BirthYear => 1000..=9999,
        Feature::BirthMonth => 1..=12,
        _ => 1..=31,
    };
    text.parse().ok().filter(|number| *number == 0 || range.contains(number))
}

/// The further names of one value, parted by semicolons of any script or by strokes.
pub(super) fn others(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '؛', '|']).map(str::trim).filter(|name| !name.is_empty())
}

/// The date that year, month and day make, and whether the day had to be left out because the month has none such.
pub(super) fn birth(year: u16, month: u16, day: u16) -> (Option<Edtf>, bool) {
    let part = |number: u16| u8::try_from(number).ok().filter(|number| *number > 0);
    let Some(month) = part(month) else { return (Edtf::date(year, None, None), false) };
    match Edtf::date(year, Some(month), part(day)) {
        Some(date) => (Some(date), false),
        None => (Edtf::date(year, Some(month), None), true),
    }
}
