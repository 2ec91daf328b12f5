//! Which value does this text mean, for a property of this type?
//!
//! Nothing is guessed: a date in doubt keeps its year alone, a term that the vocabulary does not have is named and left out.

use super::entity::Value;
use super::kind::Type;
use super::{Property, Schema};
use crate::lists::{ReadDate, ascii_digits, read_date};
use crate::settings::DateOrder;

/// A text as far as it could be read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Parsed {
    /// Read; with a note if less was kept than was written.
    Value(Value, Option<&'static str>),
    /// The vocabulary has no such term.
    NoTerm,
    /// Not readable: what is wrong, and what to write.
    Bad(String, &'static str),
}

/// Reads a text that is not empty. Links are not values; whoever asks for one gets a fault.
pub(super) fn parse(schema: &Schema, property: &Property, text: &str, order: Option<DateOrder>) -> Parsed {
    let value = match &property.of {
        Type::Text => Value::Text(text.to_string()),
        Type::Name => Value::name(text),
        Type::Place => match coordinates(text) {
            Some(false) => {
                let hint = "write latitude, then longitude, in degrees: 41.25, 63.5";
                return Parsed::Bad("the coordinates lie outside the earth".into(), hint);
            }
            _ => Value::Place(text.to_string()),
        },
        Type::Date => {
            return match read_date(text, order) {
                Ok(ReadDate::Known(date)) => Parsed::Value(Value::Date(date.to_string()), None),
                Ok(ReadDate::YearOnly(date)) => {
                    let note = "day and month cannot be told apart; only the year was kept";
                    Parsed::Value(Value::Date(date.to_string()), Some(note))
                }
                Err(fault) => Parsed::Bad(fault.to_string(), "write 2017-05-03, 2017-05, 2017, 2017-05~ or 2016/2018"),
            };
        }
        Type::Term(name) => {
            let Some(term) = schema.vocabulary(name).and_then(|v| v.meant(text)) else { return Parsed::NoTerm };
            Value::Term { vocabulary: name.clone(), code: term.code.clone() }
        }
        Type::Number => match number(text) {
            Some(number) => Value::Number(number),
            None => return Parsed::Bad("is no number".into(), "write digits, with a point before decimals"),
        },
        Type::YesNo => match yes_no(text) {
            Some(flag) => Value::YesNo(flag),
            None => return Parsed::Bad("is neither yes nor no".into(), "write yes or no, or leave it empty"),
        },
        Type::Link { .. } => {
            return Parsed::Bad(
                "is a link, not a value".into(),
                "map the column that holds the key of the other entity",
            );
        }
    };
    Parsed::Value(value, None)
}

/// A number in plain decimal digits; digits of other scripts are turned into these.
pub(super) fn number(text: &str) -> Option<String> {
    let text = ascii_digits(text.trim());
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let (whole, decimals) = digits.split_once('.').map_or((digits, None), |(w, d)| (w, Some(d)));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (text.len() <= 40 && all_digits(whole) && decimals.is_none_or(all_digits)).then_some(text)
}

/// Whether a text that has the form of coordinates lies on the earth; `None` if it has another form.
fn coordinates(text: &str) -> Option<bool> {
    let (latitude, longitude) = text.split_once(',')?;
    let degrees = |part: &str| number(part).and_then(|n| n.parse::<f64>().ok());
    let (latitude, longitude) = (degrees(latitude)?, degrees(longitude)?);
    Some(latitude.abs() <= 90.0 && longitude.abs() <= 180.0)
}

fn yes_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "oui" | "sí" | "si" | "sim" | "да" | "نعم" | "是" => Some(true),
        "no" | "n" | "false" | "0" | "non" | "não" | "нет" | "لا" | "否" => Some(false),
        _ => None,
    }
}

/// A date of the Events Standard Formats: unknown days and months are padded with 01, and a term of the list of date types
/// says so. The padding is taken off. Returns the date, and a note if what is taken off was no padding.
pub(super) fn unpadded(text: &str, wanting: Option<&str>) -> Result<(String, Option<&'static str>), String> {
    let ReadDate::Known(date) = read_date(text, None).map_err(|fault| fault.to_string())? else {
        return Err("day and month cannot be told apart; write year, month and day".into());
    };
    let date = date.to_string();
    if date.contains(['/', '~', '?', '%']) {
        // What already says that it is not exact needs nothing taken off.
        return Ok((date, None));
    }
    let padded = |from: usize| date.get(from..).is_some_and(|rest| rest.split('-').all(|p| p.is_empty() || p == "01"));
    let note = |padding: bool| (!padding).then_some("a day or month was given that the date's type calls unknown");
    let kept = |until: usize| date.get(..until).unwrap_or(&date).to_string();
    Ok(match wanting {
        None => (date, None),
        Some("010000000000") => (format!("{date}~"), None),
        Some("020000000000") => (kept(7), note(padded(7))),
        Some(_) => (kept(4), note(padded(4))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(property: &str, text: &str, expected: &str) {
        let schema = Schema::standard();
        let (kind, name) = property.split_once('.').unwrap();
        let property = schema.kind(kind).and_then(|k| k.property(name)).unwrap();
        let shown = match parse(&schema, property, text, None) {
            Parsed::Value(value, note) => format!("{}{}", value.text(), if note.is_some() { " (note)" } else { "" }),
            Parsed::NoTerm => "no term".into(),
            Parsed::Bad(what, _) => what,
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn values_are_read_by_their_type() {
        check("person.name", "Шевкет", "Шевкет");
        check("person.birth_date", "about 1967", "1967~");
        check("person.birth_date", "3 May 1967", "1967-05-03");
        check("person.birth_date", "03/05/1967", "1967 (note)");
        check("person.dependants", "٣", "3");
        check("person.dependants", "three", "is no number");
        check("person.dependants", "1,200", "is no number");
        check("person.deceased", "No", "no");
        check("person.deceased", "perhaps", "is neither yes nor no");
        check("place.position", "41.25, -63.5", "41.25, -63.5");
        check("place.position", "141.25, 63.5", "the coordinates lie outside the earth");
        check("place.position", "by the river, 5", "by the river, 5");
        check("act.victim", "P-1", "is a link, not a value");
    }

    #[test]
    fn terms_are_meant_by_code_or_label_and_never_invented() {
        check("act.type", "020111110000", "020111110000");
        check("act.type", "Torture", "020111110000");
        check("act.type", "20111110000", "020111110000");
        check("act.type", "02011111000004", "020111110000");
        check("act.type", "2011111000004", "020111110000");
        check("act.type", "tortured", "no term");
        check("act.type", "999999999999", "no term");
        check("act.type", "02011111000005", "no term");
    }

    #[test]
    fn padding_is_taken_off_and_nothing_else() {
        let check = |text: &str, wanting: Option<&str>, expected: &str, noted: bool| {
            let (date, note) = unpadded(text, wanting).unwrap();
            assert_eq!((date.as_str(), note.is_some()), (expected, noted), "{text}");
        };
        check("2017-05-01", Some("020000000000"), "2017-05", false);
        check("2017-01-01", Some("030000000000"), "2017", false);
        check("2017-05-09", Some("020000000000"), "2017-05", true);
        check("2017-05-01", Some("030000000000"), "2017", true);
        check("2017-05-09", Some("010000000000"), "2017-05-09~", false);
        check("2017-05-01", None, "2017-05-01", false);
        check("2017", Some("030000000000"), "2017", false);
        assert!(unpadded("soon", None).is_err());
    }
}
