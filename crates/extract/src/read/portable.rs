//! What words stand in a PDF, on its pages and beside them?
//!
//! The text of each page; then every text string of every object: titles, authors, alternative texts of the structure tree, notes,
//! bookmarks, names of files and form fields; XMP; what content streams say a picture's words are; attached files; metadata of
//! pictures.

use super::{Reading, Unit, Words, binary, page, within};
use crate::portable::{text, text_string};
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{Array, Dict, MaybeRef, Object, Stream};

/// Shorter runs of letters between the objects of a PDF are its own keywords.
const LEFT_BEHIND: usize = 10;
/// Objects within objects are followed so deep.
const NESTED: u8 = 20;

pub(super) fn read(reading: &mut Reading, bytes: &[u8], depth: u8) {
    let mut notes = Vec::new();
    if let Some(text) = text(bytes, &mut notes) {
        for part in text.parts {
            let name = part.page.map_or("text".into(), |page| format!("page {page}"));
            reading.say(Words { visual: true, ..Words::sentences(name, Unit::Line, part.text) });
        }
    }
    reading.unread.extend(notes);
    // Updates leave older objects behind that no table names any more.
    binary::strings(reading, "plain bytes of the file", &unpacked(bytes), LEFT_BEHIND);
    if versions(bytes) > 1 {
        reading
            .unread
            .push("older versions lie under the newest one of the PDF, and what they pack is not read".into());
    }
    let Ok(pdf) = Pdf::new(bytes.to_vec()) else { return };
    for object in pdf.objects() {
        look(reading, "a property or note", &object, depth, 0);
    }
}

/// The bytes without the streams whose bytes are no text.
///
/// In packed bytes every short name stands by chance sooner or later; what the streams say unpacked is read object by object.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len() / 4);
    let mut rest = bytes;
    while let Some(start) = find(rest, b"stream") {
        let (before, body) = rest.split_at(start.saturating_add(b"stream".len()));
        kept.extend_from_slice(before);
        let end = find(body, b"endstream").unwrap_or(body.len());
        let (body, after) = body.split_at(end);
        let printable = body.utf8_chunks().map(|c| c.valid().chars().filter(|c| !c.is_control() || c.is_whitespace()));
        let printable: usize = printable.flatten().map(char::len_utf8).sum();
        if printable.saturating_mul(10) >= body.len().saturating_mul(9) {
            kept.extend_from_slice(body);
        }
        kept.push(b'\n');
        rest = after.strip_prefix(b"endstream").unwrap_or(after);
    }
    kept.extend_from_slice(rest);
    kept
}

/// How many times the file was written: a file for fast viewing on the web (ISO 32000-2 Annex F) has two ends from the beginning.
fn versions(bytes: &[u8]) -> usize {
    let (mut ends, mut rest) = (0_usize, bytes);
    while let Some(at) = find(rest, b"startxref") {
        ends = ends.saturating_add(1);
        rest = rest.get(at.saturating_add(1)..).unwrap_or_default();
    }
    let quick = find(bytes.get(..bytes.len().min(1_024)).unwrap_or_default(), b"/Linearized").is_some();
    ends.saturating_sub(usize::from(quick))
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, what)
}

fn look(reading: &mut Reading, key: &str, object: &Object<'_>, depth: u8, nested: u8) {
    if nested > NESTED {
        return;
    }
    match object {
        Object::String(string) => {
            let said = text_string(string.as_bytes());
            let prose = said.contains(' ');
            reading.say(Words { prose, visual: false, ..Words::label(key, said) });
        }
        Object::Dict(dict) => entries(reading, dict, depth, nested),
        Object::Array(array) => each(reading, key, array, depth, nested),
        Object::Stream(stream) => self::stream(reading, stream, depth, nested),
        _ => {}
    }
}

fn each(reading: &mut Reading, key: &str, array: &Array<'_>, depth: u8, nested: u8) {
    for entry in array.raw_iter() {
        if let MaybeRef::NotRef(object) = entry {
            look(reading, key, &object, depth, nested.saturating_add(1));
        }
    }
}

/// How the keys of a dictionary are called that hold words, for people.
const KEYS: &[(&[u8], &str)] = &[
    (b"Alt", "alternative text"),
    (b"ActualText", "replacement text"),
    (b"E", "expansion of an abbreviation"),
    (b"Title", "a title"),
    (b"Author", "property author"),
    (b"Subject", "property subject"),
    (b"Keywords", "property keywords"),
    (b"Creator", "property creator"),
    (b"Producer", "property producer"),
    (b"Contents", "a note"),
    (b"T", "a title"),
    (b"TU", "name of a field"),
    (b"V", "value of a field"),
    (b"F", "name of a file"),
    (b"UF", "name of a file"),
    (b"Desc", "description of a file"),
    (b"URI", "a link"),
];

