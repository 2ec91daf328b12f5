//! How do files become evidence, so that nothing is lost on the way and nothing is taken twice?
//!
//! Each file is read once: the same pass digests it, seals it and hands it to a child process that looks into it. Files are
//! acknowledged in batches; a run that was interrupted is simply run again, because what is in the case already is known by name
//! and digest. What cannot be read is told, and the rest goes on.

pub(super) mod intake;
mod walk;

use super::evidence::{Capture, Detail, Evidence, Item};
use super::folder::Case;
use super::founding::STAFF;
use super::governance::Role;
use super::ids::{Digest, RecordId};
use super::items::ItemError;
use super::view;
use super::writer::{Change, WriteError};
use crate::extract::Examiner;
use factum_vault::index::IndexError;
use factum_vault::keys::Recipient;
use factum_vault::object::{Batch, ObjectError};
use factum_vault::store::StoreError;
use intake::{Pending, Source};
use std::collections::{HashMap, HashSet, VecDeque};
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Children that look into files at the same time, while the next files are already being sealed.
const LOOKING: usize = 8;

/// Files with so many bytes together may be on their way to such children: these bytes are in memory.
const SHOWN: u64 = 8 << 20;

/// A batch also ends when the texts found in its files are so many bytes: they are all in memory until it is written.
const TEXTS: usize = 8 << 20;

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

/// Says who collected an item, with what the collector entered. Returns whether that could be said.
pub(super) fn say_collector(
    case: &Case,
    change: &mut Change,
    item: RecordId,
    path: &Path,
    staff: &[Detail],
) -> Result<bool, CollectError> {
    if !case.can_open(STAFF) {
        return Ok(false);
    }
    let mut details = vec![Detail::new("path", path.to_string_lossy())];
    details.extend(machine().map(|name| Detail::new("machine", name)));
    details.extend_from_slice(staff);
    let collector = case.register.name_of(case.actor());
    let said = Evidence::Collection { item, collector, details };
    change.say_apart(STAFF, &said).map_err(WriteError::from)?;
    Ok(true)
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
    key_of(case, &how.compartment)?;
    // What an earlier collecting left half-written takes room that this one may need. Whoever is writing now goes first.
    match case.sweep() {
        Ok(_) | Err(WriteError::Store(StoreError::Locked)) => {}
        Err(error) => return Err(error.into()),
    }
    let walk::Found { files, missed } = walk::files(paths);
    let known = Known::read(case)?;
    let of_bytes = files.iter().map(|f| f.length).sum();
    let progress = Progress { files: 0, of_files: files.len() as u64, bytes: 0, of_bytes, elapsed: Duration::ZERO };
    let done = Collected { missed, names_collector: case.can_open(STAFF), ..Collected::default() };
    let mut run = Run { case, how, known, done, progress, started: Instant::now(), watch };
    let mut files = VecDeque::from(files);
    while !files.is_empty() && !run.done.stopped {
        run.batch(&mut files)?;
    }
    Ok(run.done)
}

/// What is in the case already, of what the actor may open.
struct Known {
    /// Items by the digest of their bytes, with their compartment.
    items: HashMap<Digest, (RecordId, String)>,
    /// Their lengths: a file of no known length is new, whatever is in it.
    lengths: HashSet<u64>,
    /// Under which names they were met.
    names: HashSet<(RecordId, String)>,
}

impl Known {
    fn read(case: &Case) -> Result<Self, IndexError> {
        let mut known = Self { items: HashMap::new(), lengths: HashSet::new(), names: HashSet::new() };
        view::each_evidence(&case.index, "item", u64::MAX, |row, said| {
            if let Evidence::Item(item) = said {
                known.add(&item, &row.compartment);
            }
        })?;
        for (_, said) in view::evidence(&case.index, "seen-again", u64::MAX)? {
            if let Evidence::SeenAgain { item, name, .. } = said {
                known.names.insert((item, name));
            }
        }
        Ok(known)
    }

    fn add(&mut self, item: &Item, compartment: &str) {
        self.items.entry(item.sha256).or_insert((item.item, compartment.to_string()));
        self.lengths.insert(item.length);
        self.names.insert((item.item, item.name.clone()));
    }
}

/// A run under way.
struct Run<'a> {
    case: &'a mut Case,
    how: &'a Collecting,
    known: Known,
    done: Collected,
    progress: Progress,
    started: Instant,
    watch: &'a mut dyn FnMut(&Progress) -> ControlFlow<()>,
}

/// What a batch is going to say.
struct Saying {
    change: Change,
    files: usize,
    bytes: u64,
    texts: usize,
    items: Vec<(RecordId, String)>,
    again: Vec<(RecordId, String)>,
    not_examined: u64,
}

