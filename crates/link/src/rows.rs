//! How are records laid out so that billions of pairs can be compared?
//!
//! Before linking, what every record says is gathered into one row of codes ([`Core`]), and everything that comparing a value
//! needs into one entry of its dictionary. To compare a block, its records are laid side by side ([`Laid`]), so that its pairs
//! touch nothing but the nearest memory.

use crate::Field;
use crate::records::{Code, NameCodes, RecordSet, Span, Texts};
use crate::renderings::Renderings;
use factum_model::edtf::{Day, Precision};
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::hash::BuildHasher;
use std::sync::atomic::AtomicU16;
use std::sync::atomic::Ordering::Relaxed;

/// A value of a name, a place or a text, with all that comparing it needs: half a cache line, and never parts of two.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(32))]
pub(crate) struct Part {
    pub signature: u64,
    pub code: Code,
    pub skeleton: Code,
    pub head: u32,
    pub inverse_length: f32,
    /// Where it stands in the file of names, as bits; of two such the file decides.
    pub on_file: u32,
    pub beyond_two: u16,
    /// How rare the value is in its field, 0 the rarest, counted as the field's levels of full agreement are.
    pub stratum: u8,
    /// What else is so of it, as bits.
    pub marks: u8,
}

impl Part {
    /// Letter counts decide: it is neither an initial nor several words.
    pub(crate) const SIMPLE: u8 = 1;
    /// It is common, as what is only alike tells: from stratum 2 on, for names.
    pub(crate) const COMMON: u8 = 1 << 1;
    /// A rendering of it is known.
    pub(crate) const RENDERED: u8 = 1 << 2;

    /// Whether something is so of it.
    #[inline]
    pub(crate) fn is(&self, mark: u8) -> bool {
        self.marks & mark != 0
    }
}

/// A date with all that comparing it needs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct When {
    pub earliest: i32,
    pub latest: i32,
    /// Year, month and day of the earliest day, packed; comparing two with one operation tells which agree.
    pub packed: u32,
    pub precision: u8,
    pub stratum: u8,
    pub known: bool,
}

/// A date known to the day.
pub(crate) const TO_THE_DAY: u8 = 0;
/// A date known to the month.
pub(crate) const TO_THE_MONTH: u8 = 1;
/// A date known to the year.
pub(crate) const TO_THE_YEAR: u8 = 2;
/// A date known as a span.
pub(crate) const AS_A_SPAN: u8 = 3;

impl When {
    fn new(span: Span, stratum: u8) -> When {
        let (y, m, d) = span.ymd;
        let precision = match span.precision {
            Precision::Day => TO_THE_DAY,
            Precision::Month => TO_THE_MONTH,
            Precision::Year => TO_THE_YEAR,
            Precision::Span => AS_A_SPAN,
        };
        let packed = (y as u32) << 16 | m << 8 | d;
        When { earliest: span.earliest, latest: span.latest, packed, precision, stratum, known: true }
    }

    pub(crate) fn ymd(self) -> (i32, u32, u32) {
        ((self.packed >> 16) as i32, self.packed >> 8 & 255, self.packed & 255)
    }
}

/// What most lists say of a record, as codes: half a cache line, and never parts of two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(align(32))]
pub(crate) struct Core {
    pub given: Code,
    pub middle: Code,
    pub family: Code,
    pub birth: Code,
    pub event_date: Code,
    pub event_place: Code,
    pub event_region: Code,
    /// There are no more lists than a byte can number.
    pub list: u8,
    /// 0 missing, 1 female, 2 male, 3 other.
    pub sex: u8,
    /// Whether it has several names or any number, which are looked up apart.
    pub further: bool,
    pub numbered: bool,
}

/// Nobody is recorded so often, word for word: so many equal records are filler, or say too little.
pub(crate) const ALIKE: u64 = 50;

