//! What is known of each person, as columns of numbers?
//!
//! Learners see three forms of the covariates: linear columns (standardised numbers, one column a level of a category), the
//! same with hinges at quantiles so that a regression can bend, and bins for trees. Nothing here looks at who is on which list, so
//! the forms are made once from everybody and leak nothing across folds.
//!
//! A value that is not known is a value of its own: a level of a category, or the mean of a number with a column that says so.

use nalgebra::DMatrix;
use serde::Serialize;
use std::collections::BTreeMap;

/// A level that fewer people have than this is pooled with the other rare ones: in each of five folds it would have two.
const RARE: usize = 10;

/// So many levels of a category get a column of their own, the commonest first.
const MOST_LEVELS: usize = 40;

/// Bins of a number for trees, apart from the one for what is not known.
const BINS: usize = 31;

/// One thing known of persons, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Covariate {
    /// What it is called.
    pub name: String,
    /// What is known.
    pub values: Values,
}

/// Values of a covariate; `None` where it is not known.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Names of levels, such as regions.
    Categorical(Vec<Option<String>>),
    /// Numbers, such as ages or days. What is no finite number is not known.
    Numeric(Vec<Option<f64>>),
}

impl Values {
    pub(super) fn len(&self) -> usize {
        match self {
            Values::Categorical(values) => values.len(),
            Values::Numeric(values) => values.len(),
        }
    }
}

/// How a covariate was used.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Used {
    /// The covariate.
    pub name: String,
    /// Whether it has at least two values, one of them possibly "not known". Otherwise it tells nothing.
    pub varies: bool,
    /// Persons of whom it is not known.
    pub unknown: usize,
    /// Levels that were pooled because few people have them.
    pub pooled: usize,
}

/// A column of numbers, over all persons.
struct Column {
    values: Vec<f64>,
    /// Whether it has only two values, so that hinges add nothing.
    two_valued: bool,
    /// Persons of whom it is not known, for the bins.
    unknown: Vec<bool>,
}

/// The covariates in the forms that learners use.
pub(super) struct Design {
    /// Persons by linear columns; the first is 1.
    pub(super) linear: DMatrix<f64>,
    /// The same with hinges.
    pub(super) hinged: DMatrix<f64>,
    /// Bins by feature, then person.
    pub(super) bins: Vec<Vec<u8>>,
    /// How each covariate was used.
    pub(super) used: Vec<Used>,
}

impl Design {
    pub(super) fn new(covariates: &[Covariate], persons: usize) -> Self {
        let mut columns = Vec::new();
        let mut used = Vec::new();
        for covariate in covariates {
            let before = columns.len();
            let (unknown, pooled) = match &covariate.values {
                Values::Categorical(values) => levels(values, &mut columns),
                Values::Numeric(values) => number(values, &mut columns),
            };
            used.push(Used { name: covariate.name.clone(), varies: columns.len() > before, unknown, pooled });
        }
        let standard: Vec<Vec<f64>> = columns.iter().map(|c| standardised(&c.values)).collect();
        let mut hinged = standard.clone();
        for (column, standard) in columns.iter().zip(&standard).filter(|(c, _)| !c.two_valued) {
            hinged.extend(hinges(standard).iter().map(|h| standardised(h)).filter(|_| column.values.len() > 1));
        }
        let matrix = |columns: &[Vec<f64>]| {
            // Persons are rows in memory: a transposed matrix, column-major.
            DMatrix::from_fn(columns.len() + 1, persons, |c, person| if c == 0 { 1.0 } else { columns[c - 1][person] })
        };
        let bins = columns.iter().map(|c| binned(&c.values, &c.unknown)).collect();
        Self { linear: matrix(&standard), hinged: matrix(&hinged), bins, used }
    }

    /// Whether anything at all tells persons apart.
    pub(super) fn is_empty(&self) -> bool {
        self.bins.is_empty()
    }
}

fn levels(values: &[Option<String>], columns: &mut Vec<Column>) -> (usize, usize) {
    let mut counts: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    values.iter().for_each(|v| *counts.entry(v.as_deref()).or_default() += 1);
    let unknown = counts.get(&None).copied().unwrap_or(0);
    let mut ranked: Vec<(Option<&str>, usize)> = counts.into_iter().collect();
    // The commonest first; among equals in the order of their names, so that the choice does not depend on the rows.
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let common = ranked.iter().take_while(|l| l.1 >= RARE).count().min(MOST_LEVELS);
    let pooled = ranked.len() - common;
    // The commonest level is what the others are compared with, and has no column.
    for level in ranked.iter().take(common).skip(1) {
        columns.push(two_valued(values.iter().map(|v| v.as_deref() == level.0)));
    }
    let rare: Vec<Option<&str>> = ranked[common..].iter().map(|l| l.0).collect();
    if common > 0 && !rare.is_empty() {
        columns.push(two_valued(values.iter().map(|v| rare.contains(&v.as_deref()))));
    }
    (unknown, pooled)
}

