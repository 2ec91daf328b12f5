//! What must be kept of a record that the linkage does not need?
//!
//! The linkage keeps forms for comparison. To see whether lists copy, whether a person was recorded for several events, and
//! where groups of people were recorded, the exact spelling, the days and the place are kept here, each value once.

use crate::groups::Others;
use crate::scope::{Days, days};
use crate::words::latin;
use factum_model::{Name, Record, RecordId};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text by its number; 0 is none.
pub(crate) type Code = u32;

/// Texts, each once.
#[derive(Clone, Debug)]
pub(crate) struct Interner {
    codes: HashMap<String, Code>,
    pub texts: Vec<String>,
}

impl Default for Interner {
    fn default() -> Self {
        Self { codes: HashMap::new(), texts: vec![String::new()] }
    }
}

impl Interner {
    pub(crate) fn code(&mut self, text: &str) -> Code {
        if text.is_empty() {
            return 0;
        }
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let code = self.texts.len() as Code;
        self.texts.push(text.to_string());
        self.codes.insert(text.to_string(), code);
        code
    }
}

/// How many further values of a record are kept as digests: birth or age, event date, place, region.
pub(crate) const DETAILS: usize = 4;

/// A record that speaks of people whom it does not name.
#[derive(Clone, Debug)]
pub(crate) struct GroupRecord {
    /// Position of its list.
    pub list: usize,
    pub id: RecordId,
    pub others: Others,
    /// The record of the person it names as well, if any.
    pub named: Option<u32>,
    pub event: Option<Days>,
    pub place: Code,
}

/// What is kept of the records, in their order, and the records of groups.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traces {
    /// When it happened, if the record says.
    pub events: Vec<Option<Days>>,
    /// Where: place and region in Latin letters.
    pub event_places: Vec<Code>,
    pub places: Interner,
    /// Words of names exactly as written, but for letter case.
    pub words: Interner,
    /// The words of the main names of all records, one after the other, sorted within a record.
    spelled: Vec<Code>,
    /// Where the words of each record end.
    ends: Vec<u32>,
    /// Digests of further values; 0 where the record does not say. They serve to tell equal values from others only.
    pub details: Vec<[u32; DETAILS]>,
    pub groups: Vec<GroupRecord>,
}

impl Traces {
    /// Keeps what is needed of a record that is linked.
    pub(crate) fn push(&mut self, record: &Record) {
        self.events.push(record.event_date.as_ref().map(days));
        let place = self.place(record);
        self.event_places.push(place);
        let name = record.names.first().map(written).unwrap_or_default();
        let mut words: Vec<Code> = spelled_words(&name).iter().map(|w| self.words.code(w)).collect();
        words.sort_unstable();
        self.spelled.extend(words);
        self.ends.push(self.spelled.len() as u32);
        let birth = record.birth.map(|b| b.to_string()).or(record.age.map(|a| format!("{}-{}", a.low, a.high)));
        let event = record.event_date.map(|d| d.to_string());
        let lower = |text: &Option<String>| text.as_ref().map(|t| t.trim().to_lowercase());
        let place = lower(&record.event_place.place);
        let region = lower(&record.event_place.region);
        self.details.push([birth, event, place, region].map(|value| value.map_or(0, |v| digest(&v))));
    }

    /// Keeps a record of people who are not named.
    pub(crate) fn push_group(&mut self, list: usize, record: &Record, others: Others, named: Option<u32>) {
        let place = self.place(record);
        let event = record.event_date.as_ref().map(days);
        self.groups.push(GroupRecord { list, id: record.id.clone(), others, named, event, place });
    }

    /// The words of the main name of a record.
    pub(crate) fn words_of(&self, record: u32) -> &[Code] {
        let at = record as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.spelled[start..self.ends[at] as usize]
    }

    fn place(&mut self, record: &Record) -> Code {
        let said = |text: &Option<String>| text.as_deref().map(latin).unwrap_or_default();
        let place = said(&record.event_place.place);
        // The region tells villages of one name apart only where all lists give it, so the place alone counts if there is one.
        let place = if place.is_empty() { said(&record.event_place.region) } else { place };
        self.places.code(&place)
    }
}

fn written(name: &Name) -> String {
    match &name.full {
        Some(full) if name.given.is_none() && name.family.is_none() => full.clone(),
        _ => [&name.given, &name.middle, &name.family].into_iter().flatten().cloned().collect::<Vec<_>>().join(" "),
    }
}

fn spelled_words(name: &str) -> Vec<String> {
    let composed: String = name.nfc().flat_map(char::to_lowercase).collect();
    let parts = composed.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c));
    parts.filter(|w| !w.is_empty()).map(String::from).collect()
}

/// Never 0. The hasher has fixed keys, and only equality is ever used.
fn digest(value: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    (hasher.finish() as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_kept_but_for_order_and_letter_case() {
        let mut traces = Traces::default();
        for name in ["José MIREL", "Mirel, José", "Jose Mirel"] {
            let mut record = Record::new(RecordId::new("1"), 2);
            record.names.push(Name { full: Some(name.into()), ..Name::default() });
            traces.push(&record);
        }
        assert_eq!(traces.words_of(0), traces.words_of(1));
        assert_ne!(traces.words_of(0), traces.words_of(2));
    }
}
