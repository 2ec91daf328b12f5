//! In which words does a report say how matters stand with a State or a body?
//!
//! One table a language, so that the same silence is told in the same words whoever was silent.

mod ar;
mod en;
mod es;
mod fr;
mod ru;
mod words;
mod zh;

pub(super) use words::Words;

use super::draft::{Draft, DraftStatus};
use super::position::Position;
use super::recommendation::{FollowUp, Progress};
use super::request::{Extent, Request, Status};
use crate::law::CodeList;
use crate::tongue::{Tongue, fill};
use factum_model::edtf::Day;

/// The words of a language.
pub(super) fn words(tongue: Tongue) -> &'static Words {
    match tongue {
        Tongue::En => &en::WORDS,
        Tongue::Ar => &ar::WORDS,
        Tongue::Es => &es::WORDS,
        Tongue::Fr => &fr::WORDS,
        Tongue::Ru => &ru::WORDS,
        Tongue::Zh => &zh::WORDS,
    }
}

/// A request: what was asked, of whom, when, and what came.
pub(super) fn request(request: &Request, today: Day, tongue: Tongue) -> String {
    let words = words(tongue);
    let to = tongue.apart(&request.addressee);
    let status = request.status(today);
    if status == Status::NotSent {
        return fill(words.unsent, &[("to", &to), ("day", &tongue.day(today))]);
    }
    let due = request.due(today);
    let extended = match due == request.deadline {
        true => String::new(),
        false => fill(words.extended, &[("due", &tongue.day(due))]),
    };
    let questions = match request.questions.len() {
        1 => words.question.to_string(),
        n => fill(words.questions, &[("n", &n.to_string())]),
    };
    let asked = fill(
        words.asked,
        &[
            ("sent", &tongue.day(request.sent)),
            ("questions", &questions),
            ("to", &to),
            ("deadline", &tongue.day(request.deadline)),
            ("extended", &extended),
        ],
    );
    let reminders: Vec<String> =
        request.reminders.iter().filter(|day| **day <= today).map(|day| tongue.day(*day)).collect();
    let reminded = match reminders.as_slice() {
        [] => None,
        [one] => Some(fill(words.reminder, &[("day", one)])),
        all => Some(fill(words.reminders, &[("days", &listed(all, words.between))])),
    };
    let came = came(&status, request, today, tongue);
    std::iter::once(asked).chain(reminded).chain([came]).collect::<Vec<_>>().join(words.gap)
}

fn came(status: &Status, request: &Request, today: Day, tongue: Tongue) -> String {
    let words = words(tongue);
    let day = tongue.day(today);
    match status {
        Status::NotSent | Status::Open { .. } => fill(words.open, &[("day", &day)]),
        Status::NoResponse { .. } => fill(words.silent, &[("day", &day)]),
        Status::Acknowledged { on, .. } => fill(words.acknowledged, &[("on", &tongue.day(*on)), ("day", &day)]),
        Status::Partly { answered, partly, not, .. } => {
            let [all, answered, partly, not] =
                [request.questions.len(), *answered, *partly, *not].map(|count| count.to_string());
            fill(
                words.partly,
                &[("day", &day), ("all", &all), ("answered", &answered), ("partly", &partly), ("not", &not)],
            )
        }
        Status::Answered { on, late } => {
            let late = match late {
                None => String::new(),
                Some(1) => words.late_by_one.into(),
                Some(days) => fill(words.late, &[("n", &days.to_string())]),
            };
            fill(words.answered, &[("on", &tongue.day(*on)), ("late", &late)])
        }
    }
}

/// Texts one after the other, with the one sign between them and the other before the last.
fn listed(all: &[String], [between, last_of]: [&str; 2]) -> String {
    match all.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{}{last_of}{last}", before.join(between)),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// How a request stands, for a cell.
pub(super) fn status(status: &Status, tongue: Tongue) -> &'static str {
    let [not_sent, open, silent, acknowledged, partly, answered, late] = words(tongue).states;
    match status {
        Status::NotSent => not_sent,
        Status::Open { .. } => open,
        Status::NoResponse { .. } => silent,
        Status::Acknowledged { .. } => acknowledged,
        Status::Partly { .. } => partly,
        Status::Answered { late: None, .. } => answered,
        Status::Answered { late: Some(_), .. } => late,
    }
}

/// How far a question is answered, for a cell.
pub(super) fn extent(extent: Extent, tongue: Tongue) -> &'static str {
    let [not, partly, answered] = words(tongue).extents;
    match extent {
        Extent::Not => not,
        Extent::Partly => partly,
        Extent::Answered => answered,
    }
}

/// What became of a correction, for a cell.
pub(super) fn decision(accepted: Option<bool>, tongue: Tongue) -> &'static str {
    let [taken, refused, open] = words(tongue).decisions;
    match accepted {
        Some(true) => taken,
        Some(false) => refused,
        None => open,
    }
}

