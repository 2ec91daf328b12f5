//! Between what do sums of variables lie, when many sums are asked about with the same equations?
//!
//! The simplex method for variables between bounds, with the whole tableau at hand (V. Chvátal, *Linear Programming*, Freeman 1983, chapter 8).
//! One question leaves the tableau at a vertex that meets all equations, from which the next question needs few steps; a programme
//! that is begun anew spends nearly all its time on finding such a vertex. Numbers are floating; whatever is concluded from a vertex is
//! checked in whole numbers by the caller.

use super::system::{Component, Contradiction, INFINITE};

/// The largest tableau: 64 MB of numbers. Larger ones are left to a method that keeps only what is not zero.
const MOST_NUMBERS: usize = 1 << 23;

/// Below this a number of the tableau is rounding error. Its entries are sums and quotients of ones.
const ZERO: f64 = 1e-10;

/// A row whose number is smaller does not stop a variable: dividing by it would blow up whatever error there is.
const PIVOT: f64 = 1e-7;

/// By so much an objective must gain per step to the side, and a bound may be passed.
const TOLERANCE: f64 = 1e-7;

/// After so many steps in a row that gain nothing, Bland's rule chooses, which cannot go in a circle.
const PATIENCE: usize = 64;

/// A tableau at a vertex.
#[derive(Clone, Debug)]
pub(crate) struct Simplex {
    rows: usize,
    columns: usize,
    /// The equations, solved for one variable each, row after row.
    table: Vec<f64>,
    /// What each row adds up to.
    totals: Vec<f64>,
    /// The variable for which each row is solved.
    basic: Vec<usize>,
    /// The row of each variable that has one.
    row_of: Vec<Option<usize>>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    value: Vec<f64>,
    /// Steps in all.
    pub steps: usize,
}

/// Why no optimum was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unsolved {
    /// Nothing limits it.
    Unbounded,
    /// Rounding errors or too many steps.
    GaveUp,
}

/// Which way a variable goes, how far, and whose row it takes over.
struct Step {
    variable: usize,
    /// 1 up, -1 down.
    way: f64,
    length: f64,
    /// The row that stops it; absent if it goes to its own other bound.
    row: Option<usize>,
}

impl Simplex {
    /// The tableau of a component at some vertex; absent if it is too large or rounding errors are in the way.
    pub(crate) fn of(component: &Component) -> Result<Option<Simplex>, Contradiction> {
        let (rows, columns) = (component.equations.len(), component.variables.len());
        if rows.saturating_mul(columns) > MOST_NUMBERS {
            return Ok(None);
        }
        let limit = |n: &i64| if *n == INFINITE { f64::INFINITY } else { *n as f64 };
        let mut simplex = Simplex {
            rows,
            columns,
            table: vec![0.0; rows * columns],
            totals: component.equations.iter().map(|(_, total)| *total as f64).collect(),
            basic: Vec::with_capacity(rows),
            row_of: vec![None; columns],
            lower: component.lower.iter().map(limit).collect(),
            upper: component.upper.iter().map(limit).collect(),
            value: component.lower.iter().map(limit).collect(),
            steps: 0,
        };
        for (row, (terms, _)) in component.equations.iter().enumerate() {
            for (variable, sign) in terms {
                simplex.table[row * columns + *variable as usize] += *sign as f64;
            }
        }
        simplex.solve_for_basis()?;
        simplex.settle();
        Ok(simplex.meet_bounds()?.then_some(simplex))
    }

    /// Solves each row for a variable, the one with the most room; rows that say nothing new go.
    fn solve_for_basis(&mut self) -> Result<(), Contradiction> {
        let mut row = 0;
        while row < self.rows {
            let line = &self.table[row * self.columns..(row + 1) * self.columns];
            let largest = line.iter().fold(0.0f64, |most, n| most.max(n.abs()));
            if largest < ZERO {
                if self.totals[row].abs() > TOLERANCE * self.scale() {
                    return Err(Contradiction);
                }
                self.drop_row(row);
                continue;
            }
            let room = |variable: usize| self.upper[variable] - self.lower[variable];
            let large = (0..self.columns).filter(|v| line[*v].abs() >= largest * 0.5);
            let chosen = large.max_by(|a, b| room(*a).total_cmp(&room(*b)).then(b.cmp(a)));
            let Some(chosen) = chosen else { return Ok(()) };
            self.basic.push(chosen);
            self.row_of[chosen] = Some(row);
            self.eliminate(row, chosen, &mut []);
            row += 1;
        }
        Ok(())
    }

