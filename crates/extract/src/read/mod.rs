//! What words stand in a file that is to leave, wherever in it they stand?
//!
//! Not what a reader of the page sees, but all that whoever takes the file apart can find: properties, alternative texts, comments,
//! labels of drawings, metadata of pictures, names of packed files, what a program left behind. A file within a file is read as well.

mod binary;
pub mod grid;
mod office;
mod page;
mod portable;

use crate::guarded;
use crate::packed::Archive;
use crate::sniff::{self, Kind};
use grid::Grid;
use serde::{Deserialize, Serialize};

/// Words found in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// In which part of the file, in words without a value of it: `page 3`, `comments`, `property title`.
    pub part: String,
    /// What is counted within the part, for telling the place.
    pub unit: Unit,
    /// The words.
    pub text: String,
    /// Whether they are sentences.
    pub prose: bool,
    /// Whether right-to-left words may stand the wrong way round.
    pub visual: bool,
}

/// What is counted to tell where in a part something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// The part is short enough to be a place.
    Nothing,
    /// Lines.
    Line,
    /// Paragraphs, one a line.
    Paragraph,
    /// Rows of a table, one a line.
    Row,
}

impl Words {
    fn sentences(part: impl Into<String>, unit: Unit, text: impl Into<String>) -> Self {
        Self { part: part.into(), unit, text: text.into(), prose: true, visual: false }
    }

    fn label(part: impl Into<String>, text: impl Into<String>) -> Self {
        Self { part: part.into(), unit: Unit::Nothing, text: text.into(), prose: false, visual: false }
    }

    /// Where in the part a character stands.
    pub fn place(&self, at: usize) -> String {
        let number = 1 + self.text.chars().take(at).filter(|c| *c == '\n').count();
        match self.unit {
            Unit::Nothing => self.part.clone(),
            Unit::Line => format!("{}, line {number}", self.part),
            Unit::Paragraph => format!("{}, paragraph {number}", self.part),
            Unit::Row => format!("{}, row {number}", self.part),
        }
    }
}

/// All words of a file, and what of it could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The words.
    pub words: Vec<Words>,
    /// The tables, whose words stand among the words as well.
    pub tables: Vec<Grid>,
    /// What could not be read: sentences without a value of the file.
    pub unread: Vec<String>,
}

impl Reading {
    fn say(&mut self, mut words: Words) {
        blank_numbers(&mut words.text);
        if words.text.chars().any(char::is_alphanumeric) {
            self.words.push(words);
        }
    }

    /// Takes in what was read of a file within this one.
    fn take(&mut self, within: &str, other: Reading) {
        self.words.extend(other.words.into_iter().map(|w| Words { part: format!("{within}: {}", w.part), ..w }));
        self.tables.extend(other.tables.into_iter().map(|t| Grid { part: format!("{within}: {}", t.part), ..t }));
        self.unread.extend(other.unread.into_iter().map(|why| format!("{within}: {why}")));
    }
}

/// Blanks what is the base64 of sixteen bytes: writers of PDF number their files so, and chance makes short names of its letters. A place
/// in the text stays what it was.
fn blank_numbers(text: &mut String) {
    const SIGNS: usize = 22;
    let is_sign = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let bytes = text.as_bytes();
    let mut numbers = Vec::new();
    for end in memchr::memmem::find_iter(bytes, "==") {
        let Some(begin) = end.checked_sub(SIGNS) else { continue };
        let signs = bytes.get(begin..end).unwrap_or_default();
        let alone = begin.checked_sub(1).and_then(|before| bytes.get(before)).is_none_or(|before| !is_sign(before));
        // Of the last sign only the two highest bits are used. Words alone have no figure in them.
        let whole = signs.last().is_some_and(|last| b"AQgw".contains(last)) && signs.iter().any(u8::is_ascii_digit);
        if alone && whole && signs.iter().all(is_sign) {
            numbers.push(begin..end);
        }
    }
    for number in numbers {
        text.replace_range(number, &" ".repeat(SIGNS));
    }
}

