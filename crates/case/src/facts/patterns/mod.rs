//! What happened again and again, where and when, by whom and to whom, and who could have known?
//!
//! The acts, detentions and places of a case in the terms of `weigh`. Of contradicting values one counts only if a person accepted it; a
//! person is never a row of a table. What could not be placed is counted in notes, never left out in silence. Numbers here are for the
//! inquiry's own use: nothing has been cleared to leave.

mod drawn;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use drawn::whereabouts;
pub use drawn::{Mapped, flows as flows_drawn, map as map_drawn};
pub use table::{AXES, Shown, coverage, cross, flows};

use super::accounts::{Account, Accounts, By, Settled};
use super::book::Book;
use super::network::Numbered;
use super::words::{Sort, Statement};
use crate::custody::ids::RecordId;
use factum_model::Edtf;
use factum_model::edtf::Day;
use factum_weigh::Thing;
use factum_weigh::independence::Origin;
use factum_weigh::pattern::{Act, Document, Presence, Talk, Told, Transfer};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Positions that say that an act did not happen: codes of the HURIDOCS list of attribution.
const DENIALS: [&str; 2] = ["010200000000", "020200000000"];

/// Places lie in places at most so deep; deeper is a circle.
const DEEPEST: usize = 32;

/// What is counted, by codes, and what could not be.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// Acts.
    pub acts: Vec<Act<String>>,
    /// Who was in a position to know.
    pub presences: Vec<Presence<String>>,
    /// Conversations.
    pub talks: Vec<Talk<String>>,
    /// Documents that speak of a place in a period.
    pub documents: Vec<Document<String>>,
    /// Who was moved from where to where.
    pub transfers: Vec<Transfer<String>>,
    /// What codes are called: terms, places, units, groups.
    pub labels: BTreeMap<String, String>,
    /// What could not be placed, with how often, in words.
    pub notes: BTreeMap<&'static str, usize>,
}

/// How places are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// Each for itself.
    #[default]
    Each,
    /// With the outermost place that they lie in.
    Outermost,
}

/// Gathers everything that patterns count.
pub fn gather(book: &Book, accounts: &Accounts, today: Day, depth: Depth) -> Counted {
    let mut maker = Maker {
        book,
        accounts,
        numbered: Numbered::of(book, today),
        depth,
        about: HashMap::new(),
        told_of: HashMap::new(),
        links: HashMap::new(),
        counted: Counted::default(),
    };
    maker.index();
    let mut entities: Vec<_> = book.entities.values().map(|said| &said.what).collect();
    entities.sort_by(|a, b| (&a.code, a.entity).cmp(&(&b.code, b.entity)));
    let mut detentions = Vec::new();
    for entity in entities {
        match entity.sort.as_str() {
            "act" => maker.act(entity.entity, &entity.code),
            "detention" => detentions.extend(maker.detention(entity.entity, &entity.code)),
            _ => {}
        }
    }
    maker.transfers(detentions);
    maker.knowers();
    maker.counted
}

/// A detention as far as it is settled.
struct Detention {
    code: String,
    persons: Vec<RecordId>,
    facility: Option<String>,
    start: Option<Edtf>,
    end: Option<Edtf>,
    told: Vec<Told<String>>,
}

struct Maker<'a> {
    book: &'a Book,
    accounts: &'a Accounts,
    numbered: Numbered,
    depth: Depth,
    /// Statements about an entity that count.
    about: HashMap<RecordId, Vec<&'a Statement>>,
    /// What files say of an entity, by position.
    told_of: HashMap<RecordId, Vec<usize>>,
    /// Which entities lead to an entity, by it and the property.
    links: HashMap<(RecordId, &'a str), Vec<RecordId>>,
    counted: Counted,
}

