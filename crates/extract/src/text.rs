//! What does this file say, as plain text that can be cited?
//!
//! Text, Markdown, HTML, PDF, DOCX, XLSX, PPTX and OpenDocument text. Layout is lost, order and paragraphs stay; pages, slides and sheets
//! keep their numbers.

use super::markup::{self, Piece, xml};
use super::packed::Archive;
use super::portable;
use super::sheets;
use super::sniff::{self, Kind};
use super::{Part, Text};
use std::collections::BTreeMap;

/// At most so many bytes of text (UTF-8) are given: some two thousand pages.
pub const MOST: usize = 4 << 20;

/// The text of a file with these bytes, which are of this kind. `None` for kinds without text that can be taken out.
pub fn text(bytes: &[u8], kind: &Kind, notes: &mut Vec<String>) -> Option<Text> {
    let found = match kind.media_type.as_str() {
        sniff::PDF => portable::text(bytes, notes)?,
        sniff::DOCX => packed(bytes, DOCX_PARTS, notes)?,
        sniff::XLSX => sheets::text(bytes, notes)?,
        sniff::PPTX => slides(bytes, notes)?,
        "application/vnd.oasis.opendocument.text" => packed(bytes, &["content.xml"], notes)?,
        "text/html" => whole(markup::html(&decoded(bytes, kind)?)),
        "text/plain" => paged(&decoded(bytes, kind)?),
        "text/markdown" | "text/csv" | "text/tab-separated-values" => whole(clean(&decoded(bytes, kind)?)),
        _ => return None,
    };
    if !found.complete {
        notes.push("the text is not complete".into());
    }
    Some(found)
}

fn decoded(bytes: &[u8], kind: &Kind) -> Option<String> {
    // Twice the bound before decoding: UTF-16 has two bytes a letter, and markup goes.
    let head = bytes.get(..bytes.len().min(MOST.saturating_mul(4))).unwrap_or_default();
    Some(kind.encoding?.decode(head).0.into_owned())
}

fn whole(text: String) -> Text {
    let mut gathering = Gathering::default();
    gathering.add(None, &text);
    gathering.done()
}

/// Plain text, of which form feeds make pages.
fn paged(text: &str) -> Text {
    if !text.contains('\u{c}') {
        return whole(clean(text));
    }
    let mut gathering = Gathering::default();
    for (number, page) in (1_u32..).zip(text.split('\u{c}')) {
        if !gathering.add(Some(number), &clean(page)) {
            break;
        }
    }
    gathering.done()
}

/// The parts of a DOCX in which people write.
const DOCX_PARTS: &[&str] = &["word/document.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml"];

/// The text of XML parts of an archive, paragraph by paragraph.
fn packed(bytes: &[u8], parts: &[&str], notes: &mut Vec<String>) -> Option<Text> {
    let mut archive = Archive::open(bytes)?;
    let mut gathering = Gathering::default();
    for part in parts {
        let Some(source) = archive.text(part) else { continue };
        let (text, complete) = if part.starts_with("word/") { word(&source) } else { open_document(&source) };
        gathering.add(None, &clean(&text));
        gathering.short |= !complete;
    }
    gathering.short |= archive.short();
    if gathering.parts.is_empty() && !gathering.short {
        notes.push("the document has no text".into());
    }
    Some(gathering.done())
}

