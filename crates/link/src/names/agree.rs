//! How alike are two parts of a name, both known and normalised?
//!
//! What is on file as one name is close, what is on file as two is different; of the rest, spelling decides: the
//! Jaro-Winkler similarity (Winkler 1990) with the customary cut-offs .92 and .85, the consonant skeleton, one slip in a
//! longer word. Words joined or apart, and left out, do not count.

use super::key::skeleton;
use super::parts::are_syllables;
use super::vocabulary::Vocabulary;
use crate::field::{SAME, name};
use rapidfuzz::distance::{jaro_winkler, osa};

/// Jaro-Winkler similarity from which names count as close, and as near: the upper cut-offs of the NameComparison and
/// JaroWinklerAtThresholds defaults in Splink, from Winkler's own use at the US Census Bureau.
const CLOSE: f64 = 0.92;
const NEAR: f64 = 0.85;

/// Names with one consonant skeleton count as close only if their letters are not far apart besides.
const SAME_SKELETON: f64 = 0.75;

/// The same when a script without short vowels wrote one of them: half the letters are missing.
const SAME_SKELETON_UNVOWELLED: f64 = 0.55;

/// A skeleton shorter than this agrees too easily between different names.
const LEAST_SKELETON: usize = 2;

/// A word must have this many letters for one wrong letter to be a likely slip.
const LONG: usize = 5;

/// The level of agreement of two normalised parts (lower-case Latin words joined by spaces), as the name fields have them
/// before rarity is looked at: the same, close, near, one is the other's initial, different.
pub(crate) fn agreement(a: &str, b: &str) -> u8 {
    if a == b {
        return SAME;
    }
    if a.len() == 1 || b.len() == 1 {
        return if a.as_bytes().first() == b.as_bytes().first() { name::INITIAL } else { name::DIFFERENT };
    }
    if !a.contains(' ') && !b.contains(' ') {
        return words(a, b);
    }
    let (x, y) = (compact(a), compact(b));
    if x == y {
        return name::CLOSE;
    }
    by_words(a, b).min(spelling(&x, &y))
}

/// Whether one word is the other with the ending that makes a woman's name of a man's: `Karim`, `Karima`; `Mario`, `Maria`.
/// Family names in Slavic languages have such endings too, so this alone tells nothing there.
pub(super) fn other_sex(a: &str, b: &str) -> bool {
    let vowel = |word: &str| word.ends_with(['a', 'e', 'i', 'o', 'u', 'y']);
    let of_woman = |word: &str| word.ends_with('a') || word.ends_with("ah");
    let exchanged =
        |x: &str, y: &str| x.len() > 3 && x.strip_suffix('o').is_some() && x.strip_suffix('o') == y.strip_suffix('a');
    let added =
        |x: &str, y: &str| !vowel(x) && !x.ends_with('h') && of_woman(y) && x.len() >= 3 && skeleton(x) == skeleton(y);
    exchanged(a, b) || exchanged(b, a) || added(a, b) || added(b, a)
}

/// The words of a part in one, in its customary form.
fn compact(part: &str) -> String {
    let words: Vec<String> = part.split(' ').map(str::to_string).collect();
    super::joined(&words)
}

/// Two single words.
fn words(a: &str, b: &str) -> u8 {
    match Vocabulary::get().one_name(a, b) {
        Some(true) => name::CLOSE,
        Some(false) => name::DIFFERENT,
        None if bare(a) == bare(b) => name::CLOSE,
        None => match unshared(a, b) {
            // What compounds share says nothing: servants of God have a hundred names of his.
            Some((x, y)) => words(x, y),
            None => spelling(a, b),
        },
    }
}

/// First parts of compound names: Arabic, Ethiopian, Turkic, Gaelic.
const HEADS: &[&str] = &["abdul", "abu", "umm", "gebre", "wolde", "haile", "tekle", "kidane", "habte", "mac", "saint"];

/// Last parts of compound names.
const TAILS: &[&str] = &["uddin", "ullah"];

/// What is left of two compounds that share their first or last part.
fn unshared<'a>(a: &'a str, b: &'a str) -> Option<(&'a str, &'a str)> {
    let long = |(x, y): &(&str, &str)| x.len() >= 3 && y.len() >= 3;
    let heads = HEADS.iter().filter_map(|head| a.strip_prefix(head).zip(b.strip_prefix(head)));
    let tails = TAILS.iter().filter_map(|tail| a.strip_suffix(tail).zip(b.strip_suffix(tail)));
    heads.chain(tails).find(long)
}

/// A word without the Arabic article or `son of` written with it, if it is long enough to have one.
fn bare(word: &str) -> &str {
    let article = word.strip_prefix("al").or_else(|| word.strip_prefix("el")).filter(|noun| noun.len() >= LONG);
    let son = || word.strip_prefix("ben").or_else(|| word.strip_prefix("bin")).filter(|father| father.len() >= 3);
    article.or_else(son).unwrap_or(word)
}

