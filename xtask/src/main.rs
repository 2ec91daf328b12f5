//! Chores of the repository.

mod example;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask example";

fn main() -> ExitCode {
    let outcome = match std::env::args().nth(1).as_deref() {
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
