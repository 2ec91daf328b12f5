//! Do readers with different keys ever get answers that contradict each other, and is an answer held back only where it must be?

use super::*;
use proptest::prelude::*;

const SOURCES: u32 = 4;
const STATEMENTS: u32 = 5;

/// A case with everything open.
#[derive(Clone, Debug)]
struct Whole {
    sources: Vec<SourceView>,
    statements: Vec<StatementView>,
    runs: Vec<RunView>,
    ties: Vec<Tie>,
    examinations: Vec<Examination>,
    finding: Finding,
    standard: Standard,
}

impl Whole {
    fn check(&self) -> Check {
        let (evidence, _) = Evidence::new(
            self.sources.clone(),
            self.statements.clone(),
            self.runs.clone(),
            self.ties.clone(),
            &self.examinations,
        );
        super::super::check(&self.finding, &self.standard, &evidence)
    }

    /// What somebody sees who cannot open these sources, statements, documents and runs: bits by number.
    fn seen(&self, sources: u8, statements: u8, documents: u8, runs: u8) -> Whole {
        let hidden = |bits: u8, at: usize| bits >> at & 1 == 1;
        let mut seen = self.clone();
        for (at, source) in seen.sources.iter_mut().enumerate().filter(|(at, _)| hidden(sources, *at)) {
            let _ = at;
            *source = SourceView::Closed;
        }
        for (at, statement) in seen.statements.iter_mut().enumerate() {
            if hidden(statements, at) {
                *statement = StatementView::Closed;
            } else if let (true, StatementView::Open(open)) = (hidden(documents, at), statement) {
                open.handling = HandlingView::Closed;
            }
        }
        for (at, run) in seen.runs.iter_mut().enumerate().filter(|(at, _)| hidden(runs, *at)) {
            let _ = at;
            *run = RunView::Closed;
        }
        // A relay is said of who relays; of other pairs the reader sees what lies with either of the two.
        let closed = |s: SourceId| hidden(sources, s.at());
        seen.ties.retain(|t| !closed(t.from) || (t.kind != TieKind::Relays && !closed(t.to)));
        seen.examinations.retain(|e| !closed(e.pair.0) || !closed(e.pair.1));
        seen
    }
}

fn any_source() -> impl Strategy<Value = SourceView> {
    let grade = prop::sample::select(vec![
        None,
        Some(Reliability::Usually),
        Some(Reliability::Usually),
        Some(Reliability::Unreliable),
    ]);
    (grade, prop::bool::weighted(0.15), prop::bool::weighted(0.85), prop::bool::weighted(0.1)).prop_map(
        |(reliability, withdrawn, consent, relays_unknown)| SourceView::Open {
            reliability,
            withdrawn,
            consent: if consent { Uses::ALL } else { Uses::NONE },
            relays_unknown,
        },
    )
}

fn any_statement() -> impl Strategy<Value = StatementView> {
    use Basis::*;
    let grade = prop::sample::select(vec![
        None,
        Some(Credibility::ProbablyTrue),
        Some(Credibility::ProbablyTrue),
        Some(Credibility::ProbablyTrue),
        Some(Credibility::Doubtful),
    ]);
    let basis = prop::sample::select(vec![FirstHand, FirstHand, Documentary, Relayed, Inferred]);
    let relays = prop::collection::vec(0..SOURCES, 0..2);
    (0..SOURCES, basis, relays, grade, prop::bool::weighted(0.15), prop::bool::weighted(0.9)).prop_map(
        |(source, basis, relays, credibility, retracted, handling)| {
            StatementView::Open(Statement {
                source: SourceId(source),
                basis,
                relays: relays.into_iter().map(SourceId).collect(),
                credibility,
                retracted,
                handling: HandlingView::Open(if handling { Uses::ALL } else { Uses::NONE }),
            })
        },
    )
}

fn any_standard() -> impl Strategy<Value = Standard> {
    let numbers = (0..3u32, 0..4u32, 0..2u32, any::<bool>(), any::<bool>(), any::<bool>());
    numbers.prop_map(|(first_hand, independent_origins, documentary, graded, contrary, consent)| {
        let mut standard = Standard::built_in(BuiltIn::ReasonableGroundsToBelieve);
        standard.requirements.first_hand = first_hand;
        standard.requirements.independent_origins = independent_origins;
        standard.requirements.documentary = documentary;
        standard.requirements.contrary_answered = contrary;
        if !graded {
            standard.requirements.grades = None;
        }
        if !consent {
            standard.requirements.consent = None;
        }
        standard
    })
}

