//! Does a finding stand on what a careful reader would say it stands on?

mod members;

use super::*;
use crate::consent::Use;
use crate::independence::{Examined, TieKind};
use crate::standard::{BuiltIn, Requirements};

pub(super) fn source() -> SourceView {
    SourceView::Open {
        reliability: Some(Reliability::Usually),
        withdrawn: false,
        consent: Uses::ALL,
        relays_unknown: false,
    }
}

pub(super) fn statement(of: u32, basis: Basis) -> Statement {
    Statement {
        source: SourceId(of),
        basis,
        relays: Vec::new(),
        credibility: Some(Credibility::ProbablyTrue),
        retracted: false,
        handling: HandlingView::Open(Uses::ALL),
    }
}

pub(super) fn examined(a: u32, b: u32) -> Examination {
    Examination { pair: (SourceId(a), SourceId(b)), found: Examined::Independent, by: PersonId(9) }
}

fn link(statement: u32, stance: Stance) -> Link {
    Link { statement: StatementId(statement), stance, by: PersonId(1) }
}

fn finding(links: &[Link]) -> Finding {
    Finding {
        finding: FindingId(3),
        author: PersonId(1),
        conclusion: Conclusion::Established,
        links: links.to_vec(),
        answered: Vec::new(),
        contrary_sought: Some("asked the State and two guards".into()),
        reviews: vec![Review { by: PersonId(2), agrees: true }],
        runs: Vec::new(),
        gaps: Vec::new(),
        reason_for_origins: None,
    }
}

/// Two independent first-hand sources 0 and 1, a third that denies, and a fourth that relays the first; statement n is of source n.
#[derive(Clone)]
struct Case {
    sources: Vec<SourceView>,
    statements: Vec<StatementView>,
    runs: Vec<RunView>,
    finding: Finding,
    standard: Standard,
}

impl Case {
    fn new() -> Case {
        use Basis::*;
        let statements = [(0, FirstHand), (1, FirstHand), (2, FirstHand), (3, Relayed)];
        Case {
            sources: vec![source(); 4],
            statements: statements.iter().map(|&(s, b)| StatementView::Open(statement(s, b))).collect(),
            runs: Vec::new(),
            finding: finding(&[link(0, Stance::Supports), link(1, Stance::Supports), link(3, Stance::Supports)]),
            standard: Standard::built_in(BuiltIn::ReasonableGroundsToBelieve),
        }
    }

    fn with(mut self, change: impl FnOnce(&mut Case)) -> Case {
        change(&mut self);
        self
    }

    fn open(&mut self, at: usize) -> &mut Statement {
        match &mut self.statements[at] {
            StatementView::Open(open) => open,
            StatementView::Closed => panic!("the test closed this statement"),
        }
    }

    fn check(&self) -> Check {
        let relays =
            Tie { from: SourceId(3), to: SourceId(0), kind: TieKind::Relays, reason: "quotes the interview".into() };
        let (evidence, faults) = Evidence::new(
            self.sources.clone(),
            self.statements.clone(),
            self.runs.clone(),
            vec![relays],
            &[examined(0, 1), examined(0, 2), examined(1, 2)],
        );
        assert_eq!(faults, []);
        super::check(&self.finding, &self.standard, &evidence)
    }
}

fn names(thing: Thing) -> String {
    match thing {
        Thing::Source(s) => format!("S-{:03}", s.0),
        Thing::Statement(s) => format!("T-{:04}", s.0),
        Thing::Person(p) => format!("member {}", p.0),
        Thing::Run(r) => format!("run {}", r.0),
        Thing::Finding(f) => format!("F-{}", f.0),
    }
}

/// The verdict after a change, and the requirements that are not met with what they lack.
#[track_caller]
fn check(change: impl FnOnce(&mut Case), verdict: Verdict, lacking: &[(Kind, &[Lack])]) {
    let check = Case::new().with(change).check();
    let not_met: Vec<(Kind, &[Lack])> =
        check.requirements.iter().filter(|r| r.state != State::Met).map(|r| (r.kind, r.lacks.as_slice())).collect();
    assert_eq!((check.verdict, not_met.as_slice()), (verdict, lacking));
}

