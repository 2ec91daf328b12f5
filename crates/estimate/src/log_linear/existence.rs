//! Does this model have an estimate where these cells are empty?
//!
//! S. E. Fienberg & A. Rinaldo, "Maximum likelihood estimation in log-linear models", Annals of Statistics 40 (2012): the
//! likelihood has no maximum at finite coefficients exactly when some direction lowers the means of empty cells without
//! changing those of occupied ones. The cells that can be lowered then have a fitted mean of zero, and the rest of the model
//! is fitted to the others: the extended estimate, which for multiple systems is that of L. Chan, B. W. Silverman &
//! K. Vincent, "Multiple systems estimation for sparse capture data", JASA 116 (2021). What depends on the table is only
//! which cells are empty.

use super::cells::{Pattern, sum_over_supersets};
use super::models::Terms;
use microlp::{ComparisonOp, OptimizationDirection, Problem as LinearProgramme, SolveOutcome};

/// Gram matrices of columns of zeros and ones have whole entries, and the distance of such a column from others it does not
/// depend on is a fraction with a small denominator: far above this, which is far above rounding error.
const DEPENDENT: f64 = 1e-7;

/// The part of a table and of a model on which the estimate exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Face {
    /// The histories whose means do not vanish, in order.
    pub histories: Vec<u32>,
    /// The terms they determine, the intercept last.
    pub terms: Vec<u32>,
    /// Whether every term left out is one whose lists share nobody: what Chan, Silverman & Vincent (2021) admit.
    pub only_unshared_vanish: bool,
}

impl Face {
    /// The face of a model on a table; `None` where the number of the unrecorded, the intercept, is not determined.
    ///
    /// The face of a smaller model only saves work: what vanishes under it vanishes under the larger one too, and a larger
    /// one than a model without a face has none.
    pub(crate) fn of(model: &Terms, pattern: &Pattern, smaller: Option<&Face>) -> Option<Face> {
        let terms = model.all();
        let full = (1u32 << pattern.lists) - 1;
        let (occupied, mut empty): (Vec<u32>, Vec<u32>) = (1..=full).partition(|h| pattern.occupied(*h));
        if empty.is_empty() {
            return Some(Face { histories: occupied, terms, only_unshared_vanish: true });
        }
        // A term whose lists share nobody takes all its cells to zero; that needs no linear programme to see.
        let unshared: Vec<u32> = terms.iter().copied().filter(|t| occupied.iter().all(|h| h & t != *t)).collect();
        let within = |set: u32| unshared.iter().any(|t| set & t == *t);
        empty.retain(|h| !within(*h));
        let at_most = occupied.len() + empty.len();
        empty.retain(|h| smaller.is_none_or(|face| face.histories.binary_search(h).is_ok()));
        let shared: Vec<u32> = terms.iter().copied().filter(|t| !within(*t)).collect();
        let columns = Columns::new(pattern.lists, occupied.iter().chain(&empty), &shared);
        let vanishing = vanishing(&columns.independent, &occupied, &empty, pattern.lists)?;
        let determined = columns.independent.len();
        let terms = if vanishing.is_empty() {
            columns.independent
        } else {
            empty.retain(|h| !vanishing.contains(h));
            Columns::new(pattern.lists, occupied.iter().chain(&empty), &columns.independent).independent
        };
        if terms.last() != Some(&0) {
            return None;
        }
        let mut histories = occupied;
        histories.extend(empty);
        histories.sort_unstable();
        let only_unshared_vanish = histories.len() == at_most && determined == shared.len();
        Some(Face { histories, terms, only_unshared_vanish })
    }

    /// The face together with the empty history, as for a likelihood in which the number of the missing is given.
    pub(crate) fn with_empty_history(&self) -> Face {
        let mut face = self.clone();
        face.histories.insert(0, 0);
        face
    }
}

/// Columns of a model matrix, one a term, on some histories.
struct Columns {
    /// Terms whose columns do not depend on those before them.
    independent: Vec<u32>,
    /// For each of the others the combination of columns that vanishes on the histories, a weight for each term given.
    null: Vec<Vec<f64>>,
}

