//! What was sent to a State for comment, which corrections came, and what became of each?

use super::error::{Check, StateError};
use super::phrases::{self, words};
use super::request::days_after;
use super::write::as_day;
use crate::digest;
use crate::tongue::{Tongue, fill};
use factum_model::edtf::Day;
use factum_report::{Cell, Table};
use serde::Serialize;

/// A draft in the numbered copy that one recipient gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// Its code: `D-1`.
    pub code: String,
    /// Who gets it.
    pub recipient: String,
    /// When it was sent.
    #[serde(serialize_with = "as_day")]
    pub sent: Day,
    /// The last day on which a comment is in time.
    #[serde(serialize_with = "as_day")]
    pub deadline: Day,
    /// What was sent, numbered from 1.
    pub paragraphs: Vec<Paragraph>,
    /// What the recipient asks to be corrected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
    /// What the recipient replied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
}

/// A paragraph of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Paragraph {
    /// From 1.
    pub number: u32,
    /// As it was sent.
    pub text: String,
}

/// A correction that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Correction {
    /// Its code: `C-4`.
    pub code: String,
    /// The paragraph.
    pub paragraph: u32,
    /// When it came.
    #[serde(serialize_with = "as_day")]
    pub received: Day,
    /// What is asked for.
    pub asked: String,
    /// What became of it; absent while nobody has decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
}

/// What became of a correction: a person's decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Whether the draft is corrected.
    pub accepted: bool,
    /// Who decided.
    pub by: String,
    /// When.
    #[serde(serialize_with = "as_day")]
    pub on: Day,
    /// Why. A refusal cannot do without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A reply, kept whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reply {
    /// When it came.
    #[serde(serialize_with = "as_day")]
    pub received: Day,
    /// SHA-256 of its text in hexadecimal, noted when it came.
    pub sha256: String,
    /// The item that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// All of it.
    pub text: String,
}

impl Reply {
    /// A reply as it came, with its digest.
    pub fn new(received: Day, text: &str, item: Option<String>) -> Reply {
        Reply { received, sha256: digest::sha256(text.as_bytes()), item, text: text.into() }
    }
}

/// How a draft stands on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftStatus {
    /// It was not sent by then.
    NotSent,
    /// Nothing came, and there is time.
    Open {
        /// How many days are left; 0 on the last.
        left: u32,
    },
    /// Nothing came in time, and nothing since.
    NoComment {
        /// Days since the time was over.
        over: u32,
    },
    /// Corrections or a reply came.
    Commented {
        /// How many corrections were accepted.
        accepted: usize,
        /// How many were refused.
        refused: usize,
        /// How many nobody has decided.
        open: usize,
        /// When the reply came, if one did.
        replied: Option<Day>,
    },
}

impl Draft {
    /// The numbered copy of these paragraphs for a recipient.
    pub fn numbered(code: &str, recipient: &str, sent: Day, deadline: Day, texts: &[String]) -> Draft {
        let paragraphs = (1..).zip(texts).map(|(number, text)| Paragraph { number, text: text.clone() }).collect();
        let (code, recipient) = (code.into(), recipient.into());
        Draft { code, recipient, sent, deadline, paragraphs, corrections: Vec::new(), reply: None }
    }

    /// Everything that does not fit.
    pub fn check(&self) -> Vec<StateError> {
        let mut check = Check::of(&self.code);
        check.says("recipient", &self.recipient);
        check.follows("deadline", self.deadline, "sending", self.sent);
        if self.paragraphs.is_empty() {
            check.says("paragraph", "");
        }
        for (index, paragraph) in self.paragraphs.iter().enumerate() {
            check.says("text of a paragraph", &paragraph.text);
            if paragraph.number as usize != index + 1 {
                let (code, found) = (self.code.clone(), paragraph.number);
                check.errors.push(StateError::Numbering { code, found, expected: index + 1 });
            }
        }
        if let Some(reply) = &self.reply {
            check.says("text of the reply", &reply.text);
            check.follows("reply", reply.received, "sending", self.sent);
            if reply.sha256 != digest::sha256(reply.text.as_bytes()) {
                check.errors.push(StateError::NotWhole { code: self.code.clone() });
            }
        }
        let mut errors = check.errors;
        errors.extend(self.corrections.iter().flat_map(|correction| self.check_correction(correction)));
        errors
    }

