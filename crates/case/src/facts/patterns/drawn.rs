//! How do patterns look: who was moved whither, and where acts were told of?

use super::Counted;
use crate::custody::ids::RecordId;
use crate::facts::accounts::{Accounts, Settled};
use crate::facts::book::Book;
use factum_report::plot;
use factum_weigh::pattern::{self, Grain, PatternError};
use std::collections::BTreeMap;

/// Movements of persons between places, all years together, as SVG.
///
/// # Errors
/// A transfer is given twice.
pub fn flows(counted: &Counted) -> Result<String, PatternError> {
    let found = pattern::flows(&counted.transfers, Grain::Year)?;
    let mut codes: Vec<&String> = found.iter().flat_map(|flow| flow.from.iter().chain(&flow.to)).collect();
    codes.sort();
    codes.dedup();
    let at = |code: &Option<String>| code.as_ref().and_then(|code| codes.binary_search(&code).ok());
    let bands = found
        .iter()
        .map(|flow| plot::Flow { from: at(&flow.from), to: at(&flow.to), moved: flow.persons as u64 })
        .collect();
    let facilities = codes.iter().map(|code| counted.named(code)).collect();
    let title = "Who was moved from where to where, each person once a year".to_string();
    let of = plot::Flows { title, unit: "persons".into(), facilities, flows: bands };
    Ok(plot::flows(&of, plot::ENGLISH))
}

/// A map, and what is not on it.
#[derive(Clone, Debug)]
pub struct Mapped {
    /// The map, SVG.
    pub svg: String,
    /// How many places are on it.
    pub shown: usize,
    /// Places of which nobody gives a position, or several, or one that cannot be read; by code.
    pub missing: Vec<String>,
}

/// Places with their positions, each with the number of acts told of it.
pub fn map(book: &Book, accounts: &Accounts, counted: &Counted, outlines: plot::Outlines) -> Mapped {
    let mut acts: BTreeMap<&str, u64> = BTreeMap::new();
    for act in counted.acts.iter().filter(|act| act.told.iter().any(|told| !told.denies)) {
        if let Some(place) = &act.place {
            *acts.entry(place).or_default() += 1;
        }
    }
    let mut places: Vec<(&str, &str, RecordId)> = book
        .entities
        .values()
        .filter(|said| said.what.sort == "place")
        .map(|said| (said.what.code.as_str(), said.what.label.as_str(), said.what.entity))
        .collect();
    places.sort_unstable();
    let (mut shown, mut missing) = (Vec::new(), Vec::new());
    for (code, label, id) in places {
        let position = match accounts.settled(book, &id, "position") {
            Settled::One(account) => whereabouts(&account.value),
            _ => None,
        };
        match position {
            Some(at) => {
                let number = acts.get(code).copied();
                shown.push(plot::MappedPlace { label: format!("{label} ({code})"), number, at });
            }
            None => missing.push(code.to_string()),
        }
    }
    let count = shown.len();
    let title = "Places, with the number of acts told of them".to_string();
    // Whoever is handed the map must know what is not on it.
    let note = if missing.is_empty() { String::new() } else { plot::ENGLISH.unsettled(&missing) };
    let map = plot::Map { title, places: shown, outlines, note };
    Mapped { svg: plot::map(&map, plot::ENGLISH), shown: count, missing }
}

/// A position as it is written: `-10.5, -25.25` in degrees of latitude and longitude, with `± 2 km` where it is known how exact it is.
pub(crate) fn whereabouts(text: &str) -> Option<plot::Whereabouts> {
    let (position, precision) = match text.split_once('±') {
        Some((position, exact)) => {
            let km = exact.trim().strip_suffix("km")?.trim().parse::<f64>().ok()?;
            (position, Some(km).filter(|km| km.is_finite() && *km > 0.0))
        }
        None => (text, None),
    };
    let (latitude, longitude) = position.split_once(',')?;
    let degrees = |part: &str, most: f64| part.trim().parse::<f64>().ok().filter(|d| d.abs() <= most);
    let (latitude, longitude) = (degrees(latitude, 90.0)?, degrees(longitude, 180.0)?);
    Some(plot::Whereabouts::Point { longitude, latitude, precision })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_degrees_with_a_precision() {
        let check = |text: &str, expected: Option<(f64, f64, Option<f64>)>| {
            let read = whereabouts(text).map(|at| match at {
                plot::Whereabouts::Point { longitude, latitude, precision } => (latitude, longitude, precision),
                _ => (0.0, 0.0, None),
            });
            assert_eq!(read, expected, "{text}");
        };
        check("-10.5, -25.25", Some((-10.5, -25.25, None)));
        check("-10.5, -25.25 ± 2 km", Some((-10.5, -25.25, Some(2.0))));
        check("-10.5, -25.25 ± two", None);
        check("91, 0", None);
        check("inf, 0", None);
        check("by the river", None);
    }
}
