//! What does a case hold of States and bodies?
//!
//! The records of a case as the register knows them, with codes for numbers. What cannot be read, or names what is not there, is told.

use super::{
    Answer, Correction, Decision, Draft, Extension, Extent, FollowUp, Position, Recommendation, Register, Reply,
    Request, Response,
};
use crate::custody::evidence::Evidence;
use crate::custody::folder::Case;
use crate::custody::ids::{MemberId, RecordId};
use crate::custody::view;
use crate::facts::book::{Book, DraftFile, RecommendationFile, RequestFile, Said};
use crate::facts::words;
use crate::law::attribution;
use crate::sections::iso;
use factum_model::Edtf;
use factum_model::edtf::Day;
use factum_vault::index::IndexError;
use std::collections::{BTreeMap, BTreeSet};

/// The register of a case.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// What is known, each kind in the order of codes.
    pub register: Register,
    /// What of the case's records could not be put in it, and why, a line each.
    pub left_out: Vec<String>,
}

/// Reads the register of a case, as far as the actor can open it.
///
/// # Errors
/// If the view cannot be read.
pub fn of_case(case: &Case, book: &Book) -> Result<Held, IndexError> {
    let replies: BTreeSet<RecordId> =
        book.drafts.values().filter_map(|file| Some(file.reply.as_ref()?.what.item)).collect();
    let mut texts = BTreeMap::new();
    view::each_evidence(case.index(), "item", case.until(), |_, said| {
        if let Evidence::Item(item) = said
            && replies.contains(&item.item)
            && let Some(text) = &item.text
        {
            texts.insert(item.item, text.clone());
        }
    })?;
    Ok(of_book(book, &|member| case.register().name_of(member), &texts))
}

/// Reads the register out of a case's book. `names` gives the names of members, `texts` those of items: a reply is annexed with its text.
pub fn of_book(book: &Book, names: &dyn Fn(MemberId) -> String, texts: &BTreeMap<RecordId, String>) -> Held {
    let mut reader = Reader { book, names, texts, left_out: Vec::new() };
    let mut register = Register {
        requests: book
            .requests
            .values()
            .filter_map(|file| reader.request(&file.request.what, responses(file)))
            .collect(),
        positions: book.positions.values().filter_map(|said| reader.position(&said.what)).collect(),
        drafts: book.drafts.values().filter_map(|file| reader.draft(file)).collect(),
        recommendations: book.recommendations.values().filter_map(|file| reader.recommendation(file)).collect(),
    };
    let stray = book.corrections.values().filter(|said| said.what.draft.is_none_or(|d| !book.drafts.contains_key(&d)));
    for said in stray {
        let (holder, paragraph) = (&said.what.holder, said.what.paragraph);
        reader.left_out.push(format!("a correction of {holder} to paragraph {paragraph} names no draft that is here"));
    }
    register.requests.sort_by(|a, b| a.code.cmp(&b.code));
    register.positions.sort_by(|a, b| a.code.cmp(&b.code));
    register.drafts.sort_by(|a, b| a.code.cmp(&b.code));
    register.recommendations.sort_by(|a, b| a.code.cmp(&b.code));
    Held { register, left_out: reader.left_out }
}

fn responses(file: &RequestFile) -> impl Iterator<Item = &words::Response> {
    file.responses.iter().map(|said| &said.what)
}

/// Everything that would not fit if a request stood like this, with one more response if there is one: what to tell before it is written.
pub fn misfits(book: &Book, request: &words::Request, came: Option<&words::Response>) -> Vec<String> {
    let mut reader = Reader { book, names: &|_| String::new(), texts: &BTreeMap::new(), left_out: Vec::new() };
    let known = book.requests.get(&request.request).into_iter().flat_map(responses);
    let request = reader.request(request, known.chain(came));
    let errors = request.iter().flat_map(Request::check).map(|error| error.to_string());
    reader.left_out.into_iter().chain(errors).collect()
}

struct Reader<'a> {
    book: &'a Book,
    names: &'a dyn Fn(MemberId) -> String,
    texts: &'a BTreeMap<RecordId, String>,
    left_out: Vec<String>,
}

