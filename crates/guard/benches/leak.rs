//! How long does it take to search a report of 48 pages for 10,000 names in four scripts?
//!
//! `cargo bench -p factum-guard --bench leak -- [NAMES] [PAGES]`. Names and sentences are invented here by a counter, so that each
//! measurement is of the same work; a name stands on every other page, and each must be found.

use factum_guard::leak::{Rank, Searcher, Secret, Stretch, Wanted, What};
use std::time::Instant;

/// Words on a page of a report of the United Nations: some 500.
const WORDS: usize = 500;

/// The draws of SplitMix64 (Steele, Lea and Flood 2014).
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn word(&mut self, from: &[&[&str]], capital: bool) -> String {
        let word: String = from.iter().map(|parts| parts[self.below(parts.len())]).collect();
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if capital => first.to_uppercase().chain(letters).collect(),
            _ => word,
        }
    }
}

const LATIN: &[&[&str]] = &[
    &["b", "d", "dr", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "kh", "sh"],
    &["a", "e", "i", "o", "u"],
    &["l", "n", "r", "s", "m", "k", "v", "d", "t"],
    &["a", "e", "i", "o", "u"],
    &["vel", "nov", "rin", "mak", "dan", "sek", "tor", "lun", "", "n", "l"],
];
const CYRILLIC: &[&[&str]] = &[
    &["б", "д", "др", "ф", "г", "к", "л", "м", "н", "п", "р", "с", "т", "в", "з", "х", "ш"],
    &["а", "е", "и", "о", "у"],
    &["л", "н", "р", "с", "м", "к", "в", "д", "т"],
    &["а", "е", "и", "о", "у"],
    &["вел", "нов", "рин", "мак", "дан", "сек", "тор", "лун", "", "н", "л"],
];
const ARABIC: &[&[&str]] = &[
    &["ب", "د", "ف", "ج", "ك", "ل", "م", "ن", "ر", "س", "ت", "ز", "خ", "ش", "ع", "ح"],
    &["", "ا", "ي", "و"],
    &["ل", "ن", "ر", "س", "م", "ك", "د", "ت"],
    &["", "ا", "ي", "و"],
    &["د", "م", "ن", "ر", "ل", "ة", "ي"],
];
const CHINESE: &[&[&str]] = &[
    &["吴", "周", "徐", "孙", "朱", "胡", "郭", "何", "林", "罗", "梁", "宋"],
    &["芳", "敏", "静", "强", "磊", "洋", "艳", "勇", "娟", "涛", "超", "霞"],
    &["刚", "桂", "玲", "斌", "明", "丽", "军", "杰", "秀", "英", "华", "平"],
];
/// Sentences are made of other words than names, in small letters but for the first.
const ORDINARY: &[&[&str]] = &[
    &["th", "wh", "st", "pl", "br", "cl", "w", "h", "f", "j", "qu", "tr"],
    &["a", "e", "ea", "oo", "i", "ou", "y"],
    &["nd", "st", "ck", "ng", "ll", "t", "rd", "ss", "gh"],
    &["", "ed", "ing", "er", "s", "ly", "tion"],
];

fn main() {
    let given: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let (names, pages) = (given.first().copied().unwrap_or(10_000), given.get(1).copied().unwrap_or(48));
    let mut draws = Draws(7);
    let held: Vec<String> = (0..names)
        .map(|number| match number % 4 {
            0 => format!("{} {}", draws.word(LATIN, true), draws.word(LATIN, true)),
            1 => format!("{} {}", draws.word(CYRILLIC, true), draws.word(CYRILLIC, true)),
            2 => format!("{} {}", draws.word(ARABIC, false), draws.word(ARABIC, false)),
            _ => draws.word(CHINESE, false),
        })
        .collect();
    let mut texts = Vec::new();
    for page in 0..pages {
        let mut text = String::new();
        for word in 0..WORDS {
            text += &draws.word(ORDINARY, word % 14 == 0);
            text.push_str(if word % 14 == 13 { ". " } else { " " });
        }
        if page % 2 == 0 {
            text += &format!("\n\nThere {} was seen.\n", held[draws.below(held.len())]);
        }
        texts.push(text);
    }
    let secrets = held.into_iter().zip(0..).map(|(name, subject)| Secret { subject, what: What::Person(name) });
    let wanted = Wanted { secrets: secrets.collect(), ..Wanted::default() };
    let stretches: Vec<Stretch<'_>> = texts.iter().map(|text| Stretch { text, prose: true, visual: false }).collect();
    let began = Instant::now();
    let searcher = Searcher::new(&wanted);
    let ready = began.elapsed();
    let found = searcher.search(&stretches);
    let whole = began.elapsed();
    let on: std::collections::BTreeSet<usize> =
        found.iter().filter(|f| f.rank < Rank::Possible).map(|f| f.stretch).collect();
    assert!((0..pages).step_by(2).all(|page| on.contains(&page)), "a planted name was not found");
    println!(
        "{names} names, {pages} pages of {WORDS} words: {:.0} ms in all, {:.0} ms of them to make the names ready; alarms on {} pages",
        whole.as_secs_f64() * 1e3,
        ready.as_secs_f64() * 1e3,
        on.len()
    );
}
