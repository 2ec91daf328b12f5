//! How is something taken out of an item so that it is gone from the copy?
//!
//! What is covered is not hidden but absent: words are replaced before the copy is written, pixels are painted over and the picture is
//! encoded anew from its pixels, and nothing that a file says of itself is carried over. Documents whose layout cannot be rebuilt
//! safely come out as their words alone. The copy is searched like anything that leaves, and refused if it still tells a name.

use super::apart::Apart;
use super::{Gathered, Output, check};
use crate::extract::sniff;
use factum_guard::leak::{Found, Searcher, Stretch};
use image::{ImageFormat, Rgb};
use std::io::Cursor;
use std::ops::RangeInclusive;

/// What stands where something was: of one length, so that it does not tell how long that was.
const COVER: &str = "[…]";

/// A part of a picture, in pixels from the upper left corner of the picture as it is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// From the left.
    pub x: u32,
    /// From above.
    pub y: u32,
    /// How wide.
    pub width: u32,
    /// How high.
    pub height: u32,
}

/// What is to be taken out.
#[derive(Clone, Debug, Default)]
pub struct Covering {
    /// Parts of a picture.
    pub areas: Vec<Area>,
    /// Lines of a text, counted from 1.
    pub lines: Vec<RangeInclusive<usize>>,
    /// A picture needs nothing covered: only what its file says of itself must go.
    pub only_metadata: bool,
}

/// A copy without what was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redacted {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How such a file ends: `txt`, `png`.
    pub extension: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// How many places were covered.
    pub covered: usize,
}

/// Why nothing is made.
#[derive(Debug, thiserror::Error)]
pub enum RedactError {
    /// Nothing of this kind can be redacted.
    #[error(
        "files of the kind {0} cannot be redacted here: take a picture or the text of it, collect that, and redact it"
    )]
    Kind(String),
    /// Nothing would be covered.
    #[error("nothing would be covered: no name that must not be told was found, and no line or area was given")]
    Nothing,
    /// An area does not lie in the picture.
    #[error("the area {number} does not lie within the picture, which is {width} pixels wide and {height} high")]
    Outside {
        /// Which of the areas, from 1.
        number: usize,
        /// The picture's width.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// Areas are of pictures, lines of texts.
    #[error("{0}")]
    Mixed(&'static str),
    /// The picture cannot be read.
    #[error(
        "the picture was not read ({0}): it is damaged or larger than Factum unpacks; open it in an image program and save it anew, smaller"
    )]
    Picture(String),
    /// Nothing is known of the file.
    #[error("the file was not read ({0}), so nothing of it can be taken out; open it in its program and save it anew")]
    NotRead(String),
    /// The copy could not be searched.
    #[error("the copy could not be searched whole ({0}), so nothing is made; cover less, or redact it in parts")]
    NotSearched(String),
    /// The text cannot be read whole.
    #[error(
        "the text of the file cannot be read whole, so what is left out cannot be checked; redact a picture of its pages"
    )]
    Text,
    /// The copy still tells something.
    #[error("the copy still tells a name or another secret in {0} places: cover those as well")]
    Left(usize),
}

/// Makes a copy of a file without what must not be told: in texts every name that is held, and whatever lines or areas are given.
///
/// # Errors
/// If nothing can be made, or what would be made still tells something.
pub fn redact(
    gathered: &Gathered,
    name: &str,
    bytes: &[u8],
    covering: &Covering,
    reader: &dyn Apart,
) -> Result<Redacted, RedactError> {
    let made = if is_picture(bytes) {
        picture(name, bytes, covering, reader)?
    } else {
        words(gathered, name, bytes, covering, reader)?
    };
    let output = Output { name: format!("redaction.{}", made.extension), bytes: made.bytes.clone() };
    let report = check(gathered, &[output], reader);
    match report.found.iter().filter(|found| found.alarm).count() {
        0 if report.unread.is_empty() => Ok(made),
        0 => Err(RedactError::NotSearched(report.unread.join("; "))),
        left => Err(RedactError::Left(left)),
    }
}

/// Whether the bytes begin as those of a picture that can be painted over: PNG or JPEG.
fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.starts_with(&[0xFF, 0xD8, 0xFF])
}

