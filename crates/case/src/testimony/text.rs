//! Which paragraphs, pages and speakers does this text have?
//!
//! A paragraph is numbered through the whole text, from 1; pages are kept beside, where the text has them. Who speaks, the
//! moment of the recording and marks by which a translation is aligned are taken out of the words, so that a quotation
//! holds words only. Files from anybody are read in the child process of [`crate::extract`], within its budgets; its answer
//! enters here by [`Text::extracted`]. The written form is in `docs/authoring.md`: [`Text::markdown`] reads it,
//! [`Text::print`] writes the one spelling that reads back as the same text.

use super::passage::Moment;
use crate::digest::sha256;
use crate::extract;
use std::fmt::Write as _;

/// At most so many bytes (UTF-8) of a text are read: the same as what is taken out of a file by [`crate::extract`].
pub const MOST: usize = extract::text::MOST;
/// A speaker's mark is no longer: `INTERPRETER` and codes fit, a sentence does not.
const SPEAKER: usize = 16;
/// A mark's name is no longer: a paragraph's number and a segment's fit.
const MARK: usize = 24;

/// A text that can be cited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Paragraph `n` is element `n - 1`.
    pub paragraphs: Vec<Paragraph>,
    /// The number of its last page, where it has pages.
    pub pages: Option<u32>,
    /// Whether the text was cut short or could not all be read.
    pub cut: bool,
}

/// One paragraph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paragraph {
    /// The page on which it begins, from 1.
    pub page: Option<u32>,
    /// Where in the recording it begins.
    pub begins: Option<Moment>,
    /// 0, or the level of a heading, 1 to 6.
    pub heading: u8,
    /// Who speaks, as marked before the colon: `Q`, `A`, `INTERPRETER`, a code.
    pub speaker: Option<String>,
    /// Places by which translations are aligned, in the order of the text.
    pub marks: Vec<Mark>,
    /// The words, without line breaks.
    pub words: String,
}

/// A place within a paragraph that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// How many characters (Unicode scalar values) of the paragraph's words stand before it.
    pub at: u32,
    /// Letters and digits of ASCII and points: `12`, `12.2`.
    pub name: String,
}

/// Something of a text that was not read as it was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// The line, from 1.
    pub line: u32,
    /// What happened; no word of the text.
    pub what: &'static str,
    /// What to try.
    pub hint: &'static str,
}

const PAGE_BACK: Misread = Misread {
    line: 0,
    what: "the page mark does not follow the page before; it was kept as words",
    hint: "number pages upwards, `[p.2]` after `[p.1]`",
};
const TOO_LONG: Misread = Misread {
    line: 0,
    what: "the text is longer than 4 MiB; it was cut here",
    hint: "divide it into several documents",
};

impl Text {
    /// Reads Markdown (the body alone; [`super::front::split`] takes the front matter off). Lines count from `first_line`.
    pub fn markdown(source: &str, first_line: u32) -> (Text, Vec<Misread>) {
        let mut reader = Reader::new(first_line, true);
        let (source, cut) = bounded(source);
        for line in source.split('\n') {
            reader.markdown_line(line.trim());
        }
        reader.done(cut)
    }

    /// Reads plain text. Blank lines part paragraphs; in a text without any, each line is one. Form feeds part pages. Speakers
    /// and moments are found as in Markdown, marks are not, and no sign has a second meaning.
    pub fn plain(source: &str) -> (Text, Vec<Misread>) {
        let mut reader = Reader::new(1, false);
        let paged = source.contains('\u{c}');
        for (page, part) in source.split('\u{c}').enumerate() {
            if paged {
                reader.page(u32::try_from(page.saturating_add(1)).unwrap_or(u32::MAX));
            }
            reader.plain_part(part);
        }
        let cut = source.len() > MOST;
        reader.done(cut)
    }

