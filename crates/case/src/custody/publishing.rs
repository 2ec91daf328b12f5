//! What does the register hold of publications, and who may say each of it?
//!
//! A release is prepared, approved by others under public roles, and sealed. The rules are part of replay: an approval of one's own release, a
//! seal with too few approvals or by somebody who cannot open what is cited is void, whatever program wrote it. The record that seals a
//! release is shown to the public one day, so it names nobody.

use super::folder::Case;
use super::governance::{Holder, Role, Setting};
use super::ids::{Digest, MemberId, RecordId};
use super::register::{Register, Rule};
use super::writer::WriteError;
use factum_log::Hash;
use factum_log::release::revocations::Revocations;
use factum_log::release::{self, Approval};
use factum_vault::keys::Recipient;
use serde::{Deserialize, Serialize};

/// How many others must approve a release where the inquiry has not said: one, because nobody should publish alone.
pub const USUAL_APPROVALS: usize = 1;

/// What takes a public role away.
pub const NO_ROLE: &str = "none";

/// A release is prepared: its outputs are fixed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Prepared {
    /// The release.
    pub release: RecordId,
    /// SHA-256 of its manifest.
    pub manifest: Digest,
    /// The root over what it cites.
    pub cited: Digest,
    /// The compartments in which what it cites stands.
    pub compartments: Vec<String>,
    /// The release in whose place it stands, or which it withdraws.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<RecordId>,
}

/// Somebody agrees to a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Approved {
    /// The release.
    pub release: RecordId,
    /// The role that readers will see.
    pub role: String,
    /// A public key made for this, in base64.
    pub key: String,
    /// Its signature over the release, in base64.
    pub signature: String,
}

/// A release is promised for a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Promised {
    /// The release.
    pub release: RecordId,
    /// SHA-256 of its manifest, which a salt in it makes a commitment.
    pub manifest: Digest,
    /// The day: YYYY-MM-DD.
    pub publish_on: String,
}

/// A release is sealed. This record is shown to the public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Sealed {
    /// The release.
    pub release: RecordId,
    /// SHA-256 of its manifest.
    pub manifest: Digest,
    /// The root over what it cites.
    pub cited: Digest,
    /// How many approvals the inquiry asked for.
    pub needed: u32,
    /// The approvals.
    pub approvals: Vec<PublicApproval>,
}

/// An approval as readers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicApproval {
    /// The role.
    pub role: String,
    /// The public key, in base64.
    pub key: String,
    /// The signature, in base64.
    pub signature: String,
}

/// The sealed bundle is held by custodians.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Escrowed {
    /// The release.
    pub release: RecordId,
    /// The key to which the bundle is sealed.
    pub recipient: String,
    /// How many shares open it.
    pub threshold: u32,
    /// How many there are.
    pub shares: u32,
    /// From which day on: YYYY-MM-DD.
    pub publish_on: String,
}

/// Custodians must not open a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Revoked {
    /// The release.
    pub release: RecordId,
    /// A class of reason, which points to nobody.
    pub class: String,
    /// The release in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<RecordId>,
    /// When, by its author's clock: RFC 3339. It stands in the public list.
    pub time: String,
}

/// A release as the register knows it.
#[derive(Clone, Debug)]
pub struct ReleaseFile {
    /// Who prepared it.
    pub author: MemberId,
    /// What was prepared.
    pub prepared: Prepared,
    /// Approvals in the order of the log, whether or not they still count.
    pub approvals: Vec<(MemberId, Approved)>,
    /// Its promise.
    pub promised: Option<Promised>,
    /// Its seal, and who sealed it.
    pub sealed: Option<(MemberId, Sealed)>,
    /// Its escrow.
    pub escrowed: Option<Escrowed>,
    /// Its revocation.
    pub revoked: Option<Revoked>,
}

impl Register {
    /// How many others must approve a release here.
    pub fn approvals_needed(&self) -> usize {
        self.settings.get(&Setting::ReleaseApprovals).and_then(|v| v.parse().ok()).unwrap_or(USUAL_APPROVALS)
    }

