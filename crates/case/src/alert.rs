//! What must be known before any number is used?
//!
//! A linkage that lost a column still gives numbers, and they look like any others. So a column that could not be read, a
//! respect that a list hardly ever states, and a field that the model could not learn or that contradicts it are told
//! first, each with what to do.

use crate::lists::{ColumnUse, FileInfo, ListInfo, Reading};
use factum_link::{Field, Warning};
use factum_model::Feature;
use factum_report::grouped;
use serde::Serialize;
use std::fmt;

/// A respect said by fewer of a list's records than this is as good as absent from it.
const HARDLY: f64 = 0.05;

/// Something that must be known first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alert {
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} What to do: {}", self.what, self.remedy)
    }
}

/// What must be known first about lists and the linkage made of them: columns, then lists, then the model.
pub fn alerts(reading: &Reading, warnings: &[Warning]) -> Vec<Alert> {
    let columns = reading.files.iter().flat_map(|file| file.columns.iter().filter_map(|column| unread(file, column)));
    let lists = reading.lists.iter().flat_map(hardly_known);
    columns.chain(lists).chain(untrained(warnings)).chain(warnings.iter().filter_map(of_warning)).collect()
}

/// Warnings of a linkage that need not be known first.
pub fn others(warnings: &[Warning]) -> Vec<String> {
    let quiet = warnings.iter().filter(|w| remedy(w).is_none() && !matches!(w, Warning::Untrained(_)));
    quiet.map(ToString::to_string).collect()
}

/// A column that is empty, or of which less than half could be read.
fn unread(file: &FileInfo, column: &ColumnUse) -> Option<Alert> {
    let said = column.filled + column.unread;
    let (name, key) = (&column.column, column.feature.key());
    if said == 0 && file.rows > 0 {
        return Some(Alert {
            what: format!("Column `{name}` of {}, mapped to `{key}`, is empty in every row.", file.input.name),
            remedy: "map the column that holds it, or take the mapping out of the settings.".into(),
        });
    }
    (column.unread * 2 > said).then(|| Alert {
        what: format!(
            "Column `{name}` of {}: {} of the {} values could not be read as `{key}` and were left out.",
            file.input.name,
            grouped(column.unread as f64),
            grouped(said as f64)
        ),
        remedy: format!("{}; `factum list check` names each row.", how_to_write(column.feature)),
    })
}

fn how_to_write(feature: Feature) -> &'static str {
    match feature {
        Feature::Birth | Feature::EventDate => {
            "check that the right column is mapped, set date_order for the list, or write dates as 2017-05-03, 2017-05 or 2017"
        }
        Feature::BirthYear | Feature::BirthMonth | Feature::BirthDay => {
            "check that the right column is mapped, and write year, month and day as numbers"
        }
        Feature::Sex => "check that the right column is mapped, and write female, male or other",
        Feature::Age => "check that the right column is mapped, and write ages as 34, 30-40 or about 40",
        _ => "check that the right column is mapped, and set the encoding of the list",
    }
}

/// Respects to which a column of a list is mapped and which almost none of its records states. One that no record states
/// shows in its column.
fn hardly_known(list: &ListInfo) -> Vec<Alert> {
    let hardly = |records: u64| records > 0 && (records as f64) < HARDLY * list.records as f64;
    let known = list.known.iter().filter(|(_, records)| hardly(**records));
    let alert = |(respect, records): (&&str, &u64)| Alert {
        what: format!(
            "Only {} of the {} records of list `{}` state a {respect}.",
            grouped(*records as f64),
            grouped(list.records as f64),
            list.id
        ),
        remedy: format!(
            "check that the right column is mapped; if the source hardly ever states it, do not count on the {respect} to tell \
             its people apart."
        ),
    };
    known.map(alert).collect()
}

/// Fields that could not be learned, in one alert.
fn untrained(warnings: &[Warning]) -> Option<Alert> {
    let fields: Vec<&str> = warnings
        .iter()
        .filter_map(|w| if let Warning::Untrained(f) = w { Some(f) } else { None })
        .map(|f| Field::name(*f))
        .collect();
    let (last, before) = fields.split_last()?;
    let named = if before.is_empty() { last.to_string() } else { format!("{} and {last}", before.join(", ")) };
    let (whose, weights) = if before.is_empty() { ("its", "a guess") } else { ("their", "guesses") };
    Some(Alert {
        what: format!(
            "Too few likely matches state the {named} on both sides: {whose} weights are {weights}, not learned from these \
             lists."
        ),
        remedy: format!(
            "map {} on more of the lists, or take {} out of the settings and see whether the numbers change.",
            if before.is_empty() { "it" } else { "them" },
            if before.is_empty() { "it" } else { "each" }
        ),
    })
}

