//! What do the lists say?
//!
//! Reads lists of people in any common format into records, with every fault named by file, row and column.

mod date;
mod delimited;
mod known;
mod mapping;
mod parquet;
pub(crate) mod table;
pub(crate) mod trace;
mod value;
pub mod words;
mod workbook;

use crate::counting::{Columns, Counting, Unnamed};
use crate::digest;
use crate::fault::{Fault, Faults, Severity};
use crate::groups;
use crate::scope::{Judge, ScopeCounts, Standing};
use crate::settings::{ListSettings, Settings};
pub(crate) use date::{OrderEvidence, ReadDate, ascii_digits, read as read_date};
use factum_link::RecordSet;
use factum_model::capture::MAX_LISTS;
use factum_model::{Feature, Input, ListId, Record};
pub use mapping::ColumnUse;
use mapping::{DateOrders, Records};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use table::{Cell, Format, Sink};
use trace::Traces;

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
    /// The list it copies: the two count as one.
    pub copies: Option<ListId>,
    /// Records that entered.
    pub records: u64,
    /// How its records stand to the scope; absent when the settings set none.
    pub scope: Option<ScopeCounts>,
    /// Its records that name nobody, set aside and counted apart.
    pub unnamed: u64,
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
    /// The judgements of pairs that bind the linkage, if any were given.
    pub judgements: Option<Input>,
    /// What is counted.
    pub counting: Counting,
    /// What linking does not need of the records.
    pub(crate) traces: Traces,
}

impl Reading {
    /// Nothing read yet, under these settings.
    pub fn new(settings: &Settings) -> Self {
        Self { settings: settings.source.clone(), counting: settings.counting.clone(), ..Self::default() }
    }

    /// The lists that count, a copy counting as the list it copies.
    pub fn columns(&self) -> Columns {
        Columns::new(&self.records, &self.counting)
    }
}

/// Reads the lists of an inquiry: the given files, or, when none is given, those that the settings name, relative to
/// `folder`. Files that cannot be read are named in the faults; the others are read.
pub fn read(files: &[PathBuf], settings: &Settings, folder: &Path) -> Reading {
    let mut reading = Reading::new(settings);
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
    check_copies(&mut reading);
    reading
}

/// A copy of a list that is not there is a slip of the settings.
fn check_copies(reading: &mut Reading) {
    let Reading { counting, lists, faults, .. } = reading;
    for (copy, of) in &counting.copies {
        for id in [copy, of].into_iter().filter(|id| !lists.iter().any(|l| l.id == **id)) {
            let what = format!("list `{copy}` is said to copy `{of}`, but no list read is called `{id}`");
            faults.push(Fault::new(Severity::Error, "settings", what).hint("check the names, or give that list too"));
        }
    }
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
    let Reading { lists, files, faults, records, counting, traces, .. } = reading;
    let before = lists.len();
    let mut places: HashMap<String, usize> = HashMap::new();
    let names_people = list.columns.iter().any(|c| is_name(c.feature));
    let mut judge = Judge::new(&counting.scope);
    let mut reader = groups::Reader::default();
    let mut emit = |name: Option<&str>, mut record: Record| {
        let name = name.unwrap_or(&list.id);
        let at = *places.entry(name.to_string()).or_insert_with(|| {
            lists.push(described(name, list, file, counting));
            records.add_list(ListId::new(name), list.deduplicated)
        });
        let info = &mut lists[at];
        if !counting.scope.asks_nothing() {
            let standing = judge.judge(&record, list.event_type.as_deref());
            info.scope.get_or_insert_default().add(standing);
            if !counting.scope.keeps(standing) {
                return Some(set_aside(file, record.row, standing));
            }
        }
        // Only where records of nobody are linked are their words wanted back.
        let written = if counting.unnamed == Unnamed::Link { record.names.clone() } else { Vec::new() };
        let speaks = reader.read(&mut record, names_people);
        let linked_all_the_same =
            counting.unnamed == Unnamed::Link && !speaks.named && speaks.others.stated == 1 && !speaks.others.more;
        if linked_all_the_same {
            record.names = written;
        }
        let enters = speaks.named || linked_all_the_same;
        if !speaks.others.is_none() && !linked_all_the_same {
            traces.push_group(at, &record, speaks.others, enters.then_some(records.len() as u32));
        }
        if !enters {
            info.unnamed += 1;
            return Some(Fault::new(Severity::SetAside, file, "names nobody; counted apart").at_row(record.row));
        }
        info.records += 1;
        known::count(&mut info.known, &record);
        traces.push(&record);
        records.push(at, &record);
        None
    };
    let mut sink = Records::new(file, list, orders.found(), &mut emit);
    let encoding = table::read(bytes, file, list, &mut sink, faults);
    sink.finish(faults);
    let columns = std::mem::take(&mut sink.columns);
    let (rows, entered) = (sink.rows, sink.records);
    for empty in lists[before..].iter().filter(|l| l.records == 0) {
        let what = format!("every record of the list `{}` was set aside", empty.id);
        faults.push(Fault::new(Severity::Note, file, what).hint("check the scope and the mapping of its columns"));
    }
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

fn is_name(feature: Feature) -> bool {
    use Feature::{FamilyName, FullName, GivenName, MiddleName, OtherName};
    matches!(feature, FullName | GivenName | MiddleName | FamilyName | OtherName)
}

fn set_aside(file: &str, row: u32, standing: Standing) -> Fault {
    let what = match standing {
        Standing::Unknown(respect) => {
            format!("the {} of its event is not known, so the scope leaves it out", respect.word())
        }
        Standing::Outside(respect) | Standing::MayBeOutside(respect) => {
            format!("the {} of its event lies outside the scope", respect.word())
        }
        Standing::Inside => "lies inside the scope".to_string(),
    };
    Fault::new(Severity::SetAside, file, what).at_row(row)
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

fn described(name: &str, list: &ListSettings, file: &str, counting: &Counting) -> ListInfo {
    let label = if name == list.id { list.label.clone() } else { None };
    ListInfo {
        id: ListId::new(name),
        label: label.unwrap_or_else(|| name.to_string()),
        kind: list.kind.clone(),
        deduplicated: list.deduplicated,
        file: file.to_string(),
        copies: counting.copies.get(&ListId::new(name)).cloned(),
        records: 0,
        scope: None,
        unnamed: 0,
        known: known::none(list),
    }
}

/// The header and rows of a small table as text, for tables that are no lists of people.
pub(crate) fn read_table(bytes: &[u8], file: &str, faults: &mut Faults) -> (Vec<String>, Vec<(u32, Vec<String>)>) {
    read_table_as(bytes, file, &ListSettings::default(), faults)
}

/// The same for a table that is written as these settings say.
pub(crate) fn read_table_as(
    bytes: &[u8],
    file: &str,
    settings: &ListSettings,
    faults: &mut Faults,
) -> (Vec<String>, Vec<(u32, Vec<String>)>) {
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
    table::read(bytes, file, settings, &mut collect, faults);
    (collect.header, collect.rows)
}

#[cfg(test)]
mod tests;
