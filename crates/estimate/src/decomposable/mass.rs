//! How much probability lies on each stretch of whole numbers, and where does it reach a given share?
//!
//! The support is cut into cells on which the logarithm changes little; each is summed by a rule with three points that is
//! exact for polynomials of degree five over whole numbers, so a thousand million of them cost no more than a thousand.

/// A cell is cut in two until its logarithm changes by no more than this from its middle to its ends: the rule is then good
/// to about (2 x .125)^6 / 2,016,000, a few parts in ten thousand million.
const STEP: f64 = 0.125;

/// And until it bends by no more than this: near a peak of standard deviation s a cell is then at most .28 s wide, where the
/// rule is good to 15 x .28^6 / 2,016,000, a few parts in a thousand million.
const BEND: f64 = 0.02;

/// Cells this far below the top are not refined: e^-60 of the mass is none.
const NEGLIGIBLE: f64 = 60.0;

/// Cells that a stretch is cut into at first, so that no peak hides between their ends and middles.
const AT_FIRST: u32 = 32;

/// Numbers with what they count for in a sum.
type Rule = [(f64, f64); 3];

/// A stretch of the support, and whether its logarithm is known at whole numbers only.
pub(crate) struct Stretch {
    pub(crate) low: u64,
    pub(crate) high: u64,
    pub(crate) listed: bool,
}

/// Some whole numbers next to one another.
struct Cell {
    stretch: usize,
    low: u64,
    high: u64,
    /// Probability of all numbers up to the last of this cell.
    cumulative: f64,
}

/// A probability distribution over whole numbers, given by its logarithm up to a constant: a function of the stretch and
/// of a number in it.
pub(crate) struct Mass<F> {
    ln_weight: F,
    /// The logarithm of the sum of all weights.
    pub(crate) ln_total: f64,
    cells: Vec<Cell>,
    /// Its mean.
    pub(crate) mean: f64,
}

impl<F: Fn(usize, f64) -> f64> Mass<F> {
    /// Over stretches in ascending order, with a value near the top of the logarithm.
    pub(crate) fn new(stretches: &[Stretch], top: f64, ln_weight: F) -> Self {
        let mut mass = Self { ln_weight, ln_total: top, cells: Vec::new(), mean: 0.0 };
        for (i, stretch) in stretches.iter().enumerate() {
            if stretch.listed {
                (stretch.low..=stretch.high).for_each(|m| mass.push(i, m, m));
            } else {
                let ratio = (stretch.high as f64 / stretch.low as f64).powf(1.0 / f64::from(AT_FIRST));
                let mut low = stretch.low;
                while low <= stretch.high {
                    let high = ((low as f64 * ratio) as u64).clamp(low, stretch.high);
                    mass.divide(i, low, high, top);
                    low = high + 1;
                }
            }
        }
        let (mut sum, mut moment) = (0.0, 0.0);
        for i in 0..mass.cells.len() {
            let Cell { stretch, low, high, .. } = mass.cells[i];
            for (m, count) in rule(low, high) {
                let weight = mass.weight(stretch, m, count);
                sum += weight;
                moment += weight * m;
            }
            mass.cells[i].cumulative = sum;
        }
        mass.cells.iter_mut().for_each(|cell| cell.cumulative /= sum);
        mass.ln_total = top + sum.ln();
        mass.mean = moment / sum;
        mass
    }

    fn push(&mut self, stretch: usize, low: u64, high: u64) {
        self.cells.push(Cell { stretch, low, high, cumulative: 0.0 });
    }

    fn divide(&mut self, stretch: usize, low: u64, high: u64, top: f64) {
        if high - low < 3 {
            return self.push(stretch, low, high);
        }
        let middle = low + (high - low) / 2;
        let [at_low, at_middle, at_high] = [low, middle, high].map(|m| (self.ln_weight)(stretch, m as f64));
        let level = (at_low - at_middle).abs() <= STEP && (at_high - at_middle).abs() <= STEP;
        let straight = (at_low + at_high - 2.0 * at_middle).abs() <= BEND;
        if level && straight || at_low.max(at_middle).max(at_high) < top - NEGLIGIBLE {
            return self.push(stretch, low, high);
        }
        self.divide(stretch, low, middle, top);
        self.divide(stretch, middle + 1, high, top);
    }

    /// The probability at a number, `count` times.
    fn weight(&self, stretch: usize, m: f64, count: f64) -> f64 {
        if count == 0.0 { 0.0 } else { count * ((self.ln_weight)(stretch, m) - self.ln_total).exp() }
    }

