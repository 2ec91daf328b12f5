//! What does a case cost: one durable transaction, opening it, making its view anew?
//!
//! `cargo bench -p factum-case --bench custody -- [TRANSACTIONS]`; 2,000 unless told otherwise. The temporary folder is the system's,
//! `TMPDIR` moves it. Syncs of a file and transactions alternate, so that both meet the same disk.

use factum_case::custody::evidence::{Detail, Evidence, Run};
use factum_case::custody::folder::{Case, Opening};
use factum_case::custody::founding::WORKING;
use factum_case::custody::writer::Change;
use factum_vault::card::Name;
use factum_vault::identity::Identity;
use factum_vault::object::Batch;
use factum_vault::store::{DiskStore, Store};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
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
    let store: Arc<dyn Store> = Arc::new(DiskStore::new(case));
    let mut opened = Case::open(case, same(me), Opening::default()).expect("a case");
    let (mut ours, mut syncs) = (Vec::new(), Vec::new());
    for number in 0..ROUNDS as u64 {
        let mut file = File::create(folder.join("synced")).expect("a file");
        file.write_all(&[7; 4096]).expect("room on the disk");
        syncs.push(timed(|| file.sync_all().expect("a sync")));
        let change = said(number);
        ours.push(timed(|| {
            opened.transact(change, Batch::new(&*store)).expect("acknowledged");
        }));
    }
    let (ours, sync) = (median(ours), median(syncs));
    println!(
        "one durable transaction: {ours:.2} ms, one sync of the same disk: {sync:.2} ms, ratio {:.1}",
        ours / sync
    );
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
