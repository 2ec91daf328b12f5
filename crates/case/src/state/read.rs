//! How is a file of requests, positions, drafts and recommendations read, with all its faults at once?

use super::{
    Answer, Correction, Decision, Draft, Extension, Extent, FollowUp, Paragraph, Position, Progress, Recommendation,
    Register, Reply, Request, Response, StateError,
};
use crate::fault::Faults;
use crate::law::attribution;
use crate::sections::{File, Section};
use std::collections::BTreeSet;

impl Register {
    /// Reads a register; all faults at once. An entry at fault is left out, the others are read. Whether the findings that
    /// positions answer are there is not looked at: see [`Register::check`].
    pub fn parse(text: &str, file: &str) -> (Register, Faults) {
        let (mut file, root) = File::open(text, file);
        let mut register = Register::default();
        let Some(mut root) = root else { return (register, file.faults) };
        let mut codes = BTreeSet::new();
        let codes = &mut codes;
        let attribution = attribution();
        let requests = file.sections(&mut root, "requests", "request");
        register.requests = entries(&mut file, requests, codes, request, |r| (vec![r.code.clone()], r.check()));
        let positions = file.sections(&mut root, "positions", "position");
        register.positions =
            entries(&mut file, positions, codes, position, |p| (vec![p.code.clone()], p.check(&attribution)));
        let drafts = file.sections(&mut root, "drafts", "draft");
        register.drafts = entries(&mut file, drafts, codes, draft, |d| {
            let corrections = d.corrections.iter().map(|correction| correction.code.clone());
            (std::iter::once(d.code.clone()).chain(corrections).collect(), d.check())
        });
        let recommendations = file.sections(&mut root, "recommendations", "recommendation");
        register.recommendations =
            entries(&mut file, recommendations, codes, recommendation, |r| (vec![r.code.clone()], r.check()));
        file.done(root, "requests, positions, drafts, recommendations");
        (register, file.faults)
    }
}

/// Reads the entries of one kind and keeps those without fault. `about` tells an entry's codes and what does not fit in it.
fn entries<'t, T>(
    file: &mut File<'_>,
    sections: Vec<Section<'t>>,
    codes: &mut BTreeSet<String>,
    read: impl Fn(&mut File<'_>, Section<'t>) -> Option<T>,
    about: impl Fn(&T) -> (Vec<String>, Vec<StateError>),
) -> Vec<T> {
    let mut all = Vec::new();
    for section in sections {
        let at = section.at;
        let before = file.faults.iter().count();
        let Some(entry) = read(file, section) else { continue };
        let (names, errors) = about(&entry);
        errors.iter().for_each(|error| file.error(at, error));
        for code in names {
            if !codes.insert(code.clone()) {
                file.error(at, &StateError::Twice { code });
            }
        }
        if file.faults.iter().count() == before {
            all.push(entry);
        }
    }
    all
}

fn request(file: &mut File<'_>, mut section: Section<'_>) -> Option<Request> {
    let code = file.one_line(&mut section, "code");
    let addressee = file.one_line(&mut section, "addressee");
    let channel = file.one_line(&mut section, "channel");
    let sent = file.day(&mut section, "sent");
    let deadline = file.day(&mut section, "deadline");
    let questions = file.texts(&mut section, "questions");
    let reminders = file.days(&mut section, "reminders");
    let mut extensions = Vec::new();
    for mut part in file.sections(&mut section, "extensions", "extension") {
        let granted = file.day(&mut part, "granted");
        let until = file.day(&mut part, "until");
        let reason = file.text(&mut part, "reason");
        file.done(part, "granted, until, reason");
        if let (Some(granted), Some(until), Some(reason)) = (granted, until, reason) {
            extensions.push(Extension { granted, until, reason });
        }
    }
    let parts = file.sections(&mut section, "responses", "response");
    let responses = parts.into_iter().filter_map(|part| response(file, part)).collect();
    file.done(section, "code, addressee, channel, sent, deadline, questions, reminders, extensions, responses");
    Some(Request {
        code: code?,
        addressee: addressee?,
        channel: channel?,
        sent: sent?,
        deadline: deadline?,
        questions,
        reminders,
        extensions,
        responses,
    })
}

fn response(file: &mut File<'_>, mut section: Section<'_>) -> Option<Response> {
    let date = file.day(&mut section, "date");
    let text = file.text(&mut section, "text");
    let item = file.optional_text(&mut section, "item");
    let mut answers = Vec::new();
    for mut part in file.sections(&mut section, "answers", "answer") {
        let question = file.number(&mut part, "question");
        let extent = coded(file, &mut part, "extent", &Extent::ALL, Extent::code);
        file.done(part, "question, extent");
        if let (Some(question), Some(extent)) = (question, extent) {
            answers.push(Answer { question, extent });
        }
    }
    file.done(section, "date, text, item, answers");
    Some(Response { date: date?, text: text?, item, answers })
}

