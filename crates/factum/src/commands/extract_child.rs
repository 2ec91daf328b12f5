//! How does Factum start itself to look into a file without rights?
//!
//! A command that is hidden from help: it is no use to a person. What it does is told in `factum_case::extract::child`.

use crate::failure::Failure;
use clap::Args;
use factum_case::extract::{Task, child};

/// The command's name, for who starts it.
pub const NAME: &str = "extract-child";

#[derive(Args)]
pub struct Arguments {
    /// What is asked about the file.
    #[arg(default_value = Task::Look.name(), value_parser = task)]
    task: Task,
    /// Waits for files and forks for each.
    #[arg(long)]
    waiting: bool,
}

fn task(name: &str) -> Result<Task, String> {
    Task::ALL.into_iter().find(|task| task.name() == name).ok_or_else(|| "no such task".into())
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    Ok(child::serve(arguments.task, arguments.waiting)?)
}
