//! What do entities of FollowTheMoney say in the words of this schema?
//!
//! JSON lines: entities with `id`, `schema` and `properties`, entities with `statements`, or statements one a line. Data set and
//! original value are kept where a statement names them. Statements are gathered by the id their own source gave
//! (`entity_id`): whether two of them are one person is a judgement that the import does not take over.

use super::build::{Again, Builder};
use super::mapping::Terms;
use super::{File, Imported};
use crate::fault::{Fault, Severity};
use crate::schema::entity::{Key, Where, Word};
use crate::schema::{Kind, Schema, Type, ftm_names};
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashMap};

/// Kinds for schemata that several kinds are held by, or none: what a thing of that schema is if its id does not tell.
const USUAL: &[(&str, &str)] = &[
    ("Event", "event"),
    ("LegalEntity", "organization"),
    ("UnknownLink", "relation"),
    ("Organization", "organization"),
];

/// The kind for whatever ties two entities together.
const RELATION: &str = "relation";

/// One value of an entity.
struct Given {
    property: String,
    value: String,
    original: Option<String>,
    dataset: Option<Word>,
    line: u32,
}

/// An entity as the file gives it.
struct Proxy {
    id: String,
    schema: String,
    line: u32,
    given: Vec<Given>,
}

/// Reads entities of FollowTheMoney. Properties that this schema does not hold are counted in the faults.
pub fn ftm(file: &File<'_>, schema: &Schema) -> Imported {
    let terms = Terms::default();
    let mut builder = Builder::new(schema, &terms);
    let proxies = proxies(file, &mut builder);
    let mut reader = Reader { file: file.name.into(), ids: HashMap::new(), lost: BTreeMap::new() };
    let kinds: Vec<Option<(&Kind, String, bool)>> = proxies.iter().map(|p| kind_of(p, schema)).collect();
    for (proxy, kind) in proxies.iter().zip(&kinds) {
        match kind {
            Some((kind, key, _)) => {
                let key = Key { kind: kind.name.clone(), key: key.as_str().into() };
                reader.ids.insert(proxy.id.clone(), key);
            }
            None => {
                let from = Where::row(&reader.file, proxy.line);
                let what = format!("no kind is held by the schema `{}`", short(&proxy.schema));
                let hint = "define a kind in a file with ftm = \"…\" of that schema";
                builder.fault(Severity::RowLeftOut, &from, what, hint);
            }
        }
    }
    for (proxy, kind) in proxies.iter().zip(kinds) {
        let Some((kind, key, ours)) = kind else { continue };
        if !ours && proxy.schema == "UnknownLink" && !reader.role(proxy, schema, &mut builder) {
            continue;
        }
        let from = Where::row(&reader.file, proxy.line);
        if let Some(entity) = builder.entity(kind, &key, Again::Refuse, &from) {
            reader.fill(proxy, kind, entity, ours, &mut builder);
        }
    }
    for ((schema, property), (count, line)) in reader.lost {
        let from = Where::row(&reader.file, line);
        let what =
            format!("`{}.{}` has no counterpart in this schema: {count} not carried", short(&schema), short(&property));
        builder.fault(Severity::Note, &from, what, "add a property with that `ftm` in a file");
    }
    builder.finish()
}

/// A name of the format for a message: what is no name is not repeated, since it may be evidence in the wrong place.
fn short(name: &str) -> &str {
    let is_name = name.len() <= 40 && name.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_name { name } else { "…" }
}

/// Gathers the lines of a file into entities, in the order in which their ids are met.
fn proxies(file: &File<'_>, builder: &mut Builder<'_>) -> Vec<Proxy> {
    let mut proxies: Vec<Proxy> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (line, bytes) in (1..).zip(file.bytes.split(|b| *b == b'\n')) {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let mut fault = |what: &str| {
            let fault = Fault::new(Severity::RowLeftOut, file.name, what).at_row(line);
            builder.faults.push(fault.hint("write one entity or statement of FollowTheMoney a line"));
        };
        let Ok(json) = serde_json::from_slice::<Json>(bytes) else {
            fault("the line is no JSON");
            continue;
        };
        let text = |key: &str| json.get(key).and_then(Json::as_str).filter(|t| !t.is_empty()).map(str::to_string);
        let is_statement = json.get("prop").is_some();
        let id = if is_statement { text("entity_id").or_else(|| text("canonical_id")) } else { text("id") };
        let (Some(id), Some(schema)) = (id, text("schema")) else {
            fault("the entity has no id or no schema");
            continue;
        };
        let given = if is_statement { statement(&json, line).into_iter().collect() } else { given(&json, line) };
        match places.get(&id).and_then(|at| proxies.get_mut(*at)) {
            Some(known) if is_statement => known.given.extend(given),
            Some(known) => {
                let what = format!("an entity with this id is there already, from line {}", known.line);
                fault(&what);
            }
            None => {
                places.insert(id.clone(), proxies.len());
                proxies.push(Proxy { id, schema, line, given });
            }
        }
    }
    proxies
}

/// The value of a statement; the one that says only that there is an id says nothing here.
fn statement(json: &Json, line: u32) -> Option<Given> {
    let text = |key: &str| json.get(key).and_then(Json::as_str).filter(|t| !t.is_empty()).map(str::to_string);
    let property = text("prop").filter(|p| p != "id")?;
    let dataset = text("dataset").map(|d| Word::from(d.as_str()));
    Some(Given { property, value: text("value")?, original: text("original_value"), dataset, line })
}

