//! Which pairs are compared at all?
//!
//! Every pair, while that is cheap; beyond, the pairs that agree on at least one rule, a rule being a conjunction of keys.
//! A pair belongs to the first rule that makes it, so no pair is compared twice and none has to be remembered.

use crate::Field;
use crate::interned::Interned;
use crate::names;
use crate::records::{RecordSet, Span};
use factum_model::edtf::Precision;
use rayon::prelude::*;
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
    /// All of it as the list writes it, or its first letters; of a given name the first word. Equality is that of a database:
    /// letter case and accents count, what is left out (null) equals nothing, and a family name that is left blank beside a
    /// given name equals another that is.
    Written(Option<u8>),
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
    ("name.given:written", Key::Given(Part::Written(None))),
    ("name.family:written", Key::Family(Part::Written(None))),
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
        names.push("and name.given:N, name.family:N, name.family:writtenN for the first N letters");
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
        let written = letters.strip_prefix("written");
        let letters = written.unwrap_or(letters).parse().ok().filter(|n| *n > 0).ok_or_else(unknown)?;
        let part = if written.is_some() { Part::Written(Some(letters)) } else { Part::Prefix(letters) };
        match name {
            "name.given" => Ok(Key::Given(part)),
            "name.family" => Ok(Key::Family(part)),
            _ => Err(unknown()),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Given(Part::Prefix(n)) => write!(f, "name.given:{n}"),
            Key::Family(Part::Prefix(n)) => write!(f, "name.family:{n}"),
            Key::Given(Part::Written(Some(n))) => write!(f, "name.given:written{n}"),
            Key::Family(Part::Written(Some(n))) => write!(f, "name.family:written{n}"),
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
    /// The conjunction of these keys.
    pub(crate) fn of(keys: Vec<Key>) -> Rule {
        Rule(keys)
    }

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
    pub(crate) fn touches(&self, field: Field) -> bool {
        self.0.iter().any(|key| key.field() == field)
    }
}

impl Key {
    /// The field that a key is of.
    pub(crate) fn field(self) -> Field {
        match self {
            Key::Given(_) => Field::Given,
            Key::Family(_) => Field::Family,
            Key::Birth | Key::BirthYear => Field::Birth,
            Key::EventDate | Key::EventMonth => Field::EventDate,
            Key::EventPlace | Key::EventRegion => Field::EventPlace,
            Key::Residence => Field::Residence,
            Key::Sex => Field::Sex,
            Key::Number => Field::Number,
        }
    }
}

/// For each rule, the records by block, and for each record the blocks it belongs to.
pub(crate) struct Blocks {
    pub rules: Vec<RuleBlocks>,
    /// By record, one block number a rule (0: none), padded to `stride`: what tells whether an earlier rule makes a pair lies
    /// in one cache line.
    keys: Vec<Numbers>,
    stride: usize,
    /// Every key that a rule uses.
    pub codes: Vec<KeyCodes>,
    /// By rule, the positions of its keys among the codes.
    pub parts: Vec<Vec<usize>>,
}

/// The block numbers of as many records as go in without a remainder, in whole cache lines.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Numbers([u32; MOST_RULES]);

/// The records of one rule that share their block with another, in the order of their blocks.
pub(crate) struct RuleBlocks {
    pub order: Vec<u32>,
    /// Where each block begins, and where it ends.
    pub blocks: Vec<(u32, u32)>,
}

/// More rules than this are refused: a pair's rules are a mask of 32 bits.
pub(crate) const MOST_RULES: usize = 32;

impl Blocks {
    pub(crate) fn new(set: &RecordSet, rules: &[Rule]) -> Self {
        Self::of(set, rules, |_| true)
    }

