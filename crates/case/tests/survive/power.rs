//! Is a case whole after a loss of power at any moment, and would a missing sync be noticed?

use crate::common::{examine, fill, is_long, judge, note, notes, open, same, somebody, views};
use factum_case::custody::folder::{Case, KEYS, Opening};
use factum_testkit::fault_store::{ALL_DROPPED, ALL_KEPT, FaultStore};
use factum_testkit::memory_store::MemoryStore;
use factum_vault::identity::Identity;
use factum_vault::store::Store;
use std::io::ErrorKind;
use std::sync::Arc;

const SAID: [&str; 4] = ["fill", "one", "two", "three"];

/// A founded case whose next bundle of entries becomes full while the three are said.
fn prepared(me: &Identity) -> MemoryStore {
    let memory = MemoryStore::new();
    let store: Arc<dyn Store> = Arc::new(memory.clone());
    let folder = views().unwrap();
    let mut case = Case::found_in(store.clone(), folder.path(), "Valleys", same(me), Opening::default()).unwrap();
    fill(&mut case, &store, 253);
    memory
}

/// Says three things until the power fails; returns how many of all that is said were acknowledged.
fn say_three(disk: &FaultStore, me: &Identity) -> usize {
    let store: Arc<dyn Store> = Arc::new(disk.clone());
    let folder = views().unwrap();
    let Ok(mut case) = open(&store, folder.path(), me) else { return 1 };
    1 + SAID[1..].iter().take_while(|what| note(&mut case, &store, what).is_ok()).count()
}

fn left(disk: &FaultStore, seed: u64) -> Arc<dyn Store> {
    Arc::new(disk.survivors(seed))
}

pub fn power_fails_between_transactions() {
    let me = somebody();
    let start = prepared(&me);
    let whole = FaultStore::new(&start);
    assert_eq!(say_three(&whole, &me), SAID.len());
    let seeds = if is_long() { 24 } else { 3 };
    let mut judged = 0;
    for crash in 0..=whole.operations() {
        let disk = FaultStore::new(&start).crashing_at(crash);
        let acknowledged = say_three(&disk, &me);
        for seed in 0..seeds {
            if let Err(why) = judge(&left(&disk, seed), &me, &SAID, acknowledged) {
                panic!("operation {crash}, seed {seed}: {why}");
            }
            judged += 1;
        }
    }
    println!("power: {} sites of three transactions, {judged} outcomes, every one whole", whole.operations() + 1);
    let mut caught = 0;
    for mutant in 0..whole.syncs() {
        assert!(is_caught(&start, &me, mutant, whole.operations()), "nobody notices that sync {mutant} is missing");
        caught += 1;
    }
    println!("power: {caught} mutants without one sync, every one caught");
}

/// Does some crash break a promise when this sync is left out?
fn is_caught(start: &MemoryStore, me: &Identity, mutant: usize, operations: usize) -> bool {
    (0..=operations).rev().any(|crash| {
        let disk = FaultStore::new(start).crashing_at(crash).without_sync(mutant);
        let acknowledged = say_three(&disk, me);
        // What was not synced and what had reached the system, then some mixtures.
        (ALL_DROPPED..6).any(|seed| judge(&left(&disk, seed), me, &SAID, acknowledged).is_err())
    })
}

/// Founds a case and says something; returns how much was acknowledged, and whether the founding had nothing to complain of.
fn found(disk: &FaultStore, me: &Identity) -> Option<(usize, bool)> {
    let store: Arc<dyn Store> = Arc::new(disk.clone());
    let folder = views().unwrap();
    let mut case = Case::found_in(store.clone(), folder.path(), "Valleys", same(me), Opening::default()).ok()?;
    let smooth = case.warnings().is_empty();
    Some((usize::from(note(&mut case, &store, "first").is_ok()), smooth))
}

