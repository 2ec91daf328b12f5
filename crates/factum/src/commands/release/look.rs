//! Which releases are there, and what is to be known of one before agreeing to it?

use super::fallen;
use crate::commands::{Format, counted, facts};
use crate::failure::Failure;
use crate::say;
use factum_case::custody::folder::Case;
use factum_case::release::log::Follows;
use factum_case::release::{Known, stage};
use serde_json::json;
use std::collections::BTreeSet;

/// The releases in the order of preparation.
pub fn list(case: &Case, format: Format) -> Result<(), Failure> {
    let all = case.releases()?;
    if format == Format::Json {
        let all: Vec<_> = all.iter().map(|known| json(case, known, &all)).collect();
        say!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    for known in &all {
        let (have, need) = approvals(case, known);
        let state = stage(&known.file);
        say!("{}  {} [{state}; {have} of {need} approvals]", known.basis.release, known.manifest.title);
        if let Some(after) = followed_by(known, &all) {
            say!("    {after}");
        }
    }
    say!("{}", counted(all.len() as u64, "release"));
    let closed = case.register().releases.len() - all.len();
    if closed > 0 {
        say!("{} in compartments that are not open to you", counted(closed as u64, "more release"));
    }
    Ok(())
}

fn approvals(case: &Case, known: &Known) -> (usize, usize) {
    match &known.file.sealed {
        Some((_, sealed)) => (sealed.approvals.len(), sealed.needed as usize),
        None => (case.register().standing(&known.file).len(), case.register().approvals_needed()),
    }
}

/// What a sealed later release does to this one.
fn followed_by(known: &Known, all: &[Known]) -> Option<String> {
    let later = all.iter().filter(|later| later.file.sealed.is_some()).rev();
    let after = later.into_iter().find_map(|later| match later.manifest.follows {
        Some((how, release, _)) if release == known.manifest.release => Some((how, later)),
        _ => None,
    })?;
    Some(match after {
        (Follows::Corrects, later) => format!("corrected by {}", later.basis.release),
        (Follows::Withdraws, later) => format!("WITHDRAWN by {}", later.basis.release),
    })
}

fn json(case: &Case, known: &Known, all: &[Known]) -> serde_json::Value {
    let (have, need) = approvals(case, known);
    let outputs: Vec<_> = known
        .manifest
        .outputs
        .iter()
        .map(|o| json!({"name": o.name, "sha256": o.digest.to_string(), "length": o.length}))
        .collect();
    json!({
        "release": known.basis.release, "title": known.manifest.title, "date": known.manifest.date,
        "stage": stage(&known.file), "approvals": have, "needed": need, "outputs": outputs,
        "manifest": known.manifest.digest().to_string(), "followed": followed_by(known, all),
    })
}

/// Everything about one release.
pub fn show(case: &Case, meant: &str) -> Result<(), Failure> {
    let known = case.release(meant)?;
    let (have, need) = approvals(case, &known);
    say!("{} [{}]", known.manifest.title, stage(&known.file));
    say!("  number    {}", known.basis.release);
    say!("  date      {}, for {}", known.manifest.date, known.basis.purpose);
    say!("  manifest  {}", known.manifest.digest());
    say!("  approvals {have} of {need}");
    let roles: Vec<&str> = known.file.approvals.iter().map(|(_, approved)| approved.role.as_str()).collect();
    if !roles.is_empty() {
        say!("  given by  {}", roles.join(", "));
    }
    say!("  reads from {}", known.file.prepared.compartments.join(", "));
    if let Some(promised) = &known.file.promised {
        say!("  promised for {}", promised.publish_on);
    }
    if let Some(escrow) = &known.file.escrowed {
        say!("  {} of {} custodians open it from {}", escrow.threshold, escrow.shares, escrow.publish_on);
    }
    for (item, output) in known.basis.outputs.iter().zip(&known.manifest.outputs) {
        say!("  file      {} ({} bytes), item {item}", output.name, output.length);
    }
    if let Some(draft) = known.basis.draft {
        say!("  draft     item {draft}");
    }
    known.manifest.changes.iter().for_each(|words| say!("  changed   {words}"));
    known.manifest.checks.iter().for_each(|words| say!("  checked   {words}"));
    let things: BTreeSet<&str> = known.cited.iter().map(|cited| cited.thing.as_str()).collect();
    say!("  rests on  {}", Vec::from_iter(things).join(", "));
    if known.file.sealed.is_none() {
        let book = facts::book(case)?;
        fallen(case, &book, &known).iter().for_each(|why| say!("  NOT TODAY {why}"));
    }
    Ok(())
}
