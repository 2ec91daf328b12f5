//! What does a person need to see of a pair, side by side?
//!
//! The source's own words, field by field, marked where they differ, and beside them what the engine makes of each field. An
//! audit is blind: there the engine's opinion is left out, and the marks compare nothing but letters.

use super::Question;
use crate::judgement::RecordKey;
use crate::lists::ListInfo;
use crate::lists::words::Words;
use factum_link::{Field, Linkage, ScoredPair};
use factum_model::Feature;
use std::collections::HashMap;

/// How the two sides of a row compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The same.
    Same,
    /// Not the same, but near.
    Near,
    /// Different.
    Different,
    /// Only one of the records says.
    OneSide,
}

/// A word of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Whether the other side has no such word.
    pub differs: bool,
}

/// What the engine makes of one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// The field's name.
    pub field: &'static str,
    /// The level of agreement in words.
    pub level: &'static str,
    /// What it adds to the weight, in bits; absent where a record does not say.
    pub bits: Option<f64>,
    /// How the values compare in it.
    pub mark: Mark,
}

/// One row of the card.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it is about.
    pub label: &'static str,
    /// The words of one record.
    pub left: Vec<Word>,
    /// The words of the other.
    pub right: Vec<Word>,
    /// How they compare.
    pub mark: Mark,
    /// What the engine makes of it; empty in an audit.
    pub agreements: Vec<Agreement>,
}

/// Whose record it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The list in full.
    pub list: String,
    /// The record.
    pub key: RecordKey,
}

/// A pair, side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// One record.
    pub left: Side,
    /// The other.
    pub right: Side,
    /// What they say.
    pub rows: Vec<Row>,
    /// What neither says although a list has a column for it.
    pub missing: Vec<&'static str>,
    /// Weight in bits and probability; absent in an audit.
    pub score: Option<(f64, f64)>,
}

/// The rows of a card, with the features that belong into each.
const ROWS: &[(&str, &[Feature])] = &[
    ("name", &[Feature::FullName, Feature::GivenName, Feature::MiddleName, Feature::FamilyName]),
    ("other names", &[Feature::OtherName]),
    ("sex", &[Feature::Sex]),
    ("birth or age", &[Feature::Birth, Feature::BirthYear, Feature::BirthMonth, Feature::BirthDay, Feature::Age]),
    ("date of event", &[Feature::EventDate]),
    ("place of event", &[Feature::EventPlace, Feature::EventRegion]),
    ("residence", &[Feature::ResidencePlace, Feature::ResidenceRegion]),
    ("address", &[Feature::Address]),
    ("ethnicity", &[Feature::Ethnicity]),
    ("occupation", &[Feature::Occupation]),
    ("number", &[Feature::Number]),
];

/// The row in which a field of the engine is shown.
fn row_of(field: Field) -> &'static str {
    match field {
        Field::Given | Field::Middle | Field::Family => "name",
        field => field.name(),
    }
}

