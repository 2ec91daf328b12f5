//! Of which place and year were sources in a position to know, and what of that may be told?
//!
//! The denominator of every pattern: a place and year that nobody could know of is not one in which nothing happened.

use super::counted::{Axis, Cell, Counted, Sheet, Told, Unit};
use super::figures::{figure, under, withheld_in};
use super::regions::Regions;
use super::spoken::Words;
use crate::custody::ids::RecordId;
use crate::facts::Book;
use crate::facts::words::Sort;
use factum_model::Edtf;
use factum_model::edtf::Day;
use factum_report::plot::{self, SiteYear};
use factum_report::{Block, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Years of one presence that are counted: a longer one is a mistake in a date, and would fill the page.
const YEARS: usize = 200;

/// Under which places the counts are cleared.
const SOURCES: &str = "coverage: sources";
const THINGS: &str = "coverage: sources, no persons";
const INTERVIEWED: &str = "coverage: persons interviewed";

/// Who was in a position to know, by place and year.
pub(super) struct Knowers {
    places: Vec<String>,
    years: Vec<i32>,
    knew: BTreeMap<(usize, usize), Who>,
}

/// Who was in a position to know of a place in a year.
struct Who {
    sources: u64,
    /// Whether somebody is among them: a document that tells of a place in a year is nobody.
    persons: bool,
    /// Persons among them who were interviewed.
    spoke: u64,
}

impl Knowers {
    /// Reads presences of sources with which the inquiry may still work, at places no finer than each agreed to.
    pub fn of(book: &Book, today: Day) -> Self {
        let mut book = book.clone();
        Regions::told(&mut book);
        let interviewed: BTreeSet<RecordId> = book.interviews.values().map(|said| said.what.source).collect();
        let mut found: BTreeMap<(String, i32), BTreeSet<RecordId>> = BTreeMap::new();
        for file in book.sources.values().filter(|file| file.is_usable(today)) {
            for presence in &file.presences {
                let Some(place) = book.entities.get(&presence.what.place) else { continue };
                let Ok(period) = presence.what.period.parse::<Edtf>() else { continue };
                let (Some(from), Some(to)) = (period.earliest(), period.latest()) else { continue };
                for year in (from.ymd().0..=to.ymd().0).take(YEARS) {
                    found.entry((place.what.label.clone(), year)).or_default().insert(file.source.what.source);
                }
            }
        }
        let places: BTreeSet<&String> = found.keys().map(|(place, _)| place).collect();
        let places: Vec<String> = places.into_iter().cloned().collect();
        let years: BTreeSet<i32> = found.keys().map(|(_, year)| *year).collect();
        let years: Vec<i32> = years.into_iter().collect();
        let is_person =
            |source: &RecordId| book.sources.get(source).is_some_and(|f| f.source.what.sort == Sort::Person);
        let knew = found.iter().filter_map(|((place, year), sources)| {
            let at = (places.binary_search(place).ok()?, years.binary_search(year).ok()?);
            let persons = sources
                .iter()
                .any(|source| book.sources.get(source).is_none_or(|file| file.source.what.sort.is_person()));
            let spoke = sources.iter().filter(|s| is_person(s) && interviewed.contains(s)).count() as u64;
            Some((at, Who { sources: sources.len() as u64, persons, spoke }))
        });
        let knew = knew.collect();
        Self { places, years, knew }
    }

    /// Is nothing known of any place?
    pub fn is_empty(&self) -> bool {
        self.knew.is_empty()
    }

    /// The counts.
    pub fn counted(&self, line: Option<u32>) -> Vec<Counted> {
        let axes = || {
            vec![
                Axis { name: "place".into(), categories: self.places.clone() },
                Axis { name: "year".into(), categories: self.years.iter().map(i32::to_string).collect() },
            ]
        };
        let cells = |persons: bool, of: fn(&Who) -> u64| {
            let cell = |((place, year), who): (&(usize, usize), &Who)| Cell {
                of: vec![Some(*place), Some(*year)],
                count: of(who),
                sources: Some(of(who)),
                impossible: false,
            };
            self.knew.iter().filter(|(_, who)| who.persons == persons).map(cell).collect()
        };
        let table =
            |place: &str, unit, cells| Counted { place: place.into(), line, unit, axes: axes(), cells, adds_up: false };
        vec![
            table(SOURCES, Unit::Sources, cells(true, |who| who.sources)),
            table(THINGS, Unit::Things, cells(false, |who| who.sources)),
            table(INTERVIEWED, Unit::Interviews, cells(true, |who| who.spoke)),
        ]
    }

    /// The picture, or the table where one is asked for or where something is withheld.
    pub fn blocks(&self, sheet: &Sheet, table: bool, caption: &str, words: &Words) -> Vec<Block> {
        let told = |place: &str, at: &(usize, usize)| {
            let shown = sheet.get(place).and_then(|shown| shown.get(&[Some(at.0), Some(at.1)]));
            shown.unwrap_or(Told::Withheld)
        };
        let all: Vec<(&(usize, usize), Told, Told)> = self
            .knew
            .iter()
            .map(|(at, who)| match who.persons {
                true => (at, told(SOURCES, at), told(INTERVIEWED, at)),
                false => (at, told(THINGS, at), Told::Exactly(0)),
            })
            .collect();
        let held = all.iter().flat_map(|(_, a, b)| [a, b]).filter(|told| told.number().is_none()).count();
        if held == 0 && !table {
            let cells = all.iter().filter_map(|((site, year), sources, interviews)| {
                let (sources, interviews) = (sources.number()?, interviews.number()?);
                Some(SiteYear { site: *site, year: *self.years.get(*year)?, sources, interviews })
            });
            let of = plot::Coverage {
                title: words.pictures.coverage.into(),
                sites: self.places.clone(),
                cells: cells.collect(),
            };
            return vec![figure(plot::coverage(&of, words.drawn()), of.alt(words.drawn()), caption)];
        }
        let head = std::iter::once(words.place.to_string()).chain(self.years.iter().map(i32::to_string)).collect();
        let wide = self.years.len();
        let rows = self.places.iter().enumerate().map(|(place, label)| {
            let cell = |year: usize| {
                let found = all.iter().find(|(at, ..)| **at == (place, year));
                factum_report::Cell::number(found.map_or_else(
                    || "\u{2013}".to_string(),
                    |(_, sources, spoke)| match (sources, spoke) {
                        (Told::Withheld, Told::Withheld) => sources.in_cell(words, wide),
                        _ => format!("{} ({})", sources.in_cell(words, wide), spoke.in_cell(words, wide)),
                    },
                ))
            };
            std::iter::once(factum_report::Cell::words(label)).chain((0..self.years.len()).map(cell)).collect()
        });
        let table = Block::Table(Table { caption: caption.into(), head, rows: rows.collect() });
        let note = format!("{}{}", words.knowers_note, Told::star(words, wide));
        [table, under(note)].into_iter().chain(withheld_in(words, held, Unit::Sources)).collect()
    }
}
