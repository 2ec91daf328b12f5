//! `factum disclose`: single records are proven to one reader.

use crate::commands::custody::acknowledged;
use crate::commands::custody::actor::Actor;
use crate::commands::custody::identity::write_new;
use crate::commands::{counted, facts, one_of};
use crate::failure::Failure;
use crate::say;
use clap::Args;
use factum_case::facts::words::Purpose;
use factum_case::publication::gate::Grounds;
use factum_case::release::disclose::{Reader, disclose};
use factum_case::vault::keys::Recipient;
use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    /// What is proven, by code; items by number.
    #[arg(required = true)]
    things: Vec<String>,
    /// The reader's public key (age1…): nobody else opens the file.
    #[arg(long, value_name = "KEY")]
    to: String,
    /// Who the reader is.
    #[arg(long, value_name = "WHO")]
    reader: String,
    /// For what, as sources agree to it.
    #[arg(long, value_parser = one_of(&Purpose::ALL), default_value = "courts")]
    purpose: Purpose,
    /// What it is about: the number of the case before the court.
    #[arg(long, value_name = "WORDS")]
    about: String,
    /// Where to write the sealed file.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Do not ask: you know that it can be passed on.
    #[arg(long)]
    yes: bool,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let recipient = Recipient::parse(&arguments.to)?;
    let mut case = arguments.actor.open()?;
    if arguments.out.exists() {
        return Err(Failure::new(format!("{} exists already", arguments.out.display())).hint("name a new file"));
    }
    eprintln!(
        "{} will open to {} in plain words, and can be passed on to anybody: nothing takes an opening back.",
        arguments.things.join(", "),
        arguments.reader
    );
    if !arguments.yes && !agreed()? {
        return Err(Failure::new("nothing was disclosed, and nothing written"));
    }
    let book = facts::book(&case)?;
    let judged = facts::finding::judged(&case, &book);
    let grounds = Grounds::of(&case, &book, &judged, factum_case::this_day());
    let reader = Reader {
        name: arguments.reader.clone(),
        recipient,
        purpose: arguments.purpose,
        about: arguments.about.clone(),
    };
    let opened = disclose(&mut case, &book, &grounds, &arguments.things, &reader)?;
    acknowledged(&opened.receipt);
    write_new(&arguments.out, &opened.sealed)?;
    say!("{} holds {}:", arguments.out.display(), counted(opened.files.len() as u64, "file"));
    opened.files.iter().for_each(|name| say!("  {name}"));
    say!("The reader opens it: age -d -i KEY {} | tar x", arguments.out.display());
    say!("and checks it: factum-verify THING/record.tlog-proof --policy POLICY");
    Ok(())
}

fn agreed() -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new("there is no terminal to ask at").hint("give --yes if you know what it means"));
    }
    eprint!("Type yes to go on: ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