impl Card {
    /// The card of a question, from the words of its records. With a linkage it shows what the engine makes of the pair;
    /// without, it is blind.
    pub fn new(
        question: &Question,
        words: &HashMap<RecordKey, Words>,
        lists: &[ListInfo],
        scored: Option<(&Linkage<'_>, ScoredPair)>,
    ) -> Card {
        let side = |key: &RecordKey| {
            let list = lists.iter().find(|l| l.id == key.list).map_or(key.list.to_string(), |l| l.label.clone());
            Side { list, key: key.clone() }
        };
        let nothing = Words::new();
        let of = |key: &RecordKey| words.get(key).unwrap_or(&nothing);
        let (left, right) = (of(&question.a), of(&question.b));
        let fields = scored.as_ref().map(|(linkage, pair)| agreements(linkage, pair)).unwrap_or_default();
        let (mut rows, mut missing) = (Vec::new(), Vec::new());
        for &(label, features) in ROWS {
            let (one, other) = (value(features, left), value(features, right));
            let known = fields.iter().filter(|(row, _)| *row == label).map(|(_, agreement)| agreement.clone());
            let known: Vec<Agreement> = known.collect();
            if one.is_empty() && other.is_empty() {
                // The engine has the field, so other records say it.
                if !known.is_empty() {
                    missing.push(label);
                }
                continue;
            }
            rows.push(Row {
                label,
                left: marked(&one, &other),
                right: marked(&other, &one),
                mark: mark(&one, &other, &known),
                agreements: known,
            });
        }
        let score = scored.map(|(_, pair)| (pair.weight, pair.probability));
        Card { left: side(&question.a), right: side(&question.b), rows, missing, score }
    }
}

/// What the engine makes of each field, with the row it is shown in.
fn agreements(linkage: &Linkage<'_>, pair: &ScoredPair) -> Vec<(&'static str, Agreement)> {
    let of = |(field, bits): (Field, Option<f64>)| {
        let level = field.levels().get(usize::from(pair.pattern.level(field))).copied().unwrap_or("unknown");
        (row_of(field), Agreement { field: field.name(), level, bits, mark: mark_of(level) })
    };
    linkage.contributions(pair).into_iter().map(of).collect()
}

/// How the sides compare at a level of agreement.
fn mark_of(level: &str) -> Mark {
    match level {
        "missing" => Mark::OneSide,
        "same" | "same day" | "same beside a shared given name" => Mark::Same,
        "different" | "different beside a shared given name" | "within ten years" | "within a year" => Mark::Different,
        // Behind the comma stands how rare the value is.
        level if level.starts_with("same, ") || level.starts_with("same day, ") => Mark::Same,
        _ => Mark::Near,
    }
}

/// What a record says in a row, as one text.
fn value(features: &[Feature], words: &Words) -> String {
    let of = |feature: Feature| words.iter().filter(move |(f, _)| *f == feature).map(|(_, text)| text.as_str());
    let joined = |features: &[Feature], with: &str| features.iter().flat_map(|f| of(*f)).collect::<Vec<_>>().join(with);
    let parts = match features {
        [Feature::FullName, parts @ ..] => vec![joined(&[Feature::FullName], " "), joined(parts, " ")],
        [Feature::Birth, date @ .., Feature::Age] => {
            let age = joined(&[Feature::Age], " ");
            let age = if age.is_empty() { age } else { format!("age {age}") };
            vec![joined(&[Feature::Birth], " "), joined(date, "-"), age]
        }
        features => vec![joined(features, ", ")],
    };
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("; ")
}

/// A word without what surrounds it, in small letters.
fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// The words of a text, each with whether the other text lacks it.
fn marked(text: &str, other: &str) -> Vec<Word> {
    let there: Vec<String> = other.split_whitespace().map(bare).collect();
    let differs = |word: &str| !other.is_empty() && !there.contains(&bare(word));
    text.split_whitespace().map(|w| Word { text: w.to_string(), differs: differs(w) }).collect()
}

/// How the sides compare: by what the engine says where it says, by letters elsewhere.
fn mark(one: &str, other: &str, agreements: &[Agreement]) -> Mark {
    if one.is_empty() || other.is_empty() {
        return Mark::OneSide;
    }
    let known = || agreements.iter().map(|a| a.mark).filter(|mark| *mark != Mark::OneSide);
    if known().count() == 0 {
        return letters(one, other);
    }
    if known().all(|mark| mark == Mark::Same) {
        Mark::Same
    } else if known().any(|mark| mark == Mark::Different) {
        Mark::Different
    } else {
        Mark::Near
    }
}

/// How two texts compare as letters: near when only the order of words differs, or when one goes on where the other stops.
fn letters(one: &str, other: &str) -> Mark {
    let words = |text: &str| text.split_whitespace().map(bare).collect::<Vec<_>>();
    let sorted = |mut words: Vec<String>| {
        words.sort_unstable();
        words
    };
    let (x, y) = (words(one), words(other));
    let (whole_x, whole_y) = (x.join(" "), y.join(" "));
    if x == y {
        Mark::Same
    } else if whole_x.starts_with(&whole_y) || whole_y.starts_with(&whole_x) || sorted(x) == sorted(y) {
        Mark::Near
    } else {
        Mark::Different
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_levels_of_every_mark() {
        for field in Field::ALL {
            let marks: Vec<Mark> = field.levels().iter().map(|level| mark_of(level)).collect();
            assert_eq!((marks[0], marks[1]), (Mark::OneSide, Mark::Same), "{}", field.name());
            assert_eq!(marks.last(), Some(&Mark::Different), "{}", field.name());
            // From better to worse: nothing that is near stands before the same, nothing different before the near.
            let places =
                marks[1..].iter().map(|m| [Mark::Same, Mark::Near, Mark::Different].iter().position(|x| x == m));
            assert!(field == Field::Sex || places.is_sorted(), "{}", field.name());
        }
        assert_eq!(mark_of("same month"), Mark::Near);
        assert_eq!(mark_of("same day of another year"), Mark::Near);
        assert_eq!(mark_of("same, very rare"), Mark::Same);
    }
}
