//! How do records lie in memory, so that comparing them touches integers only?
//!
//! Every value is kept once, in a dictionary, with everything that comparing it needs; a record is a row of codes. Code 0
//! means that the record does not say.

use crate::names::{self, Parts};
use factum_model::edtf::{Day, Precision};
use factum_model::{Age, Edtf, ListId, Name, Place, Record, RecordId, Sex};
use rustc_hash::FxHashMap;
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
    /// Whether it is a name on file, of which the file says what else is the same name.
    pub on_file: bool,
}

impl Shape {
    fn new(text: &str, skeleton: Code) -> Self {
        let mut head = [0; 4];
        head.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
        let signature = signature(text);
        Self {
            signature,
            head,
            skeleton,
            inverse_length: 1.0 / text.len() as f32,
            beyond_two: (text.len() - signature.count_ones() as usize).min(usize::from(u16::MAX)) as u16,
            initial: text.chars().count() == 1,
            compound: text.contains(' '),
            on_file: names::is_on_file(text),
        }
    }
}

/// Texts, each once.
#[derive(Clone, Debug)]
pub(crate) struct Texts {
    codes: FxHashMap<String, Code>,
    /// By code: normalised, ASCII where a transliteration exists.
    pub texts: Vec<String>,
    pub shapes: Vec<Shape>,
    skeletons: FxHashMap<String, Code>,
}

/// A skeleton shorter than this agrees too easily between different names.
const LEAST_SKELETON: usize = 2;

impl Default for Texts {
    fn default() -> Self {
        Self {
            codes: FxHashMap::default(),
            texts: vec![String::new()],
            shapes: vec![Shape::default()],
            skeletons: FxHashMap::default(),
        }
    }
}

impl Texts {
    fn code(&mut self, text: &str) -> Code {
        if text.is_empty() {
            return 0;
        }
        if let Some(&code) = self.codes.get(text) {
            return code;
        }
        let code = self.texts.len() as Code;
        let skeleton = names::skeleton(text);
        let next = self.skeletons.len() as Code + 1;
        let skeleton =
            if skeleton.len() < LEAST_SKELETON { 0 } else { *self.skeletons.entry(skeleton).or_insert(next) };
        self.shapes.push(Shape::new(text, skeleton));
        self.texts.push(text.to_string());
        self.codes.insert(text.to_string(), code);
        code
    }

    pub(crate) fn text(&self, code: Code) -> &str {
        &self.texts[code as usize]
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

/// Words as lists write them, each once; code 0 is none.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    codes: FxHashMap<Box<str>, Code>,
    texts: Vec<Box<str>>,
}

impl Default for Written {
    fn default() -> Self {
        Self { codes: FxHashMap::default(), texts: vec!["".into()] }
    }
}

impl Written {
    fn code(&mut self, text: &str) -> Code {
        if text.is_empty() {
            return 0;
        }
        if let Some(&code) = self.codes.get(text) {
            return code;
        }
        let code = self.texts.len() as Code;
        self.texts.push(text.into());
        self.codes.insert(text.into(), code);
        code
    }

    /// The words by code.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|t| &**t)
    }
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
    fn code(&mut self, span: Span) -> Code {
        let next = self.values.len() as Code;
        let code = *self.codes.entry(span).or_insert(next);
        if code == next {
            self.values.push(span);
        }
        code
    }

