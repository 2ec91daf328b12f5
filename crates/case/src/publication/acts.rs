//! Which acts are told of, by two respects, beside how many could have known, as far as it may be told?
//!
//! Only what sources say that allow this publication is counted. Those that could have known are, as in the table of coverage, all with
//! which the inquiry may work: whoever does not allow it counts as having spoken of none. Counts of acts are cleared like
//! counts of people: who knows of the one act in a village knows to whom it was done. How many of those who could have known spoke of one
//! is told only where also the number of those who did not may be told.

use super::counted::{Axis, Cell, Counted, Sheet, Told, Unit};
use super::figures::{figure, under, withheld_in};
use super::places;
use super::registers::table as table_of;
use super::spoken::{Words, fill};
use crate::facts::patterns::{self, AXES};
use crate::schema::Schema;
use factum_report::Block;
use factum_report::plot;
use factum_weigh::pattern::{self, Act, Key, PatternError, Presence};
use std::collections::{BTreeMap, BTreeSet};

/// Under which place the acts on a map are cleared.
const MAP: &str = "figure:map-acts";

/// What stands where nobody tells it, in the counts; a reader sees it in the language of the report.
pub(super) const NOT_TOLD: &str = "not told";

/// Whether somebody who could have known spoke of such an act.
const SPOKE: [&str; 2] = ["spoke of one", "spoke of none"];

/// Two respects in which acts are told apart, by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Respects {
    rows: (&'static str, pattern::Axis),
    columns: (&'static str, pattern::Axis),
}

impl Respects {
    /// The two that a name names, as in `type-year`.
    ///
    /// # Errors
    /// It does not name two different ones.
    pub fn named(name: &str) -> Result<Self, String> {
        let all = AXES.map(|(name, _)| name).join(", ");
        let known = |name: &str| AXES.into_iter().find(|(known, _)| *known == name);
        let both = name.split_once('-').and_then(|(rows, columns)| Some((known(rows)?, known(columns)?)));
        match both {
            Some((rows, columns)) if std::mem::discriminant(&rows.1) != std::mem::discriminant(&columns.1) => {
                Ok(Self { rows, columns })
            }
            Some(_) => Err("acts are told apart by two different respects: the name gives one twice".into()),
            None => Err(format!("acts are told apart by two of {all}, as in acts-type-year")),
        }
    }

    fn place(self) -> String {
        format!("table:acts-{}-{}", self.rows.0, self.columns.0)
    }

    fn knowers(self) -> String {
        format!("{}: who could have known", self.place())
    }

    /// Whether an act stands in one row and one column only. Several units act together, and a victim belongs to several groups.
    fn adds_up(self) -> bool {
        let several = |axis| matches!(axis, pattern::Axis::Unit | pattern::Axis::Group);
        !several(self.rows.1) && !several(self.columns.1)
    }
}

/// Acts of which sources speak that allow the publication, and who could have known of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Acts {
    acts: Vec<Act<String>>,
    presences: Vec<Presence<String>>,
    /// What codes of places, units, groups and types are called.
    labels: BTreeMap<String, String>,
}

/// A table of acts, with what its rows and columns are called.
struct Crossed {
    found: pattern::Table<String>,
    rows: Vec<String>,
    columns: Vec<String>,
}

impl Acts {
    /// Takes what the sources say that allow the publication, and where those were with which the inquiry may work; both by code.
    pub fn of(counted: &patterns::Counted, schema: &Schema, allowed: &BTreeSet<&str>, usable: &BTreeSet<&str>) -> Self {
        let allows = |source: &String| allowed.contains(source.as_str());
        let told = |act: &Act<String>| {
            let told = act.told.iter().filter(|told| allows(&told.source)).cloned().collect();
            Act { told, ..act.clone() }
        };
        let acts: Vec<Act<String>> = counted.acts.iter().map(told).filter(|act| !act.told.is_empty()).collect();
        let mut labels = counted.labels.clone();
        for kind in acts.iter().filter_map(|act| act.kind.as_ref()) {
            if let Some(term) = schema.vocabulary("acts").and_then(|acts| acts.term(kind)) {
                labels.insert(kind.clone(), term.label.clone());
            }
        }
        let presences =
            counted.presences.iter().filter(|presence| usable.contains(presence.source.as_str())).cloned().collect();
        Self { acts, presences, labels }
    }

    fn crossed(&self, by: Respects) -> Result<Crossed, PatternError> {
        let found = pattern::cross(&self.acts, &self.presences, by.rows.1, by.columns.1)?;
        let (rows, columns) = (self.names(&found.rows), self.names(&found.columns));
        Ok(Crossed { found, rows, columns })
    }

    /// What rows and columns are called. Those of which two would be called the same bear their codes too.
    fn names(&self, keys: &[Key<String>]) -> Vec<String> {
        let label = |key: &Key<String>| match key {
            Key::NotTold => NOT_TOLD.to_string(),
            Key::When(when) => when.to_string(),
            Key::Named(code) => self.labels.get(code).unwrap_or(code).clone(),
        };
        let labels: Vec<String> = keys.iter().map(label).collect();
        let is_single = |label: &String| labels.iter().filter(|other| *other == label).count() == 1;
        let named = |(key, label): (&Key<String>, &String)| match key {
            Key::Named(code) if !is_single(label) => format!("{label} ({code})"),
            _ => label.clone(),
        };
        keys.iter().zip(&labels).map(named).collect()
    }

