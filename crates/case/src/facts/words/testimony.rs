//! What can be said of what sources say, and of what is found from it?

use crate::custody::evidence::Detail;
use crate::custody::ids::{Digest, RecordId};
use serde::{Deserialize, Serialize};

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
    /// How finely the place is told: country, region, town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_precision: Option<String>,
    /// Who asked, by function or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interviewer: Option<String>,
    /// In which language.
    pub language: String,
    /// Through an interpreter, by code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<String>,
    /// Who else was present, by function.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub present: Vec<String>,
    /// How long its recording is: `00:47:10`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    /// The item with its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<RecordId>,
    /// The item with its recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<RecordId>,
}

/// A document, a page, a recording, a table; or a translation of one or of an interview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Document {
    /// Its number.
    pub document: RecordId,
    /// Its code: `D-003`.
    pub code: String,
    /// Where it comes from.
    pub source: RecordId,
    /// What it is called in the inquiry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its date: EDTF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Its language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What it translates: an interview or a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translation_of: Option<RecordId>,
    /// Who translated it, by code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translator: Option<String>,
    /// How many pages it has, where its text does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// How long the recording is: `00:47:10`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    /// The sheets of a table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sheets: Vec<Sheet>,
    /// The item with its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<RecordId>,
}

/// A sheet of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// How many columns are in use.
    pub columns: u32,
    /// How many rows.
    pub rows: u32,
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
    /// In which document, if in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<RecordId>,
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
    /// In which item; in which document, where the case holds no item of it.
    pub item: RecordId,
    /// Where in it, as a locator is written: `p.3 ¶12:40-88`.
    pub at: String,
    /// The words there, or what is to be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// SHA-256 of the text's one spelling in which the place was found; absent where it has no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_in: Option<String>,
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
    /// The statement with the accepted value, or the record of what a file says of the entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<RecordId>,
    /// The accepted value, where what is accepted gives several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
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
    /// Who drew it up, by function or code, where that is not whoever signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn_up_by: Option<String>,
    /// What sort of conclusion it draws.
    pub conclusion: Conclusion,
    /// Runs it cites, by code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<String>,
    /// What is still missing, in the author's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Why it may stand on fewer independent origins than its standard asks for, where the standard lets a reason stand in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_for_origins: Option<String>,
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
