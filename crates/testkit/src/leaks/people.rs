//! Whose names are held, and how is each written otherwise?

use crate::keyed::{Key, Stream};
use crate::romanise::{self, Entry, arabic_lists, uyghur_lists};
use factum_model::Name;

/// Somebody whose name is held, with a second way of writing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The name as the case holds it.
    pub name: String,
    /// The same name in another script, or in another spelling.
    pub otherwise: String,
    /// Its given name and family name, where it is in Latin letters.
    pub latin: Option<(String, String)>,
}

const ONSETS: &[&str] = &["b", "d", "dr", "f", "g", "k", "kr", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v", "z"];
const NUCLEI: &[&str] = &["a", "e", "i", "o", "u"];
const CODAS: &[&str] = &["l", "n", "r", "s", "m", "k", "v"];
const ENDINGS: &[&str] = &["vel", "nov", "rin", "mak", "dan", "sek", "tor", "lun"];

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// An invented given name of two syllables.
pub(super) fn given(draws: &mut Stream) -> String {
    let word = [ONSETS, NUCLEI, CODAS, NUCLEI, CODAS].map(|from| draws.pick(from)).concat();
    capital(&word)
}

/// An invented family name of three syllables.
pub(super) fn family(draws: &mut Stream) -> String {
    let word = [ONSETS, NUCLEI, CODAS, NUCLEI, ENDINGS].map(|from| draws.pick(from)).concat();
    capital(&word)
}

/// A name in Latin letters, written in Cyrillic ones.
fn cyrillic(word: &str) -> String {
    let letter = |c: char| match c.to_ascii_lowercase() {
        'a' => 'а',
        'b' => 'б',
        'd' => 'д',
        'e' => 'е',
        'f' => 'ф',
        'g' => 'г',
        'i' => 'и',
        'k' => 'к',
        'l' => 'л',
        'm' => 'м',
        'n' => 'н',
        'o' => 'о',
        'p' => 'п',
        'r' => 'р',
        's' => 'с',
        't' => 'т',
        'u' => 'у',
        'v' => 'в',
        'z' => 'з',
        other => other,
    };
    capital(&word.chars().map(letter).collect::<String>())
}

/// Chinese family names and syllables of given names, each with its pinyin.
const FAMILIES: &[(&str, &str)] = &[
    ("吴", "Wu"),
    ("周", "Zhou"),
    ("徐", "Xu"),
    ("孙", "Sun"),
    ("朱", "Zhu"),
    ("胡", "Hu"),
    ("郭", "Guo"),
    ("何", "He"),
    ("林", "Lin"),
    ("罗", "Luo"),
    ("梁", "Liang"),
    ("宋", "Song"),
    ("唐", "Tang"),
    ("韩", "Han"),
    ("冯", "Feng"),
    ("曹", "Cao"),
];
const SYLLABLES: &[(&str, &str)] = &[
    ("芳", "fang"),
    ("敏", "min"),
    ("静", "jing"),
    ("强", "qiang"),
    ("磊", "lei"),
    ("洋", "yang"),
    ("艳", "yan"),
    ("勇", "yong"),
    ("娟", "juan"),
    ("涛", "tao"),
    ("超", "chao"),
    ("霞", "xia"),
    ("刚", "gang"),
    ("桂", "gui"),
    ("玲", "ling"),
    ("斌", "bin"),
];

/// Somebody with a Chinese name: in characters, and in pinyin with the family name first.
fn chinese(draws: &mut Stream) -> Held {
    let [(family, fam), (one, o), (two, t)] =
        [FAMILIES, SYLLABLES, SYLLABLES].map(|from| from[draws.below(from.len())]);
    Held { name: format!("{family}{one}{two}"), otherwise: format!("{fam} {}{t}", capital(o)), latin: None }
}

/// Somebody with an invented name, and its form in Cyrillic letters.
fn invented(draws: &mut Stream) -> Held {
    let (given, family) = (given(draws), family(draws));
    let otherwise = format!("{} {}", cyrillic(&given), cyrillic(&family));
    Held { name: format!("{given} {family}"), otherwise, latin: Some((given, family)) }
}

/// A record's given and family name; the father's where a people has no family names.
fn written(name: &Name) -> Option<String> {
    let given = name.given.clone()?;
    let family = name.family.clone().or_else(|| name.middle.clone())?;
    Some(format!("{given} {family}"))
}

fn recorded(entry: &Entry, romanised_is_held: bool) -> Option<Held> {
    let original = written(entry.original.names.first()?)?;
    let romanised = written(entry.romanised.names.first()?)?;
    let (name, otherwise) = if romanised_is_held { (romanised, original) } else { (original, romanised) };
    Some(Held { name, otherwise, latin: None })
}

/// People whose names are held: a half invented, the rest with Arabic, Uyghur and Chinese names, in either script.
pub(super) fn held(count: usize, seed: u64) -> Vec<Held> {
    let key = Key::new(seed, 101);
    let options = romanise::Options { people: u32::try_from(count).unwrap_or(u32::MAX), seed, births: false };
    let [arabic, _] = arabic_lists(&options).lists;
    let [uyghur, _] = uyghur_lists(&options).lists;
    let mut lists = [arabic.into_iter(), uyghur.into_iter()];
    let mut all = Vec::with_capacity(count);
    let mut number = 0;
    while all.len() < count {
        let mut draws = key.stream(number);
        number += 1;
        let one = match number % 8 {
            0 => Some(chinese(&mut draws)),
            1 | 2 => lists[0].next().and_then(|entry| recorded(&entry, draws.chance(0.5))),
            3 => lists[1].next().and_then(|entry| recorded(&entry, draws.chance(0.5))),
            _ => Some(invented(&mut draws)),
        };
        all.extend(one);
    }
    all
}
