//! How does what is known leave the case as files, so that the log knew it first and no source is used against its word?
//!
//! Only what a source allows for the purpose goes out; what is known from others alone stays whole. The record is acknowledged before
//! the first file is written: if the files then cannot be written, the log says more than happened, never less.

use super::accounts::Accounts;
use super::book::Book;
use super::desk::DeskError;
use super::words::{self, Fact, Left, Purpose};
use crate::custody::evidence::{Evidence, Leaving, Release};
use crate::custody::export::{ExportError, outside};
use crate::custody::folder::Case;
use crate::custody::founding::WORKING;
use crate::custody::ids::RecordId;
use crate::custody::writer::Receipt;
use crate::fault::Faults;
use crate::schema::entity::{Entity, Key, Link, Said, Where};
use crate::schema::export::{self, Exported, Written};
use crate::schema::{Schema, Type, Value};
use factum_model::edtf::Day;
use factum_vault::index::IndexError;
use factum_weigh::consent::Asked;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The name of Factum's own JSON.
const JSON: &str = "entities.json";

/// In which form entities leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A table a kind, with the mapping that reads them again.
    Csv,
    /// Factum's JSON, which carries everything.
    Json,
    /// FollowTheMoney.
    Ftm,
    /// A form for phones. It carries no data.
    Xlsform,
}

impl Form {
    /// Every form, by its name.
    pub const ALL: [(&str, Form); 4] =
        [("csv", Form::Csv), ("json", Form::Json), ("ftm", Form::Ftm), ("xlsform", Form::Xlsform)];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, form)| *form == self).map_or("", |(name, _)| name)
    }
}