    /// The counts of a table: acts, and who could have known.
    ///
    /// # Errors
    /// The table would be too large to be read.
    pub fn counted(&self, by: Respects, line: Option<u32>) -> Result<Vec<Counted>, String> {
        let crossed = self.crossed(by).map_err(|error| error.to_string())?;
        let axes = || {
            let axis = |name: &str, categories: &[String]| Axis { name: name.into(), categories: categories.to_vec() };
            vec![axis(respect(by.rows.0), &crossed.rows), axis(respect(by.columns.0), &crossed.columns)]
        };
        let (mut acts, mut knowers) = (Vec::new(), Vec::new());
        for (of, cell) in crossed.cells() {
            let told = cell.counts;
            acts.push(Cell {
                of: of.to_vec(),
                count: told.acts as u64,
                sources: Some(told.sources as u64),
                impossible: false,
            });
            let Some(known) = cell.knowers.filter(|_| of.iter().all(Option::is_some)) else { continue };
            let of = |spoke: Option<usize>| of.iter().copied().chain([spoke]).collect();
            let silent = known.possible.saturating_sub(known.possible_spoke);
            for (spoke, count) in [(Some(0), known.possible_spoke), (Some(1), silent), (None, known.possible)] {
                let count = count as u64;
                knowers.push(Cell { of: of(spoke), count, sources: Some(count), impossible: false });
            }
        }
        let spoke = Axis { name: "spoke".into(), categories: SPOKE.map(String::from).to_vec() };
        let (place, adds_up) = (by.place(), by.adds_up());
        let counted = Counted { place, line, unit: Unit::Acts, axes: axes(), cells: acts, adds_up };
        let axes = axes().into_iter().chain([spoke]).collect();
        let known = Counted { place: by.knowers(), line, unit: Unit::Sources, axes, cells: knowers, adds_up: false };
        Ok([counted].into_iter().chain(Some(known).filter(|known| !known.cells.is_empty())).collect())
    }

    /// The table.
    ///
    /// # Errors
    /// The table would be too large to be read.
    pub fn blocks(&self, by: Respects, sheet: &Sheet, caption: &str, words: &Words) -> Result<Vec<Block>, String> {
        let crossed = self.crossed(by).map_err(|error| error.to_string())?;
        let told = |of: &[Option<usize>]| sheet.get(&by.place()).and_then(|shown| shown.get(of));
        let known = |of: [Option<usize>; 2], spoke: Option<usize>| {
            let of: Vec<Option<usize>> = of.into_iter().chain([spoke]).collect();
            sheet.get(&by.knowers()).and_then(|shown| shown.get(&of)).and_then(Told::number)
        };
        let wide = crossed.columns.len();
        let mut held = 0;
        let mut cell = |of: [Option<usize>; 2]| {
            let acts = told(&of).unwrap_or(Told::Withheld);
            held += usize::from(acts.number().is_none());
            let knowers = match (known(of, Some(0)), known(of, Some(1)), known(of, None)) {
                (_, _, Some(0)) if acts == Told::Exactly(0) => {
                    return factum_report::Cell::number(words.pictures.no_source);
                }
                (Some(spoke), Some(_), Some(all)) if all > 0 => {
                    let [spoke, all] = [spoke, all].map(|n| n.to_string());
                    format!(" ({})", fill(words.pictures.spoke_of, &[("n", &spoke), ("all", &all)]))
                }
                _ => String::new(),
            };
            factum_report::Cell::number(format!("{}{knowers}", acts.in_cell(words, wide)))
        };
        let names = crossed.rows.iter().map(Some).chain([None]).enumerate();
        let rows: Vec<Vec<factum_report::Cell>> = names
            .map(|(row, name)| {
                let row = name.map(|_| row);
                let columns = (0..crossed.columns.len()).map(Some).chain([None]);
                let first = factum_report::Cell::words(name.map_or(words.all, |name| told_in(name, words)));
                std::iter::once(first).chain(columns.map(|column| cell([row, column]))).collect()
            })
            .collect();
        let first = format!("{} / {}", respect_said(by.rows.0, words), respect_said(by.columns.0, words));
        let columns = crossed.columns.iter().map(|name| told_in(name, words));
        let head = std::iter::once(first.as_str()).chain(columns).chain([words.all]);
        let table = table_of(caption, &head.collect::<Vec<_>>(), rows);
        let counts_knowers = sheet.get(&by.knowers()).is_some();
        let said = words.pictures;
        let knowers = fill(said.knowers, &[("no_source", said.no_source)]);
        let note = match counts_knowers {
            true => format!("{} {knowers} {}", said.acts, said.denied),
            false => format!("{} {}", said.acts, said.denied),
        };
        let note = note + &Told::star(words, wide);
        Ok([table, under(note)].into_iter().chain(withheld_in(words, held, Unit::Acts)).collect())
    }

