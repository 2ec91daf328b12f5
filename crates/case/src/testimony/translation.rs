//! Where does a passage of a translation stand in its original, and the other way round?
//!
//! Two texts are aligned by the marks that both have (`{12}` before a paragraph, `{12.2}` before a sentence), each reaching to
//! the next mark; or, if one of them has none, paragraph by paragraph, if they have as many, and headings and speakers
//! stand at the same ones. Otherwise nothing is known, and [`Unaligned`] says why. Nothing is guessed from the words. A
//! mapped passage is as fine as the alignment: it may be wider than what was asked, and then says so.

use super::passage::{Extent, Locator, PassageError};
use super::text::Text;
use std::collections::BTreeMap;
use std::ops::Range;

/// What two texts are aligned by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Marks in both.
    Marks,
    /// The numbers of their paragraphs.
    Numbers,
}

/// Which of the two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What was said or written.
    Original,
    /// What a translator made of it.
    Translation,
}

impl Side {
    fn other(self) -> Side {
        match self {
            Side::Original => Side::Translation,
            Side::Translation => Side::Original,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Side::Original => "original",
            Side::Translation => "translation",
        }
    }
}

/// Why nothing is known of where passages of one text stand in the other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unaligned {
    /// Different numbers of paragraphs, and no marks in both.
    #[error(
        "the original has {original} paragraphs, the translation {translation}, and not both have marks; put the same marks \
         ({{1}}, {{2}}, …) into both"
    )]
    Counts {
        /// Paragraphs of the original.
        original: u32,
        /// Paragraphs of the translation.
        translation: u32,
    },
    /// As many paragraphs, but not of the same form.
    #[error("paragraph {paragraph} is a heading, or has a speaker, in one text only; put the same marks into both")]
    Form {
        /// The first that differs.
        paragraph: u32,
    },
    /// A mark that stands twice names no place.
    #[error("a mark stands twice in the {}, the second time in paragraph {paragraph}; give it a name of its own", .side.word())]
    Twice {
        /// In which text.
        side: Side,
        /// Where the second time.
        paragraph: u32,
    },
    /// Both have marks, and no name stands in both.
    #[error("no mark of the original stands in the translation; put the same marks into both")]
    NoneShared,
}

/// Why a passage has no counterpart.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmapped {
    /// The passage lies outside its own text.
    #[error(transparent)]
    Outside(#[from] PassageError),
    /// A moment, a cell or a rectangle.
    #[error("only pages, paragraphs and characters of a text have counterparts in another")]
    Kind,
    /// The passage stands where the texts are not aligned.
    #[error("it is not known where this stands in the {}: the mark before it stands in the {} only", .0.other().word(), .0.word())]
    Unknown(Side),
}

/// The counterpart of a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// Where it stands in the other text, in the order of that text.
    pub places: Vec<Locator>,
    /// Whether the places hold more than the passage, because nothing finer is aligned.
    pub wider: bool,
    /// Whether a part of the passage has no known counterpart.
    pub partly_unknown: bool,
}

/// How two texts correspond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alignment {
    /// By what.
    pub by: By,
    original: Half,
    translation: Half,
}

/// A place between characters: paragraph (from 1), characters before it.
type Point = (u32, u32);

/// One text's segments, in order, and what is needed to name places in it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Half {
    segments: Vec<Segment>,
    text: Text,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Segment {
    name: String,
    from: Point,
    to: Point,
    /// Its place among the other text's segments.
    partner: Option<usize>,
}

/// Aligns a translation with its original.
pub fn align(original: &Text, translation: &Text) -> Result<Alignment, Unaligned> {
    let marked = |text: &Text| text.paragraphs.iter().any(|p| !p.marks.is_empty());
    let by = if marked(original) && marked(translation) { By::Marks } else { By::Numbers };
    let (mut one, mut other) = match by {
        By::Marks => (by_marks(original, Side::Original)?, by_marks(translation, Side::Translation)?),
        By::Numbers => {
            same_form(original, translation)?;
            (by_numbers(original), by_numbers(translation))
        }
    };
    let named: BTreeMap<String, usize> = other.iter().enumerate().map(|(i, s)| (s.name.clone(), i)).collect();
    let mut shared = false;
    for (index, segment) in one.iter_mut().enumerate() {
        // What stands before the first mark has no name, and no counterpart.
        let partner = named.get(&segment.name).copied().filter(|_| !segment.name.is_empty());
        if let Some(there) = partner.and_then(|partner| other.get_mut(partner)) {
            there.partner = Some(index);
            segment.partner = partner;
            shared = true;
        }
    }
    if !shared && by == By::Marks {
        return Err(Unaligned::NoneShared);
    }
    let half = |segments, text: &Text| Half { segments, text: text.clone() };
    Ok(Alignment { by, original: half(one, original), translation: half(other, translation) })
}

fn same_form(original: &Text, translation: &Text) -> Result<(), Unaligned> {
    if original.len() != translation.len() {
        return Err(Unaligned::Counts { original: original.len(), translation: translation.len() });
    }
    let pairs = original.paragraphs.iter().zip(&translation.paragraphs);
    for (paragraph, (one, other)) in (1_u32..).zip(pairs) {
        if (one.heading > 0) != (other.heading > 0) || one.speaker.is_some() != other.speaker.is_some() {
            return Err(Unaligned::Form { paragraph });
        }
    }
    Ok(())
}

fn by_numbers(text: &Text) -> Vec<Segment> {
    let whole = |(number, paragraph): (u32, &super::text::Paragraph)| Segment {
        name: number.to_string(),
        from: (number, 0),
        to: (number, paragraph.characters()),
        partner: None,
    };
    (1_u32..).zip(&text.paragraphs).map(whole).collect()
}

