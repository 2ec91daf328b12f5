//! Who was recorded by which lists, how, and who are they really?
//!
//! Lists of any size with known truth: a population in classes that the lists reach unequally, lists that take over from one
//! another, people recorded twice, names whose number grows with the population, brothers and sisters, and the errors that real
//! lists have. Records come one at a time in an order that looks random, and memory holds the vocabularies only: ten million
//! records need no more of it than the names of their people.
//!
//! ```
//! use factum_testkit::population::{Options, Population};
//!
//! let population = Population::new(Options { records: 500, seed: 7, ..Options::default() }).unwrap();
//! let on_the_first_list = population.rows().filter(|row| row.list == 0).count();
//! assert_eq!(on_the_first_list as u64, population.truth().records[0]);
//! ```

mod errors;
mod people;
mod vocabulary;

pub use people::MOST_LISTS;

use crate::keyed::{Key, Shuffle};
use factum_model::{Name, Place, Record, RecordId, Sex};
use people::{People, ROUND};

/// What lists are wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// About how many records on all lists together; chance decides within a few in a thousand, or more if there are few.
    pub records: u64,
    /// Same seed and options, same records.
    pub seed: u64,
    /// How many lists, from 1 to [`MOST_LISTS`].
    pub lists: usize,
    /// The share of recorded people with a brother or sister on the lists, from 0 to what the lists' reach allows.
    pub siblings: f64,
    /// A list on which nobody is recorded twice, counted from 0.
    pub deduplicated: Option<usize>,
    /// Multiplies the share of people recorded twice, which is .02 to .08 by list: from 0 to 10.
    pub duplicates: f64,
    /// Multiplies the chance of every error: 0 is faultless, 1 is usual, 2 is the worst.
    pub errors: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { records: 10_000, seed: 1, lists: 5, siblings: 0.0, deduplicated: None, duplicates: 1.0, errors: 1.0 }
    }
}

/// Why such lists cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OptionsError {
    /// No records, or more than can be numbered.
    #[error("{0} records: from 1 to 1,000,000,000 can be made")]
    Records(u64),
    /// No list, or more than there are.
    #[error("{0} lists: from 1 to {MOST_LISTS} can be made")]
    Lists(usize),
    /// More siblings than the lists reach.
    #[error(
        "{wanted} of the recorded people with siblings on the lists: from 0 to {most:.2} can be made with so many lists"
    )]
    Siblings {
        /// The share asked for.
        wanted: f64,
        /// The largest share there can be.
        most: f64,
    },
    /// The list without duplicates is none of the lists.
    #[error("list {0} cannot be the one without duplicates: lists are counted from 0")]
    Deduplicated(usize),
    /// A factor outside its range.
    #[error("duplicates {0}: from 0 to 10 can be made")]
    Duplicates(f64),
    /// A factor outside its range.
    #[error("errors {0}: from 0 to 2 can be made")]
    Errors(f64),
}

/// One record as text; what the list does not know is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The list, counted from 0.
    pub list: usize,
    /// The record's number within its list, counted from 1.
    pub number: u32,
    /// The truth: the person's number in the population.
    pub person: u64,
    /// Given name, or its initial.
    pub given: String,
    /// Father's given name.
    pub father: String,
    /// Family name.
    pub family: String,
    /// `F`, `M` or empty.
    pub sex: &'static str,
    /// Date of birth in EDTF.
    pub birth: String,
    /// Date of the event in EDTF.
    pub event_date: String,
    /// Place of the event.
    pub place: String,
    /// The region of the place.
    pub region: String,
}

impl Row {
    /// The record that the row makes.
    pub fn record(&self) -> Record {
        let known = |text: &String| (!text.is_empty()).then(|| text.clone());
        let mut record = Record::new(RecordId::new(self.number.to_string()), self.number + 1);
        record.names = vec![Name {
            full: None,
            given: known(&self.given),
            middle: known(&self.father),
            family: known(&self.family),
        }];
        record.sex = match self.sex {
            "F" => Some(Sex::Female),
            "M" => Some(Sex::Male),
            _ => None,
        };
        record.birth = self.birth.parse().ok();
        record.event_date = self.event_date.parse().ok();
        record.event_place = Place { place: known(&self.place), region: known(&self.region) };
        record
    }
}

/// What is true of the lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// How many people there are, recorded or not.
    pub people: u64,
    /// How many people at least one list recorded.
    pub listed: u64,
    /// How many recorded people have a recorded brother or sister.
    pub with_sibling: u64,
    /// Records of each list.
    pub records: Vec<u64>,
    /// People by the lists that recorded them: bit `j` of the index stands for list `j`, index 0 for nobody's.
    pub histories: Vec<u64>,
    /// Pairs of records that speak of one person, within and between lists.
    pub pairs: u64,
}

