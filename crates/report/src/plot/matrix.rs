//! Which elements of the law does which finding bear on?
//!
//! Elements down, findings across. The picture counts what persons have judged and reminds of what is missing; it draws no
//! conclusion of its own.

use super::legend::{self, Sign};
use super::row::{heading, nothing_in};
use super::scale::count;
use super::spoken::{Words, numbered};
use crate::svg::{Anchor, BLUE, Drawing, INK, LIGHT, ORANGE, fitted};
use std::collections::{BTreeMap, BTreeSet};

/// An element of an article.
#[derive(Clone, Debug)]
pub struct ElementRow {
    /// Its number in the framework.
    pub number: String,
    /// The inquiry's own short label.
    pub label: String,
}

/// What a finding has for an element.
#[derive(Clone, Debug)]
pub struct Bearing {
    /// The element, by its place.
    pub element: usize,
    /// The finding, by its place.
    pub finding: usize,
    /// How much in the finding supports that the element is met.
    pub supporting: u64,
    /// How much in it speaks against.
    pub contrary: u64,
    /// Who assessed it.
    pub assessed_by: String,
}

/// Elements and findings.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// What is shown: the framework with its version.
    pub title: String,
    /// The elements.
    pub elements: Vec<ElementRow>,
    /// The findings, by code.
    pub findings: Vec<String>,
    /// What was assessed. Both numbers zero say that it was looked for and is missing; a pair that is absent was not assessed.
    pub bearings: Vec<Bearing>,
    /// Nobody has verified the framework against the official text: the matrix then says so over and under itself.
    pub unverified: bool,
}

/// Elements with a row: more than any framework that is known here has (75).
const ELEMENTS: usize = 120;
/// Findings with a column: as many as a page across holds.
const FINDINGS: usize = 24;

/// The column of numbers is at least so wide, and as wide as the longest number: two of them that were cut would look alike.
const NUMBERS: f64 = 46.0;
const LABELS: f64 = 180.0;
/// A cell is at least so wide, and wider where numbers need it: a number is never cut.
const CELL: f64 = 44.0;
const ROW: f64 = 18.0;
const STATE: f64 = 96.0;
const BY: f64 = 92.0;
const BANNER: f64 = 24.0;

type Cells = BTreeMap<(usize, usize), (u64, u64)>;

impl Matrix {
    /// The same in a sentence, for those who cannot see it.
    pub fn alt(&self, words: &Words) -> String {
        let (cells, _) = self.summed();
        let number = |n: usize| crate::wording::grouped(n as f64);
        let kinds = |holds: &dyn Fn(u64, u64) -> bool| number(cells.values().filter(|(s, c)| holds(*s, *c)).count());
        let slots = [
            ("elements", number(self.elements.len())),
            ("findings", number(self.findings.len())),
            ("support", kinds(&|s, c| s > 0 && c == 0)),
            ("contrary", kinds(&|s, c| s == 0 && c > 0)),
            ("both", kinds(&|s, c| s > 0 && c > 0)),
            ("missing", kinds(&|s, c| s == 0 && c == 0)),
            ("open", number(self.elements.len().saturating_mul(self.findings.len()).saturating_sub(cells.len()))),
            ("without", number((0..self.elements.len()).filter(|e| !supported(&cells, *e)).count())),
        ];
        let said = words.say(words.matrix, &slots);
        if self.unverified { format!("{} {said}", words.unverified) } else { said }
    }

    /// What each pair has, and who assessed each element; what names no element or finding is left out.
    fn summed(&self) -> (Cells, BTreeMap<usize, BTreeSet<&str>>) {
        let mut cells = Cells::new();
        let mut people: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
        let known = |b: &&Bearing| b.element < self.elements.len() && b.finding < self.findings.len();
        for bearing in self.bearings.iter().filter(known) {
            let (supporting, contrary) = cells.entry((bearing.element, bearing.finding)).or_default();
            *supporting = supporting.saturating_add(bearing.supporting);
            *contrary = contrary.saturating_add(bearing.contrary);
            if !bearing.assessed_by.is_empty() {
                people.entry(bearing.element).or_default().insert(&bearing.assessed_by);
            }
        }
        (cells, people)
    }
}

fn supported(cells: &Cells, element: usize) -> bool {
    cells.range((element, 0)..=(element, usize::MAX)).any(|(_, (supporting, _))| *supporting > 0)
}

