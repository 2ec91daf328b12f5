//! What does a publication look like that tells names it must not tell, and one that only seems to?
//!
//! People whose names are held, leaks of their names in every disguise and every corner of a file, and near-misses that resemble
//! them and tell nobody. Each plant says how it was made, so that a search that misses it can be told what it missed. Everything is a
//! pure function of the seed.
//!
//! ```
//! use factum_testkit::leaks::plant;
//!
//! let planted = plant(120, 7);
//! assert_eq!((planted.leaks.len(), planted.near.len()), (200, 200));
//! assert_eq!(planted.leaks, plant(120, 7).leaks);
//! ```

mod margins;
mod people;

pub use people::Held;

use crate::keyed::{Key, Stream};

/// Where in a file something is planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Corner {
    /// Sentences of a page.
    Prose,
    /// Sentences of a printed document.
    Print,
    /// A text chunk of a picture.
    PictureText,
    /// The alternative text of a picture.
    AltText,
    /// A property of a document of an office program.
    Property,
    /// Runs of one paragraph of such a document, parted by `|`.
    Runs,
    /// Cells of a row, parted by `|`.
    Cells,
    /// Labels of a map, parted by `|`.
    Labels,
    /// The file's name.
    FileName,
    /// A comment in a page.
    Comment,
    /// Tables of counts, parted by an empty line: a row a line, cells parted by `|`.
    Tables,
    /// The same, of which the first table left with an earlier release.
    Releases,
}

/// Something planted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plant {
    /// Where.
    pub corner: Corner,
    /// The text there.
    pub text: String,
    /// How it was made.
    pub way: &'static str,
}

/// A case's names, and what is planted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planted {
    /// Whose names are held.
    pub held: Vec<Held>,
    /// Names that may stand, of people who are held as well.
    pub allowed: Vec<String>,
    /// Phrases that name nobody.
    pub harmless: Vec<String>,
    /// Leaks, each of one person, or of few.
    pub leaks: Vec<Plant>,
    /// What only resembles them.
    pub near: Vec<Plant>,
}

/// So many leaks and so many near-misses are planted.
pub const EACH: usize = 200;

/// Names that are ordinary words; nobody who bears one is told of.
const ORDINARY: &[&str] = &["Hope May", "Grace Field", "Mark Mason", "高峰", "Вера Слава", "كريم كبير"];

const BEFORE: &[&str] = &[
    "The commission heard from",
    "In the second year a guard spoke of",
    "Two witnesses remembered",
    "It was later said that the cell held",
    "A letter of that spring names",
    "Nobody at the gate would speak of",
];
const AFTER: &[&str] = &[
    "and wrote it down the same day.",
    "before the lorries came.",
    "who was taken at night.",
    "as others did.",
    "until the thaw.",
];

fn sentence(draws: &mut Stream, words: &str) -> String {
    format!("{} {words} {}", draws.pick(BEFORE), draws.pick(AFTER))
}

/// Names of so many people, leaks and near-misses, by seed.
pub fn plant(people: usize, seed: u64) -> Planted {
    let held = people::held(people.max(8), seed);
    let key = Key::new(seed, 102);
    let mut allowed = Vec::new();
    let mut harmless = Vec::new();
    let latin: Vec<&Held> = held.iter().filter(|held| held.latin.is_some()).collect();
    let other: Vec<&Held> = held.iter().filter(|held| held.latin.is_none()).collect();
    let mut leaks = Vec::with_capacity(EACH);
    for number in 0..EACH {
        let mut draws = key.stream(number as u64);
        let one = latin[draws.below(latin.len())];
        let foreign = other[draws.below(other.len())];
        leaks.push(leak(number, one, foreign, &mut draws));
    }
    let mut near = Vec::with_capacity(EACH);
    for number in 0..EACH {
        let mut draws = key.stream((EACH + number) as u64);
        // Whoever may be named is nobody of whom a leak is planted: held under a name of its own.
        let (may, place) = (strange_family(&mut draws, &latin), strange_family(&mut draws, &latin));
        let names = (people::given(&mut draws), may, place);
        near.push(near_miss(number, &latin, &names, &mut draws, &mut allowed, &mut harmless));
    }
    let mut all = held.clone();
    all.extend(ORDINARY.iter().map(|name| Held { name: name.to_string(), otherwise: name.to_string(), latin: None }));
    all.extend(allowed.iter().map(|name| Held { name: name.clone(), otherwise: name.clone(), latin: None }));
    Planted { held: all, allowed, harmless, leaks, near }
}

