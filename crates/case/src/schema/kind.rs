//! What can be said of an entity of this kind?
//!
//! A kind is a file: its properties with their types, whether they repeat, and what they are called in the HURIDOCS Events
//! Standard Formats and in FollowTheMoney. Victim, perpetrator and witness are roles on links, so a person has no such property.

use super::entity::Word;
use super::ftm_names;
use super::words::{Placed, Words};
use std::collections::HashMap;
use toml::de::DeTable;

/// What values a property takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Words.
    Text,
    /// A name, with the script it is written in.
    Name,
    /// A date as EDTF (ISO 8601-2).
    Date,
    /// A term of this vocabulary.
    Term(Word),
    /// A link to an entity of one of these kinds, which has this role.
    Link {
        /// The kinds.
        to: Vec<Word>,
        /// The role.
        role: Word,
    },
    /// A place in words, or coordinates.
    Place,
    /// A number.
    Number,
    /// Yes or no.
    YesNo,
}

impl Type {
    /// The word for it in a file of a kind.
    pub fn word(&self) -> &'static str {
        match self {
            Type::Text => "text",
            Type::Name => "name",
            Type::Date => "date",
            Type::Term(_) => "term",
            Type::Link { .. } => "link",
            Type::Place => "place",
            Type::Number => "number",
            Type::YesNo => "yesno",
        }
    }
}

/// One property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name.
    pub name: Word,
    /// Its label.
    pub label: String,
    /// What values it takes.
    pub of: Type,
    /// Whether a source says several values in the normal course.
    pub repeatable: bool,
    /// The fields of the Events Standard Formats that hold it, by number.
    pub esf: Vec<String>,
    /// The property of FollowTheMoney that holds it.
    pub ftm: Option<String>,
}

/// A kind of entity.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its name.
    pub name: Word,
    /// Its label.
    pub label: String,
    /// The version of its file, and after `+` those of files that add to it.
    pub version: String,
    /// The schema of FollowTheMoney that holds it.
    pub ftm: Option<String>,
    /// The format of the Events Standard Formats that holds it, and the number of the field that is its key.
    pub esf: Option<(String, String)>,
    /// Its properties, in the order of the files.
    properties: Vec<Property>,
    index: HashMap<Word, usize>,
}

impl Kind {
    /// Its properties, in their order.
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// The property of a name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.index.get(name).and_then(|at| self.properties.get(*at))
    }

    /// Takes over what a file defines or adds; a property that is there already is a fault.
    pub(super) fn add(&mut self, file: KindFile, words: &mut Words<'_>) {
        for (property, at) in file.properties {
            if self.index.contains_key(&property.name) {
                let what = format!("the kind `{}` has a property `{}` already", self.name, property.name);
                words.fault(at, what, "a property is never changed or removed; give the new one its own name");
                continue;
            }
            if let (Some(schema), Some(held)) = (&self.ftm, &property.ftm)
                && !ftm_names::has(schema, held)
            {
                let what = format!("FollowTheMoney's `{schema}` has no property `{held}`");
                words.fault(at, what, "leave `ftm` out, or name one of its properties");
                continue;
            }
            if let Some(held) = &property.ftm
                && self.properties.iter().any(|p| p.ftm.as_ref() == Some(held))
            {
                let what = format!("another property of `{}` is held by `{held}` of FollowTheMoney", self.name);
                words.fault(at, what, "leave `ftm` out, or name another of its properties");
                continue;
            }
            self.index.insert(property.name.clone(), self.properties.len());
            self.properties.push(property);
        }
    }
}

/// What a file of a kind says.
pub(super) struct KindFile {
    pub name: String,
    pub at: usize,
    label: Option<String>,
    pub version: u32,
    ftm: Option<String>,
    esf: Option<String>,
    esf_key: Option<String>,
    pub properties: Vec<(Property, usize)>,
}

impl KindFile {
    /// The kind without properties.
    pub(super) fn kind(&self) -> Kind {
        Kind {
            name: self.name.as_str().into(),
            label: self.label.clone().unwrap_or_else(|| self.name.clone()),
            version: self.version.to_string(),
            ftm: self.ftm.clone(),
            esf: self.esf.clone().zip(self.esf_key.clone()),
            properties: Vec::new(),
            index: HashMap::new(),
        }
    }
}

const KEYS: &str = "kind (or extends), label, version, ftm, esf, esf_key and [property.NAME]";

