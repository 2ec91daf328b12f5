//! What do submissions of a form say?
//!
//! ODK and KoboToolbox: a list of submissions as JSON (groups nested or as paths, repeated groups as lists), or tables with
//! the paths of groups as headers, one for the form and one for each repeated group. Without a mapping, a question is read if
//! its name and that of its group are a property and its kind, as in the forms that this program makes. The time of submission
//! is kept as the time of recording.

use super::build::Builder;
use super::mapping::{ColumnMap, EntityMap, Mapping, TableMap, Terms};
use super::table::{self, Rows};
use super::{File, Imported};
use crate::fault::{Fault, Faults, Severity};
use crate::lists;
use crate::schema::{Schema, Type};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Columns under which a submission or a repeated group has its key, likeliest first.
const KEYS: &[&str] = &["KEY", "_index", "_uuid", "__id", "meta/instanceID"];
/// Columns that name the row a repeated group belongs to.
const PARENTS: &[&str] = &["PARENT_KEY", "_parent_index"];
/// When a submission was sent, under the names that servers give it.
pub(super) const SENT: &[&str] = &["_submission_time", "SubmissionDate", "__system/submissionDate"];
/// Groups deeper than this are no form that a person fills in.
const DEEPEST: usize = 24;

/// Reads submissions by a mapping, or by the names of their questions.
pub fn odk(files: &[File<'_>], mapping: Option<&Mapping>, schema: &Schema) -> Imported {
    let none = Terms::default();
    let mut builder = Builder::new(schema, mapping.map_or(&none, |m| &m.terms));
    let mut rows = Rows::default();
    let (documents, tables): (Vec<&File<'_>>, Vec<&File<'_>>) = files.iter().partition(|f| is_json(f.bytes));
    for file in documents {
        let mut forms = BTreeMap::new();
        if flatten(file, &mut forms, &mut builder) {
            for (repeat, form) in forms {
                form.read(file.name, repeat.as_deref(), mapping, &mut builder, &mut rows);
            }
        }
    }
    let mut read: Vec<(&str, Vec<String>, Numbered)> = Vec::new();
    for file in tables {
        let mut faults = Faults::default();
        let (header, found) = lists::read_table(file.bytes, file.name, &mut faults);
        builder.faults.extend(faults);
        if !header.is_empty() {
            read.push((file.name, header, found));
        }
    }
    // Forms come before their repeated groups, and groups before the groups within them.
    read.sort_by_key(|(name, header, _)| (first_of(header, PARENTS).is_some(), name.len()));
    for (name, header, found) in read {
        let parent = first_of(&header, PARENTS);
        let map = match mapping {
            Some(mapping) => mapping.form_table(name, parent.is_some()).cloned(),
            None => Some(by_names(&header, schema)),
        };
        let Some(mut map) = checked(map, name, &mut builder) else { continue };
        // A row that a group belongs to is named by number if the group has nothing else.
        let keys: &[&str] =
            if parent == Some("_parent_index") || !header.iter().any(|h| h == "KEY") { &KEYS[1..] } else { KEYS };
        map.row_key = map.row_key.or_else(|| first_of(&header, keys).map(str::to_string));
        map.parent = map.parent.or_else(|| parent.map(str::to_string));
        table::feed(name, &header, found.into_iter(), &map, &mut builder, &mut rows);
    }
    builder.finish()
}

/// Rows with their numbers.
type Numbered = Vec<(u32, Vec<String>)>;

fn is_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bytes.iter().find(|b| !b.is_ascii_whitespace()).is_some_and(|b| matches!(b, b'{' | b'['))
}

