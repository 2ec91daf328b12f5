//! Does the audit find exactly what a reader can work out?

mod shared;

use factum_guard::bounds::{AuditFault, Source, audit, movement};
use factum_guard::rules::Rules;
use factum_guard::space::{Dimension, Space};
use factum_guard::table::{Movement, Publication, Step, Table, Value};
use proptest::prelude::*;
use shared::{count, publication, space, table};

/// Limits of all counts that are not told, in order.
fn limits(space: &Space, publications: &[Publication]) -> Vec<(u64, Option<u64>)> {
    let audit = audit(space, publications, &Rules::default()).expect("an audit");
    audit.bounds.iter().map(|b| (b.limits.lower, b.limits.upper)).collect()
}

/// A two-way table with all margins, in which these cells of the interior are withheld.
fn two_way(rows: usize, columns: usize, counts: &[u64], withheld: &[usize]) -> (Space, Publication) {
    let space = space(&[rows, columns]);
    let place = |cell: &usize| cell / columns * (columns + 1) + cell % columns;
    let withheld: Vec<usize> = withheld.iter().map(place).collect();
    let told = table(&space, 0, counts).publication(|at| withheld.contains(&at));
    (space, told)
}

#[test]
fn bounds_are_those_computed_by_hand() {
    let check = |rows, columns, counts: &[u64], withheld: &[usize], expected: &[(u64, u64)]| {
        let (space, told) = two_way(rows, columns, counts, withheld);
        let expected: Vec<_> = expected.iter().map(|(l, u)| (*l, Some(*u))).collect();
        assert_eq!(limits(&space, &[told]), expected);
    };
    // Published whole: nothing is left to bound.
    check(2, 2, &[3, 4, 5, 6], &[], &[]);
    // Alone in its row, in its column: recovered.
    check(2, 2, &[3, 4, 5, 6], &[0], &[(3, 3)]);
    check(2, 3, &[3, 4, 5, 6, 7, 8], &[0, 1], &[(3, 3), (4, 4)]);
    check(2, 2, &[3, 4, 5, 6], &[0, 1, 2, 3], &[(0, 7), (0, 7), (1, 8), (3, 10)]);
    // The example of Fischetti & Salazar (1999), after Willenborg & de Waal: the entry 22 lies between 5 and 30.
    let example = [20, 50, 10, 8, 19, 22, 17, 32, 12];
    check(3, 3, &example, &[3, 5, 6, 8], &[(0, 25), (5, 30), (0, 25), (4, 29)]);
}

#[test]
fn a_withheld_margin_is_bounded_too() {
    let space = space(&[2, 3]);
    // Row 0 is 1 2 0, row 1 is 9 8 7; its first row and the total of that are withheld, the grand total is not.
    let told = table(&space, 0, &[1, 2, 0, 9, 8, 7]).publication(|at| [0, 1, 2, 3].contains(&at));
    let known = [(1, Some(1)), (2, Some(2)), (0, Some(0)), (3, Some(3))];
    assert_eq!(limits(&space, std::slice::from_ref(&told)), known, "columns give them away");
    let told = table(&space, 0, &[1, 2, 0, 9, 8, 7]).publication(|at| [0, 1, 2, 3, 4, 5, 6].contains(&at));
    let known = [(0, Some(3)), (0, Some(3)), (0, Some(3)), (3, Some(3)), (7, Some(10)), (7, Some(10)), (4, Some(7))];
    assert_eq!(limits(&space, &[told]), known);
}

#[test]
fn what_nothing_limits_has_no_upper_limit() {
    let space = space(&[2, 2]);
    let told = publication(
        "bars",
        0,
        vec![
            count(&[("d0", "0")], Value::Withheld),
            count(&[("d0", "1")], Value::Published(9)),
            count(&[("d0", "1"), ("d1", "0")], Value::Between(3, 5)),
            count(&[("d0", "1"), ("d1", "1")], Value::Withheld),
        ],
    );
    let audit = audit(&space, &[told], &Rules::default()).expect("an audit");
    let found: Vec<_> = audit.bounds.iter().map(|b| (b.limits.lower, b.limits.upper, b.limits.exact())).collect();
    assert_eq!(found, [(0, None, true), (3, Some(5), true), (4, Some(6), true)]);
    assert_eq!(audit.unprotected(&Rules::default()).len(), 2);
}

