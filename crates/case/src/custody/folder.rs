//! What is a case, opened: its log, the actor's keys, the view, and who is who today?
//!
//! Opening runs the way of recovery every day: the newest checkpoint decides what is log, tiles that are missing are made again, the
//! view is brought up to the log entry by entry, and what was last seen of this log elsewhere is compared with it.

use super::canonical;
use super::governance::{Act, Holder, Role, Setting};
use super::ids::{Digest, MemberId};
use super::keyring::{self, Copied, Keyring};
use super::ledger::{self, Ledger, LedgerError};
use super::opener::{self, Opener, Prepared, Tried, Written};
use super::part::{Part, REGISTER};
use super::register::{Register, Void};
use super::replay;
use super::seen::{Seen, SeenError};
use super::view::{self, Memory};
use factum_log::entry::{Entry, Kind};
use factum_vault::identity::Identity;
use factum_vault::index::{Batch as Rows, Index, IndexError, IndexKey, Position, VoidRow};
use factum_vault::keys::{KeyError, SecretKey};
use factum_vault::note::LogKey;
use factum_vault::object::{self, ObjectError};
use factum_vault::replaced::Replaced;
use factum_vault::store::{DiskStore, Store, StoreError};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The compartment of those who may write: the secret of the log's key is in it.
pub const WRITERS: &str = "writers";

/// The folder of copies of keys.
pub const KEYS: &str = "keys";

/// The folder of indexes.
pub const VIEW: &str = "view";

/// The file that says what this folder is.
pub const ABOUT: &str = "factum.toml";

/// Why a case cannot be opened or brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// An object.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The view.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// What was seen before.
    #[error(transparent)]
    Seen(#[from] SeenError),
    /// The identity opens nothing here.
    #[error("this identity opens nothing in this case: it is no member's, or the copies of keys are missing")]
    Stranger,
    /// The first part is missing or void.
    #[error("the log does not begin as a case does: {0}")]
    NotBegun(String),
    /// The checkpoint is not signed with the log's key.
    #[error(
        "the newest checkpoint is not signed with this log's key: somebody replaced it, or the log. Compare with a copy before you go on"
    )]
    Signature,
}

/// How to open a case.
#[derive(Default)]
pub struct Opening {
    /// The file, elsewhere, that keeps the newest checkpoint seen.
    pub seen: Option<PathBuf>,
    /// Look at the case as it was at this size of the log; reading only.
    pub at: Option<u64>,
}

/// An opened case.
pub struct Case {
    pub(super) store: Arc<dyn Store>,
    pub(super) identity: Identity,
    pub(super) ledger: Ledger,
    pub(super) newest: Replaced,
    /// The key that signed the checkpoint last, so that it need not be looked up for the next.
    pub(super) signing: Option<LogKey>,
    pub(super) keyring: Keyring,
    pub(super) index: Index,
    pub(super) register: Register,
    pub(super) memory: Option<Memory>,
    pub(super) seen: Option<PathBuf>,
    pub(super) at: Option<u64>,
    pub(super) warnings: Vec<String>,
    pub(super) naming_meant: bool,
    pub(super) rehearsing: bool,
}

impl Case {
    /// Opens the case in a folder.
    pub fn open(folder: &Path, identity: Identity, opening: Opening) -> Result<Self, CaseError> {
        Self::open_in(Arc::new(DiskStore::new(folder)), &folder.join(VIEW), identity, opening)
    }

    /// Opens the case in a store, with its view in a folder of this device.
    pub fn open_in(
        store: Arc<dyn Store>,
        views: &Path,
        identity: Identity,
        opening: Opening,
    ) -> Result<Self, CaseError> {
        let head = ledger::read_head(&*store)?;
        let ledger = Ledger::open(&*store, head)?;
        let (index, register) = open_index(views, &identity, ledger.origin())?;
        let (keyring, warnings) = copies(&*store, &identity, ledger.origin())?;
        let newest = Replaced::new(store.clone(), ledger::CHECKPOINT);
        let mut case = Self {
            store,
            identity,
            ledger,
            newest,
            signing: None,
            keyring,
            index,
            register,
            memory: None,
            seen: opening.seen,
            at: opening.at,
            warnings,
            naming_meant: false,
            rehearsing: false,
        };
        case.check_seen()?;
        case.check_keys();
        case.catch_up_with_keys()?;
        case.check_head()?;
        let copied = super::about::differs(&*case.store, &case.ledger, &case.register);
        case.warnings.extend(copied);
        if case.ledger.was_mended() {
            case.warnings.push("tiles of the log were missing or torn and were made again from its entries".into());
        }
        case.keep_seen()?;
        case.finish_shreds();
        Ok(case)
    }

