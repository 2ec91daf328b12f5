//! Is this publication the one that was sealed, whole and unaltered, and by how many was it approved?

use std::path::Path;

use factum_log::checkpoint::SignedCheckpoint;
use factum_log::policy::Policy;
use factum_log::release::citation::Citation;
use factum_log::release::manifest::{Follows, Manifest};
use factum_log::release::revocations::Revocations;
use factum_log::release::shown::Shown;
use factum_log::release::{Approval, MANIFEST, MOST_APPROVALS, OUTPUTS, PROMISED, PROOF, SEALED, Seal};
use rayon::prelude::*;
use serde::Deserialize;

use crate::folder::{names, read_file};
use crate::report::{Kind, Report, chain};
use crate::{Trust, anchors, objects, proof};

/// The folder of a bundle in which time stamps over its checkpoint lie.
const STAMPS: &str = "stamps";

/// What else was given, read.
#[derive(Default)]
pub struct Given {
    /// The promise that was published before.
    pub promise: Option<Vec<u8>>,
    /// A list of revocations.
    pub revocations: Option<Vec<u8>>,
    /// How many approvals the reader asks for, whatever the office's rules were.
    pub approvals: Option<usize>,
}

/// The record that seals a release, as it stands in the log.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct SealedRecord {
    kind: String,
    release: String,
    manifest: String,
    cited: String,
    needed: usize,
    approvals: Vec<ApprovalRecord>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApprovalRecord {
    role: String,
    key: String,
    signature: String,
}

/// The record that promises a release.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct PromisedRecord {
    kind: String,
    release: String,
    manifest: String,
    publish_on: String,
}

/// Is this folder a release?
pub fn is_bundle(folder: &Path) -> bool {
    folder.join(MANIFEST).exists() || folder.join(PROOF).exists()
}

/// Checks a release from its outputs up to the checkpoint.
pub fn check(folder: &Path, given: &Given, trust: &Trust) -> Report {
    let mut report = Report::of_release(trust.policy.is_some());
    let manifest = read_manifest(folder, &mut report);
    if let Some(manifest) = &manifest {
        check_outputs(folder, manifest, &mut report);
    }
    check_strangers(folder, manifest.as_ref(), &mut report);
    if let Some(shown) = read_shown(folder, &mut report) {
        let head = shown.log.checkpoint.unverified();
        report.describe(&head.origin, head.size, &head.root.to_base64(), false);
        check_shown(PROOF, &shown, trust.policy.as_ref(), &mut report);
        check_seal(&shown, manifest.as_ref(), given, &mut report);
        anchors::check_stamps(&folder.join(STAMPS), STAMPS, &shown.log.checkpoint, trust, &mut report);
    }
    if let Some(manifest) = &manifest {
        tell(manifest, &mut report);
        if let Some(promise) = &given.promise {
            check_promise(promise, manifest, trust.policy.as_ref(), &mut report);
        }
        if let Some(list) = &given.revocations {
            check_revocations(list, manifest, trust.policy.as_ref(), &mut report);
        }
    }
    report
}

fn read_manifest(folder: &Path, report: &mut Report) -> Option<Manifest> {
    let read = read_file(&folder.join(MANIFEST)).map_err(|fault| fault.to_string());
    match read.and_then(|bytes| Manifest::parse(&bytes).map_err(|fault| chain(&fault))) {
        Ok(manifest) => Some(manifest),
        Err(fault) => {
            report.add(Kind::Wrong, MANIFEST, fault);
            None
        }
    }
}

fn read_shown(folder: &Path, report: &mut Report) -> Option<Shown> {
    let read = read_file(&folder.join(PROOF)).map_err(|fault| fault.to_string());
    match read.and_then(|bytes| Shown::parse(&bytes).map_err(|fault| chain(&fault))) {
        Ok(shown) => Some(shown),
        Err(fault) => {
            report.add(Kind::Wrong, PROOF, format!("the proof is MISSING or unreadable: {fault}"));
            None
        }
    }
}

fn check_outputs(folder: &Path, manifest: &Manifest, report: &mut Report) {
    let found: Vec<_> =
        manifest.outputs.par_iter().map(|output| digest(&folder.join(OUTPUTS).join(&output.name))).collect();
    for (output, found) in manifest.outputs.iter().zip(found) {
        let place = format!("{OUTPUTS}/{}", output.name);
        match found {
            Ok((digest, length)) if digest == output.digest && length == output.length => {
                report.add(Kind::Checked, place, format!("its {length} bytes are those that the manifest names"));
            }
            Ok((_, length)) => {
                let text =
                    format!("its {length} bytes are not those that the manifest names: it was swapped or altered");
                report.add(Kind::Wrong, place, text);
            }
            Err(fault) => report.add(Kind::Wrong, place, format!("it is missing or cannot be read: {fault}")),
        }
    }
}