fn words(
    gathered: &Gathered,
    name: &str,
    bytes: &[u8],
    covering: &Covering,
    reader: &dyn Apart,
) -> Result<Redacted, RedactError> {
    if !covering.areas.is_empty() || covering.only_metadata {
        return Err(RedactError::Mixed("areas and metadata are of pictures: give lines of a text"));
    }
    let looked = reader.text(name, bytes).map_err(RedactError::NotRead)?;
    let media_type = looked.media_type;
    let found = looked.text.ok_or_else(|| RedactError::Kind(media_type.clone()))?;
    if !found.complete {
        return Err(RedactError::Text);
    }
    let whole: Vec<&str> = found.parts.iter().map(|part| part.text.trim_end_matches('\n')).collect();
    let whole = whole.join("\n\n");
    let visual = media_type == sniff::PDF;
    let table = matches!(media_type.as_str(), "text/csv" | "text/tab-separated-values" | sniff::XLSX);
    let searcher = Searcher::new(&gathered.wanted);
    let (text, covered) = if table {
        // Each row by itself: what stands in two rows is no name.
        let rows: Vec<(String, usize)> =
            whole.lines().map(|row| covered(&searcher, Stretch { text: row, prose: false, visual })).collect();
        let count = rows.iter().map(|(_, count)| count).sum();
        (rows.into_iter().map(|(row, _)| row).collect::<Vec<_>>().join("\n"), count)
    } else {
        covered(&searcher, Stretch { text: &whole, prose: true, visual })
    };
    let (text, lines) = without_lines(&text, &covering.lines);
    match covered + lines {
        0 => Err(RedactError::Nothing),
        covered => {
            let bytes = (text + "\n").into_bytes();
            Ok(Redacted { bytes, extension: "txt", media_type: "text/plain", covered })
        }
    }
}

/// A text with everything that was found in it covered, also what would be no alarm; and in how many places. Line breaks stay, so that
/// lines keep their numbers.
fn covered(searcher: &Searcher, stretch: Stretch<'_>) -> (String, usize) {
    let found = searcher.search(&[stretch]);
    let within = |at: usize| found.iter().find(|f: &&Found| f.from <= at && at < f.to);
    let mut out = String::with_capacity(stretch.text.len());
    for (at, c) in stretch.text.chars().enumerate() {
        match within(at) {
            None => out.push(c),
            Some(here) => {
                if here.from == at {
                    out.push_str(COVER);
                }
                if c == '\n' {
                    out.push('\n');
                }
            }
        }
    }
    (out, found.len())
}

fn without_lines(text: &str, lines: &[RangeInclusive<usize>]) -> (String, usize) {
    let mut count = 0;
    let kept: Vec<&str> = (1..)
        .zip(text.lines())
        .map(|(number, line)| {
            if lines.iter().any(|range| range.contains(&number)) {
                count += 1;
                COVER
            } else {
                line
            }
        })
        .collect();
    (kept.join("\n"), count)
}