/// So many records are more than [`ALIKE`].
const OFTEN: u16 = ALIKE as u16 + 1;

/// One record with all that comparing it needs, so that the records of a block lie side by side in the nearest memory.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Laid {
    pub given: Part,
    pub middle: Part,
    pub family: Part,
    pub place: Part,
    pub birth: When,
    pub event_date: When,
    pub record: u32,
    pub region: Code,
    pub list: u16,
    /// 0 missing, 1 female, 2 male, 3 other.
    pub sex: u8,
    pub further: bool,
    pub numbered: bool,
}

/// Two records with what most lists say of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sides {
    pub a: u32,
    pub b: u32,
    pub x: Core,
    pub y: Core,
}

/// So many pairs are fetched at a time: their [`Sides`] lie in the nearest memory.
pub(crate) const FETCHED: usize = 256;

/// How often each value of a field occurs, and what follows from it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Commonness {
    /// By code: records that have the value.
    counts: Vec<u32>,
    /// Values, repeated ones included.
    pub total: f64,
    /// The chance that two records that say agree: the sum of squared frequencies.
    pub chance: f64,
    /// By stratum: share of the records, and chance that two records agree in a value of the stratum.
    pub strata: Vec<(f64, f64)>,
    /// By code: what sharing the value adds to the weight of its level, in bits.
    adjustments: Vec<f32>,
    /// By stratum: the most that a value can add, in bits.
    pub most: Vec<f64>,
}

/// Frequencies at which strata part, as shares of the chance of agreement (which is the mean frequency of a value two
/// unrelated records agree on): steps of three to five bits, so that within a stratum little is left to adjust.
fn cuts(strata: usize) -> &'static [f64] {
    match strata {
        4 => &[1.0 / 32.0, 1.0 / 4.0, 1.0],
        3 => &[1.0 / 8.0, 1.0],
        2 => &[1.0 / 2.0],
        _ => &[],
    }
}

impl Commonness {
    fn new(field: Field, size: usize, values: impl Iterator<Item = Code>) -> Self {
        let mut counts = vec![0u32; size];
        values.filter(|&c| c != 0).for_each(|c| counts[c as usize] += 1);
        let total: f64 = counts.iter().map(|&n| f64::from(n)).sum();
        let chance: f64 = counts.iter().map(|&n| (f64::from(n) / total.max(1.0)).powi(2)).sum();
        let (first, last) = field.same();
        let strata = vec![(0.0, 0.0); usize::from(last - first) + 1];
        let (adjustments, most) = (Vec::new(), vec![0.0f64; strata.len()]);
        let mut known = Self { counts, total, chance, strata, adjustments, most };
        for code in 1..size {
            let f = known.frequency(code as Code);
            let stratum = usize::from(known.stratum(code as Code));
            known.strata[stratum].0 += f;
            known.strata[stratum].1 += f * f;
        }
        known.adjustments = (0..size as Code).map(|code| known.rarity(code) as f32).collect();
        for code in (1..size as Code).filter(|&c| known.counts[c as usize] > 0) {
            let stratum = usize::from(known.stratum(code));
            known.most[stratum] = known.most[stratum].max(known.adjustment(code));
        }
        known
    }

    pub(crate) fn frequency(&self, code: Code) -> f64 {
        f64::from(self.counts[code as usize]) / self.total.max(1.0)
    }

    /// 0 for the rarest values.
    pub(crate) fn stratum(&self, code: Code) -> u8 {
        let f = self.frequency(code);
        cuts(self.strata.len()).iter().filter(|cut| f >= *cut * self.chance).count() as u8
    }

    /// Whether what is only alike counts as common: from a quarter of the chance of agreement on.
    fn is_common(&self, code: Code) -> bool {
        self.frequency(code) >= self.chance / 4.0
    }

