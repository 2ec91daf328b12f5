//! What stands in one compartment's part of a transaction, byte by byte, and who vouches for it?
//!
//! A part is text that outlives this program: a title, records one a line (a name, a salt, canonical JSON), the author's
//! signature, and blank lines up to the padded length. `spec/transactions.md` describes it for other programs. The root over
//! its records, R, stands in the log; the signature binds R to the case, the compartment and what the author wrote before.

use super::canonical::{self, CanonicalError};
use super::ids::{Digest, MemberId, NotHex, RecordId, TransactionId};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use factum_log::hash::Hash;
use factum_log::record as commitment;
use factum_vault::signing::VerifyingKey;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The first line of a part.
const TITLE: &str = "factum transaction 1";

/// Fewer records are written sooner than other threads wake up.
const WORTH_SHARING: usize = 64;

/// What begins the line of the author's signature.
const SIGNATURE: &str = "signature ";

/// What is said to have been done by the account of what a reader has opened: the only thing a reader may write.
pub const VIEWED: &str = "viewed";

/// The compartment that every member can open: who is who, and what they may.
pub const REGISTER: &str = "register";

/// What is said of a part as a whole: its first record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Header {
    /// Always "header".
    pub kind: HeaderKind,
    /// The log's name.
    pub origin: String,
    /// Which transaction this is a part of.
    pub transaction: TransactionId,
    /// Which part, from 0.
    pub part: u32,
    /// How many parts the transaction has.
    pub parts: u32,
    /// The compartment it is sealed to.
    pub compartment: String,
    /// Which key of that compartment, from 1.
    pub epoch: u32,
    /// Who wrote it.
    pub author: MemberId,
    /// The object of the author's previous part; absent for an author's first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Digest>,
    /// When, by the author's clock: RFC 3339, in UTC, to the second.
    pub time: String,
    /// By how many seconds the author's clock stood before what the case had already seen; absent if it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_behind: Option<u64>,
    /// The program and its version.
    pub program: String,
    /// What was done, in a word or two: `collect`, `member add`.
    pub act: String,
    /// What was done, for people.
    pub summary: String,
}

/// The kind of a part's first record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeaderKind {
    /// A header.
    Header,
}

/// One thing said: the unit that can be proven without showing its neighbours.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its name.
    pub id: RecordId,
    /// 32 random bytes, so that nobody can guess what R stands for.
    pub salt: [u8; 32],
    /// What is said: an object with a `kind`.
    pub body: Value,
}

impl Record {
    /// A record under a new name with a new salt, both from the operating system's randomness.
    pub fn new(body: Value) -> Result<Self, getrandom::Error> {
        let (mut id, mut salt) = ([0; 16], [0; 32]);
        getrandom::fill(&mut id)?;
        getrandom::fill(&mut salt)?;
        Ok(Self { id: RecordId(id), salt, body })
    }

    /// The kind of what is said; empty where there is none.
    pub fn kind(&self) -> &str {
        self.body.get("kind").and_then(Value::as_str).unwrap_or_default()
    }

    fn line(&self) -> Result<(String, String), CanonicalError> {
        let body = canonical::write(&self.body)?;
        Ok((format!("{} {} {body}\n", self.id, Digest(self.salt)), body))
    }

    fn parse(line: &str) -> Result<(Self, &str), PartError> {
        let mut fields = line.splitn(3, ' ');
        let mut next = || fields.next().unwrap_or_default();
        let (id, salt, text) = (next().parse()?, next().parse::<Digest>()?.0, next());
        let body = canonical::parse(text)?;
        if body.get("kind").and_then(Value::as_str).is_none() {
            return Err(CanonicalError::Shape.into());
        }
        Ok((Self { id, salt, body }, text))
    }
}

/// Why bytes are no part of a transaction of this case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartError {
    /// It is not text.
    #[error("it is not UTF-8 text")]
    Text,
    /// It has another first line.
    #[error("it does not begin with the line `{TITLE}`")]
    Title,
    /// It has no records.
    #[error("its first record is no header")]
    NoHeader,
    /// It has no signature, or something else than blank lines after it.
    #[error("it does not end with a signature and blank lines")]
    End,
    /// A name or a salt is misspelt.
    #[error("a record's name or salt is misspelt: {0}")]
    Name(#[from] NotHex),
    /// A record is not canonical.
    #[error("a record cannot be used: {0}")]
    Record(#[from] CanonicalError),
    /// Two records have the same name.
    #[error("two of its records have the same name")]
    Twice,
}

/// A part as it is written: all but the signature.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What is said of the part.
    pub header: Header,
    /// Salted name of the header's own record.
    pub header_record: (RecordId, [u8; 32]),
    /// The records after the header.
    pub records: Vec<Record>,
}

