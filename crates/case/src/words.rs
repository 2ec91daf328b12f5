//! Which words does a text have, for comparing what lists say with words written down elsewhere?
//!
//! For comparison only, and only here in `case`: names are compared in `link`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a text in its own script: compatibility forms and marks folded, small letters, parted at everything that is
/// no letter or digit. Apostrophes and the stretching stroke of Arabic fall without parting a word.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.nfkd().filter(|c| !is_combining_mark(*c) && !matches!(c, '\'' | '’' | 'ʼ' | 'ـ')) {
        if !c.is_alphanumeric() {
            words.push(String::new());
        } else if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// The same in Latin letters, joined by spaces.
pub(crate) fn latin(text: &str) -> String {
    let latin = |word: String| any_ascii::any_ascii(&word).to_lowercase();
    words(text).into_iter().map(latin).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether two words are so near that one may be a slip or another spelling of the other: the same but for one letter left
/// out, added, exchanged or swapped with its neighbour, or two in words of eight letters or more. Short words must be the
/// same: in them one letter makes another word.
pub(crate) fn near(a: &str, b: &str) -> bool {
    let letters = |word: &str| word.chars().count();
    let allowed = match letters(a).min(letters(b)) {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    rapidfuzz::distance::osa::distance(a.chars(), b.chars()) <= allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_script() {
        assert_eq!(words("Niño No. 3, D’Arc (ЙОД)"), ["nino", "no", "3", "darc", "иод"]);
        assert_eq!(latin("Хесямир – Юг"), "khesyamir yug");
    }

    #[test]
    fn near_words_differ_by_a_letter_or_two() {
        for (a, b, expected) in [
            ("mirel", "mirell", true),
            ("mirel", "mriel", true),
            ("khesyamir", "hesiamir", true),
            ("mirel", "moral", false),
            ("ana", "ann", false),
        ] {
            assert_eq!(near(a, b), expected, "{a} {b}");
        }
    }
}
