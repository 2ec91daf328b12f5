//! How much must be shown before something is found?
//!
//! A standard of proof as data: its name, the wording that the report uses throughout, and what it asks for. Five in common use are
//! built in ([`Standard::built_in`]), each number with a line that says why it is the default; an inquiry adopts one at its start,
//! changes it or writes its own. The numbers are no law: the standards themselves speak of a reasonable person's belief, and a
//! checklist can only say what that person would look for first (OHCHR, Commissions of Inquiry and Fact-Finding Missions: Guidance
//! and Practice, 2015).

#[cfg(test)]
mod tests;

use crate::consent::Use;
use std::fmt;

/// How reliable a source has shown itself: the letters of the Admiralty scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reliability {
    /// A: no doubt, a history of complete reliability.
    Completely,
    /// B: minor doubt.
    Usually,
    /// C: doubt, but often right.
    Fairly,
    /// D: significant doubt.
    NotUsually,
    /// E: a history of being wrong.
    Unreliable,
    /// F: nothing to judge it by. As a minimum it asks for a grade and takes any.
    CannotBeJudged,
}

/// How credible a statement is, whoever made it: the numbers of the Admiralty scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Credibility {
    /// 1: confirmed by other independent sources.
    Confirmed,
    /// 2: logical and consistent with other information, not confirmed.
    ProbablyTrue,
    /// 3: reasonably logical, agrees with some of it.
    PossiblyTrue,
    /// 4: possible, but nothing else says so.
    Doubtful,
    /// 5: contradicted by other information.
    Improbable,
    /// 6: nothing to judge it by. As a minimum it asks for a grade and takes any.
    CannotBeJudged,
}

impl Reliability {
    /// The letter of the scale.
    pub fn letter(self) -> char {
        ['A', 'B', 'C', 'D', 'E', 'F'][self as usize]
    }
}

impl Credibility {
    /// The number of the scale.
    pub fn digit(self) -> char {
        ['1', '2', '3', '4', '5', '6'][self as usize]
    }
}

/// The least grades with which a statement counts. The two are judged apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grades {
    /// Of its source.
    pub reliability: Reliability,
    /// Of what it says.
    pub credibility: Credibility,
}

impl fmt::Display for Grades {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}{}", self.reliability.letter(), self.credibility.digit())
    }
}

/// One thing that a finding must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Sources that saw, heard or suffered it.
    FirstHand,
    /// Origins that are independent of each other.
    IndependentOrigins,
    /// Documents made in the course of what they record.
    Documentary,
    /// Every supporting statement has been graded.
    Grades,
    /// Somebody looked for contrary evidence and wrote down where.
    ContrarySought,
    /// Contrary evidence that stands has been answered.
    ContraryAnswered,
    /// Reviewers other than the author agree.
    Reviewers,
    /// Everything cited may be used for this.
    Consent,
    /// Runs that are cited converged and are current.
    Runs,
    /// Of a conclusion that something could not be confirmed: what was asked or tried.
    Tried,
    /// Of a conclusion that something could not be confirmed: whose estimates there are.
    OthersEstimates,
    /// Of a qualitative conclusion: out of how many, and who says so.
    Denominator,
}

/// What a standard asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirements {
    /// Different sources with first-hand statements.
    pub first_hand: u32,
    /// Origins that are independent of each other.
    pub independent_origins: u32,
    /// Whether a written reason may stand where corroboration is lacking.
    pub reason_may_replace_origins: bool,
    /// Different documents.
    pub documentary: u32,
    /// The least grades with which a statement counts; absent where grading is off.
    pub grades: Option<Grades>,
    /// Whether it must be written down where contrary evidence was looked for.
    pub contrary_sought: bool,
    /// Whether contrary evidence that stands must be answered.
    pub contrary_answered: bool,
    /// Reviewers other than the author who agree.
    pub reviewers: u32,
    /// The use to which everything cited must have consent; absent where none is asked for.
    pub consent: Option<Use>,
}

/// A standard of proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standard {
    /// Its name, such as *reasonable grounds to believe*.
    pub name: String,
    /// What the report says wherever the standard is met, worded the same throughout.
    pub wording: String,
    /// Words of which a conclusion on law must contain one where this standard is used: "may constitute".
    pub legal: Vec<String>,
    /// What it asks for.
    pub requirements: Requirements,
    /// Why each number is what it is.
    pub reasons: Vec<(Kind, String)>,
}

/// The standards that are built in, from the least to the most demanding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuiltIn {
    /// Enough to look further.
    ReasonableSuspicion,
    /// What most commissions of inquiry use.
    ReasonableGroundsToBelieve,
    /// More likely than not.
    BalanceOfProbabilities,
    /// Between that and a criminal court's.
    ClearAndConvincing,
    /// A criminal court's.
    BeyondReasonableDoubt,
}

