//! How are the files of a publication fixed, with everything they rest on, before anybody agrees to them?

use super::cited::{self, Resting, Standing};
use super::{Known, ReleaseError};
use crate::custody::collect::permit;
use crate::custody::evidence::{Detail, Evidence, ReleaseBasis};
use crate::custody::folder::Case;
use crate::custody::founding::WORKING;
use crate::custody::governance::{Act, Role};
use crate::custody::ids::{Digest, RecordId};
use crate::custody::part::REGISTER;
use crate::custody::publishing::Prepared;
use crate::custody::runs::{Given, media_type, new_item, seal_item};
use crate::custody::writer::{Change, Receipt, WriteError};
use crate::facts::Book;
use crate::facts::words::Purpose;
use factum_log::release::manifest::{Follows, Manifest, Output};
use factum_vault::object::Batch;
use std::collections::BTreeSet;

/// What is to be released.
pub struct Preparing {
    /// What it is called.
    pub title: String,
    /// The day on it: YYYY-MM-DD.
    pub date: String,
    /// For what it is made.
    pub purpose: Purpose,
    /// Its files: name and bytes.
    pub outputs: Vec<(String, Vec<u8>)>,
    /// The draft it was built from: name and bytes.
    pub draft: Option<(String, Vec<u8>)>,
    /// What was checked: words for the public, and the whole report by name.
    pub checks: Vec<(String, Detail)>,
    /// The earlier release that it corrects or withdraws, with what changed.
    pub follows: Option<(Follows, Known, Vec<String>)>,
    /// What it rests on.
    pub rests: Resting,
}

/// Seals the files into the case and commits to what they rest on. From here on they are fixed; nothing has left yet.
///
/// # Errors
/// [`ReleaseError::Internal`], [`ReleaseError::CitesNothing`], [`ReleaseError::Closed`], [`ReleaseError::Manifest`] for names and words that cannot be published as they
/// are; faults of the case.
pub fn prepare(case: &mut Case, book: &Book, what: Preparing) -> Result<(RecordId, Receipt), ReleaseError> {
    permit(case, Role::Investigator)?;
    if what.purpose == Purpose::Internal {
        return Err(ReleaseError::Internal);
    }
    if what.rests.is_empty() && !matches!(what.follows, Some((Follows::Withdraws, ..))) {
        return Err(ReleaseError::CitesNothing);
    }
    if let Some((_, earlier, _)) = &what.follows
        && earlier.file.sealed.is_none()
    {
        return Err(ReleaseError::Stage("not sealed yet: leave it unsealed, and prepare another"));
    }
    let standing = cited::records(case, book, &what.rests)?;
    let manifest = manifest_of(case, &what)?;
    write(case, &what, &manifest, &standing)
}

fn manifest_of(case: &Case, what: &Preparing) -> Result<Manifest, ReleaseError> {
    let (mut release, mut salt) = ([0; 16], [0; 32]);
    getrandom::fill(&mut release)?;
    getrandom::fill(&mut salt)?;
    let of = |(name, bytes): &(String, Vec<u8>)| Output {
        name: name.clone(),
        digest: factum_log::Digest::of(bytes),
        length: bytes.len() as u64,
    };
    let mut outputs: Vec<Output> = what.outputs.iter().map(of).collect();
    outputs.sort();
    let follows =
        what.follows.as_ref().map(|(how, earlier, _)| (*how, earlier.manifest.release, earlier.manifest.digest()));
    let manifest = Manifest {
        origin: case.ledger().origin().to_string(),
        release: factum_log::record::RecordId(release),
        salt,
        date: what.date.clone(),
        title: what.title.clone(),
        follows,
        changes: what.follows.as_ref().map(|(_, _, changes)| changes.clone()).unwrap_or_default(),
        checks: std::iter::once(judged_for(what.purpose))
            .chain(what.checks.iter().map(|(words, _)| words.clone()))
            .collect(),
        outputs,
    };
    manifest.check()?;
    Ok(manifest)
}

/// For readers: for what it is made, and that nothing is sealed before all that it cites was judged for that.
fn judged_for(purpose: Purpose) -> String {
    format!("purpose {}: everything cited may be used for it", purpose.name())
}

fn write(
    case: &mut Case,
    what: &Preparing,
    manifest: &Manifest,
    standing: &[Standing],
) -> Result<(RecordId, Receipt), ReleaseError> {
    let origin = case.ledger().origin().to_string();
    let place = case.register().compartments.get(WORKING).filter(|_| case.can_open(WORKING));
    let recipient = place.and_then(|c| c.recipient()).cloned();
    let recipient = recipient.ok_or_else(|| WriteError::NoCompartment(WORKING.into()))?;
    let store = case.store_shared();
    let mut batch = Batch::new(&*store);
    let count = what.outputs.len();
    let summary = format!("A release of {count} file{} is prepared", if count == 1 { "" } else { "s" });
    let mut change = Change::new("release prepare", summary);
    let mut keep = |change: &mut Change, name: &str, bytes: &[u8]| -> Result<RecordId, ReleaseError> {
        let given = Given { name, bytes, media_type: media_type(name) };
        let (item, entry) = seal_item(&mut batch, &origin, &recipient, new_item()?, &given)?;
        let number = item.item;
        change.entries.push(entry);
        change.say_apart(WORKING, &Evidence::Item(Box::new(item)))?;
        Ok(number)
    };
    let mut outputs = Vec::new();
    for output in &manifest.outputs {
        let bytes = what.outputs.iter().find(|(name, _)| *name == output.name).map(|(_, bytes)| bytes.as_slice());
        outputs.push(keep(&mut change, &output.name, bytes.unwrap_or_default())?);
    }
    let draft = what.draft.as_ref().map(|(name, bytes)| keep(&mut change, name, bytes)).transpose()?;
    let release = RecordId(manifest.release.0);
    let committed = cited::commit(&origin, release, standing)?;
    let mut compartments: BTreeSet<String> = committed.cited.keys().cloned().collect();
    // Whoever approves must be able to read the outputs too.
    compartments.insert(WORKING.into());
    let basis = ReleaseBasis {
        release,
        manifest: manifest.to_string(),
        purpose: what.purpose.name().into(),
        overdue_days: case.register().overdue_days(),
        outputs,
        draft,
        checks: what.checks.iter().map(|(_, report)| report.clone()).collect(),
        leaves: committed.leaves.iter().map(|leaf| Digest(leaf.0)).collect(),
    };
    change.say(WORKING, &Evidence::ReleaseBasis(Box::new(basis)))?;
    for (compartment, cited) in committed.cited {
        change.say(&compartment, &Evidence::ReleaseCited { release, cited })?;
    }
    let prepared = Prepared {
        release,
        manifest: Digest(manifest.digest().0),
        cited: Digest(committed.root.0),
        compartments: compartments.into_iter().collect(),
        follows: what.follows.as_ref().map(|(_, earlier, _)| earlier.basis.release),
    };
    change.say(REGISTER, &Act::ReleasePrepared(prepared))?;
    Ok((release, case.transact(change, batch)?))
}