    fn between(&self, stretch: usize, low: u64, high: u64) -> f64 {
        rule(low, high).into_iter().map(|(m, count)| self.weight(stretch, m, count)).sum()
    }

    /// The smallest number whose cumulative probability reaches `p`.
    pub(crate) fn quantile(&self, p: f64) -> u64 {
        let reached = self.cells.partition_point(|cell| cell.cumulative < p).min(self.cells.len() - 1);
        let cell = &self.cells[reached];
        let mut sum = if reached == 0 { 0.0 } else { self.cells[reached - 1].cumulative };
        let (mut low, mut high) = (cell.low, cell.high);
        while low < high {
            let middle = low + (high - low) / 2;
            let left = self.between(cell.stretch, low, middle);
            if sum + left >= p {
                high = middle;
            } else {
                sum += left;
                low = middle + 1;
            }
        }
        low
    }

    /// The probability of all numbers from this one on.
    pub(crate) fn from(&self, first: u64) -> f64 {
        let cells = self.cells.iter().filter(|cell| cell.high >= first);
        cells.map(|cell| self.between(cell.stretch, cell.low.max(first), cell.high)).sum()
    }

    /// The probability of one number; zero outside the support.
    pub(crate) fn at(&self, m: u64) -> f64 {
        let cell = self.cells.partition_point(|cell| cell.high < m);
        self.cells.get(cell).filter(|cell| cell.low <= m).map_or(0.0, |cell| self.weight(cell.stretch, m as f64, 1.0))
    }

    /// Calls back with numbers and weights by which sums over the distribution are taken, stretch by stretch.
    pub(crate) fn visit(&self, mut with: impl FnMut(usize, f64, f64)) {
        for cell in &self.cells {
            for (m, count) in rule(cell.low, cell.high).into_iter().filter(|(_, count)| *count != 0.0) {
                with(cell.stretch, m, self.weight(cell.stretch, m, count));
            }
        }
    }
}

/// Gauss's rule for sums over the whole numbers from `low` to `high`, which has its points where the third of their
/// orthogonal polynomials (Gram's) vanishes.
fn rule(low: u64, high: u64) -> Rule {
    let count = (high - low + 1) as f64;
    let middle = low as f64 + (count - 1.0) / 2.0;
    if count < 3.0 {
        let second = if count == 2.0 { 1.0 } else { 0.0 };
        return [(low as f64, 1.0), (high as f64, second), (middle, 0.0)];
    }
    let square = (3.0 * count * count - 7.0) / 20.0;
    let outer = count * (count * count - 1.0) / 24.0 / square;
    [(middle - square.sqrt(), outer), (middle, count - 2.0 * outer), (middle + square.sqrt(), outer)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_sums_polynomials_of_degree_five() {
        for (low, high) in [(7, 7), (7, 8), (7, 9), (3, 12), (1, 100)] {
            let f = |m: f64| m.powi(5) - 3.0 * m.powi(4) + m;
            let exact: f64 = (low..=high).map(|m| f(m as f64)).sum();
            let ours: f64 = rule(low, high).iter().map(|(m, w)| w * f(*m)).sum();
            assert!((ours / exact - 1.0).abs() < 1e-13, "{low} {high}");
        }
    }

    /// Probability proportional to 1 / (m (m + 1)): what lies from `a` on is 1/a less 1/(most + 1).
    #[test]
    fn a_thousand_million_numbers_are_summed_by_a_thousand() {
        let most = 1_000_000_000u64;
        let stretches = [Stretch { low: 1, high: 20, listed: true }, Stretch { low: 21, high: most, listed: false }];
        let mass = Mass::new(&stretches, -0.7, |_, m| -(m * (m + 1.0)).ln());
        let tail = |a: f64| 1.0 / a - 1.0 / (most as f64 + 1.0);
        let total = tail(1.0);
        assert!((mass.ln_total - total.ln()).abs() < 1e-9, "{}", mass.ln_total);
        for a in [1, 2, 20, 21, 1000, 123_456, 900_000_001] {
            let exact = tail(a as f64) / total;
            assert!((mass.from(a) / exact - 1.0).abs() < 1e-7, "{a}");
        }
        assert!((mass.at(500) * total * 500.0 * 501.0 - 1.0).abs() < 1e-8);
        assert_eq!(mass.at(most + 1), 0.0);
        for p in [0.1, 0.5, 0.75, 0.975, 0.999] {
            let m = mass.quantile(p);
            assert!(1.0 - mass.from(m + 1) >= p - 1e-9 && 1.0 - mass.from(m) < p + 1e-9, "{p} {m}");
        }
    }
}
