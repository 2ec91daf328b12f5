//! Where in an item does it stand, and what are the words?
//!
//! A [`Locator`] names a part of an item and has one written form: `p.3` (a page), `¶12`, `p.3 ¶12`, `¶12-14` (paragraphs),
//! `¶12:40-88` (characters 40 to 88 of paragraph 12), `¶12:40-13:7` (into paragraph 13), `t=00:12:03-00:12:40.500` (a
//! recording), `Sheet1!B4`, `'Sheet 1'!B4:C9` (cells), `p.2 [100,200,300,80]` (a rectangle in thousandths of the page:
//! from the left, from the top, width, height). Paragraphs are counted through the text from 1; characters are Unicode
//! scalar values, counted from 0, the second number being the first that is left out.

use super::text::{Paragraph, Text};
use std::cell::OnceCell;
use std::fmt;
use std::str::FromStr;

/// Rows and columns of the largest sheets in use (ECMA-376): 1,048,576 and 16,384 (`XFD`).
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;
/// A rectangle is measured in thousandths of its page.
const PAGE: u32 = 1_000;

/// A moment of a recording, in milliseconds from its beginning. Written `hh:mm:ss`, or `hh:mm:ss.mmm` if there are any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub u64);

/// A part of an item. Numbers are ordered: `first` ≤ `last`, `from` < `to`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Locator {
    /// A page, from 1.
    Page(u32),
    /// Whole paragraphs, both named; the page, if given, is that of the first.
    Paragraphs {
        /// The page on which the first begins.
        page: Option<u32>,
        /// The first, from 1.
        first: u32,
        /// The last.
        last: u32,
    },
    /// Characters, from paragraph `first`, character `from`, to paragraph `last`, before character `to`.
    Characters {
        /// The page on which the first paragraph begins.
        page: Option<u32>,
        /// The first paragraph, from 1.
        first: u32,
        /// The first character in it, from 0.
        from: u32,
        /// The last paragraph.
        last: u32,
        /// The first character of it that is left out.
        to: u32,
    },
    /// A stretch of a recording.
    Time {
        /// Its beginning.
        from: Moment,
        /// Its end.
        to: Moment,
    },
    /// Cells of a sheet; rows and columns from 1.
    Cells {
        /// The sheet's name.
        sheet: String,
        /// The first cell: column, row.
        from: (u32, u32),
        /// The last.
        to: (u32, u32),
    },
    /// A rectangle on a page, in thousandths of its width and height.
    Rectangle {
        /// The page, from 1 (an image is page 1).
        page: u32,
        /// From the left.
        x: u32,
        /// From the top.
        y: u32,
        /// Width, at least 1.
        w: u32,
        /// Height, at least 1.
        h: u32,
    },
}

/// A locator together with the text it was made in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Passage {
    /// Where.
    pub at: Locator,
    /// [`Text::digest`] of the version of the text in which it was found.
    pub made_in: String,
}

/// How far an item reaches beside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Pages (an image has one).
    pub pages: Option<u32>,
    /// The length of a recording.
    pub duration: Option<Moment>,
    /// The sheets of a table: name, columns, rows.
    pub sheets: Vec<(String, u32, u32)>,
}

/// Why a text is no locator. No variant repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocatorError {
    /// Nothing of the form of a locator.
    #[error("not a passage; write p.3, ¶12, ¶12:40-88, t=00:12:03-00:12:40, Sheet1!B4 or p.2 [100,200,300,80]")]
    Form,
    /// Pages, paragraphs, rows and columns are counted from 1.
    #[error("pages, paragraphs and rows are counted from 1")]
    Zero,
    /// The end does not come after the beginning.
    #[error("the passage ends before it begins, or holds nothing")]
    Backwards,
    /// Not a moment.
    #[error("a moment is written hh:mm:ss or hh:mm:ss.mmm")]
    Moment,
    /// A rectangle that leaves its page.
    #[error("the rectangle leaves its page; it is measured in thousandths, 1000 being the whole width or height")]
    OffPage,
    /// A cell that no sheet has.
    #[error("no sheet has such a cell; columns go to XFD, rows to 1048576")]
    Cell,
}