/// What is wrong with a standard that an inquiry wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum StandardFault {
    /// It has no name.
    #[error("the standard has no name; give the one that the report uses")]
    NoName,
    /// It has no wording.
    #[error("the standard has no wording; write the words with which the report states a finding")]
    NoWording,
    /// It asks for no evidence.
    #[error(
        "the standard asks for no first-hand source, no independent origin and no document; anything would meet it, so ask for \
         at least one of them"
    )]
    NothingAsked,
    /// A written reason may replace what is not asked for.
    #[error(
        "the standard lets a reason replace independent origins but asks for none; ask for some, or take the reason out"
    )]
    ReasonForNothing,
    /// Nobody but the author looks at it.
    #[error("the standard asks for no reviewer; ask for at least one who is not the author")]
    NoReviewer,
}

impl BuiltIn {
    /// Every standard that is built in.
    pub const ALL: [BuiltIn; 5] = [
        BuiltIn::ReasonableSuspicion,
        BuiltIn::ReasonableGroundsToBelieve,
        BuiltIn::BalanceOfProbabilities,
        BuiltIn::ClearAndConvincing,
        BuiltIn::BeyondReasonableDoubt,
    ];
}

/// The line for each default that does not differ between standards.
const REVIEWED: &str = "nobody sees the gaps in their own reasoning";
const SOUGHT: &str = "who does not look for what speaks against a belief cannot say that nothing does";
const ANSWERED: &str = "a reasonable person believes nothing while a serious objection is open";
const ANONYMOUS: &str =
    "a finding is made to be published, and the least that can be asked of a source is use without its name";

/// How a conclusion on law is worded where a court has yet to judge: what was found may be the crime or the violation, or was not
/// enough to say so. In English and French, as reports of the United Nations word it.
pub const CAUTIOUS: &[&str] = &[
    "may constitute",
    "may amount to",
    "may have been committed",
    "could not be established",
    "peut constituer",
    "peuvent constituer",
    "pourrait constituer",
    "pourraient constituer",
    "n'a pas pu être établi",
];

/// How it may be worded besides where the standard is one by which bodies decide.
const FIRM: &[&str] =
    &["constitutes", "constitute", "amounts to", "amount to", "was committed", "constitue", "constituent"];

impl Standard {
    /// A standard that is built in.
    pub fn built_in(which: BuiltIn) -> Standard {
        let (name, wording, requirements, reasons) = match which {
            BuiltIn::ReasonableSuspicion => suspicion(),
            BuiltIn::ReasonableGroundsToBelieve => grounds(),
            BuiltIn::BalanceOfProbabilities => balance(),
            BuiltIn::ClearAndConvincing => convincing(),
            BuiltIn::BeyondReasonableDoubt => doubt(),
        };
        let reasons = reasons.iter().map(|&(kind, why)| (kind, why.to_string())).collect();
        let legal = match which {
            BuiltIn::ClearAndConvincing | BuiltIn::BeyondReasonableDoubt => [CAUTIOUS, FIRM].concat(),
            _ => CAUTIOUS.to_vec(),
        };
        let legal = legal.into_iter().map(String::from).collect();
        Standard { name: name.into(), wording: wording.into(), legal, requirements, reasons }
    }

    /// Everything that is wrong with it.
    pub fn faults(&self) -> Vec<StandardFault> {
        let asked = &self.requirements;
        let wrong = [
            (self.name.trim().is_empty(), StandardFault::NoName),
            (self.wording.trim().is_empty(), StandardFault::NoWording),
            (asked.first_hand.max(asked.independent_origins).max(asked.documentary) == 0, StandardFault::NothingAsked),
            (asked.reason_may_replace_origins && asked.independent_origins == 0, StandardFault::ReasonForNothing),
            (asked.reviewers == 0, StandardFault::NoReviewer),
        ];
        wrong.into_iter().filter_map(|(is, fault)| is.then_some(fault)).collect()
    }

    /// The line that says why a requirement is what it is.
    pub fn reason(&self, kind: Kind) -> Option<&str> {
        self.reasons.iter().find(|(k, _)| *k == kind).map(|(_, why)| why.as_str())
    }
}

type Parts = (&'static str, &'static str, Requirements, &'static [(Kind, &'static str)]);

