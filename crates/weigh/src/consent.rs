//! May this be used for that, today?
//!
//! Consent to give information is not consent to each use of it. A source is asked for every use apart; what was not asked, or not
//! answered, is *no*. Naming the source needs its own yes, whatever the use. A withdrawal outranks everything, and a risk that nobody
//! assessed or whose review is overdue closes every use outside the inquiry. Documents, web pages and lists have handling conditions
//! instead; where there are none, they are closed (OHCHR, Commissions of Inquiry and Fact-Finding Missions: Guidance and Practice,
//! 2015; Murad Code, 2022).

#[cfg(test)]
mod tests;

use factum_model::edtf::Day;
use std::collections::BTreeMap;
use std::fmt;

/// What information is used for, and who gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// The inquiry's own work.
    Internal,
    /// This report, with nothing that shows who the source is.
    ReportAnonymised,
    /// This report, with the source's name.
    ReportNamed,
    /// Courts and prosecutors.
    Courts,
    /// Partner organisations.
    Partners,
    /// Journalists.
    Media,
    /// The State concerned.
    StateConcerned,
    /// Other bodies of the United Nations.
    OtherUnBodies,
}

impl Use {
    /// Every use, in the order in which a source is asked.
    pub const ALL: [Use; 8] = [
        Use::Internal,
        Use::ReportAnonymised,
        Use::ReportNamed,
        Use::Courts,
        Use::Partners,
        Use::Media,
        Use::StateConcerned,
        Use::OtherUnBodies,
    ];

    /// The use in words that go on after *for*.
    pub fn words(self) -> &'static str {
        match self {
            Use::Internal => "the inquiry's own work",
            Use::ReportAnonymised => "this report without its name",
            Use::ReportNamed => "this report with its name",
            Use::Courts => "courts and prosecutors",
            Use::Partners => "partner organisations",
            Use::Media => "the media",
            Use::StateConcerned => "the State concerned",
            Use::OtherUnBodies => "other bodies of the United Nations",
        }
    }
}

/// A set of uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uses(u8);

impl Uses {
    /// No use.
    pub const NONE: Uses = Uses(0);
    /// Every use.
    pub const ALL: Uses = Uses(u8::MAX);

    /// The set with this use in it.
    #[must_use]
    pub fn with(self, purpose: Use) -> Uses {
        Uses(self.0 | 1 << purpose as u8)
    }

    /// Whether the use is in the set.
    pub fn contains(self, purpose: Use) -> bool {
        self.0 >> purpose as u8 & 1 == 1
    }
}

impl FromIterator<Use> for Uses {
    fn from_iter<I: IntoIterator<Item = Use>>(uses: I) -> Uses {
        uses.into_iter().fold(Uses::NONE, Uses::with)
    }
}

/// What is asked: a use, and whether the source is named in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asked {
    /// The use.
    pub purpose: Use,
    /// Whether whoever gets it learns who the source is. A report with the source's name names it in any case.
    pub naming: bool,
}

impl Asked {
    /// This use, naming nobody unless the use itself does.
    pub fn of(purpose: Use) -> Asked {
        Asked { purpose, naming: purpose == Use::ReportNamed }
    }

    fn names(self) -> bool {
        self.naming || self.purpose == Use::ReportNamed
    }
}

/// A source's answer about one use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether the source agreed.
    pub agreed: bool,
    /// Whether it agreed to be named in this use.
    pub named: bool,
    /// When it was asked.
    pub on: Day,
}

/// How far a withdrawal goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Withdrawal {
    /// What exists may stay; nothing more is done with it.
    NoFurtherUse,
    /// It is to be erased wherever that can still be done.
    Erase,
}

/// How dangerous it is for the source that it spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RiskLevel {
    /// No particular danger is known.
    Low,
    /// Harm is possible.
    Medium,
    /// Harm is likely if it becomes known.
    High,
}

