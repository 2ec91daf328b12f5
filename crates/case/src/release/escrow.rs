//! How do people outside the office hold a sealed release, so that it comes out on its day and not before, and not if it was revoked?
//!
//! The bundle is sealed to a key made for it; the key is split among custodians and kept nowhere. They are bound to look into the office's
//! signed list of revocations first: [`open`] does not go on without one that is new enough.

use super::approve::no_longer;
use super::archive;
use super::bundle::files;
use super::{Known, ReleaseError, not_revoked};
use crate::custody::export::outside;
use crate::custody::folder::Case;
use crate::custody::governance::Act;
use crate::custody::part::REGISTER;
use crate::custody::publishing::{Escrowed, is_day, is_past};
use crate::custody::writer::{Change, Receipt};
use crate::publication::gate::Grounds;
use factum_log::key::VerifierKey;
use factum_log::record::RecordId;
use factum_log::release::revocations::{Revocations, RevocationsError};
use factum_log::{Digest, Hash};
use factum_vault::keys::{Recipient, SecretKey};
use factum_vault::parcel::{self, ParcelError};
use factum_vault::sharing::{self, JoinError, Share};
use std::fmt;
use std::path::Path;
use zeroize::Zeroizing;

/// The first line of what custodians hold beside their shares.
const FIRST: &str = "factum escrow 1";

/// The file of the sealed bundle.
pub const ARCHIVE: &str = "release.age";

/// The file that says what it is.
pub const HEAD: &str = "release.escrow";

/// What custodians are told of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The log.
    pub origin: String,
    /// The release.
    pub release: RecordId,
    /// From which day on it may be opened: YYYY-MM-DD.
    pub publish_on: String,
    /// The key to which the bundle is sealed.
    pub recipient: Recipient,
    /// How many shares open it, and how many there are.
    pub shares: (u8, u8),
    /// SHA-256 of the sealed archive.
    pub archive: Digest,
}

/// Why a release in escrow is not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The head.
    #[error("{HEAD} cannot be read at its line {0}: it was cut or changed")]
    Head(usize),
    /// Another archive.
    #[error("{ARCHIVE} is not the file that {HEAD} names: it was altered, or belongs to another release")]
    Archive,
    /// Too early.
    #[error("this release is to be opened from {0} on, and today is {1}")]
    Early(String, String),
    /// The list cannot be relied on.
    #[error("the list of revocations cannot be relied on: {0}")]
    List(#[from] RevocationsError),
    /// Another log's list.
    #[error("the list of revocations is of the log {0}, and the release of another")]
    Elsewhere(String),
    /// An old list.
    #[error(
        "the list of revocations was made on {made}, before the day {day} of this release: ask the office for a new one"
    )]
    Old {
        /// When it was made.
        made: String,
        /// The release's day.
        day: String,
    },
    /// Revoked.
    #[error("this release was REVOKED on {time} (class: {class}): it is not to be opened{instead}")]
    Revoked {
        /// When.
        time: String,
        /// The class of reason.
        class: &'static str,
        /// What stands in its place, in words.
        instead: String,
    },
    /// The shares.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// The shares are of another key.
    #[error("the shares give another key than this release was sealed to")]
    Key,
    /// The archive cannot be opened.
    #[error(transparent)]
    Parcel(#[from] ParcelError),
    /// The archive cannot be taken apart.
    #[error(transparent)]
    Form(#[from] archive::ArchiveError),
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, release, publish_on, recipient, shares: (k, n), archive } = self;
        write!(f, "{FIRST}\norigin {origin}\nrelease {release}\npublish-on {publish_on}\nrecipient {recipient}\n")?;
        writeln!(f, "threshold {k} of {n}\narchive {archive}")
    }
}

