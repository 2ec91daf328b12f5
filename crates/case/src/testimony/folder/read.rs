//! What do these files say, and where are they wrong?
//!
//! Every file is read, whatever is wrong in others; what can be read of a broken one is. The faults of `check` come after,
//! because they concern several files at once.

use super::authored::{Identity, Inquiry, Page, Verbatim};
use super::check;
use super::record::{Code, Context, Record, Reference};
use super::sheet;
use super::signed::{self, ActFile, Acts};
use super::write::{Files, is_plain};
use crate::facts::judge;
use crate::fault::{Fault, Faults, Severity};
use crate::law::{self, Official};
use crate::testimony::front::{self, Entry, Table, Value, Wrong};
use crate::testimony::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// Where identities stand, and nothing else.
pub const IDENTITIES: &str = "identities.toml";

/// The line and file in which a thing was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line.
    pub line: u32,
}

/// What a folder holds.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Everything that could be read, without identities. Passages whose words alone were given have their places, and know
    /// the version of their text.
    pub inquiry: Inquiry,
    /// Who is behind the codes, if `identities.toml` was there.
    pub identities: Option<Vec<Identity>>,
    /// Where each code stands.
    pub places: BTreeMap<Code, Place>,
    /// Everything that is wrong. Errors must be mended before the inquiry is taken in; notes need not.
    pub faults: Faults,
}

/// Which sort of thing a code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Source,
    Interview,
    Document,
    Statement,
    Entity,
    Finding,
    Request,
    Position,
    Recommendation,
    Conclusion,
    Medical,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Source => "source",
            Kind::Interview => "interview",
            Kind::Document => "document",
            Kind::Statement => "statement",
            Kind::Entity => "entity",
            Kind::Finding => "finding",
            Kind::Request => "request",
            Kind::Position => "position",
            Kind::Recommendation => "recommendation",
            Kind::Conclusion => "conclusion",
            Kind::Medical => "medical assessment",
        }
    }
}

/// What the readers of files fill.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) context: Context,
    pub(super) inquiry: Inquiry,
    pub(super) identities: Option<Vec<Identity>>,
    /// Where each code was first defined, as what.
    pub(super) known: BTreeMap<Code, (Kind, Place)>,
    /// Each code in small letters.
    folded: BTreeMap<String, Code>,
    /// Codes of things that are there but could not be read: whoever names them is not at fault.
    pub(super) broken: BTreeSet<Code>,
    /// Sources whose consent is there but could not be read.
    pub(super) unread_consents: BTreeSet<Code>,
}

/// Reads all files.
pub fn read(files: &Files) -> Reading {
    let mut gathered = Gathered::default();
    for (path, bytes) in files {
        gathered.context.file = path.clone();
        gathered.file(path, bytes);
    }
    gathered.officials();
    gathered.inquiry.order();
    check::all(&mut gathered);
    let Gathered { mut context, inquiry, identities, known, .. } = gathered;
    if let Some(identities) = &identities {
        context.faults.extend(super::exposure::exposed(files, identities));
    }
    let places = known.into_iter().map(|(code, (_, place))| (code, place)).collect();
    Reading { inquiry, identities, places, faults: context.faults }
}

