//! How is a word of any script written in lower-case Latin letters?
//!
//! The letters of the scripts that lists of victims come in most are read in their surroundings: a waw is a consonant or a
//! vowel by its neighbours, the Arabic article stands apart from its noun, a Ukrainian г is an h. For every other script
//! the transliteration letter by letter of `any_ascii` serves. The result is for comparison, never for print.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower-case Latin words of a text: compatibility-normalised, transliterated, parted at everything that is no letter or
/// digit. Apostrophes and points inside a word fall without parting it.
pub(crate) fn words(text: &str) -> Vec<String> {
    if text.is_ascii() { in_ascii(text) } else { in_any_script(text) }
}

/// As [`in_any_script`], of a text that is in Latin letters already, as most are.
fn in_ascii(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.chars().filter(|c| !is_silent(*c)) {
        match words.last_mut() {
            Some(word) if c.is_ascii_alphanumeric() => word.push(c.to_ascii_lowercase()),
            _ => words.push(String::new()),
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

fn in_any_script(text: &str) -> Vec<String> {
    let mut raw: Vec<Vec<char>> = vec![Vec::new()];
    for c in text.nfkc() {
        if is_silent(c) {
            continue;
        }
        if !c.is_alphanumeric() {
            raw.push(Vec::new());
        } else if let Some(word) = raw.last_mut() {
            word.extend(c.to_lowercase().filter(|c| !is_combining_mark(*c) || c.is_alphabetic()));
        }
    }
    let language = Language::of(&raw);
    let mut words = Vec::new();
    for word in raw.iter().filter(|w| !w.is_empty()) {
        let (parts, count) = without_article(word, language);
        for part in &parts[..count] {
            words.push(spelled(part, language));
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// What the letters of a text tell of its language, where one letter is read differently in several.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Ukrainian,
    /// Uyghur, or another language that writes its vowels in Arabic letters.
    Uyghur,
    /// Persian, Urdu and others that read some Arabic letters otherwise.
    Persian,
    Other,
}

impl Language {
    fn of(words: &[Vec<char>]) -> Self {
        let has = |letters: &[char]| words.iter().flatten().any(|c| letters.contains(c));
        // Only Uyghur has the dotless yeh inside a word or a hamza on a tooth at the start.
        let inside = words.iter().any(|w| w.first() == Some(&'ئ') || w.iter().rev().skip(1).any(|c| *c == 'ى'));
        if inside || has(&['ە', 'ې', 'ۇ', 'ۆ', 'ۈ', 'ۋ', 'ڭ', 'ێ']) {
            Self::Uyghur
        } else if has(&['і', 'ї', 'є', 'ґ']) && !has(&['қ', 'ғ', 'ң', 'ә', 'ұ', 'ө', 'ү']) {
            Self::Ukrainian
        } else if has(&['ی', 'ک', 'پ', 'چ', 'ژ', 'گ', 'ہ', 'ے']) {
            Self::Persian
        } else {
            Self::Other
        }
    }
}

const ARTICLE: [char; 2] = ['ا', 'ل'];
const SERVANT: [char; 3] = ['ع', 'ب', 'د'];
const GOD: [char; 4] = ['ا', 'ل', 'ل', 'ه'];
const FAITH: [char; 5] = ['ا', 'ل', 'د', 'ي', 'ن'];

/// Words in which alef and lam at the start are the root and not the article.
const ROOTS: &[&str] =
    &["الياس", "الیاس", "الهام", "الطاف", "الماس", "الكسندر", "الكسي", "الفريد", "البرت", "اليسا", "الين", "الیف"];

/// The word with the Arabic article parted from its noun, also after `servant of` and before `of the faith`.
fn without_article(word: &[char], language: Language) -> ([&[char]; 3], usize) {
    let whole = ([word, &[], &[]], 1);
    if language == Language::Uyghur || word == GOD || ROOTS.iter().any(|root| root.chars().eq(word.iter().copied())) {
        return whole;
    }
    if let Some(rest) = word.strip_prefix(&SERVANT)
        && rest.starts_with(&ARTICLE)
    {
        return match rest {
            rest if rest == GOD => ([&word[..3], rest, &[]], 2),
            rest if rest.len() >= 5 => ([&word[..3], &rest[..2], &rest[2..]], 3),
            _ => whole,
        };
    }
    let faith = |tail: &[char]| tail.iter().zip(FAITH).all(|(c, f)| *c == f || (f == 'ي' && *c == 'ی'));
    if word.len() > 7 && faith(&word[word.len() - 5..]) {
        let at = word.len() - 5;
        return ([&word[..at], &word[at..at + 2], &word[at + 2..]], 3);
    }
    if word.starts_with(&ARTICLE) && word.len() >= 5 { ([&word[..2], &word[2..], &[]], 2) } else { whole }
}

fn spelled(word: &[char], language: Language) -> String {
    let mut latin = String::new();
    for at in 0..word.len() {
        let c = word[at];
        let before = at.checked_sub(1).map(|i| word[i]);
        let after = word.get(at + 1).copied();
        let letters = match c as u32 {
            0x0600..=0x06FF if language == Language::Uyghur => uyghur(c).unwrap_or_else(|| plain(c)),
            0x0600..=0x06FF if language == Language::Persian && matches!(c, 'ض' | 'ذ') => "z",
            0x0600..=0x06FF if language == Language::Persian && c == 'ث' => "s",
            0x0600..=0x06FF => {
                // Two consonants must not be read as the digraph of one: Suha is no Sha.
                let parted = matches!(c, 'ه' | 'ح' | 'ہ') && latin.ends_with(['s', 'k', 't', 'd', 'z', 'g', 'c']);
                let letters = arabic(c, before, after, at, word);
                if parted && letters == "h" { "ah" } else { letters }
            }
            0x0400..=0x052F => cyrillic(c, language),
            0x0590..=0x05FF if c == 'ה' && after.is_some() && latin.ends_with(['k', 's', 't']) => "ah",
            0x0590..=0x05FF => hebrew(c, before, after),
            0x0370..=0x03FF => greek(c, before, after),
            _ => plain(c),
        };
        latin.extend(letters.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
    }
    latin
}

/// A letter by itself. One without a Latin counterpart leaves nothing and does not part a word.
fn plain(c: char) -> &'static str {
    match c {
        'ə' => "e",
        'ı' => "i",
        c => any_ascii::any_ascii_char(c),
    }
}

/// Arabic, Persian and Urdu: short vowels are not written, alef, waw and yeh may be vowels.
fn arabic(c: char, before: Option<char>, after: Option<char>, at: usize, word: &[char]) -> &'static str {
    let alef = |c: Option<char>| matches!(c, Some('ا' | 'أ' | 'إ' | 'آ' | 'ٱ' | 'ة' | 'ى'));
    let yeh = |c: Option<char>| matches!(c, Some('ي' | 'ی'));
    match c {
        'إ' if yeh(after) => "",
        'إ' => "i",
        'ا' | 'أ' | 'آ' | 'ٱ' => "a",
        // Ayn has no letter, but it is where romanisations write its vowel.
        'ع' if alef(after) => "",
        'ع' if before.is_none_or(|c| !matches!(c, 'ا' | 'و' | 'ي' | 'ی')) => "a",
        'ع' | 'ء' => "",
        'ئ' => "i",
        'ؤ' => "u",
        'و' if before.is_none() || alef(before) || alef(after) || yeh(after) => "w",
        'و' => "u",
        'ي' | 'ی' if before.is_none() || alef(before) || alef(after) || (before.is_some() && after == Some('و')) => {
            "y"
        }
        'ي' | 'ی' => "i",
        'ة' | 'ى' => "a",
        // A final heh after a consonant is the vowel that Persian and careless Arabic write for a ta marbuta, but for God's.
        'ه' | 'ہ' if after.is_none() && at > 2 && !alef(before) && !matches!(before, Some('و' | 'ي' | 'ی')) => {
            if word.ends_with(&['ل', 'ل', 'ه']) {
                "h"
            } else {
                "a"
            }
        }
        'ه' | 'ہ' | 'ھ' | 'ح' => "h",
        'ب' => "b",
        'پ' => "p",
        'ت' | 'ط' | 'ٹ' => "t",
        'ث' => "th",
        'ج' => "j",
        'چ' => "ch",
        'خ' => "kh",
        'د' | 'ض' | 'ڈ' => "d",
        'ذ' => "dh",
        'ر' | 'ڑ' => "r",
        'ز' | 'ظ' => "z",
        'ژ' => "zh",
        'س' | 'ص' => "s",
        'ش' => "sh",
        'غ' => "gh",
        'ف' => "f",
        'ق' => "q",
        'ك' | 'ک' => "k",
        'گ' => "g",
        'ڤ' => "v",
        'ل' => "l",
        'م' => "m",
        'ن' | 'ں' => "n",
        'ے' => "e",
        c => plain(c),
    }
}

/// Uyghur in Arabic letters, which writes all vowels; `None` for what it shares with the rest.
fn uyghur(c: char) -> Option<&'static str> {
    Some(match c {
        'ئ' | 'ع' => "",
        'ا' => "a",
        'ە' | 'ې' | 'ێ' => "e",
        'ى' | 'ی' => "i",
        'ي' => "y",
        'و' | 'ۆ' => "o",
        'ۇ' | 'ۈ' => "u",
        'ۋ' => "w",
        'ڭ' => "ng",
        'ھ' | 'ه' | 'ح' => "h",
        'ڵ' => "l",
        'ڕ' => "r",
        c => match arabic(c, Some('ب'), Some('ب'), 1, &[]) {
            "" => return None,
            letters => letters,
        },
    })
}

fn cyrillic(c: char, language: Language) -> &'static str {
    match c {
        'г' if language == Language::Ukrainian => "h",
        'и' if language == Language::Ukrainian => "y",
        'ё' | 'э' | 'е' => "e",
        'є' => "ye",
        'і' | 'и' => "i",
        'ї' => "yi",
        'й' => "y",
        'х' => "kh",
        'һ' | 'ҳ' => "h",
        'қ' | 'ҡ' => "q",
        'ғ' => "gh",
        'ң' => "ng",
        'ү' | 'ұ' => "u",
        'ө' => "o",
        'ә' => "e",
        'җ' | 'ҷ' | 'ј' => "j",
        'ў' => "w",
        'ц' => "ts",
        'щ' => "shch",
        'ю' => "yu",
        'я' => "ya",
        'ж' => "zh",
        'ч' => "ch",
        'ш' => "sh",
        'ћ' => "c",
        'ђ' => "dj",
        'џ' => "dz",
        'љ' => "lj",
        'њ' => "nj",
        c => plain(c),
    }
}

fn hebrew(c: char, before: Option<char>, after: Option<char>) -> &'static str {
    match c {
        'א' | 'ע' => {
            if before.is_none() {
                "a"
            } else {
                ""
            }
        }
        'ב' => {
            if before.is_none() {
                "b"
            } else {
                "v"
            }
        }
        'ג' => "g",
        'ד' => "d",
        'ה' => {
            if after.is_none() {
                "a"
            } else {
                "h"
            }
        }
        'ו' if before.is_none() || matches!(after, Some('ו' | 'י')) => "v",
        'ו' => {
            if before == Some('ו') {
                ""
            } else {
                "u"
            }
        }
        'ז' => "z",
        'ח' => "h",
        'ט' | 'ת' => "t",
        'י' => {
            if before.is_none() {
                "y"
            } else {
                "i"
            }
        }
        'כ' | 'ך' => {
            if before.is_none() {
                "k"
            } else {
                "kh"
            }
        }
        'ל' => "l",
        'מ' | 'ם' => "m",
        'נ' | 'ן' => "n",
        'ס' => "s",
        'פ' => {
            if before.is_none() {
                "p"
            } else {
                "f"
            }
        }
        'ף' => "f",
        'צ' | 'ץ' => "ts",
        'ק' => "k",
        'ר' => "r",
        'ש' => "sh",
        c => plain(c),
    }
}

fn greek(c: char, before: Option<char>, after: Option<char>) -> &'static str {
    match (c, after) {
        ('μ', Some('π')) if before.is_none() => "",
        ('π', _) if before == Some('μ') => "b",
        ('ν', Some('τ')) if before.is_none() => "",
        ('τ', _) if before == Some('ν') => "d",
        ('ο', Some('υ' | 'ύ')) => "",
        ('υ' | 'ύ', _) if before == Some('ο') => "u",
        ('υ' | 'ύ', _) if matches!(before, Some('α' | 'ε')) => "v",
        ('η' | 'ή' | 'υ' | 'ύ', _) => "i",
        ('β', _) => "v",
        ('γ', _) => "g",
        ('φ', _) => "f",
        ('χ', _) => "h",
        ('ξ', _) => "ks",
        (c, _) => plain(c),
    }
}

