//! What do sources say of one property, and can they all be right?
//!
//! Values that contradict each other stay side by side, each with the statements that give it. The machine says which values
//! agree; which one is accepted is said by a person and passed in. Dates agree if some day fits all of them; texts if they are
//! the same words.

use factum_model::{Edtf, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What a statement gives as the value of a property.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// A date or an interval. Two agree if one lies in the other or they overlap.
    Date(Edtf),
    /// A text, a code or the name of an entity. Two agree if they are the same once white space at the ends is gone and inner
    /// white space is one space. Letters are compared as they come: the caller gives texts in Unicode form NFC, and a letter
    /// that is written otherwise is another letter.
    Text(String),
    /// A number, as a range in the property's own unit: "about forty" may be 35 to 45. Two agree if the ranges meet.
    Number {
        /// The least that fits.
        low: i64,
        /// The most that fits.
        high: i64,
    },
}

/// One statement about one property of one entity. `I` is how the caller names things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said<I> {
    /// The statement.
    pub statement: I,
    /// The entity it is about.
    pub entity: I,
    /// The property.
    pub property: String,
    /// The value it gives.
    pub value: Value,
}

/// Where a claim stands, as a person says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status<I> {
    /// The value of this statement is taken to be right.
    Accepted(I),
    /// Sources differ, and nobody can say who is right.
    Contested,
    /// Somebody still has to look. The status of every claim of which nobody has said anything.
    Open,
}

/// A person's word about where a claim stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling<I> {
    /// The entity.
    pub entity: I,
    /// The property.
    pub property: String,
    /// Where the claim stands.
    pub status: Status<I>,
}

/// A value with the statements that give it, word for word or date for date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given<I> {
    /// The value.
    pub value: Value,
    /// Who gives it, in order.
    pub statements: Vec<I>,
}

/// Everything said of one property of one entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim<I> {
    /// The entity.
    pub entity: I,
    /// The property.
    pub property: String,
    /// Where it stands.
    pub status: Status<I>,
    /// Every value, in order.
    pub values: Vec<Given<I>>,
    /// Which values can all be right at once: positions in `values`, each group as large as it can be. A wide value can be in
    /// several groups: `2017` agrees with `2017-03` and with `2017-08`, which do not agree. One group means that nothing
    /// contradicts.
    pub groups: Vec<Vec<usize>>,
}

/// What is wrong with a person's word about a claim.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimFault<I: std::fmt::Debug + std::fmt::Display> {
    /// It accepts a statement that is not about this property.
    #[error(
        "{entity}, {property}: the accepted statement {statement} gives no value of it, or no longer stands; the claim counts \
         as open until another is accepted"
    )]
    AcceptedUnknown {
        /// The entity.
        entity: I,
        /// The property.
        property: String,
        /// The statement.
        statement: I,
    },
    /// It speaks of a property of which nothing is said.
    #[error("{entity}, {property}: a status is set, but no statement gives a value; check the property's name")]
    NothingSaid {
        /// The entity.
        entity: I,
        /// The property.
        property: String,
    },
}

impl Value {
    /// Whether both can be right.
    pub fn agrees(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Date(a), Value::Date(b)) => a.span().common(b.span()).is_some(),
            (Value::Text(a), Value::Text(b)) => a.split_whitespace().eq(b.split_whitespace()),
            (Value::Number { low, high }, Value::Number { low: l, high: h }) => low.max(l) <= high.min(h),
            _ => false,
        }
    }

    /// The same value with one spelling, so that two statements that say the same are seen to.
    fn plain(&self) -> Value {
        match self {
            Value::Text(text) => Value::Text(text.split_whitespace().collect::<Vec<_>>().join(" ")),
            other => other.clone(),
        }
    }
}

impl<I: Ord> Claim<I> {
    /// Whether two sources contradict each other.
    pub fn contradicts(&self) -> bool {
        self.groups.len() > 1
    }

    /// The values that cannot be right if the accepted one is. Empty unless one is accepted.
    pub fn against(&self) -> Vec<&Given<I>> {
        let Status::Accepted(statement) = &self.status else { return Vec::new() };
        let accepted = self.values.iter().find(|g| g.statements.binary_search(statement).is_ok());
        let Some(accepted) = accepted else { return Vec::new() };
        self.values.iter().filter(|g| !g.value.agrees(&accepted.value)).collect()
    }
}

