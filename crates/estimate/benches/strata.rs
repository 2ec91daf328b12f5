//! Do a thousand strata use every core, and is their progress told?
//!
//! `cargo bench -p factum-estimate --bench strata [-- STRATA]`. Invented strata of four lists, each estimated by the best of 113
//! log-linear models; seconds on one thread and on all, and what was heard on the way.

use factum_estimate::strata::{Progress, StrataOptions, Stratum, estimate_strata};
use factum_estimate::{Model, Options, estimate};
use factum_model::{CaptureTable, History, ListId};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Each list reaches every stratum differently.
fn invented(strata: usize) -> (Vec<Stratum>, u64) {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let lists: Vec<ListId> = (1..=4).map(|l| ListId::new(format!("L{l}"))).collect();
    let mut truth = 0;
    let made = (0..strata).map(|at| {
        let people = 100 + (rng.random::<f64>() * 400.0) as u64;
        truth += people;
        let reach: Vec<f64> = lists.iter().map(|_| 0.1 + 0.4 * rng.random::<f64>()).collect();
        let mut counts = [0u64; 16];
        for _ in 0..people {
            let history =
                reach.iter().enumerate().map(|(l, p)| usize::from(rng.random::<f64>() < *p) << l).sum::<usize>();
            counts[history] += 1;
        }
        let counts: Vec<(u32, u64)> = (1..16).map(|h| (h, counts[h as usize])).collect();
        let table = CaptureTable::from_counts(lists.clone(), &counts).expect("these histories are of these lists");
        Stratum { name: format!("s{at}"), path: vec![format!("region {}", at / 50)], table, blind: Vec::new() }
    });
    (made.collect(), truth)
}

fn main() {
    let strata = std::env::args().filter_map(|a| a.parse().ok()).next().unwrap_or(1_000);
    let (made, truth) = invented(strata);
    let recorded: u64 =
        made.iter().map(|s| s.table.iter().filter(|(h, _)| *h != History(0)).map(|(_, c)| c).sum::<u64>()).sum();
    println!("{strata} strata, {recorded} people recorded of {truth}");
    let model = Options::new(Model::LogLinear);
    for threads in [1, std::thread::available_parallelism().map_or(1, usize::from)] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        let heard = AtomicUsize::new(0);
        let start = Instant::now();
        let told = |p: Progress| {
            heard.fetch_add(1, Ordering::Relaxed);
            if p.done.is_multiple_of(250) {
                eprintln!("  {} of {} strata after {:.1} s", p.done, p.total, start.elapsed().as_secs_f64());
            }
        };
        let answer = pool
            .install(|| estimate_strata(&made, &StrataOptions::default(), &|table| estimate(table, &model), &told))
            .expect("the strata are of the same lists");
        let sum = &answer.total.sum;
        println!(
            "{threads} threads: {:.1} s, {} groups, progress heard {} times; total {:.0} ({:.0} to {:?})",
            start.elapsed().as_secs_f64(),
            answer.groups.len(),
            heard.load(Ordering::Relaxed),
            sum.estimate,
            sum.lower,
            sum.upper.map(f64::round)
        );
    }
}
