//! How do files from elsewhere become entities of a case, and what of them was there already?
//!
//! The files and the mapping become items, that they were read becomes a record, and each entity is told of by one record more. The
//! source's own key decides what was there: a key that the source gave before is the same entity, written again only if the
//! file says something else of it. All of it is one transaction, or nothing.

use super::accounts::{Accounts, ToldRecord, told};
use super::book::Book;
use super::desk::{DeskError, Sort};
use super::words::{self, Fact, Import, Told, ToldLink, ToldValue};
use crate::custody::evidence::{Evidence, Item};
use crate::custody::folder::Case;
use crate::custody::ids::{Digest, RecordId};
use crate::custody::runs::{Given, new_item, seal_item};
use crate::custody::view;
use crate::custody::writer::{Receipt, WriteError};
use crate::fault::{Fault, Faults, Severity};
use crate::schema::entity::{Entity, Key, Link, Said, Where};
use crate::schema::import::{self, File, Imported, Mapping};
use crate::schema::{Schema, Type, Value};
use factum_log::Entry;
use factum_vault::object::Batch;
use std::collections::{BTreeMap, HashMap, HashSet};

/// In which form a file comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Tables with a mapping.
    Table,
    /// FollowTheMoney, JSON lines.
    Ftm,
    /// Tables of the Events Standard Formats.
    Esf,
    /// Submissions of ODK or KoboToolbox.
    Odk,
    /// Factum's own JSON.
    Json,
}

impl Format {
    /// Every form, by its name.
    pub const ALL: [(&str, Format); 5] = [
        ("table", Format::Table),
        ("ftm", Format::Ftm),
        ("esf", Format::Esf),
        ("odk", Format::Odk),
        ("json", Format::Json),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, f)| *f == self).map_or("", |(name, _)| name)
    }
}

/// Files to be taken in.
#[derive(Clone, Debug)]
pub struct Files {
    /// The files: name and bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// The mapping, if there is one: name and text.
    pub mapping: Option<(String, String)>,
    /// How they are read.
    pub format: Format,
}

/// What taking in left.
#[derive(Clone, Debug)]
pub struct TakenIn {
    /// The transaction; absent if everything was there already.
    pub receipt: Option<Receipt>,
    /// Entities that are new.
    pub new: usize,
    /// Entities that were there and of which the file says something else now.
    pub changed: usize,
    /// Entities of which the file says what it said before.
    pub same: usize,
    /// What could not be taken in: links to what is neither in the files nor in the case.
    pub faults: Faults,
}

impl Files {
    /// Reads the files in the words of a schema. All faults at once; with an error nothing should be taken in.
    pub fn read(&self, schema: &Schema) -> Imported {
        let files: Vec<File<'_>> = self.files.iter().map(|(name, bytes)| File { name, bytes }).collect();
        let (mapping, faults) = match &self.mapping {
            Some((name, text)) => {
                let (mapping, faults) = Mapping::parse(text, name, schema);
                (Some(mapping), faults)
            }
            None => (None, Faults::default()),
        };
        let mut read = match (self.format, &mapping) {
            (Format::Table, Some(mapping)) => import::table(&files, mapping, schema),
            (Format::Table, None) => {
                let mut nothing = Imported::default();
                let fault = Fault::new(Severity::Error, "mapping", "a table is read by a mapping, and there is none");
                nothing.faults.push(
                    fault.hint("say with a mapping what the columns mean, or that the files are ftm, esf, odk or json"),
                );
                nothing
            }
            (Format::Esf, _) => import::esf(&files, schema),
            (Format::Odk, mapping) => import::odk(&files, mapping.as_ref(), schema),
            (Format::Ftm, _) => each(&files, |file| import::ftm(file, schema)),
            (Format::Json, _) => each(&files, |file| import::json(file, schema)),
        };
        let mut all = faults;
        all.extend(std::mem::take(&mut read.faults));
        read.faults = all;
        read
    }
}