/// Files within files are followed so deep: a picture in a document in an archive.
const DEEPEST: u8 = 4;

/// The words of a file's name. They are searched like others, without the ending that says of which sort it is: every file of a publication
/// has one, and some are like names (`html`, `هتمل`).
pub fn name(name: &str) -> Words {
    Words::label(NAME, stem(name))
}

fn stem(name: &str) -> &str {
    let known = |(_, ending): &(&str, &str)| ENDINGS.contains(&ending.to_ascii_lowercase().as_str());
    name.rsplit_once('.').filter(known).map_or(name, |(stem, _)| stem)
}

/// Endings of files that say of which sort they are and nothing else.
const ENDINGS: [&str; 24] = [
    "csv", "docx", "eps", "gif", "htm", "html", "jpeg", "jpg", "json", "md", "odt", "ods", "pdf", "png", "pptx", "svg",
    "tif", "tiff", "tsv", "txt", "webp", "xlsx", "xml", "zip",
];

/// Under which part the name of a file is searched.
pub const NAME: &str = "the file's name";

/// Takes a file apart. This is done without any protection: outside of tests only `extract::child` calls it.
///
/// `name` is the file's name or its end; only what follows its last dot is used.
pub fn apart(name: &str, bytes: &[u8]) -> Reading {
    let mut reading = Reading::default();
    within(&mut reading, name, bytes, 0);
    reading
}

/// Takes a file, or one within it, apart. A reader that panics costs that file and no other, and it is said.
fn within(reading: &mut Reading, name: &str, bytes: &[u8], depth: u8) {
    if depth > DEEPEST {
        reading.unread.push("it lies too deep in files within files".into());
        return;
    }
    let mut inner = Reading::default();
    let mut notes = Vec::new();
    guarded("a part of it", &mut notes, |_| by_kind(&mut inner, name, bytes, depth));
    reading.words.append(&mut inner.words);
    reading.tables.append(&mut inner.tables);
    reading.unread.append(&mut inner.unread);
    reading.unread.append(&mut notes);
}

fn by_kind(reading: &mut Reading, name: &str, bytes: &[u8], depth: u8) {
    let kind = sniff::sniff(bytes, name);
    match kind.media_type.as_str() {
        sniff::PDF => portable::read(reading, bytes, depth),
        "text/html" => page::html(reading, &decoded(bytes, &kind), depth),
        "image/svg+xml" | "application/xml" | "text/xml" | "application/xhtml+xml" => {
            page::html(reading, &decoded(bytes, &kind), depth);
        }
        "application/json" => json(reading, &decoded(bytes, &kind)),
        "text/csv" | "text/tab-separated-values" => {
            let text = decoded(bytes, &kind);
            rows(reading, "table", &text);
            grid::lines(reading, "table", &text, grid::delimiter(&text));
        }
        kind if kind.starts_with("image/") => binary::picture(reading, bytes),
        _ if bytes.starts_with(b"PK") => archive(reading, bytes, depth),
        _ if bytes.starts_with(&[0x1F, 0x8B]) => binary::unzipped(reading, bytes, depth),
        _ if kind.encoding.is_some() => plain(reading, &decoded(bytes, &kind), depth),
        _ => {
            binary::strings(reading, "bytes", bytes, binary::SHORTEST);
            reading
                .unread
                .push("it is of a kind that Factum cannot take apart; only plain words in its bytes were read".into());
        }
    }
}

fn decoded(bytes: &[u8], kind: &Kind) -> String {
    kind.encoding.unwrap_or(encoding_rs::UTF_8).decode(bytes).0.into_owned()
}

