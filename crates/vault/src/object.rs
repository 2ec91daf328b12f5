//! How do bytes become a sealed object, and come back exactly as they were?
//!
//! An object is an age v1 file under the SHA-256 of its own bytes. What is in it is padded (see `padme`), so that its size tells
//! little. An item is sealed as it streams by, in constant memory: its length and digest are known only at the end, so they stand in
//! a trailer of fixed length, in text that a shell can read. `spec/objects.md` has the bytes.

use crate::keys::{KeyError, Recipient, SecretKey, random};
use crate::padme::padded;
use crate::store::{self, Lock, Store, StoreError, UNFINISHED, Writing};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use zeroize::Zeroizing;

/// The folder of objects.
pub const FOLDER: &str = "objects";

/// Bytes of the trailer of an item.
pub const TRAILER: usize = 256;

/// The first line of an item's trailer.
const TITLE: &str = "factum item 1";

/// Nothing inside an object is shorter: most records fit, so that small transactions look alike.
const LEAST_TEXT: u64 = 4096;

/// The least an item is padded to.
const LEAST_ITEM: u64 = 1024;

/// Bytes handed from the thread that reads and digests to the one that seals. Large enough that handing over costs nothing,
/// small enough that memory stays small.
const BLOCK: usize = 1 << 20;

/// The longest text an object may hold; longer things are items.
const LONGEST_TEXT: u64 = 1 << 30;

/// Digest of an object's file, or of an item's content: SHA-256.
pub type Sha = [u8; 32];

/// Why an object could not be written or read. It names the object and never what is inside.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key, or the system's randomness.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// What was to be collected could not be read to its end.
    #[error("the source could not be read to its end: {0}")]
    Source(io::Error),
    /// Sealing failed.
    #[error("{path} could not be sealed: {source}")]
    Seal {
        /// Where.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// There is no such object.
    #[error("object {0} is not here: it was shredded, or never handed over; restore it from a copy")]
    Missing(String),
    /// The file's bytes are not those its name says.
    #[error("object {0} was altered or torn: its bytes do not have the digest it is named by; restore it from a copy")]
    Altered(String),
    /// None of the keys opens it.
    #[error("object {0} is sealed to keys you do not have")]
    Closed(String),
    /// It opens, and does not hold what an object of its kind holds.
    #[error("object {0} opens, but does not hold what it should: {1}")]
    Content(String, &'static str),
    /// What was opened could not be written where it should go.
    #[error("the opened bytes could not be written: {0}")]
    Sink(io::Error),
}

/// An item that was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Digest of the object's file: its name.
    pub object: Sha,
    /// Digest of the content.
    pub sha256: Sha,
    /// Bytes of the content.
    pub length: u64,
}

/// What stands in an item's trailer.
#[derive(Clone, PartialEq, Eq)]
pub struct Trailer {
    /// The item's name.
    pub record: [u8; 16],
    /// The salt of its commitment.
    pub salt: Zeroizing<[u8; 32]>,
    /// Bytes of the content.
    pub length: u64,
    /// Digest of the content.
    pub sha256: Sha,
}

impl Trailer {
    fn bytes(&self) -> [u8; TRAILER] {
        let text = format!(
            "{TITLE}\nrecord {}\nsalt {}\nlength {}\nsha256 {}\n",
            hex(&self.record),
            hex(self.salt.as_slice()),
            self.length,
            hex(&self.sha256)
        );
        let mut bytes = [b'\n'; TRAILER];
        // 13 + 40 + 70 + 28 + 72 letters at most, with line feeds: it always fits.
        for (to, from) in bytes.iter_mut().zip(text.bytes()) {
            *to = from;
        }
        bytes
    }

