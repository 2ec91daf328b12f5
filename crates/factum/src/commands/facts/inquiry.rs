//! `factum inquiry`: an inquiry that was written with a text editor comes into a case.

use crate::commands::custody::actor::Actor;
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::founding::WORKING;
use factum_case::fault::Severity;
use factum_case::testimony::folder::{self, Reading};
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Take a folder of plain files into the case; docs/authoring.md describes them.
    Import(Import),
    /// Look whether a folder of plain files can be taken in, without a case.
    Check {
        /// The folder.
        folder: PathBuf,
    },
}

#[derive(Args)]
struct Import {
    /// The folder.
    folder: PathBuf,
    /// Into which compartment.
    #[arg(long = "into", value_name = "COMPARTMENT", default_value = WORKING)]
    compartment: String,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::Check { folder } => {
            let reading = read(folder)?;
            let of = &reading.inquiry;
            say!(
                "nothing is wrong: {} sources, {} interviews, {} documents, {} statements, {} findings",
                of.sources.len(),
                of.interviews.len(),
                of.documents.len(),
                of.statements.len(),
                of.findings.len()
            );
        }
        Command::Import(import) => {
            let reading = read(&import.folder)?;
            let mut case = arguments.actor.open()?;
            let identities = reading.identities.unwrap_or_default();
            let taken = case.take_in(&reading.inquiry, &identities, &import.compartment)?;
            match taken.receipt {
                Some(receipt) => say!(
                    "{} records and {} texts are in the case (transaction {})",
                    taken.records,
                    taken.texts,
                    receipt.transaction
                ),
                None => say!("everything was there already; nothing was written"),
            }
        }
    }
    Ok(())
}

/// Reads a folder; with anything wrong, tells all of it and stops.
fn read(path: &std::path::Path) -> Result<Reading, Failure> {
    let files = folder::gather(path)?;
    let reading = Reading::of(&files);
    let exposed = folder::exposure::exposed(&files, reading.identities.as_deref().unwrap_or_default());
    let mut count = 0;
    for fault in reading.faults.iter().chain(exposed.iter()) {
        eprintln!("{fault}");
        count += usize::from(fault.severity == Severity::Error);
    }
    if count > 0 {
        return Err(Failure::new(format!("{count} things are wrong in {}", path.display()))
            .hint("mend them and start again; nothing was written"));
    }
    Ok(reading)
}
