//! How does a finished publication leave the inquiry so that outsiders can check it, and nobody who spoke can be told from it?
//!
//! A release is *prepared* (outputs sealed into the case, everything cited committed to), *approved* by others under public roles, and
//! *sealed* by one record in the log. From then on its *bundle* can be written as often as wanted. It may be *promised* beforehand, given to
//! custodians in *escrow*, *revoked* before its day, corrected or withdrawn by a later one, and single records may be *disclosed* to one
//! reader. The bytes are specified in `spec/release.md`, the rules in `custody::publishing`.

pub mod approve;
pub mod archive;
pub mod bundle;
pub mod cited;
pub mod disclose;
pub mod escrow;
pub mod log;
pub mod prepare;

#[cfg(test)]
mod tests;

use crate::clearance::leaving::NotCleared;
use crate::custody::anchor::proof::ProveError;
use crate::custody::collect::CollectError;
use crate::custody::evidence::{CitedRecord, Evidence, ReleaseBasis};
use crate::custody::export::ExportError;
use crate::custody::folder::Case;
use crate::custody::governance::Act;
use crate::custody::ids::RecordId;
use crate::custody::items::ItemError;
use crate::custody::part::REGISTER;
use crate::custody::publishing::ReleaseFile;
use crate::custody::view;
use crate::custody::writer::WriteError;
use crate::facts::DeskError;
use archive::ArchiveError;
use factum_log::release::manifest::{Manifest, ManifestError};
use factum_vault::index::{IndexError, RecordRow, Records};
use factum_vault::object::ObjectError;
use factum_vault::parcel::ParcelError;
use factum_vault::sharing::ShareError;
use factum_vault::signing::SigningError;
use std::io;
use std::path::PathBuf;

/// Why a release is not prepared, approved, sealed or handed on.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// The case.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The role does not suffice, or a compartment is closed.
    #[error(transparent)]
    Permit(#[from] CollectError),
    /// What is written down of it cannot be said.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// Its draft tells what must not leave.
    #[error(transparent)]
    NotCleared(#[from] NotCleared),
    /// An item.
    #[error(transparent)]
    Item(#[from] ItemError),
    /// An object.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// A proof.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// The folder.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The parcel.
    #[error(transparent)]
    Parcel(#[from] ParcelError),
    /// The shares.
    #[error(transparent)]
    Share(#[from] ShareError),
    /// The key of an approval.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// A file.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is no such release.
    #[error(
        "no release has a number or title that begins so, or several have; `factum release list` shows which there are"
    )]
    Which,
    /// The release is at another stage.
    #[error("the release is {0}, so this cannot be done with it")]
    Stage(&'static str),
    /// It is for the inquiry itself.
    #[error(
        "its purpose is internal: what is for the inquiry itself is not released. Write the draft for whom it is published, and prepare it anew"
    )]
    Internal,
    /// Its draft would be told in other numbers today.
    #[error(
        "the counts of the draft are not told today as its files tell them: something else left since, or the case counts otherwise. \
         Build it again, and prepare it anew"
    )]
    OtherCounts,
    /// It was revoked.
    #[error(
        "the release was revoked on {time} (class: {class}): neither its bundle nor shares of it are given out any more. \
         Prepare another in its place"
    )]
    Revoked {
        /// When.
        time: String,
        /// The class of reason.
        class: String,
    },
    /// Nothing is cited.
    #[error("the release cites nothing: give its draft with --draft, or what it rests on with --cites")]
    CitesNothing,
    /// What is cited cannot be opened.
    #[error(
        "{0} cites from where you cannot read: a release is prepared, approved and sealed by people who can open everything it cites"
    )]
    Closed(String),
    /// What it rests on may not be used so as things stand today.
    #[error("this may not be used so as things stand today: {}", .0.join("; "))]
    NoLonger(Vec<String>),
    /// Approvals are missing.
    #[error(
        "{have} of {need} approvals stand: somebody else with a public role runs `factum release approve {release}`"
    )]
    Unapproved {
        /// Which release.
        release: RecordId,
        /// How many stand.
        have: usize,
        /// How many are needed.
        need: usize,
    },
    /// The approver has no public role.
    #[error(
        "you have no public role, under which readers would see your approval: a lead gives you one with `factum release role`"
    )]
    NoRole,
    /// A role that readers see names somebody.
    #[error(
        "a role stands in the proof that everybody gets, and this one is a member's name: say what they are, as editor or legal-review"
    )]
    RoleIsName,
    /// A role that the proof cannot hold.
    #[error("a role is written in small letters, digits and hyphens, as editor or legal-review")]
    RoleLetters,
    /// The files read are not those of the release.
    #[error("{0} is not the file that the release would publish: read the outputs of this release, then approve")]
    Unread(String),
    /// Something recorded of a release is not what it committed to.
    #[error("what the case holds of this release does not fit what it committed to: run `factum check`")]
    Basis,
    /// No randomness.
    #[error("the operating system gives no randomness, so nothing can be sealed: {0}")]
    Randomness(#[from] getrandom::Error),
}

