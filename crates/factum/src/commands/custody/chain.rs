//! `factum custody`: everything that happened to an item.

use super::actor::Actor;
use super::items::shown;
use super::log::At;
use crate::commands::{Format, counted};
use crate::failure::Failure;
use crate::say;
use clap::Args;
use factum_case::custody::chain::{Chain, chain, page};
use factum_case::custody::{export, items};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(flatten)]
    at: At,
    /// The item: the beginning of its number, or its name.
    item: String,
    /// Name people, for this recipient. Without, they are told by their roles.
    #[arg(long, value_name = "RECIPIENT")]
    names: Option<String>,
    /// Write it as a page for a court into this file (HTML, without anything from elsewhere). Nothing is overwritten.
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    arguments.at.look(&mut case)?;
    let held = items::find(&case, &arguments.item)?;
    let told = chain(&case, &held, arguments.names.as_deref())?;
    if let Some(path) = &arguments.page {
        write_page(path, &told)?;
        say!("{}: {}", path.display(), counted(told.events.len() as u64, "event"));
        return Ok(());
    }
    match arguments.format {
        Format::Json => say!("{}", serde_json::to_string_pretty(&told)?),
        Format::Text => print(&told),
    }
    Ok(())
}

fn write_page(path: &Path, told: &Chain) -> Result<(), Failure> {
    export::outside(path)?;
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(page::page(told).as_bytes())?;
        file.sync_all()
    };
    write().map_err(|e: std::io::Error| {
        Failure::new(format!("{} cannot be written: {e}", path.display()))
            .hint("give another file; none is overwritten")
    })
}

fn print(told: &Chain) {
    say!("item     {}", told.item);
    say!("name     {}", shown(&told.name));
    say!("sha256   {} ({} bytes)", told.sha256, told.length);
    say!("object   {}{}", told.object, if told.present { "" } else { " (its bytes are not in this copy of the case)" });
    say!("log      {}, {} entries, root {}", told.log, told.size, told.root);
    say!("told     what stands in {}", told.compartments.join(", "));
    for event in &told.events {
        say!("");
        let logged =
            if event.logged == event.time { String::new() } else { format!(", into the log {}", event.logged) };
        say!("{:>8}  {}{logged}  {}, by {}", event.entry, event.time, event.act, shown(&event.who));
        page::lines(event).iter().for_each(|line| say!("          {}", shown(line)));
    }
}
