//! Whose signatures must a checkpoint carry to be believed?
//!
//! C2SP tlog-policy: lines `log <vkey> [url]`, `witness <name> <vkey> [url]`, `group <name> <all|any|k> <name>…` and one line
//! `quorum <name|none>`. Factum adds lines `timestamp-root <file>`: certificates of time-stamp authorities (RFC 3161) that are
//! trusted. Only UTF-8 is read, where the specification leaves other bytes open.

use crate::checkpoint::SignedCheckpoint;
use crate::key::{Algorithm, KeyError, VerifierKey};

/// The longest policy that is read.
const LONGEST: usize = 1 << 20;

/// What is wrong with one line of a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not UTF-8, with control characters, without a last line end, or too long.
    #[error(
        "a policy is text in UTF-8 of at most a mebibyte, whose lines end with a line feed and hold no control characters but tabs"
    )]
    Text,
    /// A line that is none of the known ones.
    #[error("unknown line: known are log, witness, group, quorum, timestamp-root and lines that begin with #")]
    Keyword,
    /// Too few or too many words.
    #[error("the line has too few or too many words; it should read: {0}")]
    Words(&'static str),
    /// A key that cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A key whose signatures are not of the kind that belongs here.
    #[error("a log's key is of type 0x01 or 0x06, a witness's of type 0x04 or 0x06; this key is of another")]
    Algorithm,
    /// The same public key twice.
    #[error("the same public key stands on an earlier line")]
    Duplicate,
    /// A name that stands for something else already.
    #[error(
        "the name stands for something else already: every witness and group needs a name of its own, and none may be called none"
    )]
    Name,
    /// A name of nobody.
    #[error("no earlier line defines the name {0}")]
    Unknown(String),
    /// A name listed twice.
    #[error("{0} is a member of a group already; each may be listed once, so that it counts once")]
    Member(String),
    /// A threshold outside the number of members.
    #[error("the number after a group's name is all, any or from 1 to the number of its members")]
    Threshold,
    /// Not exactly one quorum.
    #[error("a policy has exactly one line quorum")]
    Quorum,
}

/// A fault and its line, counted from 1; 0 for the whole file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the policy")]
pub struct Fault {
    /// The line.
    pub line: usize,
    /// What is wrong with it.
    pub source: PolicyError,
}

/// What a name in a policy stands for. Members stand on earlier places.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Meaning {
    Witness { key: usize },
    Group { threshold: usize, members: Vec<usize> },
}

/// Which logs, witnesses and time-stamp authorities are trusted, and how many witnesses must agree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    logs: Vec<VerifierKey>,
    witnesses: Vec<VerifierKey>,
    names: Vec<(String, Meaning)>,
    /// The place of the quorum among `names`; `None` if no witness is needed.
    quorum: Option<usize>,
    timestamp_roots: Vec<String>,
}

/// A witness whose cosignature verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// The witness's name in the policy.
    pub witness: String,
    /// When it says to have signed, in seconds since 1970. 0 says nothing about time.
    pub timestamp: u64,
}

/// What a policy says of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// The key names of trusted logs that signed and whose name is the checkpoint's origin.
    pub logs: Vec<String>,
    /// The witnesses whose cosignature verified.
    pub witnesses: Vec<Cosigned>,
    /// The key names of known keys whose signature does not verify.
    pub forged: Vec<String>,
    /// How many signatures are of keys that the policy does not know.
    pub unknown: usize,
    /// Whether enough witnesses cosigned.
    pub quorum: bool,
}

impl Verdict {
    /// Is the checkpoint to be believed: signed by a trusted log, by enough witnesses, and with no forged signature of a known
    /// key on it?
    pub fn accepted(&self) -> bool {
        !self.logs.is_empty() && self.quorum && self.forged.is_empty()
    }
}

impl Policy {
    /// The policy that trusts one log and asks for no witness.
    pub fn log_only(log: VerifierKey) -> Policy {
        Policy { logs: vec![log], ..Policy::default() }
    }

