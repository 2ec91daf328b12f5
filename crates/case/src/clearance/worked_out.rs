//! What can be worked out from tables as they stand in what is to leave, and from everything that left before?
//!
//! `clearance::decide` withholds from true counts before anything is drawn. Here nothing true is known: a reader's equations alone, as
//! whoever gets the files has them. So it finds what was typed by hand, or made by another program.

use super::decide::publication;
use super::united::united;
use crate::facts::words::{CountedBy, CountsPublished};
use factum_guard::bounds::{AuditFault, Limits, Place, Source, audit, movement};
use factum_guard::rules::Rules;
use factum_guard::space::{Category, Space};
use factum_guard::table::{Count, Publication, Value};

/// Something that can be worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkedOut {
    /// Which of the tables that are to leave, from 0.
    pub table: usize,
    /// Which of its counts, from 0.
    pub count: usize,
    /// Between what the number lies: of the count itself, or of those who are in it and were not told of before.
    pub limits: Limits,
    /// Whether it is a number of few people; otherwise a count that is withheld and need not have been.
    pub few: bool,
    /// Whether it is about those by whom a count differs from one that left before.
    pub added: bool,
}

/// Why nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsolved {
    /// The tables are not of the same people, or one of them is wrong.
    Contradiction,
    /// There is too much to solve, or the tables have no common space.
    Other,
}

/// What a reader can work out about tables of the same people. `earlier` is what left before, each with the number of its release.
///
/// # Errors
/// If the counts cannot all be true, or cannot be solved.
pub fn worked_out(
    earlier: &[(u32, &CountsPublished)],
    now: &[CountsPublished],
    rules: &Rules,
) -> Result<Vec<WorkedOut>, Unsolved> {
    let release = earlier.iter().map(|(number, _)| number.saturating_add(1)).max().unwrap_or(0);
    let all: Vec<(u32, &CountsPublished)> =
        earlier.iter().copied().chain(now.iter().map(|counts| (release, counts))).collect();
    let tables: Vec<&[CountedBy]> = all.iter().map(|(_, counts)| counts.dimensions.as_slice()).collect();
    let together = united(&tables);
    let space = Space::new(together.dimensions).map_err(|_| Unsolved::Other)?;
    let mut publications: Vec<Publication> = all.iter().map(|(number, counts)| publication(*number, counts)).collect();
    let numbers = all.iter().map(|(number, _)| *number);
    for (number, empty) in numbers.zip(&together.empty).filter(|(_, empty)| !empty.is_empty()) {
        let nobody = |category: &Category| Count { of: vec![category.clone()], value: Value::Published(0) };
        let what = format!("what release {} leaves out", number.saturating_add(1));
        publications.push(Publication { what, release: number, counts: empty.iter().map(nobody).collect() });
    }
    let rules = &Rules { movement: movement(&space, &publications, rules), ..rules.clone() };
    let found = audit(&space, &publications, rules)
        .map_err(|error| if contradicts(&error.0) { Unsolved::Contradiction } else { Unsolved::Other })?;
    let ours = |place: &Place| {
        let table = place.publication.checked_sub(earlier.len()).filter(|table| *table < now.len())?;
        Some((table, place.count))
    };
    let mut out = Vec::new();
    for bound in found.unprotected(rules) {
        let Some((table, count)) = ours(&bound.place) else { continue };
        let few = bound.limits.lower < rules.threshold && bound.limits.upper != Some(0);
        out.push(WorkedOut { table, count, limits: bound.limits, few, added: false });
    }
    let before = |place: &Place| place.publication < earlier.len();
    for derived in &found.derived {
        let Source::Difference(one, other) = &derived.from else { continue };
        // Small differences within one table are told plainly by it, and whoever clears it has weighed them.
        let (Some((table, count)), true) = (ours(one).or(ours(other)), before(one) || before(other)) else { continue };
        out.push(WorkedOut { table, count, limits: derived.limits, few: true, added: true });
    }
    out.sort_by_key(|one| (one.table, one.count, !one.few));
    out.dedup_by_key(|one| (one.table, one.count));
    Ok(out)
}

fn contradicts(faults: &[AuditFault]) -> bool {
    faults.iter().any(|fault| matches!(fault, AuditFault::Contradiction { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custody::evidence::Detail;
    use crate::facts::words::{PublishedCount, ToldOf};

    /// Counts by place; a place without a name is everybody, a number that is absent is withheld.
    fn by_place(counts: &[(&str, Option<u64>)]) -> CountsPublished {
        let of = |name: &str| if name.is_empty() { Vec::new() } else { vec![Detail::new("place", name)] };
        let told = |number: Option<u64>| number.map_or(ToldOf::Withheld, ToldOf::Exactly);
        let finest = counts.iter().map(|(name, _)| name.to_string()).filter(|name| !name.is_empty());
        CountsPublished {
            release: "one".into(),
            population: "persons".into(),
            places: Vec::new(),
            dimensions: vec![CountedBy { name: "place".into(), finest: finest.collect(), groups: Default::default() }],
            counts: counts.iter().map(|(name, n)| PublishedCount { of: of(name), told: told(*n) }).collect(),
        }
    }

    #[test]
    fn what_follows_from_a_table_or_from_two_releases_is_found() {
        type Row = (&'static str, Option<u64>);
        let check = |earlier: &[Row], now: &[Row], expected: Result<&[(usize, bool, bool)], Unsolved>| {
            let before = by_place(earlier);
            let before: Vec<(u32, &CountsPublished)> =
                (!earlier.is_empty()).then_some((0, &before)).into_iter().collect();
            let found = worked_out(&before, &[by_place(now)], &Rules::default());
            let found = found.map(|all| all.iter().map(|one| (one.count, one.few, one.added)).collect::<Vec<_>>());
            assert_eq!(found, expected.map(<[_]>::to_vec), "{earlier:?} {now:?}");
        };
        let held = |name| (name, None);
        let told = |name, n| (name, Some(n));
        // One withheld beside a total is a sum away.
        check(&[], &[told("a", 20), held("b"), told("c", 9), told("", 32)], Ok(&[(1, true, false)]));
        // A large one can be worked out too, but tells of nobody.
        check(&[], &[told("a", 20), held("b"), told("", 60)], Ok(&[(1, false, false)]));
        // Two with enough between them protect each other; without a total nothing follows.
        check(&[], &[told("a", 20), held("b"), held("c"), told("", 60)], Ok(&[]));
        check(&[], &[told("a", 20), held("b"), told("c", 9)], Ok(&[]));
        // Small counts that a table tells plainly are not for here.
        check(&[], &[told("a", 2), told("b", 30), told("", 32)], Ok(&[]));
        // Two persons more than before.
        check(&[told("a", 20), told("b", 40)], &[told("a", 20), told("b", 42)], Ok(&[(1, true, true)]));
        check(&[told("a", 20), told("b", 40)], &[told("a", 20), told("b", 52)], Ok(&[]));
        // One person fewer, who has taken back what they agreed to.
        check(&[told("a", 20), told("b", 40)], &[told("a", 20), told("b", 39)], Ok(&[(1, true, true)]));
        check(&[], &[told("a", 20), told("b", 40), told("", 10)], Err(Unsolved::Contradiction));
    }
}
