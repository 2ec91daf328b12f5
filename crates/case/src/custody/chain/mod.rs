//! What happened to this item, from its collection on, in the order of the log?
//!
//! A table that can be given to a court. Acts are told with the role of who did them; names of people are withheld unless the
//! record is made for somebody who is named in it.

pub mod page;

use super::canonical;
use super::derive;
use super::evidence::{Evidence, Leaving};
use super::folder::Case;
use super::governance::{Act, Role};
use super::ids::{Digest, MemberId, RecordId, TransactionId};
use super::items::{self, Held, ItemError};
use super::ledger::LedgerError;
use super::part::{Header, REGISTER};
use super::view;
use factum_vault::card::Card;
use factum_vault::index::{IndexError, RecordRow, Records};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;

/// The custody record of one item.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Chain {
    /// The item's number.
    pub item: RecordId,
    /// How its file was called.
    pub name: String,
    /// Bytes.
    pub length: u64,
    /// Their SHA-256, taken when they were read for the first time.
    pub sha256: Digest,
    /// Their media type, by their first bytes.
    pub media_type: String,
    /// The object that held them first, as the log names it.
    pub object: Digest,
    /// Whether that object, or the one to which it was sealed again, is in the case today.
    pub present: bool,
    /// What the inquiry is called.
    pub inquiry: String,
    /// The log's name.
    pub log: String,
    /// How many entries of the log were looked at.
    pub size: u64,
    /// The root over these entries.
    pub root: Digest,
    /// The compartments that were open to who made this. What stands in others is not told.
    pub compartments: Vec<String>,
    /// Which program made this.
    pub program: String,
    /// For whom it was made, if it names people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_for: Option<String>,
    /// What happened, in the order of the log.
    pub events: Vec<Event>,
}

/// Something that happened to an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Event {
    /// The entry of the log that says so, from 0.
    pub entry: u64,
    /// The transaction.
    pub transaction: TransactionId,
    /// When, by the clock of who did it.
    pub time: String,
    /// When it was written into this log, by the clock of who wrote it there.
    pub logged: String,
    /// By how many seconds the author's clock was behind what the log had already seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_behind: Option<u64>,
    /// What was done, in one word or two.
    pub act: &'static str,
    /// Who did it: role and a number that tells people of one record apart, and the name if names are told.
    pub who: String,
    /// With which program.
    pub program: String,
    /// What else is said of it.
    pub details: Vec<String>,
    /// Whether it was undone later.
    pub undone: bool,
}

/// The custody record of an item. `names` is for whom names of people are told; without, they are withheld.
pub fn chain(case: &Case, held: &Held, names: Option<&str>) -> Result<Chain, ItemError> {
    let present = match items::present(case, &held.item) {
        Ok(_) => true,
        Err(ItemError::Gone(_)) => false,
        Err(error) => return Err(error),
    };
    let mut gathering = Gathering::new(case, held, names.is_some())?;
    gathering.of_evidence()?;
    gathering.of_register()?;
    let mut events = gathering.events;
    // Records of one part stand in it in any order: a collection comes before what follows from it.
    events.sort_by_key(|e| (e.entry, e.act != COLLECTED));
    let item = &held.item;
    let root = case.ledger.reader(&*case.store)?.root_at(case.until()).map_err(LedgerError::from)?;
    Ok(Chain {
        item: item.item,
        name: item.name.clone(),
        length: item.length,
        sha256: item.sha256,
        media_type: item.media_type.clone(),
        object: item.object,
        present,
        inquiry: case.register.title.clone().unwrap_or_default(),
        log: case.ledger.origin().to_string(),
        size: case.until(),
        root: Digest(root.0),
        compartments: case.keyring.compartments().into_keys().map(String::from).collect(),
        program: crate::version(),
        made_for: names.map(String::from),
        events,
    })
}

/// What the first event of an item is called.
const COLLECTED: &str = "collected";

struct Gathering<'a> {
    case: &'a Case,
    held: &'a Held,
    names: bool,
    until: u64,
    /// Headers by entry.
    headers: HashMap<u64, Header>,
    /// When objects came in that were written elsewhere.
    taken: HashMap<Digest, String>,
    undone: HashSet<(TransactionId, String)>,
    /// Since when who has had which role.
    roles: Vec<(u64, MemberId, Role)>,
    /// People of this record, in the order in which they appear.
    people: Vec<MemberId>,
    events: Vec<Event>,
}