fn digest(path: &Path) -> std::io::Result<(factum_log::Digest, u64)> {
    // Opening a pipe or a device could wait for ever.
    if !std::fs::symlink_metadata(path)?.is_file() {
        return Err(std::io::Error::other("this is not a regular file"));
    }
    objects::digest(path)
}

/// Whatever lies in the folder and is not named would pass for part of the release.
fn check_strangers(folder: &Path, manifest: Option<&Manifest>, report: &mut Report) {
    let list = |at: &Path, report: &mut Report| {
        names(at).unwrap_or_else(|fault| {
            report.add(Kind::NotChecked, at.display().to_string(), format!("cannot be listed: {fault}"));
            Vec::new()
        })
    };
    for name in list(folder, report) {
        if ![MANIFEST, PROOF, OUTPUTS, STAMPS].contains(&name.as_str()) {
            report.add(Kind::Wrong, name, "it is no part of this release: somebody put it here");
        }
    }
    let Some(manifest) = manifest else { return };
    for name in list(&folder.join(OUTPUTS), report) {
        if !manifest.outputs.iter().any(|output| output.name == name) {
            report.add(Kind::Wrong, format!("{OUTPUTS}/{name}"), "the manifest does not name it: somebody put it here");
        }
    }
}

/// Does a record that is shown lead to a checkpoint that the policy accepts?
pub fn check_shown(place: &str, shown: &Shown, policy: Option<&Policy>, report: &mut Report) {
    proof::check_checkpoint(&shown.log.checkpoint, policy, report);
    match shown.verify() {
        Ok(()) => {
            let head = shown.log.checkpoint.unverified();
            let text = format!("it is in entry {} of the {} under the checkpoint", shown.log.index, head.size);
            report.add(Kind::Checked, place, text);
        }
        Err(fault) => report.add(Kind::Wrong, place, chain(&fault)),
    }
}

fn check_seal(shown: &Shown, manifest: Option<&Manifest>, given: &Given, report: &mut Report) {
    let seal = match read_seal(shown) {
        Ok(seal) => seal,
        Err(fault) => return report.add(Kind::Wrong, "seal", fault),
    };
    let origin = &shown.log.checkpoint.unverified().origin;
    if let Some(manifest) = manifest {
        if manifest.release != seal.release || manifest.origin != *origin {
            report.add(Kind::Wrong, "seal", "it is of another release, or of another log, than the manifest");
        } else if manifest.digest() != seal.manifest {
            report.add(Kind::Wrong, "seal", "the manifest is not the one that was sealed: it was edited");
        } else {
            report.add(Kind::Checked, "seal", "the manifest is the one that was sealed");
        }
    }
    match seal.check(origin) {
        Ok(()) => {
            let roles: Vec<&str> = seal.approvals.iter().map(|approval| approval.role.as_str()).collect();
            let text = match roles.as_slice() {
                [] => "none was asked for, and none is there".to_owned(),
                roles => format!("{} hold, {} asked for: {}", roles.len(), seal.needed, roles.join(", ")),
            };
            report.add(Kind::Checked, "approvals", text);
        }
        Err(faults) => faults.iter().for_each(|fault| report.add(Kind::Wrong, "approvals", chain(fault))),
    }
    let have = seal.approvals.len();
    if let Some(wanted) = given.approvals.filter(|wanted| have < *wanted) {
        report.add(Kind::Wrong, "approvals", format!("you ask for {wanted}, and there are {have}"));
    }
}

fn read_seal(shown: &Shown) -> Result<Seal, String> {
    let record: SealedRecord = serde_json::from_str(&shown.canonical)
        .map_err(|_| "the record in the proof seals no release, or is of a later form".to_owned())?;
    if record.kind != SEALED || record.approvals.len() > MOST_APPROVALS {
        return Err("the record in the proof seals no release".to_owned());
    }
    let wrong = |what: &str| format!("the {what} in the sealed record cannot be read");
    let approvals = record
        .approvals
        .iter()
        .map(|a| Approval::parse(&a.role, &a.key, &a.signature).ok_or_else(|| wrong("approval")))
        .collect::<Result<_, _>>()?;
    Ok(Seal {
        release: record.release.parse().map_err(|_| wrong("release"))?,
        manifest: record.manifest.parse().map_err(|_| wrong("manifest"))?,
        cited: record.cited.parse().map_err(|_| wrong("root of citations"))?,
        needed: record.needed,
        approvals,
    })
}

fn tell(manifest: &Manifest, report: &mut Report) {
    report.add(Kind::Noted, "title", &manifest.title);
    report.add(Kind::Noted, "date", format!("{} by the office's word", manifest.date));
    if let Some((how, release, _)) = &manifest.follows {
        let text = match how {
            Follows::Corrects => format!("it stands in the place of the release {release}"),
            Follows::Withdraws => format!("it withdraws the release {release}, which no longer stands"),
        };
        report.add(Kind::Noted, "earlier release", text);
    }
    manifest.changes.iter().for_each(|words| report.add(Kind::Noted, "changed", words));
    manifest.checks.iter().for_each(|words| report.add(Kind::Noted, "checked by the office", words));
}