    /// The paragraphs of what was taken out of a file of this media type. A text whose kind keeps paragraphs apart by lines
    /// (DOCX, OpenDocument, HTML) has one paragraph a line; a PDF keeps its pages, and a paragraph ends with its page.
    pub fn extracted(found: &extract::Text, media_type: &str) -> Text {
        let joined = || found.parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join("\n");
        let mut text = match media_type {
            "text/markdown" => {
                let source = joined();
                let body = super::front::split(&source).map_or(source.as_str(), |parts| parts.body);
                Text::markdown(body, 1).0
            }
            "text/plain" if found.parts.iter().all(|part| part.page.is_none()) => Text::plain(&joined()).0,
            _ => {
                let mut reader = Reader::new(1, false);
                for part in &found.parts {
                    if let Some(page) = part.page {
                        reader.page(page);
                        reader.plain_part(&part.text);
                    } else {
                        reader.lines(&part.text);
                    }
                }
                reader.done(false).0
            }
        };
        text.cut |= !found.complete;
        text
    }

    /// How many paragraphs there are.
    pub fn len(&self) -> u32 {
        u32::try_from(self.paragraphs.len()).unwrap_or(u32::MAX)
    }

    /// Whether there is no paragraph.
    pub fn is_empty(&self) -> bool {
        self.paragraphs.is_empty()
    }

    /// Paragraph `number`, from 1.
    pub fn paragraph(&self, number: u32) -> Option<&Paragraph> {
        self.paragraphs.get(usize::try_from(number.checked_sub(1)?).ok()?)
    }

    /// The text in its one spelling as Markdown, ending in a line break unless it is empty.
    pub fn print(&self) -> String {
        let mut out = String::new();
        let mut page = None;
        for paragraph in &self.paragraphs {
            if let Some(here) = paragraph.page.filter(|_| paragraph.page != page) {
                page = paragraph.page;
                let _ = write!(out, "[p.{here}]\n\n");
            }
            paragraph.print(&mut out);
            out.push_str("\n\n");
        }
        if let Some(last) = self.pages.filter(|_| self.pages != page) {
            let _ = write!(out, "[p.{last}]\n\n");
        }
        if out.ends_with("\n\n") {
            out.pop();
        }
        out
    }

    /// SHA-256 (64 hex digits) of the text's one spelling: two texts with one digest have the same paragraphs, so a
    /// passage means the same words in both.
    pub fn digest(&self) -> String {
        sha256(self.print().as_bytes())
    }
}

/// What of a source is read, without signs that no text needs.
fn bounded(source: &str) -> (String, bool) {
    let kept = source.get(..source.floor_char_boundary(MOST.min(source.len()))).unwrap_or_default();
    (cleaned(kept), kept.len() < source.len())
}

/// Line ends are `\n`; other control characters but tabs and byte order marks are left out.
fn cleaned(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| (!c.is_control() || matches!(c, '\n' | '\t')) && *c != '\u{feff}').collect()
}

impl Paragraph {
    /// How many characters (Unicode scalar values) its words have.
    pub fn characters(&self) -> u32 {
        u32::try_from(self.words.chars().count()).unwrap_or(u32::MAX)
    }

    /// The words from character `from` to before character `to`, counted from 0.
    pub fn stretch(&self, from: u32, to: u32) -> Option<&str> {
        let place = |at: u32| {
            let ends = self.words.char_indices().map(|(i, _)| i).chain([self.words.len()]);
            ends.into_iter().nth(usize::try_from(at).ok()?)
        };
        self.words.get(place(from)?..place(to)?)
    }

    fn print(&self, out: &mut String) {
        let start = out.len();
        if let Some(moment) = self.begins {
            let _ = write!(out, "[{moment}] ");
        }
        if self.heading > 0 {
            out.extend(std::iter::repeat_n('#', usize::from(self.heading)));
            out.push(' ');
        }
        let mut marks = self.marks.iter().peekable();
        while let Some(mark) = marks.next_if(|m| m.at == 0) {
            let _ = write!(out, "{{{}}} ", mark.name);
        }
        if let Some(speaker) = &self.speaker {
            let _ = write!(out, "{speaker}: ");
        }
        // A colon that would make the first word a speaker, and lines that would begin front matter.
        let colon = speaker(&self.words).map(|(name, _)| name.chars().count());
        let rule = self.words == "+++" || self.words == "---";
        let mut before: Option<char> = None;
        let mut at = 0_u32;
        for (index, letter) in self.words.chars().map(Some).chain([None]).enumerate() {
            while let Some(mark) = marks.next_if(|m| m.at <= at || letter.is_none()) {
                let _ = write!(out, "{{{}}}", mark.name);
                if before.is_none_or(char::is_whitespace) {
                    out.push(' ');
                }
            }
            let Some(letter) = letter else { break };
            let first = index == 0 && (matches!(letter, '[' | '#') || rule);
            if matches!(letter, '\\' | '{') || first || colon == Some(index) {
                out.push('\\');
            }
            out.push(if letter == '\n' { ' ' } else { letter });
            before = Some(letter);
            at = at.saturating_add(1);
        }
        out.truncate(start + out.get(start..).unwrap_or_default().trim_end().len());
    }
}

