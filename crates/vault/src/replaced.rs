//! How does a file come to hold something else, over and over, without anything being removed?

use crate::store::{self, Store, StoreError, Writing, folder_of, temporary_beside};
use std::sync::Arc;

/// A file that is replaced over and over, each time as [`store::put`] does it, in two steps, so that its bytes can be waited for together
/// with those of other files.
///
/// Its predecessor is kept and written over the next time: some file systems look through everything that was removed of late
/// whenever they make a file (ext4 without a journal does for some minutes), so that whoever removes a file with each of many
/// transactions slows down all that follow.
pub struct Replaced {
    store: Arc<dyn Store>,
    path: &'static str,
    beside: Beside,
}

/// What this very program has put under the name of what is not yet whole. What an earlier run left there may, after a loss of
/// power, be the same file as the one that counts; it is removed and never written to.
#[derive(PartialEq, Eq)]
enum Beside {
    Nothing,
    /// The predecessor.
    Spare,
    /// What is to be named, or what could not be.
    Next,
}

impl Replaced {
    /// The file at `path`, which need not be there yet.
    pub fn new(store: Arc<dyn Store>, path: &'static str) -> Self {
        Self { store, path, beside: Beside::Nothing }
    }

    /// Writes what the file is to hold. Only the one writer may do this, who syncs what is returned before [`Replaced::name`].
    ///
    /// # Errors
    /// What the system says; the file is as it was.
    pub fn write(&mut self, bytes: &[u8]) -> Result<Box<dyn Writing>, StoreError> {
        let temporary = temporary_beside(self.path);
        let was = std::mem::replace(&mut self.beside, Beside::Next);
        let over = if was == Beside::Spare { self.store.overwrite(&temporary, bytes)? } else { None };
        match over {
            Some(file) => Ok(file),
            None => store::write_anew(&*self.store, &temporary, bytes),
        }
    }

    /// Puts what was written and synced in the place of what the file held; when it returns, it is there for good.
    ///
    /// # Errors
    /// What the system says; after any loss of power the file holds what it held or what was written, whole.
    pub fn name(&mut self) -> Result<(), StoreError> {
        let exchanged = self.store.exchange(&temporary_beside(self.path), self.path)?;
        self.store.sync_folder(folder_of(self.path))?;
        self.beside = if exchanged { Beside::Spare } else { Beside::Nothing };
        Ok(())
    }
}

impl Drop for Replaced {
    fn drop(&mut self) {
        // Another writer may be using the name by now; then it is that one's to remove.
        if self.beside != Beside::Nothing
            && let Ok(_lock) = self.store.lock()
        {
            let _ = self.store.remove(&temporary_beside(self.path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{DiskStore, LOCK};

    #[test]
    fn a_file_is_replaced_over_and_over_and_nothing_stays_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = Arc::new(DiskStore::new(folder.path()));
        let mut replaced = Replaced::new(store.clone(), "a");
        // Longer and shorter than what lay there before.
        let mut put = |bytes: &[u8]| {
            replaced.write(bytes).unwrap().sync().unwrap();
            replaced.name().unwrap();
        };
        for bytes in [b"one".as_slice(), b"the second", b"3", b"number four"] {
            put(bytes);
            assert_eq!(store.read("a").unwrap().unwrap(), bytes);
        }
        // Another writer may have taken what was kept to be written anew.
        store.remove(&temporary_beside("a")).unwrap();
        put(b"five");
        assert_eq!(store.read("a").unwrap().unwrap(), b"five");
        drop(replaced);
        assert_eq!(store.files("").unwrap(), ["a", LOCK]);
    }
}