impl Gathered {
    fn file(&mut self, path: &str, bytes: &[u8]) {
        if path == "statements.csv" {
            for row in sheet::statements(bytes, &mut self.context) {
                let (line, statement) = match row {
                    Ok(read) => read,
                    Err(table) => {
                        self.broken.extend(named(&table, "code"));
                        continue;
                    }
                };
                self.define(Kind::Statement, &statement.code, line);
                self.inquiry.statements.push(statement);
            }
            return;
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            let hint = "save it as UTF-8";
            let fault = Fault::new(Severity::Error, path, "the file is not text in UTF-8").hint(hint);
            return self.context.faults.push(fault);
        };
        match path.split_once('/') {
            Some(("sources", name)) if name.ends_with(".md") => {
                let page = self.page(name, Kind::Source, text);
                self.inquiry.sources.extend(page);
            }
            Some(("interviews", name)) if name.ends_with(".md") => {
                let page = self.page(name, Kind::Interview, text);
                self.inquiry.interviews.extend(page);
            }
            Some(("documents", name)) if name.ends_with(".md") => {
                let page = self.page(name, Kind::Document, text);
                self.inquiry.documents.extend(page);
            }
            Some(("findings", name)) if name.ends_with(".md") => {
                let page = self.page(name, Kind::Finding, text);
                self.inquiry.findings.extend(page);
            }
            Some(("statements", name)) if name.ends_with(".toml") => {
                let read = self.coded(text, "statement", Kind::Statement);
                self.inquiry.statements.extend(read);
            }
            Some(("entities", name)) if name.ends_with(".toml") => {
                let read = self.coded(text, "entity", Kind::Entity);
                self.inquiry.entities.extend(read);
            }
            Some(("standards", name)) if name.ends_with(".toml") => self.standard(name, text),
            Some(("schema", name)) if name.ends_with(".toml") => {
                let read = self.verbatim(name, text);
                self.inquiry.schemas.extend(read);
            }
            Some(("frameworks", name)) if name.ends_with(".toml") => self.framework(name, text),
            Some(("official", name)) if name.ends_with(".toml") => {
                let read = self.verbatim(name, text);
                self.inquiry.officials.extend(read);
            }
            Some(("acts", name)) if name.ends_with(".toml") => self.acts(name, text),
            Some(("requests", name)) if name.ends_with(".toml") => {
                let table = self.toml(text);
                let request = self.one(name, Kind::Request, &table);
                self.inquiry.requests.extend(request);
            }
            None => self.table_file(path, text),
            _ => self.stray(path),
        }
    }

    /// A standard of proof in the inquiry's own words: kept as it is written, if it can be read.
    fn standard(&mut self, name: &str, text: &str) {
        if let Err(why) = judge::parse_standard(text) {
            return self.context.fault(1, None, why, "docs/method/findings.md says what a standard asks for");
        }
        let read = self.verbatim(name, text);
        self.inquiry.standards.extend(read);
    }

    /// A framework of law: kept as it is written, if it can be read. Its file bears its id.
    fn framework(&mut self, name: &str, text: &str) {
        let (framework, faults) = law::parse(text, &self.context.file);
        self.context.faults.extend(faults);
        let Some(framework) = framework else { return };
        if name.strip_suffix(".toml") != Some(framework.head.id.as_str()) {
            return self.context.fault(1, Some("id"), "the id is not the file's name", "give both the same name");
        }
        let read = self.verbatim(name, text);
        self.inquiry.frameworks.extend(read);
    }

    /// Official texts fit their frameworks, which stand in this folder or come along.
    fn officials(&mut self) {
        for official in &self.inquiry.officials {
            let file = format!("official/{}.toml", official.name);
            let own = self.inquiry.frameworks.iter().find(|framework| framework.name == official.name);
            let framework = match own {
                Some(own) => law::parse(&own.text, &file).0,
                None => law::builtin().into_iter().find(|framework| framework.head.id == official.name),
            };
            let Some(framework) = framework else {
                let hint = "put the framework into frameworks/, or name the file by one that comes along";
                let fault = Fault::new(Severity::Error, &file, "there is no framework of this name").hint(hint);
                self.context.faults.push(fault);
                continue;
            };
            let (_, faults) = Official::parse(&official.text, &file, &framework);
            self.context.faults.extend(faults);
        }
    }

    /// Acts that people signed: none may be other than it was written out.
    fn acts(&mut self, name: &str, text: &str) {
        let table = self.toml(text);
        let Some(what) = Acts::read(&table, &mut self.context) else { return };
        for (at, act) in what.act.iter().enumerate().filter(|(_, act)| act.seal != act.sealed(&what.case)) {
            let what = format!("act {} ({}) is not as it was written out", at + 1, act.kind);
            let hint = "what somebody signed is not changed by a file: put it back, or take the file away";
            self.context.fault(1, Some("seal"), what, hint);
        }
        if let Some(Verbatim { name, text }) = self.verbatim(name, text) {
            self.inquiry.acts.push(ActFile { name, what, text });
        }
    }

    /// A file that is kept as it is written, under a name that is the same file on every system.
    fn verbatim(&mut self, name: &str, text: &str) -> Option<Verbatim> {
        let name = name.strip_suffix(".toml").unwrap_or(name);
        if !is_plain(name) {
            let hint = "up to 40 small letters, digits and hyphens, as in `two-witnesses.toml`";
            self.context.fault(1, None, "the name of the file is none that can be kept", hint);
            return None;
        }
        Some(Verbatim { name: name.into(), text: text.into() })
    }

