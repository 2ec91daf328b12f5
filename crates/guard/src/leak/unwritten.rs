//! Are two words one, of which one was written without its vowels?
//!
//! Arabic and Hebrew leave most vowels out. Whoever writes such a name in other letters adds them, doubles consonants, ends a word with an
//! h that nobody hears, and mistypes like everybody else. So the two words are laid side by side: vowels that nobody wrote cost nothing,
//! one slip of the pen is allowed, and enough of what was written must agree.

/// A word written without its vowels must have this many letters for one of them to be lost, added or exchanged with its neighbour.
const SHORTEST: usize = 3;
/// And this many for another letter to stand in the place of one, which makes another of two short words.
const SHORT: usize = 4;
/// In a word of so many letters one consonant is enough beside the vowels that were written.
const LONG: usize = 5;
/// So many consonants are enough elsewhere.
const CONSONANTS: usize = 2;
/// So many, an i or u that was written being one, make one word of two that agree in all that was written.
const ALL: usize = 3;

/// How well two words agree, one of which was written without its vowels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    /// In all that was written.
    Whole,
    /// But for one slip of the pen.
    Slip,
}

/// How well the word that leaves its vowels out agrees with one that has them; nothing if they are two words. Both are in small Latin
/// letters.
pub(super) fn agreement(bare: &str, full: &str) -> Option<Agreement> {
    let (bare, full) = (bare.as_bytes(), once(full));
    let long = |consonants: Option<usize>, least: usize, letters: usize| {
        bare.len() >= letters && full.len() >= letters && consonants.is_some_and(|all| all >= least)
    };
    let telling = bare.iter().filter(|letter| **letter != b'a').count();
    if telling >= ALL && long(laid(bare, &full, sounds_alike)[0], CONSONANTS, SHORTEST) {
        return Some(Agreement::Whole);
    }
    // A slip may have hit a vowel.
    let [otherwise, slipped, exchanged] = laid(bare, &full, alike);
    let is_slip = [otherwise, slipped].into_iter().any(|all| long(all, 1, SHORTEST));
    let is_exchange = long(exchanged, CONSONANTS, SHORT) || long(exchanged, 1, LONG);
    (is_slip || is_exchange).then_some(Agreement::Slip)
}

/// Whether two words differ by one letter at most, or by two neighbouring letters that changed places.
pub(super) fn one_slip(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (short, long) = (short.get(same..).unwrap_or_default(), long.get(same..).unwrap_or_default());
    match (short, long) {
        ([], rest) => rest.len() <= 1,
        ([x, y, rest @ ..], [v, w, others @ ..]) if (x, y) == (w, v) && rest == others => true,
        ([_, rest @ ..], [_, others @ ..]) => rest == others || short == others,
        (_, []) => false,
    }
}

/// The consonants of a word by which it is looked up, all of them and with each left out in turn: words that agree share one.
pub(super) fn keys(word: &str) -> Vec<String> {
    let letters = once(word);
    let consonants: Vec<u8> = letters.iter().copied().filter(|letter| !is_vowel(*letter)).collect();
    let mut all: Vec<String> = without_each(&consonants);
    // An h that nobody hears is none.
    if ends_unheard(&letters)
        && let Some((_, heard)) = consonants.split_last()
    {
        all.extend(without_each(heard));
    }
    all.retain(|key| !key.is_empty());
    all.sort_unstable();
    all.dedup();
    all
}

fn without_each(consonants: &[u8]) -> Vec<String> {
    let without = |left_out: usize| -> String {
        let rest = consonants.iter().enumerate().filter(|(at, _)| *at != left_out);
        rest.map(|(_, letter)| char::from(*letter)).collect()
    };
    // The place after the last letter leaves out none.
    (0..=consonants.len()).map(without).collect()
}

/// The letters of a word, doubled ones once.
fn once(word: &str) -> Vec<u8> {
    let mut letters: Vec<u8> = word.bytes().collect();
    letters.dedup();
    letters
}

/// Whether the last letter is the h that ends the Latin form of a ta marbuta.
fn ends_unheard(letters: &[u8]) -> bool {
    matches!(letters, [.., before, b'h'] if is_vowel(*before))
}

/// Vowels and what may stand for one.
fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'w')
}

/// Whether two letters are the same, or both vowels.
fn alike(one: u8, other: u8) -> bool {
    one == other || (is_vowel(one) && is_vowel(other))
}

