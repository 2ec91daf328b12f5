//! What does one sentence of a draft say, cite and take from the case?
//!
//! Words are split into sentences as Unicode Annex 29 does, with the abbreviations of reports joined again. What stands in square
//! brackets after `@` is cited; what stands in double braces is taken from the case; `{narrative}` and `{reviewed: NAME}` are marks.

use super::tallies::{self, is_roman, undisguised};
use crate::tongue::EN as MONTHS;
use factum_guard::leak::{Named, is_unseen, named};
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Stands in a sentence where a citation or a mark stood, while sentences are being found.
const HOLE: char = '\u{FFFC}';

/// Letters of an alphabet that nobody has written for three thousand years: the first that the author does not use stands where something
/// is taken from the case. It must be a letter, because what is taken is a word that can begin a sentence.
const LETTERS: std::ops::RangeInclusive<char> = '\u{10380}'..='\u{1039D}';

/// Words with a full stop that end no sentence.
const ABBREVIATIONS: &[&str] = &[
    "Mr.", "Mrs.", "Ms.", "Dr.", "Prof.", "Gen.", "Col.", "Lt.", "St.", "No.", "Nos.", "Art.", "Arts.", "para.",
    "paras.", "p.", "pp.", "ch.", "sect.", "vol.", "cf.", "e.g.", "i.e.", "v.", "vs.", "al.", "approx.", "ca.", "Add.",
    "Corr.",
];

/// Number words that count something. One is left out: it is an article as often as a number.
const NUMBER_WORDS: &[&str] = &[
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
    "hundreds",
    "thousand",
    "thousands",
    "million",
    "millions",
    "dozen",
    "dozens",
    "billion",
    "billions",
    "score",
    "scores",
    "couple",
    "half",
    "majority",
    "twofold",
    "threefold",
    "fourfold",
    "fivefold",
    "tenfold",
    "hundredfold",
];

/// Parts of a whole, which are counts after an article or a number ("a third of them") and places in a row otherwise.
const PARTS: &[&str] = &["third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

/// Tens, with which a number of two digits begins that is written as one word.
const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// Words before which a number is a count, whatever else it could be: "2019 people", "30 people", "articles 7 and 60 people".
const COUNTED: &[&str] = &[
    "people",
    "persons",
    "men",
    "women",
    "children",
    "boys",
    "girls",
    "detainees",
    "prisoners",
    "victims",
    "witnesses",
    "families",
    "bodies",
    "graves",
    "houses",
    "cases",
    "deaths",
    "others",
    "dead",
    "killed",
    "corpses",
    "disappeared",
    "missing",
    "survivors",
    "inmates",
    "guards",
    "soldiers",
    "civilians",
];

/// Words after which a number of four digits is a year.
const YEAR_FOLLOWS: &[&str] =
    &["in", "since", "by", "during", "before", "after", "until", "till", "from", "of", "early", "mid", "late", "year"];

/// Words after which a number is a place in a text, not a count.
const PLACES: &[&str] = &[
    "article",
    "articles",
    "art.",
    "arts.",
    "paragraph",
    "paragraphs",
    "para.",
    "paras.",
    "page",
    "pages",
    "p.",
    "pp.",
    "annex",
    "chapter",
    "section",
    "table",
    "figure",
    "no.",
    "nos.",
    "resolution",
    "rule",
    "principle",
    "footnote",
    "question",
    "artículo",
    "artículos",
    "párrafo",
    "página",
    "статья",
    "статьи",
    "статье",
    "пункт",
    "пункта",
    "المادة",
    "المادتان",
    "الفقرة",
    "الصفحة",
    "المرفق",
];

/// How words are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Plainly.
    Plain,
    /// Of weight.
    Strong,
    /// Stressed.
    Emphasis,
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words as the author wrote them.
    Words(Style, String),
    /// A citation of these codes.
    Cites(Vec<String>),
    /// Something taken from the case: a code and, after the dot, which part of it.
    Takes(String, Option<String>),
    /// A footnote in the author's own words.
    Note(String),
}

