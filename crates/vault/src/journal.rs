//! What did a reader open, and when, until the log can say so?
//!
//! Reading must not wait for the log's one writer, so each view becomes a small file of its own, sealed to the reader, under a
//! random name that no two readers share. **Write** the view before showing anything; **fold** what [`read`] gives into the log;
//! **clear** once the log has acknowledged it. A crash before the last folds a view twice: its random id tells. Views written
//! meanwhile stay, for only what was read is cleared.
//!
//! Every view is filled to one length before it is sealed, so that the folder shows how many views there were and no more. A
//! reader who deletes it, or who reads with stock `age`, leaves no view: the journal is for those who account for themselves.

use thiserror::Error;
use zeroize::Zeroizing;

use crate::fields;
use crate::identity::is_time;
use crate::keys::{KeyError, Recipient, SecretKey, random};
use crate::store::{self, Store, StoreError, UNFINISHED};

const FORMAT: &str = "factum view 1";
const LINES: [&str; 5] = ["id", "time", "act", "object", "record"];

/// The plaintext's length in bytes: the longest view is shorter, the rest is newlines.
const LENGTH: usize = 256;

/// The longest act in bytes, so that every view fits.
const LONGEST_ACT: usize = 32;

/// Why a view could not be written, read or cleared.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The time is not written as it must be.
    #[error("the time of a view must read YYYY-MM-DDThh:mm:ssZ")]
    Time,
    /// The act is not a word.
    #[error("the act of a view must be one word of 1 to {LONGEST_ACT} small letters and hyphens")]
    Act,
    /// No id could be drawn.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The library gave no sealed file.
    #[error("the view could not be sealed: the operating system may have no random bytes; try again")]
    Seal,
    /// The disk.
    #[error("the journal of views: {0}")]
    Store(#[from] StoreError),
}

/// One view of one object or record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    id: [u8; 16],
    time: String,
    act: String,
    object: [u8; 32],
    record: Option<[u8; 16]>,
}

impl View {
    /// A view at `time` (the caller's clock, `YYYY-MM-DDThh:mm:ssZ`) of an object, or of one record in it, under a random id.
    ///
    /// # Errors
    /// [`JournalError::Time`], [`JournalError::Act`] or [`JournalError::Key`].
    pub fn new(time: &str, act: &str, object: [u8; 32], record: Option<[u8; 16]>) -> Result<Self, JournalError> {
        Self::of(*random::<16>()?, time, act, object, record)
    }

    fn of(
        id: [u8; 16],
        time: &str,
        act: &str,
        object: [u8; 32],
        record: Option<[u8; 16]>,
    ) -> Result<Self, JournalError> {
        if !is_time(time) {
            return Err(JournalError::Time);
        }
        if act.is_empty()
            || act.len() > LONGEST_ACT
            || !act.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        {
            return Err(JournalError::Act);
        }
        Ok(Self { id, time: time.to_owned(), act: act.to_owned(), object, record })
    }

    /// The view's own id, by which a second folding is recognised.
    pub fn id(&self) -> &[u8; 16] {
        &self.id
    }

    /// When, by the clock of the reader's machine.
    pub fn time(&self) -> &str {
        &self.time
    }

    /// What the reader did.
    pub fn act(&self) -> &str {
        &self.act
    }

    /// SHA-256 of the object that was opened.
    pub fn object(&self) -> &[u8; 32] {
        &self.object
    }

    /// The record that was shown, when it was one.
    pub fn record(&self) -> Option<&[u8; 16]> {
        self.record.as_ref()
    }

    fn text(&self) -> String {
        let record = self.record.map_or("-".to_owned(), |record| hex(&record));
        let text = format!(
            "{FORMAT}\nid {}\ntime {}\nact {}\nobject {}\nrecord {record}\n",
            hex(&self.id),
            self.time,
            self.act,
            hex(&self.object)
        );
        format!("{text}{}", "\n".repeat(LENGTH.saturating_sub(text.len())))
    }

