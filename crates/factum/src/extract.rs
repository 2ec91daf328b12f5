//! How does the program begin that looks into a file without rights?
//!
//! `factum extract-child` does the same. But a large program is slow to begin and to fork: where this small one lies beside
//! `factum`, it is taken. What it does is told in `factum_extract::child`. It is linked with nothing else: no key
//! and no part of a case can be in it.

use factum_extract::{Task, child, forks};
use std::process::ExitCode;

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let is_asked = |word: &str| asked.iter().any(|argument| argument == word);
    let task = Task::ALL.into_iter().find(|task| is_asked(task.name())).unwrap_or_default();
    match child::serve(task, is_asked(forks::WAITING)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::FAILURE
        }
    }
}
