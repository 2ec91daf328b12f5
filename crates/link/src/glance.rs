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
use crate::model::{MATCH, Scorer, UNRELATED};
use crate::rows::{AS_A_SPAN, Laid, Part, Rows, TO_THE_DAY, When};
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
    /// By rarity.
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
    /// The same day, rare or not.
    same: [f32; 2],
    days: f32,
    week: f32,
    month: f32,
    beyond: f32,
    coarse: f32,
}

struct PlaceBounds {
    /// By rarity.
    same: [f32; 3],
    region: f32,
    apart: f32,
    /// Cannot be told.
    unclear: f32,
}

/// How many records one is looked at beside: what the widest registers in common use hold.
pub(crate) const LANES: usize = 8;

/// Lists are numbered in a byte here.
const MOST_LISTS: usize = crate::partition::MOST_LISTS;

/// What is seen of some records at a glance, by what is seen.
#[derive(Clone, Copy, Default)]
pub(crate) struct Lanes {
    given: [u32; LANES],
    family: [u32; LANES],
    given_skeleton: [u32; LANES],
    family_skeleton: [u32; LANES],
    /// Skeleton of the middle name.
    middle: [u32; LANES],
    /// Letter counts, in halves.
    given_signature: [[u32; LANES]; 2],
    family_signature: [[u32; LANES]; 2],
    given_inverse: [f32; LANES],
    family_inverse: [f32; LANES],
    /// Where the names stand in the file of names, as bits.
    given_on_file: [u32; LANES],
    family_on_file: [u32; LANES],
    /// Letters beyond two of a kind.
    given_beyond: [u32; LANES],
    family_beyond: [u32; LANES],
    /// The first two letters of the given name in the low half, of the family name in the high half.
    heads: [u32; LANES],
    /// Year, month and day packed.
    birth: [u32; LANES],
    /// Days by a calendar of months of 31 days: never more than three days short for dates within a week.
    birth_day: [u32; LANES],
    event_day: [u32; LANES],
    place: [u32; LANES],
    region: [u32; LANES],
    sex: [u32; LANES],
    flags: [u32; LANES],
    list: [u32; LANES],
}

/// What is missing equals nothing: it has one code where it is looked from, another where it is looked at.
const MISSING_HERE: u32 = u32::MAX;
const MISSING_THERE: u32 = u32::MAX - 1;

mod flag {
    pub const GIVEN: u32 = 1;
    pub const FAMILY: u32 = 1 << 1;
    pub const MIDDLE: u32 = 1 << 2;
    pub const BIRTH: u32 = 1 << 3;
    pub const EVENT: u32 = 1 << 4;
    pub const PLACE: u32 = 1 << 5;
    pub const REGION: u32 = 1 << 6;
    pub const SEX: u32 = 1 << 7;
    pub const NUMBERS: u32 = 1 << 8;
    /// The birth is known to the year or month only.
    pub const COARSE_BIRTH: u32 = 1 << 9;
    pub const SPAN_OF_BIRTH: u32 = 1 << 10;
    pub const COARSE_EVENT: u32 = 1 << 11;
    pub const SEVERAL_NAMES: u32 = 1 << 12;
    /// A middle name too short to have a skeleton.
    pub const MIDDLE_UNCLEAR: u32 = 1 << 13;
    /// With known renderings: of two such these decide.
    pub const GIVEN_RENDERED: u32 = 1 << 14;
    pub const FAMILY_RENDERED: u32 = 1 << 15;
    /// Not told by its letters alone.
    pub const GIVEN_UNTOLD: u32 = 1 << 16;
    pub const FAMILY_UNTOLD: u32 = 1 << 17;
    pub const GIVEN_COMMON: u32 = 1 << 18;
    pub const FAMILY_COMMON: u32 = 1 << 19;
}

fn flags(x: &Laid) -> u32 {
    let on = |is: bool, flag: u32| if is { flag } else { 0 };
    on(x.given.code != 0, flag::GIVEN)
        | on(x.family.code != 0, flag::FAMILY)
        | on(x.middle.code != 0, flag::MIDDLE)
        | on(x.birth.known, flag::BIRTH)
        | on(x.event_date.known, flag::EVENT)
        | on((x.place.code | x.region) != 0, flag::PLACE)
        | on(x.region != 0, flag::REGION)
        | on(x.sex != 0, flag::SEX)
        | on(x.numbered, flag::NUMBERS)
        | on(x.birth.precision != TO_THE_DAY, flag::COARSE_BIRTH)
        | on(x.birth.precision == AS_A_SPAN, flag::SPAN_OF_BIRTH)
        | on(x.event_date.precision != TO_THE_DAY, flag::COARSE_EVENT)
        | on(x.further, flag::SEVERAL_NAMES)
        | on(x.middle.code != 0 && x.middle.skeleton == 0, flag::MIDDLE_UNCLEAR)
        | on(x.given.rendered, flag::GIVEN_RENDERED)
        | on(x.family.rendered, flag::FAMILY_RENDERED)
        | on(!x.given.simple, flag::GIVEN_UNTOLD)
        | on(!x.family.simple, flag::FAMILY_UNTOLD)
        | on(x.given.common != 0, flag::GIVEN_COMMON)
        | on(x.family.common != 0, flag::FAMILY_COMMON)
}

