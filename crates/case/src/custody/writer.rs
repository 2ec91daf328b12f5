//! How does a transaction become part of the log, so that an acknowledged one is never lost and a refused one leaves no trace?
//!
//! What the rules would void is refused before anything is written. Then: objects durable, entries durable, checkpoint signed and
//! in place. Only then is the transaction acknowledged, and the view follows.

use super::canonical::CanonicalError;
use super::evidence::Evidence;
use super::folder::{Case, CaseError, KEYS, WRITERS};
use super::governance::Setting;
use super::ids::{Digest, TransactionId};
use super::ledger::{self, LedgerError};
use super::opener::Written;
use super::part::{Draft, Header, HeaderKind};
use super::register::{Register, Void};
use super::rehearsal::Rehearsal;
use super::replay::Opened;
use super::{about, canonical, view};
use factum_log::entry::{Entry, Kind};
use factum_log::{Digest as LogDigest, Hash};
use factum_vault::index::IndexError;
use factum_vault::journal::JournalError;
use factum_vault::keys::Recipient;
use factum_vault::note::LogKey;
use factum_vault::object::{self, Batch, ObjectError};
use factum_vault::store::{self, StoreError};
use serde::Serialize;
use serde_json::Value;

/// A part holds at most so many records: whoever reads a part holds all of it in memory, some 10 MB at this length.
const RECORDS: usize = 20_000;

/// What one author does at once.
pub struct Change {
    /// In a word or two.
    pub act: String,
    /// For people.
    pub summary: String,
    /// What is said, compartment by compartment, in this order.
    pub parts: Vec<Share>,
    /// Entries of the items and copies of keys it brings, already in the batch.
    pub entries: Vec<Entry>,
}

/// What a change says in one part.
pub struct Share {
    /// To which compartment it is sealed.
    pub compartment: String,
    /// The records.
    pub bodies: Vec<Value>,
    /// Does it stay alone, so that it can be destroyed without its neighbours?
    pub apart: bool,
}

impl Change {
    /// A change that says nothing yet.
    pub fn new(act: impl Into<String>, summary: impl Into<String>) -> Self {
        Self { act: act.into(), summary: summary.into(), parts: Vec::new(), entries: Vec::new() }
    }

    /// Says something in a compartment. What does not fit into one part goes into the next.
    pub fn say(&mut self, compartment: &str, what: &impl Serialize) -> Result<(), CanonicalError> {
        self.say_body(compartment, canonical::value_of(what)?);
        Ok(())
    }

    /// Says what was made canonical already.
    pub(crate) fn say_body(&mut self, compartment: &str, body: Value) {
        let has_room =
            |share: &&mut Share| share.compartment == compartment && !share.apart && share.bodies.len() < RECORDS;
        match self.parts.iter_mut().find(has_room) {
            Some(share) => share.bodies.push(body),
            None => {
                self.parts.push(Share { compartment: compartment.to_string(), bodies: vec![body], apart: false });
            }
        }
    }

    /// Says something in a compartment in a part of its own, so that it can be destroyed without its neighbours: what describes an
    /// item, a source, an interview.
    pub fn say_apart(&mut self, compartment: &str, what: &impl Serialize) -> Result<(), CanonicalError> {
        self.say_body_apart(compartment, canonical::value_of(what)?);
        Ok(())
    }

    /// Says apart what was made canonical already.
    pub(crate) fn say_body_apart(&mut self, compartment: &str, body: Value) {
        self.parts.push(Share { compartment: compartment.to_string(), bodies: vec![body], apart: true });
    }
}

