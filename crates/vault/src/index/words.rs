//! Which words does a text hold, so that a name is found however it was typed?
//!
//! Text and query go through the same folding, which loses marks and variants that people leave out or confuse, never letters:
//!
//! - compatibility forms (Unicode NFKD): Arabic presentation forms, full-width letters, ligatures;
//! - case, and the diacritics of Latin, Greek, Cyrillic, Hebrew and Arabic (vowel marks, tatweel, the hamza on alef, waw and yeh);
//! - letters that stand for one another in Arabic script: ى ی for ي, ة ہ ھ ە for ه, ک for ك, ٱ for ا (so Uyghur and Persian
//!   typed on an Arabic keyboard are found, at the price that Uyghur ە and ھ are not told apart);
//! - letters with no decomposition that are typed plainly: ı ß æ œ ø đ ð ł þ ə;
//! - the particles that Arabic writes to the front of a word, in a column of their own;
//! - apostrophes and joiners inside words; digits of the Arabic and Persian sets.
//!
//! Scripts without spaces (Han, kana, Hangul) are cut into overlapping pairs of characters, with the single characters in a
//! column of their own, so that a name of one or of two characters is found anywhere in a sentence. Traditional and simplified
//! forms are different characters and stay so.

use unicode_normalization::UnicodeNormalization;

/// A text cut for the index: each is words with one space between them.
#[derive(Debug, PartialEq, Eq, Default)]
pub(super) struct Cut {
    /// Words of scripts with spaces and pairs of characters of those without, in the text's order.
    pub words: String,
    /// Single characters of scripts without spaces.
    pub signs: String,
    /// What is left of words in Arabic script without the particles written to their front.
    pub stems: String,
}

/// One stretch of text between separators.
#[derive(Debug, PartialEq, Eq)]
enum Stretch {
    Word(String),
    Run(Vec<char>),
}

/// Cuts a text for the index.
pub(super) fn cut(text: &str) -> Cut {
    let mut cut = Cut::default();
    for stretch in stretches(text) {
        match stretch {
            Stretch::Word(word) => {
                bare(&word).for_each(|stem| push(&mut cut.stems, stem.chars()));
                push(&mut cut.words, word.chars());
            }
            Stretch::Run(run) => {
                run.iter().for_each(|sign| push(&mut cut.signs, std::iter::once(*sign)));
                run.windows(2).for_each(|pair| push(&mut cut.words, pair.iter().copied()));
            }
        }
    }
    cut
}

fn push(line: &mut String, word: impl Iterator<Item = char>) {
    if !line.is_empty() {
        line.push(' ');
    }
    line.extend(word);
}

/// A word in Arabic script without the particles that Arabic writes to its front: and, so; with, like, to; the. Each that can
/// be taken off is, as long as three letters stay. A name beginning so is kept whole in the words, so nothing is lost by it.
fn bare(word: &str) -> impl Iterator<Item = &str> {
    const PARTICLES: [&[&str]; 3] =
        [&["\u{648}", "\u{641}"], &["\u{628}", "\u{643}", "\u{644}"], &["\u{627}\u{644}", "\u{644}"]];
    let mut left = word;
    PARTICLES.into_iter().filter_map(move |particles| {
        left = particles
            .iter()
            .find_map(|particle| left.strip_prefix(particle))
            .filter(|stem| stem.chars().count() >= 3)?;
        Some(left)
    })
}

/// One thing that a text must hold to be found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Term {
    columns: Columns,
    /// Words or pairs of characters one after the other, with a space between them. They hold letters and digits only, so nothing in
    /// them can be taken for syntax.
    text: String,
    /// Whether it asks for all words that begin so.
    begins: bool,
}

/// Where a term may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Columns {
    /// A word, as it is written or without what Arabic writes to its front.
    Word,
    /// Words one after the other, or characters of a script without spaces.
    Phrase,
    /// A single character of such a script.
    Sign,
}

impl Term {
    fn new(columns: Columns, text: String) -> Self {
        Self { columns, text, begins: false }
    }

