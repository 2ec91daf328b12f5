//! Can this pair be a match at all?
//!
//! Most pairs that rules make are no match, and a look at one cache line of each record shows it: codes that are equal or
//! not, dates apart, and the most that names can be alike. From these follows the most that the log-odds of the pair can be
//! under a preliminary model; only where that reaches the floor are the records compared in full.

use crate::Field;
use crate::field::{birth, event, name, place, sex};
use crate::model::{MATCH, Scorer, UNRELATED};
use crate::rows::{Glance, NO_SKELETON, Rows};

/// The most that each thing seen at a glance can add to the log-odds, natural, and the least they must come to. Looked up
/// without branches: which way a pair goes is what the processor cannot guess.
pub(crate) struct Bounds {
    /// By what is seen of given and family name: 0 missing, 1 to 4 the same by rarity, 5 alike and rare, 6 alike and common, 7
    /// different.
    names: [[f32; 8]; 2],
    /// By what is seen of the middle name: missing, perhaps the same, not the same.
    middle: [f32; 3],
    /// By equal year, month and day, and whether within days; 16 where one of the two is coarse, 17 where one is missing.
    birth: [f32; 18],
    /// By distance: 0 the same rare day, 1 another same day, two days, a week, a month, beyond; 6 where one of the two is
    /// coarse, 7 where one is missing.
    event: [f32; 8],
    /// 0 to 2 the same place by rarity, 3 same region, 4 neither, 5 cannot be told, 6 missing.
    place: [f32; 8],
    /// By both sexes.
    sex: [f32; 16],
    numbers: [f32; 2],
    /// The prior by both lists, with the most that all other fields can add, less the floor.
    base: Vec<f32>,
    lists: usize,
    /// Lists that repeat nobody.
    deduplicated: Vec<bool>,
}

/// Tells from what is laid side by side whether a pair is worth a visit.
pub(crate) trait Look<T>: Sync {
    /// Looks at a pair.
    fn look(&self, x: &T, y: &T) -> Seen;
}

/// What a look shows of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Whether the two may be one person at all, by their lists.
    pub comparable: bool,
    /// Whether they may reach the floor.
    pub may_match: bool,
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
            let rare = [name::CLOSE, name::NEAR, name::INITIAL, name::MOVED, name::DIFFERENT];
            let common = [name::CLOSE + 1, name::NEAR + 1, name::INITIAL, name::MOVED + 1, name::DIFFERENT];
            let same = |level: u8| most(field, &[level]);
            let different = same(name::DIFFERENT);
            [0.0, same(1), same(2), same(3), same(4), most(field, &rare), most(field, &common), different]
        });
        let births: [f32; 18] = std::array::from_fn(|seen| {
            let (same_year, same_month, same_day, week) = (seen & 1, seen >> 1 & 1, seen >> 2 & 1, seen >> 3 & 1);
            match (same_year, same_month, same_day) {
                _ if seen == 17 => 0.0,
                _ if seen == 16 => most(Field::Birth, &range(birth::SAME_MONTH, birth::DIFFERENT)),
                (1, 1, 1) => most(Field::Birth, &[1]),
                (1, 1, 0) => most(Field::Birth, &[birth::OTHER_DAY]),
                _ if week == 1 => most(Field::Birth, &[birth::OTHER_DAY]),
                (1, 0, 1) => most(Field::Birth, &[birth::OTHER_MONTH]),
                (0, 1, 1) => most(Field::Birth, &[birth::OTHER_YEAR, birth::SAME_DAY_OF_YEAR]),
                (1, 0, 0) => most(Field::Birth, &[birth::EXCHANGED, birth::WITHIN_YEAR]),
                _ => most(Field::Birth, &[birth::NEAR, birth::FAR, birth::DIFFERENT]),
            }
        });
        let rest = [Field::Residence, Field::Address, Field::Ethnicity, Field::Occupation];
        let rest: f32 = rest.iter().map(|f| all(*f)).sum();
        let least = (floor + scorer.ln_share[UNRELATED]) as f32;
        let lists = rows.set.lists.len();
        let base = |at: usize| {
            let pair = crate::counts::list_pair((at / lists) as u16, (at % lists) as u16);
            scorer.prior[usize::from(pair)] as f32 + rest - least
        };
        let same_sex = most(Field::Sex, &[1, 2, sex::SAME_BESIDE_NAME]);
        let other_sex = most(Field::Sex, &[sex::DIFFERENT_BESIDE_NAME, sex::DIFFERENT]);
        let sexes = |at: usize| match (at / 4, at % 4) {
            (0, _) | (_, 0) => 0.0,
            (x, y) if x == y => same_sex,
            _ => other_sex,
        };
        Self {
            names,
            middle: [0.0, all(Field::Middle), most(Field::Middle, &range(name::CLOSE, name::DIFFERENT)).max(0.0)],
            birth: births,
            event: [
                most(Field::EventDate, &[1]),
                most(Field::EventDate, &[2]),
                most(Field::EventDate, &[event::DAYS]),
                most(Field::EventDate, &[event::WEEK]),
                most(Field::EventDate, &[event::MONTH]),
                most(Field::EventDate, &[event::SLIP, event::YEAR, event::DIFFERENT]),
                most(Field::EventDate, &[event::MONTH, event::COMPATIBLE, event::YEAR, event::DIFFERENT]),
                0.0,
            ],
            place: [
                most(Field::EventPlace, &[1, place::CLOSE]),
                most(Field::EventPlace, &[2, place::CLOSE]),
                most(Field::EventPlace, &[3, place::CLOSE]),
                most(Field::EventPlace, &[place::CLOSE, place::REGION]),
                // Regions that differ by their letters may be one in two renderings.
                if rows.renderings.places.is_empty() {
                    most(Field::EventPlace, &[place::DIFFERENT])
                } else {
                    all(Field::EventPlace)
                },
                all(Field::EventPlace),
                0.0,
                0.0,
            ],
            sex: std::array::from_fn(sexes),
            numbers: [0.0, all(Field::Number)],
            base: (0..lists * lists).map(base).collect(),
            lists,
            deduplicated: rows.set.lists.iter().map(|l| l.deduplicated).collect(),
        }
    }
}

