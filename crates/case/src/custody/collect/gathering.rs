//! Which files make up the next batch, and what is said of each?
//!
//! Files are read and sealed one after the other, in the order in which they were found, while children look into those before and
//! another thread writes the batch before into the log. What is in the case already, or came earlier in the same run, is recognised here.

use super::intake::{self, Pending, Source};
use super::walk::Candidate;
use super::{CollectError, Collecting, Collector, Missed, Progress};
use crate::custody::evidence::{Capture, Evidence, Item};
use crate::custody::folder::Case;
use crate::custody::ids::{Digest, RecordId};
use crate::custody::time;
use crate::custody::view;
use crate::custody::writer::{Change, WriteError};
use factum_vault::index::IndexError;
use factum_vault::keys::Recipient;
use factum_vault::object::{Batch, ObjectError};
use std::collections::{HashMap, HashSet, VecDeque};
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// Children that look into files at the same time, while the next files are already being sealed.
const LOOKING: usize = 8;

/// Files with so many bytes together may be on their way to such children: these bytes are in memory.
const SHOWN: u64 = 8 << 20;

/// A batch also ends when the texts found in its files are so many bytes: they are all in memory until it is written.
const TEXTS: usize = 8 << 20;

/// What is in the case already, of what is open to the actor today.
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
            if let Evidence::Item(item) = said
                && case.can_open(&row.compartment)
            {
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

/// Files on their way into batches.
pub(super) struct Gathering<'a> {
    how: &'a Collecting,
    /// The log's name.
    origin: String,
    /// To which items are sealed.
    key: Recipient,
    collector: Option<Collector>,
    known: Known,
    progress: Progress,
    started: Instant,
    watch: &'a mut dyn FnMut(&Progress) -> ControlFlow<()>,
    /// Files that could not be read.
    pub missed: Vec<Missed>,
    /// Files that were collected under this name before.
    pub already: u64,
    /// Whether the watcher stopped it.
    pub stopped: bool,
}

/// What a batch is going to say.
pub(super) struct Saying {
    /// The records and entries; what it says of itself is still missing.
    pub change: Change,
    /// Bytes of new items.
    pub bytes: u64,
    /// New items, with the names of their files.
    pub items: Vec<(RecordId, String)>,
    /// Items met again, with the names.
    pub again: Vec<(RecordId, String)>,
    /// New items into which nobody could look.
    pub not_examined: u64,
    files: usize,
    texts: usize,
}

impl Saying {
    fn nothing() -> Self {
        let change = Change::new("collect", "");
        Self { change, files: 0, bytes: 0, texts: 0, items: vec![], again: vec![], not_examined: 0 }
    }

    /// What is done, in a sentence; nothing if nothing is.
    pub fn summary(&self) -> Option<String> {
        let noun = |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
        let (new, again) = (self.items.len(), self.again.len());
        match (noun(new, "file", "files"), noun(again, "item", "items")) {
            _ if new + again == 0 => None,
            (files, _) if again == 0 => Some(format!("Collected {files}")),
            (_, items) if new == 0 => Some(format!("Met {items} again")),
            (files, items) => Some(format!("Collected {files}, met {items} again")),
        }
    }
}

impl<'a> Gathering<'a> {
    /// Nothing is gathered yet of these files.
    pub fn new(
        case: &Case,
        how: &'a Collecting,
        key: Recipient,
        collector: Option<Collector>,
        files: &[Candidate],
        watch: &'a mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<Self, IndexError> {
        let of_bytes = files.iter().map(|f| f.length).sum();
        let progress = Progress { files: 0, of_files: files.len() as u64, bytes: 0, of_bytes, elapsed: Duration::ZERO };
        let (origin, known) = (case.ledger.origin().to_string(), Known::read(case)?);
        let (started, missed) = (Instant::now(), Vec::new());
        Ok(Self { how, origin, key, collector, known, progress, started, watch, missed, already: 0, stopped: false })
    }

