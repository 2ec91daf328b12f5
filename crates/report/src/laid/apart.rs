//! What within a line that runs from right to left is read as one from left to right?
//!
//! Codes, dates, locators and intervals of numbers: the Unicode bidirectional algorithm turns the parts of `2025-04` round after Arabic
//! letters (rules W2 and N1 of UAX #9), unless they are enclosed in an isolate. Whoever makes a dossier encloses what it knows to be one,
//! with [`apart`]; what an author or a source wrote is looked through for tokens of digits and signs.

/// Opens an isolate whose words run from left to right.
pub(crate) const OPENS: char = '\u{2066}';
/// Closes an isolate.
pub(crate) const CLOSES: char = '\u{2069}';
/// Opens other isolates: from right to left, and by the first letter.
const OTHERS: [char; 2] = ['\u{2067}', '\u{2068}'];

/// Encloses a code, a date, a number or a locator, so that it is read as one from left to right whatever stands around it. In a report
/// that is written from left to right nothing is added.
pub fn apart(words: impl AsRef<str>) -> String {
    format!("{OPENS}{}{CLOSES}", words.as_ref())
}

/// A text as it is shown in this direction: from left to right without the isolates of [`apart`], from right to left with one around each
/// token that would be turned round. Isolates are closed where they were left open.
pub(super) fn directed(text: &str, rtl: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // For each isolate that is open, whether it is one of ours.
    let mut open: Vec<bool> = Vec::new();
    let mut plain = String::new();
    for c in text.chars() {
        match c {
            OPENS => open.push(true),
            c if OTHERS.contains(&c) => open.push(false),
            CLOSES if open.is_empty() => continue,
            CLOSES => {}
            c => {
                if open.is_empty() && rtl {
                    plain.push(c)
                } else {
                    out.push(c)
                }
                continue;
            }
        }
        out.push_str(&enclosed(&std::mem::take(&mut plain)));
        let ours = if c == CLOSES { open.pop() } else { open.last().copied() };
        if rtl || ours == Some(false) {
            out.push(c);
        }
    }
    out.push_str(&enclosed(&plain));
    out.extend(open.into_iter().filter(|ours| rtl || !ours).map(|_| CLOSES));
    out
}

/// A text as a reader sees it, without isolates: what stands in properties, and by what its direction is known.
pub(crate) fn bare(text: &str) -> String {
    directed(text, false)
}

/// The text outside of isolates, by which the direction of a line is known (rule P2 of UAX #9).
pub(super) fn outside(text: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::new();
    for c in text.chars() {
        match c {
            OPENS => depth += 1,
            c if OTHERS.contains(&c) => depth += 1,
            CLOSES => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// A word between blanks.
struct Token<'a> {
    before: &'a str,
    word: &'a str,
    after: &'a str,
    /// Whether it is one of digits and signs that would be turned round.
    turns: bool,
    /// Whether it is a word of another kind in letters that run from left to right.
    latin: bool,
}

impl<'a> Token<'a> {
    fn new(token: &'a str) -> Self {
        let inner = token.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '¶' | '§' | '#'));
        let before = token.get(..token.len() - inner.len()).unwrap_or_default();
        let word = inner.trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '%' | '~'));
        let after = inner.get(word.len()..).unwrap_or_default();
        let digits = word.chars().any(|c| c.is_ascii_digit());
        let letters = word.chars().any(char::is_alphabetic);
        let rtl = word.chars().any(is_right_to_left);
        // Points and commas between digits keep their place.
        let signs = word.chars().any(|c| !c.is_alphanumeric() && !matches!(c, '.' | ','));
        Self { before, word, after, turns: digits && signs && !rtl, latin: letters && !rtl }
    }

    fn plain(&self) -> bool {
        self.latin && !self.turns
    }
}

fn is_right_to_left(c: char) -> bool {
    crate::fonts::is_right_to_left(c.encode_utf8(&mut [0; 4]))
}

/// Whether a blank parts words. One that does not break holds the parts of a number together: `2 085` is one word.
fn parts(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}')
}

/// A text from right to left with isolates around tokens that would be turned round. Words in other letters beside one keep it in place
/// themselves.
fn enclosed(text: &str) -> String {
    if !text.chars().any(|c| c.is_ascii_digit()) {
        return text.to_string();
    }
    let tokens: Vec<Token<'_>> = text.split(parts).map(Token::new).collect();
    let mut blanks = text.chars().filter(|c| parts(*c));
    let mut out = String::with_capacity(text.len() + 12);
    for (at, token) in tokens.iter().enumerate() {
        let follows = at.checked_sub(1).and_then(|before| tokens.get(before));
        let follows = follows.is_some_and(|other| other.plain() && other.after.is_empty() && token.before.is_empty());
        let next = tokens.get(at + 1);
        let leads = next.is_some_and(|other| other.plain() && token.after.is_empty() && other.before.is_empty());
        out.push_str(token.before);
        if token.turns && !follows && !leads {
            out.push_str(&apart(token.word));
        } else {
            out.push_str(token.word);
        }
        out.push_str(token.after);
        out.extend(blanks.next());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tokens_that_would_be_turned_round_are_enclosed() {
        let check = |text: &str, expected: &str| {
            let shown = directed(text, true).replace(OPENS, "<").replace(CLOSES, ">");
            assert_eq!(shown, expected, "{text}");
        };
        check("في 2025-04، ثم", "في <2025-04>، ثم");
        check("السجل a1, ¶8:0-74.", "السجل a1, <¶8:0-74>.");
        check("بين (2018–2021) و", "بين (<2018–2021>) و");
        check("عدد 2\u{202f}085 من (2\u{a0}813–3\u{a0}039)", "عدد <2\u{202f}085> من (<2\u{a0}813–3\u{a0}039>)");
        check("عدد 1,234 من 12.5%", "عدد 1,234 من <12.5%>");
        check("انظر T-0014، T-0015", "انظر <T-0014>، <T-0015>");
        check("قال Camp 2-4 هنا", "قال Camp 2-4 هنا");
        check("قال AK-47 rifle هنا", "قال AK-47 rifle هنا");
        check("رقم\u{2066}F-5\u{2069} 2025-04", "رقم<F-5> <2025-04>");
        check("open \u{2066}F-5", "open <F-5>");
        check("closed\u{2069} 12", "closed 12");
        check("المادة3-4", "المادة3-4");
    }

    #[test]
    fn nothing_is_added_from_left_to_right() {
        let check = |text: &str, expected: &str| assert_eq!(directed(text, false), expected, "{text}");
        check(&apart("F-5"), "F-5");
        check("in 2025-04", "in 2025-04");
        check("\u{2067}باب\u{2069} \u{2066}x\u{2069}", "\u{2067}باب\u{2069} x");
        assert_eq!(outside("\u{2066}F-5\u{2069}: باب"), ": باب");
    }

    proptest! {
        #[test]
        fn no_letter_is_lost_and_every_isolate_is_closed(text in "[a-c0-9 .,:¶(ابت\u{2066}-\u{2069}-]{0,30}", rtl in any::<bool>()) {
            let shown = directed(&text, rtl);
            let letters = |t: &str| t.chars().filter(|c| !(OPENS..=CLOSES).contains(c)).collect::<String>();
            prop_assert_eq!(letters(&shown), letters(&text));
            let mut depth = 0_i32;
            for c in shown.chars() {
                depth += i32::from(c == OPENS || OTHERS.contains(&c)) - i32::from(c == CLOSES);
                prop_assert!(depth >= 0);
            }
            prop_assert_eq!(depth, 0);
            prop_assert!(rtl || !bare(&text).contains(OPENS));
        }
    }
}
