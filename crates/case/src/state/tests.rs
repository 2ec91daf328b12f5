//! Does silence go on record, is a refusal never without a reason, and does the register read back as it was written?

use super::*;
use crate::law::attribution;
use crate::sections::day;
use crate::tongue::Tongue;
use factum_model::edtf::Day;
use factum_report::Table;
use proptest::prelude::*;

fn on(text: &str) -> Day {
    day(text).unwrap()
}

fn request() -> Request {
    Request {
        code: "Q-2".into(),
        addressee: "the Ministry of Vadria".into(),
        channel: "note verbale".into(),
        sent: on("2026-03-01"),
        deadline: on("2026-03-31"),
        questions: vec!["Where is A?".into(), "Since when?".into()],
        reminders: vec![on("2026-04-10")],
        extensions: vec![],
        responses: vec![],
    }
}

fn response(date: &str, answers: &[(u32, Extent)]) -> Response {
    let answers = answers.iter().map(|(question, extent)| Answer { question: *question, extent: *extent }).collect();
    Response { date: on(date), text: "a letter".into(), item: None, answers }
}

fn texts(table: &Table) -> Vec<Vec<String>> {
    assert!(table.rows.iter().all(|row| row.len() == table.head.len()));
    table.rows.iter().map(|row| row.iter().map(|cell| cell.text.clone()).collect()).collect()
}

#[test]
fn a_request_stands_differently_day_by_day() {
    let check = |responses: Vec<Response>, today: &str, expected: Status| {
        let request = Request { responses, ..request() };
        assert_eq!(request.status(on(today)), expected, "{today}");
    };
    check(vec![], "2026-02-28", Status::NotSent);
    check(vec![], "2026-03-30", Status::Open { left: 1 });
    check(vec![], "2026-03-31", Status::Open { left: 0 });
    check(vec![], "2026-04-01", Status::NoResponse { over: 1 });
    let empty = || response("2026-03-20", &[]);
    check(vec![empty()], "2026-03-19", Status::Open { left: 12 });
    check(vec![empty()], "2026-03-21", Status::Acknowledged { on: on("2026-03-20"), over: None });
    check(vec![empty()], "2026-04-02", Status::Acknowledged { on: on("2026-03-20"), over: Some(2) });
    let declined = response("2026-03-20", &[(1, Extent::Not)]);
    check(vec![declined], "2026-03-21", Status::Acknowledged { on: on("2026-03-20"), over: None });
    let first = || response("2026-03-20", &[(1, Extent::Answered), (2, Extent::Partly)]);
    check(vec![first()], "2026-04-01", Status::Partly { answered: 1, partly: 1, not: 0, over: Some(1) });
    // A later letter that is silent on the first question takes no answer back.
    let second = response("2026-04-02", &[(2, Extent::Answered), (1, Extent::Not)]);
    check(vec![second.clone(), first()], "2026-04-09", Status::Answered { on: on("2026-04-02"), late: Some(2) });
    check(vec![first(), second], "2026-04-01", Status::Partly { answered: 1, partly: 1, not: 0, over: Some(1) });
}

#[test]
fn an_extension_counts_from_the_day_it_was_given() {
    let extension = Extension { granted: on("2026-04-05"), until: on("2026-04-30"), reason: "asked for".into() };
    let request = Request { extensions: vec![extension], ..request() };
    assert!(request.check().is_empty());
    assert_eq!(request.status(on("2026-04-04")), Status::NoResponse { over: 4 });
    assert_eq!(request.status(on("2026-04-05")), Status::Open { left: 25 });
    assert_eq!(request.status(on("2026-05-01")), Status::NoResponse { over: 1 });
}

