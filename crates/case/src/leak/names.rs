//! Which names, days, places and numbers does this case hold that this publication must not tell?
//!
//! Names of sources behind their codes, of whoever stands on a list, of persons that statements are about, of everybody who works here;
//! numbers and addresses that are somebody's; days and places that a source agreed to publish no finer than so. A source that agreed to be
//! named in exactly this use is allowed. What the actor cannot open is not searched for, and that is said.

use super::{Gathered, Subject};
use crate::clearance::Clearance;
use crate::custody::folder::Case;
use crate::custody::items::{self, Held, ItemError};
use crate::facts::Book;
use crate::facts::accounts::Accounts;
use crate::facts::book::SourceFile;
use crate::facts::consent::use_of;
use crate::facts::words::Purpose;
use crate::fault::Faults;
use crate::lists::{read_table, read_table_as};
use crate::publication::precision;
use crate::settings::{ListSettings, Settings};
use factum_guard::leak::{Finest, Secret, What};
use factum_model::edtf::Day;
use factum_model::{Edtf, Feature};
use factum_weigh::consent::Asked;
use std::collections::BTreeSet;
use std::path::Path;

/// Gathers all that must not be told in a publication for this purpose, as far as the actor can open it.
pub fn gather(case: &Case, book: &Book, purpose: Purpose, today: Day) -> Result<Gathered, ItemError> {
    let mut gathered = Gathered::default();
    let closed = case.register().compartments.keys().filter(|name| !case.can_open(name));
    gathered
        .closed
        .extend(closed.map(|name| format!("the compartment {name} is closed to you: nothing in it was searched for")));
    let freely = freely_told(book, purpose, today);
    for file in book.sources.values() {
        source(&mut gathered, book, file, Asked { purpose: use_of(purpose), naming: true }, today, &freely);
    }
    let accounts = Accounts::read(case, book, &book.schema().0)?;
    for said in book.entities.values() {
        let entity = &said.what;
        if entity.sort == "person" {
            let subject = gathered.subject(Subject::Person(entity.code.clone()));
            gathered.person(subject, &entity.label);
            // What statements and files say of a person: names, and numbers and addresses that are somebody's. Days of birth of thousands
            // would be found in any report by chance.
            let told = accounts.entity(&entity.entity).iter().filter(|a| a.to.is_none() && days(&a.value).is_empty());
            told.for_each(|account| gathered.detail(subject, &account.property, &account.value));
        } else {
            gathered.wanted.harmless.push(entity.label.clone());
        }
    }
    let organizations = book.sources.values().filter_map(|file| file.source.what.organization.clone());
    gathered.wanted.harmless.extend(organizations);
    for member in case.register().members.values() {
        let subject = gathered.subject(Subject::Member(member.name.clone()));
        gathered.person(subject, &member.name);
    }
    lists(case, &mut gathered)?;
    match Clearance::of(case, book, None) {
        Ok(clearance) => gathered.published = clearance.published(),
        Err(error) => gathered.closed.push(format!("counts were not held against earlier releases: {error}")),
    }
    Ok(gathered)
}

/// Days and names of places that somebody told who set no limit to them for this purpose: they are no secret of another's.
struct Freely {
    days: BTreeSet<Day>,
    places: BTreeSet<String>,
}

fn freely_told(book: &Book, purpose: Purpose, today: Day) -> Freely {
    let mut freely = Freely { days: BTreeSet::new(), places: BTreeSet::new() };
    for file in book.statements.values() {
        let said = &file.statement.what;
        let Some(source) = book.sources.get(&said.source) else { continue };
        let limit = limits(source);
        if !source.allows(Asked::of(use_of(purpose)), today).is_allowed() {
            continue;
        }
        if limit.finest.is_none() {
            freely.days.extend(said.date.as_deref().into_iter().flat_map(days));
        }
        if limit.region.is_none() {
            let place = said.place.and_then(|place| book.entities.get(&place));
            freely.places.extend(place.map(|said| said.what.label.clone()));
        }
    }
    freely
}

/// How finely a source's details may be told.
struct Limits {
    finest: Option<Finest>,
    region: Option<String>,
}

fn limits(file: &SourceFile) -> Limits {
    let mut limits = Limits { finest: None, region: precision::region(file).map(str::to_string) };
    for detail in file.consent.iter().flat_map(|said| &said.what.no_finer_than) {
        match detail.value.as_str() {
            "year" => limits.finest = Some(Finest::Year),
            "month" => limits.finest = limits.finest.or(Some(Finest::Month)),
            _ => {}
        }
    }
    limits
}