/// A part, as read from an opened object or as just signed. Its signature is not yet checked: that takes the register.
#[derive(Clone, Debug)]
pub struct Part {
    /// What is said of the part.
    pub header: Header,
    /// The name of the header's own record.
    pub header_id: RecordId,
    /// The records after the header.
    pub records: Vec<Record>,
    /// R: the root over all records, the header's first.
    pub root: Digest,
    /// The author's signature.
    pub signature: [u8; 64],
    /// The key under which the signature was found to hold, if that was tried.
    proven: Option<VerifyingKey>,
}

/// The bytes an author signs.
pub fn message(header: &Header, root: &Digest) -> Vec<u8> {
    let previous = header.previous.map_or("-".to_string(), |d| d.to_string());
    format!("factum author 1\n{}\n{}\n{previous}\n{root}\n", header.origin, header.compartment).into_bytes()
}

impl Draft {
    /// A part to be written.
    pub fn new(header: Header, bodies: Vec<Value>) -> Result<Self, getrandom::Error> {
        let named = Record::new(Value::Bool(true))?;
        let records = bodies.into_iter().map(Record::new).collect::<Result<_, _>>()?;
        Ok(Self { header, header_record: (named.id, named.salt), records })
    }

    /// The part's text, signed, without padding; and the part, as whoever reads that text finds it.
    pub fn sign(self, sign: impl FnOnce(&[u8]) -> [u8; 64]) -> Result<(String, Part), CanonicalError> {
        let Self { header, header_record: (id, salt), records } = self;
        let first = Record { id, salt, body: canonical::value_of(&header)? };
        let written = |record: &Record| {
            let (line, body) = record.line()?;
            Ok((line, leaf(&header.origin, record, &body)))
        };
        let all: Vec<&Record> = std::iter::once(&first).chain(&records).collect();
        let lines: Vec<(String, Hash)> = if all.len() < WORTH_SHARING {
            all.into_iter().map(written).collect::<Result<_, CanonicalError>>()?
        } else {
            all.into_par_iter().map(written).collect::<Result<_, CanonicalError>>()?
        };
        let mut text = format!("{TITLE}\n");
        let mut leaves = Vec::with_capacity(lines.len());
        for (line, leaf) in lines {
            text.push_str(&line);
            leaves.push(leaf);
        }
        let root = Digest(commitment::root(&leaves).0);
        let signature = sign(&message(&header, &root));
        text.push_str(&format!("{SIGNATURE}{}\n", STANDARD.encode(signature)));
        Ok((text, Part { header, header_id: id, records, root, signature, proven: None }))
    }
}

fn leaf(origin: &str, record: &Record, body: &str) -> Hash {
    commitment::leaf(origin, commitment::RecordId(record.id.0), &commitment::Salt(record.salt), body.as_bytes())
}

/// The records of a part one by one, the header's first: name, line (with its end) and leaf. For proofs, which show one record and hash the
/// others.
pub fn lines(plaintext: &[u8]) -> Result<Vec<(RecordId, String, Hash)>, PartError> {
    let part = Part::read(plaintext)?;
    let text = std::str::from_utf8(plaintext).map_err(|_| PartError::Text)?;
    let records = text.split('\n').skip(1).take_while(|line| !line.starts_with(SIGNATURE));
    records
        .map(|line| {
            let (record, body) = Record::parse(line)?;
            Ok((record.id, format!("{line}\n"), leaf(&part.header.origin, &record, body)))
        })
        .collect()
}

