//! Which records does a release rest on, where do they stand, and how does it commit to them without naming them?
//!
//! For a statement that is its own record, its source's and what that source agreed to; for a finding also its adoption and the statements that
//! bear on it; for a run its record; for an item the record that its own object holds; for a source that is printed by name also who it is; for a
//! framework of law its text and the official text with which it was compared. Each is committed to by its leaf in the log under a salt
//! that is used once.

use super::{Known, ReleaseError};
use crate::custody::anchor::proof::ProveError;
use crate::custody::evidence::CitedRecord;
use crate::custody::folder::Case;
use crate::custody::ids::{Digest, RecordId, TransactionId};
use crate::custody::{canonical, items, part, view};
use crate::facts::{Book, Fact, Sort};
use crate::publication::gate::{Cited, Rests};
use factum_log::Hash;
use factum_log::release as log;
use factum_vault::index::{RecordRow, Records};
use factum_vault::keys::SecretKey;
use factum_vault::object;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// Kinds of records that say what a thing is; the last about a thing stands for it.
const KINDS: [&str; 17] = [
    "source",
    "consent",
    "conditions",
    "interview",
    "statement",
    "entity",
    "finding",
    "adopted",
    "request",
    "position",
    "recommendation",
    "document",
    "legal-conclusion",
    "medical",
    "comment-draft",
    "correction",
    "response",
];

/// The kind of the record that says who a source is: only for those that are printed by name.
const IDENTITY: &str = "source-identity";

/// Kinds of records that say what a framework of law is; the last of each stands for it.
const LAW: [&str; 2] = ["framework", "official-text"];

/// Kinds that are read at their last word even if its transaction was undone.
const TODAY: [&str; 2] = ["consent", "conditions"];

/// Everything that a release cites, by the code under which it is cited.
pub type CitedThings = BTreeMap<String, Cited>;

/// What a release rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resting {
    /// What is cited or taken.
    pub cited: BTreeSet<Cited>,
    /// Sources that are printed by name.
    pub named: BTreeSet<RecordId>,
    /// Frameworks of law that are cited, by name.
    pub frameworks: BTreeSet<String>,
}

impl Resting {
    /// Things alone: nobody is named, no law is cited.
    pub fn on(cited: impl IntoIterator<Item = Cited>) -> Self {
        Self { cited: cited.into_iter().collect(), ..Self::default() }
    }

    /// Whether it rests on nothing.
    pub fn is_empty(&self) -> bool {
        self.cited.is_empty() && self.named.is_empty() && self.frameworks.is_empty()
    }
}

impl From<Rests> for Resting {
    fn from(rests: Rests) -> Self {
        Self { cited: rests.cited, named: rests.named, frameworks: rests.frameworks }
    }
}

/// The codes of things, and of everything else that can be cited.
struct Names<'a>(BTreeMap<(Sort, RecordId), &'a str>);

impl<'a> Names<'a> {
    fn of(book: &'a Book) -> Self {
        let codes = book.codes();
        Self(codes.into_iter().flat_map(|(code, things)| things.into_iter().map(move |thing| (thing, code))).collect())
    }

    /// The code of a thing or run, or the number of an item; absent if the actor cannot open it.
    fn name(&self, cited: &Cited) -> Option<String> {
        match cited {
            Cited::Run(code) => Some(code.clone()),
            Cited::Item(item) => Some(item.to_string()),
            Cited::Thing(sort, id) => self.0.get(&(*sort, *id)).map(|code| (*code).to_string()),
        }
    }
}

/// The things cited with those they rest on in turn: findings on statements, statements and interviews on sources.
fn with_grounds(book: &Book, cited: &BTreeSet<Cited>) -> BTreeSet<Cited> {
    let mut all = cited.clone();
    for thing in cited {
        if let Cited::Thing(Sort::Finding, id) = thing
            && let Some(file) = book.findings.get(id)
        {
            all.extend(file.bears.keys().map(|statement| Cited::Thing(Sort::Statement, *statement)));
        }
    }
    let sources: Vec<RecordId> = all
        .iter()
        .filter_map(|thing| match thing {
            Cited::Thing(Sort::Statement, id) => Some(book.statements.get(id)?.statement.what.source),
            Cited::Thing(Sort::Interview, id) => Some(book.interviews.get(id)?.what.source),
            Cited::Thing(Sort::Document, id) => Some(book.documents.get(id)?.what.source),
            Cited::Thing(Sort::Medical, id) => Some(book.medical.get(id)?.what.source),
            _ => None,
        })
        .collect();
    all.extend(sources.into_iter().map(|source| Cited::Thing(Sort::Source, source)));
    all
}

