//! In which respects, and how well, do two records agree?
//!
//! Levels are told apart by cheap tests first: equal codes, then bounds from letter counts, then a look at the letters, whose
//! outcome is remembered for each pair of values. What each level is worth is not decided here but learned.

use crate::field::{MISSING, SAME, birth, event, name, number, place, sex, text};
use crate::records::{Code, NameCodes, RecordSet, Texts};
use crate::renderings::Sure;
use crate::rows::{AS_A_SPAN, Laid, Part, Rows, Sides, TO_THE_DAY, TO_THE_MONTH, TO_THE_YEAR, When};
use crate::{Field, Pattern, names};
use rapidfuzz::distance::{jaro_winkler, osa};

/// Jaro-Winkler similarity from which places count as close, and below which names are not looked at: the upper cut-offs of
/// the JaroWinklerAtThresholds defaults in Splink, from Winkler's own use at the US Census Bureau.
const CLOSE: f64 = 0.92;
const NEAR: f64 = 0.85;

/// Other text counts as close from here on.
const CLOSE_TEXT: f64 = 0.90;

/// A number must have this many characters for one wrong character to be a likely slip.
const LONG_NUMBER: usize = 6;

/// Remembers how alike names and places are: a value pair that occurs once in a block occurs often.
pub(crate) struct Memory {
    names: Remembered,
    places: Remembered,
}

/// Outcomes by pair of values. Direct-mapped: a newcomer takes the place of what it collides with, so that memory stays fixed
/// and an outcome never depends on what came before.
struct Remembered(Vec<u64>);

/// A pair and its outcome are one word, so that this many take one megabyte for every worker.
const REMEMBERED: u32 = 17;

/// Bits of a code and of an outcome; of values with longer codes nothing is remembered.
const CODE: u32 = 30;
const OUTCOME: u32 = u64::BITS - 2 * CODE;

impl Remembered {
    fn outcome(&mut self, a: Code, b: Code, look: impl FnOnce() -> u8) -> u8 {
        let (low, high) = (a.min(b), a.max(b));
        if high >> CODE != 0 {
            return look();
        }
        // Made when first needed: who looks at a few pairs should not pay for a memory of many. A value is not compared with
        // itself, so that no pair is a word of zeros.
        if self.0.is_empty() {
            self.0.resize(1 << REMEMBERED, 0);
        }
        let pair = u64::from(low) << CODE | u64::from(high);
        let known = &mut self.0[(pair.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - REMEMBERED)) as usize];
        if *known >> OUTCOME != pair {
            *known = pair << OUTCOME | u64::from(look());
        }
        (*known & ((1 << OUTCOME) - 1)) as u8
    }
}

impl Memory {
    pub(crate) fn new() -> Self {
        Self { names: Remembered(Vec::new()), places: Remembered(Vec::new()) }
    }
}

