//! Is a graph over a few lists decomposable, and how does it factor?
//!
//! A graph is decomposable (chordal) when its vertices can be ordered so that the earlier neighbours of each form a
//! clique; the joint probability then is a product over cliques divided by a product over separators (Lauritzen 1996).

use std::fmt;

/// The most lists a graph has here, as many as the model takes: a sum over eight takes milliseconds for each number
/// missing, and the work grows fivefold with each list.
pub(crate) const MOST_LISTS: usize = 8;

/// An undirected graph over lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Graph {
    lists: usize,
    /// Bit `j` of entry `i`: lists `i` and `j` depend on each other directly.
    neighbours: [u16; MOST_LISTS],
}

/// The factors of a decomposable graph: for each list in some order, the term of the first set over that of the second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Factors {
    lists: usize,
    steps: [(u16, u16); MOST_LISTS],
}

impl Factors {
    /// Sets in numerator and denominator; what occurs in both cancels.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.steps[..self.lists].iter().map(|&(over, under)| (usize::from(over), usize::from(under)))
    }
}

impl Graph {
    /// No list depends on another.
    pub(crate) fn empty(lists: usize) -> Self {
        Self { lists, neighbours: [0; MOST_LISTS] }
    }

    /// Every list depends on every other.
    pub(crate) fn complete(lists: usize) -> Self {
        let pairs = (0..lists).flat_map(|i| (0..i).map(move |j| (i, j)));
        pairs.fold(Self::empty(lists), |graph, (i, j)| graph.flipped(i, j))
    }

    /// The graph with the edge between two lists added or taken away.
    pub(crate) fn flipped(mut self, i: usize, j: usize) -> Self {
        self.neighbours[i] ^= 1 << j;
        self.neighbours[j] ^= 1 << i;
        self
    }

    /// Whether lists `i` and `j` are joined.
    #[cfg(test)]
    pub(crate) fn has_edge(&self, i: usize, j: usize) -> bool {
        self.neighbours[i] >> j & 1 == 1
    }

    /// The factors, or `None` if the graph is not decomposable, by maximum cardinality search (Tarjan & Yannakakis 1984).
    pub(crate) fn factors(&self) -> Option<Factors> {
        let mut numbered = 0u16;
        let mut steps = [(0, 0); MOST_LISTS];
        for step in &mut steps[..self.lists] {
            let next = (0..self.lists)
                .filter(|v| numbered >> v & 1 == 0)
                .max_by_key(|&v| ((self.neighbours[v] & numbered).count_ones(), std::cmp::Reverse(v)))?;
            let earlier = self.neighbours[next] & numbered;
            let is_clique = (0..self.lists)
                .filter(|v| earlier >> v & 1 == 1)
                .all(|v| earlier & !(1 << v) & !self.neighbours[v] == 0);
            if !is_clique {
                return None;
            }
            // Each list contributes p(list | earlier neighbours).
            *step = (earlier | 1 << next, earlier);
            numbered |= 1 << next;
        }
        Some(Factors { lists: self.lists, steps })
    }

    /// The largest sets of lists that all depend on one another; none unless the graph is decomposable.
    fn cliques(&self) -> Vec<usize> {
        let sets: Vec<usize> =
            self.factors().iter().flat_map(|f| f.iter().map(|(over, _)| over).collect::<Vec<_>>()).collect();
        sets.iter().copied().filter(|&a| !sets.iter().any(|&b| a != b && a & b == a)).collect()
    }
}

impl fmt::Display for Graph {
    /// The cliques, lists counted from 1: `[12+134]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name =
            |set: usize| (0..self.lists).filter(|i| set >> i & 1 == 1).map(|i| (i + 1).to_string()).collect::<String>();
        let mut cliques: Vec<(u32, String)> =
            self.cliques().into_iter().map(|set| (set.count_ones(), name(set))).collect();
        cliques.sort();
        write!(f, "[{}]", cliques.into_iter().map(|(_, name)| name).collect::<Vec<_>>().join("+"))
    }
}

/// Every decomposable graph over this many lists, by trying all.
#[cfg(test)]
pub(crate) fn all_decomposable(lists: usize) -> Vec<Graph> {
    let pairs: Vec<(usize, usize)> = (0..lists).flat_map(|i| (0..i).map(move |j| (j, i))).collect();
    let graph = |edges: u64| {
        let joined = pairs.iter().enumerate().filter(|(bit, _)| edges >> bit & 1 == 1);
        joined.fold(Graph::empty(lists), |graph, (_, &(i, j))| graph.flipped(i, j))
    };
    (0u64..1 << pairs.len()).map(graph).filter(|g| g.factors().is_some()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_graphs_as_the_literature_counts() {
        let counts: Vec<usize> = (1..=6).map(|k| all_decomposable(k).len()).collect();
        assert_eq!(counts, [1, 2, 8, 61, 822, 18_154]);
    }

    #[test]
    fn a_chain_factors_into_its_edges_over_its_middle() {
        let chain = Graph::empty(3).flipped(0, 1).flipped(1, 2);
        assert_eq!(chain.to_string(), "[12+23]");
        let mut powers = [0; 8];
        for (over, under) in chain.factors().unwrap().iter() {
            powers[over] += 1;
            powers[under] -= 1;
        }
        assert_eq!(powers[1..], [0, -1, 1, 0, 0, 1, 0]);
    }

    #[test]
    fn a_circle_of_four_is_not_decomposable() {
        let circle = Graph::empty(4).flipped(0, 1).flipped(1, 2).flipped(2, 3).flipped(3, 0);
        assert!(circle.factors().is_none());
        assert_eq!(circle.flipped(0, 2).to_string(), "[123+134]");
        assert_eq!(Graph::complete(4).to_string(), "[1234]");
        assert_eq!(Graph::empty(4).to_string(), "[1+2+3+4]");
    }
}