    /// How often a text holds it.
    pub(super) fn count(&self, cut: &Cut) -> usize {
        let is_it = |word: &&str| if self.begins { word.starts_with(&self.text) } else { *word == self.text };
        match self.columns {
            Columns::Word => cut.words.split(' ').chain(cut.stems.split(' ')).filter(is_it).count(),
            Columns::Sign => cut.signs.split(' ').filter(is_it).count(),
            Columns::Phrase if !self.text.contains(' ') => cut.words.split(' ').filter(is_it).count(),
            Columns::Phrase => {
                let starts = cut.words.match_indices(self.text.as_str());
                let parted = |at: Option<u8>| at.is_none_or(|byte| byte == b' ');
                let bytes = cut.words.as_bytes();
                let whole = |(at, found): &(usize, &str)| {
                    parted(at.checked_sub(1).and_then(|at| bytes.get(at).copied()))
                        && parted(bytes.get(at + found.len()).copied())
                };
                starts.filter(whole).count()
            }
        }
    }
}

impl Cut {
    /// How many words it has, each pair of characters counted as one.
    pub(super) fn length(&self) -> usize {
        self.words.bytes().filter(|byte| *byte == b' ').count() + 1
    }
}

/// What a query asks for. A word that ends in `*` asks for all words that begin so; words between quotation marks, for those one after
/// the other.
pub(super) fn terms(query: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let parts: Vec<&str> = query.split('"').collect();
    for (at, part) in parts.iter().enumerate() {
        // A mark that nothing closes is no quotation.
        let is_quoted = at % 2 == 1 && at + 1 < parts.len();
        if is_quoted {
            let Cut { words, signs, .. } = cut(part);
            if !words.is_empty() {
                terms.push(Term::new(Columns::Phrase, words));
            } else if !signs.is_empty() {
                terms.extend(signs.split(' ').map(|sign| Term::new(Columns::Sign, sign.into())));
            }
        } else {
            terms.extend(unquoted(part));
        }
    }
    terms
}

fn unquoted(query: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    for asked in query.split_whitespace().fold(Vec::<String>::new(), joined_runs) {
        let begins = asked.ends_with('*');
        let stretches = stretches(&asked);
        let last = stretches.len().saturating_sub(1);
        for (at, stretch) in stretches.into_iter().enumerate() {
            terms.push(match stretch {
                Stretch::Word(word) => Term { begins: begins && at == last, ..Term::new(Columns::Word, word) },
                Stretch::Run(run) => match run.as_slice() {
                    [sign] => Term::new(Columns::Sign, sign.to_string()),
                    run => {
                        let pairs: Vec<String> = run.windows(2).map(|pair| pair.iter().collect()).collect();
                        Term::new(Columns::Phrase, pairs.join(" "))
                    }
                },
            });
        }
    }
    terms
}

/// The FTS5 expression that asks for all of them, or `None` when there is none.
pub(super) fn expression(terms: &[Term]) -> Option<String> {
    let one = |term: &Term| {
        let (text, begins) = (&term.text, if term.begins { " *" } else { "" });
        match term.columns {
            Columns::Word => format!("{{words stems}} : \"{text}\"{begins}"),
            Columns::Phrase => format!("words : \"{text}\""),
            Columns::Sign => format!("signs : \"{text}\""),
        }
    };
    let all: Vec<String> = terms.iter().map(one).collect();
    (!all.is_empty()).then(|| all.join(" AND "))
}

/// Puts a word of a script without spaces to the one before it, as the index does with the text.
fn joined_runs(mut words: Vec<String>, word: &str) -> Vec<String> {
    match words.last_mut() {
        Some(last)
            if last.chars().next_back().is_some_and(is_unspaced) && word.chars().next().is_some_and(is_unspaced) =>
        {
            last.push_str(word);
        }
        _ => words.push(word.to_owned()),
    }
    words
}

fn stretches(text: &str) -> Vec<Stretch> {
    let mut stretches = Stretches::default();
    let mut left = text;
    while !left.is_empty() {
        let (plain, rest) = left.split_at(plain_length(left));
        plain.bytes().for_each(|byte| stretches.take_plain(byte));
        let (other, rest) = rest.split_at(other_length(rest));
        let decomposed = other.nfkd().flat_map(char::to_lowercase).filter(|c| !is_dropped(*c));
        decomposed.nfc().flat_map(char::to_lowercase).flat_map(folded).for_each(|c| stretches.take(c));
        left = rest;
    }
    stretches.found
}

/// How many bytes at the front are ASCII that no normalisation changes: all before the character that a mark behind it could join.
fn plain_length(text: &str) -> usize {
    match text.bytes().position(|byte| !byte.is_ascii()) {
        Some(first) => first.saturating_sub(1),
        None => text.len(),
    }
}

/// How many bytes at the front, the first of which is at most one ASCII character, are to be normalised together: an ASCII character
/// joins nothing before it.
fn other_length(text: &str) -> usize {
    let others = text.bytes().skip(1).skip_while(|byte| !byte.is_ascii()).count();
    text.len() - others
}

