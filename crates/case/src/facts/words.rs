//! What can be said of sources, interviews, statements, findings and States?
//!
//! One record says one thing. Nothing is changed: a later record about the same thing, in its own compartment, stands in the place
//! of an earlier one of its kind, and the earlier one stays in the log.

use crate::custody::evidence::Detail;
use crate::custody::ids::{Digest, RecordId};
use serde::{Deserialize, Serialize};

/// A record about the inquiry's substance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Fact {
    /// Who or what information comes from, under a code.
    Source(Source),
    /// Who is behind a code. In the compartment of identities only.
    SourceIdentity(Identity),
    /// What a source agreed to. A later one replaces an earlier one whole.
    Consent(Box<Consent>),
    /// A source takes its consent back. Nothing follows that gives it again.
    ConsentWithdrawn(Withdrawal),
    /// Under which conditions a document, a page or a list may be used: what consent is for persons.
    Conditions(Conditions),
    /// How great the danger for a source is.
    Risk(Risk),
    /// Two sources are not independent.
    Tie(Tie),
    /// Somebody looked whether two sources are independent.
    Examined(Examined),
    /// A source was in a position to know of a place in a period.
    Presence(Presence),
    /// A conversation with a source.
    Interview(Box<Interview>),
    /// A source says something.
    Statement(Box<Statement>),
    /// How credible a statement is.
    Credibility(Credibility),
    /// A statement no longer stands: its source took it back, or it was a mistake.
    Retracted {
        /// The statement.
        statement: RecordId,
        /// Why.
        reason: String,
    },
    /// A person, group, place, event, act, detention or whatever the schema names.
    Entity(Entity),
    /// Which of several values is accepted, or that none is.
    Claim(Claim),
    /// A standard of proof, in the inquiry's own words.
    Standard {
        /// Its name.
        standard: String,
        /// The file that says what it asks for.
        text: String,
    },
    /// A proposition.
    Finding(Box<Finding>),
    /// What a statement does to a finding: a person's judgement.
    Bears(Bears),
    /// What the author answers to contrary evidence.
    ContraryAnswered(ContraryAnswered),
    /// Somebody other than the author read a finding with all that carries it.
    Reviewed(Reviewed),
    /// A finding is adopted.
    Adopted(Adopted),
    /// A framework of law, loaded whole.
    Framework {
        /// Its name.
        framework: String,
        /// The file.
        text: String,
    },
    /// Somebody compared an element with the official text.
    ElementVerified {
        /// The framework.
        framework: String,
        /// The element, as `article/number`.
        element: String,
        /// SHA-256 of the official text.
        official: Digest,
    },
    /// What a finding means for an element.
    ElementAssessed(ElementAssessed),
    /// A person's conclusion on law.
    LegalConclusion {
        /// The framework.
        framework: String,
        /// The article.
        article: String,
        /// In words.
        wording: String,
    },
    /// Something asked of a State or a body.
    Request(Box<Request>),
    /// What came back, if anything did.
    Response(Response),
    /// What a State or body holds.
    Position(Box<Position>),
    /// What a State corrected in a draft, and what became of it.
    Correction(Box<Correction>),
    /// What the inquiry asks somebody to do.
    Recommendation(Recommendation),
    /// What became of a recommendation.
    FollowUp {
        /// The recommendation.
        recommendation: RecordId,
        /// When: EDTF.
        date: String,
        /// In words.
        text: String,
    },
}

/// Every kind of record about the inquiry's substance, in the order in which they are read: what is named before what names it.
pub const KINDS: [&str; 31] = [
    "source",
    "source-identity",
    "consent",
    "consent-withdrawn",
    "conditions",
    "risk",
    "tie",
    "examined",
    "entity",
    "presence",
    "interview",
    "statement",
    "credibility",
    "retracted",
    "claim",
    "standard",
    "finding",
    "bears",
    "contrary-answered",
    "reviewed",
    "adopted",
    "framework",
    "element-verified",
    "element-assessed",
    "legal-conclusion",
    "request",
    "response",
    "position",
    "correction",
    "recommendation",
    "follow-up",
];

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

