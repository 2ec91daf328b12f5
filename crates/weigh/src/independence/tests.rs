//! Are origins counted as a careful person would count them?

use super::*;
use crate::id::{StatementId, Thing};
use proptest::prelude::*;

const OPEN: SourceKnown = SourceKnown { closed: false, relays_unknown: false };
const CLOSED: SourceKnown = SourceKnown { closed: true, relays_unknown: false };

fn tie(from: u32, kind: TieKind, to: u32) -> Tie {
    Tie { from: SourceId(from), to: SourceId(to), kind, reason: "cites it".into() }
}

fn relays(from: u32, to: u32) -> Tie {
    tie(from, TieKind::Relays, to)
}

fn examined(a: u32, b: u32) -> Examination {
    Examination { pair: (SourceId(a), SourceId(b)), found: Examined::Independent, by: PersonId(1) }
}

fn all_examined(sources: u32) -> Vec<Examination> {
    (0..sources).flat_map(|a| (a + 1..sources).map(move |b| examined(a, b))).collect()
}

fn network(sources: usize, ties: Vec<Tie>, examinations: &[Examination]) -> Network {
    let (network, faults) = Network::new(vec![OPEN; sources], ties, examinations);
    assert_eq!(faults, []);
    network
}

fn said(statement: u32, source: u32, basis: Basis) -> Said<'static> {
    Said { statement: StatementId(statement), source: SourceId(source), basis, relays: &[] }
}

fn first_hand(sources: &[u32]) -> Vec<Said<'static>> {
    sources.iter().map(|&s| said(s, s, Basis::FirstHand)).collect()
}

fn relayed(sources: &[u32]) -> Vec<Said<'static>> {
    sources.iter().map(|&s| said(s, s, Basis::Relayed)).collect()
}

fn names(thing: Thing) -> String {
    match thing {
        Thing::Source(s) => format!("S-{}", s.0),
        Thing::Statement(s) => format!("T-{}", s.0),
        Thing::Person(p) => format!("member {}", p.0),
        other => format!("{other:?}"),
    }
}

#[track_caller]
fn check(network: &Network, statements: &[Said], expected: u32) {
    assert_eq!(network.count(statements, &[], 0).independent, Bounds::exactly(expected));
}

#[test]
fn five_reports_that_rest_on_one_interview_count_once() {
    // Source 0 was interviewed; 1 to 5 are reports, of which 2 to 5 relay one another's relay.
    let ties = vec![relays(1, 0), relays(2, 1), relays(3, 1), relays(4, 0), relays(5, 4)];
    let network = network(6, ties, &all_examined(6));
    let reports = relayed(&[1, 2, 3, 4, 5]);
    check(&network, &reports, 1);
    let uses = network.uses(&reports);
    assert_eq!(uses.len(), 1);
    assert_eq!(uses[0].origin, Origin::Source(SourceId(0)));
    assert_eq!(
        network.uses(&relayed(&[1, 2]))[0].words(&names),
        "S-0: T-1 (by way of S-1 and S-0), T-2 (by way of S-2, S-1 and S-0)"
    );
    let way = [2, 1, 0].map(SourceId).to_vec();
    assert_eq!(uses[0].statements[1], (StatementId(2), Because::Relayed(way)));
    assert_eq!(network.conflicts().len(), 5, "the pairs were examined and are tied");
}

#[test]
fn only_examined_pairs_count() {
    check(&network(3, vec![], &[]), &first_hand(&[0, 1, 2]), 1);
    check(&network(3, vec![], &[examined(0, 2)]), &first_hand(&[0, 1, 2]), 2);
    check(&network(3, vec![], &all_examined(3)), &first_hand(&[0, 1, 2]), 3);
    check(&network(3, vec![], &all_examined(3)), &[], 0);
    let network = network(3, vec![], &[examined(0, 2)]);
    let uses = network.uses(&first_hand(&[0, 1, 2]));
    let open: Vec<_> = network.not_examined(&uses).map(|(a, b)| (a.words(&names), b.words(&names))).collect();
    assert_eq!(open, [("S-0".into(), "S-1".into()), ("S-1".into(), "S-2".into())]);
}

#[test]
fn a_tie_of_any_kind_outweighs_an_examination_and_the_conflict_is_told() {
    use TieKind::*;
    for kind in [Relays, SharedDocument, SharedInterview, SameOrganisation, Declared] {
        let network = network(2, vec![tie(1, kind, 0)], &[examined(0, 1)]);
        check(&network, &first_hand(&[0, 1]), 1);
        assert_eq!(network.pair(SourceId(0), SourceId(1)), Pair::Dependent);
        let told = network.conflicts()[0].words(network.ties(), &names);
        let expected = format!(
            "S-0 and S-1 were found independent by member 1, but S-1 {} S-0 (cites it): the pair counts as dependent until \
             this is settled",
            kind.words()
        );
        assert_eq!(told, expected);
    }
}