fn heads(x: &Laid) -> u32 {
    x.given.head & 0xFFFF | x.family.head << 16
}

fn birth_day(birth: &When) -> u32 {
    let (year, month, day) = birth.ymd();
    year as u32 * 372 + month * 31 + day
}

impl Lanes {
    /// Which of the records are not of this list; one bit a lane.
    #[inline(always)]
    pub(crate) fn beyond<S: Simd>(&self, simd: S, list: u32) -> u32 {
        (!u32x8::simd_from(simd, self.list).simd_eq(list)).to_bitmask() as u32
    }

    /// Lays records out, eight by eight; lanes left over at the end hold nothing.
    pub(crate) fn fill(rows: &[Laid], lanes: &mut Vec<Lanes>) {
        lanes.clear();
        for some in rows.chunks(LANES) {
            let mut of = Lanes::default();
            some.iter().enumerate().for_each(|(l, x)| of.set(l, x));
            lanes.push(of);
        }
    }

    fn set(&mut self, l: usize, x: &Laid) {
        let or_missing = |code: u32| if code == 0 { MISSING_THERE } else { code };
        let halves = |signature: u64| [signature as u32, (signature >> 32) as u32];
        self.given[l] = or_missing(x.given.code);
        self.family[l] = or_missing(x.family.code);
        self.given_skeleton[l] = or_missing(x.given.skeleton);
        self.family_skeleton[l] = or_missing(x.family.skeleton);
        self.middle[l] = or_missing(x.middle.skeleton);
        for half in 0..2 {
            self.given_signature[half][l] = halves(x.given.signature)[half];
            self.family_signature[half][l] = halves(x.family.signature)[half];
        }
        self.given_inverse[l] = x.given.inverse_length;
        self.family_inverse[l] = x.family.inverse_length;
        self.given_on_file[l] = x.given.on_file;
        self.family_on_file[l] = x.family.on_file;
        self.given_beyond[l] = u32::from(x.given.beyond_two);
        self.family_beyond[l] = u32::from(x.family.beyond_two);
        self.heads[l] = heads(x);
        self.birth[l] = x.birth.packed;
        self.birth_day[l] = birth_day(&x.birth);
        self.event_day[l] = x.event_date.earliest as u32;
        self.place[l] = or_missing(x.place.code);
        self.region[l] = or_missing(x.region);
        self.sex[l] = u32::from(x.sex);
        self.flags[l] = flags(x);
        self.list[l] = u32::from(x.list);
    }
}

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
        let range = |from: u8, to: u8| (from..=to).collect::<Vec<u8>>();
        let all = |field: Field| most(field, &range(1, field.levels().len() as u8 - 1)).max(0.0);
        let names = [Field::Given, Field::Family].map(|field| {
            let same = |level: u8| most(field, &[level]);
            let alike = [
                most(field, &[name::CLOSE, name::NEAR, name::INITIAL, name::MOVED, name::DIFFERENT]),
                most(field, &[name::CLOSE + 1, name::NEAR + 1, name::INITIAL, name::MOVED + 1, name::DIFFERENT]),
            ];
            NameBounds {
                same: [1, 2, 3, 4].map(same),
                alike,
                different: same(name::DIFFERENT),
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
                same: [1, 2].map(|level| events(&[level])),
                days: events(&[event::DAYS]),
                week: events(&[event::WEEK]),
                month: events(&[event::MONTH]),
                beyond: events(&[event::SLIP, event::YEAR, event::DIFFERENT]),
                coarse: events(&[event::MONTH, event::COMPATIBLE, event::YEAR, event::DIFFERENT]),
            },
            place: PlaceBounds {
                same: [1, 2, 3].map(|level| places(&[level, place::CLOSE])),
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
    pub(crate) fn new(bounds: &'b Bounds, x: &Laid) -> Self {
        let here = |code: u32| if code == 0 { MISSING_HERE } else { code };
        Self {
            bounds,
            base: &bounds.base[usize::from(x.list)],
            given: ByName::new(&bounds.names[0], &x.given),
            family: ByName::new(&bounds.names[1], &x.family),
            middle: here(x.middle.skeleton),
            birth: x.birth.packed,
            birth_day: birth_day(&x.birth),
            event_day: x.event_date.earliest as u32,
            same_event_day: bounds.event.same[usize::from(x.event_date.stratum & 1)],
            place: here(x.place.code),
            region: here(x.region),
            same_place: bounds.place.same[usize::from(x.place.stratum.min(2))],
            sex: u32::from(x.sex),
            heads: heads(x),
            flags: flags(x),
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
        let moved = self.same(x.given.skeleton, &y.family_skeleton)
            | self.same(x.family.skeleton, &y.given_skeleton)
            | self.same(x.given.code, &y.family)
            | self.same(x.family.code, &y.given)
            | self.same(x.given.skeleton, &y.middle)
            | self.same(x.middle, &y.given_skeleton)
            | self.same(x.family.skeleton, &y.middle)
            | self.same(x.middle, &y.family_skeleton)
            | self.of_any(flag::MIDDLE_UNCLEAR)
            | self.of_any(flag::SEVERAL_NAMES);
        let given = Seen {
            same: self.same(x.given.code, &y.given),
            known: self.of_both(flag::GIVEN),
            heard: self.same(x.given.skeleton, &y.given_skeleton) | self.of_any(flag::GIVEN_UNTOLD),
            rendered: self.of_both(flag::GIVEN_RENDERED),
            on_file: u32x8::simd_from(self.simd, y.given_on_file),
            signature: self.halves(&y.given_signature),
            beyond_two: u32x8::simd_from(self.simd, y.given_beyond),
            inverse_length: f32x8::simd_from(self.simd, y.given_inverse),
            first_letters: [none_of(heads, 0xFF), none_of(heads, 0xFFFF)],
            common: self.of_any(flag::GIVEN_COMMON),
        };
        let family = Seen {
            same: self.same(x.family.code, &y.family),
            known: self.of_both(flag::FAMILY),
            heard: self.same(x.family.skeleton, &y.family_skeleton) | self.of_any(flag::FAMILY_UNTOLD),
            rendered: self.of_both(flag::FAMILY_RENDERED),
            on_file: u32x8::simd_from(self.simd, y.family_on_file),
            signature: self.halves(&y.family_signature),
            beyond_two: u32x8::simd_from(self.simd, y.family_beyond),
            inverse_length: f32x8::simd_from(self.simd, y.family_inverse),
            first_letters: [none_of(heads, 0xFF_0000), none_of(heads, 0xFFFF_0000)],
            common: self.of_any(flag::FAMILY_COMMON),
        };
        let same_middle = self.same(x.middle, &y.middle) | self.of_any(flag::MIDDLE_UNCLEAR);
        let middle = self.choose(same_middle, bounds.middle[0], bounds.middle[1]);
        self.part(&x.given, &bounds.names[0], given, moved)
            + self.part(&x.family, &bounds.names[1], family, moved)
            + self.if_any(self.of_both(flag::MIDDLE), middle)
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
    fn new(bounds: &NameBounds, x: &Part) -> Self {
        let here = |code: u32| if code == 0 { MISSING_HERE } else { code };
        Self {
            code: here(x.code),
            skeleton: here(x.skeleton),
            same: bounds.same[usize::from(x.stratum & 3)],
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
                simple: true,
                code: 1,
                ..Part::default()
            }
        };
        let bounds = NameBounds { same: [4.0; 4], alike: [2.0; 2], different: -1.0, elsewhere: 2.0 };
        let alike = |a: &str, b: &str| {
            let mut lanes = Vec::new();
            let laid = |text: &str| Laid { given: part(text), ..Laid::default() };
            let (x, y) = (laid(a), laid(b));
            Lanes::fill(&[y], &mut lanes);
            let y = lanes[0];
            #[inline(always)]
            fn look<S: Simd>(simd: S, x: &Laid, y: &Lanes, of: &NameBounds) -> bool {
                let apart = u32x8::simd_from(simd, y.heads) ^ heads(x);
                let never = mask32x8::splat(simd, false);
                let seen = Seen {
                    same: never,
                    known: never,
                    heard: never,
                    rendered: never,
                    on_file: u32x8::splat(simd, 0),
                    signature: y.given_signature.map(|half| u32x8::simd_from(simd, half)),
                    beyond_two: u32x8::simd_from(simd, y.given_beyond),
                    inverse_length: f32x8::simd_from(simd, y.given_inverse),
                    first_letters: [(apart & 0xFF).simd_eq(0), (apart & 0xFFFF).simd_eq(0)],
                    common: never,
                };
                ByName::new(of, &x.given).alike(&seen).to_bitmask() & 1 == 1
            }
            dispatch!(Level::new(), simd => look(simd, &x, &y, &bounds))
        };
        assert!(alike("mohammed", "mohammed") && alike("mohammed", "muhamed") && alike("shevchenko", "sevchenko"));
        assert!(!alike("mohammed", "ibrahim") && !alike("garcia", "lopez"));
    }
}
