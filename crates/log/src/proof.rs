//! Does this leaf belong to that root, and does that log only continue this one?
//!
//! Inclusion and consistency proofs of RFC 9162, section 2.1. Which nodes a proof consists of is told here as ranges of
//! leaves; who has the tree ([`reader`](crate::reader) from tiles, [`record`](crate::record) from leaves) looks up their
//! hashes. Verification needs nothing but the proof.

use crate::hash::Hash;
use crate::tile::LARGEST;
use std::ops::Range;

/// Why a proof cannot be made or does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf lies behind the tree's end.
    #[error("there is no leaf {index} in a tree of {size}: the first is 0; take a newer checkpoint or another leaf")]
    Index {
        /// The leaf asked for.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// The older tree is larger than the newer.
    #[error("a tree of {old} leaves cannot precede one of {size}: were the two checkpoints exchanged?")]
    Order {
        /// Leaves of the older tree.
        old: u64,
        /// Leaves of the newer tree.
        size: u64,
    },
    /// A size that no log reaches.
    #[error("no log has {0} entries: the number was altered")]
    Size(u64),
    /// Too few or too many hashes.
    #[error(
        "the proof has {found} hashes, for these sizes it must have {expected}: it was cut or is for another checkpoint"
    )]
    Length {
        /// Hashes in the proof.
        found: usize,
        /// Hashes that belong in it.
        expected: usize,
    },
    /// The proof leads elsewhere.
    #[error("the proof leads to another root: what it is about was altered, or it is for another checkpoint")]
    Root,
    /// The proof does not start from the older root.
    #[error("the proof starts from another older root: the log does not continue the older checkpoint")]
    Old,
}

/// The root over `leaves`. Without leaves it is [`Hash::empty`].
pub fn root(leaves: &[Hash]) -> Hash {
    let mut row = leaves.to_vec();
    // Pairs from the left; the odd one at the end moves up as it is. That is RFC 9162's split at the largest power of two.
    while row.len() > 1 {
        row = row
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => Hash::node(left, right),
                alone => alone[0],
            })
            .collect();
    }
    row.first().copied().unwrap_or_else(Hash::empty)
}

/// The subtrees whose roots prove leaf `index` in a tree of `size`, from the leaf's sibling up (RFC 9162, section 2.1.3.1).
pub fn inclusion(index: u64, size: u64) -> Result<Vec<Range<u64>>, ProofError> {
    let mut tree = whole(size)?;
    if index >= size {
        return Err(ProofError::Index { index, size });
    }
    let mut path = Vec::new();
    while let Some(middle) = middle(&tree) {
        if index < middle {
            path.push(middle..tree.end);
            tree.end = middle;
        } else {
            path.push(tree.start..middle);
            tree.start = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The subtrees whose roots prove that a tree of `size` continues one of `old` (RFC 9162, section 2.1.4.1). Nothing needs to
/// be proved when the older tree is empty or the same.
pub fn consistency(old: u64, size: u64) -> Result<Vec<Range<u64>>, ProofError> {
    let mut tree = whole(size)?;
    if old > size {
        return Err(ProofError::Order { old, size });
    }
    if old == 0 || old == size {
        return Ok(Vec::new());
    }
    let mut path = Vec::new();
    while tree.end != old {
        // `old` lies strictly within the tree, so the tree has two leaves at least.
        let Some(middle) = middle(&tree) else { break };
        if old <= middle {
            path.push(middle..tree.end);
            tree.end = middle;
        } else {
            path.push(tree.start..middle);
            tree.start = middle;
        }
    }
    // Whoever verifies knows the older root itself, and no other node of the older tree.
    if tree.start != 0 {
        path.push(tree);
    }
    path.reverse();
    Ok(path)
}

/// Is `leaf` the `index`th of the tree of `size` leaves with this `root`? (RFC 9162, section 2.1.3.2)
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, path: &[Hash], root: Hash) -> Result<(), ProofError> {
    let ranges = inclusion(index, size)?;
    if ranges.len() != path.len() {
        return Err(ProofError::Length { found: path.len(), expected: ranges.len() });
    }
    let top = ranges.iter().zip(path).fold(leaf, |node, (range, sibling)| {
        if range.start > index { Hash::node(&node, sibling) } else { Hash::node(sibling, &node) }
    });
    if top == root { Ok(()) } else { Err(ProofError::Root) }
}

/// Does the tree of `size` leaves with `root` begin with the tree of `old` leaves with `old_root`? (RFC 9162, section 2.1.4.2)
pub fn verify_consistency(old: u64, old_root: Hash, size: u64, root: Hash, path: &[Hash]) -> Result<(), ProofError> {
    let ranges = consistency(old, size)?;
    if ranges.len() != path.len() {
        return Err(ProofError::Length { found: path.len(), expected: ranges.len() });
    }
    if old == 0 {
        return if old_root == Hash::empty() { same(size, root) } else { Err(ProofError::Old) };
    }
    if old == size {
        return if old_root == root { Ok(()) } else { Err(ProofError::Root) };
    }
    // Where the older tree is a subtree of the newer one the path leaves its root out, and it starts from the root known.
    let mut steps = ranges.iter().zip(path).peekable();
    let (mut before, mut now) = (old_root, old_root);
    if let Some((_, first)) = steps.next_if(|(range, _)| range.end == old) {
        (before, now) = (*first, *first);
    }
    for (range, sibling) in steps {
        if range.start >= old {
            now = Hash::node(&now, sibling);
        } else {
            before = Hash::node(sibling, &before);
            now = Hash::node(sibling, &now);
        }
    }
    if before != old_root {
        return Err(ProofError::Old);
    }
    if now == root { Ok(()) } else { Err(ProofError::Root) }
}

/// An empty tree has one root only; every other root may follow it.
fn same(size: u64, root: Hash) -> Result<(), ProofError> {
    if size > 0 || root == Hash::empty() { Ok(()) } else { Err(ProofError::Root) }
}

fn whole(size: u64) -> Result<Range<u64>, ProofError> {
    if size > LARGEST { Err(ProofError::Size(size)) } else { Ok(0..size) }
}

/// Where a tree of at least two leaves splits: after the largest power of two that is less than its size.
fn middle(tree: &Range<u64>) -> Option<u64> {
    let size = tree.end - tree.start;
    (size > 1).then(|| tree.start + (1 << (size - 1).ilog2()))
}
