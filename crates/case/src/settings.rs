//! Which column means what, and which lists belong to the inquiry?
//!
//! A settings file is TOML: a title, one section a list, and for each list (or for all) a table from the names of its
//! columns to features. It maps columns and says how a file is written; it never tunes the engine to a data set.

mod population;

use crate::counting::Counting;
use crate::digest;
use crate::fault::{Fault, Faults, Severity};
use factum_link::Rule;
use factum_model::{Feature, Input, ListId};
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The settings of an inquiry into lists.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What the report is called.
    pub title: Option<String>,
    /// What the numbers are about: event type, place and period, in words.
    pub population: Option<String>,
    /// What is counted: the scope, the unit, lists that copy.
    pub counting: Counting,
    /// Who publishes.
    pub author: Option<String>,
    /// Rules that choose pairs; none leaves the choice to the engine.
    pub rules: Vec<Rule>,
    /// The lists, in the order of the file.
    pub lists: Vec<ListSettings>,
    /// Columns of every list that names none of its own.
    pub columns: Vec<Mapped>,
    /// The file they came from: an input of every run, because it decides what columns mean.
    pub source: Option<Input>,
}

/// The settings of one list.
#[derive(Clone, Debug, Default)]
pub struct ListSettings {
    /// Its short name.
    pub id: String,
    /// Its file, relative to the settings.
    pub file: Option<String>,
    /// Its name in full.
    pub label: Option<String>,
    /// What kind of source it is.
    pub kind: Option<String>,
    /// Whether every person stands on it at most once.
    pub deduplicated: bool,
    /// Its character encoding, if the file does not tell.
    pub encoding: Option<String>,
    /// What separates its columns, if the file does not tell.
    pub delimiter: Option<u8>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// Whether `03/05/2015` is a day in May or in March, if the file does not tell.
    pub date_order: Option<DateOrder>,
    /// The type of event of all its records, where no column says it.
    pub event_type: Option<String>,
    /// Its columns.
    pub columns: Vec<Mapped>,
}

/// A column with its feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// Name of the column, as in the file's header.
    pub column: String,
    /// What it holds.
    pub feature: Feature,
}

/// How dates written with numbers alone are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// 31/12/2015.
    DayFirst,
    /// 12/31/2015.
    MonthFirst,
}

impl ListSettings {
    /// The identifier as a list.
    pub fn list_id(&self) -> ListId {
        ListId::new(&self.id)
    }
}

impl Settings {
    /// Reads settings; all faults at once. What is at fault is left out of the result.
    pub fn parse(text: &str, file: &str) -> (Settings, Faults) {
        let mut reader = Reader { text, file, faults: Faults::default() };
        let mut settings = Settings { source: Some(digest::input(file, text.as_bytes())), ..Settings::default() };
        match DeTable::parse(text) {
            Ok(table) => reader.settings(table.get_ref(), &mut settings),
            Err(error) => {
                let fault = Fault::new(Severity::Error, file, format!("not readable as TOML: {}", error.message()));
                let at = error.span().map(|span| line_of(text, span.start));
                reader.faults.push(match at {
                    Some(line) => fault.at_row(line),
                    None => fault,
                });
            }
        }
        (settings, reader.faults)
    }

    /// Reads settings from a file.
    pub fn read(path: &Path) -> (Settings, Faults) {
        let name = crate::lists::file_name(path);
        match std::fs::read_to_string(path) {
            Ok(text) => Settings::parse(&text, &name),
            Err(error) => {
                let mut faults = Faults::default();
                faults.push(Fault::new(Severity::Error, &name, format!("cannot be read: {error}")));
                (Settings::default(), faults)
            }
        }
    }

    /// The files that the settings name, relative to `folder`.
    pub fn files(&self, folder: &Path) -> Vec<PathBuf> {
        self.lists.iter().filter_map(|l| Some(folder.join(l.file.as_ref()?))).collect()
    }

    /// Whether nothing could be read from them.
    pub fn say_nothing(&self) -> bool {
        self.lists.is_empty() && self.columns.is_empty()
    }

    /// The settings for a file: the list that names it, or whose name is the file's stem, or one made up from the columns
    /// that hold for every list. `None` when nothing says what its columns mean.
    pub fn for_file(&self, path: &Path) -> Option<ListSettings> {
        let name = crate::lists::file_name(path);
        let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let file_name_of = |list: &ListSettings| list.file.as_deref().map(|f| crate::lists::file_name(Path::new(f)));
        let named = self.lists.iter().find(|l| file_name_of(l).as_deref() == Some(name.as_str()));
        let found = named.or_else(|| self.lists.iter().find(|l| l.id == stem)).cloned();
        let mut list = found.unwrap_or_else(|| ListSettings { id: stem, ..ListSettings::default() });
        if list.columns.is_empty() {
            list.columns = self.columns.clone();
        }
        (!list.columns.is_empty()).then_some(list)
    }
}

