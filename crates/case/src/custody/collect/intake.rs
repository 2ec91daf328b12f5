//! What happens to the bytes of one file on their one way into the case?
//!
//! They are digested, sealed, and handed to a child process that looks into them. The child may answer late, wrongly or not at
//! all: by then the bytes are sealed.

use crate::custody::evidence::{Capture, Detail, Item};
use crate::custody::ids::{Digest, RecordId};
use crate::custody::runs::root_of_item;
use crate::custody::writer::{WriteError, entry};
use crate::extract::{Examination, Examiner, Extracted, Outcome};
use factum_log::entry::{Entry, Kind};
use factum_vault::keys::Recipient;
use factum_vault::object::Batch;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, Read, Seek};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

/// So many bytes of a file's text are kept for searching: some sixty pages.
const TEXT: usize = 128 << 10;

/// What is said of bytes of which nothing is known.
const UNKNOWN: &str = "application/octet-stream";

/// A file to be taken in.
pub struct Source<'a> {
    /// Open at its beginning.
    pub file: File,
    /// What it is called in the case.
    pub name: &'a str,
    /// How it was met.
    pub capture: Capture,
    /// How many bytes it had when it was opened.
    pub expected: u64,
}

/// A file that is sealed, and into which a child may still be looking.
pub struct Pending {
    item: Item,
    entry: Entry,
    examination: Option<Examination>,
}

/// A file that is shown to the child as it is read for sealing.
struct Shown<'a> {
    file: File,
    examination: Option<Examination>,
    stop: &'a AtomicBool,
}

impl Read for Shown<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(io::Error::other("collecting was stopped"));
        }
        let read = self.file.read(buffer)?;
        if let (Some(examination), Some(bytes)) = (&mut self.examination, buffer.get(..read))
            && examination.wants_more()
        {
            examination.give(bytes);
        }
        Ok(read)
    }
}

/// The SHA-256 of a file, which then stands at its beginning again.
pub fn digest(mut file: &File) -> io::Result<Digest> {
    let mut hasher = Sha256::new();
    let mut block = vec![0; 1 << 20];
    loop {
        match file.read(&mut block) {
            Ok(0) => break,
            Ok(read) => hasher.update(block.get(..read).unwrap_or_default()),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    file.rewind()?;
    Ok(Digest(hasher.finalize().into()))
}

/// Seals a file as a new item. `passing` sees how many bytes have passed and may stop it.
pub fn take_in(
    batch: &mut Batch<'_>,
    origin: &str,
    key: &Recipient,
    source: Source<'_>,
    examiner: Option<&Examiner>,
    mut passing: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<Pending, WriteError> {
    let mut id = [0; 16];
    getrandom::fill(&mut id)?;
    let stop = AtomicBool::new(false);
    // There is nothing to be seen in an empty file.
    let examination = examiner.filter(|_| source.expected > 0).map(|e| e.begin(source.name));
    let mut shown = Shown { file: source.file, examination, stop: &stop };
    let (sealed, trailer) = batch.item(&mut shown, id, key, |passed| {
        if passing(passed).is_break() {
            stop.store(true, Ordering::Relaxed);
        }
    })?;
    let examination = shown.examination;
    let item = RecordId(id);
    let sha256 = Digest(sealed.sha256);
    let root = root_of_item(origin, &trailer)?;
    let mut capture = source.capture;
    if sealed.length != source.expected {
        let what =
            format!("it had {} bytes when it was opened and {} when it was read", source.expected, sealed.length);
        capture.context.push(Detail::new("changed-while-read", what));
    }
    let item = Item {
        item,
        object: Digest(sealed.object),
        name: source.name.to_string(),
        length: sealed.length,
        sha256,
        media_type: UNKNOWN.into(),
        capture,
        embedded: Vec::new(),
        not_examined: None,
        text: None,
    };
    Ok(Pending { item, entry: entry(Kind::Item, sealed.object, root), examination })
}

impl Pending {
    /// Bytes of the file.
    pub fn length(&self) -> u64 {
        self.item.length
    }

    /// What is known of it before anybody looked into it.
    pub fn item(&self) -> &Item {
        &self.item
    }

    /// Waits for what the child found. Whatever becomes of it, there is an item.
    pub fn finish(self) -> (Item, Entry) {
        let mut item = self.item;
        match self.examination.map(Examination::finish) {
            Some(Outcome::Known(found)) => tell(&mut item, *found),
            Some(Outcome::Unknown { why }) => item.not_examined = Some(why),
            None if item.length > 0 => item.not_examined = Some("nobody was asked to look into it".into()),
            None => {}
        }
        (item, self.entry)
    }
}

/// Writes down what was found.
fn tell(item: &mut Item, found: Extracted) {
    let get = |names: &[&str]| names.iter().find_map(|n| found.metadata.get(*n)).filter(|v| !v.is_empty()).cloned();
    if matches!(found.media_type.as_str(), "application/warc" | "application/wacz") {
        let capture = &mut item.capture;
        capture.address = capture.address.take().or_else(|| get(&["capture.main-page-url", "capture.001.address"]));
        capture.captured =
            capture.captured.take().or_else(|| get(&["capture.main-page-date", "capture.001.time", "capture.first"]));
    }
    item.embedded = found.metadata.into_iter().map(|(name, value)| Detail::new(name, value)).collect();
    let mut say = |name: &str, value: String| item.embedded.push(Detail::new(format!("examination.{name}"), value));
    found.encoding.into_iter().for_each(|e| say("encoding", e));
    found.disagreement.into_iter().for_each(|d| say("disagreement", d));
    found.notes.into_iter().for_each(|n| say("note", n));
    say("program", found.version);
    if let Some(text) = found.text {
        let (kept, whole) = beginning(text.parts.iter().map(|p| p.text.as_str()));
        if !(whole && text.complete) {
            say("note", format!("only the first {} bytes of its text can be searched", kept.len()));
        }
        item.text = Some(kept).filter(|t| !t.is_empty());
    }
    item.media_type = found.media_type;
}

/// As much of a text as is kept, and whether that is all of it.
fn beginning<'a>(parts: impl Iterator<Item = &'a str>) -> (String, bool) {
    let mut kept = String::new();
    for part in parts {
        let room = TEXT.saturating_sub(kept.len());
        let fits = part.floor_char_boundary(room.min(part.len()));
        kept.push_str(part.get(..fits).unwrap_or_default());
        if fits < part.len() {
            return (kept, false);
        }
        kept.push('\n');
    }
    (kept, true)
}
