//! What do the columns of a table mean in this schema?
//!
//! A mapping is a file of TOML: for each table the entities that one of its rows makes, their keys, the properties of their
//! columns, and how they are linked; and what texts mean which terms. All faults at once, each with its line.

use crate::digest;
use crate::fault::Faults;
use crate::schema::Schema;
use crate::schema::entity::Word;
use crate::schema::kind::{Kind, Type};
use crate::schema::words::{Placed, Words};
use crate::settings::{DateOrder, ListSettings};
use factum_model::Input;
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// How tables are read.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    pub(super) tables: Vec<TableMap>,
    pub(super) terms: Terms,
    /// The file it came from: an input of every import, because it decides what columns mean.
    pub source: Option<Input>,
}

/// Texts that mean terms, by vocabulary. The empty text is what says nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms(BTreeMap<String, BTreeMap<String, String>>);

impl Terms {
    /// The code that a text is mapped to.
    pub(super) fn of(&self, vocabulary: &str, text: &str) -> Option<&str> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(vocabulary)?.get(&folded(text)).map(String::as_str)
    }
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// How one table is read.
#[derive(Clone, Debug, Default)]
pub(super) struct TableMap {
    /// The file; none means any.
    pub file: Option<String>,
    /// The repeated group of a form; none means the form itself.
    pub repeat: Option<String>,
    /// How the file is written.
    pub settings: ListSettings,
    /// The column with the key of a row, and the one with the key of the row it belongs to.
    pub row_key: Option<String>,
    pub parent: Option<String>,
    /// Whether the cells were written by this program's own export.
    pub ours: bool,
    pub entities: Vec<EntityMap>,
}

/// An entity that a row makes.
#[derive(Clone, Debug, Default)]
pub(super) struct EntityMap {
    /// Its name within the row.
    pub name: String,
    pub kind: String,
    /// The columns that make its key; none means the number of the row.
    pub key: Vec<String>,
    pub merge: bool,
    pub columns: Vec<ColumnMap>,
    /// Properties that are the same in every row.
    pub fixed: Vec<(String, String)>,
    /// Links to other entities of the row, or, with `../` before the name, of the row it belongs to.
    pub links: Vec<(String, String)>,
}

/// A column that holds a property.
#[derive(Clone, Debug, Default)]
pub(super) struct ColumnMap {
    pub column: String,
    pub property: String,
    /// What parts several values in a cell.
    pub split: Option<String>,
    /// The kind at the other end of a link.
    pub to: Option<String>,
}

impl Mapping {
    /// Reads a mapping against a schema; all faults at once. What is at fault is left out of the result.
    pub fn parse(text: &str, file: &str, schema: &Schema) -> (Mapping, Faults) {
        let (mut words, table) = Words::open(text, file);
        let mut mapping = Mapping { source: Some(digest::input(file, text.as_bytes())), ..Mapping::default() };
        if let Some(table) = table {
            Reader { words: &mut words, schema }.mapping(table.get_ref(), &mut mapping);
        }
        (mapping, words.faults)
    }

    /// The map of a table: the one that names the file or the repeated group, or else the one that names none.
    pub(super) fn table(&self, file: &str, repeat: Option<&str>) -> Option<&TableMap> {
        let fits = |t: &&TableMap| t.repeat.as_deref() == repeat;
        let named = |t: &&TableMap| t.file.as_deref() == Some(file);
        let tables = || self.tables.iter();
        tables().filter(fits).find(named).or_else(|| tables().filter(fits).find(|t| t.file.is_none()))
    }

    /// The map of a table of a form: the one that names the file, or the repeated group that the file's name ends with, or, for
    /// the form itself, the one that names neither.
    pub(super) fn form_table(&self, file: &str, belongs: bool) -> Option<&TableMap> {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let ends = |repeat: &str| stem.ends_with(repeat.rsplit('/').next().unwrap_or(repeat));
        let tables = || self.tables.iter();
        let named = tables().find(|t| t.file.as_deref() == Some(file));
        named.or_else(|| {
            tables().filter(|t| t.file.is_none()).find(|t| match &t.repeat {
                Some(repeat) => belongs && ends(repeat),
                None => !belongs,
            })
        })
    }
}

struct Reader<'w, 't, 's> {
    words: &'w mut Words<'t>,
    schema: &'s Schema,
}

