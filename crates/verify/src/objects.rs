//! Are the objects that are here those whose digests the log holds?

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{Error, Read as _};
use std::path::{Path, PathBuf};

use factum_log::Digest;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::folder::names;
use crate::report::{Kind, Report};

/// Bytes read at once; the memory needed for one object, however large.
const PIECE: usize = 256 * 1024;

/// What was found in `objects/`.
#[derive(Default)]
pub struct Found {
    present: BTreeSet<Digest>,
    bytes: u64,
    faults: Vec<(String, String)>,
    odd: Vec<String>,
}

/// Reads every object and compares its digest with its name, on all cores.
pub fn read(folder: &Path) -> Found {
    let mut found = Found::default();
    let files = list(folder, &mut found);
    let results: Vec<_> = files
        .into_par_iter()
        .map(|(place, name, path)| {
            let result = digest(&path);
            (place, name, result)
        })
        .collect();
    for (place, name, result) in results {
        match result {
            Ok((digest, length)) => {
                found.bytes = found.bytes.saturating_add(length);
                if digest.to_string() == name {
                    found.present.insert(digest);
                } else {
                    found
                        .faults
                        .push((place, "its bytes have another digest than its name: altered or cut".to_owned()));
                }
            }
            Err(fault) => found.faults.push((place, format!("cannot be read: {fault}"))),
        }
    }
    found
}

fn list(folder: &Path, found: &mut Found) -> Vec<(String, String, PathBuf)> {
    let mut files = Vec::new();
    let mut named = |path: &Path, place: String| {
        names(path).unwrap_or_else(|fault| {
            found.faults.push((place, format!("cannot be listed: {fault}")));
            Vec::new()
        })
    };
    let mut odd = Vec::new();
    for group in named(folder, "objects".to_owned()) {
        let hexadecimal = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if group.len() != 2 || !hexadecimal(&group) {
            odd.push(format!("objects/{group}"));
            continue;
        }
        let path = folder.join(&group);
        for name in named(&path, format!("objects/{group}")) {
            let place = format!("objects/{group}/{name}");
            if name.len() == 64 && hexadecimal(&name) && name.starts_with(&group) {
                files.push((place, name.clone(), path.join(&name)));
            } else {
                odd.push(place);
            }
        }
    }
    found.odd = odd;
    files
}

/// The SHA-256 digest and the length of a regular file, read piece by piece.
pub fn digest(path: &Path) -> Result<(Digest, u64), Error> {
    // A link or a pipe is no object; the first may lead anywhere, the second may wait for ever.
    if !std::fs::symlink_metadata(path)?.is_file() {
        return Err(Error::other("this is not a regular file"));
    }
    let mut file = File::open(path)?;
    let (mut hasher, mut piece, mut length) = (Sha256::new(), vec![0; PIECE], 0u64);
    loop {
        let read = file.read(&mut piece)?;
        let Some(bytes) = piece.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hasher.update(bytes);
        length = length.saturating_add(bytes.len() as u64);
    }
    Ok((Digest(hasher.finalize().into()), length))
}

/// Holds what was found against the objects that the log names.
pub fn compare(found: Option<Found>, logged: &BTreeMap<Digest, u64>, trusted: bool, report: &mut Report) {
    let Some(found) = found else {
        report.add(Kind::NotChecked, "objects", "the folder has none: the log was checked without them");
        return;
    };
    for (place, text) in found.faults {
        report.add(Kind::Wrong, place, text);
    }
    for place in found.odd {
        report.add(Kind::Noted, place, "not the name of an object: left over or put here by something else");
    }
    let text = format!("{} objects ({} bytes) have the digests of their names", found.present.len(), found.bytes);
    report.add(Kind::Checked, "objects", text);
    if !trusted {
        report.add(Kind::NotChecked, "objects", "which of them are logged: the log's entries do not hold");
        return;
    }
    let mut absent: Vec<u64> =
        logged.iter().filter(|(object, _)| !found.present.contains(*object)).map(|(_, entry)| *entry).collect();
    absent.sort_unstable();
    let both = logged.len().saturating_sub(absent.len());
    report.add(Kind::Checked, "objects", format!("{both} of the {} objects that the log names are here", logged.len()));
    if !absent.is_empty() {
        let text = format!(
            "{} objects that the log names are absent: shredded, or not handed over (entries {})",
            absent.len(),
            ranges(&absent)
        );
        report.add(Kind::Noted, "objects", text);
    }
    let strangers = found.present.len().saturating_sub(both);
    if strangers > 0 {
        let text = format!("{strangers} objects are not in the log: nothing vouches for them");
        report.add(Kind::Noted, "objects", text);
    }
}

/// Numbers in ascending order as ranges, `3, 7-12`; after fifty ranges the rest is only counted.
fn ranges(numbers: &[u64]) -> String {
    const MOST: usize = 50;
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, end)) if end.saturating_add(1) == *number => *end = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let mut text = String::new();
    for (start, end) in runs.iter().take(MOST) {
        let gap = if text.is_empty() { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ = if start == end { write!(text, "{gap}{start}") } else { write!(text, "{gap}{start}-{end}") };
    }
    let more = runs.len().saturating_sub(MOST);
    if more > 0 {
        let _ = write!(text, " and {more} more ranges");
    }
    text
}
