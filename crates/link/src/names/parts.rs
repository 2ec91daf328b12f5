//! Which is the given name, which the family name, and which further names does a text hold?

use super::lex::{self, Token};
use super::script::words;
use super::tokens;
use super::vocabulary::{Role, Vocabulary};
use factum_model::Name;

/// A name in the parts that are compared, each normalised; empty where unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub given: String,
    pub middle: String,
    pub family: String,
}

impl Parts {
    /// All names a name holds, the main one first: an alias in brackets, quotes or after `alias`, a name at birth. A whole name
    /// is read as given name first and family name last, with what stands between as middle name, unless a comma, a
    /// patronymic at the end or a Chinese or Korean family name shows that the family name comes first.
    pub(crate) fn all(name: &Name) -> Vec<Parts> {
        let (given, given_aliases) = parted(&name.given);
        let (middle, middle_aliases) = parted(&name.middle);
        let (family, family_aliases) = parted(&name.family);
        let mut main = Parts { given: part(&given), middle: part(&middle), family: part(&family) };
        let mut aliases = Vec::new();
        if main.given.is_empty() && main.family.is_empty() {
            let (full, full_aliases) = parted(&name.full);
            let middle = std::mem::take(&mut main.middle);
            main = whole(&full);
            if !middle.is_empty() {
                main.middle = middle;
            }
            aliases = full_aliases;
        } else if main.middle.is_empty() {
            // "Maria Elena" in a column of given names meets "Maria" with a middle name elsewhere.
            if let Some((first, rest)) = main.given.clone().split_once(' ') {
                (main.given, main.middle) = (first.into(), rest.into());
            }
        }
        let at_birth = |alias: Alias| Alias { kind: Kind::Family, ..alias };
        aliases.extend(given_aliases);
        aliases.extend(middle_aliases);
        aliases.extend(family_aliases.into_iter().map(at_birth));
        let mut all = vec![main];
        for alias in aliases {
            let further = alias.applied(&all[0]);
            if !further.is_empty() && !all.contains(&further) {
                all.push(further);
            }
        }
        all
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.given.is_empty() && self.family.is_empty() && self.middle.is_empty()
    }
}

/// The normalised words of one part of a name; `None` where the text holds further names besides.
pub(crate) fn plain_part(text: &str) -> Option<String> {
    lex::plain(text).or_else(|| any_part(text))
}

/// As [`plain_part`], whatever its words do.
fn any_part(text: &str) -> Option<String> {
    let (main, aliases) = parted(&Some(text.to_string()));
    aliases.is_empty().then(|| part(&main))
}

fn part(text: &str) -> String {
    tokens(text).join(" ")
}

/// Another name found in a text, and what of the main name it stands for.
#[derive(Clone, Debug)]
struct Alias {
    text: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Stood inside the name: another given name if it is one word.
    Inside,
    /// Stood after it: a name of its own, or a known pet name.
    After,
    /// The family name at birth, or another one.
    Family,
}

impl Alias {
    fn applied(&self, main: &Parts) -> Parts {
        let words = tokens(&self.text);
        match (self.kind, words.as_slice()) {
            (_, []) => Parts::default(),
            (Kind::Family, [one]) => Parts { family: one.clone(), ..main.clone() },
            (Kind::Inside, [one]) if !main.family.is_empty() && !one.starts_with("abu") => {
                Parts { given: one.clone(), ..main.clone() }
            }
            (Kind::After, [one]) if !main.family.is_empty() && Vocabulary::get().is_given(one) => {
                Parts { given: one.clone(), ..main.clone() }
            }
            _ => whole(&self.text),
        }
    }
}

const BRACKETS: &[(char, char)] = &[
    ('(', ')'),
    ('[', ']'),
    ('{', '}'),
    ('«', '»'),
    ('"', '"'),
    ('“', '”'),
    ('„', '“'),
    ('（', '）'),
    ('‘', '’'),
    ('\'', '\''),
];

