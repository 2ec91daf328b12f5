//! How long do the log-linear models take?
//!
//! `cargo bench -p factum-estimate --bench log_linear [-- TABLE…]`. Tables are those of `tests/reference`; those that are
//! not there are looked for beside the project and named where they are missing.

use factum_estimate::{Criterion, Detail, Model, Options, Selection, all_fits, estimate};
use factum_model::{CaptureTable, History, ListId};
use std::path::PathBuf;
use std::time::Instant;

/// Tables whose models are all fitted, and those that are given a bootstrap as well.
const TABLES: &[(&str, bool)] = &[
    ("kosovo", true),
    ("scotpwid4", true),
    ("madiganyork5", false),
    ("uk5", true),
    ("netherlands5", true),
    ("uk6", true),
];

/// The fastest of a few runs: what else the machine does only adds.
const RUNS: usize = 3;

fn table(name: &str) -> Option<CaptureTable> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folders = [here.join("tests/reference"), here.join("../../../shared/data/mse")];
    let path = folders.iter().map(|f| f.join(format!("{name}.csv"))).find(|p| p.is_file())?;
    let mut reader = csv::Reader::from_path(path).ok()?;
    let header = reader.headers().ok()?.clone();
    let lists = header.iter().take(header.len() - 1).map(ListId::new).collect();
    let mut table = CaptureTable::new(lists).ok()?;
    for row in reader.records() {
        let row = row.ok()?;
        let history = (0..row.len() - 1).filter(|&i| &row[i] == "1").map(|i| 1 << i).sum();
        table.add(History(history), row[row.len() - 1].parse().ok()?).ok()?;
    }
    Some(table)
}

fn timed<T>(mut work: impl FnMut() -> T) -> (f64, T) {
    let mut run = || {
        let start = Instant::now();
        let result = work();
        (start.elapsed().as_secs_f64(), result)
    };
    let first = run();
    (1..RUNS).map(|_| run()).fold(first, |best, next| if next.0 < best.0 { next } else { best })
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    println!("{:<14} {:<34} {:>9}  result", "table", "work", "seconds");
    for &(name, resampled) in TABLES.iter().filter(|(n, _)| asked.is_empty() || asked.iter().any(|a| a == n)) {
        let Some(table) = table(name) else {
            println!("{name:<14} not there");
            continue;
        };
        let (seconds, (fits, refused)) = timed(|| all_fits(&table, Criterion::Bic));
        let all = fits.len() + refused.len();
        let best = fits.first().map_or(String::new(), |f| format!("best {} {:.1}", f.name, f.estimate));
        println!("{name:<14} {:<34} {seconds:>9.3}  {best}; {} refused", format!("{all} models"), refused.len());
        if !resampled {
            continue;
        }
        for (selection, words) in [(Selection::Stepwise, "stepwise"), (Selection::All, "among all or the best 113")] {
            let options = Options { selection, bootstrap: Some(1000), ..Options::new(Model::LogLinear) };
            let bare = Options { bootstrap: None, ..options.clone() };
            let (without, _) = timed(|| estimate(&table, &bare));
            let (seconds, answer) = timed(|| estimate(&table, &options));
            let Ok(answer) = answer else { continue };
            let Detail::LogLinear(detail) = &answer.detail else { continue };
            let limit = |l: Option<f64>| l.map_or("none".into(), |l| format!("{l:.1}"));
            println!(
                "{name:<14} {:<34} {:>9.3}  {} {:.1} [{}, {}], {} infinite",
                format!("1000 replicates, {words}"),
                (seconds - without).max(0.0),
                detail.best.name,
                detail.best.estimate,
                limit(answer.lower),
                limit(answer.upper),
                detail.bootstrap.as_ref().map_or(0, |b| b.infinite),
            );
        }
    }
}
