//! What was done in this case, by whom and when; what was taken back; and how did it look earlier?
//!
//! The order is the log's. Clocks are shown as their owners had them: one that stood behind what the case had already seen is
//! marked, and changes nothing.

use super::canonical;
use super::evidence::Evidence;
use super::folder::{Case, CaseError};
use super::ids::{Digest, MemberId, RecordId, TransactionId};
use super::ledger::LedgerError;
use super::part::{Header, REGISTER};
use super::view::{self, SHREDDED};
use super::writer::{Change, Receipt, WriteError};
use crate::facts::Fact;
use factum_log::checkpoint::{CheckpointError, SignedCheckpoint};
use factum_log::key::VerifierKey;
use factum_vault::index::{IndexError, PartRow, Parts, Records};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// One transaction, as far as the actor may see it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Deed {
    /// The transaction.
    pub transaction: TransactionId,
    /// The number of its first entry in the log.
    pub entry: u64,
    /// When, by its author's clock.
    pub time: String,
    /// Who.
    pub author: MemberId,
    /// By which name its author is known.
    pub name: String,
    /// In a word or two.
    pub act: String,
    /// For people; empty if it was destroyed.
    pub summary: String,
    /// The compartments it speaks in.
    pub compartments: Vec<String>,
    /// By how many seconds its author's clock stood behind what the case had already seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_behind: Option<u64>,
    /// The transaction that took it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone_by: Option<TransactionId>,
    /// Was an object of it destroyed?
    pub shredded: bool,
}

/// An entry that counts for nothing.
#[derive(Clone, Debug, Serialize)]
pub struct Voided {
    /// Its number in the log.
    pub entry: u64,
    /// Why, and who it says wrote it.
    pub reason: String,
}

/// What happened, newest first.
#[derive(Clone, Debug, Default, Serialize)]
pub struct History {
    /// Transactions that count.
    pub deeds: Vec<Deed>,
    /// Entries that do not.
    pub voids: Vec<Voided>,
}

/// Why something cannot be taken back, or looked at as it was.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// There is no such transaction.
    #[error("there is no transaction {0} among those you can open; `factum log` shows them")]
    NoTransaction(TransactionId),
    /// It speaks in the register.
    #[error(
        "a transaction of the register is not undone but followed: members, roles, keys, settings and plans are changed by the next word \
         on them"
    )]
    Register,
    /// It holds something that cannot be undone.
    #[error("the transaction cannot be undone: {0}. It can only be followed by another")]
    Irrevocable(&'static str),
    /// A part of it cannot be seen.
    #[error(
        "the transaction also speaks in compartments that you cannot open, or parts of it were destroyed: it cannot be undone by half"
    )]
    Hidden,
    /// It was undone before.
    #[error("the transaction was undone already, by {0}")]
    Undone(TransactionId),
    /// The log is shorter.
    #[error("the log has {found} entries; {asked} it has never had")]
    Beyond {
        /// Entries asked for.
        asked: u64,
        /// Entries there are.
        found: u64,
    },
    /// The file is no checkpoint.
    #[error("this is neither a size of the log nor a checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The checkpoint is another log's, or another history's.
    #[error("the checkpoint is not one of this log's: it was signed by another key, or vouches for another history")]
    Foreign,
}

impl From<CaseError> for HistoryError {
    fn from(error: CaseError) -> Self {
        Self::Write(error.into())
    }
}

impl From<IndexError> for HistoryError {
    fn from(error: IndexError) -> Self {
        Self::Write(error.into())
    }
}

impl Case {
    /// What happened up to the entry at which the actor looks at the case, newest first; of one item, if one is given.
    pub fn history(&self, item: Option<RecordId>) -> Result<History, IndexError> {
        let until = self.until();
        let headers: HashMap<Digest, Header> =
            view::headers(&self.index)?.into_iter().map(|(row, header)| (Digest(row.object), header)).collect();
        let undone = self.undone_by(until)?;
        let mut deeds: BTreeMap<TransactionId, Deed> = BTreeMap::new();
        for part in self.index.parts(Parts::All)?.into_iter().filter(|part| part.entry < until) {
            if let Some(item) = item
                && !self.mentions(&part, item)?
            {
                continue;
            }
            let transaction = TransactionId(part.transaction);
            let header = headers.get(&Digest(part.object));
            let deed = deeds.entry(transaction).or_insert_with(|| Deed {
                transaction,
                entry: part.entry,
                time: part.time.clone(),
                author: MemberId(part.author),
                name: self.register.name_of(MemberId(part.author)),
                act: part.act.clone(),
                summary: part.summary.clone(),
                compartments: Vec::new(),
                clock_behind: header.and_then(|h| h.clock_behind),
                undone_by: undone.get(&transaction).copied(),
                shredded: false,
            });
            deed.shredded |= part.state == SHREDDED;
            if deed.summary.is_empty() {
                deed.summary = part.summary;
            }
            if !deed.compartments.contains(&part.compartment) {
                deed.compartments.push(part.compartment);
            }
        }
        let mut deeds: Vec<Deed> = deeds.into_values().collect();
        deeds.sort_by_key(|deed| std::cmp::Reverse(deed.entry));
        let voids = if item.is_some() { Vec::new() } else { self.index.voids()? };
        let voids = voids.into_iter().rev().filter(|void| void.entry < until);
        let voids = voids.map(|void| Voided { entry: void.entry, reason: void.reason }).collect();
        Ok(History { deeds, voids })
    }

