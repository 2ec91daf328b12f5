//! How long does the average over all decomposable graphs take, from three lists to eight?
//!
//! `cargo bench -p factum-estimate --bench decomposable`
//!
//! Published tables where there are any (crates/estimate/tests/reference), simulated ones beyond. Times are those of the
//! whole answer on the default support: posterior, limits, edges, likeliest graphs. On Linux the time of the processors is
//! printed beside that of the clock: on a machine that has other work to do it is the steadier of the two.

use factum_estimate::{Detail, Model, Options, estimate_only};
use factum_model::{CaptureTable, History, ListId};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::PathBuf;
use std::time::Instant;

/// The least of this many runs is printed, or of as many as were begun within `PATIENCE` seconds.
const RUNS: usize = 5;
const PATIENCE: f64 = 3.0;

fn main() {
    println!("{} threads", rayon::current_num_threads());
    println!(
        "{:16} {:>5} {:>8} {:>11} {:>10} {:>10} {:>10} {:>8} {:>6} {:>9} {:>9}",
        "table", "lists", "observed", "graphs", "estimate", "lower", "upper", "sizes", "shown", "seconds", "processor"
    );
    for name in ["spina3", "kosovo", "hiv", "scotpwid4", "madiganyork5", "uk5", "netherlands5", "uk6"] {
        match published(name) {
            Some(table) => measure(name, &table, &Options::new(Model::Decomposable)),
            None => println!("{name:16} not measured: the table is not there"),
        }
    }
    for (lists, people) in [(5, 60_000), (6, 10_000), (7, 10_000), (8, 10_000), (8, 60_000)] {
        measure("simulated", &simulated(lists, people), &Options::new(Model::Decomposable));
    }
    let kosovo = published("kosovo");
    for most in [2_000_000, 1_000_000_000] {
        if let Some(table) = &kosovo {
            let options = Options { max_missing: Some(most), ..Options::new(Model::Decomposable) };
            measure(&format!("kosovo, {:.0e}", most as f64), table, &options);
        }
    }
}

fn measure(name: &str, table: &CaptureTable, options: &Options) {
    let (mut least, mut least_worked) = (f64::INFINITY, f64::INFINITY);
    let mut last = None;
    let begun = Instant::now();
    for _ in 0..RUNS {
        let (start, worked) = (Instant::now(), processor());
        last = Some(estimate_only(table, options));
        least = least.min(start.elapsed().as_secs_f64());
        least_worked = least_worked.min(processor() - worked);
        if begun.elapsed().as_secs_f64() > PATIENCE {
            break;
        }
    }
    match last {
        Some(Ok(answer)) => {
            let Detail::Decomposable(detail) = &answer.detail else { return };
            let number = |n: Option<f64>| n.map_or("none".into(), |n| format!("{n:.0}"));
            println!(
                "{name:16} {:>5} {:>8} {:>11} {:>10} {:>10} {:>10} {:>8} {:>6} {least:>9.4} {least_worked:>9.4}",
                answer.lists.len(),
                answer.observed,
                detail.graphs_averaged,
                number(answer.estimate),
                number(answer.lower),
                number(answer.upper),
                detail.sizes_summed,
                if detail.graphs_proven { "proven" } else { "found" },
            );
        }
        Some(Err(refusal)) => println!("{name:16} {refusal}"),
        None => {}
    }
}

/// Seconds that all threads of this process have run; not a number where the system does not tell.
fn processor() -> f64 {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return f64::NAN };
    let nanoseconds = |thread: std::io::Result<std::fs::DirEntry>| {
        let text = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    };
    threads.map(|thread| nanoseconds(thread).unwrap_or(f64::NAN)).sum::<f64>() / 1e9
}

fn published(name: &str) -> Option<CaptureTable> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(format!("{name}.csv"));
    let mut reader = csv::Reader::from_path(path).ok()?;
    let header = reader.headers().ok()?.clone();
    let mut table = CaptureTable::new(header.iter().take(header.len() - 1).map(ListId::new).collect()).ok()?;
    for row in reader.records() {
        let row = row.ok()?;
        let history = (0..row.len() - 1).filter(|&i| &row[i] == "1").map(|i| 1 << i).sum();
        table.add(History(history), row[row.len() - 1].parse().ok()?).ok()?;
    }
    Some(table)
}

/// Two kinds of people, one twice as visible; the second list copies a fifth of the first.
fn simulated(lists: usize, people: usize) -> CaptureTable {
    let mut random = ChaCha8Rng::seed_from_u64(8);
    let names = (1..=lists).map(|i| ListId::new(format!("L{i}"))).collect();
    let mut table = CaptureTable::new(names).expect("names differ");
    for _ in 0..people {
        let reach = if random.random_bool(0.3) { 0.24 } else { 0.12 };
        let mut history = (0..lists).filter(|_| random.random_bool(reach)).fold(0u32, |h, i| h | 1 << i);
        if history & 1 == 1 && random.random_bool(0.2) {
            history |= 2;
        }
        if history != 0 {
            table.add(History(history), 1).expect("a list recorded the person");
        }
    }
    table
}