impl Look<Glance> for Bounds {
    /// What a glance shows. What it cannot tell counts in the pair's favour.
    #[inline(always)]
    fn look(&self, x: &Glance, y: &Glance) -> Seen {
        let (both, any) = (x.flags & y.flags, x.flags | y.flags);
        let several_names = any & 0x40 != 0;
        // A part of the name that stands in another place, or may: then the part is alike at the most.
        let met = |p: u32, q: u32| (p == q) & (p != 0);
        let unclear = (x.middle == NO_SKELETON) | (y.middle == NO_SKELETON);
        let moved = met(x.given_skeleton, y.family_skeleton)
            | met(x.family_skeleton, y.given_skeleton)
            | met(x.given, y.family)
            | met(x.family, y.given)
            | met(x.given_skeleton, y.middle)
            | met(x.middle, y.given_skeleton)
            | met(x.family_skeleton, y.middle)
            | met(x.middle, y.family_skeleton)
            | unclear
            | several_names;
        let given = name_seen(
            (x.given, y.given),
            (x.given_skeleton, y.given_skeleton),
            (x.given_signature, y.given_signature),
            (x.heads[0], y.heads[0]),
            (x.lengths[0], y.lengths[0]),
            (x.beyond_two >> 4).min(y.beyond_two >> 4),
            (any & 0x100 != 0) | (both & 0x80 != 0),
            (x.flags >> 11 & 3, y.flags >> 11 & 3),
        );
        let family = name_seen(
            (x.family, y.family),
            (x.family_skeleton, y.family_skeleton),
            (x.family_signature, y.family_signature),
            (x.heads[1], y.heads[1]),
            (x.lengths[1], y.lengths[1]),
            (x.beyond_two & 15).min(y.beyond_two & 15),
            (any & 0x200 != 0) | (both & 0x8000 != 0),
            (x.flags >> 13 & 3, y.flags >> 13 & 3),
        );
        let part = |of: &[f32; 8], seen: usize| {
            // A part that stands in another place can leave the other with nothing to be compared with.
            let elsewhere = of[5].max(of[6]).max(0.0);
            of[seen].max(if moved { elsewhere } else { f32::NEG_INFINITY })
        };
        let has_middle = (x.middle != 0) & (y.middle != 0);
        let same_middle = (x.middle == y.middle) | unclear;
        let mut most = self.base[usize::from(x.list) * self.lists + usize::from(y.list)];
        most += part(&self.names[0], given) + part(&self.names[1], family);
        most += self.middle[usize::from(has_middle) * (2 - usize::from(same_middle))];
        most += self.birth[birth_seen(x, y, both, any)] + self.event[event_seen(x, y, both, any)];
        most += self.place[place_seen(x, y)];
        most += self.sex[usize::from(x.flags & 3) * 4 + usize::from(y.flags & 3)];
        most += self.numbers[usize::from(both >> 10 & 1)];
        Seen {
            comparable: x.list != y.list || !self.deduplicated[usize::from(x.list)],
            // Several names: any of them may be the same.
            may_match: (most >= 0.0) | several_names,
        }
    }
}