/// The text without the further names it holds, and these.
fn parted(text: &Option<String>) -> (String, Vec<Alias>) {
    let Some(text) = text else { return Default::default() };
    let (mut main, mut aliases) = (String::new(), Vec::new());
    let mut rest = text.as_str();
    while let Some((at, open)) = rest.char_indices().find(|(_, c)| BRACKETS.iter().any(|(open, _)| open == c)) {
        let inside = &rest[at + open.len_utf8()..];
        // An apostrophe opens a quotation only after a space, and closes one only before a space.
        let apostrophe = matches!(open, '\'' | '‘');
        let opens = !apostrophe || rest[..at].chars().next_back().is_none_or(char::is_whitespace);
        let ends = |(i, c): &(usize, char)| {
            BRACKETS.iter().any(|(o, close)| *o == open && close == c)
                && (!apostrophe || inside[i + c.len_utf8()..].chars().next().is_none_or(|c| !c.is_alphanumeric()))
        };
        match inside.char_indices().find(ends).filter(|_| opens) {
            Some((end, close)) => {
                main.push_str(&rest[..at]);
                main.push(' ');
                rest = &inside[end + close.len_utf8()..];
                let kind = if rest.trim().is_empty() { Kind::After } else { Kind::Inside };
                aliases.extend(remark(&inside[..end], kind));
            }
            None => {
                main.push_str(&rest[..at + open.len_utf8()]);
                rest = inside;
            }
        }
    }
    main.push_str(rest);
    let (main, after) = split_at_word(&main);
    aliases.extend(after);
    (main, aliases)
}

/// What stands in brackets, unless it is a remark that names nobody.
fn remark(text: &str, kind: Kind) -> Option<Alias> {
    let vocabulary = Vocabulary::get();
    let all = words(text);
    let noted = all.is_empty() || all.iter().any(|w| vocabulary.is(w, Role::Note) || vocabulary.is(w, Role::Unknown));
    let generation =
        |w: &String| vocabulary.is(w, Role::Younger) || vocabulary.is(w, Role::Elder) || vocabulary.is(w, Role::Title);
    if noted || all.iter().all(generation) {
        return None;
    }
    let (before, after) = split_at_word(text);
    match after.into_iter().next() {
        Some(alias) => Some(alias),
        None => Some(Alias { text: before, kind }),
    }
}

/// Parts a text at the first word that announces another name.
fn split_at_word(text: &str) -> (String, Vec<Alias>) {
    let vocabulary = Vocabulary::get();
    let spoken: Vec<&str> = text.split_whitespace().collect();
    let plain: Vec<String> = spoken.iter().map(|w| words(w).concat()).collect();
    let announces = |at: usize| {
        let word = plain[at].as_str();
        let known_as = word == "known" && plain.get(at + 1).is_some_and(|w| w == "as");
        let war_name = word == "nom" && plain.get(at + 2).is_some_and(|w| w == "guerre");
        match () {
            () if known_as => Some((Kind::After, 2)),
            () if war_name => Some((Kind::After, 3)),
            () if vocabulary.is(word, Role::Alias) => Some((Kind::After, 1)),
            () if vocabulary.is(word, Role::Born) => Some((Kind::Family, 1)),
            () => None,
        }
    };
    let Some((at, (kind, taken))) = (0..plain.len()).find_map(|at| Some((at, announces(at)?))) else {
        return (text.to_string(), Vec::new());
    };
    let connecting = |word: &String| {
        matches!(word.as_str(), "" | "as" | "como" | "also" | "better" | "formerly" | "por" | "под" | "b")
    };
    let from = (at + taken..plain.len()).find(|&i| !connecting(&plain[i])).unwrap_or(plain.len());
    let until = (0..at).rev().find(|&i| !connecting(&plain[i])).map_or(0, |i| i + 1);
    if from == plain.len() {
        return (text.to_string(), Vec::new());
    }
    // A further announcement begins a further name.
    let (next, mut further) = split_at_word(&spoken[from..].join(" "));
    further.insert(0, Alias { text: next, kind });
    (spoken[..until].join(" "), further)
}

/// A whole name in parts.
fn whole(text: &str) -> Parts {
    if is_chinese_or_korean(text) {
        let (family, given) = family_first(text);
        return Parts { given: words(given).concat(), family: words(family).concat(), ..Parts::default() };
    }
    let vocabulary = Vocabulary::get();
    let falls = |w: &String| [Role::Title, Role::Younger, Role::Elder].iter().any(|role| vocabulary.is(w, *role));
    if let Some((family, rest)) = text.split_once([',', '،', '、'])
        && words(rest).iter().any(|w| !falls(w))
    {
        let rest = tokens(rest);
        let middle = rest.get(1..).unwrap_or_default().join(" ");
        return Parts { given: rest.first().cloned().unwrap_or_default(), middle, family: part(family) };
    }
    let all = lex::lex(text);
    let text = |tokens: &[Token]| tokens.iter().map(|t| t.word.as_str()).collect::<Vec<_>>().join(" ");
    match all.as_slice() {
        [] => Parts::default(),
        [family, given @ ..] if is_syllables_after_family(&all) => {
            let given: String = given.iter().map(|t| t.word.as_str()).collect();
            Parts { given, middle: String::new(), family: family.word.clone() }
        }
        [family, given, between @ .., _] if ends_in_patronymic(&all) => Parts {
            given: given.word.clone(),
            middle: text(&all[all.len() - 1 - between.len()..]),
            family: family.word.clone(),
        },
        [given] => Parts { given: given.word.clone(), ..Parts::default() },
        [given, middle @ .., family] => {
            Parts { given: given.word.clone(), middle: text(middle), family: family.word.clone() }
        }
    }
}

