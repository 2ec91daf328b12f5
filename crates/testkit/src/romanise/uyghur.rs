//! How is a Uyghur name written: in Arabic script, in its own Latin alphabet, in Latin letters by way of Cyrillic?
//!
//! The Latin alphabet is Uyghur Latin Yëziqi in the form of 2008, which BGN/PCGN took over in 2023; it maps letter by letter to
//! the Arabic script. The other way is that of Uyghurs in the former Soviet Union: the Cyrillic alphabet of the language, its
//! additional letters read as the Russian ones beside them, and the whole romanised as Russian is (BGN/PCGN 1947), in which the
//! press has habits. So x, gh, q, h, ö and ü of the one are kh, g, k, kh or g, o and u of the other.

use crate::keyed::Stream;

/// The alphabet: Latin (ULY), Arabic, Cyrillic. Letters of two signs come first.
const ALPHABET: [(&str, &str, &str); 32] = [
    ("gh", "غ", "ғ"),
    ("ng", "ڭ", "ң"),
    ("ch", "چ", "ч"),
    ("sh", "ش", "ш"),
    ("zh", "ژ", "ж"),
    ("a", "ا", "а"),
    ("e", "ە", "ә"),
    ("b", "ب", "б"),
    ("p", "پ", "п"),
    ("t", "ت", "т"),
    ("j", "ج", "җ"),
    ("x", "خ", "х"),
    ("d", "د", "д"),
    ("r", "ر", "р"),
    ("z", "ز", "з"),
    ("s", "س", "с"),
    ("f", "ف", "ф"),
    ("q", "ق", "қ"),
    ("k", "ك", "к"),
    ("g", "گ", "г"),
    ("l", "ل", "л"),
    ("m", "م", "м"),
    ("n", "ن", "н"),
    ("h", "ھ", "һ"),
    ("o", "و", "о"),
    ("u", "ۇ", "у"),
    ("ö", "ۆ", "ө"),
    ("ü", "ۈ", "ү"),
    ("w", "ۋ", "в"),
    ("ë", "ې", "е"),
    ("i", "ى", "и"),
    ("y", "ي", "й"),
];

/// Cyrillic letters as the press romanises them, the commonest form first.
const PRESS: [(char, &[&str]); 35] = [
    ('ғ', &["g", "gh"]),
    ('ң', &["n", "ng"]),
    ('ч', &["ch", "tch"]),
    ('ш', &["sh"]),
    ('ж', &["zh", "j"]),
    ('а', &["a"]),
    ('ә', &["a", "e"]),
    ('б', &["b"]),
    ('п', &["p"]),
    ('т', &["t"]),
    ('җ', &["dzh", "j", "zh"]),
    ('х', &["kh", "h"]),
    ('д', &["d"]),
    ('р', &["r"]),
    ('з', &["z"]),
    ('с', &["s"]),
    ('ф', &["f"]),
    ('қ', &["k", "k'"]),
    ('к', &["k"]),
    ('г', &["g"]),
    ('л', &["l"]),
    ('м', &["m"]),
    ('н', &["n"]),
    ('һ', &["kh", "g", "h"]),
    ('о', &["o"]),
    ('у', &["u"]),
    ('ө', &["o", "yo", "e"]),
    ('ү', &["u", "yu"]),
    ('в', &["v"]),
    ('е', &["e", "ye"]),
    ('и', &["i"]),
    ('й', &["y", "i"]),
    ('я', &["ya", "ia"]),
    ('ю', &["yu", "iu"]),
    ('ё', &["yo", "e"]),
];

/// The letters of a name as positions in the alphabet. An apostrophe, which keeps n and g apart, is none.
fn letters(name: &str) -> Vec<usize> {
    let mut rest = name;
    let mut found = Vec::new();
    while let Some(first) = rest.chars().next() {
        match ALPHABET.iter().position(|(latin, ..)| rest.starts_with(latin)) {
            Some(at) => {
                found.push(at);
                rest = &rest[ALPHABET[at].0.len()..];
            }
            None => rest = &rest[first.len_utf8()..],
        }
    }
    found
}

fn is_vowel(letter: usize) -> bool {
    matches!(ALPHABET[letter].0, "a" | "e" | "o" | "u" | "ö" | "ü" | "ë" | "i")
}

