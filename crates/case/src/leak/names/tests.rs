//! Is everybody searched for whose name a case holds, in every script, and nobody who may be named?

use super::*;
use crate::custody::collect::{Collecting, collect};
use crate::custody::evidence::Detail;
use crate::custody::founding::{IDENTITIES, WORKING};
use crate::custody::governance::Role;
use crate::facts::tests::{consent, found, identity, open, source, statement};
use crate::facts::words::{
    CountedBy, CountsPublished, Entity, Fact, Identity as Names, Level, PublishedCount, Risk, ToldOf,
};
use crate::leak::apart::Here;
use crate::leak::{Outcome, Output, check};
use std::ops::ControlFlow;

/// The settings of two lists.
const SETTINGS: &str = "title = \"x\"\npopulation = \"y\"\n[lists.registry]\nfile = \"registry.csv\"\n[lists.registry.columns]\n\
    given = \"name.given\"\nfamily = \"name.family\"\nalias = \"name.other\"\npass = \"number\"\n\
    [lists.camp]\nfile = \"camp.csv\"\n[lists.camp.columns]\nwho = \"name\"\n";

/// A case in which people are held in every place where one can be.
fn case(folder: &Path) -> Case {
    let ada = identity("Adarvel Kolmin");
    let bo = identity("Бодан Ривен");
    let mut case = found(&folder.join("case"), &ada);
    case.add_member("Бодан Ривен", &bo.card(), Role::Investigator, &[WORKING.into()]).unwrap();
    let sources = [("S-001", "Лира Торвельская"), ("S-002", "吴芳明"), ("S-003", "Selma Rudvan")];
    for (code, name) in sources {
        let who = source(&case, WORKING, code);
        let of = who.source;
        let is = Fact::SourceIdentity(Names {
            source: of,
            names: vec![name.into()],
            details: match code {
                "S-001" => vec![
                    Detail::new("telephone", "+12 345 678"),
                    Detail::new("mother", "Ona Kelvas"),
                    Detail::new("village", "Tarmil"),
                    Detail::new("born", "1980-04-02"),
                ],
                _ => Vec::new(),
            },
        });
        let mut facts = vec![Fact::Source(who), is];
        if code == "S-003" {
            facts.push(consent(of, &[Purpose::ReportAnonymised, Purpose::ReportNamed]));
            // Nobody is named whose danger nobody has judged.
            facts.push(Fact::Risk(Risk {
                source: of,
                level: Level::Low,
                judged: "2026-03-01".into(),
                review: "2999-01-01".into(),
                reason: "abroad".into(),
            }));
        }
        case.say_facts("source", "a source", &facts).unwrap();
    }
    let entity = |case: &Case, code: &str, sort: &str, label: &str| {
        Fact::Entity(Entity {
            entity: case.new_thing(WORKING).unwrap(),
            code: code.into(),
            sort: sort.into(),
            label: label.into(),
        })
    };
    let (person, mill) =
        (entity(&case, "E-001", "person", "مروان الوليدي"), entity(&case, "E-002", "place", "Joren Mill"));
    case.say_facts("entity", "a person and a place", &[person, mill]).unwrap();
    let files = [
        ("lists.toml", SETTINGS.to_string()),
        (
            "registry.csv",
            "given,family,alias,pass\nMerik,Arvelov,Misha Torgan; Old Merik,9087231\nپاتىمە,تۇرسۇن,,\n".into(),
        ),
        ("camp.csv", "who\nPetra Ilinova\n".into()),
        ("stray.csv", "name\nVesna Dolmirin\n".into()),
    ];
    let paths = files.map(|(name, text)| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    });
    let collected = collect(&mut case, &paths, &Collecting::new(WORKING), &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(collected.items.len(), 4);
    case
}

fn gathered(case: &Case, purpose: Purpose) -> Gathered {
    gather(case, &Book::read(case).unwrap(), purpose, crate::this_day()).unwrap()
}

/// Whom a text tells of, in words.
fn told(gathered: &Gathered, text: &str) -> Vec<String> {
    let output = Output { name: "report.txt".into(), bytes: text.as_bytes().to_vec() };
    let report = check(gathered, &[output], &Here);
    let alarms = report.found.iter().filter(|found| found.alarm).flat_map(|found| &found.subjects);
    let mut all: Vec<String> = alarms.map(|subject| gathered.subjects[*subject as usize].words()).collect();
    // Numbers of items are drawn by lot.
    all.iter_mut().for_each(|words| *words = words.split(" of the list ").next().unwrap_or_default().to_string());
    all.sort();
    all.dedup();
    all
}

