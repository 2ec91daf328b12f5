//! Can two romanisations of one name be recognised as the same name?
//!
//! One population, recorded in its own script and then romanised twice, for two lists that share some of its people. Each entry
//! keeps the record in the original script beside the romanised one, so that it can be told what romanising cost. Within a list
//! a person stands once.
//!
//! ```
//! use factum_testkit::romanise::{Options, arabic_lists};
//!
//! let [library, press] = arabic_lists(&Options { people: 200, seed: 7, births: true }).lists;
//! let shared = library.iter().filter(|entry| press.iter().any(|other| other.person == entry.person)).count();
//! assert!((80..150).contains(&shared));
//! ```

mod arabic;
mod arabic_names;
mod uyghur;
mod uyghur_names;

use crate::keyed::{Key, Ranks, Shuffle, Stream};
use crate::typing::slipped;
use factum_model::edtf::Day;
use factum_model::{Edtf, Name, Place, Record, RecordId, Sex};

/// The chance of each list to record a person: a little over half of the people are on both.
const REACH: f64 = 0.75;

/// The chance of a slip of the finger in a name: a cataloguer checks, a journalist hurries.
const SLIPS: [f64; 2] = [0.015, 0.03];

/// The chance of a list to give the father's name, where people have a family name beside it.
const FATHER: [f64; 2] = [0.85, 0.4];

/// The first day of the events and how many days they span.
const FIRST_DAY: i32 = 15_000;
const DAYS: usize = 400;

/// How much the commonest names stand out: weights fall as 1 / (rank + 3), by which the commonest of 200 names is borne by
/// about one in thirteen.
const SHIFT: f64 = 3.0;

/// What lists are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many people there are; each list records three in four. 4,000 give two lists of 3,000.
    pub people: u32,
    /// Same seed, same lists.
    pub seed: u64,
    /// Whether the lists know dates of birth; without them, names, sex, place and date of the event must suffice.
    pub births: bool,
}

/// One record twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The truth: the person's number in the population.
    pub person: u32,
    /// As recorded, in the original script. Its names are free of errors, so those of one person are the same on both lists as
    /// far as both give them.
    pub original: Record,
    /// The same record romanised, with slips of the finger.
    pub romanised: Record,
}

/// Two lists that share people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Romanised {
    /// How many people there are, recorded or not.
    pub people: u32,
    /// The list of the scholarly scheme and that of the press, each in an order of its own.
    pub lists: [Vec<Entry>; 2],
}

/// Lists of people with Arabic names: given, father's and family name. Romanised by the ALA-LC table without diacritics, and
/// as newspapers of English and French spelling do.
pub fn arabic_lists(options: &Options) -> Romanised {
    make(
        options,
        Language {
            men: Names::new(arabic_names::men()),
            women: Names::new(arabic_names::women()),
            families: Names::new(arabic_names::families()),
            places: Names::new(arabic_names::places()),
            regions: Names::new(arabic_names::regions()),
            script: arabic::script,
            schemes: [arabic::library, arabic::press],
        },
    )
}

/// Lists of people with Uyghur names: given and father's name, no family name. Romanised by the Latin alphabet of the language,
/// and by way of Cyrillic as newspapers of the former Soviet Union do.
pub fn uyghur_lists(options: &Options) -> Romanised {
    make(
        options,
        Language {
            men: Names::new(uyghur_names::men()),
            women: Names::new(uyghur_names::women()),
            families: Names::new(Vec::new()),
            places: Names::new(uyghur_names::places()),
            regions: Names::new(uyghur_names::regions()),
            script: uyghur::script,
            schemes: [uyghur::latin, uyghur::press],
        },
    )
}

/// Names, the commonest first.
struct Names {
    words: Vec<String>,
    ranks: Ranks,
}

impl Names {
    fn new(words: Vec<String>) -> Self {
        Self { ranks: Ranks::new(words.len(), SHIFT), words }
    }

    /// The same names, others of them common.
    fn shuffled(&self, key: Key) -> Self {
        let order = Shuffle::new(key, self.words.len() as u64);
        Self::new((0..self.words.len()).map(|rank| self.words[order.at(rank as u64) as usize].clone()).collect())
    }

    fn pick(&self, draws: &mut Stream) -> Option<&str> {
        self.words.get(self.ranks.pick(draws)).map(String::as_str)
    }
}

/// A language: names in a notation of its own, its script, and two ways to romanise the names of one record.
struct Language {
    men: Names,
    women: Names,
    families: Names,
    places: Names,
    regions: Names,
    script: fn(&str) -> String,
    schemes: [Scheme; 2],
}

/// Writes the names of one record in Latin letters, in the way of one writer.
type Scheme = fn(&[&str], &mut Stream) -> Vec<String>;

/// Who a person is. Words are empty where the language has none.
struct Person<'a> {
    woman: bool,
    given: &'a str,
    father: &'a str,
    family: &'a str,
    birth: Day,
    event: Day,
    place: &'a str,
    region: &'a str,
}