/// The days that a date names: one, or the ends of an interval.
fn days(date: &str) -> Vec<Day> {
    date.split('/')
        .filter_map(|end| {
            let edtf: Edtf = end.parse().ok()?;
            edtf.earliest().filter(|first| edtf.latest() == Some(*first))
        })
        .collect()
}

fn source(gathered: &mut Gathered, book: &Book, file: &SourceFile, asked: Asked, today: Day, freely: &Freely) {
    let id = file.source.what.source;
    let subject = gathered.subject(Subject::Source(file.source.what.code.clone()));
    if let Some(identity) = file.identity.as_ref().map(|said| &said.what) {
        if file.allows(asked, today).is_allowed() {
            gathered.wanted.allowed.extend(identity.names.iter().cloned());
        } else {
            identity.names.iter().for_each(|name| gathered.person(subject, name));
            identity.details.iter().for_each(|detail| gathered.detail(subject, &detail.name, &detail.value));
        }
    }
    let limits = limits(file);
    let interviews: Vec<_> = book.interviews.values().map(|said| &said.what).filter(|i| i.source == id).collect();
    let statements: Vec<_> =
        book.statements.values().map(|file| &file.statement.what).filter(|said| said.source == id).collect();
    let presences = file.presences.iter().map(|said| &said.what);
    if let Some(finest) = limits.finest {
        let dates =
            interviews.iter().map(|i| i.date.as_str()).chain(statements.iter().filter_map(|s| s.date.as_deref()));
        let all: BTreeSet<Day> = dates.chain(presences.clone().map(|p| p.period.as_str())).flat_map(days).collect();
        for day in all.difference(&freely.days) {
            gathered.day(subject, *day, finest);
        }
    }
    if let Some(region) = limits.region {
        let entities = statements.iter().filter_map(|s| s.place).chain(presences.map(|p| p.place));
        let labels = entities.filter_map(|place| Some(book.entities.get(&place)?.what.label.clone()));
        let places: BTreeSet<String> = interviews.iter().filter_map(|i| i.place.clone()).chain(labels).collect();
        for place in places.difference(&freely.places).filter(|place| !region.contains(place.as_str())) {
            gathered.wanted.secrets.push(Secret { subject, what: What::Place(place.clone()) });
        }
    }
}

/// The fewest digits of a number that is somebody's.
const DIGITS: usize = 6;
/// What a detail is called that holds the name of another person.
const NAMING: &[&str] =
    &["name", "alias", "family", "father", "mother", "spouse", "husband", "wife", "kin", "relative", "child"];
/// What a detail is called that holds a place.
const PLACING: &[&str] = &["address", "residence", "place", "village", "town", "home"];

impl Gathered {
    fn subject(&mut self, subject: Subject) -> u32 {
        self.subjects.push(subject);
        u32::try_from(self.subjects.len() - 1).unwrap_or(u32::MAX)
    }

    /// A name, unless what stands there is no name at all.
    fn person(&mut self, subject: u32, name: &str) {
        if name.chars().any(char::is_alphabetic) {
            self.names += 1;
            self.wanted.secrets.push(Secret { subject, what: What::Person(name.to_string()) });
        }
    }

    fn day(&mut self, subject: u32, day: Day, finest: Finest) {
        let (year, month, day) = day.ymd();
        let (Ok(month), Ok(day)) = (u8::try_from(month), u8::try_from(day)) else { return };
        self.wanted.secrets.push(Secret { subject, what: What::Day { year, month, day, finest } });
    }

    /// Something else that is known of a person.
    fn detail(&mut self, subject: u32, name: &str, value: &str) {
        let called = |words: &[&str]| words.iter().any(|word| name.to_lowercase().contains(word));
        let digits = value.chars().filter(|c| c.is_numeric()).count();
        let dates = days(value);
        if !dates.is_empty() {
            dates.into_iter().for_each(|day| self.day(subject, day, Finest::Year));
        } else if digits >= DIGITS || value.contains('@') {
            self.wanted.secrets.push(Secret { subject, what: What::Exactly(value.to_string()) });
        } else if called(PLACING) && !matches!(self.subjects.get(subject as usize), Some(Subject::Person(_))) {
            let place = if digits > 0 { What::Exactly(value.to_string()) } else { What::Place(value.to_string()) };
            self.wanted.secrets.push(Secret { subject, what: place });
        } else if called(NAMING) {
            self.person(subject, value);
        }
    }
}

