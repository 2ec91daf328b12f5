//! The commands, one module each, and what they share.

pub mod demo;
pub mod estimate;
pub mod explain;
pub mod link;
pub mod list;
pub mod run;

use crate::failure::Failure;
use crate::progress::Stages;
use clap::{Args, ValueEnum};
use factum_case::fault::{Faults, Severity};
use factum_case::link::Options;
use factum_case::lists::{self, Reading};
use factum_case::output;
use factum_case::settings::Settings;
use std::path::{Path, PathBuf};

/// How a summary is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Which lists to read.
#[derive(Args)]
pub struct Lists {
    /// Lists of people: CSV, TSV, XLSX, ODS or Parquet. Without any, those that the settings name.
    pub files: Vec<PathBuf>,
    /// Settings that say what the columns mean (TOML).
    #[arg(long, short, value_name = "FILE")]
    pub settings: PathBuf,
    /// Show the values at fault. They may be names of people: do not pass the output on.
    #[arg(long)]
    pub show_values: bool,
}

impl Lists {
    /// The folder of the settings, to which the files they name are relative.
    pub fn folder(&self) -> &Path {
        self.settings.parent().unwrap_or(Path::new("."))
    }
}

/// What a command that links is told.
#[derive(Args)]
pub struct Work {
    #[command(flatten)]
    lists: Lists,
    /// Folder for the results.
    #[arg(long, short, value_name = "DIR")]
    pub out: PathBuf,
    #[command(flatten)]
    choices: link::Choices,
}

impl Work {
    /// Reads settings and lists once the folder is known to take these results. Stops with all faults if any list cannot be
    /// used; tells the faults that do not stop the work.
    pub fn begin(&self, results: &[&str], stages: &Stages) -> Result<(Settings, Reading, Options), Failure> {
        let lists = &self.lists;
        let (settings, faults) = Settings::read(&lists.settings);
        stop_on_errors(&faults, "the settings cannot be used", lists.show_values)?;
        let files = if lists.files.is_empty() { settings.files(lists.folder()) } else { lists.files.clone() };
        output::prepare(&self.out, results, &[files, vec![lists.settings.clone()]].concat())?;
        stages.say("reading lists");
        let reading = lists::read(&lists.files, &settings, lists.folder());
        stages.finish();
        stop_on_errors(&reading.faults, "the lists cannot be used", lists.show_values)?;
        print_faults(&reading.faults, lists.show_values);
        let options = self.choices.options(&settings);
        Ok((settings, reading, options))
    }
}

/// How many faults of one kind are listed before the rest is counted.
const EACH: usize = 5;

pub fn print_faults(faults: &Faults, show_values: bool) {
    faults.lines(EACH, show_values).iter().for_each(|line| eprintln!("{line}"));
}

pub fn stop_on_errors(faults: &Faults, what: &str, show_values: bool) -> Result<(), Failure> {
    if !faults.has_errors() {
        return Ok(());
    }
    print_faults(faults, show_values);
    let errors = faults.count(Severity::Error);
    let them = if errors == 1 { "the error above".to_string() } else { format!("the {errors} errors above") };
    Err(Failure::new(what).hint(format!("mend {them} and run again")))
}

/// A number with thousands parted.
pub fn grouped(n: impl Into<f64>) -> String {
    factum_case::grouped(n.into())
}

/// A count with its noun: `1 list`, `2 lists`.
pub fn counted(n: impl TryInto<u64>, noun: &str) -> String {
    match n.try_into().unwrap_or(u64::MAX) {
        1 => format!("1 {noun}"),
        n => format!("{} {noun}s", grouped(n as f64)),
    }
}
