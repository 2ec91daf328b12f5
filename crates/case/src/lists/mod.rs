//! What do the lists say?
//!
//! Reads lists of people in any common format into records, with every fault named by file, row and column.

mod date;
mod delimited;
mod known;
mod mapping;
mod originals;
mod parquet;
mod table;
mod value;
mod workbook;

use crate::digest;
use crate::fault::{Fault, Faults, Severity};
use crate::settings::{ListSettings, Settings};
use factum_link::RecordSet;
use factum_model::capture::MAX_LISTS;
use factum_model::{Input, ListId, Record};
pub use mapping::ColumnUse;
use mapping::{DateOrders, Records};
pub use originals::originals;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use table::{Cell, Format, Sink};

/// The name of a file without its folder.
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

/// One list as it was read.
#[derive(Clone, Debug, Serialize)]
pub struct ListInfo {
    /// Its short name.
    pub id: ListId,
    /// Its name in full.
    pub label: String,
    /// What kind of source it is.
    pub kind: Option<String>,
    /// Whether every person stands on it at most once, as the settings say.
    pub deduplicated: bool,
    /// The file it came from.
    pub file: String,
    /// Records that entered.
    pub records: u64,
    /// Of them, records that say something in a respect to which a column is mapped.
    pub known: BTreeMap<&'static str, u64>,
}

/// One file as it was read.
#[derive(Clone, Debug, Serialize)]
pub struct FileInfo {
    /// Name, length and SHA-256.
    #[serde(flatten)]
    pub input: Input,
    /// Delimited text, workbook or Parquet.
    pub format: &'static str,
    /// The encoding of its letters, for text.
    pub encoding: Option<String>,
    /// Rows below the header.
    pub rows: u64,
    /// Rows that entered as records.
    pub records: u64,
    /// Its mapped columns.
    pub columns: Vec<ColumnUse>,
}

/// Everything that was read.
#[derive(Default)]
pub struct Reading {
    /// The lists, in the order of the records' list numbers.
    pub lists: Vec<ListInfo>,
    /// The files.
    pub files: Vec<FileInfo>,
    /// What was wrong.
    pub faults: Faults,
    /// The records, ready for linking.
    pub records: RecordSet,
    /// The settings that say what the columns mean.
    pub settings: Option<Input>,
}

/// Reads the lists of an inquiry: the given files, or, when none is given, those that the settings name, relative to
/// `folder`. Files that cannot be read are named in the faults; the others are read.
pub fn read(files: &[PathBuf], settings: &Settings, folder: &Path) -> Reading {
    let mut reading = Reading { settings: settings.source.clone(), ..Reading::default() };
    let named: Vec<PathBuf>;
    let files = if files.is_empty() {
        named = settings.files(folder);
        for list in settings.lists.iter().filter(|l| l.file.is_none()) {
            let fault = Fault::new(Severity::Error, "settings", format!("list `{}` names no file", list.id));
            reading.faults.push(fault.hint("write file = \"…\" in its section, or give files on the command line"));
        }
        &named
    } else {
        files
    };
    if files.is_empty() && settings.lists.is_empty() {
        let fault = Fault::new(Severity::Error, "settings", "no list was given, and the settings name no file");
        reading.faults.push(fault.hint("give files, or write file = \"…\" in a [lists.NAME] section"));
    }
    let mut seen: HashSet<&PathBuf> = HashSet::new();
    for path in files {
        if !seen.insert(path) {
            let fault = Fault::new(Severity::Error, &file_name(path), "the file is given twice");
            reading.faults.push(fault.hint("give each list once"));
            continue;
        }
        read_file(path, settings, &mut reading);
    }
    reading
}

