//! `factum report`: may every sentence of a draft stand, and what does it become?

use super::finding::judged;
use super::report_build;
use crate::commands::counted;
use crate::commands::custody::actor::Actor;
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::publication::build;
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
    let (draft, mut problems) = draft::read(&text);
    let mut rests = gate::Rests::default();
    if let Some(draft) = &draft {
        let grounds = Grounds::of(&case, &book, &findings, factum_case::this_day());
        let (found, refused) = gate::judge(draft, &grounds);
        rests = found;
        problems.extend(refused);
        let (_, unknown) = build::counts(&case, draft, &grounds, &mut Memory::default());
        problems.extend(unknown);
    }
    problems.sort_by_key(|problem| problem.line);
    tell(path, &problems);
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