impl<'a> Gathering<'a> {
    fn new(case: &'a Case, held: &'a Held, names: bool) -> Result<Self, IndexError> {
        let until = case.until();
        let headers: HashMap<u64, Header> =
            view::headers(&case.index)?.into_iter().map(|(row, header)| (row.entry, header)).collect();
        let mut taken = HashMap::new();
        for (row, said) in view::evidence(&case.index, "taken", until)? {
            if let (Evidence::Taken { objects, .. }, Some(header)) = (said, headers.get(&row.entry)) {
                objects.into_iter().for_each(|object| drop(taken.insert(object, header.time.clone())));
            }
        }
        let undone = view::undone(&case.index, until)?;
        let roles = roles(case)?;
        Ok(Self { case, held, names, until, headers, taken, undone, roles, people: Vec::new(), events: Vec::new() })
    }

    fn of_evidence(&mut self) -> Result<(), IndexError> {
        let index = &self.case.index;
        let number = self.held.item.item.to_string();
        let mut rows = Vec::new();
        for kind in ["item", "seen-again", "collection", "derived", "release", "viewed", "run", "shred-plan", "undo"] {
            // Items carry long texts: only those records are kept that name this one.
            index.each_record(Records::Kind(kind), |row| {
                let counts = row.entry < self.until && row.compartment != REGISTER;
                if counts && (kind == "undo" || row.body.contains(&number)) {
                    rows.push(row);
                }
                ControlFlow::Continue(())
            })?;
        }
        rows.sort_by_key(|row| row.entry);
        // What touched the item can itself be undone, and that is told too.
        let mut touched: BTreeSet<TransactionId> = BTreeSet::new();
        for row in rows {
            let said = canonical::parse(&row.body).ok().and_then(|body| canonical::read(&body).ok());
            let Some(said) = said else { continue };
            if let Evidence::Undo { transaction, reason } = &said {
                if touched.contains(transaction) {
                    self.add(
                        &row,
                        "undone",
                        vec![format!("transaction {transaction}"), format!("reason: {reason}")],
                        None,
                    );
                }
                continue;
            }
            let before = self.events.len();
            self.of_record(&row, said);
            if self.events.len() > before {
                touched.insert(TransactionId(row.transaction));
            }
        }
        Ok(())
    }

    /// What one record says of the item, if it speaks of it.
    fn of_record(&mut self, row: &RecordRow, said: Evidence) {
        let me = self.held.item.item;
        let person = |label: &str, name: &str, told: bool| format!("{label}: {}", if told { name } else { "withheld" });
        match said {
            Evidence::Item(item) if item.item == me => {
                let mut details = vec![
                    format!("name: {}", item.name),
                    format!("{} bytes, SHA-256 {}", item.length, item.sha256),
                    format!("compartment: {}", row.compartment),
                ];
                details.extend(items::told(&item.capture).into_iter().map(|d| format!("{}: {}", d.name, d.value)));
                self.add(row, COLLECTED, details, None);
            }
            Evidence::SeenAgain { item, name, capture } if item == me => {
                let mut details = vec![format!("name: {name}")];
                details.extend(items::told(&capture).into_iter().map(|d| format!("{}: {}", d.name, d.value)));
                self.add(row, "met again", details, None);
            }
            Evidence::Collection { item, collector, details } if item == me && self.names => {
                let mut told = vec![format!("collector: {collector}")];
                told.extend(details.into_iter().map(|d| format!("{}: {}", d.name, d.value)));
                self.add(row, "collector named", told, None);
            }
            Evidence::Derived { item, parent, making, maker, tool, language, reviewer }
                if item == me || parent == me =>
            {
                let (act, other) = if item == me { ("made from", parent) } else { ("source of", item) };
                let mut details = vec![format!("{}: item {other}", derive::word(making)), format!("tool: {tool}")];
                details.extend(language.map(|l| format!("language: {l}")));
                details.extend(maker.map(|m| person("maker", &m, self.names)));
                details.extend(reviewer.map(|r| person("reviewer", &r, self.names)));
                self.add(row, act, details, None);
            }
            Evidence::Release(release) if release.item == me => {
                let act = match release.leaving {
                    Leaving::Export => "exported",
                    Leaving::Transfer => "transferred",
                    Leaving::Disclosure => "disclosed",
                };
                let details =
                    vec![person("to", &release.recipient, self.names), format!("purpose: {}", release.purpose)];
                self.add(row, act, details, None);
            }
            Evidence::Viewed { views } => {
                for seen in views.into_iter().filter(|v| v.item == me) {
                    self.add(row, "opened", Vec::new(), Some(seen.time));
                }
            }
            Evidence::Run(run) if run.inputs.contains(&me) => {
                self.add(row, "used in a run", vec![format!("{}: {}", run.run, run.what)], None);
            }
            Evidence::Run(run) if run.outputs.contains(&me) => {
                self.add(row, "left by a run", vec![format!("{}: {}", run.run, run.what)], None);
            }
            Evidence::ShredPlan { items, reason, stays } if items.contains(&me) => {
                let mut details = vec![format!("reason: {reason}")];
                details.extend(stays.into_iter().map(|s| format!("stays: {s}")));
                self.add(row, "shred planned", details, None);
            }
            _ => {}
        }
    }

