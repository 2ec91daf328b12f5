//! Which parts of the log can this actor open, and what do they say?
//!
//! Opening is what a reader pays for (a multiplication on a curve for every key that is tried), then the author's signature, the root
//! over the records and their rows for the view. None of it depends on another part, so it is done on all cores. Judging what the parts
//! say is done elsewhere, one after the other, in the log's order.

use super::ids::Digest;
use super::keyring::Keyring;
use super::part::Part;
use super::register::Register;
use super::replay::Opened;
use super::view::{self, PartRows};
use factum_log::entry::{Entry, Kind};
use factum_vault::keys::SecretKey;
use factum_vault::object::{self, ObjectError};
use factum_vault::store::Store;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Parts opened together: enough to keep the cores busy, few enough that large ones do not fill the memory.
pub const TOGETHER: usize = 64;

/// Fewer parts, such as those of one transaction, are opened sooner than other threads wake up.
const WORTH_SHARING: usize = 8;

/// What became of opening a part: nothing if it is not for this actor, or is gone.
pub type Tried<O = Opened> = Result<Option<O>, ObjectError>;

/// Parts that this actor has just sealed, by their objects, as whoever opens these finds them.
pub type Written = HashMap<Digest, Opened>;

/// A part as it waits to be judged.
pub struct Prepared {
    /// What was opened.
    pub opened: Opened,
    /// Its rows in the view, should it count.
    pub rows: Option<PartRows>,
}

/// An actor's keys, in front of a case's objects.
pub struct Opener<'a> {
    /// Where the objects lie.
    store: &'a dyn Store,
    /// The actor's keys.
    keyring: &'a Keyring,
    /// What was sealed again: from a commitment to the newer object.
    resealed: &'a HashMap<Digest, Digest>,
    /// Who signs with which key, as far as is known before these parts are judged.
    register: &'a Register,
    /// Which of the keys opened the last part: it is tried first, because neighbours are mostly of one compartment.
    last: AtomicUsize,
}

impl<'a> Opener<'a> {
    /// An actor's keys in front of objects, those sealed again among them, and the register as it stands before they are judged.
    pub fn new(
        store: &'a dyn Store,
        keyring: &'a Keyring,
        resealed: &'a HashMap<Digest, Digest>,
        register: &'a Register,
    ) -> Self {
        Self { store, keyring, resealed, register, last: AtomicUsize::new(0) }
    }

    /// What each of these entries says, the first of which stands at `from`; nothing for entries that are no parts. Parts that were
    /// just sealed are taken from `written`.
    pub fn prepare_all(&self, from: u64, entries: &[Entry], written: &mut Written) -> Vec<Tried<Prepared>> {
        let known: Vec<Option<Opened>> = entries.iter().map(|entry| written.remove(&Digest(entry.object.0))).collect();
        let prepare = |((i, entry), known): ((usize, &Entry), Option<Opened>)| {
            let position = from.saturating_add(i as u64);
            match known {
                Some(opened) => Ok(Some(ready(opened, Digest(entry.object.0), position))),
                None => self.prepare(position, entry),
            }
        };
        if entries.len() < WORTH_SHARING {
            return entries.iter().enumerate().zip(known).map(prepare).collect();
        }
        entries.par_iter().enumerate().zip(known).map(prepare).collect()
    }

    /// What the entry at `position` says.
    pub fn prepare(&self, position: u64, entry: &Entry) -> Tried<Prepared> {
        if entry.kind != Kind::Part {
            return Ok(None);
        }
        let object = Digest(entry.object.0);
        let opened = self.open(&object, &Digest(entry.records.0))?;
        Ok(opened.map(|opened| ready(opened, object, position)))
    }

    /// What one part says.
    pub fn open(&self, object: &Digest, commitment: &Digest) -> Tried {
        let mut places: Vec<(usize, (&str, u32, &SecretKey))> = self.keyring.each().enumerate().collect();
        let last = self.last.load(Ordering::Relaxed);
        places.sort_by_key(|(place, _)| *place != last);
        let keys: Vec<&SecretKey> = places.iter().map(|(_, (_, _, key))| *key).collect();
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
                let (place, (compartment, mut epoch, _)) = places[key];
                self.last.store(place, Ordering::Relaxed);
                // What was sealed again to a newer key of its compartment is judged as what it was.
                let mut part = Part::read(&text);
                if let Ok(part) = &mut part {
                    let header = &part.header;
                    if newer.is_some() && header.compartment == compartment && header.epoch <= epoch {
                        epoch = header.epoch;
                    }
                    if let Some(key) = self.register.signing_key(header.author) {
                        part.prove(key);
                    }
                }
                Ok(Some(Opened { compartment: compartment.to_string(), epoch, part }))
            }
            // Not for this actor, or shredded: `factum check` tells which objects are missing without a reason.
            Err(ObjectError::Closed(_) | ObjectError::Missing(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// An opened part with its rows.
fn ready(opened: Opened, object: Digest, position: u64) -> Prepared {
    let rows = opened.part.as_ref().ok().map(|part| view::rows(part, object, position));
    Prepared { opened, rows }
}
