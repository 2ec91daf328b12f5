//! Does what is written in the safe order survive every loss of power, and is it noticed when one sync is left out?

use factum_testkit::fault_store::{ALL_DROPPED, ALL_KEPT, FaultStore, Run, every_crash};
use factum_testkit::memory_store::MemoryStore;
use factum_vault::keys::SecretKey;
use factum_vault::object::{self, Batch, Sha};
use factum_vault::replaced::Replaced;
use factum_vault::store::{Store, StoreError, put, sweep};
use std::io::ErrorKind;
use std::sync::Arc;

const SEEDS: u64 = 24;

/// A file with an older version; the version acknowledged last is to be there, or the one being written, and nothing else.
fn putting(without_sync: Option<usize>) -> Result<usize, String> {
    let start = MemoryStore::new();
    put(&start, "state", b"version 0").unwrap();
    let scenario = |store: &FaultStore| {
        (1..=3).take_while(|n| put(store, "state", format!("version {n}").as_bytes()).is_ok()).count()
    };
    every_crash(&start, SEEDS, without_sync, scenario, |run, acknowledged| {
        sweep(&run.left, "").map_err(|e| e.to_string())?;
        if run.left.files("").unwrap() != ["state"] {
            return Err(format!("crash {}: {:?}", run.crash, run.left.files("")));
        }
        let found = run.left.read("state").unwrap().unwrap();
        let allowed = [*acknowledged, acknowledged + 1].map(|n| format!("version {n}").into_bytes());
        let holds = allowed.contains(&found);
        holds.then_some(()).ok_or_else(|| format!("crash {}, seed {}: version lost", run.crash, run.seed))
    })
}

#[test]
fn what_was_put_survives_every_crash() {
    println!("states judged: {}", putting(None).unwrap());
}

#[test]
fn putting_without_any_one_sync_is_caught() {
    let store = FaultStore::new(&MemoryStore::new());
    put(&store, "state", b"x").unwrap();
    assert_eq!(store.syncs(), 2);
    for left_out in 0..3 * store.syncs() {
        assert!(putting(Some(left_out)).is_err(), "sync {left_out} seems to be needless");
    }
}

/// The same of a file that is replaced over and over by one program, which the next one finds as it was left.
fn replacing(without_sync: Option<usize>) -> Result<usize, String> {
    let start = MemoryStore::new();
    put(&start, "state", b"version 0").unwrap();
    // Shorter and longer than what lies there, so that remnants would show.
    let version = |n: usize| format!("version {n}{}", "!".repeat(n * 7 % 5)).into_bytes();
    let scenario = |store: &FaultStore| {
        let replace = |replaced: &mut Replaced, n: usize| {
            let mut file = replaced.write(&version(n))?;
            file.sync().map_err(|e| StoreError::at("state", e))?;
            replaced.name()
        };
        let three = |from: usize| {
            let mut replaced = Replaced::new(Arc::new(store.clone()), "state");
            (from..from + 3).take_while(|n| replace(&mut replaced, *n).is_ok()).count()
        };
        let first = three(1);
        if first == 3 { first + three(4) } else { first }
    };
    every_crash(&start, SEEDS, without_sync, scenario, |run, acknowledged| {
        sweep(&run.left, "").map_err(|e| e.to_string())?;
        let found = run.left.read("state").unwrap().ok_or("the file is lost")?;
        let earlier = if *acknowledged == 0 { b"version 0".to_vec() } else { version(*acknowledged) };
        let holds = found == earlier || found == version(acknowledged + 1);
        holds.then_some(()).ok_or_else(|| format!("crash {}, seed {}: version lost", run.crash, run.seed))
    })
}

#[test]
fn what_is_replaced_over_and_over_survives_every_crash() {
    println!("states judged: {}", replacing(None).unwrap());
}

#[test]
fn replacing_without_any_one_sync_is_caught() {
    for left_out in 0..12 {
        assert!(replacing(Some(left_out)).is_err(), "sync {left_out} seems to be needless");
    }
}

