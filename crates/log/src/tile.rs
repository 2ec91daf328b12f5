//! Where does a hash or an entry lie?
//!
//! C2SP tlog-tiles: a tile is a run of up to 256 hashes of one height, 256 of which make one hash in the tile above; a bundle
//! is the run of entries under a tile of level 0. Paths are `tile/<level>/<index>` and `tile/entries/<index>`, the index in
//! groups of three digits of which all but the last begin with `x`, and `.p/<width>` for a tile that is not full.

use crate::hash::Hash;
use std::fmt;
use std::str::FromStr;

/// Hashes in a full tile, and entries in a full bundle.
pub const FULL: u16 = 256;

/// The highest size of a log: 2^63 - 1, beyond which C2SP cosignatures and other readers of checkpoints do not go.
pub const LARGEST: u64 = i64::MAX as u64;

/// The highest level with a tile in a log of at most [`LARGEST`] entries.
const TOP: u8 = 7;

/// What lies at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Content {
    /// Entries, each preceded by its length.
    Entries,
    /// Hashes of the level: on level 0 of entries, above of full tiles one level below.
    Hashes(u8),
}

/// The place of one tile or bundle. Its text is the path below the log's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Hashes or entries.
    pub content: Content,
    /// The how manieth of its level, from 0.
    pub index: u64,
    /// Hashes or entries in it: 1 to 256.
    pub width: u16,
}

/// Why a text is not the path of a tile or bundle, or bytes are not a tile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// Not a path as C2SP tlog-tiles writes it.
    #[error("this is not the path of a tile or of entries as C2SP tlog-tiles writes it")]
    Path,
    /// A tile whose bytes are not the expected number of hashes.
    #[error(
        "{place} has {found} bytes where {expected} belong: it was cut or lies at a wrong path; rebuild the tiles from the entries"
    )]
    Length {
        /// The tile.
        place: Place,
        /// Bytes found.
        found: usize,
        /// Bytes that belong there.
        expected: usize,
    },
}

impl Place {
    /// The tile of hashes that is the `index`th of `level` in a log of `size` entries, if there is one.
    pub fn hashes(level: u8, index: u64, size: u64) -> Option<Place> {
        let width = width(level, index, size)?;
        Some(Place { content: Content::Hashes(level), index, width })
    }

    /// The `index`th bundle in a log of `size` entries, if there is one.
    pub fn entries(index: u64, size: u64) -> Option<Place> {
        Some(Place { content: Content::Entries, index, width: width(0, index, size)? })
    }

    /// The same place once it is full.
    pub fn full(self) -> Place {
        Place { width: FULL, ..self }
    }

    /// The folder of this place's partial forms, which may be removed once the full form is acknowledged.
    pub fn partials(self) -> String {
        format!("{}.p", self.full())
    }

    /// The tile's hashes. A full tile may stand for a partial one: more hashes than its width are cut.
    pub fn read_hashes(self, bytes: &[u8]) -> Result<Vec<Hash>, TileError> {
        let expected = usize::from(self.width) * 32;
        let (hashes, rest) = bytes.as_chunks::<32>();
        if bytes.len() < expected || !rest.is_empty() || hashes.len() > usize::from(FULL) {
            return Err(TileError::Length { place: self, found: bytes.len(), expected });
        }
        Ok(hashes.iter().take(self.width.into()).map(|&bytes| Hash(bytes)).collect())
    }
}

/// The bytes of a tile with these hashes.
pub fn to_bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Hashes on `level` in a log of `size` entries.
pub fn hashes_on(level: u8, size: u64) -> u64 {
    size.checked_shr(u32::from(level) * 8).unwrap_or(0)
}

fn width(level: u8, index: u64, size: u64) -> Option<u16> {
    let begin = index.checked_mul(u64::from(FULL))?;
    let left = hashes_on(level, size).checked_sub(begin)?;
    let width = u16::try_from(left.min(u64::from(FULL))).ok()?;
    (width > 0).then_some(width)
}

/// Every bundle of a log of `size` entries, in order.
pub fn bundles(size: u64) -> impl Iterator<Item = Place> {
    (0..size.div_ceil(u64::from(FULL))).filter_map(move |index| Place::entries(index, size))
}

/// Every tile of hashes of a log of `size` entries, level by level from the leaves.
pub fn tiles(size: u64) -> impl Iterator<Item = Place> {
    (0..=TOP).flat_map(move |level| {
        let count = hashes_on(level, size).div_ceil(u64::from(FULL));
        (0..count).filter_map(move |index| Place::hashes(level, index, size))
    })
}

/// The last, not full tile of each level that has one, from the leaves upwards. Together they determine the root.
pub fn edge(size: u64) -> impl Iterator<Item = Place> {
    (0..=TOP).filter_map(move |level| {
        let last = hashes_on(level, size) / u64::from(FULL);
        Place::hashes(level, last, size)
    })
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.content {
            Content::Entries => f.write_str("tile/entries/")?,
            Content::Hashes(level) => write!(f, "tile/{level}/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (place, group) in groups.iter().enumerate().rev() {
            if place > 0 {
                write!(f, "x{group:03}/")?;
            } else {
                write!(f, "{group:03}")?;
            }
        }
        if self.width == FULL { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

impl FromStr for Place {
    type Err = TileError;

    /// Reads exactly the paths that [`Place`] prints.
    fn from_str(path: &str) -> Result<Place, TileError> {
        // The parts are read loosely and printed again: whatever is not the one right spelling differs from its print.
        let place = parse(path).ok_or(TileError::Path)?;
        if place.to_string() == path { Ok(place) } else { Err(TileError::Path) }
    }
}

fn parse(path: &str) -> Option<Place> {
    let rest = path.strip_prefix("tile/")?;
    let (content, rest) = rest.split_once('/')?;
    let content = match content {
        "entries" => Content::Entries,
        level => Content::Hashes(level.parse().ok().filter(|level| *level <= TOP)?),
    };
    let (index, width) = match rest.split_once(".p/") {
        Some((index, width)) => (index, width.parse().ok().filter(|width| (1..FULL).contains(width))?),
        None => (rest, FULL),
    };
    let mut number: u64 = 0;
    for group in index.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        number = number.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    // An index past the last that a log can have would make arithmetic on places fail later.
    (number <= LARGEST / u64::from(FULL)).then_some(Place { content, index: number, width })
}
