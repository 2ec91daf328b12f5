//! By which words are names found, and which words make one name?
//!
//! Every word of every name is kept once. A word of a text finds those of its skeleton, those whose skeleton differs by one consonant,
//! and those that the file of names has as forms of one name; the comparison of linkage then decides. Two words that stand together
//! are looked up as a pair, so that a given name that thousands share costs nothing by itself.

use super::common::{Common, common};
use super::letters::{Reading, leaves_vowels_out, otherwise, runs_on, simpler, whole};
use super::{Secret, What};
use factum_link::forms::{self, Likeness, NameParts, Part, likeness, skeleton};
use rustc_hash::FxHashMap;

/// What two words of one name are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pair {
    /// Given and family name.
    Whole,
    /// Others: given and father's name, father's and family name. Namesakes and kin share these.
    Part,
}

/// What one word of a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Single {
    /// All of a name that is one word.
    Only,
    /// Given and family name written as one.
    Whole,
    /// The family name.
    Family,
}

/// A name as it is looked for.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub subject: u32,
    /// Whether it may stand where it is found.
    pub allowed: bool,
    /// The first letter of the given name.
    pub initial: Option<u8>,
}

/// A word of names.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub text: String,
    pub common: Option<Common>,
    pub given: bool,
    /// Whether a name has it from a script that leaves vowels out.
    bare: bool,
}

/// A name that has two words: which, what they are in it, and the one of them that comes first as it was written.
pub(super) type Joint = (u32, Pair, u32);

/// Words with which a word of a text can agree, each with how well.
pub(super) type Agreeing = Vec<(u32, Likeness)>;

/// Every name, to be searched for.
#[derive(Default)]
pub(super) struct Index {
    pub entries: Vec<Entry>,
    pub words: Vec<Word>,
    numbers: FxHashMap<String, u32>,
    /// Whether the name that is being entered is in a script that leaves vowels out.
    bare: bool,
    by_skeleton: FxHashMap<String, Vec<u32>>,
    /// Words under their skeletons with one consonant left out.
    by_shorter: FxHashMap<String, Vec<u32>>,
    by_line: FxHashMap<u16, Vec<u32>>,
    /// Entries that have two words, with which of the two comes first as the name was written.
    pub pairs: FxHashMap<(u32, u32), Vec<Joint>>,
    pub singles: FxHashMap<u32, Vec<(u32, Single)>>,
    /// First letter and family name written as one, as names of accounts have it.
    pub accounts: FxHashMap<String, Vec<u32>>,
    /// Names of scripts that run on, by their first character.
    pub running: FxHashMap<char, Vec<(Vec<char>, u32)>>,
}

/// A skeleton must have this many consonants for one more or less to be a slip of the pen and not another name.
const SLIP: usize = 3;
/// So many consonants in common, a vowel at the beginning being one, make one word of two of which one was written without vowels.
const CONSONANTS: usize = 3;
/// Shorter words that are only somewhat alike are two words.
const LONG: usize = 5;
/// Given and family name written as one word must have this many letters.
const TOGETHER: usize = 6;
/// The longest name in characters of a script that runs on.
const RUN: std::ops::RangeInclusive<usize> = 2..=6;

impl Index {
    pub(super) fn new(secrets: &[Secret], allowed: &[String]) -> Self {
        let mut index = Self::default();
        for secret in secrets {
            if let What::Person(name) = &secret.what {
                index.enter(secret.subject, false, name);
            }
        }
        for name in allowed {
            index.enter(u32::MAX, true, name);
        }
        index
    }

    /// The places among them.
    pub(super) fn of_places(secrets: &[Secret]) -> Self {
        let mut index = Self::default();
        for secret in secrets {
            if let What::Place(name) = &secret.what {
                index.enter_running(secret.subject, false, name);
                index.bare = leaves_vowels_out(name);
                let words: Vec<String> =
                    forms::latin(name).into_iter().filter(|w| w.len() > 1 && !forms::does(w, Part::Particle)).collect();
                let entry = index.entries.len() as u32;
                index.entries.push(Entry { subject: secret.subject, allowed: false, initial: None });
                match words.as_slice() {
                    [one] => index.single(entry, one, Single::Only),
                    several => several.windows(2).for_each(|two| index.pair(entry, &two[..1], &two[1..], Pair::Whole)),
                }
            }
        }
        index
    }