    /// Writes what follows the content: the padding, and the trailer.
    fn write_padded(&self, to: &mut dyn Write) -> io::Result<()> {
        let unpadded = self.length + TRAILER as u64;
        io::copy(&mut io::repeat(0).take(padded(unpadded, LEAST_ITEM) - unpadded), to)?;
        to.write_all(&self.bytes())
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut lines = text.split('\n');
        let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        field("factum").filter(|rest| *rest == "item 1")?;
        let record = unhex(field("record")?)?;
        let salt = Zeroizing::new(unhex(field("salt")?)?);
        let length = field("length")?.parse().ok()?;
        let sha256 = unhex(field("sha256")?)?;
        let read = Self { record, salt, length, sha256 };
        (read.bytes().as_slice() == bytes).then_some(read)
    }
}

/// Lowercase hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes that so many lowercase hexadecimal digits stand for; none if the text is anything else.
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

/// Where an object lies.
pub fn path(object: &Sha) -> String {
    let name = hex(object);
    format!("{FOLDER}/{}/{name}", &name[..2])
}

/// Makes the folders of objects, all at the beginning, so that no later write has to make one durable.
pub fn make_folders(store: &dyn Store) -> Result<(), StoreError> {
    for first in 0..=u8::MAX {
        store.create_folder(&format!("{FOLDER}/{first:02x}"))?;
    }
    store.sync_folder(FOLDER)?;
    store.sync_folder(store::folder_of(FOLDER))
}

/// A file that digests what passes into it.
///
/// The header of an age file comes in small pieces; they are gathered into one write, while larger blocks pass through.
struct Digesting {
    file: io::BufWriter<Box<dyn Writing>>,
    hasher: Sha256,
}

impl Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Objects written and not yet acknowledged: their bytes are on their way to the disk, their names are not.
///
/// Many small objects, and whatever else belongs with them, are written first and synced together, which costs a few syncs instead
/// of thousands. Nothing may refer to them before [`Batch::finish`] has returned.
pub struct Batch<'a> {
    store: &'a dyn Store,
    written: Vec<Unnamed>,
    /// Files of the caller's that are to be durable with these.
    waiting: Vec<Box<dyn Writing>>,
    /// Paths that have their names already.
    named: Vec<String>,
    folders: BTreeSet<String>,
    /// Held from the first object on, so that nobody takes what is being written for a remnant.
    sealing: Option<Box<dyn Lock>>,
}

/// A file that is written but does not have its name yet.
struct Unnamed {
    temporary: String,
    path: String,
    file: Box<dyn Writing>,
}

/// Open files a batch holds at most, so that no system's limit is met.
const LARGEST_BATCH: usize = 200;

impl<'a> Batch<'a> {
    /// An empty batch.
    pub fn new(store: &'a dyn Store) -> Self {
        Self {
            store,
            written: Vec::new(),
            waiting: Vec::new(),
            named: Vec::new(),
            folders: BTreeSet::new(),
            sealing: None,
        }
    }