/// Why a passage of an item cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassageError {
    /// Page beyond the last.
    #[error("page {asked} is outside the item, which has {pages} pages")]
    Page {
        /// The page asked for.
        asked: u32,
        /// How many there are.
        pages: u32,
    },
    /// Paragraph beyond the last.
    #[error("paragraph {asked} is outside the item, which has {paragraphs} paragraphs")]
    Paragraph {
        /// The paragraph asked for.
        asked: u32,
        /// How many there are.
        paragraphs: u32,
    },
    /// Characters beyond the end of their paragraph.
    #[error("character {asked} is outside paragraph {paragraph}, which has {characters} characters")]
    Character {
        /// The character asked for.
        asked: u32,
        /// In which paragraph.
        paragraph: u32,
        /// How long that is.
        characters: u32,
    },
    /// The paragraph begins on another page.
    #[error("paragraph {paragraph} is not on page {asked} but on {}", page_words(*.found))]
    OtherPage {
        /// The paragraph.
        paragraph: u32,
        /// The page named.
        asked: u32,
        /// Its page, if the text has pages.
        found: Option<u32>,
    },
    /// A moment after the recording's end.
    #[error("{asked} is outside the recording, which is {duration} long")]
    Time {
        /// The moment asked for.
        asked: Moment,
        /// How long the recording is.
        duration: Moment,
    },
    /// No such sheet.
    #[error("the item has no sheet of that name; it has {sheets}")]
    Sheet {
        /// How many sheets there are.
        sheets: usize,
    },
    /// A cell beyond the table's last.
    #[error("the cell is outside its sheet, which reaches to {}", cell_words(*.to))]
    Cell {
        /// The sheet's last cell.
        to: (u32, u32),
    },
    /// The item has nothing of this kind.
    #[error("the item has no {0}, so no passage can name one")]
    Without(&'static str),
}

fn page_words(page: Option<u32>) -> String {
    page.map_or("none: the text has no pages".into(), |page| format!("page {page}"))
}

fn cell_words(cell: (u32, u32)) -> String {
    format!("{}{}", column_words(cell.0), cell.1)
}

impl Moment {
    /// Milliseconds of hours, minutes and seconds; `None` beyond what a moment can be.
    fn of(hours: u64, minutes: u64, seconds: u64, thousandths: u64) -> Option<Moment> {
        let minutes = hours.checked_mul(60)?.checked_add(minutes)?;
        let seconds = minutes.checked_mul(60)?.checked_add(seconds)?;
        Some(Moment(seconds.checked_mul(1_000)?.checked_add(thousandths)?))
    }
}

impl FromStr for Moment {
    type Err = LocatorError;

    fn from_str(text: &str) -> Result<Self, LocatorError> {
        let (clock, part) = text.split_once('.').map_or((text, None), |(clock, part)| (clock, Some(part)));
        let digits = |t: &str, least: usize, most: usize| -> Option<u64> {
            let plain = (least..=most).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
            t.parse().ok().filter(|_| plain)
        };
        let read = || -> Option<Moment> {
            let mut parts = clock.split(':');
            // A recording of 9,999 hours is longer than any.
            let hours = digits(parts.next()?, 2, 4)?;
            let [minutes, seconds] = [digits(parts.next()?, 2, 2)?, digits(parts.next()?, 2, 2)?];
            let thousandths = part.map_or(Some(0), |part| digits(part, 3, 3))?;
            let fits = minutes < 60 && seconds < 60 && parts.next().is_none();
            Moment::of(hours, minutes, seconds, thousandths).filter(|_| fits)
        };
        read().ok_or(LocatorError::Moment)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, thousandths) = (self.0 / 1_000, self.0 % 1_000);
        write!(f, "{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)?;
        if thousandths > 0 { write!(f, ".{thousandths:03}") } else { Ok(()) }
    }
}

impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = |f: &mut fmt::Formatter<'_>, page: &Option<u32>| page.map_or(Ok(()), |page| write!(f, "p.{page} "));
        match self {
            Locator::Page(page) => write!(f, "p.{page}"),
            Locator::Paragraphs { page, first, last } => {
                on(f, page)?;
                if first == last { write!(f, "¶{first}") } else { write!(f, "¶{first}-{last}") }
            }
            Locator::Characters { page, first, from, last, to } => {
                on(f, page)?;
                write!(f, "¶{first}:{from}-")?;
                if first == last { write!(f, "{to}") } else { write!(f, "{last}:{to}") }
            }
            Locator::Time { from, to } => write!(f, "t={from}-{to}"),
            Locator::Cells { sheet, from, to } => {
                let plain = sheet.chars().all(|c| c.is_alphanumeric() || c == '_') && !sheet.is_empty();
                match plain {
                    true => f.write_str(sheet)?,
                    false => write!(f, "'{}'", sheet.replace('\'', "''"))?,
                }
                write!(f, "!{}", cell_words(*from))?;
                if from == to { Ok(()) } else { write!(f, ":{}", cell_words(*to)) }
            }
            Locator::Rectangle { page, x, y, w, h } => write!(f, "p.{page} [{x},{y},{w},{h}]"),
        }
    }
}

