//! Which files does the log need so that it grows, and what is its root then?
//!
//! A log that grows needs nothing of itself but its right edge: the last, not full tile of each level and the last, not full
//! bundle. The hashes of full tiles are already in the tile above.

use crate::bundle::{self, BundleError};
use crate::hash::Hash;
use crate::proof;
use crate::source::{self, ReadError, Source};
use crate::tile::{self, Content, FULL, Place};

/// A file to be written below the log's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where it lies.
    pub place: Place,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// What must be on disk before a checkpoint of the grown log may be signed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Growth {
    /// Bundles of entries. Everything else of the log can be made from them: they are synced first.
    pub bundles: Vec<File>,
    /// Tiles of hashes, from the leaves upwards.
    pub tiles: Vec<File>,
    /// Folders of partial forms whose full form is among the files: they may be removed once the checkpoint is in place.
    pub obsolete: Vec<String>,
}

/// The right edge of a log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    size: u64,
    /// Per level the hashes of the last tile, always fewer than 256.
    edge: Vec<Vec<Hash>>,
    /// The bytes of the last bundle, of fewer than 256 entries.
    bundle: Vec<u8>,
}

impl Tree {
    /// A log without entries.
    pub fn new() -> Tree {
        Tree::default()
    }

    /// The edge of a log of `size` entries whose root must be `root`, from its tiles and last bundle.
    pub fn open<S: Source>(source: &S, size: u64, root: Hash) -> Result<Tree, ReadError<S::Error>> {
        if size > tile::LARGEST {
            return Err(proof::ProofError::Size(size).into());
        }
        let mut tree = Tree { size, ..Tree::default() };
        for place in tile::edge(size) {
            let Content::Hashes(level) = place.content else { continue };
            tree.edge.resize(usize::from(level), Vec::new());
            tree.edge.push(source::hashes(source, place)?);
        }
        if tree.root() != root {
            return Err(ReadError::Root { expected: root, found: tree.root() });
        }
        // A last bundle that is full is no longer part of the edge.
        if let Some(place) = Place::entries(size / u64::from(FULL), size) {
            tree.bundle = source::entries(source, place)?;
            let leaves = bundle::prefix(&tree.bundle, place.width.into())
                .map(|entries| bundle::leaves(&entries))
                .map_err(|source| ReadError::Bundle { place, source })?;
            if tree.edge.first() != Some(&leaves) {
                return Err(ReadError::Wrong(place));
            }
        }
        Ok(tree)
    }

    /// The edge of a log of `size` entries and all its tiles, from its bundles alone.
    ///
    /// The root that comes out must be compared with a checkpoint's by the caller: bundles prove nothing of themselves.
    pub fn rebuild<S: Source>(source: &S, size: u64) -> Result<(Tree, Vec<File>), ReadError<S::Error>> {
        if size > tile::LARGEST {
            return Err(proof::ProofError::Size(size).into());
        }
        let mut tree = Tree::new();
        let mut tiles = Vec::new();
        for place in tile::bundles(size) {
            let bytes = source::entries(source, place)?;
            let grown = bundle::prefix(&bytes, place.width.into())
                .and_then(|entries| tree.append(&entries))
                .map_err(|source| ReadError::Bundle { place, source })?;
            // Partial tiles of a log still growing are passed over: only its last edge exists.
            tiles.extend(grown.tiles.into_iter().filter(|file| file.place.width == FULL));
        }
        tiles.extend(tree.partials().filter(|file| file.place.content != Content::Entries));
        tiles.sort_by_key(|file| file.place);
        Ok((tree, tiles))
    }

    /// Entries in the log.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over all entries.
    pub fn root(&self) -> Hash {
        root(self.edge.iter().map(Vec::as_slice))
    }

    /// Adds entries at the end and tells what has to be written. A refused entry leaves the tree as it was.
    pub fn append(&mut self, entries: &[impl AsRef<[u8]>]) -> Result<Growth, BundleError> {
        if let Some(long) = entries.iter().map(|entry| entry.as_ref().len()).find(|length| *length > u16::MAX.into()) {
            return Err(BundleError::Long(long));
        }
        let mut growth = Growth::default();
        let before: Vec<Place> = self.partials().map(|file| file.place).collect();
        for entry in entries {
            bundle::push(&mut self.bundle, entry.as_ref())?;
            self.push(Hash::leaf(entry.as_ref()), &mut growth);
        }
        for file in &growth.bundles {
            growth.obsolete.extend(before.iter().find(|old| old.full() == file.place).map(|old| old.partials()));
        }
        for file in &growth.tiles {
            growth.obsolete.extend(before.iter().find(|old| old.full() == file.place).map(|old| old.partials()));
        }
        for file in self.partials().filter(|file| !before.contains(&file.place)) {
            match file.place.content {
                Content::Entries => growth.bundles.push(file),
                Content::Hashes(_) => growth.tiles.push(file),
            }
        }
        growth.tiles.sort_by_key(|file| file.place);
        Ok(growth)
    }

    /// Adds one leaf; whatever becomes full by it leaves the edge.
    fn push(&mut self, leaf: Hash, growth: &mut Growth) {
        let index = self.size / u64::from(FULL);
        self.size += 1;
        if self.size.is_multiple_of(u64::from(FULL)) {
            let place = Place { content: Content::Entries, index, width: FULL };
            growth.bundles.push(File { place, bytes: std::mem::take(&mut self.bundle) });
        }
        let mut carried = leaf;
        for level in 0.. {
            if self.edge.len() == usize::from(level) {
                self.edge.push(Vec::new());
            }
            let row = &mut self.edge[usize::from(level)];
            row.push(carried);
            if row.len() < usize::from(FULL) {
                return;
            }
            let full = std::mem::take(row);
            let place = Place {
                content: Content::Hashes(level),
                index: tile::hashes_on(level + 1, self.size) - 1,
                width: FULL,
            };
            growth.tiles.push(File { place, bytes: tile::to_bytes(&full) });
            carried = proof::root(&full);
        }
    }

    /// The last bundle and the last tile of each level, where they are not full and not empty.
    pub(crate) fn partials(&self) -> impl Iterator<Item = File> {
        let bundle = Place::entries(self.size / u64::from(FULL), self.size);
        let bundle = bundle.map(|place| File { place, bytes: self.bundle.clone() });
        let tiles = tile::edge(self.size).filter_map(|place| match place.content {
            Content::Hashes(level) => {
                self.edge.get(usize::from(level)).map(|row| File { place, bytes: tile::to_bytes(row) })
            }
            Content::Entries => None,
        });
        bundle.into_iter().chain(tiles)
    }
}

/// The root of a log from the last, not full tiles of its levels, leaves first.
pub(crate) fn root<'a>(edge: impl Iterator<Item = &'a [Hash]>) -> Hash {
    // What is left over of a level is the last, incomplete subtree of the level above.
    let top = edge.fold(None, |rest: Option<Hash>, row| {
        let row: Vec<Hash> = row.iter().copied().chain(rest).collect();
        (!row.is_empty()).then(|| proof::root(&row))
    });
    top.unwrap_or_else(Hash::empty)
}