    /// Where it writes.
    pub fn store(&self) -> &'a dyn Store {
        self.store
    }

    /// Seals a short text, padded with line feeds, to one recipient. Returns the object's name.
    pub fn text(&mut self, text: &str, recipient: &Recipient) -> Result<Sha, ObjectError> {
        let length = text.len() as u64;
        let padding = padded(length, LEAST_TEXT) - length;
        self.seal(&[recipient], |to| {
            to.write_all(text.as_bytes())?;
            io::copy(&mut io::repeat(b'\n').take(padding), to).map(|_| ())
        })
    }

    /// Seals whatever bytes `source` gives, as the item `record`.
    ///
    /// `passing` sees how many bytes have passed so far. Whoever stops midway leaves a file that nothing refers to.
    pub fn item(
        &mut self,
        mut source: impl Read + Send,
        record: [u8; 16],
        recipient: &Recipient,
        mut passing: impl FnMut(u64),
    ) -> Result<(Sealed, Trailer), ObjectError> {
        let salt = random::<32>()?;
        let first = read_block(&mut source).map_err(ObjectError::Source)?;
        if first.len() < BLOCK {
            // It is all there is. A second thread would cost more than it saves.
            let length = first.len() as u64;
            let trailer = Trailer { record, salt, length, sha256: Sha256::digest(&first).into() };
            let object = self.seal(&[recipient], |to| {
                to.write_all(&first)?;
                passing(length);
                trailer.write_padded(to)
            })?;
            return Ok((Sealed { object, sha256: trailer.sha256, length }, trailer));
        }
        let mut failed = None;
        let mut trailer = None;
        let sealed = std::thread::scope(|scope| {
            let (send, receive) = sync_channel::<Arc<Vec<u8>>>(2);
            let reading = scope.spawn(move || read_and_digest(first, source, &send));
            let object = self.seal(&[recipient], |to| {
                let mut length = 0;
                for block in &receive {
                    length += block.len() as u64;
                    to.write_all(&block)?;
                    passing(length);
                }
                match finish_reading(reading) {
                    Ok(sha256) => trailer.insert(Trailer { record, salt, length, sha256 }).write_padded(to),
                    Err(error) => {
                        failed = Some(error);
                        Err(io::Error::other("the source failed"))
                    }
                }
            });
            // The reader must not wait for a sealer that has stopped.
            drop::<Receiver<_>>(receive);
            object
        });
        if let Some(error) = failed {
            return Err(ObjectError::Source(error));
        }
        let object = sealed?;
        let trailer = trailer.ok_or_else(|| ObjectError::Content(hex(&object), "it was sealed without a trailer"))?;
        Ok((Sealed { object, sha256: trailer.sha256, length: trailer.length }, trailer))
    }

    /// Seals what is in an object again, byte for byte with its padding, to another recipient: what it says, and so its commitment,
    /// is the same.
    ///
    /// # Errors
    /// As [`open_text`]; nothing is left of an object that does not open.
    pub fn again(&mut self, object: &Sha, keys: &[&SecretKey], recipient: &Recipient) -> Result<Sha, ObjectError> {
        let store = self.store;
        let mut failed = None;
        let sealed = self.seal(&[recipient], |to| {
            let copied = unseal(store, object, keys, |block| to.write_all(block).map_err(ObjectError::Sink));
            copied.map(drop).map_err(|error| match error {
                ObjectError::Sink(source) => source,
                other => {
                    failed = Some(other);
                    io::Error::other("the object could not be opened")
                }
            })
        });
        failed.map_or(sealed, Err)
    }

    /// Writes a file of the case that is no object and becomes durable with the objects.
    pub fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.make_room()?;
        let temporary = store::temporary_beside(path);
        self.store.remove(&temporary)?;
        let mut file = self.store.create(&temporary)?;
        let written = file.write_all(bytes).and_then(|()| file.flush());
        // From here on it is removed with the rest where nothing comes of them.
        self.written.push(Unnamed { temporary, path: path.into(), file });
        written.map_err(|e| StoreError::at(path, e))
    }

    /// Waits for a file of the caller's with the others, which the caller names when all of them are durable.
    pub fn wait_for(&mut self, file: Box<dyn Writing>) {
        self.waiting.push(file);
    }

    fn make_room(&mut self) -> Result<(), StoreError> {
        if self.written.len() >= LARGEST_BATCH {
            self.flush()?;
        }
        if self.sealing.is_none() {
            self.sealing = Some(self.store.sealing()?);
        }
        Ok(())
    }

    fn seal(
        &mut self,
        recipients: &[&Recipient],
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Sha, ObjectError> {
        self.make_room()?;
        let temporary = format!("{FOLDER}/{UNFINISHED}{}", hex(random::<16>()?.as_slice()));
        let file = self.store.create(&temporary)?;
        let failed = |source: io::Error| match StoreError::at(&temporary, source) {
            StoreError::Io { path, source } => ObjectError::Seal { path, source },
            better => better.into(),
        };
        let sealing = || -> io::Result<(Sha, Box<dyn Writing>)> {
            let keys = recipients.iter().map(|r| r.age() as &dyn age::Recipient);
            let encryptor = age::Encryptor::with_recipients(keys).map_err(io::Error::other)?;
            let mut sealing =
                encryptor.wrap_output(Digesting { file: io::BufWriter::new(file), hasher: Sha256::new() })?;
            fill(&mut sealing)?;
            let done = sealing.finish()?;
            let file = done.file.into_inner().map_err(io::IntoInnerError::into_error)?;
            Ok((done.hasher.finalize().into(), file))
        };
        match sealing() {
            Ok((object, file)) => {
                // The times come before the sync, so that it makes them durable too.
                self.store.clear_times(&temporary)?;
                self.written.push(Unnamed { temporary, path: path(&object), file });
                Ok(object)
            }
            Err(error) => {
                let _ = self.store.remove(&temporary);
                Err(failed(error))
            }
        }
    }

    /// Syncs and names what has been written so far, without yet syncing the folders: no file is open then.
    pub fn flush(&mut self) -> Result<(), StoreError> {
        let mut files = std::mem::take(&mut self.waiting);
        let mut names = Vec::new();
        for Unnamed { temporary, path, file } in self.written.drain(..) {
            files.push(file);
            names.push((temporary, path));
        }
        // All files were written before the first is synced, so the system writes them together. None gets its name before all
        // are on the disk.
        self.store.sync_files(FOLDER, &mut files)?;
        drop(files);
        for (temporary, path) in names {
            let folder = store::folder_of(&path);
            if !self.folders.contains(folder) {
                // Empty folders get lost where a case is copied by programs that know files only.
                store::create_folder_durably(self.store, folder)?;
                self.folders.insert(folder.to_string());
            }
            self.store.rename(&temporary, &path)?;
            self.named.push(path);
        }
        Ok(())
    }

    /// Removes what was written, where nothing will refer to it.
    pub fn discard(self) -> Result<(), StoreError> {
        let temporary = self.written.iter().map(|unnamed| &unnamed.temporary);
        temporary.chain(&self.named).try_for_each(|path| self.store.remove(path))
    }

    /// Makes everything durable: bytes first, then names, then the folders that hold the names.
    pub fn finish(mut self) -> Result<(), StoreError> {
        self.flush()?;
        let folders: Vec<String> = std::mem::take(&mut self.folders).into_iter().collect();
        self.store.sync_folders(&folders)
    }
}

