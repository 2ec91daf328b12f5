//! What does a word tell of people who are not named?
//!
//! The words are data (`data/groups.tsv`), in the languages lists come in.

use crate::words::words;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Classes of words, a bit each: one word may belong to several.
pub(super) type Classes = u32;

/// Declares the classes in the order of their bits, with the key the data file uses.
macro_rules! classes {
    ($($name:ident $key:literal $bit:literal),*) => {
        $(pub(super) const $name: Classes = 1 << $bit;)*
        const KEYS: &[(&str, Classes)] = &[$(($key, $name)),*];
    };
}

classes! {
    UNIDENTIFIED "unidentified" 0, UNKNOWN "unknown" 1, NOTHING "nothing" 2, ONE "one" 3, TWO "two" 4, MANY "many" 5,
    GROUP "group" 6, GROUP_END "groupend" 7, PAIR "pair" 8, RELATION "relation" 9, RELATIONS "relations" 10,
    RELATIVE "relative" 11, NUMBER "number" 12, SCALE "scale" 13, SOME "some" 14, OTHERS "others" 15,
    ANOTHER "another" 16, MORE "more" 17, AND "and" 18, OF "of" 19, AT "at" 20, AGE "age" 21, AKA "aka" 22,
    FILLER "filler" 23, LEAST "least" 24
}

/// The classes of a phrase and the number it stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub classes: Classes,
    pub value: u32,
}

/// The longest phrase, in words.
pub(super) const LONGEST: usize = 3;

static LEXICON: LazyLock<HashMap<String, Entry>> = LazyLock::new(|| read(include_str!("../../data/groups.tsv")));

/// What a phrase, given as folded words joined by spaces, says.
pub(super) fn look_up(phrase: &str) -> Option<Entry> {
    LEXICON.get(phrase).copied()
}

/// The words that phrases begin with: most words of names begin none, and need not be looked up further.
static FIRST: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| LEXICON.keys().map(|phrase| phrase.split(' ').next().unwrap_or_default()).collect());

/// Whether a phrase begins with this word.
pub(super) fn begins(word: &str) -> bool {
    FIRST.contains(word)
}

fn read(text: &str) -> HashMap<String, Entry> {
    let mut lexicon: HashMap<String, Entry> = HashMap::new();
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        let mut columns = line.split('\t');
        let (key, value, phrases) = (columns.next(), columns.next(), columns.next());
        let class = KEYS.iter().find(|(k, _)| Some(*k) == key).map_or(0, |(_, class)| *class);
        for phrase in phrases.unwrap_or_default().split('|') {
            let entry = lexicon.entry(words(phrase).join(" ")).or_default();
            entry.classes |= class;
            entry.value = entry.value.max(value.and_then(|v| v.parse().ok()).unwrap_or(0));
        }
    }
    lexicon
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_a_class_and_words() {
        for line in include_str!("../../data/groups.tsv").lines().filter(|l| !l.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            assert!(columns.len() == 3 && KEYS.iter().any(|(k, _)| *k == columns[0]), "{line}");
            for phrase in columns[2].split('|') {
                let words = words(phrase);
                assert!(!words.is_empty() && words.len() <= LONGEST, "{phrase}");
            }
        }
    }
}
