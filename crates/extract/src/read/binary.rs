//! What words stand in bytes that are no text: pictures, packed bytes, formats that nobody here knows?
//!
//! Words in UTF-8 and UTF-16 are found wherever they lie, as `strings` does: comments of JPEG, EXIF, XMP and IPTC, texts of PNG, what
//! hangs on after the end of a file. What is packed in a PNG is unpacked first.

use super::{DEEPEST, Reading, Words, within};
use crate::packed::ENTRY;
use flate2::read::{GzDecoder, ZlibDecoder};
use std::io::Read;

/// Shorter runs of letters stand in any bytes by chance.
pub(super) const SHORTEST: usize = 5;

/// A picture's metadata hold a small picture, whose metadata may hold one more.
const THUMBNAILS: u8 = 2;

/// The words of a picture.
pub(super) fn picture(reading: &mut Reading, bytes: &[u8]) {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return png(reading, bytes);
    }
    strings(reading, "metadata of the picture", &without_scans(bytes, THUMBNAILS), SHORTEST);
}

/// A JPEG without what its scans pack (ITU-T T.81 §B.1.1): in packed bytes every short name stands by chance sooner or later.
///
/// Anything that is no JPEG comes back as it is; `within` is how many pictures deep thumbnails in metadata are taken apart.
fn without_scans(bytes: &[u8], within: u8) -> Vec<u8> {
    // Restarts, the beginning of a picture, bytes that mean themselves and bytes that fill up have no length.
    let bare = |kind: u8| matches!(kind, 0x00 | 0x01 | 0xD0..=0xD8 | 0xFF);
    let mut kept = Vec::with_capacity(bytes.len() / 8);
    let mut rest = bytes;
    while let Some(start) = memchr::memmem::find(rest, &[0xFF, 0xD8, 0xFF]) {
        let (before, picture) = rest.split_at(start);
        kept.extend_from_slice(before);
        let mut at = 2_usize;
        while let Some([0xFF, kind, rest @ ..]) = picture.get(at..) {
            let (kind, [high, low, ..]) = (*kind, rest) else { break };
            if kind == 0xFF {
                at = at.saturating_add(1);
                continue;
            }
            if kind == 0xD9 || bare(kind) {
                break;
            }
            let length = usize::from(u16::from_be_bytes([*high, *low])).min(rest.len());
            let segment = rest.get(..length).unwrap_or_default();
            kept.extend(if within > 0 { without_scans(segment, within - 1) } else { segment.to_vec() });
            at = at.saturating_add(2).saturating_add(length);
            if kind == 0xDA {
                // The scan goes on to the next marker that is no restart.
                let scan = picture.get(at..).unwrap_or_default();
                let next = memchr::memchr_iter(0xFF, scan).find(|f| scan.get(f + 1).is_some_and(|kind| !bare(*kind)));
                at = next.map_or(picture.len(), |next| at.saturating_add(next));
            }
        }
        kept.push(0);
        rest = picture.get(at..).unwrap_or_default();
    }
    kept.extend_from_slice(rest);
    kept
}

/// A PNG chunk by chunk (ISO/IEC 15948): the picture itself is compressed, so its bytes say nothing.
fn png(reading: &mut Reading, bytes: &[u8]) {
    let mut rest = bytes.get(8..).unwrap_or_default();
    let mut number = 0_u32;
    while let Some((head, after)) = rest.split_first_chunk::<8>() {
        let [a, b, c, d, kind @ ..] = *head;
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        let body = after.get(..length.min(after.len())).unwrap_or_default();
        number = number.saturating_add(1);
        let part = format!("chunk {number} of the picture");
        match &kind {
            b"IDAT" | b"fdAT" | b"PLTE" | b"IHDR" => {}
            b"zTXt" | b"iTXt" | b"iCCP" => {
                let mut all = body.to_vec();
                // The packed text follows one of the zeros that end the names before it, after a byte or more of its kind.
                for (at, _) in body.iter().enumerate().filter(|(_, byte)| **byte == 0).take(8) {
                    let packed = body.get(at + 1..).unwrap_or_default();
                    for skip in 0..2 {
                        all.push(0);
                        all.extend(inflated(packed.get(skip..).unwrap_or_default()));
                    }
                }
                strings(reading, &part, &all, SHORTEST);
            }
            _ => strings(reading, &part, body, SHORTEST),
        }
        rest = after.get(length.saturating_add(4)..).unwrap_or_default();
        if &kind == b"IEND" {
            break;
        }
    }
    strings(reading, "bytes after the picture", rest, SHORTEST);
}