    fn enter(&mut self, subject: u32, allowed: bool, name: &str) {
        self.enter_running(subject, allowed, name);
        self.bare = leaves_vowels_out(name);
        for parts in ways(name).iter().flat_map(|name| forms::parts(name)) {
            let initial = parts.given.bytes().next();
            let number = self.entries.len() as u32;
            self.entries.push(Entry { subject, allowed, initial });
            self.enter_parts(number, &parts);
        }
    }

    /// A name whose characters stand among others without blanks.
    fn enter_running(&mut self, subject: u32, allowed: bool, name: &str) {
        let characters: Vec<char> = name.chars().filter(|c| c.is_alphanumeric()).map(simpler).collect();
        if !RUN.contains(&characters.len()) || !characters.iter().all(|c| runs_on(*c)) {
            return;
        }
        let number = self.entries.len() as u32;
        self.entries.push(Entry { subject, allowed, initial: None });
        self.running.entry(characters[0]).or_default().push((characters, number));
    }

    fn enter_parts(&mut self, entry: u32, parts: &NameParts) {
        let split =
            |part: &str| -> Vec<String> { part.split(' ').filter(|w| w.len() > 1).map(str::to_string).collect() };
        let (given, middle, family) = (split(&parts.given), split(&parts.middle), split(&parts.family));
        let only = given.len() + middle.len() + family.len() == 1;
        if only {
            for word in given.iter().chain(&middle).chain(&family) {
                self.single(entry, word, Single::Only);
            }
            return;
        }
        // Without a family name the last of several words stands for it.
        let (middle, family) = match (family.is_empty(), middle.split_last()) {
            (true, Some((last, rest))) => (rest.to_vec(), vec![last.clone()]),
            _ => (middle, family),
        };
        self.pair(entry, &given, &family, Pair::Whole);
        self.pair(entry, &given, &middle, Pair::Part);
        self.pair(entry, &middle, &family, Pair::Part);
        for one in &family {
            self.single(entry, one, Single::Family);
        }
        let (first, last, between) = (given.concat(), family.concat(), middle.concat());
        if first.is_empty() || last.is_empty() {
            return;
        }
        let mut together = vec![format!("{first}{last}"), format!("{last}{first}")];
        if !between.is_empty() {
            together.push(format!("{first}{between}{last}"));
            together.push(format!("{last}{first}{between}"));
        }
        together.iter().filter(|t| t.len() >= TOGETHER).for_each(|t| self.single(entry, t, Single::Whole));
        if let Some(initial) = first.get(..1) {
            for account in [format!("{initial}{last}"), format!("{last}{initial}")] {
                if account.len() >= TOGETHER {
                    self.accounts.entry(account).or_default().push(entry);
                }
            }
        }
    }

    fn pair(&mut self, entry: u32, ones: &[String], others: &[String], pair: Pair) {
        for one in ones {
            for other in others {
                let (x, y) = (self.word(one), self.word(other));
                self.pairs.entry((x.min(y), x.max(y))).or_default().push((entry, pair, x));
            }
        }
    }

    fn single(&mut self, entry: u32, word: &str, single: Single) {
        let number = self.word(word);
        self.singles.entry(number).or_default().push((entry, single));
    }