/// Reads one file after the other.
fn each(files: &[File<'_>], read: impl Fn(&File<'_>) -> Imported) -> Imported {
    let mut all = Imported::default();
    for found in files.iter().map(read) {
        all.entities.extend(found.entities);
        all.links.extend(found.links);
        all.faults.extend(found.faults);
        all.unknown_terms.extend(found.unknown_terms);
    }
    all
}

impl Case {
    /// Takes in what files of a source say, into one compartment.
    pub fn take_entities(
        &mut self,
        files: &Files,
        read: &Imported,
        schema: &Schema,
        source: RecordId,
        compartment: &str,
    ) -> Result<TakenIn, DeskError> {
        let book = Book::read(self)?;
        let before: Vec<ToldRecord> = told(self, &book)?.into_iter().filter(|t| t.source == source).collect();
        let number = self.new_thing(compartment)?;
        let mut maker = Maker::new(self, &book, schema, number, compartment, &before);
        maker.recognise(read)?;
        maker.number(&read.entities)?;
        let places = files.files.iter().zip(0..).map(|((name, _), at)| (name.as_str(), at)).collect();
        maker.tell(read, &places);
        let Maker { facts, faults, new, changed, same, .. } = maker;
        let mut taken = TakenIn { receipt: None, new, changed, same, faults };
        if facts.is_empty() {
            return Ok(taken);
        }
        let mut items = Items::new(self, compartment)?;
        let store = self.store_shared();
        let mut batch = Batch::new(&*store);
        let mut sealed = Vec::with_capacity(files.files.len());
        for (name, bytes) in &files.files {
            sealed.push(items.take(&mut batch, name, bytes, media_type(name))?);
        }
        let mapping = match &files.mapping {
            Some((name, text)) => Some(items.take(&mut batch, name, text.as_bytes(), "application/toml")?),
            None => None,
        };
        let schema = schema.digest().parse().unwrap_or(Digest([0; 32]));
        let import =
            Import { import: number, source, format: files.format.name().into(), files: sealed, mapping, schema };
        let summary = format!("Files are taken in: {new} entities are new, {changed} changed");
        let facts: Vec<Fact> = std::iter::once(Fact::Import(Box::new(import))).chain(facts).collect();
        let mut change = self.change_of("take in", &summary, &facts)?;
        drop(facts);
        change.entries.extend(items.entries);
        for item in items.said {
            change.say_apart(compartment, &Evidence::Item(Box::new(item)))?;
        }
        taken.receipt = Some(self.transact(change, batch)?);
        Ok(taken)
    }
}

/// Files that become items, unless the case has the same bytes.
struct Items {
    known: HashMap<Digest, RecordId>,
    recipient: factum_vault::keys::Recipient,
    origin: String,
    entries: Vec<Entry>,
    said: Vec<Item>,
}

impl Items {
    fn new(case: &Case, compartment: &str) -> Result<Self, DeskError> {
        let mut known = HashMap::new();
        view::each_evidence(case.index(), "item", case.until(), |_, said| {
            if let Evidence::Item(item) = said {
                known.insert(item.sha256, item.item);
            }
        })?;
        let place = case.register().compartments.get(compartment).and_then(|place| place.recipient()).cloned();
        let recipient = place.ok_or_else(|| WriteError::NoCompartment(compartment.into()))?;
        let origin = case.ledger().origin().to_string();
        Ok(Self { known, recipient, origin, entries: Vec::new(), said: Vec::new() })
    }

    fn take(
        &mut self,
        batch: &mut Batch<'_>,
        name: &str,
        bytes: &[u8],
        media_type: &str,
    ) -> Result<RecordId, DeskError> {
        let digest = crate::digest::sha256(bytes).parse::<Digest>().ok();
        if let Some(known) = digest.and_then(|digest| self.known.get(&digest)) {
            return Ok(*known);
        }
        let number = new_item()?;
        let given = Given { name, bytes, media_type };
        let (item, entry) = seal_item(batch, &self.origin, &self.recipient, number, &given)?;
        self.known.insert(item.sha256, number);
        self.entries.push(entry);
        self.said.push(item);
        Ok(number)
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "csv" => "text/csv",
        "tsv" => "text/tab-separated-values",
        "json" | "jsonl" | "ftm" | "ijson" => "application/json",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        _ => "application/octet-stream",
    }
}