/// A sentence of a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence {
    /// Its pieces in order, blanks included.
    pub pieces: Vec<Piece>,
    /// The author says that it tells no fact of the inquiry.
    pub narrative: bool,
    /// Who vouches that a number or a wording of the author's own is right, with the reason.
    pub reviewed: Option<String>,
}

/// What is wrong with the way something is written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkFault {
    /// A citation without an end, or that cites nothing.
    #[error("a citation is not closed or names nothing: write it as [@S-014; @F-3]")]
    Citation,
    /// A reference without an end or without a code.
    #[error("a reference is not closed or names nothing: write it as {{{{F-3}}}} or {{{{R-2.estimate}}}}")]
    Reference,
    /// A brace that opens or closes nothing.
    #[error(
        "a mark begins or ends and is not whole: no emphasis and no citation may stand in one. Begin it with {{ and end it with }}"
    )]
    Brace,
    /// A mark that nobody knows.
    #[error(
        "the mark {{{0}}} is unknown: there are {{narrative}}, {{reviewed: NAME, REASON}}, {{note: WORDS}} and {{lang=CODE}}"
    )]
    Mark(String),
}

enum Token {
    Cites(Vec<String>),
    Takes(String, Option<String>),
    Note(String),
    Narrative,
    Reviewed(String),
}

/// The sentences of a paragraph, given as runs of words with their styles; and what is wrong with its marks.
pub fn split(runs: &[(Style, String)]) -> (Vec<Sentence>, Vec<MarkFault>) {
    let mut faults = Vec::new();
    // The paragraph without its marks, the style of every byte, and the marks in order.
    let (mut plain, mut styles, mut tokens) = (String::new(), Vec::new(), Vec::new());
    let is_used = |letter: &char| runs.iter().any(|(_, text)| text.contains(*letter));
    let letter = LETTERS.into_iter().find(|letter| !is_used(letter)).unwrap_or(HOLE);
    for (style, text) in runs {
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (kept, length) = match token(rest) {
                Some((Ok(token), length)) => {
                    let stand_in = if matches!(token, Token::Takes(..)) { letter } else { HOLE };
                    tokens.push(token);
                    (Some(stand_in), length)
                }
                Some((Err(fault), length)) => {
                    faults.push(fault);
                    (None, length)
                }
                None => {
                    let first = rest.chars().next().unwrap_or(HOLE);
                    if matches!(first, '{' | '}') {
                        faults.push(MarkFault::Brace);
                    }
                    // The stand-in itself is never the author's.
                    ((first != HOLE).then_some(first), first.len_utf8())
                }
            };
            plain.extend(kept);
            styles.resize(plain.len(), *style);
            rest = rest.get(length..).unwrap_or_default();
        }
    }
    let mut tokens = tokens.into_iter();
    let ranges = ranges(&plain);
    (ranges.into_iter().map(|range| sentence(&plain, &styles, range, letter, &mut tokens)).collect(), faults)
}

fn sentence(
    plain: &str,
    styles: &[Style],
    range: Range<usize>,
    letter: char,
    tokens: &mut impl Iterator<Item = Token>,
) -> Sentence {
    let mut sentence = Sentence::default();
    let start = range.start;
    for (at, c) in plain.get(range).unwrap_or_default().char_indices() {
        if c == HOLE || c == letter {
            match tokens.next() {
                Some(Token::Cites(codes)) => sentence.pieces.push(Piece::Cites(codes)),
                Some(Token::Takes(code, part)) => sentence.pieces.push(Piece::Takes(code, part)),
                Some(Token::Note(words)) => sentence.pieces.push(Piece::Note(words)),
                Some(Token::Narrative) => sentence.narrative = true,
                Some(Token::Reviewed(by)) => sentence.reviewed = Some(by),
                None => {}
            }
            continue;
        }
        let style = styles.get(start + at).copied().unwrap_or(Style::Plain);
        match sentence.pieces.last_mut() {
            Some(Piece::Words(last, words)) if *last == style => words.push(c),
            _ => sentence.pieces.push(Piece::Words(style, c.to_string())),
        }
    }
    sentence
}

