//! `factum stamp`: time stamps (RFC 3161) over the newest checkpoint, by file.

use super::actor::Actor;
use super::identity::write_new;
use super::read_file;
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::log::timestamp::Roots;
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
    /// Write a request over the newest checkpoint. Send it to a time-stamp authority as application/timestamp-query.
    Request {
        /// Where to write the request.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Take in the authority's answer.
    Add {
        /// The answer (.tsr).
        file: PathBuf,
        /// Certificates of authorities you trust, as PEM or DER; may be given several times.
        #[arg(long, value_name = "FILE")]
        roots: Vec<PathBuf>,
    },
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let case = arguments.actor.open()?;
    match &arguments.what {
        What::Request { out } => {
            write_new(out, &case.ask_stamp()?)?;
            say!("{}: a request over {} entries", out.display(), case.ledger().size());
        }
        What::Add { file, roots } => {
            let mut trusted = Roots::new();
            for root in roots {
                trusted.add(&read_file(root)?)?;
            }
            let stamped = case.add_stamp(&read_file(file)?, &trusted)?;
            let known = if stamped.known { " (here already)" } else { "" };
            match stamped.stamp {
                Some(stamp) => {
                    let time = stamp.time_text().unwrap_or_default();
                    say!("{} entries existed at {time}, by the word of {}{known}", stamped.size, stamp.authority);
                }
                None => {
                    say!("kept for {} entries: {}{known}", stamped.size, stamped.path);
                    eprintln!("warning: without --roots it is not known whether an authority that you trust made it");
                }
            }
        }
    }
    Ok(())
}