    /// Brings the view up to the log, also where the copies in keys/ are swapped or missing: the log has others.
    fn catch_up_with_keys(&mut self) -> Result<(), CaseError> {
        match self.catch_up() {
            Err(CaseError::Stranger | CaseError::NotBegun(_)) => {
                let own = [self.identity.encryption()];
                let copied = copies_in_objects(&*self.store, &own, self.ledger.origin())?;
                copied.into_iter().for_each(|copy| self.keyring.add(copy));
                self.empty_view()?;
                self.catch_up()?;
                self.warnings.push(
                    "the key in keys/ that should open the register does not: the copy in the log is used. Who put it there?".into(),
                );
            }
            other => other?,
        }
        if self.check_keys() {
            // The view has passed over entries for which a key was missing.
            self.empty_view()?;
            self.catch_up()?;
        }
        Ok(())
    }

    /// What everybody should know before going on.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// From here on, a sealed name in a field that many may read is meant: the actor knows that it tells who a source is.
    pub fn mean_names(&mut self) {
        self.naming_meant = true;
    }

    /// From here on nothing is written: the first transaction is judged, and told as [`super::writer::WriteError::Rehearsed`].
    pub fn rehearse(&mut self) {
        self.rehearsing = true;
    }

    /// Does the actor mean it where a sealed name stands in a field that many may read?
    pub fn means_names(&self) -> bool {
        self.naming_meant
    }

