//! `factum search`: where do these words stand?

use super::actor::Actor;
use super::items::shown;
use super::log::At;
use crate::commands::{Format, counted};
use crate::failure::Failure;
use crate::say;
use clap::Args;
use factum_case::custody::items::short;
use factum_case::custody::search::{Found, search};
use serde_json::json;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(flatten)]
    at: At,
    /// Words, all of which must stand in what is found; WORD* finds words that begin so, and several words that have quotation marks
    /// around them within the argument must stand one after the other.
    #[arg(required = true, value_name = "WORD")]
    words: Vec<String>,
    /// Only in this compartment.
    #[arg(long = "in", value_name = "COMPARTMENT")]
    compartment: Option<String>,
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 50)]
    most: usize,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    arguments.at.look(&mut case)?;
    let found = search(&case, &arguments.words.join(" "), arguments.compartment.as_deref(), arguments.most)?;
    match arguments.format {
        Format::Json => {
            let all: Vec<_> = found.iter().map(as_json).collect();
            say!("{}", serde_json::to_string_pretty(&all)?);
        }
        Format::Text => {
            found.iter().for_each(print);
            let more = if found.len() == arguments.most { "; --most shows more, if there are any" } else { "" };
            say!("{}{more}", counted(found.len() as u64, "record"));
        }
    }
    Ok(())
}

fn print(found: &Found) {
    let item = found.item.as_ref().map_or_else(String::new, |item| format!(" {}", short(item)));
    say!("{}{item} in {}, entry {}: {}", found.kind, found.compartment, found.entry, shown(&found.title));
    if let Some(excerpt) = &found.excerpt {
        say!("    … {} …", shown(excerpt));
    }
}

fn as_json(found: &Found) -> serde_json::Value {
    json!({
        "kind": found.kind,
        "item": found.item,
        "title": found.title,
        "excerpt": found.excerpt,
        "compartment": found.compartment,
        "transaction": found.transaction,
        "entry": found.entry,
    })
}