    /// Takes files until a batch is full. Their bytes are on the disk then, and nothing refers to them.
    pub fn batch(&mut self, files: &mut VecDeque<Candidate>, batch: &mut Batch<'_>) -> Result<Saying, CollectError> {
        let mut saying = Saying::nothing();
        let mut looking: VecDeque<(Pending, PathBuf)> = VecDeque::new();
        while saying.files < self.how.files && saying.bytes < self.how.bytes && saying.texts < TEXTS {
            let Some(next) = files.pop_front() else { break };
            let before = self.progress.bytes;
            match self.take(batch, &next, &mut saying) {
                Ok(Some(pending)) => {
                    saying.files += 1;
                    saying.bytes = saying.bytes.saturating_add(pending.length());
                    self.known.add(pending.item(), &self.how.compartment);
                    looking.push_back((pending, next.path));
                }
                Ok(None) => {}
                Err(Fault::Unreadable(_)) if self.stopped => break,
                Err(Fault::Unreadable(why)) => self.missed.push(Missed { path: next.path, why }),
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
            if self.stopped {
                break;
            }
        }
        for (pending, path) in looking {
            self.say(&mut saying, pending, &path)?;
        }
        batch.flush().map_err(WriteError::from)?;
        Ok(saying)
    }

    fn tell(&mut self) {
        self.progress.elapsed = self.started.elapsed();
        self.stopped |= (self.watch)(&self.progress).is_break();
    }

    /// Seals one file, unless its bytes are in the case already.
    fn take(&mut self, batch: &mut Batch<'_>, next: &Candidate, saying: &mut Saying) -> Result<Option<Pending>, Fault> {
        let unreadable = |e: std::io::Error| Fault::Unreadable(e.to_string());
        let file = File::open(&next.path).map_err(unreadable)?;
        let about = file.metadata().map_err(unreadable)?;
        // Whether it is known cannot be told before it was read; a length that no item has spares the second reading.
        if self.known.lengths.contains(&about.len()) {
            let sha256 = intake::digest(&file).map_err(unreadable)?;
            if let Some((item, compartment)) = self.known.items.get(&sha256).cloned() {
                self.met_again(item, &compartment, next, about.modified().ok(), saying)?;
                return Ok(None);
            }
        }
        let capture = self.capture(about.modified().ok());
        let source = Source { file, name: &next.name, capture, expected: about.len() };
        let before = self.progress.bytes;
        let (origin, key) = (self.origin.clone(), self.key.clone());
        let sealed = intake::take_in(batch, &origin, &key, source, self.how.examiner.as_ref(), |passed| {
            self.progress.bytes = before.saturating_add(passed);
            self.tell();
            if self.stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        match sealed {
            Ok(pending) => Ok(Some(pending)),
            Err(WriteError::Object(ObjectError::Source(error))) => Err(unreadable(error)),
            Err(error) => Err(Fault::Ends(error.into())),
        }
    }

    fn capture(&self, modified: Option<SystemTime>) -> Capture {
        Capture {
            address: self.how.address.clone(),
            captured: self.how.captured.clone(),
            modified: modified.and_then(time::written),
            context: self.how.notes.clone(),
        }
    }

    /// Bytes that are in the case: the meeting is written down, once for each name.
    fn met_again(
        &mut self,
        item: RecordId,
        compartment: &str,
        next: &Candidate,
        modified: Option<SystemTime>,
        saying: &mut Saying,
    ) -> Result<(), Fault> {
        let ends = |e: CollectError| Fault::Ends(e);
        if !self.known.names.insert((item, next.name.clone())) {
            self.already += 1;
            return Ok(());
        }
        let said = Evidence::SeenAgain { item, name: next.name.clone(), capture: self.capture(modified) };
        saying.change.say(compartment, &said).map_err(|e| ends(WriteError::from(e).into()))?;
        self.say_collector(saying, item, &next.path).map_err(ends)?;
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
        self.say_collector(saying, number, path)
    }

    fn say_collector(&self, saying: &mut Saying, item: RecordId, path: &Path) -> Result<(), CollectError> {
        let Some(collector) = &self.collector else { return Ok(()) };
        Ok(collector.say(&mut saying.change, item, path, &self.how.staff).map_err(WriteError::from)?)
    }
}

/// Why one file was not taken.
enum Fault {
    /// It cannot be read; the rest goes on.
    Unreadable(String),
    /// The case cannot take it, nor any other.
    Ends(CollectError),
}
