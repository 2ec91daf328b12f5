//! Where do the log's files come from?
//!
//! The log reads no disk itself: whoever holds one gives it as a [`Source`].

use std::collections::BTreeMap;

/// A log's folder to read from.
pub trait Source {
    /// Why a file could not be read, though it may exist.
    type Error: std::error::Error + 'static;

    /// The bytes of the file at `path`, relative to the log's folder and with `/` between its parts; `None` where there is
    /// no such file.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Self::Error>;
}

impl<S: Source + ?Sized> Source for &S {
    type Error = S::Error;

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, S::Error> {
        (**self).read(path)
    }
}

/// A folder in memory: its files by path.
impl Source for BTreeMap<String, Vec<u8>> {
    type Error = std::convert::Infallible;

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Self::Error> {
        Ok(self.get(path).cloned())
    }
}

use crate::bundle::{self, BundleError};
use crate::hash::Hash;
use crate::proof::ProofError;
use crate::tile::{Content, Place, TileError};

/// Why the log could not be read as its checkpoint describes it.
#[derive(Debug, thiserror::Error)]
pub enum ReadError<E: std::error::Error + 'static> {
    /// The source failed.
    #[error("could not read {path} of the log: see whether the folder can be read, then try again")]
    Read {
        /// The file, below the log's folder.
        path: String,
        /// What the source said.
        source: E,
    },
    /// A file that a log of this size has is not there.
    #[error("{0} is missing: restore it from a copy (a tile can be rebuilt from the entries)")]
    Missing(Place),
    /// A tile of a wrong length.
    #[error(transparent)]
    Tile(#[from] TileError),
    /// A bundle that does not hold the right number of entries.
    #[error("{place} cannot be read")]
    Bundle {
        /// The bundle.
        place: Place,
        /// What is wrong with it.
        source: BundleError,
    },
    /// A tile or bundle that does not belong to the tree with the checkpoint's root.
    #[error("{0} is not what the checkpoint's root says: it was altered or torn; restore it from a copy")]
    Wrong(Place),
    /// The log's last tiles do not make the checkpoint's root.
    #[error(
        "the last tiles make another root than the checkpoint's, {expected}: tiles or checkpoint were altered; rebuild the tiles from the entries"
    )]
    Root {
        /// The root of the checkpoint.
        expected: Hash,
        /// The root of the tiles.
        found: Hash,
    },
    /// A proof was asked for that a log of this size cannot give.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

fn fetch<S: Source>(source: &S, place: Place) -> Result<Vec<u8>, ReadError<S::Error>> {
    // A partial form may have been removed in favour of the full one, whose beginning is the same.
    for form in [place, place.full()] {
        let path = form.to_string();
        if let Some(bytes) = source.read(&path).map_err(|source| ReadError::Read { path, source })? {
            return Ok(bytes);
        }
    }
    Err(ReadError::Missing(place))
}

/// The hashes of a tile, not yet checked against any root.
pub(crate) fn hashes<S: Source>(source: &S, place: Place) -> Result<Vec<Hash>, ReadError<S::Error>> {
    Ok(place.read_hashes(&fetch(source, place)?)?)
}

/// The entries at a place as their bundle's bytes, cut to the place's width and not yet checked against any root.
pub(crate) fn entries<S: Source>(source: &S, place: Place) -> Result<Vec<u8>, ReadError<S::Error>> {
    debug_assert_eq!(place.content, Content::Entries);
    let mut bytes = fetch(source, place)?;
    let used = bundle::prefix(&bytes, place.width.into())
        .map(|entries| entries.iter().map(|entry| entry.len() + 2).sum())
        .map_err(|source| ReadError::Bundle { place, source })?;
    bytes.truncate(used);
    Ok(bytes)
}