/// What stands inside words without being a letter of its own: marks, joiners, apostrophes, soft and hard signs, the
/// stretching stroke of Arabic. The vowel signs of Indic scripts are marks too, but letters nonetheless.
fn is_silent(c: char) -> bool {
    let joiner = matches!(c as u32, 0x200B..=0x200F | 0x2060 | 0xFEFF | 0x00AD);
    let optional = matches!(c as u32, 0x0300..=0x036F | 0x0483..=0x0487 | 0x0591..=0x05C7 | 0x0610..=0x061A | 0x064B..=0x065F
        | 0x0670 | 0x06D6..=0x06DC | 0x06DF..=0x06E8 | 0x06EA..=0x06ED);
    joiner
        || (is_combining_mark(c) && (optional || !c.is_alphabetic()))
        || matches!(c, '\'' | '’' | 'ʼ' | '`' | '´' | 'ʻ' | 'ʹ' | 'ь' | 'ъ' | 'Ь' | 'Ъ' | 'ـ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn latin_letters_are_read_alike_either_way(text in "[ -~]{0,24}") {
            prop_assert_eq!(in_ascii(&text), in_any_script(&text));
        }
    }

    #[test]
    fn every_script_has_latin_letters() {
        for (text, expected) in [
            ("D'Angelo O’Brien", "dangelo obrien"),
            ("محمد حسن", "mhmd hsn"),
            ("عبدالرحمن", "abd al rhmn"),
            ("نورالدين", "nur al din"),
            ("الياس", "alyas"),
            ("مروان وليد", "mrwan wlid"),
            ("داوود", "dawud"),
            ("سهى", "saha"),
            ("عائشة", "aisha"),
            ("پاتىمە تۇرسۇن", "patime tursun"),
            ("Патимә Турсун", "patime tursun"),
            ("Григорій", "hryhoriy"),
            ("Григорий", "grigoriy"),
            ("Ђорђе Љубић", "djordje ljubic"),
            ("Γιώργος Παπαδόπουλος", "giorgos papadopulos"),
            ("יוסף כהן לוי", "yusf kahn lvi"),
            ("رضا رضایی", "rza rzayi"),
            ("رضا", "rda"),
            ("राम शर्मा", "ram srma"),
            ("吴芳明", "wufangming"),
            ("김철수", "gimcheolsu"),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }
}
