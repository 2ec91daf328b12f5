//! Chores of the repository.

mod example;
mod tidy;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask tidy | example
  tidy      check what the architecture promises: who depends on whom, what is absent where
  example   write the lists of the example inquiry anew from their generator";

fn main() -> ExitCode {
    let outcome = match std::env::args().nth(1).as_deref() {
        Some("tidy") => tidy::check(),
        Some("example") => example::write(),
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
