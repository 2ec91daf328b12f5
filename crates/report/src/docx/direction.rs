//! Which stretches of a text are written in which direction?
//!
//! Word does not look for itself: a run says that it is written from right to left, and must then hold no letter that is not
//! (ECMA-376 part 1, 17.3.2.30). Signs and spaces without a direction take that of the letters on both sides or, between
//! letters of both kinds, the one of the words around them; digits stay with Latin letters before them (rules N1, N2 and W7 of
//! the Unicode bidirectional algorithm, UAX #9, as far as one line of plain words needs them). An isolate is a stretch from left to right
//! whatever stands around it.

use crate::laid::{CLOSES, OPENS};

/// Stretches of a text, each with whether it is written from right to left.
pub(super) fn stretches(text: &str, base_rtl: bool) -> Vec<(bool, &str)> {
    let mut out: Vec<(bool, usize, usize)> = Vec::new();
    // Signs whose direction is not yet known begin here.
    let mut open: Option<usize> = None;
    let mut last: Option<bool> = None;
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        if depth > 0 || c == OPENS {
            if let Some(from) = open.take() {
                push(&mut out, base_rtl, from, at);
            }
            push(&mut out, false, at, at + c.len_utf8());
            depth = if c == OPENS { depth + 1 } else { depth - usize::from(c == CLOSES) };
            last = Some(base_rtl);
            continue;
        }
        let strong = match letter(c) {
            Some(rtl) => Some(rtl),
            None if c.is_numeric() && last == Some(false) => Some(false),
            None => None,
        };
        let Some(rtl) = strong else {
            open.get_or_insert(at);
            continue;
        };
        if let Some(from) = open.take() {
            let before = last.unwrap_or(base_rtl);
            push(&mut out, if before == rtl { rtl } else { base_rtl }, from, at);
        }
        push(&mut out, rtl, at, at + c.len_utf8());
        last = Some(rtl);
    }
    if let Some(from) = open {
        push(&mut out, if last == Some(base_rtl) { last == Some(true) } else { base_rtl }, from, text.len());
    }
    out.into_iter().filter_map(|(rtl, from, to)| Some((rtl, text.get(from..to)?))).collect()
}

fn push(out: &mut Vec<(bool, usize, usize)>, rtl: bool, from: usize, to: usize) {
    match out.last_mut() {
        Some((last, _, end)) if *last == rtl => *end = to,
        _ => out.push((rtl, from, to)),
    }
}

/// Whether a letter is written from right to left; none for what is no letter. Digits of the Arabic script have no direction
/// of their own here.
fn letter(c: char) -> Option<bool> {
    match c as u32 {
        0x200E | 0x202A | 0x2066 => Some(false),
        0x200F | 0x061C | 0x202B | 0x2067 => Some(true),
        0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFE | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF
            if c.is_alphabetic() =>
        {
            Some(true)
        }
        _ if c.is_alphabetic() => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn signs_follow_the_letters_around_them() {
        let check =
            |text: &str, base: bool, expected: &[(bool, &str)]| assert_eq!(stretches(text, base), expected, "{text}");
        check("", false, &[]);
        check("one, two.", false, &[(false, "one, two.")]);
        check("12 %", true, &[(true, "12 %")]);
        check("في Camp 2.", true, &[(true, "في "), (false, "Camp 2"), (true, ".")]);
        check("at باب الشمس (2019) now", false, &[(false, "at "), (true, "باب الشمس"), (false, " (2019) now")]);
        check("باب، الشمس", false, &[(true, "باب، الشمس")]);
        check("... x", true, &[(true, "... "), (false, "x")]);
        let isolates = "S, \u{2066}2025-04\u{2069}, \u{2066}¶8\u{2069} باب";
        let expected = [
            (false, "S"),
            (true, ", "),
            (false, "\u{2066}2025-04\u{2069}"),
            (true, ", "),
            (false, "\u{2066}¶8\u{2069}"),
            (true, " باب"),
        ];
        check(isolates, true, &expected);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "[a-z0-9 .,()ابتש١٢\u{200f}]{0,30}", base in any::<bool>()) {
            let parts = stretches(&text, base);
            prop_assert_eq!(parts.iter().map(|(_, part)| *part).collect::<String>(), text.as_str());
            for (rtl, part) in &parts {
                prop_assert!(part.chars().all(|c| letter(c).is_none_or(|own| own == *rtl)), "{}", part);
            }
            prop_assert!(parts.windows(2).all(|w| w[0].0 != w[1].0));
        }
    }
}
