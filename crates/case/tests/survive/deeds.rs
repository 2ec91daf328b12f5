//! Is a case whole when the power fails while evidence is destroyed, sealed again, or brought by a bundle, and does the next attempt
//! finish what was begun?

use crate::common::{is_long, notes, open, same, somebody, views};
use factum_case::custody::bundle::Chain;
use factum_case::custody::check;
use factum_case::custody::collect::{Collecting, collect};
use factum_case::custody::evidence::Evidence;
use factum_case::custody::folder::{Case, Opening};
use factum_case::custody::founding::WORKING;
use factum_case::custody::ids::Digest;
use factum_case::custody::shred::ShredError;
use factum_case::custody::view;
use factum_case::custody::writer::Change;
use factum_testkit::fault_store::{ALL_KEPT, FaultStore};
use factum_testkit::memory_store::MemoryStore;
use factum_vault::identity::Identity;
use factum_vault::object::{self, Batch};
use factum_vault::store::Store;
use rayon::prelude::*;
use std::ops::ControlFlow;
use std::sync::Arc;

type Outcome = Result<(), String>;

/// Something done to a case in more than one step.
struct Deed<'a> {
    name: &'a str,
    start: MemoryStore,
    me: &'a Identity,
    /// Does it, or what of it is left to do.
    act: &'a (dyn Fn(&mut Case) -> Outcome + Sync),
    /// Whether it is done.
    is_done: &'a (dyn Fn(&Case, &dyn Store) -> bool + Sync),
}

impl Deed<'_> {
    fn attempt(&self, store: &Arc<dyn Store>) -> Outcome {
        let folder = views().map_err(|e| e.to_string())?;
        let mut case = open(store, folder.path(), self.me).map_err(|e| format!("it does not open: {e}"))?;
        (self.act)(&mut case)
    }

    fn finds_nothing_wrong(&self, store: &Arc<dyn Store>) -> Outcome {
        let folder = views().map_err(|e| e.to_string())?;
        let report = check::run(store, folder.path(), self.me, Opening::default());
        if report.is_clean() && report.voids.is_empty() { Ok(()) } else { Err(format!("{:?}", report.faults)) }
    }

    /// What is left is whole; what was told is done; and whatever was not told can be done now.
    fn judge(&self, store: &Arc<dyn Store>, told: bool) -> Outcome {
        self.finds_nothing_wrong(store).map_err(|e| format!("before the next attempt: {e}"))?;
        let folder = views().map_err(|e| e.to_string())?;
        let mut case = open(store, folder.path(), self.me).map_err(|e| format!("it does not open: {e}"))?;
        if told && !(self.is_done)(&case, &**store) {
            return Err("it was told and is not done".into());
        }
        (self.act)(&mut case).map_err(|e| format!("the next attempt fails: {e}"))?;
        if !(self.is_done)(&case, &**store) {
            return Err("after the next attempt it is still not done".into());
        }
        drop(case);
        self.finds_nothing_wrong(store).map_err(|e| format!("after the next attempt: {e}"))
    }

    fn survives(&self) {
        let whole = FaultStore::new(&self.start);
        let disk: Arc<dyn Store> = Arc::new(whole.clone());
        self.attempt(&disk).unwrap();
        let seeds = if is_long() { 24 } else { 3 };
        (0..=whole.operations()).into_par_iter().for_each(|crash| {
            let disk = FaultStore::new(&self.start).crashing_at(crash);
            let store: Arc<dyn Store> = Arc::new(disk.clone());
            let told = self.attempt(&store).is_ok();
            for seed in 0..seeds {
                let left: Arc<dyn Store> = Arc::new(disk.survivors(seed));
                if let Err(why) = self.judge(&left, told) {
                    panic!("{}: operation {crash}, seed {seed}: {why}", self.name);
                }
            }
        });
        let sites = whole.operations() as u64 + 1;
        println!("{}: {sites} sites, {} outcomes, every one whole and then done", self.name, sites * seeds);
    }
}

/// A case with three letters in it.
fn with_letters(me: &Identity) -> (MemoryStore, Case, tempfile::TempDir) {
    let memory = MemoryStore::new();
    let store: Arc<dyn Store> = Arc::new(memory.clone());
    let folder = views().unwrap();
    let mut case = Case::found_in(store, &folder.path().join("view"), "Valleys", same(me), Opening::default()).unwrap();
    let letters = ["one", "two", "three"].map(|name| folder.path().join(name));
    for letter in &letters {
        std::fs::write(letter, letter.as_os_str().as_encoded_bytes()).unwrap();
    }
    let how = Collecting::new(WORKING);
    collect(&mut case, &letters, &how, &mut |_| ControlFlow::Continue(())).unwrap();
    (memory, case, folder)
}

fn is_here(store: &dyn Store, object: &Digest) -> bool {
    store.length(&object::path(&object.0)).unwrap().is_some()
}

pub fn power_fails_while_evidence_is_destroyed() {
    let me = somebody();
    let (start, mut case, _folder) = with_letters(&me);
    let letter = view::evidence(case.index(), "item", u64::MAX).unwrap().into_iter().find_map(|(_, said)| match said {
        Evidence::Item(item) => Some(item.item),
        _ => None,
    });
    let (planned, takes) = case.plan_shred(&[letter.unwrap()], &[], "consent withdrawn").unwrap();
    drop(case);
    let objects: Vec<Digest> = takes.into_iter().flat_map(|place| place.objects).collect();
    let deed = Deed {
        name: "shred",
        start,
        me: &me,
        act: &|case| match case.execute_shred(planned.transaction) {
            // It was in the log already, and opening the case has finished it.
            Ok(_) | Err(ShredError::NoPlan(_)) => Ok(()),
            Err(error) => Err(error.to_string()),
        },
        is_done: &|_, store| !objects.iter().any(|object| is_here(store, object)),
    };
    deed.survives();
}

pub fn power_fails_while_objects_are_sealed_again() {
    let me = somebody();
    let (start, mut case, _folder) = with_letters(&me);
    case.rotate(WORKING, "a key was seen").unwrap();
    drop(case);
    let deed = Deed {
        name: "reseal",
        start,
        me: &me,
        act: &|case| case.reseal(WORKING, |_| {}).map(drop).map_err(|error| error.to_string()),
        is_done: &|case, store| {
            let resealed = &case.register().reseals;
            resealed.len() >= 6 && resealed.iter().all(|(old, new)| !is_here(store, old) && is_here(store, new))
        },
    };
    deed.survives();
}

pub fn power_fails_while_a_bundle_is_taken() {
    let me = somebody();
    let (start, case, folder) = with_letters(&me);
    drop(case);
    let away: Arc<dyn Store> = Arc::new(FaultStore::new(&start).survivors(ALL_KEPT));
    let (bundle, chain) = (folder.path().join("bundle"), folder.path().join("chain"));
    let there = views().unwrap();
    let mut case = open(&away, there.path(), &me).unwrap();
    let mut change = Change::new("note", "from afar");
    change.say(WORKING, &crate::common::run("from afar")).unwrap();
    case.bundle(change, Batch::new(&*away), &bundle, &chain).unwrap();
    assert!(Chain::read(&chain).unwrap().last(case.ledger().origin()).is_some());
    drop(case);
    let deed = Deed {
        name: "bundle",
        start,
        me: &me,
        act: &|case| case.take_bundle(&bundle).map(drop).map_err(|error| error.to_string()),
        is_done: &|case, _| notes(case) == ["from afar"],
    };
    deed.survives();
}
