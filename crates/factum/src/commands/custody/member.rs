//! `factum member`: who is who in a case.

use super::acknowledged;
use super::actor::Actor;
use crate::commands::Format;
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::governance::{Holder, Role};
use factum_case::vault::card::Card;
use serde_json::json;
use std::io::{BufRead, IsTerminal, Write};
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
    /// Let somebody in, by the card of their identity.
    Add(Add),
    /// Change what a member may do.
    Role {
        /// The member.
        member: String,
        /// reader, analyst, investigator or lead.
        role: Role,
    },
    /// End a membership, and turn the keys the member had.
    Remove {
        /// The member.
        member: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Show who there is, and what each can open.
    List {
        /// For people or for programs.
        #[arg(long, default_value = "text")]
        format: Format,
    },
}

#[derive(Args)]
struct Add {
    /// The card.
    card: PathBuf,
    /// By which name the member is known here [default: the name on the card].
    #[arg(long)]
    name: Option<String>,
    /// reader, analyst, investigator or lead.
    #[arg(long)]
    role: Role,
    /// Compartments to open, besides the register.
    #[arg(long = "into", value_name = "COMPARTMENT")]
    into: Vec<String>,
    /// The fingerprint, as the member read it aloud to you. Without it you are asked.
    #[arg(long, value_name = "DIGITS")]
    fingerprint: Option<String>,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    match &arguments.what {
        What::Add(add) => {
            let text = std::fs::read_to_string(&add.card)
                .map_err(|e| Failure::new(format!("the card {} cannot be read: {e}", add.card.display())))?;
            let card = Card::parse(&text)?;
            agree(&card, add.fingerprint.as_deref())?;
            let name = add.name.clone().unwrap_or_else(|| card.name().to_string());
            acknowledged(&case.add_member(&name, &card, add.role, &add.into)?);
        }
        What::Role { member, role } => {
            let member = case.which(member)?;
            acknowledged(&case.set_role(member, *role)?);
        }
        What::Remove { member, reason } => {
            let member = case.which(member)?;
            let (receipt, others) = case.remove_member(member, reason)?;
            acknowledged(&receipt);
            for name in others {
                eprintln!(
                    "warning: you cannot turn the key of {name}; somebody who can open it must: factum rotate {name}"
                );
            }
            say!("What was written before can still be opened with the old keys: factum rotate COMPARTMENT --reseal");
        }
        What::List { format } => list(&case, *format),
    }
    Ok(())
}

/// The fingerprint on the card must be the one the person has before them.
fn agree(card: &Card, given: Option<&str>) -> Result<(), Failure> {
    let shown = card.fingerprint().to_string();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let differs = || {
        Failure::new("the fingerprints differ: this card is not the member's, or somebody changed it on its way")
            .hint("ask for the card again, by another way")
    };
    if let Some(given) = given {
        return if digits(given) == digits(&shown) { Ok(()) } else { Err(differs()) };
    }
    say!("name on the card: {}", card.name());
    say!("fingerprint:      {shown}\n");
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new("the fingerprint must be compared with the member")
            .hint("call the member, have it read to you, and give it as --fingerprint"));
    }
    eprint!("Call the member and have the fingerprint read to you. Is it the same? [yes/no] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    if answer.trim() == "yes" { Ok(()) } else { Err(differs()) }
}

fn list(case: &factum_case::custody::folder::Case, format: Format) {
    let register = case.register();
    let opens = |holder: Holder| {
        let open = register.compartments.iter().filter(|(_, c)| c.is_open_to(holder));
        open.map(|(name, _)| name.as_str()).collect::<Vec<_>>()
    };
    if format == Format::Json {
        let members: Vec<_> = register
            .members
            .iter()
            .map(|(id, m)| {
                json!({
                    "member": id.to_string(), "name": m.name, "role": m.role.name(), "removed": m.removed,
                    "fingerprint": m.card.fingerprint().to_string(), "opens": opens(Holder::Member(*id)),
                })
            })
            .collect();
        say!("{}", String::from_utf8_lossy(&factum_case::json(&members)).trim_end());
        return;
    }
    for (id, member) in &register.members {
        let state = member.removed.as_ref().map_or(member.role.name().to_string(), |why| format!("removed: {why}"));
        say!("{}  {} ({state})", &id.to_string()[..8], member.name);
        say!("          fingerprint {}", member.card.fingerprint());
        say!("          opens {}", opens(Holder::Member(*id)).join(", "));
    }
    for (id, kit) in &register.kits {
        say!("{}  kit {} (seals into {})", &id.to_string()[..8], kit.label, kit.compartments.join(", "));
    }
}
