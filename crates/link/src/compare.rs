//! In which respects, and how well, do two records agree?
//!
//! Levels are told apart by cheap tests first: equal codes, then bounds from letter counts, then Jaro-Winkler similarity
//! (Winkler 1990) with the customary cut-offs .92 and .85. What each level is worth is not decided here but learned.

use crate::field::{MISSING, SAME, birth, event, name, place, text};
use crate::records::{Code, NameCodes, PlaceCodes, RecordSet, Shape, Span, Texts};
use crate::{Field, Pattern};
use factum_model::edtf::Precision;
use rapidfuzz::distance::{jaro_winkler, osa};

/// Jaro-Winkler similarity from which names count as close, and as near: the upper cut-offs of the NameComparison and
/// JaroWinklerAtThresholds defaults in Splink, from Winkler's own use at the US Census Bureau.
const CLOSE: f64 = 0.92;
const NEAR: f64 = 0.85;

/// Names with one consonant skeleton count as close only if their letters are not far apart besides.
const SAME_SKELETON: f64 = 0.75;

/// Other text counts as close from here on.
const CLOSE_TEXT: f64 = 0.90;

/// A number must have this many characters for one wrong character to be a likely slip.
const LONG_NUMBER: usize = 6;

impl RecordSet {
    /// The pattern of agreement of two records.
    pub(crate) fn pattern(&self, a: u32, b: u32) -> Pattern {
        let (i, j) = (a as usize, b as usize);
        let names = self.compare_names(a, b);
        Pattern::default()
            .with(Field::Given, names.given)
            .with(Field::Middle, names.middle)
            .with(Field::Family, names.family)
            .with(Field::Birth, both(self.birth[i], self.birth[j], |x, y| self.compare_birth(x, y)))
            .with(Field::Sex, sex(self.sex[i], self.sex[j]))
            .with(Field::EventDate, both(self.event_date[i], self.event_date[j], |x, y| self.compare_event_date(x, y)))
            .with(Field::EventPlace, compare_places(&self.places, self.event_place[i], self.event_place[j]))
            .with(Field::Residence, compare_places(&self.places, self.residence[i], self.residence[j]))
            .with(Field::Address, both(self.address[i], self.address[j], |x, y| self.compare_text(x, y)))
            .with(Field::Ethnicity, both(self.ethnicity[i], self.ethnicity[j], |x, y| self.compare_text(x, y)))
            .with(Field::Occupation, both(self.occupation[i], self.occupation[j], |x, y| self.compare_text(x, y)))
            .with(Field::Number, self.compare_numbers(a, b))
    }

    /// The value a record has in a field, as far as agreement on rare values is concerned; for names, that of the name
    /// under which it agrees best with the other record.
    pub(crate) fn value(&self, field: Field, a: u32, b: u32) -> Code {
        let i = a as usize;
        match field {
            Field::Given => self.compare_names(a, b).names.0.given,
            Field::Middle => self.compare_names(a, b).names.0.middle,
            Field::Family => self.compare_names(a, b).names.0.family,
            Field::EventPlace => self.event_place[i].place,
            Field::Residence => self.residence[i].place,
            Field::Address => self.address[i],
            Field::Ethnicity => self.ethnicity[i],
            Field::Occupation => self.occupation[i],
            Field::Number => self.shared_number(a, b).unwrap_or(0),
            Field::Birth | Field::Sex | Field::EventDate => 0,
        }
    }

    /// The best agreement over all names of both.
    fn compare_names(&self, a: u32, b: u32) -> NameLevels {
        if self.further_names.is_empty() {
            return self.compare_name(self.name[a as usize], self.name[b as usize]);
        }
        let all = |r: u32| match self.further_names.get(&r) {
            Some(names) => names.as_slice(),
            None => std::slice::from_ref(&self.name[r as usize]),
        };
        let mut best = self.compare_name(all(a)[0], all(b)[0]);
        for (k, &x) in all(a).iter().enumerate() {
            for (l, &y) in all(b).iter().enumerate() {
                if k + l > 0 {
                    let levels = self.compare_name(x, y);
                    if levels.rank() < best.rank() {
                        best = levels;
                    }
                }
            }
        }
        best
    }

    fn compare_name(&self, x: NameCodes, y: NameCodes) -> NameLevels {
        let mut levels = NameLevels {
            given: both(x.given, y.given, |a, b| self.compare_part(a, b)),
            middle: both(x.middle, y.middle, |a, b| self.compare_part(a, b)),
            family: both(x.family, y.family, |a, b| self.compare_part(a, b)),
            names: (x, y),
        };
        if levels.given == name::DIFFERENT || levels.family == name::DIFFERENT {
            self.look_elsewhere(x, y, &mut levels);
        }
        levels
    }