    fn mentions(&self, part: &PartRow, item: RecordId) -> Result<bool, IndexError> {
        let name = item.to_string();
        Ok(self.index.records(Records::Object(&part.object))?.iter().any(|row| row.body.contains(&name)))
    }

    /// The transactions that were undone, each with the one that did it.
    fn undone_by(&self, until: u64) -> Result<HashMap<TransactionId, TransactionId>, IndexError> {
        let said = view::known(&self.index, "undo")?.into_iter().filter(|(row, _)| row.entry < until);
        Ok(said
            .filter_map(|(row, said)| match said {
                Evidence::Undo { transaction, .. } => Some((transaction, TransactionId(row.transaction))),
                _ => None,
            })
            .collect())
    }

    /// Takes back what a transaction said, by a new transaction that says so in every compartment of the old one.
    pub fn undo(&mut self, transaction: TransactionId, reason: &str) -> Result<Receipt, HistoryError> {
        self.refresh()?;
        let parts = view::entries_of(&self.index, transaction)?;
        if parts.is_empty() {
            return Err(HistoryError::NoTransaction(transaction));
        }
        if parts.iter().any(|part| part.compartment == REGISTER) {
            return Err(HistoryError::Register);
        }
        if let Some(by) = self.undone_by(u64::MAX)?.get(&transaction) {
            return Err(HistoryError::Undone(*by));
        }
        let mut whole = 0;
        for row in self.index.records(Records::Transaction(&transaction.0))? {
            let Ok(body) = canonical::parse(&row.body) else { continue };
            if row.kind == view::HEADER {
                whole = canonical::read::<Header>(&body).map_or(0, |header| header.parts as usize);
                continue;
            }
            let evidence = canonical::read(&body).ok().as_ref().and_then(Evidence::irrevocable);
            let fact = || canonical::read(&body).ok().as_ref().and_then(Fact::irrevocable);
            if let Some(why) = evidence.or_else(fact) {
                return Err(HistoryError::Irrevocable(why));
            }
        }
        if parts.len() != whole || parts.iter().any(|part| part.state == SHREDDED) {
            return Err(HistoryError::Hidden);
        }
        let what = parts.first().map(|part| part.summary.clone()).unwrap_or_default();
        let mut change = Change::new("undo", format!("Undone: {what}"));
        let mut compartments: Vec<&str> = parts.iter().map(|part| part.compartment.as_str()).collect();
        compartments.dedup();
        for compartment in compartments {
            let said = Evidence::Undo { transaction, reason: reason.into() };
            change.say(compartment, &said).map_err(WriteError::from)?;
        }
        Ok(self.tell(change)?)
    }

    /// Looks at the case as it was when its log had so many entries: for reading only, with the membership of today.
    pub fn look_at_size(&mut self, size: u64) -> Result<(), HistoryError> {
        if size > self.ledger.size() {
            return Err(HistoryError::Beyond { asked: size, found: self.ledger.size() });
        }
        self.at = Some(size);
        Ok(())
    }

    /// Looks at the case as a checkpoint vouches for it, which must be one of this log's. Returns the size.
    pub fn look_at_checkpoint(&mut self, note: &[u8]) -> Result<u64, HistoryError> {
        let signed = SignedCheckpoint::parse(note)?;
        let mut keys = self.register.log_keys.iter().filter_map(|key| key.parse::<VerifierKey>().ok());
        let checkpoint = keys.find_map(|key| signed.verify(&key).ok().cloned()).ok_or(HistoryError::Foreign)?;
        self.look_at_size(checkpoint.size)?;
        let root =
            self.ledger.reader(&*self.store).and_then(|mut r| r.root_at(checkpoint.size).map_err(LedgerError::from));
        if root.map_err(CaseError::from)? != checkpoint.root || checkpoint.origin != self.ledger.origin() {
            self.at = None;
            return Err(HistoryError::Foreign);
        }
        Ok(checkpoint.size)
    }
}
