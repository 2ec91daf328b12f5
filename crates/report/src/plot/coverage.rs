//! Of which places and years is anything known at all?
//!
//! A table of sites and years with the sources and interviews that speak of each. Zero says that somebody looked and found
//! none; a hatched cell says that nobody looked, which is not the same.

use super::legend::{self, Sign};
use super::row::{heading, nothing_in};
use super::scale::count;
use super::spoken::{Words, fill, numbered};
use crate::svg::{Anchor, Drawing, GREY, LIGHT, wrapped};
use crate::wording::grouped;
use std::collections::{BTreeMap, BTreeSet};

/// What was found of a site in a year.
#[derive(Clone, Debug)]
pub struct SiteYear {
    /// The site, by its place in the list of sites.
    pub site: usize,
    /// The year.
    pub year: i32,
    /// Sources that speak of the site in that year.
    pub sources: u64,
    /// Of these, interviews.
    pub interviews: u64,
}

/// Sites and years with what speaks of them.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// What is shown.
    pub title: String,
    /// The sites, by code or name.
    pub sites: Vec<String>,
    /// What was found. A site and year that stands here twice is added up; one that is absent was not looked for.
    pub cells: Vec<SiteYear>,
}

/// Sites with a row of their own; those beyond are counted in words. A page holds about as many.
const SITES: usize = 60;

/// Years with a column of their own: as many as a page has room for with two numbers in each.
const YEARS: usize = 40;

const NAMES: f64 = 150.0;
/// A cell is at least so wide, and wider where numbers need it: a number is never cut.
const CELL: f64 = 46.0;
const ROW: f64 = 18.0;
const TOP: f64 = 48.0;

/// From so many sources on, and the ground of the cell. Ink stays readable on each, and the steps are even in grey print.
/// One source is set apart from two, since one cannot be corroborated.
const STEPS: [(u64, &str, &str); 5] = [
    (0, "#FFFFFF", "0"),
    (1, "#E6F0F7", "1"),
    (2, "#C5DDEE", "2\u{2013}4"),
    (5, "#9CC5E0", "5\u{2013}9"),
    (10, "#6FAAD0", "10+"),
];

impl Coverage {
    /// The same in a sentence, for those who cannot see it.
    pub fn alt(&self, words: &Words) -> String {
        let cells = self.summed();
        let years: BTreeSet<i32> = cells.keys().map(|(_, year)| *year).collect();
        let sites = grouped(self.sites.len() as f64);
        let (Some(first), Some(last)) = (years.first(), years.last()) else {
            return fill(words.coverage_undated, &[("sites", &sites)]);
        };
        let span = i64::from(*last) - i64::from(*first) + 1;
        let all = i128::from(span) * self.sites.len() as i128;
        let of = |holds: &dyn Fn(u64) -> bool| cells.values().filter(|c| holds(c.0)).count();
        let slots = [
            ("sites", sites),
            ("first", first.to_string()),
            ("last", last.to_string()),
            ("some", grouped(of(&|n| n > 0) as f64)),
            ("one", grouped(of(&|n| n == 1) as f64)),
            ("none", grouped(of(&|n| n == 0) as f64)),
            ("unseen", grouped((all - cells.len() as i128).max(0) as f64)),
        ];
        words.say(words.coverage, &slots)
    }

    /// Sources and interviews by site and year; what names no site is left out.
    fn summed(&self) -> BTreeMap<(usize, i32), (u64, u64)> {
        let mut cells: BTreeMap<(usize, i32), (u64, u64)> = BTreeMap::new();
        for cell in self.cells.iter().filter(|c| c.site < self.sites.len()) {
            let (sources, interviews) = cells.entry((cell.site, cell.year)).or_default();
            *sources = sources.saturating_add(cell.sources);
            *interviews = interviews.saturating_add(cell.interviews);
        }
        cells
    }
}

