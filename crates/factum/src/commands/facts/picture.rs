//! `factum picture`: what is known, drawn.

use crate::commands::custody::actor::Actor;
use crate::failure::Failure;
use crate::say;
use clap::{Args, ValueEnum};
use factum_case::facts::pictures;
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    /// What to draw.
    #[arg(value_enum)]
    what: What,
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
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let case = arguments.actor.open()?;
    let book = super::book(&case)?;
    let svg = match arguments.what {
        What::Ties => pictures::ties(&book, factum_case::this_day()),
        What::Timeline => pictures::timeline(&book),
        What::Coverage => pictures::coverage(&book),
    };
    std::fs::write(&arguments.out, svg)
        .map_err(|e| Failure::new(format!("{} cannot be written: {e}", arguments.out.display())))?;
    say!("{} is written in the clear: it shows codes and words of the inquiry", arguments.out.display());
    Ok(())
}
