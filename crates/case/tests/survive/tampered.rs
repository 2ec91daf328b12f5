//! Is it found out when somebody puts another log, older files or other keys into a case?

use crate::common::{note, notes, open, same, somebody, views};
use factum_case::custody::folder::{Case, CaseError, Opening};
use factum_case::custody::ids::Digest;
use factum_case::custody::keyring::write_wrap;
use factum_case::custody::seen::SeenError;
use factum_testkit::memory_store::MemoryStore;
use factum_vault::identity::Identity;
use factum_vault::keys::SecretKey;
use factum_vault::object::{self, Batch};
use factum_vault::store::{self, Store};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A case of which one member has seen everything, and an earlier copy of it.
struct Scene {
    me: Identity,
    folder: tempfile::TempDir,
    earlier: MemoryStore,
    now: MemoryStore,
}

fn shared(store: &MemoryStore) -> Arc<dyn Store> {
    Arc::new(store.clone())
}

impl Scene {
    fn new() -> Self {
        let (me, folder, now) = (somebody(), views().unwrap(), MemoryStore::new());
        let opening = Opening { seen: Some(folder.path().join("me.seen")), at: None };
        let at = folder.path().join("first");
        let mut case = Case::found_in(shared(&now), &at, "Valleys", same(&me), opening).unwrap();
        note(&mut case, &shared(&now), "one").unwrap();
        let earlier = now.copy();
        note(&mut case, &shared(&now), "two").unwrap();
        drop(case);
        Self { me, folder, earlier, now }
    }

    fn seen(&self) -> PathBuf {
        self.folder.path().join("me.seen")
    }

    /// Opens a store as the member who has seen everything, or as one who has seen nothing.
    fn open(&self, store: &MemoryStore, has_seen: bool) -> Result<Case, CaseError> {
        let views = tempfile::tempdir_in(self.folder.path()).unwrap().keep();
        let opening = Opening { seen: has_seen.then(|| self.seen()), at: None };
        Case::open_in(shared(store), &views, same(&self.me), opening)
    }
}

pub fn a_rolled_back_log_is_known_by_what_was_seen() {
    let scene = Scene::new();
    let error = scene.open(&scene.earlier, true).map(drop).unwrap_err();
    assert!(matches!(error, CaseError::Seen(SeenError::RolledBack { .. })), "{error}");
    // Who has seen nothing of it cannot know.
    assert_eq!(notes(&scene.open(&scene.earlier, false).unwrap()), ["one"]);
    assert_eq!(notes(&scene.open(&scene.now, true).unwrap()), ["one", "two"]);
}

pub fn a_forked_log_is_known_by_what_was_seen() {
    let scene = Scene::new();
    let views = views().unwrap();
    let mut fork = open(&shared(&scene.earlier), views.path(), &scene.me).unwrap();
    for what in ["another two", "another three"] {
        note(&mut fork, &shared(&scene.earlier), what).unwrap();
    }
    let error = scene.open(&scene.earlier, true).map(drop).unwrap_err();
    assert!(matches!(error, CaseError::Seen(SeenError::Forked { .. })), "{error}");
    assert_eq!(notes(&scene.open(&scene.earlier, false).unwrap()).len(), 3);
}

/// The bundle that holds all entries of a small case, and where it lies.
fn bundle(store: &MemoryStore) -> (String, Vec<u8>) {
    let folder = "log/tile/entries/000.p";
    let widest = store.files(folder).unwrap().into_iter().max_by_key(|name| name.parse::<u32>().unwrap()).unwrap();
    let path = store::join(folder, &widest);
    let bytes = store.read(&path).unwrap().unwrap();
    (path, bytes)
}

pub fn replaced_reordered_and_dropped_entries_are_found() {
    let scene = Scene::new();
    let (path, bytes) = bundle(&scene.now);
    // Each entry is two bytes of length and 66 of entry.
    let entries: Vec<&[u8]> = bytes.chunks(68).collect();
    let last = entries.len() - 1;
    let reordered = [&entries[..last - 1], &[entries[last], entries[last - 1]]].concat().concat();
    let dropped = entries[..last].concat();
    let replaced = [&entries[..last], &[entries[0]]].concat().concat();
    for changed in [reordered, dropped, replaced] {
        let store = scene.now.copy();
        store::put(&store, &path, &changed).unwrap();
        let error = scene.open(&store, false).map(drop).unwrap_err();
        assert!(matches!(error, CaseError::Ledger(_)), "{error}");
        assert!(error.to_string().contains("tile/entries/000"), "{error}");
    }
}

