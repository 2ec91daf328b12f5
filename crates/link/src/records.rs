//! How do records lie in memory, so that comparing them touches integers only?
//!
//! Every value is kept once, in a dictionary, with everything that comparing it needs; a record is a row of codes. Code 0
//! means that the record does not say.

use crate::interned::{Ids, Interned, Read};
use crate::names::{self, Parts};
use factum_model::edtf::{Day, Precision};
use factum_model::{Age, Edtf, ListId, Name, Place, Record, RecordId, Sex};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// A code into a dictionary; 0 is missing.
pub(crate) type Code = u32;

/// What can be told of a text without reading it: enough to tell most pairs apart in a few instructions.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shape {
    /// Two bits a letter: set when the letter occurs, and when it occurs twice.
    pub signature: u64,
    /// The first four bytes; zero where there are fewer.
    pub head: [u8; 4],
    /// Code of the consonant skeleton among skeletons; 0 when too short to mean anything.
    pub skeleton: Code,
    /// One over the number of bytes.
    pub inverse_length: f32,
    /// Letters beyond two of a kind.
    pub beyond_two: u16,
    /// Whether it is a single letter.
    pub initial: bool,
    /// Whether it has several words.
    pub compound: bool,
    /// Where it stands in the file of names, as bits: the file says what else is the same name.
    pub on_file: u32,
}

impl Shape {
    pub(crate) fn new(text: &str) -> Self {
        let mut head = [0; 4];
        head.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
        let signature = signature(text);
        Self {
            signature,
            head,
            skeleton: 0,
            inverse_length: 1.0 / text.len() as f32,
            beyond_two: (text.len() - signature.count_ones() as usize).min(usize::from(u16::MAX)) as u16,
            initial: text.chars().count() == 1,
            compound: text.contains(' '),
            on_file: names::on_file(text),
        }
    }
}

/// Texts, each once.
#[derive(Clone, Debug)]
pub(crate) struct Texts {
    /// Normalised, ASCII where a transliteration exists.
    pub texts: Interned,
    /// By code.
    pub shapes: Vec<Shape>,
    skeletons: Interned,
}

/// A skeleton shorter than this agrees too easily between different names.
const LEAST_SKELETON: usize = 2;

impl Default for Texts {
    fn default() -> Self {
        Self { texts: Interned::default(), shapes: vec![Shape::default()], skeletons: Interned::default() }
    }
}

/// So many new texts are worth the help of other threads.
const MANY: usize = 256;

impl Texts {
    /// The code of a text. What is derived from a new one is made by [`Texts::derive`], of many at a time.
    pub(crate) fn code(&mut self, text: &str) -> Code {
        self.texts.code(text)
    }

    /// Makes what is derived from the texts that are new since it was made last.
    pub(crate) fn derive(&mut self) {
        let new = self.shapes.len()..self.texts.len();
        let make = |code: usize| {
            let text = self.texts.text(code as Code);
            (names::skeleton(text), Shape::new(text))
        };
        let made: Vec<(String, Shape)> = match new.len() {
            0 => return,
            few if few < MANY => new.map(make).collect(),
            _ => new.into_par_iter().with_min_len(64).map(make).collect(),
        };
        for (skeleton, shape) in made {
            let skeleton = if skeleton.len() < LEAST_SKELETON { 0 } else { self.skeletons.code(&skeleton) };
            self.shapes.push(Shape { skeleton, ..shape });
        }
    }

    pub(crate) fn text(&self, code: Code) -> &str {
        self.texts.text(code)
    }

    pub(crate) fn shape(&self, code: Code) -> &Shape {
        &self.shapes[code as usize]
    }
}

/// Two unary bits a letter, digits and spaces folded into the letters: how many letters two texts can have in common is at
/// most the common bits, plus what goes beyond two of a kind.
pub(crate) fn signature(text: &str) -> u64 {
    let mut bits = 0u64;
    for byte in text.bytes() {
        let slot = u64::from(byte % 32) * 2;
        bits |= if bits >> slot & 1 == 0 { 1 << slot } else { 2 << slot };
    }
    bits
}

