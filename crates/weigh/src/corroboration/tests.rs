//! Is every finding looked at again whose answer a change can move?

use super::*;
use crate::consent::Uses;
use crate::finding::{HandlingView, Link, RunView, SourceView, Stance, Statement, StatementView};
use crate::id::{FindingId, PersonId};
use crate::independence::Basis;
use crate::standard::BuiltIn;
use proptest::prelude::*;

const SOURCES: u32 = 5;
const STATEMENTS: u32 = 12;

fn evidence() -> Evidence {
    let source = SourceView::Open { reliability: None, withdrawn: false, consent: Uses::ALL, relays_unknown: false };
    let statement = |at: u32| {
        StatementView::Open(Statement {
            source: SourceId(at % SOURCES),
            basis: Basis::FirstHand,
            relays: Vec::new(),
            credibility: None,
            retracted: false,
            handling: HandlingView::Open(Uses::ALL),
        })
    };
    let runs = vec![RunView::Open { converged: true, current: true }; 2];
    let statements = (0..STATEMENTS).map(statement).collect();
    Evidence::new(vec![source; SOURCES as usize], statements, runs, Vec::new(), &[]).0
}

fn finding(at: usize, links: &[(u32, Stance)], saying: Option<Saying>, runs: Vec<u32>) -> Finding {
    let link =
        |&(statement, stance): &(u32, Stance)| Link { statement: StatementId(statement), stance, by: PersonId(1) };
    let conclusion = saying.map_or(Conclusion::Established, |source| Conclusion::Qualitative {
        population: "detainees".into(),
        size: "26".into(),
        source: Some(source),
    });
    Finding {
        finding: FindingId(at as u32),
        author: PersonId(1),
        conclusion,
        links: links.iter().map(link).collect(),
        answered: Vec::new(),
        contrary_sought: None,
        reviews: Vec::new(),
        runs: runs.into_iter().map(RunNumber).collect(),
        gaps: Vec::new(),
        reason_for_origins: None,
    }
}

fn any_findings() -> impl Strategy<Value = Vec<Finding>> {
    let stance = prop::sample::select(vec![Stance::Supports, Stance::Contradicts, Stance::Fits]);
    let saying = prop::option::of((0..2u32, 0..SOURCES));
    let one = (prop::collection::vec((0..STATEMENTS, stance), 0..4), saying, prop::collection::vec(0..2u32, 0..2));
    prop::collection::vec(one, 1..8).prop_map(|all| {
        let made = all.into_iter().enumerate().map(|(at, (links, saying, runs))| {
            let saying = saying.map(|(sort, number)| match sort {
                0 => Saying::Source(SourceId(number)),
                _ => Saying::Statement(StatementId(number)),
            });
            finding(at, &links, saying, runs)
        });
        made.collect()
    })
}

proptest! {
    #[test]
    fn what_is_not_touched_does_not_change(findings in any_findings(), which in 0..3u32, number in 0..STATEMENTS) {
        let standard = Standard::built_in(BuiltIn::ReasonableSuspicion);
        let before = evidence();
        let index = Index::new(&findings, &before);
        let mut after = evidence();
        let changed = match which {
            0 => {
                after.statements[number as usize] = StatementView::Closed;
                Thing::Statement(StatementId(number))
            }
            1 => {
                let number = number % SOURCES;
                after.sources[number as usize] =
                    SourceView::Open { reliability: None, withdrawn: true, consent: Uses::NONE, relays_unknown: false };
                Thing::Source(SourceId(number))
            }
            _ => {
                after.runs[number as usize % 2] = RunView::Closed;
                Thing::Run(RunNumber(number % 2))
            }
        };
        let all = |evidence| check_all(findings.iter().map(|f| (f, &standard)), evidence);
        let (before, after) = (all(&before), all(&after));
        let differ: Vec<u32> = (0..findings.len() as u32).filter(|&f| before[f as usize] != after[f as usize]).collect();
        prop_assert!(differ.iter().all(|f| index.touched(changed).contains(f)), "{:?}", differ);
    }
}

#[test]
fn only_what_rests_on_it_is_touched() {
    let findings = [
        finding(0, &[(1, Stance::Supports)], None, vec![0]),
        finding(1, &[(6, Stance::Fits)], Some(Saying::Source(SourceId(3))), vec![]),
        finding(2, &[], Some(Saying::Statement(StatementId(3))), vec![]),
    ];
    let index = Index::new(&findings, &evidence());
    for (changed, expected) in [
        (Thing::Statement(StatementId(1)), vec![0]),
        (Thing::Source(SourceId(1)), vec![0, 1]),
        (Thing::Source(SourceId(3)), vec![1, 2]),
        (Thing::Run(RunNumber(0)), vec![0]),
        (Thing::Run(RunNumber(1)), vec![]),
        (Thing::Statement(StatementId(99)), vec![]),
    ] {
        assert_eq!(index.touched(changed), expected, "{changed:?}");
    }
}
