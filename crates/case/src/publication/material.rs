//! What does a build need of a case beside its book: tables of counts, and what vouches for each item that is cited?
//!
//! An item stands in a publication under a commitment: a digest of its bytes under the secret salt that lies with them. Whoever is shown
//! the item with its salt can check it; nobody can guess it from bytes they hold, and it is not the commitment that the log carries, so
//! that a footnote does not tell which entry it speaks of.

use super::acts::Acts;
use super::draft::{Content, Draft, Problem};
use super::gate::{Cited, Grounds, Rests, allowed};
use super::moves::Moves;
use super::regions::Regions;
use crate::custody::folder::Case;
use crate::custody::ids::{Digest, RecordId};
use crate::custody::items::{self, Held, ItemError};
use crate::facts::accounts::{Accounts, Settled, ToldRecord};
use crate::facts::patterns::{self, whereabouts};
use crate::facts::{Book, Sort};
use crate::persons::read_counts;
use crate::state::Register;
use crate::state::of_case;
use factum_model::CaptureTable;
use factum_report::plot::Whereabouts;
use std::collections::{BTreeMap, BTreeSet};

/// The file in which a linkage leaves its capture histories.
const COUNTS: &str = "counts.csv";

/// Letters of a commitment that stand in a footnote: enough to find it in the annex.
const MARK: usize = 8;

/// What was read before, so that a build after a change reads it no second time. Items never change.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    commitments: BTreeMap<RecordId, Digest>,
    counts: BTreeMap<RecordId, CaptureTable>,
}

/// What a build needs beside the draft and the book.
#[derive(Clone, Debug, Default)]
pub struct Material {
    /// Capture histories, by the run that made or used them.
    pub counts: BTreeMap<String, CaptureTable>,
    /// What vouches for each item that is cited.
    pub commitments: BTreeMap<RecordId, Digest>,
    /// What was asked of States and bodies, what they answered, hold and corrected.
    pub register: Register,
    /// Where places are, of which one position is settled.
    pub positions: BTreeMap<RecordId, Whereabouts>,
    /// Who was moved from where to where.
    pub(super) moves: Moves,
    /// Acts, and who could have known of them.
    pub(super) acts: Acts,
    /// What of the register could not be read, a line each.
    pub left_out: Vec<String>,
}

impl Material {
    /// Gathers it from a case.
    ///
    /// # Errors
    /// What could not be read, each a problem of the draft: a publication does not cite what is not there.
    pub fn of(
        case: &Case,
        draft: &Draft,
        grounds: &Grounds<'_>,
        rests: &Rests,
        memory: &mut Memory,
    ) -> Result<Self, Vec<Problem>> {
        let held: BTreeMap<RecordId, Held> = match items::list(case) {
            Ok(held) => held.into_iter().map(|held| (held.item.item, held)).collect(),
            Err(error) => return Err(vec![Problem::new(1, error.to_string(), "factum view rebuild")]),
        };
        let mut problems = Vec::new();
        let mut material = Self::default();
        match of_case(case, grounds.book) {
            Ok(held) => (material.register, material.left_out) = (held.register, held.left_out),
            Err(error) => problems.push(Problem::new(1, error.to_string(), "factum view rebuild")),
        }
        for item in cited_items(grounds, rests) {
            let Some(held) = held.get(&item) else { continue };
            let known = memory.commitments.get(&item).copied();
            match known.map_or_else(|| items::commitment(case, &held.item), Ok) {
                Ok(commitment) => {
                    memory.commitments.insert(item, commitment);
                    material.commitments.insert(item, commitment);
                }
                Err(error) => problems.push(Problem::new(1, error.to_string(), "cite only what the case still holds")),
            }
        }
        for (line, run) in runs_shown(draft) {
            match counts_of(case, grounds, &held, &run, memory) {
                Ok(Some(table)) => drop(material.counts.insert(run, table)),
                Ok(None) => {}
                Err(error) => problems.push(Problem::new(line, error.to_string(), "factum items lists what is there")),
            }
        }
        if let Err(why) = material.read_accounts(case, draft, grounds) {
            problems.push(Problem::new(1, why, "factum claim list shows what sources say of an entity"));
        }
        if problems.is_empty() { Ok(material) } else { Err(problems) }
    }