fn position(file: &mut File<'_>, mut section: Section<'_>) -> Option<Position> {
    let code = file.one_line(&mut section, "code");
    let holder = file.one_line(&mut section, "holder");
    let date = file.date(&mut section, "date");
    let attribution = file.one_line(&mut section, "attribution");
    let words = file.text(&mut section, "words");
    let citation = file.text(&mut section, "citation");
    let findings = file.texts(&mut section, "findings");
    file.done(section, "code, holder, date, attribution, words, citation, findings");
    Some(Position {
        code: code?,
        holder: holder?,
        date: date?,
        attribution: attribution?,
        words: words?,
        citation: citation?,
        findings,
    })
}

fn draft(file: &mut File<'_>, mut section: Section<'_>) -> Option<Draft> {
    let code = file.one_line(&mut section, "code");
    let recipient = file.one_line(&mut section, "recipient");
    let sent = file.day(&mut section, "sent");
    let deadline = file.day(&mut section, "deadline");
    let mut paragraphs = Vec::new();
    for mut part in file.sections(&mut section, "paragraphs", "paragraph") {
        let number = file.number(&mut part, "number");
        let text = file.text(&mut part, "text");
        file.done(part, "number, text");
        if let (Some(number), Some(text)) = (number, text) {
            paragraphs.push(Paragraph { number, text });
        }
    }
    let parts = file.sections(&mut section, "corrections", "correction");
    let corrections = parts.into_iter().filter_map(|part| correction(file, part)).collect();
    let name = format!("the reply of {}", section.name);
    let reply = file.section(&mut section, "reply", &name).and_then(|part| reply(file, part));
    file.done(section, "code, recipient, sent, deadline, paragraphs, corrections, reply");
    Some(Draft { code: code?, recipient: recipient?, sent: sent?, deadline: deadline?, paragraphs, corrections, reply })
}

fn correction(file: &mut File<'_>, mut section: Section<'_>) -> Option<Correction> {
    let code = file.one_line(&mut section, "code");
    let paragraph = file.number(&mut section, "paragraph");
    let received = file.day(&mut section, "received");
    let asked = file.text(&mut section, "asked");
    let name = format!("the decision of {}", section.name);
    let decision = file.section(&mut section, "decision", &name).and_then(|mut part| {
        let accepted = file.needed_flag(&mut part, "accepted");
        let by = file.one_line(&mut part, "by");
        let on = file.day(&mut part, "on");
        let reason = file.optional_text(&mut part, "reason");
        file.done(part, "accepted, by, on, reason");
        Some(Decision { accepted: accepted?, by: by?, on: on?, reason })
    });
    file.done(section, "code, paragraph, received, asked, decision");
    Some(Correction { code: code?, paragraph: paragraph?, received: received?, asked: asked?, decision })
}

fn reply(file: &mut File<'_>, mut section: Section<'_>) -> Option<Reply> {
    let received = file.day(&mut section, "received");
    let sha256 = file.one_line(&mut section, "sha256");
    let item = file.optional_text(&mut section, "item");
    let text = file.text(&mut section, "text");
    file.done(section, "received, sha256, item, text");
    Some(Reply { received: received?, sha256: sha256?, item, text: text? })
}

fn recommendation(file: &mut File<'_>, mut section: Section<'_>) -> Option<Recommendation> {
    let code = file.one_line(&mut section, "code");
    let addressee = file.one_line(&mut section, "addressee");
    let date = file.day(&mut section, "date");
    let text = file.text(&mut section, "text");
    let mut follow_up = Vec::new();
    for mut part in file.sections(&mut section, "follow-up", "follow-up") {
        let date = file.date(&mut part, "date");
        let progress = part.has("progress").then(|| coded(file, &mut part, "progress", &Progress::ALL, Progress::code));
        let text = file.text(&mut part, "text");
        file.done(part, "date, progress, text");
        if let (Some(date), Some(text)) = (date, text) {
            let progress = progress.flatten();
            follow_up.push(FollowUp { date, progress, text });
        }
    }
    file.done(section, "code, addressee, date, text, follow-up");
    Some(Recommendation { code: code?, addressee: addressee?, date: date?, text: text?, follow_up })
}

/// One of several words.
fn coded<T: Copy>(
    file: &mut File<'_>,
    section: &mut Section<'_>,
    key: &str,
    all: &[T],
    code: impl Fn(T) -> &'static str,
) -> Option<T> {
    let at = section.place(key);
    let text = file.text(section, key)?;
    let found = all.iter().copied().find(|value| code(*value) == text);
    if found.is_none() {
        let words: Vec<&str> = all.iter().map(|value| code(*value)).collect();
        let what = format!("`{key}` of {} is none of its words", section.name);
        file.fault(at, what, format!("write one of {}", words.join(", ")));
    }
    found
}
