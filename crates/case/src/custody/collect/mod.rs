//! How do files become evidence, so that nothing is lost on the way and nothing is taken twice?
//!
//! Each file is read once: the same pass digests it, seals it and hands it to a child process that looks into it. Files are
//! acknowledged in batches; a run that was interrupted is simply run again, because what is in the case already is known by name
//! and digest. What cannot be read is told, and the rest goes on.

mod gathering;
pub(super) mod intake;
mod walk;

use super::canonical::CanonicalError;
use super::evidence::{Detail, Evidence};
use super::folder::Case;
use super::founding::STAFF;
use super::governance::Role;
use super::ids::RecordId;
use super::items::ItemError;
use super::writer::{Change, WriteError};
use crate::extract::Examiner;
use factum_vault::index::IndexError;
use factum_vault::keys::Recipient;
use factum_vault::object::{Batch, ObjectError};
use factum_vault::store::StoreError;
use gathering::{Gathering, Saying};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SendError, sync_channel};
use std::time::Duration;

/// How files are collected.
#[derive(Clone, Debug)]
pub struct Collecting {
    /// Into which compartment.
    pub compartment: String,
    /// Where they were: an address on the web, a place, a person's code.
    pub address: Option<String>,
    /// When they were captured there.
    pub captured: Option<String>,
    /// What else should be known of their origin.
    pub notes: Vec<Detail>,
    /// What identifies staff: it goes into the compartment `staff`.
    pub staff: Vec<Detail>,
    /// Who looks into the files; nobody does if absent.
    pub examiner: Option<Examiner>,
    /// So many files are acknowledged at once.
    pub files: usize,
    /// So many bytes, at least, end a batch.
    pub bytes: u64,
}

impl Collecting {
    /// Into this compartment, with nothing else known.
    pub fn new(compartment: impl Into<String>) -> Self {
        Self {
            compartment: compartment.into(),
            address: None,
            captured: None,
            notes: Vec::new(),
            staff: Vec::new(),
            examiner: None,
            files: 200,
            bytes: 256 << 20,
        }
    }
}

/// How far collecting has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Files done.
    pub files: u64,
    /// Files in all.
    pub of_files: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Bytes in all, as the file system tells.
    pub of_bytes: u64,
    /// Since the first byte.
    pub elapsed: Duration,
}

impl Progress {
    /// Bytes a second.
    pub fn rate(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        if seconds > 0.0 { self.bytes as f64 / seconds } else { 0.0 }
    }

    /// How long the rest takes at this rate; absent while there is none.
    pub fn left(&self) -> Option<Duration> {
        let rest = self.of_bytes.saturating_sub(self.bytes) as f64;
        Duration::try_from_secs_f64(rest / self.rate()).ok()
    }
}

/// A file that was not collected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub why: String,
}

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Collected {
    /// New items, with the names of their files.
    pub items: Vec<(RecordId, String)>,
    /// Bytes met again under another name: the item that they are, and the name.
    pub again: Vec<(RecordId, String)>,
    /// Files that were collected under this name before.
    pub already: u64,
    /// New items into which nobody could look.
    pub not_examined: u64,
    /// Bytes of new items.
    pub bytes: u64,
    /// Files that were not collected.
    pub missed: Vec<Missed>,
    /// Batches acknowledged.
    pub transactions: u64,
    /// Whether it is written down who collected, in the compartment `staff`.
    pub names_collector: bool,
    /// Whether the run was stopped before its end.
    pub stopped: bool,
}

