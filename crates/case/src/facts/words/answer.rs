//! What can be said of law, and of what States are asked, answer and are asked to do?

use crate::custody::ids::RecordId;
use serde::{Deserialize, Serialize};

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
