//! `factum picture`: what is known, drawn.

use crate::commands::custody::actor::Actor;
use crate::failure::Failure;
use crate::say;
use clap::{Args, ValueEnum};
use factum_case::Outlines;
use factum_case::facts::accounts::Accounts;
use factum_case::facts::patterns::{self, Depth};
use factum_case::facts::pictures;
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    /// What to draw.
    #[arg(value_enum)]
    what: What,
    /// Draw a map without coasts and boundaries under it.
    #[arg(long)]
    blank: bool,
    /// The file to write (SVG).
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// Which sources depend on each other, and why.
    Ties,
    /// What dated statements say, place by place.
    Timeline,
    /// Of which places and years sources were in a position to know.
    Coverage,
    /// Who was moved from which place to which.
    Flows,
    /// Places with their positions, and how many acts are told of each. What has no settled position is named.
    Map,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let case = arguments.actor.open()?;
    let book = super::book(&case)?;
    let today = factum_case::this_day();
    let svg = match arguments.what {
        What::Flows | What::Map => {
            let accounts = Accounts::read(&case, &book, &super::schema::of(&book))?;
            let counted = patterns::gather(&book, &accounts, today, Depth::Each);
            if matches!(arguments.what, What::Flows) {
                patterns::flows_drawn(&counted)?
            } else {
                let ground = if arguments.blank { Outlines::None } else { Outlines::World };
                let mapped = patterns::map_drawn(&book, &accounts, &counted, ground);
                if !mapped.missing.is_empty() {
                    eprintln!("not on the map, because no position is settled: {}", mapped.missing.join(", "));
                }
                mapped.svg
            }
        }
        What::Ties => pictures::ties(&book, today),
        What::Timeline => pictures::timeline(&book),
        What::Coverage => pictures::coverage(&book),
    };
    std::fs::write(&arguments.out, svg)
        .map_err(|e| Failure::new(format!("{} cannot be written: {e}", arguments.out.display())))?;
    say!("{} is written in the clear: it shows codes and words of the inquiry", arguments.out.display());
    Ok(())
}
