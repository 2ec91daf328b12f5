//! `factum items`: what is in the case?

use super::actor::Actor;
use super::log::At;
use crate::commands::{Format, counted, grouped};
use crate::failure::Failure;
use crate::say;
use clap::Args;
use factum_case::custody::derive::word;
use factum_case::custody::items::{self, Held};
use serde_json::json;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(flatten)]
    at: At,
    /// One item, with all that is known of it: the beginning of its number, or its name.
    item: Option<String>,
    /// Only the items of this compartment.
    #[arg(long = "in", value_name = "COMPARTMENT")]
    compartment: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    arguments.at.look(&mut case)?;
    let listed = match &arguments.item {
        Some(meant) => vec![items::find(&case, meant)?],
        None => items::list(&case)?,
    };
    let wanted = |held: &&Held| arguments.compartment.as_ref().is_none_or(|c| *c == held.compartment);
    let listed: Vec<&Held> = listed.iter().filter(wanted).collect();
    // Who looks at one item does so for the record; a list of names is not a look.
    if arguments.item.is_some() {
        case.about_to_show(&listed)?;
    }
    match (arguments.format, &arguments.item) {
        (Format::Json, _) => {
            let all: Vec<_> = listed.iter().map(|held| as_json(held)).collect();
            say!("{}", serde_json::to_string_pretty(&all)?);
        }
        (Format::Text, Some(_)) => listed.iter().for_each(|held| print_whole(held)),
        (Format::Text, None) => {
            listed.iter().for_each(|held| print_line(held));
            say!("{}", counted(listed.len() as u64, "item"));
        }
    }
    Ok(())
}

/// Text of evidence, harmless on a terminal.
pub fn shown(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if c.is_control() || turns(c) { '\u{fffd}' } else { c }).collect()
}

fn print_line(held: &Held) {
    let item = &held.item;
    let made = held.made.as_ref().map(|m| format!(" ({} of {})", word(m.making), items::short(&m.parent)));
    say!(
        "{}  {:>15}  {:28} {:12} {}{}",
        items::short(&item.item),
        grouped(item.length as f64),
        item.media_type,
        held.compartment,
        shown(&item.name),
        made.unwrap_or_default()
    );
}

fn print_whole(held: &Held) {
    let item = &held.item;
    say!("item          {}", item.item);
    say!("name          {}", shown(&item.name));
    say!("length        {} bytes", grouped(item.length as f64));
    say!("sha256        {}", item.sha256);
    say!("media type    {}", item.media_type);
    say!("compartment   {}", held.compartment);
    say!("collected     {} (transaction {}, entry {} of the log)", held.time, held.transaction, held.entry);
    if let Some(made) = &held.made {
        let language = made.language.as_ref().map(|l| format!(", in {}", shown(l)));
        say!("made          {} of item {}{}", word(made.making), made.parent, language.unwrap_or_default());
    }
    if let Some(why) = &item.not_examined {
        say!("not examined  {}", shown(why));
    }
    for detail in items::told(&item.capture) {
        say!("    {}: {}", shown(&detail.name), shown(&detail.value));
    }
    if !item.embedded.is_empty() {
        say!("what the file says of itself, which can be forged:");
        item.embedded.iter().for_each(|detail| say!("    {}: {}", shown(&detail.name), shown(&detail.value)));
    }
}

fn as_json(held: &Held) -> serde_json::Value {
    let made = held.made.as_ref().map(|m| json!({"parent": m.parent, "making": m.making, "language": m.language}));
    json!({
        "item": held.item,
        "compartment": held.compartment,
        "transaction": held.transaction,
        "entry": held.entry,
        "time": held.time,
        "made": made,
    })
}
