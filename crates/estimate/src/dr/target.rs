//! What is estimated from the probabilities, and how does each person move it?
//!
//! Among recorded people with covariates x, let q be the probabilities of the classes of capture history. Either assumption
//! makes 1/γ(x), the inverse of the chance of being recorded at all, a function g of q:
//!
//! - two lists independent given x: `g = q1 q2 / q12` (Das, Kennedy & Jewell 2023);
//! - no interaction of the highest order among J lists, among people whom the remaining lists do not see: `g = 1 + m`, where m,
//!   the odds of being missed, is the product of q over histories of odd size over that of even size (Dulce Rubio &
//!   Kennedy 2024).
//!
//! N is the number of recorded people times the mean of g. With `h = ∂g/∂q`, the efficient influence function of that mean
//! at a person of class c is `g + h_c - Σ q h` less the mean; averaging it removes the first-order error of the estimated q,
//! which leaves products of errors only: the double robustness of the estimator. For two lists the corrected number is
//! `g (1[on 1] / q1 + 1[on 2] / q2 - 1[on both] / q12)`.

use super::Assumption;
use factum_model::{History, ListId};

/// No probability is taken as smaller than this where no floor is needed for a denominator: it keeps logarithms finite.
const LEAST: f64 = 1e-12;

/// The classes of capture histories under an assumption.
pub(super) struct Target {
    lists: Vec<usize>,
    /// Whether the assumption is of two lists whatever the others recorded.
    pair: bool,
    /// Histories over the chosen lists, without the empty one.
    pub(super) cells: usize,
    /// One a cell, and one for people whom only the remaining lists saw where there are such lists.
    pub(super) classes: usize,
}

impl Target {
    /// Absent when a list of the assumption is not among the lists.
    pub(super) fn new(assumption: &Assumption, lists: &[ListId]) -> Option<Self> {
        let at = |list: &ListId| lists.iter().position(|l| l == list);
        let (chosen, pair) = match assumption {
            Assumption::Independent(a, b) => (vec![at(a)?, at(b)?], true),
            Assumption::NoHighestOrder(chosen) => (chosen.iter().map(at).collect::<Option<Vec<_>>>()?, false),
        };
        let cells = (1 << chosen.len()) - 1;
        let classes = cells + usize::from(chosen.len() < lists.len());
        Some(Self { lists: chosen, pair, cells, classes })
    }

    /// The class of a history: the history over the chosen lists less one; one more for those outside.
    pub(super) fn class(&self, history: History) -> u8 {
        let bits: u32 = self.lists.iter().enumerate().map(|(bit, &l)| u32::from(history.contains(l)) << bit).sum();
        let others = history.0 & !self.lists.iter().map(|l| 1u32 << l).sum::<u32>();
        let outside = bits == 0 || (!self.pair && others != 0);
        if outside { self.cells as u8 } else { (bits - 1) as u8 }
    }

    /// Whether people of this class are outside of what the assumption speaks of.
    pub(super) fn is_outside(&self, class: u8) -> bool {
        usize::from(class) == self.cells
    }

    /// Whether the assumption is of two lists whatever the others recorded.
    pub(super) fn is_pair(&self) -> bool {
        self.pair
    }

    /// Whether the probability of a class stands in a denominator: histories on an even number of lists.
    pub(super) fn in_denominator(&self, class: usize) -> bool {
        class < self.cells && (class as u32 + 1).count_ones().is_multiple_of(2)
    }

    /// Raises probabilities in denominators to the floor, at the expense of the others. Whether any had to be.
    pub(super) fn floor(&self, q: &mut [f64], floor: f64) -> bool {
        let low: Vec<bool> = q.iter().enumerate().map(|(c, q)| self.in_denominator(c) && *q < floor).collect();
        let raised = floor * low.iter().filter(|l| **l).count() as f64;
        let rest: f64 = q.iter().zip(&low).filter(|(_, l)| !**l).map(|(q, _)| q.max(LEAST)).sum();
        for (q, low) in q.iter_mut().zip(&low) {
            *q = if *low { floor } else { q.max(LEAST) * (1.0 - raised) / rest };
        }
        raised > 0.0
    }

