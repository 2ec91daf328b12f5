//! How do lists, linkages, estimates and reports become part of a case?
//!
//! What was read and what came out are items; what was computed is a run that names both. Items are sealed whole: a report can be
//! taken out of the case again, byte for byte, with the transaction that made it.

use super::evidence::{Capture, Detail, Evidence, Item, Outcome, Run};
use super::folder::Case;
use super::founding::WORKING;
use super::ids::{Digest, RecordId};
use super::writer::{Change, Receipt, WriteError, entry};
use super::{canonical, keyring, view};
use crate::estimating::Estimated;
use crate::inquiry::Finished;
use crate::linking;
use factum_log::Entry;
use factum_log::entry::Kind;
use factum_vault::keys::Recipient;
use factum_vault::object::Batch;
use std::collections::{BTreeMap, HashMap};

/// A file that becomes an item.
pub struct Given<'a> {
    /// How it is called.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
    /// Its media type.
    pub media_type: &'a str,
}

/// What a whole run left in the case.
pub struct Kept {
    /// One receipt a transaction, in order.
    pub receipts: Vec<Receipt>,
    /// Items by file name.
    pub items: BTreeMap<String, RecordId>,
}

/// A number for a new item, from the operating system's randomness.
pub fn new_item() -> Result<RecordId, getrandom::Error> {
    let mut id = [0; 16];
    getrandom::fill(&mut id)?;
    Ok(RecordId(id))
}

/// Seals bytes as an item of this number: what is said of it, and its entry.
pub fn seal_item(
    batch: &mut Batch<'_>,
    origin: &str,
    recipient: &Recipient,
    id: RecordId,
    given: &Given<'_>,
) -> Result<(Item, Entry), WriteError> {
    let (sealed, trailer) = batch.item(given.bytes, id.0, recipient, |_| ())?;
    let root = root_of_item(origin, &trailer)?;
    let item = Item {
        item: id,
        object: Digest(sealed.object),
        name: given.name.into(),
        length: sealed.length,
        sha256: Digest(sealed.sha256),
        media_type: given.media_type.into(),
        capture: Capture::default(),
        embedded: Vec::new(),
        not_examined: None,
        text: None,
    };
    Ok((item, entry(Kind::Item, sealed.object, root)))
}

/// R of an item: the root over the one record that says how long its content is and which digest it has.
pub fn root_of_item(origin: &str, trailer: &factum_vault::object::Trailer) -> Result<Digest, WriteError> {
    let said = serde_json::json!({"length": trailer.length, "sha256": Digest(trailer.sha256).to_string()});
    let body = canonical::write(&said)?;
    Ok(keyring::root_of(origin, RecordId(trailer.record), *trailer.salt, &body))
}

impl Case {
    /// Keeps a finished run with everything it read: lists, linkage, estimates, report, each a transaction.
    pub fn keep_run(&mut self, lists: &[(String, Vec<u8>)], finished: &Finished) -> Result<Kept, WriteError> {
        let mut kept = Kept { receipts: Vec::new(), items: BTreeMap::new() };
        let known: HashMap<Digest, RecordId> = view::evidence(&self.index, "item", u64::MAX)?
            .into_iter()
            .filter_map(|(_, said)| match said {
                Evidence::Item(item) => Some((item.sha256, item.item)),
                _ => None,
            })
            .collect();
        let mut fresh = Vec::new();
        for (name, bytes) in lists {
            let digest = crate::digest::sha256(bytes).parse().ok().and_then(|d: Digest| known.get(&d));
            match digest {
                Some(item) => drop(kept.items.insert(name.clone(), *item)),
                None => fresh.push((name.as_str(), bytes.as_slice())),
            }
        }
        if !fresh.is_empty() {
            let summary = format!("{} lists and settings are collected", fresh.len());
            self.keep_files("collect", &summary, &fresh, &mut kept, |_| Vec::new())?;
        }
        let of_linkage = |name: &str| linking::FILES.contains(&name);
        let (linkage, rest): (Vec<_>, Vec<_>) = finished
            .files
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
            .partition(|(name, _)| of_linkage(name));
        let run = &finished.results.linkage.run;
        let of_linkage_run = Outcome {
            converged: true,
            values: vec![
                Detail::new("records", finished.results.linkage.records.to_string()),
                Detail::new("persons", finished.results.linkage.persons.to_string()),
            ],
        };
        let summary = format!(
            "{} records are linked to {} persons",
            finished.results.linkage.records, finished.results.linkage.persons
        );
        self.keep_files("link", &summary, &linkage, &mut kept, |kept| {
            vec![said(run, kept, names(&linkage), Some(of_linkage_run))]
        })?;
        if !finished.results.estimates.is_empty() {
            let runs: Vec<Evidence> = finished
                .results
                .estimates
                .iter()
                .map(|e| said(&e.run, &kept, Vec::new(), Some(of_estimate(e))))
                .collect();
            let summary = format!("{} models estimate how many no list recorded", runs.len());
            self.keep_files("estimate", &summary, &[], &mut kept, |_| runs)?;
        }
        let report = factum_model::Run {
            id: factum_model::RunId::new("report"),
            what: "write the report".into(),
            inputs: run.inputs.clone(),
            parameters: [("report date".to_string(), finished.results.report_date.to_string())].into(),
            seed: None,
            version: crate::version(),
        };
        let summary = format!("The report \"{}\" is written", finished.results.title);
        self.keep_files("report", &summary, &rest, &mut kept, |kept| vec![said(&report, kept, names(&rest), None)])?;
        Ok(kept)
    }