    /// Reads a policy; all faults at once.
    pub fn parse(bytes: &[u8]) -> Result<Policy, Vec<Fault>> {
        let whole = |source| vec![Fault { line: 0, source }];
        let text = std::str::from_utf8(bytes).map_err(|_| whole(PolicyError::Text))?;
        let control = |c: char| (c.is_ascii_control()) && c != '\n' && c != '\t';
        if bytes.len() > LONGEST || text.contains(control) || !text.ends_with('\n') {
            return Err(whole(PolicyError::Text));
        }
        let mut reading = Reading::default();
        let mut faults = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            if let Err(source) = reading.line(&words) {
                faults.push(Fault { line: number + 1, source });
            }
        }
        if reading.quorums != 1 {
            faults.push(Fault { line: 0, source: PolicyError::Quorum });
        }
        if faults.is_empty() { Ok(reading.policy) } else { Err(faults) }
    }

    /// The keys of trusted logs.
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// The keys of witnesses.
    pub fn witnesses(&self) -> &[VerifierKey] {
        &self.witnesses
    }

    /// Does the policy ask for cosignatures at all?
    pub fn asks_for_witnesses(&self) -> bool {
        self.quorum.is_some()
    }

    /// The files with certificates of trusted time-stamp authorities, as the policy names them.
    pub fn timestamp_roots(&self) -> &[String] {
        &self.timestamp_roots
    }

    /// What this policy says of a checkpoint.
    pub fn judge(&self, checkpoint: &SignedCheckpoint) -> Verdict {
        let origin = &checkpoint.unverified().origin;
        let logs = checkpoint.note().check(&self.logs);
        let cosigners = checkpoint.note().check(&self.witnesses);
        let name = |key: &VerifierKey| key.name().to_string();
        let mut verdict = Verdict {
            logs: logs.good.iter().map(|by| name(by.key)).filter(|name| name == origin).collect(),
            forged: logs.bad.iter().chain(&cosigners.bad).map(|(key, _)| name(key)).collect(),
            ..Verdict::default()
        };
        verdict.unknown = (logs.unknown + cosigners.unknown).saturating_sub(checkpoint.note().signatures.len());
        // Members come before their groups, so one pass decides.
        let mut agreed: Vec<bool> = Vec::with_capacity(self.names.len());
        for (name, meaning) in &self.names {
            let agrees = match meaning {
                Meaning::Witness { key } => {
                    let by = cosigners.good.iter().find(|by| Some(by.key) == self.witnesses.get(*key));
                    let timestamp = by.map(|by| by.timestamp.unwrap_or_default());
                    verdict.witnesses.extend(timestamp.map(|timestamp| Cosigned { witness: name.clone(), timestamp }));
                    timestamp.is_some()
                }
                Meaning::Group { threshold, members } => {
                    members.iter().filter(|member| agreed.get(**member) == Some(&true)).count() >= *threshold
                }
            };
            agreed.push(agrees);
        }
        verdict.quorum = self.quorum.is_none_or(|place| agreed.get(place) == Some(&true));
        verdict
    }
}

/// A policy half read.
#[derive(Default)]
struct Reading {
    policy: Policy,
    quorums: usize,
    /// Places of names that are members of a group.
    listed: Vec<usize>,
}

impl Reading {
    fn line(&mut self, words: &[&str]) -> Result<(), PolicyError> {
        match words {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", key] | ["log", key, _] => self.log(key),
            ["witness", name, key] | ["witness", name, key, _] => self.witness(name, key),
            ["group", name, threshold, members @ ..] if !members.is_empty() => self.group(name, threshold, members),
            ["quorum", name] => self.quorum(name),
            ["timestamp-root", file] => {
                self.policy.timestamp_roots.push((*file).to_owned());
                Ok(())
            }
            ["log", ..] => Err(PolicyError::Words("log <key> [<url>]")),
            ["witness", ..] => Err(PolicyError::Words("witness <name> <key> [<url>]")),
            ["group", ..] => Err(PolicyError::Words("group <name> <all, any or a number> <name>...")),
            ["quorum", ..] => Err(PolicyError::Words("quorum <name>")),
            ["timestamp-root", ..] => Err(PolicyError::Words("timestamp-root <file>")),
            _ => Err(PolicyError::Keyword),
        }
    }

    fn log(&mut self, key: &str) -> Result<(), PolicyError> {
        let key: VerifierKey = key.parse()?;
        if key.algorithm() == Algorithm::CosignatureEd25519 {
            return Err(PolicyError::Algorithm);
        }
        if self.policy.logs.iter().any(|known| known.public() == key.public()) {
            return Err(PolicyError::Duplicate);
        }
        self.policy.logs.push(key);
        Ok(())
    }

    fn witness(&mut self, name: &str, key: &str) -> Result<(), PolicyError> {
        let key: VerifierKey = key.parse()?;
        if key.algorithm() == Algorithm::Ed25519 {
            return Err(PolicyError::Algorithm);
        }
        if self.policy.witnesses.iter().any(|known| known.public() == key.public()) {
            return Err(PolicyError::Duplicate);
        }
        self.define(name, Meaning::Witness { key: self.policy.witnesses.len() })?;
        self.policy.witnesses.push(key);
        Ok(())
    }

    fn group(&mut self, name: &str, threshold: &str, members: &[&str]) -> Result<(), PolicyError> {
        let mut places = Vec::new();
        for member in members {
            let place = self.place(member)?;
            if self.listed.contains(&place) || places.contains(&place) {
                return Err(PolicyError::Member((*member).to_owned()));
            }
            places.push(place);
        }
        let threshold = match threshold {
            "all" => places.len(),
            "any" => 1,
            number => number.parse().ok().filter(|k| (1..=places.len()).contains(k)).ok_or(PolicyError::Threshold)?,
        };
        self.define(name, Meaning::Group { threshold, members: places.clone() })?;
        self.listed.extend(places);
        Ok(())
    }

    fn quorum(&mut self, name: &str) -> Result<(), PolicyError> {
        self.quorums += 1;
        self.policy.quorum = if name == "none" { None } else { Some(self.place(name)?) };
        Ok(())
    }

    fn define(&mut self, name: &str, meaning: Meaning) -> Result<(), PolicyError> {
        if name == "none" || self.policy.names.iter().any(|(known, _)| known == name) {
            return Err(PolicyError::Name);
        }
        self.policy.names.push((name.to_owned(), meaning));
        Ok(())
    }

    fn place(&self, name: &str) -> Result<usize, PolicyError> {
        let place = self.policy.names.iter().position(|(known, _)| known == name);
        place.ok_or_else(|| PolicyError::Unknown(name.to_owned()))
    }
}
