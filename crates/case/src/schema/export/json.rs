//! How are entities and links written so that nothing is lost?
//!
//! One document of JSON: keys in alphabetical order, no floats, no nulls, one entity or link a line. Reading it again gives the
//! same entities and links, with places, data sets and what the source wrote.

use crate::schema::Schema;
use crate::schema::entity::{Entity, Key, Link, Said, Value, Where};
use serde_json::{Map, Value as Json};

/// The version of the form, under the key `factum_entities`.
pub(in crate::schema) const VERSION: u64 = 1;

/// Writes everything as one document.
pub fn json(entities: &[Entity], links: &[Link], schema: &Schema) -> Vec<u8> {
    let mut text = String::from("{\"entities\":[");
    lines(&mut text, entities.iter().map(entity));
    text += &format!("],\"factum_entities\":{VERSION},\"links\":[");
    lines(&mut text, links.iter().map(link));
    text += &format!("],\"schema\":\"{}\"}}\n", schema.digest());
    text.into_bytes()
}

fn lines(text: &mut String, items: impl Iterator<Item = Json>) {
    for (at, item) in items.enumerate() {
        *text += if at == 0 { "\n" } else { ",\n" };
        *text += &item.to_string();
    }
    text.push('\n');
}

/// An object of the pairs that are there; given in alphabetical order.
fn object<const N: usize>(pairs: [(&str, Option<Json>); N]) -> Json {
    let there = pairs.into_iter().filter_map(|(key, value)| Some((key.to_string(), value?)));
    Json::Object(there.collect::<Map<_, _>>())
}

fn text(text: &str) -> Option<Json> {
    Some(Json::String(text.to_string()))
}

fn place(at: &Where) -> Option<Json> {
    Some(object([
        ("column", at.column.as_deref().and_then(text)),
        ("file", text(&at.file)),
        ("row", Some(Json::from(at.row))),
    ]))
}

fn key(key: &Key) -> Option<Json> {
    Some(object([("key", text(&key.key)), ("kind", text(&key.kind))]))
}

fn entity(entity: &Entity) -> Json {
    object([
        ("at", place(&entity.from)),
        ("key", text(&entity.key)),
        ("kind", text(&entity.kind)),
        ("recorded", entity.recorded.as_deref().and_then(text)),
        ("says", Some(Json::Array(entity.properties.iter().map(said).collect()))),
    ])
}

fn said(said: &Said) -> Json {
    let (kind, script, vocabulary) = match &said.value {
        Value::Text(_) => ("text", None, None),
        Value::Name { script, .. } => ("name", text(script), None),
        Value::Date(_) => ("date", None, None),
        Value::Term { vocabulary, .. } => ("term", None, text(vocabulary)),
        Value::Place(_) => ("place", None, None),
        Value::Number(_) => ("number", None, None),
        Value::YesNo(_) => ("yesno", None, None),
    };
    object([
        ("at", place(&said.at)),
        ("dataset", said.dataset.as_deref().and_then(text)),
        ("original", said.original.as_deref().and_then(text)),
        ("property", text(&said.property)),
        ("script", script),
        ("type", text(kind)),
        ("value", text(said.value.text())),
        ("vocabulary", vocabulary),
    ])
}

fn link(link: &Link) -> Json {
    object([
        ("at", place(&link.at)),
        ("dataset", link.dataset.as_deref().and_then(text)),
        ("from", key(&link.from)),
        ("property", text(&link.property)),
        ("role", text(&link.role)),
        ("to", key(&link.to)),
    ])
}