/// Makes records of what was read.
struct Maker<'a> {
    case: &'a Case,
    book: &'a Book,
    schema: &'a Schema,
    import: RecordId,
    compartment: &'a str,
    /// What the source's files said before, by kind and key.
    before: HashMap<(String, String), &'a ToldRecord>,
    /// Entities of the case by kind and code; those whose code several have are left out.
    by_code: HashMap<(&'a str, &'a str), RecordId>,
    numbers: HashMap<Key, RecordId>,
    /// Entities of the case that came back as the case itself wrote them out: nothing new is said of them.
    returned: HashSet<Key>,
    facts: Vec<Fact>,
    faults: Faults,
    new: usize,
    changed: usize,
    same: usize,
}

impl<'a> Maker<'a> {
    fn new(
        case: &'a Case,
        book: &'a Book,
        schema: &'a Schema,
        import: RecordId,
        compartment: &'a str,
        before: &'a [ToldRecord],
    ) -> Self {
        let kind_of = |record: &ToldRecord| book.entities.get(&record.told.entity).map(|said| said.what.sort.clone());
        let before = before.iter().filter_map(|record| Some(((kind_of(record)?, record.told.key.clone()), record)));
        let doubled: HashSet<&str> = book.doubled().into_iter().map(|(code, _)| code).collect();
        let entities = book.entities.values().map(|said| &said.what).filter(|e| !doubled.contains(e.code.as_str()));
        let by_code = entities.map(|e| ((e.sort.as_str(), e.code.as_str()), e.entity)).collect();
        Self {
            case,
            book,
            schema,
            by_code,
            import,
            compartment,
            before: before.collect(),
            numbers: HashMap::new(),
            returned: HashSet::new(),
            facts: Vec::new(),
            faults: Faults::default(),
            new: 0,
            changed: 0,
            same: 0,
        }
    }

    /// The entity of the case that has a key for its code; FollowTheMoney writes the kind before it.
    fn coded(&self, key: &Key) -> Option<RecordId> {
        let code = key.key.strip_prefix(&*key.kind).and_then(|rest| rest.strip_prefix('-')).unwrap_or(&key.key);
        self.by_code.get(&(&*key.kind, code)).copied()
    }

    /// Finds what the case itself wrote out and is handed back: the key is the code of an entity of the kind, and everything that the file says
    /// of it is said in the case already. An entity of another case that has the code by chance says something else.
    fn recognise(&mut self, read: &Imported) -> Result<(), DeskError> {
        let is_new = |entity: &&Entity| !self.before.contains_key(&(entity.kind.to_string(), entity.key.to_string()));
        let coded: Vec<(Key, RecordId, &Entity)> = read
            .entities
            .iter()
            .filter(is_new)
            .filter_map(|entity| Some((entity.id(), self.coded(&entity.id())?, entity)))
            .collect();
        if coded.is_empty() {
            return Ok(());
        }
        let accounts = Accounts::read(self.case, self.book, self.schema)?;
        let mut values: HashSet<(RecordId, &str, &str)> = HashSet::new();
        // An entity that no account names is written out by what the case calls it.
        let called = |sort: &str| {
            let name = self.schema.kind(sort)?.properties().iter().find(|property| property.of == Type::Name)?;
            Some(&*name.name)
        };
        let entities = self.book.entities.values().map(|said| &said.what);
        values.extend(entities.filter_map(|said| Some((said.entity, called(&said.sort)?, said.label.as_str()))));
        let mut ends: HashSet<(RecordId, &str, RecordId)> = HashSet::new();
        for account in &accounts.all {
            values.insert((account.entity, &account.property, &account.value));
            ends.extend(account.to.map(|to| (account.entity, account.property.as_str(), to)));
        }
        let mut links: HashMap<&Key, Vec<&Link>> = HashMap::new();
        for link in &read.links {
            links.entry(&link.from).or_default().push(link);
        }
        for (id, number, entity) in coded {
            let own = links.get(&id).map_or(&[] as &[&Link], Vec::as_slice);
            let all_said = entity.properties.iter().all(|s| values.contains(&(number, &*s.property, s.value.text())))
                && own.iter().all(|l| self.coded(&l.to).is_some_and(|to| ends.contains(&(number, &*l.property, to))));
            if all_said {
                self.numbers.insert(id.clone(), number);
                self.returned.insert(id);
            }
        }
        Ok(())
    }

