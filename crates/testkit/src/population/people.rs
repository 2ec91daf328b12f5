//! Who is person number 4,711, and which lists recorded them?
//!
//! Everything follows from the seed and the number. Brothers and sisters have neighbouring numbers and share the draws of their
//! family; the numbers say nothing to a reader, since records come in an order of their own.

use super::vocabulary::{Kind, Vocabulary};
use crate::keyed::{Key, Stream};
use factum_model::edtf::Day;

/// Most lists that a population can be recorded by.
pub const MOST_LISTS: usize = 8;

/// Classes of people: their share of the population, and how likely each list is to record one of them. The last class is
/// recorded by hardly any list, which is what makes the number of the unrecorded hard to know.
const CLASSES: [(f64, [f64; MOST_LISTS]); 3] = [
    (0.35, [0.45, 0.32, 0.26, 0.20, 0.16, 0.30, 0.12, 0.22]),
    (0.40, [0.17, 0.13, 0.21, 0.07, 0.05, 0.09, 0.10, 0.06]),
    (0.25, [0.03, 0.02, 0.05, 0.01, 0.02, 0.02, 0.03, 0.01]),
];

/// How much of the list before it a list takes over, which makes the two dependent beyond the classes.
const TAKEN_OVER: [f64; MOST_LISTS] = [0.0, 0.25, 0.0, 0.12, 0.0, 0.2, 0.0, 0.1];

/// The share of people whom each list records twice, before the options scale it.
const TWICE: [f64; MOST_LISTS] = [0.06, 0.03, 0.08, 0.02, 0.03, 0.05, 0.02, 0.04];

/// Sizes of the families that have several members in the population, over and over.
const FAMILIES: [u64; 5] = [2, 2, 3, 2, 4];

/// Members of one round of families.
pub(super) const ROUND: u64 = 13;

/// The first day of the events and how many days they span.
const FIRST_DAY: i32 = 17_000;
const DAYS: usize = 730;

/// The day of the window around which most events lie, and by how much at most in each direction.
const PEAK: usize = 420;
const PEAK_WIDTH: usize = 20;

/// The share of families struck in an event that struck others in the same place on the same day, and how many people there are
/// to one such event.
const TOGETHER: f64 = 0.15;
const PEOPLE_AN_INCIDENT: u64 = 60;

/// How often brothers and sisters were struck on one day.
const SAME_DAY: f64 = 0.6;

/// Days between the births of two children of one mother at least (ten months), and the further days this may take at most.
const SPACING: i32 = 306;
const FURTHER: usize = 1_100;

/// The age of the eldest of several at least, in days, so that the youngest is born before any event.
const ELDEST: i32 = 14 * 365;

/// Weights of ages by decade, from 0 to 89 years.
const AGES: [f64; 9] = [0.05, 0.15, 0.30, 0.22, 0.12, 0.08, 0.05, 0.02, 0.01];

/// A family as it lies among the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kin {
    /// The number of the eldest.
    pub eldest: u64,
    /// How many members the family has.
    pub size: u64,
}

/// Who a person is: ranks in the vocabularies, and days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub woman: bool,
    pub given: usize,
    pub father: usize,
    pub family: usize,
    pub birth: Day,
    pub event: Day,
    pub place: usize,
}

/// Names of all kinds.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub men: Vocabulary,
    pub women: Vocabulary,
    pub families: Vocabulary,
    pub places: Vocabulary,
    pub regions: Vocabulary,
}

impl Names {
    fn new(people: u64, key: Key) -> Self {
        let make = |kind: Kind| Vocabulary::new(kind, kind.heaps(people), key);
        Self {
            men: make(Kind::Man),
            women: make(Kind::Woman),
            families: make(Kind::Family),
            places: make(Kind::Place),
            regions: make(Kind::Region),
        }
    }

    /// The region of a place.
    pub(super) fn region(&self, place: usize) -> &str {
        self.regions.name(place % self.regions.len())
    }

    /// The place next to this one in the same region, on one side or the other.
    pub(super) fn neighbour(&self, place: usize, after: bool) -> usize {
        let step = self.regions.len();
        match () {
            () if after && place + step < self.places.len() => place + step,
            () if place >= step => place - step,
            () => place,
        }
    }
}