/// Reads a file that defines a kind or adds to one.
pub(super) fn read<'t>(table: &DeTable<'t>, words: &mut Words<'t>, extends: bool) -> Option<KindFile> {
    let mut file = KindFile {
        name: String::new(),
        at: 0,
        label: None,
        version: 0,
        ftm: None,
        esf: None,
        esf_key: None,
        properties: Vec::new(),
    };
    for (key, value) in table {
        match key.get_ref().as_ref() {
            name @ ("kind" | "extends") => {
                file.at = value.span().start;
                file.name = words.name(name, value).unwrap_or_default();
            }
            "label" if !extends => file.label = words.string("label", value),
            "version" => file.version = words.version(value).unwrap_or(0),
            "ftm" if !extends => {
                file.ftm = words.string("ftm", value);
                if let Some(schema) = &file.ftm
                    && !ftm_names::is_schema(schema)
                {
                    let what = "FollowTheMoney has no such schema, or it is abstract";
                    words.fault(value.span().start, what, "write Person, Organization, Event or Document, say");
                    file.ftm = None;
                }
            }
            "esf" if !extends => file.esf = words.string("esf", value),
            "esf_key" if !extends => file.esf_key = words.string("esf_key", value),
            "property" => {
                let Some(table) = words.table("property", value) else { continue };
                for (name, value) in table {
                    let at = name.span().start;
                    let name = name.get_ref().as_ref();
                    if !super::words::is_name(name) || name == "key" {
                        let hint = "use small letters a to z, digits and `_`; `key` is taken";
                        words.fault(at, "this is no name of a property", hint);
                        continue;
                    }
                    if let Some(property) = property(name, value, words) {
                        file.properties.push((property, at));
                    }
                }
            }
            _ => words.unknown(key, "a kind", KEYS),
        }
    }
    if !table.iter().any(|(k, _)| k.get_ref() == "version") {
        words.fault(0, "the file has no version", "write version = 1, and count on whenever the file changes");
    }
    (!file.name.is_empty()).then_some(file)
}

fn property<'t>(name: &str, value: &Placed<'t>, words: &mut Words<'t>) -> Option<Property> {
    let table = words.table(&format!("property.{name}"), value)?;
    let at = value.span().start;
    let mut property = Property {
        name: name.into(),
        label: name.to_string(),
        of: Type::Text,
        repeatable: false,
        esf: Vec::new(),
        ftm: None,
    };
    let (mut of, mut vocabulary, mut to, mut role) = (None, None, Vec::new(), None);
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "label" => property.label = words.string("label", value)?,
            "type" => of = words.string("type", value).map(|t| (t, value.span().start)),
            "vocabulary" => vocabulary = words.name("vocabulary", value),
            "to" => to = words.strings("to", value),
            "role" => role = words.string("role", value),
            "repeatable" => property.repeatable = words.flag("repeatable", value).unwrap_or(false),
            "esf" => property.esf = words.strings("esf", value),
            "ftm" => property.ftm = words.string("ftm", value),
            _ => words.unknown(
                key,
                "a property",
                "label, type, vocabulary (of a term), to and role (of a link), repeatable, esf and ftm",
            ),
        }
    }
    let Some((of, of_at)) = of else {
        words.fault(at, format!("the property `{name}` has no type"), format!("write type = \"…\": {TYPES}"));
        return None;
    };
    property.of = match of.as_str() {
        "text" => Type::Text,
        "name" => Type::Name,
        "date" => Type::Date,
        "place" => Type::Place,
        "number" => Type::Number,
        "yesno" => Type::YesNo,
        "term" => match vocabulary {
            Some(vocabulary) => Type::Term(vocabulary.as_str().into()),
            None => {
                words.fault(of_at, format!("the property `{name}` names no vocabulary"), "write vocabulary = \"…\"");
                return None;
            }
        },
        "link" => match role {
            Some(role) if !to.is_empty() && !role.trim().is_empty() => {
                Type::Link { to: to.iter().map(|t| t.as_str().into()).collect(), role: role.as_str().into() }
            }
            _ => {
                let hint = "write to = [\"person\"] and role = \"…\"";
                words.fault(of_at, format!("the link `{name}` lacks its kinds or its role"), hint);
                return None;
            }
        },
        _ => {
            words.fault(of_at, "there is no such type", format!("the types are {TYPES}"));
            return None;
        }
    };
    Some(property)
}

const TYPES: &str = "text, name, date, term, link, place, number and yesno";
