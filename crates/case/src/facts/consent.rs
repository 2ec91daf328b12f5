//! May what a source gave be used for this, today?
//!
//! The records of a case in the terms of `weigh`: what is not recorded was not allowed, a withdrawal outranks everything, and a danger that
//! nobody has judged anew in time closes what it should protect.

use super::book::SourceFile;
use super::words::{self, Extent, Level, Purpose};
use factum_model::Edtf;
use factum_model::edtf::Day;
use factum_weigh::consent::{
    Age, Answer, Asked, Handling, Refusal, Risk, RiskLevel, SourceConsent, Use, Verdict, Withdrawal,
};
use std::collections::BTreeMap;

/// What must have been explained before anybody can agree to anything (Murad Code, 2022): what it is for, what may come of it, and that
/// it can be taken back.
const EXPLAINED: [&str; 3] = ["purpose", "risks", "withdrawal"];

/// A purpose in the terms of `weigh`.
pub fn use_of(purpose: Purpose) -> Use {
    match purpose {
        Purpose::Internal => Use::Internal,
        Purpose::ReportAnonymised => Use::ReportAnonymised,
        Purpose::ReportNamed => Use::ReportNamed,
        Purpose::Courts => Use::Courts,
        Purpose::Partners => Use::Partners,
        Purpose::Media => Use::Media,
        Purpose::StateConcerned => Use::StateConcerned,
        Purpose::UnBodies => Use::OtherUnBodies,
    }
}

/// The last day that a date can mean; a date that cannot be read means no day, and what depends on it is closed.
fn day(date: &str) -> Option<Day> {
    date.parse::<Edtf>().ok()?.latest()
}

impl SourceFile {
    /// May what it gave be used for this, on this day?
    pub fn allows(&self, asked: Asked, today: Day) -> Verdict {
        if self.source.what.sort == words::Sort::Person || self.consent.is_some() {
            self.agreed().verdict(asked, today)
        } else {
            self.handling().verdict(asked, today)
        }
    }

    /// The uses that this day allows, none of them naming it but the report that does.
    pub fn uses(&self, today: Day) -> Vec<Use> {
        Use::ALL.into_iter().filter(|purpose| self.allows(Asked::of(*purpose), today).is_allowed()).collect()
    }

    /// May the case itself still work with it? The source's danger is no reason against: that is what the case is sealed for.
    pub fn is_usable(&self, today: Day) -> bool {
        match self.allows(Asked::of(Use::Internal), today) {
            Verdict::Allowed => true,
            Verdict::Refused { reasons } => {
                reasons.iter().all(|r| matches!(r, Refusal::RiskNotAssessed | Refusal::RiskReviewOverdue(_)))
            }
        }
    }

    fn withdrawal(&self) -> Option<(Withdrawal, Day)> {
        let said = &self.withdrawn.as_ref()?.what;
        let extent = match said.extent {
            Extent::NoFurtherUse => Withdrawal::NoFurtherUse,
            Extent::Erase => Withdrawal::Erase,
        };
        // A withdrawal with a date that cannot be read still stands.
        Some((extent, day(&said.date).unwrap_or(Day(0))))
    }

    fn agreed(&self) -> SourceConsent {
        let mut known = SourceConsent { withdrawn: self.withdrawal(), risk: self.danger(), ..SourceConsent::default() };
        let Some(consent) = self.consent.as_ref().map(|said| &said.what) else { return known };
        let Some(on) = day(&consent.date) else { return known };
        let named = consent.purposes.contains(&Purpose::ReportNamed);
        let answer = |purpose: &Purpose| Answer {
            agreed: consent.purposes.contains(purpose),
            // A report that was to name nobody names nobody, whoever would be named in another.
            named: named && *purpose != Purpose::ReportAnonymised && consent.purposes.contains(purpose),
            on,
        };
        known.answers = Purpose::ALL.iter().map(|(_, purpose)| (use_of(*purpose), answer(purpose))).collect();
        known.explained = EXPLAINED.iter().all(|point| consent.explained.iter().any(|said| said == point));
        if self.source.what.child {
            known.age = Age::Child { guardian_agreed: consent.guardian.is_some() };
        }
        known
    }

    fn danger(&self) -> Option<Risk> {
        let said = &self.risk.as_ref()?.what;
        let level = match said.level {
            Level::Low => RiskLevel::Low,
            Level::Medium => RiskLevel::Medium,
            Level::High | Level::Extreme => RiskLevel::High,
        };
        Some(Risk { level, review_by: day(&said.review)? })
    }

    fn handling(&self) -> Handling {
        let conditions = self.conditions.as_ref().map(|said| &said.what);
        let allowed: BTreeMap<Use, bool> = conditions
            .map(|said| said.purposes.iter().map(|purpose| (use_of(*purpose), true)).collect())
            .unwrap_or_default();
        let until = conditions.and_then(|said| said.until.as_deref()).map(|date| day(date).unwrap_or(Day(0)));
        Handling { allowed, until, withdrawn: self.withdrawal() }
    }
}

/// The reasons of a refusal, for people.
pub fn reasons(verdict: &Verdict) -> Vec<String> {
    match verdict {
        Verdict::Allowed => Vec::new(),
        Verdict::Refused { reasons } => reasons.iter().map(ToString::to_string).collect(),
    }
}
