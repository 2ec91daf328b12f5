//! What does the log hold, as far as its checkpoint vouches for it?
//!
//! Nothing is handed out that was not checked against the checkpoint's root: the last tiles of all levels make the root, a
//! full tile makes the hash in the tile above it, and a bundle's entries hash to the tile of level 0.

use crate::bundle;
use crate::hash::Hash;
use crate::proof::{self, ProofError};
use crate::source::{self, ReadError, Source};
use crate::tile::{self, Content, FULL, Place};
use crate::tree;
use std::collections::BTreeMap;
use std::ops::Range;

/// Full tiles kept after they were checked: 8 MiB, enough for proofs within some hundred thousand neighbouring entries.
const KEPT: usize = 1024;

/// A log as of one checkpoint.
#[derive(Debug)]
pub struct Reader<S> {
    source: S,
    size: u64,
    root: Hash,
    /// The last, not full tiles by level.
    edge: BTreeMap<u8, Vec<Hash>>,
    checked: BTreeMap<(u8, u64), Vec<Hash>>,
}

impl<S: Source> Reader<S> {
    /// The log of `size` entries with this `root`, as its checkpoint says. Reads the last tiles and checks them.
    pub fn new(source: S, size: u64, root: Hash) -> Result<Reader<S>, ReadError<S::Error>> {
        if size > tile::LARGEST {
            return Err(ProofError::Size(size).into());
        }
        let mut edge = BTreeMap::new();
        for place in tile::edge(size) {
            if let Content::Hashes(level) = place.content {
                edge.insert(level, source::hashes(&source, place)?);
            }
        }
        let found = tree::root(edge.values().map(Vec::as_slice));
        if found != root {
            return Err(ReadError::Root { expected: root, found });
        }
        Ok(Reader { source, size, root, edge, checked: BTreeMap::new() })
    }

    /// Entries in the log.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over all entries.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The `index`th entry.
    pub fn entry(&mut self, index: u64) -> Result<Vec<u8>, ReadError<S::Error>> {
        let size = self.size;
        let within = (index % u64::from(FULL)) as usize;
        let bundle = if index < size { self.bundle(index / u64::from(FULL))? } else { Vec::new() };
        bundle.into_iter().nth(within).ok_or_else(|| ProofError::Index { index, size }.into())
    }

    /// The entries of the `index`th bundle, in order.
    pub fn bundle(&mut self, index: u64) -> Result<Vec<Vec<u8>>, ReadError<S::Error>> {
        let size = self.size;
        let place = Place::entries(index, size).ok_or(ProofError::Index { index: index.saturating_mul(256), size })?;
        let bytes = source::entries(&self.source, place)?;
        let entries =
            bundle::prefix(&bytes, place.width.into()).map_err(|source| ReadError::Bundle { place, source })?;
        if bundle::leaves(&entries) != self.tile(0, index)? {
            return Err(ReadError::Wrong(place));
        }
        Ok(entries.into_iter().map(<[u8]>::to_vec).collect())
    }

    /// The proof that entry `index` is in this log.
    pub fn inclusion(&mut self, index: u64) -> Result<Vec<Hash>, ReadError<S::Error>> {
        proof::inclusion(index, self.size)?.into_iter().map(|range| self.subtree(range)).collect()
    }

    /// The proof that this log continues the one it was at `old` entries.
    pub fn consistency(&mut self, old: u64) -> Result<Vec<Hash>, ReadError<S::Error>> {
        proof::consistency(old, self.size)?.into_iter().map(|range| self.subtree(range)).collect()
    }

    /// The root this log had at `size` entries.
    pub fn root_at(&mut self, size: u64) -> Result<Hash, ReadError<S::Error>> {
        if size > self.size {
            return Err(ProofError::Order { old: size, size: self.size }.into());
        }
        if size == 0 { Ok(Hash::empty()) } else { self.subtree(0..size) }
    }

    /// The root over the leaves of a subtree as it occurs in proofs: perfect but for its right end.
    fn subtree(&mut self, range: Range<u64>) -> Result<Hash, ReadError<S::Error>> {
        let mut parts = Vec::new();
        let mut start = range.start;
        while start < range.end {
            let height = (range.end - start).ilog2().min(start.trailing_zeros());
            parts.push(self.perfect(height, start >> height)?);
            start += 1 << height;
        }
        let top = parts.into_iter().rev().reduce(|right, left| Hash::node(&left, &right));
        Ok(top.unwrap_or_else(Hash::empty))
    }

    /// The `index`th perfect subtree of 2^`height` leaves.
    fn perfect(&mut self, height: u32, index: u64) -> Result<Hash, ReadError<S::Error>> {
        let (level, within) = ((height / 8) as u8, height % 8);
        let first = index << within;
        let begin = (first % u64::from(FULL)) as usize;
        let row = self.tile(level, first / u64::from(FULL))?;
        // A subtree that ends before the log does lies in one tile whole.
        Ok(proof::root(row.get(begin..begin + (1 << within)).unwrap_or_default()))
    }

    /// The hashes of a tile, checked.
    fn tile(&mut self, level: u8, index: u64) -> Result<Vec<Hash>, ReadError<S::Error>> {
        let size = self.size;
        let place = Place::hashes(level, index, size).ok_or(ProofError::Index { index, size })?;
        if place.width < FULL {
            return self.edge.get(&level).cloned().ok_or(ReadError::Missing(place));
        }
        if let Some(row) = self.checked.get(&(level, index)) {
            return Ok(row.clone());
        }
        // A full tile has its own hash in the level above, so the way up ends at a tile of the edge.
        let above = self.tile(level + 1, index / u64::from(FULL))?;
        let row = source::hashes(&self.source, place)?;
        if above.get((index % u64::from(FULL)) as usize) != Some(&proof::root(&row)) {
            return Err(ReadError::Wrong(place));
        }
        if self.checked.len() >= KEPT {
            self.checked.clear();
        }
        self.checked.insert((level, index), row.clone());
        Ok(row)
    }
}
