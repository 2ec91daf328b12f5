//! What did the source write in these few records, word for word?
//!
//! Linking keeps codes only. Where a person is to look at a pair, its rows are read a second time, and only theirs are kept.

use super::mapping::{Located, locate};
use super::table::{Cell, Sink};
use super::{Reading, file_name, table};
use crate::digest;
use crate::fault::Faults;
use crate::judgement::RecordKey;
use crate::settings::{ListSettings, Settings};
use factum_model::{Feature, ListId, RecordId};
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};

/// Cells as written, with what they hold, in the order of the settings.
pub type Words = Vec<(Feature, String)>;

/// Why records could not be read a second time.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// The file is gone or closed.
    #[error("{file} cannot be read again: {source}")]
    Read {
        /// The file's name.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not what it was.
    #[error("{0} has changed since it was read; begin again, so that what is shown is what was linked")]
    Changed(String),
}

/// Reads the words of the wanted records from the files that a reading came from. Records that are not there are absent.
///
/// # Errors
/// When a file cannot be read, or is not the one that was read before.
pub fn words(
    files: &[PathBuf],
    settings: &Settings,
    folder: &Path,
    reading: &Reading,
    wanted: &BTreeSet<RecordKey>,
) -> Result<HashMap<RecordKey, Words>, WordsError> {
    let mut found = HashMap::new();
    let named = if files.is_empty() { settings.files(folder) } else { files.to_vec() };
    for path in &named {
        let Some(list) = settings.for_file(path) else { continue };
        let file = file_name(path);
        let bytes = std::fs::read(path).map_err(|source| WordsError::Read { file: file.clone(), source })?;
        let input = digest::input(&file, &bytes);
        if !reading.files.iter().any(|f| f.input == input) {
            return Err(WordsError::Changed(file));
        }
        words_of(&bytes, &file, &list, wanted, &mut found);
    }
    Ok(found)
}

/// Reads the words of the wanted records from the bytes of one file.
pub(crate) fn words_of(
    bytes: &[u8],
    file: &str,
    list: &ListSettings,
    wanted: &BTreeSet<RecordKey>,
    found: &mut HashMap<RecordKey, Words>,
) {
    let mut sink = Wanted { file, list, wanted, found, located: Vec::new() };
    // Its faults were told when the file was read in earnest.
    table::read(bytes, file, list, &mut sink, &mut Faults::default());
}

struct Wanted<'a> {
    file: &'a str,
    list: &'a ListSettings,
    wanted: &'a BTreeSet<RecordKey>,
    found: &'a mut HashMap<RecordKey, Words>,
    located: Vec<Located>,
}

impl Sink for Wanted<'_> {
    fn header(&mut self, names: &[String], faults: &mut Faults) -> bool {
        self.located = locate(names, self.file, self.list, faults).unwrap_or_default();
        !self.located.is_empty()
    }

    fn row(&mut self, number: u32, cells: &[Cell<'_>], _: &mut Faults) {
        let of = |feature: Feature| {
            let column = self.located.iter().find(|l| l.feature == feature)?;
            Some(cells[column.at].text().into_owned()).filter(|text| !text.is_empty())
        };
        let key = RecordKey {
            list: ListId::new(of(Feature::List).unwrap_or_else(|| self.list.id.clone())),
            record: RecordId::new(of(Feature::Record).unwrap_or_else(|| number.to_string())),
        };
        if !self.wanted.contains(&key) || self.found.contains_key(&key) {
            return;
        }
        let names_it = |feature: Feature| matches!(feature, Feature::Record | Feature::List);
        let said = self.located.iter().filter(|l| !names_it(l.feature));
        let words: Words =
            said.map(|l| (l.feature, cells[l.at].text().into_owned())).filter(|w| !w.1.is_empty()).collect();
        if !words.is_empty() {
            self.found.insert(key, words);
        }
    }
}