/// Text of no format that is known; markup and JSON are told by their first sign.
fn plain(reading: &mut Reading, text: &str, depth: u8) {
    match text.trim_start().chars().next() {
        Some('<') => page::html(reading, text, depth),
        Some('{' | '[') if serde_json::from_str::<serde_json::Value>(text).is_ok() => json(reading, text),
        _ => reading.say(Words::sentences("text", Unit::Line, text)),
    }
}

/// Each row of a table by itself: what stands in two rows is no name.
fn rows(reading: &mut Reading, part: &str, text: &str) {
    for (number, row) in (1_u32..).zip(text.lines()) {
        reading.say(Words::label(format!("{part}, row {number}"), row));
    }
}

/// Every key and every text of a JSON file, by its place in the order of the file.
fn json(reading: &mut Reading, text: &str) {
    fn walk(reading: &mut Reading, value: &serde_json::Value, number: &mut u32) {
        match value {
            serde_json::Value::String(text) => {
                *number = number.saturating_add(1);
                let prose = text.contains(' ');
                let words = Words::label(format!("value {number}"), text.clone());
                reading.say(Words { prose, ..words });
            }
            serde_json::Value::Number(value) => {
                *number = number.saturating_add(1);
                reading.say(Words::label(format!("value {number}"), value.to_string()));
            }
            serde_json::Value::Array(values) => {
                // What stands side by side may be the words of one name.
                let side: Vec<&str> = values.iter().filter_map(|v| v.as_str()).collect();
                if side.len() > 1 && side.iter().all(|text| !text.contains(' ')) {
                    reading.say(Words::label(format!("values after {number}"), side.join(" ")));
                }
                values.iter().for_each(|value| walk(reading, value, number));
            }
            serde_json::Value::Object(fields) => {
                let side: Vec<&str> = fields.values().filter_map(|v| v.as_str()).filter(|t| t.len() < 40).collect();
                if side.len() > 1 {
                    reading.say(Words::label(format!("values after {number}"), side.join("\n")));
                }
                for (key, value) in fields {
                    reading.say(Words::label(format!("key after value {number}"), key.clone()));
                    walk(reading, value, number);
                }
            }
            serde_json::Value::Null | serde_json::Value::Bool(_) => {}
        }
    }
    match serde_json::from_str(text) {
        Ok(value) => walk(reading, &value, &mut 0),
        Err(_) => reading.say(Words::sentences("text", Unit::Line, text)),
    }
}

/// A packed file: a document of an office program, or anything packed together.
fn archive(reading: &mut Reading, bytes: &[u8], depth: u8) {
    let Some(mut archive) = Archive::open(bytes) else {
        binary::strings(reading, "bytes", bytes, binary::SHORTEST);
        reading.unread.push("the packed file is damaged".into());
        return;
    };
    let names: Vec<String> = archive.names().collect();
    let is_office = names.iter().any(|name| name == "[Content_Types].xml" || name == "mimetype");
    for (number, name) in (1_u32..).zip(&names) {
        // Names of parts that the format prescribes are told, and tell of nobody; others could be somebody's.
        let part = if is_office && office::is_prescribed(name) {
            name.clone()
        } else {
            reading.say(Words::label(format!("name of packed file {number}"), stem(name)));
            format!("packed file {number}")
        };
        if name.ends_with('/') {
            continue;
        }
        let Some(content) = archive.bytes(name) else {
            reading.unread.push(format!("{part} cannot be unpacked"));
            continue;
        };
        let mut inner = Reading::default();
        if is_office && (name.ends_with(".xml") || name.ends_with(".rels")) {
            office::part(&mut inner, &encoding_rs::UTF_8.decode(&content).0);
        } else {
            within(&mut inner, name, &content, depth.saturating_add(1));
        }
        reading.take(&part, inner);
    }
    office::cells(reading, bytes, &names);
    // What is said of an archive as a whole, and what lies between its files.
    binary::comment(reading, bytes);
    if archive.short() {
        reading.unread.push("a part of the packed file is damaged or larger than Factum unpacks".into());
    }
}

#[cfg(test)]
mod tests;