/// A conversation with a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Interview {
    /// Its number.
    pub interview: RecordId,
    /// Its code: `I-007`.
    pub code: String,
    /// Who was interviewed.
    pub source: RecordId,
    /// When: EDTF.
    pub date: String,
    /// Where, no finer than is safe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// In which language.
    pub language: String,
    /// Through an interpreter, by code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<String>,
    /// Who else was present, by function.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub present: Vec<String>,
    /// The item with its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<RecordId>,
    /// The item with its recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<RecordId>,
}

/// A source says something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Statement {
    /// Its number.
    pub statement: RecordId,
    /// Its code: `T-0031`.
    pub code: String,
    /// Who says it.
    pub source: RecordId,
    /// In which interview, if in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interview: Option<RecordId>,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passage: Option<Passage>,
    /// How the source knows.
    pub basis: Basis,
    /// Whose words it passes on, if it is known and if it passes on words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relays: Vec<RecordId>,
    /// What is said, in the inquiry's words.
    pub text: String,
    /// Of which entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<RecordId>,
    /// Which property of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
    /// The value: text, EDTF, a vocabulary's code, or an entity's number, as the schema says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// When what is said happened: EDTF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Where it happened, an entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<RecordId>,
    /// Who must not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<String>,
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Passage {
    /// In which item.
    pub item: RecordId,
    /// Where in it, as a locator is written: `p.3 ¶12:40-88`.
    pub at: String,
    /// The words there, or what is to be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
}

/// How a source knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// It was there.
    FirstHand,
    /// It heard it from another.
    Relayed,
    /// It is written in a document.
    Documentary,
    /// It concludes it.
    Inferred,
}

impl Basis {
    /// Every basis, by its name.
    pub const ALL: [(&str, Basis); 4] = [
        ("first-hand", Basis::FirstHand),
        ("relayed", Basis::Relayed),
        ("documentary", Basis::Documentary),
        ("inferred", Basis::Inferred),
    ];
}

/// How credible a statement is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Credibility {
    /// The statement.
    pub statement: RecordId,
    /// The grade, from `1` to `6` as grades of credibility are written.
    pub grade: String,
    /// Why.
    pub reason: String,
}

/// What statements are about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Entity {
    /// Its number.
    pub entity: RecordId,
    /// Its code: `E-012`.
    pub code: String,
    /// A kind of the schema: `person`, `place`, `act`.
    pub sort: String,
    /// What it is called in the inquiry.
    pub label: String,
}

/// Which of several values is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Claim {
    /// The entity.
    pub entity: RecordId,
    /// The property.
    pub property: String,
    /// Where it stands.
    pub status: ClaimStatus,
    /// The statement with the accepted value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<RecordId>,
    /// Why.
    pub reason: String,
}

/// Where a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimStatus {
    /// One value is taken to be right.
    Accepted,
    /// Sources differ, and nobody can say who is right.
    Contested,
    /// Somebody still has to look.
    Open,
}

/// A proposition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Finding {
    /// Its number.
    pub finding: RecordId,
    /// Its code: `F-3`.
    pub code: String,
    /// What is to be shown.
    pub proposition: String,
    /// The standard of proof it is held to, by name.
    pub standard: String,
    /// What sort of conclusion it draws.
    pub conclusion: Conclusion,
    /// Runs it cites, by code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<String>,
    /// What is still missing, in the author's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// What sort of conclusion a finding draws.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "sort", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Conclusion {
    /// It happened.
    Established,
    /// It could not be confirmed.
    NotConfirmed {
        /// What was asked and tried.
        sought: Vec<String>,
        /// What others say, each with who says it.
        others: Vec<Detail>,
    },
    /// How widespread something was, in words.
    Qualitative {
        /// The words: "most", "a large proportion".
        words: String,
        /// Of which population.
        population: String,
        /// How large that is, and who says so.
        denominator: String,
        /// The source of the denominator.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<RecordId>,
    },
}

