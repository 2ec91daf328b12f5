//! Can this pair be a match at all?
//!
//! Most pairs that rules make are no match, and a look at a few codes of each record shows it: what is equal and what is not,
//! dates apart, and the most that names can be alike. From these follows the most that the log-odds of the pair can be
//! under a preliminary model; only where that reaches the floor are the records compared in full.
//!
//! One record is looked at beside [`LANES`] others at once, without branches: which way a pair goes is what the processor cannot
//! guess, and loops over lanes become vector instructions.

use crate::Field;
use crate::field::{birth, event, name, place, sex};
use crate::lanes::{LANES, Lanes, MISSING_HERE, MISSING_THERE, NameLanes, flag, here};
use crate::model::{MATCH, Scorer, UNRELATED};
use crate::rows::{Core, Part, Rows};
use fearless_simd::prelude::*;
use fearless_simd::{Simd, f32x8, mask32x8, u32x8};

/// The most that each thing seen at a glance can add to the log-odds, natural, and the least they must come to.
pub(crate) struct Bounds {
    names: [NameBounds; 2],
    /// A middle name that may be the same, and one that is not.
    middle: [f32; 2],
    birth: BirthBounds,
    event: EventBounds,
    place: PlaceBounds,
    /// The same sex, another one.
    sex: [f32; 2],
    /// Both have numbers.
    numbers: f32,
    /// By both lists: the prior with the most that all other fields can add, less the floor.
    base: Vec<[f32; MOST_LISTS]>,
}

struct NameBounds {
    /// By stratum of rarity; how rare the value is comes to it.
    same: [f32; 4],
    /// Perhaps alike: rare, common.
    alike: [f32; 2],
    different: f32,
    /// The most a part can add when it stands in another place, which can leave the other with nothing to be compared with.
    elsewhere: f32,
}

struct BirthBounds {
    same: f32,
    other_day: f32,
    other_month: f32,
    other_year: f32,
    same_year: f32,
    other: f32,
    /// One of the two is known to the year or month only: of one year, of different years.
    coarse: [f32; 2],
    /// One of the two is a span.
    span: f32,
}

struct EventBounds {
    /// The same day, by stratum of rarity; how rare the day is comes to it.
    same: [f32; 2],
    days: f32,
    week: f32,
    month: f32,
    beyond: f32,
    coarse: f32,
}

struct PlaceBounds {
    /// By stratum of rarity; how rare the place is comes to it.
    same: [f32; 3],
    /// The same place in another region.
    close: f32,
    region: f32,
    apart: f32,
    /// Cannot be told.
    unclear: f32,
}

/// Lists are numbered in a byte here.
const MOST_LISTS: usize = crate::partition::MOST_LISTS;

