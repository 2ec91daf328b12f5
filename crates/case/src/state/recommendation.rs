//! What is asked of a State or a body, and what became of it?

use super::error::{Check, StateError};
use super::phrases::{self, words};
use super::write::as_day;
use crate::tongue::Tongue;
use factum_model::Edtf;
use factum_model::edtf::Day;
use factum_report::{Cell, Table};
use serde::{Deserialize, Serialize};

/// What the inquiry asks somebody to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recommendation {
    /// Its code: `N-1`.
    pub code: String,
    /// To whom.
    pub addressee: String,
    /// When it was made.
    #[serde(serialize_with = "as_day")]
    pub date: Day,
    /// What.
    pub text: String,
    /// What became of it, as somebody saw it at a time.
    #[serde(rename = "follow-up", skip_serializing_if = "Vec::is_empty")]
    pub follow_up: Vec<FollowUp>,
}

/// What became of a recommendation by a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FollowUp {
    /// When it was looked at, as precisely as is known.
    pub date: Edtf,
    /// How far it was carried out; absent if nobody has judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// In words, with where that is known from.
    pub text: String,
}

/// How far a recommendation was carried out: a person's judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// It was.
    Done,
    /// In part.
    Partly,
    /// Steps were taken.
    UnderWay,
    /// It was not.
    NotDone,
    /// The addressee declined.
    Refused,
    /// Nothing could be learned.
    Unknown,
}

impl Progress {
    /// All of them.
    pub const ALL: [Progress; 6] =
        [Progress::Done, Progress::Partly, Progress::UnderWay, Progress::NotDone, Progress::Refused, Progress::Unknown];

    /// Its code in a file.
    pub fn code(self) -> &'static str {
        match self {
            Progress::Done => "done",
            Progress::Partly => "partly",
            Progress::UnderWay => "under-way",
            Progress::NotDone => "not-done",
            Progress::Refused => "refused",
            Progress::Unknown => "unknown",
        }
    }
}

impl Recommendation {
    /// Everything that does not fit.
    pub fn check(&self) -> Vec<StateError> {
        let mut check = Check::of(&self.code);
        check.says("addressee", &self.addressee);
        check.says("text", &self.text);
        for follow_up in &self.follow_up {
            check.says("text of a follow-up", &follow_up.text);
            if let Some(latest) = follow_up.date.latest() {
                check.follows("follow-up", latest, "recommendation", self.date);
            }
        }
        check.errors
    }

    /// The last that was learned by a day: the follow-up whose time ends last; of several the one that was entered last. One
    /// whose time has no beginning or begins after the day does not count.
    pub fn last(&self, today: Day) -> Option<&FollowUp> {
        let by = self.follow_up.iter().filter(|f| f.date.earliest().is_some_and(|day| day <= today));
        by.max_by_key(|f| f.date.latest().unwrap_or(today).min(today))
    }
}

/// Recommendations with the last that was learned of each by a day.
pub fn recommendations_table(recommendations: &[Recommendation], today: Day, tongue: Tongue) -> Table {
    let rows = recommendations
        .iter()
        .map(|recommendation| {
            let last = recommendation.last(today);
            vec![
                Cell::words(&recommendation.code),
                Cell::words(&recommendation.addressee),
                Cell::words(tongue.day(recommendation.date)),
                Cell::words(&recommendation.text),
                Cell::words(phrases::progress(last, tongue)),
                Cell::words(last.map_or(String::new(), |f| f.date.to_string())),
                Cell::words(last.map_or("", |f| f.text.as_str())),
            ]
        })
        .collect();
    let (caption, head) = (words(tongue).recommendations.to_string(), words(tongue).recommendations_head);
    Table { caption, head: head.map(String::from).to_vec(), rows }
}
