//! Does an adopted finding still stand?
//!
//! Adoption is a signed act of the past. What it rested on can be retracted, withdrawn or contradicted later; then the finding falls
//! back by itself, and this says why.

use super::{Check, Lack, Requirement, State, Verdict};

/// How an adopted finding stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdoptedStanding {
    /// It would be adopted again.
    Stands,
    /// It no longer meets its standard.
    FallsBack {
        /// What the check says now.
        to: Verdict,
        /// Requirements that are not met any more.
        because: Vec<Requirement>,
        /// What contests it.
        contest: Vec<Lack>,
    },
    /// It was adopted although it might not have been; so it never stood.
    NeverStood {
        /// What the check said then.
        then: Verdict,
    },
    /// It depends on what this reader cannot open.
    CannotBeJudgedHere {
        /// How many things are closed here.
        closed: u32,
    },
}

/// How a finding stands that was adopted when the check said `then`, and now says `now`.
pub fn standing(then: Verdict, now: &Check) -> AdoptedStanding {
    match (then, now.verdict) {
        (Verdict::NotYet | Verdict::Contested, _) => AdoptedStanding::NeverStood { then },
        (_, Verdict::CannotBeJudgedHere { closed }) => AdoptedStanding::CannotBeJudgedHere { closed },
        // Whether it might be adopted then, this reader cannot tell; that it may be now does not heal it.
        (Verdict::CannotBeJudgedHere { closed }, Verdict::MayBeAdopted) => {
            AdoptedStanding::CannotBeJudgedHere { closed }
        }
        (_, Verdict::MayBeAdopted) => AdoptedStanding::Stands,
        (_, to) => AdoptedStanding::FallsBack {
            to,
            because: now.requirements.iter().filter(|r| r.state != State::Met).cloned().collect(),
            contest: now.contest.clone(),
        },
    }
}