    fn check_correction(&self, correction: &Correction) -> Vec<StateError> {
        let mut check = Check::of(&correction.code);
        check.says("text", &correction.asked);
        check.follows("correction", correction.received, "sending", self.sent);
        let (paragraph, of) = (correction.paragraph, self.paragraphs.len());
        if paragraph == 0 || paragraph as usize > of {
            let (code, draft) = (correction.code.clone(), self.code.clone());
            check.errors.push(StateError::NoSuchParagraph { code, draft, paragraph, of });
        }
        if let Some(decision) = &correction.decision {
            check.says("name of who decided", &decision.by);
            check.follows("decision", decision.on, "correction", correction.received);
            let silent = decision.reason.as_ref().is_none_or(|reason| reason.trim().is_empty());
            if !decision.accepted && silent {
                check.errors.push(StateError::RefusedWithoutReason { code: correction.code.clone() });
            }
        }
        check.errors
    }

    /// The copy as it is sent: each paragraph with its number.
    pub fn copy(&self) -> String {
        self.paragraphs.iter().map(|paragraph| format!("{}. {}\n", paragraph.number, paragraph.text)).collect()
    }

    /// The corrections that nobody had decided by a day.
    pub fn open(&self, today: Day) -> Vec<&Correction> {
        let undecided = |c: &&Correction| c.received <= today && c.decision.as_ref().is_none_or(|d| d.on > today);
        self.corrections.iter().filter(undecided).collect()
    }

    /// How the draft stands on a day.
    pub fn status(&self, today: Day) -> DraftStatus {
        if today < self.sent {
            return DraftStatus::NotSent;
        }
        let come = self.corrections.iter().any(|correction| correction.received <= today);
        let replied = self.reply.as_ref().map(|reply| reply.received).filter(|day| *day <= today);
        if !come && replied.is_none() {
            return match days_after(today, self.deadline) {
                Some(over) => DraftStatus::NoComment { over },
                None => DraftStatus::Open { left: days_after(self.deadline, today).unwrap_or_default() },
            };
        }
        let decided = |accepted| {
            let decisions = self.corrections.iter().filter_map(|correction| correction.decision.as_ref());
            decisions.filter(|decision| decision.on <= today && decision.accepted == accepted).count()
        };
        DraftStatus::Commented {
            accepted: decided(true),
            refused: decided(false),
            open: self.open(today).len(),
            replied,
        }
    }

    /// What a report says about the draft on a day.
    pub fn sentence(&self, today: Day, tongue: Tongue) -> String {
        phrases::draft(self, today, tongue)
    }
}

/// The corrections of a draft with what became of each by a day, in the order of the paragraphs.
pub fn corrections_table(draft: &Draft, today: Day, tongue: Tongue) -> Table {
    let mut corrections: Vec<&Correction> = draft.corrections.iter().filter(|c| c.received <= today).collect();
    corrections.sort_by_key(|correction| (correction.paragraph, correction.received));
    let rows = corrections
        .into_iter()
        .map(|correction| {
            let decision = correction.decision.as_ref().filter(|decision| decision.on <= today);
            vec![
                Cell::number(correction.paragraph.to_string()),
                Cell::words(&correction.code),
                Cell::words(tongue.day(correction.received)),
                Cell::words(&correction.asked),
                Cell::words(phrases::decision(decision.map(|decision| decision.accepted), tongue)),
                Cell::words(decision.and_then(|decision| decision.reason.as_deref()).unwrap_or_default()),
            ]
        })
        .collect();
    let caption = fill(words(tongue).corrections_of, &[("code", &tongue.apart(&draft.code))]);
    let head = words(tongue).corrections_head;
    Table { caption, head: head.map(String::from).to_vec(), rows }
}
