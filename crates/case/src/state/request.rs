//! What was asked of a State or a body, and how do matters stand on a given day?

use super::error::{Check, StateError};
use super::phrases::{self, words};
use super::write::{as_day, as_days};
use crate::sections::iso;
use crate::tongue::{Tongue, fill};
use factum_model::edtf::Day;
use factum_report::{Cell, Table};
use serde::Serialize;
use std::collections::BTreeSet;

/// Something asked of a State or a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Its code: `Q-2`.
    pub code: String,
    /// Of whom.
    pub addressee: String,
    /// How it was sent.
    pub channel: String,
    /// When.
    #[serde(serialize_with = "as_day")]
    pub sent: Day,
    /// The last day on which an answer is in time, as first set.
    #[serde(serialize_with = "as_day")]
    pub deadline: Day,
    /// What was asked; the first question is question 1.
    pub questions: Vec<String>,
    /// When reminders were sent.
    #[serde(serialize_with = "as_days", skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<Day>,
    /// More time that was given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
    /// What came back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub responses: Vec<Response>,
}

/// More time for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Extension {
    /// When it was given.
    #[serde(serialize_with = "as_day")]
    pub granted: Day,
    /// The last day on which an answer is in time.
    #[serde(serialize_with = "as_day")]
    pub until: Day,
    /// Why.
    pub reason: String,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Response {
    /// When.
    #[serde(serialize_with = "as_day")]
    pub date: Day,
    /// What it says, in the inquiry's words.
    pub text: String,
    /// The item that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Which questions it answers, and how far; none if it only acknowledges.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
}

/// How far one question is answered: a person's judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// From 1.
    pub question: u32,
    /// How far.
    pub extent: Extent,
}

/// How far a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Extent {
    /// It is not, or the answer is declined.
    Not,
    /// In part.
    Partly,
    /// In full.
    Answered,
}

impl Extent {
    /// All of them, from the least to the most.
    pub const ALL: [Extent; 3] = [Extent::Not, Extent::Partly, Extent::Answered];

    /// Its code in a file.
    pub fn code(self) -> &'static str {
        match self {
            Extent::Not => "not",
            Extent::Partly => "partly",
            Extent::Answered => "answered",
        }
    }
}

/// How a request stands on a day. `over` is by how many days the time for an answer is over, absent while it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It was not sent by then.
    NotSent,
    /// Nothing came, and there is time.
    Open {
        /// How many days are left; 0 on the last.
        left: u32,
    },
    /// Nothing came in time, and nothing since.
    NoResponse {
        /// Days since the time was over.
        over: u32,
    },
    /// Something came that answers no question.
    Acknowledged {
        /// When the first came.
        on: Day,
        /// Days since the time was over.
        over: Option<u32>,
    },
    /// Some questions are answered, or some in part.
    Partly {
        /// How many in full.
        answered: usize,
        /// How many in part.
        partly: usize,
        /// How many not.
        not: usize,
        /// Days since the time was over.
        over: Option<u32>,
    },
    /// Every question is answered.
    Answered {
        /// When the last answer came.
        on: Day,
        /// How many days after the time for it.
        late: Option<u32>,
    },
}

/// Days from one day to another, if it is later.
pub(super) fn days_after(day: Day, than: Day) -> Option<u32> {
    u32::try_from(day.0.saturating_sub(than.0)).ok().filter(|days| *days > 0)
}

impl Request {
    /// Everything that does not fit.
    pub fn check(&self) -> Vec<StateError> {
        let mut check = Check::of(&self.code);
        check.says("addressee", &self.addressee);
        check.says("channel", &self.channel);
        if self.questions.is_empty() {
            check.says("question", "");
        }
        self.questions.iter().for_each(|question| check.says("question", question));
        check.follows("deadline", self.deadline, "sending", self.sent);
        self.reminders.iter().for_each(|reminder| check.follows("reminder", *reminder, "sending", self.sent));
        let mut before = self.deadline;
        for extension in &self.extensions {
            check.says("reason of an extension", &extension.reason);
            check.follows("extension", extension.granted, "sending", self.sent);
            check.follows("extended deadline", extension.until, "deadline", before);
            before = before.max(extension.until);
        }
        for response in &self.responses {
            check.says("text of a response", &response.text);
            check.follows("response", response.date, "sending", self.sent);
            let mut judged = BTreeSet::new();
            for answer in &response.answers {
                let code = self.code.clone();
                let (question, of) = (answer.question, self.questions.len());
                if question == 0 || question as usize > of {
                    check.errors.push(StateError::NoSuchQuestion { code, question, of });
                } else if !judged.insert(question) {
                    check.errors.push(StateError::QuestionTwice { code, on: iso(response.date), question });
                }
            }
        }
        check.errors
    }

    /// The last day on which an answer is in time, with the extensions given by `today`.
    pub fn due(&self, today: Day) -> Day {
        let given = self.extensions.iter().filter(|extension| extension.granted <= today);
        given.map(|extension| extension.until).fold(self.deadline, Day::max)
    }

    /// The responses that had come by `today`.
    fn come(&self, today: Day) -> impl Iterator<Item = &Response> {
        self.responses.iter().filter(move |response| response.date <= today)
    }