    fn word(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text).copied() {
            if let Some(known) = self.words.get_mut(number as usize) {
                known.bare |= self.bare;
            }
            return number;
        }
        let number = self.words.len() as u32;
        self.numbers.insert(text.to_string(), number);
        let key = skeleton(text);
        for shorter in shorter(&key) {
            self.by_shorter.entry(shorter).or_default().push(number);
        }
        self.by_skeleton.entry(key).or_default().push(number);
        for line in forms::lines(text) {
            self.by_line.entry(*line).or_default().push(number);
        }
        let (common, given) = (common(text), forms::is_given(text));
        self.words.push(Word { text: text.to_string(), common, given, bare: self.bare });
        number
    }

    /// The words of names with which a word of a text agrees.
    pub(super) fn agreeing(&self, Reading { word, bare }: &Reading) -> Agreeing {
        if word.len() < 2 {
            return Vec::new();
        }
        let key = skeleton(word);
        let mut near: Vec<u32> = Vec::new();
        let mut take = |found: Option<&Vec<u32>>| near.extend(found.into_iter().flatten());
        take(self.by_skeleton.get(&key));
        if key.len() >= SLIP {
            take(self.by_shorter.get(&key));
            for shorter in shorter(&key) {
                take(self.by_skeleton.get(&shorter));
                take(self.by_shorter.get(&shorter));
            }
        }
        forms::lines(word).iter().for_each(|line| take(self.by_line.get(line)));
        near.sort_unstable();
        near.dedup();
        let alike = |number: u32| {
            let Word { text: held, bare: held_bare, .. } = self.words.get(number as usize)?;
            let long = held.len() >= LONG && word.len() >= LONG;
            let level = match likeness(held, word) {
                level @ (Likeness::Same | Likeness::Close) => level,
                // Vowels that nobody wrote contradict no others, unless both words are on file as two names.
                _ if (*bare || *held_bare)
                    && key.len() >= CONSONANTS
                    && skeleton(held) == key
                    && (forms::lines(held).is_empty() || forms::lines(word).is_empty()) =>
                {
                    Likeness::Close
                }
                // Only somewhat alike, but one slip of the pen or one sound heard otherwise apart.
                Likeness::Near if long && skeleton(held) == key => Likeness::Near,
                // Where letters at the beginning changed places, the comparison of linkage sees two words.
                _ if long && swapped(held, word) => Likeness::Near,
                _ => return None,
            };
            Some((number, level))
        };
        near.into_iter().filter_map(alike).collect()
    }
}

/// A name as it was written, and as it may be read besides; apostrophes of every shape belong to their words.
fn ways(name: &str) -> Vec<String> {
    let plain = whole(name);
    let others = otherwise(&plain);
    std::iter::once(plain).chain(others).collect()
}

/// Whether two words differ by two neighbouring letters that changed places.
fn swapped(a: &str, b: &str) -> bool {
    let differ: Vec<usize> =
        a.bytes().zip(b.bytes()).enumerate().filter(|(_, (x, y))| x != y).map(|(at, _)| at).collect();
    let (a, b) = (a.as_bytes(), b.as_bytes());
    matches!(differ[..], [one, next] if a.len() == b.len() && next == one + 1 && a[one] == b[next] && a[next] == b[one])
}

/// A skeleton with each of its consonants left out in turn.
fn shorter(key: &str) -> Vec<String> {
    if key.len() < SLIP {
        return Vec::new();
    }
    let without = |at: usize| key.char_indices().filter(|(i, _)| *i != at).map(|(_, c)| c).collect();
    key.char_indices().map(|(at, _)| without(at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_their_renderings() {
        let secret = |name: &str| Secret { subject: 7, what: What::Person(name.into()) };
        let index = Index::new(
            &[secret("Mikhail Torvel"), secret("مروان وليد"), secret("吳芳明"), secret("أسامة العمري")],
            &[],
        );
        let check = |word: &str, expected: &[&str]| {
            let reading = Reading { word: word.into(), bare: false };
            let found: Vec<&str> = index
                .agreeing(&reading)
                .iter()
                .map(|(number, _)| index.words[*number as usize].text.as_str())
                .collect();
            assert_eq!(found, expected, "{word}");
        };
        check("torvel", &["torvel"]);
        check("torval", &["torvel"]);
        check("torvle", &["torvel"]);
        check("otrvel", &["torvel"]);
        check("misha", &["mikhail"]);
        check("marwan", &["mrwan", "mrvan"]);
        check("umari", &["amri"]);
        check("dravek", &[]);
        check("t", &[]);
        assert_eq!(index.running[&'吴'][0].0, ['吴', '芳', '明']);
    }
}
