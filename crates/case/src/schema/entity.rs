//! What does an import hand over, and what does an export take?
//!
//! Entities with what is said of them, and links between them that carry a role. Every value stays text with its type and
//! names the place it came from, so that each can become a statement: this source says, here, that this entity has this
//! property with this value.

use std::fmt;
use std::sync::Arc;

/// A short text that many values share: a name of a kind, a property, a file.
pub type Word = Arc<str>;

/// Where something was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Where {
    /// The file's name.
    pub file: Word,
    /// Row of the table (the header is row 1), line of the text, or number of the submission.
    pub row: u32,
    /// Column or path, where there is one.
    pub column: Option<Word>,
}

impl Where {
    /// A row of a file.
    pub fn row(file: &Word, row: u32) -> Self {
        Where { file: file.clone(), row, column: None }
    }

    /// The same row in a column.
    pub fn column(&self, column: &Word) -> Self {
        Where { column: Some(column.clone()), ..self.clone() }
    }
}

/// What names an entity within an import: its kind and the key that the source gives it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The kind.
    pub kind: Word,
    /// The key, unique among the entities of this kind.
    pub key: Word,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.key)
    }
}

/// A value with its type. All of them are text that can be read again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Words.
    Text(String),
    /// A name in the script it was written in.
    Name {
        /// The name as the source writes it.
        text: String,
        /// Its script by ISO 15924, such as `Latn`; `Zyyy` if its letters do not tell.
        script: Word,
    },
    /// A date as EDTF, no more precise than the source.
    Date(String),
    /// A term of a vocabulary.
    Term {
        /// The vocabulary.
        vocabulary: Word,
        /// The code of the term.
        code: Word,
    },
    /// A place in words, or `latitude, longitude` in degrees.
    Place(String),
    /// A number in decimal digits.
    Number(String),
    /// Yes or no.
    YesNo(bool),
}

impl Value {
    /// A name, its script told from its letters.
    pub fn name(text: impl Into<String>) -> Self {
        let text = text.into();
        let script = script_of(&text).into();
        Value::Name { text, script }
    }

    /// The value as text; of a term its code.
    pub fn text(&self) -> &str {
        match self {
            Value::Text(text) | Value::Date(text) | Value::Place(text) | Value::Number(text) => text,
            Value::Name { text, .. } => text,
            Value::Term { code, .. } => code,
            Value::YesNo(true) => "yes",
            Value::YesNo(false) => "no",
        }
    }
}

/// One thing said of an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The property.
    pub property: Word,
    /// Its value.
    pub value: Value,
    /// What the source wrote, where the value is not that text itself: a term in words, a date in another form.
    pub original: Option<String>,
    /// The data set that says it, where the source names one.
    pub dataset: Option<Word>,
    /// Where it stands.
    pub at: Where,
}

/// An entity and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// Its key, unique among the entities of its kind.
    pub key: Word,
    /// Its kind.
    pub kind: Word,
    /// What is said of it, in the order of the source. Values that contradict each other stand side by side.
    pub properties: Vec<Said>,
    /// When the source recorded it, as the source writes it: the time at which a form was sent.
    pub recorded: Option<String>,
    /// Where it stands.
    pub from: Where,
}

impl Entity {
    /// What names it.
    pub fn id(&self) -> Key {
        Key { kind: self.kind.clone(), key: self.key.clone() }
    }
}

/// A link from one entity to another, in a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The entity that has the property.
    pub from: Key,
    /// The property, such as `victim` of an act.
    pub property: Word,
    /// The role that the other end has in it.
    pub role: Word,
    /// The other end. It need not be part of the import.
    pub to: Key,
    /// The data set that says it, where the source names one.
    pub dataset: Option<Word>,
    /// Where it stands.
    pub at: Where,
}

/// First code point, last code point and script (ISO 15924) of blocks of letters, by the Unicode standard's blocks. Han
/// with kana is Japanese, so kana come first where a text has both.
const SCRIPTS: &[(u32, u32, &str)] = &[
    (0x0041, 0x024F, "Latn"),
    (0x0370, 0x03FF, "Grek"),
    (0x0400, 0x052F, "Cyrl"),
    (0x0530, 0x058F, "Armn"),
    (0x0590, 0x05FF, "Hebr"),
    (0x0600, 0x06FF, "Arab"),
    (0x0700, 0x074F, "Syrc"),
    (0x0750, 0x077F, "Arab"),
    (0x0780, 0x07BF, "Thaa"),
    (0x0900, 0x097F, "Deva"),
    (0x0980, 0x09FF, "Beng"),
    (0x0A00, 0x0A7F, "Guru"),
    (0x0A80, 0x0AFF, "Gujr"),
    (0x0B80, 0x0BFF, "Taml"),
    (0x0C00, 0x0C7F, "Telu"),
    (0x0D80, 0x0DFF, "Sinh"),
    (0x0E00, 0x0E7F, "Thai"),
    (0x0E80, 0x0EFF, "Laoo"),
    (0x0F00, 0x0FFF, "Tibt"),
    (0x1000, 0x109F, "Mymr"),
    (0x10A0, 0x10FF, "Geor"),
    (0x1200, 0x139F, "Ethi"),
    (0x1780, 0x17FF, "Khmr"),
    (0x1800, 0x18AF, "Mong"),
    (0x1E00, 0x1EFF, "Latn"),
    (0x1F00, 0x1FFF, "Grek"),
    (0x3040, 0x30FF, "Jpan"),
    (0x3400, 0x9FFF, "Hani"),
    (0xAC00, 0xD7AF, "Hang"),
    (0xF900, 0xFAFF, "Hani"),
    (0xFB50, 0xFEFF, "Arab"),
    (0x20000, 0x3FFFF, "Hani"),
];

/// The script in which most letters of a text are written; `Zyyy` if no letter tells. Of two with as many letters, the
/// one that comes first in the text.
pub fn script_of(text: &str) -> &'static str {
    let mut counts: Vec<(&'static str, usize)> = Vec::new();
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        let n = c as u32;
        let Some((.., script)) = SCRIPTS.iter().find(|(from, to, _)| (*from..=*to).contains(&n)) else { continue };
        match counts.iter_mut().find(|(known, _)| known == script) {
            Some((_, count)) => *count += 1,
            None => counts.push((script, 1)),
        }
    }
    if counts.iter().any(|(script, _)| *script == "Jpan") {
        return "Jpan";
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    counts.iter().find(|(_, count)| *count == most).map_or("Zyyy", |(script, _)| script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_the_script_it_came_in() {
        let check = |text: &str, expected: &str| assert_eq!(script_of(text), expected, "{text}");
        check("Ševket Mirel", "Latn");
        check("Шевкет Мирел", "Cyrl");
        check("شوكت", "Arab");
        check("阿不都", "Hani");
        check("みらい 未来", "Jpan");
        check("მირელი", "Geor");
        check("Mirel (Мирел Шевкет)", "Cyrl");
        check("17", "Zyyy");
        check("", "Zyyy");
    }
}
