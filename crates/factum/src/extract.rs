//! How does the program begin that looks into a file without rights?
//!
//! `factum extract-child` does the same. But a large program is slow to begin, and one begins for each file: where this small one lies
//! beside `factum`, it is taken. What it does is told in `factum_extract::child`. It is linked with nothing else: no key
//! and no part of a case can be in it.

use factum_extract::{Task, child};
use std::process::ExitCode;

fn main() -> ExitCode {
    let asked = std::env::args().nth(1);
    let task = Task::ALL.into_iter().find(|task| asked.as_deref() == Some(task.name())).unwrap_or_default();
    match child::serve(task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::FAILURE
        }
    }
}
