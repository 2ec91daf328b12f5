//! What has somebody looked at, and when does the log know?
//!
//! Looking must not wait for the log's one writer, so a view goes into the reader's sealed journal first, before anything is shown, and
//! into the log with the reader's next transaction. Whoever may not write keeps a journal all the same; it stays sealed to that
//! reader.

use super::evidence::{Evidence, View};
use super::folder::Case;
use super::ids::RecordId;
use super::items::Held;
use super::part::VIEWED;
use super::view;
use super::writer::{Change, WriteError};
use factum_vault::journal::{self, JournalError};
use factum_vault::object::Batch;
use std::collections::{BTreeMap, HashMap};

/// The folder of journals, in the case folder. Whoever looks at it sees how many views await, and no more.
pub const FOLDER: &str = "journal";

/// What is said of a view of an item.
const ACT: &str = "opened";

impl Case {
    /// Keeps in the actor's journal that these items are about to be shown. If it cannot be kept, nothing may be shown.
    pub fn about_to_show(&self, items: &[&Held]) -> Result<(), JournalError> {
        let reader = self.identity.encryption().recipient();
        for held in items {
            let seen = journal::View::new(&crate::now(), ACT, held.item.object.0, Some(held.item.item.0))?;
            journal::write(&*self.store, FOLDER, &seen, &reader)?;
        }
        Ok(())
    }

    /// Writes what is in the actor's journal into the log, each view into the compartment of what was seen. Whoever holds the lock calls
    /// this. A view that an interruption left behind after it was written is not written twice.
    pub(super) fn fold_journal(&mut self) -> Result<(), WriteError> {
        let store = self.store.clone();
        let journal = journal::read(&*store, FOLDER, self.identity.encryption()).map_err(unwritten)?;
        if journal.views.is_empty() {
            return Ok(());
        }
        let mut places: HashMap<RecordId, String> = HashMap::new();
        view::each_evidence(&self.index, "item", u64::MAX, |row, said| {
            if let Evidence::Item(item) = said {
                places.insert(item.item, row.compartment.clone());
            }
        })?;
        let told: Vec<View> = view::evidence(&self.index, "viewed", u64::MAX)?
            .into_iter()
            .filter_map(|(_, said)| match said {
                Evidence::Viewed { views } => Some(views),
                _ => None,
            })
            .flatten()
            .collect();
        let mut fresh: BTreeMap<&str, Vec<View>> = BTreeMap::new();
        for seen in &journal.views {
            let Some(item) = seen.record().map(|id| RecordId(*id)) else { continue };
            let said = View { item, time: seen.time().to_string(), id: RecordId(*seen.id()) };
            if let Some(place) = places.get(&item)
                && !told.contains(&said)
            {
                fresh.entry(place).or_default().push(said);
            }
        }
        if !fresh.is_empty() {
            let mut change = Change::new(VIEWED, "What was looked at since the last transaction");
            for (place, views) in fresh {
                change.say(place, &Evidence::Viewed { views })?;
            }
            self.transact_locked(change, Batch::new(&*store))?;
        }
        // Only now: what the log has not acknowledged stays in the journal.
        journal.clear(&*store).map_err(unwritten)
    }
}

fn unwritten(error: JournalError) -> WriteError {
    WriteError::Journal(error)
}
