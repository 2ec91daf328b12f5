//! Which releases that custodians hold must not be opened any more?
//!
//! A signed note (C2SP signed-note) by the log's key. It names releases and classes of reasons, never a person. Its second line is no
//! number, so that no reader of checkpoints takes it for one.

use crate::checkpoint::decimal;
use crate::hash::Hash;
use crate::key::VerifierKey;
use crate::note::{Note, NoteError};
use crate::record::RecordId;
use std::fmt;

/// The first line of a list.
const FIRST: &str = "factum revocations 1";

/// Why a release is revoked: a class, so that it points to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Something it rests on may no longer be used.
    Consent,
    /// It would put people in danger.
    Danger,
    /// It holds an error.
    Error,
    /// A court or a law forbids it.
    Law,
    /// Another one stands in its place.
    Replaced,
}

impl Class {
    /// Every class with its name on file and on the command line.
    pub const ALL: [(&str, Class); 5] = [
        ("consent", Class::Consent),
        ("danger", Class::Danger),
        ("error", Class::Error),
        ("law", Class::Law),
        ("replaced", Class::Replaced),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, class)| *class == self).map_or("", |(name, _)| name)
    }

    /// The class of a name.
    pub fn of(name: &str) -> Option<Class> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, class)| *class)
    }
}

/// A release that must not be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// Which.
    pub release: RecordId,
    /// Why.
    pub class: Class,
    /// When, by the office's clock: RFC 3339, UTC.
    pub time: String,
    /// The release that stands in its place, if one does.
    pub replacement: Option<RecordId>,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocations {
    /// The log whose releases it is about.
    pub origin: String,
    /// How many entries the log had when it was made.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// When it was made, by the office's clock: RFC 3339, UTC.
    pub made: String,
    /// What is revoked, in the order of the log.
    pub revoked: Vec<Revoked>,
}

/// Why a file is no list to rely on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RevocationsError {
    /// The note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The first line is another.
    #[error("the note does not begin with {FIRST}: it is no list of revocations, or of a later form")]
    First,
    /// A line is not what belongs there.
    #[error("line {0} of the list is not as it should be: it was cut or changed")]
    Line(usize),
    /// It is another log's.
    #[error("the list is of the log {0}, and no key given here is that log's")]
    Elsewhere(String),
}

impl Revocations {
    /// Reads a list that one of `logs` signed, whose name is the list's log.
    pub fn verify(bytes: &[u8], logs: &[VerifierKey]) -> Result<Revocations, RevocationsError> {
        let note = Note::parse(bytes)?;
        let list = Self::parse(note.text())?;
        let signed = note.verify(logs)?;
        let own = signed.iter().any(|by| by.key.name().as_str() == list.origin);
        if own { Ok(list) } else { Err(RevocationsError::Elsewhere(list.origin)) }
    }

    /// Reads the text of a list, whoever signed it.
    pub fn parse(text: &str) -> Result<Revocations, RevocationsError> {
        let mut lines = text.strip_suffix('\n').ok_or(RevocationsError::First)?.split('\n').enumerate();
        if lines.next().is_none_or(|(_, line)| line != FIRST) {
            return Err(RevocationsError::First);
        }
        let mut field = |name: &str| {
            let (at, line) = lines.next().ok_or(RevocationsError::First)?;
            let value = line.strip_prefix(name).and_then(|rest| rest.strip_prefix(' '));
            value.map(|value| (at + 1, value)).ok_or(RevocationsError::Line(at + 1))
        };
        let origin = field("log")?.1.to_owned();
        let (number, size) = field("entries")?;
        let size = decimal(size).ok_or(RevocationsError::Line(number))?;
        let (number, root) = field("root")?;
        let root = Hash::from_base64(root).map_err(|_| RevocationsError::Line(number))?;
        let made = field("made")?.1.to_owned();
        let revoked = lines.map(|(at, line)| revoked(line).ok_or(RevocationsError::Line(at + 1)));
        Ok(Revocations { origin, size, root, made, revoked: revoked.collect::<Result<_, _>>()? })
    }

    /// Why this release must not be opened, if it must not.
    pub fn of(&self, release: RecordId) -> Option<&Revoked> {
        self.revoked.iter().find(|revoked| revoked.release == release)
    }
}

fn revoked(line: &str) -> Option<Revoked> {
    let mut words = line.strip_prefix("revoked ")?.split(' ');
    let release = words.next()?.parse().ok()?;
    let class = Class::of(words.next()?)?;
    let time = words.next()?.to_owned();
    let replacement = match words.next()? {
        "-" => None,
        other => Some(other.parse().ok()?),
    };
    words.next().is_none().then_some(Revoked { release, class, time, replacement })
}

impl fmt::Display for Revocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, size, made, .. } = self;
        writeln!(f, "{FIRST}\nlog {origin}\nentries {size}\nroot {}\nmade {made}", self.root.to_base64())?;
        for Revoked { release, class, time, replacement } in &self.revoked {
            let replacement = replacement.map_or_else(|| "-".to_owned(), |id| id.to_string());
            writeln!(f, "revoked {release} {} {time} {replacement}", class.name())?;
        }
        Ok(())
    }
}