/// Where sentences begin and end. Marks that follow a full stop belong to the sentence before it; blanks follow their sentence.
fn ranges(plain: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (start, text) in plain.split_sentence_bound_indices() {
        let end = start + text.len();
        let only_marks = text.chars().all(|c| c == HOLE || c.is_whitespace());
        let continues =
            ranges.last().is_some_and(|last| ends_in_abbreviation(plain.get(last.clone()).unwrap_or_default()));
        // A mark right after the stop, then the next sentence: the mark goes back.
        let marks: usize = text.chars().take_while(|c| *c == HOLE || c.is_whitespace()).map(char::len_utf8).sum();
        let leading = text.get(..marks).unwrap_or_default().contains(HOLE);
        match ranges.last_mut() {
            Some(last) if only_marks || continues => last.end = end,
            Some(last) if leading => {
                last.end = start + marks;
                ranges.push(start + marks..end);
            }
            _ => ranges.push(start..end),
        }
    }
    ranges
}

fn ends_in_abbreviation(text: &str) -> bool {
    let last = text.split_whitespace().next_back().unwrap_or_default();
    let last = last.trim_start_matches(['(', '[', '"', '\u{201c}']);
    let is_initial =
        last.strip_suffix('.').is_some_and(|l| l.chars().count() == 1 && l.chars().all(char::is_uppercase));
    is_initial || ABBREVIATIONS.contains(&last)
}

/// A citation, reference or mark at the beginning of a text, and how many bytes it takes.
fn token(text: &str) -> Option<(Result<Token, MarkFault>, usize)> {
    if text.starts_with("[@") {
        let Some(end) = text.find(']') else { return Some((Err(MarkFault::Citation), 2)) };
        let codes: Vec<String> = text
            .get(1..end)?
            .split(';')
            .map(|code| code.trim().trim_start_matches('@').trim().to_string())
            .filter(|code| !code.is_empty())
            .collect();
        let found = if codes.is_empty() { Err(MarkFault::Citation) } else { Ok(Token::Cites(codes)) };
        return Some((found, end + 1));
    }
    if let Some(rest) = text.strip_prefix("{{") {
        let Some(end) = rest.find("}}") else { return Some((Err(MarkFault::Reference), 2)) };
        let inside = rest.get(..end)?.trim();
        let (code, part) = match inside.split_once('.') {
            Some((code, part)) => (code.trim(), Some(part.trim().to_string())),
            None => (inside, None),
        };
        let is_empty = code.is_empty() || part.as_ref().is_some_and(String::is_empty);
        let found = if is_empty { Err(MarkFault::Reference) } else { Ok(Token::Takes(code.to_string(), part)) };
        return Some((found, end + 4));
    }
    let rest = text.strip_prefix('{')?;
    let end = rest.find('}')?;
    let inside = rest.get(..end)?.trim();
    let found = match inside.split_once(':') {
        None if inside == "narrative" => Ok(Token::Narrative),
        Some(("reviewed", by)) if !by.trim().is_empty() => Ok(Token::Reviewed(by.trim().to_string())),
        Some(("note", words)) if !words.trim().is_empty() => Ok(Token::Note(words.trim().to_string())),
        _ => Err(MarkFault::Mark(inside.to_string())),
    };
    Some((found, end + 2))
}

