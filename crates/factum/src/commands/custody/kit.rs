//! `factum kit` and `factum case continue`: sealing in the field, and a log after a log.

use super::actor::{Actor, PassphraseFrom, chain_beside};
use super::identity::write_new;
use super::{acknowledged, read_file};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::evidence::Capture;
use factum_case::custody::kit::Kit;
use factum_case::log::key::VerifierKey;
use factum_case::vault::passphrase::Work;
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
    /// In the office: make a field kit, which seals and cannot read.
    Make(Make),
    /// In the field: seal files into a bundle.
    Seal(Seal),
}

#[derive(Args)]
struct Make {
    /// In whose hands it will be.
    name: String,
    /// Into which compartments it seals; the first is the usual one.
    #[arg(long, required = true)]
    compartment: Vec<String>,
    /// Where to write the kit.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The last day it may be used: YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Read the kit's own passphrase from the first line of a file [default: you are asked].
    #[arg(long, value_name = "FILE")]
    kit_passphrase_file: Option<PathBuf>,
}

#[derive(Args)]
struct Seal {
    /// The kit.
    kit: PathBuf,
    /// The files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Into which of the kit's compartments [default: its first].
    #[arg(long)]
    compartment: Option<String>,
    /// Where it was: an address, a place, a person's code.
    #[arg(long)]
    address: Option<String>,
    /// Where to write the bundle.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.what {
        What::Make(make) => {
            let mut case = arguments.actor.open()?;
            let passphrase =
                PassphraseFrom::of_file(make.kit_passphrase_file.clone()).choose(&make.out.display().to_string())?;
            if make.out.exists() {
                return Err(Failure::new(format!("{} exists already", make.out.display())));
            }
            let (kit, receipt) = case.make_kit(&make.name, &make.compartment, make.until.as_deref())?;
            write_new(&make.out, &kit.close(&passphrase, Work::Person)?)?;
            say!("{}: it seals into {} and opens nothing.", make.out.display(), make.compartment.join(", "));
            acknowledged(&receipt);
        }
        What::Seal(seal) => {
            let passphrase = arguments.actor.passphrase().get(&seal.kit.display().to_string())?;
            let kit = Kit::open(&read_file(&seal.kit)?, &passphrase)?;
            let capture = Capture { address: seal.address.clone(), ..Capture::default() };
            let chain = chain_beside(&seal.kit);
            let digest = kit.seal(&seal.files, seal.compartment.as_deref(), &capture, &seal.out, &chain)?;
            say!("{}: bring it to the office. SHA-256 {digest}", seal.out.display());
            say!("The files themselves are still where they were. Keep {} beside the kit.", chain.display());
        }
    }
    Ok(())
}

#[derive(Args)]
pub struct CaseArguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    what: CaseWhat,
}

#[derive(Subcommand)]
enum CaseWhat {
    /// Say that this case goes on where another one had to be left.
    Continue {
        /// The other log's last known checkpoint.
        checkpoint: PathBuf,
        /// The other log's key, to verify the checkpoint with.
        #[arg(long, value_name = "VKEY")]
        key: Option<String>,
        /// Why it had to be left.
        #[arg(long)]
        reason: String,
    },
}

pub fn case(arguments: &CaseArguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let CaseWhat::Continue { checkpoint, key, reason } = &arguments.what;
    let key = key.as_ref().map(|key| key.trim().parse::<VerifierKey>()).transpose()?;
    if key.is_none() {
        eprintln!("warning: without --key the old checkpoint's signature is not verified");
    }
    acknowledged(&case.continue_from(&read_file(checkpoint)?, key.as_ref(), reason)?);
    Ok(())
}
