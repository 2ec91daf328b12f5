//! Which case, and who acts in it?
//!
//! The folder and the identity's file come from options or from two variables of the environment; the passphrase is typed, or read
//! from a file or an open descriptor, and is never an argument, because arguments are seen by everybody on the machine.

use crate::failure::Failure;
use clap::Args;
use factum_case::custody::folder::{Case, Opening};
use factum_case::vault::identity::Identity;
use factum_case::vault::passphrase::Passphrase;
use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};

/// A passphrase longer than this is no passphrase but the wrong file.
const LONGEST_PASSPHRASE: u64 = 4096;

/// Where a passphrase comes from.
#[derive(Args, Clone)]
pub struct PassphraseFrom {
    /// Read the passphrase from the first line of a file.
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "passphrase_fd")]
    passphrase_file: Option<PathBuf>,
    /// Read the passphrase from an open descriptor.
    #[arg(long, global = true, value_name = "N")]
    passphrase_fd: Option<u32>,
}

impl PassphraseFrom {
    /// From the first line of a file, or typed.
    pub fn of_file(file: Option<PathBuf>) -> Self {
        Self { passphrase_file: file, passphrase_fd: None }
    }

    /// The passphrase of something that exists.
    pub fn get(&self, what: &str) -> Result<Passphrase, Failure> {
        match self.given()? {
            Some(passphrase) => Ok(passphrase),
            None => prompt(&format!("Passphrase of {what}: ")),
        }
    }

    /// A passphrase for something new: typed twice.
    pub fn choose(&self, what: &str) -> Result<Passphrase, Failure> {
        if let Some(passphrase) = self.given()? {
            return Ok(passphrase);
        }
        let first = read_hidden(&format!("New passphrase for {what}: "))?;
        let second = read_hidden("The same again: ")?;
        if *first != *second {
            return Err(Failure::new("the two passphrases differ").hint("start again; nothing was written"));
        }
        Ok(Passphrase::new(first.to_string())?)
    }

    fn given(&self) -> Result<Option<Passphrase>, Failure> {
        let path = match (&self.passphrase_file, self.passphrase_fd) {
            (Some(path), _) => path.clone(),
            // The descriptor's own name in the file system: opening it needs no unsafe code.
            (None, Some(number)) => PathBuf::from(format!("/dev/fd/{number}")),
            (None, None) => return Ok(None),
        };
        let unreadable = |e| Failure::new(format!("the passphrase cannot be read from {}: {e}", path.display()));
        let file = File::open(&path).map_err(unreadable)?;
        let mut line = zeroize::Zeroizing::new(String::new());
        BufReader::new(file.take(LONGEST_PASSPHRASE)).read_line(&mut line).map_err(unreadable)?;
        Ok(Some(Passphrase::new(line.trim_end_matches(['\r', '\n']).to_string())?))
    }
}

fn prompt(question: &str) -> Result<Passphrase, Failure> {
    Ok(Passphrase::new(read_hidden(question)?.to_string())?)
}

fn read_hidden(question: &str) -> Result<zeroize::Zeroizing<String>, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new("there is no terminal to ask for the passphrase at")
            .hint("give --passphrase-file FILE or --passphrase-fd N"));
    }
    Ok(zeroize::Zeroizing::new(rpassword::prompt_password(question)?))
}

/// Which case, and who acts.
#[derive(Args, Clone)]
pub struct Actor {
    /// The case folder.
    #[arg(long, global = true, value_name = "DIR", env = "FACTUM_CASE", default_value = ".")]
    pub case: PathBuf,
    /// The file of your identity.
    #[arg(long, global = true, value_name = "FILE", env = "FACTUM_IDENTITY")]
    pub identity: Option<PathBuf>,
    /// A field that many may read holds the name of a source, and that is meant.
    #[arg(long, global = true, hide_short_help = true)]
    names_are_meant: bool,
    /// Tell what the first transaction would write into the log, and stop there. What is done without the log is done all the same.
    #[arg(long, global = true)]
    rehearse: bool,
    #[command(flatten)]
    passphrase: PassphraseFrom,
}

impl Actor {
    /// Where passphrases come from.
    pub fn passphrase(&self) -> &PassphraseFrom {
        &self.passphrase
    }

    /// Opens the identity.
    pub fn identity(&self) -> Result<(Identity, PathBuf), Failure> {
        let path = self.identity.clone().ok_or_else(|| {
            Failure::new("whose identity acts here?").hint("give --identity FILE, or set FACTUM_IDENTITY to the file")
        })?;
        let identity = read_identity(&path, &self.passphrase)?;
        Ok((identity, path))
    }

    /// Opens the case, saying aloud what everybody should know first.
    pub fn open(&self) -> Result<Case, Failure> {
        let (identity, path) = self.identity()?;
        let mut case = Case::open(&self.case, identity, Opening { seen: Some(seen_beside(&path)), at: None })?;
        case.warnings().iter().for_each(|w| eprintln!("warning: {w}"));
        if self.names_are_meant {
            case.mean_names();
        }
        if self.rehearse {
            case.rehearse();
        }
        Ok(case)
    }
}

/// Opens the file of an identity.
pub fn read_identity(path: &Path, passphrase: &PassphraseFrom) -> Result<Identity, Failure> {
    let bytes = std::fs::read(path)
        .map_err(|e| Failure::new(format!("the identity {} cannot be read: {e}", path.display())))?;
    let passphrase = passphrase.get(&path.display().to_string())?;
    Ok(Identity::open(&bytes, &passphrase)?)
}

/// The file in which the last checkpoint seen is kept: beside the identity, so that it is not where the log is.
pub fn seen_beside(identity: &Path) -> PathBuf {
    let mut name = identity.file_name().unwrap_or_default().to_os_string();
    name.push(".seen");
    identity.with_file_name(name)
}

/// The file that goes on with what was written into bundles: beside the identity or the kit.
pub fn chain_beside(keys: &Path) -> PathBuf {
    let mut name = keys.file_name().unwrap_or_default().to_os_string();
    name.push(".chain");
    keys.with_file_name(name)
}