/// Agreement by letters and sounds.
fn spelling(a: &str, b: &str) -> u8 {
    let raw = jaro_winkler::similarity(a.bytes(), b.bytes());
    // Nothing below this is alike by any test.
    if raw < SAME_SKELETON_UNVOWELLED {
        return name::DIFFERENT;
    }
    let similarity = raw.max(jaro_winkler::similarity(folded(a).bytes(), folded(b).bytes()));
    let key = skeleton(a);
    let same_skeleton = key.len() >= LEAST_SKELETON && key == skeleton(b);
    let unvowelled = is_unvowelled(a) || is_unvowelled(b);
    let least = if unvowelled { SAME_SKELETON_UNVOWELLED } else { SAME_SKELETON };
    let edits = osa::distance(a.bytes(), b.bytes());
    let slip = a.len().min(b.len()) >= LONG && edits <= 1;
    // A common beginning alone makes long words similar: Charles, Charlotte.
    let similar = similarity >= CLOSE && edits <= 2;
    let close = similar || (same_skeleton && similarity >= least) || slip;
    let near = similarity >= NEAR || same_skeleton;
    match derived(a, b) {
        Derived::Always if near => return name::DIFFERENT,
        Derived::Perhaps if near => return name::NEAR,
        _ => {}
    }
    match () {
        // A word with the ending of women's names: near at best, unless a family name's ending explains it.
        () if close && other_sex(a, b) && !has_gendered_ending(a, b) => name::NEAR,
        () if same_skeleton && vowels_clash(a, b) => {
            if a.len().max(b.len()) < LONG {
                name::DIFFERENT
            } else {
                name::NEAR
            }
        }
        () if close => name::CLOSE,
        // Chinese and Korean given names of one syllable in common have nothing in common.
        () if near && !same_skeleton && are_syllables(a) && are_syllables(b) => name::DIFFERENT,
        () if near => name::NEAR,
        () => name::DIFFERENT,
    }
}

/// A word with the letters merged that schemes exchange without a change of sound.
fn folded(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        let (plain, pair) = match (letter, next) {
            ('o', Some('u' | 'o')) => ('u', true),
            ('e', Some('e')) => ('i', true),
            ('p', Some('h')) => ('f', true),
            ('q', _) => ('k', false),
            ('w', _) => ('v', false),
            ('y' | 'j', _) => ('i', false),
            ('c', Some('h')) => ('c', false),
            ('c', Some('e' | 'i' | 'y')) => ('s', false),
            ('c', Some('k')) => ('k', true),
            ('c', _) => ('k', false),
            (other, _) => (other, false),
        };
        if pair {
            letters.next();
        }
        if !folded.ends_with(plain) {
            folded.push(plain);
        }
    }
    folded
}