impl Bounds {
    /// The bounds under a model, for pairs that must reach `floor`.
    pub(crate) fn new(scorer: &Scorer, floor: f64, rows: &Rows<'_>) -> Self {
        let most = |field: Field, levels: &[u8]| -> f32 {
            let Some(k) = scorer.fields.iter().position(|f| *f == field) else { return 0.0 };
            let weight = |&level: &u8| {
                let l = usize::from(level);
                scorer.ln[MATCH][k][l] - scorer.ln[UNRELATED][k][l] + scorer.rarest(field, level)
            };
            levels.iter().map(weight).fold(f64::NEG_INFINITY, f64::max) as f32
        };
        let same = |field: Field, level: u8| -> f32 {
            let Some(k) = scorer.fields.iter().position(|f| *f == field) else { return 0.0 };
            (scorer.ln[MATCH][k][usize::from(level)] - scorer.ln[UNRELATED][k][usize::from(level)]) as f32
        };
        let range = |from: u8, to: u8| (from..=to).collect::<Vec<u8>>();
        let all = |field: Field| most(field, &range(1, field.levels().len() as u8 - 1)).max(0.0);
        let names = [Field::Given, Field::Family].map(|field| {
            let alike = [
                most(field, &[name::CLOSE, name::NEAR, name::INITIAL, name::MOVED, name::DIFFERENT]),
                most(field, &[name::CLOSE + 1, name::NEAR + 1, name::INITIAL, name::MOVED + 1, name::DIFFERENT]),
            ];
            NameBounds {
                same: [1, 2, 3, 4].map(|level| same(field, level)),
                alike,
                different: most(field, &[name::DIFFERENT]),
                elsewhere: alike[0].max(alike[1]).max(0.0),
            }
        });
        let births = |levels: &[u8]| most(Field::Birth, levels);
        let events = |levels: &[u8]| most(Field::EventDate, levels);
        let places = |levels: &[u8]| most(Field::EventPlace, levels);
        let rest = [Field::Residence, Field::Address, Field::Ethnicity, Field::Occupation];
        let rest: f32 = rest.iter().map(|f| all(*f)).sum();
        let least = (floor + scorer.ln_share[UNRELATED]) as f32;
        let base = |x: u16| -> [f32; MOST_LISTS] {
            std::array::from_fn(|y| {
                let prior = scorer.prior.get(usize::from(crate::counts::list_pair(x, y as u16)));
                prior.map_or(f32::NEG_INFINITY, |prior| *prior as f32 + rest - least)
            })
        };
        Self {
            names,
            middle: [all(Field::Middle), most(Field::Middle, &range(name::CLOSE, name::DIFFERENT)).max(0.0)],
            birth: BirthBounds {
                same: births(&[1]),
                other_day: births(&[birth::OTHER_DAY]),
                other_month: births(&[birth::OTHER_MONTH]),
                other_year: births(&[birth::OTHER_YEAR, birth::SAME_DAY_OF_YEAR]),
                same_year: births(&[birth::EXCHANGED, birth::WITHIN_YEAR]),
                other: births(&[birth::NEAR, birth::FAR, birth::DIFFERENT]),
                coarse: [
                    births(&[birth::SAME_MONTH, birth::SAME_YEAR, birth::WITHIN_YEAR]),
                    births(&[birth::NEAR, birth::FAR, birth::DIFFERENT]),
                ],
                span: births(&range(birth::SAME_MONTH, birth::DIFFERENT)),
            },
            event: EventBounds {
                same: [1, 2].map(|level| same(Field::EventDate, level)),
                days: events(&[event::DAYS]),
                week: events(&[event::WEEK]),
                month: events(&[event::MONTH]),
                beyond: events(&[event::SLIP, event::YEAR, event::DIFFERENT]),
                coarse: events(&[event::MONTH, event::COMPATIBLE, event::YEAR, event::DIFFERENT]),
            },
            place: PlaceBounds {
                same: [1, 2, 3].map(|level| same(Field::EventPlace, level)),
                close: places(&[place::CLOSE]),
                region: places(&[place::CLOSE, place::REGION]),
                // Regions that differ by their letters may be one in two renderings.
                apart: if rows.renderings.places.is_empty() {
                    places(&[place::DIFFERENT])
                } else {
                    all(Field::EventPlace)
                },
                unclear: all(Field::EventPlace),
            },
            sex: [
                most(Field::Sex, &[1, 2, sex::SAME_BESIDE_NAME]),
                most(Field::Sex, &[sex::DIFFERENT_BESIDE_NAME, sex::DIFFERENT]),
            ],
            numbers: all(Field::Number),
            base: (0..rows.set.lists.len() as u16).map(base).collect(),
        }
    }
}

/// One record, ready to be looked at beside others.
pub(crate) struct Probe<'b> {
    bounds: &'b Bounds,
    base: &'b [f32; MOST_LISTS],
    given: ByName,
    family: ByName,
    /// Skeleton of the middle name.
    middle: u32,
    birth: u32,
    birth_day: u32,
    event_day: u32,
    same_event_day: f32,
    place: u32,
    region: u32,
    same_place: f32,
    sex: u32,
    heads: u32,
    flags: u32,
}

impl<'b> Probe<'b> {
    /// A record that stands in one of the lanes as well.
    pub(crate) fn new(bounds: &'b Bounds, rows: &Rows<'_>, x: &Core, (lanes, l): (&Lanes, usize)) -> Self {
        let (given, family) = (&rows.given[x.given as usize], &rows.family[x.family as usize]);
        // Of what is the same in both it is known how rare it is.
        let rare = |field: Field, code: u32| match field.has_frequencies() {
            true => (rows.commonness[field.index()].adjustment(code) * std::f64::consts::LN_2) as f32,
            false => 0.0,
        };
        let same = |field: Field, of: &[f32], stratum: u8, code: u32| of[usize::from(stratum)] + rare(field, code);
        let name = |field, of: &NameBounds, part: &Part| same(field, &of.same, part.stratum & 3, part.code);
        let day = rows.event_date[x.event_date as usize].stratum & 1;
        let place = rows.event_place[x.event_place as usize].stratum.min(2);
        Self {
            bounds,
            base: &bounds.base[usize::from(x.list)],
            given: ByName::new(given, name(Field::Given, &bounds.names[0], given)),
            family: ByName::new(family, name(Field::Family, &bounds.names[1], family)),
            middle: if lanes.middle[l] == MISSING_THERE { MISSING_HERE } else { lanes.middle[l] },
            birth: lanes.birth[l],
            birth_day: lanes.birth_day[l],
            event_day: lanes.event_day[l],
            same_event_day: same(Field::EventDate, &bounds.event.same, day, x.event_date),
            place: here(x.event_place),
            region: here(x.event_region),
            same_place: same(Field::EventPlace, &bounds.place.same, place, x.event_place).max(bounds.place.close),
            sex: lanes.sex[l],
            heads: lanes.heads[l],
            flags: lanes.flags[l],
        }
    }

