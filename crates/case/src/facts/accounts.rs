//! What does each source say of each property of each thing, whether in words of its own or in a file?
//!
//! A statement gives one value; a file taken in gives many. Both are accounts, and everything that compares values (claims,
//! contradictions, patterns, maps, exports) goes over them. What a source says that took its consent back, or what was retracted,
//! is no account.

use super::book::Book;
use super::thing::lives_in;
use super::words::{Fact, TOLD, Told};
use crate::custody::folder::Case;
use crate::custody::ids::{RecordId, TransactionId};
use crate::custody::view;
use crate::fault::Faults;
use crate::schema::{Property, Schema, SchemaFile, Type};
use factum_vault::index::{IndexError, Records};
use std::collections::{BTreeSet, HashMap};
use std::ops::{ControlFlow, Range};

/// By what a value is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// A statement, by its number.
    Statement(RecordId),
    /// A record of what a file says, by its position in [`Accounts::told`].
    Told(usize),
}

/// One value that somebody gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Of which entity.
    pub entity: RecordId,
    /// Of which property.
    pub property: String,
    /// The value: EDTF, the code of a term, the code of an entity, or words.
    pub value: String,
    /// The entity that it leads to, if it is a link.
    pub to: Option<RecordId>,
    /// By what it is given.
    pub by: By,
    /// Who gives it.
    pub source: RecordId,
}

/// A record of what a file says, with its own number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldRecord {
    /// The record's number, by which a value is accepted.
    pub record: RecordId,
    /// The source whose file it is.
    pub source: RecordId,
    /// What it says.
    pub told: Told,
}

/// All accounts, those of one entity together and in the order of the properties' names.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    /// The accounts.
    pub all: Vec<Account>,
    /// What files say, the last word of each source and key, in the order of the log.
    pub told: Vec<ToldRecord>,
    /// Statements and records that give values and do not count, because consent was taken back or they were retracted.
    pub left_out: usize,
    of: HashMap<RecordId, Range<usize>>,
}

impl Book {
    /// The schema of this inquiry: the standard one with the files that its leads added.
    pub fn schema(&self) -> (Schema, Faults) {
        let files: Vec<SchemaFile<'_>> =
            self.schemas.iter().map(|(name, said)| SchemaFile { name, text: &said.what }).collect();
        Schema::with(&files)
    }

    /// Does what a source says count?
    fn counts(&self, source: &RecordId) -> bool {
        self.sources.get(source).is_none_or(|file| file.withdrawn.is_none())
    }
}