fn suspicion() -> Parts {
    let requirements = Requirements {
        first_hand: 0,
        independent_origins: 1,
        reason_may_replace_origins: false,
        documentary: 0,
        grades: None,
        contrary_sought: false,
        contrary_answered: false,
        reviewers: 1,
        consent: Some(Use::Internal),
    };
    let reasons: &[(Kind, &str)] = &[
        (Kind::FirstHand, "a suspicion may rest on what was passed on"),
        (Kind::IndependentOrigins, "one known origin, so that a rumour from nobody is no suspicion"),
        (Kind::Documentary, "documents are what the inquiry is then to look for"),
        (Kind::Grades, "it is raised before anybody could grade what it rests on"),
        (Kind::ContrarySought, "to look for it is the next step"),
        (Kind::ContraryAnswered, "a suspicion may stand beside what speaks against it"),
        (Kind::Reviewers, REVIEWED),
        (Kind::Consent, "it guides the inquiry's own work and is not published"),
    ];
    ("reasonable suspicion", "there is reasonable suspicion that", requirements, reasons)
}

fn grounds() -> Parts {
    let requirements = Requirements {
        first_hand: 1,
        independent_origins: 2,
        reason_may_replace_origins: true,
        documentary: 0,
        grades: Some(Grades { reliability: Reliability::Fairly, credibility: Credibility::PossiblyTrue }),
        contrary_sought: true,
        contrary_answered: true,
        reviewers: 1,
        consent: Some(Use::ReportAnonymised),
    };
    let reasons: &[(Kind, &str)] = &[
        (Kind::FirstHand, "somebody must have seen it, or all are repeating"),
        (
            Kind::IndependentOrigins,
            "two, since reliable information must be consistent with other material; a written reason may stand in, for some acts \
             leave one witness",
        ),
        (Kind::Documentary, "States that violate rights seldom hand over the file"),
        (Kind::Grades, "C3: often right and reasonably logical is what a prudent person still relies on"),
        (Kind::ContrarySought, SOUGHT),
        (Kind::ContraryAnswered, ANSWERED),
        (Kind::Reviewers, REVIEWED),
        (Kind::Consent, ANONYMOUS),
    ];
    ("reasonable grounds to believe", "there are reasonable grounds to believe that", requirements, reasons)
}

fn balance() -> Parts {
    let requirements = Requirements { reason_may_replace_origins: false, ..grounds().2 };
    let reasons: &[(Kind, &str)] = &[
        (Kind::FirstHand, "somebody must have seen it, or all are repeating"),
        (Kind::IndependentOrigins, "two: one word against another is even, and more likely than not is more than even"),
        (
            Kind::Documentary,
            "where there are two independent origins, a document adds weight but is not what tips the balance",
        ),
        (Kind::Grades, "C3: less than that is as likely wrong as right"),
        (Kind::ContrarySought, SOUGHT),
        (Kind::ContraryAnswered, ANSWERED),
        (Kind::Reviewers, REVIEWED),
        (Kind::Consent, ANONYMOUS),
    ];
    ("balance of probabilities", "it is more likely than not that", requirements, reasons)
}

fn convincing() -> Parts {
    let requirements = Requirements {
        first_hand: 2,
        independent_origins: 3,
        reason_may_replace_origins: false,
        documentary: 1,
        grades: Some(Grades { reliability: Reliability::Usually, credibility: Credibility::ProbablyTrue }),
        contrary_sought: true,
        contrary_answered: true,
        reviewers: 2,
        consent: Some(Use::ReportAnonymised),
    };
    let reasons: &[(Kind, &str)] = &[
        (Kind::FirstHand, "two, so that no single memory carries it"),
        (Kind::IndependentOrigins, "three, so that it stands if one of them falls and two remain"),
        (Kind::Documentary, "one, since what was written at the time does not fade as memory does"),
        (Kind::Grades, "B2: what is open to more than minor doubt does not convince clearly"),
        (Kind::ContrarySought, SOUGHT),
        (Kind::ContraryAnswered, ANSWERED),
        (Kind::Reviewers, "two, for it names more and is attacked more"),
        (Kind::Consent, ANONYMOUS),
    ];
    ("clear and convincing evidence", "there is clear and convincing evidence that", requirements, reasons)
}

fn doubt() -> Parts {
    let requirements = Requirements { independent_origins: 4, consent: Some(Use::Courts), ..convincing().2 };
    let reasons: &[(Kind, &str)] = &[
        (Kind::FirstHand, "two, so that no single memory carries it"),
        (Kind::IndependentOrigins, "four, so that it is still clear and convincing if one of them falls"),
        (Kind::Documentary, "one, since what was written at the time does not fade as memory does"),
        (Kind::Grades, "B2: a source with more than minor doubt is a doubt"),
        (Kind::ContrarySought, SOUGHT),
        (Kind::ContraryAnswered, "any serious objection left open is the reasonable doubt"),
        (Kind::Reviewers, "two, as a court seldom decides by one voice"),
        (
            Kind::Consent,
            "whoever claims this much must be able to put it before a court, which decides by its own rules",
        ),
    ];
    ("beyond reasonable doubt", "it is established beyond reasonable doubt that", requirements, reasons)
}