    /// Reads positions and movements, where a draft shows them.
    fn read_accounts(&mut self, case: &Case, draft: &Draft, grounds: &Grounds<'_>) -> Result<(), String> {
        let named = |block: &super::draft::Block| match &block.content {
            Content::Figure { name, .. } | Content::Table { name, .. } => {
                name == "map" || name == "map-acts" || name == "flows" || name.starts_with("acts-")
            }
            _ => false,
        };
        if !draft.blocks.iter().any(named) {
            return Ok(());
        }
        let book = grounds.book;
        let schema = book.schema().0;
        let accounts = Accounts::read(case, book, &schema).map_err(|error| error.to_string())?;
        for said in book.entities.values().filter(|said| said.what.sort == "place") {
            if let Settled::One(account) = accounts.settled(book, &said.what.entity, "position")
                && let Some(at) = whereabouts(&account.value)
            {
                self.positions.insert(said.what.entity, at);
            }
        }
        // What is counted is told by sources that allow the publication alone: also when, where and to whom it was.
        let allowed = allowed(draft, grounds);
        let (mut book, told) = told_by(book, accounts.told, &allowed);
        let regions = Regions::told(&mut book);
        let mut accounts = Accounts::of(&book, told, &schema);
        regions.of_accounts(&book, &mut accounts);
        let counted = patterns::gather(&book, &accounts, grounds.today, patterns::Depth::Each);
        let label = |code: &str| counted.labels.get(code).cloned().unwrap_or_else(|| code.to_string());
        self.moves = Moves::of(&counted.transfers, &label)?;
        self.acts = Acts::of(&counted, &schema, &allowed, &usable(grounds));
        Ok(())
    }

    /// The mark under which a footnote speaks of an item.
    pub fn mark(&self, item: &RecordId) -> Option<String> {
        self.commitments.get(item).map(|commitment| commitment.to_string().chars().take(MARK).collect())
    }
}

/// A book that knows only the statements of the sources of these codes, and what their files say.
fn told_by(book: &Book, told: Vec<ToldRecord>, allowed: &BTreeSet<&str>) -> (Book, Vec<ToldRecord>) {
    let allows = |source: &RecordId| {
        book.sources.get(source).is_some_and(|file| allowed.contains(file.source.what.code.as_str()))
    };
    let mut only = book.clone();
    only.statements.retain(|_, file| allows(&file.statement.what.source));
    (only, told.into_iter().filter(|record| allows(&record.source)).collect())
}

/// Codes of the sources with which the inquiry may still work.
fn usable<'a>(grounds: &Grounds<'a>) -> BTreeSet<&'a str> {
    let usable = grounds.book.sources.values().filter(|file| file.is_usable(grounds.today));
    usable.map(|file| file.source.what.code.as_str()).collect()
}

/// Items that the publication rests on: cited themselves, or through a statement, an interview or a finding.
fn cited_items(grounds: &Grounds<'_>, rests: &Rests) -> BTreeSet<RecordId> {
    let book = grounds.book;
    let passage = |statement: &RecordId| book.passage(statement).map(|(passage, _)| passage.item);
    let mut found = BTreeSet::new();
    for cited in &rests.cited {
        match cited {
            Cited::Item(item) => drop(found.insert(*item)),
            Cited::Thing(Sort::Statement, id) => found.extend(passage(id)),
            Cited::Thing(Sort::Interview, id) => {
                found.extend(book.interviews.get(id).into_iter().flat_map(|said| said.what.text));
            }
            Cited::Thing(Sort::Finding, id) => {
                let bears = book.findings.get(id).into_iter().flat_map(|file| file.bears.keys());
                found.extend(bears.filter_map(passage));
            }
            Cited::Run(_) | Cited::Thing(..) => {}
        }
    }
    found
}

/// Runs whose capture histories a draft shows, each with the line.
fn runs_shown(draft: &Draft) -> Vec<(u32, String)> {
    let named = draft.blocks.iter().filter_map(|block| match &block.content {
        Content::Figure { name, .. } | Content::Table { name, .. } => {
            Some((block.line, name.strip_prefix("overlap-")?.to_string()))
        }
        _ => None,
    });
    named.collect()
}

fn counts_of(
    case: &Case,
    grounds: &Grounds<'_>,
    held: &BTreeMap<RecordId, Held>,
    run: &str,
    memory: &mut Memory,
) -> Result<Option<CaptureTable>, ItemError> {
    let Some(run) = grounds.book.runs.get(run).map(|said| &said.what) else { return Ok(None) };
    let items = run.inputs.iter().chain(&run.outputs).filter_map(|item| held.get(item));
    let Some(item) = items.map(|held| &held.item).find(|item| item.name == COUNTS) else { return Ok(None) };
    if let Some(known) = memory.counts.get(&item.item) {
        return Ok(Some(known.clone()));
    }
    let mut bytes = Vec::new();
    items::read(case, item, &mut bytes)?;
    let (table, _) = read_counts(&bytes, COUNTS);
    if let Some(table) = &table {
        memory.counts.insert(item.item, table.clone());
    }
    Ok(table)
}
