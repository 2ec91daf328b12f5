//! How does a list get a person wrong?
//!
//! Names are misspelt by ear and by finger, shortened, swapped or left out; dates are off, turned round or known to the year
//! only; places are taken for their neighbours. What is not known is left empty, never padded.

use super::people::{Names, Person};
use super::{MOST_LISTS, Row};
use crate::keyed::Stream;
use crate::typing::slipped;
use factum_model::edtf::Day;

/// How much more or less careless than the average each list is.
const CARELESSNESS: [f64; MOST_LISTS] = [0.7, 1.0, 1.2, 0.9, 1.5, 1.1, 0.8, 1.3];

/// The share of records on which each list gives no father's name.
const NO_FATHER: [f64; MOST_LISTS] = [0.15, 0.5, 0.3, 0.9, 0.6, 0.4, 0.2, 0.7];

/// Spellings that one ear takes for the other.
const BY_EAR: &[(&str, &str)] = &[
    ("sh", "sch"),
    ("sh", "ch"),
    ("kh", "h"),
    ("kh", "k"),
    ("gh", "g"),
    ("th", "t"),
    ("ou", "u"),
    ("ou", "oo"),
    ("ai", "ay"),
    ("ai", "e"),
    ("ei", "i"),
    ("q", "k"),
    ("k", "c"),
    ("v", "w"),
    ("f", "ph"),
    ("j", "dj"),
    ("z", "s"),
    ("i", "y"),
    ("i", "ee"),
    ("y", "i"),
    ("e", "i"),
    ("o", "u"),
    ("d", "t"),
    ("b", "p"),
    ("m", "mm"),
    ("s", "ss"),
    ("l", "ll"),
    ("a", "aa"),
    ("a", "e"),
];

/// What a list wrote about a person.
pub(super) fn write(person: &Person, names: &Names, list: usize, level: f64, draws: &mut Stream) -> Row {
    let scale = level * CARELESSNESS[list];
    let givens = if person.woman { &names.women } else { &names.men };
    let mut given = spelt(givens.name(person.given), scale, draws);
    let mut family = spelt(names.families.name(person.family), scale, draws);
    let mut father = spelt(names.men.name(person.father), scale, draws);
    match draws.unit() / scale {
        x if x < 0.015 => given.truncate(1),
        x if x < 0.03 => std::mem::swap(&mut given, &mut family),
        x if x < 0.045 => given.clear(),
        x if x < 0.06 => family.clear(),
        _ => {}
    }
    if draws.chance(NO_FATHER[list]) {
        father.clear();
    }
    let recorded_as_woman = person.woman != draws.chance(0.01 * scale);
    let sex = match () {
        () if draws.chance(0.03 * scale) => "",
        () if recorded_as_woman => "F",
        () => "M",
    };
    let (place, region) = place(person.place, names, scale, draws);
    Row {
        list,
        number: 0,
        person: 0,
        given,
        father,
        family,
        sex,
        birth: birth(person.birth, scale, draws),
        event_date: event(person.event, scale, draws),
        place,
        region,
    }
}

/// A name as a clerk writes it: right, by ear, or with a slip of the finger.
fn spelt(name: &str, scale: f64, draws: &mut Stream) -> String {
    match draws.unit() / scale {
        x if x < 0.085 => by_ear(name, draws),
        x if x < 0.14 => slipped(name, draws),
        _ => name.to_string(),
    }
}

/// Another spelling of the same sound. A name without a sound that can be written otherwise stays as it is.
fn by_ear(name: &str, draws: &mut Stream) -> String {
    let lower = name.to_ascii_lowercase();
    let found = |heard: &str| lower.match_indices(heard).map(|(at, _)| at).collect::<Vec<_>>();
    let fitting: Vec<(usize, &(&str, &str))> =
        BY_EAR.iter().flat_map(|rule| found(rule.0).into_iter().map(move |at| (at, rule))).collect();
    if fitting.is_empty() {
        return name.to_string();
    }
    let (at, (heard, written)) = fitting[draws.below(fitting.len())];
    let mut other = lower;
    other.replace_range(at..at + heard.len(), written);
    other[..1].make_ascii_uppercase();
    other
}