fn by_marks(text: &Text, side: Side) -> Result<Vec<Segment>, Unaligned> {
    let mut known = BTreeMap::new();
    let mut segments = vec![Segment { name: String::new(), from: (1, 0), to: (1, 0), partner: None }];
    let mut end = (1, 0);
    for (number, paragraph) in (1_u32..).zip(&text.paragraphs) {
        for mark in &paragraph.marks {
            if known.insert(mark.name.as_str(), number).is_some() {
                return Err(Unaligned::Twice { side, paragraph: number });
            }
            // A segment ends with its paragraph rather than before the first character of the next.
            let ends = if mark.at == 0 { end } else { (number, mark.at) };
            if let Some(before) = segments.last_mut() {
                before.to = ends.max(before.from);
            }
            segments.push(Segment {
                name: mark.name.clone(),
                from: (number, mark.at),
                to: (number, mark.at),
                partner: None,
            });
        }
        end = (number, paragraph.characters());
    }
    if let Some(last) = segments.last_mut() {
        last.to = end.max(last.from);
    }
    segments.retain(|segment| segment.from < segment.to);
    Ok(segments)
}

impl Alignment {
    fn half(&self, side: Side) -> &Half {
        match side {
            Side::Original => &self.original,
            Side::Translation => &self.translation,
        }
    }

    /// How many segments of a text have no counterpart.
    pub fn unaligned(&self, side: Side) -> usize {
        self.half(side).segments.iter().filter(|s| s.partner.is_none()).count()
    }

    /// The counterpart of a passage of one text in the other.
    pub fn map(&self, at: &Locator, side: Side) -> Result<Mapped, Unmapped> {
        let (here, there) = (self.half(side), self.half(side.other()));
        let (from, to) = here.stretch(at)?;
        let touched: Vec<&Segment> = here.segments.iter().filter(|s| s.from < to && from < s.to).collect();
        let mut partners: Vec<usize> = touched.iter().filter_map(|s| s.partner).collect();
        if partners.is_empty() {
            return Err(Unmapped::Unknown(side));
        }
        let aligned: Vec<&&Segment> = touched.iter().filter(|s| s.partner.is_some()).collect();
        let begins = aligned.first().is_some_and(|s| here.blank(s.from..from));
        let ends = aligned.last().is_some_and(|s| here.blank(to..s.to));
        partners.sort_unstable();
        let mut places: Vec<(Point, Point, usize)> = Vec::new();
        for index in partners {
            let Some(segment) = there.segments.get(index) else { continue };
            match places.last_mut() {
                Some((_, end, last)) if last.checked_add(1) == Some(index) => (*end, *last) = (segment.to, index),
                _ => places.push((segment.from, segment.to, index)),
            }
        }
        Ok(Mapped {
            places: places.into_iter().map(|(from, to, _)| there.locator(from, to)).collect(),
            wider: !(begins && ends),
            partly_unknown: aligned.len() < touched.len(),
        })
    }
}

impl Half {
    /// Where a passage begins and ends.
    fn stretch(&self, at: &Locator) -> Result<(Point, Point), Unmapped> {
        at.resolve(Some(&self.text), &Extent::default())?;
        let end = |number: u32| (number, self.text.paragraph(number).map_or(0, |p| p.characters()));
        match at {
            Locator::Paragraphs { first, last, .. } => Ok(((*first, 0), end(*last))),
            Locator::Characters { first, from, last, to, .. } => Ok(((*first, *from), (*last, *to))),
            Locator::Page(page) => {
                let on = (1_u32..).zip(&self.text.paragraphs).filter(|(_, p)| p.page == Some(*page)).map(|(n, _)| n);
                let numbers: Vec<u32> = on.collect();
                let both = numbers.first().zip(numbers.last());
                both.map(|(first, last)| ((*first, 0), end(*last))).ok_or(Unmapped::Kind)
            }
            _ => Err(Unmapped::Kind),
        }
    }

    /// Whether nothing but white space stands between two points (or the second comes first).
    fn blank(&self, between: Range<Point>) -> bool {
        let (from, to) = (between.start, between.end);
        if from >= to {
            return true;
        }
        (from.0..=to.0).all(|number| {
            let Some(paragraph) = self.text.paragraph(number) else { return true };
            let begins = if number == from.0 { from.1 } else { 0 };
            let ends = if number == to.0 { to.1 } else { paragraph.characters() };
            begins >= ends || paragraph.stretch(begins, ends).is_none_or(|words| words.trim().is_empty())
        })
    }

    /// The locator of a stretch: whole paragraphs if it is that.
    fn locator(&self, from: Point, to: Point) -> Locator {
        let page = self.text.paragraph(from.0).and_then(|p| p.page);
        let whole = from.1 == 0 && self.text.paragraph(to.0).is_some_and(|p| p.characters() == to.1);
        match whole {
            true => Locator::Paragraphs { page, first: from.0, last: to.0 },
            false => {
                // The blank before the next segment is none of this one's words.
                let words = self.text.paragraph(to.0).and_then(|p| p.stretch(0, to.1)).unwrap_or_default().trim_end();
                let trimmed = u32::try_from(words.chars().count()).unwrap_or(to.1);
                let end = if from.0 == to.0 { trimmed.max(from.1.saturating_add(1)) } else { trimmed.max(1) };
                Locator::Characters { page, first: from.0, from: from.1, last: to.0, to: end.min(to.1) }
            }
        }
    }
}
