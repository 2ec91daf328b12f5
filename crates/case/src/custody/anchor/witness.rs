//! How does somebody outside the office vouch, without a network, that a log only grew?
//!
//! A witness: a key sealed with a passphrase, and a small file that remembers, log by log, what was countersigned last.
//! What it decides is C2SP tlog-witness. The state is durable before a signature leaves, so that no loss of power makes it sign
//! two histories. Whoever puts an older state file back makes the witness forget: it belongs on the witness's own disk.

use factum_log::Hash;
use factum_log::cosignature::CosignatureError;
use factum_log::key::{Algorithm, KeyError, VerifierKey};
use factum_log::witness::{Decision, Known, Refusal, Request, WitnessError, decide, size_body};
use factum_vault::note::{NoteError, QuantumWitnessKey, WitnessKey};
use factum_vault::passphrase::{Passphrase, PassphraseError, Work};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The first line of a state file.
const TITLE: &str = "factum witness 1";

/// Why a witness cannot work.
#[derive(Debug, thiserror::Error)]
pub enum WitnessFault {
    /// A key.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A passphrase.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// A verifier key.
    #[error("the verifier key cannot be used: {0}")]
    Key(#[from] KeyError),
    /// A key that is no log's.
    #[error("{0} is a witness's key, not a log's")]
    NoLog(String),
    /// A request.
    #[error("the request cannot be read: {0}")]
    Request(#[from] WitnessError),
    /// What is to be signed.
    #[error(transparent)]
    Message(#[from] CosignatureError),
    /// The state file is damaged.
    #[error(
        "{0} is damaged. Without it this witness does not know what it signed: restore it from a copy, do not begin anew with the same key"
    )]
    State(PathBuf),
    /// The state file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// A witness's secret key, of either type of the specification. It prints nothing.
pub enum Cosigner {
    /// Ed25519.
    Classic(Box<WitnessKey>),
    /// ML-DSA-44.
    Quantum(Box<QuantumWitnessKey>),
}

impl Cosigner {
    /// A new key for the witness of this name.
    pub fn generate(name: &str, kind: Algorithm) -> Result<Self, NoteError> {
        match kind {
            Algorithm::CosignatureMlDsa44 => QuantumWitnessKey::generate(name).map(|key| Self::Quantum(Box::new(key))),
            Algorithm::CosignatureEd25519 | Algorithm::Ed25519 => {
                WitnessKey::generate(name).map(|key| Self::Classic(Box::new(key)))
            }
        }
    }

    /// The key's file: an age file that the passphrase opens.
    pub fn close(&self, passphrase: &Passphrase, work: Work) -> Result<Vec<u8>, PassphraseError> {
        let secret = match self {
            Self::Classic(key) => key.expose(),
            Self::Quantum(key) => key.expose(),
        };
        passphrase.close(secret.as_bytes(), work)
    }

    /// Opens the key's file.
    pub fn open(file: &[u8], passphrase: &Passphrase) -> Result<Self, WitnessFault> {
        let plain = passphrase.open(file)?;
        let text = std::str::from_utf8(&plain).map_err(|_| NoteError::Secret)?.trim_end();
        let classic = WitnessKey::parse(text).map(|key| Self::Classic(Box::new(key)));
        Ok(classic.or_else(|_| QuantumWitnessKey::parse(text).map(|key| Self::Quantum(Box::new(key))))?)
    }

    /// What others verify its cosignatures with.
    pub fn vkey(&self) -> String {
        match self {
            Self::Classic(key) => key.vkey(),
            Self::Quantum(key) => key.vkey(),
        }
    }

    /// The line of its cosignature over a checkpoint's text.
    pub(super) fn sign(&self, text: &str, time: u64) -> Result<String, WitnessFault> {
        let key: VerifierKey = self.vkey().parse()?;
        let message = key.to_sign(text, time)?;
        Ok(match self {
            Self::Classic(key) => key.sign(&message, time).line(),
            Self::Quantum(key) => key.sign(&message, time)?.line(),
        })
    }
}

/// What a witness knows: the keys of the logs it watches, and how each stood when it signed last.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Keys of logs.
    pub logs: Vec<VerifierKey>,
    /// By origin.
    pub known: BTreeMap<String, Known>,
}

impl State {
    /// Reads a state file; a witness that has none knows nothing yet.
    pub fn read(path: &Path) -> Result<Self, WitnessFault> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).ok_or_else(|| WitnessFault::State(path.to_owned())),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(e) if e.kind() == io::ErrorKind::InvalidData => Err(WitnessFault::State(path.to_owned())),
            Err(source) => Err(WitnessFault::Io { path: path.to_owned(), source }),
        }
    }

    /// Reads the text of a state: lines `log <verifier key>` and `signed <size> <root> <origin>`. A cut file is refused.
    pub fn parse(text: &str) -> Option<Self> {
        let mut state = Self::default();
        let lines = text.strip_prefix(TITLE)?.strip_prefix('\n')?.strip_suffix("end\n")?;
        for line in lines.lines() {
            if let Some(key) = line.strip_prefix("log ") {
                state.logs.push(key.parse().ok()?);
                continue;
            }
            let mut fields = line.strip_prefix("signed ")?.splitn(3, ' ');
            let (size, root, origin) = (fields.next()?, fields.next()?, fields.next()?);
            let known = Known { size: size.parse().ok()?, root: Hash::from_base64(root).ok()? };
            if state.known.insert(origin.to_string(), known).is_some() {
                return None;
            }
        }
        Some(state)
    }

    /// The text of the state.
    pub fn text(&self) -> String {
        let logs = self.logs.iter().map(|key| format!("log {key}\n"));
        let known = self.known.iter().map(|(origin, k)| format!("signed {} {} {origin}\n", k.size, k.root.to_base64()));
        std::iter::once(format!("{TITLE}\n")).chain(logs).chain(known).chain(["end\n".to_string()]).collect()
    }

    /// Writes the state so that after any loss of power it is there whole, or as it was before.
    pub fn write(&self, path: &Path) -> Result<(), WitnessFault> {
        write_whole(path, self.text().as_bytes()).map_err(|source| WitnessFault::Io { path: path.to_owned(), source })
    }

    /// Watches a log from now on.
    pub fn watch(&mut self, vkey: &str) -> Result<(), WitnessFault> {
        let key: VerifierKey = vkey.trim().parse()?;
        if key.algorithm() == Algorithm::CosignatureEd25519 {
            return Err(WitnessFault::NoLog(key.name().to_string()));
        }
        if !self.logs.contains(&key) {
            self.logs.push(key);
        }
        Ok(())
    }
}

