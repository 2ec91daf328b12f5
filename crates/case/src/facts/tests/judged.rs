//! Is a finding judged by what carries it, and do members with different compartments never contradict each other?

use super::{consent, found, identity, open, source, statement};
use crate::custody::folder::Case;
use crate::custody::founding::WORKING;
use crate::custody::governance::Role;
use crate::custody::ids::RecordId;
use crate::facts::Book;
use crate::facts::judge::{self, Judged, Standing};
use crate::facts::words::{
    self, Adopted, Bears, Conclusion, ContraryAnswered, Examined, Extent, Fact, Finding, Purpose, Reviewed, Risk,
    Stance, Tie, Way, Withdrawal,
};
use factum_model::edtf::Day;
use factum_vault::identity::Identity;
use factum_weigh::finding::Verdict;

pub fn today() -> Day {
    Day::from_ymd(2026, 11, 27).unwrap()
}

fn judged(case: &Case, finding: RecordId) -> Judged {
    let book = Book::read(case).unwrap();
    judge::all(&book, today(), &|member| case.register().name_of(member)).remove(&finding).unwrap()
}

fn free(source: RecordId) -> Vec<Fact> {
    let risk = Risk {
        source,
        level: words::Level::Low,
        judged: "2026-06-01".into(),
        review: "2027-06-01".into(),
        reason: "none".into(),
    };
    vec![consent(source, &[Purpose::Internal, Purpose::ReportAnonymised]), Fact::Risk(risk)]
}

fn examined(one: RecordId, other: RecordId) -> Fact {
    Fact::Examined(Examined { one, other, independent: true, reason: "never met".into() })
}

fn supports(finding: RecordId, statement: RecordId) -> Fact {
    Fact::Bears(Bears { finding, statement, stance: Some(Stance::Supports), reason: None })
}

/// A case in which sources in given compartments say the same, each examined against each, with a finding on it and a review by Bo.
pub struct Inquiry {
    folder: tempfile::TempDir,
    ada: Identity,
    bo: Identity,
    pub finding: RecordId,
    pub sources: Vec<RecordId>,
    statements: Vec<RecordId>,
}

pub fn inquiry(compartments: &[&str]) -> Inquiry {
    let folder = tempfile::tempdir().unwrap();
    let (ada, bo) = (identity("Ada"), identity("Bo"));
    let mut case = found(folder.path(), &ada);
    let mut extra: Vec<&str> = compartments.iter().copied().filter(|name| *name != WORKING).collect();
    extra.sort();
    extra.dedup();
    for name in &extra {
        case.make_compartment(name, "one region").unwrap();
    }
    let mut into: Vec<String> = extra.iter().map(|name| name.to_string()).collect();
    into.push(WORKING.into());
    case.add_member("Bo", &bo.card(), Role::Lead, &into).unwrap();
    let (mut facts, mut sources, mut statements) = (Vec::new(), Vec::new(), Vec::new());
    for (i, compartment) in compartments.iter().enumerate() {
        let who = source(&case, compartment, &format!("S-{i:03}"));
        let said = statement(&case, compartment, &format!("T-{i:03}"), who.source);
        sources.push(who.source);
        statements.push(said.statement);
        facts.extend(free(who.source));
        facts.push(Fact::Source(who));
        facts.push(Fact::Statement(Box::new(said.clone())));
        let grade = words::Credibility { statement: said.statement, grade: "2".into(), reason: "detailed".into() };
        facts.push(Fact::Credibility(grade));
    }
    for (i, one) in sources.iter().enumerate() {
        facts.extend(sources[i + 1..].iter().map(|other| examined(*one, *other)));
    }
    let finding = case.new_thing(WORKING).unwrap();
    facts.push(Fact::Finding(Box::new(Finding {
        finding,
        code: "F-001".into(),
        proposition: "People were held in overcrowded cells.".into(),
        standard: "reasonable-grounds".into(),
        drawn_up_by: None,
        conclusion: Conclusion::Established,
        runs: Vec::new(),
        missing: Vec::new(),
        reason_for_origins: None,
    })));
    facts.extend(statements.iter().map(|statement| supports(finding, *statement)));
    let looked = ContraryAnswered { finding, statement: None, answer: "State media, 2017 to 2019".into() };
    facts.push(Fact::ContraryAnswered(looked));
    case.say_facts("inquiry", "all of it", &facts).unwrap();
    drop(case);
    let inquiry = Inquiry { folder, ada, bo, finding, sources, statements };
    inquiry.review();
    inquiry
}

