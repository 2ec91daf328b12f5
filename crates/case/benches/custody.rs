//! What does a case cost: one durable transaction, opening it, making its view anew?
//!
//! `cargo bench -p factum-case --bench custody -- [TRANSACTIONS]`; 2,000 unless told otherwise. The temporary folder is the system's,
//! `TMPDIR` moves it. Syncs of a file and transactions alternate, so that both meet the same disk. A transaction is durable when it is
//! acknowledged, which is when the folder of the log is synced; the whole of it, with the view brought up to it, is told beside. On ext4
//! without a journal whatever was removed in the last minutes slows down the making of files, the folder of the run before too: wait for
//! seven minutes between two runs.

use factum_case::custody::evidence::{Detail, Evidence, Run};
use factum_case::custody::folder::{Case, Opening};
use factum_case::custody::founding::WORKING;
use factum_case::custody::ledger;
use factum_case::custody::writer::Change;
use factum_vault::card::Name;
use factum_vault::identity::Identity;
use factum_vault::object::Batch;
use factum_vault::store::{DiskStore, Lock, Store, StoreError, Writing};
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Transactions and syncs that are measured in turn.
const ROUNDS: usize = 200;

fn main() {
    let transactions = std::env::args().find_map(|a| a.parse().ok()).unwrap_or(2_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = folder.path().join("case");
    let me = Identity::generate(Name::new("Ada").expect("a name"), "2026-01-01T00:00:00Z").expect("randomness");
    drop(Case::found(&case, "Measured", same(&me), Opening::default()).expect("a case"));
    transaction(folder.path(), &case, &me);
    let built = timed(|| grow(&case, &me, transactions));
    println!("built a case of {transactions} transactions more in {:.1} s", built.as_secs_f64());
    opening(&case, &me);
}

fn same(me: &Identity) -> Identity {
    Identity::parse(&me.expose()).expect("an identity")
}

fn timed(act: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    act();
    begun.elapsed()
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times.get(times.len() / 2).map_or(0.0, |time| 1e3 * time.as_secs_f64())
}

fn said(number: u64) -> Change {
    let mut change = Change::new("run", format!("run {number}"));
    let run = Run {
        run: format!("R-{number}"),
        what: "A run that is measured".into(),
        program: "bench".into(),
        seed: Some(number.to_string()),
        parameters: vec![Detail::new("a", "b")],
        inputs: Vec::new(),
        outputs: Vec::new(),
        outcome: None,
    };
    change.say(WORKING, &Evidence::Run(Box::new(run))).expect("something that can be written");
    change
}

/// One durable transaction beside one sync of a small file.
fn transaction(folder: &Path, case: &Path, me: &Identity) {
    let noting = Arc::new(Noting { disk: DiskStore::new(case), acknowledged: Mutex::new(Instant::now()) });
    let store: Arc<dyn Store> = noting.clone();
    let views = folder.join("views");
    let mut opened = Case::open_in(store.clone(), &views, same(me), Opening::default()).expect("a case");
    let (mut durable, mut whole, mut syncs) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..ROUNDS as u64 {
        let mut file = File::create(folder.join("synced")).expect("a file");
        file.write_all(&[7; 4096]).expect("room on the disk");
        syncs.push(timed(|| file.sync_all().expect("a sync")));
        let change = said(number);
        let begun = Instant::now();
        opened.transact(change, Batch::new(&*store)).expect("acknowledged");
        whole.push(begun.elapsed());
        durable.push(noting.acknowledged().duration_since(begun));
    }
    let (durable, whole, sync) = (median(durable), median(whole), median(syncs));
    println!(
        "one durable transaction: {durable:.2} ms, one sync of the same disk: {sync:.2} ms, ratio {:.1}; with the view: {whole:.2} ms, \
         ratio {:.1}",
        durable / sync,
        whole / sync
    );
}

/// A case folder on a disk that notes when a transaction was acknowledged.
struct Noting {
    disk: DiskStore,
    acknowledged: Mutex<Instant>,
}

impl Noting {
    fn acknowledged(&self) -> Instant {
        *self.acknowledged.lock().expect("no thread has panicked")
    }
}

impl Store for Noting {
    fn sync_folder(&self, path: &str) -> Result<(), StoreError> {
        self.disk.sync_folder(path)?;
        if path == ledger::FOLDER {
            *self.acknowledged.lock().expect("no thread has panicked") = Instant::now();
        }
        Ok(())
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.disk.read(path)
    }

    fn open(&self, path: &str) -> Result<Option<Box<dyn Read + Send>>, StoreError> {
        self.disk.open(path)
    }

    fn create(&self, path: &str) -> Result<Box<dyn Writing>, StoreError> {
        self.disk.create(path)
    }

    fn overwrite(&self, path: &str, bytes: &[u8]) -> Result<Option<Box<dyn Writing>>, StoreError> {
        self.disk.overwrite(path, bytes)
    }

    fn sync_files(&self, folder: &str, files: &mut [Box<dyn Writing>]) -> Result<(), StoreError> {
        self.disk.sync_files(folder, files)
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.disk.rename(from, to)
    }

    fn exchange(&self, from: &str, to: &str) -> Result<bool, StoreError> {
        self.disk.exchange(from, to)
    }

    fn remove(&self, path: &str) -> Result<(), StoreError> {
        self.disk.remove(path)
    }

    fn create_folder(&self, path: &str) -> Result<(), StoreError> {
        self.disk.create_folder(path)
    }

    fn has_folder(&self, path: &str) -> Result<bool, StoreError> {
        self.disk.has_folder(path)
    }

    fn sync_folders(&self, paths: &[String]) -> Result<(), StoreError> {
        self.disk.sync_folders(paths)
    }

    fn files(&self, path: &str) -> Result<Vec<String>, StoreError> {
        self.disk.files(path)
    }

    fn folders(&self, path: &str) -> Result<Vec<String>, StoreError> {
        self.disk.folders(path)
    }

    fn length(&self, path: &str) -> Result<Option<u64>, StoreError> {
        self.disk.length(path)
    }

    fn clear_times(&self, path: &str) -> Result<(), StoreError> {
        self.disk.clear_times(path)
    }

    fn lock(&self) -> Result<Box<dyn Lock>, StoreError> {
        self.disk.lock()
    }

    fn sealing(&self) -> Result<Box<dyn Lock>, StoreError> {
        self.disk.sealing()
    }
}

/// Adds parts, each an object and an entry of its own as that of a small transaction is, but acknowledged together.
fn grow(case: &Path, me: &Identity, transactions: u64) {
    let store: Arc<dyn Store> = Arc::new(DiskStore::new(case));
    let mut opened = Case::open(case, same(me), Opening::default()).expect("a case");
    let mut all = Change::new("run", "many runs");
    all.parts = (0..transactions).flat_map(|number| said(number).parts).collect();
    opened.transact(all, Batch::new(&*store)).expect("acknowledged");
}

fn opening(case: &Path, me: &Identity) {
    let mut times = Vec::new();
    for _ in 0..9 {
        let mut opened = None;
        times.push(timed(|| opened = Case::open(case, same(me), Opening::default()).ok()));
        assert!(opened.is_some(), "the case opens");
    }
    println!("opening it with a current view: {:.0} ms", median(times));
    let mut opened = Case::open(case, same(me), Opening::default()).expect("a case");
    let rebuilt = timed(|| opened.rebuild_view().expect("a view"));
    println!("making its view anew: {:.1} s, {} entries", rebuilt.as_secs_f64(), opened.ledger().size());
}
