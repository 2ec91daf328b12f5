//! What can be said in this inquiry, and how does it come in and go out?
//!
//! Kinds of entities with their properties, and vocabularies with their terms, are data: files of TOML that ship with the
//! program, after the HURIDOCS Events Standard Formats (fields and codes are theirs, labels are not), and files that an
//! inquiry adds. Adding never changes or removes. Imports turn tables, forms and other formats into entities and links; exports
//! write them.

mod check;
pub mod entity;
pub mod export;
mod ftm_names;
pub mod import;
pub mod kind;
mod parse;
mod standard;
pub mod vocabulary;
mod words;

pub use entity::{Entity, Key, Link, Said, Value, Where, Word};
pub use kind::{Kind, Property, Type};
pub use vocabulary::{Term, Vocabulary};

use crate::digest::sha256;
use crate::fault::Faults;
use serde_json::json;
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::LazyLock;
use words::Words;

/// A file of a schema: one kind, or one vocabulary, or what is added to one.
#[derive(Clone, Copy, Debug)]
pub struct SchemaFile<'a> {
    /// Its name, for faults.
    pub name: &'a str,
    /// Its text, TOML.
    pub text: &'a str,
}

/// Kinds and vocabularies.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    kinds: Vec<Kind>,
    vocabularies: Vec<Vocabulary>,
    kind_index: HashMap<Word, usize>,
    vocabulary_index: HashMap<Word, usize>,
}

/// A file as it was read.
enum Read {
    Kind(kind::KindFile),
    MoreOfKind(kind::KindFile),
    Vocabulary(vocabulary::TermsFile),
    MoreOfVocabulary(vocabulary::TermsFile),
}

impl Schema {
    /// The schema that ships with the program.
    pub fn standard() -> Schema {
        static STANDARD: LazyLock<Schema> = LazyLock::new(Schema::read_standard);
        STANDARD.clone()
    }

    fn read_standard() -> Schema {
        let files: Vec<SchemaFile<'_>> = standard::FILES.iter().map(|(name, text)| SchemaFile { name, text }).collect();
        let mut schema = Schema::default();
        schema.add(&files);
        schema
    }

