//! What does a document say that this program wrote?

use super::{File, Imported};
use crate::fault::{Fault, Faults, Severity};
use crate::schema::Schema;
use crate::schema::entity::{Entity, Key, Link, Said, Value, Where, Word};
use crate::schema::export::JSON_VERSION;
use serde_json::Value as Json;
use std::collections::HashSet;

/// Reads a document of entities and links. What the schema does not allow is left out and named; faults name the number of
/// the entity or link in the document as their row.
pub fn json(file: &File<'_>, schema: &Schema) -> Imported {
    let mut imported = Imported::default();
    let error = |what: String, hint: &str| Fault::new(Severity::Error, file.name, what).hint(hint);
    let document: Json = match serde_json::from_slice(file.bytes) {
        Ok(document) => document,
        Err(fault) => {
            let fault = error(format!("not readable as JSON at line {}", fault.line()), "export it anew");
            imported.faults.push(fault);
            return imported;
        }
    };
    if document.get("factum_entities").and_then(Json::as_u64) != Some(JSON_VERSION) {
        let hint = "give a document with \"factum_entities\": 1, as the export writes it";
        imported.faults.push(error("this is no document of entities that can be read here".into(), hint));
        return imported;
    }
    let mut words = Words::default();
    let mut seen = HashSet::new();
    for (number, item) in (1..).zip(items(&document, "entities")) {
        let Some(mut entity) = entity(item, &mut words) else {
            imported.faults.push(broken(file, number, "entity"));
            continue;
        };
        if !seen.insert(entity.id()) {
            let fault = Fault::new(Severity::RowLeftOut, file.name, "an entity of this kind and key is there already");
            imported.faults.push(fault.at_row(number).hint("give each its own key"));
            continue;
        }
        let faults = schema.check(&entity);
        let left_out = faults.iter().any(|f| f.severity == Severity::RowLeftOut);
        if faults.iter().any(|f| f.severity == Severity::ValueLeftOut) {
            // Each value is looked at alone, to leave out just those that cannot stand.
            let alone = |said: &Said| Entity { properties: vec![said.clone()], ..entity.clone() };
            let stands = |said: &Said| schema.check(&alone(said)).iter().all(|f| f.severity == Severity::Note);
            let kept: Vec<Said> = entity.properties.iter().filter(|said| stands(said)).cloned().collect();
            entity.properties = kept;
        }
        add(&mut imported.faults, faults);
        if !left_out {
            imported.entities.push(entity);
        }
    }
    for (number, item) in (1..).zip(items(&document, "links")) {
        match link(item, &mut words) {
            None => imported.faults.push(broken(file, number, "link")),
            Some(link) => match schema.check_link(&link) {
                Some(fault) => imported.faults.push(fault),
                None => imported.links.push(link),
            },
        }
    }
    imported
}

fn add(faults: &mut Faults, more: Vec<Fault>) {
    for fault in more {
        faults.push(fault);
    }
}

fn broken(file: &File<'_>, number: u32, what: &str) -> Fault {
    let what = format!("the {what} lacks a part or has one of another type");
    Fault::new(Severity::RowLeftOut, file.name, what).at_row(number).hint("export it anew")
}

fn items<'j>(document: &'j Json, key: &str) -> std::slice::Iter<'j, Json> {
    document.get(key).and_then(Json::as_array).map_or(&[] as &[Json], Vec::as_slice).iter()
}

/// Short texts, each once.
#[derive(Default)]
struct Words(HashSet<Word>);

impl Words {
    fn word(&mut self, json: Option<&Json>) -> Option<Word> {
        let text = json?.as_str()?;
        if let Some(word) = self.0.get(text) {
            return Some(word.clone());
        }
        let word: Word = text.into();
        self.0.insert(word.clone());
        Some(word)
    }

    /// A word that may be absent, but not of another type.
    fn maybe(&mut self, json: Option<&Json>) -> Option<Option<Word>> {
        match json {
            None => Some(None),
            some => self.word(some).map(Some),
        }
    }
}

fn text(json: Option<&Json>) -> Option<String> {
    Some(json?.as_str()?.to_string())
}

fn maybe_text(json: Option<&Json>) -> Option<Option<String>> {
    match json {
        None => Some(None),
        some => text(some).map(Some),
    }
}

fn place(json: Option<&Json>, words: &mut Words) -> Option<Where> {
    let json = json?;
    let row = u32::try_from(json.get("row")?.as_u64()?).ok()?;
    Some(Where { file: words.word(json.get("file"))?, row, column: words.maybe(json.get("column"))? })
}

fn key(json: Option<&Json>, words: &mut Words) -> Option<Key> {
    let json = json?;
    Some(Key { kind: words.word(json.get("kind"))?, key: words.word(json.get("key"))? })
}

fn entity(json: &Json, words: &mut Words) -> Option<Entity> {
    let said = json.get("says")?.as_array()?.iter().map(|item| said(item, words)).collect::<Option<Vec<_>>>()?;
    Some(Entity {
        key: words.word(json.get("key"))?,
        kind: words.word(json.get("kind"))?,
        properties: said,
        recorded: maybe_text(json.get("recorded"))?,
        from: place(json.get("at"), words)?,
    })
}

fn said(json: &Json, words: &mut Words) -> Option<Said> {
    let value = text(json.get("value"))?;
    let value = match json.get("type")?.as_str()? {
        "text" => Value::Text(value),
        "name" => Value::Name { text: value, script: words.word(json.get("script"))? },
        "date" => Value::Date(value),
        "term" => Value::Term { vocabulary: words.word(json.get("vocabulary"))?, code: value.as_str().into() },
        "place" => Value::Place(value),
        "number" => Value::Number(value),
        "yesno" => Value::YesNo(match value.as_str() {
            "yes" => true,
            "no" => false,
            _ => return None,
        }),
        _ => return None,
    };
    Some(Said {
        property: words.word(json.get("property"))?,
        value,
        original: maybe_text(json.get("original"))?,
        dataset: words.maybe(json.get("dataset"))?,
        at: place(json.get("at"), words)?,
    })
}

fn link(json: &Json, words: &mut Words) -> Option<Link> {
    Some(Link {
        from: key(json.get("from"), words)?,
        property: words.word(json.get("property"))?,
        role: words.word(json.get("role"))?,
        to: key(json.get("to"), words)?,
        dataset: words.maybe(json.get("dataset"))?,
        at: place(json.get("at"), words)?,
    })
}
