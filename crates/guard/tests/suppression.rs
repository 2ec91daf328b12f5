//! Is what is withheld protected, and is little withheld?

mod shared;

use factum_guard::bounds::audit;
use factum_guard::complementary::{SuppressionError, Why, suppress};
use factum_guard::primary::{Reason, primary};
use factum_guard::rules::Rules;
use factum_guard::space::Space;
use factum_guard::table::Table;
use proptest::prelude::*;
use shared::{space, table};
use std::collections::BTreeMap;

#[test]
fn small_counts_few_sources_and_whole_rows_are_withheld() {
    let space = space(&[2, 3]);
    let check = |counts: &[u64], change: fn(&mut Table), expected: &[(usize, Reason)]| {
        let mut table = table(&space, 0, counts);
        change(&mut table);
        assert_eq!(primary(&table, &Rules::default()), expected.iter().copied().collect::<BTreeMap<_, _>>());
    };
    // Entries of a row: three cells and their total; the third row is the totals.
    check(&[5, 6, 7, 8, 9, 10], |_| {}, &[]);
    check(&[5, 4, 0, 8, 9, 10], |_| {}, &[(1, Reason::FewPeople), (6, Reason::HoldsAllOf(10))]);
    check(&[5, 6, 7, 8, 9, 10], |t| t.entries[2].sources = Some(2), &[(2, Reason::FewSources)]);
    check(&[5, 6, 7, 8, 9, 10], |t| t.entries[2].sources = Some(3), &[]);
    check(
        &[7, 0, 0, 8, 9, 10],
        |_| {},
        &[(0, Reason::HoldsAllOf(3)), (5, Reason::HoldsAllOf(9)), (6, Reason::HoldsAllOf(10))],
    );
    let known = |t: &mut Table| [1, 2].iter().for_each(|at| t.entries[*at].impossible = true);
    check(&[7, 0, 0, 8, 9, 10], known, &[]);
}

fn passes(space: &Space, table: &Table, rules: &Rules) -> BTreeMap<usize, Why> {
    let found = suppress(space, table, &[], rules).expect("a suppression");
    assert!(found.audit.passes(rules), "{:?}", found.audit);
    found.withheld
}

#[test]
fn partners_are_found_and_no_more_than_needed() {
    let space = space(&[3, 3]);
    let check = |counts: &[u64], expected: &[usize]| {
        let found = passes(&space, &table(&space, 0, counts), &Rules::default());
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), expected);
    };
    check(&[20, 50, 10, 8, 19, 22, 17, 32, 12], &[]);
    // One small count asks for a rectangle: the cheapest has 10, 12 and 22 in it.
    check(&[3, 50, 10, 80, 19, 22, 70, 32, 12], &[0, 2, 8, 10]);
    // Two small counts in a row that make room for each other need the cheapest row to close the cycle.
    check(&[3, 4, 60, 80, 19, 22, 70, 32, 12], &[0, 1, 4, 5]);
    // A row held whole is protected by a count of nobody.
    check(&[0, 60, 0, 80, 19, 22, 70, 32, 12], &[1, 2, 5, 6]);
}

#[test]
fn a_later_release_is_withheld_where_it_tells_who_was_added() {
    let space = space(&[2, 2]);
    let rules = Rules::default();
    let first = table(&space, 1, &[20, 30, 40, 50]).publication(|_| false);
    let second = table(&space, 2, &[21, 30, 40, 50]);
    let found = suppress(&space, &second, std::slice::from_ref(&first), &rules).expect("a suppression");
    assert!(found.audit.passes(&rules));
    assert!(found.withheld.contains_key(&0), "the cell that grew by one");
    let alone = suppress(&space, &second, &[], &rules).expect("a suppression");
    assert!(alone.withheld.is_empty());
}

#[test]
fn what_cannot_be_protected_is_refused() {
    let space = space(&[2]);
    let mut one = table(&space, 0, &[3, 0]);
    one.entries[1].impossible = true;
    // Everybody is in the one cell that can have somebody, and the total of both is known from elsewhere.
    let known = shared::publication("press", 0, vec![shared::count(&[], factum_guard::table::Value::Published(3))]);
    let found = suppress(&space, &one, &[known], &Rules::default()).expect_err("no protection");
    assert!(matches!(found, SuppressionError::Unprotectable { numbers, .. } if numbers >= 1), "{found}");
}

/// The least that must be lost, by trying every choice.
fn least_loss(space: &Space, table: &Table, rules: &Rules) -> u64 {
    let own = primary(table, rules);
    let free: Vec<usize> = (0..table.entries.len()).filter(|at| !own.contains_key(at)).collect();
    let loss = |at: &usize| table.entries[*at].count + 1;
    let mut choices: Vec<(u64, u32)> = (0..1u32 << free.len())
        .map(|bits| (free.iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1).map(|(_, at)| loss(at)).sum(), bits))
        .collect();
    choices.sort_unstable();
    let fits = |(_, bits): &(u64, u32)| {
        let withheld =
            |at: usize| own.contains_key(&at) || free.iter().position(|f| *f == at).is_some_and(|n| bits >> n & 1 == 1);
        let told = [table.publication(withheld)];
        let audit = audit(space, &told, rules).expect("an audit");
        let wide = own.keys().all(|at| {
            let bound = audit.bounds.iter().find(|b| b.place.count == *at).expect("a bound");
            bound.limits.at_least_as_wide_as(rules.width_of(table.entries[*at].count))
        });
        wide && audit.passes(rules)
    };
    let (extra, _) = choices.into_iter().find(fits).expect("withholding everything protects");
    extra + own.keys().map(loss).sum::<u64>()
}

#[test]
fn little_more_is_lost_than_must_be() {
    let rules = Rules::default();
    let space = space(&[2, 3]);
    let (mut lost, mut least) = (0, 0);
    let mut state = 7u64;
    for _ in 0..24 {
        let counts: Vec<u64> = (0..6)
            .map(|_| {
                // Counts up to 30 from a linear congruential generator (Knuth's MMIX).
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) % 31
            })
            .collect();
        let table = table(&space, 0, &counts);
        let found = suppress(&space, &table, &[], &rules).expect("a suppression");
        assert!(found.audit.passes(&rules));
        let best = least_loss(&space, &table, &rules);
        assert!(found.lost >= best, "nothing is better than the best");
        lost += found.lost;
        least += best;
    }
    println!("lost {lost}, must be lost {least}");
    assert!(lost * 100 <= least * 115, "lost {lost}, must be lost {least}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_table_it_passes_or_is_refused(counts in prop::collection::vec(0u64..30, 12)) {
        let rules = Rules::default();
        for sizes in [&[3, 4][..], &[2, 2, 3]] {
            let space = space(sizes);
            let table = table(&space, 0, &counts);
            let found = suppress(&space, &table, &[], &rules).expect("one table can be withheld whole");
            prop_assert!(found.audit.passes(&rules));
            for at in primary(&table, &rules).keys() {
                prop_assert!(found.withheld.contains_key(at));
            }
        }
    }
}
