//! Which hierarchical models are there, and what are they called?
//!
//! A model is the set of its interaction terms. A term is a set of lists as a bit mask; hierarchical means that a model
//! with a term has every term inside it. First-order terms are always there; the term of all lists never is, because it
//! is the one that cannot be told apart from the number of the unrecorded.

use std::cmp::Reverse;

/// A hierarchical log-linear model: its terms of order two and more, as list masks, by order and then by mask.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Terms {
    lists: usize,
    interactions: Vec<u32>,
}

/// Why a text is not the name of a model over these lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameFault {
    /// No brackets, or something between them that is no number of a list.
    Unreadable,
    /// A list that is not there, or one named twice in a term.
    List,
    /// The term of all lists, which no data can tell from the number of the unrecorded.
    HighestOrder,
}

fn order(term: &u32) -> (u32, u32) {
    (term.count_ones(), *term)
}

impl Terms {
    /// The model of independent lists.
    pub(crate) fn independence(lists: usize) -> Self {
        Self { lists, interactions: Vec::new() }
    }

    /// The smallest hierarchical model with these terms.
    fn generated(lists: usize, generators: &[u32]) -> Self {
        let full = (1u32 << lists) - 1;
        let inside = |t: &u32| t.count_ones() >= 2 && generators.iter().any(|g| g & t == *t);
        let mut interactions: Vec<u32> = (1..=full).filter(inside).collect();
        interactions.sort_unstable_by_key(order);
        Self { lists, interactions }
    }

    /// The model of this name: its generating terms as Rcapture writes them, such as `[123+14+34]`; with commas between
    /// the lists of a term where there are ten lists or more. Lists that are in no term need not be named.
    pub(crate) fn parse(name: &str, lists: usize) -> Result<Self, NameFault> {
        let inner = name.trim().strip_prefix('[').and_then(|n| n.strip_suffix(']')).ok_or(NameFault::Unreadable)?;
        let mut generators = Vec::new();
        for term in inner.split('+').map(str::trim) {
            let numbers: Vec<&str> = match lists > 9 || term.contains(',') {
                true => term.split(',').map(str::trim).collect(),
                false => term.split("").filter(|d| !d.is_empty()).collect(),
            };
            let mut mask = 0u32;
            for number in numbers {
                let list: usize = number.parse().map_err(|_| NameFault::Unreadable)?;
                if list == 0 || list > lists || mask >> (list - 1) & 1 == 1 {
                    return Err(NameFault::List);
                }
                mask |= 1 << (list - 1);
            }
            if mask == 0 {
                return Err(NameFault::Unreadable);
            }
            if mask == (1 << lists) - 1 {
                return Err(NameFault::HighestOrder);
            }
            generators.push(mask);
        }
        Ok(Self::generated(lists, &generators))
    }

    /// All terms, intercept last, interactions by order.
    pub(crate) fn all(&self) -> Vec<u32> {
        let first_order = (0..self.lists).map(|i| 1 << i);
        first_order.chain(self.interactions.iter().copied()).chain([0]).collect()
    }

    /// How many parameters the model has, the intercept included.
    pub(crate) fn parameters(&self) -> usize {
        1 + self.lists + self.interactions.len()
    }

    /// Whether the model has this interaction.
    pub(crate) fn has(&self, term: u32) -> bool {
        self.interactions.binary_search_by_key(&order(&term), order).is_ok()
    }

    /// The model with one term more, whose parts it has.
    pub(crate) fn with(&self, term: u32) -> Terms {
        let mut next = self.clone();
        if let Err(place) = self.interactions.binary_search_by_key(&order(&term), order) {
            next.interactions.insert(place, term);
        }
        next
    }

    /// The model without its last term; `None` for independence.
    pub(crate) fn parent(&self) -> Option<Terms> {
        let (_, rest) = self.interactions.split_last()?;
        Some(Terms { lists: self.lists, interactions: rest.to_vec() })
    }

    /// The models one term larger.
    pub(crate) fn larger(&self) -> Vec<Terms> {
        let full = (1u32 << self.lists) - 1;
        (1..full).filter(|&t| t.count_ones() >= 2 && !self.has(t) && self.takes(t)).map(|t| self.with(t)).collect()
    }

    /// Whether every part of the term is there, so that the model stays hierarchical with it.
    fn takes(&self, term: u32) -> bool {
        term.count_ones() == 2 || facets(term).all(|f| self.has(f))
    }

    /// The models one term smaller.
    pub(crate) fn smaller(&self) -> Vec<Terms> {
        let generators = self.generators();
        let without = |t: u32| Terms {
            lists: self.lists,
            interactions: self.interactions.iter().copied().filter(|&o| o != t).collect(),
        };
        self.interactions.iter().filter(|t| generators.contains(t)).map(|&t| without(t)).collect()
    }

