//! Which forms of a name can be compared across spellings and scripts?
//!
//! The source's words stay as they are; what is made here serves comparison only and is never stored in their place.

use factum_model::Name;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Parts that are titles or generation marks rather than names, after normalisation.
const TITLES: &[&str] = &[
    "mr", "mrs", "ms", "miss", "dr", "prof", "sir", "rev", "fr", "haji", "hajji", "hadji", "sheikh", "shaykh", "ustaz",
    "eng", "jr", "sr", "ii", "iii", "iv", "junior", "senior",
];

/// Particles that lists write or leave out as they please. They are dropped for comparison.
const PARTICLES: &[&str] = &[
    "al", "el", "ul", "ad", "as", "ash", "bin", "ibn", "ben", "bint", "de", "del", "la", "las", "los", "da", "dos",
    "van", "von", "der", "den",
];

/// Words that say, anywhere in a name, that it is not known.
const UNKNOWN: &[&str] =
    &["unknown", "unidentified", "unnamed", "withheld", "undisclosed", "anonymous", "nameless", "noname"];

/// Words that say so only when they are the whole name: `Na` and `None` are names of people too.
const NOTHING: &[&str] = &["nn", "na", "none", "null", "nil"];

/// Family names of two characters; every other Chinese family name in use has one. The commonest of some eighty.
const TWO_CHARACTER_FAMILIES: &[&str] = &[
    "欧阳", "歐陽", "司马", "司馬", "诸葛", "諸葛", "上官", "司徒", "东方", "東方", "夏侯", "皇甫", "尉迟", "尉遲",
    "公孙", "公孫", "慕容", "令狐", "长孙", "長孫", "宇文", "端木", "独孤", "獨孤", "南宫", "南宮",
];

/// A name in the parts that are compared, each normalised; empty where unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub given: String,
    pub middle: String,
    pub family: String,
}

impl Parts {
    /// Splits and normalises. A whole name is read as given name first and family name last, with what stands between as
    /// middle name, unless a comma shows that the family name comes first.
    pub(crate) fn of(name: &Name) -> Parts {
        let part = |text: &Option<String>| text.as_deref().map(tokens).unwrap_or_default().join(" ");
        let mut parts = Parts { given: part(&name.given), middle: part(&name.middle), family: part(&name.family) };
        if let Some(full) = &name.full
            && parts.given.is_empty()
            && parts.family.is_empty()
        {
            let split = match full.split_once([',', '،', '、']) {
                _ if is_chinese_or_korean(full) => {
                    let (family, given) = family_first(full);
                    (Some(words(given).join(" ")), Vec::new(), words(family).join(" "))
                }
                Some((family, rest)) if words(rest).iter().any(|w| !TITLES.contains(&w.as_str())) => {
                    let rest = tokens(rest);
                    (rest.first().cloned(), rest.get(1..).unwrap_or_default().to_vec(), tokens(family).join(" "))
                }
                _ => {
                    let mut all = tokens(full);
                    let family = if all.len() > 1 { all.pop().unwrap_or_default() } else { String::new() };
                    let given = (!all.is_empty()).then(|| all.remove(0));
                    (given, all, family)
                }
            };
            parts.given = split.0.unwrap_or_default();
            parts.family = split.2;
            if parts.middle.is_empty() {
                parts.middle = split.1.join(" ");
            }
        } else if parts.middle.is_empty() {
            // "Maria Elena" in a column of given names meets "Maria" with a middle name elsewhere.
            if let Some((first, rest)) = parts.given.clone().split_once(' ') {
                (parts.given, parts.middle) = (first.into(), rest.into());
            }
        }
        parts
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.given.is_empty() && self.family.is_empty() && self.middle.is_empty()
    }
}

/// The tokens of a name, in lower-case Latin letters: compatibility forms folded, scripts transliterated letter by letter,
/// titles and particles dropped. Empty when the words say that no name is known.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    let words: Vec<String> = words(text);
    let says_nothing = matches!(words.as_slice(), [only] if NOTHING.contains(&only.as_str()));
    if says_nothing || words.iter().any(|w| UNKNOWN.contains(&w.as_str())) {
        return Vec::new();
    }
    let kept: Vec<String> =
        words.iter().filter(|w| !TITLES.contains(&w.as_str()) && !PARTICLES.contains(&w.as_str())).cloned().collect();
    // A name made of nothing but particles is a name after all.
    if kept.is_empty() { words } else { kept }
}