#[test]
fn an_examiner_who_finds_dependence_outweighs_one_who_does_not() {
    let against = Examination { found: Examined::Dependent, by: PersonId(2), ..examined(1, 0) };
    let network = network(2, vec![], &[examined(0, 1), against]);
    check(&network, &first_hand(&[0, 1]), 1);
    assert_eq!(network.conflicts()[0].dependent_by, [PersonId(2)]);
}

#[test]
fn a_circle_is_one_origin_and_is_named() {
    // 0 → 1 → 2 → 3 → 0; 0 and 2 are not tied themselves. 4 stands apart.
    let ties = vec![relays(0, 1), relays(1, 2), relays(2, 3), relays(3, 0)];
    let circle = [0, 1, 2, 3].map(SourceId).to_vec();
    let apart = network(5, ties.clone(), &all_examined(5));
    assert_eq!(apart.circles(), vec![circle.clone()]);
    check(&apart, &relayed(&[0, 1, 2, 3]), 1);
    check(&apart, &first_hand(&[0, 2]), 1);
    check(&apart, &first_hand(&[0, 2, 4]), 2);
    assert_eq!(apart.uses(&relayed(&[2]))[0].origin, Origin::Circle(circle));
    // Unless every member was examined against the other, the circle is not independent of it.
    let partly = network(5, ties.clone(), &[examined(0, 4), examined(1, 4), examined(2, 4)]);
    check(&partly, &first_hand(&[0, 4]), 1);
    // A circle that somebody outside feeds comes from there.
    let fed = network(5, [ties, vec![relays(2, 4)]].concat(), &[]);
    assert_eq!(fed.uses(&relayed(&[0]))[0].origin, Origin::Source(SourceId(4)));
}

#[test]
fn somebody_unknown_is_independent_of_nobody() {
    let nobody_named = network(3, vec![], &all_examined(3));
    check(&nobody_named, &relayed(&[0]), 0);
    check(&nobody_named, &[relayed(&[0, 1]), first_hand(&[2])].concat(), 1);
    assert_eq!(nobody_named.uses(&relayed(&[0, 1]))[0].statements.len(), 2);
    let rumour = SourceKnown { relays_unknown: true, ..OPEN };
    let (behind, _) = Network::new(vec![OPEN, rumour], vec![relays(0, 1)], &all_examined(2));
    check(&behind, &relayed(&[0]), 0);
}

#[test]
fn a_statement_s_own_relays_come_before_those_of_its_source() {
    let network = network(4, vec![relays(0, 1), relays(2, 3)], &all_examined(4));
    let own = [SourceId(2)];
    let statement = Said { relays: &own, ..said(0, 0, Basis::Relayed) };
    assert_eq!(network.uses(&[statement])[0].origin, Origin::Source(SourceId(3)));
    check(&network, &[statement, said(1, 0, Basis::Relayed)], 2);
}

#[test]
fn what_is_closed_makes_bounds() {
    let (closed, _) = Network::new(vec![OPEN, OPEN, CLOSED], vec![relays(1, 2)], &all_examined(3));
    let bounds =
        |certain: &[Said], possible: &[Said], statements| closed.count(certain, possible, statements).independent;
    assert_eq!(bounds(&first_hand(&[0]), &[], 0), Bounds::exactly(1));
    assert_eq!(bounds(&first_hand(&[0]), &[], 1), Bounds { at_least: 1, at_most: None });
    assert_eq!(bounds(&first_hand(&[0]), &first_hand(&[2]), 0), Bounds { at_least: 1, at_most: Some(2) });
    // Source 2 may relay source 1, so that they are a circle; then 0 and 1 are independent only if 0 and 2 are.
    assert_eq!(bounds(&first_hand(&[0, 1]), &[], 0), Bounds { at_least: 1, at_most: Some(2) });
    // Behind source 2 there may be anybody.
    assert_eq!(bounds(&relayed(&[1]), &[], 0), Bounds { at_least: 0, at_most: None });
}