impl<'a> Maker<'a> {
    fn index(&mut self) {
        for file in self.book.statements.values() {
            let said = &file.statement.what;
            let stands = file.retracted.is_none()
                && self.book.sources.get(&said.source).is_none_or(|source| source.withdrawn.is_none());
            if let (Some(entity), true) = (said.entity, stands) {
                self.about.entry(entity).or_default().push(said);
            }
        }
        for (at, record) in self.accounts.told.iter().enumerate() {
            let stands = self.book.sources.get(&record.source).is_none_or(|source| source.withdrawn.is_none());
            if stands {
                self.told_of.entry(record.told.entity).or_default().push(at);
            }
        }
        for account in &self.accounts.all {
            if let Some(to) = account.to {
                let from = self.links.entry((to, account.property.as_str())).or_default();
                if from.last() != Some(&account.entity) {
                    from.push(account.entity);
                }
            }
        }
    }

    fn note(&mut self, what: &'static str) {
        *self.counted.notes.entry(what).or_default() += 1;
    }

    /// The code of an entity, with what it is called kept for later.
    fn code(&mut self, id: &RecordId) -> Option<String> {
        let said = &self.book.entities.get(id)?.what;
        self.counted.labels.entry(said.code.clone()).or_insert_with(|| said.label.clone());
        Some(said.code.clone())
    }

    /// A place at the depth at which places are counted.
    fn place(&mut self, id: &RecordId) -> Option<String> {
        let mut place = *id;
        if self.depth == Depth::Outermost {
            for _ in 0..DEEPEST {
                match self.accounts.settled(self.book, &place, "within") {
                    Settled::One(Account { to: Some(outer), .. }) => place = *outer,
                    _ => break,
                }
            }
        }
        self.code(&place)
    }

    /// The place that a property settles.
    fn site(&mut self, entity: &RecordId, property: &'static str, unsettled: &'static str) -> Option<String> {
        match self.accounts.settled(self.book, entity, property) {
            Settled::One(account) => account.to.and_then(|to| self.place(&to)),
            Settled::Differ => {
                self.note(unsettled);
                None
            }
            Settled::Nothing => None,
        }
    }

    /// The date that a property settles: the one accepted, or the narrowest of those that can all be right.
    fn date(&mut self, entity: &RecordId, property: &'static str, unsettled: &'static str) -> Option<Edtf> {
        if let Settled::One(account) = self.accounts.settled(self.book, entity, property) {
            return account.value.parse().ok();
        }
        let dates = self.accounts.property(entity, property).filter_map(|account| account.value.parse::<Edtf>().ok());
        let dates: Vec<Edtf> = dates.collect();
        if dates.is_empty() {
            return None;
        }
        let narrowest = narrowest(&dates);
        if narrowest.is_none() {
            self.note(unsettled);
        }
        narrowest
    }

    /// Everybody who speaks of an entity.
    fn told(&self, entity: &RecordId) -> Vec<Told<String>> {
        let mut told = Vec::new();
        for said in self.about.get(entity).into_iter().flatten() {
            let denies = self.denies(By::Statement(said.statement), entity);
            let origins = self.numbered.said(&said.statement).map(|said| {
                let uses = self.numbered.evidence.network().uses(&[said]);
                uses.iter().filter_map(|of| self.origin(&of.origin)).collect()
            });
            let (statement, source) = (said.code.clone(), self.source(&said.source));
            told.push(Told { statement, source, origins: origins.unwrap_or_default(), denies });
        }
        for at in self.told_of.get(entity).into_iter().flatten() {
            let Some(record) = self.accounts.told.get(*at) else { continue };
            let source = self.source(&record.source);
            let origins = if self.is_examined(&record.source) { vec![source.clone()] } else { Vec::new() };
            let denies = self.denies(By::Told(*at), entity);
            told.push(Told { statement: record.record.to_string(), source, origins, denies });
        }
        told
    }

    fn denies(&self, by: By, entity: &RecordId) -> bool {
        let said = self.accounts.property(entity, "attribution");
        said.filter(|account| account.by == by).any(|account| DENIALS.contains(&account.value.as_str()))
    }

    fn source(&self, id: &RecordId) -> String {
        self.book.sources.get(id).map_or_else(|| format!("closed {id}"), |file| file.source.what.code.clone())
    }