impl Head {
    /// Reads what [`Head`] writes.
    ///
    /// # Errors
    /// [`OpenError::Head`] with the line that is not as it should be.
    pub fn parse(text: &str) -> Result<Self, OpenError> {
        let mut lines = text.split('\n').enumerate().map(|(at, line)| (at + 1, line));
        if lines.next().is_none_or(|(_, line)| line != FIRST) {
            return Err(OpenError::Head(1));
        }
        let mut field = |name: &str| {
            let (number, line) = lines.next().ok_or(OpenError::Head(1))?;
            let value = line.strip_prefix(name).and_then(|rest| rest.strip_prefix(' '));
            value.map(|value| (number, value)).ok_or(OpenError::Head(number))
        };
        let origin = field("origin")?.1.to_string();
        let (at, release) = field("release")?;
        let release = release.parse().map_err(|_| OpenError::Head(at))?;
        let (at, publish_on) = field("publish-on")?;
        let publish_on = Some(publish_on.to_string()).filter(|day| is_day(day)).ok_or(OpenError::Head(at))?;
        let (at, recipient) = field("recipient")?;
        let recipient = Recipient::parse(recipient).map_err(|_| OpenError::Head(at))?;
        let (at, shares) = field("threshold")?;
        let shares = shares.split_once(" of ").and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
        let shares = shares.ok_or(OpenError::Head(at))?;
        let (at, archive) = field("archive")?;
        let archive = archive.parse().map_err(|_| OpenError::Head(at))?;
        Ok(Self { origin, release, publish_on, recipient, shares, archive })
    }
}

/// What is handed out: each to its own.
pub struct Handed {
    /// What the release is, for everybody.
    pub head: Head,
    /// The sealed bundle, for everybody.
    pub archive: Vec<u8>,
    /// One for each custodian; kept nowhere else.
    pub shares: Vec<Share>,
}

/// Refuses what could not be given to custodians once it is sealed, so that nobody seals it for nothing.
///
/// # Errors
/// [`ReleaseError::Share`] for numbers that make no sense, [`ReleaseError::Stage`] for a day that is none, [`ReleaseError::Revoked`].
pub fn may_be_given(known: &Known, (threshold, count): (u8, u8), publish_on: &str) -> Result<(), ReleaseError> {
    sharing::fits(threshold, count)?;
    if !is_day(publish_on) {
        return Err(ReleaseError::Stage("given to custodians until a day, which is written YYYY-MM-DD"));
    }
    if is_past(publish_on) {
        return Err(ReleaseError::Stage("given to custodians until a day to come, and this one is past"));
    }
    not_revoked(&known.file)
}

/// Gives a sealed release to custodians: `threshold` of `count` of them open it from a day on. The log knows it first.
///
/// # Errors
/// Those of [`may_be_given`]; [`ReleaseError::Stage`] if it is not sealed; faults of the case.
pub fn escrow(
    case: &mut Case,
    known: &Known,
    (threshold, count): (u8, u8),
    publish_on: &str,
) -> Result<(Handed, Receipt), ReleaseError> {
    may_be_given(known, (threshold, count), publish_on)?;
    let plain = Zeroizing::new(archive::write(&files(case, known)?)?);
    let key = SecretKey::generate().map_err(ParcelError::from)?;
    let origin = case.ledger().origin().to_string();
    let shares = sharing::split(&key, &origin, threshold, count)?;
    let recipient = key.recipient();
    let sealed = parcel::seal(&plain, &recipient)?;
    let said = Escrowed {
        release: known.file.prepared.release,
        recipient: recipient.to_string(),
        threshold: threshold.into(),
        shares: count.into(),
        publish_on: publish_on.to_string(),
    };
    let mut change =
        Change::new("release escrow", format!("A release is given to {count} custodians until {publish_on}"));
    change.say(REGISTER, &Act::ReleaseEscrowed(said))?;
    let receipt = case.tell(change)?;
    let head = Head {
        origin,
        release: known.manifest.release,
        publish_on: publish_on.to_string(),
        recipient,
        shares: (threshold, count),
        archive: Digest::of(&sealed),
    };
    Ok((Handed { head, archive: sealed, shares }, receipt))
}