/// The people of a population.
#[derive(Clone, Debug)]
pub(super) struct People {
    /// How many there are.
    pub count: u64,
    /// The numbers below this one belong to families of several.
    in_families: u64,
    pub names: Names,
    families: Key,
    persons: Key,
    captures: Key,
    incidents: Key,
}

impl People {
    /// `count` people, of whom the first `in_families`, a multiple of [`ROUND`], have brothers and sisters among them.
    pub(super) fn new(count: u64, in_families: u64, seed: u64) -> Self {
        Self {
            count,
            in_families,
            names: Names::new(count, Key::new(seed, 0)),
            families: Key::new(seed, 1),
            persons: Key::new(seed, 2),
            captures: Key::new(seed, 3),
            incidents: Key::new(seed, 4),
        }
    }

    /// The family of a person.
    pub(super) fn kin(&self, number: u64) -> Kin {
        if number >= self.in_families {
            return Kin { eldest: number, size: 1 };
        }
        let mut eldest = number - number % ROUND;
        for size in FAMILIES {
            if number < eldest + size {
                return Kin { eldest, size };
            }
            eldest += size;
        }
        Kin { eldest: number, size: 1 }
    }

    /// Who this person is.
    pub(super) fn person(&self, number: u64) -> Person {
        let kin = self.kin(number);
        let mut family = self.families.stream(kin.eldest);
        // The first draw is that of the class.
        family.unit();
        let (place, day) = self.event(&mut family);
        let father = self.names.men.pick(&mut family);
        let surname = self.names.families.pick(&mut family);
        let age = age(&mut family).max(if kin.size > 1 { ELDEST } else { 0 });
        let mut birth = Day(day.0 - age);
        let mut elder: Vec<(bool, usize)> = Vec::with_capacity(kin.size as usize);
        loop {
            let member = elder.len() as u64;
            let mut own = self.persons.stream(kin.eldest + member);
            let woman = own.chance(0.24);
            let names = if woman { &self.names.women } else { &self.names.men };
            let mut given = names.pick(&mut own);
            while elder.contains(&(woman, given)) {
                given = names.pick(&mut own);
            }
            if member > 0 {
                birth.0 += SPACING + own.below(FURTHER) as i32;
            }
            if kin.eldest + member == number {
                let event = if kin.size == 1 || own.chance(SAME_DAY) { day } else { peaked(&mut own) };
                return Person { woman, given, father, family: surname, birth, event, place };
            }
            elder.push((woman, given));
        }
    }

    /// Where and when a family was struck.
    fn event(&self, family: &mut Stream) -> (usize, Day) {
        if !family.chance(TOGETHER) {
            return (self.names.places.pick(family), peaked(family));
        }
        let incident = family.below((self.count / PEOPLE_AN_INCIDENT + 1) as usize);
        let mut incident = self.incidents.stream(incident as u64);
        (self.names.places.pick(&mut incident), peaked(&mut incident))
    }

    /// Whether the list recorded the person.
    pub(super) fn recorded(&self, number: u64, list: usize) -> bool {
        let class = class(self.families.stream(self.kin(number).eldest).at(0));
        let draws = self.captures.stream(number);
        reached(&draws, class, list)
    }

    /// Whether the list, if it recorded the person, did so twice. `scale` is what the options say of duplicates.
    pub(super) fn twice(&self, number: u64, list: usize, scale: f64) -> bool {
        self.captures.stream(number).at((2 * MOST_LISTS + list) as u64) < TWICE[list] * scale
    }
}

/// Whether a list reached a person of a class: of itself, or through the list before it.
fn reached(draws: &Stream, class: usize, list: usize) -> bool {
    draws.at(list as u64) < CLASSES[class].1[list]
        || (draws.at((MOST_LISTS + list) as u64) < TAKEN_OVER[list] && reached(draws, class, list - 1))
}

/// The class that a draw stands for.
fn class(draw: f64) -> usize {
    let mut below = 0.0;
    CLASSES
        .iter()
        .position(|(share, _)| {
            below += share;
            draw < below
        })
        .unwrap_or(CLASSES.len() - 1)
}