/// The next block of a source; a short one is the last.
fn read_block(source: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut block = Vec::with_capacity(BLOCK);
    source.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
    Ok(block)
}

fn read_and_digest(first: Vec<u8>, mut source: impl Read, send: &SyncSender<Arc<Vec<u8>>>) -> io::Result<Sha> {
    let mut hasher = Sha256::new();
    let mut block = first;
    while !block.is_empty() {
        // Handed over first, so that the sealer works while this thread digests.
        let shared = Arc::new(block);
        if send.send(shared.clone()).is_err() {
            break;
        }
        hasher.update(shared.as_slice());
        block = read_block(&mut source)?;
    }
    Ok(hasher.finalize().into())
}

fn finish_reading(reading: std::thread::ScopedJoinHandle<'_, io::Result<Sha>>) -> io::Result<Sha> {
    reading.join().unwrap_or_else(|_| Err(io::Error::other("the thread that read the source stopped")))
}

/// A file that digests what is read from it.
struct DigestingReader {
    file: Box<dyn Read + Send>,
    hasher: Sha256,
}

impl Read for DigestingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        Ok(read)
    }
}

/// Opens an object with whichever of the keys fits, hands its plaintext to `take` in blocks, and tells which key it was.
///
/// What `take` was given is not to be used before this has returned: only then is it known that the file's bytes are those of
/// its name.
fn unseal(
    store: &dyn Store,
    object: &Sha,
    keys: &[&SecretKey],
    take: impl FnMut(&[u8]) -> Result<(), ObjectError>,
) -> Result<usize, ObjectError> {
    let file = store.open(&path(object))?.ok_or_else(|| ObjectError::Missing(hex(object)))?;
    let (found, fits) = unseal_file(file, &hex(object), keys, take)?;
    if found != *object {
        return Err(ObjectError::Altered(hex(object)));
    }
    fits.ok_or_else(|| ObjectError::Closed(hex(object)))
}