/// Whether two letters are the same, or vowels that may stand for one that was written: a, i or u.
fn sounds_alike(one: u8, other: u8) -> bool {
    let together = |sounds: &[u8]| sounds.contains(&one) && sounds.contains(&other);
    one == other || together(b"ae") || together(b"iey") || together(b"uow")
}

/// The most consonants that agree when two words are laid side by side: without a slip, with a letter lost, added or changed places with
/// its neighbour, with another letter in the place of one. Nothing where they cannot be laid so.
fn laid(bare: &[u8], full: &[u8], alike: fn(u8, u8) -> bool) -> [Option<usize>; 3] {
    const WHOLE: usize = 0;
    const SLIPPED: usize = 1;
    const EXCHANGED: usize = 2;
    let width = full.len() + 1;
    let mut best: Vec<[Option<usize>; 3]> = vec![[None; 3]; (bare.len() + 1) * width];
    let reach = |best: &mut Vec<[Option<usize>; 3]>, at: (usize, usize), state: usize, consonants: usize| {
        if let Some(there) = best.get_mut(at.0 * width + at.1) {
            there[state] = there[state].max(Some(consonants));
        }
    };
    reach(&mut best, (0, 0), WHOLE, 0);
    let unheard = ends_unheard(full);
    let heard = |letter: u8| usize::from(!is_vowel(letter));
    for i in 0..=bare.len() {
        for j in 0..=full.len() {
            let here = best[i * width + j];
            let (written, read) = (bare.get(i).copied(), full.get(j).copied());
            for (state, consonants) in here.into_iter().enumerate().filter_map(|(s, c)| Some((s, c?))) {
                if let (Some(one), Some(other)) = (written, read)
                    && alike(one, other)
                {
                    reach(&mut best, (i + 1, j + 1), state, consonants + heard(one));
                }
                if read.is_some_and(is_vowel) || (unheard && j + 1 == full.len()) {
                    reach(&mut best, (i, j + 1), state, consonants);
                }
                if i > 0 && written.is_some() && written == bare.get(i - 1).copied() {
                    reach(&mut best, (i + 1, j), state, consonants);
                }
            }
            let Some(consonants) = here[WHOLE] else { continue };
            if written.is_some() {
                reach(&mut best, (i + 1, j), SLIPPED, consonants);
            }
            if read.is_some() {
                reach(&mut best, (i, j + 1), SLIPPED, consonants);
            }
            if written.is_some() && read.is_some() {
                reach(&mut best, (i + 1, j + 1), EXCHANGED, consonants);
            }
            if let (Some([a, b]), Some([x, y])) = (bare.get(i..i + 2), full.get(j..j + 2))
                && (a, b) == (y, x)
            {
                reach(&mut best, (i + 2, j + 2), SLIPPED, consonants + heard(*a) + heard(*b));
            }
        }
    }
    best.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_vowels_agree_with_those_that_have_them() {
        let check = |bare: &str, full: &str, expected: Option<Agreement>| {
            assert_eq!(agreement(bare, full), expected, "{bare} {full}");
            let shared = keys(bare).iter().any(|key| keys(full).contains(key));
            assert!(expected.is_none() || shared, "{bare} {full}");
        };
        check("hsin", "husayn", Some(Agreement::Whole));
        check("qsi", "qusayy", Some(Agreement::Whole));
        check("fatma", "fatimah", Some(Agreement::Whole));
        check("qal", "iqbal", Some(Agreement::Slip));
        check("abdallh", "abdullah", Some(Agreement::Slip));
        check("hsin", "jusayn", Some(Agreement::Slip));
        check("zid", "ayd", Some(Agreement::Slip));
        check("ahmd", "amad", Some(Agreement::Slip));
        check("aml", "maal", Some(Agreement::Slip));
        check("fatma", "fatiah", Some(Agreement::Slip));
        check("fhd", "fadh", Some(Agreement::Slip));
        check("daa", "dua", Some(Agreement::Slip));
        check("hmza", "hazmah", Some(Agreement::Slip));
        check("aasha", "aisjah", Some(Agreement::Slip));
        // Another letter in the place of one in a short word, two slips, no consonant in common.
        check("fhd", "saad", None);
        check("hsin", "jusan", Some(Agreement::Slip));
        check("hsin", "karim", None);
        check("ali", "aiyu", None);
        check("mhmd", "salim", None);
    }
}
