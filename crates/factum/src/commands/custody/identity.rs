//! `factum identity`: the keys of a person, in a file outside any case.

use super::actor::{PassphraseFrom, read_identity};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::vault::card::Name;
use factum_case::vault::identity::Identity;
use factum_case::vault::passphrase::Work;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    passphrase: PassphraseFrom,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make a new identity, closed with a passphrase, and its public card beside it.
    New(New),
    /// Show an identity's card and fingerprint.
    Show(Show),
}

#[derive(Args)]
struct New {
    /// Where to write it. Keep it off the disk the case is on.
    file: PathBuf,
    /// Your name, as others will see it.
    #[arg(long)]
    name: String,
}

#[derive(Args)]
struct Show {
    /// The identity.
    file: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.what {
        What::New(new) => make(new, &arguments.passphrase),
        What::Show(show) => {
            let identity = read_identity(&show.file, &arguments.passphrase)?;
            print(&identity);
            Ok(())
        }
    }
}

fn make(new: &New, passphrase: &PassphraseFrom) -> Result<(), Failure> {
    let name = Name::new(&new.name)?;
    let passphrase = passphrase.choose(&new.file.display().to_string())?;
    let identity = Identity::generate(name, &factum_case::now())?;
    write_new(&new.file, &identity.close(&passphrase, Work::Person)?)?;
    let card = card_beside(&new.file);
    write_new(&card, identity.card().text().as_bytes())?;
    say!("Your identity is {}: keep it, and its passphrase, where nobody else comes.", new.file.display());
    say!("Your card is {}: give it to whoever lets you in.\n", card.display());
    print(&identity);
    Ok(())
}

fn print(identity: &Identity) {
    let card = identity.card();
    say!("name:        {}", card.name());
    say!("number:      {}", card.member());
    say!("fingerprint: {}", card.fingerprint());
}

/// Writes a file that must not be there yet, readable by its owner alone.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let written = options.open(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|e| {
        Failure::new(format!("{} cannot be written: {e}", path.display())).hint("name a file that is not there yet")
    })
}

/// Where the card of an identity lies.
fn card_beside(identity: &Path) -> PathBuf {
    let mut name = identity.file_name().unwrap_or_default().to_os_string();
    name.push(".card");
    identity.with_file_name(name)
}