/// Lower-case Latin words of a text: compatibility-normalised, transliterated, parted at everything that is no letter or
/// digit. Apostrophes and points inside a word fall without parting it.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.nfkc() {
        if is_silent(c) {
            continue;
        }
        if !c.is_alphanumeric() {
            words.push(String::new());
        } else if let Some(word) = words.last_mut() {
            word.extend(latin(c).chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// Whether a name is written in two to four Chinese characters or Korean syllables without a space: family name first.
fn is_chinese_or_korean(name: &str) -> bool {
    let is = |c: char| matches!(c as u32, 0x3400..=0x9FFF | 0xAC00..=0xD7AF | 0x20000..=0x323AF);
    (2..=4).contains(&name.trim().chars().count()) && name.trim().chars().all(is)
}

/// Family and given name of such a name.
fn family_first(name: &str) -> (&str, &str) {
    let name = name.trim();
    let two = name.chars().count() > 2 && TWO_CHARACTER_FAMILIES.iter().any(|family| name.starts_with(family));
    let end = name.char_indices().nth(if two { 2 } else { 1 }).map_or(name.len(), |(at, _)| at);
    name.split_at(end)
}

/// A letter in Latin ones. A letter without a Latin counterpart, such as ayn, leaves nothing and does not part a word.
fn latin(c: char) -> &'static str {
    match c {
        // Alef in its forms: any_ascii drops it, but it is the vowel that romanisations write.
        'ا' | 'أ' | 'إ' | 'آ' | 'ٱ' => "a",
        c => any_ascii::any_ascii_char(c),
    }
}

/// What stands inside words without being a letter of its own: marks, joiners, apostrophes, soft and hard signs, the
/// stretching stroke of Arabic.
fn is_silent(c: char) -> bool {
    let joiner = matches!(c as u32, 0x200B..=0x200F | 0x2060 | 0xFEFF | 0x00AD);
    joiner
        || is_combining_mark(c)
        || matches!(c, '\'' | '’' | 'ʼ' | '`' | '´' | 'ʻ' | 'ʹ' | 'ь' | 'ъ' | 'Ь' | 'Ъ' | 'ـ')
}

/// The consonants of a normalised name in classes that survive transliteration: vowels and doubled letters gone, letters
/// that schemes exchange for one another merged.
pub(crate) fn skeleton(normalised: &str) -> String {
    let mut classes = String::new();
    let mut previous = None;
    let mut rest = normalised;
    while let Some(first) = rest.chars().next() {
        let (class, taken) = DIGRAPHS
            .iter()
            .find(|(written, _)| rest.starts_with(written))
            .map_or_else(|| (single_class(first), first.len_utf8()), |(written, class)| (Some(*class), written.len()));
        match class {
            Some(class) if previous != Some(class) => classes.push(class),
            // A vowel at the start is kept as such: it is the one schemes rarely lose.
            None if classes.is_empty() && first.is_ascii_alphabetic() => classes.push('a'),
            _ => {}
        }
        previous = class;
        rest = &rest[taken..];
    }
    classes
}

/// Letter groups that one sound is written with; longer ones first.
const DIGRAPHS: &[(&str, char)] = &[
    ("shch", 's'),
    ("tsch", 'c'),
    ("sch", 's'),
    ("tch", 'c'),
    ("dzh", 'j'),
    ("sh", 's'),
    ("ch", 'c'),
    ("zh", 'j'),
    ("kh", 'h'),
    ("gh", 'g'),
    ("ph", 'f'),
    ("th", 't'),
    ("dj", 'j'),
    ("ts", 'z'),
    ("tz", 'z'),
    ("ck", 'k'),
    ("ks", 'x'),
];

fn single_class(letter: char) -> Option<char> {
    match letter {
        'a' | 'e' | 'i' | 'o' | 'u' | 'y' => None,
        'c' | 'q' => Some('k'),
        'w' => Some('v'),
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(full: &str, expected: (&str, &str, &str)) {
        let parts = Parts::of(&Name { full: Some(full.into()), ..Name::default() });
        assert_eq!((parts.given.as_str(), parts.middle.as_str(), parts.family.as_str()), expected, "{full}");
    }

    #[test]
    fn whole_names_are_split() {
        check("Ana Mirel", ("ana", "", "mirel"));
        check("Ana Sofía Mirel", ("ana", "sofia", "mirel"));
        check("Mirel, Ana S.", ("ana", "s", "mirel"));
        check("Mirel", ("mirel", "", ""));
        check("Dr. José de la Peña Jr.", ("jose", "", "pena"));
        check("D'Angelo O’Brien", ("dangelo", "", "obrien"));
        check("Мерик Арвелов", ("merik", "", "arvelov"));
        check("محمد حسن", ("mhmd", "", "hsn"));
        check("علي حداد", ("ly", "", "hdad"));
        check("خالد حسان", ("khald", "", "hsan"));
        check("فاطمة الزهراء", ("fatmh", "", "alzhra"));
        check("سارا احمدی", ("sara", "", "ahmdy"));
        check("राम शर्मा", ("rm", "", "srm"));
        check("John Smith, Jr.", ("john", "", "smith"));
        check("吴芳明", ("fangming", "", "wu"));
        check("欧阳明", ("ming", "", "ouyang"));
        check("김철수", ("cheolsu", "", "gim"));
        check("李娜", ("na", "", "li"));
        check("Na Li", ("na", "", "li"));
        check("None", ("", "", ""));
        check("", ("", "", ""));
        check("Name withheld by police", ("", "", ""));
        check("Van", ("van", "", ""));
    }

    #[test]
    fn given_names_give_up_their_second_part() {
        let parts =
            Parts::of(&Name { given: Some("Ana Sofía".into()), family: Some("Mirel".into()), ..Name::default() });
        assert_eq!((parts.given.as_str(), parts.middle.as_str()), ("ana", "sofia"));
    }

    #[test]
    fn spellings_of_one_name_share_a_skeleton() {
        for (a, b) in [
            ("shevchenko", "schewtschenko"),
            ("khalil", "halil"),
            ("jamila", "djamila"),
            ("yusuf", "youssouf"),
            ("mohammed", "muhamad"),
        ] {
            assert_eq!(skeleton(a), skeleton(b), "{a} {b}");
        }
        for (a, b) in [("ali", "omar"), ("hasan", "hamid"), ("marta", "marko")] {
            assert_ne!(skeleton(a), skeleton(b), "{a} {b}");
        }
    }
}
