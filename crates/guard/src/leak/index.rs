//! By which words are names found, and which words make one name?
//!
//! Every word of every name is kept once. A word of a text finds those of its skeleton, those whose skeleton differs by one consonant,
//! and those that the file of names has as forms of one name; the comparison of linkage then decides. Two words that stand together
//! are looked up as a pair, so that a given name that thousands share costs nothing by itself.

use super::common::{Common, common};
use super::letters::{Reading, leaves_vowels_out, otherwise, runs_on, simpler, whole};
use super::unwritten::{self, Agreement, agreement, one_slip};
use super::{Secret, What};
use factum_link::forms::{self, Likeness, NameParts, Part, likeness, skeleton};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

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
    /// Whether a name has it from one that does not.
    full: bool,
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
    /// Words by what is left of them when a slip of the pen took a letter, ascending.
    by_slip: Vec<(u64, u32)>,
    /// Words by their consonants, all of them and with each left out in turn.
    by_consonants: FxHashMap<String, Vec<u32>>,
    /// Entries that have two words, with which of the two comes first as the name was written.
    pub pairs: FxHashMap<(u32, u32), Vec<Joint>>,
    /// With which other words each word makes a pair, ascending: few, where the words that a text may mean are many.
    partners: Vec<Vec<u32>>,
    pub singles: FxHashMap<u32, Vec<(u32, Single)>>,
    /// First letter and family name written as one, as names of accounts have it.
    pub accounts: FxHashMap<String, Vec<u32>>,
    /// Names of scripts that run on, by their first character.
    pub running: FxHashMap<char, Vec<(Vec<char>, u32)>>,
}