#[test]
fn silence_is_worded_in_one_way() {
    let check = |responses: Vec<Response>, today: &str, tongue, expected: &str| {
        let request = Request { responses, ..request() };
        assert_eq!(request.sentence(on(today), tongue), expected);
    };
    let asked = "On 1 March 2026, the inquiry put 2 questions to the Ministry of Vadria and asked for an answer by 31 March \
                 2026.";
    let none = format!(
        "{asked} A reminder was sent on 10 April 2026. The inquiry did not receive a formal response in that time, nor had it \
         received one by 1 May 2026."
    );
    check(vec![], "2026-05-01", Tongue::En, &none);
    check(
        vec![],
        "2026-05-01",
        Tongue::Fr,
        "Le 1er mars 2026, la mission d'enquête a adressé 2 questions (the Ministry of Vadria) en demandant une réponse au plus \
         tard le 31 mars 2026. Un rappel a été envoyé le 10 avril 2026. La mission d'enquête n'a pas reçu de réponse formelle \
         dans ce délai, ni à la date du 1er mai 2026.",
    );
    let open = format!("{asked} No answer had come by 2 March 2026; the time for it was not over.");
    check(vec![], "2026-03-02", Tongue::En, &open);
    let partly =
        format!("{asked} By 30 March 2026, of 2 questions 1 had been answered in full, 0 in part and 1 not at all.");
    check(vec![response("2026-03-20", &[(1, Extent::Answered)])], "2026-03-30", Tongue::En, &partly);
    let late = format!(
        "{asked} A reminder was sent on 10 April 2026. Every question had been answered by 12 April 2026, 12 days after the \
         time was over."
    );
    let both = response("2026-04-12", &[(1, Extent::Answered), (2, Extent::Answered)]);
    check(vec![both], "2026-05-01", Tongue::En, &late);
}

#[test]
fn reminders_and_extensions_are_told() {
    let extension = Extension { granted: on("2026-03-05"), until: on("2026-04-30"), reason: "asked for".into() };
    let request = Request {
        questions: vec!["Where is A?".into()],
        reminders: vec![on("2026-05-10"), on("2026-05-11"), on("2026-05-12")],
        extensions: vec![extension],
        ..request()
    };
    let text = request.sentence(on("2026-05-20"), Tongue::En);
    assert!(text.contains("one question"), "{text}");
    assert!(text.contains("by 31 March 2026, later extended to 30 April 2026."), "{text}");
    assert!(text.contains("Reminders were sent on 10 May 2026, 11 May 2026 and 12 May 2026."), "{text}");
    let text = request.sentence(on("2026-05-11"), Tongue::Fr);
    assert!(text.contains("Des rappels ont été envoyés le 10 mai 2026 et le 11 mai 2026."), "{text}");
}

#[test]
fn the_longest_overdue_comes_first() {
    let answered = response("2026-03-20", &[(1, Extent::Answered), (2, Extent::Answered)]);
    let half = response("2026-03-20", &[(2, Extent::Answered)]);
    let requests = [
        Request { code: "Q-1".into(), responses: vec![half], ..request() },
        Request { code: "Q-2".into(), responses: vec![answered], ..request() },
        Request { code: "Q-3".into(), deadline: on("2026-03-11"), ..request() },
        Request { code: "Q-4".into(), deadline: on("2026-06-01"), ..request() },
    ];
    let rows = texts(&overdue_table(&requests, on("2026-04-05"), Tongue::En));
    assert_eq!(
        rows,
        [
            ["Q-3", "the Ministry of Vadria", "25", "1, 2", "never"].map(String::from),
            ["Q-1", "the Ministry of Vadria", "5", "1", "never"].map(String::from),
        ]
    );
    assert_eq!(overdue(&requests, on("2026-04-10"))[0].reminded, Some(on("2026-04-10")));
    let states: Vec<String> = texts(&requests_table(&requests, on("2026-04-05"), Tongue::En))
        .into_iter()
        .filter_map(|row| row.last().cloned())
        .collect();
    assert_eq!(states, ["answered in part", "answered", "no formal response", "time not over"]);
    let answers = texts(&questions_table(&requests[0], on("2026-04-05"), Tongue::En));
    assert_eq!(answers[1], ["2", "Since when?", "answered"].map(String::from));
}

