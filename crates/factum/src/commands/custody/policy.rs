//! `factum policy` and `factum prove`: what an outsider needs to check without trusting the office.

use super::actor::Actor;
use super::identity::write_new;
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::anchor::witness_key;
use factum_case::custody::ids::RecordId;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Write the policy with which `factum-verify` checks this case.
    Write {
        /// A witness's key; may be given several times.
        #[arg(long, value_name = "VKEY")]
        witness: Vec<String>,
        /// How many of the witnesses must have countersigned [default: all].
        #[arg(long, value_name = "N")]
        quorum: Option<usize>,
        /// A file with certificates of time-stamp authorities, as the outsider will name it; may be given several times.
        #[arg(long, value_name = "FILE")]
        roots: Vec<String>,
        /// Where to write the policy.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let case = arguments.actor.open()?;
    let What::Write { witness, quorum, roots, out } = &arguments.what;
    let keys = witness.iter().map(|key| witness_key(key)).collect::<Result<Vec<_>, _>>()?;
    let text = case.policy(&keys, quorum.unwrap_or(keys.len()), roots)?;
    write_new(out, text.as_bytes())?;
    say!("{}: let the outsider compare the log's key in it with what you say in person.", out.display());
    case.register().log_keys.iter().for_each(|key| say!("{key}"));
    Ok(())
}

#[derive(Args)]
pub struct Prove {
    #[command(flatten)]
    actor: Actor,
    /// The number of an item or record.
    item: RecordId,
    /// Where to write the proof; the entry and the record get the endings .entry and .record.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub fn prove(arguments: &Prove) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let proof = case.prove(arguments.item)?;
    let (entry, record) = (with_ending(&arguments.out, ".entry"), with_ending(&arguments.out, ".record"));
    write_new(&arguments.out, proof.proof.as_bytes())?;
    write_new(&entry, &proof.entry)?;
    write_new(&record, proof.record.as_bytes())?;
    say!("The record shows what it says to whoever reads it. To check it:");
    let (out, entry, record) = (arguments.out.display(), entry.display(), record.display());
    say!("factum-verify {out} --entry {entry} --record {record} --policy POLICY");
    Ok(())
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
