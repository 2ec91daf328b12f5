//! Sessions, cards and the choice of questions.

use super::*;
use crate::demo;
use crate::judgement::Book;
use crate::lists::words::{self, Words};
use crate::lists::{self, Reading};
use crate::settings::Settings;
use crate::tests::{Example, example};
use factum_link::{Linkage, Options, Pattern, ScoredPair};
use factum_model::{Feature, ListId, RecordId};
use std::collections::{HashMap, HashSet};

fn key(list: &str, record: &str) -> RecordKey {
    RecordKey { list: ListId::new(list), record: RecordId::new(record) }
}

/// The scored pair behind a question.
fn pair_of(question: &Question, linkage: &Linkage<'_>, reading: &Reading) -> ScoredPair {
    let rows = crate::judgement::rows_of([&question.a, &question.b].into_iter(), &reading.records);
    linkage.explain(rows[&question.a], rows[&question.b])
}

#[test]
fn questions_teach_and_differ() {
    let Example { reading, linkage, .. } = example();
    let choose = |judged: &HashSet<PairKey>, count, wanted| select(linkage, &reading.records, judged, count, wanted);
    let questions = choose(&HashSet::new(), 40, Wanted::All);
    assert_eq!(questions, choose(&HashSet::new(), 40, Wanted::All));
    assert_eq!(questions.len(), 40);
    assert_eq!(questions.iter().map(Question::pair).collect::<HashSet<_>>().len(), 40);

    let mut patterns: HashMap<Pattern, u32> = HashMap::new();
    questions.iter().for_each(|q| *patterns.entry(pair_of(q, linkage, reading).pattern).or_default() += 1);
    assert!(patterns.values().all(|n| *n <= 2) && patterns.len() >= 30, "{} patterns", patterns.len());

    // Of the doubtful ones most are really in doubt; in the linkage as a whole hardly a pair is.
    let cut = linkage.threshold.probability;
    let in_doubt = |p: f64| (0.05..=0.95).contains(&p) || (p - cut).abs() < 0.05;
    let doubtful = choose(&HashSet::new(), 20, Wanted::Doubtful);
    let doubts = doubtful.iter().filter(|q| in_doubt(pair_of(q, linkage, reading).probability)).count();
    assert!(doubtful.iter().all(|q| matches!(q.why, Why::Doubt { .. })) && doubts >= 15, "{doubts} of 20 in doubt");

    // A pair that was judged is not asked again, and its pattern is worth less.
    let judged: HashSet<PairKey> = questions.iter().map(Question::pair).collect();
    let next = choose(&judged, 40, Wanted::All);
    assert!(next.iter().all(|q| !judged.contains(&q.pair())));
}

#[test]
fn suspicious_pairs_are_what_they_are_called() {
    let Example { reading, linkage, .. } = example();
    let questions = select(linkage, &reading.records, &HashSet::new(), 30, Wanted::Suspicious);
    assert!(!questions.is_empty());
    for question in &questions {
        let pair = pair_of(question, linkage, reading);
        let is_link = pair.probability >= linkage.threshold.probability;
        let together = linkage.persons[pair.a as usize] == linkage.persons[pair.b as usize];
        let against = |name: &str| linkage.contributions(&pair).iter().any(|c| c.0.name() == name && c.1 < Some(-2.9));
        let right = match question.why {
            Why::Overruled => is_link && !together,
            Why::Joined => !is_link && together,
            Why::Contradiction { field } => is_link && together && against(field),
            _ => false,
        };
        assert!(right, "{:?} at {}", question.why, pair.probability);
    }
}

fn question(record: &str) -> Question {
    Question { a: key("a", record), b: key("b", record), why: Why::Overruled, sample: None }
}

const WHEN: &str = "2026-11-24T09:30:00Z";

#[test]
fn a_session_goes_on_back_and_can_be_taken_up_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("j.jsonl");
    let open = || Session::new(Store::open(&path).unwrap(), "M", Purpose::Training, |_| true);
    let mut session = open();
    session.ask(["1", "2", "3"].map(question));
    session.answer(Verdict::Same, WHEN).unwrap();
    session.answer(Verdict::Unsure, WHEN).unwrap();
    assert!(session.back(WHEN).unwrap());
    assert_eq!((session.current().unwrap().pair(), session.open()), (question("2").pair(), 2));
    session.answer(Verdict::Different, WHEN).unwrap();
    drop(session);

    let mut again = open();
    again.ask(["1", "2", "3"].map(question));
    assert_eq!(again.current().unwrap().pair(), question("3").pair());
    assert!(again.back(WHEN).unwrap() && again.back(WHEN).unwrap() && !again.back(WHEN).unwrap());
    assert_eq!(again.current().unwrap().pair(), question("1").pair());
    assert_eq!(again.tally(), Tally { taken_back: 2, ..Tally::default() });
    // Six lines: nothing was rewritten, and nothing stands.
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(bytes.iter().filter(|b| **b == b'\n').count(), 6);
    assert!(Book::parse(&bytes, "j").standing(Purpose::Training).is_empty());
}