    /// Shares of the rare and of the common values, as what is only alike tells them apart.
    pub(crate) fn rare_and_common(&self) -> [f64; 2] {
        let common = (1..self.counts.len() as Code).filter(|&c| self.is_common(c)).map(|c| self.frequency(c)).sum();
        [1.0 - common, common]
    }

    /// What the rarity of a shared value adds to the weight of its level, in bits: within a stratum of share `F` and chance
    /// of agreement `U`, `log2(U / (F f))` (Winkler 1989, kept to the stratum).
    pub(crate) fn adjustment(&self, code: Code) -> f64 {
        f64::from(self.adjustments[code as usize])
    }

    fn rarity(&self, code: Code) -> f64 {
        let (share, chance) = self.strata[usize::from(self.stratum(code))];
        let f = self.frequency(code);
        if f > 0.0 && chance > 0.0 { (chance / (share * f)).log2() } else { 0.0 }
    }
}

/// Records ready for comparing: rows of codes, dictionaries with rarity, dates with heaps undone.
pub(crate) struct Rows<'a> {
    pub set: &'a RecordSet,
    cores: Vec<Core>,
    pub given: Vec<Part>,
    pub middle: Vec<Part>,
    pub family: Vec<Part>,
    pub event_place: Vec<Part>,
    pub residence: Vec<Part>,
    pub address: Vec<Part>,
    pub ethnicity: Vec<Part>,
    pub occupation: Vec<Part>,
    pub birth: Vec<When>,
    pub event_date: Vec<When>,
    /// Whether a sex is the commoner one.
    pub common_sex: [u8; 4],
    /// Share of the rarer sexes and of the commonest among the records that say.
    pub sex_shares: [f64; 2],
    /// By field, in the order of [`Field::ALL`].
    pub commonness: Vec<Commonness>,
    /// Whether any record says more than name, birth, sex and event.
    pub has_rest: bool,
    /// Dates that were written to the day but stand for a whole year or month.
    pub heaps: Heaps,
    /// Spellings learned to be one name or place.
    pub renderings: Renderings,
}