/// Refuses a folder for shares that is inside a case.
///
/// # Errors
/// [`ReleaseError::Export`].
pub fn place(folder: &Path) -> Result<(), ReleaseError> {
    Ok(outside(folder)?)
}

/// The list of revocations of this log as it stands, unsigned.
pub fn revocations(case: &Case, made: &str) -> Revocations {
    let revoked = case.register().releases.values().filter_map(|file| file.revoked.as_ref());
    let mut revoked: Vec<_> = revoked
        .filter_map(|said| {
            Some(factum_log::release::revocations::Revoked {
                release: RecordId(said.release.0),
                class: factum_log::release::revocations::Class::of(&said.class)?,
                time: said.time.clone(),
                replacement: said.replacement.map(|id| RecordId(id.0)),
            })
        })
        .collect();
    revoked.sort_by(|a, b| (&a.time, a.release).cmp(&(&b.time, b.release)));
    Revocations {
        origin: case.ledger().origin().to_string(),
        size: case.ledger().size(),
        root: Hash(case.ledger().root().0),
        made: made.to_string(),
        revoked,
    }
}

/// Releases that custodians hold for a day to come, that are not revoked, and that rest on what may not be used any more: each with why.
///
/// # Errors
/// Faults of the case.
pub fn fallen(case: &Case, grounds: &Grounds<'_>) -> Result<Vec<(Known, Vec<String>)>, ReleaseError> {
    let is_held = |known: &Known| {
        let day = known.file.escrowed.as_ref().map(|escrowed| escrowed.publish_on.as_str());
        known.file.revoked.is_none() && day.is_some_and(|day| !is_past(day))
    };
    let held = case.releases()?.into_iter().filter(is_held);
    let with_why = held.map(|known| {
        let why = no_longer(&known, grounds);
        (known, why)
    });
    Ok(with_why.filter(|(_, why)| !why.is_empty()).collect())
}

/// What custodians bring together.
pub struct Brought<'a> {
    /// What the release is.
    pub head: &'a Head,
    /// The sealed bundle.
    pub archive: &'a [u8],
    /// Their shares.
    pub shares: &'a [Share],
    /// The office's newest list of revocations.
    pub revocations: &'a [u8],
    /// The log's keys, from a policy got elsewhere.
    pub logs: &'a [VerifierKey],
    /// Today, by the custodians' clock: YYYY-MM-DD.
    pub today: &'a str,
}

/// Opens a release that custodians held: its files, by path.
///
/// # Errors
/// [`OpenError`]: before its day, with a list of revocations that is unsigned, old or names the release, with too few shares.
pub fn open(brought: &Brought<'_>) -> Result<Vec<(String, Vec<u8>)>, OpenError> {
    let head = brought.head;
    if Digest::of(brought.archive) != head.archive {
        return Err(OpenError::Archive);
    }
    if brought.today < head.publish_on.as_str() {
        return Err(OpenError::Early(head.publish_on.clone(), brought.today.to_string()));
    }
    let list = Revocations::verify(brought.revocations, brought.logs)?;
    if list.origin != head.origin {
        return Err(OpenError::Elsewhere(list.origin));
    }
    if list.made.get(..10).is_none_or(|made| made < head.publish_on.as_str()) {
        return Err(OpenError::Old { made: list.made, day: head.publish_on.clone() });
    }
    if let Some(revoked) = list.of(head.release) {
        let instead = revoked.replacement.map(|id| format!(". The release {id} stands in its place"));
        return Err(OpenError::Revoked {
            time: revoked.time.clone(),
            class: revoked.class.name(),
            instead: instead.unwrap_or_default(),
        });
    }
    let joined = sharing::join(brought.shares)?;
    if joined.key.recipient() != head.recipient {
        return Err(OpenError::Key);
    }
    Ok(archive::read(&parcel::open(brought.archive, &joined.key)?)?)
}
