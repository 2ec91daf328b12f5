//! How do bytes leave the case, so that the log knew it first?
//!
//! The release is written and acknowledged before the first byte is. If the bytes then cannot be written, the log says more than
//! happened, never less.

use super::collect::{CollectError, permit};
use super::evidence::{Evidence, Leaving, Release};
use super::folder::{ABOUT, Case};
use super::governance::Role;
use super::ids::RecordId;
use super::items::{self, Held, ItemError};
use super::writer::{Change, WriteError};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// A file's name is at most so long; more is cut from its beginning, so that its ending stays.
const LONGEST: usize = 120;

/// How bytes leave.
#[derive(Clone, Debug)]
pub struct Leave {
    /// As what.
    pub leaving: Leaving,
    /// To whom.
    pub recipient: String,
    /// What for.
    pub purpose: String,
}

/// Why bytes did not leave.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The folder is a case's.
    #[error("{} is inside a case; opened evidence must not lie there: take another folder", .0.display())]
    Inside(PathBuf),
    /// There is a file already.
    #[error("{} exists and is not overwritten: take another folder", .0.display())]
    Exists(PathBuf),
    /// It could not be written; the release is in the log.
    #[error("{} cannot be written: {source}. The log says that it was to be released; if it never is, say so in a note", path.display())]
    Output {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An item cannot be read.
    #[error(transparent)]
    Item(#[from] ItemError),
    /// The role does not suffice, or it could not be logged.
    #[error(transparent)]
    Log(#[from] CollectError),
}

impl From<WriteError> for ExportError {
    fn from(error: WriteError) -> Self {
        Self::Log(error.into())
    }
}

/// Logs that items leave, and then writes them into a folder. Returns where each is.
pub fn export(case: &mut Case, items: &[Held], folder: &Path, how: &Leave) -> Result<Vec<PathBuf>, ExportError> {
    permit(case, Role::Investigator)?;
    outside(folder)?;
    let places: Vec<(&Held, PathBuf)> =
        items.iter().map(|h| (h, folder.join(file_name(&h.item.item, &h.item.name)))).collect();
    if let Some((_, taken)) = places.iter().find(|(_, path)| path.symlink_metadata().is_ok()) {
        return Err(ExportError::Exists(taken.clone()));
    }
    // What is not here cannot leave, and is not logged.
    items.iter().try_for_each(|h| items::present(case, &h.item).map(|_| ()))?;
    let count = items.len();
    let word = match how.leaving {
        Leaving::Export => "export",
        Leaving::Transfer => "transfer",
        Leaving::Disclosure => "disclosure",
    };
    let mut change =
        Change::new("export", format!("Release of {count} item{} ({word})", if count == 1 { "" } else { "s" }));
    for Held { item, compartment, .. } in items {
        let Leave { leaving, recipient, purpose } = how.clone();
        let release = Evidence::Release(Release { item: item.item, leaving, recipient, purpose });
        change.say(compartment, &release).map_err(WriteError::from)?;
    }
    case.tell(change)?;
    fs::create_dir_all(folder).map_err(|source| ExportError::Output { path: folder.to_path_buf(), source })?;
    places.into_iter().map(|(held, path)| write(case, held, path)).collect()
}

/// Refuses a folder inside a case, whether it exists yet or not.
pub fn outside(folder: &Path) -> Result<(), ExportError> {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    let existing = absolute.ancestors().find_map(|a| a.canonicalize().ok()).unwrap_or(absolute);
    let within = existing.ancestors().any(|a| a.join(ABOUT).is_file());
    if within { Err(ExportError::Inside(folder.to_path_buf())) } else { Ok(()) }
}

/// Writes one item beside its place and renames it when it is known to be right.
fn write(case: &Case, held: &Held, path: PathBuf) -> Result<PathBuf, ExportError> {
    let failed = |source: io::Error| ExportError::Output { path: path.clone(), source };
    // The name is taken first, so that nobody else's file can be in the way at the end.
    let fresh = |path: &Path| OpenOptions::new().write(true).create_new(true).open(path);
    drop(fresh(&path).map_err(failed)?);
    let mut beside = path.clone().into_os_string();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let written = fresh(&beside).map_err(failed).and_then(|mut file: File| {
        items::read(case, &held.item, &mut file)?;
        file.sync_all().and_then(|()| fs::rename(&beside, &path)).map_err(failed)
    });
    if let Err(error) = written {
        let _ = fs::remove_file(&beside);
        let _ = fs::remove_file(&path);
        return Err(error);
    }
    Ok(path)
}

/// Under which name an item is written: the beginning of its number, and what is harmless in its name.
fn file_name(item: &RecordId, name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: char| if c.is_control() || is_direction(c) || ":*?\"<>|".contains(c) { '_' } else { c };
    let harmless: String = last.chars().map(plain).collect();
    let from = harmless.ceil_char_boundary(harmless.len().saturating_sub(LONGEST));
    let kept = harmless.get(from..).unwrap_or_default().trim_end_matches(['.', ' ']);
    format!("{}-{}", items::short(item), if kept.is_empty() { "item" } else { kept })
}

/// Does a character turn the direction of writing? Such names look like others: `cod.exe` as `exe.doc`.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_no_harm() {
        let check = |name: &str, expected: &str| {
            assert_eq!(file_name(&RecordId([0xab; 16]), name), format!("abababababab-{expected}"), "{name:?}");
        };
        check("box/letter.pdf", "letter.pdf");
        check("..", "item");
        check("../../etc/passwd", "passwd");
        check("a\\b\\c:d.txt", "c_d.txt");
        check("line\nbreak \u{202e}fdp.exe", "line_break _fdp.exe");
        check("", "item");
        check("王伟.txt", "王伟.txt");
        check(&format!("{}.pdf", "é".repeat(100)), &format!("{}.pdf", "é".repeat(58)));
    }
}
