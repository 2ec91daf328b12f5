//! `factum recovery`: a key to everything, split among several people.

use super::acknowledged;
use super::actor::Actor;
use super::identity::write_new;
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::vault::sharing::{self, Share};
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
    /// Make the recovery identity and write its shares, one file each. Nothing else keeps them.
    New(New),
    /// Put shares together again. The key they give opens everything, with Factum or without: docs/recovery.md.
    Join {
        /// The shares.
        #[arg(required = true)]
        shares: Vec<PathBuf>,
        /// Where to write the key, for `age -i`.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Args)]
struct New {
    /// How many shares restore it.
    #[arg(long, default_value_t = sharing::USUAL_THRESHOLD)]
    threshold: u8,
    /// How many shares there are.
    #[arg(long, default_value_t = 5)]
    shares: u8,
    /// An existing folder for the shares, outside the case.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.what {
        What::New(new) => make(new, &arguments.actor),
        What::Join { shares, out } => {
            let mut read = Vec::new();
            for path in shares {
                let text = zeroize::Zeroizing::new(
                    std::fs::read_to_string(path)
                        .map_err(|e| Failure::new(format!("the share {} cannot be read: {e}", path.display())))?,
                );
                let share = Share::parse(&text).map_err(|e| Failure::new(format!("{}: {e}", path.display())))?;
                read.push(share);
            }
            let joined = sharing::join(&read)?;
            joined.faults.iter().for_each(|fault| eprintln!("warning: {fault:?}"));
            write_new(out, format!("{}\n", *joined.key.expose()).as_bytes())?;
            say!("The key is {}. Whoever has it opens the whole case: destroy it when you are done.", out.display());
            Ok(())
        }
    }
}

fn make(new: &New, actor: &Actor) -> Result<(), Failure> {
    if !new.out.is_dir() {
        return Err(Failure::new(format!("{} is no folder", new.out.display())).hint("make it first, outside the case"));
    }
    let mut case = actor.open()?;
    let (receipt, shares) = case.make_recovery(new.threshold, new.shares)?;
    for share in &shares {
        let path = new.out.join(format!("share-{}-of-{}.txt", share.index(), new.shares));
        write_new(&path, share.text().as_bytes())?;
        say!("{}", path.display());
    }
    acknowledged(&receipt);
    say!(
        "Give each share to another person, on paper, and destroy the files. Any {} of them open everything.",
        new.threshold
    );
    Ok(())
}