impl Part {
    /// Reads a part from the plaintext of an object. What it says of itself is not believed yet.
    pub fn read(plaintext: &[u8]) -> Result<Self, PartError> {
        let text = std::str::from_utf8(plaintext).map_err(|_| PartError::Text)?;
        let mut lines =
            text.strip_prefix(TITLE).and_then(|t| t.strip_prefix('\n')).ok_or(PartError::Title)?.split('\n');
        let (mut records, mut bodies, mut signature) = (Vec::new(), Vec::new(), None);
        for line in lines.by_ref() {
            if let Some(encoded) = line.strip_prefix(SIGNATURE) {
                let bytes = STANDARD.decode(encoded).map_err(|_| PartError::End)?;
                signature = Some(<[u8; 64]>::try_from(bytes).map_err(|_| PartError::End)?);
                break;
            }
            let (record, body) = Record::parse(line)?;
            records.push(record);
            bodies.push(body);
        }
        let signature = signature.filter(|_| lines.all(str::is_empty) && text.ends_with('\n')).ok_or(PartError::End)?;
        let header: Header = records.first().and_then(|r| canonical::read(&r.body).ok()).ok_or(PartError::NoHeader)?;
        let leaves: Vec<_> = records.iter().zip(&bodies).map(|(r, body)| leaf(&header.origin, r, body)).collect();
        let root = Digest(commitment::root(&leaves).0);
        let mut names: Vec<RecordId> = records.iter().map(|r| r.id).collect();
        names.sort();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(PartError::Twice);
        }
        let header_id = records.remove(0).id;
        Ok(Self { header, header_id, records, root, signature, proven: None })
    }

    /// A part whose records were judged when they came in: nobody asks for its root or signature again.
    pub(super) fn judged(header: Header, header_id: RecordId, records: Vec<Record>) -> Self {
        Self { header, header_id, records, root: Digest([0; 32]), signature: [0; 64], proven: None }
    }

    /// The bytes its author signed.
    pub fn message(&self) -> Vec<u8> {
        message(&self.header, &self.root)
    }

    /// Tries the signature under a key and keeps the outcome: for whoever does so for many parts at once, before they are judged.
    pub(super) fn prove(&mut self, key: &VerifyingKey) {
        self.proven = self.is_signed_by(key).then_some(*key);
    }

    /// Keeps that this key has just signed it.
    pub(super) fn signed_by(self, key: VerifyingKey) -> Self {
        Self { proven: Some(key), ..self }
    }

    /// Is it signed with this key?
    pub(super) fn is_signed_by(&self, key: &VerifyingKey) -> bool {
        self.proven.as_ref() == Some(key) || key.verify(&self.message(), &self.signature).is_ok()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    pub fn header() -> Header {
        Header {
            kind: HeaderKind::Header,
            origin: "factum-case.invalid/00".into(),
            transaction: TransactionId([1; 16]),
            part: 0,
            parts: 1,
            compartment: REGISTER.into(),
            epoch: 1,
            author: MemberId([2; 16]),
            previous: None,
            time: "2026-01-02T03:04:05Z".into(),
            clock_behind: None,
            program: "factum 0.1.0".into(),
            act: "test".into(),
            summary: "A test".into(),
        }
    }

    fn written() -> (String, Part) {
        Draft::new(header(), vec![json!({"kind": "note", "text": "a\nb"})]).unwrap().sign(|_| [7; 64]).unwrap()
    }

    #[test]
    fn what_is_written_is_read_with_its_padding() {
        let (text, part) = written();
        for padding in ["", "\n", "\n\n\n\n"] {
            let read = Part::read(format!("{text}{padding}").as_bytes()).unwrap();
            assert_eq!((read.header, read.records, read.root), (part.header.clone(), part.records.clone(), part.root));
            assert_eq!(read.signature, [7; 64]);
        }
    }

    #[test]
    fn what_is_signed_binds_case_compartment_history_and_content() {
        let signed = |change: &dyn Fn(&mut Header)| {
            let mut header = header();
            change(&mut header);
            message(&header, &Digest([9; 32]))
        };
        let plain = signed(&|_| ());
        assert_ne!(plain, signed(&|h| h.origin.push('1')));
        assert_ne!(plain, signed(&|h| h.compartment.push('1')));
        assert_ne!(plain, signed(&|h| h.previous = Some(Digest([0; 32]))));
        assert_ne!(plain, message(&header(), &Digest([8; 32])));
        assert!(plain.starts_with(b"factum author 1\nfactum-case.invalid/00\nregister\n-\n0909"));
    }

    #[test]
    fn faults_are_named() {
        let (text, _) = written();
        let check = |text: String, expected: PartError| assert_eq!(Part::read(text.as_bytes()).unwrap_err(), expected);
        check(text.replace("transaction 1", "transaction 2"), PartError::Title);
        check(text.replace("signature ", "signature  "), PartError::End);
        check(format!("{text}x"), PartError::End);
        check(text.trim_end().to_string(), PartError::End);
        check(text.replace("\"act\":", "\"act\": "), PartError::Record(CanonicalError::Form));
        check(text.replace("\"part\":0", "\"port\":0"), PartError::Record(CanonicalError::Form));
        let line = text.lines().nth(2).unwrap().to_string();
        check(text.replace(&line, &format!("{line}\n{line}")), PartError::Twice);
        assert_eq!(Part::read(&[0xff]).unwrap_err(), PartError::Text);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, at: usize, by: u8) {
            let _ = Part::read(&bytes);
            let (text, part) = written();
            let mut changed = text.into_bytes();
            let at = at % changed.len();
            changed[at] = changed[at].wrapping_add(by);
            if let Ok(read) = Part::read(&changed) {
                // Whatever still reads is the same, or has another root or signature.
                prop_assert!(by == 0 || read.root != part.root || read.signature != part.signature);
            }
        }
    }
}