    /// g, and its derivatives by q into `h`.
    pub(super) fn value(&self, q: &[f64], h: &mut [f64]) -> f64 {
        h[self.cells..].fill(0.0);
        if self.pair {
            let (q1, q2, both) = (q[0] + q[2], q[1] + q[2], q[2]);
            (h[0], h[1]) = (q2 / both, q1 / both);
            h[2] = h[0] + h[1] - q1 * q2 / (both * both);
            return q1 * q2 / both;
        }
        let sign = |class: usize| if self.in_denominator(class) { -1.0 } else { 1.0 };
        let log: f64 = (0..self.cells).map(|c| sign(c) * q[c].ln()).sum();
        let odds = log.exp();
        (0..self.cells).for_each(|c| h[c] = sign(c) * odds / q[c]);
        1.0 + odds
    }

    /// By person, g with the influence of the person added: the numbers whose mean is estimated.
    pub(super) fn influenced(&self, q: &[f64], class: &[u8]) -> Vec<f64> {
        let mut h = vec![0.0; self.classes];
        let each = q.chunks(self.classes).zip(class).map(|(q, &c)| {
            let g = self.value(q, &mut h);
            g + h[usize::from(c)] - q.iter().zip(&h).map(|(q, h)| q * h).sum::<f64>()
        });
        each.collect()
    }

    /// By person, g alone.
    pub(super) fn plugged_in(&self, q: &[f64]) -> Vec<f64> {
        let mut h = vec![0.0; self.classes];
        q.chunks(self.classes).map(|q| self.value(q, &mut h)).collect()
    }

    /// Moves the probabilities until the influence function averages to nothing, and gives g at these, by person. What is
    /// plugged in from them equals its own corrected mean, so its error is of second order too (M. J. van der Laan & D.
    /// Rubin, "Targeted maximum likelihood learning", 2006). Absent when no move within reach does it.
    ///
    /// The move is the same for everybody: the log-odds of histories in denominators shift by one number. The path of steepest
    /// descent moves most where an overlap is rarest, and is thrown about by single persons there.
    pub(super) fn targeted(&self, q: &[f64], class: &[u8], floor: f64) -> Option<Vec<f64>> {
        let moved = |shift: f64| {
            let mut moved = q.to_vec();
            for q in moved.chunks_mut(self.classes) {
                (0..self.cells).filter(|&c| self.in_denominator(c)).for_each(|c| q[c] *= shift.exp());
                let all: f64 = q.iter().sum();
                q.iter_mut().for_each(|q| *q /= all);
                self.floor(q, floor);
            }
            let plugged = self.plugged_in(&moved);
            let excess: f64 = self.influenced(&moved, class).iter().zip(&plugged).map(|(i, g)| i - g).sum();
            (excess, plugged)
        };
        let (mut low, mut high) = (-REACH, REACH);
        let (at_low, at_high) = (moved(low).0, moved(high).0);
        let between = at_low * at_high < 0.0;
        if !between {
            // Nobody is missed by any of them, as when a list lies inside the other: there is nothing to move.
            return (at_low == 0.0 && at_high == 0.0).then(|| moved(0.0).1);
        }
        for _ in 0..HALVINGS {
            let middle = (low + high) / 2.0;
            if (moved(middle).0 > 0.0) == (at_low > 0.0) { low = middle } else { high = middle }
        }
        Some(moved((low + high) / 2.0).1)
    }
}

/// The most that targeting moves log-odds: to a third, or threefold. Chances that are further off were not learned.
const REACH: f64 = 1.1;