/// A day of the window, near the peak more often.
fn peaked(stream: &mut Stream) -> Day {
    let day = if stream.chance(0.45) {
        stream.below(DAYS)
    } else {
        // The sum of four even draws is bell-shaped, and needs no function that machines round differently.
        PEAK - 2 * PEAK_WIDTH + (0..4).map(|_| stream.below(PEAK_WIDTH + 1)).sum::<usize>()
    };
    Day(FIRST_DAY + day as i32)
}

/// An age in days.
fn age(stream: &mut Stream) -> i32 {
    let draw = stream.unit();
    let mut below = 0.0;
    let decade = AGES.iter().position(|weight| {
        below += weight;
        draw < below
    });
    (decade.unwrap_or(0) * 3_652 + stream.below(3_652)) as i32
}

/// Records that an average person leaves on the first `lists` lists.
pub(super) fn records_a_person(lists: usize, twice: impl Fn(usize) -> f64) -> f64 {
    CLASSES
        .iter()
        .map(|(share, reach)| {
            let mut before = 0.0;
            let mut records = 0.0;
            for list in 0..lists {
                before = reach[list] + (1.0 - reach[list]) * TAKEN_OVER[list] * before;
                records += before * (1.0 + (TWICE[list] * twice(list)).min(1.0));
            }
            share * records
        })
        .sum()
}

/// The share of recorded people who have a recorded brother or sister, if everybody belonged to a family of several.
pub(super) fn siblings_at_most(lists: usize) -> f64 {
    let (mut recorded, mut with_sibling) = (0.0, 0.0);
    for (share, reach) in CLASSES {
        // A list takes people over only from another list, so that nobody is recorded who is not reached by one of itself.
        let listed = 1.0 - reach[..lists].iter().map(|p| 1.0 - p).product::<f64>();
        for size in FAMILIES {
            let members = share * listed * size as f64;
            recorded += members;
            with_sibling += members * (1.0 - (1.0 - listed).powi(size as i32 - 1));
        }
    }
    with_sibling / recorded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_lie_side_by_side() {
        let people = People::new(40, 26, 1);
        let sizes: Vec<u64> = (0..40).map(|number| people.kin(number).size).collect();
        assert_eq!(sizes[..13], [2, 2, 2, 2, 3, 3, 3, 2, 2, 4, 4, 4, 4]);
        assert_eq!(sizes[..13], sizes[13..26]);
        assert!(sizes[26..].iter().all(|&size| size == 1));
        assert_eq!(people.kin(19), Kin { eldest: 17, size: 3 });
    }

    #[test]
    fn brothers_and_sisters_share_what_families_share() {
        let people = People::new(2_600, 2_600, 7);
        let (mut same_day, mut pairs) = (0, 0);
        for number in 1..2_600 {
            let kin = people.kin(number);
            if kin.eldest == number {
                continue;
            }
            let (elder, younger) = (people.person(number - 1), people.person(number));
            assert_eq!((elder.family, elder.father, elder.place), (younger.family, younger.father, younger.place));
            assert_ne!((elder.woman, elder.given), (younger.woman, younger.given));
            assert!(younger.birth.0 - elder.birth.0 >= SPACING);
            assert!(younger.birth <= younger.event);
            pairs += 1;
            same_day += usize::from(elder.event == younger.event);
        }
        let share = same_day as f64 / f64::from(pairs);
        assert!((0.3..0.6).contains(&share), "{share}");
    }

    #[test]
    fn lists_depend_on_one_another() {
        let people = People::new(40_000, 0, 3);
        let (mut both, mut first, mut second) = (0u32, 0u32, 0u32);
        for number in 0..people.count {
            let (a, b) = (people.recorded(number, 0), people.recorded(number, 1));
            (both, first, second) = (both + u32::from(a && b), first + u32::from(a), second + u32::from(b));
        }
        let odds = f64::from(both) * 40_000.0 / (f64::from(first) * f64::from(second));
        assert!(odds > 1.5, "{odds}");
    }
}