impl Inquiry {
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub fn as_bo(&self) -> Case {
        open(self.folder.path(), &self.bo)
    }

    pub fn as_ada(&self) -> Case {
        open(self.folder.path(), &self.ada)
    }

    pub fn say(&self, fact: Fact) {
        self.as_ada().say_facts("say", "say", &[fact]).unwrap();
    }

    pub fn review(&self) {
        let mut case = self.as_bo();
        let state = judge::state(&Book::read(&case).unwrap().findings[&self.finding]);
        let review = Reviewed { finding: self.finding, state, agrees: true, words: "read all of it".into() };
        case.say_facts("review", "review", &[Fact::Reviewed(review)]).unwrap();
    }

    pub fn adopt(&self) {
        let state = judged(&self.as_ada(), self.finding).state;
        let wording = vec![crate::custody::evidence::Detail::new("en", "People were held in overcrowded cells.")];
        self.say(Fact::Adopted(Adopted { finding: self.finding, state, wording }));
    }
}

#[test]
fn a_finding_is_adopted_and_falls_back_when_its_support_goes() {
    let inquiry = inquiry(&[WORKING, WORKING]);
    let before = judged(&inquiry.as_ada(), inquiry.finding);
    assert_eq!(before.verdict, Verdict::MayBeAdopted, "{:#?}", before.lines);
    assert_eq!(before.standing, Standing::NotAdopted);
    inquiry.adopt();
    assert_eq!(judged(&inquiry.as_ada(), inquiry.finding).standing, Standing::Adopted);
    inquiry.say(Fact::ConsentWithdrawn(Withdrawal {
        source: inquiry.sources[0],
        date: "2026-11-26".into(),
        extent: Extent::NoFurtherUse,
        reason: "danger".into(),
    }));
    let after = judged(&inquiry.as_ada(), inquiry.finding);
    assert_eq!(after.verdict, Verdict::NotYet);
    assert!(
        matches!(&after.standing, Standing::FellBack(why) if why.iter().any(|line| line.contains("T-000"))),
        "{after:#?}"
    );
}

#[test]
fn what_changes_a_finding_shows_in_its_verdict() {
    let check = |change: &dyn Fn(&Inquiry) -> Vec<Fact>, reviewed: bool, expected: Verdict| {
        let inquiry = inquiry(&[WORKING, WORKING]);
        change(&inquiry).into_iter().for_each(|fact| inquiry.say(fact));
        if reviewed {
            inquiry.review();
        }
        let found = judged(&inquiry.as_ada(), inquiry.finding);
        assert_eq!(found.verdict, expected, "{:#?}", found.lines);
    };
    let bears = |inquiry: &Inquiry, stance| {
        let (finding, statement) = (inquiry.finding, inquiry.statements[0]);
        vec![Fact::Bears(Bears { finding, statement, stance, reason: None })]
    };
    check(&|_| Vec::new(), false, Verdict::MayBeAdopted);
    // A review is of what was read: another link, and it must be read again.
    check(&|i| bears(i, Some(Stance::Fits)), false, Verdict::NotYet);
    check(&|i| bears(i, Some(Stance::Contradicts)), true, Verdict::Contested);
    check(&|i| bears(i, None), true, Verdict::NotYet);
    let tie = |i: &Inquiry| {
        vec![Fact::Tie(Tie { one: i.sources[0], other: i.sources[1], way: Way::Relays, reason: "told by".into() })]
    };
    check(&tie, false, Verdict::NotYet);
    // Where the standard lets a reason stand in for corroboration, it is the author's to write.
    let explained = |i: &Inquiry| {
        let mut said = Book::read(&i.as_ada()).unwrap().findings[&i.finding].finding.what.clone();
        said.reason_for_origins = Some("both were the only ones in the cell".into());
        [tie(i), vec![Fact::Finding(Box::new(said))]].concat()
    };
    check(&explained, true, Verdict::MayBeAdopted);
    let retract = |i: &Inquiry| vec![Fact::Retracted { statement: i.statements[1], reason: "a slip".into() }];
    check(&retract, false, Verdict::NotYet);
}

