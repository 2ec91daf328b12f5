//! Can anything be estimated from this table at all?

use crate::{Estimate, Model, Options, Refusal, Warning};
use factum_model::CaptureTable;

/// Below this many people on two or more lists every estimate is announced as fragile. Chapman's estimator has a
/// relative standard error near a third at ten overlaps.
const FEW_OVERLAPS: u64 = 10;

/// Refuses tables and options no model could answer honestly.
pub(crate) fn check(table: &CaptureTable, options: &Options) -> Result<(), Refusal> {
    if !(0.5..=0.9999).contains(&options.level) {
        return Err(Refusal::Option("the level must lie between 0.5 and 0.9999, such as 0.95"));
    }
    if options.delta.is_some_and(|d| !(d > 0.0 && d.is_finite())) {
        return Err(Refusal::Option("delta must be a positive number, such as 0.5"));
    }
    if options.bootstrap.is_some_and(|b| !(100..=1_000_000).contains(&b)) {
        return Err(Refusal::Option("the bootstrap takes between 100 and 1,000,000 replicates, such as 1000"));
    }
    if options.dependence.is_some_and(|d| d.is_nan() || d.abs() > 10.0) {
        return Err(Refusal::Option("the stated dependence is a log odds ratio between -10 and 10, such as 0.7"));
    }
    if options.max_missing == Some(0) {
        return Err(Refusal::Option("the largest number of unrecorded people must be at least 1"));
    }
    let lists = table.lists().len();
    if lists < 2 {
        return Err(Refusal::OneList);
    }
    let (least, most) = options.model.lists();
    if lists < least {
        return Err(Refusal::TooFewLists { model: options.model, least, lists });
    }
    if lists > most {
        return Err(Refusal::TooManyLists { model: options.model, most, lists });
    }
    if table.observed() == 0 {
        return Err(Refusal::Empty);
    }
    if let Some(i) = (0..lists).find(|&i| table.on_list(i) == 0) {
        return Err(Refusal::EmptyList(table.lists()[i].clone()));
    }
    if table.on_exactly(1) == table.observed() {
        return Err(Refusal::NoOverlap { observed: table.observed() });
    }
    if options.model != Model::Decomposable
        && let Some(i) = (0..lists).find(|&i| (0..lists).all(|j| i == j || table.on_both(i, j) == 0))
    {
        return Err(Refusal::DisjointList(table.lists()[i].clone()));
    }
    if options.model != Model::Decomposable {
        let group = overlapping_with_first(table);
        if group.len() < lists {
            return Err(Refusal::DisjointGroup(group.into_iter().map(|i| table.lists()[i].clone()).collect()));
        }
    }
    Ok(())
}

/// The lists that hang together with the first by overlaps, itself included.
fn overlapping_with_first(table: &CaptureTable) -> Vec<usize> {
    let mut group = vec![0];
    let mut next = 0;
    while next < group.len() {
        let from = group[next];
        let reached = |i: &usize| !group.contains(i) && table.on_both(from, *i) > 0;
        let new: Vec<usize> = (0..table.lists().len()).filter(reached).collect();
        group.extend(new);
        next += 1;
    }
    group.sort_unstable();
    group
}

/// What is peculiar about an answer whatever the model: half a person more than recorded is nobody more.
pub(crate) fn at_boundary(answer: &Estimate) -> Option<Warning> {
    let nobody = answer.estimate.is_some_and(|n| n - (answer.observed as f64) < 0.5);
    nobody.then_some(Warning::NothingMissing)
}