/// Halvings of the reach: to a millionth.
const HALVINGS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(n: usize) -> Vec<ListId> {
        (0..n).map(|i| ListId::new(format!("L{i}"))).collect()
    }

    fn targets() -> Vec<Target> {
        let all = lists(3);
        vec![
            Target::new(&Assumption::Independent(all[0].clone(), all[2].clone()), &all).unwrap(),
            Target::new(&Assumption::NoHighestOrder(all.clone()), &all).unwrap(),
            Target::new(&Assumption::NoHighestOrder(all[1..].to_vec()), &all).unwrap(),
        ]
    }

    /// Derivatives against differences.
    #[test]
    fn derivatives_are_those_of_the_value() {
        for target in targets() {
            let q: Vec<f64> = (0..target.classes).map(|c| 0.05 + 0.02 * c as f64).collect();
            let (mut h, mut other) = (vec![0.0; target.classes], vec![0.0; target.classes]);
            let g = target.value(&q, &mut h);
            for c in 0..target.classes {
                let mut moved = q.clone();
                moved[c] += 1e-7;
                let slope = (target.value(&moved, &mut other) - g) / 1e-7;
                assert!((slope - h[c]).abs() < 1e-4 * (1.0 + h[c].abs()), "class {c}: {slope} {}", h[c]);
            }
        }
    }

    /// Independent lists with chances .5, .4, .3: the inverse of the chance of being recorded comes out under either
    /// assumption.
    #[test]
    fn the_chance_of_being_recorded_comes_out() {
        let p = [0.5, 0.4, 0.3];
        let chance = |history: u32| -> f64 {
            p.iter().enumerate().map(|(l, p)| if history >> l & 1 == 1 { *p } else { 1.0 - p }).product()
        };
        let recorded = 1.0 - chance(0);
        for target in targets() {
            let mut q = vec![0.0; target.classes];
            (1..8).for_each(|h| q[usize::from(target.class(History(h)))] += chance(h) / recorded);
            let g = target.value(&q, &mut vec![0.0; target.classes]);
            assert!((g - 1.0 / recorded).abs() < 1e-12, "{g}");
        }
    }

    /// With wrong probabilities the corrected mean is wrong by the square of their error, the plugged-in one by the error.
    #[test]
    fn errors_enter_squared() {
        for target in targets() {
            let truth: Vec<f64> = {
                let raw: Vec<f64> = (0..target.classes).map(|c| 1.0 + 0.3 * c as f64).collect();
                raw.iter().map(|r| r / raw.iter().sum::<f64>()).collect()
            };
            let mut h = vec![0.0; target.classes];
            let g = target.value(&truth, &mut h);
            let mut errors = |size: f64| {
                let wrong: Vec<f64> =
                    truth.iter().enumerate().map(|(c, q)| q + if c % 2 == 0 { size } else { -size }).collect();
                let all: f64 = wrong.iter().sum();
                let wrong: Vec<f64> = wrong.iter().map(|q| q / all).collect();
                let plugged = target.value(&wrong, &mut h);
                let mean: f64 = wrong.iter().zip(&h).map(|(q, h)| q * h).sum();
                let corrected: f64 = truth.iter().zip(&h).map(|(q, h)| q * (plugged + h - mean)).sum();
                ((plugged - g).abs(), (corrected - g).abs())
            };
            let ((plugged, corrected), (half_plugged, half_corrected)) = (errors(0.004), errors(0.002));
            assert!((plugged / half_plugged - 2.0).abs() < 0.3, "{plugged} {half_plugged}");
            assert!((corrected / half_corrected - 4.0).abs() < 0.6, "{corrected} {half_corrected}");
            assert!(corrected < plugged / 3.0);
        }
    }

    #[test]
    fn the_floor_raises_denominators_only() {
        let target = &targets()[0];
        let mut q = vec![0.0005, 0.6995, 0.001, 0.299];
        assert!(target.floor(&mut q, 0.005));
        assert!((q.iter().sum::<f64>() - 1.0).abs() < 1e-12 && q[2] == 0.005 && q[0] < 0.001);
        assert!(!target.floor(&mut q, 0.005));
    }
}