/// The stretches found so far, and what came after the last.
struct Stretches {
    found: Vec<Stretch>,
    gap: Gap,
}

impl Default for Stretches {
    fn default() -> Self {
        Self { found: Vec::new(), gap: Gap::Wide }
    }
}

impl Stretches {
    /// A folded character.
    fn take(&mut self, c: char) {
        if is_unspaced(c) {
            match self.found.last_mut() {
                Some(Stretch::Run(run)) if self.gap < Gap::Wide => run.push(c),
                _ => self.found.push(Stretch::Run(vec![c])),
            }
            self.gap = Gap::None;
        } else if c.is_alphanumeric() || (!c.is_ascii() && unicode_normalization::char::is_combining_mark(c)) {
            self.letter(c);
        } else if c == ' ' || is_middle_dot(c) {
            self.gap = self.gap.max(Gap::Narrow);
        } else {
            self.gap = Gap::Wide;
        }
    }

    /// A character as most texts have most: of ASCII, where folding is case and nothing else.
    fn take_plain(&mut self, byte: u8) {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => self.letter(char::from(byte.to_ascii_lowercase())),
            b'\'' | b'`' => {}
            b' ' => self.gap = self.gap.max(Gap::Narrow),
            _ => self.gap = Gap::Wide,
        }
    }

    fn letter(&mut self, c: char) {
        match self.found.last_mut() {
            Some(Stretch::Word(word)) if self.gap == Gap::None => word.push(c),
            _ => self.found.push(Stretch::Word(c.into())),
        }
        self.gap = Gap::None;
    }
}

/// What lies between two letters. A space or middle dot parts words, and does not part the characters of a name in Han.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Narrow,
    Wide,
}

fn is_middle_dot(c: char) -> bool {
    matches!(c, '\u{b7}' | '\u{387}' | '\u{2022}' | '\u{2027}' | '\u{30fb}')
}

/// Han, kana, bopomofo and Hangul: written without spaces, or with endings that hide the name.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30fa}' | '\u{30fc}'..='\u{312f}' | '\u{31a0}'..='\u{31bf}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Marks, joiners and apostrophes that people leave out.
fn is_dropped(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{5bf}'..='\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e8}'
        | '\u{6ea}'..='\u{6ed}' | '\u{8d3}'..='\u{8ff}'
        | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        | '\'' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2b9}'..='\u{2bf}' | '\u{60}' | '\u{b4}')
}

/// The letters that a letter stands for, after decomposition and without marks.
fn folded(c: char) -> impl Iterator<Item = char> {
    let pair = match c {
        'ı' => ['i', '\0'],
        'ß' => ['s', 's'],
        'æ' => ['a', 'e'],
        'œ' => ['o', 'e'],
        'ø' => ['o', '\0'],
        'đ' | 'ð' => ['d', '\0'],
        'ł' => ['l', '\0'],
        'þ' => ['t', 'h'],
        'ə' => ['e', '\0'],
        'ς' => ['σ', '\0'],
        '\u{671}' => ['\u{627}', '\0'],
        '\u{649}' | '\u{6cc}' | '\u{6d2}' => ['\u{64a}', '\0'],
        '\u{629}' | '\u{6be}' | '\u{6c1}' | '\u{6c3}' | '\u{6d5}' => ['\u{647}', '\0'],
        '\u{6a9}' | '\u{6aa}' => ['\u{643}', '\0'],
        '\u{660}'..='\u{669}' => [digit(c, 0x660), '\0'],
        '\u{6f0}'..='\u{6f9}' => [digit(c, 0x6f0), '\0'],
        c => [c, '\0'],
    };
    pair.into_iter().filter(|c| *c != '\0')
}