impl<'t> Reader<'_, 't, '_> {
    fn mapping(&mut self, table: &DeTable<'t>, mapping: &mut Mapping) {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "version" => {
                    self.words.version(value);
                }
                "terms" => self.terms(value, &mut mapping.terms),
                "table" => {
                    for (at, table) in self.words.tables("table", value) {
                        let found = self.table(at, table);
                        mapping.tables.push(found);
                    }
                }
                _ => self.words.unknown(key, "a mapping", "version, [terms.VOCABULARY] and [[table]]"),
            }
        }
    }

    fn terms(&mut self, value: &Placed<'t>, terms: &mut Terms) {
        let Some(table) = self.words.table("terms", value) else { return };
        for (name, value) in table {
            let vocabulary_name = name.get_ref().to_string();
            let Some(vocabulary) = self.schema.vocabulary(&vocabulary_name) else {
                let what = format!("there is no vocabulary `{vocabulary_name}`");
                self.words.fault(name.span().start, what, "name a vocabulary of this schema");
                continue;
            };
            let Some(table) = self.words.table(&vocabulary_name, value) else { continue };
            let into = terms.0.entry(vocabulary_name.clone()).or_default();
            for (text, value) in table {
                let Some(meant) = self.words.string("term", value) else { continue };
                match (meant.is_empty(), vocabulary.meant(&meant)) {
                    (true, _) => into.insert(folded(text.get_ref()), String::new()),
                    (false, Some(term)) => into.insert(folded(text.get_ref()), term.code.to_string()),
                    (false, None) => {
                        let what = format!("the vocabulary `{vocabulary_name}` has no such term");
                        let hint = "write one of its codes or labels, or \"\" for a text that says nothing";
                        self.words.fault(value.span().start, what, hint);
                        None
                    }
                };
            }
        }
    }

    fn table(&mut self, at: usize, table: &DeTable<'t>) -> TableMap {
        let mut map = TableMap::default();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match name {
                "file" => map.file = self.words.string(name, value),
                "repeat" => map.repeat = self.words.string(name, value),
                "row_key" => map.row_key = self.words.string(name, value),
                "parent" => map.parent = self.words.string(name, value),
                "encoding" => map.settings.encoding = self.words.string(name, value),
                "sheet" => map.settings.sheet = self.words.string(name, value),
                "written_by_factum" => map.ours = self.words.flag(name, value).unwrap_or(false),
                "delimiter" => {
                    map.settings.delimiter = self.words.string(name, value).and_then(|text| match text.as_bytes() {
                        [byte] => Some(*byte),
                        _ => {
                            let hint = "write \",\", \";\", \"|\" or \"\\t\"";
                            self.words.fault(value.span().start, "`delimiter` must be one character", hint);
                            None
                        }
                    });
                }
                "date_order" => {
                    map.settings.date_order = self.words.string(name, value).and_then(|text| match text.as_str() {
                        "dmy" => Some(DateOrder::DayFirst),
                        "mdy" => Some(DateOrder::MonthFirst),
                        _ => {
                            let hint = "write \"dmy\" or \"mdy\"; dates that begin with the year need nothing";
                            self.words.fault(value.span().start, "there is no such date order", hint);
                            None
                        }
                    });
                }
                "entity" => {
                    for (at, table) in self.words.tables("table.entity", value) {
                        if let Some(entity) = self.entity(at, table) {
                            if map.entities.iter().any(|e| e.name == entity.name) {
                                let what = format!("two entities of this table are called `{}`", entity.name);
                                self.words.fault(at, what, "give each its own name = \"…\"");
                                continue;
                            }
                            map.entities.push(entity);
                        }
                    }
                }
                _ => self.words.unknown(
                    key,
                    "a table",
                    "file, repeat, row_key, parent, encoding, delimiter, sheet, date_order and [[table.entity]]",
                ),
            }
        }
        self.ends(at, &map);
        map
    }

    /// Links must end at an entity of the row.
    fn ends(&mut self, at: usize, map: &TableMap) {
        if map.entities.is_empty() {
            self.words.fault(at, "the table makes no entity", "write [[table.entity]] with its kind and columns");
        }
        for (property, local) in map.entities.iter().flat_map(|e| &e.links) {
            if !local.starts_with("../") && !map.entities.iter().any(|e| e.name == *local) {
                let what = format!("the link `{property}` ends at `{local}`, which is no entity of this table");
                self.words.fault(at, what, "name an entity of the table, or ../NAME for the row it belongs to");
            }
        }
    }

    fn entity(&mut self, at: usize, table: &DeTable<'t>) -> Option<EntityMap> {
        let mut map = EntityMap::default();
        let kind_at = table.iter().find(|(key, _)| key.get_ref() == "kind").map(|(_, value)| value);
        map.kind = kind_at.and_then(|value| self.words.string("kind", value)).unwrap_or_default();
        let Some(kind) = self.schema.kind(&map.kind).cloned() else {
            let at = kind_at.map_or(at, |value| value.span().start);
            let kinds: Vec<&str> = self.schema.kinds().iter().map(|k| &*k.name).collect();
            let hint = format!("write kind = \"…\": {}", kinds.join(", "));
            self.words.fault(at, "the entity is of no kind of this schema", hint);
            return None;
        };
        map.name = map.kind.clone();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match name {
                "kind" => {}
                "name" => map.name = self.words.string(name, value).unwrap_or_default(),
                "key" => map.key = self.words.strings(name, value),
                "merge" => map.merge = self.words.flag(name, value).unwrap_or(false),
                "columns" => self.columns(value, &kind, &mut map),
                "fixed" | "links" => {
                    let Some(table) = self.words.table(name, value) else { continue };
                    for (property, value) in table {
                        let at = property.span().start;
                        let property = property.get_ref().to_string();
                        let Some(text) = self.words.string(&property, value) else { continue };
                        let of = self.property(at, &kind, &property);
                        match (name, of) {
                            (_, None) => {}
                            ("links", Some(Type::Link { .. })) => map.links.push((property, text)),
                            ("fixed", Some(of)) if !matches!(of, Type::Link { .. }) => map.fixed.push((property, text)),
                            _ => {
                                let what = format!("`{property}` does not belong under `{name}`");
                                self.words.fault(at, what, "links go under links, other properties under fixed");
                            }
                        }
                    }
                }
                _ => self.words.unknown(key, "an entity", "kind, name, key, merge, columns, fixed and links"),
            }
        }
        Some(map)
    }

    fn property(&mut self, at: usize, kind: &Kind, name: &str) -> Option<Type> {
        let found = kind.property(name).map(|p| p.of.clone());
        if found.is_none() {
            let known: Vec<&str> = kind.properties().iter().map(|p| &*p.name).collect();
            let hint = format!("its properties are {}", known.join(", "));
            self.words.fault(at, format!("a `{}` has no property `{name}`", kind.name), hint);
        }
        found
    }

    fn columns(&mut self, value: &Placed<'t>, kind: &Kind, map: &mut EntityMap) {
        let Some(table) = self.words.table("columns", value) else { return };
        for (column, value) in table {
            let at = value.span().start;
            let mut found = ColumnMap { column: column.get_ref().trim().to_string(), ..ColumnMap::default() };
            match value.get_ref() {
                DeValue::Table(table) => {
                    for (key, value) in table {
                        let name = key.get_ref().as_ref();
                        match name {
                            "property" => found.property = self.words.string(name, value).unwrap_or_default(),
                            "split" => found.split = self.words.string(name, value).filter(|s| !s.is_empty()),
                            "to" => found.to = self.words.string(name, value),
                            _ => self.words.unknown(key, "a column", "property, split and to"),
                        }
                    }
                }
                _ => found.property = self.words.string(column.get_ref(), value).unwrap_or_default(),
            }
            let Some(of) = self.property(at, kind, &found.property) else { continue };
            let leads = |kinds: &[Word], to: &str| kinds.iter().any(|k| **k == *to);
            match (&of, &found.to) {
                (Type::Link { to: kinds, .. }, Some(to)) if !leads(kinds, to) => {
                    let kinds: Vec<&str> = kinds.iter().map(|k| &**k).collect();
                    let hint = format!("it leads to {}", kinds.join(", "));
                    self.words.fault(at, format!("`{}` does not lead to a `{to}`", found.property), hint);
                    continue;
                }
                (Type::Link { .. }, _) | (_, None) => {}
                (_, Some(_)) => {
                    let what = format!("`{}` is no link, so `to` means nothing", found.property);
                    self.words.fault(at, what, "remove `to`");
                    continue;
                }
            }
            map.columns.push(found);
        }
    }
}
