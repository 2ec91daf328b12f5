//! How does what is known look: who depends on whom, what happened when, where anybody looked?
//!
//! Pictures of what the actor can open, as SVG. They show codes and words of the inquiry, and are for its own use: nothing here has been
//! cleared to leave.

use super::book::Book;
use super::network::Numbered;
use super::words::{Sort, Way};
use crate::custody::ids::RecordId;
use factum_model::Edtf;
use factum_model::edtf::Day;
use factum_report::plot;
use factum_weigh::Thing;
use factum_weigh::independence::{Basis, Origin, Said};
use std::collections::{BTreeMap, BTreeSet};

/// Letters of a statement that fit into the two lines of a row.
const ROW: usize = 110;

/// Rows that are drawn: a picture for the inquiry's own use is not printed, and has no table beside it.
const ROWS: usize = 2000;

/// Years of one presence that are drawn: a longer one is a mistake in a date, and would fill the page.
const YEARS: i32 = 200;

/// The sources and what ties them, with the reason for every tie. Sources whose relays all lead to one source stand in one box.
pub fn ties(book: &Book, today: Day) -> String {
    let numbered = Numbered::of(book, today);
    let mut ids: Vec<&RecordId> = book.sources.keys().collect();
    ids.sort_by_key(|id| code(book, id));
    let at: BTreeMap<RecordId, usize> = ids.iter().zip(0..).map(|(id, at)| (**id, at)).collect();
    let no_name = |_| String::new();
    let sources = ids.iter().map(|id| {
        let origins = numbered.source(id).map(|source| {
            // What the source would pass on: a statement of its own stands for all of them.
            let said = Said { statement: factum_weigh::StatementId(0), source, basis: Basis::Relayed, relays: &[] };
            numbered.evidence.network().uses(&[said])
        });
        let origin = match origins.unwrap_or_default().as_slice() {
            [one] => match &one.origin {
                Origin::Source(source) => numbered.name(book, &no_name, Thing::Source(*source)),
                Origin::Circle(members) => members
                    .first()
                    .map_or_else(String::new, |first| numbered.name(book, &no_name, Thing::Source(*first))),
                Origin::Unknown | Origin::Closed => code(book, id),
            },
            // It passes nobody's words on, or those of several: it stands for itself.
            _ => code(book, id),
        };
        plot::TiedSource { code: code(book, id), origin }
    });
    let sources = sources.collect();
    let known = book.ties.iter().filter_map(|tie| {
        let between = (*at.get(&tie.what.one)?, *at.get(&tie.what.other)?);
        let kind = if tie.what.way == Way::Relays { plot::TieKind::Relays } else { plot::TieKind::Dependent };
        Some(plot::Tie { between, kind, reason: tie.what.reason.clone() })
    });
    let looked = book.examined.values().filter_map(|said| {
        let between = (*at.get(&said.what.one)?, *at.get(&said.what.other)?);
        let kind = if said.what.independent { plot::TieKind::Independent } else { plot::TieKind::Dependent };
        Some(plot::Tie { between, kind, reason: said.what.reason.clone() })
    });
    let of = plot::Ties { title: "Sources and what ties them".into(), sources, ties: known.chain(looked).collect() };
    plot::ties(&of, plot::ENGLISH)
}

/// What dated statements say, place by place; those of no place stand in a lane of their own.
pub fn timeline(book: &Book) -> String {
    let contested: BTreeSet<RecordId> = book
        .findings
        .values()
        .flat_map(|file| file.bears.iter())
        .filter(|(_, bears)| bears.what.stance == Some(super::words::Stance::Contradicts))
        .map(|(statement, _)| *statement)
        .collect();
    let mut lanes: BTreeMap<String, Vec<(Option<Day>, String, plot::Happening)>> = BTreeMap::new();
    for (id, file) in &book.statements {
        let said = &file.statement.what;
        let Some(when) = said.date.as_deref().and_then(|date| date.parse::<Edtf>().ok()) else { continue };
        if file.retracted.is_some() {
            continue;
        }
        let place = said.place.and_then(|place| book.entities.get(&place));
        let lane = place.map_or_else(|| "no place".to_string(), |place| place.what.label.clone());
        let label: String = format!("{} {}", said.code, said.text).chars().take(ROW).collect();
        let lasting = matches!(when, Edtf::Interval(..));
        let happening = plot::Happening { label, when, lasting, contested: contested.contains(id) };
        lanes.entry(lane).or_default().push((happening.when.earliest(), said.code.clone(), happening));
    }
    let lanes = lanes.into_iter().map(|(code, mut rows)| {
        rows.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        plot::Lane { code, rows: rows.into_iter().map(|(_, _, row)| row).collect() }
    });
    let of = plot::Timeline { title: "What dated statements say".into(), lanes: lanes.collect(), most: ROWS };
    plot::timeline(&of, plot::ENGLISH)
}

/// Of which place and year sources were in a position to know, and how many of them are persons who were interviewed.
pub fn coverage(book: &Book) -> String {
    let interviewed: BTreeSet<RecordId> = book.interviews.values().map(|said| said.what.source).collect();
    let mut knew: BTreeMap<(String, i32), BTreeSet<RecordId>> = BTreeMap::new();
    for file in book.sources.values() {
        for presence in &file.presences {
            let Some(place) = book.entities.get(&presence.what.place) else { continue };
            let Ok(period) = presence.what.period.parse::<Edtf>() else { continue };
            let (Some(from), Some(to)) = (period.earliest(), period.latest()) else { continue };
            let (first, last) = (from.ymd().0, to.ymd().0);
            for year in (first..=last).take(usize::try_from(YEARS).unwrap_or(0)) {
                knew.entry((place.what.label.clone(), year)).or_default().insert(file.source.what.source);
            }
        }
    }
    let sites: BTreeSet<&String> = knew.keys().map(|(site, _)| site).collect();
    let sites: Vec<String> = sites.into_iter().cloned().collect();
    let cells = knew.iter().filter_map(|((site, year), sources)| {
        let persons = sources.iter().filter(|source| {
            let is_person = book.sources.get(source).is_some_and(|file| file.source.what.sort == Sort::Person);
            is_person && interviewed.contains(source)
        });
        let interviews = persons.count() as u64;
        Some(plot::SiteYear {
            site: sites.binary_search(site).ok()?,
            year: *year,
            sources: sources.len() as u64,
            interviews,
        })
    });
    let cells = cells.collect();
    let of = plot::Coverage { title: "Sources in a position to know, by site and year".into(), sites, cells };
    plot::coverage(&of, plot::ENGLISH)
}

fn code(book: &Book, id: &RecordId) -> String {
    book.sources.get(id).map_or_else(String::new, |file| file.source.what.code.clone())
}
