//! Is everything that the log speaks of here, and is it what the log says?
//!
//! As fsck looks at a disk: every file of the case against the log, every object against its name and its commitment, the view
//! against a fresh replay. All findings at once, each with the file it is about; and what could not be looked at is told, with the
//! reason, so that silence is never taken for soundness.

use super::folder::{Case, CaseError, KEYS, Opening};
use super::ids::Digest;
use super::keyring::{self, Keyring};
use super::ledger::{self, LogFiles};
use super::part::Part;
use super::shred;
use super::view::SHREDDED;
use super::writer::WriteError;
use factum_log::entry::{Entry, Kind};
use factum_log::{audit, tile};
use factum_vault::identity::Identity;
use factum_vault::index::{Index, IndexError, Parts, RecordRow, Records};
use factum_vault::keys::SecretKey;
use factum_vault::object::{self, ObjectError};
use factum_vault::store::{Store, StoreError, UNFINISHED};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// What was looked at, in words.
    pub checked: Vec<String>,
    /// What is wrong.
    pub faults: Vec<Finding>,
    /// Entries of the log that count for nothing, with the reason and who they say wrote them. They harm nothing; somebody wrote them.
    pub voids: Vec<Finding>,
    /// What is not as it might be and harms nothing.
    pub notes: Vec<Finding>,
    /// What could not be looked at, and why.
    pub unchecked: Vec<String>,
    /// Objects that are here.
    pub present: usize,
    /// Objects in whose place there is one sealed again.
    pub resealed: usize,
    /// Objects that a plan took.
    pub shredded: usize,
    /// Objects whose commitment was computed again.
    pub opened: usize,
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Where: a file of the case, or an entry of the log.
    pub place: String,
    /// What.
    pub what: String,
}

impl Report {
    /// Is nothing wrong?
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, place: impl Into<String>, what: impl ToString) {
        self.faults.push(Finding { place: place.into(), what: what.to_string() });
    }

    fn note(&mut self, place: impl Into<String>, what: impl ToString) {
        self.notes.push(Finding { place: place.into(), what: what.to_string() });
    }
}

/// The folder, in that of views, where the fresh replay lies while it is compared.
const FRESH: &str = "check";

/// Checks a case. It never fails: what keeps it from checking is a finding.
pub fn run(store: &Arc<dyn Store>, views: &Path, identity: &Identity, opening: Opening) -> Report {
    let mut report = Report::default();
    let entries = check_log(&**store, &mut report);
    let case = match copy(identity).map(|own| Case::open_in(store.clone(), views, own, opening)) {
        Some(Ok(case)) => Some(case),
        Some(Err(error)) => {
            report.fault(ledger::FOLDER, format!("the case cannot be opened: {error}"));
            report.unchecked.push("membership, commitments and the view: the case cannot be opened".into());
            None
        }
        None => None,
    };
    let Some(entries) = entries else {
        report.unchecked.push("objects: without a sound log nobody can say which there should be".into());
        return report;
    };
    if let Some(case) = &case {
        report.notes.extend(case.warnings().iter().map(|w| Finding { place: "the case".into(), what: w.clone() }));
    }
    check_objects(&**store, &entries, case.as_ref(), &mut report);
    check_strays(&**store, &entries, &mut report);
    check_keys(&**store, &entries, case.as_ref(), &mut report);
    check_log_files(&**store, entries.len() as u64, &mut report);
    if let Some(case) = &case {
        check_about(case, &mut report);
        check_view(store, views, case, identity, &mut report);
        tidy_up(case, &mut report);
    }
    report
        .unchecked
        .push("cosignatures and time stamps in log/anchors: `factum-verify` checks them against a policy".into());
    report
}

/// Removes what interruptions left half-written, unless somebody is writing now.
fn tidy_up(case: &Case, report: &mut Report) {
    match case.sweep() {
        Ok(0) | Err(WriteError::Store(StoreError::Locked)) => {}
        Ok(1) => report.note("the case", "a file that an interruption had left unfinished was removed"),
        Ok(swept) => {
            report.note("the case", format!("{swept} files that an interruption had left unfinished were removed"))
        }
        // A disk that cannot be written is no fault of the case.
        Err(error) => report.note("the case", format!("what interruptions left unfinished stays: {error}")),
    }
}

fn copy(identity: &Identity) -> Option<Identity> {
    Identity::parse(&identity.expose()).ok()
}