/// What is peculiar about the table whatever the model.
pub(crate) fn warnings(table: &CaptureTable) -> Vec<Warning> {
    let names = table.lists();
    let mut warnings = Vec::new();
    for i in 0..names.len() {
        for j in 0..i {
            let both = table.on_both(i, j);
            let (inner, outer) = if table.on_list(i) <= table.on_list(j) { (i, j) } else { (j, i) };
            if both == 0 {
                warnings.push(Warning::DisjointPair(names[j].clone(), names[i].clone()));
            } else if both == table.on_list(inner) {
                warnings.push(Warning::ListInside { inner: names[inner].clone(), outer: names[outer].clone() });
            }
        }
    }
    let overlaps = table.observed() - table.on_exactly(1);
    if overlaps < FEW_OVERLAPS {
        warnings.push(Warning::FewOverlaps(overlaps));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use crate::{Model, Options, Refusal, Warning, estimate};
    use factum_model::{CaptureTable, ListId};

    fn table(lists: usize, counts: &[(u32, u64)]) -> CaptureTable {
        let names = (0..lists).map(|i| ListId::new(format!("L{}", i + 1))).collect();
        CaptureTable::from_counts(names, counts).unwrap()
    }

    fn refusal(lists: usize, counts: &[(u32, u64)], model: Model) -> Refusal {
        estimate(&table(lists, counts), &Options::new(model)).unwrap_err()
    }

    #[test]
    fn refuses_what_cannot_be_estimated() {
        assert_eq!(refusal(1, &[(1, 5)], Model::Chao), Refusal::OneList);
        assert_eq!(
            refusal(3, &[(1, 5)], Model::Chapman),
            Refusal::TooManyLists { model: Model::Chapman, most: 2, lists: 3 }
        );
        assert_eq!(
            refusal(2, &[(1, 5), (3, 1)], Model::Decomposable),
            Refusal::TooFewLists { model: Model::Decomposable, least: 3, lists: 2 }
        );
        assert_eq!(refusal(2, &[], Model::Chapman), Refusal::Empty);
        assert_eq!(refusal(2, &[(1, 5)], Model::Chapman), Refusal::EmptyList(ListId::new("L2")));
        assert_eq!(refusal(2, &[(1, 5), (2, 5)], Model::LogLinear), Refusal::NoOverlap { observed: 10 });
        assert_eq!(refusal(3, &[(1, 5), (3, 5), (4, 9)], Model::LogLinear), Refusal::DisjointList(ListId::new("L3")));
    }

    #[test]
    fn refuses_options_out_of_range() {
        let table = table(3, &[(1, 5), (3, 5), (6, 9)]);
        for options in [
            Options { level: 1.0, ..Options::new(Model::Chao) },
            Options { delta: Some(-1.0), ..Options::new(Model::Decomposable) },
            Options { max_missing: Some(0), ..Options::new(Model::Decomposable) },
        ] {
            assert!(matches!(estimate(&table, &options), Err(Refusal::Option(_))));
        }
    }

    #[test]
    fn warns_of_peculiar_tables() {
        let answer =
            estimate(&table(3, &[(0b001, 50), (0b011, 4), (0b101, 3), (0b100, 9)]), &Options::new(Model::Chao))
                .unwrap();
        let id = ListId::new;
        assert_eq!(
            &answer.warnings[..3],
            &[
                Warning::ListInside { inner: id("L2"), outer: id("L1") },
                Warning::DisjointPair(id("L2"), id("L3")),
                Warning::FewOverlaps(7),
            ]
        );
    }

    /// Two pairs of lists, each with overlaps of its own: nothing says how many of one pair's people the other missed.
    #[test]
    fn groups_of_lists_without_a_bridge_are_refused() {
        let counts = [(0b0001, 50), (0b0011, 20), (0b0010, 40), (0b0100, 30), (0b1100, 15), (0b1000, 60)];
        let group = Refusal::DisjointGroup(["L1", "L2"].map(ListId::new).to_vec());
        assert_eq!(refusal(4, &counts, Model::LogLinear), group);
        assert!(group.to_string().starts_with("lists L1, L2 share nobody with the other lists"));
        // Dependence can explain it under a prior, so a posterior exists; it warns of each pair that shares nobody.
        let answer = estimate(&table(4, &counts), &Options::new(Model::Decomposable)).unwrap();
        let disjoint = answer.warnings.iter().filter(|w| matches!(w, Warning::DisjointPair(..)));
        assert_eq!(disjoint.count(), 4);
    }

    #[test]
    fn boundaries_are_announced() {
        // Nobody on all three: the term of the first two lists runs to minus infinity where it is in the model.
        let counts = [(0b001, 200), (0b010, 300), (0b100, 150), (0b101, 80), (0b110, 90)];
        let answer = estimate(&table(3, &counts), &Options::new(Model::LogLinear)).unwrap();
        assert!(answer.warnings.contains(&Warning::BoundaryFit(2)), "{:?}", answer.warnings);
        let whole = estimate(&table(2, &[(1, 30), (3, 30)]), &Options::new(Model::Chapman)).unwrap();
        assert!(whole.warnings.contains(&Warning::NothingMissing), "{:?}", whole.warnings);
        let inner =
            estimate(&table(3, &[(1, 62), (2, 41), (3, 19), (4, 50), (5, 24), (6, 7)]), &Options::new(Model::Chao));
        assert!(!inner.unwrap().warnings.contains(&Warning::NothingMissing));
    }

    /// A list wholly inside the other leaves the profile of its dependence without an upper end.
    #[test]
    fn an_upper_limit_that_the_data_do_not_set_is_absent() {
        let answer = estimate(
            &table(3, &[(0b001, 9), (0b010, 7), (0b100, 8), (0b011, 1), (0b110, 1), (0b101, 1)]),
            &Options::new(Model::LogLinear),
        )
        .unwrap();
        assert_eq!(answer.upper.is_none(), answer.warnings.contains(&Warning::NoUpperLimit));
        let options = Options { max_missing: Some(100), ..Options::new(Model::Decomposable) };
        let bound = estimate(&table(3, &[(1, 80), (2, 70), (4, 60), (3, 3), (6, 2), (5, 4)]), &options).unwrap();
        assert!(bound.warnings.iter().any(|w| matches!(w, Warning::MassAtSupportEnd { max_missing: 100, .. })));
    }
}