#[test]
fn faults_are_all_told_and_the_rest_goes_on() {
    let ties = vec![relays(0, 9), relays(1, 1), relays(0, 1)];
    let (network, faults) = Network::new(vec![OPEN; 3], ties, &[examined(7, 0), examined(2, 2), examined(0, 2)]);
    use NetworkFault::*;
    let expected = [
        TieToNobody { row: 0 },
        TieToItself { row: 1 },
        ExaminationOfNobody { row: 0 },
        ExaminationOfItself { row: 1 },
    ];
    assert_eq!(faults, expected);
    assert_eq!(network.ties().len(), 1);
    check(&network, &first_hand(&[0, 2]), 2);
    // A statement of a source that is not in the table may be anybody's.
    assert_eq!(network.count(&first_hand(&[99]), &[], 0).independent, Bounds { at_least: 0, at_most: None });
}

#[test]
fn a_chain_of_any_length_is_walked() {
    let length = 200_000;
    let ties = (1..length).map(|s| relays(s, s - 1)).collect();
    let network = network(length as usize, ties, &[]);
    assert_eq!(network.uses(&relayed(&[length - 1]))[0].origin, Origin::Source(SourceId(0)));
}

/// The largest clique by trying every set.
fn by_hand(graph: &Graph) -> usize {
    let clique = |set: u32| {
        let of: Vec<usize> = (0..graph.len()).filter(|&v| set >> v & 1 == 1).collect();
        of.iter().enumerate().all(|(i, &a)| of[..i].iter().all(|&b| graph.joined(a, b)))
    };
    (0..1u32 << graph.len()).filter(|&s| clique(s)).map(|s| s.count_ones() as usize).max().unwrap_or(0)
}

fn graph(vertices: usize) -> impl Strategy<Value = Graph> {
    prop::collection::vec(any::<bool>(), vertices * vertices).prop_map(move |joined| {
        let mut graph = Graph::new(vertices);
        for a in 0..vertices {
            (0..a).filter(|b| joined[a * vertices + b]).for_each(|b| graph.join(a, b));
        }
        graph
    })
}

proptest! {
    #[test]
    fn the_largest_set_is_the_largest(graph in (0usize..11).prop_flat_map(graph)) {
        let found = largest(&graph, u64::MAX);
        let truth = by_hand(&graph);
        prop_assert_eq!((found.members.len(), found.at_most), (truth, truth));
        for (at, &a) in found.members.iter().enumerate() {
            prop_assert!(found.members[..at].iter().all(|&b| graph.joined(a, b)));
        }
    }

    #[test]
    fn a_search_cut_short_gives_bounds(graph in (0usize..11).prop_flat_map(graph), branches in 0u64..12) {
        let (found, truth) = (largest(&graph, branches), by_hand(&graph));
        prop_assert!(found.members.len() <= truth && truth <= found.at_most);
    }

    #[test]
    fn relays_of_any_shape_end(
        ties in prop::collection::vec((0u32..8, 0u32..8), 0..24),
        pairs in prop::collection::vec((0u32..8, 0u32..8), 0..24),
    ) {
        let ties: Vec<Tie> = ties.into_iter().map(|(a, b)| relays(a, b)).collect();
        let examinations: Vec<Examination> = pairs.into_iter().map(|(a, b)| examined(a, b)).collect();
        let (network, _) = Network::new(vec![OPEN; 8], ties.clone(), &examinations);
        // Two sources are one origin exactly if each is reached from the other.
        let reach = reached(&ties);
        for (a, b) in (0..8).flat_map(|a| (0..a).map(move |b| (a, b))) {
            let circle = network.circles().iter().any(|c| c.contains(&SourceId(a)) && c.contains(&SourceId(b)));
            prop_assert_eq!(circle, reach[a as usize][b as usize] && reach[b as usize][a as usize]);
        }
        // Whatever a statement ends in leads no further, except within itself.
        for used in network.uses(&relayed(&[0, 1, 2, 3, 4, 5, 6, 7])) {
            let members = match used.origin { Origin::Source(s) => vec![s], Origin::Circle(c) => c, _ => continue };
            let outside = |s: usize| !members.contains(&SourceId(s as u32));
            prop_assert!(members.iter().all(|m| (0..8).filter(|&s| outside(s)).all(|s| !reach[m.at()][s])));
        }
    }
}

fn reached(ties: &[Tie]) -> [[bool; 8]; 8] {
    let mut reach = [[false; 8]; 8];
    for tie in ties {
        reach[tie.from.at()][tie.to.at()] = true;
    }
    for (via, a, b) in (0..8).flat_map(|v| (0..8).flat_map(move |a| (0..8).map(move |b| (v, a, b)))) {
        reach[a][b] |= reach[a][via] && reach[via][b];
    }
    reach
}
