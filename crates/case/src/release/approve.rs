//! How do others agree to a release, and how is it sealed, promised and revoked?

use super::cited::{self, CitedThings};
use super::{Known, ReleaseError};
use crate::clearance::leaving;
use crate::custody::evidence::{Evidence, Leaving, Release};
use crate::custody::folder::Case;
use crate::custody::founding::WORKING;
use crate::custody::governance::Act;
use crate::custody::ids::{MemberId, RecordId};
use crate::custody::items;
use crate::custody::part::REGISTER;
use crate::custody::publishing::{Approved, Promised, PublicApproval, Revoked, Sealed, is_day, is_past};
use crate::custody::writer::{Change, Receipt};
use crate::facts::words::{Fact, Purpose};
use crate::publication::gate::{self, Grounds};
use crate::publication::law;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use factum_log::release::revocations::Class;
use factum_log::release::to_approve;
use factum_vault::signing::SigningKey;
use std::collections::BTreeSet;
use std::path::Path;

/// To whom what is published leaves.
const THE_PUBLIC: &str = "the public";

/// What of a release may not be published any more, as things stand today, in words.
pub fn no_longer(known: &Known, grounds: &Grounds<'_>) -> Vec<String> {
    let mut things = CitedThings::new();
    let mut words = BTreeSet::new();
    for cited in &known.cited {
        // What permits it to be cited may have changed since: another official text, a comparison taken back.
        if grounds.book.frameworks.contains_key(&cited.thing) {
            words.extend(law::may_be_cited(grounds.book, &cited.thing).err());
            continue;
        }
        match grounds.cited(&cited.thing) {
            Ok(thing) => drop(things.insert(cited.thing.clone(), thing)),
            Err(why) => drop(words.insert(why)),
        }
    }
    match Purpose::of(&known.basis.purpose) {
        Some(Purpose::Internal) => drop(words.insert(ReleaseError::Internal.to_string())),
        Some(purpose) => words.extend(gate::no_longer(&things, purpose, grounds)),
        None => drop(words.insert("its purpose is none that this version knows".into())),
    }
    words.into_iter().collect()
}

/// Does the actor see all that the release rests on, and does it commit to just that?
fn look_through(case: &Case, known: &Known) -> Result<(), ReleaseError> {
    if case.register().closed_to(case.actor(), &known.file.prepared.compartments).is_some() {
        return Err(ReleaseError::Closed(known.manifest.title.clone()));
    }
    cited::check(case, known)
}

/// Agrees to a release, as somebody who has read the files in `folder`, which must be its outputs. The key of the approval is made here, used
/// once and forgotten.
///
/// # Errors
/// [`ReleaseError::NoRole`], [`ReleaseError::Unread`], [`ReleaseError::Closed`]; faults of the case.
pub fn approve(case: &mut Case, known: &Known, folder: &Path) -> Result<Receipt, ReleaseError> {
    if known.file.sealed.is_some() {
        return Err(ReleaseError::Stage("sealed already"));
    }
    let role = case.register().public_roles.get(&case.actor()).cloned().ok_or(ReleaseError::NoRole)?;
    look_through(case, known)?;
    for output in &known.manifest.outputs {
        let path = folder.join(&output.name);
        let bytes = std::fs::read(&path).map_err(|source| ReleaseError::Io { path: path.clone(), source })?;
        if factum_log::Digest::of(&bytes) != output.digest {
            return Err(ReleaseError::Unread(path.display().to_string()));
        }
    }
    let prepared = &known.file.prepared;
    let (manifest, cited) = (factum_log::Digest(prepared.manifest.0), factum_log::Hash(prepared.cited.0));
    let message = to_approve(case.ledger().origin(), known.manifest.release, manifest, cited, &role);
    let key = SigningKey::generate()?;
    let approved = Approved {
        release: prepared.release,
        role,
        key: key.verifying_key().to_string(),
        signature: STANDARD.encode(key.sign(&message)),
    };
    let mut change = Change::new("release approve", "A release is approved");
    change.say(REGISTER, &Act::ReleaseApproval(approved))?;
    Ok(case.tell(change)?)
}

/// Gives a member the role under which readers see that somebody agreed; `none` takes it away.
///
/// # Errors
/// [`ReleaseError::RoleIsName`], [`ReleaseError::RoleLetters`]; faults of the case: only a lead may, and of another.
pub fn give_role(case: &mut Case, member: MemberId, role: &str) -> Result<Receipt, ReleaseError> {
    let plain =
        |name: &str| name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    if case.register().members.values().any(|known| plain(&known.name) == plain(role)) {
        return Err(ReleaseError::RoleIsName);
    }
    if !factum_log::release::is_role(role) {
        return Err(ReleaseError::RoleLetters);
    }
    let mut change = Change::new("release role", format!("{} approves as {role}", case.register().name_of(member)));
    change.say(REGISTER, &Act::PublicRole { member, role: role.into() })?;
    Ok(case.tell(change)?)
}

