//! What can be said outside the register: which items there are, what was made of them, where they went, what was run on them?
//!
//! Records of the working compartments. Items are named by the number that also stands in their own object, so that an item
//! keeps its name when it is sealed again.

use super::ids::{Digest, MemberId, RecordId, TransactionId};
use serde::{Deserialize, Serialize};

/// A record of a compartment other than the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Evidence {
    /// The secret of the log's key, for those who may write. In the compartment of writers only.
    LogSecret {
        /// As the vault writes it.
        secret: String,
    },
    /// Bytes as collected.
    Item(Box<Item>),
    /// The same bytes were met again: no second copy is kept, the second meeting is.
    SeenAgain {
        /// The item.
        item: RecordId,
        /// The name it was met under.
        name: String,
        /// How it was met.
        capture: Capture,
    },
    /// Who collected an item, from which machine, under which name: it identifies staff.
    Collection {
        /// The item.
        item: RecordId,
        /// The collector, as named in the register.
        collector: String,
        /// What the collector entered, name by name: machine, address on the network, virtual identity, clock.
        details: Vec<Detail>,
    },
    /// Something made from an item: a transcript, a translation, recognised text, a redaction. Its bytes are an item too.
    Derived {
        /// The item that was made.
        item: RecordId,
        /// What it was made from.
        parent: RecordId,
        /// What it is.
        making: Making,
        /// Who made it, if not its author.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        maker: Option<String>,
        /// With which tool and version.
        tool: String,
        /// The language it is in, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
        /// Who read it against its parent, if somebody did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reviewer: Option<String>,
    },
    /// Bytes leave the case. Written before they do.
    Release(Release),
    /// What a reader opened, from its journal.
    Viewed {
        /// What was opened, and when.
        views: Vec<View>,
    },
    /// A computation.
    Run(Box<Run>),
    /// What an earlier transaction said no longer stands.
    Undo {
        /// Which.
        transaction: TransactionId,
        /// Why.
        reason: String,
    },
    /// What the plan of a shred takes with it and what it leaves, for those who may know.
    ShredPlan {
        /// The items.
        items: Vec<RecordId>,
        /// Why they must go.
        reason: String,
        /// What stays nevertheless.
        stays: Vec<String>,
    },
    /// What a release is made of. In the working compartment.
    ReleaseBasis(Box<ReleaseBasis>),
    /// What a release cites from this compartment.
    ReleaseCited {
        /// The release.
        release: RecordId,
        /// The records, with the salts under which the release commits to them.
        cited: Vec<CitedRecord>,
    },
    /// A record was shown to somebody outside. Written before it was.
    Disclosed(Disclosed),
    /// A folder outside the case, in which drafts lie in the clear, is opened. Written before it holds anything.
    WorkOpened {
        /// Its number.
        work: RecordId,
        /// The last name of its path.
        name: String,
        /// SHA-256 of the line `factum work folder 1`, the log's name and the whole path, a line each but the last.
        place: Digest,
        /// What for.
        purpose: String,
    },
    /// A work folder is closed: what lay there is sealed, and removed.
    WorkClosed {
        /// The folder.
        work: RecordId,
        /// The items that its files became.
        items: Vec<RecordId>,
    },
    /// Something written elsewhere was taken in: when it was written and when it came are both kept.
    Taken {
        /// The bundle, by its digest.
        bundle: Digest,
        /// Who wrote what is in it; absent for what the taker cannot open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        author: Option<MemberId>,
        /// The objects taken in.
        objects: Vec<Digest>,
        /// When it was made, by the sender's clock.
        made: String,
    },
}

/// A named value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// Its name.
    pub name: String,
    /// The value.
    pub value: String,
}

impl Detail {
    /// A named value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

/// Bytes as collected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Item {
    /// Its name.
    pub item: RecordId,
    /// The object that holds the bytes.
    pub object: Digest,
    /// How the file was called.
    pub name: String,
    /// How many bytes.
    pub length: u64,
    /// Their SHA-256, taken while they were read for the first time.
    pub sha256: Digest,
    /// Their media type, by their first bytes.
    pub media_type: String,
    /// How it was met.
    pub capture: Capture,
    /// What the file says of itself, by name. It can be forged.
    pub embedded: Vec<Detail>,
    /// Why nothing more is known of what is inside, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_examined: Option<String>,
    /// The first words of its text, for searching.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// How an item was met: the fields of the Berkeley Protocol that do not identify staff.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Capture {
    /// Where it was: an address on the web, a place, a person's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// When it was captured there, if earlier than it came into the case: EDTF, or RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured: Option<String>,
    /// When the file was last changed, by the file system it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// Whatever else should be known of its origin.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<Detail>,
}

