//! What lies in this zip archive, without ever unpacking more than a bounded amount?
//!
//! A few kilobytes of zip can promise petabytes. The directory's word on sizes is never believed: what is unpacked is
//! counted, an entry and an archive each have a budget, and an archive within an archive is not opened.

use std::io::{Cursor, Read};
use zip::ZipArchive;

/// At most so much of one entry is unpacked. The XML of a book of 10,000 pages is smaller.
pub const ENTRY: u64 = 32 << 20;
/// At most so much of one archive is unpacked, entries taken together.
pub const ARCHIVE: u64 = 96 << 20;

/// A zip archive in memory with what may still be unpacked of it.
pub struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    budget: u64,
    short: bool,
}

impl<'a> Archive<'a> {
    /// Reads the directory of an archive. `None` if it has none.
    pub fn open(bytes: &'a [u8]) -> Option<Self> {
        let zip = ZipArchive::new(Cursor::new(bytes)).ok()?;
        Some(Self { zip, budget: ARCHIVE, short: false })
    }

    /// The names of the entries.
    pub fn names(&self) -> impl Iterator<Item = String> + '_ {
        self.zip.file_names_raw().map(|name| String::from_utf8_lossy(name).into_owned())
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.zip.len()
    }

    /// Whether the archive is empty.
    pub fn is_empty(&self) -> bool {
        self.zip.is_empty()
    }

    /// Whether an entry has this name.
    pub fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The bytes of an entry; `None` if it is not there or cannot be unpacked. Past the budget the bytes end early and
    /// [`Self::short`] tells.
    pub fn bytes(&mut self, name: &str) -> Option<Vec<u8>> {
        let most = ENTRY.min(self.budget);
        let entry = self.zip.by_name(name).ok()?;
        let mut bytes = Vec::new();
        // What could be unpacked before a fault is kept: a damaged file still says something.
        let outcome = entry.take(most.saturating_add(1)).read_to_end(&mut bytes);
        if bytes.len() as u64 > most {
            bytes.truncate(most as usize);
            self.short = true;
        }
        self.short |= outcome.is_err();
        self.budget = self.budget.saturating_sub(bytes.len() as u64);
        (outcome.is_ok() || !bytes.is_empty()).then_some(bytes)
    }

    /// The text of an entry, by its byte order mark or as UTF-8.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.bytes(name).map(|bytes| encoding_rs::UTF_8.decode(&bytes).0.into_owned())
    }

    /// Whether all that is in it can be unpacked whole within the budgets. Nothing is kept. Which entry a reader will ask for is the
    /// file's word, so each counts.
    pub fn fits(&mut self) -> bool {
        let mut left = ARCHIVE;
        for index in 0..self.zip.len() {
            let Ok(entry) = self.zip.by_index(index) else { return false };
            // A name that cannot be read is nothing that another program would open.
            let Ok(name) = entry.name().map(|name| name.to_ascii_lowercase()) else { return false };
            if !name.ends_with(".xml") && !name.ends_with(".rels") {
                continue;
            }
            let most = ENTRY.min(left);
            match std::io::copy(&mut entry.take(most.saturating_add(1)), &mut std::io::sink()) {
                Ok(length) if length <= most => left = left.saturating_sub(length),
                _ => return false,
            }
        }
        true
    }

    /// Whether anything asked for was longer than its budget or damaged.
    pub fn short(&self) -> bool {
        self.short
    }
}