/// The matrix as a drawing.
pub fn matrix(of: &Matrix, words: &Words) -> String {
    let (cells, people) = of.summed();
    let (rows, columns) = (of.elements.len().min(ELEMENTS), of.findings.len().min(FINDINGS));
    let numbers = cells.values().flat_map(|(s, c)| [*s, *c]);
    let widest = numbers.map(|n| crate::fonts::width(&count(n as f64)) * 8.0).fold(0.0, f64::max);
    let wide = CELL.max(2.0 * (widest + 15.0));
    let longest = of.elements.iter().map(|e| crate::fonts::width(&e.number) * 9.4).fold(0.0, f64::max);
    let labels = NUMBERS.max(longest + 16.0);
    let left = labels + LABELS;
    let right = left + wide * columns as f64;
    let width = (right + STATE + BY).max(560.0);
    if rows == 0 {
        return nothing_in(words, width, &of.title, &of.alt(words));
    }
    let banner = if of.unverified { BANNER + 6.0 } else { 0.0 };
    let top = 44.0 + banner;
    let bottom = top + ROW * rows as f64;
    let notes = notes(of, words);
    let signs = signs(words);
    let further = legend::beyond_one_line(&signs, width);
    let mut drawing = words.drawing(width, bottom + 30.0 + further + 12.0 * notes.len() as f64 + banner);
    heading(&mut drawing, width, &of.title);
    if of.unverified {
        warn(&mut drawing, words, 24.0, width);
    }
    for (i, finding) in of.findings.iter().take(columns).enumerate() {
        let x = left + wide * (i as f64 + 0.5);
        drawing.bold(x, top - 6.0, 9.0, Anchor::Middle, &fitted(finding, 9.9, wide - 4.0));
    }
    drawing.text(right + STATE, top - 6.0, 8.5, Anchor::Start, words.assessed_by);
    for (i, element) in of.elements.iter().take(rows).enumerate() {
        let y = top + ROW * i as f64;
        drawing.line((6.0, y), (width - 6.0, y), LIGHT, 0.6, "");
        drawing.bold(6.0, y + 12.3, 8.5, Anchor::Start, &fitted(&element.number, 9.4, labels - 10.0));
        drawing.text(labels, y + 12.3, 8.5, Anchor::Start, &fitted(&element.label, 8.5, LABELS - 8.0));
        for k in 0..columns {
            cell(&mut drawing, (left + wide * k as f64, y), wide, cells.get(&(i, k)).copied());
        }
        if !supported(&cells, i) {
            drawing.bold(right + 6.0, y + 12.3, 8.0, Anchor::Start, &fitted(words.nothing_supports, 8.8, STATE - 8.0));
        }
        let by: Vec<&str> = people.get(&i).into_iter().flatten().copied().collect();
        drawing.text(right + STATE, y + 12.3, 8.0, Anchor::Start, &fitted(&by.join(", "), 8.0, BY - 8.0));
    }
    drawing.line((6.0, bottom), (width - 6.0, bottom), LIGHT, 0.6, "");
    draw_legend(&mut drawing, (bottom + 8.0, width), words, &signs);
    for (i, note) in notes.iter().enumerate() {
        drawing.note(bottom + 34.0 + further + 12.0 * i as f64, 8.0, words.rtl(), note);
    }
    if of.unverified {
        warn(&mut drawing, words, bottom + 28.0 + further + 12.0 * notes.len() as f64, width);
    }
    drawing.described(&of.title, &of.alt(words))
}

fn notes(of: &Matrix, words: &Words) -> Vec<String> {
    let mut notes = Vec::new();
    for (all, most, left) in
        [(of.elements.len(), ELEMENTS, words.elements_left), (of.findings.len(), FINDINGS, words.findings_left)]
    {
        if all > most {
            notes.push(numbered(left, all - most));
        }
    }
    notes
}

fn warn(drawing: &mut Drawing, words: &Words, y: f64, width: f64) {
    drawing.outline(6.0, y, width - 12.0, BANNER - 4.0, ORANGE);
    drawing.outline(8.0, y + 2.0, width - 16.0, BANNER - 8.0, ORANGE);
    drawing.bold(width / 2.0, y + 13.6, 10.0, Anchor::Middle, &fitted(words.unverified, 11.0, width - 24.0));
}

/// Support is filled and stands left, what speaks against is hollow and stands right.
fn cell(drawing: &mut Drawing, (x, y): (f64, f64), wide: f64, found: Option<(u64, u64)>) {
    let (left, right, middle) = (x + 8.0, x + wide / 2.0 + 7.0, y + ROW / 2.0);
    match found {
        None => drawing.hatched(x + 2.0, y + 2.0, wide - 4.0, ROW - 4.0),
        Some((0, 0)) => drawing.line((x + wide / 2.0 - 6.0, middle), (x + wide / 2.0 + 6.0, middle), INK, 1.6, ""),
        Some((supporting, contrary)) => {
            if supporting > 0 {
                drawing.dot(left, middle, 4.0, BLUE);
                drawing.text(left + 6.0, middle + 3.0, 8.0, Anchor::Start, &count(supporting as f64));
            }
            if contrary > 0 {
                drawing.ring(right, middle, 3.4, ORANGE);
                drawing.text(right + 6.0, middle + 3.0, 8.0, Anchor::Start, &count(contrary as f64));
            }
        }
    }
    drawing.line((x, y), (x, y + ROW), LIGHT, 0.6, "");
    drawing.line((x + wide, y), (x + wide, y + ROW), LIGHT, 0.6, "");
}

/// The signs of the legend.
fn signs(words: &Words) -> [Sign<'_>; 4] {
    [(8.0, words.supporting), (8.0, words.contrary), (12.0, words.missing), (20.0, words.not_assessed)]
}

fn draw_legend(drawing: &mut Drawing, at: (f64, f64), words: &Words, signs: &[Sign<'_>]) {
    legend::legend(drawing, at, words, signs, &|drawing, sign, (x, middle)| match sign {
        0 => drawing.dot(x + 4.0, middle, 4.0, BLUE),
        1 => drawing.ring(x + 4.0, middle, 3.4, ORANGE),
        2 => drawing.line((x, middle), (x + 12.0, middle), INK, 1.6, ""),
        _ => drawing.hatched(x, middle - 6.0, 20.0, 12.0),
    });
}
