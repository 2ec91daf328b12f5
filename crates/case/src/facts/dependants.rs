//! What rests on a source, and what of it cannot be called back?
//!
//! Whoever takes consent back is owed an answer to both. Nothing is changed here: findings fall back by themselves, because they are judged
//! again each time, and the list says which.

use super::book::{Book, Said};
use super::words::{Document, Way};
use crate::custody::evidence::{Evidence, Leaving};
use crate::custody::folder::Case;
use crate::custody::ids::RecordId;
use crate::custody::view;
use factum_vault::index::IndexError;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What rests on a source, by code, and items by number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Dependants {
    /// Its interviews.
    pub interviews: Vec<String>,
    /// Its documents, and translations of its interviews and documents.
    pub documents: Vec<String>,
    /// Its statements.
    pub statements: Vec<String>,
    /// Sources that pass on what it said.
    pub relayed_by: Vec<String>,
    /// Statements of others that pass on what it said.
    pub relayed: Vec<String>,
    /// Findings that any of these bears on, with how many do.
    pub findings: BTreeMap<String, usize>,
    /// Elements of law for which those findings were assessed.
    pub elements: Vec<String>,
    /// What clinicians found on it.
    pub medical: Vec<String>,
    /// Items: texts and recordings of its interviews, items that its statements cite, and what was made from them.
    pub items: Vec<RecordId>,
    /// Runs that took one of those items.
    pub runs: Vec<String>,
    /// What left the case, and when: it cannot be called back.
    pub gone: Vec<String>,
    /// Sealed releases that cite any of these, with what they cite: a later release can correct or withdraw them.
    pub released: Vec<String>,
}

/// Walks from a source to everything that rests on it, as far as the actor can open it.
pub fn of(case: &Case, book: &Book, source: RecordId) -> Result<Dependants, IndexError> {
    let mut found = Dependants::default();
    let mut items: BTreeSet<RecordId> = BTreeSet::new();
    for said in book.interviews.values().filter(|said| said.what.source == source) {
        found.interviews.push(said.what.code.clone());
        items.extend(said.what.text.iter().chain(&said.what.recording));
    }
    // A translation of a translation comes after what it translates, whatever the order of numbers.
    let mut papers: BTreeSet<RecordId> =
        book.interviews.iter().filter(|(_, said)| said.what.source == source).map(|(id, _)| *id).collect();
    let mut known = None;
    while known != Some(papers.len()) {
        known = Some(papers.len());
        let of = |said: &Said<Document>| {
            said.what.source == source || said.what.translation_of.is_some_and(|of| papers.contains(&of))
        };
        let more: Vec<RecordId> = book.documents.iter().filter(|(_, said)| of(said)).map(|(id, _)| *id).collect();
        papers.extend(more);
    }
    for said in papers.iter().filter_map(|id| book.documents.get(id)) {
        found.documents.push(said.what.code.clone());
        items.extend(said.what.text);
    }
    let relaying = relaying(book, source);
    found.relayed_by = relaying.iter().filter_map(|id| Some(book.sources.get(id)?.source.what.code.clone())).collect();
    let mut resting: BTreeSet<RecordId> = BTreeSet::new();
    for (id, file) in &book.statements {
        let said = &file.statement.what;
        let passes_on =
            relaying.contains(&said.source) || said.relays.iter().any(|r| *r == source || relaying.contains(r));
        if said.source == source {
            found.statements.push(said.code.clone());
            items.extend(said.passage.iter().map(|p| p.item));
        } else if passes_on {
            found.relayed.push(said.code.clone());
        } else {
            continue;
        }
        resting.insert(*id);
    }
    for file in book.findings.values() {
        let count = file.bears.keys().filter(|statement| resting.contains(statement)).count();
        if count > 0 {
            found.findings.insert(file.finding.what.code.clone(), count);
            let elements = file.elements.iter().map(|e| format!("{} {}", e.what.framework, e.what.element));
            found.elements.extend(elements);
        }
    }
    let examined = book.medical.values().filter(|said| said.what.source == source);
    found.medical.extend(examined.map(|said| said.what.code.clone()));
    found.gone.extend(sent(book, source, &resting, &found.findings));
    add_derived(case, &mut items)?;
    for (_, said) in view::evidence(case.index(), "release", case.until())? {
        if let Evidence::Release(release) = said
            && (items.contains(&release.item) || release.item == source)
        {
            let how = match release.leaving {
                Leaving::Export => "exported",
                Leaving::Transfer => "handed over",
                Leaving::Disclosure => "shown",
            };
            // A folder of the inquiry takes what is said of the source along with its texts.
            let what =
                if release.item == source { "what is said of it".into() } else { format!("item {}", release.item) };
            found.gone.push(format!("{what} was {how} to {}", release.recipient));
        }
    }
    for (code, run) in &book.runs {
        if run.what.inputs.iter().any(|input| items.contains(input)) {
            found.runs.push(code.clone());
        }
    }
    for codes in [
        &mut found.interviews,
        &mut found.documents,
        &mut found.statements,
        &mut found.relayed_by,
        &mut found.relayed,
        &mut found.elements,
        &mut found.medical,
    ] {
        codes.sort();
    }
    add_published(case, book, source, &mut found)?;
    found.items = items.into_iter().collect();
    Ok(found)
}

