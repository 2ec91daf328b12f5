//! Is every file of the log what its checkpoint says?
//!
//! The whole tree is computed anew from the bundles and compared with the checkpoint's root and with every tile. Where it
//! differs, the tiles that do belong to the root show which bundle or tile is the wrong one.

use crate::bundle;
use crate::hash::Hash;
use crate::reader::Reader;
use crate::source::{self, ReadError, Source};
use crate::tile::{self, Content, FULL, LARGEST};
use crate::tree::{File, Tree};

/// What the check of a whole log found.
#[derive(Debug)]
pub struct Audit<E: std::error::Error + 'static> {
    /// Do the entries make the checkpoint's root? If they do, nothing that was recorded is altered or lost, whatever else is
    /// wrong: tiles can be rebuilt.
    pub entries_hold: bool,
    /// Every file that is missing, cut or altered.
    pub faults: Vec<ReadError<E>>,
    /// Were there so many that the search for more ended?
    pub unfinished: bool,
}

/// After so many bundles that fail, no more are looked at. A log of a million entries has four times as many bundles; a checkpoint that
/// claims 2^40 would otherwise be walked, missing bundle by missing bundle, for days.
const MOST_FAILING: usize = 1000;

/// Checks the log of `size` entries with this `root`, as a verified checkpoint says.
///
/// `visit` is told every entry with its index, in order; what it was told counts only if [`Audit::entries_hold`].
pub fn run<S: Source>(source: &S, size: u64, root: Hash, mut visit: impl FnMut(u64, &[u8])) -> Audit<S::Error> {
    if size > LARGEST {
        let faults = vec![crate::proof::ProofError::Size(size).into()];
        return Audit { entries_hold: false, faults, unfinished: false };
    }
    let mut faults = Vec::new();
    let mut tree = Tree::new();
    for place in tile::bundles(size) {
        let begin = place.index * u64::from(FULL);
        let grown = source::entries(source, place).and_then(|bytes| {
            let entries = bundle::prefix(&bytes, place.width.into());
            let entries = entries.map_err(|source| ReadError::Bundle { place, source })?;
            entries.iter().zip(begin..).for_each(|(entry, index)| visit(index, entry));
            tree.append(&entries).map_err(|source| ReadError::Bundle { place, source })
        });
        match grown {
            Ok(grown) => {
                let full = grown.tiles.iter().filter(|file| file.place.width == FULL);
                faults.extend(full.filter_map(|file| compare(source, file)));
            }
            Err(_) => return search(source, size, root),
        }
    }
    if tree.root() != root {
        return search(source, size, root);
    }
    let edge = tree.partials().filter(|file| file.place.content != Content::Entries).collect::<Vec<_>>();
    faults.extend(edge.iter().filter_map(|file| compare(source, file)));
    Audit { entries_hold: true, faults, unfinished: false }
}

/// What is wrong with a tile that should be this one.
fn compare<S: Source>(source: &S, expected: &File) -> Option<ReadError<S::Error>> {
    match source::hashes(source, expected.place) {
        Ok(hashes) if tile::to_bytes(&hashes) == expected.bytes => None,
        Ok(_) => Some(ReadError::Wrong(expected.place)),
        Err(error) => Some(error),
    }
}

/// Which files are wrong, when the entries do not make the root.
fn search<S: Source>(source: &S, size: u64, root: Hash) -> Audit<S::Error> {
    let mut faults: Vec<ReadError<S::Error>> = Vec::new();
    let mut reader = match Reader::new(source, size, root) {
        Ok(reader) => Some(reader),
        // Neither tiles nor entries lead to the root, so nothing tells right from wrong; what is missing can be told.
        Err(error) => {
            faults.push(error);
            None
        }
    };
    let mut failing = 0;
    for place in tile::bundles(size) {
        let error = match &mut reader {
            Some(reader) => reader.bundle(place.index).err(),
            None => source::entries(source, place).err(),
        };
        let Some(error) = error else { continue };
        failing += 1;
        // One wrong tile hides 256 below it and more; it is told once.
        if !faults.iter().any(|known| known.to_string() == error.to_string()) {
            faults.push(error);
        }
        if failing >= MOST_FAILING {
            return Audit { entries_hold: false, faults, unfinished: true };
        }
    }
    Audit { entries_hold: false, faults, unfinished: false }
}
