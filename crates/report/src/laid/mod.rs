//! What number, name and direction does every part of a dossier get?
//!
//! All formats are made from this, so that paragraph 12, footnote 40 and Table 3 are the same in each.

mod apart;
mod headings;
mod long;
mod names;
mod tables;

pub use apart::apart;
pub(crate) use apart::{CLOSES, OPENS, bare};
pub(crate) use names::loose_ends;
pub(crate) use tables::Form;

use crate::fonts::is_right_to_left;
use crate::tongue::{Tongue, Words, words};
use crate::{Block, Cell, Dossier, Inline, Table, Target};
use apart::{directed, outside};
use headings::{Headings, letters};
use names::{Names, is_address, paragraph_id};
use serde::Serialize;

/// A dossier with everything decided that the formats must agree on.
#[derive(Debug, Serialize)]
pub(crate) struct Laid {
    pub title: Line,
    pub subtitle: Line,
    pub author: Option<Line>,
    pub date: String,
    /// The date as it stands in the text.
    pub day: String,
    pub reference: Option<Line>,
    pub tongue: Tongue,
    pub words: &'static Words,
    pub description: String,
    pub cover: Vec<(Line, Line)>,
    pub alerts: Vec<Line>,
    pub summary: Vec<Part>,
    pub body: Vec<Part>,
    /// Whether the paragraphs have numbers and the headings those of the United Nations.
    pub numbered: bool,
}

/// Words without form, in the direction of their first letter.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Line {
    pub text: String,
    pub rtl: bool,
}

/// A block.
#[derive(Debug, Serialize)]
pub(crate) struct Part {
    /// The names by which links reach it.
    pub ids: Vec<String>,
    pub tongue: Tongue,
    #[serde(flatten)]
    pub what: What,
}

/// What a block is.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum What {
    Heading { level: u8, number: String, line: Line, annex: bool, short: bool },
    Paragraph { runs: Vec<Run> },
    Numbered { number: u32, runs: Vec<Run> },
    Quote { runs: Vec<Run> },
    Entry { label: Line, runs: Vec<Run> },
    Warning { runs: Vec<Run> },
    List { lettered: bool, items: Vec<Item> },
    Table { number: usize, caption: Line, head: Vec<Field>, rows: Vec<Vec<Field>>, form: Form },
    Figure { number: usize, svg: String, alt: String, caption: Line, width: f64 },
    Under { runs: Vec<Run> },
}

impl What {
    /// Every line of words with form that the block has, in order.
    pub fn each_line<'a>(&'a self, look: &mut dyn FnMut(&'a [Run])) {
        match self {
            What::Paragraph { runs }
            | What::Numbered { runs, .. }
            | What::Quote { runs }
            | What::Entry { runs, .. }
            | What::Warning { runs }
            | What::Under { runs } => look(runs),
            What::List { items, .. } => items.iter().for_each(|item| look(&item.runs)),
            What::Heading { .. } | What::Table { .. } | What::Figure { .. } => {}
        }
    }
}

/// A point of a list.
#[derive(Debug, Serialize)]
pub(crate) struct Item {
    /// `(a)` in a list with letters.
    pub mark: String,
    pub tongue: Tongue,
    pub runs: Vec<Run>,
}

/// A cell of a table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Field {
    pub text: String,
    pub number: bool,
    pub rtl: bool,
}

/// A stretch of words.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Run {
    Text { text: String },
    Strong { text: String },
    Emph { text: String },
    Note { number: usize, tongue: Tongue, runs: Vec<Run> },
    Span { tongue: Tongue, runs: Vec<Run> },
    Here { id: String, runs: Vec<Run> },
    Web { to: String, runs: Vec<Run> },
}

/// Lays a dossier out for pages, on which tables must fit. Every word passes through `change`.
pub(crate) fn lay_on_pages(dossier: &Dossier, change: &dyn Fn(&str) -> String) -> Laid {
    let mut laid = lay(dossier, change);
    tables::fit(&mut laid);
    laid
}

/// The same for a typesetter that breaks no word by itself.
pub(crate) fn lay_in_lines(dossier: &Dossier, change: &dyn Fn(&str) -> String) -> Laid {
    let mut laid = lay_on_pages(dossier, change);
    long::break_long_words(&mut laid);
    laid
}