/// The name in Arabic script. A vowel that follows no consonant sits on a hamza.
pub(super) fn script(name: &str) -> String {
    let mut written = String::new();
    let mut after_consonant = false;
    for letter in letters(name) {
        if is_vowel(letter) && !after_consonant {
            written += "ئ";
        }
        after_consonant = !is_vowel(letter);
        written += ALPHABET[letter].1;
    }
    written
}

/// The name in Cyrillic script, in which y and a vowel may be one letter.
fn cyrillic(name: &str) -> String {
    let separate: String = letters(name).into_iter().map(|letter| ALPHABET[letter].2).collect();
    separate.replace("йа", "я").replace("йу", "ю").replace("йо", "ё")
}

/// The names of one record in the Latin alphabet of the language.
pub(super) fn latin(names: &[&str], draws: &mut Stream) -> Vec<String> {
    // Keyboards without the letter have its form of before 2008.
    let older = draws.chance(0.25);
    names.iter().map(|name| super::capital(&if older { name.replace('ë', "é") } else { name.to_string() })).collect()
}

/// The names of one record by way of Cyrillic. A paper writes a letter in one way throughout a record.
pub(super) fn press(names: &[&str], draws: &mut Stream) -> Vec<String> {
    let habits: Vec<&str> =
        PRESS.iter().map(|(_, forms)| if draws.chance(0.6) { forms[0] } else { draws.pick(forms) }).collect();
    let written = |name: &&str| -> String {
        let latin = |letter| PRESS.iter().position(|(known, _)| *known == letter).map_or("", |at| habits[at]);
        super::capital(&cyrillic(name).chars().map(latin).collect::<String>())
    };
    names.iter().map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyed::Key;

    #[test]
    fn names_are_written_in_both_old_scripts() {
        let check = |name: &str, arabic: &str, in_cyrillic: &str| {
            assert_eq!(script(name), arabic, "{name}");
            assert_eq!(cyrillic(name), in_cyrillic, "{name}");
        };
        check("abdukërim", "ئابدۇكېرىم", "абдукерим");
        check("ghopur", "غوپۇر", "ғопур");
        check("yüsüp", "يۈسۈپ", "йүсүп");
        check("yasin", "ياسىن", "ясин");
        check("ömer", "ئۆمەر", "өмәр");
        check("saadet", "سائادەت", "саадәт");
        check("yëngi", "يېڭى", "йеңи");
        check("shöhret", "شۆھرەت", "шөһрәт");
        check("chimen'gül", "چىمەنگۈل", "чимәнгүл");
        check("jüme", "جۈمە", "җүмә");
    }

    #[test]
    fn the_alphabet_of_the_language_keeps_its_letters() {
        let key = Key::new(1, 0);
        let seen: Vec<String> = (0..100).map(|i| latin(&["abdukërim"], &mut key.stream(i)).remove(0)).collect();
        assert!(seen.iter().all(|name| name == "Abdukërim" || name == "Abdukérim"));
        assert!(seen.iter().any(|name| name == "Abdukérim") && seen.iter().any(|name| name == "Abdukërim"));
    }

    #[test]
    fn the_press_loses_the_letters_that_russian_lacks() {
        let check = |name: &str, expected: &[&str]| {
            let key = Key::new(2, 0);
            let seen: Vec<String> = (0..1_000).map(|i| press(&[name], &mut key.stream(i)).remove(0)).collect();
            for form in expected {
                assert!(
                    seen.iter().any(|written| written == form),
                    "{name} is never written {form}: {:?}",
                    &seen[..20]
                );
            }
            assert!(seen.iter().all(|written| !written.contains(['ö', 'ü', 'ë', 'w', 'q', 'x'])));
        };
        check("ghopur", &["Gopur"]);
        check("qasim", &["Kasim", "K'asim"]);
        check("hüseyin", &["Khusayin", "Guseyin", "Husaiin"]);
        check("yasin", &["Yasin", "Iasin"]);
        check("jelil", &["Dzhalil", "Jelil"]);
        check("dawut", &["Davut"]);
        check("mexsut", &["Makhsut", "Mehsut"]);
    }
}
