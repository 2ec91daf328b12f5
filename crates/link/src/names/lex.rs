//! Which words of a name name somebody, and which belong together?
//!
//! Titles, particles and marks of descent fall; `Abd al-Rahman`, `Abu Bakr`, `Salah ad-Din` and `Mac Donald` become one word.

use super::script::words;
use super::vocabulary::{Role, Vocabulary};

/// A word of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Lower-case Latin letters.
    pub word: String,
    /// Whether it is said to be the father's name by what follows it.
    pub father: bool,
}

/// The tokens of a name, in lower-case Latin letters: compatibility forms folded, scripts transliterated letter by letter,
/// titles and particles dropped. Empty when the words say that no name is known.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    lex(text).into_iter().map(|t| t.word).collect()
}

/// As [`tokens`], with what is known of each.
pub(super) fn lex(text: &str) -> Vec<Token> {
    let vocabulary = Vocabulary::get();
    let words = words(text);
    let says_nothing = matches!(words.as_slice(), [only] if vocabulary.is(only, Role::Nothing));
    if says_nothing || words.iter().any(|w| vocabulary.is(w, Role::Unknown)) {
        return Vec::new();
    }
    let words = join(words, vocabulary);
    let plain = |word: &String| Token { word: word.clone(), father: false };
    let mut kept: Vec<Token> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let first = kept.is_empty();
        let is = |role| vocabulary.is(word, role);
        if is(Role::Child) && !first {
            kept.iter_mut().rev().take(1).for_each(|token| token.father = true);
            continue;
        }
        let falls = is(Role::Title)
            || is(Role::Particle)
            || (!first && words.get(at + 1).is_some_and(|next| is_assimilated_article(word, next)))
            || is(Role::Younger)
            || is(Role::Elder)
            || (is(Role::Father) && !(first && vocabulary.is_given(word)))
            || (is(Role::Inner) && !first)
            || (is(Role::Soft) && first && words.len() - at > 2);
        if !falls {
            kept.push(plain(word));
        }
    }
    // A name made of nothing but particles is a name after all.
    if kept.is_empty() { words.iter().map(plain).collect() } else { kept }
}

/// As [`tokens`], joined by spaces, of words in plain Latin letters none of which does anything in a name but naming; `None` where
/// any may do more. So are most names, and they come by the million.
pub(super) fn plain(text: &str) -> Option<String> {
    let vocabulary = Vocabulary::get();
    let mut all = String::with_capacity(text.len());
    for written in text.split(' ').filter(|word| !word.is_empty()) {
        if !written.bytes().all(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        let word = written.to_ascii_lowercase();
        let may_be_article = word.len() <= 3 && word.starts_with(['a', 'e', 'u']);
        let announces = matches!(word.as_str(), "known" | "nom");
        let joins = [SERVANTS, FAITHS, BARE_FAITHS].iter().any(|words| words.contains(&word.as_str()));
        let word_in_use = customary(&word);
        if may_be_article || announces || joins || vocabulary.has_role(&word) || vocabulary.has_role(&word_in_use) {
            return None;
        }
        if !all.is_empty() {
            all.push(' ');
        }
        all.push_str(&word_in_use);
    }
    (!all.is_empty()).then_some(all)
}

/// Whether a word is the Arabic article in the form it has before the sun letter of the next: `ar` in `ar-Rahman`.
fn is_assimilated_article(word: &str, next: &str) -> bool {
    let letter = word.strip_prefix(['a', 'e', 'u']).unwrap_or("");
    let sun = matches!(letter, "d" | "dh" | "n" | "r" | "s" | "sh" | "t" | "th" | "z");
    sun && next.len() > letter.len() && next.starts_with(letter)
}

/// Words in one, in its customary form.
pub(super) fn joined(words: &[String]) -> String {
    customary(&words.concat())
}

/// Forms of the first part of `servant of`, when written apart.
const SERVANTS: &[&str] =
    &["abd", "abdul", "abdel", "abdal", "abdoel", "abdoul", "abdur", "abder", "abdus", "abdes", "abdil"];

/// Forms of the last part of `of the faith`, when written apart; the bare ones only after a particle.
const FAITHS: &[&str] =
    &["uddin", "eddin", "eddine", "uddeen", "addin", "aldin", "aldeen", "eldin", "eldeen", "eldine", "uldin"];
const BARE_FAITHS: &[&str] = &["din", "deen", "dine"];

/// Makes one word of those that are one name.
fn join(words: Vec<String>, vocabulary: &Vocabulary) -> Vec<String> {
    let particle = |word: &str, next: &str| vocabulary.is(word, Role::Particle) || is_assimilated_article(word, next);
    let mut joined: Vec<String> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let word = words[at].as_str();
        // The next word, a particle between skipped.
        let next = match &words[at + 1..] {
            [a, b, ..] if particle(a, b) => Some((b, 3)),
            [a, ..] if !vocabulary.is(a, Role::Particle) => Some((a, 2)),
            _ => None,
        };
        let faith = match joined.last() {
            Some(_) if FAITHS.contains(&word) => Some(1),
            Some(_) if words.get(at + 1).is_some_and(|w| BARE_FAITHS.contains(&w.as_str()) && particle(word, w)) => {
                Some(2)
            }
            _ => None,
        };
        if let (Some(taken), Some(last)) = (faith, joined.last_mut()) {
            last.push_str("uddin");
            at += taken;
            continue;
        }
        match next {
            Some((name, taken)) if SERVANTS.contains(&word) => {
                let link = if name.starts_with("al") { "" } else { "ul" };
                joined.push(customary(&format!("abd{link}{name}")));
                at += taken;
            }
            Some((name, taken)) if vocabulary.is(word, Role::Join) => {
                let head = match word.as_bytes() {
                    [b'a', b'b', ..] => "abu",
                    [b'm', b'a' | b'c', ..] => "mac",
                    [b's', ..] => "saint",
                    _ => "umm",
                };
                joined.push(format!("{head}{name}"));
                at += taken;
            }
            _ => {
                joined.push(customary(word));
                at += 1;
            }
        }
    }
    joined
}