/// Opens a file with whichever key fits, and returns the digest of its bytes and which key it was.
fn unseal_file(
    file: Box<dyn Read + Send>,
    name: &str,
    keys: &[&SecretKey],
    mut take: impl FnMut(&[u8]) -> Result<(), ObjectError>,
) -> Result<(Sha, Option<usize>), ObjectError> {
    let failed = |e: io::Error| match e.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => ObjectError::Altered(name.to_string()),
        _ => StoreError::at(name, e).into(),
    };
    let mut reader = io::BufReader::with_capacity(1 << 16, DigestingReader { file, hasher: Sha256::new() });
    // Each key is tried in turn, remembering which one fits.
    let fits = std::cell::Cell::new(None);
    let tries: Vec<Try<'_, '_>> = keys.iter().enumerate().map(|(i, key)| Try { key, index: i, fits: &fits }).collect();
    let opened = age::Decryptor::new_buffered(&mut reader)
        .and_then(|d| d.decrypt(tries.iter().map(|t| t as &dyn age::Identity)));
    match opened {
        Ok(mut plain) => {
            let mut block = Zeroizing::new(vec![0; 1 << 16]);
            loop {
                let read = plain.read(&mut block).map_err(failed)?;
                if read == 0 {
                    break;
                }
                take(&block[..read])?;
            }
        }
        // The rest is read all the same: whoever cannot open an object can say whether it is whole.
        Err(_) => fits.set(None),
    }
    io::copy(&mut reader, &mut io::sink()).map_err(failed)?;
    Ok((reader.into_inner().hasher.finalize().into(), fits.get()))
}

/// A copy's plaintext, and the digest of its file.
pub type OpenedCopy = (Zeroizing<Vec<u8>>, Sha);

/// Opens a short sealed file anywhere in the case, such as a copy of an object, and returns its plaintext with the digest of its
/// bytes; absent if it is sealed to other keys.
pub fn open_copy(store: &dyn Store, path: &str, keys: &[&SecretKey]) -> Result<Option<OpenedCopy>, ObjectError> {
    let length = store.length(path)?.ok_or_else(|| ObjectError::Missing(path.to_string()))?;
    let file = store.open(path)?.ok_or_else(|| ObjectError::Missing(path.to_string()))?;
    if length > LONGEST_TEXT {
        return Err(ObjectError::Content(path.to_string(), "it is too long for a text"));
    }
    let mut text = Zeroizing::new(Vec::with_capacity(length as usize));
    let (digest, fits) = unseal_file(file, path, keys, |block| {
        text.extend_from_slice(block);
        Ok(())
    })?;
    Ok(fits.map(|_| (text, digest)))
}

/// A key that tells when it fits.
struct Try<'a, 'k> {
    key: &'k SecretKey,
    index: usize,
    fits: &'a std::cell::Cell<Option<usize>>,
}

impl age::Identity for Try<'_, '_> {
    fn unwrap_stanza(
        &self,
        stanza: &age_core::format::Stanza,
    ) -> Option<Result<age_core::format::FileKey, age::DecryptError>> {
        let found = self.key.age().unwrap_stanza(stanza);
        if matches!(found, Some(Ok(_))) {
            self.fits.set(Some(self.index));
        }
        found
    }
}