/// Lays a dossier out. Every word passes through `change`.
pub(crate) fn lay(dossier: &Dossier, change: &dyn Fn(&str) -> String) -> Laid {
    let tongue = Tongue::read(&dossier.lang).unwrap_or_default();
    let numbered = dossier.blocks.iter().any(|b| matches!(b, Block::Numbered { .. }));
    let mut layer = Layer {
        change,
        names: Names::of(dossier),
        report: tongue.clone(),
        notes: 0,
        headings: Headings::new(numbered),
        tables: 0,
        figures: 0,
    };
    Laid {
        title: layer.line(&dossier.title),
        subtitle: layer.line(&dossier.subtitle),
        author: dossier.author.as_deref().map(|a| layer.line(a)),
        date: dossier.date.clone(),
        day: directed(&dossier.date, tongue.rtl),
        reference: dossier.reference.as_deref().map(|r| layer.line(r)),
        words: words(&tongue),
        tongue,
        description: bare(&change(&dossier.description)),
        cover: dossier.cover.iter().map(|(what, tells)| (layer.line(what), layer.line(tells))).collect(),
        alerts: dossier.alerts.iter().map(|a| layer.line(a)).collect(),
        summary: layer.parts(&dossier.summary),
        body: layer.parts(&dossier.blocks),
        numbered,
    }
}

/// An annex of up to this many letters needs no page of its own: about three lines.
const SHORT: usize = 240;

/// Marks the annexes that consist of a line or two.
fn mark_short_annexes(parts: &mut [Part]) {
    let is_annex = |part: &Part| matches!(part.what, What::Heading { annex: true, .. });
    let annexes: Vec<usize> = (0..parts.len()).filter(|at| parts.get(*at).is_some_and(is_annex)).collect();
    for (i, at) in annexes.iter().enumerate() {
        let end = annexes.get(i + 1).copied().unwrap_or(parts.len());
        let content = parts.get(at + 1..end).unwrap_or_default();
        let lines = content.iter().map(|part| match &part.what {
            What::Paragraph { runs } => letters_of(runs),
            _ => SHORT + 1,
        });
        let is_short = lines.sum::<usize>() <= SHORT;
        if let Some(What::Heading { short, .. }) = parts.get_mut(*at).map(|part| &mut part.what) {
            *short = is_short;
        }
    }
}

/// How many letters a line has.
fn letters_of(runs: &[Run]) -> usize {
    let of = |run: &Run| match run {
        Run::Text { text } | Run::Strong { text } | Run::Emph { text } => text.chars().count(),
        Run::Note { .. } => 0,
        Run::Span { runs, .. } | Run::Here { runs, .. } | Run::Web { runs, .. } => letters_of(runs),
    };
    runs.iter().map(of).sum()
}

struct Layer<'a> {
    change: &'a dyn Fn(&str) -> String,
    names: Names,
    report: Tongue,
    notes: usize,
    headings: Headings,
    tables: usize,
    figures: usize,
}