/// A span of days with how finely it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Span {
    pub earliest: i32,
    pub latest: i32,
    pub precision: Precision,
    /// Year, month and day of the earliest day.
    pub ymd: (i32, u32, u32),
}

impl Span {
    fn new(earliest: i32, latest: i32, precision: Precision) -> Self {
        Self { earliest, latest, precision, ymd: Day(earliest).ymd() }
    }
}

/// Spans, each once.
#[derive(Clone, Debug)]
pub(crate) struct Spans {
    codes: FxHashMap<Span, Code>,
    pub values: Vec<Span>,
}

impl Default for Spans {
    fn default() -> Self {
        let none = Span::new(0, 0, Precision::Span);
        Self { codes: FxHashMap::default(), values: vec![none] }
    }
}

impl Spans {
    pub(crate) fn code(&mut self, span: Span) -> Code {
        let next = self.values.len() as Code;
        let code = *self.codes.entry(span).or_insert(next);
        if code == next {
            self.values.push(span);
        }
        code
    }

    /// The code of the days a date may mean; 0 where it says too little to compare.
    pub(crate) fn code_of(&mut self, date: &Edtf) -> Code {
        span(date).map_or(0, |span| self.code(span))
    }
}

/// The parts of one name as codes into the names' dictionary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct NameCodes {
    pub given: Code,
    pub middle: Code,
    pub family: Code,
}

/// A place and the region it lies in, as codes into the places' dictionary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct PlaceCodes {
    pub place: Code,
    pub region: Code,
}

/// The codes of a part of a name: all of it, its first word, its other words; the same code twice where it has one word.
/// Of several words either is [`LATER`] until somebody asks for it: few given names are wanted as a whole, and few others
/// word by word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PartCodes {
    whole: Code,
    first: Code,
    rest: Code,
}

/// Not coded yet.
const LATER: Code = Code::MAX;

/// What a part of a name is wanted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Word by word, as given names are.
    Words,
    /// As a whole.
    Whole,
}

/// The identifier of a record of a [`RecordSet`] within its list: a borrowed [`RecordId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdOf<'a>(&'a str);

impl<'a> IdOf<'a> {
    /// The text as it was given.
    pub fn as_str(self) -> &'a str {
        self.0
    }
}

impl fmt::Display for IdOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl From<IdOf<'_>> for RecordId {
    fn from(id: IdOf<'_>) -> Self {
        RecordId::new(id.0)
    }
}

/// A list: its name, and whether every person stands on it at most once.
#[derive(Clone, Debug)]
pub(crate) struct List {
    pub id: ListId,
    pub deduplicated: bool,
}

/// Records of several lists, dictionary-encoded, in the order they were added.
#[derive(Clone, Debug, Default)]
pub struct RecordSet {
    pub(crate) lists: Vec<List>,
    pub(crate) list: Vec<u16>,
    pub(crate) ids: Ids,
    pub(crate) names: Texts,
    pub(crate) name: Vec<NameCodes>,
    /// Further names of the records that have any, main name first.
    pub(crate) further_names: FxHashMap<u32, Vec<NameCodes>>,
    pub(crate) spans: Spans,
    pub(crate) birth: Vec<Code>,
    pub(crate) event_date: Vec<Code>,
    /// 0 missing, 1 female, 2 male, 3 other.
    pub(crate) sex: Vec<u8>,
    pub(crate) places: Texts,
    pub(crate) event_place: Vec<PlaceCodes>,
    pub(crate) residence: Vec<PlaceCodes>,
    pub(crate) texts: Texts,
    pub(crate) address: Vec<Code>,
    pub(crate) ethnicity: Vec<Code>,
    pub(crate) occupation: Vec<Code>,
    /// The numbers of the records that have any.
    pub(crate) numbers: FxHashMap<u32, Vec<Code>>,
    /// Given and family name of the main name, as written; of a whole name its first and last word. A family name left blank
    /// beside a given name is one blank.
    pub(crate) written: Interned,
    pub(crate) written_given: Vec<Code>,
    pub(crate) written_family: Vec<Code>,
    /// Parts of names, places and other texts read before.
    pub(crate) parts: Read<Option<PartCodes>>,
    pub(crate) places_read: Read<Code>,
    pub(crate) texts_read: Read<Code>,
    /// Records whose name says that no name is known.
    pub(crate) unnamed: u64,
}