/// The log's own files against its newest checkpoint. Returns the entries, if they make its root.
fn check_log(store: &dyn Store, report: &mut Report) -> Option<Vec<Entry>> {
    let head = match ledger::read_head(store) {
        Ok(head) => head.checkpoint,
        Err(error) => {
            report.fault(ledger::CHECKPOINT, error);
            return None;
        }
    };
    let mut entries = Vec::new();
    let mut wrong = Vec::new();
    let audit = audit::run(&LogFiles(store), head.size, head.root, |position, bytes| match Entry::from_bytes(bytes) {
        Ok(entry) => entries.push(entry),
        Err(error) => wrong.push((position, error)),
    });
    for fault in &audit.faults {
        if audit.entries_hold {
            // A loss of power may take the newest tiles, which are made of the entries.
            report.note(ledger::FOLDER, format!("{fault}; nothing is lost, `factum view rebuild` makes it anew"));
        } else {
            report.fault(ledger::FOLDER, fault);
        }
    }
    if audit.unfinished {
        report.unchecked.push("further files of the log: so many are missing or altered that the search ended".into());
    }
    for (position, error) in wrong {
        report.fault(format!("entry {position}"), error);
    }
    report
        .checked
        .push(format!("the log: {} entries, their tiles and bundles against the newest checkpoint", head.size));
    (audit.entries_hold && entries.len() as u64 == head.size).then_some(entries)
}

/// What became of an object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Present,
    Resealed,
    Shredded,
    Missing,
}

/// Where objects stand, without looking into any.
struct Whereabouts {
    present: HashSet<Digest>,
    /// Newest object of a commitment, where it was sealed again.
    newer: HashMap<Digest, Digest>,
    destroyed: HashSet<Digest>,
}

impl Whereabouts {
    fn state(&self, entry: &Entry) -> State {
        let object = Digest(entry.object.0);
        if self.present.contains(&object) {
            return State::Present;
        }
        if self.destroyed.contains(&object) {
            return State::Shredded;
        }
        let newer = self.newer.get(&Digest(entry.records.0)).filter(|newer| **newer != object);
        match newer {
            Some(newer) if self.present.contains(newer) => State::Resealed,
            Some(newer) if self.destroyed.contains(newer) => State::Shredded,
            _ => State::Missing,
        }
    }
}

/// Every object against its name, and against its commitment where the actor can open it.
fn check_objects(store: &dyn Store, entries: &[Entry], case: Option<&Case>, report: &mut Report) {
    let present = entries.iter().map(|e| Digest(e.object.0));
    let present: HashSet<Digest> =
        present.filter(|o| matches!(store.length(&object::path(&o.0)), Ok(Some(_)))).collect();
    let resealed = entries.iter().filter(|e| e.kind == Kind::Resealed);
    let at = Whereabouts {
        present,
        newer: resealed.map(|e| (Digest(e.records.0), Digest(e.object.0))).collect(),
        destroyed: case.map(|c| shred::destroyed(c.register())).unwrap_or_default(),
    };
    let mut kinds: HashMap<Digest, Kind> = HashMap::new();
    for entry in entries.iter().filter(|e| e.kind != Kind::Resealed) {
        kinds.entry(Digest(entry.records.0)).or_insert(entry.kind);
    }
    for (position, entry) in entries.iter().enumerate() {
        match at.state(entry) {
            State::Present => report.present += 1,
            State::Resealed => report.resealed += 1,
            State::Shredded => report.shredded += 1,
            State::Missing => {
                let why = if case.is_some() { "no plan took it and nothing was put in its place" } else { "" };
                report.fault(
                    object::path(&entry.object.0),
                    format!("missing (entry {position}): {why}. Restore it from a copy"),
                );
            }
        }
    }
    let here: Vec<(usize, &Entry)> =
        entries.iter().enumerate().filter(|(_, e)| at.present.contains(&Digest(e.object.0))).collect();
    let nothing = Keyring::default();
    let looker = Looker {
        store,
        origin: case.map_or("", |c| c.ledger().origin()),
        keys: case.map_or(&nothing, Case::keyring).each().map(|(_, _, key)| key).collect(),
        own: case.map(|c| c.identity.encryption()),
        kinds,
    };
    let mut closed = 0;
    for (position, seen) in looker.all(&here) {
        match seen {
            Ok(true) => report.opened += 1,
            Ok(false) => closed += 1,
            Err(error) => {
                let object = entries.get(position).map(|e| object::path(&e.object.0)).unwrap_or_default();
                report.fault(object, format!("{error} (entry {position})"));
            }
        }
    }
    report.checked.push(format!("{} objects against the digests they are named by", here.len()));
    if closed > 0 {
        report.unchecked.push(format!(
            "what is inside {closed} objects: they are sealed to keys you do not have; their bytes are those the log names"
        ));
    }
}

