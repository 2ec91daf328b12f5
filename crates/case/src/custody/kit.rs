//! How does somebody in the field seal what was collected, so that whoever takes the device can open none of it?
//!
//! A field kit holds public keys of compartments and a signing key of its own, closed with a passphrase. What it seals it cannot open:
//! the compartments' secret keys are not in it. Its bundles are taken into the log by the office. The kit's own chain
//! lies beside it and goes on from bundle to bundle.

use super::bundle::{self, Chain, MakeError};
use super::canonical::{self, CanonicalError};
use super::evidence::{Capture, Evidence, Item};
use super::folder::Case;
use super::governance::Act;
use super::ids::{Digest, RecordId, TransactionId};
use super::keyring;
use super::part::{Draft, Header, HeaderKind, REGISTER};
use super::writer::{Change, Receipt, WriteError, entry};
use factum_log::entry::{Entry, Kind};
use factum_vault::card::{CardError, Name};
use factum_vault::identity::{Identity, IdentityError};
use factum_vault::keys::{KeyError, Recipient};
use factum_vault::object::{self, Batch, ObjectError, Trailer};
use factum_vault::passphrase::{Passphrase, PassphraseError, Work};
use factum_vault::store::{DiskStore, StoreError};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use zeroize::Zeroizing;

/// The first line of a kit.
const TITLE: &str = "factum kit 1";

/// Bytes by which a media type is recognised.
const SNIFFED: u64 = 8192;

