//! `factum entity`: what statements are about.

use crate::commands::Format;
use crate::commands::custody::actor::Actor;
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::founding::WORKING;
use factum_case::facts::words::Entity;
use factum_case::facts::{Fact, Sort};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Take in an entity under a code.
    New(New),
    /// List entities.
    List(List),
}

#[derive(Args)]
struct New {
    /// Its code; the next free one if absent.
    code: Option<String>,
    /// A kind of the schema: person, group, organization, place, event, act, detention.
    #[arg(long)]
    kind: String,
    /// What it is called in the inquiry.
    #[arg(long)]
    label: String,
    /// In which compartment it is to live.
    #[arg(long = "into", value_name = "COMPARTMENT", default_value = WORKING)]
    compartment: String,
}

#[derive(Args)]
struct List {
    /// Only those of this kind.
    #[arg(long)]
    kind: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let book = super::book(&case)?;
    match &arguments.command {
        Command::New(new) => {
            let code = new.code.clone().unwrap_or_else(|| book.next_code(Sort::Entity));
            let entity = Entity {
                entity: case.new_thing(&new.compartment)?,
                code: code.clone(),
                sort: new.kind.clone(),
                label: new.label.clone(),
            };
            let summary = format!("The entity {code} is taken in");
            let receipt = case.say_facts("entity", &summary, &[Fact::Entity(entity)])?;
            say!("{summary} (transaction {})", receipt.transaction);
        }
        Command::List(list) => {
            let wanted = |entity: &&Entity| list.kind.as_ref().is_none_or(|kind| *kind == entity.sort);
            let mut all: Vec<&Entity> = book.entities.values().map(|said| &said.what).filter(wanted).collect();
            all.sort_by(|a, b| a.code.cmp(&b.code));
            if list.format == Format::Json {
                say!("{}", serde_json::to_string_pretty(&all)?);
                return Ok(());
            }
            all.iter().for_each(|entity| say!("{} {} ({})", entity.code, entity.label, entity.sort));
            say!(
                "{}",
                match all.len() {
                    1 => "1 entity".to_string(),
                    n => format!("{n} entities"),
                }
            );
        }
    }
    Ok(())
}
