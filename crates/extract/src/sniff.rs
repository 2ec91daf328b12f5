//! What kind of file is this, by its bytes?
//!
//! The first bytes decide (crate `infer`), the names inside where the file is a zip archive, and for text a guess at its
//! encoding (crate `chardetng`). The extension never decides alone: it only tells kinds of text apart that the bytes cannot
//! tell apart, and where it promises something else than the bytes show that is said.

use super::packed::Archive;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The kind of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// IANA media type; [`NOTHING`] where the bytes show none.
    pub media_type: String,
    /// For text: how its letters are encoded.
    pub encoding: Option<&'static Encoding>,
}

/// The media type of bytes that show none.
pub const NOTHING: &str = "application/octet-stream";
/// Office Open XML text.
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// Office Open XML workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Office Open XML slides.
pub const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
/// What the media types of all OpenDocument files begin with.
pub const ODF: &str = "application/vnd.oasis.opendocument.";
/// A web capture: WARC, plain or compressed.
pub const WARC: &str = "application/warc";
/// A web capture: WACZ (Webrecorder's Web Archive Collection Zipped).
pub const WACZ: &str = "application/wacz";
/// Portable Document Format.
pub const PDF: &str = "application/pdf";

/// So many bytes are enough to guess an encoding, and to tell text from other bytes.
const ENOUGH: usize = 1 << 20;

/// Extensions and the media types they promise; `text/` stands for all kinds of text.
const PROMISES: &[(&str, &[&str])] = &[
    ("avi", &["video/x-msvideo"]),
    ("bmp", &["image/bmp"]),
    ("csv", &["text/"]),
    ("doc", &["application/msword", "application/x-ole-storage"]),
    ("docx", &[DOCX]),
    ("eml", &["text/", "message/"]),
    ("epub", &["application/epub+zip"]),
    ("gif", &["image/gif"]),
    ("gz", &["application/gzip", WARC]),
    ("heic", &["image/heif", "image/heic"]),
    ("htm", &["text/html"]),
    ("html", &["text/html"]),
    ("jpeg", &["image/jpeg"]),
    ("jpg", &["image/jpeg"]),
    ("json", &["application/json"]),
    ("md", &["text/"]),
    ("mkv", &["video/x-matroska"]),
    ("mov", &["video/quicktime"]),
    ("mp3", &["audio/mpeg"]),
    ("mp4", &["video/mp4"]),
    ("odp", &["application/vnd.oasis.opendocument.presentation"]),
    ("ods", &["application/vnd.oasis.opendocument.spreadsheet"]),
    ("odt", &["application/vnd.oasis.opendocument.text"]),
    ("ogg", &["audio/ogg", "application/ogg", "video/ogg"]),
    ("pdf", &[PDF]),
    ("png", &["image/png"]),
    ("pptx", &[PPTX]),
    ("rtf", &["text/rtf", "application/rtf"]),
    ("tif", &["image/tiff"]),
    ("tiff", &["image/tiff"]),
    ("tsv", &["text/"]),
    ("txt", &["text/"]),
    ("wacz", &[WACZ]),
    ("warc", &[WARC]),
    ("wav", &["audio/x-wav", "audio/wav"]),
    ("webm", &["video/webm"]),
    ("webp", &["image/webp"]),
    ("xls", &["application/vnd.ms-excel", "application/x-ole-storage"]),
    ("xlsx", &[XLSX]),
    ("xml", &["text/xml", "application/xml"]),
    ("zip", &["application/zip"]),
];

impl Default for Kind {
    fn default() -> Self {
        Self::of(NOTHING)
    }
}

impl Kind {
    fn of(media_type: &str) -> Self {
        Self { media_type: media_type.to_string(), encoding: None }
    }
}

/// The kind of a file with these bytes and this name.
pub fn sniff(bytes: &[u8], name: &str) -> Kind {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Kind::of(&inside_zip(bytes));
    }
    if bytes.starts_with(b"WARC/1.") || super::metadata::capture::is_packed_warc(bytes) {
        return Kind::of(WARC);
    }
    // The reader of PDF, like other programs, takes files with something before their header.
    if bytes.get(..1024.min(bytes.len())).is_some_and(|head| head.windows(5).any(|w| w == b"%PDF-")) {
        return Kind::of(PDF);
    }
    match infer::get(bytes) {
        Some(found) if !found.mime_type().starts_with("text/") => Kind::of(found.mime_type()),
        // `infer` knows HTML and XML by their first tags; how they are encoded is another question.
        found => text_kind(bytes, name, found.map(|f| f.mime_type())).unwrap_or_default(),
    }
}

