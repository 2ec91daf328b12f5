//! Which sources of a finding depend on each other, and who passes on whom?
//!
//! By code, and without the reasons that somebody wrote: these tell of families and employers.

use super::counted::{Axis, Cell, Counted, Sheet, Told, Unit};
use super::figures::{figure, under, withheld_in};
use super::gate::Grounds;
use super::spoken::{Words, fill};
use crate::custody::ids::RecordId;
use crate::facts::words::Way;
use crate::facts::{Book, FindingFile, Sort};
use factum_report::Block;
use factum_report::plot::{self, Tie, TieKind, TiedSource};
use std::collections::{BTreeMap, BTreeSet};

/// The sources that the picture of a finding shows: those of its statements, and those whose words they pass on; also those closed to the actor.
pub(super) fn shown(book: &Book, file: &FindingFile) -> BTreeSet<RecordId> {
    let said = file.bears.keys().filter_map(|id| Some(&book.statements.get(id)?.statement.what));
    said.flat_map(|said| said.relays.iter().copied().chain([said.source])).collect()
}

/// Those of them whose words are passed on and who speak to the finding themselves in no statement.
pub(super) fn passed_on(book: &Book, file: &FindingFile) -> BTreeSet<RecordId> {
    let said = file.bears.keys().filter_map(|id| Some(book.statements.get(id)?.statement.what.source));
    let speak: BTreeSet<RecordId> = said.collect();
    shown(book, file).difference(&speak).copied().collect()
}

/// How many sources the picture shows, the persons among them; of one without persons, all.
pub(super) fn counted(book: &Book, finding: &str, line: Option<u32>) -> Option<Counted> {
    let file = book.findings.get(&book.find(finding, Sort::Finding).ok()?)?;
    let shown = shown(book, file);
    let is_person = |id: &&RecordId| book.sources.get(id).is_none_or(|file| file.source.what.sort.is_person());
    let persons = shown.iter().filter(is_person).count();
    let (unit, count) = if persons > 0 { (Unit::Sources, persons) } else { (Unit::Things, shown.len()) };
    let count = count as u64;
    // A respect of its own: a source can bear on several findings, and who is in no picture is nowhere said to bear on none.
    let axes = vec![Axis { name: format!("picture of {finding}"), categories: vec!["shown".into()] }];
    let cells = vec![Cell { of: vec![Some(0)], count, sources: Some(count), impossible: false }];
    Some(Counted { place: place(finding), line, unit, axes, cells, adds_up: false })
}

/// Under which place the sources of a picture are cleared.
fn place(finding: &str) -> String {
    format!("figure:ties-{finding}")
}

/// What the picture of a finding tells of each source that it shows: that it bears on the finding, on whom it depends and in which way, and
/// whether it was examined against another.
pub(crate) fn told(book: &Book, finding: &RecordId) -> Vec<(RecordId, (String, String))> {
    let Some(file) = book.findings.get(finding) else { return Vec::new() };
    let shown = shown(book, file);
    let code = |id: &RecordId| book.sources.get(id).map(|file| file.source.what.code.as_str());
    let bears = |source: &RecordId| (*source, ("bears on".to_string(), file.finding.what.code.clone()));
    let mut told: Vec<_> = shown.iter().map(bears).collect();
    let mut both = |one: &RecordId, other: &RecordId, [forth, back]: [&str; 2]| {
        for (source, with, how) in [(one, other, forth), (other, one, back)] {
            if let Some(with) = code(with).filter(|_| shown.contains(one) && shown.contains(other)) {
                told.push((*source, ("is tied".into(), format!("{how} {with}"))));
            }
        }
    };
    for tie in book.ties.iter().map(|said| &said.what) {
        let how = match tie.way {
            Way::Relays => ["passes on", "is passed on by"],
            Way::SharedDocument => ["shares a document with"; 2],
            Way::SharedInterview => ["shares an interview with"; 2],
            Way::SameOrganization => ["is of the organization of"; 2],
            Way::Declared => ["is said to be tied to"; 2],
        };
        both(&tie.one, &tie.other, how);
    }
    for said in book.examined.values().map(|said| &said.what) {
        let how = if said.independent { "was found independent of" } else { "was found dependent on" };
        both(&said.one, &said.other, [how; 2]);
    }
    told
}

/// The picture for a finding. Its nodes can be counted, and so can they in the words that stand for it: where their number is withheld there is
/// no picture, and it is said so.
///
/// # Errors
/// The finding cannot be found.
pub(super) fn blocks(
    grounds: &Grounds<'_>,
    finding: &str,
    caption: &str,
    sheet: &Sheet,
    words: &Words,
) -> Result<Vec<Block>, String> {
    let title = fill(words.pictures.ties, &[("finding", finding)]);
    let told = sheet.get(&place(finding)).and_then(|shown| shown.get(&[Some(0)])).unwrap_or(Told::Withheld);
    if told.number().is_none() {
        let held = under(format!("{title}: {}", words.withheld));
        return Ok(std::iter::once(held).chain(withheld_in(words, 1, Unit::Sources)).collect());
    }
    let [relays, document, interview, organization, declared, independent, dependent] = words.pictures.tied;
    let book = grounds.book;
    let id = book.find(finding, Sort::Finding).map_err(|error| error.to_string())?;
    let file = book.findings.get(&id).ok_or("the finding is gone")?;
    let mut codes: BTreeMap<&str, RecordId> = BTreeMap::new();
    for source in shown(book, file).iter().filter_map(|id| book.sources.get(id)) {
        codes.insert(&source.source.what.code, source.source.what.source);
    }
    let at: BTreeMap<RecordId, usize> = codes.values().zip(0..).map(|(id, at)| (*id, at)).collect();
    let tied = book.ties.iter().filter_map(|tie| {
        let between = (*at.get(&tie.what.one)?, *at.get(&tie.what.other)?);
        let (kind, reason) = match tie.what.way {
            Way::Relays => (TieKind::Relays, relays),
            Way::SharedDocument => (TieKind::Dependent, document),
            Way::SharedInterview => (TieKind::Dependent, interview),
            Way::SameOrganization => (TieKind::Dependent, organization),
            Way::Declared => (TieKind::Dependent, declared),
        };
        Some(Tie { between, kind, reason: reason.into() })
    });
    let looked = book.examined.values().filter_map(|said| {
        let between = (*at.get(&said.what.one)?, *at.get(&said.what.other)?);
        let (kind, reason) =
            if said.what.independent { (TieKind::Independent, independent) } else { (TieKind::Dependent, dependent) };
        Some(Tie { between, kind, reason: reason.into() })
    });
    let ties = tied.chain(looked).collect();
    let sources = codes.keys().map(|code| TiedSource { code: code.to_string(), origin: code.to_string() }).collect();
    let of = plot::Ties { title, sources, ties };
    Ok(vec![figure(plot::ties(&of, words.drawn()), of.alt(words.drawn()), caption)])
}