    /// The blocks of the records that `pick` picks.
    pub(crate) fn of(set: &RecordSet, rules: &[Rule], pick: impl Fn(u32) -> bool + Sync) -> Self {
        let records: Vec<u32> = (0..set.len() as u32).filter(|&r| pick(r)).collect();
        let mut used: Vec<Key> = Vec::new();
        rules.iter().flat_map(|r| &r.0).for_each(|key| {
            if !used.contains(key) {
                used.push(*key);
            }
        });
        let (by_key, codes): (Vec<KeyCodes>, Vec<Vec<u32>>) = used
            .par_iter()
            .map(|&key| {
                let derived = KeyCodes::new(set, key);
                let codes = derived.all(set);
                (derived, codes)
            })
            .unzip();
        let part = |key: &Key| used.iter().position(|k| k == key).unwrap_or_default();
        let parts: Vec<Vec<usize>> = rules.iter().map(|r| r.0.iter().map(part).collect()).collect();
        let stride = rules.len().next_power_of_two().clamp(4, MOST_RULES);
        let mut keys = vec![Numbers([0; MOST_RULES]); (set.len() * stride).div_ceil(MOST_RULES)];
        let number = |keys: &Vec<usize>| {
            let codes: Vec<&[u32]> = keys.iter().map(|&k| &*codes[k]).collect();
            RuleBlocks::new(set.len(), &records, &codes)
        };
        let mut made = Vec::with_capacity(parts.len());
        // As many rules at a time as there are threads, so that few are held twice.
        for some in parts.chunks(rayon::current_num_threads()) {
            let numbered: Vec<(RuleBlocks, Vec<u32>)> = some.par_iter().map(number).collect();
            let from = made.len();
            keys.par_iter_mut().enumerate().with_min_len(1024).for_each(|(at, Numbers(of_some))| {
                let first = at * (MOST_RULES / stride);
                for (record, keys) in (first..set.len()).zip(of_some.chunks_mut(stride)) {
                    keys[from..].iter_mut().zip(&numbered).for_each(|(key, (_, blocks))| *key = blocks[record]);
                }
            });
            made.extend(numbered.into_iter().map(|(rule, _)| rule));
        }
        Self { rules: made, keys, stride, codes: by_key, parts }
    }

    /// The blocks a record belongs to.
    pub(crate) fn keys(&self, record: u32) -> &[u32] {
        let at = record as usize * self.stride;
        &self.keys[at / MOST_RULES].0[at % MOST_RULES..][..self.stride]
    }

    /// The rules that make a pair, one bit each.
    pub(crate) fn made_by(&self, a: u32, b: u32) -> u32 {
        let pairs = self.keys(a).iter().zip(self.keys(b)).enumerate();
        pairs.fold(0, |mask, (rule, (x, y))| mask | u32::from(*x != 0 && x == y) << rule)
    }

    /// How many pairs each rule makes, counting those that an earlier rule makes as well.
    pub(crate) fn pairs_made(&self) -> Vec<u64> {
        let size = |&(from, to): &(u32, u32)| u64::from(to - from);
        let pairs = |b: &RuleBlocks| b.blocks.iter().map(size).map(|n| n * (n - 1) / 2).sum();
        self.rules.iter().map(pairs).collect()
    }

    /// The records of the largest block of a rule.
    pub(crate) fn largest(&self, rule: usize) -> u64 {
        self.rules[rule].blocks.iter().map(|b| u64::from(b.1 - b.0)).max().unwrap_or(0)
    }
}

impl RuleBlocks {
    /// The blocks of a rule, and for each record the number of its block, 0 for none.
    fn new(len: usize, records: &[u32], codes: &[&[u32]]) -> (Self, Vec<u32>) {
        let (mut order, joined) = grouped(records, codes);
        let (mut block, mut blocks, mut filled) = (vec![0; len], Vec::new(), 0);
        let mut from = 0;
        while from < order.len() {
            let to = from + 1 + joined[from..].iter().take_while(|joined| **joined).count();
            if to - from > 1 {
                blocks.push((filled as u32, (filled + to - from) as u32));
                order[from..to].iter().for_each(|&record| block[record as usize] = blocks.len() as u32);
                order.copy_within(from..to, filled);
                filled += to - from;
            }
            from = to;
        }
        order.truncate(filled);
        order.shrink_to_fit();
        (Self { order, blocks }, block)
    }
}

/// What a pair teaches, by the rules that make it: everything that one of them does not hold equal.
pub(crate) struct Teaching {
    /// By rule, the fields it leaves free.
    free: Vec<u16>,
}

impl Teaching {
    pub(crate) fn new(rules: &[Rule]) -> Self {
        let free = |rule: &Rule| {
            let fields = Field::ALL.iter().filter(|&&f| !rule.touches(f));
            fields.fold(0, |mask, f| mask | 1 << f.index())
        };
        Self { free: rules.iter().map(free).collect() }
    }

    pub(crate) fn of(&self, rules: u32) -> u16 {
        let made = self.free.iter().enumerate().filter(|(at, _)| rules >> at & 1 == 1);
        made.fold(0, |mask, (_, free)| mask | free)
    }
}

/// The records that have all of these codes, in order of the codes and, as they came, within a block; and by position whether
/// one stands in one block with the next.
pub(crate) fn grouped(records: &[u32], codes: &[&[u32]]) -> (Vec<u32>, Vec<bool>) {
    packed(records, codes).unwrap_or_else(|| {
        let says = |&&record: &&u32| codes.iter().all(|of| of[record as usize] != 0);
        let mut order: Vec<u32> = records.iter().filter(says).copied().collect();
        codes.iter().rev().for_each(|of| by_code(&mut order, of));
        let same = |x: u32, y: u32| codes.iter().all(|of| of[x as usize] == of[y as usize]);
        let joined = (0..order.len()).map(|at| order.get(at + 1).is_some_and(|&next| same(order[at], next)));
        let joined = joined.collect();
        (order, joined)
    })
}

