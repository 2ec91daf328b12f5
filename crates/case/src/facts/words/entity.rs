//! What can be said of the schema, and of entities that come from files of others?
//!
//! A file from elsewhere is an item; that it was read is one record, and what it says of one entity is one record more. So each
//! value keeps its source, its file and its row, and none of them is put into the mouth of anybody else.

use crate::custody::ids::{Digest, RecordId};
use serde::{Deserialize, Serialize};

/// Files from elsewhere were read into entities.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Import {
    /// Its number.
    pub import: RecordId,
    /// The source whose files they are.
    pub source: RecordId,
    /// How they were read: `table`, `ftm`, `esf`, `odk` or `json`.
    pub format: String,
    /// The files, as items.
    pub files: Vec<RecordId>,
    /// The mapping by which they were read, as an item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<RecordId>,
    /// The digest of the schema by which they were read.
    pub schema: Digest,
}

/// What a source's file says of one entity. A later one of the same source and key takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Told {
    /// The entity.
    pub entity: RecordId,
    /// The import that read it.
    pub import: RecordId,
    /// The key that the source gives it.
    pub key: String,
    /// In which of the import's files, from 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub file: u32,
    /// In which row, line or submission, from 1.
    pub row: u32,
    /// When the source recorded it, as the source writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<String>,
    /// What it says, value by value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<ToldValue>,
    /// To which entities it leads, and in which role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<ToldLink>,
}

/// A value of a property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ToldValue {
    /// The property.
    pub property: String,
    /// The value as text: EDTF for a date, the code for a term.
    pub value: String,
    /// What the source wrote, where the value is not that text itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    /// The data set that says it, where the source names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// In which row, where that is not the entity's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// In which column, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

/// A link to another entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ToldLink {
    /// The property: `victim` of an act.
    pub property: String,
    /// The role that the other end has in it.
    pub role: String,
    /// The other end.
    pub to: RecordId,
    /// The data set that says it, where the source names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// In which row, where that is not the entity's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// In which column, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

/// What is known of the inquiry's substance leaves the case as files. Written before they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Left {
    /// Its number.
    pub left: RecordId,
    /// What leaves: `entities`, `inquiry`.
    pub what: String,
    /// In which form: `csv`, `json`, `ftm`, `folder`.
    pub form: String,
    /// How many things.
    pub count: u64,
    /// To whom.
    pub recipient: String,
    /// What for.
    pub purpose: String,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