    /// Which of some records may reach the floor; one bit a lane. What cannot be told counts in a pair's favour.
    #[inline(always)]
    pub(crate) fn may_match<S: Simd>(&self, simd: S, y: &Lanes) -> u32 {
        let here = u32x8::splat(simd, self.flags);
        let there = u32x8::simd_from(simd, y.flags);
        Look { simd, x: self, y, both: here & there, any: here | there }.may_match()
    }
}

/// A record beside some others.
struct Look<'l, S: Simd> {
    simd: S,
    x: &'l Probe<'l>,
    y: &'l Lanes,
    /// What is so of both, and what of any of the two.
    both: u32x8<S>,
    any: u32x8<S>,
}

impl<S: Simd> Look<'_, S> {
    #[inline(always)]
    fn may_match(&self) -> u32 {
        let bounds = self.x.bounds;
        let base: [f32; LANES] = std::array::from_fn(|l| self.x.base[(self.y.list[l] & 255) as usize]);
        let sex = self.choose(self.same(self.x.sex, &self.y.sex), bounds.sex[0], bounds.sex[1]);
        let most = f32x8::simd_from(self.simd, base)
            + self.names()
            + self.birth(&bounds.birth)
            + self.event(&bounds.event)
            + self.place(&bounds.place)
            + self.if_any(self.of_both(flag::SEX), sex)
            + self.choose(self.of_both(flag::NUMBERS), bounds.numbers, 0.0);
        // Several names: any of them may be the same.
        (most.simd_ge(0.0) | self.of_any(flag::SEVERAL_NAMES)).to_bitmask() as u32
    }

    #[inline(always)]
    fn names(&self) -> f32x8<S> {
        let (x, y, bounds) = (self.x, self.y, self.x.bounds);
        let heads = u32x8::simd_from(self.simd, y.heads) ^ x.heads;
        // A part of the name that stands in another place, or may: then the part is alike at the most.
        let moved = self.same(x.given.skeleton, &y.family.skeleton)
            | self.same(x.family.skeleton, &y.given.skeleton)
            | self.same(x.given.code, &y.family.code)
            | self.same(x.family.code, &y.given.code)
            | self.same(x.given.skeleton, &y.middle)
            | self.same(x.middle, &y.given.skeleton)
            | self.same(x.family.skeleton, &y.middle)
            | self.same(x.middle, &y.family.skeleton)
            | self.of_any(flag::MIDDLE_UNCLEAR)
            | self.of_any(flag::SEVERAL_NAMES);
        let given = self.seen(&x.given, &y.given, 0, [none_of(heads, 0xFF), none_of(heads, 0xFFFF)]);
        let first_letters = [none_of(heads, 0xFF_0000), none_of(heads, 0xFFFF_0000)];
        let family = self.seen(&x.family, &y.family, flag::FROM_GIVEN_TO_FAMILY, first_letters);
        let same_middle = self.same(x.middle, &y.middle) | self.of_any(flag::MIDDLE_UNCLEAR);
        let middle = self.choose(same_middle, bounds.middle[0], bounds.middle[1]);
        self.part(&x.given, &bounds.names[0], given, moved)
            + self.part(&x.family, &bounds.names[1], family, moved)
            + self.if_any(self.of_both(flag::MIDDLE), middle)
    }

    /// What is seen of names beside one; their flags stand so many bits beside those of given names.
    #[inline(always)]
    fn seen(&self, name: &ByName, of: &NameLanes, bits: u32, first_letters: [mask32x8<S>; 2]) -> Seen<S> {
        Seen {
            same: self.same(name.code, &of.code),
            known: self.of_both(flag::GIVEN << bits),
            heard: self.same(name.skeleton, &of.skeleton) | self.of_any(flag::GIVEN_UNTOLD << bits),
            rendered: self.of_both(flag::GIVEN_RENDERED << bits),
            on_file: u32x8::simd_from(self.simd, of.on_file),
            signature: self.halves(&of.signature),
            beyond_two: u32x8::simd_from(self.simd, of.beyond_two),
            inverse_length: f32x8::simd_from(self.simd, of.inverse_length),
            first_letters,
            common: self.of_any(flag::GIVEN_COMMON << bits),
        }
    }

    #[inline(always)]
    fn part(&self, name: &ByName, of: &NameBounds, seen: Seen<S>, moved: mask32x8<S>) -> f32x8<S> {
        let alike = self.choose(seen.common, of.alike[1], of.alike[0]);
        let different = f32x8::splat(self.simd, of.different);
        // Of two names on file the file decides, of others letters and sound.
        let told = if name.on_file == 0 {
            name.alike(&seen) | seen.heard
        } else {
            let on_file = !seen.on_file.simd_eq(0);
            on_file.select(!(seen.on_file & name.on_file).simd_eq(0), name.alike(&seen) | seen.heard)
        };
        let most = (told | seen.rendered).select(alike, different);
        let most = self.or(seen.same, name.same, most);
        let most = self.if_any(seen.known, most);
        moved.select(most.max(of.elsewhere), most)
    }

    #[inline(always)]
    fn birth(&self, of: &BirthBounds) -> f32x8<S> {
        let apart = u32x8::simd_from(self.simd, self.y.birth) ^ self.x.birth;
        let (same_year, same_month) = (none_of(apart, 0xFFFF_0000), none_of(apart, 0xFF00));
        let same_day = none_of(apart, 0xFF);
        // Days apart, shifted so that up to ten either way are one range of numbers.
        let shifted = u32x8::simd_from(self.simd, self.y.birth_day) - self.x.birth_day.wrapping_sub(10);
        let within_days = shifted.simd_le(20);
        let most = self.choose(same_year, of.same_year, of.other);
        let most = self.or(same_month & same_day, of.other_year, most);
        let most = self.or(same_year & same_day, of.other_month, most);
        let most = self.or(within_days | (same_year & same_month), of.other_day, most);
        let most = self.or(apart.simd_eq(0), of.same, most);
        let coarse = self.choose(same_year, of.coarse[0], of.coarse[1]);
        let most = self.of_any(flag::COARSE_BIRTH).select(coarse, most);
        let most = self.or(self.of_any(flag::SPAN_OF_BIRTH), of.span, most);
        self.if_any(self.of_both(flag::BIRTH), most)
    }

    #[inline(always)]
    fn event(&self, of: &EventBounds) -> f32x8<S> {
        let most = self.choose(self.within(31), of.month, of.beyond);
        let most = self.or(self.within(7), of.week, most);
        let most = self.or(self.within(2), of.days, most);
        let most = self.or(self.within(0), self.x.same_event_day, most);
        let most = self.or(self.of_any(flag::COARSE_EVENT), of.coarse, most);
        self.if_any(self.of_both(flag::EVENT), most)
    }

    /// Whether the days of the events are so many days apart or fewer: shifted, either way is one range of numbers.
    #[inline(always)]
    fn within(&self, days: u32) -> mask32x8<S> {
        (u32x8::simd_from(self.simd, self.y.event_day) - self.x.event_day.wrapping_sub(days)).simd_le(2 * days)
    }

    #[inline(always)]
    fn place(&self, of: &PlaceBounds) -> f32x8<S> {
        let (x, y) = (self.x, self.y);
        let crossed = self.same(x.place, &y.region) | self.same(x.region, &y.place);
        let unclear = crossed | !self.of_both(flag::REGION);
        let most = self.choose(unclear, of.unclear, of.apart);
        let most = self.or(self.same(x.region, &y.region), of.region, most);
        let most = self.or(self.same(x.place, &y.place), x.same_place, most);
        self.if_any(self.of_both(flag::PLACE), most)
    }

    #[inline(always)]
    fn halves(&self, of: &[[u32; LANES]; 2]) -> [u32x8<S>; 2] {
        [u32x8::simd_from(self.simd, of[0]), u32x8::simd_from(self.simd, of[1])]
    }

    #[inline(always)]
    fn same(&self, here: u32, there: &[u32; LANES]) -> mask32x8<S> {
        u32x8::simd_from(self.simd, *there).simd_eq(here)
    }

    #[inline(always)]
    fn of_both(&self, flag: u32) -> mask32x8<S> {
        (self.both & flag).simd_eq(flag)
    }

    #[inline(always)]
    fn of_any(&self, flag: u32) -> mask32x8<S> {
        (self.any & flag).simd_eq(flag)
    }

    #[inline(always)]
    fn choose(&self, of: mask32x8<S>, one: f32, other: f32) -> f32x8<S> {
        of.select(f32x8::splat(self.simd, one), f32x8::splat(self.simd, other))
    }

    #[inline(always)]
    fn or(&self, of: mask32x8<S>, one: f32, other: f32x8<S>) -> f32x8<S> {
        of.select(f32x8::splat(self.simd, one), other)
    }

    /// A value where something holds, nothing elsewhere.
    #[inline(always)]
    fn if_any(&self, of: mask32x8<S>, value: f32x8<S>) -> f32x8<S> {
        of.select(value, f32x8::splat(self.simd, 0.0))
    }
}