    /// The first of these compartments that a member cannot open.
    pub fn closed_to<'a>(&self, member: MemberId, compartments: &'a [String]) -> Option<&'a String> {
        let open = |name: &&String| self.compartments.get(*name).is_some_and(|c| c.is_open_to(Holder::Member(member)));
        compartments.iter().find(|name| !open(name))
    }

    /// The approvals of a release that count today, in the order of the log.
    pub fn standing<'a>(&self, file: &'a ReleaseFile) -> Vec<&'a Approved> {
        let counts = |(member, approved): &&(MemberId, Approved)| {
            self.active(*member).is_some_and(|m| m.role.writes())
                && self.public_roles.get(member) == Some(&approved.role)
                && self.closed_to(*member, &file.prepared.compartments).is_none()
        };
        file.approvals.iter().filter(counts).map(|(_, approved)| approved).collect()
    }

    pub(super) fn admit_promise(&mut self, author: MemberId, promised: Promised) -> Result<(), Rule> {
        let file = self.publishable(author, promised.release)?;
        if file.promised.is_some() || file.sealed.is_some() {
            return Err(Rule::NoRelease);
        }
        if promised.manifest != file.prepared.manifest || !is_day(&promised.publish_on) {
            return Err(Rule::OtherRelease);
        }
        file.promised = Some(promised);
        Ok(())
    }

    pub(super) fn admit_escrow(&mut self, author: MemberId, escrowed: Escrowed) -> Result<(), Rule> {
        let file = self.publishable(author, escrowed.release)?;
        if file.sealed.is_none() {
            return Err(Rule::NoRelease);
        }
        Recipient::parse(&escrowed.recipient).map_err(|_| Rule::Key)?;
        if escrowed.threshold < 2 || escrowed.threshold > escrowed.shares {
            return Err(Rule::Shares);
        }
        if !is_day(&escrowed.publish_on) {
            return Err(Rule::OtherRelease);
        }
        file.escrowed = Some(escrowed);
        Ok(())
    }

    /// A revocation is said by a lead, as whoever calls this has made sure.
    pub(super) fn admit_revocation(&mut self, revoked: Revoked) -> Result<(), Rule> {
        release::revocations::Class::of(&revoked.class).ok_or(Rule::Value)?;
        super::time::seconds(&revoked.time).ok_or(Rule::Value)?;
        let file = self.releases.get_mut(&revoked.release).ok_or(Rule::NoRelease)?;
        if file.sealed.is_none() || file.revoked.is_some() {
            return Err(Rule::NoRelease);
        }
        file.revoked = Some(revoked);
        Ok(())
    }

    /// A public role is given by a lead, as whoever calls this has made sure.
    pub(super) fn admit_role(&mut self, author: MemberId, member: MemberId, role: String) -> Result<(), Rule> {
        if member == author {
            return Err(Rule::OwnRole);
        }
        if self.active(member).is_none() {
            return Err(Rule::NoMember);
        }
        if !release::is_role(&role) {
            return Err(Rule::Value);
        }
        if role == NO_ROLE {
            self.public_roles.remove(&member);
        } else {
            self.public_roles.insert(member, role);
        }
        Ok(())
    }

    pub(super) fn admit_prepared(&mut self, author: MemberId, prepared: Prepared) -> Result<(), Rule> {
        self.may_publish(author)?;
        if self.closed_to(author, &prepared.compartments).is_some() {
            return Err(Rule::Closed);
        }
        if self.releases.contains_key(&prepared.release) {
            return Err(Rule::NoRelease);
        }
        if prepared.follows.is_some_and(|earlier| self.releases.get(&earlier).is_none_or(|f| f.sealed.is_none())) {
            return Err(Rule::NoRelease);
        }
        let file = ReleaseFile {
            author,
            prepared: prepared.clone(),
            approvals: Vec::new(),
            promised: None,
            sealed: None,
            escrowed: None,
            revoked: None,
        };
        self.releases.insert(prepared.release, file);
        Ok(())
    }

    pub(super) fn admit_approval(&mut self, author: MemberId, approved: Approved) -> Result<(), Rule> {
        let origin = self.origin.clone();
        let known = self.releases.values().flat_map(|file| &file.approvals).any(|(_, a)| a.key == approved.key);
        let file = self.releases.get(&approved.release).filter(|f| f.sealed.is_none()).ok_or(Rule::NoRelease)?;
        if file.author == author {
            return Err(Rule::OwnRelease);
        }
        if self.public_roles.get(&author) != Some(&approved.role) {
            return Err(Rule::NoPublicRole);
        }
        if self.closed_to(author, &file.prepared.compartments).is_some() {
            return Err(Rule::Closed);
        }
        if file.approvals.iter().any(|(member, _)| *member == author) {
            return Err(Rule::Approved);
        }
        if known {
            return Err(Rule::Approval);
        }
        let public = PublicApproval::of(&approved);
        let sealed = Sealed { needed: 1, approvals: vec![public], ..Sealed::of(&file.prepared) };
        if sealed.in_terms_of_the_log().is_none_or(|seal| seal.check(&origin).is_err()) {
            return Err(Rule::Approval);
        }
        if let Some(file) = self.releases.get_mut(&approved.release) {
            file.approvals.push((author, approved));
        }
        Ok(())
    }

    pub(super) fn admit_seal(&mut self, author: MemberId, sealed: Sealed) -> Result<(), Rule> {
        let needed = self.approvals_needed();
        let file = self.publishable(author, sealed.release)?.clone();
        if file.sealed.is_some() {
            return Err(Rule::NoRelease);
        }
        if sealed.manifest != file.prepared.manifest || sealed.cited != file.prepared.cited {
            return Err(Rule::OtherRelease);
        }
        let standing: Vec<PublicApproval> = self.standing(&file).into_iter().map(PublicApproval::of).collect();
        if sealed.approvals != standing || standing.len() < needed || sealed.needed as usize != needed {
            return Err(Rule::Approvals);
        }
        if let Some(file) = self.releases.get_mut(&sealed.release) {
            file.sealed = Some((author, sealed));
        }
        Ok(())
    }

    fn may_publish(&self, author: MemberId) -> Result<(), Rule> {
        let role = self.active(author).map(|m| m.role).ok_or(Rule::NoMember)?;
        if role < Role::Investigator { Err(Rule::Role(Role::Investigator)) } else { Ok(()) }
    }

    /// The release, if the author may publish it: an investigator or lead who can open all that it cites.
    fn publishable(&mut self, author: MemberId, id: RecordId) -> Result<&mut ReleaseFile, Rule> {
        self.may_publish(author)?;
        let file = self.releases.get(&id).ok_or(Rule::NoRelease)?;
        if self.closed_to(author, &file.prepared.compartments).is_some() {
            return Err(Rule::Closed);
        }
        self.releases.get_mut(&id).ok_or(Rule::NoRelease)
    }
}

