//! Who was moved from where to where, as far as it may be told?
//!
//! Persons are counted once for each way and year. Ways and years of which a number is withheld are in the table, without the number.

use super::acts::{NOT_TOLD, told_in};
use super::counted::{Axis, Cell, Counted, Sheet, Told, Unit};
use super::figures::{figure, withheld_in};
use super::registers::table as table_of;
use super::spoken::Words;
use factum_report::Block;
use factum_report::plot::{self, Flow};
use factum_weigh::pattern::{self, Grain, Transfer};
use std::collections::{BTreeMap, BTreeSet};

/// Under which place the counts are cleared.
const PLACE: &str = "figure:flows";

/// Ways between places, by whence, whither and year.
#[derive(Clone, Debug, Default)]
pub(super) struct Moves {
    places: Vec<String>,
    years: Vec<String>,
    /// By places and year: persons, and on how many sources it rests.
    moved: BTreeMap<(usize, usize, usize), (u64, u64)>,
}

impl Moves {
    /// Counts transfers. `label` gives the name of a place by its code.
    ///
    /// # Errors
    /// A transfer is given twice.
    pub fn of(transfers: &[Transfer<String>], label: &dyn Fn(&str) -> String) -> Result<Self, String> {
        let flows = pattern::flows(transfers, Grain::Year).map_err(|error| error.to_string())?;
        let named = |code: &Option<String>| code.as_deref().map_or_else(|| NOT_TOLD.to_string(), label);
        let ends = |flow: &pattern::Flow<String>| [named(&flow.from), named(&flow.to)];
        let places: BTreeSet<String> = flows.iter().flat_map(ends).collect();
        let places: Vec<String> = places.into_iter().collect();
        let years: BTreeSet<String> = flows.iter().map(|flow| flow.when.to_string()).collect();
        let years: Vec<String> = years.into_iter().collect();
        let mut moved: BTreeMap<(usize, usize, usize), (u64, u64)> = BTreeMap::new();
        for flow in &flows {
            let [from, to] = ends(flow);
            let at =
                (places.binary_search(&from), places.binary_search(&to), years.binary_search(&flow.when.to_string()));
            let (Ok(from), Ok(to), Ok(year)) = at else { continue };
            let (persons, sources) = moved.entry((from, to, year)).or_insert((0, u64::MAX));
            *persons = persons.saturating_add(flow.persons as u64);
            *sources = (*sources).min(flow.counts.sources as u64);
        }
        Ok(Self { places, years, moved })
    }

    /// The counts.
    pub fn counted(&self, line: Option<u32>) -> Counted {
        let axis = |name: &str, categories: &[String]| Axis { name: name.into(), categories: categories.to_vec() };
        let cell = |((from, to, year), (persons, sources)): (&(usize, usize, usize), &(u64, u64))| Cell {
            of: vec![Some(*from), Some(*to), Some(*year)],
            count: *persons,
            sources: Some(*sources),
            impossible: false,
        };
        Counted {
            place: PLACE.into(),
            line,
            unit: Unit::Victims,
            axes: vec![axis("from", &self.places), axis("to", &self.places), axis("when", &self.years)],
            cells: self.moved.iter().map(cell).collect(),
            adds_up: false,
        }
    }

    /// The picture, or the table where one is asked for or where something is withheld.
    pub fn blocks(&self, sheet: &Sheet, table: bool, caption: &str, words: &Words) -> Vec<Block> {
        let told = |(from, to, year): &(usize, usize, usize)| {
            let shown = sheet.get(PLACE).and_then(|shown| shown.get(&[Some(*from), Some(*to), Some(*year)]));
            shown.unwrap_or(Told::Withheld)
        };
        let all: Vec<(&(usize, usize, usize), Told)> = self.moved.keys().map(|at| (at, told(at))).collect();
        let held = all.iter().filter(|(_, told)| told.number().is_none()).count();
        if held == 0 && !table {
            let flow = |(at, told): &(&(usize, usize, usize), Told)| {
                let place = |at: usize| Some(at).filter(|at| self.places.get(*at).is_some_and(|name| name != NOT_TOLD));
                Some(Flow { from: place(at.0), to: place(at.1), moved: told.number()? })
            };
            let of = plot::Flows {
                title: words.pictures.flows.into(),
                unit: Unit::Persons.said(words).into(),
                facilities: self.places.iter().map(|name| told_in(name, words).to_string()).collect(),
                flows: all.iter().filter_map(flow).collect(),
            };
            return vec![figure(plot::flows(&of, words.drawn()), of.alt(words.drawn()), caption)];
        }
        let name = |names: &[String], at: usize| {
            names.get(at).map_or_else(String::new, |name| told_in(name, words).to_string())
        };
        let rows = all.iter().map(|((from, to, year), told)| {
            vec![
                factum_report::Cell::words(name(&self.places, *from)),
                factum_report::Cell::words(name(&self.places, *to)),
                factum_report::Cell::words(name(&self.years, *year)),
                factum_report::Cell::number(told.said(words)),
            ]
        });
        let table = table_of(caption, &words.pictures.moves, rows.collect());
        std::iter::once(table).chain(withheld_in(words, held, Unit::Victims)).collect()
    }
}
