//! Which bytes stand for a value, so that two programs that agree on the value agree on its digest?
//!
//! JSON as RFC 8785 writes it, without what makes canonical JSON hard: no floating-point numbers (integers within ±2^53
//! only), no null (an unknown value is absent), and keys of lowercase ASCII letters, digits and hyphens, whose order is the
//! same in every encoding. Numbers with a fraction are written as text by whoever needs them.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Number, Value};

/// The largest integer that every JSON reader holds exactly: 2^53.
const LARGEST: i64 = 1 << 53;

/// How deep values may nest: more than any record needs, less than any stack holds.
const DEEPEST: usize = 32;

/// Why a value has no canonical bytes, or why bytes are not canonical. Positions and words are not given: they may be
/// evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// An unknown value is left out, not written.
    #[error("it holds a null; what is unknown is left out")]
    Null,
    /// Numbers with a fraction have several spellings.
    #[error("it holds a number that is no integer within 2^53; such numbers are written as text")]
    Number,
    /// Keys of other letters sort differently in different encodings.
    #[error("it holds a key that is not of lowercase letters, digits and hyphens")]
    Key,
    /// It nests too deeply.
    #[error("it nests more than {DEEPEST} deep")]
    Deep,
    /// It is no JSON.
    #[error("it is not JSON")]
    Json,
    /// It is JSON, written otherwise.
    #[error("it is JSON, but not in canonical form (order of keys, blanks, escapes or a key twice)")]
    Form,
    /// It is canonical, and says something else than expected.
    #[error("it lacks a field it must have, or has one of another type")]
    Shape,
}

/// The canonical text of a value.
pub fn write(value: &Value) -> Result<String, CanonicalError> {
    let mut text = String::new();
    put(value, &mut text, 0)?;
    Ok(text)
}

/// The canonical value of anything that can be written as JSON.
pub fn value_of(something: &impl Serialize) -> Result<Value, CanonicalError> {
    let value = serde_json::to_value(something).map_err(|_| CanonicalError::Shape)?;
    check(&value, 0).map(|()| value)
}

/// The value that canonical text stands for. Text that is written otherwise is refused: two readers could differ about it.
pub fn parse(text: &str) -> Result<Value, CanonicalError> {
    let value: Value = serde_json::from_str(text).map_err(|_| CanonicalError::Json)?;
    if write(&value)? == text { Ok(value) } else { Err(CanonicalError::Form) }
}

/// What a canonical value says, in the words of the program.
pub fn read<T: DeserializeOwned>(value: &Value) -> Result<T, CanonicalError> {
    T::deserialize(value).map_err(|_| CanonicalError::Shape)
}

/// Has the value a canonical text?
fn check(value: &Value, depth: usize) -> Result<(), CanonicalError> {
    if depth > DEEPEST {
        return Err(CanonicalError::Deep);
    }
    match value {
        Value::Null => Err(CanonicalError::Null),
        Value::Bool(_) | Value::String(_) => Ok(()),
        Value::Number(number) => integer(number).map(drop),
        Value::Array(values) => values.iter().try_for_each(|value| check(value, depth + 1)),
        Value::Object(fields) => {
            fields.iter().try_for_each(|(key, value)| plain(key).and_then(|()| check(value, depth + 1)))
        }
    }
}

fn integer(number: &Number) -> Result<i64, CanonicalError> {
    number.as_i64().filter(|n| (-LARGEST..=LARGEST).contains(n)).ok_or(CanonicalError::Number)
}

fn plain(key: &str) -> Result<(), CanonicalError> {
    let plain = !key.is_empty() && key.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if plain { Ok(()) } else { Err(CanonicalError::Key) }
}

fn put(value: &Value, text: &mut String, depth: usize) -> Result<(), CanonicalError> {
    if depth > DEEPEST {
        return Err(CanonicalError::Deep);
    }
    match value {
        Value::Null => return Err(CanonicalError::Null),
        Value::Bool(b) => text.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) => text.push_str(&integer(n)?.to_string()),
        Value::String(s) => put_string(s, text),
        Value::Array(values) => {
            text.push('[');
            for (i, value) in values.iter().enumerate() {
                if i > 0 {
                    text.push(',');
                }
                put(value, text, depth + 1)?;
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (i, (key, value)) in fields.into_iter().enumerate() {
                if i > 0 {
                    text.push(',');
                }
                plain(key)?;
                put_string(key, text);
                text.push(':');
                put(value, text, depth + 1)?;
            }
            text.push('}');
        }
    }
    Ok(())
}

/// A string with the escapes of RFC 8785 §3.2.2.2.
fn put_string(string: &str, text: &mut String) {
    text.push('"');
    let mut left = string;
    // All that is escaped is ASCII, so a byte that is found never stands within another character.
    while let Some(at) = left.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        let (before, rest) = left.split_at(at);
        text.push_str(before);
        let (escaped, rest) = rest.split_at(1);
        match escaped {
            "\"" => text.push_str("\\\""),
            "\\" => text.push_str("\\\\"),
            "\u{8}" => text.push_str("\\b"),
            "\t" => text.push_str("\\t"),
            "\n" => text.push_str("\\n"),
            "\u{c}" => text.push_str("\\f"),
            "\r" => text.push_str("\\r"),
            other => other.bytes().for_each(|byte| text.push_str(&format!("\\u{byte:04x}"))),
        }
        left = rest;
    }
    text.push_str(left);
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_value_has_one_text() {
        let check = |value: Value, expected: Result<&str, CanonicalError>| {
            assert_eq!(write(&value), expected.map(String::from), "{value}");
        };
        check(json!({"b": 1, "a": [true, "x"]}), Ok(r#"{"a":[true,"x"],"b":1}"#));
        check(json!("\u{1}\u{1f}\"\\\n/é\u{1f600}"), Ok("\"\\u0001\\u001f\\\"\\\\\\n/é\u{1f600}\""));
        check(json!(9_007_199_254_740_992_i64), Ok("9007199254740992"));
        check(json!(9_007_199_254_740_993_i64), Err(CanonicalError::Number));
        check(json!(1.5), Err(CanonicalError::Number));
        check(json!(u64::MAX), Err(CanonicalError::Number));
        check(json!({"a": null}), Err(CanonicalError::Null));
        check(json!({"Ä": 1}), Err(CanonicalError::Key));
        check((0..40).fold(json!(1), |inner, _| json!([inner])), Err(CanonicalError::Deep));
    }

    #[test]
    fn other_spellings_are_refused() {
        let check = |text: &str, expected: CanonicalError| assert_eq!(parse(text), Err(expected), "{text}");
        check(r#"{"b":1,"a":1}"#, CanonicalError::Form);
        check(r#"{"a": 1}"#, CanonicalError::Form);
        check(r#"{"a":1,"a":1}"#, CanonicalError::Form);
        check(r#"{"a":1.0}"#, CanonicalError::Number);
        check(r#""\u00e9""#, CanonicalError::Form);
        check(r#""\/""#, CanonicalError::Form);
        check("-0", CanonicalError::Number);
        check("{", CanonicalError::Json);
        check(&"[".repeat(100_000), CanonicalError::Json);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            (-LARGEST..=LARGEST).prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-z0-9-]{1,6}", inner, 0..5)
                    .prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(value in any_value()) {
            let text = write(&value).unwrap();
            prop_assert_eq!(parse(&text).unwrap(), value);
        }

        #[test]
        fn what_is_read_is_written_the_same(text in ".*") {
            if let Ok(value) = parse(&text) {
                prop_assert_eq!(write(&value).unwrap(), text);
            }
        }
    }
}
