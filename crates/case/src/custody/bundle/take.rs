//! What of a bundle may be appended to the log, and what becomes of the rest?

use super::{Head, HeadError, object_of};
use crate::custody::evidence::Evidence;
use crate::custody::folder::{Case, CaseError};
use crate::custody::founding::WORKING;
use crate::custody::ids::{Digest, MemberId};
use crate::custody::kit::item_root;
use crate::custody::part::{Part, REGISTER};
use crate::custody::replay;
use crate::custody::writer::{Change, Receipt, WriteError};
use crate::custody::{about, canonical, folder};
use factum_log::entry::{Entry, Kind};
use factum_vault::keys::SecretKey;
use factum_vault::object::{self, Batch, ObjectError};
use factum_vault::store::{self, Store, StoreError, UNFINISHED};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

/// Why nothing was taken.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is no bundle.
    #[error("{path} is no bundle, or is damaged: {source}. Nothing was taken; ask its maker for the file again")]
    Head {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: HeadError,
    },
    /// It is for another log.
    #[error("the bundle is for another case, {0}. Nothing was taken")]
    Elsewhere(String),
    /// The case.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An object.
    #[error(transparent)]
    Object(#[from] ObjectError),
}

/// What became of one entry of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Appended: it was opened and it holds.
    Taken,
    /// Appended unseen: the taker has no key to it. Those who have judge it.
    Opaque,
    /// It is in the log already.
    Known,
    /// Left out, and why.
    Refused(String),
}

/// What became of a bundle.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The digest of the file.
    pub bundle: Digest,
    /// When it was made, by its maker's clock.
    pub made: String,
    /// Its entries, in its order.
    pub entries: Vec<(Entry, Fate)>,
    /// The receipt; absent if there was nothing to append.
    pub receipt: Option<Receipt>,
}

/// What a bundle's objects became on the disk.
struct Staged {
    bundle: Digest,
    /// Objects that were not in the case before.
    fresh: BTreeSet<Digest>,
    /// Objects that are not what the head says.
    bad: HashMap<Digest, String>,
}

impl Case {
    /// Takes in a bundle: what holds is appended, with an account of who made it and when, in one step; what does not is named and
    /// left out. Taking the same bundle twice changes nothing.
    pub fn take_bundle(&mut self, path: &Path) -> Result<Taken, TakeError> {
        if self.is_earlier() {
            return Err(WriteError::Earlier.into());
        }
        let unreadable = |source| TakeError::Io { path: path.to_owned(), source };
        let no_bundle = |source| TakeError::Head { path: path.to_owned(), source };
        let store = self.store.clone();
        let _lock = store.lock()?;
        self.refresh()?;
        // Whoever cannot append learns it before anything is copied.
        self.log_key()?;
        let mut file = Digesting { from: BufReader::new(File::open(path).map_err(unreadable)?), digest: Sha256::new() };
        let head = {
            let mut lines = BufReader::with_capacity(1, &mut file);
            Head::read(&mut lines).map_err(no_bundle)?
        };
        if head.origin != self.ledger().origin() {
            return Err(TakeError::Elsewhere(head.origin));
        }
        let staged = stage(&*store, &head, &mut file).map_err(|fault| fault.into_error(path))?;
        let outcome = self.take_staged(&head, &staged);
        // What is not in the log now, and was not there before, goes again.
        let kept: BTreeSet<Digest> = match &outcome {
            Ok(taken) => {
                let kept =
                    taken.entries.iter().filter(|(_, fate)| matches!(fate, Fate::Taken | Fate::Opaque | Fate::Known));
                kept.map(|(entry, _)| object_of(entry)).collect()
            }
            Err(_) => BTreeSet::new(),
        };
        for object in staged.fresh.difference(&kept) {
            store.remove(&object::path(&object.0))?;
        }
        outcome
    }

