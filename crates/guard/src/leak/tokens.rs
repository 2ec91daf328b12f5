//! Where are the words of a text, and what parts each from the one before?
//!
//! A name hides behind what no reader sees: characters without width, a hyphen at the end of a line, letters set apart, words
//! run together as names of files have them. Places are counted in characters of the text as it was given.

use super::letters::{SOUNDS, is_han, is_unseen};

/// What stands between a word and the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing: a capital or a digit begins another word.
    Joined,
    /// A hyphen, and perhaps the end of a line.
    Hyphen,
    /// Blanks.
    Space,
    /// A comma.
    Comma,
    /// A point, as after an initial.
    Point,
    /// Anything else that does not end a sentence: the end of a line or a cell, a quotation mark, a slash.
    Loose,
    /// The end of a sentence or a paragraph, or the beginning of the text.
    Stop,
}

/// A word where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Its letters, without what no reader sees.
    pub text: String,
    /// Its first character and the one after its last.
    pub from: usize,
    pub to: usize,
    /// What parts it from the word before.
    pub gap: Gap,
    /// Whether it has a capital, or a sign for a sound before it; nothing where its script has none.
    pub capital: Option<bool>,
    /// Whether one blank at most parts it from the word before.
    pub narrow: bool,
}

const HYPHENS: &str = "-\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2212}\u{fe63}\u{ff0d}\u{58a}\u{5be}\u{1806}";
const ENDS: &str = ".!?…。！？؟۔।;";

/// The words of a text. In `prose` a point ends a sentence; elsewhere it parts words, as in a file's name.
pub(super) fn tokens(text: &str, prose: bool) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let mut between = String::new();
    let mut open = false;
    let mut last: Option<char> = None;
    let (mut soft, mut signed) = (false, false);
    let mut letters = text.chars().enumerate().peekable();
    while let Some((at, c)) = letters.next() {
        if is_unseen(c) {
            soft |= c == '\u{ad}';
            continue;
        }
        // A sign for a sound at the beginning of a word parts it from none: `Abu ‘Abbas`, `al-‘Asali`.
        let begins = SOUNDS.contains(&c) && letters.peek().is_some_and(|(_, next)| next.is_alphabetic());
        if begins && !open && between.chars().all(|c| c == ' ' || HYPHENS.contains(c)) {
            signed = true;
            continue;
        }
        // A hyphen that is seen at the end of a line only.
        if std::mem::take(&mut soft) && open && c.is_whitespace() {
            between.push('-');
        }
        let within = c.is_alphanumeric() || (open && continues(c));
        if !within {
            open = false;
            between.push(c);
            last = None;
            continue;
        }
        // One small letter before a capital is a slip within a word.
        let long = |token: &Token| token.text.chars().nth(1).is_some() || token.text.contains(is_han) || is_han(c);
        let parted = open && last.is_some_and(|before| begins_anew(before, c)) && found.last().is_some_and(long);
        match found.last_mut() {
            Some(token) if open && !parted => {
                token.text.push(c);
                token.to = at + 1;
                // Letters exchanged by a slip: `lAi`.
                token.capital = token.capital.map(|capital| capital || c.is_uppercase());
            }
            before => {
                let gap = match before {
                    _ if open => Gap::Joined,
                    Some(before) => gap(&between, &before.text, prose),
                    None => Gap::Stop,
                };
                let narrow = between.chars().count() <= 1;
                // Whoever writes the sign for a sound writes a name.
                let capital = case(c).map(|capital| capital || signed);
                signed = false;
                found.push(Token { text: c.to_string(), from: at, to: at + 1, gap, capital, narrow });
                between.clear();
            }
        }
        open = true;
        last = Some(c);
    }
    found
}

/// Marks and apostrophes stand inside words.
fn continues(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | 'ʻ' | '´' | '\u{640}')
        || SOUNDS.contains(&c)
        || unicode_normalization::char::is_combining_mark(c)
}