/// What remains of the ways to write `Allah` after `Abd` and a vowel.
const OF_GOD: &[&str] =
    &["llah", "lla", "lah", "la", "llh", "lh", "lloh", "loh", "llo", "lo", "laye", "llahi", "lahi", "llaah", "lahe"];

/// A word that holds `servant of` or `of the faith` in the one form all spellings share.
fn customary(word: &str) -> String {
    for ending in [
        "uddin", "uddine", "eddin", "eddine", "addin", "addine", "uddeen", "addeen", "iddin", "iddine", "oddin",
        "alddin", "aldin", "eldin",
    ] {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.len() >= 3
        {
            return format!("{stem}uddin");
        }
    }
    let Some(rest) = word.strip_prefix("abd") else { return word.to_string() };
    let rest = rest.strip_prefix("ou").or_else(|| rest.strip_prefix(['a', 'e', 'i', 'o', 'u'])).unwrap_or(rest);
    if OF_GOD.contains(&rest) {
        return "abdullah".into();
    }
    let name = rest.strip_prefix('l').unwrap_or(rest);
    let doubled = name.as_bytes().first().is_some_and(|first| name.as_bytes().get(1) == Some(first));
    let name = if doubled { &name[1..] } else { name };
    if name.len() >= 3 { format!("abdul{name}") } else { word.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(tokens(text).join(" "), expected, "{text}");
        assert!(plain(text).is_none_or(|plain| plain == expected), "{text}");
    }

    #[test]
    fn what_names_nobody_falls() {
        check("Sheikh Dr. Hasan al-Torvel", "hasan torvel");
        check("Sayed Ahmad Torvel", "ahmad torvel");
        check("Sayed Ahmad", "sayed ahmad");
        check("Ali bin Hasan bint Omar", "ali hasan omar");
        check("Vagif Hasan oglu Torvel", "vagif hasan torvel");
        check("Ben Torvel", "ben torvel");
        check("Omar as-Sadiq", "omar sadiq");
        check("Nguyen Thi An", "nguyen thi an");
        check("Karim Ben Torvel", "karim torvel");
        check("John Smith III", "john smith");
        check("Name withheld", "");
        check("Van", "van");
        check("al", "al");
    }

    #[test]
    fn one_name_is_one_word() {
        for name in [
            "Abd al-Rahman",
            "Abdul Rahman",
            "Abdelrahman",
            "Abdurrahman",
            "Abd ar-Rahman",
            "Abdirahman",
            "Abdur Rahman",
        ] {
            check(name, "abdulrahman");
        }
        for name in ["Abd Allah", "Abdallah", "Abdulla", "Abdoulaye", "Abdillahi", "عبدالله", "عبد الله"]
        {
            check(name, "abdullah");
        }
        check("عبد الرحمن", "abdulrhmn");
        check("Abu Bakr Torvel", "abubakr torvel");
        check("Umm al-Kheir", "ummkheir");
        check("Salah ad-Din", "salahuddin");
        check("Salaheddine", "salahuddin");
        check("صلاح الدين", "slahuddin");
        check("Mc Donald", "macdonald");
        check("Abdi Torvel", "abdi torvel");
    }
}