impl Reader<'_> {
    /// A date of a record; one that cannot be read is told.
    fn date(&mut self, code: &str, what: &str, text: &str) -> Option<Edtf> {
        let date = text.parse::<Edtf>().ok();
        if date.is_none() {
            self.left_out.push(format!("{code} is left out: the {what} has a date that cannot be read"));
        }
        date
    }

    /// The last day that a date can mean: whoever was imprecise gets the benefit.
    fn day(&mut self, code: &str, what: &str, text: &str) -> Option<Day> {
        let day = self.date(code, what, text)?.latest();
        if day.is_none() {
            self.left_out.push(format!("{code} is left out: the {what} has a date without an end"));
        }
        day
    }

    fn request<'r>(
        &mut self,
        said: &words::Request,
        responses: impl Iterator<Item = &'r words::Response>,
    ) -> Option<Request> {
        let code = said.code.as_str();
        let sent = self.date(code, "sending", &said.sent)?.earliest()?;
        let deadline = self.day(code, "deadline", &said.deadline)?;
        let reminders = said.reminders.iter().filter_map(|day| self.day(code, "reminder", day)).collect();
        let mut extensions = Vec::new();
        for given in &said.extensions {
            let granted = self.day(code, "extension", &given.granted);
            let until = self.day(code, "extended deadline", &given.until);
            if let (Some(granted), Some(until)) = (granted, until) {
                extensions.push(Extension { granted, until, reason: given.reason.clone() });
            }
        }
        let responses = responses.filter_map(|came| self.response(code, came)).collect();
        Some(Request {
            code: code.into(),
            addressee: said.addressee.clone(),
            channel: said.channel.clone(),
            sent,
            deadline,
            questions: said.questions.clone(),
            reminders,
            extensions,
            responses,
        })
    }

    fn response(&mut self, code: &str, said: &words::Response) -> Option<Response> {
        let date = self.day(code, "response", &said.date)?;
        let judged = [(&said.answers, Extent::Answered), (&said.partly, Extent::Partly), (&said.declined, Extent::Not)];
        let answers = judged.into_iter().flat_map(|(questions, extent)| {
            questions.iter().map(move |question| Answer { question: *question, extent })
        });
        let item = said.item.map(|item| self.item(&item));
        Some(Response { date, text: said.text.clone(), item, answers: answers.collect() })
    }

    /// How an item is called; its number where the name is not known here.
    fn item(&self, item: &RecordId) -> String {
        self.book.items.get(item).cloned().unwrap_or_else(|| item.to_string())
    }

    fn position(&mut self, said: &words::Position) -> Option<Position> {
        let date = self.date(&said.code, "position", &said.date)?;
        let findings = said.findings.iter().map(|id| match self.book.findings.get(id) {
            Some(file) => file.finding.what.code.clone(),
            None => id.to_string(),
        });
        let attribution = match attribution().get(&said.attribution) {
            Some(code) => code.code.clone(),
            None => said.attribution.clone(),
        };
        Some(Position {
            code: said.code.clone(),
            holder: said.holder.clone(),
            date,
            attribution,
            words: said.words.clone(),
            citation: said.where_said.clone().unwrap_or_default(),
            findings: findings.collect(),
        })
    }

    fn draft(&mut self, file: &DraftFile) -> Option<Draft> {
        let said = &file.draft.what;
        let sent = self.day(&said.code, "sending", &said.sent)?;
        let deadline = self.day(&said.code, "deadline", &said.deadline)?;
        let mut draft = Draft::numbered(&said.code, &said.recipient, sent, deadline, &said.paragraphs);
        let own = self.book.corrections.values().filter(|c| c.what.draft == Some(said.draft));
        draft.corrections = own.filter_map(|said| self.correction(said, sent)).collect();
        draft.corrections.sort_by(|a, b| a.code.cmp(&b.code));
        draft.reply = file.reply.as_ref().and_then(|reply| self.reply(&said.code, &reply.what));
        Some(draft)
    }

    fn correction(&mut self, said: &Said<words::Correction>, sent: Day) -> Option<Correction> {
        let what = &said.what;
        let code = what.code.clone().unwrap_or_else(|| what.correction.to_string());
        let received = match &what.received {
            Some(day) => self.day(&code, "correction", day)?,
            None => sent,
        };
        let decision = match what.accepted {
            None => None,
            Some(accepted) => {
                // Where no day is given, it was decided when it was said.
                let on = what.decided.as_deref().or(said.time.get(..10)).unwrap_or_default();
                let on = self.day(&code, "decision", on)?;
                Some(Decision { accepted, by: (self.names)(said.author), on, reason: what.reason.clone() })
            }
        };
        Some(Correction { code, paragraph: what.paragraph, received, asked: what.asked.clone(), decision })
    }

    /// The reply with its text. One whose text cannot be read here is told and left out: an annex that is not whole is none.
    fn reply(&mut self, code: &str, said: &words::CommentReply) -> Option<Reply> {
        let received = self.day(code, "reply", &said.received)?;
        let Some(text) = self.texts.get(&said.item) else {
            self.left_out.push(format!("the reply to {code} of {} has no text that can be read here", iso(received)));
            return None;
        };
        let item = Some(self.item(&said.item));
        Some(Reply { received, sha256: said.sha256.to_string(), item, text: text.clone() })
    }

    fn recommendation(&mut self, file: &RecommendationFile) -> Option<Recommendation> {
        let said = &file.recommendation.what;
        let date = self.day(&said.code, "recommendation", &said.date)?;
        let mut follow_up = Vec::new();
        for after in &file.after {
            if let Some(date) = self.date(&said.code, "follow-up", &after.what.date) {
                follow_up.push(FollowUp { date, progress: after.what.progress, text: after.what.text.clone() });
            }
        }
        let (code, addressee, text) = (said.code.clone(), said.addressee.clone(), said.text.clone());
        Some(Recommendation { code, addressee, date, text, follow_up })
    }
}