impl RecordSet {
    /// Adds a list and returns its position; the flag says that every person stands on it at most once.
    pub fn add_list(&mut self, id: ListId, deduplicated: bool) -> usize {
        self.lists.push(List { id, deduplicated });
        self.lists.len() - 1
    }

    /// Adds a record to the list at this position.
    ///
    /// # Panics
    /// If there is no such list: that is a mistake of the caller, not of the data.
    pub fn push(&mut self, list: usize, record: &Record) {
        assert!(list < self.lists.len(), "list {list} of {}", self.lists.len());
        let row = self.list.len() as u32;
        self.list.push(list as u16);
        self.ids.push(record.id.as_str());
        self.push_written(record);
        self.push_names(row, record);
        let mut birth = record.birth.as_ref().map_or(0, |date| self.spans.code_of(date));
        if birth == 0
            && let Some(span) = record.age.and_then(|age| birth_from_age(age, record.event_date.as_ref()))
        {
            birth = self.spans.code(span);
        }
        self.birth.push(birth);
        let event = record.event_date.as_ref().map_or(0, |date| self.spans.code_of(date));
        self.event_date.push(event);
        self.sex.push(sex_code(record.sex));
        let event_place = self.place(&record.event_place);
        self.event_place.push(event_place);
        let residence = self.place(&record.residence);
        self.residence.push(residence);
        let codes = [&record.address, &record.ethnicity, &record.occupation]
            .map(|value| value.as_deref().map_or(0, |text| self.text(text)));
        self.address.push(codes[0]);
        self.ethnicity.push(codes[1]);
        self.occupation.push(codes[2]);
        let numbers: Vec<Code> =
            record.numbers.iter().map(|n| self.texts.code(&number(n))).filter(|&c| c != 0).collect();
        if !numbers.is_empty() {
            self.numbers.insert(row, numbers);
        }
        self.derive();
    }

    /// Makes what is derived from new texts.
    pub(crate) fn derive(&mut self) {
        [&mut self.names, &mut self.places, &mut self.texts].into_iter().for_each(Texts::derive);
    }

    fn push_written(&mut self, record: &Record) {
        let name = record.names.first();
        let part = |of: fn(&Name) -> &Option<String>| name.and_then(|n| of(n).as_deref()).unwrap_or_default();
        let (mut given, mut family) = (part(|n| &n.given), part(|n| &n.family));
        if given.is_empty() && family.is_empty() {
            let mut words = part(|n| &n.full).split_whitespace();
            (given, family) = (words.next().unwrap_or_default(), words.next_back().unwrap_or_default());
        }
        let left_blank = !given.trim().is_empty() && name.is_some_and(|n| n.family.is_some());
        let codes = (self.written.code(given.trim()), self.written.code(written_family(family, left_blank)));
        self.written_given.push(codes.0);
        self.written_family.push(codes.1);
    }

    fn push_names(&mut self, row: u32, record: &Record) {
        // Most records have one name, in columns of its parts.
        if let [name] = record.names.as_slice()
            && let Some(code) = self.in_columns(name)
        {
            self.enter_names(row, &[code], true);
            return;
        }
        let mut codes: Vec<NameCodes> = Vec::new();
        for name in &record.names {
            match self.in_columns(name) {
                Some(code) => codes.push(code),
                None => Parts::all(name).iter().for_each(|parts| codes.push(self.codes_of(parts))),
            }
        }
        self.enter_names(row, &codes, !record.names.is_empty());
    }