    /// The standard schema with an inquiry's own files. All faults at once, each with its file and line; what is at fault
    /// is left out of the result.
    pub fn with(files: &[SchemaFile<'_>]) -> (Schema, Faults) {
        let mut schema = Schema::standard();
        let faults = schema.add(files);
        (schema, faults)
    }

    /// Adds files. Their order does not matter: vocabularies come before kinds, definitions before what is added to them.
    fn add(&mut self, files: &[SchemaFile<'_>]) -> Faults {
        let mut read: Vec<(Words<'_>, Option<Read>)> = Vec::new();
        for file in files {
            let (mut words, table) = Words::open(file.text, file.name);
            let found = table.and_then(|table| one(table.get_ref(), &mut words));
            read.push((words, found));
        }
        for (words, found) in &mut read {
            if let Some(Read::Vocabulary(file)) = found {
                if self.vocabulary_index.contains_key(file.name.as_str()) {
                    let what = format!("there is a vocabulary `{}` already", file.name);
                    words.fault(file.at, what, "add to it with extends_vocabulary, or choose another name");
                    continue;
                }
                let mut vocabulary = Vocabulary::new(file);
                vocabulary.add(file, words);
                self.vocabulary_index.insert(vocabulary.name.clone(), self.vocabularies.len());
                self.vocabularies.push(vocabulary);
            }
        }
        for (words, found) in &mut read {
            if let Some(Read::MoreOfVocabulary(file)) = found {
                match self.vocabulary_index.get(file.name.as_str()).and_then(|at| self.vocabularies.get_mut(*at)) {
                    Some(vocabulary) => {
                        vocabulary.add(file, words);
                        let _ = write!(vocabulary.version, "+{}", file.version);
                    }
                    None => {
                        let what = format!("there is no vocabulary `{}` to add to", file.name);
                        words.fault(file.at, what, "define it with vocabulary = \"…\"");
                    }
                }
            }
        }
        self.add_kinds(&mut read);
        let mut faults = Faults::default();
        for (words, _) in read {
            faults.extend(words.faults);
        }
        faults
    }

    fn add_kinds(&mut self, read: &mut [(Words<'_>, Option<Read>)]) {
        for (words, found) in read.iter_mut() {
            let Some(Read::Kind(file)) = found else { continue };
            if self.kind_index.contains_key(file.name.as_str()) {
                let what = format!("there is a kind `{}` already", file.name);
                words.fault(file.at, what, "add to it with extends, or choose another name");
                *found = None;
                continue;
            }
            let kind = file.kind();
            self.kind_index.insert(kind.name.clone(), self.kinds.len());
            self.kinds.push(kind);
        }
        for extension in [false, true] {
            for (words, found) in read.iter_mut() {
                let file = match found.take() {
                    Some(Read::Kind(file)) if !extension => file,
                    Some(Read::MoreOfKind(file)) if extension => file,
                    other => {
                        *found = other;
                        continue;
                    }
                };
                let file = self.without_dangling(file, words);
                let version = file.version;
                match self.kind_index.get(file.name.as_str()).and_then(|at| self.kinds.get_mut(*at)) {
                    Some(kind) => {
                        kind.add(file, words);
                        if extension {
                            let _ = write!(kind.version, "+{version}");
                        }
                    }
                    None => {
                        let what = format!("there is no kind `{}` to add to", file.name);
                        words.fault(file.at, what, "define it with kind = \"…\"");
                    }
                }
            }
        }
    }

    /// The file without properties that name kinds or vocabularies that are not there.
    fn without_dangling(&self, mut file: kind::KindFile, words: &mut Words<'_>) -> kind::KindFile {
        file.properties.retain(|(property, at)| match &property.of {
            Type::Term(vocabulary) if self.vocabulary(vocabulary).is_none() => {
                words.fault(*at, format!("there is no vocabulary `{vocabulary}`"), "define it in a file of its own");
                false
            }
            Type::Link { to, .. } => {
                let missing: Vec<&Word> = to.iter().filter(|kind| self.kind(kind).is_none()).collect();
                for kind in &missing {
                    words.fault(*at, format!("there is no kind `{kind}` to link to"), "define it in a file of its own");
                }
                missing.is_empty()
            }
            _ => true,
        });
        file
    }

    /// The kinds, the standard ones first.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The vocabularies, the standard ones first.
    pub fn vocabularies(&self) -> &[Vocabulary] {
        &self.vocabularies
    }

    /// The kind of a name.
    pub fn kind(&self, name: &str) -> Option<&Kind> {
        self.kind_index.get(name).and_then(|at| self.kinds.get(*at))
    }

    /// The vocabulary of a name.
    pub fn vocabulary(&self, name: &str) -> Option<&Vocabulary> {
        self.vocabulary_index.get(name).and_then(|at| self.vocabularies.get(*at))
    }

    /// The value that a text is for a property, if it is one; a link is none.
    pub fn read(&self, property: &Property, text: &str) -> Option<Value> {
        match parse::parse(self, property, text, None) {
            parse::Parsed::Value(value, _) => Some(value),
            parse::Parsed::NoTerm | parse::Parsed::Bad(..) => None,
        }
    }

    /// The SHA-256, in hexadecimal, of what all kinds and vocabularies say: two inquiries with one digest have one schema.
    pub fn digest(&self) -> String {
        let kinds = self.kinds.iter().map(|k| format!("kind\t{}\t{}\n", k.name, k.digest()));
        let vocabularies = self.vocabularies.iter().map(|v| format!("vocabulary\t{}\t{}\n", v.name, v.digest()));
        sha256(kinds.chain(vocabularies).collect::<String>().as_bytes())
    }
}

/// Reads one file, whatever it holds.
fn one<'t>(table: &toml::de::DeTable<'t>, words: &mut Words<'t>) -> Option<Read> {
    let has = |name: &str| table.iter().any(|(key, _)| key.get_ref() == name);
    let heads: Vec<&str> =
        ["kind", "extends", "vocabulary", "extends_vocabulary"].into_iter().filter(|head| has(head)).collect();
    match heads.as_slice() {
        ["kind"] => kind::read(table, words, false).map(Read::Kind),
        ["extends"] => kind::read(table, words, true).map(Read::MoreOfKind),
        ["vocabulary"] => vocabulary::read(table, words, false).map(Read::Vocabulary),
        ["extends_vocabulary"] => vocabulary::read(table, words, true).map(Read::MoreOfVocabulary),
        _ => {
            let what = "the file does not say what it defines";
            words.fault(0, what, "write exactly one of kind, extends, vocabulary and extends_vocabulary");
            None
        }
    }
}

impl Kind {
    /// The SHA-256, in hexadecimal, of what the kind says, without comments and the layout of its files.
    pub fn digest(&self) -> String {
        let mut text = json!([&*self.name, self.label, self.version, self.ftm, self.esf]).to_string();
        for p in self.properties() {
            let of = match &p.of {
                Type::Term(vocabulary) => json!(["term", &**vocabulary]),
                Type::Link { to, role } => json!(["link", to.iter().map(|t| &**t).collect::<Vec<_>>(), &**role]),
                other => json!([other.word()]),
            };
            text += &json!([&*p.name, p.label, of, p.repeatable, p.esf, p.ftm]).to_string();
        }
        sha256(text.as_bytes())
    }
}

impl Vocabulary {
    /// The SHA-256, in hexadecimal, of what the vocabulary says, without comments and the layout of its files.
    pub fn digest(&self) -> String {
        let mut text = json!([&*self.name, self.label, self.version, self.esf]).to_string();
        for term in self.terms() {
            text += &json!([&*term.code, term.label, term.parent.as_deref()]).to_string();
        }
        sha256(text.as_bytes())
    }
}

#[cfg(test)]
mod tests;
