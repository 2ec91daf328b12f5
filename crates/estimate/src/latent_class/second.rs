//! Does another sampler find what the ensembles found?
//!
//! A descent estimates the evidence of the posterior, and of any part of it, without bias: it finds much more than there is as
//! rarely as Markov's inequality allows, but less wherever few of its points come to where the mass is. So ensembles and descents
//! from the prior must agree on the log evidence of the whole, and a mode of which the descents found more than the ensembles did
//! refutes them, even where it is too small to change the whole by much. A mode of which they found less does not: descents that
//! are too small to find it are how it stands with small modes far from a large one.

use super::verdict::{EVIDENCE, Verdict};

/// A part that holds less than this share of the evidence does not matter here: limits stay where they are without it.
const LEAST_SHARE: f64 = 0.05;

impl Verdict {
    /// Holds what the ensembles found against what descents from the prior did. They are absent in the first round, which they are.
    pub(super) fn compare(&mut self, descended: Option<&Self>) {
        let Some(descended) = descended else {
            self.convergence.unmet.push("no second sampler to compare with yet".into());
            return;
        };
        let apart = (self.log_evidence - descended.log_evidence).abs();
        let missed = descended.most_beyond(self);
        self.convergence.round_difference = Some(apart);
        if is_beyond(apart) {
            let words = format!("log evidence differs by {apart:.2} from what the descents from the prior found");
            self.convergence.unmet.push(words);
        } else if is_beyond(missed) {
            let words = if missed == f64::INFINITY {
                "the descents from the prior found a mode that the ensembles lack".into()
            } else {
                format!("the descents from the prior found {missed:.2} more log evidence for a mode")
            };
            self.convergence.unmet.push(words);
        }
    }

    /// How much more log evidence than another there is here, at most, for the whole or for a mode of either that matters.
    fn most_beyond(&self, other: &Self) -> f64 {
        let least = self.log_evidence.max(other.log_evidence) + LEAST_SHARE.ln();
        let whole = [f64::NEG_INFINITY, f64::INFINITY];
        let parts = [whole].into_iter().chain(self.parts()).chain(other.parts());
        let mut most = f64::NEG_INFINITY;
        for part in parts {
            let (own, others) = (self.log_evidence_in(part), other.log_evidence_in(part));
            // What is not a number is beyond all.
            if own.is_nan() || others.is_nan() {
                return f64::INFINITY;
            }
            if own >= least {
                most = most.max(own - others);
            }
        }
        most
    }

    /// The modes as intervals of log N, open at the ends.
    fn parts(&self) -> impl Iterator<Item = [f64; 2]> {
        self.modes.iter().enumerate().map(|(i, mode)| {
            let from = if i == 0 { f64::NEG_INFINITY } else { mode.from.ln() };
            [from, if i + 1 == self.modes.len() { f64::INFINITY } else { mode.to.ln() }]
        })
    }

    fn log_evidence_in(&self, [from, to]: [f64; 2]) -> f64 {
        let inside = self.pooled.iter().filter(|(v, _)| *v >= from && *v < to);
        self.log_evidence + inside.map(|d| d.1).sum::<f64>().ln()
    }
}

/// What is not a number is beyond.
fn is_beyond(more: f64) -> bool {
    more.is_nan() || more > EVIDENCE
}

#[cfg(test)]
mod tests {
    use super::super::verdict::{Drawn, judge};
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, StandardNormal};

    /// What three ensembles say of which these log evidences in a mode near 48,000 and in one near 140,000 are all they found.
    fn found(near: f64, far: f64, seed: u64) -> Verdict {
        let log_evidence = near.max(far) + (-(near - far).abs()).exp().ln_1p();
        let share = (near - log_evidence).exp();
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let ensembles: Vec<Drawn> = (0..3)
            .map(|_| {
                let normal: Vec<f64> = (0..4_000).map(|_| StandardNormal.sample(&mut random)).collect();
                let mut place = |z: &f64| if random.random::<f64>() < share { 10.8 + 0.1 * z } else { 11.9 + 0.1 * z };
                let log_n = normal.iter().map(&mut place).collect();
                Drawn { log_evidence, log_n, deviance: normal.clone(), occupied: normal, cycle: 1 }
            })
            .collect();
        judge(&ensembles, 0.95).unwrap()
    }

    /// What descents from the prior say against ensembles.
    fn against(mut verdict: Verdict, descended: &Verdict) -> Option<String> {
        let others = verdict.convergence.unmet.len();
        verdict.compare(Some(descended));
        (verdict.convergence.unmet.len() > others).then(|| verdict.convergence.unmet[others..].join("; "))
    }

    const NONE: f64 = f64::NEG_INFINITY;

    #[test]
    fn descents_must_find_as_much() {
        let both = || found(-1.0, -0.4, 1);
        assert_eq!(against(both(), &found(-1.3, -0.3, 2)), None);
        assert_eq!(against(both(), &found(NONE, -0.5, 2)), None);
        assert!(against(both(), &found(NONE, -1.2, 2)).unwrap().contains("differs by 1.24"));
        assert!(against(both(), &found(-1.0, 1.2, 2)).unwrap().contains("differs by 1."));
    }

    /// Without a mode that holds a third of the posterior, the log evidence is less by 0.44 only, which by itself would pass.
    #[test]
    fn a_mode_that_the_ensembles_lack_refutes_them() {
        let lacking = || found(NONE, -0.4, 1);
        assert!(against(lacking(), &found(-1.0, -0.4, 2)).unwrap().contains("a mode that the ensembles lack"));
        // So does one that the descents found a little of, and of all else less than the ensembles.
        assert!(against(lacking(), &found(-2.5, -1.0, 2)).unwrap().contains("a mode that the ensembles lack"));
        // And one of which the ensembles found next to nothing.
        let next_to_nothing = found(-3.5, -0.4, 1);
        assert!(against(next_to_nothing, &found(-1.5, -0.4, 2)).unwrap().contains("more log evidence for a mode"));
        // They lack it as well: then nothing speaks against either.
        assert_eq!(against(lacking(), &found(NONE, -0.6, 2)), None);
    }

    #[test]
    fn what_is_no_number_is_no_agreement() {
        assert!(is_beyond(f64::NAN) && !is_beyond(1.0) && is_beyond(1.1));
    }
}