fn line_of(text: &str, offset: usize) -> u32 {
    text.as_bytes().iter().take(offset).filter(|b| **b == b'\n').count() as u32 + 1
}

/// Walks the parsed TOML and notes what does not fit, each with its line.
struct Reader<'t> {
    text: &'t str,
    file: &'t str,
    faults: Faults,
}

type Value<'t> = Spanned<DeValue<'t>>;

impl Reader<'_> {
    fn fault(&mut self, offset: usize, what: String, hint: String) {
        let fault = Fault::new(Severity::Error, self.file, what).at_row(line_of(self.text, offset)).hint(hint);
        self.faults.push(fault);
    }

    fn settings(&mut self, table: &DeTable<'_>, settings: &mut Settings) {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "title" => settings.title = self.string("title", value),
                "population" => self.population(value, settings),
                "scope" => settings.counting.scope = self.scope(value),
                "author" => settings.author = self.string("author", value),
                "blocking" => settings.rules = self.rules(value),
                "columns" => settings.columns = self.columns(value),
                "lists" => self.lists(value, settings),
                other => self.fault(
                    key.span().start,
                    format!("there is no setting `{other}`"),
                    "the settings are title, population, scope, author, blocking, columns and lists.NAME".into(),
                ),
            }
        }
    }

    fn lists(&mut self, value: &Value<'_>, settings: &mut Settings) {
        let Some(lists) = self.table("lists", value) else { return };
        for (id, value) in lists {
            let id = id.get_ref().to_string();
            let Some(table) = self.table(&format!("lists.{id}"), value) else { continue };
            let mut list = ListSettings { id, ..ListSettings::default() };
            for (key, value) in table {
                match key.get_ref().as_ref() {
                    "copies" => {
                        if let Some(of) = self.string("copies", value) {
                            self.copies(&list.id, &of, value.span().start, settings);
                        }
                    }
                    name => self.list_setting(&mut list, name, key.span().start, value),
                }
            }
            settings.lists.push(list);
        }
    }

    fn list_setting(&mut self, list: &mut ListSettings, key: &str, at: usize, value: &Value<'_>) {
        match key {
            "file" => list.file = self.string(key, value),
            "label" => list.label = self.string(key, value),
            "kind" => list.kind = self.string(key, value),
            "encoding" => list.encoding = self.string(key, value),
            "sheet" => list.sheet = self.string(key, value),
            "event_type" => list.event_type = self.string(key, value),
            "deduplicated" => match value.get_ref() {
                DeValue::Boolean(flag) => list.deduplicated = *flag,
                _ => self.fault(
                    value.span().start,
                    "`deduplicated` must be true or false".into(),
                    "write true or false".into(),
                ),
            },
            "delimiter" => {
                list.delimiter = self.string(key, value).and_then(|text| match text.as_bytes() {
                    [byte] => Some(*byte),
                    _ => {
                        let hint = "write \",\", \";\", \"|\" or \"\\t\"".into();
                        self.fault(value.span().start, "`delimiter` must be one character".into(), hint);
                        None
                    }
                });
            }
            "date_order" => {
                list.date_order = self.string(key, value).and_then(|text| match text.as_str() {
                    "dmy" => Some(DateOrder::DayFirst),
                    "mdy" => Some(DateOrder::MonthFirst),
                    _ => {
                        let hint = "write \"dmy\" or \"mdy\"; dates that begin with the year need nothing".into();
                        self.fault(value.span().start, "there is no such date order".into(), hint);
                        None
                    }
                });
            }
            "columns" => list.columns = self.columns(value),
            other => self.fault(
                at,
                format!("there is no setting `{other}` for a list"),
                "a list has file, label, kind, deduplicated, copies, event_type, encoding, delimiter, sheet, date_order and \
                 columns"
                    .into(),
            ),
        }
    }

    fn columns(&mut self, value: &Value<'_>) -> Vec<Mapped> {
        let Some(table) = self.table("columns", value) else { return Vec::new() };
        let mut mapped: Vec<Mapped> = Vec::new();
        for (column, value) in table {
            let Some(key) = self.string(column.get_ref(), value) else { continue };
            let Some(feature) = Feature::from_key(&key) else {
                self.fault(value.span().start, format!("there is no feature `{key}`"), nearest_feature(&key));
                continue;
            };
            if !feature.repeats() && mapped.iter().any(|m| m.feature == feature) {
                let hint = "map one column to it and leave the other out".into();
                self.fault(value.span().start, format!("two columns are mapped to `{key}`"), hint);
                continue;
            }
            mapped.push(Mapped { column: column.get_ref().trim().to_string(), feature });
        }
        mapped
    }

    fn rules(&mut self, value: &Value<'_>) -> Vec<Rule> {
        let DeValue::Array(items) = value.get_ref() else {
            let hint = "write blocking = [\"name.family + event.date\", \"birth\"]".into();
            self.fault(value.span().start, "`blocking` must be a list of rules".into(), hint);
            return Vec::new();
        };
        let mut rules = Vec::new();
        for item in items.iter() {
            match self.string("blocking", item).map(|text| text.parse::<Rule>()) {
                Some(Ok(rule)) => rules.push(rule),
                Some(Err(error)) => self.fault(item.span().start, error.to_string(), "mend or remove the rule".into()),
                None => {}
            }
        }
        rules
    }

    fn string(&mut self, key: &str, value: &Value<'_>) -> Option<String> {
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                self.fault(value.span().start, format!("`{key}` must be text"), "put it in quotation marks".into());
                None
            }
        }
    }

    fn table<'v, 't>(&mut self, key: &str, value: &'v Value<'t>) -> Option<&'v DeTable<'t>> {
        match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => {
                self.fault(value.span().start, format!("`{key}` must be a section"), format!("write [{key}]"));
                None
            }
        }
    }
}