    fn drop_row(&mut self, row: usize) {
        let last = self.rows - 1;
        if row != last {
            let (front, back) = self.table.split_at_mut(last * self.columns);
            front[row * self.columns..(row + 1) * self.columns].copy_from_slice(&back[..self.columns]);
            self.totals[row] = self.totals[last];
        }
        self.table.truncate(last * self.columns);
        self.totals.truncate(last);
        self.rows = last;
    }

    fn scale(&self) -> f64 {
        self.totals.iter().fold(1.0f64, |most, n| most.max(n.abs()))
    }

    /// Solves a row for a variable and takes it out of all other rows, and out of an objective.
    fn eliminate(&mut self, row: usize, variable: usize, objective: &mut [f64]) {
        let columns = self.columns;
        let pivot = self.table[row * columns + variable];
        let mut used: Vec<(usize, f64)> = Vec::new();
        for (column, number) in self.table[row * columns..(row + 1) * columns].iter_mut().enumerate() {
            if number.abs() < ZERO {
                *number = 0.0;
            } else {
                *number /= pivot;
                used.push((column, *number));
            }
        }
        self.totals[row] /= pivot;
        let total = self.totals[row];
        for other in (0..self.rows).filter(|other| *other != row) {
            let line = &mut self.table[other * columns..(other + 1) * columns];
            let factor = line[variable];
            if factor != 0.0 {
                for (column, number) in &used {
                    let left = line[*column] - factor * number;
                    // Left alone, rounding errors would fill the tableau.
                    line[*column] = if left.abs() < ZERO { 0.0 } else { left };
                }
                line[variable] = 0.0;
                self.totals[other] -= factor * total;
            }
        }
        if let Some(factor) = objective.get(variable).copied() {
            used.iter().for_each(|(column, number)| objective[*column] -= factor * number);
            objective[variable] = 0.0;
        }
    }

    /// Works out the variables that have rows from those that have none.
    fn settle(&mut self) {
        for row in 0..self.rows {
            let line = &self.table[row * self.columns..(row + 1) * self.columns];
            let rest = line.iter().zip(&self.value).zip(&self.row_of);
            let sum: f64 = rest.filter(|(_, row)| row.is_none()).map(|((number, value), _)| number * value).sum();
            self.value[self.basic[row]] = self.totals[row] - sum;
        }
    }

    /// How far a variable is below its least, or above its greatest.
    fn beyond(&self, variable: usize) -> f64 {
        let (value, slack) = (self.value[variable], TOLERANCE * self.scale_of(variable));
        if value < self.lower[variable] - slack {
            value - self.lower[variable]
        } else if value > self.upper[variable] + slack {
            value - self.upper[variable]
        } else {
            0.0
        }
    }

    fn scale_of(&self, variable: usize) -> f64 {
        self.value[variable].abs().max(1.0)
    }

    /// Walks until every variable is within its bounds; false if it gave up. What lies beyond its bounds is brought nearer, all together.
    fn meet_bounds(&mut self) -> Result<bool, Contradiction> {
        let mut idle = 0;
        for _ in 0..self.most_steps() {
            let mut gain = vec![0.0; self.columns];
            let mut sum = 0.0;
            for row in 0..self.rows {
                let beyond = self.beyond(self.basic[row]);
                if beyond != 0.0 {
                    sum += beyond.abs();
                    // A variable without a row, raised by one, moves this one by less its number in the row.
                    let line = &self.table[row * self.columns..(row + 1) * self.columns];
                    let sign = beyond.signum();
                    gain.iter_mut().zip(line).for_each(|(gain, number)| *gain += sign * number);
                }
            }
            if sum == 0.0 {
                return Ok(true);
            }
            let Some((variable, way)) = self.entering(&gain, idle > PATIENCE) else {
                return if sum > 1e-3 { Err(Contradiction) } else { Ok(false) };
            };
            let Some(step) = self.step(variable, way, idle > PATIENCE) else { return Ok(false) };
            idle = if step.length > ZERO { 0 } else { idle + 1 };
            self.take(&step, &mut []);
        }
        Ok(false)
    }