/// The speaker at the beginning of a paragraph and what follows: one letter of any script, or capitals, digits and hyphens,
/// a colon, then white space or the end. `Yesterday: …` is nobody, `Q: …` and `INTERPRETER: …` are.
fn speaker(words: &str) -> Option<(&str, &str)> {
    let (name, rest) = words.split_once(':')?;
    let letters = name.chars().count();
    let plain =
        name.chars().all(|c| c.is_uppercase() || c.is_numeric() || c == '-' || (c.is_alphabetic() && letters == 1));
    let named = name.chars().next().is_some_and(char::is_alphabetic) && plain && letters <= SPEAKER;
    (named && (rest.is_empty() || rest.starts_with(char::is_whitespace))).then(|| (name, rest.trim_start()))
}

/// The moment in brackets at the beginning of a paragraph and what follows.
fn moment(words: &str) -> Option<(Moment, &str)> {
    let (inside, rest) = words.strip_prefix('[')?.split_once(']')?;
    Some((inside.parse().ok()?, rest.trim_start()))
}

/// The mark in braces here, and what follows its brace.
fn mark(words: &str) -> Option<(&str, &str)> {
    let inside = words.strip_prefix('{')?;
    // No further than a name is long: to look for the brace through the whole text, at each brace, would take for ever.
    let end = inside.bytes().take(MARK + 1).position(|b| b == b'}')?;
    let (name, rest) = inside.split_at_checked(end)?;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    (plain && !name.is_empty()).then(|| (name, rest.strip_prefix('}').unwrap_or(rest)))
}

/// The level of a heading that begins here, and its words.
fn heading(words: &str) -> Option<(u8, &str)> {
    let rest = words.trim_start_matches('#');
    let level = words.len() - rest.len();
    let begins = (1..=6).contains(&level) && rest.starts_with(char::is_whitespace) && !rest.trim().is_empty();
    begins.then(|| (u8::try_from(level).unwrap_or(6), rest.trim_start()))
}

/// The number of the page that begins with this line.
fn page(line: &str) -> Option<u32> {
    let digits = line.strip_prefix("[p.")?.strip_suffix(']')?;
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    digits.parse().ok().filter(|_| plain)
}

/// Paragraphs as they are gathered, line by line.
struct Reader {
    text: Text,
    page: Option<u32>,
    pending: String,
    line: u32,
    bytes: usize,
    /// Whether signs of Markdown are read.
    signs: bool,
    misread: Vec<Misread>,
}

impl Reader {
    fn new(first_line: u32, signs: bool) -> Self {
        let text = Text::default();
        Self { text, page: None, pending: String::new(), line: first_line, bytes: 0, signs, misread: Vec::new() }
    }

    fn done(mut self, cut: bool) -> (Text, Vec<Misread>) {
        self.flush();
        if cut {
            self.text.cut = true;
            self.misread.push(Misread { line: self.line, ..TOO_LONG });
        }
        (self.text, self.misread)
    }

    fn page(&mut self, number: u32) {
        self.flush();
        self.page = Some(number);
        self.text.pages = Some(number);
    }

