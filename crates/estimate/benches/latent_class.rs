//! How long do latent classes take to the verdict, and what is it?
//!
//! `cargo bench -p factum-estimate --bench latent_class [-- [--seed N] [--max-missing N] [TABLE…]]`. Tables are the CSV files of
//! the tests, or any path to such a file. Seconds are those of the wall and of the processor.
//!
//! `… -- --calibrate N [--from-references] [--seed N]` ranks true values among posterior draws over N simulated populations instead.

use factum_estimate::{Detail, Model, Options, Sampler, estimate, latent_class_calibration};
use factum_model::{CaptureTable, History, ListId};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

const TABLES: [&str; 10] = [
    "kosovo",
    "hiv",
    "spina3",
    "madiganyork5",
    "ph_manila_police",
    "ph_manila_unidentified",
    "scotpwid4",
    "uk5",
    "uk6",
    "netherlands5",
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let mut seed = 1;
    if let Some(at) = arguments.iter().position(|a| a == "--seed") {
        seed = arguments.get(at + 1).ok_or("--seed needs a number")?.parse()?;
        arguments.drain(at..at + 2);
    }
    let mut max_missing = None;
    if let Some(at) = arguments.iter().position(|a| a == "--max-missing") {
        max_missing = Some(arguments.get(at + 1).ok_or("--max-missing needs a number")?.parse()?);
        arguments.drain(at..at + 2);
    }
    if let Some(at) = arguments.iter().position(|a| a == "--calibrate") {
        let populations = arguments.get(at + 1).ok_or("--calibrate needs a number")?.parse()?;
        let from_references = arguments.iter().any(|a| a == "--from-references");
        let sampler = if from_references { Sampler::ChainsFromReferences } else { Sampler::Descents };
        for calibration in latent_class_calibration(sampler, populations, seed) {
            let (statistic, p) = calibration.chi_squared().ok_or("no populations")?;
            println!(
                "{}: {} ranks, chi-squared {statistic:.1} on 19, p {p:.3}",
                calibration.quantity,
                calibration.ranks.len()
            );
            println!("  {:?}", calibration.histogram());
        }
        return Ok(());
    }
    if arguments.is_empty() {
        arguments = TABLES.map(String::from).to_vec();
    }
    for name in &arguments {
        let table = read(name)?;
        let (clock, processor) = (Instant::now(), processor_seconds());
        let answer = estimate(&table, &Options { seed, max_missing, ..Options::new(Model::LatentClass) })?;
        let seconds = clock.elapsed().as_secs_f64();
        let processor = processor_seconds().zip(processor).map_or("?".into(), |(b, a)| format!("{:.1}", b - a));
        let Detail::LatentClass(detail) = &answer.detail else { return Err("another model answered".into()) };
        let number = |n: Option<f64>| n.map_or("none".into(), |n| format!("{n:.0}"));
        println!(
            "{name}: {} after {} rounds of {} points, {seconds:.1} s ({processor} s of processor)",
            if answer.converged { "converged" } else { "not converged" },
            detail.earlier_rounds.len() + 1,
            detail.points,
        );
        for earlier in &detail.earlier_rounds {
            println!("  a round lacked: {earlier}");
        }
        println!(
            "  N {} [{}, {}], mean {}, log evidence {:.2}, occupied classes {:.2}, share at the end {:.3}",
            number(answer.estimate),
            number(answer.lower),
            number(answer.upper),
            number(detail.mean),
            detail.log_evidence,
            detail.occupied,
            detail.share_at_end,
        );
        for mode in &detail.modes {
            println!("  mode {:.0} [{:.0}, {:.0}], weight {:.3}", mode.location, mode.from, mode.to, mode.weight);
        }
        for e in &detail.ensembles {
            println!(
                "  ensemble: log evidence {:.2}, {:.0} [{:.0}, {:.0}], modes {:.3?}",
                e.log_evidence, e.median, e.lower, e.upper, e.mode_weights
            );
        }
        let c = &detail.convergence;
        println!(
            "  evidence {:.2}, from the descents {:.2}, below half the cap {:.2}, modes {:.3}, limits {:.2} errors",
            c.evidence_difference,
            c.round_difference.unwrap_or(f64::NAN),
            c.below_difference.unwrap_or(f64::NAN),
            c.mode_difference,
            c.limit_errors
        );
        for m in &c.mixing {
            let [r, b, t] = [m.rhat, m.bulk_ess, m.tail_ess].map(|v| v.map_or("none".into(), |v| format!("{v:.3}")));
            println!("  {}: R-hat {r}, ESS {b} and {t}", m.quantity);
        }
        for warning in &answer.warnings {
            println!("  {warning}");
        }
    }
    Ok(())
}

fn read(name: &str) -> Result<CaptureTable, Box<dyn Error>> {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(format!("{name}.csv"));
    let path = if own.exists() { own.as_path() } else { Path::new(name) };
    let mut reader = csv::Reader::from_path(path)?;
    let header = reader.headers()?.clone();
    let lists = header.len() - 1;
    let mut table = CaptureTable::new(header.iter().take(lists).map(ListId::new).collect())?;
    for row in reader.records() {
        let row = row?;
        let history = (0..lists).filter(|&i| &row[i] == "1").map(|i| 1 << i).sum();
        table.add(History(history), row[lists].parse()?)?;
    }
    Ok(table)
}

/// Seconds of processor this process has used, where the system tells.
fn processor_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = text.rsplit(')').next()?.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    // Linux counts in hundredths whatever the machine.
    Some(ticks / 100.0)
}