impl Rows<'_> {
    /// The pattern of agreement of two records.
    #[inline]
    pub(crate) fn pattern(&self, x: &Laid, y: &Laid, memory: &mut Memory) -> Pattern {
        let names = if x.further | y.further {
            self.best_names(x.record, y.record, memory).0
        } else {
            self.compare_name((&x.given, &x.middle, &x.family), (&y.given, &y.middle, &y.family), memory)
        };
        let numbered = x.numbered & y.numbered;
        let pattern = Pattern::default()
            .with(Field::Given, names.given)
            .with(Field::Middle, names.middle)
            .with(Field::Family, names.family)
            .with(Field::Birth, compare_birth(&x.birth, &y.birth))
            .with(Field::Sex, self.compare_sex(x.sex, y.sex, names.given))
            .with(Field::EventDate, compare_event_date(&x.event_date, &y.event_date))
            .with(Field::EventPlace, self.compare_places((&x.place, x.region), (&y.place, y.region), memory))
            .with(Field::Number, if numbered { self.set.compare_numbers(x.record, y.record) } else { MISSING });
        if self.has_rest { self.with_rest(pattern, x.record as usize, y.record as usize, memory) } else { pattern }
    }

    /// The pattern with what few lists say.
    fn with_rest(&self, pattern: Pattern, x: usize, y: usize, memory: &mut Memory) -> Pattern {
        let set = self.set;
        let residence = |r: usize| (&self.residence[set.residence[r].place as usize], set.residence[r].region);
        let text = |of: &[Part], a: Code, b: Code| compare_text(&set.texts, &of[a as usize], &of[b as usize]);
        pattern
            .with(Field::Residence, self.compare_places(residence(x), residence(y), memory))
            .with(Field::Address, text(&self.address, set.address[x], set.address[y]))
            .with(Field::Ethnicity, text(&self.ethnicity, set.ethnicity[x], set.ethnicity[y]))
            .with(Field::Occupation, text(&self.occupation, set.occupation[x], set.occupation[y]))
    }

    /// The best agreement over all names of two records, and the names that agree so.
    fn best_names(&self, a: u32, b: u32, memory: &mut Memory) -> (NameLevels, NameCodes) {
        let all = |r: u32| match self.set.further_names.get(&r) {
            Some(names) => names.as_slice(),
            None => std::slice::from_ref(&self.set.name[r as usize]),
        };
        let mut best: Option<(NameLevels, NameCodes)> = None;
        for &x in all(a) {
            for &y in all(b) {
                let levels = self.compare_name(self.name(x), self.name(y), memory);
                if best.as_ref().is_none_or(|(b, _)| levels.rank() < b.rank()) {
                    best = Some((levels, x));
                }
            }
        }
        best.unwrap_or_default()
    }

    #[inline]
    fn compare_name(&self, x: (&Part, &Part, &Part), y: (&Part, &Part, &Part), memory: &mut Memory) -> NameLevels {
        let mut levels = NameLevels {
            given: self.compare_part(x.0, y.0, memory),
            middle: if x.1.code == 0 || y.1.code == 0 { MISSING } else { self.compare_part(x.1, y.1, memory) },
            family: self.compare_part(x.2, y.2, memory),
        };
        if levels.given == name::DIFFERENT || levels.family == name::DIFFERENT {
            look_elsewhere(&x, &y, &mut levels);
        }
        levels
    }

    /// How alike two parts of a name are.
    #[inline]
    fn compare_part(&self, x: &Part, y: &Part, memory: &mut Memory) -> u8 {
        if x.code == y.code {
            return if x.code == 0 { MISSING } else { SAME + x.stratum };
        }
        if x.code == 0 || y.code == 0 {
            return MISSING;
        }
        let rendering =
            if x.is(Part::RENDERED) & y.is(Part::RENDERED) { self.renderings.names.get(x.code, y.code) } else { None };
        let common = u8::from((x.marks | y.marks) & Part::COMMON != 0);
        if rendering == Some(Sure::Close) {
            return name::CLOSE + common;
        }
        let unlike = if rendering.is_some() { name::NEAR + common } else { name::DIFFERENT };
        // Letters tell most names apart; of two on file the file decides, of one sound the ear.
        let on_file = (x.on_file != 0) & (y.on_file != 0);
        let heard = on_file | (x.skeleton != 0 && x.skeleton == y.skeleton);
        if on_file && x.on_file & y.on_file == 0
            || x.is(Part::SIMPLE) & y.is(Part::SIMPLE) & !heard && bound(x, y) < NEAR as f32
        {
            return unlike;
        }
        let names = &self.set.names;
        let level = memory.names.outcome(x.code, y.code, || names::agreement(names.text(x.code), names.text(y.code)));
        match level {
            SAME => name::CLOSE,
            name::CLOSE | name::NEAR => level + common,
            name::DIFFERENT => unlike,
            _ => level,
        }
    }

    #[inline]
    fn compare_sex(&self, x: u8, y: u8, given: u8) -> u8 {
        if x == 0 || y == 0 {
            return MISSING;
        }
        let beside_name = given != MISSING && given < name::NEAR;
        match (x == y, beside_name) {
            (true, true) => sex::SAME_BESIDE_NAME,
            (false, true) => sex::DIFFERENT_BESIDE_NAME,
            (true, false) => SAME + self.common_sex[x as usize],
            (false, false) => sex::DIFFERENT,
        }
    }

    #[inline]
    fn compare_places(&self, (x, of_x): (&Part, Code), (y, of_y): (&Part, Code), memory: &mut Memory) -> u8 {
        if (x.code | of_x) == 0 || (y.code | of_y) == 0 {
            return MISSING;
        }
        let places = &self.set.places;
        let rendering = |x: Code, y: Code| self.renderings.places.get(x, y).is_some();
        let same_region = of_x != 0 && (of_x == of_y || rendering(of_x, of_y));
        let regions_differ = of_x != 0 && of_y != 0 && !same_region;
        // A list that knows only the region may have it in the place's column.
        let one_is_region = x.code != 0 && x.code == of_y || y.code != 0 && y.code == of_x;
        if x.code != 0 && y.code != 0 {
            if x.code == y.code {
                return if regions_differ { place::CLOSE } else { SAME + x.stratum };
            }
            let same_skeleton = x.skeleton != 0 && x.skeleton == y.skeleton;
            let mut alike = || {
                let look = || u8::from(alike(places, x, y, CLOSE));
                bound(x, y) >= CLOSE as f32 && memory.places.outcome(x.code, y.code, look) == 1
            };
            if !regions_differ && (same_skeleton || rendering(x.code, y.code) || alike()) {
                return place::CLOSE;
            }
        }
        if same_region || one_is_region {
            place::REGION
        } else if regions_differ || (x.code != 0 && y.code != 0) {
            place::DIFFERENT
        } else {
            MISSING
        }
    }

    /// The value that two records share in a field with frequencies, 0 where they share none.
    pub(crate) fn shared(&self, field: Field, of: &Sides, memory: &mut Memory) -> Code {
        let set = self.set;
        let same = |x: Code, y: Code| if x == y { x } else { 0 };
        let &Sides { a, b, ref x, ref y } = of;
        let (i, j) = (a as usize, b as usize);
        match field {
            Field::Given | Field::Middle | Field::Family if set.further_names.is_empty() => match field {
                Field::Given => same(x.given, y.given),
                Field::Middle => same(x.middle, y.middle),
                _ => same(x.family, y.family),
            },
            Field::Given => self.best_names(a, b, memory).1.given,
            Field::Middle => self.best_names(a, b, memory).1.middle,
            Field::Family => self.best_names(a, b, memory).1.family,
            Field::EventPlace => same(x.event_place, y.event_place),
            Field::EventDate => same(x.event_date, y.event_date),
            Field::Residence => same(set.residence[i].place, set.residence[j].place),
            Field::Address => same(set.address[i], set.address[j]),
            Field::Ethnicity => same(set.ethnicity[i], set.ethnicity[j]),
            Field::Occupation => same(set.occupation[i], set.occupation[j]),
            Field::Number => set.shared_number(a, b).unwrap_or(0),
            Field::Birth | Field::Sex => 0,
        }
    }
}