impl Columns {
    /// By Cholesky's method on their inner products, column by column.
    fn new<'a>(lists: usize, histories: impl Iterator<Item = &'a u32>, terms: &[u32]) -> Self {
        let mut products = vec![0.0; 1 << lists];
        histories.for_each(|&h| products[h as usize] = 1.0);
        sum_over_supersets(&mut products);
        let product = |a: u32, b: u32| products[(a | b) as usize];
        let mut factor: Vec<Vec<f64>> = Vec::new();
        let mut places: Vec<usize> = Vec::new();
        let mut null = Vec::new();
        for (place, &term) in terms.iter().enumerate() {
            let mut row: Vec<f64> = Vec::with_capacity(factor.len() + 1);
            for (other, line) in factor.iter().enumerate() {
                let dot: f64 = row.iter().zip(line).map(|(a, b)| a * b).sum();
                row.push((product(term, terms[places[other]]) - dot) / line[other]);
            }
            let distance = product(term, term) - row.iter().map(|a| a * a).sum::<f64>();
            if distance > DEPENDENT {
                row.push(distance.sqrt());
                factor.push(row);
                places.push(place);
                continue;
            }
            // The column is a combination of those before it: back substitution gives its weights.
            let mut weights = vec![0.0; terms.len()];
            weights[place] = 1.0;
            for other in (0..factor.len()).rev() {
                let weight = row[other] / factor[other][other];
                weights[places[other]] = -weight;
                row[..other].iter_mut().zip(&factor[other]).for_each(|(r, l)| *r -= l * weight);
            }
            null.push(weights);
        }
        Columns { independent: places.into_iter().map(|p| terms[p]).collect(), null }
    }
}

/// The empty histories whose fitted mean runs to zero; `None` if the solver fails.
///
/// Directions that change no occupied cell are the combinations of a few vectors; on a table with few empty cells there is
/// none, and where there is one its signs decide. A linear programme finds the direction that lowers the most cells where
/// there are more: each empty cell earns what it is lowered by, one at the most, so that every cell that can be lowered is.
fn vanishing(terms: &[u32], occupied: &[u32], empty: &[u32], lists: usize) -> Option<Vec<u32>> {
    let directions = Columns::new(lists, occupied.iter(), terms).null;
    if directions.is_empty() {
        return Some(Vec::new());
    }
    let change = |history: u32, direction: &[f64]| {
        let change: f64 = terms.iter().zip(direction).filter(|(t, _)| history & **t == **t).map(|(_, w)| w).sum();
        if change.abs() < DEPENDENT { 0.0 } else { change }
    };
    let mut changes: Vec<(Vec<f64>, u32)> =
        empty.iter().map(|&h| (directions.iter().map(|d| change(h, d)).collect(), h)).collect();
    changes.retain(|(change, _)| change.iter().any(|c| *c != 0.0));
    if directions.len() == 1 {
        let lowers = changes.iter().filter(|(c, _)| c[0] < 0.0).count();
        let one_way = lowers == 0 || lowers == changes.len();
        return Some(if one_way { changes.into_iter().map(|(_, h)| h).collect() } else { Vec::new() });
    }
    lowered(&changes)
}