/// A hint that names the feature meant, or all of them.
fn nearest_feature(key: &str) -> String {
    let wanted = key.to_lowercase();
    let last = |k: &str| k.rsplit('.').next().unwrap_or(k).to_string();
    let meant = Feature::ALL.iter().find(|f| last(f.key()) == last(&wanted) || f.key().contains(&wanted));
    match meant {
        Some(feature) => format!("did you mean `{}`?", feature.key()),
        None => {
            let keys: Vec<&str> = Feature::ALL.iter().map(|f| f.key()).collect();
            format!("the features are {}", keys.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn faults(text: &str) -> Vec<String> {
        Settings::parse(text, "s.toml").1.iter().map(|f| f.line(false)).collect()
    }

    #[test]
    fn reads_lists_and_columns() {
        let (settings, faults) = Settings::parse(
            "title = 'T'\n[columns]\nName = 'name'\n[lists.press]\nfile = 'p.xlsx'\ndeduplicated = true\ndate_order = 'dmy'\n\
             [lists.press.columns]\n'No.' = 'record'\nAlias = 'name.other'\nAlias2 = 'name.other'\n",
            "s.toml",
        );
        assert!(faults.is_empty(), "{faults:?}");
        let press = settings.for_file(Path::new("folder/p.xlsx")).unwrap();
        assert_eq!((press.id.as_str(), press.deduplicated, press.columns.len()), ("press", true, 3));
        let other = settings.for_file(Path::new("ngo.csv")).unwrap();
        assert_eq!((other.id.as_str(), other.columns.len()), ("ngo", 1));
    }

    #[test]
    fn names_every_fault_with_its_line() {
        let found = faults(
            "titel = 'T'\nblocking = ['name.family + colour']\n[lists.a]\ndeduplicated = 'yes'\ndelimiter = ';;'\n\
             date_order = 'ymd'\n[lists.a.columns]\nFirst = 'given'\nX = 'colour'\nP = 'sex'\nQ = 'sex'\n",
        );
        let starts: Vec<&str> = found.iter().map(|l| l.split(" (").next().unwrap()).collect();
        assert_eq!(
            starts,
            [
                "error: s.toml, row 1: there is no setting `titel`",
                "error: s.toml, row 2: `colour` is no blocking key; the keys are name.given, name.given:sound, name.family, \
                 name.family:sound, name.given:written, name.family:written, birth, birth:year, event.date, event.date:month, \
                 event.place, event.region, residence.place, sex, number, and name.given:N, name.family:N, \
                 name.family:writtenN for the first N letters",
                "error: s.toml, row 4: `deduplicated` must be true or false",
                "error: s.toml, row 5: `delimiter` must be one character",
                "error: s.toml, row 6: there is no such date order",
                "error: s.toml, row 8: there is no feature `given`",
                "error: s.toml, row 9: there is no feature `colour`",
                "error: s.toml, row 11: two columns are mapped to `sex`",
            ]
        );
        assert!(found[5].contains("did you mean `name.given`?"));
    }

    #[test]
    fn broken_toml_is_told_with_its_line() {
        assert!(faults("title = \"x\"\n[lists\n")[0].starts_with("error: s.toml, row 2: not readable as TOML"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
            Settings::parse(&text, "s.toml");
        }

        #[test]
        fn damaged_settings_are_read_or_refused(at in 0_usize..4_000, put in "\\PC{0,3}", taken in 0_usize..40) {
            let whole = crate::demo::SETTINGS;
            let at = (0..=at % whole.len()).rev().find(|at| whole.is_char_boundary(*at)).unwrap_or_default();
            let (before, after) = whole.split_at(at);
            let after: String = after.chars().skip(taken).collect();
            Settings::parse(&format!("{before}{put}{after}"), "s.toml");
        }
    }
}