/// Puts what is said side by side, entity by entity and property by property. A person's word counts if it is the last in
/// `rulings` about its property. Faults are those of rulings; the claims stand nonetheless.
pub fn side_by_side<I>(said: &[Said<I>], rulings: &[Ruling<I>]) -> (Vec<Claim<I>>, Vec<ClaimFault<I>>)
where
    I: Clone + Ord + std::fmt::Debug + std::fmt::Display,
{
    let mut table: BTreeMap<(&I, &str), BTreeMap<Value, BTreeSet<&I>>> = BTreeMap::new();
    for s in said {
        let values = table.entry((&s.entity, s.property.as_str())).or_default();
        values.entry(s.value.plain()).or_default().insert(&s.statement);
    }
    let latest: BTreeMap<(&I, &str), &Status<I>> =
        rulings.iter().map(|r| ((&r.entity, r.property.as_str()), &r.status)).collect();
    let mut faults = Vec::new();
    for (entity, property) in latest.keys().filter(|key| !table.contains_key(*key)) {
        faults.push(ClaimFault::NothingSaid { entity: (*entity).clone(), property: (*property).to_owned() });
    }
    let mut claims = Vec::with_capacity(table.len());
    for ((entity, property), values) in table {
        let values: Vec<Given<I>> = values
            .into_iter()
            .map(|(value, statements)| Given { value, statements: statements.into_iter().cloned().collect() })
            .collect();
        let status = match latest.get(&(entity, property)) {
            None => Status::Open,
            Some(Status::Accepted(s)) if !values.iter().any(|g| g.statements.binary_search(s).is_ok()) => {
                faults.push(ClaimFault::AcceptedUnknown {
                    entity: entity.clone(),
                    property: property.to_owned(),
                    statement: s.clone(),
                });
                Status::Open
            }
            Some(status) => (*status).clone(),
        };
        let groups = agreeing(&values.iter().map(|g| &g.value).collect::<Vec<_>>());
        claims.push(Claim { entity: entity.clone(), property: property.to_owned(), status, values, groups });
    }
    (claims, faults)
}

/// The largest sets of values that can all be right at once, as positions; the sets in order of their first position.
///
/// Dates and numbers are intervals on a line, and intervals that meet two by two meet in one point (Helly 1923), so a set that
/// agrees pair by pair has a value that fits all. A text agrees with its like only.
pub fn agreeing(values: &[&Value]) -> Vec<Vec<usize>> {
    let (mut dates, mut numbers) = (Vec::new(), Vec::new());
    let mut texts: BTreeMap<Value, Vec<usize>> = BTreeMap::new();
    for (at, value) in values.iter().enumerate() {
        match value {
            Value::Date(date) => {
                let Span { earliest, latest } = date.span();
                let bound = |day: Option<factum_model::edtf::Day>, absent| day.map_or(absent, |d| i64::from(d.0));
                dates.push((bound(earliest, i64::MIN), bound(latest, i64::MAX), at));
            }
            Value::Number { low, high } => numbers.push((*low, *high, at)),
            Value::Text(_) => texts.entry(value.plain()).or_default().push(at),
        }
    }
    let mut groups: Vec<Vec<usize>> = texts.into_values().collect();
    groups.extend(meeting(dates));
    groups.extend(meeting(numbers));
    groups.sort();
    groups
}