fn entries(reading: &mut Reading, dict: &Dict<'_>, depth: u8, nested: u8) {
    for (name, entry) in dict.entries() {
        let key = KEYS.iter().find(|(key, _)| *key == &*name).map_or("a property or note", |(_, words)| words);
        if let MaybeRef::NotRef(object) = entry {
            look(reading, key, &object, depth, nested.saturating_add(1));
        }
    }
}

fn stream(reading: &mut Reading, stream: &Stream<'_>, depth: u8, nested: u8) {
    let dict = stream.dict();
    entries(reading, dict, depth, nested);
    let is =
        |key: &str, value: &[u8]| matches!(dict.get::<Object<'_>>(key), Some(Object::Name(name)) if &*name == value);
    if is("Subtype", b"Image") {
        // Pictures as photographs have them keep their metadata; others are bare pixels.
        let raw = stream.raw_data();
        if raw.starts_with(&[0xFF, 0xD8]) {
            let mut inner = Reading::default();
            binary::picture(&mut inner, &raw);
            reading.take("a picture", inner);
        }
        return;
    }
    let is_font = dict.contains_key("Length1") || is("Subtype", b"CIDFontType0C") || is("Subtype", b"OpenType");
    if is_font || is("Subtype", b"Type1C") || is("Type", b"ObjStm") || is("Type", b"XRef") {
        return;
    }
    let Ok(content) = stream.decoded() else {
        reading.unread.push("a stream of the PDF cannot be unpacked".into());
        return;
    };
    if is("Type", b"Metadata") {
        let mut inner = Reading::default();
        page::html(&mut inner, &encoding_rs::UTF_8.decode(&content).0, depth);
        reading.take("metadata (XMP)", inner);
    } else if is("Type", b"EmbeddedFile") {
        let mut inner = Reading::default();
        within(&mut inner, "", &content, depth.saturating_add(1));
        reading.take("an attached file", inner);
    } else {
        marked(reading, &content);
    }
}

/// Words that a content stream gives for what it shows (ISO 32000-2 §14.9).
fn marked(reading: &mut Reading, content: &[u8]) {
    for (key, words) in [(&b"/ActualText"[..], "replacement text"), (b"/Alt", "alternative text"), (b"/E", "expansion")]
    {
        let mut from = 0;
        while let Some(at) = content.get(from..).and_then(|rest| rest.windows(key.len()).position(|w| w == key)) {
            from = from.saturating_add(at).saturating_add(key.len());
            let rest = content.get(from..).unwrap_or_default().trim_ascii_start();
            if let Some(string) = string(rest) {
                reading.say(Words { prose: true, ..Words::label(words, text_string(&string)) });
            }
        }
    }
}

/// A string object at the beginning of these bytes (ISO 32000-2 §7.3.4).
fn string(bytes: &[u8]) -> Option<Vec<u8>> {
    match bytes {
        [b'<', b'<', ..] => None,
        [b'<', rest @ ..] => {
            let end = rest.iter().position(|b| *b == b'>')?;
            let digits: Vec<u8> = rest.get(..end)?.iter().copied().filter(u8::is_ascii_hexdigit).collect();
            let value = |digit: u8| char::from(digit).to_digit(16).unwrap_or(0) as u8;
            Some(digits.chunks(2).map(|two| two.iter().fold(0, |sum, d| (sum << 4) | value(*d))).collect())
        }
        [b'(', rest @ ..] => {
            let (mut open, mut out, mut escaped) = (1_u32, Vec::new(), false);
            for byte in rest {
                match (escaped, byte) {
                    (true, byte) => {
                        out.push(match byte {
                            b'n' => b'\n',
                            b't' => b'\t',
                            other => *other,
                        });
                        escaped = false;
                        continue;
                    }
                    (false, b'\\') => {
                        escaped = true;
                        continue;
                    }
                    (false, b'(') => open = open.saturating_add(1),
                    (false, b')') => open -= 1,
                    _ => {}
                }
                if open == 0 {
                    return Some(out);
                }
                out.push(*byte);
            }
            None
        }
        _ => None,
    }
}
