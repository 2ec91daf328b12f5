//! What number, name and direction does every part of a dossier get?
//!
//! All formats are made from this, so that paragraph 12, footnote 40 and Table 3 are the same in each.

use crate::fonts::is_right_to_left;
use crate::tongue::{Tongue, Words, words};
use crate::{Block, Cell, Dossier, Inline, Table, Target};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A dossier with everything decided that the formats must agree on.
#[derive(Debug, Serialize)]
pub(crate) struct Laid {
    pub title: Line,
    pub subtitle: Line,
    pub author: Option<Line>,
    pub date: String,
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
    Heading { level: u8, number: String, line: Line, annex: bool },
    Paragraph { runs: Vec<Run> },
    Numbered { number: u32, runs: Vec<Run> },
    Quote { runs: Vec<Run> },
    Entry { label: Line, runs: Vec<Run> },
    Warning { runs: Vec<Run> },
    List { lettered: bool, items: Vec<Item> },
    Table { number: usize, caption: Line, head: Vec<Field>, rows: Vec<Vec<Field>> },
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
#[derive(Debug, Serialize)]
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

/// Lays a dossier out. Every word passes through `change`.
pub(crate) fn lay(dossier: &Dossier, change: &dyn Fn(&str) -> String) -> Laid {
    let tongue = Tongue::read(&dossier.lang).unwrap_or_default();
    let numbered = dossier.blocks.iter().any(|b| matches!(b, Block::Numbered { .. }));
    let mut layer = Layer {
        change,
        names: Names::of(dossier),
        report: tongue.clone(),
        notes: 0,
        headings: Headings { united_nations: numbered, ..Headings::default() },
        tables: 0,
        figures: 0,
    };
    Laid {
        title: layer.line(&dossier.title),
        subtitle: layer.line(&dossier.subtitle),
        author: dossier.author.as_deref().map(|a| layer.line(a)),
        date: dossier.date.clone(),
        reference: dossier.reference.as_deref().map(|r| layer.line(r)),
        words: words(&tongue),
        tongue,
        description: change(&dossier.description),
        cover: dossier.cover.iter().map(|(what, tells)| (layer.line(what), layer.line(tells))).collect(),
        alerts: dossier.alerts.iter().map(|a| layer.line(a)).collect(),
        summary: layer.parts(&dossier.summary),
        body: layer.parts(&dossier.blocks),
        numbered,
    }
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
        Line { text: (self.change)(text), rtl: self.rtl(text) }
    }

