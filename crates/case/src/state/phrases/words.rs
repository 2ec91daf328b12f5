//! Which sentences and heads of tables does a language need for requests, positions, drafts and recommendations?
//!
//! Braces hold what is filled in. Names of States and bodies stand in brackets or after a colon where a language would bend them, because
//! their gender and case cannot be known.

/// The words of one language.
pub(in crate::state) struct Words {
    /// The questions were not sent: {to}, {day}.
    pub unsent: &'static str,
    /// What was asked: {sent}, {questions}, {to}, {deadline}, {extended}.
    pub asked: &'static str,
    /// One question.
    pub question: &'static str,
    /// {n} questions.
    pub questions: &'static str,
    /// More time was given: {due}.
    pub extended: &'static str,
    /// One reminder: {day}.
    pub reminder: &'static str,
    /// Several: {days}.
    pub reminders: &'static str,
    /// Between two of several days, and before the last.
    pub between: [&'static str; 2],
    /// No answer, and there is time: {day}.
    pub open: &'static str,
    /// No answer at all: {day}.
    pub silent: &'static str,
    /// An answer to nothing: {on}, {day}.
    pub acknowledged: &'static str,
    /// Some questions: {day}, {all}, {answered}, {partly}, {not}.
    pub partly: &'static str,
    /// Every question: {on}, {late}.
    pub answered: &'static str,
    /// One day late.
    pub late_by_one: &'static str,
    /// Late by {n} days.
    pub late: &'static str,
    /// How a request stands: not sent, open, silent, acknowledged, answered in part, answered, answered late.
    pub states: [&'static str; 7],
    /// How far a question is answered: not, in part, in full.
    pub extents: [&'static str; 3],
    /// What became of a correction: accepted, refused, open.
    pub decisions: [&'static str; 3],
    /// How far a recommendation was carried out: not followed up, done, in part, under way, not done, declined, unknown, not judged.
    pub progress: [&'static str; 8],
    /// The draft was not sent: {to}, {day}.
    pub draft_unsent: &'static str,
    /// The draft was sent: {sent}, {to}, {deadline}.
    pub draft_sent: &'static str,
    /// No comment, and there is time: {day}.
    pub no_comment_yet: &'static str,
    /// No comment at all: {day}.
    pub no_comment: &'static str,
    /// Corrections: {day}, {accepted}, {refused}, {open}.
    pub corrections: &'static str,
    /// The reply is annexed: {on}.
    pub reply: &'static str,
    /// What stands between two sentences.
    pub gap: &'static str,
    /// Over the table of requests: {day}.
    pub requests: &'static str,
    /// Its head: request, addressee, sent, due, questions, state.
    pub requests_head: [&'static str; 6],
    /// Over the table of questions: {code}, {day}.
    pub answers: &'static str,
    /// Its head: number, question, answer.
    pub answers_head: [&'static str; 3],
    /// Over the table of what is overdue: {day}.
    pub overdue: &'static str,
    /// Its head: request, addressee, days, open questions, last reminder.
    pub overdue_head: [&'static str; 5],
    /// No reminder was sent.
    pub never: &'static str,
    /// Over the table of positions.
    pub positions: &'static str,
    /// Its head: position, holder, date, attribution, words, source, findings.
    pub positions_head: [&'static str; 7],
    /// Over positions on a finding: {code}, {proposition}.
    pub beside: &'static str,
    /// Over positions on no finding that is shown.
    pub elsewhere: &'static str,
    /// Before a position beside a finding: {holder}, {date}, {does}.
    pub position: &'static str,
    /// Signs around somebody's own words.
    pub quotes: [&'static str; 2],
    /// What somebody does with an allegation, by the codes of the list of attribution without their zeros. English and French stand in the
    /// list itself.
    pub attributions: &'static [(&'static str, &'static str)],
    /// Over the table of corrections: {code}.
    pub corrections_of: &'static str,
    /// Its head: paragraph, correction, received, asked for, decision, reason.
    pub corrections_head: [&'static str; 6],
    /// Over the table of recommendations.
    pub recommendations: &'static str,
    /// Its head: recommendation, addressee, made, text, follow-up, as of, remarks.
    pub recommendations_head: [&'static str; 7],
}