/// What a statement does to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Bears {
    /// The finding.
    pub finding: RecordId,
    /// The statement.
    pub statement: RecordId,
    /// What it does; absent if an earlier judgement is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stance: Option<Stance>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What a statement does to a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stance {
    /// It supports the proposition.
    Supports,
    /// It contradicts it.
    Contradicts,
    /// It fits the pattern, and does not carry the proposition.
    Fits,
}

impl Stance {
    /// Every stance, by its name.
    pub const ALL: [(&str, Stance); 3] =
        [("supports", Stance::Supports), ("contradicts", Stance::Contradicts), ("fits", Stance::Fits)];
}

/// What the author answers to contrary evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ContraryAnswered {
    /// The finding.
    pub finding: RecordId,
    /// The contrary statement; absent where the answer is what was looked for and not found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<RecordId>,
    /// The answer.
    pub answer: String,
}

/// Somebody other than the author read a finding with all that carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reviewed {
    /// The finding.
    pub finding: RecordId,
    /// The state that was read: a digest of everything that the check took in.
    pub state: Digest,
    /// Does the reviewer agree?
    pub agrees: bool,
    /// In words.
    pub words: String,
}

/// A finding is adopted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Adopted {
    /// The finding.
    pub finding: RecordId,
    /// The state that was adopted.
    pub state: Digest,
    /// Its wording in the report, language by language.
    pub wording: Vec<Detail>,
}

/// What a finding means for an element of law.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ElementAssessed {
    /// The framework.
    pub framework: String,
    /// The element, as `article/number`.
    pub element: String,
    /// The finding.
    pub finding: RecordId,
    /// Whether it bears for or against; absent if an earlier judgement is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supports: Option<bool>,
    /// What is missing, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// Why.
    pub reason: String,
}

/// Something asked of a State or a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Request {
    /// Its number.
    pub request: RecordId,
    /// Its code: `Q-2`.
    pub code: String,
    /// Of whom.
    pub addressee: String,
    /// When: a day.
    pub sent: String,
    /// Until when an answer was asked for: a day.
    pub deadline: String,
    /// How it was sent.
    pub channel: String,
    /// What was asked, question by question.
    pub questions: Vec<String>,
    /// The days of reminders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<String>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Response {
    /// To which request.
    pub request: RecordId,
    /// When: a day.
    pub date: String,
    /// Which questions it answers, from 1; none if it only acknowledges.
    pub answers: Vec<u32>,
    /// What it says, in the inquiry's words.
    pub text: String,
    /// The item that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<RecordId>,
}

/// What a State or body holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Position {
    /// Its number.
    pub position: RecordId,
    /// Its code: `P-1`.
    pub code: String,
    /// Whose it is.
    pub holder: String,
    /// When it was taken: EDTF.
    pub date: String,
    /// What it does with the allegation, by the code of the HURIDOCS list of attribution.
    pub attribution: String,
    /// What it says, in its own words.
    pub words: String,
    /// Where it stands: an item or a public record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub where_said: Option<String>,
    /// The findings it answers.
    pub findings: Vec<RecordId>,
}

/// What a State corrected in a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Correction {
    /// Its number.
    pub correction: RecordId,
    /// Who asks for it.
    pub holder: String,
    /// The paragraph of the draft.
    pub paragraph: u32,
    /// What is asked for.
    pub asked: String,
    /// Whether it was accepted; absent while nobody has decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<bool>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What the inquiry asks somebody to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Recommendation {
    /// Its number.
    pub recommendation: RecordId,
    /// Its code: `N-1`.
    pub code: String,
    /// To whom.
    pub addressee: String,
    /// When: a day.
    pub date: String,
    /// What.
    pub text: String,
}
