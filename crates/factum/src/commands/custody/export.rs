//! `factum export`: bytes leave the case, and the log knows it first.

use super::actor::Actor;
use crate::failure::Failure;
use crate::say;
use clap::{Args, ValueEnum};
use factum_case::custody::evidence::Leaving;
use factum_case::custody::export::{Leave, export};
use factum_case::custody::items;
use std::path::PathBuf;

/// As what bytes leave.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum As {
    /// For work outside the case; they stay with you.
    Export,
    /// Handed to somebody who now keeps them.
    Transfer,
    /// Shown to somebody outside.
    Disclosure,
}

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    /// Items: the beginning of a number, or a name.
    #[arg(required = true, value_name = "ITEM")]
    items: Vec<String>,
    /// The folder to write into; it must not be in a case. Nothing is overwritten.
    #[arg(long, short, value_name = "DIR")]
    out: PathBuf,
    /// As what they leave.
    #[arg(long = "as", value_enum, default_value_t = As::Export)]
    leaving: As,
    /// To whom they go [default for an export: you].
    #[arg(long, value_name = "RECIPIENT")]
    to: Option<String>,
    /// What for.
    #[arg(long)]
    purpose: String,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let leaving = match arguments.leaving {
        As::Export => Leaving::Export,
        As::Transfer => Leaving::Transfer,
        As::Disclosure => Leaving::Disclosure,
    };
    let recipient = match (&arguments.to, leaving) {
        (Some(recipient), _) => recipient.clone(),
        (None, Leaving::Export) => case.register().name_of(case.actor()),
        (None, _) => return Err(Failure::new("to whom do they go?").hint("give --to RECIPIENT")),
    };
    let mut held = Vec::new();
    for meant in &arguments.items {
        let found = items::find(&case, meant)?;
        if held.iter().all(|h: &items::Held| h.item.item != found.item.item) {
            held.push(found);
        }
    }
    let how = Leave { leaving, recipient, purpose: arguments.purpose.clone() };
    let written = export(&mut case, &held, &arguments.out, &how)?;
    for (held, path) in held.iter().zip(&written) {
        say!("{}  {}", held.item.sha256, path.display());
    }
    eprintln!("these files are not protected any more: delete them when they have served their purpose");
    Ok(())
}