impl Sentence {
    /// The author's own words, without citations and what is taken from the case.
    pub fn words(&self) -> String {
        let words = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Words(_, words) => Some(words.as_str()),
            _ => None,
        });
        words.collect()
    }

    /// The codes it cites.
    pub fn cites(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().flat_map(|piece| match piece {
            Piece::Cites(codes) => codes.iter().map(String::as_str).collect::<Vec<_>>(),
            _ => Vec::new(),
        })
    }

    /// What it takes from the case.
    pub fn takes(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Takes(code, part) => Some((code.as_str(), part.as_deref())),
            _ => None,
        })
    }

    /// Footnotes in the author's own words.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Note(words) => Some(words.as_str()),
            _ => None,
        })
    }

    /// Does a citation stand after its last words and their stop, so that it speaks for the paragraph?
    pub fn cites_after_stop(&self) -> bool {
        let mut pieces =
            self.pieces.iter().rev().filter(|piece| !matches!(piece, Piece::Words(_, w) if w.trim().is_empty()));
        let is_cited = matches!(pieces.next(), Some(Piece::Cites(_)));
        let stop = |c: char| matches!(c, '.' | '!' | '?' | '\u{3002}' | '\u{61f}' | '\u{6d4}' | '"' | '\u{201d}');
        is_cited && matches!(pieces.next(), Some(Piece::Words(_, words)) if words.trim_end().ends_with(stop))
    }

    /// Does it say anything at all?
    pub fn is_blank(&self) -> bool {
        self.words().trim().is_empty() && self.takes().next().is_none()
    }

    /// Words that are one sentence, without marks.
    pub fn plain(words: &str) -> Self {
        Self { pieces: vec![Piece::Words(Style::Plain, words.into())], ..Self::default() }
    }

    /// The first count in it or in its notes.
    pub fn any_count(&self) -> Option<String> {
        self.literal_number().or_else(|| self.notes().find_map(|note| Self::plain(note).literal_number()))
    }

    /// A number of the author's own that counts something, as it is written: digits of any script, or an English number word. Years,
    /// dates, times of day, and places in a text (article 7, paragraph 12) are no counts, nor are names that hold a number.
    pub fn literal_number(&self) -> Option<String> {
        let words: String = self.words().chars().filter(|c| !is_unseen(*c)).collect();
        let words = words.split(' ').map(undisguised).collect::<Vec<_>>().join(" ");
        let tokens: Vec<&str> = words.split_whitespace().map(trimmed).filter(|t| !t.is_empty()).collect();
        let dates = dates(&words);
        let counts = |(i, word): (usize, &&str)| {
            let before = i.checked_sub(1).and_then(|i| tokens.get(i)).copied().unwrap_or_default().to_lowercase();
            let after = tokens.get(i + 1).copied().unwrap_or_default();
            let is_roman = is_roman(word) && COUNTED.contains(&after.to_lowercase().as_str());
            let is_word = is_roman
                || (is_number_word(word, &before, after) || tallies::counts(&word.to_lowercase()))
                    && !(i > 0 && is_name_of_its_own(word, after));
            let has_digit = word.chars().any(|c| c.is_numeric() && !is_han_numeral(c)) && !tallies::is_roman(word);
            if !has_digit || is_word {
                return is_word && !PLACES.contains(&before.as_str());
            }
            let is_counted = COUNTED.contains(&after.to_lowercase().as_str());
            let is_place = PLACES.contains(&before.as_str()) || (before == "and" && is_after_place(&tokens, i));
            let is_date = is_time(word)
                || (!is_counted && dates.iter().any(|date| date == word))
                || (is_year(word) && (!is_counted || is_month(&before) || YEAR_FOLLOWS.contains(&before.as_str())))
                || (is_day(word, &before, after) && !is_counted);
            digits_count(word) && (!is_place || is_counted) && !is_date
        };
        tokens.iter().enumerate().find(|(i, word)| counts((*i, word))).map(|(_, word)| word.to_string())
    }
}

/// The words of dates that a text names, in any language: their days and years count nothing.
fn dates(words: &str) -> Vec<String> {
    let letters: Vec<char> = words.chars().collect();
    let told = |named: &Named| letters.get(named.from..named.to).map(|of| of.iter().collect::<String>());
    let all: Vec<String> = named(words).iter().filter_map(told).collect();
    all.iter().flat_map(|date| date.split_whitespace().map(trimmed).map(String::from)).collect()
}

/// Chinese numerals are words.
fn is_han_numeral(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{4e00}'..='\u{9fff}')
}