/// Finds parts that stand in another place: given and family name swapped, a middle name used as given or family name. Alike
/// there means the same or of one consonant skeleton.
#[inline]
fn look_elsewhere(x: &(&Part, &Part, &Part), y: &(&Part, &Part, &Part), levels: &mut NameLevels) {
    let alike = |a: &Part, b: &Part| a.code != 0 && (a.code == b.code || (a.skeleton != 0 && a.skeleton == b.skeleton));
    let moved = |a: &Part, b: &Part| name::MOVED + u8::from((a.marks | b.marks) & Part::COMMON != 0);
    let crossed = (alike(x.0, y.2), alike(x.2, y.0));
    match crossed {
        (true, true) => (levels.given, levels.family) = (moved(x.0, y.2), moved(x.2, y.0)),
        // A name of one part may be either; the other part then has nothing to be compared with.
        (true, false) if x.2.code == 0 || y.0.code == 0 => {
            (levels.given, levels.family) = (moved(x.0, y.2), MISSING);
        }
        (false, true) if y.2.code == 0 || x.0.code == 0 => {
            (levels.given, levels.family) = (moved(x.2, y.0), MISSING);
        }
        _ => {
            if x.1.code == 0 && y.1.code == 0 {
                return;
            }
            if levels.given == name::DIFFERENT && (alike(x.0, y.1) || alike(x.1, y.0)) {
                (levels.given, levels.middle) = (moved(x.0, y.0), MISSING);
            }
            if levels.family == name::DIFFERENT && (alike(x.2, y.1) || alike(x.1, y.2)) {
                (levels.family, levels.middle) = (moved(x.2, y.2), MISSING);
            }
        }
    }
}

/// The levels of the three parts of a name.
#[derive(Clone, Copy, Default)]
struct NameLevels {
    given: u8,
    middle: u8,
    family: u8,
}