impl Layer<'_> {
    fn line(&self, text: &str) -> Line {
        let rtl = self.rtl(text);
        Line { text: self.words(text, rtl), rtl }
    }

    /// Words as they are shown in a direction.
    fn words(&self, text: &str, rtl: bool) -> String {
        directed(&(self.change)(text), rtl)
    }

    /// The direction of words without a language: that of their first letter, or the report's where they have none. What is set apart
    /// in them does not count.
    fn rtl(&self, text: &str) -> bool {
        let outside = outside(text);
        if outside.chars().any(char::is_alphabetic) { is_right_to_left(&outside) } else { self.report.rtl }
    }

    fn parts(&mut self, blocks: &[Block]) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut waiting = Vec::new();
        for block in blocks {
            let mut ids = Vec::new();
            let (tongue, what) = self.part(block, &mut ids);
            waiting.append(&mut ids);
            if let Some(what) = what {
                parts.push(Part { ids: std::mem::take(&mut waiting), tongue, what });
            }
        }
        mark_short_annexes(&mut parts);
        // An anchor at the very end has nothing after it and names the last block.
        if let Some(last) = parts.last_mut() {
            last.ids.append(&mut waiting);
        }
        parts
    }

    /// A block in its language, with the names it bears; an anchor is nothing but its name.
    fn part(&mut self, block: &Block, ids: &mut Vec<String>) -> (Tongue, Option<What>) {
        let none: &[Inline] = &[];
        let (runs, lang) = match block {
            Block::Paragraph { runs, lang } | Block::Quote { runs, lang } => (runs.as_slice(), lang.as_deref()),
            Block::Numbered { runs, lang, .. } | Block::Entry { runs, lang, .. } => (runs.as_slice(), lang.as_deref()),
            Block::Warning { runs } | Block::Under { runs } => (runs.as_slice(), None),
            Block::Points { lang, .. } => (none, lang.as_deref()),
            _ => (none, None),
        };
        let tongue = self.tongue(runs, lang);
        let runs = self.runs(runs, Within::new(&tongue));
        let what = match block {
            Block::Heading { level, text } => {
                let level = (*level).clamp(1, 3);
                ids.push(self.names.section());
                What::Heading {
                    level,
                    number: self.headings.next(level),
                    line: self.line(text),
                    annex: false,
                    short: false,
                }
            }
            Block::Annex { text } => {
                ids.push(self.names.section());
                let number = self.headings.annex(words(&self.report).annex);
                What::Heading { level: 1, number, line: self.line(text), annex: true, short: false }
            }
            Block::Anchor { id } => {
                ids.extend(self.names.bear(id));
                return (tongue, None);
            }
            Block::Paragraph { .. } => What::Paragraph { runs },
            Block::Numbered { number, .. } => {
                ids.extend(self.names.bear(&paragraph_id(*number)));
                What::Numbered { number: *number, runs }
            }
            Block::Quote { .. } => What::Quote { runs },
            Block::Entry { id, label, .. } => {
                ids.extend(self.names.bear(id));
                What::Entry { label: self.line(label), runs }
            }
            Block::Warning { .. } => What::Warning { runs },
            Block::List { items } => self.list(items, None),
            Block::Points { items, .. } => self.list(items, Some(&tongue)),
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => {
                self.figures += 1;
                What::Figure {
                    number: self.figures,
                    svg: figure.svg.clone(),
                    alt: bare(&(self.change)(&figure.alt)),
                    caption: self.line(&figure.caption),
                    // A width that is no number, or none to see anything at, is the text's.
                    width: if (0.05..=1.0).contains(&figure.width) { figure.width } else { 1.0 },
                }
            }
            Block::Under { .. } => What::Under { runs },
        };
        (tongue, Some(what))
    }

    /// The language of a block: the one given, or that of the one span it consists of, or the report's.
    fn tongue(&self, runs: &[Inline], lang: Option<&str>) -> Tongue {
        let lang = match (lang, runs) {
            (Some(lang), _) => Some(lang),
            (None, [Inline::Span { lang, .. }]) => Some(lang.as_str()),
            _ => None,
        };
        lang.and_then(Tongue::read).unwrap_or_else(|| self.report.clone())
    }

    /// Points; those with letters are given a language.
    fn list(&mut self, items: &[Vec<Inline>], lettered: Option<&Tongue>) -> What {
        let item = |(i, runs): (usize, &Vec<Inline>)| {
            let tongue = match (lettered, runs.as_slice()) {
                (Some(tongue), runs) if !matches!(runs, [Inline::Span { .. }]) => tongue.clone(),
                _ => self.tongue(runs, None),
            };
            let mark = if lettered.is_some() { format!("({})", letters(i + 1).to_lowercase()) } else { String::new() };
            Item { mark, runs: self.runs(runs, Within::new(&tongue)), tongue }
        };
        What::List { lettered: lettered.is_some(), items: items.iter().enumerate().map(item).collect() }
    }

    /// A table in which all rows are as wide as the widest.
    fn table(&mut self, table: &Table) -> What {
        self.tables += 1;
        let columns = table.rows.iter().map(Vec::len).chain([table.head.len()]).max().unwrap_or_default();
        let field = |text: &str, number| {
            let rtl = self.rtl(text);
            Field { text: self.words(text, rtl), number, rtl }
        };
        let cell = |cell: Option<&Cell>| cell.map_or_else(|| field("", false), |c| field(&c.text, c.number));
        let number_below = |i: usize| table.rows.first().and_then(|row| row.get(i)).is_some_and(|c| c.number);
        let head = |i: usize| field(table.head.get(i).map_or("", String::as_str), number_below(i));
        What::Table {
            number: self.tables,
            caption: self.line(&table.caption),
            head: (0..columns).map(head).collect(),
            rows: table.rows.iter().map(|row| (0..columns).map(|i| cell(row.get(i))).collect()).collect(),
            form: Form::default(),
        }
    }

    fn runs(&mut self, runs: &[Inline], within: Within) -> Vec<Run> {
        let mut out = Vec::with_capacity(runs.len());
        for run in runs {
            match run {
                Inline::Text(t) => out.push(Run::Text { text: self.words(t, within.rtl) }),
                Inline::Strong(t) => out.push(Run::Strong { text: self.words(t, within.rtl) }),
                Inline::Emph(t) => out.push(Run::Emph { text: self.words(t, within.rtl) }),
                Inline::Note(parts) if within.note => {
                    out.push(Run::Text { text: " (".into() });
                    out.extend(self.runs(parts, within));
                    out.push(Run::Text { text: ")".into() });
                }
                Inline::Note(parts) => {
                    self.notes += 1;
                    let (number, tongue) = (self.notes, self.tongue(parts, None));
                    let within = Within { note: true, ..Within::new(&tongue) };
                    out.push(Run::Note { number, runs: self.runs(parts, within), tongue });
                }
                Inline::Span { lang, runs } => match Tongue::read(lang) {
                    Some(tongue) => {
                        let runs = self.runs(runs, Within { rtl: tongue.rtl, ..within });
                        out.push(Run::Span { tongue, runs });
                    }
                    None => out.extend(self.runs(runs, within)),
                },
                Inline::Link { to, runs } => self.link(to, runs, within, &mut out),
            }
        }
        out
    }

    /// A link; one within another is printed as words, and footnotes within it stand after it.
    fn link(&mut self, to: &Target, runs: &[Inline], within: Within, out: &mut Vec<Run>) {
        let mut runs = self.runs(runs, Within { link: true, ..within });
        let linked = match to {
            _ if within.link => None,
            Target::Here(id) => self.names.of_id(id).map(|id| Run::Here { id, runs: Vec::new() }),
            Target::Web(to) => is_address(to).then(|| Run::Web { to: to.clone(), runs: Vec::new() }),
        };
        match linked {
            Some(mut link) => {
                let mut notes = Vec::new();
                take_notes(&mut runs, &mut notes);
                if let Run::Here { runs: words, .. } | Run::Web { runs: words, .. } = &mut link {
                    *words = runs;
                }
                out.push(link);
                out.extend(notes);
            }
            None => out.extend(runs),
        }
    }
}