/// A population and its lists.
#[derive(Clone, Debug)]
pub struct Population {
    options: Options,
    people: People,
    errors: Key,
    order: Shuffle,
}

impl Population {
    /// The population that leaves about as many records as are wanted. All that is wrong with the options is returned at once.
    pub fn new(options: Options) -> Result<Self, Vec<OptionsError>> {
        check(&options)?;
        let a_person = people::records_a_person(options.lists, |list| duplicates(&options, list));
        let count = ((options.records as f64 / a_person).round() as u64).max(1);
        let wanted = options.siblings / people::siblings_at_most(options.lists);
        let rounds = ((count as f64 * wanted / ROUND as f64).round() as u64).min(count / ROUND);
        let people = People::new(count, rounds * ROUND, options.seed);
        let order = Shuffle::new(Key::new(options.seed, 5), count * options.lists as u64 * 2);
        Ok(Self { errors: Key::new(options.seed, 6), people, order, options })
    }

    /// The records as text, one at a time, in the order of the file they would stand in.
    pub fn rows(&self) -> Rows<'_> {
        Rows { population: self, position: 0, numbers: [0; MOST_LISTS] }
    }

    /// The records with their list, counted from 0, and the person they truly speak of.
    pub fn records(&self) -> impl Iterator<Item = (usize, Record, u64)> + '_ {
        self.rows().map(|row| (row.list, row.record(), row.person))
    }

    /// Counts what is true, by asking for every person which lists recorded them.
    pub fn truth(&self) -> Truth {
        let lists = self.options.lists;
        let mut truth = Truth {
            people: self.people.count,
            listed: 0,
            with_sibling: 0,
            records: vec![0; lists],
            histories: vec![0; 1 << lists],
            pairs: 0,
        };
        let mut siblings = 0;
        for number in 0..=self.people.count {
            // Past the last person, the last family is closed.
            if number == self.people.count || self.people.kin(number).eldest == number {
                truth.with_sibling += if siblings > 1 { siblings } else { 0 };
                siblings = 0;
            }
            if number == self.people.count {
                break;
            }
            let (mut history, mut records) = (0, 0);
            for list in (0..lists).filter(|&list| self.people.recorded(number, list)) {
                let copies = 1 + u64::from(self.twice(number, list));
                history |= 1 << list;
                records += copies;
                truth.records[list] += copies;
            }
            truth.histories[history] += 1;
            truth.listed += u64::from(history != 0);
            truth.pairs += records * u64::saturating_sub(records, 1) / 2;
            siblings += u64::from(history != 0);
        }
        truth
    }

    fn twice(&self, number: u64, list: usize) -> bool {
        self.people.twice(number, list, duplicates(&self.options, list))
    }

    /// The record at a position of the order, if there is one: most people are not on most lists, and few are on one twice.
    fn row(&self, position: u64) -> Option<Row> {
        let slot = self.order.at(position);
        let (copy, list) = (slot % 2, (slot / 2 % self.options.lists as u64) as usize);
        let number = slot / 2 / self.options.lists as u64;
        if (copy == 1 && !self.twice(number, list)) || !self.people.recorded(number, list) {
            return None;
        }
        let person = self.people.person(number);
        let mut draws = self.errors.stream(slot);
        let row = errors::write(&person, &self.people.names, list, self.options.errors, &mut draws);
        Some(Row { person: number, ..row })
    }
}

/// How much more often than usual a list records a person twice.
fn duplicates(options: &Options, list: usize) -> f64 {
    if options.deduplicated == Some(list) { 0.0 } else { options.duplicates }
}

fn check(options: &Options) -> Result<(), Vec<OptionsError>> {
    let mut faults = Vec::new();
    if !(1..=1_000_000_000).contains(&options.records) {
        faults.push(OptionsError::Records(options.records));
    }
    if !(1..=MOST_LISTS).contains(&options.lists) {
        faults.push(OptionsError::Lists(options.lists));
    } else {
        let most = people::siblings_at_most(options.lists);
        if !(0.0..=most).contains(&options.siblings) {
            faults.push(OptionsError::Siblings { wanted: options.siblings, most });
        }
        if let Some(list) = options.deduplicated.filter(|&list| list >= options.lists) {
            faults.push(OptionsError::Deduplicated(list));
        }
    }
    if !(0.0..=10.0).contains(&options.duplicates) {
        faults.push(OptionsError::Duplicates(options.duplicates));
    }
    if !(0.0..=2.0).contains(&options.errors) {
        faults.push(OptionsError::Errors(options.errors));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// The rows of a population.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    population: &'a Population,
    position: u64,
    numbers: [u32; MOST_LISTS],
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let population = self.population;
        let end = population.people.count * population.options.lists as u64 * 2;
        while self.position < end {
            self.position += 1;
            if let Some(row) = population.row(self.position - 1) {
                self.numbers[row.list] += 1;
                return Some(Row { number: self.numbers[row.list], ..row });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
