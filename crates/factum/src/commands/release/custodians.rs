//! What do people outside the office get, and how do they open a release on its day?

use crate::commands::custody::acknowledged;
use crate::commands::custody::identity::write_new;
use crate::commands::{counted, custody, facts};
use crate::failure::Failure;
use crate::say;
use clap::Args;
use factum_case::custody::folder::Case;
use factum_case::publication::gate::Grounds;
use factum_case::release::escrow::{self, ARCHIVE, Brought, HEAD, Head};
use factum_case::release::log::policy_logs;
use factum_case::release::{Known, bundle};
use factum_case::vault::sharing::Share;
use std::path::{Path, PathBuf};

/// Opens a release that custodians hold.
#[derive(Args)]
pub struct Open {
    /// The folder with `release.escrow` and `release.age`.
    folder: PathBuf,
    /// A custodian's share; again for others.
    #[arg(long = "share", value_name = "FILE", required = true)]
    shares: Vec<PathBuf>,
    /// The office's newest signed list of revocations.
    #[arg(long, value_name = "FILE")]
    revocations: PathBuf,
    /// The policy with the log's key, got another way than the rest.
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// Where to write the bundle: a new folder.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Reads `3/5`.
pub fn shares(text: &str) -> Result<(u8, u8), String> {
    let numbers = text.split_once('/').and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
    numbers.ok_or_else(|| "write it as 3/5: three of five shares open it".to_string())
}

/// Refuses, before anything is sealed, what could not be handed out after it: shares that were made and not written are lost.
pub fn ready(known: &Known, shares: (u8, u8), day: &str, out: &Path) -> Result<(), Failure> {
    escrow::may_be_given(known, shares, day)?;
    let names =
        [ARCHIVE.to_string(), HEAD.to_string()].into_iter().chain((1..=shares.1).map(|i| share_name(i, shares.1)));
    match names.map(|name| out.join(name)).find(|path| path.symlink_metadata().is_ok()) {
        Some(path) => {
            Err(Failure::new(format!("{} exists already", path.display())).hint("name a folder that is not there yet"))
        }
        None => Ok(()),
    }
}

/// How the file of one share is called.
fn share_name(index: u8, count: u8) -> String {
    format!("share-{index}-of-{count}.txt")
}

/// Gives a sealed release to custodians: files for all of them, and one share for each.
pub fn hand_out(
    case: &mut Case,
    known: &Known,
    (threshold, count): (u8, u8),
    day: &str,
    out: &Path,
) -> Result<(), Failure> {
    std::fs::create_dir_all(out).map_err(|e| Failure::new(format!("{} cannot be made: {e}", out.display())))?;
    let (handed, receipt) = escrow::escrow(case, known, (threshold, count), day)?;
    write_new(&out.join(ARCHIVE), &handed.archive)?;
    write_new(&out.join(HEAD), handed.head.to_string().as_bytes())?;
    for share in &handed.shares {
        write_new(&out.join(share_name(share.index(), count)), share.text().as_bytes())?;
    }
    acknowledged(&receipt);
    say!("Give {ARCHIVE}, {HEAD} and one share to each of {} outside the office.", counted(count, "person"));
    say!("From {day} on {threshold} of them open it, after looking into your newest list of revocations:");
    say!("factum release open DIR --share FILE --share FILE --revocations FILE --policy FILE --out BUNDLE");
    say!("Destroy the shares here: nothing else keeps them, and {threshold} of them open the release before its day.");
    Ok(())
}

/// Releases that custodians hold, that are not revoked, and that rest on what may not be used any more.
pub fn fallen(case: &Case) -> Result<Vec<(Known, Vec<String>)>, Failure> {
    let book = facts::book(case)?;
    let judged = facts::finding::judged(case, &book);
    Ok(escrow::fallen(case, &Grounds::of(case, &book, &judged, factum_case::this_day()))?)
}

/// Writes the signed list of revocations.
pub fn list(case: &Case, out: &Path) -> Result<(), Failure> {
    let fallen = fallen(case)?;
    for (known, why) in &fallen {
        eprintln!("{}: {}", known.file.prepared.release, why.join("; "));
    }
    if !fallen.is_empty() {
        let what = "custodians hold a release that rests on what may not be used any more, and it is not revoked";
        return Err(Failure::new(what).hint("factum release revoke RELEASE --class consent, and then the list"));
    }
    let list = escrow::revocations(case, &factum_case::now());
    write_new(out, case.sign_revocations(&list)?.as_bytes())?;
    say!("{}: {} by {}", out.display(), counted(list.revoked.len() as u64, "revoked release"), list.made);
    Ok(())
}

/// Opens a release on its day.
pub fn open(open: &Open) -> Result<(), Failure> {
    let read = |path: &Path| custody::read_file(path);
    let head =
        String::from_utf8(read(&open.folder.join(HEAD))?).map_err(|_| Failure::new(format!("{HEAD} is no text")))?;
    let head = Head::parse(&head)?;
    let archive = read(&open.folder.join(ARCHIVE))?;
    let mut shares = Vec::new();
    for path in &open.shares {
        let text = zeroize::Zeroizing::new(read(path)?);
        let text = std::str::from_utf8(&text).map_err(|_| Failure::new(format!("{} is no text", path.display())))?;
        shares.push(Share::parse(text).map_err(|e| Failure::new(format!("{}: {e}", path.display())))?);
    }
    let logs = policy_logs(&read(&open.policy)?)
        .map_err(|faults| Failure::new(format!("{}: {faults}", open.policy.display())))?;
    let today: String = factum_case::now().chars().take(10).collect();
    let revocations = read(&open.revocations)?;
    let brought = Brought {
        head: &head,
        archive: &archive,
        shares: &shares,
        revocations: &revocations,
        logs: &logs,
        today: &today,
    };
    let files = escrow::open(&brought)?;
    if open.out.exists() {
        return Err(Failure::new(format!("{} exists already", open.out.display())).hint("name a new folder"));
    }
    bundle::write_folder(&open.out, &files)?;
    say!("{} in {}. To check it:", counted(files.len() as u64, "file"), open.out.display());
    say!("factum-verify {} --policy {}", open.out.display(), open.policy.display());
    Ok(())
}