/// What was acknowledged.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The transaction.
    pub transaction: TransactionId,
    /// How many entries the log has now.
    pub size: u64,
    /// By how many seconds this machine's clock is behind what the case has already seen.
    pub clock_behind: Option<u64>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The case cannot be brought up to date.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An object.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// The log.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The view.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The actor's journal cannot be read or emptied.
    #[error("what was looked at cannot be told to the log: {0}")]
    Journal(JournalError),
    /// What is said cannot be written.
    #[error("this cannot be written down: {0}")]
    Canonical(#[from] CanonicalError),
    /// The system gives no randomness.
    #[error("the operating system gives no randomness, so nothing can be sealed: {0}")]
    Randomness(#[from] getrandom::Error),
    /// The rules forbid it.
    #[error("this is not allowed: {0}. Nothing was written")]
    Forbidden(Void),
    /// There is no such compartment.
    #[error("there is no compartment {0}, or you have no key to it")]
    NoCompartment(String),
    /// The actor cannot write into the log.
    #[error("you cannot write into this log: its key is not among yours. What you do can travel in a bundle")]
    NoLogKey,
    /// The case was opened for rehearsing: this is what would have been written.
    #[error("{0}")]
    Rehearsed(Box<Rehearsal>),
    /// The case is open at an earlier state.
    #[error("an earlier state of the case is for reading only")]
    Earlier,
}

impl Case {
    /// Does something. Returns when it is acknowledged; whatever goes wrong before leaves the case as it was.
    ///
    /// `batch` holds the items and copies of keys that the change brings.
    pub fn transact(&mut self, change: Change, batch: Batch<'_>) -> Result<Receipt, WriteError> {
        if self.is_earlier() {
            return Err(WriteError::Earlier);
        }
        let store = self.store.clone();
        let _lock = store.lock()?;
        self.refresh()?;
        if !self.rehearsing {
            self.fold_journal()?;
        }
        self.transact_locked(change, batch)
    }

    /// Does something that brings no items.
    pub fn tell(&mut self, change: Change) -> Result<Receipt, WriteError> {
        let store = self.store.clone();
        self.transact(change, Batch::new(&*store))
    }

    /// As [`Case::transact`], by whoever holds the lock and has brought the case up to date.
    pub(super) fn transact_locked(&mut self, change: Change, batch: Batch<'_>) -> Result<Receipt, WriteError> {
        let log_key = self.log_key()?;
        let sealed = self.seal(change, batch)?;
        let store = self.store.clone();
        self.ledger.mend(&*store)?;
        self.ledger.append(sealed.batch, &sealed.entries, &log_key, &mut self.newest)?;
        self.signing = Some(log_key);
        self.follow(sealed.changes_register, sealed.parts);
        Ok(Receipt { size: self.ledger.size(), ..sealed.receipt })
    }

    /// Brings what can be made again up to what was just acknowledged. Whatever fails here, the transaction stands: it is a warning,
    /// and the next command makes up for it. The parts are those just acknowledged, which need not be opened again.
    pub(super) fn follow(&mut self, changed_register: bool, written: Written) {
        let mut behind = Vec::new();
        let caught_up = self.catch_up_knowing(written);
        let writes_about = changed_register && caught_up.is_ok();
        if let Err(error) = caught_up {
            behind.push(error.to_string());
        }
        if let Err(error) = self.keep_seen() {
            behind.push(error.to_string());
        }
        if writes_about
            && about::differs(&*self.store, &self.ledger, &self.register).is_some()
            && let Err(error) = about::write(&*self.store, &self.ledger, &self.register)
        {
            behind.push(error.to_string());
        }
        let told = behind.iter().map(|why| {
            format!("what was written is in the log, but a copy of it could not be brought up to date: {why}")
        });
        self.warnings.extend(told);
    }

    /// Removes what commands that were broken off left half-written among the objects and keys, and says how many files that were.
    ///
    /// Only for a command that has no batch open. While another command seals, nothing is removed: what it is writing looks the same.
    pub fn sweep(&self) -> Result<usize, WriteError> {
        let _lock = self.store.lock()?;
        let Some(_alone) = self.store.sweeping()? else { return Ok(0) };
        let folders = ["", KEYS, ledger::FOLDER, object::FOLDER];
        folders.iter().try_fold(0, |swept, folder| Ok(swept + store::sweep(&*self.store, folder)?))
    }

    /// Judges, signs and seals a change. Its objects are in the batch, not yet durable, and nothing refers to them.
    pub(super) fn seal<'a>(&mut self, change: Change, mut batch: Batch<'a>) -> Result<SealedChange<'a>, WriteError> {
        let rehearsed = self.rehearsing.then(|| Box::new(Rehearsal::of(&change)));
        let mut transaction = [0; 16];
        getrandom::fill(&mut transaction)?;
        let transaction = TransactionId(transaction);
        let memory = self.remembered()?;
        let author = self.actor();
        let mut previous = memory.last.get(&author).copied();
        let time = crate::now();
        let clock_behind = super::time::seconds_between(&time, &memory.latest).filter(|s| *s > 0);
        self.memory = Some(memory);
        let mut register = self.register.clone();
        let mut entries = change.entries;
        let parts = change.parts.len() as u32;
        let mut changes_register = false;
        let mut written = Written::default();
        let signing = self.identity.signing();
        let verifying = signing.verifying_key();
        for (number, Share { compartment, bodies, .. }) in change.parts.into_iter().enumerate() {
            changes_register |= compartment == super::part::REGISTER;
            let (epoch, recipient) = self.key_in_use(&register, &compartment)?;
            let header = Header {
                kind: HeaderKind::Header,
                origin: self.ledger.origin().to_string(),
                transaction,
                part: number as u32,
                parts,
                compartment: compartment.clone(),
                epoch,
                author,
                previous,
                time: time.clone(),
                clock_behind,
                program: crate::version(),
                act: change.act.clone(),
                summary: change.summary.clone(),
            };
            let (text, part) = Draft::new(header, bodies)?.sign(|message| signing.sign(message))?;
            let part = part.signed_by(verifying);
            register.take(&part).map_err(WriteError::Forbidden)?;
            if rehearsed.is_some() {
                continue;
            }
            let object = batch.text(&text, &recipient)?;
            previous = Some(Digest(object));
            entries.push(entry(Kind::Part, object, part.root));
            // What is sealed to a compartment of others is not for this actor's view.
            if self.keyring.get(&compartment, epoch).is_some() {
                written.insert(Digest(object), Opened { compartment, epoch, part: Ok(part) });
            }
        }
        if let Some(rehearsed) = rehearsed {
            batch.discard()?;
            return Err(WriteError::Rehearsed(rehearsed));
        }
        let receipt = Receipt { transaction, size: self.ledger.size(), clock_behind };
        Ok(SealedChange { batch, entries, receipt, changes_register, parts: written })
    }

    /// To which key of a compartment something is sealed now: the one in use before the change that is being written, because whoever
    /// may read the register may read how it was turned; that of a compartment which this very change makes; and at the founding the
    /// founder's own.
    fn key_in_use(&self, next: &Register, name: &str) -> Result<(u32, Recipient), WriteError> {
        let known = self.register.compartments.get(name).or_else(|| next.compartments.get(name));
        if let Some(place) = known {
            let recipient = place.recipient().cloned();
            return recipient.map(|r| (place.epoch(), r)).ok_or_else(|| WriteError::NoCompartment(name.to_string()));
        }
        let own = self.keyring.get(name, 1).filter(|_| self.register.title.is_none());
        own.map(|key| (1, key.recipient())).ok_or_else(|| WriteError::NoCompartment(name.to_string()))
    }

    /// The key that signs checkpoints, if the actor may write.
    pub(super) fn log_key(&self) -> Result<LogKey, WriteError> {
        let current = self.register.log_keys.last().ok_or(WriteError::NoLogKey)?;
        if let Some(known) = self.signing.as_ref().filter(|key| key.vkey() == *current) {
            return Ok(known.clone());
        }
        let said = view::evidence(&self.index, "log-secret", u64::MAX)?;
        let mut keys = said.into_iter().filter_map(|(row, said)| match said {
            Evidence::LogSecret { secret } if row.compartment == WRITERS => LogKey::parse(&secret).ok(),
            _ => None,
        });
        keys.find(|key| key.vkey() == *current).ok_or(WriteError::NoLogKey)
    }

    /// Does a plan need a second lead here?
    pub fn needs_four_eyes(&self) -> bool {
        self.register.is_set(Setting::FourEyes)
    }
}

/// A change that is sealed and to which nothing refers yet.
pub(super) struct SealedChange<'a> {
    /// Its objects, to be made durable before anything refers to them.
    pub batch: Batch<'a>,
    /// Its entries, in order.
    pub entries: Vec<Entry>,
    /// What there is to be told, once it is acknowledged.
    pub receipt: Receipt,
    /// Does it say something in the register?
    pub changes_register: bool,
    /// Its parts, which the view can follow without opening them again.
    pub parts: Written,
}

/// An entry of the log.
pub fn entry(kind: Kind, object: [u8; 32], root: Digest) -> Entry {
    Entry { kind, object: LogDigest(object), records: Hash(root.0) }
}