/// A skeleton must have this many consonants for one more or less to be a slip of the pen and not another name.
const SLIP: usize = 3;
/// So many consonants in common, a vowel at the beginning being one, make one word of two of which one was written without vowels; so many
/// make them somewhat alike.
const CONSONANTS: usize = 3;
const FEW_CONSONANTS: usize = 2;
/// A word of so many letters can be known through a slip of the pen, beside another that is exact.
const SHORT: usize = 4;
/// Shorter words that are only somewhat alike are two words.
const LONG: usize = 5;
/// Words of so many letters can be alike in spite of a slip that changed their sound.
const LONGEST: usize = 7;
/// The longest form of the Arabic article in Latin letters, `ash`.
const ARTICLE: usize = 3;
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
        index.finish()
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
        index.finish()
    }

    fn finish(mut self) -> Self {
        self.by_slip.sort_unstable();
        self.partners = vec![Vec::new(); self.words.len()];
        for (x, y) in self.pairs.keys() {
            for (one, other) in [(x, y), (y, x)] {
                self.partners.get_mut(*one as usize).into_iter().for_each(|with| with.push(*other));
            }
        }
        for with in &mut self.partners {
            with.sort_unstable();
            with.dedup();
        }
        self
    }

    /// The words with which a word makes a pair, ascending.
    pub(super) fn partners(&self, word: u32) -> &[u32] {
        self.partners.get(word as usize).map_or(&[], Vec::as_slice)
    }

    fn enter(&mut self, subject: u32, allowed: bool, name: &str) {
        self.enter_running(subject, allowed, name);
        self.bare = leaves_vowels_out(name);
        self.enter_titled(subject, allowed, name);
        for parts in ways(name).iter().flat_map(|name| forms::parts(name)) {
            let initial = parts.given.bytes().next();
            let number = self.entries.len() as u32;
            self.entries.push(Entry { subject, allowed, initial });
            self.enter_parts(number, &parts);
        }
    }

    /// A name that begins with a title that is a given name as well: `Amir`.
    fn enter_titled(&mut self, subject: u32, allowed: bool, name: &str) {
        let words: Vec<String> =
            forms::latin(&whole(name)).into_iter().filter(|w| w.len() > 1 && !forms::does(w, Part::Particle)).collect();
        if let [first, .., last] = words.as_slice()
            && forms::does(first, Part::Title)
            && forms::is_given(first)
        {
            let number = self.entries.len() as u32;
            self.entries.push(Entry { subject, allowed, initial: first.bytes().next() });
            self.pair(number, std::slice::from_ref(first), std::slice::from_ref(last), Pair::Whole);
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
        let [heard, between, last] = [&given, &middle, &family].map(|words| also(words));
        self.pair(entry, &heard, &last, Pair::Whole);
        self.pair(entry, &heard, &between, Pair::Part);
        self.pair(entry, &between, &last, Pair::Part);
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
                known.full |= !self.bare;
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
        self.by_slip.extend(slips(text).map(|slip| (slip, number)));
        for key in unwritten::keys(text) {
            self.by_consonants.entry(key).or_default().push(number);
        }
        for line in forms::lines(text) {
            self.by_line.entry(*line).or_default().push(number);
        }
        let (common, given) = (common(text), forms::is_given(text));
        self.words.push(Word { text: text.to_string(), common, given, bare: self.bare, full: !self.bare });
        number
    }

    /// The words of names with which a word of a text agrees.
    pub(super) fn agreeing(&self, Reading { word, bare, .. }: &Reading) -> Agreeing {
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
        slips(word).for_each(|slip| near.extend(under(&self.by_slip, slip)));
        let either = |number: &&u32| {
            self.words.get(**number as usize).is_some_and(|held| if *bare { held.full } else { held.bare })
        };
        for key in unwritten::keys(word) {
            near.extend(self.by_consonants.get(&key).into_iter().flatten().filter(either));
        }
        near.sort_unstable();
        near.dedup();
        let alike = |number: u32| {
            let Word { text: held, bare: held_bare, full: held_full, .. } = self.words.get(number as usize)?;
            let long = held.len() >= LONG && word.len() >= LONG;
            let short = held.len() >= SHORT && word.len() >= SHORT;
            let longest = held.len() >= LONGEST && word.len() >= LONGEST;
            let heard = skeleton(held);
            let many = heard.len() >= CONSONANTS && key.len() >= CONSONANTS;
            // Two words that are on file as two names are no slips of one.
            let open = forms::lines(held).is_empty() || forms::lines(word).is_empty();
            // Vowels that nobody wrote contradict no others.
            let unwritten = open && (*bare || *held_bare);
            let aside = match *bare {
                false if *held_bare => agreement(held, word),
                true if *held_full => agreement(word, held),
                _ => None,
            };
            let level = match likeness(held, word) {
                level @ (Likeness::Same | Likeness::Close) => level,
                _ if aside == Some(Agreement::Whole) => Likeness::Close,
                _ if unwritten && key.len() >= CONSONANTS && heard == key => Likeness::Close,
                // Only somewhat alike, but one slip of the pen or one sound heard otherwise apart.
                Likeness::Near if long && heard == key => Likeness::Near,
                _ if open && longest && one_slip(heard.as_bytes(), key.as_bytes()) => Likeness::Near,
                _ if unwritten && key.len() >= FEW_CONSONANTS && heard == key => Likeness::Near,
                _ if unwritten && many && one_slip(heard.as_bytes(), key.as_bytes()) => Likeness::Near,
                _ if aside == Some(Agreement::Slip) => Likeness::Near,
                // Where letters at the beginning changed places, the comparison of linkage sees two words.
                _ if open && short && one_slip(held.as_bytes(), word.as_bytes()) => Likeness::Near,
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
    let others = otherwise(&plain).into_iter().chain(with_article(&plain));
    std::iter::once(plain.clone()).chain(others).collect()
}

/// A name with the article after `Abd` in the place of whatever short word a slip made of it (`Abd sl-Jalil`); nothing where there is none.
fn with_article(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split(' ').collect();
    let servant = |word: &str| forms::latin(word).concat().starts_with("abd");
    let at = words.windows(2).position(|two| two.first().is_some_and(|word| servant(word)))? + 1;
    let (article, noun) = words.get(at)?.split_once('-').filter(|(article, _)| article.chars().count() <= ARTICLE)?;
    let noun = format!("al-{noun}");
    let word = |(place, word): (usize, &&str)| if place == at { noun.clone() } else { word.to_string() };
    (article != "al").then(|| words.iter().enumerate().map(word).collect::<Vec<_>>().join(" "))
}

/// The words under a number.
fn under(all: &[(u64, u32)], slip: u64) -> impl Iterator<Item = u32> + '_ {
    let from = all.partition_point(|(known, _)| *known < slip);
    all.iter().skip(from).take_while(move |(known, _)| *known == slip).map(|(_, number)| *number)
}

/// Words with those that stand for them besides: a servant of God with the article that was heard or not (`Abdulweli`, `Abduweli`).
fn also(words: &[String]) -> Vec<String> {
    let without = |word: &String| Some(format!("abdu{}", word.strip_prefix("abdul").filter(|rest| rest.len() > 2)?));
    words.iter().cloned().chain(words.iter().filter_map(without)).collect()
}

/// A word, and the same with each of its letters left out in turn, as numbers: two words that share one are a slip of the pen apart,
/// whatever that did to their sounds (`Sistevel`, `Sitsevel`; `Khalid`, `Kjalid`).
fn slips(word: &str) -> impl Iterator<Item = u64> + '_ {
    let letters = if word.len() >= SHORT { word.as_bytes() } else { &[] };
    let without = |left_out: usize| {
        let mut hasher = FxHasher::default();
        letters.iter().enumerate().filter(|(at, _)| *at != left_out).for_each(|(_, letter)| hasher.write_u8(*letter));
        hasher.finish()
    };
    // The place after the last letter leaves out none.
    (0..=letters.len()).filter(|_| !letters.is_empty()).map(without)
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
        let names = [
            "Mikhail Torvel",
            "مروان وليد",
            "吳芳明",
            "أسامة العمري",
            "Ana Sistevel",
            "قصي عصام الحر",
            "Ana حمزة",
            "دعاء نعمان",
            "علي الفادي",
            "ريما الفؤاد",
        ];
        let index = Index::new(&names.map(secret), &[]);
        let check = |word: &str, expected: &[&str]| {
            let reading = Reading::new(word, word);
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
        check("mkihail", &["mikhail"]);
        check("sitsevel", &["sistevel"]);
        check("qusayy", &["qsi"]);
        check("hurr", &["hr"]);
        check("iaam", &["asam"]);
        check("hazmah", &["hmza"]);
        // A short word without its vowels: written out, with two letters exchanged, without one; not with another.
        check("dua", &["daa"]);
        check("lai", &["ali"]);
        check("ima", &["amri", "rima"]);
        check("bli", &[]);
        check("dravek", &[]);
        check("t", &[]);
        assert_eq!(index.running[&'吴'][0].0, ['吴', '芳', '明']);
    }
}
