//! What can be said in the register: who is who, what they may, which keys are whose?
//!
//! Each is a record in a part of the compartment `register`. Whether its author may say it is judged in `register`.

use super::ids::{Digest, MemberId, TransactionId};
use super::publishing::{Approved, Escrowed, Prepared, Promised, Revoked, Sealed};
use factum_log::release::MOST_APPROVALS;
use serde::{Deserialize, Serialize};

/// What a member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Reads what its compartments hold.
    Reader,
    /// Works on what its compartments hold: lists, runs, judgements, findings.
    Analyst,
    /// Also collects evidence, and exports it.
    Investigator,
    /// Also says who is a member, and what becomes of compartments, settings and plans.
    Lead,
}

impl Role {
    /// Every role, the weakest first.
    pub const ALL: [Role; 4] = [Role::Reader, Role::Analyst, Role::Investigator, Role::Lead];

    /// Its name on the command line and on file.
    pub fn name(self) -> &'static str {
        match self {
            Role::Reader => "reader",
            Role::Analyst => "analyst",
            Role::Investigator => "investigator",
            Role::Lead => "lead",
        }
    }

    /// May its holder write into the compartments it can open?
    pub fn writes(self) -> bool {
        self > Role::Reader
    }
}

/// Records that not everybody who writes may write, and the least role that may. Whoever answers for people decides about them: sources
/// and what they agreed to are taken in by those who collect; what the inquiry as a whole holds is said by its leads. A withdrawal of
/// consent is not here: whoever hears of it first must be able to write it down.
pub const LEAST: [(&str, Role); 21] = [
    ("source", Role::Investigator),
    ("source-identity", Role::Investigator),
    ("consent", Role::Investigator),
    ("conditions", Role::Investigator),
    ("risk", Role::Investigator),
    ("interview", Role::Investigator),
    ("import", Role::Investigator),
    ("release", Role::Investigator),
    ("left", Role::Investigator),
    ("schema", Role::Lead),
    ("document", Role::Investigator),
    ("standard", Role::Lead),
    ("adopted", Role::Lead),
    ("framework", Role::Lead),
    ("official-text", Role::Lead),
    ("legal-conclusion", Role::Lead),
    ("counts-published", Role::Investigator),
    ("source-told", Role::Investigator),
    ("profile-decided", Role::Lead),
    ("clinician", Role::Lead),
    ("comment-draft", Role::Lead),
];

/// Records of the register that others than leads may write, and the least role that may; further rules of each are its own.
pub const OPEN_TO_OTHERS: [(&str, Role); 6] = [
    ("plan", Role::Analyst),
    ("release-prepared", Role::Investigator),
    ("release-approval", Role::Analyst),
    ("release-promised", Role::Investigator),
    ("release-sealed", Role::Investigator),
    ("release-escrowed", Role::Investigator),
];

/// The least role that may say something of this kind in the register.
pub fn least_in_register(kind: &str) -> Role {
    OPEN_TO_OTHERS.iter().find(|(known, _)| *known == kind).map_or(Role::Lead, |(_, role)| *role)
}

/// The least role that may say something of this kind outside the register.
pub fn least(kind: &str) -> Role {
    LEAST.iter().find(|(known, _)| *known == kind).map_or(Role::Analyst, |(_, role)| *role)
}

impl std::str::FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let known = || Role::ALL.map(Role::name).join(", ");
        Role::ALL.into_iter().find(|r| r.name() == text).ok_or_else(|| format!("no such role; there are {}", known()))
    }
}

/// Who can hold a copy of a compartment's key: a member, or the recovery identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// A member.
    Member(MemberId),
    /// Whoever brings enough shares together.
    Recovery,
}

const RECOVERY: &str = "recovery";

impl Serialize for Holder {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Holder::Member(member) => member.serialize(serializer),
            Holder::Recovery => serializer.serialize_str(RECOVERY),
        }
    }
}

impl<'de> Deserialize<'de> for Holder {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == RECOVERY {
            return Ok(Holder::Recovery);
        }
        text.parse().map(Holder::Member).map_err(serde::de::Error::custom)
    }
}