#[test]
fn whoever_the_case_names_is_searched_for_in_every_script() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let all = gathered(&case, Purpose::ReportAnonymised);
    let check = |text: &str, expected: &str| assert_eq!(told(&all, text), [expected], "{text}");
    for text in ["So said Lira Torvelskaya.", "So said Лира Торвельская.", "Call +12 345 678.", "So said Ona Kelvas."]
    {
        check(text, "the source S-001");
    }
    check("It was in Tarmil.", "the source S-001");
    check("She was born on 2 April 1980.", "the source S-001");
    check("So said Wu Fangming.", "the source S-002");
    check("他们看见吴芳明在那里。", "the source S-002");
    check("So said Marwan al-Walidi.", "the person E-001");
    check("قال مروان الوليدي ذلك.", "the person E-001");
    check("So said Merik Arvelov.", "row 2");
    check("Там видели Мерика Арвелова.", "row 2");
    check("So said Misha Torgan.", "row 2");
    check("Her pass is 9087231.", "row 2");
    check("So said Patime Tursun.", "row 3");
    check("So said Petra Ilinova.", "row 2");
    check("Checked by Bodan Riven.", "the member Бодан Ривен");
    check("Checked by Adarvel Kolmin.", "the member Adarvel Kolmin");
    check("So said Selma Rudvan.", "the source S-003");
    assert_eq!(told(&all, "It was at the Joren Mill, and nobody was there."), Vec::<String>::new());
}

#[test]
fn who_agreed_to_be_named_may_be_named_there_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let named = gathered(&case, Purpose::ReportNamed);
    assert_eq!(told(&named, "So said Selma Rudvan."), Vec::<String>::new());
    assert_eq!(told(&named, "So said Wu Fangming."), ["the source S-002"]);
    assert_eq!(named.wanted.allowed, ["Selma Rudvan"]);
}

#[test]
fn what_could_not_be_searched_for_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = case(folder.path());
    let closed = gathered(&case, Purpose::ReportAnonymised).closed;
    // A table with a column of names and no settings.
    assert!(closed.len() == 1 && closed[0].contains("no settings"), "{closed:?}");
    let bo = identity("Carel Dunmar");
    case.add_member("Carel Dunmar", &bo.card(), Role::Investigator, &[WORKING.into()]).unwrap();
    let case = open(&folder.path().join("case"), &bo);
    let gathered = gathered(&case, Purpose::ReportAnonymised);
    assert!(gathered.closed.iter().any(|why| why.contains(IDENTITIES)), "{:?}", gathered.closed);
    assert_eq!(told(&gathered, "So said Wu Fangming."), Vec::<String>::new());
    let nothing = Output { name: "a.txt".into(), bytes: b"Nothing.".to_vec() };
    assert_eq!(check(&gathered, &[nothing], &Here).outcome(), Outcome::Incomplete);
}

/// Counts that left with a release of this case are held against the tables of files.
#[test]
fn counts_that_left_are_gathered_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = case(folder.path());
    let who = source(&case, WORKING, "S-009");
    let said = statement(&case, WORKING, "T-009", who.source);
    case.say_facts("source", "one more", &[Fact::Source(who), Fact::Statement(Box::new(said))]).unwrap();
    let of = |place: &str| if place.is_empty() { Vec::new() } else { vec![Detail::new("place", place)] };
    let count = |(place, n): (&str, u64)| PublishedCount { of: of(place), told: ToldOf::Exactly(n) };
    let left = CountsPublished {
        release: "one".into(),
        population: "persons".into(),
        places: vec!["table".into()],
        dimensions: vec![CountedBy {
            name: "place".into(),
            finest: vec!["Tarvel".into(), "Mirov".into()],
            groups: Default::default(),
        }],
        counts: [("Tarvel", 20), ("Mirov", 40), ("", 60)].map(count).to_vec(),
    };
    case.say_facts("guard record", "a release", &[Fact::CountsPublished(Box::new(left))]).unwrap();
    let gathered = gathered(&case, Purpose::ReportAnonymised);
    let found = |rows: &str| {
        let output = Output { name: "a.csv".into(), bytes: format!("place,persons\n{rows}").into_bytes() };
        let report = check(&gathered, &[output], &Here);
        report.found.into_iter().filter(|found| found.alarm).map(|found| found.place).collect::<Vec<_>>()
    };
    assert_eq!(found("Tarvel,20\nMirov,42\nall,62\n"), ["table, row 3, column 2"]);
    assert_eq!(found("Tarvel,20\nMirov,40\nall,60\n"), Vec::<String>::new());
}