fn picture(name: &str, bytes: &[u8], covering: &Covering, reader: &dyn Apart) -> Result<Redacted, RedactError> {
    if !covering.lines.is_empty() {
        return Err(RedactError::Mixed("lines are of texts: give areas of a picture"));
    }
    if covering.areas.is_empty() && !covering.only_metadata {
        return Err(RedactError::Nothing);
    }
    let mut pixels = reader.pixels(name, bytes).map_err(RedactError::Picture)?;
    let (width, height) = pixels.dimensions();
    for (number, area) in (1..).zip(&covering.areas) {
        let right = area.x.checked_add(area.width).filter(|right| area.width > 0 && *right <= width);
        let below = area.y.checked_add(area.height).filter(|below| area.height > 0 && *below <= height);
        let (Some(right), Some(below)) = (right, below) else {
            return Err(RedactError::Outside { number, width, height });
        };
        for y in area.y..below {
            for x in area.x..right {
                pixels.put_pixel(x, y, Rgb([0, 0, 0]));
            }
        }
    }
    let mut out = Cursor::new(Vec::new());
    pixels.write_to(&mut out, ImageFormat::Png).map_err(|error| RedactError::Picture(error.to_string()))?;
    let covered = covering.areas.len();
    Ok(Redacted { bytes: out.into_inner(), extension: "png", media_type: "image/png", covered })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leak::apart::Here;
    use factum_guard::leak::{Secret, What};
    use image::{Rgba, RgbaImage};

    fn gathered() -> Gathered {
        let mut gathered = Gathered::default();
        gathered.wanted.secrets.push(Secret { subject: 0, what: What::Person("Ana Mirel".into()) });
        gathered
    }

    #[test]
    fn words_are_gone_and_lines_keep_their_numbers() {
        let check = |name: &str, text: &str, lines: Vec<RangeInclusive<usize>>, expected: &str| {
            let made =
                redact(&gathered(), name, text.as_bytes(), &Covering { lines, ..Covering::default() }, &Here).unwrap();
            assert_eq!(String::from_utf8(made.bytes).unwrap(), expected);
        };
        check("a.txt", "It was Ana Mi-\nrel.\nShe spoke.\n", vec![], "It was […]\n.\nShe spoke.\n");
        check("a.txt", "One.\nTwo.\nThree.\n", vec![2..=2], "One.\n[…]\nThree.\n");
        check("a.csv", "name,year\nMirel Ana,2019\nMirel\nAna\n", vec![], "name,year\n[…],2019\n[…]\nAna\n");
        check("a.html", "<html><p>By <b>Ana</b> Mirel.</p><!-- Ana Mirel --></html>", vec![], "By […].\n");
    }

    fn encoded(pixels: &RgbaImage) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        pixels.write_to(&mut out, ImageFormat::Png).unwrap();
        out.into_inner()
    }

    #[test]
    fn pixels_are_gone_and_so_is_what_the_file_said() {
        let mut pixels = RgbaImage::from_pixel(8, 6, Rgba([200, 10, 10, 255]));
        pixels.put_pixel(7, 5, Rgba([1, 2, 3, 0]));
        let mut bytes = encoded(&pixels);
        // A text after the header, as cameras and programs leave it.
        let text = b"Author\0Ana Mirel";
        let chunk = [&(text.len() as u32).to_be_bytes()[..], b"tEXt", text, &[0; 4]].concat();
        bytes.splice(33..33, chunk);
        let area = Area { x: 1, y: 2, width: 3, height: 2 };
        let covering = Covering { areas: vec![area], ..Covering::default() };
        let made = redact(&gathered(), "a.png", &bytes, &covering, &Here).unwrap();
        assert!(!made.bytes.windows(9).any(|nine| nine == b"Ana Mirel"));
        let again = image::load_from_memory(&made.bytes).unwrap().into_rgb8();
        for (x, y, pixel) in again.enumerate_pixels() {
            let covered = (1..4).contains(&x) && (2..4).contains(&y);
            let expected = match (covered, (x, y)) {
                (true, _) => [0, 0, 0],
                (_, (7, 5)) => [255, 255, 255],
                _ => [200, 10, 10],
            };
            assert_eq!(pixel.0, expected, "{x} {y}");
        }
        let outside = Covering { areas: vec![Area { width: 8, ..area }], ..Covering::default() };
        assert!(matches!(
            redact(&gathered(), "a.png", &bytes, &outside, &Here),
            Err(RedactError::Outside { number: 1, .. })
        ));
        assert!(matches!(redact(&gathered(), "a.png", &bytes, &Covering::default(), &Here), Err(RedactError::Nothing)));
        assert!(matches!(
            redact(&gathered(), "a.png", b"\x89PNG\r\n\x1a\nxx", &covering, &Here),
            Err(RedactError::Picture(_))
        ));
    }

    #[test]
    fn what_cannot_be_redacted_is_refused_with_its_reason() {
        let nothing = Covering::default();
        assert!(matches!(redact(&gathered(), "a.bin", &[0, 1, 2], &nothing, &Here), Err(RedactError::Kind(_))));
        assert!(matches!(redact(&gathered(), "a.txt", b"Nobody.", &nothing, &Here), Err(RedactError::Nothing)));
        let mixed = Covering { only_metadata: true, ..Covering::default() };
        assert!(matches!(redact(&gathered(), "a.txt", b"Nobody.", &mixed, &Here), Err(RedactError::Mixed(_))));
    }
}
