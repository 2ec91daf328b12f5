//! What is seen of a record at a glance, and how does it lie beside what is seen of others?
//!
//! Eight records side by side, so that one instruction looks at all of them.

use crate::rows::{AS_A_SPAN, Core, Part, Rows, TO_THE_DAY, When};
use fearless_simd::prelude::*;
use fearless_simd::{Simd, u32x8};

/// How many records one is looked at beside: what the widest registers in common use hold.
pub(crate) const LANES: usize = 8;

/// What is seen of one part of some names at a glance.
#[derive(Clone, Copy, Default)]
pub(crate) struct NameLanes {
    pub code: [u32; LANES],
    pub skeleton: [u32; LANES],
    /// Letter counts, in halves.
    pub signature: [[u32; LANES]; 2],
    pub inverse_length: [f32; LANES],
    /// Where the names stand in the file of names, as bits.
    pub on_file: [u32; LANES],
    /// Letters beyond two of a kind.
    pub beyond_two: [u32; LANES],
}

/// What is seen of some records at a glance, by what is seen.
#[derive(Clone, Copy, Default)]
pub(crate) struct Lanes {
    pub given: NameLanes,
    pub family: NameLanes,
    /// Skeleton of the middle name.
    pub middle: [u32; LANES],
    /// The first two letters of the given name in the low half, of the family name in the high half.
    pub heads: [u32; LANES],
    /// Year, month and day packed.
    pub birth: [u32; LANES],
    /// Days by a calendar of months of 31 days: never more than three days short for dates within a week.
    pub birth_day: [u32; LANES],
    pub event_day: [u32; LANES],
    pub place: [u32; LANES],
    pub region: [u32; LANES],
    pub sex: [u32; LANES],
    pub flags: [u32; LANES],
    pub list: [u32; LANES],
}

/// What is missing equals nothing: it has one code where it is looked from, another where it is looked at.
pub(crate) const MISSING_HERE: u32 = u32::MAX;
pub(crate) const MISSING_THERE: u32 = u32::MAX - 1;

pub(crate) mod flag {
    pub const GIVEN: u32 = 1;
    /// What is so of a family name stands this many bits beside the like of a given name.
    pub const FROM_GIVEN_TO_FAMILY: u32 = 1;
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
    /// Not told by its letters alone.
    pub const GIVEN_UNTOLD: u32 = 1 << 16;
    pub const GIVEN_COMMON: u32 = 1 << 18;
}

/// The flags of a given name.
fn given_flags(x: &Part) -> u32 {
    on(x.code != 0, flag::GIVEN)
        | on(x.is(Part::RENDERED), flag::GIVEN_RENDERED)
        | on(!x.is(Part::SIMPLE), flag::GIVEN_UNTOLD)
        | on(x.is(Part::COMMON), flag::GIVEN_COMMON)
}

impl NameLanes {
    fn set(&mut self, l: usize, x: &Part) {
        self.code[l] = there(x.code);
        self.skeleton[l] = there(x.skeleton);
        (self.signature[0][l], self.signature[1][l]) = (x.signature as u32, (x.signature >> 32) as u32);
        self.inverse_length[l] = x.inverse_length;
        self.on_file[l] = x.on_file;
        self.beyond_two[l] = u32::from(x.beyond_two);
    }
}

/// A flag where something is so.
fn on(is: bool, flag: u32) -> u32 {
    if is { flag } else { 0 }
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

    /// Lays records out, eight by eight; lanes left over at the end hold what they held. One thing is laid out of all records
    /// before the next: what is fetched from a dictionary for one record does not wait for what is fetched for another.
    pub(crate) fn fill(rows: &Rows<'_>, cores: &[Core], lanes: &mut Vec<Lanes>) {
        lanes.resize(cores.len().div_ceil(LANES), Lanes::default());
        Lanes::each(lanes, cores, |of, l, x| of.set_given(l, &rows.given[x.given as usize]));
        Lanes::each(lanes, cores, |of, l, x| of.set_family(l, &rows.family[x.family as usize]));
        Lanes::each(lanes, cores, |of, l, x| of.set_middle(l, &rows.middle[x.middle as usize]));
        Lanes::each(lanes, cores, |of, l, x| of.set_birth(l, &rows.birth[x.birth as usize]));
        Lanes::each(lanes, cores, |of, l, x| of.set_event(l, &rows.event_date[x.event_date as usize]));
        Lanes::each(lanes, cores, |of, l, x| of.set_core(l, x));
    }

    #[inline(always)]
    fn each(lanes: &mut [Lanes], cores: &[Core], set: impl Fn(&mut Lanes, usize, &Core)) {
        for (of, some) in lanes.iter_mut().zip(cores.chunks(LANES)) {
            some.iter().enumerate().for_each(|(l, x)| set(of, l, x));
        }
    }

    /// Comes before all else that is laid out of a record.
    pub(crate) fn set_given(&mut self, l: usize, x: &Part) {
        self.given.set(l, x);
        self.heads[l] = x.head & 0xFFFF;
        self.flags[l] = given_flags(x);
    }

    fn set_family(&mut self, l: usize, x: &Part) {
        self.family.set(l, x);
        self.heads[l] |= x.head << 16;
        self.flags[l] |= given_flags(x) << flag::FROM_GIVEN_TO_FAMILY;
    }

    fn set_middle(&mut self, l: usize, x: &Part) {
        self.middle[l] = there(x.skeleton);
        self.flags[l] |= on(x.code != 0, flag::MIDDLE) | on(x.code != 0 && x.skeleton == 0, flag::MIDDLE_UNCLEAR);
    }

    fn set_birth(&mut self, l: usize, x: &When) {
        self.birth[l] = x.packed;
        self.birth_day[l] = birth_day(x);
        self.flags[l] |= on(x.known, flag::BIRTH)
            | on(x.precision != TO_THE_DAY, flag::COARSE_BIRTH)
            | on(x.precision == AS_A_SPAN, flag::SPAN_OF_BIRTH);
    }

    fn set_event(&mut self, l: usize, x: &When) {
        self.event_day[l] = x.earliest as u32;
        self.flags[l] |= on(x.known, flag::EVENT) | on(x.precision != TO_THE_DAY, flag::COARSE_EVENT);
    }

    fn set_core(&mut self, l: usize, x: &Core) {
        self.place[l] = there(x.event_place);
        self.region[l] = there(x.event_region);
        self.sex[l] = u32::from(x.sex);
        self.list[l] = u32::from(x.list);
        self.flags[l] |= on((x.event_place | x.event_region) != 0, flag::PLACE)
            | on(x.event_region != 0, flag::REGION)
            | on(x.sex != 0, flag::SEX)
            | on(x.numbered, flag::NUMBERS)
            | on(x.further, flag::SEVERAL_NAMES);
    }
}

/// A code as it is looked at.
fn there(code: u32) -> u32 {
    if code == 0 { MISSING_THERE } else { code }
}

/// A code as it is looked from.
pub(crate) fn here(code: u32) -> u32 {
    if code == 0 { MISSING_HERE } else { code }
}
