//! How are names written in a country that does not exist?
//!
//! Names are made of syllables of an invented language. Its script is a Cyrillic alphabet; there is an official romanisation,
//! and the press has habits of its own.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

/// Sounds of the language: official romanisation, native letter, and what the press writes.
const SOUNDS: &[(&str, &str, &[&str])] = &[
    ("shch", "щ", &["shch", "sch"]),
    ("kh", "х", &["h", "kh"]),
    ("zh", "ж", &["j", "zh"]),
    ("ch", "ч", &["ch", "tch"]),
    ("sh", "ш", &["sh", "sch"]),
    ("ts", "ц", &["ts", "tz"]),
    ("ya", "я", &["ia", "ya"]),
    ("yu", "ю", &["iu", "yu"]),
    ("a", "а", &["a"]),
    ("b", "б", &["b"]),
    ("v", "в", &["v", "w"]),
    ("g", "г", &["g"]),
    ("d", "д", &["d"]),
    ("e", "е", &["e"]),
    ("z", "з", &["z"]),
    ("i", "и", &["i", "ee"]),
    ("k", "к", &["k", "c"]),
    ("l", "л", &["l", "ll"]),
    ("m", "м", &["m"]),
    ("n", "н", &["n", "nn"]),
    ("o", "о", &["o"]),
    ("p", "п", &["p"]),
    ("r", "р", &["r"]),
    ("s", "с", &["s", "ss"]),
    ("t", "т", &["t"]),
    ("u", "у", &["u", "ou"]),
    ("f", "ф", &["f", "ph"]),
    ("y", "ы", &["y", "i"]),
];

fn sounds(official: &str) -> Vec<usize> {
    let mut rest = official;
    let mut found = Vec::new();
    while !rest.is_empty() {
        match SOUNDS.iter().position(|(written, ..)| rest.starts_with(written)) {
            Some(at) => {
                found.push(at);
                rest = &rest[SOUNDS[at].0.len()..];
            }
            None => rest = &rest[1..],
        }
    }
    found
}

/// A word of the official romanisation with a capital.
pub(crate) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A word in the native script.
pub(crate) fn native(official: &str) -> String {
    capital(&sounds(official).into_iter().map(|at| SOUNDS[at].1).collect::<String>())
}

/// A word as a newspaper romanises it; each sound by the habit of the day.
pub(crate) fn press(official: &str, rng: &mut ChaCha12Rng) -> String {
    let mut written = String::new();
    for at in sounds(official) {
        let habits = SOUNDS[at].2;
        // Two papers in three keep to the commonest habit.
        let habit = if rng.random::<f64>() < 0.67 { 0 } else { rng.random_range(0..habits.len()) };
        written += habits[habit];
    }
    capital(&written)
}

/// One typing error: a letter lost, doubled, changed, or two exchanged.
pub(crate) fn slip(word: &str, rng: &mut ChaCha12Rng) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() < 4 {
        return word.to_string();
    }
    let at = rng.random_range(1..letters.len() - 1);
    match rng.random_range(0..4) {
        0 => {
            letters.remove(at);
        }
        1 => letters.insert(at, letters[at]),
        2 => letters.swap(at, at + 1),
        _ => {
            let other = rng.random_range(1..letters.len());
            letters[at] = letters[other];
        }
    }
    letters.into_iter().collect()
}

const ONSETS: &[&str] =
    &["d", "m", "t", "v", "r", "s", "l", "k", "zh", "kh", "b", "n", "sh", "g", "p", "ch", "dr", "tr", "vl", "br"];
const VOWELS: &[&str] = &["a", "e", "i", "o", "u", "ya"];
const CODAS: &[&str] = &["l", "r", "n", "v", "s", "t", "m", "k", "sh", ""];

/// How names of one kind end.
pub(crate) const MEN: &[&str] = &["an", "ur", "ek", "il", "or"];
pub(crate) const WOMEN: &[&str] = &["ela", "ine", "ushka", "ira", "ane"];
pub(crate) const FAMILIES: &[&str] = &["ovar", "esk", "ani", "uren", "ilin", "atsev", "oshti", "arzha"];
pub(crate) const PLACES: &[&str] = &["grad", "voda", "mir", "lug", "stal", "khod"];

/// `count` different words with these endings.
pub(crate) fn words(count: usize, endings: &[&str], rng: &mut ChaCha12Rng) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    while words.len() < count {
        let pick = |from: &[&'static str], rng: &mut ChaCha12Rng| from[rng.random_range(0..from.len())];
        let mut word = format!("{}{}{}", pick(ONSETS, rng), pick(VOWELS, rng), pick(CODAS, rng));
        if rng.random::<f64>() < 0.35 {
            word += &format!("{}{}", pick(ONSETS, rng), pick(VOWELS, rng));
        }
        let ending = endings[rng.random_range(0..endings.len())];
        if word.ends_with(['a', 'e', 'i', 'o', 'u']) && ending.starts_with(['a', 'e', 'i', 'o', 'u']) {
            word.pop();
        }
        word += ending;
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn words_are_written_in_both_scripts() {
        assert_eq!(native("zhalkhovar"), "Жалховар");
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        let made = words(300, FAMILIES, &mut rng);
        assert_eq!(made.iter().collect::<std::collections::HashSet<_>>().len(), 300);
        assert!(made.iter().all(|w| !press(w, &mut rng).is_empty() && !slip(w, &mut rng).is_empty()));
    }
}
