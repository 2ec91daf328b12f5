//! How does a draft become a dossier in which every word is the author's or the record's, and every number is cleared?
//!
//! Judged first; then every count that would be printed is written down; then it is asked once what of them may be told; then the dossier is
//! made from the answer. With any problem there is no dossier.

use super::annexes::Annexes;
use super::counted::{Clearing, Counted, Sheet};
use super::draft::{self, Content, Draft, Problem};
use super::figures::{Show, Studio};
use super::gate::{self, Cited, Grounds, Rests};
use super::material::{Material, Memory};
use super::notes::Notes;
use super::sentence::{Piece, Sentence, Style};
use super::{phrases, registers, spoken, values};
use crate::custody::folder::Case;
use crate::facts::Sort;
use crate::law::attribution;
use crate::state::{on_finding, position_beside};
use crate::tongue::Tongue;
use factum_report::{Block, Dossier, Inline, text};
use std::collections::{BTreeMap, BTreeSet};

/// A publication that was built.
#[derive(Clone, Debug)]
pub struct Built {
    /// What is to be shown.
    pub dossier: Dossier,
    /// What it rests on.
    pub rests: Rests,
    /// Every count of people in it, before anything was withheld: for whoever clears, never for a reader.
    pub counted: Vec<Counted>,
    /// What of the case could not be told, a line each.
    pub left_out: Vec<String>,
}

/// Builds a publication from a draft that was read. `memory` keeps what needs not be read again for the next build.
///
/// # Errors
/// Every problem, each with its line.
pub fn build(
    case: &Case,
    draft: &Draft,
    grounds: &Grounds<'_>,
    clearing: &dyn Clearing,
    memory: &mut Memory,
) -> Result<Built, Vec<Problem>> {
    let (rests, mut problems) = gate::judge(draft, grounds);
    let material = match Material::of(case, draft, grounds, &rests, memory) {
        Ok(material) => material,
        Err(more) => {
            problems.extend(more);
            Material::default()
        }
    };
    match make(draft, grounds, &material, &rests, clearing) {
        Ok((dossier, counted)) if problems.is_empty() => {
            Ok(Built { dossier, rests, counted, left_out: material.left_out })
        }
        made => {
            problems.extend(made.err().unwrap_or_default());
            Err(draft::in_order(problems))
        }
    }
}

/// Every count of people that a draft would print, with those of its annexes, and what of it could not be counted: what has to be cleared
/// before it leaves, and recorded when it does.
pub fn counts(case: &Case, draft: &Draft, grounds: &Grounds<'_>, memory: &mut Memory) -> (Vec<Counted>, Vec<Problem>) {
    let (rests, _) = gate::judge(draft, grounds);
    let (material, mut problems) = match Material::of(case, draft, grounds, &rests, memory) {
        Ok(material) => (material, Vec::new()),
        Err(problems) => (Material::default(), problems),
    };
    let tongue = Tongue::of(&draft.head.language);
    let words = spoken::words(&draft.head.language);
    let studio = Studio { grounds, material: &material, rests: &rests, tongue: tongue.unwrap_or(Tongue::En), words };
    let notes = Notes { grounds, material: &material, named: &rests.named, tongue, words };
    let annexes = Annexes { studio: &studio, notes: &notes, draft };
    let (shows, unknown) = meant(draft, &studio);
    problems.extend(unknown);
    (counted(draft, &studio, &annexes, &shows), problems)
}

/// The counts of what a draft shows and takes and of its annexes. What stands in several places is one count.
fn counted(draft: &Draft, studio: &Studio<'_>, annexes: &Annexes<'_>, shows: &[(u32, Show)]) -> Vec<Counted> {
    let mut counted: BTreeMap<String, Counted> = BTreeMap::new();
    let shown = shows.iter().flat_map(|(line, show)| studio.counted(show, Some(*line)));
    for one in shown.chain(taken(draft, studio.grounds)).chain(annexes.counted()) {
        counted.entry(one.place.clone()).or_insert(one);
    }
    counted.into_values().collect()
}