/// Whether a word shows by its few vowels that it comes from a script that leaves them out.
fn is_unvowelled(word: &str) -> bool {
    let vowels = word.bytes().filter(|b| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')).count();
    word.len() >= 3 && vowels * 4 <= word.len()
}

/// Whether two words with one skeleton have vowels in the same place that no scheme writes for one another: `Jamal`,
/// `Jamil`. In a longer word a single one may be a slip.
fn vowels_clash(a: &str, b: &str) -> bool {
    let allowed = usize::from(a.len().min(b.len()) > 6);
    let (x, y) = (vowels(a), vowels(b));
    let inner = |slots: &[u8]| slots.len().saturating_sub(1);
    let clashes = x.iter().zip(&y).take(inner(&x).min(inner(&y))).filter(|(p, q)| **p != 0 && **q != 0 && *p & *q == 0);
    x.len() == y.len() && clashes.count() > allowed
}

/// The vowels between the consonants of a word, each place as the set of sounds it may stand for.
fn vowels(word: &str) -> Vec<u8> {
    let mut slots = vec![0u8];
    let mut previous = ' ';
    for letter in word.chars() {
        let sounds = match letter {
            'a' => 0b0001 | 0b1000,
            'e' => 0b0001 | 0b0010,
            'i' | 'y' => 0b0010,
            'o' => 0b0100 | 0b1000,
            'u' => 0b0100,
            _ => 0,
        };
        // An h belongs to the consonant before it, and a doubled letter is one.
        match slots.last_mut() {
            Some(slot) if sounds != 0 => *slot |= sounds,
            _ if letter == previous || letter == 'h' && previous != ' ' && !"aeiouy".contains(previous) => {}
            _ => slots.push(0),
        }
        previous = letter;
    }
    slots
}

/// How one word may come of the other by an ending.
enum Derived {
    Never,
    /// The family name that lists write with and without the ending: Karim, Karimov.
    Perhaps,
    /// Another family name.
    Always,
}

fn derived(a: &str, b: &str) -> Derived {
    let (shorter, longer) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let stem = shorter.trim_end_matches(['a', 'o', 'y', 'i']);
    let Some(ending) = longer.strip_prefix(stem).filter(|_| longer.len() > shorter.len()) else {
        return Derived::Never;
    };
    match ending {
        "ov" | "ova" | "ev" | "eva" | "off" | "oglu" | "zade" | "zada" | "zoda" | "pur" | "pour" | "i" | "y" => {
            Derived::Perhaps
        }
        "enko" | "chenko" | "uk" | "iuk" | "yuk" | "chuk" | "ian" | "yan" | "ez" | "es" | "son" | "sen" | "ovic"
        | "evic" | "ovich" | "evich" | "ovych" | "ski" | "sky" | "skaya" | "ska" | "owski" | "ovsky" | "escu"
        | "dze" | "shvili"
            if longer.len() > shorter.len() + 1 =>
        {
            Derived::Always
        }
        _ => Derived::Never,
    }
}

/// Whether the shorter word ends as Slavic family names do that have a form for women.
fn has_gendered_ending(a: &str, b: &str) -> bool {
    let shorter = if a.len() < b.len() { a } else { b };
    shorter.len() > 4 && ["ov", "ev", "yn", "in", "sk", "ow", "ic"].iter().any(|ending| shorter.ends_with(ending))
}

/// Compounds: whether every word of the one with fewer words agrees with a word of the other, each for itself.
fn by_words(a: &str, b: &str) -> u8 {
    let (mut few, mut many): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    // Of two with as many words the alphabet decides, so that the order of the arguments does not.
    if (few.len(), a) > (many.len(), b) {
        std::mem::swap(&mut few, &mut many);
    }
    let mut worst = name::CLOSE;
    for word in few {
        let level =
            |other: &&str| if word.len() > 1 && other.len() > 1 { agreement(word, other) } else { name::DIFFERENT };
        let best = many.iter().map(level).enumerate().min_by_key(|(_, level)| *level);
        match best {
            Some((at, level)) if level <= name::NEAR => {
                worst = worst.max(level);
                many.swap_remove(at);
            }
            _ => return name::DIFFERENT,
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_agree_by_level() {
        for (a, b, expected) in [
            ("mirel", "mirel", SAME),
            ("yusuf", "youssouf", name::CLOSE),
            ("torvel", "torvell", name::CLOSE),
            ("torvel", "torvle", name::CLOSE),
            ("mikhail", "misha", name::CLOSE),
            ("mhmd", "muhamed", name::CLOSE),
            ("drgmn", "doragaman", name::CLOSE),
            ("elhusseini", "husseini", name::CLOSE),
            ("abdul rahman", "abdulrahman", name::CLOSE),
            ("abd rahman", "abdelrahman", name::CLOSE),
            ("jean pierre", "jeanpierre", name::CLOSE),
            ("perez garcia", "perez", name::CLOSE),
            ("perez garcia", "garsia perez", name::CLOSE),
            ("torvelov", "torvelova", name::CLOSE),
            ("dravek", "draveka", name::NEAR),
            ("morkal", "mirkal", name::NEAR),
            ("mork", "mirk", name::DIFFERENT),
            ("dravenor", "dravenorsal", name::NEAR),
            ("torvelska", "torvelski", name::CLOSE),
            ("torvel", "torvelov", name::NEAR),
            ("torvel", "torvelenko", name::DIFFERENT),
            ("abdulmorkal", "abdulsanit", name::DIFFERENT),
            ("benkarvi", "karvi", name::CLOSE),
            ("fangming", "fangli", name::DIFFERENT),
            ("qesim", "kasym", name::CLOSE),
            ("torvelin", "torvesk", name::NEAR),
            ("a", "ana", name::INITIAL),
            ("a", "mirel", name::DIFFERENT),
            ("hasan", "husayn", name::DIFFERENT),
            ("maria", "marina", name::DIFFERENT),
            ("marta", "marko", name::DIFFERENT),
            ("perez garcia", "perez lopez", name::DIFFERENT),
        ] {
            assert_eq!(agreement(a, b), expected, "{a} | {b}");
        }
    }

    proptest! {
        #[test]
        fn agreement_does_not_depend_on_order(a in "[a-e]{1,5}( [a-e]{1,4})?", b in "[a-e]{1,5}( [a-e]{1,4})?") {
            prop_assert_eq!(agreement(&a, &b), agreement(&b, &a));
            prop_assert_eq!(agreement(&a, &a), SAME);
        }
    }
}