/// The slides of a presentation in the order of their numbers, then what the speaker noted. DrawingML (ECMA-376 part 1 §21) has runs
/// and paragraphs of the same names as a document's.
fn slides(bytes: &[u8], notes: &mut Vec<String>) -> Option<Text> {
    let mut archive = Archive::open(bytes)?;
    let numbered = |names: Vec<String>, before: &str| -> BTreeMap<u32, String> {
        let number = |name: &str| name.strip_prefix(before)?.strip_suffix(".xml")?.parse().ok();
        names.into_iter().filter_map(|name| Some((number(&name)?, name))).collect()
    };
    let mut gathering = Gathering::default();
    for (before, is_page) in [("ppt/slides/slide", true), ("ppt/notesSlides/notesSlide", false)] {
        for (number, part) in numbered(archive.names().collect(), before) {
            let Some(source) = archive.text(&part) else { continue };
            let (text, complete) = word(&source);
            gathering.short |= !complete;
            if !gathering.add(is_page.then_some(number), &clean(&text)) {
                break;
            }
        }
    }
    gathering.short |= archive.short();
    if gathering.parts.is_empty() && !gathering.short {
        notes.push("the presentation has no text".into());
    }
    Some(gathering.done())
}

/// WordprocessingML (ECMA-376 part 1 §17): runs of `t` within paragraphs `p`. What was struck under change tracking
/// (`delText`) is not said by the document any more; what was moved is said where it is now, and what old programs are to
/// show instead of a text box is said by the box.
fn word(source: &str) -> (String, bool) {
    let mut out = String::new();
    let mut within = false;
    let mut unsaid = 0_u32;
    let complete = xml(source, |piece| match piece {
        Piece::Open("moveFrom" | "Fallback", _) => unsaid = unsaid.saturating_add(1),
        Piece::Close("moveFrom" | "Fallback") => unsaid = unsaid.saturating_sub(1),
        _ if unsaid > 0 => {}
        Piece::Open("t", _) => within = true,
        Piece::Open("tab", _) => out.push('\t'),
        Piece::Open("br" | "cr", _) => out.push('\n'),
        Piece::Close("t") => within = false,
        Piece::Close("p") => out.push('\n'),
        Piece::Words(words) if within => out.push_str(words),
        _ => {}
    });
    (out, complete)
}

/// OpenDocument text (part 3 §5 and §6): all characters within paragraphs and headings.
fn open_document(source: &str) -> (String, bool) {
    let mut out = String::new();
    let mut depth = 0_u32;
    let complete = xml(source, |piece| match piece {
        Piece::Open("p" | "h", _) => depth = depth.saturating_add(1),
        Piece::Close("p" | "h") => {
            depth = depth.saturating_sub(1);
            out.push('\n');
        }
        Piece::Open("s", counts) if depth > 0 => {
            let count =
                counts.iter().find(|(name, _)| name == "c").and_then(|(_, c)| c.parse().ok()).unwrap_or(1_usize);
            // A document cannot ask for more blanks than a line has.
            out.extend(std::iter::repeat_n(' ', count.min(200)));
        }
        Piece::Open("tab", _) if depth > 0 => out.push('\t'),
        Piece::Open("line-break", _) if depth > 0 => out.push('\n'),
        Piece::Words(words) if depth > 0 => out.push_str(words),
        _ => {}
    });
    (out, complete)
}

/// Lines that end in `\n`, without control characters but tabs.
pub(super) fn clean(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace(['\r', '\u{c}'], "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// Text as it is gathered, up to the bound.
#[derive(Default)]
pub(super) struct Gathering {
    parts: Vec<Part>,
    bytes: usize,
    /// Whether something was cut or could not be read.
    pub(super) short: bool,
}

impl Gathering {
    /// Adds a part; cuts it at the bound. Says whether there is room for more.
    pub(super) fn add(&mut self, page: Option<u32>, text: &str) -> bool {
        let room = MOST.saturating_sub(self.bytes);
        let cut = text.floor_char_boundary(room.min(text.len()));
        let kept = text.get(..cut).unwrap_or_default();
        self.short |= kept.len() < text.len();
        self.bytes = self.bytes.saturating_add(kept.len());
        if !kept.trim().is_empty() {
            self.parts.push(Part { page, text: kept.to_string() });
        }
        self.bytes < MOST
    }

    pub(super) fn done(self) -> Text {
        Text { parts: self.parts, complete: !self.short }
    }
}
