//! What can be said of sources, interviews, statements, findings and States?
//!
//! One record says one thing. Nothing is changed: a later record about the same thing, in its own compartment, stands in the place
//! of an earlier one of its kind, and the earlier one stays in the log.

mod answer;
mod entity;
mod leaving;
mod source;
mod testimony;

pub use answer::{
    Clinician, CommentDraft, CommentReply, Correction, ElementAssessed, ElementVerified, Extension, LegalConclusion,
    Lesion, Medical, Position, Recommendation, Request, Response,
};
pub use entity::{Import, Left, Told, ToldLink, ToldValue};
pub use leaving::{CountedBy, CountsPublished, ProfileDecided, PublishedCount, SourceTold, ToldOf, Vouched};
pub use source::{
    Conditions, Consent, Examined, Extent, Identity, Level, Presence, Purpose, Risk, Sort, Source, Tie, Way, Withdrawal,
};
pub use testimony::{
    Adopted, Basis, Bears, Claim, ClaimStatus, Conclusion, ContraryAnswered, Credibility, Document, Entity, Finding,
    Interview, Passage, Reviewed, Sheet, Stance, Statement,
};

use crate::custody::ids::RecordId;
use crate::state::Progress;
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
    /// A document, a page, a recording, a table, a translation.
    Document(Box<Document>),
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
    /// A file that adds to the schema. A later one of the same name takes its place.
    Schema {
        /// Its name.
        schema: String,
        /// What is in it.
        text: String,
    },
    /// Files from elsewhere were read into entities.
    Import(Box<Import>),
    /// What a source's file says of one entity.
    Told(Box<Told>),
    /// What is known leaves the case as files.
    Left(Box<Left>),
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
    /// The official texts of a framework, as the office has them.
    OfficialText {
        /// The framework.
        framework: String,
        /// The file.
        text: String,
    },
    /// Somebody compared an element with the official text.
    ElementVerified(ElementVerified),
    /// What a finding means for an element.
    ElementAssessed(ElementAssessed),
    /// A person's conclusion on law.
    LegalConclusion(LegalConclusion),
    /// A member is a clinician, or is one no more.
    Clinician(Clinician),
    /// What a clinician found on a person.
    Medical(Box<Medical>),
    /// Something asked of a State or a body.
    Request(Box<Request>),
    /// What came back, if anything did.
    Response(Response),
    /// What a State or body holds.
    Position(Box<Position>),
    /// A numbered copy of a draft, sent for comment.
    CommentDraft(Box<CommentDraft>),
    /// The reply to it.
    CommentReply(CommentReply),
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
        /// How far it was carried out, if somebody has judged.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        progress: Option<Progress>,
    },
    /// Counts of people left with a release.
    CountsPublished(Box<CountsPublished>),
    /// What a release told of one source.
    SourceTold(SourceTold),
    /// Somebody decided whether all that is told of a source may leave.
    ProfileDecided(ProfileDecided),
    /// A member vouches for words of an author's own.
    Vouched(Vouched),
}

/// The kind of what a source's file says of one entity. There can be hundreds of thousands, so they are read only by whoever asks for
/// them ([`super::accounts`]), not with everything else.
pub const TOLD: &str = "told";

/// Every other kind of record about the inquiry's substance, in the order in which they are read: what is named before what names it.
pub const KINDS: [&str; 44] = [
    "source",
    "source-identity",
    "consent",
    "consent-withdrawn",
    "conditions",
    "risk",
    "tie",
    "examined",
    "schema",
    "import",
    "entity",
    "left",
    "presence",
    "interview",
    "document",
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
    "official-text",
    "element-verified",
    "element-assessed",
    "legal-conclusion",
    "clinician",
    "medical",
    "request",
    "response",
    "position",
    "comment-draft",
    "comment-reply",
    "correction",
    "recommendation",
    "follow-up",
    "counts-published",
    "source-told",
    "profile-decided",
    "vouched",
];
