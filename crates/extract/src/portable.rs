//! What does a PDF say, page by page, and what of itself?
//!
//! Crates `hayro-syntax` and `hayro-interpret`, which typesetting brings in anyway, read the file; a device that draws
//! nothing notes each glyph's letter and place. Words and lines are found from the places: a PDF knows neither.

use super::metadata::{Record, hyphened};
use super::text::{Gathering, clean};
use super::{Text, markup};
use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::object::dict::keys;
use hayro_interpret::hayro_syntax::object::{DateTime, Dict, Stream};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache, InterpreterSettings, Paint,
    PathDrawMode, SoftMask, interpret_page,
};
use kurbo::{Affine, BezPath, Point, Rect};

/// At most so many pages are read.
const PAGES: usize = 5_000;
/// At most so many letters of one page are kept; a page of the densest print has some 20,000.
const LETTERS: usize = 200_000;

pub(super) fn metadata(bytes: &[u8], record: &mut Record, notes: &mut Vec<String>) {
    let Some(pdf) = open(bytes, notes) else { return };
    record.put("pdf.pages", &pdf.pages().len().to_string());
    let info = pdf.metadata();
    let texts = [
        ("title", &info.title),
        ("author", &info.author),
        ("subject", &info.subject),
        ("keywords", &info.keywords),
        ("creator", &info.creator),
        ("producer", &info.producer),
    ];
    for (name, value) in texts {
        record.put(&format!("pdf.{name}"), &value.as_deref().map(text_string).unwrap_or_default());
    }
    for (name, date) in [("created", info.creation_date), ("modified", info.modification_date)] {
        record.put(&format!("pdf.{name}"), &date.map(rfc3339).unwrap_or_default());
    }
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let packet =
        catalog.and_then(|c| c.get::<Stream<'_>>(keys::METADATA)).and_then(|s| Some(s.decoded().ok()?.into_owned()));
    if let Some(packet) = packet {
        xmp(&packet, record, notes);
    }
}

/// Entries of an XMP packet (ISO 16684-1) that tell times and tools; as elements or as attributes of `rdf:Description`.
fn xmp(packet: &[u8], record: &mut Record, notes: &mut Vec<String>) {
    const TOLD: &[&str] = &[
        "CreateDate",
        "ModifyDate",
        "MetadataDate",
        "CreatorTool",
        "Producer",
        "DocumentID",
        "InstanceID",
        "OriginalDocumentID",
        "when",
        "softwareAgent",
        "action",
    ];
    let source = encoding_rs::UTF_8.decode(packet).0;
    let (entries, complete) = markup::leaves(&source);
    let mut told: Vec<(String, String)> = entries;
    markup::xml(&source, |piece| {
        if let markup::Piece::Open("Description" | "li", attributes) = piece {
            told.extend(attributes);
        }
    });
    for (name, value) in told.iter().filter(|(name, _)| TOLD.contains(&name.as_str())) {
        record.put(&format!("xmp.{}", hyphened(name)), value);
    }
    if !complete {
        notes.push("the XMP data of the file are damaged; what comes after the damage was left out".into());
    }
}

/// A text string of PDF (ISO 32000-2 §7.9.2.2): UTF-16 or UTF-8 by their marks, else letters of PDFDocEncoding, which in
/// all but a few signs is Latin-1.
pub(crate) fn text_string(bytes: &[u8]) -> String {
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0.into_owned(),
        None => bytes.iter().map(|b| char::from(*b)).collect(),
    }
}

/// As RFC 3339, with the offset from UTC that the file names (none is written as UTC by the reader).
fn rfc3339(date: DateTime) -> String {
    let DateTime { year, month, day, hour, minute, second, .. } = date;
    let offset = match (date.utc_offset_hour, date.utc_offset_minute) {
        (0, 0) => "Z".to_string(),
        (hours, minutes) => format!("{}{:02}:{minutes:02}", if hours < 0 { '-' } else { '+' }, hours.unsigned_abs()),
    };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{offset}")
}

fn open(bytes: &[u8], notes: &mut Vec<String>) -> Option<Pdf> {
    let why = match Pdf::new(bytes.to_vec()) {
        Ok(pdf) => return Some(pdf),
        Err(LoadPdfError::Decryption(DecryptionError::PasswordProtected)) => "the PDF is locked with a password",
        Err(LoadPdfError::Decryption(_)) => "the PDF is encrypted in a way that Factum cannot read",
        Err(LoadPdfError::Invalid) => "the PDF is damaged beyond what its reader can mend",
    };
    // Metadata and text both open the file; once is enough to say it.
    if !notes.iter().any(|note| note == why) {
        notes.push(why.to_string());
    }
    None
}