fn first_of(header: &[String], names: &[&'static str]) -> Option<&'static str> {
    names.iter().find(|name| header.iter().any(|h| h == **name)).copied()
}

/// The map, unless there is none or it makes nothing, which is a fault.
fn checked(map: Option<TableMap>, file: &str, builder: &mut Builder<'_>) -> Option<TableMap> {
    if let Some(map) = map.filter(|m| !m.entities.is_empty()) {
        return Some(map);
    }
    let what = "no question is mapped, and none is named after a property in a group named after its kind";
    builder.faults.push(Fault::new(Severity::Error, file, what).hint("give a mapping with a [[table]] for this form"));
    None
}

/// The submissions' own rows, or those of one repeated group.
#[derive(Default)]
struct Form {
    columns: BTreeSet<String>,
    rows: Vec<(u32, BTreeMap<String, String>)>,
}

impl Form {
    fn read(
        self,
        file: &str,
        repeat: Option<&str>,
        mapping: Option<&Mapping>,
        builder: &mut Builder<'_>,
        rows: &mut Rows,
    ) {
        let mut columns = self.columns;
        let map = match mapping {
            // A repeated group that the mapping does not name is left aside: the inquiry does not want it.
            Some(mapping) => match (mapping.table(file, repeat).cloned(), repeat) {
                (None, Some(_)) => return,
                (map, _) => map,
            },
            None => {
                let map = by_names(&columns.iter().cloned().collect::<Vec<_>>(), builder.schema);
                if map.entities.is_empty() && repeat.is_some() {
                    return;
                }
                Some(map)
            }
        };
        let Some(mut map) = checked(map, file, builder) else { return };
        map.row_key = Some("KEY".into());
        map.parent = Some("PARENT_KEY".into());
        // A question that nobody answered is not in the file at all.
        let asked = map.entities.iter().flat_map(|e| e.columns.iter().map(|c| &c.column).chain(&e.key));
        for column in asked.cloned().collect::<Vec<_>>() {
            if columns.insert(column.clone()) {
                let fault = Fault::new(Severity::Note, file, "no submission answers this question").in_column(&column);
                builder.faults.push(fault.hint("check its path in the mapping"));
            }
        }
        let header: Vec<String> = columns.into_iter().collect();
        let cells = self.rows.into_iter().map(|(number, mut row)| {
            let cells = header.iter().map(|column| row.remove(column).unwrap_or_default());
            (number, cells.collect())
        });
        table::feed(file, &header, cells, &map, builder, rows);
    }
}

/// Takes the submissions of a document apart. Returns whether there are any.
fn flatten(file: &File<'_>, forms: &mut BTreeMap<Option<String>, Form>, builder: &mut Builder<'_>) -> bool {
    let error = |what: String, hint: &str| Fault::new(Severity::Error, file.name, what).hint(hint);
    let bytes = file.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file.bytes);
    let document: Json = match serde_json::from_slice(bytes) {
        Ok(document) => document,
        Err(fault) => {
            let what = format!("not readable as JSON at line {}", fault.line());
            builder.faults.push(error(what, "export the submissions anew"));
            return false;
        }
    };
    let submissions = match &document {
        Json::Array(items) => items.as_slice(),
        object => ["results", "value"]
            .iter()
            .find_map(|key| object.get(key)?.as_array())
            .map_or(std::slice::from_ref(object), Vec::as_slice),
    };
    for (number, submission) in (1u32..).zip(submissions) {
        if !submission.is_object() {
            let fault = Fault::new(Severity::RowLeftOut, file.name, "this is no submission").at_row(number);
            builder.faults.push(fault.hint("export the submissions anew"));
            continue;
        }
        let mut taking = Taking { number, sent: None, forms, lost: 0 };
        let mut row = BTreeMap::new();
        let mut repeats = Vec::new();
        taking.object(submission, "", &mut row, &mut repeats, 0);
        let named = KEYS.iter().filter(|k| **k != "_index").find_map(|k| row.get(*k).cloned());
        let key = named.unwrap_or_else(|| format!("{}:{number}", file.name));
        taking.sent = SENT.iter().find_map(|k| row.get(*k).cloned());
        taking.finish(None, key, None, row, repeats, 0);
        let lost = taking.lost;
        if lost > 0 {
            let what = format!("{lost} groups lie too deep and were not read");
            let fault = Fault::new(Severity::ValueLeftOut, file.name, what).at_row(number);
            builder.faults.push(fault.hint(format!("a form has at most {DEEPEST} groups within each other")));
        }
    }
    !submissions.is_empty()
}

/// One submission being taken apart.
struct Taking<'f> {
    number: u32,
    sent: Option<String>,
    forms: &'f mut BTreeMap<Option<String>, Form>,
    lost: usize,
}