/// How many dates were read as less precise than they are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heaps {
    /// Births on the first of January taken as known to the year.
    pub births_to_the_year: u64,
    /// Births on the first of a month taken as known to the month.
    pub births_to_the_month: u64,
    /// Events on the first of a month taken as known to the month.
    pub events_to_the_month: u64,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(set: &'a RecordSet) -> Self {
        let commonness: Vec<Commonness> = Field::ALL.par_iter().map(|&field| commonness(set, field)).collect();
        let of = |field: Field| &commonness[field.index()];
        let parts = |texts: &Texts, field: Field| -> Vec<Part> {
            (0..texts.texts.len() as Code).map(|code| part(texts, code, of(field))).collect()
        };
        let mut heaps = Heaps::default();
        let birth = births(set, &mut heaps);
        let event_date = events(set, of(Field::EventDate), &mut heaps);
        let core = |r: usize| Core {
            given: set.name[r].given,
            middle: set.name[r].middle,
            family: set.name[r].family,
            birth: set.birth[r],
            event_date: set.event_date[r],
            event_place: set.event_place[r].place,
            event_region: set.event_place[r].region,
            list: set.list[r] as u8,
            sex: set.sex[r],
            further: set.further_names.contains_key(&(r as u32)),
            numbered: set.numbers.contains_key(&(r as u32)),
        };
        let mut sexes = [0u64; 4];
        set.sex.iter().for_each(|&s| sexes[s as usize] += 1);
        let common_sex = std::array::from_fn(|s| u8::from((1..4).all(|other| sexes[s] >= sexes[other])));
        let known = sexes[1..].iter().sum::<u64>().max(1) as f64;
        let commonest = sexes[1..].iter().copied().max().unwrap_or(0) as f64 / known;
        Self {
            cores: (0..set.len()).into_par_iter().with_min_len(4096).map(core).collect(),
            given: parts(&set.names, Field::Given),
            middle: parts(&set.names, Field::Middle),
            family: parts(&set.names, Field::Family),
            event_place: parts(&set.places, Field::EventPlace),
            residence: parts(&set.places, Field::Residence),
            address: parts(&set.texts, Field::Address),
            ethnicity: parts(&set.texts, Field::Ethnicity),
            occupation: parts(&set.texts, Field::Occupation),
            birth,
            event_date,
            common_sex,
            sex_shares: [1.0 - commonest, commonest],
            commonness,
            has_rest: set.residence.iter().any(|p| (p.place | p.region) != 0)
                || [&set.address, &set.ethnicity, &set.occupation].iter().any(|c| c.iter().any(|&c| c != 0)),
            heaps,
            renderings: Renderings::default(),
            set,
        }
    }

    /// From now on compares names and places with these renderings known.
    pub(crate) fn know(&mut self, renderings: Renderings) {
        for parts in [&mut self.given, &mut self.middle, &mut self.family] {
            parts.iter_mut().for_each(|part| part.marks &= !Part::RENDERED);
            renderings.names.codes().for_each(|code| parts[code as usize].marks |= Part::RENDERED);
        }
        self.renderings = renderings;
    }

    /// What most lists say of a record, as codes: half a cache line.
    #[inline]
    pub(crate) fn core(&self, record: u32) -> &Core {
        &self.cores[record as usize]
    }

    /// Two records with what most lists say of them at hand.
    #[inline]
    pub(crate) fn sides(&self, a: u32, b: u32) -> Sides {
        Sides { a, b, x: *self.core(a), y: *self.core(b) }
    }

    /// The same of many pairs: what is fetched for one does not wait for what is made of another.
    pub(crate) fn all_sides(&self, pairs: impl Iterator<Item = (u32, u32)>, sides: &mut Vec<Sides>) {
        sides.clear();
        sides.extend(pairs.map(|(a, b)| self.sides(a, b)));
    }

    /// One record with all that comparing it needs.
    #[inline(always)]
    pub(crate) fn lay(&self, record: u32) -> Laid {
        let mut laid = Laid::default();
        self.lay_out(record, self.core(record), &mut laid);
        laid
    }

    /// The same of a record whose codes are at hand, in the place of another: part by part, so that nothing is copied twice.
    #[inline(always)]
    pub(crate) fn lay_out(&self, record: u32, core: &Core, laid: &mut Laid) {
        laid.given = self.given[core.given as usize];
        laid.middle = self.middle[core.middle as usize];
        laid.family = self.family[core.family as usize];
        laid.place = self.event_place[core.event_place as usize];
        laid.birth = self.birth[core.birth as usize];
        laid.event_date = self.event_date[core.event_date as usize];
        laid.record = record;
        laid.region = core.event_region;
        laid.list = u16::from(core.list);
        laid.sex = core.sex;
        laid.further = core.further;
        laid.numbered = core.numbered;
    }

    /// How many records say exactly the same as [`ALIKE`] others, or more.
    pub(crate) fn identical(&self) -> u64 {
        let said = |record: u32| {
            let (core, set, r) = (self.core(record), self.set, record as usize);
            let rest = (set.residence[r], set.address[r], set.ethnicity[r], set.occupation[r]);
            (!core.further && !core.numbered).then_some((Core { list: 0, ..*core }, rest))
        };
        let records = 0..self.cores.len() as u32;
        // Equal records have equal hashes: as many cells as records count them, and only those of cells that count many are
        // looked at again. The low bits of a hash are the best mixed.
        let size = self.cores.len().next_power_of_two();
        let cell = |record: u32| said(record).map(|said| FxBuildHasher.hash_one(said) as usize & (size - 1));
        let cells: Vec<AtomicU16> = (0..size).map(|_| AtomicU16::new(0)).collect();
        records.clone().into_par_iter().with_min_len(4096).filter_map(cell).for_each(|cell| {
            // A count that is large enough stays where it is, so that none comes round to zero.
            if cells[cell].load(Relaxed) <= OFTEN {
                cells[cell].fetch_add(1, Relaxed);
            }
        });
        if cells.iter().all(|count| count.load(Relaxed) < OFTEN) {
            return 0;
        }
        let mut groups: FxHashMap<_, u64> = FxHashMap::default();
        for record in records.filter(|&record| cell(record).is_some_and(|cell| cells[cell].load(Relaxed) >= OFTEN)) {
            *groups.entry(said(record)).or_default() += 1;
        }
        groups.remove(&Some(Default::default()));
        groups.into_values().filter(|n| *n > ALIKE).sum()
    }

    /// The fields that at least two records fill.
    pub(crate) fn fields(&self) -> Vec<Field> {
        let set = self.set;
        let several = |n: usize| n > 1;
        let count = |codes: &[Code]| codes.iter().filter(|&&c| c != 0).take(2).count();
        let filled = |field: &Field| match field {
            Field::Birth => several(count(&set.birth)),
            Field::Sex => several(set.sex.iter().filter(|&&s| s != 0).take(2).count()),
            Field::EventPlace => several(set.event_place.iter().filter(|p| (p.place | p.region) != 0).take(2).count()),
            Field::Residence => several(set.residence.iter().filter(|p| (p.place | p.region) != 0).take(2).count()),
            field => self.commonness[field.index()].total > 1.0,
        };
        Field::ALL.into_iter().filter(filled).collect()
    }

    /// Parts of a name as they are compared, from codes.
    #[inline]
    pub(crate) fn name(&self, name: NameCodes) -> (&Part, &Part, &Part) {
        (&self.given[name.given as usize], &self.middle[name.middle as usize], &self.family[name.family as usize])
    }
}

