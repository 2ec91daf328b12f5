//! What does the book hold of States and bodies, in the terms in which it is told?

use crate::facts::Book;
use crate::facts::words;
use crate::state::{Answer, Extent, Position, Register, Request, Response};
use factum_model::Edtf;
use factum_model::edtf::Day;

fn day(text: &str) -> Option<Day> {
    text.parse::<Edtf>().ok()?.latest()
}

/// The register of what was asked and what is held, each in the order of codes. What has no date that can be read is left out.
pub(super) fn register(book: &Book) -> Register {
    let mut register = Register {
        requests: book
            .requests
            .values()
            .filter_map(|f| request(&f.request.what, f.responses.iter().map(|r| &r.what)))
            .collect(),
        positions: book.positions.values().filter_map(|said| position(book, &said.what)).collect(),
        ..Register::default()
    };
    register.requests.sort_by(|a, b| a.code.cmp(&b.code));
    register.positions.sort_by(|a, b| a.code.cmp(&b.code));
    register
}

fn request<'r>(said: &words::Request, came: impl Iterator<Item = &'r words::Response>) -> Option<Request> {
    let response = |said: &words::Response| {
        let answers = said.answers.iter().map(|question| Answer { question: *question, extent: Extent::Answered });
        Some(Response { date: day(&said.date)?, text: said.text.clone(), item: None, answers: answers.collect() })
    };
    Some(Request {
        code: said.code.clone(),
        addressee: said.addressee.clone(),
        channel: said.channel.clone(),
        sent: day(&said.sent)?,
        deadline: day(&said.deadline)?,
        questions: said.questions.clone(),
        reminders: said.reminders.iter().filter_map(|date| day(date)).collect(),
        extensions: Vec::new(),
        responses: came.filter_map(response).collect(),
    })
}

fn position(book: &Book, said: &words::Position) -> Option<Position> {
    let findings = said.findings.iter().filter_map(|id| Some(book.findings.get(id)?.finding.what.code.clone()));
    Some(Position {
        code: said.code.clone(),
        holder: said.holder.clone(),
        date: said.date.parse().ok()?,
        attribution: said.attribution.clone(),
        words: said.words.clone(),
        citation: said.where_said.clone().unwrap_or_default(),
        findings: findings.collect(),
    })
}