/// What words stand in.
#[derive(Clone, Copy)]
struct Within {
    note: bool,
    link: bool,
    /// Whether they run from right to left.
    rtl: bool,
}

impl Within {
    fn new(tongue: &Tongue) -> Self {
        Self { note: false, link: false, rtl: tongue.rtl }
    }
}

/// Takes the footnotes out of words.
fn take_notes(runs: &mut Vec<Run>, notes: &mut Vec<Run>) {
    for mut run in std::mem::take(runs) {
        if let Run::Span { runs, .. } = &mut run {
            take_notes(runs, notes);
        }
        if matches!(run, Run::Note { .. }) { notes.push(run) } else { runs.push(run) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{link, note, text};

    fn laid(blocks: Vec<Block>) -> Laid {
        lay(&Dossier { blocks, lang: "en".into(), ..Dossier::default() }, &str::to_string)
    }

    fn heading(level: u8) -> Block {
        Block::Heading { level, text: "x".into() }
    }

    #[test]
    fn headings_are_numbered_as_the_paragraphs_ask() {
        let check = |numbered: bool, expected: &[&str]| {
            let levels = [1, 2, 3, 3, 2, 1, 2].map(heading);
            let annex = || Block::Annex { text: "x".into() };
            let mut blocks: Vec<Block> =
                levels.into_iter().chain([annex(), heading(2), heading(3), annex(), heading(1)]).collect();
            if numbered {
                blocks.push(Block::Numbered { number: 1, runs: vec![], lang: None });
            }
            let body = laid(blocks).body;
            let numbers = body
                .iter()
                .filter_map(|p| if let What::Heading { number, .. } = &p.what { Some(number) } else { None });
            assert_eq!(numbers.collect::<Vec<_>>(), expected);
        };
        check(false, &["1", "1.1", "1.1.1", "1.1.2", "1.2", "2", "2.1", "Annex I.", "I.1", "I.1.1", "Annex II.", "3"]);
        check(true, &["I.", "A.", "1.", "2.", "B.", "II.", "A.", "Annex I.", "A.", "1.", "Annex II.", "III."]);
    }

    #[test]
    fn footnotes_are_counted_as_they_are_read_and_never_stand_in_links_or_notes() {
        let inner = Inline::Note(vec![text("one"), note("within")]);
        let linked = Inline::Link {
            to: Target::Web("https://example.org".into()),
            runs: vec![text("a"), inner, link("x", "b")],
        };
        let laid = laid(vec![
            Block::Paragraph { runs: vec![linked], lang: None },
            Block::Anchor { id: "x".into() },
            Block::List { items: vec![vec![note("two")]] },
        ]);
        let shown = format!("{:?}", laid.body.iter().map(|p| &p.what).collect::<Vec<_>>());
        let expected = "Paragraph { runs: [Web { to: \"https://example.org\", runs: [Text { text: \"a\" }, Text { text: \"b\" }] }, \
                        Note { number: 1,";
        assert!(shown.contains(expected), "{shown}");
        assert!(shown.contains("Text { text: \" (\" }, Text { text: \"within\" }, Text { text: \")\" }"), "{shown}");
        assert!(shown.contains("Note { number: 2,"), "{shown}");
        assert_eq!(laid.body[1].ids, ["x"]);
    }

    #[test]
    fn names_are_told_apart_in_every_format() {
        let anchors = ["S-1", "s_1", "note_3", "٣", "", "a very long name that goes on and on and on"];
        let blocks = anchors.iter().map(|id| Block::Anchor { id: id.to_string() }).chain([heading(1)]);
        let ids = &laid(blocks.collect()).body[0].ids;
        let expected = ["S_1", "s_1_2", "xnote_3", "x_", "x", "a_very_long_name_that_goes_on_", "section_1"];
        assert_eq!(*ids, expected);
    }
}