fn given(json: &Json, line: u32) -> Vec<Given> {
    let mut given: Vec<Given> = Vec::new();
    if let Some(statements) = json.get("statements").and_then(Json::as_array) {
        given.extend(statements.iter().filter_map(|s| statement(s, line)));
    }
    let dataset = match json.get("datasets").and_then(Json::as_array).map(Vec::as_slice) {
        // Of several data sets it is not told which says what.
        Some([Json::String(one)]) => Some(Word::from(one.as_str())),
        _ => json.get("dataset").and_then(Json::as_str).map(Word::from),
    };
    let Some(properties) = json.get("properties").and_then(Json::as_object) else { return given };
    let mut names: Vec<&String> = properties.keys().collect();
    names.sort();
    for name in names {
        let values = match properties.get(name) {
            Some(Json::Array(values)) => values.iter().collect(),
            Some(one) => vec![one],
            None => Vec::new(),
        };
        for value in values {
            let value = match value {
                Json::String(text) => text.clone(),
                Json::Number(number) => number.to_string(),
                Json::Bool(flag) => flag.to_string(),
                // A nested entity is named by its id.
                other => other.get("id").and_then(Json::as_str).map(str::to_string).unwrap_or_default(),
            };
            let known = given.iter().any(|g| g.property == *name && g.value == value);
            if !value.trim().is_empty() && !known {
                given.push(Given { property: name.clone(), value, original: None, dataset: dataset.clone(), line });
            }
        }
    }
    given
}

/// The kind and key that an id of our own export names.
fn own(id: &str, schema: &Schema) -> Option<(Word, String)> {
    let (kind, key) = id.split_once('-')?;
    let kind = schema.kind(kind).filter(|_| !key.is_empty())?;
    Some((kind.name.clone(), key.to_string()))
}

/// The kind and key of an entity, and whether its id is one of our own export.
fn kind_of<'s>(proxy: &Proxy, schema: &'s Schema) -> Option<(&'s Kind, String, bool)> {
    let of = |name: &str| schema.kinds().iter().find(|k| k.ftm.as_deref() == Some(name));
    if let Some((name, key)) = own(&proxy.id, schema)
        && let Some(kind) = schema.kind(&name).filter(|k| k.ftm.as_deref() == Some(proxy.schema.as_str()))
    {
        return Some((kind, key, true));
    }
    let usual = |held: &str| USUAL.iter().find(|(s, _)| *s == held).and_then(|(_, kind)| schema.kind(kind));
    let mut found = usual(&proxy.schema).or_else(|| of(&proxy.schema));
    if found.is_none() && ftm_names::tie(&proxy.schema).is_some() {
        found = schema.kind(RELATION);
    }
    let found = found.or_else(|| ftm_names::wider(&proxy.schema).and_then(|held| usual(held).or_else(|| of(held))));
    Some((found?, proxy.id.clone(), false))
}

struct Reader {
    file: Word,
    ids: HashMap<String, Key>,
    lost: BTreeMap<(String, String), (u64, u32)>,
}

impl Reader {
    fn key(&self, id: &str, schema: &Schema) -> Option<Key> {
        let named = || own(id, schema).map(|(kind, key)| Key { kind, key: key.as_str().into() });
        self.ids.get(id).cloned().or_else(named)
    }

    /// Takes an `UnknownLink` for the link that its role names, if the object's kind has it. Returns whether it remains to be
    /// read as an entity.
    fn role(&self, proxy: &Proxy, schema: &Schema, builder: &mut Builder<'_>) -> bool {
        let of = |name: &str| proxy.given.iter().find(|g| g.property == name);
        let (Some(one), Some(other), Some(role)) = (of("subject"), of("object"), of("role")) else { return true };
        let (Some(to), Some(from)) = (self.key(&one.value, schema), self.key(&other.value, schema)) else {
            return true;
        };
        let property = schema.kind(&from.kind).and_then(|kind| kind.property(&role.value));
        match property.map(|p| (&p.of, p)) {
            Some((Type::Link { to: kinds, .. }, property)) if kinds.contains(&to.kind) => {
                let at = Where::row(&self.file, proxy.line);
                builder.link_from(from, property, &to.key, Some(&to.kind), role.dataset.clone(), at);
                false
            }
            _ => true,
        }
    }

    fn fill(&mut self, proxy: &Proxy, kind: &Kind, entity: usize, ours: bool, builder: &mut Builder<'_>) {
        let tie = ftm_names::tie(&proxy.schema).filter(|_| &*kind.name == RELATION);
        if tie.is_some() && proxy.schema != "UnknownLink" {
            // Which tie it is, the schema says and no property.
            let at = Where::row(&self.file, proxy.line);
            if let Some(nature) = kind.property("nature")
                && let Some(value) = builder.value(nature, &proxy.schema, None, &at)
            {
                builder.say(entity, nature, value, None, at);
            }
        }
        for given in &proxy.given {
            let name = match tie {
                Some((one, ..)) if given.property == one => "subject",
                Some((_, other, _)) if given.property == other => "object",
                Some((.., words)) if given.property == words => "role",
                _ => &given.property,
            };
            let Some(property) = kind.properties().iter().find(|p| p.ftm.as_deref() == Some(name)) else {
                if !(ours && name == "name") {
                    let place = (proxy.schema.clone(), given.property.clone());
                    self.lost.entry(place).or_insert((0, given.line)).0 += 1;
                }
                continue;
            };
            let at = Where::row(&self.file, given.line).column(&Word::from(given.property.as_str()));
            if let Type::Link { .. } = property.of {
                let (to, kind) = match self.key(&given.value, builder.schema) {
                    Some(key) => (key.key.to_string(), Some(key.kind)),
                    None => (given.value.clone(), None),
                };
                builder.link(entity, property, &to, kind.as_ref(), given.dataset.clone(), at);
            } else if let Some((value, original)) = builder.value(property, &given.value, None, &at) {
                let original = given.original.clone().or(original);
                builder.say(entity, property, (value, original), given.dataset.clone(), at);
            }
        }
    }
}
