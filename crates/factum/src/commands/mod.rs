//! The commands, one module each, and what they share.

pub mod audit;
pub mod custody;
pub mod demo;
pub mod disclose;
pub mod estimate;
pub mod explain;
pub mod extract_child;
pub mod facts;
mod identification;
pub mod link;
pub mod list;
pub mod release;
pub mod review;
pub mod run;
mod screen;
mod sensitivity;

use crate::failure::Failure;
use crate::progress::Stages;
use clap::{Args, ValueEnum};
use factum_case::fault::{Faults, Severity};
use factum_case::judgement::{self, Book};
use factum_case::link::{Judgement, Options};
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

/// A reader of one of several words.
pub fn one_of<T: Copy + Send + Sync + 'static, const N: usize>(
    all: &[(&'static str, T); N],
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static {
    let all = *all;
    move |text: &str| {
        let known = || all.map(|(name, _)| name).join(", ");
        all.iter().find(|(name, _)| *name == text).map(|(_, value)| *value).ok_or_else(|| format!("one of {}", known()))
    }
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

    /// Reads the settings. Stops with all faults if they cannot be used.
    fn settings(&self) -> Result<Settings, Failure> {
        let (settings, faults) = Settings::read(&self.settings);
        stop_on_errors(&faults, "the settings cannot be used", self.show_values)?;
        Ok(settings)
    }

    /// Reads the lists. Stops with all faults if any cannot be used; tells those that do not stop the work.
    fn read(&self, settings: &Settings, stages: &Stages) -> Result<Reading, Failure> {
        stages.say("reading lists");
        let reading = lists::read(&self.files, settings, self.folder());
        stages.finish();
        stop_on_errors(&reading.faults, "the lists cannot be used", self.show_values)?;
        print_faults(&reading.faults, self.show_values);
        Ok(reading)
    }

    /// Every file that is an input.
    fn inputs(&self, settings: &Settings) -> Vec<PathBuf> {
        let files = if self.files.is_empty() { settings.files(self.folder()) } else { self.files.clone() };
        [files, vec![self.settings.clone()]].concat()
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
    /// used; tells the faults that do not stop the work. `further` are inputs besides settings, lists and judgements.
    pub fn begin(
        &self,
        results: &[&str],
        further: &[PathBuf],
        stages: &Stages,
    ) -> Result<(Settings, Reading, Options), Failure> {
        let settings = self.lists.settings()?;
        let judgements = Vec::from_iter(self.choices.judgements.clone());
        output::prepare(&self.out, results, &[&self.lists.inputs(&settings)[..], &judgements, further].concat())?;
        let mut reading = self.lists.read(&settings, stages)?;
        let options = self.choices.judged(&settings, &mut reading, self.lists.show_values)?;
        Ok((settings, reading, options))
    }

    /// The settings and lists once more, each by its file name, as a case keeps them.
    pub fn read_again(&self, settings: &Settings) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let read = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let unreadable = |e| Failure::new(format!("{} cannot be read again: {e}", path.display()));
            Ok((name, std::fs::read(path).map_err(unreadable)?))
        };
        self.lists.inputs(settings).iter().map(read).collect()
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

/// The judgements that hold for these records; tells those that do not.
fn holding(book: &Book, reading: &Reading, show_values: bool) -> Vec<Judgement> {
    let resolved = judgement::resolve(book, &reading.records, &reading.lists);
    print_faults(&book.faults, show_values);
    print_faults(&resolved.faults, show_values);
    resolved.judgements
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