#[test]
fn two_independent_first_hand_sources_suffice() {
    check(|_| {}, Verdict::MayBeAdopted, &[]);
    let lines = Case::new().check().lines(&names);
    let expected = [
        "F-3 may be adopted",
        "first-hand sources: 2 of 1, met",
        "independent origins: 2 of 2, met",
        "supporting statements graded: met",
        "contrary evidence looked for: met",
        "contrary evidence answered: met",
        "reviewers other than the author: 1 of 1, met",
        "consent for everything cited: met",
        "independent of each other: S-000 and S-001",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn who_relays_adds_nothing() {
    let alone = |c: &mut Case| c.finding.links.retain(|l| l.statement != StatementId(1));
    check(alone, Verdict::NotYet, &[(Kind::IndependentOrigins, &[Lack::More(1)])]);
    let with_reason = |c: &mut Case| {
        alone(c);
        c.finding.reason_for_origins = Some("the act leaves one witness".into());
    };
    check(with_reason, Verdict::MayBeAdopted, &[]);
    let where_none_may = |c: &mut Case| {
        with_reason(c);
        c.standard = Standard::built_in(BuiltIn::BalanceOfProbabilities);
    };
    check(where_none_may, Verdict::NotYet, &[(Kind::IndependentOrigins, &[Lack::More(1)])]);
}

#[test]
fn what_fits_the_pattern_carries_nothing() {
    let fits = |c: &mut Case| c.finding.links[1].stance = Stance::Fits;
    check(fits, Verdict::NotYet, &[(Kind::IndependentOrigins, &[Lack::More(1)])]);
    assert_eq!(Case::new().with(fits).check().fits, 1);
}

#[test]
fn what_was_retracted_or_withdrawn_does_not_count() {
    let lacks = [Lack::More(1), Lack::Retracted(StatementId(1))];
    check(|c| c.open(1).retracted = true, Verdict::NotYet, &[(Kind::IndependentOrigins, &lacks)]);
    let withdrawn = SourceView::Open { reliability: None, withdrawn: true, consent: Uses::NONE, relays_unknown: false };
    let lacks = [Lack::More(1), Lack::SourceWithdrew(StatementId(1))];
    check(|c| c.sources[1] = withdrawn, Verdict::NotYet, &[(Kind::IndependentOrigins, &lacks)]);
}

#[test]
fn grades_are_asked_for_unless_grading_is_off() {
    let statement = StatementId(1);
    let origins: (Kind, &[Lack]) = (Kind::IndependentOrigins, &[Lack::More(1)]);
    let ungraded = [Lack::CredibilityNotGraded(statement)];
    check(|c| c.open(1).credibility = None, Verdict::NotYet, &[origins, (Kind::Grades, &ungraded)]);
    let below = [Lack::More(1), Lack::GradedBelow(statement)];
    let doubtful = |c: &mut Case| c.open(1).credibility = Some(Credibility::Doubtful);
    check(doubtful, Verdict::NotYet, &[(Kind::IndependentOrigins, &below)]);
    let unjudged = SourceView::Open { reliability: None, withdrawn: false, consent: Uses::ALL, relays_unknown: false };
    let ungraded = [Lack::ReliabilityNotGraded(SourceId(1))];
    check(|c| c.sources[1] = unjudged, Verdict::NotYet, &[origins, (Kind::Grades, &ungraded)]);
    let off = |c: &mut Case| {
        c.sources[1] = unjudged;
        doubtful(c);
        c.standard.requirements.grades = None;
    };
    check(off, Verdict::MayBeAdopted, &[]);
}

#[test]
fn contrary_evidence_contests_until_it_is_answered() {
    let contradicted = |c: &mut Case| c.finding.links.push(link(2, Stance::Contradicts));
    let lacks = [Lack::NotAnswered(StatementId(2))];
    check(contradicted, Verdict::Contested, &[(Kind::ContraryAnswered, &lacks)]);
    let answered = |c: &mut Case| {
        contradicted(c);
        c.finding.answered = vec![StatementId(2)];
    };
    check(answered, Verdict::MayBeAdopted, &[]);
    let retracted = |c: &mut Case| {
        contradicted(c);
        c.open(2).retracted = true;
    };
    check(retracted, Verdict::MayBeAdopted, &[]);
    let not_asked = |c: &mut Case| {
        contradicted(c);
        c.standard = Standard::built_in(BuiltIn::ReasonableSuspicion);
    };
    check(not_asked, Verdict::MayBeAdopted, &[]);
    let nowhere = |c: &mut Case| c.finding.contrary_sought = Some(" ".into());
    check(nowhere, Verdict::NotYet, &[(Kind::ContrarySought, &[Lack::NothingWritten])]);
}

#[test]
fn persons_who_disagree_about_a_statement_take_its_support_away() {
    let disputed = |c: &mut Case| c.finding.links.push(Link { by: PersonId(4), ..link(1, Stance::Contradicts) });
    let origins = [Lack::More(1), Lack::Disputed(StatementId(1))];
    let contrary = [Lack::NotAnswered(StatementId(1))];
    check(disputed, Verdict::Contested, &[(Kind::IndependentOrigins, &origins), (Kind::ContraryAnswered, &contrary)]);
}

#[test]
fn the_author_is_no_reviewer_and_an_objection_contests() {
    let own = |c: &mut Case| c.finding.reviews = vec![Review { by: PersonId(1), agrees: true }];
    let lacks = [Lack::More(1), Lack::AuthorReviewed(PersonId(1))];
    check(own, Verdict::NotYet, &[(Kind::Reviewers, &lacks)]);
    let objects = |c: &mut Case| c.finding.reviews.push(Review { by: PersonId(5), agrees: false });
    check(objects, Verdict::Contested, &[]);
}

#[test]
fn everything_cited_needs_consent() {
    let inside = SourceView::Open {
        reliability: Some(Reliability::Usually),
        withdrawn: false,
        consent: Uses::NONE.with(Use::Internal),
        relays_unknown: false,
    };
    let lacks = [Lack::NoConsent(SourceId(3))];
    check(|c| c.sources[3] = inside, Verdict::NotYet, &[(Kind::Consent, &lacks)]);
    let conditions = [Lack::NotForThisUse(StatementId(3))];
    let closed = |c: &mut Case| c.open(3).handling = HandlingView::Open(Uses::NONE);
    check(closed, Verdict::NotYet, &[(Kind::Consent, &conditions)]);
    let taken_out = |c: &mut Case| {
        closed(c);
        c.finding.links.pop();
    };
    check(taken_out, Verdict::MayBeAdopted, &[]);
}

#[test]
fn a_run_is_cited_only_if_it_converged_and_is_current() {
    let cites = |run: RunView| {
        move |c: &mut Case| {
            c.runs = vec![run];
            c.finding.runs = vec![RunNumber(0)];
        }
    };
    let (run, yes) = (RunNumber(0), Verdict::MayBeAdopted);
    check(cites(RunView::Open { converged: true, current: true }), yes, &[]);
    let lacks = [Lack::NotConverged(run), Lack::NotCurrent(run)];
    check(cites(RunView::Open { converged: false, current: false }), Verdict::NotYet, &[(Kind::Runs, &lacks)]);
    let lacks = [Lack::Closed(Thing::Run(run))];
    check(cites(RunView::Closed), Verdict::CannotBeJudgedHere { closed: 1 }, &[(Kind::Runs, &lacks)]);
}

#[test]
fn what_could_not_be_confirmed_needs_the_attempt_and_others_views() {
    let says = |tried: &[&str], others: Option<Vec<OthersEstimate>>| {
        let tried = tried.iter().map(|t| t.to_string()).collect();
        move |c: &mut Case| {
            c.finding.links.clear();
            c.finding.contrary_sought = None;
            c.finding.conclusion = Conclusion::NotConfirmed { tried, others };
        }
    };
    let estimate = |who: &str| Some(vec![OthersEstimate { who: who.into(), what: "several hundred".into() }]);
    check(says(&["two requests to the ministry"], estimate("a trade union")), Verdict::MayBeAdopted, &[]);
    check(says(&["two requests to the ministry"], Some(vec![])), Verdict::MayBeAdopted, &[]);
    let expected: &[(Kind, &[Lack])] =
        &[(Kind::Tried, &[Lack::NothingWritten]), (Kind::OthersEstimates, &[Lack::NothingWritten])];
    check(says(&[""], None), Verdict::NotYet, expected);
    let nobody: &[(Kind, &[Lack])] = &[(Kind::OthersEstimates, &[Lack::EstimateOfNobody])];
    check(says(&["asked"], estimate("")), Verdict::NotYet, nobody);
}

#[test]
fn words_for_how_many_need_out_of_how_many() {
    let of = |size: &str, source: Option<Saying>| {
        let size = size.to_string();
        move |c: &mut Case| {
            c.finding.conclusion = Conclusion::Qualitative { population: "former detainees".into(), size, source };
        }
    };
    check(of("about 26", Some(Saying::Statement(StatementId(0)))), Verdict::MayBeAdopted, &[]);
    check(of("about 26", Some(Saying::Source(SourceId(2)))), Verdict::MayBeAdopted, &[]);
    let nobody = [Lack::NobodySays];
    check(of("about 26", None), Verdict::NotYet, &[(Kind::Denominator, &nobody)]);
    let nothing = [Lack::NothingWritten];
    check(of("", Some(Saying::Source(SourceId(2)))), Verdict::NotYet, &[(Kind::Denominator, &nothing)]);
    let closed = [Lack::Closed(Thing::Source(SourceId(8)))];
    let cannot = Verdict::CannotBeJudgedHere { closed: 1 };
    check(of("about 26", Some(Saying::Source(SourceId(8)))), cannot, &[(Kind::Denominator, &closed)]);
}

#[test]
fn one_closed_statement_is_not_first_hand_and_a_document_at_once() {
    let closed = |first_hand, documentary| {
        move |c: &mut Case| {
            c.statements.push(StatementView::Closed);
            c.finding.links = vec![link(4, Stance::Supports)];
            c.standard.requirements = Requirements {
                first_hand,
                documentary,
                independent_origins: 0,
                grades: None,
                consent: None,
                ..c.standard.requirements.clone()
            };
        }
    };
    assert!(!Case::new().with(closed(1, 0)).check().verdict.is_definite());
    assert_eq!(Case::new().with(closed(1, 1)).check().verdict, Verdict::NotYet);
}

#[test]
fn an_adopted_finding_falls_back_and_says_why() {
    let (good, bad) = (Case::new().check(), Case::new().with(|c| c.open(1).retracted = true).check());
    assert_eq!(standing(Verdict::MayBeAdopted, &good), AdoptedStanding::Stands);
    let expected = [
        "the adopted finding falls back: may not yet be adopted",
        "independent origins: 1 of 2, not met: one more is needed; T-0001 was retracted and does not count",
    ];
    assert_eq!(standing(Verdict::MayBeAdopted, &bad).lines(&names), expected);
    let objects = |c: &mut Case| c.finding.reviews.push(Review { by: PersonId(5), agrees: false });
    let contested = standing(Verdict::MayBeAdopted, &Case::new().with(objects).check());
    let expected = ["the adopted finding falls back: contested", "contested: member 5 reviewed it and objects"];
    assert_eq!(contested.lines(&names), expected);
    let closed = Case::new().with(|c| c.statements[1] = StatementView::Closed).check();
    assert_eq!(standing(Verdict::MayBeAdopted, &closed), AdoptedStanding::CannotBeJudgedHere { closed: 1 });
    assert_eq!(standing(Verdict::NotYet, &good), AdoptedStanding::NeverStood { then: Verdict::NotYet });
}