    /// Gives a row its names; where it says a name and none of its words names anybody, it says that no name is known.
    pub(crate) fn enter_names(&mut self, row: u32, codes: &[NameCodes], says_name: bool) {
        let known = |code: &&NameCodes| **code != NameCodes::default();
        let first = codes.iter().find(known).copied();
        self.unnamed += u64::from(says_name && first.is_none());
        self.name.push(first.unwrap_or_default());
        if codes.len() > 1 {
            let mut distinct: Vec<NameCodes> = Vec::new();
            for code in codes.iter().filter(known) {
                if !distinct.contains(code) {
                    distinct.push(*code);
                }
            }
            if distinct.len() > 1 {
                self.further_names.insert(row, distinct);
            }
        }
    }

    pub(crate) fn codes_of(&mut self, parts: &Parts) -> NameCodes {
        let [given, middle, family] = [&parts.given, &parts.middle, &parts.family].map(|part| self.names.code(part));
        NameCodes { given, middle, family }
    }

    /// A name that came in columns of its parts, each read before or simple; `None` where it has to be read as a whole.
    fn in_columns(&mut self, name: &Name) -> Option<NameCodes> {
        if name.full.is_some() {
            return None;
        }
        let mut part = |text: &Option<String>, wanted| match text.as_deref().map(str::trim) {
            None | Some("") => Some(PartCodes::default()),
            Some(text) => self.part(text, wanted, || names::plain_part(text)),
        };
        let given = part(&name.given, Wanted::Words)?;
        let mut parts = [given, part(&name.middle, Wanted::Whole)?, part(&name.family, Wanted::Whole)?];
        Some(self.of_parts(&mut parts))
    }

    /// A name from its given, middle and family name. "Maria Elena" in a column of given names meets "Maria" with a middle name
    /// elsewhere.
    pub(crate) fn of_parts(&mut self, [given, middle, family]: &mut [PartCodes; 3]) -> NameCodes {
        let (given, middle) = match self.whole(middle) {
            0 => self.words(given),
            middle => (self.whole(given), middle),
        };
        NameCodes { given, middle, family: self.whole(family) }
    }

    fn whole(&mut self, part: &mut PartCodes) -> Code {
        if part.whole == LATER {
            let text = format!("{} {}", self.names.text(part.first), self.names.text(part.rest));
            part.whole = self.names.code(&text);
        }
        part.whole
    }

    fn words(&mut self, part: &mut PartCodes) -> (Code, Code) {
        if part.first == LATER {
            let text = self.names.text(part.whole).to_string();
            (part.first, part.rest) = self.code_words(&text);
        }
        (part.first, part.rest)
    }

    /// The codes of the first word and of the others.
    fn code_words(&mut self, text: &str) -> (Code, Code) {
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        (self.names.code(first), self.names.code(rest))
    }

    /// The codes of a part of a name, read unless it was before; `None` where it holds further names.
    pub(crate) fn part(
        &mut self,
        text: &str,
        wanted: Wanted,
        read: impl FnOnce() -> Option<String>,
    ) -> Option<PartCodes> {
        if let Some(known) = self.parts.get(text) {
            return known;
        }
        let codes = read().map(|part| match (part.contains(' '), wanted) {
            (true, Wanted::Words) => {
                let (first, rest) = self.code_words(&part);
                PartCodes { whole: LATER, first, rest }
            }
            (true, Wanted::Whole) => PartCodes { whole: self.names.code(&part), first: LATER, rest: LATER },
            (false, _) => {
                let whole = self.names.code(&part);
                PartCodes { whole, first: whole, rest: 0 }
            }
        });
        self.parts.keep(text, codes);
        codes
    }