    fn parse(padded: &str) -> Option<Self> {
        let text = format!("{}\n", padded.trim_end_matches('\n'));
        let [id, time, act, object, record] = fields::read(&text, FORMAT, LINES).ok()?;
        let record = if record == "-" { None } else { Some(unhex(record)?) };
        let view = Self::of(unhex(id)?, time, act, unhex(object)?, record).ok()?;
        (view.text() == padded).then_some(view)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let digit = |at: usize| pair.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        *byte = u8::try_from(digit(0)? << 4 | digit(1)?).ok()?;
    }
    (hex(&bytes) == text).then_some(bytes)
}

/// Writes a view into `folder`, on the disk when this returns.
///
/// # Errors
/// [`JournalError::Seal`], [`JournalError::Key`] or [`JournalError::Store`]; then nothing may be shown.
pub fn write(store: &dyn Store, folder: &str, view: &View, reader: &Recipient) -> Result<(), JournalError> {
    let sealed = age::encrypt(reader.age(), view.text().as_bytes()).map_err(|_| JournalError::Seal)?;
    if !store.has_folder(folder)? {
        store.create_folder(folder)?;
        store.sync_folder(store::folder_of(folder))?;
    }
    // Not the view's id, which will stand in the log: the name must not tie this file to that entry.
    let name = hex(random::<16>()?.as_slice());
    Ok(store::put(store, &store::join(folder, &name), &sealed)?)
}

/// What a journal holds for one reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    /// The views, by time and then by id.
    pub views: Vec<View>,
    /// The names of files that this reader's key does not open or that hold no view: another reader's, or damaged.
    pub unread: Vec<String>,
    folder: String,
    names: Vec<String>,
}

/// Reads the views in `folder`; a file that cannot be read does not keep the others from being read.
///
/// # Errors
/// [`JournalError::Store`].
pub fn read(store: &dyn Store, folder: &str, reader: &SecretKey) -> Result<Journal, JournalError> {
    let mut journal = Journal { views: Vec::new(), unread: Vec::new(), folder: folder.to_owned(), names: Vec::new() };
    for name in store.files(folder)?.into_iter().filter(|name| !name.starts_with(UNFINISHED)) {
        // One that went meanwhile was cleared by another process of this reader.
        let Some(sealed) = store.read(&store::join(folder, &name))? else { continue };
        match opened(&sealed, reader) {
            Some(view) => {
                journal.views.push(view);
                journal.names.push(name);
            }
            None => journal.unread.push(name),
        }
    }
    journal.views.sort_by(|a, b| (&a.time, a.id).cmp(&(&b.time, b.id)));
    Ok(journal)
}

fn opened(sealed: &[u8], reader: &SecretKey) -> Option<View> {
    let plain = Zeroizing::new(age::decrypt(reader.age(), sealed).ok()?);
    std::str::from_utf8(&plain).ok().and_then(View::parse)
}

