//! How long does it take to check every finding of a large inquiry, and one again? How many origins can be searched through?
//!
//! `cargo bench -p factum-weigh`. Invented: 100,000 statements of 5,000 sources, each source examined against 40 others and a tenth
//! of them relays; 1,000 findings with 120 statements each. Numbers come from a counter that is mixed, so every run is the same.

use factum_weigh::consent::Uses;
use factum_weigh::corroboration::{Index, check_all};
use factum_weigh::finding::{
    Conclusion, Evidence, Finding, HandlingView, Link, Review, SourceView, Stance, Statement, StatementView, Verdict,
};
use factum_weigh::independence::{Basis, Examination, Examined, Graph, Tie, TieKind, largest};
use factum_weigh::standard::{BuiltIn, Credibility, Reliability, Standard};
use factum_weigh::{FindingId, PersonId, SourceId, StatementId, Thing};
use std::time::Instant;

const SOURCES: u32 = 5_000;
const STATEMENTS: u32 = 100_000;
const FINDINGS: u32 = 1_000;
const LINKS: u32 = 120;

/// SplitMix64: numbers that look random and are the same every time.
struct Mixed(u64);

impl Mixed {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % u64::from(limit)) as u32
    }
}

fn evidence(mixed: &mut Mixed) -> Evidence {
    let source = |_| SourceView::Open {
        reliability: Some(Reliability::Usually),
        withdrawn: false,
        consent: Uses::ALL,
        relays_unknown: false,
    };
    let sources: Vec<SourceView> = (0..SOURCES).map(source).collect();
    let statements = (0..STATEMENTS).map(|_| {
        StatementView::Open(Statement {
            source: SourceId(mixed.below(SOURCES)),
            basis: [Basis::FirstHand, Basis::FirstHand, Basis::Documentary, Basis::Relayed][mixed.below(4) as usize],
            relays: Vec::new(),
            credibility: Some(Credibility::ProbablyTrue),
            retracted: mixed.below(50) == 0,
            handling: HandlingView::Open(Uses::ALL),
        })
    });
    let statements = statements.collect();
    let relays = |from| Tie {
        from: SourceId(from),
        to: SourceId(mixed.below(SOURCES)),
        kind: TieKind::Relays,
        reason: "quotes it".into(),
    };
    let ties = (0..SOURCES / 10).map(|at| at * 10).map(relays).collect();
    let pair = |at: u32| Examination {
        pair: (SourceId(at / 20), SourceId(mixed.below(SOURCES))),
        found: Examined::Independent,
        by: PersonId(1),
    };
    let examinations: Vec<Examination> = (0..SOURCES * 20).map(pair).collect();
    Evidence::new(sources, statements, Vec::new(), ties, &examinations).0
}

fn finding(at: u32, mixed: &mut Mixed) -> Finding {
    let link = |_| Link {
        statement: StatementId(mixed.below(STATEMENTS)),
        stance: [Stance::Supports, Stance::Supports, Stance::Supports, Stance::Fits][mixed.below(4) as usize],
        by: PersonId(1),
    };
    Finding {
        finding: FindingId(at),
        author: PersonId(1),
        conclusion: Conclusion::Established,
        links: (0..LINKS).map(link).collect(),
        answered: Vec::new(),
        contrary_sought: Some("asked".into()),
        reviews: (2..4).map(|p| Review { by: PersonId(p), agrees: true }).collect(),
        runs: Vec::new(),
        gaps: Vec::new(),
        reason_for_origins: None,
    }
}

fn main() {
    let mixed = &mut Mixed(1);
    let start = Instant::now();
    let mut evidence = evidence(mixed);
    println!("invented and joined to a network: {:.0} ms", milliseconds(start));
    let findings: Vec<Finding> = (0..FINDINGS).map(|at| finding(at, mixed)).collect();
    let standards = BuiltIn::ALL.map(Standard::built_in);
    let held = |at: usize| (&findings[at], &standards[at % standards.len()]);

    let start = Instant::now();
    let checks = check_all((0..findings.len()).map(held), &evidence);
    let may = checks.iter().filter(|c| c.verdict == Verdict::MayBeAdopted).count();
    println!(
        "{STATEMENTS} statements, {SOURCES} sources, {FINDINGS} findings of {LINKS}: {:.0} ms ({may} may be adopted)",
        milliseconds(start)
    );
    let start = Instant::now();
    let index = Index::new(&findings, &evidence);
    println!("index: {:.0} ms", milliseconds(start));

    let (mut longest, mut most) = (0.0f64, 0);
    for at in (0..STATEMENTS).step_by(997) {
        let start = Instant::now();
        evidence.statements[at as usize] = StatementView::Closed;
        let touched = index.touched(Thing::Statement(StatementId(at)));
        let again = check_all(touched.iter().map(|&f| held(f as usize)), &evidence).len();
        longest = longest.max(milliseconds(start));
        most = most.max(again);
    }
    println!("one statement changed, of 101 the slowest: {longest:.2} ms (at most {most} findings checked again)");
    for (origins, percent) in [(100, 50), (100, 80), (100, 90), (200, 50), (200, 80), (500, 20), (500, 50), (1_000, 20)]
    {
        let mut graph = Graph::new(origins);
        for a in 0..origins {
            (0..a)
                .filter(|_| mixed.below(100) < percent)
                .collect::<Vec<_>>()
                .into_iter()
                .for_each(|b| graph.join(a, b));
        }
        let start = Instant::now();
        let found = largest(&graph, 100_000);
        let (least, most) = (found.members.len(), found.at_most);
        println!(
            "{origins} origins, {percent} % of pairs independent: {least} to {most} in {:.0} ms",
            milliseconds(start)
        );
    }
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}