    fn take_staged(&mut self, head: &Head, staged: &Staged) -> Result<Taken, TakeError> {
        let memory = self.remembered()?;
        let judged = self.judge_bundle(head, staged, &memory);
        self.memory = Some(memory);
        let Judgements { entries, authors, own_last } = judged?;
        let is_new = |fate: &Fate| matches!(fate, Fate::Taken | Fate::Opaque);
        let mut taken = Taken { bundle: staged.bundle, made: head.made.clone(), entries, receipt: None };
        let new: Vec<Entry> = taken.entries.iter().filter(|(_, fate)| is_new(fate)).map(|(entry, _)| *entry).collect();
        if new.is_empty() {
            return Ok(taken);
        }
        let mut change = Change::new("bundle take", format!("A bundle of {} was taken in", head.made));
        let mut account: BTreeMap<Option<MemberId>, Vec<Digest>> = BTreeMap::new();
        for entry in &new {
            let object = object_of(entry);
            account.entry(authors.get(&object).copied()).or_default().push(object);
        }
        let place = self.place_of_account()?;
        for (author, objects) in account {
            let said = Evidence::Taken { bundle: staged.bundle, author, objects, made: head.made.clone() };
            change.say(&place, &said).map_err(WriteError::from)?;
        }
        change.entries = new;
        // What the taker itself wrote away from here stands before the account, so the account follows it.
        let taker = self.actor();
        if let (Some(last), Some(memory)) = (own_last, &mut self.memory) {
            memory.last.insert(taker, last);
        }
        let store = self.store.clone();
        let outcome = self.transact_locked(change, Batch::new(&*store));
        if outcome.is_err() {
            self.memory = None;
        }
        taken.receipt = Some(outcome?);
        about::write(&*store, self.ledger(), self.register())?;
        Ok(taken)
    }

    /// Where the account of what was taken in stands: with the work, or wherever else the taker may write.
    fn place_of_account(&self) -> Result<String, WriteError> {
        let held = self.keyring().compartments();
        let mut places = held.keys().filter(|name| **name != REGISTER && **name != folder::WRITERS);
        let found = if held.contains_key(WORKING) { Some(WORKING) } else { places.next().copied() };
        found.map(str::to_string).ok_or_else(|| WriteError::NoCompartment(WORKING.into()))
    }

    /// Judges the entries one by one as replay will: on a copy of the register and of what stands in the log.
    fn judge_bundle(
        &self,
        head: &Head,
        staged: &Staged,
        memory: &crate::custody::view::Memory,
    ) -> Result<Judgements, TakeError> {
        let (mut register, mut memory) = (self.register().clone(), memory.clone());
        let mut fates: Vec<(Entry, Fate)> = Vec::new();
        let mut authors = HashMap::new();
        let (mut named, mut disowned) = (BTreeSet::new(), BTreeSet::new());
        for (i, (entry, _)) in head.entries.iter().enumerate() {
            let (object, commitment) = (object_of(entry), Digest(entry.records.0));
            if memory.entries.contains_key(&object) {
                fates.push((*entry, Fate::Known));
                continue;
            }
            let fate = match staged.bad.get(&object) {
                Some(why) => Fate::Refused(why.clone()),
                None if entry.kind == Kind::Part => match self.open_part(&object, &commitment, &HashMap::new()) {
                    Ok(None) => Fate::Opaque,
                    Err(error) => Fate::Refused(error.to_string()),
                    Ok(Some(opened)) => {
                        let place = (&object, &commitment);
                        let Ok(judged) = replay::judge(&mut register, &memory, self.ledger().origin(), place, opened);
                        let names = judged.part.as_ref().map(items_of).unwrap_or_default();
                        match (judged.part, judged.void) {
                            (Some(part), None) => {
                                memory.remember(object, &part.header);
                                authors.insert(object, part.header.author);
                                authors.extend(names.iter().map(|item| (*item, part.header.author)));
                                named.extend(names);
                                Fate::Taken
                            }
                            (_, void) => {
                                disowned.extend(names);
                                Fate::Refused(void.map(|v| v.to_string()).unwrap_or_default())
                            }
                        }
                    }
                },
                None => self.look_at(entry)?,
            };
            if !matches!(fate, Fate::Refused(_)) {
                memory.entries.insert(object, self.ledger().size().saturating_add(i as u64));
            }
            fates.push((*entry, fate));
        }
        // What only a refused part speaks of would lie in the case without a word on where it came from.
        for (entry, fate) in &mut fates {
            let object = object_of(entry);
            let fresh = matches!(fate, Fate::Taken | Fate::Opaque);
            if fresh && disowned.contains(&object) && !named.contains(&object) {
                *fate = Fate::Refused("the only part that speaks of it was refused".into());
            }
        }
        let own_last = memory.last.get(&self.actor()).copied();
        Ok(Judgements { entries: fates, authors, own_last })
    }

    /// An item or another object that is no part: if it can be opened, it must hold what its entry says.
    fn look_at(&self, entry: &Entry) -> Result<Fate, TakeError> {
        if entry.kind != Kind::Item {
            return Ok(Fate::Opaque);
        }
        let keys: Vec<&SecretKey> = self.keyring().each().map(|(_, _, key)| key).collect();
        match object::open_item(self.store(), &entry.object.0, &keys, &mut io::sink()) {
            Err(ObjectError::Closed(_)) => Ok(Fate::Opaque),
            Err(ObjectError::Store(error)) => Err(error.into()),
            Err(error) => Ok(Fate::Refused(error.to_string())),
            Ok((trailer, _)) => {
                let root = item_root(self.ledger().origin(), &trailer);
                let holds = root.0 == entry.records.0;
                Ok(if holds {
                    Fate::Taken
                } else {
                    Fate::Refused("its content is not what its entry commits to".into())
                })
            }
        }
    }
}