#[test]
fn what_does_not_fit_in_a_request_is_named() {
    let request = Request {
        channel: " ".into(),
        deadline: on("2026-02-01"),
        responses: vec![response("2026-02-02", &[(3, Extent::Answered), (1, Extent::Not), (1, Extent::Partly)])],
        ..request()
    };
    let messages: Vec<String> = request.check().iter().map(StateError::to_string).collect();
    assert_eq!(
        messages,
        [
            "Q-2 has no channel; write it down",
            "the deadline of Q-2 is dated 2026-02-01, before the sending of 2026-03-01; mend one of the two days",
            "the response of Q-2 is dated 2026-02-02, before the sending of 2026-03-01; mend one of the two days",
            "a response to Q-2 answers question 3, but 2 were asked; mend the number",
            "the response to Q-2 of 2026-02-02 judges question 1 twice; leave one judgement",
        ]
    );
}

fn draft() -> Draft {
    let texts = ["One.".to_string(), "Two.".to_string()];
    let mut draft = Draft::numbered("D-1", "Vadria", on("2026-06-01"), on("2026-06-30"), &texts);
    let correction = |code: &str, paragraph, decision| Correction {
        code: code.into(),
        paragraph,
        received: on("2026-06-20"),
        asked: "another figure".into(),
        decision,
    };
    let decided = |accepted, reason: Option<&str>| {
        Some(Decision { accepted, by: "the secretary".into(), on: on("2026-07-05"), reason: reason.map(String::from) })
    };
    draft.corrections = vec![
        correction("C-1", 2, decided(true, None)),
        correction("C-2", 1, decided(false, Some("no document was given"))),
        correction("C-3", 1, None),
    ];
    draft.reply = Some(Reply::new(on("2026-06-20"), "Sir,\n\nwe object.\n", None));
    draft
}

#[test]
fn a_draft_is_numbered_and_what_came_is_counted() {
    let draft = draft();
    assert!(draft.check().is_empty());
    assert_eq!(draft.copy(), "1. One.\n2. Two.\n");
    let check = |today: &str, expected: DraftStatus| assert_eq!(draft.status(on(today)), expected, "{today}");
    check("2026-05-31", DraftStatus::NotSent);
    check("2026-06-10", DraftStatus::Open { left: 20 });
    let replied = Some(on("2026-06-20"));
    check("2026-06-25", DraftStatus::Commented { accepted: 0, refused: 0, open: 3, replied });
    check("2026-07-05", DraftStatus::Commented { accepted: 1, refused: 1, open: 1, replied });
    let open: Vec<&str> = draft.open(on("2026-07-05")).iter().map(|c| c.code.as_str()).collect();
    assert_eq!(open, ["C-3"]);
    assert_eq!(
        draft.sentence(on("2026-07-05"), Tongue::En),
        "On 1 June 2026, the draft was sent to Vadria for comment by 30 June 2026. Corrections asked for by 5 July 2026: 1 \
         accepted, 1 refused, 1 open. The reply received on 20 June 2026 is annexed in full."
    );
    let rows = texts(&corrections_table(&draft, on("2026-07-05"), Tongue::En));
    let decisions: Vec<[&str; 3]> = rows.iter().map(|row| [&*row[0], &*row[1], &*row[4]]).collect();
    assert_eq!(decisions, [["1", "C-2", "refused"], ["1", "C-3", "open"], ["2", "C-1", "accepted"]]);
    let silent = Draft { corrections: vec![], reply: None, ..draft.clone() };
    assert_eq!(silent.status(on("2026-07-01")), DraftStatus::NoComment { over: 1 });
    assert!(silent.sentence(on("2026-07-01"), Tongue::En).contains("did not receive a comment"));
}

