//! Is every flipped bit and every cut file of a case found, with its name, unless the file can be made again?

use crate::common::{examine, fill, is_long, note, notes, open, same, somebody, views};
use factum_case::custody::folder::{Case, Opening};
use factum_vault::identity::Identity;
use factum_vault::store::{DiskStore, Store};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const SAID: [&str; 4] = ["fill", "one", "two", "three"];

/// A case on disk with a full bundle and another begun.
fn prepared(folder: &Path, me: &Identity) -> String {
    let store: Arc<dyn Store> = Arc::new(DiskStore::new(folder));
    let mut case = Case::found(folder, "Valleys", same(me), Opening::default()).unwrap();
    fill(&mut case, &store, 255);
    for what in &SAID[1..] {
        note(&mut case, &store, what).unwrap();
    }
    case.register().log_keys[0].clone()
}

/// Every file with something in it, as a path within the folder.
fn files(folder: &Path) -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    walk(folder, &mut found);
    found.retain(|path| fs::metadata(path).unwrap().len() > 0);
    let mut names: Vec<String> =
        found.iter().map(|path| path.strip_prefix(folder).unwrap().to_str().unwrap().to_string()).collect();
    names.sort();
    names
}

/// Files from which nothing is lost with them: views, copies of keys, the copy of what the log says of itself.
fn is_cache(name: &str) -> bool {
    name.starts_with("view/") || name.starts_with("keys/") || name == "factum.toml"
}

pub fn flips_and_cuts_are_found() {
    let wanted = if is_long() { 10_000 } else { 500 };
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let me = somebody();
    let log_key = prepared(&case, &me);
    let store: Arc<dyn Store> = Arc::new(DiskStore::new(&case));
    let found = examine(&*store, &log_key);
    assert!(found.is_empty(), "{found:?}");
    let names = files(&case);
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let (mut located, mut tiles, mut caches, mut stale) = (0, 0, 0, 0);
    for number in 0..wanted {
        let name = &names[(random.next_u64() % names.len() as u64) as usize];
        let path = case.join(name);
        let whole = fs::read(&path).unwrap();
        let at = (random.next_u64() % whole.len() as u64) as usize;
        let mut damaged = whole.clone();
        let what = if number % 4 == 0 {
            damaged.truncate(at);
            format!("{name} cut at {at}")
        } else {
            damaged[at] ^= 1 << (random.next_u64() % 8);
            format!("{name} changed at {at}")
        };
        fs::write(&path, &damaged).unwrap();
        let findings = examine(&*store, &log_key);
        if is_cache(name) {
            assert!(findings.is_empty(), "{what}: {findings:?}");
            opens_whole(&case, &store, &me, name, &what);
            caches += 1;
        } else if findings.iter().any(|finding| finding.what.contains(name.as_str())) {
            if findings.iter().all(|finding| finding.is_cache) {
                opens_whole(&case, &store, &me, name, &what);
                tiles += 1;
            } else {
                located += 1;
            }
        } else {
            // Partial forms of a tile that has grown since belong to no state that anybody reads.
            assert!(findings.is_empty() && is_stale(&case, name), "{what}: {findings:?}");
            opens_whole(&case, &store, &me, name, &what);
            stale += 1;
        }
        fs::write(&path, &whole).unwrap();
    }
    println!(
        "damage: {wanted} flips and cuts over {} files: {located} located, {tiles} located in tiles that can be made again, \
         {caches} in views and copies, {stale} in outgrown tiles; all told or made up for",
        names.len()
    );
}

/// Does the folder of partial forms hold a wider one than this?
fn is_stale(case: &Path, name: &str) -> bool {
    let Some((folder, width)) = name.rsplit_once('/') else { return false };
    let wider = |other: &Path| {
        let other: Option<u32> = other.file_name().and_then(|n| n.to_str()).and_then(|n| n.parse().ok());
        other > width.parse().ok()
    };
    folder.ends_with(".p") && fs::read_dir(case.join(folder)).unwrap().any(|entry| wider(&entry.unwrap().path()))
}

/// The case opens and holds everything; a damaged view may be refused by its name, and is made again once it is deleted.
fn opens_whole(case: &Path, store: &Arc<dyn Store>, me: &Identity, name: &str, what: &str) {
    let check = |opened: Case| assert_eq!(notes(&opened), SAID, "{what}");
    if name.starts_with("view/") {
        // The damaged view is opened where it lies, in a copy of its folder.
        let copied = views().unwrap();
        for entry in fs::read_dir(case.join("view")).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), copied.path().join(entry.file_name())).unwrap();
        }
        let read = || -> Result<bool, String> {
            let opened = open(store, copied.path(), me).map_err(|e| e.to_string())?;
            let said = factum_case::custody::view::evidence(opened.index(), "run", u64::MAX);
            Ok(said.map_err(|e| e.to_string())?.len() == SAID.len())
        };
        match read() {
            Ok(whole) => assert!(whole, "{what}"),
            Err(told) => {
                assert!(told.contains("the view") && told.contains(".db"), "{what}: {told}");
                let fresh = views().unwrap();
                check(open(store, fresh.path(), me).unwrap());
            }
        }
        return;
    }
    let fresh = views().unwrap();
    let opened = open(store, fresh.path(), me).unwrap_or_else(|error| panic!("{what}: {error}"));
    check(opened);
}