fn any_finding() -> impl Strategy<Value = Finding> {
    use Stance::*;
    let stance = prop::sample::select(vec![Supports, Supports, Supports, Contradicts, Fits]);
    let links = prop::collection::vec((0..STATEMENTS, stance), 1..6);
    let saying = prop::option::weighted(0.2, (0..3u32, 0..SOURCES));
    let answered = prop::collection::vec(0..STATEMENTS, 0..3);
    (links, answered, prop::bool::weighted(0.1), prop::bool::weighted(0.2), saying).prop_map(
        |(links, answered, objects, cites, saying)| {
            let mut made = finding(&links.into_iter().map(|(s, stance)| link(s, stance)).collect::<Vec<_>>());
            made.answered = answered.into_iter().map(StatementId).collect();
            if objects {
                made.reviews.push(Review { by: PersonId(5), agrees: false });
            }
            if cites {
                made.runs = vec![RunNumber(0)];
            }
            if let Some((sort, number)) = saying {
                let source = match sort {
                    0 => Saying::Source(SourceId(number)),
                    1 => Saying::Statement(StatementId(number)),
                    _ => Saying::Run(RunNumber(0)),
                };
                let (population, size) = ("detainees".into(), "26".into());
                made.conclusion = Conclusion::Qualitative { population, size, source: Some(source) };
            }
            made
        },
    )
}

fn any_case() -> impl Strategy<Value = Whole> {
    use TieKind::*;
    let kind = prop::sample::select(vec![Relays, Relays, Relays, SharedInterview, Declared]);
    (
        prop::collection::vec(any_source(), SOURCES as usize),
        prop::collection::vec(any_statement(), STATEMENTS as usize),
        prop::collection::vec((any::<bool>(), any::<bool>()), 1),
        prop::collection::vec((0..SOURCES, kind, 0..SOURCES), 0..3),
        prop::collection::vec((0..SOURCES, 0..SOURCES), 0..9),
        any_finding(),
        any_standard(),
    )
        .prop_map(|(sources, statements, runs, ties, pairs, finding, standard)| Whole {
            sources,
            statements,
            runs: runs.into_iter().map(|(converged, current)| RunView::Open { converged, current }).collect(),
            ties: ties
                .into_iter()
                .map(|(from, kind, to)| Tie { from: SourceId(from), to: SourceId(to), kind, reason: String::new() })
                .collect(),
            examinations: pairs.into_iter().map(|(a, b)| examined(a, b)).collect(),
            finding,
            standard,
        })
}

/// Everything that a closed case may turn out to be, as far as it can change an answer: the extremes of every closed piece.
struct Completions(Vec<Whole>);

impl Completions {
    fn of(seen: &Whole) -> Completions {
        let mut all = vec![seen.clone()];
        for at in 0..seen.sources.len() {
            if seen.sources[at] == SourceView::Closed {
                all = all.iter().flat_map(|one| complete_source(one, at)).collect();
            }
        }
        for at in 0..seen.statements.len() {
            match &seen.statements[at] {
                StatementView::Closed => all = all.iter().flat_map(|one| complete_statement(one, at)).collect(),
                StatementView::Open(open) if open.handling == HandlingView::Closed => {
                    all = all
                        .iter()
                        .flat_map(|one| [Uses::ALL, Uses::NONE].map(|uses| conditions(one, at, uses)))
                        .collect();
                }
                StatementView::Open(_) => {}
            }
        }
        for at in 0..seen.runs.len() {
            if seen.runs[at] == RunView::Closed {
                all = all.iter().flat_map(|one| [true, false].map(|converged| run(one, at, converged))).collect();
            }
        }
        Completions(all)
    }
}

fn conditions(one: &Whole, at: usize, uses: Uses) -> Whole {
    let mut made = one.clone();
    if let StatementView::Open(open) = &mut made.statements[at] {
        open.handling = HandlingView::Open(uses);
    }
    made
}

fn run(one: &Whole, at: usize, converged: bool) -> Whole {
    let mut made = one.clone();
    made.runs[at] = RunView::Open { converged, current: true };
    made
}

/// A new source, examined against all that are there.
fn newcomer(made: &mut Whole) -> u32 {
    let number = made.sources.len() as u32;
    made.examinations.extend((0..number).map(|other| examined(other, number)));
    made.sources.push(source());
    number
}

