//! `factum work`: folders outside the case in which drafts lie in the clear.

use super::actor::Actor;
use crate::commands::counted;
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::founding::WORKING;
use factum_case::custody::work;
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
    /// Make a folder that only you can enter; the log knows of it first.
    Open {
        /// The folder: new or empty, and in no case.
        folder: PathBuf,
        /// In which compartment its files are to be sealed.
        #[arg(long = "into", value_name = "COMPARTMENT", default_value = WORKING)]
        compartment: String,
        /// What for.
        #[arg(long, default_value = "drafts")]
        purpose: String,
    },
    /// Seal every file in it into the case, and remove it.
    Close {
        /// The folder.
        folder: PathBuf,
    },
    /// List the folders that are open.
    List,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    match &arguments.command {
        Command::Open { folder, compartment, purpose } => {
            work::open(&mut case, folder, compartment, purpose)?;
            say!("{} is open for drafts; what lies there is in the clear until factum work close", folder.display());
        }
        Command::Close { folder } => {
            let closed = work::close(&mut case, folder)?;
            for (name, item) in &closed.sealed {
                say!("{name} is sealed as item {}", factum_case::custody::items::short(item));
            }
            say!(
                "{} sealed, {} in the case already; {} is removed. A disk can keep what was removed: use one that is encrypted",
                counted(closed.sealed.len() as u64, "file"),
                closed.known.len(),
                folder.display()
            );
        }
        Command::List => {
            let open = work::list(&case)?;
            for work in &open {
                let by =
                    work.author.map_or_else(String::new, |author| format!(" by {}", case.register().name_of(author)));
                say!("{} ({}), into {}, opened {}{by}", work.name, work.purpose, work.compartment, work.time);
            }
            say!("{} open", counted(open.len() as u64, "work folder"));
        }
    }
    Ok(())
}