    /// A number for every entity: the one it has, or a new one with a code.
    fn number(&mut self, entities: &[Entity]) -> Result<(), DeskError> {
        let codes = self.book.codes();
        let mut given: HashSet<String> = HashSet::new();
        let letter = format!("{}-", Sort::Entity.letter());
        let numbered = codes.keys().filter_map(|code| code.strip_prefix(&letter)?.parse::<u64>().ok());
        let own = entities.iter().filter_map(|e| e.key.strip_prefix(&letter)?.parse::<u64>().ok());
        let mut next = numbered.chain(own).max().unwrap_or(0);
        let mut doubled: Vec<&Entity> = Vec::new();
        for entity in entities {
            let slot = (entity.kind.to_string(), entity.key.to_string());
            if let Some(record) = self.before.get(&slot) {
                self.numbers.insert(entity.id(), record.told.entity);
                continue;
            }
            if self.returned.contains(&entity.id()) {
                continue;
            }
            if self.coded(&entity.id()).is_some() {
                doubled.push(entity);
            }
            let number = self.case.new_thing(self.compartment)?;
            // The code of an entity that another case wrote out stays its code where it is free.
            let is_own = entity.key.starts_with(&letter) && super::thing::is_code(&entity.key);
            let code = if is_own && !codes.contains_key(&*entity.key) && !given.contains(&*entity.key) {
                entity.key.to_string()
            } else {
                next = next.saturating_add(1);
                format!("{letter}{next:03}")
            };
            given.insert(code.clone());
            let (sort, label) = (entity.kind.to_string(), self.label(entity));
            self.facts.push(Fact::Entity(words::Entity { entity: number, code, sort, label }));
            self.numbers.insert(entity.id(), number);
            self.new += 1;
        }
        self.warn_of_codes(&doubled);
        Ok(())
    }

    /// Keys of a source that are codes of this case are the source's own all the same: another case numbers its entities alike. But whoever
    /// takes in what this case wrote out should know that everything is there twice now.
    fn warn_of_codes(&mut self, doubled: &[&Entity]) {
        let Some(first) = doubled.first() else { return };
        let what = format!(
            "{} keys that are new are codes of entities of this case as well: they were taken for the source's own keys, and are other \
             entities; the first is here",
            doubled.len()
        );
        let fault = Fault::new(Severity::Note, &first.from.file, what).at_row(first.from.row);
        self.faults.push(fault.hint("if this case wrote the files, take the transaction back with `factum undo`"));
    }

    /// What an entity is called: by its first name, or by its kind and the source's key.
    fn label(&self, entity: &Entity) -> String {
        let named = entity.properties.iter().find_map(|said| match &said.value {
            Value::Name { text, .. } => Some(text.clone()),
            _ => None,
        });
        let kind = || self.schema.kind(&entity.kind).map_or_else(|| entity.kind.to_string(), |kind| kind.label.clone());
        named.unwrap_or_else(|| format!("{} {}", kind(), entity.key))
    }