/// What the name promises and the bytes do not keep.
pub fn disagreement(media_type: &str, name: &str) -> Option<String> {
    let extension = extension(name)?;
    let (known, promised) = PROMISES.iter().find(|(known, _)| *known == extension)?;
    let kept = promised.iter().any(|p| media_type == *p || (p.ends_with('/') && media_type.starts_with(p)));
    let first = promised.first().map_or("", |p| p.trim_end_matches('/'));
    let shown = if media_type == NOTHING { "no type that is known here" } else { media_type };
    (!kept).then(|| format!("the name ends in .{known}, which promises {first}; the bytes show {shown}"))
}

fn extension(name: &str) -> Option<String> {
    name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase())
}

/// The media type of a zip archive, by the names in it.
fn inside_zip(bytes: &[u8]) -> String {
    let plain = "application/zip".to_string();
    let Some(mut archive) = Archive::open(bytes) else { return plain };
    if let Some(declared) = archive.text("mimetype") {
        let declared = declared.trim();
        let is_name =
            declared.len() < 100 && declared.bytes().all(|b| b.is_ascii_alphanumeric() || b"/.+-".contains(&b));
        if is_name && (declared.starts_with(ODF) || declared == "application/epub+zip") {
            return declared.to_string();
        }
    }
    let has = |name: &str| archive.has(name);
    let has_in = |folder: &str| archive.names().any(|name| name.starts_with(folder));
    let found = match () {
        _ if has("[Content_Types].xml") && has_in("word/") => DOCX,
        _ if has("[Content_Types].xml") && has_in("xl/") => XLSX,
        _ if has("[Content_Types].xml") && has_in("ppt/") => PPTX,
        _ if has("datapackage.json") && (has_in("archive/") || has_in("indexes/")) => WACZ,
        _ if has("AndroidManifest.xml") => "application/vnd.android.package-archive",
        _ if has("META-INF/MANIFEST.MF") => "application/java-archive",
        _ => return plain,
    };
    found.to_string()
}

/// The kind of text, if the bytes are text at all.
fn text_kind(bytes: &[u8], name: &str, tags: Option<&str>) -> Option<Kind> {
    if bytes.is_empty() {
        return None;
    }
    let encoding = encoding(bytes)?;
    let head = bytes.get(..bytes.len().min(ENOUGH)).unwrap_or_default();
    let (text, _) = encoding.decode_with_bom_removal(head);
    let start = text.trim_start().get(..9).map(str::to_ascii_lowercase).unwrap_or_default();
    let media_type = match extension(name).as_deref() {
        _ if tags == Some("text/html") || start.starts_with("<!doctype") && text.contains("<html") => "text/html",
        _ if start.starts_with("<html") => "text/html",
        _ if tags == Some("text/xml") || start.starts_with("<?xml") => "text/xml",
        _ if start.starts_with("{\\rtf") => "text/rtf",
        _ if start.starts_with(['{', '[']) && is_json(bytes) => "application/json",
        Some("md") => "text/markdown",
        Some("csv") => "text/csv",
        Some("tsv") => "text/tab-separated-values",
        Some("htm" | "html") if text.contains("</") => "text/html",
        _ => "text/plain",
    };
    Some(Kind { media_type: media_type.to_string(), encoding: Some(encoding) })
}

fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok()
}

/// How the letters are encoded; `None` if the bytes are not text.
pub fn encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding);
    }
    let head = bytes.get(..bytes.len().min(ENOUGH))?;
    if head.contains(&0) {
        return utf16_without_mark(head);
    }
    // Text has line breaks, tabs, form feeds and escapes (ISO 2022), but hardly any other control character.
    let odd = head.iter().filter(|b| **b < 0x20 && !b"\t\n\r\x0c\x1b".contains(b)).count();
    if odd * 200 > head.len() {
        return None;
    }
    match std::str::from_utf8(head) {
        Ok(_) => return Some(UTF_8),
        // The cut may have gone through a letter.
        Err(e) if e.error_len().is_none() && head.len() < bytes.len() => return Some(UTF_8),
        Err(_) => {}
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(head, true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
    (!guess.decode_without_bom_handling(head).1).then_some(guess)
}

/// UTF-16 of Latin text has a zero in every second byte.
fn utf16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    let half = head.len() / 2;
    let encoding = match (zeros(0), zeros(1)) {
        (even, odd) if even * 10 < odd && odd * 3 > half => UTF_16LE,
        (even, odd) if odd * 10 < even && even * 3 > half => UTF_16BE,
        _ => return None,
    };
    let text = encoding.decode_without_bom_handling(head).0;
    let odd = text.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    (odd * 200 <= text.len()).then_some(encoding)
}
