//! How do entities stand in tables, one a kind?
//!
//! A row an entity, a column a property, links as `kind:key`. With the tables comes the mapping that reads them again: values
//! and links return; what the source wrote for a value, its data set and its place do not.

use super::{Exported, Written, cells};
use crate::fault::{Fault, Severity};
use crate::schema::entity::{Entity, Key, Link};
use crate::schema::{Kind, Schema, Type};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

/// The name of the mapping that comes with the tables.
pub const MAPPING: &str = "mapping.toml";

/// Writes a table for every kind that occurs, and the mapping that reads them.
pub fn csv(entities: &[Entity], links: &[Link], schema: &Schema) -> Exported {
    let mut exported = Exported::default();
    let mut by_kind: BTreeMap<&str, Vec<&Entity>> = BTreeMap::new();
    for entity in entities {
        by_kind.entry(&entity.kind).or_default().push(entity);
    }
    let mut by_end: HashMap<&Key, Vec<&Link>> = HashMap::new();
    for link in links {
        by_end.entry(&link.from).or_default().push(link);
    }
    let mut mapping = String::from("version = 1\n");
    for (name, entities) in by_kind {
        let Some(kind) = schema.kind(name) else {
            let fault = Fault::new(Severity::RowLeftOut, name, format!("there is no kind `{name}`"));
            exported.faults.push(fault.hint("define it in a file"));
            continue;
        };
        let ends: Vec<Key> = entities.iter().map(|e| e.id()).collect();
        let used: BTreeSet<&str> = entities
            .iter()
            .flat_map(|e| e.properties.iter().map(|s| &*s.property))
            .chain(ends.iter().filter_map(|k| by_end.get(k)).flatten().map(|l| &*l.property))
            .collect();
        let recorded = entities.iter().any(|e| e.recorded.is_some());
        let bytes = table(kind, &entities, &by_end, &used, recorded);
        exported.files.push(Written { name: format!("{name}.csv"), bytes });
        describe(kind, &used, &mut mapping);
    }
    exported.files.push(Written { name: MAPPING.into(), bytes: mapping.into_bytes() });
    exported
}

fn table(
    kind: &Kind,
    entities: &[&Entity],
    by_end: &HashMap<&Key, Vec<&Link>>,
    used: &BTreeSet<&str>,
    recorded: bool,
) -> Vec<u8> {
    let properties: Vec<_> = kind.properties().iter().filter(|p| used.contains(&*p.name)).collect();
    let mut header: Vec<&str> = vec!["key"];
    header.extend(properties.iter().map(|p| &*p.name));
    header.extend(recorded.then_some("_submission_time"));
    let mut lines = line(header.iter().map(|h| h.to_string()));
    for entity in entities {
        let id = entity.id();
        let links: &[&Link] = by_end.get(&id).map_or(&[], Vec::as_slice);
        let mut row = vec![cells::cell([&*entity.key])];
        for property in &properties {
            let texts: Vec<String> = match property.of {
                Type::Link { .. } => {
                    links.iter().filter(|l| l.property == property.name).map(|l| l.to.to_string()).collect()
                }
                _ => {
                    let said = entity.properties.iter().filter(|s| s.property == property.name);
                    said.map(|s| s.value.text().to_string()).collect()
                }
            };
            row.push(cells::cell(texts.iter().map(String::as_str)));
        }
        if recorded {
            row.push(cells::cell(entity.recorded.as_deref()));
        }
        lines += &line(row.into_iter());
    }
    lines.into_bytes()
}

/// A line of CSV (RFC 4180), every cell in quotation marks, so that none is taken for something else.
fn line(cells: impl Iterator<Item = String>) -> String {
    let quoted: Vec<String> = cells.map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect();
    quoted.join(",") + "\r\n"
}

fn describe(kind: &Kind, used: &BTreeSet<&str>, mapping: &mut String) {
    let name = &kind.name;
    let _ = write!(
        mapping,
        "\n[[table]]\nfile = \"{name}.csv\"\nencoding = \"utf-8\"\ndelimiter = \",\"\nwritten_by_factum = true\n\
         [[table.entity]]\nkind = \"{name}\"\nkey = \"key\"\n[table.entity.columns]\n"
    );
    for property in kind.properties().iter().filter(|p| used.contains(&*p.name)) {
        let _ = writeln!(mapping, "{} = \"{}\"", property.name, property.name);
    }
}