impl NameLevels {
    /// Lower is better. Missing parts rank as if they were near: better than a contradiction, worse than agreement.
    fn rank(&self) -> u8 {
        let part = |level: u8| if level == MISSING { name::NEAR } else { level };
        part(self.given) + part(self.family) + part(self.middle)
    }
}

/// Days that two spans are apart; zero or less when they overlap.
fn gap(x: &When, y: &When) -> i32 {
    (x.earliest - y.latest).max(y.earliest - x.latest)
}

/// Copyists miss a date by up to a week, an age by up to two years, and a guess at an age by up to ten.
const WEEK: i32 = 7;
const TWO_YEARS: i32 = 731;
const TEN_YEARS: i32 = 3653;

#[inline]
fn compare_birth(x: &When, y: &When) -> u8 {
    if !(x.known & y.known) {
        return MISSING;
    }
    let differing = x.packed ^ y.packed;
    let same_year = differing >> 16 == 0;
    match x.precision.max(y.precision) {
        TO_THE_DAY => {
            if differing == 0 {
                return SAME;
            }
            let (same_month, same_day) = (differing >> 8 & 255 == 0, differing & 255 == 0);
            if same_year && same_month || gap(x, y) <= WEEK {
                return birth::OTHER_DAY;
            }
            if same_year && same_day {
                return birth::OTHER_MONTH;
            }
            if same_month && same_day {
                return if slip_of_year(x, y) { birth::OTHER_YEAR } else { birth::SAME_DAY_OF_YEAR };
            }
            if same_year {
                return if exchanged(x, y) { birth::EXCHANGED } else { birth::WITHIN_YEAR };
            }
        }
        TO_THE_MONTH if same_year => {
            return if differing >> 8 == 0 { birth::SAME_MONTH } else { birth::WITHIN_YEAR };
        }
        TO_THE_YEAR if same_year => return birth::SAME_YEAR,
        _ => {}
    }
    match gap(x, y) {
        gap if gap <= 0 => birth::COMPATIBLE,
        gap if gap <= TWO_YEARS => birth::NEAR,
        gap if gap <= TEN_YEARS => birth::FAR,
        _ => birth::DIFFERENT,
    }
}

#[inline]
fn compare_event_date(x: &When, y: &When) -> u8 {
    if !(x.known & y.known) {
        return MISSING;
    }
    let gap = gap(x, y);
    if x.precision.max(y.precision) == TO_THE_DAY {
        match gap {
            gap if gap <= 0 => SAME + x.stratum,
            gap if gap <= 2 => event::DAYS,
            gap if gap <= WEEK => event::WEEK,
            gap if gap <= 31 => event::MONTH,
            _ if exchanged(x, y) || ((x.packed ^ y.packed) & 0xFFFF == 0 && slip_of_year(x, y)) => event::SLIP,
            gap if gap <= 366 => event::YEAR,
            _ => event::DIFFERENT,
        }
    } else {
        debug_assert!(x.precision.max(y.precision) <= AS_A_SPAN);
        match gap {
            gap if gap <= 0 => event::COMPATIBLE,
            gap if gap <= 31 => event::MONTH,
            gap if gap <= 366 => event::YEAR,
            _ => event::DIFFERENT,
        }
    }
}

/// Whether day and month stand in each other's place.
fn exchanged(x: &When, y: &When) -> bool {
    let ((a, b, c), (p, q, r)) = (x.ymd(), y.ymd());
    a == p && b == r && c == q
}

/// Whether two years differ by one, or in one digit.
fn slip_of_year(x: &When, y: &When) -> bool {
    let (a, b) = (x.ymd().0, y.ymd().0);
    let digits = |y: i32| [y / 1000, y / 100 % 10, y / 10 % 10, y % 10];
    (a - b).abs() == 1 || digits(a).iter().zip(digits(b)).filter(|(x, y)| **x != *y).count() == 1
}

#[inline]
fn compare_text(texts: &Texts, x: &Part, y: &Part) -> u8 {
    if x.code == 0 || y.code == 0 {
        MISSING
    } else if x.code == y.code {
        SAME + x.stratum
    } else if alike(texts, x, y, CLOSE_TEXT) {
        text::CLOSE
    } else {
        text::DIFFERENT
    }
}

/// Whether two texts reach a Jaro-Winkler similarity.
fn alike(texts: &Texts, x: &Part, y: &Part, least: f64) -> bool {
    bound(x, y) >= least as f32
        && jaro_winkler::similarity(texts.text(x.code).chars(), texts.text(y.code).chars()) >= least
}

