//! Which letters can be shown?
//!
//! Reports carry their fonts. A letter that none of them has would be an error of the PDF/UA export, so such letters are
//! found beforehand and replaced by their code point, visibly.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use typst::foundations::Bytes;
use typst::layout::Abs;
use typst::text::{Font, FontBook, FontInstance, FontVariant, FontVariations, FontWeight, is_default_ignorable};
use typst::utils::LazyHash;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The embedded fonts, in the order in which they are tried.
pub(crate) static FILES: [&[u8]; 6] = [
    include_bytes!("../../../third_party/fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../../third_party/fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../../third_party/fonts/NotoSans-Italic.ttf"),
    include_bytes!("../../../third_party/fonts/NotoNaskhArabic-Regular.ttf"),
    include_bytes!("../../../third_party/fonts/NotoNaskhArabic-Bold.ttf"),
    include_bytes!("../../../third_party/fonts/DroidSansFallbackFull.ttf"),
];

pub(crate) struct Fonts {
    pub book: LazyHash<FontBook>,
    pub fonts: Vec<Font>,
}

/// Read once for all reports.
pub(crate) static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let fonts: Vec<Font> = FILES.iter().flat_map(|data| Font::iter(Bytes::new(*data))).collect();
    Fonts { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
});

/// The fonts that have a letter, as bits.
fn fonts_with(c: char) -> u32 {
    let has = |font: &Font| font.info().coverage.contains(c as u32);
    FONTS.fonts.iter().enumerate().filter(|(_, font)| has(font)).map(|(i, _)| 1 << i).sum()
}

fn is_shown(c: char) -> bool {
    if matches!(c, '\n' | '\t' | ' '..='~') {
        return true;
    }
    // Private use, byte-order marks and the like: forbidden in PDF/A whatever the fonts have.
    let forbidden = matches!(c as u32, 0xE000..=0xF8FF | 0xF0000..=0x10FFFF | 0xFEFF | 0xFFFE | 0xFFFF | 0x180F);
    !c.is_control() && !forbidden && (fonts_with(c) != 0 || is_default_ignorable(c))
}

/// The letters of a Roman numeral that has a code point of its own, which few fonts have: `Ⅳ` is IV.
fn spelled_out(c: char) -> Option<String> {
    let letters = || std::iter::once(c).nfkc().collect::<String>();
    matches!(c, '\u{2160}'..='\u{217f}').then(letters).filter(|letters| letters.chars().all(is_shown))
}

/// The letters of a text that no embedded font has, with how often they occur.
pub fn uncovered(text: &str) -> BTreeMap<char, usize> {
    let mut found = BTreeMap::new();
    let is_lost = |&c: &char| !is_shown(c) && !c.is_control() && spelled_out(c).is_none();
    text.nfc().filter(is_lost).for_each(|c| *found.entry(c).or_default() += 1);
    found
}

/// The text with every letter that cannot be shown replaced by `[U+XXXX]`, control characters by spaces, and marks left out
/// that no font has together with their letter.
pub(crate) fn showable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut cluster = 0;
    for c in text.nfc() {
        if is_combining_mark(c) {
            let both = cluster & fonts_with(c);
            if both != 0 {
                cluster = both;
                out.push(c);
            }
        } else if is_shown(c) {
            if !is_default_ignorable(c) {
                cluster = fonts_with(c);
            }
            out.push(c);
        } else {
            cluster = 0;
            if let Some(letters) = spelled_out(c) {
                out += &letters;
            } else if c.is_control() || c == '\u{FEFF}' {
                out.push(' ')
            } else {
                out += &format!("[U+{:04X}]", c as u32)
            }
        }
    }
    out
}

/// Whether the first letter with a direction is written from right to left.
pub(crate) fn is_right_to_left(text: &str) -> bool {
    let rtl = |c: char| matches!(c as u32, 0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF);
    text.chars().find(|c| c.is_alphabetic()).is_some_and(rtl)
}

/// The words of an SVG label as `<tspan>`s that each name a font which has their letters.
///
/// The SVG renderer inside Typst falls back unreliably from font to font, so the choice is made here. Marks that do not
/// compose are left out: it cannot map a letter made of several glyphs.
pub(crate) fn label_spans(label: &str, bold: bool, rtl: bool) -> String {
    let faces = faces(bold);
    let covers = |i: usize, c: char| faces[i].info().coverage.contains(c as u32);
    // The renderer shapes the whole label in the first run's font, which must be one that decomposes nothing: the first
    // run is an empty one in Noto Sans.
    let mut runs: Vec<(usize, String)> = vec![(0, "\u{200b}".into())];
    for c in letters_for_svg(&showable(label), &|c| covers(0, c)) {
        let last = runs.last().map_or(0, |r| r.0);
        let stays = !c.is_alphanumeric() && covers(last, c);
        let Some(font) = (if stays { Some(last) } else { (0..faces.len()).find(|&i| covers(i, c)) }) else { continue };
        match runs.last_mut() {
            Some((i, run)) if *i == font => run.push(c),
            _ => runs.push((font, c.to_string())),
        }
    }
    let span = |(i, run): &(usize, String)| {
        format!("<tspan font-family=\"{}, sans-serif\">{}</tspan>", faces[*i].info().family, crate::svg::escape(run))
    };
    let spans: String = runs.iter().map(span).collect();
    // The renderer's base direction is left to right; an isolate turns a right-to-left label round.
    if rtl { format!("\u{2067}{spans}\u{2069}") } else { spans }
}

