//! Under which place is told what a source said that agreed to none finer than a region?
//!
//! Under the word that it agreed to, in every count and picture: the place of that name, if the case holds one, or the word by itself. What
//! another source tells freely of the same place stands under the place itself.

use super::precision;
use crate::custody::ids::RecordId;
use crate::facts::accounts::Accounts;
use crate::facts::words::Entity;
use crate::facts::{Book, Said, SourceFile};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The sort of entities that are places.
const PLACE: &str = "place";

/// Regions in the place of places, by source.
pub(super) struct Regions {
    by_source: BTreeMap<RecordId, RecordId>,
}

impl Regions {
    /// Puts the regions that sources agreed to where a book says of a place that one of them was there or speaks of it. A region that is
    /// no entity of the book becomes one.
    pub fn told(book: &mut Book) -> Self {
        let word = |(source, file): (&RecordId, &SourceFile)| Some((*source, precision::region(file)?.to_string()));
        let words: Vec<(RecordId, String)> = book.sources.iter().filter_map(word).collect();
        let by_source: BTreeMap<RecordId, RecordId> =
            words.into_iter().map(|(source, word)| (source, entity(book, &word, &source))).collect();
        let free: BTreeSet<(Option<RecordId>, RecordId)> = book
            .statements
            .values()
            .map(|file| &file.statement.what)
            .filter(|said| !by_source.contains_key(&said.source))
            .filter_map(|said| Some((said.entity, said.place?)))
            .collect();
        for (source, region) in &by_source {
            for presence in book.sources.get_mut(source).into_iter().flat_map(|file| &mut file.presences) {
                presence.what.place = *region;
            }
        }
        for file in book.statements.values_mut() {
            let said = &mut file.statement.what;
            let (Some(region), Some(place)) = (by_source.get(&said.source), said.place) else { continue };
            // Somebody else says freely where the same thing happened.
            let is_free = said.entity.is_some() && free.contains(&(said.entity, place));
            said.place = (!is_free).then_some(*region);
        }
        Self { by_source }
    }

    /// The same where sources say of something else at which place it is.
    pub fn of_accounts(&self, book: &Book, accounts: &mut Accounts) {
        let is_place = |to: &RecordId| book.entities.get(to).is_some_and(|said| said.what.sort == PLACE);
        let region = |source: &RecordId| self.by_source.get(source).copied();
        accounts.put_places(book, &is_place, &region);
    }
}

/// The place that a region's word names, or the word as a place by itself.
fn entity(book: &mut Book, word: &str, source: &RecordId) -> RecordId {
    let is_it = |said: &&Said<Entity>| {
        said.what.sort == PLACE
            && [&said.what.label, &said.what.code].iter().any(|name| name.trim().eq_ignore_ascii_case(word.trim()))
    };
    if let Some(known) = book.entities.values().find(is_it) {
        return known.what.entity;
    }
    let digest = Sha256::digest(word.as_bytes());
    let mut id = [0; 16];
    id.iter_mut().zip(digest).for_each(|(byte, of)| *byte = of);
    let id = RecordId(id);
    if let Some(said) = book.sources.get(source).and_then(|file| file.consent.as_ref()) {
        let what = Entity { entity: id, code: word.into(), sort: PLACE.into(), label: word.into() };
        let entity = Said {
            what,
            home: said.home.clone(),
            author: said.author,
            time: said.time.clone(),
            entry: said.entry,
            transaction: said.transaction,
        };
        book.entities.insert(id, entity);
    }
    id
}