    /// The code of an origin, if somebody looked whether it is independent of any other.
    fn origin(&self, origin: &Origin) -> Option<String> {
        let source = match origin {
            Origin::Source(source) => source,
            Origin::Circle(members) => members.first()?,
            Origin::Unknown | Origin::Closed => return None,
        };
        let code = self.numbered.name(self.book, &|_| String::new(), Thing::Source(*source));
        let id = self.book.sources.iter().find(|(_, file)| file.source.what.code == code).map(|(id, _)| *id)?;
        self.is_examined(&id).then_some(code)
    }

    fn is_examined(&self, source: &RecordId) -> bool {
        self.book.examined.keys().any(|(one, other)| one == source || other == source)
    }

    fn act(&mut self, act: RecordId, code: &str) {
        let told = self.told(&act);
        let kind = match self.accounts.settled(self.book, &act, "type") {
            Settled::One(account) => Some(account.value.clone()),
            Settled::Differ => {
                self.note("acts whose type is contested: they stand under `not told`");
                None
            }
            Settled::Nothing => None,
        };
        let mut place = self.site(&act, "site", "acts whose site is contested: they stand under `not told`");
        let contested = "acts whose dates cannot all be right: they stand as undated";
        let mut date = self.date(&act, "start", contested);
        let about: Vec<&Statement> = self.about.get(&act).cloned().unwrap_or_default();
        if place.is_none() && self.accounts.property(&act, "site").next().is_none() {
            // A statement about the act says itself where that was.
            let places: BTreeSet<RecordId> = about.iter().filter_map(|said| said.place).collect();
            if let (Some(only), 1) = (places.first(), places.len()) {
                place = self.place(only);
            }
        }
        if date.is_none() && self.accounts.property(&act, "start").next().is_none() {
            let dates: Vec<Edtf> = about.iter().filter_map(|said| said.date.as_ref()?.parse().ok()).collect();
            date = narrowest(&dates);
            if date.is_none() && !dates.is_empty() {
                self.note(contested);
            }
        }
        let units = self.units(&act);
        let groups = self.groups(&act);
        self.counted.acts.push(Act { act: code.to_string(), kind, place, date, units, groups, told });
    }

    /// Organizations and groups that are involved as perpetrators. A person is never a row of a table.
    fn units(&mut self, act: &RecordId) -> Vec<String> {
        let involved: Vec<RecordId> = self.links.get(&(*act, "act")).cloned().unwrap_or_default();
        let mut units: BTreeSet<RecordId> = BTreeSet::new();
        for involvement in involved {
            let ends = self.accounts.property(&involvement, "perpetrator").filter_map(|account| account.to);
            units.extend(ends.filter(|end| self.sort(end) != "person"));
        }
        units.iter().filter_map(|unit| self.code(unit)).collect()
    }

    /// The groups that the victims are, or belong to.
    fn groups(&mut self, act: &RecordId) -> Vec<String> {
        let victims: BTreeSet<RecordId> =
            self.accounts.property(act, "victim").filter_map(|account| account.to).collect();
        let mut groups: BTreeSet<RecordId> = BTreeSet::new();
        for victim in victims {
            if self.sort(&victim) == "group" {
                groups.insert(victim);
            } else {
                groups.extend(self.links.get(&(victim, "member")).into_iter().flatten());
            }
        }
        groups.iter().filter_map(|group| self.code(group)).collect()
    }