    /// Finds parts that stand in another place: given and family name swapped, a middle name used as given or family name.
    fn look_elsewhere(&self, x: NameCodes, y: NameCodes, levels: &mut NameLevels) {
        let alike = |a: Code, b: Code| a != 0 && b != 0 && self.compare_part(a, b) <= name::CLOSE;
        let crossed = (alike(x.given, y.family), alike(x.family, y.given));
        match crossed {
            (true, true) => (levels.given, levels.family) = (name::MOVED, name::MOVED),
            // A name of one part may be either; the other part then has nothing to be compared with.
            (true, false) if x.family == 0 || y.given == 0 => (levels.given, levels.family) = (name::MOVED, MISSING),
            (false, true) if y.family == 0 || x.given == 0 => (levels.given, levels.family) = (name::MOVED, MISSING),
            _ => {
                if x.middle == 0 && y.middle == 0 {
                    return;
                }
                if levels.given == name::DIFFERENT && (alike(x.given, y.middle) || alike(x.middle, y.given)) {
                    (levels.given, levels.middle) = (name::MOVED, MISSING);
                }
                if levels.family == name::DIFFERENT && (alike(x.family, y.middle) || alike(x.middle, y.family)) {
                    (levels.family, levels.middle) = (name::MOVED, MISSING);
                }
            }
        }
    }

    /// How alike two parts of a name are, both known.
    fn compare_part(&self, a: Code, b: Code) -> u8 {
        if a == b {
            return SAME;
        }
        let (x, y) = (self.names.shape(a), self.names.shape(b));
        let same_skeleton = x.skeleton != 0 && x.skeleton == y.skeleton;
        let simple = !(x.initial | y.initial | x.compound | y.compound);
        if simple && !same_skeleton && bound(x, y) < NEAR as f32 {
            return name::DIFFERENT;
        }
        if x.initial || y.initial {
            return if x.head[0] == y.head[0] { name::INITIAL } else { name::DIFFERENT };
        }
        let (p, q) = (self.names.text(a), self.names.text(b));
        let similarity = jaro_winkler::similarity(p.chars(), q.chars());
        if similarity >= CLOSE || (same_skeleton && similarity >= SAME_SKELETON) || (!simple && shares_all_words(p, q))
        {
            name::CLOSE
        } else if similarity >= NEAR || same_skeleton {
            name::NEAR
        } else {
            name::DIFFERENT
        }
    }

    fn compare_birth(&self, a: Code, b: Code) -> u8 {
        let (x, y) = (self.spans.get(a), self.spans.get(b));
        let coarser = x.precision.max(y.precision);
        let (from, to) = (x.ymd, y.ymd);
        match coarser {
            Precision::Day if a == b => SAME,
            Precision::Day if one_slip(from, to) => birth::SLIP,
            Precision::Month if from.0 == to.0 && from.1 == to.1 => birth::SAME_MONTH,
            Precision::Day | Precision::Month | Precision::Year if from.0 == to.0 => birth::SAME_YEAR,
            _ if gap(x, y) <= 0 => birth::COMPATIBLE,
            _ if gap(x, y) <= 731 => birth::NEAR,
            _ => birth::DIFFERENT,
        }
    }

    fn compare_event_date(&self, a: Code, b: Code) -> u8 {
        let (x, y) = (self.spans.get(a), self.spans.get(b));
        let both_days = x.precision.max(y.precision) == Precision::Day;
        match gap(x, y) {
            gap if gap <= 0 && both_days => SAME,
            gap if gap <= 7 && both_days => event::WEEK,
            gap if gap <= 31 && both_days => event::MONTH,
            gap if gap <= 0 => event::COMPATIBLE,
            gap if gap <= 366 => event::YEAR,
            _ => event::DIFFERENT,
        }
    }

    fn compare_text(&self, a: Code, b: Code) -> u8 {
        if a == b {
            return SAME;
        }
        if alike(&self.texts, a, b, CLOSE_TEXT) { text::CLOSE } else { text::DIFFERENT }
    }

    fn shared_number(&self, a: u32, b: u32) -> Option<Code> {
        let (x, y) = (self.numbers.get(&a)?, self.numbers.get(&b)?);
        x.iter().copied().find(|code| y.contains(code))
    }

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
        if slip { text::CLOSE } else { text::DIFFERENT }
    }
}

/// The levels of the three parts of a name, and the names they belong to.
struct NameLevels {
    given: u8,
    middle: u8,
    family: u8,
    names: (NameCodes, NameCodes),
}

impl NameLevels {
    /// Lower is better. Missing parts rank as if they were near: better than a contradiction, worse than agreement.
    fn rank(&self) -> u8 {
        let part = |level: u8| if level == MISSING { name::NEAR } else { level };
        part(self.given) + part(self.family) + part(self.middle)
    }
}

fn both(a: Code, b: Code, compare: impl FnOnce(Code, Code) -> u8) -> u8 {
    if a == 0 || b == 0 { MISSING } else { compare(a, b) }
}