/// An invented family name that none of these people has: who may be named under one's own family name may be meant by it.
fn strange_family(draws: &mut Stream, held: &[&Held]) -> String {
    let is_held = |name: &String| held.iter().any(|held| held.latin.as_ref().is_some_and(|(_, family)| family == name));
    loop {
        let name = people::family(draws);
        if !is_held(&name) {
            return name;
        }
    }
}

/// One letter exchanged for its neighbour, or doubled.
fn slipped(draws: &mut Stream, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = 1 + draws.below(letters.len().saturating_sub(2).max(1));
    if draws.chance(0.5) {
        letters.insert(at, letters[at]);
    } else if at + 1 < letters.len() {
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}

fn accented(word: &str) -> String {
    word.replace('a', "á").replace('e', "è").replace('o', "ö").replace('u', "ū")
}

/// Cyrillic letters that look like the Latin ones, for some of them.
fn disguised(word: &str) -> String {
    word.replace('a', "а").replace('e', "е").replace('o', "о").replace('p', "р")
}

/// A hyphen somewhere in the middle, and the end of the line.
fn broken(word: &str, hyphen: &str) -> String {
    let middle = word.char_indices().nth(word.chars().count() / 2).map_or(0, |(at, _)| at);
    format!("{}{hyphen}{}", &word[..middle], &word[middle..])
}

fn leak(number: usize, one: &Held, foreign: &Held, draws: &mut Stream) -> Plant {
    // A fifth of the leaks name nobody: a number gives somebody away.
    if let Some(margins) = margins::leak(number, draws) {
        return margins;
    }
    let number = number - number / margins::EVERY;
    let (given, family) = one.latin.clone().unwrap_or_default();
    let whole = &one.name;
    let initial: String = given.chars().take(1).collect();
    let (small, small_family) = (given.to_lowercase(), family.to_lowercase());
    let print = if draws.chance(0.5) { Corner::Prose } else { Corner::Print };
    let slip = slipped(draws, &family);
    let ways: [(Corner, String, &'static str); 20] = [
        (Corner::Prose, sentence(draws, &foreign.otherwise), "another script"),
        (Corner::Comment, sentence(draws, &foreign.otherwise), "another script in a comment"),
        (Corner::Prose, sentence(draws, &one.otherwise), "in Cyrillic"),
        (Corner::Prose, format!("Там видели {}а в мае.", one.otherwise), "in Cyrillic, with an ending"),
        (print, sentence(draws, &format!("{given} {}", broken(&family, "-\n"))), "a hyphen over a line break"),
        (Corner::Prose, sentence(draws, &format!("{given} {}", broken(&family, "\u{ad}"))), "a soft hyphen"),
        (Corner::Prose, sentence(draws, &broken(whole, "\u{200b}")), "a blank without width"),
        (print, sentence(draws, &format!("{}, {given}", family.to_uppercase())), "family name first"),
        (
            Corner::Prose,
            sentence(draws, &format!("{} {}", disguised(&given), disguised(&family))),
            "letters that look alike",
        ),
        (print, sentence(draws, &format!("{initial}. {family}")), "an initial"),
        (print, sentence(draws, &format!("Mrs {family}")), "a title"),
        (Corner::PictureText, format!("Author\0{whole}"), "metadata of a picture"),
        (Corner::AltText, format!("A woman at the gate: {whole}"), "an alternative text"),
        (Corner::Property, whole.clone(), "a property of a document"),
        (Corner::Labels, format!("{given}|{family}"), "labels of a map"),
        (Corner::Runs, format!("{} {}", broken(&given, "|"), broken(&family, "|")), "runs of a document"),
        (Corner::Cells, format!("17|{given}|{family}|May"), "cells of a row"),
        (Corner::FileName, format!("scan_{small}_{small_family}_2.txt"), "a file's name"),
        (print, sentence(draws, &format!("{given} {slip}")), "a slip of the pen"),
        (print, sentence(draws, &format!("{} {}", accented(&given), accented(&family))), "accents"),
    ];
    let (corner, text, way) = ways[number % ways.len()].clone();
    Plant { corner, text, way }
}

/// A near-miss: it has something of a held name, or of what names are made of, and tells nobody.
fn near_miss(
    number: usize,
    latin: &[&Held],
    (stranger, free, place): &(String, String, String),
    draws: &mut Stream,
    allowed: &mut Vec<String>,
    harmless: &mut Vec<String>,
) -> Plant {
    if let Some(margins) = margins::near_miss(number, draws) {
        return margins;
    }
    let number = number - number / margins::EVERY;
    let one = latin[draws.below(latin.len())];
    let another = latin[draws.below(latin.len())];
    let (given, family) = one.latin.clone().unwrap_or_default();
    let (other_given, other_family) = another.latin.clone().unwrap_or_default();
    let print = if draws.chance(0.5) { Corner::Prose } else { Corner::Print };
    let (corner, text, way) = match number % 20 {
        0 => (print, sentence(draws, &format!("{given} {free}")), "a given name with a stranger's family name"),
        1 => {
            let name = format!("{stranger} {free}");
            allowed.push(name.clone());
            (print, sentence(draws, &name), "a name that may stand")
        }
        2 => {
            let phrase = format!("{given} {family} Bridge");
            harmless.push(phrase.clone());
            (print, sentence(draws, &format!("the {phrase}")), "a phrase that names nobody")
        }
        3 => (Corner::Prose, format!("The room was shown to {given}. {family} Street was closed."), "two sentences"),
        4 => (Corner::Prose, format!("Present were {given}, {other_given} and {stranger}."), "given names in a row"),
        5 => (
            Corner::Prose,
            "They hope, may be, that grace will mark the field.".to_string(),
            "words that are names too",
        ),
        6 => (Corner::Prose, format!("The {place} valley lies north of {stranger} hill."), "names of places"),
        7 => (Corner::Prose, "كان الرجال في القرية وقال كبير منهم إن السجن قديم.".to_string(), "ordinary Arabic"),
        8 => (Corner::Prose, "到了高峰时间，关于和平与安全的会议在白天成立。".to_string(), "ordinary Chinese"),
        9 => (
            Corner::Prose,
            "В мае они видели, как люди шли по дороге, и слава об этом шла.".to_string(),
            "ordinary Russian",
        ),
        10 => (Corner::PictureText, "Software\0Image Studio 12.4 (Linux)".to_string(), "a program's name in a picture"),
        11 => (Corner::AltText, format!("The gate of {place}, seen from the north"), "an alternative text"),
        12 => (Corner::Property, "Commission of Inquiry on the Valleys".to_string(), "a property of a document"),
        13 => (Corner::Labels, format!("{place}|{stranger} Hill|River"), "labels of a map"),
        14 => (Corner::FileName, format!("annex_{}_map_2.txt", place.to_lowercase()), "a file's name"),
        15 => (Corner::Cells, format!("17|{given}|12|May"), "a given name in a row"),
        16 => (Corner::Prose, sentence(draws, &format!("{given} saw {other_family}")), "two words of two people"),
        17 => (print, sentence(draws, "between 12 March 2019 and May 2020, 40 men"), "days and numbers"),
        18 => (Corner::Runs, format!("{given}| and |{stranger}| were there"), "runs of a document"),
        _ => (Corner::Comment, "figure 4: drawn from table 12, rows 3 to 9".to_string(), "a comment"),
    };
    Plant { corner, text, way }
}