/// Why collecting ended early. What was acknowledged before stays.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The role does not suffice.
    #[error("collecting, deriving and exporting take the role of {needed} or more; ask a lead")]
    Role {
        /// The least role that may.
        needed: &'static str,
    },
    /// The compartment is closed to the actor.
    #[error("there is no compartment {0}, or it is not open to you")]
    Closed(String),
    /// Its key was turned while a batch was being sealed.
    #[error(
        "the key of the compartment {0} was changed while files were being sealed to it; nothing of this batch was written: run again"
    )]
    Turned(String),
    /// Something in the case.
    #[error(transparent)]
    Item(#[from] ItemError),
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<IndexError> for CollectError {
    fn from(error: IndexError) -> Self {
        Self::Write(error.into())
    }
}

impl From<ObjectError> for CollectError {
    fn from(error: ObjectError) -> Self {
        Self::Write(error.into())
    }
}

impl From<getrandom::Error> for CollectError {
    fn from(error: getrandom::Error) -> Self {
        Self::Write(error.into())
    }
}

/// Stops whoever may not do this before anything is read.
pub(crate) fn permit(case: &Case, least: Role) -> Result<(), CollectError> {
    if case.is_earlier() {
        return Err(WriteError::Earlier.into());
    }
    match case.role() {
        Some(role) if role >= least => Ok(()),
        _ => Err(CollectError::Role { needed: least.name() }),
    }
}

/// The key to which a compartment's items are sealed now.
pub(super) fn key_of(case: &Case, compartment: &str) -> Result<Recipient, CollectError> {
    let closed = || CollectError::Closed(compartment.to_string());
    let open = case.register.compartments.get(compartment).filter(|_| case.can_open(compartment));
    open.and_then(|c| c.recipient()).cloned().ok_or_else(closed)
}

/// Writes a change whose items were sealed to `key`, unless that key was turned meanwhile: who lost access must not be able to
/// open what came after.
pub(super) fn acknowledge(
    case: &mut Case,
    compartment: &str,
    key: &Recipient,
    change: Change,
    batch: Batch<'_>,
) -> Result<super::writer::Receipt, CollectError> {
    let store = case.store.clone();
    let _lock = store.lock().map_err(WriteError::from)?;
    case.refresh().map_err(WriteError::from)?;
    if key_of(case, compartment)? != *key {
        return Err(CollectError::Turned(compartment.to_string()));
    }
    Ok(case.transact_locked(change, batch)?)
}

/// Who collects, as it is written down for the compartment `staff`.
pub(super) struct Collector {
    /// As named in the register.
    name: String,
    /// The name of this machine, if it has one.
    machine: Option<Detail>,
}

impl Collector {
    /// The actor, on this machine; nobody where the compartment `staff` is closed to the actor.
    pub fn of(case: &Case) -> Option<Self> {
        let machine = machine().map(|name| Detail::new("machine", name));
        case.can_open(STAFF).then(|| Self { name: case.register.name_of(case.actor()), machine })
    }

    /// Says who collected an item that lay in this place, with what the collector entered.
    pub fn say(
        &self,
        change: &mut Change,
        item: RecordId,
        path: &Path,
        staff: &[Detail],
    ) -> Result<(), CanonicalError> {
        let mut details = vec![Detail::new("path", path.to_string_lossy())];
        details.extend(self.machine.iter().chain(staff).cloned());
        change.say_apart(STAFF, &Evidence::Collection { item, collector: self.name.clone(), details })
    }
}

/// The name of this machine, if it has one.
fn machine() -> Option<String> {
    let told = std::fs::read_to_string("/proc/sys/kernel/hostname").ok().or_else(|| std::env::var("COMPUTERNAME").ok());
    told.map(|name| name.trim().to_string()).filter(|name| !name.is_empty())
}

/// Collects files, and folders with all that is in them. `watch` is told how far it has come and may stop it.
///
/// # Errors
/// Faults of the case; what was acknowledged before stays. Files that cannot be read are no error: [`Collected::missed`].
pub fn collect(
    case: &mut Case,
    paths: &[PathBuf],
    how: &Collecting,
    watch: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Collected, CollectError> {
    permit(case, Role::Investigator)?;
    let key = key_of(case, &how.compartment)?;
    // What an earlier collecting left half-written takes room that this one may need. Whoever is writing now goes first.
    match case.sweep() {
        Ok(_) | Err(WriteError::Store(StoreError::Locked)) => {}
        Err(error) => return Err(error.into()),
    }
    let walk::Found { files, missed } = walk::files(paths);
    let collector = Collector::of(case);
    let names_collector = collector.is_some();
    let store = case.store.clone();
    let mut gathering = Gathering::new(case, how, key.clone(), collector, &files, watch)?;
    let mut files = VecDeque::from(files);
    // While one batch is written into the log, the files of the next are read and sealed.
    let (full, waiting) = sync_channel::<(Saying, Batch<'_>)>(0);
    let written = std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            let mut done = Collected::default();
            for (saying, batch) in waiting {
                done.write(case, &how.compartment, &key, saying, batch)?;
            }
            Ok::<_, CollectError>(done)
        });
        let mut gathered = Ok(());
        while !files.is_empty() && !gathering.stopped && gathered.is_ok() {
            let mut batch = Batch::new(&*store);
            gathered = gathering.batch(&mut files, &mut batch).and_then(|saying| {
                // Where nothing is taken any more, it is the writer who knows why: what was gathered for it meanwhile goes.
                let Err(SendError((_, batch))) = full.send((saying, batch)) else { return Ok(()) };
                files.clear();
                Ok(batch.discard().map_err(WriteError::from)?)
            });
        }
        drop(full);
        let written = match writing.join() {
            Ok(written) => written,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        written.and_then(|written| gathered.map(|()| written))
    })?;
    let Gathering { missed: unread, already, stopped, .. } = gathering;
    let missed = missed.into_iter().chain(unread).collect();
    Ok(Collected { missed, names_collector, already, stopped, ..written })
}

impl Collected {
    /// Writes a batch into the log.
    fn write(
        &mut self,
        case: &mut Case,
        compartment: &str,
        key: &Recipient,
        saying: Saying,
        batch: Batch<'_>,
    ) -> Result<(), CollectError> {
        let Some(summary) = saying.summary() else { return Ok(()) };
        acknowledge(case, compartment, key, Change { summary, ..saying.change }, batch)?;
        self.transactions += 1;
        self.bytes = self.bytes.saturating_add(saying.bytes);
        self.not_examined += saying.not_examined;
        self.items.extend(saying.items);
        self.again.extend(saying.again);
        Ok(())
    }
}
