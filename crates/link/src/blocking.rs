//! Which pairs are compared at all?
//!
//! Every pair, while that is cheap; beyond, the pairs that agree on at least one rule, a rule being a conjunction of keys.
//! A pair belongs to the first rule that makes it, so no pair is compared twice and none has to be remembered.

use crate::names;
use crate::records::RecordSet;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::fmt;
use std::str::FromStr;

/// Up to this many records every pair is compared: 200 million pairs, seconds on two cores, and blocking loses nothing.
pub(crate) const ALL_PAIRS: usize = 20_000;

/// What a rule wants to be equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Given name, or its first letters.
    Given(Part),
    /// Family name, or its first letters.
    Family(Part),
    /// Year of birth, known from a date of birth.
    BirthYear,
    /// Day of birth.
    Birth,
    /// Day of the event.
    EventDate,
    /// Month of the event.
    EventMonth,
    /// Place of the event.
    EventPlace,
    /// Region of the event.
    EventRegion,
    /// Place of residence.
    Residence,
    /// Sex.
    Sex,
    /// One identity number.
    Number,
}

/// How much of a name a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// Its first letters.
    Prefix(u8),
    /// Its consonant skeleton.
    Sound,
}

/// A conjunction of keys, written `name.family + event.date` or `name.family:sound + birth:year`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule(Vec<Key>);

/// How pairs are chosen.
#[derive(Clone, Debug, Default)]
pub enum Blocking {
    /// Every pair up to 20,000 records, the rules of [`Rule::defaults`] beyond.
    #[default]
    Auto,
    /// Every pair.
    AllPairs,
    /// The pairs that these rules make.
    Rules(Vec<Rule>),
}

/// Why a rule cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Nothing in it, or nothing between two plus signs.
    #[error("a rule is keys joined by `+`, such as `name.family + event.date`")]
    Empty,
    /// A key that does not exist.
    #[error("`{key}` is no blocking key; the keys are {}", Key::names())]
    UnknownKey {
        /// The key as written.
        key: String,
    },
}

const KEYS: &[(&str, Key)] = &[
    ("name.given", Key::Given(Part::Whole)),
    ("name.given:sound", Key::Given(Part::Sound)),
    ("name.family", Key::Family(Part::Whole)),
    ("name.family:sound", Key::Family(Part::Sound)),
    ("birth", Key::Birth),
    ("birth:year", Key::BirthYear),
    ("event.date", Key::EventDate),
    ("event.date:month", Key::EventMonth),
    ("event.place", Key::EventPlace),
    ("event.region", Key::EventRegion),
    ("residence.place", Key::Residence),
    ("sex", Key::Sex),
    ("number", Key::Number),
];

impl Key {
    fn names() -> String {
        let mut names: Vec<&str> = KEYS.iter().map(|(name, _)| *name).collect();
        names.push("and name.given:N, name.family:N for the first N letters");
        names.join(", ")
    }
}

impl FromStr for Key {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        if let Some((_, key)) = KEYS.iter().find(|(name, _)| *name == text) {
            return Ok(*key);
        }
        let unknown = || RuleError::UnknownKey { key: text.to_string() };
        let (name, letters) = text.split_once(':').ok_or_else(unknown)?;
        let letters = letters.parse().ok().filter(|n| *n > 0).ok_or_else(unknown)?;
        match name {
            "name.given" => Ok(Key::Given(Part::Prefix(letters))),
            "name.family" => Ok(Key::Family(Part::Prefix(letters))),
            _ => Err(unknown()),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Given(Part::Prefix(n)) => write!(f, "name.given:{n}"),
            Key::Family(Part::Prefix(n)) => write!(f, "name.family:{n}"),
            key => f.write_str(KEYS.iter().find(|(_, k)| k == key).map_or("", |(name, _)| name)),
        }
    }
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let keys = text.split('+').map(str::trim);
        keys.map(|key| if key.is_empty() { Err(RuleError::Empty) } else { key.parse() })
            .collect::<Result<_, _>>()
            .map(Rule)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<String> = self.0.iter().map(Key::to_string).collect();
        f.write_str(&keys.join(" + "))
    }
}

impl Rule {
    /// Rules for lists too long to compare every pair: each leaves out what another holds on to, so that a record with one
    /// faulty field still meets its like through two others.
    pub fn defaults() -> Vec<Rule> {
        [
            vec![Key::Number],
            vec![Key::Given(Part::Sound), Key::Family(Part::Sound), Key::BirthYear],
            vec![Key::Given(Part::Whole), Key::Family(Part::Whole)],
            vec![Key::Birth, Key::Sex],
            vec![Key::Family(Part::Sound), Key::EventDate],
            vec![Key::Given(Part::Sound), Key::EventDate],
            vec![Key::Family(Part::Sound), Key::EventPlace, Key::EventMonth],
            vec![Key::Family(Part::Prefix(4)), Key::BirthYear, Key::EventRegion],
            vec![Key::Given(Part::Sound), Key::BirthYear, Key::EventPlace],
            vec![Key::Given(Part::Sound), Key::Family(Part::Sound), Key::Residence],
        ]
        .map(Rule)
        .into()
    }