#[test]
fn nobody_goes_back_over_another_ones_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("j.jsonl");
    let mut first = Session::new(Store::open(&path).unwrap(), "M", Purpose::Training, |_| true);
    first.ask([question("1")]);
    first.answer(Verdict::Same, WHEN).unwrap();
    drop(first);
    let mut second = Session::new(Store::open(&path).unwrap(), "K", Purpose::Training, |_| true);
    assert!(!second.back(WHEN).unwrap());
    second.ask([question("1")]);
    assert_eq!(second.open(), 1);
}

#[test]
fn a_card_shows_the_sources_own_words() {
    let folder = tempfile::tempdir().unwrap();
    crate::output::write_all(folder.path(), &demo::files()).unwrap();
    let at = folder.path().join("lists");
    let (settings, _) = Settings::read(&at.join("settings.toml"));
    let reading = lists::read(&[], &settings, &at);
    let linkage = factum_link::link(&reading.records, &Options::default(), &()).unwrap();
    let pair = linkage.pairs.iter().find(|p| [p.a, p.b].map(|r| reading.records.list_of(r)) == [0, 2]).unwrap();
    let keys = [pair.a, pair.b].map(|r| RecordKey::of(&reading.records, r));
    let wanted = keys.iter().cloned().collect();
    let words = words::words(&[], &settings, &at, &reading, &wanted).unwrap();
    assert_eq!(words.len(), 2);
    // The families' list is in windows-1251: its words come back in their own script.
    let name = words[&keys[1]].iter().find(|w| w.0 == Feature::FullName).unwrap();
    assert!(name.1.chars().any(|c| ('а'..='я').contains(&c)), "{}", name.1);

    let question = Question { a: keys[0].clone(), b: keys[1].clone(), why: Why::Drawn, sample: None };
    let card = Card::new(&question, &words, &reading.lists, Some((&linkage, *pair)));
    let bits: f64 = card.rows.iter().flat_map(|r| &r.agreements).filter_map(|a| a.bits).sum();
    assert!((bits - pair.weight).abs() < 1e-9, "{bits} of {}", pair.weight);
    // Only the legal-aid group writes down occupations.
    assert_eq!(card.missing, ["occupation"]);
    let blind = Card::new(&question, &words, &reading.lists, None);
    assert!(blind.score.is_none() && blind.rows.iter().all(|r| r.agreements.is_empty()));

    std::fs::write(at.join("press.xlsx"), "another file").unwrap();
    let changed = words::words(&[], &settings, &at, &reading, &wanted);
    assert!(matches!(changed, Err(words::WordsError::Changed(file)) if file == "press.xlsx"));
}

#[test]
fn a_blind_card_compares_letters_only() {
    let words = |values: &[(Feature, &str)]| -> Words { values.iter().map(|(f, v)| (*f, (*v).to_string())).collect() };
    let one = words(&[
        (Feature::GivenName, "Ana"),
        (Feature::FamilyName, "Mirel"),
        (Feature::BirthYear, "1970"),
        (Feature::BirthMonth, "2"),
        (Feature::Age, "45"),
        (Feature::Sex, "F"),
        (Feature::EventDate, "1951"),
        (Feature::EventPlace, "Dol, Upper Village"),
        (Feature::Occupation, "miner"),
    ]);
    let other = words(&[
        (Feature::FullName, "MIREL, Anna"),
        (Feature::Birth, "1970-02"),
        (Feature::Sex, "f"),
        (Feature::EventDate, "1951-04"),
        (Feature::EventPlace, "Upper Village Dol"),
    ]);
    let all = HashMap::from([(key("a", "1"), one), (key("b", "1"), other)]);
    let card = Card::new(&question("1"), &all, &[], None);
    let shown = |words: &[Word]| {
        let word = |w: &Word| if w.differs { format!("[{}]", w.text) } else { w.text.clone() };
        words.iter().map(word).collect::<Vec<_>>().join(" ")
    };
    let rows: Vec<_> = card.rows.iter().map(|r| (r.label, shown(&r.left), shown(&r.right), r.mark)).collect();
    let row = |label, left: &str, right: &str, mark| (label, left.to_string(), right.to_string(), mark);
    assert_eq!(
        rows,
        [
            row("name", "[Ana] Mirel", "MIREL, [Anna]", Mark::Different),
            row("sex", "F", "f", Mark::Same),
            row("birth or age", "[1970-2;] [age] [45]", "[1970-02]", Mark::Different),
            row("date of event", "[1951]", "[1951-04]", Mark::Near),
            row("place of event", "Dol, Upper Village", "Upper Village Dol", Mark::Near),
            row("occupation", "miner", "", Mark::OneSide),
        ]
    );
}