#[test]
fn what_does_not_fit_in_a_draft_is_named() {
    let check = |change: fn(&mut Draft), expected: StateError| {
        let mut draft = draft();
        change(&mut draft);
        assert_eq!(draft.check(), [expected]);
    };
    let silent: fn(&mut Draft) = |d| d.corrections[1].decision.as_mut().unwrap().reason = None;
    check(silent, StateError::RefusedWithoutReason { code: "C-2".into() });
    let blank: fn(&mut Draft) = |d| d.corrections[1].decision.as_mut().unwrap().reason = Some(" ".into());
    check(blank, StateError::RefusedWithoutReason { code: "C-2".into() });
    let (code, draft) = ("C-1".to_string(), "D-1".to_string());
    check(|d| d.corrections[0].paragraph = 3, StateError::NoSuchParagraph { code, draft, paragraph: 3, of: 2 });
    check(|d| d.paragraphs[1].number = 3, StateError::Numbering { code: "D-1".into(), found: 3, expected: 2 });
    check(|d| d.reply.as_mut().unwrap().text.push('.'), StateError::NotWhole { code: "D-1".into() });
}

#[test]
fn positions_stand_beside_the_findings_they_answer() {
    let position = |code: &str, attribution: &str, findings: &[&str]| Position {
        code: code.into(),
        holder: "Vadria".into(),
        date: "2026-05".parse().unwrap(),
        attribution: attribution.into(),
        words: "It did not happen.".into(),
        citation: "press statement, p. 1".into(),
        findings: findings.iter().map(|f| f.to_string()).collect(),
    };
    let list = attribution();
    let positions = vec![
        position("P-2", "010200000000", &["F-1", "F-9"]),
        position("P-1", "010500000000", &["F-1"]),
        position("P-3", "denies", &["F-2"]),
    ];
    let beside: Vec<&str> = on_finding(&positions, "F-1").iter().map(|p| p.code.as_str()).collect();
    assert_eq!(beside, ["P-1", "P-2"]);
    let rows = texts(&positions_table(on_finding(&positions, "F-9"), &list, Tongue::Fr));
    assert_eq!(rows[0][3], "autorités : faits niés");
    let register = Register { positions, ..Register::default() };
    let findings = ["F-1", "F-2"].map(String::from).into();
    assert_eq!(
        register.check(&list, &findings),
        [
            StateError::UnknownAttribution { code: "P-3".into() },
            StateError::UnknownFinding { code: "P-2".into(), finding: "F-9".into() },
        ]
    );
}

#[test]
fn the_last_follow_up_counts() {
    let follow_up =
        |date: &str, progress| FollowUp { date: date.parse().unwrap(), progress: Some(progress), text: "seen".into() };
    let mut recommendation = Recommendation {
        code: "N-1".into(),
        addressee: "Vadria".into(),
        date: on("2026-08-01"),
        text: "Open the files.".into(),
        follow_up: vec![follow_up("2027-03", Progress::UnderWay), follow_up("2026-12-01", Progress::NotDone)],
    };
    assert!(recommendation.check().is_empty());
    let check = |today: &str, expected: Option<Progress>| {
        assert_eq!(recommendation.last(on(today)).and_then(|f| f.progress), expected, "{today}");
    };
    check("2026-11-30", None);
    check("2027-02-28", Some(Progress::NotDone));
    check("2027-03-01", Some(Progress::UnderWay));
    let rows = texts(&recommendations_table(std::slice::from_ref(&recommendation), on("2026-11-30"), Tongue::En));
    assert_eq!(rows[0][4], "not followed up");
    recommendation.follow_up.push(follow_up("2026-07", Progress::Done));
    assert_eq!(recommendation.check().len(), 1);
}