fn read_file(path: &Path, settings: &Settings, reading: &mut Reading) {
    let file = file_name(path);
    let Some(list) = settings.for_file(path) else {
        let hint =
            format!("add a section [lists.NAME] with file = \"{file}\" and its columns, or [columns] for all lists");
        reading
            .faults
            .push(Fault::new(Severity::Error, &file, "the settings do not say what its columns mean").hint(hint));
        return;
    };
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            reading.faults.push(Fault::new(Severity::Error, &file, format!("cannot be read: {error}")));
            return;
        }
    };
    read_bytes(&bytes, &file, &list, reading);
}

/// Reads one list from the bytes of its file.
pub(crate) fn read_bytes(bytes: &[u8], file: &str, list: &ListSettings, reading: &mut Reading) {
    let mut orders = DateOrders::new(list);
    if DateOrders::needed(list) {
        // A first look for the order of day and month; its faults come again when the file is read in earnest.
        table::read(bytes, file, list, &mut orders, &mut Faults::default());
    }
    let Reading { lists, files, faults, records, .. } = reading;
    let before = lists.len();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut emit = |name: Option<&str>, record: Record| {
        let name = name.unwrap_or(&list.id);
        let at = *places.entry(name.to_string()).or_insert_with(|| {
            lists.push(described(name, list, file));
            records.add_list(ListId::new(name), list.deduplicated)
        });
        lists[at].records += 1;
        known::count(&mut lists[at].known, &record);
        records.push(at, &record);
    };
    let mut sink = Records::new(file, list, orders.found(), &mut emit);
    let encoding = table::read(bytes, file, list, &mut sink, faults);
    sink.finish(faults);
    let columns = std::mem::take(&mut sink.columns);
    let (rows, entered) = (sink.rows, sink.records);
    check_lists(lists, before, file, faults);
    files.push(FileInfo {
        input: digest::input(file, bytes),
        format: Format::of(bytes).name(),
        encoding,
        rows,
        records: entered,
        columns,
    });
}

/// Lists need names of their own, and a column that makes a list of every row was not meant as such.
fn check_lists(lists: &[ListInfo], before: usize, file: &str, faults: &mut Faults) {
    let (earlier, new) = lists.split_at(before);
    for list in new.iter().filter(|l| earlier.iter().any(|e| e.id == l.id)) {
        let what = format!("another file holds a list called `{}` already", list.id);
        faults
            .push(Fault::new(Severity::Error, file, what).hint("give each list a section [lists.NAME] with its file"));
    }
    if lists.len() > MAX_LISTS {
        let what = format!("with this file there are {} lists, more than {MAX_LISTS}", lists.len());
        faults.push(Fault::new(Severity::Error, file, what).hint("check the column mapped to `list`"));
    }
}

fn described(name: &str, list: &ListSettings, file: &str) -> ListInfo {
    let label = if name == list.id { list.label.clone() } else { None };
    ListInfo {
        id: ListId::new(name),
        label: label.unwrap_or_else(|| name.to_string()),
        kind: list.kind.clone(),
        deduplicated: list.deduplicated,
        file: file.to_string(),
        records: 0,
        known: known::none(list),
    }
}

/// The header and rows of a small table as text, for tables that are no lists of people.
pub(crate) fn read_table(bytes: &[u8], file: &str, faults: &mut Faults) -> (Vec<String>, Vec<(u32, Vec<String>)>) {
    #[derive(Default)]
    struct Collect {
        header: Vec<String>,
        rows: Vec<(u32, Vec<String>)>,
    }
    impl Sink for Collect {
        fn header(&mut self, names: &[String], _: &mut Faults) -> bool {
            self.header = names.to_vec();
            true
        }

        fn row(&mut self, number: u32, cells: &[Cell<'_>], _: &mut Faults) {
            self.rows.push((number, cells.iter().map(|c| c.text().into_owned()).collect()));
        }
    }
    let mut collect = Collect::default();
    table::read(bytes, file, &ListSettings::default(), &mut collect, faults);
    (collect.header, collect.rows)
}

#[cfg(test)]
mod tests;
