//! `factum leak`: do the files that are to leave tell what must not be told?

use crate::commands::custody::actor::Actor;
use crate::commands::{Format, counted, extract_child, one_of};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::extract::Examiner;
use factum_case::facts::words::Purpose;
use factum_case::leak::{self, Gathered, Outcome, Output, Report, names};
use std::path::{Path, PathBuf};

/// The exit code where something was found that must not leave.
const ALARM: u8 = 3;
/// The exit code where nothing was found, and not everything could be searched.
const INCOMPLETE: u8 = 4;
/// Folders within folders are followed so deep: a link that leads back ends there.
const DEEPEST: usize = 20;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Search the final bytes of files for names, days, places and numbers that nobody agreed to publish.
    ///
    /// Ends with 0 if nothing was found, 3 if something was found that must not leave, 4 if nothing was found but not everything
    /// could be searched.
    Check {
        /// The files, exactly as they would leave, or folders of them.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// For what they are published, as sources were asked: report-anonymised, report-named, courts, …
        #[arg(long, value_parser = one_of(&Purpose::ALL))]
        purpose: Purpose,
        /// Tell also whom it concerns. For those who may know; do not pass the output on.
        #[arg(long)]
        identities: bool,
        /// How the result is printed.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Command::Check { files, purpose, identities, format } = &arguments.command;
    let mut outputs = Vec::new();
    files.iter().try_for_each(|path| take(path, path.parent().unwrap_or(Path::new("")), &mut outputs, 0))?;
    let case = arguments.actor.open()?;
    let book = super::book(&case)?;
    let gathered = names::gather(&case, &book, *purpose, factum_case::this_day())?;
    let report = leak::check(&gathered, &outputs, &Examiner::this_program(extract_child::NAME)?);
    match format {
        Format::Json => print!("{}", String::from_utf8_lossy(&factum_case::json(&report))),
        Format::Text => print(&report, &outputs, *purpose),
    }
    if *identities {
        holders(&report, &gathered);
    }
    let alarms = report.found.iter().filter(|found| found.alarm).count();
    match report.outcome() {
        Outcome::Clean => Ok(()),
        Outcome::Alarm => {
            let what = format!("{} in what is to leave", counted(alarms as u64, "alarm"));
            let hint = "take it out of the draft or the picture, build again, and search the new files";
            Err(Failure::new(what).hint(hint).code(ALARM))
        }
        Outcome::Incomplete => {
            let hint = "have it searched by somebody who can open everything, and give files that can be read";
            Err(Failure::new("nothing was found, but not everything could be searched").hint(hint).code(INCOMPLETE))
        }
    }
}

/// Reads a file, or all files of a folder in the order of their names; each is called by its path below where it was given.
fn take(path: &Path, above: &Path, outputs: &mut Vec<Output>, depth: usize) -> Result<(), Failure> {
    let fault = |e: std::io::Error| Failure::new(format!("{} cannot be read: {e}", path.display()));
    if path.is_dir() && depth < DEEPEST {
        let entries = std::fs::read_dir(path).map_err(fault)?;
        let mut within = entries.map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<_>, _>>().map_err(fault)?;
        within.sort();
        return within.iter().try_for_each(|path| take(path, above, outputs, depth + 1));
    }
    let bytes = std::fs::read(path).map_err(fault)?;
    let name = path.strip_prefix(above).unwrap_or(path).to_string_lossy().into_owned();
    outputs.push(Output { name, bytes });
    Ok(())
}

fn print(report: &Report, outputs: &[Output], purpose: Purpose) {
    for found in &report.found {
        let sort = if found.alarm { "alarm" } else { "look" };
        say!("{sort}: {}: {}: {} ({})", found.file, found.place, found.what, found.handle);
    }
    for what in report.closed.iter().chain(&report.unread) {
        say!("not searched: {what}");
    }
    let (alarms, looks): (Vec<_>, Vec<_>) = report.found.iter().partition(|found| found.alarm);
    say!(
        "{} searched for {}, published for {}: {}, {} to look at; {} may stand by consent",
        counted(outputs.len() as u64, "file"),
        counted(report.names as u64, "name"),
        purpose.name(),
        counted(alarms.len() as u64, "alarm"),
        counted(looks.len() as u64, "place"),
        counted(report.allowed as u64, "name"),
    );
    say!("no search of words finds: {}", report.out_of_reach.join("; "));
}

/// Whom the numbers of this check mean: for those who could open it all the same.
fn holders(report: &Report, gathered: &Gathered) {
    let mut told = std::collections::BTreeMap::new();
    for found in &report.found {
        let subjects = found.subjects.iter().filter_map(|s| gathered.subjects.get(*s as usize));
        told.entry(&found.handle).or_insert_with(|| subjects.map(|s| s.words()).collect::<Vec<_>>());
    }
    for (handle, subjects) in told {
        eprintln!("{handle}: {}", subjects.join(", "));
    }
}
