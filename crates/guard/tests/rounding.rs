//! Do rounded counts add up, and tell no more than they say?

mod shared;

use factum_guard::rounding::{RoundingError, round};
use factum_guard::rules::Rules;
use factum_guard::space::{Dimension, Space};
use factum_guard::table::{Table, Value};
use proptest::prelude::*;
use shared::{count, publication, space, table};

#[test]
fn multiples_stay_and_the_rest_goes_to_one_of_the_two_around_it() {
    let space = space(&[2, 2]);
    let check = |counts: &[u64], base, expected: &[u64], moved| {
        let found = round(&space, &table(&space, 0, counts), base, &[], &Rules::default()).expect("a rounding");
        assert_eq!((found.counts.as_slice(), found.moved), (expected, moved));
        assert!(found.audit.passes(&Rules::default()));
    };
    check(&[5, 10, 20, 40], 5, &[5, 10, 15, 20, 40, 60, 25, 50, 75], 0);
    // 3 and 2, 2 and 3: rows and columns sum to 5, so that one diagonal rises and the other falls.
    check(&[3, 2, 2, 3], 5, &[5, 0, 5, 0, 5, 5, 5, 5, 10], 8);
}

#[test]
fn what_cannot_be_rounded_is_refused() {
    let rules = Rules::default();
    let three = space(&[2, 2, 2]);
    let found = round(&three, &table(&three, 0, &[1, 2, 3, 4, 5, 6, 7, 8]), 5, &[], &rules);
    assert!(matches!(found, Err(RoundingError::NoNetwork { .. })));
    let two = space(&[2, 2]);
    let whole = table(&two, 0, &[1, 2, 3, 4]);
    let found = round(&two, &whole, 4, &[], &rules);
    assert_eq!(found, Err(RoundingError::Base { base: 4, threshold: 5 }));
    let margins =
        Table { entries: whole.entries.iter().filter(|e| e.of.len() < 2).cloned().collect(), ..whole.clone() };
    let found = round(&two, &margins, 5, &[], &rules);
    assert!(matches!(found, Err(RoundingError::Incomplete { .. })));
    // The press has all but one of the counts of a row.
    let press =
        vec![count(&[("d0", "0"), ("d1", "1")], Value::Published(2)), count(&[("d0", "0")], Value::Published(3))];
    let found = round(&two, &whole, 5, &[publication("press", 0, press)], &rules);
    assert!(matches!(found, Err(RoundingError::Exposed { .. })), "{found:?}");
}

#[test]
fn groups_that_nest_add_up_too() {
    let month = Dimension::new("month", ["1", "2", "3", "4"]).with_group("a", ["1", "2"]).with_group("b", ["3", "4"]);
    let space = Space::new(vec![month, Dimension::new("sex", ["f", "m"])]).expect("a space");
    let rows =
        [(vec!["1", "f"], 7), (vec!["2", "f"], 1), (vec!["3", "m"], 13), (vec!["4", "m"], 4), (vec!["4", "f"], 2)];
    let table = Table::tabulate(&space, "t", 0, &["month", "sex"], &rows).expect("a table");
    let found = round(&space, &table, 5, &[], &Rules::default()).expect("a rounding").counts;
    let at = |month: usize, sex: usize| found[month * 3 + sex];
    for sex in 0..3 {
        assert_eq!(at(0, sex) + at(1, sex), at(4, sex));
        assert_eq!(at(2, sex) + at(3, sex), at(5, sex));
        assert_eq!(at(4, sex) + at(5, sex), at(6, sex));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_two_way_table_has_a_rounding(counts in prop::collection::vec(0u64..60, 20), base in 5u64..12) {
        let space = space(&[4, 5]);
        let table = table(&space, 0, &counts);
        let found = round(&space, &table, base, &[], &Rules::default()).expect("a rounding");
        for (entry, rounded) in table.entries.iter().zip(&found.counts) {
            prop_assert_eq!(rounded % base, 0);
            prop_assert!(rounded.abs_diff(entry.count) < base, "to one of the two multiples around it");
            prop_assert!(entry.count % base != 0 || *rounded == entry.count, "multiples stay");
        }
        let at = |row: usize, column: usize| found.counts[row * 6 + column];
        for row in 0..5 {
            prop_assert_eq!((0..5).map(|c| at(row, c)).sum::<u64>(), at(row, 5));
        }
        for column in 0..6 {
            prop_assert_eq!((0..4).map(|r| at(r, column)).sum::<u64>(), at(4, column));
        }
    }
}
