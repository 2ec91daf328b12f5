//! `factum report`: may every sentence of a draft stand, and what does it become?

use super::finding::judged;
use super::report_build;
use crate::commands::counted;
use crate::commands::custody::actor::Actor;
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::clearance::Clearance;
use factum_case::publication::draft::{self, Problem};
use factum_case::publication::gate::{self, Grounds};
use factum_case::publication::material::Memory;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Look at every sentence of a draft: does it cite, may it rest on what it cites, is every number taken from a run?
    Check {
        /// The draft, in Markdown; docs/report.md says how it is written.
        draft: PathBuf,
    },
    /// Build a report from a draft: PDF, HTML and DOCX, with the footnotes and annexes that the case gives; or say all that is wrong.
    Build(report_build::Build),
}

/// The text of a draft.
pub fn text_of(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|e| Failure::new(format!("the draft {} cannot be read: {e}", path.display())))
}

/// Tells every problem of a draft with its line.
pub fn tell(path: &Path, problems: &[Problem]) {
    for problem in problems {
        eprintln!("{}:{}: {}\n  try: {}", path.display(), problem.line, problem.what, problem.hint);
    }
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::Check { draft } => check(&arguments.actor, draft),
        Command::Build(build) => report_build::run(&arguments.actor, build),
    }
}

fn check(actor: &Actor, path: &Path) -> Result<(), Failure> {
    let text = text_of(path)?;
    let case = actor.open()?;
    let book = super::book(&case)?;
    let findings = judged(&case, &book);
    let grounds = Grounds::of(&case, &book, &findings, factum_case::this_day());
    let rests = draft::read(&text).0.map(|draft| gate::judge(&draft, &grounds).0).unwrap_or_default();
    let uncleared = Clearance::of(&case, &book, None).err();
    // All that a build would refuse is told, and nothing else.
    let problems = report_build::built(&case, &text, uncleared.is_some(), &mut Memory::default()).err();
    let problems = problems.unwrap_or_default();
    tell(path, &problems);
    if let Some(why) = uncleared {
        eprintln!("warning: the counts were not cleared: {why}");
    }
    say!(
        "{}; {} marked as narrative; {} vouched for by name; {} things cited",
        counted(rests.sentences as u64, "sentence"),
        rests.narrative.len(),
        rests.reviewed.len(),
        rests.cited.len()
    );
    match problems.len() {
        0 => Ok(()),
        count => Err(Failure::new(format!("{} in the draft", counted(count as u64, "problem")))),
    }
}