    /// The direction of words without a language: that of their first letter, or the report's where they have none.
    fn rtl(&self, text: &str) -> bool {
        if text.chars().any(char::is_alphabetic) { is_right_to_left(text) } else { self.report.rtl }
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
        let runs = self.runs(runs, Within::default());
        let what = match block {
            Block::Heading { level, text } => {
                let level = (*level).clamp(1, 3);
                ids.push(self.names.section());
                What::Heading { level, number: self.headings.next(level), line: self.line(text), annex: false }
            }
            Block::Annex { text } => {
                ids.push(self.names.section());
                let number = self.headings.annex(words(&self.report).annex);
                What::Heading { level: 1, number, line: self.line(text), annex: true }
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
                    alt: (self.change)(&figure.alt),
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
        let item = |(i, runs): (usize, &Vec<Inline>)| Item {
            mark: if lettered.is_some() { format!("({})", letters(i + 1).to_lowercase()) } else { String::new() },
            tongue: match (lettered, runs.as_slice()) {
                (Some(tongue), runs) if !matches!(runs, [Inline::Span { .. }]) => tongue.clone(),
                _ => self.tongue(runs, None),
            },
            runs: self.runs(runs, Within::default()),
        };
        What::List { lettered: lettered.is_some(), items: items.iter().enumerate().map(item).collect() }
    }

    /// A table in which all rows are as wide as the widest.
    fn table(&mut self, table: &Table) -> What {
        self.tables += 1;
        let columns = table.rows.iter().map(Vec::len).chain([table.head.len()]).max().unwrap_or_default();
        let field = |text: &str, number| Field { text: (self.change)(text), number, rtl: self.rtl(text) };
        let cell = |cell: Option<&Cell>| cell.map_or_else(|| field("", false), |c| field(&c.text, c.number));
        let number_below = |i: usize| table.rows.first().and_then(|row| row.get(i)).is_some_and(|c| c.number);
        let head = |i: usize| field(table.head.get(i).map_or("", String::as_str), number_below(i));
        What::Table {
            number: self.tables,
            caption: self.line(&table.caption),
            head: (0..columns).map(head).collect(),
            rows: table.rows.iter().map(|row| (0..columns).map(|i| cell(row.get(i))).collect()).collect(),
        }
    }

    fn runs(&mut self, runs: &[Inline], within: Within) -> Vec<Run> {
        let mut out = Vec::with_capacity(runs.len());
        for run in runs {
            match run {
                Inline::Text(t) => out.push(Run::Text { text: (self.change)(t) }),
                Inline::Strong(t) => out.push(Run::Strong { text: (self.change)(t) }),
                Inline::Emph(t) => out.push(Run::Emph { text: (self.change)(t) }),
                Inline::Note(parts) if within.note => {
                    out.push(Run::Text { text: " (".into() });
                    out.extend(self.runs(parts, within));
                    out.push(Run::Text { text: ")".into() });
                }
                Inline::Note(parts) => {
                    self.notes += 1;
                    let (number, tongue) = (self.notes, self.tongue(parts, None));
                    out.push(Run::Note { number, tongue, runs: self.runs(parts, Within { note: true, link: false }) });
                }
                Inline::Span { lang, runs } => {
                    let runs = self.runs(runs, within);
                    match Tongue::read(lang) {
                        Some(tongue) => out.push(Run::Span { tongue, runs }),
                        None => out.extend(runs),
                    }
                }
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
#[derive(Clone, Copy, Default)]
struct Within {
    note: bool,
    link: bool,
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

/// The name under which a numbered paragraph is reached.
fn paragraph_id(number: u32) -> String {
    format!("paragraph-{number}")
}

/// Whether an address leads out in a way that every reader can judge, and holds nothing that must be escaped in a link.
fn is_address(to: &str) -> bool {
    let plain = to.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b));
    plain
        && ["https:", "http:", "mailto:"]
            .iter()
            .any(|scheme| to.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)))
}

/// The names of a report's places in a form that every format takes: letters, digits and underscores, the first a letter, at
/// most 36, no two alike in small letters (Word takes 40 and does not tell large letters from small).
struct Names {
    given: BTreeMap<String, String>,
    borne: BTreeSet<String>,
    taken: BTreeSet<String>,
    sections: usize,
}

impl Names {
    fn of(dossier: &Dossier) -> Self {
        let mut names = Self { given: BTreeMap::new(), borne: BTreeSet::new(), taken: BTreeSet::new(), sections: 0 };
        for id in borne(dossier) {
            if !names.given.contains_key(&id) {
                let name = names.free(&id);
                names.given.insert(id, name);
            }
        }
        names
    }

    /// A name that no other place has.
    fn free(&mut self, id: &str) -> String {
        let plain: String = id.chars().take(30).map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        // The formats name their footnotes so.
        let starts_well = plain.starts_with(|c: char| c.is_ascii_alphabetic());
        let ours = ["note_", "mark_"].iter().any(|own| plain.to_lowercase().starts_with(own));
        let plain = if starts_well && !ours { plain } else { format!("x{plain}") };
        let mut name = plain.clone();
        let mut n = 1_u32;
        while !self.taken.insert(name.to_lowercase()) {
            n += 1;
            name = format!("{plain}_{n}");
        }
        name
    }

    /// The name of a heading, which nobody gave.
    fn section(&mut self) -> String {
        self.sections += 1;
        self.free(&format!("section_{}", self.sections))
    }

    /// The name of a place that is reached now; none if another place bears it already.
    fn bear(&mut self, id: &str) -> Option<String> {
        if self.borne.insert(id.to_string()) { self.of_id(id) } else { None }
    }

    fn of_id(&self, id: &str) -> Option<String> {
        self.given.get(id).cloned()
    }
}

/// All names that places bear, in order.
fn borne(dossier: &Dossier) -> Vec<String> {
    let id = |block: &Block| match block {
        Block::Anchor { id } | Block::Entry { id, .. } => Some(id.clone()),
        Block::Numbered { number, .. } => Some(paragraph_id(*number)),
        _ => None,
    };
    // Anchors with nothing around them reach nothing.
    let parts = [&dossier.summary, &dossier.blocks];
    let with_places = parts.into_iter().filter(|blocks| blocks.iter().any(|b| !matches!(b, Block::Anchor { .. })));
    with_places.flatten().filter_map(id).collect()
}

/// What is wrong with a report's links.
pub(crate) fn loose_ends(dossier: &Dossier) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut twice = BTreeSet::new();
    for id in borne(dossier) {
        if !seen.insert(id.clone()) {
            twice.insert(id);
        }
    }
    let mut lost = BTreeSet::new();
    for block in dossier.summary.iter().chain(&dossier.blocks) {
        match block {
            Block::Paragraph { runs, .. }
            | Block::Numbered { runs, .. }
            | Block::Quote { runs, .. }
            | Block::Entry { runs, .. }
            | Block::Warning { runs }
            | Block::Under { runs } => targets(runs, &mut lost),
            Block::List { items } | Block::Points { items, .. } => items.iter().for_each(|i| targets(i, &mut lost)),
            Block::Heading { .. } | Block::Annex { .. } | Block::Table(_) | Block::Figure(_) | Block::Anchor { .. } => {
            }
        }
    }
    let nowhere = lost.into_iter().filter_map(|to| match to {
        Target::Here(id) if !seen.contains(id) => {
            Some(format!("a link leads to {id}, and nothing in the report bears that name"))
        }
        Target::Web(to) if !is_address(to) => {
            Some(format!("a link leads to {to}, which is no address that begins with https:, http: or mailto:"))
        }
        _ => None,
    });
    let twice = twice.iter().map(|id| format!("two places of the report bear the name {id}; links reach the first"));
    nowhere.chain(twice).collect()
}

fn targets<'a>(runs: &'a [Inline], found: &mut BTreeSet<&'a Target>) {
    for run in runs {
        match run {
            Inline::Text(_) | Inline::Strong(_) | Inline::Emph(_) => {}
            Inline::Note(runs) | Inline::Span { runs, .. } => targets(runs, found),
            Inline::Link { to, runs } => {
                found.insert(to);
                targets(runs, found);
            }
        }
    }
}

/// The numbers of headings.
#[derive(Default)]
struct Headings {
    united_nations: bool,
    at: [usize; 3],
    annexes: usize,
    in_annex: bool,
    /// How many headings of level 1 stood before the annexes.
    before: usize,
}

impl Headings {
    fn next(&mut self, level: u8) -> String {
        if level == 1 && self.in_annex {
            self.in_annex = false;
            self.at[0] = self.before;
        }
        let [first, second, third] = &mut self.at;
        match level {
            1 => (*first, *second, *third) = (*first + 1, 0, 0),
            2 => (*second, *third) = (*second + 1, 0),
            _ => *third += 1,
        }
        let [first, second, third] = self.at;
        let top = if self.in_annex { roman(first) } else { first.to_string() };
        match (self.united_nations, level) {
            (true, 1) => format!("{}.", roman(first)),
            (true, 2) => format!("{}.", letters(second)),
            (true, _) => format!("{third}."),
            (false, 1) => top,
            (false, 2) => format!("{top}.{second}"),
            (false, _) => format!("{top}.{second}.{third}"),
        }
    }

    fn annex(&mut self, word: &str) -> String {
        if !self.in_annex {
            self.before = self.at[0];
            self.in_annex = true;
        }
        self.annexes += 1;
        self.at = [self.annexes, 0, 0];
        format!("{word} {}", roman(self.annexes))
    }
}

/// A number in Roman numerals; from 4,000 on, where they end, in digits.
fn roman(n: usize) -> String {
    const NUMERALS: [(usize, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if n == 0 || n > 3999 {
        return n.to_string();
    }
    let mut left = n;
    let mut out = String::new();
    for (value, numeral) in NUMERALS {
        while left >= value {
            out.push_str(numeral);
            left -= value;
        }
    }
    out
}

/// A number in letters: A to Z, then AA, AB as columns of a sheet are named.
fn letters(n: usize) -> String {
    let mut left = n;
    let mut out = Vec::new();
    while left > 0 {
        left -= 1;
        out.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
        left /= 26;
    }
    out.iter().rev().collect()
}
