//! `factum report`: may every sentence of a draft stand, and what does it become?

use super::finding::judged;
use super::report_build;
use crate::commands::counted;
use crate::commands::custody::actor::Actor;
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::clearance::Clearance;
use factum_case::facts::Fact;
use factum_case::publication::draft::{self, Problem};
use factum_case::publication::gate::{self, Grounds};
use factum_case::publication::material::Memory;
use factum_case::publication::vouched::{self, Mark};
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
    /// Vouch, under your own signature, for the words of a draft for which its marks name you: numbers, wordings and errata of the author's own.
    Vouch {
        /// The draft, in Markdown.
        draft: PathBuf,
        /// Only for those that begin on these lines; otherwise for all.
        #[arg(long, value_name = "LINE", value_delimiter = ',')]
        line: Vec<u32>,
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
        Command::Vouch { draft, line } => vouch(&arguments.actor, draft, line),
        Command::Build(build) => report_build::run(&arguments.actor, build),
    }
}

fn vouch(actor: &Actor, path: &Path, lines: &[u32]) -> Result<(), Failure> {
    let mut case = actor.open()?;
    let (draft, problems) = draft::read(&text_of(path)?);
    tell(path, &problems);
    let draft = draft.ok_or_else(|| Failure::new("the draft cannot be read"))?;
    let signed = vouched::signed(&case, &super::book(&case)?);
    let name = case.register().name_of(case.actor());
    let waiting: Vec<Mark> = vouched::waiting(&draft, &name, &signed)
        .into_iter()
        .filter(|mark| lines.is_empty() || lines.contains(&mark.line))
        .collect();
    if waiting.is_empty() {
        say!("the draft names {name} for nothing that is still to be vouched for");
        return Ok(());
    }
    for mark in &waiting {
        let reason = if mark.vouched.reason.is_empty() { "no reason is given" } else { &mark.vouched.reason };
        say!("{}:{}: {}\n  ({reason})", path.display(), mark.line, mark.vouched.words);
        if let Some(count) = &mark.count {
            say!("  nothing checks whether its count ({count}) may be told: who signs says that it may");
        }
    }
    let sentences = counted(waiting.len() as u64, "sentence");
    let facts: Vec<Fact> = waiting.into_iter().map(|mark| Fact::Vouched(mark.vouched)).collect();
    let receipt = case.say_facts("vouch", &format!("{name} vouches for {sentences} of a draft"), &facts)?;
    say!("{name} vouches for {sentences} (transaction {})", receipt.transaction);
    Ok(())
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
