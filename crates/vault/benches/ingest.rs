//! How fast are files sealed, beside `sha256sum` and `age` on the same bytes and disk?
//!
//! `cargo bench -p factum-vault --bench ingest -- [MEBIBYTES] [SMALL FILES]`; 1024 and 10,000 unless told otherwise. The temporary
//! folder is the system's, `TMPDIR` moves it. Rounds alternate between ours and stock, so that both meet the same disk.

use factum_vault::keys::{Recipient, SecretKey};
use factum_vault::object::{self, Batch};
use factum_vault::store::{DiskStore, Store, put};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 3;

fn main() {
    let numbers: Vec<u64> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let mebibytes = numbers.first().copied().unwrap_or(1024);
    let small = numbers.get(1).copied().unwrap_or(10_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = DiskStore::new(folder.path().join("case"));
    store.create_folder(object::FOLDER).expect("a case folder");
    object::make_folders(&store).expect("folders of objects");
    let key = SecretKey::generate().expect("randomness");

    let fsync = one_fsync(folder.path());
    println!("one write and fsync of 4 KiB: {:.3} ms (median of 200)", fsync * 1e3);
    big(folder.path(), &store, &key, mebibytes);
    many(folder.path(), &store, &key.recipient(), small);
    transaction(&store, &key.recipient(), fsync);
    println!("peak of resident memory: {} MiB", peak().map_or("unknown".into(), |kib| (kib / 1024).to_string()));
}

/// The time of `act`, in seconds.
fn timed(act: impl FnOnce()) -> f64 {
    let start = Instant::now();
    act();
    start.elapsed().as_secs_f64()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Everything the disk still has to write is written before a round begins.
fn settle() {
    let _ = Command::new("sync").status();
    std::thread::sleep(Duration::from_millis(200));
}

fn one_fsync(folder: &Path) -> f64 {
    let mut file = File::create(folder.join("fsync")).expect("a file");
    let mut times = Vec::new();
    for _ in 0..200 {
        times.push(timed(|| {
            file.write_all(&[1; 4096]).expect("a write");
            file.sync_all().expect("a sync");
        }));
    }
    median(times)
}

/// Bytes that no disk compresses away, from a counter scattered by multiplication.
fn generate(path: &Path, bytes: u64) {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path).expect("a file"));
    for word in 0..bytes / 8 {
        let mixed = (word ^ 0x9E37_79B9).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        file.write_all(&(mixed ^ (mixed >> 29)).to_le_bytes()).expect("room on the disk");
    }
    file.into_inner().expect("a flush").sync_all().expect("a sync");
}

fn big(folder: &Path, store: &DiskStore, key: &SecretKey, mebibytes: u64) {
    let source = folder.join("big");
    generate(&source, mebibytes << 20);
    let recipient = key.recipient();
    let sealed = folder.join("stock.age");
    let (mut ours, mut stock, mut back) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        settle();
        let mut object = None;
        ours.push(timed(|| {
            let mut batch = Batch::new(store);
            let file = File::open(&source).expect("the file");
            object = Some(batch.item(file, [1; 16], &recipient, |_| ()).expect("sealed").0.object);
            batch.finish().expect("durable");
        }));
        let object = object.expect("an object");
        back.push(timed(|| drop(object::open_item(store, &object, &[key], &mut io::sink()).expect("opened"))));
        store.remove(&object::path(&object)).expect("removed");
        settle();
        let run = |command: &mut Command| command.stdout(Stdio::null()).status().is_ok_and(|s| s.success());
        let mut there = true;
        stock.push(timed(|| {
            there = run(Command::new("sha256sum").arg(&source))
                && run(Command::new("age").args(["-r", recipient.as_str(), "-o"]).arg(&sealed).arg(&source))
                && File::open(&sealed).and_then(|file| file.sync_all()).is_ok();
        }));
        let _ = std::fs::remove_file(&sealed);
        if !there {
            println!("no sha256sum or no age on this machine: nothing to compare with");
            stock.clear();
        }
    }
    let size = mebibytes as f64;
    let ours = median(ours);
    println!("{mebibytes} MiB sealed, durable: {ours:.2} s, {:.0} MiB/s", size / ours);
    println!("the same opened and checked: {:.0} MiB/s", size / median(back));
    if !stock.is_empty() {
        let stock = median(stock);
        println!("sha256sum, then age, then fsync: {stock:.2} s, {:.0} MiB/s", size / stock);
        println!("ours at {:.2} times the speed of stock (wanted: at least 0.8)", stock / ours);
    }
    let _ = std::fs::remove_file(&source);
}

fn many(folder: &Path, store: &DiskStore, recipient: &Recipient, files: u64) {
    let sources = folder.join("small");
    std::fs::create_dir(&sources).expect("a folder");
    for number in 0..files {
        let length = 200 + (number * 7919) % 20_000;
        std::fs::write(sources.join(number.to_string()), vec![number as u8; length as usize]).expect("a small file");
    }
    settle();
    let time = timed(|| {
        let mut batch = Batch::new(store);
        for number in 0..files {
            let file = File::open(sources.join(number.to_string())).expect("the small file");
            batch.item(file, [2; 16], recipient, |_| ()).expect("sealed");
        }
        batch.finish().expect("durable");
    });
    println!("{files} small files sealed, durable: {time:.2} s (wanted: under 20 for 10,000)");
}

/// What a transaction does to the disk: its object, the bundle of entries, the checkpoint.
fn transaction(store: &DiskStore, recipient: &Recipient, fsync: f64) {
    store.create_folder("log/tile/entries").expect("folders of the log");
    let times = (0..100).map(|n| {
        timed(|| {
            let mut batch = Batch::new(store);
            batch.text(&format!("transaction {n}\n"), recipient).expect("sealed");
            batch.finish().expect("durable");
            put(store, "log/tile/entries/000.p", &[3; 68 * 128]).expect("a bundle");
            put(store, "log/checkpoint", &[4; 300]).expect("a checkpoint");
        })
    });
    let one = median(times.collect());
    println!("one durable transaction: {:.2} ms, {:.1} times one fsync (wanted: at most 8)", one * 1e3, one / fsync);
}

/// The most memory this process held, in KiB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}