/// Why there is no kit, or why it seals nothing.
#[derive(Debug, thiserror::Error)]
pub enum KitError {
    /// The log.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The bundle.
    #[error(transparent)]
    Make(#[from] MakeError),
    /// The kit's keys.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The kit's name.
    #[error(transparent)]
    Name(#[from] CardError),
    /// The passphrase.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// An object.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is said cannot be written.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// No randomness.
    #[error("the operating system gives no randomness, so nothing can be sealed: {0}")]
    Randomness(#[from] getrandom::Error),
    /// It is no kit.
    #[error("this is no field kit, or line {0} of it is not what it should be: take another copy of it")]
    Form(usize),
    /// No compartment.
    #[error("the kit has no compartment {0}")]
    NoCompartment(String),
    /// The kit's time is over.
    #[error("the kit could be used until {0}: what it seals now would count for nothing. Ask for another")]
    Over(String),
    /// The day is misspelt.
    #[error("the last day of a kit must read YYYY-MM-DD")]
    Day,
    /// A file cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// A compartment into which something is sealed from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name.
    pub compartment: String,
    /// The number of its key.
    pub epoch: u32,
    /// The key.
    pub recipient: Recipient,
}

/// A field kit, opened.
pub struct Kit {
    /// The log it works for.
    pub origin: String,
    /// The last day it may be used, if there is one.
    pub until: Option<String>,
    /// Into which compartments it seals; the first unless another is asked for.
    pub places: Vec<Place>,
    identity: Identity,
}

impl Kit {
    /// The kit's file: an age file that the passphrase opens.
    pub fn close(&self, passphrase: &Passphrase, work: Work) -> Result<Vec<u8>, KitError> {
        Ok(passphrase.close(self.text().as_bytes(), work)?)
    }

    /// Opens a kit's file.
    pub fn open(file: &[u8], passphrase: &Passphrase) -> Result<Self, KitError> {
        let plain = passphrase.open(file)?;
        Self::parse(std::str::from_utf8(&plain).map_err(|_| KitError::Form(1))?)
    }

    fn text(&self) -> Zeroizing<String> {
        let mut head = format!("{TITLE}\norigin {}\n", self.origin);
        self.until.iter().for_each(|day| head.push_str(&format!("until {day}\n")));
        for place in &self.places {
            head.push_str(&format!("compartment {} {} {}\n", place.compartment, place.epoch, place.recipient));
        }
        let identity = self.identity.expose();
        let parts = [head.as_str(), "identity\n", identity.as_str()];
        // Of its full size at once: a string that grows leaves copies of the secret behind.
        let mut text = Zeroizing::new(String::with_capacity(parts.iter().map(|part| part.len()).sum()));
        parts.iter().for_each(|part| text.push_str(part));
        text
    }

    fn parse(text: &str) -> Result<Self, KitError> {
        let (head, identity) = text.split_once("\nidentity\n").ok_or(KitError::Form(1))?;
        let mut lines = head.split('\n').enumerate().map(|(i, line)| (i + 1, line)).peekable();
        if lines.next().is_none_or(|(_, line)| line != TITLE) {
            return Err(KitError::Form(1));
        }
        let origin = lines.next().and_then(|(_, line)| line.strip_prefix("origin ")).ok_or(KitError::Form(2))?;
        let until = lines.next_if(|(_, line)| line.starts_with("until "));
        let until = until.map(|(number, line)| day(&line[6..]).ok_or(KitError::Form(number))).transpose()?;
        let mut places = Vec::new();
        for (number, line) in lines {
            let wrong = || KitError::Form(number);
            let mut fields = line.strip_prefix("compartment ").ok_or_else(wrong)?.splitn(3, ' ');
            let mut next = || fields.next().ok_or_else(wrong);
            let (compartment, epoch, recipient) = (next()?.to_string(), next()?, next()?);
            let epoch = epoch.parse().map_err(|_| wrong())?;
            places.push(Place { compartment, epoch, recipient: Recipient::parse(recipient)? });
        }
        if places.is_empty() {
            return Err(KitError::Form(3));
        }
        Ok(Self { origin: origin.to_string(), until, places, identity: Identity::parse(identity)? })
    }

    /// Seals files as items, with a part signed by the kit that describes them, into a bundle. Nothing in the kit opens them again.
    pub fn seal(
        &self,
        files: &[PathBuf],
        compartment: Option<&str>,
        capture: &Capture,
        out: &Path,
        chain: &Path,
    ) -> Result<Digest, KitError> {
        let now = crate::now();
        if let Some(day) = self.until.as_ref().filter(|day| now.get(..10).is_none_or(|today| today > day.as_str())) {
            return Err(KitError::Over(day.clone()));
        }
        let first = self.places.first().map(|place| place.compartment.clone()).unwrap_or_default();
        let wanted = compartment.unwrap_or(&first);
        let place = self.places.iter().find(|place| place.compartment == wanted);
        let place = place.ok_or_else(|| KitError::NoCompartment(wanted.into()))?;
        let mut chain = Chain::read(chain)?;
        let mut folder = out.as_os_str().to_owned();
        folder.push(".sealed");
        let folder = PathBuf::from(folder);
        let sealed = self.seal_in(&folder, place, (files, capture), &now, (out, &mut chain));
        // Only sealed objects lay there.
        let removed = fs::remove_dir_all(&folder);
        let digest = sealed?;
        removed.map_err(|source| KitError::Io { path: folder, source })?;
        Ok(digest)
    }

    fn seal_in(
        &self,
        folder: &Path,
        place: &Place,
        (files, capture): (&[PathBuf], &Capture),
        now: &str,
        (out, chain): (&Path, &mut Chain),
    ) -> Result<Digest, KitError> {
        fs::create_dir(folder).map_err(|source| KitError::Io { path: folder.to_owned(), source })?;
        let store = DiskStore::new(folder);
        object::make_folders(&store)?;
        let mut batch = Batch::new(&store);
        let mut entries = Vec::new();
        let mut bodies = Vec::new();
        for file in files {
            let (entry, item) = seal_file(&mut batch, &self.origin, file, capture, &place.recipient)?;
            entries.push(entry);
            bodies.push(canonical::value_of(&Evidence::Item(Box::new(item)))?);
        }
        let mut transaction = [0; 16];
        getrandom::fill(&mut transaction)?;
        let header = Header {
            kind: HeaderKind::Header,
            origin: self.origin.clone(),
            transaction: TransactionId(transaction),
            part: 0,
            parts: 1,
            compartment: place.compartment.clone(),
            epoch: place.epoch,
            author: super::ids::MemberId(*self.identity.member().as_bytes()),
            previous: chain.last(&self.origin),
            time: now.to_string(),
            clock_behind: None,
            program: crate::version(),
            act: "kit seal".into(),
            summary: format!("{} sealed in the field", counted(files.len())),
        };
        let signing = self.identity.signing();
        let (text, part) = Draft::new(header, bodies)?.sign(|message| signing.sign(message))?;
        let object = batch.text(&text, &place.recipient)?;
        batch.finish()?;
        entries.push(entry(Kind::Part, object, part.root));
        let digest = bundle::write(&store, &self.origin, now, &entries, out)?;
        chain.follow(&self.origin, Digest(object))?;
        Ok(digest)
    }
}

fn counted(files: usize) -> String {
    if files == 1 { "1 file".into() } else { format!("{files} files") }
}

/// A day written YYYY-MM-DD.
fn day(text: &str) -> Option<String> {
    super::time::seconds(&format!("{text}T00:00:00Z")).map(|_| text.to_string())
}

impl Case {
    /// Makes a kit that seals into some compartments until a day, and says so in the register.
    pub fn make_kit(
        &mut self,
        name: &str,
        compartments: &[String],
        until: Option<&str>,
    ) -> Result<(Kit, Receipt), KitError> {
        let until = until.map(|text| day(text).ok_or(KitError::Day)).transpose()?;
        let mut places = Vec::new();
        for compartment in compartments {
            let known = self.register().compartments.get(compartment).filter(|_| compartment != REGISTER);
            let known = known.and_then(|c| c.recipient().map(|r| (c.epoch(), r.clone())));
            let (epoch, recipient) = known.ok_or_else(|| WriteError::NoCompartment(compartment.clone()))?;
            places.push(Place { compartment: compartment.clone(), epoch, recipient });
        }
        if places.is_empty() {
            return Err(WriteError::NoCompartment(String::new()).into());
        }
        let identity = Identity::generate(Name::new(name)?, &crate::now())?;
        let act = Act::Kit {
            card: identity.card().text(),
            label: name.into(),
            compartments: compartments.to_vec(),
            until: until.clone(),
        };
        let mut change = Change::new("kit make", format!("A field kit for {name}"));
        change.say(REGISTER, &act).map_err(WriteError::from)?;
        let receipt = self.tell(change)?;
        let origin = self.ledger().origin().to_string();
        Ok((Kit { origin, until, places, identity }, receipt))
    }

    /// Seals files as items of a compartment into a bundle, for a member away from the log.
    pub fn bundle_files(
        &mut self,
        files: &[PathBuf],
        compartment: &str,
        capture: &Capture,
        (out, chain): (&Path, &Path),
    ) -> Result<Digest, KitError> {
        let place = self.register().compartments.get(compartment).and_then(|c| c.recipient().cloned());
        let recipient = place.ok_or_else(|| WriteError::NoCompartment(compartment.into()))?;
        let origin = self.ledger().origin().to_string();
        let store = self.store.clone();
        let mut batch = Batch::new(&*store);
        let mut change = Change::new("collect", format!("{} collected away from the log", counted(files.len())));
        for file in files {
            let (entry, item) = seal_file(&mut batch, &origin, file, capture, &recipient)?;
            change.entries.push(entry);
            change.say(compartment, &Evidence::Item(Box::new(item)))?;
        }
        Ok(self.bundle(change, batch, out, chain)?)
    }

    /// Says that this log continues another one: which, where it was last seen, and why it had to be left. With `key`, the old log's,
    /// the checkpoint's signature is verified first.
    pub fn continue_from(
        &mut self,
        checkpoint: &[u8],
        key: Option<&factum_log::key::VerifierKey>,
        reason: &str,
    ) -> Result<Receipt, ContinueError> {
        let signed = factum_log::checkpoint::SignedCheckpoint::parse(checkpoint)?;
        if let Some(key) = key {
            signed.verify(key)?;
        }
        let origin = signed.unverified().origin.clone();
        if origin == self.ledger().origin() {
            return Err(ContinueError::Itself);
        }
        if let Some(before) = &self.register().continues {
            return Err(ContinueError::Already(before.origin.clone()));
        }
        let act = Act::Continuation { origin: origin.clone(), checkpoint: signed.to_string(), reason: reason.into() };
        let mut change = Change::new("case continue", format!("This log continues {origin}: {reason}"));
        change.say(REGISTER, &act).map_err(WriteError::from)?;
        Ok(self.tell(change)?)
    }
}

/// Why a log continues no other.
#[derive(Debug, thiserror::Error)]
pub enum ContinueError {
    /// The file is no checkpoint, or its signature does not hold.
    #[error("the old checkpoint cannot be used: {0}")]
    Checkpoint(#[from] factum_log::checkpoint::CheckpointError),
    /// It is of this log.
    #[error("this checkpoint is of this very log; give the last one of the log that had to be left")]
    Itself,
    /// It continues another already.
    #[error("this log continues {0} already: a log has one predecessor")]
    Already(String),
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// R of an item's object, as its trailer makes it.
pub fn item_root(origin: &str, trailer: &Trailer) -> Digest {
    let body = format!("{{\"length\":{},\"sha256\":\"{}\"}}", trailer.length, Digest(trailer.sha256));
    keyring::root_of(origin, RecordId(trailer.record), *trailer.salt, &body)
}

/// Seals one file as an item: its entry, and what is said of it. Nothing is looked into: that is for the office.
fn seal_file(
    batch: &mut Batch<'_>,
    origin: &str,
    path: &Path,
    capture: &Capture,
    recipient: &Recipient,
) -> Result<(Entry, Item), KitError> {
    let unreadable = |source| KitError::Io { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    let modified = file.metadata().ok().and_then(|m| m.modified().ok());
    let modified = modified.and_then(|t| t.duration_since(UNIX_EPOCH).ok()).map(|t| super::time::text(t.as_secs()));
    let mut begin = Vec::new();
    file.by_ref().take(SNIFFED).read_to_end(&mut begin).map_err(unreadable)?;
    let media_type = infer::get(&begin).map_or("application/octet-stream", |kind| kind.mime_type());
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    let (sealed, trailer) = batch.item(begin.as_slice().chain(file), random, recipient, |_| ())?;
    let capture = Capture { modified: capture.modified.clone().or(modified), ..capture.clone() };
    let item = Item {
        item: RecordId(random),
        object: Digest(sealed.object),
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        length: sealed.length,
        sha256: Digest(sealed.sha256),
        media_type: media_type.into(),
        capture,
        embedded: Vec::new(),
        not_examined: Some("it was sealed away from the office, where nothing is looked into".into()),
        text: None,
    };
    Ok((entry(Kind::Item, sealed.object, item_root(origin, &trailer)), item))
}

#[cfg(test)]
mod tests;