    /// The fields in which pairs made by this rule agree by construction; what they show there teaches nothing.
    pub(crate) fn touches(&self, field: crate::Field) -> bool {
        use crate::Field;
        self.0.iter().any(|key| match key {
            Key::Given(_) => field == Field::Given,
            Key::Family(_) => field == Field::Family,
            Key::Birth | Key::BirthYear => field == Field::Birth,
            Key::EventDate | Key::EventMonth => field == Field::EventDate,
            Key::EventPlace | Key::EventRegion => field == Field::EventPlace,
            Key::Residence => field == Field::Residence,
            Key::Sex => field == Field::Sex,
            Key::Number => field == Field::Number,
        })
    }
}

/// For each rule, the block every record belongs to (0: none) and the records by block.
pub(crate) struct Blocks {
    rules: Vec<RuleBlocks>,
}

struct RuleBlocks {
    block: Vec<u32>,
    /// Records in the order of their blocks, and where each block begins.
    order: Vec<u32>,
    starts: Vec<u32>,
}

impl Blocks {
    pub(crate) fn new(set: &RecordSet, rules: &[Rule]) -> Self {
        Self { rules: rules.par_iter().map(|rule| RuleBlocks::new(set, rule)).collect() }
    }

    /// How many pairs each rule makes, counting those that an earlier rule makes as well.
    pub(crate) fn pairs_made(&self) -> Vec<u64> {
        let pairs = |b: &RuleBlocks| b.blocks().map(|records| (records.len() * (records.len() - 1) / 2) as u64).sum();
        self.rules.iter().map(pairs).collect()
    }

    /// Runs over the pairs of one rule in parallel, with a state for each piece of work; the states come back in a fixed
    /// order whatever the number of threads. `visit` is told whether the pair is new: made by no earlier rule.
    pub(crate) fn fold_pairs<S: Send>(
        &self,
        rule: usize,
        new: impl Fn() -> S + Sync,
        visit: impl Fn(&mut S, u32, u32, bool) + Sync,
    ) -> Vec<S> {
        let blocks = &self.rules[rule];
        let earlier = &self.rules[..rule];
        let pieces = blocks.pieces();
        pieces
            .into_par_iter()
            .map(|(records, rows)| {
                let mut state = new();
                for i in rows {
                    for j in 0..i {
                        let (a, b) = (records[j].min(records[i]), records[j].max(records[i]));
                        let made_before = earlier.iter().any(|e| {
                            let block = e.block[a as usize];
                            block != 0 && block == e.block[b as usize]
                        });
                        visit(&mut state, a, b, !made_before);
                    }
                }
                state
            })
            .collect()
    }
}

/// A piece of work holds about this many pairs: enough to pay for its overhead, few enough to balance two cores.
const PAIRS_PER_PIECE: usize = 1 << 16;

impl RuleBlocks {
    fn new(set: &RecordSet, rule: &Rule) -> Self {
        let mut block: Vec<u32> = vec![1; set.len()];
        for key in &rule.0 {
            let codes = key_codes(set, *key);
            let mut joint: FxHashMap<(u32, u32), u32> = FxHashMap::default();
            for (block, code) in block.iter_mut().zip(codes) {
                *block = if *block == 0 || code == 0 {
                    0
                } else {
                    let next = joint.len() as u32 + 1;
                    *joint.entry((*block, code)).or_insert(next)
                };
            }
        }
        let mut order: Vec<u32> = (0..set.len() as u32).filter(|&r| block[r as usize] != 0).collect();
        order.sort_by_key(|&r| (block[r as usize], r));
        let mut starts: Vec<u32> = vec![0];
        for i in 1..order.len() {
            if block[order[i] as usize] != block[order[i - 1] as usize] {
                starts.push(i as u32);
            }
        }
        starts.push(order.len() as u32);
        Self { block, order, starts }
    }

    fn blocks(&self) -> impl Iterator<Item = &[u32]> {
        let ranges = self.starts.windows(2).filter(|w| w[1] > w[0] + 1);
        ranges.map(|w| &self.order[w[0] as usize..w[1] as usize])
    }

    /// Blocks, the large ones cut into stretches of rows.
    fn pieces(&self) -> Vec<(&[u32], std::ops::Range<usize>)> {
        let mut pieces = Vec::new();
        for records in self.blocks() {
            pieces.extend(stretches(records.len()).map(|rows| (records, rows)));
        }
        pieces
    }
}

/// Cuts the triangle of pairs below the diagonal into stretches of rows of about equal size.
pub(crate) fn stretches(records: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut from = 1;
    std::iter::from_fn(move || {
        if from >= records {
            return None;
        }
        let (mut to, mut pairs) = (from, 0);
        while to < records && pairs < PAIRS_PER_PIECE {
            pairs += to;
            to += 1;
        }
        let rows = from..to;
        from = to;
        Some(rows)
    })
}

