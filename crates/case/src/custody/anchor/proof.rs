//! How is one thing in the case shown to an outsider without its neighbours?
//!
//! Three small files: a C2SP tlog-proof that an entry is in the log, with the record's place among its object's records in the line
//! `extra`; the entry; and the record's line with its salt. `factum-verify` checks them. Other records of the object stay closed: only
//! their salted hashes are in the path.

use super::{AnchorError, anchors};
use crate::custody::evidence::Evidence;
use crate::custody::folder::Case;
use crate::custody::ids::{Digest, RecordId};
use crate::custody::ledger::LedgerError;
use crate::custody::part::{self, PartError};
use crate::custody::view;
use factum_log::Hash;
use factum_log::checkpoint::{CheckpointError, SignedCheckpoint};
use factum_log::proof::ProofError;
use factum_log::record::{self, RecordProof};
use factum_log::source::ReadError;
use factum_log::tlogproof::TlogProof;
use factum_vault::index::{IndexError, Records};
use factum_vault::keys::SecretKey;
use factum_vault::object::{self, ObjectError};
use factum_vault::store::StoreError;

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The anchors.
    #[error(transparent)]
    Anchor(#[from] AnchorError),
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The log's tiles.
    #[error(transparent)]
    Read(#[from] ReadError<StoreError>),
    /// The view.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The object.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// The object's text.
    #[error("the object cannot be read: {0}")]
    Part(#[from] PartError),
    /// The checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The place in the tree.
    #[error(transparent)]
    Place(#[from] ProofError),
    /// There is nothing of this name.
    #[error("you can open no item or record named {0}: names have 32 hexadecimal digits, and `factum log` shows them")]
    Unknown(RecordId),
    /// The object is not in the log.
    #[error("the object {0} is not in the log")]
    NoEntry(Digest),
    /// The object does not hold what the log committed to.
    #[error("the object {0} does not hold the records that the log committed to: run `factum check`")]
    Commitment(Digest),
}

/// What is handed to the outsider.
pub struct Proof {
    /// C2SP tlog-proof.
    pub proof: String,
    /// The entry.
    pub entry: Vec<u8>,
    /// The record's line: name, salt, canonical JSON.
    pub record: String,
    /// The object that the entry names, as it lies in the case.
    pub object: Digest,
}

impl Case {
    /// The proof of an item (its digest and length, as its own object holds them) or of any other record that the actor can open.
    ///
    /// It is under the newest checkpoint that somebody countersigned and that already holds the entry, else under the newest.
    pub fn prove(&mut self, name: RecordId) -> Result<Proof, ProveError> {
        let (object, leaves, index, record) = match self.item_object(name)? {
            Some(item) => self.item_record(item)?,
            None => self.part_record(name)?,
        };
        let memory = self.remembered().map_err(|_| ProveError::NoEntry(object));
        let position = memory.as_ref().ok().and_then(|m| m.entries.get(&object).copied());
        self.memory = memory.ok();
        let position = position.ok_or(ProveError::NoEntry(object))?;
        let checkpoint = self.best_checkpoint(position)?;
        let mut reader = self.reader_under(&checkpoint)?;
        let entry = reader.entry(position)?;
        let committed =
            factum_log::Entry::from_bytes(&entry).map_err(|source| LedgerError::Entry { position, source })?;
        if record::root(&leaves) != committed.records {
            return Err(ProveError::Commitment(object));
        }
        let path = reader.inclusion(position)?;
        let extra = RecordProof::new(&leaves, index)?.to_string();
        let proof = TlogProof { extra: Some(extra.into_bytes()), index: position, path, checkpoint };
        Ok(Proof { proof: proof.to_string(), entry, record, object })
    }

    fn item_object(&self, name: RecordId) -> Result<Option<Digest>, ProveError> {
        let items = view::evidence(self.index(), "item", u64::MAX)?;
        Ok(items.into_iter().find_map(|(_, said)| match said {
            Evidence::Item(item) if item.item == name => Some(item.object),
            _ => None,
        }))
    }

    fn item_record(&self, object: Digest) -> Result<Found, ProveError> {
        let newest = self.register().reseals.get(&object).copied().unwrap_or(object);
        let keys: Vec<&SecretKey> = self.keyring().each().map(|(_, _, key)| key).collect();
        let (trailer, _) = object::open_item(self.store(), &newest.0, &keys, &mut std::io::sink())?;
        let body = format!("{{\"length\":{},\"sha256\":\"{}\"}}", trailer.length, Digest(trailer.sha256));
        let (id, salt) = (record::RecordId(trailer.record), record::Salt(*trailer.salt));
        let leaf = record::leaf(self.ledger().origin(), id, &salt, body.as_bytes());
        Ok((object, vec![leaf], 0, format!("{id} {} {body}\n", salt.to_hex())))
    }

    fn part_record(&self, name: RecordId) -> Result<Found, ProveError> {
        let row = self.index().records(Records::Id(&name.0))?.into_iter().next().ok_or(ProveError::Unknown(name))?;
        let object = Digest(row.object);
        let newest = self.register().reseals.get(&object).copied().unwrap_or(object);
        let keys: Vec<&SecretKey> = self.keyring().each().map(|(_, _, key)| key).collect();
        let (text, _) = object::open_text(self.store(), &newest.0, &keys)?;
        let lines = part::lines(&text)?;
        let index = lines.iter().position(|(id, _, _)| *id == name).ok_or(ProveError::Unknown(name))?;
        let line = lines[index].1.clone();
        Ok((object, lines.into_iter().map(|(_, _, leaf)| leaf).collect(), index as u64, line))
    }

    fn best_checkpoint(&self, position: u64) -> Result<SignedCheckpoint, ProveError> {
        let countersigned = |a: &SignedCheckpoint| a.unverified().size > position && a.note().signatures.len() > 1;
        match anchors(self.store())?.into_iter().rev().find(countersigned) {
            Some(anchor) => Ok(anchor),
            None => Ok(SignedCheckpoint::parse(self.ledger().note().as_bytes())?),
        }
    }
}

/// An object, the leaves of its records, the place of one among them, and that one's line.
type Found = (Digest, Vec<Hash>, u64, String);