/// A date of birth as recorded.
fn birth(day: Day, scale: f64, draws: &mut Stream) -> String {
    let (year, month, date) = day.ymd();
    match draws.unit() / scale {
        x if x < 0.12 => String::new(),
        x if x < 0.20 => format!("{year:04}"),
        x if x < 0.22 => format!("{year:04}-{month:02}"),
        x if x < 0.24 => iso(Day(day.0 + off(3, draws))),
        x if x < 0.25 => shifted(year, month as i32 + off(1, draws), date),
        x if x < 0.27 => shifted(year + off(2, draws), month as i32, date),
        x if x < 0.285 && date <= 12 => format!("{year:04}-{date:02}-{month:02}"),
        _ => iso(day),
    }
}

/// The date of the event as recorded.
fn event(day: Day, scale: f64, draws: &mut Stream) -> String {
    let (year, month, _) = day.ymd();
    match draws.unit() / scale {
        x if x < 0.04 => String::new(),
        x if x < 0.055 => format!("{year:04}"),
        x if x < 0.10 => format!("{year:04}-{month:02}"),
        x if x < 0.22 => iso(Day(day.0 + off(4, draws))),
        _ => iso(day),
    }
}

/// Place and region as recorded; the region is that of the place that was written down.
fn place(place: usize, names: &Names, scale: f64, draws: &mut Stream) -> (String, String) {
    let (kind, after) = (draws.unit() / scale, draws.chance(0.5));
    let recorded = if kind < 0.05 { names.neighbour(place, after) } else { place };
    let written = match kind {
        x if x < 0.05 => names.places.name(recorded).to_string(),
        x if x < 0.08 => slipped(names.places.name(recorded), draws),
        x if x < 0.12 => String::new(),
        _ => names.places.name(recorded).to_string(),
    };
    let region = if draws.chance(0.03 * scale) { String::new() } else { names.region(recorded).to_string() };
    (written, region)
}

/// A step up or down of at least one and at most `most`.
fn off(most: usize, draws: &mut Stream) -> i32 {
    let step = 1 + draws.below(most) as i32;
    if draws.chance(0.5) { step } else { -step }
}

fn iso(day: Day) -> String {
    let (year, month, date) = day.ymd();
    format!("{year:04}-{month:02}-{date:02}")
}

/// A date with another month or year, on the nearest day the calendar has.
fn shifted(year: i32, month: i32, date: u32) -> String {
    let month = month.clamp(1, 12) as u32;
    let day = (1..=date).rev().find_map(|date| Day::from_ymd(year, month, date));
    day.map(iso).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyed::Key;

    fn draws() -> Stream {
        Key::new(11, 0).stream(0)
    }

    #[test]
    fn an_ear_takes_one_spelling_for_another() {
        let mut draws = draws();
        let written: std::collections::HashSet<String> = (0..300).map(|_| by_ear("Khalodei", &mut draws)).collect();
        assert!(["Halodei", "Kalodei", "Khalodi", "Khalodey", "Khallodei"].iter().all(|name| written.contains(*name)));
        assert!(!written.contains("Khalodei"));
        assert_eq!(by_ear("Gugu", &mut draws), "Gugu");
    }

    #[test]
    fn dates_keep_to_the_calendar() {
        assert_eq!(shifted(2015, 2, 31), "2015-02-28");
        assert_eq!(shifted(2016, 13, 5), "2016-12-05");
        let mut draws = draws();
        let day = Day::from_ymd(2016, 2, 29).unwrap();
        for _ in 0..2_000 {
            for text in [birth(day, 1.5, &mut draws), event(day, 1.5, &mut draws)] {
                assert!(text.is_empty() || text.parse::<factum_model::Edtf>().is_ok(), "{text}");
            }
        }
    }

    #[test]
    fn a_level_of_zero_means_no_error() {
        let mut draws = draws();
        assert!((0..500).all(|_| spelt("Khalodei", 0.0, &mut draws) == "Khalodei"));
        let day = Day::from_ymd(1980, 3, 4).unwrap();
        assert!((0..500).all(|_| birth(day, 0.0, &mut draws) == "1980-03-04"));
    }
}
