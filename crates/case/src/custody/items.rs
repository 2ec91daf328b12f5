//! Which items are there, which one is meant, and what are its bytes?

use super::evidence::{Capture, Detail, Evidence, Item, Making};
use super::folder::Case;
use super::ids::{Digest, MemberId, RecordId, TransactionId};
use super::ledger::LedgerError;
use super::view;
use factum_vault::index::IndexError;
use factum_vault::keys::SecretKey;
use factum_vault::object::{self, ObjectError};
use factum_vault::store::StoreError;
use sha2::Digest as _;
use std::collections::HashMap;
use std::io::Write;

/// The least of an item's number that names it.
const LEAST: usize = 4;

/// So many numbers are told when it is not clear which item is meant.
const TOLD: usize = 5;

/// Why an item cannot be found or read. No variant carries a name of a file.
#[derive(Debug, thiserror::Error)]
pub enum ItemError {
    /// Nothing fits.
    #[error("no item that you can open has a number or a name that begins so: `factum items` lists them")]
    None,
    /// Several fit.
    #[error("{count} items are meant by this, among them {}: give more of the number", .numbers.join(", "))]
    Several {
        /// How many.
        count: usize,
        /// The first of their numbers.
        numbers: Vec<String>,
    },
    /// Its object is gone.
    #[error(
        "the bytes of item {0} are not here: they were shredded, or never handed over; restore the object from a copy if there is one"
    )]
    Gone(RecordId),
    /// Its object holds something else.
    #[error(
        "the object of item {0} holds another item's bytes than its record says: somebody exchanged them before they were logged"
    )]
    Exchanged(RecordId),
    /// The object.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// The view.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The log.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl From<StoreError> for ItemError {
    fn from(error: StoreError) -> Self {
        Self::Object(error.into())
    }
}

/// An item as a list shows it.
#[derive(Clone, Debug)]
pub struct Held {
    /// What is said of it, but for its text.
    pub item: Item,
    /// In which compartment.
    pub compartment: String,
    /// Which transaction brought it.
    pub transaction: TransactionId,
    /// Where that stands in the log.
    pub entry: u64,
    /// Who wrote that.
    pub author: Option<MemberId>,
    /// When, by the author's clock.
    pub time: String,
    /// From what it was made, if it was made.
    pub made: Option<Made>,
}

/// From what an item was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The other item.
    pub parent: RecordId,
    /// What it is.
    pub making: Making,
    /// In which language.
    pub language: Option<String>,
}

/// The items that the actor may open, in the order of the log.
pub fn list(case: &Case) -> Result<Vec<Held>, IndexError> {
    let mut made: HashMap<RecordId, Made> = HashMap::new();
    for (_, said) in view::evidence(&case.index, "derived", case.until())? {
        if let Evidence::Derived { item, parent, making, language, .. } = said {
            made.entry(item).or_insert(Made { parent, making, language });
        }
    }
    let heads: HashMap<u64, (MemberId, String)> =
        view::headers(&case.index)?.into_iter().map(|(row, h)| (row.entry, (h.author, h.time))).collect();
    let mut held = Vec::new();
    view::each_evidence(&case.index, "item", case.until(), |row, said| {
        let Evidence::Item(item) = said else { return };
        let (author, time) = heads.get(&row.entry).cloned().map_or((None, String::new()), |(a, t)| (Some(a), t));
        let made = made.get(&item.item).cloned();
        held.push(Held {
            item: Item { text: None, ..*item },
            compartment: row.compartment.clone(),
            transaction: TransactionId(row.transaction),
            entry: row.entry,
            author,
            time,
            made,
        });
    })?;
    Ok(held)
}