    pub(crate) fn get(&self, code: Code) -> Span {
        self.values[code as usize]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PlaceCodes {
    pub place: Code,
    pub region: Code,
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
    ids: Vec<RecordId>,
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
    /// Given and family name of the main name, as written; of a whole name its first and last word.
    pub(crate) written: Written,
    pub(crate) written_given: Vec<Code>,
    pub(crate) written_family: Vec<Code>,
    /// Parts of names and places read before.
    parts: FxHashMap<Box<str>, Option<(Code, Code, Code)>>,
    places_read: FxHashMap<Box<str>, Code>,
    /// Records whose name says that no name is known.
    unnamed: u64,
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
        self.ids.push(record.id.clone());
        self.push_written(record);
        self.push_names(row, record);
        let birth = self.span_of_birth(record);
        self.birth.push(birth);
        let event = record.event_date.as_ref().and_then(span);
        self.event_date.push(event.map_or(0, |s| self.spans.code(s)));
        self.sex.push(match record.sex {
            None => 0,
            Some(Sex::Female) => 1,
            Some(Sex::Male) => 2,
            Some(Sex::Other) => 3,
        });
        let event_place = self.place(&record.event_place);
        self.event_place.push(event_place);
        let residence = self.place(&record.residence);
        self.residence.push(residence);
        let mut text = |value: &Option<String>| value.as_deref().map_or(0, |v| self.texts.code(&folded(v)));
        self.address.push(text(&record.address));
        self.ethnicity.push(text(&record.ethnicity));
        self.occupation.push(text(&record.occupation));
        let numbers: Vec<Code> =
            record.numbers.iter().map(|n| self.texts.code(&number(n))).filter(|&c| c != 0).collect();
        if !numbers.is_empty() {
            self.numbers.insert(row, numbers);
        }
    }

    fn push_written(&mut self, record: &Record) {
        let name = record.names.first();
        let part = |of: fn(&Name) -> &Option<String>| name.and_then(|n| of(n).as_deref()).unwrap_or_default();
        let (mut given, mut family) = (part(|n| &n.given), part(|n| &n.family));
        if given.is_empty() && family.is_empty() {
            let mut words = part(|n| &n.full).split_whitespace();
            (given, family) = (words.next().unwrap_or_default(), words.next_back().unwrap_or_default());
        }
        let codes = (self.written.code(given.trim()), self.written.code(family.trim()));
        self.written_given.push(codes.0);
        self.written_family.push(codes.1);
    }

    fn push_names(&mut self, row: u32, record: &Record) {
        let mut codes: Vec<NameCodes> = Vec::new();
        let mut says_unknown = !record.names.is_empty();
        for name in &record.names {
            if let Some(code) = self.in_columns(name) {
                says_unknown &= code == NameCodes::default();
                codes.push(code);
                continue;
            }
            for part in Parts::all(name).iter().filter(|p| !p.is_empty()) {
                says_unknown = false;
                codes.push(NameCodes {
                    given: self.names.code(&part.given),
                    middle: self.names.code(&part.middle),
                    family: self.names.code(&part.family),
                });
            }
        }
        self.unnamed += u64::from(says_unknown);
        let mut distinct: Vec<NameCodes> = Vec::new();
        for code in codes.into_iter().filter(|c| *c != NameCodes::default()) {
            if !distinct.contains(&code) {
                distinct.push(code);
            }
        }
        self.name.push(distinct.first().copied().unwrap_or_default());
        if distinct.len() > 1 {
            self.further_names.insert(row, distinct);
        }
    }

    /// A name that came in columns of its parts, each read before or simple; `None` where it has to be read as a whole.
    fn in_columns(&mut self, name: &Name) -> Option<NameCodes> {
        if name.full.is_some() {
            return None;
        }
        let mut part = |text: &Option<String>| match text.as_deref().map(str::trim) {
            None | Some("") => Some((0, 0, 0)),
            Some(text) => self.part(text),
        };
        let (given, middle, family) = (part(&name.given)?, part(&name.middle)?, part(&name.family)?);
        // "Maria Elena" in a column of given names meets "Maria" with a middle name elsewhere.
        let (given, middle) = if middle.0 == 0 && given.2 != 0 { (given.1, given.2) } else { (given.0, middle.0) };
        Some(NameCodes { given, middle, family: family.0 })
    }

    /// The codes of a part of a name: whole, first word, the other words; `None` where it holds further names.
    fn part(&mut self, text: &str) -> Option<(Code, Code, Code)> {
        if let Some(known) = self.parts.get(text) {
            return *known;
        }
        let codes = names::plain_part(text).map(|part| {
            let (first, rest) = part.split_once(' ').unwrap_or((&part, ""));
            (self.names.code(&part), self.names.code(first), self.names.code(rest))
        });
        self.parts.insert(text.into(), codes);
        codes
    }

    fn span_of_birth(&mut self, record: &Record) -> Code {
        let from_date = record.birth.as_ref().and_then(span);
        let from_age = || birth_from_age(record.age?, record.event_date.as_ref());
        from_date.or_else(from_age).map_or(0, |s| self.spans.code(s))
    }

    fn place(&mut self, place: &Place) -> PlaceCodes {
        let mut code = |text: &Option<String>| {
            let Some(text) = text.as_deref() else { return 0 };
            if let Some(&code) = self.places_read.get(text) {
                return code;
            }
            let code = self.places.code(&names::words(text).join(" "));
            self.places_read.insert(text.into(), code);
            code
        };
        PlaceCodes { place: code(&place.place), region: code(&place.region) }
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
    pub fn id_of(&self, record: u32) -> &RecordId {
        &self.ids[record as usize]
    }

    /// How many records say in words that the name is not known.
    pub fn unnamed(&self) -> u64 {
        self.unnamed
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
fn birth_from_age(age: Age, event: Option<&Edtf>) -> Option<Span> {
    let (Day(first), Day(last)) = (event?.earliest()?, event?.latest()?);
    let years = |years: u16| (f64::from(years) * 365.2425) as i32;
    Some(Span::new(first - years(age.high + 1) + 1, last - years(age.low), Precision::Span))
}

/// Other text, folded for comparison.
fn folded(text: &str) -> String {
    names::words(text).join(" ")
}

/// An identity number: letters and digits only, in Latin ones, so that spaces, hyphens and the digits of a script do not
/// matter; `@` is kept for e-mail.
fn number(text: &str) -> String {
    let kept = |c: &char| c.is_ascii_alphanumeric() || *c == '@';
    let latin: String = text.nfkc().map(|c| if c == '@' { "@" } else { any_ascii::any_ascii_char(c) }).collect();
    latin.chars().filter(kept).map(|c| c.to_ascii_lowercase()).collect()
}
