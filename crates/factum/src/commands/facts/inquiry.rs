//! `factum inquiry`: an inquiry that was written with a text editor comes into a case, and goes out again as such.

use crate::commands::custody::actor::Actor;
use crate::commands::{Format, counted};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::evidence::Leaving;
use factum_case::custody::export::Leave;
use factum_case::custody::founding::WORKING;
use factum_case::facts::accounts::Accounts;
use factum_case::facts::contradictions::{self, Contradiction};
use factum_case::facts::names::{self, Looked};
use factum_case::fault::Severity;
use factum_case::testimony::folder::{self, Reading};
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Take a folder of plain files into the case; docs/authoring.md describes them.
    Import(Import),
    /// Write what you can open of the case into a folder of plain files; the log knows it first.
    Export(Export),
    /// Look whether a folder of plain files can be taken in, without a case.
    Check {
        /// The folder.
        folder: PathBuf,
    },
    /// Tell what of all that is said cannot all be true: two places at once, an age against a birth, an end before its beginning.
    Contradictions {
        /// Also what only some readings of the dates allow.
        #[arg(long)]
        doubtful: bool,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Look whether anything that many may read names a source whose identity is sealed. Places are told, never names, and only to
    /// those who can open the identities.
    Names,
}

#[derive(Args)]
struct Import {
    /// The folder.
    folder: PathBuf,
    /// Into which compartment.
    #[arg(long = "into", value_name = "COMPARTMENT", default_value = WORKING)]
    compartment: String,
}

#[derive(Args)]
struct Export {
    /// The folder, new or empty, outside any case.
    folder: PathBuf,
    /// Write who is behind the codes as well, if you may open that.
    #[arg(long)]
    identities: bool,
    /// To whom it goes [default: you].
    #[arg(long, value_name = "RECIPIENT")]
    to: Option<String>,
    /// What for.
    #[arg(long)]
    purpose: String,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::Check { folder } => {
            let reading = read(folder)?;
            let of = &reading.inquiry;
            say!(
                "nothing is wrong: {} sources, {} interviews, {} documents, {} statements, {} findings",
                of.sources.len(),
                of.interviews.len(),
                of.documents.len(),
                of.statements.len(),
                of.findings.len()
            );
        }
        Command::Export(export) => {
            let mut case = arguments.actor.open()?;
            let you = || case.register().name_of(case.actor());
            let leaving = if export.to.is_some() { Leaving::Transfer } else { Leaving::Export };
            let recipient = export.to.clone().unwrap_or_else(you);
            let how = Leave { leaving, recipient, purpose: export.purpose.clone() };
            let (written, receipt) = case.write_out(&export.folder, export.identities, &how)?;
            written.left.iter().for_each(|line| eprintln!("stays behind: {line}"));
            let count = counted(written.files().len() as u64, "file");
            say!("{count} are in {} (transaction {})", export.folder.display(), receipt.transaction);
        }
        Command::Contradictions { doubtful, format } => contradictions(&arguments.actor, *doubtful, *format)?,
        Command::Names => names(&arguments.actor)?,
        Command::Import(import) => {
            let reading = read(&import.folder)?;
            let mut case = arguments.actor.open()?;
            let identities = reading.identities.unwrap_or_default();
            let taken = case.take_in(&reading.inquiry, &identities, &import.compartment)?;
            taken.told.iter().for_each(|line| eprintln!("not taken in whole: {line}"));
            match taken.receipt {
                Some(receipt) => say!(
                    "{} records and {} texts are in the case (transaction {})",
                    taken.records,
                    taken.texts,
                    receipt.transaction
                ),
                None if taken.told.is_empty() => say!("everything was there already; nothing was written"),
                None => say!("all else was there already; nothing was written"),
            }
            if taken.acts_known > 0 {
                say!("{} stand in the log as the folder has them", counted(taken.acts_known as u64, "signed act"));
            }
            if taken.acts_elsewhere > 0 {
                let count = counted(taken.acts_elsewhere as u64, "signed act");
                say!("{count} of another case are kept as records and count for nothing here");
            }
        }
    }
    Ok(())
}

/// Reads a folder; with anything wrong, tells all of it and stops.
fn read(path: &std::path::Path) -> Result<Reading, Failure> {
    let files = folder::gather(path)?;
    let reading = Reading::of(&files);
    let exposed = folder::exposure::exposed(&files, reading.identities.as_deref().unwrap_or_default());
    // A sealed name in a file that anybody may read is wrong whatever else is right.
    let wrong = reading.faults.iter().filter(|fault| fault.severity == Severity::Error).count();
    let count = wrong + exposed.iter().count();
    reading.faults.iter().chain(exposed.iter()).for_each(|fault| eprintln!("{fault}"));
    if count > 0 {
        return Err(Failure::new(format!("{count} things are wrong in {}", path.display()))
            .hint("mend them and start again; nothing was written"));
    }
    Ok(reading)
}

fn contradictions(actor: &Actor, doubtful: bool, format: Format) -> Result<(), Failure> {
    let case = actor.open()?;
    let book = super::book(&case)?;
    let accounts = Accounts::read(&case, &book, &super::schema::of(&book))?;
    let mut all = contradictions::find(&book, &accounts);
    let impossible = all.found.iter().filter(|found| found.impossible).count();
    let others = all.found.len() - impossible;
    if !doubtful {
        all.found.retain(|found| found.impossible);
    }
    if format == Format::Json {
        say!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    for Contradiction { impossible, entity, label, what, one, other } in &all.found {
        let mark = if *impossible { "cannot be" } else { "may not be" };
        say!("{mark}: {entity} {label} {what}: {} against {}", one.join(", "), other.join(", "));
    }
    for (code, count) in &all.unlisted {
        say!("of {code} {count} more are doubtful: its dates are too wide to tell");
    }
    for place in &all.unread {
        eprintln!("cannot be read, and was not compared: {place}");
    }
    let hidden = if doubtful || others == 0 { "" } else { " (--doubtful shows them)" };
    say!(
        "{} compared; {impossible} pairs cannot both be true, {others} may not both be{hidden}",
        counted(all.compared as u64, "account")
    );
    Ok(())
}

fn names(actor: &Actor) -> Result<(), Failure> {
    let case = actor.open()?;
    let book = super::book(&case)?;
    match names::look(&case, &book)? {
        Looked::NotChecked => say!("not checked: the identities of sources are closed to you"),
        Looked::Checked { sources, places } => {
            for place in &places {
                say!("{}: `{}` (entry {})", place.what, place.field, place.entry);
            }
            say!(
                "names of {} were looked for; {} in what others may read",
                counted(sources as u64, "source"),
                counted(places.len() as u64, "place")
            );
        }
    }
    Ok(())
}
