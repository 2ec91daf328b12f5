//! Which parts of the log can this actor open, and what do they say?
//!
//! Opening is what a reader pays for (a multiplication on a curve for every key that is tried), and no part's opening depends on
//! another's, so many are opened on all cores. Judging what they say is done elsewhere, one after the other, in the log's order.

use super::ids::Digest;
use super::keyring::{self, Keyring};
use super::part::Part;
use super::replay::Opened;
use factum_log::entry::{Entry, Kind};
use factum_vault::keys::SecretKey;
use factum_vault::object::{self, ObjectError};
use factum_vault::store::Store;
use rayon::prelude::*;
use std::collections::HashMap;

/// Parts opened together: enough to keep the cores busy, few enough that large ones do not fill the memory.
pub const TOGETHER: usize = 64;

/// What became of opening a part: nothing if it is not for this actor, or is gone.
pub type Tried = Result<Option<Opened>, ObjectError>;

/// An actor's keys, in front of a case's objects.
pub struct Opener<'a> {
    /// Where the objects lie.
    pub store: &'a dyn Store,
    /// The actor's keys.
    pub keyring: &'a Keyring,
    /// What was sealed again: from a commitment to the newer object.
    pub resealed: &'a HashMap<Digest, Digest>,
}

impl Opener<'_> {
    /// What each of these entries says; nothing for entries that are no parts.
    pub fn open_all(&self, entries: &[Entry]) -> Vec<Tried> {
        let part = |entry: &Entry| match entry.kind {
            Kind::Part => self.open(&Digest(entry.object.0), &Digest(entry.records.0)),
            _ => Ok(None),
        };
        entries.par_iter().map(part).collect()
    }

    /// What one part says.
    pub fn open(&self, object: &Digest, commitment: &Digest) -> Tried {
        let places: Vec<(&str, u32, &SecretKey)> = self.keyring.each().collect();
        let keys: Vec<&SecretKey> = places.iter().map(|(_, _, key)| *key).collect();
        let mut newer = None;
        let opened = match object::open_text(self.store, &object.0, &keys) {
            Err(ObjectError::Missing(name)) => {
                newer = self.resealed.get(commitment);
                newer.map_or(Err(ObjectError::Missing(name)), |newer| object::open_text(self.store, &newer.0, &keys))
            }
            other => other,
        };
        match opened {
            Ok((text, key)) => {
                let (compartment, mut epoch, _) = places[key];
                // What was sealed again to a newer key of its compartment is judged as what it was.
                let said = newer.and_then(|_| Part::read(&text).ok()).map(|part| part.header);
                if let Some(header) = said.filter(|h| h.compartment == compartment && h.epoch <= epoch) {
                    epoch = header.epoch;
                }
                Ok(Some(keyring::opened((compartment, epoch), text.to_vec())))
            }
            // Not for this actor, or shredded: `factum check` tells which objects are missing without a reason.
            Err(ObjectError::Closed(_) | ObjectError::Missing(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
