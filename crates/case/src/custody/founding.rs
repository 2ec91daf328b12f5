//! How does a case begin?
//!
//! With a random name, a key for its log, five compartments, and one member who founded it: all said in the first parts of its own
//! log, signed with the key they introduce.

use super::about;
use super::evidence::Evidence;
use super::folder::{Case, CaseError, KEYS, Opening, VIEW, WRITERS, open_index};
use super::governance::{Act, Holder, Role};
use super::ids::{Digest, MemberId};
use super::keyring::{self, Copied, Keyring, WrapError};
use super::ledger::{self, Ledger};
use super::part::REGISTER;
use super::register::Register;
use super::view::Memory;
use super::writer::{Change, WriteError, entry};
use factum_log::entry::Kind;
use factum_vault::identity::Identity;
use factum_vault::keys::{Recipient, SecretKey};
use factum_vault::note::{LogKey, NoteError};
use factum_vault::object::{self, Batch, ObjectError, Sha};
use factum_vault::replaced::Replaced;
use factum_vault::store::{self, DiskStore, Store, StoreError};
use std::path::Path;
use std::sync::Arc;

/// The compartment of identities of sources.
pub const IDENTITIES: &str = "identities";

/// The compartment of what identifies staff.
pub const STAFF: &str = "staff";

/// The compartment of everything else.
pub const WORKING: &str = "working";

/// The compartments that every case has, and what each is for.
const FIRST: [(&str, &str); 5] = [
    (REGISTER, "who is who, and what each may do; open to every member"),
    (WRITERS, "the secret of the log's key; for those who may write"),
    (WORKING, "items, statements, lists, runs: what the inquiry works on"),
    (IDENTITIES, "who sources are, behind their codes"),
    (STAFF, "who collected what, from which machine, under which name"),
];