/// Whether none of these bits is set.
#[inline(always)]
fn none_of<S: Simd>(x: u32x8<S>, bits: u32) -> mask32x8<S> {
    (x & bits).simd_eq(0)
}

/// One name to be compared with others.
struct ByName {
    code: u32,
    skeleton: u32,
    /// What the same name adds.
    same: f32,
    signature: [u32; 2],
    beyond_two: u32,
    inverse_length: f32,
    on_file: u32,
}

/// What is seen of other names beside it.
struct Seen<S: Simd> {
    same: mask32x8<S>,
    known: mask32x8<S>,
    /// They sound alike, or cannot be told apart by their letters.
    heard: mask32x8<S>,
    rendered: mask32x8<S>,
    on_file: u32x8<S>,
    signature: [u32x8<S>; 2],
    beyond_two: u32x8<S>,
    inverse_length: f32x8<S>,
    /// Whether the first letter is the same, and whether the first two are.
    first_letters: [mask32x8<S>; 2],
    /// Whether either is common.
    common: mask32x8<S>,
}

impl ByName {
    fn new(x: &Part, same: f32) -> Self {
        Self {
            code: here(x.code),
            skeleton: here(x.skeleton),
            same,
            signature: [x.signature as u32, (x.signature >> 32) as u32],
            beyond_two: u32::from(x.beyond_two),
            inverse_length: x.inverse_length,
            on_file: x.on_file,
        }
    }