#[test]
fn groups_are_sums_of_their_members() {
    let space = Space::new(vec![
        Dimension::new("month", ["1", "2", "3", "4"]).with_group("first half", ["1", "2"]),
        Dimension::new("sex", ["f", "m"]),
    ])
    .expect("a space");
    let rows = [(vec!["1", "f"], 2), (vec!["2", "f"], 30), (vec!["3", "f"], 4), (vec!["4", "m"], 50)];
    let table = Table::tabulate(&space, "t", 0, &["month", "sex"], &rows).expect("a table");
    let withheld = |wanted: &[&[(&str, &str)]]| {
        let wanted: Vec<_> = wanted.iter().map(|of| count(of, Value::Withheld).of).collect();
        table.publication(|at| wanted.contains(&table.entries[at].of))
    };
    let told = withheld(&[&[("month", "1"), ("sex", "f")], &[("month", "3"), ("sex", "f")]]);
    assert_eq!(limits(&space, &[told]), [(2, Some(2)), (4, Some(4))], "the half year gives both away");
    let half = [("month", "first half"), ("sex", "f")];
    let told = withheld(&[
        &[("month", "1"), ("sex", "f")],
        &[("month", "3"), ("sex", "f")],
        &[("month", "1")],
        &[("month", "3")],
        &half,
        &[("month", "first half")],
    ]);
    assert_eq!(limits(&space, &[told])[..2], [(0, Some(6)), (0, Some(6))]);
}

#[test]
fn faults_are_told_all_at_once() {
    let space = space(&[2]);
    let faulty = publication(
        "map",
        0,
        vec![
            count(&[("d0", "7")], Value::Withheld),
            count(&[("d7", "0")], Value::Withheld),
            count(&[], Value::Between(3, 2)),
            count(&[], Value::Published(u64::MAX)),
        ],
    );
    let what = || "map".to_string();
    let expected = [
        AuditFault::Category { what: what(), count: 1 },
        AuditFault::Category { what: what(), count: 2 },
        AuditFault::Value { what: what(), count: 3 },
        AuditFault::Value { what: what(), count: 4 },
    ];
    assert_eq!(audit(&space, &[faulty], &Rules::default()).expect_err("faults").0, expected);
    assert!(audit(&space, &[], &Rules::new(1)).is_err(), "rules that protect nobody");
}

#[test]
fn a_contradiction_names_the_publication_that_makes_it() {
    let space = space(&[2]);
    let bars = |what: &str, release, all, first| {
        let counts = vec![count(&[], Value::Published(all)), count(&[("d0", "0")], Value::Published(first))];
        publication(what, release, counts)
    };
    let check = |publications: &[Publication], movement, expected: Option<&str>| {
        let rules = Rules { movement, ..Rules::default() };
        let found = audit(&space, publications, &rules).err().map(|e| e.0);
        let expected = expected.map(|what| vec![AuditFault::Contradiction { what: what.into() }]);
        assert_eq!(found, expected);
    };
    let adds = || Movement::default();
    check(&[bars("a", 0, 20, 21)], adds(), Some("a"));
    check(&[bars("a", 0, 20, 10), bars("b", 0, 20, 11), bars("c", 0, 9, 9)], adds(), Some("b"));
    let shrinking = [bars("a", 1, 20, 10), bars("b", 2, 19, 9)];
    check(&shrinking, adds(), Some("b"));
    check(&shrinking, Movement(vec![Step::Removes]), None);
    check(&shrinking, Movement(vec![Step::AddsAndRemoves]), None);
}