fn complete_source(one: &Whole, at: usize) -> Vec<Whole> {
    let this = SourceId(at as u32);
    let as_it = |view: SourceView| {
        let mut made = one.clone();
        made.sources[at] = view;
        made
    };
    let apart = |mut made: Whole| {
        made.examinations.extend((0..made.sources.len() as u32).filter(|&o| o != this.0).map(|o| examined(o, this.0)));
        made
    };
    let relaying = |mut made: Whole, whom: Vec<u32>| {
        let tie = |to| Tie { from: this, to: SourceId(to), kind: TieKind::Relays, reason: String::new() };
        made.ties.extend(whom.into_iter().map(tie));
        made
    };
    let good = source();
    let SourceView::Open { reliability, consent, .. } = good else { return Vec::new() };
    let of = |reliability, withdrawn, consent, relays_unknown| SourceView::Open {
        reliability,
        withdrawn,
        consent,
        relays_unknown,
    };
    let mut all = Vec::new();
    for withdrawn in [false, true] {
        let whole = of(reliability, withdrawn, consent, false);
        all.push(apart(as_it(whole)));
        all.push(as_it(of(reliability, withdrawn, consent, true)));
        let mut many = as_it(whole);
        let whom = (0..3).map(|_| newcomer(&mut many)).collect();
        all.push(apart(relaying(many, whom)));
        // It makes a circle with everybody.
        let others = (0..one.sources.len() as u32).filter(|&o| o != this.0).collect();
        all.push(relaying(as_it(whole), others));
    }
    all.push(apart(as_it(of(None, false, consent, false))));
    all.push(apart(as_it(of(reliability, false, Uses::NONE, false))));
    all
}

fn complete_statement(one: &Whole, at: usize) -> Vec<Whole> {
    let whose = |basis, change: &dyn Fn(&mut Whole, &mut Statement)| {
        let mut made = one.clone();
        let mut said = statement(newcomer(&mut made), basis);
        change(&mut made, &mut said);
        made.statements[at] = StatementView::Open(said);
        made
    };
    vec![
        whose(Basis::FirstHand, &|_, _| {}),
        whose(Basis::Documentary, &|_, _| {}),
        whose(Basis::Relayed, &|made, said| said.relays = (0..3).map(|_| SourceId(newcomer(made))).collect()),
        whose(Basis::FirstHand, &|_, said| said.retracted = true),
        whose(Basis::Relayed, &|_, said| said.credibility = None),
        whose(Basis::Relayed, &|_, said| said.handling = HandlingView::Open(Uses::NONE)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn four_members_never_contradict_each_other(
        case in any_case(),
        keys in prop::collection::vec((any::<u8>(), any::<u8>(), any::<u8>(), 0..2u8), 4),
    ) {
        let whole = case.check();
        prop_assert!(whole.verdict.is_definite());
        for (sources, statements, documents, runs) in keys {
            // Each hides about a quarter of everything.
            let here = case.seen(sources & sources.rotate_left(3), statements & statements.rotate_left(3), documents & 5, runs).check();
            prop_assert!(!here.verdict.is_definite() || here.verdict == whole.verdict, "{:?}\n{:?}", here, whole);
            for requirement in &here.requirements {
                let truth = whole.requirement(requirement.kind).expect("requirements do not depend on keys");
                let same = requirement.state == truth.state;
                prop_assert!(requirement.state == State::Unknown || same, "{:?}\n{:?}", requirement, truth);
                if let (Some(have), Some(Bounds { at_least, .. })) = (requirement.have, truth.have) {
                    prop_assert!(have.at_least <= at_least && have.at_most.is_none_or(|most| at_least <= most));
                }
            }
        }
    }

    #[test]
    fn an_answer_is_held_back_exactly_where_completions_differ(
        case in any_case(),
        hidden in prop::sample::subsequence((0..14usize).collect::<Vec<_>>(), 1..3),
    ) {
        let bits = |from: usize, to: usize| hidden.iter().filter(|&&h| (from..to).contains(&h)).map(|h| 1u8 << (h - from)).sum();
        let seen = case.seen(bits(0, 4), bits(4, 9), bits(9, 13), bits(13, 14));
        let here = seen.check();
        let completions = Completions::of(&seen);
        let mut verdicts: Vec<Verdict> = completions.0.iter().map(|c| c.check().verdict).collect();
        verdicts.sort_unstable();
        verdicts.dedup();
        if here.verdict.is_definite() {
            prop_assert_eq!(verdicts, vec![here.verdict]);
        } else {
            prop_assert!(verdicts.len() > 1, "held back, but every completion gives {:?}: {:?}", verdicts, here);
        }
    }
}