/// Whether a name of three words or more has the father's name last, so that the family name stands first: `Sidorov Ivan
/// Petrovich`, `Aliyev Vagif Hasan oglu`. Endings that family names have too decide only if the given name is where it
/// would then be.
fn ends_in_patronymic(all: &[Token]) -> bool {
    let [first, second, .., last] = all else { return false };
    let vocabulary = Vocabulary::get();
    let ends = |endings: &[&str]| last.word.len() > 6 && endings.iter().any(|e| last.word.ends_with(e));
    let certain = last.father || ends(&["ovna", "evna", "ivna", "ichna"]);
    let likely = ends(&["ovich", "evich", "ovych", "yovych", "ovitch", "evitch"]);
    let given_second = vocabulary.is_given(&second.word) && !vocabulary.is_given(&first.word);
    let given_first = vocabulary.is_given(&first.word) && !vocabulary.is_given(&second.word);
    (certain && !given_first) || (likely && given_second)
}

/// Whether a name in Latin letters is a Chinese or Korean family name and syllables after it: `Wu Fangming`, `Kim Chol-su`.
fn is_syllables_after_family(all: &[Token]) -> bool {
    let vocabulary = Vocabulary::get();
    let [family, given @ ..] = all else { return false };
    let syllables: usize = given.iter().map(|t| syllables(&t.word).unwrap_or(9)).sum();
    let certain = syllables == 2 || (syllables == 1 && !vocabulary.stands_first(&given[0].word));
    vocabulary.stands_first(&family.word) && certain && !given.iter().any(|t| vocabulary.is_given(&t.word))
}

const INITIALS: &[&str] = &[
    "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c", "s", "y",
    "w", "",
];
const FINALS: &[&str] = &[
    "a", "o", "e", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "er", "i", "ia", "ie", "iao", "iu", "ian", "in",
    "iang", "ing", "iong", "u", "ua", "uo", "uai", "ui", "uan", "un", "uang", "ong", "ue", "eo", "eu", "ae", "yeo",
    "eon", "eun", "eok", "eol", "yeong", "yeon", "yun", "yong", "eong", "ol", "il", "uk", "ok", "ik", "ak", "oo", "ee",
    "oon", "oong", "yu", "yung", "ul", "oe", "on", "ung", "im", "am", "om", "um", "yu", "yeol",
];

/// Into how few syllables of Chinese or Korean a word can be cut, up to two.
fn syllables(word: &str) -> Option<usize> {
    let one = |text: &str| {
        INITIALS.iter().any(|initial| text.strip_prefix(initial).is_some_and(|rest| FINALS.contains(&rest)))
    };
    if one(word) {
        return Some(1);
    }
    let cut = (1..word.len()).filter(|at| word.is_char_boundary(*at)).any(|at| one(&word[..at]) && one(&word[at..]));
    cut.then_some(2)
}

/// Whether a word can be cut into exactly two syllables of Chinese or Korean.
pub(super) fn are_syllables(word: &str) -> bool {
    syllables(word) == Some(2)
}

/// Whether a name is written in two to four Chinese characters or Korean syllables without a space: family name first.
fn is_chinese_or_korean(name: &str) -> bool {
    let is = |c: char| matches!(c as u32, 0x3400..=0x9FFF | 0xAC00..=0xD7AF | 0x20000..=0x323AF);
    (2..=4).contains(&name.trim().chars().count()) && name.trim().chars().all(is)
}