/// How far a recommendation was carried out, for a cell.
pub(super) fn progress(last: Option<&FollowUp>, tongue: Tongue) -> &'static str {
    let [never, done, partly, under_way, not, declined, unknown, open] = words(tongue).progress;
    let Some(last) = last else { return never };
    match last.progress {
        Some(Progress::Done) => done,
        Some(Progress::Partly) => partly,
        Some(Progress::UnderWay) => under_way,
        Some(Progress::NotDone) => not,
        Some(Progress::Refused) => declined,
        Some(Progress::Unknown) => unknown,
        None => open,
    }
}

/// What a position does with an allegation. A code that the list does not have stands as it is.
pub(super) fn attribution(position: &Position, list: &CodeList, tongue: Tongue) -> String {
    let Some(code) = list.get(&position.attribution) else { return position.attribution.clone() };
    let short = |known: &str| {
        let rest = code.code.strip_prefix(known);
        rest.is_some_and(|rest| rest.bytes().all(|b| b == b'0'))
    };
    let own = words(tongue).attributions.iter().find(|(known, _)| short(known)).map(|(_, said)| (*said).to_string());
    let listed = || code.fr.clone().filter(|_| tongue == Tongue::Fr);
    own.or_else(listed).unwrap_or_else(|| code.en.clone())
}

/// What stands before the words of a position beside a finding.
pub(super) fn position(position: &Position, list: &CodeList, tongue: Tongue) -> String {
    let date = position.date.to_string();
    let date = tongue.edtf(&position.date).unwrap_or_else(|| tongue.apart(&date));
    let [comma, _] = words(Tongue::En).between;
    let comma = if matches!(tongue, Tongue::Ar | Tongue::Zh) { words(tongue).between[0] } else { comma };
    let date = format!("{comma}{date}");
    let does = attribution(position, list, tongue);
    let holder = tongue.apart(&position.holder);
    fill(words(tongue).position, &[("holder", &holder), ("date", &date), ("does", &does)])
}

/// A draft: what was sent, to whom, and what came.
pub(super) fn draft(draft: &Draft, today: Day, tongue: Tongue) -> String {
    let words = words(tongue);
    let (to, day) = (tongue.apart(&draft.recipient), tongue.day(today));
    let status = draft.status(today);
    if status == DraftStatus::NotSent {
        return fill(words.draft_unsent, &[("to", &to), ("day", &day)]);
    }
    let (sent, deadline) = (tongue.day(draft.sent), tongue.day(draft.deadline));
    let first = fill(words.draft_sent, &[("sent", &sent), ("to", &to), ("deadline", &deadline)]);
    let further = match status {
        DraftStatus::NotSent | DraftStatus::Open { .. } => vec![fill(words.no_comment_yet, &[("day", &day)])],
        DraftStatus::NoComment { .. } => vec![fill(words.no_comment, &[("day", &day)])],
        DraftStatus::Commented { accepted, refused, open, replied } => {
            let [accepted, refused, open] = [accepted, refused, open].map(|count| count.to_string());
            let corrections = fill(
                words.corrections,
                &[("day", &day), ("accepted", &accepted), ("refused", &refused), ("open", &open)],
            );
            let reply = replied.map(|on| fill(words.reply, &[("on", &tongue.day(on))]));
            std::iter::once(corrections).chain(reply).collect()
        }
    };
    std::iter::once(first).chain(further).collect::<Vec<_>>().join(words.gap)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The names in braces of a sentence.
    fn slots(sentence: &str) -> BTreeSet<&str> {
        sentence.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
    }

    #[test]
    fn every_language_fills_in_the_same_and_leaves_nothing_out() {
        let of = |words: &'static Words| {
            [
                words.unsent,
                words.asked,
                words.questions,
                words.extended,
                words.reminder,
                words.reminders,
                words.open,
                words.silent,
                words.acknowledged,
                words.partly,
                words.answered,
                words.late,
                words.draft_unsent,
                words.draft_sent,
                words.no_comment_yet,
                words.no_comment,
                words.corrections,
                words.reply,
                words.requests,
                words.answers,
                words.overdue,
                words.beside,
                words.position,
                words.corrections_of,
            ]
        };
        let list = crate::law::attribution();
        for tongue in Tongue::ALL {
            for (here, english) in of(words(tongue)).into_iter().zip(of(words(Tongue::En))) {
                assert_eq!(slots(here), slots(english), "{}: {here}", tongue.code());
            }
            // Each code has its label, and no two share one.
            let labels: BTreeSet<String> = list
                .codes
                .iter()
                .map(|code| {
                    let position = Position {
                        code: "P-1".into(),
                        holder: "Vadria".into(),
                        date: "2026".parse().unwrap(),
                        attribution: code.code.clone(),
                        words: "No.".into(),
                        citation: "letter".into(),
                        findings: Vec::new(),
                    };
                    attribution(&position, &list, tongue)
                })
                .collect();
            assert_eq!(labels.len(), list.codes.len(), "{}", tongue.code());
        }
    }
}