#[test]
fn a_file_names_every_fault_and_keeps_the_rest() {
    let text = "[[requests]]\ncode = 'Q-1'\naddressee = 'Vadria'\nchannel = 'letter'\nsent = '2026-03-01'\n\
                deadline = '2026-02-01'\nquestions = ['One?']\n[[requests]]\ncode = 'Q-2'\naddressee = 'Vadria'\n\
                channel = 'letter'\nsent = 'May'\ndeadline = '2026-04-01'\nquestions = ['One?']\nresponses = [{ date = \
                '2026-05-01', text = 't', answers = [{ question = 1, extent = 'wholly' }] }]\n[[requests]]\ncode = 'Q-3'\n\
                addressee = 'Vadria'\nchannel = 'letter'\nsent = '2026-03-01'\ndeadline = '2026-04-01'\n\
                questions = ['One?']\n[[recommendations]]\ncode = 'Q-3'\naddressee = 'A'\ndate = '2026-01-01'\ntext = 'T'\n\
                colour = 'red'\n";
    let (register, faults) = Register::parse(text, "r.toml");
    let lines: Vec<String> = faults.iter().map(|f| format!("{}: {}", f.row.unwrap_or_default(), f.what)).collect();
    assert_eq!(
        lines,
        [
            "1: the deadline of Q-1 is dated 2026-02-01, before the sending of 2026-03-01; mend one of the two days",
            "12: `sent` of request 2 is no day of the calendar",
            "15: `extent` of answer 1 of response 1 of request 2 is none of its words",
            "28: recommendation 1 has no `colour`",
            "23: `Q-3` is the code of two entries; give each its own",
        ]
    );
    let kept: Vec<&str> = register.requests.iter().map(|r| r.code.as_str()).collect();
    assert_eq!(kept, ["Q-3"]);
    assert!(register.recommendations.is_empty());
}

/// A text of several lines that says something.
fn words() -> impl Strategy<Value = String> {
    "[\\PC\n\t\r\"'\\\\#=]{0,12}[a-zéж한]"
}

/// A text of one line that says something.
fn line() -> impl Strategy<Value = String> {
    "\\PC{0,10}[a-zéж한]"
}

fn some_day() -> impl Strategy<Value = Day> {
    (20_000i32..21_000).prop_map(Day)
}

fn after(day: Day) -> impl Strategy<Value = Day> {
    (0i32..400).prop_map(move |days| Day(day.0 + days))
}

fn some_request() -> impl Strategy<Value = Request> {
    let answer = prop::sample::select(Extent::ALL.to_vec());
    some_day().prop_flat_map(move |sent| {
        let response = (after(sent), words(), prop::option::of(words()), prop::option::of(answer.clone()));
        let response = response.prop_map(|(date, text, item, extent)| Response {
            date,
            text,
            item,
            answers: extent.into_iter().map(|extent| Answer { question: 1, extent }).collect(),
        });
        let extension = (after(sent), words());
        (
            (line(), line(), after(sent)),
            prop::collection::vec(words(), 1..3),
            prop::collection::vec(after(sent), 0..3),
            prop::option::of(extension),
            prop::collection::vec(response, 0..3),
        )
            .prop_map(move |((addressee, channel, deadline), questions, reminders, more, responses)| Request {
                code: String::new(),
                addressee,
                channel,
                sent,
                deadline,
                questions,
                reminders,
                extensions: more
                    .into_iter()
                    .map(|(granted, reason)| Extension { granted, until: Day(deadline.0 + 9), reason })
                    .collect(),
                responses,
            })
    })
}

fn some_draft() -> impl Strategy<Value = Draft> {
    some_day().prop_flat_map(|sent| {
        let decision = (any::<bool>(), line(), words());
        let correction = (words(), prop::option::of(decision));
        (
            line(),
            prop::collection::vec(words(), 1..3),
            prop::collection::vec(correction, 0..3),
            prop::option::of((words(), prop::option::of(words()))),
        )
            .prop_map(move |(recipient, texts, corrections, reply)| {
                let mut draft = Draft::numbered("", &recipient, sent, Day(sent.0 + 9), &texts);
                for (asked, decision) in corrections {
                    let decision = decision.map(|(accepted, by, reason)| Decision {
                        accepted,
                        by,
                        on: Day(sent.0 + 5),
                        reason: (!accepted || reason.len() > 4).then_some(reason),
                    });
                    let received = Day(sent.0 + 3);
                    draft.corrections.push(Correction { code: String::new(), paragraph: 1, received, asked, decision });
                }
                draft.reply = reply.map(|(text, item)| Reply::new(sent, &text, item));
                draft
            })
    })
}