/// The key of every record, as a code; 0 where the record does not say.
fn key_codes(set: &RecordSet, key: Key) -> Vec<u32> {
    let records = 0..set.len();
    let name_part = |part: Part, code: fn(&crate::records::NameCodes) -> u32| {
        let derived: Vec<u32> = match part {
            Part::Whole => (0..set.names.texts.len() as u32).collect(),
            Part::Prefix(letters) => {
                interned(set.names.texts.iter().map(|t| t.chars().take(usize::from(letters)).collect()))
            }
            Part::Sound => interned(set.names.texts.iter().map(|t| names::skeleton(t))),
        };
        set.name.iter().map(|n| derived[code(n) as usize]).collect()
    };
    let span = |codes: &[u32], unit: fn((i32, u32, u32)) -> i32, finest: factum_model::edtf::Precision| {
        let key = |&code: &u32| match set.spans.get(code) {
            span if code != 0 && span.precision <= finest => {
                // Shifted so that 0 stays free for what is missing.
                (unit(span.ymd) as u32).wrapping_add(1 << 24)
            }
            _ => 0,
        };
        codes.iter().map(key).collect::<Vec<u32>>()
    };
    use factum_model::edtf::Precision;
    match key {
        Key::Given(part) => name_part(part, |n| n.given),
        Key::Family(part) => name_part(part, |n| n.family),
        Key::Birth => span(&set.birth, day_number, Precision::Day),
        Key::BirthYear => span(&set.birth, |(y, _, _)| y, Precision::Year),
        Key::EventDate => span(&set.event_date, day_number, Precision::Day),
        Key::EventMonth => span(&set.event_date, |(y, m, _)| y * 12 + m as i32, Precision::Month),
        Key::EventPlace => set.event_place.iter().map(|p| p.place).collect(),
        Key::EventRegion => set.event_place.iter().map(|p| p.region).collect(),
        Key::Residence => set.residence.iter().map(|p| p.place).collect(),
        Key::Sex => set.sex.iter().map(|&s| u32::from(s)).collect(),
        Key::Number => records.map(|r| set.numbers.get(&(r as u32)).map_or(0, |n| n[0])).collect(),
    }
}

fn day_number((y, m, d): (i32, u32, u32)) -> i32 {
    (y * 12 + m as i32) * 31 + d as i32
}

/// A code for each distinct text; 0 for the empty one.
fn interned(texts: impl Iterator<Item = String>) -> Vec<u32> {
    let mut codes: FxHashMap<String, u32> = FxHashMap::default();
    texts
        .map(|text| {
            if text.is_empty() {
                return 0;
            }
            let next = codes.len() as u32 + 1;
            *codes.entry(text).or_insert(next)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use factum_model::{ListId, Name, Record, RecordId};

    #[test]
    fn rules_are_read_and_written() {
        for text in ["name.family + event.date", "name.given:3 + name.family:sound + birth:year", "number"] {
            assert_eq!(text.parse::<Rule>().unwrap().to_string(), text);
        }
        assert_eq!("name.family + ".parse::<Rule>(), Err(RuleError::Empty));
        assert_eq!("name.family + colour".parse::<Rule>(), Err(RuleError::UnknownKey { key: "colour".into() }));
        assert!("name.family:0".parse::<Rule>().is_err());
    }

    #[test]
    fn every_pair_belongs_to_one_rule() {
        let mut set = RecordSet::default();
        set.add_list(ListId::new("a"), false);
        for (given, family, born) in
            [("Ana", "Mirel", "1970"), ("Ana", "Mirel", "1970"), ("Ana", "Vass", "1970"), ("Doru", "", "1970")]
        {
            let mut record = Record::new(RecordId::new("x"), 2);
            let part = |t: &str| (!t.is_empty()).then(|| t.to_string());
            record.names.push(Name { given: part(given), family: part(family), ..Name::default() });
            record.birth = born.parse().ok();
            set.push(0, &record);
        }
        let rules: Vec<Rule> = ["name.family", "name.given", "birth:year"].map(|r| r.parse().unwrap()).into();
        let blocks = Blocks::new(&set, &rules);
        assert_eq!(blocks.pairs_made(), [1, 3, 6]);
        let new: Vec<usize> = (0..3)
            .map(|r| blocks.fold_pairs(r, || 0, |n, _, _, new| *n += usize::from(new)).into_iter().sum())
            .collect();
        assert_eq!(new, [1, 2, 3]);
    }

    #[test]
    fn stretches_cover_every_row_once() {
        for n in [0, 1, 2, 5, 1000] {
            let rows: Vec<usize> = stretches(n).flatten().collect();
            assert_eq!(rows, (1..n).collect::<Vec<_>>());
        }
    }
}
