//! In which words does a report say how matters stand with a State or a body?
//!
//! One table, so that the same silence is told in the same words whoever was silent. French sentences name the addressee in
//! brackets: its article cannot be known.

use super::draft::{Draft, DraftStatus};
use super::recommendation::{FollowUp, Progress};
use super::request::{Extent, Request, Status};
use crate::tongue::Tongue;
use factum_model::edtf::Day;

/// A request: what was asked, of whom, when, and what came.
pub(super) fn request(request: &Request, today: Day, tongue: Tongue) -> String {
    let status = request.status(today);
    if status == Status::NotSent {
        let (to, day) = (&request.addressee, tongue.day(today));
        return tongue.pick(
            format!("The questions to {to} had not been sent by {day}."),
            format!("Les questions ({to}) n'étaient pas encore envoyées au {day}."),
        );
    }
    let mut sentences = vec![asked(request, today, tongue)];
    let reminders: Vec<String> =
        request.reminders.iter().filter(|day| **day <= today).map(|day| tongue.day(*day)).collect();
    match (tongue, reminders.as_slice()) {
        (_, []) => {}
        (Tongue::En, [one]) => sentences.push(format!("A reminder was sent on {one}.")),
        (Tongue::Fr, [one]) => sentences.push(format!("Un rappel a été envoyé le {one}.")),
        (Tongue::En, all) => sentences.push(format!("Reminders were sent on {}.", listed(all, " and "))),
        (Tongue::Fr, all) => sentences.push(format!("Des rappels ont été envoyés le {}.", listed(all, " et le "))),
    }
    sentences.push(came(&status, request, today, tongue));
    sentences.join(" ")
}

fn asked(request: &Request, today: Day, tongue: Tongue) -> String {
    let (to, sent, deadline) = (&request.addressee, tongue.day(request.sent), tongue.day(request.deadline));
    let due = request.due(today);
    let count = request.questions.len();
    match tongue {
        Tongue::En => {
            let questions = if count == 1 { "one question".to_string() } else { format!("{count} questions") };
            let extended = if due == request.deadline {
                String::new()
            } else {
                format!(", later extended to {}", tongue.day(due))
            };
            format!("On {sent}, the inquiry put {questions} to {to} and asked for an answer by {deadline}{extended}.")
        }
        Tongue::Fr => {
            let questions = if count == 1 { "une question".to_string() } else { format!("{count} questions") };
            let extended = if due == request.deadline {
                String::new()
            } else {
                format!(", délai prolongé ensuite jusqu'au {}", tongue.day(due))
            };
            format!(
                "Le {sent}, la mission d'enquête a adressé {questions} ({to}) en demandant une réponse au plus tard le \
                 {deadline}{extended}."
            )
        }
    }
}

fn came(status: &Status, request: &Request, today: Day, tongue: Tongue) -> String {
    let day = tongue.day(today);
    let all = request.questions.len();
    match (tongue, status) {
        (Tongue::En, Status::NotSent) => format!("Nothing had been sent by {day}."),
        (Tongue::Fr, Status::NotSent) => format!("Rien n'avait été envoyé au {day}."),
        (Tongue::En, Status::Open { .. }) => format!("No answer had come by {day}; the time for it was not over."),
        (Tongue::Fr, Status::Open { .. }) => {
            format!("Au {day}, aucune réponse n'était parvenue ; le délai n'était pas écoulé.")
        }
        (Tongue::En, Status::NoResponse { .. }) => {
            format!("The inquiry did not receive a formal response in that time, nor had it received one by {day}.")
        }
        (Tongue::Fr, Status::NoResponse { .. }) => {
            format!("La mission d'enquête n'a pas reçu de réponse formelle dans ce délai, ni à la date du {day}.")
        }
        (Tongue::En, Status::Acknowledged { on, .. }) => {
            format!("A first communication came on {}; by {day} no question had been answered.", tongue.day(*on))
        }
        (Tongue::Fr, Status::Acknowledged { on, .. }) => format!(
            "Une première communication est parvenue le {} ; au {day}, aucune question n'avait reçu de réponse.",
            tongue.day(*on)
        ),
        (Tongue::En, Status::Partly { answered, partly, not, .. }) => format!(
            "By {day}, of {all} questions {answered} had been answered in full, {partly} in part and {not} not at all."
        ),
        (Tongue::Fr, Status::Partly { answered, partly, not, .. }) => format!(
            "Au {day}, réponses reçues sur {all} questions : {answered} complètes, {partly} partielles ; questions sans \
             réponse : {not}."
        ),
        (Tongue::En, Status::Answered { on, late }) => {
            format!("Every question had been answered by {}{}.", tongue.day(*on), after(*late, tongue))
        }
        (Tongue::Fr, Status::Answered { on, late }) => {
            format!("Toutes les questions ont reçu une réponse au {}{}.", tongue.day(*on), after(*late, tongue))
        }
    }
}