    fn markdown_line(&mut self, line: &str) {
        if let Some(number) = page(line) {
            if self.text.pages.is_none_or(|before| before < number) {
                self.page(number);
                self.line = self.line.saturating_add(1);
                return;
            }
            self.misread.push(Misread { line: self.line, ..PAGE_BACK });
        }
        let item = ["- ", "* ", "+ "].iter().any(|sign| line.starts_with(sign));
        let title = heading(line).is_some();
        // A mark before a speaker belongs to the speaker's paragraph.
        let mut bare = line;
        while let Some((_, after)) = mark(bare) {
            bare = after.trim_start();
        }
        if line.is_empty() || item || title || speaker(bare).is_some() || moment(line).is_some() {
            self.flush();
        }
        self.join(line);
        if title {
            self.flush();
        }
        self.line = self.line.saturating_add(1);
    }

    /// Lines parted by blank ones, or each for itself where there are none.
    fn plain_part(&mut self, part: &str) {
        let room = MOST.saturating_sub(self.bytes);
        let part = part.get(..part.floor_char_boundary(room.min(part.len()))).unwrap_or_default();
        self.bytes = self.bytes.saturating_add(part.len());
        let part = cleaned(part);
        let lines = || part.split('\n').map(str::trim);
        // Blank lines before the first words and after the last part nothing.
        let inner = part.trim().split('\n').any(|line| line.trim().is_empty());
        for line in lines() {
            if !inner || line.is_empty() || speaker(line).is_some() || moment(line).is_some() {
                self.flush();
            }
            self.join(line);
        }
        self.flush();
    }

    fn lines(&mut self, part: &str) {
        for line in cleaned(part).split('\n').map(str::trim) {
            self.join(line);
            self.flush();
        }
    }

    fn join(&mut self, line: &str) {
        if !self.pending.is_empty() && !line.is_empty() {
            self.pending.push(' ');
        }
        self.pending.push_str(line);
    }

    /// Makes a paragraph of the lines gathered.
    fn flush(&mut self) {
        let source = std::mem::take(&mut self.pending);
        let mut rest = source.trim();
        if rest.is_empty() {
            return;
        }
        let mut paragraph = Paragraph { page: self.page, ..Paragraph::default() };
        if let Some((moment, after)) = moment(rest) {
            (paragraph.begins, rest) = (Some(moment), after);
        }
        if self.signs {
            if let Some((level, after)) = heading(rest) {
                (paragraph.heading, rest) = (level, after);
            }
            while let Some((name, after)) = mark(rest) {
                paragraph.marks.push(Mark { at: 0, name: name.into() });
                rest = after.trim_start();
            }
        }
        if let Some((name, after)) = speaker(rest) {
            (paragraph.speaker, rest) = (Some(name.into()), after);
        }
        if self.signs {
            paragraph.signs(rest);
        } else {
            paragraph.words = rest.to_string();
        }
        self.text.paragraphs.push(paragraph);
    }
}

impl Paragraph {
    /// Takes escapes and marks out of a paragraph of Markdown.
    fn signs(&mut self, source: &str) {
        let mut words = String::with_capacity(source.len());
        let mut count = 0_u32;
        let mut rest = source;
        while let Some(letter) = rest.chars().next() {
            if let Some((name, after)) = mark(rest) {
                self.marks.push(Mark { at: count, name: name.into() });
                // The blank after a mark that stands between blanks belongs to the mark.
                let apart = words.chars().next_back().is_none_or(char::is_whitespace);
                rest = after.strip_prefix(' ').filter(|_| apart).unwrap_or(after);
                continue;
            }
            let escaped = rest.strip_prefix('\\').and_then(|r| r.chars().next()).filter(char::is_ascii_punctuation);
            let said = escaped.unwrap_or(letter);
            let read = if escaped.is_some() { said.len_utf8() + 1 } else { said.len_utf8() };
            words.push(said);
            count = count.saturating_add(1);
            rest = rest.get(read..).unwrap_or_default();
        }
        let trimmed = words.trim_start();
        let lead = u32::try_from(words.chars().count() - trimmed.chars().count()).unwrap_or(u32::MAX);
        let kept = trimmed.trim_end();
        let end = u32::try_from(kept.chars().count()).unwrap_or(u32::MAX);
        for mark in &mut self.marks {
            mark.at = mark.at.saturating_sub(lead).min(end);
        }
        self.words = kept.to_string();
    }
}
