//! How is a small text of named lines read so that it has one spelling only?
//!
//! Identities, cards and shares are texts of a first line that names the format and its version, then lines `name value` in a
//! fixed order, each ended by one newline. What is signed or digested must not have two spellings, so nothing is forgiven.

use thiserror::Error;

/// What is wrong with such a text. No variant carries a value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FieldsError {
    /// The first line is not the one expected.
    #[error("the first line must read `{0}`: this is another kind of file or another version of it")]
    Format(&'static str),
    /// A line is absent, out of order, empty, or not ended by a newline.
    #[error("the line `{0} …` is missing, misplaced, empty or cut off: get an unaltered copy")]
    Line(&'static str),
    /// Something follows the last line.
    #[error("there is text after the last line `{0} …`: get an unaltered copy")]
    Surplus(&'static str),
}

/// The values of the lines `names`, in that order, of a text that begins with the line `format` and holds nothing else.
///
/// # Errors
/// The first fault of the text.
pub(crate) fn read<'a, const N: usize>(
    text: &'a str,
    format: &'static str,
    names: [&'static str; N],
) -> Result<[&'a str; N], FieldsError> {
    let mut rest =
        text.strip_prefix(format).and_then(|after| after.strip_prefix('\n')).ok_or(FieldsError::Format(format))?;
    let mut values = [""; N];
    for (value, name) in values.iter_mut().zip(names) {
        let (line, after) = rest.split_once('\n').ok_or(FieldsError::Line(name))?;
        *value = line
            .strip_prefix(name)
            .and_then(|after| after.strip_prefix(' '))
            .filter(|value| !value.is_empty() && !value.contains('\r'))
            .ok_or(FieldsError::Line(name))?;
        rest = after;
    }
    if !rest.is_empty() {
        return Err(FieldsError::Surplus(names.last().copied().unwrap_or(format)));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Result<[&str; 2], FieldsError>) {
        assert_eq!(read(text, "kind 1", ["one", "two"]), expected);
    }

    #[test]
    fn a_text_is_read_only_in_its_one_spelling() {
        check("kind 1\none a b\ntwo c\n", Ok(["a b", "c"]));
        check("kind 2\none a b\ntwo c\n", Err(FieldsError::Format("kind 1")));
        check("kind 1\r\none a\r\ntwo c\r\n", Err(FieldsError::Format("kind 1")));
        check("kind 1\none a\ntwo c", Err(FieldsError::Line("two")));
        check("kind 1\ntwo c\none a\n", Err(FieldsError::Line("one")));
        check("kind 1\none \ntwo c\n", Err(FieldsError::Line("one")));
        check("kind 1\none a\ntwo c\n\n", Err(FieldsError::Surplus("two")));
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_written(text in "(kind 1\n)?(one |two |x|\n| |\r){0,12}") {
            if let Ok([one, two]) = read(&text, "kind 1", ["one", "two"]) {
                prop_assert_eq!(format!("kind 1\none {one}\ntwo {two}\n"), text);
            }
        }
    }
}
