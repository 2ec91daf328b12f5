//! How do several values stand in one cell, so that they can be told apart again?
//!
//! Values are joined by `|`. Within a value `\`, `|` and line breaks are written as `\\`, `\|`, `\n` and `\r`, so that no value
//! can be taken for two and no row for several. Then the cell is neutralised for spreadsheets.

use crate::spreadsheet;

/// The cell of these values.
pub(in crate::schema) fn cell<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for (at, value) in values.into_iter().enumerate() {
        if at > 0 {
            joined.push('|');
        }
        for c in value.chars() {
            match c {
                '\\' => joined.push_str("\\\\"),
                '|' => joined.push_str("\\|"),
                '\n' => joined.push_str("\\n"),
                '\r' => joined.push_str("\\r"),
                c => joined.push(c),
            }
        }
    }
    spreadsheet::neutralise(&joined).into_owned()
}

/// The values of a cell from which the shield of spreadsheets is taken off.
pub(in crate::schema) fn parts(cell: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = cell.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            '|' => {
                parts.push(String::new());
                continue;
            }
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some(c) => c,
                None => '\\',
            },
            c => c,
        };
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts.retain(|p| !p.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cells_are_told_apart() {
        let check = |values: &[&str], expected: &str| assert_eq!(cell(values.iter().copied()), expected);
        check(&["a", "b"], "a|b");
        check(&["a|b\\"], "a\\|b\\\\");
        check(&["=1", "b"], "'=1|b");
        check(&["one\ntwo"], "one\\ntwo");
    }

    proptest! {
        #[test]
        fn values_come_back(values in proptest::collection::vec("[\\\\|nr'=\n\ra é]{1,5}", 1..4)) {
            let written = cell(values.iter().map(String::as_str));
            prop_assert_eq!(parts(spreadsheet::original(&written)), values);
        }
    }
}
