//! What of all that is said of persons, detentions, acts and events cannot all be true?
//!
//! The accounts of a case in the terms of `weigh`: who was born, held, hurt, seen when and where, each with the statements and rows
//! that say so. What one source says of the ends and the place of one detention is taken together. That two things cannot both be true says
//! nothing about which is false.

use super::accounts::{Account, Accounts};
use super::book::Book;
use crate::custody::ids::RecordId;
use factum_model::{Age, Edtf};
use factum_weigh::consistency::{self, Conflict, Kind, Places, Says};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How `weigh` names things: an entity by its number, what is said by the numbers of all that say it.
type Ids = Vec<RecordId>;

/// Two accounts that are at odds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Contradiction {
    /// Whether no reading of the dates allows both; otherwise only some do.
    pub impossible: bool,
    /// The code of the entity.
    pub entity: String,
    /// What it is called.
    pub label: String,
    /// In which way, in words.
    pub what: String,
    /// Statements and rows of one account.
    pub one: Vec<String>,
    /// Those of the other.
    pub other: Vec<String>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Contradictions {
    /// Pairs of accounts, the impossible first.
    pub found: Vec<Contradiction>,
    /// How many more doubtful ones there are of entities with very many, by code.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub unlisted: BTreeMap<String, usize>,
    /// How many accounts were compared.
    pub compared: usize,
    /// Dates and ages that could not be read, by where they stand.
    pub unread: Vec<String>,
}

/// Finds what cannot all be true.
pub fn find(book: &Book, accounts: &Accounts) -> Contradictions {
    let mut maker = Maker { book, accounts, all: Vec::new(), unread: BTreeSet::new() };
    for said in book.entities.values() {
        let id = said.what.entity;
        match said.what.sort.as_str() {
            "person" => maker.person(id),
            "detention" => maker.detention(id),
            "act" => maker.act(id),
            "event" => maker.event(id),
            "organization" => maker.lasting(id, ["founded", "dissolved"]),
            "place" => maker.lasting(id, ["opened", "closed"]),
            _ => maker.lasting(id, ["start", "end"]),
        }
    }
    let within = accounts.all.iter().filter(|a| a.property == "within");
    let places = Places::new(within.filter_map(|a| Some((vec![a.entity], vec![a.to?]))));
    let conflicts = consistency::find(&maker.all, &places);
    let where_said: BTreeMap<RecordId, String> = accounts
        .all
        .iter()
        .filter_map(|account| Some((accounts.number(account.by)?, accounts.place(book, account))))
        .collect();
    let shown = |conflict: &Conflict<Ids>, impossible: bool| {
        let said = |ids: &[Ids]| -> Vec<String> {
            let all: BTreeSet<&RecordId> = ids.iter().flatten().collect();
            all.into_iter().filter_map(|id| where_said.get(id).cloned()).collect()
        };
        let entity = conflict.subject.first().and_then(|id| book.entities.get(id));
        Contradiction {
            impossible,
            entity: entity.map_or_else(String::new, |said| said.what.code.clone()),
            label: entity.map_or_else(String::new, |said| said.what.label.clone()),
            what: words(conflict.kind).into(),
            one: said(&conflict.one),
            other: said(&conflict.other),
        }
    };
    let mut found: Vec<Contradiction> = conflicts.impossible.iter().map(|c| shown(c, true)).collect();
    found.extend(conflicts.doubtful.iter().map(|c| shown(c, false)));
    found.sort_by(|a, b| {
        (!a.impossible, &a.entity, &a.what, &a.one, &a.other).cmp(&(
            !b.impossible,
            &b.entity,
            &b.what,
            &b.one,
            &b.other,
        ))
    });
    let code = |ids: &Ids| ids.first().and_then(|id| book.entities.get(id)).map(|said| said.what.code.clone());
    let unlisted = conflicts.doubtful_unlisted.iter().filter_map(|(ids, n)| Some((code(ids)?, *n))).collect();
    Contradictions { found, unlisted, compared: maker.all.len(), unread: maker.unread.into_iter().collect() }
}

