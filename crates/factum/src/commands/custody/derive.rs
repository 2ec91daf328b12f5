//! `factum derive`: something made from an item becomes an item that names its origin.

use super::actor::Actor;
use crate::commands::{extract_child, one_of};
use crate::failure::Failure;
use crate::say;
use clap::Args;
use factum_case::custody::derive::{Derivation, derive};
use factum_case::custody::evidence::Making;
use factum_case::custody::items;
use factum_case::extract::Examiner;
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    /// The item from which it was made: the beginning of its number, or its name.
    item: String,
    /// The file that was made.
    file: PathBuf,
    /// What it is: transcript, translation, recognised, redaction or excerpt.
    #[arg(long = "as", value_name = "KIND", value_parser = one_of(&Making::ALL))]
    making: Making,
    /// With which tool and version; "by hand" if with none.
    #[arg(long)]
    tool: String,
    /// Who made it [default: you].
    #[arg(long, value_name = "PERSON")]
    maker: Option<String>,
    /// In which language it is (BCP 47: en, ug, zh-Hans).
    #[arg(long)]
    language: Option<String>,
    /// Who read it against the item from which it was made.
    #[arg(long, value_name = "PERSON")]
    reviewer: Option<String>,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let parent = items::find(&case, &arguments.item)?;
    let how = Derivation {
        making: arguments.making,
        maker: arguments.maker.clone(),
        tool: arguments.tool.clone(),
        language: arguments.language.clone(),
        reviewer: arguments.reviewer.clone(),
    };
    let examiner = Examiner::this_program(extract_child::NAME)?;
    let item = derive(&mut case, &parent, &arguments.file, &how, Some(&examiner))?;
    say!("item {item}, made from item {}, in the compartment {}", parent.item.item, parent.compartment);
    Ok(())
}