/// A record that is cited, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The record.
    pub record: RecordId,
    /// What it is about: a code, or an item's number.
    pub thing: String,
    /// In which compartment.
    pub compartment: String,
    /// Its leaf under R of its entry.
    pub leaf: Hash,
}

/// The records behind what is cited, each once, in the order of their numbers.
///
/// # Errors
/// [`ReleaseError::Closed`] if something cited stands where the actor cannot read.
pub fn records(case: &Case, book: &Book, resting: &Resting) -> Result<Vec<Standing>, ReleaseError> {
    let cited = &resting.cited;
    let mut all = with_grounds(book, cited);
    all.extend(resting.named.iter().map(|source| Cited::Thing(Sort::Source, *source)));
    let names = Names::of(book);
    let things: BTreeMap<RecordId, String> = all
        .iter()
        .filter_map(|thing| match thing {
            Cited::Thing(_, id) => Some((*id, names.name(thing)?)),
            _ => None,
        })
        .collect();
    // A finding may rest on what is closed to the actor: then no code is known, and the release is somebody else's to prepare.
    let closed = all.iter().find(|thing| names.name(thing).is_none());
    if closed.is_some() {
        let cites = cited.iter().find_map(|thing| names.name(thing)).unwrap_or_default();
        return Err(ReleaseError::Closed(if cites.is_empty() {
            "it".into()
        } else {
            format!("what {cites} and others rest on")
        }));
    }
    let mut rows = rows_about(case, &things, &KINDS)?;
    let named: BTreeMap<RecordId, String> =
        resting.named.iter().filter_map(|source| Some((*source, things.get(source)?.clone()))).collect();
    rows.extend(rows_about(case, &named, &[IDENTITY])?);
    if let Some(code) = named.values().find(|code| !rows.contains_key(&((*code).clone(), IDENTITY.to_string()))) {
        return Err(ReleaseError::Closed(format!("the name of {code}")));
    }
    rows.extend(rows_of_law(case, &resting.frameworks)?);
    if let Some(name) =
        resting.frameworks.iter().find(|name| !rows.contains_key(&((*name).clone(), LAW[0].to_string())))
    {
        return Err(ReleaseError::Closed(format!("the framework {name}")));
    }
    let runs: BTreeSet<&String> =
        all.iter().filter_map(|thing| if let Cited::Run(code) = thing { Some(code) } else { None }).collect();
    view::each_evidence(case.index(), "run", case.until(), |row, said| {
        if let crate::custody::evidence::Evidence::Run(run) = said
            && runs.contains(&run.run)
        {
            rows.insert((run.run.clone(), "run".into()), (row.clone(), run.run));
        }
    })?;
    let mut standing = leaves(case, rows.into_values().collect())?;
    for thing in &all {
        if let Cited::Item(item) = thing {
            standing.push(of_item(case, *item)?);
        }
    }
    standing.sort_by_key(|s| s.record);
    standing.dedup_by_key(|s| s.record);
    Ok(standing)
}

/// Records with what they say, by the code of their thing and their kind.
type Rows = BTreeMap<(String, String), (RecordRow, String)>;

/// The last record of each kind about each of these things, by code and kind.
fn rows_about(case: &Case, things: &BTreeMap<RecordId, String>, kinds: &[&str]) -> Result<Rows, ReleaseError> {
    rows_where(case, kinds, |fact| things.get(&fact.thing()?).cloned())
}

/// The last record of each kind about each of these frameworks, by name and kind.
fn rows_of_law(case: &Case, frameworks: &BTreeSet<String>) -> Result<Rows, ReleaseError> {
    rows_where(case, &LAW, |fact| match fact {
        Fact::Framework { framework, .. } | Fact::OfficialText { framework, .. } => frameworks.get(framework).cloned(),
        _ => None,
    })
}

/// The last record of each kind about each of what `about` tells, by that and by kind.
fn rows_where(case: &Case, kinds: &[&str], about: impl Fn(&Fact) -> Option<String>) -> Result<Rows, ReleaseError> {
    let undone = view::undone(case.index(), case.until())?;
    let mut rows = BTreeMap::new();
    for kind in kinds {
        case.index().each_record(Records::Kind(kind), |row| {
            let gone = undone.contains(&(TransactionId(row.transaction), row.compartment.clone()));
            let fact = canonical::parse(&row.body).ok().and_then(|body| canonical::read::<Fact>(&body).ok());
            let about = fact.and_then(|fact| about(&fact));
            if let Some(code) = about.filter(|_| !gone || TODAY.contains(kind)) {
                rows.insert((code.clone(), kind.to_string()), (row, code));
            }
            ControlFlow::Continue(())
        })?;
    }
    Ok(rows)
}