fn sex(a: u8, b: u8) -> u8 {
    match (a, b) {
        (0, _) | (_, 0) => MISSING,
        _ if a == b => SAME,
        _ => 2,
    }
}

/// Whether two texts reach a Jaro-Winkler similarity.
fn alike(texts: &Texts, a: Code, b: Code, least: f64) -> bool {
    bound(texts.shape(a), texts.shape(b)) >= least as f32
        && jaro_winkler::similarity(texts.text(a).chars(), texts.text(b).chars()) >= least
}

/// The most Jaro-Winkler similarity two texts can have, from their lengths and letter counts alone. Held up a little, so
/// that rounding never takes it below the similarity.
fn bound(x: &Shape, y: &Shape) -> f32 {
    let common = (x.signature & y.signature).count_ones() + u32::from(x.beyond_two.min(y.beyond_two));
    let common = common as f32;
    let jaro = ((common * x.inverse_length).min(1.0) + (common * y.inverse_length).min(1.0) + 1.0) / 3.0;
    // Winkler's bonus for a common prefix of up to four letters: the first bytes that do not differ.
    let differing = u32::from_le_bytes(x.head) ^ u32::from_le_bytes(y.head);
    let prefix = (differing.trailing_zeros() / 8).min(4) as f32;
    jaro + 0.1 * prefix * (1.0 - jaro) + 1e-5
}

/// Whether every word of the one with fewer words stands in the other, each for itself.
fn shares_all_words(p: &str, q: &str) -> bool {
    let (mut few, mut many): (Vec<&str>, Vec<&str>) = (p.split(' ').collect(), q.split(' ').collect());
    if few.len() > many.len() {
        std::mem::swap(&mut few, &mut many);
    }
    few.into_iter().all(|word| match many.iter().position(|other| *other == word) {
        Some(at) if word.len() > 1 => {
            many.swap_remove(at);
            true
        }
        _ => false,
    })
}

/// Days between two spans; zero or less when they overlap.
fn gap(x: Span, y: Span) -> i32 {
    (x.earliest - y.latest).max(y.earliest - x.latest)
}

/// Whether two dates differ by what a copyist does: day and month exchanged, or one of year, month and day wrong, the year
/// by one or in one digit.
fn one_slip(a: (i32, u32, u32), b: (i32, u32, u32)) -> bool {
    let same = (a.0 == b.0, a.1 == b.1, a.2 == b.2);
    let exchanged = same.0 && a.1 == b.2 && a.2 == b.1;
    let wrong_digits = || {
        let digits = |y: i32| [y / 1000, y / 100 % 10, y / 10 % 10, y % 10];
        digits(a.0).iter().zip(digits(b.0)).filter(|(x, y)| **x != *y).count()
    };
    match same {
        (true, true, false) | (true, false, true) => true,
        (false, true, true) => (a.0 - b.0).abs() == 1 || wrong_digits() == 1,
        _ => exchanged,
    }
}

fn compare_places(places: &Texts, x: PlaceCodes, y: PlaceCodes) -> u8 {
    let regions_differ = x.region != 0 && y.region != 0 && x.region != y.region;
    let same_region = x.region != 0 && x.region == y.region;
    // A list that knows only the region may have it in the place's column.
    let one_is_region = x.place != 0 && x.place == y.region || y.place != 0 && y.place == x.region;
    if x.place != 0 && y.place != 0 {
        if x.place == y.place {
            return if regions_differ { place::CLOSE } else { SAME };
        }
        let (p, q) = (places.shape(x.place), places.shape(y.place));
        let same_skeleton = p.skeleton != 0 && p.skeleton == q.skeleton;
        if !regions_differ && (same_skeleton || alike(places, x.place, y.place, CLOSE)) {
            return place::CLOSE;
        }
    }
    if same_region || one_is_region {
        place::REGION
    } else if regions_differ || (x.place != 0 && y.place != 0) {
        place::DIFFERENT
    } else {
        MISSING
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
        let (one, other) = (set.pattern(0, 1), set.pattern(1, 0));
        assert_eq!(one, other, "a comparison must not depend on the order of the pair");
        field.levels()[one.level(field) as usize]
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
            ("1970-03-02", "1970-02-03", "one slip"),
            ("1970-03-02", "1971-03-02", "one slip"),
            ("1970-03-02", "1970-03-20", "one slip"),
            ("1970-03", "1970-03-20", "same month"),
            ("1970", "1970-03-20", "same year"),
            ("1970", "1970", "same year"),
            ("1970-03-02", "1970-07-20", "same year"),
            ("197X", "1975-03", "compatible"),
            ("1970~", "1969-09", "compatible"),
            ("1970", "1972", "within two years"),
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
                prop_assert!(f64::from(bound(set.texts.shape(x), set.texts.shape(y))) >= similarity);
            }
        }

        #[test]
        fn any_records_compare(a in "\\PC{0,20}", b in "\\PC{0,20}") {
            let _ = levels(named(&a), named(&b), Field::Given);
        }
    }
}
