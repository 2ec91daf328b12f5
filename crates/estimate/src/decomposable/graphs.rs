//! Which decomposable graphs are there over a few lists, and how do they factor?
//!
//! A graph is decomposable (chordal) when its vertices can be ordered so that the earlier neighbours of each form a
//! clique; the joint probability then is a product over cliques divided by a product over separators (Lauritzen 1996).

/// An undirected graph over lists, as the neighbours of each, with the factors of its likelihood.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    /// Bit `j` of `edges[i]`: lists `i` and `j` depend on each other directly.
    neighbours: Vec<u32>,
    /// Sets of lists with the power of their term: cliques add 1, separators take 1 away.
    pub factors: Vec<(u32, i32)>,
}

impl Graph {
    /// Whether lists `i` and `j` are joined.
    pub(crate) fn has_edge(&self, i: usize, j: usize) -> bool {
        self.neighbours[i] >> j & 1 == 1
    }
}

impl std::fmt::Display for Graph {
    /// The cliques, lists counted from 1: `[12+134]`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = |set: u32| (0..32).filter(|i| set >> i & 1 == 1).map(|i| (i + 1).to_string()).collect::<String>();
        let mut cliques: Vec<String> =
            self.factors.iter().filter(|(_, power)| *power > 0).map(|(s, _)| name(*s)).collect();
        cliques.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        write!(f, "[{}]", cliques.join("+"))
    }
}

/// Every decomposable graph over this many lists: 8 for three, 61 for four, 822 for five.
pub(crate) fn all_decomposable(lists: usize) -> Vec<Graph> {
    let pairs: Vec<(usize, usize)> = (0..lists).flat_map(|i| (0..i).map(move |j| (j, i))).collect();
    (0u64..1 << pairs.len())
        .filter_map(|edges| {
            let mut neighbours = vec![0u32; lists];
            for (bit, &(i, j)) in pairs.iter().enumerate() {
                if edges >> bit & 1 == 1 {
                    neighbours[i] |= 1 << j;
                    neighbours[j] |= 1 << i;
                }
            }
            factorise(&neighbours).map(|factors| Graph { neighbours, factors })
        })
        .collect()
}

/// The factors of a graph, or `None` if it is not decomposable, by maximum cardinality search (Tarjan & Yannakakis 1984).
fn factorise(neighbours: &[u32]) -> Option<Vec<(u32, i32)>> {
    let mut numbered = 0u32;
    let mut powers = std::collections::BTreeMap::new();
    for _ in 0..neighbours.len() {
        let next = (0..neighbours.len())
            .filter(|v| numbered >> v & 1 == 0)
            .max_by_key(|&v| ((neighbours[v] & numbered).count_ones(), std::cmp::Reverse(v)))?;
        let earlier = neighbours[next] & numbered;
        let is_clique =
            (0..neighbours.len()).filter(|v| earlier >> v & 1 == 1).all(|v| earlier & !(1 << v) & !neighbours[v] == 0);
        if !is_clique {
            return None;
        }
        // Each vertex contributes p(vertex | earlier neighbours); terms that cancel leave cliques and separators.
        *powers.entry(earlier | 1 << next).or_insert(0) += 1;
        *powers.entry(earlier).or_insert(0) -= 1;
        numbered |= 1 << next;
    }
    // The empty set's term is one, whatever its power.
    Some(powers.into_iter().filter(|&(set, power)| power != 0 && set != 0).collect())
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
        let chain = all_decomposable(3).into_iter().find(|g| g.to_string() == "[12+23]").unwrap();
        let mut factors = chain.factors.clone();
        factors.sort();
        assert_eq!(factors, [(0b010, -1), (0b011, 1), (0b110, 1)]);
    }
}