/// What zlib unpacks of these bytes, up to a bound; nothing if they are not packed.
pub(super) fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    // What could be unpacked before a fault is kept.
    let _ = ZlibDecoder::new(bytes).take(ENTRY).read_to_end(&mut out);
    out
}

/// A file packed by itself.
pub(super) fn unzipped(reading: &mut Reading, bytes: &[u8], depth: u8) {
    strings(reading, "head of the packed file", bytes.get(..bytes.len().min(512)).unwrap_or_default(), SHORTEST);
    let mut out = Vec::new();
    let whole = GzDecoder::new(bytes).take(ENTRY).read_to_end(&mut out).is_ok() && (out.len() as u64) < ENTRY;
    if !whole {
        reading.unread.push("the packed file is damaged or larger than Factum unpacks".into());
    }
    if depth < DEEPEST {
        within(reading, "", &out, depth.saturating_add(1));
    }
}

/// The remark at the end of a zip archive (APPNOTE 4.3.16).
pub(super) fn comment(reading: &mut Reading, bytes: &[u8]) {
    let tail = bytes.get(bytes.len().saturating_sub(66_000)..).unwrap_or_default();
    if let Some(at) = tail.windows(4).rposition(|four| four == b"PK\x05\x06") {
        strings(reading, "remark of the archive", tail.get(at + 20..).unwrap_or_default(), SHORTEST);
    }
}

/// Runs of words in UTF-8, and in UTF-16 of either order, without the names of tags.
pub(super) fn strings(reading: &mut Reading, part: &str, bytes: &[u8], shortest: usize) {
    let mut found: Vec<String> = Vec::new();
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
    let mut keep = |text: &str| {
        if text.chars().count() >= shortest && letters(text) * 2 > text.chars().count() {
            let pieces = without_tags(text).into_iter().map(str::trim).filter(|piece| letters(piece) > 0);
            found.extend(pieces.map(String::from));
        }
    };
    for chunk in bytes.utf8_chunks() {
        chunk.valid().split(|c: char| c.is_control()).for_each(&mut keep);
    }
    for (offset, big) in [(0, false), (1, false), (0, true), (1, true)] {
        let mut run = String::new();
        let pairs = bytes.get(offset..).unwrap_or_default().as_chunks::<2>().0;
        let units = pairs.iter().map(|pair| if big { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) });
        for c in char::decode_utf16(units) {
            match c {
                Ok(c) if worded(c) => run.push(c),
                _ => {
                    keep(&run);
                    run.clear();
                }
            }
        }
        keep(&run);
    }
    found.sort();
    found.dedup();
    for text in found {
        reading.say(Words::label(part, text));
    }
}

/// What stands between the tags of XMP and in their attributes. What tags and attributes are called is the format's and nobody's name,
/// though by chance `CreatorTool` sounds like one sooner or later. Whatever else stands in such brackets, an address for one, stays.
fn without_tags(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0_usize, 0_usize);
    for part in text.split('<') {
        if let Some(values) = part.split_once('>').and_then(|(tag, _)| values(tag))
            && let Some(before) = at.checked_sub(1).and_then(|bracket| text.get(from..bracket))
        {
            pieces.push(before);
            pieces.extend(values);
            from = at + part.find('>').map_or(0, |end| end + 1);
        }
        at += part.len() + 1;
    }
    pieces.extend(text.get(from..));
    pieces
}

/// The values of a tag's attributes, if it is a tag whose name says whose it is, as `xmp:CreatorTool` does, and holds nothing else.
fn values(tag: &str) -> Option<Vec<&str>> {
    let quote = if tag.contains('"') { '"' } else { '\'' };
    let mut between = tag.split(quote).step_by(2).flat_map(str::split_whitespace);
    let called = |name: &str| name.chars().all(|c| c.is_alphanumeric() || matches!(c, ':' | '-' | '_'));
    let name = between.next()?.trim_matches('/');
    let is_tag = name.contains(':') && called(name);
    let holds_no_more = between.all(|word| word == "/" || word.strip_suffix('=').is_some_and(called));
    (is_tag && holds_no_more).then(|| tag.split(quote).skip(1).step_by(2).collect())
}

/// Letters of the scripts in which names come, as UTF-16 is told from noise by.
fn worded(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, ' ' | '.' | ',' | '-' | '_' | '\'' | '@' | '/' | '(' | ')')
        || matches!(c as u32, 0xC0..=0x24F | 0x370..=0x52F | 0x590..=0x6FF)
        || (0x4E00..=0x9FFF).contains(&(c as u32))
}