    fn place(&mut self, place: &Place) -> PlaceCodes {
        let [place, region] =
            [&place.place, &place.region].map(|text| text.as_deref().map_or(0, |text| self.place_code(text)));
        PlaceCodes { place, region }
    }

    pub(crate) fn place_code(&mut self, text: &str) -> Code {
        code_of(&mut self.places, &mut self.places_read, text, folded)
    }

    fn text(&mut self, text: &str) -> Code {
        code_of(&mut self.texts, &mut self.texts_read, text, folded)
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The lists, in their order.
    pub fn lists(&self) -> impl ExactSizeIterator<Item = &ListId> {
        self.lists.iter().map(|l| &l.id)
    }

    /// The position of the list a record stands on.
    pub fn list_of(&self, record: u32) -> usize {
        self.list[record as usize] as usize
    }

    /// The identifier of a record within its list.
    pub fn id_of(&self, record: u32) -> IdOf<'_> {
        IdOf(self.ids.get(record as usize))
    }

    /// How many records say in words that the name is not known.
    pub fn unnamed(&self) -> u64 {
        self.unnamed
    }
}

/// A family name that is written and yet blank: no other text begins with a blank.
const BLANK: &str = " ";

/// A family name as it is written. One that a list leaves blank beside a given name, and does not leave out, is a value like any
/// other to rules that go by what is written, as it is to the equality of a database.
pub(crate) fn written_family(text: &str, left_blank: bool) -> &str {
    match text.trim() {
        "" if left_blank => BLANK,
        text => text,
    }
}

/// The code of a text as a list writes it, which is folded unless it was before.
pub(crate) fn code_of(texts: &mut Texts, read: &mut Read<Code>, text: &str, fold: impl FnOnce(&str) -> String) -> Code {
    if let Some(code) = read.get(text) {
        return code;
    }
    let code = texts.code(&fold(text));
    read.keep(text, code);
    code
}

/// 0 missing, 1 female, 2 male, 3 other.
pub(crate) fn sex_code(sex: Option<Sex>) -> u8 {
    match sex {
        None => 0,
        Some(Sex::Female) => 1,
        Some(Sex::Male) => 2,
        Some(Sex::Other) => 3,
    }
}

/// The days a date may mean; absent for intervals with an open or unknown end, which say too little to compare.
fn span(date: &Edtf) -> Option<Span> {
    let (Day(earliest), Day(latest)) = (date.earliest()?, date.latest()?);
    // A date its own source calls approximate is a span around it.
    let precision = if date.is_qualified() { Precision::Span } else { date.precision() };
    let slack = if date.is_qualified() { APPROXIMATE_DAYS } else { 0 };
    Some(Span::new(earliest - slack, latest + slack, precision))
}

/// How far off a date may be that its source calls approximate or uncertain: half a year either way.
const APPROXIMATE_DAYS: i32 = 183;

/// Someone of this age on that date was born in a span of the age's width plus one year.
pub(crate) fn birth_from_age(age: Age, event: Option<&Edtf>) -> Option<Span> {
    let (Day(first), Day(last)) = (event?.earliest()?, event?.latest()?);
    let years = |years: u16| (f64::from(years) * 365.2425) as i32;
    Some(Span::new(first - years(age.high + 1) + 1, last - years(age.low), Precision::Span))
}

/// Other text, folded for comparison.
pub(crate) fn folded(text: &str) -> String {
    names::words(text).join(" ")
}

/// An identity number: letters and digits only, in Latin ones, so that spaces, hyphens and the digits of a script do not
/// matter; `@` is kept for e-mail.
pub(crate) fn number(text: &str) -> String {
    let kept = |c: &char| c.is_ascii_alphanumeric() || *c == '@';
    let latin: String = text.nfkc().map(|c| if c == '@' { "@" } else { any_ascii::any_ascii_char(c) }).collect();
    latin.chars().filter(kept).map(|c| c.to_ascii_lowercase()).collect()
}