    /// The acts of each place, with all together: also of places that the map does not show, so that they are cleared with every table of
    /// places.
    pub fn counted_on_map(&self, line: Option<u32>) -> Counted {
        let by_place = self.by_place();
        let cell = |of: Option<usize>, of_place: &[&Act<String>]| Cell {
            of: vec![of],
            count: of_place.len() as u64,
            sources: Some(sources(of_place)),
            impossible: false,
        };
        let all: Vec<&Act<String>> = by_place.iter().flat_map(|(_, acts)| acts.iter().copied()).collect();
        let each = by_place.iter().enumerate().map(|(at, (_, acts))| cell(Some(at), acts));
        let cells = each.chain([cell(None, &all)]).collect();
        let categories = self.names(&by_place.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>());
        let axes = vec![Axis { name: "place".into(), categories }];
        Counted { place: MAP.into(), line, unit: Unit::Acts, axes, cells, adds_up: true }
    }

    /// The map with as many numbers as may be told, and the numbers in words.
    pub fn map(&self, shown: places::OnMap, sheet: &Sheet, caption: &str, words: &Words) -> Vec<Block> {
        let by_place = self.by_place();
        let told = |code: &str| {
            let at = by_place.iter().position(|(key, _)| matches!(key, Key::Named(known) if known == code))?;
            Some(sheet.get(MAP).and_then(|shown| shown.get(&[Some(at)])).unwrap_or(Told::Withheld))
        };
        let mut held = 0;
        let mut numbers = Vec::new();
        let mut mapped = Vec::new();
        for (code, place) in shown.places {
            // Of a place that no act is told of there is no number, and none is withheld.
            let Some(told) = told(&code) else {
                mapped.push(place);
                continue;
            };
            held += usize::from(told.number().is_none());
            numbers.push(format!("{}: {}", place.label, told.said(words)));
            let label =
                if told.number().is_none() { format!("{} ({})", place.label, words.withheld) } else { place.label };
            mapped.push(plot::MappedPlace { label, number: told.number(), ..place });
        }
        let of = plot::Map { title: words.pictures.acts_map.into(), ..places::map(mapped, words) };
        let numbers = match numbers.as_slice() {
            [] => String::new(),
            some => format!(" {}", fill(words.pictures.acts_told, &[("numbers", &some.join("; "))])),
        };
        let alt = format!("{}{numbers}", of.alt(words.drawn()));
        let note = under(words.pictures.acts);
        let figure = figure(plot::map(&of, words.drawn()), alt, caption);
        [figure, note].into_iter().chain(shown.note).chain(withheld_in(words, held, Unit::Acts)).collect()
    }

    /// The acts that somebody says happened, by place, in the order in which a table of places has them.
    fn by_place(&self) -> Vec<(Key<String>, Vec<&Act<String>>)> {
        let mut found: BTreeMap<Key<String>, Vec<&Act<String>>> = BTreeMap::new();
        for presence in &self.presences {
            found.entry(Key::Named(presence.place.clone())).or_default();
        }
        for act in self.acts.iter().filter(|act| act.told.iter().any(|told| !told.denies)) {
            found.entry(act.place.clone().map_or(Key::NotTold, Key::Named)).or_default().push(act);
        }
        found.into_iter().collect()
    }
}

impl Crossed {
    /// Every cell and margin, with its place.
    fn cells(&self) -> impl Iterator<Item = ([Option<usize>; 2], &pattern::Cell)> {
        let found = &self.found;
        let wide = found.columns.len().max(1);
        let inner = found.cells.iter().enumerate().map(move |(at, cell)| ([Some(at / wide), Some(at % wide)], cell));
        let rows = found.row_totals.iter().enumerate().map(|(at, cell)| ([Some(at), None], cell));
        let columns = found.column_totals.iter().enumerate().map(|(at, cell)| ([None, Some(at)], cell));
        inner.chain(rows).chain(columns).chain([([None, None], &found.total)])
    }
}

/// What a respect is called where counts are set against each other.
fn respect(name: &'static str) -> &'static str {
    if name == "type" { "type of act" } else { name }
}

/// The same at the head of a table, in the language of a report.
fn respect_said(name: &str, words: &Words) -> &'static str {
    let at = AXES.iter().position(|(known, _)| *known == name);
    at.and_then(|at| words.pictures.respects.get(at)).copied().unwrap_or_default()
}

/// The name of a row, a column or a place as a reader sees it.
pub(super) fn told_in<'a>(name: &'a str, words: &Words) -> &'a str {
    if name == NOT_TOLD { words.pictures.not_told } else { name }
}

/// On how many sources acts rest that somebody says happened.
fn sources(acts: &[&Act<String>]) -> u64 {
    let told = acts.iter().flat_map(|act| &act.told).filter(|told| !told.denies);
    told.map(|told| told.source.as_str()).collect::<BTreeSet<_>>().len() as u64
}
