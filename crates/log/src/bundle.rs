//! Which entries lie in this bundle?
//!
//! C2SP tlog-tiles: up to 256 entries one after the other, each preceded by its length as a big-endian 16-bit number.

use crate::hash::Hash;

/// Why bytes are not a bundle of the expected number of entries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// An entry longer than a length prefix can tell.
    #[error("an entry of {0} bytes does not fit a bundle, whose entries have at most 65535 bytes")]
    Long(usize),
    /// The bytes end within an entry.
    #[error("the bundle ends within its entry {0}: it was cut, restore it from a copy")]
    Cut(usize),
    /// More or fewer entries than its place in the log demands.
    #[error("the bundle holds {found} entries where {expected} belong: it was cut or lies at a wrong path")]
    Count {
        /// Entries found; counting stops one past the expected.
        found: usize,
        /// Entries that belong here.
        expected: usize,
    },
}

/// Adds one entry to a bundle's bytes.
pub fn push(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), BundleError> {
    let length = u16::try_from(entry.len()).map_err(|_| BundleError::Long(entry.len()))?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    Ok(())
}

/// The entries of a bundle, which must be exactly `count`.
pub fn entries(bundle: &[u8], count: usize) -> Result<Vec<&[u8]>, BundleError> {
    let found = prefix(bundle, count)?;
    let used: usize = found.iter().map(|entry| entry.len() + 2).sum();
    if used == bundle.len() {
        Ok(found)
    } else {
        Err(BundleError::Count { found: count.saturating_add(1), expected: count })
    }
}

/// The first `count` entries of a bundle that may hold more.
///
/// A log may drop a partial bundle once the full one exists; who needs the partial one takes the beginning of the full one.
pub fn prefix(bundle: &[u8], count: usize) -> Result<Vec<&[u8]>, BundleError> {
    let mut found = Vec::new();
    let mut rest = bundle;
    while found.len() < count {
        if rest.is_empty() {
            return Err(BundleError::Count { found: found.len(), expected: count });
        }
        let (length, tail) = rest.split_first_chunk::<2>().ok_or(BundleError::Cut(found.len()))?;
        let (entry, tail) =
            tail.split_at_checked(u16::from_be_bytes(*length).into()).ok_or(BundleError::Cut(found.len()))?;
        found.push(entry);
        rest = tail;
    }
    Ok(found)
}

/// The leaf hashes of entries, in their order.
pub fn leaves(entries: &[&[u8]]) -> Vec<Hash> {
    entries.iter().map(|entry| Hash::leaf(entry)).collect()
}