/// Repeated groups met in an object, with their paths.
type Repeats<'j> = Vec<(String, &'j Vec<Json>)>;

impl Taking<'_> {
    fn object<'j>(
        &mut self,
        json: &'j Json,
        prefix: &str,
        row: &mut BTreeMap<String, String>,
        repeats: &mut Repeats<'j>,
        depth: usize,
    ) {
        if depth > DEEPEST {
            self.lost += 1;
            return;
        }
        for (name, value) in json.as_object().into_iter().flatten() {
            // KoboToolbox writes whole paths even within groups, ODK the last part only.
            let whole = prefix.is_empty() || name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'));
            let path = if whole { name.clone() } else { format!("{prefix}/{name}") };
            match value {
                Json::Null => {}
                Json::Object(_) => self.object(value, &path, row, repeats, depth + 1),
                Json::Array(items) if items.iter().any(Json::is_object) => repeats.push((path, items)),
                Json::Array(items) => {
                    let words: Vec<String> = items.iter().filter_map(scalar).collect();
                    row.insert(path, words.join(" "));
                }
                other => {
                    if let Some(text) = scalar(other) {
                        row.insert(path, text);
                    }
                }
            }
        }
    }

    /// Adds a row, then those of its repeated groups.
    fn finish(
        &mut self,
        repeat: Option<String>,
        key: String,
        parent: Option<&str>,
        mut row: BTreeMap<String, String>,
        repeats: Repeats<'_>,
        depth: usize,
    ) {
        row.insert("KEY".into(), key.clone());
        row.insert("PARENT_KEY".into(), parent.unwrap_or_default().to_string());
        if let (Some(sent), Some(name)) = (&self.sent, SENT.first()) {
            row.entry(name.to_string()).or_insert_with(|| sent.clone());
        }
        let form = self.forms.entry(repeat).or_default();
        form.columns.extend(row.keys().cloned());
        form.rows.push((self.number, row));
        for (path, items) in repeats {
            for (at, item) in items.iter().enumerate() {
                if depth > DEEPEST {
                    self.lost += 1;
                    continue;
                }
                let (mut row, mut inner) = (BTreeMap::new(), Vec::new());
                self.object(item, &path, &mut row, &mut inner, depth + 1);
                let own = format!("{key}/{path}[{}]", at + 1);
                self.finish(Some(path.clone()), own, Some(&key), row, inner, depth + 1);
            }
        }
    }
}

fn scalar(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A map made of the names of the questions: the last part of a path is the property, the part before it the kind.
fn by_names(header: &[String], schema: &Schema) -> TableMap {
    let mut map = TableMap::default();
    for column in header {
        let mut parts = column.rsplit(['/', '-']);
        let (Some(property), Some(kind)) = (parts.next(), parts.next()) else { continue };
        let Some(kind) = schema.kind(kind) else { continue };
        let Some(property) = kind.property(property) else { continue };
        let split = match (&property.of, property.repeatable) {
            (_, false) => None,
            // Several choices stand in one answer with spaces between, other values one a line.
            (Type::Term(_), true) => Some(" ".to_string()),
            (_, true) => Some("\n".to_string()),
        };
        let found = ColumnMap { column: column.clone(), property: property.name.to_string(), split, to: None };
        match map.entities.iter_mut().find(|e| e.kind == *kind.name) {
            Some(entity) => entity.columns.push(found),
            None => map.entities.push(EntityMap {
                name: kind.name.to_string(),
                kind: kind.name.to_string(),
                columns: vec![found],
                ..EntityMap::default()
            }),
        }
    }
    map
}
