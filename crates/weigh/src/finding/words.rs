//! How is a check told?
//!
//! In sentences, with the caller's codes. Nothing is told of what is closed but that it is.

use super::{AdoptedStanding, Check, Lack, Requirement, State, Verdict};
use crate::id::{Names, Thing};
use crate::independence::listed;
use crate::standard::Kind;
use std::fmt;

impl Kind {
    /// The requirement as a phrase.
    pub fn words(self) -> &'static str {
        match self {
            Kind::FirstHand => "first-hand sources",
            Kind::IndependentOrigins => "independent origins",
            Kind::Documentary => "documents",
            Kind::Grades => "supporting statements graded",
            Kind::ContrarySought => "contrary evidence looked for",
            Kind::ContraryAnswered => "contrary evidence answered",
            Kind::Reviewers => "reviewers other than the author",
            Kind::Consent => "consent for everything cited",
            Kind::Runs => "runs converged and current",
            Kind::Tried => "what was asked or tried",
            Kind::OthersEstimates => "others' estimates named",
            Kind::Denominator => "the population's size and who says so",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Verdict::MayBeAdopted => f.write_str("may be adopted"),
            Verdict::NotYet => f.write_str("may not yet be adopted"),
            Verdict::Contested => f.write_str("contested"),
            Verdict::CannotBeJudgedHere { closed: 0 } => {
                f.write_str("cannot be judged: too many origins to search through")
            }
            Verdict::CannotBeJudgedHere { closed } => write!(f, "cannot be judged here ({closed} closed)"),
        }
    }
}

impl Lack {
    /// The lack as a clause, with what to do about it.
    pub fn words(self, names: &Names) -> String {
        let statement = |s| names(Thing::Statement(s));
        let source = |s| names(Thing::Source(s));
        match self {
            Lack::More(1) => "one more is needed".into(),
            Lack::More(number) => format!("{number} more are needed"),
            Lack::Retracted(s) => format!("{} was retracted and does not count", statement(s)),
            Lack::SourceWithdrew(s) => format!("the source of {} withdrew, so it does not count", statement(s)),
            Lack::GradedBelow(s) => {
                format!("{} or its source is graded below the standard and does not count", statement(s))
            }
            Lack::CredibilityNotGraded(s) => format!("nobody graded how credible {} is", statement(s)),
            Lack::ReliabilityNotGraded(s) => format!("nobody graded how reliable {} is", source(s)),
            Lack::NotAnswered(s) => format!("{} contradicts it and is not answered", statement(s)),
            Lack::Disputed(s) => {
                format!("persons disagree whether {} supports or contradicts it; settle that", statement(s))
            }
            Lack::NoConsent(s) => {
                format!("{} does not consent to this use; ask, or take its statements out", source(s))
            }
            Lack::NotForThisUse(s) => {
                format!("the conditions under which {} was obtained do not allow this use", statement(s))
            }
            Lack::NotConverged(r) => {
                format!("{} did not converge; a number from it is not cited", names(Thing::Run(r)))
            }
            Lack::NotCurrent(r) => format!("what went into {} changed since; run it again", names(Thing::Run(r))),
            Lack::Objects(p) => format!("{} reviewed it and objects", names(Thing::Person(p))),
            Lack::AuthorReviewed(p) => format!("{} is its author and cannot review it", names(Thing::Person(p))),
            Lack::NothingWritten => "nothing is written down".into(),
            Lack::EstimateOfNobody => "an estimate does not say whose it is or what it says".into(),
            Lack::NobodySays => "nobody says how large the population is, or who did has withdrawn".into(),
            Lack::SearchCutShort => "there are too many origins to search through".into(),
            Lack::Closed(thing) => format!("{} is closed here", names(thing)),
        }
    }
}

impl Requirement {
    /// The requirement as a line: `independent origins: 1 of 2, not met: one more is needed`.
    pub fn words(&self, names: &Names) -> String {
        let number = match (self.have, self.needed) {
            (Some(have), Some(needed)) => format!("{} of {needed}, ", have.words()),
            _ => String::new(),
        };
        let state = match self.state {
            State::Met if self.replaced => "replaced by a written reason",
            State::Met => "met",
            State::NotMet => "not met",
            State::Unknown => "unknown",
        };
        let why = listed_by_semicolon(&self.lacks, names);
        let why = if why.is_empty() { why } else { format!(": {why}") };
        format!("{}: {number}{state}{why}", self.kind.words())
    }
}

fn listed_by_semicolon(lacks: &[Lack], names: &Names) -> String {
    lacks.iter().map(|l| l.words(names)).collect::<Vec<_>>().join("; ")
}

impl Check {
    /// The whole check, a line each: the verdict first.
    pub fn lines(&self, names: &Names) -> Vec<String> {
        let finding = names(Thing::Finding(self.finding));
        let mut lines = vec![format!("{finding} {}", said(self.verdict))];
        lines.extend(self.contest.iter().map(|l| format!("contested: {}", l.words(names))));
        lines.extend(self.requirements.iter().map(|r| r.words(names)));
        if !self.origins.largest.is_empty() {
            let largest = listed(self.origins.largest.iter().map(|o| o.words(names)));
            lines.push(format!("independent of each other: {largest}"));
        }
        if self.fits > 0 {
            lines.push(format!("statements that only fit the pattern and carry nothing: {}", self.fits));
        }
        lines
    }
}

fn said(verdict: Verdict) -> String {
    if verdict == Verdict::Contested { "is contested".into() } else { verdict.to_string() }
}

impl AdoptedStanding {
    /// How it stands, a line each.
    pub fn lines(&self, names: &Names) -> Vec<String> {
        match self {
            AdoptedStanding::Stands => vec!["the adopted finding stands".into()],
            AdoptedStanding::NeverStood { then } => {
                vec![format!("it was adopted although the check said then: {then}")]
            }
            AdoptedStanding::CannotBeJudgedHere { closed } => {
                vec![format!("whether the adopted finding stands cannot be judged here ({closed} closed)")]
            }
            AdoptedStanding::FallsBack { to, because, contest } => {
                let mut lines = vec![format!("the adopted finding falls back: {to}")];
                lines.extend(contest.iter().map(|l| format!("contested: {}", l.words(names))));
                lines.extend(because.iter().map(|r| r.words(names)));
                lines
            }
        }
    }
}
