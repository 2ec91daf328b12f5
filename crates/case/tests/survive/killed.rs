//! Is everything there that was acknowledged to a program before it was killed?

use crate::common::{examine, is_long, note, notes, open, same, somebody};
use factum_case::custody::folder::{Case, Opening};
use factum_case::custody::writer::WriteError;
use factum_vault::identity::Identity;
use factum_vault::store::{DiskStore, Store, StoreError};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// A case grows slower to open with what is in it; the killing goes on in a new one then.
const KILLS_OF_ONE_CASE: usize = 25;

/// The other part: opens the case and says one thing after another, each told on standard output once it is acknowledged.
pub fn write_until_killed(folder: &Path) {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    let me = Identity::parse(&text).unwrap();
    let store: Arc<dyn Store> = Arc::new(DiskStore::new(folder));
    let mut case = Case::open(folder, me, Opening::default()).unwrap();
    for number in notes(&case).len() as u64.. {
        note(&mut case, &store, &number.to_string()).unwrap();
        println!("{number}");
        std::io::stdout().flush().unwrap();
    }
}

pub fn killed_at_random_moments() {
    let kills = if is_long() { 1_000 } else { 50 };
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let (mut done, mut acknowledged, mut unacknowledged) = (0, 0, 0);
    while done < kills {
        let folder = tempfile::tempdir().unwrap();
        let case = folder.path().join("case");
        let me = somebody();
        drop(Case::found(&case, "Valleys", same(&me), Opening::default()).unwrap());
        let mut told = 0;
        for _ in 0..KILLS_OF_ONE_CASE.min(kills - done) {
            told = kill_once(&case, &me, told, Duration::from_micros(random.next_u64() % 150_000));
            let found = check(&case, &me, told);
            unacknowledged += found - told;
            told = found;
            done += 1;
        }
        acknowledged += told;
    }
    println!(
        "kill -9: {done} kills, {acknowledged} transactions, {unacknowledged} of them in the log before anybody was told; nothing lost"
    );
}

/// Starts a writer, kills it some time after it has begun, and returns how much has been acknowledged by then.
fn kill_once(case: &Path, me: &Identity, told: u64, after: Duration) -> u64 {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args(["as", "writer"])
        .arg(case)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    writer.stdin.take().unwrap().write_all(me.expose().as_bytes()).unwrap();
    let output = BufReader::new(writer.stdout.take().unwrap());
    let (begun, waits) = std::sync::mpsc::channel();
    let reading = std::thread::spawn(move || {
        let lines = output.lines().map_while(Result::ok).inspect(|_| {
            // Nobody listens any more once the first line has come.
            let _ = begun.send(());
        });
        lines.filter_map(|line| line.parse::<u64>().ok()).last()
    });
    // Some are killed while they open the case, most while they write.
    if !after.as_micros().is_multiple_of(8) {
        waits.recv_timeout(Duration::from_secs(60)).unwrap();
    }
    std::thread::sleep(after);
    writer.kill().unwrap();
    writer.wait().unwrap();
    reading.join().unwrap().map_or(told, |last| last + 1)
}

/// Returns how much is in the case, which must be all that was told and at most one more.
fn check(case: &Path, me: &Identity, told: u64) -> u64 {
    let opened = Case::open(case, same(me), Opening::default()).unwrap();
    let found = notes(&opened);
    let expected: Vec<String> = (0..found.len()).map(|number| number.to_string()).collect();
    assert_eq!(found, expected);
    let found = found.len() as u64;
    assert!(found == told || found == told + 1, "{told} were acknowledged, {found} are there");
    assert!(opened.index().voids().unwrap().is_empty());
    let findings = examine(opened.store(), &opened.register().log_keys[0]);
    assert!(findings.iter().all(|finding| finding.is_cache), "{findings:?}");
    found
}

pub fn a_second_writer_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let me = somebody();
    let mut case = Case::found(folder.path(), "Valleys", same(&me), Opening::default()).unwrap();
    let store: Arc<dyn Store> = Arc::new(DiskStore::new(folder.path()));
    let held = store.lock().unwrap();
    let refused = note(&mut case, &store, "one").unwrap_err();
    assert!(matches!(refused, WriteError::Store(StoreError::Locked)), "{refused}");
    assert!(refused.to_string().contains("another command is writing"));
    drop(held);
    // Both have the case open; each writes after the other has.
    let folder = crate::common::views().unwrap();
    let mut other = open(&store, folder.path(), &me).unwrap();
    note(&mut case, &store, "one").unwrap();
    note(&mut other, &store, "two").unwrap();
    note(&mut case, &store, "three").unwrap();
    assert_eq!(notes(&case), ["one", "two", "three"]);
}