    /// Whether the two may reach a Jaro-Winkler similarity of .85, by letter counts, lengths and first letters; held high.
    #[inline(always)]
    fn alike<S: Simd>(&self, y: &Seen<S>) -> mask32x8<S> {
        let common = (y.signature[0] & self.signature[0]).count_ones()
            + (y.signature[1] & self.signature[1]).count_ones()
            + y.beyond_two.min(self.beyond_two);
        let common: f32x8<S> = common.to_float();
        let jaro = (common * self.inverse_length).min(1.0) + (common * y.inverse_length).min(1.0);
        // With no, one, or perhaps four common first letters, .85 is reached from a Jaro similarity of .85, .8333 or .75,
        // here three times that less the one for the order of the letters.
        jaro.simd_ge(1.5499) | (y.first_letters[0] & jaro.simd_ge(1.4998)) | (y.first_letters[1] & jaro.simd_ge(1.2499))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::Shape;
    use fearless_simd::{Level, dispatch};

    #[test]
    fn different_names_are_told_apart_and_variants_are_not() {
        let part = |text: &str| {
            let shape = Shape::new(text);
            Part {
                signature: shape.signature,
                inverse_length: shape.inverse_length,
                beyond_two: shape.beyond_two,
                head: u32::from_le_bytes(shape.head),
                marks: Part::SIMPLE,
                code: 1,
                ..Part::default()
            }
        };
        let alike = |a: &str, b: &str| {
            let (x, mut y) = (part(a), Lanes::default());
            y.set_given(0, &part(b));
            #[inline(always)]
            fn look<S: Simd>(simd: S, x: &Part, y: &Lanes) -> bool {
                let apart = u32x8::simd_from(simd, y.heads) ^ (x.head & 0xFFFF);
                let never = mask32x8::splat(simd, false);
                let seen = Seen {
                    same: never,
                    known: never,
                    heard: never,
                    rendered: never,
                    on_file: u32x8::splat(simd, 0),
                    signature: y.given.signature.map(|half| u32x8::simd_from(simd, half)),
                    beyond_two: u32x8::simd_from(simd, y.given.beyond_two),
                    inverse_length: f32x8::simd_from(simd, y.given.inverse_length),
                    first_letters: [(apart & 0xFF).simd_eq(0), (apart & 0xFFFF).simd_eq(0)],
                    common: never,
                };
                ByName::new(x, 4.0).alike(&seen).to_bitmask() & 1 == 1
            }
            dispatch!(Level::new(), simd => look(simd, &x, &y))
        };
        assert!(alike("mohammed", "mohammed") && alike("mohammed", "muhamed") && alike("shevchenko", "sevchenko"));
        assert!(!alike("mohammed", "ibrahim") && !alike("garcia", "lopez"));
    }
}
