//! How does the program begin that looks into a file without rights?
//!
//! `factum extract-child` does the same. But a large program is slow to begin, and one begins for each file: where this small one lies
//! beside `factum`, it is taken. What it does is told in `factum_case::extract::child`.

use factum_case::extract::child;
use std::process::ExitCode;

fn main() -> ExitCode {
    match child::serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::FAILURE
        }
    }
}
