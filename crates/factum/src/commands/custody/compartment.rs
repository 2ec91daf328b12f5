//! `factum compartment` and `factum rotate`: what is closed to whom.

use super::acknowledged;
use super::actor::Actor;
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::governance::{Holder, Setting};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make a compartment.
    New {
        /// Its name: lowercase letters, digits, hyphens.
        name: String,
        /// What it is for.
        #[arg(long)]
        purpose: String,
    },
    /// Open a compartment to a member, with what is already in it.
    Open {
        /// The compartment.
        name: String,
        /// The member.
        member: String,
    },
    /// Close a compartment to a member, and turn its key.
    Close {
        /// The compartment.
        name: String,
        /// The member.
        member: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Show the compartments and who can open each.
    List,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    match &arguments.what {
        What::New { name, purpose } => acknowledged(&case.make_compartment(name, purpose)?),
        What::Open { name, member } => {
            let member = case.which(member)?;
            acknowledged(&case.open_to(name, member)?);
        }
        What::Close { name, member, reason } => {
            let member = case.which(member)?;
            acknowledged(&case.close_to(name, member, reason)?);
        }
        What::List => {
            let register = case.register();
            for (name, compartment) in &register.compartments {
                say!("{name} (key {}): {}", compartment.epoch(), compartment.purpose);
                let open = register.members.iter().filter(|(id, _)| compartment.is_open_to(Holder::Member(**id)));
                let mut who: Vec<&str> = open.map(|(_, m)| m.name.as_str()).collect();
                if compartment.is_open_to(Holder::Recovery) {
                    who.push("the recovery identity");
                }
                say!("    open to {}", who.join(", "));
            }
            for name in case.to_be_turned() {
                eprintln!("warning: the key of {name} is known to somebody who left; turn it: factum rotate {name}");
            }
        }
    }
    Ok(())
}

/// `factum set`: how an inquiry wants something done.
#[derive(Args)]
pub struct SetArguments {
    #[command(flatten)]
    actor: Actor,
    /// four-eyes (yes or no), anchor-every-days, release-approvals, smallest-count, profile-shares or overdue-days (a number).
    name: String,
    /// The value.
    value: String,
}

pub fn set(arguments: &SetArguments) -> Result<(), Failure> {
    let known = Setting::ALL.into_iter().find(|s| s.name() == arguments.name).ok_or_else(|| {
        let names: Vec<&str> = Setting::ALL.iter().map(|s| s.name()).collect();
        Failure::new(format!("there is no setting {:?}", arguments.name)).hint(format!("one of {}", names.join(", ")))
    })?;
    acknowledged(&arguments.actor.open()?.set(known, &arguments.value)?);
    Ok(())
}
