//! What can be said of a source: what it is, what it agreed to, on whom it depends, of what it can know?

use crate::custody::evidence::Detail;
use crate::custody::ids::RecordId;
use serde::{Deserialize, Serialize};

/// Who or what information comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Source {
    /// Its number.
    pub source: RecordId,
    /// Its code: `S-014`.
    pub code: String,
    /// What it is.
    pub sort: Sort,
    /// What may be said of it without telling who it is: "former detainee".
    pub description: String,
    /// The organization it belongs to or speaks for, by a name that tells nobody apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// How reliable it is, from `A` to `F` as grades of reliability are written; absent if nobody has judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reliability: Option<String>,
    /// Is it a child, for whom somebody else must agree as well?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub child: bool,
}

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// Somebody who tells.
    Person,
    /// A document.
    Document,
    /// A page of the web.
    WebPage,
    /// A list of people.
    List,
    /// An organization that reports.
    Organization,
    /// A medium.
    Media,
    /// A State or one of its bodies.
    State,
    /// Somebody who judges by knowledge of a subject.
    Expert,
}

impl Sort {
    /// Every sort, by its name.
    pub const ALL: [(&str, Sort); 8] = [
        ("person", Sort::Person),
        ("document", Sort::Document),
        ("web-page", Sort::WebPage),
        ("list", Sort::List),
        ("organization", Sort::Organization),
        ("media", Sort::Media),
        ("state", Sort::State),
        ("expert", Sort::Expert),
    ];

    /// Whether it is somebody: small counts of these can single a person out.
    pub fn is_person(self) -> bool {
        match self {
            Sort::Person | Sort::Expert => true,
            Sort::Document | Sort::WebPage | Sort::List | Sort::Organization | Sort::Media | Sort::State => false,
        }
    }
}

/// Who is behind a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Identity {
    /// The source.
    pub source: RecordId,
    /// Its names, in every script they came in.
    pub names: Vec<String>,
    /// What else is known: birth, contact, family.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
}

/// For what, and by whom, something may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The inquiry's own work.
    Internal,
    /// The report, without anything that tells who it is.
    ReportAnonymised,
    /// The report, with the name.
    ReportNamed,
    /// Courts and prosecutors.
    Courts,
    /// Partner organizations.
    Partners,
    /// The press.
    Media,
    /// The State concerned.
    StateConcerned,
    /// Other bodies of the United Nations.
    UnBodies,
}

impl Purpose {
    /// Every purpose, by its name.
    pub const ALL: [(&str, Purpose); 8] = [
        ("internal", Purpose::Internal),
        ("report-anonymised", Purpose::ReportAnonymised),
        ("report-named", Purpose::ReportNamed),
        ("courts", Purpose::Courts),
        ("partners", Purpose::Partners),
        ("media", Purpose::Media),
        ("state-concerned", Purpose::StateConcerned),
        ("un-bodies", Purpose::UnBodies),
    ];

    /// The purpose of this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, purpose)| *purpose)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, p)| *p == self).map_or("", |(name, _)| name)
    }
}

/// What a source agreed to: whatever is not named here was not agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Consent {
    /// The source.
    pub source: RecordId,
    /// When: EDTF.
    pub date: String,
    /// What for.
    pub purposes: Vec<Purpose>,
    /// What was explained before: `purpose`, `risks`, `withdrawal`, `recipients`, `no-reward`.
    pub explained: Vec<String>,
    /// In which language.
    pub language: String,
    /// Through an interpreter, by code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<String>,
    /// Who else was present, by function.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub present: Vec<String>,
    /// For a child: who agreed for it, by relation. The child's own assent is among `explained`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardian: Option<String>,
    /// Whether earlier interviews were asked about before, and what was said; absent if nobody asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier_interviews: Option<String>,
    /// Details that may be published no finer than this: `year`, `month`, `day` for dates; a region's name for places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub no_finer_than: Vec<Detail>,
}

/// A source takes its consent back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Withdrawal {
    /// The source.
    pub source: RecordId,
    /// When: EDTF.
    pub date: String,
    /// What is asked for.
    pub extent: Extent,
    /// Of which sort the reason is; never who, never what words.
    pub reason: String,
}

/// What a withdrawal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// It is kept and not used any more.
    NoFurtherUse,
    /// It is destroyed, as far as it can be.
    Erase,
}

/// Under which conditions something that is no person may be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Conditions {
    /// The source.
    pub source: RecordId,
    /// What for.
    pub purposes: Vec<Purpose>,
    /// In words: by whom it was given, what was promised.
    pub words: String,
    /// The last day on which they hold; absent if they do not end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// How great the danger for a source is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Risk {
    /// The source.
    pub source: RecordId,
    /// How great.
    pub level: Level,
    /// When it was judged: a day.
    pub judged: String,
    /// When it must be judged again: a day.
    pub review: String,
    /// Why.
    pub reason: String,
}

/// How great a danger is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Nothing is expected.
    Low,
    /// Trouble is possible.
    Medium,
    /// Harm is likely if the source is known.
    High,
    /// Life is in danger.
    Extreme,
}

impl Level {
    /// Every level, by its name.
    pub const ALL: [(&str, Level); 4] =
        [("low", Level::Low), ("medium", Level::Medium), ("high", Level::High), ("extreme", Level::Extreme)];
}

/// Two sources are not independent. Said in the compartments of both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tie {
    /// One; the one who passes on, where one relays the other.
    pub one: RecordId,
    /// The other; the one whose words are passed on.
    pub other: RecordId,
    /// In which way.
    pub way: Way,
    /// How this is known.
    pub reason: String,
}

/// In which way two sources depend on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// One passes on what the other said.
    Relays,
    /// Both rest on one document.
    SharedDocument,
    /// Both rest on one interview, or were interviewed together.
    SharedInterview,
    /// Both belong to one organization.
    SameOrganization,
    /// Somebody says that they are tied: family, cell, employer.
    Declared,
}

impl Way {
    /// Every way, by its name.
    pub const ALL: [(&str, Way); 5] = [
        ("relays", Way::Relays),
        ("shared-document", Way::SharedDocument),
        ("shared-interview", Way::SharedInterview),
        ("same-organization", Way::SameOrganization),
        ("declared", Way::Declared),
    ];
}

/// Somebody looked whether two sources are independent. Said in the compartments of both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Examined {
    /// One.
    pub one: RecordId,
    /// The other.
    pub other: RecordId,
    /// Are they?
    pub independent: bool,
    /// How this was found.
    pub reason: String,
}

/// A source was in a position to know: the denominator of patterns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Presence {
    /// The source.
    pub source: RecordId,
    /// The place, an entity.
    pub place: RecordId,
    /// When: EDTF, mostly an interval.
    pub period: String,
    /// As what: detained there, worked there, visited.
    pub role: String,
}