impl From<IndexError> for ReleaseError {
    fn from(error: IndexError) -> Self {
        Self::Write(error.into())
    }
}

impl From<crate::custody::canonical::CanonicalError> for ReleaseError {
    fn from(error: crate::custody::canonical::CanonicalError) -> Self {
        Self::Write(error.into())
    }
}

/// A release with all that the actor can open of it.
#[derive(Clone, Debug)]
pub struct Known {
    /// What the register says.
    pub file: ReleaseFile,
    /// What it is made of.
    pub basis: ReleaseBasis,
    /// Its manifest, read.
    pub manifest: Manifest,
    /// What it cites from compartments that the actor can open.
    pub cited: Vec<CitedRecord>,
}

/// Refuses what was revoked: nobody is to get it any more, from whomever.
fn not_revoked(file: &ReleaseFile) -> Result<(), ReleaseError> {
    match &file.revoked {
        Some(said) => Err(ReleaseError::Revoked { time: said.time.clone(), class: said.class.clone() }),
        None => Ok(()),
    }
}

/// At which stage a release is, in a word or two.
pub fn stage(file: &ReleaseFile) -> &'static str {
    match (&file.sealed, &file.revoked, &file.escrowed) {
        (_, Some(_), _) => "revoked",
        (Some(_), _, Some(_)) => "sealed, in escrow",
        (Some(_), _, None) => "sealed",
        (None, _, _) if file.promised.is_some() => "promised",
        (None, _, _) => "prepared",
    }
}

impl Case {
    /// Every release of which the actor can open what it is made of, in the order of preparation.
    pub fn releases(&self) -> Result<Vec<Known>, ReleaseError> {
        let mut cited: Vec<(RecordId, Vec<CitedRecord>)> = Vec::new();
        for (_, said) in view::known(self.index(), "release-cited")? {
            if let Evidence::ReleaseCited { release, cited: records } = said {
                cited.push((release, records));
            }
        }
        let mut known: Vec<Known> = Vec::new();
        for (_, said) in view::known(self.index(), "release-basis")? {
            let Evidence::ReleaseBasis(basis) = said else { continue };
            let Some(file) = self.register().releases.get(&basis.release) else { continue };
            let manifest = Manifest::parse(basis.manifest.as_bytes());
            // What does not carry the digest that the register holds is somebody's afterthought.
            let Some(manifest) = manifest.ok().filter(|m| m.digest().0 == file.prepared.manifest.0) else { continue };
            if known.iter().any(|k| k.basis.release == basis.release) {
                continue;
            }
            let of_this = cited.iter().filter(|(release, _)| *release == basis.release);
            let cited = of_this.flat_map(|(_, records)| records.clone()).collect();
            known.push(Known { file: file.clone(), basis: *basis, manifest, cited });
        }
        Ok(known)
    }

    /// The one release that somebody means: by the beginning of its number or of its title.
    pub fn release(&self, meant: &str) -> Result<Known, ReleaseError> {
        let fits = |k: &Known| {
            let number = meant.len() >= 4 && k.basis.release.to_string().starts_with(meant);
            number || (!meant.is_empty() && k.manifest.title.starts_with(meant))
        };
        let mut found = self.releases()?.into_iter().filter(fits);
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one),
            _ => Err(ReleaseError::Which),
        }
    }

    /// The record of the register with which this was said of a release.
    fn said_of(&self, kind: &str, release: RecordId) -> Result<RecordId, ReleaseError> {
        let rows = self.index().records(Records::KindIn(kind, REGISTER))?;
        let about = |row: &&RecordRow| {
            let act =
                crate::custody::canonical::parse(&row.body).ok().and_then(|b| crate::custody::canonical::read(&b).ok());
            match act {
                Some(Act::ReleaseSealed(said)) => said.release == release,
                Some(Act::ReleasePromised(said)) => said.release == release,
                _ => false,
            }
        };
        rows.iter().find(about).map(|row| RecordId(row.id)).ok_or(ReleaseError::Basis)
    }
}