/// Three texts in one batch, in folders made by the same scenario; once acknowledged they are there, whole, with cleared times.
fn sealing(without_sync: Option<usize>, folders_first: bool, key: &SecretKey) -> Result<usize, String> {
    let start = MemoryStore::new();
    if !folders_first {
        object::make_folders(&start).unwrap();
    }
    let scenario = |store: &FaultStore| -> Vec<Sha> {
        let write = || -> Result<Vec<Sha>, object::ObjectError> {
            if folders_first {
                object::make_folders(store)?;
            }
            let mut batch = Batch::new(store);
            let texts = ["one", "two", "three"].map(|text| batch.text(text, &key.recipient()));
            batch.finish()?;
            texts.into_iter().collect()
        };
        write().unwrap_or_default()
    };
    let check = |run: &Run, acknowledged: &Vec<Sha>| {
        sweep(&run.left, object::FOLDER).map_err(|e| e.to_string())?;
        let contents = run.left.contents();
        for object in acknowledged {
            let at = || format!("crash {}, seed {}", run.crash, run.seed);
            object::check(&run.left, object).map_err(|e| format!("{}: {e}", at()))?;
            if !contents.get(&object::path(object)).is_some_and(|content| content.times_cleared) {
                return Err(format!("{}: times tell", at()));
            }
        }
        // A name under `objects/` never stands for other bytes, acknowledged or not: no file is half under its own name.
        for path in contents.keys() {
            let name = path.rsplit('/').next().unwrap_or(path);
            let object = object::unhex(name).ok_or_else(|| format!("{path} was not swept"))?;
            object::check(&run.left, &object).map_err(|e| format!("crash {}, seed {}: {e}", run.crash, run.seed))?;
        }
        Ok(())
    };
    every_crash(&start, if folders_first { 2 } else { SEEDS }, without_sync, scenario, check)
}

#[test]
fn sealed_objects_survive_every_crash() {
    let key = SecretKey::generate().unwrap();
    println!("states judged: {}", sealing(None, false, &key).unwrap());
}

#[test]
fn the_folders_of_objects_survive_with_what_is_in_them() {
    let key = SecretKey::generate().unwrap();
    println!("states judged: {}", sealing(None, true, &key).unwrap());
}

#[test]
fn sealing_without_any_one_sync_is_caught() {
    let key = SecretKey::generate().unwrap();
    // Three files and the folder of the first; names are random, so further folders may coincide.
    for left_out in 0..4 {
        assert!(sealing(Some(left_out), false, &key).is_err(), "sync {left_out} seems to be needless");
    }
    // The names of the 256 folders, and the name of the folder they lie in.
    for left_out in 0..2 {
        assert!(sealing(Some(left_out), true, &key).is_err(), "sync {left_out} of folders seems to be needless");
    }
}

#[test]
fn a_full_disk_loses_nothing_and_says_so() {
    let start = MemoryStore::new();
    put(&start, "state", b"old").unwrap();
    let whole = FaultStore::new(&start);
    put(&whole, "state", b"new").unwrap();
    for (kind, full) in [(ErrorKind::StorageFull, true), (ErrorKind::ReadOnlyFilesystem, false)] {
        for at in 0..whole.operations() {
            let store = FaultStore::new(&start).refusing_at(at, kind);
            let error = put(&store, "state", b"new").unwrap_err();
            assert_eq!(matches!(error, StoreError::Full { .. }), full, "{error}");
            assert_eq!(matches!(error, StoreError::ReadOnly { .. }), !full, "{error}");
            let left = store.read("state").unwrap().unwrap();
            assert!(left == b"old" || (at + 1 == whole.operations() && left == b"new"));
            put(&store, "state", b"newer").unwrap();
            assert_eq!(store.survivors(ALL_DROPPED).read("state").unwrap().unwrap(), b"newer");
        }
    }
}

#[test]
fn a_disk_keeps_what_was_synced_and_may_lose_the_rest() {
    let store = FaultStore::new(&MemoryStore::new());
    store.create_folder("a").unwrap();
    let mut file = store.create("a/x").unwrap();
    file.write_all(b"bytes").unwrap();
    let names = |seed| store.survivors(seed).contents().into_keys().collect::<Vec<_>>();
    assert_eq!(names(ALL_KEPT), ["a/x"]);
    file.sync().unwrap();
    assert!(names(ALL_DROPPED).is_empty());
    store.sync_folder("a").unwrap();
    assert!(names(ALL_DROPPED).is_empty(), "the folder's own name was not synced");
    store.sync_folder("").unwrap();
    assert_eq!(store.survivors(ALL_DROPPED).read("a/x").unwrap().unwrap(), b"bytes");
    file.write_all(b"!").unwrap();
    let found = |seed| store.survivors(seed).read("a/x").unwrap().unwrap();
    assert_eq!((found(ALL_DROPPED).len(), found(ALL_KEPT).len()), (5, 6));
    store.remove("a/x").unwrap();
    assert_eq!((names(ALL_DROPPED).len(), names(ALL_KEPT).len()), (1, 0));
}

#[test]
fn torn_writes_end_anywhere() {
    let store = FaultStore::new(&MemoryStore::new());
    let mut file = store.create("x").unwrap();
    store.sync_folder("").unwrap();
    file.write_all(&[7; 100]).unwrap();
    let mut lengths: Vec<usize> = (2..2000).map(|s| store.survivors(s).read("x").unwrap().unwrap().len()).collect();
    lengths.sort_unstable();
    lengths.dedup();
    assert_eq!(lengths, (0..=100).collect::<Vec<_>>());
}