/// The leaves of these records. Each object is opened once.
fn leaves(case: &Case, rows: Vec<(RecordRow, String)>) -> Result<Vec<Standing>, ReleaseError> {
    let keys: Vec<&SecretKey> = case.keyring().each().map(|(_, _, key)| key).collect();
    let mut by_object: BTreeMap<[u8; 32], Vec<(RecordRow, String)>> = BTreeMap::new();
    rows.into_iter().for_each(|row| by_object.entry(row.0.object).or_default().push(row));
    let mut standing = Vec::new();
    for (name, rows) in by_object {
        let newest = case.register().reseals.get(&Digest(name)).copied().unwrap_or(Digest(name));
        let (text, _) = object::open_text(case.store(), &newest.0, &keys)?;
        let lines = part::lines(&text).map_err(ProveError::from)?;
        for (row, thing) in rows {
            let record = RecordId(row.id);
            let line = lines.iter().find(|(id, _, _)| *id == record).ok_or(ProveError::Unknown(record))?;
            standing.push(Standing { record, thing, compartment: row.compartment, leaf: line.2 });
        }
    }
    Ok(standing)
}

fn of_item(case: &Case, item: RecordId) -> Result<Standing, ReleaseError> {
    let held = items::find(case, &item.to_string())?;
    let newest = items::present(case, &held.item)?;
    let keys: Vec<&SecretKey> = case.keyring().each().map(|(_, _, key)| key).collect();
    let (trailer, _) = object::open_item(case.store(), &newest.0, &keys, &mut std::io::sink())?;
    let body = format!("{{\"length\":{},\"sha256\":\"{}\"}}", trailer.length, Digest(trailer.sha256));
    let (id, salt) = (factum_log::record::RecordId(trailer.record), factum_log::record::Salt(*trailer.salt));
    let leaf = factum_log::record::leaf(case.ledger().origin(), id, &salt, body.as_bytes());
    Ok(Standing { record: item, thing: item.to_string(), compartment: held.compartment, leaf })
}

/// What a release commits to.
pub struct Committed {
    /// The root.
    pub root: Hash,
    /// The leaves in the order of their bytes, padded.
    pub leaves: Vec<Hash>,
    /// Which records they stand for, by compartment.
    pub cited: BTreeMap<String, Vec<CitedRecord>>,
}

/// Commits to records for one release, with salts and padding from the operating system's randomness.
pub fn commit(origin: &str, release: RecordId, standing: &[Standing]) -> Result<Committed, getrandom::Error> {
    let mut leaves = Vec::with_capacity(log::leaves_for(standing.len()));
    let mut cited: BTreeMap<String, Vec<CitedRecord>> = BTreeMap::new();
    for Standing { record, thing, compartment, leaf } in standing {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt)?;
        leaves.push(log::citation(origin, factum_log::record::RecordId(release.0), &salt, *leaf));
        let said = CitedRecord { record: *record, thing: thing.clone(), salt: Digest(salt) };
        cited.entry(compartment.clone()).or_default().push(said);
    }
    while leaves.len() < log::leaves_for(standing.len()) {
        let mut random = [0; 32];
        getrandom::fill(&mut random)?;
        leaves.push(Hash(random));
    }
    let root = log::cited_root(&mut leaves);
    Ok(Committed { root, leaves, cited })
}

/// Does a release commit to just what the case says that it cites? For those who can open all of it.
///
/// # Errors
/// [`ReleaseError::Basis`] if not.
pub fn check(case: &Case, known: &Known) -> Result<(), ReleaseError> {
    let mut leaves: Vec<Hash> = known.basis.leaves.iter().map(|leaf| Hash(leaf.0)).collect();
    let root = log::cited_root(&mut leaves);
    if root.0 != known.file.prepared.cited.0 || leaves.len() != log::leaves_for(known.cited.len()) {
        return Err(ReleaseError::Basis);
    }
    let standing = of_records(case, &known.cited)?;
    let origin = case.ledger().origin();
    let release = known.manifest.release;
    let committed = |cited: &CitedRecord| {
        let leaf = standing.iter().find(|s| s.record == cited.record).map(|s| s.leaf);
        leaf.is_some_and(|leaf| leaves.binary_search(&log::citation(origin, release, &cited.salt.0, leaf)).is_ok())
    };
    if known.cited.iter().all(committed) { Ok(()) } else { Err(ReleaseError::Basis) }
}

/// The records of these names, with their leaves.
fn of_records(case: &Case, cited: &[CitedRecord]) -> Result<Vec<Standing>, ReleaseError> {
    let (mut rows, mut standing) = (Vec::new(), Vec::new());
    for cited in cited {
        let row = case.index().records(Records::Id(&cited.record.0))?.into_iter().next();
        match row {
            Some(row) => rows.push((row, cited.thing.clone())),
            None => standing.push(of_item(case, cited.record)?),
        }
    }
    standing.extend(leaves(case, rows)?);
    Ok(standing)
}