pub(crate) fn text(bytes: &[u8], notes: &mut Vec<String>) -> Option<Text> {
    let pdf = open(bytes, notes)?;
    let mut gathering = Gathering::default();
    let mut silent = 0_usize;
    let cache = InterpreterCache::new();
    for (number, page) in pdf.pages().iter().enumerate().take(PAGES) {
        let mut listener = Listener::default();
        listen(page, &pdf, &cache, &mut listener);
        gathering.short |= listener.letters.len() >= LETTERS;
        silent = silent.saturating_add(listener.silent);
        let page = u32::try_from(number.saturating_add(1)).ok();
        if !gathering.add(page, &clean(&listener.lines())) {
            break;
        }
    }
    gathering.short |= pdf.pages().len() > PAGES;
    if silent > 0 {
        gathering.short = true;
        notes.push(format!("{silent} glyphs of the PDF do not say which letter they are"));
    }
    Some(gathering.done())
}

fn listen<'a>(page: &'a Page<'a>, pdf: &'a Pdf, cache: &InterpreterCache<'a>, listener: &mut Listener) {
    let (width, height) = page.render_dimensions();
    let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let mut context = Context::new(Affine::IDENTITY, area, cache, pdf.xref(), InterpreterSettings::default());
    interpret_page(page, &mut context, listener);
}

/// A letter (or ligature) and its place on the page.
struct Letter {
    said: String,
    /// Where its baseline begins and ends.
    from: Point,
    to: Point,
    /// Size of the type, in the page's units.
    size: f64,
}

impl Letter {
    /// The direction of its line, of length 1.
    fn along(&self) -> kurbo::Vec2 {
        let along = self.to - self.from;
        if along.hypot() > 0.0 { along / along.hypot() } else { kurbo::Vec2::new(1.0, 0.0) }
    }

    /// How far from this letter's line the next one stands.
    fn apart(&self, next: &Letter) -> f64 {
        self.along().cross(next.from - self.from).abs()
    }
}

/// A device that draws nothing and notes what is said.
#[derive(Default)]
struct Listener {
    letters: Vec<Letter>,
    silent: usize,
}

impl Listener {
    /// How far apart the lines of the page mostly are: the median; without end where there is but one line.
    fn usual_drop(&self) -> f64 {
        let pairs = self.letters.iter().zip(self.letters.iter().skip(1));
        let mut drops: Vec<f64> =
            pairs.filter(|(a, b)| a.apart(b) > 0.5 * a.size.max(b.size)).map(|(a, b)| a.apart(b)).collect();
        drops.sort_by(f64::total_cmp);
        drops.get(drops.len() / 2).copied().unwrap_or(f64::INFINITY)
    }

    /// The letters in the order of the page's content, parted into words and lines by their distances.
    fn lines(&self) -> String {
        let mut out = String::new();
        let mut before: Option<&Letter> = None;
        let usual = self.usual_drop();
        for letter in &self.letters {
            if let Some(before) = before {
                let size = before.size.max(letter.size);
                let along = before.along();
                let drop = before.apart(letter);
                // To the right of the letter before, or, as in Arabic, to its left.
                let forward = (letter.from - before.to).dot(along);
                let backward = -(letter.to - before.from).dot(along);
                let gap = forward.max(backward);
                // Half a line apart is another line; indices are closer. A fifth of the size is less than any blank and
                // more than letters of one word are ever parted.
                if drop > 0.5 * size {
                    // Paragraphs are set apart by half a line or more; lines of one are not, even where type changes.
                    out.push_str(if drop > 1.4 * usual { "\n\n" } else { "\n" });
                } else if gap > 0.2 * size && !out.ends_with(char::is_whitespace) && !letter.said.starts_with(' ') {
                    out.push(' ');
                }
            }
            out.push_str(&letter.said);
            before = Some(letter);
        }
        out.push('\n');
        out
    }
}

impl<'a> Device<'a> for Listener {
    fn draw_glyph(&mut self, glyph: &Glyph<'a>, at: Affine, glyph_at: Affine, _: &Paint<'a>, _: &GlyphDrawMode) {
        let Some(said) = glyph.as_unicode() else {
            self.silent = self.silent.saturating_add(1);
            return;
        };
        if self.letters.len() >= LETTERS {
            return;
        }
        let said = match said {
            BfString::Char(letter) => letter.to_string(),
            BfString::String(letters) => letters,
        };
        // Glyphs are drawn on a square of 1,000 units.
        let place = at * glyph_at;
        let advance = match glyph {
            Glyph::Outline(outline) => outline.advance_width().map_or(500.0, f64::from),
            Glyph::Type3(_) => 500.0,
        };
        let size = (place * Point::new(0.0, 1000.0) - place * Point::ORIGIN).hypot();
        let letter = Letter { said, from: place * Point::ORIGIN, to: place * Point::new(advance, 0.0), size };
        // Bold type is often a letter drawn twice.
        let twice = |before: &Letter| before.said == letter.said && (before.from - letter.from).hypot() < 0.1 * size;
        if !self.letters.last().is_some_and(twice) {
            self.letters.push(letter);
        }
    }

    fn set_soft_mask(&mut self, _: Option<SoftMask<'a>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn draw_path(&mut self, _: &BezPath, _: Affine, _: &Paint<'a>, _: &PathDrawMode) {}
    fn draw_rect(&mut self, _: &Rect, _: Affine, _: &Paint<'a>, _: &PathDrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: Affine) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