fn some_register() -> impl Strategy<Value = Register> {
    let codes: Vec<String> = attribution().codes.into_iter().map(|code| code.code).collect();
    let dates = ["2026-05", "2026-05-03", "2026~", "2026/2027", "202X"].map(|text| text.parse().unwrap()).to_vec();
    let position = (
        line(),
        prop::sample::select(dates),
        prop::sample::select(codes),
        words(),
        words(),
        prop::collection::vec(words(), 0..3),
    )
        .prop_map(|(holder, date, attribution, words, citation, findings)| Position {
            code: String::new(),
            holder,
            date,
            attribution,
            words,
            citation,
            findings,
        });
    let follow_up = (prop::option::of(prop::sample::select(Progress::ALL.to_vec())), words());
    let recommendation = (line(), some_day(), words(), prop::collection::vec(follow_up, 0..3)).prop_map(
        |(addressee, date, text, follow_up)| Recommendation {
            code: String::new(),
            addressee,
            date,
            text,
            follow_up: follow_up
                .into_iter()
                .map(|(progress, text)| FollowUp { date: "2030".parse().unwrap(), progress, text })
                .collect(),
        },
    );
    (
        prop::collection::vec(some_request(), 0..3),
        prop::collection::vec(position, 0..3),
        prop::collection::vec(some_draft(), 0..3),
        prop::collection::vec(recommendation, 0..3),
    )
        .prop_map(|(requests, positions, drafts, recommendations)| {
            let mut register = Register { requests, positions, drafts, recommendations };
            let mut numbers = 1..;
            let mut name = |code: &mut String| *code = format!("X-{}", numbers.next().unwrap_or_default());
            register.requests.iter_mut().for_each(|r| name(&mut r.code));
            register.positions.iter_mut().for_each(|p| name(&mut p.code));
            for draft in &mut register.drafts {
                name(&mut draft.code);
                draft.corrections.iter_mut().for_each(|c| name(&mut c.code));
            }
            register.recommendations.iter_mut().for_each(|r| name(&mut r.code));
            register
        })
}

proptest! {
    #[test]
    fn a_register_reads_back_as_it_was(register in some_register()) {
        let text = register.to_toml();
        let (read, faults) = Register::parse(&text, "r.toml");
        prop_assert!(faults.is_empty(), "{:?}\n{text}", faults.lines(9, false));
        prop_assert_eq!(&read, &register);
        prop_assert_eq!(read.to_toml(), text);
    }

    #[test]
    fn no_text_and_no_day_make_it_fall(
        register in some_register(),
        today in any::<i32>(),
        cut in 0usize..2000,
        put in "[\\[\\]{}='\"\n0-9a-z]{0,6}",
    ) {
        // A file that was right until somebody's hand slipped: what is kept has no fault.
        let text = register.to_toml();
        let at = (0..=cut.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        let (read, _) = Register::parse(&format!("{}{put}{}", &text[..at], &text[at..]), "r.toml");
        for request in read.requests.iter().chain(&register.requests) {
            prop_assert!(request.check().is_empty());
            // Days far from now have no year of four digits, but a status.
            let _ = request.status(Day(today));
            let near = Day(today.rem_euclid(40_000));
            for tongue in Tongue::ALL {
                let _ = request.sentence(near, tongue);
            }
        }
        for draft in &register.drafts {
            let _ = draft.status(Day(today));
        }
    }
}
