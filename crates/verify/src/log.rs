//! Does the log say what its checkpoint signed, all of it?

use std::collections::BTreeMap;
use std::path::Path;

use factum_log::checkpoint::{Checkpoint, SignedCheckpoint};
use factum_log::policy::Policy;
use factum_log::tile::{Content, FULL};
use factum_log::{Digest, Entry, audit};

use crate::folder::{Folder, ReadFault, count, read_file};
use crate::report::{Kind, Report, chain};
use crate::{Trust, anchors, objects};

/// Faults of one kind that are told singly; what is beyond is told as a number.
const TOLD: usize = 100;

/// What the entries hold, as far as they could be read.
#[derive(Default)]
struct Entries {
    /// The objects, each with the first entry that names it.
    objects: BTreeMap<Digest, u64>,
    faults: Vec<(u64, String)>,
    faulty: u64,
}

/// Checks the log in `folder` and the objects beside it.
pub fn check(folder: &Path, objects_folder: Option<&Path>, trust: &Trust) -> Result<Report, ReadFault> {
    let mut report = Report::new(trust.policy.is_some());
    let bytes = read_file(&folder.join("checkpoint"))?;
    let signed = match SignedCheckpoint::parse(&bytes) {
        Ok(signed) => signed,
        Err(fault) => {
            report.add(Kind::Wrong, "checkpoint", chain(&fault));
            let found = objects_folder.map(objects::read);
            objects::compare(found, &BTreeMap::new(), false, &mut report);
            return Ok(report);
        }
    };
    let head = signed.unverified();
    report.describe(&head.origin, head.size, &head.root.to_base64(), true);
    check_signature(&signed, trust.policy.as_ref(), &mut report);
    // The tree and the objects are independent of one another: each gets a core.
    let source = Folder(folder.to_path_buf());
    let mut entries = Entries::default();
    let (audited, found) =
        rayon::join(|| audit_entries(&source, head, &mut entries), || objects_folder.map(objects::read));
    let holds = report_audit(audited, head, entries.faulty, &mut report);
    for (index, fault) in &entries.faults {
        report.add(Kind::Wrong, format!("entry {index}"), fault);
    }
    let untold = entries.faulty.saturating_sub(entries.faults.len() as u64);
    if untold > 0 {
        report.add(Kind::Wrong, "entries", format!("{untold} more cannot be read"));
    }
    objects::compare(found, &entries.objects, holds, &mut report);
    anchors::check(&source, &signed, trust, &mut report);
    Ok(report)
}

fn check_signature(signed: &SignedCheckpoint, policy: Option<&Policy>, report: &mut Report) {
    let Some(policy) = policy else {
        report.add(Kind::NotChecked, "checkpoint", "its signature: there is no policy that names the log's key");
        return;
    };
    let verdict = policy.judge(signed);
    for name in &verdict.forged {
        report.add(
            Kind::Wrong,
            "checkpoint",
            format!("the signature of {name} does not verify: text or signature was altered"),
        );
    }
    match verdict.logs.first() {
        Some(name) => report.add(Kind::Checked, "checkpoint", format!("signed by the policy's log {name}")),
        None => report.add(
            Kind::Wrong,
            "checkpoint",
            "no log of the policy that has this origin signed it: it is another log's, or the policy is",
        ),
    }
}

type Audited = Result<audit::Audit<std::io::Error>, String>;

fn audit_entries(source: &Folder, head: &Checkpoint, entries: &mut Entries) -> Audited {
    // A checkpoint may claim any size; nobody waits for the files of entries that cannot be here.
    let wanted = head.size.div_ceil(u64::from(FULL));
    let there = count(&source.0.join("tile/entries"), wanted).map_err(|fault| format!("cannot be listed: {fault}"))?;
    if there < wanted {
        return Err(format!(
            "{wanted} bundles belong here by the checkpoint's size, and only {there} files are: the log was cut"
        ));
    }
    Ok(audit::run(source, head.size, head.root, |index, bytes| match Entry::from_bytes(bytes) {
        Ok(entry) => {
            entries.objects.entry(entry.object).or_insert(index);
        }
        Err(fault) => {
            entries.faulty = entries.faulty.saturating_add(1);
            if entries.faults.len() < TOLD {
                entries.faults.push((index, chain(&fault)));
            }
        }
    }))
}

/// Tells what the audit found, and whether the entries make the checkpoint's root.
fn report_audit(audited: Audited, head: &Checkpoint, faulty: u64, report: &mut Report) -> bool {
    let audit = match audited {
        Ok(audit) => audit,
        Err(text) => {
            report.add(Kind::Wrong, "tile/entries", text);
            return false;
        }
    };
    for fault in &audit.faults {
        report.add(Kind::Wrong, place(fault), chain(fault));
    }
    if audit.unfinished {
        report.add(Kind::NotChecked, "tile", "so many files are missing or altered that the search for more ended");
    }
    if audit.entries_hold {
        report.add(Kind::Checked, "entries", format!("all {} make the checkpoint's root", head.size));
        if faulty == 0 {
            report.add(Kind::Checked, "entries", "each of them can be read");
        }
        if audit.faults.is_empty() {
            report.add(Kind::Checked, "tile", "every tile of hashes is the one that the entries make");
        } else {
            report.add(Kind::Noted, "tile", "the entries hold, so the tiles can be made anew from them");
        }
    } else {
        report.add(
            Kind::Wrong,
            "entries",
            "they do not make the checkpoint's root: entries were altered, dropped or exchanged, or the checkpoint was",
        );
    }
    audit.entries_hold
}

/// Where a fault lies, for the list of findings.
fn place(fault: &factum_log::source::ReadError<std::io::Error>) -> String {
    use factum_log::source::ReadError;
    use factum_log::tile::TileError;
    match fault {
        ReadError::Read { path, .. } => path.clone(),
        ReadError::Missing(place) | ReadError::Wrong(place) | ReadError::Bundle { place, .. } => place.to_string(),
        ReadError::Tile(TileError::Length { place, .. }) => match place.content {
            Content::Entries => "tile/entries".to_owned(),
            Content::Hashes(_) => place.to_string(),
        },
        ReadError::Tile(TileError::Path) | ReadError::Root { .. } | ReadError::Proof(_) => "tile".to_owned(),
    }
}