/// Why nothing left.
#[derive(Debug, thiserror::Error)]
pub enum LeaveError {
    /// The folder is a case's.
    #[error(transparent)]
    Place(#[from] ExportError),
    /// There is a file already.
    #[error("{} exists and is not overwritten: take another folder", .0.display())]
    Exists(PathBuf),
    /// A file could not be written; the log says that it was to leave.
    #[error("{} cannot be written: {source}. The log says that it was to leave the case; if it never does, say so in a note", path.display())]
    Output {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The form could not be made.
    #[error("the form cannot be made: {0}")]
    Form(String),
    /// It could not be logged.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

/// What is ready to leave.
#[derive(Clone, Debug, Default)]
pub struct Ready {
    /// The files.
    pub files: Vec<Written>,
    /// What the form does not carry.
    pub faults: Faults,
    /// How many entities they hold, by compartment.
    pub entities: BTreeMap<String, u64>,
    /// Sources whose word is in them, each with its compartment.
    pub sources: Vec<(RecordId, String)>,
    /// Sources that do not allow this, by code, with what is missing.
    pub refused: BTreeMap<String, Vec<String>>,
    /// Entities that stay, because they are known from those sources alone.
    pub stays: usize,
}

/// Makes the files of what the actor can open and the sources allow for this purpose on this day. Of `kinds`, or of all if there are none.
pub fn ready(
    case: &Case,
    book: &Book,
    schema: &Schema,
    (form, kinds): (Form, &[String]),
    purpose: Purpose,
    today: Day,
) -> Result<Ready, LeaveError> {
    let index = |error: IndexError| LeaveError::Desk(error.into());
    let mut accounts = Accounts::read(case, book, schema).map_err(index)?;
    let mut refused = BTreeMap::new();
    let mut closed: BTreeSet<RecordId> = BTreeSet::new();
    let sources: BTreeSet<RecordId> = accounts.all.iter().map(|account| account.source).collect();
    let mut used = Vec::new();
    for source in sources {
        let Some(file) = book.sources.get(&source) else {
            closed.insert(source);
            refused.insert("a closed source".to_string(), vec!["nobody here can tell what it allows".to_string()]);
            continue;
        };
        let verdict = file.allows(Asked::of(super::consent::use_of(purpose)), today);
        let allowed = verdict.is_allowed() || (purpose == Purpose::Internal && file.is_usable(today));
        if allowed {
            used.push((source, file.source.home.clone()));
        } else {
            closed.insert(source);
            refused.insert(file.source.what.code.clone(), super::consent::reasons(&verdict));
        }
    }
    let gone = accounts.keep(|source| !closed.contains(source));
    let (mut entities, mut links) = written_out(book, &accounts, schema, &gone);
    if !kinds.is_empty() {
        entities.retain(|entity| kinds.iter().any(|kind| **kind == *entity.kind));
        links.retain(|link| kinds.iter().any(|kind| **kind == *link.from.kind));
    }
    let mut count: BTreeMap<String, u64> = BTreeMap::new();
    let homes: BTreeMap<(&str, &str), &str> = book
        .entities
        .values()
        .map(|said| ((said.what.sort.as_str(), said.what.code.as_str()), said.home.as_str()))
        .collect();
    for entity in &entities {
        if let Some(home) = homes.get(&(&*entity.kind, &*entity.key)) {
            *count.entry((*home).to_string()).or_default() += 1;
        }
    }
    let exported = match form {
        Form::Csv => export::csv(&entities, &links, schema),
        Form::Ftm => export::ftm(&entities, &links, schema),
        Form::Json => {
            let bytes = export::json(&entities, &links, schema);
            Exported { files: vec![Written { name: JSON.into(), bytes }], faults: Faults::default() }
        }
        Form::Xlsform => {
            (count, used) = (BTreeMap::new(), Vec::new());
            let all: Vec<&str> = schema.kinds().iter().map(|kind| &*kind.name).collect();
            let asked: Vec<&str> = if kinds.is_empty() { all } else { kinds.iter().map(String::as_str).collect() };
            export::xlsform(schema, &asked, "Factum").map_err(|e| LeaveError::Form(e.to_string()))?
        }
    };
    let Exported { files, faults } = exported;
    Ok(Ready { files, faults, entities: count, sources: used, refused, stays: gone.len() })
}

impl Case {
    /// Logs that entities leave, a record for each compartment and each source whose word is in them, and then writes the files into a
    /// folder outside any case. Returns where each is.
    ///
    /// # Errors
    /// [`LeaveError`]; nothing was logged unless it says so.
    pub fn let_out(
        &mut self,
        ready: &Ready,
        form: Form,
        (recipient, purpose): (&str, &str),
        folder: &Path,
    ) -> Result<(Receipt, Vec<PathBuf>), LeaveError> {
        outside(folder)?;
        let places: Vec<(&Written, PathBuf)> = ready.files.iter().map(|file| (file, folder.join(&file.name))).collect();
        if let Some((_, taken)) = places.iter().find(|(_, path)| path.symlink_metadata().is_ok()) {
            return Err(LeaveError::Exists(taken.clone()));
        }
        let what = if form == Form::Xlsform { "questions" } else { "entities" };
        let mut facts = Vec::new();
        let nothing = BTreeMap::from([(WORKING.to_string(), 0)]);
        for (compartment, count) in if ready.entities.is_empty() { &nothing } else { &ready.entities } {
            facts.push(Fact::Left(Box::new(Left {
                left: self.new_thing(compartment)?,
                what: what.into(),
                form: form.name().into(),
                count: *count,
                recipient: recipient.into(),
                purpose: purpose.into(),
            })));
        }
        let all: u64 = ready.entities.values().fold(0, |sum, count| sum.saturating_add(*count));
        let mut change = self.change_of("export", &format!("{all} {what} leave as {}", form.name()), &facts)?;
        for (source, home) in &ready.sources {
            let (recipient, purpose) = (recipient.to_string(), purpose.to_string());
            let release = Release { item: *source, leaving: Leaving::Export, recipient, purpose };
            change.say(home, &Evidence::Release(release)).map_err(DeskError::from)?;
        }
        let receipt = self.tell(change).map_err(DeskError::from)?;
        let output = |path: &Path| {
            let path = path.to_path_buf();
            move |source| LeaveError::Output { path, source }
        };
        fs::create_dir_all(folder).map_err(output(folder))?;
        let mut written = Vec::with_capacity(places.len());
        for (file, path) in places {
            let mut at = OpenOptions::new().write(true).create_new(true).open(&path).map_err(output(&path))?;
            at.write_all(&file.bytes).and_then(|()| at.sync_all()).map_err(output(&path))?;
            written.push(path);
        }
        Ok((receipt, written))
    }
}

/// The entities and links of a case as an export takes them, keyed by code: what files say and what statements say, side by side.
pub fn written_out(
    book: &Book,
    accounts: &Accounts,
    schema: &Schema,
    without: &BTreeSet<RecordId>,
) -> (Vec<Entity>, Vec<Link>) {
    let (mut entities, mut links) = (Vec::new(), Vec::new());
    let mut all: Vec<&words::Entity> =
        book.entities.values().map(|said| &said.what).filter(|said| !without.contains(&said.entity)).collect();
    all.sort_by(|a, b| (&a.code, a.entity).cmp(&(&b.code, b.entity)));
    for said in all {
        let Some(kind) = schema.kind(&said.sort) else { continue };
        let key = |entity: &words::Entity| Key { kind: entity.sort.as_str().into(), key: entity.code.as_str().into() };
        let at = Where::row(&"case".into(), 0);
        let mut entity = Entity {
            key: said.code.as_str().into(),
            kind: kind.name.clone(),
            properties: Vec::new(),
            recorded: None,
            from: at.clone(),
        };
        let mut own: Vec<Link> = Vec::new();
        for account in accounts.entity(&said.entity) {
            let Some(property) = kind.property(&account.property) else { continue };
            if let (Type::Link { role, .. }, Some(to)) =
                (&property.of, account.to.filter(|to| !without.contains(to)).and_then(|to| book.entities.get(&to)))
            {
                let link = Link {
                    from: key(said),
                    property: property.name.clone(),
                    role: role.clone(),
                    to: key(&to.what),
                    dataset: None,
                    at: at.clone(),
                };
                if !own.contains(&link) {
                    own.push(link);
                }
            } else if let Some(value) = schema.read(property, &account.value) {
                let again = entity.properties.iter().any(|s| s.property == property.name && s.value == value);
                if !again {
                    let (property, at) = (property.name.clone(), at.clone());
                    entity.properties.push(Said { property, value, original: None, dataset: None, at });
                }
            }
        }
        if !entity.properties.iter().any(|said| matches!(said.value, Value::Name { .. }))
            && let Some(name) = kind.properties().iter().find(|p| p.of == Type::Name)
        {
            let (property, value) = (name.name.clone(), Value::name(said.label.clone()));
            entity.properties.insert(0, Said { property, value, original: None, dataset: None, at });
        }
        entities.push(entity);
        links.extend(own);
    }
    (entities, links)
}