/// What a bundle comes to.
struct Judgements {
    /// What became of each entry.
    entries: Vec<(Entry, Fate)>,
    /// Who wrote what could be opened.
    authors: HashMap<Digest, MemberId>,
    /// The taker's own newest part, if the bundle is appended.
    own_last: Option<Digest>,
}

/// The objects of the items and copies of keys of which a part speaks.
fn items_of(part: &Part) -> Vec<Digest> {
    let said = part.records.iter().filter_map(|record| canonical::read::<Evidence>(&record.body).ok());
    said.filter_map(|said| if let Evidence::Item(item) = said { Some(item.object) } else { None }).collect()
}

/// Why objects could not be brought in.
enum StageFault {
    Read(io::Error),
    Store(StoreError),
}

impl From<StoreError> for StageFault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl StageFault {
    fn into_error(self, path: &Path) -> TakeError {
        match self {
            Self::Read(source) => TakeError::Io { path: path.to_owned(), source },
            Self::Store(error) => error.into(),
        }
    }
}

/// Copies the objects into the case, durably, those with the right digests under their names. Nothing refers to them yet.
fn stage(store: &dyn Store, head: &Head, file: &mut Digesting<impl Read>) -> Result<Staged, StageFault> {
    let (mut fresh, mut bad, mut folders) = (BTreeSet::new(), HashMap::new(), BTreeSet::new());
    let mut staged = || -> Result<(), StageFault> {
        for (entry, length) in &head.entries {
            let object = object_of(entry);
            let path = object::path(&object.0);
            let temporary = format!("{}/{UNFINISHED}{object}", object::FOLDER);
            store.remove(&temporary)?;
            let mut to = store.create(&temporary)?;
            let (copied, digest) = copy(file.take(*length), &mut to).map_err(|fault| match fault {
                CopyFault::Read(error) => StageFault::Read(error),
                CopyFault::Write(error) => StoreError::at(&temporary, error).into(),
            })?;
            let why = match () {
                () if copied < *length => Some(format!("its object was cut after {copied} of {length} bytes")),
                () if digest != object => {
                    Some("its object has another digest: it was damaged or changed on the way".into())
                }
                () => None,
            };
            if let Some(why) = why {
                bad.insert(object, why);
                drop(to);
                store.remove(&temporary)?;
            } else if store.length(&path)?.is_some() {
                drop(to);
                store.remove(&temporary)?;
                // It may lie there since a taking that was broken off before its name was durable.
                folders.insert(store::folder_of(&path).to_string());
            } else {
                to.flush().and_then(|()| to.sync()).map_err(|e| StoreError::at(&temporary, e))?;
                drop(to);
                store.clear_times(&temporary)?;
                store.rename(&temporary, &path)?;
                fresh.insert(object);
                folders.insert(store::folder_of(&path).to_string());
            }
        }
        // Bytes after the last object would be part of the digest and of nothing else.
        io::copy(file, &mut io::sink()).map_err(StageFault::Read)?;
        folders.iter().try_for_each(|folder| store.sync_folder(folder)).map_err(StageFault::from)
    };
    if let Err(error) = staged() {
        for object in &fresh {
            let _ = store.remove(&object::path(&object.0));
        }
        return Err(error);
    }
    let bundle = Digest(file.digest.clone().finalize().into());
    Ok(Staged { bundle, fresh, bad })
}

enum CopyFault {
    Read(io::Error),
    Write(io::Error),
}

fn copy(mut from: impl Read, to: &mut impl Write) -> Result<(u64, Digest), CopyFault> {
    let (mut copied, mut digest) = (0, Sha256::new());
    let mut block = vec![0; 1 << 16];
    loop {
        let count = match from.read(&mut block) {
            Ok(0) => return Ok((copied, Digest(digest.finalize().into()))),
            Ok(count) => count,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(CopyFault::Read(e)),
        };
        let bytes = block.get(..count).unwrap_or_default();
        digest.update(bytes);
        to.write_all(bytes).map_err(CopyFault::Write)?;
        copied += count as u64;
    }
}

struct Digesting<R> {
    from: R,
    digest: Sha256,
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(to)?;
        self.digest.update(to.get(..count).unwrap_or_default());
        Ok(count)
    }
}