    /// The terms that no other term contains; they name the model.
    fn generators(&self) -> Vec<u32> {
        let terms: Vec<u32> = (0..self.lists).map(|i| 1 << i).chain(self.interactions.iter().copied()).collect();
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
        generators.sort_by_key(|&t| (Reverse(t.count_ones()), positions(t).collect::<Vec<_>>()));
        let separator = if self.lists > 9 { "," } else { "" };
        let name = |t: u32| positions(t).map(|p| p.to_string()).collect::<Vec<_>>().join(separator);
        write!(f, "[{}]", generators.into_iter().map(name).collect::<Vec<_>>().join("+"))
    }
}

/// Models in a fixed order, each after the model it grew from by one term.
pub(crate) struct Catalogue {
    /// The models.
    pub models: Vec<Terms>,
    /// For each model the one with its last term less; independence is its own.
    pub parents: Vec<usize>,
}

impl Catalogue {
    /// Every hierarchical model over this many lists: 1 for two lists, 8 for three, 113 for four, 6,893 for five.
    pub(crate) fn hierarchical(lists: usize) -> Self {
        Self::up_to(lists, lists - 1)
    }

    /// Every model without terms of three lists or more: 32,768 over six lists.
    pub(crate) fn two_way(lists: usize) -> Self {
        Self::up_to(lists, 2)
    }

    fn up_to(lists: usize, most: usize) -> Self {
        let full = (1u32 << lists) - 1;
        let mut terms: Vec<u32> = (1..full).filter(|t| (2..=most as u32).contains(&t.count_ones())).collect();
        terms.sort_unstable_by_key(order);
        let mut catalogue = Catalogue { models: vec![Terms::independence(lists)], parents: vec![0] };
        // Terms come by order, so every term inside the next one has been decided before it.
        for term in terms {
            for parent in 0..catalogue.models.len() {
                if catalogue.models[parent].takes(term) {
                    catalogue.models.push(catalogue.models[parent].with(term));
                    catalogue.parents.push(parent);
                }
            }
        }
        catalogue
    }

    /// The places of the models by how many interactions they have, fewest first. A model's parent is one level before it.
    pub(crate) fn levels(&self) -> Vec<Vec<usize>> {
        let mut levels: Vec<Vec<usize>> = Vec::new();
        for (place, model) in self.models.iter().enumerate() {
            let level = model.interactions.len();
            if level == levels.len() {
                levels.push(Vec::new());
            }
            levels[level].push(place);
        }
        levels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_models_as_the_literature_counts() {
        let counts: Vec<usize> = (2..=5).map(|k| Catalogue::hierarchical(k).models.len()).collect();
        assert_eq!(counts, [1, 8, 113, 6893]);
        assert_eq!(Catalogue::two_way(6).models.len(), 32_768);
    }

    #[test]
    fn names_are_those_of_rcapture() {
        let names: Vec<String> = Catalogue::hierarchical(4).models.iter().map(Terms::to_string).collect();
        assert_eq!(names[0], "[1+2+3+4]");
        for name in ["[123+14+34]", "[134+12+23]", "[123+124+134+234]", "[12+3+4]"] {
            assert!(names.iter().any(|n| n == name), "{name}");
        }
    }

    #[test]
    fn a_name_is_read_back_as_its_model() {
        for lists in [4, 5] {
            for model in Catalogue::hierarchical(lists).models {
                assert_eq!(Terms::parse(&model.to_string(), lists), Ok(model));
            }
        }
        let wide = Terms::independence(11).with(1 << 10 | 1);
        assert_eq!(Terms::parse(&wide.to_string(), 11), Ok(wide));
        assert_eq!(Terms::parse("[12]", 4).unwrap().to_string(), "[12+3+4]");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for (name, fault) in [
            ("12+3", NameFault::Unreadable),
            ("[12+x]", NameFault::Unreadable),
            ("[]", NameFault::Unreadable),
            ("[15]", NameFault::List),
            ("[11]", NameFault::List),
            ("[1234]", NameFault::HighestOrder),
        ] {
            assert_eq!(Terms::parse(name, 4), Err(fault), "{name}");
        }
    }

    #[test]
    fn larger_and_smaller_are_inverse() {
        for model in Catalogue::hierarchical(4).models {
            assert!(model.larger().iter().all(|l| l.smaller().contains(&model)), "{model}");
            assert!(model.smaller().iter().all(|s| s.larger().contains(&model)), "{model}");
        }
    }

    #[test]
    fn a_parent_is_one_level_before_its_model() {
        let catalogue = Catalogue::hierarchical(5);
        let levels = catalogue.levels();
        assert_eq!(levels.iter().map(Vec::len).sum::<usize>(), 6893);
        for (depth, level) in levels.iter().enumerate().skip(1) {
            assert!(level.iter().all(|&m| levels[depth - 1].contains(&catalogue.parents[m])));
        }
    }
}
