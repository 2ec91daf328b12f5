//! Between what does each variable lie, when the equations are no network?
//!
//! A linear programme in each direction. Its optimum, rounded inwards, holds every solution in whole numbers; where the
//! solution found is whole itself and, checked in whole numbers, meets every equation, the bound is attained. Otherwise the
//! same programme is solved in whole numbers if it is small.

use super::branch;
use super::simplex::{Simplex, Unsolved};
use super::system::{Component, Contradiction, INFINITE};
use microlp::{ComparisonOp, Error, LinearExpr, OptimizationDirection, Problem, SolveOptions, SolveOutcome};

/// Above rounding error of the solver, whose solutions meet each equation within 1e-7, and below any gap of whole numbers.
const SLACK: f64 = 1e-5;

/// In whole numbers, programmes with more variables take longer than they tell.
const SMALL: usize = 400;

/// The most steps of a search in whole numbers. A count, not a time, so that the same question has the same answer.
const STEPS: u64 = 60;

/// What a programme tells.
pub(crate) struct Optimum {
    /// No solution in whole numbers lies beyond; absent if the solver failed.
    pub bound: Option<i64>,
    /// Values in whole numbers that meet everything, if the last programme had such.
    pub whole: Option<Vec<i64>>,
}

/// How far a sum of signed variables can be raised (or lowered). A tableau of the component, if there is one, is taken from where it stands;
/// one that gave up is made anew, for the questions that follow as well.
pub(crate) fn optimum(
    component: &Component,
    simplex: &mut Option<Simplex>,
    sum: &[(usize, i64)],
    raise: bool,
) -> Result<Optimum, Contradiction> {
    if let Some(tableau) = simplex {
        if let Some(walked) = walk(component, tableau, sum, raise) {
            return Ok(walked);
        }
        *simplex = Simplex::of(component)?;
        if let Some(walked) = simplex.as_mut().and_then(|tableau| walk(component, tableau, sum, raise)) {
            return Ok(walked);
        }
    }
    let first = solve(component, sum, raise, false)?;
    let attained = first.whole.as_ref().map(|w| sum.iter().map(|(v, sign)| sign * w[*v]).sum::<i64>()) == first.bound;
    if attained || first.bound.is_none() || component.variables.len() > SMALL {
        return Ok(first);
    }
    let second = solve(component, sum, raise, true)?;
    let tighter = |a: i64, b: i64| if raise { a.min(b) } else { a.max(b) };
    let bound = match (first.bound, second.bound) {
        (Some(a), Some(b)) => Some(tighter(a, b)),
        (a, b) => a.or(b),
    };
    Ok(Optimum { bound, whole: second.whole.or(first.whole) })
}

/// The optimum by a tableau, in whole numbers as far as a search goes; absent if it gave up.
fn walk(component: &Component, simplex: &mut Simplex, sum: &[(usize, i64)], raise: bool) -> Option<Optimum> {
    let way = if raise { 1.0 } else { -1.0 };
    let signed: Vec<(usize, f64)> = sum.iter().map(|(variable, sign)| (*variable, way * *sign as f64)).collect();
    let most = match simplex.raise(&signed) {
        Err(Unsolved::Unbounded) => return Some(Optimum { bound: raise.then_some(INFINITE), whole: None }),
        Err(Unsolved::GaveUp) => return None,
        Ok(most) => most,
    };
    // Lowered is raised with the sign turned, so that both are rounded down.
    let bound = |most: f64| {
        let most = (most + SLACK).floor() as i64;
        if raise { most } else { -most }
    };
    let values: Vec<i64> = simplex.values().iter().map(|value| value.round() as i64).collect();
    let reached = sum.iter().map(|(variable, sign)| sign * values[*variable]).sum::<i64>();
    if reached == bound(most) && component.holds(&values) {
        return Some(Optimum { bound: Some(reached), whole: Some(values) });
    }
    if component.variables.len() > SMALL {
        return Some(Optimum { bound: Some(bound(most)), whole: component.holds(&values).then_some(values) });
    }
    match branch::raise(component, simplex, &signed, most) {
        Some(found) => Some(Optimum { bound: Some(bound(found.bound)), whole: found.whole }),
        None => Some(Optimum { bound: Some(bound(most)), whole: None }),
    }
}

fn solve(component: &Component, wanted: &[(usize, i64)], raise: bool, whole: bool) -> Result<Optimum, Contradiction> {
    let direction = if raise { OptimizationDirection::Maximize } else { OptimizationDirection::Minimize };
    let mut problem = Problem::new(direction);
    let limits = component.lower.iter().zip(&component.upper).enumerate();
    let handles: Vec<_> = limits
        .map(|(place, (lower, upper))| {
            let worth = wanted.iter().find(|(v, _)| *v == place).map_or(0.0, |(_, sign)| *sign as f64);
            match (whole, i32::try_from(*lower), i32::try_from(*upper)) {
                (true, Ok(lower), Ok(upper)) => problem.add_integer_var(worth, (lower, upper)),
                _ => problem
                    .add_var(worth, (*lower as f64, if *upper == INFINITE { f64::INFINITY } else { *upper as f64 })),
            }
        })
        .collect();
    for (terms, total) in &component.equations {
        let mut sum = LinearExpr::empty();
        terms.iter().for_each(|(v, sign)| sum.add(handles[*v as usize], *sign as f64));
        problem.add_constraint(sum, ComparisonOp::Eq, *total as f64);
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(STEPS);
    match problem.solve_with(options) {
        Err(Error::Infeasible) => Err(Contradiction),
        Ok(SolveOutcome::Solution(solution)) => {
            let best = solution.objective();
            let proven = solution.status() == microlp::SolutionStatus::Optimal;
            let bound = if raise { (best + SLACK).floor() } else { (best - SLACK).ceil() };
            let values: Vec<i64> = handles.iter().map(|h| solution.var_value(*h).round() as i64).collect();
            let holds = component.holds(&values);
            Ok(Optimum { bound: proven.then_some(bound as i64), whole: holds.then_some(values) })
        }
        // The solver gave up; what is known without it stands.
        _ => Ok(Optimum { bound: None, whole: None }),
    }
}