/// An assessment of risk, and the day by which it must be made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Risk {
    /// The level.
    pub level: RiskLevel,
    /// It holds up to and including this day.
    pub review_by: Day,
}

/// Whether somebody else must agree as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Age {
    /// The source decides alone.
    #[default]
    Adult,
    /// A parent or guardian must agree as well.
    Child {
        /// Whether that person did.
        guardian_agreed: bool,
    },
}

/// All that a source said about what may be done with its information. The default allows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceConsent {
    /// The answers. A use that is not there was not asked for: no.
    pub answers: BTreeMap<Use, Answer>,
    /// Whether purpose, use, confidentiality and the right to withdraw were explained. Without that nobody consented to anything.
    pub explained: bool,
    /// Whether a guardian must agree.
    pub age: Age,
    /// A withdrawal and when it was made known.
    pub withdrawn: Option<(Withdrawal, Day)>,
    /// The newest assessment of risk.
    pub risk: Option<Risk>,
}

/// The conditions under which a document, web page or list was obtained. The default allows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handling {
    /// Uses that are allowed, each with whether its origin may be named.
    pub allowed: BTreeMap<Use, bool>,
    /// The conditions end on this day, that day included.
    pub until: Option<Day>,
    /// A withdrawal by who gave it, and when it was made known.
    pub withdrawn: Option<(Withdrawal, Day)>,
}

/// Why something may not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// Consent was withdrawn.
    Withdrawn(Withdrawal, Day),
    /// Nobody explained what consent is given to.
    NotExplained,
    /// A child's guardian did not agree.
    NoGuardian,
    /// The source was not asked about this use, or no condition allows it.
    NotAsked(Use),
    /// The source said no.
    SaidNo(Use),
    /// The answer is dated after today.
    NotYetGiven(Use, Day),
    /// There is no consent to naming.
    NotNamed(Use),
    /// Nobody assessed the risk.
    RiskNotAssessed,
    /// The assessment of risk is past its date.
    RiskReviewOverdue(Day),
    /// The risk is high: the source is not named, whatever it agreed to.
    RiskTooHighToName,
    /// A document without handling conditions.
    NoConditions,
    /// The conditions ended.
    ConditionsEnded(Day),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let date = |day: Day| {
            let (year, month, day) = day.ymd();
            format!("{year:04}-{month:02}-{day:02}")
        };
        match *self {
            Refusal::Withdrawn(Withdrawal::NoFurtherUse, on) => {
                write!(f, "consent was withdrawn on {}: no further use", date(on))
            }
            Refusal::Withdrawn(Withdrawal::Erase, on) => {
                write!(f, "consent was withdrawn on {} and erasure asked for: plan the shred", date(on))
            }
            Refusal::NotExplained => {
                f.write_str("it is not recorded that uses and rights were explained; explain them and ask again")
            }
            Refusal::NoGuardian => f.write_str("the source is a child and no guardian agreed; ask the guardian"),
            Refusal::NotAsked(u) => write!(f, "no consent is recorded for {}; ask, or leave it out", u.words()),
            Refusal::SaidNo(u) => write!(f, "the source said no to its use for {}", u.words()),
            Refusal::NotYetGiven(u, on) => {
                write!(f, "consent for {} is dated {}, after today; correct the date", u.words(), date(on))
            }
            Refusal::NotNamed(u) => {
                write!(f, "there is no consent to naming the source in {}; leave the name out", u.words())
            }
            Refusal::RiskNotAssessed => f.write_str("nobody assessed the risk to the source; assess it first"),
            Refusal::RiskReviewOverdue(day) => {
                write!(f, "the risk to the source was to be reviewed by {}; review it first", date(day))
            }
            Refusal::RiskTooHighToName => f.write_str("the risk to the source is high: it is not named"),
            Refusal::NoConditions => f.write_str("no handling conditions are recorded, so it is closed; record them"),
            Refusal::ConditionsEnded(day) => {
                write!(f, "its handling conditions ended on {}; ask who gave it", date(day))
            }
        }
    }
}