/// A warning that must be known first.
fn of_warning(warning: &Warning) -> Option<Alert> {
    Some(Alert { what: warning.to_string(), remedy: remedy(warning)?.into() })
}

/// What to do about what must be known first; fields that were not learned have an alert of their own.
fn remedy(warning: &Warning) -> Option<&'static str> {
    match warning {
        Warning::Untrained(_)
        | Warning::Unnamed(_)
        | Warning::Overruled(_)
        | Warning::Forbidden(_)
        | Warning::Heaped(_)
        | Warning::Rendered(..) => None,
        Warning::NotSettled => Some(
            "do not use these numbers; check the mapping of the columns, and read some linked pairs with `factum explain`.",
        ),
        Warning::Contradicts(_) => Some(
            "check that the column holds on every list what it is mapped to, and that values standing for nothing (`unknown`, 0) \
             are left empty.",
        ),
        Warning::MatchesDiffer(_) => {
            Some("map more columns that tell people apart, and read some linked pairs with `factum explain`.")
        }
        Warning::Contradictory(_) => Some(
            "find the judgements that cannot all be true, and let those who made them judge again with `factum review`.",
        ),
        Warning::Identical(_) => Some(
            "look whether these rows are filler; map more columns that tell people apart, or leave the rows out and count them \
             apart.",
        ),
        Warning::NoMatches => {
            Some("check that the lists speak of the same people and that the same columns are mapped on each.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lists, settings::Settings};
    use std::path::Path;

    fn read(rows: &str) -> Reading {
        let (settings, _) = Settings::parse(
            "[columns]\nid = 'record'\nname = 'name'\nborn = 'birth'\nsex = 'sex'\nmonth = 'birth.month'\n",
            "s.toml",
        );
        let mut reading = Reading::default();
        let list = settings.for_file(Path::new("l.csv")).unwrap();
        lists::read_bytes(format!("id,name,born,sex,month\n{rows}").as_bytes(), "l.csv", &list, &mut reading);
        reading
    }

    fn check(rows: &str, warnings: &[Warning], expected: &[&str]) {
        let alerts = alerts(&read(rows), warnings);
        let found: Vec<&str> = alerts.iter().map(|a| a.what.as_str()).collect();
        assert_eq!(found, expected);
        assert!(alerts.iter().all(|a| a.remedy.ends_with('.') && !a.remedy.starts_with(char::is_uppercase)));
    }

    #[test]
    fn a_column_that_was_not_read_is_told() {
        check(
            "1,Ana,soon,F,0\n2,Doru,later,M,3\n3,Mara,1970,F,0\n",
            &[],
            &["Column `born` of l.csv: 2 of the 3 values could not be read as `birth` and were left out."],
        );
    }

    #[test]
    fn half_is_not_too_little_and_a_zero_says_nothing() {
        check("1,Ana,soon,F,0\n2,Doru,1970,M,4\n", &[], &[]);
    }

    #[test]
    fn an_empty_column_is_told() {
        check(
            "1,Ana,1970,,1\n2,Doru,1971,,2\n",
            &[],
            &["Column `sex` of l.csv, mapped to `sex`, is empty in every row."],
        );
    }

    #[test]
    fn a_respect_that_is_hardly_stated_is_told() {
        let row = |i: usize| format!("{i},Ana,{},F,\n", if i < 2 { "1970" } else { "" });
        let rows: String = (0..41).map(row).collect();
        check(
            &format!("{rows}77,Ana,,F,\n"),
            &[],
            &[
                "Column `month` of l.csv, mapped to `birth.month`, is empty in every row.",
                "Only 2 of the 42 records of list `l` state a birth or age.",
            ],
        );
    }

    #[test]
    fn what_the_model_could_not_learn_is_told_once() {
        check(
            "1,Ana,1970,F,1\n",
            &[
                Warning::Untrained(Field::Sex),
                Warning::Overruled(3),
                Warning::Untrained(Field::Given),
                Warning::NotSettled,
            ],
            &[
                "Too few likely matches state the sex and given name on both sides: their weights are guesses, not learned from \
                 these lists.",
                "Training did not settle; weights and probabilities are not reliable.",
            ],
        );
    }

    #[test]
    fn what_is_loud_is_not_told_again() {
        let heaped = Warning::Heaped(factum_link::Heaps::default());
        let all = [Warning::Overruled(3), heaped.clone(), Warning::Contradictory(2), Warning::Untrained(Field::Sex)];
        assert_eq!(others(&all), [Warning::Overruled(3).to_string(), heaped.to_string()]);
        let loud: Vec<String> = alerts(&read("1,Ana,1970,F,1\n"), &all).into_iter().map(|a| a.what).collect();
        assert_eq!(loud[1..], [Warning::Contradictory(2).to_string()]);
    }
}