/// What a derived item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Making {
    /// The words of a recording, or of a file, as text.
    Transcript,
    /// The words in another language.
    Translation,
    /// Text recognised in a picture.
    Recognised,
    /// A copy in which something is covered.
    Redaction,
    /// A part of it.
    Excerpt,
}

impl Making {
    /// Every way, by its name on the command line.
    pub const ALL: [(&str, Making); 5] = [
        ("transcript", Making::Transcript),
        ("translation", Making::Translation),
        ("recognised", Making::Recognised),
        ("redaction", Making::Redaction),
        ("excerpt", Making::Excerpt),
    ];
}

/// Bytes leave the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Release {
    /// What leaves.
    pub item: RecordId,
    /// As what.
    pub leaving: Leaving,
    /// To whom.
    pub recipient: String,
    /// What for.
    pub purpose: String,
}

/// What a release is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ReleaseBasis {
    /// The release.
    pub release: RecordId,
    /// Its manifest, whole.
    pub manifest: String,
    /// For what it is made: one of the purposes that sources agree to.
    pub purpose: String,
    /// How many days a judgement of danger may be past its review.
    pub overdue_days: u32,
    /// Its outputs as items, in the order of the manifest.
    pub outputs: Vec<RecordId>,
    /// The draft it was built from, as an item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<RecordId>,
    /// Reports of checks, whole, by name.
    pub checks: Vec<Detail>,
    /// The leaves under the root over what it cites, in their order.
    pub leaves: Vec<Digest>,
}

/// A record that a release cites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CitedRecord {
    /// The record.
    pub record: RecordId,
    /// What it is about: a code, or an item's number.
    pub thing: String,
    /// The salt, used for this release alone.
    pub salt: Digest,
}

/// A record was shown to somebody outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Disclosed {
    /// The record.
    pub record: RecordId,
    /// What it is about: a code, or an item's number.
    pub thing: String,
    /// To whom.
    pub recipient: String,
    /// The key to which it was sealed.
    pub key: String,
    /// What for.
    pub purpose: String,
}

/// How bytes leave a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leaving {
    /// Written to a folder of the actor's own.
    Export,
    /// Handed to somebody who now keeps it.
    Transfer,
    /// Shown to somebody outside.
    Disclosure,
}

/// One thing that was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// The item.
    pub item: RecordId,
    /// When, by the reader's clock.
    pub time: String,
    /// The view's own number, by which it is not told twice.
    pub id: RecordId,
}

/// A computation and what it left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Run {
    /// How the report cites it.
    pub run: String,
    /// What was computed.
    pub what: String,
    /// The program and its version.
    pub program: String,
    /// The seed, as decimal digits: it can be larger than the integers of canonical JSON. Absent where nothing is random.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
    /// Parameters by name.
    pub parameters: Vec<Detail>,
    /// The items it took.
    pub inputs: Vec<RecordId>,
    /// The items it left.
    pub outputs: Vec<RecordId>,
    /// What came out that words may cite, if anything did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

/// What came out of a computation that words may cite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Outcome {
    /// Whether the computation reached its own standard. What did not converge is not cited.
    pub converged: bool,
    /// Values by name, as a report prints them: `estimate`, `lower`, `upper`, `persons`.
    pub values: Vec<Detail>,
}

impl Evidence {
    /// Why a transaction that holds this can only be followed, never undone.
    pub fn irrevocable(&self) -> Option<&'static str> {
        match self {
            Evidence::ReleaseBasis(_) | Evidence::ReleaseCited { .. } => {
                Some("a release that was prepared is left unsealed, corrected or withdrawn")
            }
            Evidence::Release(_) | Evidence::Disclosed(_) => Some("what has left the case cannot be called back"),
            Evidence::Viewed { .. } => Some("what was read stays read"),
            Evidence::ShredPlan { .. } => Some("a shred is ended by not carrying out its plan"),
            Evidence::LogSecret { .. } => Some("a key that was given stays known"),
            Evidence::Undo { .. } => Some("to make it stand again, write it again"),
            Evidence::WorkOpened { .. } | Evidence::WorkClosed { .. } => {
                Some("a work folder is closed with factum work close, and opened again as a new one")
            }
            Evidence::Taken { .. } => Some("what others wrote is answered, not undone"),
            _ => None,
        }
    }
}
