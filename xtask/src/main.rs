//! Chores of the repository.

mod bench;
mod calibrate;
mod example;
mod lists;
mod outlines;
mod tidy;
mod torture;

use std::process::ExitCode;

const USAGE: &str =
    "usage: cargo xtask tidy | bench [LIST…] | calibrate [OPTIONS] | example | lists N SEED OUT.csv [OPTIONS] | outlines FILE | torture [TEST]
  tidy      check what the architecture promises: who depends on whom, what is absent where
  bench     measure the engine, and Splink beside it on lists of the folder FACTUM_BENCH_LISTS (s100k)
  calibrate measure how often intervals hold the truth; `cargo xtask calibrate --help` names its options
  example   write the lists of the example inquiry anew from their generator
  lists     write invented lists of about N records, with the person that each truly speaks of, one record at a time
            --siblings SHARE     of the recorded people who have a brother or sister on the lists (0)
            --lists NUMBER       from 1 to 8 (5)
            --deduplicated LIST  a list, counted from 1, on which nobody stands twice
            --duplicates FACTOR  multiplies the share of people who stand on a list twice (1)
            --errors FACTOR      multiplies the chance of every error (1)
            --truth FILE.csv     write what is true of all lists together: people, people listed, histories, pairs
  outlines  write the outlines of maps anew from countries-50m.json of the package world-atlas
  torture   what a case must survive, in the long form: loss of power, kills, damage; with a name, the tests that have it in theirs";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.first().map(String::as_str) {
        Some("tidy") => tidy::check(),
        Some("bench") => bench::run(&arguments[1..]),
        Some("calibrate") => calibrate::run(&arguments[1..]),
        Some("example") => example::write(),
        Some("outlines") => outlines::write(&arguments[1..]),
        Some("torture") => torture::run(&arguments[1..]),
        Some("lists") => lists::write(&arguments[1..]),
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the repository.
fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
