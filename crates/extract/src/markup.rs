//! Which words stand between these tags?
//!
//! XML is read as a stream (crate `quick-xml`), without DTDs or entities beyond the five of XML, so nothing can grow. HTML
//! is not XML and is often broken: [`html`] follows the tags only as far as words need.

use quick_xml::Reader;
use quick_xml::events::Event;

/// A piece of an XML document.
pub enum Piece<'a> {
    /// An element begins. Local name and attributes (local names, values).
    Open(&'a str, Vec<(String, String)>),
    /// An element ends.
    Close(&'a str),
    /// Characters.
    Words(&'a str),
}

/// Shows an XML document piece by piece, until its end or the first fault. Returns whether it was read to its end.
pub fn xml(source: &str, mut show: impl FnMut(Piece<'_>)) -> bool {
    let mut reader = Reader::from_str(source);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => show(Piece::Open(tag.local_name().into_inner(), attributes(&tag))),
            Ok(Event::Empty(tag)) => {
                let name = tag.local_name().into_inner();
                show(Piece::Open(name, attributes(&tag)));
                show(Piece::Close(name));
            }
            Ok(Event::End(tag)) => show(Piece::Close(tag.local_name().into_inner())),
            Ok(Event::Text(words)) => show(Piece::Words(&words)),
            Ok(Event::CData(words)) => show(Piece::Words(&words)),
            Ok(Event::GeneralRef(entity)) => {
                if let Some(letter) = letter(&entity) {
                    show(Piece::Words(letter.encode_utf8(&mut [0; 4])));
                }
            }
            Ok(Event::Eof) => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

fn attributes(tag: &quick_xml::events::BytesStart<'_>) -> Vec<(String, String)> {
    let named = tag.attributes().flatten();
    named.map(|a| (a.key.local_name().into_inner().to_string(), entities(&a.value))).collect()
}

/// The text of each element that holds nothing but text, with its name, in order; and whether the document was read to its
/// end.
pub fn leaves(source: &str) -> (Vec<(String, String)>, bool) {
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    let complete = xml(source, |piece| match piece {
        Piece::Open(name, _) => open = Some((name.to_string(), String::new())),
        Piece::Words(words) => {
            if let Some((_, text)) = &mut open {
                text.push_str(words);
            }
        }
        Piece::Close(name) => {
            found.extend(open.take().filter(|(begun, text)| begun == name && !text.trim().is_empty()));
        }
    });
    (found, complete)
}

/// The letter that an entity or a numeric reference stands for (without `&` and `;`).
fn letter(entity: &str) -> Option<char> {
    if let Some(number) = entity.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32);
    }
    let named = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("ndash", '–'),
        ("mdash", '—'),
        ("hellip", '…'),
        ("laquo", '«'),
        ("raquo", '»'),
        ("lsquo", '‘'),
        ("rsquo", '’'),
        ("ldquo", '“'),
        ("rdquo", '”'),
        ("copy", '©'),
        ("shy", '\u{ad}'),
    ];
    named.iter().find(|(name, _)| *name == entity).map(|(_, letter)| *letter)
}

/// Text with its entities replaced; what is no entity stays as it is.
pub(crate) fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        // The longest reference is shorter than this.
        let end = after.bytes().take(12).position(|b| b == b';');
        let found = end.and_then(|end| Some((letter(after.get(..end)?)?, after.get(end + 1..)?)));
        match found {
            Some((letter, further)) => {
                out.push(letter);
                rest = further;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Elements of HTML whose content is not read.
const UNREAD: &[&str] = &["script", "style", "noscript", "template", "svg", "head"];
/// Elements of HTML that stay within a line.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "dfn", "em", "font", "i", "kbd", "label", "mark", "q", "s",
    "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
];

/// The words of a page: scripts, styles and comments left out, blocks on lines of their own, white space put together.
pub fn html(source: &str) -> String {
    let mut out = String::new();
    let mut rest = source;
    let mut any_end = true;
    while let Some((words, after)) = rest.split_once('<') {
        say(&mut out, words);
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, further)| further);
            continue;
        }
        let is_tag = any_end && after.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
        let Some((tag, further)) = is_tag.then(|| after.split_once('>')).flatten() else {
            // No tag ends from here on: to look again at each would cost quadratic time.
            any_end &= !is_tag;
            say(&mut out, "<");
            rest = after;
            continue;
        };
        let name = tag.split(|c: char| c.is_whitespace() || c == '/').find(|s| !s.is_empty()).unwrap_or_default();
        let name = name.to_ascii_lowercase();
        let closes = tag.starts_with('/');
        rest = further;
        if !closes && !tag.ends_with('/') && UNREAD.contains(&name.as_str()) {
            rest = after_element(further, &name);
        }
        if !INLINE.contains(&name.as_str()) {
            end_line(&mut out);
        }
    }
    say(&mut out, rest);
    end_line(&mut out);
    out
}

/// What follows the end of an element; nothing if it never ends.
fn after_element<'a>(source: &'a str, name: &str) -> &'a str {
    let mut ends = source.match_indices("</");
    let is_name = |at: usize| source.get(at + 2..at + 2 + name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name));
    let end = ends.find(|(at, _)| is_name(*at)).and_then(|(at, _)| source.get(at..));
    end.and_then(|end| end.split_once('>')).map_or("", |(_, further)| further)
}

fn say(out: &mut String, words: &str) {
    for letter in entities(words).chars() {
        match letter.is_whitespace() {
            true if out.is_empty() || out.ends_with([' ', '\n']) => {}
            true => out.push(' '),
            false => out.push(letter),
        }
    }
}

fn end_line(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}