    /// Files that stand alone.
    fn table_file(&mut self, path: &str, text: &str) {
        match path {
            "positions.toml" => {
                let read = self.coded(text, "position", Kind::Position);
                self.inquiry.positions.extend(read);
            }
            "recommendations.toml" => {
                let read = self.coded(text, "recommendation", Kind::Recommendation);
                self.inquiry.recommendations.extend(read);
            }
            "corrections.toml" => {
                let table = self.toml(text);
                self.only(&table, &["correction"]);
                self.inquiry.corrections = self.each(&table, "correction");
            }
            "ties.toml" => {
                let table = self.toml(text);
                self.only(&table, &["tie", "examined"]);
                self.inquiry.ties = self.each(&table, "tie");
                self.inquiry.examined = self.each(&table, "examined");
            }
            "consents.toml" => {
                let table = self.toml(text);
                self.only(&table, &["consent", "withdrawal"]);
                self.inquiry.consents = self.each(&table, "consent");
                self.inquiry.withdrawals = self.each(&table, "withdrawal");
            }
            "judgements.toml" => {
                let table = self.toml(text);
                self.only(&table, &["claim"]);
                self.inquiry.claims = self.each(&table, "claim");
            }
            "law.toml" => {
                let table = self.toml(text);
                self.only(&table, &["assessment", "conclusion"]);
                self.inquiry.assessments = self.each(&table, "assessment");
                for below in self.tables(&table, "conclusion") {
                    let Some(read) = signed::Concluded::read(below, &mut self.context) else { continue };
                    read.code.iter().for_each(|code| self.define(Kind::Conclusion, code, line_of(below)));
                    self.inquiry.conclusions.push(read);
                }
            }
            "medical.toml" => {
                let read = self.coded(text, "medical", Kind::Medical);
                self.inquiry.medical.extend(read);
            }
            IDENTITIES => {
                let table = self.toml(text);
                self.only(&table, &["identity"]);
                self.identities = Some(self.each(&table, "identity"));
            }
            _ => self.stray(path),
        }
    }

    fn stray(&mut self, path: &str) {
        let what = "the file has no place in an authored folder and was not read";
        let hint = "docs/authoring.md lists the files that are read";
        self.context.faults.push(Fault::new(Severity::Note, path, what).hint(hint));
    }

    fn wrongs(&mut self, wrongs: Vec<Wrong>) {
        for wrong in wrongs {
            self.context.fault(wrong.line, None, wrong.what, wrong.hint);
        }
    }

    fn toml(&mut self, text: &str) -> Table {
        let (table, wrongs) = front::toml(text.trim_start_matches('\u{feff}'), 1);
        self.wrongs(wrongs);
        table
    }

    /// Names what a file of tables should not have.
    fn only(&mut self, table: &Table, names: &[&str]) {
        for entry in table.entries.iter().filter(|e| !names.contains(&e.key.as_str())) {
            let heads: Vec<String> = names.iter().map(|name| format!("[[{name}]]")).collect();
            let hint = format!("everything here stands below {}", heads.join(" or "));
            self.context.fault(entry.line, None, "a key is not known here", hint);
        }
    }