impl Case {
    /// A list of revocations as a note signed with the log's key: for custodians and readers.
    ///
    /// # Errors
    /// [`WriteError::NoLogKey`] if the actor may not write into the log.
    pub fn sign_revocations(&self, list: &Revocations) -> Result<String, WriteError> {
        let text = list.to_string();
        let key = self.log_key()?;
        Ok(format!("{text}\n{}", key.sign(text.as_bytes()).line()))
    }
}

impl PublicApproval {
    /// What readers see of an approval.
    pub fn of(approved: &Approved) -> Self {
        let Approved { role, key, signature, .. } = approved.clone();
        Self { role, key, signature }
    }
}

impl Sealed {
    /// A seal over what was prepared, without approvals.
    pub fn of(prepared: &Prepared) -> Self {
        let Prepared { release, manifest, cited, .. } = *prepared;
        Self { release, manifest, cited, needed: 0, approvals: Vec::new() }
    }

    /// The same in the terms of the log; absent if an approval cannot be read.
    pub fn in_terms_of_the_log(&self) -> Option<release::Seal> {
        let read = |a: &PublicApproval| Approval::parse(&a.role, &a.key, &a.signature);
        Some(release::Seal {
            release: factum_log::record::RecordId(self.release.0),
            manifest: factum_log::Digest(self.manifest.0),
            cited: Hash(self.cited.0),
            needed: self.needed as usize,
            approvals: self.approvals.iter().map(read).collect::<Option<_>>()?,
        })
    }
}

/// Is this day, as YYYY-MM-DD, over by the clock of this machine?
pub fn is_past(day: &str) -> bool {
    crate::now().get(..10).is_some_and(|today| day < today)
}

/// Is this a day as YYYY-MM-DD?
pub fn is_day(text: &str) -> bool {
    text.len() == 10 && super::time::seconds(&format!("{text}T00:00:00Z")).is_some()
}