/// A short object's plaintext, padding included, and which of the keys opened it.
pub fn open_text(
    store: &dyn Store,
    object: &Sha,
    keys: &[&SecretKey],
) -> Result<(Zeroizing<Vec<u8>>, usize), ObjectError> {
    let length = store.length(&path(object))?.ok_or_else(|| ObjectError::Missing(hex(object)))?;
    if length > LONGEST_TEXT {
        return Err(ObjectError::Content(hex(object), "it is too long for a text"));
    }
    let mut text = Zeroizing::new(Vec::with_capacity(length as usize));
    let key = unseal(store, object, keys, |block| {
        text.extend_from_slice(block);
        Ok(())
    })?;
    Ok((text, key))
}

/// Writes an item's content, exactly as it was collected, and returns its trailer and which of the keys opened it.
///
/// What has been written is right only if this returns without an error.
pub fn open_item(
    store: &dyn Store,
    object: &Sha,
    keys: &[&SecretKey],
    to: &mut dyn Write,
) -> Result<(Trailer, usize), ObjectError> {
    let wrong = |why| ObjectError::Content(hex(object), why);
    let mut content = Content { to, hasher: Sha256::new(), written: 0, zeros: 0, end: Zeroizing::new(Vec::new()) };
    let key = unseal(store, object, keys, |block| content.take(block).map_err(ObjectError::Sink))?;
    let trailer = Trailer::parse(&content.end).ok_or_else(|| wrong("it has no trailer of an item"))?;
    let missing = trailer.length.checked_sub(content.written).ok_or_else(|| wrong("its padding is not of zeros"))?;
    if missing > content.zeros {
        return Err(wrong("its trailer speaks of more bytes than there are"));
    }
    content.write_zeros(missing).map_err(ObjectError::Sink)?;
    if content.hasher.finalize().as_slice() != trailer.sha256 {
        return Err(wrong("its content does not have the digest in its trailer"));
    }
    Ok((trailer, key))
}

/// An item's content on its way out, in one pass: where it ends is known from the trailer alone, so the last bytes are held back,
/// and zeros are counted until it is known that they are no padding.
struct Content<'a> {
    to: &'a mut dyn Write,
    hasher: Sha256,
    written: u64,
    zeros: u64,
    end: Zeroizing<Vec<u8>>,
}

impl Content<'_> {
    fn take(&mut self, block: &[u8]) -> io::Result<()> {
        self.end.extend_from_slice(block);
        let passing = self.end.len().saturating_sub(TRAILER);
        let passed = Zeroizing::new(self.end.drain(..passing).collect::<Vec<u8>>());
        let solid = passed.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let (solid, zeros) = passed.split_at(solid);
        if !solid.is_empty() {
            self.write_zeros(self.zeros)?;
            self.zeros = 0;
            self.write(solid)?;
        }
        self.zeros += zeros.len() as u64;
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.written += bytes.len() as u64;
        self.to.write_all(bytes)
    }

    fn write_zeros(&mut self, count: u64) -> io::Result<()> {
        let block = [0; 4096];
        let mut left = count;
        while left > 0 {
            let some = left.min(block.len() as u64);
            self.write(&block[..some as usize])?;
            left -= some;
        }
        Ok(())
    }
}

/// Is there such an object, and is it sealed to one of the keys? Only its beginning is read.
///
/// # Errors
/// [`ObjectError::Store`].
pub fn is_open_to(store: &dyn Store, object: &Sha, keys: &[&SecretKey]) -> Result<bool, ObjectError> {
    let Some(file) = store.open(&path(object))? else { return Ok(false) };
    let keys = keys.iter().map(|key| key.age() as &dyn age::Identity);
    Ok(age::Decryptor::new_buffered(io::BufReader::new(file)).and_then(|d| d.decrypt(keys)).is_ok())
}

/// Are an object's bytes those that its name says? It takes no key.
pub fn check(store: &dyn Store, object: &Sha) -> Result<(), ObjectError> {
    match unseal(store, object, &[], |_| Ok(())) {
        Err(ObjectError::Closed(_)) => Ok(()),
        other => other.map(|_| ()),
    }
}

#[cfg(test)]
mod tests;