/// The largest sets of intervals that meet in one point. An interval that ends before it begins meets nothing but stands alone.
fn meeting(mut intervals: Vec<(i64, i64, usize)>) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let backwards = intervals.iter().filter(|(low, high, _)| high < low);
    groups.extend(backwards.map(|(_, _, at)| vec![*at]));
    intervals.retain(|(low, high, _)| low <= high);
    intervals.sort();
    // Going up the line, a set is as large as it can be just before one of its members ends, if one has joined since the last end.
    let mut under_way: BTreeSet<(i64, usize)> = BTreeSet::new();
    let mut joined = false;
    let group = |under_way: &BTreeSet<(i64, usize)>| {
        let mut members: Vec<usize> = under_way.iter().map(|(_, at)| *at).collect();
        members.sort();
        members
    };
    for (low, high, at) in intervals {
        if under_way.first().is_some_and(|(end, _)| *end < low) {
            if joined {
                groups.push(group(&under_way));
                joined = false;
            }
            while under_way.first().is_some_and(|(end, _)| *end < low) {
                under_way.pop_first();
            }
        }
        joined |= under_way.insert((high, at));
    }
    if joined {
        groups.push(group(&under_way));
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> Value {
        Value::Date(text.parse().unwrap())
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn said(statement: u32, property: &str, value: Value) -> Said<u32> {
        Said { statement, entity: 1, property: property.to_owned(), value }
    }

    #[test]
    fn values_agree_if_both_can_be_right() {
        let check = |a: Value, b: Value, expected: bool| {
            assert_eq!(a.agrees(&b), expected, "{a:?} {b:?}");
            assert_eq!(b.agrees(&a), expected, "{b:?} {a:?}");
        };
        check(date("2017"), date("2017-05"), true);
        check(date("2016/2018"), date("2018-02/2019"), true);
        check(date("2017-05"), date("2017-06"), false);
        check(date("2017/.."), date("/2016"), false);
        check(text(" North  Gate "), text("North Gate"), true);
        check(text("North Gate"), text("north gate"), false);
        check(Value::Number { low: 35, high: 45 }, Value::Number { low: 45, high: 50 }, true);
        check(Value::Number { low: 35, high: 44 }, Value::Number { low: 45, high: 50 }, false);
        check(text("2017"), date("2017"), false);
    }

    #[test]
    fn contradicting_values_stay() {
        let all = [
            said(4, "opened", date("2017-08")),
            said(2, "opened", date("2017")),
            said(3, "opened", date("2017-03")),
            said(1, "opened", date("2017-03")),
            said(5, "name", text("North Gate")),
        ];
        let ruling = Ruling { entity: 1, property: "opened".into(), status: Status::Accepted(3) };
        let (claims, faults) = side_by_side(&all, &[ruling]);
        assert_eq!(faults, []);
        let names: Vec<_> = claims.iter().map(|c| (c.property.as_str(), c.contradicts())).collect();
        assert_eq!(names, [("name", false), ("opened", true)]);
        let opened = &claims[1];
        let values: Vec<_> = opened.values.iter().map(|g| g.statements.clone()).collect();
        assert_eq!(values, [vec![2], vec![1, 3], vec![4]]);
        assert_eq!(opened.groups, [vec![0, 1], vec![0, 2]]);
        assert_eq!(opened.against().iter().map(|g| &g.statements[..]).collect::<Vec<_>>(), [&[4]]);
    }

    #[test]
    fn nobody_but_a_person_accepts() {
        let all = [said(1, "name", text("a")), said(2, "name", text("a"))];
        let check = |status: Option<Status<u32>>, expected: Status<u32>| {
            let rulings: Vec<_> =
                status.into_iter().map(|status| Ruling { entity: 1, property: "name".into(), status }).collect();
            assert_eq!(side_by_side(&all, &rulings).0[0].status, expected);
        };
        check(None, Status::Open);
        check(Some(Status::Contested), Status::Contested);
        check(Some(Status::Accepted(2)), Status::Accepted(2));
    }

    #[test]
    fn a_word_about_nothing_is_a_fault() {
        let rulings = [
            Ruling { entity: 1, property: "name".into(), status: Status::Accepted(9) },
            Ruling { entity: 2, property: "name".into(), status: Status::Open },
        ];
        let (claims, faults) = side_by_side(&[said(1, "name", text("a"))], &rulings);
        assert_eq!(claims[0].status, Status::Open);
        let unknown = ClaimFault::AcceptedUnknown { entity: 1, property: "name".into(), statement: 9 };
        assert_eq!(faults, [ClaimFault::NothingSaid { entity: 2, property: "name".into() }, unknown]);
    }

    proptest! {
        /// Every set of values, tried out against every point of a short line.
        #[test]
        fn groups_are_the_largest_sets_that_meet(ranges in proptest::collection::vec((0i64..8, 0i64..4), 0..7)) {
            let values: Vec<Value> =
                ranges.iter().map(|(low, length)| Value::Number { low: *low, high: low + length }).collect();
            let at = |point: i64| -> Vec<usize> {
                let meets = |v: &Value| matches!(v, Value::Number { low, high } if *low <= point && point <= *high);
                (0..values.len()).filter(|i| meets(&values[*i])).collect()
            };
            let sets: BTreeSet<Vec<usize>> = (0..12).map(at).filter(|s| !s.is_empty()).collect();
            let larger = |s: &Vec<usize>, t: &Vec<usize>| s != t && s.iter().all(|i| t.contains(i));
            let expected: Vec<Vec<usize>> =
                sets.iter().filter(|s| !sets.iter().any(|t| larger(s, t))).cloned().collect();
            prop_assert_eq!(agreeing(&values.iter().collect::<Vec<_>>()), expected);
        }

        #[test]
        fn the_order_in_which_statements_come_changes_nothing(
            rows in proptest::collection::vec((0u32..20, 2015u16..2019, proptest::option::of(1u8..13)), 0..12),
        ) {
            let all: Vec<_> = rows
                .iter()
                .map(|(s, y, m)| said(*s, "opened", Value::Date(Edtf::date(*y, *m, None).unwrap())))
                .collect();
            let mut turned = all.clone();
            turned.reverse();
            prop_assert_eq!(side_by_side(&all, &[]), side_by_side(&turned, &[]));
        }
    }
}