/// A founding that was told is whole with its copies; one that was not is whole, or begins anew.
fn judge_founding(store: &Arc<dyn Store>, me: &Identity, came: Option<(usize, bool)>) -> Result<(), String> {
    let folder = views().map_err(|e| e.to_string())?;
    match open(store, folder.path(), me) {
        Ok(case) => {
            let keys = store.files(KEYS).map_err(|e| e.to_string())?.len();
            if came.is_some_and(|(_, smooth)| smooth)
                && (keys != 5 || !case.warnings().iter().all(|w| w.contains("tiles")))
            {
                return Err(format!("{keys} copies of keys, {:?}", case.warnings()));
            }
            drop(case);
            judge(store, me, &["first"], came.map_or(0, |(said, _)| said))
        }
        Err(error) if came.is_some() => Err(format!("a founded case does not open: {error}")),
        Err(_) => {
            let again = Case::found_in(store.clone(), folder.path(), "Valleys", same(me), Opening::default());
            let case = again.map_err(|e| format!("it can be neither opened nor founded: {e}"))?;
            let findings = examine(&**store, &case.register().log_keys[0]);
            if findings.is_empty() && notes(&case).is_empty() { Ok(()) } else { Err(format!("{findings:?}")) }
        }
    }
}

pub fn power_fails_while_a_case_is_founded() {
    let me = somebody();
    let start = MemoryStore::new();
    let whole = FaultStore::new(&start);
    assert_eq!(found(&whole, &me), Some((1, true)));
    // Making 256 folders of objects is 256 times the same.
    let step = |crash: usize| if is_long() || !(8..264).contains(&crash) { 1 } else { 64 };
    let seeds = if is_long() { 12 } else { 3 };
    let (mut crash, mut sites, mut judged) = (0, 0, 0);
    while crash <= whole.operations() {
        let disk = FaultStore::new(&start).crashing_at(crash);
        let came = found(&disk, &me);
        for seed in 0..seeds {
            if let Err(why) = judge_founding(&left(&disk, seed), &me, came) {
                panic!("operation {crash}, seed {seed}: {why}");
            }
            judged += 1;
        }
        sites += 1;
        crash += step(crash);
    }
    println!("power: {sites} sites of a founding, {judged} outcomes, every one whole or refused");
    let mut caught = 0;
    for mutant in 0..whole.syncs() {
        // Most is seen at the end, the rest at the beginning.
        let late = (264..=whole.operations()).rev();
        let caught_now = late.chain(0..264).any(|crash| {
            let disk = FaultStore::new(&start).crashing_at(crash).without_sync(mutant);
            let came = found(&disk, &me);
            let seeds = if crash < 8 { 12 } else { 3 };
            (ALL_DROPPED..seeds).any(|seed| judge_founding(&left(&disk, seed), &me, came).is_err())
        });
        assert!(caught_now, "nobody notices that sync {mutant} of the founding is missing");
        caught += 1;
    }
    println!("power: {caught} mutants of a founding without one sync, every one caught");
}

pub fn a_disk_that_refuses_loses_nothing() {
    let me = somebody();
    let start = prepared(&me);
    let whole = FaultStore::new(&start);
    assert_eq!(say_three(&whole, &me), SAID.len());
    let mut told = 0;
    for (kind, word) in [(ErrorKind::StorageFull, "full"), (ErrorKind::ReadOnlyFilesystem, "read-only")] {
        for refused in 0..whole.operations() {
            let disk = FaultStore::new(&start).refusing_at(refused, kind);
            let store: Arc<dyn Store> = Arc::new(disk.clone());
            let folder = views().unwrap();
            let mut case = open(&store, folder.path(), &me).unwrap();
            for what in &SAID[1..] {
                let before = case.ledger().size();
                if let Err(error) = note(&mut case, &store, what) {
                    assert!(error.to_string().contains(word), "operation {refused}: {error}");
                    told += 1;
                    // A name that could not be synced may be there all the same; then it is not said twice.
                    drop(case);
                    case = open(&store, folder.path(), &me).unwrap();
                    if case.ledger().size() == before {
                        note(&mut case, &store, what).unwrap();
                    }
                }
            }
            case.sweep().unwrap();
            drop(case);
            assert!(disk.files("objects").unwrap().is_empty());
            judge(&left(&disk, ALL_KEPT), &me, &SAID, SAID.len()).unwrap();
        }
    }
    println!("a refusing disk: {told} refusals told, nothing lost");
}
