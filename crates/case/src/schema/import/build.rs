//! How do values that come one by one become entities and links?

use super::{Imported, PLACES, UnknownTerm};
use crate::fault::{Fault, Faults, Severity};
use crate::schema::entity::{Entity, Key, Link, Said, Value, Where, Word};
use crate::schema::kind::{Kind, Property, Type};
use crate::schema::parse::{Parsed, parse};
use crate::schema::{Schema, import::mapping::Terms};
use crate::settings::DateOrder;
use std::collections::{BTreeMap, HashMap};

/// What to do when a key comes a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// The second is a fault.
    Refuse,
    /// What it says joins the first.
    Merge,
}

/// A link whose other end is not settled.
struct Pending {
    from: Key,
    property: Word,
    role: Word,
    kinds: Vec<Word>,
    to: String,
    dataset: Option<Word>,
    at: Where,
}

/// Entities and links in the making.
pub(super) struct Builder<'s> {
    pub schema: &'s Schema,
    pub faults: Faults,
    terms: &'s Terms,
    entities: Vec<Entity>,
    index: HashMap<Key, usize>,
    pending: Vec<Pending>,
    unknown: BTreeMap<(Word, String), (u64, Vec<Where>)>,
}

impl<'s> Builder<'s> {
    pub(super) fn new(schema: &'s Schema, terms: &'s Terms) -> Self {
        Builder {
            schema,
            faults: Faults::default(),
            terms,
            entities: Vec::new(),
            index: HashMap::new(),
            pending: Vec::new(),
            unknown: BTreeMap::new(),
        }
    }

    pub(super) fn fault(&mut self, severity: Severity, at: &Where, what: impl Into<String>, hint: &str) {
        let mut fault = Fault::new(severity, &at.file, what).at_row(at.row).hint(hint);
        fault.column = at.column.as_deref().map(str::to_string);
        self.faults.push(fault);
    }

    /// Begins an entity or finds the one of this key. `None` if the key is refused, which is then a fault.
    pub(super) fn entity(&mut self, kind: &Kind, key: &str, again: Again, from: &Where) -> Option<usize> {
        let id = Key { kind: kind.name.clone(), key: key.into() };
        if let Some(at) = self.index.get(&id) {
            if again == Again::Merge {
                return Some(*at);
            }
            let first = self.entities.get(*at).map_or(0, |e| e.from.row);
            let what = format!("a `{}` with this key is there already, from row {first}", kind.name);
            self.fault(Severity::RowLeftOut, from, what, "correct the key, or set merge = true in the mapping");
            return None;
        }
        let at = self.entities.len();
        let entity = Entity {
            key: id.key.clone(),
            kind: id.kind.clone(),
            properties: Vec::new(),
            recorded: None,
            from: from.clone(),
        };
        self.index.insert(id, at);
        self.entities.push(entity);
        Some(at)
    }

    pub(super) fn entity_mut(&mut self, at: usize) -> Option<&mut Entity> {
        self.entities.get_mut(at)
    }

    pub(super) fn key_of(&self, at: usize) -> Option<Key> {
        self.entities.get(at).map(Entity::id)
    }

    /// The value that a text means, if it can be read; else a fault or an unknown term.
    pub(super) fn value(
        &mut self,
        property: &Property,
        text: &str,
        order: Option<DateOrder>,
        at: &Where,
    ) -> Option<(Value, Option<String>)> {
        let mapped = match &property.of {
            Type::Term(vocabulary) => self.terms.of(vocabulary, text),
            _ => None,
        };
        // A text mapped to nothing says nothing: "n/a", "see above".
        let meant = match mapped {
            Some("") => return None,
            Some(code) => code,
            None => text,
        };
        match parse(self.schema, property, meant, order) {
            Parsed::Value(value, note) => {
                if let Some(note) = note {
                    let hint = "set date_order = \"dmy\" or \"mdy\" in the mapping";
                    self.fault(Severity::Note, at, note, hint);
                }
                let original = (value.text() != text).then(|| text.to_string());
                Some((value, original))
            }
            Parsed::NoTerm => {
                let Type::Term(vocabulary) = &property.of else { return None };
                let place = (vocabulary.clone(), text.to_string());
                let (count, places) = self.unknown.entry(place).or_default();
                *count += 1;
                if places.len() < PLACES {
                    places.push(at.clone());
                }
                let what = format!("is no term of the vocabulary `{vocabulary}`");
                let hint = "map it to a term in the mapping's [terms], or add it to the vocabulary in a file";
                let mut fault =
                    Fault::new(Severity::ValueLeftOut, &at.file, what).at_row(at.row).hint(hint).value(text);
                fault.column = at.column.as_deref().map(str::to_string);
                self.faults.push(fault);
                None
            }
            Parsed::Bad(what, hint) => {
                let mut fault =
                    Fault::new(Severity::ValueLeftOut, &at.file, what).at_row(at.row).hint(hint).value(text);
                fault.column = at.column.as_deref().map(str::to_string);
                self.faults.push(fault);
                None
            }
        }
    }