#[test]
fn how_people_came_and_went_is_read_from_the_counts() {
    let space = space(&[2]);
    let bars = |(release, counts): (u32, &[u64; 2])| {
        let of = |at: &'static str, n: u64| count(&[("d0", at)], Value::Published(n));
        publication("bars", release, vec![of("0", counts[0]), of("1", counts[1])])
    };
    let check = |counts: &[[u64; 2]], expected: &[Step]| {
        let all: Vec<Publication> = (0..).zip(counts).map(bars).collect();
        let found = movement(&space, &all, &Rules::default());
        assert_eq!(found, Movement(expected.to_vec()), "{counts:?}");
        // Of whoever is the difference a reader must not know.
        let rules = Rules { movement: found, ..Rules::default() };
        audit(&space, &all, &rules).unwrap()
    };
    check(&[[20, 30]], &[]);
    check(&[[20, 30], [20, 31]], &[Step::Adds]);
    let found = check(&[[20, 30], [20, 29]], &[Step::Removes]);
    assert_eq!(found.derived.len(), 1, "one was taken out, and everybody sees where: {found:?}");
    let found = check(&[[20, 30], [25, 36], [25, 35]], &[Step::Adds, Step::Removes]);
    assert_eq!(found.derived.len(), 1, "{found:?}");
    check(&[[20, 30], [21, 29]], &[Step::AddsAndRemoves]);
}

#[test]
fn two_releases_tell_who_was_added() {
    let space = space(&[2, 2]);
    let first = table(&space, 1, &[20, 30, 40, 50]).publication(|_| false);
    let check = |second: &[u64], few: usize| {
        let told = [first.clone(), table(&space, 2, second).publication(|_| false)];
        let audit = audit(&space, &told, &Rules::default()).expect("an audit");
        assert!(audit.derived.iter().all(|d| matches!(d.from, Source::Difference(..))));
        assert_eq!(audit.derived.len(), few, "{:?}", audit.derived);
        assert_eq!(audit.passes(&Rules::default()), few == 0);
    };
    check(&[20, 30, 40, 50], 0);
    check(&[25, 30, 40, 50], 0);
    // One person more: in a cell, its row and its column; that one was added to everybody tells nothing of them.
    check(&[21, 30, 40, 50], 3);
}

#[test]
fn a_subset_tells_of_the_rest() {
    let space = space(&[2, 2]);
    // Everybody of category 0, and those of them who are 0 in the other respect: two are not, though no count says so.
    let everybody = publication("map", 0, vec![count(&[("d0", "0")], Value::Published(20))]);
    let check = |subset, expected: &[(u64, Option<u64>)]| {
        let some = publication("alt text", 0, vec![count(&[("d0", "0"), ("d1", "0")], subset)]);
        let audit = audit(&space, &[everybody.clone(), some], &Rules::default()).expect("an audit");
        let found: Vec<_> = audit.derived.iter().map(|d| (d.limits.lower, d.limits.upper)).collect();
        assert_eq!(found, expected);
    };
    check(Value::Published(18), &[(2, Some(2))]);
    check(Value::Published(15), &[]);
    check(Value::Published(20), &[]);
    check(Value::Between(16, 19), &[(1, Some(4))]);
}

#[test]
fn what_a_reader_knows_already_is_a_publication_too() {
    let (space, told) = two_way(2, 2, &[3, 4, 5, 60], &[0, 1, 2, 3]);
    assert_eq!(limits(&space, std::slice::from_ref(&told))[0], (0, Some(7)));
    let known = publication("press", 0, vec![count(&[("d0", "0"), ("d1", "1")], Value::Published(4))]);
    assert_eq!(limits(&space, &[told, known])[0], (3, Some(3)));
}

