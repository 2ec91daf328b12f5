//! How does something made from evidence become evidence that names its origin?
//!
//! A transcript, a translation, recognised text, a redaction or an excerpt is an item like any other, with a record that says from
//! what, by whom and with what it was made.

use super::collect::intake::{self, Source};
use super::collect::{self, CollectError, permit};
use super::evidence::{Capture, Evidence, Making};
use super::folder::Case;
use super::governance::Role;
use super::ids::RecordId;
use super::items::Held;
use super::runs::{self, Given};
use super::writer::{Change, WriteError};
use crate::extract::Examiner;
use factum_vault::object::{Batch, ObjectError};
use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;

/// How something was made.
#[derive(Clone, Debug)]
pub struct Derivation {
    /// What it is.
    pub making: Making,
    /// Who made it, if not the actor.
    pub maker: Option<String>,
    /// With which tool and version.
    pub tool: String,
    /// In which language it is.
    pub language: Option<String>,
    /// Who read it against its parent.
    pub reviewer: Option<String>,
}

/// What a kind of derived item is called.
pub fn word(making: Making) -> &'static str {
    Making::ALL.iter().find(|(_, m)| *m == making).map_or("derived item", |(name, _)| name)
}

/// Seals bytes that this program made from an item as an item of their own, in that item's compartment. They are never on a disk
/// unsealed.
///
/// # Errors
/// Faults of the case.
pub fn derive_bytes(
    case: &mut Case,
    parent: &Held,
    given: &Given<'_>,
    how: &Derivation,
) -> Result<RecordId, CollectError> {
    permit(case, Role::Analyst)?;
    let compartment = &parent.compartment;
    let key = collect::key_of(case, compartment)?;
    let store = case.store.clone();
    let mut batch = Batch::new(&*store);
    let origin = case.ledger.origin().to_string();
    let number = runs::new_item().map_err(WriteError::from)?;
    let (item, entry) = runs::seal_item(&mut batch, &origin, &key, number, given)?;
    let mut change = Change::new("derive", format!("A {} of an item", word(how.making)));
    change.entries.push(entry);
    change.say_apart(compartment, &Evidence::Item(Box::new(item))).map_err(WriteError::from)?;
    let Derivation { making, maker, tool, language, reviewer } = how.clone();
    let derived = Evidence::Derived { item: number, parent: parent.item.item, making, maker, tool, language, reviewer };
    change.say_apart(compartment, &derived).map_err(WriteError::from)?;
    collect::acknowledge(case, compartment, &key, change, batch)?;
    Ok(number)
}

/// Seals a file as an item made from another, in that item's compartment.
///
/// # Errors
/// [`ObjectError::Source`] if the file cannot be read; faults of the case.
pub fn derive(
    case: &mut Case,
    parent: &Held,
    path: &Path,
    how: &Derivation,
    examiner: Option<&Examiner>,
) -> Result<RecordId, CollectError> {
    permit(case, Role::Analyst)?;
    let compartment = &parent.compartment;
    let key = collect::key_of(case, compartment)?;
    let file = File::open(path).map_err(ObjectError::Source)?;
    let about = file.metadata().map_err(ObjectError::Source)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let modified = about.modified().ok().and_then(super::time::written);
    let capture = Capture { modified, ..Capture::default() };
    let source = Source { file, name: &name, capture, expected: about.len() };
    let store = case.store.clone();
    let mut batch = Batch::new(&*store);
    let origin = case.ledger.origin().to_string();
    let (item, entry) =
        intake::take_in(&mut batch, &origin, &key, source, examiner, |_| ControlFlow::Continue(()))?.finish();
    let number = item.item;
    let mut change = Change::new("derive", format!("A {} of an item", word(how.making)));
    change.entries.push(entry);
    change.say_apart(compartment, &Evidence::Item(Box::new(item))).map_err(WriteError::from)?;
    let Derivation { making, maker, tool, language, reviewer } = how.clone();
    let derived = Evidence::Derived { item: number, parent: parent.item.item, making, maker, tool, language, reviewer };
    change.say_apart(compartment, &derived).map_err(WriteError::from)?;
    if let Some(collector) = collect::Collector::of(case) {
        collector.say(&mut change, number, path, &[]).map_err(WriteError::from)?;
    }
    collect::acknowledge(case, compartment, &key, change, batch)?;
    Ok(number)
}
