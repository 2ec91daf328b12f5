//! What was asked of States and bodies, what did they answer, hold and correct, and what is asked of them?
//!
//! Plain records and what follows from them on a day that is handed in: which answer is overdue, which correction is undecided, and
//! the sentence that a report says about it. Silence is put on record in the same words for everybody.

mod draft;
mod error;
mod held;
mod phrases;
mod position;
mod read;
mod recommendation;
mod request;
mod write;

pub use draft::{Correction, Decision, Draft, DraftStatus, Paragraph, Reply, corrections_table};
pub use error::StateError;
pub use held::{Held, misfits, of_book, of_case};
pub use position::{Position, on_finding, position_beside, positions_beside, positions_elsewhere, positions_table};
pub use recommendation::{FollowUp, Progress, Recommendation, recommendations_table};
pub use request::{
    Answer, Extension, Extent, Overdue, Request, Response, Status, overdue, overdue_table, questions_table,
    requests_table,
};

use crate::law::CodeList;
use std::collections::BTreeSet;

/// Everything between the inquiry and States and bodies.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Register {
    /// What was asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<Request>,
    /// What they hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub positions: Vec<Position>,
    /// What was sent for comment.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<Draft>,
    /// What they are asked to do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recommendations: Vec<Recommendation>,
}

impl Register {
    /// Everything that does not fit, one entry after the other. `attribution` is the list of codes for positions, `findings` the
    /// codes of the findings there are.
    pub fn check(&self, attribution: &CodeList, findings: &BTreeSet<String>) -> Vec<StateError> {
        let mut errors = Vec::new();
        errors.extend(self.requests.iter().flat_map(Request::check));
        errors.extend(self.positions.iter().flat_map(|position| position.check(attribution)));
        errors.extend(self.drafts.iter().flat_map(Draft::check));
        errors.extend(self.recommendations.iter().flat_map(Recommendation::check));
        for position in &self.positions {
            for finding in position.findings.iter().filter(|finding| !findings.contains(*finding)) {
                errors.push(StateError::UnknownFinding { code: position.code.clone(), finding: finding.clone() });
            }
        }
        let mut seen = BTreeSet::new();
        errors.extend(
            self.codes().filter(|code| !seen.insert(*code)).map(|code| StateError::Twice { code: code.into() }),
        );
        errors
    }

    /// Every code in use.
    fn codes(&self) -> impl Iterator<Item = &str> {
        let requests = self.requests.iter().map(|r| r.code.as_str());
        let positions = self.positions.iter().map(|p| p.code.as_str());
        let drafts = self.drafts.iter().flat_map(|d| {
            std::iter::once(d.code.as_str()).chain(d.corrections.iter().map(|correction| correction.code.as_str()))
        });
        let recommendations = self.recommendations.iter().map(|r| r.code.as_str());
        requests.chain(positions).chain(drafts).chain(recommendations)
    }
}

#[cfg(test)]
mod tests;