/// Adds the releases that cite the source or what rests on it, and what of that was shown to single readers.
fn add_published(case: &Case, book: &Book, source: RecordId, found: &mut Dependants) -> Result<(), IndexError> {
    let own = book.sources.get(&source).map(|file| file.source.what.code.as_str());
    let codes: BTreeSet<&str> = own
        .into_iter()
        .chain(found.interviews.iter().chain(&found.statements).chain(&found.relayed).map(String::as_str))
        .chain(found.findings.keys().map(String::as_str))
        .collect();
    let mut cited: BTreeMap<RecordId, BTreeSet<String>> = BTreeMap::new();
    for (_, said) in view::evidence(case.index(), "release-cited", case.until())? {
        let Evidence::ReleaseCited { release, cited: records } = said else { continue };
        let of_these = records.into_iter().map(|record| record.thing).filter(|thing| codes.contains(thing.as_str()));
        cited.entry(release).or_default().extend(of_these);
    }
    for (release, things) in cited {
        let sealed = case.register().releases.get(&release).is_some_and(|file| file.sealed.is_some());
        if sealed && !things.is_empty() {
            let things: Vec<String> = things.into_iter().collect();
            found.released.push(format!("release {release} cites {}", things.join(", ")));
        }
    }
    for (_, said) in view::evidence(case.index(), "disclosed", case.until())? {
        if let Evidence::Disclosed(shown) = said
            && codes.contains(shown.thing.as_str())
        {
            found.gone.push(format!("{} was shown to {} ({})", shown.thing, shown.recipient, shown.purpose));
        }
    }
    Ok(())
}

/// Drafts that were sent for comment and rest on any of it.
fn sent(
    book: &Book,
    source: RecordId,
    resting: &BTreeSet<RecordId>,
    findings: &BTreeMap<String, usize>,
) -> Vec<String> {
    let rests = |id: &RecordId| {
        *id == source
            || resting.contains(id)
            || book.interviews.get(id).is_some_and(|said| said.what.source == source)
            || book.medical.get(id).is_some_and(|said| said.what.source == source)
            || book.findings.get(id).is_some_and(|file| findings.contains_key(&file.finding.what.code))
    };
    let drafts = book.drafts.values().map(|file| &file.draft.what).filter(|draft| draft.rests.iter().any(rests));
    drafts.map(|draft| format!("draft {} was sent to {} on {}", draft.code, draft.recipient, draft.sent)).collect()
}

/// The sources that pass on what a source said, directly or through others. Relays may run in a circle.
fn relaying(book: &Book, source: RecordId) -> BTreeSet<RecordId> {
    let mut found = BTreeSet::new();
    let mut ahead = vec![source];
    while let Some(origin) = ahead.pop() {
        for tie in book.ties.iter().filter(|tie| tie.what.way == Way::Relays && tie.what.other == origin) {
            if tie.what.one != source && found.insert(tie.what.one) {
                ahead.push(tie.what.one);
            }
        }
    }
    found
}

/// Adds what was made from items, step by step.
fn add_derived(case: &Case, items: &mut BTreeSet<RecordId>) -> Result<(), IndexError> {
    let made: Vec<(RecordId, RecordId)> = view::evidence(case.index(), "derived", case.until())?
        .into_iter()
        .filter_map(|(_, said)| match said {
            Evidence::Derived { item, parent, .. } => Some((parent, item)),
            _ => None,
        })
        .collect();
    // What was taken in from elsewhere may stand in the log before what it was made from.
    let mut known = 0;
    while known != items.len() {
        known = items.len();
        for (parent, item) in &made {
            if items.contains(parent) {
                items.insert(*item);
            }
        }
    }
    Ok(())
}
