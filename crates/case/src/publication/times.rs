//! What do dated statements that the publication rests on say, place by place?
//!
//! Statements stand by their codes, with dates and under places no finer than their sources allow. What is cited nowhere in the publication is
//! not drawn.

use super::counted::{Axis, Cell, Counted, Sheet, Told, Unit};
use super::figures::{figure, withheld_in};
use super::gate::{Cited, Grounds, Rests};
use super::precision;
use super::spoken::Words;
use crate::custody::ids::RecordId;
use crate::facts::Sort;
use crate::facts::words::Stance;
use factum_model::Edtf;
use factum_model::edtf::Day;
use factum_report::Block;
use factum_report::plot::{self, Happening, Lane};
use std::collections::{BTreeMap, BTreeSet};

/// Under which place the counts are cleared.
const PLACE: &str = "figure:timeline";

/// Under which place those that no person speaks of are.
const THINGS: &str = "figure:timeline, no persons";

/// What stands for statements of no place, in the counts; a reader sees it in the language of the report.
const NOWHERE: &str = "no place";

/// A statement on the line of time.
struct Dated {
    first: Option<Day>,
    code: String,
    when: Edtf,
    source: RecordId,
    contested: bool,
}

fn lanes(grounds: &Grounds<'_>, rests: &Rests) -> BTreeMap<String, Vec<Dated>> {
    let book = grounds.book;
    let mut cited: BTreeSet<RecordId> = BTreeSet::new();
    let mut contested: BTreeSet<RecordId> = BTreeSet::new();
    for one in &rests.cited {
        match one {
            Cited::Thing(Sort::Statement, id) => drop(cited.insert(*id)),
            Cited::Thing(Sort::Finding, id) => {
                let Some(file) = book.findings.get(id) else { continue };
                cited.extend(file.bears.keys());
                let against = file.bears.iter().filter(|(_, b)| b.what.stance == Some(Stance::Contradicts));
                contested.extend(against.map(|(statement, _)| *statement));
            }
            _ => {}
        }
    }
    let mut lanes: BTreeMap<String, Vec<Dated>> = BTreeMap::new();
    for (id, file) in cited.iter().filter_map(|id| Some((id, book.statements.get(id)?))) {
        let said = &file.statement.what;
        let Some(when) = said.date.as_deref().and_then(|date| date.parse::<Edtf>().ok()) else { continue };
        let Some(source) = book.sources.get(&said.source).filter(|_| file.retracted.is_none()) else { continue };
        let when = precision::coarse(when, precision::finest(source));
        let place = said.place.and_then(|place| book.entities.get(&place));
        // A statement stands here under its code, and the annex says whose it is: its place is told as that source agreed to.
        let told = |place: &str| precision::region(source).unwrap_or(place).to_string();
        let lane = place.map_or_else(|| NOWHERE.to_string(), |place| told(&place.what.label));
        let dated = Dated {
            first: when.earliest(),
            code: said.code.clone(),
            when,
            source: said.source,
            contested: contested.contains(id),
        };
        lanes.entry(lane).or_default().push(dated);
    }
    for rows in lanes.values_mut() {
        rows.sort_by(|a, b| (a.first, &a.code).cmp(&(b.first, &b.code)));
    }
    lanes
}

/// How many sources speak of each place: where somebody is among them, and where only documents and other things speak.
pub(super) fn counted(grounds: &Grounds<'_>, rests: &Rests, line: Option<u32>) -> Vec<Counted> {
    let lanes = lanes(grounds, rests);
    let table = |persons: bool| {
        let of_these = lanes.values().enumerate().filter(|(_, rows)| has_persons(grounds, rows) == persons);
        let cells = of_these.map(|(at, rows)| {
            let sources = rows.iter().map(|row| row.source).collect::<BTreeSet<_>>().len() as u64;
            Cell { of: vec![Some(at)], count: sources, sources: Some(sources), impossible: false }
        });
        let cells = cells.collect();
        let axes = vec![Axis { name: "place".into(), categories: lanes.keys().cloned().collect() }];
        let (place, unit) = place(persons);
        Counted { place: place.into(), line, unit, axes, cells, adds_up: false }
    };
    vec![table(true), table(false)]
}

/// Where the counts of lanes with persons among their sources, and of others, are cleared, and what they count.
fn place(persons: bool) -> (&'static str, Unit) {
    if persons { (PLACE, Unit::Sources) } else { (THINGS, Unit::Things) }
}

fn has_persons(grounds: &Grounds<'_>, rows: &[Dated]) -> bool {
    let is_person = |source| grounds.book.sources.get(source).is_none_or(|file| file.source.what.sort.is_person());
    rows.iter().any(|row| is_person(&row.source))
}

/// The picture. A place whose sources may not be counted has no lane, and it is said how many there are.
pub(super) fn blocks(grounds: &Grounds<'_>, rests: &Rests, caption: &str, sheet: &Sheet, words: &Words) -> Vec<Block> {
    let told = |at: usize, persons: bool| {
        sheet.get(place(persons).0).and_then(|shown| shown.get(&[Some(at)])).unwrap_or(Told::Withheld)
    };
    let mut held = 0;
    let mut kept = Vec::new();
    for (at, (code, rows)) in lanes(grounds, rests).into_iter().enumerate() {
        if told(at, has_persons(grounds, &rows)).number().is_none() {
            held += 1;
            continue;
        }
        let rows = rows.into_iter().map(|row| Happening {
            label: row.code,
            lasting: matches!(row.when, Edtf::Interval(..)),
            when: row.when,
            contested: row.contested,
        });
        let code = if code == NOWHERE { words.pictures.no_place.to_string() } else { code };
        kept.push(Lane { code, rows: rows.collect() });
    }
    let of = plot::Timeline { title: words.pictures.timeline.into(), lanes: kept, most: plot::Timeline::PRINTED };
    std::iter::once(figure(plot::timeline(&of, words.drawn()), of.alt(words.drawn()), caption))
        .chain(withheld_in(words, held, Unit::Sources))
        .collect()
}