    /// The tables below one head, with their lines.
    fn tables<'a>(&mut self, table: &'a Table, name: &str) -> Vec<&'a Table> {
        let Some(Entry { line, value, .. }) = table.entries.iter().find(|e| e.key == name) else { return Vec::new() };
        let items: &[(u32, Value)] = if let Value::List(items) = value { items } else { &[] };
        let tables: Vec<&Table> = items
            .iter()
            .filter_map(|(_, item)| if let Value::Table(table) = item { Some(table) } else { None })
            .collect();
        if tables.is_empty() || tables.len() < items.len() {
            self.context.fault(*line, None, "this is no list of tables", format!("write `[[{name}]]` before each"));
        }
        tables
    }

    fn each<T: Record>(&mut self, table: &Table, name: &str) -> Vec<T> {
        let mut read = Vec::new();
        for below in self.tables(table, name) {
            match T::read(below, &mut self.context) {
                Some(record) => read.push(record),
                None if name == "consent" => self.unread_consents.extend(named(below, "source")),
                None => {}
            }
        }
        read
    }

    /// A file of records with codes.
    fn coded<T: Record + Coded>(&mut self, text: &str, name: &str, kind: Kind) -> Vec<T> {
        let table = self.toml(text);
        self.only(&table, &[name]);
        let mut read: Vec<T> = Vec::new();
        for below in self.tables(&table, name) {
            let Some(record) = T::read(below, &mut self.context) else {
                let code = below.entries.iter().find(|e| e.key == "code").map(|e| &e.value);
                self.broken
                    .extend(code.and_then(|c| if let Value::Text(c) = c { Some(Code(c.clone())) } else { None }));
                continue;
            };
            self.define(kind, record.code(), line_of(below));
            read.push(record);
        }
        read
    }

    /// A file of one record, which bears its code.
    fn one<T: Record + Coded>(&mut self, name: &str, kind: Kind, table: &Table) -> Option<T> {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let Some(record) = T::read(table, &mut self.context) else {
            self.broken.insert(Code(stem.into()));
            return None;
        };
        let line = line_of(table);
        if stem != record.code().0 {
            self.context.fault(line, Some("code"), "the code is not the file's name", "give both the same code");
        }
        self.define(kind, record.code(), line);
        Some(record)
    }

    /// A file with front matter.
    fn page<T: Record + Coded>(&mut self, name: &str, kind: Kind, source: &str) -> Option<Page<T>> {
        let read = self.parts(source);
        if read.is_none() {
            self.broken.insert(Code(name.trim_end_matches(".md").into()));
        }
        let (table, text) = read?;
        Some(Page { about: self.one(name, kind, &table)?, text })
    }

    /// The front matter and the text of a file; nothing if the front matter is broken.
    fn parts(&mut self, source: &str) -> Option<(Table, Text)> {
        let parts = match front::split(source) {
            Ok(parts) => parts,
            Err(wrong) => {
                self.wrongs(vec![wrong]);
                return None;
            }
        };
        let (text, misread) = Text::markdown(parts.body, parts.line);
        for misread in misread {
            self.context.fault(misread.line, None, misread.what, misread.hint);
        }
        let Some((spelling, front)) = parts.front else {
            let hint = "begin with a line `+++`, then `code = \"…\"` and the other keys, then `+++`";
            self.context.fault(1, None, "the front matter is missing", hint);
            return None;
        };
        let (table, wrongs) = front::read(spelling, front, 2);
        // Keys that a broken line hides would be missed again below.
        let broken = !wrongs.is_empty();
        self.wrongs(wrongs);
        (!broken).then_some((table, text))
    }

    /// Notes where a thing is defined; a second time is a fault. Codes that differ in capitals only would be one file on
    /// some systems.
    fn define(&mut self, kind: Kind, code: &Code, line: u32) {
        let folded = code.0.to_ascii_lowercase();
        if let Some((_, place)) = self.folded.get(&folded).and_then(|first| self.known.get(first)) {
            let hint =
                format!("it stands already in {}, line {}; give one of them another code", place.file, place.line);
            return self.context.fault(line, Some("code"), "the code is taken", hint);
        }
        self.folded.insert(folded, code.clone());
        let place = Place { file: self.context.file.clone(), line };
        self.known.insert(code.clone(), (kind, place));
    }

    /// Everything that is named.
    pub(super) fn references(&mut self) -> Vec<Reference> {
        std::mem::take(&mut self.context.references)
    }
}

/// The code under a key of a table that could not be read.
fn named(table: &Table, key: &str) -> Option<Code> {
    let found = table.entries.iter().find(|e| e.key == key);
    found.and_then(|e| if let Value::Text(code) = &e.value { Some(Code(code.clone())) } else { None })
}

/// The line of the code of a record.
fn line_of(table: &Table) -> u32 {
    table.entries.iter().find(|e| e.key == "code").map_or(table.line, |e| e.line)
}

/// What has a code.
pub(super) trait Coded {
    fn code(&self) -> &Code;
}

/// A file of acts that was read before; none if it is no such file.
pub(crate) fn acts(name: &str, text: &str) -> Option<ActFile> {
    let mut gathered = Gathered::default();
    gathered.acts(&format!("{name}.toml"), text);
    gathered.inquiry.acts.pop().filter(|_| gathered.context.faults.is_empty())
}

impl Coded for signed::Medical {
    fn code(&self) -> &Code {
        &self.code
    }
}

macro_rules! coded {
    ($($type:ident),*) => {$(
        impl Coded for super::authored::$type {
            fn code(&self) -> &Code {
                &self.code
            }
        }
    )*};
}
coded!(Source, Interview, Document, Statement, Entity, Finding, Request, Position, Recommendation);
