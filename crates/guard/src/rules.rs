//! From what size on may a count leave?
//!
//! The threshold rule of A. Hundepool et al., *Statistical Disclosure Control* (Wiley 2012), chapters 4 and 5, for counts of
//! persons; dominance rules are for amounts of money and have no meaning here.

use crate::table::{Movement, Value};

/// What decides whether a count, or what can be worked out, is too small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The smallest number of people that may be told, other than nobody.
    pub threshold: u64,
    /// The smallest number of different sources a count must rest on.
    pub sources: u64,
    /// How wide the range must be to which a reader can narrow a withheld count: the greatest it can be less the least.
    pub width: u64,
    /// The same in percent of the count, where that is more.
    pub share: u64,
    /// How people come and go between releases.
    pub movement: Movement,
}

/// A threshold under which somebody who knows one or two of the people counted knows the rest.
const LEAST_THRESHOLD: u64 = 3;

/// Why rules are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesFault {
    /// The threshold protects nobody.
    #[error(
        "a threshold of {0} lets counts leave of which one member knows the other; use {LEAST_THRESHOLD} or more, usually 5 to 10"
    )]
    Threshold(u64),
    /// A range that is narrower than the threshold.
    #[error(
        "a width of {width} lets a reader know that a count is under the threshold of {threshold}; use at least the threshold"
    )]
    Width {
        /// The width asked for.
        width: u64,
        /// The threshold.
        threshold: u64,
    },
    /// A share beyond everything.
    #[error("a share of {0} percent of a count is more than the count; use at most 100, usually 10 to 30")]
    Share(u64),
}

impl Default for Rules {
    fn default() -> Self {
        Rules::new(5)
    }
}

impl Rules {
    /// Rules with this threshold. 5, the default, is the least of what statistical offices use for persons (5 to 10); an
    /// inquiry whose sources live among those who look for them takes 10.
    pub fn new(threshold: u64) -> Self {
        Rules {
            threshold,
            // Somebody who gave a statement knows it: of two sources each knows the other, of three none does.
            sources: 3,
            // A range as wide as the threshold holds some count that may be told, so that a reader cannot know that it is small.
            width: threshold,
            // Ten percent to either side: the p % rule of the book uses 5 to 15.
            share: 20,
            movement: Movement::default(),
        }
    }

    /// All reasons for which these rules cannot be used.
    pub fn faults(&self) -> Vec<RulesFault> {
        let mut faults = Vec::new();
        if self.threshold < LEAST_THRESHOLD {
            faults.push(RulesFault::Threshold(self.threshold));
        }
        if self.width < self.threshold {
            faults.push(RulesFault::Width { width: self.width, threshold: self.threshold });
        }
        if self.share > 100 {
            faults.push(RulesFault::Share(self.share));
        }
        faults
    }

    /// How wide the range must be of a count of which this is told. A rounded number names a range itself, usually 0 to one less
    /// than the threshold, and that much is meant to be known.
    pub fn width_when(&self, told: Value) -> u64 {
        match told {
            Value::Published(_) => 0,
            Value::Between(..) => self.threshold.saturating_sub(1),
            Value::Withheld => self.width,
        }
    }

    /// How wide the range of a withheld count of this size must be.
    pub fn width_of(&self, count: u64) -> u64 {
        self.width.max(count.saturating_mul(self.share).div_ceil(100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_protect_nobody_are_refused() {
        let check = |rules: Rules, expected: &[RulesFault]| assert_eq!(rules.faults(), expected);
        check(Rules::default(), &[]);
        check(Rules::new(10), &[]);
        check(
            Rules { width: 1, share: 101, ..Rules::new(2) },
            &[RulesFault::Threshold(2), RulesFault::Width { width: 1, threshold: 2 }, RulesFault::Share(101)],
        );
    }

    #[test]
    fn large_counts_need_wide_ranges() {
        let check = |count, expected| assert_eq!(Rules::default().width_of(count), expected);
        check(0, 5);
        check(4, 5);
        check(26, 6);
        check(u64::MAX, u64::MAX.div_ceil(100));
    }
}
