//! Which hierarchical models are there, and what are they called?
//!
//! A model is the set of its interaction terms. A term is a set of lists as a bit mask; hierarchical means that a model
//! with a term has every term inside it. First-order terms are always there; the term of all lists never is, because it
//! is the one that cannot be told apart from the number of the unrecorded.

use std::collections::BTreeSet;

/// A hierarchical log-linear model: its terms of order two and more, as list masks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Terms {
    lists: usize,
    interactions: BTreeSet<u32>,
}

impl Terms {
    /// The model of independent lists.
    pub(crate) fn independence(lists: usize) -> Self {
        Self { lists, interactions: BTreeSet::new() }
    }

    /// The smallest hierarchical model that has these terms.
    pub(crate) fn generated(lists: usize, generators: &[u32]) -> Self {
        let full = (1u32 << lists) - 1;
        let inside = |t: &u32| t.count_ones() >= 2 && generators.iter().any(|g| g & t == *t);
        Self { lists, interactions: (1..full).filter(inside).collect() }
    }

    /// All terms, intercept first, then by order.
    pub(crate) fn all(&self) -> Vec<u32> {
        let mut terms = vec![0];
        terms.extend((0..self.lists).map(|i| 1 << i));
        let mut interactions: Vec<u32> = self.interactions.iter().copied().collect();
        interactions.sort_by_key(|t| (t.count_ones(), *t));
        terms.extend(interactions);
        terms
    }

    /// How many parameters the model has, the intercept included.
    pub(crate) fn parameters(&self) -> usize {
        1 + self.lists + self.interactions.len()
    }

    /// The models one term larger.
    pub(crate) fn larger(&self) -> Vec<Terms> {
        let full = (1u32 << self.lists) - 1;
        let with = |t: u32| {
            let mut next = self.clone();
            next.interactions.insert(t);
            next
        };
        (1..full)
            .filter(|&t| t.count_ones() >= 2 && !self.interactions.contains(&t))
            .filter(|&t| t.count_ones() == 2 || facets(t).all(|f| self.interactions.contains(&f)))
            .map(with)
            .collect()
    }

    /// The models one term smaller.
    pub(crate) fn smaller(&self) -> Vec<Terms> {
        let generators = self.generators();
        let without = |t: u32| {
            let mut next = self.clone();
            next.interactions.remove(&t);
            next
        };
        self.interactions.iter().filter(|t| generators.contains(t)).map(|&t| without(t)).collect()
    }

    /// The terms that no other term contains; they name the model.
    fn generators(&self) -> Vec<u32> {
        let terms = &self.all()[1..];
        terms.iter().copied().filter(|&t| terms.iter().all(|&o| o == t || o & t != t)).collect()
    }
}

/// The terms one list smaller.
fn facets(term: u32) -> impl Iterator<Item = u32> {
    (0..32).filter(move |i| term >> i & 1 == 1).map(move |i| term & !(1 << i))
}

impl std::fmt::Display for Terms {
    /// The generating terms as Rcapture writes them: `[123+14+34]`, largest first, lists counted from 1. From ten lists
    /// on the numbers are parted by commas.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let positions = |t: u32| (0..self.lists).filter(move |i| t >> i & 1 == 1).map(|i| i + 1);
        let mut generators = self.generators();
        generators.sort_by_key(|&t| (std::cmp::Reverse(t.count_ones()), positions(t).collect::<Vec<_>>()));
        let separator = if self.lists > 9 { "," } else { "" };
        let name = |t: u32| positions(t).map(|p| p.to_string()).collect::<Vec<_>>().join(separator);
        write!(f, "[{}]", generators.into_iter().map(name).collect::<Vec<_>>().join("+"))
    }
}

/// Every hierarchical model over this many lists, in a fixed order: 1 for two lists, 8 for three, 113 for four.
pub(crate) fn all_hierarchical(lists: usize) -> Vec<Terms> {
    let full = (1u32 << lists) - 1;
    let mut terms: Vec<u32> = (1..full).filter(|t| t.count_ones() >= 2).collect();
    terms.sort_by_key(|t| (t.count_ones(), *t));
    let mut models = vec![Terms::independence(lists)];
    // Terms come by order, so every term inside the next one has been decided before it.
    for term in terms {
        let grown: Vec<Terms> = models
            .iter()
            .filter(|m| term.count_ones() == 2 || facets(term).all(|f| m.interactions.contains(&f)))
            .map(|m| {
                let mut next = m.clone();
                next.interactions.insert(term);
                next
            })
            .collect();
        models.extend(grown);
    }
    models
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_models_as_the_literature_counts() {
        let counts: Vec<usize> = (2..=5).map(|k| all_hierarchical(k).len()).collect();
        assert_eq!(counts, [1, 8, 113, 6893]);
    }

    #[test]
    fn names_are_those_of_rcapture() {
        let names: Vec<String> = all_hierarchical(4).iter().map(Terms::to_string).collect();
        assert_eq!(names[0], "[1+2+3+4]");
        for name in ["[123+14+34]", "[134+12+23]", "[123+124+134+234]", "[12+3+4]"] {
            assert!(names.iter().any(|n| n == name), "{name}");
        }
    }

    #[test]
    fn larger_and_smaller_are_inverse() {
        for model in all_hierarchical(4) {
            assert!(model.larger().iter().all(|l| l.smaller().contains(&model)), "{model}");
            assert!(model.smaller().iter().all(|s| s.larger().contains(&model)), "{model}");
        }
    }
}