/// The dossier with everything that it counts. Refusals of the gate are its caller's.
fn make(
    draft: &Draft,
    grounds: &Grounds<'_>,
    material: &Material,
    rests: &Rests,
    clearing: &dyn Clearing,
) -> Result<(Dossier, Vec<Counted>), Vec<Problem>> {
    let tongue = Tongue::of(&draft.head.language);
    let words = spoken::words(&draft.head.language);
    let studio = Studio { grounds, material, rests, tongue: tongue.unwrap_or(Tongue::En), words };
    let notes = Notes { grounds, material, named: &rests.named, tongue, words };
    let annexes = Annexes { studio: &studio, notes: &notes, draft };
    let (shows, mut problems) = meant(draft, &studio);
    let counted = counted(draft, &studio, &annexes, &shows);
    let sheet = match Sheet::cleared(&counted, clearing) {
        Ok(sheet) => sheet,
        Err(why) => {
            let hint = "use coarser categories, or leave the table out";
            problems.extend(why.into_iter().map(|why| Problem::new(1, why, hint)));
            return Err(problems);
        }
    };
    let mut maker =
        Maker { draft, grounds, notes: &notes, sheet: &sheet, answered: BTreeSet::new(), blocks: Vec::new() };
    let mut shows = shows.iter();
    for block in &draft.blocks {
        let (name, caption, table) = match &block.content {
            Content::Figure { name, caption } => (name, caption, false),
            Content::Table { name, caption } => (name, caption, true),
            other => {
                maker.block(other, block.language.as_deref());
                continue;
            }
        };
        let Some((_, show)) = shows.as_slice().first().filter(|(line, _)| *line == block.line) else { continue };
        shows.next();
        match studio.blocks(show, table, caption, &sheet) {
            Ok(blocks) => maker.blocks.extend(blocks),
            Err(why) => {
                problems.push(Problem::new(block.line, format!("{name} cannot be made: {why}"), "leave it out"))
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut blocks = maker.blocks;
    blocks.extend(annexes.blocks(&sheet));
    let head = &draft.head;
    let dossier = Dossier {
        title: head.title.clone(),
        subtitle: head.subtitle.clone(),
        author: head.author.clone(),
        date: head.date.clone(),
        reference: head.reference.clone(),
        lang: head.language.clone(),
        description: head.description.clone(),
        cover: cover(grounds, rests, words),
        alerts: clearing.notice().map(|notice| notice.said(words)).into_iter().collect(),
        summary: Vec::new(),
        blocks,
    };
    problems.extend(dossier.loose_ends().into_iter().map(|end| Problem::new(1, end, "see docs/report.md")));
    if problems.is_empty() { Ok((dossier, counted)) } else { Err(problems) }
}

/// The pictures and tables that a draft calls for, each with its line, and the names that mean none.
fn meant(draft: &Draft, studio: &Studio<'_>) -> (Vec<(u32, Show)>, Vec<Problem>) {
    let (mut shows, mut problems) = (Vec::new(), Vec::new());
    for block in &draft.blocks {
        let (name, table) = match &block.content {
            Content::Figure { name, .. } => (name, false),
            Content::Table { name, .. } => (name, true),
            _ => continue,
        };
        match studio.meant(name, table) {
            Ok(show) => shows.push((block.line, show)),
            Err(why) => problems.push(Problem::new(block.line, why, "docs/report.md lists what can be shown")),
        }
    }
    (shows, problems)
}

/// The numbers of people that sentences take from runs.
pub(super) fn taken(draft: &Draft, grounds: &Grounds<'_>) -> Vec<Counted> {
    let mut counted = Vec::new();
    for block in &draft.blocks {
        let sentences: Vec<&Sentence> = match &block.content {
            Content::Paragraph { sentences, .. } | Content::Quote(sentences) => sentences.iter().collect(),
            Content::Points(points) => points.iter().flatten().collect(),
            _ => continue,
        };
        for (code, part) in sentences.iter().flat_map(|sentence| sentence.takes()) {
            let run = grounds.book.runs.get(code).map(|said| &said.what);
            if let (Some(run), Some(part)) = (run, part)
                && let Some((unit, count)) = values::people(run, part)
            {
                counted.push(Counted::single(place(code, part), Some(block.line), unit, count));
            }
        }
    }
    counted
}

/// Under which place a number in a sentence is cleared.
pub(super) fn place(code: &str, part: &str) -> String {
    format!("{{{{{code}.{part}}}}}")
}

/// Further lines of the cover.
fn cover(grounds: &Grounds<'_>, rests: &Rests, words: &spoken::Words) -> Vec<(String, String)> {
    let standards: BTreeSet<String> = rests
        .cited
        .iter()
        .filter_map(|cited| match cited {
            Cited::Thing(Sort::Finding, id) => {
                let standard = &grounds.book.findings.get(id)?.finding.what.standard;
                Some(registers::standard_name(grounds.book, standard, words))
            }
            _ => None,
        })
        .collect();
    let standards: Vec<String> = standards.into_iter().collect();
    if standards.is_empty() { Vec::new() } else { vec![(words.standards.into(), standards.join(", "))] }
}

/// Makes the body.
struct Maker<'a> {
    draft: &'a Draft,
    grounds: &'a Grounds<'a>,
    notes: &'a Notes<'a>,
    sheet: &'a Sheet,
    /// Findings beside which positions stand already.
    answered: BTreeSet<String>,
    blocks: Vec<Block>,
}

impl Maker<'_> {
    fn block(&mut self, content: &Content, language: Option<&str>) {
        let own = language.unwrap_or(&self.draft.head.language);
        let lang = language.map(str::to_string);
        match content {
            Content::Heading(level, words) => {
                self.blocks.push(Block::Heading { level: *level, text: words.clone() });
            }
            Content::Paragraph { number, sentences, .. } => {
                let runs = self.runs(sentences, own);
                self.blocks.push(Block::Numbered { number: *number, runs, lang });
                self.positions(sentences.iter());
            }
            Content::Quote(sentences) => {
                let runs = self.runs(sentences, own);
                self.blocks.push(Block::Quote { runs, lang });
                self.positions(sentences.iter());
            }
            Content::Points(points) => {
                let items = points.iter().map(|point| self.runs(point, own)).collect();
                self.blocks.push(Block::Points { items, lang });
                self.positions(points.iter().flatten());
            }
            Content::Figure { .. } | Content::Table { .. } => {}
        }
    }

    /// Sentences as runs of words, with a footnote for each citation.
    fn runs(&self, sentences: &[Sentence], language: &str) -> Vec<Inline> {
        let mut line = Line::default();
        for sentence in sentences {
            // What is taken from the case is written for the middle of a sentence, without a stop.
            let mut begins = true;
            for (at, piece) in sentence.pieces.iter().enumerate() {
                match piece {
                    Piece::Words(style, words) => {
                        begins &= words.trim().is_empty();
                        line.words(*style, words);
                    }
                    Piece::Takes(code, part) => {
                        let taken = self.takes(code, part.as_deref(), language);
                        let taken = if begins { phrases::capital(&taken) } else { taken };
                        let stops = matches!(sentence.pieces.get(at + 1), Some(Piece::Words(_, next)) if goes_on(next));
                        line.words(Style::Plain, if stops { taken.trim_end_matches(STOPS) } else { &taken });
                        begins = false;
                    }
                    Piece::Cites(codes) => line.note(self.notes.of(codes)),
                    Piece::Note(words) => line.note(factum_report::note(words)),
                }
            }
        }
        line.finish()
    }

    /// What is taken from the case, as it is printed. What cannot be taken was refused before, and prints nothing.
    fn takes(&self, code: &str, part: Option<&str>, language: &str) -> String {
        let book = self.grounds.book;
        if let (Some(article), true) = (part, book.frameworks.contains_key(code)) {
            return super::law::concluded(book, code, article).unwrap_or_default();
        }
        match (self.grounds.cited(code), part) {
            (Ok(Cited::Run(run)), Some(part)) => {
                let told = self.sheet.get(&place(code, part)).map(|_| self.sheet.single(&place(code, part)));
                let run = book.runs.get(&run).map(|said| &said.what);
                run.and_then(|run| values::words(run, part, told, language)).unwrap_or_default()
            }
            (Ok(Cited::Thing(Sort::Finding, id)), None) => {
                let file = book.findings.get(&id);
                file.and_then(|file| phrases::adopted(book, file, language).ok()).unwrap_or_default()
            }
            (Ok(Cited::Thing(Sort::Source, id)), Some(_)) => self.notes.printed_name(&id).unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// The positions of States and bodies on a finding stand beside it, where it is said for the first time.
    fn positions<'s>(&mut self, sentences: impl Iterator<Item = &'s Sentence>) {
        let said: Vec<&str> = sentences.flat_map(|sentence| sentence.takes().map(|(code, _)| code)).collect();
        let all = &self.notes.material.register.positions;
        let is_finding = |code: &&str| matches!(self.grounds.cited(code), Ok(Cited::Thing(Sort::Finding, _)));
        for code in said.into_iter().filter(is_finding).collect::<Vec<_>>() {
            if !self.answered.insert(code.to_string()) {
                continue;
            }
            let tongue = self.notes.tongue.unwrap_or(Tongue::En);
            for position in on_finding(all, code) {
                let (before, words) = position_beside(position, &attribution(), tongue);
                let note = self.notes.of(std::slice::from_ref(&position.code));
                let runs = vec![Inline::Strong(before), text(format!(" {words}")), note];
                let lang = self.notes.tongue.is_none().then(|| tongue.code().to_string());
                self.blocks.push(Block::Quote { runs, lang });
            }
        }
    }
}

/// Stops that end a sentence, in the scripts of reports.
const STOPS: [char; 5] = ['.', '\u{3002}', '\u{6d4}', '!', '?'];

/// Do these words go on with a stop or a comma, so that no other stop may stand before them?
fn goes_on(words: &str) -> bool {
    words.starts_with(|c: char| STOPS.contains(&c) || matches!(c, ',' | ';' | ':' | '\u{60c}' | '\u{61b}'))
}

/// A line of words that is being written.
#[derive(Default)]
struct Line {
    runs: Vec<Inline>,
}

impl Line {
    /// Adds words; where a mark was taken out between two blanks, one is left.
    fn words(&mut self, style: Style, words: &str) {
        let ends_blank = match self.runs.last() {
            Some(Inline::Text(last) | Inline::Strong(last) | Inline::Emph(last)) => last.ends_with(char::is_whitespace),
            Some(_) => false,
            None => true,
        };
        let words = if ends_blank { words.trim_start() } else { words };
        if words.is_empty() {
            return;
        }
        match (self.runs.last_mut(), style) {
            (Some(Inline::Text(last)), Style::Plain)
            | (Some(Inline::Strong(last)), Style::Strong)
            | (Some(Inline::Emph(last)), Style::Emphasis) => last.push_str(words),
            (_, Style::Plain) => self.runs.push(text(words)),
            (_, Style::Strong) => self.runs.push(Inline::Strong(words.into())),
            (_, Style::Emphasis) => self.runs.push(Inline::Emph(words.into())),
        }
    }

    /// Adds a footnote, whose number stands right after the word before it.
    fn note(&mut self, note: Inline) {
        self.trim();
        self.runs.push(note);
    }

    fn trim(&mut self) {
        if let Some(Inline::Text(last) | Inline::Strong(last) | Inline::Emph(last)) = self.runs.last_mut() {
            last.truncate(last.trim_end().len());
            if last.is_empty() {
                self.runs.pop();
            }
        }
    }

    fn finish(mut self) -> Vec<Inline> {
        self.trim();
        self.runs
    }
}