#[inline(always)]
fn birth_seen(x: &Glance, y: &Glance, both: u16, any: u16) -> usize {
    let differing = x.birth ^ y.birth;
    // Days apart, by a calendar of months of 31 days: never more than three days short for dates within a week.
    let day = |packed: u32| (packed >> 16) * 372 + (packed >> 8 & 255) * 31 + (packed & 255);
    let seen = usize::from(differing >> 16 == 0)
        | usize::from(differing >> 8 & 255 == 0) << 1
        | usize::from(differing & 255 == 0) << 2
        | usize::from(day(x.birth).abs_diff(day(y.birth)) <= 10) << 3;
    let seen = if any & 0x10 != 0 { 16 } else { seen };
    if both & 4 != 0 { seen } else { 17 }
}

#[inline(always)]
fn event_seen(x: &Glance, y: &Glance, both: u16, any: u16) -> usize {
    let days = x.event_day.abs_diff(y.event_day);
    let apart = usize::from(days > 0) + usize::from(days > 2) + usize::from(days > 7) + usize::from(days > 31);
    let seen = if days == 0 { usize::from(x.strata >> 2 & 1) } else { apart + 1 };
    let seen = if any & 0x20 != 0 { 6 } else { seen };
    if both & 8 != 0 { seen } else { 7 }
}

#[inline(always)]
fn place_seen(x: &Glance, y: &Glance) -> usize {
    let missing = ((x.place | x.region) == 0) | ((y.place | y.region) == 0);
    let regions = (x.region != 0) & (y.region != 0);
    let same_place = (x.place == y.place) & (x.place != 0);
    let same_region = regions & (x.region == y.region);
    let apart = regions & (x.place != y.region) & (y.place != x.region);
    let seen = if apart { 4 } else { 5 };
    let seen = if same_region { 3 } else { seen };
    let seen = if same_place { usize::from(x.strata & 3) } else { seen };
    if missing { 6 } else { seen }
}

/// One over a length, in 65,536ths, rounded up.
const INVERSE: [u32; 256] = {
    let mut inverse = [65_536; 256];
    let mut length = 1;
    while length < 256 {
        inverse[length] = 65_536_u32.div_ceil(length as u32);
        length += 1;
    }
    inverse
};

/// What is seen of a part of a name: 0 missing, 1 to 4 the same by rarity, 5 and 6 perhaps alike, rare or
/// common, 7 different. Alike means that they may reach a
/// Jaro-Winkler similarity of .85, by letter counts, lengths and first letters; held high.
#[inline]
#[expect(clippy::too_many_arguments, reason = "eight facts of two names, each beside its like")]
fn name_seen(
    code: (u32, u32),
    skeleton: (u32, u32),
    signature: (u64, u64),
    head: (u16, u16),
    length: (u8, u8),
    beyond_two: u8,
    not_told: bool,
    stratum: (u16, u16),
) -> usize {
    let common = (signature.0 & signature.1).count_ones() + u32::from(beyond_two);
    // In 65,536ths: how much of each name the other can hold.
    let held = |length: u8| (common * INVERSE[usize::from(length)]).min(65_536);
    let jaro = held(length.0) + held(length.1) + 65_536;
    // With no, one, or perhaps four common first letters, .85 is reached from a Jaro similarity of .85, .8333 or .75.
    let differing = head.0 ^ head.1;
    let prefix = usize::from(differing & 255 == 0) + usize::from(differing == 0);
    const LEAST: [u32; 3] = [167_110, 163_830, 147_450];
    let alike = (jaro >= LEAST[prefix]) | not_told | ((skeleton.0 == skeleton.1) & (skeleton.0 != 0));
    let missing = (code.0 == 0) | (code.1 == 0);
    let common = usize::from((stratum.0 | stratum.1) >> 1);
    let seen = if alike { 5 + common } else { 7 };
    let seen = if code.0 == code.1 { 1 + usize::from(stratum.0) } else { seen };
    if missing { 0 } else { seen & 7 }
}

#[cfg(test)]
mod tests {
    use super::name_seen;

    #[test]
    fn different_names_are_told_apart_and_variants_are_not() {
        let of = |a: &str, b: &str| {
            let signature = crate::records::signature;
            let head = |t: &str| u16::from_le_bytes([t.as_bytes()[0], t.as_bytes().get(1).copied().unwrap_or(0)]);
            let codes = if a == b { (1, 1) } else { (1, 2) };
            let signatures = (signature(a), signature(b));
            name_seen(codes, (0, 0), signatures, (head(a), head(b)), (a.len() as u8, b.len() as u8), 0, false, (0, 0))
        };
        assert_eq!(of("mohammed", "mohammed"), 1);
        assert_eq!((of("mohammed", "muhamed"), of("shevchenko", "sevchenko")), (5, 5));
        assert_eq!((of("mohammed", "ibrahim"), of("garcia", "lopez")), (7, 7));
    }
}
