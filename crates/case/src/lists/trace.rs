//! What must be kept of a record that the linkage does not need?
//!
//! The linkage keeps forms for comparison. To see whether lists copy, whether a person was recorded for several events, and
//! where groups of people were recorded, the exact spelling, the days and the place are kept here, each value once.

use crate::groups::Others;
use crate::scope::{Days, days};
use crate::words::latin;
use factum_model::{Age, Edtf, Name, Record, RecordId};
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
    met: Met,
}

/// What was made of values met before: lists repeat themselves, and what is made of a value depends on it alone.
#[derive(Clone, Debug, Default)]
struct Met {
    /// By part of a name as written, its words.
    words: HashMap<String, Vec<Code>>,
    /// By place or region as written, its code and the digest of the detail.
    places: HashMap<String, (Code, u32)>,
    /// By date of birth or event, and by age, the digest of the detail.
    dates: HashMap<Edtf, u32>,
    ages: HashMap<(u16, u16), u32>,
}

impl Traces {
    /// Keeps what is needed of a record that is linked.
    pub(crate) fn push(&mut self, record: &Record) {
        self.events.push(record.event_date.as_ref().map(days));
        let place = self.place(record);
        self.event_places.push(place);
        let from = self.spelled.len();
        record.names.first().into_iter().flat_map(written).for_each(|part| self.spell(part));
        self.spelled[from..].sort_unstable();
        self.ends.push(self.spelled.len() as u32);
        let met = &mut self.met;
        let mut date = |date: Edtf| *met.dates.entry(date).or_insert_with(|| digest(&date.to_string()));
        let event = record.event_date.map_or(0, &mut date);
        let birth = record.birth.map(date);
        let age = |age: Age| {
            *met.ages.entry((age.low, age.high)).or_insert_with(|| digest(&format!("{}-{}", age.low, age.high)))
        };
        let birth = birth.or_else(|| record.age.map(age)).unwrap_or(0);
        let [place, region] = [&record.event_place.place, &record.event_place.region]
            .map(|text| text.as_deref().map_or(0, |text| self.place_met(text).1));
        self.details.push([birth, event, place, region]);
    }

    /// Adds the words of a part of a name.
    fn spell(&mut self, part: &str) {
        if let Some(words) = self.met.words.get(part) {
            return self.spelled.extend(words);
        }
        let words: Vec<Code> = spelled_words(part).iter().map(|word| self.words.code(word)).collect();
        self.spelled.extend(&words);
        self.met.words.insert(part.to_string(), words);
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
        let mut said = |text: &Option<String>| text.as_deref().map_or(0, |text| self.place_met(text).0);
        // The region tells villages of one name apart only where all lists give it, so the place alone counts if there is one.
        match said(&record.event_place.place) {
            0 => said(&record.event_place.region),
            place => place,
        }
    }

    /// The code of a place or region in Latin letters, and its digest.
    fn place_met(&mut self, text: &str) -> (Code, u32) {
        if let Some(met) = self.met.places.get(text) {
            return *met;
        }
        let met = (self.places.code(&latin(text)), digest(&text.trim().to_lowercase()));
        self.met.places.insert(text.to_string(), met);
        met
    }
}

/// The parts of a name as written.
fn written(name: &Name) -> Vec<&str> {
    match &name.full {
        Some(full) if name.given.is_none() && name.family.is_none() => vec![full],
        _ => [&name.given, &name.middle, &name.family].into_iter().flatten().map(String::as_str).collect(),
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
