//! What can be said of law, and of what States are asked, answer and are asked to do?

use crate::custody::ids::{Digest, MemberId, RecordId};
use crate::law::Degree;
use serde::{Deserialize, Serialize};

/// Somebody compared a line of a framework with the official text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ElementVerified {
    /// The framework.
    pub framework: String,
    /// The line, as `article/number`.
    pub element: String,
    /// SHA-256 of the official text.
    pub official: Digest,
    /// SHA-256 of the line as it stood ([`crate::law::Line::digest`]). Without it nobody can tell what was compared, and the comparison
    /// holds for no line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wording: Option<Digest>,
}

/// What a finding means for an element of law.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ElementAssessed {
    /// The framework.
    pub framework: String,
    /// The element, as `article/number`.
    pub element: String,
    /// The finding; absent where only something missing is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<RecordId>,
    /// Whether it bears for or against. With nothing missing either, an earlier word of the same person is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supports: Option<bool>,
    /// What is missing, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// Why.
    pub reason: String,
}

/// A person's conclusion on a provision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LegalConclusion {
    /// The framework.
    pub framework: String,
    /// The article.
    pub article: String,
    /// In words.
    pub wording: String,
    /// Its number, if it can be cited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<RecordId>,
    /// Its code: `L-1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The standard of proof that it is worded by, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard: Option<String>,
}

/// A member is a clinician, or is one no more. Said by a lead of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Clinician {
    /// Who.
    pub member: MemberId,
    /// Whether the member is one from here on.
    pub practises: bool,
    /// How this is known: a licence, an office.
    pub reason: String,
}

/// What a clinician found on a person, in the degrees of the Istanbul Protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Medical {
    /// Its number.
    pub medical: RecordId,
    /// Its code: `M-3`.
    pub code: String,
    /// Who was examined.
    pub source: RecordId,
    /// When: a day.
    pub examined: String,
    /// The lesions; none if no mark was found.
    pub lesions: Vec<Lesion>,
    /// All findings taken together; absent if the clinician gives no degree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overall: Option<Degree>,
    /// Why, in the clinician's words.
    pub reason: String,
}

/// One mark on the body, or one sign of the mind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Lesion {
    /// Where and what.
    pub description: String,
    /// What is alleged to have left it.
    pub alleged: String,
    /// How well they agree.
    pub degree: Degree,
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
    /// More time that was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
}

/// More time for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Extension {
    /// When it was given: a day.
    pub granted: String,
    /// The last day on which an answer is in time.
    pub until: String,
    /// Why.
    pub reason: String,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Response {
    /// To which request.
    pub request: RecordId,
    /// When: a day.
    pub date: String,
    /// Which questions it answers in full, from 1; none if it only acknowledges.
    pub answers: Vec<u32>,
    /// Which it answers in part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partly: Vec<u32>,
    /// Which it declines to answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declined: Vec<u32>,
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

/// A numbered copy of a draft, sent to a State or body for comment. Written before it leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CommentDraft {
    /// Its number.
    pub draft: RecordId,
    /// Its code: `D-1`.
    pub code: String,
    /// Who gets it.
    pub recipient: String,
    /// When it is sent: a day.
    pub sent: String,
    /// The last day on which a comment is in time.
    pub deadline: String,
    /// What is sent, paragraph by paragraph; the first is number 1.
    pub paragraphs: Vec<String>,
    /// Everything it rests on, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rests: Vec<RecordId>,
    /// The runs it takes numbers from, by code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<String>,
}

/// The reply to a draft, annexed whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CommentReply {
    /// To which draft.
    pub draft: RecordId,
    /// When it came: a day.
    pub received: String,
    /// The item that it is.
    pub item: RecordId,
    /// SHA-256 of the text of the item.
    pub sha256: Digest,
}

/// What a State corrected in a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Correction {
    /// Its number.
    pub correction: RecordId,
    /// Its code: `C-4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Of which draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<RecordId>,
    /// Who asks for it.
    pub holder: String,
    /// When it came: a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<String>,
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
    /// When that was decided: a day. Who decided is whoever says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<String>,
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
