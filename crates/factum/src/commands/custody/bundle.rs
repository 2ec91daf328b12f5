//! `factum bundle`: work that was done away from the log comes to it.

use super::acknowledged;
use super::actor::{Actor, chain_beside};
use crate::commands::Format;
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::bundle::{Fate, Taken};
use factum_case::custody::evidence::Capture;
use serde_json::json;
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Away from the log: seal files into a bundle.
    Make {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Into which compartment.
        #[arg(long, default_value = "working")]
        compartment: String,
        /// Where they were: an address, a place, a person's code.
        #[arg(long)]
        address: Option<String>,
        /// Where to write the bundle.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// At the log: append what holds, and name what does not. Taking twice changes nothing.
    Take {
        /// The bundle.
        file: PathBuf,
        /// For people or for programs.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    match &arguments.what {
        What::Make { files, compartment, address, out } => {
            let chain = chain_beside(&arguments.actor.identity.clone().unwrap_or_default());
            let capture = Capture { address: address.clone(), ..Capture::default() };
            let digest = case.bundle_files(files, compartment, &capture, (out, &chain))?;
            say!("{}: bring it to whoever keeps the log. SHA-256 {digest}", out.display());
            say!("Until it is taken in, write nothing into the log yourself; {} goes on from it.", chain.display());
            Ok(())
        }
        What::Take { file, format } => {
            let taken = case.take_bundle(file)?;
            match format {
                Format::Text => tell(&taken),
                Format::Json => say!("{}", as_json(&taken)),
            }
            let refused = taken.entries.iter().filter(|(_, fate)| matches!(fate, Fate::Refused(_))).count();
            match refused {
                0 => Ok(()),
                n => Err(Failure::new(format!("{n} of {} entries were left out", taken.entries.len())).hint(
                    "ask whoever made the bundle for it again, or for the bundle before it; what was taken stays",
                )),
            }
        }
    }
}

fn tell(taken: &Taken) {
    say!("bundle {} of {}", taken.bundle, taken.made);
    for (entry, fate) in &taken.entries {
        match fate {
            Fate::Taken => say!("  taken     {}", entry.object),
            Fate::Opaque => say!("  unseen    {}: you have no key to it; those who have judge it", entry.object),
            Fate::Known => say!("  known     {}", entry.object),
            Fate::Refused(why) => say!("  LEFT OUT  {}: {why}", entry.object),
        }
    }
    match &taken.receipt {
        Some(receipt) => acknowledged(receipt),
        None => say!("nothing new: the log is as it was"),
    }
}

fn as_json(taken: &Taken) -> serde_json::Value {
    let rows: Vec<_> = taken
        .entries
        .iter()
        .map(|(entry, fate)| {
            let (fate, why) = match fate {
                Fate::Taken => ("taken", None),
                Fate::Opaque => ("unseen", None),
                Fate::Known => ("known", None),
                Fate::Refused(why) => ("refused", Some(why)),
            };
            json!({"object": entry.object.to_string(), "fate": fate, "why": why})
        })
        .collect();
    let size = taken.receipt.as_ref().map(|receipt| receipt.size);
    json!({"bundle": taken.bundle.to_string(), "made": taken.made, "entries": rows, "log-size": size})
}