fn part(texts: &Texts, code: Code, known: &Commonness) -> Part {
    let shape = texts.shape(code);
    Part {
        signature: shape.signature,
        code,
        skeleton: shape.skeleton,
        head: u32::from_le_bytes(shape.head),
        inverse_length: shape.inverse_length,
        beyond_two: shape.beyond_two,
        on_file: shape.on_file,
        stratum: known.stratum(code),
        marks: if shape.initial | shape.compound { 0 } else { Part::SIMPLE }
            | if known.is_common(code) { Part::COMMON } else { 0 },
    }
}

fn commonness(set: &RecordSet, field: Field) -> Commonness {
    let names = |code: fn(&crate::records::NameCodes) -> Code| {
        Commonness::new(field, set.names.texts.len(), set.name.iter().map(code))
    };
    let texts = |codes: &[Code]| Commonness::new(field, set.texts.texts.len(), codes.iter().copied());
    match field {
        Field::Given => names(|n| n.given),
        Field::Middle => names(|n| n.middle),
        Field::Family => names(|n| n.family),
        Field::EventPlace => Commonness::new(field, set.places.texts.len(), set.event_place.iter().map(|p| p.place)),
        Field::Residence => Commonness::new(field, set.places.texts.len(), set.residence.iter().map(|p| p.place)),
        Field::Address => texts(&set.address),
        Field::Ethnicity => texts(&set.ethnicity),
        Field::Occupation => texts(&set.occupation),
        Field::EventDate => Commonness::new(field, set.spans.values.len(), set.event_date.iter().copied()),
        Field::Number => Commonness::new(field, set.texts.texts.len(), set.numbers.values().flatten().copied()),
        Field::Birth | Field::Sex => Commonness::new(field, 1, std::iter::empty()),
    }
}

/// A day that carries more than this many times its fair share of dates is a heap: most dates on it stand for a year or a
/// month whose day nobody knew. At twice the fair share half of them do.
const HEAP: f64 = 2.0;

/// Dates must be this many for a heap to show.
const ENOUGH_DATES: u64 = 100;