impl Journal {
    /// Removes the files of these views. Only after the log has acknowledged them.
    ///
    /// # Errors
    /// [`JournalError::Store`]; what is left is folded again and recognised by its ids.
    pub fn clear(self, store: &dyn Store) -> Result<(), JournalError> {
        for name in &self.names {
            store.remove(&store::join(&self.folder, name))?;
        }
        if self.names.is_empty() { Ok(()) } else { Ok(store.sync_folder(&self.folder)?) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::DiskStore;
    use proptest::prelude::*;

    const TIME: &str = "2026-11-27T01:00:00Z";
    const FOLDER: &str = "journal";

    fn view(number: u8) -> View {
        let time = format!("2026-11-27T01:00:{:02}Z", number % 60);
        View::new(&time, "open", [number; 32], number.is_multiple_of(2).then_some([number; 16])).unwrap()
    }

    fn case() -> (tempfile::TempDir, DiskStore, SecretKey) {
        let folder = tempfile::tempdir().unwrap();
        let store = DiskStore::new(folder.path());
        (folder, store, SecretKey::generate().unwrap())
    }

    fn written(store: &DiskStore, views: &[View], reader: &SecretKey) {
        views.iter().for_each(|view| write(store, FOLDER, view, &reader.recipient()).unwrap());
    }

    #[test]
    fn views_are_read_in_the_order_of_time() {
        let (_folder, store, reader) = case();
        assert_eq!(read(&store, FOLDER, &reader).unwrap().views, []);
        let views: Vec<View> = (0..4).map(view).collect();
        written(&store, &[view(9)], &SecretKey::generate().unwrap());
        let shuffled = [2, 0, 3, 1].map(|at| views[at].clone());
        written(&store, &shuffled, &reader);
        let journal = read(&store, FOLDER, &reader).unwrap();
        assert_eq!(journal.views, views);
        assert_eq!(journal.unread.len(), 1);
    }

    #[test]
    fn clearing_takes_what_was_read_and_nothing_else() {
        let (_folder, store, reader) = case();
        let other = SecretKey::generate().unwrap();
        written(&store, &[view(1), view(2)], &reader);
        written(&store, &[view(5)], &other);
        let journal = read(&store, FOLDER, &reader).unwrap();
        let meanwhile = view(3);
        written(&store, std::slice::from_ref(&meanwhile), &reader);
        journal.clear(&store).unwrap();
        assert_eq!(read(&store, FOLDER, &reader).unwrap().views, [meanwhile]);
        assert_eq!(read(&store, FOLDER, &other).unwrap().views.len(), 1);
    }

    #[test]
    fn nothing_of_a_view_can_be_read_on_the_disk() {
        let (_folder, store, reader) = case();
        let view = View::new(TIME, "canary-act", [0xab; 32], None).unwrap();
        written(&store, std::slice::from_ref(&view), &reader);
        for name in store.files(FOLDER).unwrap() {
            assert_ne!(name, hex(view.id()));
            let bytes = store.read(&store::join(FOLDER, &name)).unwrap().unwrap();
            for text in ["canary", "factum", "abab", TIME] {
                assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()));
            }
        }
    }

    #[test]
    fn every_view_has_one_length() {
        let long = View::new(TIME, &"a".repeat(LONGEST_ACT), [1; 32], Some([1; 16])).unwrap();
        for view in [long, view(1), view(2), View::new(TIME, "a", [0; 32], None).unwrap()] {
            assert_eq!(view.text().len(), LENGTH);
        }
    }

    #[test]
    fn views_that_make_no_sense_are_refused() {
        assert!(matches!(View::new("now", "open", [0; 32], None), Err(JournalError::Time)));
        for act in ["", "two words", "Open", &"a".repeat(LONGEST_ACT + 1)] {
            assert!(matches!(View::new(TIME, act, [0; 32], None), Err(JournalError::Act)));
        }
    }

    proptest! {
        // Each case syncs the disk six times.
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn an_altered_file_costs_no_other(at in any::<prop::sample::Index>(), bit in 0u8..8, cut in any::<bool>()) {
            let (_folder, store, reader) = case();
            written(&store, &[view(1), view(2)], &reader);
            let path = store::join(FOLDER, &store.files(FOLDER).unwrap()[0]);
            let mut bytes = store.read(&path).unwrap().unwrap();
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] ^= 1 << bit }
            store::put(&store, &path, &bytes).unwrap();
            let journal = read(&store, FOLDER, &reader).unwrap();
            prop_assert_eq!((journal.views.len(), journal.unread.len()), (1, 1));
        }

    }

    proptest! {
        #[test]
        fn arbitrary_bytes_hold_no_view(bytes in prop::collection::vec(any::<u8>(), 0..300), text in any::<String>()) {
            prop_assert_eq!(opened(&bytes, &SecretKey::from_bytes(&[0x42; 32]).unwrap()), None);
            prop_assert_eq!(View::parse(&text), None);
        }

        #[test]
        fn views_have_one_spelling(number in any::<u8>(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let view = view(number);
            prop_assert_eq!(View::parse(&view.text()), Some(view.clone()));
            let mut bytes = view.text().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Ok(text) = std::str::from_utf8(&bytes) && let Some(read) = View::parse(text) {
                prop_assert_eq!(read.text(), text);
            }
        }
    }
}