/// A kind of conflict as a clause about its entity.
fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::HeldAtTwoPlaces => "is held at two places at one time",
        Kind::AtTwoPlaces => "is at two places at one time",
        Kind::AgeAgainstBirth => "has an age that does not go with the date of birth",
        Kind::BeforeBirth => "does or suffers something before being born",
        Kind::AfterDeath => "does or suffers something after dying",
        Kind::ReleaseBeforeArrest => "is released before being arrested",
        Kind::EndBeforeStart => "ends before it starts",
    }
}

struct Maker<'a> {
    book: &'a Book,
    accounts: &'a Accounts,
    all: Vec<consistency::Account<Ids>>,
    unread: BTreeSet<String>,
}

impl Maker<'_> {
    fn add(&mut self, subject: RecordId, by: &[&Account], says: Says<Ids>) {
        let numbers: BTreeSet<RecordId> = by.iter().filter_map(|account| self.accounts.number(account.by)).collect();
        let statement = numbers.into_iter().collect();
        self.all.push(consistency::Account { statement, subject: vec![subject], says });
    }

    /// The dates that are given for a property, each with its account.
    fn dates(&mut self, entity: RecordId, property: &str) -> Vec<(Edtf, Account)> {
        let mut dates = Vec::new();
        for account in self.accounts.property(&entity, property) {
            match account.value.parse::<Edtf>() {
                Ok(date) => dates.push((date, account.clone())),
                Err(_) => {
                    let place = self.accounts.place(self.book, account);
                    self.unread.insert(format!("{place}: `{property}`"));
                }
            }
        }
        dates
    }

    /// The other ends of links that are persons: of `victim`, `detainee` and the like.
    fn persons(&self, entity: RecordId, properties: &[&str]) -> BTreeSet<RecordId> {
        let is_person = |id: &RecordId| self.book.entities.get(id).is_some_and(|said| said.what.sort == "person");
        let links = self.accounts.entity(&entity).iter().filter(|a| properties.contains(&a.property.as_str()));
        links.filter_map(|a| a.to).filter(is_person).collect()
    }

    fn lasting(&mut self, entity: RecordId, [start, end]: [&str; 2]) {
        for (on, by) in self.dates(entity, start) {
            self.add(entity, &[&by], Says::Began(on));
        }
        for (on, by) in self.dates(entity, end) {
            self.add(entity, &[&by], Says::Ended(on));
        }
    }

    fn person(&mut self, person: RecordId) {
        for (on, by) in self.dates(person, "birth_date") {
            self.add(person, &[&by], Says::Born(on));
        }
        for (on, by) in self.dates(person, "death_date") {
            self.add(person, &[&by], Says::Died(on));
        }
    }

    fn detention(&mut self, detention: RecordId) {
        let (starts, ends) = (self.dates(detention, "start"), self.dates(detention, "end"));
        let facilities: Vec<Account> =
            self.accounts.property(&detention, "facility").filter(|a| a.to.is_some()).cloned().collect();
        for person in self.persons(detention, &["detainee"]) {
            for (on, by) in &starts {
                self.add(person, &[by], Says::Arrested { detention: vec![detention], on: *on });
            }
            for (on, by) in &ends {
                self.add(person, &[by], Says::Released { detention: vec![detention], on: *on });
            }
            for facility in &facilities {
                let Some(place) = facility.to.map(|to| vec![to]) else { continue };
                let own = |dates: &[(Edtf, Account)]| -> Vec<(Edtf, Account)> {
                    dates.iter().filter(|(_, by)| by.source == facility.source).cloned().collect()
                };
                for (during, by) in periods(&own(&starts), &own(&ends)) {
                    let by: Vec<&Account> = by.iter().chain([facility]).collect();
                    self.add(person, &by, Says::Held { place: place.clone(), during });
                }
            }
        }
    }

    fn act(&mut self, act: RecordId) {
        self.lasting(act, ["start", "end"]);
        let ages: Vec<Account> = self.accounts.property(&act, "age").cloned().collect();
        let starts = self.dates(act, "start");
        for person in self.persons(act, &["victim"]) {
            self.took_part(person, act, &starts);
            for age in &ages {
                let Some(read) = age_of(&age.value) else {
                    self.unread.insert(format!("{}: `age`", self.accounts.place(self.book, age)));
                    continue;
                };
                for (on, by) in &starts {
                    self.add(person, &[age, by], Says::Aged { age: read, on: *on });
                }
            }
        }
    }

    fn event(&mut self, event: RecordId) {
        self.lasting(event, ["start", "end"]);
        let starts = self.dates(event, "start");
        for person in self.persons(event, &["participant", "witness"]) {
            self.took_part(person, event, &starts);
        }
    }

    /// Whoever did or suffered something was there, and alive. The place counts with a date of the same source only.
    fn took_part(&mut self, person: RecordId, what: RecordId, starts: &[(Edtf, Account)]) {
        let sites: Vec<Account> = self.accounts.property(&what, "site").filter(|a| a.to.is_some()).cloned().collect();
        for (on, by) in starts {
            let own: Vec<&Account> = sites.iter().filter(|site| site.source == by.source).collect();
            match own.as_slice() {
                [site] => {
                    let place = site.to.map(|to| vec![to]);
                    self.add(person, &[by, *site], Says::TookPart { on: *on, place });
                }
                // Of an act at several sites nobody can say at which the person was.
                _ => self.add(person, &[by], Says::TookPart { on: *on, place: None }),
            }
        }
    }
}