/// Was this release, and no other, promised before?
fn check_promise(bytes: &[u8], manifest: &Manifest, policy: Option<&Policy>, report: &mut Report) {
    let place = "promise";
    let shown = match Shown::parse(bytes) {
        Ok(shown) => shown,
        Err(fault) => return report.add(Kind::Wrong, place, chain(&fault)),
    };
    let record: PromisedRecord = match serde_json::from_str::<PromisedRecord>(&shown.canonical) {
        Ok(record) if record.kind == PROMISED => record,
        _ => return report.add(Kind::Wrong, place, "the record in it promises no release"),
    };
    check_shown(place, &shown, policy, report);
    if shown.log.checkpoint.unverified().origin != manifest.origin {
        return report.add(Kind::Wrong, place, "it is of another log than the release");
    }
    let on = &record.publish_on;
    let followed = manifest.follows.as_ref().map(|(_, _, digest)| digest.to_string());
    if record.manifest == manifest.digest().to_string() {
        report.add(Kind::Checked, place, format!("this is, unaltered, what was promised for {on}"));
    } else if followed.as_ref() == Some(&record.manifest) {
        report.add(
            Kind::Noted,
            place,
            format!("what was promised for {on} is the earlier release that this one follows"),
        );
    } else if record.release == manifest.release.to_string() {
        report.add(Kind::Wrong, place, format!("what was promised for {on} was another text: it was EDITED since"));
    } else {
        report.add(Kind::Wrong, place, format!("another release was promised for {on}"));
    }
}

fn check_revocations(bytes: &[u8], manifest: &Manifest, policy: Option<&Policy>, report: &mut Report) {
    let place = "revocations";
    let Some(policy) = policy else {
        return report.add(
            Kind::NotChecked,
            place,
            "the list's signature: there is no policy that names the log's key",
        );
    };
    let list = match Revocations::verify(bytes, policy.logs()) {
        Ok(list) if list.origin == manifest.origin => list,
        Ok(list) => return report.add(Kind::Wrong, place, format!("the list is of another log, {}", list.origin)),
        Err(fault) => return report.add(Kind::Wrong, place, chain(&fault)),
    };
    match list.of(manifest.release) {
        None => report.add(Kind::Checked, place, format!("not revoked, by the list of {}", list.made)),
        Some(revoked) => {
            let instead = revoked.replacement.map(|id| format!("; {id} stands in its place")).unwrap_or_default();
            let text = format!("REVOKED on {} (class: {}){instead}", revoked.time, revoked.class.name());
            report.add(Kind::Wrong, place, text);
        }
    }
}

/// What shows that a release rests on a record: the citation, and the release's own proof.
pub struct CitedIn {
    /// How the release committed to the record.
    pub citation: Vec<u8>,
    /// The release's folder.
    pub bundle: std::path::PathBuf,
}

fn check_cited(cited: &CitedIn, record: &Shown, policy: Option<&Policy>, report: &mut Report) {
    let place = "citation";
    let citation = std::str::from_utf8(&cited.citation).map_err(|_| "it is no text in UTF-8".to_owned());
    let citation = match citation.and_then(|text| Citation::parse(text).map_err(|fault| chain(&fault))) {
        Ok(citation) => citation,
        Err(fault) => return report.add(Kind::Wrong, place, fault),
    };
    let Some(shown) = read_shown(&cited.bundle, report) else { return };
    check_shown(PROOF, &shown, policy, report);
    let seal = match read_seal(&shown) {
        Ok(seal) => seal,
        Err(fault) => return report.add(Kind::Wrong, "seal", fault),
    };
    let origin = &shown.log.checkpoint.unverified().origin;
    if seal.release != citation.release || *origin != record.log.checkpoint.unverified().origin {
        return report.add(Kind::Wrong, place, "it is of another release, or of another log, than the bundle");
    }
    match citation.verify(origin, record.leaf(), seal.cited) {
        Ok(()) => report.add(Kind::Checked, place, format!("the release {} rests on this record", seal.release)),
        Err(fault) => report.add(Kind::Wrong, place, format!("the release does not rest on this record: {fault}")),
    }
}

/// Checks a file that shows one record of a log, and whether a release rests on it.
pub fn check_one(shown: &Shown, cited: Option<&CitedIn>, policy: Option<&Policy>) -> Report {
    let mut report = Report::new(policy.is_some());
    let head: &SignedCheckpoint = &shown.log.checkpoint;
    let said = head.unverified();
    report.describe(&said.origin, said.size, &said.root.to_base64(), false);
    check_shown("record", shown, policy, &mut report);
    if let Some(cited) = cited {
        check_cited(cited, shown, policy, &mut report);
    }
    report.add(Kind::Noted, "it says", &shown.canonical);
    report
}