/// Seals a release, if what it rests on may be published today and enough others agreed to it.
///
/// # Errors
/// [`ReleaseError::NoLonger`], [`ReleaseError::NotCleared`], [`ReleaseError::OtherCounts`], [`ReleaseError::Unapproved`],
/// [`ReleaseError::Closed`]; faults of the case.
pub fn seal(case: &mut Case, known: &Known, grounds: &Grounds<'_>) -> Result<Receipt, ReleaseError> {
    let file = &known.file;
    if file.sealed.is_some() {
        return Err(ReleaseError::Stage("sealed already"));
    }
    look_through(case, known)?;
    let refused = no_longer(known, grounds);
    if !refused.is_empty() {
        return Err(ReleaseError::NoLonger(refused));
    }
    let need = case.register().approvals_needed();
    let approvals: Vec<PublicApproval> = case.register().standing(file).into_iter().map(PublicApproval::of).collect();
    if approvals.len() < need {
        return Err(ReleaseError::Unapproved { release: file.prepared.release, have: approvals.len(), need });
    }
    let mut change = case.change_of("release seal", "A release is sealed", &what_leaves(case, known, grounds)?)?;
    let needed = u32::try_from(need).unwrap_or(u32::MAX);
    change.say(REGISTER, &Act::ReleaseSealed(Sealed { needed, approvals, ..Sealed::of(&file.prepared) }))?;
    for item in &known.basis.outputs {
        let purpose = format!("the release \"{}\"", known.manifest.title);
        let leaves = Release { item: *item, leaving: Leaving::Disclosure, recipient: THE_PUBLIC.into(), purpose };
        change.say(WORKING, &Evidence::Release(leaves))?;
    }
    Ok(case.tell(change)?)
}

/// What is written down of the counts and sources that leave with a release, if it was built from a draft.
fn what_leaves(case: &Case, known: &Known, grounds: &Grounds<'_>) -> Result<Vec<Fact>, ReleaseError> {
    let Some(item) = known.basis.draft else { return Ok(Vec::new()) };
    let held = items::find(case, &item.to_string())?;
    let mut bytes = Vec::new();
    items::read(case, &held.item, &mut bytes)?;
    let text = String::from_utf8(bytes).map_err(|_| ReleaseError::Basis)?;
    // Two releases may have one title, and what left with the one counts for the other.
    let name = format!("{} ({})", known.manifest.title, known.file.prepared.release);
    let facts = leaving::facts(case, grounds.book, &text, Some(&name))?;
    // What is written down is what later releases are held against, so it has to be what the files tell.
    if leaving::as_cleared(&known.basis.checks, &facts) { Ok(facts) } else { Err(ReleaseError::OtherCounts) }
}

/// Promises a release for a day, before it is sealed. Returns the receipt; the promise is published as `bundle::promise` writes it.
///
/// # Errors
/// [`ReleaseError::Stage`]; faults of the case.
pub fn promise(case: &mut Case, known: &Known, publish_on: &str) -> Result<Receipt, ReleaseError> {
    if known.file.sealed.is_some() || known.file.promised.is_some() {
        return Err(ReleaseError::Stage("promised or sealed already"));
    }
    if !is_day(publish_on) {
        return Err(ReleaseError::Stage("promised for a day, which is written YYYY-MM-DD"));
    }
    if is_past(publish_on) {
        return Err(ReleaseError::Stage("promised for a day to come, and this one is past"));
    }
    let prepared = &known.file.prepared;
    let said = Promised { release: prepared.release, manifest: prepared.manifest, publish_on: publish_on.to_string() };
    let mut change = Change::new("release commit", format!("A release is promised for {publish_on}"));
    change.say(REGISTER, &Act::ReleasePromised(said))?;
    Ok(case.tell(change)?)
}

/// Tells custodians not to open a release, giving a class of reason and never a person.
///
/// # Errors
/// [`ReleaseError::Stage`]; faults of the case.
pub fn revoke(
    case: &mut Case,
    known: &Known,
    class: Class,
    replacement: Option<RecordId>,
) -> Result<Receipt, ReleaseError> {
    match (&known.file.sealed, &known.file.revoked) {
        (None, _) => return Err(ReleaseError::Stage("not sealed: leave it so")),
        (_, Some(_)) => return Err(ReleaseError::Stage("revoked already")),
        _ => {}
    }
    let release = known.file.prepared.release;
    let said = Revoked { release, class: class.name().into(), replacement, time: crate::now() };
    let mut change = Change::new("release revoke", "A release is revoked");
    change.say(REGISTER, &Act::ReleaseRevoked(said))?;
    Ok(case.tell(change)?)
}