    /// How far each question is answered by `today`, in the order of the questions: the best of all responses, because a later
    /// letter that is silent on a question takes no answer back.
    pub fn extents(&self, today: Day) -> Vec<Extent> {
        let mut extents = vec![Extent::Not; self.questions.len()];
        for answer in self.come(today).flat_map(|response| &response.answers) {
            let at = (answer.question as usize).wrapping_sub(1);
            if let Some(extent) = extents.get_mut(at) {
                *extent = answer.extent.max(*extent);
            }
        }
        extents
    }

    /// The numbers of the questions that are not answered in full by `today`.
    pub fn open(&self, today: Day) -> Vec<usize> {
        let extents = self.extents(today);
        (1..).zip(extents).filter(|(_, extent)| *extent != Extent::Answered).map(|(number, _)| number).collect()
    }

    /// The day from which on every question was answered.
    fn complete(&self, today: Day) -> Option<Day> {
        let days: BTreeSet<Day> = self.come(today).map(|response| response.date).collect();
        days.into_iter().find(|day| self.open(*day).is_empty())
    }

    /// How the request stands on a day.
    pub fn status(&self, today: Day) -> Status {
        if today < self.sent {
            return Status::NotSent;
        }
        let due = self.due(today);
        let over = days_after(today, due);
        let Some(first) = self.come(today).map(|response| response.date).min() else {
            return match over {
                Some(over) => Status::NoResponse { over },
                None => Status::Open { left: days_after(due, today).unwrap_or_default() },
            };
        };
        let extents = self.extents(today);
        let count = |extent| extents.iter().filter(|e| **e == extent).count();
        if let Some(on) = self.complete(today) {
            return Status::Answered { on, late: days_after(on, due) };
        }
        match count(Extent::Not) == extents.len() {
            true => Status::Acknowledged { on: first, over },
            false => Status::Partly {
                answered: count(Extent::Answered),
                partly: count(Extent::Partly),
                not: count(Extent::Not),
                over,
            },
        }
    }

    /// What a report says about the request on a day.
    pub fn sentence(&self, today: Day, tongue: Tongue) -> String {
        phrases::request(self, today, tongue)
    }
}

/// A request that should be reminded of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// Its code.
    pub code: String,
    /// Of whom.
    pub addressee: String,
    /// Days since the time was over.
    pub over: u32,
    /// The questions that are not answered in full.
    pub open: Vec<usize>,
    /// When the last reminder was sent.
    pub reminded: Option<Day>,
}

/// Every request whose time is over on a day with a question open, the longest overdue first.
pub fn overdue(requests: &[Request], today: Day) -> Vec<Overdue> {
    let mut all: Vec<Overdue> = requests
        .iter()
        .filter_map(|request| {
            let over = days_after(today, request.due(today))?;
            let open = request.open(today);
            let reminded = request.reminders.iter().filter(|day| **day <= today).max().copied();
            let (code, addressee) = (request.code.clone(), request.addressee.clone());
            (!open.is_empty()).then_some(Overdue { code, addressee, over, open, reminded })
        })
        .collect();
    all.sort_by(|a, b| b.over.cmp(&a.over).then_with(|| a.code.cmp(&b.code)));
    all
}

/// The register of requests as it stands on a day.
pub fn requests_table(requests: &[Request], today: Day, tongue: Tongue) -> Table {
    let rows = requests
        .iter()
        .map(|request| {
            vec![
                Cell::words(&request.code),
                Cell::words(&request.addressee),
                Cell::words(tongue.day(request.sent)),
                Cell::words(tongue.day(request.due(today))),
                Cell::number(request.questions.len().to_string()),
                Cell::words(phrases::status(&request.status(today), tongue)),
            ]
        })
        .collect();
    let caption = fill(words(tongue).requests, &[("day", &tongue.day(today))]);
    let head = words(tongue).requests_head;
    Table { caption, head: head.map(String::from).to_vec(), rows }
}

/// The questions of a request, each with how far it is answered by a day.
pub fn questions_table(request: &Request, today: Day, tongue: Tongue) -> Table {
    let rows = request
        .questions
        .iter()
        .zip(request.extents(today))
        .enumerate()
        .map(|(index, (question, extent))| {
            vec![
                Cell::number((index + 1).to_string()),
                Cell::words(question),
                Cell::words(phrases::extent(extent, tongue)),
            ]
        })
        .collect();
    let code = tongue.apart(&request.code);
    let caption = fill(words(tongue).answers, &[("code", &code), ("day", &tongue.day(today))]);
    let head = words(tongue).answers_head;
    Table { caption, head: head.map(String::from).to_vec(), rows }
}

/// What should be reminded of on a day.
pub fn overdue_table(requests: &[Request], today: Day, tongue: Tongue) -> Table {
    let rows = overdue(requests, today)
        .into_iter()
        .map(|one| {
            let open: Vec<String> = one.open.iter().map(usize::to_string).collect();
            let never = words(tongue).never.to_string();
            vec![
                Cell::words(one.code),
                Cell::words(one.addressee),
                Cell::number(one.over.to_string()),
                Cell::words(open.join(", ")),
                Cell::words(one.reminded.map_or(never, |day| tongue.day(day))),
            ]
        })
        .collect();
    let caption = fill(words(tongue).overdue, &[("day", &tongue.day(today))]);
    let head = words(tongue).overdue_head;
    Table { caption, head: head.map(String::from).to_vec(), rows }
}