/// All tables of whole numbers with the margins of this one that agree with what is told, by trying: the range of each cell.
fn by_trying(sizes: &[usize], counts: &[u64], told: &[bool]) -> Vec<(u64, u64)> {
    struct Trial<'a> {
        lines: Vec<Vec<usize>>,
        sums: Vec<u64>,
        counts: &'a [u64],
        told: &'a [bool],
        ranges: Vec<(u64, u64)>,
    }
    impl Trial<'_> {
        fn go(&mut self, cell: usize, values: &mut Vec<u64>, left: &mut Vec<u64>) {
            if cell == self.counts.len() {
                if left.iter().all(|l| *l == 0) {
                    for (range, value) in self.ranges.iter_mut().zip(values.iter()) {
                        *range = (range.0.min(*value), range.1.max(*value));
                    }
                }
                return;
            }
            let mine: Vec<usize> = (0..self.lines.len()).filter(|l| self.lines[*l].contains(&cell)).collect();
            let most = mine.iter().map(|l| left[*l]).min().unwrap_or(0);
            // The last cell of a line takes what is left of it.
            let last = mine.iter().filter(|l| self.lines[**l].last() == Some(&cell)).map(|l| left[*l]);
            let least = last.max().unwrap_or(0);
            let choices = if self.told[cell] { self.counts[cell]..=self.counts[cell] } else { least..=most };
            for value in choices.filter(|v| *v >= least && *v <= most) {
                mine.iter().for_each(|l| left[*l] -= value);
                values.push(value);
                self.go(cell + 1, values, left);
                values.pop();
                mine.iter().for_each(|l| left[*l] += value);
            }
        }
    }
    let step = |axis: usize| sizes[axis + 1..].iter().product::<usize>();
    let mut lines = Vec::new();
    for (axis, size) in sizes.iter().enumerate() {
        for first in (0..counts.len()).filter(|c| c / step(axis) % size == 0) {
            lines.push((0..*size).map(|n| first + n * step(axis)).collect::<Vec<_>>());
        }
    }
    let sums: Vec<u64> = lines.iter().map(|l| l.iter().map(|c| counts[*c]).sum()).collect();
    let ranges = vec![(u64::MAX, 0); counts.len()];
    let mut trial = Trial { lines, sums, counts, told, ranges };
    let mut left = trial.sums.clone();
    trial.go(0, &mut Vec::new(), &mut left);
    trial.ranges
}

/// Counts of a small table, and which of them are told.
fn small(cells: usize) -> impl Strategy<Value = (Vec<u64>, Vec<bool>)> {
    (prop::collection::vec(0u64..5, cells), prop::collection::vec(prop::bool::weighted(0.3), cells))
}

/// The audit of a table whose margins are all told against trying every table.
fn compare(sizes: &[usize], counts: &[u64], told: &[bool]) -> Result<(), TestCaseError> {
    let space = space(sizes);
    let table = table(&space, 0, counts);
    let mut cell = 0;
    let interior: Vec<Option<usize>> = table
        .entries
        .iter()
        .map(|e| {
            (e.of.len() == sizes.len()).then(|| {
                cell += 1;
                cell - 1
            })
        })
        .collect();
    let published = table.publication(|at| interior[at].is_some_and(|cell| !told[cell]));
    let audit = audit(&space, &[published], &Rules::default()).expect("an audit");
    let truth = by_trying(sizes, counts, told);
    for bound in &audit.bounds {
        let cell = interior[bound.place.count].expect("only the interior is withheld");
        let found = (bound.limits.lower, bound.limits.upper.expect("margins limit everything"));
        prop_assert!(found.0 <= counts[cell] && counts[cell] <= found.1);
        prop_assert_eq!(bound.limits.attested, Some((found.0, Some(found.1))), "attained in whole numbers");
        prop_assert_eq!(found, truth[cell]);
    }
    prop_assert_eq!(audit.bounds.len(), told.iter().filter(|t| !**t).count());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_way_bounds_are_those_of_trying((counts, told) in small(9)) {
        compare(&[3, 3], &counts, &told)?;
    }

    #[test]
    fn three_way_bounds_are_those_of_trying((counts, told) in small(12)) {
        compare(&[2, 2, 3], &counts, &told)?;
    }

    #[test]
    fn three_way_bounds_of_more_freedom_are_those_of_trying((counts, told) in small(18)) {
        compare(&[2, 3, 3], &counts, &told)?;
    }

    #[test]
    fn truth_is_within_bounds_whatever_is_withheld(
        counts in prop::collection::vec(0u64..40, 24),
        withheld in prop::collection::vec(any::<bool>(), 60),
    ) {
        let space = space(&[2, 3, 4]);
        let table = table(&space, 0, &counts);
        let told = table.publication(|at| withheld[at]);
        let audit = audit(&space, &[told], &Rules::default()).expect("true counts contradict nothing");
        for bound in audit.bounds {
            let truth = table.entries[bound.place.count].count;
            prop_assert!(bound.limits.lower <= truth && bound.limits.upper.is_none_or(|u| truth <= u));
        }
    }
}
