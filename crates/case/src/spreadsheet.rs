//! How is a value of evidence written into a table that a spreadsheet will open?
//!
//! A spreadsheet takes a cell that begins with certain characters for a formula and computes it: an address in a witness's
//! words could then send the table away (OWASP, "CSV Injection"). So text that begins with one of them, or with an apostrophe,
//! gets one apostrophe in front; everything else stays as it is. The rule is reversible: [`original`] takes one apostrophe
//! from the front of a cell that begins with one. White space before such a character does not hide it, since some programs
//! skip it.
//!
//! [`neutralise`] is for CSV. In XLSX text is written into cells of type text, which no program computes; but tables are
//! saved as CSV again, so the same rule is used there. Numbers are written as numbers, not passed through here. Quoting of
//! separators and quotation marks is the writer's work and comes after.

use std::borrow::Cow;

/// What makes a formula at the beginning of a cell: the signs of ASCII, their full-width forms (which some input methods
/// and programs take for the same), and the minus of mathematics, to be safe.
const SIGNS: &[char] = &['=', '+', '-', '@', '＝', '＋', '－', '＠', '\u{2212}'];
/// What programs let begin a cell anew.
const BREAKS: &[char] = &['\t', '\r', '\n'];
/// What is put before.
const SHIELD: char = '\'';

/// The cell as a table for a spreadsheet holds it.
pub fn neutralise(cell: &str) -> Cow<'_, str> {
    if may_compute(cell) || cell.starts_with(SHIELD) {
        Cow::Owned(format!("{SHIELD}{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// The cell before it was neutralised.
pub fn original(cell: &str) -> &str {
    cell.strip_prefix(SHIELD).unwrap_or(cell)
}

/// Whether a program could take the cell for a formula.
pub fn may_compute(cell: &str) -> bool {
    let blank = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}' || c == '\u{200b}';
    cell.starts_with(BREAKS) || cell.trim_start_matches(blank).starts_with(SIGNS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_become_text() {
        let check = |cell: &str, expected: &str| assert_eq!(neutralise(cell), expected);
        check("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")");
        check("+1 555", "'+1 555");
        check("-2+3", "'-2+3");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", "'\t=1");
        check("\rx", "'\rx");
        check("  =1", "'  =1");
        check("＝1", "'＝1");
        check("\u{feff}=1", "'\u{feff}=1");
        check("'tis", "''tis");
        check("a=1", "a=1");
        check("阿不都", "阿不都");
        check("", "");
    }

    proptest! {
        #[test]
        fn the_rule_is_reversible_and_leaves_no_formula(cell in "[-=+@'＝＋－＠\u{2212}\t\r\n \u{feff}a阿1]{0,6}|.*") {
            let written = neutralise(&cell);
            prop_assert_eq!(original(&written), &cell);
            prop_assert!(!may_compute(&written));
        }
    }
}