/// The one item that somebody means: by the beginning of its number, by its name, or by the beginning of its name.
pub fn find(case: &Case, meant: &str) -> Result<Held, ItemError> {
    let all = list(case)?;
    let by_number = |h: &&Held| meant.len() >= LEAST && h.item.item.to_string().starts_with(meant);
    let by_name = |h: &&Held| h.item.name == meant || h.item.name.rsplit('/').next() == Some(meant);
    let by_beginning = |h: &&Held| !meant.is_empty() && h.item.name.starts_with(meant);
    let ways: [&dyn Fn(&&Held) -> bool; 3] = [&by_number, &by_name, &by_beginning];
    for way in ways {
        let found: Vec<&Held> = all.iter().filter(|h| way(h)).collect();
        match found[..] {
            [] => {}
            [one] => return Ok(one.clone()),
            ref several => {
                let numbers = several.iter().take(TOLD).map(|h| short(&h.item.item)).collect();
                return Err(ItemError::Several { count: several.len(), numbers });
            }
        }
    }
    Err(ItemError::None)
}

/// What was read out of an item when it was taken in, if anything could be.
pub fn text(case: &Case, item: &RecordId) -> Result<Option<String>, IndexError> {
    let mut text = None;
    view::each_evidence(&case.index, "item", case.until(), |_, said| {
        if let Evidence::Item(known) = said
            && known.item == *item
        {
            text = known.text.clone();
        }
    })?;
    Ok(text)
}

/// The beginning of a number, as lists show it.
pub fn short(item: &RecordId) -> String {
    item.to_string().chars().take(12).collect()
}

/// The object that holds an item's bytes today: the one in its record, or the one to which it was sealed again.
pub fn present(case: &Case, item: &Item) -> Result<Digest, ItemError> {
    let mut object = item.object;
    // Each step is another object of the register's list, so there are at most as many steps as entries in it.
    for _ in 0..=case.register.reseals.len() {
        if case.store.length(&object::path(&object.0))?.is_some() {
            return Ok(object);
        }
        match case.register.reseals.get(&object) {
            Some(newer) => object = *newer,
            None => break,
        }
    }
    Err(ItemError::Gone(item.item))
}

/// Writes an item's bytes, exactly as they were collected. What was written is right only if this returns without an error.
pub fn read(case: &Case, item: &Item, to: &mut dyn Write) -> Result<(), ItemError> {
    let object = present(case, item)?;
    let keys: Vec<&SecretKey> = case.keyring.each().map(|(_, _, key)| key).collect();
    let (trailer, _) = object::open_item(&*case.store, &object.0, &keys, to)?;
    let same = trailer.record == item.item.0 && trailer.sha256 == item.sha256.0 && trailer.length == item.length;
    if same { Ok(()) } else { Err(ItemError::Exchanged(item.item)) }
}

/// What stands for an item in a publication: SHA-256 over the line `factum cited item 1`, the secret salt that lies with its bytes, and
/// their SHA-256. Whoever is shown these two can compute it again; it is no commitment of the log, and no plain digest.
pub fn commitment(case: &Case, item: &Item) -> Result<Digest, ItemError> {
    let object = present(case, item)?;
    let keys: Vec<&SecretKey> = case.keyring.each().map(|(_, _, key)| key).collect();
    let (trailer, _) = object::open_item(&*case.store, &object.0, &keys, &mut std::io::sink())?;
    if trailer.record != item.item.0 || trailer.sha256 != item.sha256.0 {
        return Err(ItemError::Exchanged(item.item));
    }
    let mut hash = sha2::Sha256::new();
    hash.update(b"factum cited item 1\n");
    hash.update(trailer.salt.as_slice());
    hash.update(trailer.sha256);
    Ok(Digest(hash.finalize().into()))
}

/// What a capture tells, name by name, for people.
pub fn told(capture: &Capture) -> Vec<Detail> {
    let named = [("address", &capture.address), ("captured", &capture.captured), ("modified", &capture.modified)];
    let named = named.into_iter().filter_map(|(name, value)| value.as_ref().map(|v| Detail::new(name, v.clone())));
    named.chain(capture.context.iter().cloned()).collect()
}