/// Whether something may be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Allowed,
    /// It may not, for all of these reasons: a withdrawal first.
    Refused {
        /// Why, sorted.
        reasons: Vec<Refusal>,
    },
}

impl Verdict {
    fn of(mut reasons: Vec<Refusal>) -> Verdict {
        reasons.sort_unstable();
        reasons.dedup();
        if reasons.is_empty() { Verdict::Allowed } else { Verdict::Refused { reasons } }
    }

    /// Both must allow it: what a source said in a document that has conditions of its own.
    #[must_use]
    pub fn and(self, other: Verdict) -> Verdict {
        let reasons = |v| if let Verdict::Refused { reasons } = v { reasons } else { Vec::new() };
        Verdict::of([reasons(self), reasons(other)].concat())
    }

    /// Whether it may be used.
    pub fn is_allowed(&self) -> bool {
        *self == Verdict::Allowed
    }
}

impl SourceConsent {
    /// Whether the source's information may be used so, today.
    pub fn verdict(&self, asked: Asked, today: Day) -> Verdict {
        let purpose = asked.purpose;
        let mut reasons = Vec::new();
        if let Some((kind, on)) = self.withdrawn {
            reasons.push(Refusal::Withdrawn(kind, on));
        }
        if !self.explained {
            reasons.push(Refusal::NotExplained);
        }
        if self.age == (Age::Child { guardian_agreed: false }) {
            reasons.push(Refusal::NoGuardian);
        }
        match self.answers.get(&purpose) {
            None => reasons.push(Refusal::NotAsked(purpose)),
            Some(answer) if !answer.agreed => reasons.push(Refusal::SaidNo(purpose)),
            Some(answer) => {
                if answer.on > today {
                    reasons.push(Refusal::NotYetGiven(purpose, answer.on));
                }
                if asked.names() && !answer.named {
                    reasons.push(Refusal::NotNamed(purpose));
                }
            }
        }
        // Whoever reads it inside knows the danger and keeps it sealed; what leaves meets people who may do harm.
        if purpose != Use::Internal {
            match self.risk {
                None => reasons.push(Refusal::RiskNotAssessed),
                Some(risk) if risk.review_by < today => reasons.push(Refusal::RiskReviewOverdue(risk.review_by)),
                Some(_) => {}
            }
            if asked.names() && self.risk.is_some_and(|r| r.level == RiskLevel::High) {
                reasons.push(Refusal::RiskTooHighToName);
            }
        }
        Verdict::of(reasons)
    }

    /// Every use that is allowed today, the source being named only where the use names it.
    pub fn uses(&self, today: Day) -> Uses {
        Use::ALL.into_iter().filter(|&u| self.verdict(Asked::of(u), today).is_allowed()).collect()
    }
}

impl Handling {
    /// Whether the document may be used so, today.
    pub fn verdict(&self, asked: Asked, today: Day) -> Verdict {
        let mut reasons = Vec::new();
        if let Some((kind, on)) = self.withdrawn {
            reasons.push(Refusal::Withdrawn(kind, on));
        }
        if let Some(until) = self.until.filter(|&u| u < today) {
            reasons.push(Refusal::ConditionsEnded(until));
        }
        match self.allowed.get(&asked.purpose) {
            None if self.allowed.is_empty() => reasons.push(Refusal::NoConditions),
            None => reasons.push(Refusal::NotAsked(asked.purpose)),
            Some(named) if asked.names() && !named => reasons.push(Refusal::NotNamed(asked.purpose)),
            Some(_) => {}
        }
        Verdict::of(reasons)
    }

    /// Every use that is allowed today, the origin being named only where the use names it.
    pub fn uses(&self, today: Day) -> Uses {
        Use::ALL.into_iter().filter(|&u| self.verdict(Asked::of(u), today).is_allowed()).collect()
    }
}