/// The most Jaro-Winkler similarity two texts can have, from their lengths and letter counts alone. Held up a little, so
/// that rounding never takes it below the similarity.
#[inline]
fn bound(x: &Part, y: &Part) -> f32 {
    let common = (x.signature & y.signature).count_ones() + u32::from(x.beyond_two.min(y.beyond_two));
    let common = common as f32;
    let jaro = ((common * x.inverse_length).min(1.0) + (common * y.inverse_length).min(1.0) + 1.0) / 3.0;
    // Winkler's bonus for a common prefix of up to four letters: the first bytes that do not differ.
    let prefix = ((x.head ^ y.head).trailing_zeros() / 8).min(4) as f32;
    jaro + 0.1 * prefix * (1.0 - jaro) + 1e-5
}

impl RecordSet {
    fn shared_number(&self, a: u32, b: u32) -> Option<Code> {
        let (x, y) = (self.numbers.get(&a)?, self.numbers.get(&b)?);
        x.iter().copied().find(|code| y.contains(code))
    }

    #[cold]
    fn compare_numbers(&self, a: u32, b: u32) -> u8 {
        let (Some(x), Some(y)) = (self.numbers.get(&a), self.numbers.get(&b)) else { return MISSING };
        if x.iter().any(|code| y.contains(code)) {
            return SAME;
        }
        let one_edit = |p: &str, q: &str| {
            p.len().min(q.len()) >= LONG_NUMBER
                && p.len().abs_diff(q.len()) <= 1
                && osa::distance(p.chars(), q.chars()) <= 1
        };
        let slip = x.iter().any(|&p| y.iter().any(|&q| one_edit(self.texts.text(p), self.texts.text(q))));
        if slip { number::CLOSE } else { number::DIFFERENT }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use factum_model::{ListId, Name, Record, RecordId};
    use proptest::prelude::*;

    fn record(fill: impl FnOnce(&mut Record)) -> Record {
        let mut record = Record::new(RecordId::new("x"), 2);
        fill(&mut record);
        record
    }

    fn levels(a: Record, b: Record, field: Field) -> &'static str {
        let mut set = RecordSet::default();
        set.add_list(ListId::new("a"), false);
        set.push(0, &a);
        set.push(0, &b);
        let (rows, mut memory) = (Rows::new(&set), Memory::new());
        let (a, b) = (rows.lay(0), rows.lay(1));
        let (one, other) = (rows.pattern(&a, &b, &mut memory), rows.pattern(&b, &a, &mut memory));
        assert_eq!(one, other, "a comparison must not depend on the order of the pair");
        // How rare two values are among two records says nothing.
        field.levels()[one.level(field) as usize].split(", ").next().unwrap_or_default()
    }

    fn named(full: &str) -> Record {
        record(|r| r.names.push(Name { full: Some(full.into()), ..Name::default() }))
    }

    fn check_names(a: &str, b: &str, given: &str, family: &str) {
        assert_eq!(levels(named(a), named(b), Field::Given), given, "{a} | {b}");
        assert_eq!(levels(named(a), named(b), Field::Family), family, "{a} | {b}");
    }

    #[test]
    fn names_agree_across_spelling_order_and_script() {
        check_names("Ana Mirel", "ana MIREL", "same", "same");
        check_names("Ana Mirel", "Mirel Ana", "in another place", "in another place");
        check_names("A. Mirel", "Ana Mirel", "initial", "same");
        check_names("Dragan Shevchenko", "Драган Шевченко", "same", "same");
        check_names("Yusuf Khalil", "Youssouf Halil", "close", "close");
        check_names("Juan Perez Garcia", "Juan Perez", "same", "in another place");
        check_names("Maria Torvel", "Petra Vanok", "different", "different");
        check_names("Ana", "Ana Mirel", "same", "missing");
        check_names("Mirel", "Ana Mirel", "in another place", "missing");
    }

    #[test]
    fn other_names_are_tried() {
        let mut with_alias = named("Commander Falcon");
        with_alias.names.push(Name { full: Some("Ana Mirel".into()), ..Name::default() });
        assert_eq!(levels(with_alias, named("Ana Mirel"), Field::Family), "same");
    }