    /// Says what the files say of each entity, where it is not what they said before.
    fn tell(&mut self, read: &Imported, places: &BTreeMap<&str, u32>) {
        let mut links: HashMap<&Key, Vec<&Link>> = HashMap::new();
        for link in &read.links {
            links.entry(&link.from).or_default().push(link);
        }
        let known: HashSet<Key> = read.entities.iter().map(Entity::id).collect();
        for link in read.links.iter().filter(|link| !known.contains(&link.from)) {
            self.lost(link, &link.from, "comes from");
        }
        for entity in &read.entities {
            let id = entity.id();
            let Some(number) = self.numbers.get(&id).copied() else { continue };
            if self.returned.contains(&id) {
                self.same += 1;
                continue;
            }
            let ends: Vec<ToldLink> =
                links.get(&id).into_iter().flatten().filter_map(|l| self.link(entity, l)).collect();
            let told = Told {
                entity: number,
                import: self.import,
                key: entity.key.to_string(),
                file: places.get(&*entity.from.file).copied().unwrap_or(0),
                row: entity.from.row,
                recorded: entity.recorded.clone(),
                values: entity.properties.iter().map(|said| value(entity, said)).collect(),
                links: ends,
            };
            match self.before.get(&(id.kind.to_string(), id.key.to_string())) {
                Some(earlier) if says_the_same(&earlier.told, &told) => self.same += 1,
                earlier => {
                    self.changed += usize::from(earlier.is_some());
                    self.facts.push(Fact::Told(Box::new(told)));
                }
            }
        }
    }

    fn link(&mut self, entity: &Entity, link: &Link) -> Option<ToldLink> {
        let Some(to) = self.end(&link.to) else {
            self.lost(link, &link.to, "leads to");
            return None;
        };
        let (row, column) = elsewhere(&entity.from, &link.at);
        Some(ToldLink {
            property: link.property.to_string(),
            role: link.role.to_string(),
            to,
            dataset: link.dataset.as_deref().map(str::to_string),
            row,
            column,
        })
    }

    /// The entity of a key: of these files, of what the source's files said before, or of the case by its code.
    fn end(&self, key: &Key) -> Option<RecordId> {
        let before = || self.before.get(&(key.kind.to_string(), key.key.to_string())).map(|record| record.told.entity);
        let by_code = || self.by_code.get(&(&*key.kind, &*key.key)).copied();
        self.numbers.get(key).copied().or_else(before).or_else(by_code)
    }

    fn lost(&mut self, link: &Link, end: &Key, way: &str) {
        let what = format!("`{}` {way} a `{}` that is neither in these files nor in the case", link.property, end.kind);
        let mut fault = Fault::new(Severity::ValueLeftOut, &link.at.file, what).at_row(link.at.row);
        fault.column = link.at.column.as_deref().map(str::to_string);
        self.faults.push(fault.hint("take in the file that has it, or write its code: E-017").value(&*end.key));
    }
}

fn value(entity: &Entity, said: &Said) -> ToldValue {
    let (row, column) = elsewhere(&entity.from, &said.at);
    ToldValue {
        property: said.property.to_string(),
        value: said.value.text().to_string(),
        original: said.original.clone(),
        dataset: said.dataset.as_deref().map(str::to_string),
        row,
        column,
    }
}

/// The row of a value where it is not the entity's own, and its column.
fn elsewhere(own: &Where, at: &Where) -> (Option<u32>, Option<String>) {
    ((at.row != own.row).then_some(at.row), at.column.as_deref().map(str::to_string))
}

/// Whether two records say the same, wherever it stands.
fn says_the_same(one: &Told, other: &Told) -> bool {
    let values = |told: &Told| {
        let mut all: Vec<(String, String, Option<String>)> =
            told.values.iter().map(|v| (v.property.clone(), v.value.clone(), v.original.clone())).collect();
        all.sort();
        all
    };
    let links = |told: &Told| {
        let mut all: Vec<(String, RecordId)> = told.links.iter().map(|l| (l.property.clone(), l.to)).collect();
        all.sort();
        all
    };
    values(one) == values(other) && links(one) == links(other)
}