fn digit(c: char, zero: u32) -> char {
    char::from_digit(u32::from(c).wrapping_sub(zero), 10).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, words: &str, signs: &str) {
        let cut = cut(text);
        assert_eq!((cut.words.as_str(), cut.signs.as_str()), (words, signs));
    }

    #[test]
    fn texts_are_cut_into_folded_words() {
        check("", "", "");
        check("Ayşe Öz, O'Neill; GROẞE Straße", "ayse oz oneill grosse strasse", "");
        check("İstanbul ISPARTA ısparta", "istanbul isparta isparta", "");
        check("مُحَمَّد أحمد إبراهيم آدم ٱلله", "محمد احمد ابراهيم ادم الله", "");
        check("فاطمة مصطفى ١٢٣ ۴۵", "فاطمه مصطفي 123 45", "");
        check("Ёлкин Йемен", "елкин иемен", "");
        check("阿卜杜拉·买买提说", "阿卜 卜杜 杜拉 拉买 买买 买提 提说", "阿 卜 杜 拉 买 买 提 说");
        check("张 伟\n明", "张伟", "张 伟 明");
        check("见A1到", "a1", "见 到");
        check("ﻣﺤﻤﺪ ＡＢＣ", "محمد abc", "");
        check("김민수", "김민 민수", "김 민 수");
        check("हिन्दी", "हिन्दी", "");
    }

    #[test]
    fn particles_are_taken_off_arabic_words() {
        let check = |text: &str, stems: &str| assert_eq!(cut(text).stems, stems);
        check("وآدم", "ادم");
        check("والرشيد", "الرشيد رشيد");
        check("بالقاهرة", "القاهره قاهره");
        check("للرجل", "لرجل رجل");
        check("ولد and", "");
    }

    #[test]
    fn uyghur_keeps_its_vowels() {
        let Cut { words, .. } = cut("ئابدۇللا ئۆمەر");
        assert_eq!(words, "يابدۇللا يۆمهر");
    }

    #[test]
    fn queries_become_expressions() {
        let check = |query: &str, expected: Option<&str>| assert_eq!(expression(&terms(query)).as_deref(), expected);
        check("", None);
        check("*:\"^(){}", None);
        check("Ayşe", Some("{words stems} : \"ayse\""));
        check("abd* 张", Some("{words stems} : \"abd\" * AND signs : \"张\""));
        check("al-Rash*", Some("{words stems} : \"al\" AND {words stems} : \"rash\" *"));
        check("张伟明", Some("words : \"张伟 伟明\""));
        check("张 伟", Some("words : \"张伟\""));
        check("\"Old Mill\" abd", Some("words : \"old mill\" AND {words stems} : \"abd\""));
        check("\"张伟\"说", Some("words : \"张伟\" AND signs : \"说\""));
        check("\"\" \"!\"", None);
        check("a\" OR b", Some("{words stems} : \"a\" AND {words stems} : \"or\" AND {words stems} : \"b\""));
    }

    #[test]
    fn a_term_is_counted_where_it_stands_whole() {
        let check = |query: &str, text: &str, expected: &[usize]| {
            let cut = cut(text);
            let counts: Vec<usize> = terms(query).iter().map(|term| term.count(&cut)).collect();
            assert_eq!(counts, expected, "{query}");
        };
        check("mill", "the mill, a windmill, the Mill", &[2]);
        check("mil*", "the mill, a windmill, a mile", &[2]);
        check("\"old mill\"", "old mill; bold mill, old mills, the old mill", &[2]);
        check("رشيد", "والرشيد رشيد", &[2]);
        check("王小明", "王小明和王小明说", &[2]);
        check("王", "王小明和王", &[2]);
        check("mill 王", "", &[0, 0]);
    }

    proptest! {
        #[test]
        fn words_hold_no_ascii_but_letters_digits_and_gaps(text in any::<String>()) {
            let Cut { words, signs, stems } = cut(&text);
            for line in [words, signs, stems] {
                prop_assert!(line.chars().all(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || c == ' '));
            }
        }

        #[test]
        fn what_is_plain_is_cut_as_everything_else(text in "[ -~\u{e9}\u{301}\u{30a}\u{338}\u{627}\u{653}\u{1e9b}\u{ac00}\u{5f20}\n]{0,30}") {
            let mut slow = Stretches::default();
            let decomposed = text.nfkd().flat_map(char::to_lowercase).filter(|c| !is_dropped(*c));
            decomposed.nfc().flat_map(char::to_lowercase).flat_map(folded).for_each(|c| slow.take(c));
            prop_assert_eq!(stretches(&text), slow.found);
        }

        #[test]
        fn folding_twice_is_folding_once(text in "[\\PC\u{600}-\u{6ff}]{0,40}") {
            let once = cut(&text).words;
            let twice: Vec<String> = stretches(&once).into_iter().filter_map(|stretch| match stretch {
                Stretch::Word(word) => Some(word),
                Stretch::Run(_) => None,
            }).collect();
            let first: Vec<&str> = once.split(' ').filter(|word| !word.is_empty() && !word.chars().any(is_unspaced)).collect();
            prop_assert_eq!(first, twice);
        }
    }
}