fn births(set: &RecordSet, heaps: &mut Heaps) -> Vec<When> {
    let counts = by_code(&set.birth, set.spans.values.len());
    let new_year = heap(&set.spans.values, &counts, |(y, m, d)| (y, m == 1 && d == 1), 1.0 / 365.25);
    let first = heap(&set.spans.values, &counts, |(y, m, d)| (y * 12 + m as i32, m != 1 && d == 1), 11.0 / 365.25);
    dates(
        set,
        &counts,
        |(_, m, d)| match (m, d) {
            (1, 1) if new_year => Some(Precision::Year),
            (_, 1) if first => Some(Precision::Month),
            _ => None,
        },
        |precision, n| match precision {
            Precision::Year => heaps.births_to_the_year += n,
            _ => heaps.births_to_the_month += n,
        },
        |_| 0,
    )
}

fn events(set: &RecordSet, known: &Commonness, heaps: &mut Heaps) -> Vec<When> {
    let counts = by_code(&set.event_date, set.spans.values.len());
    let first = heap(&set.spans.values, &counts, |(y, m, d)| (y * 12 + m as i32, d == 1), 12.0 / 365.25);
    dates(
        set,
        &counts,
        |(_, _, d)| (first && d == 1).then_some(Precision::Month),
        |_, n| heaps.events_to_the_month += n,
        |code| known.stratum(code),
    )
}

fn by_code(codes: &[Code], size: usize) -> Vec<u64> {
    let mut counts = vec![0; size];
    codes.iter().filter(|&&c| c != 0).for_each(|&c| counts[c as usize] += 1);
    counts
}

/// Whether dates known to the day heap on some days, beyond what the one period with most of them explains: an event of one
/// day is no heap.
fn heap(spans: &[Span], counts: &[u64], place: impl Fn((i32, u32, u32)) -> (i32, bool), fair: f64) -> bool {
    let mut on: std::collections::BTreeMap<i32, u64> = std::collections::BTreeMap::new();
    let mut all = 0;
    for (span, &n) in spans.iter().zip(counts).filter(|(s, n)| s.precision == Precision::Day && **n > 0) {
        let (period, here) = place(span.ymd);
        all += n;
        if here {
            *on.entry(period).or_default() += n;
        }
    }
    let most = on.values().copied().max().unwrap_or(0);
    let rest = on.values().sum::<u64>() - most;
    all >= ENOUGH_DATES && rest as f64 > HEAP * fair * all as f64
}

/// The dates of a field by code, those on a heap read as coarse as they are.
fn dates(
    set: &RecordSet,
    counts: &[u64],
    coarser: impl Fn((i32, u32, u32)) -> Option<Precision>,
    mut tell: impl FnMut(Precision, u64),
    stratum: impl Fn(Code) -> u8,
) -> Vec<When> {
    let mut dates = vec![When::default()];
    for (code, (span, &n)) in set.spans.values.iter().zip(counts).enumerate().skip(1) {
        let widened = (span.precision == Precision::Day).then(|| coarser(span.ymd)).flatten();
        let span = match widened {
            Some(precision) => {
                tell(precision, n);
                widen(*span, precision)
            }
            None => *span,
        };
        dates.push(When::new(span, stratum(code as Code)));
    }
    dates
}

/// The year or month that a day lies in.
fn widen(span: Span, precision: Precision) -> Span {
    let (y, m, _) = span.ymd;
    let day = |y: i32, m: u32| Day::from_ymd(y, m, 1).map_or(span.earliest, |Day(n)| n);
    let (next_year, next_month) = if m == 12 { (y + 1, 1) } else { (y, m + 1) };
    let (from, to) = match precision {
        Precision::Year => (day(y, 1), day(y + 1, 1) - 1),
        _ => (day(y, m), day(next_year, next_month) - 1),
    };
    Span { earliest: from, latest: to, precision, ymd: Day(from).ymd() }
}