/// What files say of entities, the last word of each source and key, as far as the actor can open it.
pub fn told(case: &Case, book: &Book) -> Result<Vec<ToldRecord>, IndexError> {
    let undone = view::undone(case.index(), case.until())?;
    let mut all: Vec<ToldRecord> = Vec::new();
    let mut last: HashMap<(RecordId, RecordId, String), usize> = HashMap::new();
    case.index().each_record(Records::Kind(TOLD), |row| {
        let stands =
            row.entry < case.until() && !undone.contains(&(TransactionId(row.transaction), row.compartment.clone()));
        // The index holds what was judged to be canonical when it came in.
        if let Some(Fact::Told(told)) = stands.then(|| serde_json::from_str(&row.body).ok()).flatten()
            && lives_in(&told.entity, &row.compartment)
            && let Some(import) = book.imports.get(&told.import)
        {
            let source = import.what.source;
            let record = ToldRecord { record: RecordId(row.id), source, told: *told };
            let slot = (record.told.entity, source, record.told.key.clone());
            match last.get(&slot).and_then(|at| all.get_mut(*at)) {
                Some(earlier) => *earlier = record,
                None => {
                    last.insert(slot, all.len());
                    all.push(record);
                }
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok(all)
}

impl Accounts {
    /// Reads everything that gives a value, by the words of this schema.
    pub fn read(case: &Case, book: &Book, schema: &Schema) -> Result<Self, IndexError> {
        Ok(Self::of(book, told(case, book)?, schema))
    }

    /// The accounts of a book and of what files say.
    pub fn of(book: &Book, told: Vec<ToldRecord>, schema: &Schema) -> Self {
        let mut accounts = Self { told, ..Self::default() };
        let codes: HashMap<&str, RecordId> =
            book.entities.values().map(|said| (said.what.code.as_str(), said.what.entity)).collect();
        for (id, file) in &book.statements {
            let said = &file.statement.what;
            let (Some(entity), Some(property), Some(value)) = (said.entity, &said.property, &said.value) else {
                continue;
            };
            if file.retracted.is_some() || !book.counts(&said.source) {
                accounts.left_out += 1;
                continue;
            }
            let sort = book.entities.get(&entity).map_or("", |said| said.what.sort.as_str());
            let of = schema.kind(sort).and_then(|kind| kind.property(property));
            let to = ends_at(book, &codes, of, value);
            let value = match to.and_then(|to| book.entities.get(&to)) {
                Some(end) => end.what.code.clone(),
                None => meant(schema, of, value),
            };
            let (property, by, source) = (property.clone(), By::Statement(*id), said.source);
            accounts.all.push(Account { entity, property, value, to, by, source });
        }
        for (at, record) in accounts.told.iter().enumerate() {
            let (entity, by, source) = (record.told.entity, By::Told(at), record.source);
            if !book.counts(&source) {
                accounts.left_out += 1;
                continue;
            }
            for said in &record.told.values {
                let (property, value) = (said.property.clone(), said.value.clone());
                accounts.all.push(Account { entity, property, value, to: None, by, source });
            }
            for link in &record.told.links {
                let code = book.entities.get(&link.to).map_or_else(|| link.to.to_string(), |end| end.what.code.clone());
                let (property, to) = (link.property.clone(), Some(link.to));
                accounts.all.push(Account { entity, property, value: code, to, by, source });
            }
        }
        accounts
            .all
            .sort_by(|a, b| (a.entity, &a.property, &a.value, a.by).cmp(&(b.entity, &b.property, &b.value, b.by)));
        accounts.find_entities();
        accounts
    }

    fn find_entities(&mut self) {
        self.of.clear();
        let mut from = 0;
        for group in self.all.chunk_by(|a, b| a.entity == b.entity) {
            if let Some(first) = group.first() {
                self.of.insert(first.entity, from..from + group.len());
            }
            from += group.len();
        }
    }

    /// Keeps what some sources give, and says of which entities nothing is left: they are known from the others alone.
    pub fn keep(&mut self, may: impl Fn(&RecordId) -> bool) -> BTreeSet<RecordId> {
        let mut gone: BTreeSet<RecordId> = self.told.iter().map(|record| record.told.entity).collect();
        gone.extend(self.all.iter().map(|account| account.entity));
        self.all.retain(|account| may(&account.source));
        self.find_entities();
        gone.retain(|entity| !self.of.contains_key(entity));
        gone
    }

    /// Puts other places where some sources name one: `region` gives the place in whose stead their own must not be told. Where another
    /// source names the same place freely, theirs is left out.
    pub fn put_places(
        &mut self,
        book: &Book,
        is_place: &dyn Fn(&RecordId) -> bool,
        region: &dyn Fn(&RecordId) -> Option<RecordId>,
    ) {
        let named = |account: &Account| account.to.filter(is_place);
        let free: BTreeSet<(RecordId, String, RecordId)> = self
            .all
            .iter()
            .filter(|account| region(&account.source).is_none())
            .filter_map(|account| Some((account.entity, account.property.clone(), named(account)?)))
            .collect();
        self.all.retain_mut(|account| {
            let (Some(place), Some(region)) = (named(account), region(&account.source)) else { return true };
            account.to = Some(region);
            account.value =
                book.entities.get(&region).map_or_else(|| region.to_string(), |said| said.what.code.clone());
            !free.contains(&(account.entity, account.property.clone(), place))
        });
        self.find_entities();
    }

    /// What is said of an entity.
    pub fn entity(&self, entity: &RecordId) -> &[Account] {
        self.of.get(entity).and_then(|range| self.all.get(range.clone())).unwrap_or_default()
    }

    /// What is said of one of its properties.
    pub fn property<'a>(&'a self, entity: &RecordId, property: &'a str) -> impl Iterator<Item = &'a Account> {
        self.entity(entity).iter().filter(move |account| account.property == property)
    }

    /// The number under which what gives a value can be accepted.
    pub fn number(&self, by: By) -> Option<RecordId> {
        match by {
            By::Statement(id) => Some(id),
            By::Told(at) => self.told.get(at).map(|record| record.record),
        }
    }

    /// Where a value stands, for people: a statement's code, or a row of a file; with its source.
    pub fn place(&self, book: &Book, account: &Account) -> String {
        let source = book.sources.get(&account.source);
        let source = source.map_or("a closed source", |file| file.source.what.code.as_str());
        match account.by {
            By::Statement(id) => {
                let code = book.statements.get(&id).map_or("a closed statement", |f| f.statement.what.code.as_str());
                format!("{code} ({source})")
            }
            By::Told(at) => match self.told.get(at) {
                Some(record) => format!("{} ({source})", row_of(book, record, account)),
                None => source.to_string(),
            },
        }
    }

    /// What is taken to be so of a property: what a person accepted, or the value that all who say anything agree on.
    pub fn settled<'a>(&'a self, book: &Book, entity: &RecordId, property: &'a str) -> Settled<'a> {
        let mut said = self.property(entity, property);
        let ruling = book.claims.get(&(*entity, property.to_string())).map(|said| &said.what);
        if let Some(ruling) = ruling
            && let Some(accepted) = ruling.accepted
        {
            let is_accepted = |account: &&Account| {
                self.number(account.by) == Some(accepted)
                    && ruling.value.as_ref().is_none_or(|value| *value == account.value)
            };
            if let Some(account) = self.property(entity, property).find(is_accepted) {
                return Settled::One(account);
            }
        }
        let Some(first) = said.next() else { return Settled::Nothing };
        if said.all(|other| other.value == first.value) { Settled::One(first) } else { Settled::Differ }
    }
}

/// What is taken to be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled<'a> {
    /// This.
    One(&'a Account),
    /// Sources differ, and nobody has said which is right.
    Differ,
    /// Nobody says anything.
    Nothing,
}

/// The value of a statement in the form in which a file's values come: the code of a term for its label, one spelling of a date.
fn meant(schema: &Schema, property: Option<&Property>, value: &str) -> String {
    let term = match property.map(|p| &p.of) {
        Some(Type::Term(name)) => schema.vocabulary(name).and_then(|v| v.meant(value)),
        _ => None,
    };
    term.map_or_else(|| value.trim().to_string(), |term| term.code.to_string())
}

/// The entity that a statement's value names, where the property is a link or unknown to the schema.
fn ends_at(book: &Book, codes: &HashMap<&str, RecordId>, property: Option<&Property>, value: &str) -> Option<RecordId> {
    if property.is_some_and(|p| !matches!(p.of, Type::Link { .. })) {
        return None;
    }
    let number = value.trim().parse::<RecordId>().ok().filter(|id| book.entities.contains_key(id));
    number.or_else(|| codes.get(value.trim()).copied())
}

fn row_of(book: &Book, record: &ToldRecord, account: &Account) -> String {
    let told = &record.told;
    let own = told.values.iter().find(|v| v.property == account.property && v.value == account.value);
    let row = own.and_then(|v| v.row).unwrap_or(told.row);
    let import = book.imports.get(&told.import);
    let item = import.and_then(|i| i.what.files.get(usize::try_from(told.file).ok()?)).and_then(|i| book.items.get(i));
    format!("{} row {row}", item.map_or("a file", String::as_str))
}