/// The periods that one source gives by beginnings and ends. An end that it does not give is unknown, never open.
fn periods(starts: &[(Edtf, Account)], ends: &[(Edtf, Account)]) -> Vec<(Edtf, Vec<Account>)> {
    let mut periods = Vec::new();
    let mut add = |text: String, by: Vec<Account>| {
        if let Ok(during) = text.parse::<Edtf>() {
            periods.push((during, by));
        }
    };
    match (starts, ends) {
        (starts, []) => starts.iter().for_each(|(on, by)| add(lone(on, |on| format!("{on}/")), vec![by.clone()])),
        ([], ends) => ends.iter().for_each(|(on, by)| add(lone(on, |on| format!("/{on}")), vec![by.clone()])),
        (starts, ends) => {
            for (from, by) in starts {
                for (to, also) in ends {
                    add(format!("{from}/{to}"), vec![by.clone(), also.clone()]);
                }
            }
        }
    }
    periods
}

/// A single date with an unknown other end; what is an interval already says both ends.
fn lone(on: &Edtf, with_end: impl Fn(&Edtf) -> String) -> String {
    if matches!(on, Edtf::Interval(..)) { on.to_string() } else { with_end(on) }
}

/// An age as it is told: `34`, `about 34` is no number, `30-35` and `30..35` are ranges.
fn age_of(text: &str) -> Option<Age> {
    let number = |part: &str| part.trim().parse::<u16>().ok().filter(|years| *years <= 130);
    if let Some(years) = number(text) {
        return Some(Age { low: years, high: years });
    }
    let (low, high) = text.split_once("..").or_else(|| text.split_once('-')).or_else(|| text.split_once('–'))?;
    let (low, high) = (number(low)?, number(high)?);
    (low <= high).then_some(Age { low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_numbers_or_ranges() {
        let check = |text: &str, expected: Option<(u16, u16)>| {
            assert_eq!(age_of(text).map(|age| (age.low, age.high)), expected, "{text}");
        };
        check("34", Some((34, 34)));
        check("30-35", Some((30, 35)));
        check("30 .. 35", Some((30, 35)));
        check("35-30", None);
        check("about 34", None);
        check("700", None);
    }
}
