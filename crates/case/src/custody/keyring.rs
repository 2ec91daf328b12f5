//! Which compartments can the actor open, and with which keys?
//!
//! Copies of keys lie in `keys/` and, as the log has them, among the objects. Those in `keys/` are tried first because they are few; a
//! copy counts only if the register names the object it is in.

use super::canonical;
use super::ids::{Digest, MemberId, RecordId};
use super::part::Record;
use factum_log::record as commitment;
use factum_vault::keys::SecretKey;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The first line of a copy of a key.
const TITLE: &str = "factum wrap 1";

/// What a copy of a key says.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrap {
    kind: WrapKind,
    origin: String,
    compartment: String,
    epoch: u32,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    member: Option<MemberId>,
    secret: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WrapKind {
    Wrap,
}

/// A copy of a compartment's key, as its holder opened it.
pub struct Copied {
    /// Which compartment.
    pub compartment: String,
    /// Which of its keys.
    pub epoch: u32,
    /// The key.
    pub secret: SecretKey,
}

/// Why bytes are no copy of a key.
#[derive(Debug, thiserror::Error)]
pub enum WrapError {
    /// Not in the form of a copy.
    #[error("it is no copy of a compartment's key")]
    Form,
    /// For another case.
    #[error("it is a copy of a key of another case")]
    Elsewhere,
    /// No randomness for a salt.
    #[error("the operating system gives no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
}

/// The text of a copy, with the record whose root the log's entry carries.
pub fn write_wrap(
    origin: &str,
    (compartment, epoch): (&str, u32),
    member: Option<MemberId>,
    secret: &SecretKey,
) -> Result<(zeroize::Zeroizing<String>, Digest), WrapError> {
    let wrap = Wrap {
        kind: WrapKind::Wrap,
        origin: origin.into(),
        compartment: compartment.into(),
        epoch,
        member,
        secret: secret.expose().to_string(),
    };
    let record = Record::new(canonical::value_of(&wrap).map_err(|_| WrapError::Form)?)?;
    let body = canonical::write(&record.body).map_err(|_| WrapError::Form)?;
    let root = root_of(origin, record.id, record.salt, &body);
    Ok((zeroize::Zeroizing::new(format!("{TITLE}\n{} {} {body}\n", record.id, Digest(record.salt))), root))
}

/// Reads a copy of a key.
pub fn read_wrap(origin: &str, plaintext: &[u8]) -> Result<(Copied, Digest), WrapError> {
    let text = std::str::from_utf8(plaintext).map_err(|_| WrapError::Form)?;
    let rest = text.strip_prefix(TITLE).and_then(|t| t.strip_prefix('\n')).ok_or(WrapError::Form)?;
    let line = rest.split('\n').next().ok_or(WrapError::Form)?;
    let mut fields = line.splitn(3, ' ');
    let mut next = || fields.next().unwrap_or_default();
    let id: RecordId = next().parse().map_err(|_| WrapError::Form)?;
    let salt: Digest = next().parse().map_err(|_| WrapError::Form)?;
    let body = next();
    let value = canonical::parse(body).map_err(|_| WrapError::Form)?;
    let wrap: Wrap = canonical::read(&value).map_err(|_| WrapError::Form)?;
    if wrap.origin != origin {
        return Err(WrapError::Elsewhere);
    }
    let secret = SecretKey::parse(&wrap.secret).map_err(|_| WrapError::Form)?;
    let root = root_of(origin, id, salt.0, body);
    Ok((Copied { compartment: wrap.compartment, epoch: wrap.epoch, secret }, root))
}

/// R of an object with one record.
pub fn root_of(origin: &str, id: RecordId, salt: [u8; 32], body: &str) -> Digest {
    let leaf = commitment::leaf(origin, commitment::RecordId(id.0), &commitment::Salt(salt), body.as_bytes());
    Digest(commitment::root(&[leaf]).0)
}

/// The keys of the compartments that the actor can open.
#[derive(Default)]
pub struct Keyring {
    keys: BTreeMap<(String, u32), SecretKey>,
}

impl Keyring {
    /// Adds a key. One compartment's key of one epoch is kept once.
    pub fn add(&mut self, copied: Copied) {
        self.keys.insert((copied.compartment, copied.epoch), copied.secret);
    }

    /// The key, if the actor has it.
    pub fn get(&self, compartment: &str, epoch: u32) -> Option<&SecretKey> {
        self.keys.get(&(compartment.to_string(), epoch))
    }

    /// The compartments that can be opened, by name, with the newest epoch held.
    pub fn compartments(&self) -> BTreeMap<&str, u32> {
        self.keys.keys().map(|(name, epoch)| (name.as_str(), *epoch)).collect()
    }

    /// Every key with its place, newest epochs first: that is the order in which an unknown object is tried.
    pub fn each(&self) -> impl Iterator<Item = (&str, u32, &SecretKey)> {
        self.keys.iter().rev().map(|((name, epoch), key)| (name.as_str(), *epoch, key))
    }
}

impl Keyring {
    /// Keeps the keys that are right, and names the others.
    pub fn retain(&mut self, is_right: impl Fn(&str, u32, &SecretKey) -> bool) -> Vec<(String, u32)> {
        let wrong: Vec<(String, u32)> = self
            .keys
            .iter()
            .filter(|((name, epoch), key)| !is_right(name, *epoch, key))
            .map(|(place, _)| place.clone())
            .collect();
        wrong.iter().for_each(|place| {
            self.keys.remove(place);
        });
        wrong
    }
}