fn column_words(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// A whole number as it is written in a locator: decimal digits, no sign, no zeros before it.
fn number(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}

fn counted(text: &str) -> Result<u32, LocatorError> {
    match number(text).ok_or(LocatorError::Form)? {
        0 => Err(LocatorError::Zero),
        number => Ok(number),
    }
}

impl FromStr for Locator {
    type Err = LocatorError;

    fn from_str(text: &str) -> Result<Self, LocatorError> {
        let text = text.trim();
        if let Some((sheet, cells)) = text.rsplit_once('!') {
            return cells_of(sheet, cells);
        }
        if let Some(times) = text.strip_prefix("t=") {
            let (from, to) = times.split_once('-').ok_or(LocatorError::Form)?;
            let (from, to) = (from.parse()?, to.parse()?);
            return if from < to { Ok(Locator::Time { from, to }) } else { Err(LocatorError::Backwards) };
        }
        let Some(paged) = text.strip_prefix("p.") else { return paragraphs(None, text) };
        let Some((page, rest)) = paged.split_once(' ') else { return Ok(Locator::Page(counted(paged)?)) };
        let (page, rest) = (counted(page)?, rest.trim_start());
        match rest.strip_prefix('[') {
            Some(inside) => rectangle(page, inside.strip_suffix(']').ok_or(LocatorError::Form)?),
            None => paragraphs(Some(page), rest),
        }
    }
}

fn paragraphs(page: Option<u32>, text: &str) -> Result<Locator, LocatorError> {
    let text = text.strip_prefix('¶').ok_or(LocatorError::Form)?;
    let (from, to) = text.split_once('-').map_or((text, None), |(from, to)| (from, Some(to)));
    let character = |text: &str| number(text).ok_or(LocatorError::Form);
    let Some((first, from)) = from.split_once(':') else {
        let first = counted(from)?;
        let last = to.map_or(Ok(first), counted)?;
        let ordered = first < last || to.is_none();
        return if ordered { Ok(Locator::Paragraphs { page, first, last }) } else { Err(LocatorError::Backwards) };
    };
    let (first, from, end) = (counted(first)?, character(from)?, to.ok_or(LocatorError::Form)?);
    let (last, to) = match end.split_once(':') {
        Some((last, to)) => (counted(last)?, character(to)?),
        None => (first, character(end)?),
    };
    let one_spelling = !end.contains(':') || last != first;
    match first < last && to > 0 || first == last && from < to {
        true if one_spelling => Ok(Locator::Characters { page, first, from, last, to }),
        true => Err(LocatorError::Form),
        false => Err(LocatorError::Backwards),
    }
}

fn rectangle(page: u32, inside: &str) -> Result<Locator, LocatorError> {
    let numbers: Vec<u32> =
        inside.split(',').map(|n| number(n.trim()).ok_or(LocatorError::Form)).collect::<Result<_, _>>()?;
    let [x, y, w, h] = numbers[..] else { return Err(LocatorError::Form) };
    let within = |at: u32, long: u32| long > 0 && at.checked_add(long).is_some_and(|end| end <= PAGE);
    if within(x, w) && within(y, h) { Ok(Locator::Rectangle { page, x, y, w, h }) } else { Err(LocatorError::OffPage) }
}

fn cells_of(sheet: &str, cells: &str) -> Result<Locator, LocatorError> {
    let sheet = match sheet.strip_prefix('\'') {
        Some(quoted) => {
            let inside = quoted.strip_suffix('\'').ok_or(LocatorError::Form)?;
            let name = inside.replace("''", "'");
            // Every mark within is doubled, or the name ended earlier.
            if name.replace('\'', "''") != inside {
                return Err(LocatorError::Form);
            }
            name
        }
        None if sheet.is_empty() || !sheet.chars().all(|c| c.is_alphanumeric() || c == '_') => {
            return Err(LocatorError::Form);
        }
        None => sheet.to_string(),
    };
    let (from, to) = cells.split_once(':').map_or((cells, None), |(from, to)| (from, Some(to)));
    let from = cell(from)?;
    let last = to.map_or(Ok(from), cell)?;
    let ordered = from.0 <= last.0 && from.1 <= last.1 && (from != last || to.is_none());
    if ordered { Ok(Locator::Cells { sheet, from, to: last }) } else { Err(LocatorError::Backwards) }
}

fn cell(text: &str) -> Result<(u32, u32), LocatorError> {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let (column, row) = text.split_at_checked(letters).ok_or(LocatorError::Form)?;
    if column.is_empty() || row.is_empty() {
        return Err(LocatorError::Form);
    }
    if column.len() > 3 {
        return Err(LocatorError::Cell);
    }
    let column = column.bytes().fold(0_u32, |sum, b| sum * 26 + u32::from(b - b'A') + 1);
    let row = counted(row)?;
    if column <= COLUMNS && row <= ROWS { Ok((column, row)) } else { Err(LocatorError::Cell) }
}

impl Locator {
    /// Checks that the passage lies within its item and gives its words, where it has words: paragraphs and characters from
    /// the text; a page, all its paragraphs; a stretch of time, the paragraphs spoken in it if the text tells moments. Cells
    /// and rectangles have none here. Paragraphs are joined by a line break.
    pub fn resolve(&self, text: Option<&Text>, extent: &Extent) -> Result<Option<String>, PassageError> {
        let pages = extent.pages.or(text.and_then(|t| t.pages));
        match self {
            Locator::Page(page) => {
                on_pages(*page, pages)?;
                Ok(words(text.into_iter().flat_map(|t| &t.paragraphs).filter(|p| p.page == Some(*page))))
            }
            Locator::Rectangle { page, .. } => on_pages(*page, pages).map(|()| None),
            Locator::Paragraphs { page, first, last } => {
                let text = text.ok_or(PassageError::Without("text"))?;
                on_page(text, *first, *page)?;
                paragraph(text, *last)?;
                Ok(words((*first..=*last).filter_map(|n| text.paragraph(n))))
            }
            Locator::Characters { page, first, from, last, to } => {
                let text = text.ok_or(PassageError::Without("text"))?;
                on_page(text, *first, *page)?;
                stretch(text, (*first, *from), (*last, *to)).map(Some)
            }
            Locator::Time { from, to } => {
                let duration = extent.duration;
                if let Some(duration) = duration.filter(|d| d < to) {
                    return Err(PassageError::Time { asked: *to, duration });
                }
                let spoken = text.map(|t| spoken(t, *from, *to)).unwrap_or_default();
                if duration.is_none() && !text.is_some_and(|t| t.paragraphs.iter().any(|p| p.begins.is_some())) {
                    return Err(PassageError::Without("recording and no moments in its text"));
                }
                Ok(words(spoken.into_iter()))
            }
            Locator::Cells { sheet, to, .. } => {
                if extent.sheets.is_empty() {
                    return Err(PassageError::Without("table"));
                }
                let found = extent.sheets.iter().find(|(name, ..)| name == sheet);
                let (_, columns, rows) = found.ok_or(PassageError::Sheet { sheets: extent.sheets.len() })?;
                let within = to.0 <= *columns && to.1 <= *rows;
                if within { Ok(None) } else { Err(PassageError::Cell { to: (*columns, *rows) }) }
            }
        }
    }
}

fn on_pages(asked: u32, pages: Option<u32>) -> Result<(), PassageError> {
    let pages = pages.ok_or(PassageError::Without("pages"))?;
    if asked <= pages { Ok(()) } else { Err(PassageError::Page { asked, pages }) }
}

fn paragraph(text: &Text, number: u32) -> Result<&Paragraph, PassageError> {
    text.paragraph(number).ok_or(PassageError::Paragraph { asked: number, paragraphs: text.len() })
}

fn on_page(text: &Text, number: u32, page: Option<u32>) -> Result<(), PassageError> {
    let found = paragraph(text, number)?.page;
    match page {
        Some(asked) if found != page => Err(PassageError::OtherPage { paragraph: number, asked, found }),
        _ => Ok(()),
    }
}

fn words<'a>(paragraphs: impl Iterator<Item = &'a Paragraph>) -> Option<String> {
    let words: Vec<&str> = paragraphs.map(|p| p.words.as_str()).collect();
    (!words.is_empty()).then(|| words.join("\n"))
}