    fn sort(&self, id: &RecordId) -> &'a str {
        self.book.entities.get(id).map_or("", |said| said.what.sort.as_str())
    }

    fn detention(&mut self, id: RecordId, code: &str) -> Option<Detention> {
        let persons: BTreeSet<RecordId> =
            self.accounts.property(&id, "detainee").filter_map(|account| account.to).collect();
        if persons.is_empty() {
            self.note("detentions of which nobody says who was held: they are in no flow");
            return None;
        }
        Some(Detention {
            code: code.to_string(),
            persons: persons.into_iter().collect(),
            facility: self.site(&id, "facility", "detentions whose facility is contested: it counts as not known"),
            start: self.date(&id, "start", "detentions whose beginnings cannot all be right: they are in no flow"),
            end: self.date(&id, "end", "detentions whose ends cannot all be right: they are in no flow"),
            told: self.told(&id),
        })
    }

    /// Two detentions of one person, of which the second begins when the first ends, are a transfer.
    fn transfers(&mut self, detentions: Vec<Detention>) {
        let mut of: BTreeMap<RecordId, Vec<&Detention>> = BTreeMap::new();
        for detention in &detentions {
            for person in &detention.persons {
                of.entry(*person).or_default().push(detention);
            }
        }
        for (person, mut held) in of {
            let Some(who) = self.code(&person) else { continue };
            self.counted.labels.remove(&who);
            held.sort_by_key(|d| (d.start.as_ref().and_then(Edtf::earliest), d.code.clone()));
            for pair in held.windows(2) {
                let [before, after] = pair else { continue };
                if before.facility.is_some() && before.facility == after.facility {
                    continue;
                }
                let (Some(end), Some(start)) = (before.end, after.start) else {
                    self.note("pairs of detentions of one person whose dates do not tell whether one led to the other");
                    continue;
                };
                if !adjoin(&end, &start) {
                    continue;
                }
                let told = before.told.iter().chain(&after.told).cloned().collect();
                self.counted.transfers.push(Transfer {
                    transfer: format!("{}>{}:{who}", before.code, after.code),
                    persons: vec![who.clone()],
                    from: before.facility.clone(),
                    to: after.facility.clone(),
                    date: Some(start),
                    told,
                });
            }
        }
    }

    /// Who was in a position to know, what was talked with them, which documents speak of which place and period.
    fn knowers(&mut self) {
        for file in self.book.sources.values() {
            let source = file.source.what.code.clone();
            for said in &file.presences {
                let period = said.what.period.parse::<Edtf>();
                match (self.place(&said.what.place), period) {
                    (Some(place), Ok(period)) => {
                        self.counted.presences.push(Presence { source: source.clone(), place, period });
                    }
                    _ => self.note("presences at a place that is closed, or with a period that cannot be read"),
                }
            }
        }
        for said in self.book.interviews.values() {
            let (interview, source) = (said.what.code.clone(), self.source(&said.what.source));
            self.counted.talks.push(Talk { interview, source });
        }
        let mut papers: BTreeSet<(String, String, String)> = BTreeSet::new();
        for file in self.book.statements.values() {
            let said = &file.statement.what;
            let is_paper =
                self.book.sources.get(&said.source).is_some_and(|source| source.source.what.sort != Sort::Person);
            let (Some(place), Some(date), true, None) = (said.place, &said.date, is_paper, &file.retracted) else {
                continue;
            };
            if let Some(place) = self.place(&place) {
                papers.insert((self.source(&said.source), place, date.clone()));
            }
        }
        for (document, place, date) in papers {
            if let Ok(period) = date.parse() {
                self.counted.documents.push(Document { document, place, period });
            }
        }
        self.counted.presences.sort_by(|a, b| (&a.source, &a.place).cmp(&(&b.source, &b.place)));
        self.counted.talks.sort_by(|a, b| a.interview.cmp(&b.interview));
    }
}

/// The narrowest of dates that can all be right; none if they cannot.
fn narrowest(dates: &[Edtf]) -> Option<Edtf> {
    let all = dates.iter().try_fold(factum_model::Span::ANY, |common, date| common.common(date.span()));
    all?;
    let width = |date: &Edtf| match (date.earliest(), date.latest()) {
        (Some(from), Some(to)) => i64::from(to.0) - i64::from(from.0),
        _ => i64::MAX,
    };
    dates.iter().min_by_key(|date| (width(date), date.to_string())).copied()
}

/// Whether a stay can have led to the next: some day of its end is the day of the beginning, or the one before it.
fn adjoin(end: &Edtf, start: &Edtf) -> bool {
    let (from, to) = (end.earliest(), end.latest());
    let begins_before = from.zip(start.latest()).is_none_or(|(end, start)| end.0 <= start.0);
    let ends_after = to.zip(start.earliest()).is_none_or(|(end, start)| end.0.saturating_add(1) >= start.0);
    begins_before && ends_after
}
