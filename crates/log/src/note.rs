//! Who signed this text?
//!
//! C2SP signed-note: a text, an empty line and signature lines `— <key name> <base64 of key id and signature>`. Signatures of
//! keys that nobody here knows are kept and mean nothing.

use crate::key::{KeyId, KeyName, SignatureError, VerifierKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// The longest note that is read: room for a hundred post-quantum signatures, and for nothing that would exhaust memory.
pub const LONGEST: usize = 1 << 20;

/// The most signatures that are read. The specification demands at least 16.
pub const MOST_SIGNATURES: usize = 100;

const DASH: &str = "\u{2014} ";

/// Why bytes are not a note, or a note is not signed as it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Larger than any real note.
    #[error("a note has at most {LONGEST} bytes, this one has {0}: this is another file")]
    Long(usize),
    /// Not UTF-8, or with control characters.
    #[error("a note is text in UTF-8 without control characters but line ends; this is another file, or damaged")]
    Text,
    /// No empty line between text and signatures, or no line end at the end.
    #[error("a note has an empty line before its signatures and ends with a line end: this one was cut")]
    Parts,
    /// A signature line of another form.
    #[error("signature line {0} is not of the form `— name base64`: it was cut or changed")]
    Line(usize),
    /// More signatures than are read.
    #[error("a note may have at most {MOST_SIGNATURES} signatures")]
    Signatures,
    /// Signatures of known keys that do not verify.
    #[error("the signatures of {0:?} do not verify: the text or the signatures were altered")]
    Forged(Vec<String>),
    /// None of the known keys signed.
    #[error("none of the known keys signed this note: it is of another log, or the keys are")]
    Unsigned,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The name of the key that is said to have signed.
    pub name: KeyName,
    /// The key's id: the first four bytes of a hash over name, type and key.
    pub id: KeyId,
    /// What the key made, in the form of its type; at least one byte.
    pub bytes: Vec<u8>,
}

impl Signature {
    /// The signature of `key`; `bytes` as its type demands (for cosignatures see [`cosignature::encode`](crate::cosignature::encode)).
    pub fn new(key: &VerifierKey, bytes: Vec<u8>) -> Signature {
        Signature { name: key.name().clone(), id: key.id(), bytes }
    }
}

impl fmt::Display for Signature {
    /// The line, with its line end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.id.0.to_vec();
        bytes.extend_from_slice(&self.bytes);
        writeln!(f, "{DASH}{} {}", self.name, STANDARD.encode(bytes))
    }
}

/// A text with its signatures, none of them checked yet. Its text form is the note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    /// The signature lines in their order.
    pub signatures: Vec<Signature>,
}

/// A signature that verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed<'k> {
    /// The key.
    pub key: &'k VerifierKey,
    /// When the cosigner says to have signed, in seconds since 1970; `None` for plain signatures.
    pub timestamp: Option<u64>,
}

/// What the signatures of a note are worth to somebody who knows some keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked<'k> {
    /// Signatures that verified, each key once, in the order of the note.
    pub good: Vec<Signed<'k>>,
    /// Signatures of known keys that did not verify.
    pub bad: Vec<(&'k VerifierKey, SignatureError)>,
    /// How many signatures are of unknown keys.
    pub unknown: usize,
}

impl Note {
    /// A note over `text`, which must end with a line end, without signatures yet.
    pub fn new(text: String) -> Result<Note, NoteError> {
        if !text.ends_with('\n') {
            return Err(NoteError::Parts);
        }
        if text.chars().any(forbidden) {
            return Err(NoteError::Text);
        }
        Ok(Note { text, signatures: Vec::new() })
    }

    /// Reads a note.
    pub fn parse(bytes: &[u8]) -> Result<Note, NoteError> {
        if bytes.len() > LONGEST {
            return Err(NoteError::Long(bytes.len()));
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| NoteError::Text)?;
        if whole.chars().any(forbidden) {
            return Err(NoteError::Text);
        }
        let (text, lines) = whole.rsplit_once("\n\n").ok_or(NoteError::Parts)?;
        let note = Note { text: format!("{text}\n"), signatures: signatures(lines)? };
        if note.signatures.is_empty() { Err(NoteError::Parts) } else { Ok(note) }
    }

    /// The signed text, with its final line end.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Checks every signature of the given keys. A fault of one does not hide the others.
    pub fn check<'k>(&self, keys: &'k [VerifierKey]) -> Checked<'k> {
        let mut checked = Checked::default();
        for signature in &self.signatures {
            // Name and id together name a key: a name alone may be borrowed by anybody.
            let Some(key) = keys.iter().find(|key| *key.name() == signature.name && key.id() == signature.id) else {
                checked.unknown += 1;
                continue;
            };
            match key.verify(&self.text, &signature.bytes) {
                Ok(_) if checked.good.iter().any(|known| known.key == key) => {}
                Ok(timestamp) => checked.good.push(Signed { key, timestamp }),
                Err(error) => checked.bad.push((key, error)),
            }
        }
        checked
    }

    /// Who signed: at least one of `keys`, and none of them with a signature that does not verify.
    pub fn verify<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<Signed<'k>>, NoteError> {
        let checked = self.check(keys);
        if !checked.bad.is_empty() {
            return Err(NoteError::Forged(checked.bad.iter().map(|(key, _)| key.name().to_string()).collect()));
        }
        if checked.good.is_empty() { Err(NoteError::Unsigned) } else { Ok(checked.good) }
    }
}

/// Reads signature lines, such as a witness answers with: at least the form must be right, the signatures are not checked.
pub fn signatures(lines: &str) -> Result<Vec<Signature>, NoteError> {
    let lines = lines.strip_suffix('\n').ok_or(NoteError::Parts)?;
    let mut signatures = Vec::new();
    for (number, line) in lines.split('\n').enumerate() {
        if number >= MOST_SIGNATURES {
            return Err(NoteError::Signatures);
        }
        signatures.push(signature(line).ok_or(NoteError::Line(number + 1))?);
    }
    Ok(signatures)
}

fn signature(line: &str) -> Option<Signature> {
    let (name, base64) = line.strip_prefix(DASH)?.split_once(' ')?;
    let bytes = STANDARD.decode(base64).ok()?;
    let (id, bytes) = bytes.split_first_chunk::<4>()?;
    let name = name.parse().ok()?;
    (!bytes.is_empty()).then(|| Signature { name, id: KeyId(*id), bytes: bytes.to_vec() })
}

fn forbidden(c: char) -> bool {
    c < ' ' && c != '\n'
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| signature.fmt(f))
    }
}