fn after(late: Option<u32>, tongue: Tongue) -> String {
    match (tongue, late) {
        (_, None) => String::new(),
        (Tongue::En, Some(1)) => ", one day after the time was over".into(),
        (Tongue::En, Some(days)) => format!(", {days} days after the time was over"),
        (Tongue::Fr, Some(1)) => ", un jour après l'échéance".into(),
        (Tongue::Fr, Some(days)) => format!(", {days} jours après l'échéance"),
    }
}

/// Texts with commas, and `and` before the last.
fn listed(all: &[String], and: &str) -> String {
    match all.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{}{and}{last}", before.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// How a request stands, for a cell.
pub(super) fn status(status: &Status, tongue: Tongue) -> String {
    let text = match status {
        Status::NotSent => tongue.pick("not sent", "non envoyée"),
        Status::Open { .. } => tongue.pick("time not over", "délai en cours"),
        Status::NoResponse { .. } => tongue.pick("no formal response", "pas de réponse formelle"),
        Status::Acknowledged { .. } => tongue.pick("acknowledged, nothing answered", "accusée, sans réponse"),
        Status::Partly { .. } => tongue.pick("answered in part", "réponse partielle"),
        Status::Answered { late: None, .. } => tongue.pick("answered", "réponse complète"),
        Status::Answered { late: Some(_), .. } => tongue.pick("answered late", "réponse complète, tardive"),
    };
    text.into()
}

/// How far a question is answered, for a cell.
pub(super) fn extent(extent: Extent, tongue: Tongue) -> &'static str {
    match extent {
        Extent::Not => tongue.pick("not answered", "sans réponse"),
        Extent::Partly => tongue.pick("in part", "en partie"),
        Extent::Answered => tongue.pick("answered", "réponse"),
    }
}

/// What became of a correction, for a cell.
pub(super) fn decision(accepted: Option<bool>, tongue: Tongue) -> &'static str {
    match accepted {
        Some(true) => tongue.pick("accepted", "acceptée"),
        Some(false) => tongue.pick("refused", "refusée"),
        None => tongue.pick("open", "en suspens"),
    }
}

/// How far a recommendation was carried out, for a cell.
pub(super) fn progress(last: Option<&FollowUp>, tongue: Tongue) -> &'static str {
    let Some(last) = last else { return tongue.pick("not followed up", "sans suivi") };
    match last.progress {
        Some(Progress::Done) => tongue.pick("carried out", "mise en œuvre"),
        Some(Progress::Partly) => tongue.pick("carried out in part", "mise en œuvre en partie"),
        Some(Progress::UnderWay) => tongue.pick("under way", "en cours"),
        Some(Progress::NotDone) => tongue.pick("not carried out", "non mise en œuvre"),
        Some(Progress::Refused) => tongue.pick("declined", "refusée"),
        Some(Progress::Unknown) => tongue.pick("nothing could be learned", "sans information"),
        None => tongue.pick("looked at, not judged", "examinée, non évaluée"),
    }
}

/// A draft: what was sent, to whom, and what came.
pub(super) fn draft(draft: &Draft, today: Day, tongue: Tongue) -> String {
    let (to, day) = (&draft.recipient, tongue.day(today));
    let (sent, deadline) = (tongue.day(draft.sent), tongue.day(draft.deadline));
    let status = draft.status(today);
    if status == DraftStatus::NotSent {
        return tongue.pick(
            format!("The draft had not been sent to {to} by {day}."),
            format!("Le projet ({to}) n'était pas encore envoyé au {day}."),
        );
    }
    let first = tongue.pick(
        format!("On {sent}, the draft was sent to {to} for comment by {deadline}."),
        format!("Le {sent}, le projet a été transmis pour observations ({to}), à formuler au plus tard le {deadline}."),
    );
    let second = match status {
        DraftStatus::NotSent | DraftStatus::Open { .. } => tongue.pick(
            format!("No comment had come by {day}; the time for it was not over."),
            format!("Au {day}, aucune observation n'était parvenue ; le délai n'était pas écoulé."),
        ),
        DraftStatus::NoComment { .. } => tongue.pick(
            format!("The inquiry did not receive a comment in that time, nor had it received one by {day}."),
            format!("La mission d'enquête n'a pas reçu d'observations dans ce délai, ni à la date du {day}."),
        ),
        DraftStatus::Commented { accepted, refused, open, replied } => {
            let replied = replied.map(|on| tongue.day(on));
            let annexed = replied.map(|on| {
                tongue.pick(
                    format!(" The reply received on {on} is annexed in full."),
                    format!(" La réponse reçue le {on} est annexée intégralement."),
                )
            });
            tongue.pick(
                format!("Corrections asked for by {day}: {accepted} accepted, {refused} refused, {open} open."),
                format!(
                    "Corrections demandées au {day} : acceptées {accepted}, refusées {refused}, en suspens {open}."
                ),
            ) + &annexed.unwrap_or_default()
        }
    };
    format!("{first} {second}")
}
