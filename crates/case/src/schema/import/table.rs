//! Which entities and links do the rows of a table make, given what its columns mean?

use super::build::{Again, Builder};
use super::mapping::{ColumnMap, EntityMap, Mapping, TableMap};
use super::odk::SENT;
use super::{File, Imported};
use crate::fault::{Fault, Faults, Severity};
use crate::lists::table::{Cell, Sink};
use crate::lists::{OrderEvidence, table as lists_table};
use crate::schema::Schema;
use crate::schema::entity::{Where, Word};
use crate::schema::export::cells;
use crate::schema::kind::{Kind, Property, Type};
use crate::settings::DateOrder;
use crate::spreadsheet;
use std::borrow::Cow;
use std::collections::HashMap;

/// Reads tables (delimited text in any common encoding, workbooks, Parquet) by a mapping. Links lead across all files given.
pub fn table(files: &[File<'_>], mapping: &Mapping, schema: &Schema) -> Imported {
    let mut builder = Builder::new(schema, &mapping.terms);
    let mut rows = Rows::default();
    for file in files {
        let Some(map) = mapping.table(file.name, None) else {
            let fault = Fault::new(Severity::Error, file.name, "the mapping does not say what its columns mean");
            builder.faults.push(fault.hint("add a [[table]] with this file and its entities"));
            continue;
        };
        read(file, map, &mut builder, &mut rows);
    }
    builder.finish()
}

/// Entities by the key of the row that made them, for rows that belong to it: name within the row, and place.
#[derive(Default)]
pub(super) struct Rows(HashMap<String, Vec<(String, usize)>>);

/// Reads one file by its map.
pub(super) fn read(file: &File<'_>, map: &TableMap, builder: &mut Builder<'_>, rows: &mut Rows) {
    let settings = &map.settings;
    let mut orders = Orders::new(map, builder.schema);
    if settings.date_order.is_none() && !orders.columns.is_empty() {
        // A first look for the order of day and month; its faults come again when the file is read in earnest.
        lists_table::read(file.bytes, file.name, settings, &mut orders, &mut Faults::default());
    }
    let orders = orders.found();
    let mut faults = Faults::default();
    let mut sink = Sinking { file: file.name.into(), map, builder, rows, orders, plan: Plan::default() };
    lists_table::read(file.bytes, file.name, settings, &mut sink, &mut faults);
    builder.faults.extend(faults);
}

/// Reads rows that are in memory already by a map.
pub(super) fn feed(
    file: &str,
    header: &[String],
    cells: impl Iterator<Item = (u32, Vec<String>)>,
    map: &TableMap,
    builder: &mut Builder<'_>,
    rows: &mut Rows,
) {
    let mut sink = Sinking { file: file.into(), map, builder, rows, orders: HashMap::new(), plan: Plan::default() };
    let mut faults = Faults::default();
    if sink.header(header, &mut faults) {
        for (number, row) in cells {
            let row: Vec<Cell<'_>> = row.iter().map(|text| Cell::Text(Cow::Borrowed(text.as_str()))).collect();
            sink.row(number, &row, &mut faults);
        }
    }
    builder.faults.extend(faults);
}

/// Looks at columns of dates for the order of day and month.
struct Orders {
    columns: Vec<String>,
    located: Vec<(usize, String)>,
    evidence: HashMap<String, OrderEvidence>,
}

impl Orders {
    fn new(map: &TableMap, schema: &Schema) -> Self {
        let mut columns = Vec::new();
        for entity in &map.entities {
            let Some(kind) = schema.kind(&entity.kind) else { continue };
            let is_date = |c: &&ColumnMap| kind.property(&c.property).is_some_and(|p| p.of == Type::Date);
            columns.extend(entity.columns.iter().filter(is_date).map(|c| c.column.clone()));
        }
        Orders { columns, located: Vec::new(), evidence: HashMap::new() }
    }

    fn found(&self) -> HashMap<String, DateOrder> {
        self.evidence.iter().filter_map(|(column, e)| Some((column.clone(), e.order()?))).collect()
    }
}

impl Sink for Orders {
    fn header(&mut self, names: &[String], _: &mut Faults) -> bool {
        let place = |column: &String| Some((position(names, column).ok()?, column.clone()));
        self.located = self.columns.iter().filter_map(place).collect();
        !self.located.is_empty()
    }

    fn row(&mut self, _: u32, cells: &[Cell<'_>], _: &mut Faults) {
        for (at, column) in &self.located {
            if let Some(Cell::Text(text)) = cells.get(*at) {
                self.evidence.entry(column.clone()).or_default().see(text);
            }
        }
    }
}

/// Where a column stands: by its exact name, or else without regard to letter case and to how a form parts its groups.
/// The error is how many columns have the name.
fn position(header: &[String], column: &str) -> Result<usize, usize> {
    let exact: Vec<usize> = (0..header.len()).filter(|&i| header.get(i).is_some_and(|h| h == column)).collect();
    let folded = |text: &str| text.trim_start_matches('\u{FEFF}').trim().to_lowercase().replace('-', "/");
    let wanted = folded(column);
    let loose = || (0..header.len()).filter(|&i| header.get(i).is_some_and(|h| folded(h) == wanted)).collect();
    let places: Vec<usize> = if exact.is_empty() { loose() } else { exact };
    match places.as_slice() {
        [at] => Ok(*at),
        other => Err(other.len()),
    }
}

/// The map with every column located.
#[derive(Default)]
struct Plan {
    entities: Vec<Planned>,
    row_key: Option<usize>,
    parent: Option<usize>,
    recorded: Option<usize>,
}

struct Planned {
    map: EntityMap,
    kind: Kind,
    key: Vec<usize>,
    columns: Vec<Located>,
    fixed: Vec<(Property, String)>,
}

struct Located {
    at: usize,
    name: Word,
    property: Property,
    split: Option<String>,
    to: Option<Word>,
    order: Option<DateOrder>,
}

struct Sinking<'b, 's, 'm> {
    file: Word,
    map: &'m TableMap,
    builder: &'b mut Builder<'s>,
    rows: &'b mut Rows,
    orders: HashMap<String, DateOrder>,
    plan: Plan,
}

impl Sinking<'_, '_, '_> {
    fn locate(&self, names: &[String], column: &str, faults: &mut Faults) -> Option<usize> {
        match position(names, column) {
            Ok(at) => Some(at),
            Err(count) => {
                let what = match count {
                    0 => format!("there is no column `{column}`"),
                    _ => format!("{count} columns are called `{column}`"),
                };
                let hint = match count {
                    0 => "correct the mapping; is the first row the header?",
                    _ => "give each column its own name",
                };
                faults.push(Fault::new(Severity::Error, &self.file, what).at_row(1).hint(hint));
                None
            }
        }
    }

    fn text<'c>(&self, cell: &'c Cell<'_>) -> Cow<'c, str> {
        match cell {
            // Our own export keeps white space; elsewhere it is an accident of typing.
            Cell::Text(text) if self.map.ours => Cow::Borrowed(spreadsheet::original(text)),
            cell => cell.text(),
        }
    }

    /// The values of a cell.
    fn parts(&self, text: &str, located: &Located) -> Vec<String> {
        if self.map.ours {
            return cells::parts(text);
        }
        match &located.split {
            Some(split) => {
                text.split(split.as_str()).map(str::trim).filter(|p| !p.is_empty()).map(str::to_string).collect()
            }
            None => vec![text.to_string()],
        }
    }

    /// The key of an entity in this row; `None` if a part of it is empty.
    fn key(&self, planned: &Planned, number: u32, cells: &[Cell<'_>]) -> Option<String> {
        if planned.key.is_empty() {
            let row_key = self.plan.row_key.and_then(|at| cells.get(at)).map(|c| self.text(c).into_owned());
            let base = match row_key.filter(|k| !k.is_empty()) {
                // A running number is no key beyond its file.
                Some(key) if self.map.row_key.as_deref() == Some("_index") => format!("{}:{key}", self.file),
                Some(key) => key,
                None => format!("{}:{number}", self.file),
            };
            return Some(format!("{base}/{}", planned.map.name));
        }
        let parts: Vec<Cow<'_, str>> =
            planned.key.iter().filter_map(|at| cells.get(*at)).map(|c| self.text(c)).collect();
        let whole = parts.len() == planned.key.len() && parts.iter().all(|p| !p.trim().is_empty());
        whole.then(|| parts.join("/"))
    }

    fn fill(&mut self, planned: &Planned, entity: usize, cells: &[Cell<'_>], from: &Where) {
        for located in &planned.columns {
            let Some(cell) = cells.get(located.at) else { continue };
            let at = from.column(&located.name);
            if let Cell::Unread(what) = cell {
                let hint = "write it as text or as a date";
                self.builder.fault(Severity::ValueLeftOut, &at, format!("{what} cannot be read"), hint);
                continue;
            }
            let text = self.text(cell);
            if text.trim().is_empty() {
                continue;
            }
            for part in self.parts(&text, located) {
                if let Type::Link { .. } = located.property.of {
                    self.builder.link(entity, &located.property, &part, located.to.as_ref(), None, at.clone());
                } else if let Some(value) = self.builder.value(&located.property, &part, located.order, &at) {
                    self.builder.say(entity, &located.property, value, None, at.clone());
                }
            }
        }
        for (property, text) in &planned.fixed {
            if let Some(value) = self.builder.value(property, text, None, from) {
                self.builder.say(entity, property, value, None, from.clone());
            }
        }
    }

    /// Whether the row says anything of this entity: a fixed property alone makes none.
    fn says_anything(&self, planned: &Planned, cells: &[Cell<'_>]) -> bool {
        let filled = |at: &usize| cells.get(*at).is_some_and(|c| !self.text(c).trim().is_empty());
        planned.columns.iter().map(|c| &c.at).chain(&planned.key).any(filled)
    }

    fn locals(&mut self, made: &[(String, usize)], parent: Option<&str>, entities: &[Planned], from: &Where) {
        for planned in entities {
            let of = |name: &str| made.iter().find(|(n, _)| n == name).map(|(_, at)| *at);
            let Some(entity) = of(&planned.map.name) else { continue };
            for (property, local) in &planned.map.links {
                let Some(property) = planned.kind.property(property) else { continue };
                let end = match local.strip_prefix("../") {
                    Some(name) => {
                        let above = parent.and_then(|key| self.rows.0.get(key));
                        let found = above.and_then(|made| made.iter().find(|(n, _)| n == name)).map(|(_, at)| *at);
                        if found.is_none() {
                            let what = format!("the row that `{}` leads to was not read", property.name);
                            let hint = "check the column that names the row it belongs to";
                            self.builder.fault(Severity::ValueLeftOut, from, what, hint);
                        }
                        found
                    }
                    None => of(local),
                };
                if let Some(key) = end.and_then(|at| self.builder.key_of(at)) {
                    self.builder.link(entity, property, &key.key, Some(&key.kind), None, from.clone());
                }
            }
        }
    }
}

impl Sink for Sinking<'_, '_, '_> {
    fn header(&mut self, names: &[String], faults: &mut Faults) -> bool {
        let mut plan = Plan::default();
        let mut complete = true;
        for entity in &self.map.entities {
            let Some(kind) = self.builder.schema.kind(&entity.kind).cloned() else { continue };
            let key: Vec<usize> = entity.key.iter().filter_map(|c| self.locate(names, c, faults)).collect();
            complete &= key.len() == entity.key.len();
            let mut columns = Vec::new();
            for map in &entity.columns {
                let (Some(at), Some(property)) =
                    (self.locate(names, &map.column, faults), kind.property(&map.property))
                else {
                    complete = false;
                    continue;
                };
                let order = self.map.settings.date_order.or_else(|| self.orders.get(&map.column).copied());
                columns.push(Located {
                    at,
                    name: map.column.as_str().into(),
                    property: property.clone(),
                    split: map.split.clone(),
                    to: map.to.as_deref().map(Word::from),
                    order,
                });
            }
            let fixed = entity.fixed.iter().filter_map(|(p, t)| Some((kind.property(p)?.clone(), t.clone()))).collect();
            plan.entities.push(Planned { map: entity.clone(), kind, key, columns, fixed });
        }
        plan.row_key = self.map.row_key.as_ref().and_then(|c| position(names, c).ok());
        plan.parent = self.map.parent.as_ref().and_then(|c| position(names, c).ok());
        plan.recorded = SENT.iter().find_map(|column| position(names, column).ok());
        self.plan = plan;
        complete
    }

    fn row(&mut self, number: u32, cells: &[Cell<'_>], _: &mut Faults) {
        let from = Where::row(&self.file, number);
        let entities = std::mem::take(&mut self.plan.entities);
        let mut made: Vec<(String, usize)> = Vec::new();
        for planned in &entities {
            if !self.says_anything(planned, cells) {
                continue;
            }
            let Some(key) = self.key(planned, number, cells) else {
                let what = format!("the `{}` has no key", planned.map.name);
                let hint = "fill in the columns of its key; its other cells were not read";
                self.builder.fault(Severity::RowLeftOut, &from, what, hint);
                continue;
            };
            let again = if planned.map.merge { Again::Merge } else { Again::Refuse };
            let Some(entity) = self.builder.entity(&planned.kind, &key, again, &from) else { continue };
            self.fill(planned, entity, cells, &from);
            if let Some(cell) = self.plan.recorded.and_then(|at| cells.get(at)) {
                let recorded = Some(self.text(cell).into_owned()).filter(|t| !t.is_empty());
                if let Some(entity) = self.builder.entity_mut(entity) {
                    entity.recorded = recorded.or(entity.recorded.take());
                }
            }
            made.push((planned.map.name.clone(), entity));
        }
        let of_column = |at: Option<usize>| at.and_then(|at| cells.get(at)).map(|c| c.text().into_owned());
        let parent = of_column(self.plan.parent);
        self.locals(&made, parent.as_deref(), &entities, &from);
        if let Some(key) = of_column(self.plan.row_key) {
            self.rows.0.insert(key, made);
        }
        self.plan.entities = entities;
    }
}
