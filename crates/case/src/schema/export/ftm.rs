//! How do entities stand in FollowTheMoney, one a line?
//!
//! Each entity is of the schema its kind names, under the id `kind-key`. A link whose property FollowTheMoney has is a value
//! there; any other is an `UnknownLink` whose subject is the end with the role, whose object is the entity with the property, and
//! whose role is the property. Terms stand as labels where a label means one term only. What cannot be carried (properties
//! without a counterpart, dates that are approximate or intervals, countries that are no code) is counted in the faults.

use super::{Exported, Written};
use crate::digest::sha256;
use crate::fault::{Fault, Severity};
use crate::schema::entity::{Entity, Key, Link, Value};
use crate::schema::{Kind, Property, Schema, Type, ftm_names};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, HashMap};

/// The name of the file.
pub const FILE: &str = "entities.ftm.json";

/// Writes all entities and links as JSON lines.
pub fn ftm(entities: &[Entity], links: &[Link], schema: &Schema) -> Exported {
    let mut by_end: HashMap<Key, Vec<&Link>> = HashMap::new();
    for link in links {
        by_end.entry(link.from.clone()).or_default().push(link);
    }
    let mut lost: BTreeMap<(String, &'static str), u64> = BTreeMap::new();
    let mut exported = Exported::default();
    let mut text = String::new();
    for entity in entities {
        let held = schema.kind(&entity.kind).and_then(|kind| Some((kind, kind.ftm.as_deref()?)));
        let Some((kind, held)) = held else {
            *lost.entry((entity.kind.to_string(), "no schema of FollowTheMoney holds this kind")).or_default() += 1;
            continue;
        };
        let id = entity.id();
        let links = by_end.get(&id).map_or(&[] as &[&Link], Vec::as_slice);
        let mut properties = values(entity, kind, schema, &mut lost);
        for link in links {
            match kind.property(&link.property).and_then(|p| p.ftm.as_ref()) {
                Some(name) => properties.entry(name.clone()).or_default().push(name_of(&link.to)),
                None => text += &tie(link),
            }
        }
        if ftm_names::has(held, "name") && !kind.properties().iter().any(|p| p.ftm.as_deref() == Some("name")) {
            // FollowTheMoney wants a name of every thing; acts and detentions have none, so they are called by their key.
            properties.entry("name".into()).or_default().push(format!("{} {}", kind.label, entity.key));
        }
        text += &line(&name_of(&id), held, properties);
    }
    for ((what, why), count) in lost {
        let fault = Fault::new(Severity::Note, FILE, format!("`{what}`: {count} not carried: {why}"));
        exported.faults.push(fault.hint("the export as JSON carries everything"));
    }
    exported.files.push(Written { name: FILE.into(), bytes: text.into_bytes() });
    exported
}

/// The id of an entity: the kind before the key, so that it can be told again.
fn name_of(key: &Key) -> String {
    format!("{}-{}", key.kind, key.key)
}

fn line(id: &str, schema: &str, properties: BTreeMap<String, Vec<String>>) -> String {
    let lists = properties.into_iter().map(|(name, values)| (name, Json::from(values)));
    let mut object = Map::new();
    object.insert("id".into(), id.into());
    object.insert("properties".into(), Json::Object(lists.collect()));
    object.insert("schema".into(), schema.into());
    format!("{}\n", Json::Object(object))
}

fn tie(link: &Link) -> String {
    let (one, other) = (name_of(&link.to), name_of(&link.from));
    let id = sha256(format!("{other}\n{}\n{one}", link.property).as_bytes());
    let properties = [("object", other), ("role", link.property.to_string()), ("subject", one)];
    let properties = properties.into_iter().map(|(name, value)| (name.to_string(), vec![value])).collect();
    line(&format!("link-{}", id.get(..40).unwrap_or(&id)), "UnknownLink", properties)
}

fn values(
    entity: &Entity,
    kind: &Kind,
    schema: &Schema,
    lost: &mut BTreeMap<(String, &'static str), u64>,
) -> BTreeMap<String, Vec<String>> {
    let mut properties: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for said in &entity.properties {
        let held = kind.property(&said.property).and_then(|p| Some((p, p.ftm.as_deref()?)));
        let written = match held {
            None => Err("FollowTheMoney has no property for it"),
            Some((property, name)) => value(&said.value, property, name, schema).map(|value| (name, value)),
        };
        match written {
            Ok((name, value)) => {
                let values = properties.entry(name.to_string()).or_default();
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            Err(why) => *lost.entry((format!("{}.{}", kind.name, said.property), why)).or_default() += 1,
        }
    }
    properties
}

fn value(value: &Value, property: &Property, name: &str, schema: &Schema) -> Result<String, &'static str> {
    if ftm_names::is_country(name) {
        let code = value.text().to_lowercase();
        let is_code = code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase());
        return if is_code { Ok(code) } else { Err("a country must be a code of two letters there") };
    }
    match (&property.of, value) {
        (Type::Date, Value::Date(date)) => {
            let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
            let parts: Vec<&str> = date.split('-').collect();
            let exact = match parts.as_slice() {
                [y] => digits(y, 4),
                [y, m] => digits(y, 4) && digits(m, 2) && *m <= "12",
                [y, m, d] => digits(y, 4) && digits(m, 2) && digits(d, 2),
                _ => false,
            };
            if exact { Ok(date.clone()) } else { Err("a date that is approximate or an interval has no form there") }
        }
        (Type::Term(name), Value::Term { code, .. }) => {
            let vocabulary = schema.vocabulary(name);
            let label = vocabulary.and_then(|v| v.term(code).filter(|t| v.is_label(&t.label)));
            Ok(label.map_or_else(|| code.to_string(), |t| t.label.clone()))
        }
        (_, value) => Ok(value.text().to_string()),
    }
}