/// A record of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Act {
    /// The case begins. Only in the first part of a log.
    Case {
        /// Format of the folder; 1.
        format: u32,
        /// What the inquiry is called.
        title: String,
    },
    /// The key that signs this log's checkpoints from here on.
    LogKey {
        /// As a verifier key of C2SP signed-note.
        verifier: String,
    },
    /// Somebody becomes a member.
    Member {
        /// By which name the member is known here.
        name: String,
        /// The public card, as its owner signed it: name, keys, signature.
        card: String,
        /// What the member may do.
        role: Role,
    },
    /// A member's role changes.
    Role {
        /// Whose.
        member: MemberId,
        /// What the member may do from here on.
        role: Role,
    },
    /// A member leaves, or is made to.
    Removal {
        /// Who.
        member: MemberId,
        /// Why.
        reason: String,
    },
    /// A compartment comes to be.
    Compartment {
        /// Its name: lowercase letters, digits, hyphens.
        compartment: String,
        /// What it is for.
        purpose: String,
        /// Its first key.
        recipient: String,
    },
    /// A compartment gets a new key: what is written from here on cannot be opened with the older ones.
    Rotation {
        /// Which.
        compartment: String,
        /// The number of the new key.
        epoch: u32,
        /// The new key.
        recipient: String,
        /// Why.
        reason: String,
    },
    /// A copy of a compartment's key for one member.
    Access {
        /// Which compartment.
        compartment: String,
        /// Which of its keys.
        epoch: u32,
        /// For whom.
        holder: Holder,
        /// The object that holds the copy, sealed to its holder alone.
        wrap: Digest,
    },
    /// A member can no longer open what is written into a compartment from its next key on.
    Withdrawal {
        /// Which compartment.
        compartment: String,
        /// Whose access ends.
        member: MemberId,
        /// Why.
        reason: String,
    },
    /// The identity to which every compartment's key is copied, and whose secret is split.
    Recovery {
        /// Its public key.
        recipient: String,
        /// How many shares restore it.
        threshold: u32,
        /// How many there are.
        shares: u32,
    },
    /// How this inquiry wants something done.
    Setting {
        /// Which setting.
        name: Setting,
        /// The value, as text.
        value: String,
    },
    /// An irreversible act is planned, for others to see before it is done. What it is about stands in the compartments
    /// concerned; here only the objects it takes.
    Plan {
        /// What is planned.
        act: Planned,
        /// The objects it takes.
        objects: Vec<Digest>,
    },
    /// A planned act was done.
    Done {
        /// The transaction that holds the plan.
        plan: TransactionId,
    },
    /// A second person agrees to a planned act.
    Approval {
        /// The transaction that holds the plan.
        plan: TransactionId,
    },
    /// An object was sealed again to a newer key of its compartment; what it says is the same.
    Reseal {
        /// The old object.
        old: Digest,
        /// The new one.
        new: Digest,
    },
    /// A field kit may seal into some compartments, and read nothing.
    Kit {
        /// The kit's public card.
        card: String,
        /// Whose hands it is in.
        label: String,
        /// Into which compartments.
        compartments: Vec<String>,
        /// The last day it may be used, if there is one: YYYY-MM-DD.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<String>,
    },
    /// A member approves publications under a role that readers see.
    PublicRole {
        /// Who.
        member: MemberId,
        /// The role; `none` takes it away.
        role: String,
    },
    /// A release is prepared.
    ReleasePrepared(Prepared),
    /// Somebody agrees to a release.
    ReleaseApproval(Approved),
    /// A release is promised for a day.
    ReleasePromised(Promised),
    /// A release is sealed: the record that the public is shown.
    ReleaseSealed(Sealed),
    /// Custodians hold a sealed release until its day.
    ReleaseEscrowed(Escrowed),
    /// Custodians must not open a release.
    ReleaseRevoked(Revoked),
    /// This log continues another one that ended or was lost.
    Continuation {
        /// The other log's name.
        origin: String,
        /// Its last known checkpoint, as a signed note.
        checkpoint: String,
        /// Why it had to be left.
        reason: String,
    },
}

/// An act that cannot be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Planned {
    /// Objects are destroyed.
    Shred,
}

/// What can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Setting {
    /// `yes`: plans of irreversible acts wait for the approval of a second lead.
    FourEyes,
    /// Days between checkpoints that leave the office.
    AnchorEveryDays,
    /// How many others must approve a release.
    ReleaseApprovals,
    /// The smallest number of people that a publication may tell, other than nobody.
    SmallestCount,
    /// How many sources must share all that publications tell of one.
    ProfileShares,
    /// How many days a judgement of a source's danger may be past its review when a publication rests on the source.
    OverdueDays,
}

/// The most days that a judgement of danger may be past its review: a month in which nobody could look is a reason, a year is none.
const MOST_OVERDUE: u32 = 31;

impl Setting {
    /// Every setting.
    pub const ALL: [Setting; 6] = [
        Setting::FourEyes,
        Setting::AnchorEveryDays,
        Setting::ReleaseApprovals,
        Setting::SmallestCount,
        Setting::ProfileShares,
        Setting::OverdueDays,
    ];

    /// Its name on the command line and on file.
    pub fn name(self) -> &'static str {
        match self {
            Setting::FourEyes => "four-eyes",
            Setting::AnchorEveryDays => "anchor-every-days",
            Setting::ReleaseApprovals => "release-approvals",
            Setting::SmallestCount => "smallest-count",
            Setting::ProfileShares => "profile-shares",
            Setting::OverdueDays => "overdue-days",
        }
    }

    /// Can it have this value?
    pub fn accepts(self, value: &str) -> bool {
        match self {
            Setting::FourEyes => matches!(value, "yes" | "no"),
            Setting::AnchorEveryDays => value.parse().is_ok_and(|days: u32| (1..=366).contains(&days)),
            Setting::ReleaseApprovals => value.parse().is_ok_and(|count: usize| count <= MOST_APPROVALS),
            // Of two people each knows the other.
            Setting::SmallestCount | Setting::ProfileShares => {
                value.parse().is_ok_and(|count: u32| (3..=100).contains(&count))
            }
            Setting::OverdueDays => value.parse().is_ok_and(|days: u32| days <= MOST_OVERDUE),
        }
    }
}