    /// What the register says of the item's objects: that they were sealed again, or that a planned act on them was carried out.
    fn of_register(&mut self) -> Result<(), IndexError> {
        let index = &self.case.index;
        let mut objects = vec![self.held.item.object];
        for row in index.records(Records::KindIn("reseal", REGISTER))? {
            if let Some(Act::Reseal { old, new }) = act_of(&row).filter(|_| row.entry < self.until)
                && objects.contains(&old)
            {
                objects.push(new);
                self.add(&row, "sealed again", vec![format!("object {old}"), format!("is now object {new}")], None);
            }
        }
        for row in index.records(Records::KindIn("done", REGISTER))? {
            let Some(Act::Done { plan }) = act_of(&row).filter(|_| row.entry < self.until) else { continue };
            let concerned =
                self.case.register.plans.get(&plan).is_some_and(|p| p.objects.iter().any(|o| objects.contains(o)));
            if concerned {
                self.add(&row, "plan carried out", vec![format!("plan {plan}")], None);
            }
        }
        Ok(())
    }

    fn add(&mut self, row: &RecordRow, act: &'static str, details: Vec<String>, own_time: Option<String>) {
        let Some(header) = self.headers.get(&row.entry).cloned() else { return };
        let transaction = TransactionId(row.transaction);
        let logged = self.taken.get(&Digest(row.object)).cloned().unwrap_or_else(|| header.time.clone());
        let who = self.who(header.author, row.entry);
        self.events.push(Event {
            entry: row.entry,
            transaction,
            time: own_time.unwrap_or(header.time),
            logged,
            clock_behind: header.clock_behind,
            act,
            who,
            program: header.program,
            details,
            undone: self.undone.contains(&(transaction, row.compartment.clone())),
        });
    }

    /// How somebody is called in this record.
    fn who(&mut self, member: MemberId, entry: u64) -> String {
        let known = self.people.iter().position(|m| *m == member);
        let number = known.unwrap_or_else(|| {
            self.people.push(member);
            self.people.len() - 1
        });
        let role = self.roles.iter().rev().find(|(since, who, _)| *since <= entry && *who == member);
        let role = role.map_or("field kit", |(_, _, role)| role.name());
        let label = format!("{role} (person {})", number + 1);
        if self.names { format!("{}, {label}", self.case.register.name_of(member)) } else { label }
    }
}

fn act_of(row: &RecordRow) -> Option<Act> {
    canonical::read(&canonical::parse(&row.body).ok()?).ok()
}

/// Which role each member has had since which entry, in the order of the log.
fn roles(case: &Case) -> Result<Vec<(u64, MemberId, Role)>, IndexError> {
    let mut roles = Vec::new();
    for kind in ["member", "role"] {
        for row in case.index.records(Records::KindIn(kind, REGISTER))? {
            let since = match act_of(&row) {
                Some(Act::Member { card, role, .. }) => {
                    Card::parse(&card).ok().map(|c| (MemberId(*c.member().as_bytes()), role))
                }
                Some(Act::Role { member, role }) => Some((member, role)),
                _ => None,
            };
            roles.extend(since.map(|(member, role)| (row.entry, member, role)));
        }
    }
    roles.sort_by_key(|(entry, _, _)| *entry);
    Ok(roles)
}

#[cfg(test)]
mod tests;