    /// Seals files and says what they are and which runs made them, in one transaction.
    fn keep_files(
        &mut self,
        act: &str,
        summary: &str,
        files: &[(&str, &[u8])],
        kept: &mut Kept,
        runs: impl FnOnce(&Kept) -> Vec<Evidence>,
    ) -> Result<(), WriteError> {
        let store = self.store.clone();
        let mut batch = Batch::new(&*store);
        let mut change = Change::new(act, summary);
        let origin = self.ledger.origin().to_string();
        let place = self.register.compartments.get(WORKING);
        let recipient = place.and_then(|c| c.recipient()).cloned();
        let recipient = recipient.ok_or_else(|| WriteError::NoCompartment(WORKING.into()))?;
        for (name, bytes) in files {
            let given = Given { name, bytes, media_type: media_type(name) };
            let (item, entry) = seal_item(&mut batch, &origin, &recipient, new_item()?, &given)?;
            kept.items.insert(name.to_string(), item.item);
            change.entries.push(entry);
            change.say_apart(WORKING, &Evidence::Item(Box::new(item)))?;
        }
        for run in runs(kept) {
            change.say(WORKING, &run)?;
        }
        kept.receipts.push(self.transact(change, batch)?);
        Ok(())
    }
}

fn names(files: &[(&str, &[u8])]) -> Vec<String> {
    files.iter().map(|(name, _)| name.to_string()).collect()
}

/// A run in the words of the case. Inputs and outputs that are no items here are left out; the run's own parameters name them.
fn said(run: &factum_model::Run, kept: &Kept, outputs: Vec<String>, outcome: Option<Outcome>) -> Evidence {
    let item = |name: &String| kept.items.get(name).copied();
    Evidence::Run(Box::new(Run {
        run: run.id.to_string(),
        what: run.what.clone(),
        program: run.version.clone(),
        seed: run.seed.map(|seed| seed.to_string()),
        parameters: run.parameters.iter().map(|(name, value)| Detail::new(name, value)).collect(),
        inputs: run.inputs.iter().filter_map(|input| item(&input.name)).collect(),
        outputs: outputs.iter().filter_map(item).collect(),
        outcome,
    }))
}

/// What words may cite of an estimate: whole persons, as its own tables print them. A limit that does not exist is absent.
fn of_estimate(estimated: &Estimated) -> Outcome {
    let estimate = &estimated.estimate;
    let whole = |name: &str, value: Option<f64>| value.map(|v| Detail::new(name, format!("{v:.0}")));
    let numbers = [("estimate", estimate.estimate), ("lower", estimate.lower), ("upper", estimate.upper)];
    let numbers = numbers.into_iter().filter_map(|(name, value)| whole(name, value));
    let values = [
        Detail::new("model", estimate.model.to_string()),
        Detail::new("observed", estimate.observed.to_string()),
        Detail::new("level", format!("{:.0} %", estimate.level * 100.0)),
    ];
    let values = values.into_iter().chain(numbers).collect();
    Outcome { converged: estimate.converged && estimate.estimate.is_some(), values }
}

/// The media type of a file that this program wrote, or read as a list or a draft, by its name.
pub(crate) fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("csv") => "text/csv",
        Some("tsv") => "text/tab-separated-values",
        Some("json") => "application/json",
        Some("toml") => "application/toml",
        Some("html") => "text/html",
        Some("pdf") => "application/pdf",
        Some("md") => "text/markdown",
        Some("txt") => "text/plain",
        Some("docx") => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Some("parquet") => "application/vnd.apache.parquet",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    }
}