/// Why an object does not hold what its entry says.
#[derive(Debug, thiserror::Error)]
enum Unlike {
    #[error(transparent)]
    Object(#[from] ObjectError),
    #[error("it opens, and does not hold what the log committed to")]
    Commitment,
    #[error("it opens, and cannot be read: {0}")]
    Content(String),
    #[error("it says that it took the place of another object, and the log has none with its commitment")]
    NothingBefore,
}

/// What it takes to look into objects; shared by threads.
struct Looker<'a> {
    store: &'a dyn Store,
    origin: &'a str,
    keys: Vec<&'a SecretKey>,
    own: Option<&'a SecretKey>,
    kinds: HashMap<Digest, Kind>,
}

impl Looker<'_> {
    /// Looks into all of them, on all cores.
    fn all(&self, here: &[(usize, &Entry)]) -> Vec<(usize, Result<bool, Unlike>)> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = here.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            let work: Vec<_> = here
                .chunks(share)
                .map(|some| {
                    scope.spawn(move || some.iter().map(|(at, entry)| (*at, self.look(entry))).collect::<Vec<_>>())
                })
                .collect();
            work.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
        })
    }

    /// Does an object hold what its entry says? `false` if it cannot be opened.
    fn look(&self, entry: &Entry) -> Result<bool, Unlike> {
        let expected = Digest(entry.records.0);
        let kind = match entry.kind {
            Kind::Resealed => self.kinds.get(&expected).copied().ok_or(Unlike::NothingBefore)?,
            kind => kind,
        };
        let looked = match kind {
            Kind::Wrap => self.wrap(&entry.object.0),
            Kind::Item => self.item(&entry.object.0),
            _ => self.part(&entry.object.0),
        };
        match looked {
            Ok(root) if root == expected => Ok(true),
            Ok(_) => Err(Unlike::Commitment),
            Err(Unlike::Object(ObjectError::Closed(_))) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn wrap(&self, object: &[u8; 32]) -> Result<Digest, Unlike> {
        let own: Vec<&SecretKey> = self.own.into_iter().collect();
        let (text, _) = object::open_text(self.store, object, &own)?;
        keyring::read_wrap(self.origin, &text).map(|(_, root)| root).map_err(|e| Unlike::Content(e.to_string()))
    }

    fn part(&self, object: &[u8; 32]) -> Result<Digest, Unlike> {
        let (text, _) = object::open_text(self.store, object, &self.keys)?;
        Part::read(&text).map(|part| part.root).map_err(|e| Unlike::Content(e.to_string()))
    }

    fn item(&self, object: &[u8; 32]) -> Result<Digest, Unlike> {
        let (trailer, _) = object::open_item(self.store, object, &self.keys, &mut std::io::sink())?;
        super::runs::root_of_item(self.origin, &trailer).map_err(|e| Unlike::Content(e.to_string()))
    }
}

/// Files among the objects that the log does not name.
fn check_strays(store: &dyn Store, entries: &[Entry], report: &mut Report) {
    let known: HashSet<String> = entries.iter().map(|e| object::path(&e.object.0)).collect();
    let mut look = || -> Result<(), StoreError> {
        let mut folders = vec![object::FOLDER.to_string()];
        folders.extend(store.folders(object::FOLDER)?.into_iter().map(|name| format!("{}/{name}", object::FOLDER)));
        for folder in folders {
            for name in store.files(&folder)? {
                let path = format!("{folder}/{name}");
                if known.contains(&path) {
                    continue;
                }
                let named = object::unhex::<32>(&name).filter(|digest| object::path(digest) == path);
                match named {
                    _ if name.starts_with(UNFINISHED) => report.note(path, "left unfinished by an interruption; it means nothing"),
                    Some(digest) if object::check(store, &digest).is_ok() => report.note(
                        path,
                        "a whole object that the log does not name: written before an interruption, or put there; nothing uses it",
                    ),
                    _ => report.fault(path, "a file that the log does not name and that is no object: who put it there?"),
                }
            }
        }
        Ok(())
    };
    if let Err(error) = look() {
        report.fault(object::FOLDER, error);
    }
}

/// The copies in keys/ against the log.
fn check_keys(store: &dyn Store, entries: &[Entry], case: Option<&Case>, report: &mut Report) {
    let wraps: HashSet<Digest> = entries.iter().filter(|e| e.kind == Kind::Wrap).map(|e| Digest(e.object.0)).collect();
    let names = match store.files(KEYS) {
        Ok(names) => names,
        Err(error) => return report.fault(KEYS, error),
    };
    let mut found = HashSet::new();
    for name in &names {
        let path = format!("{KEYS}/{name}");
        match store.read(&path) {
            Ok(Some(bytes)) => {
                let digest = Digest(Sha256::digest(&bytes).into());
                if wraps.contains(&digest) {
                    found.insert(digest);
                } else if name.starts_with(UNFINISHED) {
                    report.note(path, "left unfinished by an interruption; it means nothing");
                } else {
                    report.fault(
                        path,
                        "altered, or no copy of a key that the log knows; `factum view rebuild` copies them anew",
                    );
                }
            }
            Ok(None) => {}
            Err(error) => report.fault(path, error),
        }
    }
    if let Some(case) = case {
        let named = case.register().compartments.values().flat_map(|c| c.copies.values());
        let absent = named.filter(|wrap| !found.contains(wrap)).count();
        if absent > 0 {
            let what =
                format!("{absent} copies of keys are only among the objects; `factum view rebuild` copies them anew");
            report.note(KEYS, what);
        }
    }
    report.checked.push(format!("{} copies of keys against the log", names.len()));
}

/// Files in the folder of the log that do not belong to it.
fn check_log_files(store: &dyn Store, size: u64, report: &mut Report) {
    let mut expected: BTreeSet<String> = BTreeSet::new();
    expected.extend(tile::bundles(size).chain(tile::tiles(size)).map(|place| format!("{}/{place}", ledger::FOLDER)));
    expected.insert(ledger::CHECKPOINT.to_string());
    let mut folders = vec![ledger::FOLDER.to_string()];
    while let Some(folder) = folders.pop() {
        let inside = store.folders(&folder).and_then(|names| Ok((names, store.files(&folder)?)));
        let (below, files) = match inside {
            Ok(inside) => inside,
            Err(error) => return report.fault(folder, error),
        };
        folders.extend(below.into_iter().map(|name| format!("{folder}/{name}")).filter(|f| f != "log/anchors"));
        for name in files {
            let path = format!("{folder}/{name}");
            if expected.contains(&path) {
                continue;
            }
            match tile_stem(&path) {
                Some(stem) => check_older_tile(store, &path, stem, &expected, report),
                None if name.starts_with(UNFINISHED) => {
                    report.note(path, "left unfinished by an interruption; it means nothing")
                }
                None => report.fault(path, "a file that does not belong to a log: who put it there?"),
            }
        }
    }
}

/// The path of the full tile, if this is one of the names of a tile.
fn tile_stem(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("log/tile/")?;
    let plain = |b: u8| b.is_ascii_digit() || matches!(b, b'x' | b'/' | b'.' | b'p');
    let is_tile = rest.strip_prefix("entries/").unwrap_or(rest).bytes().all(plain);
    is_tile.then(|| path.split_once(".p/").map_or(path, |(stem, _)| stem))
}

/// A tile of another size of the log: one of a smaller log begins as the present one does; one of a larger was never acknowledged.
fn check_older_tile(store: &dyn Store, path: &str, stem: &str, expected: &BTreeSet<String>, report: &mut Report) {
    let partial = format!("{stem}.p/");
    let present =
        expected.get(stem).or_else(|| expected.range(partial.clone()..).next().filter(|p| p.starts_with(&partial)));
    let Some(present) = present else {
        return report.note(path, "of a write that was interrupted before it was acknowledged; it is not used");
    };
    match (store.read(path), store.read(present)) {
        (Ok(Some(older)), Ok(Some(now))) if now.starts_with(&older) => {}
        (Ok(Some(older)), Ok(Some(now))) if older.starts_with(&now) => {
            report.note(path, "of a write that was interrupted before it was acknowledged; it is not used");
        }
        (Err(error), _) => report.fault(path, error),
        // What is wrong with the present one was told by the audit.
        (_, Ok(None) | Err(_)) | (Ok(None), _) => {}
        _ => report.fault(path, "altered: it is no earlier state of the log. It is not used and may be removed"),
    }
}

fn check_about(case: &Case, report: &mut Report) {
    if let Some(what) = super::about::differs(&*case.store, &case.ledger, &case.register) {
        // It is among the warnings of opening; here it is a finding.
        report.notes.retain(|note| note.what != what);
        report.fault(super::folder::ABOUT, what);
    }
    report.checked.push(format!("{} and the checkpoint's signature against the register", super::folder::ABOUT));
}

/// The view against a fresh replay, and the entries that count for nothing.
fn check_view(store: &Arc<dyn Store>, views: &Path, case: &Case, identity: &Identity, report: &mut Report) {
    let folder = views.join(FRESH);
    let replayed = copy(identity).map(|own| Case::open_in(store.clone(), &folder, own, Opening::default()));
    match replayed {
        Some(Ok(fresh)) => match (rows(&case.index), rows(&fresh.index)) {
            (Ok(found), Ok(expected)) => {
                let differ = found.symmetric_difference(&expected).count();
                let damaged = report.faults.iter().any(|fault| fault.place.starts_with(object::FOLDER));
                if differ > 0 && damaged {
                    let why =
                        "objects it shows are missing or altered, and it may be the last place where they can be read";
                    report.unchecked.push(format!("the view: {why}. Restore them first, then check again"));
                } else if differ > 0 {
                    report.fault(
                        "view",
                        format!("{differ} rows differ from what the log says; `factum view rebuild` makes it anew"),
                    );
                }
                report.checked.push(format!("the view against a fresh replay of the log: {} rows", expected.len()));
                let voids = fresh.index.voids().unwrap_or_default();
                report.voids = voids
                    .into_iter()
                    .map(|void| Finding { place: format!("entry {}", void.entry), what: void.reason })
                    .collect();
            }
            (Err(error), _) | (_, Err(error)) => report.fault("view", error),
        },
        Some(Err(error)) => report.unchecked.push(format!("the view: a fresh replay failed ({error})")),
        None => {}
    }
    // What cannot be removed is sealed like the view itself, and the next check uses it again.
    let _ = std::fs::remove_dir_all(&folder);
}

/// Everything a view shows, in a form that does not depend on how it came in.
fn rows(index: &Index) -> Result<BTreeSet<String>, IndexError> {
    let mut rows = BTreeSet::new();
    for part in index.parts(Parts::All)? {
        // The row of a destroyed part stays with its reason; whoever comes later never had one.
        if part.state != SHREDDED {
            rows.insert(format!("{part:?}"));
        }
    }
    index.each_record(Records::All, |record: RecordRow| {
        rows.insert(format!("{record:?}"));
        std::ops::ControlFlow::Continue(())
    })?;
    rows.extend(index.voids()?.iter().map(|void| format!("{void:?}")));
    Ok(rows)
}

impl Case {
    /// Makes everything anew that is only a copy of what the log says: the view, tiles, factum.toml, the copies of keys that are missing
    /// or wrong. Returns how many copies of keys were written.
    pub fn rebuild_caches(&mut self) -> Result<usize, CaseError> {
        self.rebuild_view()?;
        let _lock = self.store.lock()?;
        self.ledger.rebuild_tiles(&*self.store)?;
        super::about::write(&*self.store, &self.ledger, &self.register)?;
        let entries = self.ledger.entries(&*self.store, 0, self.ledger.size())?;
        let wraps: HashSet<Digest> =
            entries.iter().filter(|e| e.kind == Kind::Wrap).map(|e| Digest(e.object.0)).collect();
        let mut found = HashSet::new();
        for name in self.store.files(KEYS)? {
            let path = format!("{KEYS}/{name}");
            let digest = self.store.read(&path)?.map(|bytes| Digest(Sha256::digest(&bytes).into()));
            match digest.filter(|digest| wraps.contains(digest)) {
                Some(digest) => {
                    found.insert(digest);
                }
                None => self.store.remove(&path)?,
            }
        }
        let named: BTreeSet<Digest> =
            self.register.compartments.values().flat_map(|c| c.copies.values().copied()).collect();
        // Only what is whole is copied; an altered object is for `factum check` to tell.
        let missing = named.iter().filter(|wrap| !found.contains(wrap));
        let whole: Vec<Digest> = missing.filter(|wrap| object::check(&*self.store, &wrap.0).is_ok()).copied().collect();
        super::founding::keep_copies(&*self.store, &whole).map_err(|e| match e {
            super::founding::FoundingError::Write(super::writer::WriteError::Case(error)) => error,
            super::founding::FoundingError::Write(super::writer::WriteError::Object(error)) => error.into(),
            other => StoreError::at(KEYS, std::io::Error::other(other.to_string())).into(),
        })?;
        let written = whole.len();
        Ok(written)
    }
}