impl Run<'_> {
    /// Takes files until a batch is full, and writes it.
    fn batch(&mut self, files: &mut VecDeque<walk::Candidate>) -> Result<(), CollectError> {
        let store = self.case.store.clone();
        let key = key_of(self.case, &self.how.compartment)?;
        let mut batch = Batch::new(&*store);
        let change = Change::new("collect", "");
        let mut saying = Saying { change, files: 0, bytes: 0, texts: 0, items: vec![], again: vec![], not_examined: 0 };
        let mut looking: VecDeque<(Pending, PathBuf)> = VecDeque::new();
        while saying.files < self.how.files && saying.bytes < self.how.bytes && saying.texts < TEXTS {
            let Some(next) = files.pop_front() else { break };
            let before = self.progress.bytes;
            match self.take(&mut batch, &key, &next, &mut saying) {
                Ok(Some(pending)) => {
                    saying.files += 1;
                    saying.bytes = saying.bytes.saturating_add(pending.length());
                    self.known.add(pending.item(), &self.how.compartment);
                    looking.push_back((pending, next.path));
                }
                Ok(None) => {}
                Err(Fault::Unreadable(_)) if self.done.stopped => break,
                Err(Fault::Unreadable(why)) => self.done.missed.push(Missed { path: next.path, why }),
                Err(Fault::Ends(error)) => return Err(error),
            }
            self.progress.files += 1;
            self.progress.bytes = before.saturating_add(next.length);
            self.tell();
            let shown = |looking: &VecDeque<(Pending, PathBuf)>| looking.iter().map(|(p, _)| p.length()).sum::<u64>();
            while looking.len() >= LOOKING || shown(&looking) > SHOWN {
                let Some((pending, path)) = looking.pop_front() else { break };
                self.say(&mut saying, pending, &path)?;
            }
            if self.done.stopped {
                break;
            }
        }
        for (pending, path) in looking {
            self.say(&mut saying, pending, &path)?;
        }
        self.write(saying, &key, batch)
    }

    fn write(&mut self, mut saying: Saying, key: &Recipient, batch: Batch<'_>) -> Result<(), CollectError> {
        let (new, again) = (saying.items.len(), saying.again.len());
        if new + again == 0 {
            return Ok(());
        }
        let noun = |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
        saying.change.summary = match (new, again) {
            (new, 0) => format!("Collected {}", noun(new, "file", "files")),
            (0, again) => format!("Met {} again", noun(again, "item", "items")),
            (new, again) => {
                format!("Collected {}, met {} again", noun(new, "file", "files"), noun(again, "item", "items"))
            }
        };
        acknowledge(self.case, &self.how.compartment, key, saying.change, batch)?;
        self.done.transactions += 1;
        self.done.bytes = self.done.bytes.saturating_add(saying.bytes);
        self.done.not_examined += saying.not_examined;
        self.done.items.extend(saying.items);
        self.done.again.extend(saying.again);
        Ok(())
    }

    fn tell(&mut self) {
        self.progress.elapsed = self.started.elapsed();
        self.done.stopped |= (self.watch)(&self.progress).is_break();
    }

    /// Seals one file, unless its bytes are in the case already.
    fn take(
        &mut self,
        batch: &mut Batch<'_>,
        key: &Recipient,
        next: &walk::Candidate,
        saying: &mut Saying,
    ) -> Result<Option<Pending>, Fault> {
        let unreadable = |e: std::io::Error| Fault::Unreadable(e.to_string());
        let file = File::open(&next.path).map_err(unreadable)?;
        let about = file.metadata().map_err(unreadable)?;
        // Whether it is known cannot be told before it was read; a length that no item has spares the second reading.
        if self.known.lengths.contains(&about.len()) {
            let sha256 = intake::digest(&file).map_err(unreadable)?;
            let met = self.known.items.get(&sha256).filter(|(_, compartment)| self.case.can_open(compartment));
            if let Some((item, compartment)) = met.cloned() {
                self.met_again(item, &compartment, next, about.modified().ok(), saying)?;
                return Ok(None);
            }
        }
        let capture = self.capture(about.modified().ok());
        let source = Source { file, name: &next.name, capture, expected: about.len() };
        let before = self.progress.bytes;
        let origin = self.case.ledger.origin().to_string();
        let sealed = intake::take_in(batch, &origin, key, source, self.how.examiner.as_ref(), |passed| {
            self.progress.bytes = before.saturating_add(passed);
            self.tell();
            if self.done.stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        match sealed {
            Ok(pending) => Ok(Some(pending)),
            Err(WriteError::Object(ObjectError::Source(error))) => Err(unreadable(error)),
            Err(error) => Err(Fault::Ends(error.into())),
        }
    }

    fn capture(&self, modified: Option<std::time::SystemTime>) -> Capture {
        Capture {
            address: self.how.address.clone(),
            captured: self.how.captured.clone(),
            modified: modified.and_then(super::time::written),
            context: self.how.notes.clone(),
        }
    }

    /// Bytes that are in the case: the meeting is written down, once for each name.
    fn met_again(
        &mut self,
        item: RecordId,
        compartment: &str,
        next: &walk::Candidate,
        modified: Option<std::time::SystemTime>,
        saying: &mut Saying,
    ) -> Result<(), Fault> {
        let ends = |e: CollectError| Fault::Ends(e);
        if !self.known.names.insert((item, next.name.clone())) {
            self.done.already += 1;
            return Ok(());
        }
        let said = Evidence::SeenAgain { item, name: next.name.clone(), capture: self.capture(modified) };
        saying.change.say(compartment, &said).map_err(|e| ends(WriteError::from(e).into()))?;
        say_collector(self.case, &mut saying.change, item, &next.path, &self.how.staff).map_err(ends)?;
        saying.again.push((item, next.name.clone()));
        saying.files += 1;
        Ok(())
    }

    /// Waits for what was found in a file, and says what it is.
    fn say(&mut self, saying: &mut Saying, pending: Pending, path: &Path) -> Result<(), CollectError> {
        let (item, entry) = pending.finish();
        saying.texts += item.text.as_ref().map_or(0, String::len);
        saying.not_examined += u64::from(item.not_examined.is_some());
        saying.items.push((item.item, item.name.clone()));
        saying.change.entries.push(entry);
        let number = item.item;
        let compartment = &self.how.compartment;
        // In a part of its own: what is said of an item can then be shredded with it, and nothing else is.
        saying.change.say_apart(compartment, &Evidence::Item(Box::new(item))).map_err(WriteError::from)?;
        say_collector(self.case, &mut saying.change, number, path, &self.how.staff)?;
        Ok(())
    }
}

/// Why one file was not taken.
enum Fault {
    /// It cannot be read; the rest goes on.
    Unreadable(String),
    /// The case cannot take it, nor any other.
    Ends(CollectError),
}