/// Is this an English word that counts?
fn is_number_word(word: &str, before: &str, after: &str) -> bool {
    let lower = word.to_lowercase();
    let parts: Vec<&str> = lower.split('-').collect();
    let is_part = |word: &str| PARTS.contains(&word.strip_suffix('s').unwrap_or(word));
    let is_joined = |word: &str| {
        let unit = TENS.iter().find_map(|tens| word.strip_prefix(tens));
        unit.is_some_and(|unit| unit == "one" || NUMBER_WORDS.contains(&unit))
    };
    let is_share = is_part(&lower)
        && (lower.ends_with('s') || matches!(before, "a" | "one" | "over" | "about" | "nearly" | "almost"))
        // "a third party", "a third time".
        && matches!(after.to_lowercase().as_str(), "" | "of" | "were" | "was" | "are" | "is" | "had" | "have" | "died" | "and" | "or");
    let is_hyphened = parts.len() > 1 && parts.first() == Some(&"one") && parts.iter().any(|part| is_part(part));
    is_share || is_hyphened || parts.iter().any(|part| NUMBER_WORDS.contains(part) || is_joined(part))
}

/// "the Three Valleys": a number word with a capital, before another word with one, is part of a name. Only for words that do not begin
/// a sentence.
fn is_name_of_its_own(word: &str, after: &str) -> bool {
    let has_capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    has_capital(word) && has_capital(after)
}

/// Do the digits of a word count something? A code, a symbol of a document or a unit's name holds capitals beside its digits; in Chinese and
/// Japanese a date and a place in a text are written without blanks.
fn digits_count(word: &str) -> bool {
    if word.chars().any(char::is_uppercase) {
        return false;
    }
    let letters: Vec<char> = word.chars().collect();
    let begins = (0..letters.len()).filter(|i| {
        let here = letters.get(*i).is_some_and(|c| c.is_numeric());
        here && !i.checked_sub(1).and_then(|i| letters.get(i)).is_some_and(|c| c.is_numeric() || matches!(c, '.' | ','))
    });
    let mut runs = begins.map(|begin| {
        let end = (begin..letters.len()).find(|i| !letters.get(*i).is_some_and(|c| c.is_numeric()));
        (begin.checked_sub(1).and_then(|i| letters.get(i)), end.and_then(|end| letters.get(end)))
    });
    runs.any(|(before, after)| {
        !matches!(after, Some('\u{5e74}' | '\u{6708}' | '\u{65e5}' | '\u{53f7}' | '\u{65f6}' | '\u{5206}'))
            && before != Some(&'\u{7b2c}')
    })
}

/// A time of day: 14:30.
fn is_time(word: &str) -> bool {
    let is_small = |part: &str, limit: u8| part.len() <= 2 && part.parse::<u8>().is_ok_and(|n| n < limit);
    word.split_once(':')
        .is_some_and(|(hours, minutes)| is_small(hours, 25) && minutes.len() == 2 && is_small(minutes, 60))
}

/// "articles 7 and 8": the second number follows the first.
fn is_after_place(tokens: &[&str], at: usize) -> bool {
    let place = at.checked_sub(3).and_then(|i| tokens.get(i)).copied().unwrap_or_default();
    PLACES.contains(&place.to_lowercase().as_str())
}

fn trimmed(word: &str) -> &str {
    let is_edge = |c: char| !c.is_alphanumeric() && c != '%';
    let inner = word.trim_matches(is_edge);
    // An abbreviation keeps its stop.
    let with_stop = word.trim_start_matches(is_edge).trim_end_matches([',', ';', ':', ')']);
    if PLACES.contains(&with_stop.to_lowercase().as_str()) { with_stop } else { inner }
}

fn is_year(word: &str) -> bool {
    let is_one =
        |w: &str| w.len() == 4 && w.bytes().all(|b| b.is_ascii_digit()) && (w.starts_with("19") || w.starts_with("20"));
    let is_month = |w: &str| w.len() == 2 && w.parse::<u8>().is_ok_and(|n| (1..=12).contains(&n));
    is_one(word)
        || word.split_once(['-', '\u{2013}', '/']).is_some_and(|(a, b)| is_one(a) && (is_one(b) || is_month(b)))
}

/// Is this a month, in small letters?
fn is_month(word: &str) -> bool {
    MONTHS.iter().any(|month| month.to_lowercase() == word)
}

fn is_day(word: &str, before: &str, after: &str) -> bool {
    let is_small = word.len() <= 2 && word.parse::<u8>().is_ok_and(|n| (1..=31).contains(&n));
    is_small && (MONTHS.contains(&after) || is_month(before))
}