/// Why a case could not be founded.
#[derive(Debug, thiserror::Error)]
pub enum FoundingError {
    /// There is something already.
    #[error("{0} is not empty: a case begins in a folder of its own")]
    NotEmpty(String),
    /// The log's key could not be made.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A copy of a key could not be made.
    #[error(transparent)]
    Wrap(#[from] WrapError),
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<CaseError> for FoundingError {
    fn from(error: CaseError) -> Self {
        Self::Write(error.into())
    }
}

impl From<StoreError> for FoundingError {
    fn from(error: StoreError) -> Self {
        Self::Write(error.into())
    }
}

impl From<ObjectError> for FoundingError {
    fn from(error: ObjectError) -> Self {
        Self::Write(error.into())
    }
}

impl Case {
    /// Begins a case in an empty or new folder and opens it.
    pub fn found(folder: &Path, title: &str, identity: Identity, opening: Opening) -> Result<Self, FoundingError> {
        Self::found_in(Arc::new(DiskStore::new(folder)), &folder.join(VIEW), title, identity, opening)
    }

    /// Begins a case in a store, with its view in a folder of this device.
    pub fn found_in(
        store: Arc<dyn Store>,
        views: &Path,
        title: &str,
        identity: Identity,
        opening: Opening,
    ) -> Result<Self, FoundingError> {
        let _lock = make_room(&*store)?;
        for folder in [KEYS, ledger::FOLDER, object::FOLDER] {
            store.create_folder(folder)?;
        }
        // It also syncs the names of the three.
        object::make_folders(&*store)?;
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(WriteError::from)?;
        let origin = factum_log::checkpoint::case_origin(random);
        let log_key = LogKey::generate(&origin)?;

        let me = MemberId(*identity.member().as_bytes());
        let mut change = Change::new("init", format!("The inquiry \"{title}\" begins"));
        let mut keyring = Keyring::default();
        let mut batch = Batch::new(&*store);
        let mut wraps = Vec::new();
        let say =
            |change: &mut Change, compartment: &str, act: &Act| change.say(compartment, act).map_err(WriteError::from);
        say(&mut change, REGISTER, &Act::Case { format: about::FORMAT, title: title.into() })?;
        say(&mut change, REGISTER, &Act::LogKey { verifier: log_key.vkey() })?;
        let card = identity.card();
        let member = Act::Member { name: card.name().to_string(), card: card.text(), role: Role::Lead };
        say(&mut change, REGISTER, &member)?;
        for (name, purpose) in FIRST {
            let secret = SecretKey::generate().map_err(CaseError::from)?;
            let recipient = secret.recipient();
            let made = Act::Compartment {
                compartment: name.into(),
                purpose: purpose.into(),
                recipient: recipient.to_string(),
            };
            say(&mut change, REGISTER, &made)?;
            let (wrap, access) =
                seal_copy(&mut batch, &origin, (name, 1), Holder::Member(me), &card.recipient().clone(), &secret)?;
            say(&mut change, REGISTER, &access)?;
            change.entries.push(wrap);
            wraps.push(Digest(wrap.object.0));
            keyring.add(Copied { compartment: name.into(), epoch: 1, secret });
        }
        let secret = Evidence::LogSecret { secret: log_key.expose().to_string() };
        change.say(WRITERS, &secret).map_err(WriteError::from)?;

        let (index, _) = open_index(views, &identity, &origin)?;
        let mut case = Self {
            store: store.clone(),
            ledger: Ledger::new(&origin),
            newest: Replaced::new(store.clone(), ledger::CHECKPOINT),
            signing: None,
            index,
            identity,
            keyring,
            register: Register::default(),
            memory: Some(Memory::default()),
            seen: opening.seen,
            at: None,
            warnings: Vec::new(),
            naming_meant: false,
            rehearsing: false,
        };
        let sealed = case.seal(change, batch)?;
        case.ledger.append(sealed.batch, &sealed.entries, &log_key, &mut case.newest).map_err(WriteError::from)?;
        // From here on the folder is a case, whatever becomes of the copies and of the mark.
        if let Err(error) = keep_copies(&*store, &wraps) {
            case.warnings.push(format!("the case is founded, but keys/ could not be written: {error}"));
        }
        case.follow(true, sealed.parts);
        let _ = store.remove(BEGUN);
        Ok(case)
    }
}

/// The file that lies in the folder until the case in it is founded. A folder that has it and no log is no case: whatever else lies
/// there was left by a founding that was broken off, and nothing was acknowledged.
const BEGUN: &str = "unfinished-case";

/// Takes an empty or new folder, or one in which a founding was broken off, and returns it locked and marked.
fn make_room(store: &dyn Store) -> Result<Box<dyn store::Lock>, FoundingError> {
    let taken = || FoundingError::NotEmpty("the folder".into());
    if store.has_folder("")? {
        let begun = store.length(BEGUN)?.is_some() && store.length(ledger::CHECKPOINT)?.is_none();
        // The lock's own file lies there also when a founding stopped before its first step.
        let files = store.files("")?.iter().any(|name| name != store::LOCK && name != store::SEALING);
        if !begun && (files || !store.folders("")?.is_empty()) {
            return Err(taken());
        }
    } else {
        store.create_folder("")?;
    }
    let lock = store.lock()?;
    if store.length(ledger::CHECKPOINT)?.is_some() {
        return Err(taken());
    }
    if store.length(BEGUN)?.is_none() {
        drop(store.create(BEGUN)?);
        store.sync_folder("")?;
    }
    for folder in [KEYS, ledger::FOLDER, object::FOLDER] {
        clear(store, folder)?;
    }
    Ok(lock)
}

/// Removes all files in a folder and in those below it.
fn clear(store: &dyn Store, folder: &str) -> Result<(), StoreError> {
    for name in store.files(folder)? {
        store.remove(&store::join(folder, &name))?;
    }
    store.folders(folder)?.iter().try_for_each(|name| clear(store, &store::join(folder, name)))
}

/// Seals a copy of a compartment's key for one holder: its entry, and what the register has to say of it.
pub(super) fn seal_copy(
    batch: &mut Batch<'_>,
    origin: &str,
    (compartment, epoch): (&str, u32),
    holder: Holder,
    recipient: &Recipient,
    secret: &SecretKey,
) -> Result<(factum_log::Entry, Act), FoundingError> {
    let member = match holder {
        Holder::Member(member) => Some(member),
        Holder::Recovery => None,
    };
    let (text, root) = keyring::write_wrap(origin, (compartment, epoch), member, secret)?;
    let object: Sha = batch.text(&text, recipient)?;
    let act = Act::Access { compartment: compartment.into(), epoch, holder, wrap: Digest(object) };
    Ok((entry(Kind::Wrap, object, root), act))
}

/// Puts copies of sealed keys where their holders find them quickly, under names that say nothing, and makes them durable.
pub(super) fn keep_copies(store: &dyn Store, wraps: &[Digest]) -> Result<(), FoundingError> {
    for wrap in wraps {
        let bytes = store.read(&object::path(&wrap.0))?.ok_or_else(|| ObjectError::Missing(wrap.to_string()))?;
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(WriteError::from)?;
        store::put_unnamed(store, &format!("{KEYS}/{}", object::hex(&random)), &bytes)?;
    }
    Ok(store.sync_folder(KEYS)?)
}

/// Is this the folder of a case?
pub fn is_case(folder: &Path) -> bool {
    folder.join(ledger::CHECKPOINT).is_file()
}