/// Which of these cells, each with its change along every direction, some combination of the directions lowers while it
/// raises none.
fn lowered(changes: &[(Vec<f64>, u32)]) -> Option<Vec<u32>> {
    let mut programme = LinearProgramme::new(OptimizationDirection::Maximize);
    let free = (f64::NEG_INFINITY, f64::INFINITY);
    let directions = changes.first().map_or(0, |(change, _)| change.len());
    let weights: Vec<_> = (0..directions).map(|_| programme.add_var(0.0, free)).collect();
    let earned: Vec<_> = changes
        .iter()
        .map(|(change, _)| {
            let earned = programme.add_var(1.0, (0.0, 1.0));
            let row = weights.iter().zip(change).filter(|(_, c)| **c != 0.0).map(|(&w, &c)| (w, c));
            programme.add_constraint(row.chain([(earned, 1.0)]), ComparisonOp::Le, 0.0);
            earned
        })
        .collect();
    match programme.solve() {
        Ok(SolveOutcome::Solution(solution)) => {
            let vanishes = earned.iter().map(|&v| solution.var_value(v) > 0.5);
            Some(changes.iter().zip(vanishes).filter(|(_, v)| *v).map(|((_, h), _)| *h).collect())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::models::Catalogue;
    use super::*;

    fn pattern(lists: usize, occupied: &[u32]) -> Pattern {
        let mut counts = vec![0.0; 1 << lists];
        occupied.iter().for_each(|&h| counts[h as usize] = 1.0);
        super::super::cells::Cells::from_counts(lists, counts).pattern()
    }

    /// The linear programme as Fienberg & Rinaldo state it: on the whole model matrix, a direction for every term.
    fn vanishing_by_the_book(model: &Terms, pattern: &Pattern) -> Vec<u32> {
        let terms = model.all();
        let mut programme = LinearProgramme::new(OptimizationDirection::Maximize);
        // Directions have no length of their own; a bound far out only keeps the solver from wandering.
        let direction: Vec<_> = terms.iter().map(|_| programme.add_var(0.0, (-1e3, 1e3))).collect();
        let row = |h: u32| terms.iter().zip(&direction).filter(move |(t, _)| h & **t == **t).map(|(_, &d)| (d, 1.0));
        let histories = 1..1u32 << pattern.lists;
        let mut earned = Vec::new();
        for history in histories {
            if pattern.occupied(history) {
                programme.add_constraint(row(history), ComparisonOp::Eq, 0.0);
            } else {
                let earns = programme.add_var(1.0, (0.0, 1.0));
                programme.add_constraint(row(history).chain([(earns, 1.0)]), ComparisonOp::Le, 0.0);
                earned.push((history, earns));
            }
        }
        let Ok(SolveOutcome::Solution(solution)) = programme.solve() else { panic!("the programme has a solution") };
        earned.into_iter().filter(|(_, e)| solution.var_value(*e) > 0.5).map(|(h, _)| h).collect()
    }

    /// The rank of the model matrix on some histories, by whole numbers modulo a prime: no tolerance decides.
    fn rank(terms: &[u32], histories: &[u32]) -> usize {
        const PRIME: u128 = (1 << 61) - 1;
        let entry = |h: u32, t: u32| u128::from(h & t == t);
        let mut rows: Vec<Vec<u128>> =
            histories.iter().map(|&h| terms.iter().map(|&t| entry(h, t)).collect()).collect();
        let inverse = |value: u128| {
            let (mut power, mut base, mut exponent) = (1, value, PRIME - 2);
            while exponent > 0 {
                if exponent & 1 == 1 {
                    power = power * base % PRIME;
                }
                base = base * base % PRIME;
                exponent >>= 1;
            }
            power
        };
        let mut rank = 0;
        for column in 0..terms.len() {
            let Some(pivot) = (rank..rows.len()).find(|&r| rows[r][column] != 0) else { continue };
            rows.swap(rank, pivot);
            let scale = inverse(rows[rank][column]);
            let (done, rest) = rows.split_at_mut(rank + 1);
            for row in rest.iter_mut().filter(|row| row[column] != 0) {
                let factor = row[column] * scale % PRIME;
                row.iter_mut().zip(&done[rank]).for_each(|(a, b)| *a = (*a + PRIME - factor * b % PRIME) % PRIME);
            }
            rank += 1;
        }
        rank
    }

    fn check(model: &Terms, pattern: &Pattern) {
        let vanishing = vanishing_by_the_book(model, pattern);
        let kept: Vec<u32> = (1..1u32 << pattern.lists).filter(|h| !vanishing.contains(h)).collect();
        let terms = model.all();
        let whole = rank(&terms, &kept);
        let determined = rank(&terms[..terms.len() - 1], &kept) + 1 == whole;
        let alone = Face::of(model, pattern, None);
        // Any smaller model may help, and none may change the answer.
        for smaller in model.smaller() {
            match Face::of(&smaller, pattern, None) {
                None => assert_eq!(alone, None, "{model} {pattern:?}"),
                Some(face) => assert_eq!(Face::of(model, pattern, Some(&face)), alone, "{model} {smaller} {pattern:?}"),
            }
        }
        match alone {
            None => assert!(!determined, "{model} {pattern:?}"),
            Some(face) => {
                assert!(determined, "{model} {pattern:?}");
                assert_eq!(face.histories, kept, "{model} {pattern:?}");
                assert_eq!((face.terms.len(), rank(&face.terms, &kept)), (whole, whole), "{model} {pattern:?}");
            }
        }
    }

    /// Every model of three lists with every pattern of empty cells.
    #[test]
    fn faces_of_three_lists_are_those_of_the_linear_programme() {
        let models = Catalogue::hierarchical(3).models;
        for bits in 1..1u32 << 7 {
            let occupied: Vec<u32> = (1..8).filter(|h| bits >> (h - 1) & 1 == 1).collect();
            models.iter().for_each(|model| check(model, &pattern(3, &occupied)));
        }
    }

    /// Models of four and five lists with patterns as sparse as those of real tables; multiples of an odd number modulo a
    /// power of two scatter them.
    #[test]
    fn faces_of_more_lists_are_those_of_the_linear_programme() {
        for (lists, step) in [(4usize, 2usize), (5, 151)] {
            let models = Catalogue::hierarchical(lists).models;
            for trial in 0..16u64 {
                let scattered =
                    |h: u32| (u64::from(h) * 2_654_435_761 + trial * 40_503).wrapping_mul(2_246_822_519) >> 20 & 7;
                let occupied: Vec<u32> =
                    (1..1u32 << lists).filter(|&h| h.count_ones() == 1 || scattered(h) < 2 + trial % 4).collect();
                let pattern = pattern(lists, &occupied);
                models.iter().skip(trial as usize % step).step_by(step).for_each(|model| check(model, &pattern));
            }
        }
    }
}
