//! Is the register of States fed from the case, are records of older cases read, and does a draft for comment pass the gate?

use super::judged::{Inquiry, inquiry, today};
use super::{consent, found, identity};
use crate::custody::founding::WORKING;
use crate::custody::ids::RecordId;
use crate::facts::words::{
    CommentDraft, CommentReply, Correction, Extension, Extent as Withdrawn, Fact, Position, Purpose, Recommendation,
    Request, Response, Withdrawal,
};
use crate::facts::{Book, dependants, judge};
use crate::publication::comment::Copy;
use crate::publication::counted::ForTheInquiryItself;
use crate::publication::gate::Grounds;
use crate::publication::{comment, draft};
use crate::state::{self, DraftStatus, Progress, Status};
use crate::tongue::Tongue;
use factum_model::edtf::Day;
use std::collections::BTreeMap;

#[test]
fn records_of_older_cases_are_read_and_written_as_they_were() {
    let (number, digest) = ("0123456789abcdef0123456789abcdef", "ab".repeat(32));
    let check = |body: &str| {
        let body = body.replace('#', number).replace('$', &digest);
        let fact: Fact = serde_json::from_str(&body).unwrap_or_else(|e| panic!("{e}: {body}"));
        let value: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(serde_json::to_value(&fact).unwrap(), value);
    };
    check(
        r##"{"kind":"request","request":"#","code":"Q-1","addressee":"a","sent":"2025-05-02","deadline":"2025-06-02",
            "channel":"letter","questions":["one?"],"reminders":["2025-05-20"]}"##,
    );
    check(r##"{"kind":"response","request":"#","date":"2025-05-09","answers":[1],"text":"t"}"##);
    check(
        r##"{"kind":"correction","correction":"#","holder":"h","paragraph":3,"asked":"a","accepted":false,"reason":"r"}"##,
    );
    check(r##"{"kind":"follow-up","recommendation":"#","date":"2027","text":"t"}"##);
    check(r##"{"kind":"element-verified","framework":"f","element":"1/1","official":"$"}"##);
    check(
        r##"{"kind":"element-assessed","framework":"f","element":"1/1","finding":"#","supports":true,"reason":"r"}"##,
    );
    check(r##"{"kind":"legal-conclusion","framework":"f","article":"1","wording":"w"}"##);
}

fn day(text: &str) -> Day {
    crate::day(text).unwrap()
}

#[test]
fn the_register_is_fed_from_the_case() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    let number = case.new_thing(WORKING).unwrap();
    let request = Request {
        request: number,
        code: "Q-1".into(),
        addressee: "the Ministry of Vadria".into(),
        sent: "2026-03-01".into(),
        deadline: "2026-03-31".into(),
        channel: "note verbale".into(),
        questions: vec!["Where is A?".into(), "Since when?".into(), "Who ordered it?".into()],
        reminders: vec!["2026-04-10".into()],
        extensions: vec![Extension {
            granted: "2026-04-11".into(),
            until: "2026-04-30".into(),
            reason: "asked for".into(),
        }],
    };
    let response = |answers: &[u32], partly: &[u32], declined: &[u32]| Response {
        request: number,
        date: "2026-04-20".into(),
        answers: answers.to_vec(),
        partly: partly.to_vec(),
        declined: declined.to_vec(),
        text: "a letter".into(),
        item: None,
    };
    case.say_facts("request", "a", &[Fact::Request(Box::new(request.clone()))]).unwrap();
    let status = |case: &crate::custody::folder::Case, on: &str| {
        let held = state::of_case(case, &Book::read(case).unwrap()).unwrap();
        assert_eq!(held.left_out, <[String; 0]>::default());
        held.register.requests[0].status(day(on))
    };
    assert_eq!(status(&case, "2026-04-10"), Status::NoResponse { over: 10 });
    assert_eq!(status(&case, "2026-04-11"), Status::Open { left: 19 });
    let book = Book::read(&case).unwrap();
    let beyond = state::misfits(&book, &request, Some(&response(&[4], &[], &[])));
    assert!(beyond.len() == 1 && beyond[0].contains("question 4"), "{beyond:?}");
    assert_eq!(state::misfits(&book, &request, Some(&response(&[1], &[1], &[]))).len(), 1);
    let came = response(&[1], &[2], &[3]);
    assert_eq!(state::misfits(&book, &request, Some(&came)), <[String; 0]>::default());
    case.say_facts("response", "a", &[Fact::Response(came)]).unwrap();
    let partly = Status::Partly { answered: 1, partly: 1, not: 1, over: Some(1) };
    assert_eq!(status(&case, "2026-05-01"), partly);
    let late = Request { deadline: "2026-02-01".into(), extensions: Vec::new(), ..request };
    assert!(state::misfits(&Book::default(), &late, None)[0].contains("deadline"));
}

#[test]
fn positions_and_recommendations_stand_with_codes() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    let position = Position {
        position: case.new_thing(WORKING).unwrap(),
        code: "P-1".into(),
        holder: "Vadria".into(),
        date: "2026-05".into(),
        attribution: "0102".into(),
        words: "It did not happen.".into(),
        where_said: Some("a press conference".into()),
        findings: vec![case.new_thing(WORKING).unwrap()],
    };
    let recommendation = case.new_thing(WORKING).unwrap();
    let asked = Recommendation {
        recommendation,
        code: "N-1".into(),
        addressee: "Vadria".into(),
        date: "2026-08-01".into(),
        text: "Open the files.".into(),
    };
    let follow =
        |date: &str, progress| Fact::FollowUp { recommendation, date: date.into(), text: "as seen".into(), progress };
    let facts = [
        Fact::Position(Box::new(position)),
        Fact::Recommendation(asked),
        follow("2027-01", None),
        follow("2027-03", Some(Progress::NotDone)),
    ];
    case.say_facts("state", "a", &facts).unwrap();
    let register = state::of_case(&case, &Book::read(&case).unwrap()).unwrap().register;
    assert_eq!(register.positions[0].attribution, "010200000000");
    let table =
        |on: &str| state::recommendations_table(&register.recommendations, day(on), Tongue::En).rows[0][4].clone();
    assert_eq!(table("2026-09-01").text, "not followed up");
    assert_eq!(table("2027-02-01").text, "looked at, not judged");
    assert_eq!(table("2027-04-01").text, "not carried out");
    // A finding that is not here leaves the position beside none.
    let codes = crate::law::attribution();
    let findings = [("F-1".to_string(), "It happened.".to_string())];
    assert!(state::positions_beside(&register.positions, &findings, &codes, Tongue::En).is_empty());
    let elsewhere = state::positions_elsewhere(&register.positions, &findings, &codes, Tongue::En).unwrap();
    assert_eq!((elsewhere.rows.len(), elsewhere.rows[0][3].text.as_str()), (1, "officials: said it did not happen"));
}

const DRAFT: &str = "+++\ntitle = \"T\"\ndate = \"2026-11-27\"\npurpose = \"report-anonymised\"\n+++\n\n# Facts\n\n\
                     {{F-001}} [@F-001]. This is how we worked. {narrative}\n\n> It was cold [@T-000].\n\n- one [@T-001]\n\n\
                     Then it ended [@S-000].\n";

fn prepared(of: &Inquiry) -> Result<Copy, Vec<String>> {
    let case = of.as_ada();
    let book = Book::read(&case).unwrap();
    let judged = judge::all(&book, today(), &|member| case.register().name_of(member));
    let (draft, problems) = draft::read(DRAFT);
    assert_eq!(problems, []);
    let grounds = Grounds::of(&case, &book, &judged, today());
    let copy = comment::prepare(&draft.unwrap(), &grounds, &ForTheInquiryItself);
    copy.map_err(|all| all.into_iter().map(|problem| problem.what).collect())
}

#[test]
fn a_state_gets_a_numbered_copy_only_of_what_its_sources_agreed_to_show_it() {
    let inquiry = inquiry(&[WORKING, WORKING]);
    inquiry.adopt();
    let refused = prepared(&inquiry).unwrap_err();
    assert!(!refused.is_empty() && refused.iter().all(|what| what.contains("may not be used here")), "{refused:#?}");
    for source in &inquiry.sources {
        inquiry.say(consent(*source, &[Purpose::Internal, Purpose::ReportAnonymised, Purpose::StateConcerned]));
    }
    let copy = prepared(&inquiry).unwrap();
    assert_eq!(
        copy.paragraphs,
        ["People were held in overcrowded cells. This is how we worked.\n> It was cold.\n- one", "Then it ended."]
    );
    assert!(copy.rests.contains(&inquiry.finding) && copy.rests.contains(&inquiry.sources[0]));
}

/// A case from which a draft was sent on 1 November 2026.
fn sent() -> (Inquiry, RecordId) {
    let inquiry = inquiry(&[WORKING, WORKING]);
    let number = inquiry.as_ada().new_thing(WORKING).unwrap();
    inquiry.say(Fact::CommentDraft(Box::new(CommentDraft {
        draft: number,
        code: "D-001".into(),
        recipient: "Vadria".into(),
        sent: "2026-11-01".into(),
        deadline: "2026-11-20".into(),
        paragraphs: vec!["People were held.".into(), "It ended.".into()],
        rests: vec![inquiry.finding],
        runs: Vec::new(),
    })));
    (inquiry, number)
}

#[test]
fn corrections_are_decided_by_a_person_and_the_reply_is_whole() {
    let (inquiry, draft) = sent();
    let register = |texts: &BTreeMap<RecordId, String>| {
        let case = inquiry.as_ada();
        state::of_book(&Book::read(&case).unwrap(), &|member| case.register().name_of(member), texts)
    };
    let none = BTreeMap::new();
    assert_eq!(register(&none).register.drafts[0].status(today()), DraftStatus::NoComment { over: 7 });
    let mut correction = Correction {
        correction: inquiry.as_ada().new_thing(WORKING).unwrap(),
        code: Some("C-001".into()),
        draft: Some(draft),
        holder: "Vadria".into(),
        received: Some("2026-11-10".into()),
        paragraph: 2,
        asked: "It goes on.".into(),
        accepted: None,
        reason: None,
        decided: None,
    };
    inquiry.say(Fact::Correction(Box::new(correction.clone())));
    correction.accepted = Some(false);
    correction.reason = Some("two sources say otherwise".into());
    correction.decided = Some("2026-11-12".into());
    inquiry.as_bo().say_facts("answer", "a", &[Fact::Correction(Box::new(correction))]).unwrap();
    let held = register(&none);
    let decision = held.register.drafts[0].corrections[0].decision.clone().unwrap();
    assert_eq!((decision.accepted, decision.by.as_str(), decision.on), (false, "Bo", day("2026-11-12")));

    let item = RecordId([7; 16]);
    let text = "We reject all of it.";
    let sha256 = crate::digest::sha256(text.as_bytes()).parse().unwrap();
    inquiry.say(Fact::CommentReply(CommentReply { draft, received: "2026-11-18".into(), item, sha256 }));
    let closed = register(&none);
    assert!(closed.register.drafts[0].reply.is_none() && closed.left_out.len() == 1);
    let whole = register(&BTreeMap::from([(item, text.to_string())])).register.drafts[0].clone();
    assert!(whole.check().is_empty() && whole.reply.is_some());
    let cut = register(&BTreeMap::from([(item, "We reject".to_string())])).register.drafts[0].clone();
    assert_eq!(cut.check().len(), 1, "a reply that is not whole is no annex");
}

#[test]
fn whoever_withdraws_is_told_which_draft_cannot_be_called_back() {
    let (inquiry, _) = sent();
    inquiry.say(Fact::ConsentWithdrawn(Withdrawal {
        source: inquiry.sources[0],
        date: "2026-11-26".into(),
        extent: Withdrawn::NoFurtherUse,
        reason: "danger".into(),
    }));
    let mut case = inquiry.as_ada();
    let rests = dependants::of(&case, &Book::read(&case).unwrap(), inquiry.sources[0]).unwrap();
    assert_eq!(rests.gone, ["draft D-001 was sent to Vadria on 2026-11-01"]);
    let last = Book::read(&case).unwrap().drafts.values().next().unwrap().draft.transaction;
    assert!(case.undo(last, "a mistake").is_err(), "what was sent cannot be taken back");
}
