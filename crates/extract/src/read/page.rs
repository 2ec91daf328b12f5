//! What words stand in a page, a drawing or another file of tags?
//!
//! Text between tags with what runs on joined, values of attributes, comments, scripts and styles, and files that a page carries in
//! itself as `data:` addresses. HTML is not XML and is often broken, so tags are followed only as far as words need.

use super::grid::Laying;
use super::{Reading, Unit, Words, within};
use crate::markup::entities;
use base64::Engine;

/// Elements that stay within a line.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "dfn", "em", "font", "i", "ins", "del", "kbd", "label",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "tspan",
    "textPath", "use", "g",
];
/// Elements whose content is no sentences.
const RAW: &[&str] = &["script", "style"];
/// Attributes in which people write words.
const WORDED: &[&str] = &["alt", "title", "aria-label", "content", "summary", "placeholder", "value", "label", "desc"];

/// Takes a page apart.
pub(super) fn html(reading: &mut Reading, source: &str, depth: u8) {
    let mut text = String::new();
    let mut cells = String::new();
    let mut rest = source;
    let (mut comments, mut scripts) = (0_u32, 0_u32);
    let mut tables = Laying::default();
    while let Some((words, after)) = rest.split_once('<') {
        let words = entities(words);
        text.push_str(&words);
        cells.push_str(&words);
        tables.words(&words);
        if let Some(comment) = after.strip_prefix("!--") {
            let (said, further) = comment.split_once("-->").unwrap_or((comment, ""));
            comments = comments.saturating_add(1);
            reading.say(Words::sentences(format!("comment {comments}"), Unit::Nothing, entities(said)));
            rest = further;
            continue;
        }
        if let Some(cdata) = after.strip_prefix("![CDATA[") {
            let (said, further) = cdata.split_once("]]>").unwrap_or((cdata, ""));
            text.push_str(said);
            rest = further;
            continue;
        }
        let Some((tag, further)) = tag(after) else {
            text.push('<');
            rest = after;
            continue;
        };
        rest = further;
        let name =
            tag.trim_start_matches('/').split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        attributes(reading, &name, tag, depth);
        match (name.as_str(), tag.starts_with('/')) {
            ("table", false) => tables.table(),
            ("table", true) => tables.end(reading),
            ("tr", false) => tables.row(),
            ("td" | "th", false) => tables.cell(),
            ("td" | "th" | "tr", true) => tables.leave(),
            ("br" | "p", _) => tables.words(" "),
            _ => {}
        }
        if RAW.contains(&name.as_str()) && !tag.starts_with('/') && !tag.ends_with('/') {
            let end = format!("</{name}");
            let at = find_insensitive(further, &end).unwrap_or(further.len());
            scripts = scripts.saturating_add(1);
            let said = further.get(..at).unwrap_or_default();
            reading.say(Words { prose: true, ..Words::label(format!("{name} {scripts}"), said) });
            rest = further.get(at..).unwrap_or_default();
        }
        // Names of SVG have capitals; here they are all small.
        let stays = INLINE.iter().any(|inline| inline.eq_ignore_ascii_case(&name)) || tag.starts_with(['!', '?']);
        if !stays {
            text.push('\n');
            cells.push(if matches!(name.as_str(), "td" | "th" | "text") { '\t' } else { '\n' });
        }
    }
    text.push_str(&entities(rest));
    let folded = folded(&text);
    reading.say(Words::sentences("text", Unit::Line, folded));
    // What stands side by side, in cells of a row or as labels of a drawing, may be the words of one name.
    for (number, row) in (1_u32..).zip(cells.lines().filter(|line| line.trim().contains('\t'))) {
        reading.say(Words::label(format!("row or labels {number}"), row));
    }
}

/// A tag without its brackets, and what follows it. A bracket in quotation marks ends no tag.
fn tag(after: &str) -> Option<(&str, &str)> {
    if !after.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) {
        return None;
    }
    let mut quote = None;
    for (at, c) in after.char_indices() {
        match (quote, c) {
            (None, '>') => return Some((after.get(..at)?, after.get(at + 1..)?)),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    // A quotation mark that nothing closes ends with the tag.
    after.split_once('>')
}

fn attributes(reading: &mut Reading, name: &str, tag: &str, depth: u8) {
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once('=') {
        let key = before.rsplit(|c: char| c.is_whitespace()).find(|word| !word.is_empty()).unwrap_or_default();
        let after = after.trim_start();
        let (value, further) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = after.get(1..).unwrap_or_default();
                inner.split_once(quote).unwrap_or((inner, ""))
            }
            _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        rest = further;
        value_of(reading, name, &key.to_ascii_lowercase(), &entities(value), depth);
    }
}

fn value_of(reading: &mut Reading, name: &str, key: &str, value: &str, depth: u8) {
    if let Some(data) = value.strip_prefix("data:") {
        let Some((kind, packed)) = data.split_once(',') else { return };
        let bytes = if kind.ends_with("base64") {
            let plain: String = packed.chars().filter(|c| !c.is_whitespace()).collect();
            base64::engine::general_purpose::STANDARD.decode(plain).ok()
        } else {
            Some(unescaped(packed))
        };
        let mut inner = Reading::default();
        match bytes {
            Some(bytes) if !kind.starts_with("font/") => within(&mut inner, "", &bytes, depth.saturating_add(1)),
            Some(_) => {}
            None => inner.unread.push("it is not encoded as it says".into()),
        }
        reading.take("a file carried in the page", inner);
        return;
    }
    // Coordinates and colours are numbers.
    if matches!(key, "d" | "points" | "transform" | "viewbox" | "style") && !value.contains("--") {
        return;
    }
    let worded = WORDED.contains(&key) || value.contains(' ');
    // Only names that HTML and SVG have are told.
    let known = key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') && key.len() < 20 && !key.starts_with("data-");
    let part = if known { format!("attribute {key} of {name}") } else { "an attribute".into() };
    let plain = String::from_utf8_lossy(&unescaped(value)).into_owned();
    reading.say(Words { prose: worded, ..Words::label(part, plain) });
}

/// Letters written as `%41`, as addresses have them.
fn unescaped(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = (*byte == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(value) => {
                out.push(value);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    out
}

fn find_insensitive(text: &str, what: &str) -> Option<usize> {
    let mut places = text.match_indices("</");
    places
        .find(|(at, _)| text.get(*at..at + what.len()).is_some_and(|t| t.eq_ignore_ascii_case(what)))
        .map(|(at, _)| at)
}

/// White space put together, lines kept, no empty lines.
fn folded(text: &str) -> String {
    let lines = text.lines().map(|line| line.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n")
}