/// Media types of tables.
fn is_table(held: &Held) -> bool {
    let kind = held.item.media_type.as_str();
    let name = held.item.name.to_lowercase();
    kind.contains("csv")
        || kind.contains("spreadsheet")
        || kind.contains("tab-separated")
        || kind.contains("ms-excel")
        || kind.contains("parquet")
        || [".csv", ".tsv", ".xlsx", ".ods", ".xls", ".parquet"].iter().any(|end| name.ends_with(end))
}

/// Names on lists, by the settings that are in the case with them.
fn lists(case: &Case, gathered: &mut Gathered) -> Result<(), ItemError> {
    let held = items::list(case)?;
    let mut settings: Vec<Settings> = Vec::new();
    for item in held.iter().filter(|held| held.item.name.ends_with(".toml")) {
        let mut bytes = Vec::new();
        match items::read(case, &item.item, &mut bytes) {
            Ok(()) => settings.push(Settings::parse(&String::from_utf8_lossy(&bytes), &item.item.name).0),
            Err(ItemError::Gone(_)) => {}
            Err(other) => return Err(other),
        }
    }
    for item in held.iter().filter(|held| is_table(held) && held.made.is_none()) {
        let name = item.item.name.clone();
        let list = settings.iter().find_map(|settings| settings.for_file(Path::new(&name)));
        let number = items::short(&item.item.item);
        let mut bytes = Vec::new();
        match items::read(case, &item.item, &mut bytes) {
            Ok(()) => {}
            Err(ItemError::Gone(_)) => {
                gathered.closed.push(format!("the table {number} is gone: names in it were not searched for"));
                continue;
            }
            Err(other) => return Err(other),
        }
        // Results of the case's own runs name records by their numbers and nobody by name.
        let Some(list) = list else {
            let names_people = read_table(&bytes, &name, &mut Faults::default()).0.iter().any(|column| {
                let column = column.to_lowercase();
                ["name", "prénom", "nom", "nombre", "имя", "اسم", "姓名"]
                    .iter()
                    .any(|word| column == *word || column.ends_with(&format!("_{word}")))
            });
            if names_people {
                let why = "no settings in the case say what its columns mean: names in it were not searched for";
                gathered.closed.push(format!("the table {number}: {why}"));
            }
            continue;
        };
        records(gathered, &bytes, &name, &list, &number);
    }
    Ok(())
}

fn records(gathered: &mut Gathered, bytes: &[u8], file: &str, list: &ListSettings, number: &str) {
    let mut faults = Faults::default();
    let (header, rows) = read_table_as(bytes, file, list, &mut faults);
    if faults.has_errors() {
        gathered.closed.push(format!("the list {number} cannot be read whole: some names in it were not searched for"));
    }
    let of = |feature: Feature| -> Vec<usize> {
        let wanted = |column: &String| list.columns.iter().any(|m| m.feature == feature && m.column == *column);
        header.iter().enumerate().filter(|(_, column)| wanted(column)).map(|(at, _)| at).collect()
    };
    let whole = of(Feature::FullName);
    let other = of(Feature::OtherName);
    let parts = [Feature::GivenName, Feature::MiddleName, Feature::FamilyName].map(of);
    let numbers = of(Feature::Number);
    for (row, cells) in rows {
        let cell = |at: &usize| cells.get(*at).map(String::as_str).unwrap_or_default().trim();
        let subject = gathered.subject(Subject::Record { list: number.to_string(), row });
        whole.iter().map(cell).filter(|name| !name.is_empty()).for_each(|name| gathered.person(subject, name));
        for names in other.iter().map(cell) {
            names.split(';').map(str::trim).filter(|name| !name.is_empty()).for_each(|n| gathered.person(subject, n));
        }
        let joined: Vec<&str> = parts.iter().flatten().map(cell).filter(|part| !part.is_empty()).collect();
        if !joined.is_empty() {
            gathered.person(subject, &joined.join(" "));
        }
        for number in numbers.iter().map(cell).filter(|number| !number.is_empty()) {
            gathered.wanted.secrets.push(Secret { subject, what: What::Exactly(number.to_string()) });
        }
    }
}

#[cfg(test)]
mod tests;