    /// Who is who today.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// The log.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The folder's files.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The view.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Where its files lie, for whoever changes the case while sealing into it.
    pub fn store_shared(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    /// The actor's keys.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// The actor.
    pub fn actor(&self) -> MemberId {
        MemberId(*self.identity.member().as_bytes())
    }

    /// The actor's role today; absent if it is no member any more.
    pub fn role(&self) -> Option<Role> {
        self.register.active(self.actor()).map(|m| m.role)
    }

    /// Is a compartment open to the actor today?
    pub fn can_open(&self, compartment: &str) -> bool {
        let me = Holder::Member(self.actor());
        self.register.compartments.get(compartment).is_some_and(|c| c.is_open_to(me))
    }

    /// Up to which entry the actor looks at the case: all of it, or an earlier state.
    pub fn until(&self) -> u64 {
        self.at.unwrap_or(u64::MAX).min(self.ledger.size())
    }

    /// Is this an earlier state, for reading only?
    pub fn is_earlier(&self) -> bool {
        self.at.is_some()
    }

    /// Has the inquiry set this to `yes`?
    pub fn is_set(&self, setting: Setting) -> bool {
        self.register.is_set(setting)
    }

    /// Brings everything up to the newest checkpoint on disk. Another process may have written since.
    pub(super) fn refresh(&mut self) -> Result<(), CaseError> {
        let head = ledger::read_head(&*self.store)?;
        if head.checkpoint.size == self.ledger.size() && head.note == self.ledger.note() {
            // The view may have stayed behind, when the disk was full.
            return self.catch_up();
        }
        self.ledger = Ledger::open(&*self.store, head)?;
        self.check_seen()?;
        self.catch_up()?;
        self.check_head()
    }

    /// Takes in what other processes wrote since the case was opened or last read: for whoever watches it for long.
    pub fn read_on(&mut self) -> Result<(), CaseError> {
        if self.is_earlier() { Ok(()) } else { self.refresh() }
    }

    /// What stands in the log so far, as needed to judge what comes next.
    pub(super) fn remembered(&mut self) -> Result<Memory, CaseError> {
        if let Some(memory) = self.memory.take() {
            return Ok(memory);
        }
        let mut memory = Memory::default();
        let stands = self.index.position()?.map_or(0, |p| p.size);
        for (i, entry) in self.ledger.entries(&*self.store, 0, stands)?.iter().enumerate() {
            memory.entries.entry(Digest(entry.object.0)).or_insert(i as u64);
        }
        for (row, header) in view::headers(&self.index)? {
            memory.remember(Digest(row.object), &header);
        }
        Ok(memory)
    }

    /// Brings the view up to the log, entry by entry.
    pub(super) fn catch_up(&mut self) -> Result<(), CaseError> {
        self.catch_up_knowing(Written::default())
    }

    /// As [`Case::catch_up`], with parts that were just sealed and need not be opened.
    pub(super) fn catch_up_knowing(&mut self, written: Written) -> Result<(), CaseError> {
        let size = self.ledger.size();
        let from = self.index.position()?;
        if from.is_some_and(|p| p.size == size && p.root == self.ledger.root().0) {
            // A view can be up to date and hold nothing: of somebody to whom nothing opens.
            return if self.register.title.is_some() { Ok(()) } else { Err(CaseError::Stranger) };
        }
        // A view that is ahead of the log, or of another history, is a leftover: it is made anew.
        let fits = match from {
            None => true,
            Some(p) => p.size < size && self.ledger.root_at(&*self.store, p.size)?.0 == p.root,
        };
        if !fits {
            self.empty_view()?;
        }
        let gained = self.advance(written).inspect_err(|_| self.memory = None);
        if gained.is_err() {
            // The register must not be ahead of a view that could not follow.
            self.register = view::register(&self.index)?;
        }
        if gained? == Gained::OlderKeys {
            // Entries that were opaque can be opened now: they are judged where they stand.
            self.empty_view()?;
            self.advance(Written::default())?;
        }
        Ok(())
    }

    /// Deletes the view and makes it again from the log, and the file that says what the folder is if it says something else.
    pub fn rebuild_view(&mut self) -> Result<(), CaseError> {
        self.empty_view()?;
        self.catch_up()?;
        if super::about::differs(&*self.store, &self.ledger, &self.register).is_some() {
            let store = self.store.clone();
            let _lock = store.lock()?;
            super::about::write(&*store, &self.ledger, &self.register)?;
        }
        Ok(())
    }

    fn empty_view(&mut self) -> Result<(), CaseError> {
        self.index.clear()?;
        self.register = Register::default();
        self.memory = None;
        Ok(())
    }

    /// Judges what one part says and writes down what becomes of it: rows of the view, or why it does not count.
    fn take_part(
        &mut self,
        (position, object, commitment): (u64, &Digest, &Digest),
        Prepared { opened, rows: prepared }: Prepared,
        stands: u64,
        memory: &mut Memory,
        rows: &mut Rows,
    ) -> Result<Gained, CaseError> {
        let origin = self.ledger.origin();
        let Ok(judged) = replay::judge(&mut self.register, memory, origin, (object, commitment), opened);
        match (judged.part, judged.void) {
            (Some(part), None) => {
                if let Some((row, records)) = prepared {
                    rows.parts.push(row);
                    rows.records.extend(records);
                }
                memory.remember(*object, &part.header);
                self.forget_destroyed(&part, memory, rows)?;
                Ok(self.take_keys(&part, stands))
            }
            (part, void) => {
                rows.voids.push(self.void_row(position, part.as_ref(), void));
                Ok(Gained::Nothing)
            }
        }
    }

    /// Goes through the entries after those in the view.
    fn advance(&mut self, mut written: Written) -> Result<Gained, CaseError> {
        let from = self.index.position()?;
        let stands = from.map_or(0, |p| p.size);
        let mut memory = self.remembered()?;
        let entries = self.ledger.entries(&*self.store, stands, self.ledger.size())?;
        let resealed = self.resealed(&entries);
        let mut rows = Rows::default();
        let mut gained = Gained::Nothing;
        let mut next = stands;
        for entries in entries.chunks(opener::TOGETHER) {
            let tried = self.opener(&resealed).prepare_all(next, entries, &mut written);
            let mut more_keys = false;
            for ((entry, tried), position) in entries.iter().zip(tried).zip(next..) {
                let object = Digest(entry.object.0);
                let commitment = Digest(entry.records.0);
                let tried = match tried {
                    // A part just judged may have brought the key.
                    Ok(None) if more_keys => self.opener(&resealed).prepare(position, entry),
                    other => other,
                };
                match tried {
                    Ok(Some(prepared)) => {
                        let place = (position, &object, &commitment);
                        let brought = self.take_part(place, prepared, stands, &mut memory, &mut rows)?;
                        more_keys |= brought != Gained::Nothing;
                        gained = gained.max(brought);
                    }
                    Ok(None) => {}
                    Err(error) => rows.voids.push(VoidRow { entry: position, reason: error.to_string() }),
                }
                memory.entries.entry(object).or_insert(position);
            }
            next = next.saturating_add(entries.len() as u64);
        }
        self.leave_out_destroyed(&mut rows)?;
        let to = Position { size: self.ledger.size(), root: self.ledger.root().0 };
        self.index.advance(from, to, &rows)?;
        self.memory = Some(memory);
        if self.register.title.is_none() {
            return Err(match rows.voids.first() {
                Some(void) => CaseError::NotBegun(void.reason.clone()),
                None => CaseError::Stranger,
            });
        }
        Ok(gained)
    }

    fn void_row(&self, entry: u64, part: Option<&Part>, void: Option<Void>) -> VoidRow {
        let why = void.map(|v| v.to_string()).unwrap_or_default();
        let by = part.map(|p| format!(" (says it is by {}: {})", self.register.name_of(p.header.author), p.header.act));
        VoidRow { entry, reason: format!("{why}{}", by.unwrap_or_default()) }
    }

    /// Newer objects of the same content, by R.
    fn resealed(&self, entries: &[Entry]) -> HashMap<Digest, Digest> {
        let newer = entries.iter().filter(|e| e.kind == Kind::Resealed);
        newer.map(|e| (Digest(e.records.0), Digest(e.object.0))).collect()
    }

    /// What one part says, if this actor can open it.
    pub(super) fn open_part(&self, object: &Digest, commitment: &Digest, resealed: &HashMap<Digest, Digest>) -> Tried {
        self.opener(resealed).open(object, commitment)
    }

    fn opener<'a>(&'a self, resealed: &'a HashMap<Digest, Digest>) -> Opener<'a> {
        Opener::new(&*self.store, &self.keyring, resealed, &self.register)
    }

    /// Takes the copies of keys that a part gives to the actor, in a view that stood at `stands` entries.
    fn take_keys(&mut self, part: &Part, stands: u64) -> Gained {
        let mut gained = Gained::Nothing;
        if part.header.compartment != REGISTER {
            return gained;
        }
        let me = Holder::Member(self.actor());
        let acts: Vec<Act> = part.records.iter().filter_map(|r| canonical::read(&r.body).ok()).collect();
        for act in &acts {
            let Act::Access { compartment, epoch, holder, wrap } = act else { continue };
            if *holder != me {
                continue;
            }
            let fresh = acts.iter().any(|a| makes(a, compartment, *epoch));
            if self.keyring.get(compartment, *epoch).is_some() {
                // The copy in keys/ was there already, but what stands before this entry was seen without it.
                let seen_without = !fresh && stands > 0;
                gained = gained.max(if seen_without { Gained::OlderKeys } else { Gained::Nothing });
                continue;
            }
            let own = [self.identity.encryption()];
            let opened = object::open_text(&*self.store, &wrap.0, &own).ok();
            let copied = opened.and_then(|(text, _)| keyring::read_wrap(self.ledger.origin(), &text).ok());
            match copied {
                Some((copied, _)) if copied.compartment == *compartment && copied.epoch == *epoch => {
                    self.keyring.add(copied);
                    gained = gained.max(if fresh { Gained::NewKeys } else { Gained::OlderKeys });
                }
                _ => self.warnings.push(format!(
                    "your copy of key {epoch} of the compartment {compartment} is missing or damaged: ask a lead for another"
                )),
            }
        }
        gained
    }

    /// Keys that the register does not name are not used: they were put into keys/ by somebody else. Those that it gives the actor
    /// and that are not in keys/ are taken from the log; tells whether there were any.
    fn check_keys(&mut self) -> bool {
        if self.register.title.is_none() {
            return false;
        }
        let named = |register: &Register, compartment: &str, epoch: u32, key: &SecretKey| {
            let known = register.compartments.get(compartment).and_then(|c| c.keys.get(epoch.checked_sub(1)? as usize));
            known.is_some_and(|recipient| *recipient == key.recipient())
        };
        let wrong = self.keyring.retain(|compartment, epoch, key| named(&self.register, compartment, epoch, key));
        for (compartment, epoch) in wrong {
            self.warnings.push(format!(
                "keys/ holds a key that is not the register's for {compartment} (key {epoch}): it is not used. Who put it there?"
            ));
        }
        let me = Holder::Member(self.actor());
        let mut gained = false;
        for (compartment, place) in &self.register.compartments {
            for ((_, epoch), wrap) in place.copies.iter().filter(|((holder, _), _)| *holder == me) {
                if self.keyring.get(compartment, *epoch).is_some() {
                    continue;
                }
                let opened = object::open_text(&*self.store, &wrap.0, &[self.identity.encryption()]).ok();
                let copied = opened.and_then(|(text, _)| keyring::read_wrap(self.ledger.origin(), &text).ok());
                let fits = copied.filter(|(copied, _)| {
                    (copied.compartment.as_str(), copied.epoch) == (compartment, *epoch)
                        && named(&self.register, compartment, *epoch, &copied.secret)
                });
                if let Some((copied, _)) = fits {
                    self.keyring.add(copied);
                    gained = true;
                }
            }
        }
        gained
    }

    /// The checkpoint must be signed with the key that the register names, or, at a change of keys, with the one before.
    fn check_head(&self) -> Result<(), CaseError> {
        let signed = self.register.log_keys.last().is_some_and(|key| self.ledger.is_signed_by(key));
        if signed { Ok(()) } else { Err(CaseError::Signature) }
    }

    fn check_seen(&self) -> Result<(), CaseError> {
        let Some(path) = &self.seen else { return Ok(()) };
        let Some(seen) = Seen::read(path, self.ledger.origin())? else { return Ok(()) };
        if seen.size > self.ledger.size() {
            return Err(SeenError::RolledBack { seen: seen.size, found: self.ledger.size() }.into());
        }
        if self.ledger.root_at(&*self.store, seen.size)? != seen.root {
            return Err(SeenError::Forked { size: seen.size }.into());
        }
        Ok(())
    }

    /// Keeps the newest checkpoint where the log is not.
    pub(super) fn keep_seen(&self) -> Result<(), CaseError> {
        let Some(path) = &self.seen else { return Ok(()) };
        Seen { size: self.ledger.size(), root: self.ledger.root() }.write(path, self.ledger.origin())?;
        Ok(())
    }
}

/// What keys a part gave to the actor.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gained {
    /// None.
    Nothing,
    /// Keys with which nothing before was sealed.
    NewKeys,
    /// Keys with which earlier entries may be opened.
    OlderKeys,
}