/// The same where all codes of a record and its number go into one word, as they nearly always do: then codes are fetched once
/// and in the order in which they lie, and words are all that is moved and compared. `None` where they do not.
fn packed(records: &[u32], codes: &[&[u32]]) -> Option<(Vec<u32>, Vec<bool>)> {
    let width = |most: u32| u32::BITS - most.leading_zeros();
    let own = width(records.iter().copied().max().unwrap_or(0));
    let range = |of: &&[u32]| {
        let said = records.iter().map(|&record| of[record as usize]).filter(|code| *code != 0);
        let (least, most) = said.fold((u32::MAX, 0), |(least, most), code| (code.min(least), code.max(most)));
        (least, width(most.saturating_sub(least)))
    };
    let ranges: Vec<(u32, u32)> = codes.iter().map(range).collect();
    let bits = ranges.iter().map(|(_, bits)| bits).sum::<u32>();
    if own + bits > u64::BITS {
        return None;
    }
    let mut words: Vec<u64> = Vec::with_capacity(records.len());
    for &record in records {
        let (mut word, mut says) = (0u64, true);
        for (of, (least, bits)) in codes.iter().zip(&ranges) {
            let code = of[record as usize];
            says &= code != 0;
            word = word << bits | u64::from(code.wrapping_sub(*least));
        }
        if says {
            words.push(word << own | u64::from(record));
        }
    }
    by_digits(&mut words, own, bits);
    let mut joined: Vec<bool> = words.windows(2).map(|two| (two[0] ^ two[1]) >> own == 0).collect();
    joined.resize(words.len(), false);
    let order = words.into_iter().map(|word| (word & ((1 << own) - 1)) as u32).collect();
    Some((order, joined))
}

/// Sorts positions by their codes, those of one code as they came. A position and its code are one word, so that codes are
/// looked up once.
pub(crate) fn by_code(order: &mut [u32], codes: &[u32]) {
    let all = order.iter().map(|&at| codes[at as usize]);
    let (least, most) = all.fold((u32::MAX, 0), |(least, most), code| (least.min(code), most.max(code)));
    let word = |&at: &u32| u64::from(codes[at as usize] - least) << 32 | u64::from(at);
    let mut words: Vec<u64> = order.iter().map(word).collect();
    by_digits(&mut words, 32, u32::BITS - most.saturating_sub(least).leading_zeros());
    order.iter_mut().zip(words).for_each(|(at, word)| *at = word as u32);
}

/// Digits of a counting sort have this many bits at the most: so many places to write to lie in the nearest memory.
const DIGIT: u32 = 12;

/// Sorts words by so many bits from one on, digit by digit; those that are equal there stay as they came.
fn by_digits(words: &mut Vec<u64>, from: u32, bits: u32) {
    let passes = bits.div_ceil(DIGIT);
    let width = if passes == 0 { 0 } else { bits.div_ceil(passes) };
    let mut spare = if passes == 0 { Vec::new() } else { vec![0; words.len()] };
    for pass in 0..passes {
        let digit = |word: u64| (word >> (from + pass * width)) as usize & ((1 << width) - 1);
        let mut places = vec![0u32; 1 << width];
        words.iter().for_each(|&word| places[digit(word)] += 1);
        let mut next = 0;
        for place in &mut places {
            next += std::mem::replace(place, next);
        }
        for &word in words.iter() {
            let place = &mut places[digit(word)];
            spare[*place as usize] = word;
            *place += 1;
        }
        std::mem::swap(words, &mut spare);
    }
}

/// The codes of a key: by what of a record it is derived from, so that they take the room of a dictionary.
pub(crate) struct KeyCodes {
    key: Key,
    /// By code of the value that the key is derived from; empty where the value is the key.
    derived: Vec<u32>,
}

impl KeyCodes {
    pub(crate) fn new(set: &RecordSet, key: Key) -> Self {
        let span = |unit: fn((i32, u32, u32)) -> i32, finest: Precision| {
            // Shifted so that 0 stays free for what is missing.
            let code = |span: &Span| (unit(span.ymd) as u32).wrapping_add(1 << 24);
            let of = |(at, span): (usize, &Span)| if at > 0 && span.precision <= finest { code(span) } else { 0 };
            set.spans.values.iter().enumerate().map(of).collect()
        };
        let derived = match key {
            Key::Given(Part::Written(letters)) => {
                let word = |text| str::split_whitespace(text).next().unwrap_or_default();
                interned(set.written.iter().map(|text| first(word(text), letters)))
            }
            Key::Family(Part::Written(letters @ Some(_))) => {
                interned(set.written.iter().map(|text| first(text, letters)))
            }
            Key::Given(Part::Prefix(letters)) | Key::Family(Part::Prefix(letters)) => {
                interned(set.names.texts.iter().map(|text| first(text, Some(letters))))
            }
            Key::Given(Part::Sound) | Key::Family(Part::Sound) => interned(set.names.texts.iter().map(names::skeleton)),
            Key::Birth | Key::EventDate => span(day_number, Precision::Day),
            Key::BirthYear => span(|(y, _, _)| y, Precision::Year),
            Key::EventMonth => span(|(y, m, _)| y * 12 + m as i32, Precision::Month),
            _ => Vec::new(),
        };
        Self { key, derived }
    }