    /// Adds a value to an entity unless the entity says it already.
    pub(super) fn say(
        &mut self,
        entity: usize,
        property: &Property,
        (value, original): (Value, Option<String>),
        dataset: Option<Word>,
        at: Where,
    ) {
        let Some(entity) = self.entities.get_mut(entity) else { return };
        let said = Said { property: property.name.clone(), value, original, dataset, at };
        let same = |s: &Said| s.property == said.property && s.value == said.value && s.dataset == said.dataset;
        if !entity.properties.iter().any(same) {
            entity.properties.push(said);
        }
    }

    /// Adds a link to the entity of this key, whose kind may be named before a colon. It is settled at the end, when all
    /// entities are known.
    pub(super) fn link(
        &mut self,
        from: usize,
        property: &Property,
        to: &str,
        kind: Option<&Word>,
        dataset: Option<Word>,
        at: Where,
    ) {
        if let Some(from) = self.key_of(from) {
            self.link_from(from, property, to, kind, dataset, at);
        }
    }

    /// The same from an entity that need not be there yet.
    pub(super) fn link_from(
        &mut self,
        from: Key,
        property: &Property,
        to: &str,
        kind: Option<&Word>,
        dataset: Option<Word>,
        at: Where,
    ) {
        let Type::Link { to: kinds, role } = &property.of else { return };
        if let Some(kind) = kind.filter(|kind| !kinds.contains(kind)) {
            let what = format!("`{}` does not lead to a `{kind}`", property.name);
            self.fault(Severity::ValueLeftOut, &at, what, "check which entity is meant");
            return;
        }
        let (kinds, key) = match (kind, to.split_once(':')) {
            (Some(kind), _) => (vec![kind.clone()], to),
            (None, Some((named, key))) if kinds.iter().any(|k| **k == *named) && !key.is_empty() => {
                (vec![Word::from(named)], key)
            }
            _ => (kinds.clone(), to),
        };
        let (property, role, to) = (property.name.clone(), role.clone(), key.to_string());
        self.pending.push(Pending { from, property, role, kinds, to, dataset, at });
    }

    /// Settles the links and hands everything over.
    pub(super) fn finish(mut self) -> Imported {
        let mut links: Vec<Link> = Vec::with_capacity(self.pending.len());
        for link in std::mem::take(&mut self.pending) {
            let key: Word = link.to.as_str().into();
            let candidates = link.kinds.iter().map(|kind| Key { kind: kind.clone(), key: key.clone() });
            let found: Vec<Key> = candidates.filter(|k| self.index.contains_key(k)).collect();
            let to = match (found.as_slice(), link.kinds.as_slice()) {
                ([one], _) => one.clone(),
                ([], [kind]) => {
                    let what = format!("`{}` leads to a `{kind}` that is not in these files", link.property);
                    self.fault(Severity::Note, &link.at, what, "it must be in the case already");
                    Key { kind: kind.clone(), key }
                }
                ([], _) => {
                    let what = format!("`{}` leads to a key that no entity in these files has", link.property);
                    let hint = "correct the key, or say its kind before it: person:17";
                    self.fault(Severity::ValueLeftOut, &link.at, what, hint);
                    continue;
                }
                _ => {
                    let what = format!("`{}` leads to a key that entities of several kinds have", link.property);
                    self.fault(Severity::ValueLeftOut, &link.at, what, "say its kind before it: person:17");
                    continue;
                }
            };
            let Pending { from, property, role, dataset, at, .. } = link;
            links.push(Link { from, property, role, to, dataset, at });
        }
        self.without_doubles(&mut links);
        self.count_differences();
        let unknown = std::mem::take(&mut self.unknown).into_iter();
        let unknown_terms =
            unknown.map(|((vocabulary, text), (count, places))| UnknownTerm { vocabulary, text, count, places });
        Imported { unknown_terms: unknown_terms.collect(), entities: self.entities, links, faults: self.faults }
    }

    /// A link said twice by one data set is one link.
    fn without_doubles(&self, links: &mut Vec<Link>) {
        let mut seen = std::collections::HashSet::new();
        links.retain(|l| seen.insert((l.from.clone(), l.property.clone(), l.to.clone(), l.dataset.clone())));
    }

    /// Says how many entities have values that differ where a source normally says one.
    fn count_differences(&mut self) {
        let mut counts: BTreeMap<(Word, Word), (u64, Where)> = BTreeMap::new();
        for entity in &self.entities {
            let Some(kind) = self.schema.kind(&entity.kind) else { continue };
            for (at, said) in entity.properties.iter().enumerate() {
                let earlier = entity.properties.iter().take(at).any(|s| s.property == said.property);
                if earlier && kind.property(&said.property).is_some_and(|p| !p.repeatable) {
                    let place = (entity.kind.clone(), said.property.clone());
                    counts.entry(place).or_insert_with(|| (0, said.at.clone())).0 += 1;
                }
            }
        }
        for ((kind, property), (count, at)) in counts {
            let what = format!(
                "{count} further values of `{kind}.{property}` differ from the first; the first of them is here"
            );
            self.fault(Severity::Note, &at, what, "they stand side by side; weigh them");
        }
    }
}