    fn most_steps(&self) -> usize {
        20 * (self.rows + self.columns) + 1000
    }

    /// The variable without a row that gains most, and which way it goes; by Bland's rule the first that gains.
    fn entering(&self, gain: &[f64], first: bool) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64)> = None;
        let mut most = TOLERANCE;
        for (variable, gain) in gain.iter().enumerate() {
            if self.row_of[variable].is_some() || gain.abs() <= most {
                continue;
            }
            let way = gain.signum();
            let end = if way > 0.0 { self.upper[variable] } else { self.lower[variable] };
            if (end - self.value[variable]) * way <= 0.0 {
                continue;
            }
            best = Some((variable, way));
            if first {
                return best;
            }
            most = gain.abs();
        }
        best
    }

    /// How far a variable can go before another meets a bound; absent if nothing stops it. A variable beyond its bounds stops it where it comes
    /// within them, not where it goes further astray.
    fn step(&self, variable: usize, way: f64, first: bool) -> Option<Step> {
        let mut length = self.upper[variable] - self.lower[variable];
        let mut stopping: Option<(usize, f64)> = None;
        for row in 0..self.rows {
            let number = self.table[row * self.columns + variable];
            if number.abs() < PIVOT {
                continue;
            }
            let other = self.basic[row];
            let (value, speed) = (self.value[other], -way * number);
            let beyond = self.beyond(other);
            let end = match (speed > 0.0, beyond) {
                (true, beyond) if beyond < 0.0 => self.lower[other],
                (false, beyond) if beyond > 0.0 => self.upper[other],
                (true, beyond) if beyond > 0.0 => continue,
                (false, beyond) if beyond < 0.0 => continue,
                (true, _) => self.upper[other],
                (false, _) => self.lower[other],
            };
            let far = ((end - value) / speed).max(0.0);
            let better = match stopping {
                None => far <= length,
                // Of rows that stop it together the largest number is divided by with the smallest error.
                Some((with, size)) if (far - length).abs() <= ZERO => {
                    if first {
                        other < self.basic[with]
                    } else {
                        number.abs() > size
                    }
                }
                Some(_) => far < length,
            };
            if better {
                length = length.min(far);
                stopping = Some((row, number.abs()));
            }
        }
        length.is_finite().then_some(Step { variable, way, length, row: stopping.map(|(row, _)| row) })
    }

    fn take(&mut self, step: &Step, objective: &mut [f64]) {
        self.steps += 1;
        for row in 0..self.rows {
            let number = self.table[row * self.columns + step.variable];
            if number != 0.0 {
                self.value[self.basic[row]] -= step.way * number * step.length;
            }
        }
        self.value[step.variable] += step.way * step.length;
        let Some(row) = step.row else {
            let end = if step.way > 0.0 { self.upper[step.variable] } else { self.lower[step.variable] };
            self.value[step.variable] = end;
            return;
        };
        let leaving = self.basic[row];
        let (low, high) = (self.lower[leaving], self.upper[leaving]);
        // It stopped at one of its bounds, exactly.
        self.value[leaving] =
            if (self.value[leaving] - low).abs() <= (self.value[leaving] - high).abs() { low } else { high };
        self.row_of[leaving] = None;
        self.row_of[step.variable] = Some(row);
        self.basic[row] = step.variable;
        self.eliminate(row, step.variable, objective);
    }

    /// Raises a sum of variables as far as it goes; gives the greatest. The vertex is in [`Simplex::values`] then.
    pub(crate) fn raise(&mut self, sum: &[(usize, f64)]) -> Result<f64, Unsolved> {
        let mut objective = vec![0.0; self.columns];
        for (variable, worth) in sum {
            match self.row_of[*variable] {
                None => objective[*variable] += worth,
                Some(row) => {
                    let line = &self.table[row * self.columns..(row + 1) * self.columns];
                    objective.iter_mut().zip(line).for_each(|(gain, number)| *gain -= worth * number);
                    objective[*variable] = 0.0;
                }
            }
        }
        self.basic.iter().for_each(|basic| objective[*basic] = 0.0);
        let mut idle = 0;
        for _ in 0..self.most_steps() {
            let Some((variable, way)) = self.entering(&objective, idle > PATIENCE) else {
                self.settle();
                let astray = self.basic.iter().any(|basic| self.beyond(*basic) != 0.0);
                let reached = sum.iter().map(|(variable, worth)| worth * self.value[*variable]).sum();
                return if astray { Err(Unsolved::GaveUp) } else { Ok(reached) };
            };
            let Some(step) = self.step(variable, way, idle > PATIENCE) else { return Err(Unsolved::Unbounded) };
            idle = if step.length > ZERO { 0 } else { idle + 1 };
            self.take(&step, &mut objective);
        }
        Err(Unsolved::GaveUp)
    }

    /// Narrows a variable and walks to where all bounds are met again; false if it gave up, a contradiction if nothing meets them.
    pub(crate) fn narrow(&mut self, variable: usize, lower: f64, upper: f64) -> Result<bool, Contradiction> {
        self.lower[variable] = self.lower[variable].max(lower);
        self.upper[variable] = self.upper[variable].min(upper);
        if self.lower[variable] > self.upper[variable] {
            return Err(Contradiction);
        }
        if self.row_of[variable].is_none() {
            // Without a row it stands at one of its bounds, of which it is now at the nearer one.
            let value = self.value[variable];
            self.value[variable] = value.clamp(self.lower[variable], self.upper[variable]);
            self.settle();
        }
        self.meet_bounds()
    }

    /// The vertex at which it stands.
    pub(crate) fn values(&self) -> &[f64] {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(upper: &[i64], equations: &[(&[(u32, i64)], i64)]) -> Component {
        Component {
            variables: (0..upper.len() as u32).collect(),
            lower: vec![0; upper.len()],
            upper: upper.to_vec(),
            equations: equations.iter().map(|(terms, total)| (terms.to_vec(), *total)).collect(),
        }
    }

    #[test]
    fn every_sum_is_raised_from_where_the_last_one_stood() {
        // Two rows and two columns of four cells: sums 10 and 7, 9 and 8; the last equation follows from the others.
        let rows: [(&[(u32, i64)], i64); 4] =
            [(&[(0, 1), (1, 1)], 10), (&[(2, 1), (3, 1)], 7), (&[(0, 1), (2, 1)], 9), (&[(1, 1), (3, 1)], 8)];
        let mut simplex = Simplex::of(&component(&[INFINITE, 6, INFINITE, INFINITE], &rows)).unwrap().unwrap();
        let mut check = |sum: &[(usize, f64)], expected: f64| assert_eq!(simplex.raise(sum), Ok(expected));
        check(&[(0, 1.0)], 9.0);
        check(&[(0, -1.0)], -4.0);
        check(&[(3, 1.0)], 7.0);
        check(&[(1, 1.0), (0, -1.0)], 2.0);
        check(&[(2, 1.0), (2, -1.0)], 0.0);
    }

    #[test]
    fn what_has_no_solution_or_no_limit_is_said() {
        let none: [(&[(u32, i64)], i64); 1] = [(&[(0, 1), (1, 1)], 10)];
        assert!(matches!(Simplex::of(&component(&[3, 4], &none)), Err(Contradiction)));
        let twice: [(&[(u32, i64)], i64); 2] = [(&[(0, 1), (1, 1)], 10), (&[(0, -1), (1, -1)], -9)];
        assert!(matches!(Simplex::of(&component(&[INFINITE, INFINITE], &twice)), Err(Contradiction)));
        let open: [(&[(u32, i64)], i64); 1] = [(&[(0, 1), (1, -1)], 2)];
        let mut simplex = Simplex::of(&component(&[INFINITE, INFINITE], &open)).unwrap().unwrap();
        assert_eq!(simplex.raise(&[(0, 1.0)]), Err(Unsolved::Unbounded));
        assert_eq!(simplex.raise(&[(1, -1.0)]), Ok(0.0));
    }
}