    /// The field it is of.
    pub(crate) fn field(&self) -> Field {
        self.key.field()
    }

    /// The code of a record; 0 where it does not say.
    #[inline]
    pub(crate) fn of(&self, set: &RecordSet, record: u32) -> u32 {
        let r = record as usize;
        let value = match self.key {
            Key::Given(Part::Written(_)) => set.written_given[r],
            Key::Family(Part::Written(_)) => set.written_family[r],
            Key::Given(_) => set.name[r].given,
            Key::Family(_) => set.name[r].family,
            Key::Birth | Key::BirthYear => set.birth[r],
            Key::EventDate | Key::EventMonth => set.event_date[r],
            Key::EventPlace => set.event_place[r].place,
            Key::EventRegion => set.event_place[r].region,
            Key::Residence => set.residence[r].place,
            Key::Sex => u32::from(set.sex[r]),
            Key::Number => set.numbers.get(&record).map_or(0, |numbers| numbers[0]),
        };
        if self.derived.is_empty() { value } else { self.derived[value as usize] }
    }

    /// The codes of all records.
    pub(crate) fn all(&self, set: &RecordSet) -> Vec<u32> {
        (0..set.len() as u32).map(|record| self.of(set, record)).collect()
    }
}

/// The first letters of a text; all of it where no number of them is given.
fn first(text: &str, letters: Option<u8>) -> &str {
    let end = letters.and_then(|letters| text.char_indices().nth(usize::from(letters)));
    end.map_or(text, |(at, _)| &text[..at])
}

fn day_number((y, m, d): (i32, u32, u32)) -> i32 {
    (y * 12 + m as i32) * 31 + d as i32
}

/// A code for each distinct text; 0 for the empty one.
fn interned(texts: impl Iterator<Item = impl AsRef<str>>) -> Vec<u32> {
    let mut codes = Interned::default();
    texts.map(|text| codes.code(text.as_ref())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn records_are_grouped_as_a_comparison_of_their_codes_would(
            codes in proptest::collection::vec((0u32..4, proptest::num::u32::ANY, 0u32..9000), 0..200),
        ) {
            // Few and many values, near one another and all over.
            let codes: [Vec<u32>; 3] = [
                codes.iter().map(|c| c.0).collect(),
                codes.iter().map(|c| if c.2 % 2 == 0 { c.1 } else { c.1 % 5 }).collect(),
                codes.iter().map(|c| c.2 / 3000).collect(),
            ];
            let of: Vec<&[u32]> = codes.iter().map(Vec::as_slice).collect();
            let key = |r: &u32| of.iter().map(|codes| codes[*r as usize]).collect::<Vec<u32>>();
            let records: Vec<u32> = (0..codes[0].len() as u32).collect();
            let mut expected: Vec<u32> = records.iter().copied().filter(|r| !key(r).contains(&0)).collect();
            expected.sort_by_key(key);
            let (order, _) = grouped(&records, &of);
            proptest::prop_assert_eq!(&order, &expected);
            let (rule, block) = RuleBlocks::new(records.len(), &records, &of);
            for (at, &(from, to)) in rule.blocks.iter().enumerate() {
                let within = &rule.order[from as usize..to as usize];
                proptest::prop_assert!(within.len() > 1 && within.iter().all(|r| key(r) == key(&within[0])));
                proptest::prop_assert!(within.iter().all(|r| block[*r as usize] as usize == at + 1));
            }
            let alone = expected.chunk_by(|x, y| key(x) == key(y)).filter(|b| b.len() == 1).count();
            proptest::prop_assert_eq!(rule.order.len() + alone, expected.len());
        }
    }

    #[test]
    fn rules_are_read_and_written() {
        for text in ["name.family + event.date", "name.given:3 + name.family:sound + birth:year", "number"] {
            assert_eq!(text.parse::<Rule>().unwrap().to_string(), text);
        }
        assert_eq!("name.family + ".parse::<Rule>(), Err(RuleError::Empty));
        assert_eq!("name.family + colour".parse::<Rule>(), Err(RuleError::UnknownKey { key: "colour".into() }));
        assert!("name.family:0".parse::<Rule>().is_err());
    }
}