/// Writes a file beside its place, syncs it, gives it its name and syncs the folder.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Not every system opens folders; where it does, the name is made durable too.
    File::open(folder).map_or(Ok(()), |folder| folder.sync_all())
}

/// What a witness answers to one request.
pub struct Answer {
    /// Which log the request speaks of.
    pub origin: String,
    /// Why.
    pub decision: Decision,
    /// The status of HTTP.
    pub status: u16,
    /// The body: lines of cosignatures, or the size last signed, or why not.
    pub body: String,
}

/// A witness: its keys and where it remembers.
pub struct Witness {
    /// Its keys: one, or one of each type.
    pub keys: Vec<Cosigner>,
    /// Its state file.
    pub state: PathBuf,
}

impl Witness {
    /// Decides, remembers, then signs. `time` is the witness's clock, in seconds since 1970.
    ///
    /// The state is read, decided on and written under a lock on a file beside it, because another process may serve it too.
    pub fn cosign(&self, request: &[u8], time: u64) -> Result<Answer, WitnessFault> {
        let request = Request::parse(request)?;
        let _lock = self.lock()?;
        let mut state = State::read(&self.state)?;
        let origin = request.checkpoint.unverified().origin.clone();
        let known = state.known.get(&origin).copied().unwrap_or_default();
        let decision = decide(&known, &state.logs, &request);
        let status = decision.status();
        let body = match &decision {
            Decision::Cosign(head) => {
                state.known.insert(origin.clone(), Known { size: head.size, root: head.root });
                state.write(&self.state)?;
                let text = request.checkpoint.note().text();
                self.keys.iter().map(|key| key.sign(text, time)).collect::<Result<String, _>>()?
            }
            Decision::Conflict { size } => size_body(*size),
            // The specification gives the size with every answer of 409.
            Decision::Refused(Refusal::Fork) => size_body(known.size),
            Decision::Refused(why) => format!("{why}\n"),
        };
        Ok(Answer { origin, decision, status, body })
    }

    /// Watches a log from now on.
    pub fn watch(&self, vkey: &str) -> Result<(), WitnessFault> {
        let _lock = self.lock()?;
        let mut state = State::read(&self.state)?;
        state.watch(vkey)?;
        state.write(&self.state)
    }

    fn lock(&self) -> Result<File, WitnessFault> {
        let mut path = self.state.as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        let locked = File::create(&path).and_then(|file| file.lock().map(|()| file));
        locked.map_err(|source| WitnessFault::Io { path, source })
    }
}
