//! Which files does the public get, and how are they written again under a later checkpoint?

use super::{Known, ReleaseError, not_revoked};
use crate::custody::anchor::ANCHORS;
use crate::custody::anchor::proof::ProveError;
use crate::custody::export::{ExportError, outside};
use crate::custody::folder::Case;
use crate::custody::ids::RecordId;
use crate::custody::items;
use factum_log::checkpoint::SignedCheckpoint;
use factum_log::entry::Entry;
use factum_log::record::RecordProof;
use factum_log::release::shown::Shown;
use factum_log::release::{MANIFEST, OUTPUTS, PROMISED, PROOF, SEALED};
use factum_log::tlogproof::TlogProof;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of time stamps in a bundle.
const STAMPS: &str = "stamps";

/// One record of the log, shown under the newest checkpoint that others countersigned and that holds it, else under the newest.
///
/// # Errors
/// Faults of the case; [`ReleaseError::Basis`] if its own proof cannot be read again.
pub fn show(case: &mut Case, record: RecordId) -> Result<Shown, ReleaseError> {
    let proof = case.prove(record)?;
    let unreadable = |_| ReleaseError::Basis;
    let mut log = TlogProof::parse(proof.proof.as_bytes()).map_err(|_| ReleaseError::Basis)?;
    let extra = log.extra.take().and_then(|extra| String::from_utf8(extra).ok()).ok_or(ReleaseError::Basis)?;
    let entry = Entry::from_bytes(&proof.entry).map_err(|_| ReleaseError::Basis)?;
    let mut fields = proof.record.trim_end_matches('\n').splitn(3, ' ');
    let mut field = || fields.next().ok_or(ReleaseError::Basis);
    let (id, salt, canonical) = (field()?, field()?, field()?.to_string());
    let id = id.parse().map_err(unreadable)?;
    let salt = salt.parse().map_err(unreadable)?;
    let place = RecordProof::parse(&extra).map_err(|_| ReleaseError::Basis)?;
    Ok(Shown { entry, id, salt, canonical, place, log })
}

/// The promise of a release as one file, to be published before it.
///
/// # Errors
/// [`ReleaseError::Stage`] if there is none; faults of the case.
pub fn promise(case: &mut Case, known: &Known) -> Result<String, ReleaseError> {
    let release = known.file.prepared.release;
    let promised = case.register().releases.get(&release).is_some_and(|file| file.promised.is_some());
    if !promised {
        return Err(ReleaseError::Stage("not promised"));
    }
    let record = case.said_of(PROMISED, release)?;
    Ok(show(case, record)?.to_string())
}

/// The files of a sealed release: path and bytes, in the order of their paths.
///
/// # Errors
/// [`ReleaseError::Stage`] if it is not sealed, [`ReleaseError::Revoked`]; faults of the case.
pub fn files(case: &mut Case, known: &Known) -> Result<Vec<(String, Vec<u8>)>, ReleaseError> {
    let release = known.file.prepared.release;
    let file = case.register().releases.get(&release).filter(|file| file.sealed.is_some());
    not_revoked(file.ok_or(ReleaseError::Stage("not sealed"))?)?;
    let record = case.said_of(SEALED, release)?;
    let shown = show(case, record)?;
    let mut files = vec![
        (MANIFEST.to_string(), known.basis.manifest.clone().into_bytes()),
        (PROOF.to_string(), shown.to_string().into_bytes()),
    ];
    files.extend(outputs(case, known)?.into_iter().map(|(name, bytes)| (format!("{OUTPUTS}/{name}"), bytes)));
    files.extend(stamps(case, &shown.log.checkpoint)?);
    files.sort();
    Ok(files)
}

/// The outputs of a release as the case keeps them: name and bytes.
///
/// # Errors
/// [`ReleaseError::Basis`] if they are not what the manifest names; faults of the case.
pub fn outputs(case: &Case, known: &Known) -> Result<Vec<(String, Vec<u8>)>, ReleaseError> {
    if known.basis.outputs.len() != known.manifest.outputs.len() {
        return Err(ReleaseError::Basis);
    }
    let mut all = Vec::new();
    for (item, output) in known.basis.outputs.iter().zip(&known.manifest.outputs) {
        let held = items::find(case, &item.to_string())?;
        let mut bytes = Vec::new();
        items::read(case, &held.item, &mut bytes)?;
        if factum_log::Digest::of(&bytes) != output.digest {
            return Err(ReleaseError::Basis);
        }
        all.push((output.name.clone(), bytes));
    }
    Ok(all)
}

/// Time stamps over the text of this checkpoint, answered requests only.
fn stamps(case: &Case, checkpoint: &SignedCheckpoint) -> Result<Vec<(String, Vec<u8>)>, ReleaseError> {
    let folder = format!("{ANCHORS}/{}", checkpoint.unverified().size);
    let fault = |error| ReleaseError::Prove(ProveError::Store(error));
    let store = case.store();
    let names = store.files(&folder).map_err(fault)?;
    let mut files = Vec::new();
    for stem in names.iter().filter_map(|name| name.strip_suffix(".tsr")) {
        let pair = [format!("{stem}.tsq"), format!("{stem}.tsr")];
        if !pair.iter().all(|name| names.contains(name)) {
            continue;
        }
        for name in pair {
            if let Some(bytes) = store.read(&format!("{folder}/{name}")).map_err(fault)? {
                files.push((format!("{STAMPS}/{name}"), bytes));
            }
        }
    }
    Ok(files)
}

/// Writes the bundle into a new folder outside the case, whole or not at all.
///
/// # Errors
/// [`ReleaseError::Export`] if the folder exists or is inside a case; [`ReleaseError::Io`]; those of [`files`].
pub fn write(case: &mut Case, known: &Known, folder: &Path) -> Result<usize, ReleaseError> {
    outside(folder)?;
    if folder.symlink_metadata().is_ok() {
        return Err(ExportError::Exists(folder.to_path_buf()).into());
    }
    let files = files(case, known)?;
    write_folder(folder, &files)?;
    Ok(files.len())
}

/// Writes files into a new folder, beside its place first.
pub fn write_folder(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), ReleaseError> {
    let mut beside = folder.as_os_str().to_owned();
    beside.push(".unfinished");
    let beside = PathBuf::from(beside);
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        move |source| ReleaseError::Io { path, source }
    };
    for (name, bytes) in files {
        let path = beside.join(name);
        let parent = path.parent().unwrap_or(&beside);
        fs::create_dir_all(parent).map_err(failed(parent))?;
        fs::write(&path, bytes).map_err(failed(&path))?;
    }
    fs::rename(&beside, folder).map_err(failed(folder))
}