fn number(values: &[Option<f64>], columns: &mut Vec<Column>) -> (usize, usize) {
    let known = |v: &Option<f64>| v.filter(|x| x.is_finite());
    let all: Vec<f64> = values.iter().filter_map(known).collect();
    let unknown: Vec<bool> = values.iter().map(|v| known(v).is_none()).collect();
    let missing = values.len() - all.len();
    let Some(&first) = all.first() else {
        return (missing, 0);
    };
    let mean = all.iter().map(|x| x / all.len() as f64).sum::<f64>();
    if all.iter().any(|x| *x != first) {
        let filled: Vec<f64> = values.iter().map(|v| known(v).unwrap_or(mean)).collect();
        let other = all.iter().copied().find(|x| *x != first).unwrap_or(first);
        let two_valued = all.iter().all(|x| *x == first || *x == other);
        columns.push(Column { values: filled, two_valued, unknown: unknown.clone() });
    }
    if missing > 0 {
        columns.push(two_valued(unknown.into_iter()));
    }
    (missing, 0)
}

fn two_valued(flags: impl Iterator<Item = bool>) -> Column {
    let values: Vec<f64> = flags.map(|f| f64::from(u8::from(f))).collect();
    let unknown = vec![false; values.len()];
    Column { values, two_valued: true, unknown }
}

/// Mean 0 and standard deviation 1, so that one penalty suits all columns.
fn standardised(values: &[f64]) -> Vec<f64> {
    // Scaled first, so that squares of very large numbers stay finite.
    let largest = values.iter().fold(0.0, |m: f64, x| m.max(x.abs())).max(f64::MIN_POSITIVE);
    let count = values.len().max(1) as f64;
    let mean = values.iter().map(|x| x / largest).sum::<f64>() / count;
    let deviation = (values.iter().map(|x| (x / largest - mean).powi(2)).sum::<f64>() / count).sqrt();
    let scale = if deviation > 1e-12 { deviation } else { 1.0 };
    values.iter().map(|x| (x / largest - mean) / scale).collect()
}

/// Where hinges sit: five knots, with the outer ones far out (F. E. Harrell, *Regression Modeling Strategies*, 2nd ed.
/// 2015), for people at the ends are those with the smallest chances.
const KNOTS: [f64; 5] = [0.05, 0.275, 0.5, 0.725, 0.95];

/// Columns that are 0 up to a knot and rise beyond it.
fn hinges(standard: &[f64]) -> Vec<Vec<f64>> {
    let mut sorted = standard.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut knots: Vec<f64> = KNOTS.iter().map(|p| sorted[(p * (sorted.len() - 1) as f64) as usize]).collect();
    knots.dedup();
    let (least, most) = (sorted[0], sorted[sorted.len() - 1]);
    knots.retain(|k| *k > least && *k < most);
    knots.iter().map(|k| standard.iter().map(|x| (x - k).max(0.0)).collect()).collect()
}

/// Bins of about equally many people; bin 0 is for what is not known.
fn binned(values: &[f64], unknown: &[bool]) -> Vec<u8> {
    let mut sorted: Vec<f64> = values.iter().zip(unknown).filter(|(_, u)| !**u).map(|(v, _)| *v).collect();
    sorted.sort_by(f64::total_cmp);
    let at = |bin: usize| sorted[(bin * sorted.len() / BINS).min(sorted.len() - 1)];
    let mut cuts: Vec<f64> = if sorted.is_empty() { Vec::new() } else { (1..BINS).map(at).collect() };
    cuts.dedup();
    let bin = |v: f64| 1 + cuts.partition_point(|c| *c <= v) as u8;
    values.iter().zip(unknown).map(|(v, u)| if *u { 0 } else { bin(*v) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric(values: Vec<Option<f64>>) -> Covariate {
        Covariate { name: "x".into(), values: Values::Numeric(values) }
    }

    #[test]
    fn columns_are_standardised_and_the_unknown_is_a_value() {
        let values = (0..100).map(|i| (i % 10 != 0).then_some(f64::from(i))).collect();
        let design = Design::new(&[numeric(values)], 100);
        assert_eq!((design.linear.nrows(), design.bins.len()), (3, 2));
        for row in 1..3 {
            let column = design.linear.row(row);
            assert!(column.mean().abs() < 1e-9 && (column.variance() - 1.0).abs() < 1e-9);
        }
        assert_eq!(design.used[0].unknown, 10);
        assert_eq!((design.bins[0][0], design.bins[0][1]), (0, 1));
        assert_eq!(design.hinged.nrows(), 8);
    }

    #[test]
    fn rare_levels_are_pooled_and_one_level_tells_nothing() {
        let level = |i: usize| {
            Some(
                if i < 60 {
                    "a"
                } else if i < 90 {
                    "b"
                } else {
                    ["c", "d", "e"][i % 3]
                }
                .to_string(),
            )
        };
        let many = Covariate { name: "region".into(), values: Values::Categorical((0..100).map(level).collect()) };
        let one = Covariate { name: "one".into(), values: Values::Categorical(vec![Some("z".into()); 100]) };
        let design = Design::new(&[many, one], 100);
        assert_eq!(design.used[0], Used { name: "region".into(), varies: true, unknown: 0, pooled: 3 });
        assert!(!design.used[1].varies);
        assert_eq!(design.linear.nrows(), 3);
    }

    #[test]
    fn odd_numbers_do_not_spoil_the_columns() {
        let odd = [f64::MAX, -f64::MAX, f64::INFINITY, f64::NAN, 0.0, 1e-300];
        let design = Design::new(&[numeric((0..60).map(|i| Some(odd[i % 6])).collect())], 60);
        assert!(design.hinged.iter().all(|x| x.is_finite()));
        assert!(Design::new(&[numeric(vec![None; 50])], 50).is_empty());
        assert!(Design::new(&[numeric(vec![])], 0).is_empty());
    }
}