fn stretch(text: &Text, from: (u32, u32), to: (u32, u32)) -> Result<String, PassageError> {
    paragraph(text, to.0)?;
    let mut words = Vec::new();
    for number in from.0..=to.0 {
        let here = paragraph(text, number)?;
        let characters = here.characters();
        let begins = if number == from.0 { from.1 } else { 0 };
        let ends = if number == to.0 { to.1 } else { characters };
        let outside = |asked: u32| PassageError::Character { asked, paragraph: number, characters };
        words.push(here.stretch(begins, ends).ok_or_else(|| outside(begins.max(ends)))?);
    }
    Ok(words.join("\n"))
}

/// The paragraphs that begin, or are still being spoken, between two moments.
fn spoken(text: &Text, from: Moment, to: Moment) -> Vec<&Paragraph> {
    let mut found = Vec::new();
    let mut now: Option<Moment> = None;
    let mut pending: Vec<&Paragraph> = Vec::new();
    for paragraph in &text.paragraphs {
        if let Some(begins) = paragraph.begins {
            // What was said before this moment ends with it.
            if now.is_some_and(|now| now < to && begins > from) {
                found.append(&mut pending);
            }
            pending.clear();
            now = Some(begins);
        }
        if now.is_some() {
            pending.push(paragraph);
        }
    }
    if now.is_some_and(|now| now < to) {
        found.append(&mut pending);
    }
    found
}

/// All places where these words stand: exactly, within one paragraph; if nowhere, taking white space, quotation marks and
/// dashes of any kind as alike, also across paragraphs. One place means that the quotation is found; several, that a longer
/// one is needed. Empty words stand nowhere.
pub fn find_quote(text: &Text, words: &str) -> Vec<Locator> {
    Finder::new(text).find(words)
}

/// Finds many quotations in one text, which is prepared once.
pub struct Finder<'a> {
    text: &'a Text,
    loose: OnceCell<Loose>,
}

/// A text in its alike letters, and for each byte of it the paragraph and the character it came from.
struct Loose {
    whole: String,
    origins: Vec<(u32, u32)>,
}