#[test]
fn four_members_with_different_compartments_never_contradict_each_other() {
    let inquiry = inquiry(&["east", "north", WORKING]);
    let outsiders = [
        ("Cy", vec![WORKING]),
        ("Di", vec![WORKING, "north"]),
        ("Ed", vec![WORKING, "east"]),
        ("Flo", vec![WORKING, "east", "north"]),
    ];
    let mut people = Vec::new();
    for (name, compartments) in outsiders {
        let who = identity(name);
        let into: Vec<String> = compartments.iter().map(|c| c.to_string()).collect();
        inquiry.as_ada().add_member(name, &who.card(), Role::Analyst, &into).unwrap();
        people.push(who);
    }
    let verdicts = || -> Vec<Verdict> {
        people.iter().map(|who| judged(&open(inquiry.folder.path(), who), inquiry.finding).verdict).collect()
    };
    let agree = |expected: Verdict| {
        assert_eq!(judged(&inquiry.as_ada(), inquiry.finding).verdict, expected);
        let all = verdicts();
        assert!(all.iter().all(|verdict| *verdict == expected || !verdict.is_definite()), "{all:?} and {expected}");
        assert_eq!(all[3], expected, "who opens everything knows");
        all
    };
    let first = agree(Verdict::MayBeAdopted);
    assert!(!first[0].is_definite(), "one of three sources is not enough to know: {first:?}");
    let (finding, statement) = (inquiry.finding, inquiry.statements[0]);
    inquiry.say(Fact::Bears(Bears { finding, statement, stance: Some(Stance::Contradicts), reason: None }));
    agree(Verdict::Contested);
    inquiry.say(supports(finding, statement));
    inquiry.say(Fact::Tie(Tie {
        one: inquiry.sources[0],
        other: inquiry.sources[1],
        way: Way::SharedInterview,
        reason: "interviewed together".into(),
    }));
    inquiry.review();
    agree(Verdict::MayBeAdopted);
    inquiry.say(Fact::Retracted { statement: inquiry.statements[2], reason: "a slip".into() });
    agree(Verdict::NotYet);
}

#[test]
fn a_standard_is_read_as_the_page_writes_it() {
    let page = include_str!("../../../../../docs/method/findings.md");
    let text = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let standard = judge::parse_standard(text).unwrap();
    assert_eq!((standard.requirements.first_hand, standard.requirements.reviewers), (2, 1));
    assert!(standard.requirements.grades.is_some() && standard.requirements.consent.is_some());
    assert!(judge::parse_standard("name = \"x\"").is_err());
    assert!(judge::parse_standard(&text.replace("\"C\"", "\"Z\"")).is_err());
}

#[test]
fn circles_and_ties_against_examinations_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = found(folder.path(), &identity("Ada"));
    let (one, two, three) =
        (source(&case, WORKING, "S-001"), source(&case, WORKING, "S-002"), source(&case, WORKING, "S-003"));
    let tie = |one: RecordId, other: RecordId| {
        Fact::Tie(words::Tie { one, other, way: words::Way::Relays, reason: "cites it".into() })
    };
    let seen = words::Examined { one: one.source, other: three.source, independent: true, reason: "asked".into() };
    let facts = [
        tie(one.source, two.source),
        tie(two.source, one.source),
        tie(three.source, one.source),
        tie(three.source, three.source),
        Fact::Examined(seen),
        Fact::Source(one),
        Fact::Source(two),
        Fact::Source(three),
    ];
    case.say_facts("source", "a", &facts).unwrap();
    let book = Book::read(&case).unwrap();
    let odd = crate::facts::network::oddities(&book, crate::this_day(), &|_| "Ada".into());
    assert_eq!(odd[0], "S-001, S-002 relay each other in a circle: they count as one origin");
    assert!(odd[1].contains("were found independent by Ada, but S-003 relays S-001 (cites it)"), "{odd:?}");
    assert!(odd[2].starts_with("S-003 is tied to itself"));
    assert_eq!(odd.len(), 3);
}
