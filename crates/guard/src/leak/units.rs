//! Which words of a text may be one word of a name?
//!
//! A word by itself; two that a hyphen, the end of a line or a capital parts; `Abd` with what follows; syllables of a Chinese name;
//! letters set apart. Each comes with its readings.

use super::letters::{Reading, is_han, readings, whole};
use super::tokens::{Gap, Token};
use factum_link::forms::{Part, does, latin, naming};

/// Words of a text that are read as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// The first of its words and the last.
    pub first: usize,
    pub last: usize,
    /// As what it may be read.
    pub readings: Vec<Reading>,
}

/// The longest syllable of a Chinese or Korean name in Latin letters, `Zhuang`.
const SYLLABLE: usize = 6;
/// So many single letters in a row are letters set apart, not initials.
const SET_APART: usize = 4;
/// The longest form of the Arabic article in Latin letters, `ash`.
const ARTICLE: usize = 3;
/// The longest that a slip makes of `Abd`.
const SERVANT: usize = 4;
/// Beginnings of what follows a name and makes one with it: `of the faith`.
const FAITH: &[&str] = &["al", "ad", "ud", "ed", "el", "aldin", "uddin", "eddin", "eddine", "din", "deen"];

/// The units of a text, by their first words.
pub(super) fn units(tokens: &[Token], visual: bool) -> Vec<Unit> {
    let mut all = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let plain = readings(&token.text, visual);
        if let Some(next) = tokens.get(at + 1) {
            let first = plain.first().map_or("", |reading| reading.word.as_str());
            two(&mut all, at, [token, next], first, visual);
            compound(&mut all, at, tokens, first);
        }
        all.push(Unit { first: at, last: at, readings: plain });
    }
    set_apart(&mut all, tokens, visual);
    all.sort_by_key(|unit| (unit.first, unit.last));
    all
}

fn two(all: &mut Vec<Unit>, at: usize, [one, next]: [&Token; 2], plain: &str, visual: bool) {
    let syllable = |t: &Token| t.capital == Some(true) && t.text.is_ascii() && t.text.len() <= SYLLABLE;
    let syllables = next.gap == Gap::Space && syllable(one) && syllable(next) && plain.len() > 1;
    if matches!(next.gap, Gap::Hyphen | Gap::Joined) || syllables {
        let text = format!("{}{}", one.text, next.text);
        all.push(Unit { first: at, last: at + 1, readings: readings(&text, visual) });
    }
}

/// Names of several words that are one: `Abd al-Rahman`, `Abu Bakr`, `Salah ad-Din`.
fn compound(all: &mut Vec<Unit>, at: usize, tokens: &[Token], plain: &str) {
    let next = tokens.get(at + 1).map(|t| latin(&t.text).concat()).unwrap_or_default();
    let begins = does(plain, Part::Join) || plain.starts_with("abd") || FAITH.contains(&next.as_str());
    if !begins {
        return;
    }
    for count in [2, 3] {
        let Some(words) = tokens.get(at..at + count) else { return };
        if !words.iter().skip(1).all(|t| matches!(t.gap, Gap::Space | Gap::Hyphen | Gap::Joined)) {
            return;
        }
        let mut text: Vec<String> = words.iter().map(|t| whole(&t.text)).collect();
        let written = text.join(" ");
        // A short word tied to the name by a hyphen is the article, whatever a slip made of it.
        if let [_, article, last] = words
            && last.gap == Gap::Hyphen
            && article.text.chars().count() <= ARTICLE
        {
            text[1] = "al".into();
            // And what stands before it, with a letter too many or two exchanged, is a servant: `Abdd al-Majid`,
            // `Abda l-Wahid`, `Adb al-Hakim`, or with one lost: `Bd al-Wahid`.
            if matches!(plain, "adb" | "bd") || (plain.starts_with("abd") && plain.len() <= SERVANT) {
                text[0] = "Abd".into();
            }
        }
        if let [only] = naming(&text.join(" ")).as_slice() {
            let reading = Reading::new(only.clone(), &written);
            all.push(Unit { first: at, last: at + count - 1, readings: vec![reading] });
        }
    }
}

/// `A n a   M i r e l`: each word by itself where wider blanks part them, and all together.
fn set_apart(all: &mut Vec<Unit>, tokens: &[Token], visual: bool) {
    let single = |t: &Token| t.text.chars().count() == 1 && !t.text.contains(is_han);
    let mut at = 0;
    while at < tokens.len() {
        let tied = |t: &&Token| single(t) && matches!(t.gap, Gap::Space | Gap::Point | Gap::Hyphen | Gap::Joined);
        let begins = tokens.get(at).is_some_and(single);
        let further = if begins { tokens.iter().skip(at + 1).take_while(tied).count() } else { 0 };
        let end = at + further;
        if further + 1 >= SET_APART {
            let mut starts = vec![at];
            starts.extend((at + 1..=end).filter(|i| tokens.get(*i).is_some_and(|t| !t.narrow)));
            starts.push(end + 1);
            let mut spans: Vec<(usize, usize)> =
                starts.windows(2).filter_map(|pair| Some((*pair.first()?, pair.last()?.checked_sub(1)?))).collect();
            if spans.len() > 1 {
                spans.push((at, end));
            }
            for (first, last) in spans.into_iter().filter(|(first, last)| last > first) {
                let text: String = tokens.iter().take(last + 1).skip(first).map(|t| t.text.as_str()).collect();
                all.push(Unit { first, last, readings: readings(&text, visual) });
            }
        }
        at = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    #[test]
    fn words_are_put_together() {
        let check = |text: &str, expected: (usize, usize, &str)| {
            let found = units(&tokens(text, true), false);
            let fits = |u: &Unit| {
                (u.first, u.last) == (expected.0, expected.1) && u.readings.iter().any(|r| r.word == expected.2)
            };
            assert!(found.iter().any(fits), "{text}: {found:?}");
        };
        check("Ana Mi-\nrel", (1, 2, "mirel"));
        check("by Abd al-Rahman Torvel", (1, 3, "abdulrahman"));
        check("by Abd sl-Rahman Torvel", (1, 3, "abdulrahman"));
        check("by Abdd al-Rahman Torvel", (1, 3, "abdulrahman"));
        check("by Abda l-Rahman Torvel", (1, 3, "abdulrahman"));
        check("by Adb al-Rahman Torvel", (1, 3, "abdulrahman"));
        check("by Bd al-Rahman Torvel", (1, 3, "abdulrahman"));
        check("Abu Karvi", (0, 1, "abukarvi"));
        check("Salah ad-Din Torvel", (0, 2, "salahuddin"));
        check("صلاح الدين", (0, 1, "slahuddin"));
        check("看见吴芳明", (3, 4, "fangming"));
        check("Wu Fang Ming", (1, 2, "fangming"));
        check("M i r e l", (0, 4, "mirel"));
        check("A n a   M i r e l", (3, 7, "mirel"));
        assert_eq!(units(&tokens("they saw it", true), false).len(), 3);
    }
}