/// `AnaMirel` is two words; Chinese characters are one each, since nothing parts their words.
fn begins_anew(before: char, c: char) -> bool {
    (before.is_lowercase() && c.is_uppercase()) || is_han(before) || is_han(c)
}

fn case(c: char) -> Option<bool> {
    (c.is_uppercase() || c.is_lowercase()).then(|| c.is_uppercase())
}

fn gap(between: &str, before: &str, prose: bool) -> Gap {
    let seen = between.trim();
    let mut lines = between.matches('\n');
    let paragraph = lines.next().is_some() && lines.next().is_some();
    // A hyphen ends a line also where lines are parted by more than one break.
    if !seen.is_empty() && seen.chars().all(|c| HYPHENS.contains(c)) && !between.starts_with(char::is_whitespace) {
        return Gap::Hyphen;
    }
    if seen.is_empty() {
        return match () {
            () if paragraph && prose => Gap::Stop,
            () if between.contains(['\n', '\t']) => Gap::Loose,
            () => Gap::Space,
        };
    }
    // A point after one letter or two is no end of a sentence but an initial or a title; one without a blank parts an address.
    let short = before.chars().count() <= 2;
    if seen == "." && (short || !prose || between == ".") {
        return Gap::Point;
    }
    if prose && (paragraph || (seen.contains(|c| ENDS.contains(c)) && !short)) {
        return Gap::Stop;
    }
    if matches!(seen, "," | "،" | "、" | "，") { Gap::Comma } else { Gap::Loose }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, prose: bool, expected: &[(&str, Gap)]) {
        let found: Vec<(String, Gap)> = tokens(text, prose).into_iter().map(|t| (t.text, t.gap)).collect();
        let expected: Vec<(String, Gap)> = expected.iter().map(|(t, g)| (t.to_string(), *g)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_are_found_with_what_parts_them() {
        check("Ana Mirel.", true, &[("Ana", Gap::Stop), ("Mirel", Gap::Space)]);
        check("Ana Mi-\nrel", true, &[("Ana", Gap::Stop), ("Mi", Gap::Space), ("rel", Gap::Hyphen)]);
        check("A\u{200b}na Mi\u{ad}rel", true, &[("Ana", Gap::Stop), ("Mirel", Gap::Space)]);
        check("Mi\u{ad}\nrel", true, &[("Mi", Gap::Stop), ("rel", Gap::Hyphen)]);
        check("Mirel, Ana", true, &[("Mirel", Gap::Stop), ("Ana", Gap::Comma)]);
        check("A. Mirel", true, &[("A", Gap::Stop), ("Mirel", Gap::Point)]);
        check("with Ana. Mirel", true, &[("with", Gap::Stop), ("Ana", Gap::Space), ("Mirel", Gap::Stop)]);
        check("ana.mirel", false, &[("ana", Gap::Stop), ("mirel", Gap::Point)]);
        check("AnaMirel", false, &[("Ana", Gap::Stop), ("Mirel", Gap::Joined)]);
        check("Ana\tMirel\n\nVass", true, &[("Ana", Gap::Stop), ("Mirel", Gap::Loose), ("Vass", Gap::Stop)]);
        check("Abu ‘Abbas", true, &[("Abu", Gap::Stop), ("Abbas", Gap::Space)]);
        check("ak-‘Asali", true, &[("ak", Gap::Stop), ("Asali", Gap::Hyphen)]);
        check("看吴", true, &[("看", Gap::Stop), ("吴", Gap::Joined)]);
        check("D'Angelo’s", true, &[("D'Angelo’s", Gap::Stop)]);
    }

    proptest! {
        #[test]
        fn places_lie_in_the_text(text in "\\PC{0,80}", prose in any::<bool>()) {
            let letters: Vec<char> = text.chars().collect();
            let mut end = 0;
            for token in tokens(&text, prose) {
                prop_assert!(token.from >= end && token.to > token.from && token.to <= letters.len());
                let there: String = letters[token.from..token.to].iter().filter(|c| !is_unseen(**c)).collect();
                prop_assert_eq!(there, token.text);
                end = token.to;
            }
        }
    }
}