pub fn a_replaced_log_is_not_this_case() {
    let scene = Scene::new();
    let other = Scene::new();
    // The whole log of another case, with its objects, under this folder's keys.
    let store = scene.now.copy();
    for (path, content) in other.now.contents() {
        if path.starts_with("log/") || path.starts_with("objects/") {
            store::put(&store, &path, &content.bytes).unwrap();
        }
    }
    let error = scene.open(&store, true).map(drop).unwrap_err();
    assert!(matches!(error, CaseError::Stranger), "{error}");
    // The checkpoint alone: it counts entries that make another root.
    let store = scene.now.copy();
    let checkpoint = other.now.read("log/checkpoint").unwrap().unwrap();
    store::put(&store, "log/checkpoint", &checkpoint).unwrap();
    assert!(matches!(scene.open(&store, true).map(drop).unwrap_err(), CaseError::Ledger(_)));
    // The right text, signed by nobody whom the register knows.
    let store = scene.now.copy();
    let note = String::from_utf8(store.read("log/checkpoint").unwrap().unwrap()).unwrap();
    let (text, _) = note.split_once("\n\n").unwrap();
    let origin = text.lines().next().unwrap();
    let stranger = factum_vault::note::LogKey::generate(origin).unwrap();
    let text = format!("{text}\n");
    let forged = format!("{text}\n{}", stranger.sign(text.as_bytes()).line());
    store::put(&store, "log/checkpoint", forged.as_bytes()).unwrap();
    let error = scene.open(&store, true).map(drop).unwrap_err();
    assert!(matches!(error, CaseError::Signature), "{error}");
}

pub fn swapped_keys_and_settings_change_nothing_and_are_told() {
    let scene = Scene::new();
    let origin = scene.open(&scene.now, true).unwrap().ledger().origin().to_string();
    for name in ["register", "working", "writers"] {
        let store = scene.now.copy();
        // Somebody's own key for a compartment, sealed to the member as the real one is.
        let own = SecretKey::generate().unwrap();
        let member = Some(factum_case::custody::ids::MemberId(*scene.me.member().as_bytes()));
        let (text, _) = write_wrap(&origin, (name, 1), member, &own).unwrap();
        let mut batch = Batch::new(&store);
        let object = batch.text(&text, scene.me.card().recipient()).unwrap();
        batch.finish().unwrap();
        let bytes = store.read(&object::path(&object)).unwrap().unwrap();
        store.remove(&object::path(&object)).unwrap();
        // It comes last, so that it is the one that is taken.
        store::put(&store, "keys/ffffffffffffffffffffffffffffffff", &bytes).unwrap();
        let case = scene.open(&store, true).unwrap();
        assert_eq!(notes(&case), ["one", "two"], "{name}");
        assert!(
            case.warnings().iter().any(|w| w.contains("keys/") && w.contains(name)),
            "{name}: {:?}",
            case.warnings()
        );
    }
    let store = scene.now.copy();
    for name in store.files("keys").unwrap() {
        store.remove(&store::join("keys", &name)).unwrap();
    }
    assert_eq!(notes(&scene.open(&store, true).unwrap()), ["one", "two"]);
    let store = scene.now.copy();
    let about = String::from_utf8(store.read("factum.toml").unwrap().unwrap()).unwrap();
    store::put(&store, "factum.toml", about.replace("factum-case.invalid/", "factum-case.invalid/0").as_bytes())
        .unwrap();
    let case = scene.open(&store, true).unwrap();
    assert_eq!(notes(&case), ["one", "two"]);
    assert!(case.warnings().iter().any(|w| w.contains("factum.toml")), "{:?}", case.warnings());
}

pub fn two_cases_share_nothing() {
    let parts = |path: &Path| {
        let store = MemoryStore::new();
        let me = somebody();
        let mut case = Case::found_in(shared(&store), path, "Valleys", same(&me), Opening::default()).unwrap();
        note(&mut case, &shared(&store), "the same").unwrap();
        let entries = case.ledger().entries(&store, 0, case.ledger().size()).unwrap();
        let objects: BTreeSet<String> = entries.iter().map(|entry| Digest(entry.object.0).to_string()).collect();
        let roots: BTreeSet<String> = entries.iter().map(|entry| Digest(entry.records.0).to_string()).collect();
        let keys = case.register().compartments.values().flat_map(|c| &c.keys).map(ToString::to_string);
        let keys: BTreeSet<String> = keys.chain(case.register().log_keys.iter().cloned()).collect();
        (objects, roots, keys)
    };
    let folder = views().unwrap();
    let (one, two) = (parts(&folder.path().join("one")), parts(&folder.path().join("two")));
    assert!(one.0.is_disjoint(&two.0) && one.1.is_disjoint(&two.1) && one.2.is_disjoint(&two.2));
    println!("two cases: {} objects, {} keys each, none shared", one.0.len(), one.2.len());
}