/// The table as a drawing.
pub fn coverage(of: &Coverage, words: &Words) -> String {
    let cells = of.summed();
    let (years, left_out) = columns(&cells);
    let widest = cells.values().map(|found| crate::fonts::width(&said(*found)) * 8.5).fold(0.0, f64::max);
    let wide = CELL.max(widest + 8.0);
    let width = (NAMES + wide * years.len() as f64 + 12.0).max(520.0);
    if years.is_empty() {
        return nothing_in(words, width, &of.title, &of.alt(words));
    }
    let rows = of.sites.len().min(SITES);
    let bottom = TOP + ROW * rows as f64;
    let mut notes = vec![words.in_each_cell.to_string()];
    if of.sites.len() > SITES {
        notes.push(numbered(words.sites_left, of.sites.len() - SITES));
    }
    if left_out > 0 {
        notes.push(numbered(words.years_left, left_out));
    }
    let notes: Vec<String> = notes.iter().flat_map(|note| wrapped(note, 8.0, width - 12.0, 3)).collect();
    let signs = signs(words);
    let further = legend::beyond_one_line(&signs, width);
    let mut drawing = words.drawing(width, bottom + 36.0 + further + 12.0 * notes.len() as f64);
    heading(&mut drawing, width, &of.title);
    for (i, year) in years.iter().enumerate() {
        drawing.bold(NAMES + wide * (i as f64 + 0.5), TOP - 6.0, 9.0, Anchor::Middle, &year.to_string());
    }
    for (i, site) in of.sites.iter().take(SITES).enumerate() {
        let y = TOP + ROW * i as f64;
        name(&mut drawing, site, y);
        for (k, year) in years.iter().enumerate() {
            cell(&mut drawing, (NAMES + wide * k as f64, y), wide, cells.get(&(i, *year)).copied());
        }
    }
    draw_legend(&mut drawing, (bottom + 14.0, width), words, &signs);
    for (i, note) in notes.iter().enumerate() {
        drawing.note(bottom + 40.0 + further + 12.0 * i as f64, 8.0, words.rtl(), note);
    }
    drawing.described(&of.title, &of.alt(words))
}

/// The name of a site, smaller and in two lines where one does not hold it.
fn name(drawing: &mut Drawing, site: &str, y: f64) {
    let (x, room) = (NAMES - 8.0, NAMES - 14.0);
    if crate::fonts::width(site) * 9.0 <= room {
        drawing.text(x, y + 12.5, 9.0, Anchor::End, site);
        return;
    }
    let lines = wrapped(site, 7.5, room, 2);
    let first = if lines.len() > 1 { y + 7.8 } else { y + 12.0 };
    for (i, line) in lines.iter().enumerate() {
        drawing.text(x, first + 8.2 * i as f64, 7.5, Anchor::End, line);
    }
}

/// The years that have a column, and how many have none. Years between are shown as well: a gap is what the table is for.
fn columns(cells: &BTreeMap<(usize, i32), (u64, u64)>) -> (Vec<i32>, usize) {
    let years: BTreeSet<i32> = cells.keys().map(|(_, year)| *year).collect();
    let (Some(first), Some(last)) = (years.first(), years.last()) else { return (Vec::new(), 0) };
    if i64::from(*last) - i64::from(*first) < YEARS as i64 {
        return ((*first..=*last).collect(), 0);
    }
    // The latest years that have anything: beyond so many columns the gaps cannot be shown any more.
    let beyond = years.len().saturating_sub(YEARS);
    (years.into_iter().skip(beyond).collect(), beyond)
}

fn cell(drawing: &mut Drawing, (x, y): (f64, f64), wide: f64, found: Option<(u64, u64)>) {
    let (x, y, width, height) = (x + 1.0, y + 1.0, wide - 2.0, ROW - 2.0);
    let Some((sources, interviews)) = found else {
        drawing.hatched(x, y, width, height);
        return;
    };
    drawing.rect(x, y, width, height, ground(sources));
    drawing.outline(x, y, width, height, if sources == 0 { GREY } else { LIGHT });
    drawing.text(x + width / 2.0, y + 11.3, 8.5, Anchor::Middle, &said((sources, interviews)));
}

fn said((sources, interviews): (u64, u64)) -> String {
    match interviews {
        0 => count(sources as f64),
        n => format!("{} ({})", count(sources as f64), count(n as f64)),
    }
}

fn ground(sources: u64) -> &'static str {
    STEPS.iter().rev().find(|step| sources >= step.0).map_or("#FFFFFF", |step| step.1)
}

/// The grounds of cells and what they stand for; before them, what is counted.
fn signs(words: &Words) -> Vec<Sign<'_>> {
    let steps = STEPS.iter().map(|(_, _, label)| (18.0, *label));
    std::iter::once((0.0, words.sources)).chain(steps).chain([(18.0, words.nobody_looked)]).collect()
}

fn draw_legend(drawing: &mut Drawing, at: (f64, f64), words: &Words, signs: &[Sign<'_>]) {
    legend::legend(drawing, at, words, signs, &|drawing, sign, (x, middle)| {
        let y = middle - 5.5;
        match sign.checked_sub(1).map(|step| STEPS.get(step)) {
            None => {}
            Some(Some((least, ground, _))) => {
                drawing.rect(x, y, 18.0, 11.0, ground);
                drawing.outline(x, y, 18.0, 11.0, if *least == 0 { GREY } else { LIGHT });
            }
            Some(None) => drawing.hatched(x, y, 18.0, 11.0),
        }
    });
}