impl<'a> Finder<'a> {
    /// For quotations of this text.
    pub fn new(text: &'a Text) -> Finder<'a> {
        Finder { text, loose: OnceCell::new() }
    }

    /// As [`find_quote`].
    pub fn find(&self, words: &str) -> Vec<Locator> {
        let words = words.trim();
        if words.is_empty() {
            return Vec::new();
        }
        let mut places = Vec::new();
        for (number, paragraph) in (1_u32..).zip(&self.text.paragraphs) {
            // Characters are counted on from one place to the next, each once.
            let (mut counted, mut from) = (0_usize, 0_u32);
            for (at, _) in paragraph.words.match_indices(words) {
                let between = paragraph.words.get(counted..at).unwrap_or_default();
                (counted, from) = (at, from.saturating_add(length(between)));
                let to = from.saturating_add(length(words));
                places.push(Locator::Characters { page: paragraph.page, first: number, from, last: number, to });
            }
        }
        if places.is_empty() { self.find_loosely(words) } else { places }
    }

    fn find_loosely(&self, words: &str) -> Vec<Locator> {
        let Loose { whole, origins } = self.loose.get_or_init(|| Loose::of(self.text));
        let sought = loosely(words);
        let sought = sought.trim();
        if sought.is_empty() {
            return Vec::new();
        }
        let place = |at: usize| -> Option<Locator> {
            let (first, from) = *origins.get(at)?;
            let (last, to) = *origins.get(at.checked_add(sought.len())?.checked_sub(1)?)?;
            let page = self.text.paragraph(first)?.page;
            Some(Locator::Characters { page, first, from, last, to: to.checked_add(1)? })
        };
        whole.match_indices(sought).filter_map(|(at, _)| place(at)).collect()
    }
}

impl Loose {
    fn of(text: &Text) -> Loose {
        let (mut whole, mut origins) = (String::new(), Vec::new());
        let mut push = |letter: Option<char>, origin: (u32, u32)| {
            let Some(letter) = letter.filter(|l| *l != ' ' || !whole.ends_with(' ')) else { return };
            whole.push(letter);
            origins.extend(std::iter::repeat_n(origin, letter.len_utf8()));
        };
        for (number, paragraph) in (1_u32..).zip(&text.paragraphs) {
            for (at, letter) in (0_u32..).zip(paragraph.words.chars()) {
                push(alike(letter), (number, at));
            }
            push(Some(' '), (number, paragraph.characters()));
        }
        Loose { whole, origins }
    }
}

/// Words in their alike letters, white space as single blanks.
fn loosely(words: &str) -> String {
    let mut out = String::new();
    for letter in words.chars().filter_map(alike) {
        if letter != ' ' || !out.ends_with(' ') {
            out.push(letter);
        }
    }
    out
}

/// Whether one text holds the other's words, taking white space, quotation marks and dashes as alike.
pub fn holds_quote(words: &str, quote: &str) -> bool {
    let sought = loosely(quote);
    !sought.trim().is_empty() && loosely(words).contains(sought.trim())
}

fn length(words: &str) -> u32 {
    u32::try_from(words.chars().count()).unwrap_or(u32::MAX)
}

/// The letter for which alike ones stand; `None` for letters that are not seen.
fn alike(letter: char) -> Option<char> {
    match letter {
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' => None,
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '〝' | '〞' => Some('"'),
        '‘' | '’' | '‚' | '‛' | '‹' | '›' | '′' | '`' | '´' | 'ʼ' => Some('\''),
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => Some('-'),
        letter if letter.is_whitespace() => Some(' '),
        letter => Some(letter),
    }
}

impl Passage {
    /// A passage in this version of a text.
    pub fn new(at: Locator, text: &Text) -> Passage {
        Passage { at, made_in: text.digest() }
    }

    /// Whether the text is still the one in which the passage was made.
    pub fn is_of(&self, text: &Text) -> bool {
        self.made_in == text.digest()
    }
}