    #[test]
    fn births_agree_as_finely_as_both_are_known() {
        let born = |date: &str| record(|r| r.birth = date.parse().ok());
        for (a, b, level) in [
            ("1970-03-02", "1970-03-02", "same day"),
            ("1970-03-02", "1970-02-03", "day and month exchanged"),
            ("1970-03-02", "1971-03-02", "other year"),
            ("1970-03-02", "1930-03-02", "other year"),
            ("1970-03-02", "1983-03-02", "same day of another year"),
            ("1970-03-02", "1970-05-02", "other month"),
            ("1970-03-02", "1970-03-20", "other day"),
            ("1970-02-27", "1970-03-02", "other day"),
            ("1970-03", "1970-03-20", "same month"),
            ("1970", "1970-03-20", "same year"),
            ("1970", "1970", "same year"),
            ("1970-03-02", "1970-07-20", "same year only"),
            ("1970-03", "1970-07", "same year only"),
            ("197X", "1975-03", "compatible"),
            ("1970~", "1969-09", "compatible"),
            ("1970", "1972", "within two years"),
            ("1950", "1956", "within ten years"),
            ("1950", "1970", "different"),
            ("1970/..", "1975", "missing"),
        ] {
            assert_eq!(levels(born(a), born(b), Field::Birth), level, "{a} {b}");
        }
    }

    #[test]
    fn an_age_meets_a_date_of_birth() {
        let aged = |low, high| {
            record(|r| {
                r.age = Some(factum_model::Age { low, high });
                r.event_date = "2015-06-01".parse().ok();
            })
        };
        let born = |date: &str| record(|r| r.birth = date.parse().ok());
        assert_eq!(levels(aged(30, 30), born("1985-05-30"), Field::Birth), "compatible");
        assert_eq!(levels(aged(30, 30), born("1983-05-30"), Field::Birth), "within two years");
        assert_eq!(levels(aged(30, 40), born("1976-05-30"), Field::Birth), "compatible");
        assert_eq!(levels(aged(30, 30), born("1951"), Field::Birth), "different");
    }

    #[test]
    fn places_agree_by_name_and_region() {
        let at = |place: &str, region: &str| {
            record(|r| {
                let known = |t: &str| (!t.is_empty()).then(|| t.to_string());
                r.event_place = factum_model::Place { place: known(place), region: known(region) };
            })
        };
        for (a, b, level) in [
            (at("Ostrel", "North"), at("Ostrel", ""), "same"),
            (at("Ostrel", "North"), at("Ostrell", "North"), "close"),
            (at("Ostrel", "North"), at("Ostrel", "South"), "close"),
            (at("Ostrel", "North"), at("Vask", "North"), "same region"),
            (at("", "North"), at("Vask", "North"), "same region"),
            (at("North", ""), at("Vask", "North"), "same region"),
            (at("Ostrel", ""), at("Vask", "North"), "different"),
            (at("Ostrel", ""), at("", "North"), "missing"),
        ] {
            assert_eq!(levels(a, b, Field::EventPlace), level);
        }
    }

    #[test]
    fn numbers_agree_up_to_one_slip() {
        let with = |n: &str| record(|r| r.numbers.push(n.into()));
        assert_eq!(levels(with("AB 123-456"), with("ab123456"), Field::Number), "same");
        assert_eq!(levels(with("AB123456"), with("AB123465"), Field::Number), "close");
        assert_eq!(levels(with("123"), with("124"), Field::Number), "different");
    }

    proptest! {
        #[test]
        fn the_bound_is_never_below_the_similarity(a in "[a-e ]{1,14}", b in "[a-e ]{1,14}") {
            let mut set = RecordSet::default();
            set.add_list(ListId::new("a"), false);
            set.push(0, &record(|r| r.occupation = Some(a)));
            set.push(0, &record(|r| r.occupation = Some(b)));
            let [x, y] = [0, 1].map(|r| set.occupation[r]);
            if set.occupation[0] != 0 && set.occupation[1] != 0 {
                let similarity = jaro_winkler::similarity(set.texts.text(x).chars(), set.texts.text(y).chars());
                let rows = Rows::new(&set);
                prop_assert!(f64::from(bound(&rows.occupation[x as usize], &rows.occupation[y as usize])) >= similarity);
            }
        }

        #[test]
        fn any_records_compare(a in "\\PC{0,20}", b in "\\PC{0,20}") {
            let _ = levels(named(&a), named(&b), Field::Given);
        }
    }
}
