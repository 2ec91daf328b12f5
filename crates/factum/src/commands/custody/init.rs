//! `factum init`: a new case folder.

use super::actor::{PassphraseFrom, read_identity, seen_beside};
use crate::failure::Failure;
use crate::say;
use clap::Args;
use factum_case::custody::folder::{Case, Opening};
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    /// The folder: new, or empty.
    folder: PathBuf,
    /// What the inquiry is called. It is sealed like everything else.
    #[arg(long)]
    title: String,
    /// The file of your identity; `factum identity new` makes one.
    #[arg(long, value_name = "FILE", env = "FACTUM_IDENTITY")]
    identity: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseFrom,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let identity = read_identity(&arguments.identity, &arguments.passphrase)?;
    let opening = Opening { seen: Some(seen_beside(&arguments.identity)), at: None };
    let case = Case::found(&arguments.folder, &arguments.title, identity, opening)?;
    say!("The case is {}. You are its lead.", arguments.folder.display());
    say!("compartments:  {}", case.register().compartments.keys().cloned().collect::<Vec<_>>().join(", "));
    say!("log:           {}", case.ledger().origin());
    for key in &case.register().log_keys {
        say!("log's key:     {key}");
    }
    say!("\nGive the log's key to those outside who shall verify, by a way that does not lead through this office.");
    say!("Make a recovery identity now: factum recovery new --out DIR");
    Ok(())
}
