//! What does not fit in what is recorded of States and bodies?

use crate::sections::iso;
use factum_model::edtf::Day;

/// One thing that does not fit. The message names codes, numbers and days, never what was asked or answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// A code that two entries have.
    #[error("`{code}` is the code of two entries; give each its own")]
    Twice {
        /// The code.
        code: String,
    },
    /// A field that says nothing.
    #[error("{code} has no {what}; write it down")]
    Empty {
        /// The entry.
        code: String,
        /// Which field.
        what: &'static str,
    },
    /// Two days in the wrong order.
    #[error("the {what} of {code} is dated {on}, before the {than} of {from}; mend one of the two days")]
    OutOfOrder {
        /// The entry.
        code: String,
        /// What is dated too early.
        what: &'static str,
        /// Its day.
        on: String,
        /// What it cannot precede.
        than: &'static str,
        /// The day of that.
        from: String,
    },
    /// An answer to a question that was not asked.
    #[error("a response to {code} answers question {question}, but {of} were asked; mend the number")]
    NoSuchQuestion {
        /// The request.
        code: String,
        /// The number.
        question: u32,
        /// How many questions there are.
        of: usize,
    },
    /// One response judges one question twice.
    #[error("the response to {code} of {on} judges question {question} twice; leave one judgement")]
    QuestionTwice {
        /// The request.
        code: String,
        /// The day of the response.
        on: String,
        /// The question.
        question: u32,
    },
    /// A code of attribution that the list does not have.
    #[error("`attribution` of {code} is no code of the list; take one of its codes of 12 digits")]
    UnknownAttribution {
        /// The position.
        code: String,
    },
    /// A position answers a finding that is not there.
    #[error("{code} answers `{finding}`, which is no finding here; mend the code, or enter the finding first")]
    UnknownFinding {
        /// The position.
        code: String,
        /// The code that is no finding.
        finding: String,
    },
    /// Paragraphs do not count from 1.
    #[error("paragraph {found} of {code} stands where paragraph {expected} should; count them from 1 without gaps")]
    Numbering {
        /// The draft.
        code: String,
        /// The number that stands there.
        found: u32,
        /// The number that should.
        expected: usize,
    },
    /// A correction of a paragraph that was not sent.
    #[error("{code} corrects paragraph {paragraph} of {draft}, which has {of}; mend the number")]
    NoSuchParagraph {
        /// The correction.
        code: String,
        /// The draft.
        draft: String,
        /// The number.
        paragraph: u32,
        /// How many paragraphs there are.
        of: usize,
    },
    /// A correction refused in silence.
    #[error("{code} was refused without a reason; write down why")]
    RefusedWithoutReason {
        /// The correction.
        code: String,
    },
    /// A reply that is not the one that came.
    #[error("the reply to {code} is not the text whose SHA-256 was noted; annex it whole, as it came")]
    NotWhole {
        /// The draft.
        code: String,
    },
}

/// Collects what does not fit in one entry.
pub(super) struct Check<'c> {
    code: &'c str,
    /// What was found.
    pub errors: Vec<StateError>,
}

impl<'c> Check<'c> {
    /// Starts with an entry.
    pub fn of(code: &'c str) -> Self {
        let mut check = Check { code, errors: Vec::new() };
        check.says("code", code);
        check
    }

    /// A field must say something.
    pub fn says(&mut self, what: &'static str, text: &str) {
        if text.trim().is_empty() {
            self.errors.push(StateError::Empty { code: self.code.into(), what });
        }
    }

    /// A day must not precede another.
    pub fn follows(&mut self, what: &'static str, on: Day, than: &'static str, from: Day) {
        if on < from {
            self.errors.push(StateError::OutOfOrder {
                code: self.code.into(),
                what,
                on: iso(on),
                than,
                from: iso(from),
            });
        }
    }
}