/// Family and given name of such a name.
fn family_first(name: &str) -> (&str, &str) {
    let name = name.trim();
    let two = name.chars().count() > 2 && Vocabulary::get().begins_with_two(name);
    let end = name.char_indices().nth(if two { 2 } else { 1 }).map_or(name.len(), |(at, _)| at);
    name.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(full: &str) -> Vec<(String, String, String)> {
        let name = Name { full: Some(full.into()), ..Name::default() };
        Parts::all(&name).into_iter().map(|p| (p.given, p.middle, p.family)).collect()
    }

    fn check(full: &str, (given, middle, family): (&str, &str, &str)) {
        assert_eq!(all(full)[0], (given.into(), middle.into(), family.into()), "{full}");
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
        check("علي حداد", ("ali", "", "hdad"));
        check("خالد حسان", ("khald", "", "hsan"));
        check("فاطمة الزهراء", ("fatma", "", "zahra"));
        check("سارا احمدی", ("sara", "", "ahmdi"));
        check("राम शर्मा", ("ram", "", "srma"));
        check("John Smith, Jr.", ("john", "", "smith"));
        check("None", ("", "", ""));
        check("", ("", "", ""));
        check("Name withheld by police", ("", "", ""));
        check("Van", ("van", "", ""));
        check("Ali Hasan Omar Torvel", ("ali", "hasan omar", "torvel"));
    }

    #[test]
    fn the_family_name_may_come_first() {
        check("吴芳明", ("fangming", "", "wu"));
        check("欧阳明", ("ming", "", "ouyang"));
        check("김철수", ("cheolsu", "", "gim"));
        check("李娜", ("na", "", "li"));
        check("Wu Fangming", ("fangming", "", "wu"));
        check("Wu Fang-Ming", ("fangming", "", "wu"));
        check("Fangming Wu", ("fangming", "", "wu"));
        check("Kim Cheol-su", ("cheolsu", "", "kim"));
        check("Kim Torvel", ("kim", "", "torvel"));
        check("Na Li", ("na", "", "li"));
        check("Torvelov Ivan Petrovich", ("ivan", "petrovich", "torvelov"));
        check("Ivan Petrovich Torvelov", ("ivan", "petrovich", "torvelov"));
        check("Torvelova Anna Petrovna", ("anna", "petrovna", "torvelova"));
        check("Torvelov Vagif Hasan oglu", ("vagif", "hasan", "torvelov"));
        check("Ivan Marko Torvelovich", ("ivan", "marko", "torvelovich"));
    }

    #[test]
    fn given_names_give_up_their_second_part() {
        let parts =
            Parts::all(&Name { given: Some("Ana Sofía".into()), family: Some("Mirel".into()), ..Name::default() })
                .remove(0);
        assert_eq!((parts.given.as_str(), parts.middle.as_str()), ("ana", "sofia"));
    }

    #[test]
    fn further_names_are_found() {
        let of =
            |full: &str| all(full).iter().skip(1).map(|(g, m, f)| format!("{g}|{m}|{f}")).collect::<Vec<_>>().join(" ");
        for (full, expected) in [
            ("Ana Mirel", ""),
            ("Mikhail (Misha) Torvel", "misha||torvel"),
            ("Mikhail \"Misha\" Torvel", "misha||torvel"),
            ("Mikhail 'Misha' Torvel", "misha||torvel"),
            ("Mikhail O'Brien", ""),
            ("Ali Hasan alias Abu Omar", "abuomar||"),
            ("Ali Hasan (Abu Omar)", "abuomar||"),
            ("Ali Hasan a.k.a. Falcon", "falcon||"),
            ("Ali Hasan, also known as Doru Vass", "doru||vass"),
            ("Ana Mirel née Torvel", "ana||torvel"),
            ("Ana Mirel (born Torvel)", "ana||torvel"),
            ("Ana Mirel (deceased)", ""),
            ("Ana Mirel (Jr)", ""),
            ("Ali Hasan dit Coulibaly alias Petit", "coulibaly|| petit||"),
        ] {
            assert_eq!(of(full), expected, "{full}");
        }
    }

    proptest::proptest! {
        #[test]
        fn words_that_only_name_are_read_as_all_others_are(
            words in proptest::collection::vec(
                "Ana|Mirel|al|as|Sadiq|Abd|abdul|Rahman|abdallah|din|uddin|salaheddine|Sheikh|known|as|nom|de|guerre|born|Jr|Mac|Abu|bin|[a-z]{1,4}|[A-Za-z]{3,9}",
                0..6,
            ),
            between in " | ?[ -] ?",
        ) {
            let text = words.join(&between);
            if let Some(plain) = lex::plain(&text) {
                proptest::prop_assert_eq!(Some(plain), any_part(&text));
            }
        }
    }
}