fn make(options: &Options, mut language: Language) -> Romanised {
    let key = |purpose| Key::new(options.seed, purpose);
    // Which of the families and villages are common is up to the seed; for given names the vocabulary says.
    language.families = language.families.shuffled(key(3));
    language.places = language.places.shuffled(key(4));
    let (people, draws) = (key(0), [key(1), key(2)]);
    let list = |at: usize| {
        let order = Shuffle::new(key(5 + at as u64), u64::from(options.people));
        let recorded = (0..u64::from(options.people)).map(|position| order.at(position)).filter_map(|number| {
            let mut own = draws[at].stream(number);
            own.chance(REACH).then_some((number, own))
        });
        let mut entries: Vec<Entry> = Vec::new();
        for (number, mut own) in recorded {
            let person = person(&language, people.stream(number));
            let row = entries.len() as u32 + 2;
            let (original, romanised) = record(&person, &language, at, options.births, row, &mut own);
            entries.push(Entry { person: number as u32, original, romanised });
        }
        entries
    };
    Romanised { people: options.people, lists: [list(0), list(1)] }
}

fn person(language: &Language, mut own: Stream) -> Person<'_> {
    let woman = own.chance(0.25);
    let event = FIRST_DAY + own.below(DAYS) as i32;
    // Ages from 14 to 75 years, young ones more often: the smaller of two even draws.
    let age = 14 * 365 + own.below(61 * 365).min(own.below(61 * 365)) as i32;
    let place = language.places.ranks.pick(&mut own);
    let givens = if woman { &language.women } else { &language.men };
    Person {
        woman,
        given: givens.pick(&mut own).unwrap_or(""),
        father: language.men.pick(&mut own).unwrap_or(""),
        family: language.families.pick(&mut own).unwrap_or(""),
        birth: Day(event - age),
        event: Day(event),
        place: &language.places.words[place],
        region: &language.regions.words[place % language.regions.words.len()],
    }
}

/// What a list says of a person: in the original script, and romanised.
fn record(
    person: &Person<'_>,
    language: &Language,
    list: usize,
    births: bool,
    row: u32,
    draws: &mut Stream,
) -> (Record, Record) {
    let father = person.family.is_empty() || draws.chance(FATHER[list]);
    let mut original = Record::new(RecordId::new((row - 1).to_string()), row);
    original.sex = draws.chance(0.97).then_some(if person.woman { Sex::Female } else { Sex::Male });
    original.birth = if births { birth(person.birth, draws) } else { None };
    original.event_date = event(person.event, draws);
    let place = draws.chance(0.93);
    let mut romanised = original.clone();

    let words = [person.given, person.father, person.family, person.place, person.region];
    let scripts = words.map(language.script);
    let latin = (language.schemes[list])(&words, draws);
    let latin = latin.into_iter().map(|word| if draws.chance(SLIPS[list]) { slipped(&word, draws) } else { word });
    for (record, words) in [(&mut original, scripts.to_vec()), (&mut romanised, latin.collect())] {
        let mut known = words.into_iter().map(|word| (!word.is_empty()).then_some(word));
        let mut next = |wanted: bool| known.next().flatten().filter(|_| wanted);
        record.names = vec![Name { full: None, given: next(true), middle: next(father), family: next(true) }];
        record.event_place = Place { place: next(place), region: next(true) };
    }
    (original, romanised)
}

/// A date of birth as recorded: in full, the year, or not at all; now and then another day or year.
fn birth(day: Day, draws: &mut Stream) -> Option<Edtf> {
    match draws.unit() {
        x if x < 0.12 => None,
        x if x < 0.30 => Edtf::date(day.ymd().0 as u16, None, None),
        x if x < 0.33 => full(Day(day.0 + 365)),
        x if x < 0.37 => full(Day(day.0 + draws.below(9) as i32 - 4)),
        _ => full(day),
    }
}

/// The date of the event as recorded: in full, the month, or not at all; now and then some days later.
fn event(day: Day, draws: &mut Stream) -> Option<Edtf> {
    let (year, month, _) = day.ymd();
    match draws.unit() {
        x if x < 0.04 => None,
        x if x < 0.12 => Edtf::date(year as u16, Some(month as u8), None),
        x if x < 0.24 => full(Day(day.0 + 1 + draws.below(4) as i32)),
        _ => full(day),
    }
}

fn full(day: Day) -> Option<Edtf> {
    let (year, month, date) = day.ymd();
    Edtf::date(year as u16, Some(month as u8), Some(date as u8))
}

/// The word with its first letter, which a sign of ayn may precede, as a capital.
fn capital(word: &str) -> String {
    let Some((at, first)) = word.char_indices().find(|(_, c)| c.is_alphabetic()) else { return word.to_string() };
    format!("{}{}{}", &word[..at], first.to_uppercase(), &word[at + first.len_utf8()..])
}

#[cfg(test)]
mod tests;