/// How wide a label is in a regular face, as a multiple of its size. Letters that join are counted as if they stood alone,
/// so Arabic comes out a little too wide.
pub(crate) fn width(label: &str) -> f64 {
    width_in(label, false)
}

/// The same in a face of either weight.
pub(crate) fn width_in(label: &str, bold: bool) -> f64 {
    static FACES: LazyLock<[Vec<FontInstance>; 2]> = LazyLock::new(|| {
        let plain = |face: &&Font| {
            (*face).clone().instantiate(FontVariant::default(), Abs::pt(10.0), &FontVariations::default())
        };
        [false, true].map(|bold| faces(bold).iter().map(plain).collect())
    });
    let faces = &FACES[usize::from(bold)];
    let glyph_width = |face: &FontInstance, c| face.ttf().glyph_index(c).and_then(|glyph| face.x_advance(glyph.0));
    let advance = |c: char| faces.iter().find_map(|face| glyph_width(face, c)).map_or(0.0, |em| em.get());
    let in_first = |c: char| faces.first().is_some_and(|face| face.ttf().glyph_index(c).is_some());
    letters_for_svg(&showable(label), &in_first).into_iter().map(advance).sum()
}

/// One face of each family in the wanted weight.
fn faces(bold: bool) -> &'static [&'static Font] {
    static FACES: LazyLock<[Vec<&'static Font>; 2]> = LazyLock::new(|| [select_faces(false), select_faces(true)]);
    &FACES[usize::from(bold)]
}

fn select_faces(bold: bool) -> Vec<&'static Font> {
    let weight = if bold { FontWeight::BOLD } else { FontWeight::REGULAR };
    let variant = FontVariant { weight, ..FontVariant::default() };
    let mut seen = BTreeSet::new();
    let families = FONTS.fonts.iter().map(|f| f.info().family.to_lowercase()).filter(|f| seen.insert(f.clone()));
    families.filter_map(|family| FONTS.book.select(&family, variant)).map(|i| &FONTS.fonts[i]).collect()
}

fn letters_for_svg(label: &str, in_first_font: &dyn Fn(char) -> bool) -> Vec<char> {
    let mut letters = Vec::new();
    for c in label.chars() {
        match c {
            '≠' => letters.extend(['!', '=']),
            // A blank that holds the parts of a number together does so in lines from right to left too; a plain one would let them change places.
            '\u{a0}' | '\u{2007}' | '\u{202f}' => letters.push('\u{a0}'),
            c if c.is_whitespace() => letters.push(' '),
            // Letters of Arabic on which a hamza or a madda sits have glyphs of their own; without the sign they would be other letters.
            c if in_first_font(c) || matches!(c, '\u{622}'..='\u{626}') => letters.push(c),
            c => letters.extend(c.nfd()),
        }
    }
    letters.retain(|&c| !is_combining_mark(c) && !is_default_ignorable(c) && !matches!(c, '\u{FF9E}' | '\u{FF9F}'));
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_of_the_field_are_covered() {
        for text in ["Ana Sofía Müller", "Мерик Арвелов", "محمد حسن", "قەشقەر ئۇيغۇر", "王小明", "かな", "Σωκράτης"]
        {
            assert!(uncovered(text).is_empty(), "{text}: {:?}", uncovered(text));
            assert_eq!(showable(text), text);
        }
    }

    #[test]
    fn letters_without_a_font_stay_visible() {
        assert_eq!(showable("a\u{1F600}b\u{0}c"), "a[U+1F600]b c");
        assert_eq!(uncovered("\u{1F600}\u{1F600}").values().sum::<usize>(), 2);
        assert_eq!(showable("A/HRC Ⅳ"), "A/HRC IV");
        assert!(uncovered("Ⅳ").is_empty());
    }

    #[test]
    fn widths_follow_the_letters() {
        assert!(width("iii") < width("mmm") && width("m") < width("mm"));
        assert!((width("王") - 1.0).abs() < 0.1, "a Chinese character is about square: {}", width("王"));
        assert_eq!(width(""), 0.0);
    }

    #[test]
    fn the_parts_of_a_number_stay_together_in_a_label_from_right_to_left() {
        let drawn = label_spans("المسجلون: 2\u{202f}085", false, true);
        assert!(drawn.contains("2\u{a0}085"), "{drawn}");
    }

    #[test]
    fn a_hamza_stays_on_its_letter() {
        let shown = |label: &str| letters_for_svg(label, &|c| c.is_ascii()).into_iter().collect::<String>();
        assert_eq!(shown("المؤرخة القوائم أشخاص إلى آذار"), "المؤرخة القوائم أشخاص إلى آذار");
        assert_eq!(shown("مُحمّد"), "محمد");
    }

    #[test]
    fn direction_follows_the_first_letter() {
        assert!(is_right_to_left("«محمد» 3"));
        assert!(!is_right_to_left("3 Ana محمد"));
    }
}
