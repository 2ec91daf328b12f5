//! How does what was sealed to an older key of a compartment come to the newest, so that the older key opens nothing any more?
//!
//! Every object is sealed again byte for byte, so that it says the same and its commitment R is the same; the log takes an entry for
//! each new object, the register says which took the place of which, and only when that is acknowledged do the old files go. It works
//! in portions of one transaction each: whoever interrupts it goes on where it stopped.

use super::folder::{Case, CaseError};
use super::governance::Act;
use super::ids::Digest;
use super::part::REGISTER;
use super::shred;
use super::writer::{Change, WriteError, entry};
use factum_log::entry::{Entry, Kind};
use factum_vault::keys::SecretKey;
use factum_vault::object::{self, Batch};
use std::collections::{HashMap, HashSet};

/// Objects in one transaction.
const PORTION: usize = 128;

/// Why a compartment was not sealed again, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ResealError {
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// There is no such compartment.
    #[error("there is no compartment {0:?}; `factum compartment list` shows which there are")]
    WhichCompartment(String),
    /// The key was never turned.
    #[error("the key of {0} was never turned, so there is nothing to seal again; `factum rotate {0}` turns it")]
    OneKey(String),
}

impl From<CaseError> for ResealError {
    fn from(error: CaseError) -> Self {
        Self::Write(error.into())
    }
}

impl Case {
    /// The object that now holds what an object held when it was entered: itself, or its newest form.
    pub fn object_now(&self, object: Digest) -> Digest {
        shred::forms(&self.register, object).last().copied().unwrap_or(object)
    }

    /// Seals every object of a compartment that the actor can open with an older key to its newest. Returns how many there were.
    ///
    /// `passing` is told how many are done.
    pub fn reseal(&mut self, compartment: &str, mut passing: impl FnMut(u64)) -> Result<u64, ResealError> {
        self.refresh()?;
        self.remove_resealed()?;
        let missing = || ResealError::WhichCompartment(compartment.into());
        let found = self.register.compartments.get(compartment).ok_or_else(missing)?;
        let (epoch, recipient) = (found.epoch(), found.recipient().cloned().ok_or_else(missing)?);
        if epoch < 2 {
            return Err(ResealError::OneKey(compartment.into()));
        }
        let older: Vec<u32> = (1..epoch).filter(|epoch| self.keyring.get(compartment, *epoch).is_some()).collect();
        let mut done = 0;
        let waiting = self.sealed_to(compartment, &older)?;
        for portion in waiting.chunks(PORTION) {
            let store = self.store.clone();
            let mut batch = Batch::new(&*store);
            let summary = format!("{} objects of {compartment} are sealed to its newest key", portion.len());
            let mut change = Change::new("reseal", summary);
            for (old, root) in portion {
                let keys: Vec<&SecretKey> = older.iter().filter_map(|e| self.keyring.get(compartment, *e)).collect();
                let new = batch.again(&old.0, &keys, &recipient).map_err(WriteError::from)?;
                change.entries.push(entry(Kind::Resealed, new, *root));
                change.say(REGISTER, &Act::Reseal { old: *old, new: Digest(new) }).map_err(WriteError::from)?;
            }
            self.transact(change, batch)?;
            // Acknowledged: only now may the old ones go.
            self.remove_old(portion.iter().map(|(old, _)| *old))?;
            done += portion.len() as u64;
            passing(done);
        }
        Ok(done)
    }

    /// The objects that one of these keys of the compartment opens, with their commitments.
    fn sealed_to(&self, compartment: &str, older: &[u32]) -> Result<Vec<(Digest, Digest)>, CaseError> {
        let keys: Vec<&SecretKey> = older.iter().filter_map(|e| self.keyring.get(compartment, *e)).collect();
        let entries = self.ledger.entries(&*self.store, 0, self.ledger.size())?;
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        for e in entries.iter().filter(|e| e.kind != Kind::Wrap) {
            let object = Digest(e.object.0);
            let waits = !self.register.reseals.contains_key(&object) && seen.insert(object);
            if waits && object::is_open_to(&*self.store, &object.0, &keys)? {
                found.push((object, Digest(e.records.0)));
            }
        }
        Ok(found)
    }

    /// Removes old objects whose new ones are in place: what an interruption has left.
    fn remove_resealed(&self) -> Result<(), CaseError> {
        let mut old = Vec::new();
        for (before, after) in &self.register.reseals {
            let here = |object: &Digest| self.store.length(&object::path(&object.0));
            if here(before)?.is_some() && here(after)?.is_some() {
                old.push((*before, *after));
            }
        }
        if old.is_empty() {
            return Ok(());
        }
        let entries = self.ledger.entries(&*self.store, 0, self.ledger.size())?;
        let roots: HashMap<Digest, &Entry> = entries.iter().map(|e| (Digest(e.object.0), e)).collect();
        // The register's word alone does not do away with evidence: the log must have the same commitment for both.
        let same = |(before, after): &(Digest, Digest)| match (roots.get(before), roots.get(after)) {
            (Some(before), Some(after)) => {
                before.records == after.records && after.kind == Kind::Resealed && before.kind != Kind::Wrap
            }
            _ => false,
        };
        let whole = |(_, after): &(Digest, Digest)| object::check(&*self.store, &after.0).is_ok();
        self.remove_old(old.iter().filter(|pair| same(pair) && whole(pair)).map(|(before, _)| *before))
    }

    fn remove_old(&self, objects: impl Iterator<Item = Digest>) -> Result<(), CaseError> {
        let _lock = self.store.lock()?;
        for object in objects {
            self.store.erase(&object::path(&object.0))?;
        }
        Ok(())
    }
}