fn makes(act: &Act, name: &str, number: u32) -> bool {
    match act {
        Act::Compartment { compartment, .. } => compartment == name && number == 1,
        Act::Rotation { compartment, epoch, .. } => compartment == name && *epoch == number,
        _ => false,
    }
}

/// Opens the actor's view, making it again if it is damaged: nothing is lost by that.
pub(super) fn open_index(views: &Path, identity: &Identity, origin: &str) -> Result<(Index, Register), CaseError> {
    std::fs::create_dir_all(views).map_err(|e| StoreError::at(VIEW, e))?;
    let path = views.join(format!("{}.db", identity.member()));
    let key = IndexKey::derive(identity.encryption(), origin)?;
    let open = || -> Result<(Index, Register), IndexError> {
        let index = Index::open(&path, &key)?;
        index.position()?;
        let register = view::register(&index)?;
        Ok((index, register))
    };
    match open() {
        Err(IndexError::WrongKey { .. } | IndexError::Damaged { .. } | IndexError::Version { .. }) => {
            factum_vault::index::delete(&path)?;
            Ok(open()?)
        }
        other => Ok(other?),
    }
}

/// The keys whose copies in keys/ the identity opens; if there are none, those among all copies in the log.
fn copies(store: &dyn Store, identity: &Identity, origin: &str) -> Result<(Keyring, Vec<String>), CaseError> {
    let own = [identity.encryption()];
    let mut keyring = Keyring::default();
    let mut warnings = Vec::new();
    for name in store.files(KEYS)? {
        let path = format!("{KEYS}/{name}");
        match object::open_copy(store, &path, &own) {
            Ok(Some((text, _))) => match keyring::read_wrap(origin, &text) {
                Ok((copied, _)) => keyring.add(copied),
                Err(error) => warnings.push(format!("{path}: {error}")),
            },
            Ok(None) => {}
            Err(error) => warnings.push(format!("{path}: {error}; the log has another copy")),
        }
    }
    if keyring.get(REGISTER, 1).is_none() {
        for copied in copies_in_objects(store, &own, origin)? {
            keyring.add(copied);
        }
    }
    Ok((keyring, warnings))
}

/// Copies of keys found among all objects: for the day on which keys/ is lost.
fn copies_in_objects(store: &dyn Store, own: &[&SecretKey], origin: &str) -> Result<Vec<Copied>, CaseError> {
    let head = ledger::read_head(store)?;
    let ledger = Ledger::open(store, head)?;
    let entries = ledger.entries(store, 0, ledger.size())?;
    let wraps = entries.iter().filter(|e| e.kind == Kind::Wrap);
    let opened = wraps.filter_map(|e| object::open_text(store, &e.object.0, own).ok());
    Ok(opened.filter_map(|(text, _)| keyring::read_wrap(origin, &text).ok()).map(|(copied, _)| copied).collect())
}
